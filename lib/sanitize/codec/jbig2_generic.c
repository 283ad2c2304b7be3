/*
 * jbig2_generic.c - generic regions (ITU-T T.88 6.2, 7.4.6).
 *
 * Rows are decoded as a byte a pixel between margins of zeros, so that a
 * context is three shift registers and nothing looks at an edge.
 */
#include "core/own.h"
#include "sanitize/codec/jbig2.h"

/*
 * A template in raster order (figures 3 to 6): how many pixels of each row
 * are in a context with the adaptive pixels at their usual places, and how
 * far right of the pixel each row above reaches.
 */
struct template {
	uint8_t n2, n1, n0;
	uint8_t right2, right1;
	uint16_t typical;	/* the context of SLTP, figures 8 to 11 */
	uint8_t ats;
	struct at at[4];	/* usual places */
	uint8_t at_bit[4];	/* and their bits in the context */
};

static const struct template templates[4] = {
	{ 5, 7, 4, 2, 3, 0x9b25, 4, { { 3, -1 }, { -3, -1 }, { 2, -2 }, { -2, -2 } }, { 4, 10, 11, 15 } },
	{ 4, 6, 3, 2, 3, 0x0795, 1, { { 3, -1 } }, { 3 } },
	{ 3, 5, 2, 1, 2, 0x00e5, 1, { { 2, -1 } }, { 2 } },
	{ 0, 6, 4, 0, 2, 0x0195, 1, { { 2, -1 } }, { 4 } },
};

unsigned
generic_ats(uint8_t template)
{
	return templates[template].ats;
}

struct rows {
	const uint8_t *above2, *above1;
	uint8_t *row;	/* all at their first pixel */
	uint32_t w;
	const struct bitmap *skip;
	int64_t y;
};

/* With the template a constant, this becomes one tight loop for each. */
static inline __attribute__((always_inline)) void
plain_row(const struct template *t, struct mq *m, mq_cx *cx, const struct rows *r)
{
	uint32_t mask2 = (1U << t->n2) - 1, mask1 = (1U << t->n1) - 1, mask0 = (1U << t->n0) - 1;
	uint32_t w2 = 0, w1 = 0, w0 = 0;

	for (int k = 0; k < t->right2 && t->n2 > 0; k++)
		w2 = w2 << 1 | r->above2[k];
	for (int k = 0; k < t->right1; k++)
		w1 = w1 << 1 | r->above1[k];
	for (uint32_t x = 0; x < r->w; x++) {
		unsigned d;

		if (t->n2 > 0)
			w2 = (w2 << 1 | r->above2[x + t->right2]) & mask2;
		w1 = (w1 << 1 | r->above1[x + t->right1]) & mask1;
		d = mq_bit(m, &cx[w2 << (t->n1 + t->n0) | w1 << t->n0 | w0]);
		r->row[x] = (uint8_t)d;
		w0 = (w0 << 1 | d) & mask0;
	}
}

/* An adaptive pixel that is not where it usually is. */
struct moved {
	struct at at;
	uint8_t bit;
};

/* Rows above and left of the pixel: the row in hand is not packed yet. */
static unsigned
moved_pixel(const struct bitmap *b, const struct rows *r, struct at at, uint32_t x)
{
	int64_t column = (int64_t)x + at.x;

	if (at.y != 0)
		return jbig2_pixel(b, column, r->y + at.y);
	return column >= 0 && column < (int64_t)x ? r->row[column] : 0;
}

static void
special_row(const struct template *t, const struct moved *moved, unsigned n, struct mq *m,
	    mq_cx *cx, const struct rows *r, const struct bitmap *b)
{
	uint32_t w2 = 0, w1 = 0, w0 = 0, keep = 0xffff;

	for (unsigned i = 0; i < n; i++)
		keep &= ~(1U << moved[i].bit);
	for (int k = 0; k < t->right2; k++)
		w2 = w2 << 1 | r->above2[k];
	for (int k = 0; k < t->right1; k++)
		w1 = w1 << 1 | r->above1[k];
	for (uint32_t x = 0; x < r->w; x++) {
		uint32_t context;
		unsigned d = 0;

		w2 = (w2 << 1 | r->above2[x + t->right2]) & ((1U << t->n2) - 1);
		w1 = (w1 << 1 | r->above1[x + t->right1]) & ((1U << t->n1) - 1);
		context = (w2 << (t->n1 + t->n0) | w1 << t->n0 | w0) & keep;
		for (unsigned i = 0; i < n; i++)
			context |= moved_pixel(b, r, moved[i].at, x) << moved[i].bit;
		if (r->skip == NULL || !jbig2_pixel(r->skip, x, r->y))
			d = mq_bit(m, &cx[context]);
		r->row[x] = (uint8_t)d;
		w0 = (w0 << 1 | d) & ((1U << t->n0) - 1);
	}
}

