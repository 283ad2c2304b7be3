"""No room: a clear error, status 4, nothing half-written left, and the rest of the batch goes on."""
import json
import os
import resource
import shutil
import signal
import subprocess
import unittest

from cli import BAD_PDF, DONE, FAILED, Case, codes, noisy_png, rows_of

SMALL_DISK = "mount -t tmpfs -o size=%dk,mode=777 none '%s' && shift && exec \"$@\""


def own_mounts():
    """How to start a program that has its own mounts, or None."""
    for how in (["unshare", "-m"], ["unshare", "-rm"]):
        try:
            if subprocess.run([*how, "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, check=False).returncode == 0:
                return how
        except OSError:
            pass
    return None


UNSHARE = own_mounts()


class FullDisk(Case):
    def batch(self):
        for name in ("a.txt", "c.txt", "z.txt"):
            self.write("in/" + name, "some words\n" * 20)
        self.write("in/b.png", noisy_png(200, 200))
        self.write("in/bad.pdf", BAD_PDF)	# refused: `failed` counts for more
        (self.dir / "out").mkdir()

    def judge(self, rows, kept, code="OUTPUT_UNWRITTEN"):
        by_name = {os.path.basename(r["input"]): r for r in rows}
        self.assertEqual(sorted(by_name), ["a.txt", "b.png", "bad.pdf", "c.txt", "z.txt"])
        self.assertEqual(by_name.pop("bad.pdf")["verdict"], "refused")
        full = by_name.pop("b.png")
        self.assertEqual((full["verdict"], full["output"], full["sha256_out"]), ("failed", None, None))
        self.assertEqual((codes(full), full["size_out"]), ([code], 0))
        for row in by_name.values():
            self.assertEqual(row["verdict"], "clean")
        self.assertEqual(kept, ["a.txt", "c.txt", "z.txt"])

    @unittest.skipUnless(UNSHARE, "no mount namespace to be had")
    def test_a_folder_on_a_full_disk(self):
        self.batch()
        # The namespace ends with the program: the listing is taken inside it.
        script = SMALL_DISK % (64, self.dir / "out")
        inside = '"$@"; s=$?; cd out && find . ! -type d | sort; exit $s'
        done = self.sekisho("--lang", "en", "sanitize", "--json", "report", "in", "-o", "out",
                            before=[*UNSHARE, "sh", "-c", script, "sh", "x", "sh", "-c", inside, "sh"])
        self.assertEqual(done.returncode, FAILED, done.stderr)
        self.assertIn(b"No space left on device", done.stderr)
        self.assertIn(b"b.png", done.stderr)
        kept = [line[2:].decode() for line in done.stdout.splitlines() if line.startswith(b"./")]
        self.judge(rows_of(self.dir / "report"), kept)

    @unittest.skipUnless(UNSHARE, "no mount namespace to be had")
    def test_one_file_on_a_full_disk(self):
        self.write("b.png", noisy_png(200, 200))
        (self.dir / "out").mkdir()
        script = SMALL_DISK % (64, self.dir / "out")
        done = self.sekisho("--lang", "en", "sanitize", "b.png", "-o", "out/b.png",
                            before=[*UNSHARE, "sh", "-c", script, "sh", "x", "sh", "-c", '"$@"; s=$?; ls -A out; exit $s', "sh"])
        self.assertEqual(done.returncode, FAILED, done.stderr)
        self.assertIn(b"No space left on device", done.stderr)
        self.assertNotIn(b".part", done.stdout)
        self.assertNotIn(b"b.png\n", done.stdout.splitlines(keepends=True))

    @unittest.skipUnless(UNSHARE, "no mount namespace to be had")
    def test_an_older_output_stays_where_the_new_one_has_no_room(self):
        self.write("b.png", noisy_png(200, 200))
        (self.dir / "out").mkdir()
        script = SMALL_DISK % (64, self.dir / "out")
        inside = 'echo old >out/b.png; "$@"; s=$?; cat out/*; exit $s'
        done = self.sekisho("sanitize", "-q", "b.png", "-o", "out/b.png",
                            before=[*UNSHARE, "sh", "-c", script, "sh", "x", "sh", "-c", inside, "sh"])
        self.assertEqual((done.returncode, done.stdout), (FAILED, b"old\n"), done.stderr)

    @unittest.skipUnless(UNSHARE, "no mount namespace to be had")
    def test_a_report_on_a_full_disk_has_whole_rows(self):
        for i in range(60):
            self.write("in/%02d.txt" % i, "words\n")
        (self.dir / "small").mkdir()
        done = self.sekisho("--lang", "en", "sanitize", "-q", "in", "-o", "out", "--json", "small/report",
                            before=[*UNSHARE, "sh", "-c", SMALL_DISK % (8, self.dir / "small"), "sh", "x", "sh", "-c",
                                    '"$@"; s=$?; cat small/report; exit $s', "sh"])
        self.assertEqual(done.returncode, FAILED, done.stderr)
        self.assertEqual(done.stderr.count(b"cannot be written"), 1, "said once")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(0 < len(rows) < 60, len(rows))
        self.assertTrue(done.stdout.endswith(b"\n"))
        self.assertEqual(len(self.files("out")), 60, "what was delivered stays")

    def test_a_limit_on_the_size_of_files(self):
        self.batch()

        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)

        done = self.sekisho("--lang", "en", "sanitize", "--json", "report", "in", "-o", "out", preexec_fn=small)
        self.assertEqual(done.returncode, FAILED, done.stderr)
        self.assertIn(b"File too large", done.stdout + done.stderr)
        self.judge(rows_of(self.dir / "report"), self.files("out"), "INTERNAL")	# its memory is a file too

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_streams_that_take_nothing(self):
        name = self.write("a.txt", "words\n")
        with open("/dev/full", "wb") as full:
            done = self.sekisho("--lang", "en", "sanitize", name, "-o", "-", stdout=full)
            self.assertEqual(done.returncode, FAILED, done.stderr)
            self.assertIn(b"No space left on device", done.stderr)
        done = self.sekisho("--lang", "en", "sanitize", name, "-o", "out", "--json", "/dev/full")
        self.assertEqual(done.returncode, FAILED, "a report that could not be written")
        self.assertEqual(self.sekisho("sanitize", name, "-o", "/dev/full/out").returncode, FAILED)
        with open("/dev/full", "wb") as full:
            self.assertNotEqual(self.sekisho("sanitize", name, "-o", "out", "--json", "-", stdout=full).returncode, DONE)

    def test_a_folder_that_may_not_be_written(self):
        self.batch()
        (self.dir / "out/b.png").mkdir()	# in the way of an output: it gets another name
        shutil.rmtree(self.dir / "out")
        self.write("out", "a file where the folder should be\n")
        done = self.sekisho("sanitize", "in", "-o", "out")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(self.read("out"), b"a file where the folder should be\n")


if __name__ == "__main__":
    unittest.main()
