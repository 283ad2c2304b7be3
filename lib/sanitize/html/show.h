/*
 * show.h - inside of the text renderer: what show.c and table.c share.
 */
#ifndef SEKISHO_SANITIZE_HTML_SHOW_H
#define SEKISHO_SANITIZE_HTML_SHOW_H

#include "sanitize/html/lines.h"
#include "sanitize/html/tree.h"

enum html_label {
#define LABEL(id, text) LABEL_##id,
#include "sanitize/html/label.def"
#undef LABEL
	LABEL_COUNT
};
const char *html_label(enum html_label l);

struct show {
	struct job *j;
	struct arena *arena;
	struct lines l;
	struct err *e;
	unsigned links;		/* links that one stands in: none of HTML's, but of what breaks its rules */
};

/* `n` itself. */
bool html_show(struct show *s, const struct html_node *n);
/* Everything inside `n`.  Recursion is bounded by HTML_DEPTH_MAX. */
bool html_show_inside(struct show *s, const struct html_node *n);
/* A table: in columns where its cells are short and plain, else cell by cell. */
bool html_show_table(struct show *s, const struct html_node *table);
/* Notes a link that goes, lies or is odd; true where its address (in *ret) may be shown. */
bool html_judge_link(struct job *j, struct view href, struct view shown, struct buf *ret);
/* The text inside a node as it reads, white space collapsed, at most some 4 KiB. */
void html_words(const struct html_node *n, struct buf *ret);

#endif
