"""Runs that are ended from outside, and readers that went away: nothing half-written, nothing lost, and the next run goes on."""
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from cli import DONE, FAILED, SEKISHO, Case, noisy_png, pdf, rows_of


class Killed(Case):
    def many(self, n=60):
        for i in range(n):
            self.write("many/%02d.txt" % i, "words %d\n" % i)

    def end_it(self, sig, *args):
        """Ends a run in its middle; its own processes go with it.  Whoever runs the tests may have its own ears shut (nohup)."""
        with subprocess.Popen([SEKISHO, "sanitize", "-q", "--json", "killed", *args], cwd=self.dir, start_new_session=True,
                              preexec_fn=lambda: sig == signal.SIGKILL or signal.signal(sig, signal.SIG_DFL)) as p:
            while not os.path.exists(self.dir / "killed") or os.path.getsize(self.dir / "killed") < 2000:
                time.sleep(0.002)
            p.send_signal(sig)
        self.assertEqual(p.returncode, -sig)
        until = time.time() + 10
        while self.session(p.pid) and time.time() < until:
            time.sleep(0.02)
        self.assertEqual(self.session(p.pid), [], "processes left behind")

    def session(self, sid):
        """Commands of the living processes of a session."""
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                name, rest = path.read_text().rsplit(")", 1)
            except OSError:
                continue
            state, _, _, session = rest.split()[:4]
            if int(session) == sid and state not in "ZX":
                found.append(name)
        return found

    def go_on(self, n=60):
        first = self.read("killed")
        p = self.sekisho("sanitize", "-q", "--resume", "--json", "killed", "many", "-o", "many-out")
        self.assertEqual(p.returncode, DONE, p.stderr)
        self.assertTrue(self.read("killed").startswith(first))
        rows = [json.loads(line) for line in self.read("killed").splitlines()]
        self.assertEqual({r["input"] for r in rows}, {"many/%02d.txt" % i for i in range(n)})
        self.assertLess(len(rows), 2 * n, "nothing was taken over")
        self.assertEqual(self.files("many-out"), ["%02d.txt" % i for i in range(n)])

    def test_the_next_run_goes_on(self):
        for sig in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(sig):
                self.many()
                self.end_it(sig, "many", "-o", "many-out")
                self.go_on()
                for name in self.files("many-out"):
                    (self.dir / "many-out" / name).unlink()
                (self.dir / "killed").unlink()

    def test_what_was_not_to_be_heard_is_not(self):
        self.many()
        p = subprocess.Popen([SEKISHO, "sanitize", "-q", "--json", "killed", "many", "-o", "many-out"], cwd=self.dir,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        while not os.path.exists(self.dir / "killed") or os.path.getsize(self.dir / "killed") < 2000:
            time.sleep(0.002)
        p.send_signal(signal.SIGHUP)
        self.assertEqual(p.wait(60), DONE)
        self.assertEqual(len(self.files("many-out")), 60)

    def test_waiting_for_a_stream(self):
        with subprocess.Popen([SEKISHO, "sanitize", "-q", "-", "-o", "out.txt"], cwd=self.dir, stdin=subprocess.PIPE) as p:
            p.stdin.write(b"words\n")
            p.stdin.flush()
            time.sleep(0.5)
            p.send_signal(signal.SIGINT)
            self.assertEqual(p.wait(10), -signal.SIGINT)
        self.assertEqual(self.files("."), [])


class Readers(Case):
    """Standard output that is closed, or that no one reads any more."""

    def setUp(self):
        super().setUp()
        for i in range(20):
            self.write("in/%02d.txt" % i, "words %d\n" % i)

    def all_there(self, folder="out"):
        self.assertEqual(len(self.files(folder)), 20)

    def shell(self, line):
        return subprocess.run(["bash", "-c", line], cwd=self.dir, capture_output=True, check=False, timeout=120,
                              env=dict(os.environ, S=SEKISHO, LC_ALL="en_US.UTF-8"))

    def test_closed(self):
        for closed in (">&-", "2>&-", "<&-", ">&- 2>&- <&-"):
            with self.subTest(closed):
                done = self.shell('"$S" sanitize in -o out --json report --explain %s' % closed)
                self.assertEqual(done.returncode, DONE, done.stderr)
                self.all_there()
                for i, row in enumerate(sorted(rows_of(self.dir / "report"), key=lambda r: r["input"])):
                    self.assertEqual(self.read(row["output"]), b"words %d\n" % i, "words of ours got into a file")
                self.shell("rm -r out report")

    def test_what_was_to_go_to_a_closed_stream_failed(self):
        for line in ('"$S" sanitize in/00.txt -o - >&-', '"$S" sanitize in -o out --json - >&-', '"$S" inspect --json in/00.txt >&-',
                     '"$S" sanitize - -o new.txt <&-', '"$S" inspect - <&-'):
            with self.subTest(line):
                self.assertEqual(self.shell(line).returncode, FAILED)
        self.all_there()
        self.assertFalse((self.dir / "new.txt").exists())

    def test_a_reader_that_has_seen_enough(self):
        done = self.shell('"$S" sanitize in -o out --explain --json report | head -1; exit ${PIPESTATUS[0]}')
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.all_there()
        self.assertEqual(len(rows_of(self.dir / "report")), 20)
        self.assertEqual(self.shell('"$S" inspect in | true; exit ${PIPESTATUS[0]}').returncode, DONE)
        self.assertEqual(self.shell('"$S" --help | true; exit ${PIPESTATUS[0]}').returncode, DONE)

    def test_a_report_that_no_one_reads_is_lost_and_said_once(self):
        done = self.shell('"$S" sanitize in -o out --json - | true; exit ${PIPESTATUS[0]}')
        self.assertEqual(done.returncode, FAILED)
        self.assertEqual(done.stderr.count(b"cannot be written"), 1, done.stderr)
        self.all_there()

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_words_that_a_disk_does_not_take(self):
        done = self.shell('"$S" sanitize in -o out > /dev/full')
        self.assertEqual(done.returncode, FAILED)
        self.assertIn(b"standard output", done.stderr)
        self.all_there()

    def test_a_slow_reader_that_does_not_block(self):
        """Node and ssh hand over pipes that say EAGAIN."""
        self.write("a.png", noisy_png(300, 300))
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        with subprocess.Popen([SEKISHO, "sanitize", "-q", "a.png", "-o", "-"], cwd=self.dir, stdout=writer) as p:
            os.close(writer)
            time.sleep(0.5)
            got = b"".join(iter(lambda: os.read(reader, 65536), b""))
            self.assertEqual(p.wait(60), DONE)
        os.close(reader)
        self.assertGreater(len(got), 200000)
        self.assertTrue(got.endswith(b"IEND\xaeB`\x82"))

    def test_a_slow_writer_that_does_not_block(self):
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        data = pdf()
        with subprocess.Popen([SEKISHO, "sanitize", "-q", "-", "-o", "out.pdf"], cwd=self.dir, stdin=reader) as p:
            os.close(reader)
            os.write(writer, data[:100])
            time.sleep(0.3)
            os.write(writer, data[100:])
            os.close(writer)
            self.assertEqual(p.wait(60), DONE)
        self.assertTrue(self.read("out.pdf").startswith(b"%PDF"))


if __name__ == "__main__":
    unittest.main()
