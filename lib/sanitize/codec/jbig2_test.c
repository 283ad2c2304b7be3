#include "sanitize/codec/jbig2_encode.h"

static void
generic_round_trip(const struct generic *g, uint32_t w, uint32_t h)
{
	struct jbig2 j = decoder();
	struct bitmap in = picture(w, h), back;
	struct encoder *enc = calloc(1, sizeof *enc);
	mq_cx *cx = calloc(2, GENERIC_CX);
	struct mq m;
	struct err e;

	for (uint32_t y = 0; g->skip != NULL && y < h; y++)
		for (uint32_t x = 0; x < w; x++)
			if (jbig2_pixel(g->skip, x, y))
				in.bits[y * bitmap_stride(w) + x / 8] &= (uint8_t)~(0x80 >> x % 8);
	encoder_start(enc);
	generic_encode(enc, g, cx, &in);
	mq_init(&m, encoder_end(enc));
	assert_true(jbig2_bitmap(&j, w, h, &back, &e));
	assert_true(generic_decode(&j, g, &m, cx + GENERIC_CX, &back, &e));
	assert_memory_equal(back.bits, in.bits, bitmap_stride(w) * h);
	/* Coder and decoder end with the same contexts. */
	assert_memory_equal(cx, cx + GENERIC_CX, GENERIC_CX);
	free(enc);
	free(cx);
	bitmap_release(&in);
	arena_free(j.arena);
}

static void
generic_round_trips(void **state)
{
	static const struct at moved[][4] = {
		{ { 5, -3 }, { -1, -1 }, { -5, 0 }, { 127, -128 } },
		{ { -128, 0 }, { 4, -1 }, { -8, -7 }, { 0, -2 } },
	};
	static const uint32_t widths[] = { 1, 3, 8, 33, 97 };

	(void)state;
	for (uint8_t t = 0; t < 4; t++)
		for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
			for (unsigned k = 0; k < 6; k++) {
				struct bitmap skip = picture(widths[w], 29);
				struct generic g = { .template = t, .typical = k & 1 };

				memcpy(g.at, k < 2 ? generic_pixels[t].usual : moved[k / 4], sizeof g.at);
				generic_round_trip(&g, widths[w], 29);
				g.typical = false;
				g.skip = &skip;
				generic_round_trip(&g, widths[w], 29);
				bitmap_release(&skip);
			}
}

static void
refine_round_trip(const struct refine *how, uint32_t w, uint32_t h)
{
	struct jbig2 j = decoder();
	struct bitmap reference = picture(w + 3, h + 2), in = picture(w, h), back;
	struct refine r = *how;
	struct encoder *enc = calloc(1, sizeof *enc);
	mq_cx *cx = calloc(2, REFINE_CX);
	struct mq m;
	struct err e;

	r.reference = &reference;
	for (uint32_t i = 0; r.typical && i < w * h; i++) {
		uint32_t x = i % w, y = i / w;
		uint8_t bit = (uint8_t)(0x80 >> x % 8), *byte = &in.bits[y * bitmap_stride(w) + x / 8];

		if (refine_typical(&r, x, y))
			*byte = jbig2_pixel(&reference, x - r.dx, y - r.dy) ? *byte | bit :
									      *byte & (uint8_t)~bit;
	}
	encoder_start(enc);
	refine_encode(enc, &r, cx, &in);
	mq_init(&m, encoder_end(enc));
	assert_true(jbig2_bitmap(&j, w, h, &back, &e));
	assert_true(refine_decode(&j, &r, &m, cx + REFINE_CX, &back, &e));
	assert_memory_equal(back.bits, in.bits, bitmap_stride(w) * h);
	assert_memory_equal(cx, cx + REFINE_CX, REFINE_CX);
	free(enc);
	free(cx);
	bitmap_release(&in);
	bitmap_release(&reference);
	arena_free(j.arena);
}

static void
refine_round_trips(void **state)
{
	(void)state;
	for (unsigned k = 0; k < 32; k++) {
		struct refine r = { .template = k & 1, .typical = k >> 1 & 1, .dx = (int64_t)(k >> 2) - 3,
				    .dy = 2 - (int64_t)(k >> 3), .at = { { -1, -1 }, { -1, -1 } } };

		refine_round_trip(&r, 1 + k, 21);
		r.at[0] = (struct at){ 3, -2 };
		r.at[1] = (struct at){ -4, 5 };
		refine_round_trip(&r, 40, 9);
	}
}

/* T.88 H.2: the test sequence of the arithmetic coder. */
static void
annex_h2(void **state)
{
	static const char coded[] = "\x84\xc7\x3b\xfc\xe1\xa1\x43\x04\x02\x20\x00\x00\x41\x0d\xbb\x86"
				    "\xf4\x31\x7f\xff\x88\xff\x37\x47\x1a\xdb\x6a\xdf\xff\xac";
	static const uint8_t plain[32] = {
		0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xc0, 0x03, 0x52, 0x87,
		0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x82, 0xc0, 0x20, 0x00, 0xfc, 0xd7,
		0x9e, 0xf6, 0xbf, 0x7f, 0xed, 0x90, 0x4f, 0x46, 0xa3, 0xbf,
	};
	uint8_t got[32] = { 0 };
	mq_cx cx = 0;
	struct mq m;

	(void)state;
	mq_init(&m, VIEW(coded));
	for (unsigned i = 0; i < 256; i++)
		got[i / 8] = (uint8_t)(got[i / 8] << 1 | mq_bit(&m, &cx));
	assert_memory_equal(got, plain, sizeof plain);
}

