/* flat_test.c - documents of one XML file: taken apart, and what the package made of them holds. */
#include "sanitize/odf/flat.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "sanitize/odf/testing.h"

#define FLAT(kind, pieces)                                                                                            \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document" ODF_SPACES " office:version=\"1.3\""           \
	" office:mimetype=\"" ODF_MIMETYPE kind "\">" pieces "</office:document>"
#define BODY(text) "<office:body><office:text>" text "</office:text></office:body>"
#define OBJECT(document) "<text:p><draw:frame><draw:object>" document "</draw:object></draw:frame></text:p>"
#define CHART                                                                                                         \
	"<office:document office:mimetype=\"" ODF_MIMETYPE "chart\"><office:body><office:chart>"                      \
	"<chart:chart chart:class=\"chart:bar\"/></office:chart></office:body></office:document>"
/* A text with a chart in it, to be an object. */
#define TEXT_WITH_CHART                                                                                               \
	"<office:document office:mimetype=\"" ODF_MIMETYPE "text\"><office:body><office:text>" OBJECT(CHART)          \
	"</office:text></office:body></office:document>"

static const struct {
	const char *what, *in, *part, *has, *lacks;
	unsigned finding;
} rows[] = {
	{ "text", FLAT("text", BODY("<text:p>a&amp;&#9;&lt;b</text:p>")), "content.xml", "<text:p>a&amp;\t&lt;b</text:p>", "", FINDING_ODF_FLAT },
	{ "styles", FLAT("text", "<office:styles><style:style style:name=\"A\" style:family=\"paragraph\"/></office:styles>" BODY("")),
	  "styles.xml", "<style:style style:family=\"paragraph\" style:name=\"A\"/>", "office:body", FINDING_ODF_FLAT },
	{ "styles are not content", FLAT("text", "<office:styles><style:style style:name=\"A\" style:family=\"paragraph\"/></office:styles>" BODY("")),
	  "content.xml", "<office:text/>", "style:style", FINDING_ODF_FLAT },
	{ "automatic styles are of both", FLAT("text", "<office:automatic-styles><style:style style:name=\"A\" style:family=\"text\"/></office:automatic-styles>" BODY("")),
	  "content.xml", "style:name=\"A\"", "", FINDING_ODF_FLAT },
	{ "automatic styles are of both (2)", FLAT("text", "<office:automatic-styles><style:style style:name=\"A\" style:family=\"text\"/></office:automatic-styles>" BODY("")),
	  "styles.xml", "style:name=\"A\"", "", FINDING_ODF_FLAT },
	{ "description", FLAT("text", "<office:meta><meta:generator>x</meta:generator><dc:creator>佐藤</dc:creator></office:meta>" BODY("")),
	  "meta.xml", "<dc:creator>佐藤</dc:creator>", "office:text", FINDING_ODF_FLAT },
	{ "settings", FLAT("text", "<office:settings><config:config-item-set config:name=\"ooo:view-settings\"><config:config-item"
			   " config:name=\"ViewAreaTop\" config:type=\"int\">12</config:config-item></config:config-item-set></office:settings>" BODY("")),
	  "settings.xml", ">12</config:config-item>", "", FINDING_ODF_FLAT },
	{ "macros", FLAT("text", "<office:scripts><office:script script:language=\"ooo:Basic\">x</office:script></office:scripts>" BODY("")),
	  "content.xml", "<office:text/>", "script:language", FINDING_ODF_MACRO },
	{ "a chart inside", FLAT("text", BODY(OBJECT(CHART))), "Object 1/content.xml", "<chart:chart chart:class=\"chart:bar\"/>", "", FINDING_ODF_FLAT },
	{ "and what shows it", FLAT("text", BODY(OBJECT(CHART))), "content.xml", "<draw:object xlink:href=\"./Object 1\"/>", "chart:chart", FINDING_ODF_FLAT },
	{ "a formula inside", FLAT("text", BODY(OBJECT("<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math>"))),
	  "Object 1/content.xml", "<math:mi>x</math:mi>", "", FINDING_ODF_FLAT },
	{ "a formula, a name of a space told twice", FLAT("text", BODY("<text:p xmlns:q=\"urn:a\"><draw:frame xmlns:q=\"urn:b\"><draw:object>"
		"<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math></draw:object></draw:frame></text:p>")),
	  "Object 1/content.xml", "<math:mi>x</math:mi>", "", FINDING_ODF_FLAT },
	{ "an object in an object", FLAT("text", BODY("<text:p><draw:frame><draw:object>" TEXT_WITH_CHART "</draw:object></draw:frame></text:p>")),
	  "Object 1/Object 1/content.xml", "<chart:chart", "", FINDING_ODF_FLAT },
	{ "nothing inside", FLAT("text", BODY("<text:p><draw:frame><draw:object xlink:href=\"./Object 7\"/></draw:frame></text:p>")),
	  "content.xml", "<draw:frame/>", "draw:object", FINDING_ODF_MISSING },
	{ "OLE in it", FLAT("text", BODY("<text:p><draw:frame><draw:object-ole><office:binary-data>0M8R4A==</office:binary-data></draw:object-ole></draw:frame></text:p>")),
	  "content.xml", "<draw:frame/>", "0M8R", FINDING_ODF_OBJECT },
};

