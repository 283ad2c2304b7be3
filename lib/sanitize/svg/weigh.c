#include "sanitize/svg/weigh.h"

#include <stdlib.h>

#include "core/own.h"

enum { NONE = -1, RULES_MAX = 4096 };

struct ref {
	struct view id;
	struct ref *next;
};

struct element {
	struct view name, id, classes;
	int64_t first, next;	/* child, sibling */
	int64_t last;
	struct ref *refs;
	uint64_t weight;
	uint8_t state;		/* 0 not seen, 1 on the way, 2 weighed */
};

struct rule {
	struct view last;	/* compound: "g.a#b" */
	struct view id;
};

struct svg_weigh {
	struct arena *arena;
	struct element *element;
	size_t n, cap;
	struct rule *rule;
	size_t rules;
	uint32_t *hash;		/* elements by id, +1; open addressing */
	size_t slots;
};

struct svg_weigh *
svg_weigh_new(struct arena *a)
{
	struct svg_weigh *w = arena_get(a, sizeof *w);

	if (w == NULL)
		return NULL;
	w->arena = a;
	w->rule = arena_array(a, RULES_MAX, sizeof *w->rule);
	return w->rule == NULL ? NULL : w;
}

/* Twice the room; what it was stays in the arena, and sums up to as much again. */
static bool
grow(struct svg_weigh *w)
{
	size_t cap = w->cap == 0 ? 1024 : w->cap * 2;
	struct element *more = arena_array(w->arena, cap, sizeof *more);

	if (more == NULL)
		return false;
	if (w->n > 0)
		memcpy(more, w->element, w->n * sizeof *more);
	w->element = more;
	w->cap = cap;
	return true;
}

size_t
svg_weigh_element(struct svg_weigh *w, size_t parent, struct view name, struct view id, struct view classes)
{
	struct element *x;

	if (w->n >= SVG_ELEMENTS_MAX || (w->n == w->cap && !grow(w)))
		return SIZE_MAX;
	x = &w->element[w->n];
	*x = (struct element){ .name = name, .first = NONE, .next = NONE, .last = NONE };
	if (id.n > 0)
		x->id = arena_copy(w->arena, id);
	if (classes.n > 0)
		x->classes = arena_copy(w->arena, classes);
	if (parent != SIZE_MAX) {
		struct element *p = &w->element[parent];

		if (p->last == NONE)
			p->first = (int64_t)w->n;
		else
			w->element[p->last].next = (int64_t)w->n;
		p->last = (int64_t)w->n;
	}
	return w->n++;
}

bool
svg_weigh_ref(struct svg_weigh *w, size_t element, struct view id)
{
	struct ref *r = arena_get(w->arena, sizeof *r);

	if (r == NULL)
		return false;
	r->id = arena_copy(w->arena, id);
	r->next = w->element[element].refs;
	w->element[element].refs = r;
	return r->id.p != NULL;
}

bool
svg_weigh_rule(struct svg_weigh *w, struct view selectors, struct view id)
{
	size_t i, from = 0;
	struct view name = arena_copy(w->arena, id), all = arena_copy(w->arena, selectors);

	if (name.p == NULL || all.p == NULL)
		return false;
	for (i = 0; i <= all.n; i++) {
		if (i < all.n && strchr(" >+~", all.p[i]) != NULL)
			from = i + 1;
		if (i < all.n && all.p[i] != ',')
			continue;
		if (w->rules == RULES_MAX)
			return false;
		w->rule[w->rules++] = (struct rule){ view_of(all.p + from, i - from), name };
		from = i + 1;
	}
	return true;
}

static bool
has_class(struct view classes, struct view name)
{
	size_t i, from = 0;

	if (classes.n == 0)
		return false;
	for (i = 0; i <= classes.n; i++)
		if (i == classes.n || classes.p[i] == ' ') {
			if (view_eq(view_of(classes.p + from, i - from), name))
				return true;
			from = i + 1;
		}
	return false;
}

/* By what a compound says of name, class and id; the rest of it may fit too. */
static bool
fits(const struct element *x, struct view compound)
{
	size_t from = 0, i;

	for (i = 1; i <= compound.n; i++) {
		struct view part;

		if (i < compound.n && strchr(".#:[", compound.p[i]) == NULL)
			continue;
		part = view_of(compound.p + from, i - from);
		from = i;
		if (part.p[0] == ':' || part.p[0] == '[')
			return true;
		if (part.p[0] == '.' ? !has_class(x->classes, view_from(part, 1))
		    : part.p[0] == '#' ? !view_eq(x->id, view_from(part, 1))
				       : !view_is(part, "*") && !view_eq(part, x->name))
			return false;
	}
	return true;
}

