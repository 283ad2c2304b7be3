/*
 * type.h - what a file truly is: the fixed set of type.def.
 */
#ifndef SEKISHO_CORE_TYPE_H
#define SEKISHO_CORE_TYPE_H

#include <stdbool.h>

#include "core/lang.h"
#include "core/view.h"

enum type {
#define TYPE(id, name, ending, ja, en) TYPE_##id,
#include "core/type.def"
#undef TYPE
	TYPE_COUNT
};

const char *type_name(enum type t);	/* "pdf" */
const char *type_ending(enum type t);	/* ".pdf", "" where never an output */
const char *type_text(enum type t, enum lang l);
/* May a file of this type have this ending (ending.def)?  Without the dot, in any case of letters. */
bool type_has_ending(enum type t, struct view ending);
/* May an output of this type? */
bool type_keeps_ending(enum type t, struct view ending);
/* The last ending of a name, as Windows reads it, without the dot; empty where there is none. */
struct view type_ending_of(const char *name);
/*
 * The name under which an output of type `t` goes out: so many bytes of `name` and behind them `ret_ending`.
 * It stays as it is where its ending fits; else the type's own comes in the place of a known one
 * (photo.jpg that is a PNG: photo.png; a.tar.gz that became a ZIP: a.zip) or behind an unknown one
 * (notes.2024: notes.2024.txt).  What is obeyed by its name never keeps it (desktop.ini: desktop.ini.txt).
 * Folders are left alone.
 */
size_t type_stem(enum type t, const char *name, const char **ret_ending);
/* Is a file obeyed for being called so (obeyed.def)?  `name` may have folders before it. */
bool type_obeyed(const char *name);
/* ... and what lies in a folder for its being called so: a row, or the number of a Windows class behind a dot ("a.{ED7BA470-…}")? */
bool type_obeyed_folder(struct view step);

#endif
