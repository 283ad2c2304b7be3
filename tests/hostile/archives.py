"""ZIP archives that different readers read differently, and archives that swell (APPNOTE 6.3.10)."""
import struct
import zlib

from case import add, ANY, DISARMED, OUTPUT, PAYLOAD, REFUSED


def deflate(data):
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    return z.compress(data) + z.flush()


class Entry:
    """One entry; what the two headers say can be made to differ."""

    def __init__(self, name, data=b"", method=8, flags=0x800, local_name=None, crc=None, size=None, packed=None,
                 attributes=0, made_by=20, extra=b"", local_extra=b"", comment=b"", central_size=None, offset=None, **local):
        self.name = name if isinstance(name, bytes) else name.encode()
        self.local_name = self.name if local_name is None else local_name.encode()
        self.data, self.method, self.flags = data, method, flags
        self.body = packed if packed is not None else deflate(data) if method == 8 else data
        self.crc = zlib.crc32(data) if crc is None else crc
        self.size = len(data) if size is None else size
        self.central_size = self.size if central_size is None else central_size
        self.attributes, self.made_by, self.offset = attributes, made_by, offset
        self.extra, self.local_extra, self.comment = extra, local_extra, comment
        self.here = {"version": 20, "flags": flags, "time": 0x5a210000}
        self.here.update(local)

    def local(self):
        return struct.pack("<IHHHIIIIHH", 0x04034b50, self.here["version"], self.here["flags"], self.method,
                           self.here["time"], self.crc, len(self.body), self.size, len(self.local_name), len(self.local_extra)) + \
            self.local_name + self.local_extra + self.body

    def central(self, offset):
        return struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, self.made_by, 20, self.flags, self.method, 0, 0x5a21,
                           self.crc, len(self.body), self.central_size, len(self.name), len(self.extra),
                           len(self.comment), 0, 0, self.attributes, offset) + self.name + self.extra + self.comment


def end(n, size, at, comment=b""):
    return struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, n, n, size, at, len(comment)) + comment


def archive(entries, comment=b"", before=b"", between=b"", after=b""):
    out, places = bytearray(before), []
    for e in entries:
        places.append(len(out) if e.offset is None else e.offset)
        if e.offset is None:
            out += e.local()
    out += between
    at = len(out)
    directory = b"".join(e.central(p) for e, p in zip(entries, places))
    return bytes(out) + directory + end(len(entries), len(directory), at, comment) + after


TEXT = b"Harmless text.\r\n"
GOOD = Entry("good.txt", TEXT)


def names():
    evil = PAYLOAD.encode()
    rows = {
        "dotdot": "../../etc/cron.d/x.txt", "dotdot-backslash": "..\\..\\x.txt", "absolute": "/etc/x.txt",
        "drive": "C:\\windows\\x.txt", "drive-slash": "c:/x.txt", "unc": "\\\\evil\\share\\x.txt",
        "inner-dotdot": "a/../../x.txt", "dot": "./././x.txt", "colon-stream": "x.txt:hidden.txt",
        "device": "CON.txt", "trailing-dot": "x.txt.", "trailing-space": "x.txt ", "newline": "a\nb.txt",
        "bidi": "invoice\u202etxt.exe.txt", "zero-width": "in\u200bvoice.txt", "empty": "", "long": "n" * 60000 + ".txt",
    }
    must = {"dotdot": ["../"], "dotdot-backslash": ["..\\"], "drive": ["C:\\"], "drive-slash": ["c:/"],
            "unc": ["\\\\evil"], "inner-dotdot": ["../"], "bidi": [b"\xe2\x80\xae"], "zero-width": [b"\xe2\x80\x8b"],
            "newline": [b"a\nb.txt"]}
    for key, name in rows.items():
        add("zip-name-%s.zip" % key, "zip-name", "entry name: " + key, archive([GOOD, Entry(name, TEXT)]),
            must.get(key, ()), ANY)
    add("zip-name-nul.zip", "zip-name", "NUL in the name", archive([GOOD, Entry(b"x.exe\0.txt", TEXT)]), [b"x.exe\0"], ANY)
    add("zip-name-bad-utf8.zip", "zip-name", "a name that is no UTF-8 though its flag says so",
        archive([GOOD, Entry(b"\xff\xfe\xc0\xaf.txt", TEXT)]), [b"\xc0\xaf"], ANY)
    add("zip-name-overlong-slash.zip", "zip-name", "dot dot slash in overlong UTF-8",
        archive([GOOD, Entry(b"\xc0\xae\xc0\xae\xc0\xafx.txt", TEXT)]), [b"\xc0\xae"], ANY)
    add("zip-name-cp932-backslash.zip", "zip-name", "CP932 whose second byte is a backslash",
        archive([Entry("表.txt".encode("cp932"), TEXT, flags=0)]), (), ANY)
    add("zip-name-unicode-extra.zip", "zip-name", "the Unicode path field names another file",
        archive([Entry("good.txt", TEXT, flags=0, extra=struct.pack("<HHBI", 0x7075, 5 + len(evil), 1,
                                                                    zlib.crc32(b"good.txt")) + evil)]), [PAYLOAD], ANY)
    add("zip-symlink.zip", "zip-name", "symbolic link out of the folder",
        archive([GOOD, Entry("link.txt", b"/etc/" + evil, attributes=0o120777 << 16, made_by=0x314)]), [PAYLOAD], ANY)
    add("zip-device.zip", "zip-name", "a character device",
        archive([GOOD, Entry("tty.txt", evil, attributes=0o020666 << 16, made_by=0x314)]), [PAYLOAD], ANY)


