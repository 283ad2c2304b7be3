/*
 * sheet_part.c - the parts of a workbook, in the order in which they must be
 * known: strings, styles and metadata, which cells name by number; caches of
 * pivot tables; the sheets; and then the workbook that lists them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/format.h"
#include "sanitize/ooxml/package.h"
#include "sanitize/ooxml/sheet_object.h"
#include "sanitize/ooxml/sheet_vml.h"

/* Excel takes names of 31 characters; the base of one that is made here has room for its number. */
enum { SHEET_NAME_SHOWN = 60, SHEET_NAME_BASE = 24, VML_SIZE = 400 };

struct sheet *
sheet_of(const struct markup *m)
{
	return part_of(m)->own;
}

static void
forget(void *s)
{
	sheet_release(s);
}

/* What the hooks of a part find; NULL without memory. */
static struct sheet *
sheet_new(struct opc_part *p, const char *name, struct err *e)
{
	struct book *b = p->package->own;
	struct sheet *s = arena_get(p->package->arena, sizeof *s);

	if (s == NULL || !arena_at_end(p->package->arena, forget, s)) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	s->book = b;
	s->name = name;
	p->own = s;
	return s;
}

/* Tables, styles, strings: what has no logic but its hooks'. */
bool
sheet_plain(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	return sheet_new(p, p->name, e) != NULL && part_markup(p, in, out, e);
}

/* -- the workbook ----------------------------------------------------- */

/* Of a type of which there is one; *to NULL where there is none.  One that is there and cannot stay ends it all. */
static bool
need(struct opc_part *p, enum relation_type t, struct opc_part **to, struct err *e)
{
	struct relation *r = part_relation_typed(p, t);

	*to = NULL;
	if (r == NULL)
		return true;
	if (!part_follow(p, r, to, e))
		return false;
	return *to != NULL || err_set(e, ERR_MALFORMED, "%.*s cannot be read", (int)r->target.n,
				      (const char *)r->target.p);
}

/* Sheet2, where there is one already: Sheet2 (2). */
static bool
rename_sheet(struct book *b, struct nameset *taken, struct book_sheet *s)
{
	struct view base = utf8_tidy(b->arena, s->name, SHEET_NAME_BASE);
	char text[SHEET_NAME_BASE + 16];
	unsigned int n = 1;

	if (base.p == NULL)
		return false;
	do
		(void)snprintf(text, sizeof text, "%s (%u)", (const char *)base.p, ++n);
	while (nameset_has(taken, view_str(text)));
	job_find(b->job, FINDING_REPAIRED, "xl/workbook.xml", "%s", text);
	s->name = arena_copy(b->arena, view_str(text));
	return s->name.p != NULL && nameset_add(taken, b->arena, s->name);
}

/* Excel takes no workbook with two sheets of one name.  Whose name is its own keeps it: formulas speak of it. */
static bool
name_once(struct book *b)
{
	struct nameset taken = { 0 };
	own_mem bool *twice = calloc(b->sheets + 1, sizeof *twice);
	bool ok = twice != NULL;
	size_t i;

	for (i = 0; ok && i < b->sheets; i++) {
		twice[i] = b->sheet[i].place != SHEET_GONE && nameset_has(&taken, b->sheet[i].name);
		ok = b->sheet[i].place == SHEET_GONE || nameset_add(&taken, b->arena, b->sheet[i].name);
	}
	for (i = 0; ok && i < b->sheets; i++)
		ok = !twice[i] || rename_sheet(b, &taken, &b->sheet[i]);
	return ok;
}

/* Does a sheet before it show the same part? */
static bool
is_again(const struct book *b, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (b->sheet[i].place != SHEET_GONE && view_eq(b->sheet[i].relation, b->sheet[at].relation))
			return true;
	return false;
}

