/*
 * package.h - an OpenDocument package being rebuilt (ODF 1.3 part 2): what
 * its files of this room share.
 *
 * A package holds a document, and in folders of its own other documents that it
 * shows (charts, formulas, tables, drawings).  Each is rebuilt by odf_document(), which
 * writes only what its markup still refers to, under names of our own:
 * Pictures/1.png, Object 1/, ObjectReplacements/Object 1.
 */
#ifndef SEKISHO_SANITIZE_ODF_PACKAGE_H
#define SEKISHO_SANITIZE_ODF_PACKAGE_H

#include "core/arena.h"
#include "core/own.h"
#include "sanitize/odf/crypt.h"
#include "sanitize/odf/elements.h"
#include "sanitize/odf/manifest.h"
#include "sanitize/zip/zip.h"

enum { ODF_DEPTH = 8 };	/* documents in documents */

/* A part met before, by its entry: what became of it. */
struct odf_memo_row {
	const struct zip_entry *key;
	const char *name;	/* as written, relative to its document; NULL: it goes */
	uint32_t number;
	bool drawn;		/* a document that every program draws anew, whatever picture stands beside it */
};

struct odf_memo {
	struct odf_memo_row *row;
	size_t size, used;	/* size: a power of two */
};

struct odf_package {
	struct job *j;
	enum type type;	/* what its beginning says it is; its mimetype must say the same */
	struct zip *zip;
	struct odf_manifest manifest;
	struct odf_keys keys;
	struct arena *arena;
	struct zip_writer out;
	struct buf list;	/* rows of the new manifest */
	struct odf_memo seen;	/* every entry that was read */
	bool wrapped;	/* it came out of another that was its envelope */
	bool decrypted;
	struct view key;	/* the password that fits, once one did */
};

/* What its body is (of office:body, or a formula). */
enum odf_body {
#define BODY(id, prefix, name, mimetype) ODF_##id,
	ODF_NOTHING,
#include "sanitize/odf/body.def"
#undef BODY
	ODF_BODIES
};

struct odf_control {
	const char *id;
	const char *label;	/* what it shows */
};

struct odf_document {
	struct odf_package *package;
	const char *from, *to;	/* its folder in the input and in the output: "" or "Object 1/" */
	unsigned depth;
	enum odf_body body;
	struct odf_memo parts;
	uint32_t pictures, objects;	/* written so far */
	uint32_t replaced;		/* the last object whose picture was written */
	bool drawn;			/* the last object that was met is drawn anew */
	struct odf_control *control;	/* of forms that the profile does not keep, in the order of the document */
	size_t controls, control_cap;
	const char *part;	/* in hand, as the input calls it */
};

/* Rebuilds the document in d->from and writes its parts.  ERR_MALFORMED where it has no content. */
bool odf_document(struct odf_document *d, struct err *e);

/* -- parts (part.c) --------------------------------------------------- */

/* The entry that a reference of the document means, NULL where it leads nowhere or out of the document. */
const struct zip_entry *odf_part_find(struct odf_document *d, struct view href, const char *behind);
/* Its bytes, decrypted where they were encrypted. */
bool odf_part_read(struct odf_package *p, const struct zip_entry *en, struct buf *ret, struct err *e);
/* Writes a part of a document and its row of the manifest. */
bool odf_part_write(struct odf_package *p, const char *folder, const char *name, const char *mediatype,
		    struct view data, struct err *e);
#define ODF_TABLE UINT32_MAX
/* The media type of a picture that may stand in a document, NULL for other types; *ending with its dot. */
const char *odf_picture_type(enum type t, const char **ending);
/*
 * The new reference to a picture, in `ret`; `replaces`: the object whose
 * picture it is, 0 for none, ODF_TABLE of a table beside it.  MARKUP_OTHER, or MARKUP_DROP with its finding; an error of the whole ends m.
 */
enum markup_do odf_picture(struct odf_document *d, struct markup *m, struct view href, uint32_t replaces,
			   struct buf *ret);
/* Likewise to a document inside; *number is its own. */
enum markup_do odf_inside(struct odf_document *d, struct markup *m, struct view href, struct buf *ret,
			  uint32_t *number);

struct odf_memo_row *odf_memo_find(const struct odf_memo *t, const struct zip_entry *key);
/* NULL without memory. */
struct odf_memo_row *odf_memo_add(struct odf_memo *t, struct arena *a, const struct zip_entry *key);

#endif
