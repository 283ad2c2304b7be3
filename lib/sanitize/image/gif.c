/*
 * GIF (GIF89a): screen, palettes, frames with delay, disposal, transparency
 * and the loop count; LZW data decoded and coded anew.
 */
#include "sanitize/image/image.h"

#include "core/own.h"
#include "lzw.h"

enum {
	EXTENSION = 0x21, IMAGE = 0x2c, TRAILER = 0x3b,
	EXT_CONTROL = 0xf9, EXT_COMMENT = 0xfe, EXT_TEXT = 0x01, EXT_APPLICATION = 0xff,
	PALETTE_FLAG = 0x80, INTERLACED = 0x40,
	FRAMES_MAX = 20000,
	PALETTE_MAX = 256,
	CODE_SIZE_MAX = 8,
};

/* What a graphic control extension says of the next frame. */
struct control {
	uint8_t disposal, transparent;
	bool has_transparent;
	uint16_t delay;
};

struct gif {
	struct job *j;
	struct view in;
	uint16_t w, h;
	uint8_t background;
	struct view palette;
	uint8_t gray[3 * PALETTE_MAX];	/* the palette, where the file has none */
	struct control control;
	bool has_loop;
	uint16_t loop;
	bool damaged, trailer;
	uint32_t frames;
	uint64_t pixels;	/* over all frames */
	struct buf body;	/* frames as written */
};

static bool
take_palette(struct view *v, uint8_t packed, struct view *ret)
{
	return !(packed & PALETTE_FLAG) || view_take(v, (size_t)3 << ((packed & 7) + 1), ret);
}

static bool
read_screen(struct gif *g, struct err *e)
{
	struct view *v = &g->in;
	uint8_t packed, aspect;

	if (!(view_starts(*v, VIEW("GIF87a")) || view_starts(*v, VIEW("GIF89a"))) ||
	    !view_skip(v, 6) || !view_u16le(v, &g->w) || !view_u16le(v, &g->h) ||
	    !view_u8(v, &packed) || !view_u8(v, &g->background) || !view_u8(v, &aspect) ||
	    !take_palette(v, packed, &g->palette))
		return err_set(e, ERR_MALFORMED, "no logical screen");
	return true;
}

/* Sub-blocks to their terminator; the first goes to *ret. */
static bool
take_blocks(struct view *v, struct view *ret)
{
	struct view b, first = VIEW("");
	bool have = false;
	uint8_t n;

	while (view_u8(v, &n)) {
		if (n == 0) {
			*ret = first;
			return true;
		}
		if (!view_take(v, n, &b))
			return false;
		if (!have)
			first = b;
		have = true;
	}
	return false;
}

static void
read_control(struct gif *g, struct view b)
{
	uint8_t packed = 0;

	g->control = (struct control){ 0 };
	if (!view_u8(&b, &packed) || !view_u16le(&b, &g->control.delay) ||
	    !view_u8(&b, &g->control.transparent)) {
		g->damaged = true;
		return;
	}
	g->control.disposal = packed >> 2 & 7;
	g->control.has_transparent = packed & 1;
	if (g->control.disposal > 3)
		g->control.disposal = 0;	/* to be defined: appendix 23 */
}

static bool
read_application(struct gif *g)
{
	struct view name = VIEW(""), b, unused;
	struct view *v = &g->in;
	uint8_t n, kind;

	if (!view_u8(v, &n) || !view_take(v, n, &name))
		return false;
	if (view_is(name, "NETSCAPE2.0") || view_is(name, "ANIMEXTS1.0")) {
		size_t had = v->n;

		if (!take_blocks(v, &b))
			return false;
		/* One block of three bytes is how often; whatever else stands here goes. */
		if (b.n != 3 || had - v->n != 5)
			job_find(g->j, FINDING_IMAGE_BLOCK, "", "%.*s", (int)name.n, (const char *)name.p);
		if (view_u8(&b, &kind) && (kind & 7) == 1 && view_u16le(&b, &g->loop))
			g->has_loop = true;
		return true;
	}
	if (view_is(name, "XMP DataXMP"))
		job_find(g->j, FINDING_IMAGE_XMP, "", NULL);
	else if (view_is(name, "ICCRGBG1012"))
		job_find(g->j, FINDING_IMAGE_PROFILE_REMOVED, "", NULL);
	else
		job_find(g->j, FINDING_IMAGE_BLOCK, "", "%.*s", (int)name.n, (const char *)name.p);
	return n == 0 || take_blocks(v, &unused);
}

