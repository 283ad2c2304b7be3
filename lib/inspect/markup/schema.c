/*
 * The tables' strings become rows behind one hash.  Whatever is wrong in
 * them is an error of ours with its line named; nothing is guessed.
 */
#include "inspect/markup/schema.h"

#include <ctype.h>

enum { TYPES_MAX = 4096, ROWS_MAX = 60000, SLOTS = 1 << 17, TYPE_SLOTS = 1 << 13, GROUP_SLOTS = 1 << 10, NESTED_MAX = 16 };

static const struct space {
	const char *prefix, *uri;
	size_t n;	/* bytes of the prefix */
} spaces[] = {
#define SPACE(prefix, uri) { prefix, uri, sizeof(prefix) - 1 },
#include "inspect/markup/space.def"
#undef SPACE
};
enum { SPACES = sizeof spaces / sizeof *spaces };
_Static_assert(sizeof spaces / sizeof *spaces < (size_t)SCHEMA_SPACES, "and one for none");

static struct tables {
	bool ready;
	struct arena *arena;
	struct schema_type type[TYPES_MAX];
	size_t types, rows, groups;
	struct {
		const struct schema_line *line;
		const struct vocabulary *of;
	} group[GROUP_SLOTS];
	struct schema_row *row;
	uint16_t *slot;			/* row + 1 */
	uint16_t type_slot[TYPE_SLOTS];	/* type + 1 */
	bool defined[TYPES_MAX];
} t;

struct reader {
	const struct vocabulary *v;
	uint16_t owner;
	uint16_t place;
	bool in_choice, repeats, required;	/* of the choice */
	unsigned nested;
};

static uint32_t
hash(uint32_t h, struct view name)
{
	size_t i;

	for (i = 0; i < name.n; i++)
		h = (h ^ name.p[i]) * UINT32_C(16777619);
	return h ^ h >> 15;
}

static uint32_t
row_hash(size_t owner, bool attribute, struct view name)
{
	return hash((uint32_t)(owner * 2 + attribute) * UINT32_C(2654435761), name) % SLOTS;
}

/* Takes an index for the name where there is none yet. */
static bool
type_index(struct view name, uint16_t *ret, struct err *e)
{
	uint32_t h = hash(0, name) % TYPE_SLOTS;

	for (; t.type_slot[h] != 0; h = (h + 1) % TYPE_SLOTS)
		if (view_eq(t.type[t.type_slot[h] - 1].name, name)) {
			*ret = (uint16_t)(t.type_slot[h] - 1);
			return true;
		}
	if (t.types == TYPES_MAX)
		return err_set(e, ERR_SYSTEM, "more than %d types", TYPES_MAX);
	t.type[t.types].name = name;
	*ret = (uint16_t)t.types++;
	t.type_slot[h] = (uint16_t)t.types;
	return true;
}

/* The name with the vocabulary's prefix where it has none. */
static struct view
whole_name(struct view name, const char *prefix)
{
	own_buf struct buf b = BUF_MAX(4096);

	if (name.n > 0 && name.p[0] == ':')
		return view_from(name, 1);
	if (prefix[0] == '\0' || memchr(name.p, ':', name.n) != NULL)
		return name;
	buf_str(&b, prefix);
	buf_byte(&b, ':');
	buf_view(&b, name);
	return arena_copy(t.arena, buf_bytes(&b));
}

/* Types of a vocabulary without a prefix are kept apart by its name: "svg/text". */
static struct view
name_of_type(struct view name, const struct vocabulary *v)
{
	own_buf struct buf b = BUF_MAX(4096);

	if (v->elements[0] != '\0' || memchr(name.p, ':', name.n) != NULL || memchr(name.p, '/', name.n) != NULL)
		return whole_name(name, v->elements);
	buf_str(&b, v->name);
	buf_byte(&b, '/');
	buf_view(&b, name);
	return arena_copy(t.arena, buf_bytes(&b));
}

