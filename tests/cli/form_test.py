"""A form of a Japanese office (tests/corpus/form.py) loses nothing: no element, no attribute, no word, no picture."""
import pathlib
import sys
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "corpus"))
import form  # noqa: E402
import parts  # noqa: E402
import sheets  # noqa: E402
from cli import Case, codes  # noqa: E402


class Form(Case):
    def setUp(self):
        super().setUp()
        self.write("様式第１号.xlsx", form.form())
        self.row, = self.sanitize("様式第１号.xlsx", "-o", "out.xlsx")

    def test_nothing_is_lost(self):
        rows = parts.table()
        lost = [(kind, place, what) for kind, place, what in
                parts.compare(parts.Package(self.dir / "様式第１号.xlsx"), parts.Package(self.dir / "out.xlsx"))
                if not parts.excused(rows, kind, place, set())]
        self.assertEqual(lost, [])

    def test_cells(self):
        lost = list(sheets.compare(sheets.Book(self.dir / "様式第１号.xlsx"), sheets.Book(self.dir / "out.xlsx"), set()))
        self.assertEqual(lost, [])

    def test_what_is_told(self):
        self.assertEqual(self.row["verdict"], "clean", codes(self.row))

    def test_what_only_excel_reads(self):
        """Where notes stand, and which picture is in which header."""
        with zipfile.ZipFile(self.dir / "out.xlsx") as z:
            drawn = "".join(z.read(n).decode() for n in z.namelist() if n.endswith(".vml"))
            pictures = [n for n in z.namelist() if n.startswith("xl/media/")]
        for text in ("<x:Anchor>8, 15, 0, 2, 14, 9, 5, 7</x:Anchor>", '<v:shape id="LH" ', '<v:shape id="RHFIRST" ', "width:36.00pt;height:36.75pt"):
            self.assertIn(text, drawn)
        self.assertEqual(len(pictures), 1)

    def test_twice(self):
        self.sanitize("out.xlsx", "-o", "again.xlsx")
        self.assertEqual(self.read("out.xlsx"), self.read("again.xlsx"))


if __name__ == "__main__":
    unittest.main()
