/*
 * ccitt_encode.c - ITU-T T.6 (Group 4) encoding from lists of changing
 * elements, which are found eight bytes at a time.
 */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/codec/ccitt.h"

struct code {
	uint16_t bits, code;
};

/* Terminating codes 0..63, then make-up codes 64, 128 ... 2560. */
enum { RUN_CODES = 64 + 2560 / 64, RUN_LONGEST = 2560 };

#define RUN_SLOT(run_) ((run_) < 64 ? (run_) : 63 + (run_) / 64)
#define RUN_CODE(run_, bits_, code_) [RUN_SLOT(run_)] = { (bits_), (code_) },
#define RUN_NONE(run_, bits_, code_)

static const struct code run_codes[2][RUN_CODES] = {
	{
#define CCITT_WHITE RUN_CODE
#define CCITT_BLACK RUN_NONE
#define CCITT_LONG RUN_CODE
#include "sanitize/codec/ccitt_codes.def"
#undef CCITT_BLACK
#undef CCITT_WHITE
	},
	{
#define CCITT_WHITE RUN_NONE
#define CCITT_BLACK RUN_CODE
#include "sanitize/codec/ccitt_codes.def"
#undef CCITT_BLACK
#undef CCITT_WHITE
#undef CCITT_LONG
	},
};

static const struct code pass_code = { 4, 0b0001 };
static const struct code horizontal_code = { 3, 0b001 };
/* a1 against b1: -3 .. 3 */
static const struct code vertical_codes[7] = {
	{ 7, 0b0000010 }, { 6, 0b000010 },  { 3, 0b010 },     { 1, 0b1 },
	{ 3, 0b011 },	  { 6, 0b000011 }, { 7, 0b0000011 },
};

struct writer {
	struct buf *out;
	uint64_t held;
	uint32_t n;
};

static void
put(struct writer *w, struct code c)
{
	w->held = w->held << c.bits | c.code;
	w->n += c.bits;
	while (w->n >= 8) {
		w->n -= 8;
		(void)buf_byte(w->out, (uint8_t)(w->held >> w->n));
	}
}

static void
put_run(struct writer *w, bool black, uint32_t run)
{
	const struct code *codes = run_codes[black];

	for (; run > RUN_LONGEST + 63; run -= RUN_LONGEST)
		put(w, codes[RUN_SLOT(RUN_LONGEST)]);
	if (run >= 64)
		put(w, codes[63 + run / 64]);
	put(w, codes[run % 64]);
}

/* Eight bytes of a row from byte `at` on, big-endian, zeros behind its end. */
static uint64_t
row_word(const uint8_t *row, size_t stride, size_t at)
{
	uint8_t b[8] = { 0 };
	uint64_t x;

	memcpy(b, row + at, stride - at < 8 ? stride - at : 8);
	memcpy(&x, b, 8);
	return __builtin_bswap64(x);
}

/* Changes are the ones of the row XOR itself shifted by a pixel.  `changes` has room for w + 3. */
static void
row_changes(const uint8_t *row, uint32_t w, uint32_t *changes)
{
	size_t stride = bitmap_stride(w), n = 0;
	uint64_t before = 0;	/* the last pixel of the word before */

	for (size_t at = 0; at < stride; at += 8) {
		uint64_t x = row_word(row, stride, at);
		uint64_t edges = x ^ (x >> 1 | before << 63);

		before = x & 1;
		while (edges != 0) {
			uint32_t bit = (uint32_t)__builtin_clzll(edges);

			edges &= ~(UINT64_C(1) << (63 - bit));
			/* What padding there is behind the row is no pixel. */
			if (at * 8 + bit >= w)
				break;
			changes[n++] = (uint32_t)(at * 8 + bit);
		}
	}
	changes[n] = changes[n + 1] = changes[n + 2] = w;
}

/* T.6 2.2.  i counts the changes of the row that are coded: its parity is a0's colour. */
static void
put_row(struct writer *out, uint32_t w, const uint32_t *ref, const uint32_t *cur)
{
	int64_t a0 = -1;
	size_t i = 0, b = 0;

	while (a0 < (int64_t)w) {
		uint32_t a1 = cur[i], a2;
		int64_t d;

		if ((b ^ i) & 1)
			b = b > 0 ? b - 1 : 1;
		while (ref[b] < w && (int64_t)ref[b] <= a0)
			b += 2;
		if (ref[b] < w && ref[b + 1] < a1) {
			put(out, pass_code);
			a0 = ref[b + 1];
			continue;
		}
		d = (int64_t)a1 - ref[b];
		if (d >= -3 && d <= 3) {
			put(out, vertical_codes[d + 3]);
			a0 = a1;
			if (a1 < w)
				i++;
			continue;
		}
		a2 = a1 < w ? cur[i + 1] : w;
		put(out, horizontal_code);
		put_run(out, i & 1, a1 - (a0 < 0 ? 0 : (uint32_t)a0));
		put_run(out, !(i & 1), a2 - a1);
		a0 = a2;
		if (a2 < w)
			i += 2;
	}
}

bool
ccitt_encode_g4(const struct bitmap *in, struct buf *out)
{
	struct writer w = { .out = out };
	size_t stride = bitmap_stride(in->w), room = (size_t)in->w + 3;
	own_mem uint32_t *memory = NULL;
	uint32_t *ref, *cur;
	static const struct code eol = { 12, 1 };

	memory = calloc(room, 2 * sizeof *memory);
	if (memory == NULL) {
		out->full = true;
		return false;
	}
	ref = memory;
	cur = memory + room;
	ref[0] = ref[1] = ref[2] = in->w;
	for (uint32_t y = 0; y < in->h && !out->full; y++) {
		uint32_t *above = ref;

		row_changes(in->bits + y * stride, in->w, cur);
		put_row(&w, in->w, ref, cur);
		ref = cur;
		cur = above;
	}
	put(&w, eol);
	put(&w, eol);
	if (w.n > 0)
		put(&w, (struct code){ (uint16_t)(8 - w.n), 0 });
	return !out->full;
}
