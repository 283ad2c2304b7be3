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
	struct view fields, local_fields;	/* extra fields, with zeros in them */
	uint16_t local_version;		/* added to the true value */
	uint32_t local_time;
	uint32_t narrow;		/* the 32-bit sizes of the local header; 0: the true ones */
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
	(void)buf_u16le(b, (uint16_t)(20 + m->local_version));
	(void)buf_u16le(b, m->flags ^ m->local_flags);
	(void)buf_u16le(b, m->method ^ m->local_method);
	(void)buf_u32le(b, 0x58210000 + m->local_time);
	(void)buf_u32le(b, crc + m->crc + m->local_crc);
	(void)buf_u32le(b, m->narrow != 0 ? m->narrow : n);
	(void)buf_u32le(b, m->narrow != 0 ? m->narrow : n + m->size + m->local_size);
	(void)buf_u16le(b, (uint16_t)strlen(name));
	(void)buf_u16le(b, (uint16_t)m->local_fields.n);
	(void)buf_str(b, name);
	(void)buf_view(b, m->local_fields);
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
	(void)buf_u16le(b, (uint16_t)(strlen(or_empty(m->extra)) + m->fields.n));
	(void)buf_u16le(b, (uint16_t)strlen(or_empty(m->comment)));
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, m->mode << 16);
	(void)buf_u32le(b, at);
	(void)buf_str(b, m->name);
	(void)buf_str(b, or_empty(m->extra));
	(void)buf_view(b, m->fields);
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
	{ "what Explorer obeys", { { .name = "d/Desktop.ini", .data = "[.ShellClassInfo]" } }, { .count = 0 }, FINDING_NAME_OBEYED, "d/Desktop.ini.txt" },
	{ "the same, empty", { { .name = "desktop.ini", .data = "" } }, { .count = 0 }, FINDING_NAME_OBEYED, "desktop.ini.txt" },
	{ "and one like it", { { .name = "desktop.ini.", .data = "x" }, { .name = "desktop.ini.txt", .data = "y" } }, { .count = 0 }, FINDING_NAME_OBEYED,
	  "desktop.ini.txt|desktop.ini (2).txt" },
	{ "what runs from a medium", { { .name = "autorun.inf", .data = "[autorun]" }, { .name = "b.txt", .data = "y" } }, { .count = 0 }, FINDING_PART_REFUSED,
	  "b.txt" },
	{ "a folder of git", { { .name = "a/.git/config", .data = "[core]" }, { .name = ".GIT/", .data = "" } }, { .count = 0 }, FINDING_ZIP_NAME,
	  "a/_.git/config|_.GIT/" },
	{ "a folder of a class", { { .name = "a.{ED7BA470-8E54-465E-825C-99712043E01C}/a.txt", .data = "x" } }, { .count = 0 }, FINDING_ZIP_NAME,
	  "a.{ED7BA470-8E54-465E-825C-99712043E01C}_/a.txt" },
	{ "a folder called like a file that is obeyed", { { .name = "desktop.ini/a.txt", .data = "x" } }, { .count = 0 }, FINDING_COUNT, "desktop.ini/a.txt" },
	{ "in parts, as on a Mac", { { .name = "か\xe3\x82\x99.txt", .data = "x" } }, { .count = 0 }, FINDING_ZIP_NAME_COMPOSED, "が.txt" },
	{ "in parts and whole", { { .name = "e\xcc\x81.txt", .data = "x", .flags = 1 << 11 }, { .name = "é.txt", .data = "y", .flags = 1 << 11 },
	  { .name = "E\xcc\x81.txt", .data = "z", .flags = 1 << 11 } }, { .count = 0 }, FINDING_ZIP_NAME, "é.txt|é (2).txt|É (3).txt" },
	{ "a folder in parts, a file whole", { { .name = "か\xe3\x82\x99/a.txt", .data = "x", .flags = 1 << 11 }, { .name = "が", .data = "y", .flags = 1 << 11 } },
	  { .count = 0 }, FINDING_ZIP_NAME, "が/a.txt|が (2)" },
	{ "two ideographs of one", { { .name = "\xef\xa8\x99.txt", .data = "x", .flags = 1 << 11 }, { .name = "神.txt", .data = "y", .flags = 1 << 11 } },
	  { .count = 0 }, FINDING_ZIP_NAME, "\xef\xa8\x99.txt|神 (2).txt" },
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

