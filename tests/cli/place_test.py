"""File systems that know less: no nameless files, no links, no renaming without replacing (NFS, CIFS, FAT)."""
import os
import shutil
import signal
import subprocess
import time
import unittest

from cli import DONE, FAILED, SEKISHO, Case, noisy_png, rows_of
from disk_test import SMALL_DISK, UNSHARE

# What a call answers where its name stands in LESS.
SHIM = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int
lacks(const char *what)
{
	const char *less = getenv("LESS_FS"), *told = getenv("LESS_TOLD");
	int fd;

	if (less == NULL || strstr(less, what) == NULL)
		return 0;
	fd = told == NULL ? -1 : openat(AT_FDCWD, told, O_WRONLY | O_CREAT | O_APPEND, 0666);
	if (fd >= 0 && write(fd, what, strlen(what)) > 0)
		close(fd);
	return 1;
}
#define OPEN(name)                                                                     \
	int name(const char *path, int flags, ...)                                     \
	{                                                                              \
		int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);         \
		va_list ap;                                                            \
		int mode;                                                              \
		va_start(ap, flags);                                                   \
		mode = va_arg(ap, int);                                                \
		va_end(ap);                                                            \
		if ((flags & O_TMPFILE) == O_TMPFILE && lacks("tmpfile")) {            \
			errno = EOPNOTSUPP;                                            \
			return -1;                                                     \
		}                                                                      \
		return next(path, flags, mode);                                        \
	}
