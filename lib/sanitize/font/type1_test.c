/* Type 1 programs made here, and the CFF they become. */
#include "sanitize/font/testing.h"

#include <stdio.h>

#include "sanitize/font/asm_test.h"
#include "sanitize/font/type1_font.h"

/* ---- charstrings ------------------------------------------------------ */

/* The flex, hint replacement and return subroutines that every font has, and two of ours. */
static const char *const subrs[] = { "3 0 callothersubr pop pop setcurrentpoint return",
				     "0 1 callothersubr return", "0 2 callothersubr return", "return",
				     "1 2 hstem 3 4 vstem return", "5 callsubr return",
				     "10 20 rlineto return" };

static const struct {
	const char *what, *in, *out;	/* out NULL: cannot be run */
} charstrings[] = {
	{ "a blank", "0 250 hsbw endchar", "250 endchar" },
	{ "no width", "0 0 hsbw endchar", "endchar" },
	{ "a triangle", "50 500 hsbw 0 100 rmoveto 200 hlineto 100 vlineto closepath endchar",
	  "500 50 100 rmoveto 200 hlineto 100 vlineto endchar" },
	{ "side bearing alone places the first point", "50 500 hsbw 0 hmoveto 200 hlineto closepath endchar",
	  "500 50 hmoveto 200 hlineto endchar" },
	{ "sbw", "10 20 500 0 sbw 0 hmoveto 7 vlineto closepath endchar", "500 10 20 rmoveto 7 vlineto endchar" },
	{ "moves add up", "0 500 hsbw 1 hmoveto 2 vmoveto 3 4 rmoveto 5 6 rlineto endchar",
	  "500 4 6 rmoveto 5 6 rlineto endchar" },
	{ "curves", "0 500 hsbw 1 hmoveto 1 2 3 4 5 6 rrcurveto 1 2 3 4 hvcurveto 1 2 3 4 vhcurveto closepath "
	  "1 2 rmoveto 9 hlineto endchar",
	  "500 1 hmoveto 1 2 3 4 5 6 rrcurveto 1 2 3 4 hvcurveto 1 2 3 4 vhcurveto 1 2 rmoveto 9 hlineto endchar" },
	{ "a line after closepath", "0 500 hsbw 1 hmoveto 9 hlineto closepath 7 vlineto endchar",
	  "500 1 hmoveto 9 hlineto 0 hmoveto 7 vlineto endchar" },
	{ "division", "0 500 hsbw 7 2 div hmoveto xff x00 x01 x86 xa0 100 div hlineto endchar",
	  "500 3.5 hmoveto 1000 hlineto endchar" },
	{ "hints, sorted, from the bearing", "10 500 hsbw 30 5 vstem 1 5 vstem 7 20 hstem 1 hmoveto 9 hlineto endchar",
	  "500 7 20 hstem 11 5 24 5 vstem 11 hmoveto 9 hlineto endchar" },
	{ "three stems at once", "0 500 hsbw 1 2 5 2 9 2 hstem3 1 hmoveto 9 hlineto endchar",
	  "500 1 2 2 2 2 2 hstem 1 hmoveto 9 hlineto endchar" },
	{ "of hints that overlap the first", "0 500 hsbw 1 9 hstem 5 9 hstem 1 hmoveto 9 hlineto endchar",
	  "500 1 9 hstem 1 hmoveto 9 hlineto endchar" },
	{ "replaced hints go", "0 500 hsbw 1 9 hstem 1 hmoveto 4 1 3 callothersubr pop callsubr 9 hlineto endchar",
	  "500 1 hmoveto 9 hlineto endchar" },
	{ "subroutines", "0 500 hsbw 1 hmoveto 6 callsubr endchar", "500 1 hmoveto 10 20 rlineto endchar" },
	{ "flex", "0 500 hsbw 1 hmoveto 1 callsubr 50 5 rmoveto 2 callsubr -40 -5 rmoveto 2 callsubr "
	  "10 hmoveto 2 callsubr 30 5 rmoveto 2 callsubr 30 -5 rmoveto 2 callsubr 10 hmoveto 2 callsubr "
	  "10 hmoveto 2 callsubr 50 101 0 0 callsubr 7 vlineto closepath endchar",
	  "500 1 hmoveto 10 0 10 0 30 5 30 -5 10 0 10 0 rrcurveto 7 vlineto endchar" },
	{ "dotsection", "0 500 hsbw dotsection 1 hmoveto 9 hlineto endchar", "500 1 hmoveto 9 hlineto endchar" },
	{ "unknown othersubr", "0 500 hsbw 1 hmoveto 7 8 2 99 callothersubr pop pop rlineto endchar",
	  "500 1 hmoveto 7 8 rlineto endchar" },
	/* Both parts with their own bearings; the accent moves by sb + adx - asb. */
	{ "accents", "30 600 hsbw 20 100 200 65 193 seac",
	  "600 40 hmoveto 9 hlineto 90 191 rmoveto 3 vlineto endchar" },
	{ "accent without its part", "30 600 hsbw 20 100 200 65 66 seac", NULL },
	{ "a subroutine that calls itself", "0 500 hsbw 5 callsubr endchar", NULL },
	{ "no such subroutine", "0 500 hsbw 99 callsubr endchar", NULL },
	{ "pop of nothing", "0 500 hsbw pop endchar", NULL },
	{ "division by zero", "0 500 hsbw 1 0 div hmoveto endchar", NULL },
	{ "underflow", "0 500 hsbw 1 rmoveto endchar", NULL },
	{ "seac in seac", "0 500 hsbw 0 0 0 67 193 seac", NULL },
	{ "cut", "0 500 hsbw xff x00", NULL },
};

