/* ICC profiles: a gray, two RGB and a CMYK one, and one thing broken in each. */
#include "inspect/icc.h"
#include "inspect/sentence.h"

enum { TAGS_MAX = 16, HEADER = 128 };

struct tag {
	const char *signature;
	struct view v;
	const char *same;	/* the element of that earlier tag, instead of its own */
};

struct profile_made {
	uint8_t version;
	const char *space, *pcs;
	struct tag tag[TAGS_MAX];
};

#define Z10 "\0\0\0\0\0\0\0\0\0\0"
#define DESC2 VIEW("desc\0\0\0\0\0\0\0\15Colour space" "\0" Z10 Z10 Z10 Z10 Z10 Z10 Z10 "\0\0\0\0\0\0\0\0")
#define CPRT2 VIEW("text\0\0\0\0None\0")
#define DESC4 VIEW("mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\30\0\0\0\34\0C\0o\0l\0o\0u\0r\0 \0s\0p\0a\0c\0e")
#define CPRT4 VIEW("mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\10\0\0\0\34\0N\0o\0n\0e")
#define XYZ VIEW("XYZ \0\0\0\0\0\0\1\2\0\0\3\4\0\0\5\6")
#define GAMMA VIEW("curv\0\0\0\0\0\0\0\1\2\0")
#define PARA VIEW("para\0\0\0\0\0\0\0\0\0\1\0\0")

static const struct profile_made gray = { 2, "GRAY", "XYZ ",
	{ { "desc", DESC2, NULL }, { "cprt", CPRT2, NULL }, { "wtpt", XYZ, NULL }, { "kTRC", GAMMA, NULL } } };
static const struct profile_made rgb = { 4, "RGB ", "XYZ ",
	{ { "desc", DESC4, NULL }, { "cprt", CPRT4, NULL }, { "rXYZ", XYZ, NULL }, { "gXYZ", XYZ, "rXYZ" },
	  { "bXYZ", XYZ, "rXYZ" }, { "rTRC", PARA, NULL }, { "gTRC", PARA, "rTRC" }, { "bTRC", GAMMA, NULL } } };

static void
put_profile(struct buf *b, const struct profile_made *p)
{
	static const uint8_t date[] = { 0x07, 0xd0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0 };
	static const uint8_t d50[] = { 0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d };
	own_buf struct buf data = { 0 };
	uint32_t n = 0, at[TAGS_MAX], size[TAGS_MAX], from;

	while (n < TAGS_MAX && p->tag[n].signature != NULL)
		n++;
	from = HEADER + 4 + 12 * n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = 0;

		while (p->tag[i].same != NULL && strcmp(p->tag[k].signature, p->tag[i].same) != 0)
			k++;
		if (p->tag[i].same == NULL)
			assert_true(buf_fill(&data, 0, (4 - data.n % 4) % 4));
		at[i] = p->tag[i].same != NULL ? at[k] : from + (uint32_t)data.n;
		size[i] = p->tag[i].same != NULL ? size[k] : (uint32_t)p->tag[i].v.n;
		if (p->tag[i].same == NULL)
			assert_true(buf_view(&data, p->tag[i].v));
	}
	buf_fill(&data, 0, (4 - data.n % 4) % 4);
	buf_u32be(b, from + (uint32_t)data.n);
	buf_fill(b, 0, 4);
	buf_byte(b, p->version);
	buf_fill(b, 0, 3);
	buf_str(b, "mntr");
	buf_put(b, p->space, 4);
	buf_put(b, p->pcs, 4);
	buf_put(b, date, sizeof date);
	buf_str(b, "acsp");
	buf_fill(b, 0, 28);
	buf_put(b, d50, sizeof d50);
	buf_fill(b, 0, 48);
	buf_u32be(b, n);
	for (uint32_t i = 0; i < n; i++) {
		buf_put(b, p->tag[i].signature, 4);
		buf_u32be(b, at[i]);
		buf_u32be(b, size[i]);
	}
	assert_true(buf_view(b, buf_bytes(&data)));
}

static void
judge(const char *what, struct view v, const char *why)
{
	struct icc icc;
	struct err e = { 0 };

	if (inspect_icc(v, &icc, &e) != (why == NULL) || (why != NULL && strstr(e.text, why) == NULL))
		fail_msg("%s: \"%s\"", what, e.text);
}

