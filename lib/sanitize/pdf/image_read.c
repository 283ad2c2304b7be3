/* image_read.c - the data of an image, through whichever codec it came. */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/codec/codec.h"
#include "sanitize/pdf/image.h"
#include "sanitize/pdf/unfilter.h"

enum {
	IMAGE_BYTES_MAX = 256 << 20,	/* decoded, one image */
	SIDE_MAX = 1 << 20,
};

void
gfx_image_release(struct image *im)
{
	buf_release(&im->own);
	buf_release(&im->alpha);
}

size_t
gfx_image_size(uint32_t w, uint32_t h, unsigned n, unsigned bpc)
{
	uint64_t row = ((uint64_t)w * n * bpc + 7) / 8;

	return row * h > IMAGE_BYTES_MAX ? 0 : (size_t)(row * h);
}

/* An error of this image alone makes it unreadable; others end the job. */
static bool
unreadable(const struct pdf_rebuild *r, struct image *im, const struct err *e)
{
	im->kind = IMAGE_NONE;
	return !gfx_fatal(r, e);
}

void
gfx_image_note(struct pdf_rebuild *r, const struct image *im, const char *where)
{
	if (im->behind)
		job_find(r->job, FINDING_PDF_DATA_BEHIND, where, "%s", "");
	if (im->attached)
		job_find(r->job, FINDING_PDF_PART_METADATA, where, "%s", "JPEG");
}

/* Exactly `size` bytes: surplus goes; what is missing is 0xFF, as readers fill it. */
static bool
set_data(struct pdf_rebuild *r, struct image *im, struct view data, size_t size, struct err *e)
{
	own_buf struct buf all = { 0 };

	if (size == 0 || data.n == 0)
		return true;
	if (data.n < size) {
		if (!job_charge(r->job, size - data.n, e))
			return unreadable(r, im, e);
		if (!buf_view(&all, data) || !buf_fill(&all, 0xff, size - data.n))
			return buf_ok(&all, e);
		data = buf_bytes(&all);
		buf_release(&im->own);
		im->own = all;
		all = (struct buf){ 0 };
	}
	im->behind = !unfilter_is_padding(view_from(data, size));
	im->data = view_of(data.p, size);
	im->kind = IMAGE_RAW;
	return true;
}

/* -- JPEG ---------------------------------------------------------------------- */

/*
 * ColorTransform (Table 13) counts only where no Adobe marker says so itself: a marker
 * that says what it said stands in for it.
 */
static void
set_transform(struct buf *file, uint8_t transform)
{
	const uint8_t adobe[16] = { 0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100,
				    0,	  0,	0, 0,  transform };
	struct view rest = view_from(buf_bytes(file), 2), marker, len;
	struct buf new = { 0 };
	uint16_t n;

	/* in place of the JFIF marker, which would say YCbCr */
	marker = rest;
	if (marker.n >= 4 && marker.p[0] == 0xff && marker.p[1] == 0xe0) {
		len = view_from(marker, 2);
		if (view_u16be(&len, &n))
			rest = view_from(rest, (size_t)n + 2);
	}
	buf_put(&new, file->p, 2);
	buf_put(&new, adobe, sizeof adobe);
	buf_view(&new, rest);
	if (new.full) {
		buf_release(&new);
		return;
	}
	buf_release(file);
	*file = new;
}

static bool
read_jpeg(struct pdf_rebuild *r, struct view data, const struct pdf_dict *parms, struct image *im,
	  struct err *e)
{
	struct jpeg_info info = { 0 };
	int64_t transform = -1;

	if (im->mask)
		return true;
	if (!jpeg_rebuild(data, JPEG_IN_PDF, r->job->profile->limits.pixels, &im->own, &info, e))
		return unreadable(r, im, e);
	if (parms)
		pdf_int(pdf_get(r->in, parms, "ColorTransform"), &transform);
	if (!info.adobe && info.components == 3 && transform == 0)
		set_transform(&im->own, 0);
	if (!info.adobe && info.components == 4 && transform == 1)
		set_transform(&im->own, 2);
	im->behind = info.trailing;
	im->attached = info.exif || info.gps || info.xmp || info.comment || info.thumbnail || info.iptc;
	im->kind = IMAGE_JPEG;
	im->w = info.w;
	im->h = info.h;
	im->bpc = 8;
	im->own_space = im->n == info.components;
	im->n = info.components;
	im->data = buf_bytes(&im->own);
	return true;
}

/* -- JPEG 2000 ----------------------------------------------------------------- */

/* Takes the opacity channel out: the colours to `color`, it to `alpha` (8 bits). */
static bool
split_alpha(struct pixels *p, struct buf *alpha)
{
	size_t bytes = p->bits / 8, n = (size_t)p->w * p->h, all = p->channels * bytes;
	size_t colors = all - bytes;

	for (size_t i = 0; i < n; i++) {
		const uint8_t *from = p->data + i * all;
		uint8_t a = from[colors];

		memmove(p->data + i * colors, from, colors);
		if (!buf_byte(alpha, a))
			return false;
	}
	p->channels--;
	p->alpha = false;
	return true;
}