static const struct {
	const char *name, *code;
} glyphs[] = {
	{ ".notdef", "0 250 hsbw endchar" },
	{ "A", "40 500 hsbw 0 hmoveto 9 hlineto closepath endchar" },
	{ "grave", "20 300 hsbw 9 -9 rmoveto 3 vlineto closepath endchar" },
	{ "C", "0 500 hsbw 0 0 0 65 193 seac" },
	{ "own.name", "0 123 hsbw 1 hmoveto 5 hlineto endchar" },
};

enum { GLYPHS = sizeof glyphs / sizeof glyphs[0], SUBRS = sizeof subrs / sizeof subrs[0] };

/* ---- a whole font ------------------------------------------------------ */

enum form { PLAIN_BINARY, HEX, PFB, NOT_ENCRYPTED };

struct made {
	enum form form;
	int len_iv;
	const char *encoding;	/* NULL: StandardEncoding */
	const char *more;	/* further lines of the clear part */
	const char *test;	/* the charstring of a glyph "B" */
};

static void
encrypt(struct buf *b, size_t from, uint16_t key)
{
	for (size_t i = from; i < b->n; i++) {
		b->p[i] ^= (uint8_t)(key >> 8);
		key = (uint16_t)((b->p[i] + key) * 52845u + 22719u);
	}
}

static void
code_put(const struct made *m, const char *head, const char *text, const char *tail, struct buf *b)
{
	own_buf struct buf code = { 0 };

	if (m->len_iv > 0)
		buf_fill(&code, 'x', (size_t)m->len_iv);
	assemble(text, &code);
	if (m->len_iv >= 0)
		encrypt(&code, 0, 4330);
	buf_printf(b, "%s %zu RD ", head, code.n);
	buf_view(b, buf_bytes(&code));
	buf_str(b, tail);
}

static void
private_make(const struct made *m, struct buf *b)
{
	char head[64];

	buf_printf(b, "dup /Private 8 dict dup begin /RD{string currentfile exch readstring pop}executeonly def\n"
		   "/BlueValues [-20 0 700 720.5] def /StdHW [30] def /ForceBold true def /BlueScale .04 def\n"
		   "/OtherSubrs [{(/Subrs \\) )}{} %% /CharStrings\n] def /lenIV %d def\n", m->len_iv);
	buf_printf(b, "/Subrs %d array\n", (int)SUBRS);
	for (int i = 0; i < SUBRS; i++) {
		(void)snprintf(head, sizeof head, "dup %d", i);
		code_put(m, head, subrs[i], " NP\n", b);
	}
	buf_printf(b, "ND\n2 index /CharStrings %d dict dup begin\n", (int)GLYPHS + 1);
	for (size_t i = 0; i < GLYPHS; i++) {
		(void)snprintf(head, sizeof head, "/%s", glyphs[i].name);
		code_put(m, head, glyphs[i].code, " ND\n", b);
	}
	if (m->test != NULL)
		code_put(m, "/B", m->test, " ND\n", b);
	buf_str(b, "end\nend\nreadonly put\nnoaccess put\ndup/FontName get exch definefont pop\nmark currentfile closefile\n");
}

