"""The convert lane with the real programs: what is not installed is skipped, and refused by name."""
import pathlib
import subprocess
import unittest

from cli import DONE, REFUSED, Case, codes, pdf

OFFICE = pathlib.Path("/usr/lib/libreoffice/program/libmergedlo.so").exists()
POPPLER = pathlib.Path("/usr/bin/pdftoppm").exists() and pathlib.Path("/usr/bin/pdftotext").exists()



def rtf(words, more=""):
    return "{\\rtf1\\ansi " + "".join("\\u%d?" % ord(c) for c in words) + more + "\\par}"


class Convert(Case):
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
