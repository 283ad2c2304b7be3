#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "sanitize/testing.h"
#include "sanitize/text/picture.h"

static void
base64_goes_there_and_back(void **state)
{
	static const struct {
		const char *plain, *coded;
	} rows[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob\xff\xfe", "Zm9vYv/+" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf a = { 0 }, b = { 0 };

		assert_true(base64_encode(view_str(rows[i].plain), &a));
		assert_true(view_is(buf_bytes(&a), rows[i].coded));
		assert_true(base64_decode(buf_bytes(&a), &b));
		assert_true(view_is(buf_bytes(&b), rows[i].plain));
	}
	{
		own_buf struct buf b = { 0 };

		assert_true(base64_decode(VIEW(" Zm\n9v "), &b));
		assert_false(base64_decode(VIEW("Zm9v!"), &b));
		assert_false(base64_decode(VIEW("Zg==Zg"), &b));
		assert_false(base64_decode(VIEW("Z"), &b));
	}
}

/* A GIF of one pixel, and what is none. */
static void
only_pictures_come_back(void **state)
{
	static const struct {
		const char *uri;
		bool made;
	} rows[] = {
		{ "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", true },
		{ "data:text/html;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", true },
		{ "data:image/gif;base64,PHNjcmlwdD54PC9zY3JpcHQ+", false },
		{ "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E", false },
		{ "data:text/plain,hello", false },
		{ "data:image/gif;base64", false },
		{ "data:,", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct findings f = { 0 };
		struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &f, .name = "" };
		own_buf struct buf got = { 0 };
		struct err e;

		assert_true(picture_is_data(view_str(rows[i].uri)));
		assert_int_equal(picture_from_data(&j, "image", view_str(rows[i].uri), &got, &e), rows[i].made);
		assert_int_equal(e.code, ERR_NONE);
		if (rows[i].made)
			assert_true(view_starts(buf_bytes(&got), VIEW("data:image/gif;base64,R0lGOD")));
		else
			assert_int_equal(got.n, 0);
		findings_release(&f);
	}
	assert_false(picture_is_data(VIEW("http://x")));
	assert_true(picture_is_data(VIEW("DATA:x")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_goes_there_and_back),
		cmocka_unit_test(only_pictures_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
