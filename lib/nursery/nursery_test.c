/*
 * The jail from outside: whatever a taken-over worker tries, its document
 * ends `failed`, the next is served, and nothing is left behind.
 * argv[1]: the folder of the rogue worker and inspector.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/own.h"
#include "nursery/memory.h"
#include "nursery/nursery.h"
#include "nursery/zygote.h"
#include "nursery/zygotes.h"

static const char *programs;

static const char *const acts[] = {
#define ACT(name) #name,
#include "rogue/acts.def"
#undef ACT
};
enum {
	ACTS = sizeof acts / sizeof *acts,
	SPARE_PAIRS = 2,
};

static size_t
descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static size_t
read_file(const char *path, char *ret, size_t size)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, ret, size - 1) : 0;

	ret[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static pid_t
parent_of(pid_t pid)
{
	char path[64], line[512], *end;
	int ppid = 0;

	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (read_file(path, line, sizeof line) == 0)
		return 0;
	/* pid (name) state ppid: the name may hold anything. */
	end = strrchr(line, ')');
	return end != NULL && sscanf(end + 1, " %*c %d", &ppid) == 1 ? (pid_t)ppid : 0;
}

/*
 * Processes below this one, zombies included.  Not by their name: other
 * tests run at the same time.  Orphans come to us (main()).
 */
static size_t
processes(void)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	size_t n = 0;

	while ((e = readdir(d)) != NULL) {
		pid_t up = (pid_t)strtol(e->d_name, NULL, 10);

		while (up > 1 && up != getpid())
			up = parent_of(up);
		n += up == getpid();
	}
	(void)closedir(d);
	return n - 1;
}

static struct nursery *
open_nursery(uint32_t deadline_ms)
{
	struct nursery_opts o = { .programs = programs, .deadline_ms = deadline_ms, .spares = SPARE_PAIRS };
	struct err e;
	struct nursery *n = nursery_new(&o, &e);

	if (n == NULL)
		fail_msg("%s", e.text);
	return n;
}

static enum verdict
disarm(struct nursery *n, const char *name, struct outcome *o)
{
	own_fd int in = memfd_create("doc", 0);
	struct document d = { .name = name, .profile = profile_at(0), .in = in };
	struct err e;

	assert_int_equal(write(in, "document", 8), 8);
	assert_int_equal(lseek(in, 0, SEEK_SET), 0);
	if (!nursery_disarm(n, &d, o, &e))
		fail_msg("%s: %s", name, e.text);
	return o->verdict;
}

static void
must_read_good(const struct outcome *o)
{
	char got[5] = "";

	assert_int_equal(o->out_size, 4);
	assert_int_equal(pread(o->out, got, 4, 0), 4);
	assert_string_equal(got, "good");
	/* Sealed: not even we can change what was inspected. */
	assert_int_equal(pwrite(o->out, "evil", 4, 0), -1);
}

static void
must_be_good(struct nursery *n)
{
	struct outcome o;

	if (disarm(n, "honest", &o) != VERDICT_CLEAN)
		fail_msg("honest, yet %s", o.findings.row[0].detail);
	must_read_good(&o);
	outcome_release(&o);
}

/* Changed before it is copied, the output is residue; changed after, nobody sees it. */
static bool
changed_in_vain(const char *act, const struct outcome *o)
{
	if (strcmp(act, "change_after") != 0 || o->verdict != VERDICT_CLEAN)
		return false;
	must_read_good(o);
	return true;
}

static void
each_escape_fails_and_the_next_is_served(void **state)
{
	struct nursery *n = open_nursery(1500);
	size_t i;

	(void)state;
	must_be_good(n);
	for (i = 0; i < ACTS; i++) {
		struct outcome o;

		(void)disarm(n, acts[i], &o);
		if (!changed_in_vain(acts[i], &o)) {
			if (o.verdict != VERDICT_FAILED)
				fail_msg("%s: verdict %s", acts[i], verdict_name(o.verdict));
			assert_int_equal(o.out, -1);
			assert_true(o.findings.n > 0);	/* and it says why */
		}
		outcome_release(&o);
		must_be_good(n);
	}
	nursery_free(n);
}

