/* CFF fonts of four glyphs, by name and by CID, and one thing broken in each. */
#include "inspect/font.h"
#include "inspect/pdf.h"
#include "inspect/sentence.h"

/* The parts of a font; offsets are put in where they belong. */
struct made {
	struct view first, more;	/* of the Top DICT: ROS, and the numbers behind it */
	struct view strings, charset, encoding, fdselect, charstrings, fdarray, private;
};

#define NO_INDEX VIEW("\0\0")
#define BLANKS VIEW("\0\4\1\1\2\3\4\5\16\16\16\16")
#define TWO_NAMES VIEW("\0\2\1\1\4\6fooxy")
#define SID(n) "\1" n			/* 256 + n: 391 is 0x187 */
#define NAMES VIEW("\0" "\0\42" SID("\207") SID("\210"))
#define ROS "\370\33\370\34\213\14\36"	/* 391 392 0 */
#define CID_STRINGS VIEW("\0\2\1\1\6\16AdobeIdentity")
#define ONE_FD "\3\0\1\0\0\0\0\4"
#define FONT_DICT "\0\1\1\1\14" "\35\0\0\0\0" "\35\377\377\377\377" "\22"	/* its place is put in */

static const struct made by_name = { .strings = NO_INDEX, .charstrings = BLANKS };
static const struct made by_cid = { .first = VIEW(ROS), .strings = CID_STRINGS, .charset = VIEW("\2\0\7\0\2"),
				    .fdselect = VIEW(ONE_FD), .charstrings = BLANKS, .fdarray = VIEW(FONT_DICT) };

static void
put_offset(struct buf *b, size_t at)
{
	buf_byte(b, 29);
	assert_true(buf_u32be(b, (uint32_t)at));
}

static void
put_top(const struct made *m, size_t from, struct buf *b)
{
	size_t charset = from, encoding = charset + m->charset.n, select = encoding + m->encoding.n,
	       charstrings = select + m->fdselect.n, fds = charstrings + m->charstrings.n, private = fds + m->fdarray.n;

	buf_view(b, m->first);
	buf_view(b, m->more);
	if (m->charset.n > 0) {
		put_offset(b, charset);
		buf_byte(b, 15);
	}
	if (m->encoding.n > 0) {
		put_offset(b, encoding);
		buf_byte(b, 16);
	}
	put_offset(b, charstrings);
	buf_byte(b, 17);
	if (m->fdarray.n == 0) {
		put_offset(b, m->private.n);
		put_offset(b, private);
		buf_byte(b, 18);
		return;
	}
	put_offset(b, fds);
	buf_put(b, "\14\44", 2);
	put_offset(b, select);
	assert_true(buf_put(b, "\14\45", 2));
}

static void
put_font(struct buf *b, const struct made *m)
{
	own_buf struct buf top = { 0 }, fds = { 0 };
	size_t from, place;

	put_top(m, 0, &top);
	from = 10 + 5 + top.n + m->strings.n + 2;
	buf_clear(&top);
	put_top(m, from, &top);
	buf_put(b, "\1\0\4\4\0\1\1\1\2A\0\1\1\1", 14);
	assert_true(top.n < 255);
	buf_byte(b, (uint8_t)(top.n + 1));
	buf_view(b, buf_bytes(&top));
	buf_view(b, m->strings);
	buf_u16be(b, 0);
	buf_view(b, m->charset);
	buf_view(b, m->encoding);
	buf_view(b, m->fdselect);
	buf_view(b, m->charstrings);
	/* Where it says FFFFFFFF, the Private DICT's place. */
	buf_view(&fds, m->fdarray);
	place = from + m->charset.n + m->encoding.n + m->fdselect.n + m->charstrings.n + m->fdarray.n;
	for (size_t at = view_find(buf_bytes(&fds), 0, VIEW("\377\377\377\377")); at != VIEW_NOT_FOUND;
	     at = view_find(buf_bytes(&fds), at, VIEW("\377\377\377\377")))
		for (unsigned i = 0; i < 4; i++)
			fds.p[at + i] = (uint8_t)(place >> (24 - 8 * i));
	buf_view(b, buf_bytes(&fds));
	assert_true(buf_view(b, m->private) && buf_fill(b, 0, 0));
}

