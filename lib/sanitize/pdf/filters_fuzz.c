/*
 * Any bytes through any filter and predictor: never more than the maximum.
 */
#include <libdeflate.h>

#include "sanitize/pdf/testing.h"
#include "sanitize/pdf/unfilter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static enum unfiltered
apply(uint8_t which, struct view in, struct buf *out)
{
	struct libdeflate_decompressor *d;
	struct view behind;
	enum unfiltered u;

	switch (which % 6) {
	case 0: return unfilter_hex(in, out);
	case 1: return unfilter_ascii85(in, out);
	case 2: return unfilter_runlength(in, out);
	case 3: return unfilter_lzw(in, true, out);
	case 4: return unfilter_lzw(in, false, out);
	default: break;
	}
	d = libdeflate_alloc_decompressor();
	u = unfilter_flate(d, in, out, &behind);
	libdeflate_free_decompressor(d);
	return u;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	own_buf struct buf out = BUF_MAX(1 << 20), row = BUF_MAX(4 << 20);
	struct view in = view_of(data, n);
	struct predictor p;
	uint8_t which, how[4];
	size_t i;

	if (!view_u8(&in, &which))
		return 0;
	for (i = 0; i < sizeof how; i++)
		if (!view_u8(&in, &how[i]))
			return 0;
	(void)apply(which, in, &out);
	if (out.n > out.max)
		abort();
	p = (struct predictor){ how[0] % 16, how[1], how[2] % 17, (int64_t)how[3] * how[3] };
	if (predictor_ok(&p) && out.n > 0)
		(void)unpredict(&p, buf_bytes(&out), &row);
	if (row.n > row.max || row.n > out.n)
		abort();
	return 0;
}
