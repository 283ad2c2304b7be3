/*
 * jbig2_text.c - text regions (ITU-T T.88 6.4, 7.4.3).
 */
#include "core/own.h"
#include "sanitize/codec/jbig2.h"

enum { INSTANCE_WORK = 64, RUN_CODES = 35 };

/* A text region being decoded: where its values come from. */
struct text {
	struct jbig2 *j;
	const struct text_region *t;
	struct text_codes *c;
	struct mq *m;
	struct bit_reader *bits;
	mq_cx *refine_cx;
	struct bitmap *ret;
	int64_t strip, first, s;	/* STRIPT, FIRSTS, CURS */
};

/* One value, from either coder; *ret_oob NULL where OOB is no value. */
static bool
value(struct text *x, mq_cx *cx, const struct huffman *h, int32_t *ret, bool *ret_oob, struct err *e)
{
	bool oob = false;

	if (!x->t->huffman) {
		oob = !mq_int(x->m, cx, ret);
	} else {
		switch (huffman_read(h, x->bits, ret)) {
		case HUFFMAN_VALUE: break;
		case HUFFMAN_IS_OOB: oob = true; break;
		case HUFFMAN_BAD: return err_set(e, ERR_MALFORMED, "JBIG2 text: no such code");
		}
	}
	if (oob && ret_oob == NULL)
		return err_set(e, ERR_MALFORMED, "JBIG2 text: a value is missing");
	if (ret_oob != NULL)
		*ret_oob = oob;
	return true;
}

static bool
symbol_id(struct text *x, uint32_t *ret, struct err *e)
{
	int32_t id;

	if (!x->t->huffman) {
		*ret = mq_id(x->m, x->c->id, x->c->id_bits);
	} else {
		if (!value(x, NULL, &x->c->h_id, &id, NULL, e))
			return false;
		*ret = (uint32_t)id;
	}
	if (*ret >= x->t->symbols || x->t->symbol[*ret] == NULL)
		return err_set(e, ERR_MALFORMED, "JBIG2 text: symbol %u of %zu", *ret,
			       x->t->symbols);
	return true;
}

/* 6.4.11 */
static bool
refined(struct text *x, const struct bitmap *symbol, struct bitmap *ret, struct err *e)
{
	struct text_codes *c = x->c;
	struct refine r = { .template = x->t->refine_template, .reference = symbol };
	int32_t dw, dh, dx, dy, size = 0;
	struct view data;
	struct mq own;

	memcpy(r.at, x->t->refine_at, sizeof r.at);
	if (!value(x, c->rdw, &c->h_rdw, &dw, NULL, e) ||
	    !value(x, c->rdh, &c->h_rdh, &dh, NULL, e) ||
	    !value(x, c->rdx, &c->h_rdx, &dx, NULL, e) ||
	    !value(x, c->rdy, &c->h_rdy, &dy, NULL, e) ||
	    (x->t->huffman && !value(x, NULL, &c->h_rsize, &size, NULL, e)))
		return false;
	r.dx = (dw >> 1) + (int64_t)dx;
	r.dy = (dh >> 1) + (int64_t)dy;
	if (!jbig2_bitmap(x->j, (int64_t)symbol->w + dw, (int64_t)symbol->h + dh, ret, e))
		return false;
	if (!x->t->huffman)
		return refine_decode(x->j, &r, x->m, x->refine_cx, ret, e);
	if (size < 0 || !bits_bytes(x->bits, (size_t)size, &data))
		return err_set(e, ERR_MALFORMED, "JBIG2 text: refinement cut off");
	mq_init(&own, data);
	return refine_decode(x->j, &r, &own, x->refine_cx, ret, e);
}

/* 6.4.5 3 c) vi) to x): the instance drawn with its reference corner at CURS, TI. */
static void
place(struct text *x, const struct bitmap *b, int64_t ti)
{
	const struct text_region *t = x->t;
	bool right = t->corner == CORNER_TOP_RIGHT || t->corner == CORNER_BOTTOM_RIGHT;
	bool bottom = t->corner == CORNER_BOTTOM_LEFT || t->corner == CORNER_BOTTOM_RIGHT;
	int64_t along = (int64_t)(t->transposed ? b->h : b->w) - 1, left, top;
	bool far = t->transposed ? bottom : right;	/* the corner is at the far end */

	if (far)
		x->s += along;
	left = t->transposed ? ti : x->s;
	top = t->transposed ? x->s : ti;
	if (right)
		left -= (int64_t)b->w - 1;
	if (bottom)
		top -= (int64_t)b->h - 1;
	jbig2_combine(x->ret, b, left, top, t->op);
	if (!far)
		x->s += along;
}

