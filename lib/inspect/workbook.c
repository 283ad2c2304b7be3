/*
 * Cells, names and formulas of a workbook (docs/canonical.md, "XLSX"): what
 * the tables of SpreadsheetML cannot say.
 */
#include "inspect/workbook.h"

#include "inspect/formula.h"
#include "inspect/markup/kind.h"

#define CHECK(function) \
	bool function(struct markup *m __attribute__((unused)), struct view v, \
		      struct view arg __attribute__((unused)), struct err *e __attribute__((unused)))

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static bool
same(struct view a, struct view b)
{
	size_t i;

	for (i = 0; a.n == b.n && i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return a.n == b.n;
}

static size_t
slot_of(const struct names *set, struct view name)
{
	uint32_t h = UINT32_C(2166136261);
	size_t i;

	for (i = 0; i < name.n; i++)
		h = (h ^ lower(name.p[i])) * UINT32_C(16777619);
	for (i = (h ^ h >> 15) & (set->slots - 1); set->slot[i].p != NULL && !same(set->slot[i], name); i = (i + 1) & (set->slots - 1))
		;
	return i;
}

bool
inspect_names_has(const struct names *set, struct view name)
{
	return set->slots > 0 && set->slot[slot_of(set, name)].p != NULL;
}

static bool
grow(struct arena *a, struct names *set)
{
	struct names old = *set;
	size_t i;

	set->slots = old.slots == 0 ? 64 : old.slots * 4;
	set->slot = arena_array(a, set->slots, sizeof *set->slot);
	for (i = 0; set->slot != NULL && i < old.slots; i++)
		if (old.slot[i].p != NULL)
			set->slot[slot_of(set, old.slot[i])] = old.slot[i];
	return set->slot != NULL;
}

bool
inspect_names_add(struct arena *a, struct names *set, struct view name, struct err *e)
{
	size_t i;

	if (inspect_names_has(set, name))
		return true;
	if (set->n == NAMES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d names", NAMES_MAX);
	if (set->n * 2 >= set->slots && !grow(a, set))
		return no_memory(e);
	i = slot_of(set, name);
	set->slot[i] = arena_copy(a, name);
	set->n++;
	return set->slot[i].p != NULL || no_memory(e);
}

bool
inspect_workbook_has(const struct workbook *w, struct view name)
{
	return inspect_names_has(&w->sheets, name);
}

bool
inspect_workbook_end(struct workbook *w, struct err *e)
{
	size_t i;

	for (i = 0; i < w->called.slots; i++) {
		struct view name = w->called.slot[i];

		if (name.p != NULL && !inspect_names_has(&w->lambdas, name))
			return residue(e, "function %.*s", (int)(name.n > 100 ? 100 : name.n), (const char *)name.p);
	}
	if (w->strings_used > w->strings || w->styles_used > w->styles)
		return residue(e, "cells of strings or styles that there are not");
	if (w->sheets_used > w->sheets.n)
		return residue(e, "a sheet that there is not");
	return !w->metadata_used || w->metadata || residue(e, "cells of metadata that there are not");
}

void
inspect_workbook_release(struct workbook *w)
{
	buf_release(&w->shared);
}

/* Only the parts of a workbook: elsewhere the state is another's. */
static struct workbook *
workbook_of(const struct markup *m)
{
	struct view root = m->frame[0].type->name;

	return view_starts(root, VIEW("sml/")) || view_starts(root, VIEW("xdr:")) ? m->state : NULL;
}

/* -- names --------------------------------------------------------------------- */

CHECK(inspect_kind_sheet_name)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (memchr("[]\\/?*|", v.p[i], 7) != NULL)
			return false;
	return v.n > 0;
}

/* A sheet of this workbook. */
CHECK(inspect_kind_sheet_ref)
{
	struct view plain;

	return workbook_of(m) != NULL && inspect_markup_decode(m, v, &plain, e) && inspect_workbook_has(workbook_of(m), plain);
}

/* Not one that Excel runs. */
CHECK(inspect_kind_defined_name)
{
	static const char *const events[] = { "open", "close", "activate", "deactivate", "exec", "exit", "new" };
	size_t i;

	if (v.n >= 6 && same((struct view){ v.p, 6 }, VIEW("_xlnm.")))
		v = view_from(v, 6);
	if (v.n < 5 || !same((struct view){ v.p, 5 }, VIEW("auto_")))
		return v.n > 0;
	v = view_from(v, 5);
	for (i = 0; i < sizeof events / sizeof *events; i++)
		if (v.n >= strlen(events[i]) && same((struct view){ v.p, strlen(events[i]) }, view_str(events[i])))
			return false;
	return true;
}

/* Where in this workbook a link leads: a cell or a name. */
CHECK(inspect_kind_place)
{
	return inspect_formula_text_sound(v);
}

/* 1:16 and more such */
CHECK(inspect_kind_spans)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if ((v.p[i] < '0' || v.p[i] > '9') && v.p[i] != ':' && v.p[i] != ' ')
			return false;
	return v.n > 0;
}

CHECK(inspect_kind_formula)
{
	struct view plain;

	if (workbook_of(m) == NULL)
		return residue(e, "a formula without a workbook");
	return inspect_markup_decode(m, v, &plain, e) && inspect_formula(m->in, workbook_of(m), plain, e);
}

