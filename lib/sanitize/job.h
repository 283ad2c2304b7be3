/*
 * job.h - one document being disarmed: its profile, its budget, its
 * findings, and the way down into documents inside it.
 *
 * A format module is a pure function from bytes and a job to bytes and
 * findings.  It opens no file, knows no clock but job_tick(), and never
 * prints.
 */
#ifndef SEKISHO_SANITIZE_JOB_H
#define SEKISHO_SANITIZE_JOB_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/finding.h"
#include "core/need.h"
#include "core/profile.h"

struct pages {
	uint32_t first, count;	/* from 1 */
	uint32_t dpi;
};

struct job {
	const struct profile *profile;
	struct findings *findings;
	const struct view *password;	/* tried in order where a part is encrypted */
	size_t passwords;
	uint32_t dpi;		/* of pages that are drawn; 0: DPI_DEFAULT */
	/* Converts a part outside this jail; false, with e set, where that cannot be.  NULL: never. */
	bool (*need)(void *ctx, enum need_kind kind, enum type type, struct view part,
		     struct buf *ret, struct err *e);
	/* The same for pictures and words of a canonical PDF's pages (enum need_kind).  NULL: never. */
	bool (*draw)(void *ctx, enum need_kind kind, const struct pages *p, struct view pdf,
		     struct buf *ret, struct err *e);
	void *ctx;

	/* The rest belongs to job.c: zero it. */
	uint32_t depth;
	uint32_t entries;
	uint64_t unpacked;
	uint64_t cpu_start_ns;
	uint32_t ticks;
	const char *name;	/* of the part in hand, as its container or the caller calls it; never NULL */
	char where[FINDING_WHERE_MAX];	/* "a.zip/b.pdf": of the part in hand, "" at the top */
};

/*
 * Notes a finding about the part in hand.  `where` is the place inside the
 * part ("page 3", "" for the whole); the format gives the detail ("" or NULL
 * for none).
 */
void job_find(struct job *j, enum finding_code code, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same of `count` things at once. */
void job_find_many(struct job *j, enum finding_code code, const char *where, uint32_t count,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Before unpacking: `bytes` more over the whole tree.  ERR_LIMIT past it. */
bool job_charge(struct job *j, uint64_t bytes, struct err *e);
/*
 * `unpacked` out of `packed` bytes of one container or stream: ERR_LIMIT
 * where it is over 10 MiB and the ratio over the limit's.
 */
bool job_ratio(struct job *j, uint64_t packed, uint64_t unpacked, struct err *e);
/* Call it in every loop that the input can make long; cheap.  ERR_LIMIT when the CPU time is over. */
bool job_tick(struct job *j, struct err *e);

/*
 * Disarms a document inside this one: decides its type by content, goes
 * one level deeper, and writes its new bytes to `ret`.  `name` as the
 * container calls it (UTF-8), for reports and for the type's ending.
 * Returns its verdict; only CLEAN, DISARMED, FLATTENED and TEXT leave
 * bytes in `ret`.  Findings about the part, its refusal included, are
 * already noted under its own place.  *type: what was written where there
 * are bytes in `ret` (an archive of any kind becomes a ZIP), else what `in` is.  On VERDICT_REFUSED or FAILED *e says
 * why; where it is ERR_LIMIT of the whole tree (job_spent()) the caller gives up too.
 */
enum verdict job_part(struct job *j, const char *name, struct view in, struct buf *ret,
		      enum type *type, struct err *e);
/* True once the budget of the whole tree (bytes, entries, CPU) is used up. */
bool job_spent(const struct job *j);

#endif
