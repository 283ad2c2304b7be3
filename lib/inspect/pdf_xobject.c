/* Forms and images (8.10, 8.9), and the dictionaries of resources (7.8.3). */
#include "inspect/flate.h"
#include "inspect/jpeg.h"
#include "inspect/pdf.h"

static const struct obj *
of_value(struct walk *w, struct value v, struct obj *room)
{
	*room = (struct obj){ .kind = OBJ_REF, .ref = v.of != NULL ? (uint32_t)(v.of - w->f->o) : 0 };
	return v.of != NULL ? room : v.o;
}

bool
inspect_check_resources(struct walk *w, struct value v, struct err *e)
{
	if (v.of != NULL && v.of->stream)
		return residue(e, "resources that are a stream");
	return inspect_keys(w, v.o, (const enum shape[4]){ SHAPE_PAGE_RESOURCES }, e);
}

bool
inspect_check_xobject(struct walk *w, struct value v, struct err *e)
{
	bool image = obj_is_name(inspect_get(v.o, "Subtype"), "Image");
	struct obj room;

	return inspect_shape(w, of_value(w, v, &room), image ? SHAPE_IMAGE : SHAPE_FORM, e);
}

bool
inspect_check_form(struct walk *w, struct value v, struct err *e)
{
	struct content c = { .resources = inspect_resolve(w, inspect_get(v.o, "Resources"), NULL) };
	struct view data;

	return inspect_check_stream(w, v, e) && inspect_stream(w, v.of, &data, e) && inspect_content(w, data, &c, e);
}

/* -- images --------------------------------------------------------------------------------- */

struct picture {
	uint64_t w, h, row;	/* bytes of a row */
	unsigned bits, components;
	bool mask;
};

static uint64_t
get_nat(const struct obj *dict, const char *key)
{
	const struct obj *o = inspect_get(dict, key);

	return o != NULL && o->kind == OBJ_INT && o->u.i > 0 ? (uint64_t)o->u.i : 0;
}

static bool
measure(struct walk *w, const struct obj *d, struct picture *p, struct err *e)
{
	const struct obj *mask = inspect_get(d, "ImageMask"), *space = inspect_get(d, "ColorSpace");
	uint64_t bits = get_nat(d, "BitsPerComponent");

	*p = (struct picture){ .w = get_nat(d, "Width"), .h = get_nat(d, "Height"), .components = 1 };
	p->mask = mask != NULL && mask->kind == OBJ_BOOL && mask->u.b;
	if (p->w == 0 || p->h == 0 || p->w * p->h > w->in->profile->limits.pixels)
		return residue(e, "image without a size, or too large");
	if (bits != 1 && (p->mask || (bits != 2 && bits != 4 && bits != 8 && bits != 16)))
		return residue(e, "image of unsound depth");
	p->bits = (unsigned)bits;
	if (p->mask != (space == NULL))
		return residue(e, "image mask with a colour space, or image without");
	if (!p->mask && (!inspect_components(w, space, &p->components, e) || p->components == 0))
		return residue(e, "image in a pattern's colour space");
	p->row = (p->w * p->bits * p->components + 7) / 8;
	return true;
}

/* /DecodeParms of a predicted image (7.4.4.4): PNG's, with the image's own numbers. */
static bool
parms_are(const struct obj *parms, const struct picture *p)
{
	return parms->kind == OBJ_DICT && parms->u.d.n == 4 && get_nat(parms, "BitsPerComponent") == p->bits &&
	       get_nat(parms, "Colors") == p->components && get_nat(parms, "Columns") == p->w &&
	       get_nat(parms, "Predictor") == 15;
}

struct rows {
	uint64_t row, left;
};

static bool
to_rows(void *ctx, const uint8_t *p, size_t n, struct err *e)
{
	struct rows *r = ctx;
	uint64_t i;

	if (n > r->left)
		return residue(e, "more data than the image has");
	for (i = r->left % r->row; i < n; i += r->row)
		if (p[i] > 4)
			return residue(e, "predictor %u in a row", p[i]);
	r->left -= n;
	return true;
}

