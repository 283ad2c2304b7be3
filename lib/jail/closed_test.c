/*
 * The jail fails closed: where the kernel will not give a layer, jail_enter() says which and the
 * role does not start.  Children of the test close it around themselves; a filter of the
 * test's own makes single calls fail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "jail/filter.h"
#include "jail/jail.h"

struct word {
	bool ok;
	uint32_t layers;
	int abi;
	struct rlimit memory, files;
	struct err e;
};

/* Runs `child` in a process of its own; what it says, and how it ended. */
static int
apart(void (*child)(const void *arg, struct word *w, int to), const void *arg, struct word *ret)
{
	int pipes[2], status;
	pid_t pid;

	memset(ret, 0, sizeof *ret);
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct word w = { 0 };

		child(arg, &w, pipes[1]);
		_exit(write(pipes[1], &w, sizeof w) == sizeof w ? 0 : 1);
	}
	(void)close(pipes[1]);
	if (read(pipes[0], ret, sizeof *ret) != sizeof *ret)
		ret->ok = false;
	(void)close(pipes[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* -- what is missing ------------------------------------------------------------- */

static const struct denial {
	const char *what;
	int call, arg, value;	/* arg -1: whatever its arguments */
	int error;
	uint32_t given;
	const char *says;
} denials[] = {
	{ "no Landlock in the kernel", SCMP_SYS(landlock_create_ruleset), -1, 0, ENOSYS, 0, "jail: Landlock: " },
	{ "no rule set to be had", SCMP_SYS(landlock_create_ruleset), 2, 0, EINVAL, 0, "jail: Landlock: " },
	{ "a rule set that is not enforced", SCMP_SYS(landlock_restrict_self), -1, 0, EPERM, 0, "jail: Landlock: " },
	{ "capabilities that stay", SCMP_SYS(capset), -1, 0, EPERM, 0, "jail: capabilities: " },
	{ "new privileges", SCMP_SYS(prctl), 0, PR_SET_NO_NEW_PRIVS, EINVAL, 0, "jail: no new privileges: " },
	{ "limits that cannot be read", SCMP_SYS(prlimit64), -1, 0, EPERM, 0, "jail: resource limits: " },
	{ "a filter that is not loaded", SCMP_SYS(prctl), 0, PR_SET_SECCOMP, EINVAL, 0, "seccomp: " },
	{ "a filter that is not exported", SCMP_SYS(memfd_create), -1, 0, EMFILE, 0, "seccomp: export: " },
	{ "a filter that is not read back", SCMP_SYS(pread64), -1, 0, EIO, 0, "seccomp: export: " },
	{ "a root that stays", SCMP_SYS(mount), -1, 0, EPERM, JAIL_MOUNT_NS, "jail: empty root: " },
	{ "root that stays root", SCMP_SYS(setresuid), -1, 0, EPERM, 0, "jail: user: " },
};

static void
deny(const struct denial *d)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);
	struct scmp_arg_cmp cmp = { .arg = d->arg < 0 ? 0 : (unsigned)d->arg, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)d->value };

	/* The test's own filter must not need what it denies: no_new_privs is left to the jail, as root. */
	if (c == NULL || seccomp_attr_set(c, SCMP_FLTATR_CTL_NNP, 0) != 0 ||
	    seccomp_rule_add_array(c, SCMP_ACT_ERRNO((uint32_t)d->error), d->call, d->arg < 0 ? 0 : 1, &cmp) != 0 || seccomp_load(c) != 0)
		_exit(77);
	seccomp_release(c);
}

static void
enter_denied(const void *arg, struct word *w, int to)
{
	const struct denial *d = arg;

	(void)to;
	deny(d);
	w->ok = jail_enter(ROLE_WORKER, d->given, &w->layers, &w->abi, &w->e);
}

static void
a_layer_that_is_missing_is_said(void **state)
{
	size_t i;

	(void)state;
	if (geteuid() != 0)
		skip();
	for (i = 0; i < sizeof denials / sizeof *denials; i++) {
		struct word w;
		int status = apart(enter_denied, &denials[i], &w);

		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("%s: status %x", denials[i].what, (unsigned)status);
		if (w.ok || w.layers != 0)
			fail_msg("%s: the jail counts as closed", denials[i].what);
		if (w.e.code != ERR_SYSTEM || strncmp(w.e.text, denials[i].says, strlen(denials[i].says)) != 0)
			fail_msg("%s: \"%s\"", denials[i].what, w.e.text);
	}
}

/* -- without namespaces ------------------------------------------------------------ */

static void
enter_plain(const void *arg, struct word *w, int to)
{
	const enum role *r = arg;

	(void)to;
	w->ok = jail_enter(*r, 0, &w->layers, &w->abi, &w->e);
	(void)getrlimit(RLIMIT_AS, &w->memory);
	(void)getrlimit(RLIMIT_NOFILE, &w->files);
}

