#include "nursery/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECES = 10, PIECE = 20 << 20, FAULTS_MAX = 2500 };

/* Faults of a child that fills 200 MiB of a heap laid out by its zygote: a huge page each 2 MiB, not 512 small ones. */
static int
child(void)
{
	struct rusage before, after;
	uint8_t *p;
	int i;

	(void)getrusage(RUSAGE_SELF, &before);
	for (i = 0; i < PIECES; i++) {
		p = malloc(PIECE);
		if (p == NULL)
			return 2;
		memset(p, i + 1, PIECE);
	}
	(void)getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt > FAULTS_MAX;
}

static int
ended(pid_t pid)
{
	int status = -1;

	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
zygote(void)
{
	pid_t pid;

	heap_lay_out();
	pid = fork();
	if (pid == 0)
		_exit(child());
	return ended(pid);
}

static bool
kernel_has_huge_pages(void)
{
	char line[64] = "";
	FILE *f = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");

	if (f == NULL)
		return false;
	(void)!fgets(line, sizeof line, f);
	(void)fclose(f);
	return strstr(line, "[never]") == NULL;
}

static void
a_child_takes_memory_in_huge_pages(void **state)
{
	pid_t pid;

	(void)state;
	if (!kernel_has_huge_pages())
		skip();
	pid = fork();
	if (pid == 0)
		_exit(zygote());
	assert_int_equal(ended(pid), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_child_takes_memory_in_huge_pages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