/* The next word, a sign or bracket alone being one. */
static bool
word(struct view *s, struct view *ret)
{
	size_t n = 0;
	unsigned open = 0;

	while (s->n > 0 && isspace(s->p[0]))
		(void)view_skip(s, 1);
	if (s->n == 0)
		return false;
	if (s->p[0] == '(' || s->p[0] == ')')
		return view_take(s, 1, ret);
	for (; n < s->n && !isspace(s->p[n]) && (s->p[n] != ')' || open > 0); n++) {
		open += s->p[n] == '(';
		open -= s->p[n] == ')';
	}
	return view_take(s, n, ret);
}

static bool
wrong(const struct reader *r, struct view what, struct err *e)
{
	return err_set(e, ERR_SYSTEM, "table %s, type %.*s: \"%.*s\"", r->v->name, (int)t.type[r->owner].name.n,
		       (const char *)t.type[r->owner].name.p, (int)what.n, (const char *)what.p);
}

uint8_t
inspect_schema_space(struct view prefix)
{
	uint8_t i;

	for (i = 0; i < SPACES; i++)
		if (prefix.n == spaces[i].n && memcmp(prefix.p, spaces[i].prefix, prefix.n) == 0)
			return (uint8_t)(i + 1);
	return 0;
}

bool
inspect_schema_space_is(uint8_t space, struct view uri)
{
	return space > 0 && view_is(uri, spaces[space - 1].uri);
}

void
inspect_schema_declare(const bool used[SCHEMA_SPACES], struct buf *b)
{
	const char *last = "";
	size_t i, next;

	for (;;) {
		next = SPACES;
		for (i = 0; i < SPACES; i++)
			if (used[i + 1] && strcmp(spaces[i].prefix, last) > 0 && (next == SPACES || strcmp(spaces[i].prefix, spaces[next].prefix) < 0))
				next = i;
		if (next == SPACES)
			return;
		last = spaces[next].prefix;
		buf_printf(b, " xmlns:%s=\"%s\"", last, spaces[next].uri);
	}
}

/* The name's prefix is known. */
static bool
space_of(struct schema_row *row)
{
	size_t colon = view_find(row->name, 0, VIEW(":"));
	struct view prefix = { row->name.p, colon };

	if (colon == VIEW_NOT_FOUND || view_is(prefix, "xml"))
		return true;
	return (row->space = inspect_schema_space(prefix)) > 0;
}

static bool
row_put(const struct reader *r, struct schema_row *row, struct err *e)
{
	uint32_t h = row_hash(row->owner, row->attribute, row->name);

	if (!space_of(row))
		return wrong(r, row->name, e);
	for (; t.slot[h] != 0; h = (h + 1) % SLOTS) {
		const struct schema_row *other = &t.row[t.slot[h] - 1];

		if (other->owner == row->owner && other->attribute == row->attribute && view_eq(other->name, row->name))
			return wrong(r, row->name, e);
	}
	if (t.rows == ROWS_MAX)
		return err_set(e, ERR_SYSTEM, "more than %d rows", ROWS_MAX);
	t.row[t.rows++] = *row;
	t.slot[h] = (uint16_t)t.rows;
	return true;
}

static uint32_t
group_hash(int what, struct view name)
{
	return hash((uint32_t)what * UINT32_C(2654435761), name) % GROUP_SLOTS;
}

static bool
groups(const struct vocabulary *v, struct err *e)
{
	size_t i;

	for (i = 0; i < v->n; i++) {
		const struct schema_line *l = &v->line[i];
		uint32_t h = group_hash(l->what, view_str(l->name));

		if (l->what == SCHEMA_TYPE)
			continue;
		if (++t.groups > GROUP_SLOTS / 2)
			return err_set(e, ERR_SYSTEM, "more than %d groups", GROUP_SLOTS / 2);
		while (t.group[h].line != NULL)
			h = (h + 1) % GROUP_SLOTS;
		t.group[h].line = l;
		t.group[h].of = v;
	}
	return true;
}

static const struct schema_line *
group(const struct vocabulary **v, int what, struct view name)
{
	uint32_t h = group_hash(what, name);

	for (; t.group[h].line != NULL; h = (h + 1) % GROUP_SLOTS)
		if ((int)t.group[h].line->what == what && view_is(name, t.group[h].line->name)) {
			*v = t.group[h].of;
			return t.group[h].line;
		}
	return NULL;
}

