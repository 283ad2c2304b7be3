#include "sanitize/pdf/function.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "sanitize/pdf/gfx_sample.h"

static const struct {
	const char *in, *out;	/* out NULL: no program */
} programs[] = {
	{ "{ dup 0.50 mul exch pop }", "{dup 0.5 mul exch pop}" },
	{ "{1 2 gt{3}{4}ifelse}", "{1 2 gt{3}{4}ifelse}" },
	{ "{} trailing junk", "{}" },
	{ " % c\n{true false and}", "{true false and}" },
	{ "{ 1 2 add", NULL },
	{ "1 2 add", NULL },
	{ "{ systemdict }", NULL },
	{ "{ (file) (r) }", NULL },
	{ "{ /x }", NULL },
	{ "{ [ 1 ] }", NULL },
	{ "", NULL },
};

static void
test_programs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		own_arena struct arena *a = arena_new(0);
		own_buf struct buf out = { 0 }, again = { 0 };
		bool ok = pdf_function_program(view_str(programs[i].in), a, &out);

		assert_int_equal(ok, programs[i].out != NULL);
		if (!ok) {
			assert_int_equal(out.n, 0);
			continue;
		}
		assert_true(view_eq(buf_bytes(&out), view_str(programs[i].out)));
		assert_true(pdf_function_program(buf_bytes(&out), a, &again));
		assert_true(view_eq(buf_bytes(&out), buf_bytes(&again)));
	}
}

static void
test_braces(void **state)
{
	own_arena struct arena *a = arena_new(0);
	own_buf struct buf in = { 0 }, out = { 0 };

	(void)state;
	buf_fill(&in, '{', 32);
	buf_fill(&in, '}', 32);
	assert_true(pdf_function_program(buf_bytes(&in), a, &out));
	buf_clear(&in);
	buf_fill(&in, '{', 33);
	buf_fill(&in, '}', 33);
	assert_false(pdf_function_program(buf_bytes(&in), a, &out));
}

static const struct {
	const char *object, *out;
} functions[] = {
	{ "<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1/Evil(x)>>",
	  "<</C0[0]/C1[1]/Domain[0 1]/FunctionType 2/N 1>>" },
	{ "<</FunctionType 2/Domain[0 1]>>", "" },
	{ "<</FunctionType 3/Domain[0 1]/Functions[<</FunctionType 2/Domain[0 1]/N 1>>]"
	  "/Bounds[]/Encode[0 1]>>",
	  "<</Bounds[]/Domain[0 1]/Encode[0 1]/FunctionType 3"
	  "/Functions[<</Domain[0 1]/FunctionType 2/N 1>>]>>" },
	/* the number of bounds does not fit; a part is none; itself */
	{ "<</FunctionType 3/Domain[0 1]/Functions[<</FunctionType 2/Domain[0 1]/N 1>>]"
	  "/Bounds[1]/Encode[0 1]>>", "" },
	{ "<</FunctionType 3/Domain[0 1]/Functions[null]/Bounds[]/Encode[0 1]>>", "" },
	{ "<</FunctionType 3/Domain[0 1]/Functions[10 0 R]/Bounds[]/Encode[0 1]>>", "" },
	{ "<</FunctionType 4/Domain[0 1]/Range[0 1]>>", "" },
	{ "<</FunctionType 1/Domain[0 1]>>", "" },
	{ "<</FunctionType 2/Domain[0]/N 1>>", "" },
	{ "[1 2]", "" },
};

static void
test_dictionaries(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		own_buf struct buf objects = { 0 }, out = { 0 };
		struct err e = { 0 };
		struct sample s;

		buf_printf(&objects, "10 0 obj\n%s\nendobj\n", functions[i].object);
		assert_true(sample_open(&s, "", buf_bytes(&objects)));
		assert_true(gfx_function(&s.r, sample_object(&s, 10), &out, &e));
		assert_int_equal(out.n > 0, functions[i].out[0] != 0);
		buf_clear(&out);
		if (functions[i].out[0]) {
			assert_true(gfx_function(&s.r, pdf_resolve(s.r.in, sample_object(&s, 10)),
						 &out, &e));
			buf_byte(&out, 0);
			assert_string_equal(out.p, functions[i].out);
		}
		sample_close(&s);
	}
}

/* Samples are exactly as many as the sizes say; a size that no file can have is refused. */
static void
test_samples(void **state)
{
	static const char objects[] =
		"10 0 obj\n<</FunctionType 0/Domain[0 1]/Range[0 1]/Size[2]/BitsPerSample 8/Length 5>>"
		"stream\nabcde\nendstream\nendobj\n"
		"11 0 obj\n<</FunctionType 0/Domain[0 1 0 1 0 1 0 1]/Range[0 1]"
		"/Size[99999 99999 99999 99999]/BitsPerSample 32/Length 1>>stream\na\nendstream\nendobj\n";
	own_buf struct buf out = { 0 };
	struct err e = { 0 };
	struct sample s;

	(void)state;
	assert_true(sample_open(&s, "", view_str(objects)));
	assert_true(gfx_function(&s.r, sample_object(&s, 10), &out, &e));
	assert_true(view_eq(buf_bytes(&out), VIEW("1 0 R")));
	assert_true(gfx_function(&s.r, sample_object(&s, 11), &out, &e));
	assert_int_equal(out.n, 5);
	assert_true(pdf_out_end(s.r.out, 0, &e));
	assert_true(view_find(buf_bytes(&s.file), 0, VIEW("stream\nab\nendstream")) != VIEW_NOT_FOUND);
	sample_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_braces),
		cmocka_unit_test(test_dictionaries),
		cmocka_unit_test(test_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
