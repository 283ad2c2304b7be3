/*
 * From a stream's raw bytes to what they mean: decryption, then the
 * filters of its dictionary in order (ISO 32000-2 7.3.8.2, 7.4).
 */
#include <stdlib.h>

#include <libdeflate.h>

#include "sanitize/pdf/reader.h"
#include "sanitize/pdf/unfilter.h"

/* Results above this have memory of their own, which pdf_stream_free() can give back. */
static const size_t blob_min = 64 * 1024;
static const uint64_t ratio_floor = UINT64_C(10) << 20;

struct pdf_blob {
	struct pdf_blob *next;
	uint8_t bytes[];
};

enum filter { F_FLATE, F_LZW, F_HEX, F_85, F_RUN, F_CRYPT, F_IMAGE };

static const struct {
	const char *name;
	enum filter filter;
	const char *full;	/* of an image filter */
} filters[] = {
	{ "FlateDecode", F_FLATE, NULL },
	{ "Fl", F_FLATE, NULL },
	{ "LZWDecode", F_LZW, NULL },
	{ "LZW", F_LZW, NULL },
	{ "ASCIIHexDecode", F_HEX, NULL },
	{ "AHx", F_HEX, NULL },
	{ "ASCII85Decode", F_85, NULL },
	{ "A85", F_85, NULL },
	{ "RunLengthDecode", F_RUN, NULL },
	{ "RL", F_RUN, NULL },
	{ "Crypt", F_CRYPT, NULL },
	{ "DCTDecode", F_IMAGE, "DCTDecode" },
	{ "DCT", F_IMAGE, "DCTDecode" },
	{ "CCITTFaxDecode", F_IMAGE, "CCITTFaxDecode" },
	{ "CCF", F_IMAGE, "CCITTFaxDecode" },
	{ "JPXDecode", F_IMAGE, "JPXDecode" },
	{ "JBIG2Decode", F_IMAGE, "JBIG2Decode" },
};

/* All that a step needs, looked up before the first one runs: a look-up may run steps of its own. */
struct step {
	enum filter filter;
	const char *full;
	const struct pdf_dict *parms;	/* NULL: none */
	bool early, predict;
	struct predictor predictor;
	struct view crypt;
};

static int64_t
parm(struct pdf *p, const struct pdf_dict *d, const char *key, int64_t otherwise)
{
	int64_t x;

	return d != NULL && pdf_int(pdf_get(p, d, key), &x) ? x : otherwise;
}

static void
set_parms(struct pdf *p, struct step *s)
{
	struct predictor *pr = &s->predictor;

	s->crypt = VIEW("Identity");
	if (s->parms == NULL)
		return;
	if (s->filter == F_CRYPT && pdf_get(p, s->parms, "Name")->kind == PDF_NAME)
		s->crypt = pdf_get(p, s->parms, "Name")->u.s;
	if (s->filter != F_FLATE && s->filter != F_LZW)
		return;
	s->early = parm(p, s->parms, "EarlyChange", 1) != 0;
	pr->predictor = parm(p, s->parms, "Predictor", 1);
	if (pr->predictor <= 1)
		return;
	pr->colors = parm(p, s->parms, "Colors", 1);
	pr->bits = parm(p, s->parms, "BitsPerComponent", 8);
	pr->columns = parm(p, s->parms, "Columns", 1);
	s->predict = predictor_ok(pr);
}

static bool
step_of(struct pdf *p, const struct pdf_obj *name, const struct pdf_obj *parms, struct step *ret,
	struct err *e)
{
	size_t i;

	if (name->kind != PDF_NAME)
		return err_set(e, ERR_MALFORMED, "stream: a filter is no name");
	for (i = 0; i < sizeof filters / sizeof *filters; i++)
		if (view_is(name->u.s, filters[i].name)) {
			*ret = (struct step){ .filter = filters[i].filter, .full = filters[i].full,
					      .parms = pdf_dict_of(parms), .early = true };
			set_parms(p, ret);
			return true;
		}
	return err_set(e, ERR_MALFORMED, "stream: unknown filter");
}

/* An inline image (number 0) abbreviates its keys: Table 91. */
static const struct pdf_obj *
get_either(struct pdf *p, const struct pdf_obj *stream, const char *key, const char *brief)
{
	const struct pdf_obj *o = pdf_get(p, stream->u.d, key);

	return o->kind == PDF_NULL && stream->num == 0 ? pdf_get(p, stream->u.d, brief) : o;
}

