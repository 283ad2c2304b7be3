#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "sanitize/pdf/testing.h"

static const struct {
	const char *name;
	struct view bytes;
} samples[] = {
#define SAMPLE(name, bytes) { #name, { (const uint8_t *)(bytes), sizeof(bytes) - 1 } },
#include "sanitize/pdf/crypt_test.def"
#undef SAMPLE
};

static struct view
sample(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof samples / sizeof *samples; i++)
		if (strcmp(samples[i].name, name) == 0)
			return samples[i].bytes;
	fail_msg("no sample %s", name);
	return VIEW("");
}

/* The document says what it said before it was encrypted. */
static void
check_content(struct pdf *p)
{
	const struct pdf_dict *pages = pdf_dict_of(pdf_get(p, pdf_catalog(p), "Pages"));
	const struct pdf_obj *kids = pdf_get(p, pages, "Kids");
	const struct pdf_dict *page = pdf_dict_of(pdf_resolve(p, &kids->u.a.v[0]));
	const struct pdf_obj *title;
	struct view v;
	struct err e;

	assert_true(pdf_stream(p, pdf_get(p, page, "Contents"), PDF_STOP_NONE, &v, NULL, NULL, &e));
	assert_true(view_is(v, "0 0 9 9 re "));
	assert_true(pdf_stream(p, pdf_get(p, pdf_catalog(p), "Metadata"), PDF_STOP_NONE, &v, NULL, NULL, &e));
	assert_true(view_is(v, "<x:meta/"));
	title = pdf_get(p, pdf_dict_of(pdf_get(p, pdf_trailer(p), "Info")), "Title");
	assert_int_equal(title->kind, PDF_STRING);
	assert_true(view_is(title->u.s, "secret title"));
}

static void
opens(void **state)
{
	static const struct {
		const char *sample, *password;
		bool fits;
	} row[] = {
		{ "r2", NULL, true },	   { "r2", "owner", true },   { "r2", "wrong", true },
		{ "r3", NULL, false },	   { "r3", "wrong", false },  { "r3", "user", true },
		{ "r3", "owner", true },   { "r4", NULL, true },      { "r4", "owner", true },
		{ "r4rc4", NULL, false },  { "r4rc4", "user", true }, { "r4rc4", "owner", true },
		{ "r5", NULL, false },	   { "r5", "user", true },    { "r5", "owner", true },
		{ "r6", NULL, false },	   { "r6", "wrong", false },  { "r6", "user", true },
		{ "r6", "owner", true },	   { "r4short", NULL, true }, { "r4short", "owner", true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		const struct view passwords[] = { VIEW("no"), view_str(row[i].password ? row[i].password : "") };
		struct test_job t;
		struct err e = { 0 };
		struct pdf *p;

		test_job_init(&t);
		t.job.password = passwords;
		t.job.passwords = row[i].password != NULL ? 2 : 0;
		p = pdf_new(&t.job, sample(row[i].sample), &e);
		if ((p != NULL) != row[i].fits)
			print_error("%s with %s: %s\n", row[i].sample, row[i].password, e.text);
		assert_int_equal(p != NULL, row[i].fits);
		assert_int_equal(test_found(&t, FINDING_DECRYPTED), row[i].fits);
		assert_int_equal(test_found(&t, FINDING_PASSWORD_NEEDED), !row[i].fits);
		if (p != NULL)
			check_content(p);
		else
			assert_int_equal(e.code, ERR_DENIED);
		pdf_free(p);
		test_job_release(&t);
	}
}

/* Every byte of the file wrong once: an answer or an error, never more. */
static void
damaged(void **state)
{
	size_t i, at;

	(void)state;
	for (i = 0; i < sizeof samples / sizeof *samples; i++) {
		/* Revision 6 takes its time by intent. */
		size_t step = strcmp(samples[i].name, "r6") == 0 ? 37 : 3;

		for (at = 0; at < samples[i].bytes.n; at += step) {
			const struct view password = VIEW("user");
			own_mem uint8_t *copy = malloc(samples[i].bytes.n);
			struct test_job t;
			struct err e = { 0 };
			struct pdf *p;

			assert_non_null(copy);
			memcpy(copy, samples[i].bytes.p, samples[i].bytes.n);
			copy[at] ^= 0x11;
			test_job_init(&t);
			t.job.password = &password;
			t.job.passwords = 1;
			p = pdf_new(&t.job, view_of(copy, samples[i].bytes.n), &e);
			assert_true(p != NULL || e.code != ERR_NONE);
			pdf_free(p);
			test_job_release(&t);
		}
	}
}

static void
unknown_handlers_are_denied(void **state)
{
	static const struct {
		const char *encrypt;
		enum err_code code;
	} row[] = {
		{ "/Encrypt<</Filter/Other/V 1/R 2>>", ERR_DENIED },
		{ "/Encrypt<</Filter/Standard/V 9/R 2>>", ERR_DENIED },
		{ "/Encrypt<</Filter/Standard/V 5/R 7>>", ERR_DENIED },
		{ "/Encrypt<</Filter/Standard/V 1/R 2/O(short)/U(short)>>", ERR_MALFORMED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		struct test_file f = { 0 };
		struct test_job t;
		struct err e = { 0 };

		test_job_init(&t);
		test_file_object(&f, "<</Type/Catalog/Pages 2 0 R>>");
		test_file_object(&f, "<</Type/Pages/Kids[]/Count 0>>");
		test_file_end(&f, row[i].encrypt);
		assert_null(pdf_new(&t.job, buf_bytes(&f.b), &e));
		assert_int_equal(e.code, row[i].code);
		buf_release(&f.b);
		test_job_release(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),
		cmocka_unit_test(damaged),
		cmocka_unit_test(unknown_handlers_are_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
