#include "sanitize/ooxml/formula.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/ooxml/formula_function.h"

#define SAME ""	/* written as it is read */
#define known_ctx ((void *)(uintptr_t)8)

static const struct {
	const char *in, *out;
} kept[] = {
	{ "SUM(A1:B2)", SAME },
	{ "=sum( a1 , $B$2:$B2 )", "SUM( a1 , $B$2:$B2 )" },
	{ "SUM (A1)", "SUM(A1)" },
	{ "IF(A1>=B1,\"\xe2\x91\xa0 \"\"x\"\"\",-1.5E+3%)", SAME },
	{ "IF(,A1,)", SAME },
	{ "NOW()", SAME },
	{ "TRUE", SAME },
	{ "--A1", SAME },
	{ "-(A1+2)^2&\"x\"<>B$1", SAME },
	{ ".5+1.", SAME },
	{ "A1:A3 B2:B4", SAME },
	{ "(A1,B2:C3)", SAME },
	{ "Sheet1!$A$1:$B$2,Sheet1!$D:$D,Sheet1!$1:$2", SAME },
	{ "SUM(Sheet1:Sheet2!A1)", SAME },
	{ "'A b'!A1+'It''s'!B2", SAME },
	{ "'Sheet1:A b'!A1", SAME },
	{ "Sheet1!A1:Sheet1!B2", SAME },
	{ "\xe8\xa1\xa8!A1", SAME },
	{ "2024!A1", "'2024'!A1" },
	{ "[0]!name", SAME },
	{ "!A1", SAME },
	{ "#REF!", SAME },
	{ "#REF!A1+#REF!$A$1", SAME },
	{ "Sheet1!#REF!", SAME },
	{ "#N/A", SAME },
	{ "IFERROR(1/0,#DIV/0!)", SAME },
	{ "{1,\"a\";-2.5,TRUE}", SAME },
	{ "{ 1 , 2 ; #N/A , FALSE }", "{1,2;#N/A,FALSE}" },
	{ "SUM(Table1[#All])", SAME },
	{ "Table1[[#This Row],[a]]*2", SAME },
	{ "Table1[[#Headers],[a '[x']]:[b]]", SAME },
	{ "\xe8\xa1\xa8" "1[\xe5\x88\x97]", SAME },
	{ "Table1[]", SAME },
	{ "[@x]+[y]", SAME },
	{ "_xlfn.xlookup(A1,B:B,C:C)", "_xlfn.XLOOKUP(A1,B:B,C:C)" },
	{ "_XLFN._XLWS.SORT(A1:A9)", "_xlfn._xlws.SORT(A1:A9)" },
	{ "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)", SAME },
	{ "_xlfn.LAMBDA(_xlpm.f,_xlpm.f(1))(_xlfn.LAMBDA(_xlpm.y,_xlpm.y))", SAME },
	{ "_xlfn.BYROW(A1:B2,_xleta.SUM)", SAME },
	{ "MINE(3)", SAME },
	{ "_xlfn.ANCHORARRAY(A1)+A1#", SAME },
	{ "@A1:A3", SAME },
	{ "IF(A1,\r\n\tB1,\rC1)", "IF(A1,\n B1,\nC1)" },
	{ " A1 ", "A1" },
	{ "\n= A1", "A1" },
	{ "LOG10(100)", SAME },
	{ "CELL(\"filename\",A1)", SAME },
	{ "INDIRECT(A1)", SAME },
	{ "INDIRECT(\"\xe8\xa1\xa8" "1[[#All],[x]]\")", SAME },
	{ "INDIRECT(\"'\"&A1&\"'!B2\")", SAME },
	{ "HYPERLINK(\"http://a/\",\"x\")", "HYPERLINK(\"http://A/\",\"x\")" },
	{ "HYPERLINK( \"http://a/\" )", "HYPERLINK(\"http://A/\" )" },
	{ "HYPERLINK(\"#'A b'!A1\",B1)", SAME },
	{ "HYPERLINK(\"#\"&A1)", SAME },
	{ "DBCS(A1)&ASC(B1)&PHONETIC(C1)&DATESTRING(1)&JIS(A1)", SAME },
};

