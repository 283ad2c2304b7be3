#include <stdlib.h>

#include "sanitize/codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pixels out = { 0 };
	struct err e;
	volatile unsigned sum = 0;

	if (!jpx_decode(view_of(p, n), 1 << 18, &out, &e)) {
		if (out.data != NULL)
			abort();
		return 0;
	}
	if ((uint64_t)out.w * out.h > 1 << 18 || out.channels == 0 || (out.bits != 8 && out.bits != 16))
		abort();
	/* Every sample is there. */
	for (size_t i = 0; i < (size_t)out.w * out.h * out.channels * (out.bits / 8); i++)
		sum += out.data[i];
	(void)sum;
	pixels_release(&out);
	return 0;
}
