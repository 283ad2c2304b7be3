/*
 * outline.c - the document outline (ISO 32000-2 12.3.3): found by /First
 * and /Next, each item once, and linked anew as a sound tree.
 */
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum { ITEMS_MAX = 500000 };

struct item {
	const struct pdf_dict *d;
	uint32_t num;
	size_t parent, first, last, prev, next;	/* indices; 0: none, or the root */
	int64_t inside;		/* items under it that show when it is open, at all depths */
	bool open;
};

struct outline {
	struct doc *d;
	struct item *v;		/* v[0] is the root */
	size_t n, cap;
	struct seen seen;
};

/* Adds the chain of siblings that begins at `raw` under `parent`. */
static void
add_chain(struct outline *o, const struct pdf_obj *raw, size_t parent)
{
	struct doc *d = o->d;

	while (doc_tick(d) && o->n < ITEMS_MAX) {
		const struct pdf_dict *dict = pdf_dict_of(pdf_resolve(d->r->in, raw));
		struct item *v;
		int64_t count = 0;

		if (dict == NULL || !seen_first(&o->seen, doc_num(raw)))
			return;
		v = doc_grow(d, o->v, o->n, &o->cap, sizeof *v);
		if (v == NULL)
			return;
		o->v = v;
		v[o->n] = (struct item){ .d = dict, .parent = parent, .prev = v[parent].last };
		(void)pdf_int(pdf_get(d->r->in, dict, "Count"), &count);
		v[o->n].open = count > 0;
		if (v[parent].last != 0)
			v[v[parent].last].next = o->n;
		else
			v[parent].first = o->n;
		v[parent].last = o->n++;
		raw = pdf_get_raw(dict, "Next");
	}
}

/* Depth first, so that a second rebuild meets the items in the order of their numbers. */
static size_t
after(const struct outline *o, size_t at)
{
	if (o->v[at].first != 0)
		return o->v[at].first;
	while (at != 0 && o->v[at].next == 0)
		at = o->v[at].parent;
	return at != 0 ? o->v[at].next : 0;
}

static void
read_tree(struct outline *o, const struct pdf_dict *root)
{
	size_t at;

	add_chain(o, pdf_get_raw(root, "First"), 0);
	/* New items are behind `at` in the tree's order, so that the walk meets them. */
	for (at = after(o, 0); at != 0 && doc_tick(o->d); at = after(o, at))
		add_chain(o, pdf_get_raw(o->v[at].d, "First"), at);
	/* Children come after their parents in the array. */
	for (at = o->n; at-- > 1;) {
		struct item *up = &o->v[o->v[at].parent];

		up->inside += 1 + (o->v[at].open ? o->v[at].inside : 0);
	}
}

static void
put_link(struct pdf_keys *k, const char *key, const struct outline *o, size_t at)
{
	if (at != 0)
		pdf_put_ref(pdf_key(k, key), o->v[at].num);
}

static void
write_item(struct outline *o, size_t at)
{
	struct doc *d = o->d;
	const struct item *i = &o->v[at];
	struct pdf_keys *k = pdf_keys_new(d->r->arena);

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	walk_keys(d, PDF_DICT_OUTLINE, i->d, k);
	put_target(d, i->d, TARGET_DEST, k);
	report_triggers(d, i->d);
	pdf_put_ref(pdf_key(k, "Parent"), o->v[i->parent].num);
	put_link(k, "First", o, i->first);
	put_link(k, "Last", o, i->last);
	put_link(k, "Prev", o, i->prev);
	put_link(k, "Next", o, i->next);
	if (i->inside > 0)
		pdf_put_int(pdf_key(k, "Count"), i->open ? i->inside : -i->inside);
	doc_object(d, i->num, k);
}

static void
write_root(struct outline *o)
{
	struct doc *d = o->d;
	struct pdf_keys *k = pdf_keys_new(d->r->arena);

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	pdf_put_name(pdf_key(k, "Type"), VIEW("Outlines"));
	put_link(k, "First", o, o->v[0].first);
	put_link(k, "Last", o, o->v[0].last);
	pdf_put_int(pdf_key(k, "Count"), o->v[0].inside);
	doc_object(d, o->v[0].num, k);
}

void
put_outlines(struct doc *d, struct buf *b)
{
	const struct pdf_dict *root =
		pdf_dict_of(pdf_get(d->r->in, pdf_catalog(d->r->in), "Outlines"));
	struct outline o = { .d = d, .n = 1, .cap = 64 };
	size_t at;

	if (root == NULL || !seen_new(d, &o.seen))
		return;
	pdf_place(root, PLACE_OUTLINES);
	o.v = doc_array(d, o.cap, sizeof *o.v);
	if (o.v == NULL)
		return;
	(void)seen_first(&o.seen, doc_num(pdf_get_raw(pdf_catalog(d->r->in), "Outlines")));
	read_tree(&o, root);
	if (o.n == 1 || d->dead)
		return;
	o.v[0].num = doc_reserve(d);
	for (at = after(&o, 0); at != 0 && doc_tick(d); at = after(&o, at))
		o.v[at].num = doc_reserve(d);
	(void)memcpy(d->where, "outline", sizeof "outline");
	for (at = 1; at < o.n && doc_tick(d); at++)
		write_item(&o, at);
	d->where[0] = '\0';
	write_root(&o);
	pdf_put_ref(b, o.v[0].num);
}
