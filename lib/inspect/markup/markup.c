/*
 * The walk: one token, one look-up.  Attributes ascend, so that none is
 * there twice; children are told by the place of the last one.
 */
#include "inspect/markup/markup.h"

struct view
inspect_markup_value(const struct markup *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->x.attributes; i++)
		if (view_is(m->x.attribute[i].name, name))
			return m->x.attribute[i].value;
	return (struct view){ NULL, 0 };
}

const struct schema_type *
inspect_markup_above(const struct markup *m, size_t up)
{
	return up < m->depth ? m->frame[m->depth - 1 - up].type : NULL;
}

bool
inspect_markup_decode(struct markup *m, struct view spelled, struct view *ret, struct err *e)
{
	if (memchr(spelled.p, '&', spelled.n) == NULL) {
		*ret = spelled;
		return true;
	}
	buf_clear(&m->scratch);
	if (!inspect_xml_decode(spelled, &m->scratch, e))
		return false;
	*ret = buf_bytes(&m->scratch);
	return true;
}

static bool
bad(const struct markup *m, struct err *e, const char *what, struct view name)
{
	const struct schema_type *in = inspect_markup_above(m, 0);

	return residue(e, "byte %zu: %s %.*s in %.*s", at_of(m->x.whole, m->x.in), what, (int)(name.n > 60 ? 60 : name.n),
		       (const char *)name.p, in == NULL ? 0 : (int)in->name.n, in == NULL ? "" : (const char *)in->name.p);
}

static int
order(struct view a, struct view b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return c != 0 ? c : (a.n > b.n) - (a.n < b.n);
}

static void
always(struct markup *m, struct view prefixes)
{
	while (prefixes.n > 0) {
		size_t blank = view_find(prefixes, 0, VIEW(" "));
		struct view one = { prefixes.p, blank == VIEW_NOT_FOUND ? prefixes.n : blank };

		m->used[inspect_schema_space(one)] = true;
		prefixes = view_from(prefixes, one.n + 1);
	}
}

/* The root's declarations, which are all there are; *ret: how many. */
static bool
declarations(struct markup *m, const struct markup_root *root, size_t *ret, struct err *e)
{
	bool of_default = false;
	size_t n = 0;

	for (; n < m->x.attributes && view_starts(m->x.attribute[n].name, VIEW("xmlns")); n++) {
		const struct xml_attribute *a = &m->x.attribute[n];
		uint8_t space;

		if (n > 0 && order(m->x.attribute[n - 1].name, a->name) >= 0)
			return bad(m, e, "out of order:", a->name);
		if (a->prefix == 0) {
			of_default = true;
			if (root->space == NULL || !view_is(a->value, root->space))
				return bad(m, e, "namespace", a->name);
			continue;
		}
		space = inspect_schema_space(view_from(a->name, 6));
		if (!inspect_schema_space_is(space, a->value))
			return bad(m, e, "namespace", a->name);
		m->declared[space] = true;
	}
	if (of_default != (root->space != NULL))
		return bad(m, e, "no namespace for", m->x.name);
	always(m, view_str(root->always != NULL ? root->always : ""));
	m->used[inspect_schema_space((struct view){ m->x.name.p, m->x.prefix })] = true;
	*ret = n;
	return true;
}

static bool
attributes(struct markup *m, size_t from, const struct schema_type *type, struct err *e)
{
	size_t i;
	uint16_t required = 0;

	for (i = from; i < m->x.attributes; i++) {
		const struct xml_attribute *a = &m->x.attribute[i];
		const struct schema_row *row = inspect_schema_row(type, true, a->name);

		if (row == NULL)
			return bad(m, e, "attribute", a->name);
		if (i > from && order(m->x.attribute[i - 1].name, a->name) >= 0)
			return bad(m, e, "out of order or twice:", a->name);
		m->used[row->space] = true;
		required = (uint16_t)(required + row->required);
		if (!row->kind(m, a->value, row->arg, e)) {
			if (e->code == ERR_NONE)
				return residue(e, "byte %zu: %.*s=\"%.*s\"", at_of(m->x.whole, m->x.in), (int)a->name.n,
					       (const char *)a->name.p, (int)(a->value.n > 80 ? 80 : a->value.n),
					       (const char *)a->value.p);
			return err_at(e, "byte %zu: %.*s", at_of(m->x.whole, m->x.in), (int)a->name.n, (const char *)a->name.p);
		}
	}
	return required == type->required_attributes || bad(m, e, "attribute missing:", m->x.name);
}

