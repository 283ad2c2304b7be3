#include "nursery/nursery.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/own.h"
#include "nursery/lane.h"
#include "nursery/memory.h"
#include "wire/report.h"

enum {
	DEADLINE_MS = 120000,
	/* How long a closed socket waits for its zygote's word on why. */
	GRACE_MS = 300,
	REPORT_MAX = 16 << 20,
	/* What is copied of an output before others are heard again. */
	SLICE = 4 << 20,
};

uint64_t
slot_now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

void
outcome_release(struct outcome *o)
{
	findings_release(&o->findings);
	if (o->out >= 0)
		(void)close(o->out);
	o->out = -1;
}

/* -- ends --------------------------------------------------------------------- */

static void
end(struct slot *s)
{
	size_t i;

	for (i = 0; i < KEEPERS; i++)
		child_end(&s->child[i]);
	pour_drop(&s->taken);
	if (s->draft >= 0)
		(void)close(give_fd(&s->draft));
	if (s->lane_out >= 0)
		(void)close(give_fd(&s->lane_out));
	if (s->o.verdict == VERDICT_REFUSED || s->o.verdict == VERDICT_FAILED) {
		if (s->o.out >= 0)
			(void)close(give_fd(&s->o.out));
		s->o.out_size = 0;
	}
	s->o.us = slot_now_us() - s->began_us;
	s->state = ENDED;
}

void
slot_fail(struct slot *s, enum finding_code code, const char *why)
{
	findings_add(&s->o.findings, code, "", why, 1);
	s->o.verdict = VERDICT_FAILED;
	end(s);
}

static void
fail_dead(struct slot *s, uint32_t status)
{
	char why[128];
	const char *who = jail_role(s->dead)->program;

	if (status == UINT32_MAX)
		(void)snprintf(why, sizeof why, "%s: could not be forked", who);
	else if (WIFSIGNALED((int)status))
		(void)snprintf(why, sizeof why, "%s: killed by signal %d (%s)", who,
			       WTERMSIG((int)status), strsignal(WTERMSIG((int)status)));
	else
		(void)snprintf(why, sizeof why, "%s: ended without an answer (status %d)", who,
			       WEXITSTATUS((int)status));
	slot_fail(s, WIFSIGNALED((int)status) && WTERMSIG((int)status) == SIGXCPU ? FINDING_LIMIT
									    : FINDING_INTERNAL, why);
}

/* -- beginning ------------------------------------------------------------------ */

/* The first word to a child of role r; a spare may have died waiting: then the next one, in the end a new one. */
static bool
engage(struct nursery *n, struct slot *s, enum role r, enum msg m, struct view body, const int *fds,
       struct err *e)
{
	struct child *c = &s->child[r];

	while (stock_spare(&n->stock, r, c)) {
		if (wire_send(&c->wire, m, body, fds, e))
			return true;
		child_end(c);
	}
	return stock_fork(&n->stock, r, c, e) && wire_send(&c->wire, m, body, fds, e);
}

static bool
send_job(struct nursery *n, struct slot *s, const struct document *d, int in, struct err *e)
{
	own_buf struct buf b = BUF_MAX(WIRE_MAX);
	struct wire_job j = { .profile = view_str(d->profile->name), .passwords = d->passwords,
			      .dpi = d->dpi };
	const int fds[2] = { in, s->draft };
	size_t length = strlen(d->name);
	uint32_t i;

	/* Of a very long name the end counts: it has the ending. */
	j.name = view_str(d->name + (length > 1024 ? length - 1024 : 0));
	if (d->passwords > WIRE_PASSWORDS)
		return err_set(e, ERR_LIMIT, "%u passwords, limit %d", d->passwords, WIRE_PASSWORDS);
	for (i = 0; i < d->passwords; i++)
		j.password[i] = view_str(d->password[i]);
	if (!wire_put_job(&b, &j))
		return err_set(e, ERR_LIMIT, "name or password too long");
	return engage(n, s, ROLE_WORKER, s->extract ? MSG_EXTRACT : MSG_SANITIZE, buf_bytes(&b), fds, e);
}

