/* WebP (RFC 9649): chunk framing, frame headers, and that the flags say what follows. */
#include "inspect/icc.h"
#include "inspect/jpeg.h"
#include "inspect/vp8l.h"

struct webp {
	struct inspection *in;
	uint32_t w, h;		/* of the canvas */
	bool alpha, lossless_alpha;
};

struct chunk {
	struct view name, data;
};

static bool
take_chunk(struct view *v, struct chunk *ret, struct err *e)
{
	uint32_t n;
	uint8_t pad = 0;

	if (!view_take(v, 4, &ret->name) || !view_u32le(v, &n) || !view_take(v, n, &ret->data) ||
	    (n % 2 != 0 && (!view_u8(v, &pad) || pad != 0)))
		return residue(e, "chunk cut off, or padded with something");
	return true;
}

static bool
is(const struct chunk *c, const char *name)
{
	return memcmp(c->name.p, name, 4) == 0;
}

static bool
u24le(struct view *v, uint32_t *ret)
{
	struct view b;

	if (!view_take(v, 3, &b))
		return false;
	*ret = b.p[0] | (uint32_t)b.p[1] << 8 | (uint32_t)b.p[2] << 16;
	return true;
}

/* RFC 6386 9.1 */
static bool
lossy(struct view v, uint32_t *w, uint32_t *h, struct err *e)
{
	uint32_t tag;
	uint16_t x, y;

	if (!u24le(&v, &tag) || (tag & 1) != 0 || (tag >> 1 & 7) > 3 || !(tag >> 4 & 1) ||
	    !view_starts(v, VIEW("\x9d\x01\x2a")) || !view_skip(&v, 3) || !view_u16le(&v, &x) || !view_u16le(&v, &y) ||
	    x == 0 || y == 0 || x >> 14 != 0 || y >> 14 != 0 || tag >> 5 > v.n)
		return residue(e, "no VP8 key frame");
	*w = x;
	*h = y;
	return true;
}

static bool
lossless(struct inspection *in, struct view v, uint32_t *w, uint32_t *h, bool *alpha, struct err *e)
{
	uint32_t bits;
	uint8_t signature;

	if (!view_u8(&v, &signature) || signature != 0x2f || !view_u32le(&v, &bits) || bits >> 29 != 0 || v.n == 0)
		return residue(e, "no VP8L frame");
	*w = (bits & 0x3fff) + 1;
	*h = (bits >> 14 & 0x3fff) + 1;
	*alpha = bits >> 28 & 1;
	return inspect_vp8l(in, v, *w, *h, e);
}

/* ALPH? VP8, or VP8L; of exactly w by h. */
static bool
still(struct webp *p, struct view *v, uint32_t w, uint32_t h, struct err *e)
{
	struct chunk c;
	uint32_t cw = 0, ch = 0;
	bool alpha = false, ok;

	if (!take_chunk(v, &c, e))
		return false;
	if (is(&c, "ALPH")) {
		uint8_t head = c.data.n > 0 ? c.data.p[0] : 0xff;

		if ((head & 0xf0) != 0 || (head & 3) > 1 || ((head & 3) == 0 && c.data.n - 1 != (uint64_t)w * h) ||
		    c.data.n < 2)
			return residue(e, "ALPH");
		if ((head & 3) == 1 && !inspect_vp8l(p->in, view_from(c.data, 1), w, h, e))
			return err_at(e, "ALPH");
		p->alpha = true;
		if (!take_chunk(v, &c, e))
			return false;
		ok = is(&c, "VP8 ") ? lossy(c.data, &cw, &ch, e) : residue(e, "ALPH without VP8");
	} else if (is(&c, "VP8 ")) {
		ok = lossy(c.data, &cw, &ch, e);
	} else {
		ok = is(&c, "VP8L") ? lossless(p->in, c.data, &cw, &ch, &alpha, e) : residue(e, "unknown chunk");
	}
	p->lossless_alpha |= alpha;
	return ok && ((cw == w && ch == h) || residue(e, "picture of another size"));
}

