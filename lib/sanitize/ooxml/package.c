/* package.c - the walk over a package: what stays, and what it becomes. */
#include <stdlib.h>
#include <strings.h>

#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package_in.h"

/* -- entries and parts ------------------------------------------------ */

struct package_entry *
package_entry(struct package *k, const struct zip_entry *en)
{
	size_t i = (size_t)(((uintptr_t)en >> 4) * 0x9e3779b97f4a7c15u >> 20) & (k->entries - 1);

	while (k->entry[i].en != NULL && k->entry[i].en != en)
		i = (i + 1) & (k->entries - 1);
	k->entry[i].en = en;
	return &k->entry[i];
}

struct opc_part *
part_new(struct package *k, enum part_kind kind, const char *name)
{
	struct opc_part *p = arena_get(k->arena, sizeof *p);

	if (p == NULL)
		return NULL;
	if (k->parts == k->part_cap) {
		size_t cap = k->part_cap == 0 ? 64 : k->part_cap * 2;
		struct opc_part **more = realloc(k->part, cap * sizeof *more);

		if (more == NULL)
			return NULL;
		k->part = more;
		k->part_cap = cap;
	}
	*p = (struct opc_part){ .package = k, .kind = kind, .name = name,
			    .out = BUF_MAX((size_t)k->job->profile->limits.output) };
	k->part[k->parts++] = p;
	return p;
}

static const struct zip_entry *
entry_of(struct package *k, const char *name)
{
	const struct zip_entry *en = zip_find(k->zip, name);

	return en == NULL || en->directory ? NULL : en;
}

bool
package_unpack(struct package *k, const char *name, struct buf *ret, bool *found, struct err *e)
{
	const struct zip_entry *en = entry_of(k, name);
	struct package_entry *x;

	*found = en != NULL;
	if (en == NULL)
		return true;
	x = package_entry(k, en);
	x->met = true;
	if (++k->job->entries > k->job->profile->limits.entries)
		return err_set(e, ERR_LIMIT, "more than %u parts", k->job->profile->limits.entries);
	return job_tick(k->job, e) && zip_unpack(k->zip, en, k->job, ret, e);
}

/* -- following -------------------------------------------------------- */

/* What ends the whole document, not this part alone. */
static bool
is_fatal(const struct package *k, const struct err *e)
{
	return e->code == ERR_SYSTEM || (e->code == ERR_LIMIT && job_spent(k->job));
}

/* Only one part may be called so. */
static bool
is_second(const struct package *k, const struct opc_part *p)
{
	size_t i;

	if (strstr(part_rows[p->kind].path, "%u") != NULL)
		return false;
	for (i = 0; i < k->parts; i++)
		if (k->part[i] != p && k->part[i]->kind == p->kind && k->part[i]->state != PART_GONE)
			return true;
	return false;
}

static bool
follow_implied(struct opc_part *p, struct err *e)
{
	bool seen[RELATION_TYPES] = { false };
	size_t i;

	for (i = 0; i < p->relations; i++) {
		struct relation *r = &p->relation[i];
		struct opc_part *to;

		if (r->how == RELATION_USED || r->external || (r->how == RELATION_IMPLIED && seen[r->type]))
			continue;
		if (!part_follow(p, r, &to, e))
			return false;
		r = &p->relation[i];
		r->used = to != NULL;
		seen[r->type] |= to != NULL;
	}
	return true;
}

static bool
build(struct opc_part *p, struct err *e)
{
	struct package *k = p->package;
	own_buf struct buf in = BUF_MAX((size_t)k->job->profile->limits.unpacked);
	bool found;

	return package_unpack(k, p->name, &in, &found, e) && relations_read(p, e) &&
	       part_rows[p->kind].rebuild(p, buf_bytes(&in), &p->out, e) && buf_ok(&p->out, e) &&
	       follow_implied(p, e);
}

/* Rebuilds a part; false when nothing can go on. */
static bool
run(struct opc_part *p, struct err *e)
{
	struct package *k = p->package;
	bool ok;

	if (k->nested == NESTED_MAX || is_second(k, p)) {
		p->state = PART_GONE;
		return true;
	}
	p->state = PART_RUNNING;
	k->nested++;
	ok = build(p, e);
	k->nested--;
	p->state = ok ? PART_KEPT : PART_GONE;
	if (ok)
		return true;
	buf_release(&p->out);
	if (is_fatal(k, e))
		return false;
	if (p->kind == k->main)
		return true;
	if (p->awaited)
		return err_at(e, "%s", p->name);
	if (e->code != ERR_NONE)
		job_find(k->job, FINDING_OOXML_PART_BROKEN, p->name, "%s", e->text);
	return true;
}

/* As archives spell names; some of Windows' own write `\\` for `/`. */
static const char *
part_name(struct package *k, const struct zip_entry *en)
{
	size_t i, n = strlen(en->name);
	char *name = arena_get(k->arena, n + 1);

	for (i = 0; name != NULL && i <= n; i++)
		name[i] = en->name[i] == '\\' ? '/' : en->name[i];
	return name;
}

/* The part that the relationship means, NULL where there is none. */
static struct opc_part *
target_part(struct opc_part *p, const struct relation *r)
{
	struct package *k = p->package;
	own_buf struct buf name = BUF_MAX(2 * NAME_MAX_);
	const struct zip_entry *en = NULL;
	struct package_entry *x;
	const char *entry_name;

	if (target_name(p, r->target, &name))
		en = entry_of(k, (const char *)name.p);
	if (en == NULL) {
		job_find(k->job, FINDING_OOXML_PART_BROKEN, p->name, "missing: %.*s",
			 (int)(r->target.n < 200 ? r->target.n : 200), (const char *)r->target.p);
		return NULL;
	}
	x = package_entry(k, en);
	x->met = true;
	if (x->part == NULL && (entry_name = part_name(k, en)) != NULL && (x->part = part_new(k, r->kind, entry_name)) != NULL)
		x->part->asker = p;
	return x->part != NULL && x->part->kind == r->kind ? x->part : NULL;
}

