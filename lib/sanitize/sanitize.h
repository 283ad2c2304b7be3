/*
 * sanitize.h - the whole of it as a pure function: bytes and a profile in,
 * bytes, findings and a verdict out.
 */
#ifndef SEKISHO_SANITIZE_SANITIZE_H
#define SEKISHO_SANITIZE_SANITIZE_H

#include "sanitize/job.h"

/*
 * Disarms `in`.  `name` (UTF-8, may be "") serves only to tell a spoofed
 * ending and CSV from plain text.  Fills `out` where the verdict has an output, and
 * *ret_type with the output's type, else with the input's.  The job's profile and findings are the caller's.
 */
enum verdict sanitize(struct job *j, const char *name, struct view in, struct buf *out,
		      enum type *ret_type);

#endif
