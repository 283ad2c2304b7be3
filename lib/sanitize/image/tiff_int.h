/*
 * tiff_int.h - one page of a TIFF (TIFF 6.0) between reader and writer.
 * Private to the TIFF module.
 */
#ifndef SEKISHO_SANITIZE_IMAGE_TIFF_INT_H
#define SEKISHO_SANITIZE_IMAGE_TIFF_INT_H

#include <tiffio.h>

#include "noise.h"
#include "sanitize/job.h"

enum {
	TIFF_WHITE_IS_0 = 0, TIFF_BLACK_IS_0 = 1, TIFF_RGB = 2, TIFF_PALETTE = 3, TIFF_MASK = 4,
	TIFF_INKS = 5, TIFF_YCBCR = 6, TIFF_LAB = 8, TIFF_ICCLAB = 9,
	TIFF_EXTRA_MAX = 8,
	TIFF_ALLOC_MAX = 256 << 20,	/* of one piece, libtiff's and ours */
};

/* A file being read. */
struct tiff {
	struct job *j;
	struct view in;
	uint64_t at;
	TIFF *t;
	bool damaged;		/* libtiff complained of data */
	char why[160];
	struct noise noise;
};

struct tiff_page {
	uint32_t w, h;
	uint16_t bits, samples, photometric, format, orientation, unit;
	uint16_t extra[TIFF_EXTRA_MAX], extras;
	uint32_t kind;		/* NewSubfileType */
	float x_res, y_res;	/* 0: none */
	uint16_t *palette;	/* 3 << bits, owned; NULL: none */
	struct buf icc;		/* rebuilt; empty: none */
	bool packed;		/* the source has samples of 12 bits, here they have 16 */
	bool difference;	/* horizontal differencing helps it */
};

/* Bytes of a row. */
uint64_t tiff_row(const struct tiff_page *p);

/* Samples of 12 bits, packed, as 16 bits of this machine's order. */
void tiff_widen(const uint8_t *from, uint8_t *to, size_t samples);

/*
 * What the current directory says of its page.  *ret_plain: the samples can be copied, else
 * libtiff makes RGBA of them.
 */
bool tiff_page_read(struct tiff *f, struct tiff_page *p, bool *ret_plain, struct err *e);

struct tiff_sink;
/* All pixels into a sink that was initialised for the page. */
bool tiff_copy_pixels(struct tiff *f, const struct tiff_page *p, bool plain, struct tiff_sink *s,
		      struct err *e);
/*
 * JPEG strips or tiles by their coefficients, ready for tiff_sink_finish().  False: the page
 * has none, or not such that they could be had so: decode it; s is empty then.
 */
bool tiff_jpeg(struct tiff *f, struct tiff_page *p, struct tiff_sink *s);

/* Takes rows from the top and writes the page's strips. */
struct tiff_sink {
	const struct tiff_page *page;
	struct noise *noise;	/* NULL: none */
	uint8_t *rows;		/* of the strip being filled */
	uint32_t strip_rows, filled;
	struct buf data;	/* strips, one after the other */
	uint32_t *sizes;
	uint32_t strips;
	uint16_t compression;
	uint32_t tile_w;	/* parts are tiles of this width, strip_rows high; 0: strips */
	uint8_t sampling;	/* JPEG: of the first component, width << 4 | height */
};

bool tiff_sink_init(struct tiff_sink *s, const struct tiff_page *p, struct noise *noise,
		    struct err *e);
void tiff_sink_release(struct tiff_sink *s);
/* One row; it is changed. */
bool tiff_sink_row(struct tiff_sink *s, uint8_t *row, struct err *e);
/* After all rows: the page behind out's end.  *link is where the offset of its IFD goes, and where the next will go. */
bool tiff_sink_finish(struct tiff_sink *s, struct buf *out, size_t *link, struct err *e);

#endif
