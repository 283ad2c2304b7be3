#!/usr/bin/python3
"""Whole jobs against their peers, same run, same files, same processors.

speed.py [--write docs/results/speed.md] [--rounds 5] [--sample N] [--only pdf,pixels,images,zip,ooxml,latency,jail]

Seeded samples (--sample: at most so many files of a kind; else what ten
minutes of all allow); interleaved rounds; medians.  Whole jobs: read, jail,
rebuild, inspect, write, report.  The ratio is the peer's time to ours.  CPU
is user and system time of all processes, which a busy machine disturbs less.
Peers that are not installed (bsdtar, mat2, soffice) are left out, and said so.
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
SEKISHO = ROOT / "build" / "bin" / "sekisho"
REPACK = ROOT / "build" / "tests" / "bench" / "repack"
JAIL = ROOT / "build" / "tests" / "bench" / "jail"
sys.path.insert(0, str(ROOT / "tests" / "corpus"))
import run as corpus	# noqa: E402
WORK = ROOT / "out" / "speed"
# A stand-in of that name may come first in the path.
CONVERT = "/usr/bin/convert" if pathlib.Path("/usr/bin/convert").exists() else "convert"
KINDS = ("jpg", "png", "gif", "webp", "tif", "bmp")


def timed(run):
    """(seconds by the clock, seconds of CPU of all children)"""
    before, t = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    run()
    t, after = time.monotonic() - t, resource.getrusage(resource.RUSAGE_CHILDREN)
    return t, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def each(command, calls):
    """The command once for each list of arguments, as many at once as there are processors; no shell between."""
    subprocess.run(["xargs", "-P", str(os.cpu_count()), "-d", "\n", "-n", str(len(calls[0])), *command],
                   input="\n".join(a for c in calls for a in c), text=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ours(files):
    shutil.rmtree(WORK / "ours", ignore_errors=True)
    return timed(lambda: subprocess.run([SEKISHO, "sanitize", "-q", "--json", WORK / "ours.jsonl", *files, "-o", WORK / "ours"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def accepted(files):
    """Those that we rebuild: a refusal is no fair race."""
    ours(files)
    rows = [json.loads(l) for l in (WORK / "ours.jsonl").read_text().splitlines()]
    return [r["input"] for r in rows if r["output"]], rows


def qpdf(files):
    return timed(lambda: each(["qpdf"], [[f, str(WORK / "q" / f"{i}.pdf")] for i, f in enumerate(files)]))


def pixels(files):
    script = 'd=$(mktemp -d "$1/XXXXXX"); pdftoppm -r 150 -jpeg "$2" "$d/p"; "$0" "$d"/p* "$d/out.pdf"; rm -rf "$d"'
    return timed(lambda: each(["sh", "-c", script, CONVERT], [[str(WORK / "q"), f] for f in files]))


def strip(files):
    return timed(lambda: each([CONVERT], [[f, "-strip", str(WORK / "q" / f"{i}{pathlib.Path(f).suffix}")] for i, f in enumerate(files)]))


def repack(files):
    return timed(lambda: each([REPACK], [[f, str(WORK / "q" / f"{i}.zip")] for i, f in enumerate(files)]))


def bsdtar(files):
    return timed(lambda: each(["bsdtar", "--format", "zip", "-cf"],
                              [[str(WORK / "q" / f"{i}{pathlib.Path(f).suffix}"), "@" + f] for i, f in enumerate(files)]))


def mat2(files):
    """It writes beside its input, so into copies; all in one command, as it does best."""
    folder = WORK / "mat2"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    copies = [shutil.copy(f, folder / f"{i}{pathlib.Path(f).suffix}") for i, f in enumerate(files)]
    return timed(lambda: subprocess.run(["mat2", *copies], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def soffice(files):
    """One command for each file, one after the other, as a script would: it does not run twice in one profile."""
    def convert():
        for f in files:
            subprocess.run(["soffice", f"-env:UserInstallation=file://{WORK}/profile", "--headless", "--convert-to",
                            pathlib.Path(f).suffix[1:], "--outdir", WORK / "q", f],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    return timed(convert)


def race(name, files, peers, rounds, lines):
    """peers: name -> function(files) -> (seconds, CPU)."""
    if not files:
        return
    times = {k: [] for k in ["sekisho", *peers]}
    for _ in range(rounds):
        times["sekisho"].append(ours(files))
        for k, f in peers.items():
            times[k].append(f(files))
    wall, cpu = ({k: statistics.median(t[i] for t in v) for k, v in times.items()} for i in (0, 1))
    for k in times:
        ratio = "| |" if k == "sekisho" else f"{wall[k] / wall['sekisho']:.2f} × | {cpu[k] / cpu['sekisho']:.2f} × |"
        lines.append(f"| {name} | {len(files)} | {k} | {len(files) / wall[k]:.1f} | {1000 * cpu[k] / len(files):.1f} | {ratio}")
        print(lines[-1], flush=True)


def at_most(a, usual):
    return a.sample or usual


def some(pick, files, n):
    return pick.sample(files, min(n, len(files)))


def pdfs_of(*folders):
    return sorted(str(p) for d in folders for p in (CORPUS / d).iterdir() if p.suffix.lower() == ".pdf")


def pdf_race(a, pick, lines):
    good, _ = accepted(some(pick, pdfs_of("pdfjs", "qpdf"), at_most(a, 700)))
    race("PDF", good, {"qpdf in out": qpdf}, a.rounds, lines)


def pixels_race(a, pick, lines):
    good, _ = accepted(some(pick, pdfs_of("pdfjs"), at_most(a, 100)))
    race("PDF to pixels", good, {"150 dpi pixels": pixels}, min(a.rounds, 3), lines)


def images_race(a, pick, lines):
    """Each format, and all pictures in one command: the start of a command weighs on formats of few files."""
    every = []
    for kind in KINDS:
        pics = sorted(str(p) for p in (CORPUS / "pillow").iterdir() if p.suffix == "." + kind)
        good, _ = accepted(some(pick, pics, at_most(a, 1000)))
        every += good
        race(kind, some(pick, good, 60), {"convert -strip": strip}, a.rounds, lines)
    race("pictures of all kinds", every, {"convert -strip": strip}, min(a.rounds, 3) if not a.sample else a.rounds, lines)


def members_of(zips, folder):
    """What is in them, as files; but for members that cannot be read."""
    shutil.rmtree(folder, ignore_errors=True)
    for i, path in enumerate(zips):
        with zipfile.ZipFile(path) as z:
            for member in z.infolist():
                try:
                    z.extract(member, folder / str(i))
                except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
                    pass
    return sorted(str(p) for p in folder.rglob("*") if p.is_file())


def zip_against(name, zips, members, a, lines):
    def both(files):
        one, two = repack(files), ours(members)
        return one[0] + two[0], one[1] + two[1]

    race(name, zips, {"bare repack (libdeflate)": repack, "repack, and its members as files": both}, a.rounds, lines)


def corpus_zips(folder):
    """All ZIPs of the corpus that our peer can repack, libarchive's decoded; no documents."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for i, p in enumerate(sorted(p for p in CORPUS.rglob("*") if p.suffix in (".zip", ".uu"))):
        data = corpus.uudecode(p) if p.suffix == ".uu" else p.read_bytes()
        if data is None or not data.startswith(b"PK\3\4"):
            continue
        to = folder / f"{i}.zip"
        to.write_bytes(data)
        if subprocess.run([REPACK, to, WORK / "q" / "try.zip"], stderr=subprocess.DEVNULL).returncode == 0:
            found.append(str(to))
    return found


