"""The convert lane with the real programs: what is not installed is skipped, and refused by name."""
import pathlib
import struct
import subprocess
import unittest
import zlib

from cli import DONE, REFUSED, Case, codes, pdf

OFFICE = pathlib.Path("/usr/lib/libreoffice/program/libmergedlo.so").exists()
POPPLER = pathlib.Path("/usr/bin/pdftoppm").exists() and pathlib.Path("/usr/bin/pdftotext").exists()



def rtf(words, more=""):
    return "{\\rtf1\\ansi " + "".join("\\u%d?" % ord(c) for c in words) + more + "\\par}"

def wmf(*records):
    """A placeable metafile ([MS-WMF] 2.3.2.3) of two inches by two, its window a thousand units wide and high, no pen."""
    records = [(0x20b, 0, 0), (0x20c, 1000, 1000), (0x103, 8), (0x2fa, 5, 0, 0, 0, 0), (0x12d, 0), *records]
    body = b"".join(struct.pack("<IH", 2 + len(r), *r[:1]) + struct.pack("<%dH" % (len(r) - 1), *r[1:]) for r in records) + struct.pack("<IH", 3, 0)
    placed = struct.pack("<IH4hHI", 0x9AC6CDD7, 0, 0, 0, 1000, 1000, 500, 0)
    checksum = 0
    for word in struct.unpack("<10H", placed):
        checksum ^= word
    return placed + struct.pack("<HHHHIHIH", checksum, 1, 9, 0x300, (18 + len(body)) // 2, 8, 2 + max(map(len, records)), 0) + body


BLUE, GREEN = ((0x2fc, 0, 0, 200, 0), (0x12d, 1)), ((0x2fc, 0, 200 << 8, 0, 0), (0x12d, 1))


def pixels(png):
    """Width, channels and rows of a PNG of 8 bits a channel."""
    at, data = 8, b""
    while at < len(png):
        n, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + n]
        at += n + 12
        if kind == b"IHDR":
            w, _, depth, colours = struct.unpack(">IIBB", body[:10])
            channels = {2: 3, 6: 4}[colours]
            assert depth == 8
        elif kind == b"IDAT":
            data += body
    raw, row, rows = zlib.decompress(data), w * channels, []
    for y in range(len(raw) // (row + 1)):
        kind, line = raw[y * (row + 1)], bytearray(raw[y * (row + 1) + 1:(y + 1) * (row + 1)])
        up = rows[-1] if rows else bytes(row)
        for i in range(row):
            a, b, c = (line[i - channels], up[i], up[i - channels]) if i >= channels else (0, up[i], 0)
            near = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            line[i] = line[i] + (0, a, b, (a + b) // 2, near)[kind] & 255
        rows.append(bytes(line))
    return w, channels, rows


class Convert(Case):
    def drawn(self, *records):
        row = self.sanitize(self.write("a.wmf", wmf(*records)), "-o", "a.png")[0]
        self.assertEqual(("disarmed", ["DRAWING_CONVERTED"]), (row["verdict"], codes(row)))
        return pixels(self.read("a.png"))

    @unittest.skipUnless(OFFICE, "LibreOffice is not installed")
    def test_a_drawing_has_no_ground_of_its_own(self):
        """A blue disc, and on any red page no pixel of it that red and blue do not mix."""
        w, channels, rows = self.drawn(*BLUE, (0x418, 900, 900, 100, 100))
        self.assertEqual((480, 4, 480), (w, channels, len(rows)))
        dots = [[row[i:i + 4] for i in range(0, len(row), 4)] for row in rows]
        self.assertEqual(bytes((0, 0, 200, 255)), dots[240][240])
        for y, x in ((0, 0), (0, 479), (479, 0), (479, 479), (70, 70)):
            self.assertEqual(0, dots[y][x][3])
        soft = 0
        for row in dots:
            for r, g, b, a in row:
                soft += 0 < a < 255
                red, green, blue = ((c * a + page * (255 - a)) / 255 for c, page in zip((r, g, b), (255, 0, 0)))
                self.assertLess(green, 5)
                self.assertLess(abs((255 - red) / 255 - blue / 200), .02)
        self.assertGreater(soft, 500)
        disc = sum(d[3] for row in dots for d in row) / 255
        self.assertLess(abs(disc - 3.14159 * 192 * 192), 500)

    @unittest.skipUnless(OFFICE, "LibreOffice is not installed")
    def test_a_drawing_without_holes_has_three_channels(self):
        """It draws beyond its frame on every side, too."""
        w, channels, rows = self.drawn(*GREEN, (0x41b, 1500, 1500, 0x10000 - 500, 0x10000 - 500))
        self.assertEqual((480, 3, 480), (w, channels, len(rows)))
        self.assertEqual({bytes((0, 200, 0)) * w}, set(rows))

    @unittest.skipUnless(OFFICE and POPPLER, "LibreOffice or poppler is not installed")
    def test_a_legacy_document_becomes_text(self):
        row = self.sanitize(self.write("a.rtf", rtf("帯広市役所")), "-o", "a.txt", "--profile", "text")[0]
        self.assertEqual("text", row["verdict"])
        self.assertIn("帯広市役所", self.read("a.txt").decode())

    @unittest.skipUnless(OFFICE and POPPLER, "LibreOffice or poppler is not installed")
    def test_a_document_sees_no_file_of_ours(self):
        secret = self.write("secret.txt", "himitsu")
        for i, field in enumerate(("INCLUDETEXT", "INCLUDEPICTURE", "LINK Word.Document.8")):
            for k, path in enumerate((secret, "/etc/passwd", "/etc/hostname")):
                more = "{\\field{\\*\\fldinst %s \"file://%s\"}{\\fldrslt old}}" % (field, path)
                self.write("in/%d%d.rtf" % (i, k), rtf("関所", more))
        self.sanitize("in", "-o", "out/", "--profile", "text")
        self.assertEqual(9, len(self.files("out")))
        for name in self.files("out"):
            words = self.read("out/" + name).decode()
            self.assertIn("関所", words)
            self.assertNotIn("himitsu", words)
            self.assertNotIn("root:", words)

    @unittest.skipUnless(POPPLER, "poppler is not installed")
    def test_pages_become_pictures_with_their_words(self):
        row = self.sanitize(self.write("a.pdf", pdf("Sekisho")), "-o", "b.pdf", "--profile", "flatten")[0]
        self.assertEqual("flattened", row["verdict"])
        self.assertIn("FLATTENED", codes(row))
        words = subprocess.run(["pdftotext", "b.pdf", "-"], cwd=self.dir, stdout=subprocess.PIPE, check=True).stdout
        self.assertIn(b"Sekisho", words)
        images = subprocess.run(["pdfimages", "-list", "b.pdf"], cwd=self.dir, stdout=subprocess.PIPE, check=True).stdout
        self.assertIn(b"ccitt", images)
        # No glyph is drawn: without the picture the page is white.
        self.assertIn(b"3 Tr", self.qdf("b.pdf"))

    @unittest.skipUnless(POPPLER, "poppler is not installed")
    def test_pages_as_fine_as_asked_for(self):
        self.write("a.pdf", pdf("Sekisho"))	# 200 by 200 points
        for dpi, dots in ((None, 417), (50, 139), (600, 1667)):
            args = [] if dpi is None else ["--dpi", dpi]
            row = self.sanitize("a.pdf", "-o", "b.pdf", "--profile", "flatten", *args)[0]
            self.assertEqual(("flattened", dpi), (row["verdict"], row.get("dpi")))
            images = subprocess.run(["pdfimages", "-list", "b.pdf"], cwd=self.dir, stdout=subprocess.PIPE, check=True).stdout
            self.assertEqual(images.split(b"\n")[2].split()[3:5], [b"%d" % dots] * 2, images)

    def qdf(self, name):
        return subprocess.run(["qpdf", "--qdf", name, "-"], cwd=self.dir, stdout=subprocess.PIPE, check=True).stdout

    @unittest.skipUnless(POPPLER, "poppler is not installed")
    def test_words_in_reading_order(self):
        row = self.sanitize(self.write("a.pdf", pdf("Sekisho")), "-o", "a.txt", "--profile", "text")[0]
        self.assertEqual("text", row["verdict"])
        self.assertEqual("Sekisho", self.read("a.txt").decode().strip())

    def test_a_damaged_document_is_refused_with_its_reason(self):
        self.write("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000)
        row = self.sanitize("a.doc", "-o", "a.docx", status=REFUSED)[0]
        self.assertEqual("refused", row["verdict"])
        self.assertFalse((self.dir / "a.docx").exists())


if __name__ == "__main__":
    unittest.main()
