/*
 * write.c - HTML as HTML of an allow-list (docs/canonical.md).  What stands
 * where it may not is put where it may: a box in a line of text loses its
 * box, a row without a table section gets one.
 */
#include "sanitize/html/write.h"

#include <stdio.h>

#include "core/own.h"
#include "sanitize/html/link.h"
#include "sanitize/html/show.h"
#include "sanitize/text/picture.h"

enum { /* no deeper than is read, or a second rebuild would change it */ WRITTEN_DEPTH_MAX = HTML_DEPTH_MAX, COUNT_MAX = 10000 };

/* What may stand at a place. */
enum place { FLOW, PHRASING };

struct writer {
	struct job *j;
	const struct html_how *how;
	struct buf *out;
	struct err *e;
	unsigned depth, links, pictures;
};

static void
escape(struct buf *out, struct view v, bool value)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		switch (v.p[i]) {
		case '&':
			(void)buf_str(out, "&amp;");
			break;
		case '<':
			(void)buf_str(out, "&lt;");
			break;
		case '>':
			(void)buf_str(out, "&gt;");
			break;
		case '"':
			(void)buf_str(out, value ? "&quot;" : "\"");
			break;
		default:
			(void)buf_byte(out, v.p[i]);
		}
}

static void
attribute(struct writer *w, const char *name, struct view value)
{
	(void)buf_printf(w->out, " %s=\"", name);
	escape(w->out, value, true);
	(void)buf_byte(w->out, '"');
}

static bool
open_tag(struct writer *w, enum html_id id)
{
	if (++w->depth > WRITTEN_DEPTH_MAX)
		return err_set(w->e, ERR_LIMIT, "HTML: elements nested deeper than %d", WRITTEN_DEPTH_MAX);
	return buf_printf(w->out, "<%s", html_name(id)) || buf_ok(w->out, w->e);
}

static void
close_tag(struct writer *w, enum html_id id)
{
	w->depth--;
	(void)buf_printf(w->out, "</%s>", html_name(id));
}

static bool inside(struct writer *w, const struct html_node *n, enum place place);

static bool
element(struct writer *w, const struct html_node *n, enum html_id id, enum place place)
{
	if (!open_tag(w, id) || !buf_byte(w->out, '>') || !inside(w, n, place))
		return false;
	close_tag(w, id);
	return true;
}

