/*
 * chart.h - charts: their formulas, and the workbook behind them (chart.def).
 *
 * The formula of a series says where its values came from; the values
 * themselves stand beside it, cached.  So a formula may only name cells
 * (docs/canonical.md: "OOXML: drawings"), and one that says anything more
 * becomes `#REF!`, as where Excel itself lost them: the chart looks the same.
 */
#ifndef SEKISHO_SANITIZE_OOXML_CHART_H
#define SEKISHO_SANITIZE_OOXML_CHART_H

#include "sanitize/markup/markup.h"

enum { CHART_REFERENCE_MAX = 8192 };

/*
 * Appends the canonical form of a reference to cells or names of one
 * workbook: without `=`, blanks and the workbook's name.  false, and `out`
 * as it was, where `in` is anything else.
 */
bool chart_reference(struct view in, struct buf *out);

extern const struct markup_hook hook_c_formula, hook_c_external_data, hook_c_unsigned;

#endif
