/*
 * proof.h - C2SP tlog-proof: that an entry stands in a log, in one text that
 * needs nothing else to be checked but the log's key and the entry.
 *
 *	c2sp.org/tlog-proof@v1
 *	index <decimal>
 *	<Base 64 of a hash>		from the leaf's sibling up (RFC 6962 2.1.1)
 *	...
 *	<empty line>
 *	<the signed checkpoint>
 *
 * A line "extra <Base 64>" may stand behind the first; ours have none.
 */
#ifndef SEKISHO_LEDGER_PROOF_H
#define SEKISHO_LEDGER_PROOF_H

#include "ledger/log.h"

/* Appends the proof of an entry under this checkpoint, which is of `size`. */
bool proof_make(struct log *l, uint64_t index, uint64_t size, struct view checkpoint, struct buf *to, struct err *e);
/*
 * Does the text prove that `entry` is in the log of this key?  *ret_index, which may be NULL, is where.
 * ERR_MALFORMED for what is no proof, ERR_DENIED where it does not hold.
 */
bool proof_check(struct view text, const struct note_key *key, struct view entry, uint64_t *ret_index, struct err *e);

#endif