/* T.88 H.1, the first page up to its first text: two Huffman dictionaries, the word "capac". */
static const char annex_h1[] =
	"\x97JB2\r\n\x1a\n\x01\0\0\0\x03"
	"\0\0\0\0\0\x01\0\0\0\0\x18\0\x01\0\0\0\x01\0\0\0\x01\xe9\xcb\xf4\0\x26\xaf\x04\xbf\xf0\x78"
	"\x2f\xe0\0\x40"
	"\0\0\0\x01\x30\0\x01\0\0\0\x13\0\0\0\x40\0\0\0\x38\0\0\0\0\0\0\0\0\x01\0\0"
	"\0\0\0\x02\0\x01\x01\0\0\0\x1c\0\x01\0\0\0\x02\0\0\0\x02\xe5\xcd\xf8\0\x79\xe0\x84\x10\x81"
	"\xf0\x82\x10\x86\x10\x79\xf0\0\x80"
	"\0\0\0\x03\x07\x42\0\x02\x01\0\0\0\x31\0\0\0\x25\0\0\0\x08\0\0\0\x04\0\0\0\x01\0\x0c\x09"
	"\0\x10\0\0\0\x05\x01\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0c\x40\x07\x08\x70\x41\xd0";

static const char *const capac[] = {
	".................................................",
	".....1111....1111...1111....1111....1111.........",
	"....1....1.......1..1...1.......1..1....1........",
	"....1........11111..1...1...11111..1.............",
	"....1.......1....1..1...1..1....1..1.............",
	"....1....1..1....1..1111...1....1..1....1........",
	".....1111....11111..1.......11111...1111.........",
	"....................1............................",
	"....................1............................",
	".................................................",
};

static void
annex_h1_text(void **state)
{
	struct bitmap b = { 0 };
	struct err e;

	(void)state;
	assert_true(jbig2_decode(VIEW(annex_h1), VIEW(""), 64, 56, PIXELS, &b, &e));
	for (uint32_t y = 0; y < 56; y++)
		for (uint32_t x = 0; x < 64; x++) {
			bool black = y < 10 && x < 49 && capac[y][x] == '1';

			if (jbig2_pixel(&b, x, y) != black)
				fail_msg("pixel %u, %u", x, y);
		}
	bitmap_release(&b);
}

/* A complete prefix code uses all of its space: sum of 2^-bits is 1. */
static void
tables_are_complete(void **state)
{
	struct jbig2 j = decoder();
	struct huffman h;
	struct err e;

	(void)state;
	for (unsigned n = 1; n <= 15; n++) {
		uint64_t sum = 0;

		assert_true(huffman_standard(&j, n, &h, &e));
		for (unsigned bits = 1; bits <= HUFFMAN_BITS; bits++)
			sum += (uint64_t)h.count[bits] << (HUFFMAN_BITS - bits);
		assert_int_equal(sum, UINT64_C(1) << HUFFMAN_BITS);
	}
	arena_free(j.arena);
}

static void
tables_read(void **state)
{
	static const struct {
		unsigned table;
		const char *bits;
		size_t n;
		enum huffman_result result;
		int32_t value;
	} rows[] = {
		{ 1, "\x28", 1, HUFFMAN_VALUE, 5 },		 /* 0 0101 */
		{ 1, "\xe0\0\0\0\x20", 5, HUFFMAN_VALUE, 65809 }, /* 111, 32 bits */
		{ 2, "\xfc", 1, HUFFMAN_IS_OOB, 0 },		 /* 111111 */
		{ 3, "\xff\0\0\0\0", 5, HUFFMAN_VALUE, -257 },	 /* 11111111, 32 bits */
		{ 14, "\x80", 1, HUFFMAN_VALUE, -2 },		 /* 100 */
		{ 1, "", 0, HUFFMAN_BAD, 0 },
		{ 1, "\xe0", 1, HUFFMAN_BAD, 0 },
	};
	struct jbig2 j = decoder();
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bit_reader b = { .in = view_of(rows[i].bits, rows[i].n) };
		struct huffman h;
		int32_t v = 0;

		assert_true(huffman_standard(&j, rows[i].table, &h, &e));
		if (huffman_read(&h, &b, &v) != rows[i].result || v != rows[i].value)
			fail_msg("row %zu: %d", i, v);
	}
	arena_free(j.arena);
}

