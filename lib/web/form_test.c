#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "web/form.h"

#define A_256(c) A_64(c) A_64(c) A_64(c) A_64(c)
#define A_64(c) A_16(c) A_16(c) A_16(c) A_16(c)
#define A_16(c) c c c c c c c c c c c c c c c c

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
		{ "multipart/form-data; boundary", NULL },
		{ "multipart/form-data; x=\"" A_256("a") A_256("a") A_256("a") A_64("a") "\"; boundary=b", "b" },
		{ "multipart/form-data; x=\"" A_256("a") A_256("a") A_256("a") A_256("a") "\"; boundary=b", NULL },
		{ "multipart/mixed; boundary=a", NULL },
		{ "text/form-data; boundary=a", NULL },
		{ "multipart;form-data; boundary=a", NULL },
		{ "application/x-www-form-urlencoded", NULL },
		{ "", NULL },
	};
	char b[FORM_BOUNDARY_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n = strlen(rows[i].type);
		uint8_t *p = malloc(n + (n == 0));	/* of exactly its size */
		bool ok;

		assert_non_null(p);
		memcpy(p, rows[i].type, n);
		ok = form_boundary(view_of(p, n), b);
		free(p);

		if (ok != (rows[i].boundary != NULL) || (ok && strcmp(b, rows[i].boundary) != 0))
			fail_msg("%s: %s", rows[i].type, ok ? b : "refused");
	}
}

/* All parts as "name|file name|data;", "-" for none, and "BAD" where the form is; it comes in pieces of that many bytes. */
static void
read_pieces(const char *body, size_t n, size_t piece, char *ret, size_t size)
{
	struct form *f = malloc(sizeof *f);
	enum form_step step = FORM_MORE;
	struct form_part part;
	size_t k = 0, i;

	assert_non_null(f);
	form_open(f, "x");
	*ret = '\0';
	for (i = 0; i < n && step != FORM_BAD; i += piece) {
		/* Of its own, so that a byte too many is seen. */
		size_t m = n - i < piece ? n - i : piece;
		uint8_t *p = malloc(m);
		struct view v = view_of(p, m);

		assert_non_null(p);
		memcpy(p, body + i, m);
		while ((step = form_next(f, &v, &part)) == FORM_PART) {
			assert_true(part.at + part.size <= n);
			assert_int_equal(part.value.n, part.size < FORM_VALUE_MAX ? part.size : FORM_VALUE_MAX);
			assert_memory_equal(part.value.p == NULL ? (const uint8_t *)"" : part.value.p, body + part.at, part.value.n);
			k += (size_t)snprintf(ret + k, size - k, "%.*s|%.*s|%.*s;", (int)part.name.n, part.name.p,
					      part.file_name.p == NULL ? 1 : (int)part.file_name.n,
					      part.file_name.p == NULL ? "-" : (const char *)part.file_name.p, (int)part.size, body + part.at);
		}
		free(p);
	}
	if (!form_is_whole(f))
		(void)snprintf(ret + k, size - k, "BAD");
	free(f);
}

/* The same in whatever pieces it comes. */
static void
read_form(const char *body, size_t n, char *ret, size_t size)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, 5000 };
	static char again[2 * FORM_HEAD_MAX];
	size_t i;

	assert_true(size <= sizeof again);
	read_pieces(body, n, n + 1, ret, size);
	for (i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		read_pieces(body, n, pieces[i], again, size);
		assert_string_equal(ret, again);
	}
}

static void
expect(const char *body, const char *want)
{
	char got[4096];

	read_form(body, strlen(body), got, sizeof got);
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
	expect("--x  --\r\n", "BAD");
	expect("--x--  \r\n ", "BAD");
	expect("--x-- \t\r\n", "");
	expect("--xy\r\n" D "name=a\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\n" D "name=a\n\nq\n--x--\n", "BAD");
	expect("--x\r\n" D "name=a\r\n\r\nq\r\n--xy\r\n--x--\r\n", "a|-|q;BAD");
	expect("--x\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\n" D "name=a\r\n" D "name=b\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\n" D "name=a\r\n" D "filename=b\r\n\r\nq\r\n--x--\r\n", "BAD");
	expect("--x\r\nContent-Disposition: ;name=a\r\n\r\nq\r\n--x--\r\n", "BAD");
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

/* Data that nearly is a boundary, over and over, and longer than what is held. */
static void
much_data(void **state)
{
	static const char head[] = "--x\r\n" D "name=a\r\n\r\n", tail[] = "\r\n--x--\r\n";
	const size_t n = 5 * FORM_HEAD_MAX;
	char *s = malloc(sizeof head + n + sizeof tail);
	struct form *f = malloc(sizeof *f);
	struct form_part part;
	size_t piece, i;

	(void)state;
	assert_true(s != NULL && f != NULL);
	memcpy(s, head, sizeof head - 1);
	for (i = 0; i < n; i++)
		s[sizeof head - 1 + i] = "\r\n--\r\n-"[i % 7];
	memcpy(s + sizeof head - 1 + n, tail, sizeof tail);
	for (piece = 1; piece < 3 * FORM_HEAD_MAX; piece = piece * 3 + 1) {
		size_t size = strlen(s), at, parts = 0;

		form_open(f, "x");
		for (at = 0; at < size; at += piece) {
			struct view v = view_of(s + at, size - at < piece ? size - at : piece);

			for (; form_next(f, &v, &part) == FORM_PART; parts++)
				assert_true(part.at == sizeof head - 1 && part.size == n && part.value.n == FORM_VALUE_MAX);
		}
		assert_true(form_is_whole(f) && parts == 1);
	}
	free(f);
	free(s);
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

		read_form(s, n, got, sizeof got);
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
	read_form(s, strlen(s), got, sizeof got);
	assert_null(strstr(got, "BAD"));
	memset(s + n, 'b', FORM_HEAD_MAX);
	(void)snprintf(s + n + FORM_HEAD_MAX, 100, "\"\r\n\r\nq\r\n--x--\r\n");
	read_form(s, strlen(s), got, sizeof got);
	assert_string_equal(got, "BAD");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boundaries),
		cmocka_unit_test(forms_are_read),
		cmocka_unit_test(file_names),
		cmocka_unit_test(much_data),
		cmocka_unit_test(a_cut_form_is_bad),
		cmocka_unit_test(a_parts_head_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
