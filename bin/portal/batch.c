#include "batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "core/own.h"
#include "core/utf8.h"
#include "jail/cgroup.h"
#include "nursery/memory.h"

struct need {
	uint64_t places, files, bytes;
};

int64_t
seconds_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

uint64_t
batches_bytes(void)
{
	const uint64_t least = UINT64_C(3) << 30, most = UINT64_C(6) << 30;
	uint64_t n = cgroup_share() / 2;

	return n < least ? least : n > most ? most : n;
}

/* -- the budget ----------------------------------------------------------------- */

static bool
of_client(const struct batch *b, const struct client *c)
{
	return memcmp(&b->client, c, sizeof *c) == 0;
}

/* What all keep, or what one client does. */
static struct need
kept(const struct batches *all, const struct client *c)
{
	struct need n = { 0 };
	size_t i;

	for (i = 0; i < BATCHES; i++) {
		const struct batch *b = all->at[i];

		if (b == NULL || (c != NULL && !of_client(b, c)))
			continue;
		n.places++;
		/* Each file that is not ended may still have an output. */
		n.files += (b->form >= 0) + b->kept + (b->state == WORKING ? b->files - b->ended : 0);
		n.bytes += (b->form >= 0 ? b->form_size : 0) + b->kept_bytes;
	}
	return n;
}

static bool
fits(struct need have, struct need more, struct need most)
{
	return have.places + more.places <= most.places && have.files + more.files <= most.files &&
	       have.bytes + more.bytes <= most.bytes;
}

/* Does a go before b? */
static bool
goes_before(const struct batch *a, const struct batch *b)
{
	if ((a->fetched_s != 0) != (b->fetched_s != 0))
		return a->fetched_s != 0;
	return a->order < b->order;
}

/* Of the client alone where it is over its share. */
static struct batch *
victim(const struct batches *all, const struct client *c, bool own)
{
	struct batch *found = NULL;
	size_t i;

	for (i = 0; i < BATCHES; i++) {
		struct batch *b = all->at[i];

		if (b == NULL || b->state != READY || b->fetching > 0 || b->waiting != NULL || (own && !of_client(b, c)))
			continue;
		if (!of_client(b, c) && b->fetched_s == 0 && all->now_s - b->ready_s < GRACE_S)
			continue;
		if (found == NULL || goes_before(b, found))
			found = b;
	}
	return found;
}

static bool
room(struct batches *all, const struct client *c, struct need more, enum text *why)
{
	const struct need most = { BATCHES, KEPT_FILES, all->bytes };
	const struct need share = { BATCHES / 3 * 2, KEPT_FILES / 3 * 2, all->bytes / 3 * 2 };

	for (;;) {
		bool own = !fits(kept(all, c), more, share);
		struct batch *b;

		if (!own && fits(kept(all, NULL), more, most))
			return true;
		b = victim(all, c, own);
		if (b == NULL) {
			*why = own ? TEXT_WEB_SHARE : TEXT_WEB_BUSY;
			return false;
		}
		batch_free(all, b);
	}
}

/* -- handing in ------------------------------------------------------------------ */

static bool
token_new(char ret[TOKEN_SIZE])
{
	uint8_t bytes[16];
	size_t i;

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return false;
	for (i = 0; i < sizeof bytes; i++)
		(void)snprintf(ret + i * 2, 3, "%02x", bytes[i]);
	return true;
}

struct batch *
batch_new(struct batches *all, const struct client *c, enum text *why)
{
	struct batch *b;
	struct err e;
	size_t i;

	if (!room(all, c, (struct need){ 1, 1, 0 }, why))
		return NULL;
	*why = TEXT_WEB_BUSY;
	for (i = 0; i < BATCHES && all->at[i] != NULL; i++)
		continue;
	if (i == BATCHES || (b = calloc(1, sizeof *b)) == NULL)
		return NULL;
	b->form = memory_new("form", &e);
	if (b->form < 0 || !token_new(b->token)) {
		batch_free(all, b);
		return NULL;
	}
	b->client = *c;
	b->born_s = all->now_s;
	b->order = all->order++;
	all->at[i] = b;
	return b;
}

