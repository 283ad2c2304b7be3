/* CFF made here: charstrings one by one, then whole fonts. */
#include "sanitize/font/testing.h"

#include <stdio.h>

#include "sanitize/font/cff_font.h"
#include "sanitize/font/charstring.h"
#include "sanitize/font/asm_test.h"

static void
index_make(const char *const *text, struct buf *b)
{
	own_buf struct buf data = { 0 };
	uint32_t end[300] = { 1 };
	uint16_t n = 0;

	for (; text != NULL && text[n] != NULL; n++) {
		assemble(text[n], &data);
		end[n + 1] = (uint32_t)data.n + 1;
	}
	buf_u16be(b, n);
	if (n == 0)
		return;
	buf_byte(b, 4);
	for (unsigned i = 0; i <= n; i++)
		buf_u32be(b, end[i]);
	buf_view(b, buf_bytes(&data));
}

/* ---- charstrings ------------------------------------------------------ */

/* Subroutines: number -107 is the first. */
static const char *const local[] = { "10 20 rlineto return", "-107 callsubr endchar",
				     "-105 callsubr return", "-106 callgsubr return", NULL };
static const char *const global[] = { "1 2 3 hlineto", "-107 callsubr return", NULL };

static const struct {
	const char *what, *in, *out;	/* out NULL: cannot be run */
} charstrings[] = {
	{ "empty", "", "" },
	{ "a blank", "endchar", "endchar" },
	{ "width", "500 endchar", "500 endchar" },
	{ "width of a moveto", "500 1 2 rmoveto endchar", "500 1 2 rmoveto endchar" },
	{ "the width counts once", "7 1 hmoveto 9 1 hmoveto endchar", "7 1 hmoveto 1 hmoveto endchar" },
	{ "width of stems, stems none", "7 hstem 1 hmoveto endchar", "7 1 hmoveto endchar" },
	{ "stems and mask", "7 1 2 hstemhm 3 4 vstemhm hintmask x80 1 hmoveto endchar",
	  "7 1 2 hstemhm 3 4 vstemhm hintmask x80 1 hmoveto endchar" },
	{ "a mask's own stems", "1 2 hstemhm 3 4 5 6 hintmask xe0 1 hmoveto 5 hlineto hintmask x20 endchar",
	  "1 2 hstemhm 3 4 5 6 hintmask xe0 1 hmoveto 5 hlineto hintmask x20 endchar" },
	{ "a mask of nine", "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 hstemhm hintmask xff x80 1 hmoveto endchar",
	  "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 hstemhm hintmask xff x80 1 hmoveto endchar" },
	{ "stems after the path", "1 hmoveto 1 2 hstem 5 hlineto endchar", "1 hmoveto 5 hlineto endchar" },
	{ "a mask without stems", "hintmask 1 hmoveto endchar", "1 hmoveto endchar" },
	{ "all of the path",
	  "1 2 rmoveto 1 2 3 4 rlineto 1 hlineto 1 2 vlineto 1 2 3 4 5 6 rrcurveto 1 2 3 4 5 6 7 8 rcurveline "
	  "1 2 3 4 5 6 7 8 rlinecurve 1 2 3 4 5 vvcurveto 1 2 3 4 hhcurveto 1 2 3 4 5 vhcurveto 1 2 3 4 hvcurveto "
	  "1 2 3 4 5 6 7 hflex 1 2 3 4 5 6 7 8 9 10 11 12 50 flex 1 2 3 4 5 6 7 8 9 hflex1 "
	  "1 2 3 4 5 6 7 8 9 10 11 flex1 endchar",
	  "1 2 rmoveto 1 2 3 4 rlineto 1 hlineto 1 2 vlineto 1 2 3 4 5 6 rrcurveto 1 2 3 4 5 6 7 8 rcurveline "
	  "1 2 3 4 5 6 7 8 rlinecurve 1 2 3 4 5 vvcurveto 1 2 3 4 hhcurveto 1 2 3 4 5 vhcurveto 1 2 3 4 hvcurveto "
	  "1 2 3 4 5 6 7 hflex 1 2 3 4 5 6 7 8 9 10 11 12 50 flex 1 2 3 4 5 6 7 8 9 hflex1 "
	  "1 2 3 4 5 6 7 8 9 10 11 flex1 endchar" },
	{ "surplus operands", "1 hmoveto 1 2 3 rlineto 9 8 1 2 3 4 hhcurveto endchar",
	  "1 hmoveto 1 2 rlineto 1 2 3 4 hhcurveto endchar" },
	{ "a line without moveto", "1 2 rlineto endchar", "0 hmoveto 1 2 rlineto endchar" },
	{ "no endchar", "1 hmoveto 5 hlineto", "1 hmoveto 5 hlineto endchar" },
	{ "nothing behind endchar", "endchar 1 hmoveto x0f", "endchar" },
	{ "unknown operators", "1 hmoveto 3 closepath 4 x0d 5 x0c x63 6 hlineto endchar",
	  "1 hmoveto 6 hlineto endchar" },
	{ "dotsection", "dotsection 1 hmoveto dotsection 6 hlineto endchar", "1 hmoveto 6 hlineto endchar" },
	{ "subroutines", "1 hmoveto -107 callsubr -107 callgsubr endchar",
	  "1 hmoveto 10 20 rlineto 1 2 3 hlineto endchar" },
	{ "endchar in a subroutine", "1 hmoveto -106 callsubr 7 hlineto", "1 hmoveto 10 20 rlineto endchar" },
	{ "global calls local", "1 hmoveto -106 callgsubr endchar", "1 hmoveto 10 20 rlineto endchar" },
	{ "a subroutine that calls itself", "1 hmoveto -105 callsubr endchar", NULL },
	{ "no such subroutine", "1 hmoveto 5 callsubr endchar", NULL },
	{ "a call of nothing", "callsubr", NULL },
	{ "arithmetic", "1 hmoveto 2 3 add 10 4 sub 7 2 div 3 4 mul rrcurveto 1 2 rlineto endchar",
	  "1 hmoveto 1 2 rlineto endchar" },
	{ "arithmetic, results", "1 hmoveto 2 3 add 10 4 sub rlineto 7 2 div 3 4 mul rlineto -5 abs 5 neg rlineto "
	  "1 2 3 4 ifelse 16 sqrt rlineto endchar",
	  "1 hmoveto 5 6 rlineto 3.5 12 rlineto 5 -5 rlineto 1 4 rlineto endchar" },
	{ "logic", "1 hmoveto 2 3 and 0 0 or rlineto 0 not 2 2 eq rlineto endchar",
	  "1 hmoveto 1 0 rlineto 1 1 rlineto endchar" },
	{ "storage", "1 hmoveto 42 3 put 3 get 99 get rlineto endchar", "1 hmoveto 42 0 rlineto endchar" },
	{ "moving about", "1 hmoveto 1 2 exch rlineto 5 dup rlineto 1 2 3 3 1 roll drop 0 index rlineto endchar",
	  "1 hmoveto 2 1 rlineto 5 5 rlineto 3 1 rlineto endchar" },
	{ "random is no longer", "1 hmoveto random 2 rlineto endchar", "1 hmoveto 0.5 2 rlineto endchar" },
	{ "division by zero", "1 hmoveto 1 0 div 2 rlineto endchar", "1 hmoveto x ff 2 rlineto endchar" },
	{ "underflow", "add endchar", NULL },
	{ "moveto of nothing", "rmoveto endchar", NULL },
	{ "an accented character", "7 1 2 65 66 endchar", "7 1 2 65 66 endchar" },
	{ "accents beyond their range", "7 1 2 65 660 endchar", "7 endchar" },
	{ "cut in a number", "1 hmoveto 1 x1c x00", NULL },
	{ "cut in a mask", "1 2 hstemhm hintmask", NULL },
};

