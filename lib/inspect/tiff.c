/* TIFF 6.0: one byte order, few tags, every offset known before it is read. */
#include "inspect/flate.h"
#include "inspect/icc.h"
#include "inspect/jpeg.h"
#include "inspect/pdf.h"

enum { SHORT = 3, LONG = 4, RATIONAL = 5, UNDEFINED = 7 };

/* Ascending, as in the file; `always`: must be there (strips' and tiles' tags: as parts_sound() says). */
static const struct tag {
	uint16_t tag, type;
	bool always;
} tags[] = {
	{ 254, LONG, false },  { 256, LONG, true },	{ 257, LONG, true },	{ 258, SHORT, true },
	{ 259, SHORT, true },  { 262, SHORT, true },	{ 273, LONG, false },	{ 274, SHORT, false },
	{ 277, SHORT, true },  { 278, LONG, false },	{ 279, LONG, false },	{ 282, RATIONAL, false },
	{ 283, RATIONAL, false }, { 284, SHORT, true }, { 296, SHORT, false },	{ 317, SHORT, false },
	{ 320, SHORT, false }, { 322, LONG, false },	{ 323, LONG, false },	{ 324, LONG, false },
	{ 325, LONG, false },  { 332, SHORT, false },	{ 338, SHORT, false },	{ 339, SHORT, false },
	{ 530, SHORT, false }, { 34675, UNDEFINED, false },
};
enum { TAGS = sizeof tags / sizeof *tags };
enum { T_SUBFILE, T_WIDTH, T_HEIGHT, T_BITS, T_COMPRESSION, T_PHOTOMETRIC, T_OFFSETS, T_ORIENTATION, T_SAMPLES,
       T_ROWS, T_COUNTS, T_XRES, T_YRES, T_PLANAR, T_UNIT, T_PREDICTOR, T_COLORMAP,
       T_TILE_W, T_TILE_H, T_TILES, T_TILE_COUNTS, T_INKSET, T_EXTRA, T_FORMAT, T_SAMPLING, T_ICC };

struct page {
	struct { struct view v; uint32_t n; } f[TAGS];	/* values as they stand; n 0: absent */
	uint32_t end;		/* of what has been accounted for */
};

struct tiff {
	struct inspection *in;
	struct view whole;
};

static size_t
width_of(uint16_t type)
{
	return type == SHORT ? 2 : type == LONG ? 4 : type == RATIONAL ? 8 : 1;
}

/* The i-th value of a field; 0 where it is absent. */
static uint32_t
value(const struct page *p, unsigned t, uint32_t i)
{
	struct view v;
	uint32_t x = 0;
	uint16_t s = 0;

	if (i >= p->f[t].n)
		return 0;
	v = view_from(p->f[t].v, (size_t)i * width_of(tags[t].type));
	if (tags[t].type == SHORT)
		return view_u16le(&v, &s) ? s : 0;
	return view_u32le(&v, &x) ? x : 0;
}

static bool
zeros(struct view v)
{
	while (v.n > 0)
		if (v.p[0] != 0 || !view_skip(&v, 1))
			return false;
	return true;
}

static bool
field(const struct tiff *t, struct page *p, struct view *dir, unsigned *next, struct err *e)
{
	uint16_t tag, type;
	uint32_t n, at;
	struct view inside;
	size_t bytes;
	unsigned k = *next;

	if (!view_u16le(dir, &tag) || !view_u16le(dir, &type) || !view_u32le(dir, &n) || !view_take(dir, 4, &inside))
		return residue(e, "directory cut off");
	while (k < TAGS && tags[k].tag != tag)
		k++;
	if (k == TAGS || tags[k].type != type)
		return residue(e, "tag %u unknown, out of order, or of another type", tag);
	*next = k + 1;
	if (n == 0 || n > t->whole.n)
		return residue(e, "tag %u without values", tag);
	bytes = (size_t)n * width_of(type);
	p->f[k].n = n;
	if (bytes <= 4) {
		(void)view_sub(inside, 0, bytes, &p->f[k].v);
		return zeros(view_from(inside, bytes)) || residue(e, "tag %u padded with something", tag);
	}
	(void)view_u32le(&inside, &at);
	if (at != p->end + p->end % 2 || !view_sub(t->whole, at, bytes, &p->f[k].v) ||
	    (p->end % 2 != 0 && t->whole.p[p->end] != 0))
		return residue(e, "tag %u: values not right behind those before", tag);
	p->end = at + (uint32_t)bytes;
	return true;
}

