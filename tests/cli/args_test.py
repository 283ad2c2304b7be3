"""Arguments that do not fit: status 2, a sentence that names what is wrong, and nothing touched."""
import json
import os
import shutil
import subprocess
import unittest

from cli import DONE, FAILED, REFUSED, SEKISHO, USAGE, Case, rows_of


class Arguments(Case):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "words\n")

    def wrong(self, args, *said, **kw):
        before = {n: self.read(n) for n in self.files(".")}
        done = self.sekisho("--lang", "en", *args, **kw) if args[:1] != [None] else self.sekisho(*args[1:], **kw)
        self.assertEqual((done.returncode, done.stdout), (USAGE, b""), (args, done.stderr))
        for words in said:
            self.assertIn(words, done.stderr.decode(), args)
        self.assertEqual({n: self.read(n) for n in self.files(".")}, before, args)

    def test_options(self):
        go = ["sanitize", "a.txt", "-o", "out.txt"]
        for args, *said in (
                ([*go, "--lang"], "needs a value", "--lang"), ([*go, "--lang", "fr"], "ja or en", "fr"),
                ([None, "--lang"], "--lang"), ([None, "--lang", "fr", *go], "fr"), ([None, "--lang=", *go], "--lang"),
                ([*go, "--lang", "ja"], "twice"), ([None, "--nonsense"], "--nonsense"),
                ([*go, "--nonsense"], "no such option", "--nonsense"), ([*go, "-x"], "no such option"), ([*go, "-oq"], "no such option"),
                ([*go, "-o", "b.txt"], "twice", "-o"), ([*go, "--output=b.txt"], "twice"), ([*go, "-q", "--quiet"], "twice"),
                ([*go, "--json", "r", "--json", "s"], "twice"), ([*go, "--profile", "strict", "--profile", "keep"], "twice"),
                ([*go, "--json"], "needs a value"), ([*go, "--json="], "needs a value"), (["sanitize", "a.txt", "-o", ""], "needs a value"),
                (["sanitize", "a.txt", "--json", "-o", "out.txt"], "needs a value", "--json"),
                (["sanitize", "a.txt", "--json", "--resume", "-o", "out.txt"], "needs a value"),
                ([*go, "--json", "r", "--resume=no"], "takes no value"), ([*go, "--explain=no"], "takes no value"),
                ([*go, "--profile", "REBUILD"], "no such profile"), ([*go, "--profile", "none"], "none"),
                *(([*go, "--profile", "flatten", "--dpi", n], "50 to 600", n)
                  for n in ("49", "601", "0", "x", "150x", "+150", " 150", "1e2", "4294967446", "18446744073709551766")),
                ([*go, "--dpi", "-150"], "needs a value"), ([*go, "--dpi", "300"], "draws no pages", "rebuild"),
                ([*go, "--dpi", "300", "--profile", "strict"], "draws no pages", "strict"),
                (["sanitize", "-", "-", "-o", "out"], "once"), (["inspect", "-", "-"], "once"),
                (["inspect", "a.txt", "-o", "out"], "no such option"), (["version", "a"], "no arguments"),
                (["doctor", "a"], "no arguments"), (["sanitize", "a.txt", "b.txt", "-o", "-"], "must be a folder")):
            with self.subTest(" ".join(map(str, args))):
                self.wrong(args, *said)

    def test_names_that_look_like_options(self):
        self.write("-x.txt", "dash\n")
        self.assertEqual(self.sekisho("sanitize", "-q", "-o", "one", "--", "-x.txt").returncode, DONE)
        self.assertEqual(self.sekisho("sanitize", "-q", "-o=two", "./-x.txt").returncode, USAGE)
        self.assertEqual(self.sekisho("sanitize", "-q", "--output=-three", "./-x.txt").returncode, DONE)
        self.assertEqual((self.read("one"), self.read("-three")), (b"dash\n", b"dash\n"))

    def test_help_anywhere(self):
        for args in (["sanitize", "--help"], ["sanitize", "a.txt", "-o", "b.txt", "-h"], ["inspect", "x", "--help"], ["--lang", "ja", "help"]):
            done = self.sekisho(*args)
            self.assertEqual((done.returncode, done.stderr), (DONE, b""))
            self.assertTrue(done.stdout)
        self.assertEqual(self.files("."), ["a.txt"])

    def test_the_report_onto_an_input(self):
        self.write("in/a.json", '{"a": 1}\n')
        self.write("in/sub/report.jsonl", "")
        os.link(self.dir / "in/a.json", self.dir / "hard.json")
        (self.dir / "soft").symlink_to("in/a.json")
        (self.dir / "softin").symlink_to("in")
        (self.dir / "empty.txt").write_bytes(b"")
        for report, inputs in (("in/a.json", ["in"]), ("in/sub/report.jsonl", ["in"]), ("in/new.jsonl", ["in"]), ("in/sub/new.jsonl", ["in"]),
                               ("softin/sub/new.jsonl", ["in"]), ("in/sub/new.jsonl", ["softin"]), ("soft", ["in"]), ("hard.json", ["in"]),
                               ("empty.txt", ["empty.txt"]), ("new.jsonl", ["."]), ("./empty.txt", ["a.txt", self.dir / "empty.txt"])):
            with self.subTest("%s %s" % (report, inputs)):
                self.wrong(["sanitize", *inputs, "-o", "/tmp/none/out", "--json", report], "report")
        self.assertEqual(self.sekisho("sanitize", "a.txt", "-o", "out.txt", "--json", "in/new.jsonl").returncode, DONE,
                         "no folder is an input here")

    def test_the_report_onto_what_is_none(self):
        """A slip of the hand would cost a document."""
        self.write("letter.txt", "of someone\n")
        self.write("table.json", '{"a": 1}\n')
        for report in ("letter.txt", "table.json"):
            self.wrong(["sanitize", "a.txt", "-o", "out.txt", "--json", report], "no report")
            self.wrong(["sanitize", "a.txt", "-o", "out.txt", "--resume", "--json", report], "no report")
        self.wrong(["sanitize", "a.txt", "-o", "out.txt", "--json", "."])
        self.write("empty", "")
        for report in ("empty", "empty", "new", "/dev/null"):
            self.assertEqual(self.sekisho("sanitize", "-q", "a.txt", "-o", "out.txt", "--json", report).returncode, DONE)

    def test_the_report_onto_a_giant(self):
        with open(self.write("giant", "x"), "r+b") as f:
            f.truncate(20 << 30)
        done = self.sekisho("sanitize", "a.txt", "-o", "out.txt", "--json", "giant",
                            before=["sh", "-c", 'ulimit -v 1000000; exec "$@"', "sh"])
        self.assertEqual(done.returncode, USAGE, done.stderr)
        self.assertEqual(os.path.getsize(self.dir / "giant"), 20 << 30)

    def test_the_report_into_a_pipe(self):
        os.mkfifo(self.dir / "pipe")
        with subprocess.Popen(["cat", "pipe"], cwd=self.dir, stdout=subprocess.PIPE) as cat:
            self.assertEqual(self.sekisho("sanitize", "-q", "a.txt", "-o", "out.txt", "--json", "pipe").returncode, DONE)
            self.assertEqual(json.loads(cat.communicate(timeout=60)[0])["output"], "out.txt")
        with subprocess.Popen(["sh", "-c", ": <pipe"], cwd=self.dir):
            done = self.sekisho("sanitize", "-q", "a.txt", "-o", "out.txt", "--json", "pipe")
        self.assertEqual(done.returncode, FAILED, "its reader went away")

    def test_without_a_jail_the_old_report_stays(self):
        self.assertEqual(self.sekisho("sanitize", "-q", "a.txt", "-o", "out.txt", "--json", "report").returncode, DONE)
        before = self.read("report")
        alone = self.dir / "bin/sekisho"	# without the programs that stand beside it
        alone.parent.mkdir()
        shutil.copy(SEKISHO, alone)
        done = subprocess.run([alone, "sanitize", "-q", "a.txt", "-o", "out.txt", "--json", "report"], cwd=self.dir, capture_output=True, check=False)
        self.assertEqual((done.returncode, self.read("report")), (1, before), done.stderr)

    def test_the_report_onto_the_output(self):
        self.write("old.txt", "")
        os.link(self.dir / "old.txt", self.dir / "hard.txt")
        (self.dir / "here").symlink_to(".")
        for out, report in (("new.txt", "new.txt"), ("new.txt", "./new.txt"), ("here/new.txt", self.dir / "new.txt"), ("old.txt", "old.txt"),
                            ("old.txt", "hard.txt"), ("-", "-")):
            with self.subTest("%s %s" % (out, report)):
                self.wrong(["sanitize", "a.txt", "-o", out, "--json", report], "the same")
        self.write("in/report.jsonl", '{"a": 1}\n')
        self.assertEqual(self.sekisho("sanitize", "-q", "in", "-o", "out", "--json", "out/report.jsonl").returncode, DONE)
        row, = rows_of(self.dir / "out/report.jsonl")
        self.assertNotEqual(row["output"], "out/report.jsonl")
        self.wrong(["sanitize", "a.txt", "-o", "out.txt", "--json", row["output"]], "no report")

    def test_the_output_onto_or_into_an_input(self):
        self.write("in/b.txt", "words\n")
        self.write("in/sub/c.txt", "words\n")
        (self.dir / "soft").symlink_to("in")
        (self.dir / "softsub").symlink_to("in/sub")
        (self.dir / "softa").symlink_to("a.txt")
        os.link(self.dir / "a.txt", self.dir / "harda")
        for inputs, out in ((["in"], "in"), (["in"], "in/"), (["in"], "./in/../in"), (["in"], "in/new"), (["in"], "in/new/newer"),
                            (["in"], "in/sub"), (["in"], "soft"), (["in"], "softsub"), (["in"], "softsub/new"), (["soft"], "in/new"),
                            (["soft"], "soft"), (["."], "new"), (["."], "."), ([self.dir], "new"), (["a.txt", "in"], "in/sub/x"),
                            (["a.txt"], "a.txt"), (["a.txt"], "softa"), (["a.txt"], "harda"), (["softa"], "a.txt")):
            with self.subTest("%s -o %s" % (inputs, out)):
                self.wrong(["sanitize", *inputs, "-o", out], "the output")
                self.assertFalse((self.dir / "in/new").exists())
        # A file is an input by whatever way it comes.
        from_a = {"before": ["sh", "-c", 'exec "$@" < a.txt', "sh"]}
        for out in ("a.txt", "softa", "harda"):
            self.wrong(["sanitize", "-", "-o", out], "the output", **from_a)
        self.wrong(["sanitize", "-", "-o", "new.txt", "--password-file", "a.txt"], "passwords", **from_a)
        self.assertEqual(self.sekisho("sanitize", "-q", "-", "-o", "new.txt", **from_a).returncode, DONE)
        for inputs, out in ((["in/b.txt"], "in/sub"), (["in/sub"], "in/beside"), (["a.txt"], "in/a.txt")):
            self.assertEqual(self.sekisho("sanitize", "-q", *inputs, "-o", out).returncode, DONE, (inputs, out))

    def test_the_passwords(self):
        self.write("in/words", "secret\n")
        for args in (["in", "-o", "out"], ["in/words", "-o", "out.txt"]):
            self.wrong(["sanitize", *args, "--password-file", "in/words"], "passwords")
        self.wrong(["sanitize", "a.txt", "-o", "in/words", "--password-file", "in/words"], "passwords")
        self.write("many", "\n".join("abcdefghi"))
        self.wrong(["sanitize", "a.txt", "-o", "out", "--password-file", "many"], "eight")
        self.write("long", "x" * 3000)
        self.wrong(["sanitize", "a.txt", "-o", "out", "--password-file", "long"], "too long")
        self.write("eight", "\n".join("abcdefgh"))
        self.assertEqual(self.sekisho("sanitize", "-q", "a.txt", "-o", "out", "--password-file", "eight").returncode, DONE)

    def test_an_output_folder_that_cannot_be(self):
        self.write("file", "words\n")
        self.write("in/a.txt", "words\n")
        self.wrong(["sanitize", "in", "-o", "file"], "folder")
        self.wrong(["sanitize", "in", "-o", "file/below"], "Not a directory")
        self.wrong(["sanitize", "in", "-o", "x" * 300], "too long")
        self.wrong(["sanitize", "in", "-o", "x" * 5000])

    def test_languages(self):
        for env, words in (("C", "受け入れ不可"), ("POSIX", "受け入れ不可"), ("ja_JP.eucJP", "受け入れ不可"), ("en_GB", "refused")):
            self.write("bad.pdf", "%PDF-1.7\nnothing\n")
            done = self.sekisho("sanitize", "bad.pdf", "-o", "out", before=["env", "-u", "LC_MESSAGES", "-u", "LANG", "LC_ALL=" + env])
            self.assertEqual(done.returncode, REFUSED)
            self.assertIn(words, done.stdout.decode())

    def test_inspect(self):
        self.write("in/a.txt", "words\n")
        self.write("in/b.txt", "words\n")
        for args, stdin, status, lines in ((["-"], b"words\n", DONE, 1), (["in"], b"", DONE, 2), (["in", "-", "a.txt"], b"words\n", DONE, 4),
                                           (["absent", "a.txt"], b"", FAILED, 2), (["-"], b"", REFUSED, 1)):
            done = self.sekisho("inspect", "--json", *args, stdin=stdin)
            self.assertEqual((done.returncode, done.stdout.count(b"\n")), (status, lines), (args, done.stderr))


if __name__ == "__main__":
    unittest.main()
