#!/usr/bin/python3
"""check.py SEKISHO DIR [OUT] - disarms the attack files of DIR (made by make.py) and judges what comes out.

Exit code 1 if a verdict is not among those allowed, or if an output holds what it must not hold.
qpdf, where it is installed, opens PDF outputs.
"""
import collections
import csv
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
import xml.etree.ElementTree
import zipfile

OUTPUTS = ("clean", "disarmed", "flattened", "text")
# No PDF may hold one of these, whatever its file attacks with.
PDF_NAMES = ("/JavaScript /JS /Launch /SubmitForm /ImportData /ResetForm /GoToR /GoToE /Thread /Rendition /SetOCGState "
             "/Hide /Movie /Sound /RichMedia /3D /Screen /FileAttachment /AA /XFA /EmbeddedFiles /EmbeddedFile /OPI "
             "/Alternates /FFilter /Encrypt /ObjStm /PieceInfo /RichMediaExecute /GoTo3DView /Collection").split()
FORMULA = re.compile(r"^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
# Numbers, telephone numbers, sums of digits: nothing that calls or fetches.
NUMBER = re.compile(r"^[-+\uff0b\uff0d][\d,.()/ +-]*$")
BATCH = 100
HAVE_QPDF = shutil.which("qpdf") is not None


def spellings(word):
    """A word as bytes, in hexadecimal, in UTF-16, and both."""
    raw = word.encode("latin-1")
    wide = b"".join(bytes([0, c]) for c in raw)
    out = [raw]
    if len(raw) > 5:
        out += [raw.hex().encode(), raw.hex().upper().encode(), wide, wide.hex().encode(), wide.hex().upper().encode()]
    return out


def pdf_text(data):
    """All streams unpacked; complaints of qpdf."""
    if not HAVE_QPDF:
        return data, []
    with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
        f.write(data)
        f.flush()
        check = subprocess.run(["qpdf", "--check", f.name], capture_output=True)
        qdf = subprocess.run(["qpdf", "--qdf", "--object-streams=disable", "--decode-level=generalized", f.name, "-"],
                             capture_output=True)
    text = (check.stderr + check.stdout).decode("latin-1").strip().split("\n")
    bad = [] if check.returncode == 0 else ["qpdf: " + text[-1]]
    return data + qdf.stdout, bad


def has_name(data, name):
    return re.search(re.escape(name.encode("latin-1")) + rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)", data) is not None


def judge_csv(data):
    for charset in ("utf-8-sig", "cp932", "utf-16"):
        try:
            text = data.decode(charset)
            break
        except UnicodeDecodeError:
            continue
    else:
        return ["a table in no known charset"]
    csv.field_size_limit(1 << 30)
    bad = []
    # The comma, and what the first lines are parted by where that is another; without quoted lines whatever a program takes.
    first = text[:4096]
    for separator in ",;\t" if '"' not in text else {",", max(",;\t", key=first.count)}:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error as e:
            bad.append("csv: %s" % e)
            continue
        for row in rows:
            for cell in row:
                if FORMULA.match(cell) and not NUMBER.match(cell):
                    bad.append("a cell that runs (%r between %r)" % (cell[:30], separator))
    return bad[:3]


def judge_zip(data, must, depth):
    bad = []
    try:
        z = zipfile.ZipFile(io.BytesIO(data))
        if z.testzip() is not None:
            bad.append("zip: damaged entry")
        if "[Content_Types].xml" in z.namelist():
            bad += judge_ooxml(z)
        seen = set()
        for info in z.infolist():
            name = info.filename
            if name.lower() in seen:
                bad.append("zip: twice %r" % name[:40])
            seen.add(name.lower())
            if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") or not name:
                bad.append("zip: name %r" % name[:40])
            if not name.endswith("/"):
                bad += judge(name, z.read(info), must, depth + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as e:
        bad.append("zip: %s" % e)
    return bad


# What an OOXML package may consist of; everything else is residue.
OOXML_PART = re.compile(
    r"(_rels/\.rels|\[Content_Types\]\.xml|docProps/(core|app)\.xml|(?P<folder>word|xl|ppt)/("
    r"((document|styles|numbering|settings|fontTable|footnotes|endnotes|comments|(header|footer)\d+)|(workbook|sharedStrings|metadata|comments\d+"
    r"|(work|chart)sheets/sheet\d+|tables/table\d+|pivotCache/pivotCache(Definition|Records)\d+|pivotTables/pivotTable\d+)|(presentation|presProps"
    r"|tableStyles|commentAuthors|comments/comment\d+|slides/slide\d+|(slide|notes|handout)Masters/(slide|notes|handout)Master\d+|slideLayouts/slideLayout\d+"
    r"|notesSlides/notesSlide\d+)|theme/theme(Override)?\d+|charts/chart\d+|drawings/(chart|drawing)\d+|diagrams/(data|layout|style|colors|drawing)\d+)\.xml"
    r"|drawings/vmlDrawing\d+\.vml|media/image\d+\.(png|jpg|gif|tif|bmp)|embeddings/document\d+\.(docx|xlsx|pptx)|([a-zA-Z]+/)?_rels/[A-Za-z]+\d*\.(xml|vml)\.rels))\Z")
OOXML_ACTIVE = re.compile(r"vba|macro|ole|activeX|control|template|frame|subDocument|aFChunk|mailMerge|external|customUI|extensibility|webextension|glossary|font\Z|signature", re.I)
OFFICE_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Elements that Word acts on; the first words of fields that lead out of the document or run.
WORD_ACTIVE = {W + n for n in ("object", "altChunk", "subDoc", "control", "dataBinding", "docVars", "mailMerge", "attachedTemplate", "updateFields", "movie",
                               "saveThroughXslt", "frameset", "embedRegular", "fldData", "entryMacro", "exitMacro", "contentPart", "customXml", "attachedSchema")}
WORD_FIELDS = ("DDE DDEAUTO LINK INCLUDEPICTURE INCLUDETEXT INCLUDE IMPORT EMBED DATABASE RD MACROBUTTON GOTOBUTTON PRINT PRIVATE ADDIN CONTROL HTMLCONTROL QUOTE "
               "SET ASK FILLIN AUTOTEXT AUTOTEXTLIST GLOSSARY DOCVARIABLE MERGEBARCODE DISPLAYBARCODE").split()
ADDRESS = re.compile(r"https?://|mailto:")


def judge_instruction(text):
    # Whatever might be read as a letter, whatever stands before the name.
    word = re.split(r'[\s"\\]', unicodedata.normalize("NFKC", text).strip(' \t\r\n"\\\u200b\ufeff'), maxsplit=1)[0].upper()
    # A HYPERLINK leads to an address or, by \l, to a place.
    if word == "HYPERLINK":
        target = re.match(r'HYPERLINK(?:\s+\\[hmn])*\s+("?)([^"\\\s][^"\s]*)', text.strip(), re.I)
        return ["a link's instruction %.40r" % text] if target and not ADDRESS.match(target[2]) else []
    return ["instruction %.40r" % text] if word in WORD_FIELDS else []


def judge_fields(root):
    """Instructions put together as Word does: a stack of fields, each with what it says so far."""
    bad, stack = [], []
    for e in root.iter():
        if e.tag == W + "fldSimple":
            bad += judge_instruction(e.get(W + "instr", ""))
        elif e.tag == W + "fldChar":
            kind = e.get(W + "fldCharType")
            if kind == "begin":
                stack.append(["", True])
            elif stack and kind == "separate":
                stack[-1][1] = False
            elif stack and kind == "end":
                bad += judge_instruction(stack.pop()[0])
            else:
                bad.append("a field without a beginning")
        elif e.tag in (W + "instrText", W + "delInstrText"):
            if not stack or not stack[-1][1]:
                bad.append("an instruction in no field")
            else:
                stack[-1][0] += e.text or ""
    return bad + ["a field without an end"] * bool(stack)


def judge_ooxml_part(name, data, parts):
    bad = ["%s: declares" % name] if b"<!" in data else []
    try:
        root = xml.etree.ElementTree.fromstring(data)
    except xml.etree.ElementTree.ParseError as e:
        return bad + ["%s: %s" % (name, e)]
    ids = set()
    for e in root.iter():
        tag = e.tag.rpartition("}")[2]
        if e.tag in WORD_ACTIVE or tag in ("OLEObject", "oleObj", "oleObject", "AlternateContent", "include", "script"):
            bad.append("element %s" % tag)
        if tag == "Relationship":
            target, kind = e.get("Target", ""), e.get("Type", "").rpartition("/")[2]
            if e.get("Id") in ids:
                bad.append("an id twice")
            ids.add(e.get("Id"))
            if OOXML_ACTIVE.search(kind):
                bad.append("relationship %s" % kind)
            if "TargetMode" in e.attrib and (e.get("TargetMode") != "External" or kind != "hyperlink" or not ADDRESS.match(target)):
                bad.append("%s leads to %.40s" % (kind, target))
            if "TargetMode" not in e.attrib and target.lstrip("/") not in parts:
                bad.append("%s to nothing, %.40s" % (kind, target))
        elif tag in ("Override", "Default") and re.search("macro|ole|activeX|vba|html|rtf|octet|font.|template", e.get("ContentType", ""), re.I):
            if "fontTable+xml" not in e.get("ContentType", ""):
                bad.append("content type %s" % e.get("ContentType"))
        for key in e.attrib:
            space, _, key = key.rpartition("}")
            if key.lower() in ("href", "src", "althref", "onclick", "onmouseover", "macro") or (key in ("link", "href", "pict") and space == "{" + OFFICE_REL):
                bad.append("attribute %s" % key)
    return bad + (judge_fields(root) if name.startswith("word/") and not name.endswith(".rels") else [])


def judge_ooxml(z):
    """By zipfile and ElementTree: kinds of parts, where relationships lead, fields, objects."""
    bad, names = [], z.namelist()
    mains = [n for n in names if n in ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml")]
    if len(mains) != 1:
        bad.append("%d main parts" % len(mains))
    for name in names:
        match = OOXML_PART.match(name)
        if match is None:
            bad.append("part %.40r" % name)
            continue
        if mains and match["folder"] not in (None, mains[0].split("/")[0]):
            bad.append("part %.40r" % name)
        if name.endswith((".xml", ".rels", ".vml")):
            bad += judge_ooxml_part(name, z.read(name), set(names))
    return bad


class Tags(html.parser.HTMLParser):
    """What browsers would act on, by Python's own parser."""

    ACTIVE = {"script", "style", "iframe", "frame", "object", "embed", "form", "input", "button", "link", "meta", "base", "svg", "math",
              "video", "audio", "template", "noscript", "applet"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.bad = []

    def handle_starttag(self, tag, attrs):
        if tag in self.ACTIVE and (tag, attrs) != ("meta", [("charset", "utf-8")]):
            self.bad.append("element %s" % tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.bad.append("attribute %s" % name)
            if name in ("href", "src") and not re.match(r"(https?://|mailto:)" if name == "href" else r"data:image/(png|jpeg|gif|webp);base64,", value or ""):
                self.bad.append("%s=%.40s" % (name, value))


def judge_html(data):
    tags = Tags()
    tags.feed(data.decode("utf-8"))
    return tags.bad


SVG_ACTIVE = {"script", "foreignObject", "animate", "set", "animateMotion", "animateTransform", "handler", "iframe", "tref", "font"}


def judge_svg(data):
    """By expat, through Python's ElementTree: elements, handlers, and whatever leads out."""
    bad = ["declares entities"] if b"<!" in data else []
    try:
        root = xml.etree.ElementTree.fromstring(data)
    except xml.etree.ElementTree.ParseError as e:
        return ["not well-formed: %s" % e]
    for e in root.iter():
        space, _, name = e.tag.rpartition("}")
        if space != "{http://www.w3.org/2000/svg" or name in SVG_ACTIVE:
            bad.append("element %s" % e.tag)
        for key, value in e.attrib.items():
            key = key.rpartition("}")[2]
            if key.lower().startswith("on"):
                bad.append("attribute %s" % key)
            if key == "href" and not re.match(r"#|https?://|mailto:|data:image/(png|jpeg|gif|webp);base64," if name == "a" or value[:5] == "data:"
                                              else r"#", value):
                bad.append("href=%.40s" % value)
            if re.search(r"url\((?!#)|expression|@import|javascript:", value):
                bad.append("%s=%.40s" % (key, value))
        if name == "style" and re.search(r"@|url\((?!#)|expression|\\\\|<", e.text or ""):
            bad.append("sheet %.40s" % e.text)
    return bad


def judge_lines(data):
    """Calendars and cards: unfolded, no line says what may not be said."""
    text = data.replace(b"\r\n ", b"").decode("utf-8")
    bad = ["a line over 75 octets"] if any(len(line) > 75 for line in data.split(b"\r\n")) else []
    for line in text.split("\r\n"):
        name = re.split("[;:]", line, maxsplit=1)[0].upper()
        if name in ("ATTACH", "SOUND", "KEY", "AGENT", "IMAGE", "CONFERENCE", "SOURCE", "XML", "IMPP") or \
                line.upper().startswith(("ACTION:AUDIO", "ACTION:PROCEDURE", "ACTION:EMAIL")):
            bad.append("line %.40s" % line)
        if name == "URL" and not re.search(r":(https?://|mailto:)", line):
            bad.append("line %.40s" % line)
    return bad


def judge(name, data, must, depth=0):
    """What is wrong with an output."""
    bad, seen = [], data
    if data[:5] == b"%PDF-":
        seen, bad = pdf_text(data)
        bad += ["residue %s" % n for n in PDF_NAMES if has_name(seen, n)]
    elif data[:2] == b"PK" and depth < 10:
        bad += judge_zip(data, must, depth)
    elif name.endswith(".csv"):
        bad += judge_csv(data)
    elif name.endswith(".html"):
        bad += judge_html(data)
    elif name.endswith(".svg"):
        bad += judge_svg(data)
    elif name.endswith((".ics", ".vcf")):
        bad += judge_lines(data)
    for word in must:
        if word.startswith("/") and word[1:].isalnum():
            if data[:5] == b"%PDF-" and has_name(seen, word):
                bad.append("residue %s" % word)
        elif any(s in seen for s in spellings(word)):
            bad.append("residue %r" % word)
    return sorted(set(bad))


def run(sekisho, folder, files, out, report):
    """Rows of the report by the input's name."""
    rows = {}
    if os.path.exists(report):
        os.remove(report)
    for at in range(0, len(files), BATCH):
        batch = [os.path.join(folder, f) for f in files[at:at + BATCH]]
        done = subprocess.run([sekisho, "sanitize", "--json", report] + batch + ["-o", out],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode not in (0, 3, 4):
            print("sekisho ended with %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[-300:]))
        if os.path.exists(report):
            with open(report) as f:
                for line in f:
                    row = json.loads(line)
                    rows[os.path.relpath(row["input"], folder) if os.path.dirname(row["input"]) else row["input"]] = row
            os.remove(report)
    with open(report, "w") as f:
        f.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values())
    return rows


def holds(data, text):
    """Anywhere in a file, or in an entry of it."""
    if data[:2] != b"PK":
        return text in data
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return any(text in z.read(name) for name in z.namelist())


def verdict_of(case, row, out):
    """(verdict, what is wrong) of one file."""
    if row is None:
        return "none", ["no row in the report"]
    verdict, bad, output = row["verdict"], [], row.get("output")
    if verdict not in case["expect"]:
        why = "; ".join(f.get("code", "") + " " + f.get("detail", "") for f in row.get("findings", [])[-2:])
        bad.append("verdict %s, allowed: %s (%s)" % (verdict, " ".join(case["expect"]), why[:90]))
    if verdict != "clean" and not row.get("findings"):
        bad.append("no reason given")
    if verdict not in OUTPUTS:
        if output and os.path.exists(os.path.join(out, os.path.basename(output))):
            bad.append("an output though %s" % verdict)
        return verdict, bad
    said = {f.get("code") for f in row.get("findings", [])}
    bad += ["the report does not say %s" % code for code in case.get("says", []) if code not in said]
    path = output if output and os.path.exists(output) else os.path.join(out, os.path.basename(output or ""))
    if not output or not os.path.isfile(path):
        return verdict, bad + ["no output"]
    with open(path, "rb") as f:
        data = f.read()
    bad += judge(path, data, case["must"])
    bad += ["lost: %s" % text for text in case.get("keeps", []) if not holds(data, text.encode())]
    return verdict, bad


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__.split("\n")[0])
    sekisho, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
    own = None if len(sys.argv) == 4 else tempfile.TemporaryDirectory()
    out = sys.argv[3] if own is None else own.name
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(folder, "manifest.jsonl")) as f:
        cases = [json.loads(line) for line in f]
    start = time.time()
    rows = run(sekisho, folder, [c["file"] for c in cases], out, os.path.join(out, "report.jsonl"))
    seconds = time.time() - start
    table, wrong = collections.defaultdict(collections.Counter), 0
    for case in cases:
        verdict, bad = verdict_of(case, rows.get(case["file"]), out)
        table[case["kind"]][verdict] += 1
        if bad:
            wrong += 1
            table[case["kind"]]["WRONG"] += 1
            print("%s: %s" % (case["file"], "; ".join(bad[:4])))
    columns = ["clean", "disarmed", "refused", "failed", "none", "WRONG"]
    print("%-16s" % "kind" + "".join("%10s" % c for c in columns))
    for kind in sorted(table):
        print("%-16s" % kind + "".join("%10d" % table[kind][c] for c in columns))
    slow = sorted(rows.values(), key=lambda r: -r.get("milliseconds", 0))[:3]
    print("%d files in %.1f s, slowest: %s%s" % (
        len(cases), seconds, ", ".join("%s %d ms" % (os.path.basename(r["input"]), r.get("milliseconds", 0)) for r in slow),
        "" if HAVE_QPDF else "; qpdf is not installed: streams of PDFs were not looked into"))
    print("%d wrong" % wrong)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
