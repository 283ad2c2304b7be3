/*
 * buf.h - bytes being built, with a hard maximum.
 *
 * A write that would pass `max`, or that finds no memory, writes nothing,
 * returns false and sets `full`, which stays set: a writer may put many
 * pieces and ask buf_ok() once.
 */
#ifndef SEKISHO_CORE_BUF_H
#define SEKISHO_CORE_BUF_H

#include "core/err.h"
#include "core/view.h"

struct buf {
	uint8_t *p;
	size_t n;	/* bytes written */
	size_t cap;
	size_t max;	/* never more than this; 0: 1 GiB */
	bool full;
};

#define BUF_MAX(bytes) ((struct buf){ .max = (bytes) })

void buf_release(struct buf *b);
/* Empties it, keeps the memory, unsets `full`. */
void buf_clear(struct buf *b);
/* Room for n more bytes at b->p + b->n, NULL if that cannot be; the caller adds to b->n. */
uint8_t *buf_room(struct buf *b, size_t n);
bool buf_put(struct buf *b, const void *p, size_t n);
bool buf_view(struct buf *b, struct view v);
bool buf_str(struct buf *b, const char *s);
bool buf_fill(struct buf *b, uint8_t c, size_t n);
bool buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool buf_u16le(struct buf *b, uint16_t x);
bool buf_u16be(struct buf *b, uint16_t x);
bool buf_u32le(struct buf *b, uint32_t x);
bool buf_u32be(struct buf *b, uint32_t x);
bool buf_u64le(struct buf *b, uint64_t x);
/* true, or ERR_LIMIT / ERR_SYSTEM ("output: ...") if any write did not fit. */
bool buf_ok(const struct buf *b, struct err *e);

static inline bool
buf_byte(struct buf *b, uint8_t c)
{
	if (!b->full && b->n < b->cap) {
		b->p[b->n++] = c;
		return true;
	}
	return buf_put(b, &c, 1);
}

static inline struct view
buf_bytes(const struct buf *b)
{
	return (struct view){ b->p, b->n };
}

#endif