static const struct {
	const char *in;
	enum formula_verdict why;
	const char *what;
} refused[] = {
	{ "WEBSERVICE(\"http://a\")", FORMULA_NETWORK, "WEBSERVICE" },
	{ "_xlfn.WEBSERVICE(\"http://a\")", FORMULA_NETWORK, "_xlfn.WEBSERVICE" },
	{ "1+filterxml (A1,B1)", FORMULA_NETWORK, "filterxml" },
	{ "RTD(\"x\",,\"y\")", FORMULA_NETWORK, "RTD" },
	{ "_xlfn.IMAGE(\"http://a\")", FORMULA_NETWORK, "_xlfn.IMAGE" },
	{ "_xlfn._xlws.PY(0,1)", FORMULA_NETWORK, "_xlfn._xlws.PY" },
	{ "CUBEVALUE(\"c\",A1)", FORMULA_NETWORK, "CUBEVALUE" },
	{ "SQL.REQUEST(\"x\")", FORMULA_NETWORK, "SQL.REQUEST" },
	{ "DDE(\"soffice\",\"a.ods\",\"A1\")", FORMULA_NETWORK, "DDE" },
	{ "CALL(\"kernel32\",\"WinExec\",\"JCJ\",\"calc\",0)", FORMULA_MACRO, "CALL" },
	{ "REGISTER.ID(\"a\",\"b\")", FORMULA_MACRO, "REGISTER.ID" },
	{ "SUM(EXEC(\"calc\"))", FORMULA_MACRO, "EXEC" },
	{ "GET.CELL(63,A1)", FORMULA_MACRO, "GET.CELL" },
	{ "MyFunc(1)", FORMULA_UNKNOWN, "MyFunc" },
	{ "_xll.FUNC(1)", FORMULA_UNKNOWN, "_xll.FUNC" },
	{ "__xludf.DUMMYFUNCTION(\"x\")", FORMULA_UNKNOWN, "__xludf.DUMMYFUNCTION" },
	{ "_xlfn.BYROW(A1:B2,_xleta.EXEC)", FORMULA_MACRO, "_xleta.EXEC" },
	{ "Sheet1!Func(1)", FORMULA_UNKNOWN, "Func" },
	{ "[1]Sheet1!A1", FORMULA_EXTERNAL, "[1]" },
	{ "[1]!name", FORMULA_EXTERNAL, "[1]" },
	{ "SUM('[1]Sheet1'!A1)", FORMULA_EXTERNAL, "'[1]Sheet1'!" },
	{ "'C:\\d\\[a.xls]Sheet1'!A1", FORMULA_EXTERNAL, NULL },
	{ "'\\\\srv\\s\\[a.xls]Sheet1'!A1", FORMULA_EXTERNAL, NULL },
	{ "'http://a/b'!A1", FORMULA_EXTERNAL, NULL },
	{ "[a.xls]Sheet1!A1", FORMULA_EXTERNAL, NULL },
	{ "a[x]Sheet1!A1", FORMULA_EXTERNAL, NULL },
	{ "a[x]'Sheet1'!A1", FORMULA_EXTERNAL, NULL },
	{ "Macro1!A1", FORMULA_EXTERNAL, "Macro1!" },
	{ "'Sheet1:x'!A1", FORMULA_EXTERNAL, NULL },
	{ "'x:Sheet1'!A1", FORMULA_EXTERNAL, NULL },
	{ "'Sheet1:Sheet1:Sheet1'!A1", FORMULA_EXTERNAL, NULL },
	{ "''!A1", FORMULA_EXTERNAL, NULL },
	{ "1+GONE", FORMULA_EXTERNAL, "GONE" },
	{ "Sheet1!GONE", FORMULA_EXTERNAL, "GONE" },
	{ "['file:///a.xlsx']Sheet1!A1", FORMULA_EXTERNAL, NULL },
	{ "INDIRECT(\"[a.xls]Sheet1!A1\")", FORMULA_EXTERNAL, "INDIRECT" },
	{ "INDIRECT(\"'\"&\"\\\\srv\"&\"'!A1\")", FORMULA_EXTERNAL, "INDIRECT" },
	{ "INDIRECT(\"'http://a'#$x.A1\")", FORMULA_EXTERNAL, "INDIRECT" },
	{ "INDIRECT(A1&\"]Sheet1!A1\")", FORMULA_EXTERNAL, "INDIRECT" },
	{ "INDIRECT({\"cmd|x\"})", FORMULA_EXTERNAL, "INDIRECT" },
	{ "cmd|'/c calc'!A0", FORMULA_DDE, "cmd" },
	{ "'cmd'|'/c calc'!A0", FORMULA_DDE, "'cmd'" },
	{ "'cmd|x'!A0", FORMULA_DDE, NULL },
	{ "1+|x", FORMULA_DDE, NULL },
	{ "HYPERLINK(\"http://a/?\"&A1)", FORMULA_LINK, NULL },
	{ "HYPERLINK(A1)", FORMULA_LINK, NULL },
	{ "HYPERLINK(\"file:///x\")", FORMULA_LINK, NULL },
	{ "HYPERLINK(\"#\\\\srv\\x\")", FORMULA_LINK, NULL },
	{ "HYPERLINK(\"#\"=A1)", FORMULA_LINK, NULL },
	{ "", FORMULA_SYNTAX, "" },
	{ "=", FORMULA_SYNTAX, "" },
	{ "SUM(A1", FORMULA_SYNTAX, "" },
	{ "A1)", FORMULA_SYNTAX, ")" },
	{ "SUM(A1}", FORMULA_SYNTAX, "}" },
	{ "(A1,)", FORMULA_SYNTAX, ")" },
	{ "(,A1)", FORMULA_SYNTAX, "," },
	{ "()", FORMULA_SYNTAX, ")" },
	{ "1+", FORMULA_SYNTAX, "" },
	{ "*1", FORMULA_SYNTAX, "*" },
	{ "A1;B1", FORMULA_SYNTAX, ";" },
	{ "\"a\"\"b", FORMULA_SYNTAX, NULL },
	{ "\"a\"\"b\"c", FORMULA_SYNTAX, "c" },
	{ "'a", FORMULA_SYNTAX, NULL },
	{ "'Sheet1'A1", FORMULA_SYNTAX, NULL },
	{ "Sheet1! A1", FORMULA_SYNTAX, " " },
	{ "Sheet1!\"x\"", FORMULA_SYNTAX, NULL },
	{ "Sheet1!(A1)", FORMULA_SYNTAX, "(" },
	{ "Sheet1!Sheet1!A1", FORMULA_SYNTAX, NULL },
	{ "Sheet1!+A1", FORMULA_SYNTAX, "+" },
	{ "Sheet1!{1}", FORMULA_SYNTAX, "{" },
	{ "A$B", FORMULA_SYNTAX, "A$B" },
	{ "$", FORMULA_SYNTAX, "$" },
	{ "$A$12345678", FORMULA_SYNTAX, NULL },
	{ "$ABCD1", FORMULA_SYNTAX, NULL },
	{ "1x", FORMULA_SYNTAX, "1x" },
	{ "1.2.3", FORMULA_SYNTAX, NULL },
	{ ".", FORMULA_SYNTAX, "." },
	{ "#BAD!", FORMULA_SYNTAX, NULL },
	{ "{A1}", FORMULA_SYNTAX, "A1" },
	{ "{1,{2}}", FORMULA_SYNTAX, "{" },
	{ "{}", FORMULA_SYNTAX, "}" },
	{ "{1 2}", FORMULA_SYNTAX, "2" },
	{ "T[[[x]]]", FORMULA_SYNTAX, NULL },
	{ "T[x", FORMULA_SYNTAX, NULL },
	{ "T$[x]", FORMULA_SYNTAX, NULL },
	{ "A1@B1", FORMULA_SYNTAX, "@" },
	{ "%", FORMULA_SYNTAX, "%" },
	{ "A1~B1", FORMULA_SYNTAX, NULL },
	{ "x\xe2\x80\xae" "y", FORMULA_SYNTAX, NULL },
	{ "x\xe3\x80\x80y", FORMULA_SYNTAX, NULL },
	{ "x\xff", FORMULA_SYNTAX, NULL },
	{ "_xlpm.$x(1)", FORMULA_SYNTAX, NULL },
};

