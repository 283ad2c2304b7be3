/*
 * half.h - a file being written, without a name where the file system can, else
 * under a hidden one that goes with half_drop() or with the program (place_hear_signals()).
 */
#ifndef SEKISHO_BIN_SEKISHO_HALF_H
#define SEKISHO_BIN_SEKISHO_HALF_H

#include <stdint.h>

#include "core/err.h"

struct half {
	int fd;		/* -1: none */
	bool named;
};

/* All of a memfd written to `to`. */
bool half_copy(int to, int memfd, uint64_t size, struct err *e);
/* All of a memfd in the folder that `path` is to be in; `named`: not without a name, even where that could be. */
bool half_make(struct half *h, const char *path, bool named, int memfd, uint64_t size, struct err *e);
/*
 * Its name from now on; false with errno: EEXIST where that is taken.
 * half_shy(): it may be had for one that was made `named`.
 */
bool half_name(struct half *h, const char *path);
bool half_shy(const struct half *h);
/* The same in the place of a file that may be there. */
bool half_replace(struct half *h, const char *path);
void half_drop(struct half *h);

#endif
