/*
 * jbig2_symbol.c - symbol dictionaries (ITU-T T.88 6.5, 7.4.2).
 */
#include "core/own.h"
#include "sanitize/codec/jbig2.h"

enum { SYMBOL_WORK = 64, SYMBOLS_MAX = 1 << 20 };

/* A dictionary being decoded. */
struct dictionary {
	struct jbig2 *j;
	bool huffman, aggregate;	/* SDHUFF, SDREFAGG */
	struct generic generic;
	uint8_t refine_template;
	struct at refine_at[2];
	uint32_t exported, fresh;	/* SDNUMEXSYMS, SDNUMNEWSYMS */
	const struct bitmap **symbol;	/* those referred to, then the new ones */
	size_t old, n, cap;
	struct view in;
	struct mq m;
	struct bit_reader bits;
	mq_cx *generic_cx, *refine_cx;
	mq_cx dh[MQ_INT_CX], dw[MQ_INT_CX], ai[MQ_INT_CX], ex[MQ_INT_CX];
	struct huffman h_dh, h_dw, h_size, h_aggregate, h_export;
	struct text_codes text;
};

uint32_t
bits_for(uint64_t n)
{
	uint32_t bits = 0;

	while (bits < 63 && (UINT64_C(1) << bits) < n)
		bits++;
	return bits;
}

bool
symbols_gather(struct jbig2 *j, const struct references *refs, const struct bitmap ***ret,
	       size_t *ret_n, struct err *e)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < refs->n; i++) {
		if (refs->of[i]->symbols == NULL)
			continue;
		n += refs->of[i]->symbols->n;
		if (n > SYMBOLS_MAX)
			return err_set(e, ERR_LIMIT, "over %d JBIG2 symbols", SYMBOLS_MAX);
	}
	*ret = jbig2_array(j, n, sizeof **ret, e);
	if (*ret == NULL || !jbig2_pay(j, n, e))
		return false;
	for (size_t i = 0; i < refs->n; i++) {
		const struct symbols *s = refs->of[i]->symbols;

		if (s == NULL || s->n == 0)
			continue;
		memcpy(*ret + at, s->symbol, s->n * sizeof **ret);
		at += s->n;
	}
	*ret_n = n;
	return true;
}

static bool
cut_off(struct err *e)
{
	return err_set(e, ERR_MALFORMED, "JBIG2 symbol dictionary damaged");
}

static bool
value(struct dictionary *d, mq_cx *cx, const struct huffman *h, int32_t *ret, bool *ret_oob,
      struct err *e)
{
	bool oob = false;

	if (!d->huffman) {
		oob = !mq_int(&d->m, cx, ret);
	} else {
		enum huffman_result r = huffman_read(h, &d->bits, ret);

		if (r == HUFFMAN_BAD)
			return cut_off(e);
		oob = r == HUFFMAN_IS_OOB;
	}
	if (ret_oob != NULL)
		*ret_oob = oob;
	return ret_oob != NULL || !oob || cut_off(e);
}

/* Room grows with what is really decoded, never with what is claimed. */
static bool
symbol_add(struct dictionary *d, const struct bitmap *b, struct err *e)
{
	struct bitmap *kept;

	if (d->n == d->cap) {
		size_t cap = d->cap * 2 + 64;
		const struct bitmap **more = jbig2_array(d->j, cap, sizeof *more, e);

		if (more == NULL)
			return false;
		if (d->n > 0)
			memcpy(more, d->symbol, d->n * sizeof *more);
		d->symbol = more;
		d->cap = cap;
	}
	kept = jbig2_array(d->j, 1, sizeof *kept, e);
	if (kept == NULL || !jbig2_pay(d->j, SYMBOL_WORK, e))
		return false;
	*kept = *b;
	d->symbol[d->n++] = kept;
	return true;
}

