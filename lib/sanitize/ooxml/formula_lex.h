/*
 * formula_lex.h - the tokens of a formula; for formula.c only.
 */
#ifndef SEKISHO_SANITIZE_OOXML_FORMULA_LEX_H
#define SEKISHO_SANITIZE_OOXML_FORMULA_LEX_H

#include "sanitize/ooxml/formula.h"

enum token_kind {
	TOKEN_END,
	TOKEN_BLANK,	/* a run of white space */
	TOKEN_VALUE,	/* number, error, cell, name, structured reference: written as it stands */
	TOKEN_STRING,	/* with its quotes */
	TOKEN_CALL,	/* the name before a bracket; the bracket is the next token */
	TOKEN_SHEET,	/* Sheet!, 'Sheet 1:Sheet 3'!, [0]!, ! */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_SEMICOLON,
	TOKEN_ARRAY,	/* { */
	TOKEN_ARRAY_END,
	TOKEN_INFIX,	/* * / ^ & = < > <= >= <> : */
	TOKEN_SIGN,	/* + -: between two operands, or before one */
	TOKEN_AT,
	TOKEN_PERCENT,
	TOKEN_SPILL,	/* # behind a reference */
	TOKEN_BAD,
	TOKEN_KINDS
};

struct token {
	enum token_kind kind;
	enum formula_verdict fault;	/* of TOKEN_BAD */
	bool literal;			/* a value that an array constant may hold */
	bool name;		/* a name, or a cell without dollars */
	bool reference_error;		/* #REF!, which a reference may follow without anything between */
	struct view text;
};

/* The token in front of *rest, consumed.  `want`: an operand is expected, which decides what `#` and `[` are. */
struct token token_next(struct view *rest, bool want);

/* The bytes of names and references: letters, digits, _ . ? \ $ and all beyond ASCII. */
bool token_is_word(uint8_t c);
/* May a name hold it: no control, no blank, nothing that hides? */
bool token_is_name(struct view v);

#endif
