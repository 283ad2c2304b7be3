#include "ledger/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "core/own.h"
#include "ledger/archive.h"
#include "ledger/io.h"

struct log {
	int dir;			/* of a folder; -1 */
	struct buf file;		/* what was read last */
	struct archive archive;		/* of an export */
	void *map;
	size_t mapped;
};

enum { DEEPEST = 12 };	/* folders under one another: tile/entries/x000/... */

static struct log *
log_new(struct err *e)
{
	struct log *l = calloc(1, sizeof *l);

	if (l == NULL)
		err_set(e, ERR_SYSTEM, "no memory");
	else
		l->dir = -1;
	return l;
}

void
log_free(struct log *l)
{
	if (l == NULL)
		return;
	if (l->dir >= 0)
		(void)close(l->dir);
	if (l->map != NULL)
		(void)munmap(l->map, l->mapped);
	archive_release(&l->archive);
	buf_release(&l->file);
	free(l);
}

bool
log_is_export(const struct log *l)
{
	return l->dir < 0;
}

struct log *
log_of_export(struct view bytes, uint64_t *ret_at, struct err *e)
{
	struct log *l = log_new(e);

	if (l != NULL && !archive_read(bytes, &l->archive, ret_at, e)) {
		log_free(l);
		l = NULL;
	}
	return l;
}

static struct log *
map_export(int fd, size_t size, uint64_t *ret_at, struct err *e)
{
	void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	struct log *l;

	if (map == MAP_FAILED) {
		err_set(e, ERR_SYSTEM, "map: %s", strerror(errno));
		return NULL;
	}
	(void)madvise(map, size, MADV_SEQUENTIAL);
	l = log_of_export(view_of(map, size), ret_at, e);
	if (l == NULL) {
		(void)munmap(map, size);
		return NULL;
	}
	l->map = map;
	l->mapped = size;
	return l;
}

struct log *
log_open(const char *path, uint64_t *ret_at, struct err *e)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	struct log *l;

	if (ret_at != NULL)
		*ret_at = 0;
	if (fd < 0 || fstat(fd, &st) != 0) {
		err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		return map_export(fd, (size_t)st.st_size, ret_at, e);
	if (!S_ISDIR(st.st_mode)) {
		err_set(e, ERR_MALFORMED, "byte 0: no ledger and no export of one");
		return NULL;
	}
	l = log_new(e);
	if (l != NULL)
		l->dir = give_fd(&fd);
	return l;
}

