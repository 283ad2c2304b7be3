/* OpenDocument: the package's order, markup, references, formulas. */
#include "inspect/odf_formula.h"
#include "inspect/package.h"
#include "inspect/recognise.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define ALWAYS(more) " xmlns:dom=\"http://www.w3.org/2001/xml-events\" " more "xmlns:msoxl=\"http://schemas.microsoft.com/office/excel/formula\" " \
	"xmlns:of=\"urn:oasis:names:tc:opendocument:xmlns:of:1.2\" xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" " \
	"xmlns:oooc=\"http://openoffice.org/2004/calc\" xmlns:ooow=\"http://openoffice.org/2004/writer\""
#define TEXT_NS " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""
#define XLINK_NS " xmlns:xlink=\"http://www.w3.org/1999/xlink\""
#define DRAW_NS "xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" "
#define TABLE_NS " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""
#define CONTENT(ns, inner) XML "<office:document-content" ns "><office:body>" inner "</office:body></office:document-content>\n"
#define P(inner) CONTENT(ALWAYS("") TEXT_NS, "<office:text><text:p>" inner "</text:p></office:text>")
#define PX(inner) CONTENT(ALWAYS("") TEXT_NS XLINK_NS, "<office:text><text:p>" inner "</text:p></office:text>")
#define PD(inner) CONTENT(ALWAYS(DRAW_NS) TEXT_NS XLINK_NS, "<office:text><text:p>" inner "</text:p></office:text>")
#define EMPTY CONTENT(ALWAYS(""), "<office:text/>")
#define FILE(path, type) "<manifest:file-entry manifest:full-path=\"" path "\" manifest:media-type=\"" type "\"/>"
#define MANIFEST(inner) XML "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">" inner "</manifest:manifest>\n"
#define ODT "application/vnd.oasis.opendocument.text"

static void
must(enum type type, const char *why, const struct piece *p, size_t n)
{
	own_buf struct buf b = { 0 };
	struct err e;
	bool ok;

	zip_pieces(&b, p, n);
	ok = passes(type, buf_bytes(&b), &e);
	if (ok != (why == NULL))
		fail_msg("%.*s: %s", (int)p[n > 2 ? n - 2 : 0].data.n, (const char *)p[n > 2 ? n - 2 : 0].data.p, ok ? "recognised" : e.text);
	if (why != NULL && strstr(e.text, why) == NULL)
		fail_msg("%.*s: expected \"%s\", got \"%s\"", (int)p[n > 2 ? n - 2 : 0].data.n, (const char *)p[n > 2 ? n - 2 : 0].data.p, why, e.text);
}

static void
must_content(const char *why, const char *content)
{
	struct piece p[] = {
		{ "mimetype", VIEW(ODT), true }, { "content.xml", view_str(content), false },
		{ "META-INF/manifest.xml", VIEW(MANIFEST(FILE("/", ODT) FILE("content.xml", "text/xml"))), false },
	};

	must(TYPE_ODT, why, p, 3);
}

