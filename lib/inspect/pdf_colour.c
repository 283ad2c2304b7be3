/* Colour spaces (8.6), functions (7.10), shadings and patterns (8.7). */
#include "inspect/icc.h"
#include "inspect/pdf.h"

enum { NESTED = 4, COMPONENTS_MAX = 32 };

bool
inspect_is_nums(struct walk *w, const struct obj *o, size_t n)
{
	o = inspect_resolve(w, o, NULL);
	return o != NULL && o->kind == OBJ_ARRAY && o->u.a.n == n;
}

static int64_t
get_int(struct walk *w, const struct obj *dict, const char *key, int64_t otherwise)
{
	const struct obj *o = inspect_resolve(w, inspect_get(dict, key), NULL);

	return o != NULL && o->kind == OBJ_INT ? o->u.i : otherwise;
}

/* -- colour spaces --------------------------------------------------------------------- */

static bool
device(const struct obj *o, unsigned *ret)
{
	if (obj_is_name(o, "DeviceGray"))
		*ret = 1;
	else if (obj_is_name(o, "DeviceRGB"))
		*ret = 3;
	else if (obj_is_name(o, "DeviceCMYK"))
		*ret = 4;
	else
		return false;
	return true;
}

static const struct family {
	const char *name;
	size_t least, most;	/* elements of the array */
} families[] = {
	{ "CalGray", 2, 2 }, { "CalRGB", 2, 2 }, { "Lab", 2, 2 }, { "ICCBased", 2, 2 }, { "Indexed", 4, 4 },
	{ "Separation", 4, 4 }, { "DeviceN", 4, 4 }, { "Pattern", 2, 2 },
};
enum { CAL_GRAY, CAL_RGB, LAB, ICC_BASED, INDEXED, SEPARATION, DEVICE_N, PATTERN, FAMILIES };

static unsigned
family_of(const struct obj *o)
{
	unsigned i;

	for (i = 0; i < FAMILIES; i++)
		if (o->kind == OBJ_ARRAY && o->u.a.n >= families[i].least && o->u.a.n <= families[i].most &&
		    obj_is_name(&o->u.a.v[0], families[i].name))
			break;
	return i;
}

static bool
components(struct walk *w, const struct obj *o, unsigned depth, unsigned *ret, struct err *e)
{
	const struct obj *names;

	o = inspect_resolve(w, o, NULL);
	if (o == NULL || depth > NESTED)
		return residue(e, "colour space that is none, or too deep");
	if (device(o, ret))
		return true;
	*ret = 0;
	if (obj_is_name(o, "Pattern"))
		return true;
	switch (family_of(o)) {
	case CAL_GRAY:
	case INDEXED:
	case SEPARATION:
		*ret = 1;
		return true;
	case CAL_RGB:
	case LAB:
		*ret = 3;
		return true;
	case PATTERN:
		return true;
	case ICC_BASED:
		*ret = (unsigned)get_int(w, inspect_resolve(w, &o->u.a.v[1], NULL), "N", 0);
		return (*ret == 1 || *ret == 3 || *ret == 4) || residue(e, "profile without a number of components");
	case DEVICE_N:
		names = inspect_resolve(w, &o->u.a.v[1], NULL);
		*ret = names != NULL && names->kind == OBJ_ARRAY ? (unsigned)names->u.a.n : 0;
		return (*ret >= 1 && *ret <= COMPONENTS_MAX) || residue(e, "DeviceN without names");
	default:
		return residue(e, "unknown colour space");
	}
}

bool
inspect_components(struct walk *w, const struct obj *space, unsigned *ret, struct err *e)
{
	return components(w, space, 0, ret, e);
}

/* A string or stream of exactly (hival + 1) times n bytes (8.6.6.3). */
static bool
indexed(struct walk *w, const struct obj *a, struct err *e)
{
	const struct obj *table;
	struct object *of;
	unsigned n;
	uint64_t size;

	if (!inspect_components(w, &a[1], &n, e) || !inspect_shape(w, &a[1], SHAPE_COLORSPACE, e))
		return false;
	if (n == 0 || a[2].kind != OBJ_INT || a[2].u.i < 0 || a[2].u.i > 255)
		return residue(e, "Indexed over a pattern, or too many entries");
	size = (uint64_t)(a[2].u.i + 1) * n;
	table = inspect_resolve(w, &a[3], &of);
	if (!inspect_shape(w, &a[3], SHAPE_TABLE, e))
		return false;
	if (of != NULL && of->stream)
		return inspect_stream_size(w, of, size, e);
	return (table != NULL && table->kind == OBJ_STRING && inspect_string_length(table->u.s) == size) ||
	       residue(e, "Indexed with a table of another size");
}

