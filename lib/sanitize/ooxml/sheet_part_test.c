/* sheet_part_test.c - workbooks made here, and what is left of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/format.h"
#include "sanitize/ooxml/sheet_in.h"
#include "sanitize/testing.h"
#include "sanitize/zip/zip.h"

extern const struct format format_xlsx;

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define MICROSOFT "http://schemas.microsoft.com/office/"
#define RELS(x) "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>" x "</Relationships>"
#define REL(id, type, target) "<Relationship Id='" id "' Type='" type "' Target='" target "'/>"
#define S_ " xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
#define BOOK(x) "<workbook" S_ "><sheets>" x "</sheets></workbook>"
#define SHEET(x) "<worksheet" S_ ">" x "</worksheet>"
#define ROOT { "_rels/.rels", RELS(REL("rId1", OFFICE "officeDocument", "xl/workbook.xml")) }
#define CELL(x) "<sheetData><row r='1'><c r='A1'>" x "</c></row></sheetData>"
#define VML "<xml xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office' xmlns:x='urn:schemas-microsoft-com:office:excel'>"

struct file {
	const char *name, *content;
};

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

static void
rebuild(struct view in, struct made *m)
{
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &m->findings, .name = "a.xlsx" };

	m->ok = format_xlsx.rebuild(&j, in, &m->out, &m->e);
}

/* 1×1, opaque. */
static const uint8_t picture[] = {
	0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c,
	0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b,
};

static struct made
make(const struct file *f)
{
	struct made m = { 0 };
	own_buf struct buf in = { 0 };
	own_zip_writer struct zip_writer w = { .out = &in };

	for (; f->name != NULL; f++)
		assert_true(zip_put(&w, f->name, 33, 0,
				    f->content == NULL ? view_of(picture, sizeof picture) : view_str(f->content), &m.e));
	assert_true(zip_end(&w, &m.e));
	rebuild(buf_bytes(&in), &m);
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

/* The content of an entry of the output, "" where there is none; good until the next call. */
static const char *
entry(const struct made *m, const char *name)
{
	static char text[65536];
	struct findings f = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &f };
	struct err e = { 0 };
	own_zip struct zip *z = zip_new(buf_bytes(&m->out), NULL, NULL, &e);

	const struct zip_entry *en;

	text[0] = '\0';
	assert_non_null(z);
	en = zip_find(z, name);
	if (en != NULL) {
		own_buf struct buf b = BUF_MAX(sizeof text - 1);

		assert_true(zip_unpack(z, en, &j, &b, &e));
		memcpy(text, b.p, b.n);
		text[b.n] = '\0';
	}
	findings_release(&f);
	return text;
}

#define HAS(m, name, text) assert_non_null(strstr(entry(&(m), name), text))
#define HAS_NOT(m, name, text) assert_null(strstr(entry(&(m), name), text))

static void
settled(const struct made *m)
{
	own_made struct made again = { 0 };

	rebuild(buf_bytes(&m->out), &again);
	assert_true(again.ok);
	assert_true(view_eq(buf_bytes(&m->out), buf_bytes(&again.out)));
	assert_int_equal(findings_weigh(&again.findings), VERDICT_CLEAN);
}

