#include "jail/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/own.h"

/* Filters as bits, so that a row names a set of them. */
enum whom {
	ZYGOTE = 1 << FILTER_ZYGOTE,
	PORTAL = 1 << FILTER_PORTAL,
	BOTH = ZYGOTE | 1 << FILTER_CHILD | PORTAL,
	OFFICE_ZYGOTE = 1 << FILTER_OFFICE_ZYGOTE,
	OFFICE = OFFICE_ZYGOTE | 1 << FILTER_OFFICE_CHILD,
	DRAWER_ZYGOTE = 1 << FILTER_DRAWER_ZYGOTE,
	DRAWER = DRAWER_ZYGOTE | 1 << FILTER_DRAWER_CHILD,
	PROGRAMS = OFFICE | DRAWER,
	PROGRAMS_ZYGOTE = OFFICE_ZYGOTE | DRAWER_ZYGOTE,
	ALL = BOTH | PROGRAMS,
};
/* Those from REFUSE_FIRST on let the call fail. */
enum rule {
	ANY, NO_EXEC, NO_WRITE, FORK_ONLY, FORK_APART, SPAWN_ONLY, THREAD, SET_SECCOMP, SET_NAME, EMPTY_PATH,
	UNIX_ONLY, REFUSE_FIRST, REFUSE_DENIED = REFUSE_FIRST, REFUSE_UNKNOWN, REFUSE_TTY,
};

static const int refusals[] = {
	[REFUSE_DENIED - REFUSE_FIRST] = EACCES,
	[REFUSE_UNKNOWN - REFUSE_FIRST] = ENOSYS,
	[REFUSE_TTY - REFUSE_FIRST] = ENOTTY,
};

static const struct {
	const char *name;
	int call;
	enum whom whom;
	enum rule rule;
} allows[] = {
#define ALLOW(name, whom, rule) { #name, SCMP_SYS(name), whom, rule },
#include "jail/seccomp.def"
#undef ALLOW
};

/* What a rule demands of one argument; ANY demands nothing. */
static const struct scmp_arg_cmp demands[] = {
	/* No page is ever both written by us and run. */
	[NO_EXEC] = { .arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0 },
	[NO_WRITE] = { .arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_WRITE, .datum_b = 0 },
	/* A plain fork with a pidfd: no thread, no namespace, no shared memory. */
	[FORK_ONLY] = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = CLONE_PIDFD | SIGCHLD },
	/* The same, into process and mount namespaces of its own. */
	[FORK_APART] = { .arg = 0, .op = SCMP_CMP_EQ,
			 .datum_a = CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWNS | SIGCHLD },
	[SPAWN_ONLY] = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = SIGCHLD },
	/* What the C library asks for a thread: all of these, no namespace. */
	[THREAD] = { .arg = 0, .op = SCMP_CMP_EQ,
		     .datum_a = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
				CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |
				CLONE_CHILD_CLEARTID },
	[SET_NAME] = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = PR_SET_NAME },
	[SET_SECCOMP] = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = PR_SET_SECCOMP },
	[EMPTY_PATH] = { .arg = 3, .op = SCMP_CMP_EQ, .datum_a = AT_EMPTY_PATH },
	[UNIX_ONLY] = { .arg = 0, .op = SCMP_CMP_EQ, .datum_a = AF_UNIX },
};

static int
add(scmp_filter_ctx c, int call, enum rule rule)
{
	if (rule >= REFUSE_FIRST)
		return seccomp_rule_add(c, SCMP_ACT_ERRNO((uint32_t)refusals[rule - REFUSE_FIRST]), call, 0);
	return seccomp_rule_add_array(c, SCMP_ACT_ALLOW, call, rule == ANY ? 0 : 1, &demands[rule]);
}

static bool
fill(scmp_filter_ctx c, enum filter_for f, struct err *e)
{
	size_t i;

	for (i = 0; i < sizeof allows / sizeof *allows; i++) {
		int rc;

		if (((unsigned)allows[i].whom & 1u << f) == 0)
			continue;
		rc = add(c, allows[i].call, allows[i].rule);
		if (rc != 0)
			return err_set(e, ERR_SYSTEM, "seccomp: %s: %s", allows[i].name, strerror(-rc));
	}
	return true;
}

/* libseccomp writes a program to a descriptor only: take it back from memory. */
static bool
export(scmp_filter_ctx c, struct sock_fprog *ret, struct err *e)
{
	own_fd int fd = memfd_create("filter", MFD_CLOEXEC);
	own_mem struct sock_filter *code = NULL;
	struct stat st;

	if (fd < 0 || seccomp_export_bpf(c, fd) != 0 || fstat(fd, &st) != 0)
		return err_set(e, ERR_SYSTEM, "seccomp: export: %s", strerror(errno));
	code = malloc((size_t)st.st_size);
	if (code == NULL || pread(fd, code, (size_t)st.st_size, 0) != st.st_size ||
	    (size_t)st.st_size / sizeof *code > UINT16_MAX)
		return err_set(e, ERR_SYSTEM, "seccomp: export: read back");
	ret->len = (unsigned short)((size_t)st.st_size / sizeof *code);
	ret->filter = give(code);
	return true;
}

bool
filter_compile(enum filter_for f, struct sock_fprog *ret, struct err *e)
{
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool ok;

	if (c == NULL)
		return err_set(e, ERR_SYSTEM, "seccomp: no memory");
	/* 2: a tree of comparisons instead of a list. */
	(void)seccomp_attr_set(c, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	ok = fill(c, f, e) && export(c, ret, e);
	seccomp_release(c);
	return ok;
}

bool
filter_load(const struct sock_fprog *prog, struct err *e)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prog, 0, 0) != 0)
		return err_set(e, ERR_SYSTEM, "seccomp: %s", strerror(errno));
	return true;
}
