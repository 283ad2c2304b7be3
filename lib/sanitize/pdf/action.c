/*
 * action.c - actions (ISO 32000-2 12.6): the three that may stay, and the
 * report of those that go.
 */
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum { CHAIN_MAX = 64 };

static const struct {
	const char *name;
	enum finding_code code;
} kinds[] = {
	{ "JavaScript", FINDING_PDF_JAVASCRIPT }, { "Launch", FINDING_PDF_LAUNCH },
	{ "SubmitForm", FINDING_PDF_SUBMIT }, { "ImportData", FINDING_PDF_SUBMIT },
	{ "ResetForm", FINDING_PDF_SUBMIT }, { "GoToR", FINDING_PDF_REMOTE_GOTO },
	{ "GoToE", FINDING_PDF_REMOTE_GOTO }, { "Rendition", FINDING_PDF_MULTIMEDIA },
	{ "Movie", FINDING_PDF_MULTIMEDIA }, { "Sound", FINDING_PDF_MULTIMEDIA },
	{ "RichMediaExecute", FINDING_PDF_MULTIMEDIA }, { "GoTo3DView", FINDING_PDF_MULTIMEDIA },
};

/* The string of a file specification, or of a URL: for the report only. */
static struct view
file_of(struct doc *d, const struct pdf_dict *a)
{
	const struct pdf_obj *f = pdf_get(d->r->in, a, "F");
	const struct pdf_dict *spec = pdf_dict_of(f);
	const struct pdf_dict *win = pdf_dict_of(pdf_get(d->r->in, a, "Win"));

	if (spec != NULL) {
		f = pdf_get(d->r->in, spec, "UF");
		if (f->kind != PDF_STRING)
			f = pdf_get(d->r->in, spec, "F");
	} else if (f->kind != PDF_STRING && win != NULL) {
		f = pdf_get(d->r->in, win, "F");
	}
	return f->kind == PDF_STRING ? doc_utf8(d, f->u.s) : VIEW("");
}

static enum finding_code
code_of(struct doc *d, const struct pdf_dict *a, const struct pdf_obj *s, bool by_itself)
{
	size_t i;

	if (pdf_get_raw(a, "JS")->kind != PDF_NULL)
		return FINDING_PDF_JAVASCRIPT;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (pdf_is_name(s, kinds[i].name))
			return kinds[i].code;
	if (pdf_is_name(s, "URI") && !by_itself)
		return d->r->job->profile->links ? FINDING_PDF_URI : FINDING_PDF_LINK;
	return by_itself ? FINDING_PDF_TRIGGER : FINDING_PDF_ACTION;
}

static void
report_one(struct doc *d, const struct pdf_dict *a, bool by_itself)
{
	const struct pdf_obj *s = pdf_get(d->r->in, a, "S");
	const struct pdf_obj *uri = pdf_get(d->r->in, a, "URI");
	struct view name = s->kind == PDF_NAME ? s->u.s : VIEW("?");
	struct view detail = uri->kind == PDF_STRING ? doc_utf8(d, uri->u.s) : file_of(d, a);
	enum finding_code code = code_of(d, a, s, by_itself);

	pdf_mark_all(a, PDF_TOLD);

	doc_find(d, code, "%.*s%s%.*s", (int)(name.n < 64 ? name.n : 64),
		 (const char *)name.p, detail.n > 0 ? ": " : "", (int)detail.n,
		 (const char *)detail.p);
}

bool
is_action(struct doc *d, const struct pdf_dict *a)
{
	const struct pdf_obj *s = pdf_peek(d->r->in, a, "S");
	size_t i;

	if (pdf_peek(d->r->in, a, "JS")->kind != PDF_NULL ||
	    pdf_is_name(pdf_peek(d->r->in, a, "Type"), "Action") || pdf_is_name(s, "URI"))
		return true;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (pdf_is_name(s, kinds[i].name))
			return true;
	return false;
}

void
report_action(struct doc *d, const struct pdf_obj *o, bool by_itself)
{
	const struct pdf_obj *queue[CHAIN_MAX];
	size_t n = 0, at, i;

	queue[n++] = o;
	/* /Next makes chains and trees of actions; loops end with the queue's room. */
	for (at = 0; at < n && doc_tick(d); at++) {
		const struct pdf_obj *a = pdf_resolve(d->r->in, queue[at]);

		if (a->kind == PDF_ARRAY) {
			for (i = 0; i < a->u.a.n && n < CHAIN_MAX; i++)
				queue[n++] = &a->u.a.v[i];
		} else if (pdf_dict_of(a) != NULL) {
			report_one(d, pdf_dict_of(a), by_itself);
			if (n < CHAIN_MAX)
				queue[n++] = pdf_get_raw(pdf_dict_of(a), "Next");
		}
	}
}

