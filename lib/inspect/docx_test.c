/* Word's and PowerPoint's packages, their parts and fields. */
#include "inspect/field.h"
#include "inspect/package.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define OFFICE "application/vnd.openxmlformats-officedocument."
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define TYPES(inner) XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">" \
	"<Default ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" Extension=\"rels\"/>" inner "</Types>\n"
#define RELS(inner) XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" inner "</Relationships>\n"
#define MAIN "<Override ContentType=\"" OFFICE "wordprocessingml.document.main+xml\" PartName=\"/word/document.xml\"/>"
#define TO_MAIN "<Relationship Id=\"rId1\" Target=\"/word/document.xml\" Type=\"" REL "officeDocument\"/>"
#define W " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define R " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define DOC(inner) XML "<w:document" W "><w:body>" inner "</w:body></w:document>\n"
#define DOCR(inner) XML "<w:document" R W "><w:body>" inner "</w:body></w:document>\n"
#define P(inner) "<w:p>" inner "</w:p>"
#define RUN(inner) "<w:r>" inner "</w:r>"
#define CHAR(type) RUN("<w:fldChar w:fldCharType=\"" type "\"/>")
#define CODE(text) RUN("<w:instrText>" text "</w:instrText>")

static bool
docx(const char *document, const char *rels, const char *more_types, const struct piece *more, size_t n, struct err *e)
{
	struct piece p[12] = {
		{ "[Content_Types].xml", { NULL, 0 }, false }, { "_rels/.rels", VIEW(RELS(TO_MAIN)), false },
		{ "word/document.xml", view_str(document), false },
	};
	own_buf struct buf b = { 0 }, types = { 0 };
	size_t k = 3, i;

	/* Endings stand before parts, and parts in their order. */
	if (strncmp(more_types, "<Default", 8) == 0)
		buf_printf(&types, TYPES("%s" MAIN), more_types);
	else
		buf_printf(&types, TYPES(MAIN "%s"), more_types);
	p[0].data = buf_bytes(&types);
	if (rels != NULL)
		p[k++] = (struct piece){ "word/_rels/document.xml.rels", view_str(rels), false };
	for (i = 0; i < n; i++)
		p[k++] = more[i];
	zip_pieces(&b, p, k);
	return passes(TYPE_DOCX, buf_bytes(&b), e);
}

static void
must(bool pass, const char *why, const char *document, const char *rels)
{
	struct err e;
	bool ok = docx(document, rels, "", NULL, 0, &e);

	if (ok != pass)
		fail_msg("%s: %s", document, ok ? "recognised" : e.text);
	if (!ok && strstr(e.text, why) == NULL)
		fail_msg("%s: expected \"%s\", got \"%s\"", document, why, e.text);
}

