/* What is inside decides: kinds of ZIP by its directory, kinds of OLE2 file by its streams; damaged ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "sanitize/testing.h"

/* -- ZIP ------------------------------------------------------------------------ */

struct member {
	const char *name, *data;
};

#define TYPES(words) { "[Content_Types].xml", "<Types><Override ContentType=\"" words "\"/></Types>" }

static const struct {
	struct member member[4];
	enum type type;
} zips[] = {
	{ { { "a.txt", "x" } }, TYPE_ZIP },
	{ { TYPES("application/vnd.ms-excel.sheet.binary.macroEnabled.main") }, TYPE_XLSB },
	{ { TYPES("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml") }, TYPE_DOCX },
	{ { TYPES("application/vnd.ms-word.template.macroEnabledTemplate.main+xml") }, TYPE_DOCX },
	{ { TYPES("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml") }, TYPE_XLSX },
	{ { TYPES("application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml") }, TYPE_PPTX },
	{ { TYPES("application/vnd.ms-visio.drawing.main+xml") }, TYPE_VSDX },
	{ { TYPES("application/vnd.ms-package.xps-fixeddocumentsequence+xml") }, TYPE_XPS },
	/* a part of another kind inside does not make it that kind */
	{ { { "xl/workbook.xml", "x" }, TYPES("wordprocessingml.document.main+xml") }, TYPE_DOCX },
	/* content types of nothing known: the names decide, in any case, with either slash */
	{ { TYPES("text/plain"), { "WORD\\Document.xml", "x" } }, TYPE_DOCX },
	{ { { "xl/workbook.bin", "x" } }, TYPE_XLSB },
	{ { { "ppt/presentation.xml", "x" } }, TYPE_PPTX },
	{ { { "xl/workbook.xmlx", "x" } }, TYPE_ZIP },
	{ { { "mimetype", "application/vnd.oasis.opendocument.text-template" } }, TYPE_ODT },
	{ { { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" } }, TYPE_ODS },
	{ { { "mimetype", "application/vnd.oasis.opendocument.presentation" } }, TYPE_ODP },
	{ { { "mimetype", "application/vnd.oasis.opendocument.graphics" } }, TYPE_ODG },
	{ { { "mimetype", "application/epub+zip" } }, TYPE_EPUB },
	{ { { "mimetype", "text/plain" } }, TYPE_ZIP },
	{ { { "META-INF/MANIFEST.MF", "x" }, { "A.class", "x" } }, TYPE_JAR },
	{ { { "META-INF/MANIFEST.MF", "x" }, { "mimetype", "application/epub+zip" } }, TYPE_EPUB },
	{ { { "AndroidManifest.xml", "x" }, { "word/document.xml", "x" } }, TYPE_APK },
};

/* `front` bytes stand before the archive; `deflated`: members are packed. */
static void
put_zip(struct buf *b, const struct member *m, size_t n, size_t front, bool deflated)
{
	own_buf struct buf dir = { 0 };
	size_t i, count = 0, start;

	(void)buf_fill(b, '#', front);
	for (i = 0; i < n && m[i].name != NULL; i++, count++) {
		size_t at = b->n - front, size = strlen(m[i].data), packed = size;
		uint8_t room[512];
		const void *data = m[i].data;

		if (deflated) {
			struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);

			packed = libdeflate_deflate_compress(c, data, size, room, sizeof room);
			libdeflate_free_compressor(c);
			assert_true(packed > 0);
			data = room;
		}
		(void)buf_put(b, "PK\3\4\x14\0\0\0", 8);
		(void)buf_u16le(b, deflated ? 8 : 0);
		(void)buf_fill(b, 0, 8);
		(void)buf_u32le(b, (uint32_t)packed);
		(void)buf_u32le(b, (uint32_t)size);
		(void)buf_u16le(b, (uint16_t)strlen(m[i].name));
		(void)buf_u16le(b, 0);
		(void)buf_str(b, m[i].name);
		(void)buf_put(b, data, packed);
		(void)buf_put(&dir, "PK\1\2\x14\0\x14\0\0\0", 10);
		(void)buf_u16le(&dir, deflated ? 8 : 0);
		(void)buf_fill(&dir, 0, 8);
		(void)buf_u32le(&dir, (uint32_t)packed);
		(void)buf_u32le(&dir, (uint32_t)size);
		(void)buf_u16le(&dir, (uint16_t)strlen(m[i].name));
		(void)buf_fill(&dir, 0, 12);
		(void)buf_u32le(&dir, (uint32_t)at);
		(void)buf_str(&dir, m[i].name);
	}
	start = b->n - front;
	(void)buf_view(b, buf_bytes(&dir));
	(void)buf_put(b, "PK\5\6\0\0\0\0", 8);
	(void)buf_u16le(b, (uint16_t)count);
	(void)buf_u16le(b, (uint16_t)count);
	(void)buf_u32le(b, (uint32_t)dir.n);
	(void)buf_u32le(b, (uint32_t)start);
	(void)buf_u16le(b, 0);
}

static void
kinds_of_zip(void **state)
{
	static const size_t fronts[] = { 0, 1000 };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof zips / sizeof *zips; i++)
		for (k = 0; k < 4; k++) {
			own_buf struct buf b = { 0 };
			enum type t;

			put_zip(&b, zips[i].member, 4, fronts[k / 2], k % 2 != 0);
			t = detect_zip(buf_bytes(&b));
			if (t != zips[i].type)
				fail_msg("row %zu, way %zu: %s, not %s", i, k, type_name(t), type_name(zips[i].type));
			if (fronts[k / 2] == 0)
				assert_int_equal(detect(buf_bytes(&b), ""), zips[i].type);
			assert_true(detect_zip_end(buf_bytes(&b)));
		}
}

/* Any beginning, and any byte changed: an answer, and no read past the end. */
static void
damaged_zips(void **state)
{
	own_buf struct buf b = { 0 };
	size_t i, same = 0;

	(void)state;
	put_zip(&b, zips[2].member, 4, 0, true);
	for (i = 0; i < b.n; i++) {
		uint8_t *cut = malloc(i + 1);

		assert_non_null(cut);
		memcpy(cut, b.p, i);
		assert_int_equal(detect_zip(view_of(cut, i)), TYPE_ZIP);
		assert_false(detect_zip_end(view_of(cut, i)));
		free(cut);
	}
	for (i = 0; i < b.n; i++) {
		enum type t;

		b.p[i] ^= 0xff;
		t = detect_zip(buf_bytes(&b));
		assert_true(t == TYPE_ZIP || t == TYPE_DOCX);
		same += t == TYPE_DOCX;
		b.p[i] ^= 0xff;
	}
	assert_true(same > 0 && same < b.n);
	/* A member that says it is huge is not unpacked, one of a strange method neither. */
	b.p[view_find(buf_bytes(&b), 0, VIEW("PK\1\2")) + 27] = 0x7f;
	assert_int_equal(detect_zip(buf_bytes(&b)), TYPE_ZIP);
}

/* -- OLE2 ------------------------------------------------------------------------- */

enum { FREE = -1, END = -2, FAT = -3 };

/* One entry of the directory ([MS-CFB] 2.6.1). */
static void
put_entry(struct buf *b, const char *name, uint8_t kind, uint32_t left, uint32_t right, uint32_t child)
{
	size_t n = strlen(name), i;

	for (i = 0; i < 32; i++)
		(void)buf_u16le(b, i < n ? (uint16_t)name[i] : 0);
	(void)buf_u16le(b, (uint16_t)(n == 0 ? 0 : 2 * n + 2));
	(void)buf_byte(b, kind);
	(void)buf_byte(b, 1);
	(void)buf_u32le(b, left);
	(void)buf_u32le(b, right);
	(void)buf_u32le(b, child);
	(void)buf_fill(b, 0, 48);
}

/* Sector 0 is the FAT, the directory is in 1 and, behind it, in 2. */
static void
put_ole(struct buf *b, uint16_t shift, const char *const names[7])
{
	size_t size = (size_t)1 << shift, i;

	(void)buf_put(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	(void)buf_fill(b, 0, 16);
	(void)buf_put(b, "\x3e\0\3\0\xfe\xff", 6);
	(void)buf_u16le(b, shift);
	(void)buf_put(b, "\6\0\0\0\0\0\0\0\0\0\0\0", 12);
	(void)buf_u32le(b, 1);			/* sectors of FAT */
	(void)buf_u32le(b, 1);			/* first of the directory */
	(void)buf_fill(b, 0, 4);
	(void)buf_u32le(b, 4096);
	(void)buf_u32le(b, (uint32_t)END);
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, (uint32_t)END);
	(void)buf_u32le(b, 0);
	(void)buf_u32le(b, 0);			/* DIFAT: the FAT is sector 0 */
	(void)buf_fill(b, 0xff, 108 * 4);
	(void)buf_fill(b, 0, size - b->n);
	(void)buf_u32le(b, (uint32_t)FAT);
	(void)buf_u32le(b, 2);
	(void)buf_u32le(b, (uint32_t)END);
	(void)buf_fill(b, 0xff, 2 * size - b->n);
	/* The root's tree: 1, with 2 to its left, 3 to its right and so on. */
	put_entry(b, "Root Entry", 5, (uint32_t)FREE, (uint32_t)FREE, 1);
	for (i = 1; i < 8; i++)
		put_entry(b, names[i - 1] != NULL ? names[i - 1] : "", 2, i == 1 ? 2 : (uint32_t)FREE,
			  i == 1 ? 3 : i >= 3 && i < 7 ? (uint32_t)i + 1 : (uint32_t)FREE, (uint32_t)FREE);
	(void)buf_fill(b, 0, 4 * size - b->n);
}

static const struct {
	const char *names[7];
	enum type type;
} oles[] = {
	{ { "Contents" }, TYPE_OLE },
	{ { "WordDocument" }, TYPE_DOC },
	{ { "Other", "Workbook" }, TYPE_XLS },
	{ { "Other", "Other", "Book" }, TYPE_XLS },
	{ { "A", "B", "C", "PowerPoint Document" }, TYPE_PPT },
	{ { "A", "B", "C", "D", "E", "F", "DocumentText" }, TYPE_JTD },	/* in the second sector */
	{ { "JSRV_SegmentInformation" }, TYPE_JTD },
	{ { "__properties_version1.0" }, TYPE_MSG },
	{ { "WordDocument", "EncryptedPackage" }, TYPE_OOXML_ENCRYPTED },
	{ { "Workbook", "WordDocument" }, TYPE_DOC },
	{ { "WordDocumen" }, TYPE_OLE },
	{ { "WordDocument2" }, TYPE_OLE },
	{ { "wordDocument" }, TYPE_OLE },
};

static void
kinds_of_ole(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof oles / sizeof *oles; i++)
		for (k = 0; k < 2; k++) {
			own_buf struct buf b = { 0 };
			enum type t;

			put_ole(&b, k == 0 ? 9 : 12, oles[i].names);
			t = detect(buf_bytes(&b), "");
			if (t != oles[i].type)
				fail_msg("row %zu: %s, not %s", i, type_name(t), type_name(oles[i].type));
		}
}

