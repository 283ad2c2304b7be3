/*
 * flat.h - a package as the fuzzers like it: parts one behind the other, so
 * that a mutation changes a word of a part and not a byte of Deflate.
 *
 *   @@@ word/document.xml
 *   <w:document ...
 *   @@@ word/styles.xml
 *   ...
 *
 * A part ends where the next line of that kind begins; the newline before
 * that belongs to neither.  tests/fuzz/seeds.py writes the same.
 */
#ifndef SEKISHO_FUZZ_FLAT_H
#define SEKISHO_FUZZ_FLAT_H

#include "core/buf.h"

/* The ZIP archive of its parts, all stored, in `out`; false where `flat` does not begin with a part's name. */
bool flat_pack(struct view flat, struct buf *out);

#endif
