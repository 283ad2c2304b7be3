/*
 * glyf, loca and maxp (ISO/IEC 14496-22 5.3): every outline is parsed and
 * written anew without instructions.
 *
 * Three passes.  The first reads all glyphs and writes each into `pool`;
 * the second decides, level by level, which composites are sound (their
 * components exist and are sound, no cycle, no bomb); the third puts the
 * sound ones behind one another.
 */
#include "sanitize/font/glyf.h"

#include "sanitize/font/bake.h"

enum { SHORT_MAX = 131070 };	/* bytes of glyf that a short loca can address */

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
	size_t at, next;

	l.size = size;
	at = loca_at(&l, 0);
	for (uint32_t i = 0; i < n && ((size_t)i + 2) * size <= l.v.n; i++, at = next) {
		next = loca_at(&l, i + 1);
		sound += at <= next && next <= l.glyf.n;
	}
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

/* ---- all of them ----------------------------------------------------- */

static void
glyph_read(struct glyf *g, struct view v, uint32_t gid)
{
	struct glyph *ret = &g->glyph[gid];
	size_t parts = g->parts;
	bool good;

	/* Nothing, or no contours: a blank. */
	if (v.n == 0 || (v.n >= GLYF_HEADER && be16(v, 0) == 0))
		return;
	ret->at = (uint32_t)g->pool.n;
	g->edge[gid] = be16s(v, 2);
	if (be16s(v, 0) < 0)
		good = glyf_composite_read(g, v, ret);
	else
		good = glyf_simple_read(g, v, ret);
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

	if (!bake_glyph(g->f->bake, gid, &o) || !glyf_points_room(g, o.points))
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
	glyf_points_write(g, o.points);
	ret->n = (uint32_t)(g->pool.n - ret->at);
	ret->state = GLYF_SIMPLE;
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
	if (p->state == GLYF_SIMPLE) {
		g->points = max16(g->points, p->points);
		g->contours = max16(g->contours, p->contours);
	} else {
		g->sum_points = max16(g->sum_points, p->points);
		g->sum_contours = max16(g->sum_contours, p->contours);
		g->most_parts = max16(g->most_parts, p->parts);
		g->depth = max16(g->depth, p->depth);
	}
}

/* Entries of `size` bytes, 2 or 4. */
static bool
loca_write(struct sfnt_font *f, const uint32_t *offset, unsigned size)
{
	struct buf *loca = &f->out[SFNT_LOCA];
	size_t n = ((size_t)f->n + 1) * size;
	uint8_t *to = buf_room(loca, n);

	if (to == NULL)
		return false;
	for (uint32_t i = 0; i <= f->n; i++, to += size)
		if (size == 2)
			be_put16(to, (uint16_t)(offset[i] / 2));
		else
			be_put32(to, offset[i]);
	loca->n += n;
	return true;
}

static bool
glyf_write(struct glyf *g, bool *long_loca, struct err *e)
{
	struct buf *out = &g->f->out[SFNT_GLYF];
	uint32_t *offset = arena_array(g->f->arena, (size_t)g->f->n + 1, sizeof *offset);

	if (offset == NULL || !buf_ok(&g->pool, e))
		return err_set(e, ERR_LIMIT, "glyf: no room");
	/* At once: every glyph that begins on an odd byte needs one more. */
	(void)buf_room(out, g->pool.n + g->f->n);
	for (uint32_t i = 0; i < g->f->n; i++) {
		const struct glyph *p = &g->glyph[i];

		offset[i] = (uint32_t)out->n;
		if (p->state == GLYF_EMPTY)
			continue;
		maxima(g, p);
		buf_put(out, g->pool.p + p->at, p->n);
		buf_fill(out, 0, p->n % 2);
	}
	offset[g->f->n] = (uint32_t)out->n;
	*long_loca = out->n > SHORT_MAX;
	return loca_write(g->f, offset, *long_loca ? 4 : 2) || buf_ok(&g->f->out[SFNT_LOCA], e);
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
	if (g->glyph == NULL || g->edge == NULL)
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
	glyf_composites_settle(&g);
	good = glyf_write(&g, long_loca, e);
	buf_release(&g.pool);
	if (!good)
		return false;
	maxp_write(&g);
	*edges = g.edge;
	return true;
}