static void
test_order(void **state)
{
	static const struct file files[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='M' sheetId='1' r:id='rId1' state='veryHidden'/><sheet name='S' sheetId='2' r:id='rId2'/>"
					  "<sheet name='B' sheetId='3' r:id='rId3'/>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", MICROSOFT "2006/relationships/xlMacrosheet", "macrosheets/sheet1.xml")
						     REL("rId2", OFFICE "worksheet", "worksheets/sheet1.xml")
						     REL("rId3", OFFICE "worksheet", "worksheets/sheet2.xml")
						     REL("rId4", OFFICE "sharedStrings", "sharedStrings.xml")
						     REL("rId5", OFFICE "styles", "styles.xml")
						     REL("rId6", OFFICE "sheetMetadata", "metadata.xml")
						     REL("rId7", MICROSOFT "2006/relationships/vbaProject", "vbaProject.bin")) },
		{ "xl/macrosheets/sheet1.xml", "<x/>" },
		{ "xl/vbaProject.bin", "x" },
		{ "xl/worksheets/sheet1.xml", SHEET("<sheetData><row r='1'><c r='A1' t='s' s='1' cm='1'><v>1</v></c><c r='B1' t='s' s='2'><v>2</v></c>"
						    "<c r='C1'><f>M!A1</f><v>7</v></c></row></sheetData>") },
		{ "xl/worksheets/sheet2.xml", "<macrosheet" S_ "/>" },
		{ "xl/sharedStrings.xml", "<sst" S_ "><si><t>a</t></si><si><t>b</t></si></sst>" },
		{ "xl/styles.xml", "<styleSheet" S_ "><cellXfs><xf/><xf/></cellXfs></styleSheet>" },
		{ "xl/metadata.xml", "<metadata" S_ "><metadataTypes><metadataType name='XLDAPR' minSupportedVersion='120000'/></metadataTypes></metadata>" },
		{ 0 },
	};
	own_made struct made m = make(files);

	(void)state;
	assert_true(m.ok);
	HAS(m, "xl/workbook.xml", "<sheets><sheet name=\"S\" r:id=\"rId2\" sheetId=\"2\"/><sheet name=\"B\" r:id=\"rId3\" sheetId=\"3\"/></sheets>");
	HAS(m, "xl/worksheets/sheet1.xml", "<c cm=\"1\" r=\"A1\" s=\"1\" t=\"s\"><v>1</v></c><c r=\"B1\" t=\"s\"/><c r=\"C1\"><v>7</v></c>");
	assert_true(found(&m, FINDING_OOXML_MACRO) && found(&m, FINDING_OOXML_MACRO_SHEET));
	assert_true(found(&m, FINDING_XLSX_FORMULA_EXTERNAL) && found(&m, FINDING_XLSX_VALUE));
	assert_true(found(&m, FINDING_OOXML_PART_BROKEN));
	assert_string_equal(entry(&m, "xl/vbaProject.bin"), "");
	settled(&m);
}

/* What speaks of a sheet that is missing or broken speaks of an empty one. */
static void
test_broken_sheet(void **state)
{
	static const struct file files[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='S' sheetId='1' r:id='rId1'/><sheet name='B' sheetId='2' r:id='rId2'/><sheet name='M' sheetId='3' r:id='rId3'/>"
					  "</sheets><definedNames><definedName name='n'>B!$A$1</definedName></definedNames><sheets>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "worksheet", "worksheets/sheet1.xml") REL("rId2", OFFICE "worksheet", "worksheets/sheet2.xml")
						     REL("rId3", OFFICE "worksheet", "worksheets/sheet3.xml")) },
		{ "xl/worksheets/sheet1.xml", SHEET("<sheetData><row r='1'><c r='A1'><f>B!A1+M!B2+n</f><v>7</v></c></row></sheetData>") },
		{ "xl/worksheets/sheet2.xml", "<worksheet" S_ "><sheetData>" },
		{ 0 },
	};
	own_made struct made m = make(files);

	(void)state;
	assert_true(m.ok && found(&m, FINDING_OOXML_PART_BROKEN));
	HAS(m, "xl/worksheets/sheet1.xml", "<f>B!A1+M!B2+n</f>");
	HAS(m, "xl/worksheets/sheet2.xml", "<sheetData/>");
	HAS(m, "xl/worksheets/sheet3.xml", "<sheetData/>");
	HAS(m, "xl/workbook.xml", "<sheet name=\"B\"");
	HAS(m, "xl/workbook.xml", ">B!$A$1</definedName>");
	settled(&m);
}

