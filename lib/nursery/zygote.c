#include "nursery/zygote.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/own.h"
#include "wire/wire.h"

/* Children alive at once; the nursery asks for fewer. */
enum { CHILDREN = 64 };

struct zygote {
	enum role role;
	void (*serve)(int sock);
	struct wire control;
	int signals;
	struct {
		pid_t pid;
		uint32_t id;
	} child[CHILDREN];
};

static bool
say(struct zygote *z, enum msg m, uint32_t id, uint32_t status, const int *fd)
{
	own_buf struct buf b = BUF_MAX(64);
	struct err e;

	return wire_put_id(&b, id, status) && wire_send(&z->control, m, buf_bytes(&b), fd, &e);
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

	for (i = 0; i < CHILDREN && z->child[i].pid != 0; i++)
		continue;
	if (i == CHILDREN)
		return say(z, MSG_ENDED, id, UINT32_MAX, NULL);
	/* The C library's fork() makes calls that the filter does not know. */
	pid = (pid_t)syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &pidfd, NULL, 0);
	if (pid == 0)
		live(z, sock);
	if (pid < 0)
		return say(z, MSG_ENDED, id, UINT32_MAX, NULL);
	z->child[i].pid = pid;
	z->child[i].id = id;
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
			if (z->child[i].pid == pid) {
				z->child[i].pid = 0;
				if (!say(z, MSG_ENDED, z->child[i].id, (uint32_t)status, NULL))
					return false;
			}
	return true;
}

static bool
take(struct zygote *z, struct frame *f)
{
	struct err e;
	uint32_t id, unused;
	own_fd int sock = -1;

	if (!wire_recv(&z->control, f, &e))
		return false;	/* the nursery is gone, or not what it should be */
	sock = frame_take_fd(f, 0);
	return f->msg == MSG_FORK && wire_get_id(f->body, &id, &unused) && fork_one(z, id, sock);
}

static void
loop(struct zygote *z)
{
	struct pollfd p[2] = { { z->control.fd, POLLIN, 0 }, { z->signals, POLLIN, 0 } };
	own_mem struct frame *f = malloc(sizeof *f);

	while (f != NULL) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return;
		if ((p[1].revents & POLLIN) != 0 && !reap(z))
			return;
		if (p[0].revents != 0 && !take(z, f))
			return;
	}
}

int
zygote_main(enum role r, int argc, char **argv, void (*serve)(int sock))
{
	struct zygote z = { .role = r, .serve = serve };
	uint32_t layers = 0;
	int abi = 0;
	sigset_t child;
	struct err e;

	if (argc != 2 || isatty(JAIL_CONTROL_FD)) {
		static const char msg[] = "this program is started by sekisho, never by hand\n";

		(void)!write(2, msg, sizeof msg - 1);
		return 2;
	}
	z.control = wire_of(JAIL_CONTROL_FD, WIRE_ZYGOTE, WIRE_NURSERY);
	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	z.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (z.signals < 0 ||
	    !jail_enter(r, (uint32_t)strtoul(argv[1], NULL, 16), &layers, &abi, &e)) {
		own_buf struct buf b = { 0 };

		if (wire_put_err(&b, &e))
			(void)wire_send(&z.control, MSG_UNFIT, buf_bytes(&b), NULL, &e);
		return 1;
	}
	if (say(&z, MSG_READY, layers, (uint32_t)abi, NULL))
		loop(&z);
	return 0;
}
