#include "sanitize/zip/zip_names.h"

#include "core/own.h"
#include "sanitize/zip/zip.h"

enum { SPARE_NAMES = 9 };

struct zip_names_slot {
	struct view name;
	enum { FREE, FILE_NAME, IMPLIED, DIRECTORY } kind;
};

static size_t
hash_of(struct view v)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < v.n; i++)
		h = (h ^ v.p[i]) * 16777619u;
	return h ^ h >> 15;
}

static struct zip_names_slot *
slot_of(const struct zip_names *n, struct view name)
{
	size_t i = hash_of(name) & (n->size - 1);

	while (n->slot[i].kind != FREE && !view_eq(n->slot[i].name, name))
		i = (i + 1) & (n->size - 1);
	return &n->slot[i];
}

static bool
grow(struct zip_names *n)
{
	struct zip_names old = *n;
	size_t i;

	if (n->size > 0 && n->used < n->size / 2)
		return true;
	n->size = old.size == 0 ? 256 : old.size * 2;
	n->slot = arena_array(n->arena, n->size, sizeof *n->slot);
	if (n->slot == NULL) {
		*n = old;
		return false;
	}
	for (i = 0; i < old.size; i++)
		if (old.slot[i].kind != FREE)
			*slot_of(n, old.slot[i].name) = old.slot[i];
	return true;
}

static bool
add(struct zip_names *n, struct view name, int kind)
{
	struct zip_names_slot *s;

	if (!grow(n))
		return false;
	s = slot_of(n, name);
	n->used += s->kind == FREE;
	s->name = name;
	if (s->kind != DIRECTORY)
		s->kind = (__typeof__(s->kind))kind;
	return true;
}

/* Is the name, or a step on the way to it, taken by something that forbids it? */
static bool
is_free(const struct zip_names *n, struct view name, bool directory)
{
	const struct zip_names_slot *s;
	size_t i;

	if (n->size == 0)
		return true;
	for (i = 0; i < name.n; i++)
		if (name.p[i] == '/' && slot_of(n, view_of(name.p, i))->kind == FILE_NAME)
			return false;
	s = slot_of(n, name);
	return s->kind == FREE || (directory && s->kind == IMPLIED);
}

enum zip_claim
zip_names_claim(struct zip_names *n, struct view name)
{
	own_buf struct buf key = BUF_MAX(1 << 16);
	bool directory = name.n > 0 && name.p[name.n - 1] == '/';
	struct view kept;
	size_t i;

	if (directory)
		name.n--;
	if (!zip_name_fold(name, &key))
		return ZIP_NO_ROOM;
	if (!is_free(n, buf_bytes(&key), directory))
		return ZIP_TAKEN;
	kept = arena_copy(n->arena, buf_bytes(&key));
	if (kept.p == NULL)
		return ZIP_NO_ROOM;
	/* The steps share the name's bytes. */
	for (i = 0; i < kept.n; i++)
		if (kept.p[i] == '/' && !add(n, view_of(kept.p, i), IMPLIED))
			return ZIP_NO_ROOM;
	return add(n, kept, directory ? DIRECTORY : FILE_NAME) ? ZIP_CLAIMED : ZIP_NO_ROOM;
}

static size_t
ending_at(struct view name)
{
	size_t i;

	for (i = name.n; i > 0 && name.p[i - 1] != '/'; i--)
		if (name.p[i - 1] == '.' && i >= 2 && name.p[i - 2] != '/')
			return i - 1;
	return name.n;
}

enum zip_claim
zip_names_claim_new(struct zip_names *n, struct view name, size_t k, struct buf *ret)
{
	size_t dot = ending_at(name), i;
	enum zip_claim c = zip_names_claim(n, name);

	if (c != ZIP_TAKEN)
		return buf_view(ret, name) ? c : ZIP_NO_ROOM;
	for (i = 2; i < SPARE_NAMES + 2 && c == ZIP_TAKEN; i++) {
		buf_clear(ret);
		(void)buf_put(ret, name.p, dot);
		/* Nine tries in a row, then the entry's own number: never a long search. */
		if (i <= SPARE_NAMES)
			(void)buf_printf(ret, " (%zu)", i);
		else
			(void)buf_printf(ret, " (2-%zu)", k);
		if (!buf_view(ret, view_from(name, dot)))
			return ZIP_NO_ROOM;
		c = zip_names_claim(n, buf_bytes(ret));
	}
	return c;
}
