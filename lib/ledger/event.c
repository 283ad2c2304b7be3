#include "ledger/event.h"

#include <endian.h>
#include <stdio.h>

#include "core/own.h"
#include "core/sha256.h"
#include "core/utf8.h"

#define TOPS UINT64_C(0x8080808080808080)	/* the top bit of eight bytes */

struct reader {
	struct view v;		/* all of it */
	size_t at;		/* how far it is read */
	unsigned depth;
	struct err *e;
};

static bool __attribute__((noinline, cold))
wrong(struct reader *r, const char *what)
{
	return err_set(r->e, ERR_MALFORMED, "byte %zu: %s", r->at, what);
}

/* What comes next, 0 at the end. */
static inline uint8_t
next(const struct reader *r)
{
	return r->at < r->v.n ? r->v.p[r->at] : 0;
}

static inline bool
skip(struct reader *r, uint8_t c)
{
	if (next(r) != c || r->at == r->v.n)
		return false;
	r->at++;
	return true;
}

/*
 * Bytes at the front that stand for themselves: printable ASCII but '"' and '\\', eight at a time.  A subtraction sets
 * the top bit of a byte that is below 0x20, or is one of the two; it borrows only from bytes behind such a one, so
 * that the first top bit is right.
 */
static size_t
plain(struct view v)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t n = 0;

	for (; v.n - n >= 8; n += 8) {
		uint64_t w, special;

		memcpy(&w, v.p + n, sizeof w);
		w = le64toh(w);
		special = (w | (w - ones * 0x20) | ((w ^ ones * '"') - ones) | ((w ^ ones * '\\') - ones)) & TOPS;
		if (special != 0)
			return n + (size_t)__builtin_ctzll(special) / 8;
	}
	while (n < v.n && v.p[n] >= 0x20 && v.p[n] < 0x80 && v.p[n] != '"' && v.p[n] != '\\')
		n++;
	return n;
}

/* "\uXXXX" for the controls that have no letter of their own (RFC 8785 3.2.2.2). */
static bool
control(struct view *v)
{
	static const char hex[] = "0123456789abcdef";
	struct view d;
	const char *low;
	unsigned c;

	if (!view_take(v, 4, &d) || d.p[0] != '0' || d.p[1] != '0' || (d.p[2] != '0' && d.p[2] != '1') || d.p[3] == 0)
		return false;
	low = strchr(hex, d.p[3]);
	if (low == NULL)
		return false;
	c = (unsigned)(d.p[2] - '0') * 16 + (unsigned)(low - hex);
	return c != 8 && c != 9 && c != 10 && c != 12 && c != 13;
}

static bool
escape(struct reader *r)
{
	struct view v = view_from(r->v, r->at), c;

	if (!view_skip(&v, 1) || !view_take(&v, 1, &c) || c.p[0] == '\0' || strchr("\"\\bfnrtu", c.p[0]) == NULL ||
	    (c.p[0] == 'u' && !control(&v)))
		return wrong(r, "an escape that RFC 8785 does not write");
	r->at = r->v.n - v.n;
	return true;
}

/* A character that does not stand for itself, inside of a string. */
static bool __attribute__((noinline, cold))
special(struct reader *r)
{
	struct view v = view_from(r->v, r->at);

	if (v.n == 0)
		return wrong(r, "a string without end");
	if (v.p[0] == '\\')
		return escape(r);
	if (v.p[0] < 0x20)
		return wrong(r, "a control character");
	if (utf8_take(&v) == UTF8_BAD)
		return wrong(r, "no UTF-8");
	r->at = r->v.n - v.n;
	return true;
}

/* *ret: what stands between the quotes, escapes and all. */
static bool
string(struct reader *r, struct view *ret)
{
	size_t from;

	if (!skip(r, '"'))
		return wrong(r, "a string is missing");
	from = r->at;
	for (;;) {
		r->at += plain(view_from(r->v, r->at));
		if (next(r) == '"')
			break;
		if (!special(r))
			return false;
	}
	*ret = view_of(r->v.p + from, r->at - from);
	r->at++;
	return true;
}

