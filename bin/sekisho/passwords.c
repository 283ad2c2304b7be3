#include "passwords.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli.h"
#include "core/own.h"

enum { LONGEST = 2048 };	/* bytes; no format takes half as many */

static bool
read_all(struct buf *b, const char *path)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : 1;

	b->max = 65536;
	while (n > 0) {
		uint8_t *room = buf_room(b, 4096);

		n = room == NULL ? -1 : read(fd, room, 4096);
		b->n += n > 0 ? (size_t)n : 0;
	}
	return n == 0 && buf_byte(b, '\0');
}

/* An editor's mark at the beginning is no part of the first one. */
static char *
beginning(struct buf *b)
{
	char *p = (char *)b->p;

	return strncmp(p, "\xef\xbb\xbf", 3) == 0 ? p + 3 : p;
}

bool
passwords_read(enum lang l, const char *path, struct passwords *ret)
{
	char *p, *end;

	if (path == NULL)
		return true;
	if (!read_all(&ret->text, path)) {
		complain(l, TEXT_CLI_CANNOT_READ, path);
		return false;
	}
	for (p = beginning(&ret->text); *p != '\0'; p = end) {
		end = p + strcspn(p, "\r\n");
		if (end > p && ret->n == 8) {
			complain(l, TEXT_CLI_PASSWORDS_MANY, path);
			return false;
		}
		if (end - p > LONGEST) {
			complain(l, TEXT_CLI_PASSWORDS_LONG, path);
			return false;
		}
		if (end > p)
			ret->word[ret->n++] = p;
		while (*end == '\r' || *end == '\n')
			*end++ = '\0';
	}
	return true;
}

void
passwords_release(struct passwords *p)
{
	if (p->text.p != NULL)
		explicit_bzero(p->text.p, p->text.n);
	buf_release(&p->text);
}
