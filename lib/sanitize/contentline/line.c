#include "sanitize/contentline/line.h"

#include "core/own.h"
#include "core/utf8.h"

static uint8_t
upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? c & 0xdf : c;
}

bool
line_fold_is(struct view v, const char *s)
{
	size_t i;

	if (v.n != strlen(s))
		return false;
	for (i = 0; i < v.n; i++)
		if (upper(v.p[i]) != upper((uint8_t)s[i]))
			return false;
	return true;
}

/* -- reading ------------------------------------------------------------ */

static bool
take_line(struct lines_in *l, struct view *ret)
{
	size_t at;

	if (l->in.n == 0)
		return false;
	at = view_find(l->in, 0, VIEW("\n"));
	(void)view_take(&l->in, at == VIEW_NOT_FOUND ? l->in.n : at, ret);
	(void)view_skip(&l->in, 1);
	l->number++;
	return true;
}

static bool
is_folded(const struct lines_in *l)
{
	return l->in.n > 0 && (l->in.p[0] == ' ' || l->in.p[0] == '\t');
}

/*
 * Does the head of the line (before its ':') say QUOTED-PRINTABLE, as ENCODING or as a word
 * of its own?  Then '=' at the end goes on.
 */
static bool
is_quoted_printable(struct view v)
{
	static const char *const says[] = { ";QUOTED-PRINTABLE", ";ENCODING=QUOTED-PRINTABLE" };
	bool quoted = false;
	size_t i, k;

	for (i = 0; i < v.n && (quoted || v.p[i] != ':'); i++) {
		quoted ^= v.p[i] == '"';
		for (k = 0; !quoted && v.p[i] == ';' && k < 2; k++) {
			size_t n = strlen(says[k]);

			if (i + n < v.n && line_fold_is(view_of(v.p + i, n), says[k]) && strchr(";:", v.p[i + n]) != NULL)
				return true;
		}
	}
	return false;
}

/* One logical line: the physical ones that belong to it, joined.  Each byte is copied once. */
static bool
logical(struct lines_in *l, struct view *ret, struct err *e)
{
	struct view rest = l->in, first, more;
	uint8_t *p;
	size_t n, number = l->number;
	bool soft;

	(void)take_line(l, &first);
	soft = is_quoted_printable(first) && first.n > 0 && first.p[first.n - 1] == '=';
	*ret = first;
	if (!soft && (!is_folded(l) || first.n == 0))
		return true;
	/* How long it will be at most, by looking ahead. */
	n = first.n;
	while (soft || is_folded(l)) {
		if (!take_line(l, &more))
			break;
		n += more.n;
		soft = soft && more.n > 0 && more.p[more.n - 1] == '=';
		if (!job_tick(l->job, e))
			return false;
	}
	p = arena_get(l->arena, n);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "a line longer than there is memory for");
	l->in = rest;
	l->number = number;
	(void)take_line(l, &first);
	soft = is_quoted_printable(first) && first.n > 0 && first.p[first.n - 1] == '=';
	n = first.n - soft;
	memcpy(p, first.p, n);
	while (soft || is_folded(l)) {
		bool fold = !soft;

		if (!take_line(l, &more))
			break;
		soft = soft && more.n > 0 && more.p[more.n - 1] == '=';
		if (fold)
			(void)view_skip(&more, 1);
		more.n -= soft;
		if (more.n > 0)
			memcpy(p + n, more.p, more.n);
		n += more.n;
	}
	*ret = view_of(p, n);
	return true;
}

/* Up to one of `stops` outside quotes. */
static struct view
take_until(struct view *v, const char *stops)
{
	struct view ret = view_of(v->p, 0);
	bool quoted = false;
	size_t n;

	for (n = 0; n < v->n && (quoted || v->p[n] == 0 || strchr(stops, v->p[n]) == NULL); n++)
		quoted ^= v->p[n] == '"';
	(void)view_take(v, n, &ret);
	return ret;
}

static bool
is_name(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!(upper(v.p[i]) >= 'A' && upper(v.p[i]) <= 'Z') && !(v.p[i] >= '0' && v.p[i] <= '9') &&
		    v.p[i] != '-' && v.p[i] != '_')
			return false;
	return v.n > 0 && v.n <= 64;
}

static bool
uppered(struct lines_in *l, struct view *v)
{
	struct view copy = arena_copy(l->arena, *v);
	size_t i;

	if (copy.p == NULL)
		return false;
	for (i = 0; i < copy.n; i++)
		((uint8_t *)(uintptr_t)copy.p)[i] = upper(copy.p[i]);
	*v = copy;
	return true;
}

