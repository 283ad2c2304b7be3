#include "nursery/nursery.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/own.h"
#include "nursery/memory.h"
#include "nursery/zygotes.h"
#include "wire/report.h"

enum {
	SLOTS = 32,
	KEEPERS = 2,
	DEADLINE_MS = 120000,
	/* How long a closed socket waits for its zygote's word on why. */
	GRACE_MS = 300,
	REPORT_MAX = 16 << 20,
};

enum state {
	FREE,
	WORKING,	/* the worker has the document */
	INSPECTING,	/* the inspector has the output */
	DYING,		/* a socket closed without an answer; waiting for the reason */
	ENDED,		/* the outcome waits to be handed back */
};

struct slot {
	enum state state;
	uint32_t id;
	struct wire wire[KEEPERS];	/* by role */
	int pidfd[KEEPERS];
	enum role dead;			/* DYING: who */
	uint64_t began_us, until_us;
	bool extract;
	const struct profile *profile;
	struct outcome o;
};

struct nursery {
	struct keeper keeper[KEEPERS];
	struct slot slot[SLOTS];
	uint32_t next_id;
	uint32_t deadline_ms;
	struct frame frame;
};

static uint64_t
now_us(void)
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
kill_child(int *pidfd)
{
	if (*pidfd < 0)
		return;
	(void)syscall(SYS_pidfd_send_signal, *pidfd, SIGKILL, NULL, 0);
	(void)close(give_fd(pidfd));
}

static void
end(struct slot *s)
{
	size_t i;

	for (i = 0; i < KEEPERS; i++) {
		wire_close(&s->wire[i]);
		kill_child(&s->pidfd[i]);
	}
	if (s->o.verdict == VERDICT_REFUSED || s->o.verdict == VERDICT_FAILED) {
		if (s->o.out >= 0)
			(void)close(give_fd(&s->o.out));
		s->o.out_size = 0;
	}
	s->o.us = now_us() - s->began_us;
	s->state = ENDED;
}

/* Our fault or the worker's: nothing is delivered, and the reason is a finding. */
static void
fail(struct slot *s, enum finding_code code, const char *why)
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
		(void)snprintf(why, sizeof why, "%s: ended without an answer", who);
	fail(s, WIFSIGNALED((int)status) && WTERMSIG((int)status) == SIGXCPU ? FINDING_LIMIT
									    : FINDING_INTERNAL, why);
}

/* -- beginning ------------------------------------------------------------------ */

static bool
pair_up(struct nursery *n, struct slot *s, enum role r, enum wire_end peer, struct err *e)
{
	int sock[2];
	own_fd int theirs = -1;
	struct keeper *k = &n->keeper[r];

	if (!k->alive && !keeper_start(k, e))
		return false;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock) != 0)
		return err_set(e, ERR_SYSTEM, "socketpair: %s", strerror(errno));
	s->wire[r] = wire_of(sock[0], WIRE_CALLER, peer);
	theirs = sock[1];
	if (keeper_fork(k, s->id, theirs, e))
		return true;
	/* It died since: once more, with a new one. */
	keeper_stop(k);
	return keeper_start(k, e) && keeper_fork(k, s->id, theirs, e);
}

static bool
hash_of(int fd, uint64_t size, uint8_t ret[SHA256_SIZE], struct err *e)
{
	struct view v;
	bool ok;

	if (!memory_map(fd, (size_t)size, &v, e))
		return false;
	ok = sha256(v, ret) || err_set(e, ERR_SYSTEM, "SHA-256: no memory");
	memory_unmap(&v);
	return ok;
}

static bool
send_job(struct slot *s, const struct document *d, int in, struct err *e)
{
	own_buf struct buf b = BUF_MAX(WIRE_MAX);
	struct wire_job j = { .profile = view_str(d->profile->name), .passwords = d->passwords };
	const int fds[2] = { in, s->o.out };
	size_t n = strlen(d->name);
	uint32_t i;

	/* Of a very long name the end counts: it has the ending. */
	j.name = view_str(d->name + (n > 1024 ? n - 1024 : 0));
	if (d->passwords > WIRE_PASSWORDS)
		return err_set(e, ERR_LIMIT, "%u passwords, limit %d", d->passwords, WIRE_PASSWORDS);
	for (i = 0; i < d->passwords; i++)
		j.password[i] = view_str(d->password[i]);
	if (!wire_put_job(&b, &j))
		return err_set(e, ERR_LIMIT, "name or password too long");
	return wire_send(&s->wire[ROLE_WORKER], s->extract ? MSG_EXTRACT : MSG_SANITIZE,
			 buf_bytes(&b), fds, e);
}

