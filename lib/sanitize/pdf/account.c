/*
 * account.c - the account of a document: what of it did not come along.
 *
 * Reading marks what was read (pdf.h, enum pdf_mark), so that this is the
 * one place where a thing can be forgotten, and it forgets nothing: from
 * the trailer and the pages on it goes by every entry that was read to every
 * dictionary that was looked into, and tells of each entry that was not
 * read, and of each dictionary into which nobody looked.  A clerk gets one
 * finding for each kind of place, with the names.
 */
#include "sanitize/pdf/account.h"

#include <stdio.h>

#include "sanitize/pdf/document.h"

enum {
	NAMES_MAX = 12,		/* in one finding */
	NAME_SHOWN = 40,	/* bytes of a name */
	PATH_MAX_BYTES = 300,	/* two names of at most 127 bytes and a point */
	SCAN_DEEP = 48,		/* arrays and dictionaries in each other, in search of actions... */
	SCAN_MAX = 1000000,	/* ...and how many in all; past that nothing is bookkeeping */
	PLAIN_LONG = 1024,	/* bytes of a string that may be bookkeeping */
	PLAIN_MAX = 4000000,	/* elements of arrays that were looked at for it */
};

static const uint8_t kind_places[PDF_DICT_COUNT] = {
#define PLACE(id, words)
#define KIND(dict, place) [PDF_DICT_##dict] = PLACE_##place,
#define SILENT(place, path)
#define WHOLE(place, path)
#define TOLD(place, path, finding)
#include "sanitize/pdf/account.def"
#undef PLACE
#undef KIND
};

static const char *const place_words[PLACE_COUNT] = {
#define PLACE(id, words) [PLACE_##id] = words,
#define KIND(dict, place)
#include "sanitize/pdf/account.def"
#undef PLACE
#undef SILENT
#undef WHOLE
#undef TOLD
};

static const struct row {
	enum place place;
	const char *path;
	enum { ROW_SILENT, ROW_WHOLE, ROW_TOLD } how;
	enum finding_code code;		/* of ROW_TOLD */
} rows[] = {
#define PLACE(id, words)
#define SILENT(place, path) { PLACE_##place, #path, ROW_SILENT, FINDING_COUNT },
#define WHOLE(place, path) { PLACE_##place, #path, ROW_WHOLE, FINDING_COUNT },
#define TOLD(place, path, finding) { PLACE_##place, #path, ROW_TOLD, FINDING_##finding },
#include "sanitize/pdf/account.def"
#undef PLACE
#undef KIND
#undef SILENT
#undef WHOLE
#undef TOLD
};

enum place
place_of(enum pdf_dict_kind kind)
{
	return kind_places[kind];
}

/* What one finding will say. */
struct told {
	enum place place;
	enum finding_code code;
	struct view name[NAMES_MAX];
	size_t names;
	uint32_t count;
	bool more;	/* names than it has room for */
};

struct visit {
	const struct pdf_obj *o;	/* resolved */
	enum place place;		/* of the dictionary where the reference stands, */
	struct view via;		/* and its key */
};

struct account {
	struct doc *d;
	struct seen seen, scanned;
	struct visit *todo;
	size_t n, cap;
	struct told *told;
	size_t tolds, told_cap;
	uint32_t scans, plains;
};

/* -- the table ----------------------------------------------------------- */

static const struct row *
row_of(enum place place, struct view path, struct view key)
{
	bool own = path.n == key.n;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];

		if (r->place == PLACE_ANY ? view_is(key, r->path)
					  : r->place == place && (view_is(path, r->path) ||
								   (own && strcmp(r->path, "*") == 0)))
			return r;
	}
	return NULL;
}

/* Annex E: names of second and third class begin with their owner's prefix. */
static bool
is_private(struct view key)
{
	size_t i;

	for (i = 0; i < key.n && i < 8; i++) {
		uint8_t c = key.p[i];

		if (c == '_' || c == '.' || c == ':')
			return i >= 2;
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			break;
	}
	return false;
}

