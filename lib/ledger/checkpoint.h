/*
 * checkpoint.h - C2SP checkpoints (c2sp.org/tlog-checkpoint): the text of a
 * signed note that states a log's size and root.
 *
 * Lines: the log's origin, the number of leaves in decimal, the root in Base 64,
 * then extension lines, which are let pass and not looked at.  Ours have none;
 * their origin is the name of the log's key.
 */
#ifndef SEKISHO_LEDGER_CHECKPOINT_H
#define SEKISHO_LEDGER_CHECKPOINT_H

#include "ledger/merkle.h"
#include "ledger/note.h"

struct checkpoint {
	struct view origin;	/* borrowed */
	uint64_t size;
	struct merkle_hash root;
};

/* The text of a note; ERR_MALFORMED where it is no checkpoint. */
bool checkpoint_parse(struct view text, struct checkpoint *ret, struct err *e);
/* note_open(), then checkpoint_parse(), and the origin must be the key's name. */
bool checkpoint_open(struct view note, const struct note_key *key, struct checkpoint *ret, struct err *e);
/* Appends the signed note; the origin is the signer's name. */
bool checkpoint_sign(const struct note_signer *s, uint64_t size, const struct merkle_hash *root, struct buf *to,
		     struct err *e);

#endif
