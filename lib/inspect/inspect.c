#include "inspect/markup/schema.h"

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

bool
inspect_named(struct inspection *in, struct view name, struct view part, struct err *e)
{
	size_t slash = view_rfind(name, VIEW("/")), dot;
	struct view last = slash == VIEW_NOT_FOUND ? name : view_from(name, slash + 1), ending;
	bool known = false;
	int t;

	dot = view_rfind(last, VIEW("."));
	if (dot == VIEW_NOT_FOUND)
		return inspect_part(in, TYPE_TEXT, part, e) || err_at(e, "text");
	ending = view_from(last, dot + 1);
	for (t = 0; t < TYPE_COUNT; t++) {
		if (recogniser[t] == NULL || !type_has_ending((enum type)t, ending))
			continue;
		if (inspect_part(in, (enum type)t, part, e))
			return true;
		known = true;
		(void)err_at(e, "%s", type_name((enum type)t));
	}
	return known ? false : residue(e, "an ending that no recogniser knows");
}

bool
inspect_prepare(struct err *e)
{
	return inspect_schema_prepare(e);
}

bool
inspect(enum type type, const struct profile *profile, struct view out, struct err *e)
{
	struct inspection in = { .profile = profile };

	return inspect_part(&in, type, out, e) || err_at(e, "%s", type_name(type));
}