bool
part_follow(struct opc_part *p, struct relation *r, struct opc_part **to, struct err *e)
{
	struct opc_part *t = r->to;

	*to = t;
	if (r->followed)
		return true;
	r->followed = true;
	t = target_part(p, r);
	if (t == NULL)
		return true;
	if (t->state == PART_NEW && !run(t, e))
		return false;
	if (t->state == PART_RUNNING)
		t->awaited = true;
	if (t->state != PART_GONE)
		*to = r->to = t;
	return true;
}

bool
part_instead(struct opc_part *p, struct relation *r, struct view in, struct opc_part **to, struct err *e)
{
	struct opc_part *t = part_new(p->package, r->kind, "");

	if (t == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	t->asker = p;
	t->state = PART_KEPT;
	*to = r->to = t;
	return part_rows[t->kind].rebuild(t, in, &t->out, e) && buf_ok(&t->out, e);
}

/* -- the package ------------------------------------------------------ */

static bool
open_zip(struct package *k, struct view in, struct err *e)
{
	const struct limits *l = &k->job->profile->limits;
	struct zip_limits lim = { l->entries, l->unpacked };
	struct zip_notes notes = { 0 };
	size_t i;

	k->zip = zip_new(in, &lim, &notes, e);
	if (k->zip == NULL) {
		if (notes.disagree)
			job_find(k->job, FINDING_ZIP_DISAGREE, "", "%s", e->text);
		return false;
	}
	zip_report(k->job, k->zip, &notes);
	for (i = 0; i < zip_count(k->zip); i++) {
		const struct zip_entry *en = zip_at(k->zip, i);

		if (en->duplicate)
			job_find(k->job, FINDING_ZIP_DUPLICATE, en->name, NULL);
		if (en->overlap || en->link)
			return err_set(e, ERR_MALFORMED, "%s: %s", en->name, en->overlap ? "overlaps another entry" : "is a link");
	}
	for (k->entries = 16; k->entries < 2 * zip_count(k->zip);)
		k->entries *= 2;
	k->entry = arena_array(k->arena, k->entries, sizeof *k->entry);
	return k->entry != NULL || err_set(e, ERR_SYSTEM, "no memory");
}

/* Parts behind those that were left: met too, so that they are not told as unused. */
static bool
meet_left(struct package *k, struct err *e)
{
	size_t i;
	bool more = true;

	while (more) {
		more = false;
		for (i = 0; i < zip_count(k->zip); i++) {
			struct package_entry *x = package_entry(k, zip_at(k->zip, i));
			struct opc_part *p;
			const char *name;

			if (!x->left || x->part != NULL)
				continue;
			name = part_name(k, x->en);
			p = x->part = name == NULL ? NULL : part_new(k, PART_NONE, name);
			if (p == NULL)
				return err_set(e, ERR_SYSTEM, "no memory");
			p->state = PART_GONE;
			more = true;
			if (!relations_read(p, e) && is_fatal(k, e))
				return false;
		}
	}
	return true;
}

/* What nothing referred to. */
static bool
tell_unused(struct package *k, struct err *e)
{
	size_t i, told = 0;

	if (!meet_left(k, e))
		return false;
	for (i = 0; i < zip_count(k->zip); i++) {
		const struct zip_entry *en = zip_at(k->zip, i);

		if (en->directory || en->duplicate || package_entry(k, en)->met || strcasecmp(en->name, "[Content_Types].xml") == 0)
			continue;
		job_find(k->job, FINDING_OOXML_PART, "", "%s", told++ < TOLD_MAX ? en->name : "…");
	}
	return true;
}

static bool
walk(struct package *k, struct err *e)
{
	struct opc_part *main = NULL;
	struct relation *r;
	size_t i;

	k->root = part_new(k, PART_PACKAGE, "");
	if (k->root == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	k->root->state = PART_RUNNING;
	if (!relations_read(k->root, e))
		return err_at(e, "the package");
	for (i = 0; i < k->root->relations && main == NULL; i++) {
		r = &k->root->relation[i];
		if (r->type != RELATION_DOCUMENT)
			continue;
		*e = (struct err){ 0 };
		if (!part_follow(k->root, r, &main, e))
			return false;
	}
	if (main == NULL)
		return e->code != ERR_NONE ? false : err_set(e, ERR_MALFORMED, "no main part");
	return follow_implied(k->root, e);
}

static void
package_release(struct package *k)
{
	size_t i;

	for (i = 0; i < k->parts; i++)
		buf_release(&k->part[i]->out);
	free(k->part);
	zip_free(k->zip);
	arena_free(k->arena);
}

bool
package_rebuild(struct job *j, enum part_kind main, void *own, struct view in, struct buf *out, struct err *e)
{
	__attribute__((cleanup(package_release))) struct package k = {
		.job = j, .arena = arena_new(0), .own = own, .main = main,
	};

	if (!markup_compile(&ooxml_vocabulary, e))
		return false;
	if (k.arena == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	return open_zip(&k, in, e) && walk(&k, e) && tell_unused(&k, e) && package_write(&k, out, e);
}
