/*
 * annot.c - annotations (ISO 32000-2 12.5): those of the table with their
 * keys; of the others the look stays, as a stamp that does nothing.
 */
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum { ANNOTS_MAX = 200000, STATES_MAX = 1024 };

struct annot {
	const struct pdf_dict *d;
	uint32_t num;
	const struct pdf_annot_kind *kind;
	struct field *field;	/* the field it is */
	uint32_t file;		/* the attachment's new number */
};

/* The normal appearance: a stream, or a dictionary of states; else NULL. */
static const struct pdf_obj *
look_of(struct doc *d, const struct pdf_dict *annot)
{
	const struct pdf_dict *ap = pdf_dict_of(pdf_get(d->r->in, annot, "AP"));
	const struct pdf_obj *n = ap != NULL ? pdf_get(d->r->in, ap, "N") : NULL;

	return n != NULL && (n->kind == PDF_STREAM || n->kind == PDF_DICT) ? n : NULL;
}

/* Features inside annotations that go whatever becomes of the annotation. */
static void
report_annot(struct doc *d, const struct pdf_dict *a, struct view subtype)
{
	report_triggers(d, a);
	if (pdf_name_in("RichMedia Movie Sound Screen 3D", subtype))
		doc_find(d, FINDING_PDF_MULTIMEDIA, "%.*s", (int)subtype.n, (const char *)subtype.p);
	else if (subtype.n > 0 && pdf_annot_kind(subtype) == NULL)
		doc_find(d, FINDING_PDF_FEATURE, "%.*s", (int)(subtype.n < 64 ? subtype.n : 64),
			 (const char *)subtype.p);
	report_associated(d, a);
	if (pdf_get_raw(a, "PA")->kind != PDF_NULL)
		report_action(d, pdf_get_raw(a, "PA"), false);
	/* Links, widgets and outline items are told by put_target(). */
	if (!pdf_name_in("Link Widget", subtype) && pdf_get_raw(a, "A")->kind != PDF_NULL)
		report_action(d, pdf_get_raw(a, "A"), false);
}

/*
 * As what it stays: NULL where it goes.  A kind that is not in the table
 * (a film, a sound, one that a later standard brings) stays as its picture.
 */
static const struct pdf_annot_kind *
kind_of(struct doc *d, const struct pdf_dict *a, struct annot *ret)
{
	const struct pdf_obj *subtype = pdf_get(d->r->in, a, "Subtype");
	struct view name = subtype->kind == PDF_NAME ? subtype->u.s : VIEW("");
	const struct pdf_annot_kind *kind = pdf_annot_kind(name);
	double box[4];

	pdf_place(a, PLACE_ANNOT);
	report_annot(d, a, name);
	if (view_is(name, "FileAttachment")) {
		ret->file = file_spec(d, pdf_get_raw(a, "FS"), VIEW(""));
		if (ret->file == 0)
			kind = NULL;
	}
	if (!box_of(d, pdf_get_raw(a, "Rect"), box) || view_is(name, "TrapNet"))
		return NULL;
	if (kind == NULL && look_of(d, a) != NULL)
		kind = pdf_annot_kind(VIEW("Stamp"));
	return kind;
}

static uint32_t
form_of(struct doc *d, const struct pdf_obj *stream, const struct pdf_dict *fallback)
{
	struct err e = { 0 };
	uint32_t num = 0;

	if (d->dead || stream->kind != PDF_STREAM)
		return 0;
	if (!pdf_form(d->r, stream, fallback, d->where, &num, &e)) {
		d->dead = true;
		*d->e = e;
		return 0;
	}
	return num;
}

static void
put_states(struct doc *d, const struct pdf_dict *states, const struct pdf_dict *fallback,
	   struct buf *b)
{
	struct pdf_keys *k = pdf_keys_new(d->r->arena);
	size_t i, n, start = b->n;
	const struct pdf_entry *const *e = doc_sorted(d, states, STATES_MAX, &n);
	bool none;

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	for (i = 0; i < n && doc_tick(d); i++) {
		uint32_t num = form_of(d, pdf_resolve(d->r->in, &e[i]->value), fallback);

		if (num != 0)
			pdf_put_ref(pdf_key_view(k, e[i]->key), num);
	}
	none = pdf_keys_count(k) == 0;
	pdf_put_keys(b, k);
	if (none)
		b->n = start;
}

