"""What else PDFs carry: structure tricks, files, forms, media, images, fonts, bombs."""
import struct
import zlib

from case import add, ANY, OUTPUT, PAYLOAD, REFUSED
import pdf

JS = "<</S/JavaScript/JS(%s)>>" % PAYLOAD
ACTIVE = [PAYLOAD, "/JavaScript", "/JS"]


def structure():
    open_js = pdf.objects(catalog="/OpenAction 6 0 R", extra=[JS])
    plain = pdf.doc()
    add("pdf-objstm.pdf", "pdf-structure", "the action inside an object stream",
        pdf.with_object_stream(open_js, {1, 2, 3, 6}), ACTIVE)
    add("pdf-hybrid.pdf", "pdf-structure", "hybrid file: only new readers see the action",
        pdf.with_object_stream(open_js, {1, 6}, table_too="1 0 R"), ACTIVE, OUTPUT)
    add("pdf-update-adds-action.pdf", "pdf-structure", "an incremental update adds the action",
        pdf.update(plain, 1, "<</Type/Catalog/Pages 2 0 R/OpenAction%s>>" % JS), ACTIVE)
    add("pdf-update-hides-action.pdf", "pdf-structure", "the action is in the old revision",
        pdf.update(pdf.write(open_js), 1, "<</Type/Catalog/Pages 2 0 R>>"), ACTIVE, OUTPUT)
    add("pdf-prev-missing.pdf", "pdf-structure", "an update that forgets the revision before it",
        pdf.update(plain, 1, "<</Type/Catalog/Pages 2 0 R/OpenAction%s>>" % JS)
        .replace(b"/Prev", b"/PreV"), ACTIVE, OUTPUT)
    looped = pdf.doc(catalog="/OpenAction" + JS)
    at = looped.rsplit(b"startxref\n", 1)[1].split()[0]
    add("pdf-prev-self.pdf", "pdf-structure", "cross-reference table that is its own predecessor",
        looped.replace(b"/Root 1 0 R", b"/Prev " + at + b"/Root 1 0 R"), ACTIVE, OUTPUT)
    add("pdf-no-xref.pdf", "pdf-structure", "no cross-reference table: repair finds the action",
        looped[:looped.rindex(b"xref\n0")] + b"trailer<</Root 1 0 R>>", ACTIVE)
    add("pdf-wrong-offsets.pdf", "pdf-structure", "offsets that point elsewhere",
        looped.replace(b"startxref\n", b"startxref\n9"), ACTIVE)
    add("pdf-linearised-lie.pdf", "pdf-structure", "a linearisation dictionary that lies",
        pdf.write([b"<</Linearized 1/L 9/H[9 9]/O 3/E 9/N 99/T 9>>"] + [
            o.replace(b"5 0 R", b"6 0 R").replace(b"4 0 R", b"5 0 R").replace(b"3 0 R", b"4 0 R")
            .replace(b"2 0 R", b"3 0 R") for o in pdf.objects(catalog="/OpenAction" + JS)])
        .replace(b"/Root 1 0 R", b"/Root 2 0 R"), ACTIVE)
    add("pdf-two-catalogs.pdf", "pdf-structure", "an unreferenced second catalogue with an action",
        pdf.doc(extra=["<</Type/Catalog/Pages 2 0 R/OpenAction%s>>" % JS]), ACTIVE, OUTPUT)
    add("pdf-unreferenced-script.pdf", "pdf-structure", "an object that nothing refers to",
        pdf.doc(extra=[JS]), ACTIVE, OUTPUT)
    add("pdf-unknown-keys.pdf", "pdf-structure", "private keys everywhere",
        pdf.doc(catalog="/PieceInfo<</X<</Private(%s)>>>>/SekishoX(%s)" % (PAYLOAD, PAYLOAD),
                page="/PieceInfo<</X<</Private(%s)>>>>/SekishoY(%s)" % (PAYLOAD, PAYLOAD)),
        [PAYLOAD, "/PieceInfo", "/SekishoX", "/SekishoY"])
    add("pdf-header-late.pdf", "pdf-structure", "900 bytes before the header",
        PAYLOAD.encode() + b"\n" * 886 + looped, ACTIVE)
    add("pdf-trailing-data.pdf", "pdf-structure", "a program behind the end", plain + b"MZ" + PAYLOAD.encode() * 9)
    add("pdf-page-cycle.pdf", "pdf-structure", "a page tree that contains itself",
        pdf.write([o.replace(b"/Kids[3 0 R]", b"/Kids[3 0 R 2 0 R]") for o in pdf.objects(catalog="/OpenAction" + JS)]),
        ACTIVE, OUTPUT)
    add("pdf-deep-array.pdf", "pdf-structure", "100,000 nested arrays",
        pdf.doc(catalog="/X" + "[" * 100000 + "]" * 100000), (), ANY)
    add("pdf-reference-loop.pdf", "pdf-structure", "an object that is a reference to itself",
        pdf.doc(catalog="/OpenAction 6 0 R/Names 7 0 R", extra=["6 0 R", "8 0 R", "7 0 R"]), (), ANY)
    add("pdf-length-lie.pdf", "pdf-structure", "/Length that reaches over the next objects",
        pdf.doc(catalog="/OpenAction" + JS).replace(b"/Length 44", b"/Length 444"), ACTIVE, OUTPUT)
    hide = {6: ("<</S/JavaScript/JS", PAYLOAD, ">>")}
    add("pdf-encrypted-empty-password.pdf", "pdf-structure", "encrypted with the empty password",
        pdf.encrypted(open_js, hide), ACTIVE + ["/Encrypt"])
    add("pdf-encrypted-unknown-password.pdf", "pdf-structure", "encrypted with a password not given",
        pdf.encrypted(open_js, hide, user=b"secret"), (), REFUSED)


