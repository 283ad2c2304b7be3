/*
 * package.h - an Office file's package (ECMA-376 part 2) rebuilt: parts and
 * relationships from allow-lists, written as docs/canonical.md says (OOXML packages).
 *
 * The walk.  It begins at the root's officeDocument and goes along
 * relationships, depth first: a part is rebuilt the first time that
 * something in a part being rebuilt refers to it (a value of kind REL, in
 * the course of markup_rebuild()), because only then is it known whether the
 * referring attribute may stay.  What a relationship may point to is decided by the kind
 * of part it stands in and by its type, never by the target's name or
 * content type (part.def: MAY).  Parts that nothing in the output refers to
 * are not written, whatever was said about them on the way.
 *
 * The tables: relation.def (types of relationships, and what becomes of those that
 * never stay), part.def (kinds of parts, and who may refer to whom).
 * A room (word_, sheet_, slide_) adds its rows in its own *_part.def and
 * types to ooxml.def, and gives functions where plain markup is not enough.
 */
#ifndef SEKISHO_SANITIZE_OOXML_PACKAGE_H
#define SEKISHO_SANITIZE_OOXML_PACKAGE_H

#include "core/own.h"
#include "sanitize/markup/markup.h"

/* The one vocabulary of all parts of all Office files (ooxml.def). */
extern struct markup_vocabulary ooxml_vocabulary;

enum relation_type {
	RELATION_UNKNOWN,
#define RELATION(id, uri) RELATION_##id,
#define LEFT(id, uri, finding) RELATION_##id,
#include "sanitize/ooxml/relation.def"
#undef RELATION
#undef LEFT
	RELATION_TYPES
};

enum part_kind {
	PART_NONE,
#define PART(id, path, root, rebuild, content) PART_##id,
#define MAY(from, relation, to, how)
#include "sanitize/ooxml/part.def"
#undef PART
#undef MAY
	PART_KINDS
};

struct package;
struct opc_part;

enum relation_how { RELATION_USED, RELATION_IMPLIED, RELATION_ALL };	/* part.def: MAY */

struct relation {
	struct view id;
	enum relation_type type;
	enum part_kind kind;	/* of what it leads to */
	enum relation_how how;
	bool external;		/* a hyperlink; `target` is its address in canonical form, or the place in this workbook with `#` before it */
	bool used;		/* something written refers to it, or it is implied */
	bool told;		/* the link was noted */
	bool followed;
	struct view target;	/* as the input says it, for internal ones */
	struct opc_part *to;	/* once followed; NULL where it does not stay */
};

/* A part being rebuilt, or rebuilt. */
struct opc_part {
	struct package *package;
	enum part_kind kind;
	const char *name;	/* as the input calls it, without '/' in front: for findings */
	struct opc_part *asker;	/* the part whose relationship led here first */
	/*
	 * The room's, for this part; what `rebuild` puts here its hooks find.  All rooms share one vocabulary, so that
	 * a hook may meet parts of another room: it must ask `kind` before it believes `own`.
	 */
	void *own;
	void *frames;		/* of slides (frame.h); NULL elsewhere */
	struct relation *relation;	/* the input's, sorted by id, then those that were added */
	size_t relations, relation_cap, sorted;
	uint8_t state;		/* package.c's */
	bool awaited;		/* somebody relied on it while it was being rebuilt */
	bool quiet;
	struct buf out;
	enum type type;		/* of pictures and embedded documents */
	uint32_t number;	/* in its canonical name, once it has one */
	char *path;		/* its canonical name */
};

struct package {
	struct job *job;
	struct arena *arena;	/* as long as the document */
	void *own;		/* the room's, for the whole document */
	struct opc_part *root;	/* of kind PART_PACKAGE: its relationships are the package's */
	/* package*.c's own: */
	struct zip *zip;
	struct package_entry *entry;	/* open addressing, by the archive's entry */
	size_t entries;			/* slots */
	struct opc_part **part;
	size_t parts, part_cap;
	enum part_kind main;
	uint32_t nested;
};

/*
 * Rebuilds a package whose main part is of that kind.  `own`, as
 * package->own, is the room's.  The whole is malformed where the main part is.
 */
bool package_rebuild(struct job *j, enum part_kind main, void *own, struct view in, struct buf *out, struct err *e);

/* -- for a room's rebuild functions (part.def) ------------------------ */

/*
 * `bool rebuild(struct opc_part *p, struct view in, struct buf *out, struct err *e)`
 * writes the part's new content.  false: it does not stay; with ERR_LIMIT or ERR_SYSTEM nothing does.
 * Relationships are read already.
 *
 * part_markup() is the plain one: ooxml_vocabulary from the root type of
 * the kind's row.  A room that must look before it writes calls it twice,
 * the first time into a buffer of its own; what the first pass finds is found twice, so that
 * it should keep still in one of them (part_quiet()).
 */
bool part_markup(struct opc_part *p, struct view in, struct buf *out, struct err *e);
/* While true, part_markup() notes no findings of its own and its values of kind REL follow nothing (they are kept where they could be). */
void part_quiet(struct opc_part *p, bool quiet);
/* A picture, by job_part() (or through NEED_PICTURE where the job has that lane). */
bool part_picture(struct opc_part *p, struct view in, struct buf *out, struct err *e);
/* A document in the document, by job_part() where the profile keeps attachments. */
bool part_embedded(struct opc_part *p, struct view in, struct buf *out, struct err *e);

/* In a hook or judge: the part in hand. */
struct opc_part *part_of(const struct markup *m);

/* NULL where there is none of that id.  Not yet followed. */
struct relation *part_relation(struct opc_part *p, struct view id);
/* The first of that type (by id), NULL where there is none. */
struct relation *part_relation_typed(struct opc_part *p, enum relation_type t);
/*
 * Rebuilds what it leads to, if that was not done; NULL where it does not
 * stay.  false only on ERR_LIMIT and ERR_SYSTEM.  A room uses it for parts that must be known before
 * (shared strings before the sheets).
 */
bool part_follow(struct opc_part *p, struct relation *r, struct opc_part **to, struct err *e);
/* A new part in the place of one that did not stay, rebuilt from `in`: what others refer to by name is still there. */
bool part_instead(struct opc_part *p, struct relation *r, struct view in, struct opc_part **to, struct err *e);
/*
 * For hooks: may the element stay that refers to `id` by a relationship of
 * that type?  It follows, and marks (markup_mark()) what is used.  Values of
 * kind REL are judged by it, as link.def says.
 */
bool part_refers(struct markup *m, struct view id, enum relation_type t);
/*
 * Another relationship of this part, to a part that another part refers to
 * (a picture of a VML drawing that comes to stand in a slide): its id, good as long as the package, .p NULL without memory.
 * It must be marked like any: part_refers().
 */
struct view part_adopt(struct opc_part *p, const struct relation *of);
/* A part that the input does not have, with that content: the id of the relationship to it.  It counts as used. */
struct view part_make(struct opc_part *p, enum relation_type t, enum part_kind kind, struct view content);

#endif
