#!/usr/bin/python3
"""make.py DIR - writes the attack files by name into DIR, and DIR/manifest.jsonl.

See README.md.  Nothing here is taken from a real attack: the payloads are a marker word.
"""
import argparse
import importlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import case  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(" - ", 1)[1], formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", metavar="DIR", type=pathlib.Path)
    folder = parser.parse_args().dir
    # Every module of this folder adds its files, when it is read or by its make().
    for path in sorted(HERE.glob("*.py")):
        module = importlib.import_module(path.stem) if path.stem not in ("make", "check", "case") else None
        if hasattr(module, "make"):
            module.make()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "manifest.jsonl", "w", encoding="utf-8") as manifest:
        for name in sorted(case.cases):
            data, row = case.cases[name]
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as f:
                f.write(data)
            manifest.write(json.dumps(row) + "\n")
    print("%d files" % len(case.cases))


if __name__ == "__main__":
    main()
