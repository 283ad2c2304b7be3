#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "sanitize/testing.h"
#include "sanitize/zip/zip.h"
#include "sanitize/zip/zip_names.h"

/* An archive put together by hand, so that every field can lie. */
struct member {
	const char *name, *data;
	const char *local_name;		/* NULL: name */
	uint32_t crc, size, local_crc, local_size;	/* added to the true value */
	uint16_t method, local_method, flags, local_flags;
	uint32_t mode;			/* Unix mode, 0: none */
	uint32_t at;			/* 1: shares the first entry's place */
	const char *extra, *comment, *behind;	/* bytes behind the data */
};

struct craft {
	struct view before, after, gap, comment;
	uint32_t count;			/* added to the true one */
	uint32_t shift;			/* added to every offset */
	bool end_twice;
};

static const char *
or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

static void
put_local(struct buf *b, const struct member *m, uint32_t crc, uint32_t n)
{
	const char *name = m->local_name == NULL ? m->name : m->local_name;

	(void)buf_u32le(b, 0x04034b50);
	(void)buf_u16le(b, 20);
	(void)buf_u16le(b, m->flags ^ m->local_flags);
	(void)buf_u16le(b, m->method ^ m->local_method);
	(void)buf_u32le(b, 0x58210000);
	(void)buf_u32le(b, crc + m->crc + m->local_crc);
	(void)buf_u32le(b, n);
	(void)buf_u32le(b, n + m->size + m->local_size);
	(void)buf_u16le(b, (uint16_t)strlen(name));
	(void)buf_u16le(b, 0);
	(void)buf_str(b, name);
	(void)buf_str(b, m->data);
	(void)buf_str(b, or_empty(m->behind));
}

static void
put_central(struct buf *b, const struct member *m, uint32_t crc, uint32_t n, uint32_t at)
{
	(void)buf_u32le(b, 0x02014b50);
	(void)buf_u16le(b, m->mode != 0 ? 3 << 8 | 20 : 20);
	(void)buf_u16le(b, 20);
	(void)buf_u16le(b, m->flags);
	(void)buf_u16le(b, m->method);
	(void)buf_u32le(b, 0x58210000);
	(void)buf_u32le(b, crc + m->crc);
	(void)buf_u32le(b, n);
	(void)buf_u32le(b, n + m->size);
	(void)buf_u16le(b, (uint16_t)strlen(m->name));
	(void)buf_u16le(b, (uint16_t)strlen(or_empty(m->extra)));
	(void)buf_u16le(b, (uint16_t)strlen(or_empty(m->comment)));
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, m->mode << 16);
	(void)buf_u32le(b, at);
	(void)buf_str(b, m->name);
	(void)buf_str(b, or_empty(m->extra));
	(void)buf_str(b, or_empty(m->comment));
}

static void
put_end(struct buf *b, uint32_t count, uint32_t size, uint32_t at, size_t comment)
{
	(void)buf_u32le(b, 0x06054b50);
	(void)buf_u32le(b, 0);
	(void)buf_u16le(b, (uint16_t)count);
	(void)buf_u16le(b, (uint16_t)count);
	(void)buf_u32le(b, size);
	(void)buf_u32le(b, at);
	(void)buf_u16le(b, (uint16_t)comment);
}

static void
craft(struct buf *b, const struct member *m, size_t n, const struct craft *c)
{
	own_buf struct buf rows = { 0 };
	uint32_t first = (uint32_t)c->before.n, at;
	size_t i;

	(void)buf_view(b, c->before);
	for (i = 0; i < n; i++) {
		uint32_t size = (uint32_t)strlen(m[i].data), crc = libdeflate_crc32(0, m[i].data, size);

		at = m[i].at == 1 ? first : (uint32_t)b->n;
		if (m[i].at != 1)
			put_local(b, &m[i], crc, size);
		put_central(&rows, &m[i], crc, size, at + c->shift);
	}
	(void)buf_view(b, c->gap);
	at = (uint32_t)b->n;
	(void)buf_view(b, buf_bytes(&rows));
	put_end(b, (uint32_t)n + c->count, (uint32_t)rows.n, at + c->shift,
		c->comment.n + (c->end_twice ? 22 : 0));
	if (c->end_twice)
		put_end(b, (uint32_t)n, (uint32_t)rows.n, at + c->shift, 0);
	(void)buf_view(b, c->comment);
	(void)buf_view(b, c->after);
	assert_false(b->full);
}

