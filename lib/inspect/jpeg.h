/*
 * jpeg.h - JPEG (ITU-T T.81), as a file and inside PDF and TIFF: marker
 * walk in jpeg.c, entropy-coded data in jpeg_scan.c.
 */
#ifndef SEKISHO_INSPECT_JPEG_H
#define SEKISHO_INSPECT_JPEG_H

#include "inspect/recognise.h"

struct jpeg_size {
	uint32_t w, h;
	unsigned components;
	bool adobe;		/* an Adobe marker, and what it says */
	uint8_t transform;
	uint8_t sampling[4];	/* of each component, width << 4 | height */
};

/* `in_pdf`: neither Exif nor ICC profile; so in TIFF. */
bool inspect_jpeg_data(struct inspection *in, struct view v, bool in_pdf, struct jpeg_size *ret,
		    struct err *e);

/* EXIF of our kind: one big-endian IFD with one entry, Orientation, SHORT, 2..8. */
bool inspect_orientation(struct view tiff);

/* -- between the two halves ---------------------------------------------------- */

enum { JPEG_FAST = 10 };

/* A Huffman table (T.81 C): a look-up for codes of up to JPEG_FAST bits, limits for longer ones. */
struct jpeg_huffman {
	bool defined;
	uint16_t fast[1 << JPEG_FAST];	/* length << 8 | symbol; 0: longer */
	int32_t max[18];		/* by length: the last code, -1 where none */
	int32_t first[17];		/* by length: index of the first symbol less its code */
	uint8_t symbol[256];
	uint8_t widest_dc, widest_ac;	/* the largest magnitude category in use */
};

struct jpeg_component {
	uint8_t id, h, v, tq;
	uint32_t across, down;		/* blocks that carry picture (A.2.3) */
	uint32_t row;			/* blocks in a padded row */
	uint64_t *mask;			/* progressive: coefficients known not to be zero, a bit each */
	bool dc, complete;		/* what scans have brought so far */
};

struct jpeg_frame {
	bool progressive;
	uint32_t w, h, mcu_across, mcu_down;
	unsigned n;
	struct jpeg_component c[4];
};

struct jpeg_scan {
	unsigned n;
	struct {
		struct jpeg_component *c;
		const struct jpeg_huffman *dc, *ac;
	} part[4];
	uint8_t ss, se, ah, al;
};

bool inspect_jpeg_huffman(struct view *v, struct jpeg_huffman *h, struct err *e);
/* The entropy-coded data at the front of *v, consumed up to the next marker. */
bool inspect_jpeg_scan(const struct jpeg_frame *f, const struct jpeg_scan *s, struct view *v,
		    struct err *e);

#endif
