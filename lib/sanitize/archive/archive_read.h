/*
 * archive_read.h - the members of an archive held in memory, by libarchive,
 * with only the parts of it that the archive's type needs.
 *
 * It opens no file and starts no program.  Its names come raw: every byte
 * that the archive has, in no charset (archive_name.h decides).  Where the
 * process is jailed archive_warm() must have been called before.
 */
#ifndef SEKISHO_SANITIZE_ARCHIVE_ARCHIVE_READ_H
#define SEKISHO_SANITIZE_ARCHIVE_ARCHIVE_READ_H

#include "core/buf.h"
#include "sanitize/archive/archive_name.h"
#include "sanitize/job.h"

/*
 * What the C library reads from files once, it reads here: time zone and
 * conversion tables.  The caller has set LC_CTYPE to a UTF-8 locale and TZ.
 */
void archive_warm(void);

enum archive_kind {
	ARCHIVE_FILE,
	ARCHIVE_DIRECTORY,
	ARCHIVE_LINK,	/* hard, symbolic, a device, a socket, a pipe */
};

struct archive_member {
	struct view name;	/* as libarchive gives it: see archive_name.h; until the next member */
	enum archive_name_kind name_kind;
	enum archive_kind kind;
	bool encrypted;
	bool attributes;	/* extended attributes or access control lists come with it */
	bool single;		/* the one file of a compressed stream: its name may be nobody's */
	bool has_size, sparse;
	uint64_t size;
	bool has_time;
	int64_t time;		/* seconds since 1970, of the archive's clock */
};

enum archive_got {
	ARCHIVE_GOT,	/* a member, or all its bytes */
	ARCHIVE_ENDED,	/* no more members */
	ARCHIVE_DAMAGED,	/* this member is lost, *e says why; the next may be had */
	ARCHIVE_BROKEN,	/* nothing more can be read, *e says why */
};

struct archive_reader;
/* `in` is borrowed.  NULL, and *e set, where `type` is not of archive.def or `in` cannot be opened. */
struct archive_reader *archive_reader_new(enum type type, struct view in, struct err *e);
void archive_reader_free(struct archive_reader *r);	/* NULL is fine */
#define own_archive_reader __attribute__((cleanup(archive_reader_cleanup_)))
void archive_reader_cleanup_(struct archive_reader **r);

enum archive_got archive_reader_next(struct archive_reader *r, struct archive_member *ret, struct err *e);
/*
 * The bytes of the member in hand, added to `ret`, or unpacked and thrown
 * away where `ret` is NULL; charged to the job, the ratio of the whole checked.
 */
enum archive_got archive_reader_data(struct archive_reader *r, const struct archive_member *m,
				     struct job *j, struct buf *ret, struct err *e);
/* True where the reader met encryption, in a header or in a member. */
bool archive_reader_locked(const struct archive_reader *r);

#endif
