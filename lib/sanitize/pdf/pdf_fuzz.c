/*
 * A whole file of any bytes: opened, every object looked up, every stream
 * unfiltered, everything written anew.  What was written opens without
 * repair, has the same objects, and written again gives the same bytes.
 */
#include "sanitize/pdf/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
copy_stream(struct pdf *p, struct pdf_out *o, uint32_t num, const struct pdf_obj *s)
{
	struct view v = { NULL, 0 }, filter;
	struct err e;

	if (!pdf_stream(p, s, PDF_STOP_IMAGE, &v, &filter, NULL, &e))
		v.n = 0;
	pdf_out_stream(o, num, pdf_keys_new(pdf_arena(p)), PDF_DATA_PLAIN, v);
	pdf_stream_free(p, v);
}

/* Object 1 is a catalogue of ours; object i of the old file is i + 2. */
static bool
copy(struct pdf *p, struct job *j, uint32_t first, struct buf *file)
{
	struct pdf_out *o = pdf_out_new(j, file);
	struct err e;
	uint32_t i;
	bool ok;

	pdf_out_object(o, pdf_out_reserve(o), VIEW("<</Pages 2 0 R/Type/Catalog>>"));
	pdf_out_object(o, pdf_out_reserve(o), VIEW("<</Count 0/Kids[]/Type/Pages>>"));
	for (i = first; i <= pdf_max_num(p) && i - first < 10000; i++) {
		const struct pdf_obj ref = { .kind = PDF_REF, .u.ref = { i, 0 } };
		const struct pdf_obj *x = pdf_resolve(p, &ref);
		uint32_t num = pdf_out_reserve(o);
		own_buf struct buf b = { 0 };

		if (x->kind == PDF_STREAM) {
			copy_stream(p, o, num, x);
			continue;
		}
		pdf_put_obj(&b, x);
		pdf_out_object(o, num, buf_bytes(&b));
	}
	ok = pdf_out_end(o, 0, &e) && pdf_ok(p, &e);
	pdf_out_free(o);
	return ok;
}

static bool
once(struct view in, uint32_t first, bool own, struct buf *file)
{
	struct test_job t;
	struct err e = { 0 };
	struct pdf *p;
	bool ok = false;

	test_job_init(&t);
	t.profile.limits.unpacked = 64 << 20;
	t.profile.limits.cpu_ms = 5000;
	p = pdf_new(&t.job, in, &e);
	if (p != NULL)
		ok = copy(p, &t.job, first, file);
	else if (e.code == ERR_NONE || e.code == ERR_SYSTEM)
		abort();
	if (own && (p == NULL || t.findings.n != 0))
		abort();
	pdf_free(p);
	test_job_release(&t);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	own_buf struct buf one = BUF_MAX(256 << 20), two = BUF_MAX(256 << 20);

	if (!once(view_of(data, n), 1, false, &one))
		return 0;
	if (!once(buf_bytes(&one), 3, true, &two) || !view_eq(buf_bytes(&one), buf_bytes(&two)))
		abort();
	return 0;
}
