"""--json and `inspect --json` against docs/report.md, field by field."""
import hashlib
import json
import re
import unittest
import zipfile

import jsonschema

from cli import BAD_PDF, DONE, REFUSED, ROOT, Case, pdf, png

# Every key that docs/report.md has a row for, and what may stand there.
NUMBER, TEXT = (int, float), str
KEYS = {"input": TEXT, "output": (TEXT, type(None)), "type": TEXT, "verdict": TEXT, "findings": list, "findings_left_out": int,
        "parts": list, "profile": TEXT, "versions": dict, "size_in": int, "size_out": int, "sha256_in": TEXT,
        "sha256_out": (TEXT, type(None)), "milliseconds": NUMBER}
FINDING = {"code": TEXT, "action": TEXT, "where": TEXT, "text": TEXT, "detail": TEXT, "count": int, "clause": TEXT}
PART = {"depth": int, "name": TEXT, "type": TEXT, "verdict": TEXT, "size_in": int, "size_out": int}


SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/report.schema.json").read_text(encoding="utf-8")))


def documented():
    return (ROOT / "docs/report.md").read_text(encoding="utf-8")


def types():
    return set(re.findall(r'^TYPE\(\w+, "([^"]+)"', (ROOT / "lib/core/type.def").read_text(encoding="utf-8"), re.M))


