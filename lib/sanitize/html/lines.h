/*
 * lines.h - text laid out in lines: white space collapsed, blank lines
 * between paragraphs, what stands before each line (quotation marks, the
 * indent of lists).
 */
#ifndef SEKISHO_SANITIZE_HTML_LINES_H
#define SEKISHO_SANITIZE_HTML_LINES_H

#include "core/buf.h"

enum { LINES_INDENT_MAX = 400 };	/* bytes before a line; deeper levels add nothing */

struct lines {
	struct buf *out;
	uint8_t indent[LINES_INDENT_MAX];	/* before every line */
	size_t indent_n;
	char mark[48];		/* in the place of the last bytes of the indent, on the next line only */
	size_t mark_width;	/* bytes of the indent that it replaces */
	size_t gap;		/* bytes of the indent that stand on blank lines that are due */
	unsigned ends;		/* line ends due before the next character: 1, 2 with a blank line */
	bool begun;		/* there is something on this line */
	bool any;		/* there is something at all */
	bool space;		/* a blank is due before the next character */
	bool space_line;	/* it came from a line end */
	bool pre;		/* white space stays */
	uint32_t last;		/* the last character written */
};

/* Text of the document. */
void lines_text(struct lines *l, struct view text);
/* Words of ours: nothing in them is collapsed. */
void lines_put(struct lines *l, const char *text);
/* `n` line ends before what comes next, at the least; nothing at the very start. */
void lines_end(struct lines *l, unsigned n);
/* A <br>: one more line end. */
void lines_break(struct lines *l);
/* Adds to the indent; returns what was, for lines_unindent(). */
size_t lines_indent(struct lines *l, const char *text);
void lines_unindent(struct lines *l, size_t was);
/* How wide a text is in half-width columns. */
size_t lines_width(struct view text);
/* Wide in East Asian text (UAX #11: W, F). */
bool lines_is_wide(uint32_t c);

#endif
