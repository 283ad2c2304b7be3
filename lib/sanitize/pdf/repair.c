/*
 * What is left of a damaged file: one pass over its bytes finds every
 * `num gen obj` and `trailer`; the later of two wins, as in an incremental
 * update.  Streams with a sound length are stepped over, so that a PDF
 * inside a PDF does not pass for a part of it.
 */
#include <stdlib.h>

#include "sanitize/pdf/reader.h"

/* -- the scan ---------------------------------------------------------------- */

/* Backwards over blanks and then digits that end at `end`; SIZE_MAX where there are none. */
static size_t
number_before(struct view in, size_t end, size_t most, uint64_t *ret)
{
	uint64_t x = 0, unit = 1;
	size_t i = end;

	while (i > 0 && end - i < 16 && pdf_is_space(in.p[i - 1]))
		i--;
	end = i;
	while (i > 0 && end - i < most && pdf_is_digit(in.p[i - 1])) {
		x += unit * (uint64_t)(in.p[i - 1] - '0');
		unit *= 10;
		i--;
	}
	if (i == end)
		return SIZE_MAX;
	*ret = x;
	return i;
}

/* `num gen` before the keyword at `at`; the place of num. */
static bool
head_before(struct view in, size_t at, uint32_t *num, uint32_t *gen, size_t *off)
{
	uint64_t n, g;
	size_t i = number_before(in, at, 5, &g);

	if (i == SIZE_MAX || i == 0)
		return false;
	if (in.p[i - 1] == '-')
		i--;
	if (i == 0 || !pdf_is_space(in.p[i - 1]))
		return false;
	i = number_before(in, i, 10, &n);
	if (i == SIZE_MAX || n == 0 || n > PDF_NUM_MAX)
		return false;
	*num = (uint32_t)n;
	*gen = (uint32_t)g;
	*off = i;
	return true;
}

static bool
add_found(struct pdf *p, const struct pdf_found *f)
{
	if (p->founds == p->founds_cap) {
		size_t cap = p->founds_cap * 2 + 256;
		struct pdf_found *v = realloc(p->found, cap * sizeof *v);

		if (v == NULL)
			return false;
		p->found = v;
		p->founds_cap = cap;
	}
	p->found[p->founds++] = *f;
	return true;
}

static enum pdf_hint
hint_of(const struct pdf_dict *d)
{
	static const struct {
		const char *type;
		enum pdf_hint hint;
	} hints[] = { { "Catalog", PDF_HINT_CATALOG }, { "Pages", PDF_HINT_PAGES },
		      { "Page", PDF_HINT_PAGE },       { "ObjStm", PDF_HINT_OBJSTM },
		      { "XRef", PDF_HINT_XREF } };
	const struct pdf_obj *type = pdf_get_raw(d, "Type");
	size_t i;

	for (i = 0; i < sizeof hints / sizeof *hints; i++)
		if (pdf_is_name(type, hints[i].type))
			return hints[i].hint;
	return PDF_HINT_NONE;
}

/*
 * Looks into the object at `at` (behind its keyword): what it is, and
 * where to go on: behind its stream, if the length is right, else here.
 */
static size_t
look_into(struct pdf *p, size_t at, enum pdf_hint *ret)
{
	struct pdf_parser *x = &p->parser;
	struct view v = view_from(p->in, at), data;
	struct pdf_obj o;
	int64_t length;

	x->crypt = NULL;
	if (!pdf_parse_at(p, &v, &o) || o.kind != PDF_DICT)
		return at;
	*ret = hint_of(o.u.d);
	if (!pdf_take_word(&v, VIEW("stream")))
		return at;
	if (!pdf_int(pdf_get_raw(o.u.d, "Length"), &length) || length < 0 ||
	    (uint64_t)length > v.n)
		return p->in.n - v.n;
	data = view_from(v, (size_t)length);
	/* The line end behind `stream` may be two bytes, that before `endstream` none. */
	data.n = data.n > 16 ? 16 : data.n;
	if (view_find(data, 0, VIEW("endstr")) == VIEW_NOT_FOUND)
		return p->in.n - v.n;
	return p->in.n - v.n + (size_t)length;
}

static void
scan_trailers(struct pdf *p)
{
	const struct view word = VIEW("trailer");
	size_t at;

	for (at = view_find(p->in, 0, word); at != VIEW_NOT_FOUND;
	     at = view_find(p->in, at + word.n, word)) {
		if (p->trailer_n == p->trailer_cap) {
			size_t cap = p->trailer_cap * 2 + 16;
			size_t *v = realloc(p->trailers, cap * sizeof *v);

			if (v == NULL)
				return;
			p->trailers = v;
			p->trailer_cap = cap;
		}
		p->trailers[p->trailer_n++] = at;
	}
}

