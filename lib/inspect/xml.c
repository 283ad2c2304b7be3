/*
 * XML 1.0 with namespaces, in one spelling: no DTD, no processing
 * instruction, no comment, no reference but those that the spelling needs.
 */
#include "inspect/xml.h"

#include "core/utf8.h"

static const struct reference {
	const char *spelled;
	uint8_t n;
	uint8_t is;
	bool value_only;
} references[] = {
	{ "&amp;", 5, '&', false },  { "&lt;", 4, '<', false }, { "&gt;", 4, '>', false },   { "&#13;", 5, '\r', false },
	{ "&quot;", 6, '"', true }, { "&#9;", 4, '\t', true }, { "&#10;", 5, '\n', true },
};
enum { REFERENCES = sizeof references / sizeof *references };

bool
inspect_xml_bad(const struct xml *x, struct err *e, const char *what)
{
	return residue(e, "byte %zu: %s", at_of(x->whole, x->in), what);
}

static bool
literal(struct xml *x, struct view s)
{
	return view_starts(x->in, s) && view_skip(&x->in, s.n);
}

static bool
front(const struct xml *x, uint8_t c)
{
	return x->in.n > 0 && x->in.p[0] == c;
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

/* 1: begins a name; 2: goes on; 3: the colon. */
static const uint8_t ascii_name[256] = {
	['a' ... 'z'] = 1, ['A' ... 'Z'] = 1, ['_'] = 1, ['0' ... '9'] = 2, ['-'] = 2, ['.'] = 2, [':'] = 3,
};

/* A name of ASCII alone; false, and nothing consumed, where it is none or not that alone. */
static bool
plain_name(struct xml *x, struct view *ret, uint32_t *ret_prefix)
{
	const uint8_t *p = x->in.p;
	uint32_t prefix = 0;
	size_t n = 0, n_max = x->in.n, begin = 0;

	for (; n < n_max && ascii_name[p[n]] != 0; n++) {
		if (n == begin && ascii_name[p[n]] != 1)
			return false;
		if (p[n] == ':') {
			if (prefix != 0)
				return false;
			prefix = (uint32_t)n;
			begin = n + 1;
		}
	}
	if (n == begin || (n < n_max && p[n] >= 0x80))
		return false;
	*ret_prefix = prefix;
	return view_take(&x->in, n, ret);
}

/* prefix:local or local; *ret_prefix is 0 where there is none. */
static bool
name(struct xml *x, struct view *ret, uint32_t *ret_prefix, struct err *e)
{
	struct view begin = x->in;
	uint32_t prefix = 0;
	size_t part = 0;

	if (plain_name(x, ret, ret_prefix))
		return true;
	while (x->in.n > 0) {
		struct view ahead = x->in;
		uint32_t c = utf8_take(&ahead);

		if (c == ':' && part > 0 && prefix == 0) {
			prefix = (uint32_t)at_of(begin, x->in);
			part = 0;
		} else if (part == 0 ? starts_name(c) : goes_on_name(c)) {
			part++;
		} else {
			break;
		}
		if (utf8_is_hiding(c))
			return inspect_xml_bad(x, e, "hiding character in a name");
		x->in = ahead;
	}
	*ret = (struct view){ begin.p, at_of(begin, x->in) };
	*ret_prefix = prefix;
	return part > 0 || inspect_xml_bad(x, e, "no name");
}

static bool
reference(struct xml *x, bool value, struct err *e)
{
	size_t i;

	for (i = 0; i < REFERENCES; i++)
		if ((value || !references[i].value_only) &&
		    literal(x, (struct view){ (const uint8_t *)references[i].spelled, references[i].n }))
			return true;
	return inspect_xml_bad(x, e, "unknown reference");
}

/* 1: stands for itself; 2: in text only. */
static const uint8_t plain[256] = {
	['\t'] = 2, ['\n'] = 2,
	[' '] = 1, ['!'] = 1, ['"'] = 1, ['#'] = 1, ['$'] = 1, ['%'] = 1, ['\''] = 1, ['('] = 1, [')'] = 1, ['*'] = 1,
	['+'] = 1, [','] = 1, ['-'] = 1, ['.'] = 1, ['/'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1,
	['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, [':'] = 1, [';'] = 1, ['='] = 1, ['?'] = 1, ['@'] = 1,
	['A' ... 'Z'] = 1, ['['] = 1, ['\\'] = 1, [']'] = 1, ['^'] = 1, ['_'] = 1, ['`'] = 1, ['a' ... 'z'] = 1,
	['{'] = 1, ['|'] = 1, ['}'] = 1, ['~'] = 1,
};

/*
 * U+3000 to U+CFFF in three bytes (E3 to EC): kana and kanji, none of them hiding.
 * 0, or the bytes of that character.
 */
static size_t
common_wide(struct view v)
{
	return v.n >= 3 && v.p[0] >= 0xe3 && v.p[0] <= 0xec && (v.p[1] & 0xc0) == 0x80 && (v.p[2] & 0xc0) == 0x80 ? 3 : 0;
}

/* Characters up to `end`, which stays. */
static bool
characters(struct xml *x, uint8_t end, struct err *e)
{
	bool value = end == '"';
	uint8_t max = value ? 1 : 2;

	for (;;) {
		size_t n = 0;
		uint32_t c;

		while (n < x->in.n && plain[x->in.p[n]] - 1u < max && x->in.p[n] != end)
			n++;
		(void)view_skip(&x->in, n);
		if (x->in.n == 0 || x->in.p[0] == end)
			return true;
		if ((n = common_wide(x->in)) > 0) {
			(void)view_skip(&x->in, n);
			continue;
		}
		if (x->in.p[0] == '&') {
			if (!reference(x, value, e))
				return false;
			continue;
		}
		c = utf8_take(&x->in);
		if (c < 0x20 || c == '<' || c == '>' || c == UTF8_BAD || c == 0xfffe || c == 0xffff ||
		    (!x->loose && ((c >= 0x80 && c < 0xa0) || utf8_is_hiding(c))))
			return inspect_xml_bad(x, e, "character that may not be");
	}
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

/* What draws in other documents, what a browser acts on in any document, what makes a document an office program's. */
static bool
is_active(struct view namespace)
{
	static const char *const names[] = {
		"http://www.w3.org/2001/XInclude", "http://www.w3.org/2003/XInclude", "http://www.w3.org/1999/xhtml",
		"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML", "http://www.mozilla.org/xbl",
		"http://www.w3.org/ns/xbl", "http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul",
		"urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:schemas-microsoft-com:office:spreadsheet",
		"http://schemas.microsoft.com/office/word/2003/wordml", "http://schemas.microsoft.com/office/2006/xmlPackage",
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (view_is(namespace, names[i]))
			return true;
	return false;
}

static bool
declare(struct xml *x, struct view prefix, struct view value, struct err *e)
{
	if (view_is(prefix, "xml") || view_is(prefix, "xmlns") || is_active(value))
		return inspect_xml_bad(x, e, "namespace that may not be declared");
	if (prefix.n > 0 && value.n == 0)
		return inspect_xml_bad(x, e, "prefix without a namespace");
	return buf_put(&x->prefixes, &prefix, sizeof prefix) || no_memory(e);
}

static int
view_order(const void *a, const void *b)
{
	const struct xml_attribute *p = a, *q = b;
	size_t n = p->name.n < q->name.n ? p->name.n : q->name.n;
	int c = n == 0 ? 0 : memcmp(p->name.p, q->name.p, n);

	return c != 0 ? c : (p->name.n > q->name.n) - (p->name.n < q->name.n);
}

static bool
attribute(struct xml *x, struct xml_attribute *a, struct err *e)
{
	if (!name(x, &a->name, &a->prefix, e))
		return false;
	if (!literal(x, VIEW("=\"")))
		return inspect_xml_bad(x, e, "attribute without a value");
	a->value = x->in;
	if (!characters(x, '"', e))
		return false;
	a->value.n = at_of(a->value, x->in);
	return literal(x, VIEW("\"")) || inspect_xml_bad(x, e, "value without end");
}

static struct view
prefix_of(const struct xml_attribute *a)
{
	return (struct view){ a->name.p, a->prefix };
}

static bool
attributes_apart(struct xml *x, struct err *e)
{
	size_t n = x->attributes, i;

	if (n > 1)
		qsort(x->attribute, n, sizeof *x->attribute, view_order);
	for (i = 1; i < n; i++)
		if (view_eq(x->attribute[i - 1].name, x->attribute[i].name))
			return inspect_xml_bad(x, e, "attribute twice");
	return true;
}

static bool
attributes(struct xml *x, struct err *e)
{
	size_t declarations = 0;

	x->attributes = 0;
	while (literal(x, VIEW(" "))) {
		struct xml_attribute *a = &x->attribute[x->attributes];
		struct view prefix;
		bool declaration;

		if (x->attributes == XML_ATTRIBUTES_MAX)
			return inspect_xml_bad(x, e, "too many attributes");
		if (!attribute(x, a, e))
			return false;
		x->attributes++;
		if (x->tabled)
			continue;
		prefix = prefix_of(a);
		declaration = view_is(a->name, "xmlns") || view_is(prefix, "xmlns");
		if (declaration && declarations++ != x->attributes - 1)
			return inspect_xml_bad(x, e, "namespace behind other attributes");
		if (declaration && !declare(x, prefix.n > 0 ? view_from(a->name, 6) : prefix, a->value, e))
			return false;
		/* All declarations have been seen when the first other attribute comes. */
		if (!declaration && !known_prefix(x, prefix))
			return inspect_xml_bad(x, e, "prefix without a declaration");
	}
	if (x->tabled)
		return true;
	if (!known_prefix(x, (struct view){ x->name.p, x->prefix }))
		return inspect_xml_bad(x, e, "prefix without a declaration");
	return attributes_apart(x, e);
}

static enum xml_token
open_tag(struct xml *x, struct err *e)
{
	size_t known = x->prefixes.n;

	if (!literal(x, VIEW("<"))) {
		inspect_xml_bad(x, e, "no element");
		return XML_BAD;
	}
	if (x->depth == XML_DEPTH_MAX) {
		inspect_xml_bad(x, e, "nested too deep");
		return XML_BAD;
	}
	if (!name(x, &x->name, &x->prefix, e) || !attributes(x, e))
		return XML_BAD;
	x->empty = literal(x, VIEW("/>"));
	if (x->empty) {
		x->prefixes.n = known;
		return XML_OPEN;
	}
	if (!literal(x, VIEW(">"))) {
		inspect_xml_bad(x, e, "tag that does not end");
		return XML_BAD;
	}
	if (view_starts(x->in, VIEW("</"))) {
		inspect_xml_bad(x, e, "empty element in two tags");
		return XML_BAD;
	}
	x->open[x->depth] = x->name;
	x->prefixes_at[x->depth++] = known;
	return XML_OPEN;
}

static enum xml_token
close_tag(struct xml *x, struct err *e)
{
	x->name = x->open[x->depth - 1];
	if (!literal(x, x->name) || !literal(x, VIEW(">"))) {
		inspect_xml_bad(x, e, "end of another element");
		return XML_BAD;
	}
	x->prefixes.n = x->prefixes_at[--x->depth];
	return XML_CLOSE;
}

void
inspect_xml_begin(struct xml *x, struct view whole, bool tabled)
{
	x->whole = x->in = whole;
	x->tabled = tabled;
	x->loose = false;
	x->begun = false;
	x->depth = x->attributes = 0;
	x->prefixes = BUF_MAX((size_t)64 << 20);
}

void
inspect_xml_end(struct xml *x)
{
	buf_release(&x->prefixes);
}

enum xml_token
inspect_xml_next(struct xml *x, struct err *e)
{
	if (!x->begun) {
		x->begun = true;
		if (literal(x, VIEW("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")))
			return open_tag(x, e);
		inspect_xml_bad(x, e, "no declaration");
		return XML_BAD;
	}
	if (x->depth == 0) {
		if (x->in.n == 1 && front(x, '\n'))
			return XML_END;
		inspect_xml_bad(x, e, "not one line end behind the last element");
		return XML_BAD;
	}
	if (!front(x, '<')) {
		x->text = x->in;
		if (!characters(x, '<', e))
			return XML_BAD;
		x->text.n = at_of(x->text, x->in);
		if (x->text.n > 0)
			return XML_TEXT;
	}
	return literal(x, VIEW("</")) ? close_tag(x, e) : open_tag(x, e);
}

uint32_t
inspect_xml_take(struct view *v)
{
	size_t i;

	if (v->p[0] == '&')
		for (i = 0; i < REFERENCES; i++)
			if (view_starts(*v, (struct view){ (const uint8_t *)references[i].spelled, references[i].n })) {
				(void)view_skip(v, references[i].n);
				return references[i].is;
			}
	return utf8_take(v);
}

bool
inspect_xml_decode(struct view spelled, struct buf *b, struct err *e)
{
	size_t n;

	while (spelled.n > 0) {
		for (n = 0; n < spelled.n && spelled.p[n] != '&'; n++)
			;
		buf_put(b, spelled.p, n);
		(void)view_skip(&spelled, n);
		if (spelled.n > 0)
			buf_byte(b, (uint8_t)inspect_xml_take(&spelled));
	}
	return buf_ok(b, e);
}

bool
inspect_xml(struct inspection *in, struct view out, struct err *e)
{
	own_mem struct xml *x = malloc(sizeof *x);
	enum xml_token t;

	(void)in;
	if (x == NULL)
		return no_memory(e);
	inspect_xml_begin(x, out, false);
	do
		t = inspect_xml_next(x, e);
	while (t != XML_BAD && t != XML_END);
	inspect_xml_end(x);
	return t == XML_END;
}