static bool
predicted(struct walk *w, const struct object *s, const struct picture *p, struct err *e)
{
	struct rows r = { p->row + 1, (p->row + 1) * p->h };
	struct flate *f = inspect_flate_new(w->in, true, to_rows, &r);
	bool ok = f != NULL ? inspect_flate_feed(f, s->data, e) && inspect_flate_end(f, e) : no_memory(e);

	inspect_flate_free(f);
	return ok && (r.left == 0 || residue(e, "less data than the image has"));
}

static bool
jpeg(struct walk *w, const struct object *s, const struct picture *p, struct err *e)
{
	struct jpeg_size size;

	if (!inspect_jpeg_data(w->in, s->data, true, &size, e))
		return err_at(e, "jpeg");
	return (size.w == p->w && size.h == p->h && p->bits == 8 && size.components == p->components) ||
	       residue(e, "JPEG of another size or colours than the image");
}

static bool
g4(const struct object *s, const struct obj *parms, const struct picture *p, struct err *e)
{
	const struct obj *k = inspect_get(parms, "K"), *black = inspect_get(parms, "BlackIs1");
	bool sound = parms != NULL && parms->kind == OBJ_DICT && parms->u.d.n == (black != NULL ? 4u : 3u) && k != NULL &&
		     k->kind == OBJ_INT && k->u.i == -1 && get_nat(parms, "Columns") == p->w &&
		     get_nat(parms, "Rows") == p->h && (black == NULL || (black->kind == OBJ_BOOL && black->u.b));

	if (!sound || p->bits != 1 || p->components != 1)
		return residue(e, "fax parameters that are not the image's");
	return inspect_g4(s->data, (uint32_t)p->w, (uint32_t)p->h, e);
}

static bool
image_data(struct walk *w, const struct object *s, const struct picture *p, struct err *e)
{
	const struct obj *filter = inspect_get(&s->value, "Filter"), *parms = inspect_get(&s->value, "DecodeParms");

	if (obj_is_name(filter, "CCITTFaxDecode"))
		return g4(s, parms, p, e);
	if (obj_is_name(filter, "DCTDecode"))
		return parms == NULL ? jpeg(w, s, p, e) : residue(e, "parameters for DCTDecode");
	if (parms == NULL)
		return inspect_stream_size(w, s, p->row * p->h, e);
	if (!obj_is_name(filter, "FlateDecode") || !parms_are(parms, p))
		return residue(e, "parameters that are not the image's");
	return predicted(w, s, p, e);
}

bool
inspect_check_image(struct walk *w, struct value v, struct err *e)
{
	const struct obj *decode = inspect_get(v.o, "Decode"), *mask = inspect_get(v.o, "Mask");
	struct picture p;

	if (!inspect_check_stream(w, v, e) || !measure(w, v.o, &p, e))
		return false;
	if (decode != NULL && !inspect_is_nums(w, decode, 2 * (size_t)p.components))
		return residue(e, "decode array of another size");
	if (mask != NULL && mask->kind == OBJ_ARRAY && mask->u.a.n != 2 * (size_t)p.components)
		return residue(e, "colour key of another size");
	return image_data(w, v.of, &p, e);
}

/* A stencil, or ranges of colours (8.9.6). */
bool
inspect_check_image_mask(struct walk *w, struct value v, struct err *e)
{
	struct obj room;
	size_t i;

	if (v.of != NULL && v.of->stream) {
		const struct obj *mask = inspect_get(v.o, "ImageMask");

		if (mask == NULL || mask->kind != OBJ_BOOL || !mask->u.b)
			return residue(e, "mask that is no image mask");
		return inspect_shape(w, of_value(w, v, &room), SHAPE_IMAGE, e);
	}
	for (i = 0; v.o->kind == OBJ_ARRAY && i < v.o->u.a.n; i++)
		if (v.o->u.a.v[i].kind != OBJ_INT || v.o->u.a.v[i].u.i < 0)
			return residue(e, "colour key");
	return v.o->kind == OBJ_ARRAY || residue(e, "mask that is neither image nor colour key");
}
