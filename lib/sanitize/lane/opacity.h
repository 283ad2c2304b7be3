/*
 * opacity.h - how opaque a drawing is, from what it looks like on white and
 * on black.
 *
 * A pixel of colour c and opacity a (0 to 1) is c·a + 255·(1 - a) on white
 * and c·a on black: the difference is the opacity, and the colour follows.
 * A ground shows evenly through all three channels; where more shows through
 * one of them, that one counts.
 */
#ifndef SEKISHO_SANITIZE_LANE_OPACITY_H
#define SEKISHO_SANITIZE_LANE_OPACITY_H

#include "sanitize/image/png_pixels.h"

/*
 * `px` is the drawing twice, on white and below it on black; it becomes the drawing alone, half as high.  What is
 * transparent itself is laid on its ground first.  *ret_opaque: nothing shows through anywhere.
 *
 * Clear pixels have the colour of what stands beside them, up to eight away: who makes a picture smaller mixes
 * colours without asking how opaque they are, and would draw a rim otherwise.  Beyond that they are white.
 *
 * ERR_MALFORMED where there are not two halves, ERR_SYSTEM out of memory.
 */
bool opacity_find(struct png_pixels *px, bool *ret_opaque, struct err *e);

#endif
