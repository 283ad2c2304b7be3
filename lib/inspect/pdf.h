/*
 * pdf.h - the parts of the PDF recogniser: tokens (pdf_token.c), the file's
 * shape (pdf_file.c), the walk by kinds (pdf_schema.c and its neighbours),
 * content streams (pdf_content.c).  ISO 32000-2, narrowed by canonical.md.
 *
 * A name or string has one canonical spelling, so its spelling in the file
 * stands for it: two are equal where their spellings are.
 */
#ifndef SEKISHO_INSPECT_PDF_H
#define SEKISHO_INSPECT_PDF_H

#include "inspect/recognise.h"

/* -- tokens and objects (7.2, 7.3) ---------------------------------------------- */

enum tok {
	TOK_BAD, TOK_END, TOK_INT, TOK_REAL, TOK_NAME, TOK_STRING, TOK_WORD, TOK_ARRAY, TOK_ARRAY_END,
	TOK_DICT, TOK_DICT_END, TOK_BRACE, TOK_BRACE_END,
};

struct lex {
	struct view in;
	bool regular;		/* the token before ended in a regular character */
	const char *why;	/* of TOK_BAD */
	/* The token. */
	int64_t i;
	double r;
	struct view s;		/* name: behind its slash; string: with its brackets; word */
};

enum tok inspect_lex(struct lex *l);

enum obj_kind {
	OBJ_NULL, OBJ_BOOL, OBJ_INT, OBJ_REAL, OBJ_NAME, OBJ_STRING, OBJ_ARRAY, OBJ_DICT, OBJ_REF,
};

struct entry;
struct obj {
	enum obj_kind kind;
	uint32_t ref;			/* OBJ_REF: the number */
	union {
		bool b;
		int64_t i;
		double r;
		struct view s;		/* OBJ_NAME, OBJ_STRING: as in struct lex */
		struct { const struct obj *v; size_t n; } a;
		struct { const struct entry *e; size_t n; } d;	/* sorted */
	} u;
};
struct entry {
	struct view key;
	struct obj value;
};

/* What one direct object is read with: elements gather on a stack until their bracket closes. */
struct objects {
	struct arena *arena;
	struct buf stack;
	uint32_t max_ref;	/* 0: no references (content streams) */
};
/* The object whose first token is at the front. */
bool inspect_object(struct objects *os, struct lex *l, struct obj *ret, struct err *e);
/* ... whose first token was read already. */
bool inspect_object_from(struct objects *os, struct lex *l, enum tok first, struct obj *ret, struct err *e);

/* Decoded bytes, compared as bytes: <0, 0, >0. */
int inspect_name_order(struct view a, struct view b);
int inspect_string_order(struct view a, struct view b);
/* The bytes a string's spelling stands for. */
bool inspect_string_bytes(struct view spelling, struct buf *ret);
size_t inspect_string_length(struct view spelling);

const struct obj *inspect_get(const struct obj *dict, const char *key);	/* NULL where absent */
/* By spelling; binary search. */
const struct obj *inspect_find(const struct obj *dict, struct view key);
static inline bool
obj_is_name(const struct obj *o, const char *name)
{
	return o != NULL && o->kind == OBJ_NAME && view_is(o->u.s, name);
}
static inline bool
obj_is_num(const struct obj *o)
{
	return o != NULL && (o->kind == OBJ_INT || o->kind == OBJ_REAL);
}
static inline double
obj_num(const struct obj *o)
{
	return o->kind == OBJ_INT ? (double)o->u.i : o->u.r;
}

/* -- the file (7.5) --------------------------------------------------------------- */

enum { SHAPE_WORDS = 3 };	/* bits for the shapes an object was asked for as */

struct object {
	struct obj value;
	bool stream;
	struct view data;	/* the stream's bytes as they stand */
	size_t at;
	uint64_t asked[SHAPE_WORDS];
	uint32_t parent;	/* trees: from where it was reached */
	bool page;
};

