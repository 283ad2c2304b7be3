/* The document's side: pages, destinations, outlines, annotations, fields, structure, layers. */
#include "inspect/pdf.h"

static const struct { enum shape list, element; } lists[] = {
	{ SHAPE_OUTPUT_INTENTS, SHAPE_OUTPUT_INTENT }, { SHAPE_PAGE_LIST, SHAPE_PAGE },
	{ SHAPE_ANNOTS, SHAPE_ANNOT },		       { SHAPE_FIELD_LIST, SHAPE_FIELD },
	{ SHAPE_OCGS, SHAPE_OCG },		       { SHAPE_OCG_SETS, SHAPE_OCGS },
	{ SHAPE_FUNCTION_LIST, SHAPE_FUNCTION },
};

bool
inspect_check_array_of(struct walk *w, struct value v, struct err *e)
{
	enum shape element = SHAPE_NONE;
	size_t i;

	for (i = 0; i < sizeof lists / sizeof *lists; i++)
		if (lists[i].list == v.shape)
			element = lists[i].element;
	if (v.o->kind != OBJ_ARRAY || (v.of != NULL && v.of->stream))
		return residue(e, "no array");
	for (i = 0; i < v.o->u.a.n; i++)
		if (!inspect_shape(w, &v.o->u.a.v[i], element, e))
			return false;
	return true;
}

static const struct { enum shape map, element; } maps[] = {
	{ SHAPE_CLASS_MAP, SHAPE_ATTRS },    { SHAPE_ROLE_MAP, SHAPE_NAME },  { SHAPE_COLORSPACES, SHAPE_COLORSPACE },
	{ SHAPE_GSTATES, SHAPE_GSTATE },     { SHAPE_FONTS, SHAPE_FONT },     { SHAPE_PATTERNS, SHAPE_PATTERN },
	{ SHAPE_PROPERTIES, SHAPE_PROPERTY }, { SHAPE_SHADINGS, SHAPE_SHADING }, { SHAPE_XOBJECTS, SHAPE_XOBJECT },
};

/* A dictionary whose keys the document chose. */
bool
inspect_check_map(struct walk *w, struct value v, struct err *e)
{
	enum shape element = SHAPE_NONE;
	size_t i;

	for (i = 0; i < sizeof maps / sizeof *maps; i++)
		if (maps[i].map == v.shape)
			element = maps[i].element;
	if (v.o->kind != OBJ_DICT || (v.of != NULL && v.of->stream) || v.o->u.d.n == 0)
		return residue(e, "no dictionary, or an empty one");
	for (i = 0; i < v.o->u.d.n; i++) {
		const struct entry *en = &v.o->u.d.e[i];

		if (!inspect_shape(w, &en->value, element, e))
			return err_at(e, "/%.*s", (int)(en->key.n > 60 ? 60 : en->key.n), (const char *)en->key.p);
	}
	return true;
}

/* 7.9.6: one node, strings ascending, each once. */
bool
inspect_check_name_tree(struct walk *w, struct value v, struct err *e)
{
	const struct obj *a = v.o->u.a.v;
	size_t i;

	if (v.o->kind != OBJ_ARRAY || v.o->u.a.n % 2 != 0 || v.o->u.a.n == 0)
		return residue(e, "no name tree");
	for (i = 0; i < v.o->u.a.n; i += 2) {
		if (a[i].kind != OBJ_STRING || (i > 0 && inspect_string_order(a[i - 2].u.s, a[i].u.s) >= 0))
			return residue(e, "name tree out of order");
		if (!inspect_shape(w, &a[i + 1], v.shape == SHAPE_DEST_TREE ? SHAPE_DEST_ARRAY : SHAPE_FILESPEC, e))
			return false;
	}
	return true;
}

