"""Presentations: actions, objects, media, links, animation, charts, disguises."""
import io
import zipfile

from case import PAYLOAD as P, OUTPUT, REFUSED, ANY, add

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MICROSOFT = "http://schemas.microsoft.com/office/"
DML = "http://schemas.openxmlformats.org/drawingml/2006/"
NS = ('xmlns:a="%smain" xmlns:c="%schart" xmlns:dgm="%sdiagram" xmlns:r="%s" '
      'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
      'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
      'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"' % (DML, DML, DML, OFFICE[:-1]))
MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
TEXT = '<p:sp><p:nvSpPr><p:cNvPr id="2" name="t">%s</p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>' \
       '<p:txBody><a:bodyPr/><a:p><a:r><a:rPr>%s</a:rPr><a:t>題名</a:t></a:r></a:p></p:txBody></p:sp>'


TREE = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'


def rels(*rows):
    """(id, type, target) or (id, type, target, external)"""
    out = ""
    for row in rows:
        out += '<Relationship Id="%s" Type="%s" Target="%s"%s/>' % (*row[:3], ' TargetMode="External"' if len(row) > 3 else "")
    return '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % out


def deck(shapes=TEXT % ("", ""), slide_rels=(), after="", deck_rels=(), deck_more="", parts=None, main=MAIN, root_rels=(), prefix="",
         target="ppt/presentation.xml"):
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="gif" ContentType="image/gif"/>'
        '<Override PartName="/ppt/presentation.xml" ContentType="%s"/></Types>' % main,
        "_rels/.rels": rels(("rId1", OFFICE + "officeDocument", target), *root_rels),
        "ppt/presentation.xml": '<p:presentation %s><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
                                '<p:notesSz cx="6858000" cy="9144000"/>%s</p:presentation>' % (NS, deck_more),
        "ppt/_rels/presentation.xml.rels": rels(("rId1", OFFICE + "slide", "slides/slide1.xml"), *deck_rels),
        "ppt/slides/slide1.xml": prefix + '<p:sld %s><p:cSld><p:spTree>%s</p:spTree></p:cSld>%s</p:sld>' % (NS, TREE + shapes, after),
    }
    if slide_rels:
        files["ppt/slides/_rels/slide1.xml.rels"] = rels(*slide_rels)
    files.update(parts or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in files.items():
            z.writestr(zipfile.ZipInfo(name, (2024, 4, 1, 0, 0, 0)), content)
    return out.getvalue()


def frame(uri, inside):
    return ('<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="o"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
            '<p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData uri="%s">%s</a:graphicData>'
            '</a:graphic></p:graphicFrame>' % (uri, inside))


def picture(blip, more=""):
    return ('<p:pic><p:nvPicPr><p:cNvPr id="5" name="p"/><p:cNvPicPr/><p:nvPr>%s</p:nvPr></p:nvPicPr><p:blipFill>%s</p:blipFill><p:spPr/></p:pic>'
            % (more, blip))


OLE = "http://schemas.openxmlformats.org/presentationml/2006/ole"
LINKS = {
    "javascript": "javascript:%s()", "file": "file:///C:/%s.exe", "unc": "\\\\%s\\share\\x", "file-unc": "file://%s/share/x",
    "vbscript": "vbscript:%s", "data": "data:text/html,%s", "search-ms": "search-ms:query=%s", "ms-office": "ms-word:ofe|u|http://%s/x",
    "relative": "../%s.exe", "mhtml": "mhtml:http://%s/x!y", "ldap": "ldap://%s/",
}
ACTIONS = {
    "macro": "ppaction://macro?name=%s", "program": "ppaction://program", "file": "ppaction://hlinkfile",
    "presentation": "ppaction://hlinkpres?slideindex=1&amp;slidetitle=%s", "verb": "ppaction://ole?verb=0", "custom-show": "ppaction://customshow?id=0",
    "jump-and-more": "ppaction://hlinkshowjump?jump=nextslide&amp;%s",
}
TIMING = '<p:timing><p:tnLst><p:par><p:cTn id="1" dur="indefinite" nodeType="tmRoot"><p:childTnLst>%s</p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>'
NODES = {
    "command": '<p:cmd type="call" cmd="%s"><p:cBhvr><p:cTn id="2"/><p:tgtEl><p:spTgt spid="4"/></p:tgtEl></p:cBhvr></p:cmd>' % P,
    "verb": '<p:cmd type="verb" cmd="0%s"><p:cBhvr><p:cTn id="2"/><p:tgtEl><p:spTgt spid="4"/></p:tgtEl></p:cBhvr></p:cmd>' % P,
    "audio": '<p:audio><p:cMediaNode><p:cTn id="2"/><p:tgtEl><p:sndTgt r:embed="rId2" name="%s"/></p:tgtEl></p:cMediaNode></p:audio>' % P,
    "video": '<p:video><p:cMediaNode><p:cTn id="2"/><p:tgtEl><p:spTgt spid="4"/></p:tgtEl></p:cMediaNode></p:video><p:x a="%s"/>' % P,
}
FORMULAS = {"dde": "cmd|'/c %s'!A0", "webservice": 'WEBSERVICE("http://%s/")', "external": "'\\\\%s\\[b.xlsx]S'!$A$1", "function": "%s(Sheet1!$A$1)",
            "url": "'http://%s/[b.xlsx]S'!$A$1"}


def make_links():
    for key, target in LINKS.items():
        for place, shape in (("shape", TEXT % ('<a:hlinkClick r:id="rId2"/>', "")), ("run", TEXT % ("", '<a:hlinkClick r:id="rId2"/>')),
                             ("hover", TEXT % ('<a:hlinkHover r:id="rId2"/>', ""))):
            add("pptx-link-%s-%s.pptx" % (key, place), "pptx-link", "a link to %s at a %s" % (key, place),
                deck(shape, [("rId2", OFFICE + "hyperlink", target % P, True)]))
    for key, action in ACTIONS.items():
        action = action % P if "%s" in action else action
        add("pptx-action-%s.pptx" % key, "pptx-action", "a click: " + key,
            deck(TEXT % ('<a:hlinkClick r:id="rId2" action="%s"/>' % action, ""), [("rId2", OFFICE + "hyperlink", "file:///%s" % P, True)]),
            [P, "ppaction"])
    add("pptx-click-sound.pptx", "pptx-action", "a sound on a click",
        deck(TEXT % ('<a:hlinkClick r:id="rId2"><a:snd r:embed="rId3" name="x"/></a:hlinkClick>', ""),
             [("rId2", OFFICE + "hyperlink", "http://example.jp/", True), ("rId3", OFFICE + "audio", "../media/a.wav")],
             parts={"ppt/media/a.wav": P}))


def make_objects():
    ole = '<p:oleObj progId="%s" r:id="rId2"><p:%s/>%s</p:oleObj>'
    add("pptx-ole-embedded.pptx", "pptx-object", "an embedded object", deck(frame(OLE, ole % (P, "embed", "")),
        [("rId2", OFFICE + "oleObject", "../embeddings/o.bin")], parts={"ppt/embeddings/o.bin": P}))
    add("pptx-ole-linked.pptx", "pptx-object", "a linked object", deck(frame(OLE, ole % (P, "link", "")),
        [("rId2", OFFICE + "oleObject", "file:///\\\\%s\\x.doc" % P, True)]))
    add("pptx-ole-with-picture.pptx", "pptx-object", "an object with its picture",
        deck(frame(OLE, ole % (P, "embed", picture('<a:blip r:embed="rId3"/>'))),
             [("rId2", OFFICE + "package", "../embeddings/o.docm"), ("rId3", OFFICE + "image", "../media/a.gif")],
             parts={"ppt/embeddings/o.docm": P, "ppt/media/a.gif": GIF}))
    add("pptx-ole-picture-remote.pptx", "pptx-object", "an object whose picture is fetched",
        deck(frame(OLE, ole % (P, "embed", picture('<a:blip r:embed="rId3"/>'))), [("rId3", OFFICE + "image", "http://%s/a.gif" % P, True)]))
    add("pptx-ole-vml-remote.pptx", "pptx-object", "an object whose VML picture is fetched",
        deck(frame(OLE, '<p:oleObj spid="_x0000_s1" progId="x" r:id="rId2"><p:embed/></p:oleObj>'),
             [("rId4", OFFICE + "vmlDrawing", "../drawings/v.vml")],
             parts={"ppt/drawings/v.vml": '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
                    '<v:shape id="_x0000_s1"><v:imagedata src="http://%s/" o:relid="rId1"/></v:shape></xml>' % P,
                    "ppt/drawings/_rels/v.vml.rels": rels(("rId1", OFFICE + "image", "http://%s/a.emf" % P, True))}))
    add("pptx-ole-wrapped.pptx", "pptx-object", "an object in every branch of an alternative",
        deck(frame(OLE, '<mc:AlternateContent><mc:Choice Requires="p14">%s</mc:Choice><mc:Fallback>%s</mc:Fallback></mc:AlternateContent>' % (
            (ole % (P, "embed", ""),) * 2)), [("rId2", OFFICE + "oleObject", "../embeddings/o.bin")], parts={"ppt/embeddings/o.bin": P}))
    add("pptx-control.pptx", "pptx-object", "an ActiveX control", deck(after="", slide_rels=[
        ("rId2", OFFICE + "control", "../activeX/a.xml")], parts={"ppt/activeX/a.xml": "<ax>%s</ax>" % P,
        "ppt/slides/slide1.xml": '<p:sld %s><p:cSld><p:spTree>%s</p:spTree><p:controls><p:control r:id="rId2" name="%s"/></p:controls></p:cSld></p:sld>' % (NS, TREE, P)}))
    add("pptx-unknown-graphic.pptx", "pptx-object", "a graphic of no known kind", deck(frame("http://%s/" % P, "<x>%s</x>" % P)))
    add("pptx-graphic-lies.pptx", "pptx-object", "a frame that calls an object a table", deck(frame(DML + "table", ole % (P, "embed", "")),
        [("rId2", OFFICE + "oleObject", "../embeddings/o.bin")], parts={"ppt/embeddings/o.bin": P}))


def make_media():
    add("pptx-picture-linked.pptx", "pptx-media", "a picture fetched by r:link", deck(picture('<a:blip r:link="rId2"/>'),
        [("rId2", OFFICE + "image", "http://%s/a.png" % P, True)]))
    add("pptx-picture-external.pptx", "pptx-media", "an embedded picture that is elsewhere", deck(picture('<a:blip r:embed="rId2"/>'),
        [("rId2", OFFICE + "image", "file://%s/a.png" % P, True)]))
    add("pptx-picture-svg.pptx", "pptx-media", "an SVG twin of a picture",
        deck(picture('<a:blip r:embed="rId2"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip '
                     'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="rId3"/></a:ext></a:extLst></a:blip>'),
             [("rId2", OFFICE + "image", "../media/a.gif"), ("rId3", OFFICE + "image", "../media/a.svg")],
             parts={"ppt/media/a.gif": GIF, "ppt/media/a.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>%s</script></svg>" % P}), expect=OUTPUT)
    for key, element, kind in (("video", '<a:videoFile r:link="rId2"/>', "video"), ("audio", '<a:audioFile r:link="rId2"/>', "audio"),
                               ("quicktime", '<a:quickTimeFile r:link="rId2"/>', "video"), ("wav", '<a:wavAudioFile r:embed="rId2"/>', "audio")):
        for outside in (False, True):
            target = "http://%s/a.mp4" % P if outside else "../media/a.mp4"
            add("pptx-%s-%s.pptx" % (key, "remote" if outside else "inside"), "pptx-media", "a film or sound",
                deck(picture('<a:blip r:embed="rId3"/>', element),
                     [("rId2", OFFICE + kind, target, True) if outside else ("rId2", OFFICE + kind, target), ("rId3", OFFICE + "image", "../media/a.gif")],
                     parts={"ppt/media/a.mp4": P, "ppt/media/a.gif": GIF}))
    add("pptx-transition-sound.pptx", "pptx-media", "a sound at a change of slides",
        deck(after='<p:transition><p:fade/><p:sndAc><p:stSnd><p:snd r:embed="rId2" name="%s"/></p:stSnd></p:sndAc></p:transition>' % P,
             slide_rels=[("rId2", OFFICE + "audio", "../media/a.wav")], parts={"ppt/media/a.wav": P}))
    for key, node in NODES.items():
        add("pptx-animation-%s.pptx" % key, "pptx-media", "animation: " + key,
            deck(after=TIMING % node, slide_rels=[("rId2", OFFICE + "audio", "../media/a.wav")], parts={"ppt/media/a.wav": P}))


def make_charts():
    chart = '<c:chartSpace %s><c:chart><c:plotArea><c:pieChart><c:ser><c:val><c:numRef><c:f>%s</c:f></c:numRef></c:val></c:ser></c:pieChart>' \
            '</c:plotArea></c:chart>%s</c:chartSpace>'
    framed = frame(DML + "chart", '<c:chart r:id="rId2"/>')
    for key, f in FORMULAS.items():
        add("pptx-chart-%s.pptx" % key, "pptx-chart", "a chart's formula: " + key, deck(framed, [("rId2", OFFICE + "chart", "../charts/chart1.xml")],
            parts={"ppt/charts/chart1.xml": chart % (NS, f % P, "")}))
    for key, row in (("remote", ("rId1", OFFICE + "oleObject", "file:///\\\\%s\\b.xlsx" % P, True)), ("inside", ("rId1", OFFICE + "package", "../embeddings/b.xlsm"))):
        add("pptx-chart-data-%s.pptx" % key, "pptx-chart", "a chart's workbook", deck(framed, [("rId2", OFFICE + "chart", "../charts/chart1.xml")],
            parts={"ppt/charts/chart1.xml": chart % (NS, "Sheet1!$A$1", '<c:externalData r:id="rId1"><c:autoUpdate val="1"/></c:externalData>'),
                   "ppt/charts/_rels/chart1.xml.rels": rels(row), "ppt/embeddings/b.xlsm": P}))
    add("pptx-diagram-remote.pptx", "pptx-chart", "a diagram whose picture is fetched",
        deck(frame(DML + "diagram", '<dgm:relIds r:dm="rId2" r:lo="rId3" r:qs="rId4" r:cs="rId5"/>'),
             [("rId2", OFFICE + "diagramData", "../diagrams/d.xml"), ("rId3", OFFICE + "diagramLayout", "../diagrams/l.xml"),
              ("rId4", OFFICE + "diagramQuickStyle", "../diagrams/s.xml"), ("rId5", OFFICE + "diagramColors", "../diagrams/c.xml")],
             parts={"ppt/diagrams/d.xml": '<dgm:dataModel %s><dgm:ptLst/><dgm:cxnLst/><dgm:bg><a:blipFill><a:blip r:link="rId1" r:embed="rId1"/></a:blipFill></dgm:bg>'
                    '</dgm:dataModel>' % NS, "ppt/diagrams/_rels/d.xml.rels": rels(("rId1", OFFICE + "image", "http://%s/" % P, True)),
                    "ppt/diagrams/l.xml": '<dgm:layoutDef %s><dgm:sampData>%s</dgm:sampData><dgm:layoutNode/></dgm:layoutDef>' % (NS, P),
                    "ppt/diagrams/s.xml": '<dgm:styleDef %s/>' % NS, "ppt/diagrams/c.xml": '<dgm:colorsDef %s/>' % NS}))


def make_disguises():
    for name, main in (("pptm", "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
                       ("ppsm", "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml"),
                       ("potm", "application/vnd.ms-powerpoint.template.macroEnabled.main+xml"),
                       ("ppam", "application/vnd.ms-powerpoint.addin.macroEnabled.main+xml")):
        add("pptx-macros.%s" % name, "pptx-macro", "macros in a " + name,
            deck(main=main, deck_rels=[("rId9", MICROSOFT + "2006/relationships/vbaProject", "vbaProject.bin")], parts={"ppt/vbaProject.bin": P}),
            [P, "macroEnabled", "vbaProject"])
    add("pptx-custom-ui.pptx", "pptx-macro", "a ribbon of its own", deck(root_rels=[
        ("rId9", MICROSOFT + "2006/relationships/ui/extensibility", "customUI/customUI.xml")], parts={"customUI/customUI.xml": "<customUI onLoad='%s'/>" % P}))
    add("pptx-web-extension.pptx", "pptx-macro", "a task pane", deck(root_rels=[
        ("rId9", MICROSOFT + "2011/relationships/webextensiontaskpanes", "ppt/webextensions/taskpanes.xml")],
        parts={"ppt/webextensions/taskpanes.xml": "<x>%s</x>" % P}))
    add("pptx-tags.pptx", "pptx-data", "tags and custom data", deck(deck_more='<p:custDataLst><p:tags r:id="rId9"/></p:custDataLst>', deck_rels=[
        ("rId9", OFFICE + "tags", "tags/tag1.xml")], parts={"ppt/tags/tag1.xml": "<p:tagLst %s><p:tag name='x' val='%s'/></p:tagLst>" % (NS, P)}), expect=OUTPUT)
    add("pptx-font.pptx", "pptx-data", "an embedded font", deck(
        deck_more='<p:embeddedFontLst><p:embeddedFont><p:font typeface="x"/><p:regular r:id="rId9"/></p:embeddedFont></p:embeddedFontLst>',
        deck_rels=[("rId9", OFFICE + "font", "fonts/f.fntdata")], parts={"ppt/fonts/f.fntdata": P}))
    add("pptx-publish.pptx", "pptx-data", "where it was published to", deck(deck_rels=[("rId9", OFFICE + "presProps", "presProps.xml")], parts={
        "ppt/presProps.xml": '<p:presentationPr %s><p:htmlPubPr r:id="rId1" title="%s"><p:sldAll/></p:htmlPubPr></p:presentationPr>' % (NS, P),
        "ppt/_rels/presProps.xml.rels": rels(("rId1", OFFICE + "htmlPubSaveAs", "file:///%s" % P, True))}), expect=OUTPUT)
    add("pptx-extension.pptx", "pptx-data", "an extension nobody knows", deck(TEXT % (
        '<a:extLst><a:ext uri="{00000000-0000-0000-0000-000000000001}"><x xmlns="u">%s</x></a:ext></a:extLst>' % P, "")), expect=OUTPUT)
    add("pptx-unknown-part.pptx", "pptx-data", "a part nothing refers to", deck(parts={"ppt/slides/%s.exe" % P: "MZ" + P}))
    add("pptx-doctype.pptx", "pptx-disguise", "a DOCTYPE with an entity",
        deck(prefix='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///%s">]>' % P), expect=ANY)
    add("pptx-entities.pptx", "pptx-disguise", "entities in entities",
        deck(prefix='<!DOCTYPE x [<!ENTITY a "%s">%s]>' % (P, "".join('<!ENTITY a%d "&a%s;&a%s;">' % (i, i - 1 or "", i - 1 or "") for i in range(1, 30)))),
        expect=ANY)
    add("pptx-main-outside.pptx", "pptx-disguise", "the main part is elsewhere", deck(target="http://%s/p.xml" % P), expect=REFUSED)
    add("pptx-slide-outside.pptx", "pptx-disguise", "a slide is elsewhere", deck(deck_rels=[
        ("rId2", OFFICE + "slide", "http://%s/s.xml" % P, True)], parts={"ppt/presentation.xml":
        '<p:presentation %s><p:sldIdLst><p:sldId id="256" r:id="rId1"/><p:sldId id="257" r:id="rId2"/></p:sldIdLst><p:notesSz cx="9" cy="9"/></p:presentation>' % NS}))
    add("pptx-slide-is-macro.pptx", "pptx-disguise", "a slide that is no slide", deck(deck_rels=[
        ("rId2", OFFICE + "slide", "vbaProject.bin")], parts={"ppt/vbaProject.bin": P, "ppt/presentation.xml":
        '<p:presentation %s><p:sldIdLst><p:sldId id="256" r:id="rId1"/><p:sldId id="257" r:id="rId2"/></p:sldIdLst><p:notesSz cx="9" cy="9"/></p:presentation>' % NS}))
    add("pptx-utf16.pptx", "pptx-disguise", "a slide in UTF-16 with an object", deck(parts={"ppt/slides/slide1.xml":
        ('<?xml version="1.0" encoding="UTF-16"?><p:sld %s><p:cSld><p:spTree>%s</p:spTree></p:cSld></p:sld>' % (
            NS, TREE + frame(OLE, '<p:oleObj progId="%s" r:id="rId2"><p:embed/></p:oleObj>' % P))).encode("utf-16")}))
    add("pptx-deep.pptx", "pptx-disguise", "groups in groups", deck("<p:grpSp>" * 400 + "</p:grpSp>" * 400 + TEXT % (P, "")), expect=ANY)


def make():
    make_links()
    make_objects()
    make_media()
    make_charts()
    make_disguises()