static bool
chain(struct pdf *p, const struct pdf_obj *stream, struct step *step, size_t *ret_n, struct err *e)
{
	const struct pdf_obj *f = get_either(p, stream, "Filter", "F");
	const struct pdf_obj *d = get_either(p, stream, "DecodeParms", "DP");
	size_t i;

	*ret_n = 0;
	if (f->kind == PDF_NULL || f->kind == PDF_DICT || f->kind == PDF_STRING)
		return true;
	if (f->kind != PDF_ARRAY) {
		if (d->kind == PDF_ARRAY && d->u.a.n > 0)
			d = pdf_resolve(p, &d->u.a.v[0]);
		*ret_n = 1;
		return step_of(p, f, d, step, e);
	}
	if (f->u.a.n > PDF_FILTERS_MAX)
		return err_set(e, ERR_LIMIT, "stream: %zu filters", f->u.a.n);
	for (i = 0; i < f->u.a.n; i++) {
		const struct pdf_obj *parms = &pdf_null;

		if (d->kind == PDF_ARRAY && i < d->u.a.n)
			parms = pdf_resolve(p, &d->u.a.v[i]);
		else if (d->kind == PDF_DICT && f->u.a.n == 1)
			parms = d;
		if (!step_of(p, pdf_resolve(p, &f->u.a.v[i]), parms, &step[i], e))
			return false;
	}
	*ret_n = f->u.a.n;
	return true;
}

/* -- how much may come out ------------------------------------------------------- */

/* The most bytes an image of this dictionary may need, 0 where it is none. */
static uint64_t
image_bytes(struct pdf *p, const struct pdf_dict *d)
{
	int64_t w, h, bits = 8;

	if (!pdf_int(pdf_get(p, d, "Width"), &w) || !pdf_int(pdf_get(p, d, "Height"), &h) || w <= 0 ||
	    h <= 0 || w > INT32_MAX || h > INT32_MAX)
		return 0;
	(void)pdf_int(pdf_get(p, d, "BitsPerComponent"), &bits);
	if (bits < 1 || bits > 16)
		bits = 16;
	if ((uint64_t)w * (uint64_t)h > p->job->profile->limits.pixels)
		return 0;
	/* DeviceN images of more than 8 colorants that also shrink 200 times are not ordinary. */
	return ((uint64_t)w * 8 * (uint64_t)bits / 8 + 8) * (uint64_t)h;
}

/*
 * A blank page scanned in colour shrinks a thousand times and is no bomb:
 * an image may have the bytes its dictionary says, any other stream 10 MiB
 * or the limit's ratio; and all of them what is left of the whole budget.
 */
static uint64_t
most_bytes(struct pdf *p, const struct pdf_obj *stream, size_t packed)
{
	const struct limits *l = &p->job->profile->limits;
	uint64_t most = (uint64_t)packed * l->ratio, left = 0, image;

	if (most < ratio_floor)
		most = ratio_floor;
	image = stream->num == 0 ? 0 : image_bytes(p, stream->u.d);
	if (most < image)
		most = image;
	if (p->job->unpacked < l->unpacked)
		left = l->unpacked - p->job->unpacked;
	return most < left ? most : left;
}

/* -- the steps --------------------------------------------------------------------- */

static enum unfiltered
flate(struct pdf *p, struct view in, struct buf *out)
{
	struct view behind;
	enum unfiltered u = unfilter_flate(p->inflate, in, out, &behind);

	p->behind += !unfilter_is_padding(behind);
	return u;
}

uint32_t
pdf_behind(const struct pdf *p)
{
	return p->behind;
}

static enum unfiltered
decode(struct pdf *p, const struct step *s, struct view in, struct buf *out)
{
	switch (s->filter) {
	case F_FLATE: return flate(p, in, out);
	case F_LZW: return unfilter_lzw(in, s->early, out);
	case F_HEX: return unfilter_hex(in, out);
	case F_85: return unfilter_ascii85(in, out);
	case F_RUN: return unfilter_runlength(in, out);
	default: return UNFILTER_DAMAGED;
	}
}

static struct buf *
next_buf(struct pdf *p, struct view in, uint64_t most)
{
	struct buf *b = &p->work[p->work[0].p != NULL && in.p == p->work[0].p];

	buf_clear(b);
	b->max = most > SIZE_MAX / 4 ? SIZE_MAX / 4 : (size_t)most;
	return b;
}

struct run {
	uint64_t most;
	bool damaged;
};

static bool
took(enum unfiltered u, struct run *r, struct err *e)
{
	if (u == UNFILTER_FULL)
		return err_set(e, ERR_LIMIT, "stream: more than %llu bytes unpacked",
			       (unsigned long long)r->most);
	r->damaged |= u == UNFILTER_DAMAGED;
	return true;
}

