/*
 * vocabulary.c - rows made into what a reader asks for: the row of a child
 * or attribute by (type, namespace, name), in constant time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sanitize/markup/in.h"

static const char compat_uri[] = "http://schemas.openxmlformats.org/markup-compatibility/2006";

static size_t
slot_of(const struct markup_index *x, struct view name)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < name.n; i++)
		h = (h ^ name.p[i]) * 16777619u;
	for (i = h & (x->atoms - 1); x->atom[i].name != NULL; i = (i + 1) & (x->atoms - 1))
		if (x->atom[i].n == name.n && memcmp(x->atom[i].name, name.p, name.n) == 0)
			break;
	return i;
}

uint16_t
index_atom(const struct markup_index *x, struct view name)
{
	size_t i = slot_of(x, name);

	return x->atom[i].name == NULL ? 0 : (uint16_t)(i + 1);
}

static size_t
key_slot(const struct markup_index *x, uint16_t type, uint8_t ns, uint16_t atom, bool attribute)
{
	uint64_t k = (uint64_t)type << 32 | (uint64_t)ns << 17 | (uint64_t)attribute << 16 | atom;

	return (size_t)((k * 0x9e3779b97f4a7c15u) >> 32) & (x->keys - 1);
}

/* The slot of the row, or the free one where it would stand. */
static size_t
key_at(const struct markup_index *x, uint16_t type, uint8_t ns, uint16_t atom, bool attribute)
{
	size_t i = key_slot(x, type, ns, atom, attribute);
	const struct atom *want = &x->atom[atom - 1];

	for (; x->key[i] != 0; i = (i + 1) & (x->keys - 1)) {
		size_t r = x->key[i] - 1u;
		const struct markup_row *row = &x->row[r];

		if (x->more[r].owner == type && row->ns == ns &&
		    row_is_attribute(row->row) == attribute && strcmp(row->name, want->name) == 0)
			break;
	}
	return i;
}

uint16_t
index_find(const struct markup_index *x, uint16_t type, uint8_t ns, uint16_t atom, bool attribute)
{
	size_t i;

	if (atom == 0)
		return NO_ROW;
	i = key_at(x, type, ns, atom, attribute);
	if (x->key[i] == 0 && type != 0)
		i = key_at(x, 0, ns, atom, attribute);
	return x->key[i] == 0 ? NO_ROW : (uint16_t)(x->key[i] - 1);
}

uint8_t
index_space(const struct markup_index *x, struct view uri)
{
	uint16_t atom = index_atom(x, uri);

	return atom == 0 ? NS_FOREIGN : x->atom[atom - 1].ns;
}

static bool
spaces_read(struct markup_index *x, const struct markup_vocabulary *v, struct err *e)
{
	size_t i, k;

	x->space[NS_0] = (struct space){ .prefix = "", .uri = "" };
	x->space[NS_XML] = (struct space){ .prefix = "xml", .uri = "http://www.w3.org/XML/1998/namespace" };
	x->spaces = NS_FIRST;
	for (i = 0; i < v->rows; i++) {
		const struct markup_row *r = &v->row[i];

		/* The row NS stands before. */
		if (r->row == ROW_UNMET)
			x->space[r->ns].unmet = true;
		if (r->row == ROW_ALWAYS)
			x->space[r->ns].always = true;
		if (r->row != ROW_NS)
			continue;
		if (x->spaces == NAMESPACES_MAX)
			return err_set(e, ERR_SYSTEM, "more than %d namespaces", NAMESPACES_MAX);
		for (k = 0; k < x->spaces; k++)
			if (r->name[0] != '\0' && strcmp(x->space[k].prefix, r->name) == 0)
				return err_set(e, ERR_SYSTEM, "prefix %s twice", r->name);
		if (strcmp(r->uri, compat_uri) == 0)
			x->compat = (uint8_t)x->spaces;
		/* Insertion by prefix. */
		for (k = x->spaces - NS_FIRST; k > 0 && strcmp(x->space[x->sorted[k - 1]].prefix, r->name) > 0; k--)
			x->sorted[k] = x->sorted[k - 1];
		x->sorted[k] = (uint8_t)x->spaces;
		x->space[x->spaces++] = (struct space){ .prefix = r->name, .uri = r->uri };
	}
	return true;
}

