/*
 * The file forms of Type 1 (Adobe Type 1 Font Format, 7; Technical Note
 * 5040): segments joined, hexadecimal and encryption undone.
 */
#include "sanitize/font/be.h"
#include "sanitize/font/type1_font.h"

enum { EEXEC_KEY = 55665 };

struct view
type1_decrypt(uint8_t *p, size_t n, uint16_t key, size_t skip)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t cipher = p[i];

		p[i] = cipher ^ (uint8_t)(key >> 8);
		key = (uint16_t)((cipher + key) * 52845u + 22719u);
	}
	return view_from(view_of(p, n), skip);
}

/* 7.2: hexadecimal if the first four characters are. */
static bool
is_hex(struct view v)
{
	for (size_t i = 0; i < 4; i++)
		if (type1_hex(be8(v, i)) < 0)
			return false;
	return true;
}

static size_t
hex_decode(struct view v, uint8_t *ret)
{
	size_t digits = 0;
	uint8_t c, high = 0;

	while (view_u8(&v, &c)) {
		if (type1_blank(c))
			continue;
		if (type1_hex(c) < 0)
			break;
		if (digits++ % 2 == 0)
			high = (uint8_t)type1_hex(c);
		else
			ret[digits / 2 - 1] = (uint8_t)(high << 4 | type1_hex(c));
	}
	return digits / 2;
}

/* The segments of a PFB, joined; anything else as it is. */
static struct view
pfb_join(struct arena *a, struct view in)
{
	uint8_t *joined, mark, kind;
	struct view part;
	uint32_t n;
	size_t total = 0;

	if (be8(in, 0) != 0x80)
		return in;
	joined = arena_get(a, in.n);
	if (joined == NULL)
		return in;
	while (view_u8(&in, &mark) && mark == 0x80 && view_u8(&in, &kind) && kind <= 2 &&
	       view_u32le(&in, &n)) {
		(void)view_take(&in, n < in.n ? n : in.n, &part);
		memcpy(joined + total, part.p, part.n);
		total += part.n;
	}
	return view_of(joined, total);
}

bool
type1_sections(struct arena *a, struct view in, struct view *clear, struct view *secret)
{
	size_t at = 0;
	struct view rest;
	uint8_t *copy, c;
	size_t n;

	in = pfb_join(a, in);
	*clear = in;
	*secret = in;
	for (;; at++) {
		at = view_find(in, at, VIEW("eexec"));
		if (at == VIEW_NOT_FOUND)
			return true;
		if (type1_blank(be8(in, at + 5)) && (at == 0 || type1_blank(in.p[at - 1])))
			break;
	}
	rest = view_from(in, at + 5);
	while (rest.n > 0 && type1_blank(rest.p[0]) && rest.p[0] != 0)
		(void)view_u8(&rest, &c);
	copy = arena_get(a, rest.n);
	if (copy == NULL)
		return false;
	clear->n = at;
	if (is_hex(rest)) {
		n = hex_decode(rest, copy);
	} else {
		n = rest.n;
		if (n > 0)
			memcpy(copy, rest.p, n);
	}
	*secret = type1_decrypt(copy, n, EEXEC_KEY, 4);
	/* Some producers write the private part in clear. */
	if (view_find(*secret, 0, VIEW("/CharStrings")) == VIEW_NOT_FOUND)
		*secret = rest;
	return true;
}
