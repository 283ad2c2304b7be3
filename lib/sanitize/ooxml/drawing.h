/*
 * drawing.h - DrawingML's hooks (dml.def), for who draws with it: Word,
 * Excel and PowerPoint.
 *
 * A frame (graphicFrame, wp:inline, wp:anchor) whose object did not stay is
 * not written; neither is the anchor on a sheet or chart whose object did not.
 */
#ifndef SEKISHO_SANITIZE_OOXML_DRAWING_H
#define SEKISHO_SANITIZE_OOXML_DRAWING_H

#include "sanitize/markup/markup.h"

/* A bit of markup_note() of a frame or an anchor: something is in it. */
enum { DRAWING_HELD = 1 };

/* In a hook's open, of an element with id and name (cNvPr): both are there and fit. */
void drawing_named(struct markup *m);

extern const struct markup_hook hook_a_extension, hook_a_graphic_data, hook_a_graphic_content;
extern const struct markup_hook hook_a_object, hook_a_anchor, hook_a_frame, hook_dsp_data_model_ext;

#endif
