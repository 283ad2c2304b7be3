/* What a TIFF's directory says of its page, and how we shall have it. */
#include "core/own.h"
#include "tiff_int.h"

#include "sanitize/codec/codec.h"

enum { PROFILE_MAX = 16 << 20 };

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

/* Where the page does not say: what libtiff takes it for.  More samples than one are extra ones then. */
static uint16_t
guessed_photometric(uint16_t compression)
{
	switch (compression) {
	case COMPRESSION_CCITTRLE: case COMPRESSION_CCITTFAX3: case COMPRESSION_CCITTFAX4:
		return TIFF_WHITE_IS_0;
	default:
		return TIFF_BLACK_IS_0;
	}
}

bool
tiff_page_read(struct tiff *f, struct tiff_page *p, bool *ret_plain, struct err *e)
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
		p->photometric = guessed_photometric(compression);
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
	if (tiff_row(p) > TIFF_ALLOC_MAX)
		return err_set(e, ERR_LIMIT, "row of %llu bytes", (unsigned long long)tiff_row(p));
	return job_charge(f->j, tiff_row(p) * p->h, e);
}
