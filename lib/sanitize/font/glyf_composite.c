/*
 * Composite glyphs (ISO/IEC 14496-22 5.3.3.3): components read one by one,
 * and which of the composites are sound.
 */
#include "sanitize/font/glyf.h"

enum {
	DEPTH_MAX = 16,
	USES_MAX = 4096,	/* components of one glyph, expanded */
};

/* Composite glyphs: flags of one component. */
enum {
	ARGS_ARE_WORDS = 0x0001,
	ARGS_ARE_XY = 0x0002,
	HAVE_SCALE = 0x0008,
	MORE = 0x0020,
	HAVE_XY_SCALE = 0x0040,
	HAVE_2X2 = 0x0080,
	HAVE_INSTRUCTIONS = 0x0100,
	/* ARGS_ARE_XY, ROUND, USE_MY_METRICS, OVERLAP, (UN)SCALED_COMPONENT_OFFSET */
	KEPT = 0x1e06,
};

static bool
part_add(struct glyf *g, uint16_t gid)
{
	if (g->parts == g->parts_cap) {
		size_t cap = g->parts_cap == 0 ? 256 : g->parts_cap * 2;
		struct part *grown = arena_array(g->f->arena, cap, sizeof *grown);

		if (grown == NULL)
			return false;
		if (g->parts > 0)
			memcpy(grown, g->part, g->parts * sizeof *grown);
		g->part = grown;
		g->parts_cap = cap;
	}
	g->part[g->parts++] = (struct part){ gid };
	return true;
}

/* The two arguments: offsets are signed, point numbers are not. */
static bool
args_take(struct view *v, uint16_t flags, int32_t arg[2])
{
	for (unsigned i = 0; i < 2; i++) {
		uint16_t word;
		uint8_t byte;

		if ((flags & ARGS_ARE_WORDS) != 0) {
			if (!view_u16be(v, &word))
				return false;
			arg[i] = (flags & ARGS_ARE_XY) != 0 ? (int16_t)word : word;
		} else {
			if (!view_u8(v, &byte))
				return false;
			arg[i] = (flags & ARGS_ARE_XY) != 0 ? (int8_t)byte : byte;
		}
	}
	return true;
}

static bool
args_fit_bytes(uint16_t flags, const int32_t arg[2])
{
	int32_t low = (flags & ARGS_ARE_XY) != 0 ? -128 : 0;
	int32_t high = (flags & ARGS_ARE_XY) != 0 ? 127 : 255;

	return arg[0] >= low && arg[0] <= high && arg[1] >= low && arg[1] <= high;
}

/* Of several kinds of scale the first counts; returns its bytes. */
static size_t
scale_of(uint16_t flags, uint16_t *ret)
{
	static const struct {
		uint16_t flag;
		size_t n;
	} kind[] = { { HAVE_SCALE, 2 }, { HAVE_XY_SCALE, 4 }, { HAVE_2X2, 8 } };

	for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++)
		if ((flags & kind[i].flag) != 0) {
			*ret = kind[i].flag;
			return kind[i].n;
		}
	*ret = 0;
	return 0;
}

static bool
component_read(struct glyf *g, struct view *v, bool *more)
{
	uint16_t flags, gid, scale, kept;
	struct view matrix;
	int32_t arg[2];

	if (!view_u16be(v, &flags) || !view_u16be(v, &gid) || !args_take(v, flags, arg) ||
	    !view_take(v, scale_of(flags, &scale), &matrix) || gid >= g->f->n || !part_add(g, gid))
		return false;
	*more = (flags & MORE) != 0;
	if ((flags & HAVE_INSTRUCTIONS) != 0)
		g->f->info->hinting = g->programmed = true;
	kept = (uint16_t)((flags & (KEPT | MORE)) | scale);
	if (args_fit_bytes(flags, arg)) {
		buf_u16be(&g->pool, kept);
		buf_u16be(&g->pool, gid);
		buf_byte(&g->pool, (uint8_t)arg[0]);
		buf_byte(&g->pool, (uint8_t)arg[1]);
	} else {
		buf_u16be(&g->pool, kept | ARGS_ARE_WORDS);
		buf_u16be(&g->pool, gid);
		buf_u16be(&g->pool, (uint16_t)arg[0]);
		buf_u16be(&g->pool, (uint16_t)arg[1]);
	}
	buf_view(&g->pool, matrix);
	return true;
}

/* ISO/IEC 14496-22 5.3.3.3 */
bool
glyf_composite_read(struct glyf *g, struct view v, struct glyph *ret)
{
	struct view header;
	bool more = true;

	if (!view_take(&v, GLYF_HEADER, &header))
		return false;
	buf_u16be(&g->pool, 0xffff);
	buf_put(&g->pool, header.p + 2, 8);
	ret->first = (uint32_t)g->parts;
	while (more) {
		if (g->parts - ret->first >= USES_MAX || g->budget < 16)
			return false;
		g->budget -= 16;
		if (!component_read(g, &v, &more))
			return false;
	}
	ret->parts = (uint32_t)(g->parts - ret->first);
	ret->state = GLYF_WAITING;
	return true;
}

/* Sound once all its components are; false while one is waiting. */
static bool
composite_settle(struct glyf *g, struct glyph *c, unsigned depth)
{
	uint32_t points = 0, contours = 0, uses = c->parts;

	for (uint32_t i = 0; i < c->parts; i++) {
		const struct glyph *p = &g->glyph[g->part[c->first + i].gid];

		if (p->state == GLYF_WAITING || (p->state == GLYF_COMPOSITE && p->depth >= depth))
			return false;
		points += p->points;
		contours += p->contours;
		uses += p->uses;
		if (points > GLYF_POINTS_MAX || contours > GLYF_POINTS_MAX || uses > USES_MAX)
			return false;
	}
	c->points = (uint16_t)points;
	c->contours = (uint16_t)contours;
	c->uses = uses;
	c->depth = (uint8_t)depth;
	c->state = GLYF_COMPOSITE;
	return true;
}

/* Level by level: what still waits after the last one is in a cycle, too deep, or a bomb. */
void
glyf_composites_settle(struct glyf *g)
{
	bool any = g->parts > 0;

	for (unsigned depth = 1; any && depth <= DEPTH_MAX; depth++) {
		any = false;
		for (uint32_t i = 0; i < g->f->n; i++)
			if (g->glyph[i].state == GLYF_WAITING && composite_settle(g, &g->glyph[i], depth))
				any = true;
	}
	for (uint32_t i = 0; i < g->f->n; i++)
		if (g->glyph[i].state == GLYF_WAITING) {
			g->glyph[i].state = GLYF_EMPTY;
			g->f->info->dropped++;
		}
}
