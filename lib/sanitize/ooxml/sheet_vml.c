#include "sanitize/ooxml/sheet_vml.h"

#include <stdlib.h>

#include "core/own.h"
#include "sanitize/markup/markup.h"

#define MARKUP_TABLE "sanitize/ooxml/sheet_vml.def"
#include "sanitize/markup/rows.h"

struct reading {
	struct vml_shape shape;
	struct buf *ret, *objects;
};

/* -- reading ---------------------------------------------------------- */

/* Decimal digits in front, blanks before them skipped; false where there is none. */
static bool
take_number(struct view *v, uint32_t *ret)
{
	uint32_t n = 0;
	size_t i = 0;

	*v = markup_trim(*v);
	for (; i < v->n && i < 7 && v->p[i] >= '0' && v->p[i] <= '9'; i++)
		n = n * 10 + v->p[i] - '0';
	*ret = n;
	return i > 0 && view_skip(v, i);
}

/* "width:72.5pt" of a style, in quarters of a point; 0 where it says none in points. */
static uint32_t
style_points(struct view style, const char *name)
{
	struct view key = view_str(name), v;
	size_t at = view_find(style, 0, key);
	uint32_t whole, part = 0;

	if (at == VIEW_NOT_FOUND || (at > 0 && style.p[at - 1] != ';' && style.p[at - 1] > ' '))
		return 0;
	v = view_from(style, at + key.n);
	if (!take_number(&v, &whole) || whole > 10000)
		return 0;
	if (v.n > 0 && v.p[0] == '.') {
		size_t before;

		(void)view_skip(&v, 1);
		before = v.n;
		if (!take_number(&v, &part))
			return 0;
		for (before -= v.n; before > 2; before--)
			part /= 10;
		part = (before == 1 ? part * 10 : part) * 4 / 100;
	}
	return view_starts(v, VIEW("pt")) ? whole * 4 + part : 0;
}

static bool
is_place(struct view id)
{
	static const char *const ends[] = { "", "FIRST", "EVEN" };
	size_t i;

	if (id.n < 2 || memchr("LCR", id.p[0], 3) == NULL || (id.p[1] != 'H' && id.p[1] != 'F'))
		return false;
	for (i = 0; i < sizeof ends / sizeof *ends; i++)
		if (view_is(view_from(id, 2), ends[i]))
			return true;
	return false;
}

static void
keep(char *to, size_t room, struct view v)
{
	if (v.n < room && v.n > 0) {
		memcpy(to, v.p, v.n);
		to[v.n] = '\0';
	}
}

/* "#rrggbb", as Excel writes it; it writes "window [65]" of paper, and other names are hardly met. */
static void
ground(struct vml_shape *s, struct view colour)
{
	size_t i;

	memcpy(s->ground, "FFFFFF", VML_COLOUR);
	if (colour.n < VML_COLOUR || colour.p[0] != '#')
		return;
	for (i = 1; i < VML_COLOUR; i++)
		if (memchr("0123456789abcdefABCDEF", colour.p[i], 22) == NULL)
			return;
	memcpy(s->ground, colour.p + 1, VML_COLOUR - 1);
}

static bool
is_true(struct view v)
{
	return v.n > 0 && (v.p[0] == 't' || v.p[0] == '1');
}

static enum markup_do
shape_open(struct markup *m)
{
	struct reading *r = markup_ctx(m);
	struct view id = markup_get(m, NS_0, "id"), style = markup_get(m, NS_0, "style");
	struct view spid = markup_get(m, NS_O, "spid");

	r->shape = (struct vml_shape){ 0 };
	r->shape.framed = is_true(markup_get(m, NS_0, "stroked"));
	if (is_true(markup_get(m, NS_0, "filled")))
		ground(&r->shape, markup_get(m, NS_0, "fillcolor"));
	if (view_starts(spid.p == NULL ? id : spid, VIEW("_x0000_s")))
		keep(r->shape.shape, sizeof r->shape.shape, spid.p == NULL ? id : spid);
	if (id.p != NULL && is_place(id))
		keep(r->shape.place, sizeof r->shape.place, id);
	if (style.p != NULL) {
		r->shape.width = style_points(style, "width:");
		r->shape.height = style_points(style, "height:");
	}
	return MARKUP_KEEP;
}

