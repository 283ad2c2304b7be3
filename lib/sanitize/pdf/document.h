/*
 * document.h - what the files of the document side share: one document on
 * its way, the walker, and each part's entry.
 *
 * A struct doc dies once: the first limit or failure sets `dead` and *e,
 * after which every function returns at once and writes nothing of worth;
 * format_pdf() asks at the end.  Functions that put a value write it
 * whole, or nothing where the source is not what it must be.
 */
#ifndef SEKISHO_SANITIZE_PDF_DOCUMENT_H
#define SEKISHO_SANITIZE_PDF_DOCUMENT_H

#include "core/own.h"
#include "sanitize/pdf/rules.h"
#include "sanitize/pdf/rebuild.h"
#include "sanitize/uri.h"

struct dests;
struct form;
struct files;

struct page {
	const struct pdf_dict *d;
	uint32_t src, num;		/* src 0: a direct dictionary */
	const struct pdf_obj *resources, *media, *crop, *rotate; /* inherited ones too; never NULL */
	size_t again;			/* the next page made of the same dictionary, 0: none */
	bool copy;			/* written with the first of its kind */
};

/* A page's content that was written: pages that are alike share it. */
struct content {
	uint8_t sha[32];
	uint32_t num;	/* 0: free */
};

struct doc {
	struct pdf_rebuild *r;
	struct err *e;
	bool dead;
	char where[32];			/* "page 3": of findings */
	struct page *page;
	size_t pages;
	uint32_t pages_num;		/* the page tree's node */
	struct content *content;	/* a table twice as large as there are pages */
	size_t contents;		/* its slots, a power of two */
	struct dests *dests;
	struct form *form;
	struct files *files;
	uint32_t depth;			/* of direct dictionaries in hand */
};

/* -- document.c ------------------------------------------------------- */

