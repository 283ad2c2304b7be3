/* elements.c - the tables of this room made into rows (elements.h). */
#include "sanitize/odf/elements.h"

#include <stdlib.h>

#include "core/arena.h"
#include "sanitize/markup/row.h"

struct element {
	const char *prefix, *name;
	uint8_t kind;
	const char *attributes, *children;
};

static const struct element elements[] = {
#define CHILDREN(name, list)
#define ATTRIBUTES(name, list)
#define ELEMENT(p, n, k, a, c) { #p, #n, MARKUP_##k, a, c },
#include "sanitize/odf/odf.def"
#undef ELEMENT
#undef CHILDREN
#undef ATTRIBUTES
};

struct group {
	const char *name, *list;
};

static const struct group child_groups[] = {
#define ELEMENT(p, n, k, a, c)
#define ATTRIBUTES(name, list)
#define CHILDREN(g, l) { #g, l },
#include "sanitize/odf/odf.def"
#undef CHILDREN
#undef ATTRIBUTES
};

static const struct group attribute_groups[] = {
#define CHILDREN(g, l)
#define ATTRIBUTES(g, l) { #g, l },
#include "sanitize/odf/odf.def"
#undef CHILDREN
#undef ATTRIBUTES
#undef ELEMENT
};

static const struct {
	const char *list;
	uint8_t kind;
} kinds[] = {
#define KINDS(k, l) { l, MARKUP_##k },
#include "sanitize/odf/attribute.def"
#undef KINDS
};

#define RULE(p, n, h, k) extern const struct markup_hook k;
#define FULL(p, n)
#include "sanitize/odf/rule.def"
#undef RULE

static const struct rule {
	const char *prefix, *name;
	enum odf_href href;
	const struct markup_hook *hook;
} rules[] = {
#define RULE(p, n, h, k) { #p, #n, ODF_HREF_##h, &k },
#include "sanitize/odf/rule.def"
#undef RULE
#undef FULL
};

static const struct {
	const char *prefix, *name;
} full[] = {
#define RULE(p, n, h, k)
#define FULL(p, n) { #p, #n },
#include "sanitize/odf/rule.def"
#undef RULE
#undef FULL
};

enum {
	ELEMENTS = sizeof elements / sizeof *elements,
	ROWS_MAX = 16384,
	LIST_DEPTH = 6,
	NAME_MAX_ = 64,
	ARENA_MAX = 16 << 20,
};

/* A name of a list, as it is sorted and found. */
struct named {
	uint8_t ns;
	const char *name;
	uint16_t value;
};

struct builder {
	struct arena *arena;
	struct markup_row *row;
	size_t rows;
	struct named *element;		/* value: type */
	struct named *attribute;	/* value: kind */
	size_t attributes;
	struct err *e;
};

static uint8_t hrefs[ELEMENTS + 1];
static struct arena *volatile memory;

static uint8_t
space_of(struct view prefix)
{
	static const char *const prefixes[ODF_NS_END] = {
		[NS_0] = "",
		[NS_XML] = "xml",
#define NAMESPACE(id, prefix, address) [NS_##id] = prefix,
#define ALSO(id, address)
#define SPOKEN(id)
#include "sanitize/odf/namespace.def"
#undef NAMESPACE
#undef ALSO
#undef SPOKEN
	};
	uint8_t i;

	for (i = 0; i < ODF_NS_END; i++)
		if (view_is(prefix, prefixes[i]))
			return i;
	return ODF_NS_END;
}

static int
by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return x->ns != y->ns ? (x->ns > y->ns) - (x->ns < y->ns) : strcmp(x->name, y->name);
}

static const struct named *
find(const struct named *in, size_t n, uint8_t ns, const char *name)
{
	struct named want = { .ns = ns, .name = name };

	return bsearch(&want, in, n, sizeof *in, by_name);
}

/* Calls fn for every name of the list, its groups opened. */
typedef bool each_fn(struct builder *b, uint8_t ns, const char *name, void *arg);

struct lists {
	const struct group *group;
	size_t groups;
};

