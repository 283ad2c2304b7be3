#include "sanitize/html/tree.h"

#include "core/own.h"

enum parse { PARSE_PLAIN, PARSE_VOID, PARSE_RAW, PARSE_RCDATA };
#define FINDING_NONE FINDING_COUNT

struct element {
	const char *name;
	enum parse parse;
	enum html_role role;
	enum html_id written;
	enum finding_code finding;
};

static const struct element elements[HTML_ID_COUNT] = {
	[HTML_ID_TEXT] = { "#text", PARSE_PLAIN, ROLE_TEXT, HTML_ID_TEXT, FINDING_NONE },
	[HTML_ID_OTHER] = { "span", PARSE_PLAIN, ROLE_UNWRAP, HTML_ID_SPAN, FINDING_NONE },
#define ELEMENT(id, name, parse, role, written, finding) \
	[HTML_ID_##id] = { name, PARSE_##parse, ROLE_##role, HTML_ID_##written, FINDING_##finding },
#include "sanitize/html/element.def"
#undef ELEMENT
};

enum html_role
html_role(enum html_id id)
{
	return elements[id].role;
}

enum html_id
html_written(enum html_id id)
{
	return elements[id].written;
}

const char *
html_name(enum html_id id)
{
	return elements[id].name;
}

bool
html_node_attr(const struct html_node *n, const char *name, struct view *ret)
{
	return html_attr(n->attr, n->attrs, name, ret);
}

struct html_node *
html_after(const struct html_node *n, const struct html_node *root)
{
	for (; n != root && n->next == NULL; n = n->parent)
		;
	return n == root ? NULL : n->next;
}

struct html_node *
html_step(const struct html_node *n, const struct html_node *root)
{
	return n->first != NULL ? n->first : html_after(n, root);
}

bool
html_is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

bool
html_fold_is(struct view v, const char *s)
{
	size_t i;

	if (v.n != strlen(s))
		return false;
	for (i = 0; i < v.n; i++)
		if ((v.p[i] >= 'A' && v.p[i] <= 'Z' ? v.p[i] | 0x20 : v.p[i]) != (uint8_t)s[i])
			return false;
	return true;
}

struct view
html_trim(struct view v)
{
	while (v.n > 0 && html_is_space(v.p[0]))
		(void)view_skip(&v, 1);
	while (v.n > 0 && html_is_space(v.p[v.n - 1]))
		v.n--;
	return v;
}

/* -- building ---------------------------------------------------------- */

struct builder {
	struct job *j;
	struct arena *a;
	struct html_doc *doc;
	struct html_tokens t;
	struct html_node *open[HTML_DEPTH_MAX + 2];	/* [0] is the root */
	size_t depth;
	size_t over;	/* elements open beyond HTML_DEPTH_MAX, which are not in the tree */
	struct err *e;
};

static enum html_id
id_of(struct view name)
{
	int i;

	for (i = HTML_ID_OTHER + 1; i < HTML_ID_COUNT; i++)
		if (view_is(name, elements[i].name))
			return (enum html_id)i;
	return HTML_ID_OTHER;
}

static struct html_node *
current(const struct builder *b)
{
	return b->open[b->depth];
}

static bool
is_table_part(enum html_role r)
{
	return r == ROLE_TABLE || r == ROLE_SECTION || r == ROLE_ROW;
}

static struct html_node *
new_node(struct builder *b, enum html_id id)
{
	struct html_node *n = arena_get(b->a, sizeof *n);

	if (n == NULL)
		(void)err_set(b->e, ERR_LIMIT, "HTML: more nodes than there is memory for");
	else
		n->id = id;
	return n;
}

static void
append(struct html_node *parent, struct html_node *n)
{
	n->parent = parent;
	n->prev = parent->last;
	if (parent->last != NULL)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
}

static void
insert_before(struct html_node *at, struct html_node *n)
{
	n->parent = at->parent;
	n->next = at;
	n->prev = at->prev;
	if (at->prev != NULL)
		at->prev->next = n;
	else
		at->parent->first = n;
	at->prev = n;
}

/* What may not stand in a table's skeleton stands before the table ("foster parenting"). */
static void
place(struct builder *b, struct html_node *n)
{
	struct html_node *p = current(b);
	enum html_role r = elements[n->id].role;

	if (is_table_part(elements[p->id].role) && !is_table_part(r) && r != ROLE_CELL && r != ROLE_CAPTION &&
	    r != ROLE_GONE) {
		while (elements[p->id].role != ROLE_TABLE && p->parent != NULL)
			p = p->parent;
		if (elements[p->id].role == ROLE_TABLE) {
			insert_before(p, n);
			return;
		}
		p = current(b);
	}
	append(p, n);
}

static bool
is_boundary(enum html_role r)
{
	return r == ROLE_TABLE || r == ROLE_CELL || r == ROLE_CAPTION || r == ROLE_ROOT;
}

/* The nearest open element that `want` accepts, 0 where a boundary comes first. */
static size_t
nearest(const struct builder *b, bool (*want)(enum html_id), bool (*stop)(enum html_role))
{
	size_t i;

	for (i = b->depth; i > 0; i--) {
		if (want(b->open[i]->id))
			return i;
		if (stop(elements[b->open[i]->id].role))
			return 0;
	}
	return 0;
}

static void
close_to(struct builder *b, size_t i)
{
	if (i > 0)
		b->depth = i - 1;
}

static bool is_p(enum html_id id) { return id == HTML_ID_P; }
static bool is_li(enum html_id id) { return id == HTML_ID_LI; }
static bool is_dt_dd(enum html_id id) { return id == HTML_ID_DT || id == HTML_ID_DD; }
static bool is_rt(enum html_id id) { return id == HTML_ID_RT || id == HTML_ID_RP || id == HTML_ID_RB; }
static bool is_a(enum html_id id) { return id == HTML_ID_A; }
static bool is_option(enum html_id id) { return id == HTML_ID_OPTION; }
static bool is_cell(enum html_id id) { return elements[id].role == ROLE_CELL || id == HTML_ID_CAPTION; }
static bool is_row(enum html_id id) { return elements[id].role == ROLE_ROW || is_cell(id); }
static bool is_section(enum html_id id) { return elements[id].role == ROLE_SECTION || is_row(id); }
static bool is_heading(enum html_id id) { return id >= HTML_ID_H1 && id <= HTML_ID_H6; }
static bool is_table(enum html_id id) { return id == HTML_ID_TABLE; }

static bool
ends_list(enum html_role r)
{
	return r == ROLE_LIST || is_boundary(r);
}

static bool
ends_dl(enum html_role r)
{
	return r == ROLE_DL || is_boundary(r);
}

static bool
ends_table(enum html_role r)
{
	return r == ROLE_TABLE || r == ROLE_ROOT;
}

/* The outermost of a kind inside the nearest table: a new row ends the cell and the row before it. */
static void
close_outermost(struct builder *b, bool (*want)(enum html_id))
{
	size_t i, found = 0;

	for (i = b->depth; i > 0 && elements[b->open[i]->id].role != ROLE_TABLE; i--)
		if (want(b->open[i]->id))
			found = i;
	close_to(b, found);
}

/* The end tags that this start tag implies. */
static void
imply(struct builder *b, enum html_id id)
{
	switch (elements[id].role) {
	case ROLE_BLOCK: case ROLE_PARA: case ROLE_LIST: case ROLE_DL: case ROLE_TABLE:
		close_to(b, nearest(b, is_p, is_boundary));
		if (is_heading(id) && is_heading(current(b)->id))
			b->depth--;
		break;
	case ROLE_ITEM:
		close_to(b, nearest(b, is_li, ends_list));
		close_to(b, nearest(b, is_p, ends_list));
		break;
	case ROLE_DT: case ROLE_DD:
		close_to(b, nearest(b, is_dt_dd, ends_dl));
		close_to(b, nearest(b, is_p, ends_dl));
		break;
	case ROLE_CELL:
		close_outermost(b, is_cell);
		break;
	case ROLE_ROW:
		close_outermost(b, is_row);
		break;
	case ROLE_SECTION: case ROLE_CAPTION:
		close_outermost(b, is_section);
		break;
	case ROLE_RT:
		close_to(b, nearest(b, is_rt, is_boundary));
		break;
	default:
		if (id == HTML_ID_HR)
			close_to(b, nearest(b, is_p, is_boundary));
		else if (id == HTML_ID_A)
			close_to(b, nearest(b, is_a, is_boundary));
		else if (id == HTML_ID_OPTION || id == HTML_ID_OPTGROUP)
			close_to(b, nearest(b, is_option, is_boundary));
	}
}

/* A part of a table outside of any is no part of one. */
static bool
is_stray(const struct builder *b, enum html_id id)
{
	enum html_role r = elements[id].role;

	return (r == ROLE_SECTION || r == ROLE_ROW || r == ROLE_CELL || r == ROLE_CAPTION) &&
	       nearest(b, is_table, ends_table) == 0;
}

/* -- what is noted on the way ------------------------------------------ */

static void
note_meta(struct builder *b, const struct html_token *t)
{
	struct view v, content = { NULL, 0 };

	(void)html_attr(t->attr, t->attrs, "content", &content);
	if (html_attr(t->attr, t->attrs, "http-equiv", &v) && html_fold_is(html_trim(v), "refresh"))
		job_find(b->j, FINDING_HTML_REFRESH, "", "%.*s", (int)(content.n < 300 ? content.n : 300), content.p);
}

static void
note_attributes(struct builder *b, const struct html_token *t)
{
	size_t i;

	for (i = 0; i < t->attrs; i++) {
		struct view name = t->attr[i].name;

		if (name.n > 2 && view_starts(name, VIEW("on")))
			job_find(b->j, FINDING_HTML_HANDLER, "", "%.*s", (int)(name.n < 60 ? name.n : 60), name.p);
		else if (view_is(name, "srcdoc"))
			job_find(b->j, FINDING_HTML_FRAME, "", "srcdoc");
		else if (view_is(name, "formaction") || view_is(name, "ping"))
			job_find(b->j, FINDING_HTML_FORM, "", "%.*s", (int)name.n, name.p);
	}
}

static bool
is_remote(struct view v)
{
	v = html_trim(v);
	return v.n > 0 && v.p[0] != '#' && !(v.n >= 5 && html_fold_is(view_of(v.p, 5), "data:")) &&
	       !(v.n >= 4 && html_fold_is(view_of(v.p, 4), "cid:"));
}

static void
note_remote(struct builder *b, const struct html_token *t, enum html_id id)
{
	static const char *const names[] = { "src", "background", "poster", "data", "lowsrc", "dynsrc", "srcset",
					     "codebase", "code", "archive", "manifest" };
	struct view v;
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (html_attr(t->attr, t->attrs, names[i], &v) && is_remote(v))
			job_find(b->j, FINDING_HTML_REMOTE, "", "%.*s", (int)(v.n < 300 ? v.n : 300), v.p);
	if (id == HTML_ID_LINK && html_attr(t->attr, t->attrs, "href", &v) && is_remote(v))
		job_find(b->j, FINDING_HTML_REMOTE, "", "%.*s", (int)(v.n < 300 ? v.n : 300), v.p);
}

static void
note_element(struct builder *b, const struct html_token *t, enum html_id id)
{
	if (elements[id].finding != FINDING_NONE)
		job_find(b->j, elements[id].finding, "", "%s", elements[id].name);
	if (id == HTML_ID_META)
		note_meta(b, t);
	note_attributes(b, t);
	note_remote(b, t, id);
	if (id == HTML_ID_STYLE || id == HTML_ID_LINK)
		b->doc->sheets = true;
}

/* -- tokens ------------------------------------------------------------ */

static bool
add_text(struct builder *b, struct view text)
{
	struct html_node *n, *p = current(b);

	if (text.n == 0)
		return true;
	/* White space before the body's content, and in the skeleton of a table, is none of it. */
	if (html_trim(text).n == 0 && ((p->id == HTML_ID_BODY && p->first == NULL) || is_table_part(elements[p->id].role)))
		return true;
	if (p->id == HTML_ID_BODY && p->first == NULL)
		while (html_is_space(text.p[0]))
			(void)view_skip(&text, 1);
	n = new_node(b, HTML_ID_TEXT);
	if (n == NULL)
		return false;
	n->text = text;
	place(b, n);
	return true;
}

static bool
in_foreign(const struct builder *b)
{
	size_t i;

	for (i = b->depth; i > 0; i--)
		if (b->open[i]->id == HTML_ID_SVG || b->open[i]->id == HTML_ID_MATH)
			return true;
	return false;
}

/* Ordinary boxes end a drawing that was never closed. */
static void
leave_foreign(struct builder *b, enum html_id id)
{
	enum html_role r = elements[id].role;
	size_t i;

	if (r != ROLE_BLOCK && r != ROLE_PARA && r != ROLE_LIST && r != ROLE_TABLE && id != HTML_ID_BODY &&
	    id != HTML_ID_B && id != HTML_ID_BR && id != HTML_ID_IMG && id != HTML_ID_SPAN)
		return;
	for (i = 1; i <= b->depth; i++)
		if (b->open[i]->id == HTML_ID_SVG || b->open[i]->id == HTML_ID_MATH) {
			close_to(b, i);
			break;
		}
	b->t.foreign = false;
}

static bool
raw_content(struct builder *b, struct html_node *n, enum html_id id)
{
	struct view text;

	if (id == HTML_ID_PLAINTEXT) {
		text = b->t.in;
		b->t.in.n = 0;
	} else if (!html_raw(&b->t, view_str(elements[id].name), elements[id].parse == PARSE_RCDATA, &text, b->e)) {
		return false;
	}
	if (id == HTML_ID_TITLE && b->doc->title.n == 0)
		b->doc->title = html_trim(text);
	/* The first line end of a textarea or a listing is not part of it. */
	if (id == HTML_ID_TEXTAREA && view_starts(text, VIEW("\n")))
		(void)view_skip(&text, 1);
	n->text = text;
	return true;
}

static void
document_element(struct builder *b, const struct html_token *t)
{
	struct html_node *root = b->doc->root;
	struct view v;

	if (html_attr(t->attr, t->attrs, "lang", &v) && b->doc->lang.n == 0)
		b->doc->lang = v;
	if (root->attrs == 0) {
		root->attr = t->attr;
		root->attrs = t->attrs;
	}
}

static bool
start(struct builder *b, const struct html_token *t)
{
	enum html_id id = id_of(t->name);
	struct html_node *n;

	note_element(b, t, id);
	if (id == HTML_ID_HTML || id == HTML_ID_BODY) {
		document_element(b, t);
		return true;
	}
	if (id == HTML_ID_HEAD)
		return true;
	if (b->t.foreign)
		leave_foreign(b, id);
	if (!b->t.foreign)
		imply(b, id);
	if (is_stray(b, id))
		return true;
	/* Its content stands in the deepest that is open, so that what is written is no deeper than what is read. */
	if (b->depth >= HTML_DEPTH_MAX && elements[id].parse == PARSE_PLAIN && !t->closed) {
		b->over++;
		return true;
	}
	n = new_node(b, id);
	if (n == NULL)
		return false;
	n->attr = t->attr;
	n->attrs = t->attrs;
	/* Scripts, titles and the like are nowhere in the body. */
	if (elements[id].role != ROLE_GONE || elements[id].parse == PARSE_PLAIN)
		place(b, n);
	if (!b->t.foreign && (elements[id].parse == PARSE_RAW || elements[id].parse == PARSE_RCDATA))
		return raw_content(b, n, id);
	if (elements[id].parse == PARSE_VOID || (b->t.foreign && t->closed) || b->depth >= HTML_DEPTH_MAX)
		return true;
	if ((id == HTML_ID_SVG || id == HTML_ID_MATH) && t->closed)
		return true;
	b->open[++b->depth] = n;
	b->t.foreign |= id == HTML_ID_SVG || id == HTML_ID_MATH;
	if ((id == HTML_ID_PRE || id == HTML_ID_LISTING) && view_starts(b->t.in, VIEW("\n")))
		(void)view_skip(&b->t.in, 1);
	return true;
}

static void
stop(struct builder *b, const struct html_token *t)
{
	enum html_id id = id_of(t->name);
	enum html_role r = elements[id].role;
	bool part = is_table_part(r) || r == ROLE_CELL || r == ROLE_CAPTION;
	size_t i;

	if (id == HTML_ID_BODY || id == HTML_ID_HTML)
		return;
	if (b->over > 0) {
		b->over--;
		return;
	}
	if (id == HTML_ID_OTHER)
		return;
	for (i = b->depth; i > 0; i--) {
		enum html_role at = elements[b->open[i]->id].role;

		if (b->open[i]->id == id || (is_heading(id) && is_heading(b->open[i]->id)))
			break;
		if (part ? at == ROLE_TABLE : is_boundary(at))
			return;
	}
	if (i == 0)
		return;
	/* </b> inside a box that opened after <b>: the box stays open. */
	if (r == ROLE_INLINE || r == ROLE_UNWRAP) {
		size_t k;

		for (k = i + 1; k <= b->depth; k++)
			if (elements[b->open[k]->id].role != ROLE_INLINE && elements[b->open[k]->id].role != ROLE_UNWRAP)
				break;
		if (k <= b->depth) {
			memmove(&b->open[i], &b->open[i + 1], (b->depth - i) * sizeof *b->open);
			b->depth--;
			return;
		}
	}
	close_to(b, i);
	if (b->t.foreign)
		b->t.foreign = in_foreign(b);
}

static bool
stop_tag(struct builder *b, const struct html_token *t)
{
	static const struct html_token br = { .kind = HTML_START, .name = { (const uint8_t *)"br", 2 } };

	if (view_is(t->name, "br"))
		return start(b, &br);
	stop(b, t);
	return true;
}

/* White space behind the last of the body is none of it. */
static void
trim_end(struct html_doc *d)
{
	struct html_node *n;

	while ((n = d->root->last) != NULL && n->id == HTML_ID_TEXT) {
		while (n->text.n > 0 && html_is_space(n->text.p[n->text.n - 1]))
			n->text.n--;
		if (n->text.n > 0)
			return;
		d->root->last = n->prev;
		if (n->prev != NULL)
			n->prev->next = NULL;
		else
			d->root->first = NULL;
	}
}

bool
html_parse(struct job *j, struct arena *a, struct view in, struct html_doc *ret, struct err *e)
{
	own_mem struct builder *b = calloc(1, sizeof *b);
	struct html_token t;

	if (b == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	*b = (struct builder){ .j = j, .a = a, .doc = ret, .e = e,
			       .t = { .in = in, .arena = a, .job = j } };
	*ret = (struct html_doc){ .root = new_node(b, HTML_ID_BODY) };
	if (ret->root == NULL)
		return false;
	b->open[0] = ret->root;
	for (;;) {
		if (!html_next(&b->t, &t, e))
			return false;
		if (t.kind == HTML_EOF)
			break;
		if (t.kind == HTML_COMMENT)
			ret->comments++;
		else if (t.kind == HTML_TEXT ? !add_text(b, t.text)
					     : t.kind == HTML_START ? !start(b, &t) : !stop_tag(b, &t))
			return false;
	}
	trim_end(ret);
	if (b->t.hiding > 0)
		job_find(j, FINDING_TEXT_HIDING, "", "%llu", (unsigned long long)b->t.hiding);
	return true;
}
