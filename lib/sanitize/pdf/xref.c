/*
 * Cross-reference tables and streams (ISO 32000-2 7.5.4, 7.5.8), from the
 * newest to the oldest.  Where a number is met first counts: the newest
 * wins.  Anything unsound here makes the reader scan the file instead
 * (repair.c), so this file is strict where it can be.
 */
#include <stdlib.h>

#include "sanitize/pdf/reader.h"

enum { SECTIONS_MAX = 4096 };

static void
enter(struct pdf *p, uint64_t num, enum pdf_at at, uint64_t off, uint64_t gen)
{
	struct pdf_xref *x;

	if (num > PDF_NUM_MAX || off > SIZE_MAX)
		return;
	x = pdf_entry_at(p, (uint32_t)num);
	if (x == NULL || x->at != PDF_AT_NONE)
		return;
	x->at = (uint8_t)at;
	x->off = (size_t)off;
	x->gen = (uint32_t)(gen > UINT32_MAX ? UINT32_MAX : gen);
}

/* -- tables ---------------------------------------------------------------- */

static bool
is_entry_type(uint8_t c)
{
	return c == 'n' || c == 'f';
}

/* "oooooooooo ggggg n" and two bytes of line end, as 7.5.4 has it. */
static bool
take_exact(struct view *v, uint64_t *off, uint64_t *gen, uint8_t *type)
{
	uint64_t o = 0, g = 0;
	const uint8_t *b = v->p;
	size_t i;

	if (v->n < 20 || b[10] != ' ' || b[16] != ' ' || !is_entry_type(b[17]) ||
	    !pdf_is_space(b[18]) || !pdf_is_space(b[19]))
		return false;
	for (i = 0; i < 10; i++) {
		if (!pdf_is_digit(b[i]))
			return false;
		o = o * 10 + (uint64_t)(b[i] - '0');
	}
	for (i = 11; i < 16; i++) {
		if (!pdf_is_digit(b[i]))
			return false;
		g = g * 10 + (uint64_t)(b[i] - '0');
	}
	*off = o;
	*gen = g;
	*type = b[17];
	return view_skip(v, 20);
}

static bool
take_entry(struct view *v, uint64_t *off, uint64_t *gen, uint8_t *type)
{
	if (take_exact(v, off, gen, type))
		return true;
	if (!pdf_take_uint(v, off))
		return false;
	(void)pdf_take_word(v, VIEW("-"));
	if (!pdf_take_uint(v, gen))
		return false;
	pdf_skip_space(v);
	return view_u8(v, type) && is_entry_type(*type);
}

enum table_pass { PASS_ALL, PASS_USED, PASS_FREE };

/* The subsections; leaves *v at the keyword `trailer`. */
static bool
subsections(struct pdf *p, struct view *v, enum table_pass pass)
{
	uint64_t first, count, i, off, gen;
	struct err e;
	uint8_t type;

	while (pdf_take_uint(v, &first)) {
		if (!pdf_take_uint(v, &count))
			return false;
		/* The line ends behind the count; entries are aligned after it. */
		pdf_skip_space(v);
		for (i = 0; i < count; i++) {
			struct view before = *v;

			if (!job_tick(p->job, &e))
				return false;
			if (!take_entry(v, &off, &gen, &type)) {
				/* A count too high ends at the trailer. */
				*v = before;
				break;
			}
			/* Some writers count the free head from 1. */
			if (i == 0 && first > 0 && type == 'f' && off == 0 && gen == 65535)
				first = 0;
			if (type == 'n' && pass != PASS_FREE)
				enter(p, first + i, off == 0 ? PDF_AT_FREE : PDF_AT_FILE,
				      off + p->base, gen);
			else if (type == 'f' && pass != PASS_USED)
				enter(p, first + i, PDF_AT_FREE, 0, gen);
		}
	}
	return true;
}

static const struct pdf_dict *
take_trailer(struct pdf *p, struct view *v)
{
	struct pdf_obj o;

	p->parser.crypt = NULL;
	if (!pdf_take_word(v, VIEW("trailer")) || !pdf_parse_at(p, v, &o) || o.kind != PDF_DICT)
		return NULL;
	return o.u.d;
}

static bool xref_stream(struct pdf *p, size_t off, const struct pdf_dict **ret);

static bool
xref_table(struct pdf *p, struct view v, const struct pdf_dict **ret)
{
	struct view again = v;
	const struct pdf_dict *d, *unused;
	int64_t hybrid;

	/* The trailer stands behind the entries, and says whether the file is a hybrid. */
	if (!subsections(p, &v, PASS_USED))
		return false;
	d = take_trailer(p, &v);
	if (d == NULL)
		return false;
	/* 7.5.8.4: what the table calls free may stand in the stream. */
	if (pdf_int(pdf_get_raw(d, "XRefStm"), &hybrid) && hybrid > 0 &&
	    !xref_stream(p, (size_t)hybrid + p->base, &unused))
		pdf_repaired(p, "hybrid cross-reference stream");
	*ret = d;
	return subsections(p, &again, PASS_FREE);
}

/* -- streams --------------------------------------------------------------- */

static bool
take_field(struct view *v, size_t width, uint64_t absent, uint64_t *ret)
{
	struct view b;
	uint64_t x = 0;
	size_t i;

	if (!view_take(v, width, &b))
		return false;
	for (i = 0; i < width; i++)
		x = x << 8 | b.p[i];
	*ret = width == 0 ? absent : x;
	return true;
}

