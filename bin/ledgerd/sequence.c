#include "sequence.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "core/own.h"
#include "wire/wire.h"

enum { IDLE_MS = 50, PUBLISH_MS = 1000, BATCH = 4096, TURNS_OF_ONE = 16 };

/* An event of the batch, and who waits for it. */
struct waiting {
	uint32_t writer;
	uint64_t index;
};

struct sequencer {
	struct ledger *ledger;
	struct wire writer[SEQUENCE_WRITERS];
	struct pollfd poll[SEQUENCE_WRITERS + 1];
	size_t writers;
	struct waiting waiting[BATCH];
	size_t n;			/* of this batch */
	uint64_t batch, spoke[SEQUENCE_WRITERS];	/* its number; the last one in which a writer spoke */
	int64_t sync_us;		/* how long the last commit took */
	int64_t published;		/* when, in ms */
	struct frame frame;
};

static int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct sequencer *
sequencer_new(struct ledger *l)
{
	struct sequencer *q = calloc(1, sizeof *q);

	if (q != NULL)
		q->ledger = l;
	return q;
}

void
sequencer_free(struct sequencer *q)
{
	size_t i;

	for (i = 0; q != NULL && i < q->writers; i++)
		wire_close(&q->writer[i]);
	free(q);
}

size_t
sequencer_writers(const struct sequencer *q)
{
	size_t i, n = 0;

	for (i = 0; i < q->writers; i++)
		n += q->writer[i].fd >= 0;
	return n;
}

bool
sequencer_add(struct sequencer *q, int fd)
{
	struct wire w = wire_of(fd, WIRE_LEDGERD, WIRE_WRITER);
	size_t i;

	for (i = 0; i < q->writers && q->writer[i].fd >= 0; i++)
		;
	if (i == SEQUENCE_WRITERS) {
		wire_close(&w);
		return false;
	}
	q->writer[i] = w;
	q->spoke[i] = q->batch;
	q->writers = i == q->writers ? i + 1 : q->writers;
	return true;
}

/* -- answering ------------------------------------------------------------------- */

static bool
answer(struct sequencer *q, uint32_t writer, enum msg m, struct view body)
{
	struct wire *w = &q->writer[writer];
	struct err e;

	if (w->fd < 0)
		return true;
	if (!wire_send(w, m, body, NULL, &e))
		wire_close(w);
	return w->fd >= 0;
}

/* Durable, then answered. */
static bool
commit(struct sequencer *q, struct err *e)
{
	int64_t from = now_us();
	size_t i;

	if (q->n == 0)
		return true;
	if (!ledger_commit(q->ledger, e))
		return false;
	q->sync_us = now_us() - from;
	for (i = 0; i < q->n; i++) {
		own_buf struct buf b = BUF_MAX(16);

		(void)(wire_put_index(&b, q->waiting[i].index) &&
		       answer(q, q->waiting[i].writer, MSG_APPENDED, buf_bytes(&b)));
	}
	q->batch++;
	q->n = 0;
	return true;
}

/* -- gathering ------------------------------------------------------------------- */

/* An answer out of turn would be taken for another's: all before it are answered first. */
static bool
refuse(struct sequencer *q, uint32_t writer, const struct err *why, struct err *e)
{
	own_buf struct buf b = { 0 };

	if (!commit(q, e))
		return false;
	(void)(wire_put_err(&b, why) && answer(q, writer, MSG_UNAPPENDED, buf_bytes(&b)));
	return true;
}

static bool
append(struct sequencer *q, uint32_t writer, struct view event, struct err *e)
{
	struct err why = { 0 };
	uint64_t index;
	bool ok = q->n < BATCH && ledger_append(q->ledger, event, &index, &why);

	/* The batch is full. */
	if (!ok && q->n > 0 && (q->n == BATCH || why.code == ERR_LIMIT)) {
		if (!commit(q, e))
			return false;
		ok = ledger_append(q->ledger, event, &index, &why);
	}
	if (ok) {
		q->waiting[q->n++] = (struct waiting){ writer, index };
		q->spoke[writer] = q->batch;
		return true;
	}
	if (why.code == ERR_SYSTEM) {
		*e = why;
		return false;
	}
	return refuse(q, writer, &why, e);
}

