#include "sanitize/lane/opacity.h"

#include <stdlib.h>
#include <string.h>

#include "core/own.h"

enum {
	NOISE = 3,	/* steps of opacity that rounding costs who draws */
	KNOWN = 8,	/* an opacity from which the colour is known well enough to be lent */
	REACH = 8,	/* pixels */
};

static uint8_t
lay_on(uint8_t colour, uint8_t opacity, uint8_t ground)
{
	return (uint8_t)((colour * opacity + ground * (255 - opacity) + 127) / 255);
}

/* How much of the ground is gone where it is dark `on_black` and light `on_white`. */
static uint8_t
opacity(const uint8_t *on_white, const uint8_t *on_black)
{
	int shown = 0, i;

	for (i = 0; i < 3; i++)
		if (on_white[i] - on_black[i] > shown)
			shown = on_white[i] - on_black[i];
	return shown <= NOISE ? 255 : (uint8_t)(255 - shown);
}

static uint8_t
colour(uint8_t on_black, uint8_t a)
{
	int c = (on_black * 255 + a / 2) / a;

	return (uint8_t)(c > 255 ? 255 : c);
}

/* One pixel of both halves, into the upper. */
static void
settle(uint8_t *white, const uint8_t *black)
{
	uint8_t w[3], b[3], a;
	size_t i;

	for (i = 0; i < 3; i++) {
		w[i] = lay_on(white[i], white[3], 255);
		b[i] = lay_on(black[i], black[3], 0);
	}
	a = opacity(w, b);
	for (i = 0; i < 3; i++)
		white[i] = a == 255 ? w[i] : a == 0 ? 255 : colour(b[i], a);
	white[3] = a;
}

struct rim {
	uint8_t *rgba, *far;	/* far: pixels from the next one whose colour is known, or REACH + 1 */
};

static void
borrow(struct rim *r, size_t at, size_t from)
{
	if (r->far[from] + 1 >= r->far[at])
		return;
	r->far[at] = (uint8_t)(r->far[from] + 1);
	memcpy(r->rgba + at * 4, r->rgba + from * 4, 3);
}

/* From above and the left, then from below and the right: each has the colour of its next, by steps. */
static bool
lend_colours(struct png_pixels *px, struct err *e)
{
	size_t n = (size_t)px->w * px->h, i;
	own_mem uint8_t *far = malloc(n);
	struct rim r = { px->rgba, far };

	if (far == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (i = 0; i < n; i++)
		far[i] = px->rgba[i * 4 + 3] >= KNOWN ? 0 : REACH + 1;
	for (i = 0; i < n; i++) {
		if (i >= px->w)
			borrow(&r, i, i - px->w);
		if (i % px->w > 0)
			borrow(&r, i, i - 1);
	}
	for (i = n; i-- > 0;) {
		if (i + px->w < n)
			borrow(&r, i, i + px->w);
		if ((i + 1) % px->w > 0)
			borrow(&r, i, i + 1);
	}
	return true;
}

bool
opacity_find(struct png_pixels *px, bool *ret_opaque, struct err *e)
{
	size_t n = (size_t)px->w * (px->h / 2), i;
	bool opaque = true;

	if (px->h < 2 || px->h % 2 != 0)
		return err_set(e, ERR_MALFORMED, "a drawing of %u rows, which are not two halves", px->h);
	for (i = 0; i < n; i++) {
		settle(px->rgba + i * 4, px->rgba + (n + i) * 4);
		opaque &= px->rgba[i * 4 + 3] == 255;
	}
	px->h /= 2;
	*ret_opaque = opaque;
	return opaque || lend_colours(px, e);
}
