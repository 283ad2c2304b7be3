/*
 * png_sample.h - PNGs written for tests: chunk by chunk, filter 0.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_PNG_SAMPLE_H
#define SEKISHO_SANITIZE_IMAGE_PNG_SAMPLE_H

#include <libdeflate.h>

#include "core/buf.h"

#define PNG_SIGNATURE VIEW("\x89PNG\r\n\x1a\n")

static inline void
png_sample_chunk(struct buf *b, const char *type, struct view body)
{
	size_t at;

	(void)buf_u32be(b, (uint32_t)body.n);
	at = b->n;
	(void)buf_str(b, type);
	(void)buf_view(b, body);
	(void)buf_u32be(b, libdeflate_crc32(0, b->p + at, body.n + 4));
}

static inline void
png_sample_ihdr(struct buf *b, uint32_t w, uint32_t h, uint8_t depth, uint8_t type, uint8_t interlace)
{
	uint8_t d[13] = { (uint8_t)(w >> 24), (uint8_t)(w >> 16), (uint8_t)(w >> 8), (uint8_t)w,
			  (uint8_t)(h >> 24), (uint8_t)(h >> 16), (uint8_t)(h >> 8), (uint8_t)h,
			  depth, type, 0, 0, interlace };

	(void)buf_view(b, PNG_SIGNATURE);
	png_sample_chunk(b, "IHDR", view_of(d, sizeof d));
}

/* A chunk of `head` (a sequence number, or nothing) and the zlib stream of `raw`. */
static inline void
png_sample_data(struct buf *b, const char *type, struct view head, struct view raw)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(1);
	struct buf body = { 0 };
	size_t bound = libdeflate_zlib_compress_bound(c, raw.n);
	uint8_t *room;

	(void)buf_view(&body, head);
	room = buf_room(&body, bound);
	body.n += libdeflate_zlib_compress(c, raw.p, raw.n, room, bound);
	libdeflate_free_compressor(c);
	png_sample_chunk(b, type, buf_bytes(&body));
	buf_release(&body);
}

static inline void
png_sample_end(struct buf *b)
{
	png_sample_chunk(b, "IEND", VIEW(""));
}

#endif
