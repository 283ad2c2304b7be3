/*
 * What the tables of DrawingML cannot say: guides' formulas, links that stay
 * inside a presentation, frames, and a chart's references (docs/canonical.md,
 * "OOXML: drawings").
 */
#include "inspect/markup/kind.h"

#include "core/utf8.h"

enum { GUIDE_BYTES = 64, CHART_FORMULA_BYTES = 8192 };

#define CHECK(function) \
	bool function(struct markup *m __attribute__((unused)), struct view v, \
		      struct view arg __attribute__((unused)), struct err *e __attribute__((unused)))

static bool
byte(struct view *v, uint8_t c)
{
	return v->n > 0 && v->p[0] == c && view_skip(v, 1);
}

/* A name or a number of a guide. */
CHECK(inspect_kind_guide)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] < 0x21 || v.p[i] > 0x7e || memchr("\"&<>", v.p[i], 4) != NULL)
			return false;
	return v.n > 0 && v.n <= GUIDE_BYTES;
}

/* 20.1.9.11: an operator and its operands. */
CHECK(inspect_kind_gdfmla)
{
	static const struct { const char *name; size_t operands; } operators[] = {
		{ "val", 1 }, { "abs", 1 }, { "sqrt", 1 }, { "at2", 2 }, { "cos", 2 }, { "max", 2 }, { "min", 2 }, { "sin", 2 }, { "tan", 2 },
		{ "*/", 3 }, { "+-", 3 }, { "+/", 3 }, { "?:", 3 }, { "cat2", 3 }, { "mod", 3 }, { "pin", 3 }, { "sat2", 3 },
	};
	size_t n = 0, op = sizeof operators / sizeof *operators, i;

	do {
		struct view w = { v.p, 0 };

		while (w.n < v.n && v.p[w.n] != ' ')
			w.n++;
		(void)view_skip(&v, w.n);
		if (n++ == 0) {
			for (i = 0; i < sizeof operators / sizeof *operators; i++)
				if (view_is(w, operators[i].name))
					op = i;
		} else if (!inspect_kind_guide(m, w, arg, e)) {
			return false;
		}
	} while (byte(&v, ' '));
	return v.n == 0 && op < sizeof operators / sizeof *operators && n == operators[op].operands + 1;
}

/* Integers joined by one space. */
CHECK(inspect_kind_ints)
{
	do {
		size_t n = 0;

		(void)byte(&v, '-');
		while (n < v.n && v.p[n] >= '0' && v.p[n] <= '9')
			n++;
		if (n == 0 || n > 19 || !view_skip(&v, n))
			return false;
	} while (byte(&v, ' '));
	return v.n == 0;
}

/* xsd:double with its names. */
CHECK(inspect_kind_double)
{
	return view_is(v, "INF") || view_is(v, "-INF") || view_is(v, "NaN") || inspect_kind_num(m, v, arg, e);
}

CHECK(inspect_kind_diagram_drawing)
{
	/* The frame's part has the relationship, not this one: opc.c sees to it that there is no other. */
	return inspect_kind_tok(m, v, arg, e);
}

