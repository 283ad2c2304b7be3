/* function.c - functions of all four types (ISO 32000-2 7.10). */
#include "sanitize/pdf/function.h"

#include "core/own.h"
#include "sanitize/pdf/gfx.h"

enum {
	PARTS_MAX = 4096,		/* of a stitching function */
	BRACES_MAX = 32,
	NEST_MAX = 8,			/* stitching functions in stitching functions */
	INPUTS_MAX = 16,		/* readers stop at 8 or so */
	SAMPLES_MAX = 64 << 20,		/* bytes of a sampled function */
	PROGRAM_MAX = 1 << 20,
};

static bool
op_known(struct view word)
{
	static const char *const words[] = {
#define FUNCTION_OP(word) word,
#include "sanitize/pdf/function_op.def"
#undef FUNCTION_OP
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (view_is(word, words[i]))
			return true;
	return false;
}

/* One token of a program; false where it has no place there. */
static bool
program_token(enum pdf_tok t, const struct pdf_obj *o, size_t *deep, struct buf *out)
{
	switch (t) {
	case PDF_TOK_BRACE:
		pdf_put_word(out, "{");
		return ++*deep <= BRACES_MAX;
	case PDF_TOK_BRACE_END:
		pdf_put_word(out, "}");
		--*deep;
		return true;
	case PDF_TOK_OBJ:
		if (o->kind == PDF_INT)
			pdf_put_int(out, o->u.i);
		else if (o->kind == PDF_REAL)
			pdf_put_real(out, o->u.r);
		else if (o->kind == PDF_BOOL)
			pdf_put_word(out, o->u.b ? "true" : "false");
		else
			return false;
		return true;
	case PDF_TOK_WORD: {
		char word[12] = "";

		if (!op_known(o->u.s))
			return false;
		memcpy(word, o->u.s.p, o->u.s.n);
		pdf_put_word(out, word);
		return true;
	}
	default:
		return false;
	}
}

bool
pdf_function_program(struct view in, struct arena *scratch, struct buf *out)
{
	size_t at = out->n, deep = 0;
	struct pdf_obj o;

	if (in.n > PROGRAM_MAX || pdf_tok(&in, scratch, &o) != PDF_TOK_BRACE)
		return false;
	deep = 1;
	pdf_put_word(out, "{");
	while (deep > 0) {
		enum pdf_tok t = pdf_tok(&in, scratch, &o);

		if (!program_token(t, &o, &deep, out)) {
			out->n = at;
			return false;
		}
	}
	return true;
}

/* Bytes of the samples that Size, outputs and depth ask for; 0: not sound. */
static size_t
samples_size(struct pdf_rebuild *r, const struct pdf_dict *d, size_t inputs, size_t outputs)
{
	const struct pdf_obj *size = pdf_get(r->in, d, "Size");
	uint64_t n = outputs;
	int64_t one, bits;

	if (size->kind != PDF_ARRAY || size->u.a.n != inputs ||
	    !pdf_int(pdf_get(r->in, d, "BitsPerSample"), &bits))
		return 0;
	if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 12 && bits != 16 &&
	    bits != 24 && bits != 32)
		return 0;
	for (size_t i = 0; i < inputs; i++) {
		if (!pdf_int(pdf_resolve(r->in, &size->u.a.v[i]), &one) || one < 1 ||
		    one > SAMPLES_MAX)
			return 0;
		n *= (uint64_t)one;
		if (n > SAMPLES_MAX)
			return 0;
	}
	return (size_t)((n * (uint64_t)bits + 7) / 8);
}

static bool
sampled(struct pdf_rebuild *r, const struct pdf_obj *o, size_t inputs, size_t outputs,
	struct pdf_keys *k, uint32_t *num, struct err *e)
{
	static const struct gfx_key keys[] = {
		{ "BitsPerSample", GFX_INT, 1, 32, NULL },
		{ "Order", GFX_INT, 1, 3, NULL },
	};
	const struct gfx_key sized[] = {
		{ "Size", GFX_NUMS, (uint16_t)inputs, (uint16_t)inputs, NULL },
		{ "Encode", GFX_NUMS, (uint16_t)(2 * inputs), (uint16_t)(2 * inputs), NULL },
		{ "Decode", GFX_NUMS, (uint16_t)(2 * outputs), (uint16_t)(2 * outputs), NULL },
	};
	size_t size = samples_size(r, o->u.d, inputs, outputs);
	own_buf struct buf all = { 0 };
	struct view data;

