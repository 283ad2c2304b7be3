/*
 * flate.h - inflating, strictly: the stream must end where its bytes end
 * (RFC 1950, RFC 1951; no preset dictionary), over zlib.
 */
#ifndef SEKISHO_INSPECT_FLATE_H
#define SEKISHO_INSPECT_FLATE_H

#include "inspect/recognise.h"

struct flate;

/* Takes the next inflated bytes; false (with *e set) ends it. */
typedef bool flate_sink(void *ctx, const uint8_t *p, size_t n, struct err *e);

/* NULL without memory.  `zlib`: RFC 1950, else RFC 1951 bare.  Charges the inspection as it goes. */
struct flate *inspect_flate_new(struct inspection *in, bool zlib, flate_sink *sink, void *ctx);
void inspect_flate_free(struct flate *f);	/* NULL is fine */
/* The next piece of the compressed bytes. */
bool inspect_flate_feed(struct flate *f, struct view packed, struct err *e);
/* True when the stream has ended with the bytes fed. */
bool inspect_flate_end(struct flate *f, struct err *e);

/* All at once, into a buffer. */
bool inspect_flate_buf(struct inspection *in, bool zlib, struct view packed, struct buf *ret, struct err *e);
/* All at once, only counted: exactly n bytes. */
bool inspect_flate_size(struct inspection *in, bool zlib, struct view packed, uint64_t n, struct err *e);

#endif
