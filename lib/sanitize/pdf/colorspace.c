/* colorspace.c - colour spaces (ISO 32000-2 8.6). */
#include "core/own.h"
#include "sanitize/codec/codec.h"
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/gfx.h"

enum { SPACE_DEPTH_MAX = 8, INDEXED_DIRECT_MAX = 48 };

struct ctx {
	struct res *res;
};

static const char *
device_name(unsigned n)
{
	return n == 1 ? "DeviceGray" : n == 4 ? "DeviceCMYK" : "DeviceRGB";
}

/* The canonical name of a device space or Pattern; inline images abbreviate (8.9.7). */
static const char *
space_name(struct view name)
{
	static const struct {
		const char *source, *name;
	} names[] = {
		{ "DeviceGray", "DeviceGray" }, { "DeviceRGB", "DeviceRGB" },
		{ "DeviceCMYK", "DeviceCMYK" }, { "G", "DeviceGray" },
		{ "RGB", "DeviceRGB" },		{ "CMYK", "DeviceCMYK" },
		{ "CalGray", "DeviceGray" },	{ "CalRGB", "DeviceRGB" },
		{ "CalCMYK", "DeviceCMYK" },	{ "Pattern", "Pattern" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (view_is(name, names[i].source))
			return names[i].name;
	return NULL;
}

static const struct pdf_obj *
at(struct pdf_rebuild *r, const struct pdf_obj *array, size_t i)
{
	static const struct pdf_obj null = { .kind = PDF_NULL };

	return i < array->u.a.n ? pdf_resolve(r->in, &array->u.a.v[i]) : &null;
}

/* -- how many components ------------------------------------------------------- */

static unsigned
icc_n(struct pdf_rebuild *r, const struct pdf_obj *stream)
{
	int64_t n = 0;

	if (stream->kind != PDF_STREAM || !pdf_int(pdf_get(r->in, stream->u.d, "N"), &n))
		return 0;
	return n == 1 || n == 3 || n == 4 ? (unsigned)n : 0;
}

static unsigned
components(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, unsigned deep)
{
	const struct pdf_obj *name = o, *source;

	if (deep > SPACE_DEPTH_MAX)
		return 0;
	if (o->kind == PDF_ARRAY)
		name = at(r, o, 0);
	if (name->kind != PDF_NAME)
		return 0;
	if (view_is(name->u.s, "CalGray") || view_is(name->u.s, "DeviceGray") ||
	    view_is(name->u.s, "G") || view_is(name->u.s, "Separation") ||
	    view_is(name->u.s, "Indexed") || view_is(name->u.s, "I"))
		return 1;
	if (gfx_word_in(name->u.s, "CalRGB DeviceRGB RGB Lab"))
		return 3;
	if (gfx_word_in(name->u.s, "DeviceCMYK CMYK CalCMYK"))
		return 4;
	if (o->kind == PDF_ARRAY && view_is(name->u.s, "ICCBased"))
		return icc_n(r, at(r, o, 1));
	if (o->kind == PDF_ARRAY && view_is(name->u.s, "DeviceN")) {
		const struct pdf_obj *names = at(r, o, 1);

		return names->kind == PDF_ARRAY && names->u.a.n <= GFX_COMPONENTS_MAX
			       ? (unsigned)names->u.a.n : 0;
	}
	source = res && o->kind == PDF_NAME ? res_source(res, RES_COLORSPACE, o->u.s) : NULL;
	return source ? components(r, pdf_resolve(r->in, source), NULL, deep + 1) : 0;
}

unsigned
gfx_space_n(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res)
{
	return components(r, pdf_resolve(r->in, o), res, 0);
}

bool
gfx_space_indexed(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res)
{
	const struct pdf_obj *name;

	o = pdf_resolve(r->in, o);
	if (o->kind == PDF_NAME && res) {
		const struct pdf_obj *source = res_source(res, RES_COLORSPACE, o->u.s);

		o = source ? pdf_resolve(r->in, source) : o;
	}
	if (o->kind != PDF_ARRAY)
		return false;
	name = at(r, o, 0);
	return pdf_is_name(name, "Indexed") || pdf_is_name(name, "I");
}

/* -- one family each ----------------------------------------------------------- */

static bool
put_cal(struct pdf_rebuild *r, const struct pdf_obj *o, struct view family, struct buf *b,
	struct err *e)
{
	static const struct gfx_key gray[] = {
		{ "WhitePoint", GFX_NUMS, 3, 3, NULL }, { "BlackPoint", GFX_NUMS, 3, 3, NULL },
		{ "Gamma", GFX_NUM, 0, 0, NULL },
	};
	static const struct gfx_key rgb[] = {
		{ "WhitePoint", GFX_NUMS, 3, 3, NULL }, { "BlackPoint", GFX_NUMS, 3, 3, NULL },
		{ "Gamma", GFX_NUMS, 3, 3, NULL },	{ "Matrix", GFX_NUMS, 9, 9, NULL },
	};
	static const struct gfx_key lab[] = {
		{ "WhitePoint", GFX_NUMS, 3, 3, NULL }, { "BlackPoint", GFX_NUMS, 3, 3, NULL },
		{ "Range", GFX_NUMS, 4, 4, NULL },
	};
	const struct pdf_dict *d = pdf_dict_of(at(r, o, 1));
	own_buf struct buf white = { 0 };
	struct pdf_keys *k;

	if (!d)
		return true;
	pdf_place(d, PLACE_COLORSPACE);
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	/* required (8.6.5.2); readers take this where it is missing */
	if (!gfx_put_numbers(r, &white, pdf_get(r->in, d, "WhitePoint"), 3, 3))
		buf_str(pdf_key(k, "WhitePoint"), "[1 1 1]");
	if (view_is(family, "CalGray"))
		GFX_COPY(r, d, gray, k);
	else if (view_is(family, "CalRGB"))
		GFX_COPY(r, d, rgb, k);
	else
		GFX_COPY(r, d, lab, k);
	pdf_put_word(b, "[");
	pdf_put_name(b, family);
	pdf_put_keys(b, k);
	pdf_put_word(b, "]");
	return true;
}

static bool
make_icc(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
	 struct err *e)
{
	own_buf struct buf profile = { 0 };
	struct pdf_keys *k;
	struct view data;
	uint8_t n = 0;

	(void)b;
	if (!gfx_data(r, o, &data, e))
		return false;
	if (!icc_rebuild(data, &profile, &n, e) || n != *(unsigned *)ctx) {
		job_find(r->job, FINDING_PDF_ICC_REPLACED, "", "%s", "");
		return true;
	}
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	pdf_put_int(pdf_key(k, "N"), n);
	*num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, buf_bytes(&profile));
	return true;
}

static bool
put_icc(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b, struct err *e)
{
	const struct pdf_obj *stream = at(r, o, 1), *alternate;
	unsigned n = icc_n(r, stream);
	uint32_t num;

	if (n == 0)
		return true;
	if (!gfx_number(r, stream, PDF_AS_ICC, make_icc, &n, &num, e))
		return false;
	if (num) {
		pdf_put_word(b, "[");
		pdf_put_name(b, VIEW("ICCBased"));
		pdf_put_ref(b, num);
		pdf_put_word(b, "]");
		return true;
	}
	alternate = pdf_get_raw(stream->u.d, "Alternate");
	if (gfx_space_n(r, alternate, NULL) == n) {
		size_t before = b->n;

		if (!gfx_space(r, alternate, NULL, b, e))
			return false;
		if (b->n > before)
			return true;
	}
	pdf_put_name(b, view_str(device_name(n)));
	return true;
}

/* The table of an Indexed space, exactly (hival + 1) * n bytes (8.6.6.3). */
static bool
put_table(struct pdf_rebuild *r, const struct pdf_obj *table, size_t size, struct buf *b,
	  struct err *e)
{
	own_buf struct buf all = { .max = 8192 };
	struct pdf_keys *k;
	struct view data;
	uint32_t num;

	if (table->kind == PDF_STRING)
		data = table->u.s;
	else if (!gfx_data(r, table, &data, e))
		return false;
	buf_put(&all, data.p, data.n < size ? data.n : size);
	buf_fill(&all, 0, size - all.n);
	if (size <= INDEXED_DIRECT_MAX) {
		pdf_put_string(b, buf_bytes(&all));
		return true;
	}
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, num, k, PDF_DATA_PLAIN, buf_bytes(&all));
	pdf_put_ref(b, num);
	return true;
}

