/* image.c - image XObjects (ISO 32000-2 8.9.5), their masks and soft masks. */
#include "sanitize/pdf/image.h"

#include "core/own.h"

struct ctx {
	struct res *res;
	enum image_role role;
};

static const struct gfx_key keys_always[] = {
	{ "Interpolate", GFX_BOOL, 0, 0, NULL },
	{ "Intent", GFX_NAME, 0, 0, GFX_INTENTS },
	{ "StructParent", GFX_INT, 0, 0, NULL },
};

/* What never goes along; each is said once per place. */
static void
note_gone(struct pdf_rebuild *r, const struct pdf_dict *d, const char *where)
{
	static const struct {
		const char *key;
		enum finding_code code;
	} gone[] = {
		{ "Alternates", FINDING_PDF_ALTERNATES },	{ "OPI", FINDING_PDF_OPI },
		{ "Metadata", FINDING_PDF_PART_METADATA },	{ "PieceInfo", FINDING_PDF_PART_METADATA },
		{ "F", FINDING_PDF_EXTERNAL_STREAM },		{ "AF", FINDING_PDF_ATTACHMENT },
	};

	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (pdf_get_raw(d, gone[i].key)->kind != PDF_NULL) {
			job_find(r->job, gone[i].code, where, "%s", "");
			pdf_mark(d, gone[i].key, PDF_TOLD);
		}
}

static bool
put_space(struct pdf_rebuild *r, const struct image *im, const struct pdf_dict *d,
	  struct res *res, struct pdf_keys *k, struct err *e)
{
	own_buf struct buf space = { 0 };

	if (im->own_space && !gfx_space(r, pdf_get_raw(d, "ColorSpace"), res, &space, e))
		return false;
	if (space.n == 0)
		pdf_put_name(&space, im->n == 1 ? VIEW("DeviceGray") : im->n == 4
				     ? VIEW("DeviceCMYK") : VIEW("DeviceRGB"));
	buf_view(pdf_key(k, "ColorSpace"), buf_bytes(&space));
	return true;
}

/* The opacity that JPX data held becomes a soft mask of its own (SMaskInData, Table 87). */
static bool
put_inner_alpha(struct pdf_rebuild *r, const struct image *im, const struct pdf_dict *d,
		struct pdf_keys *k, struct err *e)
{
	own_buf struct buf matte = { 0 };
	struct pdf_keys *mask = pdf_keys_new(r->arena);
	uint32_t num = pdf_out_reserve(r->out);

	if (!mask)
		return err_set(e, ERR_LIMIT, "memory of one document");
	pdf_put_name(pdf_key(mask, "Type"), VIEW("XObject"));
	pdf_put_name(pdf_key(mask, "Subtype"), VIEW("Image"));
	pdf_put_int(pdf_key(mask, "Width"), im->w);
	pdf_put_int(pdf_key(mask, "Height"), im->h);
	pdf_put_int(pdf_key(mask, "BitsPerComponent"), 8);
	pdf_put_name(pdf_key(mask, "ColorSpace"), VIEW("DeviceGray"));
	if (im->premultiplied &&
	    !gfx_put_numbers(r, &matte, pdf_get(r->in, d, "Matte"), im->n, im->n)) {
		pdf_put_word(&matte, "[");
		for (unsigned i = 0; i < im->n; i++)
			pdf_put_int(&matte, 0);
		pdf_put_word(&matte, "]");
	}
	if (matte.n > 0)
		buf_view(pdf_key(mask, "Matte"), buf_bytes(&matte));
	pdf_out_stream(r->out, num, mask, PDF_DATA_PLAIN, buf_bytes(&im->alpha));
	pdf_put_ref(pdf_key(k, "SMask"), num);
	return true;
}

/* A /Mask that does not say so is a grey picture that readers take for a soft mask. */
static bool
is_stencil(struct pdf_rebuild *r, const struct pdf_dict *mask)
{
	const struct pdf_obj *o = pdf_get(r->in, mask, "ImageMask");

	return o->kind == PDF_BOOL && o->u.b;
}

static bool
put_masks(struct pdf_rebuild *r, const struct image *im, const struct pdf_dict *d,
	  struct res *res, struct pdf_keys *k, struct err *e)
{
	const struct pdf_obj *mask = pdf_get(r->in, d, "Mask"), *smask = pdf_get(r->in, d, "SMask");
	own_buf struct buf colors = { 0 };
	uint32_t num = 0;

