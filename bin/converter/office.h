/*
 * office.h - LibreOffice in this process: begun once, in the zygote, and
 * gone on with in each child.
 *
 * LibreOffice runs a loop of its own and calls us from inside; there the
 * zygote forks.  It has one thread then, has opened only documents of ours,
 * and its folders are those of files.def.
 */
#ifndef SEKISHO_BIN_CONVERTER_OFFICE_H
#define SEKISHO_BIN_CONVERTER_OFFICE_H

#include "core/err.h"

/* Before the jail closes: what it needs of /proc. */
void office_look(void);
/* Begins, opens and saves a little document of each kind, then calls run(ctx) from its loop. */
bool office_begin(void (*run)(void *ctx), void *ctx, struct err *e);
/* In a child: the file at `in` as `format` at `out`. */
bool office_convert(const char *in, const char *out, const char *format, struct err *e);

#endif
