#include "inspect/sentence.h"

#define HEAD "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><title>a &amp; b</title></head>\n<body>"
#define DOC(inner) HEAD inner "</body></html>\n"
#define PIXEL "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="

static const char *const good[] = {
	DOC(""), DOC("&lt;&gt;&amp;"), DOC("<p>a<b>b</b><br>\n\xe6\xbc\xa2</p>x<hr>"), DOC("<ul><li>a</li><li value=\"-3\"><p>b</p></li></ul><ol start=\"0\" type=\"i\"></ol>"),
	DOC("<table><caption>c</caption><thead><tr><th colspan=\"2\">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"), DOC("<dl><dt>a</dt><dd><p>b</p></dd></dl>"),
	DOC("<a href=\"https://a.jp/?a&amp;b\">x</a>"), DOC("<img src=\"data:image/png;base64," PIXEL "\" alt=\"&quot;\" width=\"10000\">"), DOC("<ruby>a<rt>b</rt><rp>)</rp></ruby>"), DOC("<pre>\n\na</pre>"),
	"<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title></title></head>\n<body></body></html>\n",
};

static const struct { const char *text, *why; } bad[] = {
	{ DOC("<script>x</script>"), "element script" }, { DOC("<style>x</style>"), "element style" }, { DOC("<iframe></iframe>"), "element iframe" }, { DOC("<form></form>"), "element form" }, { DOC("<input>"), "element input" },
	{ DOC("<svg></svg>"), "element svg" }, { DOC("<math></math>"), "element math" }, { DOC("<object></object>"), "element object" }, { DOC("<meta>"), "element meta" }, { DOC("<link>"), "element link" }, { DOC("<base>"), "element base" },
	{ DOC("<p onclick=\"x\">a</p>"), "attribute that" }, { DOC("<p style=\"x\">a</p>"), "attribute that" }, { DOC("<a href=\"javascript:x\">a</a>"), "no address" }, { DOC("<a href=\"mailto:a@b.jp?subject=x&amp;attach=y\">a</a>"), "field that may not" },
	{ DOC("<a href=\"https://a/\" target=\"x\">a</a>"), "attribute that" },
	{ DOC("<img src=\"https://a/\" alt=\"\">"), "no data:" }, { DOC("<img alt=\"\">"), "missing" }, { DOC("<img src=\"data:image/svg+xml;base64,AAAA\" alt=\"\">"), "no data:" }, { DOC("<p><p>a</p></p>"), "element p" }, { DOC("<p><div></div></p>"), "element div" },
	{ DOC("<a href=\"https://a/\"><b><a href=\"https://a/\">x</a></b></a>"), "link in a link" }, { DOC("<ul>x</ul>"), "text" }, { DOC("<ul><p>a</p></ul>"), "element p" }, { DOC("<table><tr></tr></table>"), "element tr" },
	{ DOC("<table><tbody></tbody><caption></caption></table>"), "element caption" }, { DOC("<p>a"), "another element" }, { DOC("</p>"), "no end" }, { DOC("<P>a</P>"), "element" }, { DOC("<!--x-->"), "element" }, { DOC("&nbsp;"), "reference" }, { DOC("&quot;"), "reference" },
	{ DOC("a>b"), "character" }, { DOC("\r"), "character" }, { DOC("\xe2\x80\xae"), "character" }, { DOC("<td></td>"), "element td" }, { DOC("<ol start=\"01\"></ol>"), "number" }, { DOC("<ol start=\"-0\"></ol>"), "number" }, { DOC("<ol type=\"x\"></ol>"), "type of list" },
	{ DOC("<table><tbody><tr><td colspan=\"0\"></td></tr></tbody></table>"), "count" }, { DOC("<table><tbody><tr><td colspan=\"10001\"></td></tr></tbody></table>"), "count" }, { DOC("<pre>\na</pre>"), "line end" }, { DOC("<ol type=\"i\" start=\"1\"></ol>"), "attribute that" },
	{ "<html></html>", "no head" }, { HEAD "</body></html>", "no end" }, { "<!DOCTYPE html>\n<html lang=\"\"><head><meta charset=\"utf-8\"><title></title></head>\n<body></body></html>\n", "language" },
	{ "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title><b></b></title></head>\n<body></body></html>\n", "no title" },
};

static void
test_good(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++)
		must_pass(TYPE_HTML, view_str(good[i]), good[i]);
	must_be_whole(TYPE_HTML, view_str(good[2]));
}

static void
test_bad(void **state)
{
	own_buf struct buf b = { 0 };
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		must_fail(TYPE_HTML, view_str(bad[i].text), bad[i].text, bad[i].why);
	assert_false(passes_as("strict", TYPE_HTML, view_str(good[6]), &e));
	buf_str(&b, HEAD);
	for (i = 0; i < 300; i++)
		buf_str(&b, "<div>");
	for (i = 0; i < 300; i++)
		buf_str(&b, "</div>");
	buf_str(&b, "</body></html>\n");
	must_fail(TYPE_HTML, buf_bytes(&b), "deep", "too deep");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_bad) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
