#include "inspect/font.h"
#include "inspect/pdf.h"
#include "inspect/sentence.h"

#define V(lit) { (const uint8_t *)(lit), sizeof(lit) - 1 }

static void
test_charstrings(void **state)
{
	static const struct { const char *what; struct view v; const char *why; } table[] = {
		{ "a blank", V(""), NULL },
		{ "nothing drawn", V("\16"), NULL },
		{ "width", V("\213\16"), NULL },
		{ "a line", V("\214\214\25\214\214\5\16"), NULL },
		{ "stems and a mask", V("\213\214\22\213\214\23\xc0\214\214\25\16"), NULL },
		{ "accented", V("\213\213\300\301\16"), NULL },
		{ "no end", V("\214\214\25"), "endchar" },
		{ "bytes behind", V("\16\16"), "behind" },
		{ "line before a moveto", V("\214\214\5\16"), "operator 5" },
		{ "subroutine", V("\213\12\16"), "operator a" },
		{ "global subroutine", V("\213\35\16"), "operator 1d" },
		{ "return", V("\13"), "operator b" },
		{ "random", V("\14\27\16"), "operator 117" },
		{ "arithmetic", V("\213\213\14\12\16"), "operator 10a" },
		{ "dotsection", V("\14\0\16"), "operator 100" },
		{ "mask without stems", V("\23\16"), "mask" },
		{ "number longer than needed", V("\34\0\1\26\16"), "longer" },
		{ "fixed that is whole", V("\377\0\1\0\0\26\16"), "longer" },
		{ "odd stems", V("\213\213\213\213\22\213\22\16"), "stem" },
	};
	own_buf struct buf deep = { 0 };
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++)
		if (inspect_charstring(table[i].v, &e) != (table[i].why == NULL) ||
		    (table[i].why != NULL && strstr(e.text, table[i].why) == NULL))
			fail_msg("%s: \"%s\"", table[i].what, e.text);
	buf_fill(&deep, 0x8b, 49);
	assert_true(buf_byte(&deep, 14));
	assert_false(inspect_charstring(buf_bytes(&deep), &e));
}

#define CFF_HEAD "\1\0\4\4\0\1\1\1\2A"
#define CFF_TOP "\0\1\1\1\22\35\0\0\0\44\21\35\0\0\0\0\35\0\0\0\52\22"
#define CFF_TAIL "\0\0\0\0\0\1\1\1\2\16"

static void
test_cff(void **state)
{
	static const struct { const char *what; struct view v; const char *why; } table[] = {
		{ "one glyph", V(CFF_HEAD CFF_TOP CFF_TAIL), NULL },
		{ "a byte behind", V(CFF_HEAD CFF_TOP CFF_TAIL "x"), "behind" },
		{ "header", V("\1\0\5\4\0\1\1\1\2A" CFF_TOP CFF_TAIL), "header" },
		{ "name", V("\1\0\4\4\0\1\1\1\2/" CFF_TOP CFF_TAIL), "name" },
		{ "two names", V("\1\0\4\4\0\2\1\1\2\3AB" CFF_TOP CFF_TAIL), "names" },
		{ "unknown operator", V(CFF_HEAD "\0\1\1\1\22\35\0\0\0\44\21\35\0\0\0\0\35\0\0\0\52\0" CFF_TAIL), "operator 0" },
		{ "notice", V(CFF_HEAD "\0\1\1\1\24\213\1\35\0\0\0\46\21\35\0\0\0\0\35\0\0\0\54\22" CFF_TAIL), "operator 1" },
		{ "a string nobody uses", V(CFF_HEAD "\0\1\1\1\22\35\0\0\0\50\21\35\0\0\0\0\35\0\0\0\56\22"
		  "\0\1\1\1\2x\0\0\0\1\1\1\2\16"), "uses" },
		{ "global subroutine", V(CFF_HEAD "\0\1\1\1\22\35\0\0\0\50\21\35\0\0\0\0\35\0\0\0\56\22"
		  "\0\0\0\1\1\1\2\13\0\1\1\1\2\16"), "subroutines" },
		{ "a gap", V(CFF_HEAD "\0\1\1\1\22\35\0\0\0\45\21\35\0\0\0\0\35\0\0\0\53\22\0\0\0\0x\0\1\1\1\2\16"), "where they should" },
	};
	struct err e;
	uint32_t n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		e.text[0] = '\0';
		if (inspect_cff(table[i].v, &n, &e) != (table[i].why == NULL) ||
		    (table[i].why != NULL && strstr(e.text, table[i].why) == NULL))
			fail_msg("%s: \"%s\"", table[i].what, e.text);
	}
	for (i = 0; i < table[0].v.n; i++)
		assert_false(inspect_cff((struct view){ table[0].v.p, i }, &n, &e));
}

static uint32_t
sum(const uint8_t *p, size_t n)
{
	uint32_t all = 0;
	size_t i;

	for (i = 0; i < n; i++)
		all += (uint32_t)p[i] << (24 - 8 * (i % 4));
	return all;
}

/* An OpenType font of one table more than `CFF `, whose place in the order is given. */
static void
opentype(struct buf *b, const char *extra, bool first)
{
	static const char cff[] = CFF_HEAD CFF_TOP CFF_TAIL;
	const uint8_t *p = (const uint8_t *)cff;
	uint32_t n = sizeof cff - 1, tables = extra != NULL ? 2 : 1, at = 12 + 16 * tables, i;

	buf_str(b, "OTTO");
	buf_u16be(b, (uint16_t)tables);
	buf_u16be(b, (uint16_t)(16 * tables));
	buf_u16be(b, (uint16_t)(tables - 1));
	buf_u16be(b, 0);
	for (i = 0; i < tables; i++) {
		bool is_extra = extra != NULL && (i == 0) == first;

		buf_str(b, is_extra ? extra : "CFF ");
		buf_u32be(b, is_extra ? 0 : sum(p, n));
		buf_u32be(b, is_extra && !first ? at + n + 2 : is_extra ? at : first ? at + 4 : at);
		buf_u32be(b, is_extra ? 4 : n);
	}
	if (first)
		buf_fill(b, 0, 4);
	buf_put(b, p, n);
	assert_true(buf_fill(b, 0, (4 - b->n % 4) % 4));
	if (extra != NULL && !first)
		assert_true(buf_fill(b, 0, 4));
}

static void
test_sfnt(void **state)
{
	static const struct { const char *extra; bool first; const char *why; } table[] = {
		{ NULL, false, NULL }, { "fpgm", false, "may not be" }, { "prep", false, "may not be" }, { "GPOS", false, "may not be" },
		{ "SVG ", false, "may not be" }, { "name", false, "may not be" }, { "BASE", true, "may not be" }, { "post", false, "together" },
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf b = { 0 };

		opentype(&b, table[i].extra, table[i].first);
		if (inspect_sfnt(buf_bytes(&b), &e) != (table[i].why == NULL) ||
		    (table[i].why != NULL && strstr(e.text, table[i].why) == NULL))
			fail_msg("%s: \"%s\"", table[i].extra != NULL ? table[i].extra : "CFF alone", e.text);
		if (table[i].extra != NULL)
			continue;
		b.p[b.n - 1] = 1;
		assert_false(inspect_sfnt(buf_bytes(&b), &e));
		b.p[b.n - 1] = 0;
		b.p[16] ^= 1;
		assert_false(inspect_sfnt(buf_bytes(&b), &e));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_charstrings), cmocka_unit_test(test_cff), cmocka_unit_test(test_sfnt) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
