/*
 * SVG: the kinds of value of markup/svg.def.
 * A value is a small language of numbers, words, colours, strings and a few
 * functions; of url() only url(#name) exists in it.
 */
#include "inspect/markup/kind.h"
#include "inspect/picture.h"

#include "core/utf8.h"

enum { SVG_NAME_CHARS = 256, SVG_WORD_BYTES = 256, SVG_NUMBER_BYTES = 64, SVG_VALUE_BYTES = 4 << 20, SVG_ELEMENTS = 1000000 };

#define CHECK(function) \
	bool function(struct markup *m __attribute__((unused)), struct view v, \
		      struct view arg __attribute__((unused)), struct err *e __attribute__((unused)))

struct svg {
	size_t elements;
};

static bool
byte(struct view *v, uint8_t c)
{
	return v->n > 0 && v->p[0] == c && view_skip(v, 1);
}

static bool
letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* The names of docs/canonical.md; the tokenizer has seen to the characters beyond. */
static bool
take_name(struct view *v)
{
	size_t n = 0;

	while (v->n > 0) {
		struct view ahead = *v;
		uint32_t c = utf8_take(&ahead);

		if (!letter(c) && !digit(c) && c != '_' && c != '-' && c != '.' && c != ':' && (c < 0xa1 || c == UTF8_BAD))
			break;
		*v = ahead;
		if (++n > SVG_NAME_CHARS)
			return false;
	}
	return n > 0;
}

static bool
take_word(struct view *v, bool dots)
{
	struct view begin = *v;

	while (v->n > 0) {
		struct view ahead = *v;
		uint32_t c = utf8_take(&ahead);
		bool first = v->p == begin.p;

		if (!letter(c) && c != '_' && c != '-' && (c < 0xa1 || c == UTF8_BAD) && (first || (!digit(c) && (!dots || c != '.'))))
			break;
		*v = ahead;
	}
	return at_of(begin, *v) > 0 && at_of(begin, *v) <= SVG_WORD_BYTES;
}

/* `0` or no leading zero, digits behind a point, an exponent of 1 to 3 digits; consumed. */
static bool
take_number(struct view *v)
{
	struct view s = *v, ahead;
	size_t n = 0;

	(void)byte(&s, '-');
	if (s.n > 1 && s.p[0] == '0' && digit(s.p[1]))
		return false;
	for (; s.n > 0 && digit(s.p[0]); n++)
		(void)view_skip(&s, 1);
	if (n == 0)
		return false;
	ahead = s;
	if (byte(&ahead, '.') && ahead.n > 0 && digit(ahead.p[0])) {
		while (ahead.n > 0 && digit(ahead.p[0]))
			(void)view_skip(&ahead, 1);
		s = ahead;
	}
	ahead = s;
	if (byte(&ahead, 'e')) {
		(void)byte(&ahead, '-');
		for (n = 0; n < 3 && ahead.n > 0 && digit(ahead.p[0]); n++)
			(void)view_skip(&ahead, 1);
		if (n > 0)
			s = ahead;
	}
	if (at_of(*v, s) > SVG_NUMBER_BYTES)
		return false;
	*v = s;
	return true;
}

static bool
take_color(struct view *v)
{
	size_t n = 0;

	if (!byte(v, '#'))
		return false;
	while (n < v->n && (digit(v->p[n]) || (v->p[n] >= 'a' && v->p[n] <= 'f')))
		n++;
	return (n == 3 || n == 4 || n == 6 || n == 8) && view_skip(v, n);
}

static bool
take_string(struct view *v)
{
	size_t n = 1;

	while (n < v->n && memchr("'\"\\<>&", v->p[n], 6) == NULL)
		n++;
	return n < v->n && v->p[n] == '\'' && view_skip(v, n + 1);
}

static bool
is_function(struct view name)
{
	static const char *const functions[] = {
		"rgb", "rgba", "hsl", "hsla", "icc-color", "matrix", "translate", "translateX", "translateY", "scale",
		"scaleX", "scaleY", "rotate", "skewX", "skewY", "blur", "brightness", "contrast", "drop-shadow",
		"grayscale", "hue-rotate", "invert", "opacity", "saturate", "sepia", "rect", "circle", "ellipse",
		"polygon", "inset",
	};
	size_t i;

	for (i = 0; i < sizeof functions / sizeof *functions; i++)
		if (view_is(name, functions[i]))
			return true;
	return false;
}

static bool take_value(struct view *v, unsigned depth);

static bool
take_item(struct view *v, unsigned depth)
{
	struct view begin = *v, name;
	size_t n = 0;

	if (v->n == 0)
		return false;
	if (view_starts(*v, VIEW("url(")))
		return view_skip(v, 4) && byte(v, '#') && take_name(v) && byte(v, ')');
	if (v->p[0] == '#')
		return take_color(v);
	if (v->p[0] == '\'')
		return take_string(v);
	if (digit(v->p[0]) || (v->p[0] == '-' && v->n > 1 && digit(v->p[1]))) {
		if (!take_number(v))
			return false;
		if (byte(v, '%'))
			return true;
		while (n < v->n && letter(v->p[n]))
			n++;
		return n <= 4 && view_skip(v, n);
	}
	if (!take_word(v, true))
		return false;
	name = (struct view){ begin.p, at_of(begin, *v) };
	if (!byte(v, '('))
		return true;
	if (depth == 0 || !is_function(name))
		return false;
	return byte(v, ')') || (take_value(v, depth - 1) && byte(v, ')'));
}