static bool
all_equal(const struct page *p, unsigned t)
{
	uint32_t i;

	for (i = 1; i < p->f[t].n; i++)
		if (value(p, t, i) != value(p, t, 0))
			return false;
	return true;
}

static bool
colours_fit(const struct page *p, struct err *e)
{
	uint32_t photometric = value(p, T_PHOTOMETRIC, 0), samples = value(p, T_SAMPLES, 0), bits = value(p, T_BITS, 0);
	uint32_t base = photometric == 2 || photometric == 6 || photometric == 8 || photometric == 9 ? 3 : photometric == 5 ? 4 : 1;
	struct icc icc;

	if (photometric > 9 || (photometric == 6 && value(p, T_COMPRESSION, 0) != 7) || photometric == 7 || samples < 1 || samples > 8 ||
	    p->f[T_BITS].n != samples || !all_equal(p, T_BITS) ||
	    (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16 && bits != 32 && bits != 64))
		return residue(e, "photometric interpretation, samples or bits");
	if (samples < base || p->f[T_EXTRA].n != samples - base)
		return residue(e, "samples beyond the colours that no tag explains");
	if (p->f[T_COLORMAP].n != 0 && (bits > 16 || p->f[T_COLORMAP].n != 3u << bits))
		return residue(e, "colour map of another size");
	if ((photometric == 3) != (p->f[T_COLORMAP].n != 0))
		return residue(e, "colour map missing, or for nothing");
	if (p->f[T_FORMAT].n != 0 && (p->f[T_FORMAT].n != samples || !all_equal(p, T_FORMAT)))
		return residue(e, "sample format");
	return p->f[T_ICC].n == 0 || inspect_icc(p->f[T_ICC].v, &icc, e) || err_at(e, "profile");
}

/* One value of a small range. */
static bool
single(const struct page *p, unsigned t, uint32_t least, uint32_t most)
{
	return p->f[t].n == 0 || (p->f[t].n == 1 && value(p, t, 0) >= least && value(p, t, 0) <= most);
}

/* Strips, or tiles: these hold JPEG only. */
static bool
parts_sound(const struct page *p, bool jpeg, struct err *e)
{
	bool tiles = p->f[T_TILES].n != 0, strips = p->f[T_OFFSETS].n != 0;

	if (tiles == strips || tiles != (p->f[T_TILE_W].n != 0) || tiles != (p->f[T_TILE_H].n != 0) ||
	    tiles != (p->f[T_TILE_COUNTS].n != 0) || strips != (p->f[T_ROWS].n != 0) || strips != (p->f[T_COUNTS].n != 0))
		return residue(e, "neither strips nor tiles, or both");
	if (!single(p, T_TILE_W, 16, INT32_MAX) || !single(p, T_TILE_H, 16, INT32_MAX) || value(p, T_TILE_W, 0) % 16 != 0 ||
	    value(p, T_TILE_H, 0) % 16 != 0 || (tiles && !jpeg))
		return residue(e, "tiles");
	if (jpeg && (value(p, T_BITS, 0) != 8 || p->f[T_EXTRA].n != 0 || p->f[T_FORMAT].n != 0))
		return residue(e, "JPEG of other samples");
	return (p->f[T_SAMPLING].n == (value(p, T_PHOTOMETRIC, 0) == 6 ? 2 : 0)) || residue(e, "chroma sampling");
}