static bool
flat(const char *text, uint64_t budget, struct buf *out)
{
	own_buf struct buf in = { 0 }, l = { 0 }, g = { 0 };
	struct charstring_env env = { .budget = &budget };
	struct view v;

	index_make(local, &l);
	index_make(global, &g);
	v = buf_bytes(&l);
	assert_true(cff_index_take(&v, &env.local));
	v = buf_bytes(&g);
	assert_true(cff_index_take(&v, &env.global));
	assemble(text, &in);
	return charstring_flat(&env, buf_bytes(&in), out);
}

static void
test_charstrings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof charstrings / sizeof charstrings[0]; i++) {
		own_buf struct buf out = { 0 }, want = { 0 }, again = { 0 };
		bool good = flat(charstrings[i].in, 1000, &out);

		print_message("%s\n", charstrings[i].what);
		assert_int_equal(good, charstrings[i].out != NULL);
		if (!good) {
			assert_int_equal(out.n, 0);
			continue;
		}
		if (strstr(charstrings[i].out, "x ff") == NULL) {
			assemble(charstrings[i].out, &want);
			assert_int_equal(out.n, want.n);
			assert_memory_equal(out.p, want.p, want.n);
		}
		assert_true(charstring_flat(&(struct charstring_env){ .budget = &(uint64_t){ 1000 } },
					    buf_bytes(&out), &again));
		assert_true(view_eq(buf_bytes(&out), buf_bytes(&again)));
	}
}

