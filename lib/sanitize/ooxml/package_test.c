/* package_test.c - packages made here, and what is left of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/ooxml/package_in.h"
#include "sanitize/testing.h"

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define MICROSOFT "http://schemas.microsoft.com/office/"
#define RELS(x) "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" x "</Relationships>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" type "' Target='" target "'/>"
#define OUT(id, type, target) "<Relationship Id='" id "' Type='" type "' Target='" target "' TargetMode='External'/>"
#define DOC(x) "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:r='" \
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships'>" x "</w:document>"
#define ROOT_RELS RELS(REL("rId1", OFFICE "officeDocument", "word/document.xml"))

struct file {
	const char *name, *content;
};

static bool
zip_of(const struct file *f, struct buf *out)
{
	own_zip_writer struct zip_writer w = { .out = out };
	struct err e = { 0 };

	for (; f->name != NULL; f++)
		if (!zip_put(&w, f->name, 33, 0, view_str(f->content), &e))
			return false;
	return zip_end(&w, &e);
}

struct made {
	struct findings findings;
	struct buf out;
	struct err e;
	bool ok;
};

static void
made_release(struct made *m)
{
	findings_release(&m->findings);
	buf_release(&m->out);
}
#define own_made __attribute__((cleanup(made_release)))

static struct made
rebuild(const char *profile, struct view in)
{
	struct made m = { 0 };
	struct job j = { .profile = profile_find(view_str(profile)), .findings = &m.findings, .name = "a.docx" };

	m.ok = package_rebuild(&j, PART_WORD_DOCUMENT, NULL, in, &m.out, &m.e);
	return m;
}

static bool
found(const struct made *m, enum finding_code code)
{
	size_t i;

	for (i = 0; i < m->findings.n; i++)
		if (m->findings.row[i].code == code)
			return true;
	return false;
}

/* Names of the entries, joined by a space; and the content of one. */
static void
entries_of(struct view in, struct buf *names, const char *one, struct buf *content)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &f };
	struct err e = { 0 };
	own_zip struct zip *z = zip_new(in, NULL, NULL, &e);
	size_t i;

	assert_non_null(z);
	for (i = 0; i < zip_count(z); i++) {
		(void)buf_printf(names, "%s%s", i > 0 ? " " : "", zip_at(z, i)->name);
		if (one != NULL && strcmp(one, zip_at(z, i)->name) == 0)
			assert_true(zip_unpack(z, zip_at(z, i), &j, content, &e));
	}
	(void)buf_byte(names, '\0');
	(void)buf_byte(content, '\0');
	findings_release(&f);
}