static void
judge(const char *what, const struct made *m, const char *why)
{
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	uint32_t n;

	put_font(&b, m);
	if (inspect_cff(buf_bytes(&b), &n, &e) != (why == NULL) || (why != NULL && strstr(e.text, why) == NULL))
		fail_msg("%s: \"%s\"", what, e.text);
	if (why != NULL)
		return;
	assert_int_equal(n, 4);
	for (size_t i = 0; i < b.n; i++)
		assert_false(inspect_cff((struct view){ b.p, i }, &n, &e));
	assert_true(buf_byte(&b, 0));
	assert_false(inspect_cff(buf_bytes(&b), &n, &e));
}

static void
test_good(void **state)
{
	struct made m = by_name;

	(void)state;
	judge("by name", &m, NULL);
	judge("by CID", &by_cid, NULL);
	m.strings = TWO_NAMES;
	m.charset = NAMES;
	m.encoding = VIEW("\0\3ABC");
	m.private = VIEW("\200\367\0\6");
	judge("with names, encoding and blues", &m, NULL);
	m.encoding = VIEW("\200\1A\2B\0\42C" SID("\207"));
	judge("with codes besides", &m, NULL);
	m = by_name;
	m.charstrings = VIEW("\0\4\1\1\1\2\3\3\16\16");
	judge("blanks of no byte", &m, NULL);
}

