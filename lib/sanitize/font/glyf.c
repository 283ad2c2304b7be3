/*
 * glyf, loca and maxp (ISO/IEC 14496-22 5.3): every outline is parsed and
 * written anew without instructions.
 *
 * Three passes.  The first reads all glyphs and writes each into `pool`;
 * the second decides, level by level, which composites are sound (their
 * components exist and are sound, no cycle, no bomb); the third puts the
 * sound ones behind one another.
 */
#include "sanitize/font/sfnt.h"

#include "sanitize/font/bake.h"
#include "sanitize/font/be.h"

enum {
	POINTS_MAX = 32767,	/* what rasterisers count in 16 bits */
	DEPTH_MAX = 16,
	USES_MAX = 4096,	/* components of one glyph, expanded */
	SHORT_MAX = 131070,	/* bytes of glyf that a short loca can address */
	GLYPH_HEADER = 10,
};

/* Simple glyphs: flags of one point. */
enum {
	ON_CURVE = 0x01,
	X_SHORT = 0x02,
	Y_SHORT = 0x04,
	REPEAT = 0x08,
	X_SAME = 0x10,
	Y_SAME = 0x20,
	OVERLAP = 0x40,
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

enum state { EMPTY, SIMPLE, COMPOSITE, WAITING };

struct glyph {
	uint32_t at, n;		/* in the pool */
	uint32_t first, parts;	/* composite: its components in glyf.part */
	uint32_t uses;
	uint16_t points, contours;
	uint8_t state, depth;
};

struct part {
	uint16_t gid;
};

struct glyf {
	struct sfnt_font *f;
	struct glyph *glyph;
	struct part *part;
	size_t parts, parts_cap;
	struct buf pool;
	uint64_t budget;	/* bytes and points still to be read: linear whatever loca says */
	/* the glyph in hand */
	uint8_t *flag;
	int16_t *x, *y;
	int16_t *edge;		/* xMin of every glyph */
	bool programmed;	/* a composite has instructions */
	/* maxima for maxp */
	uint16_t points, contours, sum_points, sum_contours, most_parts, depth;
};

/* ---- loca ------------------------------------------------------------ */

struct loca {
	struct view v, glyf;
	unsigned size;		/* of an entry */
	uint32_t entries;
};

static size_t
loca_at(const struct loca *l, uint32_t i)
{
	return l->size == 2 ? (size_t)be16(l->v, (size_t)i * 2) * 2 : be32(l->v, (size_t)i * 4);
}

/* How many of the first entries are in order and inside glyf: the measure of a right format. */
static uint32_t
loca_sound(struct loca l, uint32_t n, unsigned size)
{
	uint32_t sound = 0;

	l.size = size;
	for (uint32_t i = 0; i < n && ((size_t)i + 2) * size <= l.v.n; i++)
		if (loca_at(&l, i) <= loca_at(&l, i + 1) && loca_at(&l, i + 1) <= l.glyf.n)
			sound++;
	return sound;
}

static struct loca
loca_open(const struct sfnt_font *f)
{
	struct loca l = { .v = f->in.t[SFNT_LOCA], .glyf = f->in.t[SFNT_GLYF] };
	uint32_t n = f->n;
	unsigned other;

	l.size = be16(f->in.t[SFNT_HEAD], 50) != 0 ? 4 : 2;
	other = 6 - l.size;
	/* head is sometimes wrong: believe the entries when they say so plainly. */
	if ((loca_sound(l, n, l.size) < n || loca_at(&l, n) == 0) &&
	    loca_sound(l, n, other) == n && l.v.n / other == (size_t)n + 1)
		l.size = other;
	/* A record that cuts loca short while the bytes are there: readers read on. */
	if (l.v.n / l.size < (size_t)n + 1 && f->in.loca_room.n / l.size >= (size_t)n + 1)
		l.v = f->in.loca_room;
	if (l.v.n / l.size > (size_t)n + 1)
		l.v.n = ((size_t)n + 1) * l.size;
	l.entries = (uint32_t)(l.v.n / l.size);
	return l;
}

/* As readers in the field do it: see each line's reason. */
static struct view
loca_glyph(const struct loca *l, uint32_t gid)
{
	struct view none = { l->glyf.p, 0 };
	size_t from, to;

	if (gid >= l->entries || l->glyf.n == 0)
		return none;
	from = loca_at(l, gid);
	to = gid + 1 < l->entries ? loca_at(l, gid + 1) : from;
	if (from > l->glyf.n)
		return none;
	if (to > l->glyf.n) {
		/* Only the last one may run over: the file was cut. */
		if (gid + 2 != l->entries)
			return none;
		to = l->glyf.n;
	}
	/* Out of order: the length is unknown, the outline ends by itself. */
	return (struct view){ l->glyf.p + from, (to >= from ? to : l->glyf.n) - from };
}

/* ---- simple glyphs --------------------------------------------------- */

static bool
flags_read(struct glyf *g, struct view *v, uint32_t points)
{
	uint32_t i = 0;

	while (i < points) {
		uint8_t flag, more = 0;

		if (!view_u8(v, &flag) || ((flag & REPEAT) != 0 && !view_u8(v, &more)))
			return false;
		g->flag[i++] = flag;
		for (; more > 0 && i < points; more--)
			g->flag[i++] = flag;
	}
	return true;
}

static bool
deltas_read(const struct glyf *g, struct view *v, uint32_t points, uint8_t is_short, uint8_t same,
	    int16_t *ret)
{
	for (uint32_t i = 0; i < points; i++) {
		uint8_t flag = g->flag[i], byte;
		uint16_t word;

		ret[i] = 0;
		if ((flag & is_short) != 0) {
			if (!view_u8(v, &byte))
				return false;
			ret[i] = (int16_t)((flag & same) != 0 ? byte : -byte);
		} else if ((flag & same) == 0) {
			if (!view_u16be(v, &word))
				return false;
			ret[i] = (int16_t)word;
		}
	}
	return true;
}

static uint8_t
delta_flag(int16_t d, uint8_t is_short, uint8_t same)
{
	if (d == 0)
		return same;
	if (d < -255 || d > 255)
		return 0;
	return (uint8_t)(is_short | (d > 0 ? same : 0));
}

/* Into `to`, which has room for two bytes each; returns how many there are. */
static size_t
deltas_write(uint8_t *to, const int16_t *d, uint32_t points)
{
	size_t n = 0;

	for (uint32_t i = 0; i < points; i++) {
		if (d[i] < -255 || d[i] > 255) {
			to[n++] = (uint8_t)((uint16_t)d[i] >> 8);
			to[n++] = (uint8_t)d[i];
		} else if (d[i] != 0) {
			to[n++] = (uint8_t)(d[i] < 0 ? -d[i] : d[i]);
		}
	}
	return n;
}

static size_t
flags_write(struct glyf *g, uint8_t *to, uint32_t points)
{
	size_t n = 0;
	uint32_t run;

	for (uint32_t i = 0; i < points; i++) {
		uint8_t kept = g->flag[i] & (i == 0 ? ON_CURVE | OVERLAP : ON_CURVE);

		g->flag[i] = (uint8_t)(kept | delta_flag(g->x[i], X_SHORT, X_SAME) |
				       delta_flag(g->y[i], Y_SHORT, Y_SAME));
	}
	for (uint32_t i = 0; i < points; i += run) {
		for (run = 1; run < 256 && i + run < points && g->flag[i + run] == g->flag[i];)
			run++;
		if (run >= 3) {
			to[n++] = g->flag[i] | REPEAT;
			to[n++] = (uint8_t)(run - 1);
		} else {
			run = 1;
			to[n++] = g->flag[i];
		}
	}
	return n;
}

/* Flags, x and y take at most five bytes a point. */
static void
points_write(struct glyf *g, uint32_t points)
{
	uint8_t *room = buf_room(&g->pool, (size_t)points * 5);
	size_t n;

	if (room == NULL)
		return;
	n = flags_write(g, room, points);
	n += deltas_write(room + n, g->x, points);
	n += deltas_write(room + n, g->y, points);
	g->pool.n += n;
}

/* ISO/IEC 14496-22 5.3.3.2 */
static bool
simple_read(struct glyf *g, struct view v, struct glyph *ret)
{
	struct view header, ends, unused;
	uint16_t contours = be16(v, 0), instructions;
	uint32_t points;

	if (!view_take(&v, GLYPH_HEADER, &header) || !view_take(&v, (size_t)contours * 2, &ends) ||
	    !view_u16be(&v, &instructions) || !view_take(&v, instructions, &unused) ||
	    g->budget < contours)
		return false;
	g->budget -= contours;
	for (uint32_t i = 1; i < contours; i++)
		if (be16(ends, i * 2) <= be16(ends, i * 2 - 2))
			return false;
	points = be16(ends, (contours - 1u) * 2) + 1u;
	if (points > POINTS_MAX || g->budget < points)
		return false;
	g->budget -= points;
	if (!flags_read(g, &v, points) || !deltas_read(g, &v, points, X_SHORT, X_SAME, g->x) ||
	    !deltas_read(g, &v, points, Y_SHORT, Y_SAME, g->y))
		return false;
	g->f->info->hinting |= instructions > 0;
	buf_view(&g->pool, header);
	buf_view(&g->pool, ends);
	buf_u16be(&g->pool, 0);
	points_write(g, points);
	ret->state = SIMPLE;
	ret->points = (uint16_t)points;
	ret->contours = contours;
	return true;
}

/* ---- composite glyphs ------------------------------------------------ */

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
static bool
composite_read(struct glyf *g, struct view v, struct glyph *ret)
{
	struct view header;
	bool more = true;

	if (!view_take(&v, GLYPH_HEADER, &header))
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
	ret->state = WAITING;
	return true;
}

/* Sound once all its components are; false while one is waiting. */
static bool
composite_settle(struct glyf *g, struct glyph *c, unsigned depth)
{
	uint32_t points = 0, contours = 0, uses = c->parts;

	for (uint32_t i = 0; i < c->parts; i++) {
		const struct glyph *p = &g->glyph[g->part[c->first + i].gid];

		if (p->state == WAITING || (p->state == COMPOSITE && p->depth >= depth))
			return false;
		points += p->points;
		contours += p->contours;
		uses += p->uses;
		if (points > POINTS_MAX || contours > POINTS_MAX || uses > USES_MAX)
			return false;
	}
	c->points = (uint16_t)points;
	c->contours = (uint16_t)contours;
	c->uses = uses;
	c->depth = (uint8_t)depth;
	c->state = COMPOSITE;
	return true;
}

/* Level by level: what still waits after the last one is in a cycle, too deep, or a bomb. */
static void
composites_settle(struct glyf *g)
{
	bool any = g->parts > 0;

	for (unsigned depth = 1; any && depth <= DEPTH_MAX; depth++) {
		any = false;
		for (uint32_t i = 0; i < g->f->n; i++)
			if (g->glyph[i].state == WAITING && composite_settle(g, &g->glyph[i], depth))
				any = true;
	}
	for (uint32_t i = 0; i < g->f->n; i++)
		if (g->glyph[i].state == WAITING) {
			g->glyph[i].state = EMPTY;
			g->f->info->dropped++;
		}
}

/* ---- all of them ----------------------------------------------------- */

static void
glyph_read(struct glyf *g, struct view v, uint32_t gid)
{
	struct glyph *ret = &g->glyph[gid];
	size_t parts = g->parts;
	bool good;

	/* Nothing, or no contours: a blank. */
	if (v.n == 0 || (v.n >= GLYPH_HEADER && be16(v, 0) == 0))
		return;
	ret->at = (uint32_t)g->pool.n;
	g->edge[gid] = be16s(v, 2);
	if (be16s(v, 0) < 0)
		good = composite_read(g, v, ret);
	else
		good = simple_read(g, v, ret);
	if (good) {
		ret->n = (uint32_t)(g->pool.n - ret->at);
		return;
	}
	g->pool.n = ret->at;
	g->parts = parts;
	g->f->info->dropped++;
}

/* The outline that the program left, instead of what stands in the file. */
static void
baked_read(struct glyf *g, uint32_t gid)
{
	struct glyph *ret = &g->glyph[gid];
	int16_t low[2] = { INT16_MAX, INT16_MAX }, high[2] = { INT16_MIN, INT16_MIN }, last[2] = { 0, 0 };
	struct bake_outline o;

	if (!bake_glyph(g->f->bake, gid, &o))
		return;
	for (uint32_t i = 0; i < o.points; i++) {
		for (unsigned k = 0; k < 2; k++) {
			int16_t at = o.at[i][k];

			low[k] = at < low[k] ? at : low[k];
			high[k] = at > high[k] ? at : high[k];
			(k == 0 ? g->x : g->y)[i] = (int16_t)(at - last[k]);
			last[k] = at;
		}
		g->flag[i] = o.on[i];
	}
	ret->at = (uint32_t)g->pool.n;
	buf_u16be(&g->pool, (uint16_t)o.contours);
	buf_u16be(&g->pool, (uint16_t)low[0]);
	buf_u16be(&g->pool, (uint16_t)low[1]);
	buf_u16be(&g->pool, (uint16_t)high[0]);
	buf_u16be(&g->pool, (uint16_t)high[1]);
	for (uint32_t i = 0; i < o.contours; i++)
		buf_u16be(&g->pool, o.end[i]);
	buf_u16be(&g->pool, 0);
	points_write(g, o.points);
	ret->n = (uint32_t)(g->pool.n - ret->at);
	ret->state = SIMPLE;
	ret->points = (uint16_t)o.points;
	ret->contours = (uint16_t)o.contours;
	g->edge[gid] = low[0];
}

/*
 * Composites with instructions are ordinary (accents) or, in a few CJK
 * fonts, strokes that only their program puts in place.  FreeType knows
 * those fonts; their outlines are taken from it.
 */
static void
glyphs_bake(struct glyf *g)
{
	if (!g->programmed || g->f->in.t[SFNT_FPGM].n == 0)
		return;
	g->f->bake = bake_new(g->f->file);
	if (g->f->bake == NULL)
		return;
	buf_clear(&g->pool);
	memset(g->glyph, 0, g->f->n * sizeof *g->glyph);
	g->parts = 0;
	g->f->info->dropped = 0;
	for (uint32_t i = 0; i < g->f->n; i++)
		baked_read(g, i);
}

static uint16_t
max16(uint16_t a, uint32_t b)
{
	return b > a ? (uint16_t)b : a;
}

static void
maxima(struct glyf *g, const struct glyph *p)
{
	if (p->state == SIMPLE) {
		g->points = max16(g->points, p->points);
		g->contours = max16(g->contours, p->contours);
	} else {
		g->sum_points = max16(g->sum_points, p->points);
		g->sum_contours = max16(g->sum_contours, p->contours);
		g->most_parts = max16(g->most_parts, p->parts);
		g->depth = max16(g->depth, p->depth);
	}
}

static bool
glyf_write(struct glyf *g, bool *long_loca, struct err *e)
{
	struct buf *out = &g->f->out[SFNT_GLYF], *loca = &g->f->out[SFNT_LOCA];
	uint32_t *offset = arena_array(g->f->arena, (size_t)g->f->n + 1, sizeof *offset);

	if (offset == NULL || !buf_ok(&g->pool, e))
		return err_set(e, ERR_LIMIT, "glyf: no room");
	buf_fill(out, 0, 0);
	for (uint32_t i = 0; i < g->f->n; i++) {
		const struct glyph *p = &g->glyph[i];

		offset[i] = (uint32_t)out->n;
		if (p->state == EMPTY)
			continue;
		maxima(g, p);
		buf_put(out, g->pool.p + p->at, p->n);
		buf_fill(out, 0, p->n % 2);
	}
	offset[g->f->n] = (uint32_t)out->n;
	*long_loca = out->n > SHORT_MAX;
	for (uint32_t i = 0; i <= g->f->n; i++) {
		if (*long_loca)
			buf_u32be(loca, offset[i]);
		else
			buf_u16be(loca, (uint16_t)(offset[i] / 2));
	}
	return true;
}

static void
maxp_write(const struct glyf *g)
{
	struct buf *b = &g->f->out[SFNT_MAXP];

	buf_u32be(b, 0x00010000);
	buf_u16be(b, (uint16_t)g->f->n);
	buf_u16be(b, g->points);
	buf_u16be(b, g->contours);
	buf_u16be(b, g->sum_points);
	buf_u16be(b, g->sum_contours);
	buf_u16be(b, 1);	/* zones: no instructions, no twilight */
	buf_fill(b, 0, 12);
	buf_u16be(b, g->most_parts);
	buf_u16be(b, g->depth);
}

static bool
glyf_init(struct glyf *g, struct err *e)
{
	struct arena *a = g->f->arena;

	g->glyph = arena_array(a, g->f->n, sizeof *g->glyph);
	g->edge = arena_array(a, g->f->n, sizeof *g->edge);
	g->flag = arena_get(a, POINTS_MAX);
	g->x = arena_array(a, POINTS_MAX, sizeof *g->x);
	g->y = arena_array(a, POINTS_MAX, sizeof *g->y);
	if (g->glyph == NULL || g->edge == NULL || g->flag == NULL || g->x == NULL || g->y == NULL)
		return err_set(e, ERR_SYSTEM, "glyf: no memory");
	/* Each byte of a sound file is read once; glyphs on top of one another are paid for. */
	g->budget = 16 * (uint64_t)g->f->in.t[SFNT_GLYF].n + 65536;
	return true;
}

bool
sfnt_glyf(struct sfnt_font *f, bool *long_loca, const int16_t **edges, struct err *e)
{
	struct glyf g = { .f = f };
	struct loca l;
	bool good;

	f->n = be16(f->in.t[SFNT_MAXP], 4);
	if (f->n == 0) {
		size_t n = f->in.t[SFNT_LOCA].n / (be16(f->in.t[SFNT_HEAD], 50) != 0 ? 4 : 2);

		f->n = n > 65536 ? 65535 : n > 0 ? (uint32_t)n - 1 : 0;
	}
	if (f->n == 0 || f->in.t[SFNT_LOCA].n < 2)
		return err_set(e, ERR_MALFORMED, "glyf: no glyphs");
	if (!glyf_init(&g, e))
		return false;
	l = loca_open(f);
	for (uint32_t i = 0; i < f->n; i++)
		glyph_read(&g, loca_glyph(&l, i), i);
	glyphs_bake(&g);
	composites_settle(&g);
	good = glyf_write(&g, long_loca, e);
	buf_release(&g.pool);
	if (!good)
		return false;
	maxp_write(&g);
	*edges = g.edge;
	return true;
}
