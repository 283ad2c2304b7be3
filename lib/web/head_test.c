#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "web/head.h"

#define HOST "Host: localhost:8080\r\n"

/* From memory of exactly its size, so that a read past it is seen. */
static int
parse(const char *s, size_t n, struct head *h)
{
	uint8_t *p = malloc(n > 0 ? n : 1);
	int r;

	assert_non_null(p);
	memcpy(p, s, n);
	r = head_parse(view_of(p, n), h);
	free(p);
	return r;
}

static void
heads_get_their_status(void **state)
{
	static const struct {
		const char *head;
		int status;
	} rows[] = {
		{ "GET / HTTP/1.1\r\n" HOST "\r\n", HEAD_WHOLE },
		{ "GET / HTTP/1.0\r\n" HOST "\r\n", HEAD_WHOLE },
		{ "GET /?lang=en HTTP/1.1\r\nhOST:localhost:8080\r\nX:\t\r\n\r\n", HEAD_WHOLE },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999\r\n\r\n", HEAD_WHOLE },
		{ "POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\n\r\n", HEAD_WHOLE },
		{ "GET / HTTP/1.1\r\n" HOST "X: caf\xc3\xa9\r\n\r\n", HEAD_WHOLE },
		/* not there yet */
		{ "", HEAD_MORE },
		{ "GE", HEAD_MORE },
		{ "GET / HTTP/1.1\r", HEAD_MORE },
		{ "GET / HTTP/1.1\r\n" HOST "\r", HEAD_MORE },
		/* line ends */
		{ "GET / HTTP/1.1\nHost: localhost:8080\n\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "\n", 400 },
		{ "GET / HTTP/1.1\r\nHost: localhost:8080\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400 },
		{ "\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 400 },
		/* request lines */
		{ "GET /\r\n" HOST "\r\n", 400 },
		{ "GET  / HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET / HTTP/1.1 \r\n" HOST "\r\n", 400 },
		{ "GET HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET /\t HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET /\x7f HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ " GET / HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET\t/\tHTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "G@T / HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET http://localhost:8080/ HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET /#a HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET /\xe8\xa6\x8b HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
		{ "GET / http/1.1\r\n" HOST "\r\n", 400 },
		/* fields */
		{ "GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "host: other\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHos: localhost:8080\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nHosts: localhost:8080\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "X : y\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "X\t: y\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST " folded: y\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\nX: a\r\n b\r\n" HOST "\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "nothing\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST ": y\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n", 400 },
		{ "GET / HTTP/1.1\r\n" HOST "Origin: a\r\nOrigin: b\r\n\r\n", 400 },
		/* bodies */
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x10\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 411 },
		{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: x\r\nContent-Length: 1\r\n\r\n", 400 },
		{ "POST / HTTP/1.1\r\n" HOST "Expect: 200-ok\r\n\r\n", 417 },
	};
	struct head h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		int r = parse(rows[i].head, strlen(rows[i].head), &h);

		if (r != rows[i].status)
			fail_msg("%s: %d, not %d", rows[i].head, r, rows[i].status);
	}
	assert_int_equal(parse("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n", 16 + 22 + 10, &h), 400);
}

static void
what_is_read_is_what_stands_there(void **state)
{
	static const char s[] = "POST /r/a?lang=en&x= HTTP/1.1\r\nHost: \t localhost:1 \r\nCookie: a=1; lang=ja\r\n"
				"Content-Length: 0018\r\n\r\nbody";
	struct head h;

	(void)state;
	assert_int_equal(head_parse(view_str(s), &h), HEAD_WHOLE);
	assert_true(view_is(h.method, "POST") && view_is(h.path, "/r/a") && view_is(h.query, "lang=en&x="));
	assert_true(view_is(h.field[HEAD_HOST], "localhost:1"));
	assert_null(h.field[HEAD_ORIGIN].p);
	assert_int_equal(h.length, 18);
	assert_int_equal(h.size, sizeof s - 1 - 4);
	assert_true(view_is(head_value(h.query, '&', "lang"), "en"));
	assert_true(view_is(head_value(h.query, '&', "x"), ""));
	assert_null(head_value(h.query, '&', "lan").p);
	assert_true(view_is(head_value(h.field[HEAD_COOKIE], ';', "lang"), "ja"));
	assert_null(head_value(h.field[HEAD_ORIGIN], ';', "lang").p);
}

static void
a_length_never_wraps_around(void **state)
{
	static const char *const huge[] = { "18446744073709551615", "18446744073709551616", "18446744073709551617",
					    "36893488147419103232", "184467440737095516160000000000000001" };
	char s[256];
	struct head h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof huge / sizeof *huge; i++) {
		(void)snprintf(s, sizeof s, "POST / HTTP/1.1\r\n" HOST "Content-Length: %s\r\n\r\n", huge[i]);
		assert_int_equal(head_parse(view_str(s), &h), HEAD_WHOLE);
		assert_true(h.length > UINT64_C(1) << 60);
	}
}

/* Cut anywhere it waits for more, and never says more than the whole does. */
static void
a_beginning_is_a_beginning(void **state)
{
	static const char s[] = "POST /a?b HTTP/1.1\r\n" HOST "Content-Length: 10\r\nX: y\r\n\r\n";
	struct head h;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof s - 1; n++)
		assert_int_equal(parse(s, n, &h), HEAD_MORE);
	assert_int_equal(parse(s, n, &h), HEAD_WHOLE);
}

static void
what_is_too_long_is_said_so(void **state)
{
	static char s[HEAD_MAX + 100];
	struct head h;
	size_t i, n;

	(void)state;
	memset(s, 'a', sizeof s);
	memcpy(s, "GET /", 5);
	assert_int_equal(head_parse(view_of(s, HEAD_TARGET_MAX), &h), HEAD_MORE);
	assert_int_equal(head_parse(view_of(s, HEAD_TARGET_MAX + 100), &h), 414);
	memcpy(s, "GET / HTTP/1.1\r\nX:", 18);
	assert_int_equal(head_parse(view_of(s, HEAD_MAX - 1), &h), HEAD_MORE);
	assert_int_equal(head_parse(view_of(s, HEAD_MAX), &h), 431);
	n = (size_t)snprintf(s, sizeof s, "GET / HTTP/1.1\r\n" HOST);
	for (i = 1; i < HEAD_LINES; i++, n += 4)
		memcpy(s + n, "X:\r\n", 4);
	memcpy(s + n, "\r\n", 2);
	assert_int_equal(head_parse(view_of(s, n + 2), &h), HEAD_WHOLE);
	memcpy(s + n, "X:\r\n\r\n", 6);
	assert_int_equal(head_parse(view_of(s, n + 6), &h), 431);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_get_their_status),
		cmocka_unit_test(what_is_read_is_what_stands_there),
		cmocka_unit_test(a_length_never_wraps_around),
		cmocka_unit_test(a_beginning_is_a_beginning),
		cmocka_unit_test(what_is_too_long_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
