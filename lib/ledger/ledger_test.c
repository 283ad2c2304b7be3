#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "ledger/journal.h"
#include "ledger/test_log.h"
#include "ledger/verify.h"

enum { JOURNAL = JOURNAL_LEAST };

static void
must_verify(const char *folder, const struct note_signer *s, uint64_t size)
{
	struct verify_opts o = { .key = note_signer_key(s) };
	struct verified *v = calloc(1, sizeof *v);
	struct err e = { 0 };

	assert_non_null(v);
	if (!verify_path(folder, &o, v, &e))
		fail_msg("%s", e.text);
	if (v->faults > 0)
		fail_msg("%s: %s %s", v->fault[0].path, fault_name(v->fault[0].kind), v->fault[0].detail);
	assert_int_equal(v->size, size);
	free(v);
}

/* The entries [0, n) are those of test_event(), and n is what the log has. */
static void
must_hold(const char *folder, const struct note_signer *s, uint64_t n)
{
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	struct log *l = log_open(folder, NULL, &e);
	struct view v;
	uint64_t i;

	assert_non_null(l);
	for (i = 0; i < n; i++) {
		test_event(&b, i);
		if (!log_entry(l, i, n, &v, &e))
			fail_msg("entry %" PRIu64 ": %s", i, e.text);
		assert_true(view_eq(v, buf_bytes(&b)));
	}
	log_free(l);
	must_verify(folder, s, n);
}

static void
what_is_appended_is_there(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 2, 255, 256, 257, 511, 512, 1000, 3000 };
	struct note_signer *s = test_signer();
	char folder[64];
	size_t i;

	(void)state;
	test_folder(folder);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		test_grow(folder, s, sizes[i], i % 2 == 0 ? 0 : 37);
		must_hold(folder, s, sizes[i]);
	}
	test_remove(folder);
	note_signer_free(s);
}

static void
proofs_hold_of_what_is_published(void **state)
{
	struct note_signer *s = test_signer();
	own_buf struct buf note = { 0 }, b = { 0 };
	struct err e = { 0 };
	struct checkpoint c;
	struct merkle_hash older, leaf;
	struct merkle_proof p;
	char folder[64];
	struct log *l;
	uint64_t i;

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 300, 0);
	l = log_open(folder, NULL, &e);
	assert_true(log_checkpoint(l, note_signer_key(s), &note, &c, &e));
	older = c.root;
	log_free(l);
	test_grow(folder, s, 700, 0);
	l = log_open(folder, NULL, &e);
	assert_true(log_checkpoint(l, note_signer_key(s), &note, &c, &e));
	{
		struct tile_nodes nodes = { log_tile, l, c.size };

		assert_true(merkle_prove_consistency(300, c.size, tile_node, &nodes, &p, &e));
		assert_true(merkle_is_consistent(300, c.size, &older, &c.root, &p));
		for (i = 0; i < 700; i += 7) {
			test_event(&b, i);
			merkle_leaf(buf_bytes(&b), &leaf);
			assert_true(merkle_prove_inclusion(i, c.size, tile_node, &nodes, &p, &e));
			assert_true(merkle_is_included(i, c.size, &leaf, &p, &c.root));
		}
	}
	log_free(l);
	test_remove(folder);
	note_signer_free(s);
}

