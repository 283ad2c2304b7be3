/*
 * out.h - what the writer's files share.
 */
#ifndef SEKISHO_SANITIZE_PDF_OUT_H
#define SEKISHO_SANITIZE_PDF_OUT_H

#include "sanitize/pdf/lex.h"

/* Bytes, the shorter first of two that are alike so far: the canonical order of keys. */
int pdf_key_order(struct view a, struct view b);

#endif