/* 6.5.8.2.2: one symbol, refined. */
static bool
refine_one(struct dictionary *d, struct bitmap *ret, struct err *e)
{
	struct refine r = { .template = d->refine_template };
	struct text_codes *t = &d->text;
	int32_t dx, dy, size = 0;
	struct view data;
	struct mq own;
	uint32_t id;

	memcpy(r.at, d->refine_at, sizeof r.at);
	id = d->huffman ? bits_read(&d->bits, t->id_bits) : mq_id(&d->m, t->id, t->id_bits);
	if (!value(d, t->rdx, &t->h_rdx, &dx, NULL, e) ||
	    !value(d, t->rdy, &t->h_rdy, &dy, NULL, e) ||
	    (d->huffman && !value(d, NULL, &t->h_rsize, &size, NULL, e)))
		return false;
	if (id >= d->n)
		return cut_off(e);
	r.reference = d->symbol[id];
	r.dx = dx;
	r.dy = dy;
	if (!d->huffman)
		return refine_decode(d->j, &r, &d->m, d->refine_cx, ret, e);
	if (size < 0 || !bits_bytes(&d->bits, (size_t)size, &data))
		return cut_off(e);
	mq_init(&own, data);
	return refine_decode(d->j, &r, &own, d->refine_cx, ret, e);
}

/* 6.5.8.2 */
static bool
aggregate(struct dictionary *d, struct bitmap *ret, struct err *e)
{
	struct text_region t = {
		.huffman = d->huffman, .refine = true, .corner = CORNER_TOP_LEFT, .op = COMBINE_OR,
		.refine_template = d->refine_template, .symbol = d->symbol, .symbols = d->n,
	};
	int32_t n;

	if (!value(d, d->ai, &d->h_aggregate, &n, NULL, e))
		return false;
	if (n == 1)
		return refine_one(d, ret, e);
	if (n < 0)
		return cut_off(e);
	memcpy(t.refine_at, d->refine_at, sizeof t.refine_at);
	t.instances = (uint32_t)n;
	return text_decode(d->j, &t, &d->text, &d->m, &d->bits, d->refine_cx, ret, e);
}

static bool
symbol_new(struct dictionary *d, int64_t w, int64_t h, struct err *e)
{
	struct bitmap b;

	if (!jbig2_bitmap(d->j, w, h, &b, e))
		return false;
	if (d->aggregate ? !aggregate(d, &b, e) :
			   !generic_decode(d->j, &d->generic, &d->m, d->generic_cx, &b, e))
		return false;
	return symbol_add(d, &b, e);
}

/* 6.5.9: a height class in one bitmap, as it is or MMR coded. */
static bool
collective(struct dictionary *d, const int64_t *widths, size_t n, int64_t w, int64_t h,
	   struct err *e)
{
	struct bitmap all, b;
	struct view data;
	int32_t size;
	size_t used;
	int64_t x = 0;

	if (!value(d, NULL, &d->h_size, &size, NULL, e) || !jbig2_bitmap(d->j, w, h, &all, e))
		return false;
	if (size == 0) {
		if (!bits_bytes(&d->bits, bitmap_stride(all.w) * all.h, &data))
			return cut_off(e);
		if (data.n > 0)
			memcpy(all.bits, data.p, data.n);
	} else {
		if (size < 0 || !bits_bytes(&d->bits, (size_t)size, &data))
			return cut_off(e);
		if (all.w > 0 && !ccitt_mmr(data, &all, &used, e))
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!jbig2_crop(d->j, &all, x, widths[i], &b, e) || !symbol_add(d, &b, e))
			return false;
		x += widths[i];
	}
	return true;
}

/* 6.5.5 4) c): the symbols of one height. */
static bool
height_class(struct dictionary *d, int64_t h, struct err *e)
{
	bool together = d->huffman && !d->aggregate;
	own_mem int64_t *widths = NULL;
	size_t n = 0, cap = 0;
	int64_t w = 0, total = 0;

	for (;;) {
		int32_t delta;
		bool oob;

		if (!value(d, d->dw, &d->h_dw, &delta, &oob, e))
			return false;
		if (oob)
			break;
		w += delta;
		if (w < 0 || w > INT32_MAX || d->n + n >= d->old + d->fresh)
			return cut_off(e);
		if (!together) {
			if (!symbol_new(d, w, h, e))
				return false;
			continue;
		}
		if (n == cap) {
			int64_t *more = reallocarray(widths, cap * 2 + 64, sizeof *widths);

			if (more == NULL)
				return err_set(e, ERR_SYSTEM, "no memory for symbol widths");
			widths = more;
			cap = cap * 2 + 64;
		}
		if (!jbig2_pay(d->j, SYMBOL_WORK, e))
			return false;
		widths[n++] = w;
		total += w;
	}
	return !together || collective(d, widths, n, total, h, e);
}

