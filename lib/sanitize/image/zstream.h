/*
 * zstream.h - zlib streams (RFC 1950) of pictures: fast where they are
 * sound, forgiving where they are damaged.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_ZSTREAM_H
#define SEKISHO_SANITIZE_IMAGE_ZSTREAM_H

#include "core/buf.h"

struct zstream_result {
	size_t got;	/* bytes written; less than asked: the stream ended or broke */
	bool damaged;	/* broken, cut, or its checksum is wrong */
	bool extra;	/* it holds more than asked for, or data stands behind it */
};

/* Inflates at most n bytes; the rest of `ret` is zeroed.  false, ERR_SYSTEM, out of memory. */
bool zstream_inflate(struct view in, uint8_t *ret, size_t n, struct zstream_result *res,
		     struct err *e);
/* Inflates all of it, up to out's maximum.  ERR_MALFORMED where it is not sound. */
bool zstream_inflate_buf(struct view in, struct buf *out, struct err *e);
/* Appends one zlib stream; level as of libdeflate, 1 to 12. */
bool zstream_deflate(struct view raw, int level, struct buf *out, struct err *e);

#endif
