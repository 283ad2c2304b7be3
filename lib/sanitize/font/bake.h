/*
 * bake.h - outlines of the few CJK fonts that are nonsense without their
 * instructions ("tricky" fonts: strokes put together by programs).
 *
 * FreeType runs the program once, at one pixel per font unit, and the
 * points as it left them become the outline.
 */
#ifndef SEKISHO_SANITIZE_FONT_BAKE_H
#define SEKISHO_SANITIZE_FONT_BAKE_H

#include "core/view.h"

struct bake;

/* Font units, absolute; borrowed until the next glyph. */
struct bake_outline {
	uint32_t points, contours;
	int16_t (*at)[2];
	const uint8_t *on;	/* on the curve */
	const uint16_t *end;	/* last point of each contour */
};

/* NULL where FreeType does not know it for one of these fonts (the usual case), or cannot open it. */
struct bake *bake_new(struct view font);
void bake_free(struct bake *b);	/* NULL is fine */
/* False where there is no such glyph, it is blank or has more than 32,767 points. */
bool bake_glyph(struct bake *b, uint32_t gid, struct bake_outline *ret);

#endif
