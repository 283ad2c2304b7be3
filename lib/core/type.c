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

static const struct {
	enum type type;
	struct view ending;
	bool kept;
} endings[] = {
#define ENDING(id, ending) { TYPE_##id, { (const uint8_t *)(ending), sizeof(ending) - 1 }, true },
#define BECOMES(id, ending) { TYPE_##id, { (const uint8_t *)(ending), sizeof(ending) - 1 }, false },
#include "core/ending.def"
#undef ENDING
#undef BECOMES
};

static bool
has_ending(enum type t, struct view ending, bool *ret_kept)
{
	size_t i;

	for (i = 0; i < sizeof endings / sizeof *endings; i++)
		if (endings[i].type == t && endings[i].ending.n == ending.n &&
		    strncasecmp((const char *)endings[i].ending.p, (const char *)ending.p, ending.n) == 0) {
			*ret_kept = endings[i].kept;
			return true;
		}
	return false;
}

bool
type_has_ending(enum type t, struct view ending)
{
	bool unused;

	return has_ending(t, ending, &unused);
}

bool
type_keeps_ending(enum type t, struct view ending)
{
	bool kept;

	return has_ending(t, ending, &kept) && kept;
}
