#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/codec/ccitt.h"

enum { PIXELS = 1 << 24 };

static uint32_t seed = 1;

static uint32_t
chance(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

enum pattern { WHITE, BLACK, NOISE, RUNS, CHECKS, SHIFTED, PATTERNS };

static bool
pixel_of(enum pattern p, uint32_t x, uint32_t y)
{
	switch (p) {
	case WHITE: return false;
	case BLACK: return true;
	case NOISE: return chance() & 1;
	case RUNS: return chance() % 50 < 2 + y % 7;
	case CHECKS: return (x / 3 + y / 3) & 1;
	default: return (x + y * 2) % 97 < 40;
	}
}

static struct bitmap
picture(enum pattern p, uint32_t w, uint32_t h)
{
	struct bitmap b = { 0 };
	struct err e;

	assert_true(bitmap_init(&b, w, h, PIXELS, &e));
	for (uint32_t y = 0; y < h; y++)
		for (uint32_t x = 0; x < w; x++)
			if (pixel_of(p, x, y))
				b.bits[y * bitmap_stride(w) + x / 8] |= (uint8_t)(0x80 >> x % 8);
	return b;
}

static size_t
size_of(const struct bitmap *b)
{
	return bitmap_stride(b->w) * b->h;
}

static void
round_trip(const struct bitmap *in, uint32_t rows, bool end_of_block)
{
	own_buf struct buf out = { 0 };
	struct ccitt_parms p = { .k = -1, .columns = in->w, .rows = rows,
				 .end_of_block = end_of_block };
	struct bitmap back = { 0 };
	uint32_t damaged = 9;
	struct err e;

	assert_true(ccitt_encode_g4(in, &out));
	assert_true(ccitt_decode(buf_bytes(&out), &p, PIXELS, &back, &damaged, &e));
	assert_int_equal(back.w, in->w);
	assert_int_equal(back.h, in->h);
	assert_int_equal(damaged, 0);
	assert_memory_equal(back.bits, in->bits, size_of(in));
	bitmap_release(&back);
}

static void
g4_round_trips(void **state)
{
	static const uint32_t widths[] = { 1, 2, 7, 8, 9, 63, 64, 65, 127, 200, 1728, 2561, 5300, 9001 };

	(void)state;
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
		for (enum pattern p = 0; p < PATTERNS; p++) {
			struct bitmap b = picture(p, widths[i], 37);

			round_trip(&b, 0, true);
			round_trip(&b, 37, true);
			round_trip(&b, 37, false);
			bitmap_release(&b);
		}
}

static void
mmr_tells_what_it_read(void **state)
{
	struct bitmap b = picture(RUNS, 333, 21), back = { 0 };
	own_buf struct buf out = { 0 };
	size_t used = 0;
	struct err e;

	(void)state;
	assert_true(ccitt_encode_g4(&b, &out));
	assert_true(bitmap_init(&back, 333, 21, PIXELS, &e));
	size_t n = out.n;
	assert_true(buf_str(&out, "more"));
	assert_true(ccitt_mmr(buf_bytes(&out), &back, &used, &e));
	assert_int_equal(used, n);
	assert_memory_equal(back.bits, b.bits, size_of(&b));
	bitmap_release(&b);
	bitmap_release(&back);
}

/* Bits as text into bytes. */
static struct view
bits(const char *s, uint8_t *out)
{
	size_t n = 0;

	memset(out, 0, 64);
	for (; *s != '\0'; s++)
		if (*s == '0' || *s == '1') {
			if (*s == '1')
				out[n / 8] |= (uint8_t)(0x80 >> n % 8);
			n++;
		}
	return view_of(out, (n + 7) / 8);
}

#define EOL_ "000000000001"

static const struct {
	const char *name, *bits;
	struct ccitt_parms parms;
	uint32_t h, damaged;
	const char *rows;	/* hexadecimal */
} cases[] = {
	/* white 2, black 3, white 3; black row */
	{ "one-dimensional", "0111 10 1000  00110101 000101", { .columns = 8, .rows = 2 }, 2, 0, "38ff" },
	{ "one-dimensional, EOLs, fill, RTC",
	  EOL_ "0111 10 1000" "00000" EOL_ "00110101 000101" EOL_ EOL_ EOL_ EOL_ EOL_ EOL_,
	  { .columns = 8, .end_of_block = true, .end_of_line = true }, 2, 0, "38ff" },
	{ "byte-aligned rows", "0111 10 1000 000000 00110101 000101",
	  { .columns = 8, .rows = 2, .byte_align = true }, 2, 0, "38ff" },
	{ "mixed: a row, then the same row vertically",
	  EOL_ "1 0111 10 1000" EOL_ "0 1 1 1" EOL_ "1" EOL_ "1",
	  { .k = 4, .columns = 8, .end_of_block = true, .end_of_line = true }, 2, 0, "3838" },
	{ "two-dimensional: pass mode",
	  "001 0111 10 1  0001 1" "000000000001000000000001", { .k = -1, .columns = 8, .end_of_block = true },
	  2, 0, "3800" },
	{ "the data ends: white", "001 0111 10 1", { .k = -1, .columns = 8, .rows = 4 }, 4, 3, "38000000" },
	{ "an unknown mode: white", "001 0111 10 1 001 0111 10 0000000 1111", { .k = -1, .columns = 8, .rows = 3 },
	  3, 2, "383800" },
	{ "a run past the end of the row is cut", "00110101 0000111 1111",
	  { .columns = 8, .rows = 1 }, 1, 1, "ff" },
	{ "vertical before the row", "0000010", { .k = -1, .columns = 2, .rows = 1 }, 1, 1, "00" },
};

static void
known_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bitmap b = { 0 };
		uint8_t in[64];
		uint32_t damaged = 0;
		char hex[16] = "";
		struct err e = { 0 };

		if (!ccitt_decode(bits(cases[i].bits, in), &cases[i].parms, PIXELS, &b, &damaged, &e))
			fail_msg("%s: %s", cases[i].name, e.text);
		for (uint32_t y = 0; y < b.h && y < 7; y++)
			(void)snprintf(hex + 2 * y, 3, "%02x", b.bits[y]);
		if (b.h != cases[i].h || damaged != cases[i].damaged || strcmp(hex, cases[i].rows) != 0)
			fail_msg("%s: %u rows, %u damaged, %s", cases[i].name, b.h, damaged, hex);
		bitmap_release(&b);
	}
}

