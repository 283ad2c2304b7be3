#include "core/own.h"
#include "sanitize/codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What comes out is rebuilt to itself. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_buf struct buf out = BUF_MAX(64u << 20), again = BUF_MAX(64u << 20);
	struct err e = { 0 };
	uint8_t a, b;

	if (!icc_rebuild(view_of(p, n), &out, &a, &e))
		return 0;
	if (a == 0 || !icc_rebuild(buf_bytes(&out), &again, &b, &e) || a != b ||
	    !view_eq(buf_bytes(&out), buf_bytes(&again)))
		abort();
	return 0;
}
