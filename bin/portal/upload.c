#include "upload.h"

#include <stdlib.h>
#include <string.h>

#include "web/form.h"

/* The page's own fields beside the files. */
enum { FIELDS = 8 };

static enum text
take_password(struct batch *b, struct view v)
{
	if (v.n == 0)
		return TEXT_COUNT;
	if (b->password[0] != '\0')
		return TEXT_WEB_BAD_REQUEST;
	if (v.n > BATCH_PASSWORD || memchr(v.p, '\0', v.n) != NULL)
		return TEXT_WEB_PASSWORD_BAD;
	memcpy(b->password, v.p, v.n);
	return TEXT_COUNT;
}

static enum text
take_part(struct batch *b, const struct form_part *p)
{
	enum text why = TEXT_COUNT;

	if (view_is(p->name, "profile")) {
		if (b->profile != NULL || p->size != p->value.n || (b->profile = profile_find(p->value)) == NULL)
			return TEXT_WEB_BAD_REQUEST;
		return TEXT_COUNT;
	}
	if (view_is(p->name, "password"))
		return p->size == p->value.n ? take_password(b, p->value) : TEXT_WEB_PASSWORD_BAD;
	/* A field that was left empty has an empty name and no bytes. */
	if (!view_is(p->name, "file") || p->file_name.p == NULL || (p->file_name.n == 0 && p->size == 0))
		return TEXT_COUNT;
	return batch_add(b, p->file_name, p->at, p->size, &why) ? TEXT_COUNT : why;
}

enum text
upload_begin(struct batch *b, struct view content_type)
{
	char boundary[FORM_BOUNDARY_MAX + 1];

	if (!form_boundary(content_type, boundary))
		return TEXT_WEB_CUT;
	b->reader = malloc(sizeof *b->reader);
	if (b->reader == NULL)
		return TEXT_WEB_BUSY;
	form_open(b->reader, boundary);
	return TEXT_COUNT;
}

enum text
upload_more(struct batch *b, struct view v)
{
	enum text wrong = TEXT_COUNT;
	enum form_step step;
	struct form_part p;

	while ((step = form_next(b->reader, &v, &p)) == FORM_PART && wrong == TEXT_COUNT)
		wrong = b->parts++ == BATCH_FILES + FIELDS ? TEXT_WEB_TOO_MUCH : take_part(b, &p);
	return wrong != TEXT_COUNT ? wrong : step == FORM_BAD ? TEXT_WEB_CUT : TEXT_COUNT;
}

enum text
upload_end(struct batch *b)
{
	if (!form_is_whole(b->reader))
		return TEXT_WEB_CUT;
	if (b->files == 0)
		return TEXT_WEB_NO_FILE;
	if (b->profile == NULL)
		b->profile = profile_at(0);
	batch_read(b);
	return TEXT_COUNT;
}
