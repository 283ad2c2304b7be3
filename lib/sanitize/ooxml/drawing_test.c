/* drawing_test.c - DrawingML, charts and slides through their tables and hooks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitize/ooxml/drawing_testing.h"

#define XMLNS "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" " \
	"xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" " \
	"xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" " \
	"xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" " \
	"xmlns:cdr=\"http://schemas.openxmlformats.org/drawingml/2006/chartDrawing\" " \
	"xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" " \
	"xmlns:v=\"urn:schemas-microsoft-com:vml\" " \
	"xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" " \
	"xmlns:adec=\"http://schemas.microsoft.com/office/drawing/2017/decorative\" " \
	"xmlns:a16=\"http://schemas.microsoft.com/office/drawing/2014/main\" "
#define DML "http://schemas.openxmlformats.org/drawingml/2006/"
#define GROUP "<p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
#define NV "<p:nvSpPr><p:cNvPr id=\"2\" name=\"\"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
#define SLIDE(x) "<p:sld " XMLNS "><p:cSld><p:spTree>" GROUP x "</p:spTree></p:cSld></p:sld>"
#define OUT(x) "<p:cSld><p:spTree>" GROUP "<p:grpSpPr/>" x "</p:spTree></p:cSld>"
#define SHAPE(x) SLIDE("<p:grpSpPr/><p:sp>" NV "<p:spPr>" x "</p:spPr></p:sp>")
#define SHAPE_OUT(x) OUT("<p:sp>" NV "<p:spPr>" x "</p:spPr></p:sp>")
#define NAMED(x) SLIDE("<p:grpSpPr/><p:cxnSp><p:nvCxnSpPr><p:cNvPr id=\"2\">" x "</p:cNvPr></p:nvCxnSpPr></p:cxnSp>")
#define LINKED(x) OUT("<p:cxnSp><p:nvCxnSpPr><p:cNvPr id=\"2\" name=\"\"" x "<p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr/></p:cxnSp>")
#define LINK(x) LINKED("><a:hlinkClick " x "/></p:cNvPr>")
#define NO_LINK LINKED("/>")
#define FRAME(x) "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr descr=\"表\" id=\"7\" name=\"obj\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>" \
	"<p:xfrm><a:off x=\"1\" y=\"2\"/><a:ext cx=\"3\" cy=\"4\"/></p:xfrm><a:graphic><a:graphicData uri=\"" x \
	"</a:graphicData></a:graphic></p:graphicFrame>"
#define AT "<xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx=\"1\" cy=\"1\"/>"
#define FRAMED "<xdr:nvGraphicFramePr><xdr:cNvPr id=\"1\" name=\"\"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm/>"
#define NAMES "<xdr:nvSpPr><xdr:cNvPr id=\"1\" name=\"\"/><xdr:cNvSpPr/></xdr:nvSpPr>"
#define OLE "http://schemas.openxmlformats.org/presentationml/2006/ole"
#define PIC(embed, crop) "<p:pic><p:nvPicPr><p:cNvPr descr=\"表\" id=\"7\" name=\"obj\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>" \
	"<p:blipFill><a:blip r:embed=\"" embed "\"/>" crop "<a:stretch><a:fillRect/></a:stretch></p:blipFill>" \
	"<p:spPr><a:xfrm><a:off x=\"1\" y=\"2\"/><a:ext cx=\"3\" cy=\"4\"/></a:xfrm>" \
	"<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr></p:pic>"

static const struct {
	const char *what, *in, *want;
	enum finding_code code;		/* found first; FINDING_COUNT: nothing is found */
} cases[] = {
	{ "a linked picture", SHAPE("<a:blipFill><a:blip r:link=\"rId2\" r:embed=\"rId3\"/></a:blipFill>"),
	  SHAPE_OUT("<a:blipFill><a:blip r:embed=\"rId3\"/></a:blipFill>"), FINDING_COUNT },
	{ "order", SHAPE("<a:ln w=\"1\"/><a:noFill/><a:xfrm/>"),
	  SHAPE_OUT("<a:xfrm/><a:noFill/><a:ln w=\"1\"/>"), FINDING_COUNT },
	{ "geometry", SHAPE("<a:custGeom><a:gdLst><a:gd name=\"x\" fmla=\"*/ w 1 2\"/><a:gd name=\"y\" fmla=\"run w\"/></a:gdLst>"
			    "</a:custGeom>"),
	  SHAPE_OUT("<a:custGeom><a:gdLst><a:gd fmla=\"*/ w 1 2\" name=\"x\"/></a:gdLst><a:pathLst/></a:custGeom>"),
	  FINDING_MARKUP_VALUE },
	{ "decoration stays, other extensions go without a word",
	  NAMED("<a:extLst><a:ext uri=\"{C183D7F6-b498-43B3-948B-1728B52AA6E4}\"><adec:decorative val=\"1\"/></a:ext>"
		"<a:ext uri=\"{FF2B5EF4-FFF2-40B4-BE49-F238E27FC236}\"><a16:creationId id=\"{1}\"/></a:ext></a:extLst>"),
	  OUT("<p:cxnSp><p:nvCxnSpPr><p:cNvPr id=\"2\" name=\"\"><a:extLst><a:ext uri=\"{C183D7F6-B498-43B3-948B-1728B52AA6E4}\">"
	      "<adec:decorative val=\"1\"/></a:ext></a:extLst></p:cNvPr><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr/></p:cxnSp>"), FINDING_COUNT },
	{ "an extension that lies", NAMED("<a:extLst><a:ext uri=\"{C183D7F6-B498-43B3-948B-1728B52AA6E4}\"><a16:x/></a:ext></a:extLst>"),
	  OUT("<p:cxnSp><p:nvCxnSpPr><p:cNvPr id=\"2\" name=\"\"/><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr/></p:cxnSp>"), FINDING_MARKUP_UNKNOWN },
	{ "a film", SLIDE("<p:grpSpPr/><p:pic><p:nvPicPr><p:cNvPr id=\"3\"/><p:nvPr><a:videoFile r:link=\"rId1\"/></p:nvPr></p:nvPicPr>"
			  "<p:blipFill><a:blip r:embed=\"rId2\"/></p:blipFill></p:pic>"),
	  OUT("<p:pic><p:nvPicPr><p:cNvPr id=\"3\" name=\"\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed=\"rId2\"/></p:blipFill><p:spPr/></p:pic>"),
	  FINDING_COUNT },
	{ "a command", "<p:sld " XMLNS "><p:cSld><p:spTree>" GROUP "</p:spTree></p:cSld><p:timing><p:tnLst><p:par><p:cTn id=\"1\"><p:childTnLst><p:cmd type=\"verb\" cmd=\"0\"/>"
		       "</p:childTnLst></p:cTn></p:par></p:tnLst></p:timing></p:sld>",
	  "<p:timing><p:tnLst><p:par><p:cTn id=\"1\"/></p:par></p:tnLst></p:timing>", FINDING_PPTX_COMMAND },
	{ "a table stays", SLIDE("<p:grpSpPr/>" FRAME(DML "table\"><a:tbl/>")),
	  OUT(FRAME(DML "table\"><a:tbl><a:tblGrid/></a:tbl>")), FINDING_COUNT },
	{ "strict names", SLIDE("<p:grpSpPr/>" FRAME("http://purl.oclc.org/ooxml/drawingml/chart\"><c:chart r:id=\"rId1\"/>")),
	  OUT(FRAME(DML "chart\"><c:chart r:id=\"rId1\"/>")), FINDING_COUNT },
	{ "a chart that went", SLIDE("<p:grpSpPr/>" FRAME(DML "chart\"><c:chart r:id=\"rId0\"/>")), OUT(""), FINDING_COUNT },
	{ "an object with a picture",
	  SLIDE("<p:grpSpPr/>" FRAME(OLE "\"><p:oleObj progId=\"Package\" r:id=\"rId5\"><p:embed/><p:pic><p:blipFill>"
		"<a:blip r:embed=\"rId6\"/><a:srcRect l=\"5\"/><a:stretch/></p:blipFill><p:spPr/></p:pic></p:oleObj>") "<p:sp>" NV "</p:sp>"),
	  OUT(PIC("rId6", "<a:srcRect l=\"5\"/>") "<p:sp>" NV "<p:spPr/></p:sp>"), FINDING_DML_OBJECT },
	{ "an object whose picture is in VML",
	  SLIDE("<p:grpSpPr/>" FRAME(OLE "\"><p:oleObj spid=\"_x0000_s1\" progId=\"Package\" r:id=\"rId5\"><p:link/></p:oleObj>")),
	  OUT(PIC("vml", "")), FINDING_DML_OBJECT },
	{ "an object in a fallback",
	  SLIDE("<p:grpSpPr/>" FRAME(OLE "\"><mc:AlternateContent><mc:Choice Requires=\"v\"><p:oleObj spid=\"x\"/></mc:Choice>"
		"<mc:Fallback><p:oleObj progId=\"x\"><p:pic><p:blipFill><a:blip r:embed=\"rId6\"/></p:blipFill></p:pic></p:oleObj>"
		"</mc:Fallback></mc:AlternateContent>")),
	  OUT(PIC("rId6", "")), FINDING_DML_OBJECT },
	{ "an object whose picture went",
	  SLIDE("<p:grpSpPr/>" FRAME(OLE "\"><p:oleObj progId=\"x\"><p:pic><p:blipFill><a:blip r:embed=\"rId0\"/></p:blipFill>"
		"</p:pic></p:oleObj>")), OUT(""), FINDING_DML_OBJECT_LOST },
	{ "an object without a picture", SLIDE("<p:grpSpPr/>" FRAME(OLE "\"><p:oleObj progId=\"x\"/>")), OUT(""),
	  FINDING_DML_OBJECT_LOST },
	{ "a hidden slide", "<p:sld " XMLNS " show=\"0\"><p:cSld><p:spTree>" GROUP "</p:spTree></p:cSld></p:sld>", " show=\"0\"", FINDING_PPTX_HIDDEN_SLIDE },
	{ "a chart's formulas",
	  "<c:chartSpace " XMLNS "><c:chart><c:plotArea><c:pieChart><c:ser><c:cat><c:strRef><c:f>[Book1.xlsx]Sheet1!$A$1</c:f></c:strRef>"
	  "</c:cat><c:val><c:numRef><c:f>WEBSERVICE(\"http://x\")</c:f></c:numRef></c:val></c:ser></c:pieChart></c:plotArea></c:chart></c:chartSpace>",
	  "<c:f>Sheet1!$A$1</c:f></c:strRef></c:cat><c:val><c:numRef><c:f>#REF!</c:f>", FINDING_DML_CHART_SOURCE },
	{ "a chart's workbook that went", "<c:chartSpace " XMLNS "><c:chart><c:plotArea/></c:chart><c:externalData r:id=\"rId0\"><c:autoUpdate val=\"1\"/></c:externalData></c:chartSpace>",
	  "<c:chartSpace xmlns:c=\"" DML "chart\"><c:chart><c:plotArea/></c:chart></c:chartSpace>", FINDING_COUNT },
	{ "values without a formula, points without a place",
	  "<c:chartSpace " XMLNS "><c:chart><c:plotArea><c:pieChart><c:ser><c:idx/><c:dPt><c:explosion val=\"1\"/></c:dPt><c:val><c:numRef><c:f/><c:numCache><c:ptCount val=\"3\"/>"
	  "<c:pt idx=\"-1\"><c:v>1</c:v></c:pt><c:pt><c:v>2</c:v></c:pt><c:pt idx=\"2\"/><c:pt idx=\"0\"><c:v>3</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:pieChart>"
	  "<c:valAx><c:scaling><c:max val=\"NaN\"/><c:min val=\"-1.5\"/></c:scaling></c:valAx></c:plotArea></c:chart></c:chartSpace>",
	  "<c:ser><c:val><c:numRef><c:f>#REF!</c:f><c:numCache><c:ptCount val=\"3\"/><c:pt idx=\"0\"><c:v>3</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:pieChart>"
	  "<c:valAx><c:scaling><c:min val=\"-1.5\"/></c:scaling></c:valAx>", FINDING_MARKUP_UNKNOWN },
	{ "a shape without its names", SLIDE("<p:sp><p:nvSpPr><p:cNvPr id=\"-7\"/></p:nvSpPr></p:sp><p:sp><p:spPr/></p:sp>"),
	  OUT("<p:sp><p:nvSpPr><p:cNvPr id=\"0\" name=\"\"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/></p:sp>"), FINDING_MARKUP_UNKNOWN },
	{ "axes with a sign", "<c:chartSpace " XMLNS "><c:chart><c:plotArea><c:valAx><c:axId val=\"-1884094432\"/><c:crossAx val=\"-1884094432\"/>"
	  "</c:valAx></c:plotArea></c:chart></c:chartSpace>", "<c:axId val=\"263389216\"/><c:crossAx val=\"263389216\"/>", FINDING_COUNT },
	{ "an anchor without an object", "<xdr:wsDr " XMLNS "><xdr:oneCellAnchor>" AT "<xdr:graphicFrame macro=\"x\">" FRAMED "<a:graphic><a:graphicData "
	  "uri=\"" DML "chart\"><c:chart r:id=\"rId0\"/></a:graphicData></a:graphic></xdr:graphicFrame></xdr:oneCellAnchor></xdr:wsDr>",
	  "<xdr:wsDr xmlns:xdr=\"" DML "spreadsheetDrawing\"/>", FINDING_COUNT },
	{ "an anchor with one", "<xdr:wsDr " XMLNS "><xdr:oneCellAnchor>" AT "<xdr:graphicFrame macro=\"x\">" FRAMED "<a:graphic><a:graphicData "
	  "uri=\"" DML "chart\"><c:chart r:id=\"rId1\"/></a:graphicData></a:graphic></xdr:graphicFrame></xdr:oneCellAnchor></xdr:wsDr>",
	  "<xdr:oneCellAnchor>" AT "<xdr:graphicFrame>" FRAMED "<a:graphic><a:graphicData uri=\"" DML "chart\"><c:chart r:id=\"rId1\"/></a:graphicData>"
	  "</a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:oneCellAnchor>", FINDING_COUNT },
	{ "a text that is a cell's", "<xdr:wsDr " XMLNS "><xdr:oneCellAnchor>" AT "<xdr:sp macro=\"[0]!Run\" textlink=\"Sheet1!A1\">" NAMES "</xdr:sp></xdr:oneCellAnchor>"
	  "<xdr:oneCellAnchor>" AT "<xdr:sp textlink=\"RTD(1)\">" NAMES "</xdr:sp></xdr:oneCellAnchor></xdr:wsDr>",
	  "<xdr:oneCellAnchor>" AT "<xdr:sp textlink=\"Sheet1!A1\">" NAMES "<xdr:spPr/></xdr:sp><xdr:clientData/></xdr:oneCellAnchor>"
	  "<xdr:oneCellAnchor>" AT "<xdr:sp>" NAMES "<xdr:spPr/></xdr:sp>", FINDING_XLSX_MACRO_BUTTON },
	{ "a link", NAMED("<a:hlinkClick r:id=\"rId2\" tgtFrame=\"x\" tooltip=\"t\"/>"), LINK("r:id=\"rId2\" tooltip=\"t\""), FINDING_COUNT },
	{ "blanks around an id", NAMED("<a:hlinkClick r:id=\" rId2 \"/>"), LINK("r:id=\"rId2\""), FINDING_COUNT },
	{ "a link that went", NAMED("<a:hlinkClick r:id=\"rId0\"/>"), NO_LINK, FINDING_COUNT },
	{ "a jump", NAMED("<a:hlinkClick r:id=\"rId3\" action=\"ppaction://hlinksldjump\"/>"),
	  LINK("action=\"ppaction://hlinksldjump\" r:id=\"rId3\""), FINDING_COUNT },
	{ "a jump outside", NAMED("<a:hlinkClick r:id=\"rId2\" action=\"ppaction://hlinksldjump\"/>"), NO_LINK, FINDING_COUNT },
	{ "a slide that is no address", NAMED("<a:hlinkClick r:id=\"rId3\"/>"), NO_LINK, FINDING_COUNT },
	{ "a jump on", NAMED("<a:hlinkClick r:id=\"\" action=\"ppaction://hlinkshowjump?jump=nextslide\"/>"),
	  LINK("action=\"ppaction://hlinkshowjump?jump=nextslide\" r:id=\"\""), FINDING_COUNT },
	{ "a sound on a click", NAMED("<a:hlinkClick r:id=\"rId2\"><a:snd r:embed=\"rId3\"/></a:hlinkClick>"), LINK("r:id=\"rId2\""),
	  FINDING_COUNT },
	{ "a macro", NAMED("<a:hlinkClick r:id=\"\" action=\"ppaction://macro?name=Run\"/>"), NO_LINK, FINDING_DML_ACTION },
	{ "a program", NAMED("<a:hlinkHover r:id=\"rId2\" action=\"ppaction://program\"/>"), NO_LINK, FINDING_DML_ACTION },
	{ "a file", NAMED("<a:hlinkClick r:id=\"rId2\" action=\"ppaction://hlinkfile\"/>"), NO_LINK, FINDING_DML_ACTION },
	{ "a verb", NAMED("<a:hlinkClick r:id=\"\" action=\"ppaction://ole?verb=0\"/>"), NO_LINK, FINDING_DML_ACTION },
	{ "a jump with more", NAMED("<a:hlinkClick action=\"ppaction://hlinkshowjump?jump=nextslide&amp;x\"/>"), NO_LINK, FINDING_DML_ACTION },
	{ "a click on a film", NAMED("<a:hlinkClick action=\"ppaction://media\"/>"), NO_LINK, FINDING_COUNT },
	{ "a graphic nobody knows", SLIDE("<p:grpSpPr/>" FRAME("http://evil/\"><a:tbl/>")), OUT(""), FINDING_DML_GRAPHIC },
};

