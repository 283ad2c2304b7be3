/* uri_test.c - which addresses stay, and how they are spelled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/uri.h"

static const struct {
	const char *in, *out;	/* NULL: not kept */
} rows[] = {
	{ "http://a/b?c=d#e", "http://a/b?c=d#e" }, { " HTTPS://A/\tb ", "https://A/b" }, { "mailto:a@b.jp", "mailto:a@b.jp" },
	{ "www.city.jp", "http://www.city.jp" }, { "http://a/ b\"<あ", "http://a/%20b%22%3C%E3%81%82" },
	{ "javascript:alert(1)", NULL }, { "java\nscript:x", NULL }, { "file:///c:/x", NULL }, { "\\\\host\\x", NULL },
	{ "http://", NULL }, { "", NULL }, { "ftp://a", NULL }, { "x.docx", NULL },
};

static void
every_row(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf out = { 0 };
		bool ok = uri_clean(view_str(rows[i].in), &out);

		if (ok != (rows[i].out != NULL) || !view_is(buf_bytes(&out), ok ? rows[i].out : ""))
			fail_msg("%s: %.*s", rows[i].in, (int)out.n, out.p == NULL ? "" : (char *)out.p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_row) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
