#include "sanitize/svg/value.h"

#include "core/own.h"
#include "core/utf8.h"

enum { NEST_MAX = 4, NUMBER_MAX = 64, UNIT_MAX = 4, WORD_MAX = 256, EXPONENT_MAX = 3 };

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static int
hex(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

void
svg_space(struct view *v, bool comments)
{
	while (v->n > 0) {
		uint8_t c = v->p[0];

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
			(void)view_skip(v, 1);
		} else if (comments && view_starts(*v, VIEW("/*"))) {
			size_t end = view_find(*v, 2, VIEW("*/"));

			*v = view_from(*v, end == VIEW_NOT_FOUND ? v->n : end + 2);
		} else {
			return;
		}
	}
}

static size_t
digits(struct view v, size_t at)
{
	size_t n = 0;

	while (at + n < v.n && is_digit(v.p[at + n]))
		n++;
	return n;
}

bool
svg_number(struct view *v, struct buf *out)
{
	size_t at = 0, whole, part = 0, point, exponent = 0, from, was = out->n;
	bool minus = v->n > 0 && v->p[0] == '-', down = false;

	at += v->n > 0 && (v->p[0] == '-' || v->p[0] == '+');
	from = at;
	whole = digits(*v, at);
	at += whole;
	point = at;
	if (at < v->n && v->p[at] == '.') {
		part = digits(*v, at + 1);
		at += part > 0 || whole > 0 ? part + 1 : 0;
	}
	if (whole == 0 && part == 0)
		return false;
	if (at + 1 < v->n && (v->p[at] | 0x20) == 'e') {
		size_t sign = v->p[at + 1] == '-' || v->p[at + 1] == '+';

		exponent = digits(*v, at + 1 + sign);
		down = sign == 1 && v->p[at + 1] == '-';
		if (exponent > 0)
			at += 1 + sign + exponent;
	}
	while (whole > 1 && v->p[from] == '0') {
		from++;
		whole--;
	}
	if (exponent > EXPONENT_MAX || whole > 40)
		return false;
	if (part > 20)
		part = 20;
	if (minus)
		(void)buf_byte(out, '-');
	if (whole == 0)
		(void)buf_byte(out, '0');
	(void)buf_put(out, v->p + from, whole);
	if (part > 0) {
		(void)buf_byte(out, '.');
		(void)buf_put(out, v->p + point + 1, part);
	}
	if (exponent > 0)
		(void)buf_printf(out, "e%s%.*s", down ? "-" : "", (int)exponent, v->p + at - exponent);
	if (out->n - was > NUMBER_MAX) {
		out->n = was;
		return false;
	}
	(void)view_skip(v, at);
	return true;
}

/* One character of an identifier or a string, escapes resolved (CSS Syntax 3 4.3.7). */
static uint32_t
take_escaped(struct view *v)
{
	uint32_t c = 0;
	int n = 0;

	(void)view_skip(v, 1);
	for (; n < 6 && v->n > 0 && hex(v->p[0]) >= 0; n++) {
		c = c << 4 | (uint32_t)hex(v->p[0]);
		(void)view_skip(v, 1);
	}
	if (n == 0)
		return v->n > 0 ? utf8_take(v) : UTF8_BAD;
	if (v->n > 0 && (v->p[0] == ' ' || v->p[0] == '\n' || v->p[0] == '\t'))
		(void)view_skip(v, 1);
	return c;
}

static bool
is_beyond(uint32_t c)
{
	return c >= 0xa1 && c <= 0x10ffff && !(c >= 0xd800 && c < 0xe000) && (c & 0xfffe) != 0xfffe &&
	       !utf8_is_hiding(c) && c != 0x2028 && c != 0x2029 && c != 0x3000;
}

static void
put(struct buf *out, uint32_t c)
{
	uint8_t room[4];

	(void)buf_put(out, room, utf8_put(room, c));
}

