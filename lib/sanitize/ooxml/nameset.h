/*
 * nameset.h - a set of names as Excel compares them: without regard to case in
 * ASCII, all else by bytes.  For names of sheets and of definitions.
 */
#ifndef SEKISHO_SANITIZE_OOXML_NAMESET_H
#define SEKISHO_SANITIZE_OOXML_NAMESET_H

#include "core/arena.h"

struct nameset {
	struct view *slot;	/* .p NULL: free */
	size_t n, cap;		/* cap: a power of two */
};

/* The set and its views live in `a`; `name` is copied.  false without memory.  Twice is once. */
bool nameset_add(struct nameset *s, struct arena *a, struct view name);
bool nameset_has(const struct nameset *s, struct view name);

#endif
