/*
 * codec.h - image codecs inside documents, as pure functions: decode what
 * is understood, encode anew.  Limits are arguments; no codec keeps state.
 */
#ifndef SEKISHO_SANITIZE_CODEC_CODEC_H
#define SEKISHO_SANITIZE_CODEC_CODEC_H

#include "core/buf.h"

/* A bilevel image: rows of ceil(w / 8) bytes, most significant bit left; 1 is black. */
struct bitmap {
	uint32_t w, h;
	uint8_t *bits;	/* malloc'd: bitmap_release() */
};
void bitmap_release(struct bitmap *b);

/*
 * ITU-T T.4 and T.6 as ISO 32000-2 7.4.6 parameterises them.  Damaged rows
 * are as libtiff and poppler would have them (the row above, or white); *ret_damaged counts
 * them.  rows 0: until the end of the data.  ERR_LIMIT past max_pixels.
 */
struct ccitt_parms {
	int32_t k;		/* <0 G4, 0 G3 one-dimensional, >0 G3 mixed */
	bool end_of_line, byte_align, end_of_block, black_is_1;
	uint32_t columns, rows;
};
#define CCITT_PARMS_DEFAULT ((struct ccitt_parms){ .columns = 1728, .end_of_block = true })
/* The result's polarity: 1 is black (BlackIs1 false means that 0 in the *decoded PDF data* is black). */
bool ccitt_decode(struct view in, const struct ccitt_parms *parms, uint64_t max_pixels,
		  struct bitmap *ret, uint32_t *ret_damaged, struct err *e);
/* Group 4 with EOFB, no EOL, not byte-aligned. */
bool ccitt_encode_g4(const struct bitmap *in, struct buf *out);

/*
 * JBIG2 (ITU-T T.88) as embedded in PDF: `globals` may be empty.  All
 * segment types of the generic, refinement, symbol, text, pattern and halftone
 * kinds, arithmetic and Huffman; colour extension refused.
 */
bool jbig2_decode(struct view in, struct view globals, uint32_t w, uint32_t h, uint64_t max_pixels,
		  struct bitmap *ret, struct err *e);

/* Interleaved samples. */
struct pixels {
	uint32_t w, h;
	uint8_t channels;	/* colour channels and alpha */
	uint8_t bits;		/* 8 or 16 (big-endian) */
	uint8_t depth;		/* JPX: bits before they were scaled to the full range of `bits` */
	bool alpha;		/* the last channel is opacity */
	bool premultiplied;
	bool reversible;	/* JPX: coded without loss */
	enum pixels_space { PIXELS_GRAY, PIXELS_RGB, PIXELS_CMYK, PIXELS_LAB, PIXELS_UNKNOWN } space;
	uint8_t *data;		/* malloc'd: pixels_release() */
};
void pixels_release(struct pixels *p);

/* JPEG 2000 (JP2 or bare codestream) through OpenJPEG, one thread; palette and channel definitions applied; sYCC to RGB. */
bool jpx_decode(struct view in, uint64_t max_pixels, struct pixels *ret, struct err *e);
/*
 * The first component as it is coded, no palette applied, not scaled, cut at 255: where the
 * document's own colour space is Indexed (ISO 32000-2 7.4.9).  One channel of 8 bits.
 */
bool jpx_decode_indices(struct view in, uint64_t max_pixels, struct pixels *ret, struct err *e);

/*
 * JPEG by its DCT coefficients: parsed by libjpeg-turbo and entropy-coded
 * anew without loss, canonical markers only (docs/canonical.md: JPEG).
 */
struct jpeg_info {
	uint32_t w, h;
	uint8_t components;
	bool adobe;		/* an Adobe marker was there */
	uint8_t adobe_transform;
	uint8_t sampling[4];	/* of each component, width << 4 | height */
	uint8_t orientation;	/* 1..8; 1: none given */
	uint16_t x_density, y_density;
	uint8_t density_unit;
	bool exif, gps, xmp, comment, thumbnail, iptc, other_app, trailing;	/* what went */
	bool icc_removed;	/* a colour profile was there and not usable */
	bool damaged;		/* libjpeg warned: the rest is as it decodes */
};
enum jpeg_how {
	JPEG_FILE,	/* a file of its own: orientation and ICC profile are kept */
	JPEG_IN_PDF,	/* inside a PDF: neither */
	/*
	 * Inside a PDF whose DecodeParms say /ColorTransform 0 or 1: that
	 * counts where there is no Adobe marker (ISO 32000-2 table 13).  The
	 * new picture says it itself, in its markers.
	 */
	JPEG_IN_PDF_PLAIN,
	JPEG_IN_PDF_TRANSFORM,
};
bool jpeg_rebuild(struct view in, enum jpeg_how how, uint64_t max_pixels, struct buf *out,
		  struct jpeg_info *ret, struct err *e);
/* Encodes 8-bit gray, RGB or CMYK pixels; quality 1..100, 4:4:4 from 90 on. CMYK without an Adobe marker. */
bool jpeg_encode(const struct pixels *in, int quality, struct buf *out, struct err *e);
/* 8-bit gray, RGB or CMYK (inks as in the file), and the quality it was likely encoded with. */
bool jpeg_decode(struct view in, uint64_t max_pixels, struct pixels *ret, int *ret_quality,
		 struct err *e);

/*
 * ICC profile (ICC.1): parsed and written anew from an allow-list of tags.  The
 * number of its colour components goes to *ret_components (1, 3 or 4; 0 where
 * not even that is known), on failure too.
 * ERR_MALFORMED: unusable, use the device colour space of that many components.
 */
bool icc_rebuild(struct view in, struct buf *out, uint8_t *ret_components, struct err *e);

#endif