static void
forbidden_calls_are_killed_by_the_filter(void **state)
{
	static const char *const calls[] = { "open", "create", "socket", "connect", "execve", "fork",
					     "fork_as_zygote", "ptrace", "mount", "unshare", "read_other",
					     "steal_fd", "exec_memory", "kill_others", "stat_path" };
	struct nursery *n = open_nursery(5000);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof calls / sizeof *calls; i++) {
		struct outcome o;

		(void)disarm(n, calls[i], &o);
		if (strstr(o.findings.row[0].detail, "signal 31") == NULL)
			fail_msg("%s: %s", calls[i], o.findings.row[0].detail);
		outcome_release(&o);
	}
	nursery_free(n);
}

static void
a_zygote_that_dies_is_replaced(void **state)
{
	struct nursery *n = open_nursery(5000);
	struct zygote_state before, after;
	struct outcome o;
	int r;

	(void)state;
	for (r = ROLE_WORKER; r <= ROLE_INSPECTOR; r++) {
		nursery_state(n, (enum role)r, &before);
		assert_int_equal(kill(before.pid, SIGKILL), 0);
		/* Until it has ended, its children with it: one of them might yet serve a document. */
		assert_int_equal(waitid(P_PID, (id_t)before.pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
		/* The first document may be the one that finds out. */
		if (disarm(n, "honest", &o) != VERDICT_CLEAN)
			assert_int_equal(o.verdict, VERDICT_FAILED);
		outcome_release(&o);
		must_be_good(n);
		nursery_state(n, (enum role)r, &after);
		assert_int_not_equal(before.pid, after.pid);
	}
	nursery_free(n);
}

/*
 * The kernel bounds the descriptors under way of one user, over all its
 * processes: many children forked while no nursery listens must not cost a
 * zygote its life.
 */
static void
zygotes_outlive_nurseries_that_do_not_listen(void **state)
{
	enum { MANY = 6 };
	struct nursery_opts o = { .programs = programs, .spares = 8 };
	struct nursery *n[MANY];
	struct zygote_state before[MANY][2], after;
	struct err e;
	size_t i;
	int r;

	(void)state;
	for (i = 0; i < MANY; i++) {
		n[i] = nursery_new(&o, &e);
		if (n[i] == NULL)
			fail_msg("%s", e.text);
		for (r = 0; r < 2; r++)
			nursery_state(n[i], (enum role)r, &before[i][r]);
	}
	(void)usleep(300000);
	for (i = 0; i < MANY; i++) {
		must_be_good(n[i]);
		for (r = 0; r < 2; r++) {
			nursery_state(n[i], (enum role)r, &after);
			assert_int_equal(after.pid, before[i][r].pid);
		}
	}
	for (i = 0; i < MANY; i++)
		nursery_free(n[i]);
}

/* A child that waits for its document may hold 16 descriptors, and start nobody. */
static void
a_child_has_less_than_its_zygote(void **state)
{
	struct nursery *n = open_nursery(5000);
	struct zygote_state s;
	char path[96], pids[256], limits[4096] = "";
	size_t i;

	(void)state;
	nursery_state(n, ROLE_WORKER, &s);
	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)s.pid, (int)s.pid);
	for (i = 0; i < 100 && strstr(limits, "Max open files            16                   16") == NULL; i++) {
		(void)usleep(20000);
		if (read_file(path, pids, sizeof pids) > 0) {
			char of[64];

			(void)snprintf(of, sizeof of, "/proc/%ld/limits", strtol(pids, NULL, 10));
			(void)read_file(of, limits, sizeof limits);
		}
	}
	assert_non_null(strstr(limits, "Max open files            16                   16"));
	assert_non_null(strstr(limits, "Max processes             0                    0"));
	nursery_free(n);
}

