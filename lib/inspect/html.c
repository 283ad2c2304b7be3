/*
 * HTML where the profile keeps it: one document form, elements and
 * attributes of html.def, text between.
 */
#include "inspect/recognise.h"

#include "core/utf8.h"
#include "inspect/address.h"
#include "inspect/picture.h"

enum { HTML_DEPTH = 256 };

/* What may stand somewhere; a set of phrasing is one of flow, too. */
enum model { VOID, FLOW, PHRASING, ITEM, TERM, GROUP, ROW, CELL, RUBY };

static const struct element {
	const char *name;
	enum model among, holds;
	const char *attributes;
} elements[] = {
#define HTML_ELEMENT(name, among, holds, attributes) { name, among, holds, attributes },
#include "inspect/html.def"
#undef HTML_ELEMENT
};

struct html {
	struct inspection *in;
	struct view whole, rest;
	unsigned depth;
	bool link;	/* inside an a */
};

static bool
bad(const struct html *h, struct err *e, const char *what)
{
	return residue(e, "byte %zu: %s", at_of(h->whole, h->rest), what);
}

static bool
literal(struct html *h, const char *s)
{
	return view_starts(h->rest, view_str(s)) && view_skip(&h->rest, strlen(s));
}

/* Characters up to `end` ('<' or '"'), which stays. */
static bool
characters(struct html *h, uint8_t end, struct view *ret, struct err *e)
{
	struct view begin = h->rest;

	while (h->rest.n > 0 && h->rest.p[0] != end) {
		uint32_t c = h->rest.p[0];

		if (c == '&') {
			if (!literal(h, "&amp;") && !literal(h, "&lt;") && !literal(h, "&gt;") && !(end == '"' && literal(h, "&quot;")))
				return bad(h, e, "unknown reference");
			continue;
		}
		c = utf8_take(&h->rest);
		if (c == '<' || c == '>' || (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0) || c == UTF8_BAD || c == 0xfffe || c == 0xffff || utf8_is_hiding(c))
			return bad(h, e, "character that may not be");
	}
	*ret = (struct view){ begin.p, at_of(begin, h->rest) };
	return true;
}

