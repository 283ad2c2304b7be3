#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const size_t default_max = (size_t)1 << 30;

static size_t
max_of(const struct buf *b)
{
	return b->max == 0 ? default_max : b->max;
}

void
buf_release(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->n = b->cap = 0;
	b->full = false;
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->full = false;
}

uint8_t *
buf_room(struct buf *b, size_t n)
{
	size_t cap;
	uint8_t *p;

	if (b->full || n > max_of(b) || b->n > max_of(b) - n) {
		b->full = true;
		return NULL;
	}
	if (b->p != NULL && n <= b->cap - b->n)
		return b->p + b->n;
	cap = b->cap < 256 ? 256 : b->cap + b->cap / 2;
	if (cap < b->n + n)
		cap = b->n + n;
	if (cap > max_of(b))
		cap = max_of(b);
	p = realloc(b->p, cap == 0 ? 1 : cap);
	if (p == NULL) {
		b->full = true;
		return NULL;
	}
	b->p = p;
	b->cap = cap;
	return b->p + b->n;
}

bool
buf_put(struct buf *b, const void *p, size_t n)
{
	uint8_t *room = buf_room(b, n);

	if (room == NULL)
		return false;
	if (n > 0)
		memcpy(room, p, n);
	b->n += n;
	return true;
}

bool
buf_view(struct buf *b, struct view v)
{
	return buf_put(b, v.p, v.n);
}

bool
buf_str(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

bool
buf_fill(struct buf *b, uint8_t c, size_t n)
{
	uint8_t *room = buf_room(b, n);

	if (room == NULL)
		return false;
	memset(room, c, n);
	b->n += n;
	return true;
}

bool
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	uint8_t *room;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->full = true;
		return false;
	}
	if ((size_t)n < sizeof small)
		return buf_put(b, small, (size_t)n);
	room = buf_room(b, (size_t)n + 1);
	if (room == NULL)
		return false;
	va_start(ap, fmt);
	(void)vsnprintf((char *)room, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
	return true;
}

bool
buf_u16le(struct buf *b, uint16_t x)
{
	return buf_put(b, (uint8_t[]){ (uint8_t)x, (uint8_t)(x >> 8) }, 2);
}

bool
buf_u16be(struct buf *b, uint16_t x)
{
	return buf_put(b, (uint8_t[]){ (uint8_t)(x >> 8), (uint8_t)x }, 2);
}

bool
buf_u32le(struct buf *b, uint32_t x)
{
	return buf_put(b, (uint8_t[]){ (uint8_t)x, (uint8_t)(x >> 8), (uint8_t)(x >> 16),
				       (uint8_t)(x >> 24) }, 4);
}

bool
buf_u32be(struct buf *b, uint32_t x)
{
	return buf_put(b, (uint8_t[]){ (uint8_t)(x >> 24), (uint8_t)(x >> 16), (uint8_t)(x >> 8),
				       (uint8_t)x }, 4);
}

bool
buf_u64le(struct buf *b, uint64_t x)
{
	return buf_u32le(b, (uint32_t)x) && buf_u32le(b, (uint32_t)(x >> 32));
}

bool
buf_ok(const struct buf *b, struct err *e)
{
	if (!b->full)
		return true;
	return err_set(e, ERR_LIMIT, "output: no room beyond %zu bytes (limit %zu)", b->n, max_of(b));
}
