/*
 * marked.h - property lists of marked content (ISO 32000-2 14.6.2): a name of
 * /Properties that is optional content, or a dictionary reduced to marked.def.
 */
#ifndef SEKISHO_SANITIZE_PDF_MARKED_H
#define SEKISHO_SANITIZE_PDF_MARKED_H

#include "sanitize/pdf/gfx.h"

/* Writes the operand, with `a` as scratch; *ret false, and nothing written, where nothing of it is kept. */
bool marked_put(struct pdf_rebuild *r, struct res *res, const struct pdf_obj *o, struct buf *b,
		bool *ret, struct arena *a, struct err *e);

#endif