static void
each_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, view_str(rows[i].in));
		own_buf struct buf b = { 0 };

		if (!t.ok || !odf_entry(&t, rows[i].part, &b))
			fail_msg("%s: %s", rows[i].what, t.e.text);
		if (strstr((char *)b.p, rows[i].has) == NULL || (rows[i].lacks[0] != '\0' && strstr((char *)b.p, rows[i].lacks) != NULL))
			fail_msg("%s: %s", rows[i].what, (char *)b.p);
		if (odf_found(&t, (enum finding_code)rows[i].finding) != 1 || !odf_settled(&t, "rebuild"))
			fail_msg("%s: finding, or not the same twice", rows[i].what);
	}
}

static void
refused(void **state)
{
	static const struct {
		const char *in, *why;
	} bad[] = {
		{ "<office:document", "line" },
		{ "<office:document-content" ODF_SPACES "/>", "root" },
		{ "<office:document" ODF_SPACES "/>", "mimetype" },
		{ FLAT("spreadsheet", BODY("")), "another kind" },
		{ FLAT("database", BODY("")), "mimetype" },
		{ FLAT("&#115;preadsheet", BODY("")), "by its beginning odt" },
		{ FLAT("text", ""), "no body" },
		{ "<!DOCTYPE a [<!ENTITY x \"y\">]><office:document" ODF_SPACES " office:mimetype=\"" ODF_MIMETYPE "text\">" BODY("&x;") "</office:document>", "entity" },
		{ "<!DOCTYPE a SYSTEM \"b\"><office:document" ODF_SPACES " office:mimetype=\"" ODF_MIMETYPE "text\">" BODY("&x;") "</office:document>", "entity" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		own_odf_tried struct odf_tried t = odf_try_bytes("rebuild", NULL, view_str(bad[i].in));

		if (t.ok || strstr(t.e.text, bad[i].why) == NULL)
			fail_msg("%s: %s", bad[i].in, t.ok ? "rebuilt" : t.e.text);
	}
}

static void
too_deep(void **state)
{
	own_buf struct buf in = { 0 };
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	own_buf struct buf out = { 0 };
	struct err e = { 0 };
	int i;

	(void)state;
	(void)buf_str(&in, "<office:document" ODF_SPACES " office:mimetype=\"" ODF_MIMETYPE "text\">");
	for (i = 0; i < 9; i++)
		(void)buf_str(&in, "<office:body><office:text><draw:object><office:document>");
	for (i = 0; i < 9; i++)
		(void)buf_str(&in, "</office:document></draw:object></office:text></office:body>");
	(void)buf_str(&in, "</office:document>");
	assert_true(odf_is_flat(buf_bytes(&in)));
	assert_false(odf_flat_package(&j, buf_bytes(&in), &out, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	findings_release(&f);
}

/* What is taken apart counts as unpacked: automatic styles, which go to two parts, too. */
static void
costs(void **state)
{
	struct profile p = *profile_find(VIEW("rebuild"));
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		own_buf struct buf out = { 0 };
		struct findings f = { 0 };
		struct job j = { .profile = &p, .findings = &f, .name = "" };
		struct err e = { 0 };
		bool ok = odf_flat_package(&j, VIEW(FLAT("text", BODY("<text:p>a</text:p>"))), &out, &e);

		if (i == 0)
			assert_true(ok && j.unpacked > 0);
		else
			assert_true(!ok && e.code == ERR_LIMIT);
		p.limits.unpacked = j.unpacked - 1;
		findings_release(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row), cmocka_unit_test(refused), cmocka_unit_test(too_deep), cmocka_unit_test(costs) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
