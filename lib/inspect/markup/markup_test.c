/*
 * The tables are sound, each kind of value says yes and no, and the walk
 * refuses what a table does not have.
 */
#include "inspect/field.h"
#include "inspect/markup/kind.h"
#include "inspect/markup/schema.h"
#include "inspect/workbook.h"
#include "inspect/sentence.h"

static void
test_tables(void **state)
{
	struct err e = { 0 };
	const struct schema_row *row;
	size_t i;

	(void)state;
	if (!inspect_prepare(&e))
		fail_msg("%s", e.text);
	for (i = 0; (row = inspect_schema_at(i)) != NULL; i++) {
		assert_ptr_equal(inspect_schema_row(inspect_schema_owner(row), row->attribute, row->name), row);
		assert_true(row->attribute ? row->kind != NULL : inspect_schema_child(row)->name.n > 0);
	}
	assert_true(i > 1000);
	assert_null(inspect_schema_type(VIEW("no such")));
	assert_null(inspect_schema_row(inspect_schema_type(VIEW("svg/PLAIN")), true, VIEW("onload")));
}

static void
test_kinds(void **state)
{
	static const struct { const char *kind, *good[6], *bad[8]; } kinds[] = {
		{ "str", { "", "any &amp; all" }, { NULL } },
		{ "tok", { "a", "a-b_c.d:e+1" }, { "", "a b", "a(b", "a=b" } },
		{ "toks", { "", "a b c", "a  b" }, { " a", "a ", "a,b" } },
		{ "bool", { "0", "1", "true", "on", "off", "t" }, { "", "yes", "2", "True" } },
		{ "int", { "0", "-1", "+1", "12345678901234567890" }, { "", "-", "+-1", "1.0", "123456789012345678901" } },
		{ "num", { "0", "-1.5", "+.5", "1E+10", "1e-3" }, { "", "-", ".", "1e", "NaN", "1 2", "0x1" } },
		{ "nums", { "1", "1 2", "1,2.5" }, { "", "1  2", "1;2", "1 " } },
		{ "measure", { "1", "1.5pt", "-2in", "100%" }, { "", "pt", "1 pt", "1inches", "1%%" } },
		{ "hex", { "", "0", "00AAff" }, { "0x1", "g" } },
		{ "date", { "2026-01-31", "2026-01-31T00:00:00Z" }, { "", "today" } },
		{ "color", { "FF0000", "#ff0000", "auto" }, { "", "#", "rgb(1)", "#a b" } },
		{ "guid", { "{00000000-0000-0000-0000-0000000000aF}", "00000000-0000-0000-0000-000000000000" }, { "", "{00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000}", "{0000000-00000-0000-0000-000000000000}",
		  "{00000000-0000-0000-0000-00000000000g}" } },
		{ "b64", { "", "AAAA", "AA==", "A" }, { "AAA-", "AA AA" } },
		{ "ref", { "A1", "$A$1", "A1:B2", "A:C", "$1:$3", "XFD1048576" }, { "", "A", "1", "A1:B", "A$", "ABCD1", "A1 B2", "A1:" } },
		{ "refs", { "A1", "A1 B2:C3" }, { "", "A1,B2", "A1 " } },
		{ "lang", { "ja", "zh-Hant-TW", "es-ES_tradnl" }, { "ja.JP", "ja JP" } },
		{ "address", { "https://a.jp/", "http://a", "mailto:a@b.jp", "https://a/?b=1&amp;c" },
		  { "", "https://", "HTTPS://a", "javascript:a", "ftp://a/", "https://a b", "https://a'b", "https://a\\b" } },
		{ "rel", { NULL }, { "rId1" } },
		{ "path", { NULL }, { "media/a.png" } },
	};
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	own_mem struct markup *m = calloc(1, sizeof *m);
	size_t i, k;

	(void)state;
	m->in = &in;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		kind_check *check = inspect_kind(view_str(kinds[i].kind));
		struct err e = { 0 };

		assert_non_null(check);
		for (k = 0; k < 6 && kinds[i].good[k] != NULL; k++)
			if (!check(m, view_str(kinds[i].good[k]), VIEW(""), &e))
				fail_msg("%s: \"%s\" refused", kinds[i].kind, kinds[i].good[k]);
		for (k = 0; k < 8 && kinds[i].bad[k] != NULL; k++)
			if (check(m, view_str(kinds[i].bad[k]), VIEW(""), &e))
				fail_msg("%s: \"%s\" taken", kinds[i].kind, kinds[i].bad[k]);
	}
	assert_true(inspect_kind_one(m, VIEW("b"), VIEW("a|b|c"), NULL));
	assert_true(inspect_kind_one(m, VIEW("c"), VIEW("a|b|c"), NULL));
	assert_false(inspect_kind_one(m, VIEW("b|c"), VIEW("a|bc|c"), NULL));
	assert_false(inspect_kind_one(m, VIEW(""), VIEW("a|b"), NULL));
	assert_null(inspect_kind(VIEW("no such")));
	assert_null(inspect_hook(VIEW("no such")));
	buf_release(&m->scratch);
}

