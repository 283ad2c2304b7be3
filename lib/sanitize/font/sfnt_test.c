/* TrueType made here, glyph by glyph, and what becomes of it. */
#include "sanitize/font/testing.h"

/* ---- making fonts ----------------------------------------------------- */

struct made {
	struct view glyph[8];	/* as they stand in glyf */
	uint32_t n;		/* glyphs (maxp); 0: as many as given */
	struct view cmap, post;
	const char *also;	/* a further table: its tag; 4 bytes of content */
	uint8_t also_byte;	/* 0: 7 */
	struct view name;
	bool long_loca, wrong_format, no_hmtx, no_head, no_em;
	const uint32_t *loca;	/* instead of the right one: n + 1 offsets */
};

static size_t
given(const struct made *m)
{
	size_t n = 0;

	while (n < 8 && m->glyph[n].p != NULL)
		n++;
	return n;
}

static void
loca_make(const struct made *m, struct buf *glyf, struct buf *loca)
{
	size_t n = given(m);

	for (size_t i = 0; i <= n; i++) {
		uint32_t at = m->loca != NULL ? m->loca[i] : (uint32_t)glyf->n;

		if (m->long_loca)
			buf_u32be(loca, at);
		else
			buf_u16be(loca, (uint16_t)(at / 2));
		if (i < n) {
			buf_view(glyf, m->glyph[i]);
			buf_fill(glyf, 0, glyf->n % 2);
		}
	}
	buf_fill(glyf, 0, glyf->n == 0);
}

static void
head_make(const struct made *m, struct buf *b)
{
	buf_u32be(b, 0x00010000);
	buf_fill(b, 0x11, 8);
	buf_u32be(b, 0x5f0f3cf5);
	buf_u16be(b, 0x001f);
	buf_u16be(b, m->no_em ? 0 : 1000);
	buf_fill(b, 0x22, 16);
	buf_fill(b, 0, 8);
	buf_u16be(b, 0xffff);
	buf_u16be(b, 8);
	buf_u16be(b, 2);
	buf_u16be(b, m->long_loca != m->wrong_format);
	buf_u16be(b, 0);
}

/* Tables in the order given, which is not the right one: the reader must not care. */
static void
font_make(const struct made *m, struct buf *out)
{
	enum { HEAD, HHEA, HMTX, MAXP, GLYF, LOCA, CMAP, POST, NAME, ALSO, COUNT };
	static const char *const tag[COUNT] = { "head", "hhea", "hmtx", "maxp", "glyf",
						"loca", "cmap", "post", "name", NULL };
	struct buf t[COUNT] = { 0 };
	uint16_t n = (uint16_t)(m->n != 0 ? m->n : given(m)), tables = 0;
	size_t at;

	if (!m->no_head)
		head_make(m, &t[HEAD]);
	buf_u32be(&t[HHEA], 0x00010000);
	buf_fill(&t[HHEA], 0, 30);
	buf_u16be(&t[HHEA], 1);
	if (!m->no_hmtx) {
		buf_u16be(&t[HMTX], 500);
		buf_fill(&t[HMTX], 0, (size_t)n * 2);
	}
	buf_u32be(&t[MAXP], 0x00010000);
	buf_u16be(&t[MAXP], n);
	buf_fill(&t[MAXP], 0xff, 26);
	loca_make(m, &t[GLYF], &t[LOCA]);
	buf_view(&t[CMAP], m->cmap);
	buf_view(&t[POST], m->post);
	buf_view(&t[NAME], m->name);
	if (m->also != NULL)
		buf_fill(&t[ALSO], m->also_byte != 0 ? m->also_byte : 7, 4);
	for (unsigned i = 0; i < COUNT; i++)
		tables = (uint16_t)(tables + (t[i].n > 0));
	buf_u32be(out, 0x00010000);
	buf_u16be(out, tables);
	buf_fill(out, 0, 6);
	at = 12 + 16 * (size_t)tables;
	for (unsigned i = 0; i < COUNT; i++) {
		if (t[i].n == 0)
			continue;
		buf_put(out, i == ALSO ? m->also : tag[i], 4);
		buf_u32be(out, 0);
		buf_u32be(out, (uint32_t)at);
		buf_u32be(out, (uint32_t)t[i].n);
		at += t[i].n;
	}
	for (unsigned i = 0; i < COUNT; i++) {
		buf_view(out, buf_bytes(&t[i]));
		buf_release(&t[i]);
	}
}

