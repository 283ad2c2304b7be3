/*
 * The walk: from the trailer by kinds.  An indirect object is asked for as
 * some kind and judged as it once; what is asked for waits in a list, so
 * that depth costs no stack.  At the end nothing is left unasked.
 */
#include "inspect/pdf.h"
#include "inspect/flate.h"

enum { REQ = 1, LINKS = 2, META = 4, ATTACH = 8 };
enum where { DIRECT, INDIRECT, ANY };

#define BLEND_MODES "Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn " \
	"HardLight SoftLight Difference Exclusion Hue Saturation Color Luminosity"
#define LINE_ENDS "None Square Circle Diamond OpenArrow ClosedArrow Butt ROpenArrow RClosedArrow Slash"
#define INTENTS "AbsoluteColorimetric RelativeColorimetric Saturation Perceptual"

static const struct shape_row {
	const char *name;
	enum where where;
	shape_check *check;
} shapes[] = {
#define SHAPE(id, where, check) [SHAPE_##id] = { #id, where, check },
#define KEY(owner, key, shape, arg, flags)
#include "inspect/pdf_schema.def"
#undef SHAPE
#undef KEY
};
_Static_assert(SHAPE_COUNT <= 64 * SHAPE_WORDS, "more shapes than bits");

static const struct key_row {
	enum shape owner;
	const char *key;
	uint8_t n;
	enum shape shape;
	const char *arg;
	unsigned flags;
} keys[] = {
#define SHAPE(id, where, check)
#define KEY(owner, key, shape, arg, flags) \
	{ SHAPE_##owner, key, sizeof(key) - 1, SHAPE_##shape, arg, flags },
#include "inspect/pdf_schema.def"
#undef SHAPE
#undef KEY
};
enum { KEYS = sizeof keys / sizeof *keys };

static void
index_keys(struct walk *w)
{
	uint16_t i;

	for (i = 0; i < KEYS; i++)
		if (w->rows[keys[i].owner]++ == 0)
			w->first[keys[i].owner] = i;
}

const struct obj *
inspect_resolve(struct walk *w, const struct obj *o, struct object **ret_of)
{
	struct object *of = NULL;

	if (o != NULL && o->kind == OBJ_REF) {
		if (o->ref > w->f->n)
			return NULL;
		of = &w->f->o[o->ref];
		o = &of->value;
		if (o->kind == OBJ_REF)
			return NULL;
	}
	if (ret_of != NULL)
		*ret_of = of;
	return o;
}

bool
inspect_shape_arg(struct walk *w, const struct obj *o, enum shape shape, const char *arg, struct err *e)
{
	const struct shape_row *row = &shapes[shape];
	struct asked a = { o->ref, shape };
	uint64_t bit = UINT64_C(1) << (shape % 64), *asked;

	if (o->kind != OBJ_REF) {
		if (row->where == INDIRECT)
			return residue(e, "%s that is not indirect", row->name);
		return row->check(w, (struct value){ o, NULL, shape, arg }, e);
	}
	if (row->where == DIRECT)
		return residue(e, "%s that is indirect", row->name);
	if (o->ref > w->f->n)
		return residue(e, "reference to no object");
	asked = &w->f->o[o->ref].asked[shape / 64];
	if (*asked & bit)
		return true;
	*asked |= bit;
	return buf_put(&w->todo, &a, sizeof a) || no_memory(e);
}

bool
inspect_shape(struct walk *w, const struct obj *o, enum shape shape, struct err *e)
{
	return inspect_shape_arg(w, o, shape, NULL, e);
}

static bool
allowed(const struct walk *w, unsigned flags)
{
	const struct profile *p = w->in->profile;

	return !((flags & LINKS && !p->links) || (flags & META && !p->metadata) ||
		 (flags & ATTACH && !p->attachments));
}

/* Rows and keys both ascend, so the search goes on where it last succeeded. */
static const struct key_row *
row_of(const struct walk *w, enum shape kind, struct view key, uint16_t *hint)
{
	uint16_t n = w->rows[kind], i, at = *hint;

	for (i = 0; i < n; i++, at++) {
		const struct key_row *row = &keys[w->first[kind] + (at < n ? at : (at = 0))];

		if (row->n == key.n && memcmp(row->key, key.p, key.n) == 0) {
			*hint = (uint16_t)(at + 1);
			return row;
		}
	}
	return NULL;
}

static unsigned
required(const struct walk *w, const enum shape kinds[4])
{
	unsigned n = 0, k;
	uint16_t i;

	for (k = 0; k < 4; k++)
		for (i = 0; kinds[k] != SHAPE_NONE && i < w->rows[kinds[k]]; i++)
			n += keys[w->first[kinds[k]] + i].flags & REQ;
	return n;
}

bool
inspect_keys(struct walk *w, const struct obj *dict, const enum shape kinds[4], struct err *e)
{
	uint16_t hint[4] = { 0 };
	unsigned found = 0, k;
	size_t i;

	if (dict->kind != OBJ_DICT)
		return residue(e, "%s that is no dictionary", shapes[kinds[0]].name);
	for (i = 0; i < dict->u.d.n; i++) {
		const struct entry *en = &dict->u.d.e[i];
		const struct key_row *row = NULL;
		int n = (int)(en->key.n > 60 ? 60 : en->key.n);

		for (k = 0; k < 4 && row == NULL; k++)
			if (kinds[k] != SHAPE_NONE)
				row = row_of(w, kinds[k], en->key, &hint[k]);
		if (row == NULL || !allowed(w, row->flags))
			return residue(e, "%s: key /%.*s", shapes[kinds[0]].name, n, (const char *)en->key.p);
		found += row->flags & REQ;
		if (!inspect_shape_arg(w, &en->value, row->shape, row->arg, e))
			return err_at(e, "/%.*s", n, (const char *)en->key.p);
	}
	return found == required(w, kinds) || residue(e, "%s: a required key is missing", shapes[kinds[0]].name);
}

bool
inspect_check_dict(struct walk *w, struct value v, struct err *e)
{
	if (v.of != NULL && v.of->stream)
		return residue(e, "%s that is a stream", shapes[v.shape].name);
	return inspect_keys(w, v.o, (const enum shape[4]){ v.shape }, e);
}

/* Keys and, decoded, nothing but data of a stream: the caller judges them. */
bool
inspect_check_stream(struct walk *w, struct value v, struct err *e)
{
	if (v.of == NULL || !v.of->stream)
		return residue(e, "%s that is no stream", shapes[v.shape].name);
	return inspect_keys(w, v.o, (const enum shape[4]){ v.shape }, e);
}

/* -- streams (7.3.8) ------------------------------------------------------------------ */

static bool
is_flate(const struct object *s, bool *ret, struct err *e)
{
	const struct obj *filter = inspect_get(&s->value, "Filter");

	*ret = filter != NULL;
	return filter == NULL || obj_is_name(filter, "FlateDecode") || residue(e, "filter other than FlateDecode");
}

bool
inspect_stream(struct walk *w, const struct object *s, struct view *ret, struct err *e)
{
	bool flate;

	if (!is_flate(s, &flate, e))
		return false;
	buf_clear(&w->plain);
	if (flate && !inspect_flate_buf(w->in, true, s->data, &w->plain, e))
		return false;
	*ret = flate ? buf_bytes(&w->plain) : s->data;
	return true;
}

bool
inspect_stream_size(struct walk *w, const struct object *s, uint64_t n, struct err *e)
{
	bool flate;

	if (!is_flate(s, &flate, e))
		return false;
	if (flate)
		return inspect_flate_size(w->in, true, s->data, n, e);
	return s->data.n == n || residue(e, "%zu bytes of data instead of %llu", s->data.n, (unsigned long long)n);
}

/* -- the walk ---------------------------------------------------------------------------- */

/* Trees of names are looked up while destinations are judged: found before the walk. */
static void
find_dests(struct walk *w)
{
	const struct obj *names = inspect_get(&w->f->o[1].value, "Names");
	const struct obj *dests = inspect_get(names, "Dests");
	const struct obj *array = inspect_get(dests, "Names");

	w->dests = array != NULL && array->kind == OBJ_ARRAY ? array : NULL;
}

/* So are pages: destinations and annotations may only name these. */
static bool
find_pages(struct walk *w, struct err *e)
{
	const struct obj *pages = inspect_resolve(w, inspect_get(&w->f->o[1].value, "Pages"), NULL);
	const struct obj *kids = inspect_get(pages, "Kids");
	size_t i;

	if (kids == NULL || kids->kind != OBJ_ARRAY || kids->u.a.n == 0)
		return residue(e, "no pages");
	for (i = 0; i < kids->u.a.n; i++) {
		const struct obj *k = &kids->u.a.v[i];

		if (k->kind != OBJ_REF || k->ref > w->f->n || w->f->o[k->ref].page)
			return residue(e, "page that is not indirect, or there twice");
		w->f->o[k->ref].page = true;
	}
	return true;
}

static bool
judge(struct walk *w, struct asked a, struct err *e)
{
	struct object *o = &w->f->o[a.num];

	return shapes[a.shape].check(w, (struct value){ &o->value, o, a.shape, NULL }, e) ||
	       err_at(e, "object %u as %s", (unsigned)a.num, shapes[a.shape].name);
}

static bool
all_reached(const struct pdf_file *f, struct err *e)
{
	uint32_t i;
	unsigned k;

	for (i = 1; i <= f->n; i++) {
		uint64_t any = 0;

		for (k = 0; k < SHAPE_WORDS; k++)
			any |= f->o[i].asked[k];
		if (any == 0)
			return residue(e, "object %u is not reachable", (unsigned)i);
	}
	return true;
}

static bool
walk(struct walk *w, struct err *e)
{
	const struct obj root = { .kind = OBJ_REF, .ref = 1 };
	const struct obj *info = inspect_get(&w->f->trailer, "Info");

	index_keys(w);
	find_dests(w);
	if (!find_pages(w, e) || !inspect_shape(w, &root, SHAPE_CATALOG, e))
		return false;
	if (info != NULL && !inspect_shape(w, info, SHAPE_INFO, e))
		return false;
	while (w->todo.n > 0) {
		struct asked a;

		w->todo.n -= sizeof a;
		memcpy(&a, w->todo.p + w->todo.n, sizeof a);
		if (!judge(w, a, e))
			return false;
	}
	return all_reached(w->f, e);
}

bool
inspect_pdf(struct inspection *in, struct view out, struct err *e)
{
	own_arena struct arena *arena = arena_new((size_t)1 << 30);
	struct pdf_file f = { .arena = arena };
	struct walk w = {
		.in = in, .f = &f, .todo = BUF_MAX((size_t)1 << 30), .plain = BUF_MAX((size_t)1 << 30),
	};
	bool ok;

	if (arena == NULL)
		return no_memory(e);
	ok = inspect_pdf_file(&f, out, e) && walk(&w, e);
	free(f.o);
	buf_release(&w.todo);
	buf_release(&w.plain);
	return ok;
}
