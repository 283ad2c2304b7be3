/* package_relation.c - relationships, read and judged (ECMA-376-2 6.5). */
#include <stdio.h>
#include <stdlib.h>

#include "sanitize/ooxml/chart.h"
#include "sanitize/ooxml/ids.h"
#include "sanitize/ooxml/package_in.h"
#include "sanitize/uri.h"

int
relation_order(struct view a, struct view b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n == 0 ? 0 : memcmp(a.p, b.p, a.n);
}

static int
by_id(const void *a, const void *b)
{
	return relation_order(((const struct relation *)a)->id, ((const struct relation *)b)->id);
}

struct relation *
relation_add(struct opc_part *p, const struct relation *r)
{
	if (p->relations == p->relation_cap) {
		size_t cap = p->relation_cap == 0 ? 16 : p->relation_cap * 2;
		struct relation *more = arena_array(p->package->arena, cap, sizeof *more);

		if (more == NULL)
			return NULL;
		if (p->relations > 0)
			memcpy(more, p->relation, p->relations * sizeof *more);
		p->relation = more;
		p->relation_cap = cap;
	}
	p->relation[p->relations] = *r;
	return &p->relation[p->relations++];
}

/* -- targets ---------------------------------------------------------- */

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
unescape(struct view v, struct buf *ret)
{
	size_t i;

	for (i = 0; i < v.n && v.p[i] != '#' && v.p[i] != '?'; i++) {
		if (v.p[i] == '%' && i + 2 < v.n && hex_digit(v.p[i + 1]) >= 0 && hex_digit(v.p[i + 2]) >= 0) {
			(void)buf_byte(ret, (uint8_t)(hex_digit(v.p[i + 1]) << 4 | hex_digit(v.p[i + 2])));
			i += 2;
		} else {
			(void)buf_byte(ret, v.p[i] == '\\' ? '/' : v.p[i]);
		}
	}
}

/* Goes one step up: drops the last segment of "a/b/". */
static void
step_up(struct buf *b, size_t start)
{
	if (b->n > start)
		b->n--;
	while (b->n > start && b->p[b->n - 1] != '/')
		b->n--;
}

bool
target_name(const struct opc_part *p, struct view target, struct buf *ret)
{
	own_buf struct buf plain = BUF_MAX(NAME_MAX_);
	struct view rest, step, base = view_str(p->name);
	size_t slash, start = ret->n;

	unescape(markup_trim(target), &plain);
	rest = buf_bytes(&plain);
	if (plain.full || rest.n == 0)
		return false;
	slash = view_rfind(base, VIEW("/"));
	if (rest.p[0] != '/' && slash != VIEW_NOT_FOUND)
		(void)buf_put(ret, base.p, slash + 1);
	while (rest.n > 0) {
		size_t n = view_find(rest, 0, VIEW("/"));

		(void)view_take(&rest, n == VIEW_NOT_FOUND ? rest.n : n, &step);
		(void)view_skip(&rest, 1);
		if (view_is(step, ".."))
			step_up(ret, start);
		else if (step.n > 0 && !view_is(step, ".") && memchr(step.p, 0, step.n) == NULL)
			(void)(buf_view(ret, step) && buf_byte(ret, '/'));
	}
	if (ret->n == start || ret->full)
		return false;
	ret->n--;
	return ret->n > start && buf_byte(ret, '\0') && (ret->n--, true);
}

/* What it leads to was met: it is not an unused part. */
static void
meet(struct opc_part *p, struct view target, bool left)
{
	own_buf struct buf name = BUF_MAX(2 * NAME_MAX_);
	const struct zip_entry *en;
	struct package_entry *x;

	if (!target_name(p, target, &name))
		return;
	en = zip_find(p->package->zip, (const char *)name.p);
	x = en == NULL ? NULL : package_entry(p->package, en);
	if (x == NULL)
		return;
	x->met = true;
	x->left |= left;
}

/* -- reading ---------------------------------------------------------- */