static const struct case_ {
	const char *name;
	struct file file[8];
	const char *entries;		/* NULL: refused */
	enum finding_code finding;	/* COUNT: none */
} cases[] = {
	{ "plain", { { "[Content_Types].xml", "" }, { "_rels/.rels", ROOT_RELS }, { "word/document.xml", DOC("") } },
	  "[Content_Types].xml _rels/.rels word/document.xml", FINDING_COUNT },
	{ "another name, strict, absolute, escaped", { { "_rels/.rels", RELS(REL("x", "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument",
	  "/a/./b/../My%20doc.xml")) }, { "a/my doc.xml", DOC("") } }, "[Content_Types].xml _rels/.rels word/document.xml", FINDING_COUNT },
	{ "no root", { { "word/document.xml", DOC("") } }, NULL, FINDING_COUNT },
	{ "main part damaged", { { "_rels/.rels", ROOT_RELS }, { "word/document.xml", "<w" } }, NULL, FINDING_COUNT },
	{ "main part missing", { { "_rels/.rels", ROOT_RELS } }, NULL, FINDING_OOXML_PART_BROKEN },
	{ "main part outside", { { "_rels/.rels", RELS(OUT("rId1", OFFICE "officeDocument", "http://a/b")) } }, NULL, FINDING_OOXML_EXTERNAL },
	{ "unused part", { { "_rels/.rels", ROOT_RELS }, { "word/document.xml", DOC("") }, { "evil.exe", "MZ" } },
	  "[Content_Types].xml _rels/.rels word/document.xml", FINDING_OOXML_PART },
	{ "macro", { { "_rels/.rels", ROOT_RELS }, { "word/document.xml", DOC("") }, { "word/_rels/document.xml.rels",
	  RELS(REL("rId1", MICROSOFT "2006/relationships/vbaProject", "vbaProject.bin")) }, { "word/vbaProject.bin", "x" } },
	  "[Content_Types].xml _rels/.rels word/document.xml", FINDING_OOXML_MACRO },
	{ "unknown relationship", { { "_rels/.rels", RELS(REL("rId1", OFFICE "officeDocument", "word/document.xml") REL("rId2", "urn:x", "x")) },
	  { "word/document.xml", DOC("") } }, "[Content_Types].xml _rels/.rels word/document.xml", FINDING_OOXML_RELATION },
	{ "known, but not here", { { "_rels/.rels", RELS(REL("rId1", OFFICE "officeDocument", "word/document.xml") REL("rId2", OFFICE "image", "x.png")) },
	  { "word/document.xml", DOC("") } }, "[Content_Types].xml _rels/.rels word/document.xml", FINDING_OOXML_RELATION },
	{ "bad id", { { "_rels/.rels", RELS(REL("1", OFFICE "officeDocument", "word/document.xml")) }, { "word/document.xml", DOC("") } },
	  NULL, FINDING_MARKUP_VALUE },
	{ "out of the package", { { "_rels/.rels", RELS(REL("a", OFFICE "officeDocument", "../../word/document.xml")) },
	  { "word/document.xml", DOC("") } }, "[Content_Types].xml _rels/.rels word/document.xml", FINDING_COUNT },
	{ "properties", { { "_rels/.rels", RELS(REL("rId1", OFFICE "officeDocument", "word/document.xml")
	  REL("rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml")
	  REL("rId3", OFFICE "extended-properties", "app.xml") REL("rId4", OFFICE "custom-properties", "custom.xml")) },
	  { "word/document.xml", DOC("") }, { "docProps/core.xml", "<c:coreProperties xmlns:c='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' "
	  "xmlns:t='http://purl.org/dc/terms/'><t:created>2020-01-01T00:00:00Z</t:created></c:coreProperties>" },
	  { "app.xml", "<Properties xmlns='http://schemas.openxmlformats.org/officeDocument/2006/extended-properties'><Template>x.dotm</Template><Pages>1</Pages></Properties>" },
	  { "custom.xml", "<x/>" } }, "[Content_Types].xml _rels/.rels word/document.xml docProps/core.xml docProps/app.xml", FINDING_OOXML_METADATA },
	{ "names of Windows", { { "[content_types].xml", "" }, { "_rels\\.rels", ROOT_RELS }, { "word\\document.xml", DOC("") }, { "word\\_rels\\document.xml.rels",
	  RELS(REL("rId1", OFFICE "styles", "styles.xml")) }, { "word\\styles.xml", "<w:styles xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>" } },
	  "[Content_Types].xml _rels/.rels word/document.xml word/_rels/document.xml.rels word/styles.xml", FINDING_COUNT },
	{ "a part that goes leads outside", { { "_rels/.rels", ROOT_RELS }, { "word/document.xml", DOC("") }, { "word/_rels/document.xml.rels",
	  RELS(REL("rId1", OFFICE "webSettings", "webSettings.xml")) }, { "word/webSettings.xml", "<x/>" }, { "word/_rels/webSettings.xml.rels",
	  RELS(OUT("rId1", OFFICE "frame", "http://a/b")) } }, "[Content_Types].xml _rels/.rels word/document.xml", FINDING_OOXML_INCLUDED },
	{ "what is said to nobody leads outside", { { "_rels/.rels", ROOT_RELS }, { "word/document.xml", DOC("") }, { "word/_rels/document.xml.rels",
	  RELS(OUT("rId1", OFFICE "webSettings", "http://a/b")) } }, "[Content_Types].xml _rels/.rels word/document.xml", FINDING_OOXML_EXTERNAL },
	{ "a header that is a footer", { { "_rels/.rels", ROOT_RELS }, { "word/document.xml", DOC("<w:body><w:sectPr><w:headerReference w:type='default' r:id='rId1'/></w:sectPr></w:body>") }, { "word/_rels/document.xml.rels",
	  RELS(REL("rId1", OFFICE "footer", "f.xml")) }, { "word/f.xml", "<w:ftr xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:p/></w:ftr>" } },
	  "[Content_Types].xml _rels/.rels word/document.xml", FINDING_MARKUP_UNKNOWN },
};