static bool
one_step(struct pdf *p, const struct step *s, struct run *r, struct view *v, struct err *e)
{
	struct buf *out;

	if (s->filter == F_CRYPT)
		return true;
	out = next_buf(p, *v, r->most);
	if (!took(decode(p, s, *v, out), r, e) || !job_charge(p->job, out->n, e))
		return false;
	*v = buf_bytes(out);
	if (v->n == 0 || !s->predict)
		return true;
	/* A row more than the result is needed on the way. */
	out = next_buf(p, *v, (uint64_t)v->n * 2 + ((uint64_t)1 << 20));
	if (!took(unpredict(&s->predictor, *v, out), r, e))
		return false;
	*v = buf_bytes(out);
	return true;
}

/* -- results -------------------------------------------------------------------------- */

static bool
own_result(struct pdf *p, struct view *v, struct err *e)
{
	struct pdf_blob *b;
	struct view copy;

	if (v->n < blob_min) {
		copy = arena_copy(p->a, *v);
		if (copy.p == NULL)
			return err_set(e, ERR_LIMIT, "stream: no room");
		*v = copy;
		return true;
	}
	b = malloc(sizeof *b + v->n);
	if (b == NULL)
		return err_set(e, ERR_LIMIT, "stream: no memory for %zu bytes", v->n);
	memcpy(b->bytes, v->p, v->n);
	b->next = p->blobs;
	p->blobs = b;
	*v = view_of(b->bytes, v->n);
	return true;
}

void
pdf_stream_free(struct pdf *p, struct view v)
{
	struct pdf_blob **at;
	int i;

	/* Results are given back soon or not at all: looking further costs more than it gives. */
	for (at = &p->blobs, i = 0; *at != NULL && i < 16; at = &(*at)->next, i++)
		if ((*at)->bytes == v.p) {
			struct pdf_blob *b = *at;

			*at = b->next;
			free(b);
			return;
		}
}

void
pdf_filters_release(struct pdf *p)
{
	while (p->blobs != NULL) {
		struct pdf_blob *b = p->blobs;

		p->blobs = b->next;
		free(b);
	}
	buf_release(&p->work[0]);
	buf_release(&p->work[1]);
	if (p->inflate != NULL)
		libdeflate_free_decompressor(p->inflate);
	p->inflate = NULL;
}

/* -- all of it ------------------------------------------------------------------------- */

/* A work buffer grown by one huge stream is not kept for the next. */
static void
trim_work(struct pdf *p)
{
	size_t i;

	for (i = 0; i < 2; i++)
		if (p->work[i].cap > (size_t)16 << 20)
			buf_release(&p->work[i]);
}

static bool
decrypt(struct pdf *p, const struct pdf_obj *stream, const struct step *step, size_t n, struct view *v,
	struct err *e)
{
	const struct pdf_obj *type;
	struct buf *out;

	if (p->crypt == NULL || stream->num == 0)
		return true;
	type = pdf_get(p, stream->u.d, "Type");
	out = next_buf(p, *v, (uint64_t)v->n + 64);
	if (!pdf_crypt_stream(p->crypt, stream->num, stream->gen,
			      type->kind == PDF_NAME ? type->u.s : VIEW(""),
			      n > 0 && step[0].filter == F_CRYPT ? step[0].crypt : VIEW(""), v, out))
		return err_set(e, ERR_LIMIT, "stream: no memory to decrypt");
	return true;
}

static bool
in_work(const struct pdf *p, struct view v)
{
	return v.p != NULL && (v.p == p->work[0].p || v.p == p->work[1].p);
}

bool
pdf_stream(struct pdf *p, const struct pdf_obj *stream, enum pdf_stop stop, struct view *ret,
	   struct view *ret_filter, const struct pdf_dict **ret_parms, struct err *e)
{
	struct step step[PDF_FILTERS_MAX];
	struct view v = stream->raw, filter = { NULL, 0 };
	const struct pdf_dict *parms = NULL;
	struct run r = { 0 };
	size_t i, n;

	if (stream->kind != PDF_STREAM)
		return err_set(e, ERR_MALFORMED, "no stream");
	if (!chain(p, stream, step, &n, e))
		return false;
	r.most = most_bytes(p, stream, stream->raw.n);
	if (!decrypt(p, stream, step, n, &v, e))
		return false;
	for (i = 0; i < n && step[i].filter != F_IMAGE; i++)
		if (!one_step(p, &step[i], &r, &v, e))
			return false;
	if (i < n) {
		if (stop != PDF_STOP_IMAGE)
			return err_set(e, ERR_MALFORMED, "stream: image data");
		filter = view_str(step[i].full);
		parms = step[i].parms;
	}
	if (in_work(p, v) && !own_result(p, &v, e))
		return false;
	trim_work(p);
	if (r.damaged)
		job_find(p->job, FINDING_PDF_STREAM_DAMAGED, "", NULL);
	*ret = v;
	if (ret_filter != NULL)
		*ret_filter = filter;
	if (ret_parms != NULL)
		*ret_parms = parms;
	return true;
}
