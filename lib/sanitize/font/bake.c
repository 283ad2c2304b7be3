#include "sanitize/font/bake.h"

#include <stdlib.h>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

enum { POINTS_MAX = 32767 };

struct bake {
	FT_Library library;
	FT_Face face;
	int16_t at[POINTS_MAX][2];
	uint8_t on[POINTS_MAX];
	uint16_t end[POINTS_MAX];
};

struct bake *
bake_new(struct view font)
{
	struct bake *b = calloc(1, sizeof *b);

	if (b == NULL)
		return NULL;
	if (FT_Init_FreeType(&b->library) == 0 && font.n <= INT32_MAX &&
	    FT_New_Memory_Face(b->library, font.p, (FT_Long)font.n, 0, &b->face) == 0 &&
	    FT_IS_TRICKY(b->face) && b->face->units_per_EM > 0 &&
	    FT_Set_Pixel_Sizes(b->face, b->face->units_per_EM, b->face->units_per_EM) == 0)
		return b;
	bake_free(b);
	return NULL;
}

void
bake_free(struct bake *b)
{
	if (b == NULL)
		return;
	if (b->face != NULL)
		(void)FT_Done_Face(b->face);
	if (b->library != NULL)
		(void)FT_Done_FreeType(b->library);
	free(b);
}

static bool
unit(FT_Pos x, int16_t *ret)
{
	FT_Pos whole = (x + 32) >> 6;

	if (whole < -16384 || whole > 16383)
		return false;
	*ret = (int16_t)whole;
	return true;
}

bool
bake_glyph(struct bake *b, uint32_t gid, struct bake_outline *ret)
{
	const FT_Outline *o;

	if (gid >= (uint32_t)b->face->num_glyphs ||
	    FT_Load_Glyph(b->face, gid, FT_LOAD_NO_BITMAP | FT_LOAD_NO_AUTOHINT) != 0 ||
	    b->face->glyph->format != FT_GLYPH_FORMAT_OUTLINE)
		return false;
	o = &b->face->glyph->outline;
	if (o->n_points <= 0 || o->n_contours <= 0)
		return false;
	for (int i = 0; i < o->n_points; i++) {
		if (!unit(o->points[i].x, &b->at[i][0]) || !unit(o->points[i].y, &b->at[i][1]))
			return false;
		b->on[i] = o->tags[i] & FT_CURVE_TAG_ON;
	}
	for (int i = 0; i < o->n_contours; i++) {
		if (o->contours[i] < (i > 0 ? o->contours[i - 1] + 1 : 0))
			return false;
		b->end[i] = (uint16_t)o->contours[i];
	}
	if (b->end[o->n_contours - 1] != o->n_points - 1)
		return false;
	*ret = (struct bake_outline){ .points = (uint32_t)o->n_points,
				      .contours = (uint32_t)o->n_contours, .at = b->at,
				      .on = b->on, .end = b->end };
	return true;
}
