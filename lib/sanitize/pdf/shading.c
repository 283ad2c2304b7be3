/* shading.c - shadings of all seven types (ISO 32000-2 8.7.4.5). */
#include "core/own.h"
#include "sanitize/pdf/gfx.h"

static const struct gfx_key keys_all[] = {
	{ "ShadingType", GFX_INT, 1, 7, NULL },
	{ "Background", GFX_NUMS, 1, GFX_COMPONENTS_MAX, NULL },
	{ "BBox", GFX_NUMS, 4, 4, NULL },
	{ "AntiAlias", GFX_BOOL, 0, 0, NULL },
};
static const struct gfx_key keys_function[] = {
	{ "Domain", GFX_NUMS, 4, 4, NULL },
	{ "Matrix", GFX_NUMS, 6, 6, NULL },
};
static const struct gfx_key keys_axial[] = {
	{ "Coords", GFX_NUMS, 4, 4, NULL },
	{ "Domain", GFX_NUMS, 2, 2, NULL },
};
static const struct gfx_key keys_radial[] = {
	{ "Coords", GFX_NUMS, 6, 6, NULL },
	{ "Domain", GFX_NUMS, 2, 2, NULL },
};
static const struct gfx_key keys_mesh[] = {
	{ "BitsPerCoordinate", GFX_INT, 1, 32, NULL },
	{ "BitsPerComponent", GFX_INT, 1, 16, NULL },
	{ "Decode", GFX_NUMS, 6, 4 + 2 * GFX_COMPONENTS_MAX, NULL },
};
static const struct gfx_key keys_flag[] = { { "BitsPerFlag", GFX_INT, 2, 8, NULL } };
static const struct gfx_key keys_lattice[] = { { "VerticesPerRow", GFX_INT, 2, 65535, NULL } };

static void
put_extend(struct pdf_rebuild *r, const struct pdf_dict *d, struct pdf_keys *k)
{
	const struct pdf_obj *o = pdf_get(r->in, d, "Extend"), *v[2];
	struct buf *b;

	if (o->kind != PDF_ARRAY || o->u.a.n != 2)
		return;
	for (size_t i = 0; i < 2; i++) {
		v[i] = pdf_resolve(r->in, &o->u.a.v[i]);
		if (v[i]->kind != PDF_BOOL)
			return;
	}
	b = pdf_key(k, "Extend");
	pdf_put_word(b, "[");
	for (size_t i = 0; i < 2; i++)
		pdf_put_word(b, v[i]->u.b ? "true" : "false");
	pdf_put_word(b, "]");
}

/* A range for each coordinate and for what stands at a vertex: `values` numbers, one where a function makes the colour. */
static bool
is_mesh(struct pdf_rebuild *r, const struct pdf_dict *d, int64_t type, unsigned values)
{
	const struct pdf_obj *decode = pdf_get(r->in, d, "Decode");
	int64_t flag = 0;

	if (type != 5 && (!pdf_int(pdf_get(r->in, d, "BitsPerFlag"), &flag) || (flag != 2 && flag != 4 && flag != 8)))
		return false;
	return values > 0 && decode->kind == PDF_ARRAY && decode->u.a.n == 4 + 2 * (size_t)values;
}

/* The keys of a type; false where one that must be there is not. */
static bool
put_type(struct pdf_rebuild *r, const struct pdf_dict *d, int64_t type, bool function, struct res *res,
	 struct pdf_keys *k)
{
	size_t before = pdf_keys_count(k), n;
	double coords[6];

	switch (type) {
	case 1:
		GFX_COPY(r, d, keys_function, k);
		return function;
	case 2:
	case 3:
		if (type == 2)
			GFX_COPY(r, d, keys_axial, k);
		else
			GFX_COPY(r, d, keys_radial, k);
		put_extend(r, d, k);
		/* An array of other things would not be written, and the shading is none without. */
		return function && gfx_numbers(r, pdf_get(r->in, d, "Coords"), coords, type == 2 ? 4 : 6,
					       type == 2 ? 4 : 6, &n);
	default:
		GFX_COPY(r, d, keys_mesh, k);
		if (type == 5)
			GFX_COPY(r, d, keys_lattice, k);
		else
			GFX_COPY(r, d, keys_flag, k);
		return pdf_keys_count(k) == before + 4 &&
		       is_mesh(r, d, type, function ? 1 : gfx_space_n(r, pdf_get_raw(d, "ColorSpace"), res));
	}
}

/* Whole vertices only (types 4 and 5: each is padded to a byte); patches are read flag by flag. */
static struct view
cut_mesh(struct pdf_rebuild *r, const struct pdf_dict *d, int64_t type, struct view data)
{
	const struct pdf_obj *decode = pdf_get(r->in, d, "Decode");
	int64_t coord = 0, comp = 0, flag = 0;
	uint64_t bits, bytes;

	pdf_int(pdf_get(r->in, d, "BitsPerCoordinate"), &coord);
	pdf_int(pdf_get(r->in, d, "BitsPerComponent"), &comp);
	if (type == 4)
		pdf_int(pdf_get(r->in, d, "BitsPerFlag"), &flag);
	bits = (uint64_t)(flag + 2 * coord + comp * (int64_t)(decode->u.a.n / 2 - 2));
	bytes = (bits + 7) / 8;
	if (type <= 5 && bytes)
		data.n -= data.n % bytes;
	return data;
}

/* The vertices or patches of types 4 to 7; false where there are none. */
static bool
mesh_data(struct pdf_rebuild *r, const struct pdf_obj *o, int64_t type, struct view *ret,
	  struct err *e)
{
	*ret = VIEW("");
	if (type < 4)
		return true;
	if (!gfx_data(r, o, ret, e))
		return false;
	*ret = cut_mesh(r, o->u.d, type, *ret);
	return ret->n > 0;
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	const struct pdf_dict *d = pdf_dict_of(o);
	own_buf struct buf space = { 0 }, function = { 0 };
	struct pdf_keys *k;
	struct view data;
	bool sound;
	int64_t type;

	if (!d || !pdf_int(pdf_get(r->in, d, "ShadingType"), &type) || type < 1 || type > 7 ||
	    (type >= 4) != (o->kind == PDF_STREAM))
		return true;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	sound = gfx_functions_sound(r, pdf_get_raw(d, "Function"));
	if (!put_type(r, d, type, sound, ctx, k) || !mesh_data(r, o, type, &data, e)) {
		gfx_discard(k);
		return !gfx_fatal(r, e);
	}
	if (!gfx_space(r, pdf_get_raw(d, "ColorSpace"), ctx, &space, e))
		return false;
	if (space.n == 0) {
		gfx_discard(k);
		return true;
	}
	if (sound && !gfx_functions(r, pdf_get_raw(d, "Function"), &function, e))
		return false;
	GFX_COPY(r, d, keys_all, k);
	buf_view(pdf_key(k, "ColorSpace"), buf_bytes(&space));
	if (function.n)
		buf_view(pdf_key(k, "Function"), buf_bytes(&function));
	if (type >= 4) {
		*num = pdf_out_reserve(r->out);
		pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, data);
		return true;
	}
	pdf_put_keys(b, k);
	return true;
}

bool
gfx_shading(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	    struct err *e)
{
	return gfx_value(r, o, PDF_AS_SHADING, make, res, b, e);
}
