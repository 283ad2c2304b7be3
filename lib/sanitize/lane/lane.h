/*
 * lane.h - what needs others' programs: legacy documents into their modern
 * form, pages into pixels, pages into words.  The programs run in jails of
 * their own (job.h: need, draw); what they hand back is read here with the
 * same distrust as any input, and rebuilt.
 */
#ifndef SEKISHO_SANITIZE_LANE_LANE_H
#define SEKISHO_SANITIZE_LANE_LANE_H

#include "sanitize/job.h"

/* How a type meets the profiles `flatten` and `text`: lane.def. */
enum lane_way {
	LANE_NONE,	/* neither is possible */
	LANE_PDF,	/* rebuilt, then drawn or read */
	LANE_OFFICE,	/* rebuilt, printed to a PDF, then as a PDF */
	LANE_LEGACY,	/* printed to a PDF as it is, then as a PDF */
	LANE_WORDS,	/* it is text: rebuilt */
	LANE_PICTURE,	/* flatten: its pixels anew; it has no words of its own */
	LANE_BOX,	/* its parts by the same profile */
};
enum lane_way lane_way(enum type t);

/* Under LANE_PDF, _OFFICE and _LEGACY: the document as a canonical PDF of pixels, or its words as text. */
bool lane_flatten(struct job *j, enum type t, struct view in, struct buf *out, struct err *e);
bool lane_text(struct job *j, enum type t, struct view in, struct buf *out, struct err *e);

/* Notes why a part could not be converted: the finding is a refusal.  Returns false. */
bool lane_refuse(struct job *j, const struct err *e);
/* Rebuilds as `t` under the profile with mode REBUILD and JPEG by its coefficients. */
bool lane_rebuild(struct job *j, enum type t, struct view in, struct buf *out, struct err *e);

#endif
