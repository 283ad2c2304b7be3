#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/own.h"

static bool
join(const struct args *a, const char *data, const char *name, char ret[PATH_MAX])
{
	int n = snprintf(ret, PATH_MAX, "%s/%s", data != NULL ? data : LEDGER_DATA, name);

	if (n > 0 && n < PATH_MAX)
		return true;
	complain(a->lang, TEXT_CLI_CANNOT_READ, data);
	return false;
}

bool
ledger_place(const struct args *a, size_t i, const char *data, char ret[PATH_MAX])
{
	int n;

	if (i >= a->operands)
		return join(a, data, "ledger", ret);
	n = snprintf(ret, PATH_MAX, "%s", a->operand[i]);
	if (n > 0 && n < PATH_MAX)
		return true;
	complain(a->lang, TEXT_CLI_CANNOT_READ, a->operand[i]);
	return false;
}

bool
ledger_key_place(const struct args *a, const char *data, char ret[PATH_MAX])
{
	return join(a, data, "ledger.key", ret);
}

static bool
told(const struct args *a, enum text id, const char *path)
{
	char words[PATH_MAX + 100];

	(void)snprintf(words, sizeof words, "%s: %s", path, strerror(errno));
	complain(a->lang, id, words);
	return false;
}

bool
ledger_read(const struct args *a, const char *path, struct buf *to)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t *room = buf_room(to, NOTE_MAX + 1);
	size_t before = to->n;
	ssize_t n = 1;

	if (fd < 0)
		return told(a, TEXT_CLI_CANNOT_READ, path);
	while (room != NULL && n != 0 && to->n - before <= NOTE_MAX) {
		n = read(fd, to->p + to->n, NOTE_MAX + 1 - (to->n - before));
		if (n < 0 && errno != EINTR)
			return told(a, TEXT_CLI_CANNOT_READ, path);
		to->n += n > 0 ? (size_t)n : 0;
	}
	if (room != NULL && to->n - before <= NOTE_MAX)
		return true;
	errno = EFBIG;
	return told(a, TEXT_CLI_CANNOT_READ, path);
}

bool
ledger_write_new(const struct args *a, const char *path, struct view v, unsigned mode)
{
	own_fd int fd = -1;
	struct err e;

	if (strcmp(path, "-") == 0)
		return fwrite(v.p, 1, v.n, stdout) == v.n && fflush(stdout) == 0;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return told(a, TEXT_CLI_CANNOT_WRITE, path);
	if (ledger_write(&ledger_io_real, fd, v, 0, &e) && fsync(fd) == 0)
		return true;
	(void)told(a, TEXT_CLI_CANNOT_WRITE, path);
	(void)unlink(path);
	return false;
}

bool
ledger_key(const struct args *a, const char *value, struct log *l, struct note_key *ret)
{
	own_buf struct buf b = { 0 };
	struct err e;

	if (value == NULL) {
		if (log_key(l, ret, &e))
			return true;
		complain(a->lang, TEXT_LEDGER_NO_KEY, e.text);
		return false;
	}
	if (note_key_parse(view_str(value), ret, &e))
		return true;
	if (!ledger_read(a, value, &b))
		return false;
	if (note_key_parse(buf_bytes(&b), ret, &e))
		return true;
	complain(a->lang, TEXT_LEDGER_NO_KEY, value);
	return false;
}

struct log *
ledger_log(const struct args *a, const char *path)
{
	struct err e;
	struct log *l = log_open(path, NULL, &e);

	if (l == NULL)
		complain(a->lang, TEXT_LEDGER_NO_LOG, e.text);
	return l;
}

struct note_signer *
ledger_signer(const struct args *a, const char *data)
{
	own_buf struct buf b = { 0 };
	struct note_signer *s = NULL;
	char path[PATH_MAX];
	struct err e;

	if (!ledger_key_place(a, data, path) || !ledger_read(a, path, &b))
		return NULL;
	s = note_signer_parse(buf_bytes(&b), &e);
	explicit_bzero(b.p, b.n);
	if (s == NULL)
		complain(a->lang, TEXT_LEDGER_NO_KEY, path);
	return s;
}

bool
ledger_number(const struct args *a, const char *word, uint64_t *ret)
{
	size_t n = strlen(word);

	if (n > 0 && n < 19 && strspn(word, "0123456789") == n) {
		*ret = strtoull(word, NULL, 10);
		return true;
	}
	complain(a->lang, TEXT_LEDGER_NO_NUMBER, word);
	return false;
}
