"""Archives other than ZIP, and compressed files: names, links, volumes, lies and bombs in each of them."""
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib

from archives import archive, Entry
from case import add, ANY, DISARMED, OUTPUT, PAYLOAD, REFUSED

TEXT = b"Harmless text.\r\n"
ELF = b"\x7fELF\2\1\1" + b"\0" * 60 + PAYLOAD.encode()


def tar(members, kind=tarfile.GNU_FORMAT, pax=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind, pax_headers=pax or {}, encoding="utf-8",
                      errors="surrogateescape") as t:
        for name, data, kw in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for k, v in kw.items():
                setattr(info, k, v)
            t.addfile(info, io.BytesIO(data))
    return out.getvalue()


def crc16(data):
    c = 0
    for b in data:
        c ^= b
        for _ in range(8):
            c = c >> 1 ^ (0xa001 if c & 1 else 0)
    return c


def lzh(members, codepage=None):
    """Level 0, or level 2 where a code page is named."""
    out = b""
    for name, data in members:
        name = name if isinstance(name, bytes) else name.encode("cp932")
        if codepage is None:
            head = b"-lh0-" + struct.pack("<IIIBBB", len(data), len(data), 0x3e720bdb, 0x20, 0, len(name)) + name + \
                struct.pack("<H", crc16(data))
            out += bytes([len(head), sum(head) & 255]) + head + data
        else:
            ext = struct.pack("<HB", 3 + len(name), 1) + name + struct.pack("<HBI", 7, 0x46, codepage) + b"\0\0"
            head = b"-lh0-" + struct.pack("<IIIBBHB", len(data), len(data), 1300472873, 0x20, 2, crc16(data), 0x4d) + ext
            out += struct.pack("<H", 2 + len(head)) + head + data
    return out + b"\0"


def cab(members, flags=0, size=None):
    files, body = b"", b""
    for name, data in members:
        name = name if isinstance(name, bytes) else name.encode("cp932")
        files += struct.pack("<IIHHHH", len(data), len(body), 0, 0x3e72, 0x0bdb, 0x20) + name + b"\0"
        body += data
    first = 44 + len(files)
    total = first + 8 + len(body)
    return struct.pack("<4sIIIIIHHHHHH", b"MSCF", 0, total if size is None else size, 0, 44, 0, 0x0103, 1, len(members), flags, 0, 0) + \
        struct.pack("<IHH", first, 1, 0) + files + struct.pack("<IHH", 0, len(body), len(body)) + body


def vint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def block(head):
    sized = vint(len(head)) + head
    return struct.pack("<I", zlib.crc32(sized)) + sized


def rar5(members, volume=0, extra=b"", first=None):
    out = b"Rar!\x1a\x07\x01\0" + block(first if first is not None else b"\1\0" + bytes([volume]))
    for name, data in members:
        name = name if isinstance(name, bytes) else name.encode()
        out += block(vint(2) + vint(3 if extra else 2) + (vint(len(extra)) if extra else b"") + vint(len(data)) + vint(4) +
                     vint(len(data)) + vint(0x20) + struct.pack("<I", zlib.crc32(data)) + vint(0) + vint(1) +
                     vint(len(name)) + name + extra) + data
    return out + block(b"\5\4\0")


def number7(n):
    return bytes([n]) if n < 0x80 else b"\xf0" + struct.pack("<I", n) if n < 1 << 32 else b"\xff" + struct.pack("<Q", n)