static bool
animation(struct webp *p, struct view *v, struct err *e)
{
	struct chunk c;
	uint32_t x, y, w, h, duration;
	uint8_t flags;

	if (!take_chunk(v, &c, e) || !is(&c, "ANIM") || c.data.n != 6)
		return residue(e, "ANIM");
	do {
		if (!take_chunk(v, &c, e))
			return false;
		if (!is(&c, "ANMF") || !u24le(&c.data, &x) || !u24le(&c.data, &y) || !u24le(&c.data, &w) ||
		    !u24le(&c.data, &h) || !u24le(&c.data, &duration) || !view_u8(&c.data, &flags) || flags >> 2 != 0)
			return residue(e, "ANMF");
		if (2 * (uint64_t)x + w + 1 > p->w || 2 * (uint64_t)y + h + 1 > p->h)
			return residue(e, "frame outside the canvas");
		if (!still(p, &c.data, w + 1, h + 1, e))
			return false;
		if (c.data.n > 0)
			return residue(e, "bytes behind a frame");
	} while (v->n > 0 && !view_starts(*v, VIEW("EXIF")));
	return true;
}

static bool
extended(struct webp *p, struct view head, struct view *v, struct err *e)
{
	struct view ahead;
	struct chunk c;
	struct icc icc;
	uint8_t flags;
	uint32_t reserved;
	bool profile, moving;

	if (head.n != 10 || !view_u8(&head, &flags) || !u24le(&head, &reserved) || reserved != 0 ||
	    !u24le(&head, &p->w) || !u24le(&head, &p->h) || (flags & ~0x3a) != 0)
		return residue(e, "VP8X");
	p->w++;
	p->h++;
	profile = flags & 0x20;
	moving = flags & 2;
	ahead = *v;
	if (profile && (!take_chunk(v, &c, e) || !is(&c, "ICCP") || !inspect_icc(c.data, &icc, e) ||
			icc.components != 3 || icc.lab))
		return residue(e, "ICCP");
	if (!profile && view_starts(ahead, VIEW("ICCP")))
		return residue(e, "ICCP that the flags do not say");
	if (!(moving ? animation(p, v, e) : still(p, v, p->w, p->h, e)))
		return false;
	if ((p->alpha || p->lossless_alpha) && !(flags & 0x10))
		return residue(e, "alpha that the flags do not say");
	if ((flags & 8) && (!take_chunk(v, &c, e) || !is(&c, "EXIF") ||
			    !inspect_orientation(view_from(c.data, view_starts(c.data, VIEW("Exif\0\0")) ? 6 : 0))))
		return residue(e, "EXIF that is more than an orientation");
	return profile || moving || p->alpha || (flags & 8) || residue(e, "VP8X for nothing");
}

bool
inspect_webp(struct inspection *in, struct view out, struct err *e)
{
	struct webp p = { .in = in };
	struct view v = out, ahead;
	struct chunk c;
	uint32_t size, w = 0, h = 0;
	bool alpha, ok;

	if (!view_starts(v, VIEW("RIFF")) || !view_skip(&v, 4) || !view_u32le(&v, &size) || size != v.n ||
	    !view_starts(v, VIEW("WEBP")) || !view_skip(&v, 4))
		return residue(e, "RIFF header or size");
	ahead = v;
	if (!take_chunk(&ahead, &c, e))
		return false;
	if (is(&c, "VP8X"))
		ok = extended(&p, c.data, &ahead, e);
	else if (is(&c, "VP8 "))
		ok = lossy(c.data, &w, &h, e);
	else
		ok = is(&c, "VP8L") ? lossless(in, c.data, &w, &h, &alpha, e) : residue(e, "unknown chunk");
	return ok && (ahead.n == 0 || residue(e, "%zu bytes behind the picture", ahead.n));
}