void
report_triggers(struct doc *d, const struct pdf_dict *src)
{
	const struct pdf_dict *aa = pdf_dict_of(pdf_get(d->r->in, src, "AA"));
	size_t i;

	for (i = 0; aa != NULL && i < aa->n && i < 256; i++) {
		pdf_mark_at(aa, i, PDF_READ);
		report_action(d, &aa->e[i].value, true);
	}
}

static void
put_key_string(struct pdf_keys *k, const char *key, struct view v)
{
	pdf_put_string(pdf_key(k, key), v);
}

static void
put_uri(struct doc *d, const struct pdf_dict *a, struct pdf_keys *k)
{
	const struct pdf_obj *uri = pdf_get(d->r->in, a, "URI");
	own_buf struct buf clean = { 0 };
	struct pdf_keys *action;

	if (!d->r->job->profile->links || uri->kind != PDF_STRING || !uri_clean(uri->u.s, &clean)) {
		report_one(d, a, false);
		return;
	}
	action = pdf_keys_new(d->r->arena);
	if (action == NULL) {
		doc_no_memory(d);
		return;
	}
	walk_keys(d, PDF_DICT_ACTION_URI, a, action);
	put_key_string(action, "URI", buf_bytes(&clean));
	pdf_put_keys(pdf_key(k, "A"), action);
}

static void
put_move(struct doc *d, const struct pdf_obj *a, struct pdf_keys *k)
{
	own_buf struct buf b = { 0 };

	if (!pdf_name_in("NextPage PrevPage FirstPage LastPage",
			 pdf_get(d->r->in, a->u.d, "N")->kind == PDF_NAME
				 ? pdf_get(d->r->in, a->u.d, "N")->u.s
				 : VIEW(""))) {
		report_one(d, a->u.d, false);
		return;
	}
	walk_dict(d, PDF_DICT_ACTION_NAMED, a, &b);
	(void)buf_view(pdf_key(k, "A"), buf_bytes(&b));
}

static void
put_goto(struct doc *d, const struct pdf_obj *dest, enum target how, struct pdf_keys *k)
{
	own_buf struct buf b = { 0 };
	struct pdf_keys *action;

	put_dest(d, dest, false, &b);
	if (b.n == 0)
		return;
	if (how == TARGET_DEST) {
		(void)buf_view(pdf_key(k, "Dest"), buf_bytes(&b));
		return;
	}
	action = pdf_keys_new(d->r->arena);
	if (action == NULL) {
		doc_no_memory(d);
		return;
	}
	pdf_put_name(pdf_key(action, "S"), VIEW("GoTo"));
	(void)buf_view(pdf_key(action, "D"), buf_bytes(&b));
	pdf_put_keys(pdf_key(k, "A"), action);
}

void
put_target(struct doc *d, const struct pdf_dict *src, enum target how, struct pdf_keys *k)
{
	const struct pdf_obj *dest = pdf_get(d->r->in, src, "Dest");
	const struct pdf_obj *a = pdf_get(d->r->in, src, "A");
	const struct pdf_dict *action = pdf_dict_of(a);
	const struct pdf_obj *s;

	/* 12.5.6.5: not both; readers take /Dest. */
	if (how == TARGET_DEST && dest->kind != PDF_NULL) {
		put_goto(d, dest, how, k);
		if (action != NULL && pdf_is_name(pdf_get(d->r->in, action, "S"), "GoTo"))
			a = pdf_get_raw(action, "Next");
		report_action(d, a, false);
		return;
	}
	if (action == NULL) {
		if (a->kind == PDF_ARRAY)
			report_action(d, a, false);
		return;
	}
	s = pdf_get(d->r->in, action, "S");
	pdf_place(action, PLACE_ACTION);
	if (a->kind != PDF_DICT || pdf_get_raw(action, "JS")->kind != PDF_NULL) {
		report_action(d, a, false);
		return;
	}
	if (pdf_is_name(s, "GoTo"))
		put_goto(d, pdf_get_raw(action, "D"), how, k);
	else if (pdf_is_name(s, "URI"))
		put_uri(d, action, k);
	else if (pdf_is_name(s, "Named"))
		put_move(d, a, k);
	else
		report_one(d, action, false);
	report_action(d, pdf_get_raw(action, "Next"), false);
}
