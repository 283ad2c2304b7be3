/*
 * schema.h - what may stand in an XML part of ours: types of elements, for
 * each its attributes with their kinds of value, its children in their
 * order, and its text.  The tables are the .def files of this folder, one a
 * vocabulary, written as short strings that are read once per process
 * (inspect_prepare()), before a jail closes and never per document.
 *
 *	T(names, attributes, children)	a type for each of the names; a name is one
 *		of an element, or of a type that a child list asks for ("tab=TabStop")
 *	A(name, attributes)		a group of attributes, "@name" where it is used
 *	G(name, children)		a group of children, "@name" where it is used
 *
 *	attributes	name=kind, name=kind(argument), name=one|of|these; "!": required
 *	children	name or name=TYPE in order, at most once each; "!": exactly once;
 *			"*": any number; "+": one or more; (a b c) one of these, with the
 *			same signs; "#kind": its text is of that kind; "&hook": judged
 *			by a function besides
 *
 * A name without a colon is in the vocabulary's own namespace; ":name" is in none.
 * Types of a vocabulary that writes no prefix are called "vocabulary/name".
 */
#ifndef SEKISHO_INSPECT_MARKUP_SCHEMA_H
#define SEKISHO_INSPECT_MARKUP_SCHEMA_H

#include "inspect/xml.h"

enum { SCHEMA_SPACES = 128 };	/* prefixes, at the most */

struct markup;

/* A value as spelled; arg (of n bytes) as the row has it. */
typedef bool kind_check(struct markup *m, struct view v, struct view arg, struct err *e);

enum hook_when { HOOK_OPEN, HOOK_TEXT, HOOK_CLOSE };
typedef bool hook(struct markup *m, enum hook_when when, struct err *e);

struct schema_line {
	enum { SCHEMA_TYPE, SCHEMA_ATTRIBUTES, SCHEMA_CHILDREN } what;
	const char *name, *attributes, *children;
};

struct vocabulary {
	const char *name;
	const char *elements, *attributes;	/* prefixes of names without one; "": none */
	const struct schema_line *line;
	size_t n;
};
extern const struct vocabulary inspect_vocabularies[];
extern const size_t inspect_vocabularies_n;

struct schema_type {
	struct view name;
	kind_check *text;	/* NULL: holds none */
	struct view text_arg;
	hook *hook;		/* NULL: none */
	uint16_t required, required_attributes;
};

struct schema_row {
	struct view name;
	uint16_t owner;
	uint16_t place;		/* children: where in the order; attributes: which of the type's */
	uint16_t type;		/* children */
	bool attribute, repeats, required;
	uint8_t space;		/* of the name's prefix, as inspect_schema_space() has it; 0: none */
	kind_check *kind;	/* attributes */
	struct view arg;
};

/* Reads all tables; false when one of them is wrong (the tests see to it that none is). */
bool inspect_schema_prepare(struct err *e);
/* The type of that name; NULL where there is none. */
const struct schema_type *inspect_schema_type(struct view name);
const struct schema_type *inspect_schema_child(const struct schema_row *row);
/* NULL: may not stand there. */
const struct schema_row *inspect_schema_row(const struct schema_type *owner, bool attribute, struct view name);
/* For tests and their generators: the i-th row of all, NULL past the last. */
const struct schema_row *inspect_schema_at(size_t i);
const struct schema_type *inspect_schema_owner(const struct schema_row *row);

/* A prefix's number, from 1; 0 where there is none (and for "xml"). */
uint8_t inspect_schema_space(struct view prefix);
bool inspect_schema_space_is(uint8_t space, struct view uri);

/* For tests: ` xmlns:…="…"` of each, in ascending order of their prefixes. */
void inspect_schema_declare(const bool used[SCHEMA_SPACES], struct buf *b);

/* kind.def, hook.def: NULL where there is none of that name. */
kind_check *inspect_kind(struct view name);
hook *inspect_hook(struct view name);

#endif