static struct view
glyph_of(struct view font, uint32_t gid)
{
	struct view loca = table(font, "loca"), v = { NULL, 0 };
	bool is_long = be16(table(font, "head"), 50) != 0;
	size_t from = is_long ? be32(loca, gid * 4) : be16(loca, gid * 2) * 2u;
	size_t to = is_long ? be32(loca, gid * 4 + 4) : be16(loca, gid * 2 + 2) * 2u;

	assert_true(view_sub(table(font, "glyf"), from, to - from, &v));
	return v;
}

/* Rebuilds, and rebuilds that: both must be the same. */
static void
rebuild(const struct made *m, struct buf *out, struct font_info *info)
{
	own_buf struct buf in = { 0 };

	font_make(m, &in);
	must_rebuild(buf_bytes(&in), out, info);
}

/* ---- glyphs ----------------------------------------------------------- */

/* One contour of three points, all on the curve: (10,0) (300,0) (300,-5). */
#define TRIANGLE "\0\1\0\12\377\373\1\54\0\0\0\2"
#define OUTLINE "\0\0" "\63\41\25" "\12\1\42" "\5"
static const struct view triangle = { (const uint8_t *)TRIANGLE OUTLINE, 21 };

#define BOX "\0\0\0\0\0\0\0\0"

static const struct {
	const char *what;
	struct view in, out;	/* out.n == 0: an empty glyph */
	bool dropped, hinting;
} glyphs[] = {
	{ "as it should be",
	  VIEW("\0\1" BOX "\0\2\0\0" "\63\41\25" "\12\1\42\5"),
	  VIEW("\0\1" BOX "\0\2\0\0" "\63\41\25" "\12\1\42\5\0"), false, false },
	{ "instructions go",
	  VIEW("\0\1" BOX "\0\2\0\3\260\1\53" "\63\41\25" "\12\1\42\5"),
	  VIEW("\0\1" BOX "\0\2\0\0" "\63\41\25" "\12\1\42\5\0"), false, true },
	{ "deltas in their shortest form",
	  VIEW("\0\1" BOX "\0\1\0\0" "\1\1" "\0\0\377\377" "\0\7\1\0"),
	  VIEW("\0\1" BOX "\0\1\0\0" "\65\3" "\1" "\7\1\0"), false, false },
	{ "runs of flags are repeated, pairs are not",
	  VIEW("\0\1" BOX "\0\4\0\0" "\61\61\61\60\60"),
	  VIEW("\0\1" BOX "\0\4\0\0" "\71\2\60\60"), false, false },
	{ "a run may hold 256",
	  VIEW("\0\1" BOX "\1\1\0\0" "\71\377\71\1"),
	  VIEW("\0\1" BOX "\1\1\0\0" "\71\377\61\61"), false, false },
	{ "overlap only on the first flag, reserved bit never",
	  VIEW("\0\1" BOX "\0\1\0\0" "\361\160"),
	  VIEW("\0\1" BOX "\0\1\0\0" "\161\60"), false, false },
	{ "no contours are a blank", VIEW("\0\0" BOX "\1\2\3\4"), { NULL, 0 }, false, false },
	{ "cut short", VIEW("\0\1" BOX "\0\2\0\0" "\63\41"), { NULL, 0 }, true, false },
	{ "end points out of order",
	  VIEW("\0\2" BOX "\0\2\0\1\0\0" "\63\41\25" "\12\1\42\5"), { NULL, 0 }, true, false },
	{ "more points than 32,767", VIEW("\0\1" BOX "\377\376\0\0" "\71\377"), { NULL, 0 }, true, false },
	{ "instructions beyond the end", VIEW("\0\1" BOX "\0\2\377\377\1"), { NULL, 0 }, true, false },
	{ "header only", VIEW("\0\1\0"), { NULL, 0 }, true, false },
	{ "a composite, words to bytes, instructions go",
	  VIEW("\377\377" BOX "\1\3\0\0\0\5\377\376" "\0\1\7"),
	  VIEW("\377\377" BOX "\0\2\0\0\5\376"), false, true },
	{ "two components, scale, USE_MY_METRICS",
	  VIEW("\377\377" BOX "\2\52\0\0\5\6\100\0" "\0\3\0\0\1\0\0\5"),
	  VIEW("\377\377" BOX "\2\52\0\0\5\6\100\0" "\0\3\0\0\1\0\0\5"), false, false },
	{ "of two scales the first",
	  VIEW("\377\377" BOX "\0\112\0\0\5\6\100\0"), VIEW("\377\377" BOX "\0\12\0\0\5\6\100\0"),
	  false, false },
	{ "a component that is not there", VIEW("\377\377" BOX "\0\2\0\11\5\6"), { NULL, 0 }, true, false },
	{ "itself as component", VIEW("\377\377" BOX "\0\2\0\1\5\6"), { NULL, 0 }, true, false },
	{ "a component cut short", VIEW("\377\377" BOX "\0\2\0"), { NULL, 0 }, true, false },
	{ "more to come, nothing comes", VIEW("\377\377" BOX "\0\42\0\0\5\6"), { NULL, 0 }, true, false },
};

