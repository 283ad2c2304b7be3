/*
 * odf_test.c - the writer's tables of OpenDocument against the inspector's:
 * all that the first may write, the second must know.  Both are written
 * apart, from docs/canonical.md; this says where one of them forgot something.
 *
 * Walked from the roots, as pairs of types.  accepts.def says which kinds of
 * the inspector cover one of the writer; never.def what the writer's hooks
 * never let through, and the inspector must not know.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "inspect/markup/schema.h"
#include "sanitize/markup/row.h"
#include "sanitize/odf/elements.h"

enum { TYPES = 4096, NAME = 256 };

static const struct {
	uint8_t kind;
	const char *by;
} accepts[] = {
#define ACCEPTS(kind, by) { MARKUP_##kind, by },
#include "accepts.def"
#undef ACCEPTS
};

static const char *const kinds[] = {
#define KIND(id, check) #id,
#include "sanitize/markup/kind.def"
#undef KIND
};

static const char *const never[] = {
#define NEVER(name) name,
#define JUDGED(name)
#include "never.def"
#undef NEVER
#undef JUDGED
};

static const char *const judged[] = {
#define NEVER(name)
#define JUDGED(name) name,
#include "never.def"
#undef NEVER
#undef JUDGED
};

static const char *prefix[ODF_NS_END];
static const struct markup_row *type_row[TYPES];
static bool seen[TYPES], met[sizeof never / sizeof *never];
static size_t wrong;

static const struct markup_row *
rows_end(void)
{
	return odf_elements.row + odf_elements.rows;
}

static struct view
name_of(char name[NAME], uint8_t ns, const char *local)
{
	const char *p = ns == NS_XML ? "xml" : ns == NS_0 ? "" : prefix[ns];

	(void)snprintf(name, NAME, "%s%s%s", p, *p != '\0' ? ":" : "", local);
	return view_str(name);
}

static void
say(const char *what, const struct schema_type *at, struct view name)
{
	print_error("%.*s: %s %.*s\n", (int)at->name.n, (const char *)at->name.p, what, (int)name.n, (const char *)name.p);
	wrong++;
}

static bool
is_accepted(uint8_t kind, kind_check *by)
{
	size_t i;

	for (i = 0; i < sizeof accepts / sizeof *accepts; i++)
		if (accepts[i].kind == kind && inspect_kind(view_str(accepts[i].by)) == by)
			return true;
	return false;
}

static bool
is_judged(struct view name)
{
	size_t i;

	for (i = 0; i < sizeof judged / sizeof *judged; i++)
		if (view_is(name, judged[i]))
			return true;
	return false;
}

static bool
is_never(struct view name)
{
	size_t i;

	for (i = 0; i < sizeof never / sizeof *never; i++)
		if (view_is(name, never[i]))
			return met[i] = true;
	return false;
}

static void
attribute(uint16_t type, const struct markup_row *r, const struct schema_type *at)
{
	char buf[NAME];
	struct view name = name_of(buf, r->ns, r->name);
	const struct schema_row *row = inspect_schema_row(at, true, name);

	if (r->kind == MARKUP_URL && odf_element_href(type) == ODF_HREF_NOWHERE) {
		if (row != NULL)
			say("address that is never written:", at, name);
		return;
	}
	if (row != NULL && is_accepted(r->kind, row->kind))
		return;
	say(row == NULL ? "attribute unknown:" : "attribute of a narrower kind:", at, name);
	print_error("\tthe writer has it as %s\n", kinds[r->kind]);
}

static void walk(uint16_t type, const struct schema_type *at);

static void
child(const struct markup_row *r, const struct schema_type *at)
{
	char buf[NAME];
	struct view name = name_of(buf, r->ns, r->name);
	const struct schema_row *row = inspect_schema_row(at, false, name);

	if (is_never(name)) {
		if (row != NULL)
			say("child that is never written:", at, name);
	} else if (row == NULL) {
		say("child unknown:", at, name);
	} else {
		if (!row->repeats && r->row != ROW_ONE && r->row != ROW_SOLE)
			say("child that may come again:", at, name);
		walk(r->type, inspect_schema_child(row));
	}
}

static void
walk(uint16_t type, const struct schema_type *at)
{
	const struct markup_row *r = type_row[type];

	if (seen[type])
		return;
	seen[type] = true;
	assert_non_null(r);
	if (r->kind != MARKUP_NONE && !is_judged(at->name) && !is_accepted(r->kind, at->text))
		say("text", at, view_str("of a narrower kind"));
	for (r++; r < rows_end() && r->row != ROW_END; r++)
		if (r->row == ROW_ATTR || r->row == ROW_REQUIRED)
			attribute(type, r, at);
		else if (row_is_child(r->row) && r->row < ROW_QUIET)
			child(r, at);
}

static void
what_is_written_is_known(void **state)
{
	const struct markup_row *r;
	size_t i;

	(void)state;
	for (r = odf_elements.row; r < rows_end(); r++) {
		if (r->row == ROW_NS) {
			prefix[r->ns] = r->name;
			if (!inspect_schema_space_is(inspect_schema_space(view_str(r->name)), view_str(r->uri))) {
				print_error("prefix unknown: %s\n", r->name);
				wrong++;
			}
		}
		if (r->row == ROW_TYPE)
			type_row[r->type] = r;
	}
	for (r = odf_elements.row; r < rows_end(); r++)
		if (r->row == ROW_ROOT) {
			char buf[NAME];
			const struct schema_type *at = inspect_schema_type(name_of(buf, r->ns, r->name));

			assert_non_null(at);
			walk(r->type, at);
		}
	for (i = 0; i < sizeof never / sizeof *never; i++)
		if (!met[i]) {
			print_error("%s: no row of the writer\n", never[i]);
			wrong++;
		}
	assert_int_equal(wrong, 0);
}

/* -- settings ------------------------------------------------------------ */

enum { BOOL, INT, STRING, BASE64, NONE };
enum { BOOLEAN = BOOL, NUMBER = INT, KEY = BASE64 };

static const struct setting {
	int kind;
	const char *names;
} written[] = {
#define SETTINGS(kind, names) { kind, " " names " " },
#include "sanitize/odf/setting.def"
#undef SETTINGS
}, known[] = {
#define SETTING(kind, names) { kind, " " names " " },
#include "inspect/markup/odf_setting.def"
#undef SETTING
};

static bool
is_known(int kind, const char *name)
{
	char word[NAME + 2];
	size_t i;

	(void)snprintf(word, sizeof word, " %s ", name);
	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].kind == kind && strstr(known[i].names, word) != NULL)
			return true;
	return false;
}

static void
settings_are_known(void **state)
{
	char name[NAME];
	size_t i;

	(void)state;
	wrong = 0;
	for (i = 0; i < sizeof written / sizeof *written; i++) {
		const char *at = written[i].names;
		int n;

		for (; written[i].kind != NONE && sscanf(at, " %255s%n", name, &n) == 1; at += n)
			if (!is_known(written[i].kind, name)) {
				print_error("setting unknown: %s\n", name);
				wrong++;
			}
	}
	assert_int_equal(wrong, 0);
}

static int
setup(void **state)
{
	struct err e = { 0 };

	(void)state;
	return markup_compile(&odf_elements, &e) && inspect_schema_prepare(&e) ? 0 : -1;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_known),
		cmocka_unit_test(settings_are_known),
	};

	return cmocka_run_group_tests_name("tables of OpenDocument", tests, setup, NULL);
}
