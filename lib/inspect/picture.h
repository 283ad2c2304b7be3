/*
 * picture.h - pictures inside text: docs/canonical.md, "Pictures in text".
 */
#ifndef SEKISHO_INSPECT_PICTURE_H
#define SEKISHO_INSPECT_PICTURE_H

#include "inspect/recognise.h"

/* data:image/…;base64,… of a canonical PNG, JPEG, GIF or WebP. */
bool inspect_picture_data(struct inspection *in, struct view v, struct err *e);
/* The base64 alone, of a picture of that type. */
bool inspect_picture_base64(struct inspection *in, enum type type, struct view v, struct err *e);

#endif
