#!/usr/bin/python3
"""unicode-names.py - writes the tables by which names are composed (UAX #15) from Python's unicodedata.

The writer's (lib/sanitize/zip/nfc.def) and the inspector's (lib/inspect/nfd.def) are two files in two orders,
so that neither room reads the other's.  `--check` says whether they are what would be written.
"""
import pathlib
import sys
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
HANGUL = range(0xac00, 0xd7a4)


def rows():
    """(character, first, second or 0, whether the two become it again)"""
    for c in range(0x110000):
        parts = unicodedata.decomposition(chr(c))
        if not parts or parts[0] == "<" or c in HANGUL:
            continue
        a, b = (int(p, 16) for p in (parts.split() + ["0"])[:2])
        yield c, a, b, b != 0 and unicodedata.normalize("NFC", chr(a) + chr(b)) == chr(c)


def classes():
    """(first, last, combining class), in runs"""
    run = None
    for c in range(0x110001):
        k = unicodedata.combining(chr(c)) if c < 0x110000 else 0
        if run and (run[2] != k or run[1] != c - 1):
            yield tuple(run)
            run = None
        if k:
            run = [c, c, k] if run is None else [run[0], c, k]


def lines(items):
    line = ""
    for item in items:
        if len(line) + len(item) > 150:
            yield line
            line = ""
        line += (" " if line else "") + item
    yield line


def write(path, head, *sets):
    text = "/* %s  Written by tools/unicode-names.py from Unicode %s. */\n" % (head, unicodedata.unidata_version)
    text += "".join(line + "\n" for items in sets for line in lines(items))
    if "--check" in sys.argv:
        return (ROOT / path).read_text() == text or sys.exit(path + ": not what unicode-names.py writes")
    (ROOT / path).write_text(text)


def main():
    all_rows, marks = list(rows()), list(classes())
    write("lib/sanitize/zip/nfc.def", "APART(c, a, b), by c: canonical decompositions; TOGETHER(a, b, c), by a and b; MARK(first, last, class).",
          ["APART(0x%x, 0x%x, 0x%x)" % r[:3] for r in all_rows],
          ["TOGETHER(0x%x, 0x%x, 0x%x)" % r for r in sorted((a, b, c) for c, a, b, again in all_rows if again)],
          ["MARK(0x%x, 0x%x, %d)" % m for m in marks])
    write("lib/inspect/nfd.def", "SPLIT(c, a, b), by c; JOIN(b, a, c), by the second character and the first; CLASS(class, first, last).",
          ["SPLIT(0x%x, 0x%x, 0x%x)" % r[:3] for r in all_rows],
          ["JOIN(0x%x, 0x%x, 0x%x)" % r for r in sorted((b, a, c) for c, a, b, again in all_rows if again)],
          ["CLASS(%d, 0x%x, 0x%x)" % (m[2], m[0], m[1]) for m in marks])


if __name__ == "__main__":
    main()
