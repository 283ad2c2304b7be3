/*
 * jbig2_halftone.c - pattern dictionaries and halftone regions (ITU-T T.88
 * 6.6, 6.7, 7.4.4, 7.4.5, Annex C).
 */
#include "core/own.h"
#include "sanitize/codec/jbig2.h"

enum { PATTERNS_MAX = 1 << 16, PATTERN_WORK = 32 };

bool
patterns_segment(struct jbig2 *j, struct view v, struct patterns **ret, struct err *e)
{
	own_mem mq_cx *cx = calloc(GENERIC_CX, sizeof *cx);
	struct patterns *p = jbig2_array(j, 1, sizeof *p, e);
	uint8_t flags, w, h;
	uint32_t most;
	struct bitmap all;
	struct mq m;
	size_t used;

	if (p == NULL)
		return false;
	if (cx == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for contexts");
	if (!view_u8(&v, &flags) || !view_u8(&v, &w) || !view_u8(&v, &h) || !view_u32be(&v, &most) ||
	    w == 0 || h == 0)
		return err_set(e, ERR_MALFORMED, "JBIG2 pattern dictionary cut off");
	if (most >= PATTERNS_MAX)
		return err_set(e, ERR_LIMIT, "%u JBIG2 patterns", most);
	struct generic g = { .template = flags >> 1 & 3,
			     .at = { { (int16_t)-w, 0 }, { -3, -1 }, { 2, -2 }, { -2, -2 } } };
	if (!jbig2_bitmap(j, ((int64_t)most + 1) * w, h, &all, e))
		return false;
	mq_init(&m, v);
	if (flags & 1 ? !ccitt_mmr(v, &all, &used, e) : !generic_decode(j, &g, &m, cx, &all, e))
		return false;
	p->n = most + 1;
	p->pattern = jbig2_array(j, p->n, sizeof *p->pattern, e);
	if (p->pattern == NULL)
		return false;
	for (uint32_t i = 0; i < p->n; i++)
		if (!jbig2_pay(j, PATTERN_WORK, e) ||
		    !jbig2_crop(j, &all, (int64_t)i * w, w, &p->pattern[i], e))
			return false;
	*ret = p;
	return true;
}

/* 7.4.5.1 */
struct halftone {
	const struct patterns *patterns;
	bool mmr, skip;
	uint8_t template;
	enum combine op;
	bool black;
	uint32_t w, h;		/* of the grid */
	int32_t x, y;		/* of its origin, in 1/256 pixels */
	uint16_t rx, ry;	/* its vector */
};

static bool
halftone_header(struct view *v, struct halftone *t, struct err *e)
{
	uint8_t flags;
	uint32_t x, y;

	if (!view_u8(v, &flags) || !view_u32be(v, &t->w) || !view_u32be(v, &t->h) ||
	    !view_u32be(v, &x) || !view_u32be(v, &y) || !view_u16be(v, &t->rx) ||
	    !view_u16be(v, &t->ry))
		return err_set(e, ERR_MALFORMED, "JBIG2 halftone region cut off");
	t->mmr = flags & 1;
	t->template = flags >> 1 & 3;
	t->skip = flags >> 3 & 1;
	t->op = flags >> 4 & 7;
	t->black = flags >> 7;
	t->x = (int32_t)x;
	t->y = (int32_t)y;
	if (t->op >= COMBINE_COUNT)
		return err_set(e, ERR_MALFORMED, "JBIG2 halftone operator %d", t->op);
	return true;
}

/* 6.6.5.2: where the pattern of row m, column n goes. */
static void
halftone_place(const struct halftone *t, uint32_t m, uint32_t n, int64_t *x, int64_t *y)
{
	*x = (t->x + (int64_t)m * t->ry + (int64_t)n * t->rx) >> 8;
	*y = (t->y + (int64_t)m * t->rx - (int64_t)n * t->ry) >> 8;
}

/* 6.6.5.1: patterns that no pixel of the region would show are not coded. */
static bool
halftone_skip(struct jbig2 *j, const struct halftone *t, const struct bitmap *region,
	      struct bitmap *ret, struct err *e)
{
	const struct bitmap *p = &t->patterns->pattern[0];

	if (!jbig2_bitmap(j, t->w, t->h, ret, e))
		return false;
	for (uint32_t m = 0; m < t->h; m++)
		for (uint32_t n = 0; n < t->w; n++) {
			int64_t x, y;

			halftone_place(t, m, n, &x, &y);
			if (x + p->w <= 0 || x >= region->w || y + p->h <= 0 || y >= region->h)
				ret->bits[m * bitmap_stride(t->w) + n / 8] |=
					(uint8_t)(0x80 >> n % 8);
		}
	return true;
}

/* Annex C.5: bit planes from the most significant down, each Gray-coded by the one above. */
static bool
planes_decode(struct jbig2 *j, const struct halftone *t, struct view v, const struct bitmap *skip,
	      struct bitmap *plane, uint32_t planes, struct err *e)
{
	own_mem mq_cx *cx = calloc(GENERIC_CX, sizeof *cx);
	struct generic g = { .template = t->template, .skip = skip,
			     .at = { { t->template <= 1 ? 3 : 2, -1 }, { -3, -1 }, { 2, -2 }, { -2, -2 } } };
	struct mq m;
	size_t used = 0;

	if (cx == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for contexts");
	mq_init(&m, v);
	for (uint32_t i = planes; i-- > 0;) {
		if (!jbig2_bitmap(j, t->w, t->h, &plane[i], e))
			return false;
		if (t->mmr ? !ccitt_mmr(v, &plane[i], &used, e) :
			     !generic_decode(j, &g, &m, cx, &plane[i], e))
			return false;
		v = view_from(v, used);
		if (i + 1 < planes)
			jbig2_combine(&plane[i], &plane[i + 1], 0, 0, COMBINE_XOR);
	}
	return true;
}

static bool
halftone_draw(struct jbig2 *j, const struct halftone *t, const struct bitmap *plane,
	      uint32_t planes, struct bitmap *ret, struct err *e)
{
	const struct bitmap *p = t->patterns->pattern;
	uint64_t cost = PATTERN_WORK + bitmap_stride(p->w) * p->h;

	for (uint32_t m = 0; m < t->h; m++) {
		if (!jbig2_pay(j, cost * t->w, e))
			return false;
		for (uint32_t n = 0; n < t->w; n++) {
			uint32_t gray = 0;
			int64_t x, y;

			for (uint32_t i = planes; i-- > 0;)
				gray = gray << 1 | jbig2_pixel(&plane[i], n, m);
			if (gray >= t->patterns->n)
				gray = t->patterns->n - 1;
			halftone_place(t, m, n, &x, &y);
			jbig2_combine(ret, &p[gray], x, y, t->op);
		}
	}
	return true;
}

bool
halftone_segment(struct jbig2 *j, struct view v, const struct references *refs, struct bitmap *ret,
		 struct err *e)
{
	struct halftone t = { 0 };
	struct bitmap skip, plane[17];
	uint32_t planes;

	for (size_t i = 0; i < refs->n; i++)
		if (refs->of[i]->patterns != NULL)
			t.patterns = refs->of[i]->patterns;
	if (t.patterns == NULL)
		return err_set(e, ERR_MALFORMED, "JBIG2 halftone region without patterns");
	if (!halftone_header(&v, &t, e))
		return false;
	jbig2_fill(ret, t.black);
	if (t.w == 0 || t.h == 0)
		return true;
	if (t.skip && !halftone_skip(j, &t, ret, &skip, e))
		return false;
	planes = bits_for(t.patterns->n);
	return planes_decode(j, &t, v, t.skip ? &skip : NULL, plane, planes, e) &&
	       halftone_draw(j, &t, plane, planes, ret, e);
}
