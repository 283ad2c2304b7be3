#!/usr/bin/python3
"""What of an Office file's parts is not in the output?

    parts.py [--files] [--sample 40] SEKISHO [FILE...]

Disarms the files (without any: a sample of each kind out of the corpus), walks both packages along relationships of the same id, and
compares part by part, element by element, by means of its own (zipfile,
ElementTree).  What is gone is counted by the kind of part and its place, with the
first file that has it; --files names all of them.  What is gone on purpose is
in parts.def, with the finding that must tell of it; fails where
anything else is gone.
"""
import argparse
import collections
import json
import pathlib
import posixpath
import random
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile

CORPUS = pathlib.Path(__file__).resolve().parents[3] / "shared" / "corpus"
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(officeDocument|spreadsheetml|wordprocessingml|presentationml|drawingml)/(\w+)")
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
XML = "{http://www.w3.org/XML/1998/namespace}"
SAME = {"true": "1", "false": "0", "on": "1", "off": "0", "t": "1", "f": "0"}
DEEP = 200
# Word's bookkeeping and tags around words: never there on one side, so that what they stand in is known again on the other.
UNSEEN = re.compile(r"rsid\w*|paraId|textId|editId|anchorId|gfxdata")
SKIPPED = {"proofErr", "lastRenderedPageBreak", "customXmlInsRangeStart", "customXmlInsRangeEnd"}
UNWRAPPED = {"smartTag", "customXml"}


def plain(match):
    return b"http://schemas.openxmlformats.org/" + match[1] + b"/2006/" + match[2]


class Package:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        self.names = {}
        for n in self.zip.namelist():
            self.names.setdefault(n.replace("\\", "/").lstrip("/").lower(), n)

    def has(self, part):
        return part.lower() in self.names

    def xml(self, part):
        return ET.fromstring(STRICT.sub(plain, self.zip.read(self.names[part.lower()])))

    def relations(self, part):
        """id: (kind, target or None where it is outside)"""
        folder, base = posixpath.split(part)
        name, out = posixpath.join(folder, "_rels", base + ".rels"), {}
        if self.has(name):
            for r in self.xml(name):
                target = None
                if r.get("TargetMode") != "External" and not r.get("Target", "#").startswith("#"):
                    target = posixpath.normpath(posixpath.join("/", folder, r.get("Target").replace("\\", "/"))).lstrip("/")
                out.setdefault(r.get("Id"), (posixpath.basename(r.get("Type")), target))
        return out


def local(tag):
    return tag.rsplit("}", 1)[-1]


def words(text):
    return " ".join((text or "").split())


class Node:
    """An element with its markup compatibility chosen, and a mark of all that is in it."""

    def __init__(self, e, depth=0):
        self.tag = e.tag
        self.name = local(e.tag)
        self.attrs = {k: SAME.get(v, v.strip()) for k, v in e.attrib.items()
                      if not k.startswith((XML, MC)) and not UNSEEN.fullmatch(local(k))}
        self.text = words(e.text) + "|" + words("".join(c.tail or "" for c in e)) if len(e) else words(e.text)
        self.kids = []
        for c in e if depth < DEEP else ():
            self.kids += Node.chosen(c, depth + 1)
        self.mark = hash((self.tag, tuple(sorted(self.attrs.items())), self.text, tuple(k.mark for k in self.kids)))

    @staticmethod
    def chosen(e, depth):
        if e.tag == MC + "AlternateContent":
            return [Alternative([[k for c in way for k in Node.chosen(c, depth)] for way in e if way.tag in (MC + "Choice", MC + "Fallback")])]
        if not isinstance(e.tag, str) or local(e.tag) in SKIPPED:
            return []
        return [k for c in e for k in Node.chosen(c, depth)] if local(e.tag) in UNWRAPPED else [Node(e, depth)]


class Alternative:
    name, attrs, text, tag = "AlternateContent", {}, "", None

    def __init__(self, ways):
        self.ways = ways
        self.mark = None


def losses(a, b, path):
    """What of element a is not in element b: (place, what it said)."""
    if a.mark == b.mark:
        return
    for k, v in a.attrs.items():
        if k.startswith(R):
            continue  # a relationship: its target is compared
        if k not in b.attrs and v == "":
            continue
        if k not in b.attrs:
            yield f"{path}/@{local(k)}", v
        elif b.attrs[k] != v and not same_number(b.attrs[k], v):
            yield f"{path}/@{local(k)}≠", f"{v[:60]} → {b.attrs[k][:60]}"
    if a.text.strip("|") and a.text != b.text and words(a.text.replace("|", " ")) != words(b.text.replace("|", " ")):
        yield f"{path}/text", f"{a.text[:60]} → {b.text[:60]}"
    yield from of_children(a.kids, b.kids, path)


def same_number(x, y):
    try:
        return float(x) == float(y)
    except ValueError:
        return x.lower() == y.lower()


