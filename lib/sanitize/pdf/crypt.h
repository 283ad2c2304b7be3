/*
 * crypt.h - the standard security handler (ISO 32000-2 7.6): RC4 of 40 to
 * 128 bits, AESV2, AESV3, revisions 2 to 6.  Reading only: what we write
 * is never encrypted.
 */
#ifndef SEKISHO_SANITIZE_PDF_CRYPT_H
#define SEKISHO_SANITIZE_PDF_CRYPT_H

#include "sanitize/pdf/pdf.h"

struct pdf_crypt;

/*
 * From the /Encrypt dictionary and the first part of /ID.  Tries the empty
 * password, then the job's, as user's and as owner's.  NULL with *e set:
 * ERR_DENIED for a password that is missing or a handler that is not the
 * standard one, ERR_MALFORMED for a dictionary that makes no sense.
 */
struct pdf_crypt *pdf_crypt_new(struct pdf *p, const struct pdf_dict *encrypt, struct view id,
				struct err *e);
/* The decrypted string, in the arena; empty without room. */
struct view pdf_crypt_string(const struct pdf_crypt *c, uint32_t num, uint32_t gen, struct view s,
			     struct arena *a);
/*
 * A stream of that /Type; `filter` is the name in its Crypt filter, empty
 * where there is none.  *v becomes the decrypted bytes in `out`, or stays
 * as it is where nothing is to be done.  false: no memory.
 */
bool pdf_crypt_stream(const struct pdf_crypt *c, uint32_t num, uint32_t gen, struct view type,
		      struct view filter, struct view *v, struct buf *out);

#endif