	if (im->alpha.n)
		return put_inner_alpha(r, im, d, k, e);
	if (smask->kind == PDF_STREAM) {
		if (!gfx_image_xobject(r, smask, res, IMAGE_SMASK, &num, e))
			return false;
		if (num) {
			pdf_put_ref(pdf_key(k, "SMask"), num);
			return true;
		}
	}
	if (mask->kind == PDF_STREAM) {
		bool stencil = is_stencil(r, mask->u.d);

		if (!gfx_image_xobject(r, mask, res, stencil ? IMAGE_STENCIL : IMAGE_SMASK, &num, e))
			return false;
		if (num)
			pdf_put_ref(pdf_key(k, stencil ? "Mask" : "SMask"), num);
	} else if (gfx_put_numbers(r, &colors, mask, 2 * (size_t)im->n, 2 * (size_t)im->n)) {
		buf_view(pdf_key(k, "Mask"), buf_bytes(&colors));
	}
	return true;
}

static bool
put_keys(struct pdf_rebuild *r, const struct image *im, const struct pdf_dict *d,
	 const struct ctx *ctx, struct pdf_keys *k, struct err *e)
{
	const struct gfx_key decode[] = {
		{ "Decode", GFX_NUMS, (uint16_t)(2 * im->n), (uint16_t)(2 * im->n), NULL },
	};
	static const struct gfx_key matte[] = {
		{ "Matte", GFX_NUMS, 1, GFX_COMPONENTS_MAX, NULL },
	};
	const struct pdf_obj *oc = pdf_get_raw(d, "OC");
	uint32_t num;

	pdf_put_name(pdf_key(k, "Type"), VIEW("XObject"));
	pdf_put_name(pdf_key(k, "Subtype"), VIEW("Image"));
	pdf_put_int(pdf_key(k, "Width"), im->w);
	pdf_put_int(pdf_key(k, "Height"), im->h);
	pdf_put_int(pdf_key(k, "BitsPerComponent"), im->bpc);
	GFX_COPY(r, d, keys_always, k);
	GFX_COPY(r, d, decode, k);
	if (oc->kind != PDF_NULL && (num = pdf_optional_content(r, oc)) != 0)
		pdf_put_ref(pdf_key(k, "OC"), num);
	if (im->mask) {
		pdf_put_word(pdf_key(k, "ImageMask"), "true");
		return true;
	}
	if (ctx->role == IMAGE_SMASK)
		GFX_COPY(r, d, matte, k);
	if (!put_space(r, im, d, ctx->res, k, e))
		return false;
	return ctx->role != IMAGE_PLAIN || put_masks(r, im, d, ctx->res, k, e);
}

static bool
fits_role(const struct image *im, enum image_role role)
{
	if (im->kind == IMAGE_NONE)
		return false;
	return role == IMAGE_PLAIN || (role == IMAGE_STENCIL ? im->mask : !im->mask && im->n == 1);
}

static bool
write_image(struct pdf_rebuild *r, const struct image *im, const struct pdf_dict *d,
	    const struct ctx *ctx, uint32_t *num, struct err *e)
{
	struct pdf_keys *k = pdf_keys_new(r->arena);

	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	return put_keys(r, im, d, ctx, k, e) && gfx_image_pack(r, im, k, num, e);
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	const struct ctx *c = ctx;
	struct image im;
	bool ok;

	(void)b;
	if (o->kind != PDF_STREAM)
		return true;
	note_gone(r, o->u.d, res_where(c->res));
	ok = gfx_image_read(r, o, c->res, &im, e);
	if (ok && fits_role(&im, c->role))
		ok = write_image(r, &im, o->u.d, c, num, e);
	else if (ok)
		job_find(r->job, FINDING_PDF_IMAGE_UNREADABLE, res_where(c->res), "%s", "");
	gfx_image_note(r, &im, res_where(c->res));
	gfx_image_release(&im);
	/* A document of pictures must not hold them all at once. */
	pdf_stream_free(r->in, im.unfiltered);
	return ok;
}

bool
gfx_image_xobject(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res,
	      enum image_role role, uint32_t *ret, struct err *e)
{
	struct ctx ctx = { res, role };

	return gfx_number(r, o, role == IMAGE_PLAIN ? PDF_AS_IMAGE : PDF_AS_SMASK, make, &ctx, ret,
			  e);
}