static bool
is_id(struct view v)
{
	size_t i;

	if (v.n == 0 || v.n > ID_MAX || (v.p[0] >= '0' && v.p[0] <= '9'))
		return false;
	for (i = 0; i < v.n; i++)
		if (!(v.p[i] >= '0' && v.p[i] <= '9') && !((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z') &&
		    v.p[i] != '_' && (i == 0 || (v.p[i] != '-' && v.p[i] != '.')))
			return false;
	return true;
}

/* A link that leads outside: its address, or a finding. */
static bool
link_keep(struct markup *m, struct opc_part *p, struct relation *r, struct view target)
{
	own_buf struct buf clean = { 0 };

	if (!markup_job(m)->profile->links || !uri_clean(target, &clean)) {
		markup_find(m, FINDING_OOXML_LINK, "%.*s", (int)(target.n < 200 ? target.n : 200), (const char *)target.p);
		return false;
	}
	r->external = true;
	r->target = arena_copy(p->package->arena, buf_bytes(&clean));
	return r->target.p != NULL;
}

/* A click on a drawing of a sheet that leads to cells or a name of the same workbook: `#'Sheet 2'!A1`. */
static bool
place_keep(struct markup *m, struct opc_part *p, struct relation *r, struct view target)
{
	own_buf struct buf place = BUF_MAX(CHART_REFERENCE_MAX);

	(void)buf_byte(&place, '#');
	if (!chart_reference(view_from(target, 1), &place) || place.full || memchr("(#", place.p[1], 2) != NULL) {
		markup_find(m, FINDING_OOXML_LINK, "%.*s", (int)(target.n < 200 ? target.n : 200), (const char *)target.p);
		return false;
	}
	r->external = r->told = true;
	r->target = arena_copy(p->package->arena, buf_bytes(&place));
	return r->target.p != NULL;
}

/* Of a type that never stays, or of a part that does not: what it loads from outside is told even so. */
static void
tell_left(struct markup *m, const struct relation_row *row, struct view target, bool external)
{
	enum finding_code code = row->left != FINDING_COUNT || !external ? row->left : FINDING_OOXML_EXTERNAL;

	if (code != FINDING_COUNT)
		markup_find(m, code, "%.*s", (int)(target.n < 200 ? target.n : 200), (const char *)target.p);
}

/* Fills *r; false where it does not stay. */
static bool
judge_relation(struct markup *m, struct opc_part *p, struct relation *r, struct view type, struct view target,
	       bool external)
{
	const struct relation_row *row;
	int n = (int)(target.n < 200 ? target.n : 200);

	r->type = relation_type_of(type);
	row = &relation_rows[r->type];
	if (!external)
		meet(p, target, r->type == RELATION_UNKNOWN || !row->stays);
	if (r->type == RELATION_UNKNOWN) {
		markup_find(m, FINDING_OOXML_RELATION, "%.*s", (int)(type.n < 200 ? type.n : 200), (const char *)type.p);
		return false;
	}
	if (!row->stays) {
		tell_left(m, row, target, external);
		return false;
	}
	if (r->type == RELATION_HYPERLINK && p->kind == PART_SHEET_DRAWING && view_starts(target, VIEW("#")))
		return place_keep(m, p, r, target);
	if (external && r->type != RELATION_HYPERLINK) {
		markup_find(m, FINDING_OOXML_EXTERNAL, "%.*s", n, (const char *)target.p);
		return false;
	}
	if (!may_refer(p->package, p->kind, r->type, &r->kind, &r->how) || external != (r->kind == PART_NONE)) {
		markup_find(m, r->type == RELATION_HYPERLINK ? FINDING_OOXML_LINK
			       : r->type == RELATION_PACKAGE ? FINDING_OOXML_EMBEDDED
							     : FINDING_OOXML_RELATION,
			    "%.*s", n, (const char *)target.p);
		return false;
	}
	if (external)
		return link_keep(m, p, r, target);
	r->target = arena_copy(p->package->arena, target);
	return r->target.p != NULL;
}

/* Of a part that does not stay.  A link of a text that is gone leads nowhere by itself. */
static void
left_behind(struct markup *m, struct opc_part *p, bool external)
{
	struct view target = markup_get(m, NS_0, "Target");
	enum relation_type t = relation_type_of(markup_trim(markup_get(m, NS_0, "Type")));

	if (!external)
		meet(p, target, true);
	else if (t != RELATION_HYPERLINK)
		tell_left(m, &relation_rows[t], target, true);
}

/* <Relationship Id= Type= Target= TargetMode=/> */
static enum markup_do
relationship_open(struct markup *m)
{
	struct opc_part *p = part_of(m);
	struct view id = markup_get(m, NS_0, "Id");
	bool external = view_is(markup_get(m, NS_0, "TargetMode"), "External");
	struct relation r = { 0 };

	if (p->relations >= RELATIONS_MAX) {
		markup_fail(m, ERR_LIMIT, "more than %d relationships", RELATIONS_MAX);
		return MARKUP_DROP;
	}
	if (p->state == PART_GONE) {
		left_behind(m, p, external);
		return MARKUP_DROP;
	}
	if (!judge_relation(m, p, &r, markup_trim(markup_get(m, NS_0, "Type")), markup_get(m, NS_0, "Target"),
			    external))
		return MARKUP_DROP;
	if (!is_id(markup_trim(id))) {
		markup_find(m, FINDING_MARKUP_VALUE, "Id=%.*s", (int)(id.n < 100 ? id.n : 100), (const char *)id.p);
		return MARKUP_DROP;
	}
	r.id = arena_copy(p->package->arena, markup_trim(id));
	if (r.id.p == NULL || relation_add(p, &r) == NULL)
		markup_fail(m, ERR_SYSTEM, "no memory");
	return MARKUP_DROP;
}

const struct markup_hook hook_opc_relationship = { .open = relationship_open };

/* "word/_rels/document.xml.rels" of "word/document.xml"; "_rels/.rels" of "". */
static bool
rels_name(const struct opc_part *p, struct buf *ret)
{
	struct view name = view_str(p->name);
	size_t slash = view_rfind(name, VIEW("/")), n = slash == VIEW_NOT_FOUND ? 0 : slash + 1;

	return buf_put(ret, name.p, n) && buf_str(ret, "_rels/") && buf_view(ret, view_from(name, n)) &&
	       buf_str(ret, ".rels") && buf_byte(ret, '\0');
}

/* Sorted by id; of two with one id the first that was sorted stays. */
static void
sort(struct opc_part *p)
{
	size_t i, n = 0;

	if (p->relations > 0)
		qsort(p->relation, p->relations, sizeof *p->relation, by_id);
	for (i = 0; i < p->relations; i++)
		if (n == 0 || !view_eq(p->relation[n - 1].id, p->relation[i].id))
			p->relation[n++] = p->relation[i];
	p->relations = p->sorted = n;
}

bool
relations_read(struct opc_part *p, struct err *e)
{
	own_buf struct buf name = BUF_MAX(2 * NAME_MAX_), in = { 0 }, none = { 0 };
	struct markup_use use = { .job = p->package->job, .vocabulary = &ooxml_vocabulary, .ctx = p,
				  .root = T_OPC_RELATIONSHIPS };
	bool found = false;

	if (!rels_name(p, &name))
		return buf_ok(&name, e);
	use.where = (const char *)name.p;
	if (!package_unpack(p->package, use.where, &in, &found, e))
		return false;
	if (!found)
		return true;
	if (!markup_rebuild(&use, buf_bytes(&in), &none, e))
		return false;
	sort(p);
	return true;
}

/* -- asking ----------------------------------------------------------- */

struct relation *
part_relation(struct opc_part *p, struct view id)
{
	size_t lo = 0, hi = p->sorted, i;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = relation_order(p->relation[mid].id, id);

		if (c == 0)
			return &p->relation[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (i = p->sorted; i < p->relations; i++)
		if (view_eq(p->relation[i].id, id))
			return &p->relation[i];
	return NULL;
}

struct relation *
part_relation_typed(struct opc_part *p, enum relation_type t)
{
	size_t i;

	for (i = 0; i < p->relations; i++)
		if (p->relation[i].type == t)
			return &p->relation[i];
	return NULL;
}

bool
part_refers(struct markup *m, struct view id, enum relation_type t)
{
	struct opc_part *p = part_of(m), *to;
	struct relation *r = part_relation(p, id);
	struct err e = { 0 };

	if (r == NULL || r->type != t)
		return false;
	if (r->external && !r->told && !p->quiet) {
		markup_find(m, FINDING_OOXML_LINK_KEPT, "%.*s", (int)(r->target.n < 300 ? r->target.n : 300), (const char *)r->target.p);
		r->told = true;
	}
	if (!r->external && !p->quiet) {
		size_t at = (size_t)(r - p->relation);

		if (!part_follow(p, r, &to, &e)) {
			markup_fail(m, e.code, "%s", e.text);
			return false;
		}
		if (to == NULL)
			return false;
		r = &p->relation[at];
	}
	markup_mark(m, (uint32_t)(r - p->relation));
	return true;
}

static const struct {
	uint16_t type;
	const char *attribute;
	enum relation_type relation;
} links[] = {
#define LINK(type, attribute, relation) { T_##type, #attribute, RELATION_##relation },
#include "sanitize/ooxml/link.def"
#undef LINK
};

enum markup_do part_judge(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret);

/* Values of kind REL. */
enum markup_do
part_judge(struct markup *m, const struct markup_row *row, struct view v, struct buf *ret)
{
	uint16_t type = markup_type(m, 0);
	size_t i;

	(void)ret;
	for (i = 0; i < sizeof links / sizeof *links; i++)
		if (links[i].type == type && strcmp(links[i].attribute, row->name) == 0 && part_refers(m, v, links[i].relation))
			return MARKUP_KEEP;
	return MARKUP_DROP;
}

/* -- relationships of our own ----------------------------------------- */

static struct relation *
add_own(struct opc_part *p, const struct relation *like)
{
	struct relation r = *like;
	unsigned n = (unsigned)(p->relations - p->sorted) + 1;
	char id[32];

	do
		(void)snprintf(id, sizeof id, "rIdA%u", n++);
	while (part_relation(p, view_str(id)) != NULL);
	r.id = arena_copy(p->package->arena, view_str(id));
	return r.id.p == NULL ? NULL : relation_add(p, &r);
}

struct view
part_adopt(struct opc_part *p, const struct relation *of)
{
	struct relation *r;
	size_t i;

	for (i = p->sorted; i < p->relations; i++)
		if (p->relation[i].to == of->to && p->relation[i].type == of->type)
			return p->relation[i].id;
	r = add_own(p, of);
	if (r == NULL)
		return (struct view){ NULL, 0 };
	r->used = false;
	return r->id;
}

struct view
part_make(struct opc_part *p, enum relation_type t, enum part_kind kind, struct view content)
{
	struct relation r = { .type = t, .kind = kind, .followed = true, .used = true };
	struct opc_part *made = part_new(p->package, kind, "");
	struct relation *kept;

	if (made == NULL || !buf_view(&made->out, content))
		return (struct view){ NULL, 0 };
	made->state = PART_KEPT;
	r.to = made;
	kept = add_own(p, &r);
	return kept == NULL ? (struct view){ NULL, 0 } : kept->id;
}
