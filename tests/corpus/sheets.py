#!/usr/bin/python3
"""Is what a workbook had still in it?

    sheets.py SEKISHO FILE.xlsx...

Disarms each file and compares input and output by means of their own
(zipfile, ElementTree), cell by cell: formulas, values, effective styles,
merged ranges, defined names, comments, validations, hidden rows.  What is
gone must be accounted for by a finding of the report.
"""
import collections
import json
import pathlib
import posixpath
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

STRICT = {
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships":
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
HIDING = re.compile("[\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                    "\U000e0000-\U000e007f\x7f-\x9f]")


class Book:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        self.by_name = {n.lower().lstrip("/").replace("\\", "/"): n for n in self.zip.namelist()}
        root = self.rels("")
        self.part = next(t for k, t in root.values() if k.endswith("/officeDocument"))
        self.links = self.rels(self.part)
        self.workbook = self.xml(self.part)
        self.styles = self.read_styles()
        self.strings = self.read_strings()

    def xml(self, name):
        data = self.zip.read(self.by_name[name.lower()])
        for strict, plain in STRICT.items():
            data = data.replace(strict.encode(), plain.encode())
        return ET.fromstring(data)

    def rels(self, part):
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", base + ".rels")
        out = {}
        if name.lower() in self.by_name:
            for r in self.xml(name):
                if r.get("TargetMode") != "External":
                    target = posixpath.normpath(posixpath.join("/", folder, r.get("Target"))).lstrip("/")
                    out[r.get("Id")] = (r.get("Type"), target)
        return out

    def only(self, kind):
        return next((t for k, t in self.links.values() if k.endswith("/" + kind)), None)

    def read_styles(self):
        name = self.only("styles")
        if name is None or name.lower() not in self.by_name:
            return [()]
        root = self.xml(name)
        kids = {k: list(root.find(S + k)) if root.find(S + k) is not None else []
                for k in ("fonts", "fills", "borders", "cellXfs", "numFmts")}
        formats = {n.get("numFmtId"): n.get("formatCode") for n in kids["numFmts"]}

        def pick(kind, xf, key):
            at = int(xf.get(key, "0"))
            return flat(kids[kind][at]) if at < len(kids[kind]) else None
        return [(pick("fonts", x, "fontId"), pick("fills", x, "fillId"), pick("borders", x, "borderId"),
                 formats.get(x.get("numFmtId"), x.get("numFmtId")),
                 tuple(flat(c) for c in x if c.tag in (S + "alignment", S + "protection")))
                for x in kids["cellXfs"]] or [()]

    def read_strings(self):
        name = self.only("sharedStrings")
        if name is None or name.lower() not in self.by_name:
            return []
        return [text(si) for si in self.xml(name).iter(S + "si")]

    def sheets(self):
        for s in self.workbook.iter(S + "sheet"):
            kind, target = self.links.get(s.get(R + "id"), ("", ""))
            if kind.endswith("/worksheet") and target.lower() in self.by_name:
                yield s.get("name"), Sheet(self, target)

    def names(self):
        return {(n.get("name"), bare(n.text)) for n in self.workbook.iter(S + "definedName")}


class Sheet:
    def __init__(self, book, part):
        root = book.xml(part)
        self.formulas, self.values, self.styles = {}, {}, {}
        for c in root.iter(S + "c"):
            at, kind = c.get("r"), c.get("t", "n")
            f, v, i = c.find(S + "f"), c.find(S + "v"), c.find(S + "is")
            if f is not None:
                self.formulas[at] = bare(f.text)
            if kind == "s" and v is not None and v.text:
                n = int(v.text)
                self.values[at] = book.strings[n] if n < len(book.strings) else None
            elif i is not None:
                self.values[at] = text(i)
            elif v is not None and v.text:
                self.values[at] = HIDING.sub("", v.text.strip() if kind != "str" else v.text)
            style = int(c.get("s", "0"))
            self.styles[at] = book.styles[style] if style < len(book.styles) else book.styles[0]
        self.merged = {m.get("ref") for m in root.iter(S + "mergeCell")}
        self.hidden = {r.get("r") for r in root.iter(S + "row") if r.get("hidden") in ("1", "true")}
        self.rules = collections.Counter(
            (v.tag, v.get("sqref")) for k in ("dataValidation", "conditionalFormatting") for v in root.iter(S + k))
        self.comments = {}
        for kind, target in book.rels(part).values():
            if kind.endswith("/comments") and target.lower() in book.by_name:
                for c in book.xml(target).iter(S + "comment"):
                    self.comments[c.get("ref")] = text(c.find(S + "text"))


def text(e):
    if e is None:
        return ""
    skip = {t for p in e.iter(S + "rPh") for t in p.iter(S + "t")}
    return HIDING.sub("", "".join(t.text or "" for t in e.iter(S + "t") if t not in skip))


def bare(formula):
    """Without what may be written in another way: blanks, the case of letters, a leading sign."""
    return re.sub(r"\s+", "", formula or "").lstrip("=").upper()


def flat(e):
    """An element as nested tuples, with defaults that need not be written left out."""
    kids = sorted(flat(c) for c in e if c.tag.startswith(S) and c.tag != S + "extLst")
    return (e.tag, tuple(sorted((k, number(v)) for k, v in e.attrib.items() if not k.startswith("{"))), tuple(kids))


def number(v):
    return {"true": "1", "false": "0"}.get(v, v)


def compare(a, b, codes):
    """Yields what is in a and not in b, unless a finding told of it."""
    formula = any(c.startswith("XLSX_FORMULA_") for c in codes)
    if lost := {n for n in a.names() - b.names()}:
        if not (formula or "XLSX_MACRO_NAME" in codes or "XLSX_MACRO_SHEET" in codes):
            yield f"names {sorted(lost)[:3]}"
    outs = dict(b.sheets())
    for name, x in a.sheets():
        y = outs.get(name)
        if y is None:
            yield f"sheet {name}"
            continue
        for what, told in (("formulas", formula), ("values", "XLSX_VALUE" in codes), ("styles", False),
                           ("comments", False)):
            p, q = getattr(x, what), getattr(y, what)
            lost = [k for k, v in p.items() if q.get(k) != v]
            if lost and not told:
                yield f"{name}: {len(lost)} {what}, {lost[0]}: {p[lost[0]]!r:.120} -> {q.get(lost[0])!r:.120}"
            if what == "formulas":
                changed = [k for k, v in p.items() if k in q and q[k] != v]
                if changed:
                    yield f"{name}: {changed[0]}: {p[changed[0]]!r:.120} -> {q[changed[0]]!r:.120}"
        if lost := x.merged - y.merged:
            yield f"{name}: merged {sorted(lost)[:3]}"
        if lost := x.hidden - y.hidden:
            yield f"{name}: hidden rows {sorted(lost)[:3]}"
        if lost := x.rules - y.rules:
            if "XLSX_RULE" not in codes:
                yield f"{name}: rules {sorted(lost)[:3]}"


def main():
    sekisho, paths = sys.argv[1], sys.argv[2:]
    seen = collections.Counter()
    for path in paths:
        with tempfile.TemporaryDirectory() as d:
            out = pathlib.Path(d) / "out.xlsx"
            run = subprocess.run([sekisho, "sanitize", path, "-o", out, "--json", "-"], capture_output=True, check=False)
            report = json.loads(run.stdout.splitlines()[0]) if run.stdout else {}
            verdict = report.get("verdict", f"exit {run.returncode}")
            seen[verdict] += 1
            if not out.exists():
                print(f"{verdict}\t{path}\t{[f['code'] for f in report.get('findings', [])][:3]}")
                continue
            codes = {f.get("code") for f in report.get("findings", [])}
            try:
                a = Book(path)
            except Exception as e:  # the input itself is beyond these means
                seen["not compared"] += 1
                print(f"not compared\t{path}\t{e!r:.80}")
                continue
            for lost in compare(a, Book(out), codes):
                seen["lost"] += 1
                print(f"LOST\t{path}\t{lost}")
    print(dict(seen))
    return 1 if seen["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