/* -- findings ------------------------------------------------------------ */

static struct told *
told_of(struct account *a, enum place place, enum finding_code code)
{
	struct told *t;
	size_t i;

	for (i = 0; i < a->tolds; i++)
		if (a->told[i].place == place && a->told[i].code == code)
			return &a->told[i];
	t = doc_grow(a->d, a->told, a->tolds, &a->told_cap, sizeof *t);
	if (t == NULL)
		return NULL;
	a->told = t;
	t[a->tolds] = (struct told){ .place = place, .code = code };
	return &t[a->tolds++];
}

static void
tell(struct account *a, enum place place, enum finding_code code, struct view path)
{
	struct told *t = told_of(a, place, code);
	size_t i;

	if (t == NULL)
		return;
	t->count += t->count < UINT32_MAX;
	for (i = 0; i < t->names; i++)
		if (view_eq(t->name[i], path))
			return;
	if (t->names == NAMES_MAX)
		t->more = true;
	else
		t->name[t->names++] = arena_copy(a->d->r->arena, path);
}

static void
say(struct account *a, const struct told *t)
{
	own_buf struct buf names = { 0 };
	size_t i;

	for (i = 0; i < t->names; i++) {
		struct view name = t->name[i];

		(void)buf_str(&names, i > 0 ? ", " : "");
		(void)buf_view(&names, view_of(name.p, name.n > NAME_SHOWN ? NAME_SHOWN : name.n));
	}
	(void)buf_str(&names, t->more ? ", ..." : "");
	job_find_many(a->d->r->job, t->code, place_words[t->place], t->count, "%.*s", (int)names.n,
		      (const char *)names.p);
}

/* -- what did not come along --------------------------------------------- */

/* Tells of the actions in a value that nobody looked into; was there one? */
static bool
scan(struct account *a, const struct pdf_obj *raw, unsigned deep)
{
	const struct pdf_obj *o;
	const struct pdf_dict *dict;
	bool any = false;
	size_t i;

	if (raw->kind != PDF_REF && raw->kind != PDF_ARRAY && pdf_dict_of(raw) == NULL)
		return false;
	if (deep > SCAN_DEEP)
		a->scans = SCAN_MAX;	/* no honest part of a document nests so */
	if (a->scans >= SCAN_MAX || !doc_tick(a->d) || !seen_first(&a->scanned, doc_num(raw)))
		return false;
	a->scans++;
	o = pdf_resolve(a->d->r->in, raw);
	dict = pdf_dict_of(o);
	for (i = 0; o->kind == PDF_ARRAY && i < o->u.a.n && a->scans < SCAN_MAX; i++)
		any |= scan(a, &o->u.a.v[i], deep + 1);
	/* Into what was looked, it is told there. */
	if (dict == NULL || pdf_met(dict))
		return any;
	if (is_action(a->d, dict)) {
		report_action(a->d, o, false);
		return true;
	}
	for (i = 0; i < dict->n && a->scans < SCAN_MAX; i++)
		any |= scan(a, &dict->e[i].value, deep + 1);
	return any;
}

/* Nothing in it but plain values, and what is written where it belongs. */
static bool
is_plain(struct account *a, const struct pdf_obj *raw, unsigned deep)
{
	const struct pdf_obj *o = pdf_resolve(a->d->r->in, raw);
	size_t i;

	if (o->kind == PDF_STRING)
		return o->u.s.n <= PLAIN_LONG;
	if (pdf_dict_of(o) != NULL)
		return o->u.d->n == 0 || pdf_met(o->u.d);
	if (o->kind != PDF_ARRAY)
		return true;
	/* One array may stand in many. */
	for (i = 0; i < o->u.a.n && deep < SCAN_DEEP; i++)
		if (a->plains++ >= PLAIN_MAX || !is_plain(a, &o->u.a.v[i], deep + 1))
			return false;
	return deep < SCAN_DEEP;
}

