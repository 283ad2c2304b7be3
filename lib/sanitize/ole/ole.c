#include "sanitize/ole/ole.h"

enum {
	HEADER = 512,
	HEAD_FATS = 109,
	ENTRY = 128,
	NAME_BYTES = 64,
	MINI_SHIFT = 6,
	MINI_CUTOFF = 4096,
	PATH_DEPTH = 8,
};

enum kind { KIND_UNUSED, KIND_STORAGE, KIND_STREAM, KIND_ROOT = 5 };

static const uint32_t chain_end = UINT32_C(0xfffffffe), none = UINT32_C(0xffffffff);

struct entry {
	struct view name;	/* UTF-16LE, without the zero behind it */
	uint64_t size;
	uint32_t parent;	/* none: not in the tree */
	uint32_t left, right, child, start;
	uint8_t kind;
};

/* A table of the sector behind each sector. */
struct table {
	uint32_t *next, *seen;	/* seen[s] == turn: this chain was at s */
	uint32_t n, turn;
	const char *what;
};

struct ole {
	struct job *j;
	struct arena *arena;
	struct view in;
	uint32_t shift, sectors;
	bool wide;		/* version 4: sizes of 64 bits */
	struct table fat, mini;
	struct entry *entry;
	uint32_t entries;
	struct view mini_stream;	/* read when the first small stream is */
};

struct header {
	uint16_t major, order, shift, mini_shift;
	uint32_t fats, directory, cutoff, mini_fat, mini_fats, difat, difats;
};

static bool
no_memory(struct err *e)
{
	return err_set(e, ERR_SYSTEM, "no memory");
}

/* The header takes the place of one sector; the last one of the file may be cut. */
static bool
sector(const struct ole *o, uint32_t n, struct view *ret, struct err *e)
{
	size_t size = (size_t)1 << o->shift;

	if (n >= o->sectors)
		return err_set(e, ERR_MALFORMED, "sector %u of %u", n, o->sectors);
	*ret = view_from(o->in, ((size_t)n + 1) << o->shift);
	if (ret->n > size)
		ret->n = size;
	return true;
}

