/*
 * jbig2.h - the parts of the JBIG2 decoder (ITU-T T.88) among themselves.
 *
 * Everything decoded lives in the arena of one call of jbig2_decode().  Hostile
 * data can claim symbols, instances and pixels without end from a few bytes, so
 * every pixel, symbol and instance is paid for out of one budget.
 */
#ifndef SEKISHO_SANITIZE_CODEC_JBIG2_H
#define SEKISHO_SANITIZE_CODEC_JBIG2_H

#include "core/arena.h"
#include "sanitize/codec/ccitt.h"

/* One call of jbig2_decode(). */
struct jbig2 {
	struct arena *arena;
	uint64_t work;		/* what is left of the budget, in pixels */
	uint64_t max_pixels;	/* of one bitmap */
};

/* ERR_LIMIT when the budget is used up. */
bool jbig2_pay(struct jbig2 *j, uint64_t work, struct err *e);
/* A zeroed bitmap, paid for; either side may be 0. */
bool jbig2_bitmap(struct jbig2 *j, int64_t w, int64_t h, struct bitmap *ret, struct err *e);
/* n elements of `size` bytes, zeroed; NULL and ERR_LIMIT past the arena's maximum. */
void *jbig2_array(struct jbig2 *j, size_t n, size_t size, struct err *e);

enum combine { COMBINE_OR, COMBINE_AND, COMBINE_XOR, COMBINE_XNOR, COMBINE_REPLACE, COMBINE_COUNT };
/* Draws src onto dst with its top left corner at (x, y), cut to dst. */
void jbig2_combine(struct bitmap *dst, const struct bitmap *src, int64_t x, int64_t y,
		   enum combine op);
void jbig2_fill(struct bitmap *b, bool black);
/* w pixels of src from column x on. */
bool jbig2_crop(struct jbig2 *j, const struct bitmap *src, int64_t x, int64_t w,
		struct bitmap *ret, struct err *e);

/* A row as a byte a pixel, with room on both sides that stays 0. */
enum { ROW_MARGIN = 8 };
void jbig2_unpack(const struct bitmap *b, int64_t y, uint8_t *row, size_t w);
void jbig2_pack(struct bitmap *b, uint32_t y, const uint8_t *row);

static inline uint8_t
jbig2_pixel(const struct bitmap *b, int64_t x, int64_t y)
{
	if (x < 0 || y < 0 || x >= b->w || y >= b->h)
		return 0;
	return b->bits[(size_t)y * bitmap_stride(b->w) + (size_t)x / 8] >> (7 - x % 8) & 1;
}

/* -- arithmetic coding: Annexes A and E -------------------------------- */

/* A context: the state's number times 2, plus the more probable symbol. */
typedef uint8_t mq_cx;

struct mq {
	struct view in;	/* behind its end there are ones */
	uint32_t c, a;
	uint32_t ct;
};

struct mq_state {
	uint16_t qe;
	mq_cx mps, lps;	/* the context after either symbol */
};
extern const struct mq_state mq_states[94];

void mq_init(struct mq *m, struct view in);
unsigned mq_slow(struct mq *m, mq_cx *cx, uint32_t qe);

/* Figure E.14; most symbols end here. */
static inline unsigned
mq_bit(struct mq *m, mq_cx *cx)
{
	uint32_t qe = mq_states[*cx].qe;

	if ((m->c >> 16) >= qe && (m->a - qe) & 0x8000) {
		m->a -= qe;
		m->c -= qe << 16;
		return *cx & 1;
	}
	return mq_slow(m, cx, qe);
}

enum { MQ_INT_CX = 512 };
/* Annex A.2: false for OOB. */
bool mq_int(struct mq *m, mq_cx cx[MQ_INT_CX], int32_t *ret);
/* Annex A.3: cx has 1 << bits elements. */
uint32_t mq_id(struct mq *m, mq_cx *cx, uint32_t bits);

/* -- Huffman coding: Annex B -------------------------------------------- */

struct bit_reader {
	struct view in;
	size_t at;	/* in bits */
	bool over;	/* read past the end */
};

uint32_t bits_read(struct bit_reader *b, uint32_t n);	/* n <= 32 */
void bits_to_byte(struct bit_reader *b);
/* n bytes from the next whole byte on, consumed; false if they are not all there. */
bool bits_bytes(struct bit_reader *b, size_t n, struct view *ret);

enum huffman_kind { HUFFMAN_RANGE, HUFFMAN_LOWER, HUFFMAN_UPPER, HUFFMAN_OOB };

struct huffman_line {
	int32_t low;
	uint8_t prefix;	/* bits of the code; 0: never used */
	uint8_t range;	/* bits of the offset */
	uint8_t kind;
};

enum { HUFFMAN_BITS = 32 };

struct huffman {
	const struct huffman_line *line;
	const uint32_t *order;	/* lines by code */
	uint64_t first[HUFFMAN_BITS + 1];
	uint32_t count[HUFFMAN_BITS + 1];
	uint32_t offset[HUFFMAN_BITS + 1];
};

/* Assigns the codes (B.3); `line` must outlive it. */
bool huffman_init(struct jbig2 *j, const struct huffman_line *line, size_t n, struct huffman *ret,
		  struct err *e);
