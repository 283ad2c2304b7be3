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
	{ "mailto:a@b.jp?subject=x%0D%0ABcc:c@d.jp", NULL }, { "mailto:a@b.jp%0abcc:c@d.jp", NULL }, { "mailto:a@b.jp?subject=%00", NULL },
	{ "mailto:a@b.jp?body=x%0D%0Ay%09z&cc=a%20b", "mailto:a@b.jp?body=x%0D%0Ay%09z&cc=a%20b" }, { "mailto:a@b.jp?body=%1B", NULL },
	{ "mailto:a@b.jp?body=x&subject=%0a", NULL }, { "mailto:a@b.jp?body=%", "mailto:a@b.jp?body=%" }, { "mailto:a@b.jp?body=%7F", NULL },
	{ "http://a\\@b/", NULL }, { "https://a/b\\c", "https://a/b%5Cc" }, { "https://a/it's", "https://a/it's" },
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

/* In HTML and the like "www." begins the name of a file, and a ' could end a value. */
static void
absolute(void **state)
{
	static const struct {
		const char *in, *out;
	} absolutes[] = {
		{ "HTTP://Example.jp/a b", "http://Example.jp/a%20b" }, { " \thttps://x/\n", "https://x/" }, { "ht\ntps://x/", "https://x/" },
		{ "mailto:a@b.jp", "mailto:a@b.jp" }, { "https://例え.jp/", "https://%E4%BE%8B%E3%81%88.jp/" }, { "https://x/'\"", "https://x/%27%22" },
		{ "javascript:alert(1)", NULL }, { "java\nscript:alert(1)", NULL }, { "\1javascript:x", NULL }, { "data:text/html,x", NULL },
		{ "vbscript:x", NULL }, { "file:///etc", NULL }, { "http:\\\\x", NULL }, { "https://x\\@y", NULL }, { "//x/y", NULL },
		{ "https://", NULL }, { "", NULL }, { "#a", NULL }, { "www.city.jp", NULL }, { "mailto:a@b.jp?subject=x&attach=/etc/passwd", NULL },
		{ "mailto:a@b.jp?subject=x%0d%0aX:y", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof absolutes / sizeof *absolutes; i++) {
		own_buf struct buf out = { 0 };
		bool ok = uri_clean_absolute(view_str(absolutes[i].in), &out);

		if (ok != (absolutes[i].out != NULL) || !view_is(buf_bytes(&out), ok ? absolutes[i].out : ""))
			fail_msg("%s: %.*s", absolutes[i].in, (int)out.n, out.p == NULL ? "" : (char *)out.p);
	}
}

/* What escaping makes longer than an address may be is none. */
static void
longest(void **state)
{
	own_buf struct buf in = { 0 }, out = { 0 };

	(void)state;
	assert_true(buf_str(&in, "https://a/") && buf_fill(&in, ' ', 3000) && buf_byte(&in, 'a'));
	assert_false(uri_clean(buf_bytes(&in), &out) || uri_clean_absolute(buf_bytes(&in), &out));
	assert_int_equal(out.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_row), cmocka_unit_test(absolute), cmocka_unit_test(longest) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
