/*
 * passwords.h - the file of --password-file: one per line, eight at the most.
 */
#ifndef SEKISHO_BIN_SEKISHO_PASSWORDS_H
#define SEKISHO_BIN_SEKISHO_PASSWORDS_H

#include "core/buf.h"
#include "core/lang.h"

struct passwords {
	struct buf text;
	const char *word[8];
	uint32_t n;
};

/* NULL path: none.  false, told on stderr, where it cannot be read or has too many. */
bool passwords_read(enum lang l, const char *path, struct passwords *ret);
void passwords_release(struct passwords *p);

#endif
