/*
 * field.h - instructions of fields in text documents (ECMA-376-1 17.16),
 * judged whole: field.def says which may stay.
 */
#ifndef SEKISHO_SANITIZE_OOXML_FIELD_H
#define SEKISHO_SANITIZE_OOXML_FIELD_H

#include "core/view.h"

enum { FIELD_MAX = 32768, FIELD_NESTED = 1 };	/* bytes; what stands for a field in the instruction */

/*
 * May a field with this instruction stay?  `in` is all its pieces together,
 * a byte FIELD_NESTED in the place of each field in it.  `links`: the
 * profile keeps links; a HYPERLINK's address must be as uri_clean() would write
 * it, or there is none and it goes to a place in the document (\l).
 */
bool field_allowed(struct view in, bool links);
/* What a MACROBUTTON or GOTOBUTTON shows, a piece of `in`; empty for other fields, or where a field is in it. */
struct view field_button(struct view in);

#endif
