/* slide_test.c - presentations made here, and what is left of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/format.h"
#include "sanitize/testing.h"
#include "sanitize/zip/zip.h"

extern const struct format format_pptx;

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define RELS(x) "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" x "</Relationships>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" OFFICE type "' Target='" target "'/>"
#define DRAWING "<Relationship Id='rId9' Type='http://schemas.microsoft.com/office/2007/relationships/diagramDrawing' Target='../diagrams/drawing1.xml'/>"
#define DML "http://schemas.openxmlformats.org/drawingml/2006/"
#define XMLNS " xmlns:a='" DML "main' xmlns:dgm='" DML "diagram' xmlns:c='" DML "chart' " \
	"xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' " \
	"xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' " \
	"xmlns:dsp='http://schemas.microsoft.com/office/drawing/2008/diagram'"
#define SLIDE(x) "<p:sld" XMLNS "><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id='1' name=''/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>" x "</p:spTree></p:cSld></p:sld>"
#define FRAME(x) "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='7' name='obj'/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm/>" \
	"<a:graphic><a:graphicData uri='" x "</a:graphicData></a:graphic></p:graphicFrame>"
#define OLE(x) FRAME("http://schemas.openxmlformats.org/presentationml/2006/ole'><p:oleObj progId='Package' r:id='rId5' " x "</p:oleObj>")
#define JUMP(id) "<p:sp><p:nvSpPr><p:cNvPr id='2'><a:hlinkClick r:id='" id "' action='ppaction://hlinksldjump'/></p:cNvPr></p:nvSpPr></p:sp>"
#define PRESENTATION(x) "<p:presentation" XMLNS "><p:sldIdLst>" x "</p:sldIdLst><p:notesSz cx='1' cy='1'/></p:presentation>"
#define ONE_SLIDE { "_rels/.rels", RELS(REL("rId1", "officeDocument", "ppt/presentation.xml")) }, \
	{ "ppt/presentation.xml", PRESENTATION("<p:sldId id='256' r:id='rId2'/>") }, \
	{ "ppt/_rels/presentation.xml.rels", RELS(REL("rId2", "slide", "slides/slide1.xml")) }
#define HEAD "[Content_Types].xml _rels/.rels ppt/presentation.xml ppt/_rels/presentation.xml.rels ppt/slides/slide1.xml"
#define RELATED HEAD " ppt/slides/_rels/slide1.xml.rels "

/* One black pixel. */
static const char gif[] = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

struct file {
	const char *name, *content;
};

static void
put_files(const struct file *f, struct zip_writer *w)
{
	struct err e = { 0 };

	for (; f->name != NULL; f++) {
		struct view v = strcmp(f->content, "gif") == 0 ? view_of(gif, sizeof gif - 1) : view_str(f->content);

		assert_true(zip_put(w, f->name, 33, 0, v, &e));
	}
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
rebuild(struct view in)
{
	struct made m = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &m.findings, .name = "a.pptx" };

	m.ok = format_pptx.rebuild(&j, in, &m.out, &m.e);
	return m;
}

static bool
found(const struct made *m, enum finding_code code)
{
	for (size_t i = 0; i < m->findings.n; i++)
		if (m->findings.row[i].code == code)
			return true;
	return false;
}

/* Names of the entries, joined by blanks, and the content of ppt/slides/slide1.xml. */
static void
read_back(struct view in, struct buf *names, struct buf *slide, size_t *slides)
{
	struct findings f = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &f };
	struct err e = { 0 };
	own_zip struct zip *z = zip_new(in, NULL, NULL, &e);

	assert_non_null(z);
	*slides = 0;
	for (size_t i = 0; i < zip_count(z); i++) {
		const char *name = zip_at(z, i)->name;

		(void)buf_printf(names, "%s%s", i > 0 ? " " : "", name);
		*slides += strncmp(name, "ppt/slides/slide", 16) == 0;
		if (strcmp(name, "ppt/slides/slide1.xml") == 0)
			assert_true(zip_unpack(z, zip_at(z, i), &j, slide, &e));
	}
	findings_release(&f);
}