def zip_race(a, pick, lines):
    """The corpus has few ZIPs, and small ones; so ZIPs of its pictures and PDFs besides."""
    real, _ = accepted(corpus_zips(WORK / "real"))
    zip_against("ZIPs of the corpus", real, members_of(real, WORK / "members"), a, lines)
    pool = sorted(str(p) for p in (CORPUS / "pillow").iterdir() if p.suffix in (".jpg", ".png", ".gif")) + \
        [p for p in pdfs_of("pdfjs") if pathlib.Path(p).stat().st_size < 200000]
    good, _ = accepted(some(pick, pool, at_most(a, 200)))
    files, members = [], []
    for i in range(max(2, len(good) // 20)):
        part = some(pick, good, 20)
        files.append(str(WORK / f"{i}.zip"))
        with zipfile.ZipFile(files[-1], "w", zipfile.ZIP_DEFLATED) as z:
            for m in part:
                z.write(m, pathlib.Path(m).name)
        members += part
    kept, _ = accepted(files)
    zip_against("ZIP of 20 each", kept, members, a, lines)


def ooxml_race(a, pick, lines):
    """Documents with metafiles wait for LibreOffice to start, once in a command: they have a row of their own."""
    every, drawn = [], []
    for kind in ("docx", "xlsx", "pptx"):
        good, rows = accepted(some(pick, sorted(str(p) for p in (CORPUS / "poi").rglob("*." + kind)), at_most(a, 60)))
        drawn += [r["input"] for r in rows if any(f["code"] == "OOXML_PICTURE_DRAWN" for f in r["findings"])]
        good = [f for f in good if f not in drawn]
        every += good
        if shutil.which("bsdtar"):
            race(kind, good, {"bsdtar, repacked": bsdtar}, a.rounds, lines)
    peers = {"bsdtar": bsdtar, "mat2": mat2, "soffice": soffice}
    for name in [n for n in peers if not shutil.which(n)]:
        print(f"{name}: not installed")
    if shutil.which("bsdtar"):
        race("OOXML", every, {"bsdtar, repacked": bsdtar}, a.rounds, lines)
        race("OOXML, with the metafiles' too", every + drawn, {"bsdtar, repacked": bsdtar}, min(a.rounds, 3), lines)
    if shutil.which("mat2"):
        race("OOXML", every, {"mat2": mat2}, 1, lines)
    if shutil.which("soffice"):
        # Its seconds are counted on few, ours on all.
        few = some(pick, every, 6)
        soffice(few[:1])	# makes its profile
        slow = soffice(few)[0] / len(few)
        fast = statistics.median(ours(every)[0] for _ in range(a.rounds)) / len(every)
        lines.append(f"| OOXML | {len(few)} | soffice --convert-to | {1 / slow:.2f} | | {slow / fast:.0f} × | |")
        print(lines[-1], flush=True)
    lines += ["", *("OOXML: " + l for l in jail_says(some(pick, every, 60)) if l.startswith("a document alone")), ""]
    print("\n".join(lines[-6:]), flush=True)


def told(ms, what, lines):
    ms.sort()
    lines += ["", f"{what}: median {statistics.median(ms):.1f} ms, p90 {ms[int(len(ms) * .9)]:.1f}, "
              f"p99 {ms[int(len(ms) * .99)]:.0f}, slowest {ms[-1]:.0f}.", ""]
    print(lines[-2], flush=True)


def jail_says(files):
    return subprocess.run([JAIL, ROOT / "build" / "bin", *files], capture_output=True, text=True).stdout.splitlines()


def latency(a, pick, lines):
    files = some(pick, pdfs_of("pdfjs", "qpdf"), at_most(a, 2000))
    _, rows = accepted(files)
    told([r["milliseconds"] for r in rows], f"Latency of {len(rows)} PDFs, {os.cpu_count() + 1} side by side", lines)


def jail(a, pick, lines):
    """What the jail adds to a document (tests/bench/jail.c)."""
    files, _ = accepted(some(pick, pdfs_of("pdfjs"), at_most(a, 120)))
    said = jail_says(files)
    lines += ["", *("- " + l for l in said), ""]
    print("\n".join(said), flush=True)


SECTIONS = {"pdf": pdf_race, "pixels": pixels_race, "images": images_race, "zip": zip_race, "ooxml": ooxml_race,
            "latency": latency, "jail": jail}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--only", default=",".join(SECTIONS), help="of " + ", ".join(SECTIONS))
    a = parser.parse_args()
    if not CORPUS.is_dir():
        print("../shared/corpus is absent: nothing to measure")
        return 77
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "q").mkdir(parents=True)
    lines = [f"# Speed, {datetime.date.today()}", "", f"`tests/bench/speed.py --write docs/results/speed.md`; {os.cpu_count()} processors, "
             f"medians of {a.rounds} interleaved rounds (3 for the pixels and for all pictures, 1 for mat2); whole jobs from files to files.", "",
             "| files | number | program | files/s | CPU ms/file | we are faster by | by CPU |", "|---|---|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    for name in a.only.split(","):
        # Its own seed: a section's sample does not hang on which others run.
        SECTIONS[name](a, random.Random(f"2026 {name}"), lines)
    if a.write:
        pathlib.Path(a.write).write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
