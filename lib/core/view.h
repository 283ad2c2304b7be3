/*
 * view.h - borrowed bytes, never NUL-terminated.
 *
 * Parsers consume a view from its front with view_take() and the integer
 * readers; none of them moves a pointer by hand.  A reader that finds too
 * few bytes returns false and consumes nothing.
 */
#ifndef SEKISHO_CORE_VIEW_H
#define SEKISHO_CORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct view {
	const uint8_t *p;
	size_t n;
};

/* An empty view may have no place at all, and NULL must not move, not even by nothing (C17 6.5.6). */
static inline const uint8_t *
view_place(const uint8_t *p, size_t n)
{
	return n == 0 ? p : p + n;
}

#define VIEW(lit) ((struct view){ (const uint8_t *)(lit), sizeof(lit) - 1 })
#define VIEW_NOT_FOUND SIZE_MAX

static inline struct view
view_of(const void *p, size_t n)
{
	return (struct view){ p, n };
}

static inline struct view
view_str(const char *s)
{
	return (struct view){ (const uint8_t *)s, strlen(s) };
}

static inline bool
view_eq(struct view a, struct view b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
view_is(struct view v, const char *s)
{
	return view_eq(v, view_str(s));
}

static inline bool
view_starts(struct view v, struct view head)
{
	return v.n >= head.n && (head.n == 0 || memcmp(v.p, head.p, head.n) == 0);
}

/* n bytes at `at`; false if they are not all there. */
static inline bool
view_sub(struct view v, size_t at, size_t n, struct view *ret)
{
	if (at > v.n || n > v.n - at)
		return false;
	*ret = (struct view){ view_place(v.p, at), n };
	return true;
}

/* What is left from `at` on; empty when `at` is past the end. */
static inline struct view
view_from(struct view v, size_t at)
{
	return at >= v.n ? (struct view){ view_place(v.p, v.n), 0 } : (struct view){ view_place(v.p, at), v.n - at };
}

static inline bool
view_take(struct view *v, size_t n, struct view *ret)
{
	if (n > v->n)
		return false;
	*ret = (struct view){ v->p, n };
	v->p = view_place(v->p, n);
	v->n -= n;
	return true;
}

static inline bool
view_skip(struct view *v, size_t n)
{
	struct view unused;

	return view_take(v, n, &unused);
}

/* Offset of the first `needle` at or after `from`, or VIEW_NOT_FOUND. */
size_t view_find(struct view v, size_t from, struct view needle);
/* Offset of the last `needle`, or VIEW_NOT_FOUND. */
size_t view_rfind(struct view v, struct view needle);

#define VIEW_READER(name, type, n, expr)                                      \
	static inline bool name(struct view *v, type *ret)                    \
	{                                                                     \
		struct view b;                                                \
		if (!view_take(v, (n), &b))                                   \
			return false;                                         \
		const uint8_t *p = b.p;                                       \
		*ret = (type)(expr);                                          \
		return true;                                                  \
	}
VIEW_READER(view_u8, uint8_t, 1, p[0])
VIEW_READER(view_u16le, uint16_t, 2, p[0] | p[1] << 8)
VIEW_READER(view_u16be, uint16_t, 2, p[1] | p[0] << 8)
VIEW_READER(view_u24be, uint32_t, 3, p[2] | (uint32_t)p[1] << 8 | (uint32_t)p[0] << 16)
VIEW_READER(view_u32le, uint32_t, 4,
	    p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24)
VIEW_READER(view_u32be, uint32_t, 4,
	    p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24)
VIEW_READER(view_u64le, uint64_t, 8,
	    (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
		    (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
		    (uint64_t)p[7] << 56)
#undef VIEW_READER

#endif
