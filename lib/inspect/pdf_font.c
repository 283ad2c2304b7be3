/* Fonts (9.5 - 9.10). */
#include "inspect/pdf.h"

/* Glyphs of a Type 3 font are content streams in the font's own resources (9.6.4). */
static bool
glyphs(struct walk *w, struct value v, struct err *e)
{
	struct content c = { .resources = inspect_resolve(w, inspect_get(v.o, "Resources"), NULL), .glyph = true };
	const struct obj *procs = inspect_resolve(w, inspect_get(v.o, "CharProcs"), NULL);
	size_t i;

	if (procs == NULL || procs->kind != OBJ_DICT)
		return residue(e, "Type 3 font without glyphs");
	for (i = 0; i < procs->u.d.n; i++) {
		const struct entry *en = &procs->u.d.e[i];
		struct object *of = NULL;
		struct view data;

		if (!inspect_shape(w, &en->value, SHAPE_CHAR_PROC, e))
			return false;
		if (inspect_resolve(w, &en->value, &of) == NULL || of == NULL || !of->stream)
			return residue(e, "glyph that is no stream");
		if (!inspect_stream(w, of, &data, e) || !inspect_content(w, data, &c, e))
			return err_at(e, "glyph /%.*s", (int)(en->key.n > 60 ? 60 : en->key.n), (const char *)en->key.p);
	}
	return true;
}

bool
inspect_check_font(struct walk *w, struct value v, struct err *e)
{
	const struct obj *subtype = inspect_get(v.o, "Subtype");
	bool type0 = obj_is_name(subtype, "Type0"), type3 = obj_is_name(subtype, "Type3");
	enum shape kind = type0 ? SHAPE_TYPE0_FONT : type3 ? SHAPE_TYPE3_FONT : SHAPE_SIMPLE_FONT;

	if (v.of != NULL && v.of->stream)
		return residue(e, "font that is a stream");
	return inspect_keys(w, v.o, (const enum shape[4]){ kind }, e) && (!type3 || glyphs(w, v, e));
}

bool
inspect_check_descendants(struct walk *w, struct value v, struct err *e)
{
	if (v.o->kind != OBJ_ARRAY || v.o->u.a.n != 1)
		return residue(e, "not exactly one descendant");
	return inspect_shape(w, &v.o->u.a.v[0], SHAPE_CID_FONT, e);
}

bool
inspect_check_cid_font(struct walk *w, struct value v, struct err *e)
{
	return inspect_check_dict(w, v, e);
}

/* W: c [w ...] or c c w; W2: c [w1 vx vy ...] or c c w1 vx vy (9.7.4.3). */
bool
inspect_check_cid_widths(struct walk *w, struct value v, struct err *e)
{
	size_t step = v.shape == SHAPE_CID_WIDTHS ? 1 : 3, i = 0, k;
	const struct obj *a = v.o->u.a.v;

	(void)w;
	if (v.o->kind != OBJ_ARRAY)
		return residue(e, "no widths");
	while (i < v.o->u.a.n) {
		if (a[i].kind != OBJ_INT || a[i].u.i < 0 || i + 1 == v.o->u.a.n)
			return residue(e, "widths without a first CID");
		if (a[i + 1].kind == OBJ_ARRAY) {
			for (k = 0; k < a[i + 1].u.a.n; k++)
				if (!obj_is_num(&a[i + 1].u.a.v[k]))
					return residue(e, "width that is no number");
			if (a[i + 1].u.a.n % step != 0)
				return residue(e, "widths not in threes");
			i += 2;
			continue;
		}
		if (a[i + 1].kind != OBJ_INT || v.o->u.a.n - i < 2 + step)
			return residue(e, "widths cut off");
		for (k = 0; k < step; k++)
			if (!obj_is_num(&a[i + 2 + k]))
				return residue(e, "width that is no number");
		i += 2 + step;
	}
	return true;
}

bool
inspect_check_gid_map(struct walk *w, struct value v, struct err *e)
{
	struct view data;

	if (obj_is_name(v.o, "Identity"))
		return true;
	if (!inspect_check_stream(w, v, e) || !inspect_stream(w, v.of, &data, e))
		return false;
	return (data.n % 2 == 0 && data.n <= 131072) || residue(e, "glyph map of %zu bytes", data.n);
}

bool
inspect_check_encoding(struct walk *w, struct value v, struct err *e)
{
	if (v.o->kind == OBJ_NAME)
		return inspect_check_name(w, (struct value){ v.o, v.of, v.shape,
			"MacRomanEncoding MacExpertEncoding WinAnsiEncoding StandardEncoding" }, e);
	return inspect_check_dict(w, v, e);
}

/* Codes 0 ... 255, each followed by names (9.6.5.1). */
bool
inspect_check_differences(struct walk *w, struct value v, struct err *e)
{
	int64_t code = -1;
	size_t i;

	(void)w;
	if (v.o->kind != OBJ_ARRAY)
		return residue(e, "no differences");
	for (i = 0; i < v.o->u.a.n; i++) {
		const struct obj *o = &v.o->u.a.v[i];

		if (o->kind == OBJ_INT && o->u.i >= 0 && o->u.i < 256)
			code = o->u.i;
		else if (o->kind != OBJ_NAME || code < 0 || code++ > 255)
			return residue(e, "difference that is neither code nor name");
	}
	return true;
}

bool
inspect_check_descriptor(struct walk *w, struct value v, struct err *e)
{
	if (inspect_get(v.o, "FontFile2") != NULL && inspect_get(v.o, "FontFile3") != NULL)
		return residue(e, "two font programs");
	return inspect_check_dict(w, v, e);
}

bool
inspect_check_font_file(struct walk *w, struct value v, struct err *e)
{
	const struct obj *subtype = inspect_get(v.o, "Subtype"), *length = inspect_get(v.o, "Length1");
	struct view data;
	uint32_t n;

	if (!inspect_check_stream(w, v, e) || !inspect_stream(w, v.of, &data, e))
		return false;
	if (length != NULL && length->u.i != (int64_t)data.n)
		return residue(e, "/Length1 is not the length");
	if (v.shape == SHAPE_FONT_FILE2)
		return (view_starts(data, VIEW("\0\1\0\0")) || residue(e, "no TrueType font")) && inspect_sfnt(data, e);
	if (obj_is_name(subtype, "OpenType"))
		return (view_starts(data, VIEW("OTTO")) || residue(e, "no OpenType font")) && inspect_sfnt(data, e);
	return inspect_cff(data, &n, e);
}

bool
inspect_check_cmap(struct walk *w, struct value v, struct err *e)
{
	struct view data;

	if (v.o->kind == OBJ_NAME)
		return (v.of == NULL && inspect_predefined_cmap(v.o->u.s)) || residue(e, "unknown CMap");
	return inspect_check_stream(w, v, e) && inspect_stream(w, v.of, &data, e) &&
	       (inspect_cmap(data, v.o, false, e) || err_at(e, "CMap"));
}

bool
inspect_check_to_unicode(struct walk *w, struct value v, struct err *e)
{
	struct view data;

	if (v.o->kind == OBJ_NAME)
		return (v.of == NULL && inspect_predefined_cmap(v.o->u.s)) || residue(e, "unknown CMap");
	return inspect_check_stream(w, v, e) && inspect_stream(w, v.of, &data, e) &&
	       (inspect_cmap(data, v.o, true, e) || err_at(e, "ToUnicode"));
}
