#include "inspect/sentence.h"

static void
test_good(void **state)
{
	static const struct { const char *what; struct view v; } good[] = {
		{ "ascii", { (const uint8_t *)"a\tb\nc\n", 6 } },
		{ "crlf", { (const uint8_t *)"a\r\nb\r\n", 6 } },
		{ "utf-8", { (const uint8_t *)"\xe6\xbc\xa2\xe5\xad\x97\n", 7 } },
		{ "utf-8 with BOM", { (const uint8_t *)"\xef\xbb\xbf\xe6\xbc\xa2", 6 } },
		{ "utf-16", { (const uint8_t *)"\xff\xfe" "a\0\x22\x6f", 6 } },
		{ "cp932", { (const uint8_t *)"\x8a\xbf\x8e\x9a\xb1", 5 } },
		{ "euc-jp", { (const uint8_t *)"\xb4\xc1\xbb\xfa", 4 } },
		{ "iso-2022-jp", { (const uint8_t *)"\x1b$B4A;z\x1b(B\n", 11 } },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		must_pass(TYPE_TEXT, good[i].v, good[i].what);
}

static void
test_bad(void **state)
{
	static const struct { const char *what; struct view v; const char *why; } bad[] = {
		{ "nothing", { (const uint8_t *)"", 0 }, "empty" },
		{ "NUL", { (const uint8_t *)"a\0b", 3 }, "control" },
		{ "bell", { (const uint8_t *)"\a", 1 }, "control" },
		{ "DEL", { (const uint8_t *)"\x7f", 1 }, "control" },
		{ "C1", { (const uint8_t *)"\xc2\x85", 2 }, "control" },
		{ "lone CR", { (const uint8_t *)"a\rb", 3 }, "CR" },
		{ "two kinds", { (const uint8_t *)"a\r\nb\nc", 6 }, "two kinds" },
		{ "override", { (const uint8_t *)"a\xe2\x80\xae" "b", 5 }, "hiding" },
		{ "isolate", { (const uint8_t *)"\xe2\x81\xa7", 3 }, "hiding" },
		{ "zero width", { (const uint8_t *)"\xe2\x80\x8b", 3 }, "hiding" },
		{ "BOM inside", { (const uint8_t *)"a\xef\xbb\xbf", 4 }, "hiding" },
		{ "utf-16 override", { (const uint8_t *)"\xff\xfe\x2e\x20", 4 }, "hiding" },
		{ "utf-16 odd", { (const uint8_t *)"\xff\xfe" "a", 3 }, "not valid" },
		{ "utf-16 half pair", { (const uint8_t *)"\xff\xfe\x3d\xd8" "a\0", 6 }, "not valid" },
		{ "utf-16 big-endian", { (const uint8_t *)"\xfe\xff\0a", 4 }, "none" },
		{ "no charset", { (const uint8_t *)"\xa0\xff", 2 }, "none" },
		{ "escape", { (const uint8_t *)"\x1b[31m", 5 }, "not valid" },
		{ "shift left open", { (const uint8_t *)"\x1b$B4A", 5 }, "not valid" },
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must_fail(TYPE_TEXT, bad[i].v, bad[i].what, bad[i].why);
	assert_false(passes_as("strict", TYPE_TEXT, VIEW("\x8a\xbf"), &e));
	assert_true(passes_as("strict", TYPE_TEXT, VIEW("\xe6\xbc\xa2"), &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_bad) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