static void
test_text(void **state)
{
	static const char *const good[] = {
		DOC(P(RUN("<w:t>a</w:t>"))), DOC(P("<w:pPr><w:jc w:val=\"center\"/></w:pPr>" RUN("<w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\"> a</w:t>"))),
		DOC("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w=\"1\"/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/><w:sectPr/>"),
		DOC(P(CHAR("begin") CODE(" PAGE ") CHAR("separate") RUN("<w:t>1</w:t>") CHAR("end"))),
		DOC(P(CHAR("begin") CODE(" PA") CODE("GE ") CHAR("end"))), DOC(P("<w:fldSimple w:instr=\" SEQ a \\* ARABIC\"/>")),
		DOC(P(CHAR("begin") CODE("IF ") CHAR("begin") CODE("PAGE") CHAR("end") CODE(" = 1 \"a\"") CHAR("separate") CHAR("end"))),
		DOC(P("<w:fldSimple w:instr=\"HYPERLINK \\l &quot;_Toc1&quot; \\h\"/>")), DOC(P("<w:fldSimple w:instr=\"hyperlink &quot;https://a.jp/&quot; \\o &quot;a b&quot;\"/>")),
	};
	static const struct { const char *document, *why; } bad[] = {
		{ DOC(P(RUN("<w:t>a</w:t><w:rPr/>"))), "out of order" }, { DOC(P(RUN("a"))), "text" }, { DOC("<w:altChunk/>"), "element w:altChunk" },
		{ DOC(P(RUN("<w:object/>"))), "element w:object" }, { DOC("<w:subDoc/>"), "element w:subDoc" }, { DOC(P("<w:customXml/>")), "element w:customXml" },
		{ DOC(P("<w:pPr><w:jc w:val=\"center\"/><w:keepNext/></w:pPr>")), "out of order" }, { DOC(P("<w:pPr/><w:pPr/>")), "out of order" },
		{ DOC("<w:tbl><w:tblGrid/></w:tbl>"), "missing" }, { DOC("<w:sectPr/><w:p/>"), "out of order" }, { DOC("<w:p w:onclick=\"x\"/>"), "attribute" },
		{ DOC(P(CHAR("begin") CODE("DDEAUTO c:\\\\x") CHAR("end"))), "field" }, { DOC(P(CHAR("begin") CODE("DD") CODE("E a b") CHAR("end"))), "field" },
		{ DOC(P(CHAR("begin") CODE("QUOTE 68 68 69") CHAR("end"))), "field" }, { DOC(P("<w:fldSimple w:instr=\"INCLUDEPICTURE &quot;http://a/&quot; \\d\"/>")), "field" },
		{ DOC(P("<w:fldSimple w:instr=\"IMPORT x\"/>")), "field" }, { DOC(P("<w:fldSimple w:instr=\"MACROBUTTON x y\"/>")), "field" }, { DOC(P("<w:fldSimple w:instr=\"LINK x\"/>")), "field" },
		{ DOC(P("<w:fldSimple w:instr=\"INCLUDETEXT x\"/>")), "field" }, { DOC(P("<w:fldSimple w:instr=\"DATABASE x\"/>")), "field" }, { DOC(P("<w:fldSimple w:instr=\"DOCVARIABLE x\"/>")), "field" },
		{ DOC(P("<w:fldSimple w:instr=\"\"/>")), "field" }, { DOC(P("<w:fldSimple w:instr=\"PAGE1\"/>")), "field" }, { DOC(P("<w:fldSimple w:instr=\"PAG\"/>")), "field" },
		{ DOC(P(CHAR("begin") CHAR("begin") CODE("PAGE") CHAR("end") CODE("PAGE") CHAR("end"))), "field" },
		{ DOC(P(CHAR("begin") CODE("HYPERLINK ") CHAR("begin") CODE("PAGE") CHAR("end") CHAR("end"))), "among the words" },
		{ DOC(P(CHAR("begin") CODE("IN") CHAR("begin") CODE("IF 1=1 \"CLUDETEXT x\"") CHAR("end") CODE("DEX") CHAR("end"))), "field" },
		{ DOC(P(CHAR("begin") CODE("INDEX") CHAR("begin") CODE("PAGE") CHAR("end") CHAR("end"))), "field" },
		{ DOC(P(CHAR("begin") RUN("<w:t>DDE</w:t>") CODE("PAGE") CHAR("end"))), "shown in an instruction" },
		{ DOC(P("<w:fldSimple w:instr=\"HYPERLINK\"/>")), "to nothing" }, { DOC(P("<w:fldSimple w:instr=\"HYPERLINK \\l\"/>")), "to nothing" },
		{ DOC(P(CHAR("begin") CODE("PAGE"))), "without its end" }, { DOC(P(CHAR("end"))), "without its begin" }, { DOC(P(CHAR("separate"))), "without its begin" },
		{ DOC(P(CODE("PAGE"))), "outside a field" }, { DOC(P(CHAR("begin") CODE("PAGE") CHAR("separate") CODE("x") CHAR("end"))), "outside a field" },
		{ DOC(P("<w:fldSimple w:instr=\"HYPERLINK &quot;file:///c:/x&quot;\"/>")), "no address" }, { DOC(P("<w:fldSimple w:instr=\"HYPERLINK \\\\\\\\host\\\\x\"/>")), "unknown switch" },
		{ DOC(P("<w:fldSimple w:instr=\"HYPERLINK &quot;https://a/&quot; &quot;b&quot;\"/>")), "two addresses" }, { DOC(P("<w:fldSimple w:instr=\"HYPERLINK &quot;a\"/>")), "quote" },
		{ DOC(P("<w:fldSimple w:instr=\"HYPERLINK &quot;https://a/&quot; \\z\"/>")), "unknown switch" },
		{ XML "<w:hdr" W "/>\n", "root" }, { XML "<w:document" R W "/>\n", "namespaces other" }, { XML "<w:document xmlns:w=\"urn:x\"/>\n", "namespace" },
		{ XML "<w:document/>\n", "namespaces other" }, { DOC(P("<w:bookmarkStart w:id=\"1\"/>")), "attribute missing" }, { DOC("<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"dxa\"/></w:tblPr></w:tbl>"), "out of order or twice" },
		{ DOC("<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:w=\"0\"/></w:tblPr></w:tbl>"), "out of order or twice" }, { DOC("<w:p w:rsidR=\"0\"/>"), "attribute w:rsidR" }, { DOCR(P("<w:hyperlink r:id=\"rId1\"/>")), "no relationship" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		must(true, "", good[i], NULL);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must(false, bad[i].why, bad[i].document, NULL);
}

#define LINK(type, target) RELS("<Relationship Id=\"rId1\" Target=\"" target "\" TargetMode=\"External\" Type=\"" type "\"/>")
#define INNER(type, target) RELS("<Relationship Id=\"rId1\" Target=\"" target "\" Type=\"" type "\"/>")

static void
test_relationships(void **state)
{
	static const char linked[] = DOCR(P("<w:hyperlink r:id=\"rId1\"/>"));
	static const struct { const char *rels, *why; } bad[] = {
		{ LINK(REL "hyperlink", "file:///x"), "no address" }, { LINK(REL "hyperlink", "\\\\host\\x"), "no address" }, { LINK(REL "hyperlink", "mailto:a?attach=x"), "field that may not" }, { LINK(REL "image", "https://a/"), "external image" },
		{ LINK(REL "attachedTemplate", "https://a/"), "relationship http" }, { LINK(REL "oleObject", "https://a/"), "relationship http" }, { LINK(REL "frame", "https://a/"), "relationship http" },
		{ LINK(REL "subDocument", "https://a/"), "relationship http" }, { LINK("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "https://a/"), "relationship http" },
		{ INNER(REL "image", "/word/media/image1.png"), "to no part" }, { INNER(REL "hyperlink", "/word/document.xml"), "relationship hyperlink" }, { INNER(REL "image", "document.xml"), "to no part" },
		{ INNER(REL "officeDocument", "/word/document.xml"), "relationship officeDocument" }, { XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>\n", "no relationships" },
		{ RELS("<Relationship Id=\"a\" Target=\"https://a/\" TargetMode=\"External\" Type=\"" REL "hyperlink\"/>"
		       "<Relationship Id=\"a\" Target=\"https://a/\" TargetMode=\"External\" Type=\"" REL "hyperlink\"/>"), "out of order" },
		{ RELS("<Relationship Id=\"a\" Target=\"https://a/\" TargetMode=\"Internal\" Type=\"" REL "hyperlink\"/>"), "TargetMode" },
	};
	size_t i;

	(void)state;
	must(true, "", linked, LINK(REL "hyperlink", "https://a.jp/?a&amp;b"));
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must(false, bad[i].why, linked, bad[i].rels);
}

static void
test_parts(void **state)
{
	static const struct piece vba = { "word/vbaProject.bin", { (const uint8_t *)"x", 1 }, false }, empty = { "word/a.xml", { (const uint8_t *)"", 0 }, true },
		styles = { "word/styles.xml", VIEW(XML "<w:styles" W "/>\n"), false }, bad_styles = { "word/styles.xml", VIEW(XML "<w:document" W "/>\n"), false },
		misnamed = { "word/style.xml", VIEW(XML "<w:styles" W "/>\n"), false }, image = { "word/media/image1.png", { (const uint8_t *)"PNG", 3 }, false };
	static const char to_styles[] = RELS("<Relationship Id=\"rId1\" Target=\"/word/styles.xml\" Type=\"" REL "styles\"/>");
	static const char to_image[] = RELS("<Relationship Id=\"rId1\" Target=\"/word/media/image1.png\" Type=\"" REL "image\"/>");
	static const char of_styles[] = "<Override ContentType=\"" OFFICE "wordprocessingml.styles+xml\" PartName=\"/word/styles.xml\"/>";
	static const char *const nowhere[] = { "/word/none.xml", "/[Content_Types].xml", "word/styles.xml", "/word/_rels/document.xml.rels", "/" };
	static const char plain[] = DOC("<w:p/>");
	static const char with_image[] = XML "<w:document xmlns:o=\"urn:schemas-microsoft-com:office:office\"" R " xmlns:v=\"urn:schemas-microsoft-com:vml\"" W
		"><w:body>" P(RUN("<w:pict><v:shape><v:imagedata o:title=\"\" r:id=\"rId1\"/></v:shape></w:pict>")) "</w:body></w:document>\n";
	struct err e;

	(void)state;
	assert_true(docx(plain, to_styles, of_styles, &styles, 1, &e));
	assert_false(docx(plain, NULL, of_styles, &styles, 1, &e));
	assert_non_null(strstr(e.text, "nothing leads"));
	assert_false(docx(plain, RELS("<Relationship Id=\"rId1\" Target=\"/word/style.xml\" Type=\"" REL "styles\"/>"),
		"<Override ContentType=\"" OFFICE "wordprocessingml.styles+xml\" PartName=\"/word/style.xml\"/>", &misnamed, 1, &e));
	assert_non_null(strstr(e.text, "another name"));
	assert_false(docx(plain, to_styles, of_styles, &bad_styles, 1, &e));
	assert_non_null(strstr(e.text, "root"));
	assert_false(docx(plain, to_styles, "<Override ContentType=\"application/xml\" PartName=\"/word/styles.xml\"/>", &styles, 1, &e));
	assert_non_null(strstr(e.text, "relationship styles to"));
	assert_false(docx(plain, to_styles, "", &styles, 1, &e));
	assert_non_null(strstr(e.text, "relationship styles to"));
	assert_false(docx(plain, NULL, "<Override ContentType=\"application/vnd.ms-office.vbaProject\" PartName=\"/word/vbaProject.bin\"/>", &vba, 1, &e));
	assert_non_null(strstr(e.text, "nothing leads"));
	assert_false(docx(plain, NULL, "<Default ContentType=\"x/x\" Extension=\"bin\"/>", NULL, 0, &e));
	assert_non_null(strstr(e.text, "unknown"));
	assert_false(docx(plain, NULL, "<Default ContentType=\"image/png\" Extension=\"png\"/>", NULL, 0, &e));
	assert_non_null(strstr(e.text, "of no part"));
	assert_false(docx(plain, to_image, "", NULL, 0, &e));
	assert_false(docx(plain, NULL, "", &empty, 1, &e));
	assert_non_null(strstr(e.text, "empty part"));
	assert_false(docx(plain, to_image, "<Default ContentType=\"image/png\" Extension=\"png\"/>", &image, 1, &e));
	assert_non_null(strstr(e.text, "nothing uses"));
	assert_false(docx(with_image, to_image, "<Default ContentType=\"image/png\" Extension=\"png\"/>", &image, 1, &e));
	assert_non_null(strstr(e.text, "word/media/image1.png"));
	for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
		char types[512];

		(void)snprintf(types, sizeof types, "<Override ContentType=\"" OFFICE "wordprocessingml.styles+xml\" PartName=\"%s\"/>", nowhere[i]);
		assert_false(docx(plain, to_styles, types, &styles, 1, &e));
		if (strstr(e.text, "content type of no part") == NULL)
			fail_msg("%s: %s", nowhere[i], e.text);
	}
	assert_false(docx(plain, NULL, MAIN, NULL, 0, &e));
	assert_non_null(strstr(e.text, "twice"));
	must_fail(TYPE_DOCX, VIEW("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "empty", "no parts");
}

#define SLIDE_REL "<Relationship Id=\"rId1\" Target=\"/ppt/presentation.xml\" Type=\"" REL "officeDocument\"/>"
#define PRESENTATION "<Override ContentType=\"" OFFICE "presentationml.presentation.main+xml\" PartName=\"/ppt/presentation.xml\"/>"

static void
test_presentation(void **state)
{
	struct piece p[] = {
		{ "[Content_Types].xml", VIEW(TYPES(PRESENTATION)), false }, { "_rels/.rels", VIEW(RELS(SLIDE_REL)), false },
		{ "ppt/presentation.xml", VIEW(XML "<p:presentation xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"><p:notesSz cx=\"1\" cy=\"1\"/></p:presentation>\n"), false },
	};
	own_buf struct buf b = { 0 };

	(void)state;
	zip_pieces(&b, p, 3);
	must_pass(TYPE_PPTX, buf_bytes(&b), "presentation");
	must_fail(TYPE_DOCX, buf_bytes(&b), "presentation as a document", "not one main part");
	buf_clear(&b);
	p[0].name = "Content_Types.xml";
	zip_pieces(&b, p, 3);
	must_fail(TYPE_PPTX, buf_bytes(&b), "no types", "Content_Types");
}

static void
test_fields(void **state)
{
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) }, strict = { .profile = profile_find(VIEW("strict")) };
	own_mem struct fields *f = calloc(1, sizeof *f);
	struct err e = { 0 };
	size_t i;

	(void)state;
	assert_true(inspect_field(&in, VIEW(" hyperlink \"https://a.jp/it's\" \\o x"), &e));
	assert_false(inspect_field(&strict, VIEW("HYPERLINK \"https://a.jp/\""), &e));
	assert_false(inspect_field(&in, VIEW("HYPERLINK \"a\\"), &e));
	for (i = 0; i < FIELDS_NESTED; i++)
		assert_true(inspect_field_begin(f, &e));
	assert_false(inspect_field_begin(f, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	inspect_fields_release(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text), cmocka_unit_test(test_relationships), cmocka_unit_test(test_parts), cmocka_unit_test(test_presentation), cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
