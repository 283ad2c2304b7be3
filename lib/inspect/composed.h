/*
 * composed.h - whether a name spells its letters in one way (UAX #15, form C).
 */
#ifndef SEKISHO_INSPECT_COMPOSED_H
#define SEKISHO_INSPECT_COMPOSED_H

#include "core/buf.h"

/*
 * Adds the name as it would be compared: letters split from their marks all through, marks in their order.
 * With `left` those of 2000-2FFF, F900-FAFF, 2F800-2FAFF stay, and what can be joined is joined.
 * False where more than 30 marks stand in a row, or without room.
 */
bool inspect_split(struct view name, struct buf *ret);
bool inspect_joined(struct view name, struct buf *ret);

#endif
