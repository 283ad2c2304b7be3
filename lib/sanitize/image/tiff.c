/*
 * TIFF (TIFF 6.0, BigTIFF): decoded by libtiff, page by page and row by
 * row, written by us.
 */
#include "sanitize/image/image.h"

#include <tiffio.h>

#include "core/own.h"
#include "sanitize/codec/codec.h"
#include "tiff_int.h"

enum {
	PAGES_MAX = 10000,
	ALLOC_MAX = 256 << 20,	/* of one piece, libtiff's and ours */
	PROFILE_MAX = 16 << 20,
};

struct tiff {
	struct job *j;
	struct view in;
	uint64_t at;
	TIFF *t;
	bool damaged;		/* libtiff complained of data */
	char why[160];
	struct noise noise;
};

static tmsize_t
on_read(thandle_t h, void *to, tmsize_t n)
{
	struct tiff *f = h;
	struct view v = view_from(f->in, (size_t)f->at);
	size_t k = n < 0 ? 0 : (size_t)n < v.n ? (size_t)n : v.n;

	if (f->at > f->in.n)
		return 0;
	if (k > 0)
		memcpy(to, v.p, k);
	f->at += k;
	return (tmsize_t)k;
}

static tmsize_t
on_write(thandle_t h, void *p, tmsize_t n)
{
	(void)h, (void)p, (void)n;
	return -1;
}

static toff_t
on_seek(thandle_t h, toff_t to, int whence)
{
	struct tiff *f = h;

	f->at = whence == SEEK_CUR ? f->at + to : whence == SEEK_END ? f->in.n + to : to;
	return f->at;
}

static int
on_close(thandle_t h)
{
	(void)h;
	return 0;
}

static toff_t
on_size(thandle_t h)
{
	const struct tiff *f = h;

	return f->in.n;
}

static int
on_error(TIFF *t, void *ctx, const char *module, const char *fmt, va_list ap)
{
	struct tiff *f = ctx;

	(void)t, (void)module;
	if (f->why[0] == '\0')
		(void)vsnprintf(f->why, sizeof f->why, fmt, ap);
	return 1;
}

static int
on_warning(TIFF *t, void *ctx, const char *module, const char *fmt, va_list ap)
{
	(void)t, (void)ctx, (void)module, (void)fmt, (void)ap;
	return 1;
}

