/*
 * lex.h - characters of PDF syntax (ISO 32000-2 7.2.3), and the parser of
 * whole objects that stands behind pdf_parse_direct() and the reader.
 */
#ifndef SEKISHO_SANITIZE_PDF_LEX_H
#define SEKISHO_SANITIZE_PDF_LEX_H

#include "sanitize/pdf/pdf.h"

enum pdf_char { PDF_REGULAR, PDF_SPACE, PDF_DELIM };
/* Table 1 and Table 2; all else is regular. */
extern const uint8_t pdf_char_of[256];

static inline bool
pdf_is_space(uint8_t c)
{
	return pdf_char_of[c] == PDF_SPACE;
}

static inline bool
pdf_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* 0..15, or -1. */
int pdf_hex(uint8_t c);
/* White space and comments at the front. */
void pdf_skip_space(struct view *in);
/* An unsigned decimal number at the front, blanks before it skipped; clamped.  false: none there. */
bool pdf_take_uint(struct view *in, uint64_t *ret);
/* The bytes of `word` at the front, white space before it skipped. */
bool pdf_take_word(struct view *in, struct view word);

struct pdf_crypt;

enum { PDF_NESTING = 100 };	/* arrays and dictionaries in each other, in what is read */

/* Zero it but for `a`; pdf_parser_release() when done.  May be used again and again. */
struct pdf_parser {
	struct arena *a;
	bool refs;			/* `n g R` is a reference */
	const struct pdf_crypt *crypt;	/* strings are decrypted for object num, gen; NULL: none */
	uint32_t num, gen;
	/* The rest belongs to parse.c. */
	struct pdf_obj *v;
	size_t n, cap;
	uint32_t depth;
	struct { bool dict; size_t from; } open[PDF_NESTING];
};
void pdf_parser_release(struct pdf_parser *x);
/*
 * One object.  Stops in front of a keyword that ends objects (endobj,
 * stream, ...), closing what is open.  false: there was none, or it nests
 * too deep, or is too large.
 */
bool pdf_parse(struct pdf_parser *x, struct view *in, struct pdf_obj *ret);

#endif
