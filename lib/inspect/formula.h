/*
 * formula.h - spreadsheet formulas (ISO/IEC 29500-1 18.17): tokens in turn,
 * functions of an allow-list, sheets of this workbook.
 */
#ifndef SEKISHO_INSPECT_FORMULA_H
#define SEKISHO_INSPECT_FORMULA_H

#include "inspect/workbook.h"

enum { FORMULA_BYTES = 32768, FORMULA_DEPTH = 256 };

enum formula_rule {
	FORMULA_NO,
	FORMULA_OK,
	FORMULA_TEXT,	/* makes a reference out of a text (INDIRECT) */
	FORMULA_LINK,	/* leads somewhere (HYPERLINK) */
};

/* `f` decoded.  `w`: its workbook. */
bool inspect_formula(struct inspection *in, struct workbook *w, struct view f, struct err *e);
/* By its name in capitals, without a prefix. */
enum formula_rule inspect_formula_function(struct view name);
/* No text of a formula that calls INDIRECT may name another file. */
bool inspect_formula_text_sound(struct view text);

#endif
