/*
 * unfilter.h - stream filters (ISO 32000-2 7.4) as pure functions: bytes
 * in, bytes appended to `out`, whose .max bounds them.
 *
 * UNFILTER_DAMAGED: what could be read is in `out`.  UNFILTER_FULL: the
 * maximum was met.
 */
#ifndef SEKISHO_SANITIZE_PDF_UNFILTER_H
#define SEKISHO_SANITIZE_PDF_UNFILTER_H

#include "core/buf.h"

enum unfiltered { UNFILTER_OK, UNFILTER_DAMAGED, UNFILTER_FULL };

/* `inflater`: struct libdeflate_decompressor.  *behind: what stands behind the end of undamaged data. */
enum unfiltered unfilter_flate(void *inflater, struct view in, struct buf *out, struct view *behind);
enum unfiltered unfilter_lzw(struct view in, bool early, struct buf *out);
enum unfiltered unfilter_hex(struct view in, struct buf *out);
enum unfiltered unfilter_ascii85(struct view in, struct buf *out);
enum unfiltered unfilter_runlength(struct view in, struct buf *out);

/* Does it say nothing: one byte over and over, and ends of line? */
bool unfilter_is_padding(struct view v);

struct predictor {
	int64_t predictor, colors, bits, columns;
};
/* True if the parameters say something that can be done. */
bool predictor_ok(const struct predictor *p);
enum unfiltered unpredict(const struct predictor *p, struct view in, struct buf *out);

#endif