static bool
each(struct builder *b, const struct lists *l, struct view list, size_t depth, each_fn *fn, void *arg)
{
	uint8_t ns = ODF_NS_END;
	size_t i;

	if (depth == LIST_DEPTH)
		return err_set(b->e, ERR_SYSTEM, "groups in groups");
	while (list.n > 0) {
		struct view word = list, name;

		for (word.n = 0; word.n < list.n && list.p[word.n] != ' '; word.n++)
			;
		(void)view_skip(&list, word.n < list.n ? word.n + 1 : word.n);
		if (word.n == 0)
			continue;
		if (word.p[word.n - 1] == ':') {
			ns = space_of(view_of(word.p, word.n - 1));
			continue;
		}
		if (word.p[0] == '@') {
			for (i = 0; i < l->groups && !view_is(view_from(word, 1), l->group[i].name); i++)
				;
			if (i == l->groups)
				return err_set(b->e, ERR_SYSTEM, "no group %.*s", (int)word.n, (const char *)word.p);
			if (!each(b, l, view_str(l->group[i].list), depth + 1, fn, arg))
				return false;
			continue;
		}
		name = arena_copy(b->arena, word);
		if (ns == ODF_NS_END || name.p == NULL)
			return err_set(b->e, ERR_SYSTEM, "%.*s: no namespace", (int)word.n, (const char *)word.p);
		if (!fn(b, ns, (const char *)name.p, arg))
			return false;
	}
	return true;
}

static bool
put(struct builder *b, struct markup_row r)
{
	if (b->rows == ROWS_MAX)
		return err_set(b->e, ERR_SYSTEM, "too many rows");
	b->row[b->rows++] = r;
	return true;
}

/* -- what stands before the types ------------------------------------- */

