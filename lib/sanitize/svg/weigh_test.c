#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>

#include "core/own.h"
#include "sanitize/svg/weigh.h"

static struct view none;

static size_t
put(struct svg_weigh *w, size_t parent, const char *name, const char *id)
{
	return svg_weigh_element(w, parent, view_str(name), view_str(id), none);
}

/* `levels` groups of ten uses of the one before. */
static bool
doubled(int levels)
{
	own_arena struct arena *a = arena_new(0);
	struct svg_weigh *w = svg_weigh_new(a);
	struct err e = { 0 };
	size_t root = put(w, SIZE_MAX, "svg", ""), g, i;
	char id[16], before[16];
	int k;

	(void)put(w, root, "rect", "a0");
	for (k = 1; k <= levels; k++) {
		(void)snprintf(id, sizeof id, "a%d", k);
		(void)snprintf(before, sizeof before, "a%d", k - 1);
		g = put(w, root, "g", id);
		for (i = 0; i < 10; i++)
			assert_true(svg_weigh_ref(w, put(w, g, "use", ""), view_str(before)));
	}
	return svg_weigh_all(w, &e);
}

static void
what_is_drawn_again_is_counted(void **state)
{
	(void)state;
	assert_true(doubled(3));
	assert_true(doubled(5));
	assert_false(doubled(7));
	assert_false(doubled(40));
}

static void
cycles_draw_nothing(void **state)
{
	own_arena struct arena *a = arena_new(0);
	struct svg_weigh *w = svg_weigh_new(a);
	struct err e = { 0 };
	size_t root = put(w, SIZE_MAX, "svg", "r"), x = put(w, root, "use", "x"), y = put(w, root, "use", "y");

	(void)state;
	assert_true(svg_weigh_ref(w, x, VIEW("y")));
	assert_true(svg_weigh_ref(w, y, VIEW("x")));
	assert_true(svg_weigh_ref(w, y, VIEW("r")));
	assert_true(svg_weigh_ref(w, y, VIEW("nowhere")));
	assert_true(svg_weigh_all(w, &e));
}

/* A chain as long as there may be elements: no recursion. */
static void
chains_are_followed(void **state)
{
	own_arena struct arena *a = arena_new((size_t)1 << 30);
	struct svg_weigh *w = svg_weigh_new(a);
	struct err e = { 0 };
	size_t root = put(w, SIZE_MAX, "svg", ""), i, x;
	char id[16], to[16];

	(void)state;
	for (i = 0; i < 200000; i++) {
		(void)snprintf(id, sizeof id, "a%zu", i);
		(void)snprintf(to, sizeof to, "a%zu", i + 1);
		x = put(w, root, "use", id);
		assert_true(svg_weigh_ref(w, x, view_str(to)));
	}
	/* Each draws all behind it. */
	assert_false(svg_weigh_all(w, &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

static bool
ruled(const char *selector)
{
	own_arena struct arena *a = arena_new(0);
	struct svg_weigh *w = svg_weigh_new(a);
	struct err e = { 0 };
	size_t root = put(w, SIZE_MAX, "svg", ""), p = put(w, root, "pattern", "p"), i;

	for (i = 0; i < 3000; i++) {
		(void)svg_weigh_element(w, p, VIEW("rect"), none, none);
		(void)svg_weigh_element(w, root, VIEW("circle"), VIEW("c"), VIEW("x y"));
	}
	assert_true(svg_weigh_rule(w, view_str(selector), VIEW("p")));
	return svg_weigh_all(w, &e);
}

static void
rules_refer_for_what_they_fit(void **state)
{
	(void)state;
	assert_false(ruled("circle"));
	assert_false(ruled("a b>circle.x"));
	assert_false(ruled("line,.y"));
	assert_false(ruled("#c"));
	assert_false(ruled("circle:first-child"));
	assert_false(ruled("*"));
	assert_true(ruled("line"));
	assert_true(ruled("circle.z"));
	assert_true(ruled("circle line"));
}

static void
elements_have_a_limit(void **state)
{
	own_arena struct arena *a = arena_new((size_t)1 << 30);
	struct svg_weigh *w = svg_weigh_new(a);
	size_t i, root = put(w, SIZE_MAX, "svg", ""), last = 0;

	(void)state;
	for (i = 0; i < SVG_ELEMENTS_MAX && last != SIZE_MAX; i++)
		last = svg_weigh_element(w, root, VIEW("g"), none, none);
	assert_int_equal(last, SIZE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_drawn_again_is_counted),
		cmocka_unit_test(cycles_draw_nothing),
		cmocka_unit_test(chains_are_followed),
		cmocka_unit_test(rules_refer_for_what_they_fit),
		cmocka_unit_test(elements_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
