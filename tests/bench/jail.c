/*
 * jail - what the jail costs: the same documents through the same functions,
 * called here, and through a pair of jailed processes.
 *
 *	jail [-v] PROGRAMS FILE...
 *
 * -v: of each document the milliseconds without a jail, and what a fork and the jail add.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/own.h"
#include "inspect/inspect.h"
#include "nursery/memory.h"
#include "nursery/nursery.h"
#include "sanitize/sanitize.h"

enum { ROUNDS = 5 };

static double
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
plain(const char *path)
{
	own_fd int fd = open(path, O_RDONLY);
	own_fd int in = -1;
	struct findings f = { 0 };
	struct job j = { .profile = profile_at(0), .findings = &f };
	own_buf struct buf out = { 0 };
	double began = now_ms();
	enum type type;
	struct view v;
	void *map;
	uint64_t size;
	struct err e;
	uint8_t hash[SHA256_SIZE];

	in = memory_copy(fd, UINT64_C(1) << 30, &size, hash, &e);
	map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, in, 0);
	if (in < 0 || map == MAP_FAILED)
		return 0;
	v = view_of(map, (size_t)size);
	if (sanitize(&j, path, v, &out, &type) <= VERDICT_TEXT) {
		sha256(buf_bytes(&out), hash);
		(void)inspect(type, j.profile, buf_bytes(&out), &e);
	}
	(void)munmap(map, (size_t)size);
	findings_release(&f);
	return now_ms() - began;
}

static double
jailed(struct nursery *n, const char *path)
{
	own_fd int in = open(path, O_RDONLY);
	struct document d = { .name = path, .profile = profile_at(0), .in = in };
	struct outcome o;
	struct err e;
	double began = now_ms();

	if (!nursery_disarm(n, &d, &o, &e))
		return 0;
	outcome_release(&o);
	return now_ms() - began;
}

static int
by_size(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

static long
private_kib(pid_t pid)
{
	char path[64], line[256];
	long sum = 0, kib;
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "Private_%*s %ld", &kib) == 1)
			sum += kib;
	if (f != NULL)
		(void)fclose(f);
	return sum;
}

/* Of the spares of a zygote: processes that wait for their document. */
static long
spare_private_kib(pid_t zygote)
{
	char path[64], line[256] = "";
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)zygote, (int)zygote);
	f = fopen(path, "r");
	if (f == NULL || fgets(line, sizeof line, f) == NULL)
		line[0] = '\0';
	if (f != NULL)
		(void)fclose(f);
	return private_kib((pid_t)strtol(line, NULL, 10));
}

/* The same in a process of its own that is no jail: what any process for one document costs. */
static double
forked(const char *path)
{
	double began = now_ms();
	pid_t pid = fork();

	if (pid == 0) {
		(void)plain(path);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	return now_ms() - began;
}

static double
median(double *t)
{
	qsort(t, ROUNDS, sizeof *t, by_size);
	return t[ROUNDS / 2];
}

/* Percentiles over documents. */
static void
print_over(const char *who, double *added, int n)
{
	qsort(added, (size_t)n, sizeof *added, by_size);
	printf("a document alone: %s p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, at most %.2f ms\n", who,
	       added[n / 2], added[n * 9 / 10], added[n * 99 / 100], added[n - 1]);
}

/*
 * A document that comes alone, once the last one's spares are there again.  Here, in a fork, in the
 * jail, in turn; of each document the medians are compared, so that one interruption counts nothing.
 */
static void
alone(struct nursery *n, int files, char **file, bool each)
{
	double *jail = calloc((size_t)files, sizeof *jail), *fork_adds = calloc((size_t)files, sizeof *fork_adds);
	double *whole = calloc((size_t)files, sizeof *whole);
	double here[ROUNDS], there[ROUNDS], inside[ROUNDS];
	int i, r;

	for (i = 0; i < files && jail != NULL && fork_adds != NULL && whole != NULL; i++) {
		for (r = 0; r < ROUNDS; r++) {
			here[r] = plain(file[i]);
			there[r] = forked(file[i]);
			(void)usleep(10000);
			inside[r] = jailed(n, file[i]);
		}
		whole[i] = median(inside);
		jail[i] = whole[i] - median(here);
		fork_adds[i] = median(there) - median(here);
		if (each)
			printf("%8.2f %8.2f %8.2f  %s\n", median(here), fork_adds[i], jail[i], file[i]);
	}
	if (jail != NULL && fork_adds != NULL && whole != NULL) {
		print_over("worker and inspector take", whole, files);
		print_over("the jail adds", jail, files);
		print_over("a fork without a jail adds", fork_adds, files);
	}
	free(jail);
	free(fork_adds);
	free(whole);
}

static double
saturated_plain(int files, char **file, int side_by_side)
{
	double began = now_ms();
	int i, k;

	for (k = 0; k < side_by_side; k++)
		if (fork() == 0) {
			for (i = k; i < files; i += side_by_side)
				(void)plain(file[i]);
			_exit(0);
		}
	while (k > 0)
		k -= wait(NULL) > 0 || errno == ECHILD;
	return now_ms() - began;
}

static double
saturated_jailed(struct nursery *n, int files, char **file, size_t side_by_side)
{
	double began = now_ms();
	struct outcome o;
	struct err e;
	int i;

	for (i = 0; i < files; i++) {
		own_fd int in = open(file[i], O_RDONLY);
		struct document d = { .name = file[i], .profile = profile_at(0), .in = in };

		while (nursery_busy(n) >= side_by_side && nursery_wait(n, &o))
			outcome_release(&o);
		(void)nursery_start(n, &d, &e);
	}
	while (nursery_wait(n, &o))
		outcome_release(&o);
	return now_ms() - began;
}

static void
saturated(struct nursery *n, int files, char **file)
{
	int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN), r;
	double without[ROUNDS], with[ROUNDS];

	for (r = 0; r < ROUNDS; r++) {
		without[r] = saturated_plain(files, file, cpus);
		with[r] = saturated_jailed(n, files, file, (size_t)cpus + 1);
	}
	qsort(without, ROUNDS, sizeof *without, by_size);
	qsort(with, ROUNDS, sizeof *with, by_size);
	printf("at saturation: %.1f files/s without, %.1f files/s with\n", files * 1e3 / without[ROUNDS / 2],
	       files * 1e3 / with[ROUNDS / 2]);
}

int
main(int argc, char **argv)
{
	bool each = argc > 1 && strcmp(argv[1], "-v") == 0 && argc-- && argv++;
	struct nursery_opts o = { .programs = argc > 1 ? argv[1] : NULL, .spares = 2 };
	struct err e;
	struct nursery *n = nursery_new(&o, &e);
	struct zygote_state w, s;

	if (n == NULL || argc < 3) {
		fprintf(stderr, "jail: %s\n", n == NULL ? e.text : "usage: jail [-v] PROGRAMS FILE...");
		return 2;
	}
	(void)usleep(100000);
	nursery_state(n, ROLE_WORKER, &w);
	nursery_state(n, ROLE_INSPECTOR, &s);
	printf("private memory: zygotes %ld and %ld KiB, children before a document %ld and %ld KiB\n",
	       private_kib(w.pid), private_kib(s.pid), spare_private_kib(w.pid), spare_private_kib(s.pid));
	alone(n, argc - 2, argv + 2, each);
	saturated(n, argc - 2, argv + 2);
	nursery_free(n);
	return 0;
}
