/*
 * tree.h - an HTML document as a tree: every element has its place, end
 * tags that are missing are put in, those that fit nowhere are ignored
 * (the parts of WHATWG HTML 13.2.6 that decide what is read where).
 *
 * All of it lives in the arena it was read into.
 */
#ifndef SEKISHO_SANITIZE_HTML_TREE_H
#define SEKISHO_SANITIZE_HTML_TREE_H

#include "sanitize/html/token.h"

enum html_id {
	HTML_ID_TEXT,	/* no element: a text */
	HTML_ID_OTHER,	/* an element that element.def does not know */
#define ELEMENT(id, name, parse, role, written, finding) HTML_ID_##id,
#include "sanitize/html/element.def"
#undef ELEMENT
	HTML_ID_COUNT
};

enum html_role {
	ROLE_TEXT, ROLE_ROOT, ROLE_UNWRAP, ROLE_GONE, ROLE_BLOCK, ROLE_PARA, ROLE_LIST, ROLE_ITEM, ROLE_DL,
	ROLE_DT, ROLE_DD, ROLE_TABLE, ROLE_CAPTION, ROLE_SECTION, ROLE_ROW, ROLE_CELL, ROLE_INLINE,
	ROLE_RUBY, ROLE_RT, ROLE_VOID, ROLE_IMG, ROLE_FIELD,
};

enum { HTML_DEPTH_MAX = 200 };	/* elements in elements; of what is deeper only the content stays */

struct html_node {
	enum html_id id;
	bool hidden;		/* hide.h: not to be seen by who reads the document in a browser */
	bool block;		/* it or something in it begins a line of its own */
	uint32_t fg, bg;	/* hide.h: stated colours, or HTML_NO_COLOUR */
	struct html_node *parent, *first, *last, *next, *prev;
	struct view text;	/* of a text, a raw element or a title */
	const struct html_attr *attr;
	size_t attrs;
};

struct html_doc {
	struct html_node *root;	/* of the body's content: an HTML_ID_BODY */
	struct view title, lang;
	bool sheets;		/* there are style sheets that were not read */
	uint64_t comments;
};

/* Notes what goes by its element or attribute (scripts, handlers, forms, ...) as it meets it. */
bool html_parse(struct job *j, struct arena *a, struct view in, struct html_doc *ret, struct err *e);

enum html_role html_role(enum html_id id);
enum html_id html_written(enum html_id id);
const char *html_name(enum html_id id);
bool html_node_attr(const struct html_node *n, const char *name, struct view *ret);
/* The next in document order after all that is in `n`, inside `root`; NULL at its end. */
struct html_node *html_after(const struct html_node *n, const struct html_node *root);
/* The next in document order: the first inside, or html_after(). */
struct html_node *html_step(const struct html_node *n, const struct html_node *root);
bool html_is_space(uint8_t c);
/* ASCII case folded. */
bool html_fold_is(struct view v, const char *s);
struct view html_trim(struct view v);

#endif