static void
test_notes(void **state)
{
	static const struct file files[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='S' sheetId='1' r:id='rId1'/><sheet name='T' sheetId='2' r:id='rId2'/>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "worksheet", "worksheets/sheet1.xml") REL("rId2", OFFICE "worksheet", "worksheets/sheet2.xml")) },
		{ "xl/worksheets/sheet1.xml", SHEET("<sheetData/><headerFooter><oddHeader>&amp;L&amp;G</oddHeader></headerFooter><legacyDrawing r:id='rId2'/><legacyDrawingHF r:id='rId3'/>") },
		{ "xl/worksheets/_rels/sheet1.xml.rels", RELS(REL("rId1", OFFICE "comments", "../comments1.xml") REL("rId2", OFFICE "vmlDrawing", "../drawings/v1.vml")
							      REL("rId3", OFFICE "vmlDrawing", "../drawings/v2.vml")
							      REL("rId4", MICROSOFT "2017/10/relationships/threadedComment", "../t.xml")) },
		{ "xl/comments1.xml", "<comments" S_ "><authors><author/></authors><commentList><comment ref='B2' authorId='0'><text><t>n</t></text></comment></commentList></comments>" },
		{ "xl/t.xml", "<t/>" },
		{ "xl/drawings/v1.vml", VML "<v:shape onclick='x'><x:ClientData ObjectType='Note'><x:Anchor>1,2,3,4,5,6,7,8</x:Anchor><x:Row>1</x:Row><x:Column>1</x:Column></x:ClientData></v:shape></xml>" },
		{ "xl/drawings/v2.vml", VML "<v:shape id='LH' style='width:10pt;height:20pt'><v:imagedata o:relid='rId1'/></v:shape>"
					    "<v:shape id='RH'><v:imagedata o:relid='rId9'/></v:shape></xml>" },
		{ "xl/drawings/_rels/v2.vml.rels", RELS(REL("rId1", OFFICE "image", "../media/image1.gif")) },
		{ "xl/media/image1.gif", NULL },
		/* no drawing for its note */
		{ "xl/worksheets/sheet2.xml", SHEET("<sheetData/>") },
		{ "xl/worksheets/_rels/sheet2.xml.rels", RELS(REL("rId1", OFFICE "comments", "../comments2.xml")) },
		{ "xl/comments2.xml", "<comments" S_ "><authors><author/></authors><commentList><comment ref='A1' authorId='0'><text><t>m</t></text></comment></commentList></comments>" },
		{ 0 },
	};
	own_made struct made m = make(files);

	(void)state;
	assert_true(m.ok);
	HAS(m, "xl/worksheets/sheet1.xml", "<legacyDrawing r:id=\"rId2\"/><legacyDrawingHF r:id=\"rId3\"/>");
	HAS(m, "xl/drawings/vmlDrawing1.vml", "<x:Anchor>1, 2, 3, 4, 5, 6, 7, 8</x:Anchor>");
	HAS_NOT(m, "xl/drawings/vmlDrawing1.vml", "onclick");
	HAS(m, "xl/drawings/vmlDrawing2.vml", "id=\"LH\"");
	HAS_NOT(m, "xl/drawings/vmlDrawing2.vml", "id=\"RH\"");
	HAS(m, "xl/worksheets/sheet2.xml", "<legacyDrawing r:id=\"rIdA1\"/>");
	HAS(m, "xl/drawings/vmlDrawing3.vml", "<x:Anchor>1, 15, 0, 10, 3, 15, 3, 4</x:Anchor>");
	assert_true(found(&m, FINDING_XLSX_THREADED_COMMENT));
	assert_true(strlen(entry(&m, "xl/media/image1.gif")) > 0);
	settled(&m);
}

