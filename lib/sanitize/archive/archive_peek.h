/*
 * archive_peek.h - what an archive's first bytes say that libarchive does
 * not tell, or tells too late.
 */
#ifndef SEKISHO_SANITIZE_ARCHIVE_ARCHIVE_PEEK_H
#define SEKISHO_SANITIZE_ARCHIVE_ARCHIVE_PEEK_H

#include "core/type.h"
#include "core/view.h"

struct archive_peek {
	bool split;		/* one of several volumes */
	bool locked;		/* its directory or a member is encrypted */
	bool cut;		/* it ends before it says it does */
	bool trailing;		/* bytes behind its end */
	bool utc;		/* its times are moments, not a clock on a wall */
};

struct archive_peek archive_peek(enum type type, struct view in);

#endif
