/*
 * XML 1.0 with namespaces, in one spelling: no DTD, no processing
 * instruction, no comment, no reference but those that the spelling needs.
 */
#include "inspect/recognise.h"

#include "core/utf8.h"

enum { DEPTH_MAX = 256, ATTRIBUTES_MAX = 1024 };

struct xml {
	struct view whole, in;
	struct view open[DEPTH_MAX];		/* names of open elements */
	size_t prefixes_at[DEPTH_MAX];		/* prefixes known before each */
	size_t depth;
	struct buf prefixes;			/* struct view each: declared and in force */
	struct view attribute[ATTRIBUTES_MAX];
};

static bool
bad(const struct xml *x, struct err *e, const char *what)
{
	return residue(e, "byte %zu: %s", at_of(x->whole, x->in), what);
}

static bool
literal(struct xml *x, const char *s)
{
	return view_starts(x->in, view_str(s)) && view_skip(&x->in, strlen(s));
}

static int
peek(const struct xml *x)
{
	return x->in.n > 0 ? x->in.p[0] : -1;
}

/* NameStartChar and NameChar (2.3) without the colon. */
static bool
starts_name(uint32_t c)
{
	static const uint32_t range[][2] = {
		{ 'A', 'Z' }, { '_', '_' }, { 'a', 'z' }, { 0xc0, 0xd6 }, { 0xd8, 0xf6 }, { 0xf8, 0x2ff }, { 0x370, 0x37d },
		{ 0x37f, 0x1fff }, { 0x200c, 0x200d }, { 0x2070, 0x218f }, { 0x2c00, 0x2fef }, { 0x3001, 0xd7ff },
		{ 0xf900, 0xfdcf }, { 0xfdf0, 0xfffd }, { 0x10000, 0xeffff },
	};
	size_t i;

	for (i = 0; i < sizeof range / sizeof *range; i++)
		if (c >= range[i][0] && c <= range[i][1])
			return true;
	return false;
}

static bool
goes_on_name(uint32_t c)
{
	return starts_name(c) || c == '-' || c == '.' || (c >= '0' && c <= '9') || c == 0xb7 ||
	       (c >= 0x300 && c <= 0x36f) || c == 0x203f || c == 0x2040;
}

/* prefix:local or local; *ret_prefix empty where there is none. */
static bool
name(struct xml *x, struct view *ret, struct view *ret_prefix, struct err *e)
{
	struct view begin = x->in;
	size_t part = 0;

	*ret_prefix = (struct view){ begin.p, 0 };
	while (x->in.n > 0) {
		struct view ahead = x->in;
		uint32_t c = utf8_take(&ahead);

		if (c == ':' && part > 0 && ret_prefix->n == 0) {
			ret_prefix->n = at_of(begin, x->in);
			part = 0;
		} else if (part == 0 ? starts_name(c) : goes_on_name(c)) {
			part++;
		} else {
			break;
		}
		if (utf8_is_hiding(c))
			return bad(x, e, "hiding character in a name");
		x->in = ahead;
	}
	*ret = (struct view){ begin.p, at_of(begin, x->in) };
	return part > 0 || bad(x, e, "no name");
}

static bool
reference(struct xml *x, bool value, struct err *e)
{
	static const char *const both[] = { "&amp;", "&lt;", "&gt;", "&#13;" }, *const values[] = { "&quot;", "&#9;", "&#10;" };
	size_t i;

	for (i = 0; i < 4; i++)
		if (literal(x, both[i]))
			return true;
	for (i = 0; value && i < 3; i++)
		if (literal(x, values[i]))
			return true;
	return bad(x, e, "unknown reference");
}

/* Characters up to `end`, which stays. */
static bool
characters(struct xml *x, int end, struct err *e)
{
	bool value = end == '"';

	while (x->in.n > 0 && x->in.p[0] != end) {
		uint32_t c = x->in.p[0];

		if (c == '&') {
			if (!reference(x, value, e))
				return false;
			continue;
		}
		c = utf8_take(&x->in);
		if (c >= 0x20 && c < 0x7f && c != '<' && c != '>')
			continue;
		if (!value && (c == '\t' || c == '\n'))
			continue;
		if (c < 0x20 || c == '<' || c == '>' || (c >= 0x80 && c < 0xa0) || c == UTF8_BAD || c == 0xfffe ||
		    c == 0xffff || utf8_is_hiding(c))
			return bad(x, e, "character that may not be");
	}
	return true;
}

