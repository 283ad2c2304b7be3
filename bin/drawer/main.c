/*
 * drawer - runs pdftoppm, pdftotext and Tesseract on what our own worker has
 * written: pages into pixels, and their words.  One run, then gone.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/need.h"
#include "core/type.h"
#include "nursery/convert.h"
#include "nursery/zygote.h"

enum { ARGS = 16, DPI_MIN = 10, DPI_MAX = 600 };

/* Words that become numbers of the request: %f its first page, %l its last, %d its dpi, %i the file. */
static const struct program {
	enum need_kind kind;
	const char *argv[ARGS];
} programs[] = {
#define RUN(kind, ...) { NEED_##kind, { __VA_ARGS__, NULL } },
#include "programs.def"
#undef RUN
};

static const char *
ending(uint32_t type)
{
	return type == TYPE_PDF ? ".pdf" : type == TYPE_UNKNOWN ? ".pnm" : NULL;
}

static const struct program *
program_for(uint32_t kind)
{
	size_t i;

	for (i = 0; i < sizeof programs / sizeof *programs; i++)
		if ((uint32_t)programs[i].kind == kind)
			return &programs[i];
	return NULL;
}

static void __attribute__((noreturn))
become(const struct program *p, const struct wire_need *d, const char *path, int out)
{
	static char lang[] = "LANG=C.UTF-8", home[] = "HOME=/tmp", one[] = "OMP_THREAD_LIMIT=1", utc[] = "TZ=UTC0";
	char *env[] = { lang, home, one, utc, NULL };
	char number[3][16], *argv[ARGS];
	size_t i;

	(void)snprintf(number[0], sizeof number[0], "%u", d->first);
	(void)snprintf(number[1], sizeof number[1], "%u", d->first + d->count - 1);
	(void)snprintf(number[2], sizeof number[2], "%u", d->dpi);
	for (i = 0; i + 1 < ARGS && p->argv[i] != NULL; i++) {
		const char *a = p->argv[i];

		argv[i] = a[0] != '%'	? (char *)(uintptr_t)a
			  : a[1] == 'f' ? number[0]
			  : a[1] == 'l' ? number[1]
			  : a[1] == 'd' ? number[2]
					: (char *)(uintptr_t)path;
	}
	argv[i] = NULL;
	if (dup2(out, 1) != 1)
		_exit(126);
	(void)execve(argv[0], argv, env);
	_exit(errno == ENOENT ? 125 : 127);
}

/* The program is the second process in its namespace; it goes with the first. */
static bool
convert(const struct wire_need *d, const char *path, int out, struct err *e)
{
	const struct program *p = program_for(d->kind);
	int status = 0;
	pid_t pid;

	if (p == NULL || d->first > 1000000 || d->count > 1000000 ||
	    (d->dpi != 0 && (d->dpi < DPI_MIN || d->dpi > DPI_MAX)))
		return err_set(e, ERR_DENIED, "not a kind that is drawn");
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
	if (pid == 0)
		become(p, d, path, out);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return err_set(e, ERR_SYSTEM, "%s: %s", p->argv[0], strerror(errno));
	if (WIFSIGNALED(status))
		return err_set(e, WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGXFSZ ? ERR_LIMIT : ERR_MALFORMED,
			       "%s: ended by signal %d", p->argv[0], WTERMSIG(status));
	if (WEXITSTATUS(status) == 125)
		return err_set(e, ERR_DENIED, "%s is not installed", p->argv[0]);
	return WEXITSTATUS(status) == 0 ||
	       err_set(e, ERR_MALFORMED, "%s: ended with %d", p->argv[0], WEXITSTATUS(status));
}

static void
serve(int sock)
{
	convert_serve(sock, ending, convert);
}

int
main(int argc, char **argv)
{
	return zygote_main(ROLE_DRAWER, argc, argv, serve);
}
