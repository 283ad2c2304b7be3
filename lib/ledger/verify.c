#include "ledger/verify.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/own.h"
#include "ledger/base64.h"
#include "ledger/event.h"

static const struct {
	const char *name, *text[LANG_COUNT];
} kinds[] = {
#define FAULT(id, ja, en) [FAULT_##id] = { #id, { ja, en } },
#include "ledger/fault.def"
#undef FAULT
};

const char *
fault_text(enum fault_kind k, enum lang l)
{
	return kinds[k].text[l];
}

const char *
fault_name(enum fault_kind k)
{
	return kinds[k].name;
}

/* Where a stored hash and a computed one differ; who is to blame is known at the end. */
struct difference {
	struct tile tile;	/* of the hash */
	unsigned at;		/* which of its hashes */
	uint64_t entry, n;	/* level 0: where the entry stands in its bundle */
};

struct differences {
	size_t n;		/* all there were; the first are kept */
	struct difference row[VERIFY_FAULTS];
};

struct anchor {
	uint64_t number, size;
	struct merkle_hash root;
	bool met, entries_fit, tiles_fit;
};

/* A level above the leaves: the nodes that the entries give, and that the stored tiles below give. */
struct level {
	unsigned n;
	uint64_t index;
	struct merkle_hash own[TILE_WIDTH], chain[TILE_WIDTH];
};

/*
 * Whether entries are events has nothing to do with their hashes: of an export, which lies in memory and never changes, another
 * thread looks at that.  What it finds is told in the end.
 */
struct events {
	struct log *log;
	uint64_t size;
	pthread_t thread;
	bool there;
	size_t n;		/* all there were; the first are kept */
	struct no_event {
		struct tile tile;
		uint64_t leaf, at, n;
		struct err why;
	} row[VERIFY_FAULTS];
};

struct verifier {
	struct log *log;
	struct events events;
	const struct verify_opts *o;
	struct verified *ret;
	struct err *e;
	struct merkle_range own, chain;		/* by the entries, by the tiles of level 0 */
	bool own_broken;			/* an entry could not be read at all */
	struct differences leaves, own_tiles, chain_tiles;
	struct level level[TILE_LEVELS];	/* from 1 on */
	struct anchor *anchor;
	size_t anchors, next_anchor;
	bool open;				/* a journal is there */
	size_t members;				/* of an export, met so far in their order */
	struct buf tile, note;
};

static struct fault *
fault(struct verifier *v, enum fault_kind k, const char *path)
{
	static struct fault beyond;	/* one more than are kept */
	struct fault *f = v->ret->faults < VERIFY_FAULTS ? &v->ret->fault[v->ret->faults] : &beyond;

	v->ret->faults++;
	*f = (struct fault){ .kind = k, .leaf = FAULT_NO_LEAF };
	(void)snprintf(f->path, sizeof f->path, "%s", path);
	return f;
}

static struct fault *
tile_fault(struct verifier *v, enum fault_kind k, struct tile t)
{
	char path[TILE_PATH];

	tile_path(t, path);
	return fault(v, k, path);
}

static void __attribute__((format(printf, 2, 3)))
detail(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(f->detail, sizeof f->detail, fmt, ap);
	va_end(ap);
}

static void
differs(struct differences *d, struct difference row)
{
	if (d->n < VERIFY_FAULTS)
		d->row[d->n] = row;
	d->n++;
}

/* A tile's or bundle's bytes; *there false, and a fault, where it is missing or no file of a log.  false: cannot be read. */
static bool
get(struct verifier *v, struct tile t, struct view *ret, bool *there)
{
	char path[TILE_PATH];
	struct err e = { 0 };

	*ret = VIEW("");
	tile_path(t, path);
	/* While the ledger is open a partial tile may have become full since. */
	*there = v->open ? log_tile(v->log, t, ret, &e) : log_read(v->log, path, ret, NULL, &e);
	if (*there) {
		v->ret->bytes += ret->n;
		return true;
	}
	if (e.code != ERR_DENIED && e.code != ERR_MALFORMED) {
		*v->e = e;
		return false;
	}
	detail(tile_fault(v, e.code == ERR_DENIED ? FAULT_MISSING : FAULT_LENGTH, t), "%.150s", e.text);
	return true;
}

/* -- entries and level 0 ----------------------------------------------------------- */

