#include "sanitize/svg/prolog.h"

#include <stdlib.h>

#include "core/own.h"

struct entity {
	struct view name, value;
	bool outside;		/* SYSTEM or PUBLIC: never fetched */
	bool open;		/* being resolved */
};

struct prolog {
	struct job *j;
	struct entity entity[SVG_ENTITIES_MAX];
	size_t n;
	uint64_t grown, used;
	struct buf *out;
	struct err *e;
};

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_space(struct view *v)
{
	while (v->n > 0 && is_space(v->p[0]))
		(void)view_skip(v, 1);
}

static bool
take_name(struct view *v, struct view *ret)
{
	size_t n = 0;

	while (n < v->n && !is_space(v->p[n]) && strchr("<>&;%'\"[]=", v->p[n]) == NULL)
		n++;
	return n > 0 && view_take(v, n, ret);
}

static bool
skip_to(struct view *v, const char *end)
{
	size_t at = view_find(*v, 0, view_str(end));

	if (at == VIEW_NOT_FOUND)
		return false;
	return view_skip(v, at + strlen(end));
}

static bool
take_literal(struct view *v, struct view *ret)
{
	uint8_t quote = v->n > 0 ? v->p[0] : 0;
	const uint8_t *end;

	if (quote != '"' && quote != '\'')
		return false;
	(void)view_skip(v, 1);
	end = v->n > 0 ? memchr(v->p, quote, v->n) : NULL;
	if (end == NULL || !view_take(v, (size_t)(end - v->p), ret))
		return false;
	return view_skip(v, 1);
}

/* -- the declaration ---------------------------------------------------- */

static const struct entity *
find(const struct prolog *p, struct view name)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (view_eq(p->entity[i].name, name))
			return &p->entity[i];
	return NULL;
}

/* "<!ENTITY name 'value'>": the first of a name counts (XML 1.0 4.2). */
static bool
declare(struct prolog *p, struct view *v)
{
	struct entity x = { .open = false };

	skip_space(v);
	if (v->n > 0 && v->p[0] == '%')
		return err_set(p->e, ERR_DENIED, "a parameter entity in the DOCTYPE");
	if (!take_name(v, &x.name))
		return err_set(p->e, ERR_MALFORMED, "an entity without a name");
	skip_space(v);
	if (!take_literal(v, &x.value)) {
		struct view unused;

		/* SYSTEM "…", PUBLIC "…" "…": known as one that leads outside. */
		x.outside = true;
		while (v->n > 0 && v->p[0] != '>')
			if (!take_literal(v, &unused))
				(void)view_skip(v, 1);
	}
	if (find(p, x.name) == NULL) {
		if (p->n == SVG_ENTITIES_MAX)
			return err_set(p->e, ERR_LIMIT, "more than %d entities", SVG_ENTITIES_MAX);
		p->entity[p->n++] = x;
	}
	return skip_to(v, ">") || err_set(p->e, ERR_MALFORMED, "an entity without an end");
}

static bool
subset(struct prolog *p, struct view *v)
{
	for (;;) {
		skip_space(v);
		if (!job_tick(p->j, p->e))
			return false;
		if (v->n == 0)
			return err_set(p->e, ERR_MALFORMED, "a DOCTYPE without an end");
		if (v->p[0] == ']')
			return view_skip(v, 1);
		if (v->p[0] == '%')
			return err_set(p->e, ERR_DENIED, "a parameter entity in the DOCTYPE");
		if (view_starts(*v, VIEW("<!ENTITY"))) {
			(void)view_skip(v, 8);
			if (!declare(p, v))
				return false;
			continue;
		}
		if (view_starts(*v, VIEW("<!--")) ? !skip_to(v, "-->")
		    : view_starts(*v, VIEW("<?")) ? !skip_to(v, "?>")
						  : !skip_to(v, ">"))
			return err_set(p->e, ERR_MALFORMED, "a DOCTYPE without an end");
	}
}

static bool
doctype(struct prolog *p, struct view *v)
{
	struct view unused;

	(void)view_skip(v, 9);
	for (;;) {
		if (v->n == 0)
			return err_set(p->e, ERR_MALFORMED, "a DOCTYPE without an end");
		if (v->p[0] == '>')
			return view_skip(v, 1);
		if (v->p[0] == '[') {
			(void)view_skip(v, 1);
			if (!subset(p, v))
				return false;
		} else if (v->p[0] == '"' || v->p[0] == '\'') {
			if (!take_literal(v, &unused))
				return err_set(p->e, ERR_MALFORMED, "a DOCTYPE without an end");
		} else {
			(void)view_skip(v, 1);
		}
	}
}

