/*
 * show.c - HTML as text.
 */
#include "sanitize/html/show.h"

#include <stdio.h>

#include "core/own.h"
#include "core/utf8.h"
#include "sanitize/html/link.h"
#include "sanitize/uri.h"

const char *
html_label(enum html_label l)
{
	static const char *const labels[LABEL_COUNT] = {
#define LABEL(id, text) [LABEL_##id] = text,
#include "sanitize/html/label.def"
#undef LABEL
	};
	return labels[l];
}

void
html_words(const struct html_node *n, struct buf *ret)
{
	enum { MANY = 4096 };
	const struct html_node *at;
	bool space = false;

	for (at = n->first; at != NULL && ret->n < MANY; at = html_step(at, n)) {
		size_t i;

		for (i = 0; at->id == HTML_ID_TEXT && !at->hidden && i < at->text.n && ret->n < MANY; i++) {
			if (html_is_space(at->text.p[i])) {
				space = ret->n > 0;
				continue;
			}
			if (space)
				(void)buf_byte(ret, ' ');
			space = false;
			(void)buf_byte(ret, at->text.p[i]);
		}
	}
}

bool
html_judge_link(struct job *j, struct view href, struct view shown, struct buf *ret)
{
	int n = (int)(href.n < 300 ? href.n : 300);

	if (html_trim(href).n == 0 || html_trim(href).p[0] == '#')
		return false;
	if (!uri_clean_absolute(href, ret)) {
		job_find(j, FINDING_HTML_LINK, "", "%.*s", n, href.p);
		return false;
	}
	if (html_link_lies(shown, buf_bytes(ret)))
		job_find(j, FINDING_HTML_LINK_LIES, "", "%.*s -> %.*s", (int)(shown.n < 100 ? shown.n : 100), shown.p,
			 (int)(ret->n < 250 ? ret->n : 250), ret->p);
	else if (html_link_odd(href))
		job_find(j, FINDING_HTML_LINK_ODD, "", "%.*s", n, href.p);
	if (j->profile->links)
		return true;
	job_find(j, FINDING_HTML_LINK, "", "%.*s", n, href.p);
	return false;
}

static bool
show_link(struct show *s, const struct html_node *n)
{
	own_buf struct buf words = BUF_MAX(8192), address = BUF_MAX(16384);
	struct view href;
	bool shown = false;

	if (html_node_attr(n, "href", &href)) {
		html_words(n, &words);
		shown = html_judge_link(s->j, href, buf_bytes(&words), &address);
	}
	if (!html_show_inside(s, n))
		return false;
	if (!shown || html_link_same(buf_bytes(&words), buf_bytes(&address)) || !buf_byte(&address, '\0'))
		return true;
	lines_put(&s->l, words.n > 0 ? " <" : "<");
	lines_put(&s->l, (const char *)address.p);
	lines_put(&s->l, ">");
	return true;
}

static bool
is_tiny(const struct html_node *n, const char *name)
{
	struct view v;

	return html_node_attr(n, name, &v) && v.n == 1 && v.p[0] <= '3';
}

static void
show_image(struct show *s, const struct html_node *n)
{
	struct view alt;

	if (!html_node_attr(n, "alt", &alt)) {
		if (!is_tiny(n, "width") && !is_tiny(n, "height"))
			lines_put(&s->l, html_label(LABEL_IMAGE));
		return;
	}
	if (html_trim(alt).n == 0)
		return;
	lines_put(&s->l, html_label(LABEL_IMAGE_OPEN));
	lines_text(&s->l, html_trim(alt));
	lines_put(&s->l, html_label(LABEL_CLOSE));
}

/* -- forms: what was filled in ------------------------------------------ */

static void
show_value(struct show *s, struct view v)
{
	if (html_trim(v).n == 0)
		return;
	lines_put(&s->l, html_label(LABEL_FIELD_OPEN));
	lines_text(&s->l, v);
	lines_put(&s->l, html_label(LABEL_CLOSE));
}

static void
show_input(struct show *s, const struct html_node *n)
{
	struct view type = VIEW("text"), value = { NULL, 0 }, unused;
	bool checked = html_node_attr(n, "checked", &unused);

	(void)html_node_attr(n, "type", &type);
	(void)html_node_attr(n, "value", &value);
	if (html_fold_is(type, "checkbox"))
		lines_put(&s->l, html_label(checked ? LABEL_CHECKED : LABEL_UNCHECKED));
	else if (html_fold_is(type, "radio"))
		lines_put(&s->l, html_label(checked ? LABEL_CHOSEN : LABEL_UNCHOSEN));
	else if (!html_fold_is(type, "hidden") && !html_fold_is(type, "password"))
		show_value(s, value);
}

/* The option that is chosen, else the first. */
static bool
is_chosen(const struct html_node *n)
{
	const struct html_node *o;
	struct view unused;

	if (html_node_attr(n, "selected", &unused))
		return true;
	if (n->prev != NULL)
		return false;
	for (o = n->parent->first; o != NULL; o = o->next)
		if (html_node_attr(o, "selected", &unused))
			return false;
	return true;
}

