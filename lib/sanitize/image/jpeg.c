/* JPEG files: the codec does the work (codec/jpeg.c); this says what went. */
#include "sanitize/image/image.h"

#include "core/own.h"
#include "sanitize/codec/codec.h"

static void
report(struct job *j, const struct jpeg_info *i)
{
	const struct {
		bool there;
		enum finding_code code;
	} rows[] = {
		{ i->exif, FINDING_IMAGE_EXIF },
		{ i->gps, FINDING_IMAGE_GPS },
		{ i->xmp, FINDING_IMAGE_XMP },
		{ i->iptc, FINDING_IMAGE_IPTC },
		{ i->comment, FINDING_IMAGE_COMMENT },
		{ i->thumbnail, FINDING_IMAGE_THUMBNAIL },
		{ i->other_app, FINDING_IMAGE_BLOCK },
		{ i->icc_removed, FINDING_IMAGE_PROFILE_REMOVED },
		{ i->trailing, FINDING_TRAILING_DATA },
		{ i->damaged, FINDING_REPAIRED },
	};
	size_t k;

	for (k = 0; k < sizeof rows / sizeof rows[0]; k++)
		if (rows[k].there)
			job_find(j, rows[k].code, "", NULL);
}

/* One segment of our own canonical writing: marker and body, length field included. */
static bool
take_segment(struct view *v, uint8_t *ret_marker, struct view *ret)
{
	struct view w = *v;
	uint16_t n;

	if (w.n < 4 || w.p[0] != 0xff)
		return false;
	*ret_marker = w.p[1];
	w = view_from(w, 2);
	return view_u16be(&w, &n) && view_take(v, (size_t)n + 2, ret);
}

/*
 * The new picture under the canonical head of the old one: orientation,
 * profile and density stay; the colour markers are those of the new coding.
 */
static bool
dress(struct view head, struct view pixels, uint8_t components, struct buf *out)
{
	struct view seg, rest;
	uint8_t marker;

	(void)view_skip(&head, 2);
	(void)view_skip(&pixels, 2);
	rest = pixels;
	while (take_segment(&rest, &marker, &seg) && marker != 0xdb)
		pixels = rest;
	(void)buf_put(out, "\xff\xd8", 2);
	if (components == 3 && head.n > 1 && head.p[1] != 0xe0)
		(void)buf_put(out, "\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 18);
	while (take_segment(&head, &marker, &seg) && marker >= 0xe0 && marker <= 0xef) {
		if (marker != 0xee)
			(void)buf_view(out, seg);
		else if (components == 4)
			/* The new coding is plain CMYK, inverted or not as before. */
			(void)buf_put(out, "\xff\xee\0\x0e" "Adobe\0\x64\0\0\0\0\0", 16);
	}
	return buf_view(out, pixels);
}

static bool
by_pixels(struct job *j, struct view lossless, uint8_t components, struct buf *out, struct err *e)
{
	own_buf struct buf coded = BUF_MAX(out->max);
	struct pixels p = { 0 };
	bool ok;
	int q;

	if (!jpeg_decode(lossless, j->profile->limits.pixels, &p, &q, e))
		return false;
	/* One step down: at the same step most coefficients would come back as they were. */
	ok = jpeg_encode(&p, q - 1, &coded, e);
	free(p.data);
	if (!ok)
		return false;
	job_find(j, FINDING_IMAGE_PIXELS, "", "%d", q - 1);
	return dress(lossless, buf_bytes(&coded), components, out) || buf_ok(out, e);
}

static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	own_buf struct buf lossless = BUF_MAX(out->max);
	struct buf *to = j->profile->pixels ? &lossless : out;
	struct jpeg_info info;

	if (!jpeg_rebuild(in, JPEG_FILE, j->profile->limits.pixels, to, &info, e))
		return false;
	report(j, &info);
	return !j->profile->pixels || by_pixels(j, buf_bytes(&lossless), info.components, out, e);
}

const struct format format_jpeg = { .type = TYPE_JPEG, .rebuild = rebuild };
