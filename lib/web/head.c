#include "web/head.h"

#include <strings.h>

static const char *const names[] = {
#define FIELD(id, name) [HEAD_##id] = name,
#include "web/head.def"
#undef FIELD
};

/* RFC 9110 5.6.2: what methods and field names are made of. */
static bool
is_token(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] <= ' ' || v.p[i] >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", v.p[i]) != NULL)
			return false;
	return v.n > 0;
}

static bool
is_shown(struct view v, const char *but)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] <= ' ' || v.p[i] >= 0x7f || strchr(but, v.p[i]) != NULL)
			return false;
	return true;
}

static bool
is_value(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if ((v.p[i] < ' ' && v.p[i] != '\t') || v.p[i] == 0x7f)
			return false;
	return true;
}

static struct view
trimmed(struct view v)
{
	while (v.n > 0 && (*v.p == ' ' || *v.p == '\t'))
		v = view_from(v, 1);
	while (v.n > 0 && (v.p[v.n - 1] == ' ' || v.p[v.n - 1] == '\t'))
		v.n--;
	return v;
}

/* Everything before the first c; the rest stands behind it. */
static bool
split(struct view *v, char c, struct view *ret)
{
	const uint8_t *at = v->n > 0 ? memchr(v->p, c, v->n) : NULL;

	if (at == NULL)
		return false;
	*ret = view_of(v->p, (size_t)(at - v->p));
	*v = view_from(*v, ret->n + 1);
	return true;
}

static int
request_line(struct view line, struct head *h)
{
	struct view target;

	if (!split(&line, ' ', &h->method) || !is_token(h->method) || !split(&line, ' ', &target) ||
	    line.n != 8 || !view_starts(line, VIEW("HTTP/")) || line.p[5] < '0' || line.p[5] > '9' ||
	    line.p[6] != '.' || line.p[7] < '0' || line.p[7] > '9')
		return 400;
	if (line.p[5] != '1')
		return 505;
	if (target.n > HEAD_TARGET_MAX)
		return 414;
	if (!view_starts(target, VIEW("/")) || !is_shown(target, "\"#<>\\^`{|}"))
		return 400;
	if (!split(&target, '?', &h->path))
		h->path = target;
	else
		h->query = target;
	return HEAD_WHOLE;
}

static int
field_line(struct view line, struct head *h)
{
	struct view name;
	size_t i;

	if (!split(&line, ':', &name) || !is_token(name) || !is_value(line))
		return 400;
	for (i = 0; i < HEAD_FIELDS; i++)
		if (name.n == strlen(names[i]) && strncasecmp((const char *)name.p, names[i], name.n) == 0) {
			if (h->field[i].p != NULL)
				return 400;
			h->field[i] = trimmed(line);
		}
	return HEAD_WHOLE;
}

/* Digits alone; UINT64_MAX stands for all that is larger. */
static bool
length_of(struct view v, uint64_t *ret)
{
	*ret = 0;
	for (; v.n > 0; v = view_from(v, 1)) {
		if (*v.p < '0' || *v.p > '9')
			return false;
		*ret = *ret > (UINT64_MAX - 9) / 10 ? UINT64_MAX : *ret * 10 + (uint64_t)(*v.p - '0');
	}
	return true;
}

/* What the whole of it must be. */
static int
whole(struct head *h)
{
	struct view length = h->field[HEAD_CONTENT_LENGTH], expect = h->field[HEAD_EXPECT];

	if (h->field[HEAD_HOST].n == 0)
		return 400;
	if (length.p != NULL && (length.n == 0 || !length_of(length, &h->length)))
		return 400;
	if (h->field[HEAD_TRANSFER_ENCODING].p != NULL)
		return length.p != NULL ? 400 : 411;
	if (expect.p != NULL && (expect.n != 12 || strncasecmp((const char *)expect.p, "100-continue", 12) != 0))
		return 417;
	return HEAD_WHOLE;
}

/* The next line without its CRLF; HEAD_MORE where it has no end yet. */
static int
take_line(struct view *v, struct view *ret)
{
	size_t i;

	for (i = 0; i < v->n; i++) {
		if (v->p[i] == '\n' || v->p[i] == '\0')
			return 400;
		if (v->p[i] != '\r')
			continue;
		if (i + 1 == v->n)
			return HEAD_MORE;
		if (v->p[i + 1] != '\n')
			return 400;
		*ret = view_of(v->p, i);
		*v = view_from(*v, i + 2);
		return HEAD_WHOLE;
	}
	return HEAD_MORE;
}

static int
lines(struct view v, struct head *h)
{
	const uint8_t *from = v.p;
	struct view line;
	size_t n;
	int r;

	for (n = 0; (r = take_line(&v, &line)) == HEAD_WHOLE; n++) {
		if (n > 0 && line.n == 0) {
			h->size = (size_t)(v.p - from);
			return whole(h);
		}
		r = n == 0 ? request_line(line, h) : n > HEAD_LINES ? 431 : field_line(line, h);
		if (r != HEAD_WHOLE)
			return r;
	}
	if (r == HEAD_MORE && n == 0 && v.n > HEAD_TARGET_MAX + 64)
		return 414;
	return r;
}

int
head_parse(struct view bytes, struct head *ret)
{
	bool full = bytes.n >= HEAD_MAX;
	int r;

	*ret = (struct head){ 0 };
	if (full)
		bytes.n = HEAD_MAX;
	r = lines(bytes, ret);
	return r == HEAD_MORE && full ? 431 : r;
}

struct view
head_value(struct view list, char between, const char *name)
{
	struct view one, key;
	bool more = list.p != NULL;

	while (more) {
		more = split(&list, between, &one);
		if (!more)
			one = list;
		one = trimmed(one);
		if (split(&one, '=', &key) && view_is(key, name))
			return one;
	}
	return (struct view){ 0 };
}