/* kind, kind(arg) or one|of|these */
static bool
kind_of(struct view s, kind_check **ret, struct view *ret_arg)
{
	size_t open = view_find(s, 0, VIEW("("));

	*ret_arg = (struct view){ s.p, 0 };
	if (open == VIEW_NOT_FOUND && memchr(s.p, '|', s.n) != NULL) {
		*ret_arg = s;
		*ret = inspect_kind(VIEW("one"));
		return true;
	}
	if (open != VIEW_NOT_FOUND) {
		if (s.p[s.n - 1] != ')')
			return false;
		*ret_arg = (struct view){ s.p + open + 1, s.n - open - 2 };
		s.n = open;
	}
	return (*ret = inspect_kind(s)) != NULL;
}

static bool
attributes(struct reader *r, const char *list, struct err *e)
{
	struct view s = view_str(list), w;

	if (++r->nested > NESTED_MAX)
		return wrong(r, s, e);
	while (word(&s, &w)) {
		struct schema_row row = { .owner = r->owner, .attribute = true };
		size_t equal = view_find(w, 0, VIEW("="));
		const struct schema_line *l;
		const struct vocabulary *v = r->v;

		if (w.p[0] == '@') {
			if ((l = group(&r->v, SCHEMA_ATTRIBUTES, view_from(w, 1))) == NULL || !attributes(r, l->attributes, e))
				return l == NULL ? wrong(r, w, e) : false;
			r->v = v;
			continue;
		}
		if (w.p[w.n - 1] == '!') {
			row.required = true;
			t.type[r->owner].required_attributes++;
			w.n--;
		}
		if (equal == VIEW_NOT_FOUND || !kind_of(view_from(w, equal + 1), &row.kind, &row.arg))
			return wrong(r, w, e);
		row.name = whole_name((struct view){ w.p, equal }, r->v->attributes);
		row.place = r->place++;
		if (!row_put(r, &row, e))
			return false;
	}
	r->nested--;
	return true;
}

/* A sign behind a name or a bracket. */
static void
sign(struct view *w, bool *ret_repeats, bool *ret_required)
{
	uint8_t c = w->n > 0 ? w->p[w->n - 1] : 0;

	*ret_repeats = c == '*' || c == '+';
	*ret_required = c == '!' || c == '+';
	w->n -= c == '*' || c == '+' || c == '!';
}

static bool children(struct reader *r, struct view s, struct err *e);

/* "( a b c )*": s stands behind the bracket that opens. */
static bool
choice(struct reader *r, struct view *s, struct err *e)
{
	size_t end = 0;
	unsigned open = 1;
	struct view inner, behind = { NULL, 0 };

	for (; end < s->n && open > 0; end++) {
		open += s->p[end] == '(';
		open -= s->p[end] == ')';
	}
	if (open > 0 || r->in_choice)
		return wrong(r, *s, e);
	(void)view_take(s, end, &inner);
	inner.n--;
	if (s->n > 0 && !isspace(s->p[0]) && s->p[0] != ')')
		(void)view_take(s, 1, &behind);
	r->place++;
	sign(&behind, &r->repeats, &r->required);
	if (behind.n > 0)
		return wrong(r, behind, e);
	t.type[r->owner].required = (uint16_t)(t.type[r->owner].required + r->required);
	r->in_choice = true;
	if (!children(r, inner, e))
		return false;
	r->in_choice = false;
	return true;
}

static bool
child(struct reader *r, struct view w, struct err *e)
{
	struct schema_row row = { .owner = r->owner, .repeats = r->repeats, .required = r->required };
	size_t equal;

	if (!r->in_choice) {
		sign(&w, &row.repeats, &row.required);
		t.type[r->owner].required = (uint16_t)(t.type[r->owner].required + row.required);
		r->place++;
	}
	row.place = r->place;
	equal = view_find(w, 0, VIEW("="));
	row.name = whole_name((struct view){ w.p, equal == VIEW_NOT_FOUND ? w.n : equal }, r->v->elements);
	return type_index(name_of_type(equal == VIEW_NOT_FOUND ? row.name : view_from(w, equal + 1), r->v), &row.type, e) &&
	       row_put(r, &row, e);
}

