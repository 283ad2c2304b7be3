/*
 * bitmap.c - bilevel images and pixels: making and releasing them.
 */
#include <stdlib.h>

#include "sanitize/codec/ccitt.h"

void
bitmap_release(struct bitmap *b)
{
	free(b->bits);
	*b = (struct bitmap){ 0 };
}

void
pixels_release(struct pixels *p)
{
	free(p->data);
	*p = (struct pixels){ 0 };
}

bool
bitmap_init(struct bitmap *b, uint32_t w, uint32_t h, uint64_t max_pixels, struct err *e)
{
	uint8_t *bits;

	if (w == 0 || h == 0)
		return err_set(e, ERR_MALFORMED, "an image of %u x %u pixels", w, h);
	if ((uint64_t)w * h > max_pixels)
		return err_set(e, ERR_LIMIT, "%u x %u pixels, limit %llu", w, h,
			       (unsigned long long)max_pixels);
	bits = calloc(h, bitmap_stride(w));
	if (bits == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for %u x %u pixels", w, h);
	*b = (struct bitmap){ .w = w, .h = h, .bits = bits };
	return true;
}
