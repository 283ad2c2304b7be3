/*
 * Object streams (ISO 32000-2 7.5.7): unpacked when the first object in
 * them is asked for; each object is parsed when it is itself asked for.
 */
#include <stdlib.h>

#include "sanitize/pdf/reader.h"

struct pdf_objstm {
	struct view data;	/* from /First on */
	uint32_t n;
	struct { uint32_t num, off; } at[];
};

static const struct pdf_objstm no_objstm;

void
pdf_objstm_release(struct pdf *p)
{
	free(p->objstm);
	p->objstm = NULL;
	p->objstms = 0;
}

static struct pdf_objstm *
open_stream(struct pdf *p, const struct pdf_obj *o)
{
	struct pdf_objstm *s;
	struct view head;
	int64_t n = 0, first = 0;
	uint64_t num, off;
	struct err e = { 0 };

	if (o->kind != PDF_STREAM)
		return NULL;
	if (!pdf_stream(p, o, PDF_STOP_NONE, &head, NULL, NULL, &e)) {
		if (e.code != ERR_MALFORMED)
			pdf_fail(p, &e);
		return NULL;
	}
	if (!pdf_int(pdf_get(p, o->u.d, "N"), &n) || !pdf_int(pdf_get(p, o->u.d, "First"), &first) ||
	    n < 0 || first < 0)
		return NULL;
	/* A pair of numbers takes four bytes: /N may lie, the data cannot. */
	if ((uint64_t)n > head.n / 4 + 1)
		n = (int64_t)(head.n / 4 + 1);
	s = arena_get(p->a, sizeof *s + (size_t)n * sizeof s->at[0]);
	if (s == NULL)
		return NULL;
	s->data = view_from(head, (size_t)first);
	while (s->n < (uint64_t)n && pdf_take_uint(&head, &num) && pdf_take_uint(&head, &off)) {
		s->at[s->n].num = num > PDF_NUM_MAX ? 0 : (uint32_t)num;
		s->at[s->n].off = off > UINT32_MAX ? UINT32_MAX : (uint32_t)off;
		s->n++;
	}
	return s;
}

/* An index that the table got wrong is put right here, for all objects of the stream at once. */
static void
set_indexes(struct pdf *p, uint32_t stm, const struct pdf_objstm *s)
{
	uint32_t i;

	for (i = s->n; i-- > 0;) {
		struct pdf_xref *x = s->at[i].num < p->n ? &p->x[s->at[i].num] : NULL;

		if (x == NULL || x->at != PDF_AT_STREAM || x->off != stm)
			continue;
		if (x->gen >= s->n || s->at[x->gen].num != s->at[i].num)
			x->gen = i;
	}
}

static const struct pdf_objstm *
objstm(struct pdf *p, uint32_t stm)
{
	struct pdf_objstm *s;

	if (stm >= p->n || p->x[stm].at != PDF_AT_FILE)
		return &no_objstm;
	if (stm >= p->objstms) {
		struct pdf_objstm **v = realloc(p->objstm, p->n * sizeof(struct pdf_objstm *));

		if (v == NULL)
			return &no_objstm;
		memset(v + p->objstms, 0, (p->n - p->objstms) * sizeof(struct pdf_objstm *));
		p->objstm = v;
		p->objstms = p->n;
	}
	if (p->objstm[stm] != NULL)
		return p->objstm[stm];
	if (p->x[stm].busy)
		return &no_objstm;
	s = open_stream(p, pdf_load(p, stm, p->x[stm].gen));
	if (s == NULL)
		s = arena_get(p->a, sizeof *s);
	if (s == NULL)
		return &no_objstm;
	p->objstm[stm] = s;
	set_indexes(p, stm, s);
	return s;
}

bool
pdf_objstm_get(struct pdf *p, uint32_t stm, uint32_t num, struct pdf_obj *ret)
{
	const struct pdf_objstm *s = objstm(p, stm);
	uint32_t index;
	struct view v;

	index = p->x[num].gen;
	if (index >= s->n || s->at[index].num != num)
		return false;
	v = view_from(s->data, s->at[index].off);
	/* Strings in here were decrypted with the whole stream: 7.5.7. */
	p->parser.crypt = NULL;
	return pdf_parse_at(p, &v, ret);
}

void
pdf_objstm_enter(struct pdf *p, uint32_t stm, size_t off)
{
	const struct pdf_objstm *s = objstm(p, stm);
	uint32_t i;

	for (i = 0; i < s->n; i++) {
		struct pdf_xref *x = s->at[i].num == 0 ? NULL : pdf_entry_at(p, s->at[i].num);

		/* The later in the file wins. */
		if (x == NULL || s->at[i].num == stm || (x->at == PDF_AT_FILE && x->off > off))
			continue;
		x->at = PDF_AT_STREAM;
		x->off = stm;
		x->gen = i;
		x->obj = NULL;
	}
}