/* false once the document is dead; counts time. Call it in every loop. */
bool doc_tick(struct doc *d);
/* Ours: no memory. */
void doc_no_memory(struct doc *d);
/* From the arena, zeroed; NULL, and the document dead, without memory. */
void *doc_array(struct doc *d, size_t n, size_t size);
void doc_find(struct doc *d, enum finding_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
uint32_t doc_reserve(struct doc *d);
/* Writes << k >> as object num; releases k. */
void doc_object(struct doc *d, uint32_t num, struct pdf_keys *k);
/* The number of a reference, else 0. */
uint32_t doc_num(const struct pdf_obj *raw);
/* The new number of an object that the graphics side made, 0 where it made none. */
uint32_t doc_made(const struct doc *d, const struct pdf_obj *raw, enum pdf_as as);
/*
 * The entries whose keys can be written, sorted as they will be: objects made
 * in this order keep their numbers when the output is rebuilt.  At most
 * `max`, *ret_n of them; NULL and 0 where there are more or no memory.
 */
const struct pdf_entry *const *doc_sorted(struct doc *d, const struct pdf_dict *dict, size_t max,
					  size_t *ret_n);
/* A name that may be written: 1 to 127 bytes, no NUL. */
bool doc_name_ok(struct view name);
/* A text string as UTF-8 for people (7.9.2.2), .n at most 1024. */
struct view doc_utf8(struct doc *d, struct view text);

/* Grows an arena's array to hold one more; NULL and dead without memory. */
void *doc_grow(struct doc *d, void *v, size_t n, size_t *cap, size_t size);

/* Which old objects were met. */
struct seen {
	uint8_t *bit;
	uint32_t max;
};
bool seen_new(struct doc *d, struct seen *ret);
/* true the first time; numbers 0 (direct objects) are always new. */
bool seen_first(struct seen *s, uint32_t num);

/* -- walk.c ----------------------------------------------------------- */

/* Puts the keys of `kind` that `src` has; not those of how WRITER, DEST and ACTION. */
void walk_keys(struct doc *d, enum pdf_dict_kind kind, const struct pdf_dict *src,
	       struct pdf_keys *k);
/* A direct dictionary; nothing if no key of it is kept. */
void walk_dict(struct doc *d, enum pdf_dict_kind kind, const struct pdf_obj *o, struct buf *b);
/* One value by its rule. */
void walk_value(struct doc *d, const struct pdf_rule *rule, const struct pdf_obj *raw,
		struct buf *b);

/* -- value.c: the values that stand on their own ---------------------- */

void put_number(struct buf *b, const struct pdf_obj *o);	/* nothing if it is none */
void put_simple(struct doc *d, const struct pdf_rule *rule, const struct pdf_obj *o,
		struct buf *b);
void put_attrs(struct doc *d, const struct pdf_obj *o, struct buf *b);
/* Four numbers as [left bottom right top]; false if it is none or empty. */
bool box_of(struct doc *d, const struct pdf_obj *o, double ret[4]);
void put_box(struct buf *b, const double box[4]);
void put_text(struct buf *b, struct view s);

/* -- tree.c: name trees and number trees (7.9.6, 7.9.7) --------------- */

struct leaf {
	struct view name;		/* name trees */
	int64_t number;			/* number trees */
	const struct pdf_obj *value;	/* as it stands */
};
struct tree {
	struct leaf *v;
	size_t n, cap;
};
/* All leaves, in the order of their keys, of equal keys the first; damaged trees as far as they go. */
void tree_names(struct doc *d, const struct pdf_obj *root, struct tree *ret);
void tree_numbers(struct doc *d, const struct pdf_obj *root, struct tree *ret);
void tree_add(struct doc *d, struct tree *t, struct leaf l);
void tree_sort_names(struct doc *d, struct tree *t);

/* -- page.c ----------------------------------------------------------- */

/* Finds the pages and hands out their numbers. */
void pages_find(struct doc *d);
/* Writes them, with contents and annotations. */
void pages_write(struct doc *d);

/* -- dest.c ----------------------------------------------------------- */

void dests_read(struct doc *d);
/* A destination: the array, or (not for `array_only`) the name of one. */
void put_dest(struct doc *d, const struct pdf_obj *o, bool array_only, struct buf *b);
/* The name tree's node. */
void put_dest_names(struct doc *d, struct buf *b);

/* -- action.c --------------------------------------------------------- */

enum target { TARGET_DEST, TARGET_ACTION };
/*
 * What `src` (a link, an outline item: TARGET_DEST; a widget: TARGET_ACTION)
 * leads to: /Dest or /A; what may not stay is noted.
 */
void put_target(struct doc *d, const struct pdf_dict *src, enum target how, struct pdf_keys *k);
/* Notes the actions of an additional-actions dictionary. */
void report_triggers(struct doc *d, const struct pdf_dict *src);
/* Notes an action that goes, with its /Next chain. */
void report_action(struct doc *d, const struct pdf_obj *o, bool by_itself);
/* Does it look like one?  For places where none belongs. */
bool is_action(struct doc *d, const struct pdf_dict *a);

/* -- account.c -------------------------------------------------------- */

/* Once all is written: tells of every entry that did not come along, unless account.def says that it is bookkeeping. */
void tell_rest(struct doc *d);

/* -- annot.c ---------------------------------------------------------- */

/* The value of a page's /Annots; nothing where none stays. */
void put_annots(struct doc *d, const struct page *p, struct buf *b);

/* -- field.c ---------------------------------------------------------- */

void form_read(struct doc *d);
/* The field that this widget is, and its number; NULL and 0 where it is none. */
struct field;
struct field *form_field(struct doc *d, uint32_t src);
uint32_t field_num(const struct field *f);
void field_keys(struct doc *d, struct field *f, struct pdf_keys *k);
/* The resources for appearances without their own; NULL: none. */
const struct pdf_dict *form_resources(const struct doc *d);
/* Fields that are no widgets, and the value of /AcroForm. */
void put_form(struct doc *d, struct buf *b);

/* -- outline.c, label.c, structure.c, layer.c, attach.c, intent.c ----- */

void put_outlines(struct doc *d, struct buf *b);
void put_labels(struct doc *d, struct buf *b);
void put_structure(struct doc *d, struct buf *b);
void put_layers(struct doc *d, struct buf *b);
void put_intents(struct doc *d, struct buf *b);
void files_read(struct doc *d);
/* Tells of the files that /AF of a dictionary brings along. */
void report_associated(struct doc *d, const struct pdf_dict *src);
/* The new number of a file specification, 0 where it does not stay; notes it. */
uint32_t file_spec(struct doc *d, const struct pdf_obj *raw, struct view name);
void put_file_names(struct doc *d, struct buf *b);

/* OCG values of tables (layer.c). */
void put_ocgs(struct doc *d, const struct pdf_obj *o, struct buf *b);
void put_ocg_order(struct doc *d, const struct pdf_obj *o, struct buf *b);

#endif