static void
poke(struct buf *b, size_t at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		b->p[at + i] = (uint8_t)(value >> (8 * i));
}

enum { FAT_AT = 512, DIR_AT = 1024, ENTRY = 128 };

static const struct {
	const char *what;
	size_t at;
	uint32_t value;
	enum type type;
} pokes[] = {
	{ "a sector size that is none", 0x1e, 10, TYPE_OLE },
	{ "a directory past the end", 0x30, 99, TYPE_OLE },
	{ "a directory at the end of all numbers", 0x30, UINT32_MAX, TYPE_OLE },
	{ "a FAT past the end", 0x4c, 99, TYPE_DOC },
	{ "a directory in a ring", FAT_AT + 4, 1, TYPE_DOC },
	{ "a tree in a ring", DIR_AT + ENTRY + 72, 1, TYPE_DOC },
	{ "a root without a child: any name counts", DIR_AT + 76, (uint32_t)FREE, TYPE_DOC },
	{ "a child past the end: any name counts", DIR_AT + 76, 5000, TYPE_DOC },
	{ "a name without a length", DIR_AT + ENTRY + 64, 0, TYPE_OLE },
	{ "a name longer than its room", DIR_AT + ENTRY + 64, 0x10042, TYPE_OLE },
	{ "a name of one byte", DIR_AT + ENTRY + 64, 0x10001, TYPE_OLE },
	{ "a high byte in the name", DIR_AT + ENTRY, 0x006f0157, TYPE_OLE },
};

