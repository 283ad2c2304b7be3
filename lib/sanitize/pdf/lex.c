#include "sanitize/pdf/lex.h"

#define S PDF_SPACE
#define D PDF_DELIM
const uint8_t pdf_char_of[256] = {
	[0x00] = S, [0x09] = S, [0x0a] = S, [0x0c] = S, [0x0d] = S, [0x20] = S,
	['('] = D,  [')'] = D,	['<'] = D,  ['>'] = D,	['['] = D,  [']'] = D,
	['{'] = D,  ['}'] = D,	['/'] = D,  ['%'] = D,
};
#undef S
#undef D

enum { NAME_BYTES_MAX = 127 };

/* Magnitudes the canonical subset allows; more digits than this are clamped. */
static const int64_t int_max = (INT64_C(1) << 53) - 1;

int
pdf_hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

void
pdf_skip_space(struct view *in)
{
	size_t i = 0;

	for (;;) {
		while (i < in->n && pdf_is_space(in->p[i]))
			i++;
		if (i == in->n || in->p[i] != '%')
			break;
		while (i < in->n && in->p[i] != '\n' && in->p[i] != '\r')
			i++;
	}
	(void)view_skip(in, i);
}

bool
pdf_take_uint(struct view *in, uint64_t *ret)
{
	struct view v = *in;
	uint64_t x = 0;
	size_t i;

	pdf_skip_space(&v);
	for (i = 0; i < v.n && pdf_is_digit(v.p[i]); i++)
		if (x < UINT64_C(1000000000000000000))
			x = x * 10 + (uint64_t)(v.p[i] - '0');
	if (i == 0)
		return false;
	(void)view_skip(&v, i);
	*in = v;
	*ret = x;
	return true;
}

bool
pdf_take_word(struct view *in, struct view word)
{
	struct view v = *in;

	pdf_skip_space(&v);
	if (!view_starts(v, word))
		return false;
	(void)view_skip(&v, word.n);
	*in = v;
	return true;
}

static double
power_of_ten(int n)
{
	static const double small[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
					1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
					1e22 };
	double x = 1;

	for (; n > 22; n -= 22)
		x *= 1e22;
	return x * small[n];
}

/* The exponent of "1e5", which is no PDF but is found in files; 0 where there is none. */
static int
exponent(struct view v, size_t *i)
{
	size_t at = *i + 1;
	bool neg = false;
	int x = 0;

	if (*i >= v.n || (v.p[*i] | 0x20) != 'e')
		return 0;
	if (at < v.n && (v.p[at] == '-' || v.p[at] == '+'))
		neg = v.p[at++] == '-';
	if (at >= v.n || !pdf_is_digit(v.p[at]))
		return 0;
	for (; at < v.n && pdf_is_digit(v.p[at]); at++)
		if (x < 100)
			x = x * 10 + (v.p[at] - '0');
	*i = at;
	return neg ? -x : x;
}

struct digits {
	uint64_t m;
	size_t n;
	int scale, lost;
	bool real;
};

static size_t
take_digits(struct view v, size_t i, struct digits *d)
{
	for (; i < v.n; i++) {
		uint8_t c = v.p[i];

		if (pdf_is_digit(c)) {
			d->n++;
			if (d->m < UINT64_C(100000000000000000)) {
				d->m = d->m * 10 + (uint64_t)(c - '0');
				d->scale += d->real;
			} else if (!d->real && d->lost < 400) {
				d->lost++;
			}
		} else if (c == '.' && !d->real) {
			d->real = true;
		} else if (c != '-' || !d->real) {
			/* A minus within the fraction is skipped, as the common readers do. */
			break;
		}
	}
	return i;
}

/* 7.3.3, and what else readers take for a number: "--5", "4.", "1e5", "." */
static bool
number(struct view *in, struct pdf_obj *ret)
{
	struct digits d = { 0 };
	size_t i = 0, mantissa;
	bool neg = false;
	int e;

	for (; i < in->n && (in->p[i] == '-' || in->p[i] == '+'); i++)
		neg |= in->p[i] == '-';
	i = take_digits(*in, i, &d);
	if (d.n == 0 && i < in->n && pdf_char_of[in->p[i]] == PDF_REGULAR)
		return false;
	mantissa = i;
	e = d.n == 0 ? 0 : exponent(*in, &i);
	(void)view_skip(in, i);
	if (!d.real && i == mantissa) {
		int64_t x = d.lost > 0 || d.m > (uint64_t)int_max ? int_max : (int64_t)d.m;

		ret->kind = PDF_INT;
		ret->u.i = neg ? -x : x;
		return true;
	}
	e += d.lost - d.scale;
	ret->kind = PDF_REAL;
	ret->u.r = e < 0 ? (double)d.m / power_of_ten(-e) : (double)d.m * power_of_ten(e);
	if (!(ret->u.r < 9e15))
		ret->u.r = 9e15;
	if (neg)
		ret->u.r = -ret->u.r;
	return true;
}

