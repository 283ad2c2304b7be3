/*
 * test_outside.h - the outside judge: `qpdf --check` over a file held in
 * memory.  A qpdf that is missing is a failure, not a silence.
 */
#ifndef SEKISHO_SANITIZE_PDF_TEST_OUTSIDE_H
#define SEKISHO_SANITIZE_PDF_TEST_OUTSIDE_H

#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/own.h"

/* In the child: never returns. */
static inline void
outside_exec(int file, int says)
{
	char path[32];

	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	if (dup2(says, 1) == 1 && dup2(says, 2) == 2)
		(void)execlp("qpdf", "qpdf", "--check", path, (char *)NULL);
	_exit(127);
}

/* qpdf's exit status (0: nothing to complain of) and, in `ret`, its words. */
static inline int
outside_check(struct view pdf, struct buf *ret)
{
	own_fd int file = memfd_create("judged", 0);
	int says[2], status = 0;
	char line[4096];
	ssize_t n;
	pid_t child;

	assert_true(file >= 0 && write(file, pdf.p, pdf.n) == (ssize_t)pdf.n);
	assert_int_equal(pipe(says), 0);
	(void)fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		outside_exec(file, says[1]);
	(void)close(says[1]);
	while ((n = read(says[0], line, sizeof line)) > 0)
		(void)buf_put(ret, line, (size_t)n);
	(void)close(says[0]);
	assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline void
outside_must_pass(struct view pdf)
{
	own_buf struct buf says = { 0 };
	int status = outside_check(pdf, &says);

	if (status != 0)
		fail_msg("qpdf --check ends with %d:\n%.*s\n%.*s", status, (int)says.n,
			 (const char *)says.p, (int)(pdf.n > 4000 ? 4000 : pdf.n),
			 (const char *)pdf.p);
}

#endif
