/* kind_test.c - values that are of a kind, and values that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/markup/markup.h"

static const struct {
	enum markup_kind kind;
	const char *good[8], *bad[8];
} rows[] = {
	{ MARKUP_STRING, { "", "<" }, { NULL } },
	{ MARKUP_NAME, { "見出し 1", "a" }, { "", "a\nb", "\xff" } },
	{ MARKUP_TOKEN, { "a-b.c:D_9+" }, { "", "a b", "あ", "a;b" } },
	{ MARKUP_TOKENS, { "", "a b", " a\tb " }, { "a;b" } },
	{ MARKUP_BOOL, { "0", "1", "true", "false", "on", "off", "t", "f" }, { "", "2", "TRUE", "yes" } },
	{ MARKUP_INT, { "0", "-12", "+3" }, { "", "-", "1.5", "0x1", "12345678901234567890" } },
	{ MARKUP_REAL, { "1", "-1.5", ".5", "1e5", "2.E-3", "INF", "NaN" }, { "", ".", "1e", "1em", "e5" } },
	{ MARKUP_HEX, { "", "00A1f" }, { "g", "0x" } },
	{ MARKUP_GUID, { "{00000000-0000-0000-0000-00000000000A}", "00000000-0000-0000-0000-000000000000" },
	  { "{00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000}", "" } },
	{ MARKUP_COLOR, { "auto", "FF00aa", "#ff0", "80FF00AA", "red" }, { "", "#", "red;x", "12345z", "url(x)" } },
	{ MARKUP_MEASURE, { "12", "1.5cm", "50%", "-3pt", "1em" }, { "", "cm", "1 cm", "1foot", "1;2" } },
	{ MARKUP_MEASURES, { "", "1,2", "1cm 2cm,3" }, { "1;2", "a" } },
	{ MARKUP_DATE, { "2024-01-02T03:04:05Z" }, { "", "today", "2024/01/02" } },
	{ MARKUP_LANG, { "", "ja-JP", "zh-Hant-TW", "es-ES_tradnl" }, { "ja.JP", "日本" } },
	{ MARKUP_FRACTION, { "1", "1/2", "-1/20" }, { "", "1/", "/2", "1/2/3" } },
	{ MARKUP_GUIDE, { "12", "-5", "adj1", "x?" }, { "", "a b", "\"", "あ",
	  "12345678901234567890123456789012345678901234567890123456789012345" } },
	{ MARKUP_GUIDE_FORMULA, { "val 50000", "*/ h adj 100000", "?: a b c", "sqrt x", "cat2 1 2 3" },
	  { "", "val", "val a b", "val  a", "*/ a b", "run a", "val a ", "val <" } },
	{ MARKUP_LOCAL, { "#_x0000_t202", "#a" }, { "", "#", "_x0000_t202", "#a b", "#\xe3\x81\x82" } },
	{ MARKUP_PATH, { "", "m@4@5l,21600e" }, { "a<b", "\"", "あ" } },
	/* Meanings are never true by themselves. */
	{ MARKUP_REL, { NULL }, { "rId1" } },
	{ MARKUP_NONE, { NULL }, { "" } },
};

static void
every_kind(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (k = 0; k < 8; k++) {
			if (rows[i].good[k] != NULL && !markup_is(rows[i].kind, view_str(rows[i].good[k])))
				fail_msg("row %zu: %s is good", i, rows[i].good[k]);
			if (rows[i].bad[k] != NULL && markup_is(rows[i].kind, view_str(rows[i].bad[k])))
				fail_msg("row %zu: %s is bad", i, rows[i].bad[k]);
		}
}

static void
trims(void **state)
{
	(void)state;
	assert_true(view_is(markup_trim(VIEW(" \t\r\na b \n")), "a b"));
	assert_true(view_is(markup_trim(VIEW("   ")), ""));
	assert_true(view_is(markup_trim(VIEW("\u3000")), "\u3000"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_kind), cmocka_unit_test(trims) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
