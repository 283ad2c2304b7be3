/*
 * borrow.c - forms, patterns and Type 3 fonts without resources of their own
 * (ISO 32000-2 7.8.3, obsolete but met): what they name is looked for
 * around them, so one object may be different things on different pages.
 * What each took is kept, and a page where the names are others gets another.
 */
#include "sanitize/pdf/gfx.h"

enum {
	LOANS_MAX = 256,	/* names of one object; one with more is the same everywhere */
	EXACT_MAX = 16,		/* variants, up to which a font of a page has just what is there */
	VARIANTS_MAX = 32,	/* of one object; the newest serves all further pages */
	SAME_DEPTH = 8,
};

struct loan {
	enum res_cat cat;
	struct view name;
	const struct pdf_obj *source;	/* NULL: there was none */
	struct loan *next;
};

/* An object in the making. */
struct borrower {
	struct loan *first;
	size_t n;
	const struct loan *fallback;	/* an older variant's */
};

struct variant {
	enum pdf_as as;
	uint32_t num, nth;
	const struct loan *first;
	struct variant *next;		/* the older ones, of this object as this and that */
};

struct borrowed {
	struct variant **v;		/* by the memo's number, from 1 */
	uint32_t n, cap;
};

static const struct loan *
find(const struct loan *l, enum res_cat c, struct view name)
{
	while (l && !(l->cat == c && view_eq(l->name, name)))
		l = l->next;
	return l;
}

const struct pdf_obj *
borrow_note(struct pdf_rebuild *r, struct borrower *b, enum res_cat c, struct view name,
	    const struct pdf_obj *source)
{
	const struct loan *known = find(b->first, c, name);
	struct loan *l;

	if (known)
		return known->source;
	if (!source && (known = find(b->fallback, c, name)) != NULL)
		source = known->source;
	if (b->n >= LOANS_MAX)
		return source;
	/* The name stands in a content stream, which does not last as long as the loan. */
	l = arena_get(r->arena, sizeof *l);
	name = arena_copy(r->arena, name);
	if (l != NULL && name.p != NULL) {
		*l = (struct loan){ c, name, source, b->first };
		b->first = l;
		b->n++;
	}
	return source;
}

/* The same object, or direct ones that are spelled alike. */
static bool
same(const struct pdf_obj *a, const struct pdf_obj *b, unsigned deep)
{
	if (a == b)
		return true;
	if (!a || !b || a->kind != b->kind || deep > SAME_DEPTH)
		return false;
	switch (a->kind) {
	case PDF_REF:
		return a->u.ref.num == b->u.ref.num;
	case PDF_INT:
		return a->u.i == b->u.i;
	case PDF_NAME:
	case PDF_STRING:
		return view_eq(a->u.s, b->u.s);
	case PDF_ARRAY:
		for (size_t i = 0; a->u.a.n == b->u.a.n && i < a->u.a.n && i < LOANS_MAX; i++)
			if (!same(&a->u.a.v[i], &b->u.a.v[i], deep + 1))
				return false;
		return a->u.a.n == b->u.a.n && a->u.a.n <= LOANS_MAX;
	default:
		return false;
	}
}

static bool
fits(const struct variant *v, struct res *around, bool exact)
{
	for (const struct loan *l = v->first; l; l = l->next) {
		const struct pdf_obj *here = res_source(around, l->cat, l->name);

		if (!same(l->source, here, 0) && (here || exact))
			return false;
	}
	return true;
}

/* The newest. */
static struct variant *
variants(const struct pdf_rebuild *r, uint32_t old, enum pdf_as as)
{
	uint32_t at = r->borrowed ? pdf_memo_get(r, old, PDF_AS_BORROWER) : 0;
	struct variant *v = at ? r->borrowed->v[at - 1] : NULL;

	while (v && v->as != as)
		v = v->next;
	return v;
}

/*
 * Each page of a long document may have just the fonts of the glyphs in use
 * there: a Type 3 font of many variants gathers what each page adds, and what
 * a page lacks its glyphs do not miss.
 */
static bool
gathers(const struct variant *v, enum pdf_as as)
{
	return as == PDF_AS_FONT && v && v->nth >= EXACT_MAX;
}

bool
borrow_find(struct pdf_rebuild *r, uint32_t old, enum pdf_as as, struct res *around, uint32_t *num)
{
	const struct variant *newest = variants(r, old, as);

	for (const struct variant *v = newest; v; v = v->next)
		if (v->as == as && fits(v, around, !gathers(newest, as))) {
			*num = v->num;
			return true;
		}
	return !newest || newest->nth >= VARIANTS_MAX;
}

struct borrower *
borrow_begin(struct pdf_rebuild *r, uint32_t old, enum pdf_as as)
{
	struct borrower *b = arena_get(r->arena, sizeof *b);
	const struct variant *v = variants(r, old, as);

	if (b)
		*b = (struct borrower){ .fallback = gathers(v, as) ? v->first : NULL };
	return b;
}

/* The slot of this object, handed out when it first borrows. */
static struct variant **
slot(struct pdf_rebuild *r, uint32_t old)
{
	struct borrowed *all = r->borrowed;
	uint32_t at = pdf_memo_get(r, old, PDF_AS_BORROWER);

	if (!all && !(all = r->borrowed = arena_get(r->arena, sizeof *all)))
		return NULL;
	if (at)
		return &all->v[at - 1];
	if (all->n == all->cap) {
		uint32_t cap = all->cap ? all->cap * 2 : 16;
		struct variant **v = arena_array(r->arena, cap, sizeof(struct variant *));

		if (!v)
			return NULL;
		if (all->n)
			memcpy(v, all->v, all->n * sizeof *v);
		all->v = v;
		all->cap = cap;
	}
	return pdf_memo_put(r, old, PDF_AS_BORROWER, ++all->n) ? &all->v[all->n - 1] : NULL;
}

bool
borrow_keep(struct pdf_rebuild *r, uint32_t old, enum pdf_as as, uint32_t num,
	    const struct borrower *b)
{
	const struct variant *before = variants(r, old, as);
	struct variant *v, **at;

	if (b->n == 0 || b->n >= LOANS_MAX)
		return true;
	v = arena_get(r->arena, sizeof *v);
	at = slot(r, old);
	if (!v || !at)
		return false;
	*v = (struct variant){ as, num, before ? before->nth + 1 : 1, b->first, *at };
	*at = v;
	return true;
}