/* -- names -------------------------------------------------------------- */

static uint64_t
hash_of(struct view v)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < v.n; i++)
		h = (h ^ v.p[i]) * UINT64_C(0x100000001b3);
	return h ^ h >> 29;
}

static bool
index_ids(struct svg_weigh *w)
{
	size_t i;

	for (w->slots = 1024; w->slots < 2 * w->n; w->slots *= 2)
		;
	w->hash = arena_array(w->arena, w->slots, sizeof *w->hash);
	if (w->hash == NULL)
		return false;
	for (i = 0; i < w->n; i++) {
		size_t at = hash_of(w->element[i].id) & (w->slots - 1);

		if (w->element[i].id.n == 0)
			continue;
		/* The first of a name counts. */
		while (w->hash[at] != 0 && !view_eq(w->element[w->hash[at] - 1].id, w->element[i].id))
			at = (at + 1) & (w->slots - 1);
		if (w->hash[at] == 0)
			w->hash[at] = (uint32_t)i + 1;
	}
	return true;
}

static int64_t
find(const struct svg_weigh *w, struct view id)
{
	size_t at = hash_of(id) & (w->slots - 1);

	for (; w->hash[at] != 0; at = (at + 1) & (w->slots - 1))
		if (view_eq(w->element[w->hash[at] - 1].id, id))
			return (int64_t)w->hash[at] - 1;
	return NONE;
}

/* -- weighing: depth first, by hand --------------------------------------- */

struct step {
	size_t element;
	int64_t child;
	const struct ref *ref;
};

static bool
enter(struct svg_weigh *w, int64_t i, struct step *stack, size_t *depth, uint64_t *sum)
{
	struct element *x;

	if (i == NONE)
		return false;
	x = &w->element[i];
	if (x->state == 2)
		*sum += x->weight;
	if (x->state != 0)
		return false;
	x->state = 1;
	x->weight = 1;
	stack[(*depth)++] = (struct step){ (size_t)i, x->first, x->refs };
	return true;
}

static bool
weigh(struct svg_weigh *w, struct step *stack, size_t root)
{
	size_t depth = 0;
	uint64_t unused = 0;

	(void)enter(w, (int64_t)root, stack, &depth, &unused);
	while (depth > 0) {
		struct step *s = &stack[depth - 1];
		struct element *x = &w->element[s->element];
		int64_t to = NONE;

		if (s->child != NONE) {
			to = s->child;
			s->child = w->element[to].next;
		} else if (s->ref != NULL) {
			to = find(w, s->ref->id);
			s->ref = s->ref->next;
		} else {
			uint64_t weight = x->weight;

			x->state = 2;
			depth--;
			if (weight > SVG_DRAWN_MAX)
				return false;
			if (depth > 0)
				w->element[stack[depth - 1].element].weight += weight;
			continue;
		}
		(void)enter(w, to, stack, &depth, &x->weight);
	}
	return true;
}

static bool
apply_rules(struct svg_weigh *w)
{
	size_t i, k;

	/* Rules with url() are few; a million elements under thousands of them are no drawing. */
	if (w->rules > 0 && w->n > (size_t)100000000 / w->rules)
		return false;
	for (i = 0; i < w->n; i++)
		for (k = 0; k < w->rules; k++)
			if (fits(&w->element[i], w->rule[k].last) && !svg_weigh_ref(w, i, w->rule[k].id))
				return false;
	return true;
}

bool
svg_weigh_all(struct svg_weigh *w, struct err *e)
{
	struct step *stack;

	if (w->n == 0)
		return true;
	stack = arena_array(w->arena, w->n, sizeof *stack);
	if (stack == NULL || !apply_rules(w) || !index_ids(w))
		return err_set(e, ERR_LIMIT, "SVG: more references than can be followed");
	if (!weigh(w, stack, 0))
		return err_set(e, ERR_LIMIT, "SVG: draws more than %d elements out of %zu", SVG_DRAWN_MAX, w->n);
	return true;
}