static void
every_layer_that_is_required_is_in_force(void **state)
{
	struct nursery *n = open_nursery(5000);
	struct zygote_state s;
	char path[64], status[4096] = "";

	(void)state;
	nursery_state(n, ROLE_WORKER, &s);
	assert_int_equal(s.layers & JAIL_REQUIRED, JAIL_REQUIRED);
	assert_true(s.landlock_abi >= 1);
	/* The kernel's own word, not the zygote's. */
	(void)snprintf(path, sizeof path, "/proc/%d/status", (int)s.pid);
	assert_true(read_file(path, status, sizeof status) > 0);
	assert_non_null(strstr(status, "Seccomp:\t2"));
	assert_non_null(strstr(status, "NoNewPrivs:\t1"));
	assert_non_null(strstr(status, "CapEff:\t0000000000000000"));
	assert_non_null(strstr(status, "CapBnd:\t0000000000000000"));
	nursery_free(n);
}

static void
copies_stop_at_their_limit(void **state)
{
	own_fd int from = memfd_create("x", 0);
	struct err e;
	uint8_t hash[SHA256_SIZE], again[SHA256_SIZE];
	uint64_t size;
	int fd;

	(void)state;
	assert_int_equal(ftruncate(from, 1000), 0);
	assert_int_equal(memory_copy(from, 999, &size, hash, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(lseek(from, 0, SEEK_SET), 0);
	fd = memory_copy(from, 1000, &size, hash, &e);
	assert_true(fd >= 0);
	assert_int_equal(size, 1000);
	assert_true(memory_hash(fd, 1000, again, &e));
	assert_memory_equal(hash, again, sizeof hash);
	assert_false(memory_hash(fd, 1001, again, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_int_equal(write(fd, "x", 1), -1);
	(void)close(fd);
}

/* A writer appends to a file, overwrites it or cuts it, all the time that it is read. */
static void
a_file_that_changes_is_not_taken(void **state)
{
	enum { GROWS, SHRINKS, SAME_SIZE, WAYS, LARGE = 64 << 20 };
	uint8_t hash[SHA256_SIZE];
	uint64_t size;
	struct err e;
	int act;

	(void)state;
	for (act = GROWS; act < WAYS; act++) {
		char path[] = "/tmp/sekisho-changes-XXXXXX";
		own_fd int fd = mkstemp(path);
		pid_t pid;
		int i, ready[2];

		assert_true(fd >= 0);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(ftruncate(fd, LARGE), 0);
		assert_int_equal(pipe(ready), 0);
		pid = fork();
		if (pid == 0) {
			for (i = 0;; i++) {
				if (act == SAME_SIZE ? pwrite(fd, "x", 1, i) != 1
						     : ftruncate(fd, LARGE + (act == GROWS ? i : -i)) != 0)
					_exit(1);
				if (i == 0 && write(ready[1], "x", 1) != 1)
					_exit(1);
				(void)usleep(200);
			}
		}
		assert_int_equal(read(ready[0], &i, 1), 1);
		assert_int_equal(memory_copy(fd, 1 << 30, &size, hash, &e), -1);
		assert_int_equal(e.code, ERR_MALFORMED);
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		(void)close(ready[0]);
		(void)close(ready[1]);
	}
}

/* Of what has a size that is known nothing is read where it is too large. */
static void
a_large_file_is_not_read_at_all(void **state)
{
	own_fd int from = memfd_create("x", 0);
	uint8_t hash[SHA256_SIZE];
	uint64_t size;
	struct err e;

	(void)state;
	assert_int_equal(ftruncate(from, (off_t)10 << 30), 0);
	assert_int_equal(memory_copy(from, 1 << 30, &size, hash, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(lseek(from, 0, SEEK_CUR), 0);
	/* From where its reader stands it is small. */
	assert_int_equal(lseek(from, -1000, SEEK_END), ((off_t)10 << 30) - 1000);
	(void)close(memory_copy(from, 1000, &size, hash, &e));
	assert_int_equal(size, 1000);
}

/* Processes while no document is under way: zygotes and what is forked ahead. */
static size_t
idle_processes(const struct nursery *n)
{
	struct zygote_state s;
	size_t k = 2 * SPARE_PAIRS;
	int r;

	for (r = ROLE_WORKER; r <= ROLE_DRAWER; r++) {
		nursery_state(n, (enum role)r, &s);
		k += s.pid > 0;
	}
	return k;
}

/*
 * Until zygotes and what is forked ahead are all that is left, and their
 * words were heard.  Seen once is not enough: a process that is just ending
 * may stand for a spare that fell, which the next document replaces.
 */
static void
settle(struct nursery *n)
{
	size_t i, seen = 0;

	for (i = 1; i <= 1000 && seen < 10; i++) {
		nursery_step(n, 20);
		(void)usleep(1000);
		seen = processes() == idle_processes(n) ? seen + 1 : 0;
		if (i % 100 == 50)
			must_be_good(n);
	}
	if (seen < 10)
		fail_msg("%zu processes, not %zu", processes(), idle_processes(n));
}

/* ISSUE: 10,000 documents with random faults; what was there before is there after, no more. */
static void
nothing_leaks_over_many_faults(void **state)
{
	const char *count = getenv("SEKISHO_TEST_DOCUMENTS");
	size_t total = count != NULL ? strtoul(count, NULL, 10) : 10000;
	struct nursery *n = open_nursery(400);
	size_t fds, i, good = 0;
	unsigned seed = 20261122;
	struct outcome o;

	(void)state;
	must_be_good(n);
	(void)disarm(n, "need_for_ever", &o);	/* the lane that it asks starts here, not in between */
	outcome_release(&o);
	settle(n);
	fds = descriptors();
	for (i = 0; i < total; i++) {
		/* Slow ones (loops, gigabytes) one time in five hundred, else one fault in three. */
		const char *act = rand_r(&seed) % 3 != 0 ? "honest" : acts[(size_t)rand_r(&seed) % ACTS];
		bool slow = strcmp(act, "loop") == 0 || strcmp(act, "memory") == 0 ||
			    strcmp(act, "output") == 0 || strcmp(act, "need_for_ever") == 0 ||
			    strcmp(act, "change_after") == 0;

		if (slow && rand_r(&seed) % 60 != 0)
			act = "crash";
		if (disarm(n, act, &o) == VERDICT_CLEAN) {
			assert_true(strcmp(act, "honest") == 0 || changed_in_vain(act, &o));
			good++;
		} else if (strcmp(act, "honest") == 0) {
			fail_msg("document %zu: honest, yet %s", i, o.findings.row[0].detail);
		}
		outcome_release(&o);
	}
	assert_true(good > total / 2);
	settle(n);
	assert_int_equal(descriptors(), fds);
	nursery_free(n);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_layer_that_is_required_is_in_force),
		cmocka_unit_test(a_child_has_less_than_its_zygote),
		cmocka_unit_test(each_escape_fails_and_the_next_is_served),
		cmocka_unit_test(forbidden_calls_are_killed_by_the_filter),
		cmocka_unit_test(a_zygote_that_dies_is_replaced),
		cmocka_unit_test(zygotes_outlive_nurseries_that_do_not_listen),
		cmocka_unit_test(copies_stop_at_their_limit),
		cmocka_unit_test(a_file_that_changes_is_not_taken),
		cmocka_unit_test(a_large_file_is_not_read_at_all),
		cmocka_unit_test(nothing_leaks_over_many_faults),
	};

	if (argc != 2)
		return 2;
	programs = argv[1];
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
