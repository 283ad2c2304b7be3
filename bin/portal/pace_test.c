#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pace.h"

/* Seconds until it is given up, when every second brings `rate` bytes, from `from` s on none; at most `most`. */
static int64_t
lasts(enum phase phase, uint64_t rate, int64_t from, int64_t most)
{
	struct pace p;
	uint64_t moved = 5;
	int64_t s;

	pace_begin(&p, phase, 1000, moved);
	for (s = 1; s <= most; s++) {
		moved += s <= from ? rate : 0;
		if (!pace_keeps(&p, 1000 + s * 1000, moved))
			return s;
	}
	return most + 1;
}

static void
who_is_slow_is_given_up(void **state)
{
	(void)state;
	assert_int_equal(lasts(PHASE_BODY, 0, 0, 100), 21);
	assert_int_equal(lasts(PHASE_BODY, 1, 100000, 100), 21);
	assert_int_equal(lasts(PHASE_BODY, 65536 / 2, 100000, 100), 41);
	assert_int_equal(lasts(PHASE_HEAD, 1000, 100, 100), 11);
	assert_int_equal(lasts(PHASE_LINGER, 1000000, 100, 100), 6);
}

static void
who_keeps_pace_is_not(void **state)
{
	(void)state;
	assert_int_equal(lasts(PHASE_BODY, 65536, 100000, 1000), 1001);
	assert_int_equal(lasts(PHASE_SEND, 1 << 20, 100000, 1000), 1001);
	assert_int_equal(lasts(PHASE_WORK, 0, 0, 10000), 10001);
}

static void
there_is_an_end_for_all(void **state)
{
	(void)state;
	assert_int_equal(lasts(PHASE_BODY, 1 << 20, 100000, 3000), 1801);
}

/* A gigabyte at first does not pay for standing still. */
static void
haste_is_no_credit(void **state)
{
	(void)state;
	assert_int_equal(lasts(PHASE_BODY, UINT64_C(1) << 30, 10, 100), 31);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_slow_is_given_up),
		cmocka_unit_test(who_keeps_pace_is_not),
		cmocka_unit_test(there_is_an_end_for_all),
		cmocka_unit_test(haste_is_no_credit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
