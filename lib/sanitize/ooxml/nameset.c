#include "sanitize/ooxml/nameset.h"

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool
same(struct view a, struct view b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

/* FNV-1a. */
static size_t
place(const struct nameset *s, struct view name)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i, at;

	for (i = 0; i < name.n; i++)
		h = (h ^ lower(name.p[i])) * UINT64_C(1099511628211);
	at = (size_t)(h ^ h >> 32) & (s->cap - 1);
	while (s->slot[at].p != NULL && !same(s->slot[at], name))
		at = (at + 1) & (s->cap - 1);
	return at;
}

static bool
grow(struct nameset *s, struct arena *a)
{
	struct nameset more = { .cap = s->cap == 0 ? 32 : s->cap * 2, .n = s->n };
	size_t i;

	more.slot = arena_array(a, more.cap, sizeof *more.slot);
	if (more.slot == NULL)
		return false;
	for (i = 0; i < s->cap; i++)
		if (s->slot[i].p != NULL)
			more.slot[place(&more, s->slot[i])] = s->slot[i];
	*s = more;
	return true;
}

bool
nameset_add(struct nameset *s, struct arena *a, struct view name)
{
	size_t at;

	if (s->n >= s->cap / 2 && !grow(s, a))
		return false;
	at = place(s, name);
	if (s->slot[at].p != NULL)
		return true;
	s->slot[at] = arena_copy(a, name);
	s->n++;
	return s->slot[at].p != NULL;
}

bool
nameset_has(const struct nameset *s, struct view name)
{
	return s->n > 0 && s->slot[place(s, name)].p != NULL;
}
