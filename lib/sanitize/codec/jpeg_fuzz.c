#include "core/own.h"
#include "sanitize/codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What comes out is undamaged, bare, and rebuilt to itself. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_buf struct buf out = BUF_MAX(64u << 20), again = BUF_MAX(64u << 20);
	struct jpeg_info i, k;
	struct err e = { 0 };
	enum jpeg_how how = n % 4 == 3 ? (enum jpeg_how)(1 + n / 4 % 3) : JPEG_FILE;

	if (!jpeg_rebuild(view_of(p, n), how, 1 << 20, &out, &i, &e))
		return 0;
	/* What a PDF said of the colours, the new picture says itself. */
	if (how != JPEG_FILE)
		how = JPEG_IN_PDF;
	if (!jpeg_rebuild(buf_bytes(&out), how, 1 << 20, &again, &k, &e) ||
	    !view_eq(buf_bytes(&out), buf_bytes(&again)))
		abort();
	if (k.damaged || k.trailing || k.exif || k.gps || k.xmp || k.comment || k.thumbnail ||
	    k.iptc || k.other_app || k.icc_removed)
		abort();
	return 0;
}
