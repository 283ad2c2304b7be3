#include "inspect/sentence.h"

static void
test_good(void **state)
{
	static const char *const good[] = {
		"a,b\n1,2\n", "a;b\r\n", "a\tb", "\"a\"\"b\",c\n", "\"a\r\nb\",\"c\nd\"\n", "-1,200\n", "+81-155-00-0000\n", "-5\xe5\xba\xa6\n",
		"\"=\"\"001\"\"\",2\n", "'=cmd,1\n", "@\n", "-\n", "1e-5\n", "(5)\n", "-(5)\n", "\x8a\xbf,\x8e\x9a\n", "\xe6\xbc\xa2,1\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		must_pass(TYPE_CSV, view_str(good[i]), good[i]);
}

static void
test_bad(void **state)
{
	static const struct { const char *text, *why; } bad[] = {
		{ "=1+1\n", "run" }, { "a,=cmd|' /C calc'!A0\n", "run" }, { "a,\"=1\"\n", "run" }, { "a, =1\n", "run" },
		{ "@SUM(A1)\n", "run" }, { "+cmd\n", "run" }, { "-A1\n", "run" }, { "-SUM(1)\n", "run" },
		{ "\xef\xbc\x9d" "1\n", "run" }, { "\x81\x81" "1,\x8a\xbf\n", "run" }, { "a,cmd|'x'!A1\n", "run" }, { "=\"001\",2\n", "quote inside" },
		{ "\"\t=1\"\n", "run" }, { "=\"a\"&\"b\"\n", "quote inside" }, { "\"=\"\"a\"\"&\"\"b\"\"\"\n", "run" },
		{ "a\"b\n", "quote inside" }, { "\"a\n", "without end" }, { "\"a\"b\n", "behind a quoted" }, { "a\nb\r\n", "two kinds" },
		{ "a\rb\n", "CR" }, { "\a\n", "control" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must_fail(TYPE_CSV, view_str(bad[i].text), bad[i].text, bad[i].why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_bad) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
