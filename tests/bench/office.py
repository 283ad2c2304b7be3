#!/usr/bin/python3
"""Do Office documents look the same and say the same?  Judged by LibreOffice.

office.py [--kinds docx,xlsx,pptx] [--sample 60] [--seed 1] [--write docs/results/fidelity.md] [--work out/office] [FILE...]

A seeded sample of the corpus is disarmed; input and output go, under the same
name, through a LibreOffice of their own (own profile, many files a process), and
the two PDFs are compared as fidelity.py compares PDFs: the first 12 pages at 60 dpi,
the worst SSIM counts, and equal words.  Metafiles must become pixels, so the words
that they draw are no text any more: where words differ and the input has metafiles,
they are compared once more with those of the input whose metafiles are empty.  What falls
below is listed, with the judgement of fidelity_judged.tsv; --write puts the part
"Office" behind the page's others.

--keep leaves the pictures of what falls below in WORK/below.
"""
import argparse
import concurrent.futures
import gzip
import json
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
import zipfile

from fidelity import CORPUS, ROOT, judge, judgements, quantile, render, share, why, words

ENDINGS = {"docx": (".docx", ".docm", ".dotx", ".dotm"), "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
           "pptx": (".pptx", ".pptm", ".potx", ".ppsx", ".ppsm"), "odt": (".odt", ".ott"), "ods": (".ods", ".ots"),
           "odp": (".odp", ".otp")}
BATCH, PATIENCE = 12, 120  # files a process; seconds a file
HEAD = "## Office"

# Metafiles that draw nothing ([MS-EMF] 2.3.4.2 and 2.3.4.1, [MS-WMF] 2.3.2.3, 2.3.2.2 and 2.3.2.1).
EMF = struct.pack("<II8i4sIIIHHIII4i", 1, 88, 0, 0, 99, 99, 0, 0, 2540, 2540, b" EMF", 0x10000, 108, 2, 1, 0, 0, 0, 0, 1024, 768, 320, 240) + \
    struct.pack("<5I", 14, 20, 0, 16, 20)
PLACED = struct.pack("<IH4hHI", 0x9AC6CDD7, 0, 0, 0, 1000, 1000, 1000, 0)
WMF = PLACED + struct.pack("<HHHHIHIHIH", 0x9AC6 ^ 0xCDD7 ^ 1000 ^ 1000 ^ 1000, 1, 9, 0x300, 12, 0, 3, 0, 3, 0)
BLANK = {".emf": EMF, ".svm": EMF, ".wmf": WMF, ".emz": gzip.compress(EMF), ".wmz": gzip.compress(WMF)}


def blanked(source, to):
    """Copies a package with its metafiles emptied; false where it has none or is damaged."""
    found = False
    try:
        with zipfile.ZipFile(source) as z, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as out:
            for i in z.infolist():
                blank = EMF if i.filename.startswith("ObjectReplacements/") else BLANK.get(pathlib.Path(i.filename).suffix.lower())
                found |= blank is not None
                out.writestr(i.filename, z.read(i) if blank is None else blank)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return False
    return found


def sample(kinds, n, seed):
    files = sorted(p for p in CORPUS.rglob("*") if p.is_file())
    chosen = []
    for kind in kinds:
        of = [p for p in files if p.suffix.lower() in ENDINGS[kind]]
        chosen += random.Random(seed).sample(of, min(n, len(of)))
    return chosen


def disarm(files, work):
    report = work / "report.jsonl"
    subprocess.run([ROOT / "build/bin/sekisho", "sanitize", "-q", "--json", report, *files, "-o", work / "out"],
                   stdout=subprocess.DEVNULL, check=False)
    return [json.loads(line) for line in report.read_text().splitlines()]


