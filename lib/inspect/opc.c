#include "inspect/opc.h"

#include "inspect/address.h"
#include "inspect/field.h"
#include "inspect/legacy.h"
#include "inspect/markup/kind.h"
#include "inspect/workbook.h"

enum { RELATIONS_MAX = 1 << 20 };

static const struct {
	const char *content_type, *root, *type, *space;
} kinds[OPC_KINDS] = {
#define OPC_PART(id, content_type, root, type, space) [OPC_##id] = { content_type, root, type, space },
#include "inspect/opc.def"
};

static const struct {
	enum opc_kind from;
	const char *relation;
	enum opc_kind to;	/* OPC_NONE: outside */
} links[] = {
#define OPC_LINK(from, relation, to) { OPC_##from, relation, OPC_##to },
#define OPC_OUT(from, relation) { OPC_##from, relation, OPC_NONE },
#include "inspect/opc.def"
};

static const struct {
	const char *name, *address;
} relations[] = {
#define OPC_RELATION(name, address) { name, address },
#include "inspect/opc_relation.def"
#undef OPC_RELATION
};

static const struct {
	const char *name;	/* NULL: any of sound characters */
	enum opc_kind group;
} names[OPC_KINDS] = {
#define OPC_NAME(kind, group, name) [OPC_##kind] = { name, OPC_##group },
#include "inspect/opc_name.def"
#undef OPC_NAME
};

/* Of parts without XML: what they are. */
static enum type
type_of(enum opc_kind kind)
{
	switch ((int)kind) {
	case OPC_PNG: return TYPE_PNG;
	case OPC_JPEG: return TYPE_JPEG;
	case OPC_GIF: return TYPE_GIF;
	case OPC_TIFF: return TYPE_TIFF;
	case OPC_BMP: return TYPE_BMP;
	case OPC_WEBP: return TYPE_WEBP;
	case OPC_EMBEDDED_DOCX: return TYPE_DOCX;
	case OPC_EMBEDDED_XLSX: return TYPE_XLSX;
	case OPC_EMBEDDED_PPTX: return TYPE_PPTX;
	default: return TYPE_UNKNOWN;
	}
}

static bool
part_error(const struct opc_part *p, struct err *e)
{
	return err_at(e, "%.*s", (int)(p->entry.name.n > 100 ? 100 : p->entry.name.n), (const char *)p->entry.name.p);
}

static int
by_name(const void *a, const void *b)
{
	const struct opc_part *x = a, *y = b;
	size_t n = x->entry.name.n < y->entry.name.n ? x->entry.name.n : y->entry.name.n;
	int c = memcmp(x->entry.name.p, y->entry.name.p, n);

	return c != 0 ? c : (x->entry.name.n > y->entry.name.n) - (x->entry.name.n < y->entry.name.n);
}

/* The part of that name, without a slash before it. */
static struct opc_part *
find(const struct opc *o, struct view name)
{
	struct opc_part key = { .entry = { .name = name } };

	return bsearch(&key, o->part, o->parts, sizeof key, by_name);
}

/* -- [Content_Types].xml ------------------------------------------------ */

static bool
is_relationships(struct view name)
{
	return name.n > 5 && view_is(view_from(name, name.n - 5), ".rels");
}

bool
inspect_opc_default(struct markup *m, enum hook_when when, struct err *e)
{
	static const char *const endings[] = { "rels", "bmp", "gif", "jpg", "png", "tif", "docx", "xlsx", "pptx" };
	struct opc *o = m->state;
	struct view ending, type;
	size_t i, used = 0;

	if (when != HOOK_OPEN)
		return true;
	ending = inspect_markup_value(m, "Extension");
	type = inspect_markup_value(m, "ContentType");
	for (; o->defaults < sizeof endings / sizeof *endings && !view_is(ending, endings[o->defaults]); o->defaults++)
		;
	if (o->defaults++ == sizeof endings / sizeof *endings)
		return residue(e, "ending %.*s out of order or unknown", (int)ending.n, (const char *)ending.p);
	for (i = 0; i < o->parts; i++) {
		struct view name = o->part[i].entry.name;
		size_t dot = view_rfind(name, VIEW("."));

		if (&o->part[i] == o->types || dot == VIEW_NOT_FOUND || !view_eq(view_from(name, dot + 1), ending))
			continue;
		o->part[i].content_type = type;
		used++;
	}
	return used > 0 || residue(e, "ending %.*s of no part", (int)ending.n, (const char *)ending.p);
}

bool
inspect_opc_override(struct markup *m, enum hook_when when, struct err *e)
{
	struct opc *o = m->state;
	struct opc_part *p;
	struct view name;

	if (when != HOOK_OPEN)
		return true;
	name = inspect_markup_value(m, "PartName");
	if (!view_starts(name, VIEW("/")) || (p = find(o, view_from(name, 1))) == NULL || p == o->types || is_relationships(p->entry.name))
		return residue(e, "content type of no part");
	if (p->entry.at <= o->at)
		return residue(e, "content types out of order or twice");
	o->at = p->entry.at;
	p->content_type = inspect_markup_value(m, "ContentType");
	return true;
}

