/*
 * testing.h - for tests and fuzzers only: one document through the whole of
 * sanitize(), and the property that every output must have.
 */
#ifndef SEKISHO_SANITIZE_TESTING_H
#define SEKISHO_SANITIZE_TESTING_H

#include <stdio.h>
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/detect.h"
#include "sanitize/sanitize.h"

struct tried {
	struct findings findings;
	struct buf out;
	enum type type;
	enum verdict verdict;
};

static inline void
tried_release(struct tried *t)
{
	findings_release(&t->findings);
	buf_release(&t->out);
}
#define own_tried __attribute__((cleanup(tried_release)))

static inline struct tried
try_with(const char *profile, const char *password, const char *name, struct view in)
{
	struct tried t = { 0 };
	struct view pass = view_str(password == NULL ? "" : password);
	struct job j = { .profile = profile_find(view_str(profile)), .findings = &t.findings,
			 .password = &pass, .passwords = password != NULL };

	t.verdict = sanitize(&j, name, in, &t.out, &t.type);
	return t;
}

static inline struct tried
try_it(const char *name, struct view in)
{
	return try_with("rebuild", NULL, name, in);
}

static inline uint32_t
tried_count(const struct tried *t, enum finding_code code)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < t->findings.n; i++)
		if (t->findings.row[i].code == code)
			n += t->findings.row[i].count;
	return n;
}

/* The place of the first finding of that code, "" where there is none. */
static inline const char *
tried_where(const struct tried *t, enum finding_code code)
{
	size_t i;

	for (i = 0; i < t->findings.n; i++)
		if (t->findings.row[i].code == code)
			return t->findings.row[i].where;
	return "";
}

static inline bool
tried_passed(const struct tried *t)
{
	return t->verdict != VERDICT_REFUSED && t->verdict != VERDICT_FAILED;
}

/* The output, rebuilt again under its own name, must be the same bytes with nothing more to remove. */
static inline bool
tried_settled(const struct tried *t, const char *name)
{
	own_buf struct buf right = { 0 };
	own_tried struct tried again = { 0 };

	if (!detect_rename(t->type, name, &right) || !buf_byte(&right, '\0'))
		return false;
	again = try_it((const char *)right.p, view_of(t->out.p, t->out.n));
	if (again.verdict == VERDICT_CLEAN && again.type == t->type &&
	    view_eq(buf_bytes(&again.out), buf_bytes(&t->out)))
		return true;
	(void)fprintf(stderr, "not settled: %s %s, %zu -> %zu bytes\n", verdict_name(again.verdict),
		      type_name(again.type), t->out.n, again.out.n);
	for (size_t i = 0; i < again.findings.n; i++)
		(void)fprintf(stderr, "\t%s [%s] %s\n", finding_name(again.findings.row[i].code),
			      again.findings.row[i].where, again.findings.row[i].detail);
	return false;
}

#endif