/* -- sentences out of the tables --------------------------------------------- */

struct maker {
	struct buf out;
	size_t left;			/* elements that may still be made */
	bool used[SCHEMA_SPACES];
	/* one thing to be wrong, by count; SIZE_MAX: nothing */
	size_t swap, strange, drop, swaps, stranges, drops;
};

static const char *
sample(const struct schema_row *row, kind_check *kind, struct view arg, char *room)
{
	static const struct { kind_check *kind; const char *text; } samples[] = {
		{ inspect_kind_guid, "{00000000-0000-0000-0000-000000000000}" }, { inspect_kind_rel, "r1" }, { inspect_kind_ref, "A1" }, { inspect_kind_refs, "A1 B2:C3" },
		{ inspect_kind_gdfmla, "val 1" }, { inspect_kind_address, "https://a.jp/" }, { inspect_kind_date, "2026-01-01" }, { inspect_kind_field, "PAGE" }, { inspect_kind_b64, "AAAA" },
		{ inspect_kind_vml_local, "#a" }, { inspect_kind_chart_ref, "A1" }, { inspect_kind_vml_style, "a:b" }, { inspect_kind_sheet_ref, "S" },
	};
	size_t i, n;

	if (row != NULL && view_is(row->name, "uri") && kind == inspect_kind_name)
		return "http://schemas.openxmlformats.org/drawingml/2006/chart";
	if (row != NULL && view_is(row->name, "r:id"))
		return "r1";
	if (row != NULL && view_is(row->name, "Target"))
		return "https://a.jp/";
	for (i = 0; i < sizeof samples / sizeof *samples; i++)
		if (kind == samples[i].kind)
			return samples[i].text;
	if (kind != inspect_kind_one)
		return "1";
	n = view_find(arg, 0, VIEW("|"));
	n = n == VIEW_NOT_FOUND ? arg.n : n;
	memcpy(room, arg.p, n);
	room[n] = '\0';
	return room;
}

static int
by_row_name(const void *a, const void *b)
{
	struct view x = (*(const struct schema_row *const *)a)->name, y = (*(const struct schema_row *const *)b)->name;
	int c = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return c != 0 ? c : (x.n > y.n) - (x.n < y.n);
}

static int
by_row_place(const void *a, const void *b)
{
	const struct schema_row *x = *(const struct schema_row *const *)a, *y = *(const struct schema_row *const *)b;

	return (x->place > y->place) - (x->place < y->place);
}

static size_t
rows_of(const struct schema_type *type, bool attribute, const struct schema_row **ret, size_t max)
{
	const struct schema_row *row;
	size_t i, n = 0;

	for (i = 0; (row = inspect_schema_at(i)) != NULL; i++)
		if (inspect_schema_owner(row) == type && row->attribute == attribute && n < max)
			ret[n++] = row;
	qsort(ret, n, sizeof *ret, attribute ? by_row_name : by_row_place);
	return n;
}

static void make(struct maker *m, const struct schema_type *type, struct view name, unsigned depth);

static void
make_children(struct maker *m, const struct schema_type *type, unsigned depth)
{
	const struct schema_row *row[512];
	size_t n = rows_of(type, false, row, 512), i;
	uint16_t place = 0;

	for (i = 0; i < n; i++) {
		bool wanted = row[i]->required || (depth < 12 && m->left > 0);

		if (!wanted || (row[i]->place == place && !row[i]->repeats))
			continue;
		/* Two sisters the wrong way round: the second one before this one. */
		if (i + 1 < n && row[i + 1]->place > row[i]->place && !row[i]->required && m->swaps++ == m->swap)
			make(m, inspect_schema_child(row[i + 1]), row[i + 1]->name, 99);
		place = row[i]->place;
		m->used[row[i]->space] = true;
		make(m, inspect_schema_child(row[i]), row[i]->name, depth + 1);
		while (row[i]->required && i + 1 < n && row[i + 1]->place == place)
			i++;	/* one of a choice will do */
	}
}

