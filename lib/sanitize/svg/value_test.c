#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/svg/value.h"

static void
note(void *ctx, struct view name, struct view selector)
{
	struct buf *b = ctx;

	(void)buf_printf(b, "%.*s|%.*s;", (int)selector.n, selector.p, (int)name.n, name.p);
}

struct row {
	const char *in, *want;	/* NULL: none */
};

static void
check(const struct row *row, size_t n, bool (*make)(struct view, struct svg_refs *, struct buf *))
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct svg_refs refs = { 0 };
		own_buf struct buf out = { 0 };
		bool ok = make(view_str(row[i].in), &refs, &out);

		if (ok != (row[i].want != NULL) || (ok && !view_is(buf_bytes(&out), row[i].want)))
			fail_msg("%s: %.*s", row[i].in, (int)out.n, (const char *)out.p);
		if (!ok)
			assert_int_equal(out.n, 0);
	}
}

static void
values_have_one_form(void **state)
{
	static const struct row rows[] = {
		{ "10", "10" }, { "+.5", "0.5" }, { "-007.50px", "-7.50px" }, { "5.", "5" }, { "1e+03", "1e03" },
		{ "1E-2", "1e-2" }, { "50%", "50%" }, { "10em", "10em" }, { "10 20", "10 20" }, { "10-20", "10 -20" },
		{ " 1 , 2 ", "1,2" }, { "1,,2", NULL }, { ",1", NULL }, { "1,", NULL }, { "", NULL }, { "/", NULL },
		{ "#FFF", "#fff" }, { "#12345678", "#12345678" }, { "#12", NULL }, { "#ggg", NULL }, { "#fffx", NULL },
		{ "red", "red" }, { "sans-serif", "sans-serif" }, { "Ｍ明朝", "Ｍ明朝" },
		{ "\"a b\", c", "'a b',c" }, { "'a\\27 b'", NULL }, { "'<b>'", NULL }, { "'a", NULL },
		{ "r\\65 d", "red" }, { "url(#a)", "url(#a)" }, { "url( '#a' ) none", "url(#a) none" },
		{ "url(http://x/#a)", NULL }, { "URL(#a)", "url(#a)" }, { "u\\72l(http://x)", NULL }, { "url(#a<)", NULL },
		{ "url(data:x)", NULL }, { "url(#a", NULL }, { "rgb(1,2,3)", "rgb(1,2,3)" }, { "RGB( 1 2 3 / 50% )", "rgb(1 2 3/50%)" },
		{ "rotate (10)skewX(1)", "rotate(10) skewX(1)" }, { "matrix(1 0 0 1,0,0)", "matrix(1 0 0 1,0,0)" },
		{ "expression(alert(1))", NULL }, { "var(--x)", NULL }, { "image(x)", NULL }, { "attr(href)", NULL },
		{ "a;b", NULL }, { "a}b", NULL }, { "a<b", NULL }, { "@x", NULL }, { "a!b", NULL }, { "rgb(1", NULL }, { ")", NULL },
		{ "1/* c */2", "1 2" }, { "a/*", "a" }, { "12px/14px Arial", "12px/14px Arial" },
		{ "circle(circle(circle(circle(1))))", "circle(circle(circle(circle(1))))" },
		{ "circle(circle(circle(circle(circle(1)))))", NULL },
		{ "10ab_c", NULL }, { "1abcde", NULL },
	};
	struct svg_refs refs = { 0 };
	own_buf struct buf seen = { 0 }, out = { 0 };

	(void)state;
	check(rows, sizeof rows / sizeof *rows, svg_value);
	refs = (struct svg_refs){ .add = note, .ctx = &seen };
	assert_true(svg_value(VIEW("url(#a) url(\"#b\")"), &refs, &out));
	assert_true(view_is(buf_bytes(&seen), "|a;|b;"));
	assert_false(svg_value(VIEW("url(http://x)"), &refs, &out));
	assert_int_equal(refs.outside, 1);
}

static bool
as_path(struct view in, struct svg_refs *refs, struct buf *out)
{
	(void)refs;
	svg_path(in, out);
	return true;
}

static bool
as_numbers(struct view in, struct svg_refs *refs, struct buf *out)
{
	(void)refs;
	return svg_numbers(in, out);
}

