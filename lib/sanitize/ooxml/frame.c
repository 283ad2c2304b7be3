/* frame.c - frames on slides. */
#include "sanitize/ooxml/frame.h"

#include "sanitize/ooxml/drawing.h"
#include "sanitize/ooxml/ids.h"

/* -- the first pass --------------------------------------------------- */

static struct view
keep(struct markup *m, uint8_t ns, const char *name)
{
	struct view v = markup_get(m, ns, name), r = { NULL, 0 };

	if (v.p == NULL)
		return r;
	r = arena_copy(frames_of(m)->arena, v);
	if (r.p == NULL)
		markup_fail(m, ERR_SYSTEM, "no memory");
	return r;
}

static struct frame *
frame_add(struct markup *m)
{
	struct frames *f = frames_of(m);

	if (f->n == FRAMES_MAX) {
		markup_fail(m, ERR_LIMIT, "more than %d frames", FRAMES_MAX);
		return NULL;
	}
	if (f->n == f->cap) {
		size_t cap = f->cap == 0 ? 16 : 2 * f->cap;
		struct frame *v = arena_array(f->arena, cap, sizeof *v);

		if (v == NULL) {
			markup_fail(m, ERR_SYSTEM, "no memory");
			return NULL;
		}
		if (f->n > 0)
			memcpy(v, f->v, f->n * sizeof *v);
		f->v = v;
		f->cap = cap;
	}
	f->v[f->n] = (struct frame){ .is = FRAME_DROP };
	return &f->v[f->n++];
}

static void
read_object(struct markup *m, struct frame *f)
{
	f->object = true;
	f->shape = keep(m, NS_0, "spid");
	if (markup_type(m, 0) == T_P_OLE_OBJECT)
		f->program = keep(m, NS_0, "progId");
}

static void
read_part(struct markup *m, struct frame *f)
{
	static const char *const side[4] = { "l", "t", "r", "b" };

	switch (markup_type(m, 0)) {
	case T_P_FRAME_OBJECT:
		f->id = keep(m, NS_0, "id");
		f->name = keep(m, NS_0, "name");
		f->descr = keep(m, NS_0, "descr");
		f->title = keep(m, NS_0, "title");
		break;
	case T_P_FRAME_POINT:
		f->x = keep(m, NS_0, "x");
		f->y = keep(m, NS_0, "y");
		break;
	case T_P_FRAME_SIZE:
		f->cx = keep(m, NS_0, "cx");
		f->cy = keep(m, NS_0, "cy");
		break;
	case T_P_OLE_OBJECT:
	case T_P_LEGACY_DRAWING:
		read_object(m, f);
		break;
	case T_P_OLE_BLIP:
		f->relation = keep(m, NS_R, "embed");
		break;
	case T_P_OLE_CROP:
		for (size_t i = 0; i < 4; i++)
			f->crop[i] = keep(m, NS_0, side[i]);
		break;
	default:
		break;
	}
}

/* A frame does not stand in a frame, so the last one is the one around. */
static enum markup_do
part_open(struct markup *m)
{
	struct frames *f = frames_of(m);

	if (markup_type(m, 0) == T_P_FRAME_OBJECT)
		drawing_named(m);
	if (f->scan && f->n > 0)
		read_part(m, &f->v[f->n - 1]);
	return MARKUP_KEEP;
}

const struct markup_hook hook_p_frame_part = { .open = part_open };

/* -- the second pass -------------------------------------------------- */

static void
empty(struct markup *m, uint8_t ns, const char *name)
{
	markup_begin(m, ns, name);
	markup_end(m);
}

static void
attr(struct markup *m, uint8_t ns, const char *name, struct view v)
{
	if (v.p != NULL)
		markup_attr(m, ns, name, v);
}

static void
write_names(struct markup *m, const struct frame *f)
{
	markup_begin(m, NS_P, "nvPicPr");
	markup_begin(m, NS_P, "cNvPr");
	attr(m, NS_0, "id", f->id);
	attr(m, NS_0, "name", f->name);
	attr(m, NS_0, "descr", f->descr);
	attr(m, NS_0, "title", f->title);
	markup_end(m);
	empty(m, NS_P, "cNvPicPr");
	empty(m, NS_P, "nvPr");
	markup_end(m);
}

