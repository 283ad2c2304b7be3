#include "image_test.h"

#include "noise.h"

static void
small_even_and_repeatable(void **state)
{
	uint8_t a[3000], b[3000];
	struct noise s = noise_new(VIEW("x")), t = noise_new(VIEW("x")), u = noise_new(VIEW("y"));
	size_t i, up = 0, down = 0;

	(void)state;
	memset(a, 100, sizeof a);
	memset(b, 100, sizeof b);
	noise_8(&s, a, 1000, 3, false);
	noise_8(&t, b, 1000, 3, false);
	assert_memory_equal(a, b, sizeof a);
	for (i = 0; i < sizeof a; i++) {
		assert_in_range(a[i], 99, 101);
		up += a[i] == 101;
		down += a[i] == 99;
	}
	assert_in_range(up, 600, 900);
	assert_in_range(down, 600, 900);
	memset(b, 100, sizeof b);
	noise_8(&u, b, 1000, 3, false);
	assert_memory_not_equal(a, b, sizeof a);
}

static void
no_wrapping(void **state)
{
	uint8_t a[400], b[400];
	struct noise s = noise_new(VIEW("z"));
	size_t i;

	(void)state;
	memset(a, 0, sizeof a);
	memset(b, 0xff, sizeof b);
	noise_16(&s, a, 100, 2, true, true);
	noise_16(&s, b, 100, 2, false, false);
	for (i = 0; i < 400; i += 2) {
		assert_true(a[i] == 0 && a[i + 1] <= 1);
		assert_true(b[i + 1] == 0xff && b[i] >= 0xfe);
		assert_false(i % 4 == 2 && a[i + 1] != 0);	/* opacity */
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_even_and_repeatable),
		cmocka_unit_test(no_wrapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