static void
test_markup(void **state)
{
	static const char *const good[] = {
		EMPTY, P("a<text:span>b</text:span><text:s text:c=\"2\"/>"), PX("<text:a xlink:href=\"https://a.jp/\">x</text:a>"), PX("<text:a xlink:href=\"#a\">x</text:a>"),
		P("<text:variable-set text:formula=\"ooow:1+2\" text:name=\"a\">3</text:variable-set>"),
	};
	static const struct { const char *content, *why; } bad[] = {
		{ PX("<text:a xlink:href=\"javascript:x\">x</text:a>"), "no address" }, { PX("<text:a xlink:href=\"../x\">x</text:a>"), "no address" }, { PX("<text:s xlink:href=\"#a\"/>"), "attribute xlink:href" },
		{ P("<text:execute-macro/>"), "element text:execute-macro" }, { P("<text:script/>"), "element text:script" }, { P("<text:dde-connection/>"), "element text:dde" },
		{ P("<text:database-display/>"), "element text:database" }, { CONTENT(ALWAYS(""), "<office:text/><office:text/>"), "two bodies" },
		{ XML "<office:document-content" ALWAYS("") "><office:scripts/></office:document-content>\n", "element office:scripts" }, { XML "<office:document-content" ALWAYS("") "/>\n", "not one body" },
		{ CONTENT(ALWAYS(""), "<office:spreadsheet/>"), "another kind" }, { CONTENT("", "<office:text/>"), "namespaces other" }, { P("<text:s text:c=\"a&quot;b\"/>"), "text:c" },
		{ P("<text:variable-set text:formula=\"ooow:a.b.c\" text:name=\"a\">3</text:variable-set>"), "database" },
		{ P("<text:variable-set text:formula=\"ooow:a#b\" text:name=\"a\">3</text:variable-set>"), "byte 23" }, { P("<text:variable-set text:formula=\"ooow:\\\\h\" text:name=\"a\">3</text:variable-set>"), "byte 5c" },
		{ P("<text:variable-set text:formula=\"ooow:&quot;a\" text:name=\"a\">3</text:variable-set>"), "text" },
		{ PD("<draw:frame><draw:image xlink:href=\"https://a/\"/></draw:frame>"), "no picture of the package" }, { PD("<draw:frame><draw:image xlink:href=\"Pictures/2.png\"/></draw:frame>"), "no picture of the package" },
		{ PD("<draw:frame><draw:image xlink:href=\"Pictures/1.png\"/></draw:frame>"), "not where it should be" }, { PD("<draw:frame><draw:object xlink:href=\"./Object 1\"/></draw:frame>"), "not where it should be" },
		{ PD("<draw:frame><draw:object xlink:href=\"file:///x\"/></draw:frame>"), "no object of the package" }, { PD("<draw:frame><draw:image xlink:href=\"./ObjectReplacements/Object 1\"/></draw:frame>"), "another object's" },
		{ PD("<draw:frame><draw:object-ole xlink:href=\"./Object 1\"/></draw:frame>"), "element draw:object-ole" }, { PD("<draw:frame><draw:plugin/></draw:frame>"), "element draw:plugin" },
		{ PD("<draw:frame><draw:floating-frame/></draw:frame>"), "element draw:floating-frame" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		must_content(NULL, good[i]);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must_content(bad[i].why, bad[i].content);
}

#define SHOWN PD("<draw:frame><draw:object xlink:href=\"./Object 1\"/><draw:image xlink:href=\"./ObjectReplacements/Object 1\"/></draw:frame>")
#define FORMULA XML "<math:math xmlns:dom=\"http://www.w3.org/2001/xml-events\" xmlns:math=\"http://www.w3.org/1998/Math/MathML\"" \
	" xmlns:msoxl=\"http://schemas.microsoft.com/office/excel/formula\" xmlns:of=\"urn:oasis:names:tc:opendocument:xmlns:of:1.2\"" \
	" xmlns:oooc=\"http://openoffice.org/2004/calc\" xmlns:ooow=\"http://openoffice.org/2004/writer\"><math:mi>x</math:mi></math:math>\n"

#define SETTING(name, type, value) SETTINGS("<config:config-item config:name=\"" name "\" config:type=\"" type "\">" value "</config:config-item>")
#define SETTINGS(items) XML "<office:document-settings xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\"" \
	" xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:ooo=\"http://openoffice.org/2004/office\"><office:settings><config:config-item-set config:name=\"ooo:view-settings\">" \
	items "</config:config-item-set></office:settings></office:document-settings>\n"

static void
test_package(void **state)
{
	struct piece p[] = {
		{ "mimetype", VIEW(ODT), true }, { "Object 1/content.xml", VIEW(FORMULA), false }, { "content.xml", VIEW(PD("<draw:frame><draw:object xlink:href=\"./Object 1\"/></draw:frame>")), false },
		{ "META-INF/manifest.xml", VIEW(MANIFEST(FILE("/", ODT) FILE("Object 1/content.xml", "text/xml") FILE("Object 1/", "application/vnd.oasis.opendocument.formula") FILE("content.xml", "text/xml"))), false },
		{ "x", VIEW("x"), false },
	}, swap;
	struct piece shown[] = {
		{ "mimetype", VIEW(ODT), true }, { "Object 1/content.xml", VIEW(FORMULA), false }, { "ObjectReplacements/Object 1", VIEW("what"), false }, { "content.xml", VIEW(SHOWN), false }, { "META-INF/manifest.xml", VIEW("x"), false },
	};
	struct piece settings[] = {
		{ "mimetype", VIEW(ODT), true }, { "content.xml", VIEW(EMPTY), false },
		{ "settings.xml", VIEW(XML "<office:document-settings xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\" xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:ooo=\"http://openoffice.org/2004/office\"><office:settings>"
		  "<config:config-item-set config:name=\"ooo:view-settings\"><config:config-item config:name=\"ZoomValue\" config:type=\"int\">100</config:config-item></config:config-item-set></office:settings></office:document-settings>\n"), false },
		{ "META-INF/manifest.xml", VIEW(MANIFEST(FILE("/", ODT) FILE("content.xml", "text/xml") FILE("settings.xml", "text/xml"))), false },
	};

	(void)state;
	must(TYPE_ODT, NULL, p, 4);
	must(TYPE_ODS, "another mimetype", p, 4);
	must(TYPE_ODT, "something that nothing refers to", p, 5);
	must(TYPE_ODT, "something", p, 3);
	must(TYPE_ODT, "unknown type", shown, 5);
	must(TYPE_ODT, NULL, settings, 4);
	settings[2].data = VIEW(XML "<office:document-settings xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\" xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:ooo=\"http://openoffice.org/2004/office\"><office:settings>"
		"<config:config-item-set config:name=\"ooo:view-settings\"><config:config-item config:name=\"ZoomValue\" config:type=\"int\">x</config:config-item></config:config-item-set></office:settings></office:document-settings>\n");
	must(TYPE_ODT, "text x", settings, 4);
	settings[2].data = VIEW(XML "<office:document-settings xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\" xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:ooo=\"http://openoffice.org/2004/office\"><office:settings>"
		"<config:config-item-set config:name=\"ooo:view-settings\"><config:config-item config:name=\"CurrentDatabaseDataSource\" config:type=\"string\">x</config:config-item></config:config-item-set></office:settings></office:document-settings>\n");
	must(TYPE_ODT, "setting CurrentDatabaseDataSource", settings, 4);
	settings[2].data = VIEW(SETTINGS("<config:config-item config:name=\"RedlineProtectionKey\" config:type=\"base64Binary\"/>"));
	must(TYPE_ODT, NULL, settings, 4);
	settings[2].data = VIEW(SETTING("RedlineProtectionKey", "base64Binary", "AAAA"));
	must(TYPE_ODT, "a key", settings, 4);
	settings[2].data = VIEW(SETTING("ZoomValue", "base64Binary", "AAAA"));
	must(TYPE_ODT, "setting ZoomValue", settings, 4);
	p[3].data = VIEW(MANIFEST(FILE("/", ODT) FILE("content.xml", "text/xml")));
	must(TYPE_ODT, "manifest", p, 4);
	p[0].stored = false;
	p[0].data = VIEW(ODT ODT ODT ODT);
	must(TYPE_ODT, "no mimetype", p, 4);
	p[0] = (struct piece){ "mimetype", VIEW(ODT "-template"), true };
	must(TYPE_ODT, "manifest", p, 4);
	swap = p[1];
	p[1] = p[2];
	p[2] = swap;
	must(TYPE_ODT, "not where it should be", p, 4);
}

/* One pixel, deflated in our own way. */
#define PIXEL64 "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
static const uint8_t pixel[] = {
	0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0x37, 0x6e, 0xf9, 0x24,
	0, 0, 0, 10, 'I', 'D', 'A', 'T', 0x78, 0xda, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0xe5, 0x27, 0xde, 0xfc, 0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82,
};
#define PRESENTATION_NS "xmlns:presentation=\"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0\" "
#define EVENT(attributes) CONTENT(" xmlns:dom=\"http://www.w3.org/2001/xml-events\" " DRAW_NS "xmlns:msoxl=\"http://schemas.microsoft.com/office/excel/formula\" " \
	"xmlns:of=\"urn:oasis:names:tc:opendocument:xmlns:of:1.2\" xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:oooc=\"http://openoffice.org/2004/calc\" " \
	"xmlns:ooow=\"http://openoffice.org/2004/writer\" " PRESENTATION_NS "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"", \
	"<office:text><text:p><draw:frame><office:event-listeners><presentation:event-listener " attributes "/></office:event-listeners></draw:frame><text:a xlink:href=\"#a\"/></text:p></office:text>")

static void
test_shown(void **state)
{
	struct piece p[] = {
		{ "mimetype", VIEW(ODT), true }, { "Pictures/1.png", { pixel, sizeof pixel }, false },
		{ "content.xml", VIEW(PD("<draw:frame><draw:image xlink:href=\"Pictures/1.png\"/></draw:frame><draw:frame><draw:image xlink:href=\"Pictures/1.png\"/></draw:frame>")), false },
		{ "META-INF/manifest.xml", VIEW(MANIFEST(FILE("/", ODT) FILE("Pictures/1.png", "image/png") FILE("content.xml", "text/xml"))), false },
	};
	struct piece shown[] = {
		{ "mimetype", VIEW(ODT), true }, { "Object 1/content.xml", VIEW(FORMULA), false }, { "ObjectReplacements/Object 1", { pixel, sizeof pixel }, false }, { "content.xml", VIEW(SHOWN), false },
		{ "META-INF/manifest.xml", VIEW(MANIFEST(FILE("/", ODT) FILE("Object 1/content.xml", "text/xml") FILE("Object 1/", "application/vnd.oasis.opendocument.formula")
		  FILE("ObjectReplacements/Object 1", "image/png") FILE("content.xml", "text/xml"))), false },
	};

	(void)state;
	must(TYPE_ODT, NULL, p, 4);
	must(TYPE_ODT, NULL, shown, 5);
	p[1].name = "Pictures/1.exe";
	p[2].data = VIEW(PD("<draw:frame><draw:image xlink:href=\"Pictures/1.exe\"/></draw:frame>"));
	must(TYPE_ODT, "unknown type", p, 4);
	must_content(NULL, PD("<draw:frame><draw:image><office:binary-data>" PIXEL64 "</office:binary-data></draw:image></draw:frame><text:a xlink:href=\"#a\"/>"));
	must_content("no picture", PD("<draw:frame><draw:image><office:binary-data>AAAA</office:binary-data></draw:image></draw:frame><text:a xlink:href=\"#a\"/>"));
	must_content(NULL, EVENT("presentation:action=\"next-page\""));
	must_content("element presentation:event-listener", EVENT("presentation:action=\"execute\""));
	must_content("element presentation:event-listener", EVENT("presentation:action=\"execute\" xlink:href=\"#a\""));
	must_content("xlink:href", EVENT("presentation:action=\"show\" xlink:href=\"file:///x\""));
	must_content("attribute script:language", EVENT("presentation:action=\"show\" script:language=\"x\""));
}

#define META XML "<office:document-meta" " xmlns:dc=\"http://purl.org/dc/elements/1.1/\"" ALWAYS("") "><office:meta>%s</office:meta></office:document-meta>\n"
#define FORM CONTENT(" xmlns:dom=\"http://www.w3.org/2001/xml-events\" xmlns:form=\"urn:oasis:names:tc:opendocument:xmlns:form:1.0\" xmlns:msoxl=\"http://schemas.microsoft.com/office/excel/formula\" " \
	"xmlns:of=\"urn:oasis:names:tc:opendocument:xmlns:of:1.2\" xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:oooc=\"http://openoffice.org/2004/calc\" " \
	"xmlns:ooow=\"http://openoffice.org/2004/writer\"", "<office:text><office:forms><form:form form:name=\"a\"/></office:forms></office:text>")