static bool
fields_sound(const struct page *p, struct err *e)
{
	uint32_t i, k, compression = value(p, T_COMPRESSION, 0);

	for (i = 0; i < TAGS; i++)
		if (tags[i].always && p->f[i].n == 0)
			return residue(e, "tag %u missing", tags[i].tag);
	if (!single(p, T_SUBFILE, 0, 7) || !single(p, T_WIDTH, 1, INT32_MAX) || !single(p, T_HEIGHT, 1, INT32_MAX) ||
	    !single(p, T_COMPRESSION, 1, 8) || !single(p, T_PHOTOMETRIC, 0, 9) || !single(p, T_ORIENTATION, 1, 8) ||
	    !single(p, T_SAMPLES, 1, 8) || !single(p, T_ROWS, 1, UINT32_MAX) || !single(p, T_PLANAR, 1, 1) ||
	    !single(p, T_UNIT, 1, 3) || !single(p, T_PREDICTOR, 2, 2) || !single(p, T_INKSET, 1, 1) || p->f[T_XRES].n > 1 ||
	    p->f[T_YRES].n > 1)
		return residue(e, "a tag's value");
	for (k = 0; k < p->f[T_EXTRA].n; k++)
		if (value(p, T_EXTRA, k) > 2)
			return residue(e, "extra sample of unknown kind");
	if (p->f[T_FORMAT].n != 0 && (value(p, T_FORMAT, 0) < 1 || value(p, T_FORMAT, 0) > 3))
		return residue(e, "sample format");
	if (compression != 1 && compression != 4 && compression != 7 && compression != 8)
		return residue(e, "compression %u", (unsigned)compression);
	if (p->f[T_PREDICTOR].n != 0 && (compression != 8 || (value(p, T_BITS, 0) != 8 && value(p, T_BITS, 0) != 16)))
		return residue(e, "predictor where none may be");
	if (p->f[T_INKSET].n != 0 && value(p, T_PHOTOMETRIC, 0) != 5)
		return residue(e, "inks without CMYK");
	return parts_sound(p, compression == 7, e) && colours_fit(p, e);
}

/* Technical Note 2: a whole picture in each part; what the tags say of colours is what its markers say. */
static bool
jpeg_part(const struct tiff *t, const struct page *p, struct view data, uint64_t w, uint64_t h, struct err *e)
{
	uint32_t photometric = value(p, T_PHOTOMETRIC, 0), samples = value(p, T_SAMPLES, 0), i;
	uint32_t first = photometric == 6 ? value(p, T_SAMPLING, 0) << 4 | value(p, T_SAMPLING, 1) : 0x11;
	struct jpeg_size size;

	if (!inspect_jpeg_data(t->in, data, true, &size, e))
		return false;
	if (size.w != w || size.h != h || size.components != samples)
		return residue(e, "JPEG of another size");
	for (i = 0; i < samples; i++)
		if (size.sampling[i] != (i == 0 ? first : 0x11))
			return residue(e, "JPEG sampled otherwise");
	if (samples == 3 ? size.adobe != (photometric == 2) : size.adobe && size.transform != 0)
		return residue(e, "JPEG of other colours");
	return samples != 3 || photometric == 2 || photometric == 6 || residue(e, "JPEG of other colours");
}

static bool
strip(const struct tiff *t, const struct page *p, struct view data, uint64_t rows, uint64_t row, struct err *e)
{
	uint32_t compression = value(p, T_COMPRESSION, 0), photometric = value(p, T_PHOTOMETRIC, 0);

	if (compression == 8)
		return inspect_flate_size(t->in, true, data, rows * row, e);
	if (compression == 7)
		return jpeg_part(t, p, data, p->f[T_TILES].n != 0 ? value(p, T_TILE_W, 0) : value(p, T_WIDTH, 0), rows, e);
	if (compression == 1)
		return data.n == rows * row || residue(e, "strip of another size");
	if (value(p, T_BITS, 0) != 1 || value(p, T_SAMPLES, 0) != 1 || photometric > 1 || p->f[T_OFFSETS].n != 1)
		return residue(e, "fax data that are not one strip of bits");
	return inspect_g4(data, value(p, T_WIDTH, 0), value(p, T_HEIGHT, 0), e);
}

