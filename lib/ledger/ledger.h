/*
 * ledger.h - the append-only log, as its one writer sees it.
 *
 * A folder holds
 *
 *	checkpoint	the signed tree head (checkpoint.h)
 *	vkey		the log's verifier key, one line (note.h), for whoever finds the folder
 *	tile/...	hash tiles and entry bundles (tile.h): these are the log
 *	journal		batches that are durable but not yet published (journal.h); only while it is open
 *
 * What is durable when, with one fdatasync for a batch:
 *
 *  1. ledger_append() only gathers, in memory.
 *  2. ledger_commit() writes all that was gathered as one frame to the journal, which was
 *     given its length and its blocks before, and calls fdatasync() once.  When it has returned
 *     true, and not before, the entries may be acknowledged.
 *  3. Only then they go to the tiles: a tile or bundle that is full is written at once, unsynced.
 *  4. ledger_publish() (called by itself when the journal is three quarters full, or 16,384
 *     entries are waiting) writes the partial ones, syncs each file written since the last time and
 *     each folder that has a new name in it, and only then signs a checkpoint, syncs it under another
 *     name, renames it, and syncs the root.  From then on the journal is written from its start.
 *
 * Why nothing acknowledged is lost, wherever the process is killed or the power fails:
 *
 *  - An acknowledged entry stands either in a synced frame, or in tiles that a synced checkpoint covers:
 *    no block of the journal is written again before the rename of the checkpoint is synced.
 *  - Opening takes the checkpoint, loads the right edge of the tree that it states from the tiles (and
 *    the roots must be equal), then replays the journal.  Frames that the checkpoint already covers
 *    begin below its size and are passed over.
 *  - A frame cut short was never acknowledged.  It can only be the last: a broken frame with a whole
 *    one behind it is no accident, and opening fails (ERR_MALFORMED).
 *  - No file that a checkpoint covers is ever written again: tiles are written under names that no
 *    published size has, so a half-written one is beyond every checkpoint, and replaying writes it anew.
 *    A partial tile goes only after a checkpoint whose tree has it full.
 *  - An entry that was not acknowledged may be there after a crash or not; if it is, it is so for good.
 *  - After an error of a write or a sync the ledger is broken and takes nothing more (a second fsync()
 *    that succeeds would say nothing about pages which the first gave up): open it again.
 *
 * A checkpoint is signed only for what is durable, so that no two that differ are ever signed.
 *
 * One writer: opening locks the folder (flock).  Readers need no lock: log.h.
 */
#ifndef SEKISHO_LEDGER_LEDGER_H
#define SEKISHO_LEDGER_LEDGER_H

#include "ledger/checkpoint.h"
#include "ledger/io.h"

enum {
	LEDGER_WAITING = 16384,		/* entries that are durable and not published, at the most (and a batch) */
	LEDGER_BATCH = 1 << 20,		/* bytes of a batch at the most, or a quarter of the journal */
};

struct ledger_opts {
	const struct ledger_io *io;	/* NULL: the real one */
	size_t journal;			/* bytes, a multiple of 4,096, 128 KiB at least; 0: 8 MiB */
};

struct ledger;
/*
 * Opens the log in this folder, or begins an empty one where the folder is empty (it must be there).
 * `s` is borrowed.  What a crash left in the journal is published before this returns.
 * ERR_DENIED: locked by another, or another key's log; ERR_MALFORMED: damaged; NULL then.
 */
struct ledger *ledger_open(const char *folder, const struct note_signer *s, const struct ledger_opts *o,
			   struct err *e);
/* Publishes and removes the journal; false where that failed: it stays as after a crash.  Frees in any case. */
bool ledger_close(struct ledger *l, struct err *e);
/* Frees, and writes nothing more. */
void ledger_abandon(struct ledger *l);

/*
 * Adds an event to the batch; its index is known, but it is not durable yet.  ERR_MALFORMED for what
 * event_check() does not take, ERR_LIMIT where the batch is full: commit first.
 */
bool ledger_append(struct ledger *l, struct view event, uint64_t *ret_index, struct err *e);
/* Makes the batch durable: see above.  true for an empty one. */
bool ledger_commit(struct ledger *l, struct err *e);
/* Makes all that is committed readable under a new checkpoint; does nothing where nothing is new. */
bool ledger_publish(struct ledger *l, struct err *e);

/* Entries that are durable; those of them under the checkpoint. */
uint64_t ledger_size(const struct ledger *l);
uint64_t ledger_published(const struct ledger *l);

#endif
