/*
 * font.h - the font programs of the subset: sfnt.c and its outlines in
 * glyf.c, cff.c and its outlines in charstring.c.
 */
#ifndef SEKISHO_INSPECT_FONT_H
#define SEKISHO_INSPECT_FONT_H

#include "inspect/recognise.h"

/* What the glyphs of a glyf table are, for maxp to say the same. */
struct glyf_maxima {
	uint32_t points, contours, composite_points, composite_contours, components, depth;
};

/* n glyphs at the n + 1 offsets of `loca` (4 bytes each if `wide`). */
bool inspect_glyf(struct view glyf, struct view loca, bool wide, uint32_t n, struct glyf_maxima *ret,
		  struct err *e);
bool inspect_charstring(struct view v, struct err *e);

#endif
