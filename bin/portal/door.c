#include "door.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "core/own.h"

enum {
	SHARE = GUESTS / 3 * 2,
	AT_ONCE = 32,		/* accepted in one turn */
	FIRST_DELAY_MS = 10, MOST_DELAY_MS = 320,
	WATCH_MS = 500,
	TCP_IS_OPEN = 1,	/* tcp_info.tcpi_state: ESTABLISHED */
	QUEUE = 128 << 10,	/* bytes that the kernel keeps for a client that does not read, half of what it takes for it */
	UNREAD_MS = 20000,	/* and how long, after we are gone */
};

struct door {
	int listen[2];
	uint16_t port;
	struct door_calls calls;
	struct guest guest[GUESTS];
	int64_t rest_ms, watch_ms;
	uint8_t look[HEAD_MAX];
};

int64_t
ms_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* -- guests ----------------------------------------------------------------------- */

/* Bytes so far, in the direction of the phase; false where the other side has closed. */
static bool
moved(int fd, enum phase phase, uint64_t *ret)
{
	struct tcp_info t = { 0 };
	socklen_t n = sizeof t;

	*ret = 0;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &t, &n) != 0)
		return false;
	*ret = phase == PHASE_SEND ? t.tcpi_bytes_acked : t.tcpi_bytes_received;
	return t.tcpi_state == TCP_IS_OPEN;
}

void
guest_phase(struct guest *g, enum phase phase)
{
	uint64_t n;

	(void)moved(g->fd, phase, &n);
	pace_begin(&g->pace, phase, ms_now(), n);
}

void
guest_left(struct guest *g)
{
	free(g->bytes);
	*g = (struct guest){ .fd = -1 };
}

static void
drop(struct guest *g)
{
	(void)close(g->fd);
	guest_left(g);
}

static void
say(int fd, const struct admission *a, const struct head *h, uint16_t port)
{
	own_buf struct buf b = BUF_MAX(65536);

	answer_away(&b, a, h, port);
	if (!b.full)	/* some KB into an empty queue: all or nothing */
		(void)!send(fd, b.p, b.n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
turn_away(struct door *d, struct guest *g, const struct admission *a, const struct head *h)
{
	say(g->fd, a, h, d->port);
	(void)shutdown(g->fd, SHUT_WR);
	g->where = LEAVING;
	guest_phase(g, PHASE_LINGER);
}

/* -- accepting -------------------------------------------------------------------- */

static size_t
count_of(const struct door *d, const struct client *c)
{
	size_t i, n = 0;

	for (i = 0; i < GUESTS; i++)
		n += d->guest[i].where != NOBODY && memcmp(&d->guest[i].client, c, sizeof *c) == 0;
	return n;
}

/* Who waits outside longest, of those who hold most; or of one client. */
static struct guest *
who_gives_way(struct door *d, const struct client *only)
{
	struct guest *found = NULL;
	size_t i, most = 0;

	for (i = 0; i < GUESTS; i++) {
		struct guest *g = &d->guest[i];
		size_t n;

		if (g->where != OUTSIDE && g->where != LEAVING)
			continue;
		if (only != NULL && memcmp(&g->client, only, sizeof *only) != 0)
			continue;
		n = count_of(d, &g->client);
		if (found == NULL || n > most || (n == most && g->came_ms < found->came_ms)) {
			found = g;
			most = n;
		}
	}
	return found;
}

static struct guest *
seat_for(struct door *d, const struct client *c)
{
	bool over = count_of(d, c) >= SHARE;
	struct guest *g;
	size_t i;

	for (i = 0; i < GUESTS && !over; i++)
		if (d->guest[i].where == NOBODY)
			return &d->guest[i];
	g = who_gives_way(d, over ? c : NULL);
	if (g != NULL)
		drop(g);
	return g;
}

static struct client
client_of(const struct sockaddr_storage *a)
{
	struct client c = { 0 };

	/* One host has a whole /64 of IPv6 addresses. */
	if (a->ss_family == AF_INET6)
		memcpy(c.address, &((const struct sockaddr_in6 *)a)->sin6_addr, 8);
	else
		memcpy(c.address + 12, &((const struct sockaddr_in *)a)->sin_addr, 4);
	return c;
}

static void
tune(int fd)
{
	const int queue = QUEUE, unread = UNREAD_MS;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &queue, sizeof queue);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unread, sizeof unread);
}

static void
accept_on(struct door *d, int listen, int64_t now)
{
	const struct admission full = { .status = 503, .what = TEXT_WEB_BUSY };
	const struct head none = { 0 };
	size_t i;

	for (i = 0; i < AT_ONCE; i++) {
		struct sockaddr_storage a = { 0 };
		socklen_t n = sizeof a;
		struct client c;
		struct guest *g;
		int fd = accept4(listen, (struct sockaddr *)&a, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0) {
			if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
				d->rest_ms = now + 200;
			return;
		}
		tune(fd);
		c = client_of(&a);
		g = seat_for(d, &c);
		if (g == NULL) {
			say(fd, &full, &none, d->port);
			(void)close(fd);
			continue;
		}
		*g = (struct guest){ .fd = fd, .where = OUTSIDE, .client = c, .came_ms = now };
		guest_phase(g, PHASE_HEAD);
	}
}

/* -- reading heads ----------------------------------------------------------------- */

