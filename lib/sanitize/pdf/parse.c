#include <stdlib.h>

#include "sanitize/pdf/crypt.h"
#include "sanitize/pdf/lex.h"

static const size_t stack_max = (size_t)2 << 20;	/* elements open at once: 96 MiB */

void
pdf_parser_release(struct pdf_parser *x)
{
	free(x->v);
	x->v = NULL;
	x->n = x->cap = 0;
}

static bool
push(struct pdf_parser *x, const struct pdf_obj *o)
{
	if (x->n == x->cap) {
		size_t cap = x->cap == 0 ? 64 : x->cap * 2;
		struct pdf_obj *v;

		if (cap > stack_max)
			return false;
		v = realloc(x->v, cap * sizeof *v);
		if (v == NULL)
			return false;
		x->v = v;
		x->cap = cap;
	}
	x->v[x->n++] = *o;
	return true;
}

static bool
open_container(struct pdf_parser *x, bool dict)
{
	if (x->depth == PDF_NESTING)
		return false;
	x->open[x->depth].dict = dict;
	x->open[x->depth].from = x->n;
	x->depth++;
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const struct pdf_entry *x = *(const struct pdf_entry *const *)a;
	const struct pdf_entry *y = *(const struct pdf_entry *const *)b;
	size_t n = x->key.n < y->key.n ? x->key.n : y->key.n;
	int c = n == 0 ? 0 : memcmp(x->key.p, y->key.p, n);

	if (c == 0 && x->key.n != y->key.n)
		c = x->key.n < y->key.n ? -1 : 1;
	if (c == 0)
		c = x < y ? -1 : 1;
	return c;
}

/* Marks all but the last of equal keys by a NULL key. */
static bool
mark_doubles_of_many(struct pdf_entry *e, size_t n)
{
	struct pdf_entry **at = malloc(n * sizeof(struct pdf_entry *));
	size_t i;

	if (at == NULL)
		return false;
	for (i = 0; i < n; i++)
		at[i] = &e[i];
	qsort(at, n, sizeof *at, by_key);
	for (i = 0; i + 1 < n; i++)
		if (view_eq(at[i]->key, at[i + 1]->key))
			at[i]->value.kind = PDF_NULL;
	free(at);
	return true;
}

static bool
mark_doubles(struct pdf_entry *e, size_t n)
{
	size_t i, j;

	if (n > 24)
		return mark_doubles_of_many(e, n);
	for (i = 0; i < n; i++)
		for (j = i + 1; j < n; j++)
			if (view_eq(e[i].key, e[j].key)) {
				e[i].value.kind = PDF_NULL;
				break;
			}
	return true;
}

/* 7.3.7: a null value is no entry at all. */
static const struct pdf_dict *
dict_of(struct pdf_parser *x, size_t from)
{
	struct pdf_dict *d = arena_get(x->a, sizeof *d);
	struct pdf_entry *e = arena_array(x->a, (x->n - from + 1) / 2, sizeof *e);
	size_t i, n = 0, kept = 0;

	if (d == NULL || e == NULL)
		return NULL;
	for (i = from; i < x->n; i++) {
		/* A key that is no name is passed over, as readers do. */
		if (x->v[i].kind != PDF_NAME || i + 1 == x->n)
			continue;
		e[n].key = x->v[i].u.s;
		e[n].value = x->v[i + 1];
		n++;
		i++;
	}
	if (!mark_doubles(e, n))
		return NULL;
	for (i = 0; i < n; i++)
		if (e[i].value.kind != PDF_NULL)
			e[kept++] = e[i];
	d->e = e;
	d->n = kept;
	return pdf_mark_new(x->a, d, kept) ? d : NULL;
}

static bool
close_container(struct pdf_parser *x)
{
	bool dict = x->open[--x->depth].dict;
	size_t from = x->open[x->depth].from, n = x->n - from;
	struct pdf_obj o = { .kind = dict ? PDF_DICT : PDF_ARRAY };

	if (dict) {
		o.u.d = dict_of(x, from);
		if (o.u.d == NULL)
			return false;
	} else {
		struct pdf_obj *v = arena_array(x->a, n, sizeof *v);

		if (v == NULL)
			return false;
		if (n > 0)
			memcpy(v, &x->v[from], n * sizeof *v);
		o.u.a.v = v;
		o.u.a.n = n;
	}
	x->n = from;
	return push(x, &o);
}

/* `]` or `>>`: closes the innermost container of that kind and what was left open inside. */
static bool
close_kind(struct pdf_parser *x, bool dict)
{
	uint32_t i = x->depth;

	while (i > 0 && x->open[i - 1].dict != dict)
		i--;
	if (i == 0)
		return true;
	while (x->depth >= i)
		if (!close_container(x))
			return false;
	return true;
}