/* The sheets whose relationship says that they are such. */
static bool
sort_sheets(struct opc_part *p, struct book *b, struct err *e)
{
	size_t i;
	bool ok;

	for (i = 0; i < b->sheets; i++) {
		struct relation *r = part_relation(p, b->sheet[i].relation);

		b->sheet[i].place = r == NULL || (r->type != RELATION_WORKSHEET && r->type != RELATION_CHARTSHEET) ||
				    is_again(b, i) ? SHEET_GONE : 0;
	}
	ok = name_once(b);
	for (i = 0; ok && i < b->sheets; i++)
		ok = b->sheet[i].place == SHEET_GONE || part_relation(p, b->sheet[i].relation)->type != RELATION_WORKSHEET ||
		     nameset_add(&b->sheet_names, b->arena, b->sheet[i].name);
	return ok || err_set(e, ERR_SYSTEM, "no memory");
}

/* A sheet that cannot be read becomes an empty one: formulas that were judged before may speak of it. */
static bool
rebuild_sheet(struct opc_part *p, struct relation *r, struct opc_part **to, struct err *e)
{
	static const char empty[] = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>";

	return part_follow(p, r, to, e) &&
	       (*to != NULL || r->type != RELATION_WORKSHEET || part_instead(p, r, VIEW(empty), to, e));
}

static bool
rebuild_sheets(struct opc_part *p, struct book *b, struct err *e)
{
	int32_t place = 0;
	size_t i;

	for (i = 0; i < b->sheets; i++) {
		struct book_sheet *s = &b->sheet[i];
		struct opc_part *to;

		if (s->place == SHEET_GONE)
			continue;
		b->current = (const char *)utf8_tidy(b->arena, s->name, SHEET_NAME_SHOWN).p;
		if (b->current == NULL)
			return err_set(e, ERR_SYSTEM, "no memory");
		if (!rebuild_sheet(p, part_relation(p, s->relation), &to, e))
			return false;
		s->place = to == NULL ? SHEET_GONE : place++;
	}
	if (place > 0)
		return true;
	job_find(b->job, FINDING_XLSX_NO_SHEET, "", NULL);
	return err_set(e, ERR_MALFORMED, "no sheet is left");
}

static bool
scout(struct opc_part *p, struct book *b, struct view in, struct err *e)
{
	own_buf struct buf unread = { 0 };
	bool ok;

	b->scouting = true;
	part_quiet(p, true);
	ok = part_markup(p, in, &unread, e);
	part_quiet(p, false);
	b->scouting = false;
	return ok;
}

static bool
rebuild_first(struct opc_part *p, struct book *b, struct err *e)
{
	struct opc_part *strings, *styles, *metadata = NULL;
	struct relation *r = part_relation_typed(p, RELATION_SHEET_METADATA);

	if (!need(p, RELATION_SHARED_STRINGS, &strings, e) || !need(p, RELATION_STYLES, &styles, e) ||
	    (r != NULL && !part_follow(p, r, &metadata, e)))
		return false;
	b->counted = true;
	b->metadata = metadata != NULL;
	return true;
}

bool
sheet_workbook(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct book *b = p->package->own;

	b->job = p->package->job;
	b->arena = p->package->arena;
	return sheet_new(p, "", e) != NULL && scout(p, b, in, e) && sort_sheets(p, b, e) &&
	       rebuild_first(p, b, e) && book_names(b, e) && rebuild_sheets(p, b, e) &&
	       part_markup(p, in, out, e);
}

/* Dynamic arrays are all that is kept of it ([MS-XLSX] 2.2.4.8). */
bool
sheet_metadata(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	if (view_find(in, 0, VIEW("XLDAPR")) == VIEW_NOT_FOUND)
		return false;
	return sheet_plain(p, in, out, e);
}

/* -- sheets ----------------------------------------------------------- */

