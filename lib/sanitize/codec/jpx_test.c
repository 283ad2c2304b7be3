#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openjpeg.h>

#include "core/own.h"
#include "sanitize/codec/codec.h"

enum { W = 21, H = 13, PIXELS = 1 << 20, COMPONENTS = 4 };

static OPJ_SIZE_T
put(void *p, OPJ_SIZE_T n, void *ctx)
{
	struct buf *b = ctx;

	return buf_put(b, p, n) ? n : (OPJ_SIZE_T)-1;
}

/* The encoder goes back to write lengths: keep them by writing over. */
struct sink {
	struct buf b;
	size_t at;
};

static OPJ_SIZE_T
sink_write(void *p, OPJ_SIZE_T n, void *ctx)
{
	struct sink *s = ctx;
	size_t over = s->b.n - s->at < n ? s->b.n - s->at : n;

	if (over > 0)
		memcpy(s->b.p + s->at, p, over);
	s->at += over;
	if (n > over && put((uint8_t *)p + over, n - over, &s->b) == (OPJ_SIZE_T)-1)
		return (OPJ_SIZE_T)-1;
	s->at += n - over;
	return n;
}

static OPJ_OFF_T
sink_skip(OPJ_OFF_T n, void *ctx)
{
	struct sink *s = ctx;

	s->at += (size_t)n;
	if (s->at > s->b.n)
		assert_true(buf_fill(&s->b, 0, s->at - s->b.n));
	return n;
}

static OPJ_BOOL
sink_seek(OPJ_OFF_T to, void *ctx)
{
	struct sink *s = ctx;

	s->at = (size_t)to;
	return s->at <= s->b.n;
}

struct wanted {
	const char *name;
	OPJ_CODEC_FORMAT format;
	OPJ_COLOR_SPACE space;
	uint32_t components, precision, sign, step;	/* step: of components 1 and 2 */
	bool alpha, irreversible;
	/* what must come out */
	enum pixels_space space_out;
	uint8_t bits, channels;
};

static OPJ_INT32
sample(const struct wanted *w, uint32_t c, uint32_t x, uint32_t y)
{
	uint32_t v = (x * 7 + y * 13 + c * 51 + x * y) & ((1U << w->precision) - 1);

	return (OPJ_INT32)v - (w->sign ? 1 << (w->precision - 1) : 0);
}

static void
encode(const struct wanted *w, struct buf *ret)
{
	opj_image_cmptparm_t parm[COMPONENTS] = { 0 };
	opj_cparameters_t cp;
	struct sink s = { 0 };
	opj_stream_t *stream = opj_stream_create(4096, OPJ_FALSE);
	opj_codec_t *codec = opj_create_compress(w->format);

	for (uint32_t c = 0; c < w->components; c++) {
		parm[c].dx = parm[c].dy = c == 1 || c == 2 ? w->step : 1;
		parm[c].w = (W + parm[c].dx - 1) / parm[c].dx;
		parm[c].h = (H + parm[c].dy - 1) / parm[c].dy;
		parm[c].prec = w->precision;
		parm[c].sgnd = w->sign;
	}
	opj_image_t *image = opj_image_create(w->components, parm, w->space);
	image->x1 = W;
	image->y1 = H;
	for (uint32_t c = 0; c < w->components; c++) {
		for (uint32_t i = 0; i < parm[c].w * parm[c].h; i++)
			image->comps[c].data[i] = sample(w, c, i % parm[c].w, i / parm[c].w);
		if (w->alpha && c + 1 == w->components)
			image->comps[c].alpha = 1;
	}
	opj_set_default_encoder_parameters(&cp);
	cp.numresolution = 3;
	cp.irreversible = w->irreversible;
	cp.tcp_numlayers = 1;
	cp.tcp_rates[0] = 0;
	cp.cp_disto_alloc = 1;
	assert_true(opj_setup_encoder(codec, &cp, image));
	opj_stream_set_write_function(stream, sink_write);
	opj_stream_set_skip_function(stream, sink_skip);
	opj_stream_set_seek_function(stream, sink_seek);
	opj_stream_set_user_data(stream, &s, NULL);
	assert_true(opj_start_compress(codec, image, stream));
	assert_true(opj_encode(codec, stream));
	assert_true(opj_end_compress(codec, stream));
	opj_stream_destroy(stream);
	opj_destroy_codec(codec);
	opj_image_destroy(image);
	*ret = s.b;
}

static const struct wanted rows[] = {
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
check_samples(const struct wanted *w, const struct pixels *p)
{
	int64_t top = (1 << w->precision) - 1, most = p->bits == 8 ? 255 : 65535;

	for (uint32_t i = 0; i < W * H; i++)
		for (uint32_t c = 0; c < p->channels; c++) {
			uint32_t step = c == 1 || c == 2 ? w->step : 1;
			int64_t v = sample(w, c, i % W / step, i / W / step);
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
		const struct wanted *w = &rows[i];
		own_buf struct buf b = { 0 };
		struct pixels p = { 0 };
		struct err e = { 0 };

		encode(w, &b);
		if (!jpx_decode(buf_bytes(&b), PIXELS, &p, &e))
			fail_msg("%s: %s", w->name, e.text);
		if (p.w != W || p.h != H || p.channels != w->channels || p.bits != w->bits ||
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
	static const struct wanted w = { "sycc", OPJ_CODEC_JP2, OPJ_CLRSPC_SYCC, 3, 8, 0, 2,
					 false, false, PIXELS_RGB, 8, 3 };
	own_buf struct buf b = { 0 };
	struct pixels p = { 0 };
	struct err e;

	(void)state;
	encode(&w, &b);
	assert_true(jpx_decode(buf_bytes(&b), PIXELS, &p, &e));
	assert_int_equal(p.space, PIXELS_RGB);
	for (uint32_t i = 0; i < W * H; i++) {
		uint32_t x = i % W, y = i / W;
		double luma = sample(&w, 0, x, y), cr = sample(&w, 2, x / 2, y / 2) - 128;
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
	encode(&rows[2], &b);
	assert_true(jpx_decode_indices(buf_bytes(&b), PIXELS, &p, &e));
	assert_true(p.w == W && p.h == H && p.channels == 1 && p.bits == 8 && p.depth == 4);
	for (uint32_t i = 0; i < W * H; i++)
		assert_int_equal(p.data[i], sample(&rows[2], 0, i % W, i / W));
	pixels_release(&p);
	assert_false(jpx_decode_indices(buf_bytes(&b), W * H - 1, &p, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

static void
damage_ends(void **state)
{
	own_buf struct buf b = { 0 };
	uint32_t seed = 1;
	struct err e;

	(void)state;
	encode(&rows[8], &b);
	for (size_t n = 0; n < b.n; n++) {
		struct pixels p = { 0 };

		if (jpx_decode(view_of(b.p, n), PIXELS, &p, &e))
			assert_true(p.w == W && p.h == H);
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
	encode(&rows[0], &b);
	assert_false(jpx_decode(buf_bytes(&b), W * H - 1, &p, &e));
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
