#include "ledger/ledger.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/own.h"
#include "ledger/event.h"
#include "ledger/journal.h"
#include "ledger/tile.h"

enum { UNSYNCED = 64 };

/* The tile of a level that is being filled. */
struct level {
	unsigned n;
	struct merkle_hash at[TILE_WIDTH];
};

struct ledger {
	const struct ledger_io *io;
	const struct note_signer *signer;
	uint8_t mac[32];
	int dir, journal;
	size_t journal_bytes, journal_at;	/* its length; where the next frame goes */
	struct merkle_range tree;		/* all that is durable */
	struct level level[TILE_LEVELS];
	struct buf bundle;			/* entries of the bundle that is being filled */
	uint64_t published;
	struct buf batch;
	uint32_t batched;
	int unsynced[UNSYNCED];			/* files written since the last sync */
	size_t files;
	char (*folder)[TILE_PATH];		/* folders with names that are not synced */
	size_t folders, folders_cap;
	bool broken;
};

static bool
failed(struct ledger *l, const char *what, struct err *e)
{
	l->broken = true;
	return err_set(e, ERR_SYSTEM, "%s: %s", what, strerror(errno));
}

static bool
is_whole(const struct ledger *l, struct err *e)
{
	return !l->broken || err_set(e, ERR_SYSTEM, "the ledger failed before; it must be opened again");
}

/* -- files ------------------------------------------------------------------- */

static bool
sync_files(struct ledger *l, struct err *e)
{
	bool ok = true;

	for (; l->files > 0; l->files--) {
		int fd = l->unsynced[l->files - 1];

		ok = ok && l->io->fdatasync(fd) == 0;
		(void)close(fd);
	}
	return ok || failed(l, "sync", e);
}

static bool
folder_changed(struct ledger *l, struct view name)
{
	size_t i;

	for (i = l->folders; i > 0; i--)
		if (view_is(name, l->folder[i - 1]))
			return true;
	if (l->folders == l->folders_cap) {
		size_t cap = l->folders_cap == 0 ? 16 : l->folders_cap * 2;
		char (*p)[TILE_PATH] = realloc(l->folder, cap * sizeof *p);

		if (p == NULL)
			return false;
		l->folder = p;
		l->folders_cap = cap;
	}
	memcpy(l->folder[l->folders], name.p, name.n);
	l->folder[l->folders++][name.n] = '\0';
	return true;
}

static bool
sync_folders(struct ledger *l, struct err *e)
{
	for (; l->folders > 0; l->folders--)
		if (l->io->fsync_dir(l->dir, l->folder[l->folders - 1]) != 0)
			return failed(l, "sync of a folder", e);
	return true;
}

/* The folders above a path, made where they are missing; those that gain a name are remembered. */
static bool
make_folders(struct ledger *l, const char *path)
{
	struct view v = view_str(path), above = VIEW(".");
	size_t at;

	for (at = view_find(v, 0, VIEW("/")); at != VIEW_NOT_FOUND; at = view_find(v, at + 1, VIEW("/"))) {
		char name[TILE_PATH];

		memcpy(name, v.p, at);
		name[at] = '\0';
		if (l->io->mkdir(l->dir, name) == 0 ? !folder_changed(l, above) : errno != EEXIST)
			return false;
		above = view_of(v.p, at);
	}
	return folder_changed(l, above);
}

/* Written, not synced, under a name that no checkpoint covers. */
static bool
write_file(struct ledger *l, const char *path, struct view v, struct err *e)
{
	int fd;

	if (l->files == UNSYNCED && !sync_files(l, e))
		return false;
	if (!make_folders(l, path))
		return failed(l, path, e);
	fd = l->io->create(l->dir, path);
	if (fd < 0)
		return failed(l, path, e);
	l->unsynced[l->files++] = fd;
	if (!ledger_write(l->io, fd, v, 0, e)) {
		l->broken = true;
		return err_at(e, "%s", path);
	}
	return true;
}