/* What a profile keeps and another does not. */
static void
test_profiles(void **state)
{
	static const struct { const char *profile, *meta, *content; bool pass; } tries[] = {
		{ "rebuild", "<dc:title>a</dc:title>", EMPTY, true }, { "strict", "<dc:title>a</dc:title>", EMPTY, false }, { "strict", "<dc:language>ja</dc:language>", EMPTY, true },
		{ "keep", "<dc:title>a</dc:title>", FORM, true }, { "rebuild", "<dc:title>a</dc:title>", FORM, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof tries / sizeof *tries; i++) {
		own_buf struct buf b = { 0 }, meta = { 0 };
		struct err e;

		buf_printf(&meta, META, tries[i].meta);
		struct piece p[] = {
			{ "mimetype", VIEW(ODT), true }, { "content.xml", view_str(tries[i].content), false }, { "meta.xml", buf_bytes(&meta), false },
			{ "META-INF/manifest.xml", VIEW(MANIFEST(FILE("/", ODT) FILE("content.xml", "text/xml") FILE("meta.xml", "text/xml"))), false },
		};
		zip_pieces(&b, p, 4);
		if (passes_as(tries[i].profile, TYPE_ODT, buf_bytes(&b), &e) != tries[i].pass)
			fail_msg("%zu: %s", i, e.text);
	}
}

static void
test_formulas(void **state)
{
	static const char *const good[] = {
		"of:=SUM([.A1:.B2];1)", "of:=[.A1]+[$'S 1'.$B$2]*2%", "of:=IF([.A1]=\"x\"\"y\";{1;2|3;4};#N/A)", "of:=com.microsoft.concat(1)", "cell-content-is-between(1,2)", "is-true-formula([.A1]>1)",
		"of:=HYPERLINK(\"https://a.jp/\";\"x\")", "of:=HYPERLINK(\"#a\")", "of:=HYPERLINK(\"https://a.jp/it's\")", "oooc:=MIN(1;2)", "value()>=0", "of:=A-B(1)" /* a name, then B() */, "of:=INDIRECT(\"A1\")",
		"of:=LEGACY.CHIDIST(1;2)", "of:=COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GETBIN2DEC(1)", "",
	};
	static const struct { const char *formula, *why; } bad[] = {
		{ "of:=DDE(\"cmd\";\"/c\";\"calc\")", "function DDE" }, { "of:=WEBSERVICE(\"https://a\")", "function WEBSERVICE" }, { "of:=dde(1)", "function dde" }, { "of:=CALL(1)", "function" },
		{ "of:=ORG.LIBREOFFICE.FILTERXML(1)", "function" }, { "of:=COM.SUN.STAR.SHEET.ADDIN.EVIL.GETX(1)", "function" }, { "of:=COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GETX.Y(1)", "function" },
		{ "of:=cmd|'/c calc'!A0", "|" }, { "of:=['file:///x'#$S.A1]", "address" }, { "of:='file:///x'#A1", "name" }, { "of:=[.A1", "address" }, { "of:=(1", "cut off" }, { "of:=1)", "bracket" }, { "of:={(1})", "bracket" },
		{ "of:=\"a", "text" }, { "of:=#FOO", "error" }, { "of:=\\", "byte" }, { "of:=HYPERLINK([.A1])", "computed" }, { "of:=HYPERLINK(\"file:///x\")", "no address" }, { "of:=HYPERLINK(\"https://a/\"&[.A1])", "computed" },
		{ "of:=HYPERLINK(\"mailto:a@b.jp?attach=x\")", "field that may not" }, { "of:=HYPERLINK(\"http://a b\")", "byte" },
		{ "of:=INDIRECT(\"'file:///x'#S.A1\")", "INDIRECT" }, { "of:=STARBASIC(1)", "function" }, { "of:=[.A1*2]", "address" }, { "of:=COM.MICROSOFT.(1)", "function" },
	};
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		struct err e = { 0 };

		if (!inspect_odf_formula(&in, view_str(good[i]), &e))
			fail_msg("%s: %s", good[i], e.text);
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = { 0 };

		if (inspect_odf_formula(&in, view_str(bad[i].formula), &e))
			fail_msg("%s: recognised", bad[i].formula);
		if (strstr(e.text, bad[i].why) == NULL)
			fail_msg("%s: expected \"%s\", got \"%s\"", bad[i].formula, bad[i].why, e.text);
	}
	assert_true(inspect_odf_ref(VIEW("$'S 1'.$A$1:.B2 T.A1")));
	assert_false(inspect_odf_ref(VIEW("'file:///x'#S.A1")));
	assert_false(inspect_odf_ref(VIEW("A1;B2")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_markup), cmocka_unit_test(test_package), cmocka_unit_test(test_shown), cmocka_unit_test(test_profiles), cmocka_unit_test(test_formulas) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