static bool
parse(struct lines_in *l, struct view v, struct line *ret, struct err *e)
{
	size_t dot;

	ret->name = take_until(&v, ":;");
	dot = view_find(ret->name, 0, VIEW("."));
	if (dot != VIEW_NOT_FOUND) {
		ret->group = view_of(ret->name.p, dot);
		ret->name = view_from(ret->name, dot + 1);
	}
	if (!is_name(ret->name) || (ret->group.n > 0 && !is_name(ret->group)))
		return false;
	while (v.n > 0 && v.p[0] == ';') {
		struct line_param p = { { NULL, 0 }, { NULL, 0 } };

		(void)view_skip(&v, 1);
		p.name = take_until(&v, "=:;");
		if (v.n > 0 && v.p[0] == '=') {
			(void)view_skip(&v, 1);
			p.value = take_until(&v, ":;");
		} else {
			p.value = p.name;
			p.name.n = 0;
		}
		if (ret->params == LINE_PARAMS_MAX || (p.name.n > 0 && !is_name(p.name)))
			continue;
		if (!uppered(l, &p.name))
			return err_set(e, ERR_LIMIT, "more lines than there is memory for");
		ret->param[ret->params++] = p;
	}
	if (v.n == 0 || v.p[0] != ':')
		return false;
	ret->value = view_from(v, 1);
	return uppered(l, &ret->name) || err_set(e, ERR_LIMIT, "more lines than there is memory for");
}

bool
line_next(struct lines_in *l, struct line *ret, uint64_t *bad, struct err *e)
{
	struct view v;

	e->code = ERR_NONE;
	while (l->in.n > 0) {
		ret->params = 0;
		ret->group = (struct view){ NULL, 0 };
		ret->number = l->number + 1;
		if (!job_tick(l->job, e) || !logical(l, &v, e))
			return false;
		if (parse(l, v, ret, e))
			return true;
		if (e->code != ERR_NONE)
			return false;
		if (bad != NULL)
			*bad += v.n > 0;
	}
	return false;
}

struct view
line_unquote(struct view v)
{
	return v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"' ? view_of(v.p + 1, v.n - 2) : v;
}

bool
line_param(const struct line *l, const char *name, struct view *ret)
{
	size_t i;

	for (i = 0; i < l->params; i++)
		if (view_is(l->param[i].name, name)) {
			*ret = line_unquote(l->param[i].value);
			return true;
		}
	return false;
}

bool
line_split(struct view *list, char separator, struct view *ret)
{
	const char stops[] = { separator, '\0' };

	if (list->n == 0)
		return false;
	*ret = take_until(list, stops);
	(void)view_skip(list, 1);
	return true;
}

bool
line_split_text(struct view *list, bool *more, char separator, struct view *ret)
{
	size_t n;

	if (!*more)
		return false;
	for (n = 0; n < list->n && list->p[n] != (uint8_t)separator; n++)
		n += list->p[n] == '\\' && n + 1 < list->n;
	*ret = view_of(list->p, n);
	*more = n < list->n;
	if (*more)
		*list = view_from(*list, n + 1);
	return true;
}

/* -- values ------------------------------------------------------------- */

void
line_unescape(struct view v, struct buf *ret)
{
	size_t i;

	for (i = 0; i < v.n; i++) {
		if (v.p[i] != '\\' || i + 1 == v.n) {
			(void)buf_byte(ret, v.p[i]);
			continue;
		}
		i++;
		if (v.p[i] == 'n' || v.p[i] == 'N')
			(void)buf_byte(ret, '\n');
		else if (strchr("\\;,:\"", v.p[i]) != NULL)
			(void)buf_byte(ret, v.p[i]);
		else {
			/* A backslash of its own: 0x5C is ¥ in Japan. */
			(void)buf_byte(ret, '\\');
			(void)buf_byte(ret, v.p[i]);
		}
	}
}

void
line_escape(struct view v, struct buf *ret)
{
	size_t i;

	for (i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];

		if (c == '\n') {
			(void)buf_str(ret, "\\n");
			continue;
		}
		if (c == '\\' || c == ';' || c == ',')
			(void)buf_byte(ret, '\\');
		(void)buf_byte(ret, c);
	}
}

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void
line_unquoted_printable(struct view v, struct buf *ret)
{
	size_t i;

	for (i = 0; i < v.n; i++) {
		if (v.p[i] == '=' && i + 2 < v.n && hex(v.p[i + 1]) >= 0 && hex(v.p[i + 2]) >= 0) {
			(void)buf_byte(ret, (uint8_t)(hex(v.p[i + 1]) << 4 | hex(v.p[i + 2])));
			i += 2;
		} else {
			(void)buf_byte(ret, v.p[i]);
		}
	}
}

/* -- writing ------------------------------------------------------------ */

bool
line_put_param(struct buf *out, const char *name, struct view value)
{
	bool quote = false;
	size_t i;

	for (i = 0; i < value.n; i++) {
		if (value.p[i] == '"' || value.p[i] < 0x20 || value.p[i] == 0x7f)
			return false;
		quote |= value.p[i] == ':' || value.p[i] == ';' || value.p[i] == ',';
	}
	(void)buf_printf(out, ";%s=%s", name, quote ? "\"" : "");
	(void)buf_view(out, value);
	if (quote)
		(void)buf_byte(out, '"');
	return true;
}

void
line_put(struct buf *out, struct view v)
{
	size_t room = LINE_FOLD;

	while (v.n > room) {
		size_t n = room;
		struct view piece;

		while (n > 1 && (v.p[n] & 0xc0) == 0x80)
			n--;
		(void)view_take(&v, n, &piece);
		(void)buf_view(out, piece);
		(void)buf_str(out, "\r\n ");
		room = LINE_FOLD - 1;
	}
	(void)buf_view(out, v);
	(void)buf_str(out, "\r\n");
}