/* The element's place among its sisters. */
static bool
placed(struct markup *m, const struct schema_row *row, struct err *e)
{
	struct markup_frame *f = &m->frame[m->depth - 1];

	if (row->place < f->place || (row->place == f->place && !row->repeats))
		return bad(m, e, "out of order:", m->x.name);
	if (row->place > f->place)
		f->required = (uint16_t)(f->required + row->required);
	f->place = row->place;
	return true;
}

static bool
closed(struct markup *m, struct err *e)
{
	const struct markup_frame *f = &m->frame[m->depth - 1];

	if (f->required != f->type->required)
		return bad(m, e, "something missing", (struct view){ NULL, 0 });
	if (f->type->hook != NULL && !f->type->hook(m, HOOK_CLOSE, e))
		return e->code == ERR_NONE ? bad(m, e, "end", f->type->name) : false;
	m->depth--;
	return true;
}

static bool
opened(struct markup *m, const struct markup_root *root, struct err *e)
{
	const struct schema_type *type;
	size_t n = 0;

	if (m->depth == 0) {
		if (!view_is(m->x.name, root->root))
			return bad(m, e, "root", m->x.name);
		type = inspect_schema_type(view_str(root->type != NULL ? root->type : root->root));
		if (type == NULL)
			return err_set(e, ERR_SYSTEM, "no table for %s", root->root);
		if (!declarations(m, root, &n, e))
			return false;
	} else {
		const struct schema_row *row = inspect_schema_row(m->frame[m->depth - 1].type, false, m->x.name);

		if (row == NULL)
			return bad(m, e, "element", m->x.name);
		if (!placed(m, row, e))
			return false;
		m->used[row->space] = true;
		type = inspect_schema_child(row);
	}
	m->frame[m->depth++] = (struct markup_frame){ .type = type };
	if (!attributes(m, n, type, e))
		return false;
	if (type->hook != NULL && !type->hook(m, HOOK_OPEN, e))
		return e->code == ERR_NONE ? bad(m, e, "element", m->x.name) : false;
	return !m->x.empty || closed(m, e);
}

static bool
characters(struct markup *m, struct err *e)
{
	const struct schema_type *type = m->frame[m->depth - 1].type;

	if (type->text == NULL)
		return bad(m, e, "text", (struct view){ NULL, 0 });
	if (!type->text(m, m->x.text, type->text_arg, e))
		return e->code == ERR_NONE ? bad(m, e, "text", m->x.text) : false;
	if (type->hook != NULL && !type->hook(m, HOOK_TEXT, e))
		return e->code == ERR_NONE ? bad(m, e, "text", m->x.text) : false;
	return true;
}

static bool
walk(struct markup *m, const struct markup_root *root, struct err *e)
{
	for (;;) {
		bool ok = false;

		switch (inspect_xml_next(&m->x, e)) {
		case XML_BAD:
			return false;
		case XML_END:
			m->used[0] = false;
			return memcmp(m->declared, m->used, sizeof m->used) == 0 || residue(e, "namespaces other than those that are used");
		case XML_OPEN:
			ok = opened(m, root, e);
			break;
		case XML_CLOSE:
			ok = closed(m, e);
			break;
		case XML_TEXT:
			ok = characters(m, e);
			break;
		}
		if (!ok)
			return false;
	}
}

bool
inspect_markup(struct inspection *in, const struct markup_root *root, struct view part,
	       const struct markup_links *links, void *state, struct err *e)
{
	own_mem struct markup *m = malloc(sizeof *m);
	bool ok;

	if (m == NULL)
		return no_memory(e);
	if (!inspect_schema_prepare(e))
		return false;
	m->in = in;
	m->links = links;
	m->state = state;
	m->depth = 0;
	memset(m->declared, 0, sizeof m->declared);
	memset(m->used, 0, sizeof m->used);
	m->scratch = BUF_MAX((size_t)128 << 20);
	inspect_xml_begin(&m->x, part, true);
	m->x.loose = !root->tidy;
	ok = walk(m, root, e);
	inspect_xml_end(&m->x);
	buf_release(&m->scratch);
	return ok;
}