/* 7.9.7: one node, integers ascending, each once. */
bool
inspect_check_number_tree(struct walk *w, struct value v, struct err *e)
{
	const struct obj *a = v.o->u.a.v;
	size_t i;

	if (v.o->kind != OBJ_ARRAY || v.o->u.a.n % 2 != 0)
		return residue(e, "no number tree");
	for (i = 0; i < v.o->u.a.n; i += 2) {
		if (a[i].kind != OBJ_INT || a[i].u.i < 0 || (i > 0 && a[i - 2].u.i >= a[i].u.i))
			return residue(e, "number tree out of order");
		if (!inspect_shape(w, &a[i + 1], v.shape == SHAPE_PARENT_NUMS ? SHAPE_PARENT_VALUE : SHAPE_PAGE_LABEL, e))
			return false;
	}
	return true;
}

/* -- pages and destinations ------------------------------------------------------------ */

bool
inspect_check_pages(struct walk *w, struct value v, struct err *e)
{
	const struct obj *count = inspect_get(v.o, "Count"), *kids = inspect_get(v.o, "Kids");
	const struct obj *root = inspect_get(&w->f->o[1].value, "Pages");

	if (!inspect_check_dict(w, v, e))
		return false;
	if (v.of != &w->f->o[root->ref])
		return residue(e, "a second page tree");
	return (size_t)count->u.i == kids->u.a.n || residue(e, "page count");
}

bool
inspect_check_page(struct walk *w, struct value v, struct err *e)
{
	const struct obj *contents = inspect_get(v.o, "Contents");
	struct content c = { .resources = inspect_get(v.o, "Resources") };
	struct object *of = NULL;
	struct view data;

	if (!v.of->page)
		return residue(e, "a page outside the page tree");
	if (!inspect_check_dict(w, v, e))
		return false;
	if (contents == NULL)
		return true;
	if (inspect_resolve(w, contents, &of) == NULL || of == NULL || !of->stream)
		return residue(e, "contents that are no stream");
	return inspect_stream(w, of, &data, e) && inspect_content(w, data, &c, e);
}

bool
inspect_check_page_ref(struct walk *w, struct value v, struct err *e)
{
	(void)w;
	return v.of->page || residue(e, "no page of the page tree");
}

/* [page /Kind numbers or nulls] (12.3.2.2) */
bool
inspect_check_dest_array(struct walk *w, struct value v, struct err *e)
{
	static const struct { const char *kind; size_t n; } kinds[] = {
		{ "XYZ", 3 }, { "Fit", 0 }, { "FitB", 0 }, { "FitH", 1 }, { "FitV", 1 }, { "FitBH", 1 }, { "FitBV", 1 },
		{ "FitR", 4 },
	};
	const struct obj *a = v.o->u.a.v;
	size_t i, k;

	if (v.o->kind != OBJ_ARRAY || v.o->u.a.n < 2 || a[0].kind != OBJ_REF || a[1].kind != OBJ_NAME ||
	    a[0].ref > w->f->n || !w->f->o[a[0].ref].page)
		return residue(e, "no destination");
	for (k = 0; k < sizeof kinds / sizeof *kinds; k++)
		if (obj_is_name(&a[1], kinds[k].kind) && v.o->u.a.n == 2 + kinds[k].n) {
			for (i = 2; i < v.o->u.a.n; i++)
				if (!obj_is_num(&a[i]) && a[i].kind != OBJ_NULL)
					return residue(e, "destination with a part that is no number");
			return true;
		}
	return residue(e, "destination of unknown kind");
}

/* ... or a key of the document's own name tree. */
bool
inspect_check_dest(struct walk *w, struct value v, struct err *e)
{
	size_t lo = 0, hi = w->dests != NULL ? w->dests->u.a.n / 2 : 0;

	if (v.o->kind != OBJ_STRING)
		return inspect_check_dest_array(w, v, e);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct obj *key = &w->dests->u.a.v[2 * mid];
		int c = key->kind == OBJ_STRING ? inspect_string_order(v.o->u.s, key->u.s) : 0;

		if (c == 0)
			return true;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return residue(e, "destination that the name tree does not have");
}

bool
inspect_check_action(struct walk *w, struct value v, struct err *e)
{
	const struct obj *s = inspect_get(v.o, "S");
	enum shape kind = obj_is_name(s, "URI") ? SHAPE_ACTION_URI : obj_is_name(s, "Named") ? SHAPE_ACTION_NAMED
			  : obj_is_name(s, "GoTo") && v.shape == SHAPE_WIDGET_ACTION ? SHAPE_ACTION_GOTO : SHAPE_NONE;

	if (kind == SHAPE_NONE)
		return residue(e, "action that is none of ours");
	return inspect_keys(w, v.o, (const enum shape[4]){ kind }, e);
}

