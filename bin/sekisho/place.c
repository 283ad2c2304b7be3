#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"

enum { TRIES = 10000 };

static bool
copy(int to, int memfd, uint64_t size, struct err *e)
{
	off_t at = 0;

	while ((uint64_t)at < size) {
		ssize_t n = sendfile(to, memfd, &at, (size_t)(size - (uint64_t)at));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_SYSTEM, "%s", n == 0 ? "cut short" : strerror(errno));
	}
	return true;
}

static bool
make_folders(char *path, struct err *e)
{
	char *p;

	for (p = strchr(path + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST) {
			err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
			*p = '/';
			return false;
		}
		*p = '/';
	}
	return true;
}

/* Gives the nameless file its name, if that is free. */
static bool
name_it(int fd, const char *path)
{
	char self[64];

	(void)snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

/* Length of the name without an ending that the type replaces. */
static size_t
stem_of(const char *below, enum type type, const char **ret_ending)
{
	const char *slash = strrchr(below, '/');
	const char *dot = strrchr(slash != NULL ? slash : below, '.');

	*ret_ending = type_ending(type);
	if (dot == NULL || dot == below || (slash != NULL && dot == slash + 1))
		return strlen(below);
	if (type_has_ending(type, view_str(dot + 1)))
		*ret_ending = dot;
	return (size_t)(dot - below);
}

bool
place_below(const char *folder, const char *below, enum type type, int memfd, uint64_t size,
	    char ret[PATH_MAX], struct err *e)
{
	const char *ending;
	size_t stem = stem_of(below, type, &ending);
	own_fd int fd = -1;
	char *slash;
	int i;

	if (snprintf(ret, PATH_MAX, "%s/%.*s%s", folder, (int)stem, below, ending) >= PATH_MAX - 16)
		return err_set(e, ERR_LIMIT, "%s: name too long", below);
	if (!make_folders(ret, e))
		return false;
	slash = strrchr(ret, '/');
	*slash = '\0';
	fd = open(ret, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	*slash = '/';
	if (fd < 0 || !copy(fd, memfd, size, e))
		return fd < 0 ? err_set(e, ERR_SYSTEM, "%s: %s", ret, strerror(errno)) : err_at(e, "%s", ret);
	for (i = 2; !name_it(fd, ret); i++) {
		if (errno != EEXIST || i > TRIES)
			return err_set(e, ERR_SYSTEM, "%s: %s", ret, strerror(errno));
		(void)snprintf(ret, PATH_MAX, "%s/%.*s (%d)%s", folder, (int)stem, below, i, ending);
	}
	return true;
}

bool
place_at(const char *path, int memfd, uint64_t size, struct err *e)
{
	char temp[PATH_MAX];
	own_fd int fd = -1;

	if (strcmp(path, "-") == 0)
		return copy(STDOUT_FILENO, memfd, size, e) || err_at(e, "standard output");
	if (snprintf(temp, sizeof temp, "%s.%d.part", path, (int)getpid()) >= (int)sizeof temp)
		return err_set(e, ERR_LIMIT, "%s: name too long", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", temp, strerror(errno));
	if (copy(fd, memfd, size, e) && rename(temp, path) == 0)
		return true;
	if (e->code == ERR_NONE)
		err_set(e, ERR_SYSTEM, "%s", strerror(errno));
	(void)unlink(temp);
	return err_at(e, "%s", path);
}