static void
hex_put(struct buf *b, struct view v)
{
	for (size_t i = 0; i < v.n; i++)
		buf_printf(b, "%02X%s", v.p[i], i % 32 == 31 ? "\n" : "");
}

static void
font_make(const struct made *m, struct buf *out)
{
	own_buf struct buf clear = { 0 }, secret = { 0 };

	buf_str(&clear, "%!PS-AdobeFont-1.0: Test\n11 dict begin\n/FontInfo 1 dict dup begin /ItalicAngle -12 def "
		"/Notice (a \\( /FontMatrix) def end def\n/FontName /ABCDEF+Test def /FontType 1 def\n"
		"/FontMatrix [.0005 0 0 0.0005 0 0] readonly def /FontBBox {-10 -20 1000 800} readonly def\n");
	buf_printf(&clear, "/Encoding %s def\n", m->encoding != NULL ? m->encoding : "StandardEncoding");
	buf_str(&clear, m->more != NULL ? m->more : "");
	buf_str(&clear, "currentdict end\ncurrentfile eexec\n");
	if (m->form != NOT_ENCRYPTED)
		buf_str(&secret, "wxyz");
	private_make(m, &secret);
	if (m->form != NOT_ENCRYPTED)
		encrypt(&secret, 0, 55665);
	if (m->form == PFB) {
		buf_put(out, "\200\1", 2);
		buf_u32le(out, (uint32_t)clear.n);
	}
	buf_view(out, buf_bytes(&clear));
	if (m->form == PFB) {
		buf_put(out, "\200\2", 2);
		buf_u32le(out, (uint32_t)secret.n);
	}
	if (m->form == HEX)
		hex_put(out, buf_bytes(&secret));
	else
		buf_view(out, buf_bytes(&secret));
	if (m->form == PFB)
		buf_put(out, "\200\3", 2);
	else
		buf_str(out, "\n00000000000000000000000000000000\ncleartomark\n");
}

static void
rebuild(const struct made *m, struct buf *out, struct font_info *info)
{
	own_buf struct buf in = { 0 };

	font_make(m, &in);
	assert_int_equal(font_kind_of(buf_bytes(&in)), FONT_TYPE1);
	must_rebuild(buf_bytes(&in), out, info);
	assert_int_equal(info->in, FONT_TYPE1);
	assert_int_equal(info->out, FONT_CFF);
}

static void
test_charstrings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof charstrings / sizeof charstrings[0]; i++) {
		struct made m = { .len_iv = -1, .test = charstrings[i].in };
		own_buf struct buf out = { 0 }, want = { 0 };
		struct font_info info;

		print_message("%s\n", charstrings[i].what);
		rebuild(&m, &out, &info);
		assert_int_equal(info.glyphs, GLYPHS + 1);
		/* C is an accent upon an accent's place: never readable as a part, but as a glyph. */
		assert_int_equal(info.dropped, charstrings[i].out == NULL);
		if (charstrings[i].out == NULL)
			continue;
		/* B is the last glyph: the end of the charstrings, the Private DICT behind it. */
		assemble(charstrings[i].out, &want);
		assert_true(has(&out, buf_bytes(&want)));
	}
}

static void
test_forms(void **state)
{
	own_buf struct buf first = { 0 };

	(void)state;
	for (int form = PLAIN_BINARY; form <= NOT_ENCRYPTED; form++)
		for (int len_iv = -1; len_iv <= 4; len_iv++) {
			struct made m = { .form = (enum form)form, .len_iv = len_iv };
			own_buf struct buf out = { 0 };
			struct font_info info;

			rebuild(&m, &out, &info);
			assert_int_equal(info.dropped, 0);
			if (first.n == 0)
				buf_view(&first, buf_bytes(&out));
			assert_true(view_eq(buf_bytes(&first), buf_bytes(&out)));
		}
}

