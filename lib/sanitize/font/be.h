/*
 * be.h - big-endian integers at an offset, for the random access that font
 * tables ask for.  Past the end they read as 0: a caller that must know
 * compares the length first.
 */
#ifndef SEKISHO_SANITIZE_FONT_BE_H
#define SEKISHO_SANITIZE_FONT_BE_H

#include "core/view.h"

static inline uint8_t
be8(struct view v, size_t at)
{
	return at < v.n ? v.p[at] : 0;
}

static inline uint16_t
be16(struct view v, size_t at)
{
	if (v.n < 2 || at > v.n - 2)
		return 0;
	return (uint16_t)(v.p[at] << 8 | v.p[at + 1]);
}

static inline int16_t
be16s(struct view v, size_t at)
{
	return (int16_t)be16(v, at);
}

static inline uint32_t
be32(struct view v, size_t at)
{
	return (uint32_t)be16(v, at) << 16 | be16(v, at + 2);
}

/* Into room that the caller has. */
static inline void
be_put16(uint8_t *to, uint16_t x)
{
	to[0] = (uint8_t)(x >> 8);
	to[1] = (uint8_t)x;
}

static inline void
be_put32(uint8_t *to, uint32_t x)
{
	be_put16(to, (uint16_t)(x >> 16));
	be_put16(to + 2, (uint16_t)x);
}

/* `size` bytes, 1 to 4. */
static inline uint32_t
be_n(struct view v, size_t at, unsigned size)
{
	uint32_t x = 0;

	for (unsigned i = 0; i < size; i++)
		x = x << 8 | be8(v, at + i);
	return x;
}

#endif