static struct view
name_decode(struct view raw, struct arena *a)
{
	uint8_t *p = arena_get(a, raw.n);
	size_t i, n = 0;

	if (p == NULL)
		return view_of(raw.p, 0);
	for (i = 0; i < raw.n; i++) {
		if (raw.p[i] == '#' && raw.n - i > 2 && pdf_hex(raw.p[i + 1]) >= 0 &&
		    pdf_hex(raw.p[i + 2]) >= 0) {
			p[n++] = (uint8_t)(pdf_hex(raw.p[i + 1]) << 4 | pdf_hex(raw.p[i + 2]));
			i += 2;
		} else {
			p[n++] = raw.p[i];
		}
	}
	return view_of(p, n);
}

/*
 * ISO 32000-2 knows no limit, the canonical subset has one: a longer name
 * keeps its beginning and gets a digest of the whole, everywhere alike.
 */
static struct view
name_shorten(struct view v, struct arena *a)
{
	static const char digit[] = "0123456789abcdef";
	enum { KEPT = NAME_BYTES_MAX - 16 };
	uint8_t *p = arena_get(a, NAME_BYTES_MAX);
	uint64_t h = UINT64_C(14695981039346656037);	/* FNV-1a */

	if (p == NULL)
		return view_of(v.p, 0);
	for (size_t i = 0; i < v.n; i++)
		h = (h ^ v.p[i]) * UINT64_C(1099511628211);
	memcpy(p, v.p, KEPT);
	for (unsigned i = 0; i < 16; i++)
		p[KEPT + i] = (uint8_t)digit[h >> (60 - 4 * i) & 15];
	return view_of(p, NAME_BYTES_MAX);
}

static size_t
regular_run(struct view v, bool *ret_hash)
{
	size_t i;

	for (i = 0; i < v.n && pdf_char_of[v.p[i]] == PDF_REGULAR; i++)
		*ret_hash |= v.p[i] == '#';
	return i;
}

/* 7.3.5 */
static void
name(struct view *in, struct arena *a, struct pdf_obj *ret)
{
	bool hash = false;
	struct view v = *in;

	(void)view_skip(in, 1);
	(void)view_take(in, regular_run(*in, &hash), &v);
	ret->kind = PDF_NAME;
	ret->u.s = hash ? name_decode(v, a) : v;
	if (ret->u.s.n > NAME_BYTES_MAX)
		ret->u.s = name_shorten(ret->u.s, a);
}

/* What stands behind a backslash (Table 3); returns the bytes consumed, *ret -1 for nothing. */
static size_t
escape(struct view v, int *ret)
{
	size_t i;
	int x = 0;

	if (v.n == 0) {
		*ret = -1;
		return 0;
	}
	for (i = 0; i < 3 && i < v.n && v.p[i] >= '0' && v.p[i] <= '7'; i++)
		x = x << 3 | (v.p[i] - '0');
	if (i > 0) {
		*ret = x & 0xff;
		return i;
	}
	switch (v.p[0]) {
	case 'n': *ret = '\n'; break;
	case 'r': *ret = '\r'; break;
	case 't': *ret = '\t'; break;
	case 'b': *ret = '\b'; break;
	case 'f': *ret = '\f'; break;
	case '\n': *ret = -1; break;
	case '\r':
		*ret = -1;
		return v.n > 1 && v.p[1] == '\n' ? 2 : 1;
	default: *ret = v.p[0]; break;
	}
	return 1;
}

