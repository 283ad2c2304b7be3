/* Any bytes: what comes out is read again, and rebuilt to the same bytes. */
#include "core/own.h"
#include "sanitize/font/font.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool good)
{
	if (!good)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_buf struct buf out = BUF_MAX((size_t)64 << 20), again = BUF_MAX((size_t)64 << 20);
	struct font_info info, second;
	struct err e = { 0 };

	if (!font_rebuild(view_of(p, n), &out, &info, &e)) {
		must(e.code != ERR_NONE);
		return 0;
	}
	must(info.out == font_kind_of(buf_bytes(&out)));
	must(info.glyphs > 0);
	must(font_rebuild(buf_bytes(&out), &again, &second, &e));
	must(view_eq(buf_bytes(&out), buf_bytes(&again)));
	must(second.in == info.out && second.out == info.out);
	must(second.glyphs == info.glyphs && second.cid == info.cid);
	must(second.dropped == 0 && !second.hinting);
	return 0;
}
