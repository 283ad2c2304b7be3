#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/testing.h"
#include "sanitize/text/text.h"
#include "sanitize/text/charset.h"

static const struct {
	const char *what;
	struct view in, out;	/* out.p NULL: refused */
	enum finding_code code;	/* FINDING_COUNT: clean */
	const char *where;
} cases[] = {
#define KANA "あいうえおかきくけこさしすせそ"
#define IN(bytes) { (const uint8_t *)(bytes), sizeof(bytes) - 1 }
	{ "plain", IN("a\tb\n"), IN("a\tb\n"), FINDING_COUNT, "" },
	{ "CRLF", IN("a\r\nb\r\n"), IN("a\r\nb\r\n"), FINDING_COUNT, "" },
	{ "UTF-8 with BOM", IN("\xef\xbb\xbf" "a\n"), IN("\xef\xbb\xbf" "a\n"), FINDING_COUNT, "" },
	{ "mixed ends", IN("a\r\nb\nc\r\n"), IN("a\r\nb\r\nc\r\n"), FINDING_TEXT_NEWLINES, "" },
	{ "old Mac", IN("a\rb\r"), IN("a\nb\n"), FINDING_TEXT_NEWLINES, "" },
	{ "escape sequence", IN("a\nb\x1b[2Jc\n"), IN("a\nb[2Jc\n"), FINDING_TEXT_CONTROL, "line 2" },
	{ "form feed", IN("a\fb"), IN("a\nb"), FINDING_TEXT_CONTROL, "line 1" },
	{ "NUL", IN("ordinary words a\0b and more of them, enough"), IN("ordinary words ab and more of them, enough"),
	  FINDING_TEXT_CONTROL, "line 1" },
	{ "C1", IN("abcdefghijklmnopqrstuvwxyz\xc2\x9b" "b"), IN("abcdefghijklmnopqrstuvwxyzb"), FINDING_TEXT_CONTROL, "line 1" },
	{ "line separator", IN("a\xe2\x80\xa8" "b"), IN("a\nb"), FINDING_TEXT_CONTROL, "line 1" },
	{ "override", IN("x\ny\xe2\x80\xae" "fdp.exe"), IN("x\nyfdp.exe"), FINDING_TEXT_HIDING, "line 2" },
	{ "no characters", IN("a\xef\xbf\xbe" "b\xef\xbf\xbf" "c"), IN("abc"), FINDING_TEXT_HIDING, "line 1" },
	{ "zero width", IN("a\xe2\x80\x8b" "b\xef\xbb\xbf" "c"), IN("abc"), FINDING_TEXT_HIDING, "line 1" },
	{ "family emoji", IN("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\n"),
	  IN("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\n"), FINDING_COUNT, "" },
	{ "one bad byte", IN(KANA KANA "\xff" KANA "\n"),
	  IN(KANA KANA "\xef\xbf\xbd" KANA "\n"), FINDING_TEXT_BAD_BYTES, "line 1" },
	{ "CP932", IN("\x83\x5c\x81\x42\r\n"), IN("\x83\x5c\x81\x42\r\n"), FINDING_COUNT, "" },
	{ "gaiji", IN("\x93\xfa\x96\x7b\xf0\x40\x8c\xea\r\n"), IN("\x93\xfa\x96\x7b\xf0\x40\x8c\xea\r\n"), FINDING_COUNT, "" },
	{ "ISO-2022-JP", IN("\x1b$B4A;z\x1b(B\n"), IN("\x1b$B4A;z\x1b(B\n"), FINDING_COUNT, "" },
	{ "UTF-16BE", IN("\xfe\xff\0a\0\n"), IN("\xff\xfe" "a\0\n\0"), FINDING_TEXT_CHARSET, "" },
	{ "Latin", IN("caf\xe9, na\xefve\n"), IN("caf\xc3\xa9, na\xc3\xafve\n"), FINDING_TEXT_CHARSET, "" },
	{ "nothing is left", IN("\xe2\x80\xae\xe2\x80\xae"), { NULL, 0 }, FINDING_MALFORMED, "" },
	{ "a PDF is left", IN("an ordinary text of some length\n%P\xe2\x80\x8b" "DF-1.4\n1 0 obj\nstartxref\n"),
	  { NULL, 0 }, FINDING_MALFORMED, "" },
	{ "binary", IN("\0\1\2\3\4\5\6\7\x0e\x0f\x10\x11"), { NULL, 0 }, FINDING_TYPE_UNKNOWN, "" },
};

static void
rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		own_tried struct tried t = try_it("a.txt", cases[i].in);
		struct view out = cases[i].out;

		if (tried_passed(&t) != (out.p != NULL))
			fail_msg("%s: %s", cases[i].what, verdict_name(t.verdict));
		if (out.p != NULL && !view_eq(buf_bytes(&t.out), out))
			fail_msg("%s: \"%.*s\"", cases[i].what, (int)t.out.n, (const char *)t.out.p);
		if (cases[i].code == FINDING_COUNT ? t.findings.n != 0 : tried_count(&t, cases[i].code) != 1)
			fail_msg("%s: findings", cases[i].what);
		if (cases[i].code != FINDING_COUNT)
			assert_string_equal(tried_where(&t, cases[i].code), cases[i].where);
		if (tried_passed(&t))
			assert_true(tried_settled(&t, "a.txt"));
	}
}

/* profile strict asks for UTF-8: every charset ends there. */
static void
to_utf8(void **state)
{
	static const enum charset all[] = { CHARSET_UTF16LE, CHARSET_CP932, CHARSET_EUCJP, CHARSET_ISO2022JP };
	static const char text[] = "御中　お知らせ①\r\n";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof all / sizeof *all; i++) {
		own_buf struct buf raw = { 0 };
		own_tried struct tried t = { 0 }, kept = { 0 };
		uint64_t lost;
		struct err e;

		assert_true(charset_encode(all[i], view_str(text), &raw, &lost, &e));
		t = try_with("strict", NULL, "a.txt", buf_bytes(&raw));
		assert_true(view_is(buf_bytes(&t.out), text));
		assert_int_equal(tried_count(&t, FINDING_TEXT_CHARSET), 1);
		kept = try_it("a.txt", buf_bytes(&raw));
		assert_true(view_eq(buf_bytes(&kept.out), buf_bytes(&raw)));
		assert_int_equal(kept.verdict, VERDICT_CLEAN);
	}
}

/* Ten mebibytes of control characters: linear, and one finding. */
static void
long_input(void **state)
{
	own_buf struct buf in = { 0 };
	own_tried struct tried t = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 100000; i++)
		assert_true(buf_str(&in, "the quick brown fox jumps over the lazy dog, again and again and again\x02 then rests\n"));
	t = try_it("a.txt", buf_bytes(&in));
	assert_int_equal(t.verdict, VERDICT_DISARMED);
	assert_int_equal(t.findings.n, 1);
	assert_string_equal(t.findings.row[0].detail, "100000 (U+0002)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows), cmocka_unit_test(to_utf8), cmocka_unit_test(long_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