static bool
show_field(struct show *s, const struct html_node *n)
{
	switch (n->id) {
	case HTML_ID_INPUT:
		show_input(s, n);
		return true;
	case HTML_ID_TEXTAREA:
		show_value(s, n->text);
		return true;
	case HTML_ID_OPTION:
		if (!is_chosen(n))
			return true;
		/* fall through */
	default:
		if (n->id == HTML_ID_SELECT)
			return html_show_inside(s, n);
		lines_put(&s->l, html_label(LABEL_FIELD_OPEN));
		if (!html_show_inside(s, n))
			return false;
		lines_put(&s->l, html_label(LABEL_CLOSE));
		return true;
	}
}

/* -- lists -------------------------------------------------------------- */

static long
number_of(struct view v, long otherwise)
{
	long n = 0;
	bool minus = v.n > 0 && v.p[0] == '-';
	size_t i = minus;

	if (v.n == i || v.n > 9)
		return otherwise;
	for (; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return otherwise;
		n = n * 10 + (v.p[i] - '0');
	}
	return minus ? -n : n;
}

static void
roman(long n, bool upper, char *ret, size_t room)
{
	static const struct {
		long value;
		const char *text;
	} rows[] = { { 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" },
		     { 40, "xl" }, { 10, "x" }, { 9, "ix" }, { 5, "v" }, { 4, "iv" }, { 1, "i" } };
	size_t i, at = 0;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		for (; n >= rows[i].value && at + 4 < room; n -= rows[i].value)
			at += (size_t)snprintf(ret + at, room - at, "%s", rows[i].text);
	for (i = 0; upper && i < at; i++)
		ret[i] = (char)(ret[i] - 32);
}

static void
marker(long n, uint8_t type, char *ret, size_t room)
{
	char letters[24] = "";

	if ((type == 'a' || type == 'A') && n > 0 && n <= 26)
		(void)snprintf(ret, room, "%c. ", type + (int)n - 1);
	else if ((type == 'i' || type == 'I') && n > 0 && n < 4000) {
		roman(n, type == 'I', letters, sizeof letters);
		(void)snprintf(ret, room, "%s. ", letters);
	} else
		(void)snprintf(ret, room, "%ld. ", n);
}

static bool
show_item(struct show *s, const struct html_node *n, const char *mark)
{
	char blanks[48] = "";
	size_t width = lines_width(view_str(mark)), was, i;
	bool ok;

	for (i = 0; i < width && i + 1 < sizeof blanks; i++)
		blanks[i] = ' ';
	lines_end(&s->l, 1);
	was = lines_indent(&s->l, blanks);
	if (s->l.indent_n > was) {
		(void)snprintf(s->l.mark, sizeof s->l.mark, "%s", mark);
		s->l.mark_width = i;
	}
	ok = html_show_inside(s, n);
	if (s->l.mark[0] != '\0')
		s->l.mark[0] = '\0';
	lines_unindent(&s->l, was);
	lines_end(&s->l, 1);
	return ok;
}

static bool
is_nested(const struct html_node *n)
{
	for (n = n->parent; n != NULL; n = n->parent)
		if (html_role(n->id) == ROLE_LIST)
			return true;
	return false;
}

/* What stands in a list without being an item. */
static bool
show_stray(struct show *s, const struct html_node *n)
{
	size_t was = lines_indent(&s->l, "  ");
	bool ok;

	lines_end(&s->l, 1);
	ok = html_show(s, n);
	lines_unindent(&s->l, was);
	return ok;
}

static bool
show_list(struct show *s, const struct html_node *n)
{
	const struct html_node *c;
	struct view v = { NULL, 0 };
	long at = 1;
	uint8_t type = '1';
	unsigned gap = is_nested(n) ? 1 : 2;
	bool ok = true;

	if (html_node_attr(n, "start", &v))
		at = number_of(v, 1);
	if (html_node_attr(n, "type", &v) && v.n == 1)
		type = v.p[0];
	lines_end(&s->l, gap);
	for (c = n->first; ok && c != NULL; c = c->next) {
		char mark[48];

		if (c->hidden || (c->id == HTML_ID_TEXT && html_trim(c->text).n == 0))
			continue;
		if (html_node_attr(c, "value", &v))
			at = number_of(v, at);
		if (n->id == HTML_ID_OL && c->id == HTML_ID_LI)
			marker(at++, type, mark, sizeof mark);
		else
			(void)snprintf(mark, sizeof mark, "%s", html_label(LABEL_BULLET));
		ok = c->id == HTML_ID_LI ? show_item(s, c, mark) : show_stray(s, c);
	}
	lines_end(&s->l, gap);
	return ok;
}

/* -- boxes -------------------------------------------------------------- */

static bool
show_indented(struct show *s, const struct html_node *n, const char *indent, unsigned gap)
{
	size_t was;
	bool ok;

	lines_end(&s->l, gap);
	/* What is due before it stands outside. */
	was = lines_indent(&s->l, indent);
	ok = html_show_inside(s, n);
	lines_unindent(&s->l, was);
	lines_end(&s->l, gap);
	return ok;
}

static bool
show_box(struct show *s, const struct html_node *n, unsigned gap, const char *head)
{
	lines_end(&s->l, gap);
	if (head[0] != '\0')
		lines_put(&s->l, head);
	if (!html_show_inside(s, n))
		return false;
	lines_end(&s->l, gap);
	return true;
}

static bool
show_pre(struct show *s, const struct html_node *n)
{
	bool was = s->l.pre, ok;

	lines_end(&s->l, 2);
	s->l.pre = true;
	if (n->text.n > 0)
		lines_text(&s->l, n->text);
	ok = html_show_inside(s, n);
	s->l.pre = was;
	lines_end(&s->l, 2);
	return ok;
}

static bool
show_para(struct show *s, const struct html_node *n)
{
	static const enum html_label heads[] = { LABEL_H1, LABEL_H2, LABEL_H3, LABEL_H4, LABEL_H4, LABEL_H4 };
	own_buf struct buf words = BUF_MAX(8192);

	if (html_written(n->id) == HTML_ID_PRE)
		return show_pre(s, n);
	if (n->id < HTML_ID_H1 || n->id > HTML_ID_H6)
		return show_box(s, n, n->id == HTML_ID_SUMMARY ? 1 : 2, "");
	html_words(n, &words);
	return show_box(s, n, 2, words.n > 0 ? html_label(heads[n->id - HTML_ID_H1]) : "");
}

static bool
show_wrapped(struct show *s, const struct html_node *n, const char *open, const char *close)
{
	lines_put(&s->l, open);
	if (!html_show_inside(s, n))
		return false;
	lines_put(&s->l, close);
	return true;
}

static bool
show_inline(struct show *s, const struct html_node *n)
{
	own_buf struct buf words = BUF_MAX(8192);

	switch (html_written(n->id)) {
	case HTML_ID_A:
		return show_link(s, n);
	case HTML_ID_S: case HTML_ID_DEL:
		html_words(n, &words);
		if (words.n == 0)
			return true;
		return show_wrapped(s, n, html_label(LABEL_DELETED_OPEN), html_label(LABEL_CLOSE));
	case HTML_ID_Q:
		return show_wrapped(s, n, html_label(LABEL_QUOTE_OPEN), html_label(LABEL_QUOTE_CLOSE));
	default:
		return html_show_inside(s, n);
	}
}

static bool
show_rt(struct show *s, const struct html_node *n)
{
	own_buf struct buf words = BUF_MAX(8192);

	html_words(n, &words);
	if (n->id == HTML_ID_RP || words.n == 0)
		return true;
	s->l.space = false;
	return show_wrapped(s, n, "(", ")");
}

static bool
show_void(struct show *s, const struct html_node *n)
{
	if (n->id == HTML_ID_BR) {
		lines_break(&s->l);
	} else if (n->id == HTML_ID_HR) {
		lines_end(&s->l, 2);
		lines_put(&s->l, html_label(LABEL_RULE));
		lines_end(&s->l, 2);
	}
	return true;
}

bool
html_show(struct show *s, const struct html_node *n)
{
	if (!job_tick(s->j, s->e))
		return false;
	switch (html_role(n->id)) {
	case ROLE_TEXT:
		if (!n->hidden)
			lines_text(&s->l, n->text);
		return true;
	case ROLE_GONE:
		return true;
	case ROLE_PARA:
		return show_para(s, n);
	case ROLE_LIST:
		return show_list(s, n);
	case ROLE_ITEM:
		return show_item(s, n, html_label(LABEL_BULLET));
	case ROLE_TABLE:
		return n->hidden || html_show_table(s, n);
	case ROLE_DD:
		return show_indented(s, n, "    ", 1);
	case ROLE_DT: case ROLE_CAPTION: case ROLE_ROW: case ROLE_CELL: case ROLE_SECTION:
		return show_box(s, n, 1, "");
	case ROLE_DL:
		return show_box(s, n, 2, "");
	case ROLE_BLOCK:
		if (n->id == HTML_ID_BLOCKQUOTE)
			return show_indented(s, n, "> ", 2);
		return show_box(s, n, 1, "");
	case ROLE_INLINE:
		return show_inline(s, n);
	case ROLE_RT:
		return n->hidden || show_rt(s, n);
	case ROLE_VOID:
		return n->hidden || show_void(s, n);
	case ROLE_IMG:
		if (!n->hidden)
			show_image(s, n);
		return true;
	case ROLE_FIELD:
		return n->hidden || show_field(s, n);
	default:
		return html_show_inside(s, n);
	}
}

bool
html_show_inside(struct show *s, const struct html_node *n)
{
	const struct html_node *c;

	for (c = n->first; c != NULL; c = c->next)
		if (!html_show(s, c))
			return false;
	return true;
}
