#!/usr/bin/python3
"""check.py SEKISHO DIR [OUT] - disarms the attack files of DIR (made by make.py) and judges what comes out.

Exit code 1 if a verdict is not among those allowed, or if an output holds what it must not hold.
qpdf, where it is installed, opens PDF outputs.
"""
import collections
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
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
    # The comma, and what the first lines are parted by where that is another.
    first = text[:4096]
    for separator in {",", max(",;\t", key=first.count)}:
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
                    rows[os.path.basename(row["input"])] = row
            os.remove(report)
    with open(report, "w") as f:
        f.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values())
    return rows


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
    path = output if output and os.path.exists(output) else os.path.join(out, os.path.basename(output or ""))
    if not output or not os.path.isfile(path):
        return verdict, bad + ["no output"]
    with open(path, "rb") as f:
        bad += judge(path, f.read(), case["must"])
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
