#include "sanitize/lane/ink.h"

#include <stdlib.h>
#include <string.h>

#include "core/own.h"
#include "core/view.h"
#include "sanitize/codec/codec.h"

enum {
	JPEG_QUALITY = 75,
	BLACK_BELOW = 150,	/* thin strokes are grey at their edges: keep them */
	COLOURED = 32,		/* between a pixel's least and greatest component */
	FLAT = 8,		/* between neighbours that belong to one tint */
	PAPER = 250, INKED = 40,	/* outside: as good as white or black */
	SIDE_MAX = 65500,
};

static unsigned
grey(const uint8_t *p)
{
	return (77u * p[0] + 150u * p[1] + 29u * p[2]) >> 8;
}

static unsigned
chroma(const uint8_t *p)
{
	unsigned hi = p[0] > p[1] ? p[0] : p[1], lo = p[0] < p[1] ? p[0] : p[1];

	hi = hi > p[2] ? hi : p[2];
	lo = lo < p[2] ? lo : p[2];
	return hi - lo;
}

enum ink
ink_of(const struct drawn *d)
{
	uint64_t area = (uint64_t)d->w * d->h, coloured = 0, tint = 0, inked = 0, i;
	unsigned last = 255;

	for (i = 0; i < area; i++) {
		const uint8_t *p = d->rgb + i * 3;
		unsigned y = grey(p);

		coloured += chroma(p) > COLOURED;
		inked += y < BLACK_BELOW;
		tint += y > INKED && y < PAPER && y - last + FLAT <= 2 * FLAT;
		last = y;
	}
	if (coloured > area / 4000)
		return INK_COLOURS;
	if (tint > area / 250)
		return INK_SHADES;
	return inked == 0 && tint == 0 && coloured == 0 ? INK_NONE : INK_BITS;
}

static bool
write_bits(const struct drawn *d, struct buf *out, struct err *e)
{
	struct bitmap b = { d->w, d->h, NULL };
	size_t stride = (d->w + 7u) / 8u;
	uint32_t x, y;
	bool ok;

	b.bits = calloc(d->h, stride);
	if (b.bits == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (y = 0; y < d->h; y++) {
		const uint8_t *p = d->rgb + (size_t)y * d->w * 3;
		uint8_t *row = b.bits + y * stride;

		for (x = 0; x < d->w; x++, p += 3)
			if (grey(p) < BLACK_BELOW)
				row[x / 8] |= (uint8_t)(0x80u >> (x % 8));
	}
	ok = ccitt_encode_g4(&b, out);
	bitmap_release(&b);
	return ok || buf_ok(out, e);
}

static bool
write_shades(const struct drawn *d, struct buf *out, struct err *e)
{
	size_t area = (size_t)d->w * d->h, i;
	own_mem uint8_t *y = malloc(area);
	struct pixels px = { .w = d->w, .h = d->h, .channels = 1, .bits = 8, .space = PIXELS_GRAY, .data = y };

	if (y == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (i = 0; i < area; i++)
		y[i] = (uint8_t)grey(d->rgb + i * 3);
	return jpeg_encode(&px, JPEG_QUALITY, out, e);
}

bool
ink_write(const struct drawn *d, enum ink ink, struct buf *out, struct err *e)
{
	struct pixels px = { .w = d->w, .h = d->h, .channels = 3, .bits = 8, .space = PIXELS_RGB,
			     .data = (uint8_t *)(uintptr_t)d->rgb };

	if (ink == INK_COLOURS)
		return jpeg_encode(&px, JPEG_QUALITY, out, e);
	return ink == INK_SHADES ? write_shades(d, out, e) : write_bits(d, out, e);
}

static bool
take_size(struct view *v, uint32_t *ret)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < v->n && i < 6 && v->p[i] >= '0' && v->p[i] <= '9'; i++)
		n = n * 10 + (v->p[i] - '0');
	if (i == 0 || i >= v->n || (v->p[i] != ' ' && v->p[i] != '\n'))
		return false;
	*v = view_from(*v, i + 1);
	*ret = n;
	return true;
}

bool
ink_take_ppm(struct view *v, struct drawn *ret, struct err *e)
{
	struct view in = *v, pixels;
	struct drawn d;
	uint32_t top;

	if (in.n < 3 || memcmp(in.p, "P6\n", 3) != 0)
		return err_set(e, ERR_MALFORMED, "no picture came back");
	in = view_from(in, 3);
	if (!take_size(&in, &d.w) || !take_size(&in, &d.h) || !take_size(&in, &top) || top != 255 || d.w == 0 ||
	    d.h == 0 || d.w > SIDE_MAX || d.h > SIDE_MAX || !view_take(&in, (size_t)d.w * d.h * 3, &pixels))
		return err_set(e, ERR_MALFORMED, "a picture that is cut short");
	d.rgb = pixels.p;
	*ret = d;
	*v = in;
	return true;
}
