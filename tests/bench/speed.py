#!/usr/bin/python3
"""Whole jobs against their peers, same run, same files, same processors.

speed.py [--write docs/results/speed.md] [--rounds 5] [--sample 100]

Each figure is the median of interleaved rounds; the ratio is peer to us.
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
SEKISHO = ROOT / "build" / "bin" / "sekisho"
WORK = ROOT / "out" / "speed"


def wall(commands):
    """Seconds for all shell commands, as many at once as there are processors."""
    script = "\n".join(commands)
    t = time.monotonic()
    subprocess.run(["xargs", "-P", str(os.cpu_count()), "-d", "\n", "-n", "1", "sh", "-c", "eval \"$0\""],
                   input=script, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - t


def ours(files):
    out = WORK / "ours"
    shutil.rmtree(out, ignore_errors=True)
    t = time.monotonic()
    subprocess.run([SEKISHO, "sanitize", "-q", "--json", WORK / "ours.jsonl", *files, "-o", out],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - t


def accepted(files):
    """Those that we rebuild: a refusal is no fair race."""
    ours(files)
    rows = [json.loads(l) for l in (WORK / "ours.jsonl").read_text().splitlines()]
    return [r["input"] for r in rows if r["output"]], rows


def race(name, files, peers, rounds, lines):
    """peers: name -> function(files) -> seconds."""
    times = {k: [] for k in ["sekisho", *peers]}
    for _ in range(rounds):
        times["sekisho"].append(ours(files))
        for k, f in peers.items():
            times[k].append(f(files))
    mine = statistics.median(times["sekisho"])
    lines.append(f"| {name} | {len(files)} | sekisho | {len(files) / mine:.1f} | |")
    for k in peers:
        his = statistics.median(times[k])
        lines.append(f"| {name} | {len(files)} | {k} | {len(files) / his:.1f} | {his / mine:.2f} × |")


def qpdf(files):
    return wall([f"qpdf '{f}' {WORK}/q/$$.pdf; rm -f {WORK}/q/$$.pdf" for f in files])


def pixels(files):
    return wall([f"d=$(mktemp -d {WORK}/q/XXXXXX); pdftoppm -r 150 -jpeg '{f}' $d/p; convert $d/p* $d/out.pdf; rm -rf $d" for f in files])


def strip(files):
    return wall([f"convert '{f}' -strip {WORK}/q/$$.{pathlib.Path(f).suffix.lstrip('.')}; rm -f {WORK}/q/$$*" for f in files])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=100)
    a = parser.parse_args()
    if not CORPUS.is_dir():
        print("../shared/corpus is absent: nothing to measure")
        return 77
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "q").mkdir(parents=True)
    pick = random.Random(2026)
    lines = [f"# Speed, {datetime.date.today()}", "", f"`tests/bench/speed.py --write docs/results/speed.md`; {os.cpu_count()} processors, "
             f"medians of {a.rounds} interleaved rounds; whole jobs from files to files.", "",
             "| files | number | program | files/s | we are faster by |", "|---|---|---|---|---|"]
    pdfs = sorted(str(p) for d in ("pdfjs", "qpdf") for p in (CORPUS / d).iterdir() if p.suffix.lower() == ".pdf")
    good, _ = accepted(pick.sample(pdfs, a.sample))
    race("PDF", good, {"qpdf in out": qpdf}, a.rounds, lines)
    few = good[:20]
    race("PDF, few", few, {"150 dpi pixels": pixels}, max(1, min(a.rounds, 3)), lines)
    for kind in ("jpg", "png", "gif", "webp", "tif", "bmp"):
        pics = sorted(str(p) for p in (CORPUS / "pillow").iterdir() if p.suffix == "." + kind)
        good, _ = accepted(pick.sample(pics, min(40, len(pics))))
        if good:
            race(kind, good, {"convert -strip": strip}, a.rounds, lines)
    _, rows = accepted(pdfs)
    ms = sorted(r["milliseconds"] for r in rows)
    lines += ["", f"Latency of {len(ms)} PDFs, {os.cpu_count() + 1} side by side: median {statistics.median(ms):.1f} ms, "
              f"p90 {ms[int(len(ms) * .9)]:.1f}, p99 {ms[int(len(ms) * .99)]:.0f}, slowest {ms[-1]:.0f}."]
    print("\n".join(lines))
    if a.write:
        pathlib.Path(a.write).write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
