/*
 * bare.c - files the whole way without a jail, where ASan and UBSan can see
 * every byte of it (no sanitizer lives in the jail): sanitize(), the
 * inspector, sanitize() again.
 *
 *	bare [-j N] [-p PROFILE] < LIST		one path a line
 *
 * Each file in a child of its own, N at once (default: as many as there are
 * processors).  Wrong is: a child that did not end by itself with 0 (a
 * report of a sanitizer, a crash, more than BARE_CPU_S of a processor),
 * verdict `failed`, residue, an output that is not clean and the same bytes
 * when it is rebuilt.  Prints each with what it said, then one line of
 * counts; exit 1 where anything was wrong.
 *
 * There is no convert lane: what needs one ends as without LibreOffice.
 */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/own.h"
#include "inspect/inspect.h"
#include "sanitize/archive/archive_read.h"
#include "sanitize/detect.h"
#include "sanitize/markup/markup.h"
#include "sanitize/sanitize.h"

#define BARE_CPU_S 120
#define BARE_SIDE_BY_SIDE 64

struct turn {
	struct findings findings;
	struct buf out;
	enum type type;
	enum verdict verdict;
};

/* A file in work. */
struct child {
	pid_t pid;
	int said;		/* a memfd: what it wrote to its standard error */
	char path[4096];
};

static bool
delivers(const struct turn *t)
{
	return t->verdict != VERDICT_REFUSED && t->verdict != VERDICT_FAILED;
}

static bool
wrong(const char *what, const struct turn *t)
{
	size_t i;

	(void)fprintf(stderr, "%s: %s, %s, %zu bytes\n", what, verdict_name(t->verdict), type_name(t->type), t->out.n);
	for (i = 0; i < t->findings.n && i < 20; i++)
		(void)fprintf(stderr, "\t%s [%s] %s\n", finding_name(t->findings.row[i].code), t->findings.row[i].where,
			      t->findings.row[i].detail);
	return false;
}

static void
turn(const struct profile *p, const char *name, struct view in, struct turn *t)
{
	struct job j = { .profile = p, .findings = &t->findings };

	t->out.max = p->limits.output;
	t->verdict = sanitize(&j, name, in, &t->out, &t->type);
}

/* What changes each time by nature: lossy WebP, alone or in an archive or document that stores it as it is. */
static bool
holds_lossy(const struct turn *t)
{
	struct view out = buf_bytes(&t->out);

	return view_find(out, 0, VIEW("WEBPVP8 ")) != VIEW_NOT_FOUND ||
	       (view_find(out, 0, VIEW("WEBPVP8X")) != VIEW_NOT_FOUND && view_find(out, 0, VIEW("VP8 ")) != VIEW_NOT_FOUND);
}

static bool
whole_way(const struct profile *p, const char *name, struct view in)
{
	struct turn once = { 0 }, twice = { 0 };
	own_buf struct buf renamed = { 0 };
	struct err e = { 0 };
	bool ok = true;

	turn(p, name, in, &once);
	if (once.verdict == VERDICT_FAILED)
		ok = wrong("failed", &once);
	else if (delivers(&once) && !inspect(once.type, p, buf_bytes(&once.out), &e))
		ok = wrong(e.text, &once);
	else if (delivers(&once)) {
		if (!detect_rename(once.type, name, &renamed) || !buf_byte(&renamed, '\0'))
			return false;
		turn(p, (const char *)renamed.p, buf_bytes(&once.out), &twice);
		if (twice.type != once.type || twice.verdict != VERDICT_CLEAN)
			ok = wrong("not clean the second time", &twice);
		else if (!p->noise && !p->pixels && !holds_lossy(&once) && !view_eq(buf_bytes(&once.out), buf_bytes(&twice.out)))
			ok = wrong("not the same bytes the second time", &twice);
	}
	findings_release(&once.findings);
	findings_release(&twice.findings);
	buf_release(&once.out);
	buf_release(&twice.out);
	return ok;
}