static bool
word_start(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool
word_part(uint32_t c)
{
	return word_start(c) || c == '.' || (c >= '0' && c <= '9');
}

static bool
take_word(struct view *v)
{
	struct view begin = *v;

	while (v->n > 0) {
		struct view ahead = *v;
		uint32_t c = utf8_take(&ahead);

		if (c == UTF8_BAD || !(v->p == begin.p ? word_start(c) : word_part(c)))
			break;
		*v = ahead;
	}
	return v->p != begin.p;
}

/* 'a sheet''s name' */
static bool
take_quoted(struct view *v)
{
	size_t n = 0;

	if (!byte(v, '\''))
		return false;
	for (;; n++) {
		if (v->n == 0)
			return false;
		if (v->p[0] == '\'') {
			(void)view_skip(v, 1);
			if (!byte(v, '\''))
				return n > 0;
			continue;
		}
		if (v->p[0] < 0x20 || memchr("[]:\\/?*", v->p[0], 7) != NULL)
			return false;
		(void)view_skip(v, 1);
	}
}

static bool
take_item(struct view *v)
{
	struct view s = *v;

	/* [0] is the workbook itself. */
	if ((take_quoted(&s) || take_word(&s) || (view_starts(s, VIEW("[0]")) && view_skip(&s, 3))) && byte(&s, '!'))
		*v = s;
	s = *v;
	if (inspect_take_ref(&s) && (s.n == 0 || s.p[0] == ',' || s.p[0] == ')')) {
		*v = s;
		return true;
	}
	return take_word(v);
}

bool
inspect_drawing_place(struct view v)
{
	return v.n < CHART_FORMULA_BYTES && take_item(&v) && v.n == 0;
}

/* Cells or names of one workbook and nothing that computes. */
CHECK(inspect_kind_chart_ref)
{
	struct view s;
	bool list;

	if (!inspect_markup_decode(m, v, &s, e))
		return false;
	if (view_is(s, "#REF!"))
		return true;
	if (s.n > CHART_FORMULA_BYTES)
		return false;
	list = byte(&s, '(');
	do {
		if (!take_item(&s))
			return false;
	} while (list && byte(&s, ','));
	return (!list || byte(&s, ')')) && s.n == 0;
}

/* One of the four links there are (21.1.2.3.5). */
bool
inspect_dml_link(struct markup *m, enum hook_when when, struct err *e)
{
	static const char *const jumps[] = { "firstslide", "lastslide", "nextslide", "previousslide", "lastslideviewed", "endshow" };
	struct view id, action;
	size_t i;

	if (when != HOOK_OPEN)
		return true;
	id = inspect_markup_value(m, "r:id");
	action = inspect_markup_value(m, "action");
	if (id.n > 0 && action.p == NULL)
		return inspect_kind_rel(m, id, VIEW("hyperlink"), e);
	if (id.n > 0)
		return view_is(action, "ppaction://hlinksldjump") && inspect_kind_rel(m, id, VIEW("slide"), e);
	if (view_is(action, "ppaction://noaction"))
		return true;
	if (!view_starts(action, VIEW("ppaction://hlinkshowjump?jump=")))
		return false;
	action = view_from(action, strlen("ppaction://hlinkshowjump?jump="));
	for (i = 0; i < sizeof jumps / sizeof *jumps; i++)
		if (view_is(action, jumps[i]))
			return true;
	return false;
}

/* What the frame says it holds is one of the objects that the table has. */
bool
inspect_dml_graphic(struct markup *m, enum hook_when when, struct err *e)
{
	static const char *const uris[] = {
		"http://schemas.openxmlformats.org/drawingml/2006/picture", "http://schemas.openxmlformats.org/drawingml/2006/table",
		"http://schemas.openxmlformats.org/drawingml/2006/chart", "http://schemas.openxmlformats.org/drawingml/2006/diagram",
		"http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas",
		"http://schemas.microsoft.com/office/word/2010/wordprocessingShape", "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
		"http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
	};
	struct view uri;
	size_t i;

	if (when != HOOK_OPEN)
		return true;
	uri = inspect_markup_value(m, "uri");
	for (i = 0; i < sizeof uris / sizeof *uris; i++)
		if (view_is(uri, uris[i]))
			return true;
	return residue(e, "frame of an unknown kind");
}

static bool
style_byte(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c >= 0x80 || (c != '\0' && strchr("- .%#+,'@_", c) != NULL);
}

/* name:value, joined by ";": nothing that calls or fetches. */
CHECK(inspect_kind_vml_style)
{
	do {
		size_t n = 0, k = 0;

		while (n < v.n && (((v.p[n] | 32) >= 'a' && (v.p[n] | 32) <= 'z') || v.p[n] == '-'))
			n++;
		if (n == 0 || n > 64 || !view_skip(&v, n) || !byte(&v, ':'))
			return false;
		while (k < v.n && style_byte(v.p[k]))
			k++;
		if (k == 0 || k > 256 || v.p[0] == ' ' || v.p[k - 1] == ' ' || !view_skip(&v, k))
			return false;
	} while (byte(&v, ';'));
	return v.n == 0;
}

CHECK(inspect_kind_vml_path)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] < 0x20 || v.p[i] > 0x7e || memchr("\"&<>:/\\", v.p[i], 7) != NULL)
			return false;
	return true;
}

CHECK(inspect_kind_vml_local)
{
	return byte(&v, '#') && v.n > 0 && inspect_kind_tok(m, v, arg, e);
}