static bool
sheet(void *ctx, struct view name)
{
	static const char *const known[] = { "Sheet1", "Sheet2", "A b", "It's", "\xe8\xa1\xa8", "2024" };

	assert_ptr_equal(ctx, known_ctx);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (view_is(name, known[i]))
			return true;
	return false;
}

static bool
lambda(void *ctx, struct view name)
{
	assert_ptr_equal(ctx, known_ctx);
	return view_is(name, "MINE");
}

static bool
url(void *ctx, struct view in, struct buf *out)
{
	assert_ptr_equal(ctx, known_ctx);
	return (view_is(in, "http://a/") || view_is(in, "http://A/")) && buf_str(out, "http://A/");
}

static bool
name(void *ctx, struct view name)
{
	assert_ptr_equal(ctx, known_ctx);
	return !view_is(name, "GONE");
}

static const struct formula_rules rules = { sheet, lambda, name, url, known_ctx };

static void
test_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		own_buf struct buf out = { 0 }, again = { 0 };
		struct view what = { 0 };
		enum formula_verdict v = formula_clean(view_str(kept[i].in), &rules, &out, &what);
		const char *want = kept[i].out[0] == '\0' ? kept[i].in : kept[i].out;

		if (v != FORMULA_OK || !view_is(buf_bytes(&out), want))
			fail_msg("%s: %s, \"%.*s\" at \"%.*s\"", kept[i].in, formula_words(v), (int)out.n,
				 (const char *)out.p, (int)what.n, (const char *)what.p);
		assert_int_equal(formula_clean(buf_bytes(&out), &rules, &again, &what), FORMULA_OK);
		assert_true(view_eq(buf_bytes(&out), buf_bytes(&again)));
	}
}

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		own_buf struct buf out = { 0 };
		struct view what = { 0 };
		enum formula_verdict v;

		(void)buf_str(&out, "before");
		v = formula_clean(view_str(refused[i].in), &rules, &out, &what);
		if (v != refused[i].why ||
		    (refused[i].what != NULL && !view_is(what, refused[i].what)))
			fail_msg("%s: %s at \"%.*s\"", refused[i].in, formula_words(v), (int)what.n,
				 (const char *)what.p);
		assert_true(view_is(buf_bytes(&out), "before"));
	}
}

