/*
 * cgroup.h - a bound on the memory of a role with all its children,
 * their memfds included, where the kernel's memory controller lets us set
 * one (cgroup v2, or v1 of older systems).  RLIMIT_AS bounds each document anyway.
 */
#ifndef SEKISHO_JAIL_CGROUP_H
#define SEKISHO_JAIL_CGROUP_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"

/*
 * Puts `pid` into a new group below our own that may use `bytes`.  Its path
 * goes to `ret` for cgroup_remove().  false with *e where that cannot be.
 */
bool cgroup_confine(pid_t pid, uint64_t bytes, char ret[PATH_MAX], struct err *e);
/* When all in it have ended.  "" is fine. */
void cgroup_remove(char path[PATH_MAX]);
/* Half of the machine's memory, and at least 1 GiB: what one role may use. */
uint64_t cgroup_share(void);

#endif