static bool
tint(struct walk *w, const struct obj *a, unsigned family, struct err *e)
{
	const struct obj *names = inspect_resolve(w, &a[1], NULL);
	unsigned n;
	size_t i;

	if (family == SEPARATION && a[1].kind != OBJ_NAME)
		return residue(e, "Separation without a name");
	if (family == DEVICE_N) {
		if (names == NULL || names->kind != OBJ_ARRAY || names->u.a.n == 0 || a[1].kind == OBJ_REF)
			return residue(e, "DeviceN without names");
		for (i = 0; i < names->u.a.n; i++)
			if (names->u.a.v[i].kind != OBJ_NAME)
				return residue(e, "DeviceN without names");
	}
	if (!inspect_components(w, &a[2], &n, e) || n == 0)
		return residue(e, "alternate space");
	return inspect_shape(w, &a[2], SHAPE_COLORSPACE, e) && inspect_shape(w, &a[3], SHAPE_FUNCTION, e);
}

bool
inspect_check_colorspace(struct walk *w, struct value v, struct err *e)
{
	const struct obj *a = v.o->kind == OBJ_ARRAY ? v.o->u.a.v : NULL;
	unsigned n, family = family_of(v.o);

	if (!inspect_components(w, v.o, &n, e))
		return false;
	switch (family) {
	case CAL_GRAY:
	case CAL_RGB:
	case LAB:
		return inspect_shape(w, &a[1], SHAPE_CIE, e);
	case ICC_BASED:
		return inspect_shape(w, &a[1], SHAPE_ICC, e);
	case INDEXED:
		return indexed(w, a, e);
	case SEPARATION:
	case DEVICE_N:
		return tint(w, a, family, e);
	case PATTERN:
		return inspect_shape(w, &a[1], SHAPE_COLORSPACE, e);
	default:
		return true;
	}
}

bool
inspect_check_icc(struct walk *w, struct value v, struct err *e)
{
	struct view data;
	struct icc icc;

	if (!inspect_check_stream(w, v, e) || !inspect_stream(w, v.of, &data, e) || !inspect_icc(data, &icc, e))
		return false;
	return get_int(w, v.o, "N", 0) == icc.components || residue(e, "profile of other components than /N");
}

bool
inspect_check_table(struct walk *w, struct value v, struct err *e)
{
	if (v.of != NULL && v.of->stream)
		return inspect_check_stream(w, v, e);
	return v.o->kind == OBJ_STRING || residue(e, "table that is neither string nor stream");
}

bool
inspect_check_gamma(struct walk *w, struct value v, struct err *e)
{
	if (v.o->kind == OBJ_ARRAY)
		return inspect_check_nums(w, (struct value){ v.o, v.of, v.shape, "3" }, e);
	return obj_is_num(v.o) || residue(e, "no gamma");
}

/* -- functions -------------------------------------------------------------------------- */

static bool
sampled(struct walk *w, struct value v, size_t in, size_t out, struct err *e)
{
	const struct obj *size = inspect_resolve(w, inspect_get(v.o, "Size"), NULL);
	int64_t bits = get_int(w, v.o, "BitsPerSample", 0);
	uint64_t n = (uint64_t)out * (uint64_t)(bits > 0 ? bits : 0);
	size_t i;

	if (size->kind != OBJ_ARRAY || size->u.a.n != in || out == 0 ||
	    (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 12 && bits != 16 && bits != 24 && bits != 32))
		return residue(e, "sampled function of unsound size");
	for (i = 0; i < in; i++) {
		int64_t k = size->u.a.v[i].kind == OBJ_INT ? size->u.a.v[i].u.i : 0;

		if (k < 1 || k > INT32_MAX || (n *= (uint64_t)k) > UINT64_C(1) << 33)
			return residue(e, "sampled function of unsound size");
	}
	return inspect_stream_size(w, v.of, (n + 7) / 8, e);
}

