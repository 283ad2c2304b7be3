/*
 * resources.c - which resources a content stream uses, and the dictionary of
 * just these (ISO 32000-2 7.8.3).  Names are kept.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/own.h"
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/gfx.h"

enum { ADDED_MAX = 4096 };	/* found one by one; an honest form has its own resources */

struct entry {
	struct view name;
	const struct pdf_obj *source;
	size_t at;		/* of the source in its dictionary, for its account */
	enum { ENTRY_UNSEEN, ENTRY_MAKING, ENTRY_USED, ENTRY_NONE } state;
	struct view value;	/* of ENTRY_USED, in the arena */
};

struct category {
	struct entry *e;	/* sorted by name: a name is found in log n */
	size_t n, used;
	bool read;
	const struct pdf_dict *source;
	struct entry *added;	/* a parent's or ours; few */
	size_t added_n, added_cap;
};

struct res {
	struct pdf_rebuild *r;
	const struct pdf_dict *source;
	struct res *parent;
	struct borrower *borrower;	/* whose resources these are not: it has none */
	const char *where;
	struct category cat[RES_COUNT];
	uint32_t next;	/* for names of ours */
};

static const char *const cat_key[RES_COUNT] = {
#define RES(id, key) [RES_##id] = key,
#include "sanitize/pdf/resource.def"
#undef RES
};

struct res *
res_new(struct pdf_rebuild *r, const struct pdf_dict *source, struct res *parent,
	const char *where)
{
	struct res *s = arena_get(r->arena, sizeof *s);

	if (!s)
		return NULL;
	*s = (struct res){ .r = r, .source = source, .parent = parent, .where = where,
			   .borrower = !source && parent ? r->borrower : NULL };
	if (source)
		pdf_place(source, PLACE_RESOURCES);
	return s;
}

const char *
res_where(const struct res *s)
{
	return s ? s->where : "";
}