static void
index_found(struct pdf *p)
{
	uint32_t max = 0;
	size_t i;

	for (i = 0; i < p->founds; i++)
		if (p->found[i].num > max)
			max = p->found[i].num;
	p->found_max = max;
	p->found_by_num = calloc((size_t)max + 1, sizeof *p->found_by_num);
	if (p->found_by_num == NULL || pdf_entry_at(p, max) == NULL) {
		p->founds = 0;
		return;
	}
	for (i = 0; i < p->founds && i < UINT32_MAX; i++)
		p->found_by_num[p->found[i].num] = (uint32_t)i + 1;
}

void
pdf_scan(struct pdf *p)
{
	const struct view word = VIEW("obj");
	struct pdf_found f = { 0 };
	struct err e;
	size_t at;

	if (p->scanned)
		return;
	p->scanned = true;
	for (at = view_find(p->in, 0, word); at != VIEW_NOT_FOUND;
	     at = view_find(p->in, at, word)) {
		size_t here = at;

		at += word.n;
		if (!job_tick(p->job, &e))
			break;
		if (!head_before(p->in, here, &f.num, &f.gen, &f.off))
			continue;
		f.hint = PDF_HINT_NONE;
		at = look_into(p, at, &f.hint);
		if (!add_found(p, &f))
			break;
	}
	scan_trailers(p);
	index_found(p);
}

const struct pdf_found *
pdf_scan_find(struct pdf *p, uint32_t num)
{
	uint32_t i;

	pdf_scan(p);
	if (p->founds == 0 || num > p->found_max)
		return NULL;
	i = p->found_by_num[num];
	return i == 0 ? NULL : &p->found[i - 1];
}

/*
 * One entry was wrong: what the table does not know at all may be in the
 * file as well.  What it calls free stays free.
 */
void
pdf_scan_fill(struct pdf *p)
{
	size_t i;

	for (i = 0; i < p->founds; i++) {
		struct pdf_xref *x = pdf_entry_at(p, p->found[i].num);

		if (x == NULL || x->at != PDF_AT_NONE)
			continue;
		x->at = PDF_AT_FILE;
		x->off = p->found[p->found_by_num[p->found[i].num] - 1].off;
		x->gen = p->found[i].gen;
		x->obj = NULL;
	}
}

/* -- a table from it ----------------------------------------------------------- */

static void
take_trailer_at(struct pdf *p, struct view v, struct pdf_dict *all, struct pdf_entry *e, size_t room)
{
	struct pdf_obj o;
	size_t i, k;

	p->parser.crypt = NULL;
	if (!pdf_parse_at(p, &v, &o) || o.kind != PDF_DICT)
		return;
	for (i = 0; i < o.u.d->n; i++) {
		for (k = 0; k < all->n && !view_eq(e[k].key, o.u.d->e[i].key); k++)
			;
		if (k == room)
			continue;
		e[k] = o.u.d->e[i];
		if (k == all->n)
			all->n++;
	}
}

/* All trailers and the dictionaries of cross-reference streams, the later over the earlier. */
static bool
gather_trailer(struct pdf *p)
{
	enum { ROOM = 64 };
	struct pdf_dict *all = arena_get(p->a, sizeof *all);
	struct pdf_entry *e = arena_array(p->a, ROOM, sizeof *e);
	size_t i, t = 0;

	if (all == NULL || e == NULL)
		return false;
	all->e = e;
	for (i = 0; i <= p->founds; i++) {
		size_t off = i < p->founds ? p->found[i].off : p->in.n;

		for (; t < p->trailer_n && p->trailers[t] < off; t++)
			take_trailer_at(p, view_from(p->in, p->trailers[t] + strlen("trailer")), all,
					e, ROOM);
		if (i < p->founds && p->found[i].hint == PDF_HINT_XREF) {
			struct view rest;
			uint32_t num, gen;

			if (pdf_object_head(p, off, &num, &gen, &rest))
				take_trailer_at(p, rest, all, e, ROOM);
		}
	}
	p->trailer = all;
	return pdf_mark_new(p->a, all, all->n);
}

bool
pdf_rebuild_table(struct pdf *p, struct err *e)
{
	size_t i;

	pdf_scan(p);
	if (p->founds == 0)
		return err_set(e, ERR_MALFORMED, "no objects");
	pdf_objstm_release(p);
	for (i = 0; i < p->n; i++)
		p->x[i] = (struct pdf_xref){ 0 };
	for (i = 0; i < p->founds; i++) {
		struct pdf_xref *x = pdf_entry_at(p, p->found[i].num);

		if (x == NULL)
			return err_set(e, ERR_LIMIT, "objects: no room");
		*x = (struct pdf_xref){ .at = PDF_AT_FILE, .off = p->found[i].off,
					.gen = p->found[i].gen };
	}
	p->gens_unsure = true;
	p->catalog = NULL;
	if (!gather_trailer(p))
		return err_set(e, ERR_LIMIT, "objects: no room");
	return true;
}

