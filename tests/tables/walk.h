/*
 * walk.h - a writer's vocabulary against the inspector's tables: all that the
 * first may write, the second must take.  Both are written apart, from
 * docs/canonical.md; this says where one of them forgot something.
 *
 * Walked from the roots, as pairs of types: names of attributes and children,
 * kinds of values and of text (accepts.def says which kinds of the inspector
 * cover one of the writer, sample.def proves it), what must be there, how
 * often, and in which order.
 *
 * Not walked: what hooks and judges decide (values of the kinds that kind.def
 * of the writer gives no check), what the inspector's hooks ask for beyond its
 * tables, namespaces that a part declares, how deep and how many.
 */
#ifndef SEKISHO_TESTS_TABLES_WALK_H
#define SEKISHO_TESTS_TABLES_WALK_H

#include "inspect/markup/schema.h"
#include "sanitize/markup/markup.h"

/* What the rows alone do not say: a hook of the writer stands behind it. */
struct exception {
	enum {
		NEVER,	/* the child or attribute has a row, but is never written; the inspector must not know it */
		JUDGED,	/* the value (a text: name "#text") is the hook's own, and as narrow as the inspector's kind */
		THERE,	/* the attribute, or the child, is always there */
	} what;
	const char *at;		/* the inspector's type; NULL: any */
	const char *name;	/* of attribute or child */
};

struct walk {
	const struct markup_vocabulary *vocabulary;	/* compiled */
	const struct exception *exception;
	size_t exceptions;
	bool (*is_written)(uint16_t type, const struct markup_row *attribute);	/* NULL: every attribute is */
	/* Does the inspector's argument cover it besides its kind?  NULL: it does. */
	bool (*is_covered)(uint16_t type, const struct markup_row *attribute, const struct schema_row *row);
};

/* Once a test, before the roots. */
void walk_begin(const struct walk *w);
/* A root and all below it; `uri`: of the part's default namespace, NULL where there is none. */
void walk_root(uint16_t type, const struct schema_type *at, const char *uri);
/* Exceptions that nothing needed are wrong too.  How much was wrong, all told on stderr. */
size_t walk_end(void);

/* Every pair of accepts.def against every value of sample.def: how many are wrong. */
size_t walk_kinds(void);

#endif