static bool
number(struct view v, bool negative, bool zero, size_t digits)
{
	size_t i;

	if (negative && v.n > 1 && v.p[0] == '-' && v.p[1] != '0')
		v = view_from(v, 1);
	for (i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9' || (i == 0 && v.p[0] == '0' && (v.n > 1 || !zero)))
			return false;
	return v.n > 0 && v.n <= digits;
}

static bool
plain(struct view spelled, struct buf *b)
{
	static const struct { const char *spelled; uint8_t is; } references[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' } };
	size_t i;

	while (spelled.n > 0) {
		for (i = 0; spelled.p[0] == '&' && i < 3 && !view_starts(spelled, view_str(references[i].spelled)); i++)
			;
		buf_byte(b, spelled.p[0] == '&' ? references[i].is : spelled.p[0]);
		spelled = view_from(spelled, spelled.p[0] == '&' ? strlen(references[i].spelled) : 1);
	}
	return !b->full;
}

static bool
value(struct html *h, struct view kind, struct view v, struct err *e)
{
	own_buf struct buf b = { 0 };

	if (view_is(kind, "int"))
		return number(v, true, true, 10) || bad(h, e, "number");
	if (view_is(kind, "count"))
		return (number(v, false, false, 5) && (v.n < 5 || memcmp(v.p, "10000", 5) <= 0)) || bad(h, e, "count");
	if (view_is(kind, "list"))
		return (v.n == 1 && memchr("1aAiI", v.p[0], 5) != NULL) || bad(h, e, "type of list");
	if (view_is(kind, "text"))
		return true;
	if (!plain(v, &b))
		return no_memory(e);
	return view_is(kind, "link") ? inspect_address(h->in, buf_bytes(&b), e) : inspect_picture_data(h->in, buf_bytes(&b), e);
}

/* In the order of the table. */
static bool
attributes(struct html *h, const struct element *el, struct err *e)
{
	struct view rows = view_str(el->attributes), v;

	while (rows.n > 0) {
		size_t blank = view_find(rows, 0, VIEW(" "));
		struct view row = { rows.p, blank == VIEW_NOT_FOUND ? rows.n : blank };
		size_t equal = view_find(row, 0, VIEW("="));
		bool must = row.p[row.n - 1] == '!';
		struct view name = { row.p, equal }, kind = { row.p + equal + 1, row.n - equal - 1 - must }, ahead = h->rest;

		rows = view_from(rows, row.n + 1);
		if (!view_starts(ahead, VIEW(" ")) || !view_starts(view_from(ahead, 1), name) || !view_starts(view_from(ahead, 1 + name.n), VIEW("=\""))) {
			if (must)
				return bad(h, e, "attribute missing");
			continue;
		}
		(void)view_skip(&h->rest, name.n + 3);
		if (!characters(h, '"', &v, e) || !value(h, kind, v, e))
			return false;
		if (!literal(h, "\""))
			return bad(h, e, "value without end");
	}
	return literal(h, ">") || bad(h, e, "attribute that may not stand here");
}

static const struct element *
element_of(struct view name)
{
	size_t i;

	for (i = 0; i < sizeof elements / sizeof *elements; i++)
		if (view_is(name, elements[i].name))
			return &elements[i];
	return NULL;
}

static bool
may_stand(const struct element *el, enum model in)
{
	return el->among == in || ((in == FLOW || in == RUBY) && el->among == PHRASING);
}

static bool content(struct html *h, enum model model, struct err *e);

static bool
element(struct html *h, enum model in, bool first, struct err *e)
{
	struct view begin = h->rest, name = { begin.p, 0 };
	const struct element *el;
	bool link;
	size_t n = 0;

	while (n < begin.n && ((begin.p[n] >= 'a' && begin.p[n] <= 'z') || (begin.p[n] >= '0' && begin.p[n] <= '9')))
		n++;
	(void)view_take(&h->rest, n, &name);
	el = element_of(name);
	if (el == NULL || !may_stand(el, in) || (view_is(name, "caption") && !first))
		return residue(e, "byte %zu: element %.*s", at_of(h->whole, h->rest), (int)(name.n > 40 ? 40 : name.n), (const char *)name.p);
	link = view_is(name, "a");
	if (link && h->link)
		return bad(h, e, "link in a link");
	if (!attributes(h, el, e))
		return false;
	if (el->holds == VOID)
		return true;
	if (view_is(name, "pre") && view_starts(h->rest, VIEW("\n")) && !view_starts(h->rest, VIEW("\n\n")))
		return bad(h, e, "line end behind <pre>");
	if (h->depth == HTML_DEPTH)
		return bad(h, e, "nested too deep");
	h->depth++;
	h->link |= link;
	if (!content(h, el->holds, e))
		return false;
	h->link &= !link;
	h->depth--;
	if (!literal(h, "</") || !view_starts(h->rest, name) || !view_skip(&h->rest, name.n) || !literal(h, ">"))
		return bad(h, e, "end of another element");
	return true;
}

/* Up to an end tag, which stays. */
static bool
content(struct html *h, enum model model, struct err *e)
{
	bool texts = model == FLOW || model == PHRASING || model == RUBY, first = true;
	struct view v;

	for (;; first = false) {
		if (!characters(h, '<', &v, e))
			return false;
		if (v.n > 0 && !texts)
			return bad(h, e, "text");
		if (h->rest.n == 0 || view_starts(h->rest, VIEW("</")))
			return true;
		(void)view_skip(&h->rest, 1);
		if (!element(h, model, first, e))
			return false;
	}
}

static bool
head(struct html *h, struct err *e)
{
	struct view v;
	size_t n = 0;

	if (!literal(h, "<!DOCTYPE html>\n<html"))
		return bad(h, e, "no head");
	if (literal(h, " lang=\"")) {
		while (n < h->rest.n && ((h->rest.p[n] | 32) >= 'a') && (h->rest.p[n] | 32) <= 'z')
			n++;
		for (; n < h->rest.n && n < 64 && (h->rest.p[n] == '-' || ((h->rest.p[n] | 32) >= 'a' && (h->rest.p[n] | 32) <= 'z') || (h->rest.p[n] >= '0' && h->rest.p[n] <= '9')); n++)
			;
		if (n == 0 || !view_skip(&h->rest, n) || !literal(h, "\""))
			return bad(h, e, "language");
	}
	return (literal(h, "><head><meta charset=\"utf-8\"><title>") || bad(h, e, "no head")) && characters(h, '<', &v, e) &&
	       (literal(h, "</title></head>\n<body>") || bad(h, e, "no title"));
}

bool
inspect_html(struct inspection *in, struct view out, struct err *e)
{
	struct html h = { .in = in, .whole = out, .rest = out };

	if (!head(&h, e) || !content(&h, FLOW, e))
		return false;
	return view_is(h.rest, "</body></html>\n") || bad(&h, e, "no end");
}