static void
test_glyphs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof glyphs / sizeof glyphs[0]; i++) {
		struct made m = { .glyph = { triangle, glyphs[i].in } };
		own_buf struct buf out = { 0 };
		struct font_info info;

		print_message("%s\n", glyphs[i].what);
		rebuild(&m, &out, &info);
		assert_int_equal(info.glyphs, 2);
		assert_int_equal(info.dropped, glyphs[i].dropped);
		assert_int_equal(info.hinting, glyphs[i].hinting);
		assert_int_equal(glyph_of(buf_bytes(&out), 1).n, glyphs[i].out.n);
		assert_true(view_eq(glyph_of(buf_bytes(&out), 1), glyphs[i].out));
	}
}

static void
test_maxima(void **state)
{
	/* 2 is 0 twice; 3 is 2 and 0: three triangles, two levels. */
	struct made m = { .glyph = { triangle, VIEW("\0\1" BOX "\0\0\0\0\61"),
				     VIEW("\377\377" BOX "\0\42\0\0\0\0" "\0\2\0\0\0\0"),
				     VIEW("\377\377" BOX "\0\42\0\2\0\0" "\0\2\0\0\0\0") } };
	own_buf struct buf out = { 0 };
	struct font_info info;
	struct view maxp;

	(void)state;
	rebuild(&m, &out, &info);
	maxp = table(buf_bytes(&out), "maxp");
	assert_int_equal(maxp.n, 32);
	assert_true(view_eq(maxp, VIEW("\0\1\0\0" "\0\4" "\0\3\0\1" "\0\11\0\3" "\0\1"
				       "\0\0\0\0\0\0\0\0\0\0\0\0" "\0\2\0\2")));
}

static void
test_cycle(void **state)
{
	struct made m = { .glyph = { triangle, VIEW("\377\377" BOX "\0\2\0\2\0\0"),
				     VIEW("\377\377" BOX "\0\2\0\3\0\0"),
				     VIEW("\377\377" BOX "\0\2\0\1\0\0"),
				     VIEW("\377\377" BOX "\0\2\0\0\0\0") } };
	own_buf struct buf out = { 0 };
	struct font_info info;

	(void)state;
	rebuild(&m, &out, &info);
	assert_int_equal(info.dropped, 3);
	for (uint32_t i = 1; i <= 3; i++)
		assert_int_equal(glyph_of(buf_bytes(&out), i).n, 0);
	assert_int_not_equal(glyph_of(buf_bytes(&out), 4).n, 0);
}

