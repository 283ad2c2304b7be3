/*
 * image.h - images in a PDF (ISO 32000-2 8.9.5): decoded, checked, and
 * packed anew.
 */
#ifndef SEKISHO_SANITIZE_PDF_IMAGE_H
#define SEKISHO_SANITIZE_PDF_IMAGE_H

#include "sanitize/pdf/gfx.h"

enum image_role { IMAGE_PLAIN, IMAGE_STENCIL, IMAGE_SMASK };

struct image {
	enum { IMAGE_NONE, IMAGE_RAW, IMAGE_JPEG } kind;
	uint32_t w, h;
	unsigned bpc, n;	/* n: colour components, 1 for masks */
	bool mask;		/* ImageMask true */
	bool own_space;		/* the dictionary's ColorSpace fits the data */
	/* IMAGE_RAW: exactly gfx_image_size() bytes; IMAGE_JPEG: the file.  In `own`, the arena or the input. */
	struct view data;
	struct view unfiltered;	/* what pdf_stream() gave: given back once the image is written */
	struct buf own;
	bool behind;		/* there was more data than the picture needs, and it said something */
	bool attached;		/* a JPEG with notes, a place, a thumbnail... in it */
	/* How it was packed, which tells how to pack it well. */
	bool bilevel, black_is_1, jbig2, predict;
	/* Opacity that came inside JPX data, w * h bytes. */
	struct buf alpha;
	bool premultiplied;
};

void gfx_image_release(struct image *im);
/* Bytes of the samples, rows padded to bytes; 0 past what one image may have. */
size_t gfx_image_size(uint32_t w, uint32_t h, unsigned n, unsigned bpc);
/*
 * Decodes the image of a stream object (of an inline image too: its dictionary
 * with full keys, number 0).  kind IMAGE_NONE: it cannot be read.
 */
bool gfx_image_read(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res,
		struct image *ret, struct err *e);
/* Tells of what came with the picture and does not stay. */
void gfx_image_note(struct pdf_rebuild *r, const struct image *im, const char *where);
/* Writes the stream: k has all keys but for those of the packing. */
bool gfx_image_pack(struct pdf_rebuild *r, const struct image *im, struct pdf_keys *k, uint32_t *num,
		struct err *e);
/* The image as a new XObject, 0 where it is none. */
bool gfx_image_xobject(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res,
		   enum image_role role, uint32_t *ret, struct err *e);

#endif
