#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/testing.h"
#include "sanitize/text/json.h"

static void
sound(void **state)
{
	static const char *const yes[] = { "{}", "[]", " [1, -0.5e+10, true,false , null]\n", "{\"a\":{\"b\":[\"\"]}}",
					   "[0]", "[\"\\u00e9\\ud83d\\ude00\\n\"]", "[1E5]", "[\"あ\"]" };
	static const char *const no[] = { "", "1", "\"a\"", "[1,]", "[01]", "[.5]", "[1.]", "[+1]", "[1e]", "{a:1}", "{\"a\"}",
					  "[\"\t\"]", "[\"\\x\"]", "[\"\\u12g4\"]", "[1] 2", "[nul]", "[", "[\"", "{\"a\":1,}",
					  "[1}", "// x\n[]", "['a']", "[\"\xff\"]", "[NaN]", "\xef\xbb\xbf[]" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof yes / sizeof *yes; i++)
		if (!json_sound(view_str(yes[i])))
			fail_msg("%s", yes[i]);
	for (i = 0; i < sizeof no / sizeof *no; i++)
		if (json_sound(view_str(no[i])))
			fail_msg("%s", no[i]);
}

static const struct {
	const char *in, *out;	/* out NULL: refused */
	enum finding_code code;	/* FINDING_COUNT: clean */
} cases[] = {
	{ "{\"a\" : [1.50, -0]}\r\n", "{\"a\" : [1.50, -0]}\r\n", FINDING_COUNT },
	{ "[\"\\/\\u0041\\u3042\\u000A\\u001F\"]", "[\"/Aあ\\n\\u001f\"]", FINDING_COUNT },
	{ "[\"\xe2\x80\xae\"]", "[\"\\u202e\"]", FINDING_JSON_HIDING },
	{ "[\"\\u202E\"]", "[\"\\u202e\"]", FINDING_COUNT },
	{ "[\"\\udb40\\udc41\"]", "[\"\\udb40\\udc41\"]", FINDING_COUNT },
	{ "[\"\\ud83d\\ude00\"]", "[\"😀\"]", FINDING_COUNT },
	{ "[\"\\ud83d\"]", "[\"\xef\xbf\xbd\"]", FINDING_TEXT_BAD_BYTES },
	{ "{\"a\":1,\"\\u0061\":2}", NULL, FINDING_JSON_TWICE },
	{ "{\"a\":1,\"b\":{\"a\":1}}", "{\"a\":1,\"b\":{\"a\":1}}", FINDING_COUNT },
	{ "\xef\xbb\xbf[1]", "[1]", FINDING_TEXT_CHARSET },
};

static void
rewrites(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		own_tried struct tried t = try_it("a.json", view_str(cases[i].in));

		assert_int_equal(t.type, TYPE_JSON);
		if (tried_passed(&t) != (cases[i].out != NULL) ||
		    (cases[i].out != NULL && !view_is(buf_bytes(&t.out), cases[i].out)))
			fail_msg("case %zu: %s %.*s", i, verdict_name(t.verdict), (int)t.out.n,
				 t.out.n > 0 ? (const char *)t.out.p : "");
		if (cases[i].code == FINDING_COUNT)
			assert_int_equal(t.findings.n, 0);
		else
			assert_int_equal(tried_count(&t, cases[i].code), 1);
		if (tried_passed(&t))
			assert_true(tried_settled(&t, "a.json"));
	}
}

static void
limits(void **state)
{
	own_buf struct buf deep = { 0 }, names = { 0 };
	own_tried struct tried t = { 0 };
	size_t i;

	(void)state;
	assert_true(buf_fill(&deep, '[', 256) && buf_fill(&deep, ']', 256));
	assert_true(json_sound(buf_bytes(&deep)));
	buf_clear(&deep);
	assert_true(buf_fill(&deep, '[', 257) && buf_fill(&deep, ']', 257));
	assert_false(json_sound(buf_bytes(&deep)));
	/* Many names with long common beginnings: sorted, not compared pair by pair. */
	assert_true(buf_byte(&names, '{'));
	for (i = 0; i < 200000; i++)
		assert_true(buf_printf(&names, "%s\"aaaaaaaaaaaaaaaa%zu\":0", i > 0 ? "," : "", i));
	assert_true(buf_byte(&names, '}'));
	t = try_it("a.json", buf_bytes(&names));
	assert_int_equal(t.verdict, VERDICT_CLEAN);
	assert_true(view_eq(buf_bytes(&t.out), buf_bytes(&names)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound), cmocka_unit_test(rewrites), cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