/* The character at the front of what string() gave, unescaped. */
static uint32_t
letter(struct view *v)
{
	static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
	uint32_t c = utf8_take(v), x;
	const char *at;

	if (c != '\\')
		return c;
	c = utf8_take(v);
	if (c == 'u') {
		(void)view_skip(v, 2);
		x = utf8_take(v) == '1' ? 16 : 0;
		c = utf8_take(v);
		return x + (c >= 'a' ? c - 'a' + 10 : c - '0');
	}
	at = c < 0x80 ? strchr(names, (int)c) : NULL;
	return at == NULL ? c : (uint32_t)values[at - names];
}

/* UTF-16 order: what needs two units sorts before U+E000 to U+FFFF. */
static uint32_t
rank(uint32_t c)
{
	return c >= 0x10000 ? 0xd800 + ((c - 0x10000) >> 10) : c;
}

static bool
in_order(struct view a, struct view b)
{
	while (a.n > 0 && b.n > 0) {
		uint32_t x = letter(&a), y = letter(&b);

		if (rank(x) != rank(y))
			return rank(x) < rank(y);
		if (x != y)
			return x < y;
	}
	return a.n == 0 && b.n > 0;
}

/* Names of plain ASCII are told apart without that.  By pointer: copying what was just written stalls. */
static inline bool
is_before(const struct view *a, const struct view *b)
{
	const uint8_t *x = a->p, *y = b->p;
	size_t n = a->n < b->n ? a->n : b->n, i = 0;

	while (i < n && x[i] == y[i] && x[i] < 0x80 && x[i] != '\\')
		i++;
	if (i < n && x[i] < 0x80 && y[i] < 0x80 && x[i] != '\\' && y[i] != '\\')
		return x[i] < y[i];
	return in_order(*a, *b);
}

static bool
integer(struct reader *r)
{
	struct view v = view_from(r->v, r->at);
	bool minus = v.p[0] == '-';
	uint64_t x = 0;
	size_t n = 0;

	if (minus)
		(void)view_skip(&v, 1);
	for (; n < v.n && n < 17 && v.p[n] >= '0' && v.p[n] <= '9'; n++)
		x = x * 10 + (uint64_t)(v.p[n] - '0');
	if (n == 0)
		return wrong(r, "no JSON value");
	if ((v.p[0] == '0' && (n > 1 || minus)) || x > (UINT64_C(1) << 53) - 1)
		return wrong(r, "an integer that is not canonical, or over 2^53 - 1");
	(void)view_skip(&v, n);
	if (v.n > 0 && (v.p[0] == '.' || v.p[0] == 'e' || v.p[0] == 'E'))
		return wrong(r, "a number that is no integer");
	r->at = r->v.n - v.n;
	return true;
}

static inline bool
literal(struct reader *r, struct view word)
{
	if (!view_starts(view_from(r->v, r->at), word))
		return false;
	r->at += word.n;
	return true;
}

static bool value(struct reader *r);

/* One member's name and colon, which must come after `last`. */
static bool
member(struct reader *r, const struct view *last, struct view *ret)
{
	if (!string(r, ret))
		return false;
	if (last != NULL && !is_before(last, ret))
		return wrong(r, "members out of order, or one twice");
	return skip(r, ':') || wrong(r, "a colon is missing");
}

/* Each element by `one`, which is given the name of the one before (NULL: it is the first); brackets and commas. */
static bool
many(struct reader *r, uint8_t close, bool (*one)(struct reader *r, const struct view *last, struct view *name))
{
	struct view name[2];
	size_t n = 0;

	r->at++;
	if (++r->depth > EVENT_DEPTH)
		return err_set(r->e, ERR_LIMIT, "byte %zu: deeper than %d", r->at, EVENT_DEPTH);
	while (!skip(r, close)) {
		if ((n > 0 && !skip(r, ',')) || r->at == r->v.n)
			return wrong(r, "a comma or a closing bracket is missing");
		if (!one(r, n > 0 ? &name[(n - 1) % 2] : NULL, &name[n % 2]))
			return false;
		n++;
	}
	r->depth--;
	return true;
}

static bool
pair(struct reader *r, const struct view *last, struct view *name)
{
	return member(r, last, name) && value(r);
}