static enum markup_do
shape_close(struct markup *m)
{
	struct reading *r = markup_ctx(m);

	if (!r->shape.note && r->shape.shape[0] != '\0' && r->shape.place[0] == '\0') {
		if (r->shape.relation[0] != '\0' && r->objects->n / sizeof r->shape < VML_SHAPES_MAX)
			(void)buf_put(r->objects, &r->shape, sizeof r->shape);
		return MARKUP_DROP;
	}
	memset(r->shape.shape, 0, sizeof r->shape.shape);
	r->shape.framed = false;
	memset(r->shape.ground, 0, sizeof r->shape.ground);
	if ((r->shape.note || (r->shape.place[0] != '\0' && r->shape.relation[0] != '\0')) &&
	    r->ret->n / sizeof r->shape < VML_SHAPES_MAX)
		(void)buf_put(r->ret, &r->shape, sizeof r->shape);
	return MARKUP_DROP;
}
const struct markup_hook hook_v_shape = { .open = shape_open, .close = shape_close };

static enum markup_do
image_data_open(struct markup *m)
{
	struct reading *r = markup_ctx(m);
	struct view id = markup_get(m, NS_O, "relid");

	if (id.p == NULL)
		id = markup_get(m, NS_R, "id");
	if (id.p != NULL)
		keep(r->shape.relation, sizeof r->shape.relation, id);
	return MARKUP_KEEP;
}
const struct markup_hook hook_v_image_data = { .open = image_data_open };

static enum markup_do
client_data_open(struct markup *m)
{
	struct reading *r = markup_ctx(m);

	r->shape.note = view_is(markup_get(m, NS_0, "ObjectType"), "Note");
	return MARKUP_KEEP;
}
const struct markup_hook hook_x_client_data = { .open = client_data_open };

static enum markup_do
anchor_text(struct markup *m, struct view in, struct buf *ret)
{
	struct reading *r = markup_ctx(m);
	size_t i;

	(void)ret;
	for (i = 0; i < VML_ANCHOR; i++) {
		if (!take_number(&in, &r->shape.anchor[i]))
			return MARKUP_KEEP;
		in = markup_trim(in);
		if (i + 1 < VML_ANCHOR && (in.n == 0 || in.p[0] != ',' || !view_skip(&in, 1)))
			return MARKUP_KEEP;
	}
	r->shape.anchored = true;
	return MARKUP_KEEP;
}
const struct markup_hook hook_x_anchor = { .text = anchor_text };

static enum markup_do
row_text(struct markup *m, struct view in, struct buf *ret)
{
	struct reading *r = markup_ctx(m);

	(void)ret;
	(void)take_number(&in, &r->shape.row);
	return MARKUP_KEEP;
}
const struct markup_hook hook_x_row = { .text = row_text };

static enum markup_do
column_text(struct markup *m, struct view in, struct buf *ret)
{
	struct reading *r = markup_ctx(m);

	(void)ret;
	(void)take_number(&in, &r->shape.column);
	return MARKUP_KEEP;
}
const struct markup_hook hook_x_column = { .text = column_text };

/* Empty or True: it is shown (ECMA-376-4 14.4.2.67). */
static enum markup_do
visible_open(struct markup *m)
{
	((struct reading *)markup_ctx(m))->shape.visible = true;
	return MARKUP_KEEP;
}

static enum markup_do
visible_text(struct markup *m, struct view in, struct buf *ret)
{
	(void)ret;
	((struct reading *)markup_ctx(m))->shape.visible = !view_is(markup_trim(in), "False");
	return MARKUP_KEEP;
}
const struct markup_hook hook_x_visible = { .open = visible_open, .text = visible_text };

struct markup_vocabulary sheet_vml_vocabulary = { .row = markup_rows, .rows = MARKUP_ROWS };

bool
vml_read(struct job *j, struct view part, struct buf *ret, struct buf *objects, struct err *e)
{
	struct reading r = { .ret = ret, .objects = objects };
	struct markup_use use = { .job = j, .vocabulary = &sheet_vml_vocabulary, .doctype = true,
				  .where = "", .ctx = &r };

	/* Whatever it holds beside: the drawing is not kept, so nothing of it need be told. */
	return markup_look(&use, part, e);
}

/* -- writing ---------------------------------------------------------- */

static int
by_cell(const void *a, const void *b)
{
	const struct vml_shape *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->column == y->column ? 0 : x->column < y->column ? -1 : 1;
}

void
vml_sort(struct buf *shapes)
{
	if (shapes->n > 0)
		qsort(shapes->p, shapes->n / sizeof(struct vml_shape), sizeof(struct vml_shape), by_cell);
}

struct vml_shape
vml_note(const struct buf *shapes, uint32_t row, uint32_t column)
{
	struct vml_shape beside = { .note = true, .anchored = true, .row = row, .column = column,
				    .anchor = { column + 1, 15, row == 0 ? 0 : row - 1, 10,
						column + 3, 15, row + 3, 4 } };
	const struct vml_shape *s = shapes->n == 0 ? NULL
		: bsearch(&beside, shapes->p, shapes->n / sizeof beside, sizeof beside, by_cell);

	return s != NULL && s->note && s->anchored ? *s : beside;
}

