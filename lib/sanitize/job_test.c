#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/detect.h"
#include "sanitize/format.h"
#include "sanitize/job.h"
#include "sanitize/sanitize.h"
#include "sanitize/testing.h"

struct fixture {
	struct profile profile;
	struct findings findings;
	struct job job;
	struct buf out;
	enum type type;
};

static void
begin(struct fixture *f, const char *profile)
{
	memset(f, 0, sizeof *f);
	f->profile = *profile_find(view_str(profile));
	f->job = (struct job){ .profile = &f->profile, .findings = &f->findings };
}

static void
end(struct fixture *f)
{
	findings_release(&f->findings);
	buf_release(&f->out);
}

static bool
found(const struct fixture *f, enum finding_code code)
{
	size_t i;

	for (i = 0; i < f->findings.n; i++)
		if (f->findings.row[i].code == code)
			return true;
	return false;
}

static const struct {
	const char *what, *profile, *name, *bytes;
	enum verdict verdict;
	enum finding_code code;
} refusals[] = {
	{ "empty", "rebuild", "a.txt", "", VERDICT_REFUSED, FINDING_EMPTY_FILE },
	{ "a program called a picture", "rebuild", "a.jpg", "\x7f" "ELF\x02\x01\x01 and more", VERDICT_REFUSED,
	  FINDING_TYPE_REFUSED },
	{ "a DocuWorks document", "rebuild", "a.xdw", "\x60\x0e\x82" "and more", VERDICT_REFUSED, FINDING_XDW_ASK },
	{ "a picture has no words", "text", "a.png", "\x89PNG\r\n\x1a\n", VERDICT_REFUSED,
	  FINDING_PROFILE_UNAVAILABLE },
	{ "a PDF without a drawer", "flatten", "a.pdf", "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
	  "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
	  "trailer<</Root 1 0 R>>", VERDICT_REFUSED, FINDING_CONVERT_UNAVAILABLE },
	{ "a legacy document without a converter", "rebuild", "a.rtf", "{\\rtf1 hello}", VERDICT_REFUSED,
	  FINDING_CONVERT_UNAVAILABLE },
	{ "a drawing without a converter", "rebuild", "a.wmf", "\xd7\xcd\xc6\x9a\0\0", VERDICT_REFUSED,
	  FINDING_CONVERT_UNAVAILABLE },
	{ "a profile that refuses", "refuse", "a.txt", "hello", VERDICT_REFUSED,
	  FINDING_PROFILE_REFUSES },
	{ "a text that unescaping makes a PDF", "rebuild", "a.xml", "<a>&#37;PDF-1.4\n1 0 obj</a>", VERDICT_REFUSED,
	  FINDING_MALFORMED },
	{ "another", "rebuild", "a.json", "{\"a\":\"\\u0025PDF-1.4 1 0 obj\"}", VERDICT_REFUSED, FINDING_MALFORMED },
	{ "a picture cut short", "rebuild", "a.png", "\x89PNG\r\n\x1a\n", VERDICT_REFUSED,
	  FINDING_MALFORMED },
};

static void
a_refusal_has_its_reason_and_no_output(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		struct fixture f;

		begin(&f, refusals[i].profile);
		if (sanitize(&f.job, refusals[i].name, view_str(refusals[i].bytes), &f.out, &f.type) !=
		    refusals[i].verdict)
			fail_msg("%s", refusals[i].what);
		assert_int_equal(f.out.n, 0);
		if (!found(&f, refusals[i].code))
			fail_msg("%s: %s", refusals[i].what, finding_name(refusals[i].code));
		assert_int_equal(f.findings.part[0].verdict, refusals[i].verdict);
		end(&f);
	}
}

static void
what_is_clean_comes_out(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "rebuild");
	assert_int_equal(sanitize(&f.job, "a.txt", VIEW("hello\n"), &f.out, &f.type), VERDICT_CLEAN);
	assert_int_equal(f.type, TYPE_TEXT);
	assert_true(view_is(buf_bytes(&f.out), "hello\n"));
	assert_int_equal(f.findings.part[0].size_out, 6);
	end(&f);
}

static void
a_full_output_is_a_limit_and_leaves_nothing(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "rebuild");
	f.out.max = 3;
	assert_int_equal(sanitize(&f.job, "a.txt", VIEW("hello\n"), &f.out, &f.type), VERDICT_REFUSED);
	assert_true(found(&f, FINDING_LIMIT));
	assert_int_equal(f.out.n, 0);
	end(&f);
}