static bool
read_file(struct log *l, const char *name, struct view *ret, struct err *e)
{
	own_fd int fd = openat(l->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	uint8_t *room;

	if (fd < 0 || fstat(fd, &st) != 0)
		return err_set(e, fd < 0 && (errno == ENOENT || errno == ENOTDIR) ? ERR_DENIED : ERR_SYSTEM, "%s: %s", name,
			       strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size < 0 || st.st_size > TILE_BUNDLE)
		return err_set(e, ERR_MALFORMED, "%s: no file of a log", name);
	buf_clear(&l->file);
	room = buf_room(&l->file, (size_t)st.st_size);
	if (room == NULL)
		return buf_ok(&l->file, e);
	while (l->file.n < (size_t)st.st_size) {
		ssize_t n = read(fd, room + l->file.n, (size_t)st.st_size - l->file.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_SYSTEM, "%s: %s", name, n < 0 ? strerror(errno) : "shorter than it was");
		l->file.n += (size_t)n;
	}
	*ret = buf_bytes(&l->file);
	return true;
}

bool
log_read(struct log *l, const char *name, struct view *ret, uint64_t *ret_at, struct err *e)
{
	const struct member *m;

	if (ret_at != NULL)
		*ret_at = 0;
	if (l->dir >= 0)
		return read_file(l, name, ret, e);
	m = archive_find(&l->archive, name);
	if (m == NULL)
		return err_set(e, ERR_DENIED, "%s: not there", name);
	if (m->bytes.n > TILE_BUNDLE)
		return err_set(e, ERR_MALFORMED, "%s: no file of a log", name);
	if (ret_at != NULL)
		*ret_at = m->at;
	*ret = m->bytes;
	return true;
}

typedef bool each_file(void *arg, const char *name, struct err *e);

/* Everything below `folder`, a path that ends in '/', or is empty. */
static bool
walk(struct log *l, const char *folder, unsigned depth, each_file *each, void *arg, struct err *e)
{
	int fd = openat(l->dir, *folder == '\0' ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *one;
	bool ok = true;

	if (d == NULL) {
		int why = errno;

		if (fd >= 0)
			(void)close(fd);
		return err_set(e, ERR_SYSTEM, "%s: %s", folder, strerror(why));
	}
	while (ok && (one = readdir(d)) != NULL) {
		char name[512];
		struct stat st;
		int n;

		if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0)
			continue;
		n = snprintf(name, sizeof name - 1, "%s%s", folder, one->d_name);
		/* Too long or too deep for a log: told by as much of its name as there is. */
		if (n >= (int)sizeof name - 1 || fstatat(l->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISDIR(st.st_mode) || depth == DEEPEST) {
			ok = each(arg, name, e);
			continue;
		}
		memcpy(name + n, "/", 2);
		ok = walk(l, name, depth + 1, each, arg, e);
	}
	(void)closedir(d);
	return ok;
}

bool
log_each(struct log *l, each_file *each, void *arg, struct err *e)
{
	size_t i;

	if (l->dir >= 0)
		return walk(l, "", 0, each, arg, e);
	for (i = 0; i < l->archive.n; i++)
		if (!each(arg, l->archive.member[i].name, e))
			return false;
	return true;
}

bool
log_key(struct log *l, struct note_key *ret, struct err *e)
{
	struct view v;

	return log_read(l, "vkey", &v, NULL, e) && (note_key_parse(v, ret, e) || err_at(e, "vkey"));
}

bool
log_checkpoint(struct log *l, const struct note_key *k, struct buf *note, struct checkpoint *ret, struct err *e)
{
	struct view v;

	if (!log_read(l, "checkpoint", &v, NULL, e))
		return false;
	buf_clear(note);
	if (!buf_view(note, v))
		return buf_ok(note, e);
	return checkpoint_open(buf_bytes(note), k, ret, e) || err_at(e, "checkpoint");
}

/* The first `width` elements of what a full file holds. */
static bool
cut(struct tile t, struct view *v)
{
	struct view rest = *v, entry;
	unsigned i;

	if (t.level != TILE_ENTRIES)
		return view_sub(*v, 0, (size_t)t.width * SHA256_SIZE, v);
	for (i = 0; i < t.width; i++)
		if (!bundle_take(&rest, &entry))
			return false;
	v->n -= rest.n;
	return true;
}

bool
log_tile(void *log, struct tile t, struct view *ret, struct err *e)
{
	char path[TILE_PATH];
	struct tile full = { t.level, t.index, TILE_WIDTH };
	struct view v;

	tile_path(t, path);
	if (!log_read(log, path, &v, NULL, e)) {
		if (e->code != ERR_DENIED || t.width == TILE_WIDTH)
			return false;
		tile_path(full, path);
		if (!log_read(log, path, &v, NULL, e))
			return false;
	}
	if (!cut(t, &v))
		return err_set(e, ERR_MALFORMED, "%s: too short", path);
	*ret = v;
	return true;
}

bool
log_entry(struct log *l, uint64_t index, uint64_t size, struct view *ret, struct err *e)
{
	struct view v, entry = { 0 };
	struct tile t;
	uint64_t i;

	if (index >= size || !tile_at(TILE_ENTRIES, index / TILE_WIDTH, size, &t))
		return err_set(e, ERR_DENIED, "no entry %" PRIu64 " in a log of %" PRIu64, index, size);
	if (!log_tile(l, t, &v, e))
		return false;
	for (i = 0; i <= index % TILE_WIDTH; i++)
		if (!bundle_take(&v, &entry))
			return err_set(e, ERR_MALFORMED, "entry %" PRIu64 ": its bundle is too short", index);
	*ret = entry;
	return true;
}

/* -- exports -------------------------------------------------------------------- */

struct output {
	struct buf b;
	int fd;
	off_t at;
};

static bool
flush(struct output *o, struct err *e)
{
	if (!buf_ok(&o->b, e) || !ledger_write(&ledger_io_real, o->fd, buf_bytes(&o->b), o->at, e))
		return false;
	o->at += (off_t)o->b.n;
	buf_clear(&o->b);
	return true;
}

static bool
export_tile(struct log *l, struct output *o, struct tile t, struct err *e)
{
	char path[TILE_PATH];
	struct view v;

	tile_path(t, path);
	return log_tile(l, t, &v, e) && (archive_put(&o->b, path, v) || buf_ok(&o->b, e)) &&
	       (o->b.n < (1 << 20) || flush(o, e));
}

static bool
export_level(struct log *l, struct output *o, int level, uint64_t size, struct err *e)
{
	struct tile t;
	uint64_t i;

	for (i = 0; tile_at(level, i, size, &t); i++)
		if (!export_tile(l, o, t, e))
			return false;
	return true;
}

bool
log_export(struct log *l, const struct note_key *k, int fd, struct err *e)
{
	own_buf struct buf note = { 0 }, vkey = { 0 };
	struct output o = { .fd = fd };
	struct checkpoint c;
	bool ok = log_checkpoint(l, k, &note, &c, e) && note_key_put(&vkey, k) &&
		  archive_put(&o.b, "vkey", buf_bytes(&vkey)) && archive_put(&o.b, "checkpoint", buf_bytes(&note));
	int level;

	for (level = TILE_ENTRIES; ok && level < TILE_LEVELS; level++)
		ok = export_level(l, &o, level, c.size, e);
	ok = ok && archive_end(&o.b) && flush(&o, e);
	buf_release(&o.b);
	return ok;
}
