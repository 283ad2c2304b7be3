/* hook.c - what a vocabulary's hooks may ask and do. */
#include <stdarg.h>
#include <stdio.h>

#include "sanitize/markup/in.h"

void *
markup_ctx(const struct markup *m)
{
	return m->use->ctx;
}

struct job *
markup_job(const struct markup *m)
{
	return m->use->job;
}

void
markup_fail(struct markup *m, enum err_code code, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	if (m->failed)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	err_set(m->e, code, "%s", text);
	markup_stop(m);
}

void
markup_find(struct markup *m, enum finding_code code, const char *fmt, ...)
{
	char text[FINDING_DETAIL_MAX + 1] = "";
	va_list ap;

	if (fmt != NULL) {
		va_start(ap, fmt);
		(void)vsnprintf(text, sizeof text, fmt, ap);
		va_end(ap);
	}
	job_find(m->use->job, code, m->use->where, "%s", text);
}

/* The element `up` levels around the one in hand; NULL past the root. */
static struct frame *
frame_up(const struct markup *m, size_t up)
{
	struct frame *f = element_around(m);

	while (f != NULL && up-- > 0)
		f = f->element == 0 ? NULL : &m->frame[m->frame[f->element - 1].element];
	return f;
}

uint16_t
markup_type(const struct markup *m, size_t up)
{
	const struct frame *f;

	if (m->coming != NO_ROW && up == 0)
		return m->index->row[m->coming].type;
	f = frame_up(m, m->coming != NO_ROW ? up - 1 : up);
	return f == NULL ? 0 : f->type;
}

const struct markup_row *
markup_row(const struct markup *m)
{
	const struct frame *f = element_around(m);

	return &m->index->row[m->coming != NO_ROW || f == NULL ? m->coming : f->row];
}

uint64_t *
markup_note(struct markup *m)
{
	return m->coming != NO_ROW ? &m->coming_note : &element_around(m)->note;
}

uint64_t *
markup_note_up(struct markup *m, size_t up)
{
	struct frame *f;

	if (up == 0)
		return markup_note(m);
	f = frame_up(m, m->coming != NO_ROW ? up - 1 : up);
	return f == NULL ? NULL : &f->note;
}

void
markup_mark(struct markup *m, uint32_t what)
{
	if (m->marks + m->pending == m->mark_cap) {
		size_t cap = m->mark_cap == 0 ? 64 : m->mark_cap * 2;
		struct mark *more = realloc(m->mark, cap * sizeof *more);

		if (more == NULL) {
			markup_fail(m, ERR_SYSTEM, "no memory");
			return;
		}
		m->mark = more;
		m->mark_cap = cap;
	}
	if (m->coming != NO_ROW && m->emitting == NO_ROW) {
		m->mark[m->marks + m->pending++] = (struct mark){ what, m->judging };
		return;
	}
	/* Of character data, in close, or of an element of a hook's own: it is there already. */
	m->mark[m->marks + m->pending] = m->mark[m->marks];
	m->mark[m->marks++] = (struct mark){ .what = what };
}

void
marks_drop(struct markup *m, uint16_t row)
{
	struct mark *w = m->mark == NULL ? NULL : m->mark + m->marks;
	size_t i, n = 0;

	for (i = 0; row != NO_ROW && i < m->pending; i++)
		if (w[i].row != row)
			w[n++] = w[i];
	m->pending = n;
}

/* -- attributes of the element that comes ----------------------------- */

static uint16_t
attribute_row(const struct markup *m, uint16_t type, uint8_t ns, const char *name)
{
	uint16_t r = index_find(m->index, type, ns, index_atom(m->index, view_str(name)), true);

	return r == NO_ROW || m->index->row[r].row > ROW_REQUIRED ? NO_ROW : r;
}

static size_t
attribute_at(const struct markup *m, uint8_t ns, const char *name)
{
	size_t i;

	for (i = 0; i < m->attributes.n; i++) {
		const struct markup_row *r = &m->index->row[m->attributes.v[i].row];

		if (r->ns == ns && strcmp(r->name, name) == 0)
			break;
	}
	return i;
}

struct view
markup_get(const struct markup *m, uint8_t ns, const char *name)
{
	size_t i = attribute_at(m, ns, name);

	return i == m->attributes.n ? (struct view){ NULL, 0 } : attribute_value(&m->attributes, i);
}

void
markup_set(struct markup *m, uint8_t ns, const char *name, struct view value)
{
	uint16_t r = m->coming == NO_ROW ? NO_ROW : attribute_row(m, m->index->row[m->coming].type, ns, name);

	if (r == NO_ROW)
		markup_fail(m, ERR_SYSTEM, "a hook sets %s", name);
	else
		attributes_put(&m->attributes, r, value);
	if (r != NO_ROW)
		marks_drop(m, r);
}

void
markup_unset(struct markup *m, uint8_t ns, const char *name)
{
	size_t i = attribute_at(m, ns, name);

	if (i == m->attributes.n)
		return;
	marks_drop(m, m->attributes.v[i].row);
	m->attributes.n--;
	memmove(&m->attributes.v[i], &m->attributes.v[i + 1],
		(m->attributes.n - i) * sizeof *m->attributes.v);
}

/* -- elements of the hook's own --------------------------------------- */

/* The start tag that waited for attributes. */
void
emit_flush(struct markup *m)
{
	uint16_t row = m->emitting;

	m->emitting = NO_ROW;
	if (row != NO_ROW && !m->failed)
		element_begin(m, row, &m->emitted);
}

void
markup_begin(struct markup *m, uint8_t ns, const char *name)
{
	const struct frame *p;
	uint16_t r = NO_ROW;

	emit_flush(m);
	p = element_around(m);
	if (m->failed)
		return;
	if (p != NULL)
		r = index_find(m->index, p->type, ns, index_atom(m->index, view_str(name)), false);
	if (r == NO_ROW || m->index->row[r].row > ROW_SOLE) {
		markup_fail(m, ERR_SYSTEM, "a hook writes %s", name);
		return;
	}
	m->emitting = r;
	m->emitted.n = 0;
	buf_clear(&m->emitted.scratch);
}

void
markup_attr(struct markup *m, uint8_t ns, const char *name, struct view value)
{
	uint16_t r = m->emitting == NO_ROW ? NO_ROW : attribute_row(m, m->index->row[m->emitting].type, ns, name);

	if (r == NO_ROW)
		markup_fail(m, ERR_SYSTEM, "a hook writes %s=", name);
	else
		attributes_put(&m->emitted, r, value);
}

void
markup_text(struct markup *m, struct view text)
{
	emit_flush(m);
	text_flush(m, m->out.n, false);
	if (!m->failed)
		element_write(m, text);
}

void
markup_end(struct markup *m)
{
	emit_flush(m);
	/* A hook's elements are its promise: no hook sees them. */
	if (!m->failed)
		element_close(m, true);
}