/* Types: which rows are theirs, places of their children. */
static bool
types_read(struct markup_index *x, const struct markup_vocabulary *v, struct err *e)
{
	struct type_more *t = &x->type[0];
	uint16_t place = 0, type = 0;
	bool once = false;
	size_t i;

	for (i = 0; i < v->rows; i++) {
		const struct markup_row *r = &v->row[i];
		struct row_more *m = &x->more[i];

		if (r->row == ROW_TYPE) {
			t = &x->type[r->type];
			*t = (struct type_more){ .first = (uint16_t)(i + 1), .kind = r->kind };
			place = 0;
			type = r->type;
		}
		if (r->row == ROW_END) {
			t->end = (uint16_t)i;
			t = &x->type[0];
			type = 0;
		}
		m->owner = type;
		if (type == 0 && r->row >= ROW_FULL && r->row <= ROW_HOOK)
			return err_set(e, ERR_SYSTEM, "row %zu stands in no type", i);
		t->full |= r->row == ROW_FULL;
		t->required |= r->row == ROW_REQUIRED;
		t->must |= r->row == ROW_MUST || r->row == ROW_SOLE;
		t->need |= r->row == ROW_NEED;
		if (r->row == ROW_HOOK)
			t->hook = r->hook;
		if (r->row == ROW_ONE || r->row == ROW_NEXT || r->row == ROW_MUST || r->row == ROW_NEED || r->row == ROW_SOLE) {
			place++;
			once = r->row == ROW_ONE || r->row == ROW_NEED || r->row == ROW_SOLE;
		}
		if (row_is_child(r->row) && r->row <= ROW_SOLE) {
			if (place == 0 || place > PLACES_MAX || type == 0)
				return err_set(e, ERR_SYSTEM, "row %zu (%s): no place", i, r->name);
			if (t->kind > MARKUP_TEXT)
				return err_set(e, ERR_SYSTEM, "row %zu (%s): a value has no children", i, r->name);
			m->place = (uint16_t)(place - 1);
			m->once = once;
		}
	}
	return type == 0 || err_set(e, ERR_SYSTEM, "the last type has no END");
}

static void
atoms_add(struct markup_index *x, const char *s, uint8_t ns)
{
	size_t i = slot_of(x, view_str(s));

	x->atom[i] = (struct atom){ s, strlen(s), ns };
}

static bool
names_read(struct markup_index *x, const struct markup_vocabulary *v, struct err *e)
{
	size_t i;

	for (i = 0; i < v->rows; i++) {
		const struct markup_row *r = &v->row[i];
		struct row_more *m = &x->more[i];
		const char *prefix = x->space[r->ns].prefix;
		size_t n, p = strlen(prefix);
		char *q;

		if (r->uri != NULL)
			atoms_add(x, r->uri, r->ns);
		if (!row_is_attribute(r->row) && !row_is_child(r->row) && r->row != ROW_ROOT)
			continue;
		if (row_is_attribute(r->row) && r->ns >= NS_FIRST && p == 0)
			return err_set(e, ERR_SYSTEM, "attribute %s in a namespace without prefix", r->name);
		atoms_add(x, r->name, NS_FOREIGN);
		if (r->row == ROW_ROOT)
			x->root[x->roots++] = (uint16_t)i;
		n = p + (p > 0) + strlen(r->name);
		q = arena_get(x->arena, n + 1);
		if (q == NULL)
			return err_set(e, ERR_SYSTEM, "no memory");
		(void)snprintf(q, n + 1, "%s%s%s", prefix, p > 0 ? ":" : "", r->name);
		m->qname = q;
		m->qname_n = (uint16_t)n;
	}
	return true;
}

