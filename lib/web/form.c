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
form_open(struct form *f, const char *boundary)
{
	memset(f, 0, sizeof *f);
	(void)snprintf(f->line, sizeof f->line, "\r\n--%s", boundary);
	/* The first boundary has no line above it. */
	memcpy(f->hold, "\r\n", 2);
	f->n = 2;
	f->at = (uint64_t)-2;
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

/* -- what is held: each step goes on with FORM_PART, waits with FORM_MORE ---------- */

static struct view
held(const struct form *f)
{
	return view_of(f->hold, f->n);
}

static void
drop(struct form *f, size_t n)
{
	memmove(f->hold, f->hold + n, f->n - n);
	f->n -= n;
	f->at += n;
}

static enum form_step
broken(struct form *f)
{
	f->place = FORM_BROKEN;
	return FORM_BAD;
}

static bool
is_head_of(struct view v, const char *s)
{
	return v.n <= strlen(s) && memcmp(v.p, s, v.n) == 0;
}

static enum form_step
at_start(struct form *f)
{
	size_t n = strlen(f->line);

	if (f->n < n)
		return is_head_of(held(f), f->line) ? FORM_MORE : broken(f);
	if (!view_starts(held(f), view_str(f->line)))
		return broken(f);
	drop(f, n);
	f->place = FORM_BEHIND_BOUNDARY;
	return FORM_PART;
}

static void
drop_space(struct form *f)
{
	struct view v = held(f);

	skip_space(&v);
	drop(f, f->n - v.n);
}

/* What stands behind a boundary: the rest of its line, or the end of all. */
static enum form_step
behind_boundary(struct form *f)
{
	if (f->n < 2)
		return FORM_MORE;
	if (view_starts(held(f), VIEW("--"))) {
		drop(f, 2);
		f->place = FORM_AT_END;
	} else {
		f->place = FORM_ON_ITS_LINE;
	}
	return FORM_PART;
}

static enum form_step
on_its_line(struct form *f)
{
	drop_space(f);
	if (f->n < 2)
		return is_head_of(held(f), "\r\n") ? FORM_MORE : broken(f);
	if (!view_starts(held(f), VIEW("\r\n")))
		return broken(f);
	drop(f, 2);
	f->place = FORM_IN_HEAD;
	f->head = 0;
	f->part = (struct form_part){ 0 };
	return FORM_PART;
}

static enum form_step
in_head(struct form *f)
{
	size_t end = view_find(held(f), 0, VIEW("\r\n"));

	if (f->head + (end == VIEW_NOT_FOUND ? f->n : end + 2) > FORM_HEAD_MAX)
		return broken(f);
	if (end == VIEW_NOT_FOUND)
		return FORM_MORE;
	if (end > 0) {
		if (!part_line(f, view_of(f->hold, end), &f->part))
			return broken(f);
		drop(f, end + 2);
		f->head += end + 2;
		return FORM_PART;
	}
	if (f->part.name.p == NULL)
		return broken(f);
	/* The empty line's end stays: it may be the beginning of the boundary, of an empty part. */
	f->part.at = f->at + 2;
	f->place = FORM_IN_DATA;
	return FORM_PART;
}

/* Of the data in hand, which stands at part.at and goes to `end`, what the value still has room for. */
static void
keep_value(struct form *f, uint64_t end)
{
	uint64_t from = f->part.at + f->part.value.n, size;

	if (f->part.value.n == FORM_VALUE_MAX || end <= from)
		return;
	size = end - from < FORM_VALUE_MAX - f->part.value.n ? end - from : FORM_VALUE_MAX - f->part.value.n;
	memcpy(f->value + f->part.value.n, f->hold + (from - f->at), size);
	f->part.value = view_of(f->value, f->part.value.n + size);
}

/* true: the part is whole. */
static bool
in_data(struct form *f)
{
	size_t line = strlen(f->line), end = view_find(held(f), 0, view_str(f->line)), n;

	n = end != VIEW_NOT_FOUND ? end : f->n < line ? 0 : f->n - (line - 1);
	keep_value(f, f->at + n);
	if (end != VIEW_NOT_FOUND) {
		f->part.size = f->at + end > f->part.at ? f->at + end - f->part.at : 0;
		f->place = FORM_BEHIND_BOUNDARY;
		n += line;
	}
	drop(f, n);
	return end != VIEW_NOT_FOUND;
}

static enum form_step
at_end(struct form *f)
{
	drop_space(f);
	return is_head_of(held(f), "\r\n") ? FORM_MORE : broken(f);
}

/* As far as what is held goes; PART: a whole one. */
static enum form_step
judge(struct form *f)
{
	enum form_step step = FORM_PART;

	while (step == FORM_PART)
		switch (f->place) {
		case FORM_AT_START: step = at_start(f); break;
		case FORM_BEHIND_BOUNDARY: step = behind_boundary(f); break;
		case FORM_ON_ITS_LINE: step = on_its_line(f); break;
		case FORM_IN_HEAD: step = in_head(f); break;
		case FORM_IN_DATA:
			if (in_data(f))
				return FORM_PART;
			step = FORM_MORE;
			break;
		case FORM_AT_END: step = at_end(f); break;
		default: return FORM_BAD;
		}
	return step;
}

enum form_step
form_next(struct form *f, struct view *body, struct form_part *ret)
{
	enum form_step step;
	size_t n;

	while ((step = judge(f)) == FORM_MORE && body->n > 0) {
		n = sizeof f->hold - f->n < body->n ? sizeof f->hold - f->n : body->n;
		memcpy(f->hold + f->n, body->p, n);
		f->n += n;
		*body = view_from(*body, n);
	}
	*ret = f->part;
	return step;
}

bool
form_is_whole(const struct form *f)
{
	return f->place == FORM_AT_END && (f->n == 0 || view_is(held(f), "\r\n"));
}
