/*
 * picture.h - pictures carried inside text (data: addresses, RFC 2397;
 * base64, RFC 4648): taken out, disarmed as documents of their own, put back.
 */
#ifndef SEKISHO_SANITIZE_TEXT_PICTURE_H
#define SEKISHO_SANITIZE_TEXT_PICTURE_H

#include "sanitize/job.h"

/* White space is skipped; false at any other byte, or where bits are missing. */
bool base64_decode(struct view in, struct buf *ret);
/* With padding, without line ends. */
bool base64_encode(struct view in, struct buf *ret);

/*
 * The picture rebuilt (job_part(), under `name`): true where it came out as
 * one of PNG, JPEG, GIF, WebP.  Its bytes are in *ret, its kind in *type.
 * false with e->code ERR_NONE: it goes, for reasons that are noted; with
 * another code: the whole tree's budget is over.
 */
bool picture_rebuild(struct job *j, const char *name, struct view in, struct buf *ret, enum type *type,
		     struct err *e);
/* "image/png"; "" for what is none of the four. */
const char *picture_media(enum type t);
/* Is it a data: address? */
bool picture_is_data(struct view uri);
/* A data: address as docs/canonical.md wants it ("Pictures in text"), appended to *ret; as picture_rebuild(). */
bool picture_from_data(struct job *j, const char *name, struct view uri, struct buf *ret, struct err *e);
/* `in`, a picture, as such an address. */
bool picture_to_data(struct job *j, const char *name, struct view in, struct buf *ret, struct err *e);

#endif
