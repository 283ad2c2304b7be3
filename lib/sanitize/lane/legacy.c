/* Legacy documents and drawings: converted by LibreOffice in its jail, then rebuilt as their modern form. */
#include "core/own.h"
#include "sanitize/detect.h"
#include "sanitize/format.h"
#include "sanitize/lane/lane.h"
#include "sanitize/lane/opacity.h"

/* A drawing on white and on black becomes the drawing with what shows through it. */
static bool
see_through(struct job *j, struct buf *picture, struct err *e)
{
	own_png_pixels struct png_pixels px = { 0 };
	bool opaque;

	if (!png_pixels_read(j, buf_bytes(picture), &px, e) || !opacity_find(&px, &opaque, e))
		return false;
	buf_clear(picture);
	return png_pixels_write(&px, opaque, picture, e);
}

static bool
modern(struct job *j, enum type from, enum need_kind kind, enum type to, struct view in,
       struct buf *out, struct err *e)
{
	own_buf struct buf got = BUF_MAX(j->profile->limits.unpacked);
	const struct format *f = format_for(to);

	if (f == NULL) {
		job_find(j, FINDING_TYPE_LATER, "", "%s", type_name(to));
		return err_set(e, ERR_DENIED, "%s: not accepted", type_name(to));
	}
	if (j->need == NULL)
		return lane_refuse(j, (err_set(e, ERR_DENIED, "no converter"), e));
	if (!j->need(j->ctx, kind, from, in, &got, e))
		return e->code == ERR_SYSTEM ? false : lane_refuse(j, e);
	if (!job_charge(j, got.n, e))
		return false;
	if (detect(buf_bytes(&got), "") != to)
		return lane_refuse(j, (err_set(e, ERR_MALFORMED, "what came back is no %s", type_name(to)), e));
	if (kind == NEED_PICTURE && !see_through(j, &got, e))
		return e->code == ERR_SYSTEM ? false : lane_refuse(j, e);
	job_find(j, kind == NEED_PICTURE ? FINDING_DRAWING_CONVERTED : FINDING_LEGACY_CONVERTED, "", "%s → %s",
		 type_name(from), type_name(to));
	return f->rebuild(j, buf_bytes(&got), out, e);
}

#define LEGACY(name, from, kind, to)                                                           \
	static bool name##_rebuild(struct job *j, struct view in, struct buf *out, struct err *e) \
	{                                                                                      \
		return modern(j, TYPE_##from, NEED_##kind, TYPE_##to, in, out, e);            \
	}                                                                                      \
	extern const struct format name;                                                       \
	const struct format name = { .type = TYPE_##from, .makes = TYPE_##to, .rebuild = name##_rebuild };
#include "sanitize/lane/legacy.def"
#undef LEGACY
