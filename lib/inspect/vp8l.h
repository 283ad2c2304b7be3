/*
 * vp8l.h - the lossless pictures of WebP (RFC 9649 3): transforms, prefix
 * codes and the coded pixels read to their end.
 */
#ifndef SEKISHO_INSPECT_VP8L_H
#define SEKISHO_INSPECT_VP8L_H

#include "inspect/recognise.h"

/*
 * The image stream behind the five bytes of the head (an ALPH chunk has none of these): true
 * where it codes exactly w by h pixels and ends in its last byte, filled up with zero bits.
 */
bool inspect_vp8l(struct inspection *in, struct view v, uint32_t w, uint32_t h, struct err *e);

#endif