class Report(Case):
    def shape(self, o, keys, where):
        self.assertEqual(set(o), set(keys), where)
        for key, kind in keys.items():
            self.assertIsInstance(o[key], kind, where + key)

    def judge(self, row, explain=False):
        page = documented()
        SCHEMA.validate(row)
        verdicts = re.search(r"\| `verdict` \| (.*) \|", page).group(1).replace("`", "").split()
        actions = re.search(r"`action` \(([^)]*)\)", page).group(1).replace("`", "").split()
        self.shape(row, KEYS, "")
        self.assertIn(row["type"], types())
        self.assertIn(row["verdict"], verdicts)
        for finding in row["findings"]:
            self.shape(finding, dict(FINDING, why=TEXT) if explain else FINDING, "findings.")
            self.assertIn(finding["action"], actions)
            self.assertRegex(finding["code"], r"^[A-Z][A-Z0-9_]+$")
            self.assertTrue(finding["text"] and finding["clause"] and finding["count"] >= 1)
        for i, part in enumerate(row["parts"]):
            self.shape(part, PART, "parts.")
            self.assertEqual(part["depth"] == 0, i == 0)
            self.assertIn(part["type"], types())
            self.assertIn(part["verdict"], verdicts)
        self.assertRegex(row["versions"]["sekisho"], r"^\d+\.\d+\.\d+$")
        self.assertGreater(row["milliseconds"], 0)
        if row["verdict"] in ("refused", "failed"):
            self.assertEqual((row["output"], row["sha256_out"], row["size_out"]), (None, None, 0))
            self.assertTrue(row["findings"], "no reason")
        else:
            out = self.read(row["output"])
            self.assertEqual(row["sha256_out"], hashlib.sha256(out).hexdigest())
            self.assertEqual(row["size_out"], len(out))

    def test_the_schema_knows_every_type_and_refuses_what_no_report_is(self):
        self.assertEqual(set(SCHEMA.schema["$defs"]["type"]["enum"]), types())
        good = {"input": "a", "output": "b", "type": "pdf", "verdict": "clean", "findings": [], "findings_left_out": 0, "parts": [],
                "profile": "rebuild", "versions": {"sekisho": "0.1.0"}, "size_in": 1, "size_out": 1, "sha256_in": "0" * 64,
                "sha256_out": "0" * 64, "milliseconds": 1.5}
        self.assertTrue(SCHEMA.is_valid(good))
        for change in ({"verdict": "refused"}, {"verdict": "passed"}, {"type": "exe"}, {"extra": 1}, {"output": None}, {"sha256_in": "x"}, {"sha256_in": None},
                       {"sha256_out": None}, {"output_bytes": "8"}):
            self.assertFalse(SCHEMA.is_valid(good | change), change)
        nothing = {"output": None, "sha256_out": None}
        why = {"code": "NO_FILE", "action": "refused", "where": "", "text": "x", "detail": "", "count": 1, "clause": "x"}
        for change in (nothing, {"input_bytes": "8ad6"}, nothing | {"verdict": "failed", "size_out": 0, "sha256_in": None, "findings": [why]}):
            self.assertTrue(SCHEMA.is_valid(good | change), change)

    def inputs(self):
        files = {"clean.txt": b"words\n", "form.pdf": pdf("x", "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
                 "photo.png": png(4, 4), "bad.pdf": BAD_PDF, "empty.txt": b"", "program.exe": b"MZ" + bytes(200),
                 "name \"with\\ 所\x01.txt": b"words\n", "table.csv": b"a,=1+1\n"}
        for name, data in files.items():
            self.write("in/" + name, data)
        with zipfile.ZipFile(self.dir / "in/all.zip", "w") as z:
            z.writestr("deep/form.pdf", files["form.pdf"])
            z.writestr("b.txt", "words\n")
        return len(files) + 1

    def test_every_documented_key_is_there_and_no_other(self):
        rows_of_page = re.findall(r"^\| (`[^|]*) \|", documented(), re.M)
        keys = {k for row in rows_of_page for k in re.findall(r"`([a-z_0-9]+)(?:\[\])?`", row)}
        self.assertEqual(keys, set(KEYS) | {"input_bytes", "output_bytes", "dpi"})
        self.assertEqual(set(SCHEMA.schema["properties"]), keys)
        for name in list(FINDING) + list(PART) + ["why"]:
            self.assertIn("`%s`" % name, documented())

    def test_each_row(self):
        n = self.inputs()
        rows = self.sanitize("in", "-o", "out", status=REFUSED)
        self.assertEqual(len(rows), n)
        for row in rows:
            with self.subTest(row["input"]):
                self.judge(row)
                with open(self.dir / row["input"], "rb") as f:
                    data = f.read()
                self.assertEqual((row["size_in"], row["sha256_in"]), (len(data), hashlib.sha256(data).hexdigest()))
        by = {r["input"].split("/", 1)[1]: r for r in rows}
        self.assertEqual(by["clean.txt"]["verdict"], "clean")
        self.assertEqual(by["bad.pdf"]["verdict"], "refused")
        self.assertEqual(by["program.exe"]["type"], "pe")
        self.assertEqual(by["empty.txt"]["size_in"], 0)
        self.assertEqual([(p["depth"], p["type"]) for p in by["all.zip"]["parts"]], [(0, "zip"), (1, "pdf"), (1, "text")])
        self.assertTrue(any("all.zip" not in f["where"] and "form.pdf" in f["where"] for f in by["all.zip"]["findings"]))

    def test_reasons_come_with_explain(self):
        self.inputs()
        for row in self.sanitize("in", "-o", "out", "--explain", status=REFUSED):
            self.judge(row, explain=True)
            for finding in row["findings"]:
                self.assertTrue(finding["why"])

    def test_codes_are_the_same_in_both_languages(self):
        self.write("a.csv", "a,=1+1\n")
        words = {}
        for lang in ("ja", "en"):
            done = self.sekisho("--lang", lang, "sanitize", "a.csv", "-o", "out.csv", "--json", "-")
            self.assertEqual(done.returncode, DONE)
            row = json.loads(done.stdout)
            words[lang] = [(f["code"], f["action"], f["clause"]) for f in row["findings"]], row["findings"][0]["text"]
        self.assertEqual(words["ja"][0], words["en"][0])
        self.assertNotEqual(words["ja"][1], words["en"][1])

    def test_inspect_says_the_same_and_writes_nothing(self):
        self.inputs()
        before = self.files(".")
        done = self.sekisho("inspect", "--json", "in/form.pdf", "in/bad.pdf")
        self.assertEqual(done.returncode, REFUSED)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([r["verdict"] for r in rows], ["disarmed", "refused"])
        for row in rows:
            self.shape(row, KEYS, "")
            SCHEMA.validate(row)
            self.assertIsNone(row["output"])
        self.assertEqual(self.files("."), before)

    def test_many_findings_are_counted_not_listed(self):
        self.write("many.json", b'{"a": "' + "\u202e".encode() * 3000 + b'"}')
        row, = self.sanitize("many.json", "-o", "out.json")
        self.assertLessEqual(len(row["findings"]), 1000)
        self.assertGreaterEqual(sum(f["count"] for f in row["findings"]) + row["findings_left_out"], 1)


if __name__ == "__main__":
    unittest.main()
