/*
 * dest.c - destinations (ISO 32000-2 12.3.2): arrays written anew, and
 * named ones, of the name tree and of the older /Dests dictionary, in one
 * clean name tree.
 */
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum { NAME_MAX_BYTES = 1024 };

struct dests {
	struct tree names;	/* only those that lead somewhere, sorted by name */
};

static const struct fit {
	const char *name;
	size_t numbers;
	bool nulls;	/* null: as it is now */
} fits[] = {
	{ "XYZ", 3, true }, { "Fit", 0, false }, { "FitB", 0, false }, { "FitH", 1, true },
	{ "FitV", 1, true }, { "FitBH", 1, true }, { "FitBV", 1, true }, { "FitR", 4, false },
};

static uint32_t
page_of(struct doc *d, const struct pdf_obj *raw)
{
	int64_t i;

	if (raw->kind == PDF_REF)
		return pdf_memo_get(d->r, raw->u.ref.num, PDF_AS_PAGE);
	/* A number is meant for other documents (12.6.4.3), but readers take it here too. */
	if (pdf_int(raw, &i) && i >= 0 && (uint64_t)i < d->pages)
		return d->page[i].num;
	return 0;
}

static void
put_fit(struct doc *d, const struct pdf_obj *a, struct buf *b)
{
	const struct pdf_obj *name = a->u.a.n > 1 ? pdf_resolve(d->r->in, &a->u.a.v[1]) : NULL;
	const struct fit *fit = &fits[0];
	size_t i, start = b->n;

	for (i = 0; name != NULL && i < sizeof fits / sizeof *fits; i++)
		if (pdf_is_name(name, fits[i].name))
			fit = &fits[i];
	pdf_put_name(b, view_str(fit->name));
	for (i = 0; i < fit->numbers; i++) {
		size_t before = b->n;

		if (name != NULL && i + 2 < a->u.a.n)
			put_number(b, pdf_resolve(d->r->in, &a->u.a.v[i + 2]));
		if (b->n > before)
			continue;
		if (!fit->nulls) {
			b->n = start;
			pdf_put_name(b, VIEW("Fit"));
			return;
		}
		pdf_put_word(b, "null");
	}
}

static void
put_array(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	const struct pdf_dict *dict = o->kind == PDF_DICT ? o->u.d : NULL;
	uint32_t page;

	/* A named destination may be a dictionary around the array: 12.3.2.4. */
	if (dict != NULL && pdf_peek(d->r->in, dict, "D")->kind != PDF_NULL) {
		pdf_place(dict, PLACE_DEST);
		o = pdf_get(d->r->in, dict, "D");
	}
	if (o->kind != PDF_ARRAY || o->u.a.n == 0)
		return;
	page = page_of(d, &o->u.a.v[0]);
	if (page == 0)
		return;
	pdf_put_word(b, "[");
	pdf_put_ref(b, page);
	put_fit(d, o, b);
	pdf_put_word(b, "]");
}

static bool
leads_somewhere(struct doc *d, const struct leaf *l, struct buf *scratch)
{
	buf_clear(scratch);
	if (l->name.n == 0 || l->name.n > NAME_MAX_BYTES)
		return false;
	put_array(d, pdf_resolve(d->r->in, l->value), scratch);
	return scratch->n > 0;
}

void
dests_read(struct doc *d)
{
	const struct pdf_dict *catalog = pdf_catalog(d->r->in);
	const struct pdf_dict *names = pdf_dict_of(pdf_get(d->r->in, catalog, "Names"));
	const struct pdf_dict *old = pdf_dict_of(pdf_get(d->r->in, catalog, "Dests"));
	own_buf struct buf scratch = { 0 };
	struct tree *t;
	size_t i, n = 0;

	d->dests = doc_array(d, 1, sizeof *d->dests);
	if (d->dests == NULL)
		return;
	t = &d->dests->names;
	if (names != NULL)
		tree_names(d, pdf_get_raw(names, "Dests"), t);
	for (i = 0; old != NULL && i < old->n && doc_tick(d); i++) {
		pdf_mark_at(old, i, PDF_READ);
		tree_add(d, t, (struct leaf){ .name = old->e[i].key, .value = &old->e[i].value });
	}
	if (old != NULL)
		tree_sort_names(d, t);
	for (i = 0; i < t->n && doc_tick(d); i++)
		if (leads_somewhere(d, &t->v[i], &scratch))
			t->v[n++] = t->v[i];
	t->n = n;
}

/* NULL where there is no such name. */
static const struct pdf_obj *
named(const struct doc *d, struct view name)
{
	const struct tree *t = &d->dests->names;
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct view *at = &t->v[mid].name;
		size_t n = at->n < name.n ? at->n : name.n;
		int c = n == 0 ? 0 : memcmp(at->p, name.p, n);

		if (c == 0 && at->n == name.n)
			return t->v[mid].value;
		if (c < 0 || (c == 0 && at->n < name.n))
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

void
put_dest(struct doc *d, const struct pdf_obj *o, bool array_only, struct buf *b)
{
	const struct pdf_obj *value;

	o = pdf_resolve(d->r->in, o);
	if (o->kind != PDF_STRING && o->kind != PDF_NAME) {
		put_array(d, o, b);
		return;
	}
	value = d->dests != NULL ? named(d, o->u.s) : NULL;
	if (value != NULL && array_only)
		put_array(d, pdf_resolve(d->r->in, value), b);
	else if (value != NULL)
		pdf_put_string(b, o->u.s);
}

void
put_dest_names(struct doc *d, struct buf *b)
{
	const struct tree *t = &d->dests->names;
	size_t i;

	if (t->n == 0)
		return;
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("Names"));
	pdf_put_word(b, "[");
	for (i = 0; i < t->n && doc_tick(d); i++) {
		pdf_put_string(b, t->v[i].name);
		put_array(d, pdf_resolve(d->r->in, t->v[i].value), b);
	}
	pdf_put_word(b, "]");
	pdf_put_word(b, ">>");
}
