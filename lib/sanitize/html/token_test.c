#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/html/token.h"

/* Tokens as a line: "<p a=[1]>", "</p>", "text", "!comment". */
static void
tokens(const char *in, bool foreign, struct buf *ret)
{
	own_arena struct arena *a = arena_new(0);
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f };
	struct html_tokens t = { .in = view_str(in), .arena = a, .job = &j, .foreign = foreign };
	struct html_token k;
	struct err e;

	for (;;) {
		size_t i;

		assert_true(html_next(&t, &k, &e));
		if (k.kind == HTML_EOF)
			break;
		if (k.kind == HTML_TEXT) {
			(void)buf_view(ret, k.text);
		} else if (k.kind == HTML_COMMENT) {
			(void)buf_printf(ret, "!%.*s;", (int)k.text.n, k.text.p);
		} else {
			(void)buf_printf(ret, "<%s%.*s", k.kind == HTML_STOP ? "/" : "", (int)k.name.n, k.name.p);
			for (i = 0; i < k.attrs; i++)
				(void)buf_printf(ret, " %.*s=[%.*s]", (int)k.attr[i].name.n, k.attr[i].name.p,
						 (int)k.attr[i].value.n, k.attr[i].value.p);
			(void)buf_str(ret, k.closed ? "/>" : ">");
		}
	}
	(void)buf_byte(ret, '\0');
	findings_release(&f);
}

static void
cuts_as_browsers_do(void **state)
{
	static const struct {
		const char *in, *want;
		bool foreign;
	} rows[] = {
		{ "a<B C=D e='f g' H>x</B >", "a<b c=[D] e=[f g] h=[]>x</b>", false },
		{ "a < b <3 </ >", "a < b <3 ! ;", false },
		{ "<br/><p/ a>", "<br/><p a=[]>", false },
		{ "<a/onclick=x//b>", "<a onclick=[x//b]>", false },
		{ "<a b=1 B=2>", "<a b=[1]>", false },
		{ "<a =x>", "<a =x=[]>", false },
		{ "<a title=\"x>y\">", "<a title=[x>y]>", false },
		{ "<a title=\"x", "<a title=[x]>", false },
		{ "<!-->a<!--->b<!-- c --!>d<!-- e", "!;a!;b! c ;d! e;", false },
		{ "<?xml x?><!DOCTYPE html>", "!xml x?;!DOCTYPE html;", false },
		{ "<![CDATA[a]]>b", "![CDATA[a]];b", false },
		{ "<![CDATA[a<b]]>c", "a<bc", true },
		{ "&lt;&amp;amp;&notit;&notin;&#65;&#x41&#128;&#0;&bogus;&", "<&amp;\u00acit;\u2209AA\u20ac\ufffd&bogus;&", false },
		{ "<a b='&lt=&ltx&lt;&copy'>", "<a b=[&lt=&ltx<\u00a9]>", false },
		{ "x&#x202e;&#8;&#xfeff;y", "xy", false },
		{ "x&#9;y&#10;z&#x2028;&#x2029;&#xfffe;", "x\ty\nz", false },
		{ "&NotEqualTilde;&nGt;", "\u2242\u0338\u226b\u20d2", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf got = { 0 };

		tokens(rows[i].in, rows[i].foreign, &got);
		assert_string_equal((const char *)got.p, rows[i].want);
	}
}

static void
raw_text_ends_at_its_own_end_tag(void **state)
{
	own_arena struct arena *a = arena_new(0);
	struct findings f = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f };
	struct html_tokens t = { .in = VIEW("a</b></scripty></SCRIPT >x"), .arena = a, .job = &j };
	struct view text;
	struct err e;

	(void)state;
	assert_true(html_raw(&t, VIEW("script"), false, &text, &e));
	assert_true(view_is(text, "a</b></scripty>"));
	assert_true(view_is(t.in, "</SCRIPT >x"));
	t.in = VIEW("a&lt;</");
	assert_true(html_raw(&t, VIEW("title"), true, &text, &e));
	assert_true(view_is(text, "a<</"));
	assert_int_equal(t.in.n, 0);
}

/* Many attributes, and none of them a reason to take long. */
static void
attributes_have_a_limit(void **state)
{
	own_buf struct buf in = { 0 }, got = { 0 };
	int i;

	(void)state;
	(void)buf_str(&in, "<a");
	for (i = 0; i < 100000; i++)
		(void)buf_printf(&in, " a%d", i);
	(void)buf_put(&in, ">", 2);
	tokens((const char *)in.p, false, &got);
	assert_non_null(strstr((const char *)got.p, " a255=[]"));
	assert_null(strstr((const char *)got.p, " a256=[]"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_as_browsers_do),
		cmocka_unit_test(raw_text_ends_at_its_own_end_tag),
		cmocka_unit_test(attributes_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
