#include "core/finding.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/utf8.h"

#define FINDING(id, action, clause, ja, en, why_ja, why_en)                                \
	_Static_assert(sizeof(ja) > 1 && sizeof(en) > 1 && sizeof(why_ja) > 1 &&           \
			       sizeof(why_en) > 1 && sizeof(clause) > 1,                   \
		       #id ": clause and both languages, please");
#include "core/finding.def"
#undef FINDING

static const struct {
	const char *name, *clause, *text[LANG_COUNT], *why[LANG_COUNT];
	enum action action;
} infos[] = {
#define FINDING(id, act, clause, ja, en, why_ja, why_en)                                   \
	[FINDING_##id] = { #id, clause, { ja, en }, { why_ja, why_en }, ACTION_##act },
#include "core/finding.def"
#undef FINDING
};

static const char *const verdicts[] = { "clean", "disarmed", "flattened",
					"text",  "refused",  "failed" };
static const char *const actions[] = { "removed", "replaced", "rebuilt", "noted", "refused" };

void
findings_release(struct findings *f)
{
	free(f->row);
	free(f->part);
	free(f->hash);
	arena_free(f->strings);
	*f = (struct findings){ 0 };
}

static const char *
keep(struct findings *f, const char *s, size_t max)
{
	struct view v;

	if (s == NULL || *s == '\0')
		return "";
	if (f->strings == NULL)
		f->strings = arena_new(16 << 20);
	if (f->strings == NULL)
		return NULL;
	v = utf8_tidy(f->strings, view_str(s), max);
	return (const char *)v.p;
}

static uint32_t
hash_of(enum finding_code code, const char *where, const char *detail)
{
	uint32_t h = 2166136261u ^ (uint32_t)code;

	for (; *where != '\0'; where++)
		h = (h ^ (uint8_t)*where) * 16777619u;
	h = (h ^ 0xffu) * 16777619u;
	for (; *detail != '\0'; detail++)
		h = (h ^ (uint8_t)*detail) * 16777619u;
	return h;
}

/* The slot in the open-addressed table for this row: its own, or a free one. */
static uint32_t *
slot_of(struct findings *f, enum finding_code code, const char *where, const char *detail)
{
	size_t i = hash_of(code, where, detail) & (f->hash_n - 1);

	while (f->hash[i] != 0) {
		const struct finding *r = &f->row[f->hash[i] - 1];

		if (r->code == code && strcmp(r->where, where) == 0 &&
		    strcmp(r->detail, detail) == 0)
			break;
		i = (i + 1) & (f->hash_n - 1);
	}
	return &f->hash[i];
}

static bool
rows_room(struct findings *f)
{
	size_t cap = f->cap == 0 ? 32 : f->cap * 2;
	struct finding *row;

	if (f->hash == NULL) {
		f->hash_n = 4096;	/* over twice FINDINGS_MAX, a power of two */
		f->hash = calloc(f->hash_n, sizeof *f->hash);
		if (f->hash == NULL)
			return false;
	}
	if (f->n < f->cap)
		return true;
	row = realloc(f->row, cap * sizeof *row);
	if (row == NULL)
		return false;
	f->row = row;
	f->cap = cap;
	return true;
}

void
findings_add(struct findings *f, enum finding_code code, const char *where, const char *detail,
	     uint32_t count)
{
	const char *w, *d;
	uint32_t *slot;

	if (f->n >= FINDINGS_MAX || !rows_room(f)) {
		f->dropped += count;
		return;
	}
	w = keep(f, where, FINDING_WHERE_MAX);
	d = keep(f, detail, FINDING_DETAIL_MAX);
	if (w == NULL || d == NULL) {
		f->dropped += count;
		return;
	}
	slot = slot_of(f, code, w, d);
	if (*slot != 0) {
		struct finding *r = &f->row[*slot - 1];

		r->count = r->count > UINT32_MAX - count ? UINT32_MAX : r->count + count;
		return;
	}
	f->row[f->n] = (struct finding){ code, count, w, d };
	*slot = (uint32_t)++f->n;
}

size_t
findings_part(struct findings *f, uint32_t depth, const char *name, enum type type,
	      uint64_t size_in)
{
	const char *kept;

	if (f->parts >= FINDINGS_PARTS_MAX)
		return SIZE_MAX;
	if (f->parts == f->parts_cap) {
		size_t cap = f->parts_cap == 0 ? 16 : f->parts_cap * 2;
		struct part *part = realloc(f->part, cap * sizeof *part);

		if (part == NULL)
			return SIZE_MAX;
		f->part = part;
		f->parts_cap = cap;
	}
	kept = keep(f, name, FINDING_WHERE_MAX);
	if (kept == NULL)
		return SIZE_MAX;
	f->part[f->parts] = (struct part){ depth, type, VERDICT_FAILED, kept, size_in, 0 };
	return f->parts++;
}

enum verdict
findings_weigh(const struct findings *f)
{
	size_t i;

	if (f->dropped > 0)
		return VERDICT_DISARMED;
	for (i = 0; i < f->n; i++)
		if (finding_action(f->row[i].code) != ACTION_NOTED)
			return VERDICT_DISARMED;
	return VERDICT_CLEAN;
}

const char *
finding_name(enum finding_code c)
{
	return infos[c].name;
}

enum action
finding_action(enum finding_code c)
{
	return infos[c].action;
}

const char *
finding_clause(enum finding_code c)
{
	return infos[c].clause;
}

const char *
finding_text(enum finding_code c, enum lang l)
{
	return infos[c].text[l];
}

const char *
finding_why(enum finding_code c, enum lang l)
{
	return infos[c].why[l];
}

const char *
verdict_name(enum verdict v)
{
	return verdicts[v];
}

const char *
verdict_text(enum verdict v, enum lang l)
{
	return text((enum text)(TEXT_VERDICT_CLEAN + (int)v), l);
}

const char *
action_name(enum action a)
{
	return actions[a];
}

const char *
action_text(enum action a, enum lang l)
{
	return text((enum text)(TEXT_ACTION_REMOVED + (int)a), l);
}