static bool
element(struct reader *r, const struct view *last, struct view *name)
{
	(void)last;
	(void)name;
	return value(r);
}

static bool
value(struct reader *r)
{
	struct view unused;

	if (r->at == r->v.n)
		return wrong(r, "no JSON value");
	switch (next(r)) {
	case '{':
		return many(r, '}', pair);
	case '[':
		return many(r, ']', element);
	case '"':
		return string(r, &unused);
	default:
		return literal(r, VIEW("true")) || literal(r, VIEW("false")) || literal(r, VIEW("null")) || integer(r);
	}
}

/* -- the shape of an event --------------------------------------------------- */

static bool
is_digits(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

static unsigned
two(const uint8_t *p)
{
	return (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
}

static bool
is_when(struct view v)
{
	static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const uint8_t *p = v.p;
	unsigned month, day, year;

	if (v.n != EVENT_WHEN - 1 || !is_digits(p, 4) || p[4] != '-' || !is_digits(p + 5, 2) || p[7] != '-' ||
	    !is_digits(p + 8, 2) || p[10] != 'T' || !is_digits(p + 11, 2) || p[13] != ':' || !is_digits(p + 14, 2) ||
	    p[16] != ':' || !is_digits(p + 17, 2) || p[19] != '.' || !is_digits(p + 20, 3) || p[23] != 'Z')
		return false;
	year = two(p) * 100 + two(p + 2);
	month = two(p + 5);
	day = two(p + 8);
	if (month < 1 || month > 12 || day < 1 || day > days[month - 1] || two(p + 11) > 23 || two(p + 14) > 59 ||
	    two(p + 17) > 60)
		return false;
	return month != 2 || day < 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* The top bit of each byte of w, which is ASCII, that is x or more. */
static uint64_t
from(uint64_t w, unsigned x)
{
	return w + UINT64_C(0x0101010101010101) * (0x80 - x);
}

/* 64 lower-case hexadecimal digits, eight at a time. */
static bool
is_hash(struct view v)
{
	uint64_t wrong_ones = 0;
	size_t i;

	if (v.n != SHA256_SIZE * 2)
		return false;
	for (i = 0; i < v.n; i += 8) {
		uint64_t w;

		memcpy(&w, v.p + i, sizeof w);
		wrong_ones |= w | ~((from(w & ~TOPS, '0') & ~from(w & ~TOPS, '9' + 1)) |
				    (from(w & ~TOPS, 'a') & ~from(w & ~TOPS, 'f' + 1)));
	}
	return (wrong_ones & TOPS) == 0;
}

/* A string of exactly n bytes without escapes, which the caller looks at; false where another stands there. */
static bool
fixed(struct reader *r, size_t n, struct view *ret)
{
	if (!view_sub(r->v, r->at + 1, n, ret) || next(r) != '"' || r->at + 1 + n == r->v.n || r->v.p[r->at + 1 + n] != '"')
		return false;
	r->at += n + 2;
	return true;
}

enum { WORD_MAX = 1024 };

static bool
word(struct reader *r)
{
	struct view v;

	if (!string(r, &v))
		return false;
	return (v.n > 0 && v.n <= WORD_MAX) || wrong(r, "an empty or overlong word");
}

static bool
when(struct reader *r)
{
	struct view v;

	return (fixed(r, EVENT_WHEN - 1, &v) && is_when(v)) || wrong(r, "no time of the form 2026-11-27T08:40:07.123Z");
}

static bool
hash_pair(struct reader *r, const struct view *last, struct view *name)
{
	struct view v;

	if (!member(r, last, name))
		return false;
	return (fixed(r, SHA256_SIZE * 2, &v) && is_hash(v)) || wrong(r, "no SHA-256 in 64 hexadecimal digits");
}

static bool
hashes(struct reader *r)
{
	if (next(r) != '{')
		return wrong(r, "\"hashes\" is no object");
	return many(r, '}', hash_pair);
}

static bool
data(struct reader *r)
{
	if (next(r) != '{')
		return wrong(r, "\"data\" is no object");
	return value(r);
}

/* In their order, which is that of RFC 8785. */
static const struct {
	struct view head;
	bool must;
	bool (*read)(struct reader *r);
} members[] = {
#define MEMBER(name, must, read) { { (const uint8_t *)"\"" name "\":", sizeof name + 2 }, must, read }
	MEMBER("data", false, data), MEMBER("hashes", false, hashes), MEMBER("object", true, word),
	MEMBER("what", true, word),  MEMBER("when", true, when),      MEMBER("who", true, word),
#undef MEMBER
};

static bool
body(struct reader *r)
{
	bool first = true;
	size_t i;

	for (i = 0; i < sizeof members / sizeof *members; i++) {
		size_t before = r->at;

		if ((first || skip(r, ',')) && literal(r, members[i].head)) {
			if (!members[i].read(r))
				return false;
			first = false;
			continue;
		}
		r->at = before;
		if (members[i].must)
			return err_set(r->e, ERR_MALFORMED, "byte %zu: %.*s is missing, or another member stands here", r->at,
				       (int)members[i].head.n - 1, (const char *)members[i].head.p);
	}
	return true;
}

bool
event_check(struct view v, struct err *e)
{
	struct reader r = { v, 0, 1, e };

	if (v.n > EVENT_MAX)
		return err_set(e, ERR_LIMIT, "an event of %zu bytes, limit %d", v.n, EVENT_MAX);
	if (!skip(&r, '{'))
		return wrong(&r, "no object");
	if (!body(&r))
		return false;
	if (!skip(&r, '}') || r.at < v.n)
		return wrong(&r, "more than an event has");
	return true;
}

/* -- writing ------------------------------------------------------------------- */

static void
put_string(struct buf *to, struct view v)
{
	static const char names[] = "btnfr", values[] = "\b\t\n\f\r";

	buf_byte(to, '"');
	for (; v.n > 0; (void)view_skip(&v, 1)) {
		uint8_t c = v.p[0];
		const char *at = c == 0 ? NULL : strchr(values, c);

		if (c == '"' || c == '\\')
			buf_byte(to, '\\');
		if (at != NULL)
			buf_printf(to, "\\%c", names[at - values]);
		else if (c < 0x20)
			buf_printf(to, "\\u%04x", c);
		else
			buf_byte(to, c);
	}
	buf_byte(to, '"');
}

static void
put_member(struct buf *to, const char *name, struct view v)
{
	if (to->n > 1)
		buf_byte(to, ',');
	buf_printf(to, "\"%s\":", name);
	put_string(to, v);
}

static void
put_hashes(struct buf *to, const struct event *ev)
{
	size_t i;

	buf_str(to, to->n > 1 ? ",\"hashes\":{" : "\"hashes\":{");
	for (i = 0; i < ev->hashes; i++) {
		char hex[SHA256_HEX_SIZE];

		sha256_hex(ev->hash[i].hash, hex);
		if (i > 0)
			buf_byte(to, ',');
		put_string(to, ev->hash[i].name);
		buf_printf(to, ":\"%s\"", hex);
	}
	buf_byte(to, '}');
}

bool
event_put(struct buf *to, const struct event *ev, struct err *e)
{
	own_buf struct buf b = BUF_MAX(EVENT_MAX + 1);

	buf_byte(&b, '{');
	if (ev->data.n > 0) {
		buf_str(&b, "\"data\":");
		buf_view(&b, ev->data);
	}
	if (ev->hashes > 0)
		put_hashes(&b, ev);
	put_member(&b, "object", ev->object);
	put_member(&b, "what", ev->what);
	put_member(&b, "when", ev->when);
	put_member(&b, "who", ev->who);
	buf_byte(&b, '}');
	if (!buf_ok(&b, e) || !event_check(buf_bytes(&b), e))
		return false;
	return buf_view(to, buf_bytes(&b)) || buf_ok(to, e);
}

void
event_when(struct timespec t, char ret[EVENT_WHEN])
{
	struct tm tm;
	char text[80];

	(void)gmtime_r(&t.tv_sec, &tm);
	(void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ", tm.tm_year + 1900, tm.tm_mon + 1,
		       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, t.tv_nsec / 1000000);
	memcpy(ret, text, EVENT_WHEN - 1);
	ret[EVENT_WHEN - 1] = '\0';
}
