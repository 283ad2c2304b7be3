/*
 * jpeg_meta.h - what stands around a JPEG's picture: its APPn and COM
 * segments (ISO/IEC 10918-1 B.2.4), read from the source and written
 * canonically.  Private to the JPEG codec.
 */
#ifndef SEKISHO_SANITIZE_CODEC_JPEG_META_H
#define SEKISHO_SANITIZE_CODEC_JPEG_META_H

#include "sanitize/codec/codec.h"

enum { JPEG_META_ICC_MAX = 255 };

struct jpeg_meta {
	struct jpeg_info *info;	/* orientation, density and what went are filled in */
	struct view icc[JPEG_META_ICC_MAX];	/* chunks by their number - 1 */
	uint8_t icc_n;		/* as the first chunk says; 0: none */
	bool icc_broken;
	bool jfif;
	bool scan;		/* a scan header was found */
};

/* Walks the segments up to the first scan.  Never fails: it stops at what it does not understand. */
void jpeg_meta_read(struct jpeg_meta *m, struct view in);
/* The profile rebuilt into `out`, when there is a usable one of so many components. */
bool jpeg_meta_profile(const struct jpeg_meta *m, uint8_t components, struct buf *out);
/* What an EXIF block (a TIFF) says; false when it says nothing readable. */
bool exif_read(struct view exif, struct jpeg_info *info);
/* The canonical block, an orientation of 2..8 and nothing else; nothing for others. */
void exif_write(uint8_t orientation, struct buf *out);
/* True where it says no more than exif_write() would. */
bool exif_is_plain(struct view exif, uint8_t orientation);

#endif