static void
limits_hold(void **state)
{
	static const struct {
		uint32_t columns, rows;
		enum err_code code;
	} wild[] = {
		{ UINT32_MAX, UINT32_MAX, ERR_LIMIT }, { UINT32_MAX, 0, ERR_LIMIT },
		{ 1, UINT32_MAX, ERR_LIMIT },	       { 0, 1, ERR_MALFORMED },
		{ 1 << 13, (1 << 11) + 1, ERR_LIMIT },
	};
	uint8_t ones[4096];
	struct bitmap b = { 0 };
	uint32_t damaged = 0;
	struct err e;

	(void)state;
	memset(ones, 0xff, sizeof ones);
	for (size_t i = 0; i < sizeof wild / sizeof *wild; i++) {
		struct ccitt_parms p = { .k = -1, .columns = wild[i].columns, .rows = wild[i].rows };

		assert_false(ccitt_decode(view_of(ones, sizeof ones), &p, PIXELS, &b, &damaged, &e));
		assert_int_equal(e.code, wild[i].code);
		assert_null(b.bits);
	}
	/* A row a bit, without a stated height: the rows end at the limit. */
	struct ccitt_parms p = { .k = -1, .columns = 100 };
	assert_false(ccitt_decode(view_of(ones, sizeof ones), &p, 100 * 8 * sizeof ones - 1, &b,
				  &damaged, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_true(ccitt_decode(view_of(ones, sizeof ones), &p, 100 * 8 * sizeof ones, &b,
				 &damaged, &e));
	assert_int_equal(b.h, 8 * sizeof ones);
	bitmap_release(&b);
}

static void
damage_ends(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint8_t in[60];
		struct bitmap b = { 0 };
		uint32_t damaged = 0;
		struct err e;
		struct ccitt_parms p = {
			.k = (int32_t)(chance() % 3) - 1, .columns = 1 + chance() % 70,
			.rows = chance() % 20, .end_of_line = chance() & 1,
			.byte_align = chance() & 1, .end_of_block = chance() & 1,
		};

		for (size_t k = 0; k < sizeof in; k++)
			in[k] = (uint8_t)(chance() & chance());
		if (ccitt_decode(view_of(in, chance() % 60), &p, PIXELS, &b, &damaged, &e)) {
			assert_true(p.rows == 0 || b.h == p.rows);
			round_trip(&b, b.h, false);
		}
		bitmap_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(g4_round_trips),	cmocka_unit_test(mmr_tells_what_it_read),
		cmocka_unit_test(known_bits),		cmocka_unit_test(limits_hold),
		cmocka_unit_test(damage_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
