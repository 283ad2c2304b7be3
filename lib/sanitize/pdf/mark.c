/*
 * mark.c - the account of a dictionary: a byte for each entry, one that
 * tells whether anybody looked into it, and one for as what it was read.
 */
#include "sanitize/pdf/pdf.h"

bool
pdf_mark_new(struct arena *a, struct pdf_dict *d, size_t n)
{
	d->mark = arena_array(a, n + 2, 1);
	return d->mark != NULL;
}

void
pdf_mark_at(const struct pdf_dict *d, size_t i, enum pdf_mark how)
{
	if (d->mark == NULL)
		return;
	d->mark[d->n] = true;
	d->mark[i] = (uint8_t)how;
}

void
pdf_mark(const struct pdf_dict *d, const char *key, enum pdf_mark how)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (view_is(d->e[i].key, key))
			pdf_mark_at(d, i, how);
}

void
pdf_mark_all(const struct pdf_dict *d, enum pdf_mark how)
{
	if (d->mark != NULL)
		memset(d->mark, (int)how, d->n);
	if (d->mark != NULL)
		d->mark[d->n] = true;
}

enum pdf_mark
pdf_marked(const struct pdf_dict *d, size_t i)
{
	/* Dictionaries of our own making hold nothing of the document's but what is read. */
	return d->mark != NULL ? (enum pdf_mark)d->mark[i] : PDF_READ;
}

bool
pdf_met(const struct pdf_dict *d)
{
	return d->mark == NULL || d->mark[d->n];
}

void
pdf_place(const struct pdf_dict *d, unsigned place)
{
	if (d->mark == NULL)
		return;
	d->mark[d->n] = true;
	if (d->mark[d->n + 1] == 0)
		d->mark[d->n + 1] = (uint8_t)place;
}

unsigned
pdf_placed(const struct pdf_dict *d)
{
	return d->mark != NULL ? d->mark[d->n + 1] : 0;
}
