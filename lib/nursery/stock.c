#include "nursery/stock.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/own.h"

const struct child no_child = { .wire = { .fd = -1 }, .pidfd = -1 };

void
child_end(struct child *c)
{
	wire_close(&c->wire);
	if (c->pidfd >= 0) {
		(void)syscall(SYS_pidfd_send_signal, c->pidfd, SIGKILL, NULL, 0);
		(void)close(give_fd(&c->pidfd));
	}
	*c = no_child;
}

void
stock_lost(struct stock *s, enum role r)
{
	size_t i;

	keeper_stop(&s->keeper[r]);
	for (i = 0; i < SPARES; i++)
		child_end(&s->spare[r][i]);
}

static bool
again(struct stock *s, enum role r, struct err *e)
{
	stock_lost(s, r);
	return (int)r < PAIR ? keeper_start(&s->keeper[r], e) : keeper_spawn(&s->keeper[r], e);
}

bool
stock_fork(struct stock *s, enum role r, struct child *ret, struct err *e)
{
	static const enum wire_end peer[KEEPERS] = { [ROLE_WORKER] = WIRE_WORKER,
						     [ROLE_INSPECTOR] = WIRE_INSPECTOR,
						     [ROLE_CONVERTER] = WIRE_CONVERTER,
						     [ROLE_DRAWER] = WIRE_CONVERTER };
	struct keeper *k = &s->keeper[r];
	struct child c = no_child;
	int sock[2];
	own_fd int theirs = -1;

	if (!k->alive && k->unfit.code != ERR_NONE) {	/* it would say so again */
		*e = k->unfit;
		return false;
	}
	if (!k->alive && !again(s, r, e))
		return false;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) != 0)
		return err_set(e, ERR_SYSTEM, "socketpair: %s", strerror(errno));
	theirs = sock[1];
	c.wire = wire_of(sock[0], WIRE_CALLER, peer[r]);
	s->last_id = s->last_id == UINT32_MAX ? 1 : s->last_id + 1;
	c.id = s->last_id;
	/* Had it died since: once more, with a new one. */
	if (!keeper_fork(k, c.id, theirs, e) &&
	    (!again(s, r, e) || !keeper_fork(k, c.id, theirs, e))) {
		child_end(&c);
		return false;
	}
	*ret = c;
	return true;
}

void
stock_refill(struct stock *s)
{
	struct err unused;
	size_t i, r;

	for (r = 0; r < PAIR; r++)
		for (i = 0; i < s->spares; i++)
			if (s->spare[r][i].id == 0 &&
			    !stock_fork(s, (enum role)r, &s->spare[r][i], &unused))
				return;
}

bool
stock_spare(struct stock *s, enum role r, struct child *ret)
{
	struct child *oldest = NULL;
	size_t i;

	for (i = 0; i < s->spares; i++) {
		struct child *c = &s->spare[r][i];

		if (c->id != 0 && (oldest == NULL || c->id < oldest->id))
			oldest = c;
	}
	if (oldest == NULL)
		return false;
	*ret = *oldest;
	*oldest = no_child;
	return true;
}

struct child *
stock_find(struct stock *s, enum role r, uint32_t id)
{
	size_t i;

	for (i = 0; i < s->spares; i++)
		if (s->spare[r][i].id == id)
			return &s->spare[r][i];
	return NULL;
}

bool
stock_open(struct stock *s, const char *programs, const int *control, uint32_t spares,
	   struct err *e)
{
	size_t r, i;

	s->spares = spares < SPARES ? spares : SPARES;
	for (r = 0; r < KEEPERS; r++) {
		keeper_remote(&s->keeper[r], (enum role)r, control != NULL ? control[r] : -1);
		for (i = 0; i < SPARES; i++)
			s->spare[r][i] = no_child;
	}
	/* Each makes namespaces and links itself for milliseconds: side by side. */
	for (r = 0; r < KEEPERS; r++) {
		struct keeper *k = &s->keeper[r];
		struct err missing;

		if (control == NULL && !keeper_open(k, (enum role)r, programs, r < PAIR ? e : &missing)) {
			if (r < PAIR)
				return false;
			k->unfit = missing;
		}
		/* What sekishod has begun already is heard of when it is ready. */
		if ((r < PAIR || (control != NULL && control[r] >= 0)) && !keeper_spawn(k, e))
			return false;
	}
	for (r = 0; r < PAIR; r++)
		if (!keeper_ready(&s->keeper[r], e))
			return false;
	stock_refill(s);
	return true;
}

void
stock_close(struct stock *s)
{
	size_t r, i;

	for (r = 0; r < KEEPERS; r++)
		for (i = 0; i < SPARES; i++)
			child_end(&s->spare[r][i]);
	/* Taking down a network namespace lasts: let both begin before either is waited for. */
	for (r = 0; r < KEEPERS; r++)
		if (s->keeper[r].alive && !s->keeper[r].remote)
			(void)kill(s->keeper[r].z.pid, SIGKILL);
	for (r = 0; r < KEEPERS; r++)
		keeper_close(&s->keeper[r]);
}
