/*
 * merkle.h - the Merkle tree of RFC 6962 2.1 (RFC 9162 2.1) with SHA-256.
 *
 * A leaf is SHA-256(0x00 || entry), a node SHA-256(0x01 || left || right), the
 * root of no leaves SHA-256 of nothing.  A tree of n > 1 leaves is split at the
 * largest power of two below n.
 *
 * Node (level, index) is the root of the complete subtree over the leaves
 * [index << level, (index + 1) << level); level 0 are the leaves.  Proofs are
 * made of such nodes, which a callback reads: no more than 2 * 64 of them.
 */
#ifndef SEKISHO_LEDGER_MERKLE_H
#define SEKISHO_LEDGER_MERKLE_H

#include "core/err.h"
#include "core/sha256.h"

enum {
	MERKLE_LEVELS = 64,
	MERKLE_PROOF = 64,	/* hashes in a proof at the most: sizes up to 2^63 - 1 */
};

struct merkle_hash {
	uint8_t b[SHA256_SIZE];
};

void merkle_leaf(struct view entry, struct merkle_hash *ret);
/* `ret` may be one of the two. */
void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret);

static inline bool
merkle_same(const struct merkle_hash *a, const struct merkle_hash *b)
{
	uint64_t x[4], y[4];

	memcpy(x, a->b, sizeof x);
	memcpy(y, b->b, sizeof y);
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
}

/*
 * The compact range of the first `size` leaves: for each bit of `size` that is
 * set, at[bit] is the root of a complete subtree.  All of a tree that appending
 * and its root need.  { 0 } is the empty one.
 */
struct merkle_range {
	uint64_t size;
	struct merkle_hash at[MERKLE_LEVELS];
};

void merkle_add(struct merkle_range *r, const struct merkle_hash *leaf);
/* A complete subtree of 1 << level leaves at once; r->size must be a multiple of that. */
void merkle_add_tree(struct merkle_range *r, unsigned level, const struct merkle_hash *root);
void merkle_root(const struct merkle_range *r, struct merkle_hash *ret);

/* Reads one node, which is complete in the tree that is being proved. */
typedef bool merkle_read(void *arg, unsigned level, uint64_t index, struct merkle_hash *ret, struct err *e);

struct merkle_proof {
	size_t n;
	struct merkle_hash at[MERKLE_PROOF];
};

/* PATH(index, D[size]) of RFC 6962 2.1.1.  ERR_DENIED where index >= size; else what `read` says. */
bool merkle_prove_inclusion(uint64_t index, uint64_t size, merkle_read *read, void *arg, struct merkle_proof *ret,
			    struct err *e);
/* PROOF(first, D[second]) of RFC 6962 2.1.2; empty where they are equal.  ERR_DENIED unless 0 < first <= second. */
bool merkle_prove_consistency(uint64_t first, uint64_t second, merkle_read *read, void *arg,
			      struct merkle_proof *ret, struct err *e);

/* RFC 9162 2.1.3.2. */
bool merkle_is_included(uint64_t index, uint64_t size, const struct merkle_hash *leaf,
			const struct merkle_proof *p, const struct merkle_hash *root);
/*
 * RFC 9162 2.1.4.2.  Equal sizes want equal roots and no proof.  Nothing can be
 * proved of an empty first tree: always false.
 */
bool merkle_is_consistent(uint64_t first, uint64_t second, const struct merkle_hash *first_root,
			  const struct merkle_hash *second_root, const struct merkle_proof *p);

#endif