/* Framing that is wrong behind an entry that differs comes of that, and is not told. */
static void
framing(struct verifier *v, struct tile t, uint64_t at, uint64_t n, uint64_t leaf, bool told)
{
	struct fault *f = told ? NULL : tile_fault(v, FAULT_LENGTH, t);

	if (f == NULL)
		return;
	f->at = at;
	f->n = n;
	f->leaf = leaf;
}

static void
look_at_bundle(struct events *ev, struct tile t, struct view bytes)
{
	struct view rest = bytes, entry;
	struct err e;
	unsigned i;

	for (i = 0; i < t.width && bundle_take(&rest, &entry); i++) {
		if (event_check(entry, &e))
			continue;
		if (ev->n < VERIFY_FAULTS)
			ev->row[ev->n] = (struct no_event){ t, t.index * TILE_WIDTH + i, bytes.n - rest.n - entry.n - 2,
							    entry.n + 2, e };
		ev->n++;
	}
}

static void *
look_at_events(void *arg)
{
	struct events *ev = arg;
	struct tile t;
	uint64_t i;

	for (i = 0; tile_at(TILE_ENTRIES, i, ev->size, &t); i++) {
		char path[TILE_PATH];
		struct view bytes;
		struct err e;

		tile_path(t, path);
		if (log_read(ev->log, path, &bytes, NULL, &e))
			look_at_bundle(ev, t, bytes);
	}
	return NULL;
}

/* Without a thread, bundle by bundle: check_leaves(). */
static void
begin_events(struct verifier *v)
{
	v->events.log = v->log;
	v->events.size = v->ret->size;
	v->events.there = log_is_export(v->log) && pthread_create(&v->events.thread, NULL, look_at_events, &v->events) == 0;
}

static void
end_events(struct verifier *v)
{
	if (v->events.there)
		(void)pthread_join(v->events.thread, NULL);
	v->events.there = false;
}

/* In a bundle in which an entry differs from its hash, that is what is wrong. */
static bool
differs_there(const struct verifier *v, uint64_t bundle)
{
	size_t i;

	for (i = 0; i < v->leaves.n && i < VERIFY_FAULTS; i++)
		if (v->leaves.row[i].tile.index == bundle)
			return true;
	return false;
}

static void
blame_events(struct verifier *v)
{
	size_t i;

	end_events(v);
	for (i = 0; i < v->events.n && i < VERIFY_FAULTS; i++) {
		const struct no_event *row = &v->events.row[i];
		struct fault *f;

		if (differs_there(v, row->tile.index))
			continue;
		f = tile_fault(v, FAULT_EVENT, row->tile);
		f->at = row->at;
		f->n = row->n;
		f->leaf = row->leaf;
		detail(f, "%.150s", row->why.text);
	}
	v->ret->faults += v->events.n - i;
}

/* The entries of one bundle against the hashes stored for them. */
static void
check_entries(struct verifier *v, struct tile t, struct view bytes, const struct merkle_hash *stored,
	      struct merkle_hash own[TILE_WIDTH])
{
	struct view rest = bytes, entry;
	bool differ = false;
	unsigned i;

	for (i = 0; i < t.width && bundle_take(&rest, &entry); i++) {
		uint64_t at = bytes.n - rest.n - entry.n - 2;

		merkle_leaf(entry, &own[i]);
		if (merkle_same(&own[i], &stored[i]))
			continue;
		differs(&v->leaves, (struct difference){ { 0, t.index, t.width }, i, at, entry.n + 2 });
		differ = true;
	}
	if (i < t.width || rest.n > 0)
		framing(v, t, bytes.n - rest.n, rest.n, i < t.width ? t.index * TILE_WIDTH + i : FAULT_NO_LEAF, differ);
	v->own_broken = v->own_broken || i < t.width;
	/* What cannot be read is taken for what its hash says, so that the rest can be judged. */
	for (; i < t.width; i++)
		own[i] = stored[i];
}

/* Roots at the sizes of anchors that lie in this tile. */
static void
meet_anchors(struct verifier *v, uint64_t first, unsigned width, const struct merkle_hash *own,
	     const struct merkle_hash *stored)
{
	for (; v->next_anchor < v->anchors; v->next_anchor++) {
		struct anchor *a = &v->anchor[v->next_anchor];
		struct merkle_range by_entries = v->own, by_tiles = v->chain;
		struct merkle_hash root;
		uint64_t i;

		if (a->size > first + width)
			return;
		for (i = first; i < a->size; i++) {
			merkle_add(&by_entries, &own[i - first]);
			merkle_add(&by_tiles, &stored[i - first]);
		}
		merkle_root(&by_entries, &root);
		a->entries_fit = merkle_same(&root, &a->root);
		merkle_root(&by_tiles, &root);
		a->tiles_fit = merkle_same(&root, &a->root);
		a->met = true;
	}
}