static bool
put_indexed(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	    struct err *e)
{
	const struct pdf_obj *table = at(r, o, 3);
	own_buf struct buf base = { 0 };
	unsigned n;
	int64_t hival;

	if (o->u.a.n < 4 || !pdf_int(at(r, o, 2), &hival) || hival < 0)
		return true;
	hival = hival > 255 ? 255 : hival;
	n = gfx_space_n(r, &o->u.a.v[1], res);
	if (n == 0 || gfx_space_indexed(r, &o->u.a.v[1], res) ||
	    (table->kind != PDF_STRING && table->kind != PDF_STREAM))
		return true;
	if (!gfx_space(r, &o->u.a.v[1], res, &base, e))
		return false;
	if (base.n == 0)
		return true;
	pdf_put_word(b, "[");
	pdf_put_name(b, VIEW("Indexed"));
	gfx_put_value(b, buf_bytes(&base));
	pdf_put_int(b, hival);
	if (!put_table(r, table, (size_t)(hival + 1) * n, b, e))
		return false;
	pdf_put_word(b, "]");
	return true;
}

/* Separation's name, or DeviceN's names; the attributes of DeviceN only describe (8.6.6.5). */
static bool
put_colorants(struct pdf_rebuild *r, const struct pdf_obj *o, bool many, struct buf *b)
{
	if (!many) {
		if (o->kind != PDF_NAME || !gfx_name_ok(o->u.s))
			return false;
		pdf_put_name(b, o->u.s);
		return true;
	}
	if (o->kind != PDF_ARRAY || o->u.a.n == 0 || o->u.a.n > GFX_COMPONENTS_MAX)
		return false;
	pdf_put_word(b, "[");
	for (size_t i = 0; i < o->u.a.n; i++) {
		const struct pdf_obj *name = at(r, o, i);

		if (name->kind != PDF_NAME || !gfx_name_ok(name->u.s))
			return false;
		pdf_put_name(b, name->u.s);
	}
	pdf_put_word(b, "]");
	return true;
}

