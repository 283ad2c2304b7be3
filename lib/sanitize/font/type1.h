/*
 * type1.h - Type 1 font programs (Adobe Type 1 Font Format, 1990), read as
 * data, never as PostScript, and written as CFF.
 */
#ifndef SEKISHO_SANITIZE_FONT_TYPE1_H
#define SEKISHO_SANITIZE_FONT_TYPE1_H

#include "sanitize/font/font.h"

/*
 * PFA, PFB, or the sections of a PDF FontFile (their lengths are not
 * needed).  Glyphs are ordered .notdef, the encoded ones by code, the rest
 * as they stand: nothing refers to a Type 1 glyph by number.
 */
bool type1_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e);

#endif
