#include "upload.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/own.h"
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
take_part(struct batch *b, const struct form_part *p, uint64_t at, const struct profile **ret)
{
	enum text why = TEXT_COUNT;

	if (view_is(p->name, "profile")) {
		if (*ret != NULL || (*ret = profile_find(p->data)) == NULL)
			return TEXT_WEB_BAD_REQUEST;
		return TEXT_COUNT;
	}
	if (view_is(p->name, "password"))
		return take_password(b, p->data);
	/* A field that was left empty has an empty name and no bytes. */
	if (!view_is(p->name, "file") || p->file_name.p == NULL || (p->file_name.n == 0 && p->data.n == 0))
		return TEXT_COUNT;
	return batch_add(b, p->file_name, at, p->data.n, &why) ? TEXT_COUNT : why;
}

static enum text
take_parts(struct batch *b, struct view body, const char *boundary, const struct profile **ret)
{
	own_mem struct form *f = malloc(sizeof *f);
	enum text wrong = TEXT_COUNT;
	enum form_step step;
	struct form_part p;
	size_t n = 0;

	if (f == NULL)
		return TEXT_WEB_BUSY;
	form_open(f, body, boundary);
	while ((step = form_next(f, &p)) == FORM_PART && wrong == TEXT_COUNT)
		wrong = n++ == BATCH_FILES + FIELDS ? TEXT_WEB_TOO_MUCH : take_part(b, &p, (uint64_t)(p.data.p - body.p), ret);
	return wrong != TEXT_COUNT ? wrong : step == FORM_BAD ? TEXT_WEB_CUT : TEXT_COUNT;
}

enum text
upload_read(struct batch *b, struct view content_type, const struct profile **ret)
{
	char boundary[FORM_BOUNDARY_MAX + 1];
	enum text wrong;
	void *p;

	*ret = NULL;
	if (b->form_size == 0 || !form_boundary(content_type, boundary))
		return TEXT_WEB_CUT;
	p = mmap(NULL, b->form_size, PROT_READ, MAP_SHARED, b->form, 0);
	if (p == MAP_FAILED)
		return TEXT_WEB_BUSY;
	wrong = take_parts(b, view_of(p, b->form_size), boundary, ret);
	(void)munmap(p, b->form_size);
	if (wrong == TEXT_COUNT && b->files == 0)
		wrong = TEXT_WEB_NO_FILE;
	if (*ret == NULL)
		*ret = profile_at(0);
	return wrong;
}
