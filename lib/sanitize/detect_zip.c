#include <ctype.h>
#include <stdlib.h>

#include <libdeflate.h>

#include "core/own.h"
#include "sanitize/detect.h"

/*
 * Tells the kinds of ZIP apart by the names in the central directory and
 * the two small members that say what a package is.  It trusts nothing and
 * judges nothing: zip/ does that.
 */
enum {
	END_SIZE = 22,
	COMMENT_MAX = 0xffff,
	ENTRIES_MAX = 4096,	/* names looked at */
	MEMBER_MAX = 1 << 20,	/* bytes of [Content_Types].xml */
};

struct member {
	struct view packed;
	uint16_t method;
	uint32_t size;
};

/* What the directory's names say. */
struct seen {
	bool manifest, android;
	struct member types, mimetype;
	enum type by_name;
};

/* Main parts by content type (ISO/IEC 29500-1 11.3, 12.3, 13.3; [MS-OFFMACRO2]); "…main+xml" has many brothers. */
static const struct {
	const char *needle;
	enum type type;
} contents[] = {
	{ "application/vnd.ms-excel.sheet.binary.macroEnabled.main", TYPE_XLSB },
	{ "wordprocessingml.document.main+xml", TYPE_DOCX },
	{ "wordprocessingml.template.main+xml", TYPE_DOCX },
	{ "application/vnd.ms-word.document.macroEnabled", TYPE_DOCX },
	{ "application/vnd.ms-word.template.macroEnabled", TYPE_DOCX },
	{ "spreadsheetml.sheet.main+xml", TYPE_XLSX },
	{ "spreadsheetml.template.main+xml", TYPE_XLSX },
	{ "application/vnd.ms-excel.sheet.macroEnabled", TYPE_XLSX },
	{ "application/vnd.ms-excel.template.macroEnabled", TYPE_XLSX },
	{ "application/vnd.ms-excel.addin.macroEnabled", TYPE_XLSX },
	{ "presentationml.presentation.main+xml", TYPE_PPTX },
	{ "presentationml.slideshow.main+xml", TYPE_PPTX },
	{ "presentationml.template.main+xml", TYPE_PPTX },
	{ "application/vnd.ms-powerpoint.presentation.macroEnabled", TYPE_PPTX },
	{ "application/vnd.ms-powerpoint.slideshow.macroEnabled", TYPE_PPTX },
	{ "application/vnd.ms-powerpoint.template.macroEnabled", TYPE_PPTX },
	{ "application/vnd.ms-powerpoint.addin.macroEnabled", TYPE_PPTX },
	{ "application/vnd.ms-visio.", TYPE_VSDX },
	{ "fixeddocumentsequence+xml", TYPE_XPS },
};

static const struct {
	const char *mimetype;
	enum type type;
} mimetypes[] = {
	{ "application/vnd.oasis.opendocument.text", TYPE_ODT },
	{ "application/vnd.oasis.opendocument.spreadsheet", TYPE_ODS },
	{ "application/vnd.oasis.opendocument.presentation", TYPE_ODP },
	{ "application/vnd.oasis.opendocument.graphics", TYPE_ODG },
	{ "application/epub+zip", TYPE_EPUB },
};

/* Where the content types are damaged, the part that only one kind has. */
static const struct {
	const char *name;
	enum type type;
} names[] = {
	{ "xl/workbook.bin", TYPE_XLSB },
	{ "word/document.xml", TYPE_DOCX },
	{ "xl/workbook.xml", TYPE_XLSX },
	{ "ppt/presentation.xml", TYPE_PPTX },
	{ "visio/document.xml", TYPE_VSDX },
	{ "FixedDocSeq.fdseq", TYPE_XPS },
	{ "FixedDocumentSequence.fdseq", TYPE_XPS },
};

static bool
end_record(struct view in, size_t *ret)
{
	size_t from = in.n > END_SIZE + COMMENT_MAX ? in.n - END_SIZE - COMMENT_MAX : 0;
	size_t at = view_rfind(view_from(in, from), VIEW("PK\x05\x06"));

	if (at == VIEW_NOT_FOUND || in.n - from - at < END_SIZE)
		return false;
	*ret = from + at;
	return true;
}

bool
detect_zip_end(struct view in)
{
	size_t at;
	struct view v;
	uint16_t comment;
	uint32_t dir;

	if (!end_record(in, &at))
		return false;
	v = view_from(in, at + 16);
	return view_u32le(&v, &dir) && view_u16le(&v, &comment) && comment == v.n && dir <= at;
}

/* A local file's data, by the sizes of the central directory. */
static struct member
member_at(struct view in, size_t at, uint16_t method, uint32_t packed, uint32_t size)
{
	struct member m = { .method = method, .size = size };
	struct view v = view_from(in, at + 26);
	uint16_t name, extra;

	if (!view_u16le(&v, &name) || !view_u16le(&v, &extra) || !view_skip(&v, (size_t)name + extra) ||
	    !view_take(&v, packed, &m.packed))
		m.packed = (struct view){ NULL, 0 };
	return m;
}

