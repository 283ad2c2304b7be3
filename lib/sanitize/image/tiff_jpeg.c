/*
 * JPEG inside TIFF (TIFF Technical Note 2): each strip or tile by its DCT
 * coefficients, as a picture of its own with the tables that the source had
 * put aside.  So nothing is lost and nothing grows.
 */
#include "tiff_int.h"

#include "core/own.h"
#include "sanitize/codec/codec.h"

enum { PARTS_MAX = 1 << 20, ONE_BY_ONE = 0x11 };

static uint16_t
colours_of(uint16_t photometric)
{
	switch (photometric) {
	case TIFF_WHITE_IS_0: case TIFF_BLACK_IS_0:
		return 1;
	case TIFF_RGB: case TIFF_YCBCR:
		return 3;
	case TIFF_INKS:
		return 4;
	default:
		return 0;
	}
}

/* As libtiff does: its tables (an abbreviated stream, T.81 B.5), then the part. */
static bool
whole_picture(struct tiff *f, uint32_t i, bool tile, struct buf *ret)
{
	tmsize_t n = (tmsize_t)TIFFGetStrileByteCount(f->t, i), got;
	uint32_t tables = 0;
	void *p = NULL;
	uint8_t *to;

	if (n <= 4 || (uint64_t)n > f->in.n)
		return false;
	if (TIFFGetField(f->t, TIFFTAG_JPEGTABLES, &tables, &p) && tables > 4)
		(void)buf_put(ret, p, tables - 2);
	to = buf_room(ret, (size_t)n);
	if (to == NULL)
		return false;
	got = tile ? TIFFReadRawTile(f->t, i, to, n) : TIFFReadRawStrip(f->t, i, to, n);
	if (got != n || to[0] != 0xff || to[1] != 0xd8)
		return false;
	if (ret->n > 0) {
		memmove(to, to + 2, (size_t)n - 2);
		n -= 2;
	}
	ret->n += (size_t)n;
	return true;
}

/* TIFF's own word on colours counts: markers that say another thing are for the decoder to sort out. */
static bool
colours_agree(const struct jpeg_info *info, const struct tiff_page *p)
{
	size_t k;

	if (info->components != p->samples || info->damaged ||
	    (info->adobe && info->components == 3 &&
	     (info->adobe_transform == 1) != (p->photometric == TIFF_YCBCR)) ||
	    (info->adobe && info->components == 4 && info->adobe_transform != 0))
		return false;
	for (k = p->photometric == TIFF_YCBCR; k < info->components; k++)
		if (info->sampling[k] != ONE_BY_ONE)
			return false;
	return true;
}

static bool
add_part(struct tiff *f, const struct tiff_page *p, uint32_t i, struct tiff_sink *s)
{
	bool tile = s->tile_w > 0;
	uint32_t above = tile ? 0 : i * s->strip_rows;
	uint32_t w = tile ? s->tile_w : p->w;
	uint32_t h = tile ? s->strip_rows : p->h - above < s->strip_rows ? p->h - above : s->strip_rows;
	own_buf struct buf file = { 0 };
	struct jpeg_info info = { 0 };
	struct err unused = { 0 };
	size_t start = s->data.n;

	if (!whole_picture(f, i, tile, &file) ||
	    !jpeg_rebuild(buf_bytes(&file),
			  p->photometric == TIFF_YCBCR ? JPEG_IN_PDF_TRANSFORM : JPEG_IN_PDF_PLAIN,
			  (uint64_t)w * h, &s->data, &info, &unused) ||
	    info.w != w || info.h != h || !colours_agree(&info, p))
		return false;
	if (i == 0)
		s->sampling = info.sampling[0];
	s->sizes[s->strips++] = (uint32_t)(s->data.n - start);
	return info.sampling[0] == s->sampling && job_tick(f->j, &unused);
}

static bool
measure(struct tiff *f, const struct tiff_page *p, struct tiff_sink *s, uint32_t *ret_parts)
{
	uint32_t rows = 0;

	if (TIFFIsTiled(f->t)) {
		if (!TIFFGetField(f->t, TIFFTAG_TILEWIDTH, &s->tile_w) ||
		    !TIFFGetField(f->t, TIFFTAG_TILELENGTH, &rows) || s->tile_w % 16 != 0 || rows % 16 != 0 ||
		    s->tile_w == 0 || rows == 0)
			return false;
		*ret_parts = TIFFNumberOfTiles(f->t);
	} else {
		(void)TIFFGetFieldDefaulted(f->t, TIFFTAG_ROWSPERSTRIP, &rows);
		rows = rows > p->h ? p->h : rows;
		*ret_parts = TIFFNumberOfStrips(f->t);
	}
	s->strip_rows = rows;
	return rows > 0 && *ret_parts > 0 && *ret_parts <= PARTS_MAX;
}

bool
tiff_jpeg(struct tiff *f, struct tiff_page *p, struct tiff_sink *s)
{
	uint16_t compression = 0, photometric = 0, planar = PLANARCONFIG_CONTIG, decoded = p->photometric;
	uint32_t parts = 0, i;
	bool ok;

	(void)TIFFGetFieldDefaulted(f->t, TIFFTAG_COMPRESSION, &compression);
	(void)TIFFGetFieldDefaulted(f->t, TIFFTAG_PLANARCONFIG, &planar);
	if (compression != COMPRESSION_JPEG || f->j->profile->noise || f->j->profile->pixels || p->bits != 8 ||
	    p->format != 1 || (planar != PLANARCONFIG_CONTIG && p->samples > 1) ||
	    !TIFFGetField(f->t, TIFFTAG_PHOTOMETRIC, &photometric) || p->samples != colours_of(photometric))
		return false;
	*s = (struct tiff_sink){ .page = p, .compression = COMPRESSION_JPEG };
	if (!measure(f, p, s, &parts) || (s->sizes = calloc(parts, sizeof *s->sizes)) == NULL)
		return false;
	p->photometric = photometric;
	for (ok = true, i = 0; ok && i < parts; i++)
		ok = add_part(f, p, i, s);
	if (ok)
		return true;
	p->photometric = decoded;
	f->why[0] = '\0';
	tiff_sink_release(s);
	return false;
}
