#include "inspect/vp8l.h"

#include "core/arena.h"
#include "core/own.h"

enum {
	LITERALS = 256, LENGTHS = 24, DISTANCES = 40,
	CODES = 5,			/* of a group: green and lengths, red, blue, alpha, distance */
	LONGEST = 15,			/* bits of a code */
	FAST = 7,
	GROUPS_MAX = 4096,		/* the encoder makes 2,600 at the most */
	CACHE_BITS_MAX = 11,
	MAPPED = 120,
};

struct bits {
	struct view v;
	uint64_t acc;
	unsigned n;
	bool over;			/* read beyond the end: what is read is 0 from there */
};

/* A canonical prefix code; its bits come first to last, as RFC 1951 has them. */
struct code {
	uint16_t fast[1 << FAST];	/* length << 12 | symbol; 0: longer, or only one symbol */
	uint16_t count[LONGEST + 1];
	uint16_t *symbol;		/* ordered by length */
	bool single;
};

struct group {
	struct code c[CODES];
};

struct vp8l {
	struct inspection *in;
	struct arena *arena;
	struct bits b;
	uint32_t w, h;			/* of the coded picture: packed pixels make it narrower */
	unsigned seen;			/* transforms, a bit each */
};

/* An image being read: the main one, or a small one that steers it. */
struct image {
	uint32_t w, h;
	uint32_t *argb;			/* NULL: nobody asks */
	unsigned cache_bits;
	uint32_t cache[1 << CACHE_BITS_MAX];
	struct group *group;
	uint32_t groups;
	const uint32_t *which;		/* blocks' groups; NULL: one */
	unsigned block_bits;
	uint32_t blocks_across;
};

static uint32_t
take(struct bits *b, unsigned n)
{
	uint32_t r;
	uint8_t byte;

	while (b->n < n) {
		if (!view_u8(&b->v, &byte)) {
			b->over = true;
			return 0;
		}
		b->acc |= (uint64_t)byte << b->n;
		b->n += 8;
	}
	r = (uint32_t)(b->acc & ((UINT64_C(1) << n) - 1));
	b->acc >>= n;
	b->n -= n;
	return r;
}

/* -- prefix codes (3.7.2) -------------------------------------------------------- */

static void
fill_fast(struct code *c)
{
	uint32_t code = 0, k = 0, i, turned, step;
	unsigned len, bit;

	for (len = 1; len <= FAST; len++, code <<= 1)
		for (i = 0; i < c->count[len]; i++, code++, k++) {
			for (turned = 0, bit = 0; bit < len; bit++)
				turned |= (code >> bit & 1) << (len - 1 - bit);
			for (step = turned; step < 1u << FAST; step += 1u << len)
				c->fast[step] = (uint16_t)(len << 12 | c->symbol[k]);
		}
}

/* From the lengths of all symbols: complete, or one symbol that needs no bits. */
static bool
build(struct vp8l *p, struct code *c, const uint8_t *lengths, uint32_t n, struct err *e)
{
	uint32_t used = 0, at[LONGEST + 2] = { 0 }, i;
	int32_t left = 1;
	unsigned len;

	*c = (struct code){ 0 };
	for (i = 0; i < n; i++) {
		c->count[lengths[i]]++;
		used += lengths[i] != 0;
	}
	c->count[0] = 0;
	for (len = 1; len <= LONGEST; len++) {
		left = left * 2 - c->count[len];
		if (left < 0)
			return residue(e, "prefix code of too many symbols");
		at[len + 1] = at[len] + c->count[len];
	}
	c->single = used == 1;
	if (used == 0 || (left != 0 && !c->single))
		return residue(e, "prefix code that is not complete");
	c->symbol = arena_array(p->arena, used, sizeof *c->symbol);
	if (c->symbol == NULL)
		return no_memory(e);
	for (i = 0; i < n; i++)
		if (lengths[i] != 0)
			c->symbol[at[lengths[i]]++] = (uint16_t)i;
	if (!c->single)
		fill_fast(c);
	return true;
}

