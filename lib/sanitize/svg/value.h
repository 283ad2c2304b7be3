/*
 * value.h - the small languages inside SVG's attributes: values, paths,
 * declarations and sheets (docs/canonical.md, SVG), read as CSS Syntax 3 and
 * SVG 2 9.3 say and written in one form.  What is not of the language is
 * left out: a declaration, a rule, the rest of a path.
 *
 * Whoever names something else in the document (url(#name)) is told to `refs`.
 */
#ifndef SEKISHO_SANITIZE_SVG_VALUE_H
#define SEKISHO_SANITIZE_SVG_VALUE_H

#include "core/buf.h"

struct svg_refs {
	/* `name` is good during the call.  `selector`: of the rule it stands in, empty in attributes. */
	void (*add)(void *ctx, struct view name, struct view selector);
	void *ctx;
	uint64_t outside;	/* url() that lead out of the document, and went */
	uint64_t dropped;	/* declarations and rules that went for other reasons */
};

enum { SVG_VALUE_MAX = 4 << 20, SVG_NAME_MAX = 256 };

/* Appends the value; false, nothing written, where it is none. */
bool svg_value(struct view in, struct svg_refs *refs, struct buf *out);
/* As much of a list of numbers as is sound (points). */
bool svg_numbers(struct view in, struct buf *out);
/* As much of a path as is sound. */
void svg_path(struct view in, struct buf *out);
/* style="": false where nothing is left. */
bool svg_declarations(struct view in, struct view selector, struct svg_refs *refs, struct buf *out);
/* A sheet: false where nothing is left. */
bool svg_sheet(struct view in, struct svg_refs *refs, struct buf *out);
/* A name (id, fragment): letters, digits, _ - . : and what is beyond ASCII. */
bool svg_is_name(struct view v);

/* -- between value.c, path.c and sheet.c ------------------------------- */

/* A number in its one form; false, nothing consumed, where none stands at the front. */
bool svg_number(struct view *v, struct buf *out);
/* White space and comments. */
void svg_space(struct view *v, bool comments);
/* A word (identifier) as CSS reads it, escapes resolved; false where none stands there, or it may not be written. */
bool svg_word(struct view *v, bool dots, struct buf *out);
/* A string, quotes and all, written with '. */
bool svg_string(struct view *v, struct buf *out);

#endif
