#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/testing.h"
#include "sanitize/text/charset.h"
#include "sanitize/text/csv_cell.h"

static void
cells_that_run(void **state)
{
	static const char *const runs[] = {
		"=1+1", "  =1", "\t=1", "\"=1", "＝1+1", "@SUM(A1)", "＠x", "+A1", "-A1", "－Ａ１+1", "-2+3+cmd|' /C calc'!A0",
		"=cmd|'/c calc'!A0", "cmd|'/c calc'!A0", "MSEXCEL|'\\..\\x'!''", "+HYPERLINK(\"http://x\")", "-売上(円)",
		"=\"a\"&A1", "=\"\"\"\"", "- note", "\r\n=x", "　=1", "\xe2\x80\x9c=1", "-x", "+1e", "-5（円)=1", "−A1", "=", "==",
	};
	static const char *const stays[] = {
		"", "a", "-", "--", "－", "-1,200", "-1,200円", "+81-155-24-4111", "-5%", "-¥1,200", "-\\1,200", "+1.5E-3", "-1e5",
		"-5度", "+3点", "-(5)", "+81 (0)155-24-4111", "- 未定", "2024-01-02", "1=1", "a=b", "@", "a@b.jp", "'=1+1",
		"=\"0012\"", "=\"\"", "-5～10", "+α", "-10:30", "a|b", "a|b c", "12|34", "－", "-５％",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof runs / sizeof *runs; i++)
		if (!csv_cell_runs(view_str(runs[i])))
			fail_msg("\"%s\" runs", runs[i]);
	for (i = 0; i < sizeof stays / sizeof *stays; i++)
		if (csv_cell_runs(view_str(stays[i])))
			fail_msg("\"%s\" does not run", stays[i]);
}

static const struct {
	const char *in, *out;
	uint32_t formulas;
	const char *where;
} files[] = {
	{ "a,b\r\n1,2\r\n", "a,b\r\n1,2\r\n", 0, "" },
	{ "a,\"b\"\n", "a,\"b\"\n", 0, "" },
	{ "a,=1\n", "a,\"'=1\"\n", 1, "row 1, column B" },
	{ "a\n\"=\"\"x\"\"&1\"\n", "a\n\"'=\"\"x\"\"&1\"\n", 1, "row 2, column A" },
	{ "a;b\n1;=x\n", "a;b\n1;\"'=x\"\n", 1, "row 2, column B" },
	{ "a\tb\n1\tx,=cmd()\n", "a\tb\n1\tx,'=cmd()\n", 1, "row 2, column B" },
	{ "a,b\n1;=cmd(),2\n", "a,b\n1;'=cmd(),2\n", 1, "row 2, column A" },
	{ "a\tb\n1\tx;=cmd()\n", "a\tb\n1\tx;'=cmd()\n", 1, "row 2, column B" },
	{ "a,b\n1,\"x\t=cmd()\"\n", "a,b\n1,\"x\t'=cmd()\"\n", 1, "row 2, column B" },
	{ "a,\"x\ny\"\r\nb,c\r\n", "a,\"x\ny\"\r\nb,c\r\n", 0, "" },
	{ "a,\"x\n=1\"\nb,c\n", "a,\"x\n=1\"\nb,c\n", 0, "" },
	{ "a,\"open\nb,=1\nc,d\n", "a,\"\"\"open\"\nb,\"'=1\"\nc,d\n", 1, "row 2, column B" },
	{ "\"a\"b,c\n", "\"ab\",c\n", 0, "" },
	{ "5\" disk,x\n", "\"5\"\" disk\",x\n", 0, "" },
	{ "a,\n,\n", "a,\n,\n", 0, "" },
	{ "a,b", "a,b", 0, "" },
	{ "a,b\rc,d\r", "a,b\nc,d\n", 0, "" },
	{ "=\"001\",-5%\n", "\"=\"\"001\"\"\",-5%\n", 0, "" },
	{ "one\ntwo\n", "one\ntwo\n", 0, "" },
	/* CP932 to us, EUC-JP to the next: a letter behind the sign there */
	{ "+\xbf\xe1""a", "\"'+\xbf\xe1""a\"", 1, "row 1, column A" },
	{ "x,-\xbf\xe1""a\n", "x,\"'-\xbf\xe1""a\"\n", 1, "row 1, column B" },
	{ "+\xbf\xe1\xe0", "+\xbf\xe1\xe0", 0, "" },
};

static void
dialects(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		own_tried struct tried t = try_it("a.csv", view_str(files[i].in));

		assert_int_equal(t.type, TYPE_CSV);
		if (!view_is(buf_bytes(&t.out), files[i].out))
			fail_msg("case %zu: %.*s", i, (int)t.out.n, (const char *)t.out.p);
		assert_int_equal(tried_count(&t, FINDING_CSV_FORMULA), files[i].formulas);
		assert_string_equal(tried_where(&t, FINDING_CSV_FORMULA), files[i].where);
		assert_true(tried_settled(&t, "a.csv"));
	}
}

/* All its tabs end in quotes, so the output has no separator and is cut everywhere: so must we have done. */
static void
an_output_without_its_separator(void **state)
{
	own_tried struct tried t = try_it("a.csv", VIEW("a;b\015\012\"\0113\"2\"x;,\"\015\015\"=a\077\376a\000,3\"x;,\"\015\015\"=a,ba\0111\011\015="
							"\323+\317\365\362\011nsupported compression1\012\011)\0122\011=\"3\"\0122;3x"));

	(void)state;
	assert_true(tried_passed(&t) && tried_count(&t, FINDING_CSV_FORMULA) > 0);
	assert_int_equal(view_find(buf_bytes(&t.out), 0, VIEW("\t=3")), VIEW_NOT_FOUND);
	assert_true(tried_settled(&t, "a.csv"));
}

/* The 28th column is AB; Shift_JIS stays; a converted one gets a BOM for Excel. */
static void
columns_and_charsets(void **state)
{
	own_buf struct buf wide = { 0 }, sjis = { 0 };
	own_tried struct tried t = { 0 }, u = { 0 };
	uint64_t lost;
	struct err e;

	(void)state;
	assert_true(buf_fill(&wide, ',', 27) && buf_str(&wide, "=表\n"));
	t = try_it("a.csv", buf_bytes(&wide));
	assert_string_equal(tried_where(&t, FINDING_CSV_FORMULA), "row 1, column AB");
	assert_true(charset_encode(CHARSET_CP932, view_str("氏名,表\r\nソ,=1\r\n"), &sjis, &lost, &e));
	u = try_with("strict", NULL, "a.csv", buf_bytes(&sjis));
	assert_true(view_is(buf_bytes(&u.out), "\xef\xbb\xbf" "氏名,表\r\nソ,\"'=1\"\r\n"));
}

/* Quotes that never close, on and on: linear, not a scan to the end for each. */
static void
quadratic(void **state)
{
	static const char *const units[] = { "a,\"b\n", "\"a,", "\"a\"\",", "\"\"\"," };
	size_t i, k;

	(void)state;
	for (k = 0; k < sizeof units / sizeof *units; k++) {
		own_buf struct buf in = { 0 };
		own_tried struct tried t = { 0 };

		for (i = 0; i < 300000; i++)
			assert_true(buf_str(&in, units[k]));
		t = try_it("a.csv", buf_bytes(&in));
		assert_true(tried_passed(&t));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_that_run), cmocka_unit_test(dialects),
		cmocka_unit_test(an_output_without_its_separator), cmocka_unit_test(columns_and_charsets), cmocka_unit_test(quadratic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
