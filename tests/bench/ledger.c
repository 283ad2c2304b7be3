/*
 * ledger [FOLDER [SECONDS [LEAVES]]] - the ledger's two promises of speed, measured in FOLDER (default: here).
 *
 * Appends: 1, 8 and 64 writer processes, each waiting for its answer, against one sequencer (bin/ledgerd/sequence.c), as
 * acknowledged appends per second; and the floor of the same file system, before and after: one record, one fdatasync(), one
 * writer, over a file that grows and over one that has its blocks (the faster of both, as the ledger itself may choose).
 * Verifying: an export of LEAVES entries, against one SHA-256 over the same bytes.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/own.h"
#include "ledger/event.h"
#include "ledger/verify.h"
#include "sequence.h"
#include "wire/wire.h"

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void __attribute__((noreturn))
stop(const char *what)
{
	fprintf(stderr, "ledger: %s\n", what);
	exit(1);
}

/* An event as crossings will write it. */
static void
an_event(struct buf *b, uint64_t i)
{
	uint8_t in[SHA256_SIZE], out[SHA256_SIZE];
	char object[64], data[128], when[EVENT_WHEN];
	struct event ev = { .who = VIEW("role/worker"), .what = VIEW("crossing.disarmed"), .hashes = 2 };
	struct err e;

	sha256(view_of(&i, sizeof i), in);
	sha256(view_of(in, sizeof in), out);
	event_when((struct timespec){ 1795768807 + (time_t)(i / 1000), (long)(i % 1000) * 1000000 }, when);
	(void)snprintf(object, sizeof object, "crossing/2026/%09" PRIu64, i);
	(void)snprintf(data, sizeof data, "{\"channel\":\"mail\",\"findings\":%" PRIu64 ",\"profile\":\"rebuild\",\"verdict\":\"disarmed\"}", i % 7);
	ev.object = view_str(object);
	ev.when = view_str(when);
	ev.data = view_str(data);
	ev.hash[0].name = VIEW("input");
	ev.hash[0].hash = in;
	ev.hash[1].name = VIEW("output");
	ev.hash[1].hash = out;
	buf_clear(b);
	if (!event_put(b, &ev, &e))
		stop(e.text);
}

/* -- the floor -------------------------------------------------------------------- */

static double
floor_of(const char *folder, double seconds, bool blocks)
{
	own_buf struct buf b = { 0 };
	char path[4200];
	own_fd int fd = -1;
	uint64_t n = 0;
	double from;

	(void)snprintf(path, sizeof path, "%s/floor", folder);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		stop("the folder cannot be written");
	if (blocks) {
		static uint8_t zeros[1 << 20];
		int i;

		for (i = 0; i < 8; i++)
			if (write(fd, zeros, sizeof zeros) != (ssize_t)sizeof zeros)
				stop("write");
		if (fsync(fd) != 0)
			stop("fsync");
	}
	an_event(&b, 1);
	for (from = now(); now() - from < seconds; n++) {
		off_t at = blocks ? (off_t)(n % 2048) * 4096 : (off_t)(n * b.n);

		if (pwrite(fd, b.p, b.n, at) != (ssize_t)b.n || fdatasync(fd) != 0)
			stop("fdatasync");
	}
	(void)unlink(path);
	return (double)n / (now() - from);
}

/* -- writers ------------------------------------------------------------------------ */

static void __attribute__((noreturn))
write_events(int fd, unsigned me)
{
	struct wire w = wire_of(fd, WIRE_WRITER, WIRE_LEDGERD);
	static struct frame f;
	own_buf struct buf b = { 0 };
	struct err e;
	uint64_t i;

	for (i = 0;; i++) {
		an_event(&b, (uint64_t)me << 32 | i);
		if (!wire_send(&w, MSG_APPEND, buf_bytes(&b), NULL, &e) || !wire_recv(&w, &f, &e) || f.msg != MSG_APPENDED)
			_exit(0);
	}
}

static double
appends(const char *folder, const struct note_signer *s, unsigned writers, double seconds, double *ret_batch)
{
	char path[4200];
	struct err e = { 0 };
	struct ledger *l;
	struct sequencer *q;
	uint64_t first, n, turns = 0;
	double from = 0, took;
	unsigned i;
	bool other;

	(void)snprintf(path, sizeof path, "%s/log-%u", folder, writers);
	if (mkdir(path, 0700) != 0)
		stop("the folder cannot be made");
	l = ledger_open(path, s, NULL, &e);
	q = l == NULL ? NULL : sequencer_new(l);
	if (q == NULL)
		stop(e.text);
	for (i = 0; i < writers; i++) {
		int pair[2];
		pid_t pid;

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 || (pid = fork()) < 0)
			stop("fork");
		if (pid == 0) {
			(void)close(pair[0]);
			write_events(pair[1], i);
		}
		(void)close(pair[1]);
		(void)sequencer_add(q, pair[0]);
	}
	/* Half a second until all are up. */
	for (from = now(); now() - from < 0.5;)
		if (!sequencer_turn(q, -1, 1000, &other, &e))
			stop(e.text);
	first = ledger_size(l);
	for (from = now(); (took = now() - from) < seconds; turns++)
		if (!sequencer_turn(q, -1, 1000, &other, &e))
			stop(e.text);
	n = ledger_size(l) - first;
	*ret_batch = (double)n / (double)turns;
	sequencer_free(q);
	while (wait(NULL) > 0)
		;
	if (!ledger_close(l, &e))
		stop(e.text);
	{
		static struct verified v;
		struct verify_opts o = { .key = note_signer_key(s) };

		if (!verify_path(path, &o, &v, &e) || v.faults > 0)
			stop("what was appended does not verify");
	}
	return (double)n / took;
}