static bool
put_tinted(struct pdf_rebuild *r, const struct pdf_obj *o, bool many, struct buf *b,
	   struct err *e)
{
	own_buf struct buf all = { 0 }, alternate = { 0 }, tint = { 0 };

	if (o->u.a.n < 4 || !gfx_function_sound(r, &o->u.a.v[3]))
		return true;
	/* 8.6.6.5: attributes for a press; nothing of them is written. */
	if (o->u.a.n > 4 && pdf_dict_of(at(r, o, 4)))
		pdf_place(pdf_dict_of(at(r, o, 4)), PLACE_COLORSPACE);
	pdf_put_word(&all, "[");
	pdf_put_name(&all, many ? VIEW("DeviceN") : VIEW("Separation"));
	if (!put_colorants(r, at(r, o, 1), many, &all))
		return true;
	if (!gfx_space(r, &o->u.a.v[2], NULL, &alternate, e))
		return false;
	if (alternate.n == 0)
		return true;
	if (!gfx_function(r, &o->u.a.v[3], &tint, e))
		return false;
	gfx_put_value(&all, buf_bytes(&alternate));
	gfx_put_value(&all, buf_bytes(&tint));
	pdf_put_word(&all, "]");
	buf_view(b, buf_bytes(&all));
	return true;
}

static bool
put_pattern(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b, struct err *e)
{
	own_buf struct buf base = { 0 };

	if (!gfx_space(r, &o->u.a.v[1], NULL, &base, e))
		return false;
	if (base.n == 0)
		return true;
	pdf_put_word(b, "[");
	pdf_put_name(b, VIEW("Pattern"));
	gfx_put_value(b, buf_bytes(&base));
	pdf_put_word(b, "]");
	return true;
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	struct res *res = ((struct ctx *)ctx)->res;
	const struct pdf_obj *head = o->kind == PDF_ARRAY ? at(r, o, 0) : o;
	const char *name;
	struct view family;

	(void)num;
	if (head->kind != PDF_NAME)
		return true;
	family = head->u.s;
	name = space_name(family);
	if (o->kind != PDF_ARRAY || o->u.a.n == 1) {
		if (name)
			pdf_put_name(b, view_str(name));
		else if (res && res_source(res, RES_COLORSPACE, family))
			return gfx_space(r, res_source(res, RES_COLORSPACE, family), NULL, b, e);
		return true;
	}
	if (gfx_word_in(family, "CalGray CalRGB Lab"))
		return put_cal(r, o, family, b, e);
	if (view_is(family, "ICCBased"))
		return put_icc(r, o, b, e);
	if (view_is(family, "Indexed") || view_is(family, "I"))
		return put_indexed(r, o, res, b, e);
	if (view_is(family, "Separation") || view_is(family, "DeviceN"))
		return put_tinted(r, o, view_is(family, "DeviceN"), b, e);
	if (view_is(family, "Pattern"))
		return put_pattern(r, o, b, e);
	if (name)
		pdf_put_name(b, view_str(name));
	return true;
}

bool
gfx_space(struct pdf_rebuild *r, const struct pdf_obj *o, struct res *res, struct buf *b,
	  struct err *e)
{
	struct ctx ctx = { res };
	const struct pdf_obj *to = pdf_resolve(r->in, o);

	/* a name needs no object of its own */
	return gfx_value(r, to->kind == PDF_NAME ? to : o, PDF_AS_COLORSPACE, make, &ctx, b, e);
}