struct pdf_file {
	struct view whole;
	struct object *o;	/* o[1] ... o[n] */
	uint32_t n;
	size_t cap;
	struct obj trailer;
	struct arena *arena;
};

bool inspect_pdf_file(struct pdf_file *f, struct view whole, struct err *e);

/* -- the walk --------------------------------------------------------------------- */

enum shape {
#define SHAPE(id, where, check) SHAPE_##id,
#define KEY(owner, key, shape, arg, flags)
#include "inspect/pdf_schema.def"
#undef SHAPE
#undef KEY
	SHAPE_COUNT
};

struct asked {
	uint32_t num;
	enum shape shape;
};

struct walk {
	struct inspection *in;
	struct pdf_file *f;
	struct buf todo;	/* struct asked each */
	uint8_t operators[256];	/* of content streams, by hash: see pdf_content.c */
	bool operators_ready;
	uint16_t first[SHAPE_COUNT], rows[SHAPE_COUNT];	/* into the table of keys */
	const struct obj *dests;	/* the name tree's array, or NULL */
	struct buf plain;	/* a decoded stream, for one use at a time */
};

/* A value under inspection. */
struct value {
	const struct obj *o;	/* never OBJ_REF */
	struct object *of;	/* the indirect object it is, NULL where it stands directly */
	enum shape shape;
	const char *arg;	/* of the KEY row, or NULL */
};

/* `o` must be what `shape` says, there or behind its reference (then later, once). */
bool inspect_shape(struct walk *w, const struct obj *o, enum shape shape, struct err *e);
bool inspect_shape_arg(struct walk *w, const struct obj *o, enum shape shape, const char *arg, struct err *e);
/* Keys of a dictionary by the rows of up to four kinds (SHAPE_NONE: none). */
bool inspect_keys(struct walk *w, const struct obj *dict, const enum shape kinds[4], struct err *e);
/* Follows one reference; NULL where there is nothing. */
const struct obj *inspect_resolve(struct walk *w, const struct obj *o, struct object **ret_of);
/* The decoded bytes of a stream that has Flate or no filter: in w->plain or the file. */
bool inspect_stream(struct walk *w, const struct object *s, struct view *ret, struct err *e);
/* ... exactly n bytes, not kept where that can be. */
bool inspect_stream_size(struct walk *w, const struct object *s, uint64_t n, struct err *e);

typedef bool shape_check(struct walk *w, struct value v, struct err *e);
#define SHAPE(id, where, check) shape_check check;
#define KEY(owner, key, shape, arg, flags)
#include "inspect/pdf_schema.def"
#undef SHAPE
#undef KEY

/* Components of a colour space that is sound: 1 ... 32; 0 for Pattern. */
bool inspect_components(struct walk *w, const struct obj *space, unsigned *ret, struct err *e);
/* An array of exactly n numbers, there or behind a reference. */
bool inspect_is_nums(struct walk *w, const struct obj *o, size_t n);

/* -- content streams (7.8.2, Annex A) ---------------------------------------------- */

struct content {
	const struct obj *resources;	/* NULL: none */
	bool glyph;			/* a Type 3 glyph: d0 and d1 may stand first */
};
bool inspect_content(struct walk *w, struct view data, const struct content *c, struct err *e);

/* -- data inside streams ------------------------------------------------------------- */

bool inspect_sfnt(struct view v, struct err *e);
bool inspect_cff(struct view v, uint32_t *ret_glyphs, struct err *e);
bool inspect_cmap(struct view v, const struct obj *dict, bool to_unicode, struct err *e);
/* One of the names of 9.7.5.2. */
bool inspect_predefined_cmap(struct view name);
bool inspect_calculator(struct view v, struct err *e);
/* T.6 with EOFB: w columns, h rows, nothing behind. */
bool inspect_g4(struct view v, uint32_t w, uint32_t h, struct err *e);

#endif
