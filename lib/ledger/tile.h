/*
 * tile.h - the files of a log in the layout of C2SP tlog-tiles.
 *
 * A tile of level l holds up to 256 consecutive nodes of level 8 * l, 32 bytes
 * each, one behind the other; only full tiles have a node in the level above.
 * An entry bundle holds up to 256 entries, each behind its length (16 bits,
 * big-endian).  What is not full is partial and has its width in its name:
 *
 *	tile/<level>/<index>		tile/<level>/<index>.p/<width>
 *	tile/entries/<index>		tile/entries/<index>.p/<width>
 *
 * An index is written in groups of three digits, all but the last with an 'x'
 * before it: 1234067 is x001/x234/067.
 */
#ifndef SEKISHO_LEDGER_TILE_H
#define SEKISHO_LEDGER_TILE_H

#include "core/buf.h"
#include "ledger/merkle.h"

enum {
	TILE_WIDTH = 256,
	TILE_HEIGHT = 8,
	TILE_LEVELS = 8,			/* levels that 2^63 leaves have */
	TILE_BYTES = TILE_WIDTH * SHA256_SIZE,
	TILE_PATH = 64,				/* bytes of a path and its NUL: 7 groups at the most */
	TILE_ENTRY = 65535,			/* bytes of an entry */
	TILE_BUNDLE = TILE_WIDTH * (TILE_ENTRY + 2),
	TILE_ENTRIES = -1,			/* the level of entry bundles */
};

struct tile {
	int level;		/* TILE_ENTRIES, or 0 to TILE_LEVELS - 1 */
	uint64_t index;
	unsigned width;		/* 1 to TILE_WIDTH, which is full */
};

void tile_path(struct tile t, char ret[TILE_PATH]);
/* false for what is not exactly as tile_path() writes it. */
bool tile_parse(struct view path, struct tile *ret);

/* Full tiles of the level in a log of `size` leaves, and how wide the partial one behind them is (0: none). */
uint64_t tile_full(int level, uint64_t size);
unsigned tile_partial(int level, uint64_t size);
/* The tile at this index in a log of `size` leaves; false where it has none. */
bool tile_at(int level, uint64_t index, uint64_t size, struct tile *ret);

/* false, nothing written, for an entry that is too long. */
bool bundle_put(struct buf *to, struct view entry);
/* The entry at the front, consumed; false where the rest is none. */
bool bundle_take(struct view *v, struct view *ret);

/* The root over n consecutive nodes (1 to 256): of a full tile the node above. */
void tile_root(const struct merkle_hash *nodes, unsigned n, struct merkle_hash *ret);

/* Bytes of one tile or bundle as it is in a log of `size` leaves; borrowed until the next call. */
typedef bool tile_read(void *arg, struct tile t, struct view *ret, struct err *e);

/* The nodes of a log of `size` leaves, out of its tiles: merkle_read() with this as its argument. */
struct tile_nodes {
	tile_read *read;
	void *arg;
	uint64_t size;
};
bool tile_node(void *nodes, unsigned level, uint64_t index, struct merkle_hash *ret, struct err *e);

#endif
