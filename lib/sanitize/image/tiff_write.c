/* TIFF, written: little-endian, one way to say each thing (docs/canonical.md). */
#include "tiff_int.h"

#include "core/own.h"
#include "sanitize/codec/codec.h"
#include "zstream.h"

enum {
	STRIP = 256 << 10,	/* bytes, about */
	LEVEL = 6,
	ENTRIES_MAX = 24,
	SHORT = 3, LONG = 4, RATIONAL = 5, UNDEFINED = 7,
};

uint64_t
tiff_row(const struct tiff_page *p)
{
	return ((uint64_t)p->w * p->bits * p->samples + 7) / 8;
}

/* Full scale stays full scale: the high bits again below the low ones. */
void
tiff_widen(const uint8_t *from, uint8_t *to, size_t samples)
{
	uint16_t v;
	size_t i;

	for (i = 0; i < samples; i++) {
		const uint8_t *p = from + i / 2 * 3 + i % 2;

		v = (uint16_t)(i % 2 == 0 ? p[0] << 4 | p[1] >> 4 : (p[0] & 15) << 8 | p[1]);
		v = (uint16_t)(v << 4 | v >> 8);
		memcpy(to + 2 * i, &v, sizeof v);
	}
}

static bool
is_bilevel(const struct tiff_page *p)
{
	return p->bits == 1 && p->samples == 1 &&
	       (p->photometric == TIFF_WHITE_IS_0 || p->photometric == TIFF_BLACK_IS_0);
}