#define PAGE "\0\0\0\0\x30\0\x01\0\0\0\x13\0\0\0\x40\0\0\0\x38\0\0\0\0\0\0\0\0\0\0\0"
#define REGION(w, h) w h "\0\0\0\0\0\0\0\0\0"
#define HUGE_ "\x7f\xff\xff\xff"
#define SIDE "\0\0\0\x20"

static const struct {
	const char *name;
	struct view in;
	enum err_code code;
} hostile[] = {
	{ "nothing", { (const uint8_t *)"", 0 }, ERR_MALFORMED },
	{ "no page", VIEW("\0\0\0\0\x33\0\x01\0\0\0\0"), ERR_MALFORMED },
	{ "a region of 2^62 pixels", VIEW(PAGE "\0\0\0\1\x26\0\1\0\0\0\x1a" REGION(HUGE_, HUGE_) "\0\3\xff\xfd\xff\2\xfe\xfe\xfe"),
	  ERR_LIMIT },
	{ "2^31 new symbols", VIEW(PAGE "\0\0\0\1\0\0\1\0\0\0\x12\0\0\3\xff\xfd\xff\2\xfe\xfe\xfe" HUGE_ HUGE_), ERR_LIMIT },
	{ "a million new symbols, no data", VIEW(PAGE "\0\0\0\1\0\0\1\0\0\0\x12\0\0\3\xff\xfd\xff\2\xfe\xfe\xfe\0\1\0\0\0\x0f\xff\xff"),
	  ERR_MALFORMED },
	{ "2^31 instances of no symbol", VIEW(PAGE "\0\0\0\1\6\0\1\0\0\0\x17" REGION(SIDE, SIDE) "\0\0" HUGE_), ERR_MALFORMED },
	{ "2^29 references", VIEW(PAGE "\0\0\0\1\6\xff\xff\xff\xff\0"), ERR_MALFORMED },
	{ "a halftone grid of 2^62", VIEW(PAGE "\0\0\0\1\x10\0\1\0\0\0\7\0\1\1\0\0\0\0"
					  "\0\0\0\2\x16\x20\1\1\0\0\0\x26" REGION(SIDE, SIDE)
					  "\0" HUGE_ HUGE_ "\0\0\0\0\0\0\0\0\0\0\0\0"), ERR_LIMIT },
	{ "2^32 patterns", VIEW(PAGE "\0\0\0\1\x10\0\1\0\0\0\7\0\1\1\xff\xff\xff\xff"), ERR_LIMIT },
	{ "halftone that is its own dictionary", VIEW(PAGE "\0\0\0\1\x16\x20\1\1\0\0\0\x11" REGION(SIDE, SIDE)), ERR_MALFORMED },
	{ "unknown length without an end", VIEW(PAGE "\0\0\0\1\x26\0\1\xff\xff\xff\xff" REGION(SIDE, SIDE) "\0\3\xff\xfd\xff\2\xfe\xfe\xfe"),
	  ERR_MALFORMED },
	{ "an adaptive pixel not yet decoded", VIEW(PAGE "\0\0\0\1\x26\0\1\0\0\0\x1a" REGION(SIDE, SIDE) "\0\3\0\xfd\xff\2\xfe\xfe\xfe"),
	  ERR_MALFORMED },
	{ "colour", VIEW(PAGE "\0\0\0\1\x36\0\1\0\0\0\0"), ERR_DENIED },
	{ "two pages", VIEW(PAGE PAGE), ERR_MALFORMED },
};

static void
hostile_inputs_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct bitmap b = { 0 };
		struct err e = { 0 };

		if (jbig2_decode(hostile[i].in, VIEW(""), 64, 56, PIXELS, &b, &e))
			fail_msg("%s: decoded", hostile[i].name);
		if (e.code != hostile[i].code)
			fail_msg("%s: %s", hostile[i].name, e.text);
		assert_null(b.bits);
	}
}

static void
damage_ends(void **state)
{
	struct view v = VIEW(annex_h1);

	(void)state;
	for (size_t n = 0; n < v.n; n++) {
		struct bitmap b = { 0 };
		struct err e;

		(void)jbig2_decode(view_of(v.p, n), VIEW(""), 64, 56, PIXELS, &b, &e);
		bitmap_release(&b);
	}
	for (int i = 0; i < 3000; i++) {
		uint8_t bad[sizeof annex_h1];
		struct bitmap b = { 0 };
		struct err e;

		memcpy(bad, v.p, v.n);
		for (int k = 0; k < 4; k++)
			bad[13 + chance() % (v.n - 13)] ^= (uint8_t)(1 << chance() % 8);
		if (jbig2_decode(view_of(bad, v.n), VIEW(""), 64, 56, PIXELS, &b, &e))
			assert_true(b.w == 64 && b.h == 56);
		bitmap_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(annex_h2),	      cmocka_unit_test(annex_h1_text),
		cmocka_unit_test(generic_round_trips), cmocka_unit_test(refine_round_trips),
		cmocka_unit_test(tables_are_complete), cmocka_unit_test(tables_read),
		cmocka_unit_test(hostile_inputs_are_refused), cmocka_unit_test(damage_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
