/*
 * layer.c - optional content (ISO 32000-2 8.11): groups and membership
 * dictionaries, and the default configuration.  What is hidden by default
 * stays hidden; what could change that by itself (usage, events) goes.
 */
#include "sanitize/pdf/document.h"

enum { GROUPS_MAX = 10000, NEST_MAX = 16 };

static bool
is_group(struct doc *d, const struct pdf_obj *raw)
{
	const struct pdf_obj *o = pdf_resolve(d->r->in, raw);

	return o->kind == PDF_DICT && (pdf_is_name(pdf_get(d->r->in, o->u.d, "Type"), "OCG") ||
				       pdf_get_raw(o->u.d, "Name")->kind != PDF_NULL);
}

static bool
is_membership(struct doc *d, const struct pdf_obj *raw)
{
	const struct pdf_obj *o = pdf_resolve(d->r->in, raw);

	return o->kind == PDF_DICT && (pdf_is_name(pdf_get(d->r->in, o->u.d, "Type"), "OCMD") ||
				       pdf_get_raw(o->u.d, "OCGs")->kind != PDF_NULL);
}

static void
put_group_ref(struct doc *d, const struct pdf_obj *raw, struct buf *b)
{
	uint32_t num = raw->kind == PDF_REF && is_group(d, raw) ? pdf_optional_content(d->r, raw)
								: 0;

	if (num != 0)
		pdf_put_ref(b, num);
}

void
put_ocgs(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	size_t i, start = b->n;

	if (o->kind != PDF_ARRAY || o->u.a.n > GROUPS_MAX)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < o->u.a.n && doc_tick(d); i++)
		put_group_ref(d, &o->u.a.v[i], b);
	if (b->n == start + 1)
		b->n = start;
	else
		pdf_put_word(b, "]");
}

/* Groups, labels and nested lists of these; empty lists are left out. */
static void
put_nested(struct doc *d, const struct pdf_obj *o, unsigned depth, struct buf *b)
{
	size_t i, start = b->n;

	if (o->kind != PDF_ARRAY || o->u.a.n > GROUPS_MAX || depth > NEST_MAX)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < o->u.a.n && doc_tick(d); i++) {
		const struct pdf_obj *v = pdf_resolve(d->r->in, &o->u.a.v[i]);

		if (v->kind == PDF_STRING)
			put_text(b, v->u.s);
		else if (v->kind == PDF_ARRAY)
			put_nested(d, v, depth + 1, b);
		else
			put_group_ref(d, &o->u.a.v[i], b);
	}
	if (b->n == start + 1)
		b->n = start;
	else
		pdf_put_word(b, "]");
}

void
put_ocg_order(struct doc *d, const struct pdf_obj *o, struct buf *b)
{
	put_nested(d, o, 0, b);
}

/* A visibility expression (8.11.2.2): [/And x y], [/Or x y], [/Not x]. */
static void
put_expression(struct doc *d, const struct pdf_obj *o, unsigned depth, struct buf *b)
{
	const struct pdf_obj *op;
	size_t i, start = b->n, bare;

	if (o->kind != PDF_ARRAY || o->u.a.n < 2 || o->u.a.n > GROUPS_MAX || depth > NEST_MAX)
		return;
	op = pdf_resolve(d->r->in, &o->u.a.v[0]);
	if (op->kind != PDF_NAME || !pdf_name_in("And Or Not", op->u.s))
		return;
	pdf_put_word(b, "[");
	pdf_put_name(b, op->u.s);
	bare = b->n;
	for (i = 1; i < o->u.a.n && doc_tick(d); i++) {
		if (pdf_resolve(d->r->in, &o->u.a.v[i])->kind == PDF_ARRAY)
			put_expression(d, pdf_resolve(d->r->in, &o->u.a.v[i]), depth + 1, b);
		else
			put_group_ref(d, &o->u.a.v[i], b);
	}
	if (b->n == bare)
		b->n = start;
	else
		pdf_put_word(b, "]");
}