static void
every_case(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct case_ *c = &cases[i];
		own_buf struct buf in = { 0 }, names = { 0 }, none = { 0 };
		own_made struct made m = { 0 }, again = { 0 };

		assert_true(zip_of(c->file, &in));
		m = rebuild("rebuild", buf_bytes(&in));
		if (m.ok != (c->entries != NULL))
			fail_msg("%s: %s", c->name, m.e.text);
		if (c->finding == FINDING_COUNT ? m.ok && m.findings.n > 0 : !found(&m, c->finding))
			fail_msg("%s: findings: %s", c->name, m.findings.n > 0 ? finding_name(m.findings.row[0].code) : "none");
		if (!m.ok)
			continue;
		entries_of(buf_bytes(&m.out), &names, NULL, &none);
		if (strcmp((char *)names.p, c->entries) != 0)
			fail_msg("%s: %s", c->name, (char *)names.p);
		again = rebuild("rebuild", buf_bytes(&m.out));
		if (!again.ok || again.findings.n > 0 || !view_eq(buf_bytes(&m.out), buf_bytes(&again.out)))
			fail_msg("%s: not settled: %s", c->name, again.findings.n > 0 ? finding_name(again.findings.row[0].code) : again.e.text);
	}
}

static void
what_is_written(void **state)
{
	own_buf struct buf in = { 0 }, names = { 0 }, content = { 0 }, more = { 0 };
	own_made struct made m = { 0 }, strict = { 0 };

	(void)state;
	assert_true(zip_of(cases[12].file, &in));
	m = rebuild("rebuild", buf_bytes(&in));
	entries_of(buf_bytes(&m.out), &names, "docProps/core.xml", &content);
	assert_string_equal((char *)content.p, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cp:coreProperties "
		"xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dcterms=\"http://purl.org/dc/terms/\" "
		"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dcterms:created xsi:type=\"dcterms:W3CDTF\">2020-01-01T00:00:00Z"
		"</dcterms:created></cp:coreProperties>\n");
	buf_clear(&content);
	entries_of(buf_bytes(&m.out), &more, "_rels/.rels", &content);
	assert_string_equal((char *)content.p, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Relationships "
		"xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
		"<Relationship Id=\"rId1\" Target=\"/word/document.xml\" Type=\"" OFFICE "officeDocument\"/>"
		"<Relationship Id=\"rId2\" Target=\"/docProps/core.xml\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\"/>"
		"<Relationship Id=\"rId3\" Target=\"/docProps/app.xml\" Type=\"" OFFICE "extended-properties\"/></Relationships>\n");
	/* Properties go where the profile says so. */
	strict = rebuild("strict", buf_bytes(&in));
	buf_clear(&names);
	entries_of(buf_bytes(&strict.out), &names, NULL, &content);
	assert_string_equal((char *)names.p, "[Content_Types].xml _rels/.rels word/document.xml");
	assert_true(found(&strict, FINDING_OOXML_METADATA));
}

static void
tables(void **state)
{
	struct err e = { 0 };
	size_t i, k;

	(void)state;
	assert_true(markup_compile(&ooxml_vocabulary, &e));
	for (i = 1; i < RELATION_TYPES; i++) {
		assert_non_null(relation_rows[i].uri);
		for (k = 1; k < i; k++)
			if (strcmp(relation_rows[i].uri, relation_rows[k].uri) == 0)
				fail_msg("%s stands twice", relation_rows[i].uri);
		assert_int_equal(relation_type_of(view_str(relation_rows[i].uri)), i);
	}
	assert_int_equal(relation_type_of(VIEW("urn:x")), RELATION_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables), cmocka_unit_test(every_case), cmocka_unit_test(what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
