#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/ooxml/package.h"
#include "sanitize/ooxml/sheet_in.h"

#define NS_ " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define XML_ "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

struct bench {
	struct findings findings;
	struct job job;
	struct book book;
	struct sheet sheet;
	struct package package;
	struct opc_part part, target;
	struct relation relation[3];
	struct buf out;
	struct err e;
};

static const char *const ids[] = { "rId1", "rId2", "rId3" };

static void
bench_init(struct bench *b)
{
	*b = (struct bench){ .job = { .profile = profile_find(VIEW("rebuild")) } };
	b->job.findings = &b->findings;
	b->book = (struct book){ .job = &b->job, .arena = arena_new(0) };
	b->sheet = (struct sheet){ .book = &b->book, .name = "S1" };
	assert_true(nameset_add(&b->book.sheet_names, b->book.arena, VIEW("S1")));
	b->package = (struct package){ .job = &b->job, .arena = b->book.arena, .own = &b->book };
	b->part = (struct opc_part){ .package = &b->package, .kind = PART_WORKBOOK, .name = "part", .own = &b->sheet,
				     .relation = b->relation, .relations = 3, .sorted = 3, .quiet = true };
	for (size_t i = 0; i < 3; i++)
		b->relation[i] = (struct relation){ .id = view_str(ids[i]), .type = RELATION_WORKSHEET,
						    .kind = PART_WORKSHEET, .followed = true, .to = &b->target };
}

static void
bench_release(struct bench *b)
{
	findings_release(&b->findings);
	buf_release(&b->out);
	sheet_release(&b->sheet);
	arena_free(b->book.arena);
}

static bool
bench_run(struct bench *b, struct view in)
{
	struct markup_use u = { .job = &b->job, .vocabulary = &ooxml_vocabulary, .where = "part", .ctx = &b->part };

	assert_true(markup_compile(&ooxml_vocabulary, &b->e));
	buf_clear(&b->out);
	return markup_rebuild(&u, in, &b->out, &b->e);
}

static uint32_t
count(const struct bench *b, enum finding_code code)
{
	uint32_t n = 0;

	for (size_t i = 0; i < b->findings.n; i++)
		if (b->findings.row[i].code == code)
			n += b->findings.row[i].count;
	return n;
}

#define NO_FINDING FINDING_COUNT

