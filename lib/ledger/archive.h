/*
 * archive.h - the one spelling of ustar that exports have (log.h): a member's
 * header is a function of its name and length, and anything else is refused.
 * Only log.c uses it.
 */
#ifndef SEKISHO_LEDGER_ARCHIVE_H
#define SEKISHO_LEDGER_ARCHIVE_H

#include "core/buf.h"

struct member {
	char name[101];
	struct view bytes;	/* in the archive */
	uint64_t at;		/* their offset */
};

struct archive {
	struct member *member;	/* in the archive's order */
	size_t n, cap;
	size_t *by_name;	/* sorted */
};

/* Appends header, bytes and filling.  `name`: 1 to 100 bytes. */
bool archive_put(struct buf *to, const char *name, struct view bytes);
bool archive_end(struct buf *to);

/* ERR_MALFORMED, and *ret_at (may be NULL) the offset of the block that is wrong. */
bool archive_read(struct view v, struct archive *ret, uint64_t *ret_at, struct err *e);
/* NULL where there is none of this name. */
const struct member *archive_find(const struct archive *a, const char *name);
void archive_release(struct archive *a);

#endif
