/*
 * names.c - the document's names: each spelling is split and looked up once,
 * then a prefix's namespace is one array away (Namespaces in XML 1.0).
 */
#include "sanitize/markup/in.h"

enum { DEFAULT_PREFIX, XML_PREFIX };	/* numbers of "" and "xml" */

bool
names_init(struct names *t, const void *salt)
{
	*t = (struct names){ .arena = arena_new(64 << 20), .cap = 256 };
	t->salt = (uint32_t)(((uintptr_t)salt >> 4) * 0x9e3779b1u);
	t->slot = calloc(t->cap, sizeof *t->slot);
	t->prefix[DEFAULT_PREFIX] = VIEW("");
	t->bound[DEFAULT_PREFIX].ns = NS_0;
	t->prefix[XML_PREFIX] = VIEW("xml");
	t->bound[XML_PREFIX].ns = NS_XML;
	t->prefixes = 2;
	return t->arena != NULL && t->slot != NULL;
}

void
names_release(struct names *t)
{
	arena_free(t->arena);
	free(t->slot);
	free(t->undo);
}

size_t
names_prefix(const struct names *t, struct view prefix)
{
	size_t i;

	for (i = 0; i < t->prefixes; i++)
		if (view_eq(t->prefix[i], prefix))
			return i;
	return PREFIXES_MAX;
}

static size_t
prefix_number(struct markup *m, struct view prefix)
{
	struct names *t = &m->names;
	size_t i = names_prefix(t, prefix);

	if (i < PREFIXES_MAX)
		return i;
	if (t->prefixes == PREFIXES_MAX) {
		err_set(m->e, ERR_LIMIT, "more than %d prefixes", PREFIXES_MAX);
		markup_stop(m);
		return 0;
	}
	i = t->prefixes;
	t->prefix[i] = arena_copy(t->arena, prefix);
	t->bound[i] = (struct bound){ .ns = NS_UNBOUND };
	if (t->prefix[i].p == NULL) {
		err_set(m->e, ERR_SYSTEM, "no memory");
		markup_stop(m);
		return 0;
	}
	t->prefixes++;
	return i;
}

static struct name *
slot_for(struct names *t, const char *raw, size_t n, uint32_t hash)
{
	size_t i = hash & (t->cap - 1);

	while (t->slot[i].raw != NULL &&
	       (t->slot[i].hash != hash || t->slot[i].n != n || memcmp(t->slot[i].raw, raw, n) != 0))
		i = (i + 1) & (t->cap - 1);
	return &t->slot[i];
}

static bool
grow(struct names *t)
{
	struct names old = *t;
	size_t i;

	t->slot = calloc(old.cap * 2, sizeof *t->slot);
	if (t->slot == NULL) {
		t->slot = old.slot;
		return false;
	}
	t->cap = old.cap * 2;
	for (i = 0; i < old.cap; i++)
		if (old.slot[i].raw != NULL)
			*slot_for(t, old.slot[i].raw, old.slot[i].n, old.slot[i].hash) = old.slot[i];
	free(old.slot);
	return true;
}

/* Splits a name that was never seen. */
static bool
learn(struct markup *m, struct name *s, const char *raw, size_t n, uint32_t hash)
{
	struct view copy = arena_copy(m->names.arena, view_of(raw, n)), prefix = { NULL, 0 }, local = copy;
	size_t colon = view_find(copy, 0, VIEW(":"));

	if (copy.p == NULL)
		return err_set(m->e, ERR_SYSTEM, "no memory");
	if (colon != VIEW_NOT_FOUND) {
		prefix = view_of(copy.p, colon);
		local = view_from(copy, colon + 1);
		if (prefix.n == 0 || local.n == 0 || view_find(local, 0, VIEW(":")) != VIEW_NOT_FOUND)
			return err_set(m->e, ERR_MALFORMED, "%.100s: not a qualified name", raw);
	}
	*s = (struct name){ .raw = (const char *)copy.p, .n = n, .hash = hash,
			    .local = (uint16_t)(n - local.n) };
	s->declares = view_is(prefix, "xmlns") || (prefix.n == 0 && view_is(local, "xmlns"));
	if (!s->declares)
		s->prefix = (uint16_t)prefix_number(m, prefix.n > 0 ? prefix : VIEW(""));
	s->atom = index_atom(m->index, local);
	m->names.n++;
	return !m->failed;
}