static bool
begin(struct nursery *n, struct slot *s, const struct document *d, struct err *e)
{
	own_fd int in = memory_copy(d->in, d->profile->limits.unpacked, &s->o.in_size, e);

	if (in < 0 || !hash_of(in, s->o.in_size, s->o.in_hash, e))
		return false;
	s->o.out = memory_new("out", e);
	return s->o.out >= 0 && pair_up(n, s, ROLE_WORKER, WIRE_WORKER, e) &&
	       (s->extract || pair_up(n, s, ROLE_INSPECTOR, WIRE_INSPECTOR, e)) &&
	       send_job(s, d, in, e);
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
	*s = (struct slot){ .id = ++n->next_id, .wire = { { .fd = -1 }, { .fd = -1 } },
			    .pidfd = { -1, -1 }, .profile = d->profile, .extract = d->extract,
			    .began_us = now_us(), .o = { .out = -1, .tag = d->tag } };
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

/*
 * The output as the worker left it becomes unchangeable; the report behind it is
 * read (by pread: a mapping would die with a file cut meanwhile) and cut off.
 */
static bool
take_output(struct slot *s, const struct wire_done *d, struct err *e)
{
	own_mem uint8_t *report = NULL;
	struct stat st;

	if (d->verdict >= VERDICT_COUNT || d->type >= TYPE_COUNT || d->report > REPORT_MAX ||
	    d->output > s->profile->limits.output)
		return err_set(e, ERR_DENIED, "worker: impossible answer");
	if (!memory_seal_content(s->o.out, e))
		return false;
	report = malloc(d->report + 1);
	if (report == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (pread(s->o.out, report, d->report, (off_t)d->output) != (ssize_t)d->report ||
	    !report_get(view_of(report, d->report), &s->o.findings))
		return err_set(e, ERR_DENIED, "worker: unreadable report");
	if (ftruncate(s->o.out, (off_t)d->output) != 0 || !memory_seal(s->o.out, e) ||
	    fstat(s->o.out, &st) != 0 || (uint64_t)st.st_size != d->output)
		return err_set(e, ERR_DENIED, "worker: output is not as long as it said");
	s->o.verdict = (enum verdict)d->verdict;
	s->o.type = (enum type)d->type;
	s->o.out_size = d->output;
	return true;
}

static bool
send_inspect(struct slot *s, struct err *e)
{
	own_buf struct buf b = BUF_MAX(1024);

	return wire_put_inspect(&b, (uint32_t)s->o.type, view_str(s->profile->name)) &&
	       wire_send(&s->wire[ROLE_INSPECTOR], MSG_INSPECT, buf_bytes(&b), &s->o.out, e);
}

static void
hear_done(struct slot *s, struct view body)
{
	struct wire_done d;
	struct err e = { 0 };

	if (!wire_get_done(body, &d)) {
		fail(s, FINDING_INTERNAL, "worker: malformed answer");
		return;
	}
	if (!take_output(s, &d, &e)) {
		fail(s, FINDING_INTERNAL, e.text);
		return;
	}
	if (s->o.verdict == VERDICT_REFUSED || s->o.verdict == VERDICT_FAILED) {
		end(s);
		return;
	}
	if (!hash_of(s->o.out, s->o.out_size, s->o.out_hash, &e)) {
		fail(s, FINDING_INTERNAL, e.text);
	} else if (s->extract) {
		end(s);
	} else if (!send_inspect(s, &e)) {
		s->dead = ROLE_INSPECTOR;
		s->state = DYING;
		s->until_us = now_us() + GRACE_MS * 1000u;
	} else {
		s->state = INSPECTING;
	}
}

/* No other lane converts parts yet: the worker is told so and refuses the part. */
static void
hear_need(struct slot *s)
{
	own_buf struct buf b = BUF_MAX(1024);
	struct err why, e;

	err_set(&why, ERR_DENIED, "no converter");
	if (!wire_put_err(&b, &why) ||
	    !wire_send(&s->wire[ROLE_WORKER], MSG_CANNOT, buf_bytes(&b), NULL, &e))
		fail(s, FINDING_INTERNAL, "worker: gone while it waited for a part");
}

static void
hear_inspected(struct slot *s, struct view body)
{
	struct err e;

	if (!wire_get_err(body, &e))
		fail(s, FINDING_INTERNAL, "inspector: malformed answer");
	else if (e.code == ERR_NONE)
		end(s);
	else
		fail(s, e.code == ERR_SYSTEM ? FINDING_INTERNAL : FINDING_RESIDUE, e.text);
}

static void
hear(struct nursery *n, struct slot *s, enum role r)
{
	struct frame *f = &n->frame;
	struct err e;

	if (!wire_recv(&s->wire[r], f, &e)) {
		if (e.code == ERR_DENIED) {
			err_at(&e, "%s", jail_role(r)->program);
			fail(s, FINDING_INTERNAL, e.text);
			return;
		}
		wire_close(&s->wire[r]);
		s->dead = r;
		s->state = DYING;
		s->until_us = now_us() + GRACE_MS * 1000u;
		return;
	}
	if (s->state == WORKING && (f->msg == MSG_SANITIZED || f->msg == MSG_EXTRACTED))
		hear_done(s, f->body);
	else if (s->state == WORKING && f->msg == MSG_NEED)
		hear_need(s);
	else if (s->state == INSPECTING && f->msg == MSG_INSPECTED)
		hear_inspected(s, f->body);
	else
		fail(s, FINDING_INTERNAL, "a message out of turn");
	frame_release(f);
}

static struct slot *
slot_by_id(struct nursery *n, uint32_t id)
{
	size_t i;

	for (i = 0; i < SLOTS; i++)
		if (n->slot[i].id == id && n->slot[i].state != FREE && n->slot[i].state != ENDED)
			return &n->slot[i];
	return NULL;
}

/* A zygote that fell takes its children along: their documents fail, a new one serves the next. */
static void
zygote_fell(struct nursery *n, enum role r)
{
	char why[64];
	size_t i;

	(void)snprintf(why, sizeof why, "%s: its zygote died", jail_role(r)->program);
	keeper_stop(&n->keeper[r]);
	for (i = 0; i < SLOTS; i++)
		if (n->slot[i].state == WORKING || n->slot[i].state == INSPECTING ||
		    n->slot[i].state == DYING)
			fail(&n->slot[i], FINDING_INTERNAL, why);
}

static void
hear_zygote(struct nursery *n, enum role r)
{
	enum msg m;
	uint32_t id, status;
	own_fd int pidfd = -1;
	struct slot *s;
	struct err e;

	if (!keeper_hear(&n->keeper[r], &n->frame, &m, &id, &status, &pidfd, &e)) {
		zygote_fell(n, r);
		return;
	}
	s = slot_by_id(n, id);
	if (m == MSG_FORKED) {
		if (s != NULL)
			s->pidfd[r] = give_fd(&pidfd);
		else	/* its document is over already */
			kill_child(&pidfd);
	} else if (s != NULL) {
		if (s->pidfd[r] >= 0)
			(void)close(give_fd(&s->pidfd[r]));
		if (s->state == DYING && s->dead == r) {
			fail_dead(s, status);
		} else if (status != 0 && ((s->state == WORKING && r == ROLE_WORKER) ||
					   s->state == INSPECTING || r == ROLE_INSPECTOR)) {
			s->dead = r;
			fail_dead(s, status);
		}
	}
}

/* -- the loop ------------------------------------------------------------------------ */

static bool
under_way(const struct slot *s)
{
	return s->state == WORKING || s->state == INSPECTING || s->state == DYING;
}

static void
check_deadlines(struct nursery *n)
{
	uint64_t now = now_us();
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		struct slot *s = &n->slot[i];

		if (!under_way(s) || now < s->until_us)
			continue;
		if (s->state == DYING)
			fail_dead(s, 0);
		else
			fail(s, FINDING_LIMIT, "took too long");
	}
}

static int
next_timeout(const struct nursery *n, int timeout_ms)
{
	uint64_t now = now_us();
	size_t i;

	for (i = 0; i < SLOTS; i++) {
		uint64_t ms;

		if (!under_way(&n->slot[i]))
			continue;
		ms = n->slot[i].until_us <= now ? 0 : (n->slot[i].until_us - now) / 1000 + 1;
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

			if (!under_way(s) || s->wire[r].fd < 0 || s->state == DYING ||
			    (s->state == INSPECTING && r == ROLE_WORKER))
				continue;
			p[k] = (struct pollfd){ s->wire[r].fd, POLLIN, 0 };
			w[k++] = (struct watch){ (enum role)r, s };
		}
	/* Zygotes last: an answer is heard before the word that its giver has ended. */
	for (r = 0; r < KEEPERS; r++)
		if (n->keeper[r].alive) {
			p[k] = (struct pollfd){ n->keeper[r].control.fd, POLLIN, 0 };
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

	if (poll(p, k, next_timeout(n, timeout_ms)) > 0)
		for (i = 0; i < k; i++) {
			if (p[i].revents == 0)
				continue;
			if (w[i].slot == NULL)
				hear_zygote(n, w[i].role);
			else if (under_way(w[i].slot) && w[i].slot->wire[w[i].role].fd == p[i].fd)
				hear(n, w[i].slot, w[i].role);
		}
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
	size_t r;

	if (n == NULL) {
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	n->deadline_ms = o->deadline_ms == 0 ? DEADLINE_MS : o->deadline_ms;
	for (r = 0; r < KEEPERS; r++)
		keeper_remote(&n->keeper[r], (enum role)r, o->control != NULL ? o->control[r] : -1);
	for (r = 0; r < KEEPERS; r++)
		if ((o->control == NULL &&
		     !keeper_open(&n->keeper[r], (enum role)r, o->programs, e)) ||
		    !keeper_start(&n->keeper[r], e)) {
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
	/* Taking down a network namespace lasts: let both begin before either is waited for. */
	for (i = 0; i < KEEPERS; i++)
		if (n->keeper[i].alive && !n->keeper[i].remote)
			(void)kill(n->keeper[i].z.pid, SIGKILL);
	for (i = 0; i < KEEPERS; i++)
		keeper_close(&n->keeper[i]);
	free(n);
}

void
nursery_state(const struct nursery *n, enum role r, struct zygote_state *ret)
{
	*ret = (struct zygote_state){ n->keeper[r].z.pid, n->keeper[r].layers,
				      n->keeper[r].landlock_abi };
}
