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
	{ "/ca 0.5/AIS true/CA(x)", "<</AIS true/Type/ExtGState/ca 0.5>>" },
	{ "/D[[3 1]0]", "<</D[[3 1]0]/Type/ExtGState>>" },
	{ "/D[[]2.5]", "<</D[[]2.5]/Type/ExtGState>>" },
	{ "/D[[3(x)]0]", "<</Type/ExtGState>>" },
	{ "/D[[3 1](x)]", "<</Type/ExtGState>>" },
	{ "/D[[3 1]]", "<</Type/ExtGState>>" },
	{ "/D 3", "<</Type/ExtGState>>" },
	{ "/BM/Multiply", "<</BM/Multiply/Type/ExtGState>>" },
	{ "/BM[/Evil/Screen/Multiply]", "<</BM/Screen/Type/ExtGState>>" },
	{ "/BM/Evil", "<</Type/ExtGState>>" },
	{ "/Font[12 0 R 9]", "<</Font[1 0 R 9]/Type/ExtGState>>" },
	{ "/Font[12 0 R]", "<</Type/ExtGState>>" },
	{ "/SMask/None", "<</SMask/None/Type/ExtGState>>" },
	{ "/SMask/Evil", "<</Type/ExtGState>>" },
	{ "/SMask<</S/Alpha/G 11 0 R/BC[0]/Evil 1>>", "<</SMask<</BC[0]/G 1 0 R/S/Alpha/Type/Mask>>/Type/ExtGState>>" },
	{ "/SMask<</S/Luminosity/G 11 0 R/TR/Identity>>", "<</SMask<</G 1 0 R/S/Luminosity/TR/Identity/Type/Mask>>/Type/ExtGState>>" },
	{ "/SMask<</S/Evil/G 11 0 R>>", "<</Type/ExtGState>>" },
	{ "/SMask<</S/Alpha/G 12 0 R>>", "<</Type/ExtGState>>" },
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

		buf_printf(&objects, "10 0 obj\n<<%s>>\nendobj\n"
			   "11 0 obj\n<</Subtype/Form/BBox[0 0 1 1]/Group<</S/Transparency>>/Length 11>>stream\n0 0 1 1 re f\nendstream\nendobj\n"
			   "12 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n", rows[i].in);
		assert_true(sample_open(&s, "", buf_bytes(&objects)));
		assert_true(gfx_gstate(&s.r, pdf_resolve(s.r.in, sample_object(&s, 10)), sample_resources(&s), &got, &e));
		buf_byte(&got, 0);
		if (strcmp((const char *)got.p, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].in, (const char *)got.p);
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
