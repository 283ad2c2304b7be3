/*
 * control.c - form controls where the profile keeps none: their text stays
 * in a frame at their place, or as words where they stand among words
 * (ODF 1.3 part 3, 10.3.13, 13).
 */
#include <stdlib.h>

#include "sanitize/odf/package.h"

enum { CONTROLS_MAX = 4096, LABEL_MAX = 8192 };

/* -- the forms: what each control shows ------------------------------- */

static enum markup_do
form_open(struct markup *m)
{
	(void)m;
	return MARKUP_KEEP;
}

static enum markup_do
form_close(struct markup *m)
{
	return markup_job(m)->profile->forms ? MARKUP_KEEP : MARKUP_DROP;
}

const struct markup_hook odf_form = { .open = form_open, .close = form_close };

static bool
is_true(struct markup *m, const char *name)
{
	struct view v = markup_get(m, NS_FORM, name);

	return view_is(v, "true") || view_is(v, "checked");
}

static struct view
first_of(struct markup *m, const char *a, const char *b)
{
	struct view v = markup_get(m, NS_FORM, a);

	return v.p != NULL && v.n > 0 ? v : markup_get(m, NS_FORM, b);
}

static void
remember(struct markup *m, const char *mark, struct view label)
{
	struct odf_document *d = markup_ctx(m);
	struct view id = markup_get(m, NS_FORM, "id");
	own_buf struct buf text = BUF_MAX(LABEL_MAX);
	struct odf_control *c;

	if (id.p == NULL)
		id = markup_get(m, NS_XML, "id");
	if (id.p == NULL || d->controls == CONTROLS_MAX || markup_job(m)->profile->forms)
		return;
	if (d->controls == d->control_cap) {
		size_t cap = d->control_cap == 0 ? 64 : d->control_cap * 2;
		struct odf_control *more = arena_array(d->package->arena, cap, sizeof *more);

		if (more == NULL)
			return;
		if (d->controls > 0)
			memcpy(more, d->control, d->controls * sizeof *more);
		d->control = more;
		d->control_cap = cap;
	}
	(void)buf_str(&text, mark);
	(void)buf_view(&text, label);
	c = &d->control[d->controls];
	c->id = (const char *)arena_copy(d->package->arena, id).p;
	c->label = (const char *)arena_copy(d->package->arena, buf_bytes(&text)).p;
	d->controls += c->id != NULL && c->label != NULL;
}

static enum markup_do
control_value_open(struct markup *m)
{
	remember(m, "", first_of(m, "current-value", "value"));
	return MARKUP_KEEP;
}

static enum markup_do
control_label_open(struct markup *m)
{
	remember(m, "", markup_get(m, NS_FORM, "label"));
	return MARKUP_KEEP;
}

static enum markup_do
control_checkbox_open(struct markup *m)
{
	bool stated = markup_get(m, NS_FORM, "current-state").p != NULL;

	remember(m, is_true(m, stated ? "current-state" : "state") ? "\u2611 " : "\u2610 ",
		 markup_get(m, NS_FORM, "label"));
	return MARKUP_KEEP;
}

static enum markup_do
control_radio_open(struct markup *m)
{
	bool stated = markup_get(m, NS_FORM, "current-selected").p != NULL;

	remember(m, is_true(m, stated ? "current-selected" : "selected") ? "\u25c9 " : "\u25cb ",
		 markup_get(m, NS_FORM, "label"));
	return MARKUP_KEEP;
}

static enum markup_do
control_nothing_open(struct markup *m)
{
	remember(m, "", (struct view){ NULL, 0 });
	return MARKUP_KEEP;
}

/* Of a list, the option that is chosen; the list itself stands just before. */
static enum markup_do
option_open(struct markup *m)
{
	struct odf_document *d = markup_ctx(m);
	struct view label = markup_get(m, NS_FORM, "label");
	bool stated = markup_get(m, NS_FORM, "current-selected").p != NULL;

	if (d->controls > 0 && label.n > 0 && is_true(m, stated ? "current-selected" : "selected") &&
	    d->control[d->controls - 1].label[0] == '\0') {
		const char *copy = (const char *)arena_copy(d->package->arena, label).p;

		if (copy != NULL)
			d->control[d->controls - 1].label = copy;
	}
	return MARKUP_KEEP;
}

const struct markup_hook odf_control_value = { .open = control_value_open };
const struct markup_hook odf_control_label = { .open = control_label_open };
const struct markup_hook odf_control_checkbox = { .open = control_checkbox_open };
const struct markup_hook odf_control_radio = { .open = control_radio_open };
const struct markup_hook odf_control_nothing = { .open = control_nothing_open };
const struct markup_hook odf_option = { .open = option_open };

/* -- where they stand ------------------------------------------------- */

static const struct odf_control *
find(const struct odf_document *d, struct view id)
{
	size_t i;

	for (i = 0; i < d->controls; i++)
		if (view_is(id, d->control[i].id))
			return &d->control[i];
	return NULL;
}

/* A frame at the control's place, with its text. */
static void
frame(struct markup *m, const char *label)
{
	static const struct {
		uint8_t ns;
		const char *name;
	} kept[] = {
		{ NS_DRAW, "layer" },	  { NS_DRAW, "style-name" },	      { NS_DRAW, "text-style-name" },
		{ NS_DRAW, "transform" }, { NS_DRAW, "z-index" },	      { NS_SVG, "height" },
		{ NS_SVG, "width" },	  { NS_SVG, "x" },		      { NS_SVG, "y" },
		{ NS_TABLE, "end-x" },	  { NS_TABLE, "end-cell-address" },   { NS_TABLE, "end-y" },
		{ NS_TEXT, "anchor-type" }, { NS_TEXT, "anchor-page-number" },
	};
	size_t i;

	markup_begin(m, NS_DRAW, "frame");
	for (i = 0; i < sizeof kept / sizeof *kept; i++) {
		struct view v = markup_get(m, kept[i].ns, kept[i].name);

		if (v.p != NULL)
			markup_attr(m, kept[i].ns, kept[i].name, v);
	}
	markup_begin(m, NS_DRAW, "text-box");
	markup_begin(m, NS_TEXT, "p");
	markup_text(m, view_str(label));
	markup_end(m);
	markup_end(m);
	markup_end(m);
}

/*
 * Does it stand in a line of words like one of them?  The box would be
 * LibreOffice's own, blue and as high as its default letters need: a
 * control's style says nothing of a ground.
 */
static bool
is_in_line(struct markup *m)
{
	static const char *const lines[] = { "p", "h", "span", "a" };
	size_t i;

	if (!view_is(markup_get(m, NS_TEXT, "anchor-type"), "as-char"))
		return false;
	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		if (markup_type(m, 1) == odf_element("text", lines[i]))
			return true;
	return false;
}

static enum markup_do
control_open(struct markup *m)
{
	const struct odf_document *d = markup_ctx(m);
	const struct odf_control *c;

	if (markup_job(m)->profile->forms)
		return MARKUP_KEEP;
	c = find(d, markup_get(m, NS_DRAW, "control"));
	markup_find(m, FINDING_ODF_FORM, "%s", "");
	if (c == NULL || c->label[0] == '\0')
		return MARKUP_DROP;
	if (is_in_line(m))
		markup_text(m, view_str(c->label));
	else
		frame(m, c->label);
	return MARKUP_DROP;
}

const struct markup_hook odf_control = { .open = control_open };
