/* OpenType with CFF, and the smaller tables, made here. */
#include "sanitize/font/testing.h"

#include "sanitize/font/cff_font.h"

struct piece {
	const char *tag;
	struct view v;
};

enum { PIECES = 12, GLYPHS = 3 };

static void
container(const struct piece *piece, struct buf *out)
{
	uint16_t n = 0;
	size_t at;

	while (piece[n].tag != NULL)
		n++;
	buf_str(out, "OTTO");
	buf_u16be(out, n);
	buf_fill(out, 0, 6);
	at = 12 + 16 * (size_t)n;
	for (unsigned i = 0; i < n; i++) {
		buf_put(out, piece[i].tag, 4);
		buf_u32be(out, 0);
		buf_u32be(out, (uint32_t)at);
		buf_u32be(out, (uint32_t)piece[i].v.n);
		at += piece[i].v.n;
	}
	for (unsigned i = 0; i < n; i++)
		buf_view(out, piece[i].v);
}

/* Three blanks. */
static void
cff_make(struct buf *out)
{
	own_arena struct arena *a = arena_new(0);
	struct cff_font *f = arena_get(a, sizeof *f);
	struct err e;

	assert_non_null(f);
	f->arena = a;
	f->name = VIEW("Test");
	f->n = GLYPHS;
	f->fds = 1;
	f->fd = arena_get(a, sizeof *f->fd);
	f->priv = arena_get(a, sizeof *f->priv);
	f->end = arena_array(a, GLYPHS, sizeof *f->end);
	assert_true(f->fd != NULL && f->priv != NULL && f->end != NULL);
	buf_fill(&f->code, 14, GLYPHS);
	for (uint32_t i = 0; i < GLYPHS; i++)
		f->end[i] = i + 1;
	assert_true(cff_write(f, out, &e));
	buf_release(&f->code);
}

#define TEN "\1\1\1\1\1\1\1\1\1\1"
#define HEAD VIEW("\0\1\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0" "\0\0" TEN "\1\1\1\1\1\1" "\0\0\0\0\0\0\0\0" \
		  "\0\0" "\0\0" "\0\0" "\0\0" "\0\0")
#define METRICS(version, longs) VIEW(version TEN TEN "\0\0\0\0\0\0\0\0\0\0" longs)
#define HMTX VIEW("\1\0\0\1\2\0\0\2\3\0\0\3")

static void
rebuild(const struct piece *extra, bool with_head, struct buf *out)
{
	struct piece p[PIECES + 4] = { { NULL, { NULL, 0 } } };
	own_buf struct buf cff = { 0 }, in = { 0 };
	struct font_info info;
	size_t n = 0;

	cff_make(&cff);
	p[n++] = (struct piece){ "CFF ", buf_bytes(&cff) };
	if (with_head) {
		p[n++] = (struct piece){ "head", HEAD };
		p[n++] = (struct piece){ "hhea", METRICS("\0\1\0\0", "\0\3") };
		p[n++] = (struct piece){ "hmtx", HMTX };
	}
	for (size_t i = 0; extra != NULL && extra[i].tag != NULL; i++)
		p[n++] = extra[i];
	container(p, &in);
	assert_int_equal(font_kind_of(buf_bytes(&in)), FONT_OPENTYPE);
	must_rebuild(buf_bytes(&in), out, &info);
	assert_int_equal(info.out, FONT_OPENTYPE);
	assert_int_equal(info.glyphs, GLYPHS);
	assert_true(view_eq(table(buf_bytes(out), "CFF "), buf_bytes(&cff)));
}

