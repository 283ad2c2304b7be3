"""A form of a Japanese office as a workbook: squared paper (方眼紙) of merged cells, lists to choose from, phonetic
guides, vertical text, gaiji, pictures in its headers, notes, a table, seals and boxes drawn on it.

    form.py OUT.xlsx
"""
import io
import struct
import sys
import zipfile
import zlib

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAW = "http://schemas.openxmlformats.org/drawingml/2006/"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
COLUMNS = 48

WORDS = [  # text, reading by place: (from, to, kana)
    ("住民税申告書", [(0, 3, "ジュウミンゼイ"), (3, 6, "シンコクショ")]),
    ("氏名", [(0, 2, "シメイ")]), ("フリガナ", []), ("ﾌﾘｶﾞﾅ", []), ("生年月日", [(0, 4, "セイネンガッピ")]),
    ("①　㈱　№　℡　㍻　㌔", []), ("髙﨑德　𠮷野家　葛\U000e0100城　辻\U000e0101", []), ("外字：\ue000\ue001", []),
    ("〒100-8111　東京都千代田区", []), ("男・女", []), ("（注）記入上の注意\n　一　黒インクで\n　二　楷書で", []), ("～ － ￥ ∥ …", []),
    ("第１号様式", []), ("縦書き", []), ("均等割付", []),
]
LISTS = {"区分": ["給与", "年金", "事業"], "給与": ["本給", "手当"], "年金": ["国民", "厚生"]}


def png(width, height, colour):
    """A picture of one colour with a hole in it, like a seal."""
    rows = b"".join(b"\0" + b"".join(b"\xff\xff\xff" if (x - width / 2) ** 2 + (y - height / 2) ** 2 < width else colour
                                     for x in range(width)) for y in range(height))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def cell(column, row):
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row}"


def relations(rows):
    return HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(
        f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{escaped(target)}"{" TargetMode=" + chr(34) + "External" + chr(34) if out else ""}/>'
        for i, kind, target, out in rows) + "</Relationships>"


def workbook():
    names = [("_xlnm.Print_Area", 0, "申請書!$A$1:$AV$40"), ("_xlnm.Print_Titles", 0, "申請書!$A:$B,申請書!$1:$3"),
             ("区分", None, "リスト!$A$1:$A$3"), ("給与", None, "リスト!$B$1:$B$2"), ("年金", None, "リスト!$C$1:$C$2"),
             ("税率", None, "0.1"), ("今年度", None, 'IF(MONTH(TODAY())<4,YEAR(TODAY())-1,YEAR(TODAY()))'), ("氏名欄", None, "申請書!$F$5")]
    listed = "".join(f'<definedName name="{n}"{"" if s is None else f" localSheetId={chr(34)}{s}{chr(34)}"}>{escaped(f)}</definedName>' for n, s, f in names)
    return (HEAD + f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr defaultThemeVersion="124226"/>'
            '<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="20490" windowHeight="7770" activeTab="0"/></bookViews>'
            '<sheets><sheet name="申請書" sheetId="1" r:id="rId1"/><sheet name="記入例（見本）" sheetId="2" r:id="rId2"/>'
            '<sheet name="リスト" sheetId="3" state="hidden" r:id="rId3"/></sheets>'
            f'<definedNames>{listed}</definedNames><calcPr calcId="145621" fullCalcOnLoad="1"/></workbook>')


FORMATS = ['[$-411]ggge"年"m"月"d"日";@', '#,##0"円";[Red]▲#,##0"円"', '[DBNum3]0', '00"－"0000', '@"　様"']
ALIGN = ['horizontal="center" vertical="center"', 'vertical="center" textRotation="255"', 'horizontal="distributed" vertical="center" indent="1"',
         'horizontal="left" vertical="top" wrapText="1"', 'shrinkToFit="1"', 'horizontal="centerContinuous"', 'textRotation="90"', 'horizontal="right" readingOrder="1"']