/* Each level has 100 of the one below: 100^6 components if it were let. */
static void
test_bomb(void **state)
{
	struct buf level[6] = { 0 };
	struct made m = { .glyph = { triangle } };
	own_buf struct buf out = { 0 };
	struct font_info info;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		buf_put(&level[i], "\377\377" BOX, 10);
		for (unsigned k = 0; k < 100; k++) {
			buf_put(&level[i], k < 99 ? "\0\42\0" : "\0\2\0", 3);
			buf_byte(&level[i], (uint8_t)i);
			buf_u16be(&level[i], 0);
		}
		m.glyph[i + 1] = buf_bytes(&level[i]);
	}
	rebuild(&m, &out, &info);
	assert_int_equal(info.glyphs, 7);
	assert_int_equal(info.dropped, 5);
	assert_int_not_equal(glyph_of(buf_bytes(&out), 1).n, 0);
	assert_int_equal(glyph_of(buf_bytes(&out), 2).n, 0);
	for (unsigned i = 0; i < 6; i++)
		buf_release(&level[i]);
}

/* ---- loca ------------------------------------------------------------- */

static void
test_loca(void **state)
{
	static const uint32_t backwards[] = { 22, 0, 22 }, beyond[] = { 0, 22, 9999 },
			      outside[] = { 90000, 0, 22 };
	static const struct {
		const char *what;
		const uint32_t *loca;
		bool long_loca, wrong_format;
		uint32_t n;
		bool empty[3];
	} cases[] = {
		{ "short", NULL, false, false, 2, { false, false } },
		{ "long", NULL, true, false, 2, { false, false } },
		{ "short, head says long", NULL, false, true, 2, { false, false } },
		{ "long, head says short", NULL, true, true, 2, { false, false } },
		{ "out of order", backwards, false, false, 2, { false, false } },
		{ "the last one beyond the end", beyond, false, false, 2, { false, false } },
		{ "outside", outside, true, false, 2, { true, false } },
		{ "more glyphs than loca", NULL, true, false, 3, { false, false, true } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct made m = { .glyph = { triangle, triangle }, .n = cases[i].n,
				  .long_loca = cases[i].long_loca,
				  .wrong_format = cases[i].wrong_format, .loca = cases[i].loca };
		own_buf struct buf out = { 0 };
		struct font_info info;

		print_message("%s\n", cases[i].what);
		rebuild(&m, &out, &info);
		assert_int_equal(info.glyphs, cases[i].n);
		for (uint32_t k = 0; k < cases[i].n; k++)
			assert_int_equal(glyph_of(buf_bytes(&out), k).n == 0, cases[i].empty[k]);
	}
}

/* ---- cmap ------------------------------------------------------------- */

#define CMAP1(platform_encoding) "\0\0\0\1" platform_encoding "\0\0\0\14"

/* As a reader looks it up in what we wrote. */
static uint32_t
look_up(struct view v, uint32_t c)
{
	size_t n = be16(v, 6) / 2;

	switch (be16(v, 0)) {
	case 0:
		return c < 256 ? be8(v, 6 + c) : 0;
	case 6:
		return c >= be16(v, 6) && c - be16(v, 6) < be16(v, 8) ?
			       be16(v, 10 + (c - be16(v, 6)) * 2) : 0;
	case 4:
		for (size_t i = 0; i < n; i++) {
			uint32_t start = be16(v, 16 + 2 * n + 2 * i), range = be16(v, 16 + 6 * n + 2 * i);

			if (c > be16(v, 14 + 2 * i))
				continue;
			if (c < start)
				return 0;
			if (range != 0)
				return be16(v, 16 + 6 * n + 2 * i + range + (c - start) * 2);
			return (c + be16(v, 16 + 4 * n + 2 * i)) & 0xffff;
		}
		return 0;
	case 12:
		for (uint32_t i = 0; i < be32(v, 12); i++)
			if (c >= be32(v, 16 + i * 12) && c <= be32(v, 20 + i * 12))
				return be32(v, 24 + i * 12) + (c - be32(v, 16 + i * 12));
		return 0;
	default:
		return UINT32_MAX;
	}
}

static const struct {
	const char *what;
	struct view cmap;
	uint16_t format;	/* of what comes out; 0xffff: no cmap */
	struct { uint32_t code, gid; } maps[4];
} cmaps[] = {
	{ "format 0, a glyph that is not there",
	  VIEW(CMAP1("\0\1\0\0") "\0\0\1\6\0\0" "\0\1\2\11"), 0, { { 1, 1 }, { 2, 2 }, { 3, 0 } } },
	{ "format 6", VIEW(CMAP1("\0\1\0\0") "\0\6\0\16\0\0\0\101\0\2\0\2\0\377"), 6,
	  { { 0x41, 2 }, { 0x42, 0 } } },
	{ "format 6 beyond the last code",
	  VIEW(CMAP1("\0\3\0\0") "\0\6\0\16\0\0\377\377\0\2\0\2\0\1"), 6, { { 0xffff, 2 } } },
	{ "format 4, segments out of order",
	  VIEW(CMAP1("\0\3\0\1") "\0\4\0\50\0\0\0\6\0\0\0\0\0\0" "\0\102\0\40\377\377" "\0\0"
	       "\0\101\0\40\377\377" "\377\300\377\343\0\1" "\0\0\0\0\0\0"), 4,
	  { { 0x41, 1 }, { 0x42, 2 }, { 0x20, 3 }, { 0xffff, 0 } } },
	{ "format 4, of segments on top of one another the first",
	  VIEW(CMAP1("\0\3\0\1") "\0\4\0\50\0\0\0\6\0\0\0\0\0\0" "\0\102\0\103\377\377" "\0\0"
	       "\0\101\0\101\377\377" "\377\300\377\276\0\1" "\0\0\0\0\0\0"), 4,
	  { { 0x41, 1 }, { 0x42, 2 }, { 0x43, 1 } } },
	{ "format 4, a delta past the last glyph id begins again",
	  VIEW(CMAP1("\0\3\0\1") "\0\4\0\40\0\0\0\4\0\0\0\0\0\0" "\360\103\377\377" "\0\0"
	       "\360\100\377\377" "\17\277\0\1" "\0\0\0\0"), 4,
	  { { 0xf040, 0 }, { 0xf041, 0 }, { 0xf042, 1 }, { 0xf043, 2 } } },
	{ "format 4 with an array that lies outside",
	  VIEW(CMAP1("\0\3\0\0") "\0\4\0\30\0\0\0\2\0\0\0\0\0\0" "\360\101" "\0\0" "\360\100"
	       "\0\0" "\177\377"), 4, { { 0xf040, 0 } } },
	{ "format 2", VIEW(CMAP1("\0\1\0\0") "\0\2\0\0\0\0"), 0xffff, { { 0, 0 } } },
	{ "format 10 becomes 12",
	  VIEW(CMAP1("\0\3\0\12") "\0\12\0\0\0\0\0\30\0\0\0\0\0\1\0\0\0\0\0\2\0\1\0\2"), 12,
	  { { 0x10000, 1 }, { 0x10001, 2 } } },
	{ "format 12, a group beyond all glyphs and codes",
	  VIEW(CMAP1("\0\3\0\12") "\0\14\0\0\0\0\0\50\0\0\0\0\0\0\0\2"
	       "\0\0\0\100\377\377\377\376\0\0\0\1" "\0\0\0\1\0\0\0\2\0\0\0\1"), 12,
	  { { 0x40, 1 }, { 0x42, 3 }, { 0x43, 0 }, { 1, 0 } } },
	{ "format 12 with 2^32 - 1 groups",
	  VIEW(CMAP1("\0\3\0\12") "\0\14\0\0\0\0\0\50\0\0\0\0\377\377\377\377"
	       "\0\0\0\100\0\0\0\100\0\0\0\1"), 12, { { 0x40, 1 } } },
	{ "an unknown format", VIEW(CMAP1("\0\3\0\1") "\0\15\0\0\0\0\0\0"), 0xffff, { { 0, 0 } } },
	{ "an offset outside", VIEW("\0\0\0\1\0\3\0\1\377\377\377\377"), 0xffff, { { 0, 0 } } },
	{ "a platform nobody asks for",
	  VIEW(CMAP1("\0\2\0\0") "\0\6\0\16\0\0\0\101\0\1\0\2"), 0xffff, { { 0, 0 } } },
};

static void
test_cmaps(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cmaps / sizeof cmaps[0]; i++) {
		struct made m = { .glyph = { triangle, triangle, triangle, triangle },
				  .cmap = cmaps[i].cmap };
		own_buf struct buf out = { 0 };
		struct font_info info;
		struct view v;

		print_message("%s\n", cmaps[i].what);
		rebuild(&m, &out, &info);
		v = table(buf_bytes(&out), "cmap");
		if (cmaps[i].format == 0xffff) {
			assert_int_equal(v.n, 0);
			continue;
		}
		assert_int_equal(be32(v, 4), be32(cmaps[i].cmap, 4));
		v = view_from(v, be32(v, 8));
		assert_int_equal(be16(v, 0), cmaps[i].format);
		for (size_t k = 0; k < 4; k++)
			if (k == 0 || cmaps[i].maps[k].code != 0)
				assert_int_equal(look_up(v, cmaps[i].maps[k].code),
						 cmaps[i].maps[k].gid);
	}
}

