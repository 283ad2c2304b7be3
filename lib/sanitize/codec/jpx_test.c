#include "sanitize/codec/jpx_sample.h"

enum { PIXELS = 1 << 20 };

static const struct jpx_wanted rows[] = {
	{ "gray", OPJ_CODEC_J2K, OPJ_CLRSPC_GRAY, 1, 8, 0, 1, false, false, PIXELS_GRAY, 8, 1 },
	{ "one bit", OPJ_CODEC_JP2, OPJ_CLRSPC_GRAY, 1, 1, 0, 1, false, false, PIXELS_GRAY, 8, 1 },
	{ "four bits", OPJ_CODEC_JP2, OPJ_CLRSPC_GRAY, 1, 4, 0, 1, false, false, PIXELS_GRAY, 8, 1 },
	{ "twelve bits", OPJ_CODEC_JP2, OPJ_CLRSPC_GRAY, 1, 12, 0, 1, false, false, PIXELS_GRAY, 16, 1 },
	{ "sixteen bits", OPJ_CODEC_J2K, OPJ_CLRSPC_GRAY, 1, 16, 0, 1, false, false, PIXELS_GRAY, 16, 1 },
	{ "signed", OPJ_CODEC_JP2, OPJ_CLRSPC_GRAY, 1, 8, 1, 1, false, false, PIXELS_GRAY, 8, 1 },
	{ "rgb", OPJ_CODEC_JP2, OPJ_CLRSPC_SRGB, 3, 8, 0, 1, false, false, PIXELS_RGB, 8, 3 },
	{ "bare rgb", OPJ_CODEC_J2K, OPJ_CLRSPC_SRGB, 3, 8, 0, 1, false, false, PIXELS_RGB, 8, 3 },
	{ "rgb and alpha", OPJ_CODEC_JP2, OPJ_CLRSPC_SRGB, 4, 8, 0, 1, true, false, PIXELS_RGB, 8, 4 },
	{ "gray and alpha", OPJ_CODEC_JP2, OPJ_CLRSPC_GRAY, 2, 8, 0, 1, true, false, PIXELS_GRAY, 8, 2 },
	{ "four bare components", OPJ_CODEC_J2K, OPJ_CLRSPC_UNSPECIFIED, 4, 8, 0, 1, false, false, PIXELS_CMYK, 8, 4 },
	{ "two bare components", OPJ_CODEC_J2K, OPJ_CLRSPC_UNSPECIFIED, 2, 8, 0, 1, false, false, PIXELS_UNKNOWN, 8, 2 },
	{ "subsampled", OPJ_CODEC_J2K, OPJ_CLRSPC_UNSPECIFIED, 3, 8, 0, 2, false, false, PIXELS_RGB, 8, 3 },
	{ "irreversible", OPJ_CODEC_JP2, OPJ_CLRSPC_GRAY, 1, 8, 0, 1, false, true, PIXELS_GRAY, 8, 1 },
};

static void
check_samples(const struct jpx_wanted *w, const struct pixels *p)
{
	int64_t top = (1 << w->precision) - 1, most = p->bits == 8 ? 255 : 65535;

	for (uint32_t i = 0; i < JPX_W * JPX_H; i++)
		for (uint32_t c = 0; c < p->channels; c++) {
			uint32_t step = c == 1 || c == 2 ? w->step : 1;
			int64_t v = jpx_sample_at(w, c, i % JPX_W / step, i / JPX_W / step);
			size_t at = (size_t)i * p->channels + c;
			int64_t got = p->bits == 8 ? p->data[at] :
						     p->data[2 * at] << 8 | p->data[2 * at + 1];

			if (w->sign)
				v += 1 << (w->precision - 1);
			v = (v * most * 2 + top) / (top * 2);
			if (got != v)
				fail_msg("%s: pixel %u channel %u: %d, not %d", w->name, i, c,
					 (int)got, (int)v);
		}
}

static void
encoded_decodes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct jpx_wanted *w = &rows[i];
		own_buf struct buf b = { 0 };
		struct pixels p = { 0 };
		struct err e = { 0 };

		jpx_sample(w, &b);
		if (!jpx_decode(buf_bytes(&b), PIXELS, &p, &e))
			fail_msg("%s: %s", w->name, e.text);
		if (p.w != JPX_W || p.h != JPX_H || p.channels != w->channels || p.bits != w->bits ||
		    p.depth != w->precision || p.alpha != w->alpha || p.space != w->space_out ||
		    p.reversible != !w->irreversible)
			fail_msg("%s: %ux%u, %u channels, %u bits, space %d", w->name, p.w, p.h,
				 p.channels, p.bits, p.space);
		if (!w->irreversible)
			check_samples(w, &p);
		pixels_release(&p);
	}
}

