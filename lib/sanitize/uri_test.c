/* uri_test.c - which addresses stay, and how they are spelled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/uri.h"

#define A_1024(c) A_256(c) A_256(c) A_256(c) A_256(c)
#define A_256(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c) A_16(c)
#define A_16(c) c c c c c c c c c c c c c c c c
#define A_8185 A_1024("a") A_1024("a") A_1024("a") A_1024("a") A_1024("a") A_1024("a") A_1024("a") \
	A_256("a") A_256("a") A_256("a") A_16("a") A_16("a") A_16("a") A_16("a") A_16("a") A_16("a") A_16("a") A_16("a") \
	A_16("a") A_16("a") A_16("a") A_16("a") A_16("a") A_16("a") A_16("a") "aaaaaaaaa"

static const struct {
	const char *in, *out;	/* NULL: not kept */
} rows[] = {
	{ "http://a/b?c=d#e", "http://a/b?c=d#e" }, { " HTTPS://A/\tb ", "https://A/b" }, { "mailto:a@b.jp", "mailto:a@b.jp" },
	{ "mailto:a@b.jp?subject=x?&BODY=y;z=1&", "mailto:a@b.jp?subject=x?&BODY=y;z=1&" }, { "mailto:a@b.jp?", "mailto:a@b.jp?" },
	{ "mailto:a@b.jp?subject=x&Attach=/etc/passwd", NULL }, { "mailto:?attachment=c:/x&cc=d@e.jp", NULL },
	{ "mailto:a@b.jp?%61ttach=x", NULL }, { "mailto:a@b.jp?att\nach=x", NULL }, { "http://a/?attach=x", "http://a/?attach=x" },
	{ "www.city.jp", "http://www.city.jp" }, { "http://a/ b\"<あ", "http://a/%20b%22%3C%E3%81%82" },
	{ "http://a/\x7f\x1b~\x80", "http://a/~%80" }, { "HTTPZ://a", NULL }, { "http:/", NULL }, { "www", NULL },
	{ "http://" A_8185, "http://" A_8185 }, { "http://" A_8185 "a", NULL },
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
