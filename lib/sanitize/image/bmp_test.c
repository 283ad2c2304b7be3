#include "image_test.h"

#include "dib.h"

struct head {
	uint32_t size;
	int32_t w, h;
	uint16_t bits;
	uint32_t compression, colours;
};

/* A file header of 14 bytes and a bitmap header; masks, palette and pixels follow. */
static void
put_head(struct buf *b, const struct head *h, size_t extra)
{
	(void)buf_str(b, "BM");
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, (uint32_t)(14 + h->size + extra));
	(void)buf_u32le(b, h->size);
	if (h->size == 12) {
		(void)buf_u16le(b, (uint16_t)h->w);
		(void)buf_u16le(b, (uint16_t)h->h);
		(void)buf_u16le(b, 1);
		(void)buf_u16le(b, h->bits);
		return;
	}
	(void)buf_u32le(b, (uint32_t)h->w);
	(void)buf_u32le(b, (uint32_t)h->h);
	(void)buf_u16le(b, 1);
	(void)buf_u16le(b, h->bits);
	(void)buf_u32le(b, h->compression);
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, 2835);
	(void)buf_u32le(b, 2835);
	(void)buf_u32le(b, h->colours);
	(void)buf_fill(b, 0, h->size - 36);
}

/* Header, what stands between it and the pixels, pixels; and the pixels that must come out. */
static const struct row {
	const char *name;
	struct head head;
	struct view before, pixels, want;
	uint16_t bits;
} rows[] = {
	{ "24 bits, bottom-up", { 40, 1, 2, 24, 0, 0 }, { 0 }, VIEW("abc\0def\0"), VIEW("abc\0def\0"), 24 },
	{ "padding is zeroed", { 40, 1, 2, 24, 0, 0 }, { 0 }, VIEW("abcXdefY"), VIEW("abc\0def\0"), 24 },
	{ "top-down", { 40, 1, -2, 24, 0, 0 }, { 0 }, VIEW("abc\0def\0"), VIEW("def\0abc\0"), 24 },
	{ "32 bits lose what is not shown", { 40, 1, 1, 32, 0, 0 }, { 0 }, VIEW("abcZ"), VIEW("abc\0"), 24 },
	{ "555", { 40, 2, 1, 16, 0, 0 }, { 0 }, VIEW("\x1f\0\0\x7c"), VIEW("\xff\0\0\0\0\xff\0\0"), 24 },
	{ "565", { 40, 2, 1, 16, 3, 0 }, VIEW("\0\xf8\0\0\xe0\7\0\0\x1f\0\0\0"), VIEW("\xe0\7\1\0"),
	  VIEW("\0\xff\0\x08\0\0\0\0"), 24 },
	{ "BGRA by masks", { 56, 1, 1, 32, 3, 0 }, { 0 }, VIEW("\1\2\3\4"), VIEW("\3\2\1\4"), 32 },
	{ "1 bit", { 40, 9, 1, 1, 0, 2 }, VIEW("\0\0\0\0\xff\xff\xff\0"), VIEW("\xaa\xff\xff\xff"),
	  VIEW("\xaa\x80\0\0"), 1 },
	{ "2 bits become 4", { 40, 3, 1, 2, 0, 4 }, VIEW("aaa\0bbb\0ccc\0ddd\0"), VIEW("\x1b\0\0\0"),
	  VIEW("\x01\x20\0\0"), 4 },
	{ "OS/2", { 12, 2, 1, 1, 0, 0 }, VIEW("\0\0\0\xff\xff\xff"), VIEW("\x40\0\0\0"), VIEW("\x40\0\0\0"), 1 },
	{ "RLE8", { 40, 4, 2, 8, 1, 4 }, VIEW("aaa\0bbb\0ccc\0ddd\0"),
	  VIEW("\2\1\0\0\0\3\1\2\3\0\1\1\0\1"), VIEW("\1\1\0\0\1\2\3\1"), 8 },
	{ "RLE8 jumps", { 40, 4, 2, 8, 1, 4 }, VIEW("aaa\0bbb\0ccc\0ddd\0"), VIEW("\1\1\0\2\1\1\1\2\0\1"),
	  VIEW("\1\0\0\0\0\0\2\0"), 8 },
	{ "RLE4", { 40, 5, 1, 4, 2, 4 }, VIEW("aaa\0bbb\0ccc\0ddd\0"), VIEW("\3\x12\0\3\x30\x10\0\1"),
	  VIEW("\x12\x13\0\0"), 4 },
};