/* 6.5.10 */
static bool
export_symbols(struct dictionary *d, struct symbols *ret, struct err *e)
{
	const struct bitmap **symbol = jbig2_array(d->j, d->n, sizeof *symbol, e);
	size_t at = 0, n = 0, still = 0;
	bool on = false;

	if (symbol == NULL)
		return false;
	while (at < d->n) {
		int32_t run;

		if (!value(d, d->ex, &d->h_export, &run, NULL, e))
			return false;
		if (run < 0 || (size_t)run > d->n - at || (run == 0 && ++still > 4))
			return cut_off(e);
		if (run > 0)
			still = 0;
		for (; run > 0; run--, at++)
			if (on)
				symbol[n++] = d->symbol[at];
		on = !on;
	}
	*ret = (struct symbols){ .symbol = symbol, .n = n };
	return true;
}

/* 7.4.2.1.1 */
static bool
tables(struct dictionary *d, unsigned flags, const struct references *refs, struct err *e)
{
	static const uint8_t dh[4] = { 4, 5, 4, 0 }, dw[4] = { 2, 3, 2, 0 }, one[4] = { 1, 0, 1, 0 };
	struct text_codes *t = &d->text;
	struct jbig2 *j = d->j;
	size_t at = 0;

	return huffman_select(j, dh, flags >> 2 & 3, refs, &at, &d->h_dh, e) &&
	       huffman_select(j, dw, flags >> 4 & 3, refs, &at, &d->h_dw, e) &&
	       huffman_select(j, one, flags >> 6 & 1, refs, &at, &d->h_size, e) &&
	       huffman_select(j, one, flags >> 7 & 1, refs, &at, &d->h_aggregate, e) &&
	       huffman_standard(j, 1, &d->h_export, e) &&
	       /* table 17 */
	       huffman_standard(j, 6, &t->h_fs, e) && huffman_standard(j, 8, &t->h_ds, e) &&
	       huffman_standard(j, 11, &t->h_dt, e) && huffman_standard(j, 15, &t->h_rdw, e) &&
	       huffman_standard(j, 15, &t->h_rdh, e) && huffman_standard(j, 15, &t->h_rdx, e) &&
	       huffman_standard(j, 15, &t->h_rdy, e) && huffman_standard(j, 1, &t->h_rsize, e);
}

