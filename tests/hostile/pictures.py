"""Pictures that are something else as well, or that swell."""
import base64
import struct
import zlib

from case import add, ANY, OUTPUT, PAYLOAD, REFUSED
from archives import archive, Entry, TEXT
from pdf_content import gray_jpeg

EVIL = PAYLOAD.encode()
PHP = b"<?php system($_GET['%s']); ?>" % EVIL


def chunk(kind, data, crc=None):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) if crc is None else crc)


def png(w=8, h=8, before=b"", after=b"", data=None, depth=8, colour=0):
    if data is None:
        data = zlib.compress(b"".join(b"\0" + bytes(range(w)) for _ in range(h)), 9)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, colour, 0, 0, 0)) + before
            + chunk(b"IDAT", data) + chunk(b"IEND", b"") + after)


def lzw(pixels):
    """Eight-bit pixels below 128, with a clear code before the codes would grow."""
    out, held, n = bytearray(), 0, 0
    for i, p in enumerate(pixels):
        for c in ([0x80] if i % 100 == 0 else []) + [p]:
            held |= c << n
            n += 8
            while n >= 8:
                out.append(held & 255)
                held >>= 8
                n -= 8
    out.append(0x81)
    return b"\x07" + b"".join(bytes([len(out[i:i + 255])]) + out[i:i + 255] for i in range(0, len(out), 255)) + b"\0"


def gif(w=8, h=8, before=b"", after=b"", frames=1, screen=None):
    sw, sh = screen or (w, h)
    palette = b"".join(bytes([i * 2] * 3) for i in range(128))
    frame = b"," + struct.pack("<HHHHB", 0, 0, w, h, 0) + lzw([i % 128 for i in range(min(w * h, 4096))])
    return b"GIF89a" + struct.pack("<HHBBB", sw, sh, 0xf6, 0, 0) + palette + before + frame * frames + b";" + after


def tiff(w=8, h=8, entries=(), data=b"\x55" * 64, tail=b""):
    rows = [(256, 4, 1, w), (257, 4, 1, h), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
            (277, 3, 1, 1), (278, 4, 1, h), (279, 4, 1, len(data))] + list(entries)
    at = 8 + len(data) + len(data) % 2
    rows.sort()
    return (b"II*\0" + struct.pack("<I", at) + data + b"\0" * (len(data) % 2) + struct.pack("<H", len(rows))
            + b"".join(struct.pack("<HHII", *r) for r in rows) + struct.pack("<I", 0) + tail)


def bmp(w=8, h=8, data=None, tail=b""):
    data = b"\x40" * (w * h * 3) if data is None else data
    return (b"BM" + struct.pack("<IHHI", 54 + len(data), 0, 0, 54)
            + struct.pack("<IiiHHIIiiII", 40, w, h, 1, 24, 0, len(data), 0, 0, 0, 0) + data + tail)


def polyglots():
    jpeg = gray_jpeg()
    exe = archive([Entry("run.exe", b"MZ" + EVIL, method=0)])
    segment = b"\xff\xe1" + struct.pack(">H", len(EVIL) + 8) + b"Exif\0\0" + EVIL
    add("polyglot-jpeg-zip.jpg", "polyglot", "an archive behind a JPEG", jpeg + exe)
    add("polyglot-jpeg-php.jpg", "polyglot", "PHP in a comment of a JPEG",
        jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(PHP) + 2) + PHP + jpeg[2:])
    add("polyglot-jpeg-exif.jpg", "polyglot", "data in Exif", jpeg[:2] + segment + jpeg[2:])
    add("polyglot-jpeg-javascript.jpg", "polyglot", "a JPEG that is JavaScript too",
        jpeg[:2] + b"\xff\xe0\x2f\x2a" + b"\0" * 0x2f28 + b"*/='" + EVIL + b"';/*" + jpeg[2:], [PAYLOAD], ANY)
    add("polyglot-png-php-text.png", "polyglot", "PHP in a text chunk", png(before=chunk(b"tEXt", b"Comment\0" + PHP)))
    add("polyglot-png-php-end.png", "polyglot", "PHP behind IEND", png(after=PHP))
    add("polyglot-png-php-idat.png", "polyglot", "data behind the end of the deflate stream",
        png(data=zlib.compress((b"\0" + bytes(range(8))) * 8) + EVIL), [PAYLOAD], OUTPUT)
    add("polyglot-png-private-chunk.png", "polyglot", "a private chunk", png(before=chunk(b"seKi", EVIL)))
    add("polyglot-png-zip.png", "polyglot", "an archive in a chunk", png(before=chunk(b"zzZz", exe)))
    add("polyglot-gif-javascript.gif", "polyglot", "a GIF that is JavaScript too",
        gif(after=b"/*" + b"*/='" + EVIL + b"';"), [PAYLOAD], OUTPUT)
    add("polyglot-gif-comment.gif", "polyglot", "script in a comment block",
        gif(before=b"!\xfe" + bytes([len(EVIL)]) + EVIL + b"\0"))
    add("polyglot-gif-application.gif", "polyglot", "an unknown application block",
        gif(before=b"!\xff\x0bSEKISHOEVIL" + bytes([len(EVIL)]) + EVIL + b"\0"))
    add("polyglot-tiff-tags.tif", "polyglot", "a private tag and a Photoshop block",
        tiff(entries=[(34377, 7, len(EVIL), 0), (65000, 7, len(EVIL), 0)], tail=EVIL), [PAYLOAD], OUTPUT)
    add("polyglot-bmp-tail.bmp", "polyglot", "data behind a bitmap", bmp(tail=EVIL), [PAYLOAD], OUTPUT)
    import pdf
    page = pdf.doc(catalog="/OpenAction<</S/JavaScript/JS(%s)>>" % PAYLOAD)
    add("polyglot-pdf-zip.pdf", "polyglot", "a PDF that is an archive too",
        page + archive([Entry("run.exe", b"MZ" + EVIL, method=0)]), [PAYLOAD, "/JavaScript"])
    add("polyglot-pdf-html.pdf", "polyglot", "a PDF that is a web page too",
        b"<html><script>" + EVIL + b"</script><!--\n" + page + b"-->", [PAYLOAD, "/JavaScript"], ANY)
    add("polyglot-pdf-jpeg.jpg", "polyglot", "a PDF in a JPEG comment",
        jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(page) + 2) + page + jpeg[2:], [PAYLOAD, "%PDF"], OUTPUT)
    add("polyglot-zip-pdf.zip", "polyglot", "a PDF stored in an archive, at its beginning",
        archive([Entry("a.pdf", page, method=0), Entry("a.txt", TEXT)]), [PAYLOAD, "/JavaScript"])