static void
membership_keys(struct doc *d, const struct pdf_dict *oc, struct pdf_keys *k)
{
	own_buf struct buf v = { 0 };
	const struct pdf_obj *groups = pdf_get_raw(oc, "OCGs");

	if (is_group(d, groups))
		put_group_ref(d, groups, &v);
	else
		put_ocgs(d, pdf_resolve(d->r->in, groups), &v);
	if (v.n > 0)
		(void)buf_view(pdf_key(k, "OCGs"), buf_bytes(&v));
	buf_clear(&v);
	put_expression(d, pdf_get(d->r->in, oc, "VE"), 0, &v);
	if (v.n > 0)
		(void)buf_view(pdf_key(k, "VE"), buf_bytes(&v));
}

uint32_t
pdf_optional_content(struct pdf_rebuild *r, const struct pdf_obj *oc)
{
	struct err e = { 0 };
	struct doc d = { .r = r, .e = &e };
	const struct pdf_dict *dict = pdf_dict_of(pdf_resolve(r->in, oc));
	bool membership = is_membership(&d, oc);
	enum pdf_as as = membership ? PDF_AS_OCMD : PDF_AS_OCG;
	uint32_t num = pdf_memo_get(r, doc_num(oc), as);
	struct pdf_keys *k;

	if (num != 0 || !(membership || is_group(&d, oc)))
		return num;
	k = pdf_keys_new(r->arena);
	if (k == NULL)
		return 0;
	num = doc_reserve(&d);
	(void)pdf_memo_put(r, doc_num(oc), as, num);
	walk_keys(&d, membership ? PDF_DICT_OCMD : PDF_DICT_OCG, dict, k);
	if (membership)
		membership_keys(&d, dict, k);
	doc_object(&d, num, k);
	return num;
}

static void
note_hidden(struct doc *d, const struct pdf_obj *groups)
{
	size_t i;

	for (i = 0; groups->kind == PDF_ARRAY && i < groups->u.a.n && i < GROUPS_MAX && doc_tick(d);
	     i++) {
		const struct pdf_dict *g = pdf_dict_of(pdf_resolve(d->r->in, &groups->u.a.v[i]));
		const struct pdf_obj *name = g != NULL ? pdf_get(d->r->in, g, "Name") : NULL;
		struct view text = name != NULL && name->kind == PDF_STRING ? doc_utf8(d, name->u.s)
									    : VIEW("");

		if (g != NULL)
			doc_find(d, FINDING_PDF_HIDDEN_LAYER, "%.*s", (int)text.n,
				 (const char *)text.p);
	}
}

/* Both keys are required (8.11.4.2): nothing without groups; without a configuration an empty one, which shows all. */
static void
put_properties(struct doc *d, const struct pdf_dict *oc, struct buf *b)
{
	struct pdf_keys *k = pdf_keys_new(d->r->arena);
	struct buf *config;
	size_t bare;

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	walk_keys(d, PDF_DICT_OC_PROPERTIES, oc, k);
	/* The configuration would write groups that nothing then refers to. */
	if (pdf_keys_count(k) == 0)
		return;
	config = pdf_key(k, "D");
	bare = config->n;
	walk_dict(d, PDF_DICT_OC_CONFIG, pdf_get(d->r->in, oc, "D"), config);
	if (config->n == bare) {
		pdf_put_word(config, "<<");
		pdf_put_word(config, ">>");
	}
	pdf_put_keys(b, k);
}

void
put_layers(struct doc *d, struct buf *b)
{
	const struct pdf_obj *oc = pdf_get(d->r->in, pdf_catalog(d->r->in), "OCProperties");
	const struct pdf_dict *config;

	if (pdf_dict_of(oc) == NULL)
		return;
	put_properties(d, pdf_dict_of(oc), b);
	config = pdf_dict_of(pdf_get(d->r->in, pdf_dict_of(oc), "D"));
	if (config == NULL)
		return;
	if (pdf_is_name(pdf_get(d->r->in, config, "BaseState"), "OFF"))
		note_hidden(d, pdf_get(d->r->in, pdf_dict_of(oc), "OCGs"));
	else
		note_hidden(d, pdf_get(d->r->in, config, "OFF"));
}
