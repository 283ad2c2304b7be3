#include "nursery/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/own.h"

enum { PIECE = 64 * 1024 };

static bool
write_all(int fd, struct view v)
{
	while (v.n > 0) {
		ssize_t n = write(fd, v.p, v.n);

		if (n < 0 && errno != EINTR)
			return false;
		v = view_from(v, n < 0 ? 0 : (size_t)n);
	}
	return true;
}

static bool
copy(int from, int to, struct err *e)
{
	uint8_t bytes[PIECE];
	ssize_t n;

	while ((n = read(from, bytes, sizeof bytes)) != 0)
		if ((n < 0 && errno != EINTR) || (n > 0 && !write_all(to, view_of(bytes, (size_t)n))))
			return err_set(e, ERR_LIMIT, "copying: %s", strerror(errno));
	return true;
}

bool
convert_copy(const char *path, int to, struct err *e)
{
	own_fd int from = open(path, O_RDONLY | O_CLOEXEC);

	if (from < 0)
		return err_set(e, ERR_MALFORMED, "nothing was written");
	return copy(from, to, e);
}

static bool
lay_down(int in, const char *path, struct err *e)
{
	own_fd int to = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	if (to < 0 || lseek(in, 0, SEEK_SET) != 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	return copy(in, to, e);
}

void
convert_serve(int sock, const char *(*ending)(uint32_t type), convert_fn convert)
{
	static struct frame f;
	struct wire w = wire_of(sock, WIRE_CONVERTER, WIRE_CALLER);
	struct buf b = BUF_MAX(1024);
	struct wire_need d;
	struct err e = { 0 }, unused;
	char path[CONVERT_PATH];
	const char *end;

	if (!wire_recv(&w, &f, &e))
		_exit(0);	/* a spare: nothing came */
	if (f.msg != MSG_CONVERT || !wire_get_need(f.body, &d))
		_exit(2);
	e = (struct err){ 0 };
	end = ending(d.type);
	(void)snprintf(path, sizeof path, "/tmp/in%s", end == NULL ? "" : end);
	if (end == NULL)
		err_set(&e, ERR_DENIED, "not a kind that is converted");
	else if (lay_down(f.fd[0], path, &e) && !convert(&d, path, f.fd[1], &e) && e.code == ERR_NONE)
		err_set(&e, ERR_SYSTEM, "no reason given");
	if (!wire_put_err(&b, &e) || !wire_send(&w, MSG_CONVERTED, buf_bytes(&b), NULL, &unused))
		_exit(4);
	_exit(0);
}
