/* font_type3.c - fonts whose glyphs are content streams (ISO 32000-2 9.6.4). */
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/pdf/gfx.h"

static bool
put_glyph(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, uint32_t *ret,
	  struct err *e)
{
	own_buf struct buf content = { 0 };
	struct pdf_keys *k;
	struct view data;

	*ret = 0;
	if (o->kind != PDF_STREAM)
		return true;
	if (!gfx_data(r, o, &data, e) ||
	    !content_rebuild(r, data, res, CONTENT_GLYPH, &content, e))
		return false;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	*ret = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *ret, k, PDF_DATA_PLAIN, buf_bytes(&content));
	return true;
}

static int
by_name(const void *a, const void *b)
{
	const struct view *x = &(*(const struct pdf_entry *const *)a)->key;
	const struct view *y = &(*(const struct pdf_entry *const *)b)->key;
	size_t n = x->n < y->n ? x->n : y->n;
	int c = n ? memcmp(x->p, y->p, n) : 0;

	return c ? c : (x->n > y->n) - (x->n < y->n);
}

/* In the order in which the dictionary is written, so that a second run changes nothing. */
static bool
put_glyphs(struct pdf_rebuild *r, const struct pdf_dict *procs, struct res *res,
	   struct pdf_keys *glyphs, struct err *e)
{
	const struct pdf_entry **sorted = arena_array(r->arena, procs->n, sizeof *sorted);

	if (!sorted)
		return err_set(e, ERR_LIMIT, "memory of one document");
	for (size_t i = 0; i < procs->n; i++) {
		pdf_mark_at(procs, i, PDF_READ);
		sorted[i] = &procs->e[i];
	}
	if (procs->n)
		qsort(sorted, procs->n, sizeof *sorted, by_name);
	for (size_t i = 0; i < procs->n; i++) {
		uint32_t num;

		if (!job_tick(r->job, e))
			return false;
		if (!gfx_name_ok(sorted[i]->key))
			continue;
		if (!put_glyph(r, pdf_resolve(r->in, &sorted[i]->value), res, &num, e))
			return false;
		if (num)
			pdf_put_ref(pdf_key_view(glyphs, sorted[i]->key), num);
	}
	return true;
}

bool
gfx_font_type3(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *parent,
	   struct pdf_keys *k, bool *ret, struct err *e)
{
	const struct pdf_dict *procs = pdf_dict_of(pdf_get(r->in, d, "CharProcs"));
	own_buf struct buf matrix = { 0 }, box = { 0 };
	struct pdf_keys *glyphs;
	struct res *res;

	*ret = false;
	if (!procs)
		return true;
	res = res_new(r, pdf_dict_of(pdf_get(r->in, d, "Resources")), parent, res_where(parent));
	glyphs = pdf_keys_new(r->arena);
	if (!res || !glyphs)
		return err_set(e, ERR_LIMIT, "memory of one document");
	if (!put_glyphs(r, procs, res, glyphs, e))
		return false;
	if (!gfx_put_numbers(r, &matrix, pdf_get(r->in, d, "FontMatrix"), 6, 6))
		buf_str(&matrix, "[0.001 0 0 0.001 0 0]");
	if (!gfx_put_numbers(r, &box, pdf_get(r->in, d, "FontBBox"), 4, 4))
		buf_str(&box, "[0 0 0 0]");
	buf_view(pdf_key(k, "FontMatrix"), buf_bytes(&matrix));
	buf_view(pdf_key(k, "FontBBox"), buf_bytes(&box));
	pdf_put_keys(pdf_key(k, "CharProcs"), glyphs);
	if (!res_put(res, pdf_key(k, "Resources"), e))
		return false;
	*ret = true;
	return true;
}
