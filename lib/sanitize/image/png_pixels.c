#include "png_pixels.h"

#include <stdlib.h>
#include <string.h>

#include "core/own.h"
#include "png_filter.h"
#include "png_int.h"
#include "zstream.h"

enum {
	BIG = 64 << 20,	/* bytes of samples in memory */
	LEVEL = 1,		/* it is compressed again by who rebuilds it */
};

static void
own_png_release(struct png *p)
{
	png_release(p);
}

static bool
is_plain(const struct png *p)
{
	return p->depth == 8 && !p->interlace;
}

static void
widen(const struct png *p, const uint8_t *from, uint8_t *to)
{
	const uint8_t *colour = from;
	static const uint8_t none[3];

	if (p->type == PNG_PALETTE)
		colour = *from < p->plte.n / 3 ? p->plte.p + (size_t)*from * 3 : none;
	if (p->type == PNG_GRAY || p->type == PNG_GRAY_ALPHA)
		memset(to, *from, 3);
	else
		memcpy(to, colour, 3);
	to[3] = p->type == PNG_GRAY_ALPHA ? from[1] : p->type == PNG_RGB_ALPHA ? from[3] : 255;
}

static bool
inflate_rows(const struct png *p, uint8_t *raw, size_t n, struct err *e)
{
	struct zstream_result res;

	if (!zstream_inflate(view_of(p->data.p + p->still.at, p->still.n), raw, n, &res, e))
		return false;
	return (res.got == n && !res.damaged) || err_set(e, ERR_MALFORMED, "damaged picture data");
}

static bool
unpack(struct png *p, struct png_pixels *ret, struct err *e)
{
	size_t row = (size_t)png_row(p, p->w), n = (row + 1) * p->h, x, y;
	own_mem uint8_t *raw = malloc(n);
	uint8_t *to;

	ret->rgba = malloc((size_t)p->w * p->h * 4);
	if (raw == NULL || ret->rgba == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!inflate_rows(p, raw, n, e))
		return false;
	to = ret->rgba;
	for (y = 0; y < p->h; y++) {
		uint8_t *at = raw + y * (row + 1);

		if (*at > 4)
			return err_set(e, ERR_MALFORMED, "a filter that is none");
		png_unfilter(*at, at + 1, y == 0 ? NULL : at - row, row, p->channels);
		for (x = 0; x < p->w; x++, to += 4)
			widen(p, at + 1 + x * p->channels, to);
		if (!job_tick(p->j, e))
			return false;
	}
	return true;
}

bool
png_pixels_read(struct job *j, struct view in, struct png_pixels *ret, struct err *e)
{
	__attribute__((cleanup(own_png_release))) struct png p = { 0 };
	struct findings unheard = { 0 }, *heard = j->findings;
	bool ok;

	j->findings = &unheard;
	ok = png_read(&p, j, in, e);
	j->findings = heard;
	findings_release(&unheard);
	if (!ok)
		return false;
	if (!is_plain(&p))
		return err_set(e, ERR_MALFORMED, "a PNG of %u bits, or interlaced", p.depth);
	if (p.damaged)
		return err_set(e, ERR_MALFORMED, "a damaged PNG");
	if ((uint64_t)p.w * p.h * 4 > BIG)
		return err_set(e, ERR_LIMIT, "picture too large for its memory");
	ret->w = p.w;
	ret->h = p.h;
	return unpack(&p, ret, e);
}

static void
put_header(const struct png_pixels *px, bool opaque, struct buf *out)
{
	size_t begin;

	(void)buf_put(out, "\x89PNG\r\n\x1a\n", 8);
	begin = png_chunk_begin(out, "IHDR");
	(void)buf_u32be(out, px->w);
	(void)buf_u32be(out, px->h);
	(void)buf_put(out, (uint8_t[]){ 8, opaque ? PNG_RGB : PNG_RGB_ALPHA, 0, 0, 0 }, 5);
	png_chunk_end(out, begin);
}

static void
narrow(const uint8_t *from, uint32_t w, size_t channels, uint8_t *to)
{
	uint32_t x;

	for (x = 0; x < w; x++)
		memcpy(to + x * channels, from + (size_t)x * 4, channels);
}

/* Filtered as encoders do it: what rebuilds it keeps the filters. */
static bool
put_rows(const struct png_pixels *px, size_t channels, struct buf *out, struct err *e)
{
	size_t row = px->w * channels, begin, y;
	own_mem uint8_t *raw = malloc((row + 1) * px->h), *two = calloc(2, row);

	if (raw == NULL || two == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (y = 0; y < px->h; y++) {
		uint8_t *this = two + y % 2 * row, *up = y == 0 ? NULL : two + (y + 1) % 2 * row;

		narrow(px->rgba + y * px->w * 4, px->w, channels, this);
		png_filter(raw + y * (row + 1), this, up, row, channels, true);
	}
	begin = png_chunk_begin(out, "IDAT");
	if (!zstream_deflate(view_of(raw, (row + 1) * px->h), LEVEL, out, e))
		return false;
	png_chunk_end(out, begin);
	return true;
}

bool
png_pixels_write(const struct png_pixels *px, bool opaque, struct buf *out, struct err *e)
{
	put_header(px, opaque, out);
	if (!put_rows(px, opaque ? 3 : 4, out, e))
		return false;
	(void)buf_put(out, "\0\0\0\0IEND\xae\x42\x60\x82", 12);
	return buf_ok(out, e);
}

void
png_pixels_release(struct png_pixels *px)
{
	free(px->rgba);
	*px = (struct png_pixels){ 0 };
}
