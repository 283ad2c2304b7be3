/* word_test.c - text documents: pieces of a body, and what is written of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/testing.h"
#include "sanitize/zip/zip.h"

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define XMLNS "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:r='" OFFICE "' " \
	"xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office' " \
	"xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math' xmlns:w14='http://schemas.microsoft.com/office/word/2010/wordml' " \
	"xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' mc:Ignorable='w14'"
#define BEGIN "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
#define SEPARATE "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
#define END_ "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
#define INSTR(x) "<w:r><w:instrText>" x "</w:instrText></w:r>"
#define T(x) "<w:r><w:t>" x "</w:t></w:r>"
#define P(x) "<w:p>" x "</w:p>"
/* As they are written */
#define OBEGIN "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
#define OSEPARATE "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
#define OEND "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
#define GONE "<w:r/>"

static const struct case_ {
	const char *name, *in, *out;
	enum finding_code finding;	/* COUNT: none */
} cases[] = {
	{ "text", P(T("あ")), P(T("あ")), FINDING_COUNT },
	{ "order of properties", P("<w:r><w:t>a</w:t><w:rPr><w:sz w:val='2'/><w:b/></w:rPr></w:r><w:pPr><w:jc w:val='left'/><w:pStyle w:val='x'/></w:pPr>"),
	  P("<w:pPr><w:pStyle w:val=\"x\"/><w:jc w:val=\"left\"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val=\"2\"/></w:rPr><w:t>a</w:t></w:r>"), FINDING_COUNT },
	{ "session ids", "<w:p w:rsidR='00112233' w14:paraId='00112233'>" T("a") "<w:proofErr w:type='spellStart'/></w:p>", P(T("a")), FINDING_COUNT },
	{ "smart tag, custom XML", "<w:customXml>" P("<w:smartTag><w:smartTagPr/>" T("a") "</w:smartTag>") "</w:customXml>", P(T("a")), FINDING_COUNT },
	{ "ruby", P("<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val='center'/></w:rubyPr><w:rt>" T("かん") "</w:rt><w:rubyBase>" T("漢") "</w:rubyBase></w:ruby></w:r>"),
	  P("<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val=\"center\"/></w:rubyPr><w:rt>" T("かん") "</w:rt><w:rubyBase>" T("漢") "</w:rubyBase></w:ruby></w:r>"), FINDING_COUNT },
	{ "vertical in horizontal", P("<w:r><w:rPr><w:eastAsianLayout w:id='1' w:vert='1'/></w:rPr><w:t>12</w:t></w:r>"),
	  P("<w:r><w:rPr><w:eastAsianLayout w:id=\"1\" w:vert=\"1\"/></w:rPr><w:t>12</w:t></w:r>"), FINDING_COUNT },
	{ "an allowed field", P(BEGIN INSTR(" PA") INSTR("GE ") SEPARATE T("1") END_), P(OBEGIN INSTR(" PA") INSTR("GE ") OSEPARATE T("1") OEND), FINDING_COUNT },
	{ "DDE in one piece", P(BEGIN INSTR("DDEAUTO x y") SEPARATE T("r") END_), P(GONE GONE GONE T("r") GONE), FINDING_WORD_FIELD },
	{ "DDE in pieces", P(BEGIN INSTR("DD") "<w:bookmarkStart w:id='1' w:name='x'/>") P(INSTR("EAUTO x") END_),
	  P(GONE GONE "<w:bookmarkStart w:id=\"1\" w:name=\"x\"/>") P(GONE GONE), FINDING_WORD_FIELD },
	{ "an instruction in no field", P(INSTR("DDE x")), P(GONE), FINDING_WORD_FIELD },
	{ "an instruction in a result", P(BEGIN INSTR("PAGE") SEPARATE INSTR("DDE x") END_), P(OBEGIN INSTR("PAGE") OSEPARATE GONE OEND), FINDING_WORD_FIELD },
	{ "DDE in text", P(BEGIN T("DDEAUTO") INSTR(" x") SEPARATE T("r") END_), P(GONE GONE GONE GONE T("r") GONE), FINDING_WORD_FIELD },
	{ "DDE within IF", P(BEGIN INSTR("IF ") BEGIN INSTR("DDE a b") SEPARATE T("x") END_ INSTR("=1") SEPARATE T("r") END_),
	  P(GONE GONE GONE GONE GONE GONE GONE GONE GONE T("r") GONE), FINDING_WORD_FIELD },
	{ "DDE in the result of TOC", P(BEGIN INSTR("TOC") SEPARATE BEGIN INSTR("DDE a") SEPARATE T("x") END_ END_),
	  P(OBEGIN INSTR("TOC") OSEPARATE GONE GONE GONE T("x") GONE OEND), FINDING_WORD_FIELD },
	{ "a name made by QUOTE", P(BEGIN BEGIN INSTR("QUOTE 68") SEPARATE T("D") END_ INSTR("DE x") END_), P(GONE GONE GONE GONE GONE GONE GONE GONE), FINDING_WORD_FIELD },
	{ "PAGE within IF", P(BEGIN INSTR("IF ") BEGIN INSTR("PAGE") SEPARATE T("1") END_ INSTR("=1") SEPARATE T("r") END_),
	  P(OBEGIN INSTR("IF ") OBEGIN INSTR("PAGE") OSEPARATE T("1") OEND INSTR("=1") OSEPARATE T("r") OEND), FINDING_COUNT },
	{ "what a button shows", P(BEGIN INSTR(" MACROBUTTON x [click]") END_), P("<w:r><w:t>[click]</w:t></w:r>" GONE GONE), FINDING_WORD_FIELD },
	{ "never ended", P(BEGIN INSTR("PAGE") SEPARATE T("1")), P(GONE GONE GONE T("1")), FINDING_WORD_FIELD },
	{ "never begun", P(INSTR("DDE") SEPARATE T("1") END_), P(GONE GONE T("1") GONE), FINDING_WORD_FIELD },
	{ "separated twice", P(BEGIN INSTR("PAGE") SEPARATE SEPARATE T("1") END_), P(GONE GONE GONE GONE T("1") GONE), FINDING_WORD_FIELD },
	{ "in one run", P("<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>LINK a</w:instrText><w:fldChar w:fldCharType='separate'/><w:t>r</w:t><w:fldChar w:fldCharType='end'/></w:r>"),
	  P(T("r")), FINDING_WORD_FIELD },
	{ "ended in a box", P(BEGIN INSTR("PAGE") SEPARATE "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>" P(END_) "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>" END_),
	  P(OBEGIN INSTR("PAGE") OSEPARATE "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>" P(GONE) "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>" OEND), FINDING_COUNT },
	{ "simple field", P("<w:fldSimple w:instr=' PAGE '>" T("1") "</w:fldSimple>"), P("<w:fldSimple w:instr=\"PAGE\">" T("1") "</w:fldSimple>"), FINDING_COUNT },
	{ "simple DDE", P("<w:fldSimple w:instr='DDE a'>" T("1") "</w:fldSimple>"), P(T("1")), FINDING_WORD_FIELD },
	{ "link", P("<w:hyperlink r:id='rIdL'>" T("a") "</w:hyperlink>"), P("<w:hyperlink r:id=\"rIdL\">" T("a") "</w:hyperlink>"), FINDING_OOXML_LINK_KEPT },
	{ "link that went", P("<w:hyperlink r:id='rIdX'>" T("a") "</w:hyperlink>"), P(T("a")), FINDING_OOXML_LINK },
	{ "link as a picture", P("<w:r><w:pict><v:shape><v:imagedata r:id='rIdL'/></v:shape></w:pict></w:r>"), P("<w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>"), FINDING_COUNT },
	{ "link within", P("<w:hyperlink w:anchor='x'>" T("a") "</w:hyperlink>"), P("<w:hyperlink w:anchor=\"x\">" T("a") "</w:hyperlink>"), FINDING_COUNT },
	{ "a font of a shape's style", P("<w:r><w:pict><v:shape style='font-family:&quot;MS Gothic&quot;;font-size:20pt'/></w:pict></w:r>"),
	  P("<w:r><w:pict><v:shape style=\"font-family:'MS Gothic';font-size:20pt\"/></w:pict></w:r>"), FINDING_COUNT },
	{ "formula of nothing", P("<w:r><w:pict><v:shape><v:formulas><v:f nqe='val 1'/><v:f eqn='val 2'/></v:formulas></v:shape></w:pict></w:r>"),
	  P("<w:r><w:pict><v:shape><v:formulas><v:f eqn=\"val 2\"/></v:formulas></v:shape></w:pict></w:r>"), FINDING_MARKUP_UNKNOWN },
	{ "object", P("<w:r><w:object><v:shape style='width:1pt;x:expression(1);height : 2pt'/><o:OLEObject ProgID='x'/></w:object></w:r>"),
	  P("<w:r><w:pict><v:shape style=\"width:1pt;height:2pt\"/></w:pict></w:r>"), FINDING_COUNT },
	{ "object without picture", P("<w:r><w:object><o:OLEObject ProgID='x'/></w:object></w:r>"), P("<w:r/>"), FINDING_COUNT },
	{ "chunk", "<w:altChunk r:id='rIdC'/>" P(""), "<w:p/>", FINDING_OOXML_ALT_CHUNK },
	{ "hidden", P("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>"), P("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>"), FINDING_WORD_HIDDEN_TEXT },
	{ "table", "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>" P(""), "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>", FINDING_COUNT },
	{ "changes", P("<w:del w:id='1' w:author='a' w:date='2020-01-01T00:00:00Z'><w:r><w:delText>x</w:delText></w:r></w:del>"),
	  P("<w:del w:author=\"a\" w:date=\"2020-01-01T00:00:00Z\" w:id=\"1\"><w:r><w:delText>x</w:delText></w:r></w:del>"), FINDING_COUNT },
	{ "section", P("") "<w:sectPr><w:pgMar w:top='1'/><w:headerReference w:type='odd' r:id='rIdL'/></w:sectPr>",
	  "<w:p/><w:sectPr><w:pgMar w:bottom=\"0\" w:footer=\"0\" w:gutter=\"0\" w:header=\"0\" w:left=\"0\" w:right=\"0\" w:top=\"1\"/></w:sectPr>", FINDING_MARKUP_UNKNOWN },
	{ "formula", P("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den/></m:f></m:oMath>"), P("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den/></m:f></m:oMath>"), FINDING_COUNT },
	{ "choice", P("<mc:AlternateContent><mc:Choice Requires='w14'>" T("new") "</mc:Choice><mc:Fallback>" T("old") "</mc:Fallback></mc:AlternateContent>"), P(T("old")), FINDING_COUNT },
	{ "form field", P("<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:name w:val='a'/><w:entryMacro w:val='m'/><w:checkBox><w:default w:val='1'/></w:checkBox></w:ffData></w:fldChar></w:r>"
	  INSTR("FORMCHECKBOX") END_), P("<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:name w:val=\"a\"/><w:checkBox><w:default w:val=\"1\"/></w:checkBox></w:ffData></w:fldChar></w:r>"
	  INSTR("FORMCHECKBOX") OEND), FINDING_OOXML_MACRO },
};

