#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "web/form.h"

static void
boundaries(void **state)
{
	static const struct {
		const char *type, *boundary;	/* NULL: refused */
	} rows[] = {
		{ "multipart/form-data; boundary=x", "x" },
		{ "Multipart/Form-Data;BOUNDARY=\"a b\"", "a b" },
		{ "multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW" },
		{ "multipart/form-data; boundary=1234567890123456789012345678901234567890123456789012345678901234567890",
		  "1234567890123456789012345678901234567890123456789012345678901234567890" },
		{ "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901", NULL },
		{ "multipart/form-data; boundary=\"a \"", NULL },
		{ "multipart/form-data; boundary=\"\"", NULL },
		{ "multipart/form-data; boundary=", NULL },
		{ "multipart/form-data; boundary=\"a\\\"b\"", NULL },
		{ "multipart/form-data; boundary=a; boundary=b", NULL },
		{ "multipart/form-data; boundary=\"a", NULL },
		{ "multipart/form-data; boundary=a b", NULL },
		{ "multipart/form-data", NULL },
		{ "multipart/mixed; boundary=a", NULL },
		{ "application/x-www-form-urlencoded", NULL },
		{ "", NULL },
	};
	char b[FORM_BOUNDARY_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool ok = form_boundary(view_str(rows[i].type), b);

		if (ok != (rows[i].boundary != NULL) || (ok && strcmp(b, rows[i].boundary) != 0))
			fail_msg("%s: %s", rows[i].type, ok ? b : "refused");
	}
}

/* All parts as "name|file name|data;", "-" for none, and "BAD" where the form is. */
static void
read_form(const char *body, size_t n, const char *boundary, char *ret, size_t size)
{
	uint8_t *p = malloc(n > 0 ? n : 1);
	struct form *f = malloc(sizeof *f);
	struct form_part part;
	enum form_step step;
	size_t k = 0;

	assert_true(p != NULL && f != NULL);
	memcpy(p, body, n);
	form_open(f, view_of(p, n), boundary);
	*ret = '\0';
	while ((step = form_next(f, &part)) == FORM_PART)
		k += (size_t)snprintf(ret + k, size - k, "%.*s|%.*s|%.*s;", (int)part.name.n, part.name.p,
				      part.file_name.p == NULL ? 1 : (int)part.file_name.n,
				      part.file_name.p == NULL ? "-" : (const char *)part.file_name.p, (int)part.data.n, part.data.p);
	if (step == FORM_BAD)
		(void)snprintf(ret + k, size - k, "BAD");
	free(f);
	free(p);
}

static void
expect(const char *body, const char *want)
{
	char got[4096];

	read_form(body, strlen(body), "x", got, sizeof got);
	if (strcmp(got, want) != 0)
		fail_msg("%s\ngave %s", body, got);
}

#define D "Content-Disposition: form-data; "
#define ONE(disposition) "--x\r\n" D disposition "\r\n\r\nhello\r\n--x--\r\n"