static bool
read_extension(struct gif *g)
{
	struct view b = VIEW("");
	uint8_t label;

	if (!view_u8(&g->in, &label))
		return false;
	if (label == EXT_APPLICATION)
		return read_application(g);
	if (!take_blocks(&g->in, &b))
		return false;
	if (label == EXT_CONTROL)
		read_control(g, b);
	else
		job_find(g->j, label == EXT_COMMENT ? FINDING_IMAGE_COMMENT : FINDING_IMAGE_BLOCK, "",
			 label == EXT_COMMENT ? NULL : "extension %02x", label);
	return true;
}

static uint8_t
size_bits(struct view palette)
{
	uint8_t n = 0;

	while (((size_t)3 << (n + 1)) < palette.n)
		n++;
	return n;
}

static void
deinterlace(uint8_t *to, const uint8_t *from, uint16_t w, uint16_t h)
{
	static const uint8_t start[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 };
	size_t pass;
	uint32_t y;

	for (pass = 0; pass < 4; pass++)
		for (y = start[pass]; y < h; y += step[pass], from += w)
			memcpy(to + (size_t)y * w, from, w);
}

struct image {
	uint16_t x, y, w, h;
	bool interlaced;
	struct view palette;
};

/*
 * A frame without any palette: viewers show its indices as gray.  Where there
 * are but two, they are black and white, as GIF89a recommends.
 */
static void
use_gray(struct gif *g, const uint8_t *p, size_t n)
{
	bool two = true;
	size_t i;

	for (i = 0; i < n; i++)
		two &= p[i] <= 1;
	for (i = 0; i < PALETTE_MAX; i++)
		memset(g->gray + 3 * i, two && i == 1 ? 0xff : (int)i, 3);
	g->palette = view_of(g->gray, sizeof g->gray);
	job_find(g->j, FINDING_IMAGE_CONVERTED, "", "gray palette");
}

static uint8_t
code_size(const struct gif *g, const struct image *i, const uint8_t *p, size_t n)
{
	struct view palette = i->palette.n > 0 ? i->palette : g->palette;
	uint8_t bits = (uint8_t)(size_bits(palette) + 1), max = 0;
	size_t k;

	for (k = 0; k < n; k++)
		max |= p[k];
	while (max >> bits != 0)
		bits++;
	return bits < 2 ? 2 : bits;
}

static bool
write_frame(struct gif *g, const struct image *i, const uint8_t *p, struct err *e)
{
	const struct control *c = &g->control;
	struct buf *b = &g->body;
	size_t n = (size_t)i->w * i->h;

	if (i->palette.n == 0 && g->palette.n == 0)
		use_gray(g, p, n);
	(void)buf_put(b, (uint8_t[]){ EXTENSION, EXT_CONTROL, 4,
				      (uint8_t)(c->disposal << 2 | c->has_transparent) }, 4);
	(void)buf_u16le(b, c->delay);
	(void)buf_byte(b, c->has_transparent ? c->transparent : 0);
	(void)buf_byte(b, 0);
	(void)buf_byte(b, IMAGE);
	(void)buf_u16le(b, i->x);
	(void)buf_u16le(b, i->y);
	(void)buf_u16le(b, i->w);
	(void)buf_u16le(b, i->h);
	(void)buf_byte(b, i->palette.n > 0 ? (uint8_t)(PALETTE_FLAG | size_bits(i->palette)) : 0);
	(void)buf_view(b, i->palette);
	return lzw_encode(p, n, code_size(g, i, p, n), b, e);
}

