/*
 * sheet_cell.c - rows, cells, values and formulas: what most of a workbook is.
 */
#include <stdio.h>

#include "sanitize/ooxml/cellref.h"
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/sheet_in.h"
#include "sanitize/pdf/document.h"

enum { SHARED_MAX = 1 << 20, INDEX_DIGITS = 10 };

static bool
is_true(struct view v)
{
	return view_is(v, "1") || view_is(v, "true") || view_is(v, "on") || view_is(v, "t");
}

/* Plain digits, below `limit`. */
static bool
number(struct view v, uint32_t limit, uint32_t *ret)
{
	uint64_t n = 0;
	size_t i;

	if (v.n == 0 || v.n > INDEX_DIGITS)
		return false;
	for (i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		n = n * 10 + v.p[i] - '0';
	}
	if (n >= limit)
		return false;
	*ret = (uint32_t)n;
	return true;
}

static enum markup_do
row_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	struct view hidden = markup_get(m, NS_0, "hidden"), style = markup_get(m, NS_0, "s");
	uint32_t n;

	if (hidden.p != NULL && is_true(hidden))
		s->hidden_rows++;
	if (style.p != NULL && s->book->counted && !number(style, s->book->xfs, &n))
		markup_unset(m, NS_0, "s");
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_row = { .open = row_open };

/* ST_CellType (18.18.11) as a letter: n number, s shared string, b e d as they are, t str, i inlineStr; 0 for none. */
static uint8_t
cell_kind(struct view t)
{
	if (t.p == NULL)
		return 'n';
	if (t.n == 1)
		return memchr("nsbed", t.p[0], 5) != NULL ? t.p[0] : 0;
	return view_is(t, "str") ? 't' : view_is(t, "inlineStr") ? 'i' : 0;
}

static enum markup_do
cell_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	struct view at = markup_get(m, NS_0, "r"), style = markup_get(m, NS_0, "s");
	uint32_t n;

	s->cell[0] = '\0';
	if (at.p != NULL) {
		uint32_t row, column;

		if (!cellref_cell(at, &row, &column) || at.n >= sizeof s->cell) {
			job_find(s->book->job, FINDING_XLSX_VALUE, s->name, NULL);
			return MARKUP_DROP;
		}
		memcpy(s->cell, at.p, at.n);
		s->cell[at.n] = '\0';
	}
	s->kind = cell_kind(markup_get(m, NS_0, "t"));
	if (style.p != NULL && s->book->counted && !number(style, s->book->xfs, &n))
		markup_unset(m, NS_0, "s");
	if (!s->book->metadata)
		markup_unset(m, NS_0, "cm");
	if (s->kind == 0) {
		markup_unset(m, NS_0, "t");
		s->kind = 'n';
	}
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_cell = { .open = cell_open };

static bool
is_error(struct view v)
{
	return v.n > 1 && v.n < 32 && v.p[0] == '#';
}

/* A value of the cell's kind, or none. */
static bool
fits(const struct sheet *s, struct view v)
{
	uint32_t n;

	switch (s->kind) {
	case 's':
		return number(v, s->book->counted ? s->book->strings : UINT32_MAX, &n);
	case 'b':
		return markup_is(MARKUP_BOOL, v);
	case 'e':
		return is_error(v);
	case 'd':
		return markup_is(MARKUP_DATE, v);
	case 't':
		return true;
	case 'n':
		return markup_is(MARKUP_REAL, v);
	default:
		return false;
	}
}

/* White space around a number is no part of it (18.18.11, xsd:double). */
static enum markup_do
value_text(struct markup *m, struct view in, struct buf *ret)
{
	struct sheet *s = sheet_of(m);
	struct view v = s->kind == 't' ? in : markup_trim(in);

	s->text = true;
	if (v.n == 0 && s->kind != 't')
		return MARKUP_DROP;
	if (!fits(s, v)) {
		job_find(s->book->job, FINDING_XLSX_VALUE, s->name, "%s", s->cell);
		return MARKUP_DROP;
	}
	if (v.n == in.n)
		return MARKUP_KEEP;
	(void)buf_view(ret, v);
	return MARKUP_OTHER;
}

static enum markup_do
value_open(struct markup *m)
{
	sheet_of(m)->text = false;
	return MARKUP_KEEP;
}

const struct markup_hook hook_s_value = { .open = value_open, .text = value_text };

/* -- formulas --------------------------------------------------------- */

/* Of a formula in hand: markup_note(). */
enum { IS_PLAIN, IS_ARRAY, IS_TABLE, IS_SHARED /* + index */ };

