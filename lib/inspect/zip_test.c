#include "inspect/sentence.h"

struct recipe {
	const char *name, *name2;	/* of the second entry; NULL: one entry */
	const char *central_name;	/* NULL: as the first */
	const char *text;
	uint16_t flags, method, version;
	const char *extra, *comment, *gap, *prefix;
	uint32_t external, crc_off, size_off;
	uint16_t made;
	bool behind_deflate;
};

struct made {
	struct buf local, central;
	uint16_t n;
};

static void
header(struct buf *b, const struct recipe *r, const char *name, uint32_t crc, uint32_t packed, uint32_t size)
{
	buf_u16le(b, r->version);
	buf_u16le(b, r->flags);
	buf_u16le(b, r->method);
	buf_u32le(b, 0x00210000);
	buf_u32le(b, crc);
	buf_u32le(b, packed);
	buf_u32le(b, size);
	buf_u16le(b, (uint16_t)strlen(name));
	buf_u16le(b, r->extra != NULL ? (uint16_t)strlen(r->extra) : 0);
}

static void
entry(struct made *m, const struct recipe *r, const char *name)
{
	own_buf struct buf data = { 0 };
	struct view text = view_str(r->text);
	uint32_t crc = (uint32_t)crc32(0, text.p, (uInt)text.n) + r->crc_off, at = (uint32_t)m->local.n;
	uint32_t size = (uint32_t)text.n + r->size_off;
	const char *central = r->central_name != NULL ? r->central_name : name;

	if (r->method == 8)
		put_deflated(&data, text, true);
	else
		buf_view(&data, text);
	if (r->behind_deflate)
		buf_str(&data, "behind");
	buf_u32le(&m->local, 0x04034b50);
	header(&m->local, r, name, crc, (uint32_t)data.n, size);
	buf_str(&m->local, name);
	buf_str(&m->local, r->extra != NULL ? r->extra : "");
	buf_view(&m->local, buf_bytes(&data));
	buf_str(&m->local, r->gap != NULL ? r->gap : "");
	buf_u32le(&m->central, 0x02014b50);
	buf_u16le(&m->central, r->made);
	header(&m->central, r, central, crc, (uint32_t)data.n, size);
	buf_put(&m->central, "\0\0\0\0\0\0", 6);
	buf_u32le(&m->central, r->external);
	buf_u32le(&m->central, at);
	buf_str(&m->central, central);
	buf_str(&m->central, r->extra != NULL ? r->extra : "");
	m->n++;
}

static void
archive(struct buf *b, const struct recipe *r)
{
	struct made m = { 0 };
	const char *comment = r->comment != NULL ? r->comment : "";

	buf_str(&m.local, r->prefix != NULL ? r->prefix : "");
	entry(&m, r, r->name);
	if (r->name2 != NULL)
		entry(&m, r, r->name2);
	buf_view(b, buf_bytes(&m.local));
	buf_view(b, buf_bytes(&m.central));
	buf_put(b, "PK\5\6\0\0\0\0", 8);
	buf_u16le(b, m.n);
	buf_u16le(b, m.n);
	buf_u32le(b, (uint32_t)m.central.n);
	buf_u32le(b, (uint32_t)m.local.n);
	buf_u16le(b, (uint16_t)strlen(comment));
	assert_true(buf_str(b, comment));
	buf_release(&m.local);
	buf_release(&m.central);
}

#define GOOD .text = "hello\n", .flags = 0x800, .version = 20, .made = 20
#define DEFLATE GOOD, .method = 8

