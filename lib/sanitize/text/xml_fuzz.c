/* A file called .xml through the whole of sanitize(): what comes out settles. */
#include "sanitize/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char name[] = "a.xml";
	own_tried struct tried t = try_it(name, view_of(data, size));
	enum type type = t.type;

	if (type != TYPE_TEXT && type != TYPE_CSV && type != TYPE_XML && type != TYPE_JSON)
		return 0;
	if (tried_passed(&t) && !tried_settled(&t, name))
		abort();
	return 0;
}