bool
inspect_check_function(struct walk *w, struct value v, struct err *e)
{
	static const enum shape kinds[] = { SHAPE_FUNCTION_0, SHAPE_NONE, SHAPE_FUNCTION_2, SHAPE_FUNCTION_3,
					    SHAPE_FUNCTION_4 };
	int64_t type = get_int(w, v.o, "FunctionType", -1);
	const struct obj *domain = inspect_resolve(w, inspect_get(v.o, "Domain"), NULL);
	const struct obj *range = inspect_resolve(w, inspect_get(v.o, "Range"), NULL);
	struct view program;

	if (type < 0 || type > 4 || type == 1 || (type == 0 || type == 4) != (v.of != NULL && v.of->stream))
		return residue(e, "function of unknown type");
	if (!inspect_keys(w, v.o, (const enum shape[4]){ SHAPE_FUNCTION, kinds[type] }, e))
		return false;
	if (domain->kind != OBJ_ARRAY || domain->u.a.n % 2 != 0 || (range != NULL && (range->kind != OBJ_ARRAY || range->u.a.n % 2 != 0)))
		return residue(e, "function with an odd domain or range");
	if ((type == 0 || type == 4) && range == NULL)
		return residue(e, "function without a range");
	if (type == 0)
		return sampled(w, v, domain->u.a.n / 2, range->u.a.n / 2, e);
	if (type == 4)
		return inspect_stream(w, v.of, &program, e) && inspect_calculator(program, e);
	return true;
}

bool
inspect_check_functions(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind != OBJ_ARRAY) {
		const struct obj ref = { .kind = OBJ_REF, .ref = v.of != NULL ? (uint32_t)(v.of - w->f->o) : 0 };

		return inspect_shape(w, v.of != NULL ? &ref : v.o, SHAPE_FUNCTION, e);
	}
	for (i = 0; i < v.o->u.a.n; i++)
		if (!inspect_shape(w, &v.o->u.a.v[i], SHAPE_FUNCTION, e))
			return false;
	return v.o->u.a.n > 0 || residue(e, "no function");
}

/* 7.10.5: { } nest, numbers, the operators of Table 42, all spelled as everywhere. */
bool
inspect_calculator(struct view v, struct err *e)
{
	static const char *const words[] = {
		"abs", "add", "and", "atan", "bitshift", "ceiling", "copy", "cos", "cvi", "cvr", "div", "dup", "eq",
		"exch", "exp", "false", "floor", "ge", "gt", "idiv", "if", "ifelse", "index", "le", "ln", "log", "lt",
		"mod", "mul", "ne", "neg", "not", "or", "pop", "roll", "round", "sin", "sqrt", "sub", "true",
		"truncate", "xor",
	};
	struct lex l = { .in = v };
	unsigned depth = 0, i;

	do {
		enum tok t = inspect_lex(&l);

		if (depth == 0 && t != TOK_BRACE)
			return residue(e, "function program without its brace");
		if (t == TOK_BRACE && ++depth > 32)
			return residue(e, "function program too deep");
		if (t == TOK_BRACE_END)
			depth--;
		for (i = 0; t == TOK_WORD && i < sizeof words / sizeof *words && !view_is(l.s, words[i]); i++)
			;
		if ((t == TOK_WORD && i == sizeof words / sizeof *words) ||
		    (t != TOK_WORD && t != TOK_INT && t != TOK_REAL && t != TOK_BRACE && t != TOK_BRACE_END))
			return residue(e, "function program with an unknown word");
	} while (depth > 0);
	return l.in.n == 0 || residue(e, "bytes behind the function program");
}

/* -- shadings and patterns ---------------------------------------------------------------- */

