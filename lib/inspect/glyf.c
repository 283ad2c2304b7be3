/* glyf and loca (ISO/IEC 14496-22 5.3): outlines in their shortest form, without instructions. */
#include "inspect/font.h"

enum {
	ON_CURVE = 1, X_SHORT = 2, Y_SHORT = 4, REPEAT = 8, X_SAME = 16, Y_SAME = 32, OVERLAP = 64,
	WORDS = 1, ARGS_XY = 2, SCALE = 8, MORE = 0x20, XY_SCALE = 0x40, TWO_BY_TWO = 0x80, COMPONENT_FLAGS = 0x1eef,
	POINTS_MAX = 32767, DEPTH_MAX = 16, USES_MAX = 4096,
};

struct glyph {
	uint32_t points, contours, uses;	/* expanded */
	uint8_t depth, state;			/* state: 0 unknown, 1 under way, 2 known */
	bool composite;
};

struct glyf {
	struct view glyf, loca;
	bool wide;
	uint32_t n;
	struct glyph *g;
	struct glyf_maxima max;
	uint8_t *flags;		/* of one glyph's points */
};

static uint32_t
offset(const struct glyf *f, uint32_t i)
{
	struct view v = view_from(f->loca, (size_t)i * (f->wide ? 4 : 2));
	uint32_t x = 0;
	uint16_t half = 0;

	if (f->wide)
		return view_u32be(&v, &x) ? x : UINT32_MAX;
	return view_u16be(&v, &half) ? half * 2u : UINT32_MAX;
}

static bool
padding(struct view v)
{
	return v.n == 0 || (v.n == 1 && v.p[0] == 0);
}

/* Runs of 3 to 256 equal flags are repeated, shorter ones are not. */
static bool
flags(struct glyf *f, struct view *v, uint32_t points, struct err *e)
{
	uint32_t i = 0, run = 0;
	int last = -1;
	bool repeated = false;

	while (i < points) {
		uint8_t flag, more = 0;
		bool repeat;

		if (!view_u8(v, &flag) || flag & 0x80 || (flag & OVERLAP && i > 0))
			return residue(e, "flag");
		repeat = flag & REPEAT;
		if (repeat && (!view_u8(v, &more) || more < 2 || more >= points - i))
			return residue(e, "flag's repeat");
		flag &= (uint8_t)~REPEAT;
		if (flag == last && (repeated ? run != 256 : repeat || run >= 2))
			return residue(e, "flags not in their shortest form");
		run = repeat ? more + 1u : flag == last && !repeated ? run + 1 : 1;
		repeated = repeat;
		last = flag;
		memset(f->flags + i, flag, more + 1u);
		i += more + 1u;
	}
	return true;
}

static bool
coordinates(const struct glyf *f, struct view *v, uint32_t points, uint8_t is_short, uint8_t same, struct err *e)
{
	uint32_t i;

	for (i = 0; i < points; i++) {
		uint8_t flag = f->flags[i], byte;
		uint16_t word;

		if (flag & is_short) {
			if (!view_u8(v, &byte) || byte == 0)
				return residue(e, "coordinate");
		} else if (!(flag & same)) {
			if (!view_u16be(v, &word) || ((int16_t)word >= -255 && (int16_t)word <= 255))
				return residue(e, "coordinate");
		}
	}
	return true;
}

static bool
simple(struct glyf *f, struct view v, uint32_t contours, struct glyph *g, struct err *e)
{
	uint16_t end = 0, length;
	uint32_t i, points = 0;

	for (i = 0; i < contours; i++) {
		if (!view_u16be(&v, &end) || end + 1u <= points || end >= POINTS_MAX)
			return residue(e, "end points");
		points = end + 1u;
	}
	if (!view_u16be(&v, &length) || length != 0)
		return residue(e, "instructions");
	if (!flags(f, &v, points, e) || !coordinates(f, &v, points, X_SHORT, X_SAME, e) ||
	    !coordinates(f, &v, points, Y_SHORT, Y_SAME, e))
		return false;
	*g = (struct glyph){ .points = points, .contours = contours, .state = 2 };
	if (points > f->max.points)
		f->max.points = points;
	if (contours > f->max.contours)
		f->max.contours = contours;
	return padding(v) || residue(e, "bytes behind the glyph");
}

