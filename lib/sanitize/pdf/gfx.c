#include "sanitize/pdf/gfx.h"

#include "core/own.h"
#include "sanitize/pdf/account.h"

/* The number under which the memo knows a value; 0: it is direct. */
static uint32_t
number_of(const struct pdf_obj *o)
{
	return o->kind == PDF_REF ? o->u.ref.num : o->kind == PDF_STREAM ? o->num : 0;
}

bool
gfx_fatal(const struct pdf_rebuild *r, const struct err *e)
{
	return e->code == ERR_SYSTEM || (e->code == ERR_LIMIT && job_spent(r->job));
}

static void
say_place(const struct pdf_obj *o, enum pdf_as as)
{
	static const uint8_t places[PDF_AS_COUNT] = {
		[PDF_AS_FORM] = PLACE_FORM, [PDF_AS_IMAGE] = PLACE_IMAGE, [PDF_AS_FONT] = PLACE_FONT,
		[PDF_AS_CIDFONT] = PLACE_CIDFONT, [PDF_AS_DESCRIPTOR] = PLACE_DESCRIPTOR,
		[PDF_AS_FONTFILE] = PLACE_FONT_FILE, [PDF_AS_CMAP] = PLACE_CMAP,
		[PDF_AS_TOUNICODE] = PLACE_CMAP, [PDF_AS_ICC] = PLACE_ICC,
		[PDF_AS_PATTERN] = PLACE_PATTERN, [PDF_AS_SHADING] = PLACE_SHADING,
		[PDF_AS_FUNCTION] = PLACE_FUNCTION, [PDF_AS_GSTATE] = PLACE_GSTATE,
		[PDF_AS_SMASK] = PLACE_SMASK,
	};
	const struct pdf_dict *d = pdf_dict_of(o);

	/* A picture that is another's mask goes by the same name as a graphics state's mask. */
	if (d != NULL)
		pdf_place(d, as == PDF_AS_SMASK && o->kind == PDF_STREAM ? PLACE_IMAGE : places[as]);
}

/* Runs the maker one level deeper. */
static bool
descend(struct pdf_rebuild *r, const struct pdf_obj *o, enum pdf_as as, gfx_maker *make, void *ctx,
	struct buf *b, uint32_t *num, struct err *e)
{
	bool ok;

	if (!job_tick(r->job, e))
		return false;
	if (r->depth >= GFX_DEPTH_MAX)
		return true;
	say_place(o, as);
	r->depth++;
	ok = make(r, ctx, o, b, num, e);
	r->depth--;
	return ok;
}

/*
 * Makes what the memo has not.  *ret_num is its object; where the new value is a mere
 * name, it is left in `body`, as a name needs no object and none is remembered.
 */
static bool
make_once(struct pdf_rebuild *r, const struct pdf_obj *o, enum pdf_as as, gfx_maker *make,
	  void *ctx, struct buf *body, uint32_t *ret_num, struct err *e)
{
	uint32_t old = number_of(o), num = 0;
	uint32_t met = old ? pdf_memo_get(r, old, as) : 0;
	bool name, borrows = as == PDF_AS_FORM || as == PDF_AS_FONT || as == PDF_AS_PATTERN;
	struct borrower *outer = r->borrower, *b = NULL;

	*ret_num = met == GFX_NOTHING ? 0 : met;
	if (met == GFX_NOTHING || (met && (!borrows || borrow_find(r, old, as, ctx, ret_num))))
		return true;
	if (borrows && !(b = r->borrower = borrow_begin(r, old, as)))
		return err_set(e, ERR_SYSTEM, "no memory");
	/* put before going down: an object inside itself is nothing there */
	if (!pdf_memo_put(r, old, as, GFX_NOTHING))
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!descend(r, pdf_resolve(r->in, o), as, make, ctx, body, &num, e) || !buf_ok(body, e))
		return false;
	r->borrower = outer;
	name = num == 0 && body->n > 0 && body->p[0] == '/';
	if (num == 0 && body->n > 0 && !name) {
		num = pdf_out_reserve(r->out);
		pdf_out_object(r->out, num, buf_bytes(body));
	}
	if ((num || name || met) && !pdf_memo_put(r, old, as, num ? num : met))
		return err_set(e, ERR_SYSTEM, "no memory");
	if (b && num && old && !borrow_keep(r, old, as, num, b))
		return err_set(e, ERR_SYSTEM, "no memory");
	*ret_num = num;
	return true;
}

bool
gfx_number(struct pdf_rebuild *r, const struct pdf_obj *o, enum pdf_as as, gfx_maker *make,
	   void *ctx, uint32_t *ret, struct err *e)
{
	own_buf struct buf body = { 0 };

	return make_once(r, o, as, make, ctx, &body, ret, e);
}

bool
gfx_value(struct pdf_rebuild *r, const struct pdf_obj *o, enum pdf_as as, gfx_maker *make,
	  void *ctx, struct buf *b, struct err *e)
{
	own_buf struct buf body = { 0 };
	uint32_t num = 0;

	if (!number_of(o)) {
		struct borrower *outer = r->borrower;

		r->borrower = NULL;
		if (!descend(r, o, as, make, ctx, b, &num, e))
			return false;
		r->borrower = outer;
	} else if (!make_once(r, o, as, make, ctx, &body, &num, e)) {
		return false;
	}
	if (num)
		pdf_put_ref(b, num);
	else
		buf_view(b, buf_bytes(&body));
	return true;
}