/* The stored hashes of a tile, and its fault of length; *whole: are they all there? */
static bool
stored_hashes(struct verifier *v, struct tile t, struct merkle_hash ret[TILE_WIDTH], bool *whole)
{
	size_t want = (size_t)t.width * SHA256_SIZE;
	struct view bytes;
	bool there;

	if (!get(v, t, &bytes, &there))
		return false;
	*whole = there && bytes.n >= want;
	if (*whole)
		memcpy(ret, bytes.p, want);
	if (there && bytes.n != want) {
		struct fault *f = tile_fault(v, FAULT_LENGTH, t);

		f->at = bytes.n < want ? bytes.n : want;
		detail(f, "%zu bytes, should be %zu", bytes.n, want);
	}
	return true;
}

/* Leaf hashes of a bundle whose tile is not to be had. */
static void
hash_entries(struct tile t, struct view bytes, struct merkle_hash ret[TILE_WIDTH])
{
	struct view entry;
	unsigned i;

	memset(ret, 0, sizeof(struct merkle_hash) * TILE_WIDTH);
	for (i = 0; i < t.width && bundle_take(&bytes, &entry); i++)
		merkle_leaf(entry, &ret[i]);
}

static bool up(struct verifier *v, int level, struct merkle_hash own, struct merkle_hash chain);

/* Stored nodes of a level against both that were computed; then the node above. */
static bool
check_level(struct verifier *v, int level, unsigned width)
{
	struct level *l = &v->level[level];
	struct tile t = { level, l->index, width };
	struct merkle_hash stored[TILE_WIDTH], own, chain;
	bool whole;
	unsigned i;

	if (!stored_hashes(v, t, stored, &whole))
		return false;
	for (i = 0; whole && i < width; i++) {
		if (!merkle_same(&stored[i], &l->own[i]))
			differs(&v->own_tiles, (struct difference){ t, i, 0, 0 });
		if (!merkle_same(&stored[i], &l->chain[i]))
			differs(&v->chain_tiles, (struct difference){ t, i, 0, 0 });
	}
	if (width < TILE_WIDTH)
		return true;
	tile_root(l->own, width, &own);
	chain = own;
	if (memcmp(l->own, l->chain, sizeof l->own) != 0)
		tile_root(l->chain, width, &chain);
	l->n = 0;
	l->index++;
	return up(v, level + 1, own, chain);
}

static bool
up(struct verifier *v, int level, struct merkle_hash own, struct merkle_hash chain)
{
	struct level *l;

	if (level >= TILE_LEVELS)
		return true;
	l = &v->level[level];
	l->own[l->n] = own;
	l->chain[l->n++] = chain;
	return l->n < TILE_WIDTH || check_level(v, level, TILE_WIDTH);
}

/* The bundle's bytes, where reading the tile does not take them away. */
static bool
get_bundle(struct verifier *v, struct tile t, struct view *ret, bool *there)
{
	if (!get(v, t, ret, there))
		return false;
	if (log_is_export(v->log))
		return true;
	buf_clear(&v->tile);
	if (!buf_view(&v->tile, *ret))
		return buf_ok(&v->tile, v->e);
	*ret = buf_bytes(&v->tile);
	return true;
}

static bool
add_leaves(struct verifier *v, unsigned width, const struct merkle_hash *own, const struct merkle_hash *stored)
{
	struct merkle_hash own_root, chain_root;
	unsigned i;

	for (i = 0; width < TILE_WIDTH && i < width; i++) {
		merkle_add(&v->own, &own[i]);
		merkle_add(&v->chain, &stored[i]);
	}
	if (width < TILE_WIDTH)
		return true;
	tile_root(own, TILE_WIDTH, &own_root);
	chain_root = own_root;
	if (memcmp(own, stored, TILE_BYTES) != 0)
		tile_root(stored, TILE_WIDTH, &chain_root);
	merkle_add_tree(&v->own, TILE_HEIGHT, &own_root);
	merkle_add_tree(&v->chain, TILE_HEIGHT, &chain_root);
	return up(v, 1, own_root, chain_root);
}

