/*
 * csv_cell.h - which cells a spreadsheet would run when it opens a CSV, and
 * which only look like it (docs/canonical.md: CSV).
 */
#ifndef SEKISHO_SANITIZE_TEXT_CSV_CELL_H
#define SEKISHO_SANITIZE_TEXT_CSV_CELL_H

#include "core/view.h"

/*
 * `cell` is the content, unquoted, in UTF-8.  Formulas by `= + - @` (full-width
 * ones too, and behind leading white space and quotes) and DDE shapes run;
 * numbers, amounts, telephone numbers, dates, remarks such as -5度 and text constants ="001" do not.
 */
bool csv_cell_runs(struct view cell);

#endif