def styles():
    fonts = ['<font><sz val="11"/><name val="ＭＳ Ｐゴシック"/><family val="3"/><charset val="128"/></font>',
             '<font><b/><sz val="16"/><name val="ＭＳ 明朝"/><family val="1"/><charset val="128"/></font>',
             '<font><u val="double"/><sz val="9"/><color rgb="FFFF0000"/><name val="游ゴシック"/><family val="3"/><charset val="128"/><scheme val="minor"/></font>',
             '<font><strike/><sz val="6"/><color theme="1" tint="0.5"/><name val="HG丸ｺﾞｼｯｸM-PRO"/><family val="3"/><charset val="128"/></font>']
    fills = ['<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>',
             '<fill><patternFill patternType="solid"><fgColor rgb="FFFFFFCC"/><bgColor indexed="64"/></patternFill></fill>']
    side = "".join
    borders = ['<border><left/><right/><top/><bottom/><diagonal/></border>',
               side(['<border><left style="thin"><color indexed="64"/></left><right style="hair"><color auto="1"/></right>',
                     '<top style="double"><color indexed="64"/></top><bottom style="mediumDashed"><color rgb="FF0000FF"/></bottom><diagonal/></border>']),
               '<border diagonalUp="1"><left/><right/><top/><bottom/><diagonal style="thin"><color indexed="64"/></diagonal></border>']
    xfs = ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>']
    for i, a in enumerate(ALIGN):
        xfs.append(f'<xf numFmtId="{164 + i % len(FORMATS)}" fontId="{i % 4}" fillId="{2 * (i % 2)}" borderId="{i % 3}" xfId="0" applyNumberFormat="1" '
                   f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1"><alignment {a}/><protection locked="{i % 2}"/></xf>')
    return (HEAD + f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS)}">' +
            "".join(f'<numFmt numFmtId="{164 + i}" formatCode="{escaped(f)}"/>' for i, f in enumerate(FORMATS)) + "</numFmts>"
            f'<fonts count="4">{"".join(fonts)}</fonts><fills count="3">{"".join(fills)}</fills><borders count="3">{"".join(borders)}</borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"><alignment vertical="center"/></xf></cellStyleXfs>'
            f'<cellXfs count="{len(xfs)}">{"".join(xfs)}</cellXfs><cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles>'
            '<dxfs count="1"><dxf><font><b/><color rgb="FF9C0006"/></font><fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill></dxf></dxfs>'
            '<tableStyles count="0" defaultTableStyle="TableStyleMedium9"/></styleSheet>')


def strings():
    items = []
    for text, readings in WORDS:
        guides = "".join(f'<rPh sb="{a}" eb="{b}"><t>{kana}</t></rPh>' for a, b, kana in readings)
        items.append(f'<si><t xml:space="preserve">{escaped(text)}</t>{guides}<phoneticPr fontId="3" type="Hiragana" alignment="distributed"/></si>')
    items.append('<si><r><rPr><b/><sz val="11"/><color rgb="FFFF0000"/><rFont val="ＭＳ 明朝"/><family val="1"/><charset val="128"/></rPr><t>必須</t></r>'
                 '<r><rPr><vertAlign val="superscript"/><sz val="8"/><rFont val="ＭＳ 明朝"/></rPr><t xml:space="preserve"> ※ </t></r></si>')
    return HEAD + f'<sst xmlns="{MAIN}" count="{len(items)}" uniqueCount="{len(items)}">{"".join(items)}</sst>'


FORMULAS = [  # as they stand in forms: eras, readings, lookups, dependent lists
    ('TODAY()', "45000"), ('TEXT(F9,"ggge年m月d日")', "令和5年4月1日"), ('PHONETIC(F5)', "シメイ"), ('IF(F5="","",VLOOKUP(F5,リスト!$A$1:$C$3,2,FALSE))', ""),
    ('DATEDIF(F9,今年度,"Y")', "30"), ('ROUNDDOWN(SUM(F12:F20)*税率,-2)', "1200"), ('IFERROR(INDEX(リスト!$B$1:$B$2,MATCH($F$6,給与,0)),"")', ""),
    ('NUMBERSTRING(1234,1)', "千二百三十四"), ('ASC(F7)&JIS("ｱ")', "ﾌﾘｶﾞﾅア"), ('SUMPRODUCT((F12:F20>0)*(G12:G20="○"))', "3"),
    ('COUNTIF(F12:F20,"*市*")', "1"), ('HYPERLINK("#リスト!A1","一覧へ")', "一覧へ"), ('DATE(YEAR(F9)+(MONTH(F9)>=4),3,31)', "45016"), ('INDIRECT("リスト!A"&1)', "給与"),
]