/* /R and /D (what shows under the pointer) are not kept: only /N. */
static void
put_look(struct doc *d, const struct annot *a, const struct page *p, struct pdf_keys *k)
{
	const struct pdf_obj *n = look_of(d, a->d);
	const struct pdf_dict *fallback = pdf_dict_of(p->resources);
	own_buf struct buf b = { 0 };
	size_t bare;

	if (n == NULL)
		return;
	if (a->field != NULL && form_resources(d) != NULL)
		fallback = form_resources(d);
	pdf_put_word(&b, "<<");
	pdf_put_name(&b, VIEW("N"));
	bare = b.n;
	if (n->kind == PDF_DICT) {
		put_states(d, n->u.d, fallback, &b);
	} else {
		uint32_t num = form_of(d, n, fallback);

		if (num != 0)
			pdf_put_ref(&b, num);
	}
	if (b.n == bare)
		return;
	pdf_put_word(&b, ">>");
	(void)buf_view(pdf_key(k, "AP"), buf_bytes(&b));
}

static void
write_annot(struct doc *d, const struct annot *a, const struct page *p)
{
	struct pdf_keys *k = pdf_keys_new(d->r->arena);

	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	walk_keys(d, PDF_DICT_ANNOT, a->d, k);
	pdf_put_name(pdf_key(k, "Subtype"), view_str(a->kind->subtype));
	pdf_put_ref(pdf_key(k, "P"), p->num);
	put_look(d, a, p, k);
	if (a->kind->markup)
		walk_keys(d, PDF_DICT_MARKUP, a->d, k);
	walk_keys(d, a->kind->kind, a->d, k);
	if (a->kind->kind == PDF_DICT_LINK)
		put_target(d, a->d, TARGET_DEST, k);
	else if (a->kind->kind == PDF_DICT_WIDGET)
		put_target(d, a->d, TARGET_ACTION, k);
	if (a->file != 0)
		pdf_put_ref(pdf_key(k, "FS"), a->file);
	if (a->field != NULL)
		field_keys(d, a->field, k);
	doc_object(d, a->num, k);
}

/* Decides on one annotation and gives it its number, so that others of the page may name it. */
static bool
take(struct doc *d, const struct pdf_obj *raw, struct annot *ret)
{
	uint32_t src = doc_num(raw);
	const struct pdf_dict *a = pdf_dict_of(pdf_resolve(d->r->in, raw));

	*ret = (struct annot){ .d = a };
	if (a == NULL)
		return false;
	ret->kind = kind_of(d, a, ret);
	if (ret->kind == NULL)
		return false;
	if (ret->kind->kind == PDF_DICT_WIDGET)
		ret->field = form_field(d, src);
	ret->num = ret->field != NULL ? field_num(ret->field) : doc_reserve(d);
	if (!pdf_memo_put(d->r, src, PDF_AS_ANNOT, ret->num))
		doc_no_memory(d);
	return true;
}

void
put_annots(struct doc *d, const struct page *p, struct buf *b)
{
	const struct pdf_obj *list = pdf_get(d->r->in, p->d, "Annots");
	size_t i, n = 0, start = b->n;
	struct annot *a;
	bool any = false;

	if (list->kind != PDF_ARRAY || list->u.a.n == 0 || list->u.a.n > ANNOTS_MAX)
		return;
	a = doc_array(d, list->u.a.n, sizeof *a);
	if (a == NULL)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < list->u.a.n && doc_tick(d); i++) {
		const struct pdf_obj *raw = &list->u.a.v[i];
		uint32_t num = pdf_memo_get(d->r, doc_num(raw), PDF_AS_ANNOT);

		/* Named twice, on this page or another: it is one object all the same. */
		if (num == 0 && take(d, raw, &a[n]))
			num = a[n++].num;
		if (num != 0) {
			pdf_put_ref(b, num);
			any = true;
		}
	}
	pdf_put_word(b, "]");
	if (!any)
		b->n = start;
	for (i = 0; i < n && doc_tick(d); i++)
		write_annot(d, &a[i], p);
}
