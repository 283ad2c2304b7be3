"""Things hung where nothing of the kind belongs: they are gone in any case, and the report must say so."""
import zlib

from case import add, PAYLOAD
import pdf

JS = "<</S/JavaScript/JS(%s)>>" % PAYLOAD
LAUNCH = "<</S/Launch/F(%s.exe)>>" % PAYLOAD
ACTIVE = [PAYLOAD, "/JavaScript", "/JS", "/Launch"]
KEY = "/SekishoUnknown(%s)" % PAYLOAD

WIDGET = "<</Type/Annot/Subtype/Widget/FT/Btn/Ff 65536/T(b)/Rect[10 10 90 30]%s>>"
SQUARE = "<</Type/Annot/Subtype/Square/Rect[10 10 90 30]%s>>"
LINK = "<</Type/Annot/Subtype/Link/Rect[10 10 90 30]%s>>"
FORM = "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
IMAGE = "/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray"


def draws(thing, entries=""):
    return pdf.doc(contents="/X Do", resources="/XObject<</X 6 0 R>>" + entries, extra=[thing])


def with_font(entries):
    return pdf.doc().replace(b"/BaseFont/Helvetica", pdf.b("/BaseFont/Helvetica" + entries), 1)


def outlines(item, root=""):
    return pdf.doc(catalog="/Outlines 6 0 R", extra=["<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1%s>>" % root,
                                                     "<</Title(Chapter)/Parent 6 0 R%s>>" % item])


def tagged(root="", element=""):
    return pdf.doc(catalog="/StructTreeRoot 6 0 R/MarkInfo<</Marked true>>",
                   extra=["<</Type/StructTreeRoot/K 7 0 R%s>>" % root, "<</S/Document/P 6 0 R%s>>" % element])


def actions(a, code):
    """An action where no action belongs."""
    return {
        "dests": pdf.doc(catalog="/Dests<</x<</D[3 0 R/Fit]/A%s>>>>" % a),
        "dests-bare": pdf.doc(catalog="/Dests<</x%s>>" % a),
        "names-dests": pdf.doc(catalog="/Names<</Dests<</Names[(x)<</D[3 0 R/Fit]/Next%s>>]>>>>" % a),
        "mk": pdf.doc(catalog="/AcroForm<</Fields[6 0 R]>>", annots=["6 0 R"], extra=[WIDGET % ("/MK<</CA(x)/A%s>>" % a)]),
        "bs": pdf.doc(annots=[SQUARE % ("/BS<</W 2/S/S/A%s>>" % a)]),
        "border": pdf.doc(annots=[SQUARE % ("/Border[0 0 %s]" % a)]),
        "trailer": pdf.write(pdf.objects(), "/OpenAction" + a),
        "trailer-far": pdf.write(pdf.objects(extra=["<</X 7 0 R>>", "[8 0 R]", a]), "/X 6 0 R"),
        "classmap": tagged("/ClassMap<</c<</O/Layout/Width%s>>>>" % a),
        "classmap-bare": tagged("/ClassMap<</c%s>>" % a),
        "attribute": tagged("", "/A<</O/Layout/Width[%s]>>" % a),
        "goto-d": pdf.doc(annots=[LINK % ("/A<</S/GoTo/D%s>>" % a)]),
        "goto-d-page": pdf.doc(annots=[LINK % "/A<</S/GoTo/D[6 0 R/Fit]>>"], extra=[a]),
        "link-dest": pdf.doc(annots=[LINK % ("/Dest[%s/Fit]" % a)]),
        "outline-d": outlines("/A<</S/GoTo/D%s>>" % a),
        "catalog-key": pdf.doc(catalog="/SekishoUnknown<</Y[1 %s]>>" % a),
        "bookkeeping": pdf.doc(catalog="/Extensions<</ADBE%s>>/Version[%s]" % (a, a)),
        "page-parent": pdf.doc().replace(b"/Parent 2 0 R", pdf.b("/Parent" + a)),
        "viewer": pdf.doc(catalog="/ViewerPreferences<</FitWindow true/PrintScaling%s>>" % a),
        "info": pdf.write(pdf.objects(extra=["<</Title(t)/SekishoUnknown%s>>" % a]), "/Info 6 0 R"),
        "procset": pdf.doc(resources="/ProcSet[/PDF %s]" % a),
        "unused-resource": pdf.doc(resources="/XObject<</Y%s>>" % a),
        "form": draws(pdf.stream("0 0 1 1 re f", FORM + "/PieceX" + a)),
        "image": draws(pdf.stream("\0\0\0\0", IMAGE + "/Name" + a)),
        "font": with_font("/SekishoUnknown" + a),
        "layer": pdf.doc(catalog="/OCProperties<</OCGs[6 0 R]/D<<>>>>", extra=["<</Type/OCG/Name(l)/Usage<</View%s>>>>" % a]),
    }