def form_sheet():
    merged, rows = [], []
    for r in range(1, 41):
        cells = []
        for c in range(0, COLUMNS, 6):
            merged.append(f"{cell(c, r)}:{cell(c + 5, r)}")
            at, style = cell(c, r), (r + c) % len(ALIGN) + 1
            n = (r - 1) * 8 + c // 6
            if n < len(WORDS) + 1:
                cells.append(f'<c r="{at}" s="{style}" t="s" ph="1"><v>{n}</v></c>')
            elif c == 6 and r - 10 in range(len(FORMULAS)):
                f, v = FORMULAS[r - 10]
                kind = "" if v.replace(".", "").isdigit() else ' t="str"'
                cells.append(f'<c r="{at}" s="{style}"{kind}><f>{escaped(f)}</f><v>{v}</v></c>')
            else:
                cells.append(f'<c r="{at}" s="{style}"/>')
            cells += [f'<c r="{cell(c + k, r)}" s="{style}"/>' for k in range(1, 6)]
        rows.append(f'<row r="{r}" spans="1:{COLUMNS}" ht="13.5" customHeight="1">{"".join(cells)}</row>')
    rules = [('list" allowBlank="1" showInputMessage="1" showErrorMessage="1" errorTitle="区分" error="一覧から選んでください" promptTitle="区分" prompt="▼を押す', "G2", "区分", None),
             ('list" allowBlank="1', "G3", 'INDIRECT($G$2)', None), ('list', "G4:G6", '"男,女,回答しない"', None), ('whole" operator="between', "M2", "0", "999999"),
             ('date" operator="greaterThanOrEqual" imeMode="off', "M3", "DATE(1912,7,30)", None), ('textLength" operator="lessThanOrEqual" imeMode="fullKatakana', "M4", "20", None),
             ('custom" errorStyle="warning', "M5", 'LENB(M5)=LEN(M5)*2', None), ('none" imeMode="hiragana', "S2:S9", None, None)]
    valid = "".join(f'<dataValidation type="{kind}" sqref="{ref}">' + ("" if a is None else f"<formula1>{escaped(a)}</formula1>") +
                    ("" if b is None else f"<formula2>{b}</formula2>") + "</dataValidation>" for kind, ref, a, b in rules)
    return (HEAD + f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetPr><tabColor rgb="FFFF0000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:AV40"/><sheetViews><sheetView showGridLines="0" view="pageBreakPreview" zoomScaleNormal="100" zoomScaleSheetLayoutView="85" workbookViewId="0">'
            '<pane xSplit="2" ySplit="3" topLeftCell="C4" activePane="bottomRight" state="frozen"/><selection pane="bottomRight" activeCell="G2" sqref="G2"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultColWidth="2.625" defaultRowHeight="13.5"/><cols><col min="1" max="{COLUMNS}" width="2.625" customWidth="1" style="1"/>'
            '<col min="49" max="50" width="9" hidden="1" customWidth="1"/></cols>'
            f'<sheetData>{"".join(rows)}</sheetData><sheetProtection sheet="1" objects="1" scenarios="1" selectLockedCells="1" formatCells="0"/>'
            f'<mergeCells count="{len(merged)}">{"".join(f"<mergeCell ref={chr(34)}{m}{chr(34)}/>" for m in merged)}</mergeCells><phoneticPr fontId="3"/>'
            '<conditionalFormatting sqref="G2:L9"><cfRule type="expression" dxfId="0" priority="1"><formula>AND($G$2="",COUNTA($M$2:$M$9)&gt;0)</formula></cfRule></conditionalFormatting>'
            f'<dataValidations count="{len(rules)}">{valid}</dataValidations>'
            '<hyperlinks><hyperlink ref="A40" location="\'記入例（見本）\'!A1" display="記入例"/><hyperlink ref="G40" r:id="rId4" tooltip="市の案内"/></hyperlinks>'
            '<printOptions horizontalCentered="1"/><pageMargins left="0.59" right="0.59" top="0.79" bottom="0.59" header="0.31" footer="0.31"/>'
            '<pageSetup paperSize="9" scale="80" orientation="landscape" blackAndWhite="1" cellComments="asDisplayed"/>'
            '<headerFooter differentFirst="1"><oddHeader>&amp;L&amp;G&amp;C&amp;"ＭＳ 明朝,標準"&amp;14第１号様式&amp;R&amp;D</oddHeader><oddFooter>&amp;C&amp;P / &amp;N ページ</oddFooter>'
            '<firstHeader>&amp;R&amp;G</firstHeader></headerFooter><rowBreaks count="1" manualBreakCount="1"><brk id="20" max="16383" man="1"/></rowBreaks>'
            '<ignoredErrors><ignoredError sqref="A1:AV40" numberStoredAsText="1"/></ignoredErrors>'
            '<drawing r:id="rId1"/><legacyDrawing r:id="rId2"/><legacyDrawingHF r:id="rId3"/></worksheet>')


