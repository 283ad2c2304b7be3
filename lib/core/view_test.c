/* Views at their edges: no address, no bytes, and offsets past the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/view.h"

static const struct view nothing = { NULL, 0 };

/* `in` and `needle`: NULL is a view without an address. */
static const struct {
	const char *in, *needle;
	size_t from, found, last;
} finds[] = {
	{ NULL, NULL, 0, 0, 0 },
	{ NULL, "", 0, 0, 0 },
	{ NULL, "a", 0, VIEW_NOT_FOUND, VIEW_NOT_FOUND },
	{ NULL, NULL, 1, VIEW_NOT_FOUND, 0 },
	{ NULL, "a", SIZE_MAX, VIEW_NOT_FOUND, VIEW_NOT_FOUND },
	{ "", "a", 0, VIEW_NOT_FOUND, VIEW_NOT_FOUND },
	{ "", NULL, 0, 0, 0 },
	{ "a", NULL, 0, 0, 1 },
	{ "a", "", 1, 1, 1 },
	{ "a", "", 2, VIEW_NOT_FOUND, 1 },
	{ "a", "a", 0, 0, 0 },
	{ "a", "a", 1, VIEW_NOT_FOUND, 0 },
	{ "a", "ab", 0, VIEW_NOT_FOUND, VIEW_NOT_FOUND },
	{ "ab", "ab", 0, 0, 0 },
	{ "ab", "b", 1, 1, 1 },
	{ "ab", "b", SIZE_MAX, VIEW_NOT_FOUND, 1 },
	{ "aaaa", "aa", 0, 0, 2 },
	{ "aaaa", "aa", 2, 2, 2 },
	{ "aaaa", "aa", 3, VIEW_NOT_FOUND, 2 },
	{ "abcabc", "abc", 1, 3, 3 },
	{ "abcabd", "abc", 0, 0, 0 },		/* the last `a` is no match: search on before it */
	{ "xab", "xac", 0, VIEW_NOT_FOUND, VIEW_NOT_FOUND },
};

static struct view
maybe(const char *s)
{
	return s == NULL ? nothing : view_str(s);
}

static void
finds_at_the_edges(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof finds / sizeof *finds; i++) {
		size_t found = view_find(maybe(finds[i].in), finds[i].from, maybe(finds[i].needle));
		size_t last = view_rfind(maybe(finds[i].in), maybe(finds[i].needle));

		if (found != finds[i].found || last != finds[i].last)
			fail_msg("row %zu: %zx, %zx", i, found, last);
	}
}

static void
bytes_behind_a_view_are_not_seen(void **state)
{
	struct view v = view_of("abcabc", 5);

	(void)state;
	assert_int_equal(view_find(v, 1, VIEW("abc")), VIEW_NOT_FOUND);
	assert_int_equal(view_rfind(v, VIEW("abc")), 0);
	assert_int_equal(view_find(v, 0, VIEW("c\0")), VIEW_NOT_FOUND);
	assert_false(view_starts(view_of("ab", 1), VIEW("ab")));
}

static void
a_zero_byte_is_a_byte(void **state)
{
	struct view v = VIEW("a\0b\0c");

	(void)state;
	assert_int_equal(view_find(v, 0, VIEW("\0c")), 3);
	assert_int_equal(view_rfind(v, VIEW("\0")), 3);
	assert_false(view_is(v, "a"));
}

static void
nothing_equals_nothing_alone(void **state)
{
	(void)state;
	assert_true(view_eq(nothing, VIEW("")));
	assert_true(view_eq(nothing, nothing));
	assert_true(view_is(nothing, ""));
	assert_false(view_eq(nothing, VIEW("a")));
	assert_true(view_starts(nothing, VIEW("")));
	assert_true(view_starts(VIEW("a"), nothing));
	assert_false(view_starts(nothing, VIEW("a")));
}

static void
taking_from_nothing_takes_nothing(void **state)
{
	struct view v = nothing, got = VIEW("x");
	uint64_t wide = 7;
	uint32_t mid = 7;
	uint16_t half = 7;
	uint8_t byte = 7;

	(void)state;
	assert_true(view_take(&v, 0, &got));
	assert_int_equal(got.n, 0);
	assert_true(view_skip(&v, 0));
	assert_false(view_skip(&v, 1));
	assert_false(view_u8(&v, &byte));
	assert_false(view_u16le(&v, &half) || view_u16be(&v, &half));
	assert_false(view_u24be(&v, &mid) || view_u32le(&v, &mid) || view_u32be(&v, &mid));
	assert_false(view_u64le(&v, &wide));
	assert_true(byte == 7 && half == 7 && mid == 7 && wide == 7);
	assert_true(view_sub(nothing, 0, 0, &got));
	assert_false(view_sub(nothing, 0, 1, &got) || view_sub(nothing, 1, 0, &got));
	assert_int_equal(view_from(nothing, 0).n, 0);
	assert_int_equal(view_from(VIEW("ab"), 2).n, 0);
	assert_int_equal(view_from(VIEW("ab"), SIZE_MAX).n, 0);
}

static void
integers_come_in_both_orders(void **state)
{
	const uint8_t bytes[] = { 0xf1, 0x02, 0x03, 0x84, 0x05, 0x06, 0x07, 0xf8 };
	struct view v;
	uint64_t wide;
	uint32_t mid;
	uint16_t half;

	(void)state;
	v = view_of(bytes, 8);
	assert_true(view_u64le(&v, &wide) && wide == UINT64_C(0xf8070605840302f1) && v.n == 0);
	v = view_of(bytes, 8);
	assert_true(view_u32le(&v, &mid) && mid == 0x840302f1);
	assert_true(view_u32be(&v, &mid) && mid == 0x050607f8 && v.n == 0);
	v = view_of(bytes, 8);
	assert_true(view_u32be(&v, &mid) && mid == 0xf1020384);
	v = view_of(bytes, 8);
	assert_true(view_u24be(&v, &mid) && mid == 0xf10203);
	assert_true(view_u16le(&v, &half) && half == 0x0584);
	assert_true(view_u16be(&v, &half) && half == 0x0607 && v.n == 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_at_the_edges),
		cmocka_unit_test(bytes_behind_a_view_are_not_seen),
		cmocka_unit_test(a_zero_byte_is_a_byte),
		cmocka_unit_test(nothing_equals_nothing_alone),
		cmocka_unit_test(taking_from_nothing_takes_nothing),
		cmocka_unit_test(integers_come_in_both_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
