#include "image_test.h"

#include "sanitize/codec/codec.h"

static void
gradient(uint8_t channels, struct buf *out)
{
	uint8_t data[40 * 30 * 4];
	struct pixels p = { .w = 40, .h = 30, .channels = channels, .bits = 8, .data = data };
	struct err e = { 0 };
	size_t i;

	for (i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i / 40 + i % 7);
	assert_true(jpeg_encode(&p, 85, out, &e));
}

static void
says_what_went(void **state)
{
	own_buf struct buf plain = { 0 }, in = { 0 };
	own_trial struct trial t = { 0 }, clean = { 0 };

	(void)state;
	gradient(3, &plain);
	clean = trial(&format_jpeg, buf_bytes(&plain));
	assert_true(clean.ok);
	assert_int_equal(clean.findings.n, 0);
	trial_stable(&format_jpeg, &clean);
	(void)buf_put(&in, plain.p, 20);
	(void)buf_put(&in, "\xff\xfe\0\x0ahidden!!", 12);
	(void)buf_put(&in, plain.p + 20, plain.n - 20);
	(void)buf_str(&in, "more");
	t = trial(&format_jpeg, buf_bytes(&in));
	assert_true(t.ok && trial_found(&t, FINDING_IMAGE_COMMENT) &&
		    trial_found(&t, FINDING_TRAILING_DATA));
	assert_true(view_eq(buf_bytes(&t.out), buf_bytes(&clean.out)));
}

/* By pixels: other bytes, the same head, nearly the same picture. */
static void
strict_is_by_pixels(void **state)
{
	static const uint8_t channels[] = { 1, 3, 4 };
	size_t k, i, sum;

	(void)state;
	for (k = 0; k < sizeof channels; k++) {
		own_buf struct buf plain = { 0 }, in = { 0 };
		own_trial struct trial t = { 0 };
		struct pixels a = { 0 }, b = { 0 };
		struct err e = { 0 };
		int q;

		gradient(channels[k], &plain);
		(void)buf_put(&in, plain.p, 2);
		(void)buf_put(&in, "\xff\xe1\0\x22" "Exif\0\0MM\0*\0\0\0\10\0\1\1\x12\0\3\0\0\0\1\0\3\0\0\0\0\0\0", 36);
		(void)buf_put(&in, plain.p + 2, plain.n - 2);
		t = trial_as(&format_jpeg, profile_find(VIEW("strict")), buf_bytes(&in));
		assert_true(t.ok && trial_found(&t, FINDING_IMAGE_PIXELS));
		assert_true(trial_has(&t, VIEW("\1\x12\0\3\0\0\0\1\0\3")));
		assert_true(jpeg_decode(buf_bytes(&in), 1 << 20, &a, &q, &e));
		assert_true(jpeg_decode(buf_bytes(&t.out), 1 << 20, &b, &q, &e));
		for (i = sum = 0; i < (size_t)40 * 30 * channels[k]; i++)
			sum += (size_t)abs(a.data[i] - b.data[i]);
		assert_true(sum / ((size_t)40 * 30 * channels[k]) <= 3);
		free(a.data);
		free(b.data);
		trial_stable(&format_jpeg, &t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_went),
		cmocka_unit_test(strict_is_by_pixels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
