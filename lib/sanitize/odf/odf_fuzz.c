/*
 * odf_fuzz.c - the first byte chooses the kind of document, the rest is the
 * content of one: what is kept must be the same when it is rebuilt again.
 */
#include "sanitize/odf/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "text", "spreadsheet", "presentation", "graphics" };
	struct odf_part parts[] = { { "content.xml", NULL, 0 }, { "Object 1/content.xml", NULL, 0 }, { NULL, NULL, 0 } };
	own_odf_tried struct odf_tried t = { 0 };

	if (size < 2)
		return 0;
	parts[0].text = parts[1].text = (const char *)data + 1;
	parts[0].n = parts[1].n = size - 1;
	t = odf_try("rebuild", kinds[data[0] % 4], parts);
	if (t.ok && !odf_settled(&t, "rebuild"))
		abort();
	return 0;
}
