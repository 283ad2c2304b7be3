/*
 * html_fuzz.c - any bytes as HTML of the allow-list: what comes out comes
 * out of itself unchanged, with nothing more to say.  (As text, the whole
 * driver does it.)
 */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/html/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
turn(const struct profile *p, struct view in, struct buf *out, enum verdict *ret)
{
	static const struct html_how how = { 0 };
	struct findings f = { 0 };
	struct job j = { .profile = p, .findings = &f, .name = "" };
	struct err e = { 0 };
	bool ok = html_to_html(&j, in, &how, out, &e);

	if (!ok && e.code == ERR_NONE)
		abort();
	*ret = findings_weigh(&f);
	findings_release(&f);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p = *profile_find(VIEW("keep"));
	own_buf struct buf once = { 0 }, twice = { 0 };
	enum verdict v;

	p.html = true;
	p.limits.pixels = 1 << 16;
	if (!turn(&p, view_of(data, size), &once, &v))
		return 0;
	if (!turn(&p, buf_bytes(&once), &twice, &v) || v != VERDICT_CLEAN || !view_eq(buf_bytes(&once), buf_bytes(&twice)))
		abort();
	return 0;
}
