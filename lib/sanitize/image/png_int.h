/*
 * png_int.h - a PNG (ISO/IEC 15948, third edition with animation) taken
 * apart.  Private to the PNG module.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_PNG_INT_H
#define SEKISHO_SANITIZE_IMAGE_PNG_INT_H

#include "sanitize/job.h"

enum png_type { PNG_GRAY = 0, PNG_RGB = 2, PNG_PALETTE = 3, PNG_GRAY_ALPHA = 4, PNG_RGB_ALPHA = 6 };

/* The still picture or one frame: where its compressed data lie in png.data. */
struct png_frame {
	uint32_t w, h, x, y;
	uint16_t delay_num, delay_den;
	uint8_t dispose, blend;
	bool control;	/* an fcTL stands before it */
	size_t at, n;
};

struct png {
	struct job *j;
	struct view in;
	uint32_t w, h;
	uint8_t depth, type, interlace, channels;
	struct view plte, trns, gama, chrm, srgb, phys;	/* .n == 0: none */
	struct buf icc;		/* rebuilt; empty: none */
	bool animated;
	uint32_t plays;
	uint8_t orientation;	/* as EXIF has it; 0: not said */
	struct buf data;	/* of IDAT and fdAT, one after the other */
	struct png_frame still;
	struct png_frame *frame;
	size_t frames, cap;
	bool damaged, extra;
};

/* Zero-initialise before use. */
bool png_read(struct png *p, struct job *j, struct view in, struct err *e);
void png_release(struct png *p);
/* Bytes of a row of w pixels without its filter byte. */
uint64_t png_row(const struct png *p, uint32_t w);
/*
 * Appends the frame's picture data as chunks of this type ("IDAT", "fdAT" with
 * sequence numbers from *seq on), decoded and compressed anew.
 */
bool png_data(struct png *p, const struct png_frame *f, const char *type, uint32_t *seq,
	      struct buf *out, struct err *e);
/* A chunk begun at out->n with its body to follow, and ended with its length and CRC. */
size_t png_chunk_begin(struct buf *out, const char *type);
void png_chunk_end(struct buf *out, size_t begin);

#endif
