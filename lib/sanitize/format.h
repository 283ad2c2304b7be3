/*
 * format.h - a format that can be rebuilt: one struct, one row of formats.def.
 */
#ifndef SEKISHO_SANITIZE_FORMAT_H
#define SEKISHO_SANITIZE_FORMAT_H

#include "sanitize/job.h"

struct format {
	enum type type;
	enum type makes;	/* what it writes where that is another type; 0: the same */
	/* Where the profile decides what it writes, in the place of `makes`; else NULL. */
	enum type (*made)(const struct profile *p);
	/*
	 * Parses `in` into what is understood and writes a NEW document to
	 * `out`, in the canonical subset of docs/canonical.md.  What went is
	 * noted with job_find().
	 *
	 * false, with *e set, when there is no output:
	 *   ERR_MALFORMED  not repairable		-> refused
	 *   ERR_LIMIT	    over a limit		-> refused
	 *   ERR_DENIED     a rule or a password	-> refused
	 *   ERR_SYSTEM     ours			-> failed
	 * A format may note its own finding with action REFUSED before it
	 * returns false; else one is noted from *e.
	 */
	bool (*rebuild)(struct job *j, struct view in, struct buf *out, struct err *e);
	/*
	 * Of an envelope, in the place of `rebuild`: writes the one document in
	 * it, as it is, to `plain` (charged to the job).  job.c goes on with that
	 * by its content, under the same name and profile; what is none of
	 * `inside` is refused.
	 */
	bool (*open)(struct job *j, struct view in, struct buf *plain, struct err *e);
	const enum type *inside;	/* up to TYPE_UNKNOWN */
};

/* NULL where no module rebuilds this type. */
const struct format *format_for(enum type t);

#endif
