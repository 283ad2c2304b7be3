/* in.h - of this room only: the compiled vocabulary and a part being rebuilt. */
#ifndef SEKISHO_SANITIZE_MARKUP_IN_H
#define SEKISHO_SANITIZE_MARKUP_IN_H

#include "core/own.h"
#include "sanitize/markup/markup.h"
#include "sanitize/markup/row.h"
#include "sanitize/xml_feed.h"

enum {
	DEPTH_MAX = 256,
	ATTRIBUTES_MAX = 1024,
	NAMES_MAX = 16384,
	NAME_BYTES_MAX = 4096,
	PREFIXES_MAX = 256,
	NAMESPACES_MAX = 128,
	PLACES_MAX = 256,
	UNKNOWN_TOLD = 40,	/* unknown names told by name in one part */
	NS_FOREIGN = 0xff,	/* a namespace that the vocabulary does not have */
	NS_UNBOUND = 0xfe,
	NO_ROW = 0xffff,
};

struct ns_set {
	uint64_t bit[NAMESPACES_MAX / 64];
};

/* -- vocabulary.c ----------------------------------------------------- */

struct space {
	const char *prefix, *uri;
	bool always, unmet;
};

/* Beside each row. */
struct row_more {
	const char *qname;	/* as written: "w:p" */
	uint16_t qname_n;
	uint16_t rank;		/* of the qualified name among all, by its bytes */
	uint16_t place;		/* children */
	uint16_t owner;		/* the type it belongs to, 0: all */
	bool once;
};

/* A type: its rows are row[first] … row[end-1]. */
struct type_more {
	uint16_t first, end;
	uint8_t kind;
	bool full, must, need, required;
	const struct markup_hook *hook;
};

struct atom {
	const char *name;
	size_t n;
	uint8_t ns;		/* of a namespace's name: its number */
};

struct markup_index {
	struct arena *arena;
	struct row_more *more;		/* by row */
	struct type_more *type;		/* by type */
	size_t types;
	struct space space[NAMESPACES_MAX];
	uint8_t sorted[NAMESPACES_MAX];	/* namespaces by prefix */
	size_t spaces;
	uint8_t compat;			/* the namespace mc:, 0 where it has no row */
	struct atom *atom;		/* open addressing; a name's number is its slot + 1 */
	size_t atoms;			/* slots */
	uint16_t *root;			/* rows ROOT */
	size_t roots;
	uint16_t *key;			/* open addressing: row + 1 */
	size_t keys;
	const struct markup_row *row;
};

/* 0: a name that no row has. */
uint16_t index_atom(const struct markup_index *x, struct view name);
/* The row of that child or attribute in the type, else the one for every type, else NO_ROW. */
uint16_t index_find(const struct markup_index *x, uint16_t type, uint8_t ns, uint16_t atom, bool attribute);
uint8_t index_space(const struct markup_index *x, struct view uri);

/* -- names.c ---------------------------------------------------------- */

struct name {
	const char *raw;
	size_t n;
	uint32_t hash;
	uint16_t prefix;
	uint16_t atom;
	uint16_t local;		/* where the local name begins in raw */
	bool declares;		/* xmlns, xmlns:p */
};

struct bound {
	uint8_t ns;
	bool ignorable;
};

struct unbind {
	uint32_t depth;
	uint16_t prefix;
	struct bound was;
};

struct names {
	struct arena *arena;
	struct name *slot;
	size_t n, cap;
	uint32_t salt;
	struct view prefix[PREFIXES_MAX];
	struct bound bound[PREFIXES_MAX];
	size_t prefixes;
	struct unbind *undo;
	size_t undos, undo_cap;
};

struct markup;
bool names_init(struct names *t, const void *salt);
void names_release(struct names *t);
/* NULL, and the rebuild stopped, past a limit or for what is no name. */
struct name *names_get(struct markup *m, const char *raw);
/* The prefix's number, PREFIXES_MAX where none is called so. */
size_t names_prefix(const struct names *t, struct view prefix);
/* Binds what the attributes declare; false when stopped. */
bool names_declare(struct markup *m, const char **att);
void names_leave(struct markup *m);

/* -- the rest --------------------------------------------------------- */

struct attribute {
	uint16_t row;
	bool own;		/* the value stands in `scratch` at `at` */
	size_t at, n;
	const uint8_t *p;
};