/* For what was lossy before: the more bits it spent on a sample, the better it is kept. */
static int
jpx_quality(const struct pixels *p, size_t bytes)
{
	uint64_t samples = (uint64_t)p->w * p->h * p->channels, bits = (uint64_t)bytes * 8;

	return bits >= 2 * samples ? 97 : bits >= samples ? 94 : 90;
}

static bool
jpx_lossy(struct pdf_rebuild *r, const struct pixels *p, const struct pdf_dict *d,
	  struct res *res)
{
	return !p->reversible && p->bits == 8 &&
	       (p->channels == 1 || p->channels == 3 || p->channels == 4) &&
	       p->space != PIXELS_LAB && pdf_get(r->in, d, "Mask")->kind != PDF_ARRAY &&
	       !gfx_space_indexed(r, pdf_get_raw(d, "ColorSpace"), res);
}

static bool
take_pixels(struct pdf_rebuild *r, struct pixels *p, size_t coded, const struct pdf_dict *d,
	    struct res *res, struct image *im, struct err *e)
{
	int64_t in_data = 0;

	pdf_int(pdf_get(r->in, d, "SMaskInData"), &in_data);
	if (p->alpha) {
		if (!split_alpha(p, &im->alpha))
			return buf_ok(&im->alpha, e);
		im->premultiplied = in_data == 2;
		if (in_data != 1 && in_data != 2)
			buf_clear(&im->alpha);
	}
	im->w = p->w;
	im->h = p->h;
	im->bpc = p->bits;
	im->own_space = im->n == p->channels;
	im->n = p->channels;
	if (!im->own_space && im->n != 1 && im->n != 3 && im->n != 4)
		return true;
	if (jpx_lossy(r, p, d, res)) {
		if (!jpeg_encode(p, jpx_quality(p, coded), &im->own, e))
			return unreadable(r, im, e);
		im->kind = IMAGE_JPEG;
		im->data = buf_bytes(&im->own);
		return true;
	}
	if (!buf_put(&im->own, p->data, gfx_image_size(im->w, im->h, im->n, im->bpc)))
		return buf_ok(&im->own, e);
	im->kind = im->own.n ? IMAGE_RAW : IMAGE_NONE;
	im->data = buf_bytes(&im->own);
	im->predict = true;
	return true;
}

static bool
read_jpx(struct pdf_rebuild *r, struct view data, const struct pdf_dict *d, struct res *res,
	 struct image *im, struct err *e)
{
	struct pixels p = { 0 };
	bool ok;

	if (im->mask)
		return true;
	/* The document's palette counts, not one inside the picture, and its indices are no shades (7.4.9). */
	ok = im->n == 1 && gfx_space_indexed(r, pdf_get_raw(d, "ColorSpace"), res)
		     ? jpx_decode_indices(data, r->job->profile->limits.pixels, &p, e)
		     : jpx_decode(data, r->job->profile->limits.pixels, &p, e);
	if (!ok)
		return unreadable(r, im, e);
	ok = job_charge(r->job, (uint64_t)p.w * p.h * p.channels * (p.bits / 8), e)
		     ? take_pixels(r, &p, data.n, d, res, im, e) : unreadable(r, im, e);
	pixels_release(&p);
	return ok;
}

/* -- one bit a pixel ------------------------------------------------------------ */

/* PDF data from a bitmap: where BlackIs1 is false, 0 is black (7.4.6, 7.4.7). */
static bool
take_bitmap(struct pdf_rebuild *r, struct bitmap *b, bool black_is_1, struct image *im,
	    struct err *e)
{
	size_t size = ((size_t)b->w + 7) / 8 * b->h;
	struct view data;

	if (!black_is_1)
		for (size_t i = 0; i < size; i++)
			b->bits[i] = (uint8_t)~b->bits[i];
	buf_clear(&im->own);
	if (!buf_put(&im->own, b->bits, size))
		return buf_ok(&im->own, e);
	data = buf_bytes(&im->own);
	im->bpc = 1;
	im->bilevel = true;
	im->black_is_1 = black_is_1;
	return set_data(r, im, data, gfx_image_size(im->w, im->h, 1, 1), e);
}

static void
ccitt_parms_read(struct pdf_rebuild *r, const struct pdf_dict *d, struct ccitt_parms *p)
{
	const struct {
		const char *key;
		bool *to;
	} flags[] = {
		{ "EndOfLine", &p->end_of_line }, { "EncodedByteAlign", &p->byte_align },
		{ "EndOfBlock", &p->end_of_block }, { "BlackIs1", &p->black_is_1 },
	};
	int64_t i;

	for (size_t n = 0; n < sizeof flags / sizeof *flags; n++) {
		const struct pdf_obj *o = pdf_get(r->in, d, flags[n].key);

		if (o->kind == PDF_BOOL)
			*flags[n].to = o->u.b;
	}
	if (pdf_int(pdf_get(r->in, d, "K"), &i))
		p->k = i < 0 ? -1 : i > 0;
	if (pdf_int(pdf_get(r->in, d, "Columns"), &i) && i > 0 && i <= SIDE_MAX)
		p->columns = (uint32_t)i;
	if (pdf_int(pdf_get(r->in, d, "Rows"), &i) && i > 0 && i <= SIDE_MAX)
		p->rows = (uint32_t)i;
}

