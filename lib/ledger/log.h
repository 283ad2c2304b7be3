/*
 * log.h - the files of a log as readers see them: in a folder (ledger.h), or in
 * an export, which is one file with the same files in it.
 *
 * An export is a ustar archive (POSIX.1-2017 pax, "ustar Interchange Format") of
 * one spelling: vkey, checkpoint, the entry bundles, then the tiles level by
 * level, as a log of the checkpoint's size has them, no other; owner 0, mode
 * 0644, time 0; zeros up to a full block, and two blocks of zeros at the end.
 * Any tar program unpacks it to a folder that any C2SP client can read.
 *
 * A log may grow while it is read: take the checkpoint first, then what belongs
 * to its size; a partial tile that has become full since is cut to its width.
 */
#ifndef SEKISHO_LEDGER_LOG_H
#define SEKISHO_LEDGER_LOG_H

#include "ledger/checkpoint.h"
#include "ledger/tile.h"

enum { LOG_BLOCK = 512 };

struct log;
/*
 * A folder, or the file of an export.  NULL and ERR_SYSTEM where it cannot be read; ERR_MALFORMED "byte N: ..."
 * where it is no export, with *ret_at (which may be NULL) the offset of the block that is wrong.
 */
struct log *log_open(const char *path, uint64_t *ret_at, struct err *e);
/* An export in memory, borrowed. */
struct log *log_of_export(struct view bytes, uint64_t *ret_at, struct err *e);
void log_free(struct log *l);	/* NULL is fine */
bool log_is_export(const struct log *l);

/*
 * A file's bytes, borrowed until the next call; of an export *ret_at is where they begin in it (may be NULL).
 * ERR_DENIED where it is not there, ERR_MALFORMED where it is longer than a file of a log may be.
 */
bool log_read(struct log *l, const char *name, struct view *ret, uint64_t *ret_at, struct err *e);
/* Calls `each` for every file there is, in no order but of an export in its own; stops, false, when it returns false. */
bool log_each(struct log *l, bool (*each)(void *arg, const char *name, struct err *e), void *arg, struct err *e);

/* The key that stands in the log itself: good to find faults, not to trust. */
bool log_key(struct log *l, struct note_key *ret, struct err *e);
/* The checkpoint; `note` gets the signed note, and ret->origin points into it. */
bool log_checkpoint(struct log *l, const struct note_key *k, struct buf *note, struct checkpoint *ret, struct err *e);
/* tile_read() with the log as its argument. */
bool log_tile(void *log, struct tile t, struct view *ret, struct err *e);
/* An entry of a log of `size`, borrowed until the next call. */
bool log_entry(struct log *l, uint64_t index, uint64_t size, struct view *ret, struct err *e);

/* Writes an export of the checkpoint's size to a file that is open for writing. */
bool log_export(struct log *l, const struct note_key *k, int fd, struct err *e);

#endif
