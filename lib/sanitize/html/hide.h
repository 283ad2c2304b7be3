/*
 * hide.h - text that a browser would not show: what the hidden attribute
 * and inline styles say.  Style sheets are not read: what they hide is
 * shown, which loses nothing.
 */
#ifndef SEKISHO_SANITIZE_HTML_HIDE_H
#define SEKISHO_SANITIZE_HTML_HIDE_H

#include "sanitize/html/tree.h"

#define HTML_NO_COLOUR UINT32_MAX

/* Sets hidden, block, fg and bg of every node and notes what is hidden, with its first words. */
bool html_hide(struct job *j, struct html_doc *d, struct err *e);

/* -- for tests --------------------------------------------------------- */

/* The last value of a property in a style attribute, trimmed, lower case, without !important, in `ret` (emptied first). */
bool html_style(struct view style, const char *property, struct buf *ret);
/* 0xRRGGBB, HTML_NO_COLOUR where it is none that is known. */
uint32_t html_colour(struct view v);

#endif
