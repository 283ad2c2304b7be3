/* chart_reference.c - references to cells, and nothing else. */
#include "sanitize/ooxml/chart.h"

#include <string.h>

enum place { PLACE_NOT, PLACE_CELL, PLACE_COLUMN, PLACE_ROW, PLACE_NAME };

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_word(uint8_t c)
{
	return is_digit(c) || is_letter(c) || c == '_' || c == '.' || c >= 0x80;
}

static bool
next_is(const struct view *v, char c)
{
	return v->n > 0 && v->p[0] == (uint8_t)c;
}

static bool
skip(struct view *v, char c)
{
	return next_is(v, c) && view_skip(v, 1);
}

static void
blanks(struct view *v)
{
	while (skip(v, ' '))
		;
}

static struct view
span(struct view *v, bool (*in)(uint8_t))
{
	struct view r = { v->p, 0 };

	while (r.n < v->n && in(v->p[r.n]))
		r.n++;
	(void)view_skip(v, r.n);
	return r;
}

static bool
in_place(uint8_t c)
{
	return is_word(c) || c == '$';
}

/* `$A$1`, `$A`, `$1` or a name. */
static enum place
part_of(struct view w)
{
	struct view v = w;
	bool dollar = skip(&v, '$');
	size_t letters = span(&v, is_letter).n;
	size_t digits;

	dollar |= letters > 0 && skip(&v, '$');
	digits = span(&v, is_digit).n;
	if (v.n == 0 && letters <= 3 && digits <= 7) {
		if (letters > 0 && digits > 0)
			return PLACE_CELL;
		if (letters > 0 && w.p[w.n - 1] != '$')
			return PLACE_COLUMN;
		if (digits > 0)
			return PLACE_ROW;
	}
	if (dollar || w.n == 0 || is_digit(w.p[0]) || w.n > 255 || memchr(w.p, '$', w.n) != NULL)
		return PLACE_NOT;
	return PLACE_NAME;
}

/* `[Book1.xlsx]` before a sheet is dropped; a number there is another workbook. */
static bool
book(struct view *v)
{
	const uint8_t *end;
	struct view name = { NULL, 0 }, digits;

	if (!skip(v, '['))
		return true;
	if ((end = memchr(v->p, ']', v->n)) == NULL)
		return false;
	(void)view_take(v, (size_t)(end - v->p), &name);
	digits = name;
	(void)span(&digits, is_digit);
	return view_skip(v, 1) && digits.n > 0 && memchr(name.p, '[', name.n) == NULL;
}

static bool
quoted_sheet(struct view *v, struct buf *out)
{
	size_t at = out->n;

	(void)view_skip(v, 1);
	if (!book(v))
		return false;
	buf_str(out, "'");
	for (;;) {
		struct view c;

		if (!view_take(v, 1, &c) || c.p[0] < 0x20 || strchr("[]:\\/?*", c.p[0]) != NULL)
			return false;
		if (c.p[0] == '\'' && !next_is(v, '\''))
			break;
		buf_view(out, c);
		if (c.p[0] == '\'') {
			buf_view(out, c);
			(void)view_skip(v, 1);
		}
	}
	buf_str(out, "'!");
	return out->n > at + 3 && skip(v, '!');
}

/* Consumes up to `!` where a sheet stands here; nothing where none does. */
static bool
sheet(struct view *v, struct buf *out)
{
	struct view at = *v, word;

	if (next_is(v, '\''))
		return quoted_sheet(v, out);
	if (view_starts(*v, view_str("[0]!"))) {
		buf_str(out, "[0]!");
		return view_skip(v, 4);
	}
	if (!book(&at))
		return false;
	word = span(&at, is_word);
	if (!skip(&at, '!'))
		return !next_is(v, '[');
	if (word.n == 0)
		return false;
	buf_view(out, word);
	buf_str(out, "!");
	*v = at;
	return true;
}

static bool
lost(struct view *v, struct buf *out)
{
	if (!view_starts(*v, view_str("#REF!")))
		return false;
	buf_str(out, "#REF!");
	return view_skip(v, 5);
}

static bool
item(struct view *v, struct buf *out)
{
	size_t at = out->n;
	struct view a, b;
	enum place p;

	if (!sheet(v, out))
		return false;
	if (next_is(v, '#')) {
		out->n = at;
		return lost(v, out);
	}
	a = span(v, in_place);
	p = part_of(a);
	if (p == PLACE_NOT)
		return false;
	buf_view(out, a);
	if (!skip(v, ':'))
		return p == PLACE_CELL || p == PLACE_NAME || (p == PLACE_COLUMN && memchr(a.p, '$', a.n) == NULL);
	b = span(v, in_place);
	buf_str(out, ":");
	buf_view(out, b);
	return p != PLACE_NAME && part_of(b) == p;
}

static bool
formula(struct view *v, struct buf *out)
{
	bool list;

	blanks(v);
	(void)skip(v, '=');
	blanks(v);
	list = skip(v, '(');
	if (list)
		buf_str(out, "(");
	for (;;) {
		blanks(v);
		if (!item(v, out))
			return false;
		blanks(v);
		if (!list || !skip(v, ','))
			break;
		buf_str(out, ",");
	}
	if (list && !skip(v, ')'))
		return false;
	if (list)
		buf_str(out, ")");
	blanks(v);
	return v->n == 0;
}

bool
chart_reference(struct view in, struct buf *out)
{
	size_t at = out->n;

	if (in.n <= CHART_REFERENCE_MAX && formula(&in, out))
		return true;
	out->n = at;
	return false;
}
