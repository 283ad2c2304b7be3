#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/zip/repack.h"

static struct job
job_for(struct findings *f)
{
	return (struct job){ .profile = profile_find(VIEW("rebuild")), .findings = f, .name = "" };
}

#define A_50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A_200 A_50 A_50 A_50 A_50
#define A_1000 A_200 "/" A_200 "/" A_200 "/" A_200 "/" A_50 A_50 A_50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" ".txt"	/* bytes */

/* One member after another, as a room of a format would hand them on. */
static void
members(void **state)
{
	static const struct {
		struct repack_member m;
		const char *bytes, *out;	/* out NULL: it goes */
		enum finding_code code;		/* the last; FINDING_COUNT: none */
	} rows[] = {
		{ { "a.txt", false, 0x3e72, 0 }, "one\n", "a.txt", FINDING_COUNT },
		{ { "A.TXT", false, 0x3e72, 0 }, "two\n", "A (2).TXT", FINDING_ZIP_NAME },
		{ { "d/", true, 0x3e72, 0 }, "", "d/", FINDING_COUNT },
		{ { "d", true, 0x3e72, 0 }, "", NULL, FINDING_ZIP_DUPLICATE },
		{ { "a.txt/b.txt", false, 0, 0 }, "three\n", NULL, FINDING_ZIP_DUPLICATE },
		{ { "..\\x.txt", false, 0, 0 }, "out\n", NULL, FINDING_ZIP_TRAVERSAL },
		{ { "/e/empty", false, 0, 0 }, "", "e/empty", FINDING_ZIP_NAME },
		{ { "run.txt", false, 0, 0 }, "\x7f" "ELF\2\1\1", NULL, FINDING_PART_REFUSED },
		{ { A_1000, false, 0, 0 }, "long\n", A_1000, FINDING_COUNT },
		{ { "a" A_1000, false, 0, 0 }, "longer\n", NULL, FINDING_PART_REFUSED },
	};
	struct findings f = { 0 };
	struct job j = job_for(&f);
	own_buf struct buf out = { 0 };
	own_repack struct repack r = { 0 };
	own_zip struct zip *z = NULL;
	struct err e = { 0 };
	size_t i, k = 0;

	(void)state;
	assert_true(repack_init(&r, &j, &out, &e));
	for (i = 0; i < sizeof rows / sizeof *rows; i++, r.at++) {
		size_t before = f.n;

		r.files += !rows[i].m.directory;
		if (!repack_name(&r, &rows[i].m))
			assert_null(rows[i].out);
		else if (rows[i].m.directory)
			assert_true(repack_directory(&r, &rows[i].m, &e));
		else
			assert_true(repack_file(&r, &rows[i].m, view_str(rows[i].bytes), &e));
		assert_int_equal(f.n > before ? f.row[f.n - 1].code : FINDING_COUNT, rows[i].code);
		if (f.n > before)
			assert_int_equal(strncmp(f.row[f.n - 1].where, rows[i].m.name, FINDING_WHERE_MAX / 2), 0);
	}
	assert_true(repack_end(&r, &e));
	assert_int_equal(r.kept, 4);
	z = zip_new(buf_bytes(&out), NULL, NULL, &e);
	assert_non_null(z);
	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].out != NULL)
			assert_string_equal(zip_at(z, k++)->name, rows[i].out);
	assert_int_equal(zip_count(z), k);
	findings_release(&f);
}

static void
nothing_left(void **state)
{
	static const struct repack_member m = { "run.exe", false, 0, 0 };
	struct findings f = { 0 };
	struct job j = job_for(&f);
	own_buf struct buf out = { 0 };
	own_repack struct repack r = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(repack_init(&r, &j, &out, &e));
	r.files = 1;
	assert_true(repack_name(&r, &m));
	assert_true(repack_file(&r, &m, VIEW("\x7f" "ELF\2\1\1"), &e));
	assert_false(repack_end(&r, &e));
	assert_int_equal(e.code, ERR_DENIED);
	repack_decrypted(&r);
	repack_decrypted(&r);
	assert_int_equal(f.row[f.n - 1].code, FINDING_DECRYPTED);
	assert_int_equal(f.row[f.n - 1].count, 1);
	findings_release(&f);
}

int
main(void)
{
	static const struct CMUnitTest all[] = { cmocka_unit_test(members), cmocka_unit_test(nothing_left) };

	return cmocka_run_group_tests(all, NULL, NULL);
}
