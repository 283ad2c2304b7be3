/*
 * filter.h - the seccomp filters of seccomp.def.
 */
#ifndef SEKISHO_JAIL_FILTER_H
#define SEKISHO_JAIL_FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "core/err.h"

enum filter_for {
	FILTER_ZYGOTE, FILTER_CHILD,	/* of worker and inspector */
	FILTER_PORTAL,
	FILTER_OFFICE_ZYGOTE, FILTER_OFFICE_CHILD,
	FILTER_DRAWER_ZYGOTE, FILTER_DRAWER_CHILD,
};

/* Compiles one; `ret->filter` is malloc'd and the caller's. */
bool filter_compile(enum filter_for f, struct sock_fprog *ret, struct err *e);
/* Puts it in force for this process, for good.  Needs no_new_privs. */
bool filter_load(const struct sock_fprog *prog, struct err *e);

#endif
