/*
 * sheet_book.c - the workbook: which sheets and names stay.
 *
 * It is read twice.  The first time its sheets and names are written down;
 * then the sheets are known that stay, and by them the names whose formulas
 * may; then it is written.
 */
#include <stdio.h>

#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/sheet_in.h"

/* -- sheets ----------------------------------------------------------- */

static bool
add_sheet(struct markup *m, struct book *b)
{
	struct book_sheet *s;

	if (b->sheet == NULL)
		b->sheet = arena_array(b->arena, SHEETS_MAX, sizeof *b->sheet);
	if (b->sheet == NULL || b->sheets == SHEETS_MAX)
		return false;
	s = &b->sheet[b->sheets++];
	s->name = arena_copy(b->arena, markup_get(m, NS_0, "name"));
	s->relation = arena_copy(b->arena, markup_get(m, NS_R, "id"));
	return s->name.p != NULL && s->relation.p != NULL;
}

static void
tell_state(struct book *b, struct view name, struct view state)
{
	enum finding_code code = view_is(state, "veryHidden") ? FINDING_XLSX_VERY_HIDDEN_SHEET
							      : FINDING_XLSX_HIDDEN_SHEET;

	if (view_is(state, "hidden") || view_is(state, "veryHidden"))
		job_find(b->job, code, "", "%.*s", (int)(name.n > 120 ? 120 : name.n),
			 (const char *)name.p);
}

static enum markup_do
sheet_open(struct markup *m)
{
	struct book *b = sheet_of(m)->book;
	const struct book_sheet *s;

	if (b->scouting) {
		if (!add_sheet(m, b))
			markup_fail(m, ERR_LIMIT, "more than %d sheets", SHEETS_MAX);
		return MARKUP_KEEP;
	}
	s = b->written < b->sheets ? &b->sheet[b->written++] : NULL;
	if (s == NULL || s->place == SHEET_GONE)
		return MARKUP_DROP;
	markup_set(m, NS_0, "name", s->name);
	tell_state(b, s->name, markup_get(m, NS_0, "state"));
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_sheet = { .open = sheet_open };

/* The number of a sheet, as an attribute, in the new count. */
static bool
renumber(struct markup *m, const char *name)
{
	struct book *b = sheet_of(m)->book;
	struct view v = markup_get(m, NS_0, name);
	size_t i, n = 0;
	char text[16];

	if (v.p == NULL)
		return true;
	for (i = 0; i < v.n && n < SHEETS_MAX; i++)
		n = v.p[i] >= '0' && v.p[i] <= '9' ? n * 10 + v.p[i] - '0' : SHEETS_MAX;
	if (n >= b->sheets || b->sheet[n].place == SHEET_GONE)
		return false;
	(void)snprintf(text, sizeof text, "%d", (int)b->sheet[n].place);
	markup_set(m, NS_0, name, view_str(text));
	return true;
}

static enum markup_do
book_view_open(struct markup *m)
{
	if (!renumber(m, "activeTab"))
		markup_unset(m, NS_0, "activeTab");
	if (!renumber(m, "firstSheet"))
		markup_unset(m, NS_0, "firstSheet");
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_book_view = { .open = book_view_open };

/* -- names ------------------------------------------------------------ */

static bool
skip_head(struct view *v, const char *head)
{
	size_t i, n = strlen(head);

	if (v->n < n)
		return false;
	for (i = 0; i < n; i++)
		if ((v->p[i] | (head[i] >= 'a' ? 0x20 : 0)) != (uint8_t)head[i])
			return false;
	return view_skip(v, n);
}

bool
book_is_auto(struct view name)
{
	static const char *const autos[] = { "auto_open", "auto_close", "auto_activate",
					     "auto_deactivate", "auto_exec", "auto_exit",
					     "auto_new" };
	size_t i;

	(void)skip_head(&name, "_xlnm.");
	for (i = 0; i < sizeof autos / sizeof *autos; i++)
		if (skip_head(&name, autos[i]))
			return true;
	return false;
}

static bool
is_on(struct markup *m, const char *name)
{
	struct view v = markup_get(m, NS_0, name);

	return view_is(v, "1") || view_is(v, "true");
}

/* Of a name in hand, in markup_note(): the number behind it in book->name, while scouting. */
static void
note_name(struct markup *m, struct book *b, bool macro)
{
	struct book_name *n;

	if (b->name == NULL)
		b->name = arena_array(b->arena, NAMES_MAX, sizeof *b->name);
	if (b->name == NULL || b->names == NAMES_MAX) {
		markup_fail(m, ERR_LIMIT, "more than %d defined names", NAMES_MAX);
		return;
	}
	n = &b->name[b->names++];
	n->name = arena_copy(b->arena, markup_get(m, NS_0, "name"));
	n->macro = macro;
	if (n->name.p == NULL)
		markup_fail(m, ERR_LIMIT, "defined names");
}

static enum markup_do
name_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	struct view name = markup_get(m, NS_0, "name");
	bool macro = book_is_auto(name) || is_on(m, "function") || is_on(m, "vbProcedure") || is_on(m, "xlm");

	if (s->book->scouting) {
		note_name(m, s->book, macro);
		return MARKUP_KEEP;
	}
	if (macro)
		job_find(s->book->job, FINDING_XLSX_MACRO_NAME, "", "%.*s",
			 (int)(name.n > 120 ? 120 : name.n), (const char *)name.p);
	/* Of a sheet that went. */
	if (macro || !renumber(m, "localSheetId"))
		return MARKUP_DROP;
	(void)snprintf(s->cell, sizeof s->cell, "%.*s", (int)(name.n > 15 ? 15 : name.n),
		       (const char *)name.p);
	if (is_on(m, "hidden") && !view_is(name, "_xlnm._FilterDatabase"))
		job_find(s->book->job, FINDING_XLSX_HIDDEN_NAME, "", "%.*s",
			 (int)(name.n > 120 ? 120 : name.n), (const char *)name.p);
	markup_unset(m, NS_0, "function");
	markup_unset(m, NS_0, "vbProcedure");
	markup_unset(m, NS_0, "xlm");
	return MARKUP_KEEP;
}

static enum markup_do
name_text(struct markup *m, struct view in, struct buf *ret)
{
	struct book *b = sheet_of(m)->book;

	(void)ret;
	if (b->scouting && b->names > 0)
		b->name[b->names - 1].formula = arena_copy(b->arena, in);
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_defined_name = { .open = name_open, .text = name_text };

/* A name by which another is defined goes before it: twice is enough for what people write. */
static bool
sort_names(struct book *b, struct err *e)
{
	struct formula_rules rules = book_rules(b);
	size_t i;

	b->kept_names = (struct nameset){ 0 };
	for (i = 0; i < b->names; i++) {
		const struct book_name *n = &b->name[i];
		own_buf struct buf out = { 0 };
		struct view what;
		bool keep = !n->macro && formula_clean(n->formula, &rules, &out, &what) == FORMULA_OK;

		if (!job_tick(b->job, e))
			return false;
		if (!nameset_add(keep ? &b->kept_names : &b->gone_names, b->arena, n->name))
			return err_set(e, ERR_LIMIT, "defined names");
		if (keep && view_starts(buf_bytes(&out), VIEW("_xlfn.LAMBDA(")) &&
		    !nameset_add(&b->lambdas, b->arena, n->name))
			return err_set(e, ERR_LIMIT, "defined names");
	}
	return true;
}

bool
book_names(struct book *b, struct err *e)
{
	return sort_names(b, e) && sort_names(b, e);
}