static bool
read_pixels(struct gif *g, const struct image *i, uint8_t bits, struct err *e)
{
	size_t n = (size_t)i->w * i->h, got;
	own_mem uint8_t *p = NULL, *rows = NULL;
	bool sound;

	g->pixels += n;
	if (n > g->j->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "%u x %u pixels", i->w, i->h);
	if (!job_charge(g->j, n, e))
		return false;
	p = malloc(n);
	rows = i->interlaced ? malloc(n) : NULL;
	if (p == NULL || (i->interlaced && rows == NULL))
		return err_set(e, ERR_LIMIT, "picture too large for its memory");
	/* What the data do not say stays clear, where there is such a colour. */
	memset(p, g->control.has_transparent ? g->control.transparent : 0, n);
	got = lzw_decode(&g->in, bits, p, n, &sound);
	g->damaged |= !sound;
	if (got == 0)
		return true;
	if (i->interlaced)
		deinterlace(rows, p, i->w, i->h);
	g->frames++;
	return write_frame(g, i, i->interlaced ? rows : p, e);
}

static bool
read_image(struct gif *g, bool *ret_end, struct err *e)
{
	struct view *v = &g->in, unused;
	struct image i = { 0 };
	uint8_t packed, bits;

	if (!view_u16le(v, &i.x) || !view_u16le(v, &i.y) || !view_u16le(v, &i.w) ||
	    !view_u16le(v, &i.h) || !view_u8(v, &packed) || !take_palette(v, packed, &i.palette) ||
	    !view_u8(v, &bits) || bits == 0 || bits > CODE_SIZE_MAX || g->frames >= FRAMES_MAX) {
		*ret_end = true;
		return true;
	}
	i.interlaced = packed & INTERLACED;
	if (i.w == 0 || i.h == 0) {
		g->damaged = true;
		*ret_end = !take_blocks(v, &unused);
	} else if (!read_pixels(g, &i, bits, e)) {
		return false;
	}
	/* A control says something of the next frame only: appendix 23. */
	g->control = (struct control){ 0 };
	return true;
}

static bool
read_blocks(struct gif *g, struct err *e)
{
	bool end = false;
	uint8_t kind;

	while (!end && !g->trailer && view_u8(&g->in, &kind)) {
		if (kind == EXTENSION)
			end = !read_extension(g);
		else if (kind == IMAGE && !read_image(g, &end, e))
			return false;
		else if (kind == TRAILER)
			g->trailer = true;
		else if (kind != IMAGE && kind != 0)
			end = true;
		if (!job_tick(g->j, e))
			return false;
	}
	g->damaged |= !g->trailer;
	return g->frames > 0 || err_set(e, ERR_MALFORMED, "no picture");
}

static bool
write_gif(const struct gif *g, struct buf *out, struct err *e)
{
	bool background = g->palette.n > 0 && (size_t)g->background * 3 < g->palette.n;

	(void)buf_str(out, "GIF89a");
	(void)buf_u16le(out, g->w);
	(void)buf_u16le(out, g->h);
	(void)buf_byte(out, g->palette.n > 0 ? (uint8_t)(0xf0 | size_bits(g->palette)) : 0x70);
	(void)buf_byte(out, background ? g->background : 0);
	(void)buf_byte(out, 0);
	(void)buf_view(out, g->palette);
	if (g->has_loop && g->frames > 1) {
		(void)buf_put(out, "\x21\xff\x0bNETSCAPE2.0\3\1", 16);
		(void)buf_u16le(out, g->loop);
		(void)buf_byte(out, 0);
	}
	(void)buf_view(out, buf_bytes(&g->body));
	(void)buf_byte(out, TRAILER);
	return buf_ok(out, e);
}

static void
report(struct gif *g)
{
	if (g->trailer && g->in.n > 0)
		job_find(g->j, FINDING_TRAILING_DATA, "", "%zu", g->in.n);
	if (g->damaged)
		job_find(g->j, FINDING_REPAIRED, "", NULL);
}

static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	struct gif g = { .j = j, .in = in, .body = BUF_MAX(out->max) };
	bool ok = read_screen(&g, e) && read_blocks(&g, e);

	if (ok) {
		/* An empty screen is as large as what is drawn on it: readers do so. */
		if (g.w == 0 || g.h == 0)
			g.damaged = true;
		g.w = g.w == 0 ? 1 : g.w;
		g.h = g.h == 0 ? 1 : g.h;
		ok = write_gif(&g, out, e);
		report(&g);
	}
	buf_release(&g.body);
	return ok;
}

const struct format format_gif = { .type = TYPE_GIF, .rebuild = rebuild };
