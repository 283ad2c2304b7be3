#include "inspect/recognise.h"

static bool (*const recogniser[TYPE_COUNT])(struct inspection *, struct view, struct err *) = {
#define INSPECT(type, function) [TYPE_##type] = function,
#include "inspect/inspect.def"
#undef INSPECT
};

bool
inspect_charge(struct inspection *in, uint64_t bytes, struct err *e)
{
	uint64_t max = in->profile->limits.unpacked;

	if (bytes > max || in->unpacked > max - bytes)
		return err_set(e, ERR_LIMIT, "more than %llu bytes unpacked", (unsigned long long)max);
	in->unpacked += bytes;
	return true;
}

bool
inspect_part(struct inspection *in, enum type type, struct view part, struct err *e)
{
	bool ok;

	if ((unsigned)type >= TYPE_COUNT || recogniser[type] == NULL)
		return residue(e, "no recogniser for this type");
	if (in->depth > in->profile->limits.depth)
		return err_set(e, ERR_LIMIT, "documents in documents deeper than %u",
			       (unsigned)in->profile->limits.depth);
	in->depth++;
	ok = recogniser[type](in, part, e);
	in->depth--;
	return ok;
}

static bool
ends_with(struct view name, const char *ending)
{
	size_t n = strlen(ending), i;

	if (n == 0 || name.n <= n)
		return false;
	for (i = 0; i < n; i++) {
		uint8_t c = name.p[name.n - n + i];

		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c + 32);
		if (c != (uint8_t)ending[i])
			return false;
	}
	return true;
}

bool
inspect_named(struct inspection *in, struct view name, struct view part, struct err *e)
{
	int t;

	for (t = 0; t < TYPE_COUNT; t++)
		if (recogniser[t] != NULL && ends_with(name, type_ending((enum type)t)))
			return inspect_part(in, (enum type)t, part, e) || err_at(e, "%s", type_name((enum type)t));
	return residue(e, "an ending that no recogniser knows");
}

bool
inspect(enum type type, const struct profile *profile, struct view out, struct err *e)
{
	struct inspection in = { .profile = profile };

	return inspect_part(&in, type, out, e) || err_at(e, "%s", type_name(type));
}
