/* XML parts: what came out comes out again as it is. */
#include <stdlib.h>

#include "sanitize/markup/markup_testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool
rebuild(struct view in, struct buf *out, struct findings *f)
{
	struct job job = { .profile = profile_at(0), .findings = f };
	struct markup_use use = { .job = &job, .vocabulary = &sample, .where = "part" };
	struct err e = { 0 };

	return markup_rebuild(&use, in, out, &e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_buf struct buf once = { 0 }, twice = { 0 };
	struct findings f = { 0 }, none = { 0 };
	struct err e = { 0 };

	if (!markup_compile(&sample, &e))
		abort();
	if (rebuild(view_of(p, n), &once, &f) &&
	    (!rebuild(buf_bytes(&once), &twice, &none) || none.n != 0 ||
	     !view_eq(buf_bytes(&once), buf_bytes(&twice))))
		abort();
	findings_release(&f);
	findings_release(&none);
	return 0;
}
