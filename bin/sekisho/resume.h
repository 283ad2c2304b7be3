/*
 * resume.h - what an earlier run's report says is done, and which outputs it wrote.
 */
#ifndef SEKISHO_BIN_SEKISHO_RESUME_H
#define SEKISHO_BIN_SEKISHO_RESUME_H

#include "collect.h"
#include "nursery/nursery.h"

struct resume;

/* What this run would do; borrowed. */
struct resume_terms {
	const struct profile *profile;
	uint32_t dpi;		/* 0: not given */
	bool passwords;		/* it has some: what was refused for want of one is tried again */
	const char *output;	/* the output folder, or the one output */
	bool into_folder;
};

/* Reads the report's lines; a last line cut by a crash is passed over.  NULL with *e. */
struct resume *resume_new(const char *report, const struct resume_terms *t, struct err *e);
void resume_free(struct resume *r);
/*
 * Was this source, with these very bytes, done on these terms by this
 * version, and is its output (where it had one) still there as it was?
 * *ret_refused: it had none, by a rule.
 */
bool resume_done(const struct resume *r, const struct source *s, bool *ret_refused);
/*
 * The output that an earlier run wrote for this source, where it is still
 * there as it was, below the output folder; NULL where there is none.
 */
const char *resume_stale(const struct resume *r, const struct source *s);
/*
 * Is the file at this path this very output, which a run wrote that was
 * killed before its row?  (struct place: ours.)
 */
bool resume_orphan(void *r, const char *path, const struct outcome *o);
/* This run wrote it: it is no orphan. */
void resume_placed(struct resume *r, const char *path);

#endif
