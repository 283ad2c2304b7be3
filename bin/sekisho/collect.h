/*
 * collect.h - the files that a command line means: operands, folders walked.
 */
#ifndef SEKISHO_BIN_SEKISHO_COLLECT_H
#define SEKISHO_BIN_SEKISHO_COLLECT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

struct source {
	const char *path;	/* to open; "-" is standard input */
	const char *below;	/* its place below the output folder: "2026/見積.pdf" */
};

struct sources {
	struct arena *arena;
	struct source *at;
	size_t n, cap;
	bool folder;		/* an operand was a folder */
};

/*
 * Adds an operand: a file, "-", or a folder with all regular files below it,
 * by name in each folder.  Symbolic links inside folders are not followed.
 */
bool collect(struct sources *s, const char *operand, struct err *e);
void sources_release(struct sources *s);

#endif
