/*
 * convert - what a legacy document costs in the converter's jail, against
 * soffice --convert-to for each file, in the same run.
 *
 *	convert BIN FILE...
 *
 * BIN: the folder of the programs.  Two files at a time on our side; soffice
 * as it is used, one process for each file, two at a time as well.  Says wall
 * clock and CPU time, and the ratios; ours with the zygote's start and without.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/need.h"
#include "core/own.h"
#include "nursery/memory.h"
#include "nursery/stock.h"
#include "sanitize/detect.h"

enum { AT_ONCE = 2 };

struct cost {
	double wall, cpu;
	unsigned done;
};

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu_of_children(void)
{
	struct rusage r;

	(void)getrusage(RUSAGE_CHILDREN, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static enum type
type_of(int fd, const char *name)
{
	struct view v;
	struct err e;

	return memory_map(fd, &v, &e) ? detect(v, name) : TYPE_UNKNOWN;
}

static bool
begin(struct stock *s, const char *path, struct child *c, struct err *e)
{
	own_fd int file = open(path, O_RDONLY | O_CLOEXEC), in = -1, out = -1;
	uint8_t hash[SHA256_SIZE];
	uint64_t size = 0;
	own_buf struct buf b = BUF_MAX(64);
	struct wire_need d = { .kind = NEED_MODERN };

	in = memory_copy(file, 1 << 30, &size, hash, e);
	out = memory_new("out", e);
	d.n = size;
	d.type = type_of(in, path);
	return in >= 0 && out >= 0 && wire_put_need(&b, &d) && stock_fork(s, ROLE_CONVERTER, c, e) &&
	       wire_send(&c->wire, MSG_CONVERT, buf_bytes(&b), (const int[]){ in, out }, e);
}

/* Hears what has ended, and of the zygote only so much that it can go on. */
static unsigned
hear(struct stock *s, struct child *c)
{
	static struct frame f;
	struct pollfd p[AT_ONCE + 1];
	struct err e, why;
	unsigned done = 0;
	size_t i;

	for (i = 0; i < AT_ONCE; i++)
		p[i] = (struct pollfd){ c[i].wire.fd, POLLIN, 0 };
	p[AT_ONCE] = (struct pollfd){ s->keeper[ROLE_CONVERTER].control.fd, POLLIN, 0 };
	(void)poll(p, AT_ONCE + 1, -1);
	for (i = 0; i < AT_ONCE; i++)
		if (p[i].revents != 0) {
			done += wire_recv(&c[i].wire, &f, &e) && wire_get_err(f.body, &why) && why.code == ERR_NONE;
			child_end(&c[i]);
		}
	if (p[AT_ONCE].revents != 0 && wire_recv(&s->keeper[ROLE_CONVERTER].control, &f, &e))
		frame_release(&f);
	return done;
}

/* However long a loaded machine takes. */
static bool
ready(struct keeper *k, struct err *e)
{
	static struct frame f;
	uint32_t id, status;
	int pidfd = -1;
	enum msg m;

	return keeper_spawn(k, e) && keeper_hear(k, &f, &m, &id, &status, &pidfd, e) && k->ready;
}

/* What the beginning alone costs. */
static double
cpu_of_start(const char *bin)
{
	static struct stock s;
	double cpu = cpu_of_children();
	struct err e = { 0 };

	if (!stock_open(&s, bin, NULL, 0, &e) || !ready(&s.keeper[ROLE_CONVERTER], &e)) {
		fprintf(stderr, "convert: %s\n", e.text);
		exit(1);
	}
	stock_close(&s);
	return cpu_of_children() - cpu;
}

static struct cost
ours(const char *bin, char **file, int n, double *ret_start)
{
	static struct stock s;
	struct child c[AT_ONCE] = { no_child, no_child };
	struct cost cost = { 0 };
	double t = now();
	struct err e = { 0 };
	int next = 0, i;
	bool busy = true;

	if (!stock_open(&s, bin, NULL, 0, &e) || !ready(&s.keeper[ROLE_CONVERTER], &e)) {
		fprintf(stderr, "convert: %s\n", e.text);
		exit(1);
	}
	*ret_start = now() - t;
	t = now();
	while (busy) {
		busy = false;
		for (i = 0; i < AT_ONCE; i++) {
			if (c[i].id == 0 && next < n && !begin(&s, file[next++], &c[i], &e))
				fprintf(stderr, "%s: %s\n", file[next - 1], e.text);
			busy = busy || c[i].id != 0;
		}
		if (busy)
			cost.done += hear(&s, c);
	}
	cost.wall = now() - t;
	t = cpu_of_children();
	stock_close(&s);
	cost.cpu = cpu_of_children() - t;
	return cost;
}

static void
soffice(const char *file, int i)
{
	char profile[128], out[64];
	const char *dot = strrchr(file, '.');
	const char *to = dot != NULL && strcmp(dot, ".ppt") == 0 ? "pptx" : dot != NULL && strncmp(dot, ".xls", 4) == 0 ? "xlsx" : "docx";
	int null = open("/dev/null", O_WRONLY);

	/* Each its own profile: a second soffice would hand its file to the first. */
	(void)snprintf(profile, sizeof profile, "-env:UserInstallation=file:///tmp/sekisho-bench-%d", i);
	(void)snprintf(out, sizeof out, "/tmp/sekisho-bench-%d/out", i);
	(void)dup2(null, 1);
	(void)dup2(null, 2);
	(void)execlp("timeout", "timeout", "120", "soffice", "--headless", profile, "--convert-to", to, "--outdir", out, file,
		     (char *)NULL);
	_exit(127);
}

static struct cost
theirs(char **file, int n)
{
	struct cost cost = { 0 };
	pid_t pid[AT_ONCE] = { 0 };
	double t = now(), cpu = cpu_of_children();
	int next = 0, left = n, i, status;

	while (left > 0) {
		pid_t ended;

		for (i = 0; i < AT_ONCE; i++)
			if (pid[i] == 0 && next < n) {
				pid[i] = fork();
				if (pid[i] == 0)
					soffice(file[next], i);
				next++;
			}
		ended = waitpid(-1, &status, 0);
		for (i = 0; i < AT_ONCE; i++)
			if (pid[i] == ended && ended > 0) {
				pid[i] = 0;
				left--;
				cost.done += status == 0;
			}
	}
	cost.wall = now() - t;
	cost.cpu = cpu_of_children() - cpu;
	return cost;
}

int
main(int argc, char **argv)
{
	struct cost us, them;
	double start, cpu;
	int n = argc - 2;

	if (n < 1) {
		fprintf(stderr, "usage: convert BIN FILE...\n");
		return 2;
	}
	cpu = cpu_of_start(argv[1]);
	us = ours(argv[1], argv + 2, n, &start);
	us.cpu -= cpu;
	printf("ours     %u of %d  wall %.2f s (%.3f a file)  CPU %.2f s  its start: wall %.2f s, CPU %.2f s\n", us.done, n, us.wall,
	       us.wall / n, us.cpu, start, cpu);
	them = theirs(argv + 2, n);
	printf("soffice  %u of %d  wall %.2f s (%.3f a file)  CPU %.2f s\n", them.done, n, them.wall, them.wall / n, them.cpu);
	printf("ratio    wall %.1f (with the start %.1f)  CPU %.1f (with the start %.1f)\n", them.wall / us.wall,
	       them.wall / (us.wall + start), them.cpu / us.cpu, them.cpu / (us.cpu + cpu));
	return 0;
}
