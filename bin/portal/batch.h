/*
 * batch.h - what one visitor handed in at once: its files, while they are
 * disarmed and until they are fetched.  Kept in memory only (sealed memfds),
 * found by an unguessable token, forgotten after KEEP_S seconds.
 */
#ifndef SEKISHO_BIN_PORTAL_BATCH_H
#define SEKISHO_BIN_PORTAL_BATCH_H

#include "nursery/nursery.h"

enum {
	BATCH_FILES = 50,
	BATCHES = 64,
	BATCH_KEEP_S = 900,
	TOKEN_SIZE = 33,	/* 128 bits in hexadecimal, NUL */
};
#define BATCH_BYTES (UINT64_C(1) << 30)	/* of one batch */
#define BATCH_ALL_BYTES (UINT64_C(4) << 30)	/* of all outputs kept */

struct batch;
struct batch_file {
	char name[512];		/* as the visitor called it, UTF-8, without folders */
	char out_name[520];	/* with the ending of what it truly is */
	struct outcome o;
	int in;			/* until it is begun; -1 after */
	bool begun, ended;
	struct batch *batch;
};

struct batch {
	char token[TOKEN_SIZE];
	struct batch_file file[BATCH_FILES];
	size_t files, ended;
	uint64_t bytes;		/* handed in */
	int64_t born_s;
	const struct profile *profile;
	void *waiting;		/* the suspended connection that wants the answer */
};

struct batches {
	struct batch *at[BATCHES];
	struct nursery *nursery;
};

/* NULL when all places are taken by younger ones. */
struct batch *batch_new(struct batches *all);
void batch_free(struct batches *all, struct batch *b);
struct batch *batch_find(const struct batches *all, const char *token);
/* A file being handed in: its memfd to write to; NULL past BATCH_FILES. */
struct batch_file *batch_add(struct batch *b, const char *name, struct err *e);
/* Begins what can be begun; a file that cannot is ended with the reason. */
void batches_start(struct batches *all);
/* Takes what ended.  Returns a batch that is complete now and was waited for, or NULL. */
struct batch *batches_collect(struct batches *all);
void batches_forget(struct batches *all, int64_t now_s);
int64_t seconds_now(void);

#endif
