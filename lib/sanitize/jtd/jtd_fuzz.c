/* jtd_fuzz.c - any bytes as a text stream: words that are UTF-8, no more of them than units, three bytes each and the marks. */
#include <stdlib.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/jtd/jtd_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile p = *profile_find(VIEW("rebuild"));
	struct job j = { .profile = &p };
	own_buf struct buf in = { 0 }, out = { 0 };
	struct err e = { 0 };

	/* The head is always there: it is not what is to be found out. */
	(void)(buf_str(&in, "SsmgV.01") && buf_fill(&in, 0, 12) && buf_str(&in, "TextV.01") &&
	       buf_u32be(&in, 0xffffffff) && buf_put(&in, data, size));
	p.limits.cpu_ms = UINT32_MAX;
	if (!jtd_text(&j, buf_bytes(&in), &out, &e) || !utf8_valid(buf_bytes(&out)) || out.n > size * 2)
		abort();
	return 0;
}
