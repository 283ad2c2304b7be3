/*
 * cellref.h - references to cells as attributes hold them (ISO/IEC 29500-1
 * 18.18.7, 18.18.62, 18.18.76): A1, $A$1, A1:B2, A:C, 1:5, and lists of
 * these with one space between.
 */
#ifndef SEKISHO_SANITIZE_OOXML_CELLREF_H
#define SEKISHO_SANITIZE_OOXML_CELLREF_H

#include "core/view.h"

enum { CELLREF_ROWS = 1048576, CELLREF_COLUMNS = 16384 };

/* One cell; 1-based.  false where it is none, or lies outside the sheet. */
bool cellref_cell(struct view v, uint32_t *row, uint32_t *column);
/* One range, or one cell. */
bool cellref_range(struct view v);
/* A list of ranges, at least one. */
bool cellref_list(struct view v);

#endif
