/* pattern.c - tiling and shading patterns (ISO 32000-2 8.7). */
#include "core/own.h"
#include "sanitize/pdf/gfx.h"

static const struct gfx_key keys_tiling[] = {
	{ "PaintType", GFX_INT, 1, 2, NULL },
	{ "TilingType", GFX_INT, 1, 3, NULL },
	{ "BBox", GFX_NUMS, 4, 4, NULL },
	{ "XStep", GFX_NUM, 0, 0, NULL },
	{ "YStep", GFX_NUM, 0, 0, NULL },
};
static const struct gfx_key keys_both[] = {
	{ "PatternType", GFX_INT, 1, 2, NULL },
	{ "Matrix", GFX_NUMS, 6, 6, NULL },
};

static bool
tiling(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *parent, struct pdf_keys *k,
       uint32_t *num, struct err *e)
{
	struct res *res = res_new(r, pdf_dict_of(pdf_get(r->in, o->u.d, "Resources")), parent,
				  res_where(parent));
	own_buf struct buf content = { 0 };
	size_t before = pdf_keys_count(k);
	struct view data;
	int64_t type = 1;

	if (!res)
		return err_set(e, ERR_LIMIT, "memory of one document");
	GFX_COPY(r, o->u.d, keys_tiling, k);
	if (!pdf_int(pdf_get(r->in, o->u.d, "TilingType"), &type) || type < 1 || type > 3)
		pdf_put_int(pdf_key(k, "TilingType"), 1);
	if (pdf_keys_count(k) != before + 5) {
		gfx_discard(k);
		return true;
	}
	if (!gfx_data(r, o, &data, e) ||
	    !content_rebuild(r, data, res, CONTENT_FORM, &content, e))
		return false;
	if (!res_put(res, pdf_key(k, "Resources"), e))
		return false;
	*num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, buf_bytes(&content));
	return true;
}

static bool
shading(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *res, struct pdf_keys *k,
	struct buf *b, struct err *e)
{
	own_buf struct buf shade = { 0 }, state = { 0 };

	if (!gfx_shading(r, pdf_get_raw(d, "Shading"), res, &shade, e))
		return false;
	if (shade.n == 0) {
		gfx_discard(k);
		return true;
	}
	if (!gfx_gstate(r, pdf_get_raw(d, "ExtGState"), res, &state, e))
		return false;
	buf_view(pdf_key(k, "Shading"), buf_bytes(&shade));
	if (state.n)
		buf_view(pdf_key(k, "ExtGState"), buf_bytes(&state));
	pdf_put_keys(b, k);
	return true;
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	const struct pdf_dict *d = pdf_dict_of(o);
	struct pdf_keys *k;
	int64_t type;

	if (!d || !pdf_int(pdf_get(r->in, d, "PatternType"), &type) || type < 1 || type > 2 ||
	    (type == 1 && o->kind != PDF_STREAM))
		return true;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	pdf_put_name(pdf_key(k, "Type"), VIEW("Pattern"));
	GFX_COPY(r, d, keys_both, k);
	return type == 1 ? tiling(r, o, ctx, k, num, e) : shading(r, d, ctx, k, b, e);
}

bool
gfx_pattern(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	    struct err *e)
{
	return gfx_value(r, o, PDF_AS_PATTERN, make, res, b, e);
}