static enum markup_do
formula_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	struct view t = markup_get(m, NS_0, "t"), index = markup_get(m, NS_0, "si");
	uint64_t *note = markup_note(m);
	uint32_t n;

	s->denied = s->text = false;
	*note = IS_PLAIN;
	if (t.p == NULL || view_is(t, "normal"))
		return MARKUP_KEEP;
	if (view_is(t, "array") && markup_get(m, NS_0, "ref").p != NULL)
		*note = IS_ARRAY;
	else if (view_is(t, "dataTable"))
		*note = IS_TABLE;
	else if (view_is(t, "shared") && number(index, SHARED_MAX, &n))
		*note = IS_SHARED + (uint64_t)n;
	else
		return MARKUP_DROP;
	return MARKUP_KEEP;
}

static bool
shared_may(const struct sheet *s, uint64_t i)
{
	return i < s->shared.n && s->shared.p[i] != 0;
}

static void
shared_allow(struct sheet *s, uint64_t i)
{
	if (i >= s->shared.n && !buf_fill(&s->shared, 0, (size_t)i + 1 - s->shared.n))
		return;
	s->shared.p[i] = 1;
}

/* What a shared formula's master may, all its others may (18.3.1.40). */
static enum markup_do
formula_close(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	uint64_t note = *markup_note(m);

	if (s->denied)
		return MARKUP_DROP;
	if (note >= IS_SHARED) {
		if (s->text)
			shared_allow(s, note - IS_SHARED);
		return shared_may(s, note - IS_SHARED) ? MARKUP_KEEP : MARKUP_DROP;
	}
	return s->text || note == IS_TABLE ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook hook_s_formula = { .open = formula_open, .close = formula_close };

/* -- judges ----------------------------------------------------------- */

static bool
knows_sheet(void *ctx, struct view name)
{
	const struct book *b = ctx;

	return nameset_has(&b->sheet_names, name);
}

static bool
knows_lambda(void *ctx, struct view name)
{
	const struct book *b = ctx;

	return nameset_has(&b->lambdas, name);
}

static bool
may_name(void *ctx, struct view name)
{
	const struct book *b = ctx;

	return !nameset_has(&b->gone_names, name) || nameset_has(&b->kept_names, name);
}

static bool
may_address(void *ctx, struct view url, struct buf *out)
{
	const struct book *b = ctx;

	return b->job->profile->links && uri_clean(url, out);
}

struct formula_rules
book_rules(struct book *b)
{
	return (struct formula_rules){
		.sheet = knows_sheet,
		.lambda = b->lambdas.n > 0 ? knows_lambda : NULL,
		.name = b->gone_names.n > 0 ? may_name : NULL,
		.url = may_address,
		.ctx = b,
	};
}

/* The first of a kind by their cells, the rest in one line. */
static void
tell_formula(struct sheet *s, enum formula_verdict v, struct view what)
{
	enum finding_code code = formula_finding(v);
	char where[FINDING_WHERE_MAX];

	if (s->book->scouting)
		return;
	if (s->told[v]++ >= TOLD_MAX) {
		job_find(s->book->job, code, s->name, NULL);
		return;
	}
	(void)snprintf(where, sizeof where, "%s%s%s", s->name,
		       s->name[0] != '\0' && s->cell[0] != '\0' ? "!" : "", s->cell);
	job_find(s->book->job, code, where, "%.*s", (int)(what.n > 120 ? 120 : what.n),
		 (const char *)what.p);
}

static enum markup_do
judge_formula(struct sheet *s, struct view v, struct buf *ret)
{
	struct formula_rules rules = book_rules(s->book);
	struct view what;
	enum formula_verdict verdict;

	if (s->book->scouting)
		return MARKUP_KEEP;
	if (v.n == 0)
		return MARKUP_DROP;
	verdict = formula_clean(v, &rules, ret, &what);
	s->text = true;
	if (verdict == FORMULA_OK)
		return MARKUP_OTHER;
	s->denied = true;
	tell_formula(s, verdict, what);
	return MARKUP_DROP;
}

enum markup_do
sheet_value(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	struct sheet *s = sheet_of(m);

	if (s == NULL)
		return MARKUP_DROP;
	switch (row->kind) {
	case MARKUP_FORMULA:
		return judge_formula(s, v, ret);
	case MARKUP_REF:
	case MARKUP_REFS:
		if (row->kind == MARKUP_REF ? cellref_range(v) : cellref_list(v))
			return MARKUP_KEEP;
		s->denied = true;
		return MARKUP_DROP;
	default:
		return MARKUP_DROP;
	}
}

void
sheet_tell(struct sheet *s)
{
	if (s->hidden_rows > 0)
		job_find(s->book->job, FINDING_XLSX_HIDDEN_ROWS, s->name, "%u", s->hidden_rows);
	if (s->hidden_columns > 0)
		job_find(s->book->job, FINDING_XLSX_HIDDEN_COLUMNS, s->name, "%u",
			 s->hidden_columns);
}

void
sheet_release(struct sheet *s)
{
	buf_release(&s->shared);
	buf_release(&s->comments);
	buf_release(&s->objects);
}