void
batch_free(struct batches *all, struct batch *b)
{
	size_t i;

	for (i = 0; i < BATCHES; i++)
		if (all->at[i] == b)
			all->at[i] = NULL;
	for (i = 0; i < b->files; i++)
		outcome_release(&b->file[i].o);
	if (b->form >= 0)
		(void)close(b->form);
	batch_read(b);
	explicit_bzero(b->password, sizeof b->password);
	free(b->file);
	free(b);
}

bool
batch_fill(struct batches *all, struct batch *b, struct view v, enum text *why)
{
	if (b->form_size + v.n > FORM_BYTES) {
		*why = TEXT_WEB_TOO_MUCH;
		return false;
	}
	if (!room(all, &b->client, (struct need){ 0, 0, v.n }, why))
		return false;
	while (v.n > 0) {
		ssize_t n = write(b->form, v.p, v.n);

		if (n < 0 && errno != EINTR) {
			*why = TEXT_WEB_BUSY;
			return false;
		}
		v = view_from(v, n < 0 ? 0 : (size_t)n);
		b->form_size += n < 0 ? 0 : (uint64_t)n;
	}
	return true;
}

/* Browsers may send a path; only its last part is a name. */
static void
name_of(struct view name, char *ret, size_t size)
{
	own_arena struct arena *a = arena_new(65536);
	struct view v = { 0 };
	size_t i;

	for (i = 0; i < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == '\\')
			v = view_from(name, i + 1);
	if (v.p == NULL)
		v = name;
	v = a != NULL ? utf8_tidy(a, v, size - 8) : VIEW("");
	(void)snprintf(ret, size, "%.*s", (int)v.n, v.n > 0 ? (const char *)v.p : "");
	if (*ret == '\0' || strcmp(ret, ".") == 0 || strcmp(ret, "..") == 0)
		(void)snprintf(ret, size, "file");
}

bool
batch_add(struct batch *b, struct view name, uint64_t at, uint64_t size, enum text *why)
{
	struct batch_file *f;
	uint64_t sum = size;
	size_t i;

	for (i = 0; i < b->files; i++)
		sum += b->file[i].size;
	*why = TEXT_WEB_TOO_MUCH;
	if (b->files == BATCH_FILES || sum > BATCH_BYTES)
		return false;
	*why = TEXT_WEB_BUSY;
	if (b->file == NULL && (b->file = calloc(BATCH_FILES, sizeof *b->file)) == NULL)
		return false;
	f = &b->file[b->files++];
	*f = (struct batch_file){ .o.out = -1, .batch = b, .at = at, .size = size, .pour.to = -1 };
	name_of(name, f->name, sizeof f->name);
	return true;
}

void
batch_read(struct batch *b)
{
	if (b->reader != NULL)
		explicit_bzero(b->reader, sizeof *b->reader);
	free(b->reader);
	b->reader = NULL;
}

bool
batch_begin(struct batches *all, struct batch *b, enum text *why)
{
	if (!room(all, &b->client, (struct need){ 0, b->files, 0 }, why))
		return false;
	b->state = WORKING;
	return true;
}

/* -- working --------------------------------------------------------------------- */

struct load {
	size_t batch, client;	/* documents under way */
	uint64_t bytes;		/* of the client */
};

static struct load
load_of(const struct batches *all, const struct batch *b, size_t *ret_all)
{
	struct load l = { .batch = b->begun - b->ended };
	size_t i, k;

	*ret_all = 0;
	for (i = 0; i < BATCHES; i++) {
		const struct batch *o = all->at[i];

		if (o == NULL || o->state != WORKING)
			continue;
		*ret_all += o->begun - o->ended;
		if (!of_client(o, &b->client))
			continue;
		l.client += o->begun - o->ended;
		for (k = 0; k < o->files; k++)
			l.bytes += o->file[k].begun && !o->file[k].ended ? o->file[k].size : 0;
	}
	return l;
}

