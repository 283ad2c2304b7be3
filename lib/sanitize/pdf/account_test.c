/* Whatever does not come along is told, and bookkeeping is not: one entry at a time, in every kind of place. */
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/test_document.h"

#define JS "<</S/JavaScript/JS(x)>>"
#define TREE "<</Type/Pages/Kids[3 0 R]/Count 1>>"
#define PAGE "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
#define CATALOG(more) "<</Type/Catalog/Pages 2 0 R" more ">>"
#define PAGE_WITH(more) "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]" more ">>"
/* A page that draws with object 5, and its content as object 4. */
#define DRAWS(category, name) PAGE_WITH("/Contents 4 0 R/Resources<</" category "<</" name " 5 0 R>>>>")
#define IN_CATALOG(more) { CATALOG(more), TREE, PAGE }
#define IN_PAGE(more) { CATALOG(""), TREE, PAGE_WITH(more) }
#define IN_ANNOT(more) IN_PAGE("/Annots[<</Subtype/Square/Rect[0 0 9 9]" more ">>]")
#define STREAM(keys, n, data) "<<" keys "/Length " n ">>\nstream\n" data "\nendstream"
#define IMAGE(keys, n, data) { CATALOG(""), TREE, DRAWS("XObject", "X"), STREAM("", "5", "/X Do"), \
	STREAM("/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray" keys, n, data) }
#define FORM(keys) { CATALOG(""), TREE, DRAWS("XObject", "X"), STREAM("", "5", "/X Do"), \
	STREAM("/Subtype/Form/BBox[0 0 1 1]" keys, "1", "f") }
#define FONT(keys) { CATALOG(""), TREE, DRAWS("Font", "F"), STREAM("", "24", "BT/F 9 Tf(x)Tj 1 0 Td ET"), \
	"<</Type/Font/Subtype/Type1/BaseFont/Helvetica" keys ">>" }
#define STATE(keys) { CATALOG(""), TREE, DRAWS("ExtGState", "G"), STREAM("", "5", "/G gs"), "<</LW 2" keys ">>" }
#define CONTENT(n, data) { CATALOG(""), TREE, PAGE_WITH("/Contents 4 0 R"), STREAM("", n, data) }

