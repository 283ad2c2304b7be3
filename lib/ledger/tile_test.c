#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/own.h"
#include "ledger/tile.h"

static const struct {
	struct tile t;
	const char *path;
} paths[] = {
	{ { 0, 0, 256 }, "tile/0/000" },
	{ { 0, 7, 3 }, "tile/0/007.p/3" },
	{ { 1, 1000, 256 }, "tile/1/x001/000" },
	{ { TILE_ENTRIES, 1234067, 255 }, "tile/entries/x001/x234/067.p/255" },
	{ { 7, 999999, 1 }, "tile/7/x999/999.p/1" },
	{ { TILE_ENTRIES, UINT64_C(1) << 55, 256 }, "tile/entries/x036/x028/x797/x018/x963/968" },
};

static const char *const no_paths[] = {
	"", "tile", "tile/0/", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/8/000", "tile/-1/000", "tile/0/x000/000",
	"tile/0/001/000", "tile/0/x01/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/",
	"tile/0/000.p", "tile/0/000/", "/tile/0/000", "tile/entries/000.p/1/", "tile/0/x001/x001", "tile/entries/0a0",
	"tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/000",
};

static void
paths_have_one_spelling(void **state)
{
	char path[TILE_PATH];
	struct tile t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof paths / sizeof *paths; i++) {
		tile_path(paths[i].t, path);
		assert_string_equal(path, paths[i].path);
		assert_true(tile_parse(view_str(path), &t));
		assert_true(t.level == paths[i].t.level && t.index == paths[i].t.index && t.width == paths[i].t.width);
	}
	for (i = 0; i < sizeof no_paths / sizeof *no_paths; i++)
		if (tile_parse(view_str(no_paths[i]), &t))
			fail_msg("%s", no_paths[i]);
}

/* The example of the specification: 70,000 leaves. */
static void
a_log_has_the_tiles_of_its_size(void **state)
{
	struct tile t;

	(void)state;
	assert_true(tile_full(0, 70000) == 273 && tile_partial(0, 70000) == 112);
	assert_true(tile_full(TILE_ENTRIES, 70000) == 273 && tile_partial(TILE_ENTRIES, 70000) == 112);
	assert_true(tile_full(1, 70000) == 1 && tile_partial(1, 70000) == 17);
	assert_true(tile_full(2, 70000) == 0 && tile_partial(2, 70000) == 1);
	assert_true(tile_full(3, 70000) == 0 && tile_partial(3, 70000) == 0);
	assert_true(tile_at(0, 272, 70000, &t) && t.width == 256);
	assert_true(tile_at(0, 273, 70000, &t) && t.width == 112);
	assert_false(tile_at(0, 274, 70000, &t));
	assert_true(tile_full(0, 256) == 1 && tile_partial(0, 256) == 0 && tile_partial(1, 256) == 1);
}

static void
bundles_hold_what_was_put(void **state)
{
	own_buf struct buf b = { 0 };
	uint8_t *big = calloc(1, TILE_ENTRY + 1);
	struct view v, e;
	size_t i;

	(void)state;
	assert_non_null(big);
	assert_true(bundle_put(&b, VIEW("first")) && bundle_put(&b, VIEW("")) && bundle_put(&b, view_of(big, TILE_ENTRY)));
	assert_false(bundle_put(&b, view_of(big, TILE_ENTRY + 1)));
	assert_int_equal(b.n, 2 + 5 + 2 + 2 + TILE_ENTRY);
	assert_true(b.p[0] == 0 && b.p[1] == 5);
	v = buf_bytes(&b);
	assert_true(bundle_take(&v, &e) && view_is(e, "first"));
	assert_true(bundle_take(&v, &e) && e.n == 0);
	assert_true(bundle_take(&v, &e) && e.n == TILE_ENTRY && v.n == 0);
	assert_false(bundle_take(&v, &e));
	for (i = 0; i < 7; i++) {
		v = view_of(b.p, i);
		assert_false(bundle_take(&v, &e));
		assert_int_equal(v.n, i);	/* nothing consumed */
	}
	free(big);
}

/* A log of 70,000 leaves whose tiles are made when they are read. */
enum { SIZE = 70000 };

struct forest {
	struct merkle_hash leaf[SIZE];
	uint8_t tile[TILE_BYTES];
};

static void
subtree(const struct forest *f, uint64_t first, uint64_t n, struct merkle_hash *ret)
{
	struct merkle_range r = { 0 };
	uint64_t i;

	for (i = 0; i < n; i++)
		merkle_add(&r, &f->leaf[first + i]);
	merkle_root(&r, ret);
}

static bool
read_tile(void *arg, struct tile t, struct view *ret, struct err *e)
{
	struct forest *f = arg;
	uint64_t each = UINT64_C(1) << (TILE_HEIGHT * t.level);
	unsigned i;

	(void)e;
	for (i = 0; i < t.width; i++) {
		struct merkle_hash h;

		subtree(f, (t.index * TILE_WIDTH + i) * each, each, &h);
		memcpy(f->tile + (size_t)i * 32, h.b, 32);
	}
	*ret = view_of(f->tile, (size_t)t.width * 32);
	return true;
}

static void
proofs_come_out_of_tiles(void **state)
{
	static const uint64_t some[] = { 0, 255, 256, 65535, 65536, 69887, 69888, 69999 };
	struct forest *f = calloc(1, sizeof *f);
	struct tile_nodes nodes = { read_tile, f, SIZE };
	struct merkle_hash root, older;
	struct merkle_proof p;
	struct err e = { 0 };
	uint32_t k;
	size_t i;

	(void)state;
	assert_non_null(f);
	for (k = 0; k < SIZE; k++)
		merkle_leaf(view_of(&k, sizeof k), &f->leaf[k]);
	subtree(f, 0, SIZE, &root);
	for (i = 0; i < sizeof some / sizeof *some; i++) {
		assert_true(merkle_prove_inclusion(some[i], SIZE, tile_node, &nodes, &p, &e));
		assert_true(merkle_is_included(some[i], SIZE, &f->leaf[some[i]], &p, &root));
		if (some[i] == 0)
			continue;
		subtree(f, 0, some[i], &older);
		assert_true(merkle_prove_consistency(some[i], SIZE, tile_node, &nodes, &p, &e));
		assert_true(merkle_is_consistent(some[i], SIZE, &older, &root, &p));
	}
	assert_false(tile_node(&nodes, 0, SIZE, &root, &e));
	free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_have_one_spelling),
		cmocka_unit_test(a_log_has_the_tiles_of_its_size),
		cmocka_unit_test(bundles_hold_what_was_put),
		cmocka_unit_test(proofs_come_out_of_tiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