static bool
special(struct reader *r, struct view w, struct err *e)
{
	struct schema_type *type = &t.type[r->owner];
	struct view name = view_from(w, 1);
	const struct vocabulary *v = r->v;
	const struct schema_line *l;
	bool ok;

	switch (w.p[0]) {
	case '#':
		return kind_of(name, &type->text, &type->text_arg) || wrong(r, w, e);
	case '&':
		return (type->hook = inspect_hook(name)) != NULL || wrong(r, w, e);
	default:
		if ((l = group(&r->v, SCHEMA_CHILDREN, name)) == NULL)
			return wrong(r, w, e);
		ok = children(r, view_str(l->children), e);
		r->v = v;
		return ok;
	}
}

static bool
children(struct reader *r, struct view s, struct err *e)
{
	struct view w;

	if (++r->nested > NESTED_MAX)
		return wrong(r, s, e);
	while (word(&s, &w)) {
		bool ok = w.p[0] == '(' ? choice(r, &s, e) : w.p[0] == '#' || w.p[0] == '&' || w.p[0] == '@' ? special(r, w, e) : child(r, w, e);

		if (!ok)
			return false;
	}
	r->nested--;
	return true;
}

static bool
types(const struct vocabulary *v, const struct schema_line *l, struct err *e)
{
	struct view names = view_str(l->name), w;

	while (word(&names, &w)) {
		struct reader r = { .v = v };

		if (!type_index(name_of_type(w, v), &r.owner, e))
			return false;
		if (t.defined[r.owner])
			return wrong(&r, w, e);
		t.defined[r.owner] = true;
		if (!attributes(&r, l->attributes, e))
			return false;
		r.place = 0;
		if (!children(&r, view_str(l->children), e))
			return false;
	}
	return true;
}

bool
inspect_schema_prepare(struct err *e)
{
	size_t i, k;

	if (t.ready)
		return true;
	t.arena = arena_new_lasting(0);
	t.row = t.arena == NULL ? NULL : arena_array(t.arena, ROWS_MAX, sizeof *t.row);
	t.slot = t.row == NULL ? NULL : arena_array(t.arena, SLOTS, sizeof *t.slot);
	if (t.slot == NULL)
		return no_memory(e);
	for (k = 0; k < inspect_vocabularies_n; k++)
		if (!groups(&inspect_vocabularies[k], e))
			return false;
	for (k = 0; k < inspect_vocabularies_n; k++)
		for (i = 0; i < inspect_vocabularies[k].n; i++) {
			const struct schema_line *l = &inspect_vocabularies[k].line[i];

			if (l->what == SCHEMA_TYPE && !types(&inspect_vocabularies[k], l, e))
				return false;
		}
	for (i = 0; i < t.types; i++)
		if (!t.defined[i])
			return err_set(e, ERR_SYSTEM, "tables: no type %.*s", (int)t.type[i].name.n, (const char *)t.type[i].name.p);
	return t.ready = true;
}

const struct schema_type *
inspect_schema_type(struct view name)
{
	uint32_t h = hash(0, name) % TYPE_SLOTS;

	for (; t.type_slot[h] != 0; h = (h + 1) % TYPE_SLOTS)
		if (view_eq(t.type[t.type_slot[h] - 1].name, name))
			return &t.type[t.type_slot[h] - 1];
	return NULL;
}

const struct schema_type *
inspect_schema_child(const struct schema_row *row)
{
	return &t.type[row->type];
}

const struct schema_type *
inspect_schema_owner(const struct schema_row *row)
{
	return &t.type[row->owner];
}

const struct schema_row *
inspect_schema_row(const struct schema_type *owner, bool attribute, struct view name)
{
	size_t index = (size_t)(owner - t.type);
	uint32_t h = row_hash(index, attribute, name);

	for (; t.slot[h] != 0; h = (h + 1) % SLOTS) {
		const struct schema_row *row = &t.row[t.slot[h] - 1];

		if (row->owner == index && row->attribute == attribute && view_eq(row->name, name))
			return row;
	}
	return NULL;
}

const struct schema_row *
inspect_schema_at(size_t i)
{
	return i < t.rows ? &t.row[i] : NULL;
}
