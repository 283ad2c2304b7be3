/* An archive through the whole of sanitize(): what comes out settles. */
#include "sanitize/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	own_tried struct tried t = try_with("rebuild", "password", "a.zip", view_of(data, size));

	if (tried_passed(&t) && t.type == TYPE_ZIP && !tried_settled(&t, "a.zip"))
		abort();
	return 0;
}
