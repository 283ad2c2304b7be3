/*
 * The nursery's edges: zygotes that are none, callers that ask too much, inputs that are no
 * files.  argv[1]: the folder of the rogue worker and inspector.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/own.h"
#include "nursery/memory.h"
#include "nursery/nursery.h"
#include "nursery/zygote.h"
#include "nursery/zygotes.h"

static const char *programs;

/* -- the first word of a zygote ------------------------------------------------------ */

enum first { HANGS_UP, UNFIT, GOOD, NO_SECCOMP, NO_LANDLOCK, NOTHING_CLOSED, WRONG_WORD, CUT_SHORT, RUBBISH };

static const struct {
	enum first first;
	const char *says;	/* NULL: it starts */
} firsts[] = {
	{ HANGS_UP, "worker: died while its jail was closed" },
	{ UNFIT, "worker: jail: Landlock: gone" },
	{ GOOD, NULL },
	{ NO_SECCOMP, "worker: a required layer is missing" },
	{ NO_LANDLOCK, "worker: a required layer is missing" },
	{ NOTHING_CLOSED, "worker: a required layer is missing" },
	{ WRONG_WORD, "worker: unexpected first word" },
	{ CUT_SHORT, "worker: " },
	{ RUBBISH, "worker: " },
};

static void
say_first(int sock, enum first f)
{
	own_buf struct buf b = BUF_MAX(1024);
	struct wire w = wire_of(sock, WIRE_ZYGOTE, WIRE_NURSERY);
	const uint32_t layers = f == GOOD || f == WRONG_WORD ? JAIL_REQUIRED | JAIL_NO_CAPS
				: f == NO_SECCOMP ? JAIL_REQUIRED & ~JAIL_SECCOMP
				: f == NO_LANDLOCK ? JAIL_REQUIRED & ~JAIL_LANDLOCK : 0;
	struct err e, why;

	if (f == RUBBISH || f == CUT_SHORT) {
		assert_true(write(sock, "\0\0\x08\0\0\0\1\0", f == RUBBISH ? 8 : 3) > 0);
	} else if (f == UNFIT) {
		err_set(&why, ERR_SYSTEM, "jail: Landlock: gone");
		assert_true(wire_put_err(&b, &why) && wire_send(&w, MSG_UNFIT, buf_bytes(&b), NULL, &e));
	} else if (f != HANGS_UP) {
		assert_true(wire_put_id(&b, layers, 3));
		assert_true(wire_send(&w, f == WRONG_WORD ? MSG_ENDED : MSG_READY, buf_bytes(&b), NULL, &e));
	}
	if (f == HANGS_UP)
		wire_close(&w);
}

static void
a_zygote_is_believed_only_if_its_jail_is_closed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof firsts / sizeof *firsts; i++) {
		struct keeper k;
		struct err e = { 0 };
		int sock[2];
		bool ok;

		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock), 0);
		say_first(sock[1], firsts[i].first);
		keeper_remote(&k, ROLE_WORKER, sock[0]);
		ok = keeper_start(&k, &e);
		if (ok != (firsts[i].says == NULL))
			fail_msg("row %zu: %s", i, ok ? "started" : e.text);
		if (!ok && strncmp(e.text, firsts[i].says, strlen(firsts[i].says)) != 0)
			fail_msg("row %zu: %s", i, e.text);
		assert_int_equal(k.alive, ok);
		if (ok)
			assert_int_equal(k.landlock_abi, 3);
		keeper_close(&k);
		/* Its socket is used up: sekishod does not hand out another. */
		assert_false(keeper_start(&k, &e));
		assert_non_null(strstr(e.text, "sekishod is gone"));
		if (firsts[i].first != HANGS_UP)
			(void)close(sock[1]);
	}
}

/* -- what a zygote says later ---------------------------------------------------------- */

