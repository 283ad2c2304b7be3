#include "nursery/zygote.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/own.h"
#include "nursery/heap.h"
#include "wire/wire.h"

/* Children alive at once; the nursery asks for fewer. */
enum { CHILDREN = 64, LOOK_MS = 100 };

/*
 * All that a zygote writes while it serves, in pages that its children do not
 * get: a page that both have is copied when one of them writes it.
 */
struct mine {
	struct {
		pid_t pid;
		uint32_t id;
	} child[CHILDREN];
	struct frame frame;
	uint8_t body[64];
	struct err e;
};

struct zygote {
	enum role role;
	void (*serve)(int sock);
	struct wire control;
	int signals;
	uint32_t layers, abi;
	struct mine *mine;
};

static bool
say(struct zygote *z, enum msg m, uint32_t id, uint32_t status, const int *fd)
{
	struct buf b = { .p = z->mine->body, .cap = sizeof z->mine->body, .max = sizeof z->mine->body };

	return wire_put_id(&b, id, status) && wire_send(&z->control, m, buf_bytes(&b), fd, &z->mine->e);
}

static void __attribute__((noreturn))
live(struct zygote *z, int sock)
{
	sigset_t none;
	struct err e;

	(void)close(z->control.fd);
	(void)close(z->signals);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (!jail_child(z->role, &e))
		_exit(120);
	z->serve(sock);
	_exit(0);
}

static bool
fork_one(struct zygote *z, uint32_t id, int sock)
{
	size_t i;
	int pidfd = -1;
	pid_t pid;
	bool ok;

	for (i = 0; i < CHILDREN && z->mine->child[i].pid != 0; i++)
		continue;
	if (i == CHILDREN)
		return say(z, MSG_ENDED, id, UINT32_MAX, NULL);
	/* The C library's fork() makes calls that the filter does not know. */
	pid = (pid_t)syscall(SYS_clone, jail_fork_flags(z->role), NULL, &pidfd, NULL, 0);
	if (pid == 0)
		live(z, sock);
	if (pid < 0)
		return say(z, MSG_ENDED, id, UINT32_MAX, NULL);
	z->mine->child[i].pid = pid;
	z->mine->child[i].id = id;
	ok = say(z, MSG_FORKED, id, 0, &pidfd);
	(void)close(pidfd);
	return ok;
}

static bool
reap(struct zygote *z)
{
	struct signalfd_siginfo info;
	pid_t pid;
	int status;
	size_t i;

	(void)!read(z->signals, &info, sizeof info);
	while ((pid = (pid_t)syscall(SYS_wait4, -1, &status, WNOHANG, NULL)) > 0)
		for (i = 0; i < CHILDREN; i++)
			if (z->mine->child[i].pid == pid) {
				z->mine->child[i].pid = 0;
				if (!say(z, MSG_ENDED, z->mine->child[i].id, (uint32_t)status, NULL))
					return false;
			}
	return true;
}

static bool
take(struct zygote *z)
{
	struct frame *f = &z->mine->frame;
	uint32_t id, unused;
	own_fd int sock = -1;

	if (!wire_recv(&z->control, f, &z->mine->e))
		return false;	/* the nursery is gone, or not what it should be */
	sock = frame_take_fd(f, 0);
	return f->msg == MSG_FORK && wire_get_id(f->body, &id, &unused) && fork_one(z, id, sock);
}

static void
loop(struct zygote *z)
{
	struct pollfd p[2] = { { z->control.fd, POLLIN, 0 }, { z->signals, POLLIN, 0 } };
	/* Others' programs may have threads that take our signals: there, look without being told. */
	bool alone = jail_role(z->role)->files == NO_FILES;

	if (alone)
		heap_lay_out();	/* after all that the zygote itself asks for */
	for (;;) {
		if (poll(p, 2, alone ? -1 : LOOK_MS) < 0 && errno != EINTR)
			return;
		if (((p[1].revents & POLLIN) != 0 || !alone) && !reap(z))
			return;
		if (p[0].revents != 0 && !take(z))
			return;
	}
}

void
zygote_run(struct zygote *z)
{
	z->mine = mmap(NULL, sizeof *z->mine, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (z->mine != MAP_FAILED && madvise(z->mine, sizeof *z->mine, MADV_DONTFORK) == 0 &&
	    say(z, MSG_READY, z->layers, z->abi, NULL))
		loop(z);
}

static bool
run_at_once(struct zygote *z, struct err *e)
{
	(void)e;
	zygote_run(z);
	return true;
}

int
zygote_main(enum role r, int argc, char **argv, void (*serve)(int sock))
{
	return zygote_main_prepared(r, argc, argv, run_at_once, serve);
}

static bool
by_hand(int argc)
{
	static const char msg[] = "this program is started by sekisho, never by hand\n";

	if (argc == 2 && !isatty(JAIL_CONTROL_FD))
		return false;
	(void)!write(2, msg, sizeof msg - 1);
	return true;
}

static void
say_unfit(struct zygote *z, const struct err *why)
{
	own_buf struct buf b = { 0 };
	struct err e;

	if (wire_put_err(&b, why))
		(void)wire_send(&z->control, MSG_UNFIT, buf_bytes(&b), NULL, &e);
}

int
zygote_main_prepared(enum role r, int argc, char **argv, zygote_prepare prepare,
		     void (*serve)(int sock))
{
	struct zygote z = { .role = r, .serve = serve };
	int abi = 0;
	sigset_t child;
	struct err e = { 0 };

	if (by_hand(argc))
		return 2;
	z.control = wire_of(JAIL_CONTROL_FD, WIRE_ZYGOTE, WIRE_NURSERY);
	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	z.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (z.signals >= 0 && jail_enter(r, (uint32_t)strtoul(argv[1], NULL, 16), &z.layers, &abi, &e)) {
		z.abi = (uint32_t)abi;
		if (prepare(&z, &e))
			return 0;
	}
	say_unfit(&z, &e);
	return 1;
}
