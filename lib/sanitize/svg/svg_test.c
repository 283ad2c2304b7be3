#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sanitize/testing.h"

#define IN "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
#define OUT "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" " \
	    "xmlns:xlink=\"http://www.w3.org/1999/xlink\""
#define GIF "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

static void
drawings_are_written_anew(void **state)
{
	static const struct {
		const char *in, *want;
		enum finding_code code;	/* FINDING_COUNT: nothing goes */
	} rows[] = {
		{ IN " width='10' height='20'><rect/></svg>", OUT " height=\"20\" width=\"10\"><rect/></svg>\n", FINDING_COUNT },
		{ "<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:g>\n</s:g></s:svg>", OUT "><g/></svg>\n", FINDING_COUNT },
		{ IN "><use href='#a'/><use xlink:href='#b'/></svg>", OUT "><use xlink:href=\"#a\"/><use xlink:href=\"#b\"/></svg>\n",
		  FINDING_COUNT },
		{ IN "><use href='#a b'/><use href='#'/></svg>", OUT "><use/><use/></svg>\n", FINDING_COUNT },
		{ "<?xml-stylesheet href='http://x/'?>" IN "/>", OUT "/>\n", FINDING_XML_INSTRUCTION },
		{ IN "><use href='http://x/#a'/></svg>", OUT "><use/></svg>\n", FINDING_SVG_EXTERNAL },
		{ IN "><image href='http://x/a.png'/></svg>", OUT "><image/></svg>\n", FINDING_SVG_EXTERNAL },
		{ IN "><image href='data:text/html,x'/></svg>", OUT "><image/></svg>\n", FINDING_SVG_IMAGE },
		{ IN "><a href='https://x.jp/'>a</a></svg>", OUT "><a xlink:href=\"https://x.jp/\">a</a></svg>\n", FINDING_COUNT },
		{ IN "><a xlink:href='mailto:a@b.jp?attach=x'><g/></a></svg>", OUT "><a><g/></a></svg>\n", FINDING_SVG_LINK },
		{ IN "><a xlink:href='java&#10;script:x'><g/></a></svg>", OUT "><a><g/></a></svg>\n", FINDING_SVG_LINK },
		{ IN "><rect href='#a' onclick='x'/></svg>", OUT "><rect/></svg>\n", FINDING_SVG_HANDLER },
		{ IN "><script>x</script><g/></svg>", OUT "><g/></svg>\n", FINDING_SVG_SCRIPT },
		{ IN "><foreignObject><b/></foreignObject></svg>", OUT "/>\n", FINDING_SVG_FOREIGN },
		{ IN "><a><animate attributeName='href' to='javascript:x'/></a></svg>", OUT "><a/></svg>\n", FINDING_SVG_ANIMATION },
		{ IN "><font><glyph/></font></svg>", OUT "/>\n", FINDING_SVG_FONT },
		{ IN "><style type='text/css'>@import 'x';.a{fill:red}</style></svg>",
		  OUT "><style>.a{fill:red}\n</style></svg>\n", FINDING_SVG_STYLE },
		{ IN "><style type='text/x'>.a{fill:red}</style></svg>", OUT "/>\n", FINDING_SVG_STYLE },
		{ IN "><style media='print'>.a{fill:red}</style></svg>", OUT "/>\n", FINDING_SVG_STYLE },
		{ IN "><g fill='url(http://x)'/></svg>", OUT "><g/></svg>\n", FINDING_SVG_EXTERNAL },
		{ IN "><g class='a  b&lt; c' id='x y'/></svg>", OUT "><g class=\"a c\"/></svg>\n", FINDING_COUNT },
		{ IN "><switch><g requiredExtensions='x'/><g systemLanguage='ja'/></switch></svg>",
		  OUT "><switch><g systemLanguage=\"ja\"/></switch></svg>\n", FINDING_COUNT },
		{ IN "><metadata><x/></metadata><polygon points='1,2 3,4 x'/></svg>", OUT "><polygon points=\"1 2 3 4\"/></svg>\n",
		  FINDING_COUNT },
		{ IN "><text xml:space='preserve'>a <tspan>&lt;b</tspan> </text></svg>",
		  OUT "><text xml:space=\"preserve\">a <tspan>&lt;b</tspan> </text></svg>\n", FINDING_COUNT },
		{ "<!DOCTYPE svg [<!ENTITY s 'http://www.w3.org/2000/svg'>]><svg xmlns='&s;'/>", OUT "/>\n", FINDING_SVG_ENTITY },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_tried struct tried t = try_it("a.svg", view_str(rows[i].in));

		if (!tried_passed(&t))
			fail_msg("%s: %s", rows[i].in, t.findings.row[t.findings.n - 1].detail);
		(void)buf_byte(&t.out, '\0');
		assert_string_equal((const char *)t.out.p, rows[i].want);
		t.out.n--;
		if (rows[i].code != FINDING_COUNT && tried_count(&t, rows[i].code) == 0)
			fail_msg("%s: %s", rows[i].in, verdict_name(t.verdict));
		assert_true(tried_settled(&t, "a.svg"));
	}
}

static void
pictures_are_made_anew(void **state)
{
	own_tried struct tried t = try_it("a.svg", VIEW(IN "><image href='data:image/png;base64," GIF "'/></svg>"));

	(void)state;
	assert_true(view_find(buf_bytes(&t.out), 0, VIEW("<image xlink:href=\"data:image/gif;base64,R0lGOD")) != VIEW_NOT_FOUND);
	assert_true(tried_settled(&t, "a.svg"));
}

static void
bombs_are_refused(void **state)
{
	own_buf struct buf in = { 0 };
	own_tried struct tried t = { 0 }, u = { 0 }, v = { 0 };
	int i, k;

	(void)state;
	(void)buf_str(&in, IN "><rect id='a0' width='1' height='1'/>");
	for (i = 1; i < 12; i++) {
		(void)buf_printf(&in, "<g id='a%d'>", i);
		for (k = 0; k < 10; k++)
			(void)buf_printf(&in, "<use href='#a%d'/>", i - 1);
		(void)buf_str(&in, "</g>");
	}
	(void)buf_str(&in, "</svg>");
	t = try_it("a.svg", buf_bytes(&in));
	assert_int_equal(t.verdict, VERDICT_REFUSED);
	assert_int_equal(tried_count(&t, FINDING_SVG_BOMB), 1);
	u = try_it("a.svg", VIEW("<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>"));
	assert_int_equal(u.verdict, VERDICT_REFUSED);
	assert_int_equal(tried_count(&u, FINDING_SVG_ENTITY_REFUSED), 1);
	v = try_it("a.svg", VIEW("<svg xmlns='urn:other'/>"));
	assert_int_equal(v.verdict, VERDICT_REFUSED);
}

static void
a_strict_profile_keeps_no_link(void **state)
{
	own_tried struct tried t = try_with("strict", NULL, "a.svg", VIEW(IN "><a href='https://x.jp/'><g/></a></svg>"));

	(void)state;
	assert_true(view_is(buf_bytes(&t.out), OUT "><a><g/></a></svg>\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drawings_are_written_anew),
		cmocka_unit_test(pictures_are_made_anew),
		cmocka_unit_test(bombs_are_refused),
		cmocka_unit_test(a_strict_profile_keeps_no_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
