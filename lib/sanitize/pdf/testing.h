/*
 * testing.h - what the PDF tests and fuzzers share: a job without a
 * document, and small files whose table is written for them.
 */
#ifndef SEKISHO_SANITIZE_PDF_TESTING_H
#define SEKISHO_SANITIZE_PDF_TESTING_H

#include <stdlib.h>
#include <time.h>

#include "core/own.h"
#include "sanitize/pdf/pdf.h"

struct test_job {
	struct job job;
	struct findings findings;
	struct profile profile;
};

static inline void
test_job_init(struct test_job *t)
{
	struct timespec now = { 0, 0 };

	*t = (struct test_job){ .profile = *profile_at(0) };
	t->job.profile = &t->profile;
	t->job.findings = &t->findings;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	t->job.cpu_start_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline void
test_job_release(struct test_job *t)
{
	findings_release(&t->findings);
}

static inline uint32_t
test_found(const struct test_job *t, enum finding_code code)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < t->findings.n; i++)
		if (t->findings.row[i].code == code)
			n += t->findings.row[i].count;
	return n;
}

/* Writes objects as they come and remembers where. */
struct test_file {
	struct buf b;
	size_t off[64];
	uint32_t n;
};

static inline void
test_file_object(struct test_file *f, const char *body)
{
	if (f->b.n == 0)
		(void)buf_str(&f->b, "%PDF-1.7\n");
	f->off[++f->n] = f->b.n;
	(void)buf_printf(&f->b, "%u 0 obj\n%s\nendobj\n", f->n, body);
}

static inline void
test_file_end(struct test_file *f, const char *trailer)
{
	size_t start = f->b.n;
	uint32_t i;

	(void)buf_printf(&f->b, "xref\n0 %u\n0000000000 65535 f \n", f->n + 1);
	for (i = 1; i <= f->n; i++)
		(void)buf_printf(&f->b, "%010zu 00000 n \n", f->off[i]);
	(void)buf_printf(&f->b, "trailer\n<</Size %u/Root 1 0 R%s>>\nstartxref\n%zu\n%%%%EOF\n", f->n + 1,
			 trailer, start);
}

#endif
