/*
 * Entropy-coded segments (T.81 F.2, G.2): decoded as far as is needed to
 * know that they hold exactly the blocks of the scan, padded with ones, and
 * not a byte more.  Values are skipped over, never rebuilt.
 */
#include "inspect/jpeg.h"

#include <endian.h>

struct bits {
	uint64_t acc;		/* the next bits, left-aligned */
	unsigned have;		/* how many of them are real */
	const uint8_t *p, *end;
	bool over;		/* read past the end */
};

bool
inspect_jpeg_huffman(struct view *v, struct jpeg_huffman *h, struct err *e)
{
	struct view counts, symbols;
	int32_t code = 0, index = 0;
	unsigned len, i;
	size_t n = 0;

	if (!view_take(v, 16, &counts))
		return residue(e, "table cut off");
	for (len = 0; len < 16; len++)
		n += counts.p[len];
	if (n == 0 || n > 256 || !view_take(v, n, &symbols))
		return residue(e, "%zu codes", n);
	memset(h, 0, sizeof *h);
	memcpy(h->symbol, symbols.p, n);
	for (i = 0; i < n; i++) {
		uint8_t category = symbols.p[i] & 15;

		if (symbols.p[i] > h->widest_dc)
			h->widest_dc = symbols.p[i];
		if (category > h->widest_ac)
			h->widest_ac = category;
	}
	for (len = 1; len <= 16; len++, code <<= 1) {
		h->first[len] = index - code;
		for (i = 0; i < counts.p[len - 1]; i++, code++, index++) {
			unsigned spare = len <= JPEG_FAST ? JPEG_FAST - len : 0, k;

			for (k = 0; len <= JPEG_FAST && k < 1u << spare && code < 1 << len; k++)
				h->fast[((unsigned)code << spare) + k] =
					(uint16_t)(len << 8 | h->symbol[index]);
		}
		/* The code of all ones is reserved (C.2). */
		if (code >= 1 << len && counts.p[len - 1] > 0)
			return residue(e, "more codes than fit");
		h->max[len] = counts.p[len - 1] > 0 ? code - 1 : -1;
	}
	h->max[17] = INT32_MAX;
	h->defined = true;
	return true;
}

static inline void
refill(struct bits *b)
{
	if (b->have > 32)
		return;
	if (b->end - b->p >= 8) {
		uint64_t next;
		unsigned bytes = (64 - b->have) / 8;

		memcpy(&next, b->p, 8);
		b->acc |= be64toh(next) >> b->have;
		b->p += bytes;
		b->have += bytes * 8;
		/* Bits of a byte that is only partly in are read again: clear them. */
		if (b->have < 64)
			b->acc &= ~UINT64_C(0) << (64 - b->have);
		return;
	}
	while (b->have <= 56 && b->p < b->end) {
		b->acc |= (uint64_t)*b->p++ << (56 - b->have);
		b->have += 8;
	}
}

static inline void
skip(struct bits *b, unsigned n)
{
	if (n > b->have) {
		b->over = true;
		b->acc = 0;
		b->have = 0;
		return;
	}
	b->acc <<= n;
	b->have -= n;
}

static inline uint32_t
take(struct bits *b, unsigned n)
{
	uint32_t x;

	if (n == 0)
		return 0;
	refill(b);
	x = (uint32_t)(b->acc >> (64 - n));
	skip(b, n);
	return x;
}

/* A symbol together with its length: length << 8 | symbol; 0 where there is no such code. */
static inline unsigned
peek_symbol(struct bits *b, const struct jpeg_huffman *h)
{
	unsigned fast, len;

	refill(b);
	fast = h->fast[b->acc >> (64 - JPEG_FAST)];
	if (fast != 0)
		return fast;
	for (len = JPEG_FAST + 1; len <= 16; len++) {
		int32_t code = (int32_t)(b->acc >> (64 - len));

		if (code <= h->max[len])
			return len << 8 | h->symbol[h->first[len] + code];
	}
	return 0;
}

struct state {
	struct bits b;
	uint32_t eobrun;
};

static bool
dc_block(struct bits *b, const struct jpeg_huffman *h)
{
	unsigned s = peek_symbol(b, h);

	skip(b, (s >> 8) + (s & 0xff));
	return s != 0;
}

static bool
sequential_block(struct state *s, const struct jpeg_huffman *dc, const struct jpeg_huffman *ac)
{
	struct bits *b = &s->b;
	unsigned k = 1;

	if (!dc_block(b, dc))
		return false;
	while (k < 64) {
		unsigned sym = peek_symbol(b, ac), run = sym >> 4 & 15, category = sym & 15;

		if (sym == 0)
			return false;
		skip(b, (sym >> 8) + category);
		if (category == 0) {
			if (run != 15)
				return run == 0;
			k += 16;
			if (k > 63)
				return false;
			continue;
		}
		k += run + 1;
	}
	return k == 64;
}