static bool
take_value(struct view *v, unsigned depth)
{
	do {
		if (!take_item(v, depth))
			return false;
	} while (byte(v, ' ') || byte(v, ',') || byte(v, '/'));
	return true;
}

CHECK(inspect_svg_value)
{
	return v.n <= SVG_VALUE_BYTES && take_value(&v, 4) && v.n == 0;
}

CHECK(inspect_svg_name)
{
	return take_name(&v) && v.n == 0;
}

CHECK(inspect_svg_names)
{
	do {
		if (!take_name(&v))
			return false;
	} while (byte(&v, ' '));
	return v.n == 0;
}

CHECK(inspect_svg_path)
{
	static const uint8_t count[128] = { ['m'] = 2, ['l'] = 2, ['t'] = 2, ['h'] = 1, ['v'] = 1, ['c'] = 6, ['s'] = 4, ['q'] = 4, ['a'] = 7 };
	struct view begin = v;

	while (v.n > 0) {
		uint8_t c = v.p[0] | 0x20;
		size_t n = 0;

		if (!letter(v.p[0]) || (c != 'z' && count[c] == 0) || (v.p == begin.p && c != 'm') || !view_skip(&v, 1))
			return false;
		if (c == 'z')
			continue;
		do {
			size_t at = n++ % count[c];

			if (c == 'a' && (at == 3 || at == 4) ? !byte(&v, '0') && !byte(&v, '1') : !take_number(&v))
				return false;
		} while (byte(&v, ' '));
		if (n % count[c] != 0)
			return false;
	}
	return true;
}

static bool
take_declarations(struct view *v)
{
	const struct schema_type *properties = inspect_schema_type(VIEW("svg/PROPERTIES"));

	do {
		struct view begin = *v, name;

		if (!take_word(v, false))
			return false;
		name = (struct view){ begin.p, at_of(begin, *v) };
		if (inspect_schema_row(properties, true, name) == NULL || !byte(v, ':') || !take_value(v, 4))
			return false;
		if (view_starts(*v, VIEW("!important")))
			(void)view_skip(v, 10);
	} while (byte(v, ';'));
	return true;
}

CHECK(inspect_svg_declarations)
{
	return take_declarations(&v) && v.n == 0;
}

static bool
take_compound(struct view *v)
{
	size_t parts = 0;

	if (byte(v, '*') || (v->n > 0 && memchr(".#:[", v->p[0], 4) == NULL && take_word(v, false)))
		parts++;
	for (;; parts++) {
		if (byte(v, '.') || byte(v, '#')) {
			if (!take_word(v, false))
				return false;
		} else if (view_starts(*v, VIEW(":first-child"))) {
			(void)view_skip(v, 12);
		} else if (view_starts(*v, VIEW(":last-child"))) {
			(void)view_skip(v, 11);
		} else if (byte(v, '[')) {
			if (!take_word(v, false) || (byte(v, '=') && (v->n == 0 || v->p[0] != '\'' || !take_string(v))) || !byte(v, ']'))
				return false;
		} else {
			return parts > 0;
		}
	}
}

/* `>` comes as the tokenizer leaves it. */
static bool
take_combinator(struct view *v)
{
	if (view_starts(*v, VIEW("&gt;")))
		return view_skip(v, 4);
	return byte(v, ' ') || byte(v, '+') || byte(v, '~');
}

CHECK(inspect_svg_sheet)
{
	do {
		do {
			do {
				if (!take_compound(&v))
					return false;
			} while (take_combinator(&v));
		} while (byte(&v, ','));
		if (!byte(&v, '{') || !take_declarations(&v) || !byte(&v, '}') || !byte(&v, '\n'))
			return false;
	} while (v.n > 0);
	return true;
}

CHECK(inspect_svg_local)
{
	return byte(&v, '#') && take_name(&v) && v.n == 0;
}

CHECK(inspect_svg_picture)
{
	return inspect_picture_data(m->in, v, e);
}

CHECK(inspect_svg_image)
{
	return v.n > 0 && v.p[0] == '#' ? inspect_svg_local(m, v, arg, e) : inspect_picture_data(m->in, v, e);
}

bool
inspect_svg_element(struct markup *m, enum hook_when when, struct err *e)
{
	struct svg *svg = m->state;

	if (when == HOOK_OPEN && ++svg->elements > SVG_ELEMENTS)
		return err_set(e, ERR_LIMIT, "more than %d elements", SVG_ELEMENTS);
	return true;
}

bool
inspect_svg(struct inspection *in, struct view out, struct err *e)
{
	static const struct markup_root root = { .root = "svg", .type = "svg/PLAIN", .space = "http://www.w3.org/2000/svg",
						 .tidy = true, .always = "xlink" };
	struct svg svg = { 0 };

	return inspect_markup(in, &root, out, NULL, &svg, e);
}
