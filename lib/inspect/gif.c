/* GIF89a: the blocks that a picture needs, LZW data that give exactly its pixels. */
#include "inspect/recognise.h"

enum { CODES = 4096 };

static bool
literal(struct view *v, struct view lit)
{
	return view_starts(*v, lit) && view_skip(v, lit.n);
}

/*
 * LZW (Appendix F), by lengths alone: what a code stands for is of no
 * interest, how many pixels it gives is; and its first and last index must be
 * in the palette, which the roots alone decide.
 */
struct lzw {
	uint32_t length[CODES];
	unsigned width, next, clear;
	bool fresh;		/* no code since the last clear */
	unsigned last;
	uint64_t pixels;
	bool ended;
};

static void
lzw_clear(struct lzw *z, unsigned root)
{
	z->clear = 1u << root;
	z->next = z->clear + 2;
	z->width = root + 1;
	z->fresh = true;
}

static bool
lzw_code(struct lzw *z, unsigned root, unsigned code, struct err *e)
{
	uint32_t n;

	if (code == z->clear) {
		lzw_clear(z, root);
		return true;
	}
	if (code == z->clear + 1) {
		z->ended = true;
		return true;
	}
	if (code < z->clear)
		n = 1;
	else if (code < z->next && !z->fresh)
		n = z->length[code];
	else if (code == z->next && !z->fresh && z->next < CODES)
		n = (z->last < z->clear ? 1 : z->length[z->last]) + 1;
	else
		return residue(e, "code that means nothing");
	z->pixels += n;
	if (!z->fresh && z->next < CODES) {
		z->length[z->next++] = (z->last < z->clear ? 1 : z->length[z->last]) + 1;
		if (z->next == 1u << z->width && z->width < 12)
			z->width++;
	}
	z->last = code;
	z->fresh = false;
	return true;
}

static bool
picture(struct view *v, uint64_t pixels, struct err *e)
{
	own_mem struct lzw *z = calloc(1, sizeof *z);
	uint8_t root, n = 0;
	uint32_t acc = 0;
	unsigned have = 0;
	bool first = true, whole = true;
	struct view block;
	size_t i;

	if (z == NULL)
		return no_memory(e);
	if (!view_u8(v, &root) || root < 2 || root > 8)
		return residue(e, "code size");
	lzw_clear(z, root);
	while (view_u8(v, &n) && n > 0) {
		if (!whole || !view_take(v, n, &block))
			return residue(e, "data blocks");
		whole = n == 255;
		for (i = 0; i < n; i++) {
			if (z->ended)
				return residue(e, "data behind the end code");
			acc |= (uint32_t)block.p[i] << have;
			have += 8;
			while (have >= z->width && !z->ended) {
				unsigned code = acc & ((1u << z->width) - 1);

				acc >>= z->width;
				have -= z->width;
				if (first && code != z->clear)
					return residue(e, "data that do not begin with a clear code");
				first = false;
				if (!lzw_code(z, root, code, e))
					return false;
			}
		}
		if (z->pixels > pixels)
			return residue(e, "more pixels than the frame has");
	}
	return (n == 0 && z->ended && acc == 0 && z->pixels == pixels) || residue(e, "not exactly the frame's pixels");
}

static bool
frame(struct inspection *in, struct view *v, bool global, struct err *e)
{
	uint16_t delay, x, y, w, h;
	uint8_t flags, clear, transparent, end;

	if (!literal(v, VIEW("!\xf9\4")) || !view_u8(v, &flags) || !view_u16le(v, &delay) ||
	    !view_u8(v, &transparent) || !view_u8(v, &end) || end != 0 || flags >> 2 > 3 || flags & 2 ||
	    (!(flags & 1) && transparent != 0))
		return residue(e, "graphic control");
	if (!literal(v, VIEW(",")) || !view_u16le(v, &x) || !view_u16le(v, &y) || !view_u16le(v, &w) ||
	    !view_u16le(v, &h) || !view_u8(v, &clear) || w == 0 || h == 0)
		return residue(e, "image descriptor");
	if (clear == 0 ? !global : clear >> 3 != 0x10 || !view_skip(v, (size_t)3 << ((clear & 7) + 1)))
		return residue(e, "palette");
	if ((uint64_t)w * h > in->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "too many pixels");
	return picture(v, (uint64_t)w * h, e);
}

bool
inspect_gif(struct inspection *in, struct view out, struct err *e)
{
	struct view v = out;
	uint16_t w, h, loops;
	uint8_t flags, background, aspect;
	unsigned frames = 0;
	bool loop = false;

	if (!literal(&v, VIEW("GIF89a")) || !view_u16le(&v, &w) || !view_u16le(&v, &h) || w == 0 || h == 0 ||
	    !view_u8(&v, &flags) || !view_u8(&v, &background) || !view_u8(&v, &aspect) || aspect != 0)
		return residue(e, "header");
	if (flags == 0x70 ? background != 0 : flags >> 3 != 0x1e || background >> ((flags & 7) + 1) != 0 ||
	    !view_skip(&v, (size_t)3 << ((flags & 7) + 1)))
		return residue(e, "logical screen");
	if (literal(&v, VIEW("!\xff\13NETSCAPE2.0\3\1"))) {
		loop = true;
		if (!view_u16le(&v, &loops) || !literal(&v, VIEW("\0")))
			return residue(e, "loop count");
	}
	do {
		size_t at = at_of(out, v);

		if (!frame(in, &v, flags != 0x70, e))
			return err_at(e, "byte %zu: frame %u", at, frames);
		frames++;
	} while (v.n > 0 && v.p[0] != ';');
	if (loop && frames < 2)
		return residue(e, "loop of one frame");
	return (v.n == 1 && v.p[0] == ';') || residue(e, "%zu bytes behind the trailer", v.n);
}
