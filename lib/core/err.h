/*
 * err.h - what went wrong, as a code for machines and words for people.
 *
 * A function that can fail returns bool (or NULL) and fills the caller's
 * struct err.  `ret` parameters stay untouched on failure.  A *finding*
 * (finding.h) is data and never an error.
 */
#ifndef SEKISHO_CORE_ERR_H
#define SEKISHO_CORE_ERR_H

#include <stdbool.h>

enum err_code {
	ERR_NONE,
	ERR_MALFORMED,	/* the input is not what it claims to be */
	ERR_LIMIT,	/* the input wants more than it may have */
	ERR_DENIED,	/* a rule says no (unknown type, password, profile) */
	ERR_SYSTEM,	/* ours: no memory, a system call, a bug */
};

struct err {
	enum err_code code;
	char text[256];	/* English, one line, no trailing newline; "where: what" */
};

/* Sets code and text; always returns false, so that `return err_set(...)` reads well. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Puts "where: " before the text on the way up; always returns false. */
bool err_at(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "malformed", "limit", "denied", "system"; "none" for ERR_NONE. */
const char *err_name(enum err_code code);

#endif
