#!/usr/bin/python3
"""seeds.py DIR [SEKISHO] - what the fuzzers begin with: DIR/<fuzzer>/<a hash>.

Taken from the attack files of tests/hostile, and from ../shared/corpus where that is: small files whole,
the streams inside PDFs for the fuzzers of what stands in streams, and for the inspector's fuzzers what
SEKISHO makes of them.  Nothing of it is kept in the tree.
"""
import argparse
import collections
import hashlib
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))
import odf_lock  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
LARGEST, EACH = 32768, 150
KINDS = {"pdf": "pdf", "jpg": "jpeg", "jpeg": "jpeg", "png": "png", "gif": "gif", "webp": "webp", "tif": "tiff", "tiff": "tiff",
         "bmp": "bmp", "dib": "bmp", "ico": "ico", "zip": "zip",
         "7z": "archive", "rar": "archive", "tar": "archive", "lzh": "archive", "cab": "archive", "gz": "archive", "bz2": "archive",
         "xz": "archive", "txt": "text", "csv": "csv", "xml": "xml", "json": "json",
         "jp2": "jp2", "j2k": "jp2", "docx": "docx", "xlsx": "xlsx", "pptx": "pptx", "odt": "odt", "ods": "ods",
         "odp": "odp", "odg": "odg", "doc": "ole", "xls": "ole", "ppt": "ole", "svg": "svg", "htm": "html", "html": "html", "ics": "ics", "vcf": "vcf"}
STREAM = re.compile(rb"<<(.{1,2000}?)>>\s*stream\r?\n(.*?)\r?\n?endstream", re.S)
DECODED = (  # fuzzer, what the decoded stream shows
    ("sanitize_content_fuzz", re.compile(rb"\s(Tf|re|Do|cm|Tj|rg)\s")),
    ("sanitize_function_fuzz", re.compile(rb"^\s*\{")),
    ("sanitize_pdf_cmap_fuzz", re.compile(rb"begincmap")),
    ("sanitize_icc_fuzz", re.compile(rb"^.{36}acsp", re.S)),
)
FONT = re.compile(rb"^(\x00\x01\x00\x00|true|OTTO|ttcf|%!PS|%!Font|\x80\x01|\x01\x00\x04[\x01-\x04])")
PACKAGES = ("docx", "xlsx", "pptx", "odt", "ods", "odp", "odg")
ODF = ("odt", "ods", "odp", "odg")
ROOTS = [re.search(r"\(\w+, [^,]*, (\S+),", row).group(1).strip('"').encode() for row in
         re.findall(r"^OPC_PART.*", (ROOT / "lib" / "inspect" / "opc.def").read_text(), re.M) if "content_type" not in row]
FILTERS = (b"ASCIIHexDecode", b"ASCII85Decode", b"RunLengthDecode", b"LZWDecode", None, b"FlateDecode")


def flat_odf(data):
    """A package of OpenDocument as one XML file: the fuzzers reach its markup without a ZIP around it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            mimetype = z.read("mimetype").strip()
            content = z.read("content.xml")
            rest = [z.read(n) for n in ("meta.xml", "settings.xml", "styles.xml") if n in z.namelist()]
    except (KeyError, OSError, RuntimeError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return b""
    root = re.search(rb"<office:document-content([^>]*)>(.*)</office:document-content>", content, re.S)
    if root is None:
        return b""
    inner = [re.search(rb"<office:document-\w+([^>]*)>(.*)</office:document-", x, re.S) for x in rest]
    spaces = dict(s for x in [root] + inner if x for s in re.findall(rb'(xmlns:[\w.-]+)="([^"]*)"', x.group(1)))
    head = b"".join(b' %s="%s"' % s for s in sorted(spaces.items()))
    return (b'<office:document%s office:mimetype="%s">' % (head, mimetype) + b"".join(x.group(2) for x in inner if x) +
            root.group(2) + b"</office:document>")


def parts(data):
    """Name and bytes of each part of a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            return [(i.filename, z.read(i)) for i in z.infolist() if i.file_size <= 2 * LARGEST and not i.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error):
        return []


def flat(found):
    """As tests/fuzz/flat.h; pictures and themes go where they would fill it."""
    for less in ("", "/media/|/theme/|Pictures/|Thumbnails/|docProps/"):
        out = b"\n".join(b"@@@ " + n.encode("utf-8", "replace") + b"\n" + d for n, d in found if not less or not re.search(less, n))
        if len(out) <= 2 * LARGEST:
            return out
    return b""


