/* nfc.c - decomposed, marks put in order, composed: a cluster of a letter and its marks at a time. */
#include "sanitize/zip/nfc.h"

#include <stdlib.h>

#include "core/utf8.h"

enum {
	L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11a7, S_BASE = 0xac00,
	L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, S_COUNT = L_COUNT * V_COUNT * T_COUNT,
	DEEPEST = 4,	/* decompositions in a row; Unicode has three */
};

struct apart {
	uint32_t c, a, b;
};

static const struct apart aparts[] = {
#define APART(c, a, b) { c, a, b },
#define TOGETHER(a, b, c)
#define MARK(first, last, class)
#include "sanitize/zip/nfc.def"
#undef APART
#undef TOGETHER
};

static const struct {
	uint32_t a, b, c;
} togethers[] = {
#define APART(c, a, b)
#define TOGETHER(a, b, c) { a, b, c },
#include "sanitize/zip/nfc.def"
#undef TOGETHER
#undef MARK
};

static const struct {
	uint32_t first, last;
	uint8_t class;
} marks[] = {
#define TOGETHER(a, b, c)
#define MARK(first, last, class) { first, last, class },
#include "sanitize/zip/nfc.def"
#undef APART
#undef TOGETHER
#undef MARK
};

/* A starter and the marks behind it. */
struct cluster {
	uint32_t c[NFC_MARKS + 1];
	uint8_t class[NFC_MARKS + 1];
	size_t n;
	bool cut;
	struct buf *out;
};

static uint8_t
class_of(uint32_t c)
{
	size_t lo = 0, hi = sizeof marks / sizeof *marks;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c > marks[mid].last)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < sizeof marks / sizeof *marks && c >= marks[lo].first ? marks[lo].class : 0;
}

static const struct apart *
apart(uint32_t c)
{
	size_t lo = 0, hi = sizeof aparts / sizeof *aparts;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c > aparts[mid].c)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < sizeof aparts / sizeof *aparts && aparts[lo].c == c ? &aparts[lo] : NULL;
}

/* 0 where the two do not become one. */
static uint32_t
together(uint32_t a, uint32_t b)
{
	size_t lo = 0, hi = sizeof togethers / sizeof *togethers;

	if (a >= L_BASE && a < L_BASE + L_COUNT && b >= V_BASE && b < V_BASE + V_COUNT)
		return S_BASE + ((a - L_BASE) * V_COUNT + (b - V_BASE)) * T_COUNT;
	if (a >= S_BASE && a < S_BASE + S_COUNT && (a - S_BASE) % T_COUNT == 0 && b > T_BASE && b < T_BASE + T_COUNT)
		return a + (b - T_BASE);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (togethers[mid].a < a || (togethers[mid].a == a && togethers[mid].b < b))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < sizeof togethers / sizeof *togethers && togethers[lo].a == a && togethers[lo].b == b ? togethers[lo].c : 0;
}

/* What Apple's file systems leave whole too (TN1150): there the other spelling is another letter to its readers. */
static bool
is_left(uint32_t c)
{
	return (c >= 0x2000 && c <= 0x2fff) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2faff);
}

static void
flush(struct cluster *k)
{
	uint8_t one[4];
	size_t i;

	for (i = 0; i < k->n; i++)
		(void)buf_put(k->out, one, utf8_put(one, k->c[i]));
	k->n = 0;
}

/* The marks join the letter where no mark of their own class or a higher one stands between. */
static void
compose(struct cluster *k)
{
	size_t i, kept = 1;
	uint8_t last = 0;
	uint32_t c;

	if (k->n < 2 || k->class[0] != 0)
		return;
	for (i = 1; i < k->n; i++) {
		c = last < k->class[i] ? together(k->c[0], k->c[i]) : 0;
		if (c != 0) {
			k->c[0] = c;
			continue;
		}
		last = k->class[i];
		k->class[kept] = k->class[i];
		k->c[kept++] = k->c[i];
	}
	k->n = kept;
}

/* A starter: joins the one before where nothing is between, or ends it. */
static void
begin(struct cluster *k, uint32_t c)
{
	uint32_t both;

	compose(k);
	both = k->n == 1 && k->class[0] == 0 ? together(k->c[0], c) : 0;
	if (both == 0) {
		flush(k);
		both = c;
	}
	k->c[0] = both;
	k->class[0] = 0;
	k->n = 1;
}

static void
add(struct cluster *k, uint32_t c)
{
	uint8_t class = class_of(c);
	size_t i;

	if (class == 0) {
		begin(k, c);
		return;
	}
	if (k->n == NFC_MARKS + 1 || (k->n == NFC_MARKS && k->class[0] != 0)) {
		k->cut = true;
		return;
	}
	for (i = k->n; i > 0 && k->class[i - 1] > class; i--) {
		k->c[i] = k->c[i - 1];
		k->class[i] = k->class[i - 1];
	}
	k->c[i] = c;
	k->class[i] = class;
	k->n++;
}

static void
take_apart(struct cluster *k, uint32_t c, enum nfc_how how, int depth)
{
	const struct apart *p;

	if (c >= S_BASE && c < S_BASE + S_COUNT) {
		uint32_t t = (c - S_BASE) % T_COUNT;

		add(k, L_BASE + (c - S_BASE) / (V_COUNT * T_COUNT));
		add(k, V_BASE + (c - S_BASE) / T_COUNT % V_COUNT);
		if (t > 0)
			add(k, T_BASE + t);
		return;
	}
	p = depth == DEEPEST || (how == NFC_NAME && is_left(c)) ? NULL : apart(c);
	if (p == NULL) {
		add(k, c);
		return;
	}
	take_apart(k, p->a, how, depth + 1);
	if (p->b != 0)
		take_apart(k, p->b, how, depth + 1);
}

bool
nfc(struct view in, enum nfc_how how, struct buf *ret, bool *ret_cut)
{
	struct cluster k = { .out = ret };

	while (in.n > 0) {
		uint32_t c = utf8_take(&in);

		take_apart(&k, c == UTF8_BAD ? 0xfffd : c, how, 0);
	}
	compose(&k);
	flush(&k);
	if (ret_cut != NULL)
		*ret_cut = k.cut;
	return !ret->full;
}