static void
let_in(struct door *d, struct guest *g, enum route route)
{
	g->bytes = malloc(g->head.size);
	if (g->bytes == NULL) {
		drop(g);
		return;
	}
	memcpy(g->bytes, d->look, g->head.size);
	(void)head_parse(view_of(g->bytes, g->head.size), &g->head);
	g->route = route;
	g->where = INSIDE;
	guest_phase(g, g->head.length > 0 ? PHASE_BODY : PHASE_SEND);
	if (!d->calls.enter(d->calls.ctx, g))
		guest_left(g);
}

static void
look_at(struct door *d, struct guest *g, int64_t now)
{
	ssize_t n = recv(g->fd, d->look, sizeof d->look, MSG_PEEK | MSG_DONTWAIT);
	bool late = !pace_keeps(&g->pace, now, 0);
	struct admission a;
	uint64_t unused;
	int r;

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) || (n < 0 && late)) {
		drop(g);
		return;
	}
	if (n < 0)
		return;
	r = head_parse(view_of(d->look, (size_t)n), &g->head);
	if (r == HEAD_MORE && !moved(g->fd, PHASE_HEAD, &unused)) {
		drop(g);	/* nothing more will come */
		return;
	}
	if (r == HEAD_MORE && !late) {
		/* The bytes stay in the socket, so that polling it would not wait. */
		g->delay_ms = g->delay_ms == 0 ? FIRST_DELAY_MS : g->delay_ms < MOST_DELAY_MS ? g->delay_ms * 2 : MOST_DELAY_MS;
		g->look_ms = now + g->delay_ms;
		return;
	}
	a = r == HEAD_MORE ? (struct admission){ .status = 408, .what = TEXT_WEB_SLOW }
			   : admit(r, &g->head, d->port, FORM_BYTES);
	if (a.status != 0)
		turn_away(d, g, &a, &g->head);
	else
		let_in(d, g, a.route);
}

static void
see_off(struct door *d, struct guest *g, int64_t now)
{
	size_t i;

	for (i = 0; i < AT_ONCE; i++) {
		ssize_t n = recv(g->fd, d->look, sizeof d->look, MSG_DONTWAIT);

		if (n > 0)
			continue;
		if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
			drop(g);
			return;
		}
		break;
	}
	if (!pace_keeps(&g->pace, now, 0))
		drop(g);
}

/* Its socket is libmicrohttpd's: it is shut, and closed there. */
static void
watch(struct door *d, struct guest *g, int64_t now)
{
	const struct admission slow = { .status = 408, .what = TEXT_WEB_SLOW };
	uint64_t n;
	bool open = moved(g->fd, g->pace.phase, &n), late = !pace_keeps(&g->pace, now, n);
	uint8_t c;

	if (g->pace.phase == PHASE_WORK) {
		if (!open)
			d->calls.gone(d->calls.ctx, g);
		return;
	}
	/* An end that comes with the last bytes goes by libmicrohttpd unseen. */
	if (g->pace.phase == PHASE_BODY && !open && recv(g->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
		late = true;
	if (g->cut || !late)
		return;
	if (g->pace.phase == PHASE_BODY && open)
		say(g->fd, &slow, &g->head, d->port);
	else if (g->pace.phase == PHASE_SEND)
		(void)setsockopt(g->fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
	g->cut = true;
	(void)shutdown(g->fd, SHUT_RDWR);
}

/* -- the loop ----------------------------------------------------------------------- */

size_t
door_fds(const struct door *d, struct pollfd *p)
{
	int64_t now = ms_now();
	size_t i, n = 0;

	for (i = 0; i < 2; i++)
		if (now >= d->rest_ms)
			p[n++] = (struct pollfd){ d->listen[i], POLLIN, 0 };
	for (i = 0; i < GUESTS; i++)
		if ((d->guest[i].where == OUTSIDE && d->guest[i].look_ms == 0) || d->guest[i].where == LEAVING)
			p[n++] = (struct pollfd){ d->guest[i].fd, POLLIN, 0 };
	return n;
}

void
door_turn(struct door *d)
{
	int64_t now = ms_now();
	bool watches = now >= d->watch_ms;
	size_t i;

	for (i = 0; i < 2; i++)
		if (now >= d->rest_ms)
			accept_on(d, d->listen[i], now);
	if (watches)
		d->watch_ms = now + WATCH_MS;
	for (i = 0; i < GUESTS; i++) {
		struct guest *g = &d->guest[i];

		if (g->where == OUTSIDE && now >= g->look_ms)
			look_at(d, g, now);
		else if (g->where == LEAVING)
			see_off(d, g, now);
		else if (g->where == INSIDE && watches)
			watch(d, g, now);
	}
}

int
door_timeout(const struct door *d)
{
	int64_t now = ms_now(), until = d->watch_ms;
	size_t i;

	if (d->rest_ms > now && d->rest_ms < until)
		until = d->rest_ms;
	for (i = 0; i < GUESTS; i++)
		if (d->guest[i].where == OUTSIDE && d->guest[i].look_ms > 0 && d->guest[i].look_ms < until)
			until = d->guest[i].look_ms;
	return until <= now ? 0 : (int)(until - now);
}

uint16_t
door_port(const struct door *d)
{
	return d->port;
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_storage a = { 0 };
	socklen_t n = sizeof a;

	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
					     : ((struct sockaddr_in *)&a)->sin_port);
}

struct door *
door_new(const int listen[2], const struct door_calls *calls, struct err *e)
{
	struct door *d = calloc(1, sizeof *d);
	size_t i;

	if (d == NULL) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	for (i = 0; i < GUESTS; i++)
		d->guest[i].fd = -1;
	d->listen[0] = listen[0];
	d->listen[1] = listen[1];
	d->port = port_of(listen[0]);
	d->calls = *calls;
	return d;
}