static void
make(struct maker *m, const struct schema_type *type, struct view name, unsigned depth)
{
	const struct schema_row *row[512];
	size_t n = rows_of(type, true, row, 512), i, begin;
	char room[256];

	m->left -= m->left > 0;
	buf_byte(&m->out, '<');
	buf_view(&m->out, name);
	if (depth == 0)
		buf_byte(&m->out, 1);	/* where the namespaces go */
	for (i = 0; i < n; i++) {
		if (!row[i]->required && (type->hook != NULL || row[i]->kind == inspect_kind_path || m->left == 0))
			continue;
		if (row[i]->required && m->drops++ == m->drop)
			continue;
		buf_byte(&m->out, ' ');
		buf_view(&m->out, row[i]->name);
		buf_printf(&m->out, "=\"%s\"", sample(row[i], row[i]->kind, row[i]->arg, room));
		m->used[row[i]->space] = true;
	}
	if (m->stranges++ == m->strange)
		buf_str(&m->out, " zzz=\"1\"");
	begin = m->out.n;
	buf_byte(&m->out, '>');
	if (type->text != NULL)
		buf_str(&m->out, sample(NULL, type->text, type->text_arg, room));
	make_children(m, type, depth);
	if (m->out.n == begin + 1) {
		m->out.n = begin;
		buf_str(&m->out, "/>");
		return;
	}
	buf_str(&m->out, "</");
	buf_view(&m->out, name);
	buf_byte(&m->out, '>');
}

static const struct markup_root roots[] = {
#define OPC_PART(id, content_type, root, type, space) { root, type, space, NULL, false },
#include "inspect/opc.def"
};

static bool
any_relation(void *of, struct view id, struct view types, struct err *e)
{
	(void)of;
	(void)types;
	(void)e;
	return view_is(id, "r1");
}

/* The part, its namespaces declared as they are used. */
static bool
try(struct maker *m, const struct markup_root *root, struct err *e)
{
	const struct schema_type *type = inspect_schema_type(view_str(root->type != NULL ? root->type : root->root));
	struct inspection in = { .profile = profile_find(VIEW("rebuild")) };
	struct markup_links links = { .relation = any_relation };
	own_arena struct arena *arena = arena_new(0);
	own_buf struct buf part = { 0 };
	struct workbook w = { .arena = arena };
	struct fields *f = calloc(1, sizeof *f);
	size_t at;
	bool ok;

	memset(m->used, 0, sizeof m->used);
	m->left = 400;
	m->swaps = m->stranges = m->drops = 0;
	assert_true(inspect_names_add(arena, &w.sheets, VIEW("S"), e));
	buf_clear(&m->out);
	make(m, type, view_str(root->root), 0);
	m->used[inspect_schema_space(view_str(strchr(root->root, ':') != NULL ? (const char *)arena_copy(arena, (struct view){ (const uint8_t *)root->root, strcspn(root->root, ":") }).p : ""))] = true;
	at = view_find(buf_bytes(&m->out), 0, VIEW("\1"));
	buf_str(&part, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	buf_put(&part, m->out.p, at);
	if (root->space != NULL)
		buf_printf(&part, " xmlns=\"%s\"", root->space);
	inspect_schema_declare(m->used, &part);
	buf_view(&part, view_from(buf_bytes(&m->out), at + 1));
	buf_byte(&part, '\n');
	ok = inspect_markup(&in, root, buf_bytes(&part), &links, strncmp(root->root, "w:", 2) == 0 ? (void *)f : (void *)&w, e);
	if (!ok && m->swap == SIZE_MAX && m->strange == SIZE_MAX && m->drop == SIZE_MAX)
		print_message("%.*s\n", (int)part.n, (const char *)part.p);
	inspect_workbook_release(&w);
	inspect_fields_release(f);
	free(f);
	return ok;
}

/* Every part there can be: made by its table it passes; with one thing wrong in it it does not. */
static void
test_made(void **state)
{
	struct maker m = { .out = { 0 } };
	struct err e = { 0 };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof roots / sizeof *roots; i++) {
		size_t swaps, stranges, drops;

		if (roots[i].root == NULL)
			continue;
		m.swap = m.strange = m.drop = SIZE_MAX;
		e = (struct err){ 0 };
		if (!try(&m, &roots[i], &e))
			fail_msg("%s: %s", roots[i].root, e.text);
		swaps = m.swaps;
		stranges = m.stranges;
		drops = m.drops;
		for (k = 0; k < swaps && k < 3; k++) {
			m.swap = k * swaps / 3;
			if (try(&m, &roots[i], &e))
				fail_msg("%s: out of order %zu", roots[i].root, m.swap);
		}
		m.swap = SIZE_MAX;
		for (k = 0; k < stranges && k < 3; k++) {
			m.strange = k * stranges / 3;
			if (try(&m, &roots[i], &e))
				fail_msg("%s: strange attribute %zu", roots[i].root, m.strange);
		}
		m.strange = SIZE_MAX;
		for (k = 0; k < drops && k < 3; k++) {
			m.drop = k * drops / 3;
			if (try(&m, &roots[i], &e))
				fail_msg("%s: attribute missing %zu", roots[i].root, m.drop);
		}
	}
	buf_release(&m.out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_tables), cmocka_unit_test(test_kinds), cmocka_unit_test(test_made) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