static const struct {
	const char *what;
	struct member m[3];
	struct craft c;
	enum finding_code code;
	const char *names;	/* of the output, joined by '|'; NULL: refused */
} cases[] = {
#define V(bytes) { (const uint8_t *)(bytes), sizeof(bytes) - 1 }
	{ "plain", { { .name = "a.txt", .data = "x" }, { .name = "d/", .data = "" } }, { .count = 0 }, FINDING_COUNT, "a.txt|d/" },
	{ "local name", { { .name = "a.txt", .data = "x", .local_name = "b.exe" } }, { .count = 0 }, FINDING_ZIP_DISAGREE, NULL },
	{ "local size", { { .name = "a.txt", .data = "x", .local_size = 1 } }, { .count = 0 }, FINDING_ZIP_DISAGREE, NULL },
	{ "local CRC", { { .name = "a.txt", .data = "x", .local_crc = 1 } }, { .count = 0 }, FINDING_ZIP_DISAGREE, NULL },
	{ "local method", { { .name = "a.txt", .data = "x", .local_method = 8 } }, { .count = 0 }, FINDING_ZIP_DISAGREE, NULL },
	{ "local encrypted", { { .name = "a.txt", .data = "x", .local_flags = 1 } }, { .count = 0 }, FINDING_ZIP_DISAGREE, NULL },
	{ "two ends", { { .name = "a.txt", .data = "x" } }, { .end_twice = true }, FINDING_ZIP_DISAGREE, NULL },
	{ "fewer counted", { { .name = "a.txt", .data = "x" }, { .name = "b.txt", .data = "y" } }, { .count = (uint32_t)-1 },
	  FINDING_ZIP_DISAGREE, NULL },
	{ "more counted", { { .name = "a.txt", .data = "x" } }, { .count = 60000 }, FINDING_LIMIT, NULL },
	{ "wrong CRC", { { .name = "a.txt", .data = "x", .crc = 1 }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_PART_REFUSED, "b.txt" },
	{ "bzip2", { { .name = "a.txt", .data = "x", .method = 12 }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_PART_REFUSED, "b.txt" },
	{ "all refused", { { .name = "a.exe", .data = "MZ\x90\x01 not text \x01\x02\x03\x04\x05\x06" } }, { .count = 0 }, FINDING_PART_REFUSED, NULL },
	{ "script", { { .name = "a.bat", .data = "dir" }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_PART_REFUSED, "b.txt" },
	{ "overlap", { { .name = "a.txt", .data = "x" }, { .name = "a.txt2", .data = "x", .at = 1, .local_name = "a.txt" } }, { .count = 0 },
	  FINDING_ZIP_DISAGREE, NULL },
	{ "same place twice", { { .name = "a.txt", .data = "x" }, { .name = "a.txt", .data = "x", .at = 1 },
	  { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_ZIP_OVERLAP, "b.txt" },
	{ "traversal", { { .name = "../../etc/a.txt", .data = "x" }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_ZIP_TRAVERSAL, "b.txt" },
	{ "backslash traversal", { { .name = "x\\..\\a.txt", .data = "x" }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_ZIP_TRAVERSAL, "b.txt" },
	{ "dots and spaces", { { .name = "x/.. /a.txt", .data = "x" }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_ZIP_TRAVERSAL, "b.txt" },
	{ "absolute", { { .name = "/etc/a.txt", .data = "x" } }, { .count = 0 }, FINDING_ZIP_NAME, "etc/a.txt" },
	{ "drive", { { .name = "C:\\d\\a.txt", .data = "x" } }, { .count = 0 }, FINDING_ZIP_NAME, "d/a.txt" },
	{ "device", { { .name = "con.txt", .data = "x" } }, { .count = 0 }, FINDING_ZIP_NAME, "_con.txt" },
	{ "stream", { { .name = "a.txt:b.txt", .data = "x" } }, { .count = 0 }, FINDING_ZIP_NAME, "a.txt_b.txt" },
	{ "bidi name", { { .name = "a\xe2\x80\xae" "fdp.txt", .data = "x", .flags = 1 << 11 } }, { .count = 0 }, FINDING_ZIP_NAME, "afdp.txt" },
	{ "symlink", { { .name = "l", .data = "/etc", .mode = 0120777 }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_ZIP_LINK, "b.txt" },
	{ "doubled", { { .name = "a.txt", .data = "x" }, { .name = "a.txt", .data = "y" } }, { .count = 0 }, FINDING_ZIP_DUPLICATE, "a.txt" },
	{ "other case", { { .name = "a.txt", .data = "x" }, { .name = "A.TXT", .data = "y" } }, { .count = 0 }, FINDING_ZIP_NAME, "a.txt|A (2).TXT" },
	{ "file and folder", { { .name = "a.txt", .data = "x" }, { .name = "a.txt/b.txt", .data = "y" } }, { .count = 0 }, FINDING_ZIP_DUPLICATE, "a.txt" },
	{ "folder and file", { { .name = "a.txt/b.txt", .data = "x" }, { .name = "a.txt", .data = "y" } }, { .count = 0 }, FINDING_ZIP_NAME,
	  "a.txt/b.txt|a (2).txt" },
	{ "wrong ending", { { .name = "a.jpg", .data = "text" } }, { .count = 0 }, FINDING_TYPE_MISMATCH, "a.txt" },
	{ "comment", { { .name = "a.txt", .data = "x" } }, { .comment = V("hi") }, FINDING_ZIP_COMMENT, "a.txt" },
	{ "entry comment", { { .name = "a.txt", .data = "x", .comment = "c" } }, { .count = 0 }, FINDING_ZIP_COMMENT, "a.txt" },
	{ "an empty end behind", { { .name = "a.txt", .data = "x" } },
	  { .after = V("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0") }, FINDING_ZIP_DISAGREE, NULL },
	{ "before", { { .name = "a.txt", .data = "x" } }, { .before = V("#junk#") }, FINDING_TRAILING_DATA, "a.txt" },
	{ "before, moved", { { .name = "a.txt", .data = "x" } }, { .before = V("#junk#"), .shift = (uint32_t)-6 }, FINDING_TRAILING_DATA, "a.txt" },
	{ "gap", { { .name = "a.txt", .data = "x", .behind = "hidden" } }, { .count = 0 }, FINDING_TRAILING_DATA, "a.txt" },
	{ "gap before directory", { { .name = "a.txt", .data = "x" } }, { .gap = V("hidden") }, FINDING_TRAILING_DATA, "a.txt" },
	{ "after", { { .name = "a.txt", .data = "x" } }, { .after = V("hidden") }, FINDING_TRAILING_DATA, "a.txt" },
	{ "CP932 name", { { .name = "\x83\x5c\x95\x5c/\x8e\x91\x97\xbf.txt", .data = "x" } }, { .count = 0 }, FINDING_COUNT, "ソ表/資料.txt" },
	{ "devices", { { .name = "com³.txt", .data = "x" }, { .name = "a/CONIN$", .data = "y" }, { .name = "comic.txt", .data = "z" } }, { .count = 0 },
	  FINDING_ZIP_NAME, "_com³.txt|a/_CONIN$|comic.txt" },
	{ "UTF-8 unsaid", { { .name = "資料.txt", .data = "x" } }, { .count = 0 }, FINDING_COUNT, "資料.txt" },
	{ "CP437 name", { { .name = "caf\x82.txt", .data = "x" } }, { .count = 0 }, FINDING_COUNT, "café.txt" },
	{ "empty file", { { .name = "a.txt", .data = "" }, { .name = "b.dll", .data = "" } }, { .count = 0 }, FINDING_COUNT, "a.txt|b.txt" },
	{ "encrypted", { { .name = "a.txt", .data = "0123456789abc", .flags = 1 } }, { .count = 0 }, FINDING_PASSWORD_NEEDED, NULL },
	{ "strong", { { .name = "a.txt", .data = "x", .flags = 1 | 1 << 6 }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_PART_REFUSED, "b.txt" },
#undef V
};

/* The names in a canonical archive, as its local headers have them. */
static void
names_of(struct view out, struct buf *ret)
{
	struct zip *z;
	struct err e;
	size_t i;

	z = zip_new(out, NULL, NULL, &e);
	assert_non_null(z);
	for (i = 0; i < zip_count(z); i++)
		(void)(buf_str(ret, i > 0 ? "|" : "") && buf_str(ret, zip_at(z, i)->name));
	zip_free(z);
}

static void
hostile(void **state)
{
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		own_buf struct buf in = { 0 }, names = { 0 };
		own_tried struct tried t = { 0 };

		for (n = 0; n < 3 && cases[i].m[n].name != NULL; n++)
			;
		craft(&in, cases[i].m, n, &cases[i].c);
		t = try_it("a.zip", buf_bytes(&in));
		assert_int_equal(t.type, TYPE_ZIP);
		if (tried_passed(&t) != (cases[i].names != NULL))
			fail_msg("%s: %s", cases[i].what, verdict_name(t.verdict));
		if (cases[i].code != FINDING_COUNT ? tried_count(&t, cases[i].code) == 0
						   : findings_weigh(&t.findings) != VERDICT_CLEAN)
			fail_msg("%s: findings", cases[i].what);
		if (cases[i].names == NULL)
			continue;
		names_of(buf_bytes(&t.out), &names);
		if (!view_is(buf_bytes(&names), cases[i].names))
			fail_msg("%s: %.*s", cases[i].what, (int)names.n, (const char *)names.p);
		assert_true(tried_settled(&t, "a.zip"));
	}
}

/* Many entries over one kernel of bytes (Fifield's bomb): every one of them overlaps. */
static void
overlapping_bomb(void **state)
{
	struct member m[3] = { { .name = "k.txt", .data = "kernel" }, { .name = "k.txt", .data = "kernel", .at = 1 },
			       { .name = "k.txt", .data = "kernel", .at = 1 } };
	own_buf struct buf in = { 0 };
	own_tried struct tried t = { 0 };

	(void)state;
	craft(&in, m, 3, &(struct craft){ .count = 0 });
	t = try_it("a.zip", buf_bytes(&in));
	assert_int_equal(t.verdict, VERDICT_REFUSED);
	assert_true(tried_count(&t, FINDING_ZIP_OVERLAP) >= 2);
}

static void
pack_one(struct buf *out, const char *name, struct view data)
{
	own_zip_writer struct zip_writer w = { .out = out };
	struct err e;

	assert_true(zip_put(&w, name, 0x5821, 0x6000, data, &e) && zip_end(&w, &e));
}

static void
bombs_and_depth(void **state)
{
	own_buf struct buf zeros = { 0 }, bomb = { 0 };
	own_tried struct tried t = { 0 };
	int i;

	(void)state;
	assert_true(buf_fill(&zeros, 'a', 11 << 20));
	pack_one(&bomb, "a.txt", buf_bytes(&zeros));
	t = try_it("a.zip", buf_bytes(&bomb));
	assert_int_equal(t.verdict, VERDICT_REFUSED);
	assert_int_equal(tried_count(&t, FINDING_LIMIT), 1);
	buf_clear(&bomb);
	assert_true(buf_str(&bomb, "text\n"));
	for (i = 0; i < 12; i++) {
		own_buf struct buf next = { 0 };

		pack_one(&next, i == 0 ? "a.txt" : "a.zip", buf_bytes(&bomb));
		buf_clear(&bomb);
		assert_true(buf_view(&bomb, buf_bytes(&next)));
	}
	tried_release(&t);
	t = try_it("a.zip", buf_bytes(&bomb));
	assert_int_equal(t.verdict, VERDICT_REFUSED);
	assert_true(tried_count(&t, FINDING_LIMIT) >= 1);
}

/* "secret text\n" as s.txt: ZipCrypto keyed with the password in CP932, as Windows does, and AE-2 with it in UTF-8. */
static void
passwords(void **state)
{
	static const uint8_t traditional[] = {
#include "sanitize/zip/zip_test_traditional.inc"
	};
	static const uint8_t aes[] = {
#include "sanitize/zip/zip_test_aes.inc"
	};
	const struct view files[] = { { traditional, sizeof traditional }, { aes, sizeof aes } };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		own_tried struct tried none = try_it("a.zip", files[i]);
		own_tried struct tried wrong = try_with("rebuild", "no", "a.zip", files[i]);
		own_tried struct tried right = try_with("rebuild", "町民課", "a.zip", files[i]);
		struct zip *z;
		struct err e;

		assert_int_equal(none.verdict, VERDICT_REFUSED);
		assert_int_equal(tried_count(&none, FINDING_PASSWORD_NEEDED), 1);
		assert_int_equal(wrong.verdict, VERDICT_REFUSED);
		assert_int_equal(right.verdict, VERDICT_CLEAN);
		assert_int_equal(tried_count(&right, FINDING_DECRYPTED), 1);
		z = zip_new(buf_bytes(&right.out), NULL, NULL, &e);
		assert_non_null(z);
		assert_int_equal(zip_count(z), 1);
		assert_true(view_is(zip_at(z, 0)->packed, "secret text\n"));
		zip_free(z);
	}
}

static void
folding(void **state)
{
	static const char *const alike[][2] = {
		{ "A.TXT", "a.txt" }, { "ＡＢ", "ab" }, { "か\xe3\x82\x99", "が" }, { "ハ\xe3\x82\x9a", "パ" },
		{ "ウ\xe3\x82\x99", "ヴ" }, { "É", "é" }, { "Ж", "ж" }, { "a\\b", "a/b" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof alike / sizeof *alike; i++) {
		own_buf struct buf a = { 0 }, b = { 0 };

		assert_true(zip_name_fold(view_str(alike[i][0]), &a) && zip_name_fold(view_str(alike[i][1]), &b));
		if (!view_eq(buf_bytes(&a), buf_bytes(&b)))
			fail_msg("%s %s", alike[i][0], alike[i][1]);
	}
}

static void
finding_by_name(void **state)
{
	struct member m[3] = { { .name = "[Content_Types].xml", .data = "x" }, { .name = "word/Document.xml", .data = "y" },
			       { .name = "a", .data = "z" } };
	own_buf struct buf in = { 0 };
	struct zip *z;
	struct err e;

	(void)state;
	craft(&in, m, 3, &(struct craft){ .count = 0 });
	z = zip_new(buf_bytes(&in), NULL, NULL, &e);
	assert_non_null(z);
	assert_ptr_equal(zip_find(z, "word/document.xml"), zip_at(z, 1));
	assert_ptr_equal(zip_find(z, "a"), zip_at(z, 2));
	assert_null(zip_find(z, "b"));
	zip_free(z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile), cmocka_unit_test(overlapping_bomb), cmocka_unit_test(bombs_and_depth),
		cmocka_unit_test(passwords), cmocka_unit_test(folding), cmocka_unit_test(finding_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
