/*
 * intent.c - output intents (ISO 32000-2 14.11.5): the colours that a file
 * for archives or presses was made for.
 */
#include "sanitize/codec/codec.h"
#include "sanitize/pdf/account.h"
#include "sanitize/pdf/document.h"

enum { INTENTS_MAX = 8 };

/* The profile as a stream of its own; 0: unusable. */
static uint32_t
profile_of(struct doc *d, const struct pdf_obj *raw)
{
	uint32_t num = doc_made(d, raw, PDF_AS_ICC);
	own_buf struct buf icc = { 0 };
	struct pdf_keys *k;
	struct view data;
	struct err e = { 0 };
	uint8_t n;

	if (num != 0 || pdf_resolve(d->r->in, raw)->kind != PDF_STREAM)
		return num;
	if (!pdf_stream(d->r->in, pdf_resolve(d->r->in, raw), PDF_STOP_NONE, &data, NULL, NULL, &e) ||
	    !icc_rebuild(data, &icc, &n, &e))
		return 0;
	pdf_place(pdf_resolve(d->r->in, raw)->u.d, PLACE_ICC);
	k = pdf_keys_new(d->r->arena);
	num = doc_reserve(d);
	if (k == NULL || !pdf_memo_put(d->r, doc_num(raw), PDF_AS_ICC, num)) {
		doc_no_memory(d);
		return 0;
	}
	pdf_put_int(pdf_key(k, "N"), n);
	pdf_out_stream(d->r->out, num, k, PDF_DATA_PLAIN, buf_bytes(&icc));
	return num;
}

static void
put_intent(struct doc *d, const struct pdf_dict *src, struct buf *b)
{
	struct pdf_keys *k;
	uint32_t num;

	if (!pdf_name_in("GTS_PDFX GTS_PDFA1 ISO_PDFE1",
			 pdf_get(d->r->in, src, "S")->kind == PDF_NAME
				 ? pdf_get(d->r->in, src, "S")->u.s
				 : VIEW("")))
		return;
	k = pdf_keys_new(d->r->arena);
	if (k == NULL) {
		doc_no_memory(d);
		return;
	}
	walk_keys(d, PDF_DICT_OUTPUT_INTENT, src, k);
	num = profile_of(d, pdf_get_raw(src, "DestOutputProfile"));
	if (num != 0)
		pdf_put_ref(pdf_key(k, "DestOutputProfile"), num);
	pdf_put_keys(b, k);
}

void
put_intents(struct doc *d, struct buf *b)
{
	const struct pdf_obj *list =
		pdf_get(d->r->in, pdf_catalog(d->r->in), "OutputIntents");
	size_t i, start = b->n;

	if (list->kind != PDF_ARRAY)
		return;
	pdf_put_word(b, "[");
	for (i = 0; i < list->u.a.n && i < INTENTS_MAX && doc_tick(d); i++) {
		const struct pdf_dict *src = pdf_dict_of(pdf_resolve(d->r->in, &list->u.a.v[i]));

		if (src != NULL)
			put_intent(d, src, b);
	}
	if (b->n == start + 1)
		b->n = start;
	else
		pdf_put_word(b, "]");
}
