/*
 * document.h - a source of the command line as a document of the nursery.
 */
#ifndef SEKISHO_BIN_SEKISHO_DOCUMENT_H
#define SEKISHO_BIN_SEKISHO_DOCUMENT_H

#include "collect.h"
#include "nursery/nursery.h"
#include "passwords.h"

/* Begins it, with the source as its tag; false: it could not begin, and *ret is what became of it. */
bool document_begin(struct nursery *n, const struct source *s, const struct profile *p, const struct passwords *w,
		    uint32_t dpi, struct outcome *ret);

#endif
