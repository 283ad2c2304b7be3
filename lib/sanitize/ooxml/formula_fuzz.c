/* Formulas: what came out comes out again as it is; what is refused leaves nothing. */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/ooxml/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool
sheet(void *ctx, struct view name)
{
	(void)ctx;
	return view_is(name, "Sheet1") || view_is(name, "A b") || view_is(name, "\xe8\xa1\xa8");
}

static bool
url(void *ctx, struct view in, struct buf *out)
{
	(void)ctx;
	return view_starts(in, VIEW("http://")) && buf_view(out, in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct formula_rules rules = { .sheet = sheet, .url = url };
	own_buf struct buf once = { 0 }, twice = { 0 };
	struct view what;

	if (formula_clean(view_of(p, n), &rules, &once, &what) != FORMULA_OK) {
		if (once.n != 0)
			abort();
		return 0;
	}
	if (once.n > FORMULA_MAX)
		return 0;
	if (formula_clean(buf_bytes(&once), &rules, &twice, &what) != FORMULA_OK ||
	    !view_eq(buf_bytes(&once), buf_bytes(&twice)))
		abort();
	return 0;
}