def carried():
    file = pdf.stream("MZ" + PAYLOAD, "/Type/EmbeddedFile")
    spec = "<</Type/Filespec/F(%s.exe)/UF(%s.exe)/EF<</F 6 0 R>>>>" % (PAYLOAD, PAYLOAD)
    names = [PAYLOAD, "/EmbeddedFile", "/EmbeddedFiles", "/EF"]
    add("pdf-embedded-names.pdf", "pdf-file", "embedded file in the name tree",
        pdf.doc(catalog="/Names<</EmbeddedFiles<</Names[(x)%s]>>>>" % spec, extra=[file]), names)
    add("pdf-embedded-annotation.pdf", "pdf-file", "FileAttachment annotation",
        pdf.doc(annots=["<</Type/Annot/Subtype/FileAttachment/Rect[9 9 30 30]/FS%s>>" % spec], extra=[file]),
        names + ["/FileAttachment"])
    add("pdf-embedded-af-catalog.pdf", "pdf-file", "associated file of the document",
        pdf.doc(catalog="/AF[%s]" % spec, extra=[file]), names + ["/AF"])
    add("pdf-embedded-af-page.pdf", "pdf-file", "associated file of a page",
        pdf.doc(page="/AF[%s]" % spec, extra=[file]), names + ["/AF"])
    add("pdf-portfolio.pdf", "pdf-file", "portfolio with a navigator",
        pdf.doc(catalog="/Collection<</View/C/Navigator<</X(%s)>>>>/Names<</EmbeddedFiles<</Names[(x)%s]>>>>"
                % (PAYLOAD, spec), extra=[file]), names + ["/Collection"])
    add("pdf-external-stream.pdf", "pdf-file", "contents in a file elsewhere",
        pdf.doc(contents=pdf.stream("", "/F(\\\\\\\\evil\\\\%s)/FFilter/FlateDecode" % PAYLOAD)),
        [PAYLOAD, "/FFilter"], OUTPUT)
    add("pdf-external-image.pdf", "pdf-file", "image data in a file elsewhere",
        pdf.image("", b"\0" * 8, more="/F<</FS/URL/F(http://evil.example/%s)>>" % PAYLOAD))
    add("pdf-reference-xobject.pdf", "pdf-file", "form XObject that is a page of another file",
        pdf.doc(contents="/X Do", resources="/XObject<</X 6 0 R>>", extra=[pdf.stream(
            "0 0 10 10 re f", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Ref<</F(%s.pdf)/Page 0>>" % PAYLOAD)]),
        [PAYLOAD, "/Ref"])
    xdp = "<xdp><template><script>%s</script></template></xdp>" % PAYLOAD
    add("pdf-xfa-stream.pdf", "pdf-form", "XFA in one stream",
        pdf.doc(catalog="/AcroForm<</Fields[]/XFA 6 0 R>>", extra=[pdf.flate(xdp)]), [PAYLOAD, "/XFA"])
    add("pdf-xfa-array.pdf", "pdf-form", "XFA in packets, needed for rendering",
        pdf.doc(catalog="/NeedsRendering true/AcroForm<</Fields[]/XFA[(template)6 0 R(datasets)6 0 R]>>",
                extra=[pdf.flate(xdp)]), [PAYLOAD, "/XFA"])
    add("pdf-signature-prompt.pdf", "pdf-form", "signature field with a lock and a seed value",
        pdf.doc(catalog="/AcroForm<</Fields[6 0 R]/SigFlags 3>>", annots=["6 0 R"], extra=[
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/Rect[9 9 30 30]/SV<</Cert<</URL(http://evil.example/%s)>>>>>>"
            % PAYLOAD]))


def media():
    clip = pdf.stream(PAYLOAD, "/Type/EmbeddedFile")
    kinds = {
        "richmedia": ("/RichMedia", "/RichMediaContent<</Assets<</Names[(x)<</F(%s.swf)/EF<</F 6 0 R>>>>]>>>>"),
        "3d": ("/3D", "/3DD 6 0 R/3DA<</A/PO>>/X(%s)"),
        "movie": ("/Movie", "/Movie<</F(%s.avi)>>/A true"),
        "sound": ("/Sound", "/Sound 6 0 R/X(%s)"),
        "screen": ("/Screen", "/MK<<>>/A<</S/Rendition/OP 4/R<</S/MR/C<</S/MCD/D(%s)>>>>>>"),
        "printermark": ("/PrinterMark", "/MN(%s)"),
        "trapnet": ("/TrapNet", "/X(%s)"),
        "projection": ("/Projection", "/X(%s)"),
    }
    for name, (subtype, more) in kinds.items():
        add("pdf-media-%s.pdf" % name, "pdf-media", "%s annotation" % name,
            pdf.doc(annots=["<</Type/Annot/Subtype%s/Rect[9 9 90 90]%s>>" % (subtype, more % PAYLOAD)],
                    extra=[pdf.stream(PAYLOAD, "/Type/3D/Subtype/U3D/OnInstantiate 7 0 R") if name == "3d" else clip,
                           pdf.stream(PAYLOAD)]), [PAYLOAD, subtype])
    add("pdf-3d-javascript.pdf", "pdf-media", "script that runs when a 3D model is opened",
        pdf.doc(annots=["<</Type/Annot/Subtype/3D/Rect[9 9 90 90]/3DD 6 0 R>>"],
                extra=[pdf.stream("U3D", "/Type/3D/Subtype/U3D/OnInstantiate 7 0 R"), pdf.stream(PAYLOAD)]),
        [PAYLOAD, "/OnInstantiate", "/3D"])
    add("pdf-xobject-postscript.pdf", "pdf-media", "PostScript XObject",
        pdf.doc(contents="/X Do", resources="/XObject<</X 6 0 R>>",
                extra=[pdf.stream("(%s) run" % PAYLOAD, "/Type/XObject/Subtype/PS")]), [PAYLOAD, "/PS"])
    add("pdf-form-postscript.pdf", "pdf-media", "form XObject with /Subtype2 /PS",
        pdf.doc(contents="/X Do", resources="/XObject<</X 6 0 R>>", extra=[pdf.stream(
            "0 0 9 9 re f", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Subtype2/PS/PS 7 0 R"), pdf.stream(PAYLOAD)]),
        [PAYLOAD, "/PS", "/Subtype2"])
    add("pdf-opi.pdf", "pdf-media", "OPI: a picture fetched from elsewhere",
        pdf.image("", b"\0" * 8, more="/OPI<</2.0<</Type/OPI/Version 2.0/F(%s.tif)>>>>" % PAYLOAD), [PAYLOAD, "/OPI"])
    add("pdf-alternates.pdf", "pdf-media", "alternate image for another medium",
        pdf.image("", b"\0" * 8, more="/Alternates[<</Image 7 0 R/DefaultForPrinting true/X(%s)>>]" % PAYLOAD),
        [PAYLOAD, "/Alternates"])
    add("pdf-thumbnail.pdf", "pdf-media", "a thumbnail that shows another page",
        pdf.doc(page="/Thumb 6 0 R", extra=[pdf.stream(PAYLOAD, "/Width 14/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray")]),
        [PAYLOAD, "/Thumb"])
    add("pdf-operators-unknown.pdf", "pdf-content", "operators that no annex lists, and a broken inline image",
        pdf.doc(contents="BX (%s) evil EX BT /F 12 Tf 20 100 Td (Harmless text.) Tj ET /Nothing Do "
                "BI /W 9999999 /H 9999999 /BPC 8 /CS /G ID xx EI" % PAYLOAD), [PAYLOAD], OUTPUT)


def images():
    page = struct.pack(">IIIIBH", 64, 64, 0, 0, 0, 0)

    def segment(n, kind, data, refs=b"\0"):
        return struct.pack(">IB", n, kind) + refs + b"\1" + struct.pack(">I", len(data)) + data

    head = segment(0, 48, page)
    at = b"\3\xff\xfd\xff\2\xfe\xfe\xfe"
    add("pdf-jbig2-symbols.pdf", "pdf-image", "JBIG2: 2^32 new symbols",
        pdf.image("JBIG2Decode", head + segment(1, 0, b"\0\0" + at + b"\xff" * 8), 64, 64), (), ANY)
    # The sum of the symbols of many dictionaries must pass 2^32, as in the attack of 2021 (CVE-2021-30860).
    many, dictionary = head, b"\0\0" + at + struct.pack(">II", 0x0fffff, 0) + b"\xff" * 16
    for n in range(1, 200):
        many += segment(n, 0, dictionary)
    refs = struct.pack(">I", 0xe0000000 | 199) + b"\0" * 25 + bytes(range(1, 200))
    region = struct.pack(">IIIIB", 64, 64, 0, 0, 0)
    add("pdf-jbig2-overflow.pdf", "pdf-image", "JBIG2: the number of symbols passes 2^32 (the shape of 2021)",
        pdf.image("JBIG2Decode", many + segment(200, 6, region + b"\0\0" + b"\0\0\0\1", refs), 64, 64), (), ANY)
    add("pdf-jbig2-region.pdf", "pdf-image", "JBIG2: a region of 2^62 pixels",
        pdf.image("JBIG2Decode", head + segment(
            1, 38, struct.pack(">IIIIB", 0x7fffffff, 0x7fffffff, 0, 0, 0) + b"\0" + at), 64, 64), (), ANY)
    add("pdf-jbig2-refers-to-itself.pdf", "pdf-image", "JBIG2: a refinement of itself, outside the page",
        pdf.image("JBIG2Decode", head + segment(
            1, 42, struct.pack(">IIIIB", 64, 64, 0xfffffff0, 0xfffffff0, 4) + b"\1" + b"\xff" * 9, b"\x20\1"), 64, 64),
        (), ANY)
    add("pdf-jbig2-page-giant.pdf", "pdf-image", "JBIG2: the image claims 2^31 pixels a side",
        pdf.image("JBIG2Decode", head, 0x7fffffff, 0x7fffffff), (), ANY)
    siz = b"\xff\x4f\xff\x51" + struct.pack(">HHIIIIIIIIH", 41, 0, 0x7fffffff, 0x7fffffff, 0, 0, 1, 1, 0, 0, 1)
    jpx = siz + b"\7\1\1\xff\x52\0\x0c\0\0\0\1\0\0\4\4\0\1\xff\x5c\0\4\x40\x40\xff\x90\0\x0a\0\0\0\0\0\0\0\1\xff\x93\xff\xd9"
    add("pdf-jpx-giant.pdf", "pdf-image", "JPX: 2^62 pixels in 2^62 tiles", pdf.image("JPXDecode", jpx, bits=8), (), ANY)
    add("pdf-jpx-components.pdf", "pdf-image", "JPX: 16,384 components",
        pdf.image("JPXDecode", jpx[:4] + struct.pack(">HHIIIIIIIIH", 38 + 3 * 16384, 0, 64, 64, 0, 0, 64, 64, 0, 0, 16384)
                  + b"\7\1\1" * 16384 + jpx[45:], bits=8), (), ANY)
    jpeg = gray_jpeg()
    add("pdf-dct-size-lie.pdf", "pdf-image", "DCT: the picture is 8 x 8, the dictionary says 9,999 x 9,999",
        pdf.image("DCTDecode", jpeg, 9999, 9999, 8), (), ANY)
    add("pdf-dct-giant.pdf", "pdf-image", "DCT: 65,500 x 65,500 pixels in 200 bytes",
        pdf.image("DCTDecode", jpeg.replace(b"\x08\0\x08\0\x08\1", b"\x08\xff\xdc\xff\xdc\1"), 65500, 65500, 8), (), ANY)
    add("pdf-dct-components-lie.pdf", "pdf-image", "DCT: one component, the dictionary says CMYK",
        pdf.image("DCTDecode", jpeg, 8, 8, 8, "/DeviceCMYK"), (), ANY)
    add("pdf-dct-payload.pdf", "pdf-image", "DCT: script in APP1, COM and behind the end",
        pdf.image("DCTDecode", jpeg[:2] + b"\xff\xe1" + struct.pack(">H", 16) + PAYLOAD.encode() + b"\xff\xfe"
                  + struct.pack(">H", 16) + PAYLOAD.encode() + jpeg[2:] + PAYLOAD.encode(), 8, 8, 8), [PAYLOAD], OUTPUT)
    add("pdf-ccitt-giant.pdf", "pdf-image", "CCITT: 2^31 columns",
        pdf.image("CCITTFaxDecode", b"\xff" * 99, 8, 8, parms="/K -1/Columns 2147483647/Rows 2147483647"), (), ANY)
    add("pdf-ccitt-columns-negative.pdf", "pdf-image", "CCITT: negative columns and rows",
        pdf.image("CCITTFaxDecode", b"\x26\xa0" * 9, 8, 8, parms="/K -1/Columns -8/Rows -1"), (), ANY)
    add("pdf-image-giant.pdf", "pdf-image", "2^31 x 2^31 pixels without data",
        pdf.image("", b"", 0x7fffffff, 0x7fffffff, 16, "/DeviceCMYK"), (), ANY)
    add("pdf-predictor-giant.pdf", "pdf-image", "a predictor with 2^31 columns and colours",
        pdf.image("FlateDecode", zlib.compress(b"\0" * 99), 8, 8, 8,
                  parms="/Predictor 15/Columns 2147483647/Colors 2147483647/BitsPerComponent 16"), (), ANY)
    add("pdf-smask-cycle.pdf", "pdf-image", "a soft mask that is its own",
        pdf.image("", b"\0" * 64, 8, 8, 8, more="/SMask 6 0 R"), (), ANY)
    add("pdf-colourspace-cycle.pdf", "pdf-image", "an indexed colour space over itself",
        pdf.image("", b"\0" * 64, 8, 8, 8, "[/Indexed 6 0 R 255<00>]"), (), ANY)
    add("pdf-icc-payload.pdf", "pdf-image", "an ICC profile that is none",
        pdf.doc(contents="/C cs 0 sc 0 0 9 9 re f BT /F 12 Tf (Harmless text.) Tj ET",
                resources="/ColorSpace<</C[/ICCBased 6 0 R]>>",
                extra=[pdf.stream(b"MZ" + PAYLOAD.encode() * 30, "/N 1/Alternate/DeviceGray")]))


def gray_jpeg():
    """An 8 x 8 gray picture, the smallest there is."""
    def seg(marker, data):
        return bytes([0xff, marker]) + struct.pack(">H", len(data) + 2) + data

    return (b"\xff\xd8" + seg(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + seg(0xdb, b"\0" + b"\1" * 64)
            + seg(0xc0, b"\x08\0\x08\0\x08\1\1\x11\0") + seg(0xc4, b"\0\1" + b"\0" * 15 + b"\0")
            + seg(0xc4, b"\x10\1" + b"\0" * 15 + b"\0") + seg(0xda, b"\1\1\0\0\x3f\0") + b"\x3f\xff\xd9")


def sfnt(tables, tag=b"\0\1\0\0"):
    out, body, at = tag + struct.pack(">HHHH", len(tables), 0, 0, 0), b"", 12 + 16 * len(tables)
    for name, data in sorted(tables.items()):
        out += name + struct.pack(">III", 0, at + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return out + body


def fonts():
    glyph = struct.pack(">hhhhh", 1, 0, 0, 500, 500) + struct.pack(">HH", 2, 6) + b"\x1c\xff\xfa\0\0\0" + b"\1\1\1" + \
        struct.pack(">hhhhhh", 0, 500, 0, 0, 0, 500)
    tables = {
        b"head": struct.pack(">IIIIHHQQhhhhHHhhh", 0x10000, 0, 0, 0x5f0f3cf5, 0, 1000, 0, 0, 0, 0, 500, 500, 0, 8, 2, 0, 0),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, 600, 0, 0, 500, 1, 0, 0, 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", 600, 0, 600, 0), b"maxp": struct.pack(">IH", 0x10000, 2) + b"\0\x40" * 13,
        b"loca": struct.pack(">HHH", 0, len(glyph + b"\0") // 2, len(glyph + b"\0") // 2), b"glyf": glyph + b"\0",
        b"cmap": struct.pack(">HHHHI", 0, 1, 1, 0, 12) + struct.pack(">HHH", 0, 262, 0) + b"\0" * 65 + b"\0\1" + b"\0" * 189,
        b"fpgm": b"\x40\x0eSEKISHOPAYLOAD" + b"\x1c\xff\xfd", b"prep": b"\xb8\xff\xff\x1c\xff\xfd",
    }
    add("pdf-font-truetype-loop.pdf", "pdf-font", "TrueType programs that never end",
        pdf.font(sfnt(tables), "FontFile2"), [PAYLOAD], OUTPUT)
    composite = struct.pack(">hhhhh", -1, 0, 0, 500, 500) + struct.pack(">HHbb", 2, 0, 0, 0)
    add("pdf-font-composite-cycle.pdf", "pdf-font", "a composite glyph made of itself",
        pdf.font(sfnt({**tables, b"glyf": composite, b"loca": struct.pack(">HHH", 0, len(composite) // 2, len(composite) // 2)}),
                 "FontFile2"), [PAYLOAD], OUTPUT)
    add("pdf-font-tables-overlap.pdf", "pdf-font", "tables beyond the end of the file",
        pdf.font(sfnt(tables)[:-200].replace(b"glyf" + b"\0" * 4, b"glyf\xff\xff\xff\xff"), "FontFile2"), [PAYLOAD], OUTPUT)
    add("pdf-font-svg-table.pdf", "pdf-font", "script in an SVG table",
        pdf.font(sfnt({**tables, b"SVG ": b"<svg><script>%s</script></svg>" % PAYLOAD.encode()}), "FontFile2"),
        [PAYLOAD], OUTPUT)
    add("pdf-font-wrong-kind.pdf", "pdf-font", "a program where a font belongs",
        pdf.font(b"MZ\x90\0" + PAYLOAD.encode() * 50, "FontFile2"), [PAYLOAD], OUTPUT)
    ps = b"%!PS-AdobeFont-1.0: Evil\n/x { (" + PAYLOAD.encode() + b") run } def x\ncurrentfile eexec\n" + b"\x11" * 64
    add("pdf-font-type1-postscript.pdf", "pdf-font", "Type 1 that is a PostScript program",
        pdf.font(ps, "FontFile", "/Length1 %d/Length2 64/Length3 0" % (len(ps) - 64), "Type1"),
        [PAYLOAD, "/FontFile"], OUTPUT)

    def index(items):
        out, at = struct.pack(">HB", len(items), 2), 1
        for i in items:
            out += struct.pack(">H", at)
            at += len(i)
        return out + struct.pack(">H", at) + b"".join(items)

    def number(n):
        return b"\x1d" + struct.pack(">i", n)

    calls = index([b"\x20\x0a"])    # subroutine 0 calls subroutine 0 (bias 107)
    head = b"\1\0\4\2" + index([b"Evil"])
    top = 3 + 4 + 18
    at = len(head) + top + 2 + len(calls)
    chars = index([b"\x0e", b"\x20\x1d\x0e"])
    cff = head + index([number(at) + b"\x11" + number(0) + number(at + len(chars)) + b"\x12"]) + b"\0\0" + calls + chars
    add("pdf-font-cff-recursion.pdf", "pdf-font", "CFF subroutine that calls itself",
        pdf.font(cff, "FontFile3", "/Subtype/Type1C", "Type1"), (), OUTPUT)
    add("pdf-font-type3-cycle.pdf", "pdf-font", "Type 3 glyph that shows itself",
        pdf.doc(contents="BT /T 12 Tf (a) Tj ET BT /F 12 Tf 20 100 Td (Harmless text.) Tj ET",
                resources="/X<<>>", extra=[
                    "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 97/LastChar 97"
                    "/Widths[9]/Encoding<</Differences[97/a]>>/CharProcs<</a 7 0 R>>/Resources<</Font<</T 6 0 R>>>>>>",
                    pdf.stream("9 0 d0 BT /T 12 Tf (a) Tj ET")]).replace(b"/Font<</F 5 0 R>>", b"/Font<</F 5 0 R/T 6 0 R>>", 1),
        (), OUTPUT)
    add("pdf-font-cmap-giant.pdf", "pdf-font", "a ToUnicode map of 2^32 codes",
        pdf.doc(extra=[]).replace(b"/BaseFont/Helvetica", b"/BaseFont/Helvetica/ToUnicode<</Length 9>>", 1), (), ANY)


def bombs():
    add("pdf-bomb-flate.pdf", "bomb", "1 GiB of spaces in a content stream",
        pdf.doc(contents=flate_of(b" ", 1 << 30)), (), ANY)
    add("pdf-bomb-nested-filters.pdf", "bomb", "Flate in Flate in Flate",
        pdf.doc(contents=pdf.flate(b"\0" * 3000000, times=4)), (), ANY)
    add("pdf-bomb-filter-chain.pdf", "bomb", "a thousand filters",
        pdf.doc(contents=pdf.stream("x", "/Filter[" + "/ASCIIHexDecode" * 1000 + "]")), (), ANY)
    forms = [pdf.stream("/X Do " * 30, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (n + 1))
             for n in range(6, 26)]
    forms.append(pdf.stream("0 0 1 1 re f", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"))
    add("pdf-bomb-forms.pdf", "bomb", "forms in forms: 30^20 pictures",
        pdf.doc(contents="/X Do", resources="/XObject<</X 6 0 R>>", extra=forms), (), ANY)
    add("pdf-bomb-form-cycle.pdf", "bomb", "a form that shows itself",
        pdf.doc(contents="/X Do", resources="/XObject<</X 6 0 R>>", extra=[pdf.stream(
            "/X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>")]), (), ANY)
    add("pdf-bomb-pages.pdf", "bomb", "one page, listed 200,000 times",
        pdf.write([o.replace(b"[3 0 R]/Count 1", b"[" + b"3 0 R " * 200000 + b"]/Count 200000") for o in pdf.objects()]),
        (), (REFUSED,))
    add("pdf-bomb-lzw.pdf", "bomb", "LZW: the longest strings there are",
        pdf.doc(contents=pdf.flate(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * 200000, "")
                .replace(b"/Filter/FlateDecode", b"/Filter[/FlateDecode/LZWDecode]")), (), ANY)
    add("pdf-bomb-q.pdf", "bomb", "a million graphics states", pdf.doc(contents=pdf.flate("q " * 1000000)), (), ANY)
    add("pdf-bomb-object-stream.pdf", "bomb", "an object stream of 2^31 objects, extending itself",
        pdf.doc(extra=[pdf.flate("1 0 2 0", "/Type/ObjStm/N 2147483647/First 8/Extends 6 0 R")]), (), ANY)


def flate_of(byte, n):
    z, out = zlib.compressobj(9), []
    chunk = byte * (1 << 20)
    for _ in range(n >> 20):
        out.append(z.compress(chunk))
    out.append(z.flush())
    return pdf.stream(b"".join(out), "/Filter/FlateDecode")


def make():
    structure()
    carried()
    media()
    images()
    fonts()
    bombs()