static void
test_stack(void **state)
{
	own_buf struct buf text = { 0 }, out = { 0 };

	(void)state;
	buf_str(&text, "1 hmoveto ");
	for (unsigned i = 0; i < 48; i++)
		buf_str(&text, "1 ");
	buf_put(&text, "rlineto\0", 8);
	assert_true(flat((const char *)text.p, 1000, &out));
	assert_int_equal(out.n, 2 + 48 + 1 + 1);
	buf_clear(&out);
	text.n -= 8;
	buf_put(&text, "1 rlineto\0", 10);
	assert_false(flat((const char *)text.p, 1000, &out));
}

/* 97 stems are one more than readers bear: the outline stays, the hints go. */
static void
test_many_stems(void **state)
{
	own_buf struct buf text = { 0 }, out = { 0 }, want = { 0 };

	(void)state;
	for (unsigned i = 0; i < 97; i++)
		buf_str(&text, "1 1 hstemhm ");
	buf_str(&text, "hintmask xff xff xff xff xff xff xff xff xff xff xff xff x80 1 hmoveto 5 hlineto endchar");
	buf_byte(&text, 0);
	assert_true(flat((const char *)text.p, 10000, &out));
	assemble("1 hmoveto 5 hlineto endchar", &want);
	assert_true(view_eq(buf_bytes(&out), buf_bytes(&want)));
}

static void
test_budget(void **state)
{
	own_buf struct buf out = { 0 };

	(void)state;
	assert_true(flat("1 hmoveto 5 hlineto endchar", 5, &out));
	buf_clear(&out);
	assert_false(flat("1 hmoveto 5 hlineto endchar", 4, &out));
	assert_int_equal(out.n, 0);
}

/* ---- numbers of DICTs -------------------------------------------------- */