static void
test_pivots(void **state)
{
	static const struct file files[] = {
		ROOT,
		{ "xl/workbook.xml", "<workbook" S_ "><sheets><sheet name='S' sheetId='1' r:id='rId1'/></sheets><pivotCaches>"
				     "<pivotCache cacheId='1' r:id='rId2'/><pivotCache cacheId='2' r:id='rId3'/></pivotCaches></workbook>" },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "worksheet", "worksheets/sheet1.xml") REL("rId2", OFFICE "pivotCacheDefinition", "pivotCache/p1.xml")
						     REL("rId3", OFFICE "pivotCacheDefinition", "pivotCache/p2.xml")) },
		{ "xl/worksheets/sheet1.xml", SHEET(CELL("<v>1</v>")) },
		{ "xl/worksheets/_rels/sheet1.xml.rels", RELS(REL("rId1", OFFICE "pivotTable", "../pivotTables/t1.xml") REL("rId2", OFFICE "pivotTable", "../pivotTables/t2.xml")) },
		{ "xl/pivotTables/t1.xml", "<pivotTableDefinition" S_ " name='x' cacheId='1' dataCaption='v'><location ref='A1:B2'/></pivotTableDefinition>" },
		{ "xl/pivotTables/t2.xml", "<pivotTableDefinition" S_ " name='y' cacheId='2' dataCaption='v'><location ref='A1:B2'/></pivotTableDefinition>" },
		{ "xl/pivotTables/_rels/t1.xml.rels", RELS(REL("rId1", OFFICE "pivotCacheDefinition", "../pivotCache/p1.xml")) },
		{ "xl/pivotTables/_rels/t2.xml.rels", RELS(REL("rId1", OFFICE "pivotCacheDefinition", "../pivotCache/p2.xml")) },
		{ "xl/pivotCache/p1.xml", "<pivotCacheDefinition" S_ " r:id='rId1'><cacheSource type='worksheet'><worksheetSource ref='A1:B2' sheet='S'/></cacheSource>"
					  "<cacheFields><cacheField name='a'><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>" },
		{ "xl/pivotCache/_rels/p1.xml.rels", RELS(REL("rId1", OFFICE "pivotCacheRecords", "r1.xml")) },
		{ "xl/pivotCache/r1.xml", "<pivotCacheRecords" S_ "><r><n v='1'/></r></pivotCacheRecords>" },
		{ "xl/pivotCache/p2.xml", "<pivotCacheDefinition" S_ "><cacheSource type='external' connectionId='1'/><cacheFields/></pivotCacheDefinition>" },
		{ 0 },
	};
	own_made struct made m = make(files);

	(void)state;
	assert_true(m.ok);
	HAS(m, "xl/workbook.xml", "<pivotCaches><pivotCache cacheId=\"1\" r:id=\"rId2\"/></pivotCaches>");
	HAS(m, "xl/pivotTables/pivotTable1.xml", "name=\"x\"");
	HAS(m, "xl/pivotCache/pivotCacheRecords1.xml", "<r><n v=\"1\"/></r>");
	assert_string_equal(entry(&m, "xl/pivotTables/pivotTable2.xml"), "");
	assert_true(found(&m, FINDING_XLSX_PIVOT));
	settled(&m);
}

