/*
 * The jails of converter and drawer from outside: whatever a taken-over
 * program tries, it gets nowhere, its part is done or refused, the next is
 * served, and nothing is left behind.
 * argv[1]: the folder of the rogue programs.
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
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/own.h"
#include "nursery/nursery.h"

static const char *programs;

enum end { GOOD, CANNOT };
static const struct {
	const char *name;
	enum role role;
	enum end end;
} acts[] = {
#define ACT(name, role, end) { #name, ROLE_##role, end },
#include "rogue/lane_acts.def"
#undef ACT
};
enum { ACTS = sizeof acts / sizeof *acts, IDLE = 4 /* zygotes */ };

/* Processes below this one, zombies included; orphans come to us (main()). */
static size_t
processes(void)
{
	char path[64];
	size_t n = 0;
	pid_t stack[256] = { getpid() };
	size_t top = 1;

	while (top > 0) {
		FILE *f;
		int child;

		(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)stack[top - 1], (int)stack[top - 1]);
		top--;
		f = fopen(path, "r");
		if (f == NULL)
			continue;
		while (fscanf(f, "%d", &child) == 1 && top < 256) {
			stack[top++] = child;
			n++;
		}
		(void)fclose(f);
	}
	return n;
}

/* It ends when the kernel has taken down its namespaces. */
static size_t
processes_settled(size_t want)
{
	const struct timespec t = { 0, 10000000 };
	size_t i, n = processes();

	for (i = 0; i < 500 && n != want; i++) {
		(void)nanosleep(&t, NULL);
		(void)waitpid(-1, NULL, WNOHANG);
		n = processes();
	}
	return n;
}

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

/* What the rogue worker has got from the lane: "good", "evil", "cannot". */
static enum verdict
lane(struct nursery *n, enum role r, const char *act, char got[16])
{
	char name[96];
	own_fd int in = memfd_create("doc", 0);
	struct document d = { .name = name, .profile = profile_at(0), .in = in };
	struct outcome o;
	enum verdict v;
	struct err e;

	(void)snprintf(name, sizeof name, "%s:%s", jail_role(r)->program, act);
	memset(got, 0, 16);
	if (!nursery_disarm(n, &d, &o, &e))
		fail_msg("%s: %s", name, e.text);
	if (o.out >= 0)
		assert_true(pread(o.out, got, 15, 0) >= 0);
	v = o.verdict;
	outcome_release(&o);
	return v;
}

static void
each_escape_gets_nowhere_and_the_next_is_served(void **state)
{
	struct nursery *n = open_nursery(20000);
	char got[16];
	size_t i;

	(void)state;
	for (i = 0; i < ACTS; i++) {
		const char *want = acts[i].end == GOOD ? "good" : "cannot";
		enum verdict v = lane(n, acts[i].role, acts[i].name, got);

		if (v != VERDICT_CLEAN || strcmp(got, want) != 0)
			fail_msg("%s %s: verdict %s, \"%s\"", jail_role(acts[i].role)->program, acts[i].name, verdict_name(v), got);
	}
	assert_int_equal(processes_settled(IDLE), IDLE);
	nursery_free(n);
	assert_int_equal(processes_settled(0), 0);
}

/* Of a worker that was taken over: kinds and types that are none, parts that are none of its document. */
static void
needs_that_nobody_may_have_are_denied(void **state)
{
	struct nursery *n = open_nursery(20000);
	own_fd int in = memfd_create("doc", 0);
	struct document d = { .name = "needs", .profile = profile_at(0), .in = in };
	struct outcome o;
	char got[16] = "";
	struct err e;

	(void)state;
	assert_true(nursery_disarm(n, &d, &o, &e));
	assert_int_equal(o.verdict, VERDICT_CLEAN);
	assert_true(pread(o.out, got, 15, 0) >= 0);
	assert_string_equal(got, "good");
	outcome_release(&o);
	nursery_free(n);
}

static void
what_takes_too_long_is_killed_with_all_that_it_started(void **state)
{
	struct nursery *n = open_nursery(700);
	char got[16];

	(void)state;
	assert_int_equal(lane(n, ROLE_CONVERTER, "loop", got), VERDICT_FAILED);
	assert_int_equal(lane(n, ROLE_DRAWER, "loop", got), VERDICT_FAILED);
	assert_int_equal(processes_settled(IDLE), IDLE);
	assert_int_equal(lane(n, ROLE_DRAWER, "list_root", got), VERDICT_CLEAN);
	assert_string_equal(got, "good");
	nursery_free(n);
}

static void
every_layer_that_is_required_is_in_force(void **state)
{
	static const enum role roles[] = { ROLE_CONVERTER, ROLE_DRAWER };
	struct nursery *n = open_nursery(5000);
	struct zygote_state s;
	struct err e = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		if (!nursery_ready(n, roles[i], &e))
			fail_msg("%s", e.text);
		nursery_state(n, roles[i], &s);
		assert_int_equal(s.layers & JAIL_REQUIRED, JAIL_REQUIRED);
		assert_int_equal(s.layers & JAIL_EMPTY_ROOT, JAIL_EMPTY_ROOT);
	}
	nursery_free(n);
}

/* Where its program is not there: the worker is told, and goes on. */
static void
a_role_that_cannot_be_had_is_said(void **state)
{
	char folder[] = "/tmp/sekisho-XXXXXX", from[4096], to[4096], got[16];
	static const char *const there[] = { "worker", "inspector" };
	struct nursery_opts o = { .programs = folder };
	struct nursery *n;
	struct err e;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (i = 0; i < 2; i++) {
		(void)snprintf(from, sizeof from, "%s/%s", programs, there[i]);
		(void)snprintf(to, sizeof to, "%s/%s", folder, there[i]);
		assert_int_equal(symlink(from, to), 0);
	}
	n = nursery_new(&o, &e);
	assert_non_null(n);
	assert_int_equal(lane(n, ROLE_CONVERTER, "list_root", got), VERDICT_CLEAN);
	assert_string_equal(got, "cannot");
	assert_false(nursery_ready(n, ROLE_CONVERTER, &e));
	assert_non_null(strstr(e.text, "No such file"));
	nursery_free(n);
	for (i = 0; i < 2; i++) {
		(void)snprintf(to, sizeof to, "%s/%s", folder, there[i]);
		assert_int_equal(unlink(to), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_escape_gets_nowhere_and_the_next_is_served),
		cmocka_unit_test(needs_that_nobody_may_have_are_denied),
		cmocka_unit_test(what_takes_too_long_is_killed_with_all_that_it_started),
		cmocka_unit_test(every_layer_that_is_required_is_in_force),
		cmocka_unit_test(a_role_that_cannot_be_had_is_said),
	};

	programs = argc > 1 ? argv[1] : NULL;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
