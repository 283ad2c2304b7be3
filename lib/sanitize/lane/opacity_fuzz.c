/* What the converter calls a drawing on two grounds, read as the hostile bytes that it may be. */
#include <stdint.h>
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/lane/opacity.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What was made of it is read again, the same to the last sample. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct findings findings = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &findings, .name = "" };
	own_png_pixels struct png_pixels px = { 0 }, back = { 0 };
	own_buf struct buf out = { 0 };
	struct err e = { 0 };
	size_t i;
	bool opaque;

	if (!png_pixels_read(&j, view_of(p, n), &px, &e) || !opacity_find(&px, &opaque, &e))
		return 0;
	if (!png_pixels_write(&px, opaque, &out, &e) || !png_pixels_read(&j, buf_bytes(&out), &back, &e) || back.w != px.w || back.h != px.h)
		abort();
	for (i = 0; i < (size_t)px.w * px.h * 4; i++)
		if (px.rgba[i] != back.rgba[i])
			abort();
	return 0;
}