static const struct {
	const char *what;
	struct file file[12];
	const char *entries;	/* NULL: refused */
	const char *slide;	/* stands in the first slide */
	enum finding_code code;	/* noted; COUNT: nothing asked */
} cases[] = {
	{ "plain", { ONE_SLIDE, { "ppt/slides/slide1.xml", SLIDE("") } },
	  HEAD, "</p:nvGrpSpPr><p:grpSpPr/></p:spTree>", FINDING_COUNT },
	{ "hidden", { ONE_SLIDE, { "ppt/slides/slide1.xml", "<p:sld" XMLNS " show='0'><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id='1' name=''/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr></p:spTree></p:cSld></p:sld>" } },
	  HEAD, "show=\"0\"", FINDING_PPTX_HIDDEN_SLIDE },
	{ "a picture beside an object", { ONE_SLIDE,
	  { "ppt/slides/slide1.xml", SLIDE(OLE("><p:pic><p:blipFill><a:blip r:embed='rId6'/></p:blipFill></p:pic>")) },
	  { "ppt/slides/_rels/slide1.xml.rels", RELS(REL("rId5", "oleObject", "../o.bin") REL("rId6", "image", "../a.gif")) },
	  { "ppt/a.gif", "gif" }, { "ppt/o.bin", "x" } },
	  RELATED "ppt/media/image1.gif",
	  "<p:pic><p:nvPicPr><p:cNvPr id=\"7\" name=\"obj\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed=\"rId6\"/>",
	  FINDING_DML_OBJECT },
	{ "a picture of an object in VML", { ONE_SLIDE,
	  { "ppt/slides/slide1.xml", SLIDE(OLE("spid='_x0000_s1026'><p:embed/>")) },
	  { "ppt/slides/_rels/slide1.xml.rels", RELS(REL("rId5", "oleObject", "../o.bin") REL("rId6", "vmlDrawing", "../v.vml")) },
	  { "ppt/v.vml", "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office'>"
			 "<v:shape id='_x0000_s1026'><v:imagedata o:relid='rId1'/></v:shape></xml>" },
	  { "ppt/_rels/v.vml.rels", RELS(REL("rId1", "image", "a.gif")) }, { "ppt/a.gif", "gif" }, { "ppt/o.bin", "x" } },
	  RELATED "ppt/media/image1.gif",
	  "<a:blip r:embed=\"rIdA1\"/>", FINDING_DML_OBJECT },
	{ "a second VML drawing", { { "_rels/.rels", RELS(REL("rId1", "officeDocument", "ppt/presentation.xml")) },
	  { "ppt/presentation.xml", PRESENTATION("<p:sldId id='256' r:id='rId2'/><p:sldId id='257' r:id='rId3'/>") },
	  { "ppt/_rels/presentation.xml.rels", RELS(REL("rId2", "slide", "slides/s.xml") REL("rId3", "slide", "slides/slide1.xml")) },
	  { "ppt/slides/s.xml", SLIDE("") }, { "ppt/slides/_rels/s.xml.rels", RELS(REL("rId6", "vmlDrawing", "../other.vml")) },
	  { "ppt/other.vml", "<xml/>" },
	  { "ppt/slides/slide1.xml", SLIDE(OLE("spid='_x0000_s1026'><p:embed/>")) },
	  { "ppt/slides/_rels/slide1.xml.rels", RELS(REL("rId6", "vmlDrawing", "../v.vml")) },
	  { "ppt/v.vml", "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office'>"
			 "<v:shape id='_x0000_s1026'><v:imagedata o:relid='rId1'/></v:shape></xml>" },
	  { "ppt/_rels/v.vml.rels", RELS(REL("rId1", "image", "a.gif")) }, { "ppt/a.gif", "gif" } },
	  HEAD " ppt/slides/slide2.xml ppt/slides/_rels/slide2.xml.rels ppt/media/image1.gif", "</p:nvGrpSpPr><p:grpSpPr/></p:spTree>", FINDING_DML_OBJECT },
	{ "an object that VML does not show", { ONE_SLIDE,
	  { "ppt/slides/slide1.xml", SLIDE(OLE("spid='_x0000_s1'><p:embed/>")) },
	  { "ppt/slides/_rels/slide1.xml.rels", RELS(REL("rId6", "vmlDrawing", "../v.vml")) }, { "ppt/v.vml", "<xml/>" } },
	  HEAD, "</p:nvGrpSpPr><p:grpSpPr/></p:spTree>", FINDING_DML_OBJECT_LOST },
	{ "a diagram and its drawing", { ONE_SLIDE,
	  { "ppt/slides/slide1.xml", SLIDE(FRAME(DML "diagram'><dgm:relIds r:dm='rId1' r:lo='rId2' r:qs='rId3' r:cs='rId4'/>")) },
	  { "ppt/slides/_rels/slide1.xml.rels", RELS(REL("rId1", "diagramData", "../diagrams/d.xml")
	    REL("rId2", "diagramLayout", "../diagrams/l.xml") REL("rId3", "diagramQuickStyle", "../diagrams/s.xml")
	    REL("rId4", "diagramColors", "../diagrams/c.xml") DRAWING) },
	  { "ppt/diagrams/d.xml", "<dgm:dataModel" XMLNS "><dgm:ptLst/><dgm:extLst><a:ext uri='http://schemas.microsoft.com/office/drawing/2008/diagram'>"
				  "<dsp:dataModelExt relId='rId9'/></a:ext></dgm:extLst></dgm:dataModel>" },
	  { "ppt/diagrams/l.xml", "<dgm:layoutDef" XMLNS "/>" }, { "ppt/diagrams/s.xml", "<dgm:styleDef" XMLNS "/>" },
	  { "ppt/diagrams/c.xml", "<dgm:colorsDef" XMLNS "/>" }, { "ppt/diagrams/drawing1.xml", "<dsp:drawing" XMLNS "/>" } },
	  RELATED "ppt/diagrams/data1.xml ppt/diagrams/layout1.xml ppt/diagrams/style1.xml ppt/diagrams/colors1.xml "
	  "ppt/diagrams/drawing1.xml", "<dgm:relIds r:cs=\"rId4\"", FINDING_COUNT },
	{ "a diagram that lacks a part", { ONE_SLIDE,
	  { "ppt/slides/slide1.xml", SLIDE(FRAME(DML "diagram'><dgm:relIds r:dm='rId1' r:lo='rId2' r:qs='rId3' r:cs='rId4'/>")) },
	  { "ppt/slides/_rels/slide1.xml.rels", RELS(REL("rId1", "diagramData", "../diagrams/d.xml")) },
	  { "ppt/diagrams/d.xml", "<dgm:dataModel" XMLNS "/>" } },
	  HEAD, "</p:nvGrpSpPr><p:grpSpPr/></p:spTree>", FINDING_COUNT },
	{ "a slide that only a jump leads to", { ONE_SLIDE, { "ppt/slides/slide1.xml", SLIDE(JUMP("rId1")) },
	  { "ppt/slides/_rels/slide1.xml.rels", RELS(REL("rId1", "slide", "slide2.xml")) }, { "ppt/slides/slide2.xml", SLIDE("") } },
	  RELATED "ppt/slides/slide2.xml", "hlinksldjump", FINDING_COUNT },
	{ "a jump to nothing", { ONE_SLIDE, { "ppt/slides/slide1.xml", SLIDE(JUMP("rId1")) },
	  { "ppt/slides/_rels/slide1.xml.rels", RELS(REL("rId1", "slide", "slide2.xml")) }, { "ppt/slides/slide2.xml", "<p:sld" } },
	  NULL, NULL, FINDING_COUNT },
};

