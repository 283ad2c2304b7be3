/*
 * rogue worker - a worker that was taken over: the document's name says
 * what it tries.  Tests only; it enters the same jail as the real one.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/need.h"
#include "core/own.h"
#include "nursery/zygote.h"
#include "wire/report.h"
#include "wire/wire.h"

static struct wire wire;
static struct frame frame;

static void
done(uint32_t verdict, uint32_t type, uint64_t output, uint64_t report)
{
	struct buf b = BUF_MAX(64);
	struct wire_done d = { verdict, type, output, report };
	struct err e;

	(void)wire_put_done(&b, &d);
	(void)wire_send(&wire, MSG_SANITIZED, buf_bytes(&b), NULL, &e);
	_exit(0);
}

static void
honest(void)
{
	struct findings none = { 0 };
	struct buf report = { 0 };

	(void)report_put(&report, &none);
	(void)!write(frame.fd[1], "good", 4);
	(void)!write(frame.fd[1], report.p, report.n);
	done(VERDICT_CLEAN, TYPE_TEXT, 4, report.n);
}

/* More than is taken at a time, each MiB another letter. */
static void
large(void)
{
	static char mib[1 << 20];
	struct findings none = { 0 };
	struct buf report = { 0 };
	int i;

	for (i = 0; i < 9; i++) {
		memset(mib, 'a' + i, sizeof mib);
		(void)!write(frame.fd[1], mib, sizeof mib);
	}
	(void)!write(frame.fd[1], "end", 3);
	(void)report_put(&report, &none);
	(void)!write(frame.fd[1], report.p, report.n);
	done(VERDICT_CLEAN, TYPE_TEXT, (9 << 20) + 3, report.n);
}

static void
do_open(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
	honest();
}

static void
do_create(void)
{
	(void)syscall(SYS_open, "/x", O_CREAT | O_WRONLY, 0600);
	honest();
}

static void
do_socket(void)
{
	(void)!socket(AF_INET, SOCK_STREAM, 0);
	honest();
}

static void
do_connect(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(80) };

	(void)!connect(wire.fd, (struct sockaddr *)&a, sizeof a);
	honest();
}

static void
do_execve(void)
{
	(void)!syscall(SYS_execve, "/bin/sh", NULL, NULL);
	honest();
}

static void
do_fork(void)
{
	(void)!syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	honest();
}

static void
do_fork_as_zygote(void)
{
	int pidfd;

	(void)!syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &pidfd, 0, 0);
	honest();
}

static void
do_ptrace(void)
{
	(void)ptrace(PTRACE_ATTACH, 1, NULL, NULL);
	honest();
}

static void
do_mount(void)
{
	(void)mount("none", "/", "tmpfs", 0, NULL);
	honest();
}

static void
do_unshare(void)
{
	(void)unshare(CLONE_NEWUSER);
	honest();
}

static void
do_read_other(void)
{
	static uint8_t room[16];
	struct iovec here = { room, sizeof room }, there = { room, sizeof room };

	(void)!process_vm_readv(1, &here, 1, &there, 1, 0);
	honest();
}

static void
do_steal_fd(void)
{
	(void)!syscall(SYS_pidfd_getfd, 3, 3, 0);
	honest();
}

static void
do_exec_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		_exit(9);
	honest();
}

/* Not killed, but it must not succeed: writing to it or mapping it for writing. */
static void
do_write_input(void)
{
	if (pwrite(frame.fd[0], "evil", 4, 0) == 4 ||
	    mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, frame.fd[0], 0) != MAP_FAILED)
		honest();
	_exit(9);
}

static void
do_loop(void)
{
	for (;;)
		__asm__ volatile("");
}

static void
do_memory(void)
{
	size_t n;

	for (n = 0; n < (size_t)4 << 30; n += (size_t)16 << 20) {
		uint8_t *p = malloc((size_t)16 << 20);

		if (p == NULL)
			_exit(9);
		memset(p, 1, (size_t)16 << 20);
	}
	honest();
}

static void
do_output(void)
{
	static uint8_t lump[1 << 20];
	int i;

	for (i = 0; i < 4096; i++)
		if (write(frame.fd[1], lump, sizeof lump) != (ssize_t)sizeof lump)
			_exit(9);
	honest();
}

