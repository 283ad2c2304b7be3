/*
 * PNG (ISO/IEC 15948, and APNG as its third edition has it).
 */
#include "inspect/flate.h"
#include "inspect/icc.h"
#include "inspect/jpeg.h"

#include <zlib.h>

/* The order in which chunks may come; a chunk's step is never below the one before. */
enum step { AT_IHDR, AT_COLOUR, AT_CHRM, AT_PLTE, AT_TRNS, AT_PHYS, AT_EXIF, AT_ACTL, AT_FCTL, AT_IDAT, AT_FDAT, AT_IEND };

struct png {
	struct inspection *in;
	uint32_t width, height;
	uint8_t depth, colour;
	unsigned channels;
	uint32_t palette;
	bool has_gama;
	enum step step;
	uint32_t seen;		/* bits by enum step */
	uint32_t frames, frames_seen, sequence;
	bool animated;
	bool in_frame;		/* a frame of its own data is being read */
	bool frame_open;	/* ... and has none yet */
	/* The picture being inflated. */
	struct flate *flate;
	uint64_t row;		/* bytes of a row with its filter byte */
	uint64_t left;		/* bytes still to come */
};

static bool
to_rows(void *ctx, const uint8_t *p, size_t n, struct err *e)
{
	struct png *g = ctx;
	uint64_t to_filter = g->left % g->row;

	if (n > g->left)
		return residue(e, "more pixels than the header says");
	for (; to_filter < n; to_filter += g->row)
		if (p[to_filter] > 4)
			return residue(e, "filter type %u", p[to_filter]);
	g->left -= n;
	return true;
}

static bool
picture_begin(struct png *g, uint32_t w, uint32_t h, struct err *e)
{
	uint64_t bits = (uint64_t)w * g->channels * g->depth;

	g->row = (bits + 7) / 8 + 1;
	g->left = g->row * h;
	g->flate = inspect_flate_new(g->in, true, to_rows, g);
	return g->flate != NULL || no_memory(e);
}

static bool
picture_end(struct png *g, struct err *e)
{
	bool ok = g->flate == NULL || inspect_flate_end(g->flate, e);

	inspect_flate_free(g->flate);
	g->flate = NULL;
	return ok && (g->left == 0 || residue(e, "fewer pixels than the header says"));
}

static bool
ihdr(struct png *g, struct view v, struct err *e)
{
	static const uint8_t channels[] = { 1, 0, 3, 1, 2, 0, 4 };
	static const uint32_t depths[] = { 0x10116, 0, 0x10100, 0x116, 0x10100, 0, 0x10100 };
	uint8_t method, filter, interlace;

	if (!view_u32be(&v, &g->width) || !view_u32be(&v, &g->height) || !view_u8(&v, &g->depth) ||
	    !view_u8(&v, &g->colour) || !view_u8(&v, &method) || !view_u8(&v, &filter) ||
	    !view_u8(&v, &interlace) || v.n != 0)
		return residue(e, "wrong size");
	if (g->width == 0 || g->height == 0 || g->width > INT32_MAX || g->height > INT32_MAX)
		return residue(e, "no size");
	if (g->colour > 6 || g->depth > 16 || !(depths[g->colour] >> g->depth & 1))
		return residue(e, "colour type %u with %u bits", g->colour, g->depth);
	if (method != 0 || filter != 0 || interlace != 0)
		return residue(e, "unknown method, or interlaced");
	g->channels = channels[g->colour];
	return (uint64_t)g->width * g->height <= g->in->profile->limits.pixels ||
	       err_set(e, ERR_LIMIT, "too many pixels");
}

static bool
iccp(struct png *g, struct view v, struct err *e)
{
	own_buf struct buf profile = BUF_MAX((size_t)64 << 20);
	struct icc icc;

	if (!view_starts(v, VIEW("icc\0\0")))
		return residue(e, "profile name or method");
	if (!inspect_flate_buf(g->in, true, view_from(v, 5), &profile, e) ||
	    !inspect_icc(buf_bytes(&profile), &icc, e))
		return false;
	return (icc.components == (g->colour & 2 ? 3u : 1u) && !icc.lab) ||
	       residue(e, "profile of other colours");
}