static void
paths_end_at_their_first_error(void **state)
{
	static const struct row paths[] = {
		{ "M10 20L30,40", "M10 20L30 40" }, { " m.5.5-1-1 z ", "m0.5 0.5 -1 -1z" }, { "M1 2 3 4H5V6", "M1 2 3 4H5V6" },
		{ "M0 0a1 1 0 01.5.5", "M0 0a1 1 0 0 1 0.5 0.5" }, { "M0 0A1 1 0 2 1 1 1", "M0 0" }, { "L1 2", "" }, { "", "" },
		{ "M1", "" }, { "M1 2L3", "M1 2" }, { "M1 2L3 4 5", "M1 2L3 4" }, { "M1 2x3", "M1 2" },
		{ "M1 2<script>", "M1 2" }, { "M1,,2", "" }, { "M1 2,", "M1 2" }, { "MM1 2", "" }, { "M1 2zz", "M1 2zz" },
		{ "M1 2C1 2 3 4 5 6s1 2 3 4q1 2 3 4T1 2", "M1 2C1 2 3 4 5 6s1 2 3 4q1 2 3 4T1 2" },
	};
	static const struct row numbers[] = {
		{ "1,2 3,4", "1 2 3 4" }, { "1,2,x", "1 2" }, { "1,2,", "1 2" }, { "1 2 ,, 3", "1 2" }, { "x", NULL }, { "", NULL },
	};

	(void)state;
	check(paths, sizeof paths / sizeof *paths, as_path);
	check(numbers, sizeof numbers / sizeof *numbers, as_numbers);
}

static bool
as_style(struct view in, struct svg_refs *refs, struct buf *out)
{
	return svg_declarations(in, view_of(NULL, 0), refs, out);
}

static void
styles_keep_what_is_known(void **state)
{
	static const struct row styles[] = {
		{ " fill : red ; ; STROKE:#FFF ", "fill:red;stroke:#fff" }, { "fill:red !important", "fill:red!important" },
		{ "behavior:url(x);fill:red", "fill:red" }, { "-moz-binding:url(x)", NULL }, { "fill:url(http://x)", NULL },
		{ "fi\\6cl:red", "fill:red" }, { "fill:red;content:'a;b';stroke:url(a;b);x:1", "fill:red;x:1" },
		{ "/* a;b */fill:/**/red", "fill:red" }, { "fill", NULL }, { ":red", NULL }, { "fill:", NULL }, { "", NULL },
		{ "--x:red;color:var(--x)", NULL }, { "fill:red!ie", NULL }, { "font:12px 'A B',serif", "font:12px 'A B',serif" },
	};
	static const struct row sheets[] = {
		{ "rect{fill:red}", "rect{fill:red}\n" }, { " a , .b > #c d~e + f { x : 1 } ", "a,.b>#c d~e+f{x:1}\n" },
		{ "@import url(x);a{fill:red}", "a{fill:red}\n" }, { "@font-face{src:url(x)}a{fill:red}", "a{fill:red}\n" },
		{ "@media print{a{fill:red}}b{fill:red}", "b{fill:red}\n" }, { "@charset 'x'", NULL },
		{ "<!-- a{fill:red} -->", "a{fill:red}\n" }, { "a:hover,b{fill:red}", "b{fill:red}\n" }, { "a:hover{fill:red}", NULL },
		{ "a:first-child{fill:red}", "a:first-child{fill:red}\n" }, { "a[id=x]{fill:red}", "a[id='x']{fill:red}\n" },
		{ "a[id=\"x y\"][z]{fill:red}", "a[id='x y'][z]{fill:red}\n" }, { "*{fill:red}", "*{fill:red}\n" },
		{ "a{}b{fill:red}", "b{fill:red}\n" }, { "a{fill:red", "a{fill:red}\n" }, { "a", NULL }, { "", NULL },
		{ "a{fill:url(javascript:x)}", NULL }, { "a{{fill:red}}", NULL }, { "a>{fill:red}", NULL }, { "a[b{fill:red}", NULL },
		{ "@import 'a{b}';c{fill:red}", "c{fill:red}\n" }, { "/* x", NULL }, { "}a{fill:red}", NULL },
	};
	own_buf struct buf seen = { 0 }, out = { 0 };
	struct svg_refs refs = { .add = note, .ctx = &seen };

	(void)state;
	check(styles, sizeof styles / sizeof *styles, as_style);
	check(sheets, sizeof sheets / sizeof *sheets, svg_sheet);
	assert_true(svg_sheet(VIEW("a .b{fill:url(#p)}@x;"), &refs, &out));
	assert_true(view_is(buf_bytes(&seen), "a .b|p;"));
	assert_int_equal(refs.dropped, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_have_one_form),
		cmocka_unit_test(paths_end_at_their_first_error),
		cmocka_unit_test(styles_keep_what_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