/* Unicode paths of five bytes for "a.txt" and of nine for "caf\x82.txt", with the CRC of that name or a false one; sizes in a ZIP64 field. */
#define PATH(name) "up\x0a\0\1" "\xba\xf7\xeb\xc1" name
#define LIED(name) "up\x0a\0\1" "\1\2\3\4" name
#define CAFE(name) "up\x0e\0\1" "\x8f\x6e\x97\xa0" name
#define WIDE1 "\1\0\0\0\0\0\0\0"
#define WIDE2 "\2\0\0\0\0\0\0\0"
static const struct {
	const char *what;
	struct member m;
	enum finding_code code;	/* ZIP_DISAGREE: refused; ZIP_HEADERS: told and rebuilt; COUNT: nothing to say */
	const char *names;
} headers[] = {
	{ "a time", { .name = "a.txt", .data = "x", .local_time = 1 }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "a date", { .name = "a.txt", .data = "x", .local_time = 1 << 16 }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "no time", { .name = "a.txt", .data = "x", .local_time = 0u - 0x58210000 }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "a version", { .name = "a.txt", .data = "x", .local_version = 25 }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "how hard it was packed", { .name = "a.txt", .data = "x", .local_flags = 6 }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "a descriptor", { .name = "a.txt", .data = "x", .local_flags = 8 }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "UTF-8 of ASCII", { .name = "a.txt", .data = "x", .local_flags = 1 << 11 }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "two last changes", { .name = "a.txt", .data = "x", .fields = V("UT\5\0\1\0\0\0\1"), .local_fields = V("UT\5\0\1\0\0\0\2") },
	  FINDING_ZIP_HEADERS, "a.txt" },
	{ "times as Info-ZIP has them", { .name = "a.txt", .data = "x", .fields = V("UT\5\0\3\0\0\0\1"), .local_fields = V("UT\x09\0\3\0\0\0\1\0\0\0\2") },
	  FINDING_COUNT, "a.txt" },
	{ "fields that do not end", { .name = "a.txt", .data = "x", .local_fields = V("\1\0\x10\0\1") }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "zeros that align", { .name = "a.txt", .data = "x", .local_fields = V("\0\0\0") }, FINDING_COUNT, "a.txt" },

	{ "path, the same in both", { .name = "caf\x82.txt", .data = "x", .fields = V(CAFE("café.txt")), .local_fields = V(CAFE("café.txt")) },
	  FINDING_COUNT, "café.txt" },
	{ "path in the directory alone", { .name = "caf\x82.txt", .data = "x", .fields = V(CAFE("café.txt")) }, FINDING_ZIP_HEADERS, "café.txt" },
	{ "path here, another there", { .name = "caf\x82.txt", .data = "x", .fields = V(CAFE("café.txt")), .local_fields = V(CAFE("cafe2.exe")) },
	  FINDING_ZIP_DISAGREE, NULL },
	{ "path in the local header alone", { .name = "a.txt", .data = "x", .local_fields = V(PATH("b.exe")) }, FINDING_ZIP_DISAGREE, NULL },
	{ "path of an ASCII name", { .name = "a.txt", .data = "x", .fields = V(PATH("b.exe")) }, FINDING_ZIP_DISAGREE, NULL },
	{ "path that is the name", { .name = "a.txt", .data = "x", .local_fields = V(PATH("a.txt")) }, FINDING_ZIP_HEADERS, "a.txt" },
	{ "path under UTF-8", { .name = "a.txt", .data = "x", .flags = 1 << 11, .fields = V(PATH("b.exe")), .local_fields = V(PATH("b.exe")) },
	  FINDING_ZIP_DISAGREE, NULL },
	{ "path of a wrong CRC", { .name = "a.txt", .data = "x", .fields = V(LIED("b.exe")), .local_fields = V(LIED("b.exe")) }, FINDING_ZIP_DISAGREE, NULL },
	{ "the name, with a wrong CRC", { .name = "a.txt", .data = "x", .fields = V(LIED("a.txt")), .local_fields = V(LIED("a.txt")) },
	  FINDING_ZIP_HEADERS, "a.txt" },
	{ "two paths", { .name = "a.txt", .data = "x", .local_fields = V(PATH("a.txt") PATH("b.exe")) }, FINDING_ZIP_DISAGREE, NULL },
	{ "an escaped name", { .name = "a.txt", .data = "x", .fields = V(PATH("表.t")), .local_fields = V(PATH("表.t")) },
	  FINDING_ZIP_HEADERS, "表.t.txt" },

	{ "ZIP64, and true", { .name = "a.txt", .data = "x", .local_fields = V("\1\0\x10\0" WIDE1 WIDE1), .narrow = UINT32_MAX }, FINDING_COUNT, "a.txt" },
	{ "ZIP64 besides the sizes", { .name = "a.txt", .data = "x", .local_fields = V("\1\0\x10\0" WIDE1 WIDE1) }, FINDING_COUNT, "a.txt" },
	{ "ZIP64 of another size", { .name = "a.txt", .data = "x", .local_fields = V("\1\0\x10\0" WIDE2 WIDE1) }, FINDING_ZIP_DISAGREE, NULL },
	{ "ZIP64 of another packed size", { .name = "a.txt", .data = "x", .local_fields = V("\1\0\x10\0" WIDE1 WIDE2) }, FINDING_ZIP_DISAGREE, NULL },
	{ "ZIP64 of another place", { .name = "a.txt", .data = "x", .local_fields = V("\1\0\x18\0" WIDE1 WIDE1 WIDE2) }, FINDING_ZIP_DISAGREE, NULL },
	{ "half a ZIP64", { .name = "a.txt", .data = "x", .local_fields = V("\1\0\x08\0" WIDE1), .narrow = UINT32_MAX }, FINDING_ZIP_DISAGREE, NULL },
	{ "two ZIP64", { .name = "a.txt", .data = "x", .local_fields = V("\1\0\x10\0" WIDE1 WIDE1 "\1\0\x10\0" WIDE2 WIDE1) }, FINDING_ZIP_DISAGREE, NULL },
	{ "ZIP64 in the directory besides", { .name = "a.txt", .data = "x", .fields = V("\1\0\x10\0" WIDE1 WIDE1) }, FINDING_COUNT, "a.txt" },
	{ "ZIP64 in the directory, another size", { .name = "a.txt", .data = "x", .fields = V("\1\0\x10\0" WIDE2 WIDE1) }, FINDING_ZIP_DISAGREE, NULL },
	{ "ZIP64 in the directory, another place", { .name = "a.txt", .data = "x", .fields = V("\1\0\x18\0" WIDE1 WIDE1 WIDE2) }, FINDING_ZIP_DISAGREE, NULL },

	{ "AES in one alone", { .name = "a.txt", .data = "x", .local_fields = V("\1\x99\7\0\2\0AE\3\0\0") }, FINDING_ZIP_DISAGREE, NULL },
	{ "AES of two strengths", { .name = "a.txt", .data = "x", .fields = V("\1\x99\7\0\2\0AE\3\0\0"), .local_fields = V("\1\x99\7\0\2\0AE\1\0\0") },
	  FINDING_ZIP_DISAGREE, NULL },
#undef V
};

