"""--password-file: encrypted PDFs, ZIPs and OpenDocument, not made by us; right, wrong and absent passwords."""
import io
import shutil
import subprocess
import unittest
import zipfile

import odf_lock
from cli import DONE, REFUSED, USAGE, Case, codes, pdf

RIGHT = "秘密Pass#1"		# of AES-256: UTF-8
PLAIN = "secret Pass#1"		# of the older ways, and all that 7z takes for a ZIP
# name, options of qpdf, password
PDFS = (
    ("rc4-40", ["--allow-weak-crypto", "--encrypt", PLAIN, "owner", "40", "--"], PLAIN),
    ("rc4-128", ["--allow-weak-crypto", "--encrypt", PLAIN, "owner", "128", "--use-aes=n", "--"], PLAIN),
    ("aes-128", ["--allow-weak-crypto", "--encrypt", PLAIN, "owner", "128", "--use-aes=y", "--"], PLAIN),
    ("aes-128-clear-metadata", ["--allow-weak-crypto", "--encrypt", PLAIN, "owner", "128", "--use-aes=y",
                                "--cleartext-metadata", "--"], PLAIN),
    ("aes-256-r5", ["--allow-weak-crypto", "--encrypt", PLAIN, "owner", "256", "--force-R5", "--"], PLAIN),
    ("aes-256", ["--encrypt", RIGHT, "owner", "256", "--"], RIGHT),
    ("aes-256-owner", ["--encrypt", RIGHT, "owner", "256", "--"], "owner"),
    ("aes-256-object-streams", ["--object-streams=generate", "--encrypt", RIGHT, "owner", "256", "--"], RIGHT),
    ("rc4-128-owner", ["--allow-weak-crypto", "--encrypt", PLAIN, "owner", "128", "--use-aes=n", "--"], "owner"),
)
ZIPS = (
    ("7z-zipcrypto", ["7z", "a", "-bd", "-tzip", "-mem=ZipCrypto", "-p" + PLAIN], PLAIN),
    ("7z-aes-128", ["7z", "a", "-bd", "-tzip", "-mem=AES128", "-p" + PLAIN], PLAIN),
    ("7z-aes-192", ["7z", "a", "-bd", "-tzip", "-mem=AES192", "-p" + PLAIN], PLAIN),
    ("7z-aes-256", ["7z", "a", "-bd", "-tzip", "-mem=AES256", "-p" + PLAIN], PLAIN),
    ("zip-zipcrypto", ["zip", "-q", "-P", PLAIN], PLAIN),
    ("zip-zipcrypto-stored", ["zip", "-q", "-0", "-P", PLAIN], PLAIN),
)

