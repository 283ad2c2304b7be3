/*
 * markup.h - XML parts rebuilt from tables: expat reads, a vocabulary says
 * what may stand where, one canonical form is written (docs/canonical.md:
 * XML parts).  For OOXML, OpenDocument and SVG.
 *
 * Reading.  Streaming, namespaces by our own hand (Namespaces in XML 1.0).
 * No DTD is followed and no entity but the five exists: a DOCTYPE is refused
 * (or dropped where `doctype` says so), a declared or unknown entity always.
 *
 * A vocabulary is a .def of rows, compiled once by markup_compile() before
 * the jail closes, never per document:
 *
 *	NS(W, "w", "http://…")		a namespace and the one prefix that is written ("": the default namespace)
 *	ALIAS(W, "http://purl…")	another name, read as the same
 *	UNMET(V)			a Choice that requires it is not taken, though it has a row NS
 *	ALWAYS(W)			declared on every root, used or not
 *	ROOT(W, document, W_DOCUMENT)	an element that may be a root, and its type
 *	TYPE(W_P, NONE)			a type; of its character data: NONE (dropped), TEXT (kept, in its place among the
 *					children), or a kind of kind.def: all of it collected and judged at the end tag
 *	ATTR(W, paraId, HEX)		an attribute: namespace (0: none), name, kind of its value
 *	REQUIRED(R, id, REL)		an attribute without which the element goes, content and all
 *	ONE(W, pPr, W_PPR)		a child, once at the most: another is dropped; stands behind those of earlier rows
 *	NEXT(W, r, W_R)			a child, any number; stands behind those of earlier rows
 *	OR(W, hyperlink, W_HYPERLINK)	shares the place of the row above (behind ONE: one of them all)
 *	MUST(W, p, W_P)			as NEXT; where none came, an empty one is written
 *	SOLE(W, body, W_BODY)		as MUST, but once: another is dropped
 *	NEED(W, tblGrid, W_TBL_GRID)	as ONE; where none came (nor one of the OR behind it), the element goes, content and all (of a root: the part is malformed)
 *	AS(W, object, pict)		an element that is read as the type's row of that other name, and written so
 *	FULL				an element of this type that is empty in the end (no attribute counts) is not written
 *	HOOK(hook_w_p)			a `const struct markup_hook` with that name sees elements of this type
 *	QUIET(W, rsid)			a child dropped with its content, without a word
 *	GONE(W, altChunk, OOXML_ALTCHUNK)	dropped with its content and this finding
 *	UNWRAP(W, smartTag)		dropped, its children judged as this type's own
 *	QUIET_ATTR(W, rsidR)  GONE_ATTR(0, onclick, SVG_SCRIPT)	likewise of attributes
 *	END				of a type
 *
 * QUIET, GONE, UNWRAP, QUIET_ATTR and GONE_ATTR outside any type hold in every type that
 * says nothing else.  What no row knows is not written: elements are
 * noted (MARKUP_UNKNOWN; not those of a namespace that the document
 * itself calls ignorable), attributes are not; a value that is not of its kind
 * goes too (MARKUP_VALUE).
 *
 * Order.  Children of a type without TEXT are written in the order of its
 * rows, whatever order they came in; those that share a place keep theirs.
 * A type has at most 256 places.
 *
 * Markup compatibility (ECMA-376 part 3), where the vocabulary has .compat:
 * of mc:AlternateContent the first Choice is taken all of whose namespaces
 * have a row NS and of which something is left, else the Fallback; what was taken stands in the place of
 * the whole, without mc.  mc:Ignorable is heeded, MustUnderstand means nothing here.
 *
 * Limits: 256 elements in each other, 1,024 attributes each, 16,384 different names, 4,096 bytes a name.
 */
#ifndef SEKISHO_SANITIZE_MARKUP_MARKUP_H
#define SEKISHO_SANITIZE_MARKUP_MARKUP_H

#include "sanitize/job.h"

enum markup_kind {
#define KIND(id, check) MARKUP_##id,
#include "sanitize/markup/kind.def"
#undef KIND
	MARKUP_KINDS
};

enum { NS_0, NS_XML, NS_FIRST };	/* none; xml: (never declared); a vocabulary's own */

/* What a hook or a value's judge decides. */
enum markup_do {
	MARKUP_KEEP,
	MARKUP_DROP,	/* with all its content; say why by markup_find() */
	MARKUP_UNWRAP,	/* elements: the tags go, the children are judged as the parent's */
	MARKUP_OTHER,	/* values and text: what was put into `ret` stands for it */
};

struct markup;		/* a part being rebuilt */

struct markup_hook {
	/* The attributes are judged, nothing is written: markup_get(), markup_set(), markup_unset(). */
	enum markup_do (*open)(struct markup *m);
	/*
	 * Character data of TEXT, a piece between two tags at a time, or all
	 * that was collected of a kind that passed; KEEP, DROP or OTHER.
	 */
	enum markup_do (*text)(struct markup *m, struct view in, struct buf *ret);
	/* Before the end tag: may still add children (markup_begin()).  KEEP or DROP. */
	enum markup_do (*close)(struct markup *m);
};