static void
a_zygote_may_speak_of_children_alone(void **state)
{
	static const struct {
		enum msg msg;
		bool fits;
	} words[] = { { MSG_ENDED, true }, { MSG_READY, false }, { MSG_UNFIT, false } };
	own_mem struct frame *f = malloc(sizeof *f);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		own_buf struct buf b = BUF_MAX(64);
		struct keeper k;
		struct wire w;
		struct err e = { 0 };
		uint32_t id = 0, status = 0;
		int sock[2], pidfd = -1;
		enum msg m;

		assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock), 0);
		w = wire_of(sock[1], WIRE_ZYGOTE, WIRE_NURSERY);
		keeper_remote(&k, ROLE_INSPECTOR, sock[0]);
		say_first(sock[1], GOOD);
		assert_true(keeper_start(&k, &e));
		assert_true(wire_put_id(&b, 77, 256));
		assert_true(wire_send(&w, words[i].msg, buf_bytes(&b), NULL, &e));
		if (keeper_hear(&k, f, &m, &id, &status, &pidfd, &e) != words[i].fits)
			fail_msg("%s: %s", msg_name(words[i].msg), e.text);
		if (words[i].fits)
			assert_true(m == words[i].msg && id == 77 && status == 256 && pidfd == -1);
		else
			assert_int_equal(e.code, ERR_DENIED);
		wire_close(&w);
		assert_false(keeper_hear(&k, f, &m, &id, &status, &pidfd, &e));
		keeper_close(&k);
	}
}

/* -- programs that are none -------------------------------------------------------------- */