/* -- outlines: siblings linked both ways, all with the right parent ------------------------ */

static uint32_t
ref_of(const struct obj *dict, const char *key)
{
	const struct obj *o = inspect_get(dict, key);

	return o != NULL && o->kind == OBJ_REF ? o->ref : 0;
}

static bool
siblings(struct walk *w, const struct value *v, struct err *e)
{
	uint32_t self = (uint32_t)(v->of - w->f->o), last = ref_of(v->o, "Last"), at = ref_of(v->o, "First"), prev = 0;

	while (at != 0) {
		struct object *o = at <= w->f->n ? &w->f->o[at] : NULL;

		/* An item has one parent and is visited once. */
		if (o == NULL || o->parent != 0 || ref_of(&o->value, "Parent") != self || ref_of(&o->value, "Prev") != prev)
			return residue(e, "outline that is no tree");
		o->parent = self;
		prev = at;
		at = ref_of(&o->value, "Next");
	}
	return prev == last || residue(e, "outline with a wrong last item");
}

bool
inspect_check_outlines(struct walk *w, struct value v, struct err *e)
{
	return inspect_check_dict(w, v, e) && siblings(w, &v, e);
}

bool
inspect_check_outline(struct walk *w, struct value v, struct err *e)
{
	if (inspect_get(v.o, "A") != NULL && inspect_get(v.o, "Dest") != NULL)
		return residue(e, "outline item with two targets");
	return inspect_check_dict(w, v, e) && siblings(w, &v, e);
}

bool
inspect_check_outline_parent(struct walk *w, struct value v, struct err *e)
{
	const struct obj ref = { .kind = OBJ_REF, .ref = (uint32_t)(v.of - w->f->o) };

	return inspect_shape(w, &ref, inspect_get(v.o, "Type") == NULL ? SHAPE_OUTLINE : SHAPE_OUTLINES, e);
}

/* -- annotations and fields ------------------------------------------------------------------- */

static const struct {
	const char *subtype;
	enum shape kind, markup;
} annotations[] = {
	{ "Text", SHAPE_NOTE, SHAPE_MARKUP },	       { "Link", SHAPE_LINK, SHAPE_NONE },
	{ "FreeText", SHAPE_FREE_TEXT, SHAPE_MARKUP }, { "Line", SHAPE_LINE, SHAPE_MARKUP },
	{ "Square", SHAPE_GEOMETRY, SHAPE_MARKUP },    { "Circle", SHAPE_GEOMETRY, SHAPE_MARKUP },
	{ "Polygon", SHAPE_POLYGON, SHAPE_MARKUP },    { "PolyLine", SHAPE_POLYGON, SHAPE_MARKUP },
	{ "Highlight", SHAPE_QUADS, SHAPE_MARKUP },    { "Underline", SHAPE_QUADS, SHAPE_MARKUP },
	{ "Squiggly", SHAPE_QUADS, SHAPE_MARKUP },     { "StrikeOut", SHAPE_QUADS, SHAPE_MARKUP },
	{ "Stamp", SHAPE_STAMP, SHAPE_MARKUP },	       { "Caret", SHAPE_CARET, SHAPE_MARKUP },
	{ "Ink", SHAPE_INK, SHAPE_MARKUP },	       { "Popup", SHAPE_POPUP, SHAPE_NONE },
	{ "FileAttachment", SHAPE_ATTACHMENT, SHAPE_MARKUP }, { "Watermark", SHAPE_WATERMARK, SHAPE_NONE },
	{ "Redact", SHAPE_REDACT, SHAPE_MARKUP },      { "Widget", SHAPE_WIDGET, SHAPE_FIELD },
};

bool
inspect_check_annot(struct walk *w, struct value v, struct err *e)
{
	const struct obj *subtype = inspect_get(v.o, "Subtype");
	size_t i;

	for (i = 0; i < sizeof annotations / sizeof *annotations; i++)
		if (obj_is_name(subtype, annotations[i].subtype))
			return inspect_keys(w, v.o, (const enum shape[4]){ SHAPE_ANNOT, annotations[i].kind,
									   annotations[i].markup }, e);
	return residue(e, "annotation of unknown subtype");
}

