/* formula_fuzz.c - the first byte chooses the language; a formula that is kept holds no place of another document in its addresses. */
#include <stdlib.h>

#include "sanitize/odf/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view v;

	if (size < 1)
		return 0;
	v = view_of(data + 1, size - 1);
	if (data[0] % 3 == 0 && odf_formula_judge(v, true) == ODF_FORMULA_OK) {
		if (odf_formula_judge(v, false) == ODF_FORMULA_SHAPE)
			abort();
		return 0;
	}
	if (data[0] % 3 == 1 && odf_range_judge(v) == ODF_FORMULA_OK && memchr(v.p, '/', v.n) != NULL &&
	    memchr(v.p, '\'', v.n) == NULL && memchr(v.p, '#', v.n) == NULL)
		abort();
	(void)odf_writer_judge(v);
	return 0;
}