def seven(members, packed=None, count=None, codec=b"\0", cut=0, encrypted=False):
    """Stored (codec 0) in one folder, one stream a file."""
    data = b"".join(d for _, d in members)
    body = data if packed is None else packed
    n = len(members) if count is None else count
    coder = bytes([len(codec)]) + codec
    if encrypted:
        coder = b"\x24\x06\xf1\x07\x01\x02\x53\x0f"
    head = b"\1\4\6" + number7(0) + number7(1) + b"\x09" + number7(len(body)) + b"\0" + \
        b"\7\x0b" + number7(1) + b"\0" + number7(1) + coder + b"\x0c" + number7(len(data)) + b"\0" + \
        b"\x08\x0d" + number7(n) + b"\x09" + b"".join(number7(len(d)) for _, d in members[:-1]) + \
        b"\x0a\1" + b"".join(struct.pack("<I", zlib.crc32(d)) for _, d in members) + b"\0\0" + b"\5" + number7(n)
    names = b"\0" + b"".join(name.encode("utf-16-le", "surrogatepass") + b"\0\0" for name, _ in members)
    head += b"\x11" + number7(len(names)) + names + b"\0\0"
    start = struct.pack("<QQI", len(body), len(head), zlib.crc32(head))
    whole = b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + body + head
    return whole[:len(whole) - cut]


MAKERS = {
    "tar": lambda m: tar([(n if isinstance(n, str) else n.decode("utf-8", "surrogateescape"), d, {}) for n, d in m]),
    "lzh": lzh, "cab": cab, "rar": rar5, "7z": seven,
}


def names():
    rows = {
        "dotdot": "../../etc/cron.d/x.txt", "dotdot-backslash": "..\\..\\x.txt", "absolute": "/etc/x.txt",
        "drive": "C:\\windows\\x.txt", "unc": "\\\\evil\\share\\x.txt", "device": "CON.txt", "colon-stream": "x.txt:hidden.txt",
        "inner-dotdot": "a/../../x.txt", "newline": "a\nb.txt", "duplicate": "good.txt", "case": "GOOD.TXT",
        "below-a-file": "good.txt/x.txt", "trailing-dot": "x.txt.", "japanese": "\u8868\u7d19/\u80fd\u529b\u4e00\u89a7.txt",
    }
    must = {"dotdot": ["../"], "dotdot-backslash": ["..\\"], "drive": ["C:\\"], "unc": ["\\\\evil"], "inner-dotdot": ["../"],
            "newline": [b"a\nb.txt"]}
    wide = {"bidi": "invoice\u202etxt.exe.txt", "zero-width": "in\u200bvoice.txt"}
    for key, name in list(rows.items()) + list(wide.items()):
        for kind, make in MAKERS.items():
            if key in wide and kind in ("lzh", "cab"):
                continue
            add("%s-name-%s.%s" % (kind, key, kind), "archive-name", "%s entry name: %s" % (kind, key),
                make([("good.txt", TEXT), (name, TEXT)]), must.get(key, ()), DISARMED)
    add("lzh-name-codepage.lzh", "archive-name", "names a code page that does not exist",
        lzh([("good.txt", TEXT)], codepage=0x7fffffff), (), ANY)
    add("lzh-name-codepage-utf7.lzh", "archive-name", "names a code page whose converter lies in a file",
        lzh([("a\\+AC4ALg-\\x.txt", TEXT)], codepage=65000), (), ANY)
    add("tar-name-eucjp.tar", "archive-name", "EUC-JP names",
        MAKERS["tar"]([("\u4f1a\u8b70\u9332\u306e\u5199\u3057.txt".encode("euc_jp"), TEXT)]), (), DISARMED)
    add("tar-name-pax-path.tar", "archive-name", "a pax header gives another name",
        tar([("good.txt", TEXT, {"pax_headers": {"path": "../../" + PAYLOAD + ".txt"}})], tarfile.PAX_FORMAT), ["../"], ANY)
    add("tar-name-pax-global.tar", "archive-name", "a global pax header gives every file one name",
        tar([("a.txt", TEXT, {}), ("b.txt", TEXT, {})], tarfile.PAX_FORMAT, {"path": "/etc/passwd"}), (), ANY)