static void
put_head(struct buf *out, uint32_t number)
{
	(void)buf_printf(out,
			 "<xml xmlns:o=\"urn:schemas-microsoft-com:office:office\""
			 " xmlns:v=\"urn:schemas-microsoft-com:vml\""
			 " xmlns:x=\"urn:schemas-microsoft-com:office:excel\">"
			 "<o:shapelayout v:ext=\"edit\"><o:idmap data=\"%u\" v:ext=\"edit\"/></o:shapelayout>",
			 number);
}

static void
put_note(const struct vml_shape *s, uint32_t id, struct buf *out)
{
	const uint32_t *a = s->anchor;

	(void)buf_printf(out,
			 "<v:shape fillcolor=\"#ffffe1\" id=\"_x0000_s%u\" o:insetmode=\"auto\""
			 " style=\"position:absolute;visibility:%s\" type=\"#_x0000_t202\">"
			 "<v:fill color2=\"#ffffe1\"/><v:shadow color=\"black\" obscured=\"t\"/>"
			 "<v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"/>"
			 "<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>"
			 "<x:Anchor>%u, %u, %u, %u, %u, %u, %u, %u</x:Anchor><x:AutoFill>False</x:AutoFill>"
			 "<x:Row>%u</x:Row><x:Column>%u</x:Column>%s</x:ClientData></v:shape>",
			 id, s->visible ? "visible" : "hidden", a[0], a[1], a[2], a[3], a[4], a[5],
			 a[6], a[7], s->row, s->column, s->visible ? "<x:Visible/>" : "");
}

void
vml_write_notes(const struct buf *notes, uint32_t number, struct buf *out)
{
	const struct vml_shape *s = (const struct vml_shape *)(const void *)notes->p;
	size_t i, n = notes->n / sizeof *s;

	put_head(out, number);
	(void)buf_str(out, "<v:shapetype coordsize=\"21600,21600\" id=\"_x0000_t202\" o:spt=\"202\""
			   " path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>"
			   "<v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>");
	for (i = 0; i < n; i++)
		put_note(&s[i], number * 1024 + 1 + (uint32_t)i, out);
	(void)buf_str(out, "</xml>");
}

static void
put_picture(const struct vml_shape *s, uint32_t id, struct buf *out)
{
	(void)buf_printf(out,
			 "<v:shape id=\"%s\" o:spid=\"_x0000_s%u\""
			 " style=\"position:absolute;width:%u.%02upt;height:%u.%02upt\" type=\"#_x0000_t75\">"
			 "<v:imagedata o:relid=\"%s\"/></v:shape>",
			 s->place, id, s->width / 4, s->width % 4 * 25, s->height / 4,
			 s->height % 4 * 25, s->relation);
}

void
vml_write_headers(const struct buf *pictures, uint32_t number, struct buf *out)
{
	const struct vml_shape *s = (const struct vml_shape *)(const void *)pictures->p;
	size_t i, n = pictures->n / sizeof *s;

	put_head(out, number);
	(void)buf_str(out, "<v:shapetype coordsize=\"21600,21600\" filled=\"f\" id=\"_x0000_t75\""
			   " o:preferrelative=\"t\" o:spt=\"75\" path=\"m@4@5l@4@11@9@11@9@5xe\" stroked=\"f\">"
			   "<v:stroke joinstyle=\"miter\"/><v:formulas><v:f eqn=\"if lineDrawn pixelLineWidth 0\"/>"
			   "<v:f eqn=\"sum @0 1 0\"/><v:f eqn=\"sum 0 0 @1\"/><v:f eqn=\"prod @2 1 2\"/>"
			   "<v:f eqn=\"prod @3 21600 pixelWidth\"/><v:f eqn=\"prod @3 21600 pixelHeight\"/>"
			   "<v:f eqn=\"sum @0 0 1\"/><v:f eqn=\"prod @6 1 2\"/>"
			   "<v:f eqn=\"prod @7 21600 pixelWidth\"/><v:f eqn=\"sum @8 21600 0\"/>"
			   "<v:f eqn=\"prod @7 21600 pixelHeight\"/><v:f eqn=\"sum @10 21600 0\"/></v:formulas><v:path gradientshapeok=\"t\" o:connecttype=\"rect\""
			   " o:extrusionok=\"f\"/></v:shapetype>");
	for (i = 0; i < n; i++)
		put_picture(&s[i], number * 1024 + 1 + (uint32_t)i, out);
	(void)buf_str(out, "</xml>");
}