static const struct {
	const char *objects[12];
	enum finding_code code;	/* FINDING_COUNT: nothing is told */
	const char *where, *detail;
} rows[] = {
	{ IN_CATALOG("/X 1/Y(z)/X2[]"), FINDING_PDF_ENTRY, "catalog", "X, Y" },
	{ IN_CATALOG("/X" JS), FINDING_PDF_JAVASCRIPT, "catalog", "JavaScript" },
	{ IN_CATALOG("/X[1<</Y<</Z" JS ">>>>]"), FINDING_PDF_JAVASCRIPT, "catalog", "JavaScript" },
	{ IN_CATALOG("/X 6 0 R"), FINDING_COUNT, "", "" },
	{ { CATALOG("/X 4 0 R"), TREE, PAGE, "<</Y 5 0 R>>", "<</S/Launch/F(a.exe)>>" }, FINDING_PDF_LAUNCH, "catalog", "Launch: a.exe" },
	{ IN_CATALOG("/X<<>>/Y[]/Z()"), FINDING_COUNT, "", "" },
	{ IN_CATALOG("/ADBE_X 1"), FINDING_PDF_PRIVATE, "catalog", "ADBE_X" },
	{ IN_CATALOG("/Extensions<</ADBE<</BaseVersion/1.7>>>>/Version/1.7"), FINDING_COUNT, "", "" },
	{ IN_CATALOG("/Extensions<</A" JS ">>"), FINDING_PDF_JAVASCRIPT, "catalog", "JavaScript" },
	{ IN_CATALOG("/Version<</A(x)>>"), FINDING_PDF_ENTRY, "catalog", "Version" },
	{ IN_CATALOG("/PageLayout/Evil"), FINDING_PDF_ENTRY, "catalog", "PageLayout" },
	{ IN_CATALOG("/PageLayout" JS), FINDING_PDF_JAVASCRIPT, "catalog", "JavaScript" },
	{ IN_CATALOG("/Dests<</x<</D[3 0 R/Fit]/A" JS ">>>>"), FINDING_PDF_JAVASCRIPT, "destination", "JavaScript" },
	{ IN_CATALOG("/Dests<</x<</D[3 0 R/Fit]/Y 1>>>>"), FINDING_PDF_ENTRY, "destination", "Y" },
	{ IN_CATALOG("/Names<</Dests<</Limits[(a)(b)]/Names[(a)[3 0 R/Fit]]>>/X 1>>"), FINDING_PDF_ENTRY, "catalog", "Names.X" },
	{ IN_CATALOG("/ViewerPreferences<</FitWindow true/HideMenubar true>>"), FINDING_PDF_ENTRY, "catalog", "HideMenubar" },
	{ IN_CATALOG("/StructTreeRoot<</ClassMap<</c<</O/Layout/X" JS ">>>>/K<</S/P>>>>"), FINDING_PDF_JAVASCRIPT,
	  "structure attribute", "JavaScript" },
	{ IN_CATALOG("/StructTreeRoot<</ClassMap<</c<</O/Layout/X 1>>>>/K<</S/P>>>>"), FINDING_PDF_ENTRY,
	  "structure attribute", "X" },
	{ IN_CATALOG("/Outlines<</First 4 0 R/Last 4 0 R/Count 1/X 1>>"), FINDING_PDF_ENTRY, "outlines", "X" },
	{ { CATALOG("/Outlines<</First 4 0 R/Last 4 0 R/Count 1>>"), TREE, PAGE, "<</Title(a)/Parent 9 0 R/A<</S/GoTo/D" JS ">>>>" },
	  FINDING_PDF_JAVASCRIPT, "action", "JavaScript" },
	{ { CATALOG("/Outlines<</First 4 0 R/Last 4 0 R/Count 1>>"), TREE, PAGE, "<</Title(a)/Dest[3 0 R/Fit]/Prev 4 0 R>>" },
	  FINDING_COUNT, "", "" },
	{ { CATALOG(""), "<</Type/Pages/Kids[3 0 R]/Count 1/X 1>>", PAGE }, FINDING_PDF_ENTRY, "page tree", "X" },
	{ IN_PAGE("/X 1"), FINDING_PDF_ENTRY, "page", "X" },
	{ IN_PAGE("/JS(x)"), FINDING_PDF_JAVASCRIPT, "page", "JS" },
	{ IN_PAGE("/LastModified(D:2020)/Resources<</ProcSet[/PDF]/Font<</F<</Type/Font>>>>>>"), FINDING_COUNT, "", "" },
	{ IN_PAGE("/Resources<</ProcSet[" JS "]>>"), FINDING_PDF_JAVASCRIPT, "page", "JavaScript" },
	{ IN_ANNOT("/X 1"), FINDING_PDF_ENTRY, "annotation", "X" },
	{ IN_ANNOT("/P 3 0 R/RC(<body/>)"), FINDING_PDF_RICH_TEXT, "annotation", "RC" },
	{ IN_ANNOT("/BS<</W 2/A" JS ">>"), FINDING_PDF_JAVASCRIPT, "annotation", "JavaScript" },
	{ IN_ANNOT("/BS<</W 2/X 1>>"), FINDING_PDF_ENTRY, "annotation", "BS.X" },
	{ IN_PAGE("/Annots[<</Subtype/Widget/FT/Btn/T(a)/Rect[0 0 9 9]/MK<</CA(x)/A" JS ">>>>]"), FINDING_PDF_JAVASCRIPT,
	  "annotation", "JavaScript" },
	{ IN_PAGE("/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D[3 0 R/Fit]/X 1>>>>]"), FINDING_PDF_ENTRY, "action", "X" },
	{ IN_PAGE("/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D" JS ">>>>]"), FINDING_PDF_JAVASCRIPT, "action", "JavaScript" },
	{ IN_PAGE("/Annots[<</Subtype/Link/Rect[0 0 9 9]/Dest[" JS "/Fit]>>]"), FINDING_PDF_JAVASCRIPT, "annotation", "JavaScript" },
	{ IMAGE("/X 1", "1", "a"), FINDING_PDF_ENTRY, "picture", "X" },
	{ IMAGE("/Name/Im0", "1", "a"), FINDING_COUNT, "", "" },
	{ IMAGE("", "2", "a\n"), FINDING_COUNT, "", "" },
	{ IMAGE("", "4", "azzz"), FINDING_COUNT, "", "" },
	{ IMAGE("", "3", "aMZ"), FINDING_PDF_DATA_BEHIND, "page 1", "" },
	{ FORM("/X 1"), FINDING_PDF_ENTRY, "drawing", "X" },
	{ FORM("/FormType 1/Name/Fm"), FINDING_COUNT, "", "" },
	{ FONT("/X 1/Name/F"), FINDING_PDF_ENTRY, "font", "X" },
	{ STATE("/X 1/BG2/Default"), FINDING_PDF_ENTRY, "graphics state", "X" },
	{ CONTENT("24", "/Span<</X 1>>BDC n EMC n"), FINDING_PDF_ENTRY, "marked content", "X" },
	{ CONTENT("34", "BI/W 1/H 1/BPC 8/CS/G/X 1 ID a\nEI\n"), FINDING_PDF_ENTRY, "inline picture", "X" },
};

