"""A small writer of PDFs that no honest program would write."""
import hashlib
import zlib


def b(s):
    return s if isinstance(s, bytes) else s.encode("latin-1")


def stream(data, entries=""):
    data = b(data)
    return b("<<%s/Length %d>>stream\n" % (entries, len(data))) + data + b"\nendstream"


def flate(data, entries="", times=1):
    for _ in range(times):
        data = zlib.compress(b(data), 9)
    name = "/FlateDecode" if times == 1 else "[" + "/FlateDecode" * times + "]"
    return stream(data, entries + "/Filter" + name)


def objects(catalog="", page="", annots=(), extra=(), contents="BT /F 12 Tf 20 100 Td (Harmless text.) Tj ET",
            resources=""):
    """Objects 1 to 5, and `extra` from 6 on; annotations are written into the page."""
    if annots:
        page += "/Annots[" + "".join(annots) + "]"
    return [
        b("<</Type/Catalog/Pages 2 0 R%s>>" % catalog),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>%s>>"
          % (resources, page)),
        contents if isinstance(contents, bytes) else stream(contents),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ] + [b(x) for x in extra]


def table(offsets, first=0):
    """A section of the cross-reference table."""
    out = b("xref\n%d %d\n" % (first, len(offsets) + (first == 0)))
    if first == 0:
        out += b"0000000000 65535 f \n"
    return out + b"".join(b("%010d 00000 n \n" % at) for at in offsets)


def write(objs, trailer="", header=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"):
    out, offsets = header, []
    for n, body in enumerate(objs, 1):
        offsets.append(len(out))
        out += b("%d 0 obj\n" % n) + body + b"\nendobj\n"
    at = len(out)
    return out + table(offsets) + b("trailer\n<</Root 1 0 R/Size %d%s>>\nstartxref\n%d\n%%%%EOF\n"
                                    % (len(objs) + 1, trailer, at))


def doc(**how):
    return write(objects(**how))


def update(pdf, number, body, trailer=""):
    """An incremental update that redefines one object (ISO 32000-2 7.5.6)."""
    previous = int(pdf.rsplit(b"startxref", 1)[1].split()[0])
    at = len(pdf)
    pdf += b("%d 0 obj\n" % number) + b(body) + b"\nendobj\n"
    xref = len(pdf)
    return pdf + table([at], number) + b("trailer\n<</Root 1 0 R/Size 64/Prev %d%s>>\nstartxref\n%d\n%%%%EOF\n"
                                         % (previous, trailer, xref))


def with_object_stream(objs, hidden, trailer="", table_too=None):
    """Objects whose numbers are in `hidden` go into an object stream; a cross-reference stream finds them."""
    out, where, body, head = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", {}, b"", ""
    for n, o in enumerate(objs, 1):
        if n in hidden:
            where[n] = (2, len(objs) + 1, len(head.split()) // 2)
            head += "%d %d " % (n, len(body))
            body += o + b"\n"
        else:
            where[n] = (1, len(out), 0)
            out += b("%d 0 obj\n" % n) + o + b"\nendobj\n"
    n = len(objs) + 1
    where[n] = (1, len(out), 0)
    out += b("%d 0 obj\n" % n) + flate(b(head) + body, "/Type/ObjStm/N %d/First %d" % (len(hidden), len(head)))
    out += b"\nendobj\n"
    where[n + 1] = (1, len(out), 0)
    rows = b"\0\0\0\0\0\0\0" + b"".join(
        bytes([k]) + a.to_bytes(4, "big") + c.to_bytes(2, "big") for k, a, c in (where[i] for i in range(1, n + 2)))
    at = len(out)
    out += b("%d 0 obj\n" % (n + 1)) + flate(rows, "/Type/XRef/W[1 4 2]/Root 1 0 R/Size %d%s" % (n + 2, trailer))
    out += b"\nendobj\n"
    if table_too is None:
        return out + b("startxref\n%d\n%%%%EOF\n" % at)
    # A hybrid file: a table for old readers, /XRefStm for new ones (7.5.8.4).
    xref = len(out)
    return out + table([where[i][1] if where[i][0] == 1 else 0 for i in range(1, len(objs) + 1)]) + b(
        "trailer\n<</Root %s/Size %d/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (table_too, n + 2, at, xref))


PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for c in data:
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out.append(c ^ s[(s[i] + s[j]) & 255])
    return bytes(out)


def encrypted(objs, hide, owner=b"owner", user=b""):
    """Revision 2, 40 bits (7.6.4.3): opens without a password where `user` is empty.

    `hide` gives for each object number the bytes to encrypt within it, as (before, secret, after)."""
    def pad(p):
        return (p + PADDING)[:32]

    ident = hashlib.md5(b"sekisho").digest()
    o = rc4(hashlib.md5(pad(owner)).digest()[:5], pad(user))
    key = hashlib.md5(pad(user) + o + (0xfffffffc).to_bytes(4, "little") + ident).digest()[:5]
    u = rc4(key, PADDING)
    objs = list(objs)
    for n, (before, secret, after) in hide.items():
        k = hashlib.md5(key + n.to_bytes(3, "little") + b"\0\0").digest()[:10]
        objs[n - 1] = b(before) + b"<" + rc4(k, b(secret)).hex().encode() + b">" + b(after)
    text = rc4(hashlib.md5(key + (4).to_bytes(3, "little") + b"\0\0").digest()[:10],
               b"BT /F 12 Tf 20 100 Td (Harmless text.) Tj ET")
    objs[3] = stream(text)
    return write(objs, "/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<%s><%s>]"
                 % (o.hex(), u.hex(), ident.hex(), ident.hex()))


def image(filter_, data, w=8, h=8, bits=1, space="/DeviceGray", more="", parms=""):
    """A page that shows one image; `data` goes through as it is."""
    entries = "/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%s%s" % (
        w, h, bits, space, more)
    if filter_:
        entries += "/Filter/" + filter_
    if parms:
        entries += "/DecodeParms<<%s>>" % parms
    return doc(contents="BT /F 12 Tf 20 100 Td (Harmless text.) Tj ET q 50 0 0 50 20 20 cm /I Do Q",
               resources="/XObject<</I 6 0 R>>", extra=[stream(data, entries)])


def font(program, key, entries="", subtype="TrueType", more=""):
    """A page whose second font has this program embedded."""
    return doc(contents="BT /F 12 Tf 20 100 Td (Harmless text.) Tj ET BT /G 12 Tf 20 50 Td (AB) Tj ET",
               resources="/Font<</F 5 0 R/G 6 0 R>>", extra=[
                   "<</Type/Font/Subtype/%s/BaseFont/Evil/FirstChar 65/LastChar 66/Widths[600 600]"
                   "/FontDescriptor 7 0 R%s>>" % (subtype, more),
                   "<</Type/FontDescriptor/FontName/Evil/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800"
                   "/Descent -200/CapHeight 700/StemV 80/%s 8 0 R>>" % key,
                   stream(program, entries)]).replace(b"/Resources<</Font<</F 5 0 R>>/Font", b"/Resources<</Font", 1)
