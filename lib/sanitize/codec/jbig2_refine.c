/*
 * jbig2_refine.c - generic refinement regions (ITU-T T.88 6.3, 7.4.7).
 */
#include "core/own.h"
#include "sanitize/codec/jbig2.h"

/* Rows at their first pixel, margins of zeros on both sides. */
struct rows {
	const uint8_t *above;	/* of the bitmap */
	uint8_t *row;
	const uint8_t *ref[3];	/* of the reference: above, beside, below */
	uint32_t w;
	int64_t y;
};

/* The adaptive pixels of template 0 where they are not at (-1, -1). */
struct adaptive {
	const struct refine *refine;
	const struct bitmap *bitmap;
	bool own, other;	/* moved: the bitmap's, the reference's */
};

/* Figure 12; the bits in any one order, but the reference's pixel alone is the context of SLTP. */
static uint32_t
context_0(const struct rows *r, uint32_t x, const struct adaptive *a)
{
	const struct at *at = a->refine->at;
	uint32_t c = (uint32_t)r->row[(int64_t)x - 1] | (uint32_t)r->above[x + 1] << 1 |
		     (uint32_t)r->above[x] << 2;
	unsigned own = r->above[(int64_t)x - 1], other = r->ref[0][(int64_t)x - 1];

	if (a->own) {
		int64_t column = (int64_t)x + at[0].x;

		own = at[0].y != 0 ? jbig2_pixel(a->bitmap, column, r->y + at[0].y) :
		      column >= 0 && column < (int64_t)x ? r->row[column] : 0;
	}
	if (a->other)
		other = jbig2_pixel(a->refine->reference, (int64_t)x + at[1].x - a->refine->dx,
				    r->y + at[1].y - a->refine->dy);
	c |= own << 3 | other << 12;
	for (int k = 0; k < 3; k++) {
		c |= (uint32_t)r->ref[2][(int64_t)x + 1 - k] << (4 + k);
		c |= (uint32_t)r->ref[1][(int64_t)x + 1 - k] << (7 + k);
		if (k < 2)
			c |= (uint32_t)r->ref[0][x + 1 - (uint32_t)k] << (10 + k);
	}
	return c;
}

/* Figure 13. */
static uint32_t
context_1(const struct rows *r, uint32_t x)
{
	int64_t i = x;

	return (uint32_t)r->row[i - 1] | (uint32_t)r->above[i + 1] << 1 |
	       (uint32_t)r->above[i] << 2 | (uint32_t)r->above[i - 1] << 3 |
	       (uint32_t)r->ref[2][i + 1] << 4 | (uint32_t)r->ref[2][i] << 5 |
	       (uint32_t)r->ref[1][i + 1] << 6 | (uint32_t)r->ref[1][i] << 7 |
	       (uint32_t)r->ref[1][i - 1] << 8 | (uint32_t)r->ref[0][i] << 9;
}

enum { TYPICAL_0 = 1 << 8, TYPICAL_1 = 1 << 7 };

/* 6.3.5.6: nine equal pixels of the reference give the pixel's value. */
static bool
typical(const struct rows *r, uint32_t x, uint8_t *ret)
{
	uint8_t v = r->ref[1][x];

	for (int k = 0; k < 3; k++)
		for (int64_t i = -1; i <= 1; i++)
			if (r->ref[k][(int64_t)x + i] != v)
				return false;
	*ret = v;
	return true;
}

static void
refine_row(const struct rows *r, const struct adaptive *a, bool ltp, struct mq *m, mq_cx *cx)
{
	for (uint32_t x = 0; x < r->w; x++) {
		uint32_t c;

		if (ltp && typical(r, x, &r->row[x]))
			continue;
		c = a->refine->template == 0 ? context_0(r, x, a) : context_1(r, x);
		r->row[x] = (uint8_t)mq_bit(m, &cx[c]);
	}
}

/* Row y of the reference as the bitmap sees it: moved by dx. */
static void
reference_row(const struct refine *r, int64_t y, uint8_t *row, uint32_t w)
{
	const struct bitmap *b = r->reference;
	int64_t from = -(int64_t)ROW_MARGIN, to = (int64_t)w + ROW_MARGIN;

	memset(row, 0, (size_t)w + 2 * ROW_MARGIN);
	y -= r->dy;
	if (y < 0 || y >= b->h)
		return;
	if (from < r->dx)
		from = r->dx;
	if (to > (int64_t)b->w + r->dx)
		to = (int64_t)b->w + r->dx;
	for (int64_t x = from; x < to; x++)
		row[x + ROW_MARGIN] = jbig2_pixel(b, x - r->dx, y);
}

bool
refine_decode(struct jbig2 *j, const struct refine *r, struct mq *m, mq_cx cx[REFINE_CX],
	      struct bitmap *ret, struct err *e)
{
	size_t room = (size_t)ret->w + 2 * ROW_MARGIN;
	own_mem uint8_t *memory = calloc(5, room);
	struct adaptive a = { .refine = r, .bitmap = ret };
	uint8_t *line[5];
	unsigned ltp = 0;

	(void)j;
	if (memory == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for rows of %u pixels", ret->w);
	for (int i = 0; i < 5; i++)
		line[i] = memory + (size_t)i * room;
	if (r->template == 0) {
		a.own = r->at[0].x != -1 || r->at[0].y != -1;
		a.other = r->at[1].x != -1 || r->at[1].y != -1;
	}
	reference_row(r, -1, line[2], ret->w);
	reference_row(r, 0, line[3], ret->w);
	for (uint32_t y = 0; y < ret->h; y++) {
		uint8_t *row = line[y % 2], *above = line[(y + 1) % 2];
		struct rows rows = { .above = above + ROW_MARGIN, .row = row + ROW_MARGIN,
				     .w = ret->w, .y = y };

		reference_row(r, (int64_t)y + 1, line[2 + (y + 2) % 3], ret->w);
		for (unsigned k = 0; k < 3; k++)
			rows.ref[k] = line[2 + (y + k) % 3] + ROW_MARGIN;
		if (r->typical)
			ltp ^= mq_bit(m, &cx[r->template == 0 ? TYPICAL_0 : TYPICAL_1]);
		refine_row(&rows, &a, ltp, m, cx);
		jbig2_pack(ret, y, row);
	}
	return true;
}

bool
refine_segment(struct jbig2 *j, struct view v, const struct bitmap *reference, struct bitmap *ret,
	       struct err *e)
{
	own_mem mq_cx *cx = calloc(REFINE_CX, sizeof *cx);
	struct refine r = { .reference = reference };
	struct mq m;
	uint8_t flags;

	if (cx == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for contexts");
	if (!view_u8(&v, &flags))
		return err_set(e, ERR_MALFORMED, "JBIG2 refinement region cut off");
	r.template = flags & 1;
	r.typical = flags >> 1 & 1;
	if (r.template == 0 && !ats_read(&v, 2, 1, r.at, e))
		return false;
	mq_init(&m, v);
	return refine_decode(j, &r, &m, cx, ret, e);
}
