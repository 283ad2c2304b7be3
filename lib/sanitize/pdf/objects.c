/*
 * Objects by number (ISO 32000-2 7.3.10): found through the table, checked
 * against the number that stands in the file, read once, kept.
 */
#include <stdlib.h>

#include "sanitize/pdf/reader.h"

enum {
	HEAD_WITHIN = 256,	/* bytes from an object's place to the end of its head */
	SPACE_WITHIN = 64,	/* blanks between a stream's data and its end */
};

const struct pdf_obj pdf_null = { .kind = PDF_NULL };

void
pdf_repaired(struct pdf *p, const char *what)
{
	if (p->repaired != NULL)
		return;
	p->repaired = what;
	/* A file that cannot be opened was not repaired: pdf_new() says it in the end. */
	if (p->opened)
		job_find(p->job, FINDING_REPAIRED, "", "%s", what);
}

void
pdf_fail(struct pdf *p, const struct err *e)
{
	if (p->failed.code == ERR_NONE)
		p->failed = *e;
}

struct pdf_xref *
pdf_entry_at(struct pdf *p, uint32_t num)
{
	uint32_t cap = p->cap == 0 ? 256 : p->cap;
	struct pdf_xref *x;

	if (num > PDF_NUM_MAX)
		return NULL;
	if (num >= p->cap) {
		while (cap <= num)
			cap *= 2;
		/* Zero pages of a large table stay untouched: a sparse one costs little. */
		x = calloc(cap, sizeof *x);
		if (x == NULL)
			return NULL;
		if (p->n > 0)
			memcpy(x, p->x, p->n * sizeof *x);
		free(p->x);
		p->x = x;
		p->cap = cap;
	}
	if (num >= p->n)
		p->n = num + 1;
	return &p->x[num];
}

bool
pdf_object_head(const struct pdf *p, size_t off, uint32_t *num, uint32_t *gen, struct view *rest)
{
	struct view v = view_from(p->in, off);
	size_t past = v.n > HEAD_WITHIN ? v.n - HEAD_WITHIN : 0;
	uint64_t n, g;

	/* Many entries may point to the same long comment. */
	v.n -= past;
	if (off >= p->in.n || !pdf_take_uint(&v, &n))
		return false;
	/* A generation below zero is found in files, and means nothing. */
	(void)pdf_take_word(&v, VIEW("-"));
	if (!pdf_take_uint(&v, &g) || !pdf_take_word(&v, VIEW("obj")) || n > PDF_NUM_MAX)
		return false;
	*num = (uint32_t)n;
	*gen = g > 65535 ? 65535 : (uint32_t)g;
	v.n += past;
	*rest = v;
	return true;
}

bool
pdf_parse_at(struct pdf *p, struct view *in, struct pdf_obj *ret)
{
	/* Objects that overlap could make the parser read a file over and over. */
	uint64_t most = (uint64_t)p->in.n * 16 + ((uint64_t)64 << 20);
	size_t before = in->n;
	struct err e = { 0 };
	bool ok;

	if (p->lexed > most) {
		err_set(&e, ERR_LIMIT, "objects overlap");
		pdf_fail(p, &e);
		return false;
	}
	if (!job_tick(p->job, &e)) {
		pdf_fail(p, &e);
		return false;
	}
	ok = pdf_parse(&p->parser, in, ret);
	p->lexed += before - in->n;
	return ok;
}

/* -- streams (7.3.8) ----------------------------------------------------- */

static bool
add_end(struct pdf *p, size_t *cap, size_t at)
{
	if (p->end_n == *cap) {
		size_t more = *cap * 2 + 64;
		size_t *v = realloc(p->ends, more * sizeof *v);

		if (v == NULL)
			return false;
		p->ends = v;
		*cap = more;
	}
	p->ends[p->end_n++] = at;
	return true;
}

/*
 * Where streams end: at `endstream`; and where that is missing at an
 * `endobj`, which may stand in the data too and so must have the next object behind it.
 */
