/*
 * form.h - a form as browsers hand it in: multipart/form-data (RFC 7578,
 * RFC 2046 5.1), read while it arrives, in pieces of any size.
 *
 * Strict where two readers could differ: it begins with its boundary, every
 * boundary fills its line, the last one is there and nothing stands behind it
 * but a line's end.  A form that was cut is not whole, wherever it was cut.
 */
#ifndef SEKISHO_WEB_FORM_H
#define SEKISHO_WEB_FORM_H

#include "core/view.h"

enum {
	FORM_BOUNDARY_MAX = 70,		/* RFC 2046 5.1.1 */
	FORM_HEAD_MAX = 8192,		/* the lines above one part */
	FORM_VALUE_MAX = 512,		/* of a part's data that is handed out */
};

struct form_part {
	struct view name;	/* until more is read */
	/*
	 * As the visitor's browser wrote it, without the escapes of the form, perhaps
	 * with folders: any bytes.  filename* (RFC 5987) counts where it is good UTF-8.
	 * .p NULL: no file.
	 */
	struct view file_name;
	uint64_t at, size;	/* of its data in the body */
	struct view value;	/* how it begins, up to FORM_VALUE_MAX bytes; until more is read */
};

struct form {
	char line[FORM_BOUNDARY_MAX + 5];	/* CR LF - - boundary */
	enum form_place { FORM_AT_START, FORM_BEHIND_BOUNDARY, FORM_ON_ITS_LINE, FORM_IN_HEAD, FORM_IN_DATA, FORM_AT_END, FORM_BROKEN } place;
	uint64_t at;		/* of hold[0] in the body; the line's end before it counts as -2 */
	size_t n;
	uint8_t hold[2 * FORM_HEAD_MAX];	/* what has come and is not judged yet */
	size_t head;		/* bytes of the head in hand that were judged */
	struct form_part part;
	char name[FORM_HEAD_MAX], file_name[FORM_HEAD_MAX], value[FORM_VALUE_MAX];
};

/* The boundary of a Content-Type; false where it is no multipart/form-data with one good boundary. */
bool form_boundary(struct view content_type, char ret[FORM_BOUNDARY_MAX + 1]);
void form_open(struct form *f, const char *boundary);
/*
 * Reads on in *body, which is what came next.  PART: one that is whole; more
 * may follow in *body.  MORE: *body is used up.  BAD: no form, once and for all.
 */
enum form_step { FORM_PART, FORM_MORE, FORM_BAD } form_next(struct form *f, struct view *body, struct form_part *ret);
/* Nothing more comes: was that all of a form? */
bool form_is_whole(const struct form *f);

#endif
