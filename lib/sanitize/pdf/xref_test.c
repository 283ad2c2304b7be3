#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "sanitize/pdf/testing.h"

/* -- whole files, sound and not --------------------------------------------------- */

#define CATALOG "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
#define PAGES "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
#define PAGE "3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R>>\nendobj\n"
#define CONTENT "4 0 obj\n<</Length 3>>\nstream\nq Q\nendstream\nendobj\n"
#define BODY CATALOG PAGES PAGE CONTENT

enum { SOUND = 0, REPAIR = 1, TRAILING = 2, REVISED = 4, REFUSED = 8 };

static const struct {
	const char *name, *file;
	int what;
} files[] = {
	{ "sound",
	  "%PDF-1.4\n" BODY
	  "xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
	  "0000000105 00000 n \n0000000163 00000 n \ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n213\n%%EOF\n",
	  SOUND },
	{ "two subsections, lone line feeds",
	  "%PDF-1.4\n" BODY
	  "xref\n0 1\n0000000000 65535 f\n1 4\n0000000009 00000 n\n0000000054 00000 n\n"
	  "0000000105 00000 n\n0000000163 00000 n\ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n213\n%%EOF\n",
	  SOUND },
	{ "the free head counted from 1",
	  "%PDF-1.4\n" BODY
	  "xref\n1 5\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
	  "0000000105 00000 n \n0000000163 00000 n \ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n213\n%%EOF\n",
	  SOUND },
	{ "junk before the header, offsets from it",
	  "junk\n%PDF-1.4\n" BODY
	  "xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
	  "0000000105 00000 n \n0000000163 00000 n \ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n213\n%%EOF\n",
	  TRAILING },
	{ "junk before the header, offsets from the file's start",
	  "junk\n%PDF-1.4\n" BODY
	  "xref\n0 5\n0000000000 65535 f \n0000000014 00000 n \n0000000059 00000 n \n"
	  "0000000110 00000 n \n0000000168 00000 n \ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n218\n%%EOF\n",
	  TRAILING },
	{ "junk behind",
	  "%PDF-1.4\n" BODY
	  "xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
	  "0000000105 00000 n \n0000000163 00000 n \ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n213\n%%EOF\n"
	  "MZ\x90 and so on",
	  TRAILING },
	{ "entries off by some bytes",
	  "%PDF-1.4\n" BODY
	  "xref\n0 5\n0000000000 65535 f \n0000000011 00000 n \n0000000050 00000 n \n"
	  "0000000109 00000 n \n0000000160 00000 n \ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n213\n%%EOF\n",
	  REPAIR },
	{ "entries of other objects",
	  "%PDF-1.4\n" BODY
	  "xref\n0 5\n0000000000 65535 f \n0000000054 00000 n \n0000000009 00000 n \n"
	  "0000000163 00000 n \n0000000105 00000 n \ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n213\n%%EOF\n",
	  REPAIR },
	{ "wrong startxref", "%PDF-1.4\n" BODY "trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n7\n%%EOF\n", REPAIR },
	{ "no startxref", "%PDF-1.4\n" BODY "trailer\n<</Size 5/Root 1 0 R>>\n", REPAIR },
	{ "no trailer", "%PDF-1.4\n" BODY, REPAIR },
	{ "no header", BODY "trailer\n<</Root 1 0 R>>", REPAIR },
	{ "no catalogue", "%PDF-1.4\n" PAGES PAGE CONTENT, REPAIR },
	{ "no page tree", "%PDF-1.4\n3 0 obj<</Type/Page/Contents 4 0 R>>endobj " CONTENT, REPAIR },
	{ "no endobj",
	  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
	  "3 0 obj<</Type/Page/Contents 4 0 R>>4 0 obj<</Length 3>>stream\nq Q endstream",
	  REPAIR },
	{ "only carriage returns",
	  "%PDF-1.4\r1 0 obj\r<</Type/Catalog/Pages 2 0 R>>\rendobj\r2 0 obj\r<</Type/Pages/Kids[3 0 R]/Count 1>>"
	  "\rendobj\r3 0 obj\r<</Type/Page/Contents 4 0 R>>\rendobj\r4 0 obj\r<</Length 3>>\rstream\rq Q\rendstream\r"
	  "endobj\rtrailer\r<</Root 1 0 R>>\r",
	  REPAIR },
	{ "wrong length", "%PDF-1.4\n" CATALOG PAGES PAGE "4 0 obj\n<</Length 99>>\nstream\nq Q\nendstream\nendobj\n",
	  REPAIR },
	{ "length of itself",
	  "%PDF-1.4\n" CATALOG PAGES PAGE "4 0 obj\n<</Length 4 0 R>>\nstream\nq Q\nendstream\nendobj\n", REPAIR },
	{ "comments in odd places",
	  "%PDF-1.4\n1 %c\n0 %d\nobj %e\n<</Type%f\n/Catalog/Pages 2 %g\n0 R>>endobj\n" PAGES PAGE CONTENT
	  "xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000068 00000 n \n"
	  "0000000119 00000 n \n0000000177 00000 n \ntrailer %x\n<</Size 5/Root 1 0 R>>\nstartxref\n227\n%%EOF\n",
	  SOUND },
	{ "the last of two wins in repair",
	  "%PDF-1.4\n1 0 obj<<>>endobj 4 0 obj(old)endobj " BODY "trailer<</Root 1 0 R>>", REPAIR },
	{ "a loop of sections",
	  "%PDF-1.4\n" BODY
	  "xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \n"
	  "0000000163 00000 n \ntrailer\n<</Size 5/Root 1 0 R/Prev 213>>\nstartxref\n213\n%%EOF\n",
	  REPAIR },
	{ "empty", "", REFUSED },
	{ "header only", "%PDF-1.7\n", REFUSED },
	{ "no pages", "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj trailer<</Root 1 0 R>>", REFUSED },
	{ "root of itself", "1 0 obj 1 0 R endobj trailer<</Root 1 0 R>>", REFUSED },
};