/* A lut8 or lut16 (10.10, 10.11) of zeros, `more` bytes longer than it should be. */
static void
put_mft(struct buf *b, unsigned width, uint8_t in, uint8_t out, uint8_t grid, int more)
{
	size_t n = (256u * in + 256u * out) * width, cells = 1;

	for (unsigned i = 0; i < in; i++)
		cells *= grid;
	buf_str(b, width == 1 ? "mft1" : "mft2");
	buf_fill(b, 0, 4);
	buf_byte(b, in);
	buf_byte(b, out);
	buf_byte(b, grid);
	buf_fill(b, 0, 37);
	if (width == 2) {
		buf_u16be(b, 256);
		buf_u16be(b, 256);
	}
	assert_true(buf_fill(b, 0, (size_t)((int)(n + cells * out * width) + more)));
}

static void
test_good(void **state)
{
	const struct profile_made *both[] = { &gray, &rgb };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		own_buf struct buf b = { 0 };
		struct icc icc;
		struct err e;

		put_profile(&b, both[i]);
		judge(both[i]->space, buf_bytes(&b), NULL);
		assert_true(inspect_icc(buf_bytes(&b), &icc, &e));
		assert_int_equal(icc.version, both[i]->version);
		assert_int_equal(icc.components, i == 0 ? 1 : 3);
		for (size_t n = 0; n < b.n; n++)
			assert_false(inspect_icc((struct view){ b.p, n }, &icc, &e));
		assert_true(buf_u32be(&b, 0));
		judge("four bytes behind", buf_bytes(&b), "size");
		b.p[3] = (uint8_t)(b.p[3] + 4);
		judge("four bytes behind, and said", buf_bytes(&b), "behind");
	}
}

/* Of a gray profile's header every byte has its value, or one of a few. */
static void
test_header(void **state)
{
	own_buf struct buf b = { 0 };
	size_t free = 0;

	(void)state;
	put_profile(&b, &gray);
	for (size_t i = 0; i < HEADER + 4; i++) {
		struct icc icc;
		struct err e;

		b.p[i] ^= 0x10;
		/* The minor version is free, in its high nibble. */
		free += inspect_icc(buf_bytes(&b), &icc, &e);
		assert_true(free == (i >= 9));
		b.p[i] ^= 0x10;
	}
	b.p[67] = 3;
	judge("absolute colorimetric", buf_bytes(&b), NULL);
	b.p[67] = 4;
	judge("a fifth intent", buf_bytes(&b), "fixed value");
	b.p[67] = 0;
	memcpy(b.p + 16, "RGB ", 4);
	judge("RGB with a gray curve", buf_bytes(&b), "missing");
	memcpy(b.p + 16, "HSV ", 4);
	judge("HSV", buf_bytes(&b), "none of the four");
	memcpy(b.p + 16, "GRAY", 4);
	memcpy(b.p + 12, "link", 4);
	judge("a device link", buf_bytes(&b), "class");
	memcpy(b.p + 12, "nmcl", 4);
	judge("named colours", buf_bytes(&b), "class");
}