static void
test_dicts(void **state)
{
	struct made m = { .len_iv = 4 };
	own_buf struct buf out = { 0 };
	struct font_info info;

	(void)state;
	rebuild(&m, &out, &info);
	assert_memory_equal(out.p, "\1\0\4\4\0\1\1\1\14ABCDEF+Test", 20);
	/* ItalicAngle -12; FontMatrix; FontBBox; no Encoding operator: Standard. */
	assert_true(has(&out, VIEW("\177\14\2" "\36\12\0\5\377\213\213\36\12\0\5\377\213\213\14\7"
				   "\201\167\372\174\371\264\5")));
	/* BlueValues as differences -20 20 700 20.5, BlueScale .04, StdHW 30, ForceBold 1 */
	assert_true(has(&out, VIEW("\167\237\371\120\36\40\245\377\6" "\36\12\4\377\14\11" "\251\12" "\214\14\16")));
	/* One string: own.name.  The charset: A, grave, C, own.name. */
	assert_true(has(&out, VIEW("\0\1\1\1\11own.name" "\0\0" "\0\0\42\0\174\0\44\1\207")));
}

static void
test_encoding(void **state)
{
	static const struct {
		const char *what, *encoding, *more;
		struct view want;	/* charset and encoding */
	} cases[] = {
		{ "by dup and put; glyphs in the order of their codes",
		  "256 array 0 1 255 {1 index exch /.notdef put} for dup 2 /A put dup 1 /own.name put readonly", NULL,
		  VIEW("\0\1\207\0\42\0\174\0\44" "\0\2\1\2") },
		{ "a glyph with two codes", "256 array dup 8#101 /A put dup 16#42 /A put", NULL,
		  VIEW("\0\0\42\0\174\0\44\1\207" "\200\1\101\1\102\0\42") },
		{ "a literal array", "[/.notdef /C /nothere /A]", NULL,
		  VIEW("\0\0\44\0\42\0\174\1\207" "\0\2\1\3") },
		{ "StandardEncoding behind an array fills its gaps", "256 array dup 1 /C put",
		  "/Encoding StandardEncoding def\n", VIEW("\0\0\44\0\42\0\174\1\207" "\200\3\1\101\301\1\103\0\44") },
		{ "codes out of range", "256 array dup 256 /A put dup -1 /C put dup 99999999999 /C put", NULL,
		  VIEW("\0\0\42\0\174\0\44\1\207" "\0\0") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct made m = { .len_iv = 4, .encoding = cases[i].encoding, .more = cases[i].more };
		own_buf struct buf out = { 0 };
		struct font_info info;

		print_message("%s\n", cases[i].what);
		rebuild(&m, &out, &info);
		assert_true(has(&out, cases[i].want));
	}
}

static void
test_blend(void **state)
{
	struct made m = { .len_iv = 4, .more = "/WeightVector [0.25 0.75] def\n",
			  .test = "0 500 hsbw 10 40 2 14 callothersubr pop hmoveto 9 hlineto endchar" };
	own_buf struct buf out = { 0 }, want = { 0 };
	struct font_info info;

	(void)state;
	rebuild(&m, &out, &info);
	assemble("500 40 hmoveto 9 hlineto endchar", &want);
	assert_true(has(&out, buf_bytes(&want)));
	/* Without designs there is nothing to blend. */
	m.more = NULL;
	buf_clear(&out);
	rebuild(&m, &out, &info);
	assert_int_equal(info.dropped, 1);
}

static void
test_refused(void **state)
{
	static const char *const cases[] = {
		"%!PS-AdobeFont-1.0", "%!PS\neexec ", "%!PS\ncurrentfile eexec\n0123456789abcdef",
		"%!PS /CharStrings 2 dict dup begin /A 99999 RD x ND end",
		"%!PS /CharStrings 2 dict dup begin /A -1 RD x ND end", "%!PS /Subrs 99999999 array dup 0 1 RD x NP",
		"%!PS /FontMatrix [ /Encoding 256 array dup (", "\200\1\377\377\377\377%!PS",
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		must_refuse(view_str(cases[i]));
}

static void
test_cut(void **state)
{
	struct made m = { .form = NOT_ENCRYPTED, .len_iv = -1, .test = "0 1 hsbw endchar" };
	own_buf struct buf in = { 0 };

	(void)state;
	font_make(&m, &in);
	must_bear_cuts(buf_bytes(&in));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charstrings), cmocka_unit_test(test_forms),
		cmocka_unit_test(test_dicts), cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_blend), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
