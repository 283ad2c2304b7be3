#include "peer.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <tiffio.h>
#include <webp/decode.h>

#include "core/own.h"

enum { PIXELS_MAX = 1 << 16 };

static bool
small(struct buf *ret, uint64_t w, uint64_t h)
{
	(void)buf_u32le(ret, (uint32_t)w);
	(void)buf_u32le(ret, (uint32_t)h);
	return w > 0 && h > 0 && w <= PIXELS_MAX && h <= PIXELS_MAX && w * h <= PIXELS_MAX;
}

/* -- PNG ---------------------------------------------------------------- */

struct png_source {
	struct view in;
	bool said;
};

static void
png_on_read(png_structp png, png_bytep to, size_t n)
{
	struct png_source *s = png_get_io_ptr(png);
	struct view v;

	if (!view_take(&s->in, n, &v))
		png_error(png, "short");
	memcpy(to, v.p, n);
}

static void
png_on_error(png_structp png, png_const_charp what)
{
	(void)what;
	png_longjmp(png, 1);
}

static void
png_on_warning(png_structp png, png_const_charp what)
{
	struct png_source *s = png_get_error_ptr(png);

	(void)what;
	s->said = true;
}

static bool
png_rows(png_structp png, png_infop info, struct buf *ret)
{
	uint32_t h, y;
	size_t row, begin;
	int pass;

	png_read_info(png, info);
	h = png_get_image_height(png, info);
	if (!small(ret, png_get_image_width(png, info), h))
		return false;
	png_set_expand(png);
	pass = png_set_interlace_handling(png);
	png_read_update_info(png, info);
	(void)buf_byte(ret, png_get_channels(png, info));
	row = png_get_rowbytes(png, info);
	begin = ret->n;
	if (!buf_fill(ret, 0, row * h))
		return false;
	for (; pass > 0; pass--)
		for (y = 0; y < h; y++)
			png_read_row(png, ret->p + begin + y * row, NULL);
	return true;
}

static bool
png_pixels(struct view in, struct buf *ret)
{
	struct png_source s = { .in = in };
	png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &s, png_on_error, png_on_warning);
	png_infop info = png == NULL ? NULL : png_create_info_struct(png);
	volatile bool ok = false;

	if (info != NULL && setjmp(png_jmpbuf(png)) == 0) {
		png_set_read_fn(png, &s, png_on_read);
		ok = png_rows(png, info, ret);
	}
	png_destroy_read_struct(&png, &info, NULL);
	return ok && !s.said;
}

/* -- JPEG --------------------------------------------------------------- */

struct jpeg_trouble {
	struct jpeg_error_mgr base;
	jmp_buf away;
};

static void
jpeg_on_error(j_common_ptr c)
{
	longjmp(((struct jpeg_trouble *)c->err)->away, 1);
}

static void
jpeg_on_message(j_common_ptr c)
{
	(void)c;
}

static bool
jpeg_rows(struct jpeg_decompress_struct *d, struct view in, struct buf *ret)
{
	size_t row;

	jpeg_mem_src(d, in.p, in.n);
	(void)jpeg_read_header(d, TRUE);
	if (!small(ret, d->image_width, d->image_height))
		return false;
	d->do_block_smoothing = FALSE;
	(void)jpeg_start_decompress(d);
	(void)buf_byte(ret, (uint8_t)d->out_color_space);
	row = (size_t)d->output_width * (size_t)d->output_components;
	while (d->output_scanline < d->output_height) {
		uint8_t *to = buf_room(ret, row);

		if (to == NULL)
			return false;
		(void)jpeg_read_scanlines(d, &to, 1);
		ret->n += row;
	}
	(void)jpeg_finish_decompress(d);
	return d->err->num_warnings == 0;
}

static bool
jpeg_pixels(struct view in, struct buf *ret)
{
	struct jpeg_decompress_struct d;
	struct jpeg_trouble t;
	volatile bool ok = false;

	d.err = jpeg_std_error(&t.base);
	t.base.error_exit = jpeg_on_error;
	t.base.output_message = jpeg_on_message;
	jpeg_create_decompress(&d);
	if (setjmp(t.away) == 0)
		ok = jpeg_rows(&d, in, ret);
	jpeg_destroy_decompress(&d);
	return ok;
}

/* -- TIFF --------------------------------------------------------------- */

struct tiff_source {
	struct view in;
	uint64_t at;
	bool reading, said;
};

static tmsize_t
tiff_on_read(thandle_t h, void *to, tmsize_t n)
{
	struct tiff_source *s = h;
	struct view v = view_from(s->in, (size_t)s->at);

	if (v.n > (size_t)n)
		v.n = (size_t)n;
	if (v.n > 0)
		memcpy(to, v.p, v.n);
	s->at += v.n;
	return (tmsize_t)v.n;
}

static tmsize_t
tiff_on_write(thandle_t h, void *p, tmsize_t n)
{
	(void)h, (void)p, (void)n;
	return -1;
}

static toff_t
tiff_on_seek(thandle_t h, toff_t to, int whence)
{
	struct tiff_source *s = h;

	s->at = whence == SEEK_CUR ? s->at + to : whence == SEEK_END ? s->in.n + to : to;
	return s->at;
}

static int
tiff_on_close(thandle_t h)
{
	(void)h;
	return 0;
}

static toff_t
tiff_on_size(thandle_t h)
{
	return ((struct tiff_source *)h)->in.n;
}

static int
tiff_on_error(TIFF *t, void *s, const char *module, const char *fmt, va_list ap)
{
	(void)t, (void)module, (void)fmt, (void)ap;
	((struct tiff_source *)s)->said = true;
	return 1;
}

