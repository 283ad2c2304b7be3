/* chart_reference_test.c - what a chart may say about where its values came from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/own.h"
#include "sanitize/ooxml/chart.h"

static const struct {
	const char *in, *want;	/* NULL: refused */
} cases[] = {
	{ "Sheet1!$A$1:$A$5", "Sheet1!$A$1:$A$5" },
	{ "=Sheet1!A1", "Sheet1!A1" },
	{ " ( Sheet1!$A$1 , Sheet1!$C$1 ) ", "(Sheet1!$A$1,Sheet1!$C$1)" },
	{ "'売上 2024'!$B$2:$B$13", "'売上 2024'!$B$2:$B$13" },
	{ "売上!$B$2", "売上!$B$2" },
	{ "'It''s'!$A$1", "'It''s'!$A$1" },
	{ "[Book1.xlsx]Sheet1!$A$1", "Sheet1!$A$1" },
	{ "'[Book 1.xlsx]Sheet 1'!$A$1", "'Sheet 1'!$A$1" },
	{ "Sheet1!$A:$B", "Sheet1!$A:$B" },
	{ "Sheet1!$1:$2", "Sheet1!$1:$2" },
	{ "Series_1", "Series_1" },
	{ "[0]!Series", "[0]!Series" },
	{ "Sheet1!ABC", "Sheet1!ABC" },
	{ "#REF!", "#REF!" },
	{ "Sheet1!#REF!", "#REF!" },
	{ "(Sheet1!#REF!,Sheet1!$A$1)", "(#REF!,Sheet1!$A$1)" },
	{ "[1]Sheet1!$A$1", NULL },
	{ "'[1]Sheet 1'!$A$1", NULL },
	{ "'C:\\x\\[Book.xlsx]Sheet1'!$A$1", NULL },
	{ "'http://x/[Book.xlsx]Sheet1'!$A$1", NULL },
	{ "cmd|'/c calc'!A1", NULL },
	{ "WEBSERVICE(\"http://x/\")", NULL },
	{ "Sheet1!A1+1", NULL },
	{ "OFFSET(Sheet1!$A$1,0,0)", NULL },
	{ "Sheet1!$A$1:OFFSET(A1,1,1)", NULL },
	{ "(Sheet1!$A$1", NULL },
	{ "Sheet1!$A$1)", NULL },
	{ "Sheet1!", NULL },
	{ "!A1", NULL },
	{ "''!A1", NULL },
	{ "'a", NULL },
	{ "$", NULL },
	{ "$A", NULL },
	{ "1", NULL },
	{ "A$", NULL },
	{ "Sheet1!$A$1:$B", NULL },
	{ "Name:Other", NULL },
	{ "[Book", NULL },
	{ "[Book]", NULL },
	{ "", NULL },
	{ "#NAME?", NULL },
	{ "Sheet1!#N/A", NULL },
	{ "'a'A1", NULL },
	{ "'a'", NULL },
	{ "{1,2}", NULL },
	{ "Table1[Amount]", NULL },
};

static void
test_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		own_buf struct buf out = BUF_MAX(65536);
		own_buf struct buf again = BUF_MAX(65536);
		bool ok = chart_reference(view_str(cases[i].in), &out);

		if (ok != (cases[i].want != NULL) || (ok && !view_is(buf_bytes(&out), cases[i].want)))
			fail_msg("%s: %.*s", cases[i].in, (int)out.n, ok ? (const char *)out.p : "");
		if (!ok) {
			assert_int_equal(out.n, 0);
			continue;
		}
		assert_true(chart_reference(buf_bytes(&out), &again));
		assert_true(view_eq(buf_bytes(&out), buf_bytes(&again)));
	}
}

static void
test_length(void **state)
{
	own_buf struct buf in = BUF_MAX(65536);
	own_buf struct buf out = BUF_MAX(65536);

	(void)state;
	for (int i = 0; i < 900; i++)
		(void)buf_str(&in, i == 0 ? "(A$1" : ",Sheet1!$A$1");
	(void)buf_str(&in, ")");
	assert_false(chart_reference(buf_bytes(&in), &out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_references), cmocka_unit_test(test_length) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
