#include <stdio.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/format.h"
#include "sanitize/text/csv_cell.h"
#include "sanitize/text/text.h"

/*
 * CSV (RFC 4180, and what is called so): the dialect stays, the cells that
 * would run do not.  The separator is guessed from the text; what is written
 * lets nobody guess otherwise: a cell with any separator of higher rank is quoted.
 */
static const char ranks[] = "\t,;|";

enum { GUESS = 1 << 16, REPORTED = 100 };

struct csv {
	struct job *j;
	struct view in;
	struct buf *out;
	char separator;
	bool crlf;		/* of rows */
	bool alone;		/* no other separator stands outside quotes */
	bool again;		/* the second pass: findings are noted already */
	bool told;		/* that there are formulas, in the first */
	bool strict;		/* a quote was never closed: from here on it closes on its line or is text */
	uint64_t row, column, unclosed, neutralised;
	struct buf cell, pieces;
	enum charset charset, other;	/* of the output, and in what else its bytes may be read; the same: none */
};

/* -- dialect ---------------------------------------------------------- */

/* What of a text stands outside quotes, one byte after another; a quote opens where a cell begins. */
struct scan {
	struct view in;
	size_t at;
	bool quoted;
	uint8_t before;
};

static bool
scan_next(struct scan *s, uint8_t *ret)
{
	while (s->at < s->in.n) {
		uint8_t b = s->in.p[s->at++], before = s->before;

		s->before = b;
		if (b == '"' && !s->quoted && (before == '\n' || strchr(ranks, before) != NULL)) {
			s->quoted = true;
		} else if (b == '"' && s->quoted) {
			if (s->at < s->in.n && s->in.p[s->at] == '"')
				s->at++;
			else
				s->quoted = false;
		} else if (!s->quoted) {
			*ret = b;
			return true;
		}
	}
	return false;
}

static void
weigh(struct view in, size_t count[4], size_t *crlf, size_t *lf)
{
	struct scan s = { .in = in, .before = '\n' };
	bool cr = false;
	uint8_t b;

	while (scan_next(&s, &b)) {
		const char *rank = b == 0 ? NULL : strchr(ranks, b);

		if (b == '\n') {
			*crlf += cr;
			*lf += !cr;
		}
		cr = b == '\r';
		if (rank != NULL)
			count[rank - ranks]++;
	}
}

/* How many rows have another number of cells than the row before. */
static size_t
irregular(struct view in, char separator, size_t *rows)
{
	struct scan s = { .in = in, .before = '\n' };
	size_t n = 0, last = SIZE_MAX, odd = 0;
	uint8_t b;

	*rows = 0;
	while (scan_next(&s, &b)) {
		n += b == (uint8_t)separator;
		if (b != '\n')
			continue;
		odd += last != SIZE_MAX && n != last;
		last = n;
		n = 0;
		++*rows;
	}
	return odd;
}

/* The separator that cuts the rows most alike; where two do, the one that stands oftener. */
static char
dialect(struct view in, bool *ret_crlf)
{
	struct view head = { in.p, in.n < GUESS ? in.n : GUESS };
	size_t count[4] = { 0 }, crlf = 0, lf = 0, i, rows, best_odd = SIZE_MAX, best_count = 0;
	char best = ',';

	weigh(head, count, &crlf, &lf);
	*ret_crlf = crlf > lf;
	for (i = 0; i < 4; i++) {
		size_t odd;

		if (count[i] == 0)
			continue;
		odd = irregular(head, ranks[i], &rows);
		/* Every row odd is no regularity at all, one in ten is. */
		odd = rows == 0 ? 0 : odd * 10 / rows;
		if (odd < best_odd || (odd == best_odd && count[i] > best_count)) {
			best_odd = odd;
			best_count = count[i];
			best = ranks[i];
		}
	}
	return best;
}

/* -- reading ---------------------------------------------------------- */

static bool
ends_cell(const struct csv *c, uint8_t b)
{
	return b == (uint8_t)c->separator || b == '\n' || b == '\r';
}

static void
add_plain(struct csv *c)
{
	size_t n = 0;
	struct view run;

	while (n < c->in.n && !ends_cell(c, c->in.p[n]))
		n++;
	(void)view_take(&c->in, n, &run);
	(void)buf_view(&c->cell, run);
}

/*
 * A quoted cell at the front, its content to c->cell; false, nothing
 * consumed, where the quote is not closed: then it is a character like others.
 */
