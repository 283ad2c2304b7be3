/* BMP and ICO: headers, palette, rows, nothing else. */
#include "inspect/recognise.h"

struct bitmap_head {
	uint32_t size, w, h, bits, compression, image, colours;
};

/* The first 40 bytes, which both headers have. */
static bool
head(struct view *v, struct bitmap_head *b, bool icon, struct err *e)
{
	uint32_t x, y, important;
	uint16_t planes, bits;

	if (!view_u32le(v, &b->size) || !view_u32le(v, &b->w) || !view_u32le(v, &b->h) || !view_u16le(v, &planes) ||
	    !view_u16le(v, &bits) || !view_u32le(v, &b->compression) || !view_u32le(v, &b->image) ||
	    !view_u32le(v, &x) || !view_u32le(v, &y) || !view_u32le(v, &b->colours) || !view_u32le(v, &important))
		return residue(e, "header cut off");
	b->bits = bits;
	if (planes != 1 || important != 0 || b->w == 0 || b->w > INT32_MAX || b->h == 0 || b->h > INT32_MAX ||
	    x > INT32_MAX || y > INT32_MAX || (icon && (x != 0 || y != 0)))
		return residue(e, "header");
	return true;
}

static bool
palette(struct view *v, uint32_t n, struct err *e)
{
	struct view p;
	uint32_t i;

	if (!view_take(v, (size_t)n * 4, &p))
		return residue(e, "palette cut off");
	for (i = 0; i < n; i++)
		if (p.p[(size_t)i * 4 + 3] != 0)
			return residue(e, "palette with a fourth byte");
	return true;
}

/* Rows of `bits` a pixel, padded with zeros to four bytes. */
static bool
rows(struct view *v, uint64_t w, uint64_t h, uint64_t bits, struct err *e)
{
	uint64_t used = (w * bits + 7) / 8, row = (used + 3) / 4 * 4, y;
	struct view all;

	if (h > v->n / row || !view_take(v, (size_t)(row * h), &all))
		return residue(e, "rows cut off");
	for (y = 0; y < h; y++) {
		struct view pad = { all.p + y * row + used, (size_t)(row - used) };

		if (!take_zeros(&pad, pad.n))
			return residue(e, "row padded with something");
	}
	return true;
}

bool
inspect_bmp(struct inspection *in, struct view out, struct err *e)
{
	static const uint8_t masks[] = { 0, 0, 0xff, 0, 0, 0xff, 0, 0, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 'B', 'G', 'R', 's' };
	struct bitmap_head b;
	struct view v = out;
	uint32_t size, reserved, at, intent;
	bool alpha;

	if (!view_starts(v, VIEW("BM")) || !view_skip(&v, 2) || !view_u32le(&v, &size) || size != out.n ||
	    !view_u32le(&v, &reserved) || reserved != 0 || !view_u32le(&v, &at) || !head(&v, &b, false, e))
		return residue(e, "file header");
	alpha = b.size == 124;
	if ((uint64_t)b.w * b.h > in->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "too many pixels");
	if (alpha ? b.bits != 32 || b.compression != 3 || b.colours != 0 || !view_starts(v, view_of(masks, sizeof masks)) ||
			    !view_skip(&v, sizeof masks) || !take_zeros(&v, 48) || !view_u32le(&v, &intent) || intent != 4 ||
			    !take_zeros(&v, 12)
		  : b.size != 40 || b.compression != 0 || (b.bits != 1 && b.bits != 4 && b.bits != 8 && b.bits != 24))
		return residue(e, "header of a kind that is not ours");
	if (b.bits <= 8 ? b.colours < 1 || b.colours > 1u << b.bits : b.colours != 0)
		return residue(e, "number of colours");
	if (!palette(&v, b.colours, e))
		return false;
	if (at != at_of(out, v) || b.image != v.n)
		return residue(e, "offset or size of the rows");
	return rows(&v, b.w, b.h, b.bits, e) && (v.n == 0 || residue(e, "bytes behind the rows"));
}

/* A byte of the directory has no more than 255: 0 stands for 256 and what is larger. */
static bool
is_side(uint8_t said, uint32_t n)
{
	return said != 0 ? n == said : n >= 256 && n <= 1024;
}

static bool
icon_bitmap(struct view v, uint8_t w_said, uint8_t h_said, uint32_t bits, struct err *e)
{
	struct bitmap_head b;
	uint32_t w, h;
	size_t before;

	if (!head(&v, &b, true, e))
		return false;
	w = b.w;
	h = b.h / 2;
	if (b.size != 40 || !is_side(w_said, w) || b.h % 2 != 0 || !is_side(h_said, h) || b.bits != bits || b.compression != 0 ||
	    (bits != 1 && bits != 4 && bits != 8 && bits != 24 && bits != 32) ||
	    b.colours != (bits <= 8 ? 1u << bits : 0))
		return residue(e, "header");
	if (!palette(&v, b.colours, e))
		return false;
	before = v.n;
	return rows(&v, w, h, bits, e) && rows(&v, w, h, 1, e) &&
	       ((v.n == 0 && b.image == before) || residue(e, "size of the image"));
}

static bool
icon_image(struct inspection *in, struct view v, uint8_t w, uint8_t h, uint32_t bits, struct err *e)
{
	uint32_t png_w, png_h;
	struct view size;

	if (!view_starts(v, VIEW("\x89PNG")))
		return icon_bitmap(v, w, h, bits, e);
	if (!inspect_png(in, v, e))
		return err_at(e, "png");
	if (view_find(v, 0, VIEW("acTL")) < view_find(v, 0, VIEW("IDAT")))
		return residue(e, "icon that moves");
	size = view_from(v, 16);
	return (view_u32be(&size, &png_w) && view_u32be(&size, &png_h) && is_side(w, png_w) && is_side(h, png_h)) ||
	       residue(e, "png of another size");
}

bool
inspect_ico(struct inspection *in, struct view out, struct err *e)
{
	struct view v = out, image;
	uint16_t count, i, planes, bits;
	uint32_t size, at;
	uint64_t end;

	if (!view_starts(v, VIEW("\0\0\1\0")) || !view_skip(&v, 4) || !view_u16le(&v, &count) || count < 1 || count > 256)
		return residue(e, "header");
	end = 6 + 16 * (uint64_t)count;
	for (i = 0; i < count; i++) {
		uint8_t w, h, colours, reserved;

		if (!view_u8(&v, &w) || !view_u8(&v, &h) || !view_u8(&v, &colours) || !view_u8(&v, &reserved) ||
		    reserved != 0 || !view_u16le(&v, &planes) || planes != 1 || !view_u16le(&v, &bits) ||
		    !view_u32le(&v, &size) || !view_u32le(&v, &at) || at != end || !view_sub(out, at, size, &image) ||
		    colours != (bits < 8 ? (uint8_t)(1u << bits) : 0))
			return residue(e, "entry %u", i);
		if (!icon_image(in, image, w, h, bits, e))
			return err_at(e, "entry %u", i);
		end += size;
	}
	return end == out.n || residue(e, "bytes behind the last image");
}