/* Numbers and operators: `v` stands in the Top DICT in front of its offsets. */
static void
test_top(void **state)
{
	static const struct { const char *what; struct view v; const char *why; } cases[] = {
		{ "an angle", VIEW("\177\14\2"), NULL },
		{ "a matrix", VIEW("\36\12\0\5\377\213\213\36\12\0\5\377\213\213\14\7"), NULL },
		{ "a real with an exponent", VIEW("\36\34\23\377\14\2"), NULL },
		{ "a negative real", VIEW("\36\342\242\137\14\2"), NULL },
		{ "version", VIEW("\213\0"), "operator 0" },
		{ "a notice", VIEW("\213\1"), "operator 1" },
		{ "PostScript", VIEW("\213\14\25"), "operator 115" },
		{ "a charstring type", VIEW("\215\14\6"), "operator 106" },
		{ "synthetic base", VIEW("\213\14\24"), "operator 114" },
		{ "out of order", VIEW("\213\14\3\213\14\2"), "operator 102" },
		{ "twice", VIEW("\213\14\2\213\14\2"), "operator 102" },
		{ "no operand", VIEW("\14\2"), "operator 102" },
		{ "two operands", VIEW("\213\213\14\2"), "operator 102" },
		{ "a matrix of five", VIEW("\213\213\213\213\213\14\7"), "operator 107" },
		{ "paint type 3", VIEW("\216\14\5"), "operator 105" },
		{ "a flag of 2", VIEW("\215\14\1"), "operator 101" },
		{ "a glyph count, without CIDs", VIEW("\213\14\42"), "other kind" },
		{ "an escape cut off", VIEW("\14"), "" },
		{ "a short number in three bytes", VIEW("\34\0\1\14\2"), "longer" },
		{ "a number in five bytes that needs three", VIEW("\35\0\0\7\320\14\2"), "operator 102" },
		{ "a reserved byte", VIEW("\26\14\2"), "no number" },
		{ "byte 255", VIEW("\377\0\1\0\0\14\2"), "no number" },
		{ "a real without an end", VIEW("\36\22\64"), "" },
		{ "a zero too many in front", VIEW("\36\0\245\377\14\2"), "no number" },
		{ "16 digits that count", VIEW("\36\22\64\126\170\220\22\64\126\245\377\14\2"), "no number" },
		{ "zeros for an exponent", VIEW("\36\22\60\263\377\14\2"), "no number" },
		{ "a whole number as a real", VIEW("\36\22\377\14\2"), "no number" },
		{ "two minuses", VIEW("\36\356\242\137\14\2"), "no number" },
		{ "a real of nothing", VIEW("\36\377\14\2"), "no number" },
		{ "a real with two points", VIEW("\36\1\242\243\377\14\2"), "no number" },
		{ "a real that ends in 0", VIEW("\36\1\242\17\14\2"), "no number" },
		{ "a real without a digit before its point", VIEW("\36\242\377\14\2"), "no number" },
		{ "a real that ends in its point", VIEW("\36\22\257\14\2"), "no number" },
		{ "a minus inside", VIEW("\36\21\342\377\14\2"), "no number" },
		{ "an exponent of nothing", VIEW("\36\22\277\14\2"), "no number" },
		{ "the nibble d", VIEW("\36\22\337\14\2"), "no number" },
		{ "a byte behind its end", VIEW("\36\22\362\14\2"), "no number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made m = by_name;

		m.more = cases[i].v;
		judge(cases[i].what, &m, cases[i].why);
	}
}

static void
test_private(void **state)
{
	static const struct { const char *what; struct view v; const char *why; } cases[] = {
		{ "all that it may have",
		  VIEW("\213\213\6\213\7\213\10\213\11\213\14\11\213\14\12\213\14\13\213\12\213\13\213\14\14\213\14\15"
		       "\214\14\16\213\14\21\213\14\22\213\24\213\25"), NULL },
		{ "subroutines", VIEW("\35\0\0\0\12\23"), "operator 13" },
		{ "15 blues", VIEW("\213\213\213\213\213\213\213\213\213\213\213\213\213\213\213\6"), "operator 6" },
		{ "no blues", VIEW("\6"), "operator 6" },
		{ "out of order", VIEW("\213\25\213\24"), "operator 14" },
		{ "language group 2", VIEW("\215\14\21"), "operator 111" },
		{ "a random seed", VIEW("\213\14\23"), "operator 113" },
		{ "operands of nothing", VIEW("\213"), "without an operator" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made m = by_name;

		m.private = cases[i].v;
		judge(cases[i].what, &m, cases[i].why);
	}
}

static void
test_names(void **state)
{
	static const struct { const char *what; struct view strings, charset, encoding; const char *why; } cases[] = {
		{ "strings in another order", TWO_NAMES, VIEW("\0" "\0\42" SID("\210") SID("\207")), { NULL, 0 }, "order" },
		{ "a string that is not there", TWO_NAMES, VIEW("\0" SID("\207") SID("\210") SID("\211")), { NULL, 0 }, "not there" },
		{ "a string that nothing uses", TWO_NAMES, VIEW("\0" "\0\42" "\0\44" SID("\207")), { NULL, 0 }, "uses" },
		{ "an empty string", VIEW("\0\2\1\1\1\3xy"), NAMES, { NULL, 0 }, "string" },
		{ "a string with a control character", VIEW("\0\2\1\1\4\6f\1oxy"), NAMES, { NULL, 0 }, "control" },
		{ "offsets out of order", VIEW("\0\2\1\1\6\4fooxy"), NAMES, { NULL, 0 }, "order" },
		{ "offsets that begin elsewhere", VIEW("\0\2\1\2\4\6fooxy"), NAMES, { NULL, 0 }, "order" },
		{ "offsets of two bytes", VIEW("\0\2\2\0\1\0\4\0\6fooxy"), NAMES, { NULL, 0 }, "wider" },
		{ "offsets of none", VIEW("\0\2\0fooxy"), NAMES, { NULL, 0 }, "" },
		{ "charset format 1", NO_INDEX, VIEW("\1\0\1\2"), { NULL, 0 }, "format" },
		{ "charset: a list where a range is shorter", NO_INDEX, VIEW("\0\0\1\0\2\0\3"), { NULL, 0 }, "list" },
		{ "charset: ranges where a list is shorter", NO_INDEX, VIEW("\2\0\1\0\0\0\3\0\0\0\5\0\0"), { NULL, 0 }, "ranges" },
		{ "charset: ranges that are one", NO_INDEX, VIEW("\2\0\1\0\0\0\2\0\1"), { NULL, 0 }, "range" },
		{ "charset: past the last glyph", NO_INDEX, VIEW("\2\0\1\0\3"), { NULL, 0 }, "range" },
		{ "encoding format 1", NO_INDEX, { NULL, 0 }, VIEW("\1\1A\0"), "encoding" },
		{ "more codes than glyphs", NO_INDEX, { NULL, 0 }, VIEW("\0\4ABCD"), "encoding" },
		{ "no supplements", NO_INDEX, { NULL, 0 }, VIEW("\200\1A\0"), "supplement" },
		{ "a supplement that is not there", NO_INDEX, { NULL, 0 }, VIEW("\200\1A\1B" SID("\210")), "supplement" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made m = by_name;

		m.strings = cases[i].strings;
		m.charset = cases[i].charset;
		m.encoding = cases[i].encoding;
		judge(cases[i].what, &m, cases[i].why);
	}
}

static void
test_cid(void **state)
{
	static const struct { const char *what; struct view first, select, fds; const char *why; } cases[] = {
		{ "two fonts", VIEW(ROS), VIEW("\3\0\2\0\0\0\0\2\1\0\4"),
		  VIEW("\0\2\1\1\14\27" "\35\0\0\0\0" "\35\377\377\377\377" "\22" "\35\0\0\0\0" "\35\377\377\377\377" "\22"), NULL },
		{ "a font that is not there", VIEW(ROS), VIEW("\3\0\1\0\0\1\0\4"), VIEW(FONT_DICT), "FDSelect" },
		{ "FDSelect format 0", VIEW(ROS), VIEW("\0\0\0\0\0"), VIEW(FONT_DICT), "FDSelect" },
		{ "FDSelect: not from the first glyph", VIEW(ROS), VIEW("\3\0\1\0\1\0\0\4"), VIEW(FONT_DICT), "FDSelect" },
		{ "FDSelect: two ranges that are one", VIEW(ROS), VIEW("\3\0\2\0\0\0\0\2\0\0\4"), VIEW(FONT_DICT), "FDSelect" },
		{ "FDSelect: another end", VIEW(ROS), VIEW("\3\0\1\0\0\0\0\5"), VIEW(FONT_DICT), "FDSelect" },
		{ "FDSelect: no ranges", VIEW(ROS), VIEW("\3\0\0\0\4"), VIEW(FONT_DICT), "FDSelect" },
		{ "no ROS", { NULL, 0 }, VIEW(ONE_FD), VIEW(FONT_DICT), "other kind" },
		{ "a negative supplement", VIEW("\370\33\370\34\212\14\36"), VIEW(ONE_FD), VIEW(FONT_DICT), "operator 11e" },
		{ "an ordering that is not there", VIEW("\370\33\370\35\213\14\36"), VIEW(ONE_FD), VIEW(FONT_DICT), "ROS" },
		{ "no Font DICTs", VIEW(ROS), VIEW(ONE_FD), NO_INDEX, "FDArray" },
		{ "a Font DICT's own font name", VIEW(ROS), VIEW(ONE_FD),
		  VIEW("\0\1\1\1\17" "\213\14\46" "\35\0\0\0\0" "\35\377\377\377\377" "\22"), "operator 126" },
		{ "a Private DICT elsewhere", VIEW(ROS), VIEW(ONE_FD), VIEW("\0\1\1\1\14" "\35\0\0\0\0" "\35\0\0\0\1" "\22"), "Private" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made m = by_cid;

		m.first = cases[i].first;
		m.fdselect = cases[i].select;
		m.fdarray = cases[i].fds;
		judge(cases[i].what, &m, cases[i].why);
	}
}

static void
test_glyphs(void **state)
{
	static const struct { const char *what; struct view v; const char *why; } cases[] = {
		{ "no glyphs", NO_INDEX, "no glyphs" },
		{ "a glyph that calls", VIEW("\0\4\1\1\2\3\4\7\16\16\16\213\12\16"), "glyph 3" },
		{ "a glyph without an end", VIEW("\0\4\1\1\2\3\4\6\16\16\16\213\26"), "glyph 3" },
		{ "glyphs on top of one another", VIEW("\0\4\1\1\2\1\4\5\16\16\16\16"), "charstrings" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made m = by_name;

		m.charstrings = cases[i].v;
		judge(cases[i].what, &m, cases[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_top), cmocka_unit_test(test_private),
		cmocka_unit_test(test_names), cmocka_unit_test(test_cid), cmocka_unit_test(test_glyphs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