static bool
write_tile(struct ledger *l, struct tile t, struct err *e)
{
	char path[TILE_PATH];

	tile_path(t, path);
	return write_file(l, path, t.level == TILE_ENTRIES ? buf_bytes(&l->bundle) :
			  view_of(l->level[t.level].at, (size_t)t.width * SHA256_SIZE), e);
}

/* -- the tree ---------------------------------------------------------------- */

/* A node more on this level; a full tile is written and is a node of the level above. */
static bool
add_node(struct ledger *l, int level, uint64_t index, struct merkle_hash h, struct err *e)
{
	for (; level < TILE_LEVELS; level++) {
		struct level *at = &l->level[level];

		at->at[at->n++] = h;
		if (at->n < TILE_WIDTH)
			return true;
		index /= TILE_WIDTH;
		if (!write_tile(l, (struct tile){ level, index, TILE_WIDTH }, e))
			return false;
		tile_root(at->at, TILE_WIDTH, &h);
		at->n = 0;
	}
	return err_set(e, ERR_LIMIT, "the log is full");
}

/* An entry that is durable goes to its place. */
static bool
place(struct ledger *l, struct view entry, struct err *e)
{
	uint64_t index = l->tree.size;
	struct merkle_hash leaf;

	if (!bundle_put(&l->bundle, entry))
		return buf_ok(&l->bundle, e) && err_set(e, ERR_LIMIT, "an entry of %zu bytes", entry.n);
	if (index % TILE_WIDTH == TILE_WIDTH - 1) {
		if (!write_tile(l, (struct tile){ TILE_ENTRIES, index / TILE_WIDTH, TILE_WIDTH }, e))
			return false;
		buf_clear(&l->bundle);
	}
	merkle_leaf(entry, &leaf);
	merkle_add(&l->tree, &leaf);
	return add_node(l, 0, index, leaf, e);
}

static bool
place_all(void *arg, const struct journal_frame *f, struct err *e)
{
	struct ledger *l = arg;
	struct view v = f->entries, entry;
	uint32_t i;

	for (i = 0; i < f->count; i++) {
		bool there = bundle_take(&v, &entry) || err_set(e, ERR_MALFORMED, "journal: a batch of fewer entries");

		if (!there || !place(l, entry, e)) {
			l->broken = true;
			return false;
		}
	}
	return true;
}

/* -- publishing -------------------------------------------------------------- */

static bool
write_partial(struct ledger *l, int level, struct err *e)
{
	unsigned width = tile_partial(level, l->tree.size);
	struct tile t = { level, tile_full(level, l->tree.size), width };

	/* One that the checkpoint covers is never written again. */
	if (width == 0 || (tile_full(level, l->published) == t.index && tile_partial(level, l->published) == width))
		return true;
	return write_tile(l, t, e);
}

/* Written and synced under another name, then renamed. */
static bool
replace(struct ledger *l, const char *name, struct view v, struct err *e)
{
	own_fd int fd = l->io->create(l->dir, "new");

	if (fd < 0)
		return failed(l, name, e);
	if (!ledger_write(l->io, fd, v, 0, e)) {
		l->broken = true;
		return err_at(e, "%s", name);
	}
	if (l->io->fdatasync(fd) != 0 || l->io->rename(l->dir, "new", name) != 0 || l->io->fsync_dir(l->dir, ".") != 0)
		return failed(l, name, e);
	return true;
}

static bool
sign(struct ledger *l, struct err *e)
{
	own_buf struct buf note = BUF_MAX(NOTE_MAX);
	struct merkle_hash root;

	merkle_root(&l->tree, &root);
	if (!checkpoint_sign(l->signer, l->tree.size, &root, &note, e)) {
		l->broken = true;
		return false;
	}
	return replace(l, "checkpoint", buf_bytes(&note), e);
}