static bool
content_types(struct opc *o, struct err *e)
{
	static const struct markup_root root = { .root = "Types", .type = "opc/Types",
						 .space = "http://schemas.openxmlformats.org/package/2006/content-types" };
	size_t i;

	if (!inspect_markup(o->in, &root, o->types->entry.data, NULL, o, e))
		return part_error(o->types, e);
	o->at = o->types->entry.at;
	for (i = 0; i < o->parts; i++)
		if (is_relationships(o->part[i].entry.name) &&
		    !view_is(o->part[i].content_type, "application/vnd.openxmlformats-package.relationships+xml"))
			return residue(e, "relationships of another content type") || part_error(&o->part[i], e);
	return true;
}

/* -- relationships --------------------------------------------------------- */

static enum opc_kind
leads_to(enum opc_kind from, struct view relation, struct view content_type, bool external)
{
	size_t i;

	for (i = 0; i < sizeof links / sizeof *links; i++)
		if (links[i].from == from && view_is(relation, links[i].relation) && external == (links[i].to == OPC_NONE) &&
		    (external || view_is(content_type, kinds[links[i].to].content_type)))
			return external ? from : links[i].to;
	return OPC_NONE;
}

static bool
to_part(struct opc *o, struct opc_relation *r, struct err *e)
{
	struct opc_part *from = o->reading, *to = NULL;
	enum opc_kind kind;

	if (view_starts(r->target, VIEW("/")))
		to = find(o, view_from(r->target, 1));
	if (to == NULL)
		return residue(e, "relationship to no part");
	kind = leads_to(from->kind, r->type, to->content_type, false);
	if (kind == OPC_NONE || (to->kind != OPC_NONE && to->kind != kind))
		return residue(e, "relationship %.*s to %.*s", (int)r->type.n, (const char *)r->type.p, (int)(to->content_type.n > 80 ? 80 : to->content_type.n),
			       to->content_type.p == NULL ? "" : (const char *)to->content_type.p);
	r->part = to;
	if (to->kind == OPC_NONE) {
		to->kind = kind;
		o->todo[o->waiting++] = to;
	}
	return true;
}

/* 1 to 64 of A-Za-z0-9_.-, the first a letter or _. */
static bool
id_sound(struct view id)
{
	size_t i;

	for (i = 0; i < id.n; i++) {
		uint8_t c = id.p[i];

		if (!((c | 32) >= 'a' && (c | 32) <= 'z') && c != '_' && (i == 0 || ((c < '0' || c > '9') && c != '.' && c != '-')))
			return false;
	}
	return id.n > 0 && id.n <= 64;
}

/* The shorter first, those of one length by their bytes. */
static bool
id_ascends(struct view a, struct view b)
{
	return a.n != b.n ? a.n < b.n : memcmp(a.p, b.p, a.n) < 0;
}

bool
inspect_opc_relationship(struct markup *m, enum hook_when when, struct err *e)
{
	struct opc *o = m->state;
	struct opc_relation r = { 0 };
	struct view type, target;
	size_t i;

	if (when != HOOK_OPEN)
		return true;
	r.id = inspect_markup_value(m, "Id");
	if (!id_sound(r.id))
		return residue(e, "relationship's id");
	type = inspect_markup_value(m, "Type");
	r.external = inspect_markup_value(m, "TargetMode").p != NULL;
	for (i = 0; i < sizeof relations / sizeof *relations; i++)
		if (view_is(type, relations[i].address))
			r.type = view_str(relations[i].name);
	if (r.type.p == NULL)
		return residue(e, "relationship %.*s", (int)(type.n > 150 ? 150 : type.n), (const char *)type.p);
	if (!inspect_markup_decode(m, inspect_markup_value(m, "Target"), &target, e))
		return false;
	r.target = target;
	if (!r.external && view_starts(target, VIEW("#"))) {
		if (o->reading->kind != OPC_XLSX_DRAWING || !view_is(r.type, "hyperlink") || !inspect_drawing_place(view_from(target, 1)))
			return residue(e, "relationship to no place");
		r.external = true;
	} else if (r.external) {
		if (leads_to(o->reading->kind, r.type, (struct view){ NULL, 0 }, true) == OPC_NONE)
			return residue(e, "external %.*s", (int)r.type.n, (const char *)r.type.p);
		if (!inspect_address_office(m->in, target, e))
			return false;
	} else if (!to_part(o, &r, e)) {
		return false;
	}
	r.target = (struct view){ NULL, 0 };	/* it may stand in the decoder's buffer */
	if (o->rows.n > 0 && !id_ascends(((const struct opc_relation *)(const void *)(o->rows.p + o->rows.n - sizeof r))->id, r.id))
		return residue(e, "relationships out of order");
	return buf_put(&o->rows, &r, sizeof r) || no_memory(e);
}

