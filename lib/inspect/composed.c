/* UAX #15 over a whole name: split, sort the marks, join. */
#include "inspect/composed.h"

#include <stdlib.h>

#include "core/own.h"
#include "core/utf8.h"

enum { MARKS_MAX = 30, CHARS_MAX = 1 << 16 };

static const uint32_t splits[][3] = {
#define SPLIT(c, a, b) { c, a, b },
#define JOIN(b, a, c)
#define CLASS(class, first, last)
#include "inspect/nfd.def"
#undef SPLIT
#undef JOIN
#undef CLASS
};

static const uint32_t joins[][3] = {
#define SPLIT(c, a, b)
#define JOIN(b, a, c) { b, a, c },
#define CLASS(class, first, last)
#include "inspect/nfd.def"
#undef SPLIT
#undef JOIN
#undef CLASS
};

static const uint32_t classes[][3] = {
#define SPLIT(c, a, b)
#define JOIN(b, a, c)
#define CLASS(class, first, last) { first, last, class },
#include "inspect/nfd.def"
#undef SPLIT
#undef JOIN
#undef CLASS
};

struct letters {
	uint32_t *c;
	size_t n;
	bool whole;	/* some ranges stay as they are */
};

static int
by_first(const void *key, const void *row)
{
	uint32_t a = *(const uint32_t *)key, b = *(const uint32_t *)row;

	return (a > b) - (a < b);
}

static int
by_two(const void *key, const void *row)
{
	const uint32_t *k = key, *r = row;

	return k[0] != r[0] ? (k[0] > r[0]) - (k[0] < r[0]) : (k[1] > r[1]) - (k[1] < r[1]);
}

static int
by_range(const void *key, const void *row)
{
	const uint32_t *r = row;
	uint32_t k = *(const uint32_t *)key;

	return k < r[0] ? -1 : k > r[1];
}

static uint32_t
class_of(uint32_t c)
{
	const uint32_t *r = c < 0x300 ? NULL : bsearch(&c, classes, sizeof classes / sizeof *classes, sizeof *classes, by_range);

	return r == NULL ? 0 : r[2];
}

static void
split(struct letters *l, uint32_t c)
{
	const uint32_t *r;

	if (c >= 0xac00 && c <= 0xd7a3) {
		c -= 0xac00;
		l->c[l->n++] = 0x1100 + c / 588;
		l->c[l->n++] = 0x1161 + c % 588 / 28;
		if (c % 28 != 0)
			l->c[l->n++] = 0x11a7 + c % 28;
		return;
	}
	r = l->whole && ((c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2faff) || (c >= 0x2000 && c <= 0x2fff))
		? NULL : bsearch(&c, splits, sizeof splits / sizeof *splits, sizeof *splits, by_first);
	if (r == NULL) {
		l->c[l->n++] = c;
		return;
	}
	split(l, r[1]);
	if (r[2] != 0)
		split(l, r[2]);
}

/* Marks by their class, those of one class as they came; false where they are too many. */
static bool
sort(struct letters *l)
{
	size_t from, to, i;

	for (from = 0; from < l->n; from = to + 1) {
		for (to = from; to < l->n && class_of(l->c[to]) != 0; to++)
			for (i = to; i > from && class_of(l->c[i - 1]) > class_of(l->c[i]); i--) {
				uint32_t c = l->c[i];

				if (to - from >= MARKS_MAX)
					return false;
				l->c[i] = l->c[i - 1];
				l->c[i - 1] = c;
			}
		if (to - from > MARKS_MAX)
			return false;
	}
	return true;
}

static uint32_t
pair(uint32_t a, uint32_t b)
{
	const uint32_t key[2] = { b, a }, *r;

	if (a >= 0x1100 && a <= 0x1112 && b >= 0x1161 && b <= 0x1175)
		return 0xac00 + (a - 0x1100) * 588 + (b - 0x1161) * 28;
	if (a >= 0xac00 && a <= 0xd7a3 && (a - 0xac00) % 28 == 0 && b >= 0x11a8 && b <= 0x11c2)
		return a + b - 0x11a7;
	r = bsearch(key, joins, sizeof joins / sizeof *joins, sizeof *joins, by_two);
	return r == NULL ? 0 : r[2];
}

/* UAX #15, D117: the last starter takes each character that none between keeps from it. */
static void
join(struct letters *l)
{
	size_t i, n = 0, starter = SIZE_MAX;
	uint32_t before = 0;	/* the class of the last that stayed behind the starter */

	for (i = 0; i < l->n; i++) {
		uint32_t c = l->c[i], class = class_of(c), both = 0;

		if (starter != SIZE_MAX && (starter + 1 == n || before < class))
			both = pair(l->c[starter], c);
		if (both != 0) {
			l->c[starter] = both;
			continue;
		}
		if (class == 0)
			starter = n;
		before = class;
		l->c[n++] = c;
	}
	l->n = n;
}

static bool
run(struct view name, bool joined, struct buf *ret)
{
	/* One character splits into four at most. */
	own_mem uint32_t *room = name.n > CHARS_MAX ? NULL : calloc(4 * name.n + 4, sizeof *room);
	struct letters l = { .c = room, .whole = joined };
	uint8_t one[4];
	size_t i;

	if (room == NULL)
		return false;
	while (name.n > 0)
		split(&l, utf8_take(&name));
	if (!sort(&l))
		return false;
	if (joined)
		join(&l);
	for (i = 0; i < l.n; i++)
		(void)buf_put(ret, one, utf8_put(one, l.c[i]));
	return !ret->full;
}

bool
inspect_split(struct view name, struct buf *ret)
{
	return run(name, false, ret);
}

bool
inspect_joined(struct view name, struct buf *ret)
{
	return run(name, true, ret);
}
