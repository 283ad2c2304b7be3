#include "image_fuzz.h"

/* Lossy pictures change a little each time: only that it goes again, and finds nothing. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_buf struct buf out = BUF_MAX(64u << 20), again = BUF_MAX(64u << 20);
	struct profile small = *profile_find(VIEW("rebuild"));
	bool lossless;

	small.limits.pixels = 1 << 16;
	small.limits.unpacked = 8 << 20;
	if (!image_fuzz_one(&format_webp, &small, view_of(p, n), &out, false))
		return 0;
	(void)image_fuzz_one(&format_webp, &small, buf_bytes(&out), &again, true);
	lossless = view_find(buf_bytes(&out), 0, VIEW("VP8 ")) == VIEW_NOT_FOUND;
	if (lossless && !view_eq(buf_bytes(&out), buf_bytes(&again)))
		abort();
	return 0;
}
