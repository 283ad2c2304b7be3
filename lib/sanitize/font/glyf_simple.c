/* Simple glyphs (ISO/IEC 14496-22 5.3.3.2): points, their flags and deltas. */
#include "sanitize/font/glyf.h"

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

bool
glyf_points_room(struct glyf *g, uint32_t points)
{
	struct arena *a = g->f->arena;
	uint32_t cap = g->points_cap == 0 ? 256 : g->points_cap;

	if (points <= g->points_cap)
		return true;
	while (cap < points)
		cap *= 2;
	g->flag = arena_get(a, cap);
	g->x = arena_array(a, cap, sizeof *g->x);
	g->y = arena_array(a, cap, sizeof *g->y);
	g->points_cap = cap;
	return g->flag != NULL && g->x != NULL && g->y != NULL;
}

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
void
glyf_points_write(struct glyf *g, uint32_t points)
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
bool
glyf_simple_read(struct glyf *g, struct view v, struct glyph *ret)
{
	struct view header, ends, unused;
	uint16_t contours = be16(v, 0), instructions;
	uint32_t points;

	if (!view_take(&v, GLYF_HEADER, &header) || !view_take(&v, (size_t)contours * 2, &ends) ||
	    !view_u16be(&v, &instructions) || !view_take(&v, instructions, &unused) ||
	    g->budget < contours)
		return false;
	g->budget -= contours;
	for (uint32_t i = 1; i < contours; i++)
		if (be16(ends, i * 2) <= be16(ends, i * 2 - 2))
			return false;
	points = be16(ends, (contours - 1u) * 2) + 1u;
	if (points > GLYF_POINTS_MAX || g->budget < points || !glyf_points_room(g, points))
		return false;
	g->budget -= points;
	if (!flags_read(g, &v, points) || !deltas_read(g, &v, points, X_SHORT, X_SAME, g->x) ||
	    !deltas_read(g, &v, points, Y_SHORT, Y_SAME, g->y))
		return false;
	g->f->info->hinting |= instructions > 0;
	buf_view(&g->pool, header);
	buf_view(&g->pool, ends);
	buf_u16be(&g->pool, 0);
	glyf_points_write(g, points);
	ret->state = GLYF_SIMPLE;
	ret->points = (uint16_t)points;
	ret->contours = contours;
	return true;
}
