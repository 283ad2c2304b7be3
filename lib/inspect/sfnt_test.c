/* The tables of TrueType around its outlines: good ones, and one thing broken in each. */
#include "inspect/font.h"
#include "inspect/pdf.h"
#include "inspect/sentence.h"

enum { COUNT = 10, HEAD = 3 };

static const char tag[COUNT][5] = { "OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "post", "vhea" };

#define TEN "\1\2\3\4\5\6\7\10\11\12"
#define TWENTY TEN TEN
#define HEAD_TABLE "\0\1\0\0" "\0\0\0\0" "\0\0\0\0" "\137\17\74\365" "\0\13" "\3\350" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" \
		   "\1\2\3\4\5\6\7\10" "\0\0" "\0\10" "\0\2" "\0\0" "\0\0"
#define HHEA_TABLE "\0\1\0\0" TWENTY "\0\0\0\0\0\0\0\0\0\0" "\0\1"
#define MAXP_TABLE "\0\1\0\0\0\4" "\0\0\0\0\0\0\0\0" "\0\1" "\0\0\0\0\0\0\0\0\0\0\0\0" "\0\0\0\0"
#define POST_HEAD(version) version "\0\1\0\0" "\0\1\0\1" "\0\0\0\1" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define OS2(version, vendor) version TWENTY TWENTY TEN "\1\2\3\4\5\6" vendor TEN "\1\2\3\4\5\6"

/* Four blank glyphs; what a test gives takes the place of a table, or adds one. */
static void
put_tables(struct view t[COUNT])
{
	static const struct view given[COUNT] = {
		[2] = { (const uint8_t *)"", 0 }, [3] = VIEW(HEAD_TABLE), [4] = VIEW(HHEA_TABLE),
		[5] = VIEW("\1\0\0\1\0\2\0\3\0\4"), [6] = VIEW("\0\0\0\0\0\0\0\0\0\0"), [7] = VIEW(MAXP_TABLE),
	};

	memcpy(t, given, sizeof given);
}

static uint32_t
sum(const uint8_t *p, size_t n)
{
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += (uint32_t)p[i] << (24 - 8 * (i % 4));
	return all;
}

static void
put_font(struct buf *b, const struct view t[COUNT])
{
	uint16_t n = 0, log = 0;
	size_t at, head = 0;
	uint32_t whole;

	for (unsigned i = 0; i < COUNT; i++)
		n = (uint16_t)(n + (t[i].p != NULL));
	while (2u << log <= n)
		log++;
	buf_u32be(b, 0x10000);
	buf_u16be(b, n);
	buf_u16be(b, (uint16_t)(16 << log));
	buf_u16be(b, log);
	buf_u16be(b, (uint16_t)(16 * n - (16 << log)));
	at = 12 + 16 * (size_t)n;
	for (unsigned i = 0; i < COUNT; i++) {
		if (t[i].p == NULL)
			continue;
		head = i == HEAD ? at : head;
		buf_put(b, tag[i], 4);
		buf_u32be(b, sum(t[i].p, t[i].n));
		buf_u32be(b, (uint32_t)at);
		buf_u32be(b, (uint32_t)t[i].n);
		at += (t[i].n + 3) / 4 * 4;
	}
	for (unsigned i = 0; i < COUNT; i++)
		if (t[i].p != NULL)
			assert_true(buf_view(b, t[i]) && buf_fill(b, 0, (4 - b->n % 4) % 4));
	whole = 0xb1b0afbau - sum(b->p, b->n);
	for (unsigned i = 0; head > 0 && i < 4; i++)
		b->p[head + 8 + i] = (uint8_t)(whole >> (24 - 8 * i));
}

#define NONE { NULL, 0 }
#define CMAP1(platform, encoding) "\0\0\0\1" platform encoding "\0\0\0\14"
#define CMAP(table) VIEW(CMAP1("\0\3", "\0\1") table)
#define SUB6 "\0\6\0\16\0\0\0\101\0\2\0\1\0\2"
/* A B to 1 2 by a delta, a to 3 by an array. */
#define SUB4(search, ends, starts, deltas, offsets, array) \
	"\0\4\0\52\0\0\0\6" search ends "\0\0" starts deltas offsets array
#define S3 "\0\4\0\1\0\2"
#define ENDS "\0\102\0\141\377\377"
#define STARTS "\0\101\0\141\377\377"
#define DELTAS "\377\300\0\0\0\1"
#define OFFSETS "\0\0\0\4\0\0"

static const struct row {
	const char *what;
	unsigned table;
	struct view v;
	const char *why;
} rows[] = {
	/* cmap */
	{ "cmap 6", 1, CMAP(SUB6), NULL },
	{ "cmap 4", 1, CMAP(SUB4(S3, ENDS, STARTS, DELTAS, OFFSETS, "\0\3")), NULL },
	{ "cmap 12", 1, CMAP("\0\14\0\0\0\0\0\34\0\0\0\0\0\0\0\1\0\1\0\0\0\1\0\2\0\0\0\1"), NULL },
	{ "two records share", 1, VIEW("\0\0\0\2\0\1\0\0\0\0\0\24\0\3\0\1\0\0\0\24" SUB6), NULL },
	{ "cmap: version", 1, VIEW("\0\1\0\1\0\3\0\1\0\0\0\14" SUB6), "cmap: header" },
	{ "cmap: platform 2", 1, VIEW(CMAP1("\0\2", "\0\1") SUB6), "cmap: record" },
	{ "cmap: encoding 11", 1, VIEW(CMAP1("\0\3", "\0\13") SUB6), "cmap: record" },
	{ "cmap: records out of order", 1, VIEW("\0\0\0\2\0\3\0\1\0\0\0\24\0\1\0\0\0\0\0\24" SUB6), "cmap: record" },
	{ "cmap: a record twice", 1, VIEW("\0\0\0\2\0\3\0\1\0\0\0\24\0\3\0\1\0\0\0\24" SUB6), "cmap: record" },
	{ "cmap: a gap", 1, VIEW("\0\0\0\1\0\3\0\1\0\0\0\16" "\0\0" SUB6), "cmap: subtable" },
	{ "cmap: bytes behind", 1, CMAP(SUB6 "\0\0"), "behind" },
	{ "cmap: records cut", 1, VIEW("\0\0\0\2\0\3\0\1\0\0\0\14"), "cmap: " },
	{ "cmap: 17 records", 1, VIEW("\0\0\0\21"), "cmap: header" },
	{ "cmap: format 2", 1, CMAP("\0\2\0\6\0\0"), "cmap: subtable" },
	{ "cmap: format 14", 1, CMAP("\0\16\0\0\0\12\0\0\0\0"), "cmap: subtable" },
	{ "cmap: a language", 1, CMAP("\0\6\0\16\0\1\0\101\0\2\0\1\0\2"), "cmap: subtable" },
	{ "cmap 0 cut", 1, CMAP("\0\0\1\6\0\0\1\2\3"), "cmap: subtable" },
	{ "cmap 6: a glyph that is not there", 1, CMAP("\0\6\0\16\0\0\0\101\0\2\0\1\0\4"), "cmap: subtable" },
	{ "cmap 6: length", 1, CMAP("\0\6\0\14\0\0\0\101\0\2\0\1\0\2"), "cmap: subtable" },
	{ "cmap 6: past the last code", 1, CMAP("\0\6\0\16\0\0\377\377\0\2\0\1\0\2"), "cmap: subtable" },
	{ "cmap 4: searchRange", 1, CMAP(SUB4("\0\6\0\1\0\2", ENDS, STARTS, DELTAS, OFFSETS, "\0\3")), "cmap: subtable" },
	{ "cmap 4: end before start", 1, CMAP(SUB4(S3, "\0\100\0\141\377\377", STARTS, DELTAS, OFFSETS, "\0\3")), "cmap: subtable" },
	{ "cmap 4: overlap", 1, CMAP(SUB4(S3, ENDS, "\0\101\0\102\377\377", DELTAS, OFFSETS, "\0\3")), "cmap: subtable" },
	{ "cmap 4: no last segment", 1, CMAP(SUB4(S3, "\0\102\0\141\0\142", "\0\101\0\141\0\142", DELTAS, OFFSETS, "\0\3")), "cmap: subtable" },
	{ "cmap 4: FFFF mapped", 1, CMAP(SUB4(S3, ENDS, STARTS, "\377\300\0\0\0\2", OFFSETS, "\0\3")), "cmap: subtable" },
	{ "cmap 4: the pad", 1, CMAP("\0\4\0\52\0\0\0\6" S3 ENDS "\0\1" STARTS DELTAS OFFSETS "\0\3"), "cmap: subtable" },
	{ "cmap 4: a delta past the glyphs", 1, CMAP(SUB4(S3, ENDS, STARTS, "\377\302\0\0\0\1", OFFSETS, "\0\3")), "cmap: subtable" },
	{ "cmap 4: a delta that wraps", 1, CMAP(SUB4(S3, ENDS, STARTS, "\377\276\0\0\0\1", OFFSETS, "\0\3")), "cmap: subtable" },
	{ "cmap 4: array with a delta", 1, CMAP(SUB4(S3, ENDS, STARTS, "\377\300\0\1\0\1", OFFSETS, "\0\3")), "cmap: subtable" },
	{ "cmap 4: array elsewhere", 1, CMAP(SUB4(S3, ENDS, STARTS, DELTAS, "\0\0\0\6\0\0", "\0\3")), "cmap: subtable" },
	{ "cmap 4: array glyph that is not there", 1, CMAP(SUB4(S3, ENDS, STARTS, DELTAS, OFFSETS, "\0\4")), "cmap: subtable" },
	{ "cmap 4: array cut", 1, CMAP(SUB4(S3, ENDS, STARTS, DELTAS, OFFSETS, "\0")), "cmap: subtable" },
	{ "cmap 4: an odd count", 1, CMAP("\0\4\0\20\0\0\0\1\0\2\0\0\377\377"), "cmap: subtable" },
	{ "cmap 12: groups out of order", 1, CMAP("\0\14\0\0\0\0\0\50\0\0\0\0\0\0\0\2\0\0\0\2\0\0\0\2\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1"), "cmap: subtable" },
	{ "cmap 12: beyond Unicode", 1, CMAP("\0\14\0\0\0\0\0\34\0\0\0\0\0\0\0\1\0\21\0\0\0\21\0\0\0\0\0\1"), "cmap: subtable" },
	{ "cmap 12: glyphs that are not there", 1, CMAP("\0\14\0\0\0\0\0\34\0\0\0\0\0\0\0\1\0\1\0\0\0\1\0\3\0\0\0\1"), "cmap: subtable" },
	{ "cmap 12: as many groups as can be said", 1, CMAP("\0\14\0\0\0\0\0\34\0\0\0\0\25\125\125\127\0\1\0\0\0\1\0\2\0\0\0\1"), "cmap: subtable" },
	/* the others */
	{ "post 3", 8, VIEW(POST_HEAD("\0\3\0\0")), NULL },
	{ "post 2", 8, VIEW(POST_HEAD("\0\2\0\0") "\0\4" "\0\0\1\2\1\3\1\2" "\1a\2bc"), NULL },
	{ "post 1 of four glyphs", 8, VIEW(POST_HEAD("\0\1\0\0")), "post: version" },
	{ "post 4", 8, VIEW(POST_HEAD("\0\4\0\0")), "post: version" },
	{ "post 3 with more", 8, VIEW(POST_HEAD("\0\3\0\0") "\0"), "post: version" },
	{ "post: memory sizes", 8, VIEW("\0\3\0\0\0\1\0\0\0\1\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"), "post" },
	{ "post 2: names of another count", 8, VIEW(POST_HEAD("\0\2\0\0") "\0\3" "\0\0\1\2\1\3" "\1a\2bc"), "number" },
	{ "post 2: names out of order", 8, VIEW(POST_HEAD("\0\2\0\0") "\0\4" "\0\0\1\3\1\2\1\2" "\1a\2bc"), "order" },
	{ "post 2: a name that nobody has", 8, VIEW(POST_HEAD("\0\2\0\0") "\0\4" "\0\0\1\2\1\3\1\2" "\1a\2bc\1d"), "behind" },
	{ "post 2: a name that is not there", 8, VIEW(POST_HEAD("\0\2\0\0") "\0\4" "\0\0\1\2\1\3\1\2" "\1a"), "name" },
	{ "post 2: a name with a blank", 8, VIEW(POST_HEAD("\0\2\0\0") "\0\4" "\0\0\1\2\1\3\1\2" "\1a\2b "), "character" },
	{ "OS/2", 0, VIEW(OS2("\0\0", "ABCD")), NULL },
	{ "OS/2: version 6", 0, VIEW(OS2("\0\6", "ABCD")), "OS/2" },
	{ "OS/2: cut", 0, VIEW("\0\0" TWENTY), "OS/2" },
	{ "OS/2: longer than its version", 0, VIEW(OS2("\0\0", "ABCD") "\0\0"), "OS/2" },
	{ "OS/2: vendor", 0, VIEW(OS2("\0\0", "AB\0D")), "vendor" },
	{ "vhea alone", 9, VIEW(HHEA_TABLE), "together" },
	{ "head: cut", 3, VIEW("\0\1\0\0\0\0\0\0\0\0\0\0\137\17\74\365"), "head" },
	{ "hmtx: too short", 5, VIEW("\1\0\0\1\0\2\0\3"), "metrics" },
	{ "hmtx: too long", 5, VIEW("\1\0\0\1\0\2\0\3\0\4\0\5"), "metrics" },
	{ "loca: too long", 6, VIEW("\0\0\0\0\0\0\0\0\0\0\0\0"), "loca" },
	{ "maxp: cut", 7, VIEW("\0\1\0\0\0\4"), "maxp" },
	{ "maxp: no glyphs", 7, VIEW("\0\1\0\0\0\0" "\0\0\0\0\0\0\0\0" "\0\1" "\0\0\0\0\0\0\0\0\0\0\0\0" "\0\0\0\0"), "maxp" },
	{ "no glyf", 2, NONE, "missing" },
	{ "no hhea", 4, NONE, "together" },
};

/* Bytes of a table that say one thing only. */
static const struct {
	const char *what;
	unsigned table;
	size_t at;
	uint8_t byte;
	const char *why;
} bytes[] = {
	{ "head: version", 3, 0, 1, "head" }, { "head: magic", 3, 12, 0, "head" },
	{ "head: flag of instructions", 3, 17, 0x1b, "head" }, { "head: creation date", 3, 27, 1, "head" },
	{ "head: style", 3, 45, 0x80, "head" }, { "head: direction", 3, 49, 1, "head" },
	{ "head: long loca", 3, 51, 1, "loca" }, { "head: loca of a third kind", 3, 51, 2, "head" },
	{ "head: glyph data format", 3, 53, 1, "head" },
	{ "hhea: version", 4, 1, 2, "metrics" }, { "hhea: reserved", 4, 25, 1, "metrics" },
	{ "hhea: format", 4, 33, 1, "metrics" }, { "hhea: no metrics", 4, 35, 0, "metrics" },
	{ "hhea: more metrics than glyphs", 4, 35, 5, "metrics" },
	{ "maxp: points", 7, 7, 1, "maxp" }, { "maxp: zones", 7, 15, 2, "maxp" },
	{ "maxp: functions", 7, 21, 1, "maxp" }, { "maxp: instructions", 7, 27, 9, "maxp" },
	{ "maxp: depth", 7, 31, 1, "maxp" },
};

static void
judge(const char *what, const struct view t[COUNT], const char *why)
{
	own_buf struct buf b = { 0 };
	struct err e = { 0 };

	put_font(&b, t);
	if (inspect_sfnt(buf_bytes(&b), &e) != (why == NULL) || (why != NULL && strstr(e.text, why) == NULL))
		fail_msg("%s: \"%s\"", what, e.text);
	for (size_t n = 0; why == NULL && n < b.n; n++)
		assert_false(inspect_sfnt((struct view){ b.p, n }, &e));
}

static void
test_tables(void **state)
{
	struct view t[COUNT];

	(void)state;
	put_tables(t);
	judge("blank", t, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		put_tables(t);
		t[rows[i].table] = rows[i].v;
		judge(rows[i].what, t, rows[i].why);
	}
}

static void
test_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
		own_buf struct buf b = { 0 };
		struct view t[COUNT];

		put_tables(t);
		assert_true(buf_view(&b, t[bytes[i].table]) && bytes[i].at < b.n);
		assert_true(b.p[bytes[i].at] != bytes[i].byte);
		b.p[bytes[i].at] = bytes[i].byte;
		t[bytes[i].table] = buf_bytes(&b);
		judge(bytes[i].what, t, bytes[i].why);
	}
}

/* The directory: no byte of it is free. */
static void
test_directory(void **state)
{
	own_buf struct buf b = { 0 };
	struct view t[COUNT];
	struct err e;
	size_t end;

	(void)state;
	put_tables(t);
	put_font(&b, t);
	end = 12 + 16 * 6;
	assert_true(inspect_sfnt(buf_bytes(&b), &e));
	for (size_t i = 0; i < end; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			b.p[i] ^= (uint8_t)(1u << bit);
			if (inspect_sfnt(buf_bytes(&b), &e))
				fail_msg("byte %zu of the directory may be %02x", i, b.p[i]);
			b.p[i] ^= (uint8_t)(1u << bit);
		}
	assert_true(buf_u32be(&b, 0));
	assert_false(inspect_sfnt(buf_bytes(&b), &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables), cmocka_unit_test(test_bytes), cmocka_unit_test(test_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
