/* The sizes of drawings, from their headers, and of the pages that they are drawn on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "drawing.h"

#define EMF_HEAD "\1\0\0\0\x6c\0\0\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define SVM(unit, scale) "VCLMTF\1\0\x31\0\0\0\0\0\0\0" "\1\0\x1b\0\0\0" unit "\0" "\0\0\0\0\0\0\0\0" scale "\1\0\0\0" "\1\0\0\0" "\1\0\0\0" "\1"
#define WMF_PLAIN "\1\0\x09\0\0\3\x10\0\0\0\1\0\5\0\0\0\0\0"

static const struct {
	const char *what, *bytes;
	size_t n;
	bool ok;
	double w, h;
} rows[] = {
#define ROW(what, bytes, ok, w, h) { what, bytes, sizeof bytes - 1, ok, w, h }
	ROW("a frame of 10 by 5 cm", EMF_HEAD "\0\0\0\0\0\0\0\0\x10\x27\0\0\x88\x13\0\0 EMF\0", true, 100, 50),
	ROW("a frame inside out", EMF_HEAD "\x10\x27\0\0\0\0\0\0\0\0\0\0\x88\x13\0\0 EMF\0", false, 0, 0),
	ROW("a frame without height", EMF_HEAD "\0\0\0\0\0\0\0\0\x10\x27\0\0\0\0\0\0 EMF\0", false, 0, 0),
	ROW("placed: an inch by two", "\xd7\xcd\xc6\x9a\0\0\0\0\0\0\x60\0\xc0\0\x60\0\0\0\0\0\0\0\0", true, 25.4, 50.8),
	ROW("placed: no unit", "\xd7\xcd\xc6\x9a\0\0\0\0\0\0\x60\0\xc0\0\0\0\0\0\0\0\0\0\0", false, 0, 0),
	ROW("a window of 96 by 192", WMF_PLAIN "\3\0\0\0\x1e\0" "\5\0\0\0\x0c\2\xc0\0\x60\0", true, 25.4, 50.8),
	ROW("no window", WMF_PLAIN "\3\0\0\0\x1e\0\3\0\0\0\0\0", false, 0, 0),
	ROW("a record that never ends", WMF_PLAIN "\0\0\0\0\x1e\0", false, 0, 0),
	ROW("StarView: an inch by two in twips", SVM("\x09", "\1\0\0\0") "\xa0\5\0\0\x40\x0b\0\0", true, 25.4, 50.8),
	ROW("StarView: hundredths of a millimetre, twice as wide", SVM("\0", "\2\0\0\0") "\xe8\3\0\0\xe8\3\0\0", true, 20, 10),
	ROW("StarView: a unit that has no size", SVM("\x0d", "\1\0\0\0") "\xe8\3\0\0\xe8\3\0\0", false, 0, 0),
	ROW("StarView: cut off", SVM("\0", "\1\0\0\0") "\xe8\3\0\0\xe8", false, 0, 0),
	ROW("nothing", "", false, 0, 0),
};

static void
a_drawing_has_the_size_that_its_header_says(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct drawing_size s = { 0, 0 };
		bool ok = drawing_size(view_of((const uint8_t *)rows[i].bytes, rows[i].n), &s);

		if (ok != rows[i].ok || (ok && (s.w < rows[i].w - 0.01 || s.w > rows[i].w + 0.01 || s.h < rows[i].h - 0.01 ||
						 s.h > rows[i].h + 0.01)))
			fail_msg("%s: %d, %f x %f", rows[i].what, ok, s.w, s.h);
	}
}

static const struct {
	const char *what;
	double w, h;
	uint32_t dots_w, dots_h;
} pages[] = {
	{ "an inch is fine enough for twice its size", 25.4, 25.4, 480, 480 },
	{ "220 dots an inch, to the next step", 100, 50, 864, 432 },
	{ "a wall", 2000, 1000, 2016, 1008 },
	{ "a wide line is one step high", 1000, 5.1, 4706, 24 },
	{ "a high line is one dot wide", 1, 199.9, 9, 1728 },
	{ "of no size at all", .001, .001, 480, 480 },
};

static void
a_page_is_as_fine_as_its_drawing_needs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pages / sizeof *pages; i++) {
		const struct drawing_dots d = drawing_dots(&(struct drawing_size){ pages[i].w, pages[i].h });

		if (d.w != pages[i].dots_w || d.h != pages[i].dots_h)
			fail_msg("%s: %u x %u", pages[i].what, d.w, d.h);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drawing_has_the_size_that_its_header_says),
		cmocka_unit_test(a_page_is_as_fine_as_its_drawing_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