static int
take_sealed(struct slot *s, const struct document *d, struct err *e)
{
	int in = -1;

	if (d->sealed->size > d->profile->limits.unpacked)
		err_set(e, ERR_LIMIT, "larger than %llu MiB", (unsigned long long)(d->profile->limits.unpacked >> 20));
	else if ((in = dup(d->in)) < 0)
		err_set(e, ERR_SYSTEM, "dup: %s", strerror(errno));
	s->o.in_size = d->sealed->size;
	memcpy(s->o.in_hash, d->sealed->hash, SHA256_SIZE);
	return in;
}

static bool
begin(struct nursery *n, struct slot *s, const struct document *d, struct err *e)
{
	own_fd int in = d->sealed != NULL ? take_sealed(s, d, e)
					  : memory_copy(d->in, d->profile->limits.unpacked, &s->o.in_size, s->o.in_hash, e);

	if (in < 0)
		return false;
	s->o.in_hashed = true;
	s->draft = memory_new("out", e);
	return s->draft >= 0 && send_job(n, s, d, in, e);
}

bool
nursery_start(struct nursery *n, const struct document *d, struct err *e)
{
	struct slot *s = NULL;
	size_t i;

	for (i = 0; i < SLOTS && s == NULL; i++)
		if (n->slot[i].state == FREE)
			s = &n->slot[i];
	if (s == NULL)
		return err_set(e, ERR_LIMIT, "%d documents under way already", SLOTS);
	*s = (struct slot){ .draft = -1, .profile = d->profile, .extract = d->extract, .lane = NO_LANE,
			    .lane_out = -1, .taken.to = -1, .began_us = slot_now_us(), .o = { .out = -1, .tag = d->tag } };
	for (i = 0; i < KEEPERS; i++)
		s->child[i] = no_child;
	s->until_us = s->began_us + (uint64_t)n->deadline_ms * 1000u;
	if (begin(n, s, d, e)) {
		s->state = WORKING;
		return true;
	}
	end(s);
	outcome_release(&s->o);
	s->state = FREE;
	return false;
}

/* -- hearing ---------------------------------------------------------------------- */

