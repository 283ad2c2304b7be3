/*
 * form.h - a form as browsers hand it in: multipart/form-data (RFC 7578,
 * RFC 2046 5.1), the whole body at once.
 *
 * Strict where two readers could differ: it begins with its boundary, every
 * boundary fills its line, the last one is there and nothing stands behind it
 * but a line's end.  A form that was cut is FORM_BAD, wherever it was cut.
 */
#ifndef SEKISHO_WEB_FORM_H
#define SEKISHO_WEB_FORM_H

#include "core/view.h"

enum {
	FORM_BOUNDARY_MAX = 70,		/* RFC 2046 5.1.1 */
	FORM_HEAD_MAX = 8192,		/* the lines above one part */
};

struct form {
	struct view rest;
	char line[FORM_BOUNDARY_MAX + 5];	/* CR LF - - boundary */
	char name[FORM_HEAD_MAX], file_name[FORM_HEAD_MAX];
};

struct form_part {
	struct view name;	/* until the next part is asked for */
	/*
	 * As the visitor's browser wrote it, without the escapes of the form, perhaps
	 * with folders: any bytes.  filename* (RFC 5987) counts where it is good UTF-8.
	 * .p NULL: no file.
	 */
	struct view file_name;
	struct view data;	/* into the body */
};

/* The boundary of a Content-Type; false where it is no multipart/form-data with one good boundary. */
bool form_boundary(struct view content_type, char ret[FORM_BOUNDARY_MAX + 1]);
void form_open(struct form *f, struct view body, const char *boundary);
enum form_step { FORM_PART, FORM_END, FORM_BAD } form_next(struct form *f, struct form_part *ret);

#endif