bool
svg_word(struct view *v, bool dots, struct buf *out)
{
	struct view at = *v;
	size_t was = out->n;

	while (at.n > 0) {
		struct view next = at;
		uint32_t c = next.p[0] == '\\' ? take_escaped(&next) : utf8_take(&next);
		bool first = out->n == was;

		if (c == UTF8_BAD || !((c < 0x80 && (is_letter((uint8_t)c) || c == '_' || c == '-')) || is_beyond(c) ||
				       (!first && c < 0x80 && (is_digit((uint8_t)c) || (dots && c == '.')))))
			break;
		put(out, c);
		at = next;
	}
	if (out->n > was && out->n - was <= WORD_MAX && (at.n == 0 || at.p[0] != '\\')) {
		*v = at;
		return true;
	}
	out->n = was;
	return false;
}

bool
svg_string(struct view *v, struct buf *out)
{
	struct view at = *v;
	size_t was = out->n;
	uint8_t quote = at.n > 0 ? at.p[0] : 0;

	if (quote != '"' && quote != '\'')
		return false;
	(void)view_skip(&at, 1);
	(void)buf_byte(out, '\'');
	while (at.n > 0 && at.p[0] != quote) {
		uint32_t c = at.p[0] == '\\' ? take_escaped(&at) : utf8_take(&at);

		if (c == UTF8_BAD || c < 0x20 || (c >= 0x7f && !is_beyond(c)) || c == '\'' || c == '"' || c == '\\' ||
		    c == '<' || c == '>' || c == '&') {
			out->n = was;
			return false;
		}
		put(out, c);
	}
	if (at.n == 0) {
		out->n = was;
		return false;
	}
	(void)view_skip(&at, 1);
	(void)buf_byte(out, '\'');
	*v = at;
	return true;
}

bool
svg_is_name(struct view v)
{
	size_t n = 0;

	while (v.n > 0) {
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD || ++n > SVG_NAME_MAX)
			return false;
		if (!(c < 0x80 && (is_letter((uint8_t)c) || is_digit((uint8_t)c) || strchr("_-.:", (int)c) != NULL)) &&
		    !is_beyond(c))
			return false;
	}
	return n > 0;
}

/* -- values ------------------------------------------------------------- */

struct reader {
	struct view v;
	struct svg_refs *refs;
	struct buf *out;
	struct view selector;
};

static const char *
function_of(struct view name)
{
	static const char *const names[] = {
#define FUNCTION(name) name,
#include "sanitize/svg/function.def"
#undef FUNCTION
	};
	size_t i, k;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		for (k = 0; k < name.n && lower(name.p[k]) == lower((uint8_t)names[i][k]); k++)
			;
		if (k == name.n && names[i][k] == '\0')
			return names[i];
	}
	return NULL;
}

/* url(…): the part of the document that it names, or nothing. */
static bool
url(struct reader *r)
{
	own_buf struct buf text = BUF_MAX(4096);
	struct view name;

	svg_space(&r->v, false);
	if (r->v.n > 0 && (r->v.p[0] == '"' || r->v.p[0] == '\'')) {
		if (!svg_string(&r->v, &text)) {
			r->refs->outside++;
			return false;
		}
		svg_space(&r->v, false);
		name = view_of(text.p + 1, text.n - 2);
	} else {
		size_t n = 0;

		while (n < r->v.n && r->v.p[n] != ')')
			n++;
		name = view_of(r->v.p, n);
		r->v = view_from(r->v, n);
		while (name.n > 0 && name.p[name.n - 1] <= ' ')
			name.n--;
	}
	if (r->v.n == 0 || r->v.p[0] != ')')
		return false;
	(void)view_skip(&r->v, 1);
	if (name.n < 2 || name.p[0] != '#' || !svg_is_name(view_from(name, 1))) {
		r->refs->outside += name.n > 0 && name.p[0] != '#';
		return false;
	}
	(void)buf_printf(r->out, "url(%.*s)", (int)name.n, name.p);
	if (r->refs->add != NULL)
		r->refs->add(r->refs->ctx, view_from(name, 1), r->selector);
	return true;
}

static bool items(struct reader *r, int nest, bool inside);