static void
the_jail_closes_without_namespaces(void **state)
{
	static const enum role roles[] = { ROLE_WORKER, ROLE_INSPECTOR };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof roles / sizeof *roles; i++) {
		struct word w;
		int status = apart(enter_plain, &roles[i], &w);

		if (status != 0 || !w.ok)
			fail_msg("status %x: %s", (unsigned)status, w.e.text);
		assert_int_equal(w.layers, JAIL_REQUIRED | JAIL_NO_CAPS);
		assert_true(w.abi >= 1);
		assert_true(w.memory.rlim_max <= (rlim_t)jail_role(roles[i])->memory_mib << 20);
		assert_int_equal(w.files.rlim_max, 1024);	/* its child's: nursery_test.c */
	}
}

/* A caller's own, lower limits are kept, not raised. */
static void
enter_limited(const void *arg, struct word *w, int to)
{
	struct rlimit few = { 9, 9 };

	(void)setrlimit(RLIMIT_NOFILE, &few);
	enter_plain(arg, w, to);
}

static void
lower_limits_stand(void **state)
{
	static const enum role r = ROLE_WORKER;
	struct word w;

	(void)state;
	assert_int_equal(apart(enter_limited, &r, &w), 0);
	assert_true(w.ok);
	assert_int_equal(w.files.rlim_cur, 9);
	assert_int_equal(w.files.rlim_max, 9);
}

/* -- what is inside --------------------------------------------------------------- */

enum act { DO_NOTHING, DO_OPEN, DO_SOCKET, DO_EXEC, DO_KILL, DO_UID, DO_PTRACE, DO_SETRLIMIT, DO_PROTECT, DO_FORK, ACTS };

static void
inside(const void *arg, struct word *w, int to)
{
	static const enum role r = ROLE_WORKER;
	char *const none[] = { NULL };

	enter_plain(&r, w, to);
	if (!w->ok || !jail_child(ROLE_WORKER, &w->e))
		_exit(3);
	switch (*(const enum act *)arg) {
	case DO_NOTHING: break;
	case DO_OPEN: (void)!open("/etc/passwd", O_RDONLY); break;
	case DO_SOCKET: (void)!socket(AF_INET, SOCK_STREAM, 0); break;
	case DO_EXEC: (void)execve("/bin/true", none, none); break;
	case DO_KILL: (void)kill(1, 0); break;
	case DO_UID: (void)!setresuid(0, 0, 0); break;
	case DO_PTRACE: (void)syscall(SYS_ptrace, 0, 0, NULL, NULL); break;
	case DO_SETRLIMIT: (void)setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 1, 1 }); break;
	case DO_PROTECT: (void)syscall(SYS_mprotect, NULL, 0UL, 5UL); break;
	case DO_FORK: (void)syscall(SYS_fork); break;
	case ACTS: break;
	}
}

static void
a_forbidden_call_kills(void **state)
{
	enum act a;

	(void)state;
	for (a = DO_NOTHING; a < ACTS; a++) {
		struct word w;
		int status = apart(inside, &a, &w);

		if (a == DO_NOTHING)
			assert_int_equal(status, 0);
		else if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("act %d: status %x", (int)a, (unsigned)status);
	}
}

/* -- starting ------------------------------------------------------------------------ */

static const struct denial starts[] = {
	{ "no sockets", SCMP_SYS(socketpair), -1, 0, EMFILE, 0, "jail: socketpair: " },
	{ "no pipes", SCMP_SYS(pipe2), -1, 0, EMFILE, 0, "jail: pipe: " },
	{ "no processes", SCMP_SYS(clone3), -1, 0, EAGAIN, 0, "jail: clone: " },
};

static void
spawn_denied(const void *arg, struct word *w, int to)
{
	struct jailed j;
	int program = open("/bin/true", O_RDONLY | O_CLOEXEC);

	(void)to;
	deny(arg);
	w->ok = jail_spawn(ROLE_WORKER, program, &j, &w->e);
}

static void
a_role_that_cannot_be_started_is_said(void **state)
{
	size_t i;

	(void)state;
	if (geteuid() != 0)
		skip();
	for (i = 0; i < sizeof starts / sizeof *starts; i++) {
		struct word w;

		assert_int_equal(apart(spawn_denied, &starts[i], &w), 0);
		if (w.ok || strncmp(w.e.text, starts[i].says, strlen(starts[i].says)) != 0)
			fail_msg("%s: \"%s\"", starts[i].what, w.e.text);
	}
}

/* What is no program ends with a status of its own, and leaves no process. */
static void
what_is_no_program_ends_at_once(void **state)
{
	int text = open("/etc/passwd", O_RDONLY | O_CLOEXEC), status = 0;
	struct jailed j;
	struct err e;
	char c;

	(void)state;
	assert_true(jail_spawn(ROLE_WORKER, text, &j, &e));
	assert_int_equal(read(j.control, &c, 1), 0);
	assert_int_equal(waitpid(j.pid, &status, 0), j.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 127);
	(void)close(j.control);
	(void)close(j.pidfd);
	(void)close(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_layer_that_is_missing_is_said),
		cmocka_unit_test(the_jail_closes_without_namespaces),
		cmocka_unit_test(lower_limits_stand),
		cmocka_unit_test(a_forbidden_call_kills),
		cmocka_unit_test(a_role_that_cannot_be_started_is_said),
		cmocka_unit_test(what_is_no_program_ends_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