static bool
known_prefix(const struct xml *x, struct view prefix)
{
	const struct view *p = (const struct view *)(const void *)x->prefixes.p;
	size_t n = x->prefixes.n / sizeof *p;

	if (prefix.n == 0 || view_is(prefix, "xml"))
		return true;
	while (n-- > 0)
		if (view_eq(p[n], prefix))
			return true;
	return false;
}

static bool
declare(struct xml *x, struct view prefix, struct view value, struct err *e)
{
	if (view_is(prefix, "xml") || view_is(prefix, "xmlns") ||
	    view_is(value, "http://www.w3.org/2001/XInclude") || view_is(value, "http://www.w3.org/2003/XInclude"))
		return bad(x, e, "namespace that may not be declared");
	return prefix.n == 0 || buf_put(&x->prefixes, &prefix, sizeof prefix) || no_memory(e);
}

static int
view_order(const void *a, const void *b)
{
	const struct view *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int c = n == 0 ? 0 : memcmp(x->p, y->p, n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

static bool
attributes(struct xml *x, struct view prefix_of_element, struct err *e)
{
	size_t n = 0, i, declarations = 0;

	while (literal(x, " ")) {
		struct view whole, prefix, value;
		bool declaration;

		if (n == ATTRIBUTES_MAX)
			return bad(x, e, "too many attributes");
		if (!name(x, &whole, &prefix, e))
			return false;
		if (!literal(x, "=\""))
			return bad(x, e, "attribute without a value");
		value = x->in;
		if (!characters(x, '"', e))
			return false;
		value.n = at_of(value, x->in);
		if (!literal(x, "\""))
			return bad(x, e, "value without end");
		x->attribute[n++] = whole;
		declaration = view_is(whole, "xmlns") || view_is(prefix, "xmlns");
		if (declaration && declarations++ != n - 1)
			return bad(x, e, "namespace behind other attributes");
		if (declaration && !declare(x, prefix.n > 0 ? view_from(whole, 6) : prefix, value, e))
			return false;
		/* All declarations have been seen when the first other attribute comes. */
		if (!declaration && !known_prefix(x, prefix))
			return bad(x, e, "prefix without a declaration");
	}
	if (!known_prefix(x, prefix_of_element))
		return bad(x, e, "prefix without a declaration");
	if (n > 1)
		qsort(x->attribute, n, sizeof *x->attribute, view_order);
	for (i = 1; i < n; i++)
		if (view_eq(x->attribute[i - 1], x->attribute[i]))
			return bad(x, e, "attribute twice");
	return true;
}

static bool
open_tag(struct xml *x, struct err *e)
{
	struct view whole, prefix;
	size_t known = x->prefixes.n;

	if (!literal(x, "<"))
		return bad(x, e, "no element");
	if (x->depth == DEPTH_MAX)
		return bad(x, e, "nested too deep");
	if (!name(x, &whole, &prefix, e) || !attributes(x, prefix, e))
		return false;
	if (literal(x, "/>")) {
		x->prefixes.n = known;
		return true;
	}
	if (!literal(x, ">"))
		return bad(x, e, "tag that does not end");
	if (view_starts(x->in, VIEW("</")))
		return bad(x, e, "empty element in two tags");
	x->open[x->depth] = whole;
	x->prefixes_at[x->depth++] = known;
	return true;
}

static bool
close_tag(struct xml *x, struct err *e)
{
	struct view name = x->open[x->depth - 1];

	if (!view_starts(x->in, name) || !view_skip(&x->in, name.n) || !literal(x, ">"))
		return bad(x, e, "end of another element");
	x->prefixes.n = x->prefixes_at[--x->depth];
	return true;
}

static bool
document(struct xml *x, struct err *e)
{
	if (!literal(x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
		return bad(x, e, "no declaration");
	if (!open_tag(x, e))
		return false;
	while (x->depth > 0) {
		if (!characters(x, '<', e))
			return false;
		if (!(literal(x, "</") ? close_tag(x, e) : open_tag(x, e)))
			return false;
	}
	return (peek(x) == '\n' && x->in.n == 1) || bad(x, e, "not one line end behind the last element");
}

bool
inspect_xml(struct inspection *in, struct view out, struct err *e)
{
	own_mem struct xml *x = calloc(1, sizeof *x);
	bool ok;

	(void)in;
	if (x == NULL)
		return no_memory(e);
	x->whole = x->in = out;
	x->prefixes = BUF_MAX((size_t)64 << 20);
	ok = document(x, e);
	buf_release(&x->prefixes);
	return ok;
}