/* Objects become pictures: in the drawing that there is, or in one of their own. */
static void
test_objects(void **state)
{
#define XDR " xmlns:xdr='http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing'"
#define AT(x, y) "<xdr:col>" x "</xdr:col><xdr:colOff>10</xdr:colOff><xdr:row>" y "</xdr:row><xdr:rowOff>0</xdr:rowOff>"
	static const struct file files[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='S' sheetId='1' r:id='rId1'/><sheet name='T' sheetId='2' r:id='rId2'/>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "worksheet", "worksheets/sheet1.xml") REL("rId2", OFFICE "worksheet", "worksheets/sheet2.xml")) },
		{ "xl/worksheets/sheet1.xml", "<worksheet" S_ XDR " xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
		  "xmlns:x14='http://schemas.microsoft.com/office/spreadsheetml/2009/9/main'><sheetData/><drawing r:id='rId1'/><legacyDrawing r:id='rId2'/>"
		  "<mc:AlternateContent><mc:Choice Requires='x14'><oleObjects><mc:AlternateContent><mc:Choice Requires='x14'>"
		  "<oleObject progId='Package' shapeId='1025' r:id='rId3'><objectPr defaultSize='0' r:id='rId4'><anchor><from>" AT("1", "2") "</from><to>" AT("3", "4") "</to></anchor></objectPr></oleObject>"
		  "</mc:Choice><mc:Fallback><oleObject progId='Package' shapeId='1025' r:id='rId3'/></mc:Fallback></mc:AlternateContent>"
		  "<oleObject progId='Lost' shapeId='9' r:id='rId3'/></oleObjects></mc:Choice></mc:AlternateContent>"
		  "<controls><control name='Box' shapeId='7' r:id='rId3'><controlPr r:id='rId4'><anchor><from>" AT("5", "6") "</from><to>" AT("7", "8") "</to></anchor></controlPr></control>"
		  "<control name='Form' shapeId='8' r:id='rId3'><controlPr/></control></controls></worksheet>" },
		{ "xl/worksheets/_rels/sheet1.xml.rels", RELS(REL("rId1", OFFICE "drawing", "../drawings/drawing1.xml") REL("rId2", OFFICE "vmlDrawing", "../drawings/v1.vml")
							      REL("rId3", OFFICE "oleObject", "../embeddings/o.bin") REL("rId4", OFFICE "image", "../media/image1.gif")) },
		{ "xl/drawings/drawing1.xml", "<xdr:wsDr" XDR "/>" },
		{ "xl/drawings/v1.vml", VML "<v:shape id='_x0000_s1025' filled='t' fillcolor='window [65]'><v:imagedata o:relid='rId1'/><x:ClientData ObjectType='Pict'>"
		  "<x:Anchor>1,2,3,4,5,6,7,8</x:Anchor></x:ClientData></v:shape></xml>" },
		{ "xl/drawings/_rels/v1.vml.rels", RELS(REL("rId1", OFFICE "image", "../media/image1.gif")) },
		{ "xl/embeddings/o.bin", "MZ" },
		{ "xl/media/image1.gif", NULL },
		/* Excel 2007: only the VML drawing knows */
		{ "xl/worksheets/sheet2.xml", SHEET("<sheetData/><legacyDrawing r:id='rId2'/><oleObjects><oleObject progId='Word.Document.8' shapeId='2049' r:id='rId3'/></oleObjects>") },
		{ "xl/worksheets/_rels/sheet2.xml.rels", RELS(REL("rId2", OFFICE "vmlDrawing", "../drawings/v2.vml") REL("rId3", OFFICE "oleObject", "../embeddings/o.bin")) },
		{ "xl/drawings/v2.vml", VML "<v:shape id='x' o:spid='_x0000_s2049' style='x' stroked='t' filled='t' fillcolor='#c0fFee [5]'><v:imagedata o:relid='rId1'/><x:ClientData ObjectType='Pict'>"
		  "<x:Anchor>1,2,3,4,5,6,7,8</x:Anchor></x:ClientData></v:shape></xml>" },
		{ "xl/drawings/_rels/v2.vml.rels", RELS(REL("rId1", OFFICE "image", "../media/image1.gif")) },
		{ 0 },
	};
	own_made struct made m = make(files);

	(void)state;
	assert_true(m.ok);
	HAS(m, "xl/worksheets/sheet1.xml", "<sheetData/><drawing r:id=\"rId1\"/></worksheet>");
	HAS(m, "xl/drawings/drawing1.xml", "<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>10</xdr:colOff><xdr:row>2</xdr:row>"
	    "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>3</xdr:col>");
	HAS(m, "xl/drawings/drawing1.xml", "<xdr:cNvPr id=\"1025\" name=\"Object 1025\"/>");
	HAS(m, "xl/drawings/drawing1.xml", "<a:blip r:embed=\"rIdA1\"/>");
	HAS(m, "xl/drawings/drawing1.xml", "<xdr:cNvPr id=\"7\" name=\"Object 7\"/>");
	HAS(m, "xl/worksheets/sheet2.xml", "<drawing r:id=\"rIdA1\"/></worksheet>");
	HAS(m, "xl/drawings/drawing2.xml", "<xdr:col>1</xdr:col><xdr:colOff>19050</xdr:colOff><xdr:row>3</xdr:row><xdr:rowOff>38100</xdr:rowOff></xdr:from>"
	    "<xdr:to><xdr:col>5</xdr:col><xdr:colOff>57150</xdr:colOff><xdr:row>7</xdr:row><xdr:rowOff>76200</xdr:rowOff></xdr:to>");
	HAS(m, "xl/drawings/drawing2.xml", "<a:ln w=\"9525\"><a:solidFill><a:srgbClr val=\"000000\"/></a:solidFill></a:ln></xdr:spPr>");
	HAS(m, "xl/drawings/drawing2.xml", "</a:prstGeom><a:solidFill><a:srgbClr val=\"c0fFee\"/></a:solidFill><a:ln ");
	HAS(m, "xl/drawings/drawing1.xml", "</a:prstGeom><a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill></xdr:spPr>");
	HAS_NOT(m, "xl/drawings/drawing1.xml", "<a:ln");
	/* Named twice, it stands there once: where its own anchor says. */
	HAS_NOT(m, "xl/drawings/drawing1.xml", "<xdr:colOff>19050</xdr:colOff>");
	HAS(m, "xl/drawings/_rels/drawing2.xml.rels", "Target=\"/xl/media/image1.gif\"");
	assert_string_equal(entry(&m, "xl/media/image2.gif"), "");
	assert_true(found(&m, FINDING_XLSX_OBJECT) && found(&m, FINDING_DML_OBJECT));
	settled(&m);
}

