/* judge.c - values that mean something outside themselves: addresses, formulas, ranges. */
#include "sanitize/odf/formula.h"
#include "sanitize/odf/package.h"
#include "sanitize/pdf/document.h"

enum { TOLD = 100 };

static enum markup_do
gone(struct markup *m, enum finding_code code, struct view v)
{
	markup_find(m, code, "%.*s", (int)(v.n < TOLD ? v.n : TOLD), v.n == 0 ? "" : (const char *)v.p);
	return MARKUP_DROP;
}

static enum markup_do
address_kept(struct markup *m, struct view v, struct buf *ret)
{
	if (v.n > 1 && v.p[0] == '#')
		return MARKUP_KEEP;
	/* An address of nothing is no link, and not worth a word. */
	if (v.n == 0)
		return MARKUP_DROP;
	if (!markup_job(m)->profile->links || !uri_clean(v, ret))
		return gone(m, FINDING_ODF_LINK, v);
	return MARKUP_OTHER;
}

static enum markup_do
href(struct markup *m, struct view v, struct buf *ret)
{
	struct odf_document *d = markup_ctx(m);
	uint64_t *around = markup_note_up(m, 1);
	uint32_t number = 0;
	enum markup_do what;

	switch (odf_element_href(markup_type(m, 0))) {
	case ODF_HREF_LINK:
		return address_kept(m, v, ret);
	case ODF_HREF_PLACE:
		return v.n > 1 && v.p[0] == '#' ? MARKUP_KEEP : MARKUP_DROP;
	case ODF_HREF_PICTURE:
		return v.n == 0 ? MARKUP_DROP
				: odf_picture(d, m, v, around == NULL ? 0 : (uint32_t)*around, ret);
	case ODF_HREF_OBJECT:
		what = odf_inside(d, m, v, ret, &number);
		if (what == MARKUP_OTHER && around != NULL)
			*around = number;
		return what;
	case ODF_HREF_OWN:
		if (view_is(v, ".") || view_is(v, ".."))
			return MARKUP_KEEP;
		break;
	case ODF_HREF_NOWHERE:
		break;
	}
	return v.n == 0 ? MARKUP_DROP : gone(m, FINDING_ODF_EXTERNAL, v);
}

static enum markup_do
formula(struct markup *m, const struct markup_row *row, struct view v)
{
	static const enum finding_code codes[] = {
		[ODF_FORMULA_SHAPE] = FINDING_ODF_FORMULA,
		[ODF_FORMULA_EXTERNAL] = FINDING_ODF_FORMULA_EXTERNAL,
		[ODF_FORMULA_FUNCTION] = FINDING_ODF_FORMULA,
		[ODF_FORMULA_LINK] = FINDING_ODF_LINK,
		[ODF_FORMULA_LANGUAGE] = FINDING_ODF_FORMULA,
	};
	enum odf_formula f = row->kind == MARKUP_REF  ? odf_range_judge(v)
			     : row->ns == NS_TEXT ? odf_writer_judge(v)
						  : odf_formula_judge(v, markup_job(m)->profile->links);

	return f == ODF_FORMULA_OK ? MARKUP_KEEP : gone(m, codes[f], v);
}

enum markup_do
odf_judge(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	switch (row->kind) {
	case MARKUP_URL:
		return href(m, v, ret);
	case MARKUP_FORMULA:
	case MARKUP_REF:
		return formula(m, row, v);
	default:
		return MARKUP_DROP;
	}
}
