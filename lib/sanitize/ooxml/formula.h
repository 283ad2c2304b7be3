/*
 * formula.h - formulas of SpreadsheetML (ISO/IEC 29500-1 18.17), read as
 * tokens, judged against the allow-list of functions.def, written anew.
 *
 * What is kept can only compute: over cells of this workbook, its names and
 * its tables.  What may reach outside (another workbook, DDE, the network, a
 * macro, a function of somebody's add-in) is refused as a whole, and the
 * caller keeps the value that the file holds for the cell.
 *
 * INDIRECT stays, because dependent lists are made with it everywhere: Excel
 * follows it only into workbooks that are open already.  Where the formula
 * has a text in it that could be part of a path or an address (`[ ] \ | ://`),
 * it is refused.  HYPERLINK stays where its address is one literal text that
 * the rule for links allows, or begins with a literal `#` (a place in the
 * same workbook).
 *
 * Written as: the same tokens; function names in capitals; blanks and line
 * feeds between tokens as they were, other white space as a blank; `=` in
 * front dropped.
 */
#ifndef SEKISHO_SANITIZE_OOXML_FORMULA_H
#define SEKISHO_SANITIZE_OOXML_FORMULA_H

#include "core/buf.h"
#include "core/finding.h"

enum { FORMULA_MAX = 32768 };	/* bytes; 8,192 characters is Excel's limit */

enum formula_verdict {
#define FAULT(name, finding, en) FORMULA_##name,
#include "sanitize/ooxml/formula.def"
#undef FAULT
	FORMULA_VERDICTS
};

struct formula_rules {
	/* Is there a sheet of that name?  NULL: every name is taken for one. */
	bool (*sheet)(void *ctx, struct view name);
	/* Does this workbook define that name as a LAMBDA, so that it can be called?  NULL: none. */
	bool (*lambda)(void *ctx, struct view name);
	/* May a name be used: is it defined still, or was it never?  NULL: every name may. */
	bool (*name)(void *ctx, struct view name);
	/* Writes the one spelling of a web address to out; false where it may not stay.  NULL: none may. */
	bool (*url)(void *ctx, struct view url, struct buf *out);
	void *ctx;
};

/*
 * Appends the canonical form of `in` (UTF-8, without its leading `=` or with
 * it) to out.  On any verdict but FORMULA_OK out is as it was, and *what, a
 * piece of `in`, is the token that decided.  A full `out` is for the caller
 * to ask about.  Linear time; memory for the address of a HYPERLINK only.
 */
enum formula_verdict formula_clean(struct view in, const struct formula_rules *r, struct buf *out,
				   struct view *what);
/* Could this text be part of a path, an address or a workbook's name? */
bool formula_is_path(struct view text);
/* What to note for a verdict, and its words in English. */
enum finding_code formula_finding(enum formula_verdict v);
const char *formula_words(enum formula_verdict v);
/* May a function of that name be called, in any case, with or without `_xlfn.` and `_xlfn._xlws.` in front? */
enum formula_verdict formula_function(struct view name);

#endif