void
pdf_rebuild_objstms(struct pdf *p)
{
	size_t i;

	for (i = 0; i < p->founds; i++) {
		const struct pdf_found *f = &p->found[i];

		/* Of streams with one number only the last can be read. */
		if (f->hint == PDF_HINT_OBJSTM && p->found_by_num[f->num] == i + 1)
			pdf_objstm_enter(p, f->num, f->off);
	}
}

/* -- no trailer names a catalogue ------------------------------------------------ */

static const struct pdf_obj *
make_catalog(struct pdf *p, uint32_t pages)
{
	struct pdf_obj *o = arena_get(p->a, sizeof *o);
	struct pdf_dict *d = arena_get(p->a, sizeof *d);
	struct pdf_entry *e = arena_array(p->a, 1, sizeof *e);

	if (o == NULL || d == NULL || e == NULL)
		return &pdf_null;
	e->key = VIEW("Pages");
	e->value.kind = PDF_REF;
	e->value.u.ref.num = pages;
	e->value.u.ref.gen = p->x[pages].gen;
	d->e = e;
	d->n = 1;
	o->kind = PDF_DICT;
	o->u.d = d;
	return o;
}

/* A page tree of all the pages there are, in the order of their numbers. */
static const struct pdf_obj *
make_tree(struct pdf *p, const uint32_t *page, size_t n)
{
	struct pdf_obj *kids = arena_array(p->a, n, sizeof *kids);
	struct pdf_obj *tree = arena_get(p->a, sizeof *tree), *o = arena_get(p->a, sizeof *o);
	struct pdf_dict *d = arena_array(p->a, 2, sizeof *d);
	struct pdf_entry *e = arena_array(p->a, 4, sizeof *e);
	size_t i;

	if (kids == NULL || tree == NULL || o == NULL || d == NULL || e == NULL)
		return &pdf_null;
	for (i = 0; i < n; i++) {
		kids[i].kind = PDF_REF;
		kids[i].u.ref.num = page[i];
		kids[i].u.ref.gen = p->x[page[i]].gen;
	}
	e[0] = (struct pdf_entry){ VIEW("Type"), { .kind = PDF_NAME, .u.s = VIEW("Pages") } };
	e[1] = (struct pdf_entry){ VIEW("Kids"), { .kind = PDF_ARRAY } };
	e[1].value.u.a.v = kids;
	e[1].value.u.a.n = n;
	e[2] = (struct pdf_entry){ VIEW("Count"), { .kind = PDF_INT, .u.i = (int64_t)n } };
	d[0] = (struct pdf_dict){ .e = e, .n = 3 };
	e[3] = (struct pdf_entry){ VIEW("Pages"), { .kind = PDF_DICT, .u.d = &d[0] } };
	d[1] = (struct pdf_dict){ .e = &e[3], .n = 1 };
	o->kind = PDF_DICT;
	o->u.d = &d[1];
	return o;
}

struct hunt {
	const struct pdf_dict *catalog;
	uint32_t pages;
	uint32_t *page;
	size_t n, cap;
};

static bool
add_page(struct hunt *h, uint32_t num)
{
	if (h->n == h->cap) {
		size_t cap = h->cap * 2 + 64;
		uint32_t *v = realloc(h->page, cap * sizeof *v);

		if (v == NULL)
			return false;
		h->page = v;
		h->cap = cap;
	}
	h->page[h->n++] = num;
	return true;
}

static void
consider(struct pdf *p, uint32_t num, struct hunt *h)
{
	const struct pdf_obj *o = pdf_load(p, num, p->x[num].gen);

	if (o->kind != PDF_DICT)
		return;
	switch (hint_of(o->u.d)) {
	case PDF_HINT_CATALOG:
		if (pdf_dict_of(pdf_get(p, o->u.d, "Pages")) != NULL)
			h->catalog = o->u.d;
		break;
	case PDF_HINT_PAGES:
		if (pdf_get(p, o->u.d, "Parent")->kind != PDF_DICT &&
		    pdf_get(p, o->u.d, "Kids")->kind == PDF_ARRAY)
			h->pages = num;
		break;
	case PDF_HINT_PAGE:
		(void)add_page(h, num);
		break;
	default:
		break;
	}
}

bool
pdf_hunt_catalog(struct pdf *p)
{
	struct hunt h = { 0 };
	uint32_t i;

	for (i = 1; i < p->n; i++)
		if (p->x[i].at == PDF_AT_FILE || p->x[i].at == PDF_AT_STREAM)
			consider(p, i, &h);
	if (h.catalog == NULL && h.pages != 0)
		h.catalog = pdf_dict_of(make_catalog(p, h.pages));
	else if (h.catalog == NULL && h.n > 0)
		h.catalog = pdf_dict_of(make_tree(p, h.page, h.n));
	free(h.page);
	p->catalog = h.catalog;
	return h.catalog != NULL;
}