struct batch_file *
batches_next(const struct batches *all)
{
	const struct batch *best = NULL;
	struct load best_load = { 0 };
	size_t i, busy;

	for (i = 0; i < BATCHES; i++) {
		const struct batch *b = all->at[i];
		struct load l;

		if (b == NULL || b->state != WORKING || b->begun == b->files)
			continue;
		l = load_of(all, b, &busy);
		if (busy >= SIDE_BY_SIDE)
			return NULL;
		if (l.client >= CLIENT_SIDE || (l.client > 0 && l.bytes + b->file[b->begun].size > CLIENT_BYTES))
			continue;
		if (best == NULL || l.client < best_load.client ||
		    (l.client == best_load.client &&
		     (l.batch < best_load.batch || (l.batch == best_load.batch && b->order < best->order)))) {
			best = b;
			best_load = l;
		}
	}
	return best != NULL ? &best->file[best->begun] : NULL;
}

static void
out_name(struct batch_file *f)
{
	const char *ending;
	size_t stem = type_stem(f->o.out_type, f->name, &ending);

	(void)snprintf(f->out_name, sizeof f->out_name, "%.*s%s", (int)stem, f->name, ending);
}

static void
file_over(struct batches *all, struct batch_file *f)
{
	struct batch *b = f->batch;

	f->ended = true;
	b->ended++;
	if (b->ended == b->files) {
		b->state = READY;
		explicit_bzero(b->password, sizeof b->password);
		b->ready_s = all->now_s;
	}
}

void
batch_ended(struct batches *all, struct batch_file *f, const struct outcome *o)
{
	struct batch *b = f->batch;
	enum text why;

	f->o = *o;
	out_name(f);
	if (f->o.out >= 0 && !room(all, &b->client, (struct need){ 0, 0, f->o.out_size }, &why)) {
		(void)close(give_fd(&f->o.out));
		f->o.verdict = VERDICT_FAILED;
		findings_add(&f->o.findings, FINDING_NO_ROOM, "", "", 1);
	}
	if (f->o.out >= 0) {
		b->kept++;
		b->kept_bytes += f->o.out_size;
	}
	file_over(all, f);
}

void
batch_abandon(struct batches *all, struct batch *b)
{
	b->gone = true;
	while (b->begun < b->files) {
		struct batch_file *f = &b->file[b->begun++];

		f->begun = true;
		f->o.verdict = VERDICT_FAILED;
		file_over(all, f);
	}
}

/* -- fetching -------------------------------------------------------------------- */

struct batch *
batch_find(const struct batches *all, const char *token)
{
	size_t i;

	for (i = 0; i < BATCHES; i++)
		if (all->at[i] != NULL && all->at[i]->state == READY && strcmp(all->at[i]->token, token) == 0)
			return all->at[i];
	return NULL;
}

void
batch_fetch(struct batch_file *f)
{
	f->batch->fetching++;
}

void
batch_fetched(struct batches *all, struct batch_file *f, bool whole)
{
	struct batch *b = f->batch;
	size_t i, n = 0;

	b->fetching--;
	f->fetched = f->fetched || whole;
	for (i = 0; i < b->files; i++)
		n += b->file[i].fetched;
	if (whole && n == b->kept)
		b->fetched_s = all->now_s > 0 ? all->now_s : 1;
}

void
batches_forget(struct batches *all)
{
	size_t i;

	for (i = 0; i < BATCHES; i++) {
		struct batch *b = all->at[i];

		if (b == NULL || b->state != READY || b->waiting != NULL || b->fetching > 0)
			continue;
		if (b->gone || all->now_s - b->born_s > BATCH_KEEP_S ||
		    (b->fetched_s != 0 && all->now_s - b->fetched_s > FETCHED_KEEP_S))
			batch_free(all, b);
	}
}