/* A tree of the root's own: what hangs in a storage below it is another document. */
static void
what_is_embedded_is_not_counted(void **state)
{
	static const char *const names[7] = { "Workbook", "WordDocument", "WordDocument" };
	enum { LEFT = DIR_AT + ENTRY + 68, RIGHT = DIR_AT + ENTRY + 72, CHILD = DIR_AT + ENTRY + 76 };
	own_buf struct buf b = { 0 };

	(void)state;
	put_ole(&b, 9, names);
	assert_int_equal(detect_ole(buf_bytes(&b)), TYPE_DOC);
	poke(&b, RIGHT, (uint32_t)FREE);
	assert_int_equal(detect_ole(buf_bytes(&b)), TYPE_DOC);
	/* Entries past the end of the directory are none. */
	poke(&b, LEFT, 8);
	assert_int_equal(detect_ole(buf_bytes(&b)), TYPE_XLS);
	poke(&b, LEFT, (uint32_t)FREE);
	poke(&b, CHILD, 2);
	assert_int_equal(detect_ole(buf_bytes(&b)), TYPE_XLS);
	/* Without a name known in its own tree any name counts. */
	poke(&b, DIR_AT + ENTRY, 0x006f0058);
	assert_int_equal(detect_ole(buf_bytes(&b)), TYPE_DOC);
}

static void
damaged_ole(void **state)
{
	static const char *const names[7] = { "WordDocument" };
	own_buf struct buf whole = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pokes / sizeof *pokes; i++) {
		own_buf struct buf b = { 0 };
		enum type t;

		put_ole(&b, 9, names);
		poke(&b, pokes[i].at, pokes[i].value);
		t = detect_ole(buf_bytes(&b));
		if (t != pokes[i].type)
			fail_msg("%s: %s, not %s", pokes[i].what, type_name(t), type_name(pokes[i].type));
	}
	put_ole(&whole, 9, names);
	for (i = 0; i < whole.n; i += 7) {
		uint8_t *cut = malloc(i + 1);
		enum type t;

		assert_non_null(cut);
		memcpy(cut, whole.p, i);
		t = detect_ole(view_of(cut, i));
		assert_true(t == TYPE_OLE || (t == TYPE_DOC && i >= DIR_AT + 512));
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_zip), cmocka_unit_test(damaged_zips),
		cmocka_unit_test(kinds_of_ole), cmocka_unit_test(damaged_ole),
		cmocka_unit_test(what_is_embedded_is_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
