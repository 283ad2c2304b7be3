/*
 * Predictors of Flate and LZW data (ISO 32000-2 7.4.4.4): those of PNG
 * (W3C PNG 9) and TIFF's second (TIFF 6.0, section 14).
 */
#include <stdlib.h>

#include "sanitize/pdf/unfilter.h"

bool
predictor_ok(const struct predictor *p)
{
	bool bits = p->bits == 1 || p->bits == 2 || p->bits == 4 || p->bits == 8 || p->bits == 16;

	return bits && p->colors >= 1 && p->colors <= 64 && p->columns >= 1 &&
	       p->columns <= INT32_MAX / 4 &&
	       (p->predictor == 2 || (p->predictor >= 10 && p->predictor <= 15));
}

static uint8_t
paeth(uint8_t a, uint8_t b, uint8_t c)
{
	int pa = abs(b - c), pb = abs(a - c), pc = abs(a + b - 2 * c);

	if (pa <= pb && pa <= pc)
		return a;
	return pb <= pc ? b : c;
}

/* One row in place; `up` is the row above, `bpp` the distance to the pixel at the left. */
static void
png_row(uint8_t type, uint8_t *row, const uint8_t *up, size_t n, size_t bpp)
{
	size_t i;

	switch (type) {
	case 1:
		for (i = bpp; i < n; i++)
			row[i] = (uint8_t)(row[i] + row[i - bpp]);
		break;
	case 2:
		for (i = 0; i < n; i++)
			row[i] = (uint8_t)(row[i] + up[i]);
		break;
	case 3:
		for (i = 0; i < n && i < bpp; i++)
			row[i] = (uint8_t)(row[i] + up[i] / 2);
		for (; i < n; i++)
			row[i] = (uint8_t)(row[i] + (row[i - bpp] + up[i]) / 2);
		break;
	case 4:
		for (i = 0; i < n && i < bpp; i++)
			row[i] = (uint8_t)(row[i] + up[i]);
		for (; i < n; i++)
			row[i] = (uint8_t)(row[i] + paeth(row[i - bpp], up[i], up[i - bpp]));
		break;
	default:
		break;
	}
}

static enum unfiltered
unpredict_png(size_t row_bytes, size_t bpp, struct view in, struct buf *out)
{
	size_t rows = in.n / (row_bytes + 1) + (in.n % (row_bytes + 1) > 1);
	uint8_t *room, *first;
	const uint8_t *up;
	size_t i;

	if (rows > 0 && row_bytes > SIZE_MAX / rows)
		return UNFILTER_FULL;
	/* One row of zeros before the first stands for the row above it; it is taken out below. */
	room = buf_room(out, rows * row_bytes + row_bytes);
	if (room == NULL)
		return UNFILTER_FULL;
	first = room;
	memset(first + rows * row_bytes, 0, row_bytes);
	up = first + rows * row_bytes;
	for (i = 0; i < rows; i++) {
		uint8_t type = 0, *row = first + i * row_bytes;
		struct view src;
		size_t n;

		(void)view_u8(&in, &type);
		n = in.n < row_bytes ? in.n : row_bytes;
		(void)view_take(&in, n, &src);
		if (n > 0)
			memcpy(row, src.p, n);
		png_row(type, row, up, n, bpp);
		up = row;
		out->n += n;
	}
	return UNFILTER_OK;
}

static void
tiff_row_bits(uint8_t *row, size_t colors, size_t bits, size_t columns)
{
	uint32_t mask = (1u << bits) - 1, left[64] = { 0 };
	size_t i, c, at = 0;

	for (i = 0; i < columns; i++)
		for (c = 0; c < colors; c++, at += bits) {
			uint32_t shift = (uint32_t)(8 - bits - at % 8);
			uint8_t *b = &row[at / 8];

			left[c] = (left[c] + (*b >> shift)) & mask;
			*b = (uint8_t)((*b & ~(mask << shift)) | left[c] << shift);
		}
}

static void
tiff_row(uint8_t *row, size_t n, const struct predictor *p)
{
	size_t colors = (size_t)p->colors, i;

	if (p->bits == 8) {
		for (i = colors; i < n; i++)
			row[i] = (uint8_t)(row[i] + row[i - colors]);
	} else if (p->bits == 16) {
		for (i = colors * 2; i + 1 < n; i += 2) {
			uint32_t x = ((uint32_t)row[i] << 8 | row[i + 1]) +
				     ((uint32_t)row[i - colors * 2] << 8 | row[i - colors * 2 + 1]);

			row[i] = (uint8_t)(x >> 8);
			row[i + 1] = (uint8_t)x;
		}
	} else {
		tiff_row_bits(row, colors, (size_t)p->bits, n * 8 / (colors * (size_t)p->bits));
	}
}

static enum unfiltered
unpredict_tiff(const struct predictor *p, size_t row_bytes, struct view in, struct buf *out)
{
	uint8_t *room = buf_room(out, in.n);
	size_t at;

	if (room == NULL)
		return UNFILTER_FULL;
	if (in.n > 0)
		memcpy(room, in.p, in.n);
	for (at = 0; at < in.n; at += row_bytes)
		tiff_row(room + at, in.n - at < row_bytes ? in.n - at : row_bytes, p);
	out->n += in.n;
	return UNFILTER_OK;
}

enum unfiltered
unpredict(const struct predictor *p, struct view in, struct buf *out)
{
	size_t bits = (size_t)(p->colors * p->bits);
	size_t row_bytes = (bits * (size_t)p->columns + 7) / 8;

	/* Rows longer than the data: one row, cut. */
	if (row_bytes > in.n)
		row_bytes = in.n;
	if (p->predictor == 2)
		return unpredict_tiff(p, row_bytes, in, out);
	return unpredict_png(row_bytes, (bits + 7) / 8, in, out);
}
