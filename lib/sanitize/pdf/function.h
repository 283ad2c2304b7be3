/*
 * function.h - the program of a Type 4 function (ISO 32000-2 7.10.5), which
 * can compute but neither loop nor reach anything.
 */
#ifndef SEKISHO_SANITIZE_PDF_FUNCTION_H
#define SEKISHO_SANITIZE_PDF_FUNCTION_H

#include "sanitize/pdf/pdf.h"

/* Re-tokenises a program into `out`; false, and `out` as it was, where it is none. */
bool pdf_function_program(struct view in, struct arena *scratch, struct buf *out);

#endif
