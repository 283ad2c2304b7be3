/*
 * charstring_math.h - the stack of a charstring that is run, and the
 * operators that only compute on it.
 */
#ifndef SEKISHO_SANITIZE_FONT_CHARSTRING_MATH_H
#define SEKISHO_SANITIZE_FONT_CHARSTRING_MATH_H

#include "sanitize/font/charstring.h"

enum { CHARSTRING_TRANSIENT = 32 };

struct charstring_stack {
	int32_t v[CHARSTRING_STACK];	/* 16.16 */
	unsigned n;
	int32_t transient[CHARSTRING_TRANSIENT];
};

/* `op` stands behind an escape.  1: done, the stack stays; 0: not one of these; -1: underflow or overflow. */
int charstring_compute(struct charstring_stack *r, uint8_t op);

#endif