bool
sheet_worksheet(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct book *b = p->package->own;
	struct sheet *s = sheet_new(p, b->current, e);
	struct relation *r = part_relation_typed(p, RELATION_COMMENTS);
	struct opc_part *comments = NULL;

	if (s == NULL || (r != NULL && !part_follow(p, r, &comments, e)))
		return false;
	if (comments != NULL)
		s->notes = &((struct sheet *)comments->own)->comments;
	if (!sheet_objects(p, s, in, e) || !part_markup(p, in, out, e))
		return false;
	sheet_tell(s);
	return true;
}

/* -- drawings of notes and of headers --------------------------------- */

static bool
is_empty(const struct buf *b)
{
	return b == NULL || b->n == 0;
}

void
sheet_notes(struct book *b, const struct buf *notes, struct buf *shapes, struct buf *out)
{
	own_buf struct buf list = { 0 };
	const struct note *n = (const struct note *)(const void *)notes->p;
	size_t i;

	vml_sort(shapes);
	for (i = 0; i < notes->n / sizeof *n; i++) {
		struct vml_shape s = vml_note(shapes, n[i].row, n[i].column);

		(void)buf_put(&list, &s, sizeof s);
	}
	vml_write_notes(&list, ++b->drawings, out);
	out->full |= list.full;
}

/* The pictures whose relationship stays. */
static bool
headers(struct opc_part *p, const struct buf *shapes, struct buf *ret, struct err *e)
{
	const struct vml_shape *v = (const struct vml_shape *)(const void *)shapes->p;
	size_t i;

	for (i = 0; i < shapes->n / sizeof *v; i++) {
		struct vml_shape s = v[i];
		struct relation *r = part_relation(p, view_str(s.relation));
		struct opc_part *to = NULL;

		if (s.note || s.place[0] == '\0' || r == NULL || r->type != RELATION_IMAGE)
			continue;
		if (!part_follow(p, r, &to, e))
			return false;
		if (to == NULL)
			continue;
		part_relation(p, view_str(s.relation))->used = true;
		if (s.width == 0 || s.height == 0)
			s.width = s.height = VML_SIZE;
		(void)buf_put(ret, &s, sizeof s);
	}
	return true;
}

bool
sheet_vml(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct book *b = p->package->own;
	own_buf struct buf shapes = { 0 }, pictures = { 0 }, objects = { 0 };

	if (!b->in_header && is_empty(b->in_notes) && b->in_objects == NULL)
		return false;
	if (!vml_read(b->job, in, &shapes, &objects, e))
		return false;
	if (b->in_objects != NULL && !sheet_objects_seen(p, b->in_objects, &objects, e))
		return false;
	if (!b->in_header && is_empty(b->in_notes))
		return false;
	if (!b->in_header) {
		sheet_notes(b, b->in_notes, &shapes, out);
		return buf_ok(out, e);
	}
	if (!headers(p, &shapes, &pictures, e) || is_empty(&pictures))
		return false;
	vml_write_headers(&pictures, ++b->drawings, out);
	return buf_ok(out, e);
}

/* -- pivot tables ----------------------------------------------------- */

bool
sheet_pivot_cache(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct sheet *s = sheet_new(p, p->name, e);

	return s != NULL && part_markup(p, in, out, e) && !s->source_lost;
}

/* Without its cache it is what its cells show. */
bool
sheet_pivot_table(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct relation *r = part_relation_typed(p, RELATION_PIVOT_CACHE);
	struct opc_part *cache = NULL;

	if (r != NULL && !part_follow(p, r, &cache, e))
		return false;
	if (cache == NULL) {
		job_find(p->package->job, FINDING_XLSX_PIVOT, p->name, NULL);
		return false;
	}
	return sheet_plain(p, in, out, e);
}

/* -- the format ------------------------------------------------------- */

static bool
rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	struct book b = { .job = j };

	return package_rebuild(j, PART_WORKBOOK, &b, in, out, e);
}

const struct format format_xlsx = { .type = TYPE_XLSX, .rebuild = rebuild };