/* All that stands in the folder of a tile's partial files, and the folder. */
static void
drop_folder(struct ledger *l, struct tile full)
{
	char name[TILE_PATH + 4], path[2 * TILE_PATH];
	const struct dirent *one;
	DIR *d;
	int fd;

	tile_path(full, path);
	(void)snprintf(name, sizeof name, "%.*s.p/", TILE_PATH - 1, path);
	fd = openat(l->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	d = fd < 0 ? NULL : fdopendir(fd);
	if (d == NULL)
		return;
	while ((one = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof path, "%s%.8s", name, one->d_name);
		if (one->d_name[0] != '.')
			(void)l->io->unlink(l->dir, path);
	}
	(void)closedir(d);
	(void)l->io->unlink(l->dir, name);
}

/* Partial files of a tile that was not full under the checkpoint before, and is now.  Who fails here loses nothing. */
static void
drop_partials(struct ledger *l, uint64_t before)
{
	int level;

	for (level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
		uint64_t index = tile_full(level, before);

		if (tile_partial(level, before) > 0 && tile_full(level, l->tree.size) > index)
			drop_folder(l, (struct tile){ level, index, TILE_WIDTH });
	}
}

bool
ledger_publish(struct ledger *l, struct err *e)
{
	uint64_t before = l->published;
	int level;

	if (!is_whole(l, e))
		return false;
	if (l->published == l->tree.size)
		return true;
	for (level = TILE_ENTRIES; level < TILE_LEVELS; level++)
		if (!write_partial(l, level, e))
			return false;
	if (!sync_files(l, e) || !sync_folders(l, e) || !sign(l, e))
		return false;
	l->published = l->tree.size;
	l->journal_at = 0;
	drop_partials(l, before);
	return true;
}

/* -- a batch ------------------------------------------------------------------ */

bool
ledger_append(struct ledger *l, struct view event, uint64_t *ret_index, struct err *e)
{
	size_t max = l->journal_bytes / 4 < LEDGER_BATCH ? l->journal_bytes / 4 : LEDGER_BATCH;

	if (!is_whole(l, e) || !event_check(event, e))
		return false;
	if (l->batched > 0 && l->batch.n + event.n + 2 > max)
		return err_set(e, ERR_LIMIT, "the batch is full");
	if (!bundle_put(&l->batch, event)) {
		(void)buf_ok(&l->batch, e);
		l->broken = true;
		return false;
	}
	*ret_index = l->tree.size + l->batched++;
	return true;
}

static bool
write_frame(struct ledger *l, const struct journal_frame *f, struct err *e)
{
	own_buf struct buf b = { 0 };

	if (!journal_put(&b, f, l->mac))
		return buf_ok(&b, e);
	if (!ledger_write(l->io, l->journal, buf_bytes(&b), (off_t)l->journal_at, e)) {
		l->broken = true;
		return err_at(e, "journal");
	}
	if (l->io->fdatasync(l->journal) != 0)
		return failed(l, "journal", e);
	l->journal_at += b.n;
	return true;
}

bool
ledger_commit(struct ledger *l, struct err *e)
{
	struct journal_frame f = { l->tree.size, l->batched, buf_bytes(&l->batch) };
	struct err later = { 0 };

	if (!is_whole(l, e))
		return false;
	if (l->batched == 0)
		return true;
	if (l->journal_at + journal_need(f.entries.n) > l->journal_bytes && !ledger_publish(l, e))
		return false;
	if (!write_frame(l, &f, e))
		return false;
	/* From here on it is durable, and true, whatever becomes of the rest: what fails below breaks the next call. */
	if (place_all(l, &f, &later) &&
	    (l->journal_at > l->journal_bytes / 4 * 3 || l->tree.size - l->published >= LEDGER_WAITING))
		(void)ledger_publish(l, &later);
	buf_clear(&l->batch);
	l->batched = 0;
	return true;
}

/* -- opening ------------------------------------------------------------------ */

/* A whole file of at most `max` bytes, appended; ERR_DENIED where it is not there. */
static bool
read_file(int dir, const char *name, size_t max, struct buf *to, struct err *e)
{
	own_fd int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	uint8_t *room;
	size_t n, got = 0;

	if (fd < 0 || fstat(fd, &st) != 0)
		return err_set(e, errno == ENOENT ? ERR_DENIED : ERR_SYSTEM, "%s: %s", name, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size < 0 || (uint64_t)st.st_size > max)
		return err_set(e, ERR_MALFORMED, "%s: no file, or longer than %zu bytes", name, max);
	n = (size_t)st.st_size;
	room = buf_room(to, n);
	if (room == NULL)
		return buf_ok(to, e);
	while (got < n) {
		ssize_t k = pread(fd, room + got, n - got, (off_t)got);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return err_set(e, ERR_SYSTEM, "%s: %s", name, k < 0 ? strerror(errno) : "shorter than it was");
		got += (size_t)k;
	}
	to->n += n;
	return true;
}

/* The first `width` elements of the tile at the right edge: of its partial file, or of the full one that came after. */
static bool
load_edge(struct ledger *l, int level, unsigned width, struct buf *to, struct err *e)
{
	struct tile t = { level, tile_full(level, l->published), width };
	size_t max = level == TILE_ENTRIES ? TILE_BUNDLE : TILE_BYTES;
	char path[TILE_PATH];

	tile_path(t, path);
	if (read_file(l->dir, path, max, to, e))
		return true;
	if (e->code != ERR_DENIED)
		return false;
	t.width = TILE_WIDTH;
	tile_path(t, path);
	if (read_file(l->dir, path, max, to, e))
		return true;
	return e->code == ERR_DENIED ? err_set(e, ERR_MALFORMED, "%s: missing", path) : false;
}

static bool
load_level(struct ledger *l, int level, struct err *e)
{
	unsigned width = tile_partial(level, l->published), i;
	own_buf struct buf b = { 0 };
	struct level *at = &l->level[level];

	if (width == 0)
		return true;
	if (!load_edge(l, level, width, &b, e))
		return false;
	if (b.n < (size_t)width * SHA256_SIZE)
		return err_set(e, ERR_MALFORMED, "level %d: the tile at the edge is too short", level);
	memcpy(at->at, b.p, (size_t)width * SHA256_SIZE);
	at->n = width;
	/* Nodes of higher levels come first: the range grows from the left. */
	for (i = 0; i < width; i++)
		merkle_add_tree(&l->tree, (unsigned)level * TILE_HEIGHT, &at->at[i]);
	return true;
}

/* The entries of the partial bundle, which must be those of the tile. */
static bool
load_bundle(struct ledger *l, struct err *e)
{
	unsigned width = tile_partial(TILE_ENTRIES, l->published), i;
	own_buf struct buf b = { 0 };
	struct merkle_hash h;
	struct view v, entry;

	if (width == 0)
		return true;
	if (!load_edge(l, TILE_ENTRIES, width, &b, e))
		return false;
	v = buf_bytes(&b);
	for (i = 0; i < width; i++) {
		if (!bundle_take(&v, &entry))
			return err_set(e, ERR_MALFORMED, "the entry bundle at the edge is too short");
		merkle_leaf(entry, &h);
		if (!merkle_same(&h, &l->level[0].at[i]))
			return err_set(e, ERR_MALFORMED, "entry %" PRIu64 " is not the one of its tile",
				       tile_full(TILE_ENTRIES, l->published) * TILE_WIDTH + i);
		if (!bundle_put(&l->bundle, entry))
			return buf_ok(&l->bundle, e);
	}
	return true;
}

static bool
load(struct ledger *l, struct view note, struct err *e)
{
	struct checkpoint c;
	struct merkle_hash root;
	int level;

	if (!checkpoint_open(note, note_signer_key(l->signer), &c, e))
		return false;
	l->published = c.size;
	for (level = TILE_LEVELS - 1; level >= 0; level--)
		if (!load_level(l, level, e))
			return false;
	merkle_root(&l->tree, &root);
	if (l->tree.size != c.size || !merkle_same(&root, &c.root))
		return err_set(e, ERR_MALFORMED, "the tiles are not those of the checkpoint");
	return load_bundle(l, e);
}

/* An empty log: its key, then the checkpoint over nothing. */
static bool
begin(struct ledger *l, struct err *e)
{
	own_buf struct buf vkey = BUF_MAX(NOTE_MAX);

	if (!note_key_put(&vkey, note_signer_key(l->signer)))
		return buf_ok(&vkey, e);
	return replace(l, "vkey", buf_bytes(&vkey), e) && sign(l, e);
}

static bool
recover(struct ledger *l, struct err *e)
{
	own_buf struct buf note = BUF_MAX(NOTE_MAX), journal = { 0 };

	if (read_file(l->dir, "checkpoint", NOTE_MAX, &note, e)) {
		if (!load(l, buf_bytes(&note), e))
			return false;
	} else if (e->code != ERR_DENIED) {
		return false;
	} else {
		struct stat st;

		/* Tiles without a checkpoint are no new log. */
		if (fstatat(l->dir, "tile", &st, AT_SYMLINK_NOFOLLOW) == 0)
			return err_set(e, ERR_MALFORMED, "the checkpoint is missing");
		if (!begin(l, e))
			return false;
	}
	if (!read_file(l->dir, "journal", (size_t)1 << 30, &journal, e))
		return e->code == ERR_DENIED;
	return journal_replay(buf_bytes(&journal), l->published, l->mac, place_all, l, e) && ledger_publish(l, e);
}

/* Given all its blocks, so that a frame later changes no metadata; only then does it have its name. */
static bool
make_journal(struct ledger *l, struct err *e)
{
	static const uint8_t zeros[64 * 1024];
	size_t at;

	l->journal = l->io->create(l->dir, "new");
	if (l->journal < 0)
		return failed(l, "journal", e);
	for (at = 0; at < l->journal_bytes; at += sizeof zeros) {
		size_t n = l->journal_bytes - at < sizeof zeros ? l->journal_bytes - at : sizeof zeros;

		if (!ledger_write(l->io, l->journal, view_of(zeros, n), (off_t)at, e))
			return err_at(e, "journal");
	}
	if (l->io->fdatasync(l->journal) != 0 || l->io->rename(l->dir, "new", "journal") != 0 ||
	    l->io->fsync_dir(l->dir, ".") != 0)
		return failed(l, "journal", e);
	return true;
}

static bool
open_all(struct ledger *l, const char *folder, struct err *e)
{
	l->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->dir < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", folder, strerror(errno));
	if (flock(l->dir, LOCK_EX | LOCK_NB) != 0)
		return err_set(e, ERR_DENIED, "%s: another process writes this ledger", folder);
	return recover(l, e) && make_journal(l, e);
}

struct ledger *
ledger_open(const char *folder, const struct note_signer *s, const struct ledger_opts *o, struct err *e)
{
	struct ledger *l = calloc(1, sizeof *l);

	if (l == NULL) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	l->io = o != NULL && o->io != NULL ? o->io : &ledger_io_real;
	l->journal_bytes = o != NULL && o->journal != 0 ? o->journal : JOURNAL_BYTES;
	l->signer = s;
	l->dir = l->journal = -1;
	note_signer_derive(s, "sekisho ledger journal", l->mac);
	if (l->journal_bytes < JOURNAL_LEAST || l->journal_bytes % JOURNAL_BLOCK != 0)
		err_set(e, ERR_DENIED, "a journal of %zu bytes", l->journal_bytes);
	else if (open_all(l, folder, e))
		return l;
	ledger_abandon(l);
	return NULL;
}

void
ledger_abandon(struct ledger *l)
{
	if (l == NULL)
		return;
	while (l->files > 0)
		(void)close(l->unsynced[--l->files]);
	if (l->journal >= 0)
		(void)close(l->journal);
	if (l->dir >= 0)
		(void)close(l->dir);
	free(l->folder);
	buf_release(&l->bundle);
	buf_release(&l->batch);
	explicit_bzero(l->mac, sizeof l->mac);
	free(l);
}

bool
ledger_close(struct ledger *l, struct err *e)
{
	bool ok = ledger_commit(l, e) && ledger_publish(l, e);

	if (ok && (l->io->unlink(l->dir, "journal") != 0 || l->io->fsync_dir(l->dir, ".") != 0))
		ok = failed(l, "journal", e);
	ledger_abandon(l);
	return ok;
}

uint64_t
ledger_size(const struct ledger *l)
{
	return l->tree.size;
}

uint64_t
ledger_published(const struct ledger *l)
{
	return l->published;
}
