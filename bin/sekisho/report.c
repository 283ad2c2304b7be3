#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"

/* A report has a row in its first bytes. */
enum { LOOK = 16 << 20 };

/* What every row begins with, whoever spaced it. */
static bool
is_row(const char *line)
{
	static const char begins[] = "{\"input\":";
	size_t n = 0;

	for (; *line != '\0' && begins[n] != '\0'; line++)
		if (*line == begins[n])
			n++;
		else if (*line != ' ' && *line != '\t')
			return false;
	return begins[n] == '\0';
}

/* Lines in pieces, so that a giant without lines is no giant in memory. */
static bool
has_row(FILE *f)
{
	char piece[4096];
	bool begins = true;
	size_t seen = 0;

	while (seen < LOOK && fgets(piece, sizeof piece, f) != NULL) {
		if (begins && is_row(piece))
			return true;
		begins = strchr(piece, '\n') != NULL;
		seen += strlen(piece) + 1;
	}
	return false;
}

bool
report_may_be(const char *path, enum text *ret)
{
	struct stat st;
	bool found;
	FILE *f;

	if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || (S_ISREG(st.st_mode) && st.st_size == 0))
		return true;
	*ret = S_ISDIR(st.st_mode) ? TEXT_CLI_CANNOT_WRITE : TEXT_CLI_NO_REPORT;
	if (!S_ISREG(st.st_mode))
		return !S_ISDIR(st.st_mode);
	f = fopen(path, "re");
	if (f == NULL) {
		*ret = TEXT_CLI_CANNOT_READ;
		return false;
	}
	found = has_row(f);
	(void)fclose(f);
	return found;
}

static bool
write_all(int fd, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && (errno == EINTR || (errno == EAGAIN && poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, -1) > 0)))
			continue;
		if (k < 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

/* A run that was killed may have left half a row: the next one begins on a line of its own. */
static bool
end_line(const struct report *r)
{
	off_t end = lseek(r->fd, 0, SEEK_END);
	char last;

	return end <= 0 || (pread(r->fd, &last, 1, end - 1) == 1 && (last == '\n' || write_all(r->fd, (const uint8_t *)"\n", 1)));
}

/* What is no file is only written to: a pipe waits for its reader, and says when that went away. */
static int
open_for(const char *path)
{
	struct stat st;
	bool stream = stat(path, &st) == 0 && !S_ISREG(st.st_mode);

	return open(path, (stream ? O_WRONLY : O_RDWR | O_CREAT) | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
}

bool
report_open(struct report *r, const char *path, bool add, enum text *ret)
{
	struct stat st;

	*ret = TEXT_CLI_CANNOT_WRITE;
	if (strcmp(path, "-") == 0) {
		r->fd = STDOUT_FILENO;
		return true;
	}
	r->fd = open_for(path);
	if (r->fd < 0 || fstat(r->fd, &st) != 0)
		return false;
	r->file = S_ISREG(st.st_mode);
	if (!r->file)
		return true;
	if (flock(r->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
		*ret = TEXT_CLI_REPORT_BUSY;
		return false;
	}
	return add ? end_line(r) : ftruncate(r->fd, 0) == 0;
}

bool
report_row(struct report *r, const struct buf *row)
{
	off_t end = r->file ? lseek(r->fd, 0, SEEK_END) : -1;
	bool first = !r->lost;

	if (row->full)
		errno = ENOMEM;
	else if (write_all(r->fd, row->p, row->n))
		return true;
	r->lost = true;
	if (end >= 0) {
		int why = errno;

		(void)!ftruncate(r->fd, end);
		errno = why;
	}
	return !first;
}

void
report_close(struct report *r)
{
	if (r->fd >= 0 && r->fd != STDOUT_FILENO && close(give_fd(&r->fd)) != 0)
		r->lost = true;
}
