/*
 * test_document.h - small PDFs for the tests of the document side: objects
 * in, a file out; a rebuild and what must hold for every one.
 */
#ifndef SEKISHO_SANITIZE_PDF_TEST_DOCUMENT_H
#define SEKISHO_SANITIZE_PDF_TEST_DOCUMENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/format.h"
#include "sanitize/pdf/pdf.h"

extern const struct format format_pdf;

/* objects[i] is the body of object i + 1, object 1 the catalogue; NULL ends, "" leaves one out. */
static inline void
sample_pdf(struct buf *b, const char *const objects[])
{
	size_t at[64] = { 0 }, n = 0, start;

	(void)buf_str(b, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
	for (; objects[n] != NULL; n++) {
		assert_true(n < 64);
		at[n] = b->n;
		if (objects[n][0] != '\0')
			(void)buf_printf(b, "%zu 0 obj\n%s\nendobj\n", n + 1, objects[n]);
	}
	start = b->n;
	(void)buf_printf(b, "xref\n0 %zu\n0000000000 65535 f \n", n + 1);
	for (size_t i = 0; i < n; i++)
		(void)buf_printf(b, "%010zu 00000 %c \n", at[i], objects[i][0] != '\0' ? 'n' : 'f');
	(void)buf_printf(b, "trailer\n<</Size %zu/Root 1 0 R/Info 9 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
			 n + 1, start);
}

static inline bool
run_pdf(const char *profile, struct view in, struct buf *out, struct findings *f, struct err *e)
{
	struct job j = { .profile = profile_find(view_str(profile)), .findings = f };
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	j.cpu_start_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
	return format_pdf.rebuild(&j, in, out, e) && buf_ok(out, e);
}

/* Rebuilds, and rebuilds the output: it must be the same bytes, and nothing more may go. */
static inline void
rebuild_pdf(const char *profile, struct view in, struct buf *out, struct findings *f)
{
	own_buf struct buf again = { 0 };
	struct findings more = { 0 };
	struct err e = { 0 };

	if (!run_pdf(profile, in, out, f, &e))
		fail_msg("%s", e.text);
	if (!run_pdf(profile, buf_bytes(out), &again, &more, &e))
		fail_msg("again: %s", e.text);
	if (!view_eq(buf_bytes(out), buf_bytes(&again)))
		fail_msg("not the same again:\n%.*s\n%.*s", (int)out->n, (const char *)out->p,
			 (int)again.n, (const char *)again.p);
	for (size_t i = 0; i < more.n; i++)
		if (finding_action(more.row[i].code) != ACTION_NOTED &&
		    more.row[i].code != FINDING_PDF_ATTACHMENT_KEPT)
			fail_msg("again: %s %s", finding_name(more.row[i].code), more.row[i].detail);
	findings_release(&more);
}

static inline bool
says(const struct buf *out, const char *text)
{
	return view_find(buf_bytes(out), 0, view_str(text)) != VIEW_NOT_FOUND;
}

static inline uint32_t
found(const struct findings *f, enum finding_code code)
{
	uint32_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->row[i].code == code)
			n += f->row[i].count;
	return n;
}

#endif