	if (!gfx_data(r, o, &data, e))
		return false;
	if (size == 0 || outputs == 0)
		return true;
	GFX_COPY(r, o->u.d, keys, k);
	GFX_COPY(r, o->u.d, sized, k);
	if (data.n < size) {
		if (!buf_view(&all, data) || !buf_fill(&all, 0, size - data.n))
			return buf_ok(&all, e);
		data = buf_bytes(&all);
	}
	data.n = size;
	*num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, data);
	return true;
}

static bool
program(struct pdf_rebuild *r, const struct pdf_obj *o, size_t outputs, struct pdf_keys *k,
	uint32_t *num, struct err *e)
{
	own_arena struct arena *scratch = arena_new(0);
	own_buf struct buf text = { 0 };
	struct view data;

	if (!scratch)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!gfx_data(r, o, &data, e))
		return false;
	if (outputs == 0 || !pdf_function_program(data, scratch, &text))
		return true;
	*num = pdf_out_reserve(r->out);
	pdf_out_stream(r->out, *num, k, PDF_DATA_PLAIN, buf_bytes(&text));
	return true;
}

static bool
exponential(struct pdf_rebuild *r, const struct pdf_dict *d, struct pdf_keys *k)
{
	static const struct gfx_key keys[] = {
		{ "C0", GFX_NUMS, 1, GFX_COMPONENTS_MAX, NULL },
		{ "C1", GFX_NUMS, 1, GFX_COMPONENTS_MAX, NULL },
		{ "N", GFX_NUM, 0, 0, NULL },
	};
	double n;

	GFX_COPY(r, d, keys, k);
	return pdf_num(pdf_get(r->in, d, "N"), &n);
}

/* -- would it be one? ----------------------------------------------------------- */

static size_t
pairs(const struct pdf_obj *o)
{
	return o->kind == PDF_ARRAY && o->u.a.n % 2 == 0 ? o->u.a.n / 2 : 0;
}

static bool
is_program(struct pdf_rebuild *r, const struct pdf_obj *o)
{
	own_arena struct arena *scratch = arena_new(0);
	own_buf struct buf text = { 0 };
	struct err e = { 0 };
	struct view data;

	return scratch && gfx_data(r, o, &data, &e) && pdf_function_program(data, scratch, &text);
}

static bool sound(struct pdf_rebuild *r, const struct pdf_obj *raw, unsigned deep);