/* Two bytes where words are not needed, four where they are. */
static bool
arguments(struct view *v, uint16_t flag)
{
	uint16_t a, b;

	if (!(flag & WORDS))
		return view_skip(v, 2);
	if (!view_u16be(v, &a) || !view_u16be(v, &b))
		return false;
	return flag & ARGS_XY ? (int16_t)a < -128 || (int16_t)a > 127 || (int16_t)b < -128 || (int16_t)b > 127
			      : a > 255 || b > 255;
}

static bool glyph(struct glyf *f, uint32_t i, unsigned depth, struct err *e);

static bool
composite(struct glyf *f, struct view v, uint32_t self, unsigned depth, struct err *e)
{
	struct glyph all = { .state = 2, .composite = true };
	uint32_t components = 0;
	uint16_t flag, part;

	if (depth > DEPTH_MAX)
		return residue(e, "components too deep");
	f->g[self].state = 1;
	do {
		unsigned scales;

		if (!view_u16be(&v, &flag) || !view_u16be(&v, &part) || flag & ~COMPONENT_FLAGS || part >= f->n ||
		    !arguments(&v, flag))
			return residue(e, "component");
		scales = !!(flag & SCALE) + !!(flag & XY_SCALE) + !!(flag & TWO_BY_TWO);
		if (scales > 1 || !view_skip(&v, flag & SCALE ? 2 : flag & XY_SCALE ? 4 : flag & TWO_BY_TWO ? 8 : 0))
			return residue(e, "component's scale");
		if (f->g[part].state == 1)
			return residue(e, "components in a circle");
		if (f->g[part].state == 0 && !glyph(f, part, depth + 1, e))
			return false;
		all.points += f->g[part].points;
		all.contours += f->g[part].contours;
		all.uses += 1 + f->g[part].uses;
		if (f->g[part].depth + 1 > all.depth)
			all.depth = (uint8_t)(f->g[part].depth + 1);
		components++;
		if (all.points > POINTS_MAX || all.contours > POINTS_MAX || all.uses > USES_MAX || all.depth > DEPTH_MAX)
			return residue(e, "components that expand too far");
	} while (flag & MORE);
	f->g[self] = all;
	if (all.points > f->max.composite_points)
		f->max.composite_points = all.points;
	if (all.contours > f->max.composite_contours)
		f->max.composite_contours = all.contours;
	if (components > f->max.components)
		f->max.components = components;
	if (all.depth > f->max.depth)
		f->max.depth = all.depth;
	return padding(v) || residue(e, "bytes behind the glyph");
}

static bool
glyph(struct glyf *f, uint32_t i, unsigned depth, struct err *e)
{
	uint32_t from = offset(f, i), to = offset(f, i + 1);
	struct view v = { f->glyf.p + from, to - from };
	uint16_t contours;
	bool ok;

	if (v.n == 0) {
		f->g[i].state = 2;
		return true;
	}
	if (!view_u16be(&v, &contours) || !view_skip(&v, 8) || contours == 0)
		return residue(e, "glyph %u: header", (unsigned)i);
	if (contours < 0x8000)
		ok = simple(f, v, contours, &f->g[i], e);
	else
		ok = contours == 0xffff ? composite(f, v, i, depth, e) : residue(e, "contours");
	return ok || err_at(e, "glyph %u", (unsigned)i);
}

static bool
offsets_sound(const struct glyf *f, struct err *e)
{
	uint32_t i, last = 0;

	if (f->loca.n != ((size_t)f->n + 1) * (f->wide ? 4 : 2) || offset(f, 0) != 0 || offset(f, f->n) != f->glyf.n)
		return residue(e, "loca is not of the size of glyf");
	for (i = 1; i <= f->n; i++) {
		uint32_t at = offset(f, i);

		if (at < last || at % 2 != 0)
			return residue(e, "loca out of order");
		last = at;
	}
	return true;
}

bool
inspect_glyf(struct view table, struct view loca, bool wide, uint32_t n, struct glyf_maxima *ret, struct err *e)
{
	own_mem struct glyph *g = calloc(n, sizeof *g);
	own_mem uint8_t *points = malloc(POINTS_MAX + 1);
	struct glyf f = { .glyf = table, .loca = loca, .wide = wide, .n = n, .g = g, .flags = points };
	uint32_t i;

	if (g == NULL || points == NULL)
		return no_memory(e);
	if (!offsets_sound(&f, e))
		return false;
	for (i = 0; i < n; i++)
		if (g[i].state == 0 && !glyph(&f, i, 1, e))
			return false;
	*ret = f.max;
	return true;
}
