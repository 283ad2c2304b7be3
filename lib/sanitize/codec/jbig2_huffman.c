/*
 * jbig2_huffman.c - the Huffman codes of ITU-T T.88 Annex B.
 */
#include "sanitize/codec/jbig2.h"

#define JBIG2_TABLE(n) static const struct huffman_line table_##n[] = {
#define JBIG2_RANGE(prefix_, range_, low_) { (low_), (prefix_), (range_), HUFFMAN_RANGE },
#define JBIG2_LOWER(prefix_, low_) { (low_), (prefix_), 32, HUFFMAN_LOWER },
#define JBIG2_UPPER(prefix_, low_) { (low_), (prefix_), 32, HUFFMAN_UPPER },
#define JBIG2_OOB(prefix_) { 0, (prefix_), 0, HUFFMAN_OOB },
#define JBIG2_END };
#include "sanitize/codec/jbig2_tables.def"
#undef JBIG2_TABLE
#undef JBIG2_RANGE
#undef JBIG2_LOWER
#undef JBIG2_UPPER
#undef JBIG2_OOB
#undef JBIG2_END

static const struct {
	const struct huffman_line *line;
	size_t n;
} tables[] = {
	{ NULL, 0 },
#define JBIG2_TABLE(k) { table_##k, sizeof table_##k / sizeof *table_##k },
#define JBIG2_RANGE(prefix_, range_, low_)
#define JBIG2_LOWER(prefix_, low_)
#define JBIG2_UPPER(prefix_, low_)
#define JBIG2_OOB(prefix_)
#define JBIG2_END
#include "sanitize/codec/jbig2_tables.def"
};

enum { CUSTOM_LINES_MAX = 1 << 16 };

uint32_t
bits_read(struct bit_reader *b, uint32_t n)
{
	uint64_t v = 0;
	size_t byte = b->at / 8, last = (b->at + n + 7) / 8;

	for (size_t i = byte; i < last; i++) {
		if (i >= b->in.n)
			b->over = true;
		v = v << 8 | (i < b->in.n ? b->in.p[i] : 0);
	}
	v >>= last * 8 - b->at - n;
	b->at += n;
	return (uint32_t)(v & ((UINT64_C(1) << n) - 1));
}

void
bits_to_byte(struct bit_reader *b)
{
	b->at = (b->at + 7) / 8 * 8;
}

bool
bits_bytes(struct bit_reader *b, size_t n, struct view *ret)
{
	bits_to_byte(b);
	if (!view_sub(b->in, b->at / 8, n, ret))
		return false;
	b->at += n * 8;
	return true;
}

bool
huffman_init(struct jbig2 *j, const struct huffman_line *line, size_t n, struct huffman *ret,
	     struct err *e)
{
	uint32_t *order = jbig2_array(j, n, sizeof *order, e), at[HUFFMAN_BITS + 1];

	if (order == NULL || !jbig2_pay(j, n, e))
		return false;
	*ret = (struct huffman){ .line = line, .order = order };
	for (size_t i = 0; i < n; i++) {
		if (line[i].prefix > HUFFMAN_BITS)
			return err_set(e, ERR_MALFORMED, "JBIG2 Huffman code of %u bits",
				       line[i].prefix);
		ret->count[line[i].prefix]++;
	}
	/* Length 0 is no code: its lines come first in `order` and are never met. */
	for (unsigned bits = 1; bits <= HUFFMAN_BITS; bits++) {
		ret->offset[bits] = ret->offset[bits - 1] + ret->count[bits - 1];
		ret->first[bits] =
			bits == 1 ? 0 : (ret->first[bits - 1] + ret->count[bits - 1]) * 2;
	}
	memcpy(at, ret->offset, sizeof at);
	for (size_t i = 0; i < n; i++)
		order[at[line[i].prefix]++] = (uint32_t)i;
	return true;
}

bool
huffman_standard(struct jbig2 *j, unsigned n, struct huffman *ret, struct err *e)
{
	return huffman_init(j, tables[n].line, tables[n].n, ret, e);
}

/* One row of a custom table: its code's length, and what it means. */
static bool
custom_line(struct bit_reader *b, uint32_t prefix_bits, struct huffman_line *line)
{
	line->prefix = (uint8_t)bits_read(b, prefix_bits);
	return !b->over;
}

static bool
custom_lines(struct bit_reader *b, unsigned flags, int32_t low, int32_t high,
	     struct huffman_line *line, size_t *n)
{
	uint32_t prefix_bits = (flags >> 1 & 7) + 1, range_bits = (flags >> 4 & 7) + 1;
	int64_t at = low;

	for (; at < high; ++*n) {
		if (*n + 3 >= CUSTOM_LINES_MAX || !custom_line(b, prefix_bits, &line[*n]))
			return false;
		line[*n].range = (uint8_t)bits_read(b, range_bits);
		line[*n].low = (int32_t)at;
		if (line[*n].range > 32)
			return false;
		at += INT64_C(1) << line[*n].range;
	}
	line[*n] = (struct huffman_line){ .low = low - 1, .range = 32, .kind = HUFFMAN_LOWER };
	if (!custom_line(b, prefix_bits, &line[(*n)++]))
		return false;
	line[*n] = (struct huffman_line){ .low = high, .range = 32, .kind = HUFFMAN_UPPER };
	if (!custom_line(b, prefix_bits, &line[(*n)++]))
		return false;
	line[*n] = (struct huffman_line){ .kind = HUFFMAN_OOB };
	return !(flags & 1) || custom_line(b, prefix_bits, &line[(*n)++]);
}

bool
huffman_custom(struct jbig2 *j, struct view in, struct huffman *ret, struct err *e)
{
	uint8_t flags;
	uint32_t low, high;
	size_t n = 0, room;
	struct huffman_line *line;

	if (!view_u8(&in, &flags) || !view_u32be(&in, &low) || !view_u32be(&in, &high) ||
	    low == 0x80000000)
		return err_set(e, ERR_MALFORMED, "JBIG2 code table cut off");
	/* A line has at least two bits. */
	room = in.n * 4 + 4 < CUSTOM_LINES_MAX ? in.n * 4 + 4 : CUSTOM_LINES_MAX;
	line = jbig2_array(j, room, sizeof *line, e);
	if (line == NULL)
		return false;
	struct bit_reader b = { .in = in };
	if (!custom_lines(&b, flags, (int32_t)low, (int32_t)high, line, &n))
		return err_set(e, ERR_MALFORMED, "JBIG2 code table without an end");
	return huffman_init(j, line, n, ret, e);
}

enum huffman_result
huffman_read(const struct huffman *h, struct bit_reader *b, int32_t *ret)
{
	uint64_t code = 0;

	for (unsigned bits = 1; bits <= HUFFMAN_BITS && !b->over; bits++) {
		const struct huffman_line *l;
		int64_t v;

		code = code << 1 | bits_read(b, 1);
		if (code < h->first[bits] || code - h->first[bits] >= h->count[bits])
			continue;
		l = &h->line[h->order[h->offset[bits] + (uint32_t)(code - h->first[bits])]];
		if (l->kind == HUFFMAN_OOB)
			return HUFFMAN_IS_OOB;
		v = bits_read(b, l->range);
		v = l->kind == HUFFMAN_LOWER ? l->low - v : l->low + v;
		if (v < INT32_MIN || v > INT32_MAX || b->over)
			return HUFFMAN_BAD;
		*ret = (int32_t)v;
		return HUFFMAN_VALUE;
	}
	return HUFFMAN_BAD;
}
