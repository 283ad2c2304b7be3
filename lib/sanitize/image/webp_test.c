#include "image_test.h"

#include <webp/decode.h>
#include <webp/encode.h>

#include "sanitize/codec/icc_sample.h"

enum { W = 40, H = 24 };

static void
samples(uint8_t *rgba, bool alpha)
{
	size_t i;

	for (i = 0; i < W * H; i++) {
		rgba[4 * i] = (uint8_t)(i % W * 6);
		rgba[4 * i + 1] = (uint8_t)(i / W * 10);
		rgba[4 * i + 2] = (uint8_t)(128 + i % 5);
		rgba[4 * i + 3] = (uint8_t)(alpha ? 40 + i % W * 5 : 255);
	}
}

static void
make(bool lossless, bool alpha, struct buf *b)
{
	uint8_t rgba[W * H * 4], *p = NULL;
	size_t n;

	samples(rgba, alpha);
	n = lossless ? WebPEncodeLosslessRGBA(rgba, W, H, W * 4, &p)
		     : WebPEncodeRGBA(rgba, W, H, W * 4, 80, &p);
	assert_true(n > 0);
	(void)buf_put(b, p, n);
	WebPFree(p);
}

static void
chunk(struct buf *b, const char *name, struct view body)
{
	uint32_t n;

	(void)buf_str(b, name);
	(void)buf_u32le(b, (uint32_t)body.n);
	(void)buf_view(b, body);
	(void)buf_fill(b, 0, body.n % 2);
	n = (uint32_t)b->n - 8;
	memcpy(b->p + 4, &n, 4);
}

/* The largest difference of two pictures' samples. */
static int
distance(struct view a, struct view b)
{
	int w = 0, h = 0, d = 0, i;
	uint8_t *p = WebPDecodeRGBA(a.p, a.n, &w, &h), *q = WebPDecodeRGBA(b.p, b.n, &w, &h);

	assert_non_null(p);
	assert_non_null(q);
	for (i = 0; i < W * H * 4; i++)
		d = abs(p[i] - q[i]) > d ? abs(p[i] - q[i]) : d;
	WebPFree(p);
	WebPFree(q);
	return d;
}

static void
keeps_every_kind(void **state)
{
	int lossless, alpha;

	(void)state;
	for (lossless = 0; lossless <= 1; lossless++)
		for (alpha = 0; alpha <= 1; alpha++) {
			own_buf struct buf in = { 0 };
			own_trial struct trial t = { 0 };

			make(lossless, alpha, &in);
			t = trial(&format_webp, buf_bytes(&in));
			assert_true(t.ok);
			assert_int_equal(t.findings.n, 0);
			assert_true(distance(buf_bytes(&in), buf_bytes(&t.out)) <= (lossless ? 0 : 12));
			assert_int_equal(trial_has(&t, VIEW("ALPH")), !lossless && alpha);
			assert_int_equal(t.out.p[4] | t.out.p[5] << 8, t.out.n - 8);
			if (lossless)
				trial_stable(&format_webp, &t);
			trial_cut(&format_webp, view_of(in.p, in.n / 4), 7);
		}
}

static void
extended(struct buf *b, uint8_t flags)
{
	uint8_t x[10] = { flags, 0, 0, 0, W - 1, 0, 0, H - 1, 0, 0 };

	(void)buf_put(b, "RIFF\0\0\0\0WEBP", 12);
	chunk(b, "VP8X", view_of(x, sizeof x));
}

static void
removes_and_keeps(void **state)
{
	own_buf struct buf plain = { 0 }, in = { 0 }, icc = { 0 };
	own_trial struct trial t = { 0 };
	struct view vp8l;

	(void)state;
	make(true, false, &plain);
	vp8l = view_from(buf_bytes(&plain), 20);
	icc_sample(&icc);
	extended(&in, 0x2c);
	chunk(&in, "ICCP", buf_bytes(&icc));
	chunk(&in, "VP8L", vp8l);
	chunk(&in, "EXIF", VIEW("MM\0*\0\0\0\10\0\1\x88\x25\0\4\0\0\0\1\0\0\0\0\0\0\0\0"));
	chunk(&in, "XMP ", VIEW("<x/>"));
	chunk(&in, "evil", VIEW("MZ"));
	(void)buf_str(&in, "behind");
	t = trial(&format_webp, buf_bytes(&in));
	assert_true(t.ok);
	assert_true(trial_found(&t, FINDING_IMAGE_EXIF) && trial_found(&t, FINDING_IMAGE_GPS) &&
		    trial_found(&t, FINDING_IMAGE_XMP) && trial_found(&t, FINDING_IMAGE_BLOCK) &&
		    trial_found(&t, FINDING_TRAILING_DATA));
	assert_memory_equal(t.out.p + 12, "VP8X\x0a\0\0\0\x20\0\0\0\x27\0\0\x17\0\0ICCP", 22);
	assert_false(trial_has(&t, VIEW("EXIF")) || trial_has(&t, VIEW("<x/>")) ||
		     trial_has(&t, VIEW("behind")) || trial_has(&t, VIEW("lcms")));
	trial_stable(&format_webp, &t);
}

