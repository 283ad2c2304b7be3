/*
 * ooxml_test.c - the writer's tables of OOXML against the inspector's
 * (walk.h): every part of part.def, and what leads from one to the other.
 * Parts are told by their content type.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sanitize/markup/row.h"
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package.h"
#include "sanitize/ooxml/package_in.h"
#include "tables/walk.h"

/* -- relationships ---------------------------------------------------------- */

static const struct {
	const char *name, *uri;
} relations[] = {
#define OPC_RELATION(name, uri) { name, uri },
#include "inspect/opc_relation.def"
#undef OPC_RELATION
};

static const struct {
	uint16_t type;
	const char *attribute;
	enum relation_type relation;
} refers[] = {
#define LINK(type, attribute, relation) { T_##type, #attribute, RELATION_##relation },
#include "sanitize/ooxml/link.def"
#undef LINK
};

static const char *
name_of_relation(const char *uri)
{
	size_t i;

	for (i = 0; i < sizeof relations / sizeof *relations; i++)
		if (strcmp(relations[i].uri, uri) == 0)
			return relations[i].name;
	return "";
}

/* "worksheet|chartsheet" has it. */
static bool
is_one(struct view list, const char *name)
{
	return inspect_kind(VIEW("one"))(NULL, view_str(name), list, NULL);
}

/* By all the types of relationship that the writer knows for it, the inspector does too. */
static bool
is_covered(uint16_t type, const struct markup_row *attribute, const struct schema_row *row)
{
	size_t i, n = 0;

	if (attribute->kind != MARKUP_REL)
		return true;
	for (i = 0; i < sizeof refers / sizeof *refers; i++)
		if (refers[i].type == type && strcmp(refers[i].attribute, attribute->name) == 0) {
			if (!is_one(row->arg, name_of_relation(relation_rows[refers[i].relation].uri)))
				return false;
			n++;
		}
	return n > 0;
}

static const struct exception hooks[] = {
#define X(what, at, name) { what, at, name },
#include "ooxml_hooks.def"
#undef X
};

static const struct walk ooxml = {
	.vocabulary = &ooxml_vocabulary, .exception = hooks, .exceptions = sizeof hooks / sizeof *hooks,
	.is_covered = is_covered,
};

/* -- the inspector's parts ------------------------------------------------- */

enum known_kind {
#define OPC_PART(id, content_type, root, type, space) KNOWN_##id,
#include "inspect/opc.def"
	KNOWN_KINDS
};

static const struct {
	const char *content_type, *root, *type, *space;
} known[KNOWN_KINDS] = {
#define OPC_PART(id, content_type, root, type, space) [KNOWN_##id] = { content_type, root, type, space },
#include "inspect/opc.def"
};

static const struct {
	enum known_kind from, to;
	const char *relation;
} links[] = {
#define OPC_LINK(from, relation, to) { KNOWN_##from, KNOWN_##to, relation },
#include "inspect/opc.def"
};

static const struct {
	enum known_kind from;
	const char *relation;
} outs[] = {
#define OPC_OUT(from, relation) { KNOWN_##from, relation },
#include "inspect/opc.def"
};

static const struct {
	enum part_kind from, to;
	enum relation_type relation;
} may[] = {
#define PART(id, path, root, rebuild, content)
#define MAY(from, relation, to, how) { PART_##from, PART_##to, RELATION_##relation },
#include "sanitize/ooxml/part.def"
#undef PART
#undef MAY
};

static int
known_of(const char *content_type)
{
	int i;

	for (i = 0; i < KNOWN_KINDS; i++)
		if (known[i].content_type != NULL && strcmp(known[i].content_type, content_type) == 0)
			return i;
	return -1;
}

static void
parts_are_known(void **state)
{
	size_t wrong = 0;
	int i;

	(void)state;
	walk_begin(&ooxml);
	for (i = 0; i < PART_KINDS; i++) {
		const struct schema_type *at;
		int k;

		if (part_rows[i].content == NULL || part_rows[i].root == T_ANY)
			continue;
		k = known_of(part_rows[i].content);
		at = k < 0 || known[k].root == NULL ? NULL : inspect_schema_type(view_str(known[k].type != NULL ? known[k].type : known[k].root));
		if (at == NULL) {
			print_error("part unknown: %s\n", part_rows[i].path);
			wrong++;
			continue;
		}
		walk_root(part_rows[i].root, at, known[k].space);
	}
	assert_int_equal(walk_end() + wrong, 0);
}

static bool
is_linked(int from, const char *uri, int to)
{
	const char *name = name_of_relation(uri);
	size_t i;

	for (i = 0; i < sizeof links / sizeof *links; i++)
		if ((int)links[i].from == from && (int)links[i].to == to && strcmp(links[i].relation, name) == 0)
			return true;
	for (i = 0; to < 0 && i < sizeof outs / sizeof *outs; i++)
		if ((int)outs[i].from == from && strcmp(outs[i].relation, name) == 0)
			return true;
	return false;
}

/* What a kind of the writer may become. */
static size_t
becomes(enum part_kind kind, int to[5])
{
	static const int pictures[] = { KNOWN_PNG, KNOWN_JPEG, KNOWN_GIF, KNOWN_TIFF, KNOWN_BMP };

	if (kind == PART_PICTURE) {
		memcpy(to, pictures, sizeof pictures);
		return 5;
	}
	to[0] = kind == PART_NONE ? -1 : kind == PART_EMBEDDED ? KNOWN_EMBEDDED_XLSX : known_of(part_rows[kind].content);
	return 1;
}

static void
relationships_are_known(void **state)
{
	size_t i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof may / sizeof *may; i++) {
		int to[5], from = known_of(part_rows[may[i].from].content);
		size_t n = becomes(may[i].to, to), k;

		/* A slide's VML is only read. */
		if (part_rows[may[i].from].content[0] == '\0' && may[i].from != PART_PACKAGE)
			continue;
		if (may[i].to != PART_NONE && may[i].to != PART_PICTURE && may[i].to != PART_EMBEDDED && part_rows[may[i].to].content[0] == '\0')
			continue;
		for (k = 0; k < n; k++)
			if (!is_linked(from, relation_rows[may[i].relation].uri, to[k])) {
				print_error("link unknown: from %s by %s to %s\n", part_rows[may[i].from].path, relation_rows[may[i].relation].uri,
					    to[k] < 0 ? "outside" : known[to[k]].content_type);
				wrong++;
			}
	}
	assert_int_equal(wrong, 0);
}

static void
kinds_cover(void **state)
{
	(void)state;
	assert_int_equal(walk_kinds(), 0);
}

static int
setup(void **state)
{
	struct err e = { 0 };

	(void)state;
	return markup_compile(&ooxml_vocabulary, &e) && inspect_schema_prepare(&e) ? 0 : -1;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_cover),
		cmocka_unit_test(parts_are_known),
		cmocka_unit_test(relationships_are_known),
	};

	return cmocka_run_group_tests_name("tables of OOXML", tests, setup, NULL);
}
