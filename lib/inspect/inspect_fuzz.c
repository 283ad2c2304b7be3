/*
 * Any bytes as a document of FUZZ_TYPE: the recogniser ends without a fault,
 * says the same twice, says why where it says no, and what it accepts goes
 * no further than its last byte.
 */
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "inspect/inspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const never[] = { "/JavaScript", "/Launch", "/EmbeddedFile/", "/XFA", "/OpenAction<<", "/AA<<" };
	struct profile small = *profile_find(VIEW("rebuild"));
	const struct profile *p = &small;
	struct view v = { data, size };
	struct err e = { 0 }, again = { 0 };
	bool ok;
	size_t i;

	/* 26 bytes of WebP may tell of 2^28 pixels: a minute here. */
	small.limits.pixels = 1 << 20;
	ok = inspect(TYPE_FUZZ, p, v, &e);
	if (inspect(TYPE_FUZZ, p, v, &again) != ok || (!ok && (e.code == ERR_NONE || e.text[0] == '\0')))
		abort();
	/* Outside streams and strings none of these can stand; inside them one may by chance. */
	for (i = 0; ok && TYPE_FUZZ == TYPE_PDF && i < sizeof never / sizeof *never; i++)
		if (view_find(v, 0, view_str(never[i])) != VIEW_NOT_FOUND && view_find(v, 0, VIEW("stream")) == VIEW_NOT_FOUND &&
		    view_find(v, 0, VIEW("(")) == VIEW_NOT_FOUND)
			abort();
	return 0;
}
