#include "inspect/address.h"
#include "inspect/sentence.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define ROOT "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
/* A PNG of one pixel. */
#define PIXEL "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="

static const char *const good[] = {
	"", " height=\"10\" viewBox=\"0 0 10 10\" width=\"10mm\"",
};

static const char *const inside[] = {
	"<g fill=\"#00ff00\" transform=\"translate(1,2) rotate(45)\"><path d=\"M0 0L1 1.5A1 1 0 0 1 5 5Z\"/></g>",
	"<defs><linearGradient id=\"a\"><stop offset=\"0.5\" stop-color=\"red\"/></linearGradient></defs><rect fill=\"url(#a)\" height=\"1\"/>",
	"<text font-family=\"'MS Gothic',serif\">\xe6\xbc\xa2 &lt;<tspan x=\"1 2 3\">b</tspan></text>",
	"<style>rect,.a>.b #c:first-child[x='y']{fill:red;stroke:url(#a)!important}\n*{x:1px}\n</style>",
	"<a xlink:href=\"https://example.jp/?a=1&amp;b\"><text>x</text></a>", "<use xlink:href=\"#a\"/>",
	"<g style=\"fill:red;stroke-width:1e-3\"/>", "<g class=\"a b\" id=\"\xe6\xbc\xa2\"/>", "<image xlink:href=\"data:image/png;base64," PIXEL "\"/>",
};

static const struct { const char *text, *why; } bad[] = {
	{ "<script/>", "element script" }, { "<foreignObject/>", "element foreignObject" }, { "<g onclick=\"a\"/>", "attribute onclick" },
	{ "<animate/>", "element animate" }, { "<set/>", "element set" }, { "<handler/>", "element handler" }, { "<iframe/>", "element iframe" },
	{ "<a xlink:href=\"javascript:x\"/>", "no address" }, { "<a xlink:href=\"mailto:a@b.jp?attach=x\"/>", "field that may not" },
	{ "<a href=\"https://a/\"/>", "attribute href" }, { "<use xlink:href=\"a.svg#b\"/>", "xlink:href" },
	{ "<use xlink:href=\"https://a/#b\"/>", "xlink:href" }, { "<image xlink:href=\"https://a/b.png\"/>", "no data:" },
	{ "<image xlink:href=\"data:image/svg+xml;base64,AAAA\"/>", "no data:" }, { "<image xlink:href=\"data:image/png;base64,AAAA\"/>", "picture" },
	{ "<image xlink:href=\"data:image/png;base64,A\"/>", "base64" }, { "<feImage xlink:href=\"x\"/>", "no data:" }, { "<g xlink:href=\"#a\"/>", "attribute xlink:href" },
	{ "<g fill=\"url(http://a/)\"/>", "fill" }, { "<g fill=\"url('#a')\"/>", "fill" }, { "<g fill=\"url(#a\"/>", "fill" }, { "<g fill=\"src(#a)\"/>", "fill" },
	{ "<g fill=\"image('a')\"/>", "fill" }, { "<g fill=\"a  b\"/>", "fill" }, { "<g fill=\"#12345\"/>", "fill" }, { "<g fill=\"#ABC\"/>", "fill" }, { "<g fill=\"\"/>", "fill" },
	{ "<g fill=\"rgb(rgb(rgb(rgb(rgb(1)))))\"/>", "fill" }, { "<g fill=\"01\"/>", "fill" }, { "<g fill=\"expression(1)\"/>", "fill" },
	{ "<g style=\"behavior:url(#a)\"/>", "style" }, { "<g style=\"fill:red;\"/>", "style" }, { "<g style=\"\"/>", "style" },
	{ "<style>@import 'a';</style>", "text" }, { "<style>a{fill:url(x)}\n</style>", "text" }, { "<style>a{fill:red}</style>", "text" }, { "<style>a{b\\c:red}\n</style>", "text" },
	{ "<style>{fill:red}\n</style>", "text" }, { "<style>a{}\n</style>", "text" }, { "<style><g/></style>", "element g" }, { "<g>x</g>", "text" }, { "<g>\n</g>", "text" },
	{ "<path d=\"L0 0\"/>", "d=" }, { "<path d=\"M0\"/>", "d=" }, { "<path d=\"M0 0 L1 1\"/>", "d=" }, { "<path d=\"M0 0A1 1 0 2 0 1 1\"/>", "d=" }, { "<path d=\"M0 0B1\"/>", "d=" },
	{ "<style>.1a{fill:red}\n</style>", "text" }, { "<style>a[x=\"y\"]{fill:red}\n</style>", "text" }, { "<style>a[x]b{fill:red}\n</style>", "text" },
	{ "<g id=\"\"/>", "id" }, { "<g id=\"a b\"/>", "id" }, { "<g y=\"1\" x=\"1\"/>", "out of order" }, { "<g x=\"1\" x=\"1\"/>", "out of order or twice" },
	{ "<g xmlns=\"urn:x\"/>", "attribute xmlns" }, { "<svg:g/>", "element svg:g" }, { "<g xml:base=\"x\"/>", "attribute xml:base" }, { "<g lang=\"a.b\"/>", "lang" },
	{ "<g xml:space=\"x\"/>", "xml:space" }, { "<g fill=\"&quot;a&quot;\"/>", "fill" }, { "<g class=\"a  b\"/>", "class" },
};