static bool
member_text(const struct member *m, struct buf *ret)
{
	struct libdeflate_decompressor *d;
	enum libdeflate_result r;
	uint8_t *room;
	size_t n = 0;

	if (m->packed.p == NULL || m->size > MEMBER_MAX)
		return false;
	if (m->method == 0)
		return buf_view(ret, m->packed);
	room = buf_room(ret, m->size);
	d = m->method == 8 && room != NULL ? libdeflate_alloc_decompressor() : NULL;
	if (d == NULL)
		return false;
	r = libdeflate_deflate_decompress(d, m->packed.p, m->packed.n, room, m->size, &n);
	libdeflate_free_decompressor(d);
	ret->n += n;
	return r == LIBDEFLATE_SUCCESS;
}

/* OPC's names are compared without case, and some writers spell them with backslashes. */
static bool
name_is(struct view name, const char *want)
{
	size_t i;

	if (strlen(want) != name.n)
		return false;
	for (i = 0; i < name.n; i++) {
		uint8_t c = name.p[i] == '\\' ? '/' : name.p[i];

		if (tolower(c) != tolower((uint8_t)want[i]))
			return false;
	}
	return true;
}

static void
look(struct seen *s, struct view name, const struct member *m)
{
	size_t i;

	if (name_is(name, "META-INF/MANIFEST.MF"))
		s->manifest = true;
	else if (name_is(name, "AndroidManifest.xml"))
		s->android = true;
	else if (name_is(name, "[Content_Types].xml"))
		s->types = *m;
	else if (name_is(name, "mimetype"))
		s->mimetype = *m;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (s->by_name == TYPE_ZIP && name_is(name, names[i].name))
			s->by_name = names[i].type;
}

/* Data in front of the archive moves every offset by as much. */
static size_t
moved_by(size_t end, uint32_t dir, uint32_t dir_size)
{
	return end >= (size_t)dir + dir_size ? end - dir - dir_size : 0;
}

static struct seen
walk(struct view in)
{
	struct seen s = { .by_name = TYPE_ZIP };
	struct view v, name;
	uint32_t dir_size, dir, sig, packed, size, local;
	uint16_t method, name_n, extra_n, comment_n;
	size_t end, moved, i;

	if (!end_record(in, &end))
		return s;
	v = view_from(in, end + 12);
	if (!view_u32le(&v, &dir_size) || !view_u32le(&v, &dir))
		return s;
	moved = moved_by(end, dir, dir_size);
	v = view_from(in, dir + moved);
	for (i = 0; i < ENTRIES_MAX; i++) {
		struct member m;

		if (!view_u32le(&v, &sig) || sig != 0x02014b50 || !view_skip(&v, 6) ||
		    !view_u16le(&v, &method) || !view_skip(&v, 8) || !view_u32le(&v, &packed) ||
		    !view_u32le(&v, &size) || !view_u16le(&v, &name_n) || !view_u16le(&v, &extra_n) ||
		    !view_u16le(&v, &comment_n) || !view_skip(&v, 8) || !view_u32le(&v, &local) ||
		    !view_take(&v, name_n, &name) || !view_skip(&v, (size_t)extra_n + comment_n))
			break;
		m = member_at(in, local + moved, method, packed, size);
		look(&s, name, &m);
	}
	return s;
}

static enum type
by_mimetype(const struct member *m)
{
	own_buf struct buf text = BUF_MAX(MEMBER_MAX);
	struct view want;
	size_t i;

	if (!member_text(m, &text))
		return TYPE_ZIP;
	/* "…text-template" and "…text-master" are kinds of "…text". */
	for (i = 0; i < sizeof mimetypes / sizeof *mimetypes; i++) {
		want = view_str(mimetypes[i].mimetype);
		if (view_starts(buf_bytes(&text), want))
			return mimetypes[i].type;
	}
	return TYPE_ZIP;
}

/* The part that comes first among the overrides is not always the main one: rows are by kind. */
static enum type
by_content_types(const struct member *m)
{
	own_buf struct buf text = BUF_MAX(MEMBER_MAX);
	size_t i;

	if (!member_text(m, &text))
		return TYPE_ZIP;
	for (i = 0; i < sizeof contents / sizeof *contents; i++)
		if (view_find(buf_bytes(&text), 0, view_str(contents[i].needle)) != VIEW_NOT_FOUND)
			return contents[i].type;
	return TYPE_ZIP;
}

enum type
detect_zip(struct view in)
{
	struct seen s = walk(in);
	enum type t = TYPE_ZIP;

	if (s.android)
		return TYPE_APK;
	if (s.types.packed.p != NULL)
		t = by_content_types(&s.types);
	if (t == TYPE_ZIP && s.mimetype.packed.p != NULL)
		t = by_mimetype(&s.mimetype);
	if (t == TYPE_ZIP && s.by_name != TYPE_ZIP)
		t = s.by_name;
	/* Signed or not, only a Java archive carries this and no office document's parts. */
	return t == TYPE_ZIP && s.manifest ? TYPE_JAR : t;
}
