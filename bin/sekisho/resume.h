/*
 * resume.h - what an earlier run's report says is done.
 */
#ifndef SEKISHO_BIN_SEKISHO_RESUME_H
#define SEKISHO_BIN_SEKISHO_RESUME_H

#include "core/err.h"
#include "core/profile.h"

struct resume;

/* Reads the report's lines; a last line cut by a crash is passed over.  NULL with *e. */
struct resume *resume_new(const char *report, struct err *e);
void resume_free(struct resume *r);
/*
 * Was this path, with these very bytes, done under this profile by this
 * version, and is its output (where it had one) still there as it was?
 */
bool resume_done(const struct resume *r, const char *path, const struct profile *p);

#endif
