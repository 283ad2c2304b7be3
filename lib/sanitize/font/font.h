/*
 * font.h - font programs, read and written anew (docs/canonical.md: sfnt, CFF).
 *
 * Known tables are parsed and emitted again from what was understood;
 * glyph outlines and charstrings are re-tokenised; hinting programs are
 * dropped.  Pure functions: bytes in, bytes out.
 */
#ifndef SEKISHO_SANITIZE_FONT_FONT_H
#define SEKISHO_SANITIZE_FONT_FONT_H

#include "core/arena.h"
#include "core/buf.h"

enum font_kind {
	FONT_NONE,
	FONT_TRUETYPE,	/* sfnt with glyf (also the first font of a TTC) */
	FONT_OPENTYPE,	/* sfnt with CFF */
	FONT_CFF,	/* bare CFF */
	FONT_TYPE1,	/* PFA, PFB, or the three sections of a PDF FontFile */
};

struct font_info {
	enum font_kind in;	/* what it truly was, whatever the PDF said */
	enum font_kind out;	/* FONT_TRUETYPE, FONT_OPENTYPE or FONT_CFF */
	bool cid;		/* CFF: CID-keyed (ROS) */
	uint32_t glyphs;
	uint32_t dropped;	/* glyphs that could not be read and are now empty */
	bool hinting;		/* programs (fpgm, prep, instructions) were there and went */
};

/* By content alone. */
enum font_kind font_kind_of(struct view in);

/*
 * Rebuilds one font program.  FONT_TRUETYPE stays sfnt, FONT_OPENTYPE
 * stays sfnt, FONT_CFF stays CFF, FONT_TYPE1 becomes CFF with the same
 * glyph names, encoding, FontMatrix and widths.  Glyph ids keep their
 * order (not those of Type 1, which nothing refers to: encoded ones come
 * first).  Charstrings come out flat: no subroutines, no arithmetic.  The
 * work and the output are linear in the input.  Encodings, charsets and cmaps keep what PDF readers use: for sfnt
 * cmap (1,0), (3,0), (3,1), (3,10), (0,x), post names; tables that PDF fonts often lack
 * (OS/2, name, post, cmap) may be absent.
 * false, ERR_MALFORMED: no usable outlines; the caller leaves the font
 * unembedded and says so.  Unreadable single glyphs become empty, not an error.
 */
bool font_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e);

#endif
