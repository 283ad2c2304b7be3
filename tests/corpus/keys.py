#!/usr/bin/python3
"""Which keys of a PDF's dictionaries are in its output no more, and does the report say so?

    keys.py [--files] SEKISHO [FILE or FOLDER...]

Disarms the files (without any: the corpus's PDFs), has qpdf read both sides as
JSON, and goes through the input from its trailer on, dictionary by dictionary.  A
key that no dictionary of its kind has in the output must be told: by a finding that
names it, or by one of the codes that keys.def gives for it; or keys.def
says that it is bookkeeping.  What hangs on such a key is not gone into.  Fails where a
key vanished without a word.  Without qpdf or the corpus it does nothing.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parents[2] / "shared" / "corpus"
REFERENCE = re.compile(r"\d+ \d+ R\Z")
DEEP = 400
# Dictionaries whose keys the document chooses, as names of things and not of features: (where it hangs, its key).
MAPS = {(kind, key) for kind in ("Resources", "DR")
        for key in ("Font", "XObject", "ExtGState", "ColorSpace", "Pattern", "Shading", "Properties")}
MAPS |= {("Font", "CharProcs"), ("StructTreeRoot", "RoleMap"), ("StructTreeRoot", "ClassMap"), ("Catalog", "Dests"),
         ("AP", "N"), ("AP", "D"), ("AP", "R")}
# What /Type says, where the standard has it and it tells more than the way there.
TYPES = {"Catalog", "Pages", "Page", "Annot", "FontDescriptor", "Outlines", "StructTreeRoot", "StructElem", "OCG", "OCMD", "Encoding",
         "Filespec", "EmbeddedFile", "ExtGState"}
ANNOTATION = {"Kids", "Annots", "Popup", "Fields", "Parent", "IRT", "Obj", "CO"}


class Side:
    """The objects of one file, as qpdf reads them; without what no reader follows."""

    def __init__(self, path):
        p = subprocess.run(["qpdf", "--json=2", "--json-key=qpdf", "--json-stream-data=none", str(path)],
                           capture_output=True, timeout=120, check=False)
        try:
            # What qpdf has to repair it may read otherwise than we do.
            self.objects = json.loads(p.stdout.decode("latin-1"))["qpdf"][1] if p.returncode == 0 else {}
        except json.JSONDecodeError:
            self.objects = {}  # names that are no text

    def get(self, value):
        for _ in range(32):
            if not (isinstance(value, str) and REFERENCE.match(value)):
                return value
            o = self.objects.get("obj:" + value, {})
            value = o["stream"] if "stream" in o else o.get("value")
        return None

    def trailer(self):
        return self.objects.get("trailer", {}).get("value") or {}


def kind_of(d, way, parent):
    said = d.get("/Type")
    said = said[1:] if isinstance(said, str) and said.startswith("/") else ""
    subtype = d.get("/Subtype")
    if said in TYPES:
        return said
    if way in ("N", "D", "R") and "/BBox" in d:
        return "Form"
    if subtype in ("/Form", "/Image") and way in ("XObject", "N", "D", "R", "SMask", "Mask", "G", "Do"):
        return subtype[1:]
    if way in ("Font", "DescendantFonts") or said == "Font":
        return "Font"
    if way == "Root":
        return "Catalog"
    if "/Count" in d and "/Kids" in d or way == "Kids" and parent in ("Pages", "Catalog"):
        return "Pages" if "/Kids" in d else "Page"
    if way in ANNOTATION and ("/Rect" in d or "/FT" in d or "/T" in d):
        return "Annot"
    if way in ("First", "Next", "Last", "Prev", "Parent") and ("/Title" in d or parent == "Outline"):
        return "Outline" if "/Title" in d else "Outlines"
    if way == "Outlines":
        return "Outlines"
    if way in ("K", "P", "Nums", "Pg", "Names") and "/S" in d and ("/P" in d or "/K" in d):
        return "StructElem"
    if way == "SMask" and "/S" in d:
        return "SoftMask"
    return way


def walk(side, meet):
    """Every dictionary with its kind; meet() says into which keys to go."""
    seen, todo = set(), [(side.trailer(), "", "", False, 0)]
    while todo:
        value, way, parent, thing, deep = todo.pop()
        if isinstance(value, str) and REFERENCE.match(value):
            if (value, way) in seen:
                continue
            seen.add((value, way))
            value = side.get(value)
        if isinstance(value, list) and deep < DEEP:
            todo += [(v, way, parent, thing, deep + 1) for v in value]
        if not isinstance(value, dict) or deep >= DEEP:
            continue
        stream = set(value) == {"dict"}
        if (parent, way) in MAPS and not thing and not stream:
            todo += [(v, way, parent, True, deep + 1) for v in value.values()]
            continue
        value = value["dict"] if stream else value
        kind = kind_of(value, way, parent) if way else "trailer"
        todo += [(value[key], key[1:], kind, False, deep + 1) for key in meet(kind, value)]


def keys_of(side):
    out = collections.defaultdict(set)

    def meet(kind, d):
        out[kind].update(d)
        return d

    walk(side, meet)
    return out


def empty(side, value):
    value = side.get(value)
    return value is None or value in ([], {}, "u:", "b:") or isinstance(value, list) and all(empty(side, v) for v in value)


def is_goto(side, value):
    value = side.get(value)
    return isinstance(value, dict) and side.get(value.get("/S")) == "/GoTo"


def plain(name):
    return re.sub(r"[^A-Za-z0-9]", "", name)


class Told:
    """What the report says: names, and codes."""

    def __init__(self, findings):
        self.codes, self.names, self.cut = set(), set(), False
        for f in findings:
            self.codes.add(f["code"])
            for name in f["detail"].split(", "):
                self.names.update((plain(name), plain(name.rsplit(".", 1)[-1])))
                self.cut = self.cut or name == "..."


def rules():
    out = []
    for line in (HERE / "keys.def").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            what, _, codes = line.partition("\t")
            kind, _, keys = what.partition(" ")
            out += [(kind, "/" + key, set(codes.split())) for key in keys.split()]
    return out


def judge(path, output, findings, table):
    """Keys that vanished without a word, {(kind, key)}; None where qpdf cannot say."""
    before = Side(path)
    if not before.objects:
        return None
    after = keys_of(Side(output))
    told, bad = Told(findings), set()

    def excuse(kind, key):
        """How keys.def excuses it, if at all: what it asks for; "+" where what hangs there is looked at all the same."""
        for k, name, asked in table:
            if fnmatch.fnmatchcase(kind, k) and fnmatch.fnmatchcase(key, name):
                if not asked - {"+"} or asked & told.codes or any(a[0] == "=" and "/" + a[1:] in after[kind] for a in asked):
                    return asked
        return None

    def meet(kind, d):
        go = []
        for key, value in d.items():
            if empty(before, value) or plain(key) in told.names:
                continue
            # A way to go to is written as a destination.
            if key in after[kind] or key == "/A" and is_goto(before, value):
                go.append(key)
            elif not told.cut:
                asked = excuse(kind, key)
                if asked is None:
                    bad.add((kind, key))
                elif "+" in asked:
                    go.append(key)
        return go

    walk(before, meet)
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--files", action="store_true", help="name all files")
    parser.add_argument("sekisho", type=pathlib.Path)
    parser.add_argument("files_of", metavar="FILE", nargs="*", type=pathlib.Path)
    a = parser.parse_args()
    given = a.files_of or [CORPUS / "pdfjs", CORPUS / "qpdf"]
    if shutil.which("qpdf") is None or not all(p.exists() for p in given):
        print("keys.py: no qpdf, or no corpus: nothing done")
        return 0
    table, lost, done = rules(), collections.defaultdict(list), 0
    with tempfile.TemporaryDirectory() as work:
        report = pathlib.Path(work) / "report.jsonl"
        subprocess.run([a.sekisho.resolve(), "sanitize", "-q", "--json", report, *given, "-o", pathlib.Path(work) / "out"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        rows = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
        rows = [r for r in rows if r["type"] == "pdf" and r.get("output")]
        with concurrent.futures.ProcessPoolExecutor(2) as pool:
            jobs = {pool.submit(judge, r["input"], r["output"], r["findings"], table): r for r in rows}
            for job in concurrent.futures.as_completed(jobs):
                result = job.result()
                done += result is not None
                for what in result or ():
                    lost[what].append(pathlib.Path(jobs[job]["input"]).name)
    for (kind, key), names in sorted(lost.items(), key=lambda x: -len(x[1])):
        print("%5d  %s %s  %s" % (len(names), kind, key, " ".join(names if a.files else sorted(names)[:1])))
    print("%d PDFs, %d keys of %d kinds vanished without a word" % (done, sum(map(len, lost.values())), len(lost)))
    return 1 if lost or not done else 0


if __name__ == "__main__":
    sys.exit(main())
