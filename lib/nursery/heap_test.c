#include "nursery/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

/* As much asked for in huge pages outright: where the machine has none at hand now, nothing can be judged. */
static int
control(void)
{
	struct rusage before, after;
	size_t n = (size_t)PIECES * PIECE;
	uint8_t *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || madvise(p, n, MADV_HUGEPAGE) != 0)
		return 1;
	(void)getrusage(RUSAGE_SELF, &before);
	memset(p, 1, n);
	(void)getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt > FAULTS_MAX;
}

static bool
huge_pages_at_hand(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(control());
	return ended(pid) == 0;
}

static void
a_child_takes_memory_in_huge_pages(void **state)
{
	pid_t pid;

	(void)state;
	if (!huge_pages_at_hand())
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
