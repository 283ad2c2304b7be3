/*
 * kind.h - the kinds of value of kind.def, the judges of hook.def.  A check that says no without
 * setting *e leaves the words to its caller.
 */
#ifndef SEKISHO_INSPECT_MARKUP_KIND_H
#define SEKISHO_INSPECT_MARKUP_KIND_H

#include "inspect/markup/markup.h"

#define KIND(name, function) kind_check function;
#include "inspect/markup/kind.def"
#undef KIND
#define HOOK(name, function) hook function;
#include "inspect/markup/hook.def"
#undef HOOK

/* -?digits[.digits][e[+-]digits], consumed; false and nothing consumed where there is none. */
bool inspect_take_number(struct view *v);
/* One A1 reference or range with or without $, consumed. */
bool inspect_take_ref(struct view *v);
/* Cells or a name of this workbook, with or without its sheet: the whole of `v`. */
bool inspect_drawing_place(struct view v);

#endif
