/*
 * One XML part of a package: the first byte says which.  The walk ends
 * without a fault, says the same twice, and says why where it says no.
 * Relationships are there for the asking.
 */
#include <stdlib.h>
#include <string.h>

#include "inspect/field.h"
#include "inspect/markup/markup.h"
#include "inspect/workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
relation(void *of, struct view id, struct view types, struct err *e)
{
	(void)of;
	(void)types;
	return id.n > 0 && id.p[0] == 'r' ? true : residue(e, "no relationship");
}

static const struct markup_root roots[] = {
#define OPC_PART(id, content_type, root, type, space) { root, type, space, NULL, false },
#include "inspect/opc.def"
};

static bool
look(const struct markup_root *root, struct view part, struct err *e)
{
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	struct markup_links links = { .relation = relation };
	own_arena struct arena *arena = arena_new(0);
	struct workbook *w = calloc(1, sizeof *w);
	struct fields *f = calloc(1, sizeof *f);
	bool ok;

	if (arena == NULL || w == NULL || f == NULL)
		abort();
	w->arena = arena;
	ok = inspect_markup(&in, root, part, &links, strncmp(root->root, "w:", 2) == 0 ? (void *)f : (void *)w, e);
	inspect_fields_release(f);
	inspect_workbook_release(w);
	free(f);
	free(w);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 }, again = { 0 };
	const struct markup_root *root;
	struct view part;
	bool ok;

	if (size == 0)
		return 0;
	root = &roots[data[0] % (sizeof roots / sizeof *roots)];
	/* The package's own have hooks that want a package. */
	if (root->root == NULL)
		return 0;
	part = (struct view){ data + 1, size - 1 };
	ok = look(root, part, &e);
	if (look(root, part, &again) != ok || (!ok && (e.code == ERR_NONE || e.text[0] == '\0')))
		abort();
	return 0;
}
