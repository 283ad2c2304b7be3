/*
 * jbig2_bitmap.c - the bitmaps of one decoding: made, cut, combined.
 */
#include "sanitize/codec/jbig2.h"

bool
jbig2_pay(struct jbig2 *j, uint64_t work, struct err *e)
{
	if (work > j->work) {
		j->work = 0;
		return err_set(e, ERR_LIMIT, "JBIG2 data want more work than a page is worth");
	}
	j->work -= work;
	return true;
}

void *
jbig2_array(struct jbig2 *j, size_t n, size_t size, struct err *e)
{
	void *p = arena_array(j->arena, n, size);

	if (p == NULL)
		(void)err_set(e, ERR_LIMIT, "JBIG2 data want more memory than a page is worth");
	return p;
}

bool
jbig2_bitmap(struct jbig2 *j, int64_t w, int64_t h, struct bitmap *ret, struct err *e)
{
	uint8_t *bits;

	if (w < 0 || h < 0)
		return err_set(e, ERR_MALFORMED, "JBIG2 bitmap of negative size");
	if (w > UINT32_MAX - 64 || h > UINT32_MAX ||
	    (w > 0 && (uint64_t)h > j->max_pixels / (uint64_t)w))
		return err_set(e, ERR_LIMIT, "JBIG2 bitmap of %lld x %lld pixels", (long long)w,
			       (long long)h);
	/* A row costs something even where it has no pixels. */
	if (!jbig2_pay(j, ((uint64_t)w + 8) * (uint64_t)h + 16, e))
		return false;
	bits = jbig2_array(j, (size_t)h, bitmap_stride((uint32_t)w), e);
	if (bits == NULL)
		return false;
	*ret = (struct bitmap){ .w = (uint32_t)w, .h = (uint32_t)h, .bits = bits };
	return true;
}

void
jbig2_fill(struct bitmap *b, bool black)
{
	size_t stride = bitmap_stride(b->w), n = stride * b->h;

	if (n == 0)
		return;
	memset(b->bits, black ? 0xff : 0, n);
	/* Padding stays white: equal pictures are equal bytes. */
	for (size_t at = stride - 1; black && b->w % 8 != 0 && at < n; at += stride)
		b->bits[at] = (uint8_t)(0xff00 >> b->w % 8);
}

/* Eight pixels from column x on, x > -8; columns outside the row are 0. */
static uint8_t
eight_at(const uint8_t *row, size_t stride, int64_t x)
{
	size_t byte = (size_t)((x + 8) / 8);	/* counted from the byte before the row */
	unsigned shift = (unsigned)((x + 8) % 8);
	unsigned left = byte > 0 && byte <= stride ? row[byte - 1] : 0;
	unsigned right = byte < stride ? row[byte] : 0;

	return (uint8_t)((left << 8 | right) >> (8 - shift));
}

static uint8_t
combined(uint8_t dst, uint8_t src, enum combine op)
{
	switch (op) {
	case COMBINE_OR: return dst | src;
	case COMBINE_AND: return dst & src;
	case COMBINE_XOR: return dst ^ src;
	case COMBINE_XNOR: return (uint8_t)~(dst ^ src);
	default: return src;
	}
}

static void
combine_row(uint8_t *dst, const uint8_t *src, size_t stride, int64_t x, size_t from, size_t to,
	    enum combine op)
{
	size_t first = from / 8, last = (to - 1) / 8;

	for (size_t i = first; i <= last; i++) {
		unsigned mask = 0xff;

		if (i == first)
			mask &= 0xffU >> from % 8;
		if (i == last)
			mask &= 0xff00U >> ((to - 1) % 8 + 1);
		dst[i] = (uint8_t)((dst[i] & ~mask) |
				   (combined(dst[i], eight_at(src, stride, (int64_t)(i * 8) - x), op) &
				    mask));
	}
}

void
jbig2_combine(struct bitmap *dst, const struct bitmap *src, int64_t x, int64_t y, enum combine op)
{
	int64_t left = x < 0 ? 0 : x, top = y < 0 ? 0 : y;
	int64_t right = x + src->w, bottom = y + src->h;
	size_t stride = bitmap_stride(src->w);

	if (right > dst->w)
		right = dst->w;
	if (bottom > dst->h)
		bottom = dst->h;
	if (left >= right)
		return;
	for (int64_t row = top; row < bottom; row++)
		combine_row(dst->bits + (size_t)row * bitmap_stride(dst->w),
			    src->bits + (size_t)(row - y) * stride, stride, x, (size_t)left,
			    (size_t)right, op);
}

bool
jbig2_crop(struct jbig2 *j, const struct bitmap *src, int64_t x, int64_t w, struct bitmap *ret,
	   struct err *e)
{
	if (!jbig2_bitmap(j, w, src->h, ret, e))
		return false;
	jbig2_combine(ret, src, -x, 0, COMBINE_REPLACE);
	return true;
}

void
jbig2_unpack(const struct bitmap *b, int64_t y, uint8_t *row, size_t w)
{
	const uint8_t *bits;
	size_t n = w < b->w ? w : b->w;

	memset(row, 0, w + 2 * ROW_MARGIN);
	if (y < 0 || y >= b->h)
		return;
	bits = b->bits + (size_t)y * bitmap_stride(b->w);
	for (size_t x = 0; x < n; x++)
		row[ROW_MARGIN + x] = bits[x / 8] >> (7 - x % 8) & 1;
}

void
jbig2_pack(struct bitmap *b, uint32_t y, const uint8_t *row)
{
	uint8_t *bits = b->bits + (size_t)y * bitmap_stride(b->w);
	unsigned eight = 0;

	row += ROW_MARGIN;
	for (uint32_t x = 0; x < b->w; x++) {
		eight = eight << 1 | row[x];
		if (x % 8 == 7)
			bits[x / 8] = (uint8_t)eight;
	}
	if (b->w % 8 != 0)
		bits[b->w / 8] = (uint8_t)(eight << (8 - b->w % 8));
}
