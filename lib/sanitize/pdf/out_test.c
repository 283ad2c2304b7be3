#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <sys/wait.h>

#include "sanitize/pdf/testing.h"

/* A page with compressed and plain streams, its objects written backwards. */
static void
write_file(struct job *j, struct buf *file, bool big)
{
	own_arena struct arena *a = arena_new(0);
	own_buf struct buf content = { 0 }, body = { 0 };
	struct pdf_out *o = pdf_out_new(j, file);
	uint32_t catalog = pdf_out_reserve(o), pages = pdf_out_reserve(o), page = pdf_out_reserve(o),
		 text = pdf_out_reserve(o), info = pdf_out_reserve(o);
	struct pdf_keys *k;
	struct err e;
	int i;

	assert_int_equal(catalog, 1);
	for (i = 0; i < (big ? 100 : 1); i++)
		(void)buf_str(&content, "q 1 0 0 1 9 9 cm Q\n");
	k = pdf_keys_new(a);
	pdf_put_string(pdf_key(k, "Title"), VIEW("a (title)"));
	pdf_put_keys(&body, k);
	pdf_out_object(o, info, buf_bytes(&body));
	pdf_out_stream(o, text, pdf_keys_new(a), PDF_DATA_PLAIN, buf_bytes(&content));
	buf_clear(&body);
	k = pdf_keys_new(a);
	pdf_put_name(pdf_key(k, "Type"), VIEW("Page"));
	pdf_put_ref(pdf_key(k, "Parent"), pages);
	pdf_put_ref(pdf_key(k, "Contents"), text);
	(void)buf_str(pdf_key(k, "MediaBox"), "[0 0 9 9]");
	pdf_put_keys(pdf_key(k, "Resources"), pdf_keys_new(a));
	pdf_put_keys(&body, k);
	pdf_out_object(o, page, buf_bytes(&body));
	pdf_out_object(o, pages, VIEW("<</Count 1/Kids[3 0 R]/Type/Pages>>"));
	pdf_out_object(o, catalog, VIEW("<</Pages 2 0 R/Type/Catalog>>"));
	assert_true(pdf_out_end(o, info, &e));
	pdf_out_free(o);
}

static void
canonical_bytes(void **state)
{
	static const char want[] =
		"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
		"1 0 obj\n<</Pages 2 0 R/Type/Catalog>>\nendobj\n"
		"2 0 obj\n<</Count 1/Kids[3 0 R]/Type/Pages>>\nendobj\n"
		"3 0 obj\n<</Contents 4 0 R/MediaBox[0 0 9 9]/Parent 2 0 R/Resources<<>>/Type/Page>>\nendobj\n"
		"4 0 obj\n<</Length 19>>\nstream\nq 1 0 0 1 9 9 cm Q\n\nendstream\nendobj\n"
		"5 0 obj\n<</Title(a \\(title\\))>>\nendobj\n"
		"xref\n0 6\n0000000000 65535 f \n0000000015 00000 n \n0000000060 00000 n \n"
		"0000000111 00000 n \n0000000201 00000 n \n0000000268 00000 n \n"
		"trailer\n<</ID[<";
	own_buf struct buf file = { 0 };
	struct test_job t;

	(void)state;
	test_job_init(&t);
	write_file(&t.job, &file, false);
	assert_true(view_starts(buf_bytes(&file), VIEW(want)));
	assert_true(view_find(buf_bytes(&file), 0, VIEW(">]/Info 5 0 R/Root 1 0 R/Size 6>>\nstartxref\n")) !=
		    VIEW_NOT_FOUND);
	assert_memory_equal(file.p + file.n - 6, "%%EOF\n", 6);
	test_job_release(&t);
}

static void
read_back(void **state)
{
	own_buf struct buf file = { 0 };
	struct test_job t;
	struct err e = { 0 };
	struct pdf_obj ref = { .kind = PDF_REF, .u.ref = { 4, 0 } };
	struct pdf *p;
	struct view v;

	(void)state;
	test_job_init(&t);
	write_file(&t.job, &file, true);
	p = pdf_new(&t.job, buf_bytes(&file), &e);
	assert_non_null(p);
	assert_int_equal(t.findings.n, 0);
	assert_true(pdf_is_name(pdf_get(p, pdf_resolve(p, &ref)->u.d, "Filter"), "FlateDecode"));
	assert_true(pdf_stream(p, pdf_resolve(p, &ref), PDF_STOP_NONE, &v, NULL, NULL, &e));
	assert_int_equal(v.n, 1900);
	pdf_free(p);
	test_job_release(&t);
}

