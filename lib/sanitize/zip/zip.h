/*
 * zip.h - read-only view of a ZIP archive held in memory (APPNOTE 6.3.10),
 * and the one way in which we write one (docs/canonical.md: ZIP).
 *
 * The reader believes nothing that two places say differently: the central
 * directory and the local headers must agree on name, method, sizes, CRC and
 * encryption, in their extra fields (ZIP64, Unicode path, AES) too, or there
 * is no archive.  Sound writers differ in times, versions and hints: there the
 * directory is followed, and the entry says so.  A zip borrows its input: `in` must
 * outlive it.
 */
#ifndef SEKISHO_SANITIZE_ZIP_ZIP_H
#define SEKISHO_SANITIZE_ZIP_ZIP_H

#include "core/buf.h"
#include "sanitize/job.h"
#include "sanitize/text/charset.h"

struct zip_limits {
	size_t entries;		/* 0: 10,000 */
	uint64_t unpacked;	/* bytes over all entries; 0: 1 GiB */
};

/* What else is in the file; set as far as the reader came, on failure too. */
struct zip_notes {
	bool disagree;		/* two places said different things: *e names them */
	bool comment;		/* of the archive or of an entry */
	bool outside;		/* bytes that belong to no entry and no header */
	bool overlap;		/* entries that share bytes */
	bool split;		/* one part of a multi-part archive */
	bool guessed;		/* there are names in no stated charset: `names` is theirs */
	struct charset_guess names;
};

enum zip_crypt { ZIP_PLAIN, ZIP_TRADITIONAL, ZIP_AES, ZIP_STRONG };

struct zip_entry {
	const char *name;	/* UTF-8, NUL behind it, as the archive spells it: not yet safe */
	bool directory;
	bool link;		/* a symbolic link, a device or whatever else is no file */
	bool overlap;		/* shares bytes with another entry or with the directory */
	bool duplicate;		/* an earlier entry has the very same name */
	const char *differs;	/* what the local header says otherwise without a difference in what is unpacked; NULL: nothing */
	enum zip_crypt crypt;
	uint8_t strength;	/* AES: 1, 2, 3 for 128, 192, 256 bits */
	bool crc_unused;	/* AE-2: the authentication code stands for it */
	uint16_t method;	/* 0 stored, 8 Deflate; of what is inside the encryption */
	uint16_t flags, time, date;
	uint32_t crc;
	uint64_t size;
	struct view packed;	/* the data as it stands in the file */
};

/* NULL, and *e set, if `in` is no sound archive; *ret_notes (may be NULL) is filled either way.  The caller frees. */
struct zip *zip_new(struct view in, const struct zip_limits *lim, struct zip_notes *ret_notes,
		    struct err *e);
void zip_free(struct zip *z);	/* NULL is fine */
#define own_zip __attribute__((cleanup(zip_cleanup_)))
void zip_cleanup_(struct zip **z);

size_t zip_count(const struct zip *z);
/* In the order of the central directory; i < zip_count(). */
const struct zip_entry *zip_at(const struct zip *z, size_t i);
/* The first of that name, exactly or (as OPC wants, ISO/IEC 29500-2 6.2.2.3) ignoring ASCII case; NULL where there is none. */
const struct zip_entry *zip_find(const struct zip *z, const char *name);

/*
 * An entry's content, decrypted and unpacked, added to `ret`; its size is
 * charged to the job and its ratio checked.  The passwords are the job's.
 *   ERR_DENIED     encrypted and no password fits, or a method we do not read
 *   ERR_MALFORMED  damaged: CRC, size or the stream itself
 *   ERR_LIMIT	    the budget, or a bomb
 */
bool zip_unpack(struct zip *z, const struct zip_entry *en, struct job *j, struct buf *ret,
		struct err *e);

/* Says in the report what is in the file besides its entries, and where its headers differ (zip_rebuild.c). */
void zip_report(struct job *j, const struct zip *z, const struct zip_notes *n);

/* -- names (zip_name.c) ----------------------------------------------- */

/* Of all names in doubt, one a line: short ones tell little, together they do.  CP437 where nothing fits. */
struct charset_guess zip_names_guess(struct view all);
/* Says so in the report, with the confidence. */
void zip_names_report(struct job *j, const struct charset_guess *g);

enum zip_name_how {
	ZIP_NAME_SAME,
	ZIP_NAME_COMPOSED,	/* the same letters, of which some were in parts (nfc.h) */
	ZIP_NAME_CHANGED,	/* made safe: backslashes, drive letters, forbidden characters */
	ZIP_NAME_OUTSIDE,	/* it leads out of the archive ("..") */
	ZIP_NAME_BAD,		/* empty or longer than 1,024 bytes */
};
/* The name in the form of docs/canonical.md; `ret` is empty for the last two. */
enum zip_name_how zip_name_safe(const char *name, bool directory, struct buf *ret);
/* The form in which names are compared: case, width and composition folded. */
bool zip_name_fold(struct view name, struct buf *ret);

/* -- writing ---------------------------------------------------------- */

/* Adds entries to `out`; the rows of the central directory are kept aside until zip_end(). */
struct zip_writer {
	struct buf *out;
	struct buf central;
	uint32_t entries;
	struct libdeflate_compressor *deflate;
};

/* `name` is canonical and new (the caller's promise); a directory's ends in '/' and has no data. */
bool zip_put(struct zip_writer *w, const char *name, uint16_t dos_date, uint16_t dos_time,
	     struct view data, struct err *e);
/* As zip_put(), but never compressed: what ODF and EPUB want of their `mimetype`. */
bool zip_put_stored(struct zip_writer *w, const char *name, uint16_t dos_date, uint16_t dos_time,
		    struct view data, struct err *e);
bool zip_end(struct zip_writer *w, struct err *e);
void zip_writer_release(struct zip_writer *w);
#define own_zip_writer __attribute__((cleanup(zip_writer_release)))

#endif
