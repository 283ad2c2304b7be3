/* slide.c - presentations: parts with frames, what objects looked like, jumps between slides. */
#include "sanitize/format.h"
#include "sanitize/ooxml/frame.h"
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package.h"
#include "sanitize/ooxml/vml_picture.h"

/* -- hooks ------------------------------------------------------------ */

static enum markup_do
slide_open(struct markup *m)
{
	struct view show = markup_get(m, NS_0, "show");

	if (view_is(show, "0") || view_is(show, "false"))
		markup_find(m, FINDING_PPTX_HIDDEN_SLIDE, "%s", "");
	return MARKUP_KEEP;
}

const struct markup_hook hook_p_slide = { .open = slide_open };

/* -- pictures of objects in VML --------------------------------------- */

struct vml {
	size_t n;
	struct vml_picture picture[VML_PICTURES];
};

/*
 * Reads, and writes nothing: no relationship to a VML drawing is ever
 * used, so that the part is not written.
 */
bool slide_vml(struct opc_part *p, struct view in, struct buf *out, struct err *e);

bool
slide_vml(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct package *k = p->package;
	struct vml *v = arena_get(k->arena, sizeof *v);

	(void)out;
	p->own = v;
	if (v == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	return vml_pictures(k->job, in, v->picture, VML_PICTURES, &v->n, e);
}

/* The relationship of the VML drawing to the picture of that shape, followed; NULL where there is none. */
static const struct relation *
shape_picture(struct opc_part *drawing, struct view shape, struct err *e)
{
	const struct vml *v = drawing->own;
	struct opc_part *to;

	for (size_t i = 0; i < v->n; i++) {
		struct relation *r;

		if (!view_is(shape, v->picture[i].shape))
			continue;
		r = part_relation(drawing, view_str(v->picture[i].relation));
		if (r == NULL || r->type != RELATION_IMAGE || !part_follow(drawing, r, &to, e) || to == NULL)
			return NULL;
		return r;
	}
	return NULL;
}

static struct view
vml_adopt(struct markup *m, struct view shape)
{
	static const struct view none = { NULL, 0 };
	struct opc_part *p = part_of(m), *drawing = NULL;
	struct relation *r = part_relation_typed(p, RELATION_VML_DRAWING);
	const struct relation *picture;
	struct err e = { 0 };

	if (r == NULL || !part_follow(p, r, &drawing, &e) || drawing == NULL)
		picture = NULL;
	else
		picture = shape_picture(drawing, shape, &e);
	if (e.code == ERR_LIMIT || e.code == ERR_SYSTEM)
		markup_fail(m, e.code, "%s", e.text);
	return picture == NULL ? none : part_adopt(p, picture);
}

static struct view
frame_picture(struct markup *m, const struct frame *f)
{
	static const struct view none = { NULL, 0 };
	struct opc_part *p = part_of(m), *to = NULL;
	struct relation *r = f->relation.p == NULL ? NULL : part_relation(p, f->relation);
	struct err e = { 0 };

	if (r != NULL && r->type == RELATION_IMAGE && !r->external && !part_follow(p, r, &to, &e))
		markup_fail(m, e.code, "%s", e.text);
	if (to != NULL)
		return f->relation;
	return f->shape.p == NULL ? none : vml_adopt(m, f->shape);
}

static void
frame_use(struct markup *m, struct view id)
{
	(void)part_refers(m, id, RELATION_IMAGE);
}

/* -- parts with frames ------------------------------------------------ */

/* A name cannot be spelt otherwise, but in another encoding. */
static bool
may_have_frames(struct view in)
{
	return view_find(in, 0, VIEW("graphicFrame")) != VIEW_NOT_FOUND || memchr(in.p, 0, in.n < 4 ? in.n : 4) != NULL ||
	       view_starts(in, VIEW("\xff\xfe")) || view_starts(in, VIEW("\xfe\xff"));
}

/* Whether anything of it was needed or not: its pictures are not parts that nothing refers to. */
static bool
see_vml(struct opc_part *p, struct err *e)
{
	struct relation *r = part_relation_typed(p, RELATION_VML_DRAWING);
	struct opc_part *drawing;

	return r == NULL || part_follow(p, r, &drawing, e);
}

bool slide_markup(struct opc_part *p, struct view in, struct buf *out, struct err *e);

bool
slide_markup(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct frames f = { .arena = p->package->arena, .picture = frame_picture, .use = frame_use };
	bool ok = true;

	p->frames = &f;
	if (may_have_frames(in)) {
		own_buf struct buf aside = { .max = out->max };

		f.scan = true;
		part_quiet(p, true);
		ok = part_markup(p, in, &aside, e);
		part_quiet(p, false);
		f.scan = false;
	}
	ok = ok && part_markup(p, in, out, e) && see_vml(p, e);
	p->frames = NULL;
	return ok;
}

/* -- the whole -------------------------------------------------------- */

/*
 * Slides that only a jump leads to are rebuilt last (link.c does not follow
 * them), so that a chain of slides, each with a button to the next, does not
 * go as deep as it is long.
 */
static bool
follow_jumps(struct opc_part *p, struct err *e)
{
	struct opc_part *to;

	for (size_t i = 0; i < p->relations; i++) {
		struct relation *r = &p->relation[i];

		if (r->type != RELATION_SLIDE || !r->used || r->external)
			continue;
		if (!part_follow(p, r, &to, e))
			return false;
		if (to == NULL)
			return err_set(e, ERR_MALFORMED, "%s: a jump leads to a slide that cannot be rebuilt", p->name);
	}
	return true;
}

bool slide_presentation(struct opc_part *p, struct view in, struct buf *out, struct err *e);

bool
slide_presentation(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct package *k = p->package;

	if (!part_markup(p, in, out, e))
		return false;
	for (size_t i = 0; i < k->parts; i++)	/* more come while it goes */
		if (k->part[i] != p && !follow_jumps(k->part[i], e))
			return false;
	return true;
}

static bool
pptx_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	return package_rebuild(j, PART_PRESENTATION, NULL, in, out, e);
}

const struct format format_pptx = { .type = TYPE_PPTX, .rebuild = pptx_rebuild };
