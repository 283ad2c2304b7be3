/*
 * static.h - the files of web/static, compiled in (tools/embed.py).
 */
#ifndef SEKISHO_BIN_PORTAL_STATIC_H
#define SEKISHO_BIN_PORTAL_STATIC_H

#include <stddef.h>

struct static_file {
	const char *name, *type;
	const unsigned char *p;
	size_t n;
};

/* NULL where there is none of this name. */
const struct static_file *static_find(const char *name);

#endif
