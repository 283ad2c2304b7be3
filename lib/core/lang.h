/*
 * lang.h - the two languages people are spoken to in, Japanese first, and
 * the catalogue of sentences (po/text.def) that are not findings, types or
 * command help, which carry their own.
 */
#ifndef SEKISHO_CORE_LANG_H
#define SEKISHO_CORE_LANG_H

enum lang { LANG_JA, LANG_EN, LANG_COUNT };

/* A row without one of its languages fails the build: see text.c. */
enum text {
#define TEXT(id, ja, en) TEXT_##id,
#include "po/text.def"
#undef TEXT
	TEXT_COUNT
};

/* `tag` as in LANG or Accept-Language ("en_GB.UTF-8", "ja", NULL); Japanese unless English is meant. */
enum lang lang_of(const char *tag);
const char *text(enum text id, enum lang l);

#endif
