#include "image_test.h"

#include "lzw.h"

enum { W = 6, H = 10 };

static void
put_frame(struct buf *b, bool interlaced, uint8_t add)
{
	static const uint8_t order[H] = { 0, 8, 4, 2, 6, 1, 3, 5, 7, 9 };
	uint8_t p[W * H];
	struct err e = { 0 };
	size_t x, y;

	for (y = 0; y < H; y++)
		for (x = 0; x < W; x++)
			p[y * W + x] = (uint8_t)(((interlaced ? order[y] : y) * 3 + x + add) & 3);
	(void)buf_put(b, "\x2c\1\0\2\0\6\0\x0a\0", 9);
	(void)buf_byte(b, interlaced ? 0x40 : 0);
	assert_true(lzw_encode(p, sizeof p, 2, b, &e));
}

static void
put_head(struct buf *b)
{
	(void)buf_put(b, "GIF87a\x0a\0\x0c\0\xf1\1\0", 13);
	(void)buf_str(b, "AAABBBCCCDDD");
}

static void
keeps_and_removes(void **state)
{
	own_buf struct buf in = { 0 }, want = { 0 };
	own_trial struct trial t = { 0 };

	(void)state;
	put_head(&in);
	(void)buf_put(&in, "\x21\xff\x0bNETSCAPE2.0\3\1\7\0\0", 19);
	(void)buf_put(&in, "\x21\xfe\6hidden\0", 10);
	(void)buf_put(&in, "\x21\xff\x0bXMP DataXMP\3<x>\0", 19);
	(void)buf_put(&in, "\x21\xff\x0bMYAPP12.0xx\4evil\0", 20);
	(void)buf_put(&in, "\x21\xf9\4\x09\5\0\2\0", 8);
	put_frame(&in, true, 0);
	(void)buf_put(&in, "\x21\1\4text\0", 8);
	(void)buf_put(&in, "\x21\xf9\4\xfc\6\0\3\0", 8);
	put_frame(&in, false, 1);
	(void)buf_str(&in, ";MZ trailing");
	t = trial(&format_gif, buf_bytes(&in));
	assert_true(t.ok);
	assert_true(trial_found(&t, FINDING_IMAGE_COMMENT) && trial_found(&t, FINDING_IMAGE_BLOCK) &&
		    trial_found(&t, FINDING_TRAILING_DATA));
	assert_false(trial_found(&t, FINDING_REPAIRED));
	(void)buf_put(&want, "GIF89a\x0a\0\x0c\0\xf1\1\0" "AAABBBCCCDDD", 25);
	(void)buf_put(&want, "\x21\xff\x0bNETSCAPE2.0\3\1\7\0\0", 19);
	(void)buf_put(&want, "\x21\xf9\4\x09\5\0\2\0", 8);
	put_frame(&want, false, 0);
	(void)buf_put(&want, "\x21\xf9\4\0\6\0\0\0", 8);
	put_frame(&want, false, 1);
	(void)buf_byte(&want, ';');
	assert_int_equal(t.out.n, want.n);
	assert_memory_equal(t.out.p, want.p, want.n);
	trial_stable(&format_gif, &t);
}

static void
tells_of_data_in_the_loop(void **state)
{
	own_buf struct buf in = { 0 };
	own_trial struct trial t = { 0 };

	(void)state;
	put_head(&in);
	(void)buf_put(&in, "\x21\xff\x0bNETSCAPE2.0\3\1\2\0\6hidden\0", 26);
	put_frame(&in, false, 0);
	(void)buf_byte(&in, ';');
	t = trial(&format_gif, buf_bytes(&in));
	assert_true(t.ok && trial_found(&t, FINDING_IMAGE_BLOCK) && !trial_has(&t, VIEW("hidden")));
}

static void
cut_ones_pass(void **state)
{
	own_buf struct buf in = { 0 };
	own_trial struct trial t = { 0 };

	(void)state;
	put_head(&in);
	put_frame(&in, false, 0);
	(void)buf_byte(&in, ';');
	trial_cut(&format_gif, buf_bytes(&in), 1);
	t = trial(&format_gif, view_of(in.p, in.n - 5));
	assert_true(t.ok && trial_found(&t, FINDING_REPAIRED));
}

/* Gray where no palette is, black and white where two indices are all. */
static void
gets_a_palette(void **state)
{
	static const struct {
		uint8_t index[4], one, last;
	} rows[] = {
		{ { 0, 1, 2, 3 }, 1, 255 },
		{ { 0, 1, 1, 0 }, 255, 255 },
	};
	size_t k;

	(void)state;
	for (k = 0; k < sizeof rows / sizeof rows[0]; k++) {
		own_buf struct buf in = { 0 };
		own_trial struct trial t = { 0 };
		struct err e = { 0 };

		(void)buf_put(&in, "GIF87a\2\0\2\0\x70\0\0" "\x2c\0\0\0\0\2\0\2\0\0", 23);
		assert_true(lzw_encode(rows[k].index, 4, 2, &in, &e));
		(void)buf_byte(&in, ';');
		t = trial(&format_gif, buf_bytes(&in));
		assert_true(t.ok && trial_found(&t, FINDING_IMAGE_CONVERTED));
		assert_true(t.out.n > 13 + 768);
		assert_int_equal(t.out.p[10], 0xf7);
		assert_int_equal(t.out.p[13], 0);
		assert_int_equal(t.out.p[13 + 3], rows[k].one);
		assert_int_equal(t.out.p[13 + 6], 2);
		assert_int_equal(t.out.p[13 + 767], rows[k].last);
		trial_stable(&format_gif, &t);
	}
}

static void
bombs(void **state)
{
	own_buf struct buf in = { 0 };
	own_trial struct trial t = { 0 }, u = { 0 };
	size_t i;

	(void)state;
	/* One frame of 65,535 × 65,535 */
	put_head(&in);
	(void)buf_put(&in, "\x2c\0\0\0\0\xff\xff\xff\xff\0\2\2\x4c\1\0;", 16);
	t = trial(&format_gif, buf_bytes(&in));
	assert_false(t.ok);
	assert_int_equal(t.e.code, ERR_LIMIT);
	/* Many frames that are large together */
	in.n = 25;
	for (i = 0; i < 200; i++)
		(void)buf_put(&in, "\x2c\0\0\0\0\xff\x3f\xff\x3f\0\2\1\x4c\0", 14);
	u = trial(&format_gif, buf_bytes(&in));
	assert_false(u.ok);
	assert_int_equal(u.e.code, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_and_removes),
		cmocka_unit_test(tells_of_data_in_the_loop),
		cmocka_unit_test(cut_ones_pass),
		cmocka_unit_test(gets_a_palette),
		cmocka_unit_test(bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
