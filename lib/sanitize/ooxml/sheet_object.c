/* sheet_object.c - the pictures of a sheet's objects, and where they come to stand. */
#include "sanitize/ooxml/sheet_object.h"

#include <stdio.h>

#include "sanitize/ooxml/ids.h"

enum { EMU_PER_PIXEL = 9525, MARKER = 4 };

/* -- finding their pictures ------------------------------------------- */

static struct sheet_object *
objects_of(struct buf *b, size_t *n)
{
	*n = b->n / sizeof(struct sheet_object);
	return (struct sheet_object *)(void *)b->p;
}

/* Follows; .to of *ret stays NULL where it leads to no picture that stays. */
static bool
follow(struct opc_part *p, const char *id, struct relation *ret, struct err *e)
{
	struct relation *r = part_relation(p, view_str(id));
	struct opc_part *to;

	if (r == NULL || r->type != RELATION_IMAGE || r->external)
		return true;
	if (!part_follow(p, r, &to, e))
		return false;
	if (to != NULL)
		*ret = *part_relation(p, view_str(id));
	return true;
}

bool
sheet_objects_seen(struct opc_part *drawing, struct buf *objects, const struct buf *shapes, struct err *e)
{
	const struct vml_shape *s = (const struct vml_shape *)(const void *)shapes->p;
	size_t n, i, k;
	struct sheet_object *o = objects_of(objects, &n);

	for (i = 0; i < n; i++)
		for (k = 0; k < shapes->n / sizeof *s; k++) {
			if (o[i].shape[0] == '\0' || strcmp(o[i].shape, s[k].shape) != 0)
				continue;
			if (o[i].picture.to == NULL && !follow(drawing, s[k].relation, &o[i].picture, e))
				return false;
			o[i].framed = s[k].framed;
			memcpy(o[i].ground, s[k].ground, sizeof o[i].ground);
			if (o[i].anchored || !s[k].anchored)
				continue;
			memcpy(o[i].anchor, s[k].anchor, sizeof o[i].anchor);
			o[i].anchored = true;
			for (size_t at = 1; at < VML_ANCHOR; at += 2) {
				o[i].anchored &= o[i].anchor[at] <= INT32_MAX / EMU_PER_PIXEL;
				o[i].anchor[at] *= EMU_PER_PIXEL;
			}
		}
	return true;
}

static bool
look_behind(struct opc_part *p, struct sheet *s, const char *legacy, struct err *e)
{
	struct relation *r = legacy[0] == '\0' ? NULL : part_relation(p, view_str(legacy));
	struct opc_part *drawing;
	bool ok;

	if (r == NULL || r->type != RELATION_VML_DRAWING)
		return true;
	s->book->in_header = false;
	s->book->in_notes = s->notes;
	s->book->in_objects = &s->objects;
	ok = part_follow(p, r, &drawing, e);
	s->book->in_objects = NULL;
	return ok;
}

bool
sheet_objects(struct opc_part *p, struct sheet *s, struct view in, struct err *e)
{
	char legacy[VML_NAME];
	struct sheet_object *o;
	size_t n, i, kept = 0;

	/* A name cannot be spelt otherwise, but in another encoding. */
	if (view_find(in, 0, VIEW("oleObject")) == VIEW_NOT_FOUND && view_find(in, 0, VIEW("controlPr")) == VIEW_NOT_FOUND && (in.n < 4 || memchr(in.p, 0, 4) == NULL) &&
	    !view_starts(in, VIEW("\xff\xfe")) && !view_starts(in, VIEW("\xfe\xff")))
		return true;
	if (!sheet_objects_read(p->package->job, in, &s->objects, legacy, e) || !buf_ok(&s->objects, e))
		return false;
	o = objects_of(&s->objects, &n);
	for (i = 0; i < n; i++)
		if (!follow(p, o[i].relation, &o[i].picture, e))
			return false;
	if (n > 0 && !look_behind(p, s, legacy, e))
		return false;
	for (i = 0; i < n; i++) {
		s->had_objects |= !o[i].control;
		if (o[i].picture.to != NULL && o[i].anchored)
			o[kept++] = o[i];
		else if (!o[i].control)
			job_find(p->package->job, FINDING_XLSX_OBJECT, s->name, "%s", o[i].program);
	}
	s->objects.n = kept * sizeof *o;
	return true;
}

/* -- drawing them ----------------------------------------------------- */

static void
put_number(struct markup *m, const char *name, uint32_t n)
{
	char text[16];

	(void)snprintf(text, sizeof text, "%u", n);
	markup_begin(m, NS_XDR, name);
	markup_text(m, view_str(text));
	markup_end(m);
}