/* A copy of exactly its length, so that one byte too far is seen. */
static uint8_t *
slurp(const char *path, size_t *n)
{
	own_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	own_mem uint8_t *p = NULL;
	size_t at = 0;
	ssize_t got;

	if (fd < 0 || fstat(fd, &st) != 0 || (p = malloc(st.st_size > 0 ? (size_t)st.st_size : 1)) == NULL)
		return NULL;
	while (at < (size_t)st.st_size && (got = read(fd, p + at, (size_t)st.st_size - at)) > 0)
		at += (size_t)got;
	*n = at;
	return give(p);
}

/* Ends as a program ends, so that what was not given back is told too. */
static void
work(const struct profile *p, const char *path)
{
	struct rlimit cpu = { BARE_CPU_S, BARE_CPU_S };
	const char *name = strrchr(path, '/');
	own_mem uint8_t *in = NULL;
	size_t n = 0;
	bool ok;

	(void)setrlimit(RLIMIT_CPU, &cpu);
	in = slurp(path, &n);
	if (in == NULL) {
		perror(path);
		exit(1);
	}
	ok = whole_way(p, name != NULL ? name + 1 : path, view_of(in, n));
	free(give(in));
	exit(ok ? 0 : 1);
}

static bool
begin(struct child *c, const struct profile *p)
{
	c->said = memfd_create("said", MFD_CLOEXEC);
	if (c->said < 0)
		return false;
	c->pid = fork();
	if (c->pid == 0) {
		(void)dup2(c->said, STDERR_FILENO);
		work(p, c->path);
	}
	return c->pid > 0;
}

/* Prints what a wrong one said; gives back whether it was right. */
static bool
ended(struct child *c, int status)
{
	bool right = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	char line[4096];
	ssize_t n;

	if (!right) {
		printf("WRONG %s: %s %d\n", c->path, WIFEXITED(status) ? "exit" : "signal",
		       WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		(void)lseek(c->said, 0, SEEK_SET);
		while ((n = read(c->said, line, sizeof line)) > 0)
			(void)fwrite(line, 1, (size_t)n, stdout);
		(void)fflush(stdout);
	}
	(void)close(c->said);
	c->pid = 0;
	return right;
}

static struct child *
by_pid(struct child *c, size_t n, pid_t pid)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (c[i].pid == pid)
			return &c[i];
	return NULL;
}

static bool
next_path(char *path, size_t size)
{
	if (fgets(path, (int)size, stdin) == NULL)
		return false;
	path[strcspn(path, "\n")] = '\0';
	return *path != '\0';
}

/* Keeps `width` children at work until the list is at its end.  False where one was wrong. */
static bool
all(const struct profile *p, size_t width)
{
	static struct child child[BARE_SIDE_BY_SIDE];
	size_t busy = 0, files = 0, bad = 0;
	bool more = true;
	struct child *c;
	int status;

	while (more || busy > 0) {
		if (more && busy < width) {
			c = by_pid(child, width, 0);
			more = next_path(c->path, sizeof c->path);
			if (more && !begin(c, p))
				return perror("bare"), false;
			busy += more;
			files += more;
			continue;
		}
		if ((c = by_pid(child, width, wait(&status))) == NULL)
			return perror("bare"), false;
		bad += !ended(c, status);
		busy--;
	}
	printf("%zu files under %s: %zu wrong\n", files, p->name, bad);
	return files > 0 && bad == 0;
}

int
main(int argc, char **argv)
{
	long width = sysconf(_SC_NPROCESSORS_ONLN);
	const struct profile *p = profile_find(VIEW("rebuild"));
	struct err e = { 0 };
	int c;

	while ((c = getopt(argc, argv, "j:p:")) != -1)
		switch (c) {
		case 'j':
			width = strtol(optarg, NULL, 10);
			break;
		case 'p':
			p = profile_find(view_str(optarg));
			break;
		default:
			return 2;
		}
	if (width < 1 || width > BARE_SIDE_BY_SIDE || p == NULL) {
		(void)fprintf(stderr, "usage: bare [-j N] [-p PROFILE] < LIST\n");
		return 2;
	}
	/* As the worker and the inspector begin. */
	(void)setenv("TZ", "UTC0", 1);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	archive_warm();
	if (!markup_warm(&e) || !inspect_prepare(&e)) {
		(void)fprintf(stderr, "bare: %s\n", e.text);
		return 2;
	}
	return all(p, (size_t)width) ? 0 : 1;
}