struct attributes {
	struct attribute *v;
	size_t n, cap;
	struct buf scratch;
};

enum frame_is { FRAME_ELEMENT, FRAME_UNWRAPPED, FRAME_ALTERNATE, FRAME_CHOICE };

struct mark {
	uint32_t what;
	uint16_t row;		/* of the attribute that it came from, or NO_ROW */
};

struct run {
	size_t at;
	uint16_t place;
};

struct frame {
	uint8_t is;
	bool open;		/* the start tag waits for its '>' */
	bool disorder;
	bool taken;		/* ALTERNATE: something of an earlier branch was written */
	bool parent_open, parent_disorder;
	uint16_t type, row;
	uint32_t element;	/* of the frame itself or the nearest below: its index */
	size_t at;		/* bytes written before anything of this */
	size_t tag;		/* where its start tag begins */
	size_t content;		/* where its content begins */
	size_t text;		/* its character data in `text` begins here */
	size_t runs;		/* its first run */
	size_t marks;		/* how many there were when it came */
	size_t parent_runs;	/* how many there were when it began */
	bool parent_seen;
	uint64_t note;
	uint64_t seen[PLACES_MAX / 64];
	struct ns_set used;
};

struct markup {
	const struct markup_use *use;
	const struct markup_index *index;
	XML_Parser parser;
	struct err *e;
	struct names names;
	struct buf out;		/* all behind the root's attributes */
	struct buf root;	/* the root's attributes */
	struct buf text;	/* character data not judged yet, of each element behind that of those around it */
	struct buf value;	/* what a judge put in a value's place */
	struct buf aside;	/* for putting children in order */
	struct attributes attributes, emitted;
	struct frame *frame;
	size_t frames;
	struct run *run;
	size_t runs, run_cap;
	uint32_t depth;		/* of all elements, skipped ones too */
	uint32_t skip;		/* how many elements deep in something dropped */
	struct mark *mark;	/* those of what is written, then `pending` of the element that comes */
	size_t marks, mark_cap, pending;
	uint16_t judging;	/* row of the attribute in hand, or NO_ROW */
	bool failed, begun;
	uint16_t coming;	/* row of the element in hand while its open hook runs, else NO_ROW */
	uint64_t coming_note;
	uint16_t emitting;	/* row of an element begun by a hook whose attributes are still coming, or NO_ROW */
	uint64_t unknown, hidden;
	uint16_t root_row;
};

void markup_stop(struct markup *m);
void markup_note_unknown(struct markup *m, const struct name *name);

/* write.c */
void write_escaped(struct markup *m, struct buf *out, struct view v, bool value);
void write_part(struct markup *m, struct buf *out);

/* kind.c: has the kind a check of its own? */
bool kind_checked(uint8_t kind);

/* hook.c: marks of an attribute that goes, or of all that waits (NO_ROW). */
void marks_drop(struct markup *m, uint16_t row);

/* attribute.c */
/* Judges all attributes of the element that `row` says into m->attributes; false: the element goes, or all was stopped. */
bool attributes_judge(struct markup *m, uint16_t row, const char **att);
void attributes_put(struct attributes *a, uint16_t row, struct view v);
struct view attribute_value(const struct attributes *a, size_t i);
bool attributes_hold(const struct markup *m, uint16_t type, const struct attributes *a);
/* Judges one value; its new form in *v.  DROP or KEEP. */
enum markup_do value_judge(struct markup *m, const struct markup_row *row, struct view *v);

/* element.c */
struct frame *element_around(const struct markup *m);
/* A frame of that kind; NULL when stopped. */
struct frame *frame_push(struct markup *m, uint8_t is);
/* May one more child of that row stand in the element around? */
bool element_fits(const struct markup *m, uint16_t row);
void element_begin(struct markup *m, uint16_t row, const struct attributes *a);
void element_end(struct markup *m);
void element_text(struct markup *m, struct view v);
/* Direct, unjudged: a hook's own. */
void element_write(struct markup *m, struct view v);
/* The end tag, after its hook; not `keep`: as if it had never come. */
void element_close(struct markup *m, bool keep);
/* At the element's own end, or, not `end`, where something is written behind: a child that stays, and begins at `at`. */
void text_flush(struct markup *m, size_t at, bool end);
/* Writes what a hook began. */
void emit_flush(struct markup *m);

#endif
