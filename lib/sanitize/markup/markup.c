/*
 * markup.c - what expat tells, element by element, and which of it is
 * written.  Namespaces are ours (names.c): expat's own make a new string of every name.
 */
#include <stdarg.h>
#include <stdio.h>

#include "sanitize/markup/in.h"


/* Ends the parse: *m->e is set. */
void
markup_stop(struct markup *m)
{
	m->failed = true;
	if (m->parser != NULL)
		(void)XML_StopParser(m->parser, XML_FALSE);
}

void
markup_note_unknown(struct markup *m, const struct name *name)
{
	markup_find(m, FINDING_MARKUP_UNKNOWN, "%.100s", m->unknown++ < UNKNOWN_TOLD ? name->raw : "…");
}

/* -- markup compatibility --------------------------------------------- */

/* Is each prefix of the list one of a namespace that we know? */
static bool
all_known(struct markup *m, struct view list)
{
	while ((list = markup_trim(list)).n > 0) {
		struct view v = { list.p, 0 };
		size_t i;

		while (v.n < list.n && strchr(" \t\r\n", list.p[v.n]) == NULL)
			v.n++;
		(void)view_skip(&list, v.n);
		i = names_prefix(&m->names, v);
		if (i == PREFIXES_MAX || m->names.bound[i].ns >= NS_UNBOUND ||
		    m->index->space[m->names.bound[i].ns].unmet)
			return false;
		if (!job_tick(m->use->job, m->e)) {
			markup_stop(m);
			return false;
		}
	}
	return true;
}

static struct view
requires_of(const char **att)
{
	size_t i;

	for (i = 0; att[i] != NULL; i += 2)
		if (strcmp(att[i], "Requires") == 0)
			return view_str(att[i + 1]);
	return VIEW("");
}

/* An element of mc:. */
static void
on_compat(struct markup *m, const struct name *s, const char **att)
{
	struct frame *top = m->frames == 0 ? NULL : &m->frame[m->frames - 1];
	const char *local = s->raw + s->local;
	bool choice = strcmp(local, "Choice") == 0;

	if (top == NULL) {
		err_set(m->e, ERR_MALFORMED, "%.100s is no root", s->raw);
		markup_stop(m);
	} else if (top->is == FRAME_ALTERNATE) {
		if (top->taken || (!choice && strcmp(local, "Fallback") != 0) ||
		    (choice && (requires_of(att).n == 0 || !all_known(m, requires_of(att)))))
			m->skip = 1;
		else
			(void)frame_push(m, FRAME_CHOICE);
	} else if (strcmp(local, "AlternateContent") == 0) {
		(void)frame_push(m, FRAME_ALTERNATE);
	} else {
		markup_note_unknown(m, s);
		m->skip = 1;
	}
}

/* -- elements --------------------------------------------------------- */

static uint16_t
root_row(const struct markup *m, uint8_t ns, uint16_t atom)
{
	const struct markup_index *x = m->index;
	struct view name;
	size_t i;

	if (atom == 0)
		return NO_ROW;
	name = view_of(x->atom[atom - 1].name, x->atom[atom - 1].n);
	for (i = 0; i < x->roots; i++) {
		const struct markup_row *r = &x->row[x->root[i]];

		if (r->ns == ns && view_is(name, r->name) && (m->use->root == 0 || m->use->root == r->type))
			return x->root[i];
	}
	return NO_ROW;
}

/* The element that `row` knows: its attributes, then its hook. */
static void
on_element(struct markup *m, uint16_t row, const char **att)
{
	const struct markup_row *r = &m->index->row[row];
	const struct markup_hook *hook = m->index->type[r->type].hook;
	enum markup_do what = MARKUP_KEEP;

	m->coming = row;
	m->coming_note = 0;
	marks_drop(m, NO_ROW);
	if (!element_fits(m, row) || !attributes_judge(m, row, att)) {
		if (!m->failed)
			markup_find(m, FINDING_MARKUP_UNKNOWN, "%s", m->index->more[row].qname);
		m->coming = NO_ROW;
		m->skip = 1;
		return;
	}
	if (hook != NULL && hook->open != NULL) {
		what = hook->open(m);
		emit_flush(m);
	}
	m->coming = NO_ROW;
	if (m->failed)
		return;
	if (m->frames == 0 && what != MARKUP_KEEP) {
		err_set(m->e, ERR_MALFORMED, "the root element may not stand");
		markup_stop(m);
	} else if (what == MARKUP_KEEP) {
		element_begin(m, row, &m->attributes);
		if (m->failed)
			return;
		m->frame[m->frames - 1].note = m->coming_note;
		m->marks += m->pending;
		m->pending = 0;
	} else if (what == MARKUP_UNWRAP) {
		(void)frame_push(m, FRAME_UNWRAPPED);
	} else {
		m->skip = 1;
	}
}

