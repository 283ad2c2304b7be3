/*
 * glyf.h - outlines on their way: what glyf.c and its two kinds of glyphs,
 * glyf_simple.c and glyf_composite.c, share.
 */
#ifndef SEKISHO_SANITIZE_FONT_GLYF_H
#define SEKISHO_SANITIZE_FONT_GLYF_H

#include "sanitize/font/be.h"
#include "sanitize/font/sfnt.h"

enum {
	GLYF_POINTS_MAX = 32767,	/* what rasterisers count in 16 bits */
	GLYF_HEADER = 10,
};

enum glyf_state { GLYF_EMPTY, GLYF_SIMPLE, GLYF_COMPOSITE, GLYF_WAITING };

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
	/* the points of the glyph in hand */
	uint8_t *flag;
	int16_t *x, *y;
	uint32_t points_cap;
	int16_t *edge;		/* xMin of every glyph */
	bool programmed;	/* a composite has instructions */
	/* maxima for maxp */
	uint16_t points, contours, sum_points, sum_contours, most_parts, depth;
};

/* glyf_simple.c.  Room for points; false without memory. */
bool glyf_points_room(struct glyf *g, uint32_t points);
/* Flags and coordinates of the points in hand, in their shortest form. */
void glyf_points_write(struct glyf *g, uint32_t points);
/* False where it cannot be read. */
bool glyf_simple_read(struct glyf *g, struct view v, struct glyph *ret);

/* glyf_composite.c.  Read, it waits until all are; settled, it is sound or empty. */
bool glyf_composite_read(struct glyf *g, struct view v, struct glyph *ret);
void glyf_composites_settle(struct glyf *g);

#endif
