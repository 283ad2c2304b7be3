#include "core/profile.h"

#define LIMITS { 8, 10000, UINT64_C(1) << 30, 200, 30000, UINT64_C(1) << 30, \
		 UINT64_C(1) << 30, UINT64_C(1) << 28 }

static const struct profile profiles[] = {
#define PROFILE(id, name, mode, links, forms, metadata, attachments, utf8, pixels, noise, html, ja, en) \
	{ name, MODE_##mode, links, forms, metadata, attachments, utf8, pixels, noise, html,      \
	  { ja, en }, LIMITS },
#include "core/profile.def"
#undef PROFILE
};

const struct profile *
profile_at(size_t i)
{
	return i < sizeof profiles / sizeof *profiles ? &profiles[i] : NULL;
}

const struct profile *
profile_find(struct view name)
{
	const struct profile *p;
	size_t i;

	for (i = 0; (p = profile_at(i)) != NULL; i++)
		if (view_is(name, p->name))
			return p;
	return NULL;
}

bool
profile_draws(const struct profile *p)
{
	return p->mode == MODE_FLATTEN || p->mode == MODE_TEXT;
}