static double
median(double *x, int n)
{
	int i, k;

	for (i = 0; i < n; i++)
		for (k = i + 1; k < n; k++)
			if (x[k] < x[i]) {
				double t = x[i];

				x[i] = x[k];
				x[k] = t;
			}
	return x[n / 2];
}

static void
measure_appends(const char *folder, const struct note_signer *s, double seconds)
{
	static const unsigned writers[] = { 1, 8, 64 };
	double grows[4], has[4], rate[3], batch[3], floor;
	int i;

	for (i = 0; i < 4; i++) {
		grows[i] = floor_of(folder, seconds / 2, false);
		has[i] = floor_of(folder, seconds / 2, true);
		if (i < 3)
			rate[i] = appends(folder, s, writers[i], seconds, &batch[i]);
	}
	floor = median(grows, 4) > median(has, 4) ? median(grows, 4) : median(has, 4);
	printf("| writers | appends/s, durable | times the floor | events in a batch |\n|---|---|---|---|\n");
	printf("| floor: one record, one fdatasync, growing file | %.0f | | 1 |\n", median(grows, 4));
	printf("| floor: the same, blocks already there | %.0f | | 1 |\n", median(has, 4));
	for (i = 0; i < 3; i++)
		printf("| %u | %.0f | %.1f | %.1f |\n", writers[i], rate[i], rate[i] / floor, batch[i]);
}

/* -- verifying ----------------------------------------------------------------------- */

static void
make_export(const char *folder, const struct note_signer *s, uint64_t leaves, char path[4200])
{
	own_buf struct buf b = { 0 };
	char log_path[4200];
	struct err e = { 0 };
	struct ledger *l;
	struct log *log;
	uint64_t i, at;
	int fd;

	(void)snprintf(log_path, sizeof log_path, "%s/log", folder);
	(void)snprintf(path, 4200, "%s/export.tar", folder);
	if (mkdir(log_path, 0700) != 0 || (l = ledger_open(log_path, s, NULL, &e)) == NULL)
		stop(e.text);
	for (i = 0; i < leaves; i++) {
		an_event(&b, i);
		if (ledger_append(l, buf_bytes(&b), &at, &e))
			continue;
		if (e.code != ERR_LIMIT || !ledger_commit(l, &e) || !ledger_append(l, buf_bytes(&b), &at, &e))
			stop(e.text);
	}
	if (!ledger_close(l, &e))
		stop(e.text);
	log = log_open(log_path, NULL, &e);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (log == NULL || fd < 0 || !log_export(log, note_signer_key(s), fd, &e))
		stop(e.text);
	(void)close(fd);
	log_free(log);
}

static double
plain(const char *path, uint64_t bytes)
{
	own_fd int fd = open(path, O_RDONLY);
	uint8_t h[SHA256_SIZE];
	double from = now();
	void *map = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);

	if (map == MAP_FAILED)
		stop("map");
	(void)madvise(map, bytes, MADV_SEQUENTIAL);
	sha256(view_of(map, bytes), h);
	(void)munmap(map, bytes);
	return now() - from;
}

static void
measure_verify(const char *folder, const struct note_signer *s, uint64_t leaves)
{
	static struct verified v;
	struct verify_opts o = { .key = note_signer_key(s) };
	double ours[5], theirs[5], a, b;
	char path[4200];
	struct err e = { 0 };
	struct stat st;
	int i;

	make_export(folder, s, leaves, path);
	if (stat(path, &st) != 0)
		stop("stat");
	(void)plain(path, (uint64_t)st.st_size);	/* into memory */
	for (i = 0; i < 5; i++) {
		double from = now();

		if (!verify_path(path, &o, &v, &e) || v.faults > 0)
			stop("the export does not verify");
		ours[i] = now() - from;
		theirs[i] = plain(path, v.bytes);
	}
	a = median(ours, 5);
	b = median(theirs, 5);
	printf("\n| %" PRIu64 " entries, %.1f MB | seconds | MB/s |\n|---|---|---|\n", leaves, (double)v.bytes / 1e6);
	printf("| verify an export | %.3f | %.0f |\n", a, (double)v.bytes / 1e6 / a);
	printf("| plain SHA-256 over the same bytes | %.3f | %.0f |\n", b, (double)v.bytes / 1e6 / b);
	printf("\nverify runs at %.2f of plain SHA-256\n", b / a);
}

int
main(int argc, char **argv)
{
	static const uint8_t seed[NOTE_SEED] = { 1 };
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 4;
	uint64_t leaves = argc > 3 ? strtoull(argv[3], NULL, 10) : 1000000;
	struct err e = { 0 };
	struct note_signer *s = note_signer_new("bench.example/ledger", seed, &e);
	char folder[4096], remove[4200];

	(void)signal(SIGPIPE, SIG_IGN);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	(void)snprintf(folder, sizeof folder, "%s/ledger-bench-XXXXXX", argc > 1 ? argv[1] : ".");
	if (s == NULL || mkdtemp(folder) == NULL)
		stop("the folder cannot be made");
	measure_appends(folder, s, seconds);
	measure_verify(folder, s, leaves);
	note_signer_free(s);
	(void)snprintf(remove, sizeof remove, "rm -rf '%s'", folder);
	return system(remove) == 0 ? 0 : 1;
}
