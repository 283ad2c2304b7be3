#include "sanitize/text/json.h"

#include <stdlib.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/format.h"
#include "sanitize/text/text.h"

enum { DEPTH_MAX = 256, NUMBER_MAX = 1024 };

/* A name of an open object, as it was written: equal names are written equally. */
struct name {
	size_t at, n;
};

struct json {
	struct job *j;		/* NULL: only look */
	struct view whole, in;
	struct buf *out;	/* NULL: only look */
	struct buf names;	/* struct name each, of all open objects */
	struct {
		bool object;
		size_t names;	/* bytes of `names` before its own */
	} level[DEPTH_MAX];
	size_t depth;
	bool twice;
	uint64_t hidden, bad;
};

static bool
fail(const struct json *s, struct err *e, const char *what)
{
	return err_set(e, ERR_MALFORMED, "byte %zu: %s", s->whole.n - s->in.n, what);
}

static int
peek(const struct json *s)
{
	return s->in.n > 0 ? s->in.p[0] : -1;
}

/* Takes n bytes over as they are. */
static void
keep(struct json *s, size_t n)
{
	struct view v;

	if (view_take(&s->in, n, &v) && s->out != NULL)
		(void)buf_view(s->out, v);
}

static void
space(struct json *s)
{
	size_t n = 0;

	while (n < s->in.n && (s->in.p[n] == ' ' || s->in.p[n] == '\n' || s->in.p[n] == '\r' ||
			       s->in.p[n] == '\t'))
		n++;
	keep(s, n);
}

/* -- strings (RFC 8259 7) --------------------------------------------- */

static void
put_escape(struct buf *out, uint32_t c)
{
	static const char from[] = "\b\f\n\r\t", to[] = "bfnrt";
	const char *at = c < 0x20 && c != 0 ? strchr(from, (int)c) : NULL;

	if (at != NULL)
		(void)(buf_byte(out, '\\') && buf_byte(out, (uint8_t)to[at - from]));
	else if (c > 0xffff)
		(void)buf_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
				 0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		(void)buf_printf(out, "\\u%04x", c);
}

static void
put_char(struct json *s, uint32_t c)
{
	uint8_t one[4];

	if (s->out == NULL)
		return;
	if (c == '"' || c == '\\')
		(void)(buf_byte(s->out, '\\') && buf_byte(s->out, (uint8_t)c));
	else if (utf8_is_control(c) || utf8_is_hiding(c))
		put_escape(s->out, c);
	else
		(void)buf_put(s->out, one, utf8_put(one, c));
}

static bool
hex4(struct view *v, uint32_t *ret)
{
	struct view h;
	uint32_t x = 0;
	size_t i;

	if (!view_sub(*v, 0, 4, &h))
		return false;
	for (i = 0; i < 4; i++) {
		uint8_t c = h.p[i], low = c | 0x20;

		if (c >= '0' && c <= '9')
			x = x << 4 | (uint32_t)(c - '0');
		else if (low >= 'a' && low <= 'f')
			x = x << 4 | (uint32_t)(low - 'a' + 10);
		else
			return false;
	}
	*ret = x;
	return view_skip(v, 4);
}

/* \uXXXX, with its second half where it is the first of two; a half alone is no character. */
static bool
unicode(struct json *s, uint32_t *ret)
{
	struct view rest;
	uint32_t a, b;

	if (!hex4(&s->in, &a))
		return false;
	*ret = a;
	if (a < 0xd800 || a > 0xdfff)
		return true;
	rest = s->in;
	if (a <= 0xdbff && view_starts(rest, VIEW("\\u")) && view_skip(&rest, 2) && hex4(&rest, &b) &&
	    b >= 0xdc00 && b <= 0xdfff) {
		s->in = rest;
		*ret = 0x10000 + ((a & 0x3ff) << 10) + (b & 0x3ff);
		return true;
	}
	s->bad++;
	*ret = 0xfffd;
	return true;
}

