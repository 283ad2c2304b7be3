#!/usr/bin/python3
"""The rules of the house that a compiler does not see.

floors   a room includes only rooms below it (ARCHITECTURE.md)
tests    what a folder of lib/ shows to others has a test beside it
banned   functions that no room may call; more in the rooms that are jailed
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

FLOOR = {
    "core": 0,
    "jail": 1, "wire": 1, "store": 1, "ledger": 1,
    "nursery": 2, "sanitize": 2, "inspect": 2, "path": 2, "watch": 2, "auth": 2, "screen": 2,
    "crossing": 3, "register": 3,
    "policy": 4,
    "web": 5, "report": 5,
}

# Programs that may reach a room that the rule keeps from the others.
ONLY = {"sanitize": {"worker"}, "inspect": {"inspector"}}

BANNED = r"strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|system|popen|alloca|tmpnam|mktemp"
JAILED = BANNED + r"|fopen|open|openat|socket|connect|getenv|setenv|printf|puts|fputs|exit|pthread_create|fork|execve|setlocale|localtime|strftime"

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)


def sources(folder):
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix in (".c", ".h") and path.is_file():
            yield path


def is_test(path):
    return path.stem.endswith(("_test", "_fuzz")) or path.stem.startswith("test_")


def floors():
    for path in sources("lib"):
        room = path.relative_to(ROOT / "lib").parts[0]
        if room not in FLOOR:
            yield f"{path.relative_to(ROOT)}: room {room} is on no floor"
            continue
        for name in INCLUDE.findall(path.read_text()):
            other = name.split("/")[0]
            if "/" in name and other in FLOOR and other != room and FLOOR[other] >= FLOOR[room]:
                yield f"{path.relative_to(ROOT)}: includes {name}, which is not below {room}"
    for path in sources("bin"):
        program = path.relative_to(ROOT / "bin").parts[0]
        for name in INCLUDE.findall(path.read_text()):
            other = name.split("/")[0]
            if other in ONLY and program not in ONLY[other]:
                yield f"{path.relative_to(ROOT)}: only {', '.join(ONLY[other])} may use {other}"


def reached(folder):
    """Headers of the folder that its tests include, directly or through one another."""
    todo = [t for g in ("*_test.c", "test_*.h") for t in folder.glob(g)]
    seen = set()
    while todo:
        for name in INCLUDE.findall(todo.pop().read_text()):
            header = folder / pathlib.Path(name).name
            if header not in seen and header.exists():
                seen.add(header)
                todo.append(header)
    return seen


def tests():
    """What a folder shows to others is reached by a test of that folder; what it keeps to itself is
    tested through that door."""
    shown = {ROOT / top / name for top in ("lib", "bin") for path in sources(top)
             for name in INCLUDE.findall(path.read_text())
             if (ROOT / "lib" / name).parent != path.parent}
    for path in sources("lib"):
        if path.suffix != ".h" or not path.with_suffix(".c").exists() or is_test(path):
            continue
        if path in shown and path not in reached(path.parent):
            yield f"{path.relative_to(ROOT)}: no test beside it"
        elif not list(path.parent.glob("*_test.c")):
            yield f"{path.relative_to(ROOT)}: no test in its folder"


def banned():
    for folder in ("lib", "bin"):
        for path in sources(folder):
            if is_test(path):
                continue
            jailed = path.relative_to(ROOT).parts[1] in ("sanitize", "inspect")
            rule = re.compile(r"(?<![\w.>])(" + (JAILED if jailed else BANNED) + r")\s*\(")
            code = COMMENT.sub(lambda m: " " * m.group(0).count("\n") or " ", path.read_text())
            for m in rule.finditer(code):
                yield f"{path.relative_to(ROOT)}: {m.group(1)}() is banned here"


def main():
    wrong = 0
    for check in (floors, tests, banned):
        for line in check():
            print(f"{check.__name__}: {line}", file=sys.stderr)
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
