/*
 * walk.c - the walker: follows pdf_keys.def through a dictionary and the
 * direct dictionaries in it, and writes what has a row and is what its row
 * says.  Indirect objects are asked for by kind and have numbers of their
 * own, so that this never goes deeper than the table does.
 */
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

static void
put_ref(struct doc *d, uint32_t num, enum pdf_as as, struct buf *b)
{
	uint32_t to = pdf_memo_get(d->r, num, as);

	if (to != 0)
		pdf_put_ref(b, to);
}

void
walk_value(struct doc *d, const struct pdf_rule *rule, const struct pdf_obj *raw, struct buf *b)
{
	const struct pdf_obj *o = pdf_resolve(d->r->in, raw);
	uint32_t num;

	switch (rule->how) {
	case PDF_HOW_DEST:
	case PDF_HOW_ACTION:
	case PDF_HOW_WRITER: break;
	case PDF_HOW_SUB: walk_dict(d, rule->sub, o, b); break;
	case PDF_HOW_PAGE: put_ref(d, doc_num(raw), PDF_AS_PAGE, b); break;
	case PDF_HOW_ANNOT: put_ref(d, doc_num(raw), PDF_AS_ANNOT, b); break;
	case PDF_HOW_OC:
		num = pdf_optional_content(d->r, raw);
		if (num != 0)
			pdf_put_ref(b, num);
		break;
	case PDF_HOW_OCGS: put_ocgs(d, o, b); break;
	case PDF_HOW_ORDER: put_ocg_order(d, o, b); break;
	case PDF_HOW_OCGSETS: put_ocg_order(d, o, b); break;
	default: put_simple(d, rule, o, b);
	}
}

void
walk_keys(struct doc *d, enum pdf_dict_kind kind, const struct pdf_dict *src, struct pdf_keys *k)
{
	own_buf struct buf value = { 0 };
	size_t n, i;
	const struct pdf_rule *rule = pdf_rules(kind, &n);

	pdf_place(src, place_of(kind));
	for (i = 0; i < n && doc_tick(d); i++, rule++) {
		const struct pdf_obj *raw;

		if (rule->how == PDF_HOW_CONST) {
			pdf_put_name(pdf_key(k, rule->key), view_str(rule->text));
			continue;
		}
		if (rule->how == PDF_HOW_WRITER)
			continue;
		raw = pdf_get_raw(src, rule->key);
		if (raw->kind == PDF_NULL && rule->how != PDF_HOW_TITLE &&
		    rule->how != PDF_HOW_WIDTH)
			continue;
		walk_value(d, rule, raw, &value);
		if (value.n > 0 && !value.full)
			(void)buf_view(pdf_key(k, rule->key), buf_bytes(&value));
		else if (value.full)
			doc_no_memory(d);
		else if (rule->how != PDF_HOW_DEST && rule->how != PDF_HOW_ACTION)
			pdf_mark(src, rule->key, PDF_USELESS);
		buf_clear(&value);
	}
}

void
walk_dict(struct doc *d, enum pdf_dict_kind kind, const struct pdf_obj *o, struct buf *b)
{
	const struct pdf_dict *src = pdf_dict_of(o);
	struct pdf_keys *k;
	size_t start = b->n;
	bool none;

	/* The table nests three deep; a bound all the same. */
	if (src == NULL || src->n > 4096 || d->depth >= 16 || !doc_tick(d))
		return;
	k = pdf_keys_new(d->r->arena);
	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	d->depth++;
	walk_keys(d, kind, src, k);
	d->depth--;
	none = pdf_keys_count(k) == 0;
	pdf_put_keys(b, k);
	if (none)
		b->n = start;
}
