#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/html/link.h"

static void
links_that_lie_are_seen(void **state)
{
	static const struct {
		const char *shown, *address;
		bool lies, odd;
	} rows[] = {
		{ "https://www.city.example.jp/", "https://evil.example.com/", true, false },
		{ "www.city.example.jp", "http://www.city.example.jp.evil.example/", true, false },
		{ "city.example.jp", "https://www.city.example.jp/x", false, false },
		{ "ｗｗｗ．city．example．jp", "https://evil.example.com/", true, false },
		{ "https://WWW.City.example.jp/a", "https://www.city.example.jp/b", false, false },
		{ "こちら", "https://evil.example.com/", false, false },
		{ "report.pdf", "https://files.example.jp/report.pdf", false, false },
		{ "bank.co.jp", "https://bank.co.jp@evil.example/", true, true },
		{ "x", "https://b\u0430nk.example/", false, true },
		{ "x", "https://例え.example.jp/", false, false },
		{ "a@city.example.jp", "mailto:a@city.example.jp", false, false },
		{ "https://a.example.jp/", "mailto:a@evil.example", true, false },
		{ "", "https://x.jp/", false, false },
		{ "ｗｗｗ。city｡example。jp", "https://evil.example.com/", true, false },
		{ "www.city.example.jp\u3000をみる", "https://www.city.example.jp/", false, false },
		{ "第1.2版.pdf", "https://files.example.com/", false, false },
		{ "city..example.jp", "https://evil.example.com/", false, false },
		{ "city.example.jp.", "https://city.example.jp/", false, false },
		{ "ity.example.jp", "https://city.example.jp/", true, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(html_link_lies(view_str(rows[i].shown), view_str(rows[i].address)), rows[i].lies);
		assert_int_equal(html_link_odd(view_str(rows[i].address)), rows[i].odd);
	}
	assert_true(html_link_same(VIEW("x.jp"), VIEW("https://x.jp/")));
	assert_false(html_link_same(VIEW("x.jp"), VIEW("https://x.jp/a")));
	assert_false(html_link_same(VIEW("x.jp/a"), VIEW("https://x.jp/ab")));
	assert_false(html_link_same(VIEW("x.jp/ab"), VIEW("https://x.jp/a")));
	assert_false(html_link_same(VIEW(""), VIEW("https://x.jp/")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_that_lie_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
