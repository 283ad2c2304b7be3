/*
 * TIFF (TIFF 6.0, BigTIFF): decoded by libtiff, page by page and row by
 * row, written by us.
 */
#include "sanitize/image/image.h"

#include "core/own.h"
#include "tiff_int.h"

enum { PAGES_MAX = 10000 };

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
	TIFFOpenOptionsSetMaxSingleMemAlloc(o, TIFF_ALLOC_MAX);
	TIFFOpenOptionsSetErrorHandlerExtR(o, on_error, f);
	TIFFOpenOptionsSetWarningHandlerExtR(o, on_warning, f);
	f->t = TIFFClientOpenExt("", "rm", f, on_read, on_write, on_seek, on_close, on_size, NULL,
				 NULL, o);
	TIFFOpenOptionsFree(o);
	return f->t != NULL || err_set(e, ERR_MALFORMED, "%s", f->why);
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

static bool
add_page(struct tiff *f, struct buf *out, size_t *link, struct err *e)
{
	bool noise, plain = true;
	struct tiff_page p;
	struct tiff_sink s = { 0 };
	bool ok;

	f->why[0] = '\0';
	ok = tiff_page_read(f, &p, &plain, e);
	noise = ok && f->j->profile->noise && p.photometric != TIFF_PALETTE && p.format == 1;
	if (ok && !tiff_jpeg(f, &p, &s))
		ok = tiff_sink_init(&s, &p, noise ? &f->noise : NULL, e) &&
		     tiff_copy_pixels(f, &p, plain, &s, e);
	ok = ok && tiff_sink_finish(&s, out, link, e);
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
