/*
 * crypt.h - encrypted parts of a package (ODF 1.3 part 2, 3.4 and 4.8):
 * Deflate, then Blowfish in CFB or AES in CBC, under a key made from a digest of the
 * password by PBKDF2-HMAC-SHA-1; a checksum over what is inside the encryption.
 */
#ifndef SEKISHO_SANITIZE_ODF_CRYPT_H
#define SEKISHO_SANITIZE_ODF_CRYPT_H

#include "core/buf.h"
#include "sanitize/odf/manifest.h"

struct odf_keys {
	uint64_t rounds;	/* of PBKDF2 spent on this package: at most 64 million */
};

/*
 * The deflated bytes inside `in`, added to `ret`.
 *   ERR_DENIED     the password is not the one, or a method we do not know
 *   ERR_LIMIT	    more rounds of PBKDF2 than a document needs
 */
bool odf_decrypt(struct job *j, const struct odf_crypt *c, struct odf_keys *k, struct view password, struct view in,
		 struct buf *ret, struct err *e);

#endif
