#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>

#include "ledger/base64.h"
#include "ledger/merkle.h"

/* The entries and roots that RFC 6962's reference code is tested with. */
static const struct {
	const char *entry;
	size_t n;
	const char *root;	/* with this one the last */
} reference[] = {
	{ "", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
	{ "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
	{ "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
	{ "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
	{ "\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
	{ "\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
	{ "\x50\x51\x52\x53\x54\x55\x56\x57", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
	{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
	  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

static void
roots_are_those_of_the_reference(void **state)
{
	struct merkle_range r = { 0 };
	struct merkle_hash h;
	char hex[SHA256_HEX_SIZE];
	size_t i;

	(void)state;
	merkle_root(&r, &h);
	sha256_hex(h.b, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (i = 0; i < sizeof reference / sizeof *reference; i++) {
		merkle_leaf(view_of(reference[i].entry, reference[i].n), &h);
		merkle_add(&r, &h);
		merkle_root(&r, &h);
		sha256_hex(h.b, hex);
		assert_string_equal(hex, reference[i].root);
	}
}

/* A hash in Base 64.  Some cases have words in its place: shorter ones are filled up, nothing at all is none. */
static bool
hash(const char *base64, size_t n, struct merkle_hash *ret)
{
	size_t got;

	memset(ret, 0, sizeof *ret);
	got = base64_get(view_of(base64, n), ret->b, sizeof ret->b);
	return got != SIZE_MAX && got > 0;
}

static bool
proof(const char *list, struct merkle_proof *ret)
{
	*ret = (struct merkle_proof){ 0 };
	while (*list != '\0') {
		size_t n = strcspn(list, " ");

		if (!hash(list, n, &ret->at[ret->n++]))
			return false;
		list += n + 1;
	}
	return true;
}

static bool
included(uint64_t index, uint64_t size, const char *root, const char *leaf, const char *list)
{
	struct merkle_hash r, l;
	struct merkle_proof p;

	return hash(root, strlen(root), &r) && hash(leaf, strlen(leaf), &l) && proof(list, &p) &&
	       merkle_is_included(index, size, &l, &p, &r);
}

static bool
consistent(uint64_t first, uint64_t second, const char *one, const char *two, const char *list)
{
	struct merkle_hash a, b;
	struct merkle_proof p;

	return hash(one, strlen(one), &a) && hash(two, strlen(two), &b) && proof(list, &p) &&
	       merkle_is_consistent(first, second, &a, &b, &p);
}

static const struct {
	const char *name;
	bool holds;
	bool (*judge)(uint64_t x, uint64_t y, const char *one, const char *two, const char *list);
	uint64_t x, y;
	const char *one, *two, *list;
} cases[] = {
#define INCLUSION(name, holds, index, size, root, leaf, list) { name, holds, included, index, size, root, leaf, list },
#define CONSISTENCY(name, holds, first, second, one, two, list) { name, holds, consistent, first, second, one, two, list },
#include "ledger/merkle_case.def"
#undef INCLUSION
#undef CONSISTENCY
};

static void
cases_are_judged_as_they_say(void **state)
{
	size_t i, wrong = 0;

	(void)state;
	assert_int_equal(sizeof cases / sizeof *cases, 196);
	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		if (cases[i].judge(cases[i].x, cases[i].y, cases[i].one, cases[i].two, cases[i].list) != cases[i].holds) {
			print_error("%s\n", cases[i].name);
			wrong++;
		}
	assert_int_equal(wrong, 0);
}

/* -- every proof of every small tree, and each of them spoilt ------------------------- */

enum { TREE = 40 };

static struct merkle_hash leaves[TREE];

static bool
read_node(void *arg, unsigned level, uint64_t index, struct merkle_hash *ret, struct err *e)
{
	uint64_t *size = arg, first = index << level, i;
	struct merkle_range r = { 0 };

	if (first + (UINT64_C(1) << level) > *size)
		return err_set(e, ERR_DENIED, "a node that is not complete");
	for (i = first; i < first + (UINT64_C(1) << level); i++)
		merkle_add(&r, &leaves[i]);
	merkle_root(&r, ret);
	return true;
}

static void
root_of(uint64_t size, struct merkle_hash *ret)
{
	struct merkle_range r = { 0 };
	uint64_t i;

	for (i = 0; i < size; i++)
		merkle_add(&r, &leaves[i]);
	merkle_root(&r, ret);
}

static void
plant(void)
{
	uint8_t i;

	for (i = 0; i < TREE; i++)
		merkle_leaf(view_of(&i, 1), &leaves[i]);
}

static void
every_inclusion_is_proved_and_no_other(void **state)
{
	uint64_t size, index, other;
	struct err e;

	(void)state;
	plant();
	for (size = 1; size <= TREE; size++)
		for (index = 0; index < size; index++) {
			struct merkle_proof p, q;
			struct merkle_hash root;
			size_t i;

			root_of(size, &root);
			assert_true(merkle_prove_inclusion(index, size, read_node, &size, &p, &e));
			assert_true(merkle_is_included(index, size, &leaves[index], &p, &root));
			for (other = 0; other < size; other++)
				assert_int_equal(merkle_is_included(other, size, &leaves[index], &p, &root), other == index);
			assert_false(merkle_is_included(index, size, &leaves[(index + 1) % TREE], &p, &root));
			for (i = 0; i < p.n; i++) {
				q = p;
				q.at[i].b[index % 32] ^= 1;
				assert_false(merkle_is_included(index, size, &leaves[index], &q, &root));
			}
			q = p;
			q.at[q.n++] = root;
			assert_false(merkle_is_included(index, size, &leaves[index], &q, &root));
			q.n = p.n - 1;
			assert_false(p.n > 0 && merkle_is_included(index, size, &leaves[index], &q, &root));
		}
	size = 3;
	{
		struct merkle_proof p;

		assert_false(merkle_prove_inclusion(3, 3, read_node, &size, &p, &e));
		assert_int_equal(e.code, ERR_DENIED);
	}
}

static void
every_consistency_is_proved_and_no_other(void **state)
{
	uint64_t first, second;
	struct err e;

	(void)state;
	plant();
	for (second = 1; second <= TREE; second++)
		for (first = 1; first <= second; first++) {
			struct merkle_proof p, q;
			struct merkle_hash one, two;
			size_t i;

			root_of(first, &one);
			root_of(second, &two);
			assert_true(merkle_prove_consistency(first, second, read_node, &second, &p, &e));
			assert_true(merkle_is_consistent(first, second, &one, &two, &p));
			for (i = 0; i < p.n; i++) {
				q = p;
				q.at[i].b[first % 32] ^= 0x80;
				assert_false(merkle_is_consistent(first, second, &one, &two, &q));
			}
			q = p;
			q.at[q.n++] = one;
			assert_false(merkle_is_consistent(first, second, &one, &two, &q));
			q.n = p.n - 1;
			assert_false(p.n > 0 && merkle_is_consistent(first, second, &one, &two, &q));
			assert_false(first < second && merkle_is_consistent(first, second, &two, &one, &p));
			one.b[0] ^= 1;
			assert_false(merkle_is_consistent(first, second, &one, &two, &p));
		}
	first = second = 0;
	{
		struct merkle_proof p;

		assert_false(merkle_prove_consistency(0, 3, read_node, &second, &p, &e));
		assert_false(merkle_prove_consistency(4, 3, read_node, &second, &p, &e));
	}
}

static void
a_range_takes_whole_subtrees(void **state)
{
	struct merkle_range a = { 0 }, b = { 0 };
	struct merkle_hash h, one, two;
	uint64_t size = TREE, i;
	struct err e;

	(void)state;
	plant();
	for (i = 0; i < 36; i++)
		merkle_add(&a, &leaves[i]);
	for (i = 0; i < 4; i++) {
		assert_true(read_node(&size, 3, i, &h, &e));
		merkle_add_tree(&b, 3, &h);
	}
	assert_true(read_node(&size, 2, 8, &h, &e));
	merkle_add_tree(&b, 2, &h);
	merkle_root(&a, &one);
	merkle_root(&b, &two);
	assert_true(a.size == b.size && merkle_same(&one, &two));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_those_of_the_reference),
		cmocka_unit_test(cases_are_judged_as_they_say),
		cmocka_unit_test(every_inclusion_is_proved_and_no_other),
		cmocka_unit_test(every_consistency_is_proved_and_no_other),
		cmocka_unit_test(a_range_takes_whole_subtrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