bool
tiff_sink_init(struct tiff_sink *s, const struct tiff_page *p, struct noise *noise, struct err *e)
{
	size_t row = (size_t)tiff_row(p);

	*s = (struct tiff_sink){ .page = p, .noise = noise, .compression = COMPRESSION_ADOBE_DEFLATE };
	s->strip_rows = is_bilevel(p) || row > STRIP ? 1 : (uint32_t)(STRIP / row);
	if (is_bilevel(p) || s->strip_rows > p->h)
		s->strip_rows = p->h;	/* Group 4 codes a page as a whole */
	s->rows = calloc(s->strip_rows, row);
	s->sizes = calloc((p->h + s->strip_rows - 1) / s->strip_rows, sizeof *s->sizes);
	if (s->rows == NULL || s->sizes == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	return true;
}

void
tiff_sink_release(struct tiff_sink *s)
{
	free(s->rows);
	free(s->sizes);
	buf_release(&s->data);
}

static void
difference_8(uint8_t *p, size_t n, size_t samples)
{
	size_t i;

	for (i = n; i-- > samples;)
		p[i] = (uint8_t)(p[i] - p[i - samples]);
}

static void
difference_16(uint8_t *p, size_t n, size_t samples)
{
	uint16_t a, b;
	size_t i;

	for (i = n; i-- > samples;) {
		memcpy(&a, p + 2 * i, 2);
		memcpy(&b, p + 2 * (i - samples), 2);
		a = (uint16_t)(a - b);
		memcpy(p + 2 * i, &a, 2);
	}
}

/* The samples again of a row of differences. */
static void
sum_8(uint8_t *p, size_t n, size_t samples)
{
	size_t i;

	for (i = samples; i < n; i++)
		p[i] = (uint8_t)(p[i] + p[i - samples]);
}

static void
sum_16(uint8_t *p, size_t n, size_t samples)
{
	uint16_t a, b;
	size_t i;

	for (i = samples; i < n; i++) {
		memcpy(&a, p + 2 * i, 2);
		memcpy(&b, p + 2 * (i - samples), 2);
		a = (uint16_t)(a + b);
		memcpy(p + 2 * i, &a, 2);
	}
}

/* Differences are written only where they were compressed. */
static void
put_plain(struct tiff_sink *s, size_t n)
{
	const struct tiff_page *p = s->page;
	size_t row = (size_t)tiff_row(p), y;

	for (y = 0; p->difference && y < s->filled; y++)
		if (p->bits == 8)
			sum_8(s->rows + y * row, row, p->samples);
		else
			sum_16(s->rows + y * row, row / 2, p->samples);
	s->compression = COMPRESSION_NONE;
	(void)buf_put(&s->data, s->rows, n);
}

static bool
put_strip(struct tiff_sink *s, struct err *e)
{
	const struct tiff_page *p = s->page;
	struct bitmap bits = { .w = p->w, .h = p->h, .bits = s->rows };
	own_buf struct buf g4 = { 0 };
	size_t start = s->data.n, n = (size_t)tiff_row(p) * s->filled;

	if (!zstream_deflate(view_of(s->rows, n), LEVEL, &s->data, e))
		return false;
	if (is_bilevel(p) && ccitt_encode_g4(&bits, &g4) && g4.n < s->data.n - start) {
		s->data.n = start;
		s->compression = COMPRESSION_CCITTFAX4;
		(void)buf_view(&s->data, buf_bytes(&g4));
	} else if (s->strip_rows >= p->h && n <= s->data.n - start) {
		s->data.n = start;
		put_plain(s, n);
	}
	s->sizes[s->strips++] = (uint32_t)(s->data.n - start);
	s->filled = 0;
	return buf_ok(&s->data, e);
}

bool
tiff_sink_row(struct tiff_sink *s, uint8_t *row, struct err *e)
{
	const struct tiff_page *p = s->page;
	size_t n = (size_t)tiff_row(p), bits = (size_t)p->w * p->bits * p->samples;
	bool alpha = p->extras > 0;
	uint8_t *to = s->rows + n * s->filled;

	if (bits % 8 != 0)
		row[n - 1] &= (uint8_t)(0xff00 >> bits % 8);
	if (s->noise != NULL && p->bits == 8)
		noise_8(s->noise, row, p->w, (uint8_t)p->samples, alpha);
	else if (s->noise != NULL && p->bits == 16)
		noise_16(s->noise, row, p->w, (uint8_t)p->samples, alpha, false);
	memcpy(to, row, n);
	if (p->difference && p->bits == 8)
		difference_8(to, n, p->samples);
	else if (p->difference && p->bits == 16)
		difference_16(to, n / 2, p->samples);
	return ++s->filled < s->strip_rows || put_strip(s, e);
}

struct ifd {
	struct buf entries, values;
	uint16_t n;
	size_t base;		/* where values begin in the file */
};

/* `each` bytes an element; what is longer than four bytes stands behind the IFD. */
static void
entry(struct ifd *d, uint16_t tag, uint16_t type, size_t count, const void *p, size_t bytes)
{
	uint8_t small[4] = { 0 };

	(void)buf_u16le(&d->entries, tag);
	(void)buf_u16le(&d->entries, type);
	(void)buf_u32le(&d->entries, (uint32_t)count);
	d->n++;
	if (bytes <= 4) {
		memcpy(small, p, bytes);
		(void)buf_put(&d->entries, small, 4);
		return;
	}
	if (d->values.n % 2 != 0)
		(void)buf_byte(&d->values, 0);
	(void)buf_u32le(&d->entries, (uint32_t)(d->base + d->values.n));
	(void)buf_put(&d->values, p, bytes);
}

static void
entry_long(struct ifd *d, uint16_t tag, uint32_t v)
{
	entry(d, tag, LONG, 1, &v, 4);
}

static void
entry_short(struct ifd *d, uint16_t tag, uint16_t v)
{
	entry(d, tag, SHORT, 1, &v, 2);
}

/* The same number for each sample. */
static void
entry_each(struct ifd *d, uint16_t tag, const struct tiff_page *p, uint16_t v)
{
	uint16_t all[TIFF_EXTRA_MAX];
	size_t i;

	for (i = 0; i < p->samples && i < TIFF_EXTRA_MAX; i++)
		all[i] = v;
	entry(d, tag, SHORT, i, all, i * 2);
}

static void
entry_resolution(struct ifd *d, uint16_t tag, float v)
{
	uint32_t r[2];

	/* Four places, as far as a float holds them. */
	r[1] = v < 1000 ? 10000 : 1;
	r[0] = (uint32_t)((double)v * r[1] + 0.5);
	if (r[0] % r[1] == 0) {
		r[0] /= r[1];
		r[1] = 1;
	}
	entry(d, tag, RATIONAL, 1, r, 8);
}

static void
entry_pair(struct ifd *d, uint16_t tag, uint16_t a, uint16_t b)
{
	entry(d, tag, SHORT, 2, (uint16_t[]){ a, b }, 4);
}

static uint16_t
count_entries(const struct tiff_sink *s, bool difference)
{
	const struct tiff_page *p = s->page;

	return (uint16_t)(10 + (s->tile_w > 0) + (p->photometric == TIFF_YCBCR) + (p->kind != 0) +
			  (p->orientation > 1) +
			  (p->x_res > 0 ? 2 : 0) + (p->unit != 0) + difference +
			  (p->palette != NULL) + (p->photometric == TIFF_INKS) + (p->extras > 0) +
			  (p->format != 1) + (p->icc.n > 0));
}

static void
fill(struct ifd *d, const struct tiff_sink *s, const uint32_t *offsets, bool difference)
{
	const struct tiff_page *p = s->page;

	if (p->kind != 0)
		entry_long(d, 254, p->kind);
	entry_long(d, 256, p->w);
	entry_long(d, 257, p->h);
	entry_each(d, 258, p, p->bits);
	entry_short(d, 259, s->compression);
	entry_short(d, 262, p->photometric);
	if (s->tile_w == 0)
		entry(d, 273, LONG, s->strips, offsets, s->strips * sizeof *offsets);
	if (p->orientation > 1)
		entry_short(d, 274, p->orientation);
	entry_short(d, 277, p->samples);
	if (s->tile_w == 0) {
		entry_long(d, 278, s->strip_rows);
		entry(d, 279, LONG, s->strips, s->sizes, s->strips * sizeof *s->sizes);
	}
	if (p->x_res > 0) {
		entry_resolution(d, 282, p->x_res);
		entry_resolution(d, 283, p->y_res);
	}
	entry_short(d, 284, 1);
	if (p->unit != 0)
		entry_short(d, 296, p->unit);
	if (difference)
		entry_short(d, 317, 2);
	if (p->palette != NULL)
		entry(d, 320, SHORT, (size_t)3 << p->bits, p->palette, (size_t)6 << p->bits);
	if (s->tile_w > 0) {
		entry_long(d, 322, s->tile_w);
		entry_long(d, 323, s->strip_rows);
		entry(d, 324, LONG, s->strips, offsets, s->strips * sizeof *offsets);
		entry(d, 325, LONG, s->strips, s->sizes, s->strips * sizeof *s->sizes);
	}
	if (p->photometric == TIFF_INKS)
		entry_short(d, 332, 1);
	if (p->extras > 0)
		entry(d, 338, SHORT, p->extras, p->extra, p->extras * 2u);
	if (p->format != 1)
		entry_each(d, 339, p, p->format);
	if (p->photometric == TIFF_YCBCR)
		entry_pair(d, 530, s->sampling >> 4, s->sampling & 15);
	if (p->icc.n > 0)
		entry(d, 34675, UNDEFINED, p->icc.n, p->icc.p, p->icc.n);
}

static void
patch(struct buf *b, size_t at, size_t v)
{
	uint32_t n = (uint32_t)v;

	if (!b->full)
		memcpy(b->p + at, &n, sizeof n);
}

bool
tiff_sink_finish(struct tiff_sink *s, struct buf *out, size_t *link, struct err *e)
{
	bool difference = s->page->difference && s->compression == COMPRESSION_ADOBE_DEFLATE;
	own_buf struct buf entries = { 0 }, values = { 0 };
	struct ifd d = { 0 };
	own_mem uint32_t *offsets = NULL;
	size_t at;
	uint32_t i;

	if (s->filled > 0 && !put_strip(s, e))
		return false;
	offsets = calloc(s->strips, sizeof *offsets);
	if (offsets == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (out->n % 2 != 0)
		(void)buf_byte(out, 0);
	d.base = out->n + 2 + (size_t)count_entries(s, difference) * 12 + 4;
	/* Once for the sizes, once with the offsets that follow from them. */
	fill(&d, s, offsets, difference);
	at = d.base + d.values.n;
	for (i = 0; i < s->strips; i++) {
		offsets[i] = (uint32_t)at;
		at += s->sizes[i];
	}
	buf_clear(&d.entries);
	buf_clear(&d.values);
	d.n = 0;
	fill(&d, s, offsets, difference);
	entries = d.entries;
	values = d.values;
	if (d.base != out->n + 2 + d.n * 12u + 4 || at > UINT32_MAX)
		return err_set(e, ERR_LIMIT, "page does not fit into a TIFF");
	patch(out, *link, out->n);
	(void)buf_u16le(out, d.n);
	(void)buf_view(out, buf_bytes(&entries));
	*link = out->n;
	(void)buf_u32le(out, 0);
	(void)buf_view(out, buf_bytes(&values));
	(void)buf_view(out, buf_bytes(&s->data));
	return buf_ok(out, e);
}
