/*
 * charstring.h - Type 2 charstrings (Adobe Technical Note 5177): run once,
 * and written flat, with what subroutines and arithmetic came to.
 *
 * Also the numbers and operators that the Type 1 converter writes.
 */
#ifndef SEKISHO_SANITIZE_FONT_CHARSTRING_H
#define SEKISHO_SANITIZE_FONT_CHARSTRING_H

#include "core/buf.h"

enum {
	CHARSTRING_MAX = 65535,		/* bytes, flat */
	CHARSTRING_STACK = 48,
	CHARSTRING_STEMS = 96,
};

enum cs_op {
	CS_HSTEM = 1, CS_VSTEM = 3, CS_VMOVETO = 4, CS_RLINETO = 5, CS_HLINETO = 6, CS_VLINETO = 7,
	CS_RRCURVETO = 8, CS_CALLSUBR = 10, CS_RETURN = 11, CS_ESCAPE = 12, CS_ENDCHAR = 14,
	CS_HSTEMHM = 18, CS_HINTMASK = 19, CS_CNTRMASK = 20, CS_RMOVETO = 21, CS_HMOVETO = 22,
	CS_VSTEMHM = 23, CS_RCURVELINE = 24, CS_RLINECURVE = 25, CS_VVCURVETO = 26,
	CS_HHCURVETO = 27, CS_SHORT = 28, CS_CALLGSUBR = 29, CS_VHCURVETO = 30, CS_HVCURVETO = 31,
	/* behind CS_ESCAPE */
	CS_DOTSECTION = 0, CS_AND = 3, CS_OR = 4, CS_NOT = 5, CS_ABS = 9, CS_ADD = 10, CS_SUB = 11,
	CS_DIV = 12, CS_NEG = 14, CS_EQ = 15, CS_DROP = 18, CS_PUT = 20, CS_GET = 21,
	CS_IFELSE = 22, CS_RANDOM = 23, CS_MUL = 24, CS_SQRT = 26, CS_DUP = 27, CS_EXCH = 28,
	CS_INDEX = 29, CS_ROLL = 30, CS_HFLEX = 34, CS_FLEX = 35, CS_HFLEX1 = 36, CS_FLEX1 = 37,
};

/* An INDEX (5176, 5): `count` elements found through offsets of off_size bytes. */
struct cff_index {
	struct view offsets, data;
	uint32_t count;
	unsigned off_size;
};

/* Consumes an INDEX; false where it is none. */
bool cff_index_take(struct view *v, struct cff_index *ret);
/* Empty where its offsets make no sense. */
struct view cff_index_at(const struct cff_index *x, uint32_t i);

/* The numbers of one or two bytes that charstrings and DICTs share; b0, 32 to 254, is read already. */
static inline bool
cff_small_take(struct view *v, uint8_t b0, int32_t *ret)
{
	uint8_t b1;

	if (b0 <= 246) {
		*ret = b0 - 139;
		return true;
	}
	if (!view_u8(v, &b1))
		return false;
	*ret = b0 < 251 ? (b0 - 247) * 256 + b1 + 108 : -(b0 - 251) * 256 - b1 - 108;
	return true;
}

struct charstring_env {
	struct cff_index global, local;
	uint64_t *budget;	/* tokens left for the whole font */
};

/*
 * Appends the flat charstring; nothing for nothing.  False, and nothing appended, where it
 * cannot be run: underflow, overflow, missing or too deep subroutine, too
 * long, out of budget.
 */
bool charstring_flat(const struct charstring_env *env, struct view in, struct buf *out);

/* A 16.16 number in its shortest form. */
void charstring_num(struct buf *b, int32_t fixed);

#endif
