/* image_pack.c - image data packed anew: Group 4, PNG predictors, or Flate alone. */
#include <libdeflate.h>
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/codec/codec.h"
#include "sanitize/pdf/image.h"

enum { DEFLATE_LEVEL = 1 };

static bool
deflate_all(struct view in, struct buf *out, struct err *e)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(DEFLATE_LEVEL);
	size_t room, n = 0;
	uint8_t *to;

	if (!c)
		return err_set(e, ERR_SYSTEM, "no memory");
	room = libdeflate_zlib_compress_bound(c, in.n);
	to = buf_room(out, room);
	if (to)
		n = libdeflate_zlib_compress(c, in.p, in.n, to, room);
	libdeflate_free_compressor(c);
	if (n == 0)
		return err_set(e, ERR_SYSTEM, "deflate");
	out->n += n;
	return true;
}

/* -- PNG predictors (ISO/IEC 15948 clause 9) ------------------------------------ */

static uint8_t
paeth(int a, int b, int c)
{
	int p = a + b - c, pa = abs(p - a), pb = abs(p - b), pc = abs(p - c);

	return (uint8_t)(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

static void
filter_row(unsigned type, const uint8_t *row, const uint8_t *up, size_t n, size_t step,
	   uint8_t *to)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t a = i < step ? 0 : row[i - step], c = i < step ? 0 : up[i - step];
		uint8_t b = up[i], guess = 0;

		switch (type) {
		case 1: guess = a; break;
		case 2: guess = b; break;
		case 3: guess = (uint8_t)((a + b) / 2); break;
		case 4: guess = paeth(a, b, c); break;
		}
		to[i] = (uint8_t)(row[i] - guess);
	}
}

/* The filter whose differences are smallest in sum, the rule of thumb of clause 12.8. */
static uint64_t
cost(const uint8_t *row, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += row[i] < 128 ? row[i] : 256u - row[i];
	return sum;
}

static bool
predict(struct pdf_rebuild *r, const struct image *im, struct buf *out, struct err *e)
{
	size_t n = im->data.n / im->h, bits = (size_t)im->n * im->bpc;
	size_t step = bits < 8 ? 1 : bits / 8;
	own_mem uint8_t *scratch = calloc(2, n);
	const uint8_t *up;
	uint8_t *zero = scratch, *try = scratch ? scratch + n : NULL;

	if (!scratch || !buf_room(out, (n + 1) * im->h))
		return err_set(e, ERR_SYSTEM, "no memory");
	up = zero;
	for (uint32_t y = 0; y < im->h; y++) {
		const uint8_t *row = im->data.p + (size_t)y * n;
		uint8_t *to = buf_room(out, n + 1);
		uint64_t best = UINT64_MAX, now;

		if (!job_tick(r->job, e))
			return false;
		for (unsigned type = 0; to && type <= 4; type++) {
			filter_row(type, row, up, n, step, try);
			now = cost(try, n);
			if (now >= best)
				continue;
			best = now;
			to[0] = (uint8_t)type;
			memcpy(to + 1, try, n);
		}
		out->n += n + 1;
		up = row;
	}
	return buf_ok(out, e);
}

static void
put_parms(struct buf *b, const struct image *im)
{
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("BitsPerComponent"));
	pdf_put_int(b, im->bpc);
	pdf_put_name(b, VIEW("Colors"));
	pdf_put_int(b, im->n);
	pdf_put_name(b, VIEW("Columns"));
	pdf_put_int(b, im->w);
	pdf_put_name(b, VIEW("Predictor"));
	pdf_put_int(b, 15);
	pdf_put_word(b, ">>");
}

static bool
pack_predicted(struct pdf_rebuild *r, const struct image *im, struct pdf_keys *k, uint32_t num,
	       struct err *e)
{
	own_buf struct buf rows = { 0 }, packed = { 0 };

	if (!predict(r, im, &rows, e) || !deflate_all(buf_bytes(&rows), &packed, e))
		return false;
	put_parms(pdf_key(k, "DecodeParms"), im);
	pdf_out_stream(r->out, num, k, PDF_DATA_FLATE, buf_bytes(&packed));
	return true;
}

/* -- Group 4 -------------------------------------------------------------------- */

static bool
encode_g4(const struct image *im, struct buf *out, struct err *e)
{
	struct bitmap b = { .w = im->w, .h = im->h };
	own_mem uint8_t *bits = malloc(im->data.n);

	if (!bits)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (size_t i = 0; i < im->data.n; i++)
		bits[i] = im->black_is_1 ? im->data.p[i] : (uint8_t)~im->data.p[i];
	b.bits = bits;
	return ccitt_encode_g4(&b, out) || buf_ok(out, e);
}

static bool
pack_bilevel(struct pdf_rebuild *r, const struct image *im, struct pdf_keys *k, uint32_t num,
	     struct err *e)
{
	own_buf struct buf g4 = { 0 }, flate = { 0 };
	struct buf *b;

	if (!encode_g4(im, &g4, e))
		return false;
	/* JBIG2 also packs what fax coding is bad at: halftones and noise */
	if (im->jbig2 && !deflate_all(im->data, &flate, e))
		return false;
	if (im->jbig2 && flate.n < g4.n) {
		pdf_out_stream(r->out, num, k, PDF_DATA_FLATE, buf_bytes(&flate));
		return true;
	}
	b = pdf_key(k, "DecodeParms");
	pdf_put_word(b, "<<");
	if (im->black_is_1) {
		pdf_put_name(b, VIEW("BlackIs1"));
		pdf_put_word(b, "true");
	}
	pdf_put_name(b, VIEW("Columns"));
	pdf_put_int(b, im->w);
	pdf_put_name(b, VIEW("K"));
	pdf_put_int(b, -1);
	pdf_put_name(b, VIEW("Rows"));
	pdf_put_int(b, im->h);
	pdf_put_word(b, ">>");
	pdf_out_stream(r->out, num, k, PDF_DATA_CCITT, buf_bytes(&g4));
	return true;
}

bool
gfx_image_pack(struct pdf_rebuild *r, const struct image *im, struct pdf_keys *k, uint32_t *num,
	   struct err *e)
{
	*num = pdf_out_reserve(r->out);
	if (im->kind == IMAGE_JPEG)
		pdf_out_stream(r->out, *num, k, PDF_DATA_DCT, im->data);
	else if (im->bilevel)
		return pack_bilevel(r, im, k, *num, e);
	else if (im->predict)
		return pack_predicted(r, im, k, *num, e);
	else
		pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, im->data);
	return true;
}
