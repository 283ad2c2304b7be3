/* font.c - font dictionaries (ISO 32000-2 9.5-9.7): simple ones and Type 0. */
#include "core/own.h"
#include "sanitize/pdf/gfx.h"

enum { WIDTHS_MAX = 256 };

#define BASE_ENCODINGS "WinAnsiEncoding MacRomanEncoding MacExpertEncoding StandardEncoding"

void
gfx_font_name(struct pdf_rebuild *r, const struct pdf_dict *d, struct pdf_keys *k)
{
	const struct pdf_obj *name = pdf_get(r->in, d, "BaseFont");
	const struct pdf_dict *desc = pdf_dict_of(pdf_get(r->in, d, "FontDescriptor"));

	if (name->kind != PDF_NAME && desc)
		name = pdf_get(r->in, desc, "FontName");
	pdf_put_name(pdf_key(k, "BaseFont"),
		     name->kind == PDF_NAME && gfx_name_ok(name->u.s) ? name->u.s : VIEW("Unnamed"));
}

/* [code name name ... code name ...]: Table 112. */
static void
put_differences(struct pdf_rebuild *r, const struct pdf_obj *o, struct pdf_keys *k)
{
	struct buf *b;
	int64_t code = -1, num;
	size_t named = 0;
	bool said = false;

	if (o->kind != PDF_ARRAY)
		return;
	b = pdf_key(k, "Differences");
	pdf_put_word(b, "[");
	for (size_t i = 0; i < o->u.a.n && named < 65536; i++) {
		const struct pdf_obj *v = pdf_resolve(r->in, &o->u.a.v[i]);

		if (v->kind != PDF_NAME) {
			if (pdf_int(v, &num)) {
				code = num;
				said = false;
			}
			continue;
		}
		named++;
		/* readers count from 0 where the first number is missing */
		code = code < 0 ? 0 : code;
		if (code <= 255 && gfx_name_ok(v->u.s)) {
			if (!said)
				pdf_put_int(b, code);
			pdf_put_name(b, v->u.s);
			said = true;
		} else {
			said = false;
		}
		code++;
	}
	pdf_put_word(b, "]");
}

static bool
make_encoding(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b,
	      uint32_t *num, struct err *e)
{
	static const struct gfx_key keys[] = {
		{ "BaseEncoding", GFX_NAME, 0, 0, BASE_ENCODINGS },
	};
	const struct pdf_dict *d = pdf_dict_of(o);
	struct pdf_keys *k;

	(void)ctx;
	(void)num;
	if (o->kind == PDF_NAME && gfx_word_in(o->u.s, BASE_ENCODINGS))
		pdf_put_name(b, o->u.s);
	if (!d)
		return true;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	pdf_put_name(pdf_key(k, "Type"), VIEW("Encoding"));
	GFX_COPY(r, d, keys, k);
	put_differences(r, pdf_get(r->in, d, "Differences"), k);
	pdf_put_keys(b, k);
	return true;
}

/* A Type 3 font has these keys always (9.6.4). */
static void
put_widths(struct pdf_rebuild *r, const struct pdf_dict *d, bool type3, struct pdf_keys *k)
{
	static const struct gfx_key keys[] = {
		{ "FirstChar", GFX_INT, 0, 255, NULL },
		{ "LastChar", GFX_INT, 0, 255, NULL },
	};
	const struct pdf_obj *o = pdf_get(r->in, d, "Widths");
	struct buf *b;

	for (size_t i = 0; i < 2 && type3; i++) {
		const struct pdf_obj *c = pdf_get(r->in, d, keys[i].key);
		int64_t code;

		if (!pdf_int(c, &code) || code < 0 || code > 255)
			pdf_put_int(pdf_key(k, keys[i].key), i == 0 ? 0 : 255);
	}
	GFX_COPY(r, d, keys, k);
	if (o->kind != PDF_ARRAY) {
		if (type3)
			buf_str(pdf_key(k, "Widths"), "[]");
		return;
	}
	b = pdf_key(k, "Widths");
	pdf_put_word(b, "[");
	for (size_t i = 0; i < o->u.a.n && i < WIDTHS_MAX; i++) {
		const struct pdf_obj *w = pdf_resolve(r->in, &o->u.a.v[i]);
		double num = 0;

		if (w->kind == PDF_INT)
			pdf_put_int(b, w->u.i);
		else if (pdf_num(w, &num) || true)
			pdf_put_real(b, num);
	}
	pdf_put_word(b, "]");
}

/* What simple fonts of all kinds have. */
static bool
put_simple(struct pdf_rebuild *r, const struct pdf_dict *d, bool type3, struct res *res,
	   struct pdf_keys *k, struct err *e)
{
	own_buf struct buf desc = { 0 }, encoding = { 0 }, unicode = { 0 };
	const struct pdf_obj *o = pdf_get_raw(d, "Encoding"), *to = pdf_resolve(r->in, o);

