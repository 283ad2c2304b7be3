/*
 * unlock.h - an encrypted 7z or RAR archive written anew without its
 * encryption, so that libarchive, which knows none, can read it.
 *
 *	7z	AES-256 of members and of the directory (7zFormat.txt, method 06F10701)
 *	RAR 5	AES-256 of members and of headers (RAR 5.0 technote)
 *	RAR 4	AES-128 of members and of headers, as RAR 2.9 and later do
 *
 * The ciphers of RAR 1.5 and 2.0 are not known here, nor passwords of 28
 * and more UTF-16 units under RAR 4 (its SHA-1 differs from SHA-1 there).
 *
 * What comes out is only ever read by archive_read.h; it keeps the packed
 * data, and nothing of it that is not needed for reading.
 */
#ifndef SEKISHO_SANITIZE_ARCHIVE_UNLOCK_H
#define SEKISHO_SANITIZE_ARCHIVE_UNLOCK_H

#include "core/type.h"
#include "sanitize/job.h"

/*
 * `ret` holds the plain archive, or stays empty where nothing of `in` is
 * encrypted.  ERR_DENIED: no password of the job fits, or the cipher is not
 * known; ERR_MALFORMED: the directory cannot be read; ERR_LIMIT: the budget.
 */
bool archive_unlock(struct job *j, enum type type, struct view in, struct buf *ret, struct err *e);

#endif