static void
check_page(struct pdf *p)
{
	const struct pdf_dict *pages = pdf_dict_of(pdf_get(p, pdf_catalog(p), "Pages"));
	const struct pdf_obj *kids;
	const struct pdf_dict *page;
	struct view v;
	struct err e;

	assert_non_null(pages);
	kids = pdf_get(p, pages, "Kids");
	assert_int_equal(kids->kind, PDF_ARRAY);
	assert_int_equal(kids->u.a.n, 1);
	page = pdf_dict_of(pdf_resolve(p, &kids->u.a.v[0]));
	assert_non_null(page);
	assert_true(pdf_stream(p, pdf_get(p, page, "Contents"), PDF_STOP_NONE, &v, NULL, NULL, &e));
	assert_true(view_is(v, "q Q"));
	assert_true(pdf_ok(p, &e));
}

static void
whole_files(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		struct test_job t;
		struct err e = { 0 };
		struct pdf *p;

		test_job_init(&t);
		p = pdf_new(&t.job, view_str(files[i].file), &e);
		if ((p == NULL) != (files[i].what == REFUSED))
			print_error("%s: %s\n", files[i].name, e.text);
		assert_int_equal(p == NULL, files[i].what == REFUSED);
		if (p != NULL)
			check_page(p);
		else
			assert_int_equal(e.code, ERR_MALFORMED);
		if (test_found(&t, FINDING_REPAIRED) != (files[i].what == REPAIR))
			print_error("%s\n", files[i].name);
		assert_int_equal(test_found(&t, FINDING_REPAIRED), files[i].what == REPAIR);
		assert_int_equal(test_found(&t, FINDING_TRAILING_DATA), files[i].what == TRAILING);
		pdf_free(p);
		test_job_release(&t);
	}
}

/* Every prefix of every file, and every byte changed: an answer, and no more. */
static void
damaged(void **state)
{
	size_t i, at;
	int cut;

	(void)state;
	for (i = 0; i < sizeof files / sizeof *files; i++) {
		size_t n = strlen(files[i].file);

		for (at = 0; at < n * 2; at++) {
			own_mem uint8_t *copy = malloc(n);
			struct test_job t;
			struct err e = { 0 };
			struct pdf *p;

			assert_non_null(copy);
			memcpy(copy, files[i].file, n);
			cut = at < n;
			if (!cut)
				copy[at - n] ^= 0x15;
			test_job_init(&t);
			p = pdf_new(&t.job, view_of(copy, cut ? at : n), &e);
			assert_true(p != NULL || e.code != ERR_NONE);
			pdf_free(p);
			test_job_release(&t);
		}
	}
}

/* -- revisions ------------------------------------------------------------------------ */

