#include "sanitize/html/hide.h"

#include <stdlib.h>

#include "core/own.h"

/* -- inline styles ------------------------------------------------------ */

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One character of a style, escapes resolved (CSS Syntax 3 4.3.7) and lower case; only ASCII matters here. */
static uint8_t
take_char(struct view *v)
{
	uint8_t c = 0;
	uint32_t code = 0;
	int n = 0;

	(void)view_u8(v, &c);
	if (c != '\\' || v->n == 0)
		return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	for (; n < 6 && v->n > 0 && hex(v->p[0]) >= 0; n++) {
		code = code * 16 + (uint32_t)hex(v->p[0]);
		(void)view_skip(v, 1);
	}
	if (n == 0) {
		(void)view_u8(v, &c);
		return c;
	}
	if (v->n > 0 && html_is_space(v->p[0]))
		(void)view_skip(v, 1);
	if (code >= 'A' && code <= 'Z')
		code |= 0x20;
	return code < 0x80 ? (uint8_t)code : '?';
}

static void
take_comment(struct view *v)
{
	size_t end = view_find(*v, 2, VIEW("*/"));

	*v = view_from(*v, end == VIEW_NOT_FOUND ? v->n : end + 2);
}

/* Up to the next ';' outside quotes and parentheses. */
static void
take_declaration(struct view *v, struct buf *ret)
{
	uint8_t quote = 0;
	int open = 0;

	buf_clear(ret);
	while (v->n > 0) {
		bool escaped = v->p[0] == '\\';
		uint8_t c;

		if (quote == 0 && view_starts(*v, VIEW("/*"))) {
			take_comment(v);
			continue;
		}
		c = take_char(v);
		if (!escaped && quote == 0 && open == 0 && c == ';')
			return;
		if (!escaped && (c == '"' || c == '\''))
			quote = quote == 0 ? c : quote == c ? 0 : quote;
		open += quote == 0 && c == '(';
		open -= quote == 0 && c == ')' && open > 0;
		(void)buf_byte(ret, c);
	}
}

bool
html_style(struct view style, const char *property, struct buf *ret)
{
	own_buf struct buf d = BUF_MAX((size_t)1 << 20);
	bool found = false;

	while (style.n > 0) {
		struct view name, value;
		size_t colon, bang;

		take_declaration(&style, &d);
		colon = view_find(buf_bytes(&d), 0, VIEW(":"));
		if (colon == VIEW_NOT_FOUND)
			continue;
		name = html_trim(view_of(d.p, colon));
		value = html_trim(view_from(buf_bytes(&d), colon + 1));
		bang = view_find(value, 0, VIEW("!"));
		if (bang != VIEW_NOT_FOUND)
			value = html_trim(view_of(value.p, bang));
		if (!view_is(name, property))
			continue;
		buf_clear(ret);
		(void)buf_view(ret, value);
		found = true;
	}
	return found;
}

/* -- colours ------------------------------------------------------------ */

static uint32_t
rgb_function(struct view v)
{
	uint32_t c = 0, part[3] = { 0 };
	size_t i = 0, k;

	for (k = 0; k < 3; k++) {
		while (i < v.n && (v.p[i] < '0' || v.p[i] > '9'))
			i++;
		if (i == v.n)
			return HTML_NO_COLOUR;
		for (; i < v.n && v.p[i] >= '0' && v.p[i] <= '9'; i++)
			part[k] = part[k] > 1000 ? part[k] : part[k] * 10 + v.p[i] - '0';
		if (i < v.n && (v.p[i] == '%' || v.p[i] == '.'))
			return HTML_NO_COLOUR;
		c = c << 8 | (part[k] > 255 ? 255 : part[k]);
	}
	return c;
}

uint32_t
html_colour(struct view v)
{
	static const struct {
		const char *name;
		uint32_t rgb;
	} names[] = {
#define COLOUR(name, rgb) { name, rgb },
#include "sanitize/html/colour.def"
#undef COLOUR
	};
	uint32_t c = 0;
	size_t i;

	v = html_trim(v);
	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (html_fold_is(v, names[i].name))
			return names[i].rgb;
	if (view_starts(v, VIEW("rgb")))
		return rgb_function(v);
	if (v.n > 0 && v.p[0] == '#')
		(void)view_skip(&v, 1);
	if (v.n != 3 && v.n != 6)
		return HTML_NO_COLOUR;
	for (i = 0; i < v.n; i++) {
		if (hex(v.p[i]) < 0)
			return HTML_NO_COLOUR;
		c = c << 4 | (uint32_t)hex(v.p[i]);
		if (v.n == 3)
			c = c << 4 | (uint32_t)hex(v.p[i]);
	}
	return c;
}

/* Too near for an eye: every channel within 8 of 255. */
static bool
is_alike(uint32_t a, uint32_t b)
{
	int shift;

	for (shift = 0; shift < 24; shift += 8)
		if (abs((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff)) > 8)
			return false;
	return true;
}

/* -- hiding ------------------------------------------------------------- */

struct hider {
	struct job *j;
	struct buf value;
};

/* A number that is nothing: "0", "0px", ".0%"; `below`: or less than 1 (a unit apart). */
static bool
is_zero(struct view v, bool below)
{
	size_t i;

	for (i = 0; i < v.n && (v.p[i] == '0' || v.p[i] == '.' || v.p[i] == '+'); i++)
		;
	if (i == 0)
		return false;
	if (i == v.n || (v.p[i] >= 'a' && v.p[i] <= 'z') || v.p[i] == '%')
		return true;
	return below && v.p[0] != '+' && memchr(v.p, '.', i) != NULL &&
	       view_find(v, 0, VIEW("em")) == VIEW_NOT_FOUND && view_find(v, 0, VIEW("%")) == VIEW_NOT_FOUND;
}