static void
test_numbers(void **state)
{
	static const struct {
		const char *text, *bytes;
		size_t n;
	} cases[] = {
		{ "0", "\213", 1 }, { "-0", "\213", 1 }, { "107", "\366", 1 }, { "108", "\367\0", 2 },
		{ "-1131", "\376\377", 2 }, { "1132", "\34\4\154", 3 }, { "32768", "\35\0\0\200\0", 5 },
		{ "1000.0", "\372\174", 2 }, { "1e3", "\372\174", 2 },
		{ "0.001", "\36\12\0\37", 4 }, { ".001", "\36\12\0\37", 4 }, { "1E-3", "\36\12\0\37", 4 },
		{ "-2.25", "\36\342\242\137", 4 }, { "0.000488281", "\36\12\0\4\210\50\37", 7 },
		{ "1e-13", "\36\34\23\377", 4 }, { "-12.5e20", "\36\341\45\261\237", 5 },
		{ "12345678901234567890", "\36\22\64\126\170\220\22\64\133\137", 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cff_dict d = { 0 }, back;
		own_buf struct buf b = { 0 };

		print_message("%s\n", cases[i].text);
		d.op[CFF_STD_HW].n = 1;
		assert_true(cff_num_parse(view_str(cases[i].text), &d.op[CFF_STD_HW].v[0]));
		cff_dict_write(&d, CFF_PRIV, &b);
		assert_int_equal(b.n, cases[i].n + 1);
		assert_memory_equal(b.p, cases[i].bytes, cases[i].n);
		cff_dict_read(buf_bytes(&b), &back);
		assert_true(back.op[CFF_STD_HW].v[0].sig == d.op[CFF_STD_HW].v[0].sig);
		assert_int_equal(back.op[CFF_STD_HW].v[0].exp, d.op[CFF_STD_HW].v[0].exp);
	}
	for (const char *const *bad = (const char *const[]){ "", "-", "x", "1x", "1.2.3", "e", NULL };
	     *bad != NULL; bad++)
		assert_false(cff_num_parse(view_str(*bad), &(struct cff_num){ 0, 0 }));
}

static void
test_standard(void **state)
{
	(void)state;
	assert_int_equal(cff_standard_sid(VIEW("space")), 1);
	assert_int_equal(cff_standard_sid(VIEW("germandbls")), 149);
	assert_int_equal(cff_standard_sid(VIEW("zcaron")), 228);
	assert_int_equal(cff_standard_sid(VIEW("Semibold")), 390);
	assert_int_equal(cff_standard_sid(VIEW("nothing")), 0);
	assert_int_equal(cff_standard_encoding('A'), 34);
	assert_int_equal(cff_standard_encoding(251), 149);
	assert_int_equal(cff_standard_encoding(0x80), 0);
	for (unsigned c = 1, last = 0; c < 256; c++) {
		unsigned sid = cff_standard_encoding((uint8_t)c);

		assert_true(sid == 0 || sid == last + 1);
		last = sid != 0 ? sid : last;
	}
}

/* ---- whole fonts ------------------------------------------------------- */

struct made {
	bool cid, no_charset, long_charset, no_private;
	uint8_t rubbish;
	const char *name;
};

static void
offset(struct buf *b, uint32_t x)
{
	buf_byte(b, 29);
	buf_u32be(b, x);
}

/*
 * Three glyphs: .notdef, A, "alpha" (custom).  The Top DICT says where
 * things are; it is written twice, since its length is fixed.
 */
static void
font_make(const struct made *m, struct buf *out)
{
	static const char *const glyphs[] = { "endchar", "500 1 hmoveto -107 callsubr endchar",
					      "1 hmoveto 5 6 rlineto endchar", NULL };
	struct buf top = { 0 }, priv = { 0 }, head = { 0 }, rest = { 0 };
	uint32_t base = 0, charset = 0, encoding = 0, select = 0, strings = 0, fds = 0, private = 0;

	for (unsigned pass = 0; pass < 2; pass++) {
		uint32_t priv_n;

		buf_clear(&top), buf_clear(&priv), buf_clear(&head), buf_clear(&rest);
		if (m->cid)
			buf_put(&top, "\370\33\370\34\213\14\36", 7);	/* 391 392 0 ROS */
		buf_put(&top, "\370\35\0", 3);			/* version: goes */
		buf_put(&top, "\36\12\0\5\377\213\213\36\12\0\5\377\213\213\14\7", 16);
		offset(&top, charset);
		buf_byte(&top, 15);
		if (!m->cid) {
			offset(&top, encoding);
			buf_byte(&top, 16);
		}
		offset(&top, strings);
		buf_byte(&top, 17);
		buf_put(&priv, "\200\367\0\6", 4);		/* BlueValues -11 108 */
		offset(&priv, 10);				/* Subrs right behind */
		buf_byte(&priv, 19);
		priv_n = (uint32_t)priv.n;
		if (m->cid) {
			offset(&top, fds);
			buf_put(&top, "\14\44", 2);
			offset(&top, select);
			buf_put(&top, "\14\45", 2);
		} else if (!m->no_private) {
			offset(&top, priv_n);
			offset(&top, private);
			buf_byte(&top, 18);
		}
		for (uint8_t i = 0; i < m->rubbish; i++)
			buf_byte(&head, ' ');
		buf_put(&head, "\1\0\4\2", 4);
		buf_put(&head, "\0\1\1\1", 4);
		buf_byte(&head, (uint8_t)(strlen(m->name) + 1));
		buf_str(&head, m->name);
		buf_put(&head, "\0\1\1\1", 4);
		buf_byte(&head, (uint8_t)(top.n + 1));
		buf_view(&head, buf_bytes(&top));
		buf_put(&head, "\0\3\1\1\6\16\26" "Adobe" "Identity" "notused?", 28);
		index_make(global, &head);
		base = (uint32_t)(head.n - m->rubbish);
		charset = m->no_charset ? 0 : base + (uint32_t)rest.n;
		buf_put(&rest, m->cid ? "\2\0\7\0\1" : "\0\0\42\1\210", 5);
		if (m->long_charset)
			charset = 0x7ffffff0;
		encoding = base + (uint32_t)rest.n;
		buf_put(&rest, "\200\2\101\102\1\103\0\42", 8);
		select = base + (uint32_t)rest.n;
		buf_put(&rest, "\3\0\1\0\0\0\0\3", 8);
		strings = base + (uint32_t)rest.n;
		index_make(glyphs, &rest);
		private = base + (uint32_t)rest.n;
		buf_view(&rest, buf_bytes(&priv));
		index_make(local, &rest);
		fds = base + (uint32_t)rest.n;
		buf_put(&rest, "\0\1\1\1\14", 5);
		offset(&rest, priv_n);
		offset(&rest, private);
		buf_byte(&rest, 18);
	}
	buf_view(out, buf_bytes(&head));
	buf_view(out, buf_bytes(&rest));
	buf_release(&top), buf_release(&priv), buf_release(&head), buf_release(&rest);
}

static void
rebuild(const struct made *m, struct buf *out, struct font_info *info)
{
	own_buf struct buf in = { 0 };

	font_make(m, &in);
	must_rebuild(buf_bytes(&in), out, info);
}

static void
test_name_keyed(void **state)
{
	struct made m = { .name = "ABCDEF+Test", .rubbish = 3 };
	own_buf struct buf out = { 0 }, a = { 0 };
	struct font_info info;

	(void)state;
	rebuild(&m, &out, &info);
	assert_int_equal(info.glyphs, 3);
	assert_int_equal(info.dropped, 0);
	assert_false(info.cid);
	assert_memory_equal(out.p, "\1\0\4\4\0\1\1\1\14ABCDEF+Test", 20);
	/* One string is left, Identity, now SID 391; the FontMatrix; charset and encoding in a row. */
	assert_true(has(&out, VIEW("\0\1\1\1\11Identity" "\0\0" "\0\0\42\1\207" "\200\2\101\102\1\103\0\42")));
	assert_true(has(&out, VIEW("\36\12\0\5\377\213\213\36\12\0\5\377\213\213\14\7")));
	assert_true(has(&out, VIEW("\200\367\0\6")));
	assemble("500 1 hmoveto 10 20 rlineto endchar 1 hmoveto 5 6 rlineto endchar", &a);
	assert_true(has(&out, buf_bytes(&a)));
	assert_false(has(&out, VIEW("notused?")));
}

static void
test_cid(void **state)
{
	struct made m = { .name = "Test", .cid = true };
	own_buf struct buf out = { 0 };
	struct font_info info;

	(void)state;
	rebuild(&m, &out, &info);
	assert_true(info.cid);
	assert_int_equal(info.dropped, 0);
	/* ROS; the charset of CIDs 7 and 8; FDSelect. */
	assert_true(has(&out, VIEW("\370\33\370\34\213\14\36")));
	assert_true(has(&out, VIEW("\0\2\1\1\6\16" "AdobeIdentity" "\0\0")));
	assert_true(has(&out, VIEW("\0\0\7\0\10" "\3\0\1\0\0\0\0\3")));
}

/* The offsets of a font of blanks are all the same: they cost nothing once compressed. */
static void
test_blanks(void **state)
{
	enum { GLYPHS = 65000, DRAWN = 7 };
	own_arena struct arena *a = arena_new(0);
	struct cff_font *f = arena_get(a, sizeof *f);
	own_buf struct buf in = { 0 }, out = { 0 };
	struct font_info info;
	struct err e;

	(void)state;
	assert_non_null(f);
	*f = (struct cff_font){ .arena = a, .name = VIEW("Blank"), .cid = true, .n = GLYPHS, .fds = 1,
				.charset = CFF_CUSTOM };
	f->top.op[CFF_ROS].n = 3;
	f->fd = arena_get(a, sizeof *f->fd);
	f->priv = arena_get(a, sizeof *f->priv);
	f->fd_of = arena_get(a, GLYPHS);
	f->sid = arena_array(a, GLYPHS, sizeof *f->sid);
	f->end = arena_array(a, GLYPHS, sizeof *f->end);
	assert_true(f->fd != NULL && f->priv != NULL && f->fd_of != NULL && f->sid != NULL && f->end != NULL);
	for (uint32_t i = 0; i < GLYPHS; i++) {
		if (i == DRAWN)
			assemble("1 hmoveto 5 hlineto endchar", &f->code);
		f->end[i] = (uint32_t)f->code.n;
		f->sid[i] = (uint16_t)i;
	}
	assert_true(cff_write(f, &in, &e));
	buf_release(&f->code);
	must_rebuild(buf_bytes(&in), &out, &info);
	assert_int_equal(info.glyphs, GLYPHS);
	assert_int_equal(info.dropped, 0);
	assert_true(view_eq(buf_bytes(&in), buf_bytes(&out)));
}

static void
test_damaged(void **state)
{
	static const struct made cases[] = {
		{ .name = "A", .no_charset = true }, { .name = "A", .long_charset = true },
		{ .name = "A", .cid = true, .no_charset = true },
		{ .name = "A", .cid = true, .long_charset = true },
		{ .name = "A(B)", .no_charset = true }, { .name = "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		own_buf struct buf out = { 0 };
		struct font_info info;

		rebuild(&cases[i], &out, &info);
		assert_int_equal(info.glyphs, 3);
		assert_int_equal(info.dropped, 0);
		assert_int_equal(has(&out, VIEW("\0\1\1\1\5Font")), i >= 4);
	}
}

/* A glyph whose subroutine went with the Private DICT is empty, the others stay. */
static void
test_lost_private(void **state)
{
	struct made m = { .name = "A", .no_private = true };
	own_buf struct buf out = { 0 };
	struct font_info info;

	(void)state;
	rebuild(&m, &out, &info);
	assert_int_equal(info.dropped, 1);
}

static void
test_cut(void **state)
{
	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		struct made m = { .name = "Test", .cid = k == 1 };
		own_buf struct buf in = { 0 };

		font_make(&m, &in);
		must_bear_cuts(buf_bytes(&in));
	}
}

/* Each level calls the next twice: 2^40 tokens if it were let; the time is bounded. */
static void
test_subr_bomb(void **state)
{
	own_buf struct buf x = { 0 }, in = { 0 }, out = { 0 };
	const char *level[200];
	char text[17][64];
	uint64_t budget = 100000;
	struct charstring_env env = { .budget = &budget };
	struct view v;

	(void)state;
	for (int i = 0; i < 16; i++) {
		(void)snprintf(text[i], sizeof text[i], "%d callsubr %d callsubr %d callsubr return",
			       i - 106, i - 106, i - 106);
		level[i] = text[i];
	}
	level[16] = "return";
	level[17] = NULL;
	index_make(level, &x);
	v = buf_bytes(&x);
	assert_true(cff_index_take(&v, &env.local));
	assemble("-107 callsubr -107 callsubr endchar", &in);
	assert_false(charstring_flat(&env, buf_bytes(&in), &out));
	assert_true(budget == 0 || out.n == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charstrings), cmocka_unit_test(test_stack),
		cmocka_unit_test(test_many_stems), cmocka_unit_test(test_budget),
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_standard),
		cmocka_unit_test(test_name_keyed), cmocka_unit_test(test_cid),
		cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_damaged), cmocka_unit_test(test_lost_private),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_subr_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
