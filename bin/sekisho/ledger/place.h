/*
 * place.h - what the ledger's verbs share: where the ledger lies, keys and
 * files small enough to hold.  All tell what went wrong on stderr.
 */
#ifndef SEKISHO_BIN_SEKISHO_LEDGER_PLACE_H
#define SEKISHO_BIN_SEKISHO_LEDGER_PLACE_H

#include <limits.h>

#include "cli.h"
#include "ledger/ledger.h"
#include "ledger/log.h"

/* DIR/ledger is the log, DIR/ledger.key the signing key: beside it, never in it. */
#define LEDGER_DATA "/var/lib/sekisho"

/* The operand at `i`, or the log in `data` (NULL: LEDGER_DATA); false where the name is too long. */
bool ledger_place(const struct args *a, size_t i, const char *data, char ret[PATH_MAX]);
bool ledger_key_place(const struct args *a, const char *data, char ret[PATH_MAX]);
/* All of a file of at most NOTE_MAX bytes. */
bool ledger_read(const struct args *a, const char *path, struct buf *to);
/* A file that was not there, synced; "-" is standard output.  What was there is not touched. */
bool ledger_write_new(const struct args *a, const char *path, struct view v, unsigned mode);
/* `value`: a vkey, or a file with one; NULL: the key that stands in the log. */
bool ledger_key(const struct args *a, const char *value, struct log *l, struct note_key *ret);
struct log *ledger_log(const struct args *a, const char *path);
struct note_signer *ledger_signer(const struct args *a, const char *data);
/* A whole number in decimal. */
bool ledger_number(const struct args *a, const char *word, uint64_t *ret);

#endif
