/* png_pixels_test.c - samples out of a PNG and into one. */
#include "image_test.h"

#include "png_pixels.h"
#include "png_sample.h"

/* Two pixels, one above the other, by kind: what stands in the file and what is read. */
static const struct {
	const char *what;
	uint8_t type, depth, interlace;
	const char *raw;
	size_t n;
	enum err_code code;
	const char *rgba;
} rows[] = {
#define ROW(what, type, depth, interlace, raw, code, rgba) { what, type, depth, interlace, raw, sizeof raw - 1, code, rgba }
	ROW("grey", 0, 8, 0, "\0\x10\0\x20", ERR_NONE, "\x10\x10\x10\xff\x20\x20\x20\xff"),
	ROW("colours", 2, 8, 0, "\0\1\2\3\0\4\5\6", ERR_NONE, "\1\2\3\xff\4\5\6\xff"),
	ROW("colours, the second row above the first", 2, 8, 0, "\0\1\2\3\2\3\3\3", ERR_NONE, "\1\2\3\xff\4\5\6\xff"),
	ROW("a palette, and a colour that is not in it", 3, 8, 0, "\0\1\0\x09", ERR_NONE, "\4\5\6\xff\0\0\0\xff"),
	ROW("grey and opacity", 4, 8, 0, "\0\x10\x80\0\x20\0", ERR_NONE, "\x10\x10\x10\x80\x20\x20\x20\0"),
	ROW("colours and opacity", 6, 8, 0, "\0\1\2\3\4\0\5\6\7\x08", ERR_NONE, "\1\2\3\4\5\6\7\x08"),
	ROW("sixteen bits", 0, 16, 0, "\0\0\0\0\0\0", ERR_MALFORMED, ""),
	ROW("one bit", 0, 1, 0, "\0\0\0\0", ERR_MALFORMED, ""),
	ROW("interlaced", 0, 8, 1, "\0\x10\0\x20", ERR_MALFORMED, ""),
	ROW("a row less", 0, 8, 0, "\0\x10", ERR_MALFORMED, ""),
	ROW("a filter that is none", 0, 8, 0, "\0\x10\5\x20", ERR_MALFORMED, ""),
#undef ROW
};

static void
make(struct buf *b, size_t i)
{
	png_sample_ihdr(b, 1, 2, rows[i].depth, rows[i].type, rows[i].interlace);
	if (rows[i].type == 3)
		png_sample_chunk(b, "PLTE", VIEW("\1\2\3\4\5\6"));
	png_sample_chunk(b, "tEXt", VIEW("Author\0x"));
	png_sample_data(b, "IDAT", VIEW(""), view_of((const uint8_t *)rows[i].raw, rows[i].n));
	png_sample_end(b);
}

static bool
read_it(struct view in, struct png_pixels *ret, struct err *e)
{
	struct findings findings = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &findings, .name = "" };
	bool ok = png_pixels_read(&j, in, ret, e);

	assert_int_equal(findings.n, 0);
	return ok;
}

static void
samples_are_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_png_pixels struct png_pixels px = { 0 };
		own_buf struct buf b = { 0 };
		struct err e = { 0 };
		bool ok;

		make(&b, i);
		ok = read_it(buf_bytes(&b), &px, &e);
		if (ok != (rows[i].code == ERR_NONE) || e.code != rows[i].code)
			fail_msg("%s: %s", rows[i].what, e.text);
		if (ok && (px.w != 1 || px.h != 2 || memcmp(px.rgba, rows[i].rgba, 8) != 0))
			fail_msg("%s: %ux%u, other samples", rows[i].what, px.w, px.h);
	}
}

static void
what_is_no_sound_picture_is_refused(void **state)
{
	own_buf struct buf b = { 0 }, giant = { 0 };
	struct err e = { 0 };
	size_t n;

	(void)state;
	make(&b, 1);
	for (n = 0; n < b.n; n++) {
		own_png_pixels struct png_pixels px = { 0 };

		assert_false(read_it(view_of(b.p, n), &px, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
	png_sample_ihdr(&giant, 4097, 4096, 8, 0, 0);
	png_sample_data(&giant, "IDAT", VIEW(""), VIEW("\0"));
	png_sample_end(&giant);
	{
		own_png_pixels struct png_pixels px = { 0 };

		assert_false(read_it(buf_bytes(&giant), &px, &e));
		assert_int_equal(e.code, ERR_LIMIT);
	}
}

static void
what_is_written_is_read_again(void **state)
{
	enum { W = 7, H = 9 };
	uint8_t rgba[W * H * 4];
	const struct png_pixels px = { W, H, rgba };
	size_t i, opaque;

	(void)state;
	for (i = 0; i < sizeof rgba; i++)
		rgba[i] = (uint8_t)(i * i * 7 + i / 5);
	for (opaque = 0; opaque < 2; opaque++) {
		own_png_pixels struct png_pixels back = { 0 };
		own_buf struct buf b = { 0 };
		struct err e = { 0 };

		assert_true(png_pixels_write(&px, opaque, &b, &e));
		assert_int_equal(b.p[25], opaque ? 2 : 6);
		assert_true(read_it(buf_bytes(&b), &back, &e));
		assert_true(back.w == W && back.h == H);
		for (i = 0; i < sizeof rgba; i++)
			assert_int_equal(back.rgba[i], opaque && i % 4 == 3 ? 255 : rgba[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_read),
		cmocka_unit_test(what_is_no_sound_picture_is_refused),
		cmocka_unit_test(what_is_written_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