/* Which row is it, and what does it want? */
static void
on_named(struct markup *m, const struct name *s, const char **att)
{
	struct bound b = m->names.bound[s->prefix];
	const struct frame *p = element_around(m);
	uint16_t row;

	if (b.ns == NS_UNBOUND) {
		err_set(m->e, ERR_MALFORMED, "%.100s: prefix without a namespace", s->raw);
		markup_stop(m);
		return;
	}
	if (m->index->compat != 0 && b.ns == m->index->compat) {
		on_compat(m, s, att);
		return;
	}
	if (m->frames > 0 && m->frame[m->frames - 1].is == FRAME_ALTERNATE) {
		m->skip = 1;
		return;
	}
	if (p == NULL) {
		row = root_row(m, b.ns, s->atom);
		if (row != NO_ROW) {
			on_element(m, row, att);
			return;
		}
		err_set(m->e, ERR_MALFORMED, "the root element is %.100s", s->raw);
		markup_stop(m);
		return;
	}
	row = b.ns == NS_FOREIGN ? NO_ROW : index_find(m->index, p->type, b.ns, s->atom, false);
	if (row != NO_ROW && m->index->row[row].row == ROW_AS)
		row = index_find(m->index, p->type, b.ns, index_atom(m->index, view_str(m->index->row[row].other)), false);
	switch (row == NO_ROW ? ROW_END : m->index->row[row].row) {
	case ROW_END:
		if (!b.ignorable || b.ns != NS_FOREIGN)
			markup_note_unknown(m, s);
		m->skip = 1;
		break;
	case ROW_GONE:
		markup_find(m, m->index->row[row].finding, "%.100s", s->raw);
		m->skip = 1;
		break;
	case ROW_QUIET:
		m->skip = 1;
		break;
	case ROW_UNWRAP:
		(void)frame_push(m, FRAME_UNWRAPPED);
		break;
	default:
		on_element(m, row, att);
	}
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **att)
{
	struct markup *m = ctx;
	const struct name *s;

	if (m->failed)
		return;
	if (++m->depth > DEPTH_MAX) {
		err_set(m->e, ERR_LIMIT, "elements nested deeper than %d", DEPTH_MAX);
		markup_stop(m);
		return;
	}
	if (!job_tick(m->use->job, m->e) || !buf_ok(&m->out, m->e)) {
		markup_stop(m);
		return;
	}
	if (m->skip > 0) {
		m->skip++;
		return;
	}
	if (!names_declare(m, att))
		return;
	s = names_get(m, name);
	if (s == NULL)
		return;
	if (s->declares) {
		err_set(m->e, ERR_MALFORMED, "%.100s: not a name for an element", name);
		markup_stop(m);
		return;
	}
	on_named(m, s, att);
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct markup *m = ctx;
	struct frame *f;

	(void)name;
	if (m->failed)
		return;
	if (m->skip > 0) {
		m->skip--;
	} else {
		f = &m->frame[m->frames - 1];
		if (f->is == FRAME_ELEMENT) {
			element_end(m);
		} else {
			m->frames--;
			if (f->is == FRAME_CHOICE)
				m->frame[m->frames - 1].taken |= m->out.n != f->at || m->text.n != f->text;
		}
	}
	if (m->skip == 0)
		names_leave(m);
	m->depth--;
}

static void XMLCALL
on_text(void *ctx, const XML_Char *s, int n)
{
	struct markup *m = ctx;

	if (m->failed || m->skip > 0 || n <= 0 || m->frames == 0 || m->frame[m->frames - 1].is == FRAME_ALTERNATE)
		return;
	element_text(m, view_of(s, (size_t)n));
}

/* -- what may not be -------------------------------------------------- */

static void XMLCALL
on_doctype(void *ctx, const XML_Char *name, const XML_Char *system, const XML_Char *public, int subset)
{
	struct markup *m = ctx;

	(void)system;
	(void)public;
	(void)subset;
	if (m->failed)
		return;
	if (m->use->doctype) {
		markup_find(m, FINDING_XML_DOCTYPE, "%s", name);
		return;
	}
	err_set(m->e, ERR_DENIED, "a document type declaration (%.100s)", name);
	markup_stop(m);
}

static void
refuse_entity(struct markup *m, const char *name)
{
	if (m->failed)
		return;
	markup_find(m, FINDING_XML_ENTITY, "%s", name);
	err_set(m->e, ERR_DENIED, "entity %.100s", name);
	markup_stop(m);
}