static uint32_t
symbol(struct bits *b, const struct code *c)
{
	uint32_t code = 0, first = 0, k = 0;
	unsigned len;
	uint8_t byte;
	uint16_t hit;

	if (c->single)
		return c->symbol[0];
	while (b->n <= LONGEST && view_u8(&b->v, &byte)) {
		b->acc |= (uint64_t)byte << b->n;
		b->n += 8;
	}
	hit = c->fast[b->acc & ((1 << FAST) - 1)];
	if (hit != 0 && hit >> 12 <= b->n) {
		(void)take(b, hit >> 12);
		return hit & 0xfff;
	}
	for (len = 1; len <= LONGEST; len++) {
		code = code << 1 | take(b, 1);
		if (code - first < c->count[len])
			return c->symbol[k + code - first];
		k += c->count[len];
		first = (first + c->count[len]) << 1;
	}
	b->over = true;		/* a complete code ends sooner */
	return 0;
}

static bool
read_lengths(struct vp8l *p, const struct code *c, uint8_t *lengths, uint32_t n, struct err *e)
{
	uint32_t left = n, i = 0, s, run;
	uint8_t before = 8;

	if (take(&p->b, 1)) {
		left = 2 + take(&p->b, 2 + 2 * take(&p->b, 3));
		if (left > n)
			return residue(e, "code lengths beyond the alphabet");
	}
	while (i < n && left-- > 0) {
		s = symbol(&p->b, c);
		if (p->b.over)
			return residue(e, "code lengths cut off");
		if (s < 16) {
			lengths[i++] = (uint8_t)s;
			before = s != 0 ? (uint8_t)s : before;
			continue;
		}
		run = s == 16 ? 3 + take(&p->b, 2) : s == 17 ? 3 + take(&p->b, 3) : 11 + take(&p->b, 7);
		if (run > n - i)
			return residue(e, "code lengths beyond the alphabet");
		memset(lengths + i, s == 16 ? before : 0, run);
		i += run;
	}
	return true;
}