/* How the page is cut: rows of its parts, and how many parts there are. */
static bool
cut(const struct tiff *t, const struct page *p, uint64_t *ret_rows, uint64_t *ret_n, struct err *e)
{
	uint64_t w = value(p, T_WIDTH, 0), h = value(p, T_HEIGHT, 0), across = 1, tile = value(p, T_TILE_W, 0);
	uint64_t rows = tile > 0 ? value(p, T_TILE_H, 0) : value(p, T_ROWS, 0);

	/* Tiles may reach beyond the picture, once each way. */
	if ((w + tile) * (h + (tile > 0 ? rows : 0)) > t->in->profile->limits.pixels)
		return err_set(e, ERR_LIMIT, "too many pixels");
	if (tile > 0)
		across = (w + tile - 1) / tile;
	*ret_rows = rows;
	*ret_n = across * ((h + rows - 1) / rows);
	return true;
}

static bool
parts(const struct tiff *t, struct page *p, struct err *e)
{
	bool tiles = p->f[T_TILES].n != 0;
	unsigned offsets = tiles ? T_TILES : T_OFFSETS, counts = tiles ? T_TILE_COUNTS : T_COUNTS;
	uint64_t row = ((uint64_t)value(p, T_WIDTH, 0) * value(p, T_BITS, 0) * value(p, T_SAMPLES, 0) + 7) / 8;
	uint64_t left = value(p, T_HEIGHT, 0), each = 0, all = 0;
	uint32_t n = p->f[offsets].n, i;

	if (!cut(t, p, &each, &all, e))
		return false;
	if (p->f[counts].n != n || n != all)
		return residue(e, "number of strips or tiles");
	for (i = 0; i < n; i++) {
		uint32_t at = value(p, offsets, i), bytes = value(p, counts, i);
		uint64_t rows = left < each && !tiles ? left : each;
		struct view data;

		if (i == 0 && p->end % 2 != 0 && at == p->end + 1 && t->whole.n > p->end && t->whole.p[p->end] == 0)
			p->end++;
		if (at != p->end || !view_sub(t->whole, at, bytes, &data))
			return residue(e, "part %u: not right behind the one before", (unsigned)i);
		if (!strip(t, p, data, rows, row, e))
			return err_at(e, "part %u", (unsigned)i);
		left -= tiles ? 0 : rows;
		p->end = at + bytes;
	}
	return true;
}

static bool
page(const struct tiff *t, uint32_t at, uint32_t *ret_end, uint32_t *ret_next, struct err *e)
{
	struct page p = { 0 };
	struct view dir = view_from(t->whole, at);
	uint16_t n, i;
	unsigned next = 0;

	if (!view_u16le(&dir, &n) || n > TAGS || (uint64_t)at + 2 + 12 * (uint64_t)n + 4 > t->whole.n)
		return residue(e, "directory cut off");
	p.end = at + 2 + 12u * n + 4;
	for (i = 0; i < n; i++)
		if (!field(t, &p, &dir, &next, e))
			return false;
	(void)view_u32le(&dir, ret_next);
	if (!fields_sound(&p, e) || !parts(t, &p, e))
		return false;
	*ret_end = p.end;
	return true;
}

bool
inspect_tiff(struct inspection *in, struct view out, struct err *e)
{
	const struct tiff t = { .in = in, .whole = out };
	uint32_t at = 8, end = 0, next = 0;
	unsigned n = 0;

	if (out.n > UINT32_MAX - 2 || !view_starts(out, VIEW("II*\0\10\0\0\0")))
		return residue(e, "header");
	do {
		if (!page(&t, at, &end, &next, e))
			return err_at(e, "page %u", n);
		if (next != 0 && (next != end + end % 2 || next >= out.n || (end % 2 != 0 && out.p[end] != 0)))
			return residue(e, "page %u: the next directory is not right behind it", n);
		at = next;
		n++;
	} while (next != 0);
	return end == out.n || residue(e, "%zu bytes behind the last strip", out.n - end);
}