static bool
take_quoted(struct csv *c)
{
	struct view v = c->in;

	buf_clear(&c->cell);
	(void)view_skip(&v, 1);
	while (v.n > 0) {
		size_t n = 0;
		struct view run;

		while (n < v.n && v.p[n] != '"' && !(c->strict && v.p[n] == '\n'))
			n++;
		if (n == v.n || v.p[n] == '\n')
			break;
		(void)view_take(&v, n, &run);
		(void)buf_view(&c->cell, run);
		(void)view_skip(&v, 1);
		if (v.n > 0 && v.p[0] == '"') {
			(void)buf_byte(&c->cell, '"');
			(void)view_skip(&v, 1);
			continue;
		}
		/* The cell's quotes are closed; what stands behind them is its text too, as in spreadsheets. */
		c->in = v;
		add_plain(c);
		return true;
	}
	c->strict = true;
	c->unclosed++;
	return false;
}

/* -- writing ---------------------------------------------------------- */

static bool
needs_quotes(const struct csv *c, struct view cell)
{
	size_t i;

	for (i = 0; i < cell.n; i++) {
		const char *rank;

		if (cell.p[i] == '"' || cell.p[i] == '\n' || cell.p[i] == '\r')
			return true;
		rank = cell.p[i] > '|' ? NULL : strchr(ranks, cell.p[i]);
		if (rank != NULL && (c->alone || rank <= strchr(ranks, c->separator)))
			return true;
	}
	return false;
}

static void
put_quoted(struct csv *c, struct view cell, bool neutral)
{
	(void)buf_byte(c->out, '"');
	if (neutral)
		(void)buf_byte(c->out, '\'');
	while (cell.n > 0) {
		size_t at = view_find(cell, 0, VIEW("\""));
		struct view run;

		(void)view_take(&cell, at == VIEW_NOT_FOUND ? cell.n : at, &run);
		(void)buf_view(c->out, run);
		if (at == VIEW_NOT_FOUND)
			break;
		(void)buf_put(c->out, "\"\"", 2);
		(void)view_skip(&cell, 1);
	}
	(void)buf_byte(c->out, '"');
}

/* "row 12, column C": as the spreadsheet shows it. */
static void
report(struct csv *c, struct view cell)
{
	char where[64], letters[8];
	size_t n = sizeof letters - 1;
	uint64_t column = c->column;

	if (c->again && c->told)
		return;
	if (c->neutralised++ >= REPORTED) {
		job_find(c->j, FINDING_CSV_FORMULA, "", NULL);
		return;
	}
	letters[n] = '\0';
	do {
		letters[--n] = (char)('A' + column % 26);
		column /= 26;
	} while (n > 0 && column-- > 0);
	(void)snprintf(where, sizeof where, "row %llu, column %s", (unsigned long long)c->row + 1, letters + n);
	job_find(c->j, FINDING_CSV_FORMULA, where, "%.*s", (int)(cell.n > 120 ? 120 : cell.n),
		 (const char *)cell.p);
}

/*
 * A program that cuts the file at another separator than its own sees cells
 * begin inside ours.  Commas, tabs and semicolons are what programs cut at:
 * LibreOffice proposes all three, Excel takes the semicolon in half of Europe.
 */
static const char *
other_cuts(const struct csv *c)
{
	/* Where the output is of no clear dialect, its own separator is another's too. */
	if (c->alone)
		return ",\t;\n";
	return c->separator == ',' ? "\t;" : c->separator == '\t' ? ",;\n" : ",\t;\n";
}

/*
 * Short cells may be sound in CP932 and in EUC-JP: +\xbf\xe1a is +ｿ癸 and +水a.
 * Only a letter that was half a character in our reading makes a difference, so
 * only behind a sign of ASCII; separators and quotes are no halves.
 */
static bool
runs_elsewhere(const struct csv *c, struct view cell)
{
	own_buf struct buf raw = { 0 }, utf8 = { 0 };
	uint64_t lost = 0, bad = 0;
	struct err e;
	size_t i;

	if (c->charset == c->other || cell.n == 0 ||
	    (memchr(cell.p, '+', cell.n) == NULL && memchr(cell.p, '-', cell.n) == NULL))
		return false;
	for (i = 0; i < cell.n && cell.p[i] < 0x80; i++)
		continue;
	return i < cell.n && charset_encode(c->charset, cell, &raw, &lost, &e) &&
	       charset_decode(c->other, buf_bytes(&raw), &utf8, &bad, &e) && bad == 0 &&
	       csv_cell_runs(buf_bytes(&utf8));
}

static bool
runs_for(const struct csv *c, struct view cell)
{
	return csv_cell_runs(cell) || runs_elsewhere(c, cell);
}

