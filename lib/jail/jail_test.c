/*
 * The parts of the jail that need no process in it; the whole is tried by
 * lib/nursery/nursery_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "jail/cgroup.h"
#include "jail/filter.h"
#include "jail/jail.h"

static void
a_filter_compiles_and_forbids(void **state)
{
	struct sock_fprog zygote = { 0 }, child = { 0 };
	struct err e;

	(void)state;
	assert_true(filter_compile(FILTER_ZYGOTE, &zygote, &e));
	assert_true(filter_compile(FILTER_CHILD, &child, &e));
	assert_true(child.len > 0 && child.len < zygote.len);
	free(zygote.filter);
	free(child.filter);
}

static void
a_group_bounds_memory_where_there_is_one(void **state)
{
	char path[PATH_MAX], name[64] = "";
	pid_t pid = fork();
	struct err e;
	bool ok;

	(void)state;
	if (pid == 0) {
		(void)pause();
		_exit(0);
	}
	ok = cgroup_confine(pid, UINT64_C(1) << 30, path, &e);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	assert_true(cgroup_share() >= UINT64_C(1) << 30);
	if (!ok) {
		print_message("no memory controller: %s\n", e.text);
		skip();
	}
	(void)snprintf(name, sizeof name, "sekisho-%d", (int)pid);
	assert_non_null(strstr(path, name));
	cgroup_remove(path);
	assert_string_equal(path, "");
}

static void
each_layer_and_role_has_words(void **state)
{
	unsigned i;
	int r;

	(void)state;
	for (i = 0; i < JAIL_LAYERS; i++)
		assert_true(strlen(jail_layer_text(i, LANG_JA)) > 0 && strlen(jail_layer_text(i, LANG_EN)) > 0);
	for (r = 0; r < ROLE_COUNT; r++)
		assert_true(strlen(jail_role((enum role)r)->program) > 0 && jail_role((enum role)r)->memory_mib >= 256);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_compiles_and_forbids),
		cmocka_unit_test(a_group_bounds_memory_where_there_is_one),
		cmocka_unit_test(each_layer_and_role_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
