/*
 * crypt.h - encrypted parts of a package (ODF 1.3 part 2, 3.4 and 4.8):
 * Deflate, then Blowfish in CFB or AES in CBC, under a key made from a digest of the
 * password by PBKDF2-HMAC-SHA-1; a checksum over what is inside the encryption.
 *
 * And what OpenDocument 1.5 adds (the OASIS committee's OFFICE-4153), which LibreOffice
 * writes since 24.8: AES in GCM (XML Encryption 1.1, 5.2.4: 12 bytes of initialisation
 * vector, the cipher's text, 16 bytes of tag; no checksum, for the tag tells), and Argon2id
 * 1.3 (RFC 9106) over the same digest, without secret or associated data.  Names and
 * attributes in the manifest: OpenDocument's own, and those of LibreOffice's extension
 * (its package/source/manifest/ManifestDefines.hxx).
 */
#ifndef SEKISHO_SANITIZE_ODF_CRYPT_H
#define SEKISHO_SANITIZE_ODF_CRYPT_H

#include "core/buf.h"
#include "sanitize/odf/manifest.h"

/* What the making of keys may cost: the document says how much, and a document is not to be believed. */
enum {
	ODF_ARGON2_MEMORY = 256 << 10,		/* KiB; LibreOffice: 64 MiB */
	ODF_ARGON2_LANES = 64,			/* LibreOffice: 4 */
	ODF_ARGON2_WORK = 1 << 20,		/* KiB times passes, of one key: about a second; LibreOffice: 192 Ki */
	ODF_ARGON2_WORK_ALL = 4 << 20,		/* of all keys that were tried */
};

struct odf_keys {
	uint64_t rounds;	/* of PBKDF2 spent on this package: at most 64 million */
	uint64_t work;		/* of Argon2id */
};

/*
 * The deflated bytes inside `in`, added to `ret`.
 *   ERR_DENIED     the password is not the one, or a method we do not know
 *   ERR_LIMIT	    more rounds of PBKDF2, or more memory or passes of Argon2id, than a document needs
 */
bool odf_decrypt(struct job *j, const struct odf_crypt *c, struct odf_keys *k, struct view password, struct view in,
		 struct buf *ret, struct err *e);

#endif
