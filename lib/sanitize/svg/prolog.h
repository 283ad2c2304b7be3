/*
 * prolog.h - SVG without its DOCTYPE: Illustrator and others declare their
 * namespaces as internal entities, so the literal ones are resolved here, within a
 * budget, and what the markup engine reads has none.
 */
#ifndef SEKISHO_SANITIZE_SVG_PROLOG_H
#define SEKISHO_SANITIZE_SVG_PROLOG_H

#include "sanitize/job.h"

enum {
	SVG_ENTITIES_MAX = 256,
	SVG_ENTITY_DEPTH = 8,
	SVG_ENTITY_GROWTH = 1 << 20,	/* bytes that entities may add to the whole */
};

/*
 * `in` (UTF-8) without its document type declaration and with its internal general
 * entities resolved, in `ret`; *entities: how many references there were.
 * ERR_DENIED where a reference is to an external or parameter entity or to one
 * that contains itself, ERR_LIMIT past the budget; those not declared are
 * left as they are (the engine refuses them).  False also where the declaration never ends.
 */
bool svg_prolog(struct job *j, struct view in, struct buf *ret, uint64_t *entities, struct err *e);

#endif
