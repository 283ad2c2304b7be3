/* font_file.c - font descriptors and font programs (ISO 32000-2 9.8, 9.9). */
#include "core/own.h"
#include "sanitize/font/font.h"
#include "sanitize/pdf/gfx.h"

static const struct gfx_key keys[] = {
	{ "FontFamily", GFX_STRING, 0, 0, NULL },
	{ "FontStretch", GFX_NAME, 0, 0,
	  "UltraCondensed ExtraCondensed Condensed SemiCondensed Normal SemiExpanded Expanded "
	  "ExtraExpanded UltraExpanded" },
	{ "FontWeight", GFX_NUM, 0, 0, NULL },	{ "Flags", GFX_INT, 0, 0, NULL },
	{ "FontBBox", GFX_NUMS, 4, 4, NULL },	{ "ItalicAngle", GFX_NUM, 0, 0, NULL },
	{ "Ascent", GFX_NUM, 0, 0, NULL },	{ "Descent", GFX_NUM, 0, 0, NULL },
	{ "Leading", GFX_NUM, 0, 0, NULL },	{ "CapHeight", GFX_NUM, 0, 0, NULL },
	{ "XHeight", GFX_NUM, 0, 0, NULL },	{ "StemV", GFX_NUM, 0, 0, NULL },
	{ "StemH", GFX_NUM, 0, 0, NULL },	{ "AvgWidth", GFX_NUM, 0, 0, NULL },
	{ "MaxWidth", GFX_NUM, 0, 0, NULL },	{ "MissingWidth", GFX_NUM, 0, 0, NULL },
	{ "Lang", GFX_NAME, 0, 0, NULL },
};

struct ctx {
	struct res *res;
	bool cid;
};

static bool
make_file(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
	  struct err *e)
{
	const struct ctx *c = ctx;
	own_buf struct buf program = { 0 };
	struct font_info info = { 0 };
	struct pdf_keys *k;
	struct view data;

	(void)b;
	if (o->kind != PDF_STREAM)
		return true;
	if (!gfx_data(r, o, &data, e))
		return false;
	if (!font_rebuild(data, &program, &info, e)) {
		job_find(r->job, FINDING_PDF_FONT_UNREADABLE, res_where(c->res), "%s", "");
		return !gfx_fatal(r, e);
	}
	if (info.hinting)
		job_find(r->job, FINDING_PDF_FONT_HINTING, "", "%s", "");
	k = pdf_keys_new(r->arena);
	if (!k || !pdf_memo_put(r, o->num, PDF_AS_FONTKIND, (uint32_t)info.out + 1))
		return err_set(e, ERR_LIMIT, "memory of one document");
	if (info.out == FONT_TRUETYPE)
		pdf_put_int(pdf_key(k, "Length1"), (int64_t)program.n);
	else
		pdf_put_name(pdf_key(k, "Subtype"), info.out == FONT_OPENTYPE ? VIEW("OpenType")
						    : c->cid ? VIEW("CIDFontType0C")
							     : VIEW("Type1C"));
	*num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, buf_bytes(&program));
	return true;
}

static bool
put_file(struct pdf_rebuild *r, const struct pdf_dict *d, struct ctx *ctx, struct pdf_keys *k,
	 struct err *e)
{
	static const char *const files[] = { "FontFile", "FontFile2", "FontFile3" };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		const struct pdf_obj *o = pdf_get(r->in, d, files[i]);
		uint32_t num, kind;

		if (o->kind != PDF_STREAM)
			continue;
		if (!gfx_number(r, o, PDF_AS_FONTFILE, make_file, ctx, &num, e))
			return false;
		if (!num)
			continue;
		kind = pdf_memo_get(r, o->num, PDF_AS_FONTKIND);
		pdf_put_ref(pdf_key(k, kind == FONT_TRUETYPE + 1 ? "FontFile2" : "FontFile3"),
			    num);
		return true;
	}
	return true;
}

/* Panose tells a reader which other font is like one that is not embedded (9.8.3.2). */
static void
put_style(struct pdf_rebuild *r, const struct pdf_dict *d, struct pdf_keys *k)
{
	const struct pdf_dict *style = pdf_dict_of(pdf_get(r->in, d, "Style"));
	const struct pdf_obj *panose = style ? pdf_get(r->in, style, "Panose") : NULL;
	struct buf *b;

	if (!panose || panose->kind != PDF_STRING || panose->u.s.n != 12)
		return;
	b = pdf_key(k, "Style");
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("Panose"));
	pdf_put_string(b, panose->u.s);
	pdf_put_word(b, ">>");
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	const struct pdf_dict *d = pdf_dict_of(o);
	const struct pdf_obj *name;
	struct pdf_keys *k;

	(void)num;
	if (!d)
		return true;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	name = pdf_get(r->in, d, "FontName");
	pdf_put_name(pdf_key(k, "Type"), VIEW("FontDescriptor"));
	pdf_put_name(pdf_key(k, "FontName"),
		     name->kind == PDF_NAME && gfx_name_ok(name->u.s) ? name->u.s : VIEW("Unnamed"));
	GFX_COPY(r, d, keys, k);
	put_style(r, d, k);
	if (!put_file(r, d, ctx, k, e))
		return false;
	pdf_put_keys(b, k);
	return true;
}

bool
gfx_font_descriptor(struct pdf_rebuild *r, const struct pdf_obj *o, bool cid, struct res *res,
		struct buf *b, struct err *e)
{
	struct ctx ctx = { res, cid };

	return gfx_value(r, o, PDF_AS_DESCRIPTOR, make, &ctx, b, e);
}
