/* What a role's program does to itself before it reads anything. */
#include "jail/jail.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

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

static bool
limit(int what, uint64_t n)
{
	struct rlimit l = { n, n };

	return setrlimit((__rlimit_resource_t)what, &l) == 0;
}

static bool
own_limits(enum role r)
{
	uint64_t bytes = (uint64_t)jail_role(r)->memory_mib << 20;

	return limit(RLIMIT_CORE, 0) &&
	       limit(RLIMIT_NOFILE, jail_role(r)->life == ONE_DOCUMENT ? 16 : 1024) && limit(RLIMIT_AS, bytes) &&
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
drop_caps(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { { 0 } };
	int cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return syscall(SYS_capset, &head, none) == 0;
}

/*
 * Every right that this kernel's ABI knows is handled, and none is granted.
 * The numbers are the kernel's documented ones, so that an older header
 * does not make a weaker jail.
 */
static bool
landlock(int *ret_abi)
{
	static const uint64_t fs_by_abi[] = { 0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff };
	struct {
		uint64_t fs, net, scoped;
	} attr = { 0, 0, 0 };
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
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
	ok = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	(void)close(fd);
	if (ok)
		*ret_abi = abi;
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

bool
jail_enter(enum role r, uint32_t given, uint32_t *ret_layers, int *ret_landlock_abi, struct err *e)
{
	struct sock_fprog filter = { 0 };
	uint32_t layers = given;
	bool service = jail_role(r)->life == SERVICE;
	bool ok;

	warm_qsort();
	if (!filter_compile(service ? FILTER_PORTAL : FILTER_ZYGOTE, &filter, e) ||
	    (!service && !filter_compile(FILTER_CHILD, &child_filter, e)))
		return false;
	if ((given & JAIL_MOUNT_NS) != 0) {
		if (!empty_root())
			return lacks(e, "empty root");
		layers |= JAIL_EMPTY_ROOT;
	}
	if (!own_limits(r))
		return lacks(e, "resource limits");
	layers |= JAIL_RLIMITS;
	if ((given & JAIL_USER_NS) == 0 && !drop_user())
		return lacks(e, "user");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return lacks(e, "no new privileges");
	layers |= JAIL_NO_NEW_PRIVS;
	if (!drop_caps())
		return lacks(e, "capabilities");
	layers |= JAIL_NO_CAPS;
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (!landlock(ret_landlock_abi))
		return lacks(e, "Landlock");
	layers |= JAIL_LANDLOCK;
	ok = filter_load(&filter, e);
	free(filter.filter);
	if (ok)
		*ret_layers = layers | JAIL_SECCOMP;
	return ok;
}

bool
jail_child(enum role r, struct err *e)
{
	const struct jail_role *role = jail_role(r);
	struct rlimit cpu = { role->cpu_s, role->cpu_s + 1 };

	if (setrlimit(RLIMIT_CPU, &cpu) != 0 || !limit(RLIMIT_NPROC, 0))
		return lacks(e, "resource limits");
	return filter_load(&child_filter, e);
}
