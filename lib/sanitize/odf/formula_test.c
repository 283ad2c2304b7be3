#include "sanitize/odf/formula.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"

enum how { FORMULA, RANGE, WRITER };

static const struct {
	enum how how;
	const char *in;
	enum odf_formula want;
} rows[] = {
	{ FORMULA, "of:=SUM([.A1:.B2];3.5e-2)", ODF_FORMULA_OK },
	{ FORMULA, "oooc:=IF([.$A$1]>=2;\"a \"\"b\"\"\";{1;2|3;4})", ODF_FORMULA_OK },
	{ FORMULA, "=[$'表 1'.A1]+[Sheet2.B2]", ODF_FORMULA_OK },
	{ FORMULA, "of:=[$'it''s'.A1]!['x # y'.$B$2]~[.C3]", ODF_FORMULA_OK },
	{ FORMULA, "of:=[.#REF!]+#N/A", ODF_FORMULA_OK },
	{ FORMULA, "[$Sheet1.$A$1:$Sheet1.$B$2]", ODF_FORMULA_OK },
	{ FORMULA, "of:=消費税*税率", ODF_FORMULA_OK },
	{ FORMULA, "of:='My label'+$$'x'", ODF_FORMULA_OK },
	{ FORMULA, "of:=COM.MICROSOFT.IFS([.A1];1)", ODF_FORMULA_OK },
	{ FORMULA, "of:=ORG.LIBREOFFICE.ROT13(\"x\")", ODF_FORMULA_OK },
	{ FORMULA, "of:=ORG.OPENOFFICE.WEEKS([.A1];[.A2];0)", ODF_FORMULA_OK },
	{ FORMULA, "of:=com.sun.star.sheet.addin.Analysis.getWorkday([.A1];2)", ODF_FORMULA_OK },
	{ FORMULA, "of:=LEGACY.NORMSDIST (1)", ODF_FORMULA_OK },
	{ FORMULA, "of:=INDIRECT(\"A\"&[.B1])", ODF_FORMULA_OK },
	{ FORMULA, "of:=HYPERLINK(\"https://e.example/\";\"x\")", ODF_FORMULA_OK },
	{ FORMULA, "of:=HYPERLINK( \"#Sheet2.A1\" )", ODF_FORMULA_OK },
	{ FORMULA, "of:cell-content-is-in-list(\"a\";\"b\")", ODF_FORMULA_OK },
	{ FORMULA, "cell-content()>=5 and cell-content-is-whole-number()", ODF_FORMULA_OK },
	{ FORMULA, "formula-is([.A1]=1)", ODF_FORMULA_OK },
	{ FORMULA, "value()>=0", ODF_FORMULA_OK },
	{ FORMULA, "#REF!", ODF_FORMULA_OK },
	{ FORMULA, "\"text\"", ODF_FORMULA_OK },
	{ FORMULA, "", ODF_FORMULA_OK },
	{ FORMULA, "of:=DDE(\"soffice\";\"a\";\"b\")", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=d d e + DDE \n(\"soffice\";\"a\";\"b\")", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=WEBSERVICE(\"http://e\")", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=COM.MICROSOFT.WEBSERVICE([.A1])", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=ORG.LIBREOFFICE.DDE([.A1])", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=MYMACRO([.A1])", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=COM.SUN.STAR.SHEET.ADDIN.EVIL.GETX(1)", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GET.X(1)", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=CALL(\"kernel32\")", ODF_FORMULA_FUNCTION },
	{ FORMULA, "of:=['file:///c:/a.ods'#$Sheet1.A1]", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:='http://e/a.ods'#$Sheet1.A1", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=[file:///a.ods#Sheet1.A1]", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=['a'.A1]+[#Sheet1.A1]", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=#Sheet1.A1", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=INDIRECT(\"'file:///a.ods'#$S.A1\")", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=\"http://\"&INDIRECT([.A1])", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=INDIRECT(\"\\\\h\\x\")", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=INDIRECT(\"cmd|x\")", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=INDIRECT(\"file:x\")", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=INDIRECT(\"x#A1\")", ODF_FORMULA_EXTERNAL },
	{ FORMULA, "of:=HYPERLINK(\"mailto:a@b.jp?subject=x\")", ODF_FORMULA_OK },
	{ FORMULA, "of:=HYPERLINK(\"mailto:a@b.jp?attach=/etc/passwd\")", ODF_FORMULA_LINK },
	{ FORMULA, "of:=HYPERLINK(\"http://a\\\\@b/\")", ODF_FORMULA_LINK },
	{ FORMULA, "of:=HYPERLINK(\"HTTP://a/\")", ODF_FORMULA_LINK },
	{ FORMULA, "of:=HYPERLINK([.A1])", ODF_FORMULA_LINK },
	{ FORMULA, "of:=HYPERLINK(\"https://e.example/\"&[.A1])", ODF_FORMULA_LINK },
	{ FORMULA, "of:=HYPERLINK(\"file:///x\")", ODF_FORMULA_LINK },
	{ FORMULA, "of:=HYPERLINK", ODF_FORMULA_OK },
	{ FORMULA, "msoxl:=DDE()", ODF_FORMULA_LANGUAGE },
	{ FORMULA, "evil:=1", ODF_FORMULA_LANGUAGE },
	{ FORMULA, "of:=(1", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=1)", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=({1)}", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=\"open", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:='open", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=[.A1", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=['open]", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=[.A1\"]", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=1\\2", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=1`", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=cmd|'/c calc'!A0", ODF_FORMULA_SHAPE },
	{ FORMULA, "of:=({1}|2)", ODF_FORMULA_SHAPE },
	{ RANGE, "Sheet1.A1:Sheet1.B2 $'x y'.A1:.B2", ODF_FORMULA_OK },
	{ RANGE, "'file:///a.ods'#$S.A1", ODF_FORMULA_EXTERNAL },
	{ RANGE, "http://e/a", ODF_FORMULA_EXTERNAL },
	{ RANGE, "\\\\host\\a", ODF_FORMULA_EXTERNAL },
	{ RANGE, "a;b", ODF_FORMULA_SHAPE },
	{ RANGE, "'a", ODF_FORMULA_SHAPE },
	{ WRITER, "ooow:page == 1 and \"a.b.c#\" != x.y", ODF_FORMULA_OK },
	{ WRITER, "oooc:<A1>+1", ODF_FORMULA_OK },
	{ WRITER, "ooow:a.b.c == 1", ODF_FORMULA_EXTERNAL },
	{ WRITER, "ooow:x#y", ODF_FORMULA_EXTERNAL },
	{ WRITER, "ooow:\"open", ODF_FORMULA_SHAPE },
};

static void
each_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct view v = view_str(rows[i].in);
		enum odf_formula got = rows[i].how == FORMULA ? odf_formula_judge(v, true)
				       : rows[i].how == RANGE ? odf_range_judge(v)
							      : odf_writer_judge(v);

		if (got != rows[i].want)
			fail_msg("%s: %d, not %d", rows[i].in, (int)got, (int)rows[i].want);
	}
}