static void
write_fill(struct markup *m, const struct frame *f, struct view picture)
{
	markup_begin(m, NS_P, "blipFill");
	markup_begin(m, NS_A, "blip");
	markup_attr(m, NS_R, "embed", picture);
	frames_of(m)->use(m, picture);
	markup_end(m);
	if (f->crop[0].p != NULL || f->crop[1].p != NULL || f->crop[2].p != NULL || f->crop[3].p != NULL) {
		markup_begin(m, NS_A, "srcRect");
		attr(m, NS_0, "l", f->crop[0]);
		attr(m, NS_0, "t", f->crop[1]);
		attr(m, NS_0, "r", f->crop[2]);
		attr(m, NS_0, "b", f->crop[3]);
		markup_end(m);
	}
	markup_begin(m, NS_A, "stretch");
	empty(m, NS_A, "fillRect");
	markup_end(m);
	markup_end(m);
}

static void
write_place(struct markup *m, const struct frame *f)
{
	markup_begin(m, NS_P, "spPr");
	if (f->x.p != NULL && f->cx.p != NULL) {
		markup_begin(m, NS_A, "xfrm");
		markup_begin(m, NS_A, "off");
		markup_attr(m, NS_0, "x", f->x);
		markup_attr(m, NS_0, "y", f->y);
		markup_end(m);
		markup_begin(m, NS_A, "ext");
		markup_attr(m, NS_0, "cx", f->cx);
		markup_attr(m, NS_0, "cy", f->cy);
		markup_end(m);
		markup_end(m);
	}
	markup_begin(m, NS_A, "prstGeom");
	markup_attr(m, NS_0, "prst", VIEW("rect"));
	empty(m, NS_A, "avLst");
	markup_end(m);
	markup_end(m);
}

static void
write_picture(struct markup *m, const struct frame *f, struct view picture)
{
	markup_begin(m, NS_P, "pic");
	write_names(m, f);
	write_fill(m, f, picture);
	write_place(m, f);
	markup_end(m);
}

static enum markup_do
replace(struct markup *m, const struct frame *f)
{
	struct view picture = frames_of(m)->picture(m, f);

	if (picture.p != NULL)
		write_picture(m, f, picture);
	markup_find(m, picture.p == NULL ? FINDING_DML_OBJECT_LOST : FINDING_DML_OBJECT, "%.*s", (int)f->program.n,
		    f->program.n == 0 ? "" : (const char *)f->program.p);
	return MARKUP_DROP;
}

static enum markup_do
frame_open(struct markup *m)
{
	struct frames *f = frames_of(m);
	const struct frame *it;

	if (f->scan) {
		(void)frame_add(m);
		return MARKUP_KEEP;
	}
	if (f->at == f->n) {
		markup_fail(m, ERR_SYSTEM, "the two passes saw different frames");
		return MARKUP_DROP;
	}
	it = &f->v[f->at++];
	if (it->is == FRAME_PICTURE)
		return replace(m, it);
	if (it->is == FRAME_KEEP || !it->object)
		return MARKUP_KEEP;
	markup_find(m, FINDING_DML_OBJECT_LOST, "%.*s", (int)it->program.n,
		    it->program.n == 0 ? "" : (const char *)it->program.p);
	return MARKUP_DROP;
}

static enum markup_do
frame_close(struct markup *m)
{
	struct frames *f = frames_of(m);
	bool held = (*markup_note(m) & DRAWING_HELD) != 0;
	struct frame *it;

	if (!f->scan || f->n == 0)
		return held ? MARKUP_KEEP : MARKUP_DROP;
	it = &f->v[f->n - 1];
	if (held)
		it->is = FRAME_KEEP;
	else if (it->relation.p != NULL || it->shape.p != NULL)
		it->is = FRAME_PICTURE;
	return it->is == FRAME_DROP ? MARKUP_DROP : MARKUP_KEEP;
}

const struct markup_hook hook_p_frame = { .open = frame_open, .close = frame_close };
