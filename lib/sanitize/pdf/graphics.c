/* graphics.c - what the document side asks the graphics side for (rebuild.h). */
#include "core/own.h"
#include "sanitize/pdf/gfx.h"

enum { STREAMS_MAX = 100000 };	/* of one page's /Contents */

static bool
add_stream(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *all, struct err *e)
{
	struct view data;

	if (!job_tick(r->job, e) || !gfx_data(r, o, &data, e))
		return false;
	/* a token does not go on in the next stream (7.8.2) */
	buf_view(all, data);
	buf_byte(all, '\n');
	return buf_ok(all, e);
}

static bool
join(struct pdf_rebuild *r, const struct pdf_obj *contents, struct buf *all, struct view *ret,
     struct err *e)
{
	if (contents->kind == PDF_STREAM)
		return gfx_data(r, contents, ret, e);
	if (contents->kind != PDF_ARRAY)
		return true;
	for (size_t i = 0; i < contents->u.a.n && i < STREAMS_MAX; i++)
		if (!add_stream(r, pdf_resolve(r->in, &contents->u.a.v[i]), all, e))
			return false;
	*ret = buf_bytes(all);
	return true;
}

bool
pdf_page_content(struct pdf_rebuild *r, const struct pdf_obj *contents,
		 const struct pdf_dict *resources, const char *where, struct buf *content,
		 struct buf *new_resources, struct err *e)
{
	own_buf struct buf all = { 0 };
	struct res *res = res_new(r, resources, NULL, where);
	struct view data = VIEW("");

	if (!res)
		return err_set(e, ERR_LIMIT, "memory of one document");
	return join(r, pdf_resolve(r->in, contents), &all, &data, e) &&
	       content_rebuild(r, data, res, CONTENT_PAGE, content, e) &&
	       res_put(res, new_resources, e);
}

bool
pdf_form(struct pdf_rebuild *r, const struct pdf_obj *form, const struct pdf_dict *fallback,
	 const char *where, uint32_t *ret, struct err *e)
{
	struct res *parent = res_new(r, fallback, NULL, where);

	if (!parent)
		return err_set(e, ERR_LIMIT, "memory of one document");
	return gfx_form(r, form, parent, ret, e);
}
