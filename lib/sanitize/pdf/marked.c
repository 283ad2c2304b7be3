#include "sanitize/pdf/marked.h"

#include "sanitize/pdf/account.h"

static const struct gfx_key keys[] = {
#define MARKED(key, val, min, max, names) { key, GFX_##val, min, max, names },
#include "sanitize/pdf/marked.def"
#undef MARKED
};

static bool
put_dict(struct pdf_rebuild *r, const struct pdf_dict *d, struct buf *b, bool *ret,
	 struct arena *a, struct err *e)
{
	struct pdf_keys *k = pdf_keys_new(a);
	struct buf none = { .max = 1 << 20 };

	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	GFX_COPY(r, d, keys, k);
	*ret = pdf_keys_count(k) > 0;
	pdf_put_keys(*ret ? b : &none, k);
	buf_release(&none);
	return true;
}

bool
marked_put(struct pdf_rebuild *r, struct res *res, const struct pdf_obj *o, struct buf *b,
	   bool *ret, struct arena *a, struct err *e)
{
	const struct pdf_obj *source;
	const struct pdf_dict *d;

	*ret = false;
	if (o->kind == PDF_DICT) {
		if (!put_dict(r, o->u.d, b, ret, a, e))
			return false;
		tell_stray(r, PLACE_MARKED, o->u.d);
		return true;
	}
	if (o->kind != PDF_NAME || !gfx_name_ok(o->u.s))
		return true;
	if (!res_use(res, RES_PROPERTIES, o->u.s, ret, e))
		return false;
	if (*ret) {
		pdf_put_name(b, o->u.s);
		return true;
	}
	/* no optional content: its few keys stand in the stream itself */
	source = res_source(res, RES_PROPERTIES, o->u.s);
	d = source ? pdf_dict_of(pdf_resolve(r->in, source)) : NULL;
	if (d)
		pdf_place(d, PLACE_PROPERTIES);
	return !d || put_dict(r, d, b, ret, a, e);
}