/* The outside judge, where it is installed. */
static void
qpdf_agrees(void **state)
{
	char path[] = "/tmp/sekisho_out_test_XXXXXX", command[128];
	own_buf struct buf file = { 0 };
	struct test_job t;
	int fd, rc;

	(void)state;
	test_job_init(&t);
	write_file(&t.job, &file, true);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, file.p, file.n), file.n);
	(void)close(fd);
	(void)snprintf(command, sizeof command, "qpdf --check %s >/dev/null 2>&1", path);
	rc = system(command);
	(void)unlink(path);
	test_job_release(&t);
	if (WIFEXITED(rc) && WEXITSTATUS(rc) == 127)
		skip();
	assert_true(WIFEXITED(rc));
	assert_int_equal(WEXITSTATUS(rc), 0);
}

static void
filters_are_named(void **state)
{
	static const struct {
		enum pdf_data how;
		const char *head;
	} row[] = {
		{ PDF_DATA_FLATE, "<</Filter/FlateDecode/K 1/Length 2>>" },
		{ PDF_DATA_DCT, "<</Filter/DCTDecode/K 1/Length 2>>" },
		{ PDF_DATA_CCITT, "<</Filter/CCITTFaxDecode/K 1/Length 2>>" },
		{ PDF_DATA_PLAIN, "<</K 1/Length 2>>" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		own_arena struct arena *a = arena_new(0);
		own_buf struct buf file = { 0 };
		struct test_job t;
		struct pdf_out *o;
		struct pdf_keys *k = pdf_keys_new(a);
		struct err e;

		test_job_init(&t);
		o = pdf_out_new(&t.job, &file);
		pdf_put_int(pdf_key(k, "K"), 1);
		pdf_out_stream(o, pdf_out_reserve(o), k, row[i].how, VIEW("xy"));
		assert_true(pdf_out_end(o, 0, &e));
		assert_true(view_find(buf_bytes(&file), 0, view_str(row[i].head)) != VIEW_NOT_FOUND);
		pdf_out_free(o);
		test_job_release(&t);
	}
}

/* What compression does not make smaller goes as it is. */
static void
incompressible(void **state)
{
	own_arena struct arena *a = arena_new(0);
	own_buf struct buf file = { 0 };
	struct test_job t;
	struct pdf_out *o;
	uint8_t noise[300];
	uint32_t x = 1;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof noise; i++)
		noise[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
	test_job_init(&t);
	o = pdf_out_new(&t.job, &file);
	pdf_out_stream(o, pdf_out_reserve(o), pdf_keys_new(a), PDF_DATA_PLAIN, view_of(noise, sizeof noise));
	assert_true(pdf_out_end(o, 0, &e));
	assert_true(view_find(buf_bytes(&file), 0, VIEW("<</Length 300>>\nstream\n")) != VIEW_NOT_FOUND);
	assert_true(view_find(buf_bytes(&file), 0, view_of(noise, sizeof noise)) != VIEW_NOT_FOUND);
	pdf_out_free(o);
	test_job_release(&t);
}

enum misuse { NOTHING, UNWRITTEN, TWICE, NOT_RESERVED, TOO_LARGE, MISUSES };

static void
misuse_has_no_output(void **state)
{
	int how;

	(void)state;
	for (how = 0; how < MISUSES; how++) {
		own_buf struct buf file = { 0 };
		struct test_job t;
		struct pdf_out *o;
		struct err e = { 0 };

		test_job_init(&t);
		if (how == TOO_LARGE)
			t.profile.limits.output = 3;
		o = pdf_out_new(&t.job, &file);
		if (how != NOTHING)
			(void)pdf_out_reserve(o);
		if (how == TWICE || how == NOT_RESERVED || how == TOO_LARGE)
			pdf_out_object(o, 1, VIEW("null"));
		if (how == TWICE || how == NOT_RESERVED)
			pdf_out_object(o, how == TWICE ? 1 : 2, VIEW("null"));
		assert_false(pdf_out_end(o, 0, &e));
		assert_int_equal(e.code, how == TOO_LARGE ? ERR_LIMIT : ERR_SYSTEM);
		pdf_out_free(o);
		test_job_release(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_bytes),   cmocka_unit_test(read_back),
		cmocka_unit_test(qpdf_agrees),	     cmocka_unit_test(filters_are_named),
		cmocka_unit_test(misuse_has_no_output), cmocka_unit_test(incompressible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
