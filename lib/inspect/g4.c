/*
 * ITU-T T.6: decoded to the places where colours change, which is all that
 * is needed to know that the rows are there, each exactly so wide.
 */
#include "inspect/pdf.h"

enum { WIDEST = 13, WHITE = 1, BLACK = 2, BOTH = 3, MODES = 1 << 7 };
enum mode { M_NONE, M_PASS, M_HORIZONTAL, M_V0, M_R1, M_R2, M_R3, M_L1, M_L2, M_L3 };

static const struct { uint8_t colours; uint16_t run; const char *code; } runs[] = {
#define RUN(colour, length, code) { colour, length, code },
#include "inspect/g4_code.def"
#undef RUN
};
static const struct { enum mode mode; const char *code; } modes[] = {
	{ M_PASS, "0001" }, { M_HORIZONTAL, "001" }, { M_V0, "1" }, { M_R1, "011" }, { M_R2, "000011" },
	{ M_R3, "0000011" }, { M_L1, "010" }, { M_L2, "000010" }, { M_L3, "0000010" },
};

/* Entries: length << 12 | run (or mode); 0: no code. */
struct g4 {
	uint16_t run[2][1 << WIDEST], mode[MODES];
	struct view in;
	uint64_t acc;
	unsigned have;
	uint32_t w, *ref, *cur, n;	/* n: changes in cur */
};

static void
enter(uint16_t *table, unsigned width, const char *code, uint16_t value)
{
	unsigned n = (unsigned)strlen(code), x = 0, i;

	for (i = 0; i < n; i++)
		x = x << 1 | (code[i] == '1');
	for (i = 0; i < 1u << (width - n); i++)
		table[(x << (width - n)) + i] = (uint16_t)(n << 12 | value);
}

static void
build(struct g4 *g)
{
	size_t i;

	for (i = 0; i < sizeof runs / sizeof *runs; i++) {
		if (runs[i].colours & WHITE)
			enter(g->run[0], WIDEST, runs[i].code, runs[i].run);
		if (runs[i].colours & BLACK)
			enter(g->run[1], WIDEST, runs[i].code, runs[i].run);
	}
	for (i = 0; i < sizeof modes / sizeof *modes; i++)
		enter(g->mode, 7, modes[i].code, (uint16_t)modes[i].mode);
}

static unsigned
peek(struct g4 *g, unsigned n)
{
	uint8_t c;

	while (g->have <= 56 && view_u8(&g->in, &c)) {
		g->acc |= (uint64_t)c << (56 - g->have);
		g->have += 8;
	}
	return (unsigned)(g->acc >> (64 - n));
}

static bool
take(struct g4 *g, unsigned n)
{
	if (n > g->have)
		return false;
	g->acc <<= n;
	g->have -= n;
	return true;
}

static bool
run_of(struct g4 *g, unsigned colour, uint32_t *ret)
{
	uint32_t all = 0;
	uint16_t e;

	do {
		e = g->run[colour][peek(g, WIDEST)];
		if (e == 0 || !take(g, e >> 12))
			return false;
		all += e & 0xfff;
		if (all > g->w)
			return false;
	} while ((e & 0xfff) >= 64);
	*ret = all;
	return true;
}

static void
change(struct g4 *g, uint32_t at)
{
	g->cur[g->n++] = at;
}

/* One row (T.6 2.2): changes of `ref` and `cur` ascend; three of w stand behind the last. */
static bool
row(struct g4 *g)
{
	uint32_t a0 = 0, b = 0;
	unsigned colour = 0;
	bool begun = false;

	g->n = 0;
	while (a0 < g->w) {
		uint16_t e = g->mode[peek(g, 7)];
		uint32_t b1, to, first, second;

		/* b1: the first change right of a0 to the colour that is not a0's. */
		b = b > 1 ? b - 2 : 0;
		b += (b & 1) != colour;
		while (g->ref[b] < g->w && (begun ? g->ref[b] <= a0 : false))
			b += 2;
		b1 = g->ref[b];
		if (e == 0 || !take(g, e >> 12))
			return false;
		switch ((enum mode)(e & 0xfff)) {
		case M_PASS:
			if (b1 >= g->w)
				return false;
			a0 = g->ref[b + 1];
			begun = true;
			continue;
		case M_HORIZONTAL:
			if (!run_of(g, colour, &first) || !run_of(g, !colour, &second) || first > g->w - a0 ||
			    second > g->w - a0 - first || g->n + 2 > g->w + 3)
				return false;
			change(g, a0 + first);
			change(g, a0 + first + second);
			a0 += first + second;
			begun = true;
			continue;
		case M_V0:
			to = b1;
			break;
		case M_R1:
		case M_R2:
		case M_R3:
			to = b1 + (uint32_t)((e & 0xfff) - M_R1 + 1);
			break;
		default:
			to = b1 - (uint32_t)((e & 0xfff) - M_L1 + 1);
			if (to > b1)
				return false;
			break;
		}
		if (to > g->w || to < a0 || (begun && to == a0 && to < g->w))
			return false;
		if (to < g->w && g->n + 2 > g->w + 3)
			return false;
		if (to < g->w)
			change(g, to);
		a0 = to;
		colour = !colour;
		begun = true;
	}
	return a0 == g->w;
}

static bool
rows(struct g4 *g, uint32_t h, struct err *e)
{
	uint32_t y, i;

	for (i = 0; i < 4; i++)
		g->ref[i] = g->w;
	for (y = 0; y < h; y++) {
		uint32_t *swap = g->ref;

		if (!row(g))
			return residue(e, "fax data are damaged in row %u", (unsigned)y);
		for (i = 0; i < 4; i++)
			g->cur[g->n + i] = g->w;
		g->ref = g->cur;
		g->cur = swap;
	}
	if (peek(g, 24) != 0x001001 || !take(g, 24) || g->have > 7 || g->in.n > 0 || g->acc != 0)
		return residue(e, "fax data do not end in EOFB");
	return true;
}

bool
inspect_g4(struct view v, uint32_t w, uint32_t h, struct err *e)
{
	own_mem struct g4 *g = calloc(1, sizeof *g);
	own_mem uint32_t *ref = calloc((size_t)w + 8, sizeof *ref), *cur = calloc((size_t)w + 8, sizeof *cur);

	if (g == NULL || ref == NULL || cur == NULL)
		return no_memory(e);
	build(g);
	g->in = v;
	g->w = w;
	g->ref = ref;
	g->cur = cur;
	return rows(g, h, e);
}