class Office:
    """One LibreOffice at a time, with a profile of its own; PDFs of the files of one folder."""

    def __init__(self, work, name):
        self.profile, self.source, self.pdf = (work / f"{name}.{x}" for x in ("profile", "in", "pdf"))
        self.source.mkdir()

    def add(self, path, name):
        shutil.copyfile(path, self.source / name)

    def start(self, names):
        left = [n for n in names if not self.made(n)]
        if not left:
            return
        p = subprocess.Popen(["soffice", "--headless", "--norestore", f"-env:UserInstallation={self.profile.as_uri()}",
                              "--convert-to", "pdf", "--outdir", self.pdf, *(self.source / n for n in left)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        seen, since = 0, time.monotonic()
        while p.poll() is None:
            time.sleep(0.3)
            done = sum(map(self.made, left))
            if done > seen:
                seen, since = done, time.monotonic()
            if time.monotonic() - since > PATIENCE:
                os.killpg(p.pid, signal.SIGKILL)  # the session that we began
                p.wait()

    def made(self, name):
        return self.path(name).exists()

    def path(self, name):
        return self.pdf / (pathlib.Path(name).stem + ".pdf")

    def run(self, names):
        for k in range(0, len(names), BATCH):
            batch = names[k:k + BATCH]
            self.start(batch)
            for n in batch:  # one that ended the process must not take the others along
                self.start([n])


def beside_metafiles(rows, names, seen, pairs, work):
    """Equal words, of those whose words differ, but for what metafiles draw: by name."""
    side = Office(work, "blank")
    doubtful = [(n, p) for r, n, s, p in zip(rows, names, seen, pairs) if s[1] is not None and not s[2] and blanked(r["input"], side.source / n)]
    side.run([n for n, _ in doubtful])
    return {n: side.made(n) and words(side.path(n)) == words(p["output"]) for n, p in doubtful}


def compare(rows, work):
    """(row, SSIM of the worst page or None, equal words, pair, equal words but for metafiles')"""
    sides = [Office(work, "before"), Office(work, "after")]
    names = []
    for k, r in enumerate(rows):
        names.append(f"{k:04}.{r['type']}")
        sides[0].add(r["input"], names[-1])
        sides[1].add(r["output"], names[-1])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda s: s.run(names), sides))
        pairs = [{"input": sides[0].path(n), "output": sides[1].path(n)} for n in names]
        seen = list(pool.map(judge, pairs))
    beside = beside_metafiles(rows, names, seen, pairs, work)
    return [(r, s[1], s[2], p, s[2] or beside.get(n, False)) for r, s, p, n in zip(rows, seen, pairs, names)]


def pictures(found, work):
    """The pages of what falls below, side by side by name."""
    for r, _, _, pair, _ in found:
        to = work / "below" / pathlib.Path(r["input"]).name
        for side in ("input", "output"):
            (to / side).mkdir(parents=True)
            render(pair[side], to / side)
            if pair[side].exists():
                shutil.copyfile(pair[side], to / f"{side}.pdf")


def part(kind, seen, rows, judged):
    of = [s for s in seen if s[0]["type"] == kind]
    drawn = [s for s in of if s[1] is not None]
    look = [s for s in drawn if s[1] >= 0.98]
    both = [s for s in look if s[2]]
    beside = [s for s in look if s[4]]
    below = [s for s in drawn if s not in beside]
    known = [s for s in below if judged.get(pathlib.Path(s[0]["input"]).name, ("owed",))[0] != "owed"]
    lines = ["", f"### {kind}", "",
             f"- rebuilt: {len(of)} of {sum(1 for r in rows if r['type'] == kind)}; LibreOffice draws {len(drawn)} of the inputs",
             f"- all pages at SSIM ≥ 0.98: {share(len(look), len(drawn))}; ≥ 0.99: {share(sum(1 for s in drawn if s[1] >= .99), len(drawn))}",
             f"- equal text: {share(sum(1 for s in drawn if s[2]), len(drawn))}",
             f"- both: {share(len(both), len(drawn))}; with the words of metafiles, which must become pixels, left out: {share(len(beside), len(drawn))}",
             f"- both, or looked at and judged below as no fault of the rebuilding: {share(len(beside) + len(known), len(drawn))}",
             "- worst page: " + ", ".join(f"p{int(q * 100)} {quantile([s[1] for s in drawn], q):.4f}" for q in (.01, .03, .05, .1, .25, .5)),
             ""]
    lines += [f"- {pathlib.Path(s[0]['input']).name}: SSIM {s[1]:.4f}, text {'equal' if s[4] else 'differs'}; {why(judged, s[0]['input'])}"
              for s in sorted(below, key=lambda s: (s[1], s[2]))]
    return lines, below


def replace(page, lines):
    old = page.read_text() if page.exists() else ""
    page.write_text(old.split(HEAD)[0].rstrip("\n") + "\n\n" + "\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinds", default="docx,xlsx,pptx")
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--work", default=str(ROOT / "out" / "office"))
    parser.add_argument("files", nargs="*")
    a = parser.parse_args()
    kinds = a.kinds.split(",")
    if not a.files and not CORPUS.is_dir():
        print("../shared/corpus is absent: nothing to measure")
        return 77
    work = pathlib.Path(a.work).resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    rows = disarm(a.files or sample(kinds, a.sample, a.seed), work)
    seen = compare([r for r in rows if r["output"] and r["type"] in kinds], work)
    lines = [f"{HEAD} documents through LibreOffice", "",
             f"`tests/bench/office.py --kinds {a.kinds} --sample {a.sample} --seed {a.seed} --write docs/results/fidelity.md`"]
    for kind in kinds:
        more, below = part(kind, seen, rows, judgements())
        lines += more
        if a.keep:
            pictures(below, work)
    print("\n".join(lines))
    if a.write:
        replace(pathlib.Path(a.write), lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