/* An empty array, dictionary or string: dropping it drops nothing. */
static bool
is_empty(struct account *a, const struct pdf_obj *raw)
{
	const struct pdf_obj *o = pdf_resolve(a->d->r->in, raw);

	return o->kind == PDF_NULL || (o->kind == PDF_ARRAY && o->u.a.n == 0) ||
	       (o->kind == PDF_DICT && o->u.d->n == 0) || (o->kind == PDF_STRING && o->u.s.n == 0);
}

static bool
is_silent(struct account *a, const struct row *row, const struct pdf_obj *value)
{
	if (is_empty(a, value))
		return true;
	if (row == NULL || row->how == ROW_TOLD || a->scans >= SCAN_MAX)
		return false;
	return row->how == ROW_WHOLE || is_plain(a, value, 0);
}

static void
drop(struct account *a, enum place place, struct view path, struct view key,
     const struct pdf_obj *value)
{
	const struct row *row = row_of(place, path, key);
	enum finding_code code = row != NULL && row->how == ROW_TOLD ? row->code
				 : is_private(key)		      ? FINDING_PDF_PRIVATE
								      : FINDING_PDF_ENTRY;

	(void)snprintf(a->d->where, sizeof a->d->where, "%s", place_words[place]);
	if (!scan(a, value, 0) && !is_silent(a, row, value))
		tell(a, place, code, path);
}

/* -- the way through the document ---------------------------------------- */

static struct view
path_of(struct view via, struct view key, char room[PATH_MAX_BYTES])
{
	int n;

	if (via.n == 0)
		return key;
	n = snprintf(room, PATH_MAX_BYTES, "%.*s.%.*s", (int)via.n, (const char *)via.p, (int)key.n,
		     (const char *)key.p);
	return view_of(room, n < 0 ? 0 : (size_t)n < PATH_MAX_BYTES ? (size_t)n : PATH_MAX_BYTES - 1);
}

static void
later(struct account *a, const struct visit *v)
{
	a->todo = doc_grow(a->d, a->todo, a->n, &a->cap, sizeof *a->todo);
	if (a->todo != NULL)
		a->todo[a->n++] = *v;
	else
		a->n = a->cap = 0;
}

static void go_into(struct account *a, const struct visit *v);

/* A value that was read, in the dictionary of `v`, under a key. */
static void
follow(struct account *a, const struct visit *v, struct view path, struct view key,
       const struct pdf_obj *raw)
{
	const struct pdf_obj *o = pdf_resolve(a->d->r->in, raw);
	struct visit next = { o, v->place, key };
	size_t i;

	if (o->kind == PDF_ARRAY && raw->kind != PDF_REF) {
		for (i = 0; i < o->u.a.n && doc_tick(a->d); i++)
			follow(a, v, path, key, &o->u.a.v[i]);
	} else if (o->kind == PDF_ARRAY) {
		if (seen_first(&a->seen, doc_num(raw)))
			later(a, &next);
	} else if (pdf_dict_of(o) != NULL && !pdf_met(o->u.d)) {
		if (o->u.d->n > 0)
			drop(a, v->place, path, key, raw);
	} else if (pdf_dict_of(o) != NULL && raw->kind != PDF_REF) {
		go_into(a, &next);
	} else if (pdf_dict_of(o) != NULL && seen_first(&a->seen, doc_num(raw))) {
		later(a, &next);
	}
}

/* An action that was read as something else, of which nobody asked what it does. */
static bool
is_disguised(struct account *a, const struct pdf_dict *dict)
{
	size_t i;

	for (i = 0; i < dict->n && !view_is(dict->e[i].key, "S"); i++)
		;
	return i < dict->n && pdf_marked(dict, i) == PDF_UNREAD && is_action(a->d, dict);
}

