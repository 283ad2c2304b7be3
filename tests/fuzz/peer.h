/*
 * peer.h - a picture's pixels as the usual library sees them: what our
 * output shows must be what the input showed.
 */
#ifndef SEKISHO_FUZZ_PEER_H
#define SEKISHO_FUZZ_PEER_H

#include "core/buf.h"
#include "core/type.h"

/*
 * Adds size and pixels of the first picture in `in` to `ret`.  False where the
 * library says a word against it, where the picture is large, and for types
 * that are not rebuilt without loss (or have no library here).
 */
bool peer_pixels(enum type type, struct view in, struct buf *ret);

#endif