static bool
style_is(struct hider *h, struct view style, const char *property, const char *value)
{
	return html_style(style, property, &h->value) && view_is(buf_bytes(&h->value), value);
}

static bool
style_zero(struct hider *h, struct view style, const char *property)
{
	return html_style(style, property, &h->value) && is_zero(buf_bytes(&h->value), false);
}

/* "-9999px": moved out of sight. */
static bool
style_far(struct hider *h, struct view style, const char *property)
{
	struct view v;
	size_t digits = 0;

	if (!html_style(style, property, &h->value))
		return false;
	v = buf_bytes(&h->value);
	if (v.n < 2 || v.p[0] != '-')
		return false;
	while (1 + digits < v.n && v.p[1 + digits] >= '0' && v.p[1 + digits] <= '9')
		digits++;
	return digits >= 3 && view_find(v, 0, VIEW("px")) != VIEW_NOT_FOUND;
}

static bool
is_hidden_by(struct hider *h, struct view style)
{
	if (style_is(h, style, "display", "none") || style_is(h, style, "visibility", "hidden") ||
	    style_is(h, style, "visibility", "collapse") || style_is(h, style, "mso-hide", "all") ||
	    style_is(h, style, "color", "transparent") || style_zero(h, style, "opacity") ||
	    style_far(h, style, "text-indent"))
		return true;
	if (html_style(style, "font-size", &h->value) && is_zero(buf_bytes(&h->value), true))
		return true;
	if (style_is(h, style, "position", "absolute") &&
	    (style_far(h, style, "left") || style_far(h, style, "top")))
		return true;
	return style_is(h, style, "overflow", "hidden") &&
	       (style_zero(h, style, "max-height") || style_zero(h, style, "height") ||
		style_zero(h, style, "max-width") || style_zero(h, style, "width"));
}

/* A child that turns it back on is seen: visibility only. */
static bool
is_shown_by(struct hider *h, struct view style)
{
	return style_is(h, style, "visibility", "visible");
}

static void
colours(struct hider *h, struct html_node *n, struct view style)
{
	static const char *const grounds[] = { "background", "background-color" };
	uint32_t c;
	struct view v;
	size_t i;

	if (n->id == HTML_ID_FONT && html_node_attr(n, "color", &v) && (c = html_colour(v)) != HTML_NO_COLOUR)
		n->fg = c;
	if (html_node_attr(n, "bgcolor", &v))
		n->bg = html_colour(v);
	if (html_node_attr(n, "background", &v))
		n->bg = HTML_NO_COLOUR;
	if (n->id == HTML_ID_BODY && html_node_attr(n, "text", &v))
		n->fg = html_colour(v);
	if (style.n == 0)
		return;
	if (html_style(style, "color", &h->value) && (c = html_colour(buf_bytes(&h->value))) != HTML_NO_COLOUR)
		n->fg = c;
	for (i = 0; i < 2; i++)
		if (html_style(style, grounds[i], &h->value) && !view_is(buf_bytes(&h->value), "transparent") &&
		    !view_is(buf_bytes(&h->value), "none") && !view_is(buf_bytes(&h->value), "inherit"))
			n->bg = html_colour(buf_bytes(&h->value));
	/* A picture behind it: its colour is not known. */
	if (html_style(style, "background-image", &h->value) && !view_is(buf_bytes(&h->value), "none"))
		n->bg = HTML_NO_COLOUR;
}

static void
judge(struct hider *h, struct html_node *n)
{
	const struct html_node *p = n->parent;
	struct view style = { NULL, 0 }, v;

	n->hidden = p->hidden;
	n->fg = p->fg;
	n->bg = p->bg;
	if (n->id == HTML_ID_TEXT) {
		n->hidden |= n->fg != HTML_NO_COLOUR && n->bg != HTML_NO_COLOUR && is_alike(n->fg, n->bg);
		return;
	}
	(void)html_node_attr(n, "style", &style);
	colours(h, n, style);
	if (html_node_attr(n, "hidden", &v))
		n->hidden = true;
	if (style.n == 0)
		return;
	if (is_hidden_by(h, style))
		n->hidden = true;
	else if (n->hidden && is_shown_by(h, style) && html_node_attr(p, "style", &v) &&
		 style_is(h, v, "visibility", "hidden"))
		n->hidden = false;
}

static bool
begins_line(enum html_role r)
{
	return (r >= ROLE_BLOCK && r <= ROLE_CELL);
}

/* A box makes all that it stands in boxes; each is marked once. */
static void
mark_block(struct html_node *n)
{
	for (; n != NULL && !n->block; n = n->parent)
		n->block = true;
}

bool
html_hide(struct job *j, struct html_doc *d, struct err *e)
{
	struct hider h = { .j = j, .value = BUF_MAX((size_t)1 << 20) };
	struct html_node *n, *root = d->root;
	struct view style = { NULL, 0 };
	bool ok = true;

	/* Paper is white where nothing that was not read may say otherwise. */
	root->fg = HTML_NO_COLOUR;
	root->bg = d->sheets ? HTML_NO_COLOUR : 0xffffff;
	(void)html_node_attr(root, "style", &style);
	colours(&h, root, style);
	for (n = root->first; ok && n != NULL; n = html_step(n, root)) {
		ok = job_tick(j, e);
		judge(&h, n);
		if (begins_line(html_role(n->id)) || n->id == HTML_ID_HR)
			mark_block(n);
		if (n->id == HTML_ID_TEXT && n->hidden && html_trim(n->text).n > 0) {
			struct view words = html_trim(n->text);

			job_find(j, FINDING_HTML_HIDDEN, "", "%.*s", (int)(words.n < 90 ? words.n : 90), words.p);
		}
	}
	buf_release(&h.value);
	return ok;
}