/* A form XObject, or one for each state (12.5.5). */
bool
inspect_check_appearance(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.of != NULL) {
		const struct obj ref = { .kind = OBJ_REF, .ref = (uint32_t)(v.of - w->f->o) };

		return inspect_shape(w, &ref, SHAPE_FORM, e);
	}
	if (v.o->kind != OBJ_DICT)
		return residue(e, "no appearance");
	for (i = 0; i < v.o->u.d.n; i++)
		if (!inspect_shape(w, &v.o->u.d.e[i].value, SHAPE_FORM, e))
			return false;
	return true;
}

/*
 * A field that is also a widget is one object (12.5.6.19).  Fields must end:
 * each has the parent that lists it.
 */
bool
inspect_check_field(struct walk *w, struct value v, struct err *e)
{
	const struct obj *kids = inspect_get(v.o, "Kids");
	bool widget = inspect_get(v.o, "Subtype") != NULL;
	uint32_t self = (uint32_t)(v.of - w->f->o);
	size_t i;

	if (widget && !obj_is_name(inspect_get(v.o, "Subtype"), "Widget"))
		return residue(e, "field that is another annotation");
	if (obj_is_name(inspect_get(v.o, "FT"), "Sig") && inspect_get(v.o, "V") != NULL)
		return residue(e, "signature with a value");
	for (i = 0; kids != NULL && kids->kind == OBJ_ARRAY && i < kids->u.a.n; i++) {
		uint32_t kid = kids->u.a.v[i].ref;

		if (kid == 0 || kid > w->f->n || ref_of(&w->f->o[kid].value, "Parent") != self || w->f->o[kid].parent != 0)
			return residue(e, "fields that are no tree");
		w->f->o[kid].parent = self;
	}
	return widget ? inspect_check_annot(w, v, e) : inspect_check_dict(w, v, e);
}

/* -- structure ------------------------------------------------------------------------------------ */

static bool
struct_kid(struct walk *w, const struct obj *o, struct err *e)
{
	if (o->kind == OBJ_INT)
		return o->u.i >= 0 || residue(e, "negative MCID");
	if (o->kind == OBJ_REF)
		return inspect_shape(w, o, SHAPE_STRUCT_ELEM, e);
	return inspect_shape(w, o, obj_is_name(inspect_get(o, "Type"), "OBJR") ? SHAPE_OBJR : SHAPE_MCR, e);
}

bool
inspect_check_struct_kids(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.of != NULL) {
		const struct obj ref = { .kind = OBJ_REF, .ref = (uint32_t)(v.of - w->f->o) };

		return inspect_shape(w, &ref, SHAPE_STRUCT_ELEM, e);
	}
	if (v.o->kind != OBJ_ARRAY)
		return struct_kid(w, v.o, e);
	for (i = 0; i < v.o->u.a.n; i++)
		if (!struct_kid(w, &v.o->u.a.v[i], e))
			return false;
	return true;
}

bool
inspect_check_struct_parent(struct walk *w, struct value v, struct err *e)
{
	const struct obj ref = { .kind = OBJ_REF, .ref = (uint32_t)(v.of - w->f->o) };
	bool root = obj_is_name(inspect_get(v.o, "Type"), "StructTreeRoot");

	return inspect_shape(w, &ref, root ? SHAPE_STRUCT_ROOT : SHAPE_STRUCT_ELEM, e);
}

/* An element, or an array of elements and nulls (14.7.5.4). */
bool
inspect_check_parent_value(struct walk *w, struct value v, struct err *e)
{
	const struct obj ref = { .kind = OBJ_REF, .ref = (uint32_t)(v.of - w->f->o) };
	size_t i;

	if (v.o->kind == OBJ_DICT)
		return inspect_shape(w, &ref, SHAPE_STRUCT_ELEM, e);
	if (v.o->kind != OBJ_ARRAY)
		return residue(e, "neither element nor array");
	for (i = 0; i < v.o->u.a.n; i++)
		if (v.o->u.a.v[i].kind != OBJ_NULL && !inspect_shape(w, &v.o->u.a.v[i], SHAPE_STRUCT_ELEM, e))
			return false;
	return true;
}

