#include "inspect/sentence.h"

#include <openssl/sha.h>

/* A file of these bodies (object 1 first; NULL ends), its table and trailer right. */
static void
file(struct buf *b, const char *const *bodies, const char *info)
{
	size_t at[64], n = 0, i, start;
	uint8_t hash[SHA256_DIGEST_LENGTH];

	buf_put(b, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", 15);
	for (; bodies[n] != NULL; n++) {
		at[n] = b->n;
		buf_printf(b, "%zu 0 obj\n%s\nendobj\n", n + 1, bodies[n]);
	}
	start = b->n;
	(void)SHA256(b->p, b->n, hash);
	buf_printf(b, "xref\n0 %zu\n0000000000 65535 f \n", n + 1);
	for (i = 0; i < n; i++)
		buf_printf(b, "%010zu 00000 n \n", at[i]);
	buf_str(b, "trailer\n<</ID[");
	for (i = 0; i < 32; i++)
		buf_printf(b, "%s%02X%s", i % 16 == 0 ? "<" : "", hash[i % 16], i % 16 == 15 ? ">" : "");
	assert_true(buf_printf(b, "]%s/Root 1 0 R/Size %zu>>\nstartxref\n%zu\n%%%%EOF\n", info, n + 1, start));
}

#define CATALOG "<</Pages 2 0 R/Type/Catalog>>"
#define PAGES "<</Count 1/Kids[3 0 R]/Type/Pages>>"
#define PAGE "<</Contents 4 0 R/MediaBox[0 0 9.5 -1]/Parent 2 0 R/Resources<<>>/Type/Page>>"
#define CONTENT(length, text) "<</Length " #length ">>\nstream\n" text "\nendstream"

/* One body in place of the i-th (from 1), or one more behind the last. */
static void
with(struct buf *b, size_t i, const char *body)
{
	const char *bodies[8] = { CATALOG, PAGES, PAGE, CONTENT(4, "q\nQ\n"), NULL };

	bodies[i - 1] = body;
	file(b, bodies, "");
}

static void
test_whole(void **state)
{
	own_buf struct buf b = { 0 };

	(void)state;
	with(&b, 1, CATALOG);
	must_be_whole(TYPE_PDF, buf_bytes(&b));
	/* The hash sees every change before the table, the table and trailer are known. */
	assert_int_equal(flips(TYPE_PDF, buf_bytes(&b)), 0);
}

struct change {
	const char *what;
	size_t object;
	const char *body, *why;		/* why NULL: it passes */
};

static void
run(const struct change *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		own_buf struct buf b = { 0 };

		with(&b, c[i].object, c[i].body);
		if (c[i].why == NULL)
			must_pass(TYPE_PDF, buf_bytes(&b), c[i].what);
		else
			must_fail(TYPE_PDF, buf_bytes(&b), c[i].what, c[i].why);
	}
}

#define CAT(keys) "<<" keys ">>"
#define PAGE_WITH(annots) "<<" annots "/Contents 4 0 R/MediaBox[0 0 9 9]/Parent 2 0 R/Resources<<>>/Type/Page>>"