/* Symbols of an aggregate have codes of one length (6.5.8.2.3). */
static bool
fixed_ids(struct dictionary *d, struct err *e)
{
	struct text_codes *t = &d->text;
	uint64_t n = (uint64_t)d->old + d->fresh;
	struct huffman_line *line;

	t->id_bits = bits_for(n);
	if (d->huffman && t->id_bits == 0)
		t->id_bits = 1;
	if (!d->huffman || !d->aggregate)
		return true;
	line = jbig2_array(d->j, (size_t)n, sizeof *line, e);
	if (line == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		line[i] = (struct huffman_line){ .low = (int32_t)i,
						 .prefix = (uint8_t)t->id_bits };
	return huffman_init(d->j, line, (size_t)n, &t->h_id, e);
}

static bool
header(struct dictionary *d, struct view *v, unsigned *flags, struct err *e)
{
	uint16_t f;

	if (!view_u16be(v, &f))
		return cut_off(e);
	*flags = f;
	d->huffman = f & 1;
	d->aggregate = f >> 1 & 1;
	d->generic.template = f >> 10 & 3;
	d->refine_template = f >> 12 & 1;
	if (!d->huffman && !ats_read(v, generic_ats(d->generic.template), 4, d->generic.at, e))
		return false;
	if (d->aggregate && d->refine_template == 0 && !ats_read(v, 2, 1, d->refine_at, e))
		return false;
	if (!view_u32be(v, &d->exported) || !view_u32be(v, &d->fresh))
		return cut_off(e);
	if (d->fresh > SYMBOLS_MAX || d->exported > SYMBOLS_MAX)
		return err_set(e, ERR_LIMIT, "%u new JBIG2 symbols", d->fresh);
	return true;
}

/* 7.4.2.2 step 3: contexts of the last dictionary referred to, or fresh ones. */
static bool
contexts(struct dictionary *d, bool reuse, const struct references *refs, struct err *e)
{
	const struct symbols *from = NULL;

	for (size_t i = 0; i < refs->n; i++)
		if (refs->of[i]->symbols != NULL)
			from = refs->of[i]->symbols;
	if (!reuse)
		return true;
	if (from == NULL || from->generic_cx == NULL || from->refine_cx == NULL)
		return err_set(e, ERR_MALFORMED, "JBIG2 contexts to reuse are missing");
	memcpy(d->generic_cx, from->generic_cx, GENERIC_CX);
	memcpy(d->refine_cx, from->refine_cx, REFINE_CX);
	return true;
}

static bool
keep_contexts(struct dictionary *d, struct symbols *s, struct err *e)
{
	s->generic_cx = jbig2_array(d->j, GENERIC_CX, sizeof *s->generic_cx, e);
	s->refine_cx = jbig2_array(d->j, REFINE_CX, sizeof *s->refine_cx, e);
	if (s->generic_cx == NULL || s->refine_cx == NULL)
		return false;
	memcpy(s->generic_cx, d->generic_cx, GENERIC_CX);
	memcpy(s->refine_cx, d->refine_cx, REFINE_CX);
	return true;
}

static bool
symbols_decode(struct dictionary *d, struct symbols *ret, struct err *e)
{
	int64_t h = 0;

	while (d->n < d->old + d->fresh) {
		int32_t delta;

		if (!jbig2_pay(d->j, SYMBOL_WORK, e) ||
		    !value(d, d->dh, &d->h_dh, &delta, NULL, e))
			return false;
		h += delta;
		if (h < 0 || h > INT32_MAX)
			return cut_off(e);
		if (!height_class(d, h, e))
			return false;
	}
	return export_symbols(d, ret, e);
}

bool
symbols_segment(struct jbig2 *j, struct view v, const struct references *refs,
		struct symbols **ret, struct err *e)
{
	own_mem struct dictionary *d = calloc(1, sizeof *d);
	own_mem mq_cx *generic_cx = calloc(GENERIC_CX, sizeof *generic_cx);
	own_mem mq_cx *refine_cx = calloc(REFINE_CX, sizeof *refine_cx);
	own_mem mq_cx *id = NULL;
	struct symbols *s = jbig2_array(j, 1, sizeof *s, e);
	unsigned flags = 0;

	if (s == NULL)
		return false;
	if (d == NULL || generic_cx == NULL || refine_cx == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for contexts");
	d->j = j;
	d->generic_cx = generic_cx;
	d->refine_cx = refine_cx;
	if (!header(d, &v, &flags, e) || !symbols_gather(j, refs, &d->symbol, &d->old, e) ||
	    !contexts(d, flags >> 8 & 1, refs, e))
		return false;
	d->n = d->cap = d->old;
	if (!fixed_ids(d, e) || (d->huffman && !tables(d, flags, refs, e)))
		return false;
	d->text.id = id = calloc(UINT64_C(1) << d->text.id_bits, sizeof *id);
	if (id == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for contexts");
	d->bits = (struct bit_reader){ .in = v };
	mq_init(&d->m, v);
	if (!symbols_decode(d, s, e) || (flags >> 9 & 1 && !keep_contexts(d, s, e)))
		return false;
	*ret = s;
	return true;
}
