/*
 * jail.h - the rights of a role, taken away for good.
 *
 * Three steps.  jail_spawn() starts a role's program in namespaces of its
 * own.  jail_enter(), called by that program before it has read anything,
 * empties its view of the files, drops capabilities, closes Landlock and the
 * zygote's seccomp filter behind it.  jail_child(), called in a process
 * forked for one document, sets its limits and the stricter filter.
 *
 * A role with ITS_PROGRAMS sees the rows of files.def, read-only; it needs
 * every namespace, and does not start without.
 *
 * seccomp and Landlock (ABI >= 1) are required: without them jail_enter()
 * fails and the role does not start.  Namespaces and the cgroup are used
 * where the kernel gives them, and said to be missing where not.
 */
#ifndef SEKISHO_JAIL_JAIL_H
#define SEKISHO_JAIL_JAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/lang.h"

enum role {
#define ROLE(id, program, user, files, network, life, memory, cpu, ja, en) ROLE_##id,
#include "jail/roles.def"
#undef ROLE
	ROLE_COUNT
};

/* Bits of what is in force. */
enum jail_layer {
	JAIL_USER_NS = 1 << 0,
	JAIL_PID_NS = 1 << 1,
	JAIL_NET_NS = 1 << 2,
	JAIL_IPC_NS = 1 << 3,
	JAIL_MOUNT_NS = 1 << 4,
	JAIL_UTS_NS = 1 << 5,
	JAIL_EMPTY_ROOT = 1 << 6,	/* the root is a read-only tmpfs, empty but for files.def's rows */
	JAIL_NO_CAPS = 1 << 7,
	JAIL_NO_NEW_PRIVS = 1 << 8,
	JAIL_LANDLOCK = 1 << 9,
	JAIL_SECCOMP = 1 << 10,
	JAIL_RLIMITS = 1 << 11,
	JAIL_CGROUP = 1 << 12,
	JAIL_LAYERS = 13,
	JAIL_REQUIRED = JAIL_LANDLOCK | JAIL_SECCOMP | JAIL_NO_NEW_PRIVS | JAIL_RLIMITS,
};

enum {
	JAIL_CONTROL_FD = 3,	/* where a role's program finds its control socket */
	JAIL_FILES = 1024,	/* descriptors that a role may hold; its children get fewer */
};

struct jail_role {
	const char *program;	/* file name beside the caller's own, or in libexec */
	const char *user;	/* system user, where it exists and we may change to it */
	enum jail_files { NO_FILES, ITS_PROGRAMS } files;
	enum jail_life { ONE_DOCUMENT, SERVICE } life;	/* of a zygote's children, or its own */
	uint32_t memory_mib, cpu_s;
	const char *text[LANG_COUNT];
};
const struct jail_role *jail_role(enum role r);

struct jailed {
	pid_t pid;
	int pidfd;	/* owned by the caller */
	int control;	/* owned: our end of its control socket (SOCK_SEQPACKET) */
	uint32_t layers;	/* namespaces and cgroup given */
};

/*
 * Starts `program_fd` (an open executable) as the role, with its control
 * socket on JAIL_CONTROL_FD, /dev/null on 0 to 2, no other descriptor, an
 * empty environment, and the layer bits as its one argument.
 */
bool jail_spawn(enum role r, int program_fd, struct jailed *ret, struct err *e);

/* In the role's program.  `given`: the argument's bits.  Adds what it closed to *ret_layers. */
bool jail_enter(enum role r, uint32_t given, uint32_t *ret_layers, int *ret_landlock_abi,
		struct err *e);
/* How a zygote forks the role's children: flags of clone(). */
uint64_t jail_fork_flags(enum role r);
/*
 * In the child, before its document.  A role with ITS_PROGRAMS gives up its
 * capabilities and gets Landlock only here: its zygote must mount, and
 * has seen no document.
 */
bool jail_child(enum role r, struct err *e);

/* Words for doctor: the layer at bit `i`. */
const char *jail_layer_text(unsigned i, enum lang l);

#endif
