/*
 * JSON (RFC 8259), UTF-8 without BOM, unique names, 256 deep.
 */
#include "inspect/recognise.h"

#include "core/utf8.h"

enum { DEPTH_MAX = 256, NUMBER_MAX = 1024 };

struct level {
	bool object;
	size_t keys;	/* where this object's names begin among those open */
};

struct json {
	struct view whole, in;
	struct buf keys;	/* struct view each: the decoded names of all open objects */
	struct arena *arena;
	struct level level[DEPTH_MAX];
	size_t depth;
};

static bool
bad(struct json *j, struct err *e, const char *what)
{
	return residue(e, "byte %zu: %s", at_of(j->whole, j->in), what);
}

static int
peek(const struct json *j)
{
	return j->in.n > 0 ? j->in.p[0] : -1;
}

static void
space(struct json *j)
{
	while (j->in.n > 0 && (j->in.p[0] == ' ' || j->in.p[0] == '\n' || j->in.p[0] == '\r' ||
			       j->in.p[0] == '\t'))
		(void)view_skip(&j->in, 1);
}

static bool
hex4(struct view *v, uint32_t *ret)
{
	struct view h;
	uint32_t x = 0;
	size_t i;

	if (!view_take(v, 4, &h))
		return false;
	for (i = 0; i < 4; i++) {
		uint8_t c = h.p[i];

		if (c >= '0' && c <= '9')
			x = x << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			x = x << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	*ret = x;
	return true;
}

/* Characters that are written as \uXXXX, in lower case, and no others are. */
static bool
hides(uint32_t c)
{
	return utf8_is_control(c) || utf8_is_hiding(c);
}

/* The character an escape stands for (7), each in its one spelling. */
static bool
escape(struct json *j, uint32_t *ret, struct err *e)
{
	static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
	const char *p;
	uint32_t hi, lo;
	uint8_t c;

	if (!view_u8(&j->in, &c))
		return bad(j, e, "string does not end");
	p = c == 0 ? NULL : strchr(from, c);
	if (p != NULL) {
		*ret = (uint8_t)to[p - from];
		return true;
	}
	if (c != 'u' || !hex4(&j->in, &hi))
		return bad(j, e, "unknown escape");
	if (hi >= 0xdc00 && hi <= 0xdfff)
		return bad(j, e, "half a surrogate pair");
	if (hi >= 0xd800 && hi <= 0xdbff) {
		if (!view_starts(j->in, VIEW("\\u")) || !view_skip(&j->in, 2) || !hex4(&j->in, &lo) || lo < 0xdc00 ||
		    lo > 0xdfff)
			return bad(j, e, "half a surrogate pair");
		hi = 0x10000 + ((hi - 0xd800) << 10) + (lo - 0xdc00);
	}
	*ret = hi;
	return (hides(hi) && strchr("\b\f\n\r\t", (int)hi) == NULL) || hi == 0 || bad(j, e, "needless escape");
}

/* A string; its decoded bytes go to `ret` where that is not NULL. */
static bool
string(struct json *j, struct buf *ret, struct err *e)
{
	if (peek(j) != '"')
		return bad(j, e, "no string");
	(void)view_skip(&j->in, 1);
	while (j->in.n > 0) {
		uint8_t one[4];
		uint32_t c = j->in.p[0];

		if (c < 0x80)
			(void)view_skip(&j->in, 1);
		else
			c = utf8_take(&j->in);
		if (c == '"')
			return true;
		if (c == UTF8_BAD)
			return bad(j, e, "not UTF-8");
		if (hides(c))
			return bad(j, e, "control or hiding character");
		if (c == '\\' && !escape(j, &c, e))
			return false;
		if (ret != NULL && !buf_put(ret, one, utf8_put(one, c)))
			return buf_ok(ret, e);
	}
	return bad(j, e, "string does not end");
}

static size_t
digits(struct json *j)
{
	size_t n = 0;

	while (j->in.n > 0 && j->in.p[0] >= '0' && j->in.p[0] <= '9') {
		(void)view_skip(&j->in, 1);
		n++;
	}
	return n;
}

static bool
number(struct json *j, struct err *e)
{
	size_t before = j->in.n;

	if (peek(j) == '-')
		(void)view_skip(&j->in, 1);
	if (peek(j) == '0')
		(void)view_skip(&j->in, 1);
	else if (digits(j) == 0)
		return bad(j, e, "no value");
	if (peek(j) == '.') {
		(void)view_skip(&j->in, 1);
		if (digits(j) == 0)
			return bad(j, e, "no digit behind the point");
	}
	if (peek(j) == 'e' || peek(j) == 'E') {
		(void)view_skip(&j->in, 1);
		if (peek(j) == '+' || peek(j) == '-')
			(void)view_skip(&j->in, 1);
		if (digits(j) == 0)
			return bad(j, e, "no exponent");
	}
	return before - j->in.n <= NUMBER_MAX || bad(j, e, "number too long");
}

static int
key_order(const void *a, const void *b)
{
	const struct view *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int c = n == 0 ? 0 : memcmp(x->p, y->p, n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

static bool
keys_unique(struct json *j, size_t from, struct err *e)
{
	struct view *k;
	size_t n = (j->keys.n - from) / sizeof *k, i;

	if (n > 1) {
		/* buf's memory is malloc's and offsets are multiples of the size: aligned. */
		k = (struct view *)(void *)(j->keys.p + from);
		qsort(k, n, sizeof *k, key_order);
		for (i = 1; i < n; i++)
			if (view_eq(k[i - 1], k[i]))
				return bad(j, e, "name twice in one object");
	}
	j->keys.n = from;
	return true;
}

/* A name and its colon. */
static bool
key(struct json *j, struct err *e)
{
	own_buf struct buf b = BUF_MAX(j->whole.n + 4);
	struct view copy;

	if (!string(j, &b, e))
		return false;
	copy = arena_copy(j->arena, buf_bytes(&b));
	if (copy.p == NULL || !buf_put(&j->keys, &copy, sizeof copy))
		return no_memory(e);
	space(j);
	if (peek(j) != ':')
		return bad(j, e, "no colon");
	(void)view_skip(&j->in, 1);
	return true;
}

static bool
word(struct json *j)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i;

	for (i = 0; i < 3; i++)
		if (view_starts(j->in, view_str(words[i])))
			return view_skip(&j->in, strlen(words[i]));
	return false;
}

/* Goes into an array or object; *ret_empty when it closes at once. */
static bool
enter(struct json *j, bool *ret_empty, struct err *e)
{
	bool object = peek(j) == '{';

	if (j->depth == DEPTH_MAX)
		return bad(j, e, "nested too deep");
	j->level[j->depth++] = (struct level){ object, j->keys.n };
	(void)view_skip(&j->in, 1);
	space(j);
	*ret_empty = peek(j) == (object ? '}' : ']');
	return *ret_empty || !object || key(j, e);
}

/* Behind a value: closes what ends, goes on past a comma. */
static bool
close_or_next(struct json *j, struct err *e)
{
	while (j->depth > 0) {
		struct level *l = &j->level[j->depth - 1];

		space(j);
		if (peek(j) == ',') {
			(void)view_skip(&j->in, 1);
			space(j);
			return !l->object || key(j, e);
		}
		if (peek(j) != (l->object ? '}' : ']'))
			return bad(j, e, "neither comma nor end");
		(void)view_skip(&j->in, 1);
		if (l->object && !keys_unique(j, l->keys, e))
			return false;
		j->depth--;
	}
	return true;
}

static bool
document(struct json *j, struct err *e)
{
	space(j);
	if (peek(j) != '{' && peek(j) != '[')
		return bad(j, e, "neither object nor array");
	do {
		bool empty = true;

		space(j);
		if (peek(j) == '{' || peek(j) == '[') {
			if (!enter(j, &empty, e))
				return false;
			if (!empty)
				continue;
		} else if (peek(j) == '"' ? !string(j, NULL, e) : !word(j) && !number(j, e)) {
			return false;
		}
		if (!close_or_next(j, e))
			return false;
		if (j->depth == 0)
			break;
	} while (true);
	space(j);
	return j->in.n == 0 || bad(j, e, "bytes behind the value");
}

bool
inspect_json(struct inspection *in, struct view out, struct err *e)
{
	own_arena struct arena *arena = arena_new(0);
	struct json j = { .whole = out, .in = out, .keys = BUF_MAX((size_t)1 << 30), .arena = arena };
	bool ok;

	(void)in;
	if (arena == NULL)
		return no_memory(e);
	ok = document(&j, e);
	buf_release(&j.keys);
	return ok;
}