/* One bundle and its tile of level 0. */
static bool
check_leaves(struct verifier *v, uint64_t index)
{
	struct merkle_hash stored[TILE_WIDTH], own[TILE_WIDTH];
	struct tile t, bundle;
	struct view bytes;
	bool there, whole;

	(void)tile_at(TILE_ENTRIES, index, v->ret->size, &bundle);
	(void)tile_at(0, index, v->ret->size, &t);
	if (!get_bundle(v, bundle, &bytes, &there) || !stored_hashes(v, t, stored, &whole))
		return false;
	if (!whole)
		hash_entries(bundle, bytes, stored);
	if (there) {
		check_entries(v, bundle, bytes, stored, own);
		if (!v->events.there)
			look_at_bundle(&v->events, bundle, bytes);
	} else {
		v->own_broken = true;
		memcpy(own, stored, sizeof own);
	}
	meet_anchors(v, index * TILE_WIDTH, t.width, own, stored);
	return add_leaves(v, t.width, own, stored);
}

/* -- which files there are ------------------------------------------------------- */

/* The name that a member of an export must have at this place in its order. */
static void
expected_member(const struct verifier *v, char ret[TILE_PATH])
{
	static const char *const first[] = { "vkey", "checkpoint" };
	uint64_t at = v->members;
	int level;

	*ret = '\0';
	if (at < 2)
		memcpy(ret, first[at], strlen(first[at]) + 1);
	for (level = TILE_ENTRIES, at -= at < 2 ? at : 2; v->members >= 2 && level < TILE_LEVELS; level++) {
		uint64_t n = tile_full(level, v->ret->size) + (tile_partial(level, v->ret->size) > 0);
		struct tile t;

		if (at < n && tile_at(level, at, v->ret->size, &t)) {
			tile_path(t, ret);
			return;
		}
		at -= n;
	}
}

static bool
is_prefix(struct tile older, struct view old, struct view now)
{
	struct view rest = old, entry;
	unsigned i;

	if (!view_starts(now, old))
		return false;
	if (older.level != TILE_ENTRIES)
		return old.n == (size_t)older.width * SHA256_SIZE;
	for (i = 0; i < older.width; i++)
		if (!bundle_take(&rest, &entry))
			return false;
	return rest.n == 0;
}

/* A partial tile of an earlier checkpoint. */
static bool
check_older(struct verifier *v, struct tile older, struct tile now, const char *path)
{
	struct err e = { 0 };
	struct view old, present;

	if (!log_read(v->log, path, &old, NULL, &e)) {
		/* The ledger is open and has removed it. */
		if (e.code != ERR_DENIED)
			*v->e = e;
		return e.code == ERR_DENIED;
	}
	buf_clear(&v->tile);
	if (!buf_view(&v->tile, old))
		return buf_ok(&v->tile, v->e);
	old = buf_bytes(&v->tile);
	if (log_tile(v->log, now, &present, &e) && !is_prefix(older, old, present)) {
		struct fault *f = fault(v, FAULT_PARTIAL, path);

		while (f->at < old.n && f->at < present.n && old.p[f->at] == present.p[f->at])
			f->at++;
	}
	return true;
}

static bool
check_name(void *arg, const char *name, struct err *e)
{
	struct verifier *v = arg;
	char expected[TILE_PATH];
	struct tile t, now;

	(void)e;
	if (log_is_export(v->log)) {
		expected_member(v, expected);
		v->members++;
		if (strcmp(name, expected) == 0)
			return true;
		(void)fault(v, tile_parse(view_str(name), &t) && tile_at(t.level, t.index, v->ret->size, &now) &&
				       now.width == t.width ? FAULT_ORDER : FAULT_EXTRA, name);
		return true;
	}
	if (strcmp(name, "vkey") == 0 || strcmp(name, "checkpoint") == 0 ||
	    (v->open && (strcmp(name, "journal") == 0 || strcmp(name, "new") == 0)))
		return true;
	if (tile_parse(view_str(name), &t)) {
		if (tile_at(t.level, t.index, v->ret->size, &now) && t.width <= now.width)
			return t.width == now.width || check_older(v, t, now, name);
		if (v->open)
			return true;
	}
	(void)fault(v, FAULT_EXTRA, name);
	return true;
}