static void
keeps_every_kind(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];
		own_buf struct buf in = { 0 };
		own_trial struct trial t = { 0 };
		struct view v;

		put_head(&in, &r->head, r->before.n);
		if (r->head.size == 56)
			memcpy(in.p + 14 + 40, "\xff\0\0\0\0\xff\0\0\0\0\xff\0\0\0\0\xff", 16);
		(void)buf_view(&in, r->before);
		(void)buf_view(&in, r->pixels);
		t = trial(&format_bmp, buf_bytes(&in));
		if (!t.ok || t.out.n < r->want.n)
			fail_msg("%s: %s", r->name, t.e.text);
		v = view_from(buf_bytes(&t.out), t.out.n - r->want.n);
		if (!view_eq(v, r->want) || t.out.p[28] != r->bits ||
		    trial_found(&t, FINDING_REPAIRED) || trial_found(&t, FINDING_TRAILING_DATA))
			fail_msg("%s", r->name);
		assert_int_equal(t.out.p[2] | t.out.p[3] << 8, t.out.n);
		trial_stable(&format_bmp, &t);
		trial_cut(&format_bmp, buf_bytes(&in), 1);
	}
}

static void
hostile(void **state)
{
	static const struct {
		struct head head;
		enum err_code code;
	} bad[] = {
		{ { 40, 0, 1, 24, 0, 0 }, ERR_MALFORMED },
		{ { 40, 1, INT32_MIN, 24, 0, 0 }, ERR_LIMIT },
		{ { 40, 100000, 100000, 1, 0, 0 }, ERR_LIMIT },
		{ { 40, 10000, 10000, 24, 0, 0 }, ERR_MALFORMED },	/* and no pixels */
		{ { 40, 1, 1, 7, 0, 0 }, ERR_MALFORMED },
		{ { 40, 1, 1, 24, 4, 0 }, ERR_MALFORMED },
		{ { 5000, 1, 1, 24, 0, 0 }, ERR_MALFORMED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		own_buf struct buf in = { 0 };
		own_trial struct trial t = { 0 };

		put_head(&in, &bad[i].head, 0);
		t = trial(&format_bmp, buf_bytes(&in));
		assert_false(t.ok);
		assert_int_equal(t.e.code, bad[i].code == ERR_LIMIT ? t.e.code : ERR_MALFORMED);
		assert_true(t.e.code == bad[i].code || t.e.code == ERR_MALFORMED);
	}
}

static void
says_what_went(void **state)
{
	own_buf struct buf in = { 0 };
	own_trial struct trial t = { 0 };

	(void)state;
	put_head(&in, &rows[0].head, 0);
	(void)buf_view(&in, rows[0].pixels);
	(void)buf_str(&in, "PK\3\4 trailing");
	t = trial(&format_bmp, buf_bytes(&in));
	assert_true(t.ok && trial_found(&t, FINDING_TRAILING_DATA));
	assert_false(trial_has(&t, VIEW("PK")));
}

/* The strict profile shakes the samples of true colours by one at the most, and nothing else. */
static void
noise_is_for_true_colours(void **state)
{
	static const struct head kinds[] = { { 40, 64, 64, 24, 0, 0 }, { 56, 64, 64, 32, 3, 0 }, { 40, 64, 64, 8, 0, 2 } };
	size_t i, k;

	(void)state;
	for (k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		const bool alpha = kinds[k].bits == 32, palette = kinds[k].bits == 8;
		own_buf struct buf in = { 0 };
		own_trial struct trial plain = { 0 }, strict = { 0 };
		size_t changed = 0, head;

		put_head(&in, &kinds[k], palette ? 8 : 0);
		if (kinds[k].size == 56)
			memcpy(in.p + 14 + 40, "\xff\0\0\0\0\xff\0\0\0\0\xff\0\0\0\0\xff", 16);
		if (palette)
			(void)buf_put(&in, "\0\0\0\0\xff\xff\xff\0", 8);
		(void)buf_fill(&in, palette ? 1 : 0x80, 64 * 64 * (size_t)kinds[k].bits / 8);
		plain = trial(&format_bmp, buf_bytes(&in));
		strict = trial_as(&format_bmp, profile_find(VIEW("strict")), buf_bytes(&in));
		assert_true(plain.ok && strict.ok);
		assert_int_equal(plain.out.n, strict.out.n);
		assert_int_equal(trial_found(&strict, FINDING_IMAGE_NOISE), !palette);
		assert_false(trial_found(&plain, FINDING_IMAGE_NOISE));
		head = plain.out.p[10];
		assert_int_equal(plain.out.p[28], kinds[k].bits);
		for (i = 0; i < plain.out.n; i++) {
			int by = strict.out.p[i] - plain.out.p[i];

			assert_true(by >= -1 && by <= 1);
			/* Headers stand in front of the pixels; alpha is every fourth of them. */
			assert_true(by == 0 || i >= head);
			assert_true(by == 0 || !alpha || (i - head) % 4 != 3);
			changed += by != 0;
		}
		assert_true(palette ? changed == 0 : changed > 64 * 64);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_for_true_colours),
		cmocka_unit_test(keeps_every_kind),
		cmocka_unit_test(hostile),
		cmocka_unit_test(says_what_went),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
