#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/own.h"
#include "web/html.h"

static void
nothing_gets_out_of_its_place(void **state)
{
	own_buf struct buf b = { 0 };

	(void)state;
	html_text(&b, "<script>\"'&");
	html_printf(&b, "[%s]", "<b>");
	html_url(&b, "見 a/\"?");
	html_raw(&b, " ");
	html_size(&b, 412000);
	buf_byte(&b, '\0');
	assert_string_equal((const char *)b.p,
			    "&lt;script&gt;&quot;&#39;&amp;[&lt;b&gt;]%E8%A6%8B%20a%2F%22%3F 412.0 KB");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_gets_out_of_its_place) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
