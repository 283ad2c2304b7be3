/*
 * field.c - interactive forms (ISO 32000-2 12.7).
 *
 * The tree of fields is read from /Fields down and from the pages' widgets
 * up (files forget either, or the whole /AcroForm), and written as one sound
 * tree.  A widget that is a field is one object with the keys of both.  Unless the profile keeps
 * forms, every field is made read-only: what was filled in stays readable
 * and looks the same.
 */
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum {
	FIELDS_MAX = 200000, PARENTS_DEEP = 32, FONTS_MAX = 1024,
	READ_ONLY = 1, PUSH_BUTTON = 1 << 16,
	NONE = 0,
};

struct field {
	const struct pdf_dict *d;
	uint32_t src, num;
	size_t parent, first, last, next;	/* indices; 0: none */
	int64_t flags;				/* own or inherited */
	struct view type;			/* own or inherited: "Tx" */
	bool signed_, written;
};

struct form {
	const struct pdf_dict *d;	/* /AcroForm */
	const struct pdf_dict *dr;	/* its resources, else those of the first field that has some */
	struct field *f;		/* f[0] is the root above all */
	size_t n, cap;
	struct pdf_rebuild index;	/* a memo of its own: source number to index */
	bool static_;
};

static size_t
index_of(const struct form *form, uint32_t src)
{
	return pdf_memo_get(&form->index, src, PDF_AS_FIELD);
}

/* The new field's index, 0 when there is no more room. */
static size_t
add(struct doc *d, uint32_t src, const struct pdf_dict *dict, size_t parent)
{
	struct form *form = d->form;
	struct field *f;

	if (form->n >= FIELDS_MAX)
		return NONE;
	f = doc_grow(d, form->f, form->n, &form->cap, sizeof *f);
	if (f == NULL)
		return NONE;
	form->f = f;
	f[form->n] = (struct field){ .d = dict, .src = src, .parent = parent };
	if (f[parent].last != NONE)
		f[f[parent].last].next = form->n;
	else
		f[parent].first = form->n;
	f[parent].last = form->n;
	if (!pdf_memo_put(&form->index, src, PDF_AS_FIELD, (uint32_t)form->n))
		doc_no_memory(d);
	return form->n++;
}

/* What /Fields names may be a kid, its parents forgotten: the uppermost of them. */
static const struct pdf_obj *
uppermost(struct doc *d, const struct pdf_obj *raw)
{
	for (size_t i = 0; i < PARENTS_DEEP; i++) {
		const struct pdf_dict *dict = pdf_dict_of(pdf_resolve(d->r->in, raw));
		const struct pdf_obj *up = dict != NULL ? pdf_get_raw(dict, "Parent") : NULL;
		const struct pdf_dict *parent = up != NULL ? pdf_dict_of(pdf_resolve(d->r->in, up)) : NULL;

		if (parent == NULL || doc_num(up) == 0 ||
		    (pdf_get_raw(parent, "T")->kind == PDF_NULL && pdf_get_raw(parent, "FT")->kind == PDF_NULL))
			break;
		raw = up;
	}
	return raw;
}

static void
read_down(struct doc *d)
{
	struct form *form = d->form;
	struct { const struct pdf_obj *kids; size_t next, parent; } stack[PARENTS_DEEP];
	size_t depth = 1;

	stack[0].kids = pdf_get(d->r->in, form->d, "Fields");
	stack[0].next = stack[0].parent = 0;
	if (stack[0].kids->kind != PDF_ARRAY)
		return;
	while (depth > 0 && doc_tick(d)) {
		const struct pdf_obj *kids = stack[depth - 1].kids, *raw;
		const struct pdf_dict *dict;
		size_t at;

		if (stack[depth - 1].next >= kids->u.a.n) {
			depth--;
			continue;
		}
		raw = &kids->u.a.v[stack[depth - 1].next++];
		if (depth == 1)
			raw = uppermost(d, raw);
		dict = pdf_dict_of(pdf_resolve(d->r->in, raw));
		if (dict == NULL || index_of(form, doc_num(raw)) != NONE)
			continue;
		at = add(d, doc_num(raw), dict, stack[depth - 1].parent);
		kids = pdf_get(d->r->in, dict, "Kids");
		if (at == NONE || kids->kind != PDF_ARRAY || depth >= PARENTS_DEEP)
			continue;
		stack[depth].kids = kids;
		stack[depth].next = 0;
		stack[depth++].parent = at;
	}
}

/* A widget that /Fields does not reach: it and its parents are added, if a field is among them. */
static void
read_up(struct doc *d, const struct pdf_obj *widget)
{
	struct form *form = d->form;
	const struct pdf_obj *chain[PARENTS_DEEP];
	size_t n = 0, parent = NONE;
	bool field = false;
	const struct pdf_obj *raw = widget;

	while (n < PARENTS_DEEP) {
		const struct pdf_dict *dict = pdf_dict_of(pdf_resolve(d->r->in, raw));

		if (dict == NULL || doc_num(raw) == 0)
			break;
		parent = index_of(form, doc_num(raw));
		if (parent != NONE)
			break;
		chain[n++] = raw;
		if (pdf_get_raw(dict, "FT")->kind != PDF_NULL)
			field = true;
		raw = pdf_get_raw(dict, "Parent");
	}
	if (parent == NONE && !field)
		return;
	while (n-- > 0) {
		uint32_t num = doc_num(chain[n]);

		if (index_of(form, num) != NONE)	/* a loop of parents */
			continue;
		parent = add(d, num, pdf_dict_of(pdf_resolve(d->r->in, chain[n])), parent);
		if (parent == NONE)
			return;
	}
}

