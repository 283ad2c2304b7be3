/*
 * jtd_text.h - the words of a text stream of an Ichitaro document.
 *
 * JustSystems publishes no description; this follows what people who looked
 * at files of Ichitaro 8 and later report of the streams "DocumentText",
 * "Header", "Footnote" and "LayoutBoxText":
 *
 *	 0  "SsmgV.01"
 *	20  "TextV.01"
 *	28  how many units follow, 32 bits, big-endian
 *	32  units of 16 bits, big-endian: UTF-16, and between it records
 *
 *	001c class length ... length 0000 class 001f	paragraph, settings, cell of a table
 *	001c 0001 0007 0000 kind use 001d words 001e ... 001f	words with a use:
 *		kind 0: what is shown; use 0082: the reading of what stands before it
 *
 * What is in none of these shapes is passed over up to its 001f.
 */
#ifndef SEKISHO_SANITIZE_JTD_JTD_TEXT_H
#define SEKISHO_SANITIZE_JTD_JTD_TEXT_H

#include "sanitize/job.h"

/* Is it such a stream? */
bool jtd_is_text(struct view stream);
/*
 * Its words in UTF-8, added to `ret`: a line a paragraph, tabs between the
 * cells of a row, readings in （） behind what they read.  Control
 * characters are left for text_read().  ERR_MALFORMED, ERR_LIMIT.
 */
bool jtd_text(struct job *j, struct view stream, struct buf *ret, struct err *e);

#endif