static void
each_entry_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf in = { 0 }, out = { 0 };
		struct findings f = { 0 };
		bool ok = false;

		sample_pdf(&in, rows[i].objects);
		rebuild_pdf("keep", buf_bytes(&in), &out, &f);
		for (size_t at = 0; at < f.n; at++)
			ok |= f.row[at].code == rows[i].code && strcmp(f.row[at].where, rows[i].where) == 0 &&
			      strcmp(f.row[at].detail, rows[i].detail) == 0;
		if (rows[i].code == FINDING_COUNT)
			ok = findings_weigh(&f) == VERDICT_CLEAN;
		for (size_t at = 0; !ok && at < f.n; at++)
			print_error("%s, %s: %s\n", finding_name(f.row[at].code), f.row[at].where, f.row[at].detail);
		if (!ok)
			fail_msg("row %zu: %s %s", i, rows[i].where, rows[i].detail);
		findings_release(&f);
	}
}

/* A thousand objects with a thousand names make one finding that can be read. */
static void
many_are_one(void **state)
{
	own_buf struct buf page = { 0 }, in = { 0 }, out = { 0 };
	const char *objects[] = { CATALOG(""), TREE, NULL, NULL };
	struct findings f = { 0 };
	size_t rows_of_it = 0;

	(void)state;
	(void)buf_str(&page, "<</Type/Page/MediaBox[0 0 9 9]");
	for (int i = 0; i < 1000; i++)
		(void)buf_printf(&page, "/X%d 1", i);
	(void)buf_put(&page, ">>", 3);
	objects[2] = (const char *)page.p;
	sample_pdf(&in, objects);
	rebuild_pdf("keep", buf_bytes(&in), &out, &f);
	for (size_t i = 0; i < f.n; i++)
		if (f.row[i].code == FINDING_PDF_ENTRY) {
			rows_of_it++;
			assert_int_equal(f.row[i].count, 1000);
			assert_non_null(strstr(f.row[i].detail, "X0, X1, X2"));
			assert_non_null(strstr(f.row[i].detail, ", ..."));
		}
	assert_int_equal(rows_of_it, 1);
	findings_release(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_entry_is_told),
		cmocka_unit_test(many_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