static bool
word_or_function(struct reader *r, int nest)
{
	own_buf struct buf word = BUF_MAX(4096);
	const char *name;

	if (!svg_word(&r->v, true, &word))
		return false;
	/* SVG 1.1 lets white space stand before the bracket of a transform. */
	if (r->v.n > 0 && r->v.p[0] != '(' && function_of(buf_bytes(&word)) != NULL) {
		struct view at = r->v;

		svg_space(&at, false);
		if (at.n > 0 && at.p[0] == '(')
			r->v = at;
	}
	if (r->v.n == 0 || r->v.p[0] != '(')
		return buf_view(r->out, buf_bytes(&word));
	(void)view_skip(&r->v, 1);
	if (word.n == 3 && lower(word.p[0]) == 'u' && lower(word.p[1]) == 'r' && lower(word.p[2]) == 'l')
		return url(r);
	name = function_of(buf_bytes(&word));
	if (name == NULL || nest == NEST_MAX)
		return false;
	(void)buf_printf(r->out, "%s(", name);
	if (!items(r, nest + 1, true))
		return false;
	return buf_byte(r->out, ')');
}

static bool
colour(struct reader *r)
{
	size_t n = 1;

	while (n < r->v.n && hex(r->v.p[n]) >= 0)
		n++;
	if ((n != 4 && n != 5 && n != 7 && n != 9) || (n < r->v.n && (is_letter(r->v.p[n]) || r->v.p[n] >= 0x80)))
		return false;
	for (; n > 0; n--) {
		(void)buf_byte(r->out, lower(r->v.p[0]));
		(void)view_skip(&r->v, 1);
	}
	return true;
}

static bool
unit(struct reader *r)
{
	size_t n = 0;

	if (r->v.n > 0 && r->v.p[0] == '%') {
		(void)view_skip(&r->v, 1);
		return buf_byte(r->out, '%');
	}
	while (n < r->v.n && is_letter(r->v.p[n]))
		n++;
	if (n > UNIT_MAX || (n < r->v.n && (r->v.p[n] >= 0x80 || r->v.p[n] == '_' || r->v.p[n] == '\\')))
		return false;
	(void)buf_put(r->out, r->v.p, n);
	(void)view_skip(&r->v, n);
	return true;
}

static bool
item(struct reader *r, int nest)
{
	uint8_t c = r->v.p[0];

	if (c == '#')
		return colour(r);
	if (c == '"' || c == '\'')
		return svg_string(&r->v, r->out);
	if (svg_number(&r->v, r->out))
		return unit(r);
	return word_or_function(r, nest);
}

/* Items and what stands between them, up to the end or, `inside` a function, to its ')'. */
static bool
items(struct reader *r, int nest, bool inside)
{
	bool first = true;

	for (;;) {
		char separator = ' ';

		svg_space(&r->v, true);
		if (r->v.n > 0 && (r->v.p[0] == ',' || r->v.p[0] == '/') && !first) {
			separator = (char)r->v.p[0];
			(void)view_skip(&r->v, 1);
			svg_space(&r->v, true);
			/* A separator has something behind it. */
			if (r->v.n == 0 || r->v.p[0] == ')')
				return false;
		}
		if (r->v.n == 0)
			return !inside && !first;
		if (r->v.p[0] == ')') {
			(void)view_skip(&r->v, 1);
			return inside;
		}
		if (!first)
			(void)buf_byte(r->out, (uint8_t)separator);
		first = false;
		if (!item(r, nest) || r->out->full)
			return false;
	}
}

static bool
value_of(struct view in, struct view selector, struct svg_refs *refs, struct buf *out)
{
	struct reader r = { .v = in, .refs = refs, .out = out, .selector = selector };
	size_t was = out->n;

	if (items(&r, 0, false) && out->n - was <= SVG_VALUE_MAX)
		return true;
	if (!out->full)
		out->n = was;
	return false;
}

bool
svg_value(struct view in, struct svg_refs *refs, struct buf *out)
{
	return value_of(in, view_of(NULL, 0), refs, out);
}