static void XMLCALL
on_entity(void *ctx, const XML_Char *name, int parameter, const XML_Char *value, int value_n,
	  const XML_Char *base, const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
	(void)parameter;
	(void)value;
	(void)value_n;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	refuse_entity(ctx, name);
}

static void XMLCALL
on_skipped(void *ctx, const XML_Char *name, int parameter)
{
	if (!parameter)
		refuse_entity(ctx, name);
}

/* -- the part --------------------------------------------------------- */

static bool
set_up(struct markup *m)
{
	m->parser = XML_ParserCreate(m->use->encoding);
	m->frame = calloc(DEPTH_MAX + 8, sizeof *m->frame);
	if (m->parser == NULL || m->frame == NULL || !names_init(&m->names, m))
		return false;
	XML_SetUserData(m->parser, m);
	XML_SetElementHandler(m->parser, on_start, on_end);
	XML_SetCharacterDataHandler(m->parser, on_text);
	XML_SetStartDoctypeDeclHandler(m->parser, on_doctype);
	XML_SetEntityDeclHandler(m->parser, on_entity);
	XML_SetSkippedEntityHandler(m->parser, on_skipped);
	xml_confine(m->parser, m->use->job, m);
	return true;
}

static void
tear_down(struct markup *m)
{
	struct buf *const bufs[] = { &m->out, &m->root, &m->text, &m->value, &m->aside,
				     &m->attributes.scratch, &m->emitted.scratch };
	size_t i;

	if (m->parser != NULL)
		XML_ParserFree(m->parser);
	names_release(&m->names);
	for (i = 0; i < sizeof bufs / sizeof *bufs; i++)
		buf_release(bufs[i]);
	free(m->attributes.v);
	free(m->emitted.v);
	free(m->frame);
	free(m->run);
	free(m->mark);
}

static bool
parse(struct markup *m, struct view in)
{
	if (xml_feed(m->parser, m->use->job, in, m->e))
		return true;
	return m->failed ? err_at(m->e, "line %lu", (unsigned long)XML_GetCurrentLineNumber(m->parser)) : false;
}

/* Two namespaces without prefix cannot be told apart. */
static bool
check_default(const struct markup *m, struct err *e)
{
	const struct ns_set *u = &m->frame[0].used;
	size_t i, n = 0;

	for (i = NS_FIRST; i < m->index->spaces; i++)
		if (m->index->space[i].prefix[0] == '\0' && (u->bit[i / 64] >> i % 64 & 1) != 0)
			n++;
	return n < 2 || err_set(e, ERR_SYSTEM, "two default namespaces");
}

bool
markup_rebuild(const struct markup_use *u, struct view in, struct buf *out, struct err *e)
{
	size_t i, max = (size_t)u->job->profile->limits.output;
	__attribute__((cleanup(tear_down))) struct markup m = {
		.use = u, .index = u->vocabulary->index, .e = e, .coming = NO_ROW, .emitting = NO_ROW,
		.judging = NO_ROW,
		.out = BUF_MAX(max), .root = BUF_MAX(max), .text = BUF_MAX(max), .value = BUF_MAX(max),
		.aside = BUF_MAX(max), .attributes.scratch = BUF_MAX(max), .emitted.scratch = BUF_MAX(max),
	};

	if (m.index == NULL)
		return err_set(e, ERR_SYSTEM, "the vocabulary was never compiled");
	if (!set_up(&m))
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!parse(&m, in))
		return err_at(e, "%s", u->where);
	if (!buf_ok(&m.out, e) || !buf_ok(&m.root, e) || !buf_ok(&m.text, e) || !buf_ok(&m.value, e) ||
	    !buf_ok(&m.attributes.scratch, e) || !buf_ok(&m.emitted.scratch, e) || !check_default(&m, e))
		return err_at(e, "%s", u->where);
	if (m.hidden > 0)
		markup_find(&m, FINDING_TEXT_HIDING, "%llu", (unsigned long long)m.hidden);
	for (i = 0; u->marked != NULL && i < m.marks; i++)
		u->marked(u->ctx, m.mark[i].what);
	write_part(&m, out);
	return buf_ok(out, e);
}

bool
markup_look(const struct markup_use *u, struct view in, struct err *e)
{
	struct findings unsaid = { 0 }, *said = u->job->findings;
	own_buf struct buf out = { 0 };
	struct err why = { 0 };
	bool ok;

	if (!markup_warm(e))
		return false;
	u->job->findings = &unsaid;
	ok = markup_rebuild(u, in, &out, &why);
	u->job->findings = said;
	findings_release(&unsaid);
	if (ok || why.code == ERR_MALFORMED || why.code == ERR_DENIED)
		return true;
	*e = why;
	return false;
}
