#include "inspect/sentence.h"

static void
chunk(struct buf *b, const char *name, struct view data)
{
	size_t at;

	buf_u32be(b, (uint32_t)data.n);
	at = b->n;
	buf_str(b, name);
	buf_view(b, data);
	assert_true(buf_u32be(b, (uint32_t)crc32(0, b->p + at, (uInt)(b->n - at))));
}

static void
pixels(struct buf *b, const char *name, const char *sequence, struct view raw)
{
	own_buf struct buf z = { 0 };

	if (sequence != NULL)
		buf_put(&z, sequence, 4);
	put_deflated(&z, raw, false);
	chunk(b, name, buf_bytes(&z));
}

#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define GRAY_2X2 VIEW("\0\0\0\2\0\0\0\2\10\0\0\0\0")
#define ROWS_2X2 VIEW("\0ab\4cd")
#define FRAME(sequence) VIEW("\0\0\0" sequence "\0\0\0\2\0\0\0\2\0\0\0\0\0\0\0\0\0\1\0\12\0\0")

/* `extra` goes between IHDR and IDAT. */
static void
picture(struct buf *b, const char *extra_name, struct view extra)
{
	buf_put(b, SIGNATURE, 8);
	chunk(b, "IHDR", GRAY_2X2);
	if (extra_name != NULL)
		chunk(b, extra_name, extra);
	pixels(b, "IDAT", NULL, ROWS_2X2);
	chunk(b, "IEND", VIEW(""));
}

static void
test_whole(void **state)
{
	own_buf struct buf b = { 0 };

	(void)state;
	picture(&b, NULL, VIEW(""));
	must_be_whole(TYPE_PNG, buf_bytes(&b));
	/* The CRCs see every change. */
	assert_int_equal(flips(TYPE_PNG, buf_bytes(&b)), 0);
}

static void
test_chunks(void **state)
{
	static const struct { const char *name; struct view data; const char *why; } table[] = {
		{ "sRGB", { (const uint8_t *)"\0", 1 }, NULL },
		{ "gAMA", { (const uint8_t *)"\0\0\xb1\x8f", 4 }, NULL },
		{ "pHYs", { (const uint8_t *)"\0\0\0\1\0\0\0\1\1", 9 }, NULL },
		{ "tRNS", { (const uint8_t *)"\0\1", 2 }, NULL },
		{ "sRGB", { (const uint8_t *)"\4", 1 }, "intent" },
		{ "tRNS", { (const uint8_t *)"\1\1", 2 }, "tRNS" },
		{ "tRNS", { (const uint8_t *)"\0\1\0\1\0\1", 6 }, "tRNS" },
		{ "tEXt", { (const uint8_t *)"Comment\0x", 9 }, "unknown" },
		{ "iTXt", { (const uint8_t *)"XML:com.adobe.xmp\0\0\0\0\0", 22 }, "unknown" },
		{ "zTXt", { (const uint8_t *)"a\0\0", 3 }, "unknown" },
		{ "eXIf", { (const uint8_t *)"MM\0\52\0\0\0\10\0\0", 10 }, "orientation" },
		{ "tIME", { (const uint8_t *)"\7\320\1\1\0\0\0", 7 }, "unknown" },
		{ "pHYs", { (const uint8_t *)"\0\0\0\1\0\0\0\1\2", 9 }, "pHYs" },
		{ "PLTE", { (const uint8_t *)"abc", 3 }, "PLTE" },
		{ "fdAT", { (const uint8_t *)"\0\0\0\0x", 5 }, "order" },
		{ "fcTL", { (const uint8_t *)"\0\0\0\0\0\0\0\2\0\0\0\2\0\0\0\0\0\0\0\0\0\1\0\12\0\0", 26 }, "acTL" },
		{ "IHDR", { (const uint8_t *)"\0\0\0\2\0\0\0\2\10\0\0\0\0", 13 }, "order" },
		{ "iCCP", { (const uint8_t *)"icc\0\0x", 6 }, "deflated" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf b = { 0 };

		picture(&b, table[i].name, table[i].data);
		if (table[i].why == NULL)
			must_pass(TYPE_PNG, buf_bytes(&b), table[i].name);
		else
			must_fail(TYPE_PNG, buf_bytes(&b), table[i].name, table[i].why);
	}
}

static void
test_data(void **state)
{
	static const struct { const char *what; struct view raw; const char *why; } table[] = {
		{ "a row short", { (const uint8_t *)"\0ab", 3 }, "fewer" },
		{ "a byte more", { (const uint8_t *)"\0ab\4cde", 7 }, "more" },
		{ "filter 5", { (const uint8_t *)"\0ab\5cd", 6 }, "filter" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		own_buf struct buf b = { 0 }, z = { 0 };
		struct view raw = i < 3 ? table[i].raw : ROWS_2X2;

		buf_put(&b, SIGNATURE, 8);
		chunk(&b, "IHDR", i == 4 ? VIEW("\0\0\0\2\0\0\0\2\10\0\0\0\1") : GRAY_2X2);
		put_deflated(&z, raw, false);
		if (i == 3)
			buf_str(&z, "hidden");
		chunk(&b, "IDAT", buf_bytes(&z));
		chunk(&b, "IEND", VIEW(""));
		must_fail(TYPE_PNG, buf_bytes(&b), i < 3 ? table[i].what : i == 3 ? "behind deflate" : "interlaced",
			  i < 3 ? table[i].why : i == 3 ? "behind" : "interlaced");
	}
}

static void
animation(struct buf *b, const char *frames, const char *second)
{
	buf_put(b, SIGNATURE, 8);
	chunk(b, "IHDR", GRAY_2X2);
	chunk(b, "acTL", view_of(frames, 8));
	chunk(b, "fcTL", FRAME("\0"));
	pixels(b, "IDAT", NULL, ROWS_2X2);
	chunk(b, "fcTL", FRAME("\1"));
	pixels(b, "fdAT", second, ROWS_2X2);
	chunk(b, "IEND", VIEW(""));
}

static void
test_animation(void **state)
{
	own_buf struct buf good = { 0 }, frames = { 0 }, sequence = { 0 };

	(void)state;
	animation(&good, "\0\0\0\2\0\0\0", "\0\0\0\2");
	must_be_whole(TYPE_PNG, buf_bytes(&good));
	animation(&frames, "\0\0\0\3\0\0\0", "\0\0\0\2");
	must_fail(TYPE_PNG, buf_bytes(&frames), "a frame too few", "frames");
	animation(&sequence, "\0\0\0\2\0\0\0", "\0\0\0\3");
	must_fail(TYPE_PNG, buf_bytes(&sequence), "a gap in the sequence", "sequence");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_whole), cmocka_unit_test(test_chunks),
					    cmocka_unit_test(test_data), cmocka_unit_test(test_animation) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
