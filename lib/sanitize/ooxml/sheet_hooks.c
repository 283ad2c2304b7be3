/*
 * sheet_hooks.c - what a worksheet has beside its cells: rules, links,
 * notes, tables, caches of pivot tables.
 */
#include "sanitize/ooxml/cellref.h"
#include "sanitize/ooxml/formula.h"
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package.h"
#include "sanitize/ooxml/sheet_object.h"

/* -- columns, strings, styles: counted -------------------------------- */

static enum markup_do
col_open(struct markup *m)
{
	struct view hidden = markup_get(m, NS_0, "hidden");

	if (hidden.p != NULL && (view_is(hidden, "1") || view_is(hidden, "true")))
		sheet_of(m)->hidden_columns++;
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_col = { .open = col_open };

static enum markup_do
string_open(struct markup *m)
{
	sheet_of(m)->book->strings++;
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_string = { .open = string_open };

static enum markup_do
xf_open(struct markup *m)
{
	if (markup_type(m, 1) == T_S_CELL_XFS)
		sheet_of(m)->book->xfs++;
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_xf = { .open = xf_open };

/* -- rules: validation and conditional formats ------------------------ */

static enum markup_do
rule_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);

	s->denied = false;
	s->cell[0] = '\0';
	return MARKUP_KEEP;
}

/* The list around it counts the rules that stay. */
static enum markup_do
rule_close(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	uint64_t *list = markup_note_up(m, 1);

	if (s->denied) {
		job_find(s->book->job, FINDING_XLSX_RULE, s->name, NULL);
		return MARKUP_DROP;
	}
	if (list != NULL)
		(*list)++;
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_rule = { .open = rule_open, .close = rule_close };

/* Cells that have no rule left need no mention. */
static enum markup_do
formatting_close(struct markup *m)
{
	return *markup_note(m) > 0 && !sheet_of(m)->denied ? MARKUP_KEEP : MARKUP_DROP;
}
const struct markup_hook hook_x14_formatting = { .close = formatting_close };

/* -- links ------------------------------------------------------------ */

/* Its relationship was judged already: without one it is a place in this workbook, or nothing.  A place is no path to another file. */
static enum markup_do
hyperlink_open(struct markup *m)
{
	struct view place = markup_get(m, NS_0, "location");

	if (formula_is_path(place)) {
		markup_find(m, FINDING_OOXML_LINK, "%.*s", (int)(place.n > 120 ? 120 : place.n), (const char *)place.p);
		markup_unset(m, NS_0, "location");
		place = (struct view){ NULL, 0 };
	}
	if (markup_get(m, NS_R, "id").p != NULL)
		return MARKUP_KEEP;
	return place.p != NULL && place.n > 0 ? MARKUP_KEEP : MARKUP_DROP;
}
const struct markup_hook hook_s_hyperlink = { .open = hyperlink_open };

/* -- notes ------------------------------------------------------------ */

static enum markup_do
comment_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	struct note n = { 0 };

	if (!cellref_cell(markup_get(m, NS_0, "ref"), &n.row, &n.column))
		return MARKUP_DROP;
	n.row--;
	n.column--;
	(void)buf_put(&s->comments, &n, sizeof n);
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_comment = { .open = comment_open };

/* The drawing behind notes or headers is rebuilt when it is known which of them it is for. */
static enum markup_do
legacy_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	bool stays;

	s->book->in_header = markup_type(m, 0) == T_S_LEGACY_DRAWING_HF;
	s->book->in_notes = s->notes;
	stays = part_refers(m, markup_get(m, NS_R, "id"), RELATION_VML_DRAWING);
	s->drawn |= stays && !s->book->in_header;
	return stays ? MARKUP_KEEP : MARKUP_DROP;
}
const struct markup_hook hook_s_legacy_drawing = { .open = legacy_open };

/* They are pictures of the drawing by now, or were told of. */
static enum markup_do
ole_objects_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);

	if (!s->had_objects)
		job_find(s->book->job, FINDING_XLSX_OBJECT, s->name, NULL);
	return MARKUP_DROP;
}
const struct markup_hook hook_s_ole_objects = { .open = ole_objects_open };

/* Excel shows no note that has no drawing. */
static enum markup_do
worksheet_close(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	own_buf struct buf none = { 0 }, drawing = { 0 };
	struct view id;

	sheet_objects_draw(m);
	if (s->drawn || s->notes == NULL || s->notes->n == 0)
		return MARKUP_KEEP;
	sheet_notes(s->book, s->notes, &none, &drawing);
	id = part_make(part_of(m), RELATION_VML_DRAWING, PART_SHEET_VML, buf_bytes(&drawing));
	if (id.p == NULL || drawing.full) {
		markup_fail(m, ERR_SYSTEM, "no memory");
		return MARKUP_KEEP;
	}
	markup_begin(m, NS_S, "legacyDrawing");
	markup_attr(m, NS_R, "id", id);
	markup_end(m);
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_worksheet = { .close = worksheet_close };

/* -- tables ----------------------------------------------------------- */

/* A table of a query or of an XML map is a plain one from now on. */
static enum markup_do
table_open(struct markup *m)
{
	markup_unset(m, NS_0, "tableType");
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_table = { .open = table_open };

/* -- caches of pivot tables ------------------------------------------- */

static enum markup_do
source_open(struct markup *m)
{
	if (!view_is(markup_get(m, NS_0, "type"), "worksheet"))
		sheet_of(m)->source_lost = true;
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_cache_source = { .open = source_open };

static enum markup_do
worksheet_source_open(struct markup *m)
{
	struct sheet *s = sheet_of(m);
	struct view sheet = markup_get(m, NS_0, "sheet");

	if (sheet.p != NULL && !nameset_has(&s->book->sheet_names, sheet))
		s->source_lost = true;
	return MARKUP_KEEP;
}
const struct markup_hook hook_s_worksheet_source = { .open = worksheet_source_open };
