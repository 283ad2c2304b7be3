/*
 * jbig2_encode.h - for tests: an encoder that makes JBIG2 data, written a
 * second time from the figures of ITU-T T.88, pixel by pixel.
 */
#ifndef SEKISHO_SANITIZE_CODEC_JBIG2_ENCODE_H
#define SEKISHO_SANITIZE_CODEC_JBIG2_ENCODE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/codec/jbig2.h"

enum { PIXELS = 1 << 22 };

static uint32_t seed = 7;

static inline uint32_t
chance(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* -- an encoder to make inputs: Annex E of T.88, with every context computed pixel by pixel -- */

struct encoder {
	uint32_t c, a, ct;
	uint8_t out[1 << 16];
	size_t at;	/* of the byte in hand; out[0] stands before the data */
};

static inline void
encoder_start(struct encoder *e)
{
	*e = (struct encoder){ .a = 0x8000, .ct = 12 };
}

static inline void
encoder_next(struct encoder *e, bool stuffed)
{
	assert_true(e->at + 1 < sizeof e->out);
	e->out[++e->at] = (uint8_t)(e->c >> (stuffed ? 20 : 19));
	e->c &= stuffed ? 0xfffff : 0x7ffff;
	e->ct = stuffed ? 7 : 8;
}

static inline void
encoder_byte(struct encoder *e)
{
	if (e->out[e->at] != 0xff && e->c >= 0x8000000) {
		e->out[e->at]++;
		e->c &= 0x7ffffff;
	}
	encoder_next(e, e->out[e->at] == 0xff);
}

static inline void
encoder_bit(struct encoder *e, mq_cx *cx, unsigned d)
{
	const struct mq_state *s = &mq_states[*cx];
	bool mps = (*cx & 1) == d;

	e->a -= s->qe;
	if (mps && e->a & 0x8000) {
		e->c += s->qe;
		return;
	}
	if ((e->a < s->qe) == mps)
		e->a = s->qe;
	else
		e->c += s->qe;
	*cx = mps ? s->mps : s->lps;
	do {
		e->a <<= 1;
		e->c <<= 1;
		if (--e->ct == 0)
			encoder_byte(e);
	} while ((e->a & 0x8000) == 0);
}

static inline struct view
encoder_end(struct encoder *e)
{
	uint32_t top = e->c + e->a;

	e->c |= 0xffff;
	if (e->c >= top)
		e->c -= 0x8000;
	e->c <<= e->ct;
	encoder_byte(e);
	e->c <<= e->ct;
	encoder_byte(e);
	return view_of(e->out + 1, e->at);
}

/* -- pictures -- */

static inline struct bitmap
picture(uint32_t w, uint32_t h)
{
	struct bitmap b = { 0 };
	struct err e;

	assert_true(bitmap_init(&b, w, h, PIXELS, &e));
	for (uint32_t y = 0; y < h; y++)
		for (uint32_t x = 0; x < w; x++)
			if (chance() % 16 == 0 || (x * 3 + y * 5) % 31 < 11 + y % 3)
				b.bits[y * bitmap_stride(w) + x / 8] |= (uint8_t)(0x80 >> x % 8);
	/* Two equal rows: typical prediction has something to do. */
	for (uint32_t y = 4; y + 1 < h; y += 5)
		memcpy(b.bits + (y + 1) * bitmap_stride(w), b.bits + y * bitmap_stride(w),
		       bitmap_stride(w));
	return b;
}

static inline struct jbig2
decoder(void)
{
	struct jbig2 j = { .arena = arena_new(1 << 24), .work = 1 << 26, .max_pixels = PIXELS };

	assert_non_null(j.arena);
	return j;
}

/* Figures 3 to 6 as lists, the least significant bit of the context first; {0, 0}: the next adaptive pixel. */
static const struct {
	unsigned n;
	struct at at[16];
	struct at usual[4];
	uint16_t typical;
} generic_pixels[4] = {
	{ 16,
	  { { -1, 0 }, { -2, 0 }, { -3, 0 }, { -4, 0 }, { 0, 0 }, { 2, -1 }, { 1, -1 }, { 0, -1 },
	    { -1, -1 }, { -2, -1 }, { 0, 0 }, { 0, 0 }, { 1, -2 }, { 0, -2 }, { -1, -2 }, { 0, 0 } },
	  { { 3, -1 }, { -3, -1 }, { 2, -2 }, { -2, -2 } },
	  0x9b25 },
	{ 13,
	  { { -1, 0 }, { -2, 0 }, { -3, 0 }, { 0, 0 }, { 2, -1 }, { 1, -1 }, { 0, -1 }, { -1, -1 },
	    { -2, -1 }, { 2, -2 }, { 1, -2 }, { 0, -2 }, { -1, -2 } },
	  { { 3, -1 } },
	  0x0795 },
	{ 10,
	  { { -1, 0 }, { -2, 0 }, { 0, 0 }, { 1, -1 }, { 0, -1 }, { -1, -1 }, { -2, -1 }, { 1, -2 },
	    { 0, -2 }, { -1, -2 } },
	  { { 2, -1 } },
	  0x00e5 },
	{ 10,
	  { { -1, 0 }, { -2, 0 }, { -3, 0 }, { -4, 0 }, { 0, 0 }, { 1, -1 }, { 0, -1 }, { -1, -1 },
	    { -2, -1 }, { -3, -1 } },
	  { { 2, -1 } },
	  0x0195 },
};

static inline uint32_t
generic_context(const struct generic *g, const struct bitmap *b, uint32_t x, uint32_t y)
{
	uint32_t c = 0;

	for (unsigned i = 0, k = 0; i < generic_pixels[g->template].n; i++) {
		struct at at = generic_pixels[g->template].at[i];

		if (at.x == 0 && at.y == 0)
			at = g->at[k++];
		c |= (uint32_t)jbig2_pixel(b, (int64_t)x + at.x, (int64_t)y + at.y) << i;
	}
	return c;
}

static inline bool
rows_equal(const struct bitmap *b, uint32_t y)
{
	for (uint32_t x = 0; x < b->w; x++)
		if (jbig2_pixel(b, x, y) != jbig2_pixel(b, x, (int64_t)y - 1))
			return false;
	return true;
}

static inline void
generic_encode(struct encoder *e, const struct generic *g, mq_cx *cx, const struct bitmap *b)
{
	bool before = false;

	for (uint32_t y = 0; y < b->h; y++) {
		bool same = g->typical && rows_equal(b, y);

		if (g->typical)
			encoder_bit(e, &cx[generic_pixels[g->template].typical], same != before);
		before = same;
		for (uint32_t x = 0; x < b->w && !same; x++)
			if (g->skip == NULL || !jbig2_pixel(g->skip, x, y))
				encoder_bit(e, &cx[generic_context(g, b, x, y)],
					    jbig2_pixel(b, x, y));
	}
}

/* Figures 12 and 13, the pixels of the bitmap, then those of the reference. */
static const struct {
	unsigned own, all;
	struct at at[13];
	uint16_t typical;
} refine_pixels[2] = {
	{ 4, 13,
	  { { -1, 0 }, { 1, -1 }, { 0, -1 }, { 99, 0 }, { 1, 1 }, { 0, 1 }, { -1, 1 }, { 1, 0 },
	    { 0, 0 }, { -1, 0 }, { 1, -1 }, { 0, -1 }, { 99, 1 } },
	  0x100 },
	{ 4, 10,
	  { { -1, 0 }, { 1, -1 }, { 0, -1 }, { -1, -1 }, { 1, 1 }, { 0, 1 }, { 1, 0 }, { 0, 0 },
	    { -1, 0 }, { 0, -1 } },
	  0x080 },
};

static inline bool
refine_typical(const struct refine *r, int64_t x, int64_t y)
{
	unsigned sum = 0;

	for (int64_t dy = -1; dy <= 1; dy++)
		for (int64_t dx = -1; dx <= 1; dx++)
			sum += jbig2_pixel(r->reference, x - r->dx + dx, y - r->dy + dy);
	return sum == 0 || sum == 9;
}

static inline void
refine_encode(struct encoder *e, const struct refine *r, mq_cx *cx, const struct bitmap *b)
{
	for (uint32_t y = 0; y < b->h; y++) {
		/* Typical throughout: the flag is set by the first row and stays. */
		if (r->typical)
			encoder_bit(e, &cx[refine_pixels[r->template].typical], y == 0);
		for (uint32_t x = 0; x < b->w; x++) {
			uint32_t c = 0;

			if (r->typical && refine_typical(r, x, y))
				continue;
			for (unsigned i = 0; i < refine_pixels[r->template].all; i++) {
				struct at at = refine_pixels[r->template].at[i];

				if (at.x == 99)
					at = r->at[at.y];
				if (i < refine_pixels[r->template].own)
					c |= (uint32_t)jbig2_pixel(b, (int64_t)x + at.x, (int64_t)y + at.y) << i;
				else
					c |= (uint32_t)jbig2_pixel(r->reference, x - r->dx + at.x,
								   y - r->dy + at.y) << i;
			}
			encoder_bit(e, &cx[c], jbig2_pixel(b, x, y));
		}
	}
}

/* Annex A.2: a value, or OOB where there is none. */
static inline void
int_encode(struct encoder *e, mq_cx cx[MQ_INT_CX], const int32_t *value)
{
	static const struct {
		uint8_t ones, bits;
		uint32_t from;
	} ranges[] = { { 5, 32, 4436 }, { 4, 12, 340 }, { 3, 8, 84 }, { 2, 6, 20 }, { 1, 4, 4 }, { 0, 2, 0 } };
	uint32_t v = value == NULL ? 0 : (uint32_t)(*value < 0 ? -*value : *value), prev = 1;
	unsigned row = 0, n = 0, bit[40];

	while (v < ranges[row].from)
		row++;
	bit[n++] = value == NULL || *value < 0;
	for (unsigned i = 0; i < ranges[row].ones; i++)
		bit[n++] = 1;
	if (ranges[row].ones < 5)
		bit[n++] = 0;
	for (unsigned i = ranges[row].bits; i-- > 0;)
		bit[n++] = (v - ranges[row].from) >> i & 1;
	for (unsigned i = 0; i < n; i++) {
		encoder_bit(e, &cx[prev], bit[i]);
		prev = prev < 256 ? prev << 1 | bit[i] : ((prev << 1 | bit[i]) & 511) | 256;
	}
}

static inline void
value_encode(struct encoder *e, mq_cx cx[MQ_INT_CX], int32_t v)
{
	int_encode(e, cx, &v);
}

static inline void
id_encode(struct encoder *e, mq_cx *cx, uint32_t bits, uint32_t id)
{
	uint32_t prev = 1;

	for (uint32_t i = bits; i-- > 0;) {
		encoder_bit(e, &cx[prev], id >> i & 1);
		prev = prev << 1 | (id >> i & 1);
	}
}

#endif
