/*
 * drawing.h - an EMF, WMF or StarView drawing as the only thing on a page of its own
 * size, so that what is drawn is the drawing and no paper around it.
 */
#ifndef SEKISHO_BIN_CONVERTER_DRAWING_H
#define SEKISHO_BIN_CONVERTER_DRAWING_H

#include "core/err.h"
#include "core/view.h"

/* Millimetres, from the headers (MS-EMF 2.2.9; MS-WMF 2.3.2.3, or its first window; StarView says it first). */
struct drawing_size {
	double w, h;
};
bool drawing_size(struct view in, struct drawing_size *ret);

/* Writes the file at `path` into a flat OpenDocument drawing at `page`. */
bool drawing_page(const char *path, const char *page, struct err *e);

#endif
