#include "inspect/sentence.h"
#include "inspect/xml.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void
test_good(void **state)
{
	static const char *const good[] = {
		"<a/>", "<a>b</a>", "<a b=\"c\" d=\"&quot;&#9;\">\n\t&lt;&amp;&gt;&#13;</a>", "<p:a xmlns:p=\"urn:p\" p:b=\"1\"/>",
		"<a xmlns=\"urn:x\"><b/></a>", "<\xe6\xbc\xa2>\xe5\xad\x97</\xe6\xbc\xa2>", "<a xml:lang=\"ja\"/>",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		own_buf struct buf b = { 0 };

		buf_printf(&b, HEAD "%s\n", good[i]);
		must_pass(TYPE_XML, buf_bytes(&b), good[i]);
	}
}

static void
test_bad(void **state)
{
	static const struct { const char *text, *why; } bad[] = {
		{ "<!DOCTYPE a><a/>", "no name" }, { "<!--x--><a/>", "no name" }, { "<a><!--x--></a>", "no name" },
		{ "<a><![CDATA[x]]></a>", "no name" }, { "<?xml-stylesheet href=\"x\"?><a/>", "no name" }, { "<a><?php x?></a>", "no name" },
		{ "<a>&x;</a>", "reference" }, { "<a>&#65;</a>", "reference" }, { "<a>&quot;</a>", "reference" }, { "<a></a>", "two tags" },
		{ "<a b='c'/>", "without a value" }, { "<a  b=\"c\"/>", "no name" }, { "<a b=\"c\" b=\"c\"/>", "twice" }, { "<a>", "no element" },
		{ "<a><b>x</a></b>", "another element" }, { "<p:a/>", "prefix" }, { "<a p:b=\"1\"/>", "prefix" }, { "<a>]]></a>", "character" },
		{ "<a b=\"1\" xmlns=\"u\"/>", "behind other" }, { "<a>\r</a>", "character" }, { "<a b=\"\n\"/>", "character" },
		{ "<a>\xe2\x80\xae</a>", "character" }, { "<a>\xc2\x85</a>", "character" }, { "<a/><b/>", "line end" }, { "<a/>x", "line end" },
		{ "<a xmlns:h=\"http://www.w3.org/1999/xhtml\"/>", "namespace" }, { "<a><b xmlns=\"http://www.w3.org/2000/svg\"/></a>", "namespace" },
		{ "<a xmlns:xi=\"http://www.w3.org/2001/XInclude\"/>", "namespace" }, { "<xml:b:c/>", "tag that" }, { "<1/>", "no name" },
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		own_buf struct buf b = { 0 };

		buf_printf(&b, HEAD "%s\n", bad[i].text);
		if (passes(TYPE_XML, buf_bytes(&b), &e) ||
		    (strstr(e.text, bad[i].why) == NULL && strstr(e.text, "tag that does not end") == NULL))
			fail_msg("%s: \"%s\"", bad[i].text, e.text);
	}
	must_fail(TYPE_XML, VIEW("<a/>\n"), "no declaration", "declaration");
	must_fail(TYPE_XML, VIEW("\xef\xbb\xbf" HEAD "<a/>\n"), "BOM", "declaration");
}

static void
test_depth(void **state)
{
	unsigned n, i;

	(void)state;
	for (n = 255; n <= 257; n++) {
		own_buf struct buf b = { 0 };

		buf_str(&b, HEAD);
		for (i = 0; i < n; i++)
			buf_str(&b, "<a>");
		buf_str(&b, "x");
		for (i = 0; i < n; i++)
			buf_str(&b, "</a>");
		buf_str(&b, "\n");
		if (n <= 256)
			must_pass(TYPE_XML, buf_bytes(&b), "256 deep");
		else
			must_fail(TYPE_XML, buf_bytes(&b), "257 deep", "deep");
	}
}

static void
test_decode(void **state)
{
	own_buf struct buf b = { 0 };
	struct view v = VIEW("&amp;a&#13;");
	struct err e = { 0 };

	(void)state;
	assert_true(inspect_xml_decode(VIEW("&amp;a&lt;&gt;\xe6\xbc\xa2&quot;&#9;&#10;"), &b, &e));
	assert_true(view_is(buf_bytes(&b), "&a<>\xe6\xbc\xa2\"\t\n"));
	assert_int_equal(inspect_xml_take(&v), '&');
	assert_int_equal(inspect_xml_take(&v), 'a');
	assert_int_equal(inspect_xml_take(&v), '\r');
	assert_int_equal(v.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_bad), cmocka_unit_test(test_depth), cmocka_unit_test(test_decode) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
