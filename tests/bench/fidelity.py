#!/usr/bin/python3
"""Do the outputs look the same and say the same?  Judged by outside renderers.

fidelity.py [--write docs/results/fidelity.md] [--work out/fidelity] [PDF...]

PDF: pdftoppm -r 60 -gray, the first 12 pages, SSIM on 8x8 blocks, the worst
page counts; pdftotext must give equal text.  Files that the renderer cannot
open are counted apart.  Pictures: equal pixels (ImageMagick), lossy WebP by PSNR.
"""
import argparse
import concurrent.futures
import datetime
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
SSIM = ROOT / "build" / "tests" / "bench" / "ssim"


def render(pdf, to):
    try:
        subprocess.run(["pdftoppm", "-r", "60", "-gray", "-l", "12", pdf, to / "p"], timeout=120,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return None
    return sorted(to.glob("p-*.pgm"))


def words(pdf):
    try:
        p = subprocess.run(["pdftotext", "-l", "12", pdf, "-"], timeout=120, capture_output=True)
    except subprocess.TimeoutExpired:
        return None
    return p.stdout.split()


def judge(row):
    src, out = row["input"], row["output"]
    with tempfile.TemporaryDirectory() as t:
        a, b = pathlib.Path(t) / "a", pathlib.Path(t) / "b"
        a.mkdir()
        b.mkdir()
        before, after = render(src, a), render(out, b)
        if not before:
            return src, None, None
        if after is None or len(before) != len(after):
            return src, 0.0, False
        worst = 1.0
        for x, y in zip(before, after):
            p = subprocess.run([SSIM, x, y], capture_output=True, text=True)
            worst = min(worst, float(p.stdout or 0))
        return src, worst, words(src) == words(out)


def picture(row):
    """(input, "equal" | PSNR in dB | None where ImageMagick cannot read the input)."""
    kind = row["type"]
    src, out = f"{kind}:{row['input']}", f"{kind}:{row['output']}"
    p = subprocess.run(["compare", "-metric", "PSNR", src, out, "null:"], capture_output=True, text=True, timeout=120)
    if p.returncode > 1:
        return row["input"], None
    text = p.stderr.split()[0] if p.stderr.split() else ""
    return row["input"], float("inf") if text.startswith("inf") else float(text or 0)


def share(n, of):
    return f"{n} of {of} ({100 * n / of:.1f} %)" if of else "none"


def quantile(v, q):
    v = sorted(v)
    return v[min(len(v) - 1, int(q * len(v)))] if v else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write")
    parser.add_argument("--work", default=str(ROOT / "out" / "fidelity"))
    parser.add_argument("pdfs", nargs="*")
    a = parser.parse_args()
    if not CORPUS.is_dir() and not a.pdfs:
        print("../shared/corpus is absent: nothing to measure")
        return 77
    work = pathlib.Path(a.work)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    report = work / "report.jsonl"
    subprocess.run([ROOT / "build/bin/sekisho", "sanitize", "-q", "--json", report] +
                   (a.pdfs or [CORPUS / "pdfjs", CORPUS / "qpdf", CORPUS / "pillow"]) + ["-o", work / "out"],
                   stdout=subprocess.DEVNULL)
    rows = [json.loads(l) for l in report.read_text().splitlines()]
    done = [r for r in rows if r["output"]]
    pdfs = [r for r in done if r["type"] == "pdf"]
    pics = [r for r in done if r["type"] in ("jpeg", "png", "gif", "webp", "tiff", "bmp")]
    lines = [f"# Fidelity, {datetime.date.today()}", "", "`tests/bench/fidelity.py --write docs/results/fidelity.md`", ""]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        seen = list(pool.map(judge, pdfs))
        shown = list(pool.map(picture, pics))
    good = [s for s in seen if s[1] is not None]
    look = [s for s in good if s[1] >= 0.99]
    both = [s for s in look if s[2]]
    lines += ["## PDF", "", f"- rebuilt: {len(pdfs)}; the renderer draws {len(good)} of the inputs",
              f"- all pages at SSIM ≥ 0.99: {share(len(look), len(good))}",
              f"- equal text: {share(sum(1 for s in good if s[2]), len(good))}",
              f"- both: {share(len(both), len(good))}",
              "- worst page: " + ", ".join(f"p{int(q * 100)} {quantile([s[1] for s in good], q):.4f}" for q in (.01, .02, .03, .05, .1, .5)),
              "", "The worst 20:", ""]
    lines += [f"- {pathlib.Path(s[0]).name}: SSIM {s[1]:.4f}, text {'equal' if s[2] else 'differs'}"
              for s in sorted(good, key=lambda s: (s[1], s[2]))[:20]]
    lines += ["", "## Pictures", ""]
    by = {r["input"]: r["type"] for r in pics}
    for kind in ("jpeg", "png", "gif", "webp", "tiff", "bmp"):
        of = [s for s in shown if by[s[0]] == kind and s[1] is not None]
        if of:
            lossy = sorted(s[1] for s in of if s[1] != float("inf"))
            lines.append(f"- {kind}: equal pixels {share(sum(1 for s in of if s[1] == float('inf')), len(of))}" +
                         (f"; the others {lossy[0]:.1f} dB at the least" if lossy else ""))
            lines += [f"  - {pathlib.Path(s[0]).name}: {s[1]:.1f} dB" for s in of if s[1] < 45]
    lines += ["", "## Size of output to input", ""]
    for kind, of in (("PDF", pdfs), ("pictures", pics)):
        ratio = [r["size_out"] / r["size_in"] for r in of if r["size_in"]]
        if ratio:
            lines.append(f"- {kind}: median {statistics.median(ratio):.3f}, p90 {quantile(ratio, .9):.2f}, "
                         f"p99 {quantile(ratio, .99):.2f}, largest {max(ratio):.1f}")
            worst = sorted(of, key=lambda r: -r["size_out"] / max(1, r["size_in"]))[:8]
            lines += [f"  - {pathlib.Path(r['input']).name}: {r['size_in']} → {r['size_out']}" for r in worst]
    print("\n".join(lines))
    if a.write:
        pathlib.Path(a.write).write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
