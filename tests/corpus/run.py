#!/usr/bin/python3
"""The whole corpus through the real programs: every file ends with a verdict.

run.py [--out DIR] [--write docs/results/corpus.md] [FOLDER...]

Fails where a file failed, took longer than its limits, or an output has
residue; prints the verdicts per folder, and each refusal with its reason
for the formats that this version rebuilds.
"""
import argparse
import binascii
import collections
import datetime
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
VERDICTS = ["clean", "disarmed", "flattened", "text", "refused", "failed"]
LATER = {"TYPE_LATER", "TYPE_REFUSED", "TYPE_UNKNOWN", "EMPTY_FILE"}


def uudecode(path):
    """The bytes of a uuencoded file, or None."""
    out, on = bytearray(), False
    for line in path.read_bytes().splitlines():
        if not on:
            on = line.startswith(b"begin ")
        elif line == b"end":
            return bytes(out)
        elif line.strip(b"` "):
            try:
                out += binascii.a2b_uu(line)
            except binascii.Error:
                n = (((line[0] - 32) & 63) * 4 + 5) // 3
                out += binascii.a2b_uu(line[:n])
    return None


def unpack(folder, to):
    """libarchive's test files are uuencoded: decoded copies stand in for them."""
    to.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.iterdir()):
        data = uudecode(path) if path.suffix == ".uu" else path.read_bytes()
        if data is not None:
            (to / path.name.removesuffix(".uu")).write_bytes(data)
    return to


def run(folder, work, extra=()):
    report = work / f"{folder.name}.jsonl"
    out = work / "out" / folder.name
    subprocess.run([ROOT / "build/bin/sekisho", "sanitize", "-q", "--json", report, *extra, folder, "-o", out],
                   stdout=subprocess.DEVNULL, check=False)
    rows = [json.loads(line) for line in report.read_text().splitlines()]
    files = sum(1 for p in folder.rglob("*") if p.is_file())
    return rows, files


def reason(row):
    refused = [f for f in row["findings"] if f["action"] == "refused"] or row["findings"]
    return f"{refused[-1]['code']}: {refused[-1]['detail']}" if refused else "no reason"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default=str(ROOT / "out" / "corpus"))
    parser.add_argument("--write")
    parser.add_argument("--quick", action="store_true", help="no listing of refusals")
    parser.add_argument("folders", nargs="*")
    a = parser.parse_args()
    work = pathlib.Path(a.out)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    names = a.folders or [d.name for d in sorted(CORPUS.iterdir()) if d.is_dir()]
    lines, wrong, listing = [], [], []
    lines.append("| folder | files | " + " | ".join(VERDICTS) + " | slowest ms |")
    lines.append("|---" * (len(VERDICTS) + 3) + "|")
    for name in names:
        folder = CORPUS / name
        if name == "libarchive":
            folder = unpack(folder, work / "decoded" / name)
        rows, files = run(folder, work)
        count = collections.Counter(r["verdict"] for r in rows)
        slow = max((r["milliseconds"] for r in rows), default=0)
        lines.append(f"| {name} | {files} | " + " | ".join(str(count[v]) for v in VERDICTS) + f" | {slow:.0f} |")
        if len(rows) != files:
            wrong.append(f"{name}: {files} files, {len(rows)} verdicts")
        for r in rows:
            if r["verdict"] == "failed":
                wrong.append(f"{r['input']}: {reason(r)}")
            if r["verdict"] in ("failed", "refused") and not any(f["code"] in LATER for f in r["findings"]):
                listing.append(f"- `{name}/{pathlib.Path(r['input']).name}` ({r['type']}) {r['verdict']}: {reason(r)}")
    print("\n".join(lines))
    if not a.quick:
        print("\n".join(sorted(listing)))
    for w in wrong:
        print("FAILED", w)
    if a.write:
        pathlib.Path(a.write).write_text(
            f"# The corpus, {datetime.date.today()}\n\n`tests/corpus/run.py --write docs/results/corpus.md`\n\n" + "\n".join(lines) +
            "\n\n## Refused or failed, of the formats that this version rebuilds\n\n" + "\n".join(sorted(listing)) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