static bool
instance(struct text *x, struct err *e)
{
	const struct bitmap *symbol;
	struct bitmap own;
	int32_t t = 0, refine = 0;
	uint32_t id;

	if (x->t->log_strips > 0 && x->t->huffman)
		t = (int32_t)bits_read(x->bits, x->t->log_strips);
	else if (x->t->log_strips > 0 && !value(x, x->c->it, NULL, &t, NULL, e))
		return false;
	if (!symbol_id(x, &id, e))
		return false;
	symbol = x->t->symbol[id];
	if (x->t->refine && x->t->huffman)
		refine = (int32_t)bits_read(x->bits, 1);
	else if (x->t->refine && !value(x, x->c->ri, NULL, &refine, NULL, e))
		return false;
	if (refine != 0) {
		if (!refined(x, symbol, &own, e))
			return false;
		symbol = &own;
	}
	if (!jbig2_pay(x->j, INSTANCE_WORK + bitmap_stride(symbol->w) * symbol->h, e))
		return false;
	place(x, symbol, x->strip + t);
	return true;
}

/* Far from any page nothing sound is left to decode. */
static bool
sane(int64_t at)
{
	return at > INT32_MIN && at < INT32_MAX;
}

/* 6.4.5 3): the instances of one strip, and the OOB behind them. */
static bool
strip(struct text *x, uint32_t *left, struct err *e)
{
	struct text_codes *c = x->c;
	int32_t v;
	bool oob = false;

	if (!jbig2_pay(x->j, INSTANCE_WORK, e) || !value(x, c->dt, &c->h_dt, &v, NULL, e))
		return false;
	x->strip += (int64_t)v * (INT64_C(1) << x->t->log_strips);
	if (!value(x, c->fs, &c->h_fs, &v, NULL, e))
		return false;
	x->first += v;
	x->s = x->first;
	for (;;) {
		if (!sane(x->strip) || !sane(x->first) || !sane(x->s))
			return err_set(e, ERR_MALFORMED, "JBIG2 text: symbol far off the page");
		if (!instance(x, e))
			return false;
		--*left;
		if (!value(x, c->ds, &c->h_ds, &v, &oob, e))
			return *left == 0;
		if (oob || *left == 0)
			return true;
		x->s += (int64_t)v + x->t->ds_offset;
	}
}

bool
text_decode(struct jbig2 *j, const struct text_region *t, struct text_codes *c, struct mq *m,
	    struct bit_reader *bits, mq_cx *refine_cx, struct bitmap *ret, struct err *e)
{
	struct text x = { .j = j, .t = t, .c = c, .m = m, .bits = bits, .refine_cx = refine_cx,
			  .ret = ret };
	uint32_t left = t->instances;
	int32_t v;

	jbig2_fill(ret, t->black);
	if (!value(&x, c->dt, &c->h_dt, &v, NULL, e))
		return false;
	x.strip = -(int64_t)v * (INT64_C(1) << t->log_strips);
	while (left > 0)
		if (!strip(&x, &left, e))
			return false;
	return true;
}

bool
huffman_select(struct jbig2 *j, const uint8_t row[4], unsigned selector,
	       const struct references *refs, size_t *at, struct huffman *ret, struct err *e)
{
	if (row[selector] != 0)
		return huffman_standard(j, row[selector], ret, e);
	while (*at < refs->n && refs->of[*at]->table == NULL)
		++*at;
	if (*at >= refs->n)
		return err_set(e, ERR_MALFORMED, "JBIG2 code table missing");
	*ret = *refs->of[(*at)++]->table;
	return true;
}

/* 7.4.3.1.2: flags of two bits each, in this order, and one of one bit. */
static bool
text_tables(struct jbig2 *j, unsigned flags, const struct references *refs, struct text_codes *c,
	    struct err *e)
{
	static const uint8_t rows[8][4] = {
		{ 6, 7, 6, 0 },	    { 8, 9, 10, 0 },  { 11, 12, 13, 0 }, { 14, 15, 14, 0 },
		{ 14, 15, 14, 0 },  { 14, 15, 14, 0 }, { 14, 15, 14, 0 }, { 1, 0, 1, 0 },
	};
	struct huffman *const to[8] = { &c->h_fs,  &c->h_ds,  &c->h_dt,	 &c->h_rdw,
					&c->h_rdh, &c->h_rdx, &c->h_rdy, &c->h_rsize };
	size_t at = 0;

