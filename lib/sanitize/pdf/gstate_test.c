#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/pdf/gfx_sample.h"

#define HALF "<</FunctionType 2/Domain[0 1]/C0[0]/C1[0.5]/N 1>>"

/* Parameters of the page's graphics state, and what is written of them. */
static const struct {
	const char *in, *want;
} rows[] = {
	{ "/LW 2/Evil 1/HT/Default", "<</LW 2/Type/ExtGState>>" },
	{ "/TR/Identity", "<</TR/Identity/Type/ExtGState>>" },
	{ "/TR " HALF, "<</TR<</C0[0]/C1[0.5]/Domain[0 1]/FunctionType 2/N 1>>/Type/ExtGState>>" },
	{ "/TR[/Identity/Identity/Identity/Default]",
	  "<</TR[/Identity/Identity/Identity/Identity]/Type/ExtGState>>" },
	{ "/TR[/Identity " HALF "/Identity/Identity]",
	  "<</TR[/Identity<</C0[0]/C1[0.5]/Domain[0 1]/FunctionType 2/N 1>>/Identity/Identity]/Type/ExtGState>>" },
	/* the newer key outdoes the older */
	{ "/TR " HALF "/TR2/Default", "<</TR/Identity/Type/ExtGState>>" },
	/* neither functions nor as many as there must be */
	{ "/TR/Evil", "<</Type/ExtGState>>" },
	{ "/TR[]", "<</Type/ExtGState>>" },
	{ "/TR[/Identity/Identity/Identity]", "<</Type/ExtGState>>" },
	{ "/TR[/Identity/Identity/Identity 10 0 R]", "<</Type/ExtGState>>" },
	{ "/TR<</FunctionType 9/Domain[0 1]>>", "<</Type/ExtGState>>" },
	{ "/TR 10 0 R", "<</Type/ExtGState>>" },
};

static void
test_parameters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		own_buf struct buf objects = { 0 }, got = { 0 };
		struct err e = { 0 };
		struct sample s;

		buf_printf(&objects, "10 0 obj\n<<%s>>\nendobj\n", rows[i].in);
		assert_true(sample_open(&s, "", buf_bytes(&objects)));
		assert_true(gfx_gstate(&s.r, pdf_resolve(s.r.in, sample_object(&s, 10)), NULL, &got, &e));
		buf_byte(&got, 0);
		assert_string_equal(got.p, rows[i].want);
		sample_close(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