static void
put(struct zip_writer *w, const char *name, const char *content)
{
	struct err e = { 0 };

	assert_true(zip_put(w, name, 33, 0, view_str(content), &e));
}

static void
document_of(const char *body, struct buf *out)
{
	own_zip_writer struct zip_writer w = { .out = out };
	own_buf struct buf b = { 0 };
	struct err e = { 0 };

	put(&w, "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'><Override PartName='/word/document.xml' "
	    "ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>");
	put(&w, "_rels/.rels", "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='rId1' Type='" OFFICE
	    "/officeDocument' Target='word/document.xml'/></Relationships>");
	put(&w, "word/_rels/document.xml.rels", "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
	    "<Relationship Id='rIdL' Type='" OFFICE "/hyperlink' Target='http://a/' TargetMode='External'/>"
	    "<Relationship Id='rIdX' Type='" OFFICE "/hyperlink' Target='file:///a' TargetMode='External'/>"
	    "<Relationship Id='rIdC' Type='" OFFICE "/aFChunk' Target='c.html'/></Relationships>");
	(void)buf_printf(&b, "<w:document " XMLNS "><w:body>%s</w:body></w:document>%c", body, 0);
	put(&w, "word/document.xml", (const char *)b.p);
	assert_true(zip_end(&w, &e));
}

