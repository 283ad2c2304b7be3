/*
 * webp_codec.h - the bitstreams inside a WebP (RFC 6386, RFC 9649), decoded
 * and encoded anew by libwebp.  Private to the WebP module.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_WEBP_CODEC_H
#define SEKISHO_SANITIZE_IMAGE_WEBP_CODEC_H

#include "sanitize/job.h"

/* A picture as it stands in the file: `vp8` or `vp8l`, and `alph` or nothing. */
struct webp_picture {
	struct view vp8, vp8l, alph;
	uint32_t w, h;
};

struct webp_coded {
	struct buf image, alph;	/* bodies of the chunks; alph empty: none */
	bool lossless;		/* image is VP8L, else VP8 */
	bool alpha;
};

/* Width and height of the bitstream; false where it has none. */
bool webp_measure(struct webp_picture *p);
/* Zero-initialise *ret; webp_coded_release() in any case. */
bool webp_recode(const struct webp_picture *p, struct job *j, struct view document,
		 struct webp_coded *ret, struct err *e);
void webp_coded_release(struct webp_coded *c);

#endif
