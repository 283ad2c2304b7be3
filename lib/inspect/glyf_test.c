/* Outlines: good ones, and what one thing that is broken makes of them. */
#include "inspect/font.h"
#include "inspect/sentence.h"

#define BOX "\0\0\0\0\0\0\0\0"
/* Three points on the curve, (10,0) (310,0) (310,-5), padded to an even length. */
#define TRIANGLE "\0\1" BOX "\0\2\0\0" "\63\41\25" "\12\1\54\5\0"
#define DOT "\0\1" BOX "\0\0\0\0" "\61\0"	/* a point at the origin */
#define PART(flags, gid, args) flags gid args
enum { GLYPHS = 4 };

struct glyphs {
	const char *what;
	struct view glyph[GLYPHS];
	const char *why;	/* NULL: a sentence */
};

static const struct glyphs rows[] = {
	{ "blanks", { { NULL, 0 } }, NULL },
	{ "a triangle", { VIEW(TRIANGLE) }, NULL },
	{ "a composite, and one of that", { VIEW(TRIANGLE), VIEW("\377\377" BOX PART("\0\2", "\0\0", "\5\6")),
	  VIEW("\377\377" BOX PART("\0\42", "\0\1", "\0\0") PART("\0\2", "\0\0", "\177\200")) }, NULL },
	{ "a composite of a later glyph", { VIEW("\377\377" BOX PART("\0\2", "\0\1", "\5\6")), VIEW(TRIANGLE) }, NULL },
	{ "words where bytes do not hold it", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\3", "\0\0", "\0\200\0\0")) }, NULL },
	{ "scales of each kind", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\12", "\0\0", "\0\0") "\100\0"),
	  VIEW("\377\377" BOX PART("\0\102", "\0\0", "\0\0") "\100\0\100\0"),
	  VIEW("\377\377" BOX PART("\0\202", "\0\0", "\0\0") "\100\0\0\0\0\0\100\0") }, NULL },
	/* simple glyphs */
	{ "header cut", { VIEW("\0\1\0\0") }, "header" },
	{ "no contours", { VIEW("\0\0" BOX) }, "header" },
	{ "contours below -1", { VIEW("\377\376" BOX PART("\0\2", "\0\0", "\5\6")) }, "contours" },
	{ "instructions", { VIEW("\0\1" BOX "\0\2\0\1\260" "\63\41\25" "\12\1\54\5") }, "instructions" },
	{ "no end points", { VIEW("\0\1" BOX) }, "end points" },
	{ "end points out of order", { VIEW("\0\2" BOX "\0\2\0\1\0\0" "\63\41\25" "\12\1\54\5") }, "end points" },
	{ "32,768 points", { VIEW("\0\1" BOX "\177\377\0\0" "\71\377") }, "end points" },
	{ "a reserved flag", { VIEW("\0\1" BOX "\0\2\0\0" "\263\41\25" "\12\1\54\5\0") }, "flag" },
	{ "OVERLAP on the second point", { VIEW("\0\1" BOX "\0\2\0\0" "\63\141\25" "\12\1\54\5\0") }, "flag" },
	{ "flags cut", { VIEW("\0\1" BOX "\0\2\0\0" "\63\41") }, "flag" },
	{ "three equal flags, not repeated", { VIEW("\0\1" BOX "\0\2\0\0" "\61\61\61\0") }, "shortest" },
	{ "two equal flags, repeated", { VIEW("\0\1" BOX "\0\1\0\0" "\71\1") }, "repeat" },
	{ "a repeat that is cut", { VIEW("\0\1" BOX "\0\2\0\0" "\71") }, "repeat" },
	{ "a repeat beyond the points", { VIEW("\0\1" BOX "\0\2\0\0" "\71\3") }, "repeat" },
	{ "a repeat that goes on", { VIEW("\0\1" BOX "\0\3\0\0" "\71\2\61\0") }, "shortest" },
	{ "0 as a byte", { VIEW("\0\1" BOX "\0\0\0\0" "\63\0") }, "coordinate" },
	{ "5 as a word", { VIEW("\0\1" BOX "\0\0\0\0" "\41\0\5\0") }, "coordinate" },
	{ "coordinates cut", { VIEW("\0\1" BOX "\0\2\0\0" "\63\41\25" "\12\1\54\0") }, "coordinate" },
	{ "bytes behind", { VIEW(TRIANGLE "\0\0") }, "behind" },
	{ "padding that is not zero", { VIEW("\0\1" BOX "\0\2\0\0" "\63\41\25" "\12\1\54\5\1") }, "behind" },
	/* composite glyphs */
	{ "components cut", { VIEW("\377\377" BOX "\0\2\0") }, "component" },
	{ "MORE and no more", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\42", "\0\0", "\0\0")) }, "component" },
	{ "component instructions", { VIEW(DOT), VIEW("\377\377" BOX PART("\1\2", "\0\0", "\0\0") "\0\1\260\0") }, "component" },
	{ "a flag nobody knows", { VIEW(DOT), VIEW("\377\377" BOX PART("\40\2", "\0\0", "\0\0")) }, "component" },
	{ "a glyph that is not there", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\2", "\0\4", "\0\0")) }, "component" },
	{ "words where bytes hold it", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\3", "\0\0", "\0\177\377\200")) }, "component" },
	{ "words for small point numbers", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\1", "\0\0", "\0\0\0\377")) }, "component" },
	{ "two kinds of scale", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\112", "\0\0", "\0\0") "\100\0\100\0") }, "scale" },
	{ "a scale that is cut", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\202", "\0\0", "\0\0") "\100\0") }, "scale" },
	{ "itself", { VIEW("\377\377" BOX PART("\0\2", "\0\0", "\0\0")) }, "circle" },
	{ "each other", { VIEW("\377\377" BOX PART("\0\2", "\0\1", "\0\0")), VIEW("\377\377" BOX PART("\0\2", "\0\0", "\0\0")) }, "circle" },
	{ "bytes behind components", { VIEW(DOT), VIEW("\377\377" BOX PART("\0\2", "\0\0", "\0\0") "\0\0") }, "behind" },
};

static bool
passes_glyf(const struct view *glyph, size_t n, bool wide, struct glyf_maxima *m, struct err *e)
{
	own_buf struct buf glyf = { 0 }, loca = { 0 };

	*e = (struct err){ 0 };
	assert_true(buf_fill(&glyf, 0, 0));
	for (size_t i = 0; i <= n; i++) {
		assert_true(wide ? buf_u32be(&loca, (uint32_t)glyf.n) : buf_u16be(&loca, (uint16_t)(glyf.n / 2)));
		if (i < n && glyph[i].n > 0)
			assert_true(buf_view(&glyf, glyph[i]) && buf_fill(&glyf, 0, glyf.n % 2));
	}
	return inspect_glyf(buf_bytes(&glyf), buf_bytes(&loca), wide, (uint32_t)n, m, e);
}

static void
test_glyphs(void **state)
{
	struct glyf_maxima m;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int wide = 0; wide < 2; wide++)
			if (passes_glyf(rows[i].glyph, GLYPHS, wide, &m, &e) != (rows[i].why == NULL) ||
			    (rows[i].why != NULL && strstr(e.text, rows[i].why) == NULL))
				fail_msg("%s: \"%s\"", rows[i].what, e.text);
}

static void
test_maxima(void **state)
{
	static const struct view glyph[] = {
		VIEW(TRIANGLE), VIEW("\0\2" BOX "\0\0\0\1\0\0" "\61\61"),
		VIEW("\377\377" BOX PART("\0\42", "\0\0", "\0\0") PART("\0\2", "\0\1", "\0\0")),
		VIEW("\377\377" BOX PART("\0\42", "\0\2", "\0\0") PART("\0\42", "\0\2", "\0\0") PART("\0\2", "\0\0", "\0\0")),
	};
	struct glyf_maxima m;
	struct err e;

	(void)state;
	assert_true(passes_glyf(glyph, 4, false, &m, &e));
	assert_int_equal(m.points, 3);
	assert_int_equal(m.contours, 2);
	assert_int_equal(m.composite_points, 13);
	assert_int_equal(m.composite_contours, 7);
	assert_int_equal(m.components, 3);
	assert_int_equal(m.depth, 2);
}

/* Composites of composites: 16 levels are let, 17 are not; nor does a bomb go off. */
static void
test_depth(void **state)
{
	(void)state;
	for (unsigned levels = 15; levels <= 18; levels++)
		for (unsigned backwards = 0; backwards < 2; backwards++) {
			struct view glyph[20] = { [0] = VIEW(DOT) };
			uint8_t text[20][16];
			struct glyf_maxima m;
			struct err e;

			/* Each names the one before it, or, read from the other end, the one behind it. */
			for (unsigned i = 1; i <= levels; i++) {
				memcpy(text[i], "\377\377" BOX "\0\2\0\0\0\0", 16);
				text[i][13] = (uint8_t)(backwards ? levels - i + 1 : i - 1);
				glyph[backwards ? levels - i : i] = (struct view){ text[i], 16 };
			}
			if (backwards)
				glyph[levels] = VIEW(DOT);
			assert_int_equal(passes_glyf(glyph, levels + 1, false, &m, &e), levels <= 16);
		}
}

static void
test_bomb(void **state)
{
	struct buf level[4] = { 0 };
	struct view glyph[5] = { VIEW(DOT) };
	struct glyf_maxima m;
	struct err e;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_true(buf_put(&level[i], "\377\377" BOX, 10));
		for (unsigned k = 0; k < 20; k++)
			assert_true(buf_put(&level[i], k < 19 ? "\0\42\0" : "\0\2\0", 3) && buf_byte(&level[i], (uint8_t)i) &&
				    buf_u16be(&level[i], 0));
		glyph[i + 1] = buf_bytes(&level[i]);
	}
	/* 20 and 420 uses pass, 8,420 do not. */
	assert_true(passes_glyf(glyph, 3, false, &m, &e));
	assert_false(passes_glyf(glyph, 4, false, &m, &e));
	assert_non_null(strstr(e.text, "expand"));
	for (unsigned i = 0; i < 4; i++)
		buf_release(&level[i]);
}

static void
test_loca(void **state)
{
	static const struct { const char *what; struct view loca; bool wide; const char *why; } cases[] = {
		{ "short", VIEW("\0\0\0\0\0\10"), false, NULL },
		{ "long", VIEW("\0\0\0\0\0\0\0\0\0\0\0\20"), true, NULL },
		{ "one entry too few", VIEW("\0\0\0\10"), false, "size" },
		{ "one entry too many", VIEW("\0\0\0\0\0\10\0\10"), false, "size" },
		{ "half an entry", VIEW("\0\0\0\0\0"), false, "size" },
		{ "not from the start", VIEW("\0\1\0\1\0\10"), false, "size" },
		{ "not to the end", VIEW("\0\0\0\0\0\7"), false, "size" },
		{ "beyond the end", VIEW("\0\0\0\0\0\11"), false, "size" },
		{ "backwards", VIEW("\0\0\0\11\0\10"), false, "order" },
		{ "an odd offset", VIEW("\0\0\0\0\0\0\0\1\0\0\0\20"), true, "order" },
		{ "past the end and back", VIEW("\0\0\0\0\377\377\377\376\0\0\0\20"), true, "order" },
	};
	static const struct view glyf = { (const uint8_t *)DOT, 16 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct glyf_maxima m;
		struct err e = { 0 };

		if (inspect_glyf(glyf, cases[i].loca, cases[i].wide, 2, &m, &e) != (cases[i].why == NULL) ||
		    (cases[i].why != NULL && strstr(e.text, cases[i].why) == NULL))
			fail_msg("%s: \"%s\"", cases[i].what, e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_glyphs), cmocka_unit_test(test_maxima), cmocka_unit_test(test_depth),
		cmocka_unit_test(test_bomb), cmocka_unit_test(test_loca),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
