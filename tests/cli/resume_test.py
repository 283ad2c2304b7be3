"""--resume: runs that go on where the last one ended."""
import json
import os
import shutil
import subprocess
import unittest

from cli import BAD_PDF, DONE, FAILED, REFUSED, USAGE, Case, codes, pdf, rows_of


class Resume(Case):
    def setUp(self):
        super().setUp()
        for i in range(6):
            self.write("in/%d/%d.txt" % (i % 2, i), "words %d\n" % i)
        self.write("in/bad.pdf", BAD_PDF)
        self.run_again(done=7, status=REFUSED)

    def run_again(self, done, status, args=()):
        """Runs with --resume; `done` rows are added to the report."""
        before = rows_of(self.dir / "report")
        p = self.sekisho("--lang", "en", "sanitize", "--resume", "--json", "report", *args, "in", "-o", "out")
        self.assertEqual(p.returncode, status, p.stderr)
        added = rows_of(self.dir / "report")[len(before):]
        self.assertEqual(len(added), done, added)
        return sorted(r["input"] for r in added)

    def test_what_is_done_is_not_done_again(self):
        self.run_again(done=0, status=REFUSED)

    def test_what_changed_is_done_again(self):
        for name, change in (("in/0/0.txt", "other words\n"), ("out/1/1.txt", "tampered\n"), ("out/0/2.txt", None)):
            with self.subTest(name):
                if change is None:
                    (self.dir / name).unlink()
                else:
                    self.write(name, change)
                self.assertEqual(self.run_again(done=1, status=REFUSED), ["in" + name[name.index("/"):]])
                self.run_again(done=0, status=REFUSED)

    def test_another_profile_is_another_run(self):
        self.run_again(done=7, status=REFUSED, args=["--profile", "strict"])

    def test_another_dpi_is_another_run(self):
        flat = ["--profile", "flatten"]
        self.run_again(done=7, status=REFUSED, args=flat)
        self.run_again(done=0, status=REFUSED, args=[*flat, "--dpi", "150"])
        self.run_again(done=7, status=REFUSED, args=[*flat, "--dpi", "300"])
        self.assertEqual([r.get("dpi") for r in rows_of(self.dir / "report")][-14:], [None] * 7 + [300] * 7)
        self.run_again(done=0, status=REFUSED, args=[*flat, "--dpi", "300"])
        self.run_again(done=7, status=REFUSED, args=flat)

    def test_a_new_file_alone_is_done(self):
        self.write("in/new.txt", "new words\n")
        self.assertEqual(self.run_again(done=1, status=REFUSED), ["in/new.txt"])

    def test_a_damaged_report_costs_only_its_lines(self):
        whole = self.read("report").splitlines(keepends=True)
        for damage in (b"{\n", b"[]\n", b"\xff\xfe\n", b'{"input": 7}\n', b"\n", whole[0][:len(whole[0]) // 2] + b"\n"):
            with self.subTest(damage[:20]):
                self.write("report", b"".join([damage] + whole[1:]))
                p = self.sekisho("sanitize", "--resume", "--json", "report", "in", "-o", "out")
                self.assertEqual(p.returncode, REFUSED, p.stderr)
                self.assertEqual(self.read("report").count(b"\n"), len(whole) + 1)

    def test_half_a_last_row_stays_on_its_own_line(self):
        whole = self.read("report")
        self.write("report", whole[:-40])
        p = self.sekisho("sanitize", "--resume", "--json", "report", "in", "-o", "out")
        self.assertEqual(p.returncode, REFUSED, p.stderr)
        lines = self.read("report").splitlines()
        self.assertEqual(len(lines), 8)
        self.assertEqual([json.loads(line)["profile"] for i, line in enumerate(lines) if i != 6], ["rebuild"] * 7)

    def test_a_report_that_says_failed_is_no_answer(self):
        rows = rows_of(self.dir / "report")
        rows[0]["verdict"] = "failed"
        self.write("report", "".join(json.dumps(r) + "\n" for r in rows))
        self.assertEqual(self.run_again(done=1, status=REFUSED), [rows[0]["input"]])


class Terms(Case):
    """What makes a run another one, and what becomes of what the last one wrote."""

    def resume(self, *args, status=DONE):
        before = len(rows_of(self.dir / "report"))
        p = self.sekisho("--lang", "en", "sanitize", "--resume", "--json", "report", *args)
        self.assertEqual(p.returncode, status, p.stderr)
        self.said = p.stderr.decode()
        return rows_of(self.dir / "report")[before:]

    def test_another_output_folder_gets_all_of_it(self):
        for name in ("a.txt", "sub/b.txt"):
            self.write("in/" + name, "words\n")
        self.resume("in", "-o", "one")
        self.assertEqual(len(self.resume("in", "-o", "two")), 2)
        self.assertEqual(self.files("two"), ["a.txt", "sub/b.txt"])
        self.assertEqual(self.files("one"), ["a.txt", "sub/b.txt"], "the first folder is not touched")
        self.assertEqual(len(self.resume("in", "-o", "one")), 2, "the last row is of the other folder")
        self.assertEqual(self.files("one"), ["a.txt", "sub/b.txt"])

    def test_the_same_folder_under_another_name_is_the_same(self):
        self.write("in/a.txt", "words\n")
        (self.dir / "link").symlink_to("out")
        self.resume("in", "-o", "out")
        for name in ("./out", "out/", str(self.dir / "out"), "link"):
            self.assertEqual(self.resume("in", "-o", name), [], name)

    def test_another_output_file_is_written(self):
        self.write("a.txt", "words\n")
        self.resume("a.txt", "-o", "one.txt")
        self.assertEqual(len(self.resume("a.txt", "-o", "two.txt")), 1)
        self.assertEqual(self.read("two.txt"), b"words\n")
        self.assertEqual(self.resume("a.txt", "-o", "two.txt"), [])

    @unittest.skipUnless(shutil.which("qpdf"), "qpdf is not installed")
    def test_what_wanted_a_password_is_tried_again_with_one(self):
        self.write("plain.pdf", pdf("Sealed letter"))
        (self.dir / "in").mkdir()
        self.write("in/a.txt", "words\n")
        self.write("in/bad.pdf", BAD_PDF)
        subprocess.run(["qpdf", "plain.pdf", "in/sealed.pdf", "--encrypt", "secret", "owner", "256", "--"], cwd=self.dir, check=True)
        self.assertEqual(len(self.resume("in", "-o", "out", status=REFUSED)), 3)
        self.assertEqual(self.resume("in", "-o", "out", status=REFUSED), [])
        self.write("words", "secret\n")
        row, = self.resume("in", "-o", "out", "--password-file", "words", status=REFUSED)
        self.assertEqual((row["input"], row["output"]), ("in/sealed.pdf", "out/sealed.pdf"))
        self.assertEqual(self.resume("in", "-o", "out", "--password-file", "words", status=REFUSED), [])

    def test_a_changed_input_replaces_what_was_written_of_it(self):
        self.write("in/a.txt", "old\n")
        self.resume("in", "-o", "out")
        self.write("in/a.txt", "new\n")
        row, = self.resume("in", "-o", "out")
        self.assertEqual((row["output"], self.files("out"), self.read("out/a.txt")), ("out/a.txt", ["a.txt"], b"new\n"))

    def test_one_of_another_type_too(self):
        self.write("in/a.txt", "old\n")
        self.resume("in", "-o", "out")
        self.write("in/a.txt", pdf())
        row, = self.resume("in", "-o", "out")
        self.assertEqual((row["output"], self.files("out")), ("out/a.pdf", ["a.pdf"]))

    def test_a_numbered_one_keeps_its_number(self):
        self.write("in/a.txt", "old\n")
        self.write("out/a.txt", "of someone else\n")
        self.resume("in", "-o", "out")
        self.write("in/a.txt", "new\n")
        self.resume("in", "-o", "out")
        self.assertEqual(self.files("out"), ["a (2).txt", "a.txt"])
        self.assertEqual((self.read("out/a.txt"), self.read("out/a (2).txt")), (b"of someone else\n", b"new\n"))

    def test_what_was_changed_since_is_not_ours_to_replace(self):
        self.write("in/a.txt", "old\n")
        self.resume("in", "-o", "out")
        self.write("out/a.txt", "edited by a clerk\n")
        self.write("in/a.txt", "new\n")
        self.resume("in", "-o", "out")
        self.assertEqual(self.read("out/a.txt"), b"edited by a clerk\n")
        self.assertEqual(self.read("out/a (2).txt"), b"new\n")

    def test_nothing_outside_the_output_folder_is_removed(self):
        self.write("in/a.txt", "old\n")
        self.resume("in", "-o", "out")
        self.write("victim.txt", "old\n")
        row, = rows_of(self.dir / "report")
        for path in ("victim.txt", "out/../victim.txt", "out/link.txt", str(self.dir / "victim.txt")):
            (self.dir / "out/link.txt").unlink(missing_ok=True)
            (self.dir / "out/link.txt").symlink_to("../victim.txt")
            self.write("report", json.dumps(dict(row, output=path)) + "\n")
            self.write("in/a.txt", BAD_PDF)
            self.resume("in", "-o", "out", status=REFUSED)
            self.assertEqual(self.read("victim.txt"), b"old\n", path)

    def test_an_input_that_is_refused_now_leaves_no_old_output(self):
        self.write("in/a.txt", "old\n")
        self.resume("in", "-o", "out")
        self.write("in/a.txt", BAD_PDF)
        self.resume("in", "-o", "out", status=REFUSED)
        self.assertEqual(self.files("out"), [])
        self.assertIn("out/a.txt", self.said)
        self.assertIn("removed", self.said)

    def test_a_failure_leaves_the_old_output_and_says_so(self):
        self.write("in/a.txt", "old\n")
        self.resume("in/a.txt", "in", "-o", "out")
        before = self.files("out")
        (self.dir / "in/a.txt").unlink()
        self.resume("in/a.txt", "in", "-o", "out", status=FAILED)
        self.assertEqual(self.files("out"), before)
        self.assertIn("out of date", self.said)
        self.write("in/a.txt", "new\n")
        self.resume("in/a.txt", "-o", "out")
        self.assertIn(b"new\n", [self.read("out/" + n) for n in self.files("out")])
        self.assertEqual(len(self.files("out")), len(before), "replaced, though the last row had no output")

    def test_an_output_without_a_row_is_taken_up(self):
        """A run that was killed between the two."""
        for name in "abc":
            self.write("in/%s.txt" % name, "words %s\n" % name)
        self.resume("in", "-o", "out")
        rows = rows_of(self.dir / "report")
        self.write("report", "".join(json.dumps(r) + "\n" for r in rows if r["input"] != "in/b.txt"))
        row, = self.resume("in", "-o", "out")
        self.assertEqual((row["input"], row["output"], self.files("out")), ("in/b.txt", "out/b.txt", ["a.txt", "b.txt", "c.txt"]))

    def test_two_of_one_name_and_one_content_stay_two(self):
        self.write("x/a.txt", "words\n")
        self.write("y/a.txt", "words\n")
        self.resume("x/a.txt", "y/a.txt", "-o", "out")
        self.assertEqual(self.files("out"), ["a (2).txt", "a.txt"])
        self.assertEqual(self.resume("x/a.txt", "y/a.txt", "-o", "out"), [])
        self.write("z/a.txt", "words\n")
        self.resume("x/a.txt", "y/a.txt", "z/a.txt", "-o", "out")
        self.assertEqual(self.files("out"), ["a (2).txt", "a (3).txt", "a.txt"])

    def test_names_that_are_no_utf8(self):
        for name in (b"\x8a\xd6\x8f\x8a.txt", b"\xff.txt", b"\xfe.txt"):
            path = os.path.join(os.fsencode(self.dir / "in"), name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(b"words " + name.hex().encode() + b"\n")
        rows = self.resume("in", "-o", "out")
        self.assertEqual(sorted(bytes.fromhex(r["output_bytes"]) for r in rows),
                         sorted([b"out/\x8a\xd6\x8f\x8a.txt", b"out/\xff.txt", b"out/\xfe.txt"]))
        self.assertEqual(self.resume("in", "-o", "out"), [])
        self.assertEqual(len(self.files("out")), 3)

    def test_links_are_told_once(self):
        self.write("in/a.txt", "words\n")
        (self.dir / "in/link").symlink_to("a.txt")
        row = [r for r in self.resume("in", "-o", "out", status=REFUSED) if r["input"] == "in/link"][0]
        self.assertEqual(codes(row), ["NO_FILE"])
        self.assertEqual(self.resume("in", "-o", "out", status=REFUSED), [])

    def test_two_runs_do_not_share_a_report(self):
        self.write("in/a.txt", "words\n")
        self.resume("in", "-o", "out")
        with open(self.dir / "report", "ab") as f:
            subprocess.run(["flock", "-x", str(f.fileno())], pass_fds=[f.fileno()], check=True)
            self.resume("in", "-o", "out", status=USAGE)
            self.assertIn("another run", self.said)
        self.resume("in", "-o", "out")

    def test_standard_input_is_never_done(self):
        for _ in range(2):
            p = self.sekisho("sanitize", "--resume", "--json", "report", "-", "-o", "out/", stdin=b"words\n")
            self.assertEqual(p.returncode, DONE, p.stderr)
        self.assertEqual(len(rows_of(self.dir / "report")), 2)


if __name__ == "__main__":
    unittest.main()