def plain_sheet(columns, table=False):
    deep = max(map(len, columns))
    rows = "".join(f'<row r="{r + 1}">' + "".join(f'<c r="{cell(c, r + 1)}" t="inlineStr"><is><t>{words[r]}</t></is></c>'
                                                  for c, words in enumerate(columns) if r < len(words)) + "</row>" for r in range(deep))
    return (HEAD + f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData>{rows}</sheetData>' +
            ('<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' if table else "") + "</worksheet>")


TABLE = (HEAD + f'<table xmlns="{MAIN}" id="1" name="明細表" displayName="明細表" ref="A1:B3" totalsRowShown="0"><autoFilter ref="A1:B3"/>'
         '<tableColumns count="2"><tableColumn id="1" name="品目"/><tableColumn id="2" name="金額"/></tableColumns>'
         '<tableStyleInfo name="TableStyleLight1" showRowStripes="1"/></table>')


def shape(number, name, at, body, preset="rect", link=""):
    (a, b), (c, d) = at
    return (f'<xdr:twoCellAnchor editAs="absolute"><xdr:from><xdr:col>{a}</xdr:col><xdr:colOff>9525</xdr:colOff><xdr:row>{b}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>'
            f'<xdr:to><xdr:col>{c}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{d}</xdr:row><xdr:rowOff>19050</xdr:rowOff></xdr:to>'
            f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="{number}" name="{name}">{link}</xdr:cNvPr><xdr:cNvSpPr txBox="1"><a:spLocks noChangeArrowheads="1"/></xdr:cNvSpPr></xdr:nvSpPr>'
            f'<xdr:spPr bwMode="auto"><a:xfrm><a:off x="0" y="0"/><a:ext cx="600000" cy="600000"/></a:xfrm><a:prstGeom prst="{preset}"><a:avLst/></a:prstGeom>'
            f'<a:noFill/><a:ln w="19050"><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill><a:prstDash val="sysDot"/></a:ln></xdr:spPr>'
            f'<xdr:txBody>{body}</xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>')


def words(text, vertical="horz"):
    return (f'<a:bodyPr vertOverflow="clip" vert="{vertical}" wrap="square" anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r><a:rPr kumimoji="1" lang="ja-JP" '
            f'altLang="en-US" sz="1100"><a:latin typeface="ＭＳ 明朝"/><a:ea typeface="ＭＳ 明朝"/></a:rPr><a:t>{text}</a:t></a:r></a:p>')


def drawing():
    picture = ('<xdr:oneCellAnchor><xdr:from><xdr:col>40</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="500000" cy="500000"/>'
               '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="9" name="市章" descr="市の紋章"/><xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr>'
               '<xdr:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
               '<xdr:clientData/></xdr:oneCellAnchor>')
    return (HEAD + f'<xdr:wsDr xmlns:xdr="{DRAW}spreadsheetDrawing" xmlns:a="{DRAW}main" xmlns:r="{OFFICE}">' +
            shape(2, "印", ((30, 4), (33, 7)), words("印"), "ellipse") + shape(3, "縦書きの注", ((45, 10), (47, 30)), words("この欄には記入しないでください", "eaVert")) +
            shape(4, "戻る", ((36, 37), (42, 39)), words("一覧へ戻る"), "roundRect", '<a:hlinkClick r:id="rId2" tooltip="一覧"/>') + picture + "</xdr:wsDr>")