/* Direct values nest no deeper than the parser lets them. */
static void
go_into(struct account *a, const struct visit *v)
{
	const struct pdf_dict *dict = pdf_dict_of(v->o);
	enum place own = dict != NULL ? (enum place)pdf_placed(dict) : PLACE_NONE;
	struct visit here = { v->o, own != PLACE_NONE ? own : v->place, VIEW("") };
	struct view via = own != PLACE_NONE ? VIEW("") : v->via, path;
	char room[PATH_MAX_BYTES];
	size_t i;

	if (dict == NULL) {
		/* An array by reference: as if it stood where the reference does. */
		for (i = 0; v->o->kind == PDF_ARRAY && i < v->o->u.a.n && doc_tick(a->d); i++)
			follow(a, v, v->via, v->via, &v->o->u.a.v[i]);
		return;
	}
	if (is_disguised(a, dict)) {
		(void)snprintf(a->d->where, sizeof a->d->where, "%s", place_words[here.place]);
		report_action(a->d, v->o, false);
		return;
	}
	for (i = 0; i < dict->n && doc_tick(a->d); i++) {
		path = path_of(via, dict->e[i].key, room);
		switch (pdf_marked(dict, i)) {
		case PDF_TOLD: break;
		case PDF_READ: follow(a, &here, path, dict->e[i].key, &dict->e[i].value); break;
		default: drop(a, here.place, path, dict->e[i].key, &dict->e[i].value);
		}
		/* Met by another way, it is no news. */
		pdf_mark_at(dict, i, PDF_TOLD);
	}
}

/* The account of this document, begun at the first need. */
static struct account *
account_of(struct doc *d)
{
	struct account *a = d->r->account;

	if (a == NULL) {
		a = doc_array(d, 1, sizeof *a);
		if (a == NULL || !seen_new(d, &a->seen) || !seen_new(d, &a->scanned))
			return NULL;
		d->r->account = a;
	}
	a->d = d;
	return a;
}

void
tell_stray(struct pdf_rebuild *r, enum place place, const struct pdf_dict *dict)
{
	struct err e = { 0 };
	struct doc d = { .r = r, .e = &e };
	const struct pdf_obj o = { .kind = PDF_DICT, .u.d = dict };
	struct account *a = account_of(&d);

	if (a == NULL)
		return;
	go_into(a, &(struct visit){ &o, place, VIEW("") });
	a->d = NULL;
}

static void
begin_at(struct account *a, const struct pdf_dict *dict, enum place place)
{
	struct pdf_obj *o = doc_array(a->d, 1, sizeof *o);

	if (o == NULL || dict == NULL)
		return;
	*o = (struct pdf_obj){ .kind = PDF_DICT, .u.d = dict };
	later(a, &(struct visit){ o, place, VIEW("") });
}

void
tell_rest(struct doc *d)
{
	struct account *a = account_of(d);
	size_t i;

	if (a == NULL)
		return;
	pdf_place(pdf_trailer(d->r->in), PLACE_TRAILER);
	pdf_mark(pdf_trailer(d->r->in), "Encrypt", PDF_TOLD);
	begin_at(a, pdf_trailer(d->r->in), PLACE_TRAILER);
	/* A repaired file's catalogue and pages may hang on nothing. */
	begin_at(a, pdf_catalog(d->r->in), PLACE_CATALOG);
	for (i = 0; i < d->pages && doc_tick(d); i++)
		if (!d->page[i].copy)
			begin_at(a, d->page[i].d, PLACE_PAGE);
	while (a->n > 0 && doc_tick(d)) {
		struct visit v = a->todo[--a->n];

		go_into(a, &v);
	}
	for (i = 0; i < a->tolds && !d->dead; i++)
		say(a, &a->told[i]);
	d->where[0] = '\0';
	if (pdf_behind(d->r->in) > 0)
		job_find_many(d->r->job, FINDING_PDF_STREAM_BEHIND, "", pdf_behind(d->r->in), "%s", "");
}
