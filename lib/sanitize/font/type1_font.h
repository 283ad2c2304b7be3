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

/*
 * type1_file.c.  Splits at eexec and decrypts what follows; *secret is all
 * of it where nothing is encrypted.
 */
bool type1_sections(struct arena *a, struct view in, struct view *clear, struct view *secret);
/* In place; returns what is behind the `skip` random bytes. */
struct view type1_decrypt(uint8_t *p, size_t n, uint16_t key, size_t skip);
/* 0 to 15, or -1. */
static inline int
type1_hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline bool
type1_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0;
}

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
