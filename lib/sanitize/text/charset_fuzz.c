/* Every charset reads every input, and what it read it writes so that it reads the same again. */
#include "core/utf8.h"
#include "sanitize/testing.h"
#include "sanitize/text/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
there_and_back(enum charset c, struct view in)
{
	own_buf struct buf utf8 = { 0 }, raw = { 0 }, again = { 0 };
	uint64_t bad = 0, lost = 0, bad2 = 0;
	struct err e;

	if (!charset_decode(c, in, &utf8, &bad, &e) || !utf8_valid(buf_bytes(&utf8)))
		abort();
	if (!charset_encode(c, buf_bytes(&utf8), &raw, &lost, &e))
		abort();
	if (lost > 0)
		return;
	if (!charset_decode(c, buf_bytes(&raw), &again, &bad2, &e) || bad2 > bad)
		abort();
	/* A U+FEFF at the front is taken for the mark; ISO-2022-JP's yen sign is written shifted. */
	if (!view_eq(buf_bytes(&utf8), buf_bytes(&again)) && !view_starts(buf_bytes(&utf8), VIEW("\xef\xbb\xbf")))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum charset c;

	for (c = 0; c < CHARSET_COUNT; c++)
		there_and_back(c, view_of(data, size));
	(void)charset_guess(view_of(data, size));
	(void)detect(view_of(data, size), "a");
	return 0;
}
