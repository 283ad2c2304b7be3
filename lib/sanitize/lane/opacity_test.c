/* opacity_test.c - what shows through a drawing, by pixels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sanitize/lane/opacity.h"

/* One pixel on white and on black, RGBA each, and what it is. */
static const struct {
	const char *what;
	uint8_t on_white[4], on_black[4], is[4];
	bool opaque;
} rows[] = {
	{ "opaque", { 10, 20, 30, 255 }, { 10, 20, 30, 255 }, { 10, 20, 30, 255 }, true },
	{ "opaque white", { 255, 255, 255, 255 }, { 255, 255, 255, 255 }, { 255, 255, 255, 255 }, true },
	{ "opaque black", { 0, 0, 0, 255 }, { 0, 0, 0, 255 }, { 0, 0, 0, 255 }, true },
	{ "clear", { 255, 255, 255, 255 }, { 0, 0, 0, 255 }, { 255, 255, 255, 0 }, false },
	{ "half of black", { 127, 127, 127, 255 }, { 0, 0, 0, 255 }, { 0, 0, 0, 128 }, false },
	{ "half of white", { 255, 255, 255, 255 }, { 128, 128, 128, 255 }, { 255, 255, 255, 128 }, false },
	{ "half of a colour", { 227, 127, 177, 255 }, { 100, 0, 50, 255 }, { 199, 0, 100, 128 }, false },
	{ "a quarter of blue", { 191, 191, 255, 255 }, { 0, 0, 64, 255 }, { 0, 0, 255, 64 }, false },
	{ "rounded by who drew it", { 100, 103, 101, 255 }, { 100, 100, 100, 255 }, { 100, 103, 101, 255 }, true },
	{ "more than rounding", { 100, 104, 100, 255 }, { 100, 100, 100, 255 }, { 102, 102, 102, 251 }, false },
	{ "turned over: as it is on white", { 0, 0, 0, 255 }, { 255, 255, 255, 255 }, { 0, 0, 0, 255 }, true },
	{ "more shows through one channel: that one counts", { 255, 255, 255, 255 }, { 255, 255, 127, 255 }, { 255, 255, 255, 127 }, false },
	{ "a colour beyond the brightest", { 200, 0, 0, 255 }, { 150, 50, 0, 255 }, { 187, 62, 0, 205 }, false },
	{ "clear itself: its ground", { 9, 9, 9, 0 }, { 9, 9, 9, 0 }, { 255, 255, 255, 0 }, false },
	{ "half itself: on its ground", { 0, 0, 0, 128 }, { 0, 0, 0, 128 }, { 0, 0, 0, 128 }, false },
};

static struct png_pixels
of(const void *rgba, uint32_t w, uint32_t h)
{
	struct png_pixels px = { w, h, malloc((size_t)w * h * 4) };

	assert_non_null(px.rgba);
	memcpy(px.rgba, rgba, (size_t)w * h * 4);
	return px;
}

static void
opacity_follows_from_two_grounds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t both[8];
		own_png_pixels struct png_pixels px = { 0 };
		struct err e = { 0 };
		bool opaque = !rows[i].opaque;

		memcpy(both, rows[i].on_white, 4);
		memcpy(both + 4, rows[i].on_black, 4);
		px = of(both, 1, 2);
		assert_true(opacity_find(&px, &opaque, &e));
		assert_true(px.w == 1 && px.h == 1);
		if (memcmp(px.rgba, rows[i].is, 4) != 0 || opaque != rows[i].opaque)
			fail_msg("%s: %u %u %u, %u", rows[i].what, px.rgba[0], px.rgba[1], px.rgba[2], px.rgba[3]);
	}
}

/* Every colour at every opacity, drawn on both grounds as a program would, and then on a third. */
static void
what_is_found_looks_the_same_on_any_ground(void **state)
{
	static const uint8_t colours[] = { 0, 1, 63, 128, 200, 254, 255 };
	unsigned int a, ground, c, off;

	(void)state;
	for (a = 0; a < 256; a++)
		for (c = 0; c < sizeof colours; c++) {
			const unsigned int x = colours[c], on_black = (x * a + 127) / 255, on_white = (x * a + 255 * (255 - a) + 127) / 255;
			const uint8_t b = (uint8_t)on_black, w = (uint8_t)on_white;
			const uint8_t both[8] = { w, w, w, 255, b, b, b, 255 };
			own_png_pixels struct png_pixels px = of(both, 1, 2);
			struct err e = { 0 };
			bool opaque;

			assert_true(opacity_find(&px, &opaque, &e));
			for (ground = 0; ground < 256; ground += 51) {
				const unsigned int is = (px.rgba[0] * px.rgba[3] + ground * (255u - px.rgba[3]) + 127) / 255;
				const unsigned int want = (x * a + ground * (255 - a) + 127) / 255;

				off = is > want ? is - want : want - is;
				if (off > 3)
					fail_msg("%u at %u on %u: %u, not %u", x, a, ground, is, want);
			}
		}
}

/* A red pixel in the middle of a clear field: its colour reaches eight pixels, its opacity none. */
static void
clear_pixels_have_the_colour_beside_them(void **state)
{
	enum { SIDE = 21, MIDDLE = 10 };
	uint8_t both[2 * SIDE * SIDE * 4];
	own_png_pixels struct png_pixels px = { 0 };
	struct err e = { 0 };
	int x, y, far;
	bool opaque;

	(void)state;
	memset(both, 255, sizeof both);
	for (x = 0; x < SIDE * SIDE; x++)
		memset(both + (SIDE * SIDE + x) * 4, 0, 3);
	memcpy(both + (MIDDLE * SIDE + MIDDLE) * 4, "\xff\0\0\xff", 4);
	memcpy(both + (SIDE * SIDE + MIDDLE * SIDE + MIDDLE) * 4, "\xff\0\0\xff", 4);
	px = of(both, SIDE, 2 * SIDE);
	assert_true(opacity_find(&px, &opaque, &e));
	assert_false(opaque);
	for (y = 0; y < SIDE; y++)
		for (x = 0; x < SIDE; x++) {
			far = abs(x - MIDDLE) + abs(y - MIDDLE);
			assert_memory_equal(px.rgba + (y * SIDE + x) * 4, far == 0 ? "\xff\0\0\xff" : far <= 8 ? "\xff\0\0\0" : "\xff\xff\xff\0", 4);
		}
}

static void
what_is_not_two_halves_is_refused(void **state)
{
	static const uint8_t white[12] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
	uint32_t h;

	(void)state;
	for (h = 1; h <= 3; h += 2) {
		own_png_pixels struct png_pixels px = of(white, 1, h);
		struct err e = { 0 };
		bool opaque;

		assert_false(opacity_find(&px, &opaque, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opacity_follows_from_two_grounds),
		cmocka_unit_test(what_is_found_looks_the_same_on_any_ground),
		cmocka_unit_test(clear_pixels_have_the_colour_beside_them),
		cmocka_unit_test(what_is_not_two_halves_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
