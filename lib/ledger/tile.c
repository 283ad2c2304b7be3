#include "ledger/tile.h"

#include <inttypes.h>
#include <stdio.h>

void
tile_path(struct tile t, char ret[TILE_PATH])
{
	char level[8] = "entries", index[40];
	uint64_t rest = t.index;
	size_t at = sizeof index - 4;

	if (t.level != TILE_ENTRIES)
		(void)snprintf(level, sizeof level, "%d", t.level);
	(void)snprintf(index + at, 4, "%03u", (unsigned)(rest % 1000));
	for (rest /= 1000; rest > 0; rest /= 1000) {
		char group[6];

		(void)snprintf(group, sizeof group, "x%03u/", (unsigned)(rest % 1000));
		at -= 5;
		memcpy(index + at, group, 5);
	}
	if (t.width == TILE_WIDTH)
		(void)snprintf(ret, TILE_PATH, "tile/%s/%s", level, index + at);
	else
		(void)snprintf(ret, TILE_PATH, "tile/%s/%s.p/%u", level, index + at, t.width);
}

/* Decimal digits, as many as there are, up to `max` of them. */
static bool
number(struct view *v, size_t max, uint64_t *ret)
{
	uint64_t x = 0;
	size_t n;

	for (n = 0; v->n > 0 && v->p[0] >= '0' && v->p[0] <= '9' && n < max; n++) {
		x = x * 10 + (uint64_t)(v->p[0] - '0');
		(void)view_skip(v, 1);
	}
	*ret = x;
	return n > 0;
}

static bool
skip(struct view *v, const char *s)
{
	return view_starts(*v, view_str(s)) && view_skip(v, strlen(s));
}

/* Read loosely, then written again: what comes out must be what went in. */
bool
tile_parse(struct view path, struct tile *ret)
{
	struct tile t = { .width = TILE_WIDTH };
	struct view v = path;
	uint64_t x;
	char again[TILE_PATH];

	if (!skip(&v, "tile/"))
		return false;
	if (skip(&v, "entries/"))
		t.level = TILE_ENTRIES;
	else if (number(&v, 1, &x) && x < TILE_LEVELS && skip(&v, "/"))
		t.level = (int)x;
	else
		return false;
	while (skip(&v, "x")) {
		if (!number(&v, 3, &x) || !skip(&v, "/") || t.index > (UINT64_C(1) << 55) / 1000)
			return false;
		t.index = t.index * 1000 + x;
	}
	if (!number(&v, 3, &x))
		return false;
	t.index = t.index * 1000 + x;
	if (skip(&v, ".p/")) {
		if (!number(&v, 3, &x) || x < 1 || x >= TILE_WIDTH)
			return false;
		t.width = (unsigned)x;
	}
	tile_path(t, again);
	if (!view_is(path, again))
		return false;
	*ret = t;
	return true;
}

/* Nodes that a level has: of entries and of level 0 as many as leaves. */
static uint64_t
nodes(int level, uint64_t size)
{
	return level <= 0 ? size : size >> (TILE_HEIGHT * level);
}

uint64_t
tile_full(int level, uint64_t size)
{
	return nodes(level, size) / TILE_WIDTH;
}

unsigned
tile_partial(int level, uint64_t size)
{
	return (unsigned)(nodes(level, size) % TILE_WIDTH);
}

bool
tile_at(int level, uint64_t index, uint64_t size, struct tile *ret)
{
	uint64_t full = tile_full(level, size);
	unsigned width = index < full ? TILE_WIDTH : index == full ? tile_partial(level, size) : 0;

	*ret = (struct tile){ level, index, width };
	return width > 0;
}

bool
bundle_put(struct buf *to, struct view entry)
{
	uint8_t *room = entry.n > TILE_ENTRY ? NULL : buf_room(to, entry.n + 2);

	return room != NULL && buf_u16be(to, (uint16_t)entry.n) && buf_view(to, entry);
}

bool
bundle_take(struct view *v, struct view *ret)
{
	size_t n = v->n < 2 ? 0 : (size_t)v->p[0] << 8 | v->p[1];

	return v->n >= 2 && view_sub(*v, 2, n, ret) && view_skip(v, 2 + n);
}

void
tile_root(const struct merkle_hash *h, unsigned n, struct merkle_hash *ret)
{
	struct merkle_range r;
	unsigned i;

	r.size = 0;
	for (i = 0; i < n; i++)
		merkle_add(&r, &h[i]);
	merkle_root(&r, ret);
}

bool
tile_node(void *arg, unsigned level, uint64_t index, struct merkle_hash *ret, struct err *e)
{
	struct tile_nodes *t = arg;
	unsigned below = level % TILE_HEIGHT, n = 1u << below, first;
	uint64_t at = index << below;
	struct merkle_hash h[TILE_WIDTH / 2];
	struct view bytes, part;
	struct tile tile;

	if (!tile_at((int)(level / TILE_HEIGHT), at / TILE_WIDTH, t->size, &tile))
		return err_set(e, ERR_DENIED, "node %u/%" PRIu64 " is not in a log of %" PRIu64, level, index, t->size);
	first = (unsigned)(at % TILE_WIDTH);
	if (!t->read(t->arg, tile, &bytes, e))
		return false;
	if (!view_sub(bytes, (size_t)first * SHA256_SIZE, (size_t)n * SHA256_SIZE, &part))
		return err_set(e, ERR_MALFORMED, "a tile of level %d is too short", tile.level);
	memcpy(h, part.p, part.n);
	tile_root(h, n, ret);
	return true;
}