static void
run(size_t i)
{
	own_buf struct buf in = BUF_MAX(1 << 20), names = BUF_MAX(1 << 16), slide = BUF_MAX(1 << 20);
	own_zip_writer struct zip_writer w = { .out = &in };
	struct err e = { 0 };
	size_t slides;

	put_files(cases[i].file, &w);
	assert_true(zip_end(&w, &e));
	own_made struct made m = rebuild(buf_bytes(&in));
	if (m.ok != (cases[i].entries != NULL))
		fail_msg("%s: %s", cases[i].what, m.ok ? "should not pass" : m.e.text);
	if (!m.ok)
		return;
	read_back(buf_bytes(&m.out), &names, &slide, &slides);
	if (!view_is(buf_bytes(&names), cases[i].entries))
		fail_msg("%s: %.*s", cases[i].what, (int)names.n, (const char *)names.p);
	if (view_find(buf_bytes(&slide), 0, view_str(cases[i].slide)) == VIEW_NOT_FOUND)
		fail_msg("%s: %.*s", cases[i].what, (int)slide.n, (const char *)slide.p);
	if (cases[i].code != FINDING_COUNT && !found(&m, cases[i].code))
		fail_msg("%s: nothing is said", cases[i].what);
	own_made struct made again = rebuild(buf_bytes(&m.out));
	if (!again.ok || !view_eq(buf_bytes(&again.out), buf_bytes(&m.out)))
		fail_msg("%s: not the same again", cases[i].what);
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		run(i);
}

