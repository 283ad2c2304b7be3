#include "drawing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "core/own.h"
#include "nursery/memory.h"

enum { EMF_FRAME = 24, WMF_HEAD = 18, SET_WINDOW_EXT = 0x020c, RECORDS = 64, SVM_UNIT = 22, SVM_SCALE = 32 };

/* Dots on an inch of its own size, and the longer side's least and greatest dots: small drawings are often shown larger. */
static const double fine = 220, least = 480, greatest = 2000, screen = 96, inch_mm = 25.4;

static bool
i32(struct view *v, double *ret)
{
	uint32_t x;

	if (!view_u32le(v, &x))
		return false;
	*ret = (double)(int32_t)x;
	return true;
}

static bool
i16(struct view *v, double *ret)
{
	uint16_t x;

	if (!view_u16le(v, &x))
		return false;
	*ret = (double)(int16_t)x;
	return true;
}

/* The frame, in hundredths of a millimetre. */
static bool
emf_size(struct view in, struct drawing_size *ret)
{
	struct view v = view_from(in, EMF_FRAME);
	double x0, y0, x1, y1;

	if (in.n < EMF_FRAME + 16 || !i32(&v, &x0) || !i32(&v, &y0) || !i32(&v, &x1) || !i32(&v, &y1))
		return false;
	*ret = (struct drawing_size){ (x1 - x0) / 100, (y1 - y0) / 100 };
	return true;
}

/* Without a placeable header only the proportions are known: a window unit counts as a dot of the screen. */
static bool
wmf_window(struct view v, struct drawing_size *ret)
{
	size_t i;

	v = view_from(v, WMF_HEAD);
	for (i = 0; i < RECORDS; i++) {
		struct view record = v, whole;
		uint32_t words;
		uint16_t function;

		if (!view_u32le(&record, &words) || !view_u16le(&record, &function) || words < 3 ||
		    words > v.n / 2 || !view_take(&v, (size_t)words * 2, &whole))
			return false;
		if (function == SET_WINDOW_EXT) {
			double x, y;

			if (!i16(&record, &y) || !i16(&record, &x))
				return false;
			*ret = (struct drawing_size){ x < 0 ? -x * 25.4 / screen : x * 25.4 / screen,
						      y < 0 ? -y * 25.4 / screen : y * 25.4 / screen };
			return true;
		}
	}
	return false;
}

static bool
wmf_placed(struct view in, struct drawing_size *ret)
{
	struct view v = view_from(in, 6);
	double x0, y0, x1, y1;
	uint16_t inch;

	if (in.n < 22 || !i16(&v, &x0) || !i16(&v, &y0) || !i16(&v, &x1) || !i16(&v, &y1) || !view_u16le(&v, &inch) ||
	    inch == 0)
		return false;
	*ret = (struct drawing_size){ (x1 < x0 ? x0 - x1 : x1 - x0) * 25.4 / inch,
				      (y1 < y0 ? y0 - y1 : y1 - y0) * 25.4 / inch };
	return true;
}

/* StarView: a unit of the map, a scale of two fractions, a width and a height. */
static bool
svm_size(struct view in, struct drawing_size *ret)
{
	static const double unit[] = { .01, .1, 1, 10, .0254, .254, 2.54, 25.4, 25.4 / 72, 25.4 / 1440, 25.4 / 96 };
	struct view v = view_from(in, SVM_UNIT), s;
	double xn, xd, yn, yd, w, h;
	uint16_t u;

	if (in.n < SVM_SCALE + 25 || !view_u16le(&v, &u) || u >= sizeof unit / sizeof *unit)
		return false;
	s = view_from(in, SVM_SCALE);
	if (!i32(&s, &xn) || !i32(&s, &xd) || !i32(&s, &yn) || !i32(&s, &yd) || !view_skip(&s, 1) || !i32(&s, &w) || !i32(&s, &h) ||
	    xd == 0 || yd == 0)
		return false;
	*ret = (struct drawing_size){ w * unit[u] * xn / xd, h * unit[u] * yn / yd };
	return true;
}

bool
drawing_size(struct view in, struct drawing_size *ret)
{
	static const uint8_t placed[4] = { 0xd7, 0xcd, 0xc6, 0x9a };
	bool ok = in.n > 44 && memcmp(in.p + 40, " EMF", 4) == 0 ? emf_size(in, ret)
		  : in.n > 22 && memcmp(in.p, placed, 4) == 0	 ? wmf_placed(in, ret)
		  : view_starts(in, VIEW("VCLMTF"))		 ? svm_size(in, ret)
		  : in.n > WMF_HEAD				 ? wmf_window(in, ret)
								 : false;

	return ok && ret->w > 0 && ret->h > 0 && ret->w < 1e5 && ret->h < 1e5 && ret->w / ret->h < 200 &&
	       ret->h / ret->w < 200;
}