static void
test_whole(void **state)
{
	own_buf struct buf b = { 0 }, empty = { 0 };

	(void)state;
	archive(&b, &(struct recipe){ .name = "a.txt", .name2 = "b/c.txt", DEFLATE });
	must_be_whole(TYPE_ZIP, buf_bytes(&b));
	(void)flips(TYPE_ZIP, buf_bytes(&b));
	buf_put(&empty, "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
	must_be_whole(TYPE_ZIP, buf_bytes(&empty));
}

static void
test_changes(void **state)
{
	static const struct { const char *what; struct recipe r; const char *why; } table[] = {
		{ "stored", { .name = "a.txt", GOOD }, NULL },
		{ "Japanese name", { .name = "\xe6\xbc\xa2.txt", GOOD }, NULL },
		{ "no ending", { .name = "README", GOOD }, NULL },
		{ "a file in a directory", { .name = "a/b.txt", .name2 = "a/c.txt", GOOD }, NULL },
		{ "comment", { .name = "a.txt", GOOD, .comment = "hi" }, "end record" },
		{ "extra field", { .name = "a.txt", GOOD, .extra = "UTxx" }, "extra" },
		{ "ZIP64's version", { .name = "a.txt", .text = "x", .flags = 0x800, .version = 45, .made = 20 }, "version" },
		{ "made by Unix", { .name = "a.txt", .text = "x", .flags = 0x800, .version = 20, .made = 0x0314 }, "made by" },
		{ "empty file that is no text", { .name = "a.pdf", .text = "", .flags = 0x800, .version = 20, .made = 20 }, "empty" },
		{ "a name that is obeyed", { .name = "a/desktop.ini", GOOD }, "obeys" },
		{ "a name that is obeyed, in large letters", { .name = "Autorun", GOOD }, "obeys" },
		{ "a longer name", { .name = "desktop.ini.txt", GOOD }, NULL },
		{ "a folder that is obeyed", { .name = "a/.Git/b.txt", GOOD }, "step" },
		{ "a folder of a class", { .name = "a.{ED7BA470-8E54-465E-825C-99712043E01C}/b.txt", GOOD }, "step" },
		{ "no class", { .name = "a.{ED7BA470-8E54-465E-825C-99712043E01C}_/b.txt", GOOD }, NULL },
		{ "device", { .name = "aux.txt", GOOD }, "step" },
		{ "device with a number", { .name = "b/COM1", GOOD }, "step" },
		{ "twice in full width", { .name = "a.txt", .name2 = "\xef\xbd\x81.txt", GOOD }, "twice" },
		{ "in parts", { .name = "\xe3\x81\x8b\xe3\x82\x99.txt", GOOD }, "parts" },
		{ "Latin in parts", { .name = "e\xcc\x81.txt", GOOD }, "parts" },
		{ "Hangul in parts", { .name = "\xe1\x84\x92\xe1\x85\xa1.txt", GOOD }, "parts" },
		{ "marks in another order", { .name = "\xc3\xaa\xcc\xa3.txt", GOOD }, "parts" },
		{ "a mark that joins nothing", { .name = "\xc3\xaa\xcc\xa4.txt", GOOD }, NULL },
		{ "composed", { .name = "\xe3\x81\x8c\xc3\xa9\xed\x95\x9c.txt", GOOD }, NULL },
		{ "an ideograph of its own", { .name = "\xef\xa8\x99.txt", GOOD }, NULL },
		{ "and the one that it is to others", { .name = "\xef\xa8\x99.txt", .name2 = "\xe7\xa5\x9e.txt", GOOD }, "twice" },
		{ "file as directory", { .name = "a", .name2 = "a/b.txt", GOOD }, "directory" },
		{ "gap", { .name = "a.txt", GOOD, .gap = "gap" }, "directory" },
		{ "program in front", { .name = "a.txt", GOOD, .prefix = "MZ" }, "end record" },
		{ "no UTF-8 flag", { .name = "a.txt", .text = "x", .version = 20 }, "flags" },
		{ "data descriptor", { .name = "a.txt", .text = "x", .version = 20, .flags = 0x808 }, "flags" },
		{ "encrypted", { .name = "a.txt", .text = "x", .version = 20, .flags = 0x801 }, "flags" },
		{ "method", { .name = "a.txt", GOOD, .method = 9 }, "method" },
		{ "CRC", { .name = "a.txt", GOOD, .crc_off = 1 }, "CRC" },
		{ "size", { .name = "a.txt", DEFLATE, .size_off = 1 }, "size" },
		{ "behind deflate", { .name = "a.txt", DEFLATE, .behind_deflate = true }, "behind" },
		{ "traversal", { .name = "../a.txt", GOOD }, "step" },
		{ "traversal inside", { .name = "a/../b.txt", GOOD }, "step" },
		{ "absolute", { .name = "/a.txt", GOOD }, "step" },
		{ "drive", { .name = "c:a.txt", GOOD }, "character" },
		{ "backslash", { .name = "a\\b.txt", GOOD }, "character" },
		{ "control in name", { .name = "a\nb.txt", GOOD }, "character" },
		{ "override in name", { .name = "a\xe2\x80\xaetxt.exe", GOOD }, "character" },
		{ "not UTF-8", { .name = "\x8a\xbf.txt", GOOD }, "character" },
		{ "dot behind", { .name = "a.txt.", GOOD }, "step" },
		{ "twice", { .name = "a.txt", .name2 = "a.txt", GOOD }, "twice" },
		{ "twice but for case", { .name = "a.txt", .name2 = "A.TXT", GOOD }, "twice" },
		{ "two names", { .name = "a.txt", .central_name = "b.txt", GOOD }, "differ" },
		{ "program", { .name = "a.exe", GOOD }, "ending" },
		{ "not what it says", { .name = "a.png", GOOD }, "signature" },
		{ "directory with data", { .name = "a/", GOOD, .external = 0x10 }, "directory with" },
		{ "link", { .name = "a.txt", GOOD, .external = 0xa1ff0000 }, "attributes" },
		{ "hidden", { .name = "a.txt", GOOD, .external = 2 }, "attributes" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof *table; i++) {
		own_buf struct buf b = { 0 };

		archive(&b, &table[i].r);
		if (table[i].why == NULL)
			must_pass(TYPE_ZIP, buf_bytes(&b), table[i].what);
		else
			must_fail(TYPE_ZIP, buf_bytes(&b), table[i].what, table[i].why);
	}
}

/* An archive in an archive in an archive ...: eight deep and no deeper. */
static void
test_depth(void **state)
{
	own_buf struct buf b = { 0 };
	struct err e;
	unsigned depth;

	(void)state;
	buf_put(&b, "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
	for (depth = 0; depth < 9; depth++) {
		own_buf struct buf outer = { 0 };
		struct buf inner = b;
		uint32_t crc = (uint32_t)crc32(0, b.p, (uInt)b.n), n = (uint32_t)b.n;
		const struct recipe r = { .flags = 0x800, .version = 20 };
		uint32_t start;

		assert_int_equal(passes(TYPE_ZIP, buf_bytes(&b), &e), depth <= 8);
		buf_u32le(&outer, 0x04034b50);
		header(&outer, &r, "a.zip", crc, n, n);
		buf_str(&outer, "a.zip");
		buf_view(&outer, buf_bytes(&b));
		start = (uint32_t)outer.n;
		buf_u32le(&outer, 0x02014b50);
		buf_u16le(&outer, 20);
		header(&outer, &r, "a.zip", crc, n, n);
		buf_put(&outer, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 14);
		buf_str(&outer, "a.zip");
		buf_put(&outer, "PK\5\6\0\0\0\0\1\0\1\0", 12);
		buf_u32le(&outer, (uint32_t)outer.n - 12 - start);
		buf_u32le(&outer, start);
		buf_u16le(&outer, 0);
		b = outer;
		outer = inner;
	}
	assert_false(passes(TYPE_ZIP, buf_bytes(&b), &e));
	assert_int_equal(e.code, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_whole), cmocka_unit_test(test_changes),
					    cmocka_unit_test(test_depth) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