/* Inside a worksheet: what goes in, what comes out. */
static const struct {
	const char *in, *out;
	enum finding_code code;
} sheets[] = {
	{ "<sheetData><row r='1' spans='1:2'><c r='A1' s='1' t='s'><v>0</v></c></row></sheetData>",
	  "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\" t=\"s\"><v>0</v></c></row></sheetData>", NO_FINDING },
	/* numbers that name nothing */
	{ "<sheetData><row r='1' s='9'><c r='A1' s='2'/><c t='s'><v>2</v></c></row></sheetData>",
	  "<sheetData><row r=\"1\"><c r=\"A1\"/><c t=\"s\"/></row></sheetData>", FINDING_XLSX_VALUE },
	{ "<sheetData><row><c><v> 1.5 </v></c><c><v>x</v></c></row></sheetData>",
	  "<sheetData><row><c><v>1.5</v></c><c/></row></sheetData>", FINDING_XLSX_VALUE },
	{ "<sheetData><row><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c><c t='str'><v> x </v></c>"
	  "<c t='d'><v>2024-04-01</v></c></row></sheetData>",
	  "<sheetData><row><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c><c t=\"str\"><v> x </v></c>"
	  "<c t=\"d\"><v>2024-04-01</v></c></row></sheetData>", NO_FINDING },
	{ "<sheetData><row><c t='zz'><v>1</v></c><c t='n'><v></v></c><c r='A0'/></row></sheetData>",
	  "<sheetData><row><c><v>1</v></c><c t=\"n\"/></row></sheetData>", FINDING_XLSX_VALUE },
	{ "<sheetData><row><c t='inlineStr'><is><t>a</t><rPh sb='0' eb='1'><t>b</t></rPh></is></c></row></sheetData>",
	  "<sheetData><row><c t=\"inlineStr\"><is><t>a</t><rPh eb=\"1\" sb=\"0\"><t>b</t></rPh></is></c></row></sheetData>", NO_FINDING },
	/* formulas */
	{ "<sheetData><row><c><f>sum( A1 )</f><v>1</v></c></row></sheetData>",
	  "<sheetData><row><c><f>SUM( A1 )</f><v>1</v></c></row></sheetData>", NO_FINDING },
	{ "<sheetData><row><c r='B2' t='str'><f>cmd|'/c calc'!A0</f><v>x</v></c></row></sheetData>",
	  "<sheetData><row><c r=\"B2\" t=\"str\"><v>x</v></c></row></sheetData>", FINDING_XLSX_FORMULA_DDE },
	{ "<sheetData><row><c><f>Other!A1</f></c></row></sheetData>",
	  "<sheetData><row><c/></row></sheetData>", FINDING_XLSX_FORMULA_EXTERNAL },
	{ "<sheetData><row><c><f t='shared' ref='A1:A2' si='0'>S1!B1</f></c><c><f t='shared' si='0'/></c>"
	  "<c><f t='shared' si='1'/></c></row></sheetData>",
	  "<sheetData><row><c><f ref=\"A1:A2\" si=\"0\" t=\"shared\">S1!B1</f></c><c><f si=\"0\" t=\"shared\"/></c>"
	  "<c/></row></sheetData>", NO_FINDING },
	{ "<sheetData><row><c><f t='shared' ref='A1:A2' si='3'>RTD(1)</f></c><c><f t='shared' si='3'/></c></row></sheetData>",
	  "<sheetData><row><c/><c/></row></sheetData>", FINDING_XLSX_FORMULA_NETWORK },
	{ "<sheetData><row><c><f t='array' ref='A1:A2'>B1:B2*2</f></c><c><f t='array'>1</f></c><c><f t='dataTable' ref='A1' r1='B1'/></c>"
	  "<c><f/></c><c><f t='odd'>1</f></c></row></sheetData>",
	  "<sheetData><row><c><f ref=\"A1:A2\" t=\"array\">B1:B2*2</f></c><c/><c><f r1=\"B1\" ref=\"A1\" t=\"dataTable\"/></c>"
	  "<c/><c/></row></sheetData>", NO_FINDING },
	{ "<sheetData><row><c cm='1'><f>A1</f></c></row></sheetData>", "<sheetData><row><c><f>A1</f></c></row></sheetData>", NO_FINDING },
	/* hidden rows and columns */
	{ "<cols><col min='1' max='2' hidden='1'/></cols><sheetData><row hidden='1'/></sheetData>",
	  "<cols><col hidden=\"1\" max=\"2\" min=\"1\"/></cols><sheetData><row hidden=\"1\"/></sheetData>", FINDING_XLSX_HIDDEN_ROWS },
	/* what goes, and the order of what stays */
	{ "<mergeCells><mergeCell ref='A1:B2'/><mergeCell ref='x'/></mergeCells><sheetData/><oleObjects/>",
	  "<sheetData/><mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>", FINDING_XLSX_OBJECT },
	{ "<sheetData/><controls/>", "<sheetData/>", NO_FINDING },
	{ "<sheetData/><legacyDrawing r:id='rId1' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'/>", "<sheetData/>", NO_FINDING },
	/* rules */
	{ "<sheetData/><dataValidations><dataValidation type='list' sqref='A1' imeMode='hiragana'><formula1>\"a,b\"</formula1></dataValidation></dataValidations>",
	  "<sheetData/><dataValidations><dataValidation imeMode=\"hiragana\" sqref=\"A1\" type=\"list\"><formula1>\"a,b\"</formula1></dataValidation></dataValidations>", NO_FINDING },
	{ "<sheetData/><dataValidations><dataValidation sqref='A1'><formula1>[1]x!A1</formula1></dataValidation></dataValidations>",
	  "<sheetData/>", FINDING_XLSX_RULE },
	{ "<sheetData/><conditionalFormatting sqref='A1 B2:C3'><cfRule type='dataBar' priority='1'><dataBar><cfvo type='formula' val='EXEC(1)'/>"
	  "</dataBar></cfRule><cfRule type='expression' priority='2'><formula>A1=1</formula></cfRule></conditionalFormatting>",
	  "<sheetData/><conditionalFormatting sqref=\"A1 B2:C3\"><cfRule priority=\"2\" type=\"expression\"><formula>A1=1</formula></cfRule>"
	  "</conditionalFormatting>", FINDING_XLSX_RULE },
	/* links */
	{ "<sheetData/><hyperlinks><hyperlink ref='A1' location='S1!A1'/><hyperlink ref='A2'/></hyperlinks>",
	  "<sheetData/><hyperlinks><hyperlink location=\"S1!A1\" ref=\"A1\"/></hyperlinks>", NO_FINDING },
	/* what Excel for Mac adds has no name of the usual form, and goes without a word */
	{ "<sheetData/><extLst><ext uri='http://schemas.microsoft.com/office/mac/excel/2008/main'><mx:PLV xmlns:mx='http://schemas.microsoft.com/office/mac/excel/2008/main' Mode='0'/></ext></extLst>", "<sheetData/>", NO_FINDING },
	{ "<sheetData/><hyperlinks><hyperlink ref='A1' location='S1!A1'/><hyperlink ref='A2' location='\\\\server\\x!A1'/><hyperlink ref='A3' location='[b.xls]S!A1'/></hyperlinks>",
	  "<sheetData/><hyperlinks><hyperlink location=\"S1!A1\" ref=\"A1\"/></hyperlinks>", FINDING_OOXML_LINK },
};

