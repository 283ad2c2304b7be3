#include "relay.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/own.h"

void
relay_init(struct relay *r)
{
	memset(r, 0, sizeof *r);
	r->zygote = (struct keeper){ .program = -1, .z = { .pidfd = -1, .control = -1 }, .control.fd = -1 };
	r->client.fd = -1;
}

bool
relay_open(struct relay *r, enum role role, struct err *e)
{
	relay_close(r);
	if (role == ROLE_WORKER || role == ROLE_INSPECTOR)
		return keeper_open(&r->zygote, role, NULL, e) && keeper_start(&r->zygote, e);
	if (!keeper_open(&r->zygote, role, NULL, e) || !keeper_spawn(&r->zygote, e))
		r->zygote.unfit = *e;
	return true;
}

void
relay_close(struct relay *r)
{
	keeper_close(&r->zygote);
	wire_close(&r->client);
	memset(r->open, 0, sizeof r->open);
}

static bool
say(struct relay *r, enum msg m, uint32_t id, uint32_t status, const int *fd)
{
	own_buf struct buf b = BUF_MAX(64);
	struct err e;

	return r->client.fd >= 0 && wire_put_id(&b, id, status) &&
	       wire_send(&r->client, m, buf_bytes(&b), fd, &e);
}

/* Once it is known, and once to each client. */
static bool
say_first_word(struct relay *r)
{
	own_buf struct buf b = { 0 };
	struct err e;

	if (r->zygote.ready)
		return say(r, MSG_READY, r->zygote.layers, (uint32_t)r->zygote.landlock_abi, NULL);
	return r->client.fd < 0 || r->zygote.unfit.code == ERR_NONE ||
	       (wire_put_err(&b, &r->zygote.unfit) && wire_send(&r->client, MSG_UNFIT, buf_bytes(&b), NULL, &e));
}

bool
relay_client(struct relay *r, int *ret, struct err *e)
{
	int s[2];

	wire_close(&r->client);
	memset(r->open, 0, sizeof r->open);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s) != 0)
		return err_set(e, ERR_SYSTEM, "socketpair: %s", strerror(errno));
	r->client = wire_of(s[0], WIRE_ZYGOTE, WIRE_NURSERY);
	*ret = s[1];
	return say_first_word(r);
}

void
relay_watch(const struct relay *r, struct pollfd p[2])
{
	p[0] = (struct pollfd){ r->zygote.control.fd, POLLIN, 0 };
	p[1] = (struct pollfd){ r->client.fd, POLLIN, 0 };
}

static bool
ask(struct relay *r, struct err *e)
{
	own_fd int sock = -1;
	uint32_t id, unused;
	size_t i;

	if (!wire_recv(&r->client, &r->frame, e) || r->frame.msg != MSG_FORK) {
		wire_close(&r->client);
		return true;
	}
	sock = frame_take_fd(&r->frame, 0);
	if (!wire_get_id(r->frame.body, &id, &unused)) {
		wire_close(&r->client);
		return true;
	}
	for (i = 0; i < RELAY_OPEN && r->open[i].id != 0; i++)
		continue;
	if (i == RELAY_OPEN || !r->zygote.alive)
		return say(r, MSG_ENDED, id, UINT32_MAX, NULL) || true;
	if (++r->next_id == 0)
		r->next_id = 1;
	r->open[i].id = r->next_id;
	r->open[i].client_id = id;
	return keeper_fork(&r->zygote, r->next_id, sock, e);
}

static bool
answer(struct relay *r, struct err *e)
{
	enum msg m;
	uint32_t id = 0, status = 0;
	own_fd int pidfd = -1;
	size_t i;

	if (!keeper_hear(&r->zygote, &r->frame, &m, &id, &status, &pidfd, e))
		return false;
	if (m == MSG_READY || m == MSG_UNFIT) {
		if (m == MSG_UNFIT)
			keeper_stop(&r->zygote);
		(void)say_first_word(r);
		return true;
	}
	for (i = 0; i < RELAY_OPEN && r->open[i].id != id; i++)
		continue;
	if (i == RELAY_OPEN)
		return true;	/* of a client that is gone */
	(void)say(r, m, r->open[i].client_id, status, &pidfd);
	if (m == MSG_ENDED)
		r->open[i].id = 0;
	return true;
}

bool
relay_turn(struct relay *r, const struct pollfd p[2], struct err *e)
{
	if (p[0].revents != 0 && !answer(r, e))
		return err_at(e, "%s: zygote", jail_role(r->zygote.role)->program);
	if (p[1].revents != 0 && r->client.fd == p[1].fd && !ask(r, e))
		return err_at(e, "%s: zygote", jail_role(r->zygote.role)->program);
	return true;
}