/* White and mid-grey of sYCC are those of RGB; pure Cr is red. */
static void
sycc_becomes_rgb(void **state)
{
	static const struct jpx_wanted w = { "sycc", OPJ_CODEC_JP2, OPJ_CLRSPC_SYCC, 3, 8, 0, 2,
					 false, false, PIXELS_RGB, 8, 3 };
	own_buf struct buf b = { 0 };
	struct pixels p = { 0 };
	struct err e;

	(void)state;
	jpx_sample(&w, &b);
	assert_true(jpx_decode(buf_bytes(&b), PIXELS, &p, &e));
	assert_int_equal(p.space, PIXELS_RGB);
	for (uint32_t i = 0; i < JPX_W * JPX_H; i++) {
		uint32_t x = i % JPX_W, y = i / JPX_W;
		double luma = jpx_sample_at(&w, 0, x, y), cr = jpx_sample_at(&w, 2, x / 2, y / 2) - 128;
		double red = luma + 1.402 * cr;

		red = red < 0 ? 0 : red > 255 ? 255 : red;
		assert_in_range(p.data[3 * i] + 1, (uint32_t)red, (uint32_t)red + 2);
	}
	pixels_release(&p);
}

static void
indices_are_not_scaled(void **state)
{
	own_buf struct buf b = { 0 };
	struct pixels p = { 0 };
	struct err e;

	(void)state;
	jpx_sample(&rows[2], &b);
	assert_true(jpx_decode_indices(buf_bytes(&b), PIXELS, &p, &e));
	assert_true(p.w == JPX_W && p.h == JPX_H && p.channels == 1 && p.bits == 8 && p.depth == 4);
	for (uint32_t i = 0; i < JPX_W * JPX_H; i++)
		assert_int_equal(p.data[i], jpx_sample_at(&rows[2], 0, i % JPX_W, i / JPX_W));
	pixels_release(&p);
	assert_false(jpx_decode_indices(buf_bytes(&b), JPX_W * JPX_H - 1, &p, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

static void
damage_ends(void **state)
{
	own_buf struct buf b = { 0 };
	uint32_t seed = 1;
	struct err e;

	(void)state;
	jpx_sample(&rows[8], &b);
	for (size_t n = 0; n < b.n; n++) {
		struct pixels p = { 0 };

		if (jpx_decode(view_of(b.p, n), PIXELS, &p, &e))
			assert_true(p.w == JPX_W && p.h == JPX_H);
		pixels_release(&p);
	}
	for (int i = 0; i < 600; i++) {
		own_buf struct buf bad = { 0 };
		struct pixels p = { 0 };

		assert_true(buf_view(&bad, buf_bytes(&b)));
		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525 + 1013904223;
			bad.p[seed % b.n] ^= (uint8_t)(1 << (seed >> 28 & 7));
		}
		if (jpx_decode(buf_bytes(&bad), PIXELS, &p, &e))
			assert_true((uint64_t)p.w * p.h <= PIXELS);
		pixels_release(&p);
	}
}

static void
limits_hold(void **state)
{
	static const struct {
		size_t at;	/* in the size marker's segment */
		uint32_t value;
		enum err_code code;
	} wild[] = {
		{ 6, UINT32_MAX, ERR_LIMIT },	/* width */
		{ 10, UINT32_MAX, ERR_LIMIT },	/* height */
		{ 14, 1000, ERR_MALFORMED },	/* left edge past the right one */
		{ 22, 0, ERR_MALFORMED },	/* tile width */
		{ 38, 0x40000708, ERR_LIMIT },	/* 16,384 components */
	};
	own_buf struct buf b = { 0 };
	struct pixels p = { 0 };
	struct err e;

	(void)state;
	jpx_sample(&rows[0], &b);
	assert_false(jpx_decode(buf_bytes(&b), JPX_W * JPX_H - 1, &p, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	for (size_t i = 0; i < sizeof wild / sizeof *wild; i++) {
		own_buf struct buf bad = { 0 };

		assert_true(buf_view(&bad, buf_bytes(&b)));
		for (size_t k = 0; k < 4; k++)
			bad.p[2 + wild[i].at + k] = (uint8_t)(wild[i].value >> (24 - 8 * k));
		assert_false(jpx_decode(buf_bytes(&bad), PIXELS, &p, &e));
		if (e.code != wild[i].code)
			fail_msg("row %zu: %s", i, e.text);
	}
	assert_false(jpx_decode(VIEW("not a picture"), PIXELS, &p, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_null(p.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encoded_decodes), cmocka_unit_test(sycc_becomes_rgb),
		cmocka_unit_test(damage_ends),	   cmocka_unit_test(limits_hold),
		cmocka_unit_test(indices_are_not_scaled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
