/* drawing.c - hooks of DrawingML that need nothing but the part in hand. */
#include "sanitize/ooxml/drawing.h"

#include "core/own.h"
#include "sanitize/ooxml/chart.h"
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package.h"

/* -- extensions ------------------------------------------------------- */

static const struct {
	uint16_t type;
	const char *uri;
} extensions[] = {
#define EXTENSION(type, uri) { T_##type, uri },
#include "sanitize/ooxml/extension.def"
#undef EXTENSION
};

/* Programs write the same GUID in either case. */
static bool
same_uri(struct view a, struct view b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++) {
		uint8_t c = a.p[i];

		if ((c >= 'a' && c <= 'f' ? c - 32 : c) != b.p[i] && c != b.p[i])
			return false;
	}
	return true;
}

static enum markup_do
extension_open(struct markup *m)
{
	struct view uri = markup_get(m, NS_0, "uri");

	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
		if (extensions[i].type == markup_type(m, 0) && same_uri(uri, view_str(extensions[i].uri))) {
			markup_set(m, NS_0, "uri", view_str(extensions[i].uri));
			return MARKUP_KEEP;
		}
	}
	return MARKUP_DROP;
}

const struct markup_hook hook_a_extension = { .open = extension_open };

/* -- what a frame holds ----------------------------------------------- */

static const struct graphic {
	const char *uri;
	const char *strict;
	enum { GRAPHIC_KEEP, GRAPHIC_PICTURE } kind;
} graphics[] = {
#define GRAPHIC(uri, strict, kind) { uri, strict, GRAPHIC_##kind },
#include "sanitize/ooxml/graphic.def"
#undef GRAPHIC
};

static enum markup_do
graphic_data_open(struct markup *m)
{
	struct view uri = markup_get(m, NS_0, "uri");

	for (size_t i = 0; i < sizeof graphics / sizeof *graphics; i++) {
		const struct graphic *g = &graphics[i];

		if (!view_eq(uri, view_str(g->uri)) &&
		    (g->strict == NULL || !view_eq(uri, view_str(g->strict))))
			continue;
		markup_set(m, NS_0, "uri", view_str(g->uri));
		return MARKUP_KEEP;
	}
	markup_find(m, FINDING_DML_GRAPHIC, "%.*s", (int)uri.n, (const char *)uri.p);
	return MARKUP_DROP;
}

const struct markup_hook hook_a_graphic_data = { .open = graphic_data_open };

/*
 * The note of what holds an object: is there one?  A frame, and the place
 * on a sheet that an object is anchored to, would be damage without it.
 */
static void
mark(struct markup *m, size_t up)
{
	uint64_t *note = markup_note_up(m, up);

	if (note != NULL)
		*note |= DRAWING_HELD;
}

/* Does it have all its relationships?  Where one may not stay, whoever said so has noted why. */
static bool
is_related(struct markup *m)
{
	static const char *const diagram[] = { "dm", "lo", "qs", "cs" };

	if (markup_type(m, 0) == T_C_REL_ID)
		return markup_get(m, NS_R, "id").p != NULL;
	for (size_t i = 0; markup_type(m, 0) == T_DGM_REL_IDS && i < sizeof diagram / sizeof *diagram; i++)
		if (markup_get(m, NS_R, diagram[i]).p == NULL)
			return false;
	return true;
}

/*
 * The data of a diagram names the drawing that was made of it by a
 * relationship not of its own part but of the part that holds the frame
 * ([MS-ODRAWXML] 2.4.1.2): the one that asked for the data.
 */
static enum markup_do
data_model_ext_open(struct markup *m)
{
	struct opc_part *p = part_of(m), *to = NULL;
	struct view id = markup_get(m, NS_0, "relId"), *own;
	struct relation *r = p->asker == NULL ? NULL : part_relation(p->asker, id);
	struct err e = { 0 };

	if (r == NULL || r->type != RELATION_DIAGRAM_DRAWING)
		return MARKUP_DROP;
	own = arena_get(p->package->arena, sizeof *own);
	if (own == NULL || !part_follow(p->asker, r, &to, &e)) {
		markup_fail(m, own == NULL ? ERR_SYSTEM : e.code, "%s", e.text);
		return MARKUP_DROP;
	}
	*own = r->id;
	p->own = own;
	return to == NULL ? MARKUP_DROP : MARKUP_KEEP;
}

const struct markup_hook hook_dsp_data_model_ext = { .open = data_model_ext_open };

static void
use_diagram_drawing(struct markup *m)
{
	struct relation *data = part_relation(part_of(m), markup_get(m, NS_R, "dm"));

	if (data != NULL && data->to != NULL && data->to->own != NULL)
		(void)part_refers(m, *(struct view *)data->to->own, RELATION_DIAGRAM_DRAWING);
}

static enum markup_do
content_open(struct markup *m)
{
	if (!is_related(m))
		return MARKUP_DROP;
	if (markup_type(m, 0) == T_DGM_REL_IDS)
		use_diagram_drawing(m);
	if (markup_type(m, 1) == T_A_GRAPHIC_DATA)
		mark(m, 3);
	return MARKUP_KEEP;
}

const struct markup_hook hook_a_graphic_content = { .open = content_open };

/* Programs that leave out number or name mean none of their own. */
void
drawing_named(struct markup *m)
{
	struct view id = markup_get(m, NS_0, "id");

	if (id.n == 0 || id.p[0] < '0' || id.p[0] > '9')
		markup_set(m, NS_0, "id", VIEW("0"));
	if (markup_get(m, NS_0, "name").p == NULL)
		markup_set(m, NS_0, "name", VIEW(""));
}

static enum markup_do
named_open(struct markup *m)
{
	drawing_named(m);
	return MARKUP_KEEP;
}

const struct markup_hook hook_a_named = { .open = named_open };

/* A text that is a cell's: only a plain reference, like a chart's. */
static void
judge_textlink(struct markup *m)
{
	struct view v = markup_get(m, NS_0, "textlink");
	own_buf struct buf ret = BUF_MAX(CHART_REFERENCE_MAX);

	if (v.p == NULL)
		return;
	if (v.n > 0 && chart_reference(v, &ret)) {
		markup_set(m, NS_0, "textlink", buf_bytes(&ret));
	} else {
		if (v.n > 0)
			markup_find(m, FINDING_XLSX_FORMULA_EXTERNAL, "%.*s", (int)(v.n > 120 ? 120 : v.n), (const char *)v.p);
		markup_unset(m, NS_0, "textlink");
	}
}

/* Excel writes an empty one on every shape. */
static void
judge_macro(struct markup *m)
{
	struct view v = markup_get(m, NS_0, "macro");

	if (v.p == NULL)
		return;
	if (v.n > 0)
		markup_find(m, FINDING_XLSX_MACRO_BUTTON, "%.*s", (int)(v.n > 120 ? 120 : v.n), (const char *)v.p);
	markup_unset(m, NS_0, "macro");
}

static enum markup_do
object_open(struct markup *m)
{
	judge_textlink(m);
	judge_macro(m);
	mark(m, 1);
	return MARKUP_KEEP;
}

const struct markup_hook hook_a_object = { .open = object_open };

static enum markup_do
anchor_close(struct markup *m)
{
	return *markup_note(m) & DRAWING_HELD ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook hook_a_anchor = { .close = anchor_close };

static enum markup_do
frame_close(struct markup *m)
{
	if (anchor_close(m) == MARKUP_DROP)
		return MARKUP_DROP;
	mark(m, 1);
	return MARKUP_KEEP;
}

const struct markup_hook hook_a_frame = { .close = frame_close };
