/*
 * value.h - values of properties, checked and written in their one form.
 */
#ifndef SEKISHO_SANITIZE_CONTENTLINE_VALUE_H
#define SEKISHO_SANITIZE_CONTENTLINE_VALUE_H

#include "core/buf.h"

enum value_kind {
#define VALUE(kind) VALUE_##kind,
#include "sanitize/contentline/value.def"
#undef VALUE
	VALUE_COUNT
};

/*
 * Adds `v` (as a line carries it, escapes and all) to `out` in canonical form; false, with `out` as it was, where it
 * is not of its kind.  `commas`: in STRUCTURED they separate (else they are text).  PICTURE is never.
 */
bool value_put(enum value_kind kind, struct view v, bool commas, struct buf *out);
bool value_is_token(struct view v);

#endif