class Seeds:
    def __init__(self, folder):
        self.folder, self.count = folder, collections.Counter()

    def add(self, fuzzer, data):
        place = self.folder / fuzzer / hashlib.sha256(data).hexdigest()[:16]
        if self.count[fuzzer] >= EACH or not 0 < len(data) <= 2 * LARGEST or place.exists():
            return
        self.count[fuzzer] += 1
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def stream(self, head, data):
        for i, name in enumerate(FILTERS):
            if name is not None and name in head:
                self.add("sanitize_pdf_filters_fuzz", bytes([i, 12 if b"Predictor" in head else 0, 1, 8, 4]) + data)
        if b"JPXDecode" in head:
            self.add("sanitize_jpx_fuzz", data)
        elif b"DCTDecode" in head:
            self.add("sanitize_jpeg_fuzz", data)
        elif b"JBIG2Decode" in head:
            self.add("sanitize_jbig2_fuzz", b"\0" + data)
        elif b"CCITTFaxDecode" in head:
            k = re.search(rb"/K\s*(-?\d)", head)
            k = min(max(int(k.group(1)) if k else 0, -1), 1)
            columns = re.search(rb"/Columns\s*(\d+)", head)
            columns = min(int(columns.group(1)) if columns else 1728, 65535)
            self.add("sanitize_ccitt_fuzz", bytes([k + 1, 0]) + columns.to_bytes(2, "big") + data)
        if b"FlateDecode" in head:
            try:
                data = zlib.decompressobj().decompress(data, 1 << 20)
            except zlib.error:
                return
        if FONT.match(data):
            self.add("sanitize_font_fuzz", data)
        for fuzzer, shows in DECODED:
            if shows.search(data):
                self.add(fuzzer, data)

    def file(self, kind, data):
        self.add("whole_%s_fuzz" % kind, data)
        if kind == "png":
            self.add("sanitize_lane_opacity_fuzz", data)
        if kind == "pdf":
            self.add("sanitize_pdf_fuzz", data)
            self.add("sanitize_pdf_lex_fuzz", data[:4096])
            self.add("sanitize_document_fuzz", bytes([len(data) % 3]) + data)
            for head, body in STREAM.findall(data):
                self.stream(head, body)
        elif kind == "jpeg":
            self.add("sanitize_jpeg_fuzz", data)
        elif kind == "jp2":
            self.add("sanitize_jpx_fuzz", data)
        elif kind in ("text", "csv", "xml", "json"):
            self.add("sanitize_charset_fuzz", data)
        elif kind in ("html", "ole"):
            self.add("sanitize_%s_fuzz" % kind, data)
        elif kind in PACKAGES:
            self.package(kind, parts(data))
            if kind in ODF:
                self.add("whole_%s_fuzz" % kind, flat_odf(data))

    def package(self, kind, found):
        self.add("whole_%s_fuzz" % kind, flat(found))
        for name, data in found:
            if kind in ODF and name.endswith("content.xml"):
                self.add("sanitize_odf_fuzz", bytes([ODF.index(kind)]) + data)
            elif re.search("/(drawings|charts|slides)/[^/]*$", name):
                self.add("sanitize_drawing_fuzz", data)

    def inspected(self, kind, data):
        self.add("inspect_%s_fuzz" % kind, data)
        for _, part in parts(data) if kind in PACKAGES else []:
            root = re.search(rb"<([\w:]+)", part[:200].replace(b"<?xml", b""))
            if root and root.group(1) in ROOTS:
                self.add("inspect_part_fuzz", bytes([ROOTS.index(root.group(1))]) + part)


