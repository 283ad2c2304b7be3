/*
 * png_filter.h - PNG's row filters (ISO/IEC 15948 clause 9) and Adam7
 * (clause 8.2).  Private to the PNG module.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_PNG_FILTER_H
#define SEKISHO_SANITIZE_IMAGE_PNG_FILTER_H

#include "core/view.h"

struct png_pass {
	uint8_t x, y, dx, dy;
};
extern const struct png_pass png_adam7[7];
/* Columns or rows of `size` that a pass has, from its start and step. */
uint32_t png_pass_size(uint32_t size, uint8_t start, uint8_t step);

/* The row `p` of n bytes turned into samples in place; `up` the row above, or NULL. */
void png_unfilter(uint8_t filter, uint8_t *p, const uint8_t *up, size_t n, size_t bpp);
/*
 * Writes filter byte and filtered row (n + 1 bytes) to `to`: the filter whose
 * sum of absolute differences is least (12.8), or none where !adaptive.
 */
void png_filter(uint8_t *to, const uint8_t *p, const uint8_t *up, size_t n, size_t bpp,
		bool adaptive);

#endif