def keys():
    """A key that no standard knows, in each kind of dictionary."""
    return {
        "catalog": pdf.doc(catalog=KEY),
        "trailer": pdf.write(pdf.objects(), KEY),
        "page": pdf.doc(page=KEY),
        "page-tree": pdf.doc().replace(b"/Count 1", pdf.b("/Count 1" + KEY), 1),
        "resources": pdf.doc(resources=KEY),
        "annotation": pdf.doc(annots=[SQUARE % KEY]),
        "border-style": pdf.doc(annots=[SQUARE % ("/BS<</W 1%s>>" % KEY)]),
        "link-action": pdf.doc(annots=[LINK % ("/A<</S/GoTo/D[3 0 R/Fit]%s>>" % KEY)]),
        "form": pdf.doc(catalog="/AcroForm<</Fields[6 0 R]%s>>" % KEY, annots=["6 0 R"], extra=[WIDGET % ""]),
        "field": pdf.doc(catalog="/AcroForm<</Fields[6 0 R]>>", extra=["<</FT/Tx/T(a)/Ff 1%s>>" % KEY]),
        "looks": pdf.doc(annots=[WIDGET % ("/MK<</CA(x)%s>>" % KEY)]),
        "destination": pdf.doc(catalog="/Dests<</x<</D[3 0 R/Fit]%s>>>>" % KEY),
        "outlines": outlines("", KEY),
        "outline": outlines(KEY),
        "structure": tagged(KEY),
        "element": tagged("", KEY),
        "name-tree": pdf.doc(catalog="/Names<</Dests<</Names[(a)[3 0 R/Fit]]%s>>>>" % KEY),
        "layer": pdf.doc(catalog="/OCProperties<</OCGs[6 0 R]/D<<>>>>", extra=["<</Type/OCG/Name(l)%s>>" % KEY]),
        "layers": pdf.doc(catalog="/OCProperties<</OCGs[6 0 R]/D<</BaseState/ON%s>>>>" % KEY, extra=["<</Type/OCG/Name(l)>>"]),
        "drawing": draws(pdf.stream("0 0 1 1 re f", FORM + KEY)),
        "group": draws(pdf.stream("0 0 1 1 re f", FORM + "/Group<</S/Transparency%s>>" % KEY)),
        "picture": draws(pdf.stream("\0\1\2\3", IMAGE + KEY)),
        "font": with_font(KEY),
        "encoding": with_font("/Encoding<</Differences[65/A]%s>>" % KEY),
        "descriptor": with_font("/FontDescriptor<</Type/FontDescriptor/FontName/Helvetica/Flags 32%s>>" % KEY),
        "state": pdf.doc(contents="/G gs BT /F 12 Tf (x) Tj ET", resources="/ExtGState<</G<</LW 1%s>>>>" % KEY),
        "space": pdf.doc(contents="/C cs 1 sc 0 0 9 9 re f",
                         resources="/ColorSpace<</C[/CalGray<</WhitePoint[1 1 1]%s>>]>>" % KEY),
        "function": pdf.doc(contents="/S sh", resources="/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 1 1]"
                            "/Function<</FunctionType 2/N 1/Domain[0 1]%s>>>>>>" % KEY),
        "shading": pdf.doc(contents="/S sh", resources="/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 1 1]"
                           "/Function<</FunctionType 2/N 1/Domain[0 1]>>%s>>>>" % KEY),
        "content": pdf.doc(contents=pdf.stream("0 0 9 9 re f", KEY)),
        "marked": pdf.doc(contents="/Span<<%s>>BDC 0 0 9 9 re f EMC" % KEY),
        "properties": pdf.doc(contents="/Span/P BDC 0 0 9 9 re f EMC", resources="/Properties<</P<<%s>>>>" % KEY),
        "inline-picture": pdf.doc(contents="BI/W 1/H 1/BPC 8/CS/G%s ID a\nEI\n" % KEY),
    }


def make():
    for name, action, code in ("script", JS, "PDF_JAVASCRIPT"), ("launch", LAUNCH, "PDF_LAUNCH"):
        for place, data in actions(action, code).items():
            add("pdf-rest-%s-%s.pdf" % (name, place), "pdf-rest", "%s, hung where no action belongs: %s" % (name, place),
                data, ACTIVE, says=code)
    for place, data in keys().items():
        add("pdf-rest-key-%s.pdf" % place, "pdf-rest", "an unknown key: " + place, data, [PAYLOAD, "/SekishoUnknown"],
            says="PDF_PRIVATE" if place == "properties" else "PDF_ENTRY")
    samples = "\0\1\2\3"
    add("pdf-rest-behind-samples.pdf", "pdf-rest", "data behind a picture's samples",
        draws(pdf.stream(samples + "MZ" + PAYLOAD, IMAGE)), says="PDF_DATA_BEHIND")
    add("pdf-rest-behind-samples-flate.pdf", "pdf-rest", "data behind a picture's samples, compressed",
        draws(pdf.flate(samples + "MZ" + PAYLOAD, IMAGE)), says="PDF_DATA_BEHIND")
    packed = zlib.compress(b"BT /F 12 Tf 20 100 Td (Harmless text.) Tj ET", 9)
    add("pdf-rest-behind-flate.pdf", "pdf-rest", "data behind the end of a content stream's packed bytes",
        pdf.doc(contents=pdf.stream(packed + b"MZ" + PAYLOAD.encode(), "/Filter/FlateDecode")), [PAYLOAD], says="PDF_STREAM_BEHIND")
    # Each array names the next one a thousand times.
    arrays = ["[" + "%d 0 R " % n * 1000 + "]" for n in range(7, 18)] + ["[(%s)]" % PAYLOAD]
    for key in "/Version", "/Extensions", "/SekishoUnknown", "/PageLayout":
        add("pdf-rest-bomb%s.pdf" % key.replace("/", "-").lower(), "pdf-rest", "1000^11 values under " + key,
            pdf.doc(catalog=key + " 6 0 R", extra=arrays), expect=("clean", "disarmed"))
    add("pdf-rest-thousand-keys.pdf", "pdf-rest", "a thousand unknown keys",
        pdf.doc(page="".join("/%s%d 1" % (PAYLOAD, n) for n in range(1000))), says="PDF_ENTRY")
