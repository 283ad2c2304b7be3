"""Streams, folders and status codes."""
import json
import os
import signal
import subprocess
import time
import unittest

from cli import BAD_PDF, DONE, FAILED, REFUSED, SEKISHO, USAGE, Case, pdf, png, rows_of


class Streams(Case):
    def test_in_and_out(self):
        for name, data, starts in (("text", b"words\n", b"words\n"), ("pdf", pdf(), b"%PDF-"), ("png", png(3, 3), b"\x89PNG")):
            with self.subTest(name):
                done = self.sekisho("sanitize", "-", "-o", "-", stdin=data)
                self.assertEqual(done.returncode, DONE, done.stderr)
                self.assertTrue(done.stdout.startswith(starts))
                self.assertTrue(done.stderr, "the words of the result go where the bytes do not")
        self.assertEqual(self.files("."), [])

    def test_a_pipe_is_read_to_its_end(self):
        data = b"0123456789abcde\n" * 20000
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
            with subprocess.Popen([SEKISHO, "sanitize", "-q", "-", "-o", "-"], stdin=cat.stdout, stdout=subprocess.PIPE) as p:
                cat.stdin.write(data[:100])
                cat.stdin.flush()
                time.sleep(0.2)
                cat.stdin.write(data[100:])
                cat.stdin.close()
                self.assertEqual(p.stdout.read(), data)
                self.assertEqual(p.wait(), DONE)

    def test_stdin_into_a_file_and_a_file_to_stdout(self):
        name = self.write("a.txt", "words\n")
        self.assertEqual(self.sekisho("sanitize", "-q", "-", "-o", "b.txt", stdin=b"more\n").returncode, DONE)
        self.assertEqual(self.read("b.txt"), b"more\n")
        self.assertEqual(self.sekisho("sanitize", "-q", name, "-o", "-").stdout, b"words\n")

    def test_stdout_that_is_appended_to(self):
        with open(self.dir / "log", "ab") as log:
            log.write(b"before\n")
            log.flush()
            done = self.sekisho("sanitize", "-q", "-", "-o", "-", stdin=b"words\n" * 20000, stdout=log)
        self.assertEqual((done.returncode, self.read("log")), (DONE, b"before\n" + b"words\n" * 20000), done.stderr)

    def test_stdin_into_a_folder_gets_a_name(self):
        (self.dir / "out").mkdir()
        self.assertEqual(self.sekisho("sanitize", "-q", "-", "-o", "out", stdin=pdf()).returncode, DONE)
        self.assertEqual(self.files("out"), ["stdin.pdf"])

    def test_what_is_refused_writes_nothing_to_stdout(self):
        for data in (BAD_PDF, b"", b"MZ" + bytes(100)):
            done = self.sekisho("sanitize", "-", "-o", "-", stdin=data)
            self.assertEqual((done.returncode, done.stdout), (REFUSED, b""))

    def test_the_report_on_stdout_is_json_alone(self):
        self.write("a.txt", "words\n")
        self.write("b.pdf", BAD_PDF)
        done = self.sekisho("sanitize", "a.txt", "b.pdf", "-o", "out", "--json", "-")
        self.assertEqual(done.returncode, REFUSED)
        self.assertEqual(sorted(json.loads(line)["verdict"] for line in done.stdout.splitlines()), ["clean", "refused"])

    def test_a_reader_that_went_away(self):
        self.write("a.png", png(100, 100))
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as gone:
            done = self.sekisho("sanitize", "a.png", "-o", "-", stdout=gone)
        self.assertEqual(done.returncode, FAILED, "it says so instead of dying")