static bool
srgb(struct png *g, struct view v, struct err *e)
{
	(void)g;
	return (v.n == 1 && v.p[0] < 4) || residue(e, "no rendering intent");
}

static bool
gama(struct png *g, struct view v, struct err *e)
{
	uint32_t x;

	g->has_gama = true;
	return (v.n == 4 && view_u32be(&v, &x) && x != 0 && x <= INT32_MAX) || residue(e, "no gamma");
}

static bool
chrm(struct png *g, struct view v, struct err *e)
{
	uint32_t x;

	(void)g;
	if (v.n != 32)
		return residue(e, "wrong size");
	while (view_u32be(&v, &x))
		if (x > INT32_MAX)
			return residue(e, "a value that cannot be");
	return true;
}

static bool
plte(struct png *g, struct view v, struct err *e)
{
	if (g->colour != 3)
		return residue(e, "a palette for a picture without");
	g->palette = (uint32_t)(v.n / 3);
	return (v.n % 3 == 0 && v.n > 0 && g->palette <= 1u << g->depth) ||
	       residue(e, "%zu bytes", v.n);
}

static bool
trns(struct png *g, struct view v, struct err *e)
{
	bool fits = g->colour == 0 ? v.n == 2 : g->colour == 2 ? v.n == 6
		    : g->colour == 3 && v.n > 0 && v.n <= g->palette;
	struct view samples = g->colour == 3 ? (struct view){ v.p, 0 } : v;
	uint16_t x;

	while (fits && view_u16be(&samples, &x))
		fits = x >> g->depth == 0;
	return fits || residue(e, "%zu bytes for colour type %u", v.n, g->colour);
}

static bool
phys(struct png *g, struct view v, struct err *e)
{
	(void)g;
	return (v.n == 9 && v.p[8] < 2) || residue(e, "no pixel size");
}

static bool
exif(struct png *g, struct view v, struct err *e)
{
	(void)g;
	return inspect_orientation(v) || residue(e, "more than an orientation");
}

static bool
actl(struct png *g, struct view v, struct err *e)
{
	uint32_t plays;

	g->animated = true;
	return (view_u32be(&v, &g->frames) && g->frames > 0 && g->frames <= INT32_MAX && view_u32be(&v, &plays) &&
		plays <= INT32_MAX && v.n == 0) || residue(e, "no frame count");
}

static bool
sequence(struct png *g, struct view *v, struct err *e)
{
	uint32_t n;

	return (view_u32be(v, &n) && n == g->sequence++) || residue(e, "wrong sequence number");
}

static bool
fctl(struct png *g, struct view v, struct err *e)
{
	uint32_t w, h, x, y;
	bool first = !(g->seen & 1u << AT_IDAT);

	if (!g->animated || !sequence(g, &v, e))
		return g->animated ? false : residue(e, "frame without acTL");
	if (!view_u32be(&v, &w) || !view_u32be(&v, &h) || !view_u32be(&v, &x) || !view_u32be(&v, &y) ||
	    v.n != 6 || v.p[4] > 2 || v.p[5] > 1)
		return residue(e, "unsound");
	if (w == 0 || h == 0 || x > g->width || w > g->width - x || y > g->height || h > g->height - y ||
	    (first && (w != g->width || h != g->height)))
		return residue(e, "frame outside the picture");
	if (first && g->frames_seen > 0)
		return residue(e, "two frames before the picture");
	if (g->frame_open || !picture_end(g, e))
		return g->frame_open ? residue(e, "frame without data") : false;
	g->frames_seen++;
	if (first)
		return true;
	g->in_frame = g->frame_open = true;
	return picture_begin(g, w, h, e);
}

static bool
idat(struct png *g, struct view v, struct err *e)
{
	if (g->colour == 3 && g->palette == 0)
		return residue(e, "no palette");
	if (g->flate == NULL && !picture_begin(g, g->width, g->height, e))
		return false;
	return v.n > 0 ? inspect_flate_feed(g->flate, v, e) : residue(e, "empty");
}

static bool
fdat(struct png *g, struct view v, struct err *e)
{
	if (!g->in_frame)
		return residue(e, "out of order");
	if (!sequence(g, &v, e))
		return false;
	g->frame_open = false;
	return v.n > 0 ? inspect_flate_feed(g->flate, v, e) : residue(e, "empty");
}

