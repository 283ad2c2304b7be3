"""Folders as an attacker, or a careless hand, leaves them: what cannot be read has a row, and all else goes on."""
import os
import shutil
import socket
import subprocess
import threading
import unittest

import jsonschema
import json

from cli import DONE, FAILED, REFUSED, ROOT, SEKISHO, USAGE, Case, codes, pdf, rows_of

SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/report.schema.json").read_text(encoding="utf-8")))


class Folders(Case):
    def rows(self, *args, **kw):
        """Its rows by input, each as the schema wants it."""
        rows = self.sanitize(*args, **kw)
        for row in rows:
            SCHEMA.validate(row)
        return {r["input"]: r for r in rows}

    def unread(self, row, why, code="INPUT_UNREADABLE"):
        self.assertEqual((row["verdict"], row["output"], row["sha256_in"], codes(row)), ("failed", None, None, [code]))
        self.assertIn(why, row["findings"][0]["detail"])

    def test_a_missing_operand(self):
        self.write("a.txt", "words\n")
        rows = self.rows("a.txt", "absent", "a.txt/below", "-o", "out", status=FAILED)
        self.assertEqual(rows["a.txt"]["verdict"], "clean")
        self.unread(rows["absent"], "No such file")
        self.unread(rows["a.txt/below"], "Not a directory")
        self.assertEqual(self.files("out"), ["a.txt"])

    def test_a_folder_that_is_too_deep(self):
        self.write("in/a.txt", "words\n")
        self.write("in/" + "d/" * 64 + "last.txt", "words\n")
        self.write("in/" + "d/" * 65 + "deeper.txt", "words\n")
        rows = self.rows("in", "-o", "out", status=FAILED)
        self.unread(rows["in/" + "/".join("d" * 65)], "deeper than 64")
        self.assertEqual(self.files("out"), sorted(["a.txt", "d/" * 64 + "last.txt"]))

    def test_a_path_that_is_too_long(self):
        self.write("in/a.txt", "words\n")
        long = self.dir / "in"
        here = os.open(long, os.O_RDONLY)
        for _ in range(20):
            os.mkdir("x" * 250, dir_fd=here)
            below = os.open("x" * 250, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        os.close(os.open("b.txt", os.O_WRONLY | os.O_CREAT, dir_fd=here))
        os.close(here)
        rows = self.rows("in", "-o", "out", status=FAILED)
        self.assertEqual(rows["in/a.txt"]["verdict"], "clean")
        self.unread([r for n, r in rows.items() if n.endswith("b.txt")][0], "name too long")
        shutil.rmtree(long)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another")
    def test_what_may_not_be_read(self):
        os.chmod(self.dir, 0o755)
        for name in ("a.txt", "closed/b.txt", "c.txt", "z.txt"):
            self.write("in/" + name, "words\n")
        os.chmod(self.dir / "in/closed", 0)
        os.chmod(self.dir / "in/c.txt", 0)
        (self.dir / "out").mkdir()
        os.chmod(self.dir / "out", 0o777)
        report = self.dir / "out/report"
        nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
        if subprocess.run([*nobody, SEKISHO, "doctor"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no jail for another user here")
        done = self.sekisho("sanitize", "in", "-o", "out/in", "--json", report, before=nobody)
        self.assertEqual(done.returncode, FAILED, done.stderr)
        rows = {r["input"]: r for r in rows_of(report)}
        self.unread(rows["in/closed"], "Permission denied")
        self.unread(rows["in/c.txt"], "Permission denied")
        self.assertEqual(self.files("out/in"), ["a.txt", "z.txt"])
        os.chmod(self.dir / "out", 0o555)
        done = self.sekisho("--lang", "en", "sanitize", "in/a.txt", "in/z.txt", "-o", "out", before=nobody)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn(b"Permission denied", done.stderr)
        os.chmod(self.dir / "in/closed", 0o755)

    def test_a_file_that_only_may_be_read(self):
        os.chmod(self.write("in/a.txt", "words\n"), 0o444)
        os.link(self.dir / "in/a.txt", self.dir / "in/b.txt")
        before = os.stat(self.dir / "in/a.txt")
        self.assertEqual(len(self.rows("in", "-o", "out")), 2)
        after = os.stat(self.dir / "in/a.txt")
        self.assertEqual((before.st_mtime_ns, before.st_mode, before.st_nlink), (after.st_mtime_ns, after.st_mode, after.st_nlink))
        self.assertNotEqual(os.stat(self.dir / "out/a.txt").st_ino, os.stat(self.dir / "out/b.txt").st_ino)

    def test_what_is_no_file(self):
        self.write("in/b.txt", "words\n")
        os.mkfifo(self.dir / "in/pipe")
        (self.dir / "in/link").symlink_to("b.txt")
        (self.dir / "in/nowhere").symlink_to("/absent")
        (self.dir / "in/folder").symlink_to("/etc")
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(str(self.dir / "in/socket"))
        rows = self.rows("in", "-o", "out", status=REFUSED)
        self.assertEqual(rows.pop("in/b.txt")["verdict"], "clean")
        self.assertEqual({n: (r["verdict"], codes(r), r["findings"][0]["detail"], r["sha256_in"]) for n, r in rows.items()},
                         {"in/" + n: ("refused", ["NO_FILE"], what, None)
                          for n, what in (("pipe", "a pipe"), ("link", "a symbolic link"), ("nowhere", "a symbolic link"),
                                          ("folder", "a symbolic link"), ("socket", "a socket"))})
        self.assertEqual(self.files("out"), ["b.txt"])

    def test_a_pipe_or_a_device_by_name_does_not_hang(self):
        self.write("a.txt", "words\n")
        os.mkfifo(self.dir / "pipe")
        rows = self.rows("pipe", "/dev/zero", "a.txt", "-o", "out", status=REFUSED)
        self.assertEqual([codes(rows[n]) for n in ("pipe", "/dev/zero")], [["NO_FILE"], ["NO_FILE"]])
        self.assertEqual(self.files("out"), ["a.txt"])
        self.assertEqual(self.sekisho("inspect", "pipe").returncode, REFUSED)
        self.assertEqual(self.sekisho("inspect", "--json", "pipe", "a.txt").stdout.count(b"\n"), 2)

    def test_a_file_that_becomes_a_pipe(self):
        """Between the look into the folder and the opening."""
        for i in range(100):
            self.write("in/%03d.txt" % i, "words\n")
        p = subprocess.Popen([SEKISHO, "sanitize", "-q", "in", "-o", "out", "--json", "report"], cwd=self.dir)
        for i in range(99, 20, -1):
            os.unlink(self.dir / ("in/%03d.txt" % i))
            os.mkfifo(self.dir / ("in/%03d.txt" % i))
        self.assertIn(p.wait(60), (DONE, REFUSED, FAILED))
        self.assertEqual(len(rows_of(self.dir / "report")), 100)

    def test_a_link_that_takes_a_folders_place_is_not_followed(self):
        self.write("secret/000.txt", "TOPSECRET\n")
        for i in range(100):
            self.write("in/%03d/000.txt" % i, "words\n")
        p = self.begin("sanitize", "-q", "in", "-o", "out")
        for i in range(99, 0, -1):
            shutil.rmtree(self.dir / ("in/%03d" % i))
            (self.dir / ("in/%03d" % i)).symlink_to("../secret")
        p.wait(timeout=60)
        for name in self.files("out"):
            self.assertNotIn(b"TOPSECRET", self.read("out/" + name), name)

    def test_a_file_that_grows_while_it_is_read(self):
        path = self.dir / "in/growing.txt"
        self.write("in/a.txt", "words\n")
        with open(self.write("in/growing.txt", b"0123456789abcde\n" * (4 << 20)), "ab", buffering=0) as f:
            stop = threading.Event()

            def grow():
                while not stop.wait(0.0005):
                    f.write(b"more\n")
            t = threading.Thread(target=grow)
            t.start()
            rows = self.rows("in", "-o", "out", status=FAILED)
            stop.set()
            t.join()
        self.unread(rows["in/growing.txt"], "changed", "INPUT_CHANGED")
        self.assertEqual(self.files("out"), ["a.txt"])
        path.unlink()

    def test_a_giant_that_is_mostly_holes(self):
        with open(self.write("in/giant.txt", "x"), "r+b") as f:
            f.truncate(10 << 30)
        self.write("in/a.txt", "words\n")
        row = self.rows("in", "-o", "out", status=REFUSED)["in/giant.txt"]
        self.assertEqual((codes(row), row["size_in"], row["sha256_in"]), (["LIMIT"], 10 << 30, None))
        self.assertLess(row["milliseconds"], 1000)

    def test_names(self):
        long = "長" * 84 + "ab"	# 254 bytes, no ending
        names = {"a\nb.txt": "a_b.txt", "\u202etxt.cod": "_txt.cod.txt", "r\u2066x\u200b.txt": "r_x_.txt", "\x1b[31m.txt": "_[31m.txt", " .txt": " .txt",
                 ".hidden": ".hidden.txt", "...": "....txt", "%s%n.txt": "%s%n.txt", "-rf.txt": "-rf.txt", "見積 書.txt": "見積 書.txt",
                 "e\u0301.txt": "e\u0301.txt", "🏴\U000e0067.txt": "🏴_.txt", long: "長" * 83 + ".txt", "x" * 251 + ".txt": "x" * 251 + ".txt"}
        for name in names:
            self.write("in/" + name, "words\n")
        self.write("in/sub\n/a.txt", "words\n")
        rows = self.rows("in", "-o", "out")
        self.assertEqual({n: rows["in/" + n]["output"] for n in names}, {n: "out/" + to for n, to in names.items()})
        self.assertEqual(rows["in/sub\n/a.txt"]["output"], "out/sub_/a.txt")
        shown = self.sekisho("sanitize", "--explain", "in", "-o", "again").stdout.decode()
        for c in "\x1b\u202e\u2066\u200b":
            self.assertNotIn(c, shown)

    def test_two_inputs_of_one_name(self):
        for name in ("x/a.txt", "y/a.txt", "z/a.txt"):
            self.write(name, "words of %s\n" % name)
        rows = self.rows("x/a.txt", "y/a.txt", "z/a.txt", "-o", "out")
        self.assertEqual(sorted(r["output"] for r in rows.values()), ["out/a (2).txt", "out/a (3).txt", "out/a.txt"])
        for row in rows.values():
            self.assertEqual(self.read(row["output"]).decode(), "words of %s\n" % row["input"])

    def test_many_of_one_name(self):
        """Two control characters each, which no output's name has: all of them would be log__.txt."""
        for i in range(300):
            self.write("in/log%c%c.txt" % (i // 20 + 1, i % 20 + 1), "words %d\n" % i)
        rows = self.rows("in", "-o", "out")
        self.assertEqual(sorted(self.files("out")), sorted(["log__.txt"] + ["log__ (%d).txt" % i for i in range(2, 301)]))
        for name, row in rows.items():
            at = [ord(c) - 1 for c in name[len("in/log"):][:2]]
            self.assertEqual(self.read(row["output"]), b"words %d\n" % (at[0] * 20 + at[1]))

    def test_what_follows_the_last_dot_may_be_no_ending(self):
        for name in ("第1回.2", "第1回.3", "会議.tar.gz.txt"):
            self.write("in/" + name, "words\n")
        self.rows("in", "-o", "out")
        self.assertEqual(sorted(self.files("out")), sorted(["第1回.2.txt", "第1回.3.txt", "会議.tar.gz.txt"]))

    def test_a_file_that_would_stand_where_a_folder_goes(self):
        self.write("in/data", "words\n")	# becomes data.txt
        self.write("in/data.txt/a.txt", "words\n")
        self.write("in/data.txt/b.txt", "words\n")
        self.rows("in", "-o", "out")
        self.assertEqual(self.files("out"), ["data (2).txt", "data.txt/a.txt", "data.txt/b.txt"])

    def test_more_folders_than_descriptors(self):
        names = ["f%04d" % i for i in range(1100)]
        for name in names:
            self.write(name + "/a.txt", "") if name == names[-1] else (self.dir / name).mkdir()
        self.assertEqual(len(self.rows(*names, "-o", "out", status=REFUSED)), 1)

    def test_a_mount_of_itself_ends(self):
        self.write("in/a.txt", "words\n")
        (self.dir / "in/again").mkdir()
        inside = ["unshare", "-m", "sh", "-c", 'mount --rbind in in/again && exec "$@"', "sh"]
        if subprocess.run([*inside, "true"], cwd=self.dir, capture_output=True, check=False).returncode != 0:
            self.skipTest("no mount namespace to be had")
        done = self.sekisho("sanitize", "in", "-o", "out", before=inside)
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertEqual(self.sekisho("sanitize", "in/again", "-o", "in/x", before=inside).returncode, USAGE)

    def test_no_escapes_without_a_terminal(self):
        for i in range(5):
            self.write("in/%d.txt" % i, "words\n")
        done = self.sekisho("sanitize", "in", "-o", "out")
        self.assertEqual(done.stderr, b"")
        self.assertNotIn(b"\r", done.stdout)

    def test_passwords_for_inspect(self):
        if shutil.which("qpdf") is None:
            self.skipTest("qpdf is not installed")
        self.write("plain.pdf", pdf())
        subprocess.run(["qpdf", "plain.pdf", "in.pdf", "--encrypt", "秘密", "owner", "256", "--"], cwd=self.dir, check=True)
        self.write("words", "\ufeff秘密\r\n")	# as an editor of Windows leaves it
        self.assertEqual(self.sekisho("inspect", "in.pdf").returncode, REFUSED)
        self.assertEqual(self.sekisho("inspect", "in.pdf", "--password-file", "words").returncode, DONE)
        self.assertEqual(self.sekisho("inspect", "in.pdf", "--password-file", "absent").returncode, USAGE)


if __name__ == "__main__":
    unittest.main()
