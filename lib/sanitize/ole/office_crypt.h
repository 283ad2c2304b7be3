/*
 * office_crypt.h - a password-protected OOXML package ([MS-OFFCRYPTO]):
 * "agile" (2.3.4.10 to 2.3.4.15) and "standard" (2.3.4.5 to 2.3.4.9)
 * encryption with AES.
 */
#ifndef SEKISHO_SANITIZE_OLE_OFFICE_CRYPT_H
#define SEKISHO_SANITIZE_OLE_OFFICE_CRYPT_H

#include "sanitize/job.h"

/*
 * `info` and `package` are the streams EncryptionInfo and EncryptedPackage;
 * the package inside is added to `ret`.  The job's passwords are tried, and
 * the one that Office itself uses where it asks for none (2.4.2.3).
 *   ERR_DENIED     no password fits; *unknown: a method we do not know
 *   ERR_MALFORMED  not what it claims to be, or changed after it was encrypted
 *   ERR_LIMIT	    more rounds to make a key than a document needs
 */
bool office_decrypt(struct job *j, struct view info, struct view package, struct buf *ret, bool *unknown,
		    struct err *e);

#endif
