#!/usr/bin/python3
"""make check: every build and every test, one after the other; the last line counts them.

Each step is a function that yields (name, "passed" | "failed" | "skipped", detail).
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
STEPS = []
ENV = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1",
           UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1", LC_ALL="C.UTF-8")


def step(f):
    STEPS.append(f)
    return f


def run(cmd, timeout=3000, **kw):
    return subprocess.run(cmd, cwd=ROOT, env=ENV, text=True, errors="replace", timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kw)


def tail(text, n=25):
    return "\n".join(text.strip().splitlines()[-n:])


def finding(text):
    """What a fuzzer said of its finding: the property that did not hold, and the stack below it."""
    lines = text.strip().splitlines()
    at = next((i for i, l in enumerate(lines) if "ERROR:" in l or "runtime error" in l), len(lines))
    return "\n".join(lines[max(at - 4, 0):at + 20] + [l for l in lines[at + 20:] if "Test unit" in l])


# Dictionaries that several fuzzers share.
FAMILY = {"docx": "ooxml", "pptx": "ooxml", "xlsx": "ooxml", "part": "ooxml", "odt": "odf", "ods": "odf", "odp": "odf", "odg": "odf", "lane_opacity": "png"}


def dictionary(fuzzer):
    """<room>_<module>_fuzz has its dictionary beside the module, or in tests/fuzz; <room>_<folder>_<module>_fuzz too."""
    module = fuzzer.split("_", 1)[1].removesuffix("_fuzz")
    for name in (FAMILY.get(module, module), module.split("_", 1)[-1]):
        found = [d for top in ("lib", "tests/fuzz") for d in (ROOT / top).rglob(name + ".dict")]
        if found:
            # Two rooms may have one of that name.
            return [min(found, key=lambda d: (fuzzer.split("_")[0] not in d.parts, d))]
    return []


def build(folder, setup, env=None, targets=()):
    """Configures (once) and builds; returns the error's text, or None."""
    e = dict(ENV, **(env or {}))
    if not (ROOT / folder / "build.ninja").exists():
        p = subprocess.run(["meson", "setup", folder] + setup, cwd=ROOT, env=e, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if p.returncode:
            return tail(p.stdout)
    p = subprocess.run(["ninja", "-C", folder, *targets], cwd=ROOT, env=e, text=True, errors="replace",
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return tail(p.stdout, 40) if p.returncode else None


def meson_tests(folder, label):
    p = run(["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs"])
    log = ROOT / folder / "meson-logs" / "testlog.json"
    if not log.exists():
        yield f"{label}: tests", "failed", tail(p.stdout)
        return
    for line in log.read_text().splitlines():
        t = json.loads(line)
        result = {"OK": "passed", "EXPECTEDFAIL": "passed", "SKIP": "skipped"}.get(t["result"], "failed")
        detail = "" if result == "passed" else tail((t.get("stdout") or "") + (t.get("stderr") or ""))
        yield f"{label}: {t['name']}", result, detail


@step
def house(a):
    p = run(["/usr/bin/python3", "tools/house.py"])
    yield "house: floors, tests beside modules, banned functions", "failed" if p.returncode else "passed", p.stdout


@step
def plain(a):
    """gcc, as it is delivered, with its jails."""
    e = build("build", ["--buildtype=debugoptimized"])
    yield "build: gcc", "failed" if e else "passed", e or ""
    if not e:
        yield from meson_tests("build", "plain")


@step
def sanitizers(a):
    e = build("build-asan", ["--buildtype=debugoptimized", "-Db_sanitize=address,undefined"])
    yield "build: gcc, ASan and UBSan", "failed" if e else "passed", e or ""
    if not e:
        yield from meson_tests("build-asan", "asan")


def smoke(program, seeds, seconds):
    """One fuzzer for some seconds; its program's name and what came of it."""
    name = program.name
    out = ROOT / "build-fuzz" / "out" / name
    out.mkdir(parents=True, exist_ok=True)
    # What was freed waits in ASan's quarantine: as much as the next documents need, not 256 MB of cold pages.
    env = dict(ENV, ASAN_OPTIONS=ENV["ASAN_OPTIONS"] + ":quarantine_size_mb=8")
    cmd = [str(program), f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=3000", "-malloc_limit_mb=8000",
           "-max_len=65536", "-print_final_stats=1", f"-artifact_prefix={out}/"]
    cmd += [f"-dict={d}" for d in dictionary(name)]
    first = [str(d) for d in [seeds / name] if d.exists()]
    if seconds <= 60:
        # The same inputs on every machine: a slow one sees the first of them, a fast one no other.
        runs = sum(1 for d in first for f in pathlib.Path(d).iterdir()) + (1500 if name.startswith("whole_") else 20000)
        cmd = ["setarch", "-R", *cmd, "-seed=1", f"-runs={runs}"]
    return name, subprocess.run(cmd + [str(out)] + first, cwd=ROOT, env=env, text=True, errors="replace", timeout=seconds + 600,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@step
def fuzz(a):
    """clang, every fuzzer for some seconds, as many side by side as there are processors: from a fixed number to a fixed
    number of runs, so that the same tree gives the same smoke; `make fuzz` looks further, from another number each time."""
    e = build("build-fuzz", ["-Dfuzz=true", "--buildtype=debugoptimized", "-Db_lundef=false",
                             "-Db_sanitize=address,undefined", "-Dc_args=-fsanitize=fuzzer-no-link"],
              {"CC": "clang"}, ["fuzzers"])
    yield "build: clang, fuzzers", "failed" if e else "passed", e or ""
    if e:
        return
    seeds = ROOT / "build-fuzz" / "seeds"
    if not seeds.exists():
        p = run(["/usr/bin/python3", "tests/fuzz/seeds.py", str(seeds), "build/bin/sekisho"])
        if p.returncode:
            yield "fuzz: seeds", "failed", tail(p.stdout)
    programs = [f for f in sorted((ROOT / "build-fuzz").rglob("*_fuzz")) if f.is_file() and os.access(f, os.X_OK)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, p in pool.map(lambda f: smoke(f, seeds, a.seconds), programs):
            stats = [l for l in p.stdout.splitlines() if "number_of_executed_units" in l]
            if a.seconds > 60:
                print(f"  {name}: {stats[0].split()[-1] if stats else '?'} executions in {a.seconds} s", flush=True)
            yield f"fuzz: {name}", "failed" if p.returncode else "passed", finding(p.stdout) if p.returncode else ""


@step
def lint(a):
    files = [str(f.relative_to(ROOT)) for d in ("lib", "bin") for f in sorted((ROOT / d).rglob("*.c"))]
    p = run(["cppcheck", "--quiet", "--error-exitcode=1", "--enable=warning,portability", "--inline-suppr",
             "--suppressions-list=tools/cppcheck.txt", "-j2", "-I.", "-Ilib", "-Ibin/sekisho", "--std=c11",
             "-D__linux__", "-D__x86_64__", "-DSEKISHO_VERSION=\"\"", "--max-configs=1"] + files)
    yield "lint: cppcheck", "failed" if p.returncode else "passed", tail(p.stdout, 40)
    own = [f for f in files if not f.endswith(("_test.c", "_fuzz.c"))]
    half = [own[0::2], own[1::2]]
    procs = [subprocess.Popen(["clang-tidy", "--quiet", "-p", "build-fuzz"] + h, cwd=ROOT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for h in half]
    outs = [q.communicate()[0] for q in procs]
    bad = any(q.returncode for q in procs)
    yield "lint: clang-tidy", "failed" if bad else "passed", tail("\n".join(outs), 60) if bad else ""


@step
def man(a):
    for page in sorted((ROOT / "man").glob("*.[1-8]")):
        p = run(["mandoc", "-T", "lint", "-W", "warning", str(page)])
        yield f"man: {page.name}", "failed" if p.returncode else "passed", p.stdout


@step
def hostile(a):
    """Every attack file of the generator, through the real programs, under outside judges."""
    script = ROOT / "tests" / "hostile" / "check.py"
    if not script.exists():
        return
    out = ROOT / "out" / "hostile"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    p = run(["/usr/bin/python3", "tests/hostile/make.py", str(out / "in")])
    if p.returncode:
        yield "hostile: generator", "failed", tail(p.stdout)
        return
    p = run(["/usr/bin/python3", str(script), "build/bin/sekisho", str(out / "in"), str(out / "work")])
    yield "hostile: attack files", "failed" if p.returncode else "passed", tail(p.stdout, 60) if p.returncode else ""


@step
def corpus(a):
    script = ROOT / "tests" / "corpus" / "run.py"
    if not script.exists():
        return
    if not (ROOT.parent / "shared" / "corpus").is_dir():
        yield "corpus: real files", "skipped", "../shared/corpus is absent"
        return
    p = run(["/usr/bin/python3", str(script), "--quick"], timeout=2400)
    yield "corpus: real files", "failed" if p.returncode else "passed", tail(p.stdout, 60)
    p = run(["/usr/bin/python3", "tests/corpus/parts.py", "build/bin/sekisho"], timeout=1800)
    yield "corpus: parts of Office files", "failed" if p.returncode else "passed", tail(p.stdout, 60)
    p = run(["/usr/bin/python3", "tests/corpus/keys.py", "build/bin/sekisho"], timeout=1800)
    yield "corpus: keys of PDFs", "failed" if p.returncode else "passed", tail(p.stdout, 60)


@step
def bare(a):
    """The attack files, and the corpus where it is, without jails in the build with ASan and UBSan: no report, no residue, twice the same."""
    for profile in ("rebuild", "keep", "strict"):
        p = run(["/usr/bin/python3", "tests/corpus/bare.py", "build-asan/tests/corpus/bare", "-p", profile], timeout=2400)
        yield f"asan: real files and attack files, {profile}", "failed" if p.returncode else "passed", tail(p.stdout, 60)


@step
def browser(a):
    folder = ROOT / "tests" / "browser"
    if not (folder / "package-lock.json").exists():
        return
    p = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if p.returncode:
        yield "browser: npm ci", "failed", tail(p.stdout)
        return
    tests = sorted(str(f.relative_to(ROOT)) for f in folder.glob("*.test.mjs"))
    p = run(["node", "--test", "--test-concurrency=1", "--test-reporter=tap", *tests], timeout=600)
    for line in p.stdout.splitlines():
        line = line.strip()
        if line.startswith(("ok ", "not ok ")) and " - " in line and ".test.mjs" not in line:
            name = line.split(" - ", 1)[1]
            yield f"browser: {name}", "passed" if line.startswith("ok") else "failed", "" if line.startswith("ok") else tail(p.stdout, 60)
    if p.returncode and "not ok" not in p.stdout:
        yield "browser: run", "failed", tail(p.stdout, 40)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", help="steps by name")
    parser.add_argument("--seconds", type=int, default=4, help="for each fuzzer")
    a = parser.parse_args()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    failed = []
    for f in STEPS:
        if a.only and f.__name__ not in a.only:
            continue
        t = time.monotonic()
        print(f"== {f.__name__}", flush=True)
        try:
            for name, result, detail in f(a):
                counts[result] += 1
                if result != "passed":
                    print(f"{result.upper()}: {name}\n{detail}", flush=True)
                if result == "failed":
                    failed.append(name)
        except (subprocess.TimeoutExpired, OSError) as e:
            counts["failed"] += 1
            failed.append(f.__name__)
            print(f"FAILED: {f.__name__}: {e}")
        print(f"   {time.monotonic() - t:.0f} s", flush=True)
    for name in failed:
        print(f"failed: {name}")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