	if (!gfx_font_descriptor(r, pdf_get_raw(d, "FontDescriptor"), false, res, &desc, e) ||
	    !gfx_value(r, to->kind == PDF_NAME ? to : o, PDF_AS_OTHER, make_encoding, NULL,
		       &encoding, e) ||
	    !gfx_cmap(r, pdf_get_raw(d, "ToUnicode"), CMAP_TOUNICODE, &unicode, e))
		return false;
	put_widths(r, d, type3, k);
	if (desc.n)
		buf_view(pdf_key(k, "FontDescriptor"), buf_bytes(&desc));
	if (encoding.n)
		buf_view(pdf_key(k, "Encoding"), buf_bytes(&encoding));
	else if (type3)
		pdf_put_name(pdf_key(k, "Encoding"), VIEW("StandardEncoding"));
	if (unicode.n)
		buf_view(pdf_key(k, "ToUnicode"), buf_bytes(&unicode));
	return true;
}

/* A font without a known Subtype is Type 1 to readers, unless its program says otherwise. */
static struct view
simple_subtype(struct pdf_rebuild *r, const struct pdf_dict *d)
{
	const struct pdf_obj *o = pdf_get(r->in, d, "Subtype");
	const struct pdf_dict *desc = pdf_dict_of(pdf_get(r->in, d, "FontDescriptor"));

	if (o->kind == PDF_NAME && gfx_word_in(o->u.s, "Type1 MMType1 TrueType"))
		return o->u.s;
	if (desc && pdf_get(r->in, desc, "FontFile2")->kind == PDF_STREAM)
		return VIEW("TrueType");
	return VIEW("Type1");
}

static bool
composite(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *res, struct pdf_keys *k,
	  bool *ret, struct err *e)
{
	const struct pdf_obj *list = pdf_get(r->in, d, "DescendantFonts");
	own_buf struct buf cid = { 0 }, encoding = { 0 }, unicode = { 0 };
	const struct pdf_obj *first = list->kind == PDF_ARRAY && list->u.a.n
					      ? &list->u.a.v[0] : list;
	struct buf *b;

	*ret = false;
	if (!gfx_cmap_sound(r, pdf_get_raw(d, "Encoding")))
		return true;
	if (!gfx_font_cid(r, first, res, &cid, e))
		return false;
	if (cid.n == 0)
		return true;
	if (!gfx_cmap(r, pdf_get_raw(d, "Encoding"), CMAP_CID, &encoding, e) ||
	    !gfx_cmap(r, pdf_get_raw(d, "ToUnicode"), CMAP_TOUNICODE, &unicode, e))
		return false;
	gfx_font_name(r, d, k);
	b = pdf_key(k, "DescendantFonts");
	pdf_put_word(b, "[");
	buf_view(b, buf_bytes(&cid));
	pdf_put_word(b, "]");
	buf_view(pdf_key(k, "Encoding"), buf_bytes(&encoding));
	if (unicode.n)
		buf_view(pdf_key(k, "ToUnicode"), buf_bytes(&unicode));
	*ret = true;
	return true;
}

static bool
fill(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *res, struct pdf_keys *k,
     bool *ret, struct err *e)
{
	const struct pdf_obj *subtype = pdf_get(r->in, d, "Subtype");
	bool type3 = pdf_is_name(subtype, "Type3");

	*ret = false;
	pdf_put_name(pdf_key(k, "Type"), VIEW("Font"));
	if (pdf_is_name(subtype, "Type0")) {
		pdf_put_name(pdf_key(k, "Subtype"), subtype->u.s);
		return composite(r, d, res, k, ret, e);
	}
	if (pdf_is_name(subtype, "CIDFontType0") || pdf_is_name(subtype, "CIDFontType2"))
		return true;
	if (type3 && !pdf_dict_of(pdf_get(r->in, d, "CharProcs")))
		return true;
	if (!put_simple(r, d, type3, res, k, e))
		return false;
	if (type3) {
		pdf_put_name(pdf_key(k, "Subtype"), subtype->u.s);
		return gfx_font_type3(r, d, res, k, ret, e);
	}
	pdf_put_name(pdf_key(k, "Subtype"), simple_subtype(r, d));
	gfx_font_name(r, d, k);
	*ret = true;
	return true;
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	const struct pdf_dict *d = o->kind == PDF_DICT ? o->u.d : NULL;
	struct pdf_keys *k;
	bool sound;

	(void)num;
	if (!d)
		return true;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	if (!fill(r, d, ctx, k, &sound, e))
		return false;
	if (sound)
		pdf_put_keys(b, k);
	else
		gfx_discard(k);
	return true;
}

bool
gfx_font(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	 struct err *e)
{
	return gfx_value(r, o, PDF_AS_FONT, make, res, b, e);
}

bool
pdf_font(struct pdf_rebuild *r, const struct pdf_obj *font, const char *where, uint32_t *ret,
	 struct err *e)
{
	struct res *res = res_new(r, NULL, NULL, where);

	if (!res)
		return err_set(e, ERR_LIMIT, "memory of one document");
	return gfx_number(r, font, PDF_AS_FONT, make, res, ret, e);
}
