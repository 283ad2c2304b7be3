/*
 * memory.h - documents as memfds: anonymous files that are sealed, so that
 * no one can change them behind a reader's back.
 */
#ifndef SEKISHO_NURSERY_MEMORY_H
#define SEKISHO_NURSERY_MEMORY_H

#include "core/err.h"
#include "core/view.h"

/* A new writable memfd without execution; -1 with *e. */
int memory_new(const char *name, struct err *e);
/* Copies all of `from` (a file, pipe or memfd) to a sealed memfd; -1 with *e, ERR_LIMIT past max. */
int memory_copy(int from, uint64_t max, uint64_t *ret_size, struct err *e);
/* No writing, growing or shrinking from now on. */
bool memory_seal(int fd, struct err *e);
/* Seals against writing only: what is in it stands, but its owner may still cut it. */
bool memory_seal_content(int fd, struct err *e);
/* Maps n bytes of a sealed memfd for reading; memory_unmap() it. */
bool memory_map(int fd, size_t n, struct view *ret, struct err *e);
void memory_unmap(struct view *v);

#endif
