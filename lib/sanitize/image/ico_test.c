#include "image_test.h"

#include "png_sample.h"

static void
put_png(struct buf *b)
{
	png_sample_ihdr(b, 2, 2, 8, 0, 0);
	png_sample_chunk(b, "tEXt", VIEW("Comment\0hidden"));
	png_sample_data(b, "IDAT", VIEW(""), VIEW("\0\1\2\0\3\4"));
	png_sample_end(b);
}

/* 2 × 2, 4 bits, 16 colours, mask */
static void
put_dib(struct buf *b, uint32_t height)
{
	(void)buf_u32le(b, 40);
	(void)buf_u32le(b, 2);
	(void)buf_u32le(b, height);
	(void)buf_u16le(b, 1);
	(void)buf_u16le(b, 4);
	(void)buf_fill(b, 0, 24);
	(void)buf_fill(b, 0x33, 64);
	(void)buf_put(b, "\x12\xff\xff\xff\x34\0\0\0", 8);
	(void)buf_put(b, "\x80\0\0\0\x7f\0\0\0", 8);
}

static void
put_entry(struct buf *b, size_t size, size_t at)
{
	(void)buf_put(b, "\2\2\0\xee\xff\xff\xff\xff", 8);
	(void)buf_u32le(b, (uint32_t)size);
	(void)buf_u32le(b, (uint32_t)at);
}

static void
make(struct buf *in, uint32_t height)
{
	own_buf struct buf png = { 0 }, dib = { 0 };

	put_png(&png);
	put_dib(&dib, height);
	(void)buf_put(in, "\0\0\1\0\2\0", 6);
	put_entry(in, png.n, 6 + 32 + 5);
	put_entry(in, dib.n, 6 + 32 + 5 + png.n);
	(void)buf_str(in, "slack");
	(void)buf_view(in, buf_bytes(&png));
	(void)buf_view(in, buf_bytes(&dib));
	(void)buf_str(in, "behind");
}

/* A byte of the directory has no more than 255; larger ones stand in the image alone. */
static void
large_ones(void **state)
{
	static const uint32_t widths[] = { 255, 256, 257, 1024, 1025 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof widths / sizeof *widths; i++) {
		own_buf struct buf in = { 0 }, png = { 0 }, rows = { 0 };
		own_trial struct trial t = { 0 };

		png_sample_ihdr(&png, widths[i], 1, 8, 0, 0);
		(void)buf_fill(&rows, 0, widths[i] + 1);
		png_sample_data(&png, "IDAT", VIEW(""), buf_bytes(&rows));
		png_sample_end(&png);
		(void)buf_put(&in, "\0\0\1\0\1\0", 6);
		put_entry(&in, png.n, 6 + 16);
		(void)buf_view(&in, buf_bytes(&png));
		t = trial(&format_ico, buf_bytes(&in));
		assert_int_equal(t.ok, widths[i] <= 1024);
		if (t.ok)
			assert_int_equal(t.out.p[6], widths[i] < 256 ? widths[i] : 0);
	}
}

static void
keeps_both_kinds(void **state)
{
	own_buf struct buf in = { 0 };
	own_trial struct trial t = { 0 };
	size_t dib;

	(void)state;
	make(&in, 4);
	t = trial(&format_ico, buf_bytes(&in));
	assert_true(t.ok);
	assert_true(trial_found(&t, FINDING_IMAGE_COMMENT) && trial_found(&t, FINDING_TRAILING_DATA));
	assert_false(trial_found(&t, FINDING_REPAIRED) || trial_has(&t, VIEW("hidden")) ||
		     trial_has(&t, VIEW("slack")) || trial_has(&t, VIEW("behind")));
	assert_memory_equal(t.out.p, "\0\0\1\0\2\0\2\2\0\0\1\0\x08\0", 14);
	assert_memory_equal(t.out.p + 22, "\2\2\x10\0\1\0\4\0\x78\0\0\0", 12);
	dib = t.out.n - 120;
	assert_int_equal(t.out.p[34] | t.out.p[35] << 8, dib);
	/* rows without what stands in their padding */
	assert_memory_equal(t.out.p + dib + 104, "\x12\0\0\0\x34\0\0\0\x80\0\0\0\x40\0\0\0", 16);
	trial_stable(&format_ico, &t);
	trial_cut(&format_ico, buf_bytes(&in), 1);
}

static void
one_bad_image_is_left_out(void **state)
{
	own_buf struct buf in = { 0 };
	own_trial struct trial t = { 0 };

	(void)state;
	make(&in, 0);
	t = trial(&format_ico, buf_bytes(&in));
	assert_true(t.ok && trial_found(&t, FINDING_REPAIRED));
	assert_int_equal(t.out.p[4], 1);
	trial_stable(&format_ico, &t);
}

static void
refuses(void **state)
{
	static const struct view bad[] = {
		{ (const uint8_t *)"\0\0\2\0\1\0", 6 },	/* a cursor */
		{ (const uint8_t *)"\0\0\1\0\0\0", 6 },
		{ (const uint8_t *)"\0\0\1\0\xff\xff", 6 },
		{ (const uint8_t *)"\0\0\1\0\1\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 22 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		own_trial struct trial t = trial(&format_ico, bad[i]);

		assert_false(t.ok);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_ones),
		cmocka_unit_test(keeps_both_kinds),
		cmocka_unit_test(one_bad_image_is_left_out),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
