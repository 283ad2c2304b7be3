/*
 * gstate.c - graphics state parameter dictionaries and soft masks
 * (ISO 32000-2 8.4.5, 11.6.5.2).  Halftones, black generation and
 * undercolour removal speak to one printing device and go.  Transfer functions
 * do too, but readers show them and pictures are made with them in mind: they
 * stay, as do those of soft masks.
 */
#include "core/own.h"
#include "sanitize/pdf/gfx.h"

#define BLEND_MODES                                                                              \
	"Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight " \
	"SoftLight Difference Exclusion Hue Saturation Color Luminosity"

static const struct gfx_key keys[] = {
	{ "LW", GFX_NUM, 0, 0, NULL },	 { "LC", GFX_INT, 0, 2, NULL },
	{ "LJ", GFX_INT, 0, 2, NULL },	 { "ML", GFX_NUM, 0, 0, NULL },
	{ "RI", GFX_NAME, 0, 0, GFX_INTENTS }, { "OP", GFX_BOOL, 0, 0, NULL },
	{ "op", GFX_BOOL, 0, 0, NULL },	 { "OPM", GFX_INT, 0, 1, NULL },
	{ "FL", GFX_NUM, 0, 0, NULL },	 { "SM", GFX_NUM, 0, 0, NULL },
	{ "SA", GFX_BOOL, 0, 0, NULL },	 { "CA", GFX_NUM, 0, 0, NULL },
	{ "ca", GFX_NUM, 0, 0, NULL },	 { "AIS", GFX_BOOL, 0, 0, NULL },
	{ "TK", GFX_BOOL, 0, 0, NULL },
};

static void
put_dash(struct pdf_rebuild *r, const struct pdf_obj *o, struct pdf_keys *k)
{
	own_buf struct buf dash = { 0 };
	const struct pdf_obj *phase;
	struct buf *b;
	double num;

	if (o->kind != PDF_ARRAY || o->u.a.n != 2)
		return;
	phase = pdf_resolve(r->in, &o->u.a.v[1]);
	if (!pdf_num(phase, &num) ||
	    !gfx_put_numbers(r, &dash, pdf_resolve(r->in, &o->u.a.v[0]), 0, 64))
		return;
	b = pdf_key(k, "D");
	pdf_put_word(b, "[");
	buf_view(b, buf_bytes(&dash));
	pdf_put_real(b, num);
	pdf_put_word(b, "]");
	return;
}

/* The first blend mode of the list that is known (11.6.3). */
static void
put_blend(struct pdf_rebuild *r, const struct pdf_obj *o, struct pdf_keys *k)
{
	size_t n = o->kind == PDF_ARRAY ? o->u.a.n : 1;

	for (size_t i = 0; i < n; i++) {
		const struct pdf_obj *one =
			o->kind == PDF_ARRAY ? pdf_resolve(r->in, &o->u.a.v[i]) : o;

		if (one->kind == PDF_NAME && gfx_word_in(one->u.s, BLEND_MODES)) {
			pdf_put_name(pdf_key(k, "BM"), one->u.s);
			return;
		}
	}
}

static bool
put_font(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct pdf_keys *k,
	 struct err *e)
{
	own_buf struct buf font = { 0 };
	struct buf *b;
	double size;

	if (o->kind != PDF_ARRAY || o->u.a.n != 2 ||
	    !pdf_num(pdf_resolve(r->in, &o->u.a.v[1]), &size))
		return true;
	if (!gfx_font(r, &o->u.a.v[0], res, &font, e))
		return false;
	if (font.n == 0)
		return true;
	b = pdf_key(k, "Font");
	pdf_put_word(b, "[");
	buf_view(b, buf_bytes(&font));
	pdf_put_real(b, size);
	pdf_put_word(b, "]");
	return true;
}

/* A function, or /Identity: then b has it; neither: nothing. */
static bool
put_transfer(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b, struct err *e)
{
	const struct pdf_obj *named = pdf_resolve(r->in, o);

	if (!pdf_is_name(named, "Identity") && !pdf_is_name(named, "Default"))
		return gfx_function(r, o, b, e);
	pdf_put_name(b, VIEW("Identity"));
	return true;
}

