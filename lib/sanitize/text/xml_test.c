#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/testing.h"
#include "sanitize/text/charset.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define INCLUDE "xmlns:xi=\"http://www.w3.org/2001/XInclude\""

static const struct {
	const char *in, *out;	/* out NULL: refused; HEAD and the last LF are added */
	enum finding_code code;	/* FINDING_COUNT: clean */
} cases[] = {
	{ HEAD "<a>x</a>\n", "<a>x</a>", FINDING_COUNT },
	{ "<a  b='\"' c=\"&#9;'&gt;\"></a >", "<a b=\"&quot;\" c=\"&#9;'&gt;\"/>", FINDING_COUNT },
	{ "<a>&amp;&#x3042;&#13;<![CDATA[<b>]]></a>", "<a>&amp;あ&#13;&lt;b&gt;</a>", FINDING_COUNT },
	{ "<p:a xmlns:p='u' p:b='1'><p:c xmlns='v'/></p:a>",
	  "<p:a xmlns:p=\"u\" p:b=\"1\"><p:c xmlns=\"v\"/></p:a>", FINDING_COUNT },
	{ "<a><!-- c --></a>", "<a/>", FINDING_XML_COMMENT },
	{ "<?xml-stylesheet href='x.xsl'?><a/>", "<a/>", FINDING_XML_INSTRUCTION },
	{ "<!DOCTYPE a SYSTEM 'http://x/a.dtd'><a/>", "<a/>", FINDING_XML_DOCTYPE },
	{ "<!DOCTYPE a [<!ELEMENT a ANY>]><a/>", "<a/>", FINDING_XML_DOCTYPE },
	{ "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", NULL, FINDING_XML_ENTITY },
	{ "<!DOCTYPE a [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;'>]><a b='&m;'/>", NULL, FINDING_XML_ENTITY },
	{ "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://x'> %p;]><a/>", NULL, FINDING_XML_ENTITY },
	{ "<!DOCTYPE a SYSTEM 'x'><a>&nbsp;</a>", NULL, FINDING_XML_ENTITY },
	{ "<a " INCLUDE ">1<xi:include href='file:///x'>y<b/></xi:include>2</a>", "<a>12</a>", FINDING_XML_INCLUDE },
	{ "<a " INCLUDE " xi:z='1'><b xi:z='2'/></a>", "<a><b/></a>", FINDING_COUNT },
	{ "<xi:include " INCLUDE "/>", NULL, FINDING_XML_INCLUDE },
	{ "<a>x\xe2\x80\xaey&#x202e;</a>", "<a>xy</a>", FINDING_TEXT_HIDING },
	{ "<a xmlns:x='http://www.w3.org/1999/xlink' x:href='https://h/'/>",
	  "<a xmlns:x=\"http://www.w3.org/1999/xlink\" x:href=\"https://h/\"/>", FINDING_XML_REMOTE },
	{ "<a xmlns:h='http://www.w3.org/1999/xhtml'><h:script>f()</h:script></a>",
	  "<a xmlns:h=\"http://www.w3.org/1999/xhtml#inert\"><h:script>f()</h:script></a>", FINDING_XML_LIVE },
	{ "<a><svg xmlns='http://www.w3.org/&#50;000/svg' onload='f()'/></a>",
	  "<a><svg xmlns=\"http://www.w3.org/2000/svg#inert\" onload=\"f()\"/></a>", FINDING_XML_LIVE },
	{ "<a xmlns:m='http://www.w3.org/1998/Math/MathML'><m:math href='javascript:f()'/></a>",
	  "<a xmlns:m=\"http://www.w3.org/1998/Math/MathML#inert\"><m:math href=\"javascript:f()\"/></a>", FINDING_XML_LIVE },
	{ "<?xml version='1.0'?><o:document xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0'/>",
	  "<o:document xmlns:o=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0#inert\"/>", FINDING_XML_LIVE },
	{ "<a><b></a>", NULL, FINDING_MALFORMED },
	{ "<a b='1' b='2'/>", NULL, FINDING_MALFORMED },
	{ "<p:a/>", NULL, FINDING_MALFORMED },
	{ "<a/><b/>", NULL, FINDING_MALFORMED },
	{ "<a>&undefined;</a>", NULL, FINDING_MALFORMED },
};

static void
rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		own_tried struct tried t = try_it("a.xml", view_str(cases[i].in));
		own_buf struct buf want = { 0 };

		assert_int_equal(t.type, TYPE_XML);
		assert_true(buf_str(&want, HEAD) && buf_str(&want, cases[i].out == NULL ? "" : cases[i].out) &&
			    buf_byte(&want, '\n'));
		if (tried_passed(&t) != (cases[i].out != NULL) ||
		    (cases[i].out != NULL && !view_eq(buf_bytes(&t.out), buf_bytes(&want))))
			fail_msg("case %zu: %s %.*s", i, verdict_name(t.verdict), (int)t.out.n,
				 t.out.n > 0 ? (const char *)t.out.p : "");
		if (cases[i].code != FINDING_COUNT)
			assert_true(tried_count(&t, cases[i].code) >= 1);
		else if (i < 5)
			assert_int_equal(t.findings.n, 0);
		if (tried_passed(&t) && cases[i].code != FINDING_XML_REMOTE)
			assert_true(tried_settled(&t, "a.xml"));
	}
}

static void
charsets(void **state)
{
	static const struct {
		enum charset charset;
		const char *name;
	} all[] = { { CHARSET_CP932, "Shift_JIS" }, { CHARSET_EUCJP, "euc-jp" }, { CHARSET_ISO2022JP, "ISO-2022-JP" },
		    { CHARSET_UTF16LE, "UTF-16" }, { CHARSET_UTF8, "UTF-8" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof all / sizeof *all; i++) {
		own_buf struct buf raw = { 0 }, text = { 0 };
		own_tried struct tried t = { 0 };
		uint64_t lost;
		struct err e;

		assert_true(buf_printf(&text, "<?xml version='1.0' encoding='%s'?><申請 表=\"ソ①\"/>", all[i].name));
		assert_true(charset_encode(all[i].charset, buf_bytes(&text), &raw, &lost, &e));
		t = try_it("a.xml", buf_bytes(&raw));
		assert_true(view_is(buf_bytes(&t.out), HEAD "<申請 表=\"ソ①\"/>\n"));
		assert_true(tried_settled(&t, "a.xml"));
	}
}

static void
limits(void **state)
{
	own_buf struct buf deep = { 0 }, wide = { 0 };
	own_tried struct tried t = { 0 }, u = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 257; i++)
		assert_true(buf_str(&deep, "<a>"));
	for (i = 0; i < 257; i++)
		assert_true(buf_str(&deep, "</a>"));
	t = try_it("a.xml", buf_bytes(&deep));
	assert_int_equal(t.verdict, VERDICT_REFUSED);
	assert_int_equal(tried_count(&t, FINDING_LIMIT), 1);
	assert_true(buf_str(&wide, "<a"));
	for (i = 0; i < 1025; i++)
		assert_true(buf_printf(&wide, " b%d='1'", i));
	assert_true(buf_str(&wide, "/>"));
	u = try_it("a.xml", buf_bytes(&wide));
	assert_int_equal(tried_count(&u, FINDING_LIMIT), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows), cmocka_unit_test(charsets), cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