def links():
    evil = "/etc/" + PAYLOAD
    for key, kind in (("symlink", tarfile.SYMTYPE), ("hardlink", tarfile.LNKTYPE), ("char-device", tarfile.CHRTYPE),
                      ("block-device", tarfile.BLKTYPE), ("fifo", tarfile.FIFOTYPE)):
        add("tar-%s.tar" % key, "archive-link", key + " in a tar",
            tar([("good.txt", TEXT, {}), ("link.txt", b"", {"type": kind, "linkname": evil})]), [PAYLOAD], DISARMED)
    add("tar-symlink-then-file.tar", "archive-link", "a link, then a file through it",
        tar([("good.txt", TEXT, {}), ("d", b"", {"type": tarfile.SYMTYPE, "linkname": "/etc"}), ("d/x.txt", TEXT, {})]), (), DISARMED)
    add("tar-xattr.tar", "archive-link", "extended attributes carry data",
        tar([("good.txt", TEXT, {"pax_headers": {"SCHILY.xattr.user.x": PAYLOAD, "LIBARCHIVE.xattr.user.y": PAYLOAD}})],
            tarfile.PAX_FORMAT), [PAYLOAD], DISARMED)
    add("tar-owner.tar", "archive-link", "owner names carry data",
        tar([("good.txt", TEXT, {"uname": PAYLOAD, "gname": PAYLOAD})]), [PAYLOAD], DISARMED)


def inside():
    import pdf
    js = pdf.doc(catalog="/OpenAction<</S/JavaScript/JS(%s)>>" % PAYLOAD)
    for kind, make in MAKERS.items():
        add("%s-with-pdf.%s" % (kind, kind), "archive-content", "a PDF with an action inside",
            make([("good.txt", TEXT), ("a.pdf", js)]), [PAYLOAD, "/JavaScript"])
        add("%s-with-program.%s" % (kind, kind), "archive-content", "a program that calls itself a text",
            make([("good.txt", TEXT), ("read.txt", ELF)]), [PAYLOAD])
        add("%s-only-program.%s" % (kind, kind), "archive-content", "nothing but a program", make([("run.exe", ELF)]), [PAYLOAD], REFUSED)
    packers = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    for ending, pack in packers.items():
        add("stream-pdf.pdf." + ending, "archive-content", "a PDF with an action, compressed", pack(js), [PAYLOAD, "/JavaScript"])
        add("stream-program.txt." + ending, "archive-content", "a program, compressed", pack(ELF), [PAYLOAD], REFUSED)
        add("stream-tar-with-pdf.tar." + ending, "archive-content", "a PDF in a compressed tar",
            pack(MAKERS["tar"]([("a.pdf", js)])), [PAYLOAD, "/JavaScript"])
        add("stream-cut.txt." + ending, "archive-broken", "ends too early", pack(TEXT * 400)[:-20], (), REFUSED)
    add("gz-name-dotdot.gz", "archive-name", "the stream's own name leads out",
        b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"../../x.txt\0" + gzip.compress(TEXT)[10:], ["../"], ANY)
    add("gz-trailing.txt.gz", "archive-broken", "data behind the end", gzip.compress(TEXT) + PAYLOAD.encode(), [PAYLOAD], ANY)
    add("gz-comment.txt.gz", "archive-broken", "comment and extra field",
        b"\x1f\x8b\x08\x14" + b"\0" * 6 + struct.pack("<H", 14) + PAYLOAD.encode() + PAYLOAD.encode() + b"\0" +
        gzip.compress(TEXT)[10:], [PAYLOAD], OUTPUT)
    add("7z-trailing.7z", "archive-broken", "data behind the end", seven([("good.txt", TEXT)]) + PAYLOAD.encode(), [PAYLOAD])
    add("cab-trailing.cab", "archive-broken", "data behind the end", cab([("good.txt", TEXT)]) + PAYLOAD.encode(), [PAYLOAD])
    add("mixed-nest.7z", "archive-content", "a PDF in a ZIP in a tar in a 7z",
        seven([("b.tar", MAKERS["tar"]([("c.zip", archive([Entry("a.pdf", js)]))]))]), [PAYLOAD, "/JavaScript"])