/* What stands between <w:body> and </w:body>. */
static void
body_of(struct view in, struct buf *ret)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &f };
	own_buf struct buf all = { 0 };
	struct err e = { 0 };
	own_zip struct zip *z = zip_new(in, NULL, NULL, &e);
	size_t from, to;

	assert_non_null(z);
	assert_true(zip_unpack(z, zip_find(z, "word/document.xml"), &j, &all, &e));
	from = view_find(buf_bytes(&all), 0, VIEW("<w:body>"));
	to = view_find(buf_bytes(&all), 0, VIEW("</w:body>"));
	assert_true(from != VIEW_NOT_FOUND && to != VIEW_NOT_FOUND);
	(void)buf_put(ret, all.p + from + 8, to - from - 8);
	(void)buf_byte(ret, '\0');
	findings_release(&f);
}

static void
every_case(void **state)
{
	size_t i, bad = 0;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct case_ *c = &cases[i];
		own_buf struct buf in = { 0 }, body = { 0 };
		own_tried struct tried t = { 0 };

		document_of(c->in, &in);
		t = try_it("a.docx", buf_bytes(&in));
		if (!tried_passed(&t))
			fail_msg("%s: %s", c->name, t.findings.n > 0 ? t.findings.row[t.findings.n - 1].detail : "");
		body_of(buf_bytes(&t.out), &body);
		if (strcmp((char *)body.p, c->out) != 0)
			{ print_error("%s: %s\n", c->name, (char *)body.p); bad++; }
		if (c->finding == FINDING_COUNT ? tried_count(&t, FINDING_WORD_FIELD) + tried_count(&t, FINDING_MARKUP_UNKNOWN) > 0
						: tried_count(&t, c->finding) == 0)
			{ print_error("%s: findings\n", c->name); bad++; }
		if (!tried_settled(&t, "a.docx"))
			{ print_error("%s: not settled\n", c->name); bad++; }
	}
	assert_int_equal(bad, 0);
}

