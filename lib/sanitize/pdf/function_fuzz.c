/* Function programs: what came out comes out again as it is, and is of printable characters alone. */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/pdf/function.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	own_arena struct arena *a = arena_new(0);
	own_buf struct buf once = { 0 }, twice = { 0 };

	if (!a || !pdf_function_program(view_of(p, n), a, &once))
		return 0;
	for (size_t i = 0; i < once.n; i++)
		if (once.p[i] < 0x20 || once.p[i] > 0x7e)
			abort();
	if (!pdf_function_program(buf_bytes(&once), a, &twice) ||
	    !view_eq(buf_bytes(&once), buf_bytes(&twice)))
		abort();
	return 0;
}