static void
run(size_t i)
{
	struct findings found = { 0 };
	struct job j = { .profile = profile_find(VIEW("rebuild")), .findings = &found };
	own_buf struct buf out = BUF_MAX(1 << 20);
	own_buf struct buf again = BUF_MAX(1 << 20);
	struct err e = { 0 };

	if (!rebuild(&j, view_str(cases[i].in), &out, &e))
		fail_msg("%s: %s", cases[i].what, e.text);
	if (memmem(out.p, out.n, cases[i].want, strlen(cases[i].want)) == NULL)
		fail_msg("%s: %.*s", cases[i].what, (int)out.n, (const char *)out.p);
	if ((found.n > 0) != (cases[i].code != FINDING_COUNT) || (found.n > 0 && found.row[0].code != cases[i].code))
		fail_msg("%s: %zu findings, the first %d", cases[i].what, found.n, found.n > 0 ? (int)found.row[0].code : -1);
	if (!rebuild(&j, buf_bytes(&out), &again, &e) || !view_eq(buf_bytes(&out), buf_bytes(&again)))
		fail_msg("%s: not the same again: %.*s", cases[i].what, (int)again.n, (const char *)again.p);
	findings_release(&found);
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		run(i);
}

static int
setup(void **state)
{
	struct err e = { 0 };

	(void)state;
	if (!markup_compile(&vocabulary, &e))
		fail_msg("%s", e.text);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	markup_forget(&vocabulary);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases) };

	return cmocka_run_group_tests(tests, setup, teardown);
}