/* The report stands behind the output.  (By pread: a mapping would die with a file cut meanwhile.) */
static bool
take_report(struct slot *s, const struct wire_done *d, struct err *e)
{
	own_mem uint8_t *report = NULL;

	if (d->verdict >= VERDICT_COUNT || d->type >= TYPE_COUNT || d->report > REPORT_MAX ||
	    d->output > s->profile->limits.output)
		return err_set(e, ERR_DENIED, "worker: impossible answer");
	report = malloc(d->report + 1);
	if (report == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (pread(s->draft, report, d->report, (off_t)d->output) != (ssize_t)d->report ||
	    !report_get(view_of(report, d->report), &s->o.findings))
		return err_set(e, ERR_DENIED, "worker: unreadable report");
	s->o.verdict = (enum verdict)d->verdict;
	s->o.out_type = (enum type)d->type;
	/* The first part is the document itself, under what it came as. */
	s->o.type = s->o.findings.parts > 0 ? s->o.findings.part[0].type : s->o.out_type;
	s->o.out_size = d->output;
	return true;
}

static bool
send_inspect(struct nursery *n, struct slot *s, struct err *e)
{
	own_buf struct buf b = BUF_MAX(1024);

	if (!wire_put_inspect(&b, (uint32_t)s->o.out_type, view_str(s->profile->name)))
		return err_set(e, ERR_SYSTEM, "no memory");
	return engage(n, s, ROLE_INSPECTOR, MSG_INSPECT, buf_bytes(&b), &s->o.out, e);
}

/*
 * The output is copied from the memory that the worker can still write: the
 * copy is what is inspected and delivered.
 */
static void
take_slice(struct nursery *n, struct slot *s)
{
	uint64_t left = s->o.out_size - s->taken.size;
	struct err e = { 0 };

	if (!pour_from(&s->taken, s->draft, s->taken.size, left < SLICE ? left : SLICE, &e)) {
		slot_fail(s, FINDING_INTERNAL, e.text);
		return;
	}
	if (s->taken.size < s->o.out_size)
		return;
	(void)close(give_fd(&s->draft));
	s->o.out = pour_end(&s->taken, s->o.out_hash, &e);
	if (s->o.out < 0 || (!s->extract && !send_inspect(n, s, &e)))
		slot_fail(s, FINDING_INTERNAL, e.text);
	else if (s->extract)
		end(s);
	else
		s->state = INSPECTING;
}

static void
hear_done(struct nursery *n, struct slot *s, struct view body)
{
	struct wire_done d;
	struct err e = { 0 };

	if (!wire_get_done(body, &d)) {
		slot_fail(s, FINDING_INTERNAL, "worker: malformed answer");
		return;
	}
	if (!take_report(s, &d, &e)) {
		slot_fail(s, FINDING_INTERNAL, e.text);
		return;
	}
	if (s->o.verdict == VERDICT_REFUSED || s->o.verdict == VERDICT_FAILED) {
		end(s);
		return;
	}
	if (!pour_begin(&s->taken, "taken", &e)) {
		slot_fail(s, FINDING_INTERNAL, e.text);
		return;
	}
	s->state = TAKING;
	take_slice(n, s);
}

static void
hear_inspected(struct slot *s, struct view body)
{
	struct err e;

	if (!wire_get_err(body, &e))
		slot_fail(s, FINDING_INTERNAL, "inspector: malformed answer");
	else if (e.code == ERR_NONE)
		end(s);
	else
		slot_fail(s, e.code == ERR_SYSTEM ? FINDING_INTERNAL : FINDING_RESIDUE, e.text);
}

static void
hear(struct nursery *n, struct slot *s, enum role r)
{
	struct frame *f = &n->frame;
	struct err e;

	if ((int)r >= PAIR) {
		lane_hear(n, s);
		return;
	}
	if (!wire_recv(&s->child[r].wire, f, &e)) {
		if (e.code == ERR_DENIED) {
			err_at(&e, "%s", jail_role(r)->program);
			slot_fail(s, FINDING_INTERNAL, e.text);
			return;
		}
		wire_close(&s->child[r].wire);
		s->dead = r;
		s->state = DYING;
		s->until_us = slot_now_us() + GRACE_MS * 1000u;
		return;
	}
	if (s->state == WORKING && (f->msg == MSG_SANITIZED || f->msg == MSG_EXTRACTED))
		hear_done(n, s, f->body);
	else if (s->state == WORKING && f->msg == MSG_NEED)
		lane_need(n, s, f->body);
	else if (s->state == INSPECTING && f->msg == MSG_INSPECTED)
		hear_inspected(s, f->body);
	else
		slot_fail(s, FINDING_INTERNAL, "a message out of turn");
	frame_release(f);
}

static bool
under_way(const struct slot *s)
{
	return s->state == WORKING || s->state == TAKING || s->state == INSPECTING || s->state == DYING;
}

/* The child of that id, and its slot or NULL where it is a spare.  NULL: its document is over already. */
static struct child *
child_by_id(struct nursery *n, enum role r, uint32_t id, struct slot **ret)
{
	size_t i;

	*ret = NULL;
	for (i = 0; i < SLOTS; i++)
		if (n->slot[i].child[r].id == id && under_way(&n->slot[i])) {
			*ret = &n->slot[i];
			return &n->slot[i].child[r];
		}
	return stock_find(&n->stock, r, id);
}

/* Whose word a slot waits for. */
static enum role
awaited(const struct slot *s)
{
	return s->state == DYING ? s->dead : s->state == WORKING ? ROLE_WORKER : ROLE_INSPECTOR;
}

/* A zygote that fell takes its children along: their documents fail, a new one serves the next. */
static void
zygote_fell(struct nursery *n, enum role r)
{
	char why[64];
	size_t i;

	(void)snprintf(why, sizeof why, "%s: its zygote died", jail_role(r)->program);
	stock_lost(&n->stock, r);
	for (i = 0; i < SLOTS; i++)
		if (under_way(&n->slot[i]) && n->slot[i].lane == r)
			lane_lost(&n->slot[i], ERR_DENIED, "its zygote died");
		else if (under_way(&n->slot[i]) && awaited(&n->slot[i]) == r)
			slot_fail(&n->slot[i], FINDING_INTERNAL, why);
}

/* A role that cannot be had here: who waits for it does without. */
static void
role_unfit(struct nursery *n, enum role r)
{
	size_t i;

	stock_lost(&n->stock, r);
	for (i = 0; i < SLOTS; i++)
		if (under_way(&n->slot[i]) && n->slot[i].lane == r)
			lane_cannot(&n->slot[i], &n->stock.keeper[r].unfit);
}

static void
hear_zygote(struct nursery *n, enum role r)
{
	enum msg m;
	uint32_t id = 0, status = 0;
	own_fd int pidfd = -1;
	struct child *c;
	struct slot *s;
	struct err e;

	if (!keeper_hear(&n->stock.keeper[r], &n->frame, &m, &id, &status, &pidfd, &e)) {
		zygote_fell(n, r);
		return;
	}
	if (m == MSG_UNFIT)
		role_unfit(n, r);
	if (m != MSG_FORKED && m != MSG_ENDED)
		return;
	c = child_by_id(n, r, id, &s);
	if (m == MSG_FORKED && c != NULL) {
		c->pidfd = give_fd(&pidfd);
	} else if (m == MSG_FORKED) {
		struct child over = { .wire = { .fd = -1 }, .pidfd = give_fd(&pidfd) };

		child_end(&over);	/* its document is over already */
	} else if (c != NULL && s == NULL) {
		child_end(c);
	} else if (c != NULL) {
		if (c->pidfd >= 0)
			(void)close(give_fd(&c->pidfd));
		if (awaited(s) == r && (s->state == DYING || status != 0)) {
			s->dead = r;
			fail_dead(s, status);
		}
	}
}

/* -- the loop ------------------------------------------------------------------------ */

static void
check_deadlines(struct nursery *n)
{
	uint64_t now = slot_now_us();
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		struct slot *s = &n->slot[i];

		if (under_way(s) && s->lane != NO_LANE && now >= s->lane_until_us)
			lane_lost(s, ERR_LIMIT, "took too long");
		if (!under_way(s) || now < s->until_us)
			continue;
		if (s->state == DYING)
			fail_dead(s, 0);
		else
			slot_fail(s, FINDING_LIMIT, "took too long");
	}
}

