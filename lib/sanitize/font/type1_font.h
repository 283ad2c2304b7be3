/*
 * type1_font.h - a Type 1 font in memory, between its reader (type1_read.c),
 * the converter of charstrings and the CFF writer.
 */
#ifndef SEKISHO_SANITIZE_FONT_TYPE1_FONT_H
#define SEKISHO_SANITIZE_FONT_TYPE1_FONT_H

#include "sanitize/font/cff_font.h"

enum {
	TYPE1_DESIGNS_MAX = 16,	/* of a multiple master font */
};

struct type1_glyph {
	struct view name;
	struct view code;	/* decrypted */
};

struct type1_font {
	struct arena *arena;
	struct view name;
	unsigned encodings;		/* met */
	bool custom;
	bool standard;			/* StandardEncoding; else: */
	struct view encoding[256];	/* glyph names, empty for none */
	struct cff_dict dict;		/* top and private operators alike */
	bool seen[CFF_OP_COUNT], seen_weights;
	struct type1_glyph *glyph;
	uint32_t n;
	struct view *subr;		/* decrypted */
	uint32_t subrs;
	double weight[TYPE1_DESIGNS_MAX];	/* WeightVector */
	uint32_t designs;		/* 0: no multiple master */
	uint32_t *hash;			/* glyph by name, + 1 */
	uint32_t hash_n;		/* a power of two */
};

/* Everything of the font, from any of its file forms. */
bool type1_read(struct type1_font *f, struct view in, struct err *e);
/* The first glyph of that name, or NULL. */
const struct type1_glyph *type1_glyph_find(const struct type1_font *f, struct view name);

/*
 * type1_charstring.c: appends the glyph as a flat Type 2 charstring, its
 * width in front (nominalWidthX 0).  False, and nothing appended, where
 * it cannot be run.
 */
bool type1_charstring(const struct type1_font *f, struct view code, struct buf *out,
		      uint64_t *budget);

#endif
