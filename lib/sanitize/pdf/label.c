/*
 * label.c - page labels (ISO 32000-2 12.4.2).
 */
#include "sanitize/pdf/document.h"

void
put_labels(struct doc *d, struct buf *b)
{
	const struct pdf_obj *root = pdf_get_raw(pdf_catalog(d->r->in), "PageLabels");
	struct tree t = { 0 };
	size_t i, start = b->n, bare;

	if (root->kind == PDF_NULL)
		return;
	tree_numbers(d, root, &t);
	pdf_put_word(b, "<<");
	pdf_put_name(b, VIEW("Nums"));
	pdf_put_word(b, "[");
	bare = b->n;
	for (i = 0; i < t.n && doc_tick(d); i++) {
		own_buf struct buf label = { 0 };

		if (t.v[i].number < 0 || (uint64_t)t.v[i].number >= d->pages)
			continue;
		walk_dict(d, PDF_DICT_PAGE_LABEL, pdf_resolve(d->r->in, t.v[i].value), &label);
		pdf_put_int(b, t.v[i].number);
		/* A label of nothing ends the one before it. */
		(void)(label.n > 0 ? buf_view(b, buf_bytes(&label)) : buf_str(b, "<<>>"));
	}
	pdf_put_word(b, "]");
	pdf_put_word(b, ">>");
	if (b->n == bare + 3)
		b->n = start;
}
