/* The pixels of a TIFF page, decoded by libtiff: rows, planes, tiles, or what it makes RGBA of. */
#include "tiff_int.h"

#include "core/own.h"

static bool
full_canvas(const struct tiff_page *p, struct err *e)
{
	return tiff_row(p) * p->h <= TIFF_ALLOC_MAX ||
	       err_set(e, ERR_LIMIT, "page too large for its memory");
}

static bool
copy_rgba(struct tiff *f, const struct tiff_page *p, struct tiff_sink *s, struct err *e)
{
	own_mem uint32_t *raster = NULL;
	uint32_t y;

	if (!full_canvas(p, e))
		return false;
	raster = calloc((size_t)p->w * p->h, sizeof *raster);
	if (raster == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!TIFFReadRGBAImageOriented(f->t, p->w, p->h, raster, p->orientation, 1))
		return err_set(e, ERR_MALFORMED, "%s", f->why);
	for (y = 0; y < p->h; y++)
		/* R G B A in memory on a little-endian machine: TIFFReadRGBAImage(3) */
		if (!tiff_sink_row(s, (uint8_t *)(raster + (size_t)y * p->w), e))
			return false;
	return true;
}

static bool
copy_scanlines(struct tiff *f, const struct tiff_page *p, struct tiff_sink *s, struct err *e)
{
	size_t n = (size_t)tiff_row(p), got = (size_t)TIFFScanlineSize(f->t);
	size_t samples = (size_t)p->w * p->samples, need = p->packed ? (samples * 12 + 7) / 8 : n;
	own_mem uint8_t *row = calloc(1, got > n ? got : n), *wide = p->packed ? calloc(1, n) : NULL;
	uint32_t y, good = 0;

	if (row == NULL || (p->packed && wide == NULL) || got < need)
		return err_set(e, ERR_MALFORMED, "rows of another size");
	for (y = 0; y < p->h; y++) {
		if (TIFFReadScanline(f->t, row, y, 0) == 1)
			good++;
		else
			memset(row, 0, need);
		if (p->packed)
			tiff_widen(row, wide, samples);
		if (!tiff_sink_row(s, p->packed ? wide : row, e) || !job_tick(f->j, e))
			return false;
	}
	f->damaged |= good < p->h;
	return good > 0 || err_set(e, ERR_MALFORMED, "%s", f->why);
}

/* `count` samples of one plane among all samples of a row. */
static void
interleave(const struct tiff_page *p, uint8_t *row, uint32_t x, uint16_t plane, const uint8_t *from,
	   uint32_t count)
{
	size_t bytes = p->bits / 8u, at, k;
	unsigned int v;
	uint32_t i;

	for (i = 0; i < count; i++) {
		at = ((size_t)x + i) * p->samples + plane;
		if (bytes > 0) {
			memcpy(row + at * bytes, from + i * bytes, bytes);
			continue;
		}
		at *= p->bits;
		k = (size_t)i * p->bits;
		v = from[k / 8] >> (8 - p->bits - k % 8) & ((1u << p->bits) - 1);
		row[at / 8] |= (uint8_t)(v << (8 - p->bits - at % 8));
	}
}

static bool
emit_canvas(const struct tiff_page *p, uint8_t *canvas, uint32_t rows, struct tiff_sink *s, struct err *e)
{
	uint32_t y;

	for (y = 0; y < rows; y++)
		if (!tiff_sink_row(s, canvas + y * (size_t)tiff_row(p), e))
			return false;
	return true;
}

static bool
copy_planes(struct tiff *f, const struct tiff_page *p, struct tiff_sink *s, struct err *e)
{
	size_t n = (size_t)TIFFScanlineSize(f->t), row = (size_t)tiff_row(p);
	own_mem uint8_t *one = calloc(1, n + 8), *canvas = NULL;
	uint64_t good = 0;
	uint16_t plane;
	uint32_t y;

	if (!full_canvas(p, e))
		return false;
	canvas = calloc(p->h, row);
	if (one == NULL || canvas == NULL || n < ((size_t)p->w * p->bits + 7) / 8)
		return err_set(e, ERR_MALFORMED, "rows of another size");
	for (plane = 0; plane < p->samples; plane++)
		for (y = 0; y < p->h; y++) {
			if (TIFFReadScanline(f->t, one, y, plane) != 1)
				continue;
			good++;
			interleave(p, canvas + y * row, 0, plane, one, p->w);
			if (!job_tick(f->j, e))
				return false;
		}
	f->damaged |= good < (uint64_t)p->h * p->samples;
	if (good == 0)
		return err_set(e, ERR_MALFORMED, "%s", f->why);
	return emit_canvas(p, canvas, p->h, s, e);
}

