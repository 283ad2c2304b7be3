/*
 * convert.h - a converter's one document: the part comes as a sealed memfd,
 * stands in the child's own /tmp while others' programs read it, and its
 * new form goes to the memory that came along (wire.def CONVERT).
 */
#ifndef SEKISHO_NURSERY_CONVERT_H
#define SEKISHO_NURSERY_CONVERT_H

#include "wire/wire.h"

enum { CONVERT_PATH = 64 };

/* Writes the new form of the file at `path` to `out`, which is empty.  false with *e: why not. */
typedef bool (*convert_fn)(const struct wire_need *d, const char *path, int out, struct err *e);

/* The whole of a child's life.  The file is called by the type's ending as it comes, as `ending` says. */
void convert_serve(int sock, const char *(*ending)(uint32_t type), convert_fn convert);
/* All of a file to the end of `to`. */
bool convert_copy(const char *path, int to, struct err *e);

#endif