static bool
open_tiff(struct tiff *f, struct err *e)
{
	TIFFOpenOptions *o = TIFFOpenOptionsAlloc();

	if (o == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	TIFFOpenOptionsSetMaxSingleMemAlloc(o, ALLOC_MAX);
	TIFFOpenOptionsSetErrorHandlerExtR(o, on_error, f);
	TIFFOpenOptionsSetWarningHandlerExtR(o, on_warning, f);
	f->t = TIFFClientOpenExt("", "rm", f, on_read, on_write, on_seek, on_close, on_size, NULL,
				 NULL, o);
	TIFFOpenOptionsFree(o);
	return f->t != NULL || err_set(e, ERR_MALFORMED, "%s", f->why);
}

/* Codecs that libtiff has and that we let it use. */
static bool
codec_allowed(uint16_t c)
{
	switch (c) {
	case COMPRESSION_NONE: case COMPRESSION_CCITTRLE: case COMPRESSION_CCITTFAX3:
	case COMPRESSION_CCITTFAX4: case COMPRESSION_LZW: case COMPRESSION_OJPEG:
	case COMPRESSION_JPEG: case COMPRESSION_ADOBE_DEFLATE: case COMPRESSION_DEFLATE:
	case COMPRESSION_PACKBITS: case COMPRESSION_NEXT: case COMPRESSION_CCITTRLEW:
	case COMPRESSION_THUNDERSCAN: case COMPRESSION_SGILOG: case COMPRESSION_SGILOG24:
	case COMPRESSION_LZMA: case COMPRESSION_ZSTD: case COMPRESSION_WEBP:
		return true;
	default:
		return false;
	}
}

static const struct {
	uint32_t tag;
	enum finding_code code;
} spoken[] = {
	{ TIFFTAG_XMLPACKET, FINDING_IMAGE_XMP },
	{ TIFFTAG_EXIFIFD, FINDING_IMAGE_EXIF },
	{ TIFFTAG_GPSIFD, FINDING_IMAGE_GPS },
	{ TIFFTAG_RICHTIFFIPTC, FINDING_IMAGE_IPTC },
	{ TIFFTAG_PHOTOSHOP, FINDING_IMAGE_IPTC },
	{ TIFFTAG_IMAGEDESCRIPTION, FINDING_IMAGE_COMMENT },
};

static void
note_tag(struct tiff *f, uint32_t tag)
{
	size_t i;

	for (i = 0; i < sizeof spoken / sizeof spoken[0]; i++)
		if (spoken[i].tag == tag) {
			job_find(f->j, spoken[i].code, "", NULL);
			return;
		}
	switch (tag) {
	case TIFFTAG_ICCPROFILE: case TIFFTAG_PREDICTOR: case TIFFTAG_JPEGTABLES:
	case TIFFTAG_INKSET: case TIFFTAG_JPEGQUALITY: case TIFFTAG_REFERENCEBLACKWHITE:
	case TIFFTAG_WHITEPOINT: case TIFFTAG_PRIMARYCHROMATICITIES: case TIFFTAG_GROUP3OPTIONS:
	case TIFFTAG_GROUP4OPTIONS: case TIFFTAG_CLEANFAXDATA: case TIFFTAG_BADFAXLINES:
	case TIFFTAG_CONSECUTIVEBADFAXLINES: case TIFFTAG_MINSAMPLEVALUE:
	case TIFFTAG_MAXSAMPLEVALUE: case TIFFTAG_TRANSFERFUNCTION:
		return;		/* how it was coded, not what it says */
	default:
		job_find(f->j, FINDING_IMAGE_BLOCK, "", "tag %u", tag);
	}
}

static void
note_tags(struct tiff *f)
{
	int n = TIFFGetTagListCount(f->t), i;
	uint16_t subs = 0;
	void *unused = NULL;

	for (i = 0; i < n; i++)
		note_tag(f, TIFFGetTagListEntry(f->t, i));
	if (TIFFGetField(f->t, TIFFTAG_SUBIFD, &subs, &unused) && subs > 0)
		job_find(f->j, FINDING_IMAGE_THUMBNAIL, "", NULL);
}

static void
read_profile(struct tiff *f, struct tiff_page *p)
{
	struct err unused = { 0 };
	uint32_t n = 0;
	void *data = NULL;
	uint8_t components;
	uint8_t want = p->photometric <= TIFF_BLACK_IS_0				   ? 1
		       : p->photometric == TIFF_RGB || p->photometric == TIFF_PALETTE ? 3
		       : p->photometric == TIFF_INKS				   ? 4
									   : 0;

	p->icc.max = PROFILE_MAX;
	if (!TIFFGetField(f->t, TIFFTAG_ICCPROFILE, &n, &data) || data == NULL || n == 0)
		return;
	if (icc_rebuild(view_of(data, n), &p->icc, &components, &unused) && components == want)
		return;
	buf_clear(&p->icc);
	job_find(f->j, FINDING_IMAGE_PROFILE_REMOVED, "", NULL);
}

/* The base colours of a photometric interpretation; the rest are extra samples. */
static uint16_t
colours_of(uint16_t photometric)
{
	return photometric == TIFF_INKS						      ? 4
	       : photometric == TIFF_RGB || photometric == TIFF_LAB ||
				photometric == TIFF_ICCLAB				      ? 3
									      : 1;
}

static bool
read_palette(struct tiff *f, struct tiff_page *p)
{
	uint16_t *r = NULL, *g = NULL, *b = NULL;
	size_t n = (size_t)1 << p->bits;

	if (p->bits > 8 || !TIFFGetField(f->t, TIFFTAG_COLORMAP, &r, &g, &b))
		return false;
	p->palette = calloc(3 * n, sizeof *p->palette);
	if (p->palette == NULL)
		return false;
	memcpy(p->palette, r, n * sizeof *r);
	memcpy(p->palette + n, g, n * sizeof *g);
	memcpy(p->palette + 2 * n, b, n * sizeof *b);
	return true;
}

static void
read_extras(struct tiff *f, struct tiff_page *p)
{
	uint16_t colours = colours_of(p->photometric), n = 0, i;
	uint16_t *kinds = NULL;

	p->extras = p->samples > colours ? (uint16_t)(p->samples - colours) : 0;
	(void)TIFFGetFieldDefaulted(f->t, TIFFTAG_EXTRASAMPLES, &n, &kinds);
	for (i = 0; i < p->extras && i < TIFF_EXTRA_MAX; i++)
		p->extra[i] = i < n && kinds != NULL && kinds[i] <= 2 ? kinds[i] : 0;
}

static void
read_resolution(struct tiff *f, struct tiff_page *p)
{
	float x = 0, y = 0;
	uint16_t unit = 0;

	if (TIFFGetField(f->t, TIFFTAG_XRESOLUTION, &x) && TIFFGetField(f->t, TIFFTAG_YRESOLUTION, &y) &&
	    x >= 0.01f && x < 1e6f && y >= 0.01f && y < 1e6f) {
		p->x_res = x;
		p->y_res = y;
	}
	if (TIFFGetField(f->t, TIFFTAG_RESOLUTIONUNIT, &unit) && unit >= 1 && unit <= 3)
		p->unit = unit;
}

static bool
bits_kept(uint16_t bits)
{
	return bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || bits == 32 || bits == 64;
}

/* True where the samples can be copied; false: libtiff makes RGBA of it. */
static bool
is_plain(struct tiff *f, struct tiff_page *p, uint16_t compression)
{
	uint16_t planar = PLANARCONFIG_CONTIG;

	if (p->photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG &&
	    p->samples == 3 && p->bits == 8) {
		/* Undone by libjpeg on the way. */
		(void)TIFFSetField(f->t, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
		p->photometric = TIFF_RGB;
	}
	(void)TIFFGetFieldDefaulted(f->t, TIFFTAG_PLANARCONFIG, &planar);
	if (p->bits == 12 && p->format == 1 && !TIFFIsTiled(f->t) &&
	    (p->photometric <= TIFF_RGB || p->photometric == TIFF_INKS) &&
	    (p->samples == 1 || planar == PLANARCONFIG_CONTIG)) {
		p->packed = true;
		p->bits = 16;
	}
	if (p->photometric > TIFF_INKS && p->photometric != TIFF_LAB && p->photometric != TIFF_ICCLAB)
		return false;
	if (p->samples < colours_of(p->photometric) || p->samples > TIFF_EXTRA_MAX ||
	    !bits_kept(p->bits) || p->format < 1 || p->format > 3)
		return false;
	return p->photometric != TIFF_PALETTE || (p->samples == 1 && read_palette(f, p));
}

static void
as_rgba(struct tiff_page *p)
{
	p->photometric = TIFF_RGB;
	p->bits = 8;
	p->format = 1;
	p->samples = 4;
	p->extras = 1;
	p->extra[0] = 1;	/* libtiff multiplies */
	free(p->palette);
	p->palette = NULL;
	p->packed = false;
}

/* Differences where the source had them, and where it had no say. */
static bool
wants_difference(struct tiff *f, const struct tiff_page *p, uint16_t compression)
{
	uint16_t predictor = 1;

	if ((p->bits != 8 && p->bits != 16) || p->format != 1 || p->photometric == TIFF_PALETTE)
		return false;
	if (compression != COMPRESSION_LZW && compression != COMPRESSION_DEFLATE &&
	    compression != COMPRESSION_ADOBE_DEFLATE)
		return true;
	return TIFFGetField(f->t, TIFFTAG_PREDICTOR, &predictor) && predictor == 2;
}

static bool
read_page(struct tiff *f, struct tiff_page *p, bool *ret_plain, struct err *e)
{
	uint16_t compression = COMPRESSION_NONE;
	TIFF *t = f->t;

	*p = (struct tiff_page){ 0 };
	(void)TIFFGetFieldDefaulted(t, TIFFTAG_COMPRESSION, &compression);
	(void)TIFFGetFieldDefaulted(t, TIFFTAG_BITSPERSAMPLE, &p->bits);
	(void)TIFFGetFieldDefaulted(t, TIFFTAG_SAMPLESPERPIXEL, &p->samples);
	(void)TIFFGetFieldDefaulted(t, TIFFTAG_SAMPLEFORMAT, &p->format);
	(void)TIFFGetFieldDefaulted(t, TIFFTAG_ORIENTATION, &p->orientation);
	(void)TIFFGetFieldDefaulted(t, TIFFTAG_SUBFILETYPE, &p->kind);
	if (!TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &p->w) || !TIFFGetField(t, TIFFTAG_IMAGELENGTH, &p->h) ||
	    p->w == 0 || p->h == 0)
		return err_set(e, ERR_MALFORMED, "page without a size");
	if ((uint64_t)p->w * p->h > f->j->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "%u x %u pixels", p->w, p->h);
	if (!codec_allowed(compression))
		return err_set(e, ERR_MALFORMED, "compression %u", compression);
	if (!TIFFGetField(t, TIFFTAG_PHOTOMETRIC, &p->photometric))
		p->photometric = p->samples >= 3 ? TIFF_RGB : TIFF_BLACK_IS_0;
	p->format = p->format == SAMPLEFORMAT_VOID ? 1 : p->format;
	p->orientation = p->orientation > 8 ? 1 : p->orientation;
	p->kind &= 7;
	*ret_plain = is_plain(f, p, compression);
	if (!*ret_plain)
		as_rgba(p);
	else
		read_extras(f, p);
	p->difference = wants_difference(f, p, compression);
	read_resolution(f, p);
	read_profile(f, p);
	if (tiff_row(p) > ALLOC_MAX)
		return err_set(e, ERR_LIMIT, "row of %llu bytes", (unsigned long long)tiff_row(p));
	return job_charge(f->j, tiff_row(p) * p->h, e);
}

static bool
full_canvas(const struct tiff_page *p, struct err *e)
{
	return tiff_row(p) * p->h <= ALLOC_MAX ||
	       err_set(e, ERR_LIMIT, "page too large for its memory");
}

static bool
copy_rgba(struct tiff *f, const struct tiff_page *p, struct tiff_sink *s, struct err *e)
{
	own_mem uint32_t *raster = NULL;
	uint32_t y;

	if (!full_canvas(p, e))
		return false;
	raster = calloc((size_t)p->w * p->h, sizeof *raster);
	if (raster == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!TIFFReadRGBAImageOriented(f->t, p->w, p->h, raster, p->orientation, 1))
		return err_set(e, ERR_MALFORMED, "%s", f->why);
	for (y = 0; y < p->h; y++)
		/* R G B A in memory on a little-endian machine: TIFFReadRGBAImage(3) */
		if (!tiff_sink_row(s, (uint8_t *)(raster + (size_t)y * p->w), e))
			return false;
	return true;
}

static bool
copy_scanlines(struct tiff *f, const struct tiff_page *p, struct tiff_sink *s, struct err *e)
{
	size_t n = (size_t)tiff_row(p), got = (size_t)TIFFScanlineSize(f->t);
	size_t samples = (size_t)p->w * p->samples, need = p->packed ? (samples * 12 + 7) / 8 : n;
	own_mem uint8_t *row = calloc(1, got > n ? got : n), *wide = p->packed ? calloc(1, n) : NULL;
	uint32_t y, good = 0;

	if (row == NULL || (p->packed && wide == NULL) || got < need)
		return err_set(e, ERR_MALFORMED, "rows of another size");
	for (y = 0; y < p->h; y++) {
		if (TIFFReadScanline(f->t, row, y, 0) == 1)
			good++;
		else
			memset(row, 0, need);
		if (p->packed)
			tiff_widen(row, wide, samples);
		if (!tiff_sink_row(s, p->packed ? wide : row, e) || !job_tick(f->j, e))
			return false;
	}
	f->damaged |= good < p->h;
	return good > 0 || err_set(e, ERR_MALFORMED, "%s", f->why);
}

/* `count` samples of one plane among all samples of a row. */
static void
interleave(const struct tiff_page *p, uint8_t *row, uint32_t x, uint16_t plane, const uint8_t *from,
	   uint32_t count)
{
	size_t bytes = p->bits / 8u, at, k;
	unsigned int v;
	uint32_t i;

	for (i = 0; i < count; i++) {
		at = ((size_t)x + i) * p->samples + plane;
		if (bytes > 0) {
			memcpy(row + at * bytes, from + i * bytes, bytes);
			continue;
		}
		at *= p->bits;
		k = (size_t)i * p->bits;
		v = from[k / 8] >> (8 - p->bits - k % 8) & ((1u << p->bits) - 1);
		row[at / 8] |= (uint8_t)(v << (8 - p->bits - at % 8));
	}
}

static bool
emit_canvas(const struct tiff_page *p, uint8_t *canvas, uint32_t rows, struct tiff_sink *s, struct err *e)
{
	uint32_t y;

	for (y = 0; y < rows; y++)
		if (!tiff_sink_row(s, canvas + y * (size_t)tiff_row(p), e))
			return false;
	return true;
}

static bool
copy_planes(struct tiff *f, const struct tiff_page *p, struct tiff_sink *s, struct err *e)
{
	size_t n = (size_t)TIFFScanlineSize(f->t), row = (size_t)tiff_row(p);
	own_mem uint8_t *one = calloc(1, n + 8), *canvas = NULL;
	uint64_t good = 0;
	uint16_t plane;
	uint32_t y;

	if (!full_canvas(p, e))
		return false;
	canvas = calloc(p->h, row);
	if (one == NULL || canvas == NULL || n < ((size_t)p->w * p->bits + 7) / 8)
		return err_set(e, ERR_MALFORMED, "rows of another size");
	for (plane = 0; plane < p->samples; plane++)
		for (y = 0; y < p->h; y++) {
			if (TIFFReadScanline(f->t, one, y, plane) != 1)
				continue;
			good++;
			interleave(p, canvas + y * row, 0, plane, one, p->w);
			if (!job_tick(f->j, e))
				return false;
		}
	f->damaged |= good < (uint64_t)p->h * p->samples;
	if (good == 0)
		return err_set(e, ERR_MALFORMED, "%s", f->why);
	return emit_canvas(p, canvas, p->h, s, e);
}

struct tiles {
	uint32_t w, h;
	size_t row;		/* bytes of a tile's row */
	uint8_t *tile;
	size_t size;
	bool planes;
	uint64_t good, all;
};

static void
put_tile(const struct tiff_page *p, const struct tiles *t, uint8_t *canvas, uint32_t x, uint32_t rows,
	 uint16_t plane)
{
	uint32_t cols = p->w - x < t->w ? p->w - x : t->w, y;
	size_t row = (size_t)tiff_row(p), bits = (size_t)p->bits * p->samples;

	for (y = 0; y < rows; y++)
		if (t->planes)
			interleave(p, canvas + y * row, x, plane, t->tile + y * t->row, cols);
		else	/* tiles are 16n wide, so that each begins at a byte */
			memcpy(canvas + y * row + x * bits / 8, t->tile + y * t->row, (cols * bits + 7) / 8);
}

/* The tiles side by side of one band of rows. */
static bool
read_band(struct tiff *f, const struct tiff_page *p, struct tiles *t, uint8_t *canvas, uint32_t y,
	  uint32_t rows, struct err *e)
{
	uint16_t plane, planes = t->planes ? p->samples : 1;
	uint32_t x;

	for (plane = 0; plane < planes; plane++)
		for (x = 0; x < p->w; x += t->w) {
			t->all++;
			if (!job_tick(f->j, e))
				return false;
			if (TIFFReadTile(f->t, t->tile, x, y, 0, plane) < 0)
				continue;
			t->good++;
			put_tile(p, t, canvas, x, rows, plane);
			if (p->w - x <= t->w)
				break;
		}
	return true;
}

static bool
copy_tiles(struct tiff *f, const struct tiff_page *p, bool planes, struct tiff_sink *s, struct err *e)
{
	struct tiles t = { .planes = planes };
	own_mem uint8_t *tile = NULL, *canvas = NULL;
	size_t row = (size_t)tiff_row(p), per = planes ? 1 : p->samples;
	uint32_t y, rows;

	if (!TIFFGetField(f->t, TIFFTAG_TILEWIDTH, &t.w) || !TIFFGetField(f->t, TIFFTAG_TILELENGTH, &t.h) ||
	    t.w == 0 || t.h == 0 || t.w % 8 != 0)
		return err_set(e, ERR_MALFORMED, "tiles without a size");
	t.size = (size_t)TIFFTileSize(f->t);
	t.row = (size_t)TIFFTileRowSize(f->t);
	rows = t.h < p->h ? t.h : p->h;
	if (t.row < ((uint64_t)t.w * p->bits * per + 7) / 8 || t.size < t.row * (uint64_t)t.h)
		return err_set(e, ERR_MALFORMED, "tiles of another size");
	if (t.size > ALLOC_MAX || (uint64_t)row * rows > ALLOC_MAX)
		return err_set(e, ERR_LIMIT, "tiles too large for their memory");
	t.tile = tile = calloc(1, t.size);
	canvas = calloc(rows, row);
	if (tile == NULL || canvas == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (y = 0; y < p->h; y += rows) {
		uint32_t n = p->h - y < rows ? p->h - y : rows;

		memset(canvas, 0, row * rows);
		if (!read_band(f, p, &t, canvas, y, n, e) || !emit_canvas(p, canvas, n, s, e))
			return false;
	}
	f->damaged |= t.good < t.all;
	return t.good > 0 || err_set(e, ERR_MALFORMED, "%s", f->why);
}

static bool
copy_pixels(struct tiff *f, const struct tiff_page *p, bool plain, struct tiff_sink *s, struct err *e)
{
	uint16_t planar = PLANARCONFIG_CONTIG;
	bool planes;

	(void)TIFFGetFieldDefaulted(f->t, TIFFTAG_PLANARCONFIG, &planar);
	planes = planar == PLANARCONFIG_SEPARATE && p->samples > 1;
	if (!plain)
		return copy_rgba(f, p, s, e);
	if (TIFFIsTiled(f->t))
		return copy_tiles(f, p, planes, s, e);
	return planes ? copy_planes(f, p, s, e) : copy_scanlines(f, p, s, e);
}

static bool
add_page(struct tiff *f, struct buf *out, size_t *link, struct err *e)
{
	bool noise, plain = true;
	struct tiff_page p;
	struct tiff_sink s = { 0 };
	bool ok;

	f->why[0] = '\0';
	ok = read_page(f, &p, &plain, e);
	noise = ok && f->j->profile->noise && p.photometric != TIFF_PALETTE && p.format == 1;
	if (ok)
		ok = tiff_sink_init(&s, &p, noise ? &f->noise : NULL, e) &&
		     copy_pixels(f, &p, plain, &s, e) && tiff_sink_finish(&s, out, link, e);
	if (ok && !plain)
		job_find(f->j, FINDING_IMAGE_CONVERTED, "", "RGB");
	if (ok && p.packed)
		job_find(f->j, FINDING_IMAGE_CONVERTED, "", "16 bit");
	if (ok && noise && (p.bits == 8 || p.bits == 16))
		job_find(f->j, FINDING_IMAGE_NOISE, "", NULL);
	tiff_sink_release(&s);
	free(p.palette);
	buf_release(&p.icc);
	return ok;
}

static bool
add_pages(struct tiff *f, struct buf *out, struct err *e)
{
	size_t link = 4, start;
	uint32_t page = 0, good = 0;
	struct err why = { 0 };

	(void)buf_put(out, "II*\0\0\0\0\0", 8);
	do {
		if (++page > PAGES_MAX)
			return err_set(e, ERR_LIMIT, "more than %d pages", PAGES_MAX);
		note_tags(f);
		start = out->n;
		why.code = ERR_NONE;
		if (add_page(f, out, &link, &why)) {
			good++;
		} else if (why.code != ERR_MALFORMED) {
			*e = why;
			return err_at(e, "page %u", page);
		} else {
			out->n = start;
			job_find(f->j, FINDING_REPAIRED, "", "page %u: %s", page, why.text);
		}
	} while (TIFFReadDirectory(f->t));
	return good > 0 || err_set(e, ERR_MALFORMED, "%s", why.text);
}

static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	struct tiff f = { .j = j, .in = in };
	bool ok;

	if (j->profile->noise)
		f.noise = noise_new(in);
	if (!open_tiff(&f, e))
		return false;
	ok = add_pages(&f, out, e);
	TIFFClose(f.t);
	if (ok && f.damaged)
		job_find(j, FINDING_REPAIRED, "", NULL);
	return ok && buf_ok(out, e);
}

const struct format format_tiff = { .type = TYPE_TIFF, .rebuild = rebuild };
