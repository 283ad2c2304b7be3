/*
 * detect.h - what a file truly is, by its content; the name only decides
 * between kinds that the content cannot tell apart (CSV and text).
 */
#ifndef SEKISHO_SANITIZE_DETECT_H
#define SEKISHO_SANITIZE_DETECT_H

#include "core/type.h"
#include "core/view.h"

enum type detect(struct view in, const char *name);
/* Does this name's ending fit the type?  true where the name has no ending. */
bool detect_fits(enum type t, const char *name);

#endif
