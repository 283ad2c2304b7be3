/*
 * jpx_sample.h - for tests: small JPEG 2000 pictures of every kind, encoded
 * by OpenJPEG.
 */
#ifndef SEKISHO_SANITIZE_CODEC_JPX_SAMPLE_H
#define SEKISHO_SANITIZE_CODEC_JPX_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openjpeg.h>

#include "core/own.h"
#include "sanitize/codec/codec.h"

enum { JPX_W = 21, JPX_H = 13, JPX_COMPONENTS = 4 };

static inline OPJ_SIZE_T
jpx_put(void *p, OPJ_SIZE_T n, void *ctx)
{
	struct buf *b = ctx;

	return buf_put(b, p, n) ? n : (OPJ_SIZE_T)-1;
}

/* The encoder goes back to write lengths: keep them by writing over. */
struct jpx_sink {
	struct buf b;
	size_t at;
};

static inline OPJ_SIZE_T
jpx_sink_write(void *p, OPJ_SIZE_T n, void *ctx)
{
	struct jpx_sink *s = ctx;
	size_t over = s->b.n - s->at < n ? s->b.n - s->at : n;

	if (over > 0)
		memcpy(s->b.p + s->at, p, over);
	s->at += over;
	if (n > over && jpx_put((uint8_t *)p + over, n - over, &s->b) == (OPJ_SIZE_T)-1)
		return (OPJ_SIZE_T)-1;
	s->at += n - over;
	return n;
}

static inline OPJ_OFF_T
jpx_sink_skip(OPJ_OFF_T n, void *ctx)
{
	struct jpx_sink *s = ctx;

	s->at += (size_t)n;
	if (s->at > s->b.n)
		assert_true(buf_fill(&s->b, 0, s->at - s->b.n));
	return n;
}

static inline OPJ_BOOL
jpx_sink_seek(OPJ_OFF_T to, void *ctx)
{
	struct jpx_sink *s = ctx;

	s->at = (size_t)to;
	return s->at <= s->b.n;
}

struct jpx_wanted {
	const char *name;
	OPJ_CODEC_FORMAT format;
	OPJ_COLOR_SPACE space;
	uint32_t components, precision, sign, step;	/* step: of components 1 and 2 */
	bool alpha, irreversible;
	/* what must come out */
	enum pixels_space space_out;
	uint8_t bits, channels;
};

static inline OPJ_INT32
jpx_sample_at(const struct jpx_wanted *w, uint32_t c, uint32_t x, uint32_t y)
{
	uint32_t v = (x * 7 + y * 13 + c * 51 + x * y) & ((1U << w->precision) - 1);

	return (OPJ_INT32)v - (w->sign ? 1 << (w->precision - 1) : 0);
}

static inline void
jpx_sample(const struct jpx_wanted *w, struct buf *ret)
{
	opj_image_cmptparm_t parm[JPX_COMPONENTS] = { 0 };
	opj_cparameters_t cp;
	struct jpx_sink s = { 0 };
	opj_stream_t *stream = opj_stream_create(4096, OPJ_FALSE);
	opj_codec_t *codec = opj_create_compress(w->format);

	for (uint32_t c = 0; c < w->components; c++) {
		parm[c].dx = parm[c].dy = c == 1 || c == 2 ? w->step : 1;
		parm[c].w = (JPX_W + parm[c].dx - 1) / parm[c].dx;
		parm[c].h = (JPX_H + parm[c].dy - 1) / parm[c].dy;
		parm[c].prec = w->precision;
		parm[c].sgnd = w->sign;
	}
	opj_image_t *image = opj_image_create(w->components, parm, w->space);
	image->x1 = JPX_W;
	image->y1 = JPX_H;
	for (uint32_t c = 0; c < w->components; c++) {
		for (uint32_t i = 0; i < parm[c].w * parm[c].h; i++)
			image->comps[c].data[i] = jpx_sample_at(w, c, i % parm[c].w, i / parm[c].w);
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
	opj_stream_set_write_function(stream, jpx_sink_write);
	opj_stream_set_skip_function(stream, jpx_sink_skip);
	opj_stream_set_seek_function(stream, jpx_sink_seek);
	opj_stream_set_user_data(stream, &s, NULL);
	assert_true(opj_start_compress(codec, image, stream));
	assert_true(opj_encode(codec, stream));
	assert_true(opj_end_compress(codec, stream));
	opj_stream_destroy(stream);
	opj_destroy_codec(codec);
	opj_image_destroy(image);
	*ret = s.b;
}

#endif