static void
test_sets(void **state)
{
	static const struct piece cmap[] = {
		{ "cmap", VIEW("\0\0\0\1\0\1\0\0\0\0\0\14" "\0\6\0\14\0\0\0\101\0\1\0\2") }, { NULL, { NULL, 0 } }
	};
	own_buf struct buf bare = { 0 }, whole = { 0 };

	(void)state;
	/* ISO 32000-2 9.9.1: CFF and cmap are enough. */
	rebuild(cmap, false, &bare);
	assert_int_equal(be16(buf_bytes(&bare), 4), 2);
	rebuild(NULL, true, &whole);
	assert_int_equal(be16(buf_bytes(&whole), 4), 5);
	assert_true(view_eq(table(buf_bytes(&whole), "maxp"), VIEW("\0\0\120\0\0\3")));
	assert_true(view_eq(table(buf_bytes(&whole), "hmtx"), HMTX));
	/* An em of 0 would divide by it. */
	assert_int_equal(be16(table(buf_bytes(&whole), "head"), 18), 1000);
}

static const struct {
	const char *what, *tag;
	struct view in, out;	/* out.n == 0: not written */
} tables[] = {
	{ "VORG: out of order, out of range", "VORG",
	  VIEW("\0\1\0\0\3\160\0\4" "\0\1\1\1" "\0\0\2\2" "\0\2\3\3" "\0\11\4\4"),
	  VIEW("\0\1\0\0\3\160\0\2" "\0\1\1\1" "\0\2\3\3") },
	{ "VORG: cut", "VORG", VIEW("\0\1\0\0\3"), { NULL, 0 } },
	{ "VORG: more said than there", "VORG", VIEW("\0\1\0\0\3\160\377\377" "\0\1\1\1"),
	  VIEW("\0\1\0\0\3\160\0\1" "\0\1\1\1") },
	{ "post 1 of other than 258 glyphs becomes 2", "post", VIEW("\0\1\0\0\1\2\3\4\5\6\7\10\0\0\0\0" "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1"),
	  VIEW("\0\2\0\0\1\2\3\4\5\6\7\10\0\0\0\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	       "\0\3\0\0\0\1\0\2") },
	{ "post 2.5 becomes 2", "post",
	  VIEW("\0\2\120\0\1\2\3\4\5\6\7\10\0\0\0\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\0\3\0\44\200"),
	  VIEW("\0\2\0\0\1\2\3\4\5\6\7\10\0\0\0\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\0\3\0\0\0\45\0\0") },
	{ "post of no known version becomes 3", "post",
	  VIEW("\0\7\0\0\1\2\3\4\5\6\7\10\0\0\0\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "rest"),
	  VIEW("\0\3\0\0\1\2\3\4\5\6\7\10\0\0\0\0" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") },
	{ "post: cut", "post", VIEW("\0\3\0\0\1\2\3\4"), { NULL, 0 } },
	{ "OS/2: longer than its version", "OS/2",
	  VIEW("\0\0" TEN TEN TEN TEN TEN "\1\1\1\1\1\1" "A\0\377Z" TEN "\1\1\1\1\1\1" "surplus"),
	  VIEW("\0\0" TEN TEN TEN TEN TEN "\1\1\1\1\1\1" "A  Z" TEN "\1\1\1\1\1\1") },
	{ "OS/2: shorter than its version", "OS/2",
	  VIEW("\0\5" TEN TEN TEN TEN TEN "\1\1\1\1\1\1" "ABCD" TEN "\1\1\1\1\1\1" "\2\2\2\2\2\2\2\2"),
	  VIEW("\0\1" TEN TEN TEN TEN TEN "\1\1\1\1\1\1" "ABCD" TEN "\1\1\1\1\1\1" "\2\2\2\2\2\2\2\2") },
	{ "OS/2: too short for any", "OS/2", VIEW("\0\0" TEN TEN), { NULL, 0 } },
	{ "cmap: two records share a subtable, given backwards and twice", "cmap",
	  VIEW("\0\0\0\3\0\3\0\1\0\0\0\34\0\1\0\0\0\0\0\34\0\3\0\1\0\0\0\0" "\0\6\0\14\0\0\0\101\0\1\0\2"),
	  VIEW("\0\0\0\2\0\1\0\0\0\0\0\24\0\3\0\1\0\0\0\24" "\0\6\0\14\0\0\0\101\0\1\0\2") },
	{ "cmap: short runs share an array", "cmap",
	  VIEW("\0\0\0\1\0\3\0\1\0\0\0\14" "\0\14\0\0\0\0\0\34\0\0\0\0\0\0\0\1\0\1\0\0\0\1\0\0\0\0\0\1"),
	  VIEW("\0\0\0\1\0\3\0\1\0\0\0\14" "\0\14\0\0\0\0\0\34\0\0\0\0\0\0\0\1\0\1\0\0\0\1\0\0\0\0\0\1") },
	{ "cmap: 4, one array for A and B", "cmap",
	  VIEW("\0\0\0\1\0\3\0\1\0\0\0\14" "\0\4\0\0\0\0\0\6\0\0\0\0\0\0\0\101\0\102\377\377\0\0"
	       "\0\101\0\102\377\377" "\377\301\377\277\0\1" "\0\0\0\0\0\0"),
	  VIEW("\0\0\0\1\0\3\0\1\0\0\0\14" "\0\4\0\44\0\0\0\4\0\4\0\1\0\0\0\102\377\377\0\0"
	       "\0\101\377\377" "\0\0\0\1" "\0\4\0\0" "\0\2\0\1") },
};

static void
test_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		struct piece extra[] = { { tables[i].tag, tables[i].in }, { NULL, { NULL, 0 } } };
		own_buf struct buf out = { 0 };
		struct view v;

		print_message("%s\n", tables[i].what);
		rebuild(extra, true, &out);
		v = table(buf_bytes(&out), tables[i].tag);
		assert_int_equal(v.n, tables[i].out.n);
		assert_true(view_eq(v, tables[i].out));
	}
}

static void
test_vertical(void **state)
{
	struct piece extra[] = { { "vhea", METRICS("\0\1\20\0", "\0\11") }, { "vmtx", VIEW("\3\350\0\12\3\350") },
				 { NULL, { NULL, 0 } } };
	own_buf struct buf out = { 0 }, alone = { 0 };

	(void)state;
	/* Nine long metrics are said, three glyphs there are, one and a half entries. */
	rebuild(extra, true, &out);
	assert_true(view_eq(table(buf_bytes(&out), "vhea"), METRICS("\0\1\20\0", "\0\3")));
	assert_true(view_eq(table(buf_bytes(&out), "vmtx"), VIEW("\3\350\0\12\0\0\0\0\0\0\0\0")));
	extra[1] = (struct piece){ NULL, { NULL, 0 } };
	rebuild(extra, true, &alone);
	assert_int_equal(table(buf_bytes(&alone), "vhea").n, 0);
}

/* Shift-JIS has one-byte codes on both sides of its two-byte ones. */
static void
test_cmap_two_bytes(void **state)
{
	own_buf struct buf cmap = { 0 }, out = { 0 };
	struct piece extra[2] = { { "cmap", { NULL, 0 } }, { NULL, { NULL, 0 } } };

	(void)state;
	buf_put(&cmap, "\0\0\0\1\0\3\0\2\0\0\0\14", 12);
	buf_put(&cmap, "\0\2\2\40\0\0", 6);
	for (unsigned i = 0; i < 256; i++)
		buf_u16be(&cmap, i == 0x81 ? 8 : 0);
	/* subheader 0: code A1 is glyph 1; subheader 1: 8140 is glyph 2 by a delta of 1 */
	buf_put(&cmap, "\0\241\0\1\0\0\0\12" "\0\100\0\1\0\1\0\4" "\0\1\0\1", 20);
	extra[0].v = buf_bytes(&cmap);
	rebuild(extra, true, &out);
	assert_true(view_eq(table(buf_bytes(&out), "cmap"),
			    VIEW("\0\0\0\1\0\3\0\2\0\0\0\14" "\0\4\0\50\0\0\0\6\0\4\0\1\0\2\0\241\201\100\377\377\0\0"
				 "\0\241\201\100\377\377" "\377\140\176\302\0\1" "\0\0\0\0\0\0")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sets), cmocka_unit_test(test_tables),
		cmocka_unit_test(test_vertical), cmocka_unit_test(test_cmap_two_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