int
nursery_timeout(const struct nursery *n, int timeout_ms)
{
	uint64_t now = slot_now_us();
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		const struct slot *s = &n->slot[i];
		uint64_t ms, until = s->until_us;

		if (s->state == TAKING || s->state == ENDED)
			return 0;
		if (!under_way(s))
			continue;
		if (s->lane != NO_LANE && s->lane_until_us < until)
			until = s->lane_until_us;
		ms = until <= now ? 0 : (until - now) / 1000 + 1;
		if (timeout_ms < 0 || ms < (uint64_t)timeout_ms)
			timeout_ms = (int)ms;
	}
	return timeout_ms;
}

struct watch {
	enum role role;
	struct slot *slot;	/* NULL: the role's zygote */
};

static size_t
watch_list(struct nursery *n, struct pollfd *p, struct watch *w)
{
	size_t i, r, k = 0;

	for (i = 0; i < SLOTS; i++)
		for (r = 0; r < KEEPERS; r++) {
			struct slot *s = &n->slot[i];

			if (!under_way(s) || s->child[r].wire.fd < 0 || s->state == DYING ||
			    (s->state != WORKING && r == ROLE_WORKER))
				continue;
			p[k] = (struct pollfd){ s->child[r].wire.fd, POLLIN, 0 };
			w[k++] = (struct watch){ (enum role)r, s };
		}
	/* Zygotes last: an answer is heard before the word that its giver has ended. */
	for (r = 0; r < KEEPERS; r++)
		if (n->stock.keeper[r].alive) {
			p[k] = (struct pollfd){ n->stock.keeper[r].control.fd, POLLIN, 0 };
			w[k++] = (struct watch){ (enum role)r, NULL };
		}
	return k;
}

