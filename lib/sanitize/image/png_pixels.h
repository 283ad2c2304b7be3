/*
 * png_pixels.h - a PNG as plain samples, and plain samples as a PNG.  For
 * pictures that others' programs drew for us: what is looked at here goes
 * through format_png before it goes anywhere.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_PNG_PIXELS_H
#define SEKISHO_SANITIZE_IMAGE_PNG_PIXELS_H

#include "sanitize/job.h"

struct png_pixels {
	uint32_t w, h;
	uint8_t *rgba;	/* w * h * 4 bytes, row by row; opacity as PNG has it, not multiplied in */
};

/*
 * Reads a picture of 8 bits, not interlaced; one of several frames is its first.  Opacity comes from an alpha
 * channel, not from tRNS.  ERR_MALFORMED where it is another kind or damaged, ERR_LIMIT past limits.pixels or 64 MiB.
 * Says nothing of what else the file holds.  Release it.
 */
bool png_pixels_read(struct job *j, struct view in, struct png_pixels *ret, struct err *e);
/* Appends it as a PNG: of three channels where `opaque`, else of four.  Hardly compressed. */
bool png_pixels_write(const struct png_pixels *px, bool opaque, struct buf *out, struct err *e);
void png_pixels_release(struct png_pixels *px);

static inline void
own_png_pixels_release(struct png_pixels *px)
{
	png_pixels_release(px);
}
#define own_png_pixels __attribute__((cleanup(own_png_pixels_release)))

#endif