def of_children(a, b, path):
    left = collections.defaultdict(list)
    exact = collections.Counter(k.mark for k in b)
    rest = []
    for k in a:
        if k.mark is not None and exact[k.mark] > 0:
            exact[k.mark] -= 1
        else:
            rest.append(k)
    for k in b:
        if exact[k.mark] > 0:
            exact[k.mark] -= 1
            left[k.tag].append(k)
    for k in rest:
        if isinstance(k, Alternative):
            yield from of_ways(k, left, path)
        elif left[k.tag]:
            yield from losses(k, left[k.tag].pop(0), f"{path}/{k.name}")
        elif k.name != "v" or k.text or k.kids:  # a value without a text is none
            yield f"{path}/{k.name}", shown(k)


def shown(k):
    return " ".join(f"{local(n)}={v[:40]}" for n, v in sorted(k.attrs.items()))[:120]


def of_ways(k, left, path):
    """That way counts of which least is gone; one that is empty loses nothing."""
    best = None
    for way in k.ways:
        have = {t: list(v) for t, v in left.items()}
        flat = [n for v in have.values() for n in v]
        gone = list(of_children(way, flat, path))
        rank = sum(1 for n in way if n.tag is not None and not left[n.tag]), len(gone)
        if best is None or rank < best[0]:
            best = rank, gone, way
    if best is None:
        return
    for n in best[2]:
        if not isinstance(n, Alternative) and left[n.tag]:
            left[n.tag].pop(0)
    yield from best[1]


def compare(a, b):
    """Yields (kind of part, place, what) of all that is in package a and not in b."""
    seen, todo = set(), [("", "", "package")]
    while todo:
        x, y, kind = todo.pop()
        if (x, y) in seen:
            continue
        seen.add((x, y))
        if x and x.lower().endswith((".xml", ".vml")) and not x.lower().endswith(".vml"):
            try:
                root = a.xml(x)
            except ET.ParseError:
                continue
            for place, what in losses(Node(root), Node(b.xml(y)), ""):
                yield kind, place, what
        theirs, ours = a.relations(x), b.relations(y)
        for i, (type_, target) in sorted(theirs.items()):
            other = ours.get(i)
            if other is None or other[0] != type_:
                yield kind, f"→{type_}", target or "outside"
            elif target is not None and other[1] is not None and a.has(target) and b.has(other[1]):
                todo.append((target, other[1], type_))


def table():
    """(pattern of kind and place, codes one of which must be told; none: it is no loss)"""
    rows = []
    for line in (pathlib.Path(__file__).parent / "parts.def").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, _, codes = line.partition("\t")
            rows.append((re.compile(pattern), set(codes.split())))
    return rows


def excused(rows, kind, place, codes):
    return any(p.fullmatch(f"{kind} {place}") and (not told or told & codes) for p, told in rows)


def disarmed(sekisho, paths, folder):
    """input: (output or None, codes of its findings), all in one run"""
    report = folder / "report.jsonl"
    subprocess.run([sekisho, "sanitize", "-q", *paths, "-o", folder / "out", "--json", report], stdout=subprocess.DEVNULL, check=False)
    rows = [json.loads(line) for line in report.read_text().splitlines()]
    return {r["input"]: (r["output"], {f["code"] for f in r["findings"]}) for r in rows}


def sample(n):
    """Some of the corpus, the same each time."""
    files = sorted(p for p in CORPUS.rglob("*") if p.is_file())
    kinds = [[p for p in files if p.suffix.lower() in e] for e in ((".docx", ".docm"), (".xlsx", ".xlsm"), (".pptx", ".pptm"))]
    return [str(p) for of in kinds for p in random.Random(1).sample(of, min(n, len(of)))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", action="store_true")
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("sekisho")
    parser.add_argument("paths", nargs="*")
    args = parser.parse_args()
    rows, gone, files, done = table(), collections.Counter(), {}, 0
    with tempfile.TemporaryDirectory() as d:
        for path, (out, codes) in disarmed(args.sekisho, args.paths or sample(args.sample), pathlib.Path(d)).items():
            if out is None:
                continue
            found = set()
            try:
                for kind, place, what in compare(Package(path), Package(out)):
                    if not excused(rows, kind, place, codes):
                        found.add((kind, place))
                        files.setdefault((kind, place), []).append((path, what))
            except (zipfile.BadZipFile, KeyError, NotImplementedError) as e:  # the input is beyond these means
                print(f"not compared\t{path}\t{e!r:.80}")
                continue
            done += 1
            gone.update(found)
    for (kind, place), n in gone.most_common():
        print(f"{n}\t{kind} {place}\t{pathlib.Path(files[kind, place][0][0]).name}\t{files[kind, place][0][1]}")
        for path in sorted({p for p, _ in files[kind, place]}) if args.files else ():
            print(f"\t\t{path}")
    print(f"{done} compared, {sum(gone.values())} losses untold")
    return 1 if gone or not done else 0


if __name__ == "__main__":
    sys.exit(main())