static void
int_attribute(struct writer *w, const struct html_node *n, const char *name, bool count)
{
	struct view v;
	long x = 0;
	size_t i, from;
	char text[24];

	if (!html_node_attr(n, name, &v))
		return;
	v = html_trim(v);
	from = v.n > 0 && v.p[0] == '-' && !count;
	for (i = from; i < v.n && i < 9 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
		x = x * 10 + (v.p[i] - '0');
	if (i == from || (count && (x < 1 || x > COUNT_MAX)))
		return;
	(void)snprintf(text, sizeof text, "%s%ld", from && x > 0 ? "-" : "", x);
	attribute(w, name, view_str(text));
}

/* -- lines of text ------------------------------------------------------ */

static bool
anchor(struct writer *w, const struct html_node *n)
{
	own_buf struct buf words = BUF_MAX(8192), address = BUF_MAX(16384);
	struct view href;
	bool kept = false, ok;

	if (w->links > 0)
		return inside(w, n, PHRASING);
	if (html_node_attr(n, "href", &href)) {
		html_words(n, &words);
		kept = html_judge_link(w->j, href, buf_bytes(&words), &address);
	}
	if (!kept)
		return inside(w, n, PHRASING);
	if (!open_tag(w, HTML_ID_A))
		return false;
	attribute(w, "href", buf_bytes(&address));
	(void)buf_byte(w->out, '>');
	w->links++;
	ok = inside(w, n, PHRASING);
	w->links--;
	close_tag(w, HTML_ID_A);
	return ok;
}

static bool
picture(struct writer *w, const struct html_node *n)
{
	own_buf struct buf data = BUF_MAX((size_t)96 << 20);
	struct view src = { NULL, 0 }, alt = { NULL, 0 }, bytes;
	char name[32];
	bool made = false;

	*w->e = (struct err){ 0 };
	(void)html_node_attr(n, "src", &src);
	(void)html_node_attr(n, "alt", &alt);
	src = html_trim(src);
	(void)snprintf(name, sizeof name, "image%u", ++w->pictures);
	if (picture_is_data(src))
		made = picture_from_data(w->j, name, src, &data, w->e);
	else if (src.n > 4 && html_fold_is(view_of(src.p, 4), "cid:") && w->how->picture != NULL &&
		 w->how->picture(w->how->ctx, view_from(src, 4), &bytes))
		made = picture_to_data(w->j, name, bytes, &data, w->e);
	if (w->e->code != ERR_NONE)
		return false;
	if (!made) {
		if (picture_is_data(src))
			job_find(w->j, FINDING_HTML_IMAGE, "", "%s", name);
		if (html_trim(alt).n > 0) {
			(void)buf_str(w->out, html_label(LABEL_IMAGE_OPEN));
			escape(w->out, html_trim(alt), false);
			(void)buf_str(w->out, html_label(LABEL_CLOSE));
		}
		return true;
	}
	(void)buf_str(w->out, "<img");
	attribute(w, "src", buf_bytes(&data));
	attribute(w, "alt", alt);
	int_attribute(w, n, "width", true);
	int_attribute(w, n, "height", true);
	return buf_byte(w->out, '>') || buf_ok(w->out, w->e);
}

/* A box where only a line of text may stand: its content, on a line of its own. */
static bool
unboxed(struct writer *w, const struct html_node *n)
{
	if (html_role(n->id) == ROLE_TABLE || html_role(n->id) == ROLE_ROW || html_role(n->id) == ROLE_SECTION) {
		const struct html_node *c;

		for (c = n->first; c != NULL; c = c->next)
			if (html_role(c->id) != ROLE_TEXT && !unboxed(w, c))
				return false;
		return true;
	}
	if (!inside(w, n, PHRASING))
		return false;
	(void)buf_str(w->out, "<br>");
	return true;
}

/* -- boxes -------------------------------------------------------------- */

static bool node(struct writer *w, const struct html_node *n, enum place place);

/* What leaves nothing behind where no text may stand. */
static bool
is_nothing(const struct html_node *n)
{
	return n->hidden || html_role(n->id) == ROLE_GONE || (n->id == HTML_ID_TEXT && html_trim(n->text).n == 0);
}

/* An item, or what stands in a list without being one, as if it were inside one. */
static bool
item(struct writer *w, const struct html_node *n)
{
	if (!open_tag(w, HTML_ID_LI))
		return false;
	if (n->id == HTML_ID_LI)
		int_attribute(w, n, "value", false);
	(void)buf_byte(w->out, '>');
	if (n->id == HTML_ID_LI ? !inside(w, n, FLOW) : !node(w, n, FLOW))
		return false;
	close_tag(w, HTML_ID_LI);
	return true;
}

static bool
list(struct writer *w, const struct html_node *n)
{
	enum html_id id = html_written(n->id);
	const struct html_node *c;
	struct view type;

	if (!open_tag(w, id))
		return false;
	if (id == HTML_ID_OL) {
		int_attribute(w, n, "start", false);
		if (html_node_attr(n, "type", &type) && type.n == 1 && strchr("1aAiI", type.p[0]) != NULL)
			attribute(w, "type", type);
	}
	(void)buf_byte(w->out, '>');
	for (c = n->first; c != NULL; c = c->next)
		if (!is_nothing(c) && !item(w, c))
			return false;
	close_tag(w, id);
	return true;
}

static bool
definitions(struct writer *w, const struct html_node *n)
{
	const struct html_node *c;

	if (!open_tag(w, HTML_ID_DL))
		return false;
	(void)buf_byte(w->out, '>');
	for (c = n->first; c != NULL; c = c->next) {
		if (c->hidden)
			continue;
		if (c->id == HTML_ID_DT || c->id == HTML_ID_DD) {
			if (!element(w, c, c->id, c->id == HTML_ID_DT ? PHRASING : FLOW))
				return false;
		} else if (!is_nothing(c)) {
			if (!open_tag(w, HTML_ID_DD) || !buf_byte(w->out, '>') || !node(w, c, FLOW))
				return false;
			close_tag(w, HTML_ID_DD);
		}
	}
	close_tag(w, HTML_ID_DL);
	return true;
}

static bool
row(struct writer *w, const struct html_node *n)
{
	const struct html_node *c;

	if (!open_tag(w, HTML_ID_TR))
		return false;
	(void)buf_byte(w->out, '>');
	for (c = n->first; c != NULL; c = c->next) {
		if (html_role(c->id) != ROLE_CELL)
			continue;
		if (!open_tag(w, c->id))
			return false;
		int_attribute(w, c, "colspan", true);
		int_attribute(w, c, "rowspan", true);
		(void)buf_byte(w->out, '>');
		if (!c->hidden && !inside(w, c, FLOW))
			return false;
		close_tag(w, c->id);
	}
	close_tag(w, HTML_ID_TR);
	return true;
}

static bool
rows(struct writer *w, const struct html_node *from, enum html_id id, const struct html_node **after)
{
	const struct html_node *c;

	if (!open_tag(w, id))
		return false;
	(void)buf_byte(w->out, '>');
	for (c = from; c != NULL && html_role(c->id) != ROLE_SECTION; c = c->next)
		if (html_role(c->id) == ROLE_ROW && !c->hidden && !row(w, c))
			return false;
	if (after != NULL)
		*after = c;
	close_tag(w, id);
	return true;
}

static bool
table(struct writer *w, const struct html_node *n)
{
	const struct html_node *c;

	if (!open_tag(w, HTML_ID_TABLE))
		return false;
	(void)buf_byte(w->out, '>');
	for (c = n->first; c != NULL; c = c->next)
		if (c->id == HTML_ID_CAPTION && !c->hidden) {
			if (!element(w, c, HTML_ID_CAPTION, FLOW))
				return false;
			break;
		}
	for (c = n->first; c != NULL;) {
		if (html_role(c->id) == ROLE_SECTION) {
			if (!c->hidden && !rows(w, c->first, c->id, NULL))
				return false;
			c = c->next;
		} else if (html_role(c->id) == ROLE_ROW) {
			if (!rows(w, c, HTML_ID_TBODY, &c))
				return false;
		} else {
			c = c->next;
		}
	}
	close_tag(w, HTML_ID_TABLE);
	return true;
}

static bool
paragraph(struct writer *w, const struct html_node *n)
{
	enum html_id id = html_written(n->id);
	struct view text = n->text;
	const struct html_node *c = n->first;

	if (!open_tag(w, id))
		return false;
	(void)buf_byte(w->out, '>');
	if (id == HTML_ID_PRE) {
		if (view_starts(text, VIEW("\n")) ||
		    (text.n == 0 && c != NULL && c->id == HTML_ID_TEXT && view_starts(c->text, VIEW("\n"))))
			(void)buf_byte(w->out, '\n');
		escape(w->out, text, false);
	}
	if (!inside(w, n, PHRASING))
		return false;
	close_tag(w, id);
	return true;
}

static bool
phrase(struct writer *w, const struct html_node *n, enum place place)
{
	if (html_written(n->id) == HTML_ID_A)
		return anchor(w, n);
	/* A box inside: the box counts, the phrase is unwrapped around it.  A span says nothing. */
	if (n->block || html_written(n->id) == HTML_ID_SPAN)
		return inside(w, n, place);
	return element(w, n, html_written(n->id), PHRASING);
}

static bool
field(struct writer *w, const struct html_node *n)
{
	own_buf struct buf text = BUF_MAX((size_t)16 << 20);
	own_arena struct arena *a = arena_new(0);
	struct show s = { .j = w->j, .arena = a, .e = w->e, .l = { .out = &text } };

	/* What was filled in, as text; nothing of a form stays. */
	if (a == NULL)
		return err_set(w->e, ERR_SYSTEM, "no memory");
	if (!html_show(&s, n))
		return false;
	escape(w->out, buf_bytes(&text), false);
	return true;
}

static bool
box(struct writer *w, const struct html_node *n, enum place place)
{
	if (place == PHRASING)
		return unboxed(w, n);
	switch (html_role(n->id)) {
	case ROLE_PARA:
		return paragraph(w, n);
	case ROLE_LIST:
		return list(w, n);
	case ROLE_ITEM:
		if (!open_tag(w, HTML_ID_UL) || !buf_byte(w->out, '>') || !item(w, n))
			return false;
		close_tag(w, HTML_ID_UL);
		return true;
	case ROLE_DL:
		return definitions(w, n);
	case ROLE_TABLE:
		return table(w, n);
	case ROLE_BLOCK:
		return element(w, n, html_written(n->id), FLOW);
	default:
		return element(w, n, HTML_ID_DIV, FLOW);
	}
}

static bool
node(struct writer *w, const struct html_node *n, enum place place)
{
	if (!job_tick(w->j, w->e))
		return false;
	if (n->id == HTML_ID_TEXT) {
		if (!n->hidden)
			escape(w->out, n->text, false);
		return true;
	}
	switch (html_role(n->id)) {
	case ROLE_GONE:
		return true;
	case ROLE_INLINE:
		return phrase(w, n, place);
	case ROLE_RUBY:
		return n->block ? inside(w, n, place) : element(w, n, HTML_ID_RUBY, PHRASING);
	case ROLE_RT:
		if (n->parent == NULL || n->parent->id != HTML_ID_RUBY || n->parent->block)
			return inside(w, n, place);
		return n->hidden || element(w, n, n->id, PHRASING);
	case ROLE_VOID:
		if (n->id == HTML_ID_HR && place == PHRASING)
			return buf_str(w->out, "<br>") || buf_ok(w->out, w->e);
		return n->hidden || buf_printf(w->out, "<%s>", html_name(n->id)) || buf_ok(w->out, w->e);
	case ROLE_IMG:
		return n->hidden || picture(w, n);
	case ROLE_FIELD:
		return n->hidden || field(w, n);
	case ROLE_UNWRAP: case ROLE_ROOT:
		return inside(w, n, place);
	default:
		return box(w, n, place);
	}
}

static bool
inside(struct writer *w, const struct html_node *n, enum place place)
{
	const struct html_node *c;

	for (c = n->first; c != NULL; c = c->next)
		if (!node(w, c, place))
			return false;
	return true;
}

static bool
is_language(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (!((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z') && !(v.p[i] >= '0' && v.p[i] <= '9') &&
		    v.p[i] != '-')
			return false;
	return v.n > 0 && v.n <= 35;
}

/* White space at either end of the body is none of it; what stood beyond it may have gone. */
static void
trim_body(struct buf *out, size_t start)
{
	size_t lead = start;

	while (out->n > start && html_is_space(out->p[out->n - 1]))
		out->n--;
	while (lead < out->n && html_is_space(out->p[lead]))
		lead++;
	memmove(out->p + start, out->p + lead, out->n - lead);
	out->n -= lead - start;
}

bool
html_write(struct job *j, const struct html_doc *d, const struct html_how *how, struct buf *out, struct err *e)
{
	struct writer w = { .j = j, .how = how, .out = out, .e = e };
	size_t start;

	(void)buf_str(out, "<!DOCTYPE html>\n<html");
	if (is_language(d->lang))
		attribute(&w, "lang", d->lang);
	(void)buf_str(out, "><head><meta charset=\"utf-8\"><title>");
	escape(out, d->title, false);
	(void)buf_str(out, "</title></head>\n<body>");
	start = out->n;
	if (!inside(&w, d->root, FLOW) || !buf_ok(out, e))
		return false;
	trim_body(out, start);
	(void)buf_str(out, "</body></html>\n");
	return buf_ok(out, e);
}