def small_files(folder):
    """Files by kind, the smallest first, so that each has its turn."""
    found = sorted((p.stat().st_size, p) for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    for size, path in found:
        kind = KINDS.get(path.suffix[1:].lower())
        if kind is not None and 0 < size <= LARGEST * (8 if kind == "pdf" else 1):
            yield kind, path


def inspected(seeds, sekisho, files):
    """Sentences that the inspector knows: what comes out of the program."""
    with tempfile.TemporaryDirectory() as out:
        for at in range(0, len(files), 200):
            subprocess.run([sekisho, "sanitize", "-q", "-o", out + "/"] + files[at:at + 200], stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        for kind, path in small_files(pathlib.Path(out)):
            seeds.inspected(kind, path.read_bytes())


def locked(seeds):
    """The encrypted archives of a unit test, which all have one password."""
    source = (ROOT / "lib" / "sanitize" / "archive" / "unlock_test.inc").read_text()
    for array in re.findall(r"\{\n(.*?)\};", source, re.S):
        seeds.add("sanitize_unlock_fuzz", bytes(int(b, 16) for b in re.findall("0x([0-9a-f]{2})", array)))


def envelopes(seeds):
    """OpenDocument encrypted as a whole, under the password that the fuzzers of whole files have."""
    if not (odf_lock.ARGON2 and odf_lock.CRYPTO):
        return
    for kind, name, body in (("odt", "text", "text"), ("ods", "spreadsheet", "spreadsheet"), ("odp", "presentation", "presentation"),
                             ("odg", "graphics", "drawing")):
        mimetype = "application/vnd.oasis.opendocument." + name
        content = ('<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:body><office:%s/>'
                   "</office:body></office:document-content>" % body)
        package = odf_lock.archive(mimetype, [("content.xml", content)])
        seeds.add("whole_%s_fuzz" % kind, flat(parts(odf_lock.locked(package, "password", mimetype, 1, 8, 1))))


def ledger(seeds, sekisho):
    """Events; and, of a small ledger that the program makes, all that stands in its files."""
    events = ['{"object":"o/%d","what":"w","when":"2026-11-27T08:40:07.123Z","who":"r"}' % i for i in range(260)]
    events += ['{"data":{"\\n":[1,-2,null],"\u00e9":"\\u001f","\U0001f600":{}},"hashes":{"in":"%s"},%s' % ("0a" * 32, events[0][1:])]
    for e in (events[0], events[-1]):
        seeds.add("ledger_event_fuzz", e.encode())
    seeds.add("ledger_tile_fuzz", b"".join(len(e.encode()).to_bytes(2, "big") + e.encode() for e in events[:3]))
    seeds.add("ledger_tile_fuzz", b"tile/entries/x001/234.p/56")
    if sekisho is None:
        return
    for n in (0, 3, 259):
        with tempfile.TemporaryDirectory() as d:
            for args in (("init", "sekisho.example/fuzz", "--data", d), ("append", "--data", d), ("export", "-o", d + "/e.tar", "--data", d),
                         ("prove", "0", "-o", d + "/proof", "--data", d)):
                subprocess.run([sekisho, "ledger", *args], input="".join(e + "\n" for e in events[-1:] + events[:n]).encode(),
                               stdout=subprocess.DEVNULL, check=True)
            d = pathlib.Path(d)
            seeds.add("ledger_verify_fuzz", (d / "e.tar").read_bytes())
            note = (d / "ledger" / "checkpoint").read_bytes()
            for kind, data in enumerate(((d / "ledger" / "vkey").read_bytes(), (d / "ledger.key").read_bytes(), note.split(b"\n\n")[0] + b"\n",
                                         note, note.split(b"\n\n")[0] + b"\n", (d / "proof").read_bytes())):
                seeds.add("ledger_note_fuzz", bytes([kind]) + data)


def feed(seeds, folder, sekisho):
    taken, per_kind = [], collections.Counter()
    for kind, path in small_files(folder):
        seeds.file(kind, path.read_bytes())
        per_kind[kind] += 1
        if per_kind[kind] <= 2 * EACH:
            taken.append(str(path))
    if sekisho is not None:
        inspected(seeds, sekisho, taken)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(" - ", 1)[1], formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", metavar="DIR", type=pathlib.Path)
    parser.add_argument("sekisho", metavar="SEKISHO", nargs="?")
    a = parser.parse_args()
    seeds, sekisho = Seeds(a.dir), a.sekisho
    envelopes(seeds)
    ledger(seeds, sekisho)
    with tempfile.TemporaryDirectory() as hostile:
        subprocess.run([sys.executable, str(ROOT / "tests" / "hostile" / "make.py"), hostile],
                       stdout=subprocess.DEVNULL, check=True)
        (pathlib.Path(hostile) / "manifest.jsonl").unlink()
        feed(seeds, pathlib.Path(hostile), sekisho)
    locked(seeds)
    # The other half of the room is for real files.
    for name in seeds.count:
        seeds.count[name] = min(seeds.count[name], EACH // 2)
    if CORPUS.is_dir():
        feed(seeds, CORPUS, sekisho)
    for name in sorted(seeds.count):
        print("%4d  %s" % (len(list((seeds.folder / name).iterdir())), name))


if __name__ == "__main__":
    main()