def compositions():
    """One name to a system that composes, two to another: the second would take the first one's place."""
    pairs = {"latin": ("\u00e9.txt", "e\u0301.txt"), "kana": ("\u304c.txt", "\u304b\u3099.txt"), "hangul": ("\ud55c.txt", "\u1112\u1161\u11ab.txt"),
             "order": ("\u1ec7.txt", "e\u0302\u0323.txt"), "ideograph": ("\u795e.txt", "\ufa19.txt"), "folder": ("\u00e9/a.txt", "e\u0301/a.txt")}
    for key, (one, other) in pairs.items():
        for n, names_of in enumerate(((one, other), (other, one))):
            add("zip-composed-%s-%d.zip" % (key, n), "zip-ambiguity", "one name in two compositions: " + key,
                archive([Entry(name, TEXT) for name in names_of]), (), DISARMED, says="ZIP_NAME")
    add("zip-composed-marks.zip", "zip-name", "a name of a letter and very many marks", archive([Entry("e" + "\u0301\u0323" * 200 + ".txt", TEXT)]), (), DISARMED,
        says="ZIP_NAME")


def obeyed():
    """Names that a program obeys because a file is called so, or lies in a folder called so."""
    evil = PAYLOAD.encode()
    files = {"desktop-ini": "docs/desktop.ini", "desktop-ini-case": "DESKTOP.INI", "desktop-ini-dot": "desktop.ini.", "thumbs": "Thumbs.db",
             "autorun-unix": "autorun", "user-ini": ".user.ini", "htaccess": ".htaccess", "pip": "pip.conf"}
    folders = {"git": "x/.git/config", "git-short": "GIT~1/config", "ssh": ".ssh/config", "class": "x.{ED7BA470-8E54-465E-825C-99712043E01C}/a.txt"}
    for says, names_of in (("NAME_OBEYED", files), ("ZIP_NAME", folders)):
        for key, name in names_of.items():
            add("zip-obeyed-%s.zip" % key, "zip-name", "a name that is obeyed: " + name, archive([GOOD, Entry(name, b"[x]\r\ny=z\r\n")]),
                (), DISARMED, says=says)
    for ending in ("inf", "scf", "reg", "rdp", "iqy", "slk", "theme", "library-ms", "search-ms", "searchconnector-ms", "settingcontent-ms", "lnk", "url",
                   "webloc", "desktop", "inetloc", "website", "mobileconfig", "terminal", "contact", "osdx", "prf"):
        for kind, body in (("ini", b"[InternetShortcut_]\r\nURL=file://" + evil), ("xml", b"<?xml version=\"1.0\"?>\n<a>" + evil + b"</a>\n")):
            add("obeyed-%s.%s" % (kind, ending), "zip-name", "what is obeyed for its ending: " + ending, body, (), REFUSED, says="TYPE_REFUSED")
            add("zip-obeyed-%s-%s.zip" % (kind, ending), "zip-name", "what is obeyed for its ending: " + ending,
                archive([GOOD, Entry("a." + ending, body)]), [PAYLOAD], DISARMED, says="PART_REFUSED")