/* Cells name strings and styles by number: of a part that is not there, none. */
static void
test_styles_that_are_gone(void **state)
{
	static const struct file files[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='S' sheetId='1' r:id='rId1'/>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "worksheet", "worksheets/sheet1.xml") REL("rId2", "x:styles", "styles.xml")) },
		{ "xl/styles.xml", "<styleSheet" S_ "><cellXfs><xf/><xf/></cellXfs></styleSheet>" },
		{ "xl/worksheets/sheet1.xml", SHEET("<sheetData><row r='1' s='1'><c r='A1' s='1'><v>7</v></c><c r='B1' s='0' t='s'><v>0</v></c></row></sheetData>") },
		{ NULL, NULL },
	};
	own_made struct made m = make(files);

	(void)state;
	assert_true(m.ok);
	HAS(m, "xl/worksheets/sheet1.xml", "<c r=\"A1\"><v>7</v></c>");
	HAS_NOT(m, "xl/worksheets/sheet1.xml", " s=");
	settled(&m);
}

/* A click on a shape may lead to another sheet. */
/* Two sheets of one name, and one part that is shown twice. */
static void
test_names(void **state)
{
	static const struct file files[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='S' sheetId='1' r:id='rId1'/><sheet name='s' sheetId='2' r:id='rId2'/>"
					  "<sheet name='T' sheetId='3' r:id='rId1'/><sheet name='s (2)' sheetId='4' r:id='rId3'/>"
					  "<sheet name='これは長い名前のシートです' sheetId='5' r:id='rId4'/><sheet name='これは長い名前のシートです' sheetId='6' r:id='rId5'/>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "worksheet", "worksheets/sheet1.xml") REL("rId2", OFFICE "worksheet", "worksheets/sheet2.xml")
						     REL("rId3", OFFICE "worksheet", "worksheets/sheet3.xml") REL("rId4", OFFICE "worksheet", "worksheets/sheet4.xml")
						     REL("rId5", OFFICE "worksheet", "worksheets/sheet5.xml")) },
		{ "xl/worksheets/sheet1.xml", SHEET(CELL("<f>S!A2+'s (2)'!A1</f><v>1</v>")) },
		{ "xl/worksheets/sheet2.xml", SHEET("") }, { "xl/worksheets/sheet3.xml", SHEET("") },
		{ "xl/worksheets/sheet4.xml", SHEET("") }, { "xl/worksheets/sheet5.xml", SHEET("") },
		{ NULL, NULL },
	};
	own_made struct made m = make(files);

	(void)state;
	assert_true(m.ok);
	HAS(m, "xl/workbook.xml", "<sheet name=\"S\" r:id=\"rId1\" sheetId=\"1\"/><sheet name=\"s (3)\" r:id=\"rId2\" sheetId=\"2\"/>"
				  "<sheet name=\"s (2)\" r:id=\"rId3\" sheetId=\"4\"/><sheet name=\"これは長い名前のシートです\" r:id=\"rId4\" sheetId=\"5\"/>"
				  "<sheet name=\"これは長い名前の… (2)\" r:id=\"rId5\" sheetId=\"6\"/></sheets>");
	HAS(m, "xl/worksheets/sheet1.xml", "<f>S!A2+'s (2)'!A1</f>");
	assert_true(found(&m, FINDING_REPAIRED));
	settled(&m);
}