bool
svg_numbers(struct view in, struct buf *out)
{
	size_t was = out->n;

	for (;;) {
		svg_space(&in, false);
		if (out->n > was && in.n > 0 && in.p[0] == ',') {
			(void)view_skip(&in, 1);
			svg_space(&in, false);
		}
		if (in.n == 0 || out->n - was > SVG_VALUE_MAX - 80)
			break;
		if (out->n > was)
			(void)buf_byte(out, ' ');
		if (!svg_number(&in, out)) {
			out->n -= out->n > was;
			break;
		}
	}
	return out->n > was;
}

/* -- declarations ------------------------------------------------------- */

static bool
is_property(struct view name)
{
	static const char *const names[] = {
#define PROPERTY(name) name,
#define GEOMETRY(name) name,
#include "sanitize/svg/property.def"
#undef GEOMETRY
#undef PROPERTY
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (view_is(name, names[i]))
			return true;
	return false;
}

/* Up to the next ';' outside strings and brackets. */
static struct view
take_declaration(struct view *v)
{
	struct view ret = *v;
	uint8_t quote = 0;
	int open = 0;
	size_t i;

	for (i = 0; i < v->n; i++) {
		uint8_t c = v->p[i];

		if (c == '\\') {
			i++;
			continue;
		}
		if (quote == 0 && c == '/' && i + 1 < v->n && v->p[i + 1] == '*') {
			size_t end = view_find(*v, i + 2, VIEW("*/"));

			i = end == VIEW_NOT_FOUND ? v->n : end + 1;
			continue;
		}
		if (c == '"' || c == '\'')
			quote = quote == 0 ? c : quote == c ? 0 : quote;
		open += quote == 0 && c == '(';
		open -= quote == 0 && c == ')' && open > 0;
		if (c == ';' && quote == 0 && open == 0)
			break;
	}
	if (i > v->n)
		i = v->n;
	ret.n = i;
	*v = view_from(*v, i + 1);
	return ret;
}

/* The value without "!important". */
static bool
take_important(struct view *v)
{
	size_t bang = view_rfind(*v, VIEW("!")), i, k = 0;
	static const char word[] = "important";

	if (bang == VIEW_NOT_FOUND)
		return false;
	for (i = bang + 1; i < v->n; i++) {
		if (v->p[i] <= ' ')
			continue;
		if (k == sizeof word - 1 || lower(v->p[i]) != (uint8_t)word[k])
			return false;
		k++;
	}
	if (k != sizeof word - 1)
		return false;
	v->n = bang;
	return true;
}

static bool
declaration(struct view d, struct view selector, struct svg_refs *refs, struct buf *out)
{
	own_buf struct buf name = BUF_MAX(4096);
	bool important;
	size_t i;

	svg_space(&d, true);
	if (d.n == 0)
		return false;
	if (!svg_word(&d, false, &name)) {
		refs->dropped++;
		return false;
	}
	svg_space(&d, true);
	for (i = 0; i < name.n; i++)
		name.p[i] = lower(name.p[i]);
	if (d.n == 0 || d.p[0] != ':' || !is_property(buf_bytes(&name))) {
		/* What browsers do not know either, or editors say to themselves, is no loss. */
		refs->dropped += view_is(buf_bytes(&name), "behavior") || view_is(buf_bytes(&name), "-moz-binding") ||
				 view_is(buf_bytes(&name), "src") || view_starts(buf_bytes(&name), VIEW("animation"));
		return false;
	}
	(void)view_skip(&d, 1);
	important = take_important(&d);
	(void)buf_view(out, buf_bytes(&name));
	(void)buf_byte(out, ':');
	if (!value_of(d, selector, refs, out))
		return false;
	return buf_str(out, important ? "!important" : "");
}

bool
svg_declarations(struct view in, struct view selector, struct svg_refs *refs, struct buf *out)
{
	size_t start = out->n;

	while (in.n > 0) {
		struct view d = take_declaration(&in);
		size_t was = out->n;

		if (was > start)
			(void)buf_byte(out, ';');
		if (!declaration(d, selector, refs, out) && !out->full)
			out->n = was;
	}
	return out->n > start;
}
