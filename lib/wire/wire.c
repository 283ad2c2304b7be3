#include "wire/wire.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/own.h"

enum { MANY, ONCE };

static const struct {
	const char *name;
	enum wire_end from, to;
	size_t fds;
	int often;
} msgs[] = {
#define MSG(id, from, to, fds, often) [MSG_##id] = { #id, WIRE_##from, WIRE_##to, fds, often },
#include "wire/wire.def"
#undef MSG
};

enum { HEAD = 6 };

struct wire
wire_of(int fd, enum wire_end me, enum wire_end peer)
{
	return (struct wire){ fd, me, peer, 0 };
}

void
wire_close(struct wire *w)
{
	if (w->fd >= 0)
		(void)close(w->fd);
	w->fd = -1;
}

const char *
msg_name(enum msg m)
{
	return m < MSG_COUNT ? msgs[m].name : "?";
}

/* May `m` go from one to the other, and was it not said already? */
static bool
allowed(struct wire *w, enum msg m, enum wire_end from, enum wire_end to)
{
	if (m >= MSG_COUNT || msgs[m].from != from || msgs[m].to != to)
		return false;
	if (msgs[m].often == ONCE) {
		if ((w->seen & UINT32_C(1) << m) != 0)
			return false;
		w->seen |= UINT32_C(1) << m;
	}
	return true;
}

/* Who may wait for its peer.  All others serve many peers, and a peer that does not read must not stop them. */
static bool
jailed(enum wire_end who)
{
	return who == WIRE_ZYGOTE || who == WIRE_WORKER || who == WIRE_INSPECTOR ||
	       who == WIRE_CONVERTER;
}

/* Others of the same user have too many descriptors under way: they will arrive. */
static bool
later(void)
{
	(void)poll(NULL, 0, 1);
	return true;
}

bool
wire_send(struct wire *w, enum msg m, struct view body, const int *fds, struct err *e)
{
	uint8_t head[HEAD] = { (uint8_t)m, 0, (uint8_t)body.n, (uint8_t)(body.n >> 8),
			       (uint8_t)(body.n >> 16), 0 };
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(sizeof(int) * WIRE_FDS)];
	} control = { 0 };
	struct iovec iov[2] = { { head, sizeof head }, { (void *)(uintptr_t)body.p, body.n } };
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = body.n > 0 ? 2 : 1 };
	ssize_t n;

	if (body.n > WIRE_MAX - HEAD || !allowed(w, m, w->me, w->peer))
		return err_set(e, ERR_DENIED, "%s: not ours to say", msg_name(m));
	if (msgs[m].fds > 0) {
		struct cmsghdr *c;

		h.msg_control = control.bytes;
		h.msg_controllen = CMSG_SPACE(sizeof(int) * msgs[m].fds);
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * msgs[m].fds);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * msgs[m].fds);
	}
	do
		n = sendmsg(w->fd, &h, MSG_NOSIGNAL | (jailed(w->me) ? 0 : MSG_DONTWAIT));
	while (n < 0 && (errno == EINTR || (errno == ETOOMANYREFS && jailed(w->me) && later())));
	if (n < 0)
		return err_set(e, ERR_SYSTEM, "%s: %s", msg_name(m), strerror(errno));
	return true;
}

/* Takes all descriptors that came along; more than a frame holds are closed at once. */
static size_t
take_fds(struct msghdr *h, int fd[WIRE_FDS])
{
	struct cmsghdr *c;
	size_t n = 0;

	for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		size_t i, k;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		k = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < k; i++, n++) {
			int one;

			memcpy(&one, CMSG_DATA(c) + i * sizeof one, sizeof one);
			if (n < WIRE_FDS)
				fd[n] = one;
			else
				(void)close(one);
		}
	}
	return n;
}

static bool
parse(struct wire *w, struct frame *f, size_t fds, bool cut, struct err *e)
{
	uint16_t m;
	uint32_t n;

	if (cut || !view_u16le(&f->body, &m) || !view_u32le(&f->body, &n) || n != f->body.n)
		return err_set(e, ERR_DENIED, "malformed message");
	if (!allowed(w, (enum msg)m, w->peer, w->me))
		return err_set(e, ERR_DENIED, "%s: not the peer's to say", msg_name((enum msg)m));
	if (fds != msgs[m].fds)
		return err_set(e, ERR_DENIED, "%s: %zu descriptors", msg_name((enum msg)m), fds);
	f->msg = (enum msg)m;
	return true;
}

bool
wire_recv(struct wire *w, struct frame *ret, struct err *e)
{
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(sizeof(int) * (WIRE_FDS + 2))];
	} control;
	struct iovec iov = { ret->bytes, sizeof ret->bytes };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
			    .msg_controllen = sizeof control.bytes };
	size_t fds;
	ssize_t n;

	for (fds = 0; fds < WIRE_FDS; fds++)
		ret->fd[fds] = -1;
	do
		n = recvmsg(w->fd, &h, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(e, ERR_SYSTEM, "receive: %s", strerror(errno));
	fds = take_fds(&h, ret->fd);
	if (n == 0 && fds == 0)
		return err_set(e, ERR_SYSTEM, "closed");
	ret->body = view_of(ret->bytes, (size_t)n);
	if (!parse(w, ret, fds, (h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0, e)) {
		frame_release(ret);
		return false;
	}
	return true;
}

void
frame_release(struct frame *f)
{
	size_t i;

	for (i = 0; i < WIRE_FDS; i++) {
		if (f->fd[i] >= 0)
			(void)close(f->fd[i]);
		f->fd[i] = -1;
	}
}

int
frame_take_fd(struct frame *f, size_t i)
{
	return give_fd(&f->fd[i]);
}
