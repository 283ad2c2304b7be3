/*
 * ink.h - what a drawn page needs to look the same: one bit, shades, or colours.
 */
#ifndef SEKISHO_SANITIZE_LANE_INK_H
#define SEKISHO_SANITIZE_LANE_INK_H

#include "core/buf.h"

enum ink { INK_NONE, INK_BITS, INK_SHADES, INK_COLOURS };

/* A picture of 8-bit RGB, its rows without a gap (PPM). */
struct drawn {
	uint32_t w, h;
	const uint8_t *rgb;
};

/*
 * INK_NONE: white.  INK_BITS: black on white with nothing between but the
 * edges of letters.  INK_SHADES: greys that cover something.
 */
enum ink ink_of(const struct drawn *d);
/* The picture as data of an image XObject: G4 (1 is black) for INK_NONE and INK_BITS, else JPEG. */
bool ink_write(const struct drawn *d, enum ink ink, struct buf *out, struct err *e);
/* The next picture of a stream of PPMs; ERR_MALFORMED. */
bool ink_take_ppm(struct view *v, struct drawn *ret, struct err *e);

#endif