static void
bytes_are_one_budget_for_the_whole_tree(void **state)
{
	struct fixture f;
	struct err e = { 0 };

	(void)state;
	begin(&f, "rebuild");
	f.profile.limits.unpacked = 100;
	assert_true(job_charge(&f.job, 60, &e));
	assert_true(job_charge(&f.job, 40, &e));
	assert_false(job_spent(&f.job) && f.job.cpu_start_ns != 0);
	assert_false(job_charge(&f.job, 1, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_true(job_spent(&f.job));
	assert_false(job_charge(&f.job, UINT64_MAX, &e));
	end(&f);
}

static void
a_ratio_counts_beyond_ten_mebibytes(void **state)
{
	struct fixture f;
	struct err e = { 0 };

	(void)state;
	begin(&f, "rebuild");
	assert_true(job_ratio(&f.job, 1, UINT64_C(10) << 20, &e));
	assert_true(job_ratio(&f.job, UINT64_C(1) << 20, UINT64_C(200) << 20, &e));
	assert_false(job_ratio(&f.job, 1 << 10, UINT64_C(11) << 20, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	end(&f);
}

static void
depth_and_number_of_parts_are_bounded(void **state)
{
	struct fixture f;
	struct err e = { 0 };

	(void)state;
	begin(&f, "rebuild");
	f.job.depth = f.profile.limits.depth;
	assert_int_equal(job_part(&f.job, "b.txt", VIEW("x"), &f.out, &f.type, &e), VERDICT_REFUSED);
	assert_int_equal(e.code, ERR_LIMIT);
	f.job.depth = 0;
	f.job.entries = f.profile.limits.entries;
	assert_int_equal(job_part(&f.job, "b.txt", VIEW("x"), &f.out, &f.type, &e), VERDICT_REFUSED);
	assert_true(found(&f, FINDING_LIMIT));
	end(&f);
}

static void
time_is_a_budget(void **state)
{
	struct fixture f;
	struct err e = { 0 };
	unsigned i;
	bool over = false;

	(void)state;
	begin(&f, "rebuild");
	f.profile.limits.cpu_ms = 1;	/* since the start of the process: long over */
	for (i = 0; i < 200000 && !over; i++)
		over = !job_tick(&f.job, &e);
	assert_true(over);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_false(job_tick(&f.job, &e));	/* and stays so */
	end(&f);
}

static void
a_finding_tells_its_part(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "rebuild");
	(void)strcpy(f.job.where, "a.zip/b.pdf");
	job_find(&f.job, FINDING_TRAILING_DATA, "page 3", "%d bytes", 9);
	job_find(&f.job, FINDING_TRAILING_DATA, "", NULL);
	assert_string_equal(f.findings.row[0].where, "a.zip/b.pdf: page 3");
	assert_string_equal(f.findings.row[0].detail, "9 bytes");
	assert_string_equal(f.findings.row[1].where, "a.zip/b.pdf");
	end(&f);
}

/* A name is changed by what calls us, so the file is not what it was, whatever its bytes. */
static void
obeyed_name(void **state)
{
	own_tried struct tried t = try_it("desktop.ini", VIEW("[.ShellClassInfo]\r\n"));
	own_tried struct tried plain = try_it("my.ini", VIEW("[.ShellClassInfo]\r\n"));

	(void)state;
	assert_int_equal(tried_count(&t, FINDING_NAME_OBEYED), 1);
	assert_int_equal(t.verdict, VERDICT_DISARMED);
	assert_int_equal(plain.verdict, VERDICT_CLEAN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refusal_has_its_reason_and_no_output),
		cmocka_unit_test(what_is_clean_comes_out),
		cmocka_unit_test(a_full_output_is_a_limit_and_leaves_nothing),
		cmocka_unit_test(bytes_are_one_budget_for_the_whole_tree),
		cmocka_unit_test(a_ratio_counts_beyond_ten_mebibytes),
		cmocka_unit_test(depth_and_number_of_parts_are_bounded),
		cmocka_unit_test(time_is_a_budget),
		cmocka_unit_test(obeyed_name), cmocka_unit_test(a_finding_tells_its_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