/* Each slide with a button to the next: longer than parts may wait for each other. */
static void
test_chain(void **state)
{
	enum { N = 60 };
	own_buf struct buf in = BUF_MAX(1 << 22), ids = BUF_MAX(1 << 16), rels = BUF_MAX(1 << 16), names = BUF_MAX(1 << 16),
		slide = BUF_MAX(1 << 16);
	own_zip_writer struct zip_writer w = { .out = &in };
	struct err e = { 0 };
	char name[64], rel[512];
	size_t slides;

	(void)state;
	(void)buf_str(&ids, "<p:presentation" XMLNS "><p:sldIdLst>");
	(void)buf_str(&rels, "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>");
	for (int i = 1; i <= N; i++) {
		(void)buf_printf(&ids, "<p:sldId id='%d' r:id='rId%d'/>", 255 + i, i);
		(void)buf_printf(&rels, "<Relationship Id='rId%d' Type='" OFFICE "slide' Target='slides/slide%d.xml'/>", i, i);
		(void)snprintf(name, sizeof name, "ppt/slides/slide%d.xml", i);
		assert_true(zip_put(&w, name, 33, 0, view_str(SLIDE(JUMP("rId1"))), &e));
		(void)snprintf(name, sizeof name, "ppt/slides/_rels/slide%d.xml.rels", i);
		(void)snprintf(rel, sizeof rel, RELS("<Relationship Id='rId1' Type='" OFFICE "slide' Target='slide%d.xml'/>"), i % N + 1);
		assert_true(zip_put(&w, name, 33, 0, view_str(rel), &e));
	}
	(void)buf_printf(&ids, "</p:sldIdLst><p:notesSz cx='1' cy='1'/></p:presentation>%c", 0);
	(void)buf_printf(&rels, "</Relationships>%c", 0);
	put_files((const struct file[]){ { "_rels/.rels", RELS(REL("rId1", "officeDocument", "ppt/presentation.xml")) },
		  { "ppt/presentation.xml", (const char *)ids.p }, { "ppt/_rels/presentation.xml.rels", (const char *)rels.p }, { NULL, NULL } }, &w);
	assert_true(zip_end(&w, &e));
	own_made struct made m = rebuild(buf_bytes(&in));
	assert_true(m.ok);
	read_back(buf_bytes(&m.out), &names, &slide, &slides);
	assert_int_equal(slides, N);
	assert_false(found(&m, FINDING_OOXML_PART_BROKEN));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases), cmocka_unit_test(test_chain) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
