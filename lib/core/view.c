#include "core/view.h"

size_t
view_find(struct view v, size_t from, struct view needle)
{
	const uint8_t *at;

	if (from > v.n)
		return VIEW_NOT_FOUND;
	if (needle.n == 0)
		return from;
	/* An empty view may have no address at all. */
	if (needle.n > v.n - from)
		return VIEW_NOT_FOUND;
	at = memmem(v.p + from, v.n - from, needle.p, needle.n);
	return at == NULL ? VIEW_NOT_FOUND : (size_t)(at - v.p);
}

size_t
view_rfind(struct view v, struct view needle)
{
	const uint8_t *at;
	size_t n = v.n;

	if (needle.n == 0)
		return v.n;
	while (n >= needle.n) {
		at = memrchr(v.p, needle.p[0], n - needle.n + 1);
		if (at == NULL)
			return VIEW_NOT_FOUND;
		if (memcmp(at, needle.p, needle.n) == 0)
			return (size_t)(at - v.p);
		n = (size_t)(at - v.p) + needle.n - 1;
	}
	return VIEW_NOT_FOUND;
}
