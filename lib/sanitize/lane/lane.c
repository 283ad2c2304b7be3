#include "sanitize/lane/lane.h"

#include "core/own.h"
#include "sanitize/format.h"
#include "sanitize/lane/pages.h"

enum lane_way
lane_way(enum type t)
{
	switch (t) {
#define WAY(type, way) case TYPE_##type: return LANE_##way;
#include "sanitize/lane/lane.def"
#undef WAY
	default:
		return LANE_NONE;
	}
}

bool
lane_refuse(struct job *j, const struct err *e)
{
	job_find(j, e->code == ERR_DENIED  ? FINDING_CONVERT_UNAVAILABLE
		    : e->code == ERR_LIMIT ? FINDING_LIMIT
					   : FINDING_CONVERT_FAILED,
		 "", "%s", e->text);
	return false;
}

bool
lane_rebuild(struct job *j, enum type t, struct view in, struct buf *out, struct err *e)
{
	const struct profile *outer = j->profile;
	const struct format *f = format_for(t);
	struct profile inner = *outer;
	bool ok;

	if (f == NULL) {
		job_find(j, FINDING_TYPE_LATER, "", "%s", type_name(t));
		return err_set(e, ERR_DENIED, "%s: not accepted", type_name(t));
	}
	inner.mode = MODE_REBUILD;
	inner.pixels = inner.noise = false;
	j->profile = &inner;
	ok = f->rebuild(j, in, out, e) && buf_ok(out, e);
	j->profile = outer;
	return ok;
}

/* Printed by LibreOffice. */
static bool
print(struct job *j, enum type t, struct view in, struct buf *out, struct err *e)
{
	if (j->need == NULL)
		return lane_refuse(j, (err_set(e, ERR_DENIED, "no converter"), e));
	if (!j->need(j->ctx, NEED_PDF, t, in, out, e))
		return e->code == ERR_SYSTEM ? false : lane_refuse(j, e);
	return job_charge(j, out->n, e);
}

/* Whatever it is, as a canonical PDF: all that is ever drawn. */
static bool
as_pdf(struct job *j, enum type t, struct view in, struct buf *out, struct err *e)
{
	own_buf struct buf safe = BUF_MAX(j->profile->limits.unpacked);
	own_buf struct buf printed = BUF_MAX(j->profile->limits.unpacked);

	if (lane_way(t) == LANE_OFFICE && !lane_rebuild(j, t, in, &safe, e))
		return false;
	if (lane_way(t) == LANE_OFFICE)
		in = buf_bytes(&safe);
	if (lane_way(t) != LANE_PDF && !print(j, t, in, &printed, e))
		return false;
	if (lane_way(t) != LANE_PDF)
		in = buf_bytes(&printed);
	return lane_rebuild(j, TYPE_PDF, in, out, e);
}

bool
lane_flatten(struct job *j, enum type t, struct view in, struct buf *out, struct err *e)
{
	own_buf struct buf pdf = BUF_MAX(j->profile->limits.unpacked);
	own_buf struct buf drawn = BUF_MAX(j->profile->limits.unpacked);
	struct findings ours = { 0 }, *outer = j->findings;
	bool ok;

	if (!as_pdf(j, t, in, &pdf, e) || !pages_flatten(j, buf_bytes(&pdf), &drawn, e))
		return false;
	/* What we wrote ourselves holds nothing that a reader need be told of. */
	j->findings = &ours;
	ok = lane_rebuild(j, TYPE_PDF, buf_bytes(&drawn), out, e);
	j->findings = outer;
	findings_release(&ours);
	if (ok)
		job_find(j, FINDING_FLATTENED, "", NULL);
	return ok || err_set(e, ERR_SYSTEM, "flatten: %.200s", (const char *)e->text);
}

bool
lane_text(struct job *j, enum type t, struct view in, struct buf *out, struct err *e)
{
	own_buf struct buf pdf = BUF_MAX(j->profile->limits.unpacked);
	own_buf struct buf words = BUF_MAX(j->profile->limits.unpacked);

	if (!as_pdf(j, t, in, &pdf, e) || !pages_text(j, buf_bytes(&pdf), &words, e) ||
	    !lane_rebuild(j, TYPE_TEXT, buf_bytes(&words), out, e))
		return false;
	job_find(j, FINDING_TEXT_ONLY, "", NULL);
	return true;
}