static void
read_widgets(struct doc *d)
{
	size_t i, j;

	for (i = 0; i < d->pages && doc_tick(d); i++) {
		const struct pdf_obj *list = pdf_get(d->r->in, d->page[i].d, "Annots");

		if (list->kind != PDF_ARRAY || d->page[i].copy)
			continue;
		for (j = 0; j < list->u.a.n && doc_tick(d); j++) {
			const struct pdf_obj *raw = &list->u.a.v[j];
			const struct pdf_dict *a = pdf_dict_of(pdf_resolve(d->r->in, raw));

			if (a != NULL && index_of(d->form, doc_num(raw)) == NONE &&
			    pdf_is_name(pdf_get(d->r->in, a, "Subtype"), "Widget"))
				read_up(d, raw);
		}
	}
}

/* The next field in the order of the tree; 0 at its end. */
static size_t
after(const struct form *form, size_t at)
{
	if (form->f[at].first != NONE)
		return form->f[at].first;
	while (at != NONE && form->f[at].next == NONE)
		at = form->f[at].parent;
	return at != NONE ? form->f[at].next : NONE;
}

/* Numbers in the tree's order, so that a second rebuild finds them as they are; what is inherited. */
static void
settle(struct doc *d, struct field *f)
{
	const struct field *up = &d->form->f[f->parent];
	const struct pdf_obj *type = pdf_get(d->r->in, f->d, "FT");
	const struct pdf_obj *v = pdf_get(d->r->in, f->d, "V");

	f->num = doc_reserve(d);
	if (d->form->dr == NULL)
		d->form->dr = pdf_dict_of(pdf_get(d->r->in, f->d, "DR"));
	f->flags = up->flags;
	(void)pdf_int(pdf_get(d->r->in, f->d, "Ff"), &f->flags);
	f->flags &= 0x7fffffff;
	f->type = type->kind == PDF_NAME ? type->u.s : up->type;
	f->signed_ = up->signed_ || (view_is(f->type, "Sig") && pdf_dict_of(v) != NULL);
	if (f->signed_ && !up->signed_)
		doc_find(d, FINDING_PDF_SIGNATURE, NULL);
	if (f->signed_)
		pdf_mark(f->d, "V", PDF_TOLD);
	if (pdf_name_in("Tx Ch Btn", f->type) && !(f->flags & READ_ONLY) && d->form->static_ &&
	    !(view_is(f->type, "Btn") && f->flags & PUSH_BUTTON) && f->first == NONE)
		doc_find(d, FINDING_PDF_FORM_STATIC, NULL);
	/* A widget's are told with its page. */
	if (!pdf_is_name(pdf_get(d->r->in, f->d, "Subtype"), "Widget"))
		report_triggers(d, f->d);
}

void
form_read(struct doc *d)
{
	static const struct pdf_dict forgotten;
	const struct pdf_dict *acro =
		pdf_dict_of(pdf_get(d->r->in, pdf_catalog(d->r->in), "AcroForm"));
	struct form *form;
	size_t at;

	if (acro == NULL)
		acro = &forgotten;
	pdf_place(acro, PLACE_FORM_FIELDS);
	form = doc_array(d, 1, sizeof *form);
	if (form == NULL)
		return;
	*form = (struct form){ .d = acro, .dr = pdf_dict_of(pdf_get(d->r->in, acro, "DR")),
			       .n = 1, .cap = 16,
			       .index = { .memo = pdf_memo_new(d->r->arena) },
			       .static_ = !d->r->job->profile->forms };
	form->f = doc_array(d, form->cap, sizeof *form->f);
	if (form->f == NULL || form->index.memo == NULL) {
		doc_no_memory(d);
		return;
	}
	d->form = form;
	if (pdf_get(d->r->in, acro, "XFA")->kind != PDF_NULL)
		doc_find(d, FINDING_PDF_XFA, NULL);
	pdf_mark(acro, "XFA", PDF_TOLD);
	read_down(d);
	read_widgets(d);
	if (acro == &forgotten && form->n == 1) {
		d->form = NULL;
		return;
	}
	for (at = after(form, 0); at != NONE && doc_tick(d); at = after(form, at))
		settle(d, &form->f[at]);
}

struct field *
form_field(struct doc *d, uint32_t src)
{
	size_t at = d->form != NULL ? index_of(d->form, src) : NONE;

	return at != NONE ? &d->form->f[at] : NULL;
}

uint32_t
field_num(const struct field *f)
{
	return f->num;
}

const struct pdf_dict *
form_resources(const struct doc *d)
{
	return d->form != NULL ? d->form->dr : NULL;
}