ODT = "application/vnd.oasis.opendocument.text"
LETTER = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.4"><office:body><office:text>
 <text:p>Sealed letter</text:p></office:text></office:body></office:document-content>"""


class Passwords(Case):
    def file_of(self, *lines, end="\n"):
        return self.write("passwords", end.join(lines) + end)

    def try_passwords(self, name, good):
        """What a document whose password is `good` does with files of passwords."""
        for lines, end in (([good], ""), (["\ufeff" + good], "\n"), (["a", "b", "c", "d", "", "f", "g", good], "\n"), (["", "wrong", "", good, ""], "\r\n")):
            row, = self.sanitize(name, "-o", "right.out", "--password-file", self.file_of(*lines, end=end))
            self.assertIn(row["verdict"], ("clean", "disarmed"))
        wrong = self.file_of("wrong", good + "x", good[:-1], good.swapcase(), " " + good, good + " ", good[::-1])
        for args in (["--password-file", wrong], ["--password-file", self.write("empty", "")], []):
            row, = self.sanitize(name, "-o", "wrong.out", *args, status=REFUSED)
            self.assertEqual(codes(row), ["PASSWORD_NEEDED"], args)
            self.assertIsNone(row["output"])
        self.assertFalse((self.dir / "wrong.out").exists())

    @unittest.skipUnless(shutil.which("qpdf"), "qpdf is not installed")
    def test_pdf(self):
        self.write("plain.pdf", pdf("Sealed letter"))
        for name, options, good in PDFS:
            with self.subTest(name):
                made = subprocess.run(["qpdf", "plain.pdf", "in.pdf", *options], cwd=self.dir, check=False, capture_output=True)
                self.assertEqual(made.returncode, 0, made.stderr)
                self.try_passwords("in.pdf", good)
                shown = subprocess.run(["qpdf", "--qdf", "right.out", "-"], cwd=self.dir, check=True, capture_output=True)
                self.assertIn(b"Sealed letter", shown.stdout)
                self.assertNotIn(b"/Encrypt", shown.stdout)

    @unittest.skipUnless(shutil.which("qpdf"), "qpdf is not installed")
    def test_pdf_that_only_its_owner_may_change_opens_for_all(self):
        self.write("plain.pdf", pdf("Sealed letter"))
        for options in (["--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--"],
                        ["--encrypt", "", "owner", "256", "--"]):
            subprocess.run(["qpdf", "plain.pdf", "in.pdf", *options], cwd=self.dir, check=True)
            row, = self.sanitize("in.pdf", "-o", "out.pdf")
            self.assertIn(row["verdict"], ("clean", "disarmed"))
            self.assertNotIn(b"/Encrypt", self.read("out.pdf"))

    def test_zip(self):
        self.write("letter.txt", "Sealed letter\n" * 50)
        self.write("deep/table.csv", "a,b\n1,2\n")
        for name, make, good in ZIPS:
            with self.subTest(name):
                if shutil.which(make[0]) is None:
                    self.skipTest(make[0] + " is not installed")
                (self.dir / "in.zip").unlink(missing_ok=True)
                made = subprocess.run([*make, "in.zip", "letter.txt", "deep/table.csv"], cwd=self.dir, check=False,
                                      capture_output=True)
                self.assertEqual(made.returncode, 0, made.stdout)
                with zipfile.ZipFile(self.dir / "in.zip") as z:
                    self.assertTrue(all(i.flag_bits & 1 for i in z.infolist()), "not encrypted at all")
                self.try_passwords("in.zip", good)
                with zipfile.ZipFile(self.dir / "right.out") as z:
                    self.assertFalse(any(i.flag_bits & 1 for i in z.infolist()))
                    self.assertEqual(z.read("letter.txt"), b"Sealed letter\n" * 50)
                    self.assertEqual(z.read("deep/table.csv"), b"a,b\n1,2\n")

    @unittest.skipUnless(odf_lock.ARGON2 and odf_lock.CRYPTO, "libargon2 or OpenSSL 3 is not installed")
    def test_opendocument_in_an_envelope(self):
        package = odf_lock.archive(ODT, [("content.xml", LETTER)])
        self.write("in.odt", odf_lock.locked(package, RIGHT, ODT, 1, 8, 1))
        self.try_passwords("in.odt", RIGHT)
        # What LibreOffice writes, and all the memory that is allowed: the jail has room for it, and no second thread.
        for numbers in ((3, 65536, 4), (4, 262144, 4)):
            self.write("in.odt", odf_lock.locked(package, RIGHT, ODT, *numbers))
            row, = self.sanitize("in.odt", "-o", "right.out", "--password-file", self.file_of("wrong", RIGHT))
            self.assertEqual(codes(row), ["DECRYPTED"])
            with zipfile.ZipFile(self.dir / "right.out") as z:
                self.assertIn(b"Sealed letter", z.read("content.xml"))
                self.assertNotIn("encrypted-package", z.namelist())
                self.assertNotIn(b"encryption-data", z.read("META-INF/manifest.xml"))

    @unittest.skipUnless(odf_lock.ARGON2 and odf_lock.CRYPTO, "libargon2 or OpenSSL 3 is not installed")
    def test_opendocument_that_asks_for_too_much(self):
        package = odf_lock.archive(ODT, [("content.xml", LETTER)])
        small = odf_lock.locked(package, RIGHT, ODT, 1, 8, 1)
        with zipfile.ZipFile(io.BytesIO(small)) as z:
            inside, manifest = z.read("encrypted-package"), z.read("META-INF/manifest.xml").decode()
        for name, was, now in (("memory", 8, 262145), ("memory", 8, 999999999), ("iterations", 1, 999999999), ("lanes", 1, 65)):
            with self.subTest(name=name, now=now):
                changed = manifest.replace('argon2-%s="%d"' % (name, was), 'argon2-%s="%d"' % (name, now))
                self.assertNotEqual(changed, manifest)
                self.write("in.odt", odf_lock.archive(ODT, [("encrypted-package", inside), ("META-INF/manifest.xml", changed)]))
                row, = self.sanitize("in.odt", "-o", "out", "--password-file", self.file_of(RIGHT), status=REFUSED)
                self.assertEqual(codes(row), ["LIMIT"])

    @unittest.skipUnless(shutil.which("qpdf") and shutil.which("7z"), "qpdf or 7z is not installed")
    def test_each_part_has_its_own(self):
        self.write("plain.pdf", pdf("Sealed letter"))
        subprocess.run(["qpdf", "plain.pdf", "in.pdf", "--encrypt", "of the letter", "x", "256", "--"], cwd=self.dir, check=True)
        subprocess.run(["7z", "a", "-bd", "-tzip", "-mem=AES256", "-pof the archive", "in.zip", "in.pdf"], cwd=self.dir,
                       check=True, stdout=subprocess.DEVNULL)
        self.sanitize("in.zip", "-o", "out.zip", "--password-file", self.file_of("of the letter", "of the archive"))
        with zipfile.ZipFile(self.dir / "out.zip") as z:
            self.assertIn(b"%PDF", z.read("in.pdf"))
            self.assertNotIn(b"/Encrypt", z.read("in.pdf"))

    def test_a_file_of_passwords_that_is_none(self):
        name = self.write("a.txt", "words\n")
        self.write("huge", b"x" * 100000)
        self.write("long", b"a\n" + b"x" * 2049)
        self.write("many", "".join(f"{i}\n" for i in range(9)))
        for bad, said in (("absent", b"cannot be read"), (".", b"cannot be read"), ("/dev/full/x", b"cannot be read"),
                          ("huge", b"cannot be read"), ("long", b"too long"), ("many", b"eight passwords")):
            done = self.sekisho("--lang", "en", "sanitize", name, "-o", "out", "--password-file", bad)
            self.assertEqual(done.returncode, USAGE, bad)
            self.assertIn(said, done.stderr)
            self.assertIn(bad.encode(), done.stderr)
        self.assertFalse((self.dir / "out").exists())
        self.sanitize(name, "-o", "out", "--password-file", self.file_of(*map(str, range(7)), "", "", "x" * 2048))

    def test_a_password_is_said_nowhere(self):
        name = self.write("a.txt", "words\n")
        done = self.sekisho("sanitize", name, "-o", "out", "--json", "report", "--explain", "--password-file",
                            self.file_of("correct horse battery"))
        self.assertEqual(done.returncode, DONE)
        for said in (done.stdout, done.stderr, self.read("report"), self.read("out")):
            self.assertNotIn(b"horse", said)


if __name__ == "__main__":
    unittest.main()
