/*
 * cff_font.h - a CFF font in memory: what the readers of CFF and of Type 1
 * fill in and cff_write() writes.
 */
#ifndef SEKISHO_SANITIZE_FONT_CFF_FONT_H
#define SEKISHO_SANITIZE_FONT_CFF_FONT_H

#include "sanitize/font/font.h"

enum {
	CFF_STANDARD_STRINGS = 391,
	CFF_OPERANDS_MAX = 14,	/* kept of one operator */
	CFF_NAME_MAX = 127,
};

/* A decimal number, value sig * 10^exp: exact, whatever the notation. */
struct cff_num {
	int64_t sig;
	int exp;
};

enum cff_op {
#define CFF_OP(id, code, dict, min, max, kind) CFF_##id,
#include "sanitize/font/cff_dict.def"
#undef CFF_OP
	CFF_OP_COUNT
};

/* In which DICT an operator may be written. */
enum cff_dict_kind { CFF_TOP = 1, CFF_FD = 2, CFF_PRIV = 4, CFF_NEVER_WRITTEN = 8 };

struct cff_dict {
	struct {
		uint8_t n;	/* 0: absent */
		struct cff_num v[CFF_OPERANDS_MAX];
	} op[CFF_OP_COUNT];
};

enum cff_predefined { CFF_STANDARD, CFF_EXPERT, CFF_EXPERT_SUBSET, CFF_CUSTOM };

struct cff_supplement {
	uint8_t code;
	uint16_t sid;
};

struct cff_font {
	struct arena *arena;
	struct view name;
	bool cid;
	struct view registry, ordering;
	struct cff_dict top;
	uint32_t n;			/* glyphs, 1 to 65,535 */
	struct buf code;		/* all flat charstrings */
	uint32_t *end;			/* where each ends in `code` */
	enum cff_predefined charset, encoding;
	uint16_t *sid;			/* of each glyph (CFF_CUSTOM): SID in the numbering of `string`, or CID */
	const struct view *string;	/* SID 391 + i */
	uint32_t strings;
	uint8_t codes[255];		/* of glyphs 1, 2, … (CFF_CUSTOM) */
	uint32_t n_codes;
	struct cff_supplement supplement[255];
	uint32_t supplements;
	struct cff_dict *fd;		/* Font DICTs; without CID one, for its Private's sake */
	struct cff_dict *priv;		/* their Private DICTs */
	uint32_t fds;
	uint8_t *fd_of;			/* of each glyph; NULL without CID */
};

/* cff_dict.c */
struct cff_num cff_int(int64_t i);
/* PostScript's and BCD's spelling: sign, digits, point, digits, exponent.  False where it is none. */
bool cff_num_parse(struct view v, struct cff_num *ret);
double cff_double(struct cff_num n);
/* Truncated; 0 where it does not fit 32 bits. */
int32_t cff_whole(struct cff_num n);
/* Known operators with enough operands; the first of a kind's counts as written. */
void cff_dict_read(struct view v, struct cff_dict *ret);
/* Operators of the kind; offsets and string ids as `d` has them. */
void cff_dict_write(const struct cff_dict *d, enum cff_dict_kind kind, struct buf *b);

/* The SID of a standard string, else 0. */
uint16_t cff_standard_sid(struct view name);
struct view cff_standard_string(uint16_t sid);	/* sid < 391 */
/* The name that StandardEncoding has for a code, as a SID; 0 for none. */
uint16_t cff_standard_encoding(uint8_t code);

/* cff_write.c */
bool cff_write(struct cff_font *f, struct buf *out, struct err *e);
/* 1 to 127 bytes, no controls. */
bool cff_string_fits(struct view s);

#endif