struct markup_row {
	uint8_t row;		/* enum markup_row_is */
	uint8_t kind;		/* enum markup_kind */
	uint8_t ns;
	uint16_t type;
	uint16_t finding;
	const char *name;	/* local name; NS: the prefix */
	const char *uri;
	const char *other;	/* AS: the name under which it is written */
	const struct markup_hook *hook;
};

/* Defined by rows.h; see there. */
struct markup_vocabulary {
	const struct markup_row *row;
	size_t rows;
	bool compat;	/* mc: is understood */
	/* Makes the rows where they are no constant array (row NULL); false with *e set.  NULL: they are. */
	bool (*make)(struct markup_vocabulary *v, struct err *e);
	bool tidy;	/* controls and hiding characters (utf8.h) go from text and values */
	/*
	 * Judges values of the kinds without a check of their own (kind.def:
	 * NULL) before anything else sees them.  `row`: the attribute's, or the type's for its character data.
	 * NULL: all such values are dropped.
	 */
	enum markup_do (*value)(struct markup *m, const struct markup_row *row, struct view v,
				struct buf *ret);
	struct markup_index *index;	/* markup_compile()'s */
};

/*
 * Once, at start: see markup_warm().  A format's rebuild calls it too, for
 * programs that never warmed up; there is nothing to do the second time.
 * false where the table contradicts itself; *e says how.
 */
bool markup_compile(struct markup_vocabulary *v, struct err *e);
/* All of vocabularies.def; a worker calls it before its jail closes. */
bool markup_warm(struct err *e);
/* For tests: frees the index. */
void markup_forget(struct markup_vocabulary *v);

struct markup_use {
	struct job *job;
	const struct markup_vocabulary *vocabulary;	/* compiled */
	uint16_t root;		/* type that the root must have; 0: any row ROOT */
	bool doctype;		/* a DOCTYPE is dropped (with a finding), not refused */
	const char *where;	/* of its findings: the part's name */
	const char *encoding;	/* of `in`, whatever its declaration says; NULL: as declared */
	void *ctx;		/* the hooks' own */
	/*
	 * At the end of a rebuild that succeeds, for each markup_mark() of what is
	 * written in the end, in no particular order.  NULL: nobody asks.
	 */
	void (*marked)(void *ctx, uint32_t what);
};

/* Adds the whole part to `out`.  A hook's markup_fail() and every limit end it. */
bool markup_rebuild(const struct markup_use *u, struct view in, struct buf *out, struct err *e);
/*
 * Reads a part for what its hooks write down: nothing is written, nothing
 * told.  true for a damaged part too, of which they have what came before
 * the damage; false with ERR_LIMIT or ERR_SYSTEM.
 */
bool markup_look(const struct markup_use *u, struct view in, struct err *e);

/* -- for hooks and judges --------------------------------------------- */

void *markup_ctx(const struct markup *m);
struct job *markup_job(const struct markup *m);
/* Ends the rebuild with that error. */
void markup_fail(struct markup *m, enum err_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A finding at the part in hand; fmt NULL: without a detail. */
void markup_find(struct markup *m, enum finding_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Type of the element in hand (in open, and for a judge of its attributes: of the one that comes), and of those around it: up 1 is its parent; 0 past the root. */
uint16_t markup_type(const struct markup *m, size_t up);
/* Name and namespace of the element in hand, as it is written. */
const struct markup_row *markup_row(const struct markup *m);
/*
 * From a judge or a hook: the element that comes, or is in hand, depends on `what`
 * (a relationship, a style, a note).  It is forgotten where the element,
 * or one around it, is not written after all, and where the attribute
 * that was being judged is unset or set.  Between markup_begin() and the
 * next call but markup_attr(): what the hook writes depends on it.
 */
void markup_mark(struct markup *m, uint32_t what);
/* A number of the hook's own beside the element in hand, 0 at first; kept until its close. */
uint64_t *markup_note(struct markup *m);
/* That of an element around it; NULL past the root. */
uint64_t *markup_note_up(struct markup *m, size_t up);

/* In open only.  The view is good until the next call of any of these; .p NULL where there is none. */
struct view markup_get(const struct markup *m, uint8_t ns, const char *name);
/* The type must have a row for it. */
void markup_set(struct markup *m, uint8_t ns, const char *name, struct view value);
void markup_unset(struct markup *m, uint8_t ns, const char *name);

/*
 * In close (children of the element in hand) and, for a sibling before the
 * element that comes, in open: writes an element that the table knows there.
 * markup_begin() … markup_attr() … { markup_text() or others } … markup_end().
 */
void markup_begin(struct markup *m, uint8_t ns, const char *name);
void markup_attr(struct markup *m, uint8_t ns, const char *name, struct view value);
void markup_text(struct markup *m, struct view text);
void markup_end(struct markup *m);

/* `&lt;` for `<` and so on, as all parts are written; `value`: within quotes. */
void markup_escape(struct buf *out, struct view v, bool value);
/* How that character is written there; NULL: as it is. */
const char *markup_reference(uint32_t c, bool value);

/* -- of kinds (kind.c) ------------------------------------------------ */

/* Without white space at both ends (XML's own four characters). */
struct view markup_trim(struct view v);
/* Is the value of that kind (one with a check of its own)? */
bool markup_is(enum markup_kind k, struct view v);

#endif
