#include "nursery/zygotes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/own.h"
#include "jail/cgroup.h"

/* A zygote closes its jail in milliseconds; a loaded machine gets ten seconds. */
enum { START_MS = 10000 };

/* The folder of the running program. */
static bool
own_folder(char ret[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", ret, PATH_MAX - 1);
	char *slash;

	if (n <= 0)
		return false;
	ret[n] = '\0';
	slash = strrchr(ret, '/');
	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

bool
keeper_open(struct keeper *k, enum role r, const char *programs, struct err *e)
{
	char folder[PATH_MAX], path[PATH_MAX + 64];

	*k = (struct keeper){ .role = r, .program = -1, .z = { .pidfd = -1, .control = -1 },
			      .control = { .fd = -1 } };
	if (programs == NULL && !own_folder(folder))
		return err_set(e, ERR_SYSTEM, "own folder: %s", strerror(errno));
	(void)snprintf(path, sizeof path, "%s/%s", programs != NULL ? programs : folder,
		       jail_role(r)->program);
	k->program = open(path, O_RDONLY | O_CLOEXEC);
	if (k->program < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	return true;
}

/* Its first word. */
static bool
first_word(struct keeper *k, const struct frame *f, struct err *e)
{
	const char *program = jail_role(k->role)->program;
	uint32_t abi;

	if (f->msg == MSG_UNFIT && wire_get_err(f->body, &k->unfit)) {
		err_at(&k->unfit, "%s", program);
		*e = k->unfit;
		return false;
	}
	if (f->msg != MSG_READY || !wire_get_id(f->body, &k->layers, &abi))
		return err_set(e, ERR_SYSTEM, "%s: unexpected first word", program);
	k->landlock_abi = (int)abi;
	if ((k->layers & JAIL_REQUIRED) != JAIL_REQUIRED)
		return err_set(e, ERR_SYSTEM, "%s: a required layer is missing", program);
	if (k->group[0] != '\0')
		k->layers |= JAIL_CGROUP;
	k->ready = true;
	return true;
}

static bool
wait_ready(struct keeper *k, struct err *e)
{
	own_mem struct frame *f = malloc(sizeof *f);
	struct pollfd p = { k->control.fd, POLLIN, 0 };
	const char *program = jail_role(k->role)->program;
	struct err why;

	if (f == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (poll(&p, 1, START_MS) != 1)
		return err_set(e, ERR_SYSTEM, "%s: does not start", program);
	if (!wire_recv(&k->control, f, &why))
		return err_set(e, ERR_SYSTEM, "%s: died while its jail was closed", program);
	return first_word(k, f, e);
}

void
keeper_remote(struct keeper *k, enum role r, int control)
{
	*k = (struct keeper){ .role = r, .program = -1, .z = { .pidfd = -1, .control = control },
			      .control = { .fd = -1 }, .remote = true };
}

bool
keeper_spawn(struct keeper *k, struct err *e)
{
	struct err missing;

	k->ready = false;
	k->unfit = (struct err){ 0 };
	if (k->remote && k->z.control < 0)
		return err_set(e, ERR_SYSTEM, "%s: sekishod is gone", jail_role(k->role)->program);
	if (!k->remote && !jail_spawn(k->role, k->program, &k->z, e))
		return false;
	k->alive = true;
	k->control = wire_of(give_fd(&k->z.control), WIRE_NURSERY, WIRE_ZYGOTE);
	if (!k->remote && !cgroup_confine(k->z.pid, cgroup_share(), k->group, &missing))
		k->group[0] = '\0';
	return true;
}

bool
keeper_ready(struct keeper *k, struct err *e)
{
	if (!wait_ready(k, e)) {
		keeper_stop(k);
		return false;
	}
	return true;
}

bool
keeper_start(struct keeper *k, struct err *e)
{
	return keeper_spawn(k, e) && keeper_ready(k, e);
}

void
keeper_stop(struct keeper *k)
{
	if (!k->alive)
		return;
	k->alive = false;
	wire_close(&k->control);
	if (k->remote)
		return;
	/* Its children are in its pid namespace and end with it. */
	(void)kill(k->z.pid, SIGKILL);
	while (waitpid(k->z.pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	k->z.pid = 0;
	cgroup_remove(k->group);
	if (k->z.pidfd >= 0)
		(void)close(give_fd(&k->z.pidfd));
}

void
keeper_close(struct keeper *k)
{
	keeper_stop(k);
	if (k->z.control >= 0)
		(void)close(give_fd(&k->z.control));
	if (k->program >= 0)
		(void)close(give_fd(&k->program));
}

bool
keeper_fork(struct keeper *k, uint32_t id, int sock, struct err *e)
{
	own_buf struct buf b = BUF_MAX(64);

	return wire_put_id(&b, id, 0) && wire_send(&k->control, MSG_FORK, buf_bytes(&b), &sock, e);
}

bool
keeper_hear(struct keeper *k, struct frame *f, enum msg *ret, uint32_t *ret_id,
	    uint32_t *ret_status, int *ret_pidfd, struct err *e)
{
	if (!wire_recv(&k->control, f, e))
		return false;
	*ret = f->msg;
	if (!k->ready)
		return first_word(k, f, e) || (*ret == MSG_UNFIT && k->unfit.code != ERR_NONE);
	*ret_pidfd = frame_take_fd(f, 0);
	if ((f->msg == MSG_FORKED || f->msg == MSG_ENDED) && wire_get_id(f->body, ret_id, ret_status))
		return true;
	frame_release(f);
	return err_set(e, ERR_DENIED, "zygote: unexpected %s", msg_name(f->msg));
}