/* The cell with a ' before each piece that would run; *ret_hit when there was one behind the first. */
static struct view
calm(struct csv *c, struct view cell, bool *ret_hit)
{
	const char *cuts = other_cuts(c);
	size_t i, from = 0;

	*ret_hit = false;
	buf_clear(&c->pieces);
	for (i = 0; i <= cell.n; i++) {
		struct view piece;

		if (i < cell.n && (cell.p[i] == 0 || strchr(cuts, cell.p[i]) == NULL))
			continue;
		(void)view_sub(cell, from, i - from, &piece);
		if (from > 0 && runs_for(c, piece)) {
			(void)buf_byte(&c->pieces, '\'');
			*ret_hit = true;
		}
		(void)buf_view(&c->pieces, piece);
		if (i < cell.n)
			(void)buf_byte(&c->pieces, cell.p[i]);
		from = i + 1;
	}
	return *ret_hit ? buf_bytes(&c->pieces) : cell;
}

static void
put_cell(struct csv *c, bool quoted)
{
	struct view cell = buf_bytes(&c->cell);
	bool runs = runs_for(c, cell), hit;

	if (runs)
		report(c, cell);
	cell = calm(c, cell, &hit);
	if (hit && !runs)
		report(c, buf_bytes(&c->cell));
	if (runs || quoted || needs_quotes(c, cell))
		put_quoted(c, cell, runs);
	else
		(void)buf_view(c->out, cell);
}

/* Behind a cell: the separator, or the row's end. */
static void
take_end(struct csv *c)
{
	uint8_t b = c->in.p[0];

	(void)view_skip(&c->in, 1);
	if (b == (uint8_t)c->separator) {
		(void)buf_byte(c->out, b);
		c->column++;
		/* A separator at the very end opens one more cell, an empty one. */
		return;
	}
	if (b == '\r' && c->in.n > 0 && c->in.p[0] == '\n')
		(void)view_skip(&c->in, 1);
	(void)(c->crlf && buf_byte(c->out, '\r'));
	(void)buf_byte(c->out, '\n');
	c->row++;
	c->column = 0;
}

static bool
rows(struct csv *c, struct err *e)
{
	while (c->in.n > 0) {
		bool quoted;

		if (!job_tick(c->j, e))
			return false;
		quoted = c->in.p[0] == '"' && take_quoted(c);
		if (!quoted) {
			buf_clear(&c->cell);
			add_plain(c);
		}
		if (c->cell.full)
			return buf_ok(&c->cell, e);
		put_cell(c, quoted);
		if (c->in.n > 0)
			take_end(c);
		if (c->out->full)
			return buf_ok(c->out, e);
	}
	if (c->unclosed > 0 && !c->again)
		job_find(c->j, FINDING_CSV_QUOTES, "", "%llu", (unsigned long long)c->unclosed);
	return true;
}

static void
csv_release(struct csv *c)
{
	buf_release(&c->cell);
	buf_release(&c->pieces);
}

/* One pass over the whole; a second one notes nothing that the first has noted. */
static bool
pass(struct csv *c, struct view in, struct err *e)
{
	c->in = in;
	c->strict = false;
	c->row = c->column = c->unclosed = c->neutralised = 0;
	return rows(c, e);
}

static bool
csv_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	size_t max = (size_t)j->profile->limits.output;
	own_text struct text_doc t = { 0 };
	own_buf struct buf cells = BUF_MAX(max);
	__attribute__((cleanup(csv_release))) struct csv c = {
		.j = j, .out = &cells, .cell = BUF_MAX(max), .pieces = BUF_MAX(max),
	};
	bool crlf;

	if (!text_read(j, in, TEXT_NEWLINES_KEEP, &t, e))
		return false;
	c.charset = c.other = t.charset;
	if (!j->profile->utf8 && (t.charset == CHARSET_CP932 || t.charset == CHARSET_EUCJP))
		c.other = t.charset == CHARSET_CP932 ? CHARSET_EUCJP : CHARSET_CP932;
	c.separator = dialect(buf_bytes(&t.utf8), &c.crlf);
	if (!pass(&c, buf_bytes(&t.utf8), e))
		return false;
	/* The output must be read in the dialect that it was written in: else its separator stands alone. */
	if (dialect(buf_bytes(&cells), &crlf) != c.separator || crlf != c.crlf) {
		c.alone = c.again = true;
		c.told = c.neutralised > 0;
		buf_clear(&cells);
		if (!pass(&c, buf_bytes(&t.utf8), e))
			return false;
	}
	if (!text_write(j, &t, buf_bytes(&cells), TEXT_NEWLINES_KEEP, true, out, e))
		return false;
	return text_same_kind(in, buf_bytes(out), e);
}

const struct format format_csv = { .type = TYPE_CSV, .rebuild = csv_rebuild };