static void
test_sheets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
		struct bench b;
		own_buf struct buf in = { 0 }, want = { 0 }, once = { 0 };

		bench_init(&b);
		b.book.counted = true;
		b.book.strings = b.book.xfs = 2;
		(void)buf_printf(&in, "<worksheet" NS_ ">%s</worksheet>", sheets[i].in);
		(void)buf_printf(&want, XML_ "<worksheet" NS_ ">%s</worksheet>\n", sheets[i].out);
		if (!bench_run(&b, buf_bytes(&in)) || !view_eq(buf_bytes(&b.out), buf_bytes(&want)))
			fail_msg("%zu: %s\n%.*s\n%.*s", i, b.e.text, (int)b.out.n, (const char *)b.out.p,
				 (int)want.n, (const char *)want.p);
		sheet_tell(&b.sheet);
		if (sheets[i].code == NO_FINDING ? findings_weigh(&b.findings) != VERDICT_CLEAN
						 : count(&b, sheets[i].code) == 0)
			fail_msg("%zu: findings of %s", i, sheets[i].in);
		(void)buf_view(&once, buf_bytes(&b.out));
		assert_true(bench_run(&b, buf_bytes(&once)));
		assert_true(view_eq(buf_bytes(&b.out), buf_bytes(&once)));
		bench_release(&b);
	}
}

/* Twenty are told by their cells, the others by the sheet alone. */
static void
test_told(void **state)
{
	struct bench b;
	own_buf struct buf in = { 0 };

	(void)state;
	bench_init(&b);
	(void)buf_str(&in, "<worksheet" NS_ "><sheetData><row>");
	for (int i = 1; i <= 50; i++)
		(void)buf_printf(&in, "<c r='A%d'><f>EXEC(1)</f></c>", i);
	(void)buf_str(&in, "</row></sheetData></worksheet>");
	assert_true(bench_run(&b, buf_bytes(&in)));
	assert_int_equal(count(&b, FINDING_XLSX_FORMULA_MACRO), 50);
	assert_int_equal(b.findings.n, TOLD_MAX + 1);
	assert_string_equal(b.findings.row[0].where, "S1!A1");
	assert_string_equal(b.findings.row[0].detail, "EXEC");
	assert_string_equal(b.findings.row[TOLD_MAX].where, "S1");
	bench_release(&b);
}

static const char book_in[] =
	"<workbook" NS_ " xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>"
	"<bookViews><workbookView activeTab='2' firstSheet='1'/></bookViews><sheets>"
	"<sheet name='S1' sheetId='1' r:id='rId1'/><sheet name='M' sheetId='2' r:id='rId2' state='veryHidden'/>"
	"<sheet name='S2' sheetId='3' r:id='rId3' state='hidden'/></sheets><definedNames>"
	"<definedName name='Auto_Open'>M!$A$1</definedName><definedName name='a'>S1!$A$1</definedName>"
	"<definedName name='uses'>ext+1</definedName><definedName name='ext'>[1]x!$A$1</definedName>"
	"<definedName name='mac' xlm='1'>S1!$A$1</definedName><definedName name='F'>_xlfn.LAMBDA(_xlpm.x,_xlpm.x)</definedName>"
	"<definedName name='_xlnm.Print_Area' localSheetId='2'>S2!$A$1:$B$2</definedName>"
	"<definedName name='hid' hidden='1'>S1!$A$2</definedName>"
	"<definedName name='gone' localSheetId='1'>S1!$A$2</definedName></definedNames></workbook>";

static const char book_out[] =
	"<bookViews><workbookView activeTab=\"1\"/></bookViews><sheets>"
	"<sheet name=\"S1\" r:id=\"rId1\" sheetId=\"1\"/><sheet name=\"S2\" r:id=\"rId3\" sheetId=\"3\" state=\"hidden\"/></sheets>"
	"<definedNames><definedName name=\"a\">S1!$A$1</definedName>"
	"<definedName name=\"F\">_xlfn.LAMBDA(_xlpm.x,_xlpm.x)</definedName>"
	"<definedName localSheetId=\"1\" name=\"_xlnm.Print_Area\">S2!$A$1:$B$2</definedName>"
	"<definedName hidden=\"1\" name=\"hid\">S1!$A$2</definedName></definedNames></workbook>\n";

