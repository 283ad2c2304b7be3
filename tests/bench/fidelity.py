#!/usr/bin/python3
"""Do the outputs look the same and say the same?  Judged by outside renderers.

fidelity.py [--write docs/results/fidelity.md] [--work out/fidelity] [FILE...]

PDF: pdftoppm -r 60 -gray, the first 12 pages, SSIM on 8x8 blocks, the worst
page counts; pdftotext must give equal text.  Files that the renderer cannot
open are counted apart.  Pictures: ImageMagick decodes both, all frames, upright;
equal samples or the signal-to-noise ratio of the worst frame.

What falls below is listed, each with the judgement of fidelity_judged.tsv;
what has none there says so.
"""
import argparse
import concurrent.futures
import datetime
import json
import pathlib
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
SSIM = ROOT / "build" / "tests" / "bench" / "ssim"
PSNR = ROOT / "build" / "tests" / "bench" / "psnr"
CONVERT = "/usr/bin/convert" if pathlib.Path("/usr/bin/convert").exists() else "convert"


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


def frames(path, kind, t, name):
    """The frames of an animated PNG as pictures of their own (ImageMagick sees the first only), each with its fcTL."""
    data, at, head, control, now, found = path.read_bytes(), 8, None, b"", None, []

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    shared = b""
    while at + 12 <= len(data):
        n, = struct.unpack_from(">I", data, at)
        tag, body = data[at + 4:at + 8], data[at + 8:at + 8 + n]
        at += 12 + n
        if tag == b"IHDR":
            head = body
        elif tag in (b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP") and now is None:
            shared += chunk(tag, body)
        elif tag == b"fcTL":
            control, now = body[4:], None
        elif tag in (b"IDAT", b"fdAT"):
            if now is None:
                now = [control, b""]
                found.append(now)
            now[1] += body if tag == b"IDAT" else body[4:]
    files = []
    for k, (control, pixels) in enumerate(found):
        size = control[:8] if control else head[:8]
        p = t / f"{name}{k}.png"
        p.write_bytes(data[:8] + chunk(b"IHDR", size + head[8:]) + shared + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
        files.append((str(p), control))
    return files


def decoded(source, kind, to):
    """One PAM with all frames of a picture as it is to be seen; what ImageMagick complained of."""
    p = subprocess.run([CONVERT, f"{kind}:{source}", *(["-coalesce"] if kind in ("gif", "webp") else []), "-auto-orient",
                        "-colorspace", "sRGB", "-type", "TrueColorAlpha", "-depth", "16", f"pam:{to}"], capture_output=True, text=True, timeout=120)
    return to.exists(), p.stderr


def animated(row, t):
    a, b = frames(pathlib.Path(row["input"]), "png", t, "a"), frames(pathlib.Path(row["output"]), "png", t, "b")
    if [c for _, c in a] != [c for _, c in b]:
        return "size"
    worst = float("inf")
    for k, (x, _) in enumerate(a):
        if not decoded(x, "png", t / f"{k}a")[0] or not decoded(b[k][0], "png", t / f"{k}b")[0]:
            return None
        p = subprocess.run([PSNR, t / f"{k}a", t / f"{k}b"], capture_output=True, text=True)
        worst = min(worst, float(p.stdout) if p.stdout.strip() != "size" else 0.0)
    return worst


def picture(row):
    """(input, dB: inf where all samples of all frames are equal, "size", None where the input cannot be read; did the reader complain?)"""
    with tempfile.TemporaryDirectory() as d:
        t = pathlib.Path(d)
        there, said = decoded(row["input"], row["type"], t / "a")
        if not there:
            return row["input"], None, True
        also, _ = decoded(row["output"], row["type"], t / "b")
        if not also:
            return row["input"], 0.0, bool(said)
        text = subprocess.run([PSNR, t / "a", t / "b"], capture_output=True, text=True).stdout.strip()
        worst = text if text == "size" else float(text or 0)
        if worst == float("inf") and row["type"] == "png" and b"acTL" in pathlib.Path(row["input"]).read_bytes():
            worst = animated(row, t)
        return row["input"], worst, bool(said)


def judgements():
    """file name: (kind, reason)"""
    rows = [l.split("\t") for l in (ROOT / "tests" / "bench" / "fidelity_judged.tsv").read_text().splitlines()
            if l and not l.startswith("#")]
    return {name: (kind, reason) for name, kind, reason in rows}


def why(judged, path):
    name = pathlib.Path(path).name
    return ": ".join(judged[name]) if name in judged else "NOT JUDGED"


def refusals(rows, judged):
    """Of PDFs, all that were refused."""
    refused = [r for r in rows if r["type"] == "pdf" and not r["output"]]
    locked = [r for r in refused if any(f["code"] == "PASSWORD_NEEDED" for f in r["findings"])]
    lines = ["", "## PDF: refused", "", f"- the password was not given: {len(locked)}"]
    lines += [f"- {pathlib.Path(r['input']).name}: {r['findings'][-1]['detail']}; {why(judged, r['input'])}"
              for r in refused if r not in locked]
    return lines


def share(n, of):
    return f"{n} of {of} ({100 * n / of:.1f} %)" if of else "none"


def quantile(v, q):
    v = sorted(v)
    return v[min(len(v) - 1, int(q * len(v)))] if v else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write")
    parser.add_argument("--work", default=str(ROOT / "out" / "fidelity"))
    parser.add_argument("files", nargs="*")
    a = parser.parse_args()
    if not CORPUS.is_dir() and not a.files:
        print("../shared/corpus is absent: nothing to measure")
        return 77
    work = pathlib.Path(a.work)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    report = work / "report.jsonl"
    subprocess.run([ROOT / "build/bin/sekisho", "sanitize", "-q", "--json", report] +
                   (a.files or [CORPUS / "pdfjs", CORPUS / "qpdf", CORPUS / "pillow"]) + ["-o", work / "out"],
                   stdout=subprocess.DEVNULL)
    rows = [json.loads(l) for l in report.read_text().splitlines()]
    done = [r for r in rows if r["output"]]
    pdfs = [r for r in done if r["type"] == "pdf"]
    pics = [r for r in done if r["type"] in ("jpeg", "png", "gif", "webp", "tiff", "bmp")]
    lines = [f"# Fidelity, {datetime.date.today()}", "", "`tests/bench/fidelity.py --write docs/results/fidelity.md`", ""]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        seen = list(pool.map(judge, pdfs))
        shown = list(pool.map(picture, pics))
    judged = judgements()
    good = [s for s in seen if s[1] is not None]
    look = [s for s in good if s[1] >= 0.99]
    both = [s for s in look if s[2]]
    below = [s for s in good if s not in both]
    known = [s for s in below if pathlib.Path(s[0]).name in judged]
    lines += ["## PDF", "", f"- rebuilt: {len(pdfs)}; the renderer draws {len(good)} of the inputs",
              f"- all pages at SSIM ≥ 0.99: {share(len(look), len(good))}",
              f"- equal text: {share(sum(1 for s in good if s[2]), len(good))}",
              f"- both: {share(len(both), len(good))}",
              f"- both, or looked at and judged below as no fault of the rebuilding: {share(len(both) + len(known), len(good))}",
              "- worst page: " + ", ".join(f"p{int(q * 100)} {quantile([s[1] for s in good], q):.4f}" for q in (.01, .02, .03, .05, .1, .5)),
              "", "Below, each with its judgement (kinds: tests/bench/fidelity_judged.tsv):", ""]
    lines += [f"- {pathlib.Path(s[0]).name}: SSIM {s[1]:.4f}, text {'equal' if s[2] else 'differs'}; {why(judged, s[0])}"
              for s in sorted(below, key=lambda s: (s[1], s[2]))]
    lines += refusals(rows, judged)
    lines += ["", "## Pictures", ""]
    by = {r["input"]: r["type"] for r in pics}
    for kind in ("jpeg", "png", "gif", "webp", "tiff", "bmp"):
        of = [s for s in shown if by[s[0]] == kind]
        seen_of = [s for s in of if s[1] is not None]
        if not of:
            continue
        lossy = sorted(s[1] for s in seen_of if s[1] not in ("size", float("inf")))
        lines.append(f"- {kind}: {len(of)} rebuilt, {len(seen_of)} of the inputs the reader draws; equal pixels "
                     f"{share(sum(1 for s in seen_of if s[1] == float('inf')), len(seen_of))}" +
                     (f"; the others {', '.join(f'{v:.1f}' for v in lossy)} dB" if lossy else ""))
        lines += [f"  - {pathlib.Path(s[0]).name}: {s[1] if s[1] == 'size' else f'{s[1]:.1f} dB'}"
                  f"{' (the reader complains of the input)' if s[2] else ''}; {why(judged, s[0])}"
                  for s in seen_of if s[1] == "size" or s[1] < (45 if kind == "webp" else float("inf"))]
    lines += ["", "## Size of output to input", ""]
    for kind, of in [("PDF", pdfs), ("pictures", pics)] + [(k, [r for r in pics if r["type"] == k]) for k in sorted({r["type"] for r in pics})]:
        ratio = [r["size_out"] / r["size_in"] for r in of if r["size_in"]]
        if ratio:
            lines.append(f"- {kind}: median {statistics.median(ratio):.3f}, p90 {quantile(ratio, .9):.2f}, "
                         f"p99 {quantile(ratio, .99):.2f}, largest {max(ratio):.1f}")
            worst = sorted(of, key=lambda r: -r["size_out"] / max(1, r["size_in"]))[:8]
            lines += [f"  - {pathlib.Path(r['input']).name}: {r['size_in']} → {r['size_out']}" for r in worst]
    print("\n".join(lines))
    if a.write:
        page = pathlib.Path(a.write)
        _, head, office = page.read_text().partition("\n## Office") if page.exists() else ("", "", "")  # office.py's, not ours
        page.write_text("\n".join(lines) + "\n" + head + office)
    return 0


if __name__ == "__main__":
    sys.exit(main())