static void
two_headers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof headers / sizeof *headers; i++) {
		own_buf struct buf in = { 0 }, names = { 0 };
		own_tried struct tried t = { 0 };
		bool refused = headers[i].names == NULL;

		craft(&in, &headers[i].m, 1, &(struct craft){ .count = 0 });
		t = try_it("a.zip", buf_bytes(&in));
		if (tried_passed(&t) == refused)
			fail_msg("%s: %s", headers[i].what, verdict_name(t.verdict));
		if (headers[i].code == FINDING_COUNT ? t.verdict != VERDICT_CLEAN : tried_count(&t, headers[i].code) != 1)
			fail_msg("%s: %s", headers[i].what, verdict_name(t.verdict));
		if (refused)
			continue;
		assert_int_equal(t.verdict, headers[i].code == FINDING_COUNT ? VERDICT_CLEAN : VERDICT_DISARMED);
		names_of(buf_bytes(&t.out), &names);
		if (!view_is(buf_bytes(&names), headers[i].names))
			fail_msg("%s: %.*s", headers[i].what, (int)names.n, (const char *)names.p);
		assert_true(tried_settled(&t, "a.zip"));
	}
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
		{ "ウ\xe3\x82\x99", "ヴ" }, { "É", "é" }, { "E\xcc\x81", "é" }, { "\xe1\xbb\x87", "e\xcc\x82\xcc\xa3" }, { "\xef\xa8\x99", "神" }, { "\xe1\x84\x92\xe1\x85\xa1", "하" }, { "Ж", "ж" }, { "a\\b", "a/b" },
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
		cmocka_unit_test(hostile), cmocka_unit_test(two_headers), cmocka_unit_test(overlapping_bomb), cmocka_unit_test(bombs_and_depth),
		cmocka_unit_test(passwords), cmocka_unit_test(folding), cmocka_unit_test(finding_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