def ambiguities():
    evil = Entry("good.txt", PAYLOAD.encode())
    exe = Entry("evil.exe", b"MZ" + b"\0" * 60 + PAYLOAD.encode())
    rows = [
        ("local-name", "the local header has another name", [Entry("good.txt", TEXT, local_name="evil.exe")]),
        ("local-size", "the headers disagree about the size", [Entry("good.txt", TEXT, size=4, central_size=16)]),
        ("duplicate", "the same name twice", [GOOD, evil]),
        ("duplicate-case", "names that differ in case", [GOOD, Entry("GOOD.TXT", TEXT)]),
        ("crc", "wrong CRC", [Entry("good.txt", TEXT, crc=1)]),
        ("size-lie-small", "unpacks to more than it says", [Entry("good.txt", TEXT * 4000, size=10)]),
        ("size-lie-big", "unpacks to less than it says", [Entry("good.txt", TEXT, size=0x7fffffff)]),
        ("encrypted-flag", "the encryption flag without encryption", [Entry("good.txt", TEXT, flags=0x801)]),
        ("method-unknown", "compression method 99", [Entry("good.txt", TEXT, method=99)]),
        ("directory-with-data", "a directory that holds data", [GOOD, Entry("dir/", PAYLOAD.encode())]),
        ("file-and-directory", "a file and a directory of one name", [GOOD, Entry("good.txt/", b"", method=0)]),
        ("stored-with-tail", "data behind the end of the deflate stream",
         [Entry("good.txt", TEXT, packed=GOOD.body + PAYLOAD.encode())]),
    ]
    for key, what, entries in rows:
        add("zip-%s.zip" % key, "zip-ambiguity", what, archive(entries),
            [PAYLOAD] if key not in ("duplicate",) else (), ANY)
    whole, other = archive([GOOD]), archive([exe])
    add("zip-two-ends.zip", "zip-ambiguity", "two end records: two archives in one", other + whole, [PAYLOAD, "evil.exe"], ANY)
    add("zip-end-in-comment.zip", "zip-ambiguity", "an archive in the comment of another",
        archive([GOOD], comment=archive([exe])), [PAYLOAD], ANY)
    add("zip-hidden-entry.zip", "zip-ambiguity", "an entry that only the local headers show",
        exe.local() + archive([GOOD], before=b""), [PAYLOAD, "evil.exe"], ANY)
    add("zip-between.zip", "zip-ambiguity", "data between entries and directory",
        archive([GOOD], between=PAYLOAD.encode() * 10), [PAYLOAD], ANY)
    add("zip-trailing.zip", "zip-ambiguity", "data behind the end", archive([GOOD], after=PAYLOAD.encode()), [PAYLOAD], ANY)
    add("zip-comment.zip", "zip-ambiguity", "comments and extra fields",
        archive([Entry("good.txt", TEXT, comment=PAYLOAD.encode(), extra=struct.pack("<HH", 0x9999, 14) + PAYLOAD.encode())],
                comment=PAYLOAD.encode()), [PAYLOAD], OUTPUT)
    add("zip-split.zip", "zip-ambiguity", "a part of an archive on many discs",
        whole.replace(b"PK\5\6\0\0\0\0", b"PK\5\6\1\0\1\0"), (), ANY)
    add("zip-count-lie.zip", "zip-ambiguity", "the end record counts 65,535 entries",
        whole[:-22] + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 65535, 65535, len(whole) - 22 - len(GOOD.local()),
                                  len(GOOD.local()), 0), (), ANY)
    add("zip-truncated.zip", "zip-ambiguity", "no directory: only local headers", GOOD.local() + evil.local(), (), ANY)


def path(text, of=b"good.txt", crc=None):
    """Info-ZIP's Unicode path."""
    return struct.pack("<HHBI", 0x7075, 5 + len(text), 1, zlib.crc32(of) if crc is None else crc) + text


def wide(*sizes):
    return struct.pack("<HH", 1, 8 * len(sizes)) + b"".join(struct.pack("<Q", n) for n in sizes)