static void
test_good(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof *good; i++) {
		own_buf struct buf b = { 0 };

		buf_printf(&b, HEAD ROOT "%s/>\n", good[i]);
		must_be_whole(TYPE_SVG, buf_bytes(&b));
	}
	for (i = 0; i < sizeof inside / sizeof *inside; i++) {
		own_buf struct buf b = { 0 };
		const char *p;

		buf_printf(&b, HEAD ROOT ">");
		for (p = inside[i]; *p != '\0'; p++)	/* the combinator as XML spells it */
			if (p > inside[i] && *p == '>' && p[1] == '.')
				buf_str(&b, "&gt;");
			else
				buf_byte(&b, (uint8_t)*p);
		buf_str(&b, "</svg>\n");
		must_pass(TYPE_SVG, buf_bytes(&b), inside[i]);
	}
}

static void
test_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		own_buf struct buf b = { 0 };

		buf_printf(&b, HEAD ROOT ">%s</svg>\n", bad[i].text);
		must_fail(TYPE_SVG, buf_bytes(&b), bad[i].text, bad[i].why);
	}
	must_fail(TYPE_SVG, VIEW(HEAD "<svg/>\n"), "no namespace", "no namespace");
	must_fail(TYPE_SVG, VIEW(HEAD "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"), "one namespace", "namespaces other");
	must_fail(TYPE_SVG, VIEW(HEAD "<svg xmlns=\"urn:x\"/>\n"), "another", "namespace xmlns");
	must_fail(TYPE_SVG, VIEW(HEAD "<html/>\n"), "another root", "root");
	must_fail(TYPE_SVG, VIEW(HEAD ROOT " xmlns:z=\"urn:x\"/>\n"), "a third", "namespace xmlns:z");
}

static void
test_links_by_profile(void **state)
{
	struct err e;

	(void)state;
	assert_false(passes_as("strict", TYPE_SVG, VIEW(HEAD ROOT "><a xlink:href=\"https://a.jp/\"/></svg>\n"), &e));
	assert_non_null(strstr(e.text, "profile"));
	assert_true(inspect_address_sound(VIEW("https://a.jp/"), &e));
}

static void
test_mail(void **state)
{
	static const struct { const char *address, *why; } rows[] = {
		{ "mailto:a@b.jp?", NULL }, { "mailto:a@b.jp?subject=x?&BODY=y;z=1&", NULL }, { "mailto:a@b.jp?body=a%0D%0Ab%09&cc=c@d.jp", NULL }, { "mailto:?in-reply-to=%3Ca%3E&to=", NULL },
		{ "mailto:a@b.jp?body=%", NULL }, { "mailto:a@b.jp?body=%4", NULL }, { "mailto:a@b.jp?body=%zz", NULL },
		{ "mailto:a@b.jp?attach=x", "field" }, { "mailto:a@b.jp?cc=a&Attachment=x", "field" }, { "mailto:a@b.jp?bod=x", "field" }, { "mailto:a@b.jp?bodyy=x", "field" }, { "mailto:a@b.jp?subject", "field" },
		{ "mailto:a@b.jp?%61ttach=x", "field" }, { "mailto:a@b.jp?=x", "field" }, { "mailto:a%0Ab", "control" }, { "mailto:a@b.jp?subject=%0d%0aX:y", "control" }, { "mailto:a@b.jp?body=x&cc=%0A", "control" },
		{ "mailto:a@b.jp?body=%1b", "control" }, { "mailto:a@b.jp?body=%7F", "control" }, { "https://a/?attach=%0A", NULL },
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		e.text[0] = 0;
		if (inspect_address_sound(view_str(rows[i].address), &e) != (rows[i].why == NULL) || (rows[i].why != NULL && strstr(e.text, rows[i].why) == NULL))
			fail_msg("%s: %s", rows[i].address, e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_bad), cmocka_unit_test(test_links_by_profile), cmocka_unit_test(test_mail) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