static bool
read_ccitt(struct pdf_rebuild *r, struct view data, const struct pdf_dict *d, struct image *im,
	   struct err *e)
{
	struct ccitt_parms parms = CCITT_PARMS_DEFAULT;
	struct bitmap b = { 0 };
	uint32_t damaged;
	bool ok;

	if (im->n != 1)
		return true;
	if (d)
		ccitt_parms_read(r, d, &parms);
	if (parms.columns == im->w || parms.rows == 0)
		parms.rows = im->h;
	if (!ccitt_decode(data, &parms, r->job->profile->limits.pixels, &b, &damaged, e))
		return unreadable(r, im, e);
	ok = take_bitmap(r, &b, parms.black_is_1, im, e);
	bitmap_release(&b);
	return ok;
}

static bool
read_jbig2(struct pdf_rebuild *r, struct view data, const struct pdf_dict *d, struct image *im,
	   struct err *e)
{
	struct view globals = VIEW("");
	struct bitmap b = { 0 };
	bool ok;

	if (im->n != 1)
		return true;
	if (d && !gfx_data(r, pdf_get(r->in, d, "JBIG2Globals"), &globals, e))
		return false;
	if (!jbig2_decode(data, globals, im->w, im->h, r->job->profile->limits.pixels, &b, e))
		return unreadable(r, im, e);
	im->jbig2 = true;
	ok = take_bitmap(r, &b, false, im, e);
	bitmap_release(&b);
	return ok;
}

/* -- all ------------------------------------------------------------------------ */

/* A predictor in the source says that it pays (7.4.4.4). */
static bool
had_predictor(struct pdf_rebuild *r, const struct pdf_dict *d)
{
	const struct pdf_obj *o = pdf_get(r->in, d, "DecodeParms");
	int64_t predictor = 1;

	if (o->kind == PDF_ARRAY && o->u.a.n > 0)
		o = pdf_resolve(r->in, &o->u.a.v[o->u.a.n - 1]);
	return o->kind == PDF_DICT && pdf_int(pdf_get(r->in, o->u.d, "Predictor"), &predictor) &&
	       predictor > 1;
}

static bool
read_raw(struct pdf_rebuild *r, struct view data, const struct pdf_dict *d, struct image *im,
	 struct err *e)
{
	if (im->n == 0 || (im->bpc != 1 && im->bpc != 2 && im->bpc != 4 && im->bpc != 8 &&
			   im->bpc != 16))
		return true;
	im->predict = had_predictor(r, d);
	return set_data(r, im, data, gfx_image_size(im->w, im->h, im->n, im->bpc), e);
}

static bool
read_head(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *res, struct image *im)
{
	const struct pdf_obj *mask = pdf_get(r->in, d, "ImageMask");
	int64_t w, h, bpc = 0;

	if (!pdf_int(pdf_get(r->in, d, "Width"), &w) || !pdf_int(pdf_get(r->in, d, "Height"), &h) ||
	    w < 1 || h < 1 || w > SIDE_MAX || h > SIDE_MAX)
		return false;
	if ((uint64_t)w * (uint64_t)h > r->job->profile->limits.pixels)
		return false;
	im->mask = mask->kind == PDF_BOOL && mask->u.b;
	pdf_int(pdf_get(r->in, d, "BitsPerComponent"), &bpc);
	im->w = (uint32_t)w;
	im->h = (uint32_t)h;
	im->bpc = im->mask ? 1 : bpc < 0 || bpc > 16 ? 0 : (unsigned)bpc;
	im->n = im->mask ? 1 : gfx_space_n(r, pdf_get_raw(d, "ColorSpace"), res);
	im->own_space = im->n > 0 && !im->mask;
	return true;
}

bool
gfx_image_read(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct image *ret,
	   struct err *e)
{
	struct view data, filter;
	const struct pdf_dict *parms = NULL;

	*ret = (struct image){ .kind = IMAGE_NONE };
	if (!read_head(r, o->u.d, res, ret))
		return true;
	if (!pdf_stream(r->in, o, PDF_STOP_IMAGE, &data, &filter, &parms, e))
		return unreadable(r, ret, e);
	ret->unfiltered = data;
	if (filter.n == 0)
		return read_raw(r, data, o->u.d, ret, e);
	if (view_is(filter, "DCTDecode") || view_is(filter, "DCT"))
		return read_jpeg(r, data, parms, ret, e);
	if (view_is(filter, "JPXDecode"))
		return read_jpx(r, data, o->u.d, res, ret, e);
	if (view_is(filter, "JBIG2Decode"))
		return read_jbig2(r, data, parms, ret, e);
	if (view_is(filter, "CCITTFaxDecode") || view_is(filter, "CCF"))
		return read_ccitt(r, data, parms, ret, e);
	return true;
}