static void
programs_that_are_none(void **state)
{
	char folder[] = "/tmp/sekisho-test-XXXXXX", path[64], other[64];
	struct nursery_opts o = { .programs = folder };
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_null(nursery_new(&o, &e));
	assert_non_null(strstr(e.text, "No such file"));
	(void)snprintf(path, sizeof path, "%s/worker", folder);
	(void)snprintf(other, sizeof other, "%s/inspector", folder);
	assert_int_equal(symlink("/bin/true", path), 0);
	assert_null(nursery_new(&o, &e));
	assert_non_null(strstr(e.text, "/inspector: No such file"));
	assert_int_equal(symlink("/bin/true", other), 0);
	assert_null(nursery_new(&o, &e));
	assert_non_null(strstr(e.text, "worker: died while its jail was closed"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_null(nursery_new(&o, &e));
	assert_non_null(strstr(e.text, "worker: died"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(rmdir(folder), 0);
	/* Not told otherwise, it looks beside the program that runs: this test, which has none there. */
	o.programs = NULL;
	assert_null(nursery_new(&o, &e));
	assert_non_null(strstr(e.text, "/nursery/worker: No such file"));
	/* No child is left of any of them. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void
a_role_is_not_started_by_hand(void **state)
{
	char path[4096];
	int status = 0;
	pid_t pid;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/worker", programs);
	pid = fork();
	if (pid == 0) {
		(void)dup2(open("/dev/null", O_WRONLY), 2);
		(void)execl(path, "worker", (char *)NULL);
		_exit(99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

/* -- callers ------------------------------------------------------------------------------- */

static struct nursery *
open_nursery(uint32_t deadline_ms)
{
	struct nursery_opts o = { .programs = programs, .deadline_ms = deadline_ms };
	struct err e;
	struct nursery *n = nursery_new(&o, &e);

	if (n == NULL)
		fail_msg("%s", e.text);
	return n;
}

static int
bytes(const char *text)
{
	int fd = memfd_create("doc", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Root inside its namespace, or not: outside it a role is not root, and has no file but its sockets. */
static void
a_role_is_nobody_outside(void **state)
{
	struct nursery *n = open_nursery(5000);
	struct zygote_state z;
	char path[64], status[4096] = "";
	unsigned uid = 0, i;
	const char *at;
	own_fd int fd = -1;

	(void)state;
	for (i = ROLE_WORKER; i <= ROLE_INSPECTOR; i++) {
		nursery_state(n, (enum role)i, &z);
		(void)snprintf(path, sizeof path, "/proc/%d/status", (int)z.pid);
		if (fd >= 0)
			(void)close(give_fd(&fd));
		fd = open(path, O_RDONLY | O_CLOEXEC);
		assert_true(read(fd, status, sizeof status - 1) > 0);
		at = strstr(status, "\nUid:\t");
		assert_non_null(at);
		assert_int_equal(sscanf(at, "\nUid:\t%u", &uid), 1);
		assert_int_equal(uid == 0, false);
		assert_true(geteuid() == 0 || uid == geteuid());
		if ((z.layers & JAIL_USER_NS) != 0 && geteuid() == 0)
			assert_true(strstr(status, "\nCapPrm:\t0000000000000000") != NULL);
		/* Whatever the caller had open is not open there. */
		(void)snprintf(path, sizeof path, "/proc/%d/fd/20", (int)z.pid);
		assert_int_equal(access(path, F_OK), -1);
	}
	nursery_free(n);
}

/* Poured in slices, it is the bytes that stood there; what is sealed is handed on under its own hash. */
static void
what_is_poured_is_handed_on(void **state)
{
	struct nursery *n = open_nursery(20000);
	own_fd int form = bytes("--x document--x"), in = -1;
	struct document_sealed sealed = { .size = 8 };
	struct document d = { .name = "honest", .profile = profile_at(0), .sealed = &sealed };
	uint8_t want[SHA256_SIZE];
	struct outcome o;
	struct pour p;
	struct err e = { 0 };

	(void)state;
	assert_true(pour_begin(&p, "test", &e) && pour_from(&p, form, 4, 3, &e) && pour_from(&p, form, 7, 5, &e));
	assert_int_equal(p.size, 8);
	d.in = in = pour_end(&p, sealed.hash, &e);
	sha256(VIEW("document"), want);
	assert_memory_equal(sealed.hash, want, SHA256_SIZE);
	assert_int_equal(write(in, "x", 1), -1);
	assert_true(nursery_disarm(n, &d, &o, &e));
	assert_int_equal(o.verdict, VERDICT_CLEAN);
	assert_int_equal(o.in_size, 8);
	assert_memory_equal(o.in_hash, want, SHA256_SIZE);
	outcome_release(&o);
	sealed.size = d.profile->limits.unpacked + 1;
	assert_false(nursery_start(n, &d, &e));
	assert_int_equal(e.code, ERR_LIMIT);
	assert_true(pour_begin(&p, "test", &e));
	assert_false(pour_from(&p, form, 8, 8, &e));
	assert_int_equal(e.code, ERR_DENIED);
	pour_drop(&p);
	pour_drop(&p);
	nursery_free(n);
}

static void
a_large_output_is_taken_whole(void **state)
{
	struct nursery *n = open_nursery(20000);
	own_fd int in = bytes("document");
	struct document d = { .name = "large", .profile = profile_at(0), .in = in };
	uint8_t hash[SHA256_SIZE];
	struct outcome o;
	char end[4] = "";
	struct err e;

	(void)state;
	assert_true(nursery_disarm(n, &d, &o, &e));
	if (o.verdict != VERDICT_CLEAN)
		fail_msg("%s", o.findings.n > 0 ? o.findings.row[0].detail : "no reason");
	assert_int_equal(o.out_size, (9 << 20) + 3);
	assert_int_equal(lseek(o.out, 0, SEEK_END), (9 << 20) + 3);
	assert_true(memory_hash(o.out, o.out_size, hash, &e));
	assert_memory_equal(hash, o.out_hash, SHA256_SIZE);
	assert_int_equal(pread(o.out, end, 4, (9 << 20) - 1), 4);
	assert_memory_equal(end, "iend", 4);
	outcome_release(&o);
	/* Let go of in the middle of it. */
	(void)lseek(in, 0, SEEK_SET);
	assert_true(nursery_start(n, &d, &e));
	while (!nursery_ended(n, &o) && nursery_timeout(n, 1000) > 0)
		nursery_step(n, 1000);
	nursery_free(n);
}

static void
what_cannot_begin_is_said_and_the_next_is_served(void **state)
{
	static char huge[5000];
	const char *words[9] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" }, *wide[1] = { huge };
	struct nursery *n = open_nursery(5000);
	own_fd int in = bytes("document"), folder = open("/", O_RDONLY | O_CLOEXEC), out_only = open("/dev/null", O_WRONLY | O_CLOEXEC);
	const struct {
		const char *what;
		struct document d;
		enum err_code code;
	} rows[] = {
		{ "nine passwords", { .in = in, .password = words, .passwords = 9 }, ERR_LIMIT },
		{ "a password too long", { .in = in, .password = wide, .passwords = 1 }, ERR_LIMIT },
		{ "a folder", { .in = folder }, ERR_DENIED },
		{ "a closed descriptor", { .in = 999 }, ERR_DENIED },
		{ "one that is not for reading", { .in = out_only }, ERR_DENIED },
	};
	struct outcome o;
	size_t i;

	(void)state;
	memset(huge, 'x', sizeof huge - 1);
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct document d = rows[i].d;
		struct err e = { 0 };

		d.name = "honest";
		d.profile = profile_at(0);
		if (nursery_start(n, &d, &e) || e.code != rows[i].code)
			fail_msg("%s: %s", rows[i].what, e.text);
		assert_int_equal(nursery_busy(n), 0);
		assert_false(nursery_wait(n, &o));
		(void)lseek(in, 0, SEEK_SET);
		d = (struct document){ .name = "honest", .profile = profile_at(0), .in = in };
		assert_true(nursery_disarm(n, &d, &o, &e));
		assert_int_equal(o.verdict, VERDICT_CLEAN);
		outcome_release(&o);
		(void)lseek(in, 0, SEEK_SET);
	}
	nursery_free(n);
}

/* A pipe that comes in pieces, and nothing at all. */
static void
inputs_that_are_no_files(void **state)
{
	struct nursery *n = open_nursery(5000);
	struct document d = { .name = "honest", .profile = profile_at(0) };
	struct outcome o;
	struct err e;
	int pipes[2];
	own_fd int empty = bytes("");
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 100; i++)
			if (write(pipes[1], "0123456789", 10) != 10)
				_exit(1);
		_exit(0);
	}
	(void)close(pipes[1]);
	d.in = pipes[0];
	if (!nursery_disarm(n, &d, &o, &e))
		fail_msg("%s", e.text);
	assert_int_equal(o.verdict, VERDICT_CLEAN);
	assert_int_equal(o.in_size, 1000);
	outcome_release(&o);
	(void)close(pipes[0]);
	(void)waitpid(pid, NULL, 0);

	d.in = empty;
	assert_true(nursery_disarm(n, &d, &o, &e));
	assert_int_equal(o.in_size, 0);
	outcome_release(&o);
	nursery_free(n);
}

static void
more_than_there_is_room_for(void **state)
{
	struct nursery *n = open_nursery(20000);
	struct document d = { .name = "loop", .profile = profile_at(0) };
	int fd[100];
	struct err e = { 0 };
	size_t i, before;

	(void)state;
	before = nursery_fds(n, fd, 100);
	assert_int_equal(before, 2);	/* the zygotes */
	for (i = 0; i < 64; i++) {
		own_fd int in = bytes("document");

		d.in = in;
		if (!nursery_start(n, &d, &e))
			break;
	}
	assert_int_equal(i, 32);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(nursery_busy(n), 32);
	assert_true(nursery_fds(n, fd, 100) > before);
	assert_int_equal(nursery_fds(n, fd, 1), 1);
	/* Let go of in the middle of their work. */
	nursery_free(n);
	nursery_free(NULL);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zygote_is_believed_only_if_its_jail_is_closed),
		cmocka_unit_test(a_zygote_may_speak_of_children_alone),
		cmocka_unit_test(programs_that_are_none),
		cmocka_unit_test(a_role_is_not_started_by_hand),
		cmocka_unit_test(a_role_is_nobody_outside),
		cmocka_unit_test(what_is_poured_is_handed_on),
		cmocka_unit_test(a_large_output_is_taken_whole),
		cmocka_unit_test(what_cannot_begin_is_said_and_the_next_is_served),
		cmocka_unit_test(inputs_that_are_no_files),
		cmocka_unit_test(more_than_there_is_room_for),
	};

	if (argc != 2)
		return 2;
	programs = argv[1];
	(void)dup2(0, 20);	/* one that a role must not get */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