/* `n g R` (7.3.10) once the two numbers are on the stack of the container in hand. */
static void
reference(struct pdf_parser *x)
{
	size_t from = x->depth == 0 ? 0 : x->open[x->depth - 1].from;
	const struct pdf_obj *num, *gen;
	struct pdf_obj o = { .kind = PDF_REF };

	if (x->n - from < 2)
		return;
	num = &x->v[x->n - 2];
	gen = &x->v[x->n - 1];
	if (num->kind != PDF_INT || gen->kind != PDF_INT)
		return;
	if (num->u.i > 0 && num->u.i <= UINT32_MAX) {
		o.u.ref.num = (uint32_t)num->u.i;
		o.u.ref.gen = gen->u.i < 0 || gen->u.i > 65535 ? 65535 : (uint32_t)gen->u.i;
	} else {
		o.kind = PDF_NULL;
	}
	x->n -= 2;
	x->v[x->n++] = o;
}

static bool
ends_object(struct view word)
{
	static const struct view ends[] = { { (const uint8_t *)"endobj", 6 },
					    { (const uint8_t *)"endstream", 9 },
					    { (const uint8_t *)"stream", 6 },
					    { (const uint8_t *)"xref", 4 },
					    { (const uint8_t *)"startxref", 9 },
					    { (const uint8_t *)"trailer", 7 } };
	size_t i;

	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		if (view_starts(word, ends[i]))
			return true;
	return false;
}

static bool
finish(struct pdf_parser *x, struct pdf_obj *ret)
{
	while (x->depth > 0)
		if (!close_container(x))
			return false;
	if (x->n == 0)
		return false;
	*ret = x->v[0];
	return true;
}

/* A whole object that is a reference: `5 0 R`, only seen by looking ahead. */
static void
reference_ahead(struct pdf_parser *x, struct view *in)
{
	struct view v = *in;
	struct pdf_obj o;

	if (pdf_tok(&v, x->a, &o) != PDF_TOK_OBJ || o.kind != PDF_INT || !push(x, &o))
		return;
	if (pdf_tok(&v, x->a, &o) == PDF_TOK_WORD && view_is(o.u.s, "R")) {
		reference(x);
		*in = v;
	}
}

/* One token; false ends the object (then *ret_bad says whether soundly). */
static bool
step(struct pdf_parser *x, struct view *in, bool *ret_bad)
{
	struct view before = *in;
	struct pdf_obj o;

	*ret_bad = false;
	switch (pdf_tok(in, x->a, &o)) {
	case PDF_TOK_END:
		return false;
	case PDF_TOK_OBJ:
		if (o.kind == PDF_STRING && x->crypt != NULL)
			o.u.s = pdf_crypt_string(x->crypt, x->num, x->gen, o.u.s, x->a);
		*ret_bad = !push(x, &o);
		break;
	case PDF_TOK_ARRAY:
		*ret_bad = !open_container(x, false);
		break;
	case PDF_TOK_DICT:
		*ret_bad = !open_container(x, true);
		break;
	case PDF_TOK_ARRAY_END:
		*ret_bad = !close_kind(x, false);
		break;
	case PDF_TOK_DICT_END:
		*ret_bad = !close_kind(x, true);
		break;
	case PDF_TOK_WORD:
		if (x->refs && view_is(o.u.s, "R")) {
			reference(x);
		} else if (x->depth == 0 || (x->refs && ends_object(o.u.s))) {
			*in = before;
			return false;
		}
		break;
	case PDF_TOK_BRACE:
	case PDF_TOK_BRACE_END:
		break;
	}
	return !*ret_bad;
}

bool
pdf_parse(struct pdf_parser *x, struct view *in, struct pdf_obj *ret)
{
	bool bad;

	x->n = 0;
	x->depth = 0;
	while (step(x, in, &bad)) {
		if (x->depth > 0 || x->n == 0)
			continue;
		if (x->refs && x->v[0].kind == PDF_INT)
			reference_ahead(x, in);
		*ret = x->v[0];
		return true;
	}
	return !bad && finish(x, ret);
}

bool
pdf_parse_direct(struct view *in, struct arena *a, struct pdf_obj *ret)
{
	struct pdf_parser x = { .a = a };
	struct view v = *in;
	bool ok;

	/* Scalars, by far the most, need no stack. */
	switch (pdf_tok(&v, a, ret)) {
	case PDF_TOK_OBJ:
		*in = v;
		return true;
	case PDF_TOK_ARRAY:
	case PDF_TOK_DICT:
		break;
	default:
		return false;
	}
	ok = pdf_parse(&x, in, ret);
	pdf_parser_release(&x);
	return ok;
}