static bool
header_read(struct ole *o, struct header *h, struct err *e)
{
	struct view v = o->in, skipped;
	uint32_t unused;

	if (o->in.n < HEADER || !view_starts(v, VIEW("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
		return err_set(e, ERR_MALFORMED, "no header of a compound file");
	(void)(view_take(&v, 26, &skipped) && view_u16le(&v, &h->major) && view_u16le(&v, &h->order) &&
	       view_u16le(&v, &h->shift) && view_u16le(&v, &h->mini_shift) && view_take(&v, 10, &skipped) &&
	       view_u32le(&v, &h->fats) && view_u32le(&v, &h->directory) && view_u32le(&v, &unused) &&
	       view_u32le(&v, &h->cutoff) && view_u32le(&v, &h->mini_fat) && view_u32le(&v, &h->mini_fats) &&
	       view_u32le(&v, &h->difat) && view_u32le(&v, &h->difats));
	if (h->order != 0xfffe || h->mini_shift != MINI_SHIFT || h->cutoff != MINI_CUTOFF ||
	    !((h->major == 3 && h->shift == 9) || (h->major == 4 && h->shift == 12)))
		return err_set(e, ERR_MALFORMED, "header: version %u, sectors of 2^%u, small ones of 2^%u below %u",
			       h->major, h->shift, h->mini_shift, h->cutoff);
	o->shift = h->shift;
	o->wide = h->major == 4;
	if (o->in.n >> o->shift >= UINT32_C(0xfffffff0))
		return err_set(e, ERR_LIMIT, "too many sectors");
	o->sectors = (uint32_t)((o->in.n + ((size_t)1 << o->shift) - 1) >> o->shift);
	o->sectors = o->sectors > 0 ? o->sectors - 1 : 0;
	return true;
}

/* -- tables ------------------------------------------------------------ */

static bool
table_new(struct ole *o, struct table *t, uint32_t n, const char *what, struct err *e)
{
	t->what = what;
	t->next = arena_array(o->arena, n, sizeof *t->next);
	t->seen = arena_array(o->arena, n, sizeof *t->seen);
	return (t->next != NULL && t->seen != NULL) || no_memory(e);
}

static void
table_put(struct table *t, struct view v, uint32_t max)
{
	while (t->n < max && view_u32le(&v, &t->next[t->n]))
		t->n++;
}

static bool
fat_sector(struct ole *o, uint32_t at, struct err *e)
{
	struct view v;

	if (!job_tick(o->j, e) || !sector(o, at, &v, e))
		return err_at(e, "FAT");
	table_put(&o->fat, v, o->sectors);
	return true;
}

/* The FAT's own sectors: 109 in the header, the rest in a chain whose links end each sector of it. */
static bool
fat_read(struct ole *o, const struct header *h, struct err *e)
{
	struct view v = { o->in.p + 0x4c, (size_t)HEAD_FATS * 4 };
	uint32_t left = h->fats, at = h->difat, difats = 0, i, fat, per = ((uint32_t)1 << (o->shift - 2)) - 1;

	if (!table_new(o, &o->fat, o->sectors, "FAT", e))
		return false;
	if (h->fats > o->sectors || h->difats > o->sectors)
		return err_set(e, ERR_MALFORMED, "header: %u sectors of FAT, the file has %u", h->fats, o->sectors);
	for (i = 0; i < HEAD_FATS && left > 0; i++, left--)
		if (!view_u32le(&v, &fat) || !fat_sector(o, fat, e))
			return false;
	while (left > 0) {
		if (difats++ == h->difats)
			return err_set(e, ERR_MALFORMED, "DIFAT: ends too early");
		if (!sector(o, at, &v, e))
			return err_at(e, "DIFAT");
		for (i = 0; i < per && left > 0; i++, left--)
			if (!view_u32le(&v, &fat) || !fat_sector(o, fat, e))
				return err_at(e, "DIFAT");
		if (left > 0 && !view_u32le(&v, &at))
			return err_set(e, ERR_MALFORMED, "DIFAT: cut off");
	}
	return true;
}

/* To the sector behind *at, which has not been in this chain yet. */
static bool
step(struct ole *o, struct table *t, uint32_t *at, struct err *e)
{
	if (*at >= t->n)
		return err_set(e, ERR_MALFORMED, "%s: a chain to sector %u of %u", t->what, *at, t->n);
	if (t->seen[*at] == t->turn)
		return err_set(e, ERR_MALFORMED, "%s: a chain that comes back to sector %u", t->what, *at);
	t->seen[*at] = t->turn;
	*at = t->next[*at];
	return job_tick(o->j, e);
}

/* The chain from `at` whole, added to `ret`. */
static bool
chain_all(struct ole *o, uint32_t at, struct buf *ret, struct err *e)
{
	struct view v;

	o->fat.turn++;
	while (at != chain_end) {
		if (!sector(o, at, &v, e) || !step(o, &o->fat, &at, e))
			return false;
		if (!job_charge(o->j, v.n, e) || (!buf_view(ret, v) && !buf_ok(ret, e)))
			return false;
	}
	return true;
}

/* `size` bytes of a chain, big or small. */
static bool
chain_read(struct ole *o, bool small, uint32_t at, uint64_t size, struct buf *ret, struct err *e)
{
	struct table *t = small ? &o->mini : &o->fat;
	size_t piece = small ? (size_t)1 << MINI_SHIFT : (size_t)1 << o->shift;
	struct view v;

	if (size > (small ? o->mini_stream.n : o->in.n))
		return err_set(e, ERR_MALFORMED, "%llu bytes, more than the file has", (unsigned long long)size);
	if (!job_charge(o->j, size, e))
		return false;
	t->turn++;
	while (size > 0) {
		if (at == chain_end)
			return err_set(e, ERR_MALFORMED, "its chain ends %llu bytes too early", (unsigned long long)size);
		if (small)
			v = view_from(o->mini_stream, (size_t)at << MINI_SHIFT);
		else if (!sector(o, at, &v, e))
			return false;
		if (v.n > piece)
			v.n = piece;
		if (v.n > size)
			v.n = (size_t)size;
		if (!step(o, t, &at, e))
			return false;
		if (v.n < piece && v.n < size)
			return err_set(e, ERR_MALFORMED, "cut off, %llu bytes are missing",
				       (unsigned long long)(size - v.n));
		if (!buf_view(ret, v) && !buf_ok(ret, e))
			return false;
		size -= v.n;
	}
	return true;
}

/* -- directory ---------------------------------------------------------- */

static bool
entry_read(const struct ole *o, struct view v, struct entry *r)
{
	struct view name = { v.p, NAME_BYTES }, skipped;
	uint16_t bytes = 0;
	uint8_t colour;

	r->parent = none;
	if (!view_skip(&v, NAME_BYTES) || !view_u16le(&v, &bytes) || !view_u8(&v, &r->kind) ||
	    !view_u8(&v, &colour) || !view_u32le(&v, &r->left) || !view_u32le(&v, &r->right) ||
	    !view_u32le(&v, &r->child) || !view_take(&v, 36, &skipped) || !view_u32le(&v, &r->start) ||
	    !view_u64le(&v, &r->size))
		return false;
	if (!o->wide)
		r->size &= UINT32_MAX;
	if (bytes > NAME_BYTES || bytes % 2 != 0)
		return false;
	r->name = (struct view){ name.p, bytes >= 2 ? bytes - 2u : 0 };
	return true;
}

/* Hangs every entry under its storage: each one once, however the tree is coloured. */
static bool
tree_walk(struct ole *o, struct err *e)
{
	uint32_t *stack = arena_array(o->arena, (size_t)o->entries + 1, sizeof *stack);
	uint32_t n = 0, at, i;

	if (stack == NULL)
		return no_memory(e);
	stack[n++] = 0;
	while (n > 0) {
		const struct entry *r = &o->entry[at = stack[--n]];
		const uint32_t to[3] = { r->left, r->right, r->child };

		for (i = at == 0 ? 2 : 0; i < 3; i++) {
			struct entry *s;

			if (to[i] == none)
				continue;
			if (to[i] >= o->entries || to[i] == 0 || o->entry[to[i]].parent != none)
				return err_set(e, ERR_MALFORMED, "directory: entry %u leads to %u", at, to[i]);
			s = &o->entry[to[i]];
			if (s->kind != KIND_STORAGE && s->kind != KIND_STREAM)
				return err_set(e, ERR_MALFORMED, "directory: entry %u is of kind %u", to[i], s->kind);
			s->parent = i == 2 ? at : r->parent;
			stack[n++] = to[i];
		}
		if (!job_tick(o->j, e))
			return false;
	}
	return true;
}

static bool
directory_read(struct ole *o, uint32_t start, struct err *e)
{
	struct buf raw = BUF_MAX(o->in.n);
	struct view v, one, kept;
	uint32_t i;

	if (!chain_all(o, start, &raw, e)) {
		buf_release(&raw);
		return err_at(e, "directory");
	}
	/* Names are borrowed from it. */
	kept = arena_copy(o->arena, buf_bytes(&raw));
	buf_release(&raw);
	o->entries = (uint32_t)(kept.n / ENTRY);
	o->entry = arena_array(o->arena, o->entries, sizeof *o->entry);
	if (kept.p == NULL || o->entry == NULL)
		return no_memory(e);
	for (v = kept, i = 0; view_take(&v, ENTRY, &one); i++)
		if (!entry_read(o, one, &o->entry[i]))
			return err_set(e, ERR_MALFORMED, "directory: entry %u: its name", i);
	if (o->entries == 0 || o->entry[0].kind != KIND_ROOT)
		return err_set(e, ERR_MALFORMED, "directory: no root");
	return tree_walk(o, e);
}

/* -- small streams ------------------------------------------------------- */

static bool
mini_read(struct ole *o, const struct header *h, struct err *e)
{
	struct buf raw = BUF_MAX(o->in.n);
	bool ok = h->mini_fats == 0 || chain_all(o, h->mini_fat, &raw, e);

	ok = ok && table_new(o, &o->mini, (uint32_t)(raw.n / 4), "mini FAT", e);
	if (ok)
		table_put(&o->mini, buf_bytes(&raw), (uint32_t)(raw.n / 4));
	buf_release(&raw);
	if (!ok)
		return err_at(e, "mini FAT");
	raw = BUF_MAX(o->in.n);
	ok = o->mini.n == 0 || chain_read(o, false, o->entry[0].start, o->entry[0].size, &raw, e);
	if (ok) {
		o->mini_stream = arena_copy(o->arena, buf_bytes(&raw));
		ok = o->mini_stream.p != NULL || no_memory(e);
	}
	buf_release(&raw);
	return ok || err_at(e, "mini stream");
}

/* -- the whole ------------------------------------------------------------ */

struct ole *
ole_open(struct job *j, struct arena *a, struct view in, struct err *e)
{
	struct ole *o = arena_get(a, sizeof *o);
	struct header h = { 0 };

	if (o == NULL) {
		(void)no_memory(e);
		return NULL;
	}
	*o = (struct ole){ .j = j, .arena = a, .in = in };
	if (!header_read(o, &h, e) || !fat_read(o, &h, e) || !directory_read(o, h.directory, e) || !mini_read(o, &h, e)) {
		(void)err_at(e, "compound file");
		return NULL;
	}
	return o;
}

static bool
named(const struct entry *r, struct view name)
{
	size_t i;

	if (r->name.n != name.n * 2)
		return false;
	for (i = 0; i < name.n; i++)
		if (r->name.p[2 * i] != name.p[i] || r->name.p[2 * i + 1] != 0)
			return false;
	return true;
}

static const struct entry *
find(const struct ole *o, const char *path)
{
	struct view left = view_str(path), name;
	uint32_t at = 0, i, depth;
	size_t slash;

	for (depth = 0; depth < PATH_DEPTH; depth++) {
		slash = view_find(left, 0, VIEW("/"));
		name = (struct view){ left.p, slash == VIEW_NOT_FOUND ? left.n : slash };
		for (i = 1; i < o->entries; i++)
			if (o->entry[i].parent == at && named(&o->entry[i], name))
				break;
		if (i == o->entries)
			return NULL;
		if (slash == VIEW_NOT_FOUND)
			return o->entry[i].kind == KIND_STREAM ? &o->entry[i] : NULL;
		at = i;
		left = view_from(left, slash + 1);
	}
	return NULL;
}

bool
ole_has(const struct ole *o, const char *path)
{
	return find(o, path) != NULL;
}

bool
ole_read(struct ole *o, const char *path, struct buf *ret, struct err *e)
{
	const struct entry *r = find(o, path);
	size_t from = ret->n;

	if (r == NULL)
		return err_set(e, ERR_MALFORMED, "compound file: no stream %s", path);
	if (chain_read(o, r->size < MINI_CUTOFF, r->start, r->size, ret, e))
		return true;
	ret->n = from;
	return err_at(e, "compound file: %s", path);
}
