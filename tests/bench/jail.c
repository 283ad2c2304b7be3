/*
 * jail - what the jail costs: the same documents through the same functions,
 * called here, and through a pair of jailed processes.
 *
 *	jail PROGRAMS FILE...
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
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
	uint64_t size;
	struct err e;
	uint8_t hash[SHA256_SIZE];

	in = memory_copy(fd, UINT64_C(1) << 30, &size, &e);
	if (in < 0 || !memory_map(in, (size_t)size, &v, &e))
		return 0;
	(void)sha256(v, hash);
	if (sanitize(&j, path, v, &out, &type) <= VERDICT_TEXT) {
		(void)sha256(buf_bytes(&out), hash);
		(void)inspect(type, j.profile, buf_bytes(&out), &e);
	}
	memory_unmap(&v);
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

int
main(int argc, char **argv)
{
	struct nursery_opts o = { .programs = argc > 1 ? argv[1] : NULL };
	struct err e;
	struct nursery *n = nursery_new(&o, &e);
	struct zygote_state w, s;
	double *added = calloc((size_t)argc * ROUNDS, sizeof *added), p = 0, q = 0;
	size_t k = 0;
	int i, r;

	if (n == NULL || argc < 3 || added == NULL) {
		fprintf(stderr, "jail: %s\n", n == NULL ? e.text : "usage: jail PROGRAMS FILE...");
		return 2;
	}
	nursery_state(n, ROLE_WORKER, &w);
	nursery_state(n, ROLE_INSPECTOR, &s);
	printf("private memory of the idle zygotes: worker %ld KiB, inspector %ld KiB\n", private_kib(w.pid),
	       private_kib(s.pid));
	for (r = 0; r < ROUNDS; r++)
		for (i = 2; i < argc; i++) {
			double a = plain(argv[i]), b = jailed(n, argv[i]);

			added[k++] = b - a;
			p += a;
			q += b;
		}
	qsort(added, k, sizeof *added, by_size);
	printf("added per document: p50 %.2f ms, p99 %.2f ms\n", added[k / 2], added[k * 99 / 100]);
	printf("one after the other: %.1f files/s without, %.1f files/s with\n", (double)k / p * 1e3,
	       (double)k / q * 1e3);
	free(added);
	nursery_free(n);
	return 0;
}