def headers():
    """Two headers of one entry that say two things; in the first rows readers would unpack two things."""
    evil, n, m = PAYLOAD.encode() + b".exe", len(TEXT), len(deflate(TEXT))
    aes = [struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", strength, 8) for strength in (1, 3)]
    refused = {
        "local-path": dict(flags=0, local_extra=path(evil)), "path-ascii": dict(flags=0, extra=path(evil)),
        "path-utf8": dict(extra=path(evil), local_extra=path(evil)),
        "path-crc": dict(flags=0, extra=path(evil, crc=1), local_extra=path(evil, crc=1)),
        "path-two": dict(flags=0, extra=path(b"good.txt") + path(evil), local_extra=path(b"good.txt")),
        "path-other": dict(flags=0, extra=path(b"good.txt"), local_extra=path(evil)),
        "wide-local-size": dict(local_extra=wide(n + 1, m)), "wide-local-packed": dict(local_extra=wide(n, m + 9)),
        "wide-local-place": dict(local_extra=wide(n, m, 77)), "wide-size": dict(extra=wide(n + 1, m)),
        "wide-place": dict(extra=wide(n, m, 1 << 20)), "wide-two": dict(local_extra=wide(n, m) + wide(n + 1, m)),
        "aes-alone": dict(local_extra=aes[0]), "aes-strength": dict(extra=aes[0], local_extra=aes[1]),
    }
    for key, how in refused.items():
        add("zip-header-%s.zip" % key, "zip-ambiguity", "headers that disagree: " + key, archive([Entry("good.txt", TEXT, **how)]), (),
            (REFUSED,), says="ZIP_DISAGREE")
    change = [struct.pack("<HHBI", 0x5455, 5, 1, at) for at in (1700000000, 1800000000)]
    told = {
        "time": dict(time=0x5a210001), "date": dict(time=0x5a220000), "no-time": dict(time=0), "version": dict(version=45),
        "flags": {}, "change": dict(extra=change[0], local_extra=change[1]),
        "broken-fields": dict(local_extra=struct.pack("<HH", 1, 16) + b"x"),
    }
    for key, how in told.items():
        entry = Entry("good.txt", TEXT, **how)
        if key == "flags":
            entry.here["flags"] |= 6
        add("zip-header-%s.zip" % key, "zip-ambiguity", "headers that differ: " + key, archive([entry]), (), DISARMED, says="ZIP_HEADERS")


def inside():
    import pdf
    js = pdf.doc(catalog="/OpenAction<</S/JavaScript/JS(%s)>>" % PAYLOAD)
    add("zip-with-pdf.zip", "zip-content", "a PDF with an action inside",
        archive([GOOD, Entry("a.pdf", js)]), [PAYLOAD, "/JavaScript"])
    add("zip-with-zip-with-pdf.zip", "zip-content", "a PDF in a ZIP in a ZIP",
        archive([Entry("b.zip", archive([Entry("a.pdf", js)]))]), [PAYLOAD, "/JavaScript"])
    add("zip-with-program.zip", "zip-content", "a program among the files",
        archive([GOOD, Entry("run.exe", b"MZ" + b"\0" * 60 + PAYLOAD.encode())]), [PAYLOAD], OUTPUT + (REFUSED,))
    add("zip-with-disguise.zip", "zip-content", "a program that calls itself a text",
        archive([GOOD, Entry("read.txt", b"\x7fELF\2\1\1" + b"\0" * 60 + PAYLOAD.encode())]), [PAYLOAD], OUTPUT + (REFUSED,))


def bombs():
    def nest(data, depth, fan):
        for level in range(depth):
            data = archive([Entry("%d-%d.zip" % (level, i), data) for i in range(fan)])
        return data

    zeros = b"\0" * (1 << 24)
    spaces = b" " * (1 << 26)
    first = Entry("0.txt", spaces)
    add("zip-bomb-flat.zip", "bomb", "20 entries of 64 MiB of spaces",
        archive([first] + [Entry("%d.txt" % i, packed=first.body, crc=first.crc, size=1 << 26) for i in range(1, 20)]),
        (), REFUSED)
    add("zip-bomb-nested.zip", "bomb", "16 x 16 x 16 x 16 archives, as 42.zip", nest(zeros, 4, 16), (), REFUSED)
    add("zip-bomb-deep.zip", "bomb", "thirty archives in one another", nest(TEXT, 30, 1), (), ANY)
    add("zip-bomb-entries.zip", "bomb", "60,000 empty entries",
        archive([Entry("%d.txt" % i, b"", method=0) for i in range(60000)]), (), REFUSED)
    # Many names over one kernel of data, as in D. Fifield, A better zip bomb (WOOT 2019).
    kernel = Entry("0.txt", b"0" * (1 << 24))
    add("zip-bomb-overlap.zip", "bomb", "a thousand entries over the same bytes",
        archive([kernel] + [Entry("%d.txt" % i, packed=kernel.body, crc=kernel.crc, size=1 << 24, offset=0)
                            for i in range(1, 1000)]), (), ANY)
    quoted = b""
    for i in range(30):
        e = Entry("%02d.txt" % (29 - i))
        rest = quoted if quoted else kernel.local()
        e.body = b"\0" + struct.pack("<HH", min(len(rest), 99), min(len(rest), 99) ^ 0xffff) + rest
        quoted = e.local()
    add("zip-bomb-quoted.zip", "bomb", "local headers quoted inside deflate blocks of others",
        quoted + archive([Entry("0.txt", TEXT)]), (), ANY)
    add("zip-quine.zip", "bomb", "an archive that contains its own beginning", quine(), (), ANY)
    add("zip64-lie.zip", "bomb", "ZIP64 sizes of 2^63",
        archive([Entry("good.txt", TEXT, size=0xffffffff, extra=struct.pack("<HHQQ", 1, 16, 1 << 63, 1 << 63),
                       local_extra=struct.pack("<HHQQ", 1, 16, 1 << 63, 1 << 63))]), (), ANY)


def quine():
    """Not a full quine: an archive whose entry is the archive, cut at depth three."""
    data = archive([GOOD])
    for _ in range(3):
        data = archive([Entry("r/r.zip", data), GOOD])
    return data


def make():
    names()
    compositions()
    obeyed()
    ambiguities()
    headers()
    inside()
    bombs()