OPEN(open)
OPEN(open64)
int
linkat(int a, const char *x, int b, const char *y, int flags)
{
	int (*next)(int, const char *, int, const char *, int) = dlsym(RTLD_NEXT, "linkat");

	if (lacks("proc")) {
		errno = ENOENT;
		return -1;
	}
	return next(a, x, b, y, flags);
}
int
link(const char *x, const char *y)
{
	int (*next)(const char *, const char *) = dlsym(RTLD_NEXT, "link");

	if (lacks("links")) {
		errno = EPERM;
		return -1;
	}
	return next(x, y);
}
int
renameat2(int a, const char *x, int b, const char *y, unsigned flags)
{
	int (*next)(int, const char *, int, const char *, unsigned) = dlsym(RTLD_NEXT, "renameat2");

	if (flags != 0 && lacks("noreplace")) {
		errno = EINVAL;
		return -1;
	}
	return next(a, x, b, y, flags);
}
"""
KINDS = ("proc", "tmpfile", "tmpfile links", "tmpfile noreplace", "tmpfile noreplace links")


class Less(Case):
    def setUp(self):
        super().setUp()
        cc = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if cc is None:
            self.skipTest("no compiler")
        self.write("shim.c", SHIM)
        subprocess.run([cc, "-shared", "-fPIC", "-o", "shim.so", "shim.c", "-ldl"], cwd=self.dir, check=True)
        for i in range(8):
            self.write("in/%d/a.txt" % i, "words %d\n" % i)
            self.write("in/log.%d" % i, "log %d\n" % i)
        self.write("in/b.png", noisy_png(200, 200))

    def less(self, kind):
        return ["env", "LD_PRELOAD=" + str(self.dir / "shim.so"), "LESS_FS=" + kind, "LESS_TOLD=" + str(self.dir / "told")]

    def test_all_of_them_deliver(self):
        for kind in KINDS:
            with self.subTest(kind):
                shutil.rmtree(self.dir / "out", ignore_errors=True)
                self.write("out/log.txt", "of someone else\n")
                self.write("told", "")
                done = self.sekisho("sanitize", "in", "-o", "out", "--json", "report", before=self.less(kind))
                self.assertEqual(done.returncode, DONE, done.stderr)
                for what in kind.split():
                    if what != "links" or "noreplace" in kind:	# else there is no need of one
                        self.assertIn(what, self.read("told").decode(), "it was not asked for")
                rows = rows_of(self.dir / "report")
                self.assertEqual(len(rows), 17)
                self.assertEqual(self.files("out"), sorted([r["output"][4:] for r in rows] + ["log.txt"]))
                self.assertEqual(self.read("out/log.txt"), b"of someone else\n")
                for row in rows:
                    if row["type"] == "text":
                        self.assertEqual(self.read(row["output"]), self.read(row["input"]))
                mode = os.stat(self.dir / "out/0/a.txt").st_mode & 0o777
                self.assertEqual(mode, os.stat(self.write("here", "")).st_mode & 0o777)
                done = self.sekisho("sanitize", "-q", "in/0/a.txt", "-o", "one.txt", before=self.less(kind))
                self.assertEqual((done.returncode, self.read("one.txt")), (DONE, b"words 0\n"))

    @unittest.skipUnless(UNSHARE, "no mount namespace to be had")
    def test_a_full_disk_leaves_nothing_hidden(self):
        (self.dir / "out").mkdir()
        inside = '"$@"; s=$?; cd out && find . ! -type d | sort; exit $s'
        for kind in KINDS[1:]:
            done = self.sekisho("sanitize", "-q", "--json", "report", "in", "-o", "out",
                                before=[*UNSHARE, "sh", "-c", SMALL_DISK % (96, self.dir / "out"), "sh", "x", *self.less(kind), "sh", "-c", inside, "sh"])
            self.assertEqual(done.returncode, FAILED, done.stderr)
            self.assertNotIn(b".part", done.stdout)
            self.assertNotIn(b"b.png", done.stdout)
            self.assertEqual(len(done.stdout.splitlines()), 16)

    def test_a_run_that_is_ended_leaves_nothing_hidden(self):
        for i in range(40):
            self.write("many/%02d.txt" % i, b"0123456789abcde\n" * 60000)
        env = dict(os.environ, LD_PRELOAD=str(self.dir / "shim.so"), LESS_FS="tmpfile")
        for pause in (0.1, 0.2, 0.3, 0.4):
            shutil.rmtree(self.dir / "out", ignore_errors=True)
            p = subprocess.Popen([SEKISHO, "sanitize", "-q", "many", "-o", "out"], cwd=self.dir, env=env)
            time.sleep(pause)
            p.send_signal(signal.SIGTERM)
            self.assertIn(p.wait(), (-signal.SIGTERM, DONE))
            self.assertEqual([f for f in self.files("out") if not f.endswith(".txt") or "part" in f], [])


class Fat(Case):
    """A real one, where the kernel has it: no links, no nameless files, names in any case of letters."""

    def image(self):
        """FAT16, 16 MiB, empty."""
        sectors, reserved, fat, roots = 32768, 1, 128, 512
        boot = bytearray(512)
        boot[0:3] = b"\xeb\x3c\x90"
        boot[3:11] = b"MSDOS5.0"
        boot[11:36] = ((512).to_bytes(2, "little") + b"\x01" + reserved.to_bytes(2, "little") + b"\x02" + roots.to_bytes(2, "little") +
                       sectors.to_bytes(2, "little") + b"\xf8" + fat.to_bytes(2, "little") + (32).to_bytes(2, "little") +
                       (2).to_bytes(2, "little") + bytes(8))
        boot[36:62] = b"\x80\x00\x29\x01\x02\x03\x04NO NAME    FAT16   "
        boot[510:] = b"\x55\xaa"
        table = b"\xf8\xff\xff\xff" + bytes(fat * 512 - 4)
        return bytes(boot) + table * 2 + bytes((sectors - reserved - 2 * fat) * 512)

    def test_a_stick(self):
        self.write("disk.img", self.image())
        (self.dir / "stick").mkdir()
        inside = ["unshare", "-m", "sh", "-c", 'mount -t vfat -o loop,utf8 disk.img stick && exec "$@"', "sh"]
        if subprocess.run([*inside, "true"], cwd=self.dir, capture_output=True, check=False).returncode != 0:
            self.skipTest("no FAT to be mounted here")
        for name in ("A.txt", "sub/見積.txt", "log.1", "log.2", "b.png"):
            self.write("in/" + name, noisy_png(20, 20) if name == "b.png" else "words\n")
        done = self.sekisho("sanitize", "--json", "report", "in", "-o", "stick",
                            before=[*inside, "sh", "-c", '"$@"; s=$?; cd stick && find . ! -type d | sort; exit $s', "sh"])
        self.assertEqual(done.returncode, DONE, done.stderr)
        listed = [line[2:] for line in done.stdout.decode().splitlines() if line.startswith("./")]
        self.assertEqual(listed, sorted(["A.txt", "b.png", "log (2).txt", "log.txt", "sub/見積.txt"]))


if __name__ == "__main__":
    unittest.main()