/* One for all inks or one for each of four (10.5); TR2 outdoes TR, and the device's own is none here. */
static bool
put_transfers(struct pdf_rebuild *r, const struct pdf_dict *d, struct pdf_keys *k, struct err *e)
{
	const char *key = pdf_get(r->in, d, "TR2")->kind != PDF_NULL ? "TR2" : "TR";
	const struct pdf_obj *tr = pdf_get(r->in, d, key);
	own_buf struct buf all = { 0 };
	size_t before = 0;

	if (tr->kind != PDF_ARRAY) {
		if (!put_transfer(r, pdf_get_raw(d, key), &all, e))
			return false;
		if (all.n > 0)
			buf_view(pdf_key(k, "TR"), buf_bytes(&all));
		return true;
	}
	if (tr->u.a.n != 4)
		return true;
	pdf_put_word(&all, "[");
	for (size_t i = 0; i < 4; i++) {
		before = all.n;
		if (!put_transfer(r, &tr->u.a.v[i], &all, e))
			return false;
		if (all.n == before)
			return true;
	}
	pdf_put_word(&all, "]");
	buf_view(pdf_key(k, "TR"), buf_bytes(&all));
	return true;
}

static bool
make_mask(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
	  struct err *e)
{
	static const struct gfx_key mask_keys[] = {
		{ "S", GFX_NAME, 0, 0, "Alpha Luminosity" },
		{ "BC", GFX_NUMS, 1, GFX_COMPONENTS_MAX, NULL },
	};
	const struct pdf_dict *d = pdf_dict_of(o);
	own_buf struct buf function = { 0 };
	struct pdf_keys *k;
	uint32_t form;

	(void)num;
	if (!d || (!pdf_is_name(pdf_get(r->in, d, "S"), "Alpha") &&
		   !pdf_is_name(pdf_get(r->in, d, "S"), "Luminosity")))
		return true;
	if (!gfx_form(r, pdf_get_raw(d, "G"), ctx, &form, e))
		return false;
	if (!form)
		return true;
	if (!put_transfer(r, pdf_get_raw(d, "TR"), &function, e))
		return false;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	pdf_put_name(pdf_key(k, "Type"), VIEW("Mask"));
	GFX_COPY(r, d, mask_keys, k);
	pdf_put_ref(pdf_key(k, "G"), form);
	if (function.n)
		buf_view(pdf_key(k, "TR"), buf_bytes(&function));
	pdf_put_keys(b, k);
	return true;
}

static bool
put_mask(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct pdf_keys *k,
	 struct err *e)
{
	own_buf struct buf mask = { 0 };

	if (pdf_is_name(pdf_resolve(r->in, o), "None"))
		pdf_put_name(&mask, VIEW("None"));
	else if (!gfx_value(r, o, PDF_AS_SMASK, make_mask, res, &mask, e))
		return false;
	if (mask.n)
		buf_view(pdf_key(k, "SMask"), buf_bytes(&mask));
	return true;
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	const struct pdf_dict *d = pdf_dict_of(o);
	struct pdf_keys *k;

	(void)num;
	if (!d)
		return true;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	pdf_put_name(pdf_key(k, "Type"), VIEW("ExtGState"));
	GFX_COPY(r, d, keys, k);
	put_dash(r, pdf_get(r->in, d, "D"), k);
	put_blend(r, pdf_get(r->in, d, "BM"), k);
	if (!put_transfers(r, d, k, e) || !put_font(r, pdf_get(r->in, d, "Font"), ctx, k, e) ||
	    !put_mask(r, pdf_get_raw(d, "SMask"), ctx, k, e))
		return false;
	pdf_put_keys(b, k);
	return true;
}

bool
gfx_gstate(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	   struct err *e)
{
	return gfx_value(r, o, PDF_AS_GSTATE, make, res, b, e);
}