static bool
head(struct builder *b)
{
	static const struct markup_row rows[] = {
#define NAMESPACE(id, prefix, address) { .row = ROW_NS, .ns = NS_##id, .name = prefix, .uri = address },
#define ALSO(id, address) { .row = ROW_ALIAS, .ns = NS_##id, .uri = address },
#define SPOKEN(id) { .row = ROW_ALWAYS, .ns = NS_##id },
#include "sanitize/odf/namespace.def"
#undef NAMESPACE
#undef ALSO
#undef SPOKEN
#define GONE(n, nm, f) { .row = ROW_GONE, .ns = NS_##n, .name = #nm, .finding = FINDING_##f },
#define QUIET(n, nm) { .row = ROW_QUIET, .ns = NS_##n, .name = #nm },
#define UNWRAP(n, nm) { .row = ROW_UNWRAP, .ns = NS_##n, .name = #nm },
#define GONE_ATTR(n, nm, f) { .row = ROW_GONE_ATTR, .ns = NS_##n, .name = #nm, .finding = FINDING_##f },
#include "sanitize/odf/gone.def"
#undef GONE
#undef QUIET
#undef UNWRAP
#undef GONE_ATTR
	};
	static const char *const roots[][2] = {
		{ "office", "document-content" },
		{ "office", "document-styles" },
		{ "office", "document-meta" },
		{ "math", "math" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!put(b, rows[i]))
			return false;
	for (i = 0; i < sizeof roots / sizeof *roots; i++) {
		uint8_t ns = space_of(view_str(roots[i][0]));
		const struct named *n = find(b->element, ELEMENTS, ns, roots[i][1]);

		if (n == NULL || !put(b, (struct markup_row){ .row = ROW_ROOT, .ns = ns, .name = n->name,
							      .type = n->value }))
			return err_set(b->e, ERR_SYSTEM, "no root %s", roots[i][1]);
	}
	return true;
}

/* -- types ------------------------------------------------------------ */

static bool
attribute_row(struct builder *b, uint8_t ns, const char *name, void *arg)
{
	const struct named *k = find(b->attribute, b->attributes, ns, name);

	(void)arg;
	return put(b, (struct markup_row){ .row = ROW_ATTR, .ns = ns, .name = name,
					   .kind = k == NULL ? MARKUP_WORDS : (uint8_t)k->value });
}

/* All children share one place: their order is their own. */
static bool
child_row(struct builder *b, uint8_t ns, const char *name, void *arg)
{
	const struct named *n = find(b->element, ELEMENTS, ns, name);
	bool *first = arg;
	uint8_t row = *first ? ROW_NEXT : ROW_OR;

	if (n == NULL)
		return err_set(b->e, ERR_SYSTEM, "no element %s", name);
	*first = false;
	return put(b, (struct markup_row){ .row = row, .ns = ns, .name = n->name, .type = n->value });
}

static bool
rule_rows(struct builder *b, const struct element *el, uint16_t type)
{
	size_t i;

	for (i = 0; i < sizeof full / sizeof *full; i++)
		if (strcmp(full[i].prefix, el->prefix) == 0 && strcmp(full[i].name, el->name) == 0 &&
		    !put(b, (struct markup_row){ .row = ROW_FULL }))
			return false;
	for (i = 0; i < sizeof rules / sizeof *rules; i++) {
		const struct rule *r = &rules[i];

		if (strcmp(r->prefix, el->prefix) != 0 || strcmp(r->name, el->name) != 0)
			continue;
		hrefs[type] = (uint8_t)r->href;
		if (!put(b, (struct markup_row){ .row = ROW_HOOK, .hook = r->hook }))
			return false;
	}
	return true;
}

static bool
type_rows(struct builder *b, const struct element *el, uint16_t type)
{
	static const struct lists a = { attribute_groups, sizeof attribute_groups / sizeof *attribute_groups };
	static const struct lists c = { child_groups, sizeof child_groups / sizeof *child_groups };
	bool first = true;

	return (put(b, (struct markup_row){ .row = ROW_TYPE, .type = type, .name = el->name, .kind = el->kind }) &&
		rule_rows(b, el, type) && each(b, &a, view_str(el->attributes), 0, attribute_row, NULL) &&
		each(b, &c, view_str(el->children), 0, child_row, &first) &&
		put(b, (struct markup_row){ .row = ROW_END })) ||
	       err_at(b->e, "%s:%s", el->prefix, el->name);
}

/* -- names ------------------------------------------------------------ */

static bool
kind_name(struct builder *b, uint8_t ns, const char *name, void *arg)
{
	const uint8_t *kind = arg;

	b->attribute[b->attributes++] = (struct named){ ns, name, *kind };
	return b->attributes < ROWS_MAX;
}

static bool
names(struct builder *b)
{
	static const struct lists none = { NULL, 0 };
	size_t i;

	b->element = arena_array(b->arena, ELEMENTS, sizeof *b->element);
	b->attribute = arena_array(b->arena, ROWS_MAX, sizeof *b->attribute);
	b->row = arena_array(b->arena, ROWS_MAX, sizeof *b->row);
	if (b->element == NULL || b->attribute == NULL || b->row == NULL)
		return err_set(b->e, ERR_SYSTEM, "no memory");
	for (i = 0; i < ELEMENTS; i++)
		b->element[i] = (struct named){ space_of(view_str(elements[i].prefix)), elements[i].name,
						(uint16_t)(i + 1) };
	qsort(b->element, ELEMENTS, sizeof *b->element, by_name);
	for (i = 1; i < ELEMENTS; i++)
		if (by_name(&b->element[i - 1], &b->element[i]) == 0)
			return err_set(b->e, ERR_SYSTEM, "%s twice", b->element[i].name);
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		uint8_t kind = kinds[i].kind;

		if (!each(b, &none, view_str(kinds[i].list), 0, kind_name, &kind))
			return false;
	}
	qsort(b->attribute, b->attributes, sizeof *b->attribute, by_name);
	return true;
}

static bool
make(struct markup_vocabulary *v, struct err *e)
{
	struct builder b = { .e = e };
	size_t i;

	b.arena = memory = arena_new_lasting(ARENA_MAX);
	if (memory == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!names(&b) || !head(&b))
		return err_at(e, "odf");
	for (i = 0; i < ELEMENTS; i++)
		if (!type_rows(&b, &elements[i], (uint16_t)(i + 1)))
			return err_at(e, "odf");
	v->row = b.row;
	v->rows = b.rows;
	return true;
}

struct markup_vocabulary odf_elements = { .make = make, .value = odf_judge };

uint16_t
odf_element(const char *prefix, const char *name)
{
	size_t i;

	for (i = 0; i < ELEMENTS; i++)
		if (strcmp(elements[i].prefix, prefix) == 0 && strcmp(elements[i].name, name) == 0)
			return (uint16_t)(i + 1);
	return 0;
}

enum odf_href
odf_element_href(uint16_t type)
{
	return type <= ELEMENTS ? (enum odf_href)hrefs[type] : ODF_HREF_NOWHERE;
}
