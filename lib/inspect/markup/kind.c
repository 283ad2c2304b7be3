#include "inspect/markup/kind.h"

#include "inspect/address.h"

enum { NAME_BYTES = 255 * 6, NUMBER_BYTES = 400, HASH_BYTES = 1024, WORDS_BYTES = 65536 };	/* names: 255 of what is longest as spelled, &quot; */

kind_check *
inspect_kind(struct view name)
{
	static const struct { const char *name; size_t n; kind_check *check; } kinds[] = {
#define KIND(name, function) { #name, sizeof #name - 1, function },
#include "inspect/markup/kind.def"
#undef KIND
	};
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (name.n == kinds[i].n && memcmp(name.p, kinds[i].name, name.n) == 0)
			return kinds[i].check;
	return NULL;
}

#define CHECK(function) \
	bool function(struct markup *m __attribute__((unused)), struct view v, \
		      struct view arg __attribute__((unused)), struct err *e __attribute__((unused)))

static bool
digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
hex_digit(uint8_t c)
{
	return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
token_byte(uint8_t c)
{
	return letter(c) || digit(c) || c == '_' || c == '.' || c == ':' || c == '+' || c == '-';
}

static bool
all(struct view v, bool (*of)(uint8_t))
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!of(v.p[i]))
			return false;
	return true;
}

static size_t
count(struct view v, bool (*of)(uint8_t))
{
	size_t i;

	for (i = 0; i < v.n && of(v.p[i]); i++)
		;
	return i;
}

static bool
take_byte(struct view *v, uint8_t c)
{
	return v->n > 0 && v->p[0] == c && view_skip(v, 1);
}

static bool
blank(uint8_t c)
{
	return c == ' ';
}

static bool
take_some(struct view *v, bool (*of)(uint8_t))
{
	size_t n = count(*v, of);

	return n > 0 && view_skip(v, n);
}

CHECK(inspect_kind_str)
{
	(void)v;
	return true;
}

CHECK(inspect_kind_name)
{
	return v.n <= NAME_BYTES;
}

CHECK(inspect_kind_one)
{
	size_t from = 0, to;

	for (; from <= arg.n; from = to + 1) {
		to = view_find(arg, from, VIEW("|"));
		if (to == VIEW_NOT_FOUND)
			to = arg.n;
		if (v.n == to - from && memcmp(v.p, arg.p + from, v.n) == 0)
			return true;
	}
	return false;
}

CHECK(inspect_kind_tok)
{
	return v.n > 0 && v.n <= NAME_BYTES && all(v, token_byte);
}

CHECK(inspect_kind_toks)
{
	if (v.n == 0)
		return true;
	do {
		if (!take_some(&v, token_byte))
			return false;
	} while (take_some(&v, blank));
	return v.n == 0;
}

CHECK(inspect_kind_bool)
{
	static const char *const spelled[] = { "0", "1", "f", "false", "off", "on", "t", "true" };
	size_t i;

	for (i = 0; i < sizeof spelled / sizeof *spelled; i++)
		if (view_is(v, spelled[i]))
			return true;
	return false;
}

/* Integers and numbers alike. */
static void
take_sign(struct view *v)
{
	if (!take_byte(v, '-'))
		(void)take_byte(v, '+');
}

CHECK(inspect_kind_int)
{
	take_sign(&v);
	return v.n > 0 && v.n <= 20 && all(v, digit);
}

bool
inspect_take_number(struct view *v)
{
	struct view s = *v, exponent;
	bool whole, part = false;

	take_sign(&s);
	whole = take_some(&s, digit);
	if (take_byte(&s, '.'))
		part = take_some(&s, digit);
	if (!whole && !part)
		return false;
	exponent = s;
	if (take_byte(&exponent, 'e') || take_byte(&exponent, 'E')) {
		if (!take_byte(&exponent, '-'))
			(void)take_byte(&exponent, '+');
		if (take_some(&exponent, digit))
			s = exponent;
	}
	if (at_of(*v, s) > NUMBER_BYTES)
		return false;
	*v = s;
	return true;
}

CHECK(inspect_kind_num)
{
	return inspect_take_number(&v) && v.n == 0;
}

