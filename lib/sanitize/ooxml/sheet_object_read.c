/* sheet_object_read.c - what a sheet says of its objects. */
#include "sanitize/ooxml/sheet_object.h"

#include <stdio.h>

#define MARKUP_TABLE "sanitize/ooxml/sheet_object.def"
#include "sanitize/markup/rows.h"

enum { MARKER = 4 };

struct reading {
	struct sheet_object object;
	struct buf *ret;
	char *legacy;
	bool whole;	/* the anchor in hand has numbers only */
};

static void
keep(char *to, size_t room, struct view v)
{
	if (v.n == 0 || v.n >= room)
		return;
	memcpy(to, v.p, v.n);
	to[v.n] = '\0';
}

static enum markup_do
legacy_open(struct markup *m)
{
	keep(((struct reading *)markup_ctx(m))->legacy, VML_NAME, markup_get(m, NS_R, "id"));
	return MARKUP_KEEP;
}
const struct markup_hook hook_o_legacy_drawing = { .open = legacy_open };

static bool
number(struct view v, uint32_t *ret)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < v.n && v.p[i] >= '0' && v.p[i] <= '9' && n <= INT32_MAX; i++)
		n = n * 10 + v.p[i] - '0';
	*ret = (uint32_t)n;
	return i == v.n && v.n > 0 && n <= INT32_MAX;
}

static enum markup_do
object_open(struct markup *m)
{
	struct reading *r = markup_ctx(m);
	struct sheet_object *o = &r->object;

	*o = (struct sheet_object){ 0 };
	o->control = markup_type(m, 0) == T_O_CONTROL;
	keep(o->program, sizeof o->program, markup_get(m, NS_0, o->control ? "name" : "progId"));
	if (number(markup_trim(markup_get(m, NS_0, "shapeId")), &o->number))
		(void)snprintf(o->shape, sizeof o->shape, "_x0000_s%u", o->number);
	return MARKUP_KEEP;
}

/* Excel 2010 names each twice: with its picture, and once more for those that do not understand that. */
static bool
is_known(const struct buf *b, const struct sheet_object *o)
{
	const struct sheet_object *k = (const struct sheet_object *)(const void *)b->p;
	size_t i, n = b->n / sizeof *k;

	for (i = 0; i < n && o->shape[0] != '\0'; i++)
		if (k[i].number == o->number && k[i].control == o->control && k[i].shape[0] != '\0')
			return true;
	return false;
}

static enum markup_do
object_close(struct markup *m)
{
	struct reading *r = markup_ctx(m);

	if (!is_known(r->ret, &r->object) && r->ret->n / sizeof r->object < OBJECTS_MAX)
		(void)buf_put(r->ret, &r->object, sizeof r->object);
	return MARKUP_DROP;
}
const struct markup_hook hook_o_object = { .open = object_open, .close = object_close };

static enum markup_do
object_pr_open(struct markup *m)
{
	keep(((struct reading *)markup_ctx(m))->object.relation, VML_NAME, markup_get(m, NS_R, "id"));
	return MARKUP_KEEP;
}
const struct markup_hook hook_o_object_pr = { .open = object_pr_open };

static enum markup_do
anchor_open(struct markup *m)
{
	((struct reading *)markup_ctx(m))->whole = true;
	return MARKUP_KEEP;
}

static enum markup_do
anchor_close(struct markup *m)
{
	struct reading *r = markup_ctx(m);

	r->object.anchored = r->whole;
	return MARKUP_DROP;
}
const struct markup_hook hook_o_anchor = { .open = anchor_open, .close = anchor_close };

static const char *const marker[MARKER] = { "col", "colOff", "row", "rowOff" };

static enum markup_do
number_text(struct markup *m, struct view in, struct buf *ret)
{
	struct reading *r = markup_ctx(m);
	size_t at = markup_type(m, 0) == T_O_TO_NUMBER ? MARKER : 0, i;

	(void)ret;
	for (i = 0; i < MARKER && strcmp(markup_row(m)->name, marker[i]) != 0; i++)
		;
	if (i < MARKER)
		r->whole &= number(in, &r->object.anchor[at + i]);
	return MARKUP_KEEP;
}
const struct markup_hook hook_o_number = { .text = number_text };

struct markup_vocabulary sheet_object_vocabulary = { .row = markup_rows, .rows = MARKUP_ROWS, .compat = true };

bool
sheet_objects_read(struct job *j, struct view part, struct buf *ret, char legacy[static VML_NAME], struct err *e)
{
	struct reading r = { .ret = ret, .legacy = legacy };
	struct markup_use use = { .job = j, .vocabulary = &sheet_object_vocabulary, .where = "", .ctx = &r };

	legacy[0] = '\0';
	/* The sheet is read again, and all else of it told then. */
	return markup_look(&use, part, e);
}
