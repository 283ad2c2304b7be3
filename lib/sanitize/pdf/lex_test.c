#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "sanitize/pdf/out.h"
#include "sanitize/pdf/testing.h"

/* -- tokens, read and written again ---------------------------------------------- */

/* Every token of `in`, canonically, brackets and words as they are. */
static void
retoken(struct view in, struct arena *a, struct buf *out)
{
	static const char *const marks[] = { [PDF_TOK_ARRAY] = "[", [PDF_TOK_ARRAY_END] = "]",
					     [PDF_TOK_DICT] = "<<", [PDF_TOK_DICT_END] = ">>",
					     [PDF_TOK_BRACE] = "{", [PDF_TOK_BRACE_END] = "}" };
	struct pdf_obj o;
	enum pdf_tok t;

	while ((t = pdf_tok(&in, a, &o)) != PDF_TOK_END) {
		if (t == PDF_TOK_OBJ) {
			pdf_put_obj(out, &o);
		} else if (t == PDF_TOK_WORD) {
			char word[64];

			(void)snprintf(word, sizeof word, "%.*s", (int)o.u.s.n, (const char *)o.u.s.p);
			pdf_put_word(out, word);
		} else {
			pdf_put_word(out, marks[t]);
		}
	}
}

static void
tokens(void **state)
{
	static const struct {
		const char *in, *out;
	} row[] = {
		/* 7.3.3: numbers, and what passes for them */
		{ "0 -0 +17 -98 007", "0 0 17 -98 7" },
		{ "34.5 -3.62 +123.6 4. -.002 0.0 .5", "34.5 -3.62 123.6 4 -0.002 0 0.5" },
		{ "--5 +-3 -+4", "-5 -3 -4" },
		{ ". - +", "0 0 0" },
		{ "1e5 1.5e-3 2E+2", "100000 0.0015 200" },
		{ "1em 1e", "1 em 1 e" },
		{ "0.0.1", "0 0.1" },
		{ "12-34", "12 -34" },
		{ "1.2-3", "1.23" },
		{ "99999999999999999999", "9007199254740991" },
		{ "-99999999999999999999", "-9007199254740991" },
		{ "1e999", "9007199254740991" },
		{ "0.00000000001", "0" },
		{ "123456.123456789", "123456.123456789" },
		{ "0.1 0.2 0.3 1.1 2.675", "0.1 0.2 0.3 1.1 2.675" },
		{ "10l", "10 l" },
		{ "1 0 0 RG", "1 0 0 RG" },
		/* 7.3.4.2: strings */
		{ "(a)(b)", "(a)(b)" },
		{ "(a\\(b\\)c\\\\)", "(a\\(b\\)c\\\\)" },
		{ "(a(b)c)", "(a\\(b\\)c)" },
		{ "(a\\\nb)", "(ab)" },
		{ "(a\\\r\nb)", "(ab)" },
		{ "(a\rb)", "<610A62>" },
		{ "(a\r\nb)", "<610A62>" },
		{ "(\\0533\\53\\5)", "<2B332B05>" },
		{ "(\\777)", "<FF>" },
		{ "(\\n\\r\\t\\b\\f\\q)", "<0A0D09080C71>" },
		{ "(never ends", "(never ends)" },
		{ "(never ends\\", "(never ends)" },
		{ "()", "()" },
		/* 7.3.4.3 */
		{ "<48 65 6c6C 6F>", "(Hello)" },
		{ "<901FA>", "<901FA0>" },
		{ "<>", "()" },
		{ "<zz41", "(A)" },
		/* 7.3.5 */
		{ "/A#42/a#20b /#2F", "/AB/a#20b/#2F" },
		{ "/A#4 /A#", "/A#234/A#23" },
		{ "/A#G0", "/A#23G0" },
		{ "/ /", "//" },
		{ "/a(b)", "/a(b)" },
		{ "/\xe3\x81\x82", "/#E3#81#82" },
		/* the rest */
		{ "true false null", "true false null" },
		{ "truely", "truely" },
		{ "[1 2]<</A 1>>", "[1 2]<</A 1>>" },
		{ "{1 add}", "{1 add}" },
		{ "a% comment ) >>\nb%\rc", "a b c" },
		{ ") > ] a", "]a" },
		{ "T*'\"", "T*'\"" },
		{ "", "" },
		{ "%", "" },
		{ "<", "()" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		own_arena struct arena *a = arena_new(0);
		own_buf struct buf out = { 0 };

		retoken(view_str(row[i].in), a, &out);
		if (!view_is(buf_bytes(&out), row[i].out))
			print_error("%s -> %.*s, not %s\n", row[i].in, (int)out.n, (const char *)out.p,
				    row[i].out);
		assert_true(view_is(buf_bytes(&out), row[i].out));
	}
}

/* Names of more than 127 bytes: shortened alike wherever they stand, and never two to one. */
static void
long_names(void **state)
{
	static const size_t length[] = { 127, 128, 129, 1000 };
	own_arena struct arena *a = arena_new(0);
	struct view seen[sizeof length / sizeof *length];

	(void)state;
	for (size_t i = 0; i < sizeof length / sizeof *length; i++) {
		own_buf struct buf plain = { 0 }, coded = { 0 }, written = { 0 };
		struct view v;
		struct pdf_obj o, same, again;

		buf_byte(&plain, '/');
		buf_str(&coded, "/#41");
		assert_true(buf_fill(&plain, 'A', length[i]) && buf_fill(&coded, 'A', length[i] - 1));
		v = buf_bytes(&plain);
		assert_int_equal(pdf_tok(&v, a, &o), PDF_TOK_OBJ);
		v = buf_bytes(&coded);
		assert_int_equal(pdf_tok(&v, a, &same), PDF_TOK_OBJ);
		assert_true(view_eq(o.u.s, same.u.s));
		assert_int_equal(o.u.s.n, 127);
		pdf_put_name(&written, o.u.s);
		v = buf_bytes(&written);
		assert_int_equal(pdf_tok(&v, a, &again), PDF_TOK_OBJ);
		assert_true(view_eq(o.u.s, again.u.s));
		seen[i] = arena_copy(a, o.u.s);
		for (size_t k = 0; k < i; k++)
			assert_false(view_eq(seen[k], seen[i]));
	}
}

/* -- whole objects -------------------------------------------------------------------- */

static void
direct_objects(void **state)
{
	static const struct {
		const char *in, *out, *rest;
	} row[] = {
		{ "[1[2]<</B 3/A(x)>>]4", "[1[2]<</A(x)/B 3>>]", "4" },
		{ "<</A 1/A 2>>", "<</A 2>>", "" },
		{ "<</A 1/A null>>", "<<>>", "" },
		{ "<</A null/B 1>>", "<</B 1>>", "" },
		{ "<</A>>", "<<>>", "" },
		{ "<<1 2/A 3>>", "<</A 3>>", "" },
		{ "<</A[1 2>>", "<</A[1 2]>>", "" },
		{ "[<</A 1]", "[<</A 1>>]", "" },
		{ "[1 2", "[1 2]", "" },
		{ "[1 foo 2]", "[1 2]", "" },
		{ "/N x", "/N", " x" },
		{ "[<</a 1/b 2/c 3/d 4/e 5/f 6/g 7/h 8/i 9/j 1/k 2/l 3/m 4/n 5/o 6/p 7/q 8/r 9/s 1/t 2"
		  "/u 3/v 4/w 5/x 6/y 7/z 8/a 9>>]",
		  "[<</a 9/b 2/c 3/d 4/e 5/f 6/g 7/h 8/i 9/j 1/k 2/l 3/m 4/n 5/o 6/p 7/q 8/r 9/s 1/t 2"
		  "/u 3/v 4/w 5/x 6/y 7/z 8>>]",
		  "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		own_arena struct arena *a = arena_new(0);
		own_buf struct buf out = { 0 };
		struct view in = view_str(row[i].in);
		struct pdf_obj o;

		assert_true(pdf_parse_direct(&in, a, &o));
		pdf_put_obj(&out, &o);
		if (!view_is(buf_bytes(&out), row[i].out))
			print_error("%s -> %.*s\n", row[i].in, (int)out.n, (const char *)out.p);
		assert_true(view_is(buf_bytes(&out), row[i].out));
		assert_true(view_is(in, row[i].rest));
	}
}

static void
no_objects(void **state)
{
	static const char *const row[] = { "", "Tj", "]", ">>", "}", "{1}" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		own_arena struct arena *a = arena_new(0);
		struct view in = view_str(row[i]);
		struct pdf_obj o;

		assert_false(pdf_parse_direct(&in, a, &o));
	}
}

static void
nesting_is_bounded(void **state)
{
	own_arena struct arena *a = arena_new(0);
	own_buf struct buf b = { 0 };
	struct view in;
	struct pdf_obj o;

	(void)state;
	assert_true(buf_fill(&b, '[', 100));
	in = buf_bytes(&b);
	assert_true(pdf_parse_direct(&in, a, &o));
	assert_true(buf_byte(&b, '['));
	in = buf_bytes(&b);
	assert_false(pdf_parse_direct(&in, a, &o));
	assert_true(buf_fill(&b, '[', 1000000));
	in = buf_bytes(&b);
	assert_false(pdf_parse_direct(&in, a, &o));
}

/* -- writing ---------------------------------------------------------------------------- */

static void
reals(void **state)
{
	static const struct {
		double in;
		const char *out;
	} row[] = {
		{ 0, "0" }, { -0.0, "0" }, { 1, "1" }, { -1.5, "-1.5" }, { 0.1, "0.1" },
		{ 1e-10, "0.0000000001" }, { 4e-11, "0" }, { -4e-11, "0" }, { 1e300, "9007199254740991" },
		{ -1e300, "-9007199254740991" }, { 0.99999999999, "1" }, { 899999.25, "899999.25" },
		{ 9000000.125, "9000000.125" }, { 123456789012.5, "123456789012.5" },
		{ 0.0 / 0.0, "0" }, { 1.0 / 0.0, "9007199254740991" }, { 0.333333333333, "0.3333333333" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof row / sizeof *row; i++) {
		own_buf struct buf out = { 0 };

		pdf_put_real(&out, row[i].in);
		if (!view_is(buf_bytes(&out), row[i].out))
			print_error("%g -> %.*s\n", row[i].in, (int)out.n, (const char *)out.p);
		assert_true(view_is(buf_bytes(&out), row[i].out));
	}
}

/* What is read back and written again is the same: a rebuilt file rebuilds to itself. */
static void
reals_are_stable(void **state)
{
	own_arena struct arena *a = arena_new(0);
	uint64_t x = 88172645463325252u;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		own_buf struct buf one = { 0 }, two = { 0 };
		struct pdf_obj o;
		struct view in;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		pdf_put_real(&one, (double)(int64_t)x / (double)(UINT64_C(1) << (x % 64)));
		in = buf_bytes(&one);
		assert_int_equal(pdf_tok(&in, a, &o), PDF_TOK_OBJ);
		assert_int_equal(in.n, 0);
		pdf_put_obj(&two, &o);
		assert_true(view_eq(buf_bytes(&one), buf_bytes(&two)));
	}
}

static void
names_are_cut(void **state)
{
	own_buf struct buf out = { 0 };
	uint8_t long_name[300];

	(void)state;
	memset(long_name, 'n', sizeof long_name);
	pdf_put_name(&out, view_of(long_name, sizeof long_name));
	assert_int_equal(out.n, 128);
	buf_clear(&out);
	pdf_put_name(&out, view_of("a\0b#", 4));
	assert_true(view_is(buf_bytes(&out), "/ab#23"));
}

static void
keys_are_sorted(void **state)
{
	own_arena struct arena *a = arena_new(0);
	own_buf struct buf out = { 0 };
	struct pdf_keys *k = pdf_keys_new(a), *unwritten = pdf_keys_new(a);
	int i;

	(void)state;
	/* Freed with the arena: an error on the way leaks nothing. */
	pdf_put_int(pdf_key(unwritten, "X"), 1);
	pdf_put_name(pdf_key(k, "Type"), VIEW("Page"));
	pdf_put_int(pdf_key(k, "B"), -1);
	(void)pdf_key(k, "Empty");
	assert_int_equal(pdf_keys_count(k), 2);
	pdf_put_int(pdf_key(k, "B"), 2);
	pdf_put_word(pdf_key(k, "Null"), "null");
	pdf_put_ref(pdf_key(k, "A"), 7);
	pdf_put_word(pdf_key_view(k, VIEW("C d")), "true");
	pdf_put_keys(&out, k);
	assert_true(view_is(buf_bytes(&out), "<</A 7 0 R/B 2/C#20d true/Type/Page>>"));

	buf_clear(&out);
	k = pdf_keys_new(a);
	for (i = 99; i >= 0; i--) {
		char key[8];

		(void)snprintf(key, sizeof key, "K%02d", i);
		pdf_put_int(pdf_key_view(k, arena_copy(a, view_str(key))), i);
	}
	pdf_put_keys(&out, k);
	assert_true(view_starts(buf_bytes(&out), VIEW("<</K00 0/K01 1/K02 2")));
}

/* Many openings of strings, names and comments must not cost their square. */
static void
time_is_linear(void **state)
{
	static const char *const unit[] = { "(", "<", "/", "[", "<<", "%\n", "(\\", "1", "-", "#", ">>", "/#" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof unit / sizeof *unit; i++) {
		own_arena struct arena *a = arena_new(0);
		own_buf struct buf b = { 0 };
		struct view in;
		struct pdf_obj o;
		clock_t start = clock();

		while (b.n < (1u << 20))
			assert_true(buf_str(&b, unit[i]));
		in = buf_bytes(&b);
		while (pdf_tok(&in, a, &o) != PDF_TOK_END)
			;
		in = buf_bytes(&b);
		(void)pdf_parse_direct(&in, a, &o);
		assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),	    cmocka_unit_test(direct_objects),
		cmocka_unit_test(no_objects),	    cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(reals),	    cmocka_unit_test(reals_are_stable),
		cmocka_unit_test(names_are_cut),    cmocka_unit_test(long_names),
		cmocka_unit_test(keys_are_sorted),
		cmocka_unit_test(time_is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
