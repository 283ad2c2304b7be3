#include "web/form.h"

#include <stdio.h>
#include <strings.h>

#include "core/utf8.h"

static bool
same(struct view v, const char *s)
{
	return v.n == strlen(s) && strncasecmp((const char *)v.p, s, v.n) == 0;
}

static bool
is_token_byte(uint8_t c)
{
	return c > ' ' && c < 0x7f && strchr("\"(),/:;<=>?@[\\]{}", c) == NULL;
}

static void
skip_space(struct view *v)
{
	while (v->n > 0 && (*v->p == ' ' || *v->p == '\t'))
		*v = view_from(*v, 1);
}

static bool
take_token(struct view *v, struct view *ret)
{
	size_t n = 0;

	while (n < v->n && is_token_byte(v->p[n]))
		n++;
	return n > 0 && view_take(v, n, ret);
}

/* -- parameters: ; name=token, ; name="quoted" ------------------------------- */

static int
hex(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/*
 * Inside quotes only \" and \\ are escapes: browsers do not escape the
 * backslashes of a folder.  They write %22 for a quote.
 */
static bool
take_quoted(struct view *v, char *out, struct view *ret)
{
	size_t i, n = 0;

	for (i = 1; i < v->n && v->p[i] != '"'; i++) {
		if (v->p[i] == '\\' && i + 1 < v->n && (v->p[i + 1] == '"' || v->p[i + 1] == '\\'))
			out[n++] = (char)v->p[++i];
		else if (v->n - i > 3 && memcmp(v->p + i, "%22", 3) == 0)
			out[n++] = '"', i += 2;
		else
			out[n++] = (char)v->p[i];
	}
	if (i >= v->n)
		return false;
	*ret = view_of(out, n);
	*v = view_from(*v, i + 1);
	return true;
}

/* RFC 5987: UTF-8'language'percent-encoded; false where it is anything else. */
static bool
take_extended(struct view value, char *out, struct view *ret)
{
	const uint8_t *quote;
	size_t i, n = 0;

	if (value.n < 7 || strncasecmp((const char *)value.p, "UTF-8'", 6) != 0 ||
	    (quote = memchr(value.p + 6, '\'', value.n - 6)) == NULL)
		return false;
	for (i = (size_t)(quote + 1 - value.p); i < value.n; i++) {
		if (value.p[i] != '%') {
			out[n++] = (char)value.p[i];
			continue;
		}
		if (value.n - i < 3 || hex(value.p[i + 1]) < 0 || hex(value.p[i + 2]) < 0)
			return false;
		out[n++] = (char)(hex(value.p[i + 1]) << 4 | hex(value.p[i + 2]));
		i += 2;
	}
	*ret = view_of(out, n);
	return n > 0 && utf8_valid(*ret);
}

/*
 * The next parameter; its value, without escapes, in `out` (as large as *v).
 * 0 at the end, -1 where it is none.
 */
static int
take_parameter(struct view *v, char *out, struct view *name, struct view *value)
{
	skip_space(v);
	if (v->n == 0)
		return 0;
	if (*v->p != ';')
		return -1;
	*v = view_from(*v, 1);
	skip_space(v);
	if (v->n == 0)
		return 0;	/* a last ";" */
	if (!take_token(v, name) || v->n == 0 || *v->p != '=')
		return -1;
	*v = view_from(*v, 1);
	if (v->n > 0 && *v->p == '"')
		return take_quoted(v, out, value) ? 1 : -1;
	return take_token(v, value) ? 1 : -1;
}

/* -- the boundary --------------------------------------------------------------- */

static bool
is_boundary(struct view b)
{
	size_t i;

	for (i = 0; i < b.n; i++)
		if (b.p[i] == '\0' || b.p[i] >= 0x7f ||
		    strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ", b.p[i]) == NULL)
			return false;
	return b.n >= 1 && b.n <= FORM_BOUNDARY_MAX && b.p[b.n - 1] != ' ';
}

bool
form_boundary(struct view v, char ret[FORM_BOUNDARY_MAX + 1])
{
	char out[1024];
	struct view kind, name, value;
	bool found = false;
	int r;

	if (v.n > sizeof out || !take_token(&v, &kind) || !same(kind, "multipart") || v.n == 0 || *v.p != '/')
		return false;
	v = view_from(v, 1);
	if (!take_token(&v, &kind) || !same(kind, "form-data"))
		return false;
	while ((r = take_parameter(&v, out, &name, &value)) == 1) {
		if (!same(name, "boundary"))
			continue;
		if (found || !is_boundary(value))
			return false;
		(void)snprintf(ret, FORM_BOUNDARY_MAX + 1, "%.*s", (int)value.n, (const char *)value.p);
		found = true;
	}
	return r == 0 && found;
}

/* -- parts ------------------------------------------------------------------------ */

void
form_open(struct form *f, struct view body, const char *boundary)
{
	(void)snprintf(f->line, sizeof f->line, "\r\n--%s", boundary);
	/* The first boundary has no line above it; without one nothing is left, which is no good end. */
	f->rest = view_starts(body, view_str(f->line + 2)) ? view_from(body, strlen(f->line + 2)) : VIEW("?");
}

static bool
disposition(struct form *f, struct view v, struct form_part *ret)
{
	struct view kind, name, value, extended = { 0 };
	char out[FORM_HEAD_MAX], star[FORM_HEAD_MAX];
	int r;

	if (!take_token(&v, &kind) || !same(kind, "form-data"))
		return false;
	while ((r = take_parameter(&v, out, &name, &value)) == 1) {
		bool is_file = same(name, "filename"), is_name = same(name, "name");
		char *to = is_file ? f->file_name : f->name;
		struct view *slot = is_file ? &ret->file_name : &ret->name;

		if (same(name, "filename*")) {
			if (extended.p != NULL)
				return false;
			if (!take_extended(value, star, &extended))
				extended = (struct view){ (const uint8_t *)star, 0 };
		}
		if (!is_file && !is_name)
			continue;
		if (slot->p != NULL)
			return false;
		memcpy(to, value.p, value.n);
		*slot = view_of(to, value.n);
	}
	if (extended.n > 0) {
		memcpy(f->file_name, extended.p, extended.n);
		ret->file_name = view_of(f->file_name, extended.n);
	}
	return r == 0 && ret->name.p != NULL && (extended.p == NULL || ret->file_name.p != NULL);
}

/* RFC 7578 4.7: no coding but the identity; another would be delivered as what it is not. */
static bool
is_identity(struct view v)
{
	skip_space(&v);
	return same(v, "binary") || same(v, "8bit") || same(v, "7bit");
}

static bool
part_line(struct form *f, struct view line, struct form_part *ret)
{
	struct view name;
	size_t i;

	for (i = 0; i < line.n; i++)
		if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] == 0x7f)
			return false;
	if (!take_token(&line, &name) || line.n == 0 || *line.p != ':')
		return false;
	line = view_from(line, 1);
	skip_space(&line);
	if (same(name, "content-disposition"))
		return ret->name.p == NULL && disposition(f, line, ret);
	return !same(name, "content-transfer-encoding") || is_identity(line);
}