static bool
escape(struct json *s, uint32_t *ret)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	uint8_t c;

	(void)view_skip(&s->in, 1);
	if (!view_u8(&s->in, &c) || c == 0)
		return false;
	if (c == 'u')
		return unicode(s, ret);
	at = strchr(from, c);
	if (at == NULL)
		return false;
	*ret = (uint8_t)to[at - from];
	return true;
}

static bool
string(struct json *s, struct err *e)
{
	uint32_t c;

	if (peek(s) != '"')
		return fail(s, e, "no string");
	keep(s, 1);
	while (s->in.n > 0) {
		size_t n = 0;

		while (n < s->in.n && s->in.p[n] >= 0x20 && s->in.p[n] < 0x7f && s->in.p[n] != '"' &&
		       s->in.p[n] != '\\')
			n++;
		keep(s, n);
		if (s->in.n == 0 || s->in.p[0] < 0x20)
			break;
		if (s->in.p[0] == '"') {
			keep(s, 1);
			return true;
		}
		if (s->in.p[0] == '\\') {
			if (!escape(s, &c))
				return fail(s, e, "no escape");
		} else {
			c = utf8_take(&s->in);
			if (c == UTF8_BAD)
				return fail(s, e, "not UTF-8");
			s->hidden += utf8_is_control(c) || utf8_is_hiding(c);
		}
		put_char(s, c);
	}
	return fail(s, e, "a string does not end");
}

/* -- numbers and words ------------------------------------------------ */

static size_t
digits(struct view v, size_t at)
{
	size_t n = at;

	while (n < v.n && v.p[n] >= '0' && v.p[n] <= '9')
		n++;
	return n - at;
}

/* RFC 8259 6: kept to the letter, since what it means is the reader's precision. */
static bool
number(struct json *s, struct err *e)
{
	struct view v = s->in;
	size_t n = v.n > 0 && v.p[0] == '-', k = digits(v, n);

	if (k == 0 || (k > 1 && v.p[n] == '0'))
		return fail(s, e, "no value");
	n += k;
	if (n < v.n && v.p[n] == '.') {
		if ((k = digits(v, n + 1)) == 0)
			return fail(s, e, "no digit behind the point");
		n += 1 + k;
	}
	if (n < v.n && (v.p[n] == 'e' || v.p[n] == 'E')) {
		n++;
		n += n < v.n && (v.p[n] == '+' || v.p[n] == '-');
		if ((k = digits(v, n)) == 0)
			return fail(s, e, "no exponent");
		n += k;
	}
	if (n > NUMBER_MAX)
		return fail(s, e, "a number without end");
	keep(s, n);
	return true;
}

static bool
word(struct json *s)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (view_starts(s->in, view_str(words[i]))) {
			keep(s, strlen(words[i]));
			return true;
		}
	return false;
}

/* -- objects and arrays ----------------------------------------------- */