class Status(Case):
    def setUp(self):
        super().setUp()
        self.write("good.txt", "words\n")
        self.write("bad.pdf", BAD_PDF)

    def test_what_each_run_ends_with(self):
        self.write("folder/good.txt", "words\n")
        (self.dir / "folder/dangling").symlink_to("nowhere")
        (self.dir / "empty").mkdir()
        self.write("plain/good.txt", "words\n")
        for args, status in (
                (["sanitize", "good.txt", "-o", "out.txt"], DONE),
                (["sanitize", "good.txt", "good.txt", "-o", "o1"], DONE),
                (["sanitize", "folder", "-o", "o2"], REFUSED),	# for the link in it
                (["sanitize", "plain", "-o", "o5"], DONE),
                (["sanitize", "empty", "-o", "o3"], DONE),
                (["sanitize", "bad.pdf", "-o", "out.pdf"], REFUSED),
                (["sanitize", "bad.pdf", "good.txt", "-o", "o4"], REFUSED),
                (["sanitize", "--profile", "refuse", "good.txt", "-o", "out"], REFUSED),
                (["inspect", "good.txt"], DONE),
                (["inspect", "good.txt", "bad.pdf"], REFUSED),
                (["inspect", "good.txt", "absent"], FAILED),
                (["inspect", "absent", "bad.pdf"], FAILED),
                (["sanitize", "absent", "-o", "out"], FAILED),
                (["sanitize", "absent", "good.txt", "bad.pdf", "-o", "o6"], FAILED),
                (["sanitize", "good.txt"], USAGE),
                (["sanitize", "-o", "out"], USAGE),
                (["sanitize", "good.txt", "good.txt", "-o", "-"], USAGE),
                (["sanitize", "folder", "-o", "-"], USAGE),
                (["sanitize", "--profile", "none", "good.txt", "-o", "out"], USAGE),
                (["sanitize", "--resume", "good.txt", "-o", "out"], USAGE),
                (["sanitize", "--nonsense", "good.txt", "-o", "out"], USAGE),
                (["sanitize", "good.txt", "-o"], USAGE),
                (["sanitize", "good.txt", "-o", "out", "--json", "absent/report"], USAGE),
                (["inspect"], USAGE), (["nonsense"], USAGE), ([], USAGE),
                (["doctor"], DONE), (["version"], DONE), (["--version"], DONE), (["--help"], DONE), (["sanitize", "--help"], DONE)):
            with self.subTest(" ".join(args)):
                done = self.sekisho(*args)
                self.assertEqual(done.returncode, status, done.stderr.decode(errors="replace"))
                if status == USAGE:
                    self.assertTrue(done.stderr)
                    self.assertEqual(done.stdout, b"")

    def test_a_link_that_takes_a_files_place_is_not_followed(self):
        self.write("secret.txt", "TOPSECRET\n")
        for i in range(200):
            self.write("in/%03d.txt" % i, "words\n")
        p = self.begin("sanitize", "-q", "in", "-o", "out")
        for i in range(199, 20, -1):
            (self.dir / "swap").symlink_to("../secret.txt")
            (self.dir / "swap").rename(self.dir / ("in/%03d.txt" % i))
        p.wait(timeout=60)
        for name in self.files("out"):
            self.assertNotIn(b"TOPSECRET", self.read("out/" + name), name)

    def test_a_name_cannot_steer_the_terminal(self):
        self.write("a\x1b[31m\nclean.txt", "words\n")
        for done in (self.sekisho("sanitize", "a\x1b[31m\nclean.txt", "-o", "out"), self.sekisho("inspect", "a\x1b[31m\nclean.txt"),
                     self.sekisho("sanitize", "no\x1b[31m", "-o", "out")):
            self.assertNotIn(b"\x1b", done.stdout + done.stderr)
            self.assertIn(b"?[31m", done.stdout + done.stderr)

    def test_a_pipe_as_output_is_written_to(self):
        self.write("a.txt", "words\n")
        os.mkfifo(self.dir / "pipe")
        reader = os.open(self.dir / "pipe", os.O_RDONLY | os.O_NONBLOCK)
        self.assertEqual(self.sekisho("sanitize", "-q", "a.txt", "-o", "pipe").returncode, DONE)
        self.assertEqual(os.read(reader, 100), b"words\n")
        os.close(reader)
        self.assertTrue((self.dir / "pipe").is_fifo())

    def test_an_output_in_the_way_is_not_overwritten(self):
        self.write("in/bad.pdf", BAD_PDF)
        self.write("in/good.txt", "words\n")
        self.write("out/good.txt", "in the way\n")
        rows = self.sanitize("in", "-o", "out", status=REFUSED)
        self.assertEqual(sorted(r["verdict"] for r in rows), ["clean", "refused"])
        self.assertEqual(self.files("out"), ["good (2).txt", "good.txt"])
        self.assertEqual(self.read("out/good.txt"), b"in the way\n")


if __name__ == "__main__":
    unittest.main()