/* One message of a writer; one that breaks the rules is let go. */
static bool
hear(struct sequencer *q, uint32_t writer, struct err *e)
{
	struct wire *w = &q->writer[writer];
	struct err why;
	bool ok;

	if (!wire_recv(w, &q->frame, &why)) {
		wire_close(w);
		return true;
	}
	ok = append(q, writer, q->frame.body, e);
	frame_release(&q->frame);
	return ok;
}

/* What is there now: one message of each writer. */
static bool
round_of(struct sequencer *q, int other, int64_t wait_us, size_t *ret_heard, bool *ret_other, struct err *e)
{
	const struct timespec wait = { wait_us / 1000000, wait_us % 1000000 * 1000 };
	size_t i, heard = 0;

	for (i = 0; i < q->writers; i++)
		q->poll[i] = (struct pollfd){ q->writer[i].fd, POLLIN, 0 };
	q->poll[q->writers] = (struct pollfd){ other, POLLIN, 0 };
	*ret_heard = 0;
	if (ppoll(q->poll, q->writers + 1, wait_us < 0 ? NULL : &wait, NULL) < 0)
		return errno == EINTR || err_set(e, ERR_SYSTEM, "poll: %s", strerror(errno));
	*ret_other = q->poll[q->writers].revents != 0;
	for (i = 0; i < q->writers; i++) {
		if (q->poll[i].revents == 0)
			continue;
		heard++;
		if (!hear(q, (uint32_t)i, e))
			return false;
	}
	*ret_heard = heard;
	return true;
}

/* Writers that spoke in this batch or the two before it: those who were answered a moment ago are about to speak again. */
static size_t
lively(const struct sequencer *q)
{
	size_t i, n = 0;

	for (i = 0; i < q->writers; i++)
		n += q->writer[i].fd >= 0 && q->spoke[i] + 2 >= q->batch;
	return n;
}

/* All that is there; and a wait for the lively ones, of a quarter of what a sync takes at the most. */
static bool
gather(struct sequencer *q, int other, bool *ret_other, struct err *e)
{
	int64_t until = now_us() + q->sync_us / 4;
	size_t heard, many = lively(q);
	int turns;

	for (turns = 0; turns < TURNS_OF_ONE || q->n < many; turns++) {
		int64_t left = until - now_us();
		bool wait = q->n < many && left > 0;

		if (!round_of(q, other, wait ? left : 0, &heard, ret_other, e))
			return false;
		if (*ret_other || (heard == 0 && !wait))
			break;
	}
	return true;
}

static bool
publish(struct sequencer *q, bool idle, struct err *e)
{
	int64_t now = now_us() / 1000;

	if (ledger_published(q->ledger) == ledger_size(q->ledger)) {
		q->published = now;
		return true;
	}
	if (!idle && now - q->published < PUBLISH_MS)
		return true;
	q->published = now;
	return ledger_publish(q->ledger, e);
}

bool
sequencer_turn(struct sequencer *q, int other, int wait_ms, bool *ret_other, struct err *e)
{
	bool new = ledger_published(q->ledger) < ledger_size(q->ledger);
	size_t heard;

	*ret_other = false;
	if (!round_of(q, other, (int64_t)(new && (wait_ms < 0 || wait_ms > IDLE_MS) ? IDLE_MS : wait_ms) * 1000, &heard,
		      ret_other, e) ||
	    (q->n > 0 && !*ret_other && !gather(q, other, ret_other, e)))
		return false;
	return commit(q, e) && publish(q, heard == 0, e);
}