static void
revisions(void **state)
{
	struct test_file f = { 0 };
	struct test_job t;
	struct err e = { 0 };
	struct pdf *p;
	struct pdf_obj ref = { .kind = PDF_REF, .u.ref = { 3, 0 } };
	size_t first, second;

	(void)state;
	test_file_object(&f, "<</Type/Catalog/Pages 2 0 R>>");
	test_file_object(&f, "<</Type/Pages/Kids[]/Count 0>>");
	test_file_object(&f, "(old)");
	test_file_object(&f, "(to be deleted)");
	first = f.b.n;
	test_file_end(&f, "/Old 7");
	second = f.b.n;
	(void)buf_str(&f.b, "3 0 obj(new)endobj\n");
	(void)buf_printf(&f.b,
			 "xref\n3 2\n%010zu 00000 n \n0000000000 00001 f \ntrailer\n"
			 "<</Size 5/Root 1 0 R/Prev %zu>>\nstartxref\n%zu\n%%%%EOF\n",
			 second, first, second + 19);
	test_job_init(&t);
	p = pdf_new(&t.job, buf_bytes(&f.b), &e);
	assert_non_null(p);
	assert_true(view_is(pdf_resolve(p, &ref)->u.s, "new"));
	/* A generation that is gone, a deleted object, a number never used. */
	ref.u.ref.gen = 1;
	assert_int_equal(pdf_resolve(p, &ref)->kind, PDF_NULL);
	ref.u.ref.num = 4;
	ref.u.ref.gen = 0;
	assert_int_equal(pdf_resolve(p, &ref)->kind, PDF_NULL);
	ref.u.ref.num = UINT32_MAX;
	assert_int_equal(pdf_resolve(p, &ref)->kind, PDF_NULL);
	assert_int_equal(test_found(&t, FINDING_PDF_REVISIONS), 1);
	assert_int_equal(test_found(&t, FINDING_REPAIRED), 0);
	assert_int_equal(pdf_get_raw(pdf_trailer(p), "Old")->u.i, 7);
	pdf_free(p);
	test_job_release(&t);
	buf_release(&f.b);
}

/* -- object streams, cross-reference streams --------------------------------------------- */

static void
put_entry(struct buf *b, uint8_t type, size_t a, uint8_t c)
{
	(void)buf_byte(b, type);
	(void)buf_u16be(b, (uint16_t)a);
	(void)buf_byte(b, c);
}

/* 1..3 in object stream 4, table in stream 5; `index` 0: the right ones. */
static void
stream_file(struct buf *b, uint8_t index, bool table)
{
	static const char objects[] = "1 0 2 30 3 70 "
				      "<</Type/Catalog/Pages 2 0 R>> "
				      "<</Type/Pages/Kids[3 0 R]/Count 1>>     "
				      "<</Type/Page/Contents 6 0 R>>";
	struct buf x = { 0 };
	size_t stm, content, start;

	(void)buf_str(b, "%PDF-1.5\n");
	stm = b->n;
	(void)buf_printf(b, "4 0 obj<</Type/ObjStm/N 3/First 14/Length %zu>>stream\n%s\nendstream endobj\n",
			 sizeof objects - 1, objects);
	content = b->n;
	(void)buf_str(b, "6 0 obj<</Length 3>>stream\nq Q\nendstream endobj\n");
	start = b->n;
	put_entry(&x, 0, 0, 0);
	put_entry(&x, 2, 4, (uint8_t)(0 + index));
	put_entry(&x, 2, 4, (uint8_t)(1 + index));
	put_entry(&x, 2, 4, (uint8_t)(2 + index));
	put_entry(&x, 1, stm, 0);
	put_entry(&x, 1, start, 0);
	put_entry(&x, 1, content, 0);
	(void)buf_printf(b, "5 0 obj<</Type/XRef/W[1 2 1]/Size 7/Root 1 0 R/Length %zu>>stream\n", x.n);
	(void)buf_view(b, buf_bytes(&x));
	(void)buf_printf(b, "\nendstream endobj\nstartxref\n%zu\n%%%%EOF\n", table ? start : 3);
	buf_release(&x);
}

