#include "batch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "core/own.h"
#include "core/utf8.h"
#include "nursery/memory.h"

/* Documents under way at once, over all visitors. */
enum { SIDE_BY_SIDE = 8 };

int64_t
seconds_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

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

static uint64_t
kept_bytes(const struct batches *all)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < BATCHES; i++)
		if (all->at[i] != NULL)
			n += all->at[i]->bytes;
	return n;
}

struct batch *
batch_new(struct batches *all)
{
	struct batch *b = NULL;
	size_t i;

	if (kept_bytes(all) > BATCH_ALL_BYTES)
		return NULL;
	for (i = 0; i < BATCHES && all->at[i] != NULL; i++)
		continue;
	if (i == BATCHES || (b = calloc(1, sizeof *b)) == NULL)
		return NULL;
	if (!token_new(b->token)) {
		free(b);
		return NULL;
	}
	b->born_s = seconds_now();
	b->profile = profile_at(0);
	all->at[i] = b;
	return b;
}

static bool
under_way(const struct batch *b)
{
	size_t i;

	for (i = 0; i < b->files; i++)
		if (b->file[i].begun && !b->file[i].ended)
			return true;
	return false;
}

void
batch_free(struct batches *all, struct batch *b)
{
	size_t i;

	for (i = 0; i < BATCHES; i++)
		if (all->at[i] == b)
			all->at[i] = NULL;
	for (i = 0; i < b->files; i++) {
		if (b->file[i].in >= 0)
			(void)close(b->file[i].in);
		outcome_release(&b->file[i].o);
	}
	free(b);
}

struct batch *
batch_find(const struct batches *all, const char *token)
{
	size_t i;

	for (i = 0; i < BATCHES; i++)
		if (all->at[i] != NULL && strcmp(all->at[i]->token, token) == 0)
			return all->at[i];
	return NULL;
}

/* Browsers may send a path; only its last part is a name. */
static void
name_of(const char *name, char *ret, size_t size)
{
	own_arena struct arena *a = arena_new(65536);
	const char *p;
	struct view v;

	for (p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			name = p + 1;
	v = a != NULL ? utf8_tidy(a, view_str(name), size - 8) : VIEW("");
	(void)snprintf(ret, size, "%.*s", (int)v.n, v.n > 0 ? (const char *)v.p : "");
	if (*ret == '\0')
		(void)snprintf(ret, size, "file");
}

struct batch_file *
batch_add(struct batch *b, const char *name, struct err *e)
{
	struct batch_file *f;

	if (b->files == BATCH_FILES) {
		err_set(e, ERR_LIMIT, "more than %d files", BATCH_FILES);
		return NULL;
	}
	f = &b->file[b->files];
	*f = (struct batch_file){ .o.out = -1, .batch = b };
	f->in = memory_new("upload", e);
	if (f->in < 0)
		return NULL;
	name_of(name, f->name, sizeof f->name);
	b->files++;
	return f;
}

/* "見積.xlsm" that became a .xlsx is called so. */
static void
out_name(struct batch_file *f)
{
	const char *dot = strrchr(f->name, '.');
	size_t stem = dot == NULL || dot == f->name ? strlen(f->name) : (size_t)(dot - f->name);
	const char *ending = type_ending(f->o.type);

	if (dot != NULL && type_has_ending(f->o.type, view_str(dot + 1)))
		ending = dot;
	(void)snprintf(f->out_name, sizeof f->out_name, "%.*s%s", (int)stem, f->name, ending);
}

static void
file_ended(struct batch_file *f)
{
	f->ended = true;
	f->batch->ended++;
	out_name(f);
}

static void
file_start(struct batches *all, struct batch_file *f)
{
	struct document d = { .name = f->name, .profile = f->batch->profile, .in = f->in, .tag = f };
	struct err e;

	f->begun = true;
	if (lseek(f->in, 0, SEEK_SET) != 0 || !nursery_start(all->nursery, &d, &e)) {
		f->o.verdict = VERDICT_FAILED;
		findings_add(&f->o.findings, FINDING_INTERNAL, "", e.text, 1);
		file_ended(f);
	}
	(void)close(give_fd(&f->in));
}

void
batches_start(struct batches *all)
{
	size_t i, k;

	for (i = 0; i < BATCHES; i++)
		for (k = 0; all->at[i] != NULL && k < all->at[i]->files; k++) {
			if (nursery_busy(all->nursery) >= SIDE_BY_SIDE)
				return;
			/* Only a batch that is waited for has all its bytes. */
			if (all->at[i]->waiting != NULL && !all->at[i]->file[k].begun)
				file_start(all, &all->at[i]->file[k]);
		}
}

struct batch *
batches_collect(struct batches *all)
{
	struct outcome o;
	size_t i;

	while (nursery_ended(all->nursery, &o)) {
		struct batch_file *f = o.tag;

		f->o = o;
		file_ended(f);
	}
	for (i = 0; i < BATCHES; i++)
		if (all->at[i] != NULL && all->at[i]->waiting != NULL &&
		    all->at[i]->ended == all->at[i]->files)
			return all->at[i];
	return NULL;
}

void
batches_forget(struct batches *all, int64_t now_s)
{
	size_t i;

	for (i = 0; i < BATCHES; i++)
		if (all->at[i] != NULL && now_s - all->at[i]->born_s > BATCH_KEEP_S &&
		    all->at[i]->waiting == NULL && !under_way(all->at[i]))
			batch_free(all, all->at[i]);
}