/* All codes of the BMP in an order that no delta describes: format 4 has no room, 12 has. */
static void
test_cmap_large(void **state)
{
	own_buf struct buf cmap = { 0 };
	struct made m = { .glyph = { triangle, triangle }, .n = 60000 };
	own_buf struct buf out = { 0 };
	struct font_info info;
	struct view v;

	(void)state;
	buf_put(&cmap, CMAP1("\0\3\0\1") "\0\4\0\0\0\0\0\4\0\0\0\0\0\0", 26);
	buf_put(&cmap, "\352\140\377\377\0\0\0\1\377\377\0\0\0\1\0\4\0\0", 18);
	for (uint32_t c = 1; c <= 60000; c++)
		buf_u16be(&cmap, (uint16_t)(c * 7 % 59999 + 1));
	m.cmap = buf_bytes(&cmap);
	rebuild(&m, &out, &info);
	v = table(buf_bytes(&out), "cmap");
	v = view_from(v, be32(v, 8));
	assert_int_equal(be16(v, 0), 12);
	assert_int_equal(look_up(v, 1), 8);
	assert_int_equal(look_up(v, 59999), 1);
}

/* ---- post, and the file ------------------------------------------------ */

#define POST "\0\2\0\0\1\2\3\4\5\6\7\10\0\0\0\2" "\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1\1"
#define POST_OUT "\0\2\0\0\1\2\3\4\5\6\7\10\0\0\0\1" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void
test_post(void **state)
{
	/* 1: a custom name; 2: one with a space; 3: one that is not there; 4: the first again. */
	struct made m = { .glyph = { triangle, triangle, triangle, triangle, triangle },
			  .post = VIEW(POST "\0\5" "\0\3\1\3\1\2\1\100\1\3" "\3a b" "\2xy") };
	own_buf struct buf out = { 0 };
	struct font_info info;

	(void)state;
	rebuild(&m, &out, &info);
	assert_true(view_eq(table(buf_bytes(&out), "post"),
			    VIEW(POST_OUT "\0\5" "\0\3\1\2\0\0\0\0\1\2" "\2xy")));
}