static void
test_tags(void **state)
{
	static const struct { const char *what; unsigned i; struct tag tag; const char *why; } cases[] = {
		{ "a copyright of its own", 1, { "cprt", VIEW("text\0\0\0\0Mine\0"), NULL }, "cprt" },
		{ "a description of its own", 0, { "desc", VIEW("desc\0\0\0\0\0\0\0\15Colour spice"), NULL }, "desc" },
		{ "a private tag", 2, { "CIED", XYZ, NULL }, "unknown" },
		{ "a tag of no use", 2, { "targ", CPRT2, NULL }, "unknown" },
		{ "out of order", 2, { "desc", DESC2, NULL }, "out of order" },
		{ "a tag twice", 1, { "desc", DESC2, NULL }, "out of order" },
		{ "two numbers", 2, { "wtpt", VIEW("XYZ \0\0\0\0\0\0\1\2\0\0\3\4"), NULL }, "wtpt" },
		{ "four numbers", 2, { "wtpt", VIEW("XYZ \0\0\0\0\0\0\1\2\0\0\3\4\0\0\5\6\0\0\7\10"), NULL }, "wtpt" },
		{ "reserved bytes", 2, { "wtpt", VIEW("XYZ \0\0\0\1\0\0\1\2\0\0\3\4\0\0\5\6"), NULL }, "wtpt" },
		{ "a curve shorter than it says", 3, { "kTRC", VIEW("curv\0\0\0\0\0\0\0\2\2\0"), NULL }, "kTRC" },
		{ "a curve longer than it says", 3, { "kTRC", VIEW("curv\0\0\0\0\0\0\0\0\2\0"), NULL }, "kTRC" },
		{ "a curve of 2^31 entries", 3, { "kTRC", VIEW("curv\0\0\0\0\200\0\0\1\2\0"), NULL }, "kTRC" },
		{ "a function of a sixth kind", 3, { "kTRC", VIEW("para\0\0\0\0\0\5\0\0\0\1\0\0"), NULL }, "kTRC" },
		{ "a function with too few numbers", 3, { "kTRC", VIEW("para\0\0\0\0\0\1\0\0\0\1\0\0"), NULL }, "kTRC" },
		{ "a function's reserved bytes", 3, { "kTRC", VIEW("para\0\0\0\0\0\0\0\1\0\1\0\0"), NULL }, "kTRC" },
		{ "text for a curve", 3, { "kTRC", CPRT2, NULL }, "kTRC" },
		{ "no curve", 3, { NULL, { NULL, 0 }, NULL }, "missing" },
		{ "a table of another space", 3, { "A2B0", XYZ, NULL }, "A2B0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct profile_made p = gray;
		own_buf struct buf b = { 0 };

		p.tag[cases[i].i] = cases[i].tag;
		put_profile(&b, &p);
		judge(cases[i].what, buf_bytes(&b), cases[i].why);
	}
}

/* Where the table of tags puts them. */
static void
test_places(void **state)
{
	enum { PLACE = HEADER + 4 + 4, SIZE = PLACE + 4 };
	own_buf struct buf b = { 0 };

	(void)state;
	put_profile(&b, &gray);
	b.p[HEADER + 3] = 0;
	judge("no tags", buf_bytes(&b), "0 tags");
	b.p[HEADER + 3] = 24;
	judge("more tags than there are", buf_bytes(&b), "tags");
	b.p[HEADER] = 0x80;
	judge("2^31 tags", buf_bytes(&b), "tags");
	b.p[HEADER] = 0;
	b.p[HEADER + 3] = 4;
	b.p[PLACE + 3] ^= 4;
	judge("an element elsewhere", buf_bytes(&b), "right behind");
	b.p[PLACE + 3] ^= 4;
	b.p[SIZE] = 0x7f;
	judge("an element without an end", buf_bytes(&b), "right behind");
	b.p[SIZE] = 0;
	b.p[SIZE + 3]++;
	judge("a byte more, which is the padding", buf_bytes(&b), "desc");
	b.p[SIZE + 3]--;
	judge("as it was", buf_bytes(&b), NULL);
	b.p[b.n - 1] = 1;
	judge("padding that is not zero", buf_bytes(&b), "behind");
}

static void
test_luts(void **state)
{
	static const struct {
		const char *what;
		unsigned width;
		uint8_t in, out, grid;
		int more;
		const char *why;
	} cases[] = {
		{ "lut8", 1, 4, 3, 2, 0, NULL }, { "lut16", 2, 4, 3, 3, 0, NULL },
		{ "a byte too few", 1, 4, 3, 2, -1, "A2B0" }, { "a byte too many", 2, 4, 3, 2, 1, "A2B0" },
		{ "of three channels", 1, 3, 3, 2, 0, "A2B0" }, { "to four channels", 1, 4, 4, 2, 0, "A2B0" },
		{ "of one point a side", 1, 4, 3, 1, 0, "A2B0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		own_buf struct buf lut = { 0 }, b = { 0 };
		struct profile_made p = { 2, "CMYK", "Lab ",
			{ { "desc", DESC2, NULL }, { "cprt", CPRT2, NULL }, { "A2B0", { NULL, 0 }, NULL } } };

		put_mft(&lut, cases[i].width, cases[i].in, cases[i].out, cases[i].grid, cases[i].more);
		p.tag[2].v = buf_bytes(&lut);
		put_profile(&b, &p);
		judge(cases[i].what, buf_bytes(&b), cases[i].why);
	}
}

#define CURVE "curv\0\0\0\0\0\0\0\0"
#define CURVES CURVE CURVE CURVE
#define MATRIX Z10 Z10 Z10 Z10 "\0\0\0\0\0\0\0\0"
#define AT(b, matrix, m, table, a) "\0\0\0" b "\0\0\0" matrix "\0\0\0" m "\0\0\0" table "\0\0\0" a
#define CLUT "\2\2\2\0\0\0\0\0\0\0\0\0\0\0\0\0" "\1\0\0\0" "abcdefghijklmnopqrstuvwx"

static void
test_mab(void **state)
{
	static const struct { const char *what; struct view v; const char *why; } cases[] = {
		{ "B alone", VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\0", "\0", "\0", "\0") CURVES), NULL },
		{ "B, matrix, M", VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\104", "\164", "\0", "\0") CURVES MATRIX CURVES), NULL },
		{ "B, CLUT, A", VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\0", "\0", "\104", "\160") CURVES CLUT CURVES), NULL },
		{ "no B", VIEW("mAB \0\0\0\0\3\3\0\0" AT("\0", "\0", "\0", "\0", "\0")), "A2B0" },
		{ "B elsewhere", VIEW("mAB \0\0\0\0\3\3\0\0" AT("\44", "\0", "\0", "\0", "\0") "\0\0\0\0" CURVES), "A2B0" },
		{ "M before the matrix", VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\150", "\104", "\0", "\0") CURVES CURVES MATRIX), "A2B0" },
		{ "a matrix that is cut", VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\104", "\0", "\0", "\0") CURVES Z10), "A2B0" },
		{ "reserved bytes", VIEW("mAB \0\0\0\0\3\3\0\1" AT("\40", "\0", "\0", "\0", "\0") CURVES), "A2B0" },
		{ "bytes behind", VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\0", "\0", "\0", "\0") CURVES "\0\0\0\0"), "A2B0" },
		{ "of four channels", VIEW("mAB \0\0\0\0\4\3\0\0" AT("\40", "\0", "\0", "\0", "\0") CURVES), "A2B0" },
		{ "the other direction", VIEW("mBA \0\0\0\0\3\3\0\0" AT("\40", "\0", "\0", "\0", "\0") CURVES), "A2B0" },
		{ "a CLUT of 256^3 cells that are not there",
		  VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\0", "\0", "\104", "\0") CURVES "\377\377\377\0\0\0\0\0\0\0\0\0\0\0\0\0" "\1\0\0\0"), "A2B0" },
		{ "a CLUT of three bytes a value",
		  VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\0", "\0", "\104", "\0") CURVES "\2\2\2\0\0\0\0\0\0\0\0\0\0\0\0\0" "\3\0\0\0" "abcdefghijklmnopqrstuvwx"), "A2B0" },
		{ "a CLUT of a fourth dimension",
		  VIEW("mAB \0\0\0\0\3\3\0\0" AT("\40", "\0", "\0", "\104", "\0") CURVES "\2\2\2\2\0\0\0\0\0\0\0\0\0\0\0\0" "\1\0\0\0" "abcdefghijklmnopqrstuvwx"), "A2B0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (uint8_t version = 2; version <= 4; version += 2) {
			struct profile_made p = { version, "RGB ", "Lab ",
				{ { "desc", DESC4, NULL }, { "cprt", CPRT4, NULL }, { "A2B0", cases[i].v, NULL } } };
			own_buf struct buf b = { 0 };

			if (version == 2) {
				p.tag[0].v = DESC2;
				p.tag[1].v = CPRT2;
			}
			put_profile(&b, &p);
			/* Version 2 knows none of these. */
			judge(cases[i].what, buf_bytes(&b), version == 2 ? "A2B0" : cases[i].why);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_header), cmocka_unit_test(test_tags),
		cmocka_unit_test(test_places), cmocka_unit_test(test_luts), cmocka_unit_test(test_mab),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
