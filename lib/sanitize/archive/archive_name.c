#include "sanitize/archive/archive_name.h"

#include <errno.h>
#include <iconv.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/zip/zip.h"

enum {
	KEPT = 0x10ff00,	/* + the byte: a plane that no charset of names uses */
	ALL_MAX = 1 << 20,	/* bytes of names weighed together */
	NAME_BYTES = 1 << 16,
};

/* -- in place of the C library's -------------------------------------- */

static const char conversion;

/* Whatever charset an archive names: its bytes are kept, to be weighed with all others. */
iconv_t
iconv_open(const char *to, const char *from)
{
	(void)from;
	if (strcmp(to, "UTF-8") == 0)
		return (iconv_t)(uintptr_t)&conversion;
	errno = EINVAL;
	return (iconv_t)-1;
}

size_t
iconv(iconv_t cd, char **in, size_t *in_left, char **out, size_t *out_left)
{
	(void)cd;
	if (in == NULL || *in == NULL)
		return 0;
	while (*in_left > 0) {
		uint8_t c = (uint8_t)**in, one[4];
		/* A backslash is the second half of 表 and 能 in CP932: libarchive must not see a separator. */
		size_t n = utf8_put(one, c >= 0x80 || c == '\\' ? (uint32_t)KEPT + c : c);

		if (*out_left < n) {
			errno = E2BIG;
			return (size_t)-1;
		}
		memcpy(*out, one, n);
		*out += n;
		*out_left -= n;
		++*in;
		--*in_left;
	}
	return 0;
}

int
iconv_close(iconv_t cd)
{
	(void)cd;
	return 0;
}

/* -- steps ------------------------------------------------------------ */

static bool
is_ascii(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] >= 0x80)
			return false;
	return true;
}

/* The bytes that were kept as characters; false where there are none. */
static bool
unwrap(struct view step, struct buf *ret)
{
	bool any = false;

	while (step.n > 0) {
		struct view before = step;
		uint32_t c = utf8_take(&step);

		if (c > KEPT && c <= KEPT + 0xff) {
			any = true;
			(void)buf_byte(ret, (uint8_t)(c - KEPT));
		} else {
			(void)buf_put(ret, before.p, before.n - step.n);
		}
	}
	return any;
}

/* Directories and the last name may come from different places in an archive, and so in different charsets. */
static bool
take_step(struct view *name, struct view *ret, bool *last)
{
	size_t slash;

	if (*last)
		return false;
	slash = view_find(*name, 0, VIEW("/"));
	*last = slash == VIEW_NOT_FOUND;
	(void)view_take(name, *last ? name->n : slash, ret);
	return *last || view_skip(name, 1);
}

/* The step's bytes in `raw` where they are in no known charset. */
static bool
in_doubt(struct view step, enum archive_name_kind kind, struct buf *raw)
{
	buf_clear(raw);
	if (is_ascii(step))
		return false;
	if (unwrap(step, raw))
		return !is_ascii(buf_bytes(raw));
	return kind == ARCHIVE_NAME_RAW || !utf8_valid(step);
}

bool
archive_name_in_doubt(struct view name, enum archive_name_kind kind)
{
	own_buf struct buf raw = BUF_MAX(NAME_BYTES);
	struct view step;
	bool last = false;

	while (take_step(&name, &step, &last))
		if (in_doubt(step, kind, &raw))
			return true;
	return false;
}

void
archive_names_add(struct archive_names *n, struct view name, enum archive_name_kind kind)
{
	own_buf struct buf raw = BUF_MAX(NAME_BYTES);
	struct view step;
	bool last = false;

	if (n->all.max == 0)
		n->all.max = ALL_MAX;
	while (take_step(&name, &step, &last))
		if (in_doubt(step, kind, &raw)) {
			(void)buf_view(&n->all, buf_bytes(&raw));
			(void)buf_byte(&n->all, '\n');
		}
}

void
archive_names_learnt(struct archive_names *n)
{
	n->learnt = true;
	n->guess = zip_names_guess(buf_bytes(&n->all));
}

static bool
put_step(const struct archive_names *n, struct view step, enum archive_name_kind kind,
	 struct buf *raw, struct buf *ret, struct err *e)
{
	size_t before = ret->n;
	uint64_t bad = 0;

	if (!in_doubt(step, kind, raw)) {
		/* Kept backslashes alone make no doubt, and are what they look like. */
		(void)buf_view(ret, raw->n > 0 ? buf_bytes(raw) : step);
		return buf_ok(ret, e);
	}
	if (!charset_decode(n->guess.charset, buf_bytes(raw), ret, &bad, e))
		return false;
	if (bad == 0)
		return true;
	/* The one that is not like the others: every byte has a character there. */
	ret->n = before;
	return charset_decode(CHARSET_CP437, buf_bytes(raw), ret, &bad, e);
}

bool
archive_names_decode(const struct archive_names *n, struct view name, enum archive_name_kind kind,
		     struct buf *ret, struct err *e)
{
	own_buf struct buf raw = BUF_MAX(NAME_BYTES);
	struct view step;
	bool last = false, first = true;

	while (take_step(&name, &step, &last)) {
		if (!first)
			(void)buf_byte(ret, '/');
		first = false;
		if (!put_step(n, step, kind, &raw, ret, e))
			return false;
	}
	return buf_byte(ret, '\0') || buf_ok(ret, e);
}

void
archive_names_release(struct archive_names *n)
{
	buf_release(&n->all);
}