static uint32_t
sum(struct view v)
{
	uint32_t s = 0;

	for (size_t i = 0; i < v.n; i += 4)
		s += be32(v, i);
	return s;
}

static void
test_file(void **state)
{
	static const char *const programs[] = { "fpgm", "prep", "cvt ", "GSUB", "SVG ", "name",
						"sbix", "DSIG", "zzzz" };
	struct made m = { .glyph = { triangle, triangle } };
	struct font_info info;
	struct view v;

	(void)state;
	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
		own_buf struct buf out = { 0 };

		m.also = programs[i];
		rebuild(&m, &out, &info);
		v = buf_bytes(&out);
		assert_int_equal(table(v, programs[i]).n, 0);
		assert_int_equal(info.hinting, i < 3);
		assert_int_equal(be16(v, 4), 6);
		assert_int_equal(v.n % 4, 0);
		assert_int_equal(sum(v), 0xb1b0afba);
		for (uint32_t k = 1; k < 6; k++)
			assert_true(be32(v, 12 + 16 * k) > be32(v, 12 + 16 * (k - 1)));
	}
}

static void
test_metrics(void **state)
{
	struct made m = { .glyph = { triangle, triangle }, .no_hmtx = true };
	own_buf struct buf out = { 0 };
	struct font_info info;
	struct view head;

	(void)state;
	/* Without side bearings outlines stay where they are: the bearing is their left edge. */
	rebuild(&m, &out, &info);
	assert_true(view_eq(table(buf_bytes(&out), "hmtx"), VIEW("\0\0\0\12\0\12")));
	head = table(buf_bytes(&out), "head");
	assert_int_equal(be16(head, 16), 0x000b);
	assert_int_equal(be32(head, 20) | be32(head, 32), 0);
	assert_int_equal(be16(head, 44), 0x007f);
}

