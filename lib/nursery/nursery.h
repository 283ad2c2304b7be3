/*
 * nursery.h - jailed pairs, worker and inspector, forked per document, and
 * what is done with them: one document disarmed, checked and sealed.
 *
 * A nursery keeps one zygote per role and starts it again when it dies.
 * What a worker needs of others' programs (wire.def NEED) a converter or a
 * drawer does, a child of its own for each part; where it cannot, the worker
 * is told why.
 * Children forked ahead wait for a document each, so that none waits for a
 * fork; a child still sees one document and then ends.
 * Documents run side by side in one thread: nursery_start() begins one,
 * nursery_wait() hands back the next that ended.  Whatever a worker does
 * (crash, loop, lie, overrun), its document ends VERDICT_FAILED and the
 * next one is served.
 */
#ifndef SEKISHO_NURSERY_NURSERY_H
#define SEKISHO_NURSERY_NURSERY_H

#include "core/finding.h"
#include "core/profile.h"
#include "core/sha256.h"
#include "jail/jail.h"

struct nursery;

struct nursery_opts {
	/* Folder of the programs `worker` and `inspector`; NULL: that of this program. */
	const char *programs;
	/* Sockets to sekishod for workers, inspectors, converters and drawers, by role; NULL: zygotes of our own.  Owned. */
	const int *control;
	/* Wall-clock bound of one document in ms; 0: 120,000. */
	uint32_t deadline_ms;
	/* Pairs kept forked ahead, at most 8. */
	uint32_t spares;
};

/* Starts the zygotes of a pair.  NULL where one could not be jailed: *e says which layer. */
struct nursery *nursery_new(const struct nursery_opts *o, struct err *e);
void nursery_free(struct nursery *n);	/* NULL is fine; documents under way are killed */

struct document {
	const char *name;	/* UTF-8; for its ending and the report */
	const struct profile *profile;
	const char *const *password;
	uint32_t passwords;
	uint32_t dpi;		/* of pages that are drawn, DPI_LEAST to DPI_MOST; 0: DPI_DEFAULT */
	bool extract;		/* its text instead of its new form (wire.def: EXTRACT); not inspected */
	int in;			/* its bytes: any readable, seekable descriptor; borrowed until started */
	/* `in` is what pour_end() gave (memory.h): handed on as it is, with this size and hash; else NULL. */
	const struct document_sealed {
		uint64_t size;
		uint8_t hash[SHA256_SIZE];
	} *sealed;
	void *tag;		/* the caller's own, handed back */
};

struct outcome {
	enum verdict verdict;
	enum type type;		/* what the document truly is */
	enum type out_type;	/* what its output is */
	struct findings findings;	/* a refusal or failure has its reason here */
	int out;		/* sealed memfd of the output; -1 where none.  Owned */
	bool in_hashed;		/* all of the input was read: in_size and in_hash are known */
	uint64_t in_size, out_size;
	uint8_t in_hash[SHA256_SIZE], out_hash[SHA256_SIZE];
	uint64_t us;		/* from start to outcome, microseconds */
	void *tag;
};
void outcome_release(struct outcome *o);

/*
 * false with *e when it could not even begin: no descriptor; ERR_LIMIT: input over 1 GiB; ERR_DENIED: it
 * cannot be read; ERR_MALFORMED: a file that changed while it was read.
 */
bool nursery_start(struct nursery *n, const struct document *d, struct err *e);
/* Documents begun and not handed back. */
size_t nursery_busy(const struct nursery *n);
/* Waits until a document ends.  false when none is under way. */
bool nursery_wait(struct nursery *n, struct outcome *ret);
/* nursery_start() and nursery_wait() for a nursery with nothing else to do. */
bool nursery_disarm(struct nursery *n, const struct document *d, struct outcome *ret,
		    struct err *e);
/*
 * For a caller with its own loop: descriptors to watch for reading, at most
 * `max`; then nursery_step() without waiting, then nursery_ended().
 */
size_t nursery_fds(const struct nursery *n, int *fd, size_t max);
/* Handles what arrived within `timeout_ms` (-1: as long as it takes). */
void nursery_step(struct nursery *n, int timeout_ms);
bool nursery_ended(struct nursery *n, struct outcome *ret);
/* How long the next nursery_step() may be put off: at most `most_ms` (-1: as long as it takes). */
int nursery_timeout(const struct nursery *n, int most_ms);

struct zygote_state {
	pid_t pid;		/* 0: not running; converter and drawer start when they are first needed */
	uint32_t layers;	/* enum jail_layer */
	int landlock_abi;
};
/* Of converter and drawer, which start when they are needed: now.  false: *e says why it cannot be had. */
bool nursery_ready(struct nursery *n, enum role r, struct err *e);
void nursery_state(const struct nursery *n, enum role r, struct zygote_state *ret);

#endif
