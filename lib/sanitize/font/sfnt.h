/*
 * sfnt.h - the container of TrueType and OpenType fonts (ISO/IEC 14496-22
 * 4.5): its directory read with repairs, its tables written anew.
 *
 * Each table is understood by one function below, which reads the old
 * bytes and writes new ones from what it understood.
 */
#ifndef SEKISHO_SANITIZE_FONT_SFNT_H
#define SEKISHO_SANITIZE_FONT_SFNT_H

#include "sanitize/font/font.h"

enum sfnt_table {
#define SFNT(id, tag) SFNT_##id,
#include "sanitize/font/sfnt_table.def"
#undef SFNT
	SFNT_COUNT
};

struct sfnt {
	struct view t[SFNT_COUNT];	/* .n == 0: not there; cut at the end of the file */
	struct view loca_room;		/* loca and what follows it up to the next table */
};

/* One font on its way: what was read, what was found out, what will be written. */
struct sfnt_font {
	struct view file;
	struct sfnt in;
	struct bake *bake;		/* outlines come from FreeType; NULL: from glyf */
	struct arena *arena;
	struct font_info *info;
	uint32_t n;			/* glyphs */
	struct buf out[SFNT_COUNT];	/* .n == 0: not written */
};

/* The directory; the first font of a collection.  False where it is none. */
bool sfnt_read(struct view in, struct sfnt *ret);
/* FONT_TRUETYPE or FONT_OPENTYPE; FONT_NONE without outlines. */
enum font_kind sfnt_kind(const struct sfnt *s);
bool sfnt_rebuild(struct view in, struct buf *out, struct font_info *ret, struct err *e);

/* sfnt_tables.c.  What cannot be repaired is not written. */
void sfnt_head(struct sfnt_font *f, bool long_loca);
/* `edges`: the left edges of the glyphs where known, for bearings that are missing or baked; else NULL. */
void sfnt_metrics(struct sfnt_font *f, enum sfnt_table header, enum sfnt_table metrics,
		  const int16_t *edges);
void sfnt_maxp_cff(struct sfnt_font *f);
void sfnt_os2(struct sfnt_font *f);
void sfnt_vorg(struct sfnt_font *f);

/* post.c, cmap.c */
void sfnt_post(struct sfnt_font *f);
void sfnt_cmap(struct sfnt_font *f);

/*
 * glyf.c: glyf, loca and maxp; sets f->n.  *edges: the xMin of every glyph,
 * in the arena.  False (malformed) without usable tables.
 */
bool sfnt_glyf(struct sfnt_font *f, bool *long_loca, const int16_t **edges, struct err *e);

#endif
