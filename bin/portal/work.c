#include "work.h"

#include <unistd.h>

#include "core/own.h"

enum { SLICE = 4 << 20 };

/* What cannot be begun has an outcome all the same. */
static void
file_failed(struct batches *all, struct batch_file *f, const struct err *e)
{
	struct outcome o = { .verdict = VERDICT_FAILED, .out = -1, .in_size = f->size };

	findings_add(&o.findings, e->code == ERR_LIMIT ? FINDING_LIMIT : FINDING_INTERNAL, "", e->text, 1);
	batch_ended(all, f, &o);
}

static void
file_start(struct batches *all, struct batch_file *f)
{
	struct document_sealed sealed = { .size = f->size };
	const char *password = f->batch->password;
	struct document d = { .name = f->name, .profile = f->batch->profile, .password = &password,
			      .passwords = *password != '\0', .tag = f, .sealed = &sealed };
	struct err e = { 0 };
	own_fd int in = pour_end(&f->pour, sealed.hash, &e);

	d.in = in;
	if (in < 0 || !nursery_start(all->nursery, &d, &e))
		file_failed(all, f, &e);
}

static void
file_cut(struct batches *all, struct batch_file *f)
{
	uint64_t left = f->size - f->pour.size;
	struct err e = { 0 };

	if (!pour_from(&f->pour, f->batch->form, f->at + f->pour.size, left < SLICE ? left : SLICE, &e)) {
		f->cutting = false;
		pour_drop(&f->pour);
		file_failed(all, f, &e);
	} else if (f->pour.size == f->size) {
		f->cutting = false;
		file_start(all, f);
	}
}

static void
file_begin(struct batches *all, struct batch_file *f)
{
	struct err e = { 0 };

	f->begun = true;
	f->batch->begun++;
	if (pour_begin(&f->pour, "upload", &e))
		f->cutting = true;
	else
		file_failed(all, f, &e);
}

/* One slice of each file that is being cut out; how many are left. */
static size_t
cut(struct batches *all, struct batch *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->begun; i++)
		if (b->file[i].cutting) {
			file_cut(all, &b->file[i]);
			n += b->file[i].cutting;
		}
	if (n == 0 && b->begun == b->files && b->form >= 0)
		(void)close(give_fd(&b->form));
	return n;
}

bool
work_turn(struct batches *all)
{
	struct batch_file *f;
	size_t i, n = 0;

	while ((f = batches_next(all)) != NULL)
		file_begin(all, f);
	for (i = 0; i < BATCHES; i++)
		if (all->at[i] != NULL && all->at[i]->state == WORKING)
			n += cut(all, all->at[i]);
	return n > 0 || batches_next(all) != NULL;
}

struct batch *
work_collect(struct batches *all)
{
	struct outcome o;
	size_t i;

	while (nursery_ended(all->nursery, &o))
		batch_ended(all, o.tag, &o);
	for (i = 0; i < BATCHES; i++)
		if (all->at[i] != NULL && all->at[i]->state == READY && all->at[i]->waiting != NULL && !all->at[i]->told) {
			all->at[i]->told = true;
			return all->at[i];
		}
	return NULL;
}
