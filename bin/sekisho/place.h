/*
 * place.h - where an output goes: whole or not at all.
 *
 * A file is nameless until all of it is written; where the file system knows
 * no nameless files (NFS, FAT, CIFS) it is a hidden ".sekisho-….part" in the
 * same folder till then.
 */
#ifndef SEKISHO_BIN_SEKISHO_PLACE_H
#define SEKISHO_BIN_SEKISHO_PLACE_H

#include <limits.h>

#include "collect.h"
#include "nursery/nursery.h"

/* An output folder. */
struct place {
	const char *folder;
	const struct sources *sources;
	/* NULL, or: is the file at `path`, which is in the way, this very output of an earlier run? */
	bool (*ours)(void *arg, const char *path, const struct outcome *o);
	void *arg;
	char last[PATH_MAX];	/* of many of one name: */
	unsigned next;		/* the number to go on with */
};

/*
 * Writes the output below the folder as `below` with its type's ending; on
 * collision "name (2).ext".  Names too long for a file are cut before the
 * ending.  Folders are made.  `stale`, where not NULL, is an older output of
 * the same input: it is replaced, unless the ending is another now.  The path
 * goes to `ret`.
 */
bool place_below(struct place *p, const char *below, const struct outcome *o, const char *stale, char ret[PATH_MAX],
		 struct err *e);
/* To one path, replacing a file that was there in one step; a pipe or device is written to; "-" is standard output. */
bool place_at(const char *path, const struct outcome *o, struct err *e);
/* A signal that ends the program takes what is half-written under a name along; one that is ignored stays so. */
void place_hear_signals(void);

#endif
