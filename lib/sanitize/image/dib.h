/*
 * dib.h - device-independent bitmaps of Windows and OS/2, as they stand in
 * BMP files and icons: every kind read, five kinds written.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_DIB_H
#define SEKISHO_SANITIZE_IMAGE_DIB_H

#include "sanitize/job.h"

struct dib {
	uint32_t w, h;		/* of the colours: half of an icon's height */
	uint8_t bits;		/* as written: 1, 4, 8, 24, 32 */
	uint32_t colours;	/* of the palette; 0 above 8 bits */
	uint8_t palette[256 * 4];
	uint32_t x_ppm, y_ppm;	/* pixels per metre, 0: not said */
	bool profile;		/* a colour profile was there */
	bool converted;		/* bits are others than they were, or it was packed */
	bool damaged;
	size_t end;		/* bytes of `in` up to the end of the pixels */

	/* as read */
	struct view in, data;
	uint8_t in_bits;
	uint32_t header, compression, mask[4];
	bool top_down, icon;
};

/* Header, masks and palette; `at` is where the pixels begin, 0: behind them. */
bool dib_read(struct dib *d, struct view in, size_t at, bool icon, struct job *j, struct err *e);
/* Bytes of a row as written. */
uint64_t dib_row(const struct dib *d);
/* The 40-byte header, height doubled for an icon. */
void dib_put_header(const struct dib *d, struct buf *out);
void dib_put_palette(const struct dib *d, struct buf *out);
/* The rows, bottom-up. */
bool dib_put_pixels(struct dib *d, struct job *j, struct buf *out, struct err *e);

#endif