static int
by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int c = n ? memcmp(x->name.p, y->name.p, n) : 0;

	return c ? c : (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

static void
cat_read(struct res *s, enum res_cat c)
{
	struct category *cat = &s->cat[c];
	const struct pdf_dict *d;

	if (cat->read)
		return;
	cat->read = true;
	d = s->source ? pdf_dict_of(pdf_get(s->r->in, s->source, cat_key[c])) : NULL;
	if (!d || d->n == 0)
		return;
	cat->e = arena_array(s->r->arena, d->n, sizeof *cat->e);
	if (!cat->e)
		return;
	for (size_t i = 0; i < d->n; i++)
		if (gfx_name_ok(d->e[i].key))
			cat->e[cat->n++] = (struct entry){ .name = d->e[i].key,
							   .source = &d->e[i].value, .at = i };
	cat->source = d;
	pdf_place(d, PLACE_RESOURCE);
	if (cat->n)
		qsort(cat->e, cat->n, sizeof *cat->e, by_name);
}

static struct entry *
find_own(struct res *s, enum res_cat c, struct view name)
{
	struct entry key = { .name = name };

	struct entry *e;

	cat_read(s, c);
	e = s->cat[c].n ? bsearch(&key, s->cat[c].e, s->cat[c].n, sizeof key, by_name) : NULL;
	if (e)
		pdf_mark_at(s->cat[c].source, e->at, PDF_READ);
	return e;
}

static struct entry *
find_added(struct res *s, enum res_cat c, struct view name)
{
	for (size_t i = 0; i < s->cat[c].added_n; i++)
		if (view_eq(s->cat[c].added[i].name, name))
			return &s->cat[c].added[i];
	return NULL;
}

/* The name is copied: it may stand in a content stream, which does not last as long. */
static struct entry *
add(struct res *s, enum res_cat c, struct entry new)
{
	struct category *cat = &s->cat[c];

	new.name = arena_copy(s->r->arena, new.name);
	if (!new.name.p)
		return NULL;
	if (cat->added_n == cat->added_cap) {
		size_t cap = cat->added_cap ? cat->added_cap * 2 : 8;
		struct entry *more = arena_array(s->r->arena, cap, sizeof *more);

		if (!more)
			return NULL;
		if (cat->added_n)
			memcpy(more, cat->added, cat->added_n * sizeof *more);
		cat->added = more;
		cat->added_cap = cap;
	}
	cat->added[cat->added_n] = new;
	return &cat->added[cat->added_n++];
}

const struct pdf_obj *
res_source(struct res *s, enum res_cat c, struct view name)
{
	const struct pdf_obj *source = NULL;
	struct res *at = s;

	for (; at && !source; at = at->parent) {
		const struct entry *e = find_own(at, c, name);

		if (e)
			source = e->source;
		else if (at->borrower)
			return borrow_note(s->r, at->borrower, c, name,
					   res_source(at->parent, c, name));
	}
	return source;
}

static bool
make(struct res *s, enum res_cat c, const struct pdf_obj *o, struct buf *b, struct err *e)
{
	struct pdf_rebuild *r = s->r;
	uint32_t num;

	switch (c) {
	case RES_FONT:
		return gfx_font(r, o, s, b, e);
	case RES_XOBJECT:
		return gfx_xobject(r, o, s, b, e);
	case RES_COLORSPACE:
		return gfx_space(r, o, NULL, b, e);
	case RES_PATTERN:
		return gfx_pattern(r, o, s, b, e);
	case RES_SHADING:
		return gfx_shading(r, o, s, b, e);
	case RES_EXTGSTATE:
		return gfx_gstate(r, o, s, b, e);
	case RES_PROPERTIES:
		num = pdf_optional_content(r, o);
		if (num)
			pdf_put_ref(b, num);
		return true;
	case RES_COUNT:
		break;
	}
	return true;
}

bool
res_use(struct res *s, enum res_cat c, struct view name, bool *ret, struct err *e)
{
	struct entry *t = find_own(s, c, name);

	*ret = false;
	if (!t)
		t = find_added(s, c, name);
	if (!t && s->parent && s->cat[c].added_n < ADDED_MAX) {
		const struct pdf_obj *o = res_source(s, c, name);

		t = o ? add(s, c, (struct entry){ .name = name, .source = o }) : NULL;
	}
	if (!t)
		return true;
	if (t->state == ENTRY_UNSEEN) {
		own_buf struct buf b = { 0 };
		const struct pdf_obj *source = t->source;

		t->state = ENTRY_MAKING;
		if (!make(s, c, source, &b, e) || !buf_ok(&b, e))
			return false;
		/* the maker may have moved what was added */
		t = find_own(s, c, name);
		if (!t)
			t = find_added(s, c, name);
		t->state = b.n ? ENTRY_USED : ENTRY_NONE;
		if (b.n) {
			t->value = arena_copy(s->r->arena, buf_bytes(&b));
			if (!t->value.p)
				return err_set(e, ERR_LIMIT, "memory of one document");
			s->cat[c].used++;
		}
	}
	*ret = t->state == ENTRY_USED;
	return true;
}

bool
res_add(struct res *s, enum res_cat c, uint32_t num, struct view *ret_name, struct err *e)
{
	own_buf struct buf b = { 0 };
	struct entry new = { .state = ENTRY_USED }, *added;
	char text[24];

	do {
		snprintf(text, sizeof text, "Sk%u", s->next++);
	} while (res_source(s, c, view_str(text)));
	pdf_put_ref(&b, num);
	new.name = view_str(text);
	new.value = arena_copy(s->r->arena, buf_bytes(&b));
	added = new.value.p ? add(s, c, new) : NULL;
	if (!added)
		return err_set(e, ERR_LIMIT, "memory of one document");
	s->cat[c].used++;
	*ret_name = added->name;
	return true;
}

size_t
res_count(const struct res *s)
{
	size_t n = 0;

	for (size_t c = 0; c < RES_COUNT; c++)
		n += s->cat[c].used;
	return n;
}

/* DefaultGray and its like change what device colours mean (8.6.5.6), though no operator names them. */
static bool
use_defaults(struct res *s, struct err *e)
{
	static const char *const names[] = { "DefaultGray", "DefaultRGB", "DefaultCMYK" };
	bool used;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!res_use(s, RES_COLORSPACE, view_str(names[i]), &used, e))
			return false;
	return true;
}

static void
put_entries(struct pdf_keys *k, const struct entry *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (e[i].state == ENTRY_USED)
			buf_view(pdf_key_view(k, e[i].name), e[i].value);
}

bool
res_put(struct res *s, struct buf *b, struct err *e)
{
	struct pdf_keys *all;

	if (!use_defaults(s, e))
		return false;
	all = pdf_keys_new(s->r->arena);
	if (!all)
		return err_set(e, ERR_LIMIT, "memory of one document");
	for (size_t c = 0; c < RES_COUNT; c++) {
		struct pdf_keys *k;

		if (s->cat[c].used == 0)
			continue;
		k = pdf_keys_new(s->r->arena);
		if (!k)
			return err_set(e, ERR_LIMIT, "memory of one document");
		put_entries(k, s->cat[c].e, s->cat[c].n);
		put_entries(k, s->cat[c].added, s->cat[c].added_n);
		pdf_put_keys(pdf_key(all, cat_key[c]), k);
	}
	pdf_put_keys(b, all);
	return true;
}
