/*
 * tree.c - the leaves of name trees and number trees.
 *
 * The trees found in files are often wrong: unsorted, without /Limits, with
 * loops.  All leaves are taken, each indirect node once, and sorted anew.
 */
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum { NODES_DEEP = 64, LEAVES_MAX = 4000000 };

struct frame {
	const struct pdf_obj *kids;	/* an array */
	size_t next;
};

void
tree_add(struct doc *d, struct tree *t, struct leaf l)
{
	if (t->n >= LEAVES_MAX)
		return;
	t->v = doc_grow(d, t->v, t->n, &t->cap, sizeof *t->v);
	if (t->v != NULL)
		t->v[t->n++] = l;
	else
		t->n = t->cap = 0;
}

static void
add_pairs(struct doc *d, const struct pdf_obj *pairs, bool names, struct tree *t)
{
	size_t i;

	if (pairs->kind != PDF_ARRAY)
		return;
	for (i = 0; i + 1 < pairs->u.a.n && doc_tick(d); i += 2) {
		const struct pdf_obj *key = pdf_resolve(d->r->in, &pairs->u.a.v[i]);
		struct leaf l = { .value = &pairs->u.a.v[i + 1] };

		if (names && key->kind == PDF_STRING)
			l.name = key->u.s;
		else if (names || !pdf_int(key, &l.number))
			continue;
		tree_add(d, t, l);
	}
}

static void
collect(struct doc *d, const struct pdf_obj *root, bool names, struct tree *t)
{
	struct frame stack[NODES_DEEP];
	size_t depth = 0;
	struct seen seen;
	const struct pdf_obj *raw = root;

	if (!seen_new(d, &seen))
		return;
	for (;;) {
		const struct pdf_dict *node = pdf_dict_of(pdf_resolve(d->r->in, raw));

		if (!doc_tick(d))
			return;
		if (node != NULL && seen_first(&seen, doc_num(raw))) {
			const struct pdf_obj *kids = pdf_get(d->r->in, node, "Kids");

			pdf_place(node, PLACE_TREE);
			add_pairs(d, pdf_get(d->r->in, node, names ? "Names" : "Nums"), names, t);
			if (kids->kind == PDF_ARRAY && depth < NODES_DEEP)
				stack[depth++] = (struct frame){ kids, 0 };
		}
		while (depth > 0 && stack[depth - 1].next >= stack[depth - 1].kids->u.a.n)
			depth--;
		if (depth == 0)
			return;
		raw = &stack[depth - 1].kids->u.a.v[stack[depth - 1].next++];
	}
}

static int
by_bytes(const struct leaf *a, const struct leaf *b)
{
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int c = n == 0 ? 0 : memcmp(a->name.p, b->name.p, n);

	if (c != 0)
		return c;
	return a->name.n < b->name.n ? -1 : a->name.n > b->name.n;
}

static int
by_number(const struct leaf *a, const struct leaf *b)
{
	return a->number < b->number ? -1 : a->number > b->number;
}

/*
 * Bottom-up merge sort: stable, so that of equal keys the first one in the
 * file wins, and n log n whatever the input.  libc's qsort() may allocate
 * and is not promised to be stable.
 */
static void
sort(struct doc *d, struct tree *t, int (*order)(const struct leaf *, const struct leaf *))
{
	struct leaf *from = t->v, *to, *swap;
	size_t width, i, n = 0;

	if (t->n < 2)
		return;
	to = doc_array(d, t->n, sizeof *to);
	if (to == NULL)
		return;
	for (width = 1; width < t->n; width *= 2) {
		for (i = 0; i < t->n; i += 2 * width) {
			size_t mid = i + width < t->n ? i + width : t->n;
			size_t end = i + 2 * width < t->n ? i + 2 * width : t->n;
			size_t a = i, b = mid, o;

			for (o = i; o < end; o++)
				to[o] = a < mid && (b >= end || order(&from[a], &from[b]) <= 0)
						? from[a++]
						: from[b++];
		}
		swap = from;
		from = to;
		to = swap;
	}
	for (i = 0; i < t->n; i++)
		if (n == 0 || order(&from[n - 1], &from[i]) != 0)
			from[n++] = from[i];
	t->v = from;
	t->cap = t->n;
	t->n = n;
}

void
tree_sort_names(struct doc *d, struct tree *t)
{
	sort(d, t, by_bytes);
}

void
tree_names(struct doc *d, const struct pdf_obj *root, struct tree *ret)
{
	collect(d, root, true, ret);
	sort(d, ret, by_bytes);
}

void
tree_numbers(struct doc *d, const struct pdf_obj *root, struct tree *ret)
{
	collect(d, root, false, ret);
	sort(d, ret, by_number);
}