static void
nul(void **state)
{
	(void)state;
	assert_int_equal(odf_range_judge(VIEW("A\0/b")), ODF_FORMULA_SHAPE);
	assert_int_equal(odf_formula_judge(VIEW("of:=[.A1\0]"), true), ODF_FORMULA_SHAPE);
	assert_int_equal(odf_formula_judge(VIEW("of:=1\0"), true), ODF_FORMULA_SHAPE);
}

static void
links_by_rule(void **state)
{
	(void)state;
	assert_int_equal(odf_formula_judge(VIEW("of:=HYPERLINK(\"https://e\")"), false), ODF_FORMULA_LINK);
	assert_int_equal(odf_formula_judge(VIEW("of:=HYPERLINK(\"#a\")"), false), ODF_FORMULA_OK);
}

static void
long_and_deep(void **state)
{
	own_buf struct buf b = { 0 };

	(void)state;
	(void)buf_str(&b, "of:=");
	(void)buf_fill(&b, '(', 600);
	(void)buf_fill(&b, ')', 600);
	assert_int_equal(odf_formula_judge(buf_bytes(&b), true), ODF_FORMULA_SHAPE);
	buf_clear(&b);
	(void)buf_fill(&b, 'A', 65537);
	assert_int_equal(odf_formula_judge(buf_bytes(&b), true), ODF_FORMULA_SHAPE);
	assert_int_equal(odf_range_judge(buf_bytes(&b)), ODF_FORMULA_SHAPE);
	assert_int_equal(odf_writer_judge(buf_bytes(&b)), ODF_FORMULA_SHAPE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row), cmocka_unit_test(nul), cmocka_unit_test(links_by_rule), cmocka_unit_test(long_and_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