static void
only_its_writer_opens_it(void **state)
{
	static const uint8_t seed[NOTE_SEED] = { 7 };
	struct note_signer *s = test_signer(), *other;
	struct ledger *l;
	struct err e = { 0 };
	char folder[64], path[100];

	(void)state;
	test_folder(folder);
	test_grow(folder, s, 10, 0);
	l = ledger_open(folder, s, NULL, &e);
	assert_non_null(l);
	assert_null(ledger_open(folder, s, NULL, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_true(ledger_close(l, &e));
	other = note_signer_new("sekisho.example/test", seed, &e);
	assert_null(ledger_open(folder, other, NULL, &e));
	assert_int_equal(e.code, ERR_DENIED);
	/* Tiles without a checkpoint are no new log. */
	(void)snprintf(path, sizeof path, "%s/checkpoint", folder);
	assert_int_equal(unlink(path), 0);
	assert_null(ledger_open(folder, s, NULL, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_null(ledger_open("/nowhere/at/all", s, NULL, &e));
	assert_int_equal(e.code, ERR_SYSTEM);
	test_remove(folder);
	note_signer_free(other);
	note_signer_free(s);
}

static void
what_may_not_stand_in_it_is_refused(void **state)
{
	struct note_signer *s = test_signer();
	struct ledger_opts o = { .journal = JOURNAL }, bad = { .journal = 4096 };
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	struct ledger *l;
	char folder[64];
	uint64_t at = 99, n = 0;

	(void)state;
	test_folder(folder);
	assert_null(ledger_open(folder, s, &bad, &e));
	l = ledger_open(folder, s, &o, &e);
	assert_non_null(l);
	assert_false(ledger_append(l, VIEW("{ }"), &at, &e));
	assert_int_equal(e.code, ERR_MALFORMED);
	assert_int_equal(at, 99);
	assert_true(ledger_commit(l, &e));
	assert_int_equal(ledger_size(l), 0);
	for (;;) {
		test_event(&b, n);
		if (!ledger_append(l, buf_bytes(&b), &at, &e))
			break;
		n++;
	}
	assert_int_equal(e.code, ERR_LIMIT);
	assert_true(n > 100);
	assert_true(ledger_commit(l, &e));
	assert_int_equal(ledger_size(l), n);
	/* The longest event of all has room in the least journal. */
	buf_clear(&b);
	buf_str(&b, "{\"data\":{\"s\":\"");
	buf_fill(&b, 'x', EVENT_MAX - 14 - 95);
	buf_str(&b, "\"},\"object\":\"crossing/1\",\"what\":\"crossing.seen\",\"when\":\"2026-11-27T08:40:07.123Z\",\"who\":\"r\"}");
	while (b.n > EVENT_MAX || !ledger_append(l, buf_bytes(&b), &at, &e)) {
		own_buf struct buf again = { 0 };

		assert_true(b.n > EVENT_MAX);
		buf_put(&again, b.p, 14);
		buf_view(&again, view_from(buf_bytes(&b), 15));
		buf_clear(&b);
		buf_view(&b, buf_bytes(&again));
	}
	assert_true(b.n > EVENT_MAX - 100);
	assert_true(ledger_commit(l, &e) && ledger_close(l, &e));
	must_verify(folder, s, n + 1);
	test_remove(folder);
	note_signer_free(s);
}

/* -- dying at each call -------------------------------------------------------- */

enum how { BEFORE, HALF, AFTER, HOWS };

/* What stands between the ledger and the system, in one process at a time. */
static struct {
	unsigned calls, last;	/* the process dies at the call number `last`; 0: never */
	enum how how;
	bool fails;		/* does not die: this call and all after it fail */
	bool once;		/* only this call */
} fate;

/* true: the call is not made. */
static bool
reached(void)
{
	fate.calls++;
	if (fate.last == 0 || fate.calls < fate.last)
		return false;
	if (fate.fails) {
		errno = EIO;
		return fate.calls > fate.last ? !fate.once : fate.how != AFTER;
	}
	if (fate.how == BEFORE)
		_exit(9);
	return false;
}

static int
done(int rc)
{
	if (fate.last != 0 && !fate.fails && fate.calls >= fate.last)
		_exit(9);
	return rc;
}

static int
dying_create(int dir, const char *name)
{
	return reached() ? -1 : done(ledger_io_real.create(dir, name));
}

static ssize_t
dying_pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t rc;

	if (reached()) {
		if (fate.how == HALF && fate.calls == fate.last && pwrite(fd, p, n / 2, at) < 0)
			return -1;
		errno = EIO;
		return -1;
	}
	rc = pwrite(fd, p, fate.how == HALF && fate.calls == fate.last ? n / 2 : n, at);
	(void)done(0);
	return rc;
}

static int
dying_fdatasync(int fd)
{
	(void)fd;
	return reached() ? -1 : done(0);
}

static int
dying_fsync_dir(int dir, const char *name)
{
	(void)dir;
	(void)name;
	return reached() ? -1 : done(0);
}

static int
dying_rename(int dir, const char *from, const char *to)
{
	return reached() ? -1 : done(ledger_io_real.rename(dir, from, to));
}

static int
dying_mkdir(int dir, const char *name)
{
	return reached() ? -1 : done(ledger_io_real.mkdir(dir, name));
}

static int
dying_unlink(int dir, const char *name)
{
	return reached() ? -1 : done(ledger_io_real.unlink(dir, name));
}

static const struct ledger_io dying = { dying_create, dying_pwrite, dying_fdatasync, dying_fsync_dir,
					dying_rename, dying_mkdir, dying_unlink };

enum { ENTRIES = 330, BATCH = 30 };

/* The life of a ledger: batches, some published, some not, past the end of a tile; tells how many are acknowledged. */
static void
live(const char *folder, const struct note_signer *s, const struct ledger_io *io, void (*acknowledged)(uint64_t n))
{
	struct ledger_opts o = { .io = io, .journal = JOURNAL };
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	struct ledger *l = ledger_open(folder, s, &o, &e);
	uint64_t i, at;

	if (l == NULL)
		return;
	for (i = ledger_size(l); i < ENTRIES; i++) {
		test_event(&b, i);
		if (!ledger_append(l, buf_bytes(&b), &at, &e))
			break;
		if (i % BATCH != BATCH - 1)
			continue;
		if (!ledger_commit(l, &e) || (acknowledged(i + 1), i / BATCH % 3 == 2 && !ledger_publish(l, &e))) {
			/* Whatever the system says now: it is broken, and takes nothing more. */
			assert_false(ledger_append(l, buf_bytes(&b), &at, &e));
			assert_false(ledger_commit(l, &e));
			assert_false(ledger_publish(l, &e));
			break;
		}
	}
	if (i < ENTRIES)
		ledger_abandon(l);
	else
		(void)ledger_close(l, &e);
}

/* Told to the parent, which outlives the process. */
static int report_to = -1;

static void
report(uint64_t n)
{
	assert_int_equal(write(report_to, &n, sizeof n), sizeof n);
}

static uint64_t
run_until(const char *folder, const struct note_signer *s, unsigned last, enum how how, bool *died)
{
	uint64_t n, acknowledged = 0;
	int p[2], status;
	pid_t pid;

	assert_int_equal(pipe(p), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(p[0]);
		report_to = p[1];
		fate.calls = 0;
		fate.last = last;
		fate.how = how;
		live(folder, s, &dying, report);
		_exit(0);
	}
	(void)close(p[1]);
	while (read(p[0], &n, sizeof n) == (ssize_t)sizeof n)
		acknowledged = n;
	(void)close(p[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9));
	*died = WEXITSTATUS(status) == 9;
	return acknowledged;
}

/* Opens again, and all that was acknowledged is there, and maybe so many batches more. */
static uint64_t
must_recover(const char *folder, const struct note_signer *s, uint64_t acknowledged, unsigned more, const char *what,
	     unsigned at)
{
	struct err e = { 0 };
	struct ledger *l = ledger_open(folder, s, NULL, &e);
	uint64_t size;

	if (l == NULL)
		fail_msg("%s at call %u: %s", what, at, e.text);
	size = ledger_size(l);
	if (size < acknowledged || size > acknowledged + more * BATCH)
		fail_msg("%s at call %u: %" PRIu64 " entries, %" PRIu64 " acknowledged", what, at, size, acknowledged);
	assert_int_equal(ledger_published(l), size);
	ledger_abandon(l);
	{
		/* Still open for readers: as after another crash. */
		struct verify_opts o = { .key = note_signer_key(s) };
		struct verified *v = calloc(1, sizeof *v);

		assert_true(v != NULL && verify_path(folder, &o, v, &e));
		if (v->faults > 0)
			fail_msg("%s at call %u: %s: %s %s", what, at, v->fault[0].path, fault_name(v->fault[0].kind),
				 v->fault[0].detail);
		assert_int_equal(v->size, size);
		free(v);
	}
	return size;
}

static void
a_kill_at_any_call_loses_nothing(void **state)
{
	static const char *const words[] = { "killed before", "killed in the middle of", "killed after" };
	struct note_signer *s = test_signer();
	enum how how;
	unsigned at, deaths = 0;

	(void)state;
	for (how = BEFORE; how < HOWS; how++) {
		bool died = true;

		for (at = 1; died; at++) {
			uint64_t acknowledged, before;
			char folder[64];

			test_folder(folder);
			acknowledged = run_until(folder, s, at, how, &died);
			before = must_recover(folder, s, acknowledged, 1, words[how], at);
			/* It goes on as if nothing had been. */
			if (at % 8 == 0) {
				test_grow(folder, s, ENTRIES + 5, 0);
				must_hold(folder, s, ENTRIES + 5);
			} else {
				test_grow(folder, s, before, 0);
				must_hold(folder, s, before);
			}
			test_remove(folder);
			deaths += died;
		}
	}
	print_message("%u deaths\n", deaths);
	assert_true(deaths > 300);
	note_signer_free(s);
}

/* A kill in the middle of recovering from a kill. */
static void
a_kill_while_recovering_loses_nothing(void **state)
{
	struct note_signer *s = test_signer();
	unsigned first, at;

	(void)state;
	for (first = 60; first < 260; first += 23) {
		bool died = true;

		for (at = 1; died && at < 60; at++) {
			uint64_t one, two;
			char folder[64];
			bool unused;

			test_folder(folder);
			one = run_until(folder, s, first, HALF, &unused);
			two = run_until(folder, s, at, HALF, &died);
			(void)must_recover(folder, s, two > one ? two : one, 2, "killed twice", at);
			test_remove(folder);
		}
	}
	note_signer_free(s);
}

static uint64_t heard;

static void
hear(uint64_t n)
{
	heard = n;
}

static void
an_error_at_any_call(bool once)
{
	struct note_signer *s = test_signer();
	unsigned at, calls = 0;

	for (at = 1; at == 1 || calls >= at - 1; at++) {
		char folder[64];

		test_folder(folder);
		memset(&fate, 0, sizeof fate);
		fate.last = at;
		fate.fails = true;
		fate.once = once;
		fate.how = HALF;
		heard = 0;
		live(folder, s, &dying, hear);
		calls = fate.calls;
		memset(&fate, 0, sizeof fate);
		(void)must_recover(folder, s, heard, 1, "an error", at);
		test_remove(folder);
	}
	assert_true(at > 100);
	note_signer_free(s);
}

static void
an_error_at_any_call_loses_nothing(void **state)
{
	(void)state;
	an_error_at_any_call(false);
}

static void
one_error_at_any_call_loses_nothing(void **state)
{
	(void)state;
	an_error_at_any_call(true);
}

/* -- the power fails: what was not synced may be gone ------------------------------- */

enum { INODES = 600, NAMES = 2000 };

/* What is on the disk for sure. */
static struct disk {
	struct inode {
		ino_t ino;
		struct buf bytes;	/* as of the last fdatasync() */
	} inode[INODES];
	size_t inodes;
	struct name {
		char folder[TILE_PATH], name[TILE_PATH];
		ino_t ino;
	} name[NAMES];		/* as of the last sync of their folder */
	size_t names;
} disk;

static struct inode *
inode_of(ino_t ino)
{
	size_t i;

	for (i = 0; i < disk.inodes; i++)
		if (disk.inode[i].ino == ino)
			return &disk.inode[i];
	assert_true(disk.inodes < INODES);
	disk.inode[disk.inodes] = (struct inode){ .ino = ino };
	return &disk.inode[disk.inodes++];
}

static void
forget(void)
{
	size_t i;

	for (i = 0; i < disk.inodes; i++)
		buf_release(&disk.inode[i].bytes);
	memset(&disk, 0, sizeof disk);
}

static int
disk_create(int dir, const char *name)
{
	struct stat st;
	bool new = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0;
	int fd = dying_create(dir, name);

	/* A number used again is another file. */
	if (fd >= 0 && new && fstat(fd, &st) == 0)
		buf_clear(&inode_of(st.st_ino)->bytes);
	return fd;
}

static int
disk_fdatasync(int fd)
{
	char path[64];
	struct stat st;

	if (reached())
		return -1;
	assert_int_equal(fstat(fd, &st), 0);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	test_read(path, &inode_of(st.st_ino)->bytes);
	return 0;
}

static int
disk_fsync_dir(int dir, const char *folder)
{
	const struct dirent *one;
	size_t i, kept = 0;
	DIR *d;

	if (reached())
		return -1;
	for (i = 0; i < disk.names; i++)
		if (strcmp(disk.name[i].folder, folder) != 0)
			disk.name[kept++] = disk.name[i];
	disk.names = kept;
	d = fdopendir(openat(dir, folder, O_RDONLY | O_DIRECTORY));
	assert_non_null(d);
	while ((one = readdir(d)) != NULL) {
		struct name *n = &disk.name[disk.names];

		if (one->d_name[0] == '.')
			continue;
		assert_true(disk.names < NAMES);
		(void)snprintf(n->folder, sizeof n->folder, "%s", folder);
		(void)snprintf(n->name, sizeof n->name, "%.63s", one->d_name);
		n->ino = one->d_ino;
		disk.names++;
	}
	(void)closedir(d);
	return 0;
}

static const struct ledger_io failing_disk = { disk_create, dying_pwrite, disk_fdatasync, disk_fsync_dir,
					       dying_rename, dying_mkdir, dying_unlink };

/* What comes back of a file: only what was synced; or every other sector of what was not. */
static void
restore_file(const char *from, const char *to, bool torn)
{
	own_buf struct buf now = { 0 };
	const struct buf *synced;
	struct stat st;
	size_t i;

	assert_int_equal(stat(from, &st), 0);
	synced = &inode_of(st.st_ino)->bytes;
	if (!torn) {
		test_write(to, buf_bytes(synced));
		return;
	}
	test_read(from, &now);
	for (i = 0; i < now.n; i++)
		if (i / 512 % 2 == 1)
			now.p[i] = i < synced->n ? synced->p[i] : 0;
	test_write(to, buf_bytes(&now));
}

/* Names: those that were synced, or all of them. */
static bool
name_survives(const char *folder, const char *name, ino_t ino)
{
	size_t i;

	for (i = 0; i < disk.names; i++)
		if (strcmp(disk.name[i].folder, folder) == 0 && strcmp(disk.name[i].name, name) == 0 && disk.name[i].ino == ino)
			return true;
	return false;
}

static void
restore(const char *from, const char *to, const char *folder, bool all_names, bool torn)
{
	char path[200], here[300], there[300], below[200];
	const struct dirent *one;
	DIR *d;

	(void)snprintf(path, sizeof path, "%s/%s", from, folder);
	d = opendir(path);
	assert_non_null(d);
	while ((one = readdir(d)) != NULL) {
		if (one->d_name[0] == '.')
			continue;
		if (!all_names && !name_survives(folder, one->d_name, one->d_ino))
			continue;
		(void)snprintf(below, sizeof below, "%s%s%.63s", strcmp(folder, ".") == 0 ? "" : folder,
			       strcmp(folder, ".") == 0 ? "" : "/", one->d_name);
		(void)snprintf(here, sizeof here, "%s/%s", from, below);
		(void)snprintf(there, sizeof there, "%s/%s", to, below);
		if (one->d_type == DT_DIR) {
			assert_int_equal(mkdir(there, 0755), 0);
			restore(from, to, below, all_names, torn);
		} else {
			restore_file(here, there, torn);
		}
	}
	(void)closedir(d);
}

/* Names that were synced, but stand for another file or for none now: they come back as they were synced. */
static void
restore_old_names(const char *to)
{
	size_t i;

	for (i = 0; i < disk.names; i++) {
		const struct name *n = &disk.name[i];
		char path[400];
		struct stat st;

		/* A folder whose own name was not synced is not there. */
		(void)snprintf(path, sizeof path, "%s/%s", to, n->folder);
		if (lstat(path, &st) != 0)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s/%s", to, n->folder, n->name);
		if (lstat(path, &st) != 0 && inode_of(n->ino)->bytes.n > 0)
			test_write(path, buf_bytes(&inode_of(n->ino)->bytes));
	}
}

static void
a_power_cut_at_any_call_loses_nothing(void **state)
{
	static const char *const words[] = { "power cut", "power cut, names kept", "power cut, torn" };
	struct note_signer *s = test_signer();
	unsigned variant, at, calls;

	(void)state;
	for (variant = 0; variant < 3; variant++) {
		calls = 0;
		for (at = 1; at == 1 || calls >= at - 1; at++) {
			char folder[64], after[64];

			test_folder(folder);
			test_folder(after);
			memset(&fate, 0, sizeof fate);
			fate.last = at;
			fate.fails = true;
			fate.how = AFTER;
			heard = 0;
			live(folder, s, &failing_disk, hear);
			calls = fate.calls;
			memset(&fate, 0, sizeof fate);
			restore(folder, after, ".", variant > 0, variant == 2);
			if (variant == 0)
				restore_old_names(after);
			(void)must_recover(after, s, heard, 1, words[variant], at);
			forget();
			test_remove(folder);
			test_remove(after);
		}
		assert_true(at > 100);
	}
	note_signer_free(s);
}

/* -- the journal -------------------------------------------------------------------- */

static bool
count_frames(void *arg, const struct journal_frame *f, struct err *e)
{
	uint64_t *n = arg;

	(void)e;
	*n += f->count;
	return true;
}

static void
the_journal_knows_its_end_and_its_damage(void **state)
{
	static const uint8_t key[32] = { 1 }, other[32] = { 2 };
	own_buf struct buf b = { 0 }, entries = { 0 };
	struct err e = { 0 };
	uint64_t n = 0;
	size_t i;

	(void)state;
	bundle_put(&entries, VIEW("one"));
	bundle_put(&entries, VIEW("two"));
	for (i = 0; i < 3; i++) {
		struct journal_frame f = { 100 + 2 * i, 2, buf_bytes(&entries) };

		assert_true(journal_put(&b, &f, key));
		assert_int_equal(b.n, (i + 1) * journal_need(entries.n));
	}
	assert_true(journal_replay(buf_bytes(&b), 100, key, count_frames, &n, &e) && n == 6);
	n = 0;
	assert_true(journal_replay(buf_bytes(&b), 106, key, count_frames, &n, &e) && n == 0);	/* of the round before */
	assert_true(journal_replay(buf_bytes(&b), 100, other, count_frames, &n, &e) && n == 0);
	for (i = 0; i < JOURNAL_HEAD + entries.n + JOURNAL_MAC; i++) {
		b.p[2 * JOURNAL_BLOCK + i] ^= 1;	/* the last: cut short */
		n = 0;
		assert_true(journal_replay(buf_bytes(&b), 100, key, count_frames, &n, &e) && n == 4);
		b.p[2 * JOURNAL_BLOCK + i] ^= 1;
		b.p[JOURNAL_BLOCK + i] ^= 1;	/* one before it: no accident */
		n = 0;
		e.code = ERR_NONE;
		assert_false(journal_replay(buf_bytes(&b), 100, key, count_frames, &n, &e));
		assert_int_equal(e.code, ERR_MALFORMED);
		b.p[JOURNAL_BLOCK + i] ^= 1;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_appended_is_there),
		cmocka_unit_test(proofs_hold_of_what_is_published),
		cmocka_unit_test(only_its_writer_opens_it),
		cmocka_unit_test(what_may_not_stand_in_it_is_refused),
		cmocka_unit_test(the_journal_knows_its_end_and_its_damage),
		cmocka_unit_test(a_kill_at_any_call_loses_nothing),
		cmocka_unit_test(a_kill_while_recovering_loses_nothing),
		cmocka_unit_test(an_error_at_any_call_loses_nothing),
		cmocka_unit_test(one_error_at_any_call_loses_nothing),
		cmocka_unit_test(a_power_cut_at_any_call_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