bool
inspect_check_struct_object(struct walk *w, struct value v, struct err *e)
{
	const struct obj ref = { .kind = OBJ_REF, .ref = (uint32_t)(v.of - w->f->o) };

	return inspect_shape(w, &ref, v.of->stream ? SHAPE_XOBJECT : SHAPE_ANNOT, e);
}

/* -- optional content ------------------------------------------------------------------------------ */

bool
inspect_check_oc(struct walk *w, struct value v, struct err *e)
{
	const struct obj ref = { .kind = OBJ_REF, .ref = (uint32_t)(v.of - w->f->o) };

	return inspect_shape(w, &ref, obj_is_name(inspect_get(v.o, "Type"), "OCMD") ? SHAPE_OCMD : SHAPE_OCG, e);
}

bool
inspect_check_order(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind == OBJ_STRING)
		return true;
	if (v.o->kind != OBJ_ARRAY)
		return residue(e, "no order of layers");
	for (i = 0; i < v.o->u.a.n; i++) {
		const struct obj *o = &v.o->u.a.v[i];

		if (!inspect_shape(w, o, o->kind == OBJ_REF ? SHAPE_OCG : SHAPE_OC_ORDER, e))
			return false;
	}
	return true;
}

bool
inspect_check_ocg_or_ocgs(struct walk *w, struct value v, struct err *e)
{
	const struct obj ref = { .kind = OBJ_REF, .ref = v.of != NULL ? (uint32_t)(v.of - w->f->o) : 0 };

	return inspect_shape(w, v.of != NULL ? &ref : v.o, v.of != NULL ? SHAPE_OCG : SHAPE_OCGS, e);
}

/* [/And|/Or|/Not group or expression ...] (8.11.2.2) */
bool
inspect_check_oc_expression(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind != OBJ_ARRAY || v.o->u.a.n < 2 ||
	    (!obj_is_name(&v.o->u.a.v[0], "And") && !obj_is_name(&v.o->u.a.v[0], "Or") &&
	     (!obj_is_name(&v.o->u.a.v[0], "Not") || v.o->u.a.n != 2)))
		return residue(e, "no visibility expression");
	for (i = 1; i < v.o->u.a.n; i++) {
		const struct obj *o = &v.o->u.a.v[i];

		if (!inspect_shape(w, o, o->kind == OBJ_REF ? SHAPE_OCG : SHAPE_OC_EXPRESSION, e))
			return false;
	}
	return true;
}

bool
inspect_check_property(struct walk *w, struct value v, struct err *e)
{
	return v.of != NULL ? inspect_check_oc(w, v, e) : residue(e, "property list that is not indirect");
}

/* -- attachments ------------------------------------------------------------------------------------- */

/* The document inside is a canonical one of the type its name says. */
bool
inspect_check_filespec(struct walk *w, struct value v, struct err *e)
{
	own_buf struct buf name = BUF_MAX(4096);
	const struct obj *f, *ref;
	struct object *of = NULL;
	struct view data;

	if (!inspect_check_dict(w, v, e))
		return false;
	f = inspect_get(v.o, "F");
	ref = inspect_get(inspect_get(v.o, "EF"), "F");
	if (inspect_resolve(w, ref, &of) == NULL || of == NULL || !of->stream || !inspect_string_bytes(f->u.s, &name))
		return residue(e, "attachment without a stream or a name");
	if (!inspect_stream(w, of, &data, e))
		return false;
	if (inspect_get(inspect_get(&of->value, "Params"), "Size") == NULL ||
	    inspect_get(inspect_get(&of->value, "Params"), "Size")->u.i != (int64_t)data.n)
		return residue(e, "attachment of another size");
	return inspect_named(w->in, buf_bytes(&name), data, e) || err_at(e, "attachment");
}

bool
inspect_check_embedded(struct walk *w, struct value v, struct err *e)
{
	return inspect_check_stream(w, v, e);
}