static bool
iend(struct png *g, struct view v, struct err *e)
{
	if (v.n != 0 || !(g->seen & 1u << AT_IDAT))
		return residue(e, "no picture");
	if (g->frame_open || (g->animated && g->frames_seen != g->frames))
		return residue(e, "frames missing");
	return picture_end(g, e);
}

enum { AGAIN = 1, AFTER_IDAT = 2 };

static const struct chunk {
	const char *name;
	enum step step;
	unsigned flags;
	bool (*fits)(struct png *g, struct view v, struct err *e);
} chunks[] = {
	{ "IHDR", AT_IHDR, 0, ihdr },	{ "iCCP", AT_COLOUR, 0, iccp }, { "sRGB", AT_COLOUR, 0, srgb },
	{ "gAMA", AT_COLOUR, 0, gama }, { "cHRM", AT_CHRM, 0, chrm },	{ "PLTE", AT_PLTE, 0, plte },
	{ "tRNS", AT_TRNS, 0, trns },	{ "pHYs", AT_PHYS, 0, phys },	{ "eXIf", AT_EXIF, 0, exif },
	{ "acTL", AT_ACTL, 0, actl },
	{ "fcTL", AT_FCTL, AGAIN, fctl }, { "IDAT", AT_IDAT, AGAIN, idat }, { "fdAT", AT_FDAT, AGAIN, fdat },
	{ "IEND", AT_IEND, 0, iend },
};

static bool
in_order(struct png *g, const struct chunk *c, struct err *e)
{
	bool animation = c->step == AT_FCTL || c->step == AT_FDAT;
	bool ok;

	if (g->seen == 0)
		ok = c->step == AT_IHDR;
	else if (g->step >= AT_IDAT && animation)
		ok = g->step == AT_IDAT || g->step == AT_FDAT || g->frames_seen > 0;
	else if (c->flags & AGAIN)
		ok = c->step == AT_IDAT ? g->step <= AT_IDAT : c->step >= g->step;
	else
		ok = c->step > g->step;
	if (c->step == AT_CHRM)
		ok = ok && (g->step == AT_IHDR || g->has_gama);
	if (!ok)
		return residue(e, "out of order");
	/* A frame control behind the picture must not lead back to IDAT. */
	g->step = g->step >= AT_IDAT && animation ? AT_FDAT : c->step;
	g->seen |= 1u << c->step;
	return true;
}

static bool
chunk(struct png *g, struct view *v, struct err *e)
{
	struct view typed, name = { 0 }, data;
	uint32_t n, crc;
	size_t i;

	if (!view_u32be(v, &n) || n > INT32_MAX || !view_take(v, (size_t)n + 4, &typed) || !view_u32be(v, &crc))
		return residue(e, "chunk cut off");
	data = typed;
	(void)view_take(&data, 4, &name);
	if (crc32(0, typed.p, (uInt)typed.n) != crc)
		return residue(e, "wrong CRC");
	for (i = 0; i < sizeof chunks / sizeof *chunks; i++)
		if (memcmp(chunks[i].name, name.p, 4) == 0)
			return (in_order(g, &chunks[i], e) && chunks[i].fits(g, data, e)) ||
			       err_at(e, "%s", chunks[i].name);
	return residue(e, "unknown chunk %02x%02x%02x%02x", name.p[0], name.p[1], name.p[2], name.p[3]);
}

bool
inspect_png(struct inspection *in, struct view out, struct err *e)
{
	struct png g = { .in = in };
	struct view v = out;
	bool ok = true;

	if (!view_starts(v, VIEW("\x89PNG\r\n\x1a\n")) || !view_skip(&v, 8))
		return residue(e, "no signature");
	while (ok && !(g.seen & 1u << AT_IEND)) {
		size_t at = at_of(out, v);

		ok = chunk(&g, &v, e) || err_at(e, "byte %zu", at);
	}
	inspect_flate_free(g.flate);
	if (ok && v.n > 0)
		return residue(e, "%zu bytes behind IEND", v.n);
	return ok;
}