static void
forms_are_read(void **state)
{
	(void)state;
	expect(ONE("name=a"), "a|-|hello;");
	expect(ONE("name=\"file\"; filename=\"a.txt\"") , "file|a.txt|hello;");
	expect("--x\r\n" D "name=a\r\n\r\n1\r\n--x \t\r\n" D "name=b\r\nContent-Type: text/plain\r\n\r\n\r\n--x--", "a|-|1;b|-|;");
	expect("--x\r\n" D "name=a\r\n\r\n--x--", "a|-|;");
	expect("--x\r\n" D "name=a\r\n\r\n\r\n\n--x\r--x\r\n--y\r\n\r\n--x--\r\n", "a|-|\r\n\n--x\r--x\r\n--y\r\n;");
	expect("--x\r\nContent-Transfer-Encoding: binary\r\n" D "name=a\r\n\r\nq\r\n--x--\r\n", "a|-|q;");
	expect("--x--\r\n", "");
	/* broken ones deliver no part that is not whole */
	expect("", "BAD");
	expect("x", "BAD");
	expect("--y\r\n", "BAD");
	expect("\r\n--x--\r\n", "BAD");
	expect("preamble\r\n--x--\r\n", "BAD");
	expect("--x--\r\nmore", "BAD");
	expect("--x--more", "BAD");
	expect("--xy\r\n" D "name=a\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\n" D "name=a\n\nq\n--x--\n", "BAD");
	expect("--x\r\n" D "name=a\r\n\r\nq\r\n--xy\r\n--x--\r\n", "a|-|q;BAD");
	expect("--x\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\n" D "name=a\r\n" D "name=b\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\n" D "name=a\r\n folded: b\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\n" D "name=a\r\nX : b\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\n" D "name=a\r\nX: \x01\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\n" D "name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\nContent-Disposition: attachment; name=a\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect(ONE("filename=a"), "BAD");
	expect(ONE("name=a; name=b"), "BAD");
	expect(ONE("name=a; filename=b; filename=c"), "BAD");
	expect(ONE("name=a; filename=\"b"), "BAD");
	expect(ONE("name=a filename=b"), "BAD");
}

static void
file_names(void **state)
{
	static const struct {
		const char *written, *name;
	} rows[] = {
		{ "filename=\"a\\\"b.txt\"", "a\"b.txt" },
		{ "filename=\"a%22b.txt\"", "a\"b.txt" },
		{ "filename=\"a%22\"", "a\"" },
		{ "filename=\"a\\\\b.txt\"", "a\\b.txt" },
		{ "filename=\"C:\\temp\\a.txt\"", "C:\\temp\\a.txt" },
		{ "filename=\".txt\"", ".txt" },
		{ "filename=\"a;b=c.txt\"", "a;b=c.txt" },
		{ "filename=\"a%20b%.txt\"", "a%20b%.txt" },
		{ "filename=a.txt", "a.txt" },
		{ "filename=\"\"", "" },
		{ "filename=\"請求書 第１号.pdf\"", "請求書 第１号.pdf" },
		{ "FileName=\"\xff\xfe.txt\"", "\xff\xfe.txt" },
		{ "filename=\"a.txt\"; filename*=UTF-8''%E8%AB%8B%E6%B1%82.txt", "請求.txt" },
		{ "filename*=utf-8'ja'%E8%AB%8B.txt; filename=\"a.txt\"", "請.txt" },
		{ "filename*=UTF-8''%E8%AB%8B.txt", "請.txt" },
		{ "filename=\"a.txt\"; filename*=UTF-8''%E8%AB", "a.txt" },
		{ "filename=\"a.txt\"; filename*=UTF-8''%", "a.txt" },
		{ "filename=\"a.txt\"; filename*=UTF-8''%4", "a.txt" },
		{ "filename=\"a.txt\"; filename*=UTF-8''%zz", "a.txt" },
		{ "filename=\"a.txt\"; filename*=UTF-8''", "a.txt" },
		{ "filename=\"a.txt\"; filename*=UTF-8'", "a.txt" },
		{ "filename=\"a.txt\"; filename*=Shift_JIS''%90%bf.txt", "a.txt" },
	};
	char body[1024], want[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		(void)snprintf(body, sizeof body, ONE("name=\"file\"; %s"), rows[i].written);
		(void)snprintf(want, sizeof want, "file|%s|hello;", rows[i].name);
		expect(body, want);
	}
	expect(ONE("name=\"file\"; filename*=Shift_JIS''%90.txt"), "BAD");
	expect(ONE("name=\"file\"; filename*=UTF-8''a; filename*=UTF-8''b"), "BAD");
}

/* Wherever it was cut, it is no form; but for the last line's end, which may be missing. */
static void
a_cut_form_is_bad(void **state)
{
	static const char s[] = "--x\r\n" D "name=\"a\"; filename=\"b\"\r\n\r\nhello\r\n--x\r\n" D "name=c\r\n\r\n\r\n--x--\r\n";
	char got[1024];
	size_t n;

	(void)state;
	for (n = 0; n < sizeof s - 1; n++) {
		bool good = n == sizeof s - 3;

		read_form(s, n, "x", got, sizeof got);
		assert_int_equal(strstr(got, "BAD") == NULL, good);
	}
}

static void
a_parts_head_has_an_end(void **state)
{
	static char s[FORM_HEAD_MAX * 2], got[FORM_HEAD_MAX * 2];
	int n = snprintf(s, sizeof s, "--x\r\n" D "name=a; filename=\"");

	(void)state;
	memset(s + n, 'b', FORM_HEAD_MAX - 200);
	(void)snprintf(s + n + FORM_HEAD_MAX - 200, 100, "\"\r\n\r\nq\r\n--x--\r\n");
	read_form(s, strlen(s), "x", got, sizeof got);
	assert_null(strstr(got, "BAD"));
	memset(s + n, 'b', FORM_HEAD_MAX);
	(void)snprintf(s + n + FORM_HEAD_MAX, 100, "\"\r\n\r\nq\r\n--x--\r\n");
	read_form(s, strlen(s), "x", got, sizeof got);
	assert_string_equal(got, "BAD");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boundaries),
		cmocka_unit_test(forms_are_read),
		cmocka_unit_test(file_names),
		cmocka_unit_test(a_cut_form_is_bad),
		cmocka_unit_test(a_parts_head_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
