/*
 * weigh.h - how much a drawing becomes when it is drawn: <use>, patterns,
 * markers, masks and filters draw other parts again, and those others again.
 * A few elements can so become billions.
 */
#ifndef SEKISHO_SANITIZE_SVG_WEIGH_H
#define SEKISHO_SANITIZE_SVG_WEIGH_H

#include "core/arena.h"
#include "core/err.h"

enum { SVG_DRAWN_MAX = 4000000, SVG_ELEMENTS_MAX = 1000000 };

struct svg_weigh;

/* Lives in the arena.  NULL without memory. */
struct svg_weigh *svg_weigh_new(struct arena *a);
/*
 * The next element in document order, inside `parent` (SIZE_MAX: none); its index, or
 * SIZE_MAX past a million or without memory.  Views are copied.
 */
size_t svg_weigh_element(struct svg_weigh *w, size_t parent, struct view name, struct view id, struct view classes);
/* The element names another; false without memory. */
bool svg_weigh_ref(struct svg_weigh *w, size_t element, struct view id);
/* A rule of a sheet names one, for all that the last part of its selectors fits. */
bool svg_weigh_rule(struct svg_weigh *w, struct view selectors, struct view id);
/* ERR_LIMIT past SVG_DRAWN_MAX.  Cycles draw nothing. */
bool svg_weigh_all(struct svg_weigh *w, struct err *e);

#endif
