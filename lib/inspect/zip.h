/*
 * zip.h - the entries of a canonical ZIP that is a package (OOXML, ODF).
 */
#ifndef SEKISHO_INSPECT_ZIP_H
#define SEKISHO_INSPECT_ZIP_H

#include "inspect/recognise.h"

struct zip_entry {
	struct view name, data;
	uint64_t at;	/* of its local header: says the order in the file */
	bool stored;
};

/*
 * All entries in ascending order of their folded names, none of them a
 * directory or empty.  What is handed out lives as long as the arena.
 */
bool inspect_zip_entries(struct inspection *in, struct view out, struct arena *arena, struct zip_entry **ret,
			 size_t *ret_n, struct err *e);

#endif