static void
test_tokens(void **state)
{
	static const struct change table[] = {
		{ "space", 2, "<</Count 1 /Kids[3 0 R]/Type/Pages>>", "space" },
		{ "two spaces", 2, "<</Count  1/Kids[3 0 R]/Type/Pages>>", "space" },
		{ "comment", 2, "<</Count 1/Kids[3 0 R]/Type/Pages>>%x", "end of object" },
		{ "comment inside", 2, "<<%x\n/Count 1/Kids[3 0 R]/Type/Pages>>", "comment" },
		{ "order", 2, "<</Kids[3 0 R]/Count 1/Type/Pages>>", "order" },
		{ "twice", 2, "<</Count 1/Count 1/Kids[3 0 R]/Type/Pages>>", "order or twice" },
		{ "plus", 2, "<</Count +1/Kids[3 0 R]/Type/Pages>>", "word" },
		{ "leading zero", 2, "<</Count 01/Kids[3 0 R]/Type/Pages>>", "zero" },
		{ "minus zero", 3, "<</Contents 4 0 R/MediaBox[-0 0 9 9]/Parent 2 0 R/Resources<<>>/Type/Page>>", "zero" },
		{ "real that is whole", 3, "<</Contents 4 0 R/MediaBox[0 0 9.0 9]/Parent 2 0 R/Resources<<>>/Type/Page>>", "digits" },
		{ "real without its zero", 3, "<</Contents 4 0 R/MediaBox[0 0 .5 9]/Parent 2 0 R/Resources<<>>/Type/Page>>", "unknown word" },
		{ "obfuscated name", 2, "<</Count 1/Kids[3 0 R]/#54ype/Pages>>", "escape" },
		{ "lower-case escape", 1, "<</Lang(a)/Pages 2 0 R/Type/Cat\xc3log>>", "byte that must be escaped" },
		{ "null value", 1, "<</Lang null/Pages 2 0 R/Type/Catalog>>", "null" },
		{ "octal escape", 1, "<</Lang(\\145n)/Pages 2 0 R/Type/Catalog>>", "escape" },
		{ "plain string in hexadecimal", 1, "<</Lang<656E>/Pages 2 0 R/Type/Catalog>>", "plain string" },
		{ "language", 1, "<</Lang(ja-JP)/Pages 2 0 R/Type/Catalog>>", NULL },
		{ "reference to nothing", 1, "<</Outlines 9 0 R/Pages 2 0 R/Type/Catalog>>", "no object" },
		{ "generation", 1, "<</Pages 2 1 R/Type/Catalog>>", "" },
		{ "too deep", 1, "<</Lang[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]/Pages 2 0 R/Type/Catalog>>", "deeper" },
	};

	(void)state;
	run(table, sizeof table / sizeof *table);
}

static void
test_active(void **state)
{
	static const struct change table[] = {
		{ "extra key", 1, CAT("/Pages 2 0 R/Type/Catalog/X 1"), "/X" },
		{ "OpenAction JavaScript", 1, CAT("/OpenAction<</JS(app.alert)/S/JavaScript>>/Pages 2 0 R/Type/Catalog"), "destination" },
		{ "OpenAction array", 1, CAT("/OpenAction[3 0 R/Fit]/Pages 2 0 R/Type/Catalog"), NULL },
		{ "OpenAction elsewhere", 1, CAT("/OpenAction[4 0 R/Fit]/Pages 2 0 R/Type/Catalog"), "destination" },
		{ "AA", 1, CAT("/AA<<>>/Pages 2 0 R/Type/Catalog"), "/AA" },
		{ "names of scripts", 1, CAT("/Names<</JavaScript<</Names[]>>>>/Pages 2 0 R/Type/Catalog"), "/JavaScript" },
		{ "embedded files", 1, CAT("/Names<</EmbeddedFiles<</Names[(a)3 0 R]>>>>/Pages 2 0 R/Type/Catalog"), "/EmbeddedFiles" },
		{ "XFA", 1, CAT("/AcroForm<</Fields[]/XFA(x)>>/Pages 2 0 R/Type/Catalog"), "/XFA" },
		{ "metadata stream", 1, CAT("/Metadata 4 0 R/Pages 2 0 R/Type/Catalog"), "/Metadata" },
		{ "link", 3, PAGE_WITH("/Annots[5 0 R]"), "no object" },
		{ "page AA", 3, "<</AA<<>>/Contents 4 0 R/MediaBox[0 0 9 9]/Parent 2 0 R/Resources<<>>/Type/Page>>", "/AA" },
		{ "page without a box", 3, "<</Contents 4 0 R/Parent 2 0 R/Resources<<>>/Type/Page>>", "missing" },
		{ "external stream", 4, "<</F(x)/Length 4>>\nstream\nq\nQ\n\nendstream", "/F" },
		{ "unreachable", 5, "<</Type/Page>>", "not reachable" },
		{ "wrong count", 2, "<</Count 2/Kids[3 0 R]/Type/Pages>>", "count" },
		{ "page twice", 2, "<</Count 2/Kids[3 0 R 3 0 R]/Type/Pages>>", "twice" },
		{ "another filter", 4, "<</Filter/LZWDecode/Length 4>>\nstream\nq\nQ\n\nendstream", "filter" },
		{ "two filters", 4, "<</Filter[/FlateDecode]/Length 4>>\nstream\nq\nQ\n\nendstream", "filter" },
		{ "length", 4, "<</Length 3>>\nstream\nq\nQ\n\nendstream", "not as long" },
	};

	(void)state;
	run(table, sizeof table / sizeof *table);
}