static int
by_name(const void *a, const void *b, void *text)
{
	const struct name *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int c = memcmp((const uint8_t *)text + x->at, (const uint8_t *)text + y->at, n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

static bool
unique(struct json *s, size_t from, struct err *e)
{
	size_t n = (s->names.n - from) / sizeof(struct name), i;
	struct name *all;

	s->names.n = from;
	if (s->out == NULL || n < 2 || s->out->full)
		return true;
	/* The buffer is malloc's and holds nothing else: aligned. */
	all = (struct name *)(void *)(s->names.p + from);
	qsort_r(all, n, sizeof *all, by_name, s->out->p);
	for (i = 1; i < n; i++)
		if (by_name(&all[i - 1], &all[i], s->out->p) == 0) {
			s->twice = true;
			return err_set(e, ERR_MALFORMED, "a name twice in one object: %.*s",
				       (int)(all[i].n > 100 ? 100 : all[i].n),
				       (const char *)s->out->p + all[i].at);
		}
	return true;
}

static bool
key(struct json *s, struct err *e)
{
	struct name k = { s->out == NULL ? 0 : s->out->n, 0 };

	if (!string(s, e))
		return false;
	if (s->out != NULL) {
		k.n = s->out->n - k.at;
		if (!buf_put(&s->names, &k, sizeof k))
			return buf_ok(&s->names, e);
	}
	space(s);
	if (peek(s) != ':')
		return fail(s, e, "no colon");
	keep(s, 1);
	return true;
}

static bool
enter(struct json *s, bool *ret_empty, struct err *e)
{
	bool object = peek(s) == '{';

	if (s->depth == DEPTH_MAX)
		return err_set(e, ERR_LIMIT, "nested deeper than %d", DEPTH_MAX);
	s->level[s->depth].object = object;
	s->level[s->depth++].names = s->names.n;
	keep(s, 1);
	space(s);
	*ret_empty = peek(s) == (object ? '}' : ']');
	return *ret_empty || !object || key(s, e);
}

/* Behind a value: what ends is closed, a comma leads to the next one. */
static bool
leave(struct json *s, struct err *e)
{
	while (s->depth > 0) {
		bool object = s->level[s->depth - 1].object;

		space(s);
		if (peek(s) == ',') {
			keep(s, 1);
			space(s);
			return !object || key(s, e);
		}
		if (peek(s) != (object ? '}' : ']'))
			return fail(s, e, "neither comma nor end");
		keep(s, 1);
		if (object && !unique(s, s->level[s->depth - 1].names, e))
			return false;
		s->depth--;
	}
	return true;
}

static bool
value(struct json *s, struct err *e)
{
	bool empty = true;

	space(s);
	if (peek(s) == '{' || peek(s) == '[')
		return enter(s, &empty, e) && (!empty || leave(s, e));
	return (peek(s) == '"' ? string(s, e) : word(s) || number(s, e)) && leave(s, e);
}

static bool
document(struct json *s, struct err *e)
{
	space(s);
	if (peek(s) != '{' && peek(s) != '[')
		return fail(s, e, "neither object nor array");
	do {
		if (s->j != NULL && !job_tick(s->j, e))
			return false;
		if (!value(s, e))
			return false;
	} while (s->depth > 0);
	space(s);
	return s->in.n == 0 || fail(s, e, "bytes behind the value");
}

bool
json_sound(struct view utf8)
{
	struct json s = { .whole = utf8, .in = utf8 };
	struct err unused;

	return document(&s, &unused);
}

bool
json_rewrite(struct job *j, struct view utf8, struct buf *out, struct err *e)
{
	struct json s = { .j = j, .whole = utf8, .in = utf8, .out = out };
	bool ok = document(&s, e);

	buf_release(&s.names);
	if (s.twice)
		job_find(j, FINDING_JSON_TWICE, "", "%s", e->text);
	if (!ok)
		return false;
	if (s.hidden > 0)
		job_find(j, FINDING_JSON_HIDING, "", "%llu", (unsigned long long)s.hidden);
	if (s.bad > 0)
		job_find(j, FINDING_TEXT_BAD_BYTES, "", "%llu", (unsigned long long)s.bad);
	return buf_ok(out, e);
}

static bool
json_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_buf struct buf utf8 = BUF_MAX((size_t)j->profile->limits.output);
	struct charset_guess g = charset_guess(in);
	uint64_t bad = 0;

	if (g.charset != CHARSET_UTF8) {
		if (!charset_decode(g.charset, in, &utf8, &bad, e))
			return false;
		in = buf_bytes(&utf8);
		job_find(j, FINDING_TEXT_CHARSET, "", "%s -> UTF-8", charset_name(g.charset));
	}
	if (bad > 0)
		job_find(j, FINDING_TEXT_BAD_BYTES, "", "%llu", (unsigned long long)bad);
	return json_rewrite(j, in, out, e);
}

const struct format format_json = { .type = TYPE_JSON, .rebuild = json_rebuild };