static bool
part_head(struct form *f, struct form_part *ret)
{
	struct view head = f->rest;
	size_t end;

	head.n = head.n < FORM_HEAD_MAX ? head.n : FORM_HEAD_MAX;
	for (; (end = view_find(head, 0, VIEW("\r\n"))) != VIEW_NOT_FOUND; head = view_from(head, end + 2)) {
		if (end == 0) {
			f->rest = view_from(f->rest, (size_t)(head.p + 2 - f->rest.p));
			return ret->name.p != NULL;
		}
		if (!part_line(f, view_of(head.p, end), ret))
			return false;
	}
	return false;
}

/* What stands behind a boundary: the end of its line, or the end of all. */
static enum form_step
boundary_tail(struct form *f)
{
	bool last = view_starts(f->rest, VIEW("--"));

	if (last)
		f->rest = view_from(f->rest, 2);
	skip_space(&f->rest);
	if (last)
		return f->rest.n == 0 || view_is(f->rest, "\r\n") ? FORM_END : FORM_BAD;
	return view_starts(f->rest, VIEW("\r\n")) ? FORM_PART : FORM_BAD;
}

/* `rest` stands behind a boundary. */
enum form_step
form_next(struct form *f, struct form_part *ret)
{
	enum form_step step = boundary_tail(f);
	struct view from;
	size_t end;

	*ret = (struct form_part){ 0 };
	if (step != FORM_PART)
		return step;
	f->rest = view_from(f->rest, 2);
	if (!part_head(f, ret))
		return FORM_BAD;
	/* The empty line's end may be the beginning of the boundary: an empty part. */
	from = view_of(f->rest.p - 2, f->rest.n + 2);
	end = view_find(from, 0, view_str(f->line));
	if (end == VIEW_NOT_FOUND)
		return FORM_BAD;
	ret->data = view_of(f->rest.p, end > 2 ? end - 2 : 0);
	f->rest = view_from(from, end + strlen(f->line));
	return FORM_PART;
}
