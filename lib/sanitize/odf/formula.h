/*
 * formula.h - formulas and ranges of OpenDocument (ODF 1.3 part 4,
 * OpenFormula), read as tokens and judged against an allow-list.
 *
 * What is kept can only compute over cells, names and texts of its own
 * document: no DDE, no other document ('file:///…'#$Sheet.A1), no service of the
 * web, no function that nobody here knows.  What is kept is kept as it stands.
 */
#ifndef SEKISHO_SANITIZE_ODF_FORMULA_H
#define SEKISHO_SANITIZE_ODF_FORMULA_H

#include "core/view.h"

enum odf_formula {
	ODF_FORMULA_OK,
	ODF_FORMULA_SHAPE,	/* no token, brackets that do not match, too long or too deep */
	ODF_FORMULA_EXTERNAL,	/* another document */
	ODF_FORMULA_FUNCTION,	/* a function that is not of the list */
	ODF_FORMULA_LINK,	/* HYPERLINK to more than a literal address of the web */
	ODF_FORMULA_LANGUAGE,	/* a prefix that is not of a language of formulas */
};

/*
 * A formula with its prefix ("of:=", "oooc:=", "="), an expression without,
 * or a condition ("of:cell-content()>0").  `links`: may it lead to the web?
 */
enum odf_formula odf_formula_judge(struct view v, bool links);
/* One address of cells or several, blanks between them. */
enum odf_formula odf_range_judge(struct view v);
/* A condition or formula of Writer ("ooow:page==1"): fields, numbers, texts. */
enum odf_formula odf_writer_judge(struct view v);

#endif
