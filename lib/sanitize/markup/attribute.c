/* attribute.c - values of attributes and of character data, judged by their kind. */
#include "sanitize/markup/in.h"

struct view
attribute_value(const struct attributes *a, size_t i)
{
	const struct attribute *v = &a->v[i];

	return view_of(v->own ? a->scratch.p + v->at : v->p, v->n);
}

static struct attribute *
add(struct attributes *a, uint16_t row)
{
	if (a->n == a->cap) {
		size_t cap = a->cap == 0 ? 32 : a->cap * 2;
		struct attribute *more = realloc(a->v, cap * sizeof *more);

		if (more == NULL)
			return NULL;
		a->v = more;
		a->cap = cap;
	}
	a->v[a->n] = (struct attribute){ .row = row };
	return &a->v[a->n++];
}

/* Sets, or adds, the attribute of that row to a copy of the value. */
void
attributes_put(struct attributes *a, uint16_t row, struct view v)
{
	struct attribute *at = NULL;
	size_t i, from;
	uint8_t *to;
	bool inside;

	for (i = 0; i < a->n && at == NULL; i++)
		if (a->v[i].row == row)
			at = &a->v[i];
	if (at == NULL)
		at = add(a, row);
	if (at == NULL) {
		a->scratch.full = true;
		return;
	}
	*at = (struct attribute){ .row = row, .own = true, .at = a->scratch.n, .n = v.n };
	/* The value may be one of our own, which moves when the room grows. */
	inside = v.n > 0 && a->scratch.n > 0 && v.p >= a->scratch.p && v.p < a->scratch.p + a->scratch.n;
	from = inside ? (size_t)(v.p - a->scratch.p) : 0;
	to = buf_room(&a->scratch, v.n);
	if (to == NULL || v.n == 0) {
		at->n = 0;
		return;
	}
	memmove(to, inside ? a->scratch.p + from : v.p, v.n);
	a->scratch.n += v.n;
}

enum markup_do
value_judge(struct markup *m, const struct markup_row *row, struct view *v)
{
	enum markup_do what;

	if (row->kind == MARKUP_STRING || row->kind == MARKUP_TEXT)
		return MARKUP_KEEP;
	*v = markup_trim(*v);
	if (markup_is(row->kind, *v))
		return MARKUP_KEEP;
	if (kind_checked(row->kind)) {
		markup_find(m, FINDING_MARKUP_VALUE, "%s%s%.*s", row->name, row_is_attribute(row->row) ? "=" : ": ",
			    (int)(v->n < 100 ? v->n : 100), v->n == 0 ? "" : (const char *)v->p);
		return MARKUP_DROP;
	}
	if (m->use->vocabulary->value == NULL)
		return MARKUP_DROP;
	buf_clear(&m->value);
	what = m->use->vocabulary->value(m, row, *v, &m->value);
	if (what == MARKUP_OTHER) {
		*v = buf_bytes(&m->value);
		return MARKUP_KEEP;
	}
	return what == MARKUP_KEEP ? MARKUP_KEEP : MARKUP_DROP;
}

static bool
judge_one(struct markup *m, uint16_t type, const struct name *s, const char *value)
{
	struct bound b = m->names.bound[s->prefix];
	uint8_t ns = s->local == 0 ? NS_0 : b.ns;
	const struct markup_row *row;
	struct attribute *at;
	struct view v = view_str(value);
	uint16_t r;
	size_t i;
	bool keep;

	if (ns == NS_UNBOUND)
		return err_set(m->e, ERR_MALFORMED, "%.100s: prefix without a namespace", s->raw);
	r = ns == NS_FOREIGN ? NO_ROW : index_find(m->index, type, ns, s->atom, true);
	if (r == NO_ROW)
		return true;
	row = &m->index->row[r];
	if (row->row == ROW_GONE_ATTR)
		markup_find(m, row->finding, "%s", s->raw);
	if (row->row == ROW_GONE_ATTR || row->row == ROW_QUIET_ATTR)
		return true;
	for (i = 0; i < m->attributes.n; i++)
		if (m->attributes.v[i].row == r)
			return err_set(m->e, ERR_MALFORMED, "%.100s: the attribute stands twice", s->raw);
	m->judging = r;
	keep = value_judge(m, row, &v) == MARKUP_KEEP;
	m->judging = NO_ROW;
	if (!keep) {
		marks_drop(m, r);
		return !m->failed;
	}
	if (v.p == m->value.p && v.n > 0) {
		attributes_put(&m->attributes, r, v);
		return true;
	}
	at = add(&m->attributes, r);
	if (at == NULL)
		return err_set(m->e, ERR_SYSTEM, "no memory");
	at->p = v.p;
	at->n = v.n;
	return true;
}

/* Is there what the type requires? */
bool
attributes_hold(const struct markup *m, uint16_t type, const struct attributes *a)
{
	const struct type_more *t = &m->index->type[type];
	size_t r, i;

	if (!t->required)
		return true;
	for (r = t->first; r < t->end; r++) {
		if (m->index->row[r].row != ROW_REQUIRED)
			continue;
		for (i = 0; i < a->n; i++)
			if (a->v[i].row == r)
				break;
		if (i == a->n)
			return false;
	}
	return true;
}

bool
attributes_judge(struct markup *m, uint16_t row, const char **att)
{
	uint16_t type = m->index->row[row].type;
	const struct name *s;
	size_t i;

	m->attributes.n = 0;
	buf_clear(&m->attributes.scratch);
	for (i = 0; att[i] != NULL; i += 2) {
		s = names_get(m, att[i]);
		if (s == NULL)
			return false;
		if (!s->declares && !judge_one(m, type, s, att[i + 1])) {
			markup_stop(m);
			return false;
		}
	}
	return attributes_hold(m, type, &m->attributes);
}