struct name *
names_get(struct markup *m, const char *raw)
{
	struct names *t = &m->names;
	uint32_t hash = 2166136261u ^ t->salt;
	struct name *s;
	size_t n;

	for (n = 0; raw[n] != '\0'; n++)
		hash = (hash ^ (uint8_t)raw[n]) * 16777619u;
	s = slot_for(t, raw, n, hash);
	if (s->raw != NULL)
		return s;
	if (t->n >= NAMES_MAX || n > NAME_BYTES_MAX) {
		err_set(m->e, ERR_LIMIT, "too many names, or a name too long");
		markup_stop(m);
		return NULL;
	}
	if (t->n * 2 >= t->cap) {
		if (!grow(t)) {
			err_set(m->e, ERR_SYSTEM, "no memory");
			markup_stop(m);
			return NULL;
		}
		s = slot_for(t, raw, n, hash);
	}
	if (!learn(m, s, raw, n, hash)) {
		s->raw = NULL;
		markup_stop(m);
		return NULL;
	}
	return s;
}

static bool
bind(struct markup *m, size_t prefix, struct bound to)
{
	struct names *t = &m->names;

	if (t->undos == t->undo_cap) {
		size_t cap = t->undo_cap == 0 ? 64 : t->undo_cap * 2;
		struct unbind *more = realloc(t->undo, cap * sizeof *more);

		if (more == NULL) {
			err_set(m->e, ERR_SYSTEM, "no memory");
			markup_stop(m);
			return false;
		}
		t->undo = more;
		t->undo_cap = cap;
	}
	t->undo[t->undos++] = (struct unbind){ m->depth, (uint16_t)prefix, t->bound[prefix] };
	t->bound[prefix] = to;
	return true;
}

static bool
declare(struct markup *m, const struct name *s, const char *uri)
{
	struct view local = view_of(s->raw + s->local, s->n - s->local);
	size_t prefix = s->local == 0 ? DEFAULT_PREFIX : prefix_number(m, local);
	uint8_t ns = uri[0] == '\0' ? (prefix == DEFAULT_PREFIX ? NS_0 : NS_UNBOUND)
				    : index_space(m->index, view_str(uri));

	if (m->failed)
		return false;
	/* xml: is what it is; declaring it again, and only so, is allowed. */
	return prefix == XML_PREFIX || bind(m, prefix, (struct bound){ .ns = ns });
}

/* mc:Ignorable="w14 wp14". */
static bool
ignore(struct markup *m, struct view list)
{
	while (list.n > 0) {
		struct view v = list = markup_trim(list);
		size_t i;

		for (v.n = 0; v.n < list.n && strchr(" \t\r\n", list.p[v.n]) == NULL;)
			v.n++;
		(void)view_skip(&list, v.n);
		i = names_prefix(&m->names, v);
		if (i < PREFIXES_MAX &&
		    !bind(m, i, (struct bound){ .ns = m->names.bound[i].ns, .ignorable = true }))
			return false;
		if (!job_tick(m->use->job, m->e)) {
			markup_stop(m);
			return false;
		}
	}
	return true;
}

bool
names_declare(struct markup *m, const char **att)
{
	const struct name *s;
	size_t i;

	for (i = 0; att[i] != NULL; i += 2) {
		if (i / 2 >= ATTRIBUTES_MAX) {
			err_set(m->e, ERR_LIMIT, "more than %d attributes", ATTRIBUTES_MAX);
			markup_stop(m);
			return false;
		}
		if (strncmp(att[i], "xmlns", 5) != 0)
			continue;
		s = names_get(m, att[i]);
		if (s == NULL || (s->declares && !declare(m, s, att[i + 1])))
			return false;
	}
	if (m->index->compat == 0)
		return true;
	for (i = 0; att[i] != NULL; i += 2) {
		const char *colon = strchr(att[i], ':');

		if (colon == NULL || strcmp(colon, ":Ignorable") != 0)
			continue;
		s = names_get(m, att[i]);
		if (s == NULL || (m->names.bound[s->prefix].ns == m->index->compat &&
				  !ignore(m, view_str(att[i + 1]))))
			return false;
	}
	return true;
}

void
names_leave(struct markup *m)
{
	struct names *t = &m->names;

	while (t->undos > 0 && t->undo[t->undos - 1].depth == m->depth) {
		t->undos--;
		t->bound[t->undo[t->undos].prefix] = t->undo[t->undos].was;
	}
}
