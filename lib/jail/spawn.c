/* Starting a role's program in namespaces of its own. */
#include "jail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/own.h"

enum { NOBODY = 65534 };

static const uint64_t all_namespaces =
	CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWUTS;

static uint32_t
layers_of(uint64_t flags)
{
	return ((flags & CLONE_NEWUSER) != 0 ? JAIL_USER_NS : 0) |
	       ((flags & CLONE_NEWPID) != 0 ? JAIL_PID_NS : 0) |
	       ((flags & CLONE_NEWNET) != 0 ? JAIL_NET_NS : 0) |
	       ((flags & CLONE_NEWIPC) != 0 ? JAIL_IPC_NS : 0) |
	       ((flags & CLONE_NEWNS) != 0 ? JAIL_MOUNT_NS : 0) |
	       ((flags & CLONE_NEWUTS) != 0 ? JAIL_UTS_NS : 0);
}

static bool
write_proc(pid_t pid, const char *file, const char *what)
{
	char path[64];
	own_fd int fd = -1;

	(void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, what, strlen(what)) == (ssize_t)strlen(what);
}

/* Root inside is the role's user (or nobody) outside; of an ordinary caller, the caller. */
static bool
map_user(enum role r, pid_t pid)
{
	const struct passwd *pw = geteuid() == 0 ? getpwnam(jail_role(r)->user) : NULL;
	uid_t uid = geteuid() != 0 ? geteuid() : pw != NULL ? pw->pw_uid : NOBODY;
	gid_t gid = geteuid() != 0 ? getegid() : pw != NULL ? pw->pw_gid : NOBODY;
	char map[32];

	if (geteuid() != 0 && !write_proc(pid, "setgroups", "deny"))
		return false;
	(void)snprintf(map, sizeof map, "0 %u 1\n", (unsigned)gid);
	if (!write_proc(pid, "gid_map", map))
		return false;
	(void)snprintf(map, sizeof map, "0 %u 1\n", (unsigned)uid);
	return write_proc(pid, "uid_map", map);
}

/* In the new process: everything but the four descriptors goes, then the program. */
static void __attribute__((noreturn))
become(enum role r, int program, int control, int go, uint32_t layers)
{
	char bits[16], ok;
	char *argv[] = { (char *)(uintptr_t) "sekisho-role", bits, NULL };
	/*
	 * Each function of a library is looked up once, here, and not again in every child; and the
	 * kernel leaves the thread's own page alone (restartable sequences, which nothing here uses).
	 */
	char *env[] = { (char *)(uintptr_t) "LD_BIND_NOW=1",
			(char *)(uintptr_t) "GLIBC_TUNABLES=glibc.pthread.rseq=0", NULL };
	char **envp = jail_role(r)->files == NO_FILES ? env : env + 2;
	int null, fd;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (read(go, &ok, 1) != 1)	/* until the maps are written */
		_exit(126);
	if ((layers & JAIL_USER_NS) != 0 &&
	    (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0))
		_exit(125);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);	/* changing user clears it */
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	/* Out of the way of 0 to 4 first, so that no dup2 hits one still needed. */
	control = fcntl(control, F_DUPFD_CLOEXEC, 10);
	program = fcntl(program, F_DUPFD_CLOEXEC, 10);
	if (null < 0 || control < 0 || program < 0)
		_exit(124);
	for (fd = 0; fd < 3; fd++)
		if (dup2(null, fd) != fd)
			_exit(123);
	if (dup2(control, JAIL_CONTROL_FD) != JAIL_CONTROL_FD || dup2(program, 4) != 4 ||
	    fcntl(4, F_SETFD, FD_CLOEXEC) != 0 || syscall(SYS_close_range, 5U, ~0U, 0U) != 0)
		_exit(122);
	(void)snprintf(bits, sizeof bits, "%x", layers);
	(void)fexecve(4, argv, envp);
	_exit(127);
}

static pid_t
clone_into(uint64_t flags, int *ret_pidfd)
{
	struct clone_args args = {
		.flags = flags | CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

/* From all namespaces down to none: what the kernel and our own rights allow. */
static pid_t
clone_best(enum role r, int program, int control, int go, int *ret_pidfd, uint64_t *ret_flags)
{
	const uint64_t tries[] = { all_namespaces, all_namespaces & ~(uint64_t)CLONE_NEWUSER, 0 };
	size_t i;

	for (i = 0; i < sizeof tries / sizeof *tries; i++) {
		pid_t pid = clone_into(tries[i], ret_pidfd);

		if (pid == 0)
			become(r, program, control, go, layers_of(tries[i]));
		if (pid > 0) {
			*ret_flags = tries[i];
			return pid;
		}
	}
	return -1;
}

bool
jail_spawn(enum role r, int program_fd, struct jailed *ret, struct err *e)
{
	int sock[2], go[2];
	own_fd int ours = -1, theirs = -1, go_read = -1, go_write = -1, pidfd = -1;
	uint64_t flags = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) != 0)
		return err_set(e, ERR_SYSTEM, "jail: socketpair: %s", strerror(errno));
	ours = sock[0];
	theirs = sock[1];
	if (pipe2(go, O_CLOEXEC) != 0)
		return err_set(e, ERR_SYSTEM, "jail: pipe: %s", strerror(errno));
	go_read = go[0];
	go_write = go[1];
	pid = clone_best(r, program_fd, theirs, go_read, &pidfd, &flags);
	if (pid < 0)
		return err_set(e, ERR_SYSTEM, "jail: clone: %s", strerror(errno));
	if (((flags & CLONE_NEWUSER) != 0 && !map_user(r, pid)) || write(go_write, "g", 1) != 1) {
		int saved = errno;

		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return err_set(e, ERR_SYSTEM, "jail: user map: %s", strerror(saved));
	}
	*ret = (struct jailed){ pid, give_fd(&pidfd), give_fd(&ours), layers_of(flags) };
	return true;
}
