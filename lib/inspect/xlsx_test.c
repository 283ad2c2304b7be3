/* Excel's packages: cells, names, formulas, the drawings of notes. */
#include "inspect/formula.h"
#include "inspect/package.h"
#include "inspect/workbook.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define OFFICE "application/vnd.openxmlformats-officedocument."
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define S " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define R " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define OVERRIDE(type, name) "<Override ContentType=\"" OFFICE type "\" PartName=\"" name "\"/>"
#define LINK(id, type, target) "<Relationship Id=\"" id "\" Target=\"" target "\" Type=\"" REL type "\"/>"
#define RELS(inner) XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" inner "</Relationships>\n"
#define BOOK(inner) XML "<workbook" S R "><sheets><sheet name=\"A\" r:id=\"rId1\" sheetId=\"1\"/></sheets>" inner "</workbook>\n"
#define SHEET(inner) XML "<worksheet" S "><sheetData>" inner "</sheetData></worksheet>\n"
#define CELL(inner) SHEET("<row r=\"1\">" inner "</row>")
#define F(text) CELL("<c r=\"A1\"><f>" text "</f></c>")

static bool
xlsx(const char *book, const char *sheet, struct err *e)
{
	struct piece p[] = {
		{ "[Content_Types].xml", VIEW(XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
		  "<Default ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" Extension=\"rels\"/>"
		  OVERRIDE("spreadsheetml.sheet.main+xml", "/xl/workbook.xml") OVERRIDE("spreadsheetml.worksheet+xml", "/xl/worksheets/sheet1.xml")
		  OVERRIDE("spreadsheetml.sharedStrings+xml", "/xl/sharedStrings.xml") OVERRIDE("spreadsheetml.styles+xml", "/xl/styles.xml") "</Types>\n"), false },
		{ "_rels/.rels", VIEW(RELS(LINK("rId1", "officeDocument", "/xl/workbook.xml"))), false },
		{ "xl/workbook.xml", view_str(book), false },
		{ "xl/_rels/workbook.xml.rels", VIEW(RELS(LINK("rId1", "worksheet", "/xl/worksheets/sheet1.xml") LINK("rId2", "sharedStrings", "/xl/sharedStrings.xml") LINK("rId3", "styles", "/xl/styles.xml"))), false },
		{ "xl/worksheets/sheet1.xml", view_str(sheet), false },
		{ "xl/sharedStrings.xml", VIEW(XML "<sst" S "><si><t>a</t></si><si><r><t>b</t></r></si></sst>\n"), false },
		{ "xl/styles.xml", VIEW(XML "<styleSheet" S "><cellXfs><xf/></cellXfs></styleSheet>\n"), false },
	};
	own_buf struct buf b = { 0 };

	zip_pieces(&b, p, 7);
	return passes(TYPE_XLSX, buf_bytes(&b), e);
}

static void
must(const char *why, const char *book, const char *sheet)
{
	struct err e;
	bool ok = xlsx(book, sheet, &e);

	if (ok != (why == NULL))
		fail_msg("%s\n%s: %s", book, sheet, ok ? "recognised" : e.text);
	if (why != NULL && strstr(e.text, why) == NULL)
		fail_msg("%s: expected \"%s\", got \"%s\"", sheet, why, e.text);
}

