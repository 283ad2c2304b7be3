#include "nursery/lane.h"

#include <unistd.h>

#include "core/need.h"
#include "core/own.h"
#include "nursery/memory.h"

enum {
	/* Parts of one document that may ask for another lane. */
	NEEDS_MAX = 4096,
	/* A conversion's wall clock: what its CPU limit allows, and waiting for its zygote. */
	LANE_SLACK_S = 30,
};

/* Who does what is needed: enum need_kind. */
static const enum role lane_of[NEED_COUNT] = {
	[NEED_MODERN] = ROLE_CONVERTER, [NEED_PICTURE] = ROLE_CONVERTER, [NEED_PDF] = ROLE_CONVERTER,
	[NEED_PAGES] = ROLE_DRAWER, [NEED_TEXT] = ROLE_DRAWER, [NEED_WORDS] = ROLE_DRAWER,
	[NEED_OCR] = ROLE_DRAWER,
};

static void
lane_end(struct slot *s)
{
	child_end(&s->child[s->lane]);
	if (s->lane_out >= 0)
		(void)close(give_fd(&s->lane_out));
	s->lane = NO_LANE;
}

static void
answer_worker(struct slot *s, enum msg m, struct view body, const int *fd)
{
	struct err e;

	if (!wire_send(&s->child[ROLE_WORKER].wire, m, body, fd, &e))
		slot_fail(s, FINDING_INTERNAL, "worker: gone, or does not read, while it waits for a part");
}

void
lane_cannot(struct slot *s, const struct err *why)
{
	own_buf struct buf b = BUF_MAX(1024);

	if (s->lane != NO_LANE)
		lane_end(s);
	if (wire_put_err(&b, why))
		answer_worker(s, MSG_CANNOT, buf_bytes(&b), NULL);
	else
		slot_fail(s, FINDING_INTERNAL, "no memory");
}

void
lane_lost(struct slot *s, enum err_code code, const char *what)
{
	struct err why;

	err_set(&why, code, "%s: %s", jail_role((enum role)s->lane)->program, what);
	lane_cannot(s, &why);
}

static bool
lane_begin(struct nursery *n, struct slot *s, const struct wire_need *d, struct err *e)
{
	own_buf struct buf b = BUF_MAX(64);
	uint8_t unused[SHA256_SIZE];
	own_fd int part = -1;
	enum role r;

	if (d->kind >= NEED_COUNT || d->type >= TYPE_COUNT || d->at != 0 ||
	    d->n > s->profile->limits.unpacked)
		return err_set(e, ERR_DENIED, "not a kind that is converted");
	r = lane_of[d->kind];
	part = memory_take(s->draft, d->n, unused, e);
	if (part < 0)
		return false;
	s->lane_out = memory_new("converted", e);
	s->lane = r;
	s->lane_until_us = slot_now_us() + (jail_role(r)->cpu_s + LANE_SLACK_S) * UINT64_C(1000000);
	return s->lane_out >= 0 && (wire_put_need(&b, d) || err_set(e, ERR_SYSTEM, "no memory")) &&
	       stock_fork(&n->stock, r, &s->child[r], e) &&
	       wire_send(&s->child[r].wire, MSG_CONVERT, buf_bytes(&b), (const int[]){ part, s->lane_out }, e);
}

void
lane_need(struct nursery *n, struct slot *s, struct view body)
{
	struct wire_need d;
	struct err e = { 0 };

	if (++s->needs > NEEDS_MAX)
		slot_fail(s, FINDING_LIMIT, "parts to be converted");
	else if (s->lane != NO_LANE || !wire_get_need(body, &d))
		slot_fail(s, FINDING_INTERNAL, "worker: malformed request for a part");
	else if (!lane_begin(n, s, &d, &e))
		lane_cannot(s, &e);
}

void
lane_hear(struct nursery *n, struct slot *s)
{
	struct frame *f = &n->frame;
	struct err e = { 0 };
	int out;

	if (!wire_recv(&s->child[s->lane].wire, f, &e)) {
		lane_lost(s, ERR_MALFORMED, "ended without a result (crash, or a limit)");
		return;
	}
	if (f->msg != MSG_CONVERTED || !wire_get_err(f->body, &e))
		err_set(&e, ERR_MALFORMED, "malformed answer");
	frame_release(f);
	if (e.code != ERR_NONE || !memory_close(s->lane_out, s->profile->limits.unpacked, &e)) {
		err_at(&e, "%s", jail_role((enum role)s->lane)->program);
		lane_cannot(s, &e);
		return;
	}
	out = give_fd(&s->lane_out);
	lane_end(s);
	answer_worker(s, MSG_NEEDED, VIEW(""), &out);
	(void)close(out);
}