NOTES = [("G2", "記入のしかた：\nプルダウンから選ぶ"), ("M3", "和暦でも入力できます")]
VML = ('<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
       '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>')


def comments():
    return (HEAD + f'<comments xmlns="{MAIN}"><authors><author>税務課</author></authors><commentList>' +
            "".join(f'<comment ref="{at}" authorId="0"><text><r><rPr><sz val="9"/><rFont val="ＭＳ Ｐゴシック"/></rPr><t xml:space="preserve">{t}</t></r></text></comment>'
                    for at, t in NOTES) + "</commentList></comments>")


def parts():
    kinds = {"xl/workbook.xml": "sheet.main+xml", "xl/styles.xml": "styles+xml", "xl/sharedStrings.xml": "sharedStrings+xml", "xl/comments1.xml": "comments+xml",
             "xl/worksheets/sheet1.xml": "worksheet+xml", "xl/worksheets/sheet2.xml": "worksheet+xml", "xl/worksheets/sheet3.xml": "worksheet+xml", "xl/tables/table1.xml": "table+xml"}
    types = "".join(f'<Override PartName="/{p}" ContentType="{SHEET}{k}"/>' for p, k in kinds.items())
    notes = "".join(f'<v:shape id="_x0000_s{1025 + i}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1"><x:ClientData ObjectType="Note">'
                    f'<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>8, 15, {i}, 2, 14, 9, {i + 5}, 7</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>'
                    '</x:ClientData></v:shape>' for i, (row, column) in enumerate(((1, 6), (2, 12))))
    heads = "".join(f'<v:shape id="{place}" type="#_x0000_t75" style="position:absolute;margin-left:0;width:36pt;height:36.75pt"><v:imagedata o:relid="rId1" o:title="市章"/></v:shape>'
                    for place in ("LH", "RHFIRST"))
    return {
        "[Content_Types].xml": HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>{types}<Override PartName="/xl/drawings/drawing1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>',
        "_rels/.rels": relations([("rId1", "officeDocument", "xl/workbook.xml", False)]),
        "xl/workbook.xml": workbook(),
        "xl/_rels/workbook.xml.rels": relations([(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml", False) for i in (1, 2, 3)] +
                                                [("rId4", "styles", "styles.xml", False), ("rId5", "sharedStrings", "sharedStrings.xml", False)]),
        "xl/styles.xml": styles(), "xl/sharedStrings.xml": strings(), "xl/worksheets/sheet1.xml": form_sheet(),
        "xl/worksheets/_rels/sheet1.xml.rels": relations([("rId1", "drawing", "../drawings/drawing1.xml", False), ("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml", False),
                                                          ("rId3", "vmlDrawing", "../drawings/vmlDrawing2.vml", False), ("rId4", "hyperlink", "https://www.city.example.lg.jp/zei/", True),
                                                          ("rId5", "comments", "../comments1.xml", False)]),
        "xl/worksheets/sheet2.xml": plain_sheet([["品目", "紙", "墨"], ["金額", "100", "200"]], True),
        "xl/worksheets/_rels/sheet2.xml.rels": relations([("rId1", "table", "../tables/table1.xml", False)]),
        "xl/worksheets/sheet3.xml": plain_sheet(list(LISTS.values())), "xl/tables/table1.xml": TABLE,
        "xl/drawings/drawing1.xml": drawing(),
        "xl/drawings/_rels/drawing1.xml.rels": relations([("rId1", "image", "../media/image1.png", False), ("rId2", "hyperlink", "#リスト!A1", False)]),
        "xl/drawings/vmlDrawing1.vml": VML + notes + "</xml>", "xl/drawings/vmlDrawing2.vml": VML + heads + "</xml>",
        "xl/drawings/_rels/vmlDrawing2.vml.rels": relations([("rId1", "image", "../media/image1.png", False)]),
        "xl/comments1.xml": comments(), "xl/media/image1.png": png(48, 48, b"\x99\x22\x33"),
    }


def form():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts().items():
            z.writestr(zipfile.ZipInfo(name), data if isinstance(data, bytes) else data.encode())
    return out.getvalue()


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as f:
        f.write(form())
