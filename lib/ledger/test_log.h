/* test_log.h - logs to try things on: a folder that goes with the test, a key, events by number. */
#ifndef SEKISHO_LEDGER_TEST_LOG_H
#define SEKISHO_LEDGER_TEST_LOG_H

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"
#include "ledger/event.h"
#include "ledger/ledger.h"
#include "ledger/log.h"

static const uint8_t test_seed[NOTE_SEED] = { 's', 'e', 'k', 'i' };

static inline struct note_signer *
test_signer(void)
{
	struct err e;
	struct note_signer *s = note_signer_new("sekisho.example/test", test_seed, &e);

	assert_non_null(s);
	return s;
}

/* A folder in memory where there is one: what is tested is not the disk. */
static inline void
test_folder(char path[64])
{
	(void)snprintf(path, 64, "%s/ledger-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(path));
}

static inline int
test_remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

static inline void
test_remove(const char *path)
{
	assert_int_equal(nftw(path, test_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void
test_event(struct buf *b, uint64_t i)
{
	char object[40], data[60];
	struct event ev = { .who = VIEW("role/test"), .what = VIEW("test.happened"),
			    .when = VIEW("2026-11-27T08:40:07.123Z") };
	struct err e = { 0 };

	(void)snprintf(object, sizeof object, "test/%" PRIu64, i);
	(void)snprintf(data, sizeof data, "{\"n\":%" PRIu64 "}", i * i % 1000003);
	ev.object = view_str(object);
	ev.data = view_str(data);
	buf_clear(b);
	assert_true(event_put(b, &ev, &e));
}

static inline int
test_no_sync(int fd)
{
	(void)fd;
	return 0;
}

static inline int
test_no_sync_dir(int dir, const char *name)
{
	(void)dir;
	(void)name;
	return 0;
}

/* A log of the events [0, n), closed, in batches; published every `each` entries besides where that is not 0. */
static inline void
test_grow(const char *folder, const struct note_signer *s, uint64_t n, uint64_t each)
{
	struct ledger_io io = ledger_io_real;
	struct ledger_opts o = { .io = &io };
	own_buf struct buf b = { 0 };
	struct err e = { 0 };
	struct ledger *l;
	uint64_t i, at;

	io.fdatasync = test_no_sync;
	io.fsync_dir = test_no_sync_dir;
	l = ledger_open(folder, s, &o, &e);
	if (l == NULL)
		fail_msg("%s", e.text);
	for (i = ledger_size(l); i < n; i++) {
		test_event(&b, i);
		assert_true(ledger_append(l, buf_bytes(&b), &at, &e));
		assert_int_equal(at, i);
		if (i % 100 == 99)
			assert_true(ledger_commit(l, &e));
		if (each != 0 && i % each == each - 1)
			assert_true(ledger_commit(l, &e) && ledger_publish(l, &e));
	}
	if (!ledger_close(l, &e))
		fail_msg("%s", e.text);
}

static inline void
test_read(const char *path, struct buf *to)
{
	own_fd int fd = open(path, O_RDONLY);
	struct stat st;
	uint8_t *room;

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	buf_clear(to);
	room = buf_room(to, (size_t)st.st_size);
	assert_true(room != NULL && read(fd, room, (size_t)st.st_size) == st.st_size);
	to->n = (size_t)st.st_size;
}

static inline void
test_write(const char *path, struct view v)
{
	own_fd int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0 && write(fd, v.p, v.n) == (ssize_t)v.n);
}

static inline void
test_export(const char *folder, const struct note_signer *s, struct buf *to)
{
	char path[] = "/tmp/export-XXXXXX";
	own_fd int fd = mkstemp(path);
	struct err e = { 0 };
	struct log *l = log_open(folder, NULL, &e);

	assert_true(fd >= 0 && l != NULL);
	if (!log_export(l, note_signer_key(s), fd, &e))
		fail_msg("%s", e.text);
	log_free(l);
	test_read(path, to);
	assert_int_equal(unlink(path), 0);
}

#endif