/* Table B.n, n from 1 to 15. */
bool huffman_standard(struct jbig2 *j, unsigned n, struct huffman *ret, struct err *e);
/* A table segment's data (B.2). */
bool huffman_custom(struct jbig2 *j, struct view in, struct huffman *ret, struct err *e);

enum huffman_result { HUFFMAN_VALUE, HUFFMAN_IS_OOB, HUFFMAN_BAD };
enum huffman_result huffman_read(const struct huffman *h, struct bit_reader *b, int32_t *ret);

/* -- regions ------------------------------------------------------------- */

/* An adaptive pixel, from the pixel being decoded. */
struct at {
	int16_t x, y;
};

enum { GENERIC_CX = 1 << 16, REFINE_CX = 1 << 13 };

struct generic {
	uint8_t template;	/* 0 .. 3 */
	bool typical;		/* TPGDON */
	struct at at[4];
	const struct bitmap *skip;	/* NULL: none */
};
/* How many of generic.at a template has. */
unsigned generic_ats(uint8_t template);
/* 6.2, into `ret` (w and h set, bits zeroed). */
bool generic_decode(struct jbig2 *j, const struct generic *g, struct mq *m, mq_cx cx[GENERIC_CX],
		    struct bitmap *ret, struct err *e);

struct refine {
	uint8_t template;	/* 0, 1 */
	bool typical;		/* TPGRON */
	struct at at[2];
	const struct bitmap *reference;
	int64_t dx, dy;
};
/* 6.3, into `ret` (w and h set, bits zeroed). */
bool refine_decode(struct jbig2 *j, const struct refine *r, struct mq *m, mq_cx cx[REFINE_CX],
		   struct bitmap *ret, struct err *e);

/* What the instances of a text region are read with. */
struct text_codes {
	mq_cx dt[MQ_INT_CX], fs[MQ_INT_CX], ds[MQ_INT_CX], it[MQ_INT_CX], ri[MQ_INT_CX];
	mq_cx rdw[MQ_INT_CX], rdh[MQ_INT_CX], rdx[MQ_INT_CX], rdy[MQ_INT_CX];
	mq_cx *id;	/* 1 << id_bits */
	uint32_t id_bits;
	struct huffman h_fs, h_ds, h_dt, h_rdw, h_rdh, h_rdx, h_rdy, h_rsize, h_id;
};

enum corner { CORNER_BOTTOM_LEFT, CORNER_TOP_LEFT, CORNER_BOTTOM_RIGHT, CORNER_TOP_RIGHT };

struct text_region {
	bool huffman, refine, transposed, black;
	uint32_t log_strips, instances;
	enum corner corner;
	enum combine op;
	int32_t ds_offset;
	uint8_t refine_template;
	struct at refine_at[2];
	const struct bitmap *const *symbol;
	size_t symbols;
};
/* 6.4, into `ret`.  Either m or bits is used. */
bool text_decode(struct jbig2 *j, const struct text_region *t, struct text_codes *c, struct mq *m,
		 struct bit_reader *bits, mq_cx *refine_cx, struct bitmap *ret, struct err *e);

/* -- segments ------------------------------------------------------------ */

struct symbols {
	const struct bitmap **symbol;
	size_t n;
	mq_cx *generic_cx, *refine_cx;	/* kept for another dictionary; NULL: not */
};

struct patterns {
	struct bitmap *pattern;
	uint32_t n;
};

/* What a segment left for others, and what a segment refers to. */
struct segment {
	uint32_t number;
	uint8_t type;
	struct symbols *symbols;
	struct patterns *patterns;
	struct huffman *table;
	struct bitmap *region;
	struct segment *next;	/* the one before it in the file */
};

struct references {
	const struct segment **of;
	size_t n;
};

/* Region segment information field, 7.4.1. */
struct region {
	uint32_t w, h, x, y;
	enum combine op;
};
bool region_read(struct view *v, struct region *ret, struct err *e);
/* Adaptive pixels; the first `own` are of the bitmap being decoded and must be decoded already. */
bool ats_read(struct view *v, unsigned n, unsigned own, struct at *ret, struct err *e);

bool symbols_segment(struct jbig2 *j, struct view v, const struct references *refs,
		     struct symbols **ret, struct err *e);
bool patterns_segment(struct jbig2 *j, struct view v, struct patterns **ret, struct err *e);
/* A region's bitmap; v is behind the region information. */
bool text_segment(struct jbig2 *j, struct view v, const struct references *refs,
		  struct bitmap *ret, struct err *e);
bool generic_segment(struct jbig2 *j, struct view v, struct bitmap *ret, struct err *e);
bool refine_segment(struct jbig2 *j, struct view v, const struct bitmap *reference,
		    struct bitmap *ret, struct err *e);
bool halftone_segment(struct jbig2 *j, struct view v, const struct references *refs,
		      struct bitmap *ret, struct err *e);

/* The symbols of all dictionaries referred to, in order. */
bool symbols_gather(struct jbig2 *j, const struct references *refs, const struct bitmap ***ret,
		    size_t *ret_n, struct err *e);
/* ceil(log2(n)), 0 for n <= 1. */
uint32_t bits_for(uint64_t n);
/*
 * The table that a selector of a segment's flags means: row[selector] is the number of a
 * standard table, 0 for the next table segment referred to (*at counts them).
 */
bool huffman_select(struct jbig2 *j, const uint8_t row[4], unsigned selector,
		    const struct references *refs, size_t *at, struct huffman *ret, struct err *e);

#endif
