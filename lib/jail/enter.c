/* What a role's program does to itself before it reads anything. */
#include "jail/jail.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail/files.h"
#include "jail/filter.h"

/* The unprivileged user of last resort, on every Debian. */
enum { NOBODY = 65534 };

/* Compiled in the zygote, where it costs milliseconds; loaded in each child. */
static struct sock_fprog child_filter;

/* An empty read-only tmpfs becomes the root, and the old one is let go. */
static bool
empty_root(void)
{
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,nr_inodes=2,mode=0") == 0 &&
	       chdir("/tmp") == 0 && syscall(SYS_pivot_root, ".", ".") == 0 &&
	       umount2(".", MNT_DETACH) == 0 && chdir("/") == 0 &&
	       mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		     NULL) == 0;
}

/* A caller's own lower limit stands: no process in a jail may raise one. */
static bool
limit(int what, uint64_t n)
{
	struct rlimit l;

	if (getrlimit((__rlimit_resource_t)what, &l) != 0)
		return false;
	if (l.rlim_max > n)
		l.rlim_max = n;
	l.rlim_cur = l.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &l) == 0;
}

/*
 * Of descriptors the kernel counts those that travel, too, over all processes
 * of the user: a zygote needs room for the pidfds that its nursery has yet to
 * take, and its child gets CHILD_FILES.
 */
enum { CHILD_FILES = 16, PROGRAM_FILES = 256 };

static bool
own_limits(enum role r)
{
	uint64_t bytes = (uint64_t)jail_role(r)->memory_mib << 20;

	return limit(RLIMIT_CORE, 0) &&
	       limit(RLIMIT_NOFILE, JAIL_FILES) && limit(RLIMIT_AS, bytes) &&
	       limit(RLIMIT_FSIZE, UINT64_C(1280) << 20) && limit(RLIMIT_MEMLOCK, 0) &&
	       limit(RLIMIT_MSGQUEUE, 0) && limit(RLIMIT_STACK, 8 << 20);
}

static bool
drop_user(void)
{
	/* In a user namespace uid 0 is nobody outside; without one it is still root: leave it. */
	if (geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	       setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

static bool
drop_caps(uint32_t but)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct left[2] = { { .effective = but, .permitted = but } };
	int cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return syscall(SYS_capset, &head, left) == 0;
}

static int
landlock_abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/*
 * Every right that this kernel's ABI knows is handled, and none is granted but
 * on the role's rows of files.def.
 * The numbers are the kernel's documented ones, so that an older header
 * does not make a weaker jail.
 */
static bool
landlock(enum role r)
{
	static const uint64_t fs_by_abi[] = { 0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff };
	struct {
		uint64_t fs, net, scoped;
	} attr = { 0, 0, 0 };
	int abi = landlock_abi();
	int fd;
	bool ok;

	if (abi < 1)
		return false;
	attr.fs = fs_by_abi[abi < 5 ? abi : 5];
	attr.net = abi >= 4 ? 3 : 0;	/* bind and connect TCP */
	attr.scoped = abi >= 6 ? 3 : 0;	/* abstract unix sockets, signals */
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, abi >= 6 ? 24 : abi >= 4 ? 16 : 8, 0);
	if (fd < 0)
		return false;
	ok = files_rules(r, fd, attr.fs) && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	(void)close(fd);
	return ok;
}

static bool
lacks(struct err *e, const char *layer)
{
	return err_set(e, ERR_SYSTEM, "jail: %s: %s", layer, strerror(errno));
}

static int
by_byte(const void *a, const void *b)
{
	return *(const uint8_t *)a - *(const uint8_t *)b;
}

/*
 * glibc's qsort() asks sysinfo(), once, how much memory there is when it
 * first sorts more than a kilobyte.  Asked here, it need not be allowed inside.
 */
static void
warm_qsort(void)
{
	uint8_t bytes[4096] = { 0 };

	qsort(bytes, sizeof bytes / 4, 4, by_byte);
}