static bool
stream_section(struct pdf *p, struct view *v, const size_t w[3], uint64_t first, uint64_t count)
{
	uint64_t type, a, b, i;
	struct err e;

	for (i = 0; i < count && v->n > 0; i++) {
		if (!job_tick(p->job, &e))
			return false;
		if (!take_field(v, w[0], 1, &type) || !take_field(v, w[1], 0, &a) ||
		    !take_field(v, w[2], 0, &b))
			return false;
		if (type == 0)
			enter(p, first + i, PDF_AT_FREE, 0, b);
		else if (type == 1)
			enter(p, first + i, PDF_AT_FILE, a + p->base, b);
		else if (type == 2 && a <= PDF_NUM_MAX)
			enter(p, first + i, PDF_AT_STREAM, a, b);
	}
	return true;
}

static bool
widths(const struct pdf_obj *w, size_t ret[3])
{
	int64_t x;
	size_t i;

	if (w->kind != PDF_ARRAY || w->u.a.n < 3)
		return false;
	for (i = 0; i < 3; i++) {
		if (!pdf_int(&w->u.a.v[i], &x) || x < 0 || x > 8)
			return false;
		ret[i] = (size_t)x;
	}
	return ret[0] + ret[1] + ret[2] > 0;
}

static bool
stream_entries(struct pdf *p, const struct pdf_dict *d, struct view v)
{
	const struct pdf_obj *index = pdf_get_raw(d, "Index");
	int64_t size, first, count;
	size_t w[3], i;

	if (!widths(pdf_get_raw(d, "W"), w))
		return false;
	if (index->kind != PDF_ARRAY)
		return pdf_int(pdf_get_raw(d, "Size"), &size) && size >= 0 &&
		       stream_section(p, &v, w, 0, (uint64_t)size);
	for (i = 0; i + 1 < index->u.a.n; i += 2)
		if (!pdf_int(&index->u.a.v[i], &first) || !pdf_int(&index->u.a.v[i + 1], &count) ||
		    first < 0 || count < 0 ||
		    !stream_section(p, &v, w, (uint64_t)first, (uint64_t)count))
			return false;
	return true;
}

static bool
xref_stream(struct pdf *p, size_t off, const struct pdf_dict **ret)
{
	uint32_t num, gen;
	struct pdf_obj o;
	struct view v;
	struct err e;

	/* Number 0: it is never encrypted (7.5.8.2). */
	if (!pdf_object_head(p, off, &num, &gen, &v) || !pdf_object_body(p, v, 0, 0, false, &o) ||
	    o.kind != PDF_STREAM || !pdf_is_name(pdf_get_raw(o.u.d, "Type"), "XRef"))
		return false;
	if (!pdf_stream(p, &o, PDF_STOP_NONE, &v, NULL, NULL, &e))
		return false;
	*ret = o.u.d;
	return stream_entries(p, o.u.d, v);
}

/* -- the chain -------------------------------------------------------------- */

/* Keys of older trailers fill what the newer ones lack. */
static const struct pdf_dict *
merge(struct arena *a, const struct pdf_dict *newer, const struct pdf_dict *older)
{
	struct pdf_dict *d;
	struct pdf_entry *e;
	size_t i, n;

	if (newer == NULL || older->n == 0)
		return newer == NULL ? older : newer;
	d = arena_get(a, sizeof *d);
	e = arena_array(a, newer->n + older->n, sizeof *e);
	if (d == NULL || e == NULL || newer->n > 1000)
		return newer;
	n = newer->n;
	if (n > 0)
		memcpy(e, newer->e, n * sizeof *e);
	for (i = 0; i < older->n; i++) {
		struct view key = older->e[i].key;
		size_t k;

		for (k = 0; k < newer->n && !view_eq(newer->e[k].key, key); k++)
			;
		if (k == newer->n)
			e[n++] = older->e[i];
	}
	d->e = e;
	d->n = n;
	return pdf_mark_new(a, d, n) ? d : newer;
}

static bool
section(struct pdf *p, size_t off, const struct pdf_dict **ret)
{
	struct view v = view_from(p->in, off);

	if (off >= p->in.n)
		return false;
	if (pdf_take_word(&v, VIEW("xref")))
		return xref_table(p, v, ret);
	return xref_stream(p, off, ret);
}

static bool
read_chain(struct pdf *p, size_t off)
{
	const struct pdf_dict *d = NULL;
	size_t *seen = NULL;
	size_t i, n = 0;
	int64_t prev;
	bool ok = true;

	seen = malloc(SECTIONS_MAX * sizeof *seen);
	if (seen == NULL)
		return false;
	p->trailer = NULL;
	for (;;) {
		for (i = 0; i < n && seen[i] != off; i++)
			;
		ok = i == n && n < SECTIONS_MAX && section(p, off, &d);
		if (!ok)
			break;
		seen[n++] = off;
		p->trailer = merge(p->a, p->trailer, d);
		if (!pdf_int(pdf_get_raw(d, "Prev"), &prev) || prev <= 0)
			break;
		off = (size_t)prev + p->base;
	}
	p->sections = (uint32_t)n;
	free(seen);
	return ok;
}

bool
pdf_xref_read(struct pdf *p)
{
	size_t at = view_rfind(p->in, VIEW("startxref"));
	struct view v;
	uint64_t off;

	if (at == VIEW_NOT_FOUND)
		return false;
	v = view_from(p->in, at + strlen("startxref"));
	if (!pdf_take_uint(&v, &off) || off > p->in.n)
		return false;
	if (!read_chain(p, (size_t)off + p->base)) {
		uint32_t i;

		/* Junk before the header: some writers count from the file's start. */
		if (p->base == 0)
			return false;
		p->base = 0;
		for (i = 0; i < p->n; i++)
			p->x[i] = (struct pdf_xref){ 0 };
		if (!read_chain(p, (size_t)off))
			return false;
	}
	return p->trailer != NULL && pdf_get_raw(p->trailer, "Root")->kind == PDF_REF;
}
