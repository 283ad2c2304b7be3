#!/usr/bin/python3
"""The corpus and the attack files without a jail, in a build with ASan and UBSan: no report, no residue, no change the second time.

bare.py PROGRAM [-p PROFILE] [FOLDER...]	PROGRAM: build-asan/tests/corpus/bare

Without folders: the whole of ../shared/corpus (skipped, with a message, where it is absent) and what tests/hostile/make.py writes.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import run as corpus


def files(folder, work):
    if folder.name == "libarchive":
        folder = corpus.unpack(folder, work / folder.name)
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and "\n" not in str(p)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("-p", "--profile", default="rebuild")
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as t:
        work = pathlib.Path(t)
        folders = a.folders
        if not folders:
            subprocess.run([sys.executable, corpus.ROOT / "tests/hostile/make.py", work / "hostile"], check=True, stdout=subprocess.DEVNULL)
            folders = [work / "hostile"]
            if corpus.CORPUS.is_dir():
                folders += [d for d in sorted(corpus.CORPUS.iterdir()) if d.is_dir()]
            else:
                print("../shared/corpus is absent: attack files only")
        paths = [p for d in folders for p in files(d, work)]
        env = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:quarantine_size_mb=8",
                   UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
        return subprocess.run([a.program, "-p", a.profile], input="\n".join(map(str, paths)) + "\n", text=True, env=env).returncode


if __name__ == "__main__":
    sys.exit(main())
