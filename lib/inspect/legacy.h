/*
 * legacy.h - the two VML drawings a workbook may have, letter by letter:
 * the boxes of notes, and pictures in headers (docs/canonical.md, "XLSX").
 */
#ifndef SEKISHO_INSPECT_LEGACY_H
#define SEKISHO_INSPECT_LEGACY_H

#include "inspect/recognise.h"

/* relation(of, id, "image"): the picture of a header. */
bool inspect_legacy_drawing(struct view v, bool (*relation)(void *of, struct view id, struct view types, struct err *e), void *of, struct err *e);

#endif
