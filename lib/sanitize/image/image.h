/*
 * image.h - the picture formats: one struct format each (formats.def).
 */
#ifndef SEKISHO_SANITIZE_IMAGE_IMAGE_H
#define SEKISHO_SANITIZE_IMAGE_IMAGE_H

#include "sanitize/format.h"

extern const struct format format_bmp, format_gif, format_ico, format_jpeg, format_png, format_tiff,
	format_webp;

#endif