static int
by_id(const void *a, const void *b)
{
	struct view x = ((const struct opc_relation *)a)->id, y = ((const struct opc_relation *)b)->id;

	return view_eq(x, y) ? 0 : id_ascends(x, y) ? -1 : 1;
}

/* The file's next entry is this one. */
static bool
in_place(struct opc *o, const struct opc_part *p, struct err *e)
{
	if (o->placed > 0 && p->entry.at <= o->at)
		return residue(e, "out of order") || part_error(p, e);
	o->at = p->entry.at;
	o->placed++;
	return true;
}

/* The part's relationships, in ascending order of their ids; none where it has no such file. */
static bool
relationships(struct opc *o, struct opc_part *p, struct err *e)
{
	static const struct markup_root root = { .root = "Relationships", .type = "opc/Relationships",
						 .space = "http://schemas.openxmlformats.org/package/2006/relationships" };
	own_buf struct buf name = BUF_MAX(4096);
	size_t slash = view_rfind(p->entry.name, VIEW("/"));
	struct opc_part *file;

	buf_put(&name, p->entry.name.p, slash == VIEW_NOT_FOUND ? 0 : slash + 1);
	buf_str(&name, "_rels/");
	buf_view(&name, slash == VIEW_NOT_FOUND ? p->entry.name : view_from(p->entry.name, slash + 1));
	buf_str(&name, ".rels");
	if (!buf_ok(&name, e))
		return false;
	if ((file = find(o, buf_bytes(&name))) == NULL)
		return true;
	file->kind = OPC_PACKAGE;	/* reached */
	o->reading = p;
	buf_clear(&o->rows);
	if (!inspect_markup(o->in, &root, file->entry.data, NULL, o, e))
		return part_error(file, e);
	p->relations = o->rows.n / sizeof *p->relation;
	p->relation = arena_array(o->arena, p->relations + 1, sizeof *p->relation);
	if (p->relation == NULL)
		return no_memory(e);
	if (p->relations == 0)
		return residue(e, "no relationships") || part_error(file, e);
	memcpy(p->relation, o->rows.p, o->rows.n);
	return in_place(o, file, e);
}

/* -- parts --------------------------------------------------------------------- */

struct opc_relation *
inspect_opc_relation(const struct opc_part *p, struct view id)
{
	struct opc_relation key = { .id = id };

	return p->relations == 0 ? NULL : bsearch(&key, p->relation, p->relations, sizeof key, by_id);
}

static bool
relation(void *of, struct view id, struct view types, struct err *e)
{
	struct opc *o = of;
	struct opc_relation *r = inspect_opc_relation(o->reading, id);

	if (r == NULL)
		return residue(e, "no relationship %.*s", (int)(id.n > 60 ? 60 : id.n), (const char *)id.p);
	r->used = true;
	return inspect_kind_one(NULL, r->type, types, e) ||
	       residue(e, "relationship of type %.*s", (int)r->type.n, (const char *)r->type.p);
}

static const char *
folder_of(enum opc_kind main)
{
	return main == OPC_DOCX ? "word" : main == OPC_XLSX ? "xl" : "ppt";
}

static bool
sound_name(struct view name)
{
	size_t i;

	for (i = 0; i < name.n; i++)
		if (!((name.p[i] | 32) >= 'a' && (name.p[i] | 32) <= 'z') && (name.p[i] < '-' || name.p[i] > '9') && name.p[i] != '_')
			return false;
	return true;
}

/* The part is called as its kind and its place in the package say. */
static bool
named(struct opc *o, const struct opc_part *p)
{
	own_buf struct buf b = BUF_MAX(256);
	const char *c = names[p->kind].name;

	if (c == NULL)
		return sound_name(p->entry.name);
	for (; *c != '\0'; c++) {
		if (*c != '%')
			buf_byte(&b, (uint8_t)*c);
		else if (*++c == 'f')
			buf_str(&b, folder_of(o->main));
		else
			buf_printf(&b, "%zu", ++o->counted[names[p->kind].group]);
	}
	return view_eq(p->entry.name, buf_bytes(&b));
}

/* What stands in a part by an id, and not for the part as a whole. */
static bool
must_be_used(struct view type)
{
	return view_is(type, "hyperlink") || view_is(type, "image") || view_is(type, "chart") || view_is(type, "package") || view_is(type, "header") ||
	       view_is(type, "footer") || view_is(type, "worksheet") || view_is(type, "drawing");
}

