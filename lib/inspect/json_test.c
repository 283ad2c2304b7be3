#include "inspect/sentence.h"

static void
test_good(void **state)
{
	static const char *const good[] = {
		"{}", "[]", "[null]", "[true]", "[-0]", "[0]", "[1.5e-3]", "[\"\"]", " [1,2 , 3]\r\n", "{\"a\":{\"a\":1}}",
		"[{\"a\":1},{\"a\":2}]", "[\"\\u200b\\n\\\"\\\\\"]", "[\"\\udb40\\udc41\"]", "[\"\\u0000\\u007f\"]", "[\"\xe6\xbc\xa2\"]", "[[[[]]]]",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		must_pass(TYPE_JSON, view_str(good[i]), good[i]);
}

static void
test_bad(void **state)
{
	static const struct { const char *text, *why; } bad[] = {
		{ "", "neither" }, { "1", "neither" }, { "null", "neither" }, { "\xef\xbb\xbf{}", "neither" },
		{ "{} {}", "behind" }, { "[1,]", "no value" }, { "{\"a\":1,}", "no string" }, { "{a:1}", "no string" },
		{ "{\"a\" 1}", "colon" }, { "[1 2]", "comma" }, { "{\"a\":1,\"a\":2}", "twice" },
		{ "{\"\\u0000\":1,\"\\u0000\":2}", "twice" }, { "[01]", "comma" }, { "[+1]", "no value" },
		{ "[.5]", "no value" }, { "[1.]", "point" }, { "[1e]", "exponent" }, { "[NaN]", "no value" },
		{ "[\"\t\"]", "control" }, { "[\"\\x\"]", "escape" }, { "[\"\\/\"]", "escape" }, { "[\"\\u0041\"]", "needless" },
		{ "[\"\\u000a\"]", "needless" }, { "[\"\\u200B\"]", "escape" }, { "[\"\\ud800\"]", "surrogate" },
		{ "[\"\\udc00\"]", "surrogate" }, { "[\"", "end" }, { "[\"\xff\"]", "UTF-8" }, { "[}", "no value" },
		{ "[1}", "comma" }, { "[// x\n1]", "no value" }, { "['a']", "no value" }, { "[\"\xe2\x80\xae\"]", "hiding" },
		{ "{\"a\":1", "comma" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must_fail(TYPE_JSON, view_str(bad[i].text), bad[i].text, bad[i].why);
}

static void
test_depth(void **state)
{
	char text[600];
	unsigned n;

	(void)state;
	for (n = 256; n <= 257; n++) {
		memset(text, '[', n);
		memset(text + n, ']', n);
		if (n == 256)
			must_pass(TYPE_JSON, (struct view){ (uint8_t *)text, 2 * n }, "256 deep");
		else
			must_fail(TYPE_JSON, (struct view){ (uint8_t *)text, 2 * n }, "257 deep", "deep");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_bad),
					    cmocka_unit_test(test_depth) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