/* Of the directory they are about tags that nobody knows; of the data, that it is damaged. */
static int
tiff_on_warning(TIFF *t, void *of, const char *module, const char *fmt, va_list ap)
{
	struct tiff_source *s = of;

	(void)t, (void)module, (void)fmt, (void)ap;
	s->said |= s->reading;
	return 1;
}

static TIFF *
tiff_open(struct tiff_source *s)
{
	TIFFOpenOptions *o = TIFFOpenOptionsAlloc();
	TIFF *t;

	if (o == NULL)
		return NULL;
	TIFFOpenOptionsSetMaxSingleMemAlloc(o, 64 << 20);
	TIFFOpenOptionsSetErrorHandlerExtR(o, tiff_on_error, s);
	TIFFOpenOptionsSetWarningHandlerExtR(o, tiff_on_warning, s);
	t = TIFFClientOpenExt("", "rm", s, tiff_on_read, tiff_on_write, tiff_on_seek, tiff_on_close, tiff_on_size,
			      NULL, NULL, o);
	TIFFOpenOptionsFree(o);
	return t;
}

/* All rows, one by one or strip by strip, as they stand in the file's planes. */
static bool
tiff_rows(struct view in, bool strips, struct buf *ret)
{
	struct tiff_source s = { .in = in };
	TIFF *t = tiff_open(&s);
	uint32_t h = 0, n = t == NULL ? 0 : TIFFNumberOfStrips(t), i;
	uint16_t planar = PLANARCONFIG_CONTIG, samples = 1;
	tmsize_t size = t == NULL ? 0 : strips ? TIFFStripSize(t) : TIFFScanlineSize(t), got = 1;

	if (t == NULL)
		return false;
	(void)TIFFGetField(t, TIFFTAG_IMAGELENGTH, &h);
	(void)TIFFGetFieldDefaulted(t, TIFFTAG_PLANARCONFIG, &planar);
	(void)TIFFGetFieldDefaulted(t, TIFFTAG_SAMPLESPERPIXEL, &samples);
	n = strips ? n : planar == PLANARCONFIG_SEPARATE ? h * samples : h;
	for (i = 0; i < n && got > 0; i++) {
		uint8_t *p = size > 0 && size < 1 << 24 ? buf_room(ret, (size_t)size) : NULL;

		got = p == NULL ? 0 : strips ? TIFFReadEncodedStrip(t, i, p, size)
		      : TIFFReadScanline(t, p, i % h, (uint16_t)(i / h)) == 1 ? size : 0;
		ret->n += got > 0 ? (size_t)got : 0;
	}
	TIFFClose(t);
	return got > 0;
}

/*
 * Of a Deflate stream that is longer than its strip libtiff leaves out the end by strips (libdeflate)
 * and not by rows (zlib), and says nothing: no judge of it.
 */
static bool
tiff_agrees(TIFF *t, struct view in)
{
	own_buf struct buf rows = { 0 }, strips = { 0 };
	uint16_t how = COMPRESSION_NONE;

	(void)TIFFGetField(t, TIFFTAG_COMPRESSION, &how);
	if (TIFFIsTiled(t) || (how != COMPRESSION_ADOBE_DEFLATE && how != COMPRESSION_DEFLATE))
		return true;
	return tiff_rows(in, false, &rows) && tiff_rows(in, true, &strips) && view_eq(buf_bytes(&rows), buf_bytes(&strips));
}

static bool
tiff_pixels(struct view in, struct buf *ret)
{
	struct tiff_source s = { .in = in };
	TIFF *t = tiff_open(&s);
	uint32_t w = 0, h = 0, *to;
	bool ok;

	if (t == NULL)
		return false;
	ok = TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &w) == 1 && TIFFGetField(t, TIFFTAG_IMAGELENGTH, &h) == 1 &&
	     small(ret, w, h) && (to = (uint32_t *)(void *)_TIFFmalloc((tmsize_t)w * h * 4)) != NULL;
	if (ok) {
		s.reading = true;
		ok = TIFFReadRGBAImageOriented(t, w, h, to, ORIENTATION_TOPLEFT, 1) == 1 && buf_put(ret, to, (size_t)w * h * 4) &&
		     tiff_agrees(t, in);
		_TIFFfree(to);
	}
	TIFFClose(t);
	return ok && !s.said;
}

/* -- WebP --------------------------------------------------------------- */

static bool
webp_pixels(struct view in, struct buf *ret)
{
	WebPBitstreamFeatures f;
	uint8_t *p;
	size_t i, n;
	bool ok;

	if (WebPGetFeatures(in.p, in.n, &f) != VP8_STATUS_OK || f.has_animation || f.format != 2 ||
	    !small(ret, (uint64_t)f.width, (uint64_t)f.height) || (p = WebPDecodeRGBA(in.p, in.n, NULL, NULL)) == NULL)
		return false;
	n = (size_t)f.width * (size_t)f.height * 4;
	/* Nobody sees the colour of what is transparent. */
	for (i = 0; i < n; i += 4)
		if (p[i + 3] == 0)
			p[i] = p[i + 1] = p[i + 2] = 0;
	ok = buf_put(ret, p, n);
	WebPFree(p);
	return ok;
}

bool
peer_pixels(enum type type, struct view in, struct buf *ret)
{
	switch (type) {
	case TYPE_PNG:
		return png_pixels(in, ret);
	case TYPE_JPEG:
		return jpeg_pixels(in, ret);
	case TYPE_TIFF:
		return tiff_pixels(in, ret);
	case TYPE_WEBP:
		return webp_pixels(in, ret);
	default:
		return false;
	}
}
