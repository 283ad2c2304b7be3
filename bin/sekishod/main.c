/*
 * sekishod - the spawner: starts every role of roles.def with just its
 * rights, hands over sockets, watches, starts again what fell.
 *
 *	sekishod [--port N]
 *
 * It reads no document and no request.  The portal asks it for pairs as it
 * would ask a zygote; sekishod passes the question on and the answer back
 * (relay.h).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/own.h"
#include "relay.h"

enum { PORT = 8080, RESTARTS_A_MINUTE = 10 };

struct house {
	int listen[2];		/* IPv4, IPv6 */
	struct keeper portal;
	struct relay relay[RELAYS];
	int signals;
	unsigned restarts;
	time_t minute;
};

static int
listen_on(int family, uint16_t port)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port),
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port),
					 .sin6_addr = in6addr_loopback };
	const void *a = family == AF_INET ? (const void *)&v4 : (const void *)&v6;
	socklen_t n = family == AF_INET ? sizeof v4 : sizeof v6;
	int on = 1;

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, a, n) != 0 || listen(fd, 128) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* The portal gets its listening sockets and its ways to ask for children, then it serves. */
static bool
start_portal(struct house *h, struct err *e)
{
	int ends[RELAYS] = { -1, -1, -1, -1 };
	struct keeper *k = &h->portal;
	struct pollfd p;
	struct frame *f;
	uint32_t abi;
	bool ok;
	size_t i;

	if (!jail_spawn(ROLE_PORTAL, k->program, &k->z, e))
		return false;
	k->alive = true;
	k->control = wire_of(give_fd(&k->z.control), WIRE_SEKISHOD, WIRE_PORTAL);
	for (i = 0; i < RELAYS; i++)
		if (!relay_client(&h->relay[i], &ends[i], e))
			return false;
	ok = wire_send(&k->control, MSG_LISTEN, VIEW(""), h->listen, e) &&
	     wire_send(&k->control, MSG_PAIRS, VIEW(""), ends, e);
	for (i = 0; i < RELAYS; i++)
		(void)close(ends[i]);
	p = (struct pollfd){ k->control.fd, POLLIN, 0 };
	f = malloc(sizeof *f);
	ok = ok && f != NULL && poll(&p, 1, 10000) == 1 && wire_recv(&k->control, f, e) &&
	     f->msg == MSG_SERVING && wire_get_id(f->body, &k->layers, &abi) &&
	     (k->layers & JAIL_REQUIRED) == JAIL_REQUIRED;
	free(f);
	if (!ok && e->code == ERR_NONE)
		err_set(e, ERR_SYSTEM, "portal: does not start");
	return ok;
}

static bool
may_restart(struct house *h)
{
	time_t now = time(NULL);

	if (now - h->minute >= 60) {
		h->minute = now;
		h->restarts = 0;
	}
	return h->restarts++ < RESTARTS_A_MINUTE;
}

static bool
restart_portal(struct house *h, struct err *e)
{
	fprintf(stderr, "sekishod: portal ended; starting it again\n");
	keeper_stop(&h->portal);
	if (!may_restart(h))
		return err_set(e, ERR_SYSTEM, "portal: falls again and again");
	return start_portal(h, e);
}

/* Runs until a signal ends it (true) or a role cannot be kept up (false). */
static bool
serve(struct house *h, struct err *e)
{
	for (;;) {
		struct pollfd p[2 + RELAYS * 2];
		size_t i;

		p[0] = (struct pollfd){ h->signals, POLLIN, 0 };
		p[1] = (struct pollfd){ h->portal.control.fd, POLLIN, 0 };
		for (i = 0; i < RELAYS; i++)
			relay_watch(&h->relay[i], &p[2 + i * 2]);
		if (poll(p, 2 + RELAYS * 2, -1) < 0 && errno != EINTR)
			return err_set(e, ERR_SYSTEM, "poll: %s", strerror(errno));
		if (p[0].revents != 0)
			return true;
		for (i = 0; i < RELAYS; i++)
			if (!relay_turn(&h->relay[i], &p[2 + i * 2], e)) {
				fprintf(stderr, "sekishod: %s\n", e->text);
				if (!may_restart(h) || !relay_open(&h->relay[i], (enum role)i, e))
					return false;
				if (!restart_portal(h, e))	/* its pairs died with the zygote */
					return false;
				break;
			}
		if (i == RELAYS && p[1].revents != 0 && !restart_portal(h, e))
			return false;
	}
}

static bool
open_house(struct house *h, uint16_t port, struct err *e)
{
	sigset_t s;
	size_t i;

	h->listen[0] = listen_on(AF_INET, port);
	h->listen[1] = listen_on(AF_INET6, port);
	if (h->listen[0] < 0)
		return err_set(e, ERR_SYSTEM, "port %u: %s", port, strerror(errno));
	if (h->listen[1] < 0)	/* no IPv6 here: the same door twice */
		h->listen[1] = fcntl(h->listen[0], F_DUPFD_CLOEXEC, 0);
	(void)sigemptyset(&s);
	(void)sigaddset(&s, SIGINT);
	(void)sigaddset(&s, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &s, NULL);
	h->signals = signalfd(-1, &s, SFD_CLOEXEC);
	for (i = 0; i < RELAYS; i++)
		if (!relay_open(&h->relay[i], (enum role)i, e))
			return false;
	return keeper_open(&h->portal, ROLE_PORTAL, NULL, e) && start_portal(h, e);
}

static void
close_house(struct house *h)
{
	size_t i;

	keeper_close(&h->portal);
	for (i = 0; i < RELAYS; i++)
		relay_close(&h->relay[i]);
}

int
main(int argc, char **argv)
{
	struct house h = { .listen = { -1, -1 } };
	unsigned long port = PORT;
	struct err e = { 0 };
	bool ok;
	size_t i;

	if (argc == 3 && strcmp(argv[1], "--port") == 0 && strspn(argv[2], "0123456789") == strlen(argv[2]))
		port = strtoul(argv[2], NULL, 10);
	else if (argc != 1)
		port = 0;
	if (port < 1 || port > 65535) {
		fprintf(stderr, "usage: sekishod [--port N]\n");
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < RELAYS; i++)
		relay_init(&h.relay[i]);
	h.portal = (struct keeper){ .program = -1, .z = { .pidfd = -1, .control = -1 }, .control.fd = -1 };
	ok = open_house(&h, (uint16_t)port, &e);
	if (ok) {
		fprintf(stderr, "sekishod: http://localhost:%lu\n", port);
		ok = serve(&h, &e);
	}
	close_house(&h);
	if (!ok)
		fprintf(stderr, "sekishod: %s\n", e.text);
	return ok ? 0 : 1;
}
