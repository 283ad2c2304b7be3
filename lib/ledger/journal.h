/*
 * journal.h - the file that makes a batch of entries durable with one write and
 * one fdatasync().  Only ledger.c uses it.
 *
 * A frame is one batch:
 *
 *	"SKJ1"		4 bytes
 *	n		32 bits: bytes of the entries
 *	first		64 bits: index of the first of them
 *	count		32 bits, not 0
 *	entries		as in an entry bundle (tile.h)
 *	MAC		HMAC-SHA-256 (RFC 2104) over all before it
 *
 * integers little-endian; filled up with zeros to a multiple of 4,096 bytes, so
 * that no block which holds an acknowledged byte is written again before its
 * tiles are synced.  The MAC's key is made from the signing key: nobody else can
 * make a frame that would be taken up, and no checkpoint is signed for a batch
 * that may yet be lost (a log must never sign two that differ).
 *
 * The file has one length for its life, and is used again from its start when
 * all in it stands in synced tiles: frames of the round before begin below the
 * size of then, and so are told from those that count.
 */
#ifndef SEKISHO_LEDGER_JOURNAL_H
#define SEKISHO_LEDGER_JOURNAL_H

#include "core/buf.h"

enum {
	JOURNAL_BLOCK = 4096,
	JOURNAL_HEAD = 20,
	JOURNAL_MAC = 32,
	JOURNAL_LEAST = 128 * 1024,	/* bytes of a journal: the longest entry has room */
	JOURNAL_BYTES = 8 << 20,	/* by default */
};

struct journal_frame {
	uint64_t first;
	uint32_t count;
	struct view entries;	/* borrowed */
};

/* Appends a frame, filled up. */
bool journal_put(struct buf *to, const struct journal_frame *f, const uint8_t key[32]);
/* Bytes that a frame with so many bytes of entries takes. */
size_t journal_need(size_t entries);

/*
 * Calls `take` for each frame from the start that goes on where the one before
 * ended, beginning with a log of `size` entries.  ERR_MALFORMED where a frame is
 * broken but a whole one that belongs behind it is there: only the last may have
 * been cut short, for none is written before the one before it is synced.
 */
bool journal_replay(struct view journal, uint64_t size, const uint8_t key[32],
		    bool (*take)(void *arg, const struct journal_frame *f, struct err *e), void *arg, struct err *e);

#endif