static bool
read_code(struct vp8l *p, struct code *c, uint32_t n, struct err *e)
{
	static const uint8_t order[] = { 17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t lengths[LITERALS + LENGTHS + (1 << CACHE_BITS_MAX)] = { 0 }, few[sizeof order] = { 0 };
	struct code of_lengths;
	uint32_t i, k, s;

	if (take(&p->b, 1)) {
		k = take(&p->b, 1) + 1;
		s = take(&p->b, take(&p->b, 1) ? 8 : 1);
		if (s >= n)
			return residue(e, "symbol beyond the alphabet");
		lengths[s] = 1;
		if (k == 2) {
			s = take(&p->b, 8);
			if (s >= n || lengths[s] != 0)
				return residue(e, "symbol beyond the alphabet, or twice");
			lengths[s] = 1;
		}
		return build(p, c, lengths, n, e);
	}
	k = 4 + take(&p->b, 4);
	for (i = 0; i < k; i++)
		few[order[i]] = (uint8_t)take(&p->b, 3);
	return build(p, &of_lengths, few, sizeof few, e) && read_lengths(p, &of_lengths, lengths, n, e) &&
	       build(p, c, lengths, n, e);
}

static bool
read_groups(struct vp8l *p, struct image *m, struct err *e)
{
	const uint32_t sizes[CODES] = { LITERALS + LENGTHS + (m->cache_bits > 0 ? 1u << m->cache_bits : 0), LITERALS,
					LITERALS, LITERALS, DISTANCES };
	uint32_t g;
	unsigned i;

	m->group = arena_array(p->arena, m->groups, sizeof *m->group);
	if (m->group == NULL)
		return no_memory(e);
	for (g = 0; g < m->groups; g++)
		for (i = 0; i < CODES; i++)
			if (!read_code(p, &m->group[g].c[i], sizes[i], e))
				return p->b.over ? residue(e, "prefix codes cut off") : false;
	return !p->b.over || residue(e, "prefix codes cut off");
}

/* -- pixels (3.6) ------------------------------------------------------------------ */

/* A length or a distance from its prefix (5.2.2). */
static uint32_t
extended(struct bits *b, uint32_t prefix)
{
	unsigned more;

	if (prefix < 4)
		return prefix + 1;
	more = (prefix - 2) >> 1;
	return ((2 + (prefix & 1)) << more) + take(b, more) + 1;
}

/* The nearest neighbours have codes of their own: how far left, how far up. */
static uint32_t
distance(uint32_t code, uint32_t w)
{
	static const int8_t near[MAPPED][2] = {
		{ 0, 1 },  { 1, 0 },  { 1, 1 },	 { -1, 1 }, { 0, 2 },  { 2, 0 },  { 1, 2 },  { -1, 2 }, { 2, 1 },  { -2, 1 },
		{ 2, 2 },  { -2, 2 }, { 0, 3 },	 { 3, 0 },  { 1, 3 },  { -1, 3 }, { 3, 1 },  { -3, 1 }, { 2, 3 },  { -2, 3 },
		{ 3, 2 },  { -3, 2 }, { 0, 4 },	 { 4, 0 },  { 1, 4 },  { -1, 4 }, { 4, 1 },  { -4, 1 }, { 3, 3 },  { -3, 3 },
		{ 2, 4 },  { -2, 4 }, { 4, 2 },	 { -4, 2 }, { 0, 5 },  { 3, 4 },  { -3, 4 }, { 4, 3 },	{ -4, 3 }, { 5, 0 },
		{ 1, 5 },  { -1, 5 }, { 5, 1 },	 { -5, 1 }, { 2, 5 },  { -2, 5 }, { 5, 2 },  { -5, 2 }, { 4, 4 },  { -4, 4 },
		{ 3, 5 },  { -3, 5 }, { 5, 3 },	 { -5, 3 }, { 0, 6 },  { 6, 0 },  { 1, 6 },  { -1, 6 }, { 6, 1 },  { -6, 1 },
		{ 2, 6 },  { -2, 6 }, { 6, 2 },	 { -6, 2 }, { 4, 5 },  { -4, 5 }, { 5, 4 },  { -5, 4 }, { 3, 6 },  { -3, 6 },
		{ 6, 3 },  { -6, 3 }, { 0, 7 },	 { 7, 0 },  { 1, 7 },  { -1, 7 }, { 5, 5 },  { -5, 5 }, { 7, 1 },  { -7, 1 },
		{ 4, 6 },  { -4, 6 }, { 6, 4 },	 { -6, 4 }, { 2, 7 },  { -2, 7 }, { 7, 2 },  { -7, 2 }, { 3, 7 },  { -3, 7 },
		{ 7, 3 },  { -7, 3 }, { 5, 6 },	 { -5, 6 }, { 6, 5 },  { -6, 5 }, { 8, 0 },  { 4, 7 },	{ -4, 7 }, { 7, 4 },
		{ -7, 4 }, { 8, 1 },  { 8, 2 },	 { 6, 6 },  { -6, 6 }, { 8, 3 },  { 5, 7 },  { -5, 7 }, { 7, 5 },  { -7, 5 },
		{ 8, 4 },  { 6, 7 },  { -6, 7 }, { 7, 6 },  { -7, 6 }, { 8, 5 },  { 7, 7 },  { -7, 7 }, { 8, 6 },  { 8, 7 },
	};
	int64_t d;

	if (code > MAPPED)
		return code - MAPPED;
	d = near[code - 1][0] + (int64_t)near[code - 1][1] * w;
	return d < 1 ? 1 : (uint32_t)d;
}

static const struct group *
group_at(const struct image *m, uint32_t at)
{
	uint32_t x, y;

	if (m->which == NULL)
		return m->group;
	x = at % m->w;
	y = at / m->w;
	return &m->group[m->which[(y >> m->block_bits) * m->blocks_across + (x >> m->block_bits)]];
}

static void
keep(struct image *m, uint32_t at, uint32_t argb)
{
	if (m->argb == NULL)
		return;
	m->argb[at] = argb;
	if (m->cache_bits > 0)
		m->cache[argb * UINT32_C(0x1e35a7bd) >> (32 - m->cache_bits)] = argb;
}

static bool
copy_back(struct vp8l *p, struct image *m, const struct group *g, uint32_t prefix, uint32_t *at, struct err *e)
{
	uint32_t n = extended(&p->b, prefix), total = m->w * m->h;
	uint32_t d = distance(extended(&p->b, symbol(&p->b, &g->c[4])), m->w);

	if (d > *at || n > total - *at)
		return residue(e, "pixels copied from outside, or beyond the end");
	for (; n > 0; n--, ++*at)
		keep(m, *at, m->argb != NULL ? m->argb[*at - d] : 0);
	return true;
}

static bool
read_pixels(struct vp8l *p, struct image *m, struct err *e)
{
	uint32_t at = 0, total = m->w * m->h, s, argb;

	while (at < total && !p->b.over) {
		const struct group *g = group_at(m, at);

		s = symbol(&p->b, &g->c[0]);
		if (s < LITERALS) {
			argb = s << 8 | symbol(&p->b, &g->c[1]) << 16;
			argb |= symbol(&p->b, &g->c[2]);
			argb |= symbol(&p->b, &g->c[3]) << 24;
			keep(m, at++, argb);
		} else if (s >= LITERALS + LENGTHS) {
			keep(m, at, m->cache[s - LITERALS - LENGTHS]);
			at++;
		} else if (!copy_back(p, m, g, s - LITERALS, &at, e)) {
			return false;
		}
	}
	return !p->b.over || residue(e, "pixels cut off");
}

static bool
read_cache(struct vp8l *p, struct image *m, struct err *e)
{
	if (!take(&p->b, 1))
		return true;
	m->cache_bits = take(&p->b, 4);
	return (m->cache_bits >= 1 && m->cache_bits <= CACHE_BITS_MAX) || residue(e, "colour cache");
}

/* A small image of its own codes, one group; *ret_argb NULL where nobody asks for its pixels. */
static bool
side_image(struct vp8l *p, uint32_t w, uint32_t h, uint32_t **ret_argb, struct err *e)
{
	own_mem struct image *m = calloc(1, sizeof *m);

	if (m == NULL)
		return no_memory(e);
	m->w = w;
	m->h = h;
	m->groups = 1;
	if (ret_argb != NULL) {
		m->argb = *ret_argb = arena_array(p->arena, (size_t)w * h, sizeof *m->argb);
		if (m->argb == NULL)
			return no_memory(e);
	}
	return read_cache(p, m, e) && read_groups(p, m, e) && read_pixels(p, m, e);
}

static uint32_t
blocks(uint32_t side, unsigned bits)
{
	return (side + (1u << bits) - 1) >> bits;
}

/* 3.5: each kind at most once. */
static bool
transform(struct vp8l *p, struct err *e)
{
	uint32_t kind = take(&p->b, 2), n;
	unsigned bits;

	if (p->seen & 1u << kind)
		return residue(e, "a transform twice");
	p->seen |= 1u << kind;
	if (kind <= 1) {
		bits = take(&p->b, 3) + 2;
		return side_image(p, blocks(p->w, bits), blocks(p->h, bits), NULL, e);
	}
	if (kind == 2)
		return true;
	n = take(&p->b, 8) + 1;
	p->w = blocks(p->w, n <= 2 ? 3 : n <= 4 ? 2 : n <= 16 ? 1 : 0);
	return side_image(p, n, 1, NULL, e);
}

/* 3.7.2.2: which group each block of the main image has. */
static bool
read_meta(struct vp8l *p, struct image *m, struct err *e)
{
	uint32_t *which = NULL, i, n;

	m->groups = 1;
	if (!take(&p->b, 1))
		return true;
	m->block_bits = take(&p->b, 3) + 2;
	m->blocks_across = blocks(m->w, m->block_bits);
	n = m->blocks_across * blocks(m->h, m->block_bits);
	if (!side_image(p, m->blocks_across, n / m->blocks_across, &which, e))
		return false;
	for (i = 0; i < n; i++) {
		which[i] = which[i] >> 8 & 0xffff;
		m->groups = which[i] >= m->groups ? which[i] + 1 : m->groups;
	}
	m->which = which;
	return m->groups <= GROUPS_MAX || residue(e, "%u groups of prefix codes", (unsigned)m->groups);
}

static bool
whole(struct vp8l *p, struct image *m, struct err *e)
{
	while (take(&p->b, 1))
		if (!transform(p, e))
			return err_at(e, "transform");
	m->w = p->w;
	m->h = p->h;
	if (!read_cache(p, m, e) || !read_meta(p, m, e) || !read_groups(p, m, e) || !read_pixels(p, m, e))
		return false;
	return (p->b.v.n == 0 && p->b.n < 8 && p->b.acc == 0) || residue(e, "data behind the last pixel");
}

bool
inspect_vp8l(struct inspection *in, struct view v, uint32_t w, uint32_t h, struct err *e)
{
	own_arena struct arena *arena = arena_new((size_t)512 << 20);
	own_mem struct image *m = calloc(1, sizeof *m);
	struct vp8l p = { .in = in, .arena = arena, .b = { .v = v }, .w = w, .h = h };

	if (arena == NULL || m == NULL)
		return no_memory(e);
	if ((uint64_t)w * h > in->profile->limits.pixels || (uint64_t)w * h > INT32_MAX)
		return err_set(e, ERR_LIMIT, "too many pixels");
	return whole(&p, m, e) || err_at(e, "VP8L");
}
