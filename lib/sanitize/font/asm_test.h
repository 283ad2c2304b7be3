/*
 * asm_test.h - charstrings for tests, spelt in words: "10 -20 rmoveto
 * endchar"; x80 is a raw byte.
 */
#ifndef SEKISHO_SANITIZE_FONT_ASM_TEST_H
#define SEKISHO_SANITIZE_FONT_ASM_TEST_H

#include "sanitize/font/cff_font.h"
#include "sanitize/font/charstring.h"

static const struct asm_word {
	const char *name;
	uint8_t b[2];
	uint8_t n;
} words[] = {
	{ "hstem", { 1 }, 1 }, { "vstem", { 3 }, 1 }, { "vmoveto", { 4 }, 1 },
	{ "rlineto", { 5 }, 1 }, { "hlineto", { 6 }, 1 }, { "vlineto", { 7 }, 1 },
	{ "rrcurveto", { 8 }, 1 }, { "closepath", { 9 }, 1 }, { "callsubr", { 10 }, 1 },
	{ "return", { 11 }, 1 }, { "endchar", { 14 }, 1 }, { "hstemhm", { 18 }, 1 },
	{ "hintmask", { 19 }, 1 }, { "cntrmask", { 20 }, 1 }, { "rmoveto", { 21 }, 1 },
	{ "hmoveto", { 22 }, 1 }, { "vstemhm", { 23 }, 1 }, { "rcurveline", { 24 }, 1 },
	{ "rlinecurve", { 25 }, 1 }, { "vvcurveto", { 26 }, 1 }, { "hhcurveto", { 27 }, 1 },
	{ "callgsubr", { 29 }, 1 }, { "vhcurveto", { 30 }, 1 }, { "hvcurveto", { 31 }, 1 },
	{ "dotsection", { 12, 0 }, 2 }, { "and", { 12, 3 }, 2 }, { "or", { 12, 4 }, 2 },
	{ "not", { 12, 5 }, 2 }, { "abs", { 12, 9 }, 2 }, { "add", { 12, 10 }, 2 },
	{ "sub", { 12, 11 }, 2 }, { "div", { 12, 12 }, 2 }, { "neg", { 12, 14 }, 2 },
	{ "eq", { 12, 15 }, 2 }, { "drop", { 12, 18 }, 2 }, { "put", { 12, 20 }, 2 },
	{ "get", { 12, 21 }, 2 }, { "ifelse", { 12, 22 }, 2 }, { "random", { 12, 23 }, 2 },
	{ "mul", { 12, 24 }, 2 }, { "sqrt", { 12, 26 }, 2 }, { "dup", { 12, 27 }, 2 },
	{ "exch", { 12, 28 }, 2 }, { "index", { 12, 29 }, 2 }, { "roll", { 12, 30 }, 2 },
	{ "hflex", { 12, 34 }, 2 }, { "flex", { 12, 35 }, 2 }, { "hflex1", { 12, 36 }, 2 },
	{ "flex1", { 12, 37 }, 2 },
	/* Type 1 only */
	{ "hsbw", { 13 }, 1 }, { "vstem3", { 12, 1 }, 2 }, { "hstem3", { 12, 2 }, 2 },
	{ "seac", { 12, 6 }, 2 }, { "sbw", { 12, 7 }, 2 }, { "callothersubr", { 12, 16 }, 2 },
	{ "pop", { 12, 17 }, 2 }, { "setcurrentpoint", { 12, 33 }, 2 },
};

static inline void
word_put(struct view w, struct buf *b)
{
	struct cff_num num;

	/* x80 is a raw byte: of a mask, or of nothing that is known */
	if (w.p[0] == 'x') {
		buf_byte(b, (uint8_t)strtoul((const char *)w.p + 1, NULL, 16));
		return;
	}
	if (cff_num_parse(w, &num)) {
		charstring_num(b, (int32_t)(cff_double(num) * 65536));
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (view_is(w, words[i].name)) {
			buf_put(b, words[i].b, words[i].n);
			return;
		}
	fail_msg("no such word: %.*s", (int)w.n, (const char *)w.p);
}

static inline void
assemble(const char *text, struct buf *b)
{
	struct view v = view_str(text), w = v;

	while (v.n > 0) {
		size_t end = view_find(v, 0, VIEW(" "));

		assert_true(view_take(&v, end == VIEW_NOT_FOUND ? v.n : end, &w));
		(void)view_skip(&v, 1);
		if (w.n > 0)
			word_put(w, b);
	}
	buf_fill(b, 0, 0);
}

#endif