/* How a camera was held stays, and nothing else of what it wrote. */
static void
keeps_orientation(void **state)
{
	static const uint8_t little[] = { 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0, 0x0e, 1, 2, 0, 4, 0,
					  0, 0, 'E', 'V', 'L', 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0 };
	own_buf struct buf plain = { 0 }, in = { 0 };
	own_trial struct trial t = { 0 };

	(void)state;
	make(true, false, &plain);
	extended(&in, 8);
	chunk(&in, "VP8L", view_from(buf_bytes(&plain), 20));
	chunk(&in, "EXIF", view_of(little, sizeof little));
	t = trial(&format_webp, buf_bytes(&in));
	assert_true(t.ok && trial_found(&t, FINDING_IMAGE_EXIF));
	assert_false(trial_has(&t, VIEW("EVL")));
	assert_memory_equal(t.out.p + 12, "VP8X\x0a\0\0\0\x08\0\0\0\x27\0\0\x17\0\0VP8L", 22);
	assert_true(trial_has(&t, VIEW("EXIF\x20\0\0\0" "Exif\0\0MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0")));
	trial_stable(&format_webp, &t);
}

static void
frame(struct buf *b, struct view vp8l, uint8_t x)
{
	own_buf struct buf body = { 0 };
	uint8_t head[16] = { x, 0, 0, 0, 0, 0, W - 1, 0, 0, H - 1, 0, 0, 100, 0, 0, 0xfe };

	(void)buf_put(&body, head, sizeof head);
	(void)buf_str(&body, "VP8L");
	(void)buf_u32le(&body, (uint32_t)vp8l.n);
	(void)buf_view(&body, vp8l);
	(void)buf_fill(&body, 0, vp8l.n % 2);
	chunk(b, "ANMF", buf_bytes(&body));
}

static void
keeps_animation(void **state)
{
	own_buf struct buf plain = { 0 }, in = { 0 };
	own_trial struct trial t = { 0 }, u = { 0 };

	(void)state;
	make(true, true, &plain);
	extended(&in, 0x12);
	chunk(&in, "ANIM", VIEW("\1\2\3\4\5\0"));
	frame(&in, view_from(buf_bytes(&plain), 20), 0);
	frame(&in, view_from(buf_bytes(&plain), 20), 0);
	t = trial(&format_webp, buf_bytes(&in));
	assert_true(t.ok);
	assert_int_equal(t.findings.n, 0);
	assert_memory_equal(t.out.p + 20, "\x12\0\0\0", 4);
	assert_memory_equal(t.out.p + 30, "ANIM\6\0\0\0\1\2\3\4\5\0ANMF", 18);
	assert_int_equal(t.out.p[44 + 4 + 4 + 15], 2);
	trial_stable(&format_webp, &t);
	frame(&in, view_from(buf_bytes(&plain), 20), 200);
	u = trial(&format_webp, buf_bytes(&in));
	assert_false(u.ok);
}

static void
strict_adds_noise(void **state)
{
	own_buf struct buf in = { 0 };
	own_trial struct trial t = { 0 };

	(void)state;
	make(true, true, &in);
	t = trial_as(&format_webp, profile_find(VIEW("strict")), buf_bytes(&in));
	assert_true(t.ok && trial_found(&t, FINDING_IMAGE_NOISE));
	assert_int_equal(distance(buf_bytes(&in), buf_bytes(&t.out)), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_every_kind),
		cmocka_unit_test(removes_and_keeps),
		cmocka_unit_test(keeps_orientation),
		cmocka_unit_test(keeps_animation),
		cmocka_unit_test(strict_adds_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
