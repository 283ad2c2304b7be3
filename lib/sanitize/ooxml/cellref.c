#include "sanitize/ooxml/cellref.h"

static bool
take_dollar(struct view *v)
{
	return v->n > 0 && v->p[0] == '$' && view_skip(v, 1);
}

/* Up to three letters; 0 where there is none. */
static uint32_t
take_column(struct view *v)
{
	uint32_t n = 0;

	(void)take_dollar(v);
	while (v->n > 0 && (v->p[0] | 0x20) >= 'a' && (v->p[0] | 0x20) <= 'z' && n <= CELLREF_COLUMNS) {
		n = n * 26 + (uint32_t)(v->p[0] | 0x20) - 'a' + 1;
		(void)view_skip(v, 1);
	}
	return n;
}

/* Up to seven digits; 0 where there is none. */
static uint32_t
take_row(struct view *v)
{
	struct view was = *v;
	uint32_t n = 0;
	size_t digits;

	(void)take_dollar(v);
	for (digits = 0; digits < 7 && v->n > 0 && v->p[0] >= '0' && v->p[0] <= '9'; digits++) {
		n = n * 10 + v->p[0] - '0';
		(void)view_skip(v, 1);
	}
	if (digits == 0)
		*v = was;
	return n;
}

bool
cellref_cell(struct view v, uint32_t *row, uint32_t *column)
{
	uint32_t c = take_column(&v), r = take_row(&v);

	if (v.n != 0 || c == 0 || r == 0 || c > CELLREF_COLUMNS || r > CELLREF_ROWS)
		return false;
	*row = r;
	*column = c;
	return true;
}

/* What a corner has: bit 0 a column, bit 1 a row; 0 for neither, or out of the sheet. */
static unsigned
take_corner(struct view *v)
{
	struct view was = *v;
	uint32_t c = take_column(v), r;

	if (c == 0)
		*v = was;
	r = take_row(v);
	if (c > CELLREF_COLUMNS || r > CELLREF_ROWS)
		return 0;
	return (c > 0 ? 1U : 0U) | (r > 0 ? 2U : 0U);
}

static bool
take_range(struct view *v)
{
	unsigned first = take_corner(v);

	if (first == 0)
		return false;
	if (v->n == 0 || v->p[0] != ':')
		return first == 3;
	(void)view_skip(v, 1);
	return take_corner(v) == first;
}

bool
cellref_range(struct view v)
{
	return take_range(&v) && v.n == 0;
}

bool
cellref_list(struct view v)
{
	for (;;) {
		if (!take_range(&v))
			return false;
		if (v.n == 0)
			return true;
		if (v.p[0] != ' ')
			return false;
		(void)view_skip(&v, 1);
	}
}