static void
usual_row(uint8_t template, struct mq *m, mq_cx *cx, const struct rows *r)
{
	switch (template) {
	case 0: plain_row(&templates[0], m, cx, r); break;
	case 1: plain_row(&templates[1], m, cx, r); break;
	case 2: plain_row(&templates[2], m, cx, r); break;
	default: plain_row(&templates[3], m, cx, r);
	}
}

static unsigned
moved_find(const struct generic *g, struct moved moved[4])
{
	const struct template *t = &templates[g->template];
	unsigned n = 0;

	for (unsigned i = 0; i < t->ats; i++)
		if (g->at[i].x != t->at[i].x || g->at[i].y != t->at[i].y)
			moved[n++] = (struct moved){ g->at[i], t->at_bit[i] };
	return n;
}

bool
generic_decode(struct jbig2 *j, const struct generic *g, struct mq *m, mq_cx cx[GENERIC_CX],
	       struct bitmap *ret, struct err *e)
{
	const struct template *t = &templates[g->template];
	size_t room = (size_t)ret->w + 2 * ROW_MARGIN;
	own_mem uint8_t *memory = calloc(3, room);
	uint8_t *lines[3];
	struct moved moved[4];
	unsigned n = moved_find(g, moved), ltp = 0;

	(void)j;
	if (memory == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for rows of %u pixels", ret->w);
	for (int i = 0; i < 3; i++)
		lines[i] = memory + (size_t)i * room;
	for (uint32_t y = 0; y < ret->h; y++) {
		uint8_t *row = lines[y % 3], *above1 = lines[(y + 2) % 3];
		struct rows r = { .above2 = lines[(y + 1) % 3] + ROW_MARGIN,
				  .above1 = above1 + ROW_MARGIN, .row = row + ROW_MARGIN,
				  .w = ret->w, .skip = g->skip, .y = y };

		if (g->typical)
			ltp ^= mq_bit(m, &cx[t->typical]);
		if (ltp)
			memcpy(row, above1, room);
		else if (n > 0 || g->skip != NULL)
			special_row(t, moved, n, m, cx, &r, ret);
		else
			usual_row(g->template, m, cx, &r);
		jbig2_pack(ret, y, row);
	}
	return true;
}

bool
ats_read(struct view *v, unsigned n, unsigned own, struct at *ret, struct err *e)
{
	for (unsigned i = 0; i < n; i++) {
		uint8_t x, y;

		if (!view_u8(v, &x) || !view_u8(v, &y))
			return err_set(e, ERR_MALFORMED, "JBIG2 adaptive pixels cut off");
		ret[i] = (struct at){ (int8_t)x, (int8_t)y };
		/* Figure 7: the field is above and left of the pixel. */
		if (i < own && (ret[i].y > 0 || (ret[i].y == 0 && ret[i].x >= 0)))
			return err_set(e, ERR_MALFORMED, "JBIG2 adaptive pixel not yet decoded");
	}
	return true;
}

bool
generic_segment(struct jbig2 *j, struct view v, struct bitmap *ret, struct err *e)
{
	struct generic g = { 0 };
	struct mq m;
	uint8_t flags;
	size_t used;
	mq_cx *cx;
	bool ok;

	if (!view_u8(&v, &flags))
		return err_set(e, ERR_MALFORMED, "JBIG2 generic region cut off");
	if (flags & 1)
		return ccitt_mmr(v, ret, &used, e);
	g.template = flags >> 1 & 3;
	g.typical = flags >> 3 & 1;
	if (flags & 0x10)
		return err_set(e, ERR_MALFORMED, "JBIG2 extended template");
	if (!ats_read(&v, generic_ats(g.template), 4, g.at, e))
		return false;
	cx = calloc(GENERIC_CX, sizeof *cx);
	if (cx == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for contexts");
	mq_init(&m, v);
	ok = generic_decode(j, &g, &m, cx, ret, e);
	free(cx);
	return ok;
}