static void
put_type(struct doc *d, const struct field *f, struct pdf_keys *k)
{
	const struct pdf_obj *type = pdf_get(d->r->in, f->d, "FT");

	/*
	 * A signature cannot outlive the rebuilding.  An empty signature field
	 * would invite to sign; a button without action keeps just the look.
	 */
	if (f->signed_)
		pdf_put_name(pdf_key(k, "FT"), VIEW("Btn"));
	else if (type->kind == PDF_NAME && pdf_name_in("Tx Btn Ch Sig", type->u.s))
		pdf_put_name(pdf_key(k, "FT"), type->u.s);
}

static void
put_flags(struct doc *d, const struct field *f, struct pdf_keys *k)
{
	if (f->signed_)
		pdf_put_int(pdf_key(k, "Ff"), READ_ONLY | PUSH_BUTTON);
	else if (d->form->static_)
		pdf_put_int(pdf_key(k, "Ff"), f->flags | READ_ONLY);
	else if (pdf_get(d->r->in, f->d, "Ff")->kind != PDF_NULL)
		pdf_put_int(pdf_key(k, "Ff"), f->flags);
}

void
field_keys(struct doc *d, struct field *f, struct pdf_keys *k)
{
	static const struct pdf_rule value = { "V", PDF_HOW_VALUE, "", 0, 0 };
	struct form *form = d->form;
	own_buf struct buf v = { 0 };
	struct buf *kids;
	size_t kid;

	if (f->written)
		return;
	f->written = true;
	walk_keys(d, PDF_DICT_FIELD, f->d, k);
	put_type(d, f, k);
	put_flags(d, f, k);
	if (!view_is(f->type, "Sig"))
		walk_value(d, &value, pdf_get_raw(f->d, "V"), &v);
	if (v.n > 0 && !v.full)
		(void)buf_view(pdf_key(k, "V"), buf_bytes(&v));
	if (f->parent != NONE)
		pdf_put_ref(pdf_key(k, "Parent"), form->f[f->parent].num);
	if (f->first == NONE)
		return;
	kids = pdf_key(k, "Kids");
	pdf_put_word(kids, "[");
	for (kid = f->first; kid != NONE && doc_tick(d); kid = form->f[kid].next)
		pdf_put_ref(kids, form->f[kid].num);
	pdf_put_word(kids, "]");
}

/* /DR's fonts: readers write the values of fields anew with them. */
static void
put_fonts(struct doc *d, struct pdf_keys *form)
{
	const struct pdf_dict *dr = form_resources(d);
	const struct pdf_dict *fonts =
		dr != NULL ? pdf_dict_of(pdf_get(d->r->in, dr, "Font")) : NULL;
	struct pdf_keys *k;
	const struct pdf_entry *const *entry;
	struct buf *b;
	size_t i, n;

	if (fonts == NULL || d->dead)
		return;
	k = pdf_keys_new(d->r->arena);
	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	entry = doc_sorted(d, fonts, FONTS_MAX, &n);
	for (i = 0; i < n && doc_tick(d); i++) {
		struct err e = { 0 };
		uint32_t num = 0;

		if (!pdf_font(d->r, &entry[i]->value, "form", &num, &e)) {
			d->dead = true;
			*d->e = e;
		} else if (num != 0) {
			pdf_put_ref(pdf_key_view(k, entry[i]->key), num);
		}
	}
	if (pdf_keys_count(k) == 0) {
		own_buf struct buf unused = { 0 };

		pdf_put_keys(&unused, k);
		return;
	}
	b = pdf_key(form, "DR");
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("Font"));
	pdf_put_keys(b, k);
	pdf_put_word(b, ">>");
}

static void
write_fields(struct doc *d)
{
	struct form *form = d->form;
	size_t at;

	for (at = after(form, 0); at != NONE && doc_tick(d); at = after(form, at)) {
		struct pdf_keys *k;

		if (form->f[at].written)
			continue;
		/* A widget on no page: what it does may run all the same (12.6.3, /C). */
		if (pdf_is_name(pdf_get(d->r->in, form->f[at].d, "Subtype"), "Widget"))
			report_triggers(d, form->f[at].d);
		k = pdf_keys_new(d->r->arena);
		if (k == NULL) {
			doc_no_memory(d);
			return;
		}
		field_keys(d, &form->f[at], k);
		doc_object(d, form->f[at].num, k);
	}
}

void
put_form(struct doc *d, struct buf *b)
{
	struct form *form = d->form;
	struct pdf_keys *k;
	struct buf *fields;
	size_t at;

	if (form == NULL || form->f[0].first == NONE || d->dead)
		return;
	write_fields(d);
	k = pdf_keys_new(d->r->arena);
	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	walk_keys(d, PDF_DICT_ACROFORM, form->d, k);
	put_fonts(d, k);
	fields = pdf_key(k, "Fields");
	pdf_put_word(fields, "[");
	for (at = form->f[0].first; at != NONE && doc_tick(d); at = form->f[at].next)
		pdf_put_ref(fields, form->f[at].num);
	pdf_put_word(fields, "]");
	pdf_put_keys(b, k);
}