/* An annotation as object 5. */
static void
annotated(struct buf *b, const char *annotation)
{
	const char *bodies[] = { CATALOG, PAGES, PAGE_WITH("/Annots[5 0 R]"), CONTENT(4, "q\nQ\n"), annotation, NULL };

	file(b, bodies, "");
}

#define LINK(action) "<</A" action "/Rect[0 0 1 1]/Subtype/Link/Type/Annot>>"

static void
test_annotations(void **state)
{
	static const struct { const char *body, *profile, *why; } table[] = {
		{ LINK("<</S/URI/URI(https://example.jp/)>>"), "rebuild", NULL },
		{ LINK("<</S/URI/URI(https://example.jp/)>>"), "strict", "/S" },
		{ LINK("<</S/URI/URI(mailto:a@example.jp)>>"), "rebuild", NULL },
		{ LINK("<</S/URI/URI(mailto:a@example.jp?attach=x)>>"), "rebuild", "field that may not" },
		{ LINK("<</S/URI/URI(http:x)>>"), "rebuild", "no address" },
		{ LINK("<</S/URI/URI(javascript:alert\\(1\\))>>"), "rebuild", "no address" },
		{ LINK("<</S/URI/URI(file:///etc/passwd)>>"), "rebuild", "no address" },
		{ LINK("<</S/URI/URI(https://a b)>>"), "rebuild", "byte" },
		{ LINK("<</N/NextPage/S/Named>>"), "rebuild", NULL },
		{ LINK("<</N/Print/S/Named>>"), "rebuild", "unknown name" },
		{ LINK("<</JS(x)/S/JavaScript>>"), "rebuild", "none of ours" },
		{ LINK("<</F(cmd.exe)/S/Launch>>"), "rebuild", "none of ours" },
		{ LINK("<</F(x)/S/SubmitForm>>"), "keep", "none of ours" },
		{ LINK("<</S/GoToR>>"), "keep", "none of ours" },
		{ LINK("<</Next[]/S/URI/URI(https://example.jp/)>>"), "rebuild", "/Next" },
		{ LINK("<</IsMap true/S/URI/URI(https://example.jp/)>>"), "rebuild", "/IsMap" },
		{ "<</Dest[3 0 R/XYZ null 1.5 null]/Rect[0 0 1 1]/Subtype/Link/Type/Annot>>", "strict", NULL },
		{ "<</Dest(nowhere)/Rect[0 0 1 1]/Subtype/Link/Type/Annot>>", "rebuild", "name tree" },
		{ "<</Rect[0 0 1 1]/Subtype/RichMedia/Type/Annot>>", "keep", "subtype" },
		{ "<</Rect[0 0 1 1]/Subtype/Screen/Type/Annot>>", "keep", "subtype" },
		{ "<</FS(x)/Rect[0 0 1 1]/Subtype/FileAttachment/Type/Annot>>", "rebuild", "/FS" },
		{ "<</AA<<>>/Rect[0 0 1 1]/Subtype/Link/Type/Annot>>", "keep", "/AA" },
		{ "<</Rect[0 0 1]/Subtype/Link/Type/Annot>>", "rebuild", "numbers" },
		{ "<</DA(/F 1 Tf 0 g)/Rect[0 0 1 1]/Subtype/FreeText/Type/Annot>>", "rebuild", NULL },
		{ "<</DA(/F Do)/Rect[0 0 1 1]/Subtype/FreeText/Type/Annot>>", "rebuild", "unknown word" },
		{ "<</DA(0 g/F 1 Tf)/Rect[0 0 1 1]/Subtype/FreeText/Type/Annot>>", "rebuild", "without a space" },
		{ "<</DA(0 g  /F 1 Tf)/Rect[0 0 1 1]/Subtype/FreeText/Type/Annot>>", "rebuild", "one space" },
		{ "<</DA(0 g )/Rect[0 0 1 1]/Subtype/FreeText/Type/Annot>>", "rebuild", "one space" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf b = { 0 };
		struct err e;

		annotated(&b, table[i].body);
		if (passes_as(table[i].profile, TYPE_PDF, buf_bytes(&b), &e) != (table[i].why == NULL) ||
		    (table[i].why != NULL && strstr(e.text, table[i].why) == NULL))
			fail_msg("%s: \"%s\"", table[i].body, e.text);
	}
}

/* An object 5 that the catalogue names, and for outlines an item as object 6. */
static void
test_catalogue(void **state)
{
	static const struct { const char *catalog, *five, *six, *why; } table[] = {
		{ "/OCProperties<</D<<>>/OCGs[5 0 R]>>/Pages 2 0 R", "<</Name(a)/Type/OCG>>", NULL, NULL },
		{ "/OCProperties<</OCGs[5 0 R]>>/Pages 2 0 R", "<</Name(a)/Type/OCG>>", NULL, "OC_PROPERTIES: a required key" },
		{ "/OCProperties<</D<<>>/OCGs[5 0 R]>>/Pages 2 0 R", "<</Type/OCG>>", NULL, "OCG: a required key" },
		{ "/Outlines 5 0 R/Pages 2 0 R", "<</Count 1/First 6 0 R/Last 6 0 R/Type/Outlines>>",
		  "<</Parent 5 0 R/Title()>>", NULL },
		{ "/Outlines 5 0 R/Pages 2 0 R", "<</Count 1/First 6 0 R/Last 6 0 R/Type/Outlines>>",
		  "<</Parent 5 0 R>>", "OUTLINE: a required key" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf b = { 0 }, catalog = { 0 };
		const char *bodies[] = { NULL, PAGES, PAGE, CONTENT(4, "q\nQ\n"), table[i].five, table[i].six, NULL };

		buf_printf(&catalog, "<<%s/Type/Catalog>>", table[i].catalog);
		assert_true(buf_byte(&catalog, 0));
		bodies[0] = (const char *)catalog.p;
		file(&b, bodies, "");
		if (table[i].why == NULL)
			must_pass(TYPE_PDF, buf_bytes(&b), table[i].catalog);
		else
			must_fail(TYPE_PDF, buf_bytes(&b), table[i].catalog, table[i].why);
	}
}

static void
test_content(void **state)
{
	static const struct { const char *text, *why; } table[] = {
		{ "", NULL },
		{ "0 0 1 1 re\nf\n", NULL },
		{ "BT\n1 0 0 1 2.5 3 Tm\nET\n", NULL },
		{ "/Span<</ActualText(a)/MCID 1>>BDC\nEMC\n", NULL },
		{ "BI/BPC 8/CS/G/F/AHx/H 1/W 2 ID\n00FF>\nEI\n", NULL },
		{ "[(a)-1<00>]TJ\n", NULL },
		{ "0 0 1 1 re f\n", "line end" },
		{ "0 0 1 re\n", "operands" },
		{ "0 0 0 1 1 re\n", "operands" },
		{ "xx\n", "unknown operator" },
		{ "BX\nEX\n", "unknown operator" },
		{ "q\n", "open" },
		{ "Q\n", "without q" },
		{ "BT\nBT\nET\n", "BT" },
		{ "EMC\n", "EMC" },
		{ "/F 1 Tf\n", "operands" },
		{ "/X Do\n", "operands" },
		{ "/Span/P BDC\nEMC\n", "operands" },
		{ "/Span<</JS(x)>>BDC\nEMC\n", "operands" },
		{ "0 0 d0\n", "glyph" },
		{ "1 ", "" },
		{ "BI/BPC 8/CS/G/F/AHx/H 1/W 2 ID\n00>\nEI\n", "another size" },
		{ "BI/BPC 8/CS/G/F/AHx/H 1/W 2 ID\n00ff>\nEI\n", "upper-case" },
		{ "BI/BPC 8/CS/G/F/DCT/H 1/W 2 ID\n00FF>\nEI\n", "filter" },
		{ "(\n)Tj\n", "hexadecimal" },
		{ "% hidden\n", "comment" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf b = { 0 }, body = { 0 };

		buf_printf(&body, "<</Length %zu>>\nstream\n%s\nendstream", strlen(table[i].text), table[i].text);
		assert_true(buf_byte(&body, 0));
		with(&b, 4, (const char *)body.p);
		if (table[i].why == NULL)
			must_pass(TYPE_PDF, buf_bytes(&b), table[i].text);
		else
			must_fail(TYPE_PDF, buf_bytes(&b), table[i].text, table[i].why);
	}
}

/* Objects 5 and on, reached through the page's resources. */
static void
test_resources(void **state)
{
#define IMAGE(keys, length, data) "<</BitsPerComponent 8/ColorSpace/DeviceGray" keys "/Height 1/Length " #length \
	"/Subtype/Image/Type/XObject/Width 2>>\nstream\n" data "\nendstream"
#define XOBJECT "/XObject<</X 5 0 R>>"
#define FONT "/Font<</F 5 0 R>>"
	static const struct { const char *what, *resources, *five, *why; } table[] = {
		{ "image", XOBJECT, IMAGE("", 2, "ab"), NULL },
		{ "image too short", XOBJECT, IMAGE("", 1, "a"), "instead of 2" },
		{ "image too long", XOBJECT, IMAGE("", 3, "abc"), "instead of 2" },
		{ "alternates", XOBJECT, "<</Alternates[]/BitsPerComponent 8/ColorSpace/DeviceGray/Height 1/Length 2/Subtype/Image"
		  "/Type/XObject/Width 2>>\nstream\nab\nendstream", "/Alternates" },
		{ "JPX", XOBJECT, IMAGE("/Filter/JPXDecode", 2, "ab"), "filter" },
		{ "no JPEG", XOBJECT, IMAGE("/Filter/DCTDecode", 2, "ab"), "SOI" },
		{ "not deflated", XOBJECT, IMAGE("/Filter/FlateDecode", 2, "ab"), "deflated" },
		{ "fax data that are none", XOBJECT, "<</BitsPerComponent 1/ColorSpace/DeviceGray/DecodeParms<</Columns 2/K -1/Rows 1>>"
		  "/Filter/CCITTFaxDecode/Height 1/Length 2/Subtype/Image/Type/XObject/Width 2>>\nstream\nab\nendstream", "fax" },
		{ "one white row", XOBJECT, "<</BitsPerComponent 1/ColorSpace/DeviceGray/DecodeParms<</Columns 8/K -1/Rows 1>>"
		  "/Filter/CCITTFaxDecode/Height 1/Length 4/Subtype/Image/Type/XObject/Width 8>>\nstream\n\x80\x08\x00\x80\nendstream", "" },
		{ "PostScript", XOBJECT, "<</Length 2/Subtype/PS/Type/XObject>>\nstream\nab\nendstream", "unknown name" },
		{ "form", XOBJECT, "<</BBox[0 0 1 1]/Length 4/Subtype/Form/Type/XObject>>\nstream\nq\nQ\n\nendstream", NULL },
		{ "form with a reference", XOBJECT, "<</BBox[0 0 1 1]/Length 4/Ref<<>>/Subtype/Form/Type/XObject>>\nstream\nq\nQ\n\nendstream", "/Ref" },
		{ "font", FONT, "<</BaseFont/Helvetica/Subtype/Type1/Type/Font>>", NULL },
		{ "font of unknown kind", FONT, "<</BaseFont/Helvetica/Subtype/Type9/Type/Font>>", "unknown name" },
		{ "empty category", "/Font<<>>", "<<>>", "empty" },
		{ "ProcSet", "/ProcSet[/PDF]", "<<>>", "/ProcSet" },
		{ "transfer function", "/ExtGState<</G 5 0 R>>", "<</TR/Identity/Type/ExtGState>>", NULL },
		{ "transfer functions", "/ExtGState<</G 5 0 R>>",
		  "<</TR[/Identity/Identity<</C0[0]/C1[1]/Domain[0 1]/FunctionType 2/N 1>>/Identity]/Type/ExtGState>>", NULL },
		{ "three transfer functions", "/ExtGState<</G 5 0 R>>", "<</TR[/Identity/Identity/Identity]/Type/ExtGState>>", "four" },
		{ "no transfer function", "/ExtGState<</G 5 0 R>>", "<</TR/Default/Type/ExtGState>>", "" },
		{ "newer transfer function", "/ExtGState<</G 5 0 R>>", "<</TR2/Identity/Type/ExtGState>>", "/TR2" },
		{ "calculator", "/ColorSpace<</C[/Separation/Spot/DeviceGray 5 0 R]>>",
		  "<</Domain[0 1]/FunctionType 4/Length 10/Range[0 1]>>\nstream\n{1 exch sub\nendstream", "not as long" },
		{ "calculator's end", "/ColorSpace<</C[/Separation/Spot/DeviceGray 5 0 R]>>",
		  "<</Domain[0 1]/FunctionType 4/Length 12/Range[0 1]>>\nstream\n{1 exch sub}\nendstream", NULL },
		{ "calculator with a file", "/ColorSpace<</C[/Separation/Spot/DeviceGray 5 0 R]>>",
		  "<</Domain[0 1]/FunctionType 4/Length 13/Range[0 1]>>\nstream\n{1 file exec}\nendstream", "unknown word" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf b = { 0 }, page = { 0 };
		const char *bodies[] = { CATALOG, PAGES, NULL, CONTENT(4, "q\nQ\n"), table[i].five, NULL };
		struct err e;

		buf_printf(&page, "<</Contents 4 0 R/MediaBox[0 0 9 9]/Parent 2 0 R/Resources<<%s>>/Type/Page>>", table[i].resources);
		assert_true(buf_byte(&page, 0));
		bodies[2] = (const char *)page.p;
		file(&b, bodies, "");
		if (passes(TYPE_PDF, buf_bytes(&b), &e) != (table[i].why == NULL) ||
		    (table[i].why != NULL && strstr(e.text, table[i].why) == NULL))
			fail_msg("%s: \"%s\"", table[i].what, e.text);
	}
}

static void
test_file(void **state)
{
	static const char *const bodies[] = { CATALOG, PAGES, PAGE, CONTENT(4, "q\nQ\n"), "<</Title(a)>>", NULL };
	own_buf struct buf b = { 0 }, twice = { 0 };
	struct err e;
	size_t at;

	(void)state;
	file(&b, bodies, "/Info 5 0 R");
	must_be_whole(TYPE_PDF, buf_bytes(&b));
	assert_false(passes_as("strict", TYPE_PDF, buf_bytes(&b), &e));
	at = view_rfind(buf_bytes(&b), VIEW("%%EOF"));
	assert_true(at != VIEW_NOT_FOUND);
	/* An older revision in front of the newer. */
	buf_view(&twice, buf_bytes(&b));
	buf_view(&twice, buf_bytes(&b));
	must_fail(TYPE_PDF, buf_bytes(&twice), "two files in one", "behind the end");
	splice(&b, 9, 0, VIEW("%x\n"));
	must_fail(TYPE_PDF, buf_bytes(&b), "something behind the header", "header");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),	    cmocka_unit_test(test_tokens),  cmocka_unit_test(test_active),
		cmocka_unit_test(test_annotations), cmocka_unit_test(test_content), cmocka_unit_test(test_resources),
		cmocka_unit_test(test_catalogue),  cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