def bombs():
    big = zlib.compress(b"\0" * (1 << 24), 9)
    add("bomb-png-giant.png", "bomb", "2^31 x 2^31 pixels", png(0x7fffffff, 0x7fffffff, data=big), (), REFUSED)
    add("bomb-png-wide.png", "bomb", "30,000 x 30,000 pixels in 16 KB", png(30000, 30000, data=big, depth=1), (), REFUSED)
    add("bomb-png-itxt.png", "bomb", "a compressed text chunk of 16 MiB",
        png(before=chunk(b"iTXt", b"a\0\1\0\0\0" + big)), (), OUTPUT)
    add("bomb-png-crc.png", "bomb", "wrong CRCs", png(before=chunk(b"tEXt", b"a\0" + EVIL, 0)), [PAYLOAD], ANY)
    add("bomb-png-short.png", "bomb", "too little data", png(data=zlib.compress(b"\0" * 9)), (), ANY)
    add("bomb-gif-giant.gif", "bomb", "a screen of 65,535 x 65,535", gif(screen=(65535, 65535)), (), ANY)
    add("bomb-gif-frames.gif", "bomb", "20,000 frames on a large screen", gif(frames=20000, screen=(9000, 9000)), (), ANY)
    add("bomb-tiff-giant.tif", "bomb", "2^32 x 2^32 pixels", tiff(0xffffffff, 0xffffffff), (), REFUSED)
    loop = bytearray(tiff())
    loop[-4:] = struct.pack("<I", 8 + 64)
    add("bomb-tiff-loop.tif", "bomb", "a directory that follows itself", bytes(loop), (), ANY)
    add("bomb-bmp-giant.bmp", "bomb", "2^31 x 2^31 pixels", bmp(0x7fffffff, 0x7fffffff, b"\0" * 64), (), REFUSED)
    webp = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
    add("bomb-webp-giant.webp", "bomb", "16,384 x 16,384 pixels in 34 bytes",
        webp[:21] + b"\xff\xff\xff\x0f" + webp[25:], (), ANY)
    add("polyglot-webp-exif.webp", "polyglot", "EXIF and unknown chunks in WebP",
        b"RIFF" + struct.pack("<I", 4 + 18 + len(webp) - 12 + 44) + b"WEBPVP8X\x0a\0\0\0\x08\0\0\0\0\0\0\0\0\0" + webp[12:]
        + b"EXIF\x0e\0\0\0" + EVIL + b"evil\x0e\0\0\0" + EVIL, [PAYLOAD], OUTPUT)
    jpeg = gray_jpeg()
    add("bomb-jpeg-giant.jpg", "bomb", "65,500 x 65,500 pixels",
        jpeg.replace(b"\x08\0\x08\0\x08\1", b"\x08\xff\xdc\xff\xdc\1"), (), ANY)
    scans = jpeg[jpeg.index(b"\xff\xda"):-2]
    add("bomb-jpeg-scans.jpg", "bomb", "100,000 scans",
        jpeg[:-2].replace(b"\xff\xc0", b"\xff\xc2") + scans * 100000 + b"\xff\xd9", (), ANY)


def make():
    polyglots()
    bombs()