	for (unsigned i = 0; i < 8; i++)
		if (!huffman_select(j, rows[i], flags >> (2 * i) & (i < 7 ? 3 : 1), refs, &at, to[i], e))
			return false;
	return true;
}

/* 7.4.3.1.7: how long each symbol's code is, run-length coded. */
static bool
id_lengths(const struct huffman *runs, struct bit_reader *b, struct huffman_line *line, size_t n,
	   struct err *e)
{
	static const struct {
		uint8_t bits, from;
	} repeat[] = { { 2, 3 }, { 3, 3 }, { 7, 11 } };
	size_t i = 0;

	while (i < n) {
		int32_t code = 0;
		uint8_t length = 0;
		size_t count = 1;

		if (huffman_read(runs, b, &code) != HUFFMAN_VALUE || (code == 32 && i == 0))
			return err_set(e, ERR_MALFORMED, "JBIG2 text: symbol codes damaged");
		if (code < 32)
			length = (uint8_t)code;
		else
			count = bits_read(b, repeat[code - 32].bits) + repeat[code - 32].from;
		if (code == 32)
			length = line[i - 1].prefix;
		for (; count > 0 && i < n; count--, i++)
			line[i] = (struct huffman_line){ .low = (int32_t)i, .prefix = length };
	}
	return true;
}

static bool
text_ids(struct jbig2 *j, struct bit_reader *b, size_t symbols, struct huffman *ret, struct err *e)
{
	struct huffman_line run[RUN_CODES], *line;
	struct huffman runs;

	for (unsigned i = 0; i < RUN_CODES; i++)
		run[i] = (struct huffman_line){ .low = (int32_t)i,
						.prefix = (uint8_t)bits_read(b, 4) };
	line = jbig2_array(j, symbols, sizeof *line, e);
	if (line == NULL || !huffman_init(j, run, RUN_CODES, &runs, e) ||
	    !id_lengths(&runs, b, line, symbols, e))
		return false;
	bits_to_byte(b);
	return huffman_init(j, line, symbols, ret, e);
}

/* 7.4.3.1, without the region information. */
static bool
text_header(struct view *v, struct text_region *t, unsigned *tables, struct err *e)
{
	uint16_t flags, more = 0;

	if (!view_u16be(v, &flags) || (flags & 1 && !view_u16be(v, &more)))
		return err_set(e, ERR_MALFORMED, "JBIG2 text region cut off");
	t->huffman = flags & 1;
	t->refine = flags >> 1 & 1;
	t->log_strips = flags >> 2 & 3;
	t->corner = flags >> 4 & 3;
	t->transposed = flags >> 6 & 1;
	t->op = flags >> 7 & 3;
	t->black = flags >> 9 & 1;
	t->ds_offset = (flags >> 10 & 15) - (flags >> 10 & 16);
	t->refine_template = flags >> 15 & 1;
	*tables = more;
	if (t->refine && t->refine_template == 0 && !ats_read(v, 2, 1, t->refine_at, e))
		return false;
	if (!view_u32be(v, &t->instances))
		return err_set(e, ERR_MALFORMED, "JBIG2 text region cut off");
	return true;
}

bool
text_segment(struct jbig2 *j, struct view v, const struct references *refs, struct bitmap *ret,
	     struct err *e)
{
	struct text_region t = { 0 };
	const struct bitmap **symbol;
	own_mem struct text_codes *c = calloc(1, sizeof *c);
	own_mem mq_cx *refine_cx = calloc(REFINE_CX, sizeof *refine_cx);
	own_mem mq_cx *id = NULL;
	struct bit_reader bits;
	unsigned tables = 0;
	struct mq m;

	if (!text_header(&v, &t, &tables, e) || !symbols_gather(j, refs, &symbol, &t.symbols, e))
		return false;
	t.symbol = symbol;
	if (c != NULL) {
		c->id_bits = bits_for(t.symbols);
		c->id = id = calloc(UINT64_C(1) << c->id_bits, sizeof *id);
	}
	if (c == NULL || refine_cx == NULL || id == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for contexts");
	bits = (struct bit_reader){ .in = v };
	mq_init(&m, v);
	if (t.huffman && (!text_tables(j, tables, refs, c, e) ||
			  !text_ids(j, &bits, t.symbols, &c->h_id, e)))
		return false;
	return text_decode(j, &t, c, &m, &bits, refine_cx, ret, e);
}