void
nursery_step(struct nursery *n, int timeout_ms)
{
	struct pollfd p[SLOTS * KEEPERS + KEEPERS];
	struct watch w[SLOTS * KEEPERS + KEEPERS];
	size_t k = watch_list(n, p, w), i;

	if (poll(p, k, nursery_timeout(n, timeout_ms)) > 0)
		for (i = 0; i < k; i++) {
			if (p[i].revents == 0)
				continue;
			if (w[i].slot == NULL)
				hear_zygote(n, w[i].role);
			else if (under_way(w[i].slot) && w[i].slot->child[w[i].role].wire.fd == p[i].fd)
				hear(n, w[i].slot, w[i].role);
		}
	for (i = 0; i < SLOTS; i++)
		if (n->slot[i].state == TAKING)
			take_slice(n, &n->slot[i]);
	check_deadlines(n);
}

bool
nursery_ended(struct nursery *n, struct outcome *ret)
{
	size_t i;

	for (i = 0; i < SLOTS; i++)
		if (n->slot[i].state == ENDED) {
			*ret = n->slot[i].o;
			n->slot[i].state = FREE;
			/* Not earlier: a fork beside a document at work would hold it up. */
			stock_refill(&n->stock);
			return true;
		}
	return false;
}

size_t
nursery_busy(const struct nursery *n)
{
	size_t i, k = 0;

	for (i = 0; i < SLOTS; i++)
		k += n->slot[i].state != FREE;
	return k;
}

bool
nursery_wait(struct nursery *n, struct outcome *ret)
{
	while (nursery_busy(n) > 0) {
		if (nursery_ended(n, ret))
			return true;
		nursery_step(n, -1);
	}
	return false;
}

bool
nursery_disarm(struct nursery *n, const struct document *d, struct outcome *ret, struct err *e)
{
	return nursery_start(n, d, e) && nursery_wait(n, ret);
}

size_t
nursery_fds(const struct nursery *n, int *fd, size_t max)
{
	struct pollfd p[SLOTS * KEEPERS + KEEPERS];
	struct watch w[SLOTS * KEEPERS + KEEPERS];
	size_t k = watch_list((struct nursery *)(uintptr_t)n, p, w), i;

	for (i = 0; i < k && i < max; i++)
		fd[i] = p[i].fd;
	return i;
}

struct nursery *
nursery_new(const struct nursery_opts *o, struct err *e)
{
	struct nursery *n = calloc(1, sizeof *n);
	if (n == NULL) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	n->deadline_ms = o->deadline_ms == 0 ? DEADLINE_MS : o->deadline_ms;
	if (!stock_open(&n->stock, o->programs, o->control, o->spares, e)) {
		nursery_free(n);
		return NULL;
	}
	return n;
}

void
nursery_free(struct nursery *n)
{
	size_t i;

	if (n == NULL)
		return;
	for (i = 0; i < SLOTS; i++) {
		if (under_way(&n->slot[i]))
			end(&n->slot[i]);
		if (n->slot[i].state != FREE)
			outcome_release(&n->slot[i].o);
	}
	stock_close(&n->stock);
	free(n);
}

bool
nursery_ready(struct nursery *n, enum role r, struct err *e)
{
	struct keeper *k = &n->stock.keeper[r];

	if (k->ready && k->alive)
		return true;
	if (k->unfit.code != ERR_NONE) {
		*e = k->unfit;
		return false;
	}
	if (!k->alive && !keeper_spawn(k, e))
		return false;
	while (k->alive && !k->ready)
		nursery_step(n, -1);
	if (!k->ready)
		*e = k->unfit;
	return k->ready || e->code != ERR_NONE ? k->ready : err_set(e, ERR_SYSTEM, "%s: died", jail_role(r)->program);
}

void
nursery_state(const struct nursery *n, enum role r, struct zygote_state *ret)
{
	*ret = (struct zygote_state){ n->stock.keeper[r].z.pid, n->stock.keeper[r].layers,
				      n->stock.keeper[r].landlock_abi };
}
