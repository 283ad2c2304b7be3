/*
 * entity.c - character references (WHATWG HTML 13.2.5.72 ff.)
 */
#include "core/utf8.h"
#include "sanitize/html/token.h"

struct entity {
	const char *name;
	uint32_t code[2];
};

/* In order of their names; those that may stand without ';' twice. */
static const struct entity entities[] = {
#define ENTITY(name, first, second) { name, { first, second } },
#include "sanitize/html/entity.def"
#undef ENTITY
};

enum { COUNT = sizeof entities / sizeof *entities, LONGEST = 33 };

/* What numbers 80-9F mean: they were meant as Windows-1252. */
static const uint16_t windows[32] = {
	0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
	0x2039, 0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
};

static int
digit(uint8_t c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t
number(struct view v, uint32_t ret[2])
{
	unsigned base = v.n > 2 && (v.p[2] | 0x20) == 'x' ? 16 : 10;
	size_t from = base == 16 ? 3 : 2, i;
	uint32_t c = 0;

	for (i = from; i < v.n && digit(v.p[i], base) >= 0; i++)
		c = c > 0x10ffff ? c : c * base + (uint32_t)digit(v.p[i], base);
	if (i == from)
		return 0;
	i += i < v.n && v.p[i] == ';';
	if (c >= 0x80 && c < 0xa0 && windows[c - 0x80] != 0)
		c = windows[c - 0x80];
	ret[0] = c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0xfffd : c;
	ret[1] = 0;
	return i;
}

static const struct entity *
find(struct view name)
{
	size_t low = 0, high = COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2, n = strlen(entities[mid].name);
		size_t both = n < name.n ? n : name.n;
		int d = memcmp(entities[mid].name, name.p, both);

		if (d == 0 && n == name.n)
			return &entities[mid];
		if (d < 0 || (d == 0 && n < name.n))
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool
is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

size_t
html_reference(struct view v, bool in_value, uint32_t ret[2])
{
	const struct entity *found = NULL;
	size_t n = 1, taken = 0;

	if (v.n > 1 && v.p[1] == '#')
		return number(v, ret);
	while (n < v.n && n < LONGEST && is_alnum(v.p[n]))
		n++;
	if (n < v.n && v.p[n] == ';')
		n++;
	/* The longest name that fits counts. */
	for (; n > 1 && found == NULL; n--) {
		found = find(view_of(v.p + 1, n - 1));
		taken = n;
	}
	if (found == NULL)
		return 0;
	if (in_value && v.p[taken - 1] != ';' && taken < v.n && (v.p[taken] == '=' || is_alnum(v.p[taken])))
		return 0;
	memcpy(ret, found->code, sizeof found->code);
	return taken;
}