/*
 * "cpop" is one of the fonts whose strokes only their program puts in place.
 * The program of glyph 1 shifts its first point from 10 to 13.  Bearings
 * follow the outlines, so that nothing moves once more.
 */
static void
test_baked(void **state)
{
	struct made m = { .glyph = { triangle,
				     VIEW("\377\377" BOX "\1\2\0\0\0\0" "\0\5\1\261\0\300\70") },
			  .also = "fpgm", .also_byte = 0x4d,
			  .name = VIEW("\0\0\0\1\0\22" "\0\3\0\1\4\11\0\1\0\10\0\0" "\0c\0p\0o\0p") };
	own_buf struct buf out = { 0 }, plain = { 0 };
	struct font_info info;

	(void)state;
	rebuild(&m, &out, &info);
	assert_true(info.hinting);
	assert_int_equal(table(buf_bytes(&out), "name").n, 0);
	assert_true(view_eq(glyph_of(buf_bytes(&out), 1),
			    VIEW("\0\1\0\15\377\373\1\54\0\0\0\2\0\0" "\63\41\25" "\15\1\37\5\0")));
	assert_true(view_eq(table(buf_bytes(&out), "hmtx"), VIEW("\1\364\0\0\0\15")));
	/* Under any other name it is a composite without instructions. */
	m.name = VIEW("");
	rebuild(&m, &plain, &info);
	assert_int_equal(be16(glyph_of(buf_bytes(&plain), 1), 0), 0xffff);
}

static void
test_refused(void **state)
{
	/* Without an em readers make no font either, and take another. */
	const struct made made[] = { { .glyph = { triangle }, .no_head = true },
				     { .glyph = { triangle }, .no_em = true } };
	static const struct view cases[] = {
		VIEW(""), VIEW("\0\1\0\0"), VIEW("\0\1\0\0\0\0\0\0\0\0\0\0"),
		VIEW("\0\1\0\0\377\377\0\0\0\0\0\0"), VIEW("ttcf\0\1\0\0\0\0\0\1\377\377\377\376"),
		VIEW("OTTO\0\1\0\0\0\0\0\0CFF \0\0\0\0\0\0\0\34\377\377\377\377"),
		VIEW("true\0\1\0\0\0\0\0\0glyf\0\0\0\0\0\0\0\0\377\377\377\377"),
		VIEW("<html>"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		must_refuse(cases[i]);
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
		own_buf struct buf in = { 0 };

		font_make(&made[i], &in);
		must_refuse(buf_bytes(&in));
	}
}

static void
test_cut(void **state)
{
	struct made m = { .glyph = { triangle, triangle },
			  .cmap = VIEW(CMAP1("\0\1\0\0") "\0\6\0\14\0\0\0\101\0\1\0\1"),
			  .post = VIEW(POST "\0\2" "\0\3\1\2" "\2xy") };
	own_buf struct buf in = { 0 };

	(void)state;
	font_make(&m, &in);
	must_bear_cuts(buf_bytes(&in));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_glyphs), cmocka_unit_test(test_maxima),
		cmocka_unit_test(test_cycle), cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_loca), cmocka_unit_test(test_cmaps),
		cmocka_unit_test(test_cmap_large), cmocka_unit_test(test_post),
		cmocka_unit_test(test_file), cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_baked),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
