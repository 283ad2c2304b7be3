/*
 * archive_name.h - the names in an archive whose format does not say in which
 * charset they are: decided once for all of them, between UTF-8, CP932 and
 * EUC-JP, with a confidence.
 *
 * libarchive would convert names with the C library's iconv(), which reads
 * conversion modules from files (impossible in the jail) for whatever charset
 * an archive names.  This module's iconv_open(), iconv() and iconv_close() take
 * their place in the program: they know one conversion, which keeps each byte
 * from 80 on, and the backslash, as the character U+10FF00 + byte.
 */
#ifndef SEKISHO_SANITIZE_ARCHIVE_ARCHIVE_NAME_H
#define SEKISHO_SANITIZE_ARCHIVE_ARCHIVE_NAME_H

#include "core/buf.h"
#include "sanitize/text/charset.h"

enum archive_name_kind {
	ARCHIVE_NAME_TOLD,	/* what is well-formed UTF-8 is UTF-8: the format says so, or may */
	ARCHIVE_NAME_RAW,	/* the format is silent: bytes of any charset */
};

struct archive_names {
	struct buf all;		/* those in doubt, one a line */
	bool learnt;
	struct charset_guess guess;
};

/* Is any step of the name in no known charset? */
bool archive_name_in_doubt(struct view name, enum archive_name_kind kind);
/* Before archive_names_learnt(): keeps the name for the guess where it is in doubt. */
void archive_names_add(struct archive_names *n, struct view name, enum archive_name_kind kind);
/* All were added: decides. */
void archive_names_learnt(struct archive_names *n);
/* The name in UTF-8, NUL behind it, added to `ret`. */
bool archive_names_decode(const struct archive_names *n, struct view name,
			  enum archive_name_kind kind, struct buf *ret, struct err *e);
void archive_names_release(struct archive_names *n);

#endif
