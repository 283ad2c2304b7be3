/*
 * structure.c - logical structure (ISO 32000-2 14.7): the tree that makes a
 * PDF accessible, walked breadth first without recursion, each element
 * once and under one parent.
 */
#include "sanitize/pdf/document.h"

enum { ELEMENTS_MAX = 2000000, MAP_MAX = 10000 };

struct element {
	const struct pdf_dict *d;
	uint32_t num, parent;
};

struct structure {
	struct doc *d;
	struct element *v;	/* in the order of their numbers */
	size_t n, cap;
};

/* The new number of a kid that is an element, 0 where it is none or has a parent already. */
static uint32_t
add_element(struct structure *s, const struct pdf_obj *raw, const struct pdf_dict *dict,
	    uint32_t parent)
{
	struct doc *d = s->d;
	struct element *v;

	if (s->n >= ELEMENTS_MAX || pdf_memo_get(d->r, doc_num(raw), PDF_AS_STRUCT) != 0 ||
	    pdf_get(d->r->in, dict, "S")->kind != PDF_NAME)
		return 0;
	v = doc_grow(d, s->v, s->n, &s->cap, sizeof *v);
	if (v == NULL)
		return 0;
	s->v = v;
	v[s->n] = (struct element){ dict, doc_reserve(d), parent };
	if (!pdf_memo_put(d->r, doc_num(raw), PDF_AS_STRUCT, v[s->n].num))
		doc_no_memory(d);
	return v[s->n++].num;
}

/* A marked-content reference is told by its MCID, an object reference by its Obj. */
static void
put_reference(struct doc *d, enum pdf_dict_kind kind, const struct pdf_dict *dict, struct buf *b)
{
	static const enum pdf_as things[] = { PDF_AS_ANNOT, PDF_AS_FORM, PDF_AS_IMAGE };
	const struct pdf_obj *to = pdf_get_raw(dict, kind == PDF_DICT_MCR ? "Stm" : "Obj");
	uint32_t num = 0;
	struct pdf_keys *k;
	size_t i;

	if (kind == PDF_DICT_MCR)
		num = doc_made(d, to, PDF_AS_FORM);
	else
		for (i = 0; i < sizeof things / sizeof *things && num == 0; i++)
			num = doc_made(d, to, things[i]);
	/* Content in a stream that did not come along, an object that went. */
	if (num == 0 && (to->kind != PDF_NULL || kind == PDF_DICT_OBJR))
		return;
	k = pdf_keys_new(d->r->arena);
	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	walk_keys(d, kind, dict, k);
	if (num != 0)
		pdf_put_ref(pdf_key(k, kind == PDF_DICT_MCR ? "Stm" : "Obj"), num);
	pdf_put_keys(b, k);
}

static void
put_kid(struct structure *s, const struct pdf_obj *raw, uint32_t parent, struct buf *b)
{
	struct doc *d = s->d;
	const struct pdf_obj *o = pdf_resolve(d->r->in, raw);
	const struct pdf_dict *dict = pdf_dict_of(o);
	uint32_t num;
	int64_t mcid;

	if (dict == NULL) {
		if (o->kind == PDF_INT && pdf_int(o, &mcid) && mcid >= 0 && mcid <= INT32_MAX)
			pdf_put_int(b, mcid);
	} else if (pdf_get_raw(dict, "MCID")->kind != PDF_NULL) {
		put_reference(d, PDF_DICT_MCR, dict, b);
	} else if (pdf_get_raw(dict, "Obj")->kind != PDF_NULL) {
		put_reference(d, PDF_DICT_OBJR, dict, b);
	} else {
		num = add_element(s, raw, dict, parent);
		if (num != 0)
			pdf_put_ref(b, num);
	}
}

/* One kid by itself, more as an array; `always` an array. */
static void
put_kids(struct structure *s, const struct pdf_dict *of, uint32_t parent, bool always,
	 struct buf *b)
{
	struct doc *d = s->d;
	const struct pdf_obj *raw = pdf_get_raw(of, "K"), *k = pdf_resolve(d->r->in, raw);
	own_buf struct buf list = { 0 };
	size_t i, n = 0, before;

	(void)buf_byte(&list, '[');
	if (k->kind != PDF_ARRAY) {
		put_kid(s, raw, parent, &list);
		n = list.n > 1;
	}
	for (i = 0; k->kind == PDF_ARRAY && i < k->u.a.n && doc_tick(d); i++) {
		before = list.n;
		put_kid(s, &k->u.a.v[i], parent, &list);
		n += list.n > before;
	}
	if (list.full)
		doc_no_memory(d);
	if (n == 0 || d->dead)
		return;
	if (n > 1 || always)
		pdf_put_word(&list, "]");
	(void)buf_view(b, n > 1 || always ? buf_bytes(&list) : view_from(buf_bytes(&list), 1));
}

