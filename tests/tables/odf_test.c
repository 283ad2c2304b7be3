/* odf_test.c - the writer's tables of OpenDocument against the inspector's (walk.h), and its settings. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sanitize/markup/row.h"
#include "sanitize/odf/elements.h"
#include "tables/walk.h"

enum { NAME = 256 };

static size_t wrong;

/* An address of an element that leads nowhere goes. */
static bool
is_written(uint16_t type, const struct markup_row *attribute)
{
	return attribute->kind != MARKUP_URL || odf_element_href(type) != ODF_HREF_NOWHERE;
}

static const struct exception hooks[] = {
#define X(what, at, name) { what, at, name },
#include "odf_hooks.def"
#undef X
};

static const struct walk odf = {
	.vocabulary = &odf_elements, .exception = hooks, .exceptions = sizeof hooks / sizeof *hooks, .is_written = is_written,
};

static void
what_is_written_is_known(void **state)
{
	const struct markup_row *r, *end = odf_elements.row + odf_elements.rows;
	const char *prefix[ODF_NS_END] = { NULL };

	(void)state;
	walk_begin(&odf);
	for (r = odf_elements.row; r < end; r++) {
		char name[NAME];

		if (r->row == ROW_NS)
			prefix[r->ns] = r->name;
		if (r->row != ROW_ROOT)
			continue;
		(void)snprintf(name, sizeof name, "%s:%s", prefix[r->ns], r->name);
		assert_non_null(inspect_schema_type(view_str(name)));
		walk_root(r->type, inspect_schema_type(view_str(name)), NULL);
	}
	assert_int_equal(walk_end(), 0);
}

static void
prefixes_are_known(void **state)
{
	const struct markup_row *r, *end = odf_elements.row + odf_elements.rows;

	(void)state;
	for (r = odf_elements.row; r < end; r++)
		if (r->row == ROW_NS && !inspect_schema_space_is(inspect_schema_space(view_str(r->name)), view_str(r->uri)))
			fail_msg("prefix unknown: %s", r->name);
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
		cmocka_unit_test(prefixes_are_known),
		cmocka_unit_test(settings_are_known),
	};

	return cmocka_run_group_tests_name("tables of OpenDocument", tests, setup, NULL);
}