static void
put_marker(struct markup *m, const char *name, const uint32_t at[static MARKER])
{
	static const char *const number[MARKER] = { "col", "colOff", "row", "rowOff" };

	markup_begin(m, NS_XDR, name);
	for (size_t i = 0; i < MARKER; i++)
		put_number(m, number[i], at[i]);
	markup_end(m);
}

static void
put_empty(struct markup *m, uint8_t ns, const char *name)
{
	markup_begin(m, ns, name);
	markup_end(m);
}

static void
put_colour(struct markup *m, const char *colour)
{
	markup_begin(m, NS_A, "solidFill");
	markup_begin(m, NS_A, "srgbClr");
	markup_attr(m, NS_0, "val", view_str(colour));
	markup_end(m);
	markup_end(m);
}

static void
put_frame(struct markup *m)
{
	markup_begin(m, NS_A, "ln");
	markup_attr(m, NS_0, "w", VIEW("9525"));
	put_colour(m, "000000");
	markup_end(m);
}

static void
put_picture(struct markup *m, const struct sheet_object *o, struct view id)
{
	char text[32];

	markup_begin(m, NS_XDR, "pic");
	markup_begin(m, NS_XDR, "nvPicPr");
	markup_begin(m, NS_XDR, "cNvPr");
	(void)snprintf(text, sizeof text, "%u", o->number);
	markup_attr(m, NS_0, "id", view_str(text));
	(void)snprintf(text, sizeof text, "Object %u", o->number);
	markup_attr(m, NS_0, "name", view_str(text));
	markup_end(m);
	put_empty(m, NS_XDR, "cNvPicPr");
	markup_end(m);
	markup_begin(m, NS_XDR, "blipFill");
	markup_begin(m, NS_A, "blip");
	markup_attr(m, NS_R, "embed", id);
	(void)part_refers(m, id, RELATION_IMAGE);
	markup_end(m);
	markup_begin(m, NS_A, "stretch");
	put_empty(m, NS_A, "fillRect");
	markup_end(m);
	markup_end(m);
	markup_begin(m, NS_XDR, "spPr");
	markup_begin(m, NS_A, "prstGeom");
	markup_attr(m, NS_0, "prst", VIEW("rect"));
	put_empty(m, NS_A, "avLst");
	markup_end(m);
	if (o->ground[0] != '\0')
		put_colour(m, o->ground);
	if (o->framed)
		put_frame(m);
	markup_end(m);
	markup_end(m);
}

static enum markup_do
drawing_close(struct markup *m)
{
	struct opc_part *p = part_of(m);
	struct sheet *s = p->asker == NULL || p->asker->kind != PART_WORKSHEET ? NULL : p->asker->own;
	const struct sheet_object *o;
	size_t n, i;

	if (s == NULL || s->placed)
		return MARKUP_KEEP;
	o = objects_of(&s->objects, &n);
	for (i = 0; i < n; i++) {
		struct view id = part_adopt(p, &o[i].picture);

		if (id.p == NULL) {
			markup_fail(m, ERR_SYSTEM, "no memory");
			return MARKUP_DROP;
		}
		markup_begin(m, NS_XDR, "twoCellAnchor");
		put_marker(m, "from", o[i].anchor);
		put_marker(m, "to", o[i].anchor + MARKER);
		put_picture(m, &o[i], id);
		put_empty(m, NS_XDR, "clientData");
		markup_end(m);
		markup_find(m, FINDING_DML_OBJECT, "%s", o[i].program);
	}
	s->placed = true;
	return MARKUP_KEEP;
}
const struct markup_hook hook_xdr_drawing = { .close = drawing_close };

void
sheet_objects_draw(struct markup *m)
{
	static const char empty[] = "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\"/>";
	struct opc_part *p = part_of(m), *to;
	struct sheet *s = sheet_of(m);
	struct err e = { 0 };
	struct view id;

	if (s->placed || s->objects.n == 0)
		return;
	id = part_make(p, RELATION_DRAWING, PART_SHEET_DRAWING, (struct view){ NULL, 0 });
	if (id.p == NULL) {
		markup_fail(m, ERR_SYSTEM, "no memory");
		return;
	}
	to = part_relation(p, id)->to;
	to->asker = p;
	to->name = p->name;	/* for findings */
	if (!sheet_plain(to, view_str(empty), &to->out, &e)) {
		markup_fail(m, e.code, "%s", e.text);
		return;
	}
	markup_begin(m, NS_S, "drawing");
	markup_attr(m, NS_R, "id", id);
	markup_end(m);
}
