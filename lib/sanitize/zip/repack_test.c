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

/* One member after another, as a room of a format would hand them on. */
static void
members(void **state)
{
	static const struct {
		struct repack_member m;
		const char *bytes, *out;	/* out NULL: it goes */
	} rows[] = {
		{ { "a.txt", false, 0x3e72, 0 }, "one\n", "a.txt" },
		{ { "A.TXT", false, 0x3e72, 0 }, "two\n", "A (2).TXT" },
		{ { "d/", true, 0x3e72, 0 }, "", "d/" },
		{ { "d", true, 0x3e72, 0 }, "", NULL },
		{ { "..\\x.txt", false, 0, 0 }, "out\n", NULL },
		{ { "/e/empty", false, 0, 0 }, "", "e/empty" },
		{ { "run.txt", false, 0, 0 }, "\x7f" "ELF\2\1\1", NULL },
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
		r.files += !rows[i].m.directory;
		if (!repack_name(&r, &rows[i].m))
			assert_null(rows[i].out);
		else if (rows[i].m.directory)
			assert_true(repack_directory(&r, &rows[i].m, &e));
		else
			assert_true(repack_file(&r, &rows[i].m, view_str(rows[i].bytes), &e));
	}
	assert_true(repack_end(&r, &e));
	assert_int_equal(r.kept, 3);
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