def lies():
    one = [("good.txt", TEXT)]
    rows = [
        ("7z-encrypted.7z", "encrypted members", seven(one, encrypted=True)),
        ("7z-cut.7z", "cut short", seven(one, cut=10)),
        ("7z-codec.7z", "a codec nobody knows", seven(one, codec=b"\x04\xf7\x11\x7f")),
        ("7z-count.7z", "counts two thousand million files", seven(one, count=0x7fffffff)),
        ("7z-place.7z", "its directory lies at 2^62",
         b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(struct.pack("<QQI", 1 << 62, 1 << 62, 0))) +
         struct.pack("<QQI", 1 << 62, 1 << 62, 0)),
        ("rar-volume.rar", "one of several volumes", rar5(one, volume=1)),
        ("rar-encrypted.rar", "encrypted file", rar5(one, extra=b"\x02\x01\x00")),
        ("rar-encrypted-names.rar", "encrypted directory", rar5(one, first=b"\4\0\0\0\x0f" + b"s" * 16)),
        ("cab-volume.cab", "one of several cabinets", cab(one, flags=2)),
    ]
    for file, what, data in rows:
        add(file, "archive-broken", what, data, (), REFUSED)
    whole = MAKERS["tar"]([("good.txt", TEXT), ("b.txt", TEXT * 100)])
    add("tar-cut.tar", "archive-broken", "ends inside a file", whole[:1536 + 600], (), REFUSED)
    big = bytearray(MAKERS["tar"](one))
    big[124:136] = b"\x80" + struct.pack(">3xQ", 1 << 62)
    big[148:156] = b" " * 8
    big[148:156] = b"%06o\0 " % sum(big[:512])
    add("tar-size.tar", "archive-broken", "a file of 2^62 bytes", bytes(big), (), REFUSED)
    bad = bytearray(lzh(one))
    bad[-3] ^= 1
    add("lzh-crc.lzh", "archive-broken", "wrong CRC", bytes(bad), (), ANY)
    add("lzh-huge-size.lzh", "archive-broken", "says that it has 4 GiB",
        lzh(one).replace(struct.pack("<II", 16, 16), struct.pack("<II", 0xffffffff, 0xffffffff), 1), (), ANY)
    add("cab-size.cab", "archive-broken", "says that it is longer than it is", cab(one, size=1 << 30), (), ANY)


def bombs():
    spaces = b" " * (1 << 26)
    for ending, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        add("bomb-stream.txt." + ending, "bomb", "64 MiB of spaces in a " + ending, pack(spaces), (), REFUSED)
    add("bomb-tar.tar.gz", "bomb", "ten times 64 MiB in a tar",
        gzip.compress(MAKERS["tar"]([("%d.txt" % i, spaces) for i in range(10)])), (), REFUSED)
    add("bomb-link.tar.gz", "bomb", "64 MiB behind a name that is thrown away",
        gzip.compress(MAKERS["tar"]([("../x", spaces), ("good.txt", TEXT)])), (), REFUSED)
    sparse = tar([("a.txt", b"", {"pax_headers": {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.name": "a.txt",
                                                  "GNU.sparse.size": str(1 << 50), "GNU.sparse.numblocks": "0",
                                                  "GNU.sparse.map": "%d,0" % (1 << 50)}})], tarfile.PAX_FORMAT)
    add("bomb-sparse.tar", "bomb", "a hole of 2^50 bytes", sparse, (), ANY)
    nest = TEXT
    for _ in range(30):
        nest = gzip.compress(nest)
    add("bomb-deep.gz", "bomb", "thirty streams in one another", nest, (), REFUSED)
    mixed = TEXT
    for i in range(12):
        mixed = (seven([("x.7z", mixed)]) if i % 2 else MAKERS["tar"]([("x.tar", mixed)]))
    add("bomb-mixed-deep.7z", "bomb", "twelve archives in one another", mixed, (), ANY)
    add("bomb-entries.tar.gz", "bomb", "60,000 empty files",
        gzip.compress(MAKERS["tar"]([("%d.txt" % i, b"") for i in range(60000)])), (), REFUSED)


def make():
    names()
    links()
    inside()
    lies()
    bombs()
