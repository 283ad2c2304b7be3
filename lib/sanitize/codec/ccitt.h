/*
 * ccitt.h - the row of a two-dimensionally coded image, shared by the CCITT
 * decoder, the Group 4 encoder and JBIG2's MMR (ITU-T T.88 6.2.6).
 *
 * A row is the list of its changing elements (T.4 4.2.1.3.1): ascending
 * positions where the colour differs from the pixel before, the first from
 * white to black, all below the width, then three times the width.
 */
#ifndef SEKISHO_SANITIZE_CODEC_CCITT_H
#define SEKISHO_SANITIZE_CODEC_CCITT_H

#include "sanitize/codec/codec.h"

/*
 * T.6 rows into `ret` (w and h set, bits zeroed by the caller), as JBIG2
 * embeds them: until h rows are there, then an EOFB where there is one, then
 * up to the next byte.  Missing and damaged rows are white.  *ret_used is the number of
 * bytes read.  false without memory.
 */
bool ccitt_mmr(struct view in, struct bitmap *ret, size_t *ret_used, struct err *e);

/* Bytes of a row of w pixels. */
static inline size_t
bitmap_stride(uint32_t w)
{
	return ((size_t)w + 7) / 8;
}

/* w × h white pixels; ERR_LIMIT past max_pixels, and for a width or height of 0 ERR_MALFORMED. */
bool bitmap_init(struct bitmap *b, uint32_t w, uint32_t h, uint64_t max_pixels, struct err *e);

#endif
