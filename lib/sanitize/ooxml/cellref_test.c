#include "sanitize/ooxml/cellref.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/ooxml/nameset.h"

static void
test_cell(void **state)
{
	static const struct {
		const char *in;
		uint32_t row, column;	/* 0: none */
	} cases[] = {
		{ "A1", 1, 1 }, { "$b$20", 20, 2 }, { "XFD1048576", 1048576, 16384 }, { "AA7", 7, 27 },
		{ "XFE1", 0, 0 }, { "A1048577", 0, 0 }, { "A0", 0, 0 }, { "A", 0, 0 }, { "1", 0, 0 },
		{ "", 0, 0 }, { "A1 ", 0, 0 }, { "A1:B2", 0, 0 }, { "AAAAAAAAAAAAA1", 0, 0 }, { "$$A1", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t row = 0, column = 0;

		assert_int_equal(cellref_cell(view_str(cases[i].in), &row, &column), cases[i].row != 0);
		assert_int_equal(row, cases[i].row);
		assert_int_equal(column, cases[i].column);
	}
}

static void
test_list(void **state)
{
	static const char *const good[] = { "A1", "A1:B2", "A:C", "$1:$5", "A1 B2:C3 D4" };
	static const char *const bad[] = { "", " A1", "A1 ", "A1  B2", "A", "5", "A1:", "A1:B", "A:1",
					   "A1,B2", "A$:B$", "A00000001", "Sheet1!A1", "A1:XFE2", "A1:B2:C3" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(cellref_list(view_str(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(cellref_list(view_str(bad[i])));
	assert_true(cellref_range(VIEW("A1:B2")));
	assert_false(cellref_range(VIEW("A1 B2")));
}

static void
test_names(void **state)
{
	own_arena struct arena *a = arena_new(0);
	struct nameset s = { 0 };

	(void)state;
	assert_false(nameset_has(&s, VIEW("x")));
	for (uint32_t i = 0; i < 1000; i++) {
		uint8_t name[] = { 'N', (uint8_t)('0' + i % 10), (uint8_t)('0' + i / 10 % 10), (uint8_t)('0' + i / 100) };

		assert_true(nameset_add(&s, a, view_of(name, sizeof name)));
		assert_true(nameset_add(&s, a, view_of(name, sizeof name)));
		assert_int_equal(s.n, i + 1);
	}
	assert_true(nameset_has(&s, VIEW("n999")));
	assert_false(nameset_has(&s, VIEW("n99")));
	assert_false(nameset_has(&s, VIEW("x999")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cell),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