static struct view
string_decode(struct view raw, struct arena *a)
{
	uint8_t *p = arena_get(a, raw.n);
	size_t i = 0, n = 0;
	int c;

	if (p == NULL)
		return view_of(raw.p, 0);
	while (i < raw.n) {
		c = raw.p[i++];
		if (c == '\\') {
			i += escape(view_from(raw, i), &c);
		} else if (c == '\r') {
			/* Any end of line in a string is one LF. */
			c = '\n';
			i += i < raw.n && raw.p[i] == '\n';
		}
		if (c >= 0)
			p[n++] = (uint8_t)c;
	}
	return view_of(p, n);
}

/* 7.3.4.2; one that never ends goes to the end of the data. */
static void
string(struct view *in, struct arena *a, struct pdf_obj *ret)
{
	size_t i, depth = 1;
	bool plain = true;
	struct view raw = *in;

	(void)view_skip(in, 1);
	for (i = 0; i < in->n; i++) {
		uint8_t c = in->p[i];

		if (c == '\\') {
			plain = false;
			i++;
		} else if (c == '\r') {
			plain = false;
		} else if (c == '(') {
			depth++;
		} else if (c == ')' && --depth == 0) {
			break;
		}
	}
	(void)view_take(in, i < in->n ? i : in->n, &raw);
	(void)view_skip(in, in->n > 0);
	ret->kind = PDF_STRING;
	ret->u.s = plain ? raw : string_decode(raw, a);
}

/* 7.3.4.3 */
static void
hex_string(struct view *in, struct arena *a, struct pdf_obj *ret)
{
	const uint8_t *end;
	struct view raw = *in;
	size_t i, digits = 0;
	uint8_t *p;

	(void)view_skip(in, 1);
	end = in->n == 0 ? NULL : memchr(in->p, '>', in->n);
	(void)view_take(in, end == NULL ? in->n : (size_t)(end - in->p), &raw);
	(void)view_skip(in, end != NULL);
	ret->kind = PDF_STRING;
	ret->u.s = view_of(raw.p, 0);
	p = arena_get(a, raw.n / 2 + 1);
	if (p == NULL)
		return;
	for (i = 0; i < raw.n; i++) {
		int h = pdf_hex(raw.p[i]);

		if (h < 0)
			continue;
		p[digits / 2] |= (uint8_t)(digits % 2 == 0 ? h << 4 : h);
		digits++;
	}
	ret->u.s = view_of(p, (digits + 1) / 2);
}

static enum pdf_tok
word(struct view *in, struct pdf_obj *ret)
{
	bool unused = false;
	struct view v = *in;

	(void)view_take(in, regular_run(*in, &unused), &v);
	if (view_eq(v, VIEW("true")) || view_eq(v, VIEW("false"))) {
		ret->kind = PDF_BOOL;
		ret->u.b = v.p[0] == 't';
		return PDF_TOK_OBJ;
	}
	if (view_eq(v, VIEW("null")))
		return PDF_TOK_OBJ;
	ret->u.s = v;
	return PDF_TOK_WORD;
}

static enum pdf_tok
single(struct view *in, enum pdf_tok t)
{
	(void)view_skip(in, 1);
	return t;
}

enum pdf_tok
pdf_tok(struct view *in, struct arena *a, struct pdf_obj *ret)
{
	*ret = (struct pdf_obj){ 0 };
	for (;;) {
		pdf_skip_space(in);
		if (in->n == 0)
			return PDF_TOK_END;
		switch (in->p[0]) {
		case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
		case '8': case '9': case '+': case '-': case '.':
			return number(in, ret) ? PDF_TOK_OBJ : word(in, ret);
		case '/': name(in, a, ret); return PDF_TOK_OBJ;
		case '(': string(in, a, ret); return PDF_TOK_OBJ;
		case '[': return single(in, PDF_TOK_ARRAY);
		case ']': return single(in, PDF_TOK_ARRAY_END);
		case '{': return single(in, PDF_TOK_BRACE);
		case '}': return single(in, PDF_TOK_BRACE_END);
		case '<':
			if (in->n > 1 && in->p[1] == '<') {
				(void)view_skip(in, 1);
				return single(in, PDF_TOK_DICT);
			}
			hex_string(in, a, ret);
			return PDF_TOK_OBJ;
		case '>':
			if (in->n > 1 && in->p[1] == '>') {
				(void)view_skip(in, 1);
				return single(in, PDF_TOK_DICT_END);
			}
			break;
		case ')':
			break;
		default:
			return word(in, ret);
		}
		/* A closing bracket that closes nothing. */
		(void)view_skip(in, 1);
	}
}
