/*
 * rogue converter and drawer - taken over by their document, whose bytes say
 * what they try.  Tests only; they enter the jails of the real ones.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/own.h"
#include "nursery/zygote.h"
#include "wire/wire.h"

/* ROGUE: the role of the two programs that this makes; a linter sees one. */
#ifndef ROGUE
#define ROGUE ROLE_CONVERTER
#endif
static const bool role_spawns = ROGUE == ROLE_DRAWER;
static struct wire wire;
static struct frame frame;

static void __attribute__((noreturn))
answer(const char *text, enum err_code code)
{
	struct buf b = BUF_MAX(256);
	struct err e = { code, "" };

	(void)!write(frame.fd[1], text, strlen(text));
	(void)(wire_put_err(&b, &e) && wire_send(&wire, MSG_CONVERTED, buf_bytes(&b), NULL, &e));
	_exit(0);
}

/* "good" where what was tried did not work. */
static void __attribute__((noreturn))
judge(bool worked)
{
	answer(worked ? "evil" : "good", ERR_NONE);
}

static bool
can_open(const char *path, int how)
{
	return open(path, how, 0600) >= 0;
}

static void
do_read_users_files(void)
{
	judge(can_open("/etc/passwd", O_RDONLY) || can_open("/root", O_RDONLY) || can_open("/home", O_RDONLY) ||
	      can_open("/etc/ssl", O_RDONLY) || can_open("/var/log", O_RDONLY) || can_open("/proc/self/maps", O_RDONLY) ||
	      can_open("/sys", O_RDONLY) || can_open("/usr/bin/sh", O_RDONLY) || can_open("/dev/kmsg", O_RDONLY));
}

static void
do_list_root(void)
{
	judge(opendir("/") != NULL || opendir("/usr") != NULL || opendir("/etc") != NULL);
}

static void
do_write_anywhere(void)
{
	static const char *const places[] = { "/x", "/usr/lib/libreoffice/x", "/usr/lib/x86_64-linux-gnu/x", "/profile/x",
					      "/profile/user/x", "/etc/fonts/x", "/usr/share/fonts/x", "/var/cache/fontconfig/x",
					      "/dev/x", "/usr/bin/pdftoppm" };
	size_t i;

	for (i = 0; i < sizeof places / sizeof *places; i++)
		if (can_open(places[i], O_CREAT | O_WRONLY))
			judge(true);
	judge(false);
}

static void
do_network(void)
{
	int s[2];

	judge(socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ||
	      socket(AF_NETLINK, SOCK_RAW, 0) >= 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
}

static bool
can_run(const char *path)
{
	char *argv[] = { (char *)(uintptr_t)path, NULL };
	int status = 0;
	pid_t pid = role_spawns ? (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) : 0;

	if (pid == 0) {
		(void)!syscall(SYS_execve, path, argv, argv + 1);
		if (!role_spawns)
			return false;
		_exit(99);
	}
	return waitpid(pid, &status, 0) == pid && !(WIFEXITED(status) && WEXITSTATUS(status) == 99);
}

static void
do_run_shell(void)
{
	judge(can_run("/bin/sh") || can_run("/usr/bin/python3") || can_run("/usr/bin/perl"));
}

/* A file of its own in its own /tmp; or any memory. */
static void
do_run_own(void)
{
	static const char program[] = "#!/usr/bin/pdftotext\n";
	int fd = open("/tmp/program", O_CREAT | O_WRONLY, 0700);

	(void)!write(fd, program, sizeof program - 1);
	(void)close(fd);
	judge(can_run("/tmp/program"));
}

static void
do_leave_file(void)
{
	int fd = open("/tmp/left", O_CREAT | O_WRONLY, 0600);

	judge(fd < 0 || write(fd, "for the next", 12) != 12);
}

static void
do_find_file(void)
{
	judge(can_open("/tmp/left", O_RDONLY));
}

/* It is the first of its namespace, and alone. */
static void
do_see_others(void)
{
	int i;

	for (i = 2; i < 200; i++)
		if (syscall(SYS_tgkill, i, i, 0) == 0 || errno != ESRCH)
			judge(true);
	judge(getpid() != 1);
}

static void
do_memory(void)
{
	judge(mmap(NULL, (size_t)8 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static void
do_leave_process(void)
{
	if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) == 0)
		for (;;)
			(void)sleep(1000);
	judge(false);
}

static void
do_fork(void)
{
	judge(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0);
}

static void
do_fork_as_zygote(void)
{
	int pidfd;

	judge(syscall(SYS_clone, CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, 0, &pidfd, 0, 0) >= 0);
}

static void
do_ptrace(void)
{
	judge(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
}

static void
do_mount(void)
{
	judge(mount("none", "/tmp", "tmpfs", 0, NULL) == 0);
}

static void
do_unshare(void)
{
	judge(unshare(CLONE_NEWUSER) == 0);
}

static void
do_keyctl(void)
{
	judge(syscall(SYS_keyctl, 0, 0, 0, 0, 0) >= 0);
}

static void
do_bpf(void)
{
	judge(syscall(SYS_bpf, 0, NULL, 0) >= 0);
}

static void
do_exec_memory(void)
{
	judge(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

/* To change what was already taken. */
static void
do_keep_mapping(void)
{
	(void)!ftruncate(frame.fd[1], 4096);
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, frame.fd[1], 0) == MAP_FAILED)
		_exit(1);
	{
		struct buf b = BUF_MAX(256);
		struct err e = { 0 };

		(void)(wire_put_err(&b, &e) && wire_send(&wire, MSG_CONVERTED, buf_bytes(&b), NULL, &e));
		for (;;)
			(void)sleep(1000);
	}
}

static void
do_lie_sender(void)
{
	const uint8_t head[6] = { MSG_SANITIZED, 0, 0, 0, 0, 0 };

	(void)!write(wire.fd, head, sizeof head);
	_exit(0);
}

static void
do_lie_frame(void)
{
	(void)!write(wire.fd, "\x0b\0\xff\xff\xff\xff", 6);
	_exit(0);
}

static void
do_crash(void)
{
	volatile uintptr_t nowhere = 8;

	*(int *)nowhere = 1;
}

static void
do_silent(void)
{
	_exit(0);
}

static void
do_refuse(void)
{
	answer("", ERR_MALFORMED);
}

static const struct {
	const char *name;
	void (*act)(void);
} acts[] = {
#define ACT(name, role, end) { #name, do_##name },
#include "lane_acts.def"
#undef ACT
};

static void
serve(int sock)
{
	char act[64] = "";
	struct err e;
	size_t i;

	wire = wire_of(sock, WIRE_CONVERTER, WIRE_CALLER);
	if (!wire_recv(&wire, &frame, &e) || pread(frame.fd[0], act, sizeof act - 1, 0) < 0)
		_exit(8);
	for (i = 0; i < sizeof acts / sizeof *acts; i++)
		if (strcmp(act, acts[i].name) == 0)
			acts[i].act();
	if (strcmp(act, "loop") == 0)
		for (;;)
			continue;
	_exit(7);
}

int
main(int argc, char **argv)
{
	return zygote_main(ROGUE, argc, argv, serve);
}