static bool
ac_first_block(struct state *s, const struct jpeg_huffman *ac, unsigned k, unsigned se, uint64_t *mask)
{
	struct bits *b = &s->b;

	if (s->eobrun > 0) {
		s->eobrun--;
		return true;
	}
	while (k <= se) {
		unsigned sym = peek_symbol(b, ac), run = sym >> 4 & 15, category = sym & 15;

		if (sym == 0)
			return false;
		skip(b, (sym >> 8) + category);
		if (category != 0) {
			k += run;
			if (k > se)
				return false;
			*mask |= UINT64_C(1) << k++;
		} else if (run == 15) {
			k += 16;
		} else {
			s->eobrun = (1u << run) + take(b, run) - 1;
			return true;
		}
	}
	return k == se + 1;
}

/* Correction bits for the coefficients from k on that are known; returns where `run` zeros have passed. */
static unsigned
refine(struct bits *b, unsigned k, unsigned se, unsigned run, uint64_t mask)
{
	for (; k <= se; k++) {
		if (mask >> k & 1)
			(void)take(b, 1);
		else if (run-- == 0)
			break;
	}
	return k;
}

static bool
ac_refine_block(struct state *s, const struct jpeg_huffman *ac, unsigned k, unsigned se, uint64_t *mask)
{
	struct bits *b = &s->b;
	uint64_t old = *mask;

	while (s->eobrun == 0 && k <= se) {
		unsigned sym = peek_symbol(b, ac), run = sym >> 4 & 15, category = sym & 15;

		if (sym == 0 || category > 1)
			return false;
		skip(b, (sym >> 8) + category);
		if (category == 0 && run < 15) {
			s->eobrun = (1u << run) + take(b, run);
			break;
		}
		k = refine(b, k, se, run, old);
		if (category == 1) {
			if (k > se)
				return false;
			*mask |= UINT64_C(1) << k;
		}
		k++;
	}
	if (s->eobrun > 0) {
		(void)refine(b, k, se, 64, old);
		s->eobrun--;
	}
	return true;
}

static bool
block(const struct jpeg_frame *f, const struct jpeg_scan *sc, unsigned i, size_t at, struct state *s)
{
	struct jpeg_component *c = sc->part[i].c;

	if (!f->progressive)
		return sequential_block(s, sc->part[i].dc, sc->part[i].ac);
	if (sc->ss == 0) {
		if (sc->ah == 0)
			return dc_block(&s->b, sc->part[i].dc);
		(void)take(&s->b, 1);
		return true;
	}
	return sc->ah == 0 ? ac_first_block(s, sc->part[i].ac, sc->ss, sc->se, &c->mask[at])
			   : ac_refine_block(s, sc->part[i].ac, sc->ss, sc->se, &c->mask[at]);
}

static bool
mcu(const struct jpeg_frame *f, const struct jpeg_scan *sc, uint32_t x, uint32_t y, struct state *s)
{
	unsigned i, u, v;

	if (sc->n == 1)
		return block(f, sc, 0, (size_t)y * sc->part[0].c->row + x, s);
	for (i = 0; i < sc->n; i++) {
		const struct jpeg_component *c = sc->part[i].c;

		for (v = 0; v < c->v; v++)
			for (u = 0; u < c->h; u++)
				if (!block(f, sc, i, ((size_t)y * c->v + v) * c->row + (size_t)x * c->h + u, s))
					return false;
	}
	return true;
}

/* The bytes up to the next marker, without their stuffing (B.1.1.5). */
static bool
unstuff(struct view *v, struct buf *ret, struct err *e)
{
	buf_clear(ret);
	while (v->n > 0) {
		const uint8_t *ff = memchr(v->p, 0xff, v->n);
		struct view piece;

		if (ff == NULL || v->n - (size_t)(ff - v->p) < 2)
			break;
		(void)view_take(v, (size_t)(ff - v->p), &piece);
		if (v->p[1] != 0)
			return buf_view(ret, piece) || buf_ok(ret, e);
		if (!buf_view(ret, piece) || !buf_byte(ret, 0xff))
			return buf_ok(ret, e);
		(void)view_skip(v, 2);
	}
	return residue(e, "entropy-coded data without a marker behind");
}

static bool
drained(struct state *s)
{
	struct bits *b = &s->b;
	uint64_t ones;

	refill(b);
	if (b->over || s->eobrun > 0 || b->p != b->end || b->have > 7)
		return false;
	ones = b->have == 0 ? 0 : ~UINT64_C(0) << (64 - b->have);
	return b->acc == ones;
}

bool
inspect_jpeg_scan(const struct jpeg_frame *f, const struct jpeg_scan *sc, struct view *v, struct err *e)
{
	own_buf struct buf plain = BUF_MAX(v->n + 1);
	uint32_t across = sc->n == 1 ? sc->part[0].c->across : f->mcu_across;
	uint32_t down = sc->n == 1 ? sc->part[0].c->down : f->mcu_down;
	struct state s = { 0 };
	uint32_t x, y;

	if (!unstuff(v, &plain, e))
		return false;
	if (buf_room(&plain, 1) == NULL)
		return no_memory(e);
	s.b = (struct bits){ .p = plain.p, .end = plain.p + plain.n };
	for (y = 0; y < down; y++)
		for (x = 0; x < across; x++)
			if (!mcu(f, sc, x, y, &s) || s.b.over)
				return residue(e, "entropy-coded data are damaged at unit %u, %u",
					       (unsigned)x, (unsigned)y);
	return drained(&s) || residue(e, "entropy-coded data go on behind the last block");
}
