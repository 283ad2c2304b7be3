#include "ledger/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/own.h"

static int
real_create(int dir, const char *name)
{
	return openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
}

static int
real_fsync_dir(int dir, const char *name)
{
	own_fd int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? -1 : fsync(fd);
}

static int
real_rename(int dir, const char *from, const char *to)
{
	return renameat(dir, from, dir, to);
}

static int
real_mkdir(int dir, const char *name)
{
	return mkdirat(dir, name, 0755);
}

static int
real_unlink(int dir, const char *name)
{
	size_t n = strlen(name);

	return unlinkat(dir, name, n > 0 && name[n - 1] == '/' ? AT_REMOVEDIR : 0);
}

const struct ledger_io ledger_io_real = {
	real_create, pwrite, fdatasync, real_fsync_dir, real_rename, real_mkdir, real_unlink,
};

bool
ledger_write(const struct ledger_io *io, int fd, struct view v, off_t at, struct err *e)
{
	while (v.n > 0) {
		ssize_t n = io->pwrite(fd, v.p, v.n, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_SYSTEM, "write: %s", n == 0 ? "nothing taken" : strerror(errno));
		(void)view_skip(&v, (size_t)n);
		at += n;
	}
	return true;
}
