/* kind.c - which values are of which kind (kind.def). */
#include <ctype.h>

#include "core/utf8.h"
#include "sanitize/markup/in.h"

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_hex(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Consumes what `in` accepts, returns how many. */
static size_t
span(struct view *v, bool (*in)(uint8_t))
{
	size_t n = 0;

	while (n < v->n && in(v->p[n]))
		n++;
	(void)view_skip(v, n);
	return n;
}

static bool
one_of(struct view *v, const char *set)
{
	return v->n > 0 && v->p[0] != 0 && strchr(set, v->p[0]) != NULL && view_skip(v, 1);
}

static bool
any(struct view v)
{
	(void)v;
	return true;
}

static bool
name(struct view v)
{
	size_t n = 0;

	while (v.n > 0) {
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD || utf8_is_control(c) || ++n > 255)
			return false;
	}
	return n > 0;
}

static bool
is_token(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == ':' || c == '+' || c == '-';
}

static bool
token(struct view v)
{
	return v.n > 0 && v.n <= 255 && span(&v, is_token) > 0 && v.n == 0;
}

static bool
is_token_or_space(uint8_t c)
{
	return is_token(c) || is_space(c);
}

static bool
tokens(struct view v)
{
	(void)span(&v, is_token_or_space);
	return v.n == 0;
}

static bool
boolean(struct view v)
{
	static const char *const words[] = { "0", "1", "true", "false", "on", "off", "t", "f" };
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (view_is(v, words[i]))
			return true;
	return false;
}

static bool
take_integer(struct view *v)
{
	size_t n;

	(void)one_of(v, "+-");
	n = span(v, is_digit);
	return n > 0 && n <= 19;
}

static bool
integer(struct view v)
{
	return take_integer(&v) && v.n == 0;
}

static bool
fraction(struct view v)
{
	return take_integer(&v) && (v.n == 0 || (one_of(&v, "/") && take_integer(&v) && v.n == 0));
}

static bool
take_real(struct view *v)
{
	struct view exponent;
	size_t n;

	if (v->n > 400)
		return false;
	(void)one_of(v, "+-");
	n = span(v, is_digit);
	if (one_of(v, "."))
		n += span(v, is_digit);
	if (n == 0)
		return false;
	/* "1em" is a measure, "1e5" a number. */
	exponent = *v;
	if (one_of(&exponent, "eE") && (one_of(&exponent, "+-") || true) && span(&exponent, is_digit) > 0)
		*v = exponent;
	return true;
}

static bool
real(struct view v)
{
	if (view_is(v, "INF") || view_is(v, "-INF") || view_is(v, "NaN"))
		return true;
	return take_real(&v) && v.n == 0;
}

static bool
hex(struct view v)
{
	return v.n <= 64 && (span(&v, is_hex), v.n == 0);
}

static bool
is_base64(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
}

static bool
base64(struct view v)
{
	return v.n <= 1024 && (span(&v, is_base64), v.n == 0);
}

static bool
guid(struct view v)
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };
	bool braces = one_of(&v, "{");
	size_t i;

	for (i = 0; i < 5; i++)
		if ((i > 0 && !one_of(&v, "-")) || span(&v, is_hex) != groups[i])
			return false;
	return (!braces || one_of(&v, "}")) && v.n == 0;
}

static bool
color(struct view v)
{
	struct view rest = v;
	size_t n;

	(void)one_of(&rest, "#");
	n = span(&rest, is_hex);
	if (rest.n == 0 && (n == 3 || n == 6 || n == 8))
		return true;
	return v.n > 0 && v.n <= 40 && is_letter(v.p[0]) && span(&v, is_letter) > 0 && v.n == 0;
}

static bool
take_measure(struct view *v)
{
	return take_real(v) && (one_of(v, "%") || span(v, is_letter) <= 3);
}

static bool
measure(struct view v)
{
	return take_measure(&v) && v.n == 0;
}

static bool
is_between(uint8_t c)
{
	return is_space(c) || c == ',';
}

static bool
is_within(uint8_t c)
{
	return !is_between(c);
}

static bool
measures(struct view v)
{
	(void)span(&v, is_between);
	while (v.n > 0) {
		struct view one = v;

		one.n = span(&v, is_within);
		if (!measure(one))
			return false;
		(void)span(&v, is_between);
	}
	return true;
}

static bool
date(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!is_digit(v.p[i]) && (v.p[i] == 0 || strchr("-:.TZ+", v.p[i]) == NULL))
			return false;
	return v.n > 0 && v.n <= 40;
}

/* Measures, colours, borders, lists of numbers, paths, names of effects: nothing that could end a value. */
static bool
words(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] < 0x20 || v.p[i] > 0x7e || strchr("\"&'<>\\`", v.p[i]) != NULL)
			return false;
	return v.n <= 65536;
}

static bool
lang(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!is_letter(v.p[i]) && !is_digit(v.p[i]) && v.p[i] != '-' && v.p[i] != '_')
			return false;
	return v.n <= 40;
}

struct view
markup_trim(struct view v)
{
	(void)span(&v, is_space);
	while (v.n > 0 && is_space(v.p[v.n - 1]))
		v.n--;
	return v;
}

/* -- geometry --------------------------------------------------------- */

static bool
is_guide(uint8_t c)
{
	return c > 0x20 && c < 0x7f && c != '"' && c != '&' && c != '<' && c != '>';
}

static bool
guide_take(struct view *v)
{
	size_t n = span(v, is_guide);

	return n > 0 && n <= 64;
}

static bool
guide(struct view v)
{
	return guide_take(&v) && v.n == 0;
}

/* ECMA-376-1 20.1.9.11: all there are, and how many operands each takes. */
static bool
guide_formula(struct view v)
{
	static const struct {
		const char *op;
		int operands;
	} ops[] = { { "*/", 3 },   { "+-", 3 },  { "+/", 3 },  { "?:", 3 },   { "abs", 1 }, { "at2", 2 },
		    { "cat2", 3 }, { "cos", 2 }, { "max", 2 }, { "min", 2 },  { "mod", 3 }, { "pin", 3 },
		    { "sat2", 3 }, { "sin", 2 }, { "sqrt", 1 }, { "tan", 2 }, { "val", 1 } };
	struct view op = v;
	size_t i;
	int n;

	op.n = span(&v, is_guide);
	for (i = 0; i < sizeof ops / sizeof *ops; i++)
		if (view_is(op, ops[i].op))
			break;
	if (i == sizeof ops / sizeof *ops)
		return false;
	for (n = 0; n < ops[i].operands; n++)
		if (!one_of(&v, " ") || !guide_take(&v))
			return false;
	return v.n == 0;
}

static bool
path(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] < 0x20 || v.p[i] > 0x7e || strchr("\"&<>:/\\", v.p[i]) != NULL)
			return false;
	return v.n <= 65536;
}

static bool
space(struct view v)
{
	return view_is(v, "default") || view_is(v, "preserve");
}

static bool
local(struct view v)
{
	size_t i;

	for (i = 1; i < v.n; i++)
		if (!isalnum(v.p[i]) && strchr("_.-", v.p[i]) == NULL)
			return false;
	return v.n > 1 && v.n <= 65 && v.p[0] == '#';
}

static bool (*const checks[])(struct view) = {
#define KIND(id, check) [MARKUP_##id] = check,
#include "sanitize/markup/kind.def"
#undef KIND
};

bool
kind_checked(uint8_t kind)
{
	return kind < MARKUP_KINDS && checks[kind] != NULL;
}

bool
markup_is(enum markup_kind k, struct view v)
{
	return checks[k] != NULL && checks[k](v);
}
