#!/usr/bin/env python3
"""Do drawings look the same after disarming?  Each SVG of a folder is drawn before and after by rsvg-convert (librsvg2-bin, an
outside judge) and compared: SSIM on luminance, on white.  Files that it cannot draw before are counted apart.

    svg.py build/bin/sekisho build/tests/bench/ssim FOLDER [--limit N] [--show]
"""
import argparse
import collections
import os
import subprocess
import sys
import tempfile


def draw(path, to):
    """A PNG; None where the renderer does not draw it."""
    try:
        done = subprocess.run(["rsvg-convert", "-b", "white", path, "-o", to], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return None
    return to if done.returncode == 0 and os.path.getsize(to) > 0 else None


def ssim(tool, a, b):
    with open(a, "rb") as one, open(b, "rb") as two:
        if one.read() == two.read():
            return 1.0
    for png in (a, b):
        subprocess.run(["convert", png, "-colorspace", "Gray", "-depth", "8", png + ".pgm"], check=True)
    return float(subprocess.run([tool, a + ".pgm", b + ".pgm"], capture_output=True, text=True, check=True).stdout)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("sekisho")
    p.add_argument("ssim")
    p.add_argument("folder")
    p.add_argument("--limit", type=int, default=0)
    p.add_argument("--show", action="store_true", help="name the files that differ")
    o = p.parse_args()
    files = sorted(os.path.join(d, f) for d, _, names in os.walk(o.folder) for f in names if f.endswith(".svg"))
    if o.limit:
        files = files[::max(1, len(files) // o.limit)]
    seen, sizes = collections.Counter(), []
    with tempfile.TemporaryDirectory() as tmp:
        out, a, b = (os.path.join(tmp, n) for n in ("out.svg", "a.png", "b.png"))
        for f in files:
            for old in (out, a, b):
                if os.path.exists(old):
                    os.unlink(old)
            before = draw(f, a)
            done = subprocess.run([o.sekisho, "sanitize", "-q", f, "-o", out], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, check=False)
            if before is None:
                seen["not drawn before"] += 1
            elif done.returncode not in (0, 1) or not os.path.exists(out):
                seen["refused"] += 1
                if o.show:
                    print("refused", f)
            else:
                sizes.append(os.path.getsize(out) / os.path.getsize(f))
                s = ssim(o.ssim, a, b) if draw(out, b) else 0.0
                kind = "equal" if s >= 0.9995 else "SSIM >= 0.98" if s >= 0.98 else "different"
                seen[kind] += 1
                if o.show and kind != "equal":
                    print("%.4f %s" % (s, f))
    drawn = sum(n for k, n in seen.items() if k != "not drawn before")
    for kind, n in seen.most_common():
        print("%-18s %5d  %5.1f %%" % (kind, n, 100 * n / max(1, drawn)))
    if sizes:
        sizes.sort()
        print("size ratio: median %.2f, p99 %.2f" % (sizes[len(sizes) // 2], sizes[int(len(sizes) * 0.99)]))
    return 0


sys.exit(main())