static void
test_cells(void **state)
{
	static const char *const good[] = {
		SHEET("<row/>"), SHEET("<row spans=\"1:2 3:4\"/>"), CELL("<c r=\"A1\"><v>1</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"), CELL("<c r=\"A1\" s=\"0\" t=\"str\"><f>A2</f><v>any</v></c>"),
		CELL("<c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c><c t=\"d\"><v>2026-01-01</v></c><c t=\"inlineStr\"><is><t>x</t></is></c>"),
		CELL("<c><f ref=\"A1:A2\" si=\"0\" t=\"shared\">B1</f></c><c><f si=\"0\" t=\"shared\"/></c>"),
	};
	static const struct { const char *sheet, *why; } bad[] = {
		{ CELL("<c><v>x</v></c>"), "text x" }, { CELL("<c t=\"s\"><v>2</v></c>"), "strings or styles" }, { CELL("<c s=\"1\"/>"), "strings or styles" }, { CELL("<c cm=\"1\"/>"), "metadata" },
		{ CELL("<c t=\"s\"><v>a</v></c>"), "text a" }, { CELL("<c t=\"inlineStr\"><v>a</v></c>"), "end sml/c" }, { CELL("<c t=\"b\"><v>2</v></c>"), "text 2" }, { CELL("<c t=\"e\"><v>x</v></c>"), "text x" },
		{ CELL("<c><f si=\"0\" t=\"shared\"/></c>"), "not told" }, { CELL("<c><f t=\"shared\">A1</f></c>"), "number" }, { CELL("<c><f t=\"array\">A1</f></c>"), "without its cells" }, { CELL("<c><f/></c>"), "without a text" },
		{ CELL("<c><v>1</v><f>A1</f></c>"), "out of order" }, { CELL("<c r=\"A\"/>"), "r=" }, { CELL("<c onclick=\"1\"/>"), "attribute" },
		{ SHEET("<row spans=\"1:x\"/>"), "spans=" }, { SHEET("<row spans=\"\"/>"), "spans=" },
		{ XML "<worksheet" S "><sheetData/><oleObjects/></worksheet>\n", "element oleObjects" }, { XML "<worksheet" S "><sheetData/><controls/></worksheet>\n", "element controls" },
		{ XML "<worksheet" S "><sheetData/><customProperties/></worksheet>\n", "element customProperties" }, { XML "<worksheet" S "><dataConsolidate/><sheetData/></worksheet>\n", "out of order" },
		{ XML "<macrosheet" S "/>\n", "root" }, { XML "<worksheet" S R "><sheetData/><drawing r:id=\"rId1\"/></worksheet>\n", "no relationship" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		must(NULL, BOOK(""), good[i]);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must(bad[i].why, BOOK(""), bad[i].sheet);
}

#define NAME(name, formula) BOOK("<definedNames><definedName name=\"" name "\">" formula "</definedName></definedNames>")

static void
test_book(void **state)
{
	static const char plain[] = SHEET("<row/>");

	(void)state;
	must(NULL, NAME("a", "A!$A$1"), plain);
	must(NULL, NAME("_xlnm.Print_Titles", "A!$A:$A,A!$1:$2"), plain);
	must(NULL, NAME("f", "_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)"), F("f(1)"));
	must("function f", NAME("f", "1"), F("f(1)"));
	must("name=", NAME("Auto_Open", "A!$A$1"), plain);
	must("name=", NAME("_xlnm.auto_close1", "A!$A$1"), plain);
	must("not of this workbook", NAME("a", "B!$A$1"), plain);
	must("formula", NAME("a", "[1]A!$A$1"), plain);
	must("attribute", BOOK("<definedNames><definedName name=\"a\" xlm=\"1\">A1</definedName></definedNames>"), plain);
	must("element externalReferences", BOOK("<externalReferences/>"), plain);
	must("sheet that there is not", XML "<workbook" S R "><bookViews><workbookView activeTab=\"1\"/></bookViews><sheets><sheet name=\"A\" r:id=\"rId1\" sheetId=\"1\"/></sheets></workbook>\n", plain);
	must(NULL, XML "<workbook" S R "><bookViews><workbookView activeTab=\"0\"/></bookViews><sheets><sheet name=\"A\" r:id=\"rId1\" sheetId=\"1\"/></sheets></workbook>\n", plain);
	must("sheet that there is not", BOOK("<definedNames><definedName localSheetId=\"7\" name=\"a\">1</definedName></definedNames>"), plain);
	must("missing", XML "<workbook" S "/>\n", plain);
	must("two sheets", XML "<workbook" S R "><sheets><sheet name=\"A\" r:id=\"rId1\" sheetId=\"1\"/><sheet name=\"a\" r:id=\"rId1\" sheetId=\"2\"/></sheets></workbook>\n", plain);
	must("name=", XML "<workbook" S R "><sheets><sheet name=\"[A]\" r:id=\"rId1\" sheetId=\"1\"/></sheets></workbook>\n", plain);
	must("of type styles", XML "<workbook" S R "><sheets><sheet name=\"A\" r:id=\"rId3\" sheetId=\"1\"/></sheets></workbook>\n", plain);
}

static void
test_formulas(void **state)
{
	static const char *const good[] = {
		"1", "1.5E+3", "-A1%", "SUM(A1:B2,3)", "IF(A1=\"x\",,1)", "IF(,,)", "A1 B2", "SUM( A1 , B1 )\n+1", "\xe6\xbc\xa2" "A!A1", "'A''B'!A1:B2", "'\xe6\xbc\xa2" "A:A''B'!$A$1",
		"{1,\"a\";-2,TRUE}", "#REF!", "#REF!A1", "T[#All]", "T[[#Headers],[a]:[b]]", "INDIRECT(\"T[[a]:[b]]\")", "[@x]", "_xlfn.XLOOKUP(1,A:A,B:B)", "_xlfn._xlws.FILTER(A1:A2,B1:B2)", "A1#", "TRUE", "1:3", "$A:$C",
		"HYPERLINK(\"https://a.jp/\",\"x\")", "HYPERLINK(\"#A!A1\")", "INDIRECT(\"A\"&1)", "[0]!x", "!x", "@A1", "_xlfn.LAMBDA(_xlpm.x,_xlpm.x)(1)", "_xlfn.MAP(A1,_xleta.SUM)", "A1<>B1", "A1>=B1",
		"ROW()", "a\\b", "'A:\xe6\xbc\xa2" "A'!A1",
	};
	static const struct { const char *formula, *why; } bad[] = {
		{ "", "bytes" }, { " 1", "blanks" }, { "1+", "cut off" }, { "(1", "cut off" }, { "1)", "bracket" }, { "A1 1 +", "cut off" }, { "SUM(1", "cut off" }, { "\"a", "text" },
		{ "cmd|'/c calc'!A0", "no operator" }, { "'cmd'|'/c'!A1", "formula" }, { "[1]S!A1", "no operator" }, { "'[1]S'!A1", "not of this workbook" }, { "'\\\\h\\[x]S'!A1", "not of this workbook" },
		{ "B!A1", "not of this workbook" }, { "HYPERLINK(A1)", "computed" }, { "HYPERLINK(\"https://a/\"&A1)", "computed" }, { "HYPERLINK(\"file:///a\")", "no address" }, { "HYPERLINK(\"mailto:a?attach=x\")", "field that may not" }, { "HYPERLINK(\"#[x]A!A1\")", "elsewhere" },
		{ "INDIRECT(\"[x.xlsx]A!A1\")", "INDIRECT" }, { "INDIRECT(\"'\\\\h\\x'!A1\")", "INDIRECT" }, { "INDIRECT(\"a\")&\"cmd|x\"", "INDIRECT" }, { "INDIRECT(\"http://h/x!A1\")", "INDIRECT" },
		{ "'B:A'!A1", "not of this workbook" }, { "'A:B'!A1", "not of this workbook" }, { "'[1]A:A'!A1", "not of this workbook" }, { "T['", "structured" }, { "A1\xe2\x80\xa9" "2", "" }, { "#FOO!", "error" }, { "{1", "array" }, { "{A1}", "array" },
		{ "T[[[a]]]", "structured" }, { "T[a", "structured" }, { "1A", "no operator" }, { "A1,", "cut off" }, { "(,)", "no operand" }, { "A!", "nothing behind" }, { "sum(1)", "" },
	};
	static const char *const no[] = { "WEBSERVICE", "RTD", "CALL", "REGISTER", "REGISTER.ID", "EXEC", "FILTERXML", "IMAGE", "CUBEVALUE", "SQL.REQUEST", "EVALUATE", "GET.CELL", "STOCKHISTORY", "COPILOT", "PY" };
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	own_arena struct arena *arena = arena_new(0);
	struct workbook w = { .arena = arena };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct err e = { 0 };

		assert_true(inspect_names_add(arena, &w.sheets, view_str(i == 0 ? "A" : i == 1 ? "\xe6\xbc\xa2" "A" : "A'B"), &e));
	}
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		struct err e = { 0 };

		if (!inspect_formula(&in, &w, view_str(good[i]), &e))
			fail_msg("%s: %s", good[i], e.text);
	}
	assert_int_equal(w.called.n, 0);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = { 0 };

		if (inspect_formula(&in, &w, view_str(bad[i].formula), &e)) {
			if (w.called.n == 0)
				fail_msg("%s: recognised", bad[i].formula);
		} else if (strstr(e.text, bad[i].why) == NULL) {
			fail_msg("%s: expected \"%s\", got \"%s\"", bad[i].formula, bad[i].why, e.text);
		}
	}
	for (i = 0; i < sizeof no / sizeof *no; i++)
		assert_int_equal(inspect_formula_function(view_str(no[i])), FORMULA_NO);
	for (i = 0; i < 600; i++) {
		struct err e = { 0 };
		char name[32];

		(void)snprintf(name, sizeof name, "n%zu", i);
		assert_true(inspect_names_add(arena, &w.lambdas, view_str(name), &e));
		assert_true(inspect_names_has(&w.lambdas, view_str(name)));
		name[0] = 'N';
		assert_true(inspect_names_has(&w.lambdas, view_str(name)));
	}
	inspect_workbook_release(&w);
}

/* Brackets in brackets have a limit, of whatever kind they are. */
static void
test_depth(void **state)
{
	static const char *const open[] = { "(", "SUM(", "_xlfn.CONCAT(" };
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	own_arena struct arena *arena = arena_new(0);
	struct workbook w = { .arena = arena };
	size_t i, k, n;

	(void)state;
	for (i = 0; i < sizeof open / sizeof *open; i++)
		for (n = 8; n <= 512; n *= 64) {
			own_buf struct buf b = { 0 };
			struct err e = { 0 };
			bool ok;

			for (k = 0; k < n; k++)
				buf_str(&b, open[i]);
			buf_str(&b, "1");
			for (k = 0; k < n; k++)
				buf_str(&b, ")");
			ok = inspect_formula(&in, &w, buf_bytes(&b), &e);
			if (ok != (n == 8) || (!ok && e.code != ERR_LIMIT))
				fail_msg("%zu times %s: %s", n, open[i], e.text);
		}
	inspect_workbook_release(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_cells), cmocka_unit_test(test_book), cmocka_unit_test(test_formulas), cmocka_unit_test(test_depth) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
