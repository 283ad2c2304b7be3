/*
 * place.h - where an output goes: whole or not at all.
 */
#ifndef SEKISHO_BIN_SEKISHO_PLACE_H
#define SEKISHO_BIN_SEKISHO_PLACE_H

#include <limits.h>
#include <stdint.h>

#include "core/err.h"
#include "core/type.h"

/*
 * Writes the memfd below `folder` as `below` with the type's ending; on
 * collision "name (2).ext".  Folders are made.  The file appears under its
 * name only when all of it is on the disk's way: a full disk leaves nothing.
 * The path goes to `ret`.
 */
bool place_below(const char *folder, const char *below, enum type type, int memfd, uint64_t size,
		 char ret[PATH_MAX], struct err *e);
/* To one path, replacing what was there in one step; "-" is standard output. */
bool place_at(const char *path, int memfd, uint64_t size, struct err *e);

#endif
