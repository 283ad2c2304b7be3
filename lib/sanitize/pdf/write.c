/*
 * Tokens in their canonical spelling: docs/canonical.md.
 */
#include <math.h>
#include <stdlib.h>

#include "sanitize/pdf/out.h"

static const int64_t int_most = (INT64_C(1) << 53) - 1;
/* pdf_put_obj() goes this deep; the rest of the 32 is the caller's. */
enum { PUT_NESTING = 24, NAME_MAX_BYTES = 127 };

/* Two regular characters would join into one token. */
static void
separate(struct buf *b)
{
	if (b->n > 0 && pdf_char_of[b->p[b->n - 1]] == PDF_REGULAR)
		(void)buf_byte(b, ' ');
}

/* Digits of x, from the back of `room`; how many. */
static size_t
digits(uint64_t x, size_t least, char room[24])
{
	size_t n = 0;

	do {
		room[23 - n++] = (char)('0' + x % 10);
		x /= 10;
	} while (x > 0 || n < least);
	return n;
}

void
pdf_put_int(struct buf *b, int64_t i)
{
	char room[24];
	size_t n;

	separate(b);
	if (i > int_most)
		i = int_most;
	if (i < -int_most)
		i = -int_most;
	if (i < 0)
		(void)buf_byte(b, '-');
	n = digits((uint64_t)(i < 0 ? -i : i), 1, room);
	(void)buf_put(b, room + 24 - n, n);
}

/* As many of ten digits behind the point as a double of this size holds: read again, it is spelt alike. */
static uint64_t
fraction_unit(double size)
{
	uint64_t unit = UINT64_C(10000000000);

	while (unit > 1 && size * (double)unit >= 1e15)
		unit /= 10;
	return unit;
}

void
pdf_put_real(struct buf *b, double r)
{
	double size = fabs(r);
	uint64_t unit, x, fraction;
	size_t least = 0, n, cut;
	char room[24];

	if (!(size < 9e15)) {
		pdf_put_int(b, isnan(r) ? 0 : r < 0 ? -int_most : int_most);
		return;
	}
	unit = fraction_unit(size);
	x = (uint64_t)(size * (double)unit + 0.5);
	fraction = x % unit;
	if (fraction == 0) {
		pdf_put_int(b, r < 0 ? -(int64_t)(x / unit) : (int64_t)(x / unit));
		return;
	}
	separate(b);
	if (r < 0)
		(void)buf_byte(b, '-');
	n = digits(x / unit, 1, room);
	(void)buf_put(b, room + 24 - n, n);
	(void)buf_byte(b, '.');
	for (; unit > 1; unit /= 10)
		least++;
	n = digits(fraction, least, room);
	for (cut = 0; room[23 - cut] == '0'; cut++)
		;
	(void)buf_put(b, room + 24 - n, n - cut);
}

static void
hex_byte(uint8_t c, uint8_t ret[2])
{
	static const char hex[16] = "0123456789ABCDEF";

	ret[0] = (uint8_t)hex[c >> 4];
	ret[1] = (uint8_t)hex[c & 15];
}

static bool
stays(uint8_t c)
{
	return c >= 0x21 && c <= 0x7e && c != '#' && pdf_char_of[c] == PDF_REGULAR;
}

void
pdf_put_name(struct buf *b, struct view name)
{
	size_t i;

	if (name.n > NAME_MAX_BYTES)
		name.n = NAME_MAX_BYTES;
	(void)buf_byte(b, '/');
	for (;;) {
		uint8_t hex[3] = { '#' };

		/* Nearly every name is one run of bytes that stay as they are. */
		for (i = 0; i < name.n && stays(name.p[i]); i++)
			;
		(void)buf_put(b, name.p, i);
		(void)view_skip(&name, i);
		if (name.n == 0)
			return;
		hex_byte(name.p[0], hex + 1);
		if (name.p[0] != 0)
			(void)buf_put(b, hex, 3);
		(void)view_skip(&name, 1);
	}
}

