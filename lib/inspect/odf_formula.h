/*
 * odf_formula.h - formulas and addresses of OpenDocument (docs/canonical.md,
 * "OpenDocument").
 */
#ifndef SEKISHO_INSPECT_ODF_FORMULA_H
#define SEKISHO_INSPECT_ODF_FORMULA_H

#include "inspect/recognise.h"

/* All decoded. */
bool inspect_odf_formula(struct inspection *in, struct view f, struct err *e);
/* Of fields in text: no calls, nothing that names another file. */
bool inspect_odf_text_formula(struct view f, struct err *e);
bool inspect_odf_ref(struct view v);

#endif