static bool
find_journal(void *arg, const char *name, struct err *e)
{
	struct verifier *v = arg;

	(void)e;
	v->open = v->open || strcmp(name, "journal") == 0;
	return true;
}

/* -- anchors ----------------------------------------------------------------------- */

static int
by_size(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;

	return (x->size > y->size) - (x->size < y->size);
}

static bool
open_anchors(struct verifier *v)
{
	size_t i;

	if (v->o->anchors > VERIFY_ANCHORS)
		return err_set(v->e, ERR_LIMIT, "more than %d anchored checkpoints", VERIFY_ANCHORS);
	v->anchor = calloc(v->o->anchors + 1, sizeof *v->anchor);
	if (v->anchor == NULL)
		return err_set(v->e, ERR_SYSTEM, "no memory");
	for (i = 0; i < v->o->anchors; i++) {
		struct checkpoint c;
		char name[32];
		struct err e;

		if (checkpoint_open(v->o->anchor[i], &v->ret->key, &c, &e)) {
			v->anchor[v->anchors++] = (struct anchor){ .number = i + 1, .size = c.size, .root = c.root };
			continue;
		}
		(void)snprintf(name, sizeof name, "anchor %zu", i + 1);
		detail(fault(v, FAULT_ANCHOR_NOTE, name), "%.150s", e.text);
	}
	qsort(v->anchor, v->anchors, sizeof *v->anchor, by_size);
	return true;
}

static void
judge_anchors(struct verifier *v, bool own_good, bool chain_good)
{
	uint64_t same = 0;
	size_t i;

	for (i = 0; i < v->anchors; i++) {
		const struct anchor *a = &v->anchor[i];
		bool fits = own_good ? a->entries_fit : chain_good ? a->tiles_fit : a->entries_fit || a->tiles_fit;
		char name[32];

		if (a->met && fits) {
			same = a->size;
			continue;
		}
		(void)snprintf(name, sizeof name, "anchor %" PRIu64, a->number);
		detail(fault(v, a->met ? FAULT_ANCHOR_ROOT : FAULT_ANCHOR_SIZE, name),
		       a->met ? "anchored at %" PRIu64 " entries; the same up to %" PRIu64 " at least" :
				"anchored at %" PRIu64 " entries; there are %" PRIu64,
		       a->size, a->met ? same : v->ret->size);
	}
}

/* -- the judgement ------------------------------------------------------------------ */

static void
blame_tiles(struct verifier *v, const struct differences *d)
{
	size_t i;

	for (i = 0; i < d->n && i < VERIFY_FAULTS; i++) {
		const struct difference *row = &d->row[i];
		struct fault *f = tile_fault(v, FAULT_TILE, row->tile);

		f->at = (uint64_t)row->at * SHA256_SIZE;
		f->n = SHA256_SIZE;
		if (row->tile.level == 0)
			f->leaf = row->tile.index * TILE_WIDTH + row->at;
	}
	v->ret->faults += d->n - i;
}

/* The first of each bundle: where a length was changed all behind it are others, too. */
static void
blame_entries(struct verifier *v, const struct differences *d)
{
	uint64_t last = UINT64_MAX;
	size_t i;

	for (i = 0; i < d->n && i < VERIFY_FAULTS; i++) {
		const struct difference *row = &d->row[i];
		struct fault *f;

		if (row->tile.index == last)
			continue;
		last = row->tile.index;
		f = tile_fault(v, FAULT_ENTRY, (struct tile){ TILE_ENTRIES, row->tile.index, row->tile.width });
		f->at = row->entry;
		f->n = row->n;
		f->leaf = row->tile.index * TILE_WIDTH + row->at;
	}
}

static void
judge(struct verifier *v)
{
	struct merkle_hash own, chain;
	bool own_good, chain_good;

	merkle_root(&v->own, &own);
	merkle_root(&v->chain, &chain);
	own_good = !v->own_broken && merkle_same(&own, &v->ret->root);
	chain_good = merkle_same(&chain, &v->ret->root);
	if (own_good) {
		blame_tiles(v, &v->leaves);
		blame_tiles(v, &v->own_tiles);
	} else {
		blame_entries(v, &v->leaves);
		blame_tiles(v, &v->chain_tiles);
	}
	if (!own_good && !chain_good) {
		own_buf struct buf b = { 0 };

		(void)(base64_put(&b, view_of(own.b, sizeof own.b)) && buf_byte(&b, 0));
		detail(fault(v, FAULT_ROOT, "checkpoint"), "%s", b.full ? "" : (const char *)b.p);
	}
	blame_events(v);
	judge_anchors(v, own_good, chain_good);
}