static void
test_places(void **state)
{
#define HERE "<x:col>0</x:col><x:colOff>0</x:colOff><x:row>0</x:row><x:rowOff>0</x:rowOff>"
#define SHAPE(id) "<x:twoCellAnchor><x:from>" HERE "</x:from><x:to>" HERE "</x:to><x:sp><x:nvSpPr><x:cNvPr id='2' name='s'><a:hlinkClick r:id='" id "'/></x:cNvPr>" \
	"<x:cNvSpPr/></x:nvSpPr><x:spPr/></x:sp><x:clientData/></x:twoCellAnchor>"
	static const struct file files[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='\xe7\x9b\xae \xe6\xac\xa1' sheetId='1' r:id='rId1'/>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "worksheet", "worksheets/sheet1.xml")) },
		{ "xl/worksheets/sheet1.xml", SHEET("<sheetData/><drawing r:id='rId1'/>") },
		{ "xl/worksheets/_rels/sheet1.xml.rels", RELS(REL("rId1", OFFICE "drawing", "../drawings/drawing1.xml")) },
		{ "xl/drawings/drawing1.xml", "<x:wsDr xmlns:x='http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing' "
		  "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>"
		  SHAPE("rId1") SHAPE("rId2") SHAPE("rId3") SHAPE("rId4") "</x:wsDr>" },
		{ "xl/drawings/_rels/drawing1.xml.rels", RELS("<Relationship Id='rId1' Type='" OFFICE "hyperlink' Target=\"#'\xe7\x9b\xae \xe6\xac\xa1'!$A$1\" TargetMode='External'/>"
		  REL("rId2", OFFICE "hyperlink", "#name") REL("rId3", OFFICE "hyperlink", "#cmd|&apos;/c calc&apos;!A1") REL("rId4", OFFICE "hyperlink", "##REF!")) },
		{ 0 },
	};
	own_made struct made m = make(files);

	(void)state;
	assert_true(m.ok);
	HAS(m, "xl/drawings/_rels/drawing1.xml.rels", "<Relationship Id=\"rId1\" Target=\"#'\xe7\x9b\xae \xe6\xac\xa1'!$A$1\" Type=");
	HAS(m, "xl/drawings/_rels/drawing1.xml.rels", "<Relationship Id=\"rId2\" Target=\"#name\" Type=");
	HAS_NOT(m, "xl/drawings/_rels/drawing1.xml.rels", "calc");
	HAS(m, "xl/drawings/drawing1.xml", "<a:hlinkClick r:id=\"rId2\"/>");
	HAS_NOT(m, "xl/drawings/drawing1.xml", "rId4");
	assert_true(found(&m, FINDING_OOXML_LINK));
	settled(&m);
}

/* What cannot be, ends it all. */
static void
test_refused(void **state)
{
	static const struct file macros[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='M' sheetId='1' r:id='rId1'/>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "dialogsheet", "d.xml")) },
		{ "xl/d.xml", "<x/>" },
		{ 0 },
	};
	static const struct file strings[] = {
		ROOT,
		{ "xl/workbook.xml", BOOK("<sheet name='S' sheetId='1' r:id='rId1'/>") },
		{ "xl/_rels/workbook.xml.rels", RELS(REL("rId1", OFFICE "worksheet", "s.xml") REL("rId2", OFFICE "sharedStrings", "t.xml")) },
		{ "xl/s.xml", SHEET("<sheetData/>") },
		{ "xl/t.xml", "<!DOCTYPE sst [<!ENTITY a 'a'>]><sst" S_ "/>" },
		{ 0 },
	};
	own_made struct made m = make(macros), n = make(strings);

	(void)state;
	assert_false(m.ok);
	assert_true(found(&m, FINDING_XLSX_NO_SHEET));
	assert_int_equal(m.e.code, ERR_MALFORMED);
	assert_false(n.ok);
	assert_int_equal(n.e.code, ERR_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_broken_sheet),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_pivots),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_styles_that_are_gone),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