static void
make_ends(struct pdf *p)
{
	const struct view word = VIEW("end");
	size_t cap = 0, at;
	uint32_t num, gen;

	p->ends_made = true;
	for (at = view_find(p->in, 0, word); at != VIEW_NOT_FOUND;
	     at = view_find(p->in, at + word.n, word)) {
		struct view v = view_from(p->in, at), rest;

		if (view_starts(v, VIEW("endstream")) ||
		    (view_starts(v, VIEW("endobj")) && pdf_object_head(p, at + 6, &num, &gen, &rest)))
			if (!add_end(p, &cap, at))
				return;
	}
}

/* The first such place at or after `from`, else the end of the file. */
static size_t
stream_end(struct pdf *p, size_t from)
{
	size_t lo = 0, hi;

	if (!p->ends_made)
		make_ends(p);
	for (hi = p->end_n; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->ends[mid] < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < p->end_n ? p->ends[lo] : p->in.n;
}

static bool
length_fits(struct view data, int64_t length)
{
	struct view v;

	if (length < 0 || (uint64_t)length > data.n)
		return false;
	v = view_from(data, (size_t)length);
	v.n = v.n > SPACE_WITHIN ? SPACE_WITHIN : v.n;
	while (v.n > 0 && pdf_is_space(v.p[0]))
		(void)view_skip(&v, 1);
	return view_starts(v, VIEW("endstream")) || view_starts(v, VIEW("endobj"));
}

/* The bytes behind `stream`, by /Length if it is right, else up to `endstream`. */
static struct view
stream_bytes(struct pdf *p, struct view v, const struct pdf_dict *d)
{
	int64_t length = -1;
	size_t off, end;
	struct view raw = v;

	/* 7.3.8.1: CR LF or LF; a lone CR is found in files. */
	while (v.n > 0 && (v.p[0] == ' ' || v.p[0] == '\t'))
		(void)view_skip(&v, 1);
	if (v.n > 0 && v.p[0] == '\r')
		(void)view_skip(&v, 1);
	if (v.n > 0 && v.p[0] == '\n')
		(void)view_skip(&v, 1);
	if (pdf_int(pdf_get(p, d, "Length"), &length) && length_fits(v, length)) {
		(void)view_take(&v, (size_t)length, &raw);
		return raw;
	}
	pdf_repaired(p, "stream length");
	off = p->in.n - v.n;
	end = stream_end(p, off);
	(void)view_take(&v, end - off, &raw);
	/* The end of line before the keyword is not data. */
	if (raw.n > 0 && raw.p[raw.n - 1] == '\n')
		raw.n--;
	if (raw.n > 0 && raw.p[raw.n - 1] == '\r')
		raw.n--;
	return raw;
}

bool
pdf_object_body(struct pdf *p, struct view in, uint32_t num, uint32_t gen, bool decrypt,
		struct pdf_obj *ret)
{
	p->parser.crypt = decrypt ? p->crypt : NULL;
	p->parser.num = num;
	p->parser.gen = gen;
	if (!pdf_parse_at(p, &in, ret))
		return false;
	if (ret->kind != PDF_DICT || !pdf_take_word(&in, VIEW("stream")))
		return true;
	ret->kind = PDF_STREAM;
	ret->num = num;
	ret->gen = gen;
	ret->raw = stream_bytes(p, in, ret->u.d);
	return true;
}

/* -- the table ------------------------------------------------------------ */

static bool
load_from_file(struct pdf *p, uint32_t num, struct pdf_obj *ret)
{
	const struct pdf_found *f;
	uint32_t n, gen;
	struct view rest;

	if (!pdf_object_head(p, p->x[num].off, &n, &gen, &rest) || n != num) {
		f = pdf_scan_find(p, num);
		if (!p->gens_unsure)
			pdf_scan_fill(p);
		p->gens_unsure = true;
		pdf_repaired(p, "cross-reference table");
		if (f == NULL || !pdf_object_head(p, f->off, &n, &gen, &rest) || n != num)
			return false;
		p->x[num].off = f->off;
	}
	p->x[num].gen = gen;
	return pdf_object_body(p, rest, num, gen, true, ret);
}

static const struct pdf_obj *
keep(struct pdf *p, const struct pdf_obj *o)
{
	struct pdf_obj *kept = arena_get(p->a, sizeof *kept);
	struct err e;

	if (kept == NULL) {
		err_set(&e, ERR_LIMIT, "objects: no room");
		pdf_fail(p, &e);
		return &pdf_null;
	}
	*kept = *o;
	return kept;
}

const struct pdf_obj *
pdf_load(struct pdf *p, uint32_t num, uint32_t gen)
{
	struct pdf_obj o = pdf_null;
	struct pdf_xref *x;
	bool ok = false;

	if (num >= p->n)
		return &pdf_null;
	x = &p->x[num];
	if (x->obj == NULL) {
		if (x->busy || p->loading >= PDF_LOADING_MAX)
			return &pdf_null;
		x->busy = true;
		p->loading++;
		if (x->at == PDF_AT_FILE)
			ok = load_from_file(p, num, &o);
		else if (x->at == PDF_AT_STREAM)
			ok = pdf_objstm_get(p, (uint32_t)x->off, num, &o);
		p->loading--;
		/* Reading may have made the table grow. */
		x = &p->x[num];
		x->busy = false;
		x->obj = ok ? keep(p, &o) : &pdf_null;
	}
	/* 7.3.10: another generation is another object, one that is gone. */
	if (x->at == PDF_AT_FILE && x->gen != gen && !p->gens_unsure)
		return &pdf_null;
	return x->obj;
}

const struct pdf_obj *
pdf_resolve(struct pdf *p, const struct pdf_obj *o)
{
	int i;

	for (i = 0; o->kind == PDF_REF; i++) {
		if (i == 32)
			return &pdf_null;
		o = pdf_load(p, o->u.ref.num, o->u.ref.gen);
	}
	return o;
}

static size_t
index_of(const struct pdf_dict *d, const char *key)
{
	size_t i, n = strlen(key);

	for (i = 0; i < d->n; i++)
		if (d->e[i].key.n == n && memcmp(d->e[i].key.p, key, n) == 0)
			break;
	return i;
}

const struct pdf_obj *
pdf_get_raw(const struct pdf_dict *d, const char *key)
{
	size_t i = index_of(d, key);

	if (d->mark != NULL) {
		d->mark[d->n] = true;
		if (i < d->n && d->mark[i] == PDF_UNREAD)
			d->mark[i] = PDF_READ;
	}
	return i < d->n ? &d->e[i].value : &pdf_null;
}

const struct pdf_obj *
pdf_get(struct pdf *p, const struct pdf_dict *d, const char *key)
{
	return pdf_resolve(p, pdf_get_raw(d, key));
}

const struct pdf_obj *
pdf_peek(struct pdf *p, const struct pdf_dict *d, const char *key)
{
	size_t i = index_of(d, key);

	return i < d->n ? pdf_resolve(p, &d->e[i].value) : &pdf_null;
}

const struct pdf_dict *
pdf_dict_of(const struct pdf_obj *o)
{
	return o->kind == PDF_DICT || o->kind == PDF_STREAM ? o->u.d : NULL;
}

bool
pdf_is_name(const struct pdf_obj *o, const char *name)
{
	return o->kind == PDF_NAME && view_is(o->u.s, name);
}

bool
pdf_num(const struct pdf_obj *o, double *ret)
{
	if (o->kind == PDF_INT)
		*ret = (double)o->u.i;
	else if (o->kind == PDF_REAL)
		*ret = o->u.r;
	else
		return false;
	return true;
}

bool
pdf_int(const struct pdf_obj *o, int64_t *ret)
{
	if (o->kind == PDF_INT)
		*ret = o->u.i;
	else if (o->kind == PDF_REAL)
		*ret = (int64_t)(o->u.r < 0 ? o->u.r - 0.5 : o->u.r + 0.5);
	else
		return false;
	return true;
}
