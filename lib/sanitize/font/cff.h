/*
 * cff.h - the Compact Font Format (Adobe Technical Note 5176), read and
 * written anew with flat charstrings.
 */
#ifndef SEKISHO_SANITIZE_FONT_CFF_H
#define SEKISHO_SANITIZE_FONT_CFF_H

#include "sanitize/font/font.h"

/* By content: a header, possibly with a few bytes of rubbish before it. */
bool cff_is(struct view in);
/* Sets ret's glyphs, cid and dropped, adds to nothing else.  ERR_MALFORMED: no usable charstrings. */
bool cff_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e);

#endif