struct tiles {
	uint32_t w, h;
	size_t row;		/* bytes of a tile's row */
	uint8_t *tile;
	size_t size;
	bool planes;
	uint64_t good, all;
};

static void
put_tile(const struct tiff_page *p, const struct tiles *t, uint8_t *canvas, uint32_t x, uint32_t rows,
	 uint16_t plane)
{
	uint32_t cols = p->w - x < t->w ? p->w - x : t->w, y;
	size_t row = (size_t)tiff_row(p), bits = (size_t)p->bits * p->samples;

	for (y = 0; y < rows; y++)
		if (t->planes)
			interleave(p, canvas + y * row, x, plane, t->tile + y * t->row, cols);
		else	/* tiles are 16n wide, so that each begins at a byte */
			memcpy(canvas + y * row + x * bits / 8, t->tile + y * t->row, (cols * bits + 7) / 8);
}

/* The tiles side by side of one band of rows. */
static bool
read_band(struct tiff *f, const struct tiff_page *p, struct tiles *t, uint8_t *canvas, uint32_t y,
	  uint32_t rows, struct err *e)
{
	uint16_t plane, planes = t->planes ? p->samples : 1;
	uint32_t x;

	for (plane = 0; plane < planes; plane++)
		for (x = 0; x < p->w; x += t->w) {
			t->all++;
			if (!job_tick(f->j, e))
				return false;
			if (TIFFReadTile(f->t, t->tile, x, y, 0, plane) < 0)
				continue;
			t->good++;
			put_tile(p, t, canvas, x, rows, plane);
			if (p->w - x <= t->w)
				break;
		}
	return true;
}

static bool
copy_tiles(struct tiff *f, const struct tiff_page *p, bool planes, struct tiff_sink *s, struct err *e)
{
	struct tiles t = { .planes = planes };
	own_mem uint8_t *tile = NULL, *canvas = NULL;
	size_t row = (size_t)tiff_row(p), per = planes ? 1 : p->samples;
	uint32_t y, rows;

	if (!TIFFGetField(f->t, TIFFTAG_TILEWIDTH, &t.w) || !TIFFGetField(f->t, TIFFTAG_TILELENGTH, &t.h) ||
	    t.w == 0 || t.h == 0 || t.w % 8 != 0)
		return err_set(e, ERR_MALFORMED, "tiles without a size");
	t.size = (size_t)TIFFTileSize(f->t);
	t.row = (size_t)TIFFTileRowSize(f->t);
	rows = t.h < p->h ? t.h : p->h;
	if (t.row < ((uint64_t)t.w * p->bits * per + 7) / 8 || t.size < t.row * (uint64_t)t.h)
		return err_set(e, ERR_MALFORMED, "tiles of another size");
	if (t.size > TIFF_ALLOC_MAX || (uint64_t)row * rows > TIFF_ALLOC_MAX)
		return err_set(e, ERR_LIMIT, "tiles too large for their memory");
	t.tile = tile = calloc(1, t.size);
	canvas = calloc(rows, row);
	if (tile == NULL || canvas == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	for (y = 0; y < p->h; y += rows) {
		uint32_t n = p->h - y < rows ? p->h - y : rows;

		memset(canvas, 0, row * rows);
		if (!read_band(f, p, &t, canvas, y, n, e) || !emit_canvas(p, canvas, n, s, e))
			return false;
	}
	f->damaged |= t.good < t.all;
	return t.good > 0 || err_set(e, ERR_MALFORMED, "%s", f->why);
}

bool
tiff_copy_pixels(struct tiff *f, const struct tiff_page *p, bool plain, struct tiff_sink *s, struct err *e)
{
	uint16_t planar = PLANARCONFIG_CONTIG;
	bool planes;

	(void)TIFFGetFieldDefaulted(f->t, TIFFTAG_PLANARCONFIG, &planar);
	planes = planar == PLANARCONFIG_SEPARATE && p->samples > 1;
	if (!plain)
		return copy_rgba(f, p, s, e);
	if (TIFFIsTiled(f->t))
		return copy_tiles(f, p, planes, s, e);
	return planes ? copy_planes(f, p, s, e) : copy_scanlines(f, p, s, e);
}
