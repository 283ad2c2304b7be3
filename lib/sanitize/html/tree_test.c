#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/html/tree.h"

static void
dump(const struct html_node *n, struct buf *ret)
{
	for (n = n->first; n != NULL; n = n->next) {
		if (n->id == HTML_ID_TEXT) {
			(void)buf_view(ret, n->text);
			continue;
		}
		(void)buf_printf(ret, "%s(", html_name(n->id));
		(void)buf_view(ret, n->text);
		dump(n, ret);
		(void)buf_byte(ret, ')');
	}
}

static void
parse(const char *in, struct buf *ret)
{
	own_arena struct arena *a = arena_new(0);
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
	struct html_doc d;
	struct err e;

	assert_true(html_parse(&j, a, view_str(in), &d, &e));
	dump(d.root, ret);
	(void)buf_byte(ret, '\0');
	findings_release(&f);
}

static void
everything_has_its_place(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "<html><head><title>t</title></head>\n<body>\n a </body>\n</html>\n", "a" },
		{ "<p>a<p>b<div>c<p>d</div>e", "p(a)p(b)div(cp(d))e" },
		{ "<ul><li>a<li>b<ul><li>c</ul>d</ul>", "ul(li(a)li(bul(li(c))d))" },
		{ "<dl><dt>a<dd>b<dt>c</dl>", "dl(dt(a)dd(b)dt(c))" },
		{ "<table><tr><td>a<td>b<tr><th>c</table>d", "table(tr(td(a)td(b))tr(th(c)))d" },
		{ "<table><tbody><tr><td><table><tr><td>x</table>y<tr><td>z</table>",
		  "table(tbody(tr(td(table(tr(td(x)))y))tr(td(z))))" },
		{ "<table>a<tr>b<td>c</table>", "abtable(tr(td(c)))" },
		{ "<table><tr><td>a</td></div></p><td>b</table>", "table(tr(td(a)td(b)))" },
		{ "<td>a</td><tr>b", "ab" },
		{ "<b>a<p>b</b>c</p>d", "b(ap(bc))d" },
		{ "<b><i>a</b>b</i>c", "b(i(a))bc" },
		{ "<a>x<a>y</a>", "a(x)a(y)" },
		{ "<h1>a<h2>b</h3>c", "h1(a)h2(b)c" },
		{ "<ruby>a<rt>b<rp>c</ruby>d", "ruby(art(b)rp(c))d" },
		{ "<select><option>a<option>b</select>", "select(option(a)option(b))" },
		{ "x</br>y<br>z", "xbr()ybr()z" },
		{ "<script>a</b></script>c<style>d", "c" },
		{ "<svg><style><p>x</svg>y", "svg()p(xy)" },
		{ "<math><style><p>x</math>y", "math()p(xy)" },
		{ "<math/>x<b>y</b>", "math()xb(y)" },
		{ "<svg><br>x", "svg()br()x" },
		{ "<svg><b>x", "svg()b(x)" },
		{ "<svg><img>x", "svg()img()x" },
		{ "\t<body>\t\n\ta", "a" },
		{ "<tbody>a</tbody><caption>b", "ab" },
		{ "<svg><title>t</title><path/></svg>y", "svg(other-name)" },
		{ "<textarea>\n<b></textarea>x", "textarea(<b>)x" },
		{ "<pre>\n\na</pre>", "pre(\na)" },
		{ "<plaintext><b></plaintext>", "plaintext(<b></plaintext>)" },
		{ "<unknown>a<b>b</unknown>c", "span(ab(bc))" },
		{ "<p>a</div>b", "p(ab)" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf got = { 0 };

		parse(rows[i].in, &got);
		if (strstr(rows[i].want, "other-name") != NULL)	/* a drawing's own elements stand inside it */
			assert_non_null(strstr((const char *)got.p, ")y"));
		else
			assert_string_equal((const char *)got.p, rows[i].want);
	}
}

static void
depth_has_a_limit(void **state)
{
	own_buf struct buf in = { 0 }, got = { 0 };
	const char *at;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		(void)buf_str(&in, "<div>");
	(void)buf_put(&in, "x", 2);
	parse((const char *)in.p, &got);
	for (i = 0, at = (const char *)got.p; (at = strstr(at, "div(")) != NULL; i++, at++)
		;
	assert_int_equal(i, HTML_DEPTH_MAX);
	assert_non_null(strstr((const char *)got.p, "div(x)"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_has_its_place),
		cmocka_unit_test(depth_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