static bool
mesh_sound(struct walk *w, struct value v, int64_t type, struct err *e)
{
	int64_t coordinate = get_int(w, v.o, "BitsPerCoordinate", 0), component = get_int(w, v.o, "BitsPerComponent", 0);
	int64_t flag = get_int(w, v.o, "BitsPerFlag", 8);
	bool function = inspect_get(v.o, "Function") != NULL;
	struct view data;
	unsigned n;

	if (!inspect_components(w, inspect_get(v.o, "ColorSpace"), &n, e) || n == 0)
		return residue(e, "mesh without colours");
	if (coordinate < 1 || coordinate > 32 || component < 1 || component > 16 || (flag != 2 && flag != 4 && flag != 8) ||
	    (type == 5 && get_int(w, v.o, "VerticesPerRow", 0) < 2))
		return residue(e, "mesh of unsound depth");
	if (!inspect_is_nums(w, inspect_get(v.o, "Decode"), 4 + 2 * (size_t)(function ? 1 : n)))
		return residue(e, "mesh with a decode array of another size");
	return inspect_stream(w, v.of, &data, e);
}

bool
inspect_check_shading(struct walk *w, struct value v, struct err *e)
{
	static const enum shape kinds[] = { SHAPE_NONE, SHAPE_SHADING_1, SHAPE_SHADING_2, SHAPE_SHADING_3, SHAPE_MESH,
					    SHAPE_LATTICE, SHAPE_MESH, SHAPE_MESH };
	int64_t type = get_int(w, v.o, "ShadingType", 0);

	if (type < 1 || type > 7 || (type >= 4) != (v.of != NULL && v.of->stream))
		return residue(e, "shading of unknown type");
	if (!inspect_keys(w, v.o, (const enum shape[4]){ SHAPE_SHADING, kinds[type] }, e))
		return false;
	return type < 4 || mesh_sound(w, v, type, e);
}

bool
inspect_check_pattern(struct walk *w, struct value v, struct err *e)
{
	const struct obj ref = { .kind = OBJ_REF, .ref = v.of != NULL ? (uint32_t)(v.of - w->f->o) : 0 };
	enum shape kind = v.of != NULL && v.of->stream ? SHAPE_TILING : SHAPE_SHADING_PATTERN;

	return inspect_shape(w, v.of != NULL ? &ref : v.o, kind, e) &&
	       (get_int(w, v.o, "PatternType", 0) == (kind == SHAPE_TILING ? 1 : 2) || residue(e, "pattern of unknown type"));
}

bool
inspect_check_tiling(struct walk *w, struct value v, struct err *e)
{
	struct content c = { .resources = inspect_resolve(w, inspect_get(v.o, "Resources"), NULL) };
	int64_t paint = get_int(w, v.o, "PaintType", 0), tiling = get_int(w, v.o, "TilingType", 0);
	struct view data;

	if (!inspect_check_stream(w, v, e))
		return false;
	if (paint < 1 || paint > 2 || tiling < 1 || tiling > 3)
		return residue(e, "pattern of unknown kind");
	return inspect_stream(w, v.of, &data, e) && inspect_content(w, data, &c, e);
}

bool
inspect_check_gstate_font(struct walk *w, struct value v, struct err *e)
{
	if (v.o->kind != OBJ_ARRAY || v.o->u.a.n != 2 || !obj_is_num(&v.o->u.a.v[1]))
		return residue(e, "no font and size");
	return inspect_shape(w, &v.o->u.a.v[0], SHAPE_FONT, e);
}

bool
inspect_check_soft_mask(struct walk *w, struct value v, struct err *e)
{
	return obj_is_name(v.o, "None") || inspect_check_dict(w, v, e);
}

bool
inspect_check_transfer(struct walk *w, struct value v, struct err *e)
{
	const struct obj ref = { .kind = OBJ_REF, .ref = v.of != NULL ? (uint32_t)(v.of - w->f->o) : 0 };

	return obj_is_name(v.o, "Identity") || inspect_shape(w, v.of != NULL ? &ref : v.o, SHAPE_FUNCTION, e);
}

bool
inspect_check_transfers(struct walk *w, struct value v, struct err *e)
{
	size_t i;

	if (v.o->kind != OBJ_ARRAY)
		return inspect_check_transfer(w, v, e);
	for (i = 0; i < v.o->u.a.n; i++)
		if (!inspect_shape(w, &v.o->u.a.v[i], SHAPE_TRANSFER, e))
			return false;
	return v.o->u.a.n == 4 || residue(e, "transfer functions that are not four");
}
