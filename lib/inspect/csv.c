/*
 * CSV: text in cells, none of which a spreadsheet would run (CWE-1236).  A
 * cell is judged as its reader will see it: by characters, whatever the
 * charset.
 */
#include "inspect/text.h"

struct csv {
	struct text_in t;
	uint32_t c;		/* the character in hand */
	uint32_t separator;	/* TEXT_END: none, one column */
	struct buf cell;	/* uint32_t each */
	bool lf, crlf;
};

#define WIDE(c, hankaku, zenkaku) ((c) == (hankaku) || (c) == (zenkaku))

static bool
is_digit(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 0xff10 && c <= 0xff19);
}

static bool
is_sign(uint32_t c)
{
	return WIDE(c, '+', 0xff0b) || WIDE(c, '-', 0xff0d) || c == 0x2212;
}

static bool
is_in(uint32_t c, const char *set)
{
	return c > 0 && c < 0x80 && strchr(set, (int)c) != NULL;
}

static bool
is_lead(uint32_t c)
{
	return is_in(c, " \t\r\n\"") || c == 0xa0 || c == 0x3000 || c == 0x201c || c == 0x201d;
}

/* What may stand in front of a parenthesis that calls nothing. */
static bool
before_bracket(uint32_t c)
{
	return c == TEXT_END || is_digit(c) || is_sign(c) || is_in(c, " $\\(") || c == 0xa5 || c == 0xffe5 || c == 0xff08;
}

static bool
number_like(const uint32_t *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint32_t c = s[i], before = i > 0 ? s[i - 1] : TEXT_END, after = i + 1 < n ? s[i + 1] : TEXT_END;
		bool fits;

		if (WIDE(c, '(', 0xff08))
			fits = before_bracket(before);
		else if (is_in(c, "eE"))
			fits = before >= '0' && before <= '9' && ((after >= '0' && after <= '9') || is_in(after, "+-"));
		else if (c < 0x80)
			fits = (c >= '0' && c <= '9') || is_in(c, " \t+-*/.,:;%$\\^~#<>)");
		else
			fits = !(c == 0xff01 || c == 0xff02 || c == 0xff06 || c == 0xff07 || c == 0xff1d || c == 0xff20 ||
				 c == 0xff3b || c == 0xff5b || c == 0xff5c || (c >= 0xff21 && c <= 0xff3a) ||
				 (c >= 0xff41 && c <= 0xff5a));
		if (!fits)
			return false;
	}
	return true;
}

/* ="x": a constant in the shape of a formula. */
static bool
text_constant(const uint32_t *t, size_t n)
{
	size_t i;

	if (n < 3 || t[0] != '=' || t[1] != '"' || t[n - 1] != '"')
		return false;
	for (i = 2; i + 1 < n; i++)
		if (t[i] == '"')
			return false;
	return true;
}

/* application|topic!item */
static bool
dde(const uint32_t *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] < 0x80 && ((s[i] >= '0' && s[i] <= '9') || ((s[i] | 32) >= 'a' && (s[i] | 32) <= 'z') ||
					is_in(s[i], "_.")))
		i++;
	if (i == 0 || i == n || s[i] != '|')
		return false;
	while (i < n && s[i] != '!')
		i++;
	return i < n;
}

static bool
runs(const struct buf *cell)
{
	const uint32_t *t = (const uint32_t *)(const void *)cell->p, *s = t;
	size_t all = cell->n / sizeof *t, n = all;

	for (; n > 0 && is_lead(*s); n--)
		s++;
	if (n == 0)
		return false;
	if (WIDE(*s, '=', 0xff1d))
		return !text_constant(t, all);
	if (WIDE(*s, '@', 0xff20))
		return n > 1;
	return is_sign(*s) ? !number_like(s, n) : dde(s, n);
}

/* -- the grammar ------------------------------------------------------------------------- */

static unsigned
rank(uint32_t c)
{
	return c == '\t' ? 0 : c == ',' ? 1 : c == ';' ? 2 : c == '|' ? 3 : 4;
}

/* The first of TAB , ; | that stands anywhere outside quotes. */
static uint32_t
separator(struct text_in t)
{
	uint32_t c, best = TEXT_END;
	bool quoted = false;

	while ((c = inspect_text_next(&t)) != TEXT_END)
		if (c == '"')
			quoted = !quoted;
		else if (!quoted && rank(c) < rank(best))
			best = c;
	return best;
}

static void
next(struct csv *f)
{
	f->c = inspect_text_next(&f->t);
}

static bool
put(struct csv *f, struct err *e)
{
	bool ok = buf_put(&f->cell, &f->c, sizeof f->c) || no_memory(e);

	next(f);
	return ok;
}

static bool
quoted(struct csv *f, struct err *e)
{
	next(f);
	for (;;) {
		if (f->c == TEXT_END)
			return residue(e, "quote without end");
		if (f->c == '"') {
			next(f);
			if (f->c != '"')
				return true;
		}
		if (!put(f, e))
			return false;
	}
}

static bool
cell(struct csv *f, struct err *e)
{
	buf_clear(&f->cell);
	if (f->c == '"') {
		if (!quoted(f, e))
			return false;
	} else {
		while (f->c != TEXT_END && f->c != '\r' && f->c != '\n' && f->c != f->separator) {
			if (f->c == '"')
				return residue(e, "quote inside a cell");
			if (!put(f, e))
				return false;
		}
	}
	if (f->c != TEXT_END && f->c != '\r' && f->c != '\n' && f->c != f->separator)
		return residue(e, "something behind a quoted cell");
	return !runs(&f->cell) || residue(e, "a cell that a spreadsheet would run");
}

static bool
line_end(struct csv *f, struct err *e)
{
	if (f->c == '\r') {
		next(f);
		f->crlf = true;
	} else {
		f->lf = true;
	}
	next(f);
	return !(f->lf && f->crlf) || residue(e, "line ends of two kinds");
}

static bool
file(struct csv *f, struct err *e)
{
	for (;;) {
		if (!cell(f, e))
			return err_at(e, "byte %zu", at_of(f->t.whole, f->t.in));
		if (f->c == TEXT_END)
			return true;
		if (f->c == f->separator) {
			next(f);
			continue;
		}
		if (!line_end(f, e))
			return false;
		if (f->c == TEXT_END)
			return true;
	}
}

bool
inspect_csv(struct inspection *in, struct view out, struct err *e)
{
	struct csv f = { .cell = BUF_MAX((size_t)1 << 30) };
	bool ok;

	if (!inspect_text_open(in, out, TEXT_QUOTED_LINES, &f.t, e))
		return false;
	f.separator = separator(f.t);
	next(&f);
	ok = file(&f, e);
	buf_release(&f.cell);
	return ok;
}