/* By role and stage; a service has one filter for its whole life. */
static enum filter_for
filter_of(enum role r, bool child)
{
	if (jail_role(r)->life == SERVICE)
		return FILTER_PORTAL;
	if (r == ROLE_CONVERTER)
		return child ? FILTER_OFFICE_CHILD : FILTER_OFFICE_ZYGOTE;
	if (r == ROLE_DRAWER)
		return child ? FILTER_DRAWER_CHILD : FILTER_DRAWER_ZYGOTE;
	return child ? FILTER_CHILD : FILTER_ZYGOTE;
}

/* Every namespace, for a role that sees files. */
enum {
	APART = JAIL_USER_NS | JAIL_PID_NS | JAIL_NET_NS | JAIL_IPC_NS | JAIL_MOUNT_NS | JAIL_UTS_NS,
};

static bool
own_root(enum role r, uint32_t *layers, struct err *e)
{
	bool programs = jail_role(r)->files == ITS_PROGRAMS;

	if (programs && (*layers & APART) != APART)
		return err_set(e, ERR_SYSTEM, "jail: this kernel or container gives no namespaces of its own");
	if ((*layers & JAIL_MOUNT_NS) == 0)
		return true;
	if (programs ? !files_root(r) : !empty_root())
		return lacks(e, "empty root");
	*layers |= JAIL_EMPTY_ROOT;
	return true;
}

/* Of a role that sees files the children do this, jail_child(). */
static bool
shut(enum role r, struct err *e)
{
	if (jail_role(r)->files == ITS_PROGRAMS)
		return drop_caps(1u << CAP_SYS_ADMIN) || lacks(e, "capabilities");
	if (!drop_caps(0))
		return lacks(e, "capabilities");
	return landlock(r) || lacks(e, "Landlock");
}

bool
jail_enter(enum role r, uint32_t given, uint32_t *ret_layers, int *ret_landlock_abi, struct err *e)
{
	struct sock_fprog filter = { 0 };
	uint32_t layers = given;
	bool ok;

	warm_qsort();
	if (!filter_compile(filter_of(r, false), &filter, e) ||
	    (jail_role(r)->life != SERVICE && !filter_compile(filter_of(r, true), &child_filter, e)))
		return false;
	if (!own_root(r, &layers, e))
		return false;
	if (!own_limits(r))
		return lacks(e, "resource limits");
	if ((given & JAIL_USER_NS) == 0 && !drop_user())
		return lacks(e, "user");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return lacks(e, "no new privileges");
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	*ret_landlock_abi = landlock_abi();
	if (*ret_landlock_abi < 1)
		return lacks(e, "Landlock");
	if (!shut(r, e))
		return false;
	ok = filter_load(&filter, e);
	free(filter.filter);
	if (ok)
		*ret_layers = layers | JAIL_RLIMITS | JAIL_NO_NEW_PRIVS | JAIL_NO_CAPS | JAIL_LANDLOCK |
			      JAIL_SECCOMP;
	return ok;
}

uint64_t
jail_fork_flags(enum role r)
{
	return CLONE_PIDFD | SIGCHLD | (jail_role(r)->files == ITS_PROGRAMS ? CLONE_NEWPID | CLONE_NEWNS : 0);
}

bool
jail_child(enum role r, struct err *e)
{
	const struct jail_role *role = jail_role(r);
	bool programs = role->files == ITS_PROGRAMS;
	struct rlimit cpu = { role->cpu_s, role->cpu_s + 1 };

	if (programs && !files_renew(r))
		return lacks(e, "own files");
	/* Threads count as processes. */
	if (setrlimit(RLIMIT_CPU, &cpu) != 0 || !limit(RLIMIT_NPROC, programs ? 512 : 0) ||
	    !limit(RLIMIT_NOFILE, programs ? PROGRAM_FILES : CHILD_FILES))
		return lacks(e, "resource limits");
	if (programs && !drop_caps(0))
		return lacks(e, "capabilities");
	if (programs && !landlock(r))
		return lacks(e, "Landlock");
	return filter_load(&child_filter, e);
}
