/*
 * image_test.h - what the tests of all picture formats share: a job with a
 * profile, and questions about its findings.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_IMAGE_TEST_H
#define SEKISHO_SANITIZE_IMAGE_IMAGE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/image/image.h"

enum { TRIAL_MAX = 1 << 30 };

struct trial {
	struct findings findings;
	struct buf out;
	struct err e;
	bool ok;
};

static inline void
trial_release(struct trial *t)
{
	findings_release(&t->findings);
	buf_release(&t->out);
}
#define own_trial __attribute__((cleanup(trial_release)))

/* The format over an exact copy of the bytes, so that a sanitizer sees every read past them. */
static inline struct trial
trial_as(const struct format *f, const struct profile *profile, struct view in)
{
	struct trial t = { .out = BUF_MAX(256u << 20) };
	struct job j = { .profile = profile, .findings = &t.findings };
	size_t n = in.n < TRIAL_MAX ? in.n : TRIAL_MAX;
	uint8_t *copy = malloc(n + 1);

	assert_non_null(copy);
	memcpy(copy + 1, in.p, n);
	t.ok = f->rebuild(&j, view_of(copy + 1, n), &t.out, &t.e);
	free(copy);
	return t;
}

static inline struct trial
trial(const struct format *f, struct view in)
{
	return trial_as(f, profile_find(VIEW("rebuild")), in);
}

static inline bool
trial_found(const struct trial *t, enum finding_code c)
{
	size_t i;

	for (i = 0; i < t->findings.n; i++)
		if (t->findings.row[i].code == c)
			return true;
	return false;
}

static inline bool
trial_has(const struct trial *t, struct view bytes)
{
	return view_find(buf_bytes(&t->out), 0, bytes) != VIEW_NOT_FOUND;
}

/* The output is rebuilt to itself, and nothing is found in it. */
static inline void
trial_stable(const struct format *f, const struct trial *t)
{
	own_trial struct trial again = trial(f, buf_bytes(&t->out));

	assert_true(again.ok);
	assert_int_equal(again.findings.n, 0);
	assert_true(view_eq(buf_bytes(&again.out), buf_bytes(&t->out)));
}

/* Every shorter beginning ends in an output or in an error, and in nothing else. */
static inline void
trial_cut(const struct format *f, struct view in, size_t step)
{
	size_t n;

	for (n = 0; n < in.n; n += step) {
		own_trial struct trial t = trial(f, view_of(in.p, n));

		assert_true(t.ok || t.e.code == ERR_MALFORMED || t.e.code == ERR_LIMIT);
		if (t.ok)
			trial_stable(f, &t);
	}
}

#endif
