/* font_cid.c - CIDFonts and their metrics (ISO 32000-2 9.7.4). */
#include "core/own.h"
#include "sanitize/pdf/gfx.h"

enum { CIDS = 65536 };

static const struct pdf_obj *
at(struct pdf_rebuild *r, const struct pdf_obj *array, size_t i)
{
	return pdf_resolve(r->in, &array->u.a.v[i]);
}

static void
put_number(struct buf *b, const struct pdf_obj *o)
{
	double num;

	if (o->kind == PDF_INT)
		pdf_put_int(b, o->u.i);
	else if (pdf_num(o, &num))
		pdf_put_real(b, num);
	else
		pdf_put_int(b, 0);
}

static bool
is_cid(const struct pdf_obj *o, int64_t *ret)
{
	return pdf_int(o, ret) && *ret >= 0 && *ret < CIDS;
}

/* The list form: c [ ... ], `step` numbers a glyph. */
static void
put_list(struct pdf_rebuild *r, int64_t cid, const struct pdf_obj *list, size_t step,
	 struct buf *b)
{
	size_t n = list->u.a.n - list->u.a.n % step;

	if (n > (size_t)(CIDS - cid) * step)
		n = (size_t)(CIDS - cid) * step;
	if (n == 0)
		return;
	pdf_put_int(b, cid);
	pdf_put_word(b, "[");
	for (size_t i = 0; i < n; i++)
		put_number(b, at(r, list, i));
	pdf_put_word(b, "]");
}

/* W (step 1) and W2 (step 3); what does not fit the two forms ends the array. */
static bool
put_metrics(struct pdf_rebuild *r, const struct pdf_obj *o, size_t step, struct buf *b,
	    struct err *e)
{
	size_t i = 0, n = o->kind == PDF_ARRAY ? o->u.a.n : 0;
	int64_t first, last;

	if (n == 0)
		return true;
	pdf_put_word(b, "[");
	while (i + 1 < n) {
		const struct pdf_obj *second = at(r, o, i + 1);

		if (!job_tick(r->job, e))
			return false;
		if (!is_cid(at(r, o, i), &first))
			break;
		if (second->kind == PDF_ARRAY) {
			put_list(r, first, second, step, b);
			i += 2;
			continue;
		}
		if (!is_cid(second, &last) || i + 2 + step > n)
			break;
		pdf_put_int(b, first);
		pdf_put_int(b, last);
		for (size_t j = 0; j < step; j++)
			put_number(b, at(r, o, i + 2 + j));
		i += 2 + step;
	}
	/* Nothing that fits: no array, as a second run would have it. */
	if (b->n == 1)
		buf_clear(b);
	else
		pdf_put_word(b, "]");
	return true;
}

static bool
make_map(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
	 struct err *e)
{
	struct pdf_keys *k;
	struct view data;

	(void)ctx;
	if (pdf_is_name(o, "Identity"))
		pdf_put_name(b, o->u.s);
	if (o->kind != PDF_STREAM)
		return true;
	if (!gfx_data(r, o, &data, e))
		return false;
	data.n = data.n > 2 * CIDS ? 2 * CIDS : data.n - data.n % 2;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	*num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, data);
	return true;
}

static void
put_system(struct pdf_rebuild *r, const struct pdf_dict *d, struct buf *b)
{
	const struct pdf_dict *info = pdf_dict_of(pdf_get(r->in, d, "CIDSystemInfo"));
	const struct pdf_obj *registry = info ? pdf_get(r->in, info, "Registry") : NULL;
	const struct pdf_obj *ordering = info ? pdf_get(r->in, info, "Ordering") : NULL;
	int64_t supplement = 0;

	if (info)
		pdf_int(pdf_get(r->in, info, "Supplement"), &supplement);
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("Ordering"));
	pdf_put_string(b, ordering && ordering->kind == PDF_STRING ? ordering->u.s
								   : VIEW("Identity"));
	pdf_put_name(b, VIEW("Registry"));
	pdf_put_string(b, registry && registry->kind == PDF_STRING ? registry->u.s : VIEW("Adobe"));
	pdf_put_name(b, VIEW("Supplement"));
	pdf_put_int(b, supplement);
	pdf_put_word(b, ">>");
}

static bool
put_arrays(struct pdf_rebuild *r, const struct pdf_dict *d, struct pdf_keys *k, struct err *e)
{
	own_buf struct buf w = { 0 }, w2 = { 0 };

	if (!put_metrics(r, pdf_get(r->in, d, "W"), 1, &w, e) ||
	    !put_metrics(r, pdf_get(r->in, d, "W2"), 3, &w2, e))
		return false;
	if (w.n)
		buf_view(pdf_key(k, "W"), buf_bytes(&w));
	if (w2.n)
		buf_view(pdf_key(k, "W2"), buf_bytes(&w2));
	return true;
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	static const struct gfx_key keys[] = {
		{ "Subtype", GFX_NAME, 0, 0, "CIDFontType0 CIDFontType2" },
		{ "DW", GFX_NUM, 0, 0, NULL },
		{ "DW2", GFX_NUMS, 2, 2, NULL },
	};
	const struct pdf_dict *d = pdf_dict_of(o);
	own_buf struct buf desc = { 0 }, map = { 0 };
	const struct pdf_obj *subtype;
	struct pdf_keys *k;

	(void)num;
	if (!d)
		return true;
	subtype = pdf_get(r->in, d, "Subtype");
	if (!pdf_is_name(subtype, "CIDFontType0") && !pdf_is_name(subtype, "CIDFontType2"))
		return true;
	if (!gfx_font_descriptor(r, pdf_get_raw(d, "FontDescriptor"), true, ctx, &desc, e) ||
	    !gfx_value(r, pdf_get_raw(d, "CIDToGIDMap"), PDF_AS_OTHER, make_map, NULL, &map, e))
		return false;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	pdf_put_name(pdf_key(k, "Type"), VIEW("Font"));
	GFX_COPY(r, d, keys, k);
	gfx_font_name(r, d, k);
	put_system(r, d, pdf_key(k, "CIDSystemInfo"));
	if (desc.n)
		buf_view(pdf_key(k, "FontDescriptor"), buf_bytes(&desc));
	if (map.n)
		buf_view(pdf_key(k, "CIDToGIDMap"), buf_bytes(&map));
	if (!put_arrays(r, d, k, e))
		return false;
	pdf_put_keys(b, k);
	return true;
}

bool
gfx_font_cid(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	 struct err *e)
{
	return gfx_value(r, o, PDF_AS_CIDFONT, make, res, b, e);
}
