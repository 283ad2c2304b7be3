/* field_test.c - instructions that may stay, and those that may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/ooxml/field.h"

static const struct {
	const char *in;
	bool ok, without_links;
} rows[] = {
	{ " PAGE ", true, true }, { "page \\* MERGEFORMAT", true, true }, { "= 1 + 2", true, true }, { "=SUM(ABOVE)", true, true },
	{ "IF\x01= 1 \"a\" \"b\"", false, false }, { "IF \x01 = 1", true, true }, { "TOC \\o \"1-3\" \\h \\z \\u", true, true },
	{ "EQ \\o\\ac(○,1)", true, true }, { "SEQ 表 \\* ARABIC", true, true },
	{ "HYPERLINK \"http://a/b\"", true, false }, { "HYPERLINK http://a/b \\o \"t\\\"ip\" \\t _blank \\h", true, false },
	{ "HYPERLINK \\l \"_Toc1\"", true, true }, { "HYPERLINK \"http://a\" \\l x", true, false },
	{ "HYPERLINK", false, false }, { "HYPERLINK \\h", false, false }, { "HYPERLINK \"javascript:x\"", false, false },
	{ "HYPERLINK \"\"", false, false }, { "HYPERLINK \"a.docx\"", false, false }, { "HYPERLINK \"http://a\" \"http://b\"", false, false },
	{ "HYPERLINK \"http://a\" \\x", false, false }, { "HYPERLINK \"http://a\" \\", false, false }, { "HYPERLINK \\l", false, false },
	{ "HYPERLINK \"http://a\x01\"", false, false }, { "HYPERLINK \"http://あ/\"", false, false },
	{ "DDEAUTO c:\\\\x \"y\"", false, false }, { "DDE a b", false, false }, { "ddeauto x", false, false },
	{ "INCLUDEPICTURE \"http://a\"", false, false }, { "INCLUDETEXT a", false, false }, { "LINK a b", false, false },
	{ "IMPORT a", false, false }, { "DATABASE \\d x", false, false }, { "MACROBUTTON a b", false, false }, { "QUOTE 68 68 69", false, false },
	{ "SET a b", false, false }, { "RD a", false, false }, { "PAGEX", false, false }, { "", false, false }, { "\x01 PAGE", false, false },
	{ "PAG", false, false }, { "I", false, false }, { "PAGE\n\\h", true, true }, { "\nPAGE", true, true }, { "HYPERLIN \"http://a\"", false, false },
	{ "\"PAGE\"", false, false }, { "DD\x01 PAGE", false, false },
};

static void
every_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (field_allowed(view_str(rows[i].in), true) != rows[i].ok)
			fail_msg("%s", rows[i].in);
		if (field_allowed(view_str(rows[i].in), false) != rows[i].without_links)
			fail_msg("without links: %s", rows[i].in);
	}
}

static void
too_long(void **state)
{
	static uint8_t much[FIELD_MAX + 1];

	(void)state;
	memset(much, ' ', sizeof much);
	memcpy(much, "PAGE", 4);
	assert_true(field_allowed(view_of(much, FIELD_MAX), false));
	assert_false(field_allowed(view_of(much, FIELD_MAX + 1), false));
}

static void
buttons(void **state)
{
	(void)state;
	assert_true(view_is(field_button(VIEW(" macrobutton  Abbrechen [click here] ")), "[click here]"));
	assert_true(view_is(field_button(VIEW("GOTOBUTTON x")), ""));
	assert_true(view_is(field_button(VIEW("GOTOBUTTON x shown")), "shown"));
	assert_true(view_is(field_button(VIEW("MACROBUTTON a b\x01")), ""));
	assert_true(view_is(field_button(VIEW("DDE a b")), ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_row), cmocka_unit_test(too_long), cmocka_unit_test(buttons) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
