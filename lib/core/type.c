#include "core/type.h"

#include <strings.h>

static const struct {
	const char *name, *ending, *text[LANG_COUNT];
} types[] = {
#define TYPE(id, name, ending, ja, en) [TYPE_##id] = { name, ending, { ja, en } },
#include "core/type.def"
#undef TYPE
};

const char *
type_name(enum type t)
{
	return types[t < TYPE_COUNT ? t : TYPE_UNKNOWN].name;
}

const char *
type_ending(enum type t)
{
	return types[t < TYPE_COUNT ? t : TYPE_UNKNOWN].ending;
}

const char *
type_text(enum type t, enum lang l)
{
	return types[t < TYPE_COUNT ? t : TYPE_UNKNOWN].text[l];
}

bool
type_accepts(enum type t, const char *ending)
{
	return strcasecmp(ending, type_ending(t)) == 0;
}
