/*
 * zip_in.h - what the files of zip/ share among themselves.
 */
#ifndef SEKISHO_SANITIZE_ZIP_ZIP_IN_H
#define SEKISHO_SANITIZE_ZIP_ZIP_IN_H

#include "core/arena.h"
#include "sanitize/zip/zip.h"

enum {
	ZIP_LOCAL = 0x04034b50,
	ZIP_CENTRAL = 0x02014b50,
	ZIP_END = 0x06054b50,
	ZIP_END64 = 0x06064b50,
	ZIP_END64_LOCATOR = 0x07064b50,
	ZIP_DESCRIPTOR = 0x08074b50,
	ZIP_FLAG_ENCRYPTED = 1 << 0,
	ZIP_FLAG_DESCRIPTOR = 1 << 3,
	ZIP_FLAG_STRONG = 1 << 6,
	ZIP_FLAG_UTF8 = 1 << 11,
	ZIP_FLAG_MASKED = 1 << 13,
	ZIP_EXTRA_64 = 0x0001,
	ZIP_EXTRA_TIMES = 0x5455,
	ZIP_EXTRA_UNICODE = 0x7075,
	ZIP_EXTRA_AES = 0x9901,
	ZIP_METHOD_AES = 99,
	ZIP_NAME_MAX = 1024,
};

/* The central directory, found. */
struct zip_dir {
	struct view rows;	/* its bytes */
	size_t at;		/* its place in the input */
	size_t shift;		/* bytes before the archive: added to every offset */
	uint64_t count;
	bool zip64;
};
bool zip_dir_find(struct view in, struct zip_dir *ret, struct zip_notes *notes, struct err *e);

/* An entry as the reader keeps it. */
struct zip_row {
	struct zip_entry e;	/* first: handed out */
	struct view raw_name, extra;
	uint64_t local, packed;	/* as the central directory says */
	uint64_t end;		/* behind the data and its descriptor */
	uint16_t made, version;
};

/* A name as it is compared. */
struct zip_folded {
	struct view name;
	struct zip_row *row;
};

struct zip {
	struct view in;
	struct arena *arena;
	struct zip_row *row;
	size_t n;
	struct zip_folded *by_name;	/* sorted */
	struct libdeflate_decompressor *inflate;
};

/* The data of an extra field (APPNOTE 4.5); false where there is none of that id. */
bool zip_extra(struct view extra, uint16_t id, struct view *ret);
/* Info-ZIP's Unicode path (APPNOTE 4.6.9): it stands only for the very name that its CRC is of. */
bool zip_unicode_path(struct view raw_name, struct view extra, struct view *ret);
/* Gives every row its UTF-8 name: one guess for the whole archive. */
bool zip_names_decode(struct zip *z, struct zip_notes *notes, struct err *e);
/* The row's local header and data; what it says must be what the central directory says. */
bool zip_local(struct zip *z, const struct zip_dir *d, struct zip_row *r, struct err *e,
	       struct zip_notes *notes);
/* The bytes inside an encrypted entry, still packed; ERR_DENIED where the password is not its own. */
bool zip_decrypt(const struct zip_entry *en, struct view password, struct buf *ret, struct err *e);

#endif