/* Without anybody to ask: every sheet is there, nothing can be called, no address may stay. */
static void
test_no_rules(void **state)
{
	static const struct formula_rules none = { 0 };
	own_buf struct buf out = { 0 };
	struct view what;

	(void)state;
	assert_int_equal(formula_clean(VIEW("Any!A1"), &none, &out, &what), FORMULA_OK);
	assert_int_equal(formula_clean(VIEW("MINE(1)"), &none, &out, &what), FORMULA_UNKNOWN);
	assert_int_equal(formula_clean(VIEW("HYPERLINK(\"http://a/\")"), &none, &out, &what),
			 FORMULA_LINK);
}

static void
test_depth_and_length(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };
	struct view what;

	(void)state;
	(void)buf_fill(&in, '(', 256);
	(void)buf_byte(&in, '1');
	(void)buf_fill(&in, ')', 256);
	assert_int_equal(formula_clean(buf_bytes(&in), &rules, &out, &what), FORMULA_OK);
	buf_clear(&in);
	(void)buf_fill(&in, '(', 257);
	(void)buf_byte(&in, '1');
	(void)buf_fill(&in, ')', 257);
	assert_int_equal(formula_clean(buf_bytes(&in), &rules, &out, &what), FORMULA_SYNTAX);
	buf_clear(&in);
	(void)buf_fill(&in, '1', FORMULA_MAX);
	assert_int_equal(formula_clean(buf_bytes(&in), &rules, &out, &what), FORMULA_OK);
	(void)buf_byte(&in, '1');
	assert_int_equal(formula_clean(buf_bytes(&in), &rules, &out, &what), FORMULA_SYNTAX);
}

/* functions.def is searched as it stands. */
static void
test_sorted(void **state)
{
	static const char *const names[] = {
#define FN(name, rule) name,
#include "sanitize/ooxml/functions.def"
#undef FN
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct view name = view_str(names[i]);
		const struct function *f = function_find(&name);

		assert_non_null(f);
		assert_string_equal(f->name, names[i]);
		if (i > 0)
			assert_true(strcmp(names[i - 1], names[i]) < 0);
	}
	assert_int_equal(formula_function(VIEW("_xlfn.Xlookup")), FORMULA_OK);
	assert_int_equal(formula_function(VIEW("exec")), FORMULA_MACRO);
	assert_int_equal(formula_function(VIEW("")), FORMULA_UNKNOWN);
	assert_int_equal(formula_function(VIEW("ZZZ")), FORMULA_UNKNOWN);
	assert_int_equal(formula_finding(FORMULA_DDE), FINDING_XLSX_FORMULA_DDE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_rules),
		cmocka_unit_test(test_depth_and_length),
		cmocka_unit_test(test_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