static bool
stitching_sound(struct pdf_rebuild *r, const struct pdf_dict *d, unsigned deep)
{
	const struct pdf_obj *parts = pdf_get(r->in, d, "Functions");
	const struct pdf_obj *bounds = pdf_get(r->in, d, "Bounds");
	const struct pdf_obj *encode = pdf_get(r->in, d, "Encode");
	size_t n = parts->kind == PDF_ARRAY ? parts->u.a.n : 0;
	own_buf struct buf numbers = { 0 };

	if (n == 0 || n > PARTS_MAX || !gfx_put_numbers(r, &numbers, bounds, n - 1, n - 1) ||
	    !gfx_put_numbers(r, &numbers, encode, 2 * n, 2 * n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!sound(r, &parts->u.a.v[i], deep + 1))
			return false;
	return true;
}

/*
 * Parts are written before the whole, and what is written must be reached:
 * so it is decided first.  A function that was met is what it was then.
 */
static bool
sound(struct pdf_rebuild *r, const struct pdf_obj *raw, unsigned deep)
{
	const struct pdf_obj *o = pdf_resolve(r->in, raw);
	const struct pdf_dict *d = pdf_dict_of(o);
	uint32_t met = raw->kind == PDF_REF ? pdf_memo_get(r, raw->u.ref.num, PDF_AS_FUNCTION) : 0;
	size_t inputs, outputs;
	int64_t type;
	double n;

	if (met)
		return met != GFX_NOTHING;
	if (deep > NEST_MAX || !d || !pdf_int(pdf_get(r->in, d, "FunctionType"), &type))
		return false;
	inputs = pairs(pdf_get(r->in, d, "Domain"));
	outputs = pairs(pdf_get(r->in, d, "Range"));
	if (inputs == 0 || inputs > INPUTS_MAX || outputs > GFX_COMPONENTS_MAX ||
	    (o->kind == PDF_STREAM) != (type == 0 || type == 4))
		return false;
	switch (type) {
	case 0:
		return outputs > 0 && samples_size(r, d, inputs, outputs) > 0;
	case 2:
		return pdf_num(pdf_get(r->in, d, "N"), &n);
	case 3:
		return stitching_sound(r, d, deep);
	case 4:
		return outputs > 0 && is_program(r, o);
	default:
		return false;
	}
}

bool
gfx_function_sound(struct pdf_rebuild *r, const struct pdf_obj *o)
{
	return sound(r, o, 0);
}

bool
gfx_functions_sound(struct pdf_rebuild *r, const struct pdf_obj *o)
{
	const struct pdf_obj *list = pdf_resolve(r->in, o);

	if (list->kind != PDF_ARRAY)
		return sound(r, o, 0);
	for (size_t i = 0; i < list->u.a.n; i++)
		if (!sound(r, &list->u.a.v[i], 0))
			return false;
	return list->u.a.n > 0 && list->u.a.n <= GFX_COMPONENTS_MAX;
}

/* -- making it ------------------------------------------------------------------- */

/* Writes each of an array's functions; *ret false where one is none. */
static bool
put_parts(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b, bool *ret, struct err *e)
{
	*ret = o->u.a.n > 0;
	pdf_put_word(b, "[");
	for (size_t i = 0; *ret && i < o->u.a.n; i++) {
		size_t before = b->n;

		if (!gfx_function(r, &o->u.a.v[i], b, e))
			return false;
		*ret = b->n > before;
	}
	pdf_put_word(b, "]");
	return true;
}

static bool
stitching(struct pdf_rebuild *r, const struct pdf_dict *d, struct pdf_keys *k, bool *ret,
	  struct err *e)
{
	const struct pdf_obj *parts = pdf_get(r->in, d, "Functions");
	size_t n = parts->kind == PDF_ARRAY ? parts->u.a.n : 0;
	const struct gfx_key keys[] = {
		{ "Bounds", GFX_NUMS, (uint16_t)(n - 1), (uint16_t)(n - 1), NULL },
		{ "Encode", GFX_NUMS, (uint16_t)(2 * n), (uint16_t)(2 * n), NULL },
	};
	size_t before = pdf_keys_count(k);
	own_buf struct buf b = { 0 };

	*ret = false;
	if (!stitching_sound(r, d, 0))
		return true;
	if (!put_parts(r, parts, &b, ret, e))
		return false;
	GFX_COPY(r, d, keys, k);
	*ret = *ret && pdf_keys_count(k) == before + 2;
	buf_view(pdf_key(k, "Functions"), buf_bytes(&b));
	return true;
}

static bool
make(struct pdf_rebuild *r, void *ctx, const struct pdf_obj *o, struct buf *b, uint32_t *num,
     struct err *e)
{
	static const struct gfx_key keys[] = {
		{ "FunctionType", GFX_INT, 0, 4, NULL },
		{ "Domain", GFX_NUMS, 2, 2 * INPUTS_MAX, NULL },
		{ "Range", GFX_NUMS, 2, 2 * GFX_COMPONENTS_MAX, NULL },
	};
	const struct pdf_dict *d = pdf_dict_of(o);
	struct pdf_keys *k;
	size_t inputs, outputs;
	int64_t type;
	bool whole = false, stream = o->kind == PDF_STREAM;

	(void)ctx;
	if (!d || !pdf_int(pdf_get(r->in, d, "FunctionType"), &type))
		return true;
	inputs = pairs(pdf_get(r->in, d, "Domain"));
	outputs = pairs(pdf_get(r->in, d, "Range"));
	if (inputs == 0 || inputs > INPUTS_MAX || outputs > GFX_COMPONENTS_MAX)
		return true;
	if (stream != (type == 0 || type == 4) || (type != 0 && type != 2 && type != 3 && type != 4))
		return true;
	k = pdf_keys_new(r->arena);
	if (!k)
		return err_set(e, ERR_LIMIT, "memory of one document");
	GFX_COPY(r, d, keys, k);
	if (type == 0 && !sampled(r, o, inputs, outputs, k, num, e))
		return false;
	if (type == 4 && !program(r, o, outputs, k, num, e))
		return false;
	if (*num)
		return true;	/* a stream, written */
	if (type == 2)
		whole = exponential(r, d, k);
	if (type == 3 && !stitching(r, d, k, &whole, e))
		return false;
	if (whole)
		pdf_put_keys(b, k);
	else
		gfx_discard(k);
	return true;
}

bool
gfx_function(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b, struct err *e)
{
	return gfx_value(r, o, PDF_AS_FUNCTION, make, NULL, b, e);
}

bool
gfx_functions(struct pdf_rebuild *r, const struct pdf_obj *o, struct buf *b, struct err *e)
{
	const struct pdf_obj *list = pdf_resolve(r->in, o);
	own_buf struct buf all = { 0 };
	bool whole;

	if (list->kind != PDF_ARRAY)
		return gfx_function(r, o, b, e);
	if (!gfx_functions_sound(r, list))
		return true;
	if (!put_parts(r, list, &all, &whole, e))
		return false;
	if (whole)
		buf_view(b, buf_bytes(&all));
	return true;
}
