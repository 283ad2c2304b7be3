/* The first byte: how many of the bytes behind it are globals. */
#include <stdlib.h>

#include "sanitize/codec/ccitt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enum { W = 200, H = 100 };
	struct view in = { p, n }, globals;
	struct bitmap b = { 0 };
	uint8_t split;
	struct err e;

	if (!view_u8(&in, &split) || !view_take(&in, split < in.n ? split : in.n, &globals))
		return 0;
	if (!jbig2_decode(in, globals, W, H, 1 << 22, &b, &e)) {
		if (b.bits != NULL)
			abort();
		return 0;
	}
	if (b.w != W || b.h != H)
		abort();
	bitmap_release(&b);
	return 0;
}
