/* form.c - form XObjects, groups, and the choice among external objects (ISO 32000-2 8.8, 8.10). */
#include "core/own.h"
#include "sanitize/pdf/gfx.h"
#include "sanitize/pdf/image.h"

static const struct gfx_key keys[] = {
	{ "BBox", GFX_NUMS, 4, 4, NULL },
	{ "Matrix", GFX_NUMS, 6, 6, NULL },
	{ "StructParent", GFX_INT, 0, 0, NULL },
	{ "StructParents", GFX_INT, 0, 0, NULL },
};

static bool
make_group(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b,
	   uint32_t *num, struct err *e)
{
	static const struct gfx_key group_keys[] = {
		{ "I", GFX_BOOL, 0, 0, NULL },
		{ "K", GFX_BOOL, 0, 0, NULL },
	};
	const struct pdf_dict *d = pdf_dict_of(o);
	own_buf struct buf space = { 0 };
	struct pdf_keys *k;

	(void)num;
	if (!d || !pdf_is_name(pdf_get(r->in, d, "S"), "Transparency"))
		return true;
	if (!gfx_space(r, pdf_get_raw(d, "CS"), ctx, &space, e))
		return false;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	pdf_put_name(pdf_key(k, "Type"), VIEW("Group"));
	pdf_put_name(pdf_key(k, "S"), VIEW("Transparency"));
	GFX_COPY(r, d, group_keys, k);
	if (space.n)
		buf_view(pdf_key(k, "CS"), buf_bytes(&space));
	pdf_put_keys(b, k);
	return true;
}

bool
gfx_group(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	  struct err *e)
{
	return gfx_value(r, o, PDF_AS_OTHER, make_group, res, b, e);
}

bool
pdf_group(struct pdf_rebuild *r, const struct pdf_obj *group, const char *where, struct buf *b,
	  struct err *e)
{
	struct res *res = res_new(r, NULL, NULL, where);

	if (!res)
		return err_set(e, ERR_LIMIT, "memory of one document");
	return gfx_group(r, group, res, b, e);
}

static bool
put_extras(struct pdf_rebuild *r, const struct pdf_dict *d, struct res *res, struct pdf_keys *k,
	   struct err *e)
{
	const struct pdf_obj *oc = pdf_get_raw(d, "OC");
	own_buf struct buf group = { 0 };
	uint32_t num;

	pdf_put_name(pdf_key(k, "Type"), VIEW("XObject"));
	pdf_put_name(pdf_key(k, "Subtype"), VIEW("Form"));
	GFX_COPY(r, d, keys, k);
	if (oc->kind != PDF_NULL && (num = pdf_optional_content(r, oc)) != 0)
		pdf_put_ref(pdf_key(k, "OC"), num);
	if (!gfx_group(r, pdf_get_raw(d, "Group"), res, &group, e))
		return false;
	if (group.n)
		buf_view(pdf_key(k, "Group"), buf_bytes(&group));
	return true;
}

/* What never goes along; each is said once per place. */
static void
note_gone(struct pdf_rebuild *r, const struct pdf_dict *d, const char *where)
{
	static const struct {
		const char *key;
		enum finding_code code;
		const char *detail;
	} gone[] = {
		{ "OPI", FINDING_PDF_OPI, "" },
		{ "Metadata", FINDING_PDF_PART_METADATA, "" },
		{ "PieceInfo", FINDING_PDF_PART_METADATA, "" },
		/* 8.10.4: a page of another file; this form is drawn in its place anyway. */
		{ "Ref", FINDING_PDF_EXTERNAL_STREAM, "Ref" },
		{ "AF", FINDING_PDF_ATTACHMENT, "AF" },
		{ "PS", FINDING_PDF_POSTSCRIPT, "" },
	};

	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (pdf_get_raw(d, gone[i].key)->kind != PDF_NULL) {
			job_find(r->job, gone[i].code, where, "%s", gone[i].detail);
			pdf_mark(d, gone[i].key, PDF_TOLD);
		}
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	own_buf struct buf content = { 0 };
	double box[4];
	struct pdf_keys *k;
	struct view data;
	struct res *res, *parent = ctx;
	size_t n;

	(void)b;
	if (o->kind != PDF_STREAM ||
	    !gfx_numbers(r, pdf_get(r->in, o->u.d, "BBox"), box, 4, 4, &n))
		return true;
	note_gone(r, o->u.d, res_where(parent));
	res = res_new(r, pdf_dict_of(pdf_get(r->in, o->u.d, "Resources")), parent,
		      res_where(parent));
	k = pdf_keys_new(r->arena);
	if (!res || !k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	if (!gfx_data(r, o, &data, e) ||
	    !content_rebuild(r, data, res, CONTENT_FORM, &content, e) ||
	    !put_extras(r, o->u.d, res, k, e) || !res_put(res, pdf_key(k, "Resources"), e))
		return false;
	*num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, buf_bytes(&content));
	return true;
}

bool
gfx_form(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *parent, uint32_t *ret,
	 struct err *e)
{
	return gfx_number(r, o, PDF_AS_FORM, make, parent, ret, e);
}

bool
gfx_xobject(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	    struct err *e)
{
	const struct pdf_obj *stream = pdf_resolve(r->in, o), *subtype;
	uint32_t num = 0;

	if (stream->kind != PDF_STREAM)
		return true;
	subtype = pdf_get(r->in, stream->u.d, "Subtype");
	if (pdf_is_name(subtype, "PS") ||
	    pdf_is_name(pdf_get(r->in, stream->u.d, "Subtype2"), "PS")) {
		job_find(r->job, FINDING_PDF_POSTSCRIPT, res_where(res), "%s", "");
		return true;
	}
	if (pdf_is_name(subtype, "Form")) {
		if (!gfx_form(r, stream, res, &num, e))
			return false;
	} else if (pdf_is_name(subtype, "Image")) {
		if (!gfx_image_xobject(r, stream, res, IMAGE_PLAIN, &num, e))
			return false;
	}
	if (num)
		pdf_put_ref(b, num);
	return true;
}