static bool
keys_read(struct markup_index *x, const struct markup_vocabulary *v, struct err *e)
{
	size_t i, at;

	for (i = 0; i < v->rows; i++) {
		const struct markup_row *r = &v->row[i];

		if (!row_is_attribute(r->row) && !row_is_child(r->row))
			continue;
		at = key_at(x, x->more[i].owner, r->ns, index_atom(x, view_str(r->name)), row_is_attribute(r->row));
		if (x->key[at] != 0)
			return err_set(e, ERR_SYSTEM, "row %zu: %s stands twice in type %u", i, x->more[i].qname,
				       x->more[i].owner);
		x->key[at] = (uint16_t)(i + 1);
	}
	return true;
}

static const struct markup_index *ranking;

static int
by_name(const void *a, const void *b)
{
	return strcmp(ranking->more[*(const uint16_t *)a].qname, ranking->more[*(const uint16_t *)b].qname);
}

static bool
ranks_give(struct markup_index *x, size_t rows)
{
	uint16_t *order = arena_array(x->arena, rows, sizeof *order);
	uint16_t rank = 0;
	size_t i, n = 0;

	if (order == NULL)
		return false;
	for (i = 0; i < rows; i++)
		if (x->more[i].qname != NULL)
			order[n++] = (uint16_t)i;
	ranking = x;
	qsort(order, n, sizeof *order, by_name);
	for (i = 0; i < n; i++) {
		if (i > 0 && strcmp(x->more[order[i]].qname, x->more[order[i - 1]].qname) != 0)
			rank++;
		x->more[order[i]].rank = rank;
	}
	return true;
}

static size_t
power_over(size_t n)
{
	size_t p = 16;

	while (p < n)
		p *= 2;
	return p;
}

static bool
room(struct markup_index *x, const struct markup_vocabulary *v, struct err *e)
{
	size_t i, types = 1;

	if (v->rows >= NO_ROW / 2)
		return err_set(e, ERR_SYSTEM, "%zu rows", v->rows);
	for (i = 0; i < v->rows; i++)
		if (v->row[i].row == ROW_TYPE)
			types++;
	x->row = v->row;
	x->types = types;
	x->atoms = x->keys = power_over(2 * v->rows);
	x->more = arena_array(x->arena, v->rows, sizeof *x->more);
	x->type = arena_array(x->arena, types, sizeof *x->type);
	x->atom = arena_array(x->arena, x->atoms, sizeof *x->atom);
	x->root = arena_array(x->arena, v->rows, sizeof *x->root);
	x->key = arena_array(x->arena, x->keys, sizeof *x->key);
	if (x->more == NULL || x->type == NULL || x->atom == NULL || x->key == NULL ||
	    x->root == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	return true;
}

bool
markup_compile(struct markup_vocabulary *v, struct err *e)
{
	own_arena struct arena *a = NULL;
	struct markup_index *x;

	if (v->index != NULL)
		return true;
	if (v->row == NULL && (v->make == NULL || !v->make(v, e)))
		return v->make != NULL ? false : err_set(e, ERR_SYSTEM, "a vocabulary without rows");
	a = arena_new_lasting(0);
	x = a == NULL ? NULL : arena_get(a, sizeof *x);
	if (x == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	x->arena = a;
	if (!room(x, v, e) || !spaces_read(x, v, e) || !types_read(x, v, e) || !names_read(x, v, e) ||
	    !keys_read(x, v, e))
		return false;
	if (!ranks_give(x, v->rows))
		return err_set(e, ERR_SYSTEM, "no memory");
	if (v->compat && x->compat == 0)
		return err_set(e, ERR_SYSTEM, "no row NS for mc:");
	v->index = x;
	a = NULL;
	return true;
}

void
markup_forget(struct markup_vocabulary *v)
{
	if (v->index != NULL)
		arena_free(v->index->arena);
	v->index = NULL;
}
