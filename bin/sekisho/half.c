#include "half.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"
#include "place.h"

/* The one name that is half-written, if there is one: a signal's handler takes it away. */
static char part[PATH_MAX];
static volatile sig_atomic_t part_there;

static void
on_end(int sig)
{
	if (part_there)
		(void)unlink(part);
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

void
place_hear_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	size_t i;

	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		if (signal(ends[i], on_end) == SIG_IGN)
			(void)signal(ends[i], SIG_IGN);
}

/* -- bytes -------------------------------------------------------------------- */

/* For what sendfile() does not write to: a file that is appended to, a device. */
static ssize_t
copy_some(int to, int memfd, off_t at)
{
	char bytes[65536];
	ssize_t n = pread(memfd, bytes, sizeof bytes, at);

	return n <= 0 ? n : write(to, bytes, (size_t)n);
}

bool
half_copy(int to, int memfd, uint64_t size, struct err *e)
{
	off_t at = 0;
	bool whole = true;

	while ((uint64_t)at < size) {
		ssize_t n = whole ? sendfile(to, memfd, &at, (size_t)(size - (uint64_t)at)) : copy_some(to, memfd, at);

		if (n < 0 && (errno == EINTR || (errno == EAGAIN && poll(&(struct pollfd){ to, POLLOUT, 0 }, 1, -1) > 0)))
			continue;
		if (n < 0 && errno == EINVAL && whole) {
			whole = false;
			continue;
		}
		if (n <= 0)
			return err_set(e, ERR_SYSTEM, "%s", n == 0 ? "cut short" : strerror(errno));
		if (!whole)
			at += n;
	}
	return true;
}

/* -- half a file ---------------------------------------------------------------- */

/* `path`'s folder, "." where it names none. */
static bool
folder_of(const char *path, char ret[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);

	return snprintf(ret, PATH_MAX, "%.*s", slash == NULL ? 1 : (int)n, slash == NULL ? "." : path) < PATH_MAX;
}

static bool
part_name(const char *folder)
{
	uint64_t chance;

	if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
		return false;
	if (snprintf(part, sizeof part, "%s/.sekisho-%016llx.part", folder, (unsigned long long)chance) < (int)sizeof part)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/* The name is noted first: a signal between the two may find no file, never one that is not noted. */
static int
open_named(const char *folder)
{
	int fd;

	if (!part_name(folder))
		return -1;
	part_there = 1;
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0)
		part_there = 0;
	return fd;
}

static int
open_nameless(const char *folder)
{
	return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
}

bool
half_make(struct half *h, const char *path, bool named, int memfd, uint64_t size, struct err *e)
{
	char folder[PATH_MAX];

	*h = (struct half){ -1, named };
	if (!folder_of(path, folder))
		return err_set(e, ERR_LIMIT, "%s: name too long", path);
	if (!named)
		h->fd = open_nameless(folder);
	if (h->fd < 0 && (named || errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOSYS)) {
		h->named = true;
		h->fd = open_named(folder);
	}
	if (h->fd < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (half_copy(h->fd, memfd, size, e))
		return true;
	half_drop(h);
	return err_at(e, "%s", path);
}

void
half_drop(struct half *h)
{
	if (h->fd >= 0)
		(void)close(give_fd(&h->fd));
	if (h->named && part_there)
		(void)unlink(part);
	part_there = 0;
}

/* -- its name --------------------------------------------------------------------- */

static bool
link_to(int fd, const char *path)
{
	char self[64];

	(void)snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

/* A file system without links or without this call: the name is taken by an empty file, which ours then replaces. */
static bool
rename_over_own(const char *path)
{
	own_fd int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	int why;

	if (fd < 0)
		return false;
	if (rename(part, path) == 0)
		return true;
	why = errno;
	(void)unlink(path);
	errno = why;
	return false;
}

static bool
rename_to(const char *path)
{
	if (renameat2(AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
		return false;
	if (link(part, path) == 0) {
		(void)unlink(part);
		return true;
	}
	if (errno == EEXIST || errno == ENAMETOOLONG)
		return false;
	return rename_over_own(path);
}

/* Some errors of writing come with the last close only (NFS, a quota). */
static bool
close_it(struct half *h)
{
	return close(give_fd(&h->fd)) == 0;
}

bool
half_name(struct half *h, const char *path)
{
	if (!h->named) {
		if (!link_to(h->fd, path))
			return false;
		if (close_it(h))
			return true;
		(void)unlink(path);
		return false;
	}
	if (h->fd >= 0 && !close_it(h))
		return false;
	if (!rename_to(path))
		return false;
	part_there = 0;
	return true;
}

bool
half_shy(const struct half *h)
{
	return !h->named && (errno == ENOENT || errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS ||
			     errno == EINVAL || errno == EXDEV || errno == ELOOP);
}

bool
half_replace(struct half *h, const char *path)
{
	if ((h->fd >= 0 && !close_it(h)) || rename(part, path) != 0)
		return false;
	part_there = 0;
	return true;
}