static void
object_streams(void **state)
{
	static const struct {
		uint8_t index;
		bool table, repaired;
	} row[] = { { 0, true, false }, { 1, true, false }, { 200, true, false }, { 0, false, true } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		own_buf struct buf b = { 0 };
		struct test_job t;
		struct err e = { 0 };
		struct pdf *p;

		stream_file(&b, row[i].index, row[i].table);
		test_job_init(&t);
		p = pdf_new(&t.job, buf_bytes(&b), &e);
		assert_non_null(p);
		check_page(p);
		assert_int_equal(test_found(&t, FINDING_REPAIRED), row[i].repaired);
		pdf_free(p);
		test_job_release(&t);
	}
}

/* -- hostile ------------------------------------------------------------------------------- */

static void
loops_and_lies(void **state)
{
	static const char *const row[] = {
		"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj 3 0 R endobj 3 0 obj 2 0 R endobj ",
		"1 0 obj<</Type/ObjStm/N 1/First 4/Length 9>>stream\n1 0 <<>>\nendstream endobj ",
		"1 0 obj<</Type/ObjStm/N 99999999/First 99999999/Length 3>>stream\n1 0\nendstream endobj ",
		"1 0 obj<</Type/ObjStm/N -1/First -1/Length 3>>stream\n1 0\nendstream endobj ",
		"1 0 obj<</Type/Catalog/Pages 1 0 R/Length 1 0 R>>stream\nendstream endobj ",
		"1 0 obj<</Type/XRef/W[8 8 8]/Size 99999999999/Index[0 9999999999]/Length 5>>stream\nabcde endstream endobj startxref 0",
		"1 0 obj<</Type/XRef/W[0 0 0]/Size 99999999/Length 5>>stream\nabcde\nendstream endobj startxref 0",
		"xref\n0 99999999999\n0000000000 65535 f \ntrailer<</Root 1 0 R>>startxref 0",
		"xref\n99999999999 1\n0000000000 00000 n \ntrailer<</Root 1 0 R>>startxref 0",
		"99999999999999999999 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
		"8388607 0 obj<</Type/Pages/Kids[]>>endobj",
		"obj obj obj 0 obj 0 0 obj endobj -1 -1 obj",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct test_job t;
		struct err e = { 0 };
		struct pdf *p;
		uint32_t n;

		test_job_init(&t);
		p = pdf_new(&t.job, view_str(row[i]), &e);
		for (n = 0; p != NULL && n <= pdf_max_num(p); n++) {
			struct pdf_obj ref = { .kind = PDF_REF, .u.ref = { n, 0 } };

			assert_non_null(pdf_resolve(p, &ref));
		}
		pdf_free(p);
		test_job_release(&t);
	}
}

/* What a square of would take minutes. */
static void
time_is_linear(void **state)
{
	static const char *const unit[] = {
		"1 0 obj(", "1 0 obj<<", "1 0 obj<</Length 5>>stream\n", "trailer<<", "trailer(", "endobj ",
		"startxref 1 ", "xref 0 1 ", "1 0 obj<</Type/ObjStm/N 1/First 1>>stream\n", "obj", "stream\n",
		"1 0 obj<</Type/Pages/Kids[]>>endobj ", "9999 0 obj<</Length 1>>stream\n", "endobj%", "endstream%",
		"1 0 obj<</Length 1/Type/Page>>stream\nendobj ",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof unit / sizeof *unit; i++) {
		own_buf struct buf b = { 0 };
		struct test_job t;
		struct err e = { 0 };
		struct pdf *p;
		clock_t start = clock();
		double seconds;
		uint32_t n;

		(void)buf_str(&b, "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<<>>endobj ");
		for (n = 3; b.n < (1u << 20); n++) {
			if (unit[i][0] == '1')
				(void)buf_printf(&b, "%u%s", n, unit[i] + 1);
			else
				(void)buf_str(&b, unit[i]);
		}
		test_job_init(&t);
		p = pdf_new(&t.job, buf_bytes(&b), &e);
		for (n = 0; p != NULL && n <= pdf_max_num(p); n++) {
			struct pdf_obj ref = { .kind = PDF_REF, .u.ref = { n, 0 } };

			(void)pdf_resolve(p, &ref);
		}
		seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		if (seconds > 5)
			print_error("%s: %.1f s\n", unit[i], seconds);
		assert_true(seconds < 5);
		pdf_free(p);
		test_job_release(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_files),	  cmocka_unit_test(damaged),
		cmocka_unit_test(revisions),	  cmocka_unit_test(object_streams),
		cmocka_unit_test(loops_and_lies), cmocka_unit_test(time_is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
