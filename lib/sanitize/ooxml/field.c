/* field.c - names and arguments of fields. */
#include "core/own.h"
#include "sanitize/ooxml/field.h"
#include "sanitize/uri.h"

static const char *const names[] = {
#define FIELD(name) name,
#include "sanitize/ooxml/field.def"
#undef FIELD
};

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip_blanks(struct view *v)
{
	while (v->n > 0 && is_blank(v->p[0]))
		(void)view_skip(v, 1);
}

/* The name in front: up to a blank, a quote or a switch.  "=" needs none behind it. */
static struct view
take_name(struct view *v)
{
	struct view name = { v->p, 0 };

	if (v->n > 0 && v->p[0] == '=') {
		(void)view_take(v, 1, &name);
		return name;
	}
	while (name.n < v->n && !is_blank(v->p[name.n]) && v->p[name.n] != '"' && v->p[name.n] != '\\')
		name.n++;
	(void)view_skip(v, name.n);
	return name;
}

static bool
is_name(struct view v, const char *name)
{
	size_t i;

	if (v.n != strlen(name))
		return false;
	for (i = 0; i < v.n; i++)
		if ((v.p[i] >= 'a' && v.p[i] <= 'z' ? v.p[i] - 0x20 : v.p[i]) != (uint8_t)name[i])
			return false;
	return true;
}

/* An argument: in quotes, where \ escapes, or a word.  false at the end. */
static bool
take_argument(struct view *v, struct buf *ret)
{
	bool quoted;

	skip_blanks(v);
	if (v->n == 0)
		return false;
	quoted = v->p[0] == '"';
	if (quoted)
		(void)view_skip(v, 1);
	while (v->n > 0 && (quoted ? v->p[0] != '"' : !is_blank(v->p[0]))) {
		if (quoted && v->p[0] == '\\' && v->n > 1)
			(void)view_skip(v, 1);
		(void)buf_byte(ret, v->p[0]);
		(void)view_skip(v, 1);
	}
	(void)view_skip(v, 1);
	return true;
}

/* HYPERLINK "address" \l "place" \o "tip" \t "frame" \h \m \n */
static bool
hyperlink(struct view v, bool links)
{
	own_buf struct buf address = BUF_MAX(FIELD_MAX), other = BUF_MAX(FIELD_MAX), clean = { 0 };
	bool place = false;

	if (memchr(v.p, FIELD_NESTED, v.n) != NULL)
		return false;
	for (skip_blanks(&v); v.n > 0; skip_blanks(&v)) {
		if (v.p[0] != '\\') {
			if (address.n > 0 || !take_argument(&v, &address) || address.n == 0)
				return false;
			continue;
		}
		if (v.n < 2 || strchr("hmnlots", v.p[1] | 0x20) == NULL)
			return false;
		place |= (v.p[1] | 0x20) == 'l';
		other.n = 0;
		if (strchr("lots", v.p[1] | 0x20) != NULL) {
			(void)view_skip(&v, 2);
			if (!take_argument(&v, &other))
				return false;
		} else {
			(void)view_skip(&v, 2);
		}
	}
	if (address.n == 0)
		return place;
	return links && uri_clean(buf_bytes(&address), &clean) && view_eq(buf_bytes(&address), buf_bytes(&clean));
}

bool
field_allowed(struct view in, bool links)
{
	struct view v = in, name;
	size_t i;

	if (in.n > FIELD_MAX)
		return false;
	skip_blanks(&v);
	name = take_name(&v);
	if (is_name(name, "HYPERLINK"))
		return v.n > 0 && hyperlink(v, links);
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (is_name(name, names[i]))
			return true;
	return false;
}

struct view
field_button(struct view in)
{
	struct view v = in, name;

	skip_blanks(&v);
	name = take_name(&v);
	if (!is_name(name, "MACROBUTTON") && !is_name(name, "GOTOBUTTON"))
		return VIEW("");
	skip_blanks(&v);
	while (v.n > 0 && !is_blank(v.p[0]))
		(void)view_skip(&v, 1);
	skip_blanks(&v);
	while (v.n > 0 && is_blank(v.p[v.n - 1]))
		v.n--;
	return memchr(in.p, FIELD_NESTED, in.n) == NULL ? v : VIEW("");
}
