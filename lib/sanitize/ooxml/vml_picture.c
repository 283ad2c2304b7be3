/* vml_picture.c - the pictures of shapes in a VML drawing part. */
#include "sanitize/ooxml/vml_picture.h"

#include <string.h>

#include "sanitize/xml_feed.h"

#define VML "urn:schemas-microsoft-com:vml|"
#define OFFICE "urn:schemas-microsoft-com:office:office|"
#define RELATION "http://schemas.openxmlformats.org/officeDocument/2006/relationships|"

enum { DEEP = 64 };

struct reader {
	XML_Parser p;
	struct vml_picture *ret;
	size_t max, n;
	char shape[DEEP][VML_PICTURE_ID];	/* ids of the elements around */
	size_t depth;
};

static bool
id_copy(char to[static VML_PICTURE_ID], const char *s)
{
	size_t n = strlen(s);

	if (n >= VML_PICTURE_ID)
		return false;
	memcpy(to, s, n + 1);
	return true;
}

static void
imagedata(struct reader *r, const XML_Char **att)
{
	struct vml_picture *to = &r->ret[r->n];
	const char *relation = NULL;

	for (; att[0] != NULL; att += 2) {
		if (strcmp(att[0], OFFICE "relid") == 0 || strcmp(att[0], RELATION "id") == 0)
			relation = att[1];
	}
	if (relation == NULL || r->n == r->max || r->depth == 0)
		return;
	if (r->shape[r->depth - 1][0] == 0 || !id_copy(to->relation, relation))
		return;
	memcpy(to->shape, r->shape[r->depth - 1], VML_PICTURE_ID);
	r->n++;
}

static void
on_start(void *ctx, const XML_Char *name, const XML_Char **att)
{
	struct reader *r = ctx;
	const char *shape = NULL;	/* o:spid, where a shape's id was given by hand */

	if (r->depth == DEEP) {
		(void)XML_StopParser(r->p, XML_FALSE);
		return;
	}
	if (strcmp(name, VML "imagedata") == 0)
		imagedata(r, att);
	r->shape[r->depth][0] = 0;
	for (; att[0] != NULL; att += 2) {
		if (strcmp(att[0], OFFICE "spid") == 0)
			shape = att[1];
		else if (strcmp(att[0], "id") == 0 && shape == NULL)
			shape = att[1];
	}
	if (shape != NULL && !id_copy(r->shape[r->depth], shape))
		r->shape[r->depth][0] = 0;
	r->depth++;
}

static void
on_end(void *ctx, const XML_Char *name)
{
	struct reader *r = ctx;

	(void)name;
	r->depth--;
}

static void
on_doctype(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public, int subset)
{
	struct reader *r = ctx;

	(void)name, (void)system, (void)public, (void)subset;
	(void)XML_StopParser(r->p, XML_FALSE);
}

bool
vml_pictures(struct job *j, struct view part, struct vml_picture *ret, size_t max, size_t *n, struct err *e)
{
	struct reader r = { .ret = ret, .max = max };
	struct err why = { 0 };
	bool ok;

	if ((r.p = XML_ParserCreateNS(NULL, '|')) == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	XML_SetUserData(r.p, &r);
	XML_SetElementHandler(r.p, on_start, on_end);
	XML_SetStartDoctypeDeclHandler(r.p, on_doctype);
	xml_confine(r.p, j, &r);
	ok = xml_feed(r.p, j, part, &why);
	XML_ParserFree(r.p);
	*n = r.n;
	if (ok || (why.code != ERR_LIMIT && why.code != ERR_SYSTEM))
		return true;
	*e = why;
	return false;
}
