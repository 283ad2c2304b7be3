/*
 * repack.h - an archive on its way to becoming the canonical ZIP: what every
 * archive format does with a member once it has the member's name and bytes.
 *
 * The room of a format reads; this decides the safe name, sends the bytes
 * through job_part(), and writes what comes out under the name that fits it.
 */
#ifndef SEKISHO_SANITIZE_ZIP_REPACK_H
#define SEKISHO_SANITIZE_ZIP_REPACK_H

#include "sanitize/zip/zip.h"
#include "sanitize/zip/zip_names.h"

struct repack_member {
	const char *name;	/* UTF-8, as the archive spells it */
	bool directory;
	uint16_t date, time;	/* as MS-DOS counts them */
};

struct repack {
	struct job *j;
	struct zip_writer w;
	struct zip_names names;
	size_t at;		/* the number of the member in hand: the caller counts it */
	size_t files, kept;	/* files met (the caller counts them), files written */
	bool decrypted;
	struct buf plain;	/* the caller's, for a member's bytes */
	struct buf part, name;
};

/* `out`: where the ZIP goes; it and `j` are borrowed. */
bool repack_init(struct repack *r, struct job *j, struct buf *out, struct err *e);
void repack_release(struct repack *r);
#define own_repack __attribute__((cleanup(repack_release)))

/* Puts the safe name into r->name; false, and the finding noted, where the member has none and goes. */
bool repack_name(struct repack *r, const struct repack_member *m);
/* Behind repack_name(). */
bool repack_directory(struct repack *r, const struct repack_member *m, struct err *e);
/* Behind repack_name(): `plain` disarmed and written, or a finding about why it is not. */
bool repack_file(struct repack *r, const struct repack_member *m, struct view plain, struct err *e);
/* Says once that the archive was decrypted. */
void repack_decrypted(struct repack *r);
/*
 * Ends the archive.  false where none of its files could be kept, or where
 * names put right would make it a package of another kind.
 */
bool repack_end(struct repack *r, struct err *e);

#endif