/*
 * LibreOffice draws a page at the screen's 96 dpi and places things to a
 * hundredth of a millimetre: 24 dots are 6.35 mm.  In such steps the lower
 * half begins on a dot, and both halves are drawn alike to the last one.
 */
struct drawing_dots
drawing_dots(const struct drawing_size *s)
{
	double longest = s->w > s->h ? s->w : s->h, dots = longest / inch_mm * fine, h, w;
	uint32_t rows;

	dots = dots < least ? least : dots > greatest ? greatest : dots;
	h = s->h * dots / longest / DRAWING_STEP;
	rows = (uint32_t)(h < 1 ? 1 : h + .5) * DRAWING_STEP;
	w = s->w * rows / s->h;
	return (struct drawing_dots){ (uint32_t)(w < 1 ? 1 : w + .5), rows };
}

static void
put_base64(FILE *f, struct view v)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	while (v.n > 0) {
		size_t n = v.n < 3 ? v.n : 3;
		uint32_t x = (uint32_t)v.p[0] << 16 | (n > 1 ? (uint32_t)v.p[1] << 8 : 0) | (n > 2 ? v.p[2] : 0);

		(void)putc(digit[x >> 18], f);
		(void)putc(digit[x >> 12 & 63], f);
		(void)putc(n > 1 ? digit[x >> 6 & 63] : '=', f);
		(void)putc(n > 2 ? digit[x & 63] : '=', f);
		v = view_from(v, n);
	}
}

static void
put_drawing(FILE *f, double y, double w, double h, struct view in)
{
	fprintf(f, "<draw:frame svg:x=\"0mm\" svg:y=\"%.2fmm\" svg:width=\"%.2fmm\" svg:height=\"%.2fmm\"><draw:image><office:binary-data>",
		y, w, h);
	put_base64(f, in);
	fprintf(f, "</office:binary-data></draw:image></draw:frame>");
}

static void
put_page(FILE *f, const struct drawing_dots *d, struct view in)
{
	const double w = d->w * inch_mm / screen, h = d->h * inch_mm / screen;

	fprintf(f,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
		" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""
		" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\""
		" xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""
		" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\""
		" office:version=\"1.2\" office:mimetype=\"application/vnd.oasis.opendocument.graphics\">"
		"<office:styles></office:styles>"	/* without it the page is not read */
		"<office:automatic-styles><style:page-layout style:name=\"p\"><style:page-layout-properties"
		" fo:margin-top=\"0mm\" fo:margin-bottom=\"0mm\" fo:margin-left=\"0mm\" fo:margin-right=\"0mm\""
		" fo:page-width=\"%.2fmm\" fo:page-height=\"%.2fmm\"/></style:page-layout>"
		"<style:style style:name=\"b\" style:family=\"graphic\"><style:graphic-properties draw:fill=\"solid\""
		" draw:fill-color=\"#000000\" draw:stroke=\"none\"/></style:style></office:automatic-styles>"
		"<office:master-styles><style:master-page style:name=\"m\" style:page-layout-name=\"p\"/></office:master-styles>"
		"<office:body><office:drawing><draw:page draw:master-page-name=\"m\">",
		w, 2 * h);
	put_drawing(f, 0, w, h, in);
	fprintf(f, "<draw:rect draw:style-name=\"b\" svg:x=\"-1mm\" svg:y=\"%.2fmm\" svg:width=\"%.2fmm\" svg:height=\"%.2fmm\"/>",
		h, w + 2, h + 1);
	put_drawing(f, h, w, h, in);
	fprintf(f, "</draw:page></office:drawing></office:body></office:document>\n");
}

bool
drawing_page(const char *path, const char *page, struct err *e)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct drawing_size size;
	struct drawing_dots dots;
	struct view in;
	FILE *f;

	if (fd < 0 || !memory_map(fd, &in, e))
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (!drawing_size(in, &size))
		return err_set(e, ERR_MALFORMED, "a drawing without a size");
	dots = drawing_dots(&size);
	f = fopen(page, "we");
	if (f == NULL)
		return err_set(e, ERR_SYSTEM, "%s: %s", page, strerror(errno));
	put_page(f, &dots, in);
	return fclose(f) == 0 || err_set(e, ERR_LIMIT, "%s: %s", page, strerror(errno));
}