static bool
index_of(struct view v, uint64_t max, uint64_t *ret)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9' || n > max)
			return false;
		n = n * 10 + (uint64_t)(v.p[i] - '0');
	}
	*ret = n;
	return v.n > 0 && n <= max;
}

/* The sheet of that number is there: known at the end. */
static bool
sheet_number(struct markup *m, struct workbook *w, const char *name, struct err *e)
{
	struct view v = inspect_markup_value(m, name);
	uint64_t n;

	if (v.p == NULL)
		return true;
	if (!index_of(v, UINT32_MAX, &n))
		return residue(e, "number of a sheet");
	if (n >= w->sheets_used)
		w->sheets_used = n + 1;
	return true;
}

bool
inspect_sml_view(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);

	return when != HOOK_OPEN || (w != NULL && sheet_number(m, w, "activeTab", e) && sheet_number(m, w, "firstSheet", e));
}

bool
inspect_sml_sheet(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);
	struct view name;

	if (w == NULL)
		return false;
	if (when != HOOK_OPEN)
		return true;
	if (!inspect_markup_decode(m, inspect_markup_value(m, "name"), &name, e))
		return false;
	return !inspect_workbook_has(w, name) ? inspect_names_add(w->arena, &w->sheets, name, e) : residue(e, "two sheets of one name");
}

bool
inspect_sml_defined_name(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);
	struct view v;

	if (w == NULL)
		return false;
	if (when == HOOK_OPEN) {
		if (!sheet_number(m, w, "localSheetId", e) || !inspect_markup_decode(m, inspect_markup_value(m, "name"), &v, e))
			return false;
		w->name = arena_copy(w->arena, v);
		return w->name.p != NULL || no_memory(e);
	}
	if (when == HOOK_CLOSE || !view_starts(m->x.text, VIEW("_xlfn.LAMBDA(")))
		return true;
	return inspect_names_add(w->arena, &w->lambdas, w->name, e);
}

/* -- cells ------------------------------------------------------------------------ */

bool
inspect_sml_string(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);

	if (w == NULL)
		return false;
	(void)e;
	w->strings += when == HOOK_OPEN;
	return true;
}

bool
inspect_sml_style(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);

	if (w == NULL)
		return false;
	(void)e;
	w->styles += when == HOOK_OPEN;
	return true;
}

bool
inspect_sml_metadata(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);

	if (w == NULL)
		return false;
	(void)when;
	(void)e;
	return w->metadata = true;
}

bool
inspect_sml_worksheet(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);

	if (w == NULL)
		return false;
	(void)e;
	if (when == HOOK_OPEN)
		buf_clear(&w->shared);
	return true;
}

bool
inspect_sml_cell(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);
	struct view t, s;
	uint64_t n;

	if (w == NULL)
		return false;
	if (when == HOOK_CLOSE)
		return !(w->cell == 'i' && w->value);
	if (when != HOOK_OPEN)
		return true;
	t = inspect_markup_value(m, "t");
	s = inspect_markup_value(m, "s");
	w->cell = t.p == NULL ? 'n' : view_is(t, "str") ? 'S' : t.p[0];
	w->value = false;
	w->metadata_used |= inspect_markup_value(m, "cm").p != NULL || inspect_markup_value(m, "vm").p != NULL;
	if (s.p != NULL && !index_of(s, UINT32_MAX, &n))
		return residue(e, "style of a cell");
	if (s.p != NULL && n >= w->styles_used)
		w->styles_used = n + 1;
	return true;
}

bool
inspect_sml_value(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);
	struct view v = m->x.text;
	uint64_t n;

	if (w == NULL)
		return false;
	w->value = true;
	if (when != HOOK_TEXT)
		return true;
	switch (w->cell) {
	case 'n':
		return inspect_kind_double(m, v, v, e);
	case 'b':
		return inspect_kind_bool(m, v, v, e);
	case 'd':
		return inspect_kind_date(m, v, v, e);
	case 'e':
		return v.n > 1 && v.p[0] == '#';
	case 's':
		if (!index_of(v, UINT32_MAX, &n))
			return false;
		if (n >= w->strings_used)
			w->strings_used = n + 1;
		return true;
	default:
		return true;
	}
}

bool
inspect_sml_formula(struct markup *m, enum hook_when when, struct err *e)
{
	struct workbook *w = workbook_of(m);
	struct view t, si;
	bool shared, is_text;
	uint64_t n = 0;

	if (w == NULL)
		return false;
	if (when != HOOK_OPEN)
		return true;
	t = inspect_markup_value(m, "t");
	si = inspect_markup_value(m, "si");
	shared = view_is(t, "shared");
	is_text = !m->x.empty;
	if (shared && !index_of(si, SHARED_FORMULAS - 1, &n))
		return residue(e, "shared formula without its number");
	if (shared && is_text) {
		while (w->shared.n <= n / 8)
			if (!buf_byte(&w->shared, 0))
				return no_memory(e);
		w->shared.p[n / 8] |= (uint8_t)(1u << n % 8);
		return true;
	}
	if (shared)
		return (n / 8 < w->shared.n && w->shared.p[n / 8] >> n % 8 & 1) || residue(e, "shared formula that was not told");
	if (view_is(t, "array") && inspect_markup_value(m, "ref").p == NULL)
		return residue(e, "array formula without its cells");
	return is_text || view_is(t, "dataTable") || residue(e, "formula without a text");
}
