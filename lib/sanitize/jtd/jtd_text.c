#include "sanitize/jtd/jtd_text.h"

#include "core/utf8.h"

enum {
	AT_TEXT = 20, AT_COUNT = 28, HEAD = 32,
	OPEN = 0x1c, INNER = 0x1d, INNER_END = 0x1e, CLOSE = 0x1f, ROW_END = 0x0e, PAGE_END = 0x0c,
	CELL = 0x30,			/* class of a record */
	RECORD_MIN = 7,
	INLINE_CLASS = 1, INLINE_HEAD = 7, INLINE_MAX = 4096,
	READING = 0x82,
	STRAY_MAX = 256,		/* units passed over in search of a record's end */
};

struct units {
	struct view v;			/* all */
	size_t n;
	struct buf *out;
};

static uint32_t
at(const struct units *u, size_t i)
{
	return i < u->n ? (uint32_t)u->v.p[2 * i] << 8 | u->v.p[2 * i + 1] : 0;
}

static bool
line_is_empty(const struct units *u)
{
	return u->out->n == 0 || u->out->p[u->out->n - 1] == '\n';
}

static void
put(struct units *u, uint32_t c)
{
	uint8_t bytes[4];
	size_t n = utf8_put(bytes, c);

	if (n == 0)
		n = utf8_put(bytes, 0xfffd);
	(void)buf_put(u->out, bytes, n);
}

/* One character of one or two units; the index behind it. */
static size_t
put_char(struct units *u, size_t i)
{
	uint32_t c = at(u, i), low = at(u, i + 1);

	if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
		put(u, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
		return i + 2;
	}
	put(u, c);
	return i + 1;
}

/* Behind the 001f that ends what begins at i; where there is none near, behind the unit at i. */
static size_t
pass_over(const struct units *u, size_t i)
{
	size_t k;

	for (k = i + 1; k < u->n && k < i + STRAY_MAX; k++)
		if (at(u, k) == CLOSE)
			return k + 1;
	return i + 1;
}

/* 001c 0001 0007 0000 kind use 001d: words up to 001e, and what closes them. */
static size_t
put_inline(struct units *u, size_t i)
{
	bool shown = at(u, i + 4) == 0, reading = !shown && at(u, i + 5) == READING;
	size_t k, end;

	for (end = i + INLINE_HEAD; at(u, end) != INNER_END; end++)
		if (end >= u->n || end > i + INLINE_MAX)
			return pass_over(u, i);
	if (reading)
		put(u, 0xff08);
	for (k = i + INLINE_HEAD; (shown || reading) && k < end;) {
		if (at(u, k) < 0x20)
			k++;
		else
			k = put_char(u, k);
	}
	if (reading)
		put(u, 0xff09);
	return pass_over(u, end);
}

static size_t
put_record(struct units *u, size_t i)
{
	uint32_t class = at(u, i + 1);
	size_t n = at(u, i + 2);

	if (class == INLINE_CLASS && n == INLINE_HEAD && at(u, i + 6) == INNER)
		return put_inline(u, i);
	if (n < RECORD_MIN || n > u->n - i || at(u, i + n - 1) != CLOSE || at(u, i + n - 2) != class ||
	    at(u, i + n - 4) != n)
		return pass_over(u, i);
	if (class == CELL && !line_is_empty(u))
		put(u, '\t');
	return i + n;
}

bool
jtd_is_text(struct view stream)
{
	return stream.n >= HEAD && view_starts(stream, VIEW("SsmgV.01")) &&
	       view_starts(view_from(stream, AT_TEXT), VIEW("TextV.01"));
}

bool
jtd_text(struct job *j, struct view stream, struct buf *ret, struct err *e)
{
	struct units u = { .out = ret };
	struct view v = view_from(stream, AT_COUNT);
	uint32_t count;
	size_t i = 0;

	if (!jtd_is_text(stream) || !view_u32be(&v, &count))
		return err_set(e, ERR_MALFORMED, "JTD: no text stream");
	u.v = v;
	u.n = v.n / 2 < count ? v.n / 2 : count;
	while (i < u.n) {
		uint32_t c = at(&u, i);

		if (!job_tick(j, e))
			return false;
		if (c == OPEN) {
			i = put_record(&u, i);
			continue;
		}
		if (c == ROW_END || c == PAGE_END) {
			if (!line_is_empty(&u))
				put(&u, '\n');
		} else if (c == '\n' || c == '\r' || c == '\t') {
			put(&u, c == '\r' ? '\n' : c);
		} else if (c >= 0x20 && (c < 0x7f || c > 0x9f)) {
			i = put_char(&u, i);
			continue;
		}
		i++;
	}
	return buf_ok(ret, e);
}