/* -- references --------------------------------------------------------- */

static bool text_of(struct prolog *p, struct view v, uint8_t quote, int depth);

/* The entity's value in the place of "&name;"; inside a value its quotes must not end it. */
static bool
resolve(struct prolog *p, struct entity *x, uint8_t quote, int depth)
{
	bool ok;

	p->used++;
	if (x->outside)
		return err_set(p->e, ERR_DENIED, "an entity from outside: %.*s", (int)(x->name.n < 60 ? x->name.n : 60),
			       x->name.p);
	if (x->open || depth == SVG_ENTITY_DEPTH)
		return err_set(p->e, ERR_DENIED, "an entity in itself: %.*s", (int)(x->name.n < 60 ? x->name.n : 60),
			       x->name.p);
	/* Empty ones count too: what they cost is time. */
	p->grown += x->value.n + 1;
	if (p->grown > SVG_ENTITY_GROWTH)
		return err_set(p->e, ERR_LIMIT, "entities swell by more than %d bytes", SVG_ENTITY_GROWTH);
	x->open = true;
	ok = text_of(p, x->value, quote, depth + 1);
	x->open = false;
	return ok;
}

static bool
reference(struct prolog *p, struct view *v, uint8_t quote, int depth)
{
	struct view at = *v, name;
	const struct entity *x;

	(void)view_skip(&at, 1);
	if (take_name(&at, &name) && at.n > 0 && at.p[0] == ';' && (x = find(p, name)) != NULL) {
		*v = view_from(at, 1);
		return resolve(p, (struct entity *)(uintptr_t)x, quote, depth);
	}
	(void)view_skip(v, 1);
	return buf_byte(p->out, '&') || buf_ok(p->out, p->e);
}

/* Where references mean nothing: comments, CDATA, instructions.  What is copied. */
static bool
is_opaque(struct view *v, struct view *ret)
{
	const char *end = view_starts(*v, VIEW("<!--"))	       ? "-->"
			  : view_starts(*v, VIEW("<![CDATA[")) ? "]]>"
			  : view_starts(*v, VIEW("<?"))	       ? "?>"
							       : NULL;
	struct view at = *v;

	if (end == NULL)
		return false;
	if (!skip_to(&at, end))
		at.n = 0;
	return view_take(v, v->n - at.n, ret);
}

/*
 * Text with its references resolved.  `quote`: of the attribute's value that it stands
 * in, 0 outside tags; at depth 0 it follows the document's own.
 */
static bool
text_of(struct prolog *p, struct view v, uint8_t quote, int depth)
{
	bool value = depth > 0 && quote != 0, tag = false;
	uint8_t in = quote;

	while (v.n > 0) {
		uint8_t c = v.p[0];
		struct view piece;

		if (!job_tick(p->j, p->e))
			return false;
		if (c == '&') {
			if (!reference(p, &v, in, depth))
				return false;
			continue;
		}
		if (c == '<' && in == 0 && is_opaque(&v, &piece)) {
			(void)buf_view(p->out, piece);
			continue;
		}
		(void)view_skip(&v, 1);
		if (value && (c == '"' || c == '\'' || c == '<')) {
			(void)buf_str(p->out, c == '"' ? "&quot;" : c == '<' ? "&lt;" : "&apos;");
			continue;
		}
		if (!value && in == 0 && (c == '<' || c == '>'))
			tag = c == '<';
		else if (!value && tag && (c == '"' || c == '\''))
			in = in == 0 ? c : in == c ? 0 : in;
		(void)buf_byte(p->out, c);
	}
	return buf_ok(p->out, p->e);
}

bool
svg_prolog(struct job *j, struct view in, struct buf *ret, uint64_t *entities, struct err *e)
{
	own_mem struct prolog *p = calloc(1, sizeof *p);
	struct view piece, at;

	if (p == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	p->j = j;
	p->e = e;
	p->out = ret;
	for (;;) {
		at = in;
		skip_space(&in);
		if (view_starts(in, VIEW("<!DOCTYPE"))) {
			if (!doctype(p, &in))
				return false;
			break;
		}
		if (!is_opaque(&in, &piece)) {
			in = at;
			break;
		}
		if (view_starts(piece, VIEW("<?xml ")))
			(void)buf_view(ret, piece);
		else if (view_starts(piece, VIEW("<?")))
			job_find(j, FINDING_XML_INSTRUCTION, "", "%.*s", (int)(piece.n < 100 ? piece.n : 100), piece.p);
	}
	if (p->n == 0)
		return buf_view(ret, in) || buf_ok(ret, e);
	if (!text_of(p, in, 0, 0))
		return false;
	*entities = p->used;
	return true;
}
