#include "image_test.h"

#include "lzw.h"

static const uint8_t gif_clear_and_end[] = { 1, 0x2c, 0 };	/* clear, end, at 3 bits */

static void
fill(uint8_t *p, size_t n, unsigned int kind, uint8_t bits)
{
	uint32_t x = 12345;
	size_t i;

	for (i = 0; i < n; i++) {
		x = x * 1103515245u + 12345u;
		p[i] = (uint8_t)(kind == 0   ? 0
				 : kind == 1 ? x >> 16
				 : kind == 2 ? i / 7
					     : (x >> 16 & 7) == 0);
		p[i] &= (uint8_t)((1u << bits) - 1);
	}
}

static void
there_and_back(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 5, 255, 256, 4093, 4094, 4095, 4096, 4097, 70001 };
	own_mem uint8_t *p = malloc(70001), *q = malloc(70001);
	unsigned int kind;
	uint8_t bits;
	size_t i;

	(void)state;
	for (bits = 2; bits <= 8; bits++)
		for (kind = 0; kind < 4; kind++)
			for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
				own_buf struct buf b = { 0 };
				struct err e = { 0 };
				struct view v;
				bool sound;

				fill(p, sizes[i], kind, bits);
				assert_true(lzw_encode(p, sizes[i], bits, &b, &e));
				assert_int_equal(b.p[0], bits);
				v = view_from(buf_bytes(&b), 1);
				assert_int_equal(lzw_decode(&v, bits, q, sizes[i], &sound), sizes[i]);
				assert_memory_equal(p, q, sizes[i]);
				if (!sound || v.n != 0)
					fail_msg("bits %u kind %u size %zu", bits, kind, sizes[i]);
			}
}

/* Written by hand from appendix F: 4 × index 1 at code size 2. */
static void
by_hand(void **state)
{
	/* clear(4) 1 6 1 end(5): 100 001 110 | 001 101 from the low bits up */
	static const uint8_t data[] = { 2, 0x8c, 0x53, 0 };
	struct view v = view_of(data, sizeof data);
	uint8_t p[4] = { 0 };
	bool sound;

	(void)state;
	assert_int_equal(lzw_decode(&v, 2, p, 4, &sound), 4);
	assert_memory_equal(p, "\1\1\1\1", 4);
	assert_true(sound);
}

static void
broken(void **state)
{
	static const struct {
		struct view in;
		size_t got;
	} rows[] = {
		{ { (const uint8_t *)"", 0 }, 0 },
		{ { (const uint8_t *)"\0", 1 }, 0 },
		{ { (const uint8_t *)"\5\x8c", 2 }, 1 },
		{ { (const uint8_t *)"\1\xff\0", 3 }, 0 },	/* a code not made yet */
		{ { gif_clear_and_end, sizeof gif_clear_and_end }, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct view v = rows[i].in;
		uint8_t p[64];
		bool sound = true;

		assert_int_equal(lzw_decode(&v, 2, p, sizeof p, &sound), rows[i].got);
		assert_false(sound);
	}
}

/* More than the frame holds: read over, and not a byte written past it. */
static void
too_much(void **state)
{
	own_buf struct buf b = { 0 };
	own_mem uint8_t *p = calloc(1, 5000), *q = malloc(100);
	struct err e = { 0 };
	struct view v;
	bool sound;

	(void)state;
	assert_true(lzw_encode(p, 5000, 8, &b, &e));
	(void)buf_str(&b, "next");
	v = view_from(buf_bytes(&b), 1);
	assert_int_equal(lzw_decode(&v, 8, q, 100, &sound), 100);
	assert_false(sound);
	assert_true(view_is(v, "next"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(broken),
		cmocka_unit_test(too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