bool
gfx_data(struct pdf_rebuild *r, const struct pdf_obj *stream, struct view *ret, struct err *e)
{
	struct view filter;
	const struct pdf_dict *parms;

	*ret = VIEW("");
	if (stream->kind != PDF_STREAM)
		return true;
	if (pdf_get(r->in, stream->u.d, "F")->kind != PDF_NULL)
		job_find(r->job, FINDING_PDF_EXTERNAL_STREAM, "", "%s", "");
	pdf_mark(stream->u.d, "F", PDF_TOLD);
	if (!pdf_stream(r->in, stream, PDF_STOP_NONE, ret, &filter, &parms, e)) {
		*ret = VIEW("");
		return !gfx_fatal(r, e);
	}
	if (ret->n == 0)
		*ret = VIEW("");	/* never without an address: readers step along it */
	return true;
}

void
gfx_put_value(struct buf *b, struct view value)
{
	uint8_t last = b->n ? b->p[b->n - 1] : '[', first = value.n ? value.p[0] : '[';

	/* only a reference, a number or a keyword starts with a regular character */
	if (memchr("/[<(", first, 4) == NULL && memchr("[]<>)", last, 5) == NULL)
		buf_byte(b, ' ');
	buf_view(b, value);
}

bool
gfx_numbers(struct pdf_rebuild *r, const struct pdf_obj *o, double *ret, size_t min, size_t max,
	    size_t *ret_n)
{
	if (o->kind != PDF_ARRAY || o->u.a.n < min || o->u.a.n > max)
		return false;
	for (size_t i = 0; i < o->u.a.n; i++)
		if (!pdf_num(pdf_resolve(r->in, &o->u.a.v[i]), &ret[i]))
			return false;
	*ret_n = o->u.a.n;
	return true;
}

static void
put_number(struct buf *b, const struct pdf_obj *o)
{
	if (o->kind == PDF_INT)
		pdf_put_int(b, o->u.i);
	else
		pdf_put_real(b, o->u.r);
}

bool
gfx_put_numbers(struct pdf_rebuild *r, struct buf *b, const struct pdf_obj *o, size_t min,
		size_t max)
{
	double unused;

	if (o->kind != PDF_ARRAY || o->u.a.n < min || o->u.a.n > max)
		return false;
	for (size_t i = 0; i < o->u.a.n; i++)
		if (!pdf_num(pdf_resolve(r->in, &o->u.a.v[i]), &unused))
			return false;
	pdf_put_word(b, "[");
	for (size_t i = 0; i < o->u.a.n; i++)
		put_number(b, pdf_resolve(r->in, &o->u.a.v[i]));
	pdf_put_word(b, "]");
	return true;
}

bool
gfx_name_ok(struct view name)
{
	return name.n > 0 && name.n <= GFX_NAME_MAX && memchr(name.p, 0, name.n) == NULL;
}

bool
gfx_word_in(struct view word, const char *list)
{
	struct view rest = view_str(list);

	while (rest.n > 0) {
		size_t at = view_find(rest, 0, VIEW(" "));
		struct view one = { rest.p, at == VIEW_NOT_FOUND ? rest.n : at };

		if (view_eq(one, word))
			return true;
		rest = view_from(rest, one.n + 1);
	}
	return false;
}

void
gfx_copy(struct pdf_rebuild *r, const struct pdf_dict *d, const struct gfx_key *table, size_t n,
	 struct pdf_keys *k)
{
	for (size_t i = 0; i < n; i++) {
		const struct gfx_key *t = &table[i];
		const struct pdf_obj *o = pdf_get(r->in, d, t->key);
		size_t before = pdf_keys_count(k);
		int64_t whole;
		double num;

		if (o->kind == PDF_NULL)
			continue;
		switch (t->val) {
		case GFX_BOOL:
			if (o->kind == PDF_BOOL)
				pdf_put_word(pdf_key(k, t->key), o->u.b ? "true" : "false");
			break;
		case GFX_INT:
			if (pdf_int(o, &whole) && (t->max == 0 || (whole >= t->min && whole <= t->max)))
				pdf_put_int(pdf_key(k, t->key), whole);
			break;
		case GFX_NUM:
			if (pdf_num(o, &num))
				put_number(pdf_key(k, t->key), o);
			break;
		case GFX_NAME:
			if (o->kind == PDF_NAME && gfx_name_ok(o->u.s) &&
			    (!t->names || gfx_word_in(o->u.s, t->names)))
				pdf_put_name(pdf_key(k, t->key), o->u.s);
			break;
		case GFX_STRING:
			if (o->kind == PDF_STRING)
				pdf_put_string(pdf_key(k, t->key), o->u.s);
			break;
		case GFX_NUMS: {
			/* checked first: a key opened must get a value */
			own_buf struct buf b = { 0 };

			if (gfx_put_numbers(r, &b, o, t->min, t->max))
				buf_view(pdf_key(k, t->key), buf_bytes(&b));
			break;
		}
		}
		if (pdf_keys_count(k) == before)
			pdf_mark(d, t->key, PDF_USELESS);
	}
}

void
gfx_discard(struct pdf_keys *k)
{
	own_buf struct buf none = { 0 };

	pdf_put_keys(&none, k);
}
