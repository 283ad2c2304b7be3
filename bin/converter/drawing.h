/*
 * drawing.h - an EMF, WMF or StarView drawing on a page of its own size, so
 * that what is drawn is the drawing and no paper around it: twice, on white
 * and below that on black, so that who looks at both sees what shows through
 * (core/need.h).
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

/* Dots of one of the two, as LibreOffice draws that page; the height in whole steps. */
enum { DRAWING_STEP = 24 };
struct drawing_dots {
	uint32_t w, h;
};
struct drawing_dots drawing_dots(const struct drawing_size *s);

/* Writes the file at `path` into a flat OpenDocument drawing at `page`. */
bool drawing_page(const char *path, const char *page, struct err *e);

#endif
