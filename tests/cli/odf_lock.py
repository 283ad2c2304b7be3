"""OpenDocument encrypted as a whole, as LibreOffice does it since 24.8: by libargon2 and OpenSSL's EVP, not by our code."""
import base64
import ctypes
import hashlib
import io
import zipfile
import zlib

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.4"
 xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0">
 <manifest:file-entry manifest:full-path="encrypted-package" manifest:media-type="%s" manifest:size="%d">
  <manifest:encryption-data>
   <manifest:algorithm manifest:algorithm-name="http://www.w3.org/2009/xmlenc11#aes256-gcm" manifest:initialisation-vector="%s"/>
   <manifest:start-key-generation manifest:start-key-generation-name="http://www.w3.org/2001/04/xmlenc#sha256" manifest:key-size="32"/>
   <manifest:key-derivation manifest:key-derivation-name="urn:org:documentfoundation:names:experimental:office:manifest:argon2id"
    loext:argon2-iterations="%d" loext:argon2-memory="%d" loext:argon2-lanes="%d" manifest:salt="%s" manifest:key-size="32"/>
  </manifest:encryption-data>
 </manifest:file-entry>
</manifest:manifest>"""
GET_TAG = 0x10


def library(name):
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


ARGON2, CRYPTO = library("libargon2.so.1"), library("libcrypto.so.3")


def argon2id(secret, salt, passes, memory, lanes):
    key = ctypes.create_string_buffer(32)
    done = ARGON2.argon2id_hash_raw(passes, memory, lanes, secret, ctypes.c_size_t(len(secret)), salt, ctypes.c_size_t(len(salt)),
                                    key, ctypes.c_size_t(32))
    assert done == 0, done
    return key.raw


def gcm(key, vector, data):
    CRYPTO.EVP_CIPHER_CTX_new.restype = CRYPTO.EVP_aes_256_gcm.restype = ctypes.c_void_p
    x = ctypes.c_void_p(CRYPTO.EVP_CIPHER_CTX_new())
    to, tag, n = ctypes.create_string_buffer(len(data) + 16), ctypes.create_string_buffer(16), ctypes.c_int()
    assert CRYPTO.EVP_EncryptInit_ex(x, ctypes.c_void_p(CRYPTO.EVP_aes_256_gcm()), None, key, vector) == 1
    assert CRYPTO.EVP_EncryptUpdate(x, to, ctypes.byref(n), data, len(data)) == 1
    assert CRYPTO.EVP_EncryptFinal_ex(x, ctypes.byref(to, n.value), ctypes.byref(ctypes.c_int())) == 1
    assert CRYPTO.EVP_CIPHER_CTX_ctrl(x, GET_TAG, 16, tag) == 1
    CRYPTO.EVP_CIPHER_CTX_free(x)
    return to.raw[:len(data)] + tag.raw


def archive(mimetype, parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("mimetype", mimetype)
        for name, data in parts:
            z.writestr(name, data)
    return out.getvalue()


def locked(package, password, mimetype, passes=3, memory=65536, lanes=4):
    """The bytes of `package` in their envelope."""
    salt, vector = hashlib.md5(b"salt").digest(), hashlib.md5(b"vector").digest()[:12]
    deflate = zlib.compressobj(wbits=-15)
    key = argon2id(hashlib.sha256(password.encode()).digest(), salt, passes, memory, lanes)
    inside = vector + gcm(key, vector, deflate.compress(package) + deflate.flush())
    manifest = MANIFEST % (mimetype, len(package), base64.b64encode(vector).decode(), passes, memory, lanes,
                           base64.b64encode(salt).decode())
    return archive(mimetype, [("encrypted-package", inside), ("META-INF/manifest.xml", manifest)])