static void
test_book(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b);
	b.sheet.name = "";
	b.book.scouting = true;
	assert_true(bench_run(&b, view_str(book_in)));
	b.book.scouting = false;
	assert_int_equal(b.book.sheets, 3);
	assert_int_equal(b.book.names, 9);
	b.book.sheet[0].place = 0;
	b.book.sheet[1].place = SHEET_GONE;
	b.book.sheet[2].place = 1;
	assert_true(nameset_add(&b.book.sheet_names, b.book.arena, VIEW("S2")));
	assert_true(book_names(&b.book, &b.e));
	assert_true(nameset_has(&b.book.gone_names, VIEW("uses")));
	assert_true(nameset_has(&b.book.lambdas, VIEW("f")));
	assert_true(bench_run(&b, view_str(book_in)));
	if (view_find(buf_bytes(&b.out), 0, view_str(book_out)) == VIEW_NOT_FOUND)
		fail_msg("%.*s", (int)b.out.n, (const char *)b.out.p);
	assert_int_equal(count(&b, FINDING_XLSX_MACRO_NAME), 2);
	assert_int_equal(count(&b, FINDING_XLSX_HIDDEN_SHEET), 1);
	assert_int_equal(count(&b, FINDING_XLSX_VERY_HIDDEN_SHEET), 0);
	assert_int_equal(count(&b, FINDING_XLSX_HIDDEN_NAME), 1);
	assert_int_equal(count(&b, FINDING_XLSX_FORMULA_EXTERNAL), 2);
	/* A formula that uses a name that went keeps its value only; a LAMBDA may be called. */
	buf_clear(&b.out);
	b.sheet.name = "S1";
	assert_true(bench_run(&b, VIEW("<worksheet" NS_ "><sheetData><row><c><f>EXT+1</f></c><c><f>F(2)</f></c></row></sheetData></worksheet>")));
	assert_true(view_find(buf_bytes(&b.out), 0, VIEW("<c/><c><f>F(2)</f></c>")) != VIEW_NOT_FOUND);
	bench_release(&b);
}

static void
test_auto(void **state)
{
	(void)state;
	assert_true(book_is_auto(VIEW("Auto_Open")));
	assert_true(book_is_auto(VIEW("_xlnm.Auto_Close")));
	assert_true(book_is_auto(VIEW("AUTO_OPEN_x")));
	assert_false(book_is_auto(VIEW("Auto")));
	assert_false(book_is_auto(VIEW("_xlnm.Print_Area")));
}

static void
test_strings_and_styles(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b);
	assert_true(bench_run(&b, VIEW("<sst" NS_ " count='2'><si><t>a</t></si><si><r><rPr><rFont val='x'/><b/></rPr><t xml:space='preserve'> b</t></r></si></sst>")));
	assert_int_equal(b.book.strings, 2);
	assert_true(view_find(buf_bytes(&b.out), 0, VIEW("<sst" NS_ "><si><t>a</t></si><si><r><rPr><b/><rFont val=\"x\"/></rPr>"
							 "<t xml:space=\"preserve\"> b</t></r></si></sst>")) != VIEW_NOT_FOUND);
	assert_true(bench_run(&b, VIEW("<styleSheet" NS_ "><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId='1'/><xf><alignment textRotation='255'/></xf></cellXfs></styleSheet>")));
	assert_int_equal(b.book.xfs, 2);
	assert_true(bench_run(&b, VIEW("<comments" NS_ "><authors><author>x</author></authors><commentList><comment ref='B3' authorId='0'><text><t>n</t></text></comment></commentList></comments>")));
	assert_int_equal(b.sheet.comments.n, sizeof(struct note));
	assert_int_equal(((struct note *)(void *)b.sheet.comments.p)->row, 2);
	assert_true(bench_run(&b, VIEW("<pivotCacheDefinition" NS_ "><cacheSource type='worksheet'><worksheetSource ref='A1:B2' sheet='S1'/></cacheSource><cacheFields/></pivotCacheDefinition>")));
	assert_false(b.sheet.source_lost);
	assert_true(bench_run(&b, VIEW("<pivotCacheDefinition" NS_ "><cacheSource type='external'/><cacheFields/></pivotCacheDefinition>")));
	assert_true(b.sheet.source_lost);
	bench_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sheets),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_book),
		cmocka_unit_test(test_auto),
		cmocka_unit_test(test_strings_and_styles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
