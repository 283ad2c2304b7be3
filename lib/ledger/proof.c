#include "ledger/proof.h"

#include <inttypes.h>

#include "ledger/base64.h"

static const char head[] = "c2sp.org/tlog-proof@v1";

bool
proof_make(struct log *l, uint64_t index, uint64_t size, struct view checkpoint, struct buf *to, struct err *e)
{
	struct tile_nodes nodes = { log_tile, l, size };
	struct merkle_proof p;
	size_t i;

	if (!merkle_prove_inclusion(index, size, tile_node, &nodes, &p, e))
		return false;
	buf_printf(to, "%s\nindex %" PRIu64 "\n", head, index);
	for (i = 0; i < p.n; i++) {
		base64_put(to, view_of(p.at[i].b, SHA256_SIZE));
		buf_byte(to, '\n');
	}
	buf_byte(to, '\n');
	buf_view(to, checkpoint);
	return buf_ok(to, e);
}

static bool
line(struct view *v, struct view *ret)
{
	size_t at = view_find(*v, 0, VIEW("\n"));

	return at != VIEW_NOT_FOUND && view_take(v, at, ret) && view_skip(v, 1);
}

static bool
index_line(struct view v, uint64_t *ret)
{
	uint64_t x = 0;
	size_t i;

	if (!view_starts(v, VIEW("index ")) || !view_skip(&v, 6) || v.n == 0 || v.n > 18 || (v.n > 1 && v.p[0] == '0'))
		return false;
	for (i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		x = x * 10 + (uint64_t)(v.p[i] - '0');
	}
	*ret = x;
	return true;
}

/* Up to the empty line; what is left of *v is the checkpoint. */
static bool
parse(struct view *v, uint64_t *ret_index, struct merkle_proof *ret)
{
	struct view l;

	ret->n = 0;
	if (!line(v, &l) || !view_is(l, head) || !line(v, &l) || (view_starts(l, VIEW("extra ")) && !line(v, &l)) ||
	    !index_line(l, ret_index))
		return false;
	while (line(v, &l) && l.n > 0)
		if (ret->n == MERKLE_PROOF || base64_get(l, ret->at[ret->n++].b, SHA256_SIZE) != SHA256_SIZE)
			return false;
	return v->n > 0;
}

bool
proof_check(struct view text, const struct note_key *key, struct view entry, uint64_t *ret_index, struct err *e)
{
	struct merkle_proof p;
	struct merkle_hash leaf;
	struct checkpoint c;
	uint64_t index;

	if (!parse(&text, &index, &p))
		return err_set(e, ERR_MALFORMED, "no proof of C2SP tlog-proof");
	if (!checkpoint_open(text, key, &c, e))
		return false;
	merkle_leaf(entry, &leaf);
	if (!merkle_is_included(index, c.size, &leaf, &p, &c.root))
		return err_set(e, ERR_DENIED, "the entry is not the one at %" PRIu64 " under this checkpoint", index);
	if (ret_index != NULL)
		*ret_index = index;
	return true;
}
