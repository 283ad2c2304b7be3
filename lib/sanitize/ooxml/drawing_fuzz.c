/* Drawings, charts and slides: what came out comes out again as it is; VML's pictures; references of charts. */
#include <stdlib.h>

#include "sanitize/ooxml/chart.h"
#include "sanitize/ooxml/drawing_testing.h"
#include "sanitize/ooxml/vml_picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
references(struct view in)
{
	own_buf struct buf once = BUF_MAX(65536), twice = BUF_MAX(65536);

	if (!chart_reference(in, &once)) {
		if (once.n != 0)
			abort();
		return;
	}
	if (!chart_reference(buf_bytes(&once), &twice) || !view_eq(buf_bytes(&once), buf_bytes(&twice)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_buf struct buf once = BUF_MAX(1 << 24), twice = BUF_MAX(1 << 24);
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f };
	struct vml_picture pictures[4];
	struct err e = { 0 };
	size_t some;

	/* These want a package. */
	if (view_find(view_of(p, n), 0, VIEW("Relationship")) != VIEW_NOT_FOUND)
		return 0;
	if (vocabulary.index == NULL && !markup_compile(&vocabulary, &e))
		abort();
	references(view_of(p, n));
	(void)vml_pictures(&j, view_of(p, n), pictures, 4, &some, &e);
	if (rebuild(&j, view_of(p, n), &once, &e) &&
	    (!rebuild(&j, buf_bytes(&once), &twice, &e) || !view_eq(buf_bytes(&once), buf_bytes(&twice))))
		abort();
	findings_release(&f);
	return 0;
}
