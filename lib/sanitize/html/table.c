/*
 * table.c - an HTML table as columns of text.
 */
#include "sanitize/html/show.h"

#include "core/own.h"

enum {
	ROWS_MAX = 20000,
	COLUMNS_MAX = 200,
	CELL_WIDE = 60,		/* columns: a table with a wider cell, or wider than LINE_WIDE, is cut by TABs */
	LINE_WIDE = 120,
};

struct cell {
	struct view text;
	size_t width;
	unsigned span;		/* columns */
};

struct grid {
	struct cell *cell;	/* rows by columns */
	size_t rows, columns;
	size_t width[COLUMNS_MAX];
};

static const struct html_node *
row_after(const struct html_node *n, const struct html_node *table)
{
	/* Rows stand in the table or in its sections, never deeper. */
	if (n == NULL)
		n = table->first;
	else if (n->next != NULL)
		n = n->next;
	else
		n = n->parent == table ? NULL : n->parent->next;
	while (n != NULL && n->id != HTML_ID_TR) {
		if (html_role(n->id) == ROLE_SECTION && n->first != NULL && n->parent == table)
			n = n->first;
		else if (n->next == NULL && n->parent != table)
			n = n->parent->next;
		else
			n = n->next;
	}
	return n;
}

static unsigned
span_of(const struct html_node *n, const char *name)
{
	struct view v;
	unsigned x = 0;
	size_t i;

	if (!html_node_attr(n, name, &v))
		return 1;
	for (i = 0; i < v.n && i < 4 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
		x = x * 10 + (unsigned)(v.p[i] - '0');
	return x == 0 ? 1 : x > COLUMNS_MAX ? COLUMNS_MAX : x;
}

/* Boxes that make a cell more than a line of text. */
static bool
is_plain_cell(const struct html_node *cell)
{
	const struct html_node *n;
	size_t lines = 0;

	if (!cell->block)
		return true;
	for (n = cell->first; n != NULL; n = html_step(n, cell)) {
		enum html_role r = html_role(n->id);

		if (r == ROLE_TABLE || r == ROLE_LIST || r == ROLE_DL || n->id == HTML_ID_BLOCKQUOTE ||
		    n->id == HTML_ID_HR || html_written(n->id) == HTML_ID_PRE)
			return false;
		lines += r == ROLE_PARA || r == ROLE_BLOCK;
	}
	return lines <= 3;
}

/* Rows and columns of a table all of whose cells are plain; false where it is none, or only lays a page out. */
static bool
measure(struct show *s, const struct html_node *table, struct grid *g)
{
	const struct html_node *row, *cell;

	for (row = row_after(NULL, table); row != NULL; row = row_after(row, table)) {
		size_t columns = 0;

		for (cell = row->first; cell != NULL; cell = cell->next) {
			if (html_role(cell->id) != ROLE_CELL)
				continue;
			if (!job_tick(s->j, s->e) || !is_plain_cell(cell))
				return false;
			columns += span_of(cell, "colspan");
		}
		if (++g->rows > ROWS_MAX)
			return false;
		if (columns > g->columns)
			g->columns = columns;
	}
	return g->rows > 0 && g->columns > 1 && g->columns <= COLUMNS_MAX && g->rows * g->columns <= 1000000;
}

static bool
cell_text(struct show *s, const struct html_node *cell, struct cell *ret)
{
	own_buf struct buf room = BUF_MAX((size_t)64 << 20);
	struct lines outer = s->l;
	size_t i, n = 0;
	bool ok;

	s->l = (struct lines){ .out = &room };
	ok = html_show_inside(s, cell);
	s->l = outer;
	if (!ok)
		return false;
	/* One line: what began lines of its own is joined by blanks. */
	for (i = 0; i < room.n; i++)
		if (room.p[i] != '\n')
			room.p[n++] = room.p[i] == '\t' ? ' ' : room.p[i];
		else if (n > 0 && room.p[n - 1] != ' ')
			room.p[n++] = ' ';
	ret->text = arena_copy(s->arena, view_of(room.p, n));
	ret->width = lines_width(ret->text);
	return ret->text.p != NULL || err_set(s->e, ERR_LIMIT, "HTML: a table larger than there is memory for");
}

static bool
fill(struct show *s, const struct html_node *table, struct grid *g)
{
	const struct html_node *row, *cell;
	unsigned down[COLUMNS_MAX] = { 0 };	/* rows that a cell above still covers */
	size_t y = 0;

	for (row = row_after(NULL, table); row != NULL; row = row_after(row, table), y++) {
		size_t x = 0, i;

		for (cell = row->first; cell != NULL; cell = cell->next) {
			struct cell *c;
			unsigned rows;

			if (html_role(cell->id) != ROLE_CELL)
				continue;
			for (; x < g->columns && down[x] > 0; x++)
				down[x]--;
			if (x >= g->columns)
				break;
			c = &g->cell[y * g->columns + x];
			if (!cell_text(s, cell, c))
				return false;
			c->span = span_of(cell, "colspan");
			rows = span_of(cell, "rowspan");
			if (c->span == 1 && c->width > g->width[x])
				g->width[x] = c->width;
			for (i = 0; i < c->span && x < g->columns; i++)
				down[x++] = rows - 1;
		}
		for (; x < g->columns; x++)
			down[x] -= down[x] > 0;
	}
	return true;
}

static void
put_view(struct lines *l, struct view v)
{
	bool was = l->pre;

	l->pre = true;
	lines_text(l, v);
	l->pre = was;
}

static void
put_blanks(struct lines *l, size_t n)
{
	while (n-- > 0)
		lines_put(l, " ");
}

static void
put_row(struct lines *l, const struct grid *g, size_t y, bool tabs)
{
	const struct cell *row = &g->cell[y * g->columns];
	size_t x, last = 0, due = 0;

	for (x = 0; x < g->columns; x++)
		if (row[x].text.n > 0)
			last = x;
	if (row[last].text.n == 0)
		return;
	lines_end(l, 1);
	for (x = 0; x <= last; x++) {
		/* A first cell that is empty: its blanks stand where a line's first character would. */
		if (tabs) {
			if (x > 0)
				lines_put(l, "\t");
			put_view(l, row[x].text);
			continue;
		}
		put_blanks(l, due);
		put_view(l, row[x].text);
		due = g->width[x] + 2 > row[x].width ? g->width[x] + 2 - row[x].width : 2;
	}
}

static bool
show_grid(struct show *s, const struct html_node *table, struct grid *g)
{
	size_t x, y, wide = 0;
	bool tabs = false;

	g->cell = arena_array(s->arena, g->rows * g->columns, sizeof *g->cell);
	if (g->cell == NULL)
		return err_set(s->e, ERR_LIMIT, "HTML: a table larger than there is memory for");
	if (!fill(s, table, g))
		return false;
	for (x = 0; x < g->columns; x++) {
		wide += g->width[x] + 2;
		tabs |= g->width[x] > CELL_WIDE;
	}
	tabs |= wide > LINE_WIDE;
	for (y = 0; y < g->rows; y++)
		put_row(&s->l, g, y, tabs);
	return true;
}

static bool
show_cells(struct show *s, const struct html_node *table)
{
	const struct html_node *row, *cell;

	for (row = row_after(NULL, table); row != NULL; row = row_after(row, table))
		for (cell = row->first; cell != NULL; cell = cell->next) {
			if (html_role(cell->id) != ROLE_CELL)
				continue;
			lines_end(&s->l, 1);
			if (!html_show_inside(s, cell))
				return false;
			lines_end(&s->l, 1);
		}
	return true;
}

bool
html_show_table(struct show *s, const struct html_node *table)
{
	own_mem struct grid *g = calloc(1, sizeof *g);
	const struct html_node *n;
	bool ok = true;

	if (g == NULL)
		return err_set(s->e, ERR_SYSTEM, "no memory");
	s->e->code = ERR_NONE;
	lines_end(&s->l, 2);
	for (n = table->first; ok && n != NULL; n = n->next)
		if (n->id == HTML_ID_CAPTION) {
			ok = html_show_inside(s, n);
			lines_end(&s->l, 1);
		}
	if (ok && measure(s, table, g))
		ok = show_grid(s, table, g);
	else
		ok = ok && s->e->code == ERR_NONE && show_cells(s, table);
	lines_end(&s->l, 2);
	return ok;
}