static void
write_element(struct structure *s, size_t at)
{
	struct doc *d = s->d;
	struct element e = s->v[at];	/* the array may move below */
	own_buf struct buf kids = { 0 };
	struct pdf_keys *k = pdf_keys_new(d->r->arena);

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	walk_keys(d, PDF_DICT_STRUCT_ELEM, e.d, k);
	report_associated(d, e.d);
	pdf_put_ref(pdf_key(k, "P"), e.parent);
	put_kids(s, e.d, e.num, false, &kids);
	if (kids.n > 0)
		(void)buf_view(pdf_key(k, "K"), buf_bytes(&kids));
	doc_object(d, e.num, k);
}

/* An array of the parent tree: which element each marked content of a page belongs to. */
static uint32_t
parent_array(struct doc *d, const struct pdf_obj *raw, const struct pdf_obj *a)
{
	uint32_t num = pdf_memo_get(d->r, doc_num(raw), PDF_AS_OTHER);
	own_buf struct buf b = { 0 };
	bool any = false;
	size_t i;

	if (num != 0)
		return num;
	pdf_put_word(&b, "[");
	for (i = 0; i < a->u.a.n && doc_tick(d); i++) {
		uint32_t to = pdf_memo_get(d->r, doc_num(&a->u.a.v[i]), PDF_AS_STRUCT);

		any = any || to != 0;
		if (to != 0)
			pdf_put_ref(&b, to);
		else
			pdf_put_word(&b, "null");
	}
	pdf_put_word(&b, "]");
	if (!any || d->dead)
		return 0;
	num = doc_reserve(d);
	if (b.full || !pdf_memo_put(d->r, doc_num(raw), PDF_AS_OTHER, num))
		doc_no_memory(d);
	pdf_out_object(d->r->out, num, buf_bytes(&b));
	return num;
}

static void
put_parents(struct doc *d, const struct pdf_dict *root, struct pdf_keys *k)
{
	struct tree t = { 0 };
	struct buf *b = NULL;
	size_t i;

	tree_numbers(d, pdf_get_raw(root, "ParentTree"), &t);
	for (i = 0; i < t.n && doc_tick(d); i++) {
		const struct pdf_obj *o = pdf_resolve(d->r->in, t.v[i].value);
		uint32_t num = o->kind == PDF_ARRAY
				       ? parent_array(d, t.v[i].value, o)
				       : pdf_memo_get(d->r, doc_num(t.v[i].value), PDF_AS_STRUCT);

		if (num == 0 || t.v[i].number < 0 || t.v[i].number > INT32_MAX)
			continue;
		if (b == NULL) {
			b = pdf_key(k, "ParentTree");
			pdf_put_word(b, "<<");
			pdf_put_name(b, VIEW("Nums"));
			pdf_put_word(b, "[");
		}
		pdf_put_int(b, t.v[i].number);
		pdf_put_ref(b, num);
	}
	if (b != NULL) {
		pdf_put_word(b, "]");
		pdf_put_word(b, ">>");
	}
}

/* /RoleMap: names to names; /ClassMap: names to attributes. */
static void
put_map(struct doc *d, const struct pdf_dict *root, const char *key, bool roles,
	struct pdf_keys *to)
{
	const struct pdf_dict *map = pdf_dict_of(pdf_get(d->r->in, root, key));
	own_buf struct buf v = { 0 }, all = { 0 };
	struct pdf_keys *k;
	size_t i, n;

	if (map == NULL)
		return;
	k = pdf_keys_new(d->r->arena);
	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	for (i = 0; i < map->n && i < MAP_MAX && doc_tick(d); i++) {
		const struct pdf_obj *o = pdf_resolve(d->r->in, &map->e[i].value);

		pdf_mark_at(map, i, PDF_READ);
		if (!doc_name_ok(map->e[i].key))
			continue;
		buf_clear(&v);
		if (!roles)
			put_attrs(d, o, &v);
		else if (o->kind == PDF_NAME && doc_name_ok(o->u.s))
			pdf_put_name(&v, o->u.s);
		if (v.n > 0)
			(void)buf_view(pdf_key_view(k, map->e[i].key), buf_bytes(&v));
	}
	n = pdf_keys_count(k);
	pdf_put_keys(&all, k);
	if (n > 0)
		(void)buf_view(pdf_key(to, key), buf_bytes(&all));
}

void
put_structure(struct doc *d, struct buf *b)
{
	const struct pdf_dict *root =
		pdf_dict_of(pdf_get(d->r->in, pdf_catalog(d->r->in), "StructTreeRoot"));
	struct structure s = { .d = d };
	own_buf struct buf kids = { 0 };
	struct pdf_keys *k;
	uint32_t num;
	size_t i;

	if (root == NULL || d->dead)
		return;
	k = pdf_keys_new(d->r->arena);
	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	num = doc_reserve(d);
	walk_keys(d, PDF_DICT_STRUCT_ROOT, root, k);
	put_kids(&s, root, num, true, &kids);
	for (i = 0; i < s.n && doc_tick(d); i++)
		write_element(&s, i);
	if (kids.n > 0)
		(void)buf_view(pdf_key(k, "K"), buf_bytes(&kids));
	put_map(d, root, "RoleMap", true, k);
	put_map(d, root, "ClassMap", false, k);
	put_parents(d, root, k);
	doc_object(d, num, k);
	pdf_put_ref(b, num);
}
