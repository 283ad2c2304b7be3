/* The tables, put together; the hooks by their names. */
#include "inspect/markup/kind.h"

#define T(names, attributes, children) { SCHEMA_TYPE, names, attributes, children },
#define A(name, attributes) { SCHEMA_ATTRIBUTES, name, attributes, NULL },
#define G(name, children) { SCHEMA_CHILDREN, name, NULL, children },

static const struct schema_line svg[] = {
#include "inspect/markup/svg.def"
};
static const struct schema_line dml[] = {
#include "inspect/markup/dml.def"
};
static const struct schema_line chart[] = {
#include "inspect/markup/chart.def"
};
static const struct schema_line dgm[] = {
#include "inspect/markup/dgm.def"
};
static const struct schema_line math[] = {
#include "inspect/markup/math.def"
};
static const struct schema_line wml[] = {
#include "inspect/markup/wml.def"
};
static const struct schema_line vml[] = {
#include "inspect/markup/vml.def"
};
static const struct schema_line opc[] = {
#include "inspect/markup/opc.def"
};
static const struct schema_line sml[] = {
#include "inspect/markup/sml.def"
#include "inspect/markup/sml_pivot.def"
};
static const struct schema_line odf[] = {
#include "inspect/markup/odf.def"
};
static const struct schema_line odf_own[] = {
#include "inspect/markup/odf_own.def"
};
static const struct schema_line mathml[] = {
#include "inspect/markup/mathml.def"
};
static const struct schema_line pml[] = {
#include "inspect/markup/pml.def"
};

const struct vocabulary inspect_vocabularies[] = {
#define VOCABULARY(name, elements, attributes) { #name, elements, attributes, name, sizeof name / sizeof *name },
#include "inspect/markup/vocabulary.def"
#undef VOCABULARY
};
const size_t inspect_vocabularies_n = sizeof inspect_vocabularies / sizeof *inspect_vocabularies;

hook *
inspect_hook(struct view name)
{
	static const struct { const char *name; hook *function; } hooks[] = {
#define HOOK(name, function) { #name, function },
#include "inspect/markup/hook.def"
#undef HOOK
	};
	size_t i;

	for (i = 0; i < sizeof hooks / sizeof *hooks; i++)
		if (view_is(name, hooks[i].name))
			return hooks[i].function;
	return NULL;
}
