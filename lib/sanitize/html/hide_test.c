#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sanitize/html/hide.h"
#include "sanitize/testing.h"

static void
styles_are_read(void **state)
{
	static const struct {
		const char *style, *property, *want;
	} rows[] = {
		{ "color:red;display:none", "display", "none" },
		{ "DISPLAY : NONE !important", "display", "none" },
		{ "display:block;display:none", "display", "none" },
		{ "d\\69splay:n\\6f ne", "display", "none" },
		{ "dis/**/play:no/* */ne", "display", "none" },
		{ "background:url(a;display:none)", "display", NULL },
		{ "content:';display:none'", "display", NULL },
		{ "x-display:none", "display", NULL },
		{ "display", "display", NULL },
		{ "/*", "display", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf got = { 0 };
		bool ok = html_style(view_str(rows[i].style), rows[i].property, &got);

		assert_int_equal(ok, rows[i].want != NULL);
		if (ok)
			assert_true(view_is(buf_bytes(&got), rows[i].want));
	}
	assert_int_equal(html_colour(VIEW("#fFf")), 0xffffff);
	assert_int_equal(html_colour(VIEW("rgb(1, 2,300)")), 0x0102ff);
	assert_int_equal(html_colour(VIEW("White")), 0xffffff);
	assert_int_equal(html_colour(VIEW("var(--x)")), HTML_NO_COLOUR);
	assert_int_equal(html_colour(VIEW("#ffff")), HTML_NO_COLOUR);
	assert_int_equal(html_colour(VIEW("#fffff")), HTML_NO_COLOUR);
	assert_int_equal(html_colour(VIEW("")), HTML_NO_COLOUR);
	assert_int_equal(html_colour(VIEW("rgb(1, 2")), HTML_NO_COLOUR);
	assert_int_equal(html_colour(VIEW("rgb(1, 2, 3%)")), HTML_NO_COLOUR);
}

static void
hidden_text_goes(void **state)
{
	static const struct {
		const char *in;
		bool hidden;
	} rows[] = {
		{ "<p>a<span style=display:none>SECRET</span>", true },
		{ "<p>a<span style='visibility:hidden'>SECRET</span>", true },
		{ "<p>a<span style='font-size:0'>SECRET</span>", true },
		{ "<p>a<span style='font-size: 0.1px'>SECRET</span>", true },
		{ "<p>a<span style='font-size:0.9em'>SECRET</span>", false },
		{ "<p>a<span style='opacity:0.0'>SECRET</span>", true },
		{ "<p>a<span style='opacity:0.5'>SECRET</span>", false },
		{ "<p>a<span hidden>SECRET</span>", true },
		{ "<p>a<div style='mso-hide:all'><b>SECRET</b></div>", true },
		{ "<p>a<span style='color:transparent'>SECRET</span>", true },
		{ "<p>a<div style='max-height:0;overflow:hidden'>SECRET</div>", true },
		{ "<p>a<div style='position:absolute;left:-9999px'>SECRET</div>", true },
		{ "<p>a<div style='text-indent:-9999px'>SECRET</div>", true },
		{ "<p>a<font color=white>SECRET</font>", true },
		{ "<p>a<font color=#fefefe>SECRET</font>", true },
		{ "<p>a<font color=red>SECRET</font>", false },
		{ "<table bgcolor=black><tr><td><font color=white>SECRET</font></table>", false },
		{ "<style></style><p>a<font color=white>SECRET</font>", false },
		{ "<p>a<div style='color:#123;background:#123'>SECRET</div>", true },
		{ "<p>a<div style='color:#fff;background:url(x)'>SECRET</div>", false },
		{ "<p>a<div style='color:#fff;background:#fff;background-image:url(x)'>SECRET</div>", false },
		{ "<p>a<div style='color:#fff;background:none'>SECRET</div>", true },
		{ "<p>a<div style='color:#fff;background-image:none'>SECRET</div>", true },
		{ "<body text=white><p>SECRET", true },
		{ "<body text=white><div style='color:none'>SECRET</div>", true },
		{ "<p>a<div style='visibility:hidden'><p style='visibility:visible'>SECRET</div>", false },
		{ "<p>a<ul hidden><li>SECRET</ul>", true },
		{ "<p>a<table hidden><tr><td>SECRET<td>x</table>", true },
		{ "<body bgcolor=blue text=blue>a <font color=white>b</font><p>SECRET", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_tried struct tried t = try_it("a.html", view_str(rows[i].in));
		bool shown = view_find(buf_bytes(&t.out), 0, VIEW("SECRET")) != VIEW_NOT_FOUND;

		assert_true(tried_passed(&t));
		if (shown == rows[i].hidden)
			fail_msg("%s", rows[i].in);
		assert_int_equal(tried_count(&t, FINDING_HTML_HIDDEN) > 0, rows[i].hidden);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(styles_are_read),
		cmocka_unit_test(hidden_text_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