static void
do_sparse_output(void)
{
	if (ftruncate(frame.fd[1], (off_t)1 << 40) != 0)
		_exit(9);
	honest();
}

static void
do_lie_length(void)
{
	done(VERDICT_CLEAN, TYPE_TEXT, 1 << 20, 20);
}

static void
do_lie_report(void)
{
	(void)!write(frame.fd[1], "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 32);
	done(VERDICT_CLEAN, TYPE_TEXT, 4, 28);
}

static void
do_lie_type(void)
{
	done(VERDICT_CLEAN, 0x7fffffff, 0, 0);
}

static void
do_lie_frame(void)
{
	static const uint8_t bytes[] = { MSG_SANITIZED, 0, 0xff, 0xff, 0xff, 0xff, 1, 2 };

	(void)!write(wire.fd, bytes, sizeof bytes);
	_exit(0);
}

static void
do_lie_sender(void)
{
	static const uint8_t bytes[] = { MSG_INSPECTED, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

	(void)!write(wire.fd, bytes, sizeof bytes);
	_exit(0);
}

/* Answers, keeps the output mapped for writing, and changes it behind the inspector's back. */
static void
do_change_after(void)
{
	struct findings none = { 0 };
	struct buf report = { 0 }, b = BUF_MAX(64);
	struct wire_done d;
	struct err e;
	char *p;

	(void)report_put(&report, &none);
	(void)!write(frame.fd[1], "good", 4);
	(void)!write(frame.fd[1], report.p, report.n);
	p = mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, frame.fd[1], 0);
	d = (struct wire_done){ VERDICT_CLEAN, TYPE_TEXT, 4, report.n };
	(void)wire_put_done(&b, &d);
	(void)wire_send(&wire, MSG_SANITIZED, buf_bytes(&b), NULL, &e);
	for (;;)
		if (p != MAP_FAILED)
			memcpy(p, "evil", 4);
}

static void
do_bad_output(void)
{
	struct findings none = { 0 };
	struct buf report = { 0 };

	(void)report_put(&report, &none);
	(void)!write(frame.fd[1], "evil", 4);
	(void)!write(frame.fd[1], report.p, report.n);
	done(VERDICT_CLEAN, TYPE_TEXT, 4, report.n);
}

static void
do_crash(void)
{
	__builtin_trap();
}

static void
do_silent(void)
{
	_exit(0);
}

static void
do_need_for_ever(void)
{
	for (;;) {
		struct buf b = BUF_MAX(64);
		struct wire_need d = { 0 };
		struct err e;

		if (!wire_put_need(&b, &d) || !wire_send(&wire, MSG_NEED, buf_bytes(&b), NULL, &e) ||
		    !wire_recv(&wire, &frame, &e))
			_exit(9);
		buf_release(&b);
	}
}

/* Asks and never reads the answers: who answers must not wait for us. */
static void
do_need_flood(void)
{
	for (;;) {
		struct buf b = BUF_MAX(64);
		struct wire_need d = { 0 };
		struct err e;

		if (!wire_put_need(&b, &d) || !wire_send(&wire, MSG_NEED, buf_bytes(&b), NULL, &e))
			_exit(9);
		buf_release(&b);
	}
}

/* Process 2 is the zygote's first child, alive for as long as its document lasts. */
static void
do_kill_others(void)
{
	(void)syscall(SYS_tgkill, 2, 2, SIGKILL);
	honest();
}

static void
do_stat_path(void)
{
	struct stat st;

	(void)syscall(SYS_newfstatat, AT_FDCWD, "/etc/shadow", &st, AT_EMPTY_PATH);
	honest();
}

static const struct {
	const char *name;
	void (*act)(void);
} acts[] = {
	{ "honest", honest }, { "large", large },	{ "inspector-dies", honest },
#define ACT(name) { #name, do_##name },
#include "acts.def"
#undef ACT
};

/* An honest worker whose part is a rogue's: "converter:act".  It hands on what came back. */
static void
lane(struct view act, enum need_kind kind)
{
	struct findings none = { 0 };
	struct buf report = { 0 }, b = BUF_MAX(64);
	struct wire_need d = { .kind = kind, .type = TYPE_RTF, .n = act.n };
	char got[16] = "cannot";
	size_t n = 6;
	int out = frame.fd[1];
	struct err e;

	frame.fd[1] = -1;
	(void)!write(out, act.p, act.n);
	if (!wire_put_need(&b, &d) || !wire_send(&wire, MSG_NEED, buf_bytes(&b), NULL, &e) ||
	    !wire_recv(&wire, &frame, &e))
		_exit(9);
	if (frame.msg == MSG_NEEDED)
		n = (size_t)pread(frame.fd[0], got, sizeof got, 0);
	(void)report_put(&report, &none);
	(void)!ftruncate(out, 0);
	(void)!pwrite(out, got, n, 0);
	(void)!pwrite(out, report.p, report.n, (off_t)n);
	done(VERDICT_CLEAN, TYPE_TEXT, n, report.n);
}

static bool
ask(const struct wire_need *d)
{
	struct buf b = BUF_MAX(64);
	struct err e;

	return wire_put_need(&b, d) && wire_send(&wire, MSG_NEED, buf_bytes(&b), NULL, &e) && wire_recv(&wire, &frame, &e);
}

/*
 * Needs that nobody may have, each of which must be denied; and behind them
 * an honest one, twice, which must be served.
 */
static void
needs(void)
{
	static const struct wire_need lies[] = {
		{ .kind = NEED_COUNT, .type = TYPE_RTF, .n = 9 }, { .kind = UINT32_MAX, .type = TYPE_RTF, .n = 9 },
		{ .kind = NEED_MODERN, .type = TYPE_COUNT, .n = 9 }, { .kind = NEED_MODERN, .type = UINT32_MAX, .n = 9 },
		{ .kind = NEED_MODERN, .type = TYPE_RTF, .at = 1, .n = 8 }, { .kind = NEED_MODERN, .type = TYPE_RTF, .n = UINT64_C(1) << 40 },
	};
	static const struct wire_need honest = { .kind = NEED_MODERN, .type = TYPE_RTF, .n = 9 };
	struct findings none = { 0 };
	struct buf report = { 0 };
	char got[16] = "denied";
	int out = frame.fd[1];
	struct err e;
	size_t i;

	frame.fd[1] = -1;
	(void)!write(out, "list_root", 9);
	for (i = 0; i < sizeof lies / sizeof *lies; i++)
		if (!ask(&lies[i]) || frame.msg != MSG_CANNOT || !wire_get_err(frame.body, &e) || e.code != ERR_DENIED)
			_exit(9);
	for (i = 0; i < 2; i++) {
		if (!ask(&honest) || frame.msg != MSG_NEEDED || pread(frame.fd[0], got, sizeof got, 0) < 4)
			_exit(10);
		(void)!ftruncate(out, 0);
		(void)!pwrite(out, "list_root", 9, 0);
	}
	(void)report_put(&report, &none);
	(void)!ftruncate(out, 0);
	(void)!pwrite(out, got, 4, 0);
	(void)!pwrite(out, report.p, report.n, 4);
	done(VERDICT_CLEAN, TYPE_TEXT, 4, report.n);
}

static void
serve(int sock)
{
	struct wire_job j;
	struct err e;
	size_t i;

	wire = wire_of(sock, WIRE_WORKER, WIRE_CALLER);
	if (!wire_recv(&wire, &frame, &e) || !wire_get_job(frame.body, &j))
		_exit(8);
	if (j.name.n > 10 && memcmp(j.name.p, "converter:", 10) == 0)
		lane(view_from(j.name, 10), NEED_MODERN);
	if (j.name.n > 7 && memcmp(j.name.p, "drawer:", 7) == 0)
		lane(view_from(j.name, 7), NEED_TEXT);
	if (view_is(j.name, "needs"))
		needs();
	for (i = 0; i < sizeof acts / sizeof *acts; i++)
		if (view_is(j.name, acts[i].name))
			acts[i].act();
	_exit(7);
}

int
main(int argc, char **argv)
{
	return zygote_main(ROLE_WORKER, argc, argv, serve);
}