static bool
part(struct opc *o, struct opc_part *p, struct err *e)
{
	struct markup_root root = { kinds[p->kind].root, kinds[p->kind].type, kinds[p->kind].space, NULL, false };
	struct markup_links to = { .of = o, .relation = relation };
	size_t i;
	bool ok;

	if (!named(o, p))
		return residue(e, "another name than its kind has") || part_error(p, e);
	if (!in_place(o, p, e) || !relationships(o, p, e))
		return false;
	if ((p->kind == OPC_CORE || p->kind == OPC_APP || p->kind == OPC_CUSTOM) && !o->in->profile->metadata)
		return residue(e, "properties, which the profile does not keep") || part_error(p, e);
	o->reading = p;
	if (p->kind == OPC_XLSX_VML) {
		ok = inspect_legacy_drawing(p->entry.data, relation, o, e);
	} else if (root.root == NULL) {
		ok = p->relations == 0 ? inspect_part(o->in, type_of(p->kind), p->entry.data, e) : residue(e, "relationships of a picture");
	} else if (strncmp(root.root, "w:", 2) == 0) {
		struct fields *f = calloc(1, sizeof *f);

		if (f == NULL)
			return no_memory(e);
		ok = inspect_markup(o->in, &root, p->entry.data, &to, f, e) && (f->depth == 0 || residue(e, "field without its end"));
		inspect_fields_release(f);
		free(f);
	} else {
		ok = inspect_markup(o->in, &root, p->entry.data, &to, o->state, e);
	}
	for (i = 0; ok && i < p->relations; i++)
		ok = p->relation[i].used || !must_be_used(p->relation[i].type) || residue(e, "relationship that nothing uses");
	return ok || part_error(p, e);
}

static bool
open_package(struct opc *o, struct view out, struct err *e)
{
	struct zip_entry *entries;
	size_t i;

	if (!inspect_zip_entries(o->in, out, o->arena, &entries, &o->parts, e))
		return false;
	if (o->parts == 0)
		return residue(e, "no parts");
	o->part = arena_array(o->arena, o->parts + 1, sizeof *o->part);
	o->todo = arena_array(o->arena, o->parts + 1, sizeof *o->todo);
	if (o->part == NULL || o->todo == NULL)
		return no_memory(e);
	for (i = 0; i < o->parts; i++)
		o->part[i].entry = entries[i];
	qsort(o->part, o->parts, sizeof *o->part, by_name);
	o->types = find(o, VIEW("[Content_Types].xml"));
	return o->types != NULL || residue(e, "no [Content_Types].xml");
}

/* The package's root, as a part that is not there: its relationships are _rels/.rels. */
static bool
from_root(struct opc *o, enum opc_kind main, struct err *e)
{
	struct opc_part *root = &o->part[o->parts];
	size_t i, mains = 0;

	root->kind = OPC_PACKAGE;
	root->entry.name = VIEW("");
	if (!relationships(o, root, e))
		return false;
	for (i = 0; i < root->relations; i++)
		if (view_is(root->relation[i].type, "officeDocument"))
			mains += root->relation[i].part->kind == main;
	return mains == 1 || residue(e, "not one main part");
}

static bool
package(struct opc *o, enum opc_kind main, struct view out, struct err *e)
{
	size_t i;

	o->main = main;
	if (!open_package(o, out, e) || !in_place(o, o->types, e) || !content_types(o, e) || !from_root(o, main, e))
		return false;
	for (i = 0; i < o->waiting; i++)
		if (!part(o, o->todo[i], e))
			return false;
	for (i = 0; i < o->parts; i++)
		if (o->part[i].kind == OPC_NONE && &o->part[i] != o->types)
			return residue(e, "nothing leads to it") || part_error(&o->part[i], e);
	return true;
}

static bool
document(struct inspection *in, enum opc_kind main, struct workbook *workbook, struct view out, struct err *e)
{
	own_arena struct arena *arena = arena_new(0);
	struct opc o = { .in = in, .arena = arena, .state = workbook, .rows = BUF_MAX(RELATIONS_MAX * sizeof(struct opc_relation)) };
	bool ok;

	if (arena == NULL)
		return no_memory(e);
	if (workbook != NULL)
		workbook->arena = arena;
	ok = package(&o, main, out, e) && (workbook == NULL || inspect_workbook_end(workbook, e));
	buf_release(&o.rows);
	return ok;
}

bool
inspect_docx(struct inspection *in, struct view out, struct err *e)
{
	return document(in, OPC_DOCX, NULL, out, e);
}

bool
inspect_pptx(struct inspection *in, struct view out, struct err *e)
{
	return document(in, OPC_PPTX, NULL, out, e);
}

bool
inspect_xlsx(struct inspection *in, struct view out, struct err *e)
{
	struct workbook w = { 0 };
	bool ok = document(in, OPC_XLSX, &w, out, e);

	inspect_workbook_release(&w);
	return ok;
}
