/* CMaps: what came out comes out again as it is. */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/pdf/cmap.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool
rewrite(struct view in, enum cmap_kind kind, struct buf *out)
{
	struct job job = { .profile = profile_at(0) };
	struct cmap_head head = { .name = VIEW("N"), .registry = VIEW("R"), .ordering = VIEW("O"),
				  .wmode = -1 };
	struct err e = { 0 };

	return pdf_cmap_program(&job, in, kind, &head, out, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	for (enum cmap_kind kind = CMAP_CID; kind <= CMAP_TOUNICODE; kind++) {
		own_buf struct buf once = { 0 }, twice = { 0 };

		if (rewrite(view_of(p, n), kind, &once) &&
		    (!rewrite(buf_bytes(&once), kind, &twice) ||
		     !view_eq(buf_bytes(&once), buf_bytes(&twice))))
			abort();
	}
	return 0;
}