static bool
is_plain(struct view s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

void
pdf_put_string(struct buf *b, struct view s)
{
	size_t i;

	if (is_plain(s)) {
		(void)buf_byte(b, '(');
		for (i = 0; i < s.n; i++) {
			if (s.p[i] == '(' || s.p[i] == ')' || s.p[i] == '\\')
				(void)buf_byte(b, '\\');
			(void)buf_byte(b, s.p[i]);
		}
		(void)buf_byte(b, ')');
		return;
	}
	(void)buf_byte(b, '<');
	for (i = 0; i < s.n; i++) {
		uint8_t hex[2];

		hex_byte(s.p[i], hex);
		(void)buf_put(b, hex, 2);
	}
	(void)buf_byte(b, '>');
}

void
pdf_put_ref(struct buf *b, uint32_t num)
{
	pdf_put_int(b, num);
	(void)buf_put(b, " 0 R", 4);
}

void
pdf_put_word(struct buf *b, const char *word)
{
	if (pdf_char_of[(uint8_t)word[0]] == PDF_REGULAR)
		separate(b);
	(void)buf_str(b, word);
}

/* -- whole objects -------------------------------------------------------------- */

int
pdf_key_order(struct view a, struct view b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

static int
by_key(const void *a, const void *b)
{
	const struct pdf_entry *const *x = a, *const *y = b;

	return pdf_key_order((*x)->key, (*y)->key);
}

static void put_obj(struct buf *b, const struct pdf_obj *o, uint32_t depth);

/* A key that cannot be spelt, or would be spelt as another one, does not go along. */
static bool
key_can_be_written(struct view key)
{
	return key.n > 0 && key.n <= NAME_MAX_BYTES && memchr(key.p, 0, key.n) == NULL;
}

static void
put_dict(struct buf *b, const struct pdf_dict *d, uint32_t depth)
{
	const struct pdf_entry *few[32], **at = few, **many = NULL;
	size_t i, n = 0;

	if (d->n > sizeof few / sizeof *few) {
		at = many = malloc(d->n * sizeof(const struct pdf_entry *));
		if (many == NULL) {
			b->full = true;
			return;
		}
	}
	for (i = 0; i < d->n; i++)
		if (d->e[i].value.kind != PDF_NULL && d->e[i].value.kind != PDF_REF &&
		    key_can_be_written(d->e[i].key))
			at[n++] = &d->e[i];
	qsort(at, n, sizeof(const struct pdf_entry *), by_key);
	(void)buf_put(b, "<<", 2);
	for (i = 0; i < n; i++) {
		pdf_put_name(b, at[i]->key);
		put_obj(b, &at[i]->value, depth + 1);
	}
	(void)buf_put(b, ">>", 2);
	free(many);
}

static void
put_array(struct buf *b, const struct pdf_obj *v, size_t n, uint32_t depth)
{
	size_t i;

	(void)buf_byte(b, '[');
	for (i = 0; i < n; i++)
		put_obj(b, &v[i], depth + 1);
	(void)buf_byte(b, ']');
}

static void
put_obj(struct buf *b, const struct pdf_obj *o, uint32_t depth)
{
	if (depth > PUT_NESTING && (o->kind == PDF_ARRAY || o->kind == PDF_DICT)) {
		/* An empty container: null may not be a dictionary's value. */
		(void)buf_str(b, o->kind == PDF_ARRAY ? "[]" : "<<>>");
		return;
	}
	switch (o->kind) {
	case PDF_NULL: case PDF_REF: case PDF_STREAM: pdf_put_word(b, "null"); break;
	case PDF_BOOL: pdf_put_word(b, o->u.b ? "true" : "false"); break;
	case PDF_INT: pdf_put_int(b, o->u.i); break;
	case PDF_REAL: pdf_put_real(b, o->u.r); break;
	case PDF_NAME: pdf_put_name(b, o->u.s); break;
	case PDF_STRING: pdf_put_string(b, o->u.s); break;
	case PDF_ARRAY: put_array(b, o->u.a.v, o->u.a.n, depth); break;
	case PDF_DICT: put_dict(b, o->u.d, depth); break;
	}
}

void
pdf_put_obj(struct buf *b, const struct pdf_obj *o)
{
	put_obj(b, o, 0);
}
