"""What the tests of the command line share: a folder of its own for each, and the program."""
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest
import zlib

SEKISHO = os.path.abspath(os.environ.get("SEKISHO", "build/bin/sekisho"))
ROOT = pathlib.Path(__file__).resolve().parents[2]
DONE, USAGE, REFUSED, FAILED = 0, 2, 3, 4


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self._own = tempfile.TemporaryDirectory()
        self.addCleanup(self._own.cleanup)
        self.dir = pathlib.Path(self._own.name)

    def write(self, name, data):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return str(path)

    def read(self, name):
        return (self.dir / name).read_bytes()

    def sekisho(self, *args, before=(), stdin=b"", **kw):
        """The program in this test's folder, in English; `before`: a program that starts it."""
        return subprocess.run([*before, SEKISHO, *map(str, args)], cwd=self.dir, input=stdin, timeout=120, check=False,
                              stdout=kw.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE,
                              env=dict(os.environ, LC_ALL="C.UTF-8", LANG="en_US.UTF-8", LC_MESSAGES="en_US.UTF-8"), **kw)

    def begin(self, *args):
        """The program, not waited for."""
        return subprocess.Popen([SEKISHO, *map(str, args)], cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def sanitize(self, *args, status=DONE, **kw):
        """Its rows of the report; fails where the exit status is another."""
        report = self.dir / "report.jsonl"
        report.unlink(missing_ok=True)
        done = self.sekisho("--lang", "en", "sanitize", "--json", report, *args, **kw)
        self.assertEqual(done.returncode, status, done.stderr.decode(errors="replace"))
        return rows_of(report)

    def files(self, folder):
        """Everything below a folder, hidden and half-made files too."""
        return sorted(str(p.relative_to(self.dir / folder)) for p in (self.dir / folder).rglob("*") if not p.is_dir())


def rows_of(report):
    if not os.path.exists(report):
        return []
    with open(report, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def codes(row):
    return [f["code"] for f in row["findings"]]


def png(width, height, rgb=None):
    """An ordinary picture: RGB, 8 bits; its size on the disk follows from its noise."""
    rows = rgb or b"\x20\x40\x80" * width * height
    raw = b"".join(b"\0" + rows[y * width * 3:(y + 1) * width * 3] for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(raw, 6)) + chunk(b"IEND", b""))


def noisy_png(width, height):
    """One that does not compress."""
    state, out = 1, bytearray()
    for _ in range(width * height * 3):
        state = (state * 1103515245 + 12345) & 0x7fffffff
        out.append(state >> 16 & 255)
    return png(width, height, bytes(out))


def pdf(text="Hello", catalog=""):
    """One page with one line of text."""
    content = ("BT /F1 24 Tf 20 100 Td (%s) Tj ET" % text).encode()
    objects = [b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog.encode(), b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
               b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out, at = b"%PDF-1.7\n", []
    for i, o in enumerate(objects):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i + 1, o)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1) + b"".join(b"%010d 00000 n \n" % a for a in at)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(at) + 1, xref)


BAD_PDF = b"%PDF-1.7\nnothing of a document\n%%EOF\n"
