#include "ledger/merkle.h"

#include <inttypes.h>

enum { SHORT = 1024 };	/* most events */

/* FIPS 180-4 5.1.1 behind n bytes. */
static void
pad(uint8_t *block, size_t n, size_t blocks)
{
	uint64_t bits = __builtin_bswap64((uint64_t)n * 8);

	memset(block + n, 0, blocks * 64 - n);
	block[n] = 0x80;
	memcpy(block + blocks * 64 - sizeof bits, &bits, sizeof bits);
}

void
merkle_leaf(struct view entry, struct merkle_hash *ret)
{
	static const uint8_t tag = 0x00;
	uint8_t block[SHORT];
	size_t n = 1 + entry.n, blocks = (n + 9 + 63) / 64;
	struct sha256 s;

	if (blocks * 64 <= sizeof block) {
		block[0] = tag;
		if (entry.n > 0)
			memcpy(block + 1, entry.p, entry.n);
		pad(block, n, blocks);
		sha256_padded(block, blocks, ret->b);
		return;
	}
	sha256_begin(&s);
	sha256_add(&s, view_of(&tag, 1));
	sha256_add(&s, entry);
	sha256_end(&s, ret->b);
}

void
merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret)
{
	/* 65 bytes are 520 bits: two blocks. */
	uint8_t in[128] = { 0x01, [65] = 0x80, [126] = 0x02, [127] = 0x08 };

	memcpy(in + 1, left->b, SHA256_SIZE);
	memcpy(in + 1 + SHA256_SIZE, right->b, SHA256_SIZE);
	sha256_padded(in, 2, ret->b);
}

void
merkle_add(struct merkle_range *r, const struct merkle_hash *leaf)
{
	merkle_add_tree(r, 0, leaf);
}

/* Adding in binary: a carry joins two subtrees of one size. */
void
merkle_add_tree(struct merkle_range *r, unsigned level, const struct merkle_hash *root)
{
	struct merkle_hash h = *root;
	unsigned at = level;

	while ((r->size >> at & 1) != 0)
		merkle_node(&r->at[at++], &h, &h);
	memcpy(&r->at[at], &h, sizeof h);
	r->size += UINT64_C(1) << level;
}

void
merkle_root(const struct merkle_range *r, struct merkle_hash *ret)
{
	bool any = false;
	unsigned at;

	if (r->size == 0)
		sha256(VIEW(""), ret->b);
	for (at = 0; at < MERKLE_LEVELS; at++) {
		if ((r->size >> at & 1) == 0)
			continue;
		if (any)
			merkle_node(&r->at[at], ret, ret);
		else
			*ret = r->at[at];
		any = true;
	}
}

struct prover {
	merkle_read *read;
	void *arg;
	struct merkle_proof *proof;
	struct err *e;
};

/* The largest power of two below n > 1. */
static uint64_t
split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/*
 * The root of the leaves [from, from + n); from is a multiple of every power of
 * two below n.  Complete subtrees from the right are joined to the left.
 */
static bool
subtree(struct prover *p, uint64_t from, uint64_t n, struct merkle_hash *ret)
{
	uint64_t end = from + n;
	bool any = false;

	while (n > 0) {
		unsigned level = (unsigned)__builtin_ctzll(n);
		struct merkle_hash left;

		end -= UINT64_C(1) << level;
		n -= UINT64_C(1) << level;
		if (!p->read(p->arg, level, end >> level, &left, p->e))
			return false;
		if (any)
			merkle_node(&left, ret, ret);
		else
			*ret = left;
		any = true;
	}
	return true;
}

static bool
push(struct prover *p, uint64_t from, uint64_t n)
{
	if (p->proof->n == MERKLE_PROOF)
		return err_set(p->e, ERR_LIMIT, "proof longer than %d hashes", MERKLE_PROOF);
	return subtree(p, from, n, &p->proof->at[p->proof->n++]);
}

/* From the root down siblings are met in the reverse of the order they stand in. */
static void
turn_round(struct merkle_proof *p, size_t from)
{
	size_t i, n = p->n - from;

	for (i = 0; i < n / 2; i++) {
		struct merkle_hash h = p->at[from + i];

		p->at[from + i] = p->at[p->n - 1 - i];
		p->at[p->n - 1 - i] = h;
	}
}

bool
merkle_prove_inclusion(uint64_t index, uint64_t size, merkle_read *read, void *arg, struct merkle_proof *ret,
		       struct err *e)
{
	struct merkle_proof proof = { 0 };
	struct prover p = { read, arg, &proof, e };
	uint64_t from = 0, n = size;

	if (index >= size || size > INT64_MAX)
		return err_set(e, ERR_DENIED, "no leaf %" PRIu64 " in a tree of %" PRIu64, index, size);
	while (n > 1) {
		uint64_t k = split(n);
		bool left = index - from < k;

		if (!push(&p, left ? from + k : from, left ? n - k : k))
			return false;
		from = left ? from : from + k;
		n = left ? k : n - k;
	}
	turn_round(&proof, 0);
	*ret = proof;
	return true;
}

bool
merkle_prove_consistency(uint64_t first, uint64_t second, merkle_read *read, void *arg,
			 struct merkle_proof *ret, struct err *e)
{
	struct merkle_proof proof = { 0 };
	struct prover p = { read, arg, &proof, e };
	uint64_t from = 0, n = second, m = first;
	bool whole = true;	/* the first tree is all that is left: its root is known */

	if (first == 0 || first > second || second > INT64_MAX)
		return err_set(e, ERR_DENIED, "no proof from %" PRIu64 " leaves to %" PRIu64, first, second);
	while (m != n) {
		uint64_t k = split(n);
		bool left = m <= k;

		if (!push(&p, left ? from + k : from, left ? n - k : k))
			return false;
		whole = whole && left;
		from = left ? from : from + k;
		n = left ? k : n - k;
		m = left ? m : m - k;
	}
	if (!whole && !push(&p, from, n))
		return false;
	turn_round(&proof, 0);
	*ret = proof;
	return true;
}

bool
merkle_is_included(uint64_t index, uint64_t size, const struct merkle_hash *leaf,
		   const struct merkle_proof *p, const struct merkle_hash *root)
{
	uint64_t fn = index, sn = size - 1;
	struct merkle_hash r = *leaf;
	size_t i;

	if (index >= size)
		return false;
	for (i = 0; i < p->n; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			merkle_node(&p->at[i], &r, &r);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			merkle_node(&r, &p->at[i], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && merkle_same(&r, root);
}

bool
merkle_is_consistent(uint64_t first, uint64_t second, const struct merkle_hash *first_root,
		     const struct merkle_hash *second_root, const struct merkle_proof *p)
{
	uint64_t fn = first - 1, sn = second - 1;
	struct merkle_hash fr, sr;
	size_t i = 0;

	if (first == 0 || first > second)
		return false;
	if (first == second || p->n == 0)
		return first == second && p->n == 0 && merkle_same(first_root, second_root);
	for (; (fn & 1) != 0; fn >>= 1)
		sn >>= 1;
	/* A complete first tree is a node of the second, and its root is not sent. */
	fr = sr = (first & (first - 1)) == 0 ? *first_root : p->at[i++];
	for (; i < p->n; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			merkle_node(&p->at[i], &fr, &fr);
			merkle_node(&p->at[i], &sr, &sr);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			merkle_node(&sr, &p->at[i], &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && merkle_same(&fr, first_root) && merkle_same(&sr, second_root);
}