/* By the strict profile no link stays. */
static void
without_links(void **state)
{
	own_buf struct buf in = { 0 }, body = { 0 };
	own_tried struct tried t = { 0 };

	(void)state;
	document_of(P("<w:hyperlink r:id='rIdL'>" T("a") "</w:hyperlink>" BEGIN INSTR("HYPERLINK &quot;http://a&quot;") SEPARATE T("b") END_), &in);
	t = try_with("strict", NULL, "a.docx", buf_bytes(&in));
	assert_true(tried_passed(&t));
	body_of(buf_bytes(&t.out), &body);
	assert_string_equal((char *)body.p, P(T("a") GONE GONE GONE T("b") GONE));
	assert_int_equal(tried_count(&t, FINDING_OOXML_LINK), 2);
}

/* Many fields, deep fields: in linear time, or a limit. */
static void
many(void **state)
{
	own_buf struct buf body = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 20000; i++)
		(void)buf_str(&body, "<w:p>" BEGIN INSTR("PAGE") END_ "</w:p>");
	(void)buf_byte(&body, '\0');
	for (i = 0; i < 2; i++) {
		own_buf struct buf in = { 0 };
		own_tried struct tried t = { 0 };

		document_of((const char *)body.p, &in);
		t = try_it("a.docx", buf_bytes(&in));
		assert_int_equal(tried_passed(&t), i == 0);
		buf_clear(&body);
		(void)buf_str(&body, "<w:p>");
		for (size_t k = 0; k < 70; k++)
			(void)buf_str(&body, BEGIN);
		(void)buf_str(&body, "</w:p>");
		(void)buf_byte(&body, '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case), cmocka_unit_test(without_links), cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
