#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "admit.h"

#define FORM "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100\r\n"
#define HOST "Host: localhost:8080\r\n"

static void
who_may_come_in(void **state)
{
	static const struct {
		const char *line, *fields;
		unsigned status;
	} rows[] = {
		{ "GET /", HOST, 0 },
		{ "GET /", "host: LocalHost:8080\r\n", 0 },
		{ "HEAD /r/0123/4", HOST, 0 },
		{ "GET /static/style.css?x", HOST, 0 },
		{ "POST /", HOST FORM, 0 },
		{ "POST /?lang=en", HOST FORM "Origin: http://localhost:8080\r\nSec-Fetch-Site: same-origin\r\n", 0 },
		/* heads that are none */
		{ "GET x", HOST, 400 },
		{ "GET /", "", 400 },
		{ "POST /", HOST FORM "Transfer-Encoding: chunked\r\n", 400 },
		{ "POST /", HOST "Transfer-Encoding: chunked\r\n", 411 },
		/* names */
		{ "GET /", "Host: 127.0.0.1:8080\r\n", 307 },
		{ "HEAD /r/a", "Host: [::1]:8080\r\n", 307 },
		{ "POST /", "Host: 127.0.0.1:8080\r\n" FORM, 421 },
		{ "GET /", "Host: evil.example\r\n", 421 },
		{ "GET /", "Host: localhost\r\n", 421 },
		{ "GET /", "Host: localhost:80800\r\n", 421 },
		{ "GET /", "Host: localhost.evil.example:8080\r\n", 421 },
		{ "GET /", "Host: evil@localhost:8080\r\n", 421 },
		/* pages and methods */
		{ "GET /r", HOST, 404 },
		{ "GET //", HOST, 404 },
		{ "GET /%2f", HOST, 404 },
		{ "GET /%72/a", HOST, 404 },
		{ "GET /static/%2e%2e/a", HOST, 404 },
		{ "POST /nothing", HOST FORM, 404 },
		{ "DELETE /nothing", HOST, 404 },
		{ "POST /r/a", HOST FORM, 405 },
		{ "PUT /", HOST FORM, 405 },
		{ "GETS /", HOST, 405 },
		{ "GE /", HOST, 405 },
		{ "get /", HOST, 405 },
		{ "OPTIONS /", HOST, 405 },
		{ "TRACE /static/a", HOST, 405 },
		/* bodies */
		{ "GET /", HOST "Content-Length: 0\r\n", 0 },
		{ "GET /", HOST "Content-Length: 1\r\n", 400 },
		{ "POST /", HOST "Content-Type: multipart/form-data; boundary=x\r\n", 411 },
		{ "POST /", HOST "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1001\r\n", 413 },
		{ "POST /", HOST "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 99999999999999999999\r\n", 413 },
		{ "POST /", HOST "Content-Type: text/plain\r\nContent-Length: 10\r\n", 415 },
		{ "POST /", HOST "Content-Length: 10\r\n", 415 },
		/* other sites */
		{ "POST /", HOST FORM "Origin: http://evil.example\r\n", 403 },
		{ "POST /", HOST FORM "Origin: null\r\n", 403 },
		{ "POST /", HOST FORM "Origin: https://localhost:8080\r\n", 403 },
		{ "POST /", HOST FORM "Origin: evil://localhost:8080\r\n", 403 },
		{ "POST /", HOST FORM "Origin: http://localhost:80801\r\n", 403 },
		{ "POST /", HOST FORM "Origin: \r\n", 403 },
		{ "POST /", HOST FORM "Sec-Fetch-Site: cross-site\r\n", 403 },
		{ "POST /", HOST FORM "Sec-Fetch-Site: same-site\r\n", 403 },
	};
	char s[1024];
	struct head h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct admission a;

		(void)snprintf(s, sizeof s, "%s HTTP/1.1\r\n%s\r\n", rows[i].line, rows[i].fields);
		a = admit(head_parse(view_str(s), &h), &h, 8080, 1000);
		if (a.status != rows[i].status)
			fail_msg("%s\n%s: %u, not %u", rows[i].line, rows[i].fields, a.status, rows[i].status);
		assert_true((a.status == 405) == (a.allow != NULL));
		assert_true((a.status == 307) == a.home);
	}
}

static void
where_to(void **state)
{
	static const struct {
		const char *line, *fields;
		enum route route;
	} rows[] = {
#define ROUTE(id, path, below, methods) { "GET " path, HOST, ROUTE_##id },
#include "route.def"
#undef ROUTE
		{ "POST /", HOST FORM, ROUTE_HOME },
		{ "GET /r/0123/4", HOST, ROUTE_RESULT },
	};
	char s[1024];
	struct head h;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct admission a;

		(void)snprintf(s, sizeof s, "%s HTTP/1.1\r\n%s\r\n", rows[i].line, rows[i].fields);
		a = admit(head_parse(view_str(s), &h), &h, 8080, 1000);
		if (a.status != 0 || a.route != rows[i].route)
			fail_msg("%s: %u, %d", rows[i].line, a.status, (int)a.route);
	}
}

static enum lang
lang_with(const char *line, const char *fields)
{
	char s[256];
	struct head h;

	(void)snprintf(s, sizeof s, "GET %s HTTP/1.1\r\n" HOST "%s\r\n", line, fields);
	assert_int_equal(head_parse(view_str(s), &h), HEAD_WHOLE);
	return admit_lang(&h);
}

static void
languages(void **state)
{
	(void)state;
	assert_int_equal(lang_with("/", ""), LANG_JA);
	assert_int_equal(lang_with("/", "Accept-Language: en-GB\r\n"), LANG_EN);
	assert_int_equal(lang_with("/", "Accept-Language: e\r\n"), LANG_JA);
	assert_int_equal(lang_with("/", "Accept-Language: en\r\nCookie: a=b; lang=ja\r\n"), LANG_JA);
	assert_int_equal(lang_with("/?lang=ja", "Cookie: lang=en\r\n"), LANG_JA);
	assert_int_equal(lang_with("/?x=1&lang=en", "Cookie: lang=ja\r\n"), LANG_EN);
	assert_int_equal(lang_with("/?lang=", "Cookie: lang=en\r\n"), LANG_JA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(who_may_come_in), cmocka_unit_test(where_to), cmocka_unit_test(languages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