CHECK(inspect_kind_nums)
{
	do {
		if (!inspect_take_number(&v))
			return false;
	} while (take_byte(&v, ' ') || take_byte(&v, ','));
	return v.n == 0;
}

CHECK(inspect_kind_measure)
{
	return inspect_take_number(&v) && (v.n == 0 || view_is(v, "%") || (v.n <= 4 && all(v, letter)));
}

CHECK(inspect_kind_hex)
{
	return v.n <= NAME_BYTES && all(v, hex_digit);
}

static bool
date_byte(uint8_t c)
{
	return digit(c) || c == 'T' || c == 'Z' || c == ':' || c == '-' || c == '+' || c == '.';
}

CHECK(inspect_kind_date)
{
	return v.n > 0 && v.n <= 40 && all(v, date_byte);
}

static bool
letter_or_digit(uint8_t c)
{
	return letter(c) || digit(c);
}

CHECK(inspect_kind_color)
{
	(void)take_byte(&v, '#');
	return v.n > 0 && v.n <= 40 && all(v, letter_or_digit);
}

CHECK(inspect_kind_guid)
{
	static const uint8_t group[] = { 8, 4, 4, 4, 12 };
	bool braced = take_byte(&v, '{');
	size_t i;

	for (i = 0; i < sizeof group; i++)
		if ((i > 0 && !take_byte(&v, '-')) || count(v, hex_digit) != group[i] || !view_skip(&v, group[i]))
			return false;
	return view_is(v, braced ? "}" : "");
}

static bool
base64_byte(uint8_t c)
{
	return letter(c) || digit(c) || c == '+' || c == '/' || c == '=';
}

/* The hash of a password: nobody decodes it but to compare. */
CHECK(inspect_kind_b64)
{
	return v.n <= HASH_BYTES && all(v, base64_byte);
}

/* $A$1, $A or $1; *ret_kind: 1 column, 2 row, 3 both. */
static bool
take_corner(struct view *v, unsigned *ret_kind)
{
	struct view s = *v;
	size_t n;

	*ret_kind = 0;
	(void)take_byte(&s, '$');
	if ((n = count(s, letter)) > 0) {
		if (n > 3 || !view_skip(&s, n))
			return false;
		*ret_kind = 1;
		(void)take_byte(&s, '$');
	}
	if ((n = count(s, digit)) > 0) {
		if (n > 7 || !view_skip(&s, n))
			return false;
		*ret_kind |= 2;
	}
	if (*ret_kind == 0 || s.p[-1] == '$')
		return false;
	*v = s;
	return true;
}

bool
inspect_take_ref(struct view *v)
{
	struct view s = *v;
	unsigned a, b;

	if (!take_corner(&s, &a))
		return false;
	if (take_byte(&s, ':')) {
		if (!take_corner(&s, &b) || a != b)
			return false;
	} else if (a != 3) {
		return false;
	}
	*v = s;
	return true;
}

CHECK(inspect_kind_ref)
{
	return inspect_take_ref(&v) && v.n == 0;
}

CHECK(inspect_kind_refs)
{
	do {
		if (!inspect_take_ref(&v))
			return false;
	} while (take_byte(&v, ' '));
	return v.n == 0;
}

CHECK(inspect_kind_address)
{
	struct view plain;

	return inspect_markup_decode(m, v, &plain, e) && inspect_address(m->in, plain, e);
}

CHECK(inspect_kind_rel)
{
	if (m->links == NULL || m->links->relation == NULL)
		return residue(e, "a relationship where there can be none");
	return m->links->relation(m->links->of, v, arg, e);
}

CHECK(inspect_kind_path)
{
	struct view plain;

	if (m->links == NULL || m->links->path == NULL)
		return residue(e, "a path where there can be none");
	return inspect_markup_decode(m, v, &plain, e) && m->links->path(m->links->of, plain, arg, e);
}

static bool
lang_byte(uint8_t c)
{
	return letter(c) || digit(c) || c == '-' || c == '_';
}

CHECK(inspect_kind_lang)
{
	return v.n <= NAME_BYTES && all(v, lang_byte);
}