static bool
check_all(struct verifier *v)
{
	uint64_t i, size = v->ret->size;
	int level;

	begin_events(v);
	for (i = 0; i * TILE_WIDTH < size; i++)
		if (!check_leaves(v, i))
			return false;
	meet_anchors(v, size, 0, NULL, NULL);
	for (level = 1; level < TILE_LEVELS; level++)
		if (v->level[level].n > 0 && !check_level(v, level, v->level[level].n))
			return false;
	/* Older partial tiles last: they are compared with what has been judged by then. */
	judge(v);
	return log_each(v->log, check_name, v, v->e);
}

static bool
unreadable(struct verifier *v, const struct err *e)
{
	*v->e = *e;
	return false;
}

/* The key and the checkpoint, without which nothing can be judged. */
static bool
check_head(struct verifier *v, bool *go_on)
{
	struct err e = { 0 };
	struct note_key in_log;
	struct checkpoint c;

	*go_on = false;
	if (!log_key(v->log, &in_log, &e)) {
		if (e.code == ERR_SYSTEM)
			return unreadable(v, &e);
		detail(fault(v, FAULT_KEY, "vkey"), "%.150s", e.text);
		if (v->o->key == NULL)
			return true;
	} else if (v->o->key != NULL && memcmp(&in_log, v->o->key, sizeof in_log) != 0) {
		detail(fault(v, FAULT_KEY, "vkey"), "not the key that was given");
	}
	v->ret->key = v->o->key != NULL ? *v->o->key : in_log;
	if (!log_checkpoint(v->log, &v->ret->key, &v->note, &c, &e)) {
		if (e.code == ERR_SYSTEM)
			return unreadable(v, &e);
		detail(fault(v, FAULT_CHECKPOINT, "checkpoint"), "%.150s", e.text);
		return true;
	}
	v->ret->size = c.size;
	v->ret->root = c.root;
	*go_on = true;
	return true;
}

static bool
verify(struct verifier *v)
{
	bool go_on;

	if (!log_is_export(v->log) && !log_each(v->log, find_journal, v, v->e))
		return false;
	return check_head(v, &go_on) && (!go_on || (open_anchors(v) && check_all(v)));
}

bool
log_verify(struct log *l, const struct verify_opts *o, struct verified *ret, struct err *e)
{
	struct verifier *v = calloc(1, sizeof *v);
	bool ok;

	*ret = (struct verified){ 0 };
	if (v == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	v->log = l;
	v->o = o;
	v->ret = ret;
	v->e = e;
	ok = verify(v);
	end_events(v);
	free(v->anchor);
	buf_release(&v->tile);
	buf_release(&v->note);
	free(v);
	return ok;
}

/* What could not be opened: a fault where its bytes are wrong. */
static bool
no_log(uint64_t at, struct verified *ret, struct err *e)
{
	if (e->code != ERR_MALFORMED)
		return false;
	*ret = (struct verified){ .faults = 1 };
	ret->fault[0] = (struct fault){ .kind = FAULT_ARCHIVE, .at = at, .n = LOG_BLOCK, .leaf = FAULT_NO_LEAF };
	(void)snprintf(ret->fault[0].detail, sizeof ret->fault[0].detail, "%.150s", e->text);
	return true;
}

static bool
verify_log(struct log *l, uint64_t at, const struct verify_opts *o, struct verified *ret, struct err *e)
{
	bool ok;

	if (l == NULL)
		return no_log(at, ret, e);
	ok = log_verify(l, o, ret, e);
	log_free(l);
	return ok;
}

bool
verify_path(const char *path, const struct verify_opts *o, struct verified *ret, struct err *e)
{
	uint64_t at = 0;
	struct log *l = log_open(path, &at, e);

	return verify_log(l, at, o, ret, e);
}

bool
verify_export(struct view bytes, const struct verify_opts *o, struct verified *ret, struct err *e)
{
	uint64_t at = 0;
	struct log *l = log_of_export(bytes, &at, e);

	return verify_log(l, at, o, ret, e);
}
