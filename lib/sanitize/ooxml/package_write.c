/* package_write.c - the package in its one form (docs/canonical.md: OOXML packages). */
#include <stdio.h>
#include <stdlib.h>

#include "sanitize/ooxml/package_in.h"

enum { DATE = 1 << 5 | 1 };	/* 1980-01-01, in DOS's form */

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static const struct {
	enum type type;
	const char *content;
} contents[] = {
	{ TYPE_BMP, "image/bmp" }, { TYPE_GIF, "image/gif" }, { TYPE_JPEG, "image/jpeg" }, { TYPE_PNG, "image/png" },
	{ TYPE_TIFF, "image/tiff" },
	{ TYPE_DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ TYPE_XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ TYPE_PPTX, "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
};

static const char *
content_of(const struct opc_part *p)
{
	size_t i;

	if (part_rows[p->kind].content[0] != '\0')
		return part_rows[p->kind].content;
	for (i = 0; i < sizeof contents / sizeof *contents; i++)
		if (contents[i].type == p->type)
			return contents[i].content;
	return "";
}

/* -- names, in the order of a walk in breadth ------------------------- */

struct order {
	struct opc_part **part;
	size_t n;
};

static int
by_id(const void *a, const void *b)
{
	return relation_order(((const struct relation *)a)->id, ((const struct relation *)b)->id);
}

/* The canonical name: of the kind's row, in the folder of the main part. */
static bool
name_part(struct package *k, struct opc_part *p, uint32_t *numbers)
{
	own_buf struct buf b = BUF_MAX(256);
	const char *main = part_rows[k->main].path, *s;
	struct view copy;

	for (s = part_rows[p->kind].path; *s != '\0'; s++) {
		if (s[0] == '%' && s[1] == 'f')
			(void)buf_put(&b, main, strcspn(main, "/"));
		else if (s[0] == '%')
			(void)buf_printf(&b, "%u", p->number = ++numbers[p->kind]);
		else
			(void)buf_byte(&b, (uint8_t)*s);
		s += *s == '%';
	}
	if (part_rows[p->kind].content[0] == '\0')
		(void)buf_str(&b, type_ending(p->type));
	copy = arena_copy(k->arena, buf_bytes(&b));
	p->path = arena_get(k->arena, copy.n + 1);
	if (p->path == NULL || copy.p == NULL)
		return false;
	memcpy(p->path, copy.p, copy.n);
	return true;
}

static bool
put_in_order(struct package *k, struct order *o, struct err *e)
{
	uint32_t numbers[PART_KINDS] = { 0 };
	size_t i, r;

	o->part = arena_array(k->arena, k->parts + 1, sizeof(struct opc_part *));
	if (o->part == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	o->part[o->n++] = k->root;
	k->root->path = arena_get(k->arena, 1);
	for (i = 0; i < o->n; i++) {
		struct opc_part *p = o->part[i];

		if (p->relations > 0)
			qsort(p->relation, p->relations, sizeof *p->relation, by_id);
		for (r = 0; r < p->relations; r++) {
			struct opc_part *to = p->relation[r].to;

			if (!p->relation[r].used || to == NULL || to->path != NULL)
				continue;
			if (!name_part(k, to, numbers))
				return err_set(e, ERR_SYSTEM, "no memory");
			o->part[o->n++] = to;
		}
	}
	return true;
}

/* -- writing ---------------------------------------------------------- */

static bool
put_types(struct zip_writer *w, const struct order *o, struct err *e)
{
	own_buf struct buf b = { 0 };
	size_t i, t;

	(void)buf_str(&b, HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">");
	(void)buf_str(&b, "<Default ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" Extension=\"rels\"/>");
	for (t = 0; t < sizeof contents / sizeof *contents; t++) {
		for (i = 1; i < o->n; i++)
			if (part_rows[o->part[i]->kind].content[0] == '\0' && o->part[i]->type == contents[t].type)
				break;
		if (i < o->n)
			(void)buf_printf(&b, "<Default ContentType=\"%s\" Extension=\"%s\"/>", contents[t].content,
					 type_ending(contents[t].type) + 1);
	}
	for (i = 1; i < o->n; i++)
		if (part_rows[o->part[i]->kind].content[0] != '\0')
			(void)buf_printf(&b, "<Override ContentType=\"%s\" PartName=\"/%s\"/>", content_of(o->part[i]),
					 o->part[i]->path);
	(void)buf_str(&b, "</Types>\n");
	return buf_ok(&b, e) && zip_put(w, "[Content_Types].xml", DATE, 0, buf_bytes(&b), e);
}

static bool
put_relations(struct zip_writer *w, const struct opc_part *p, struct err *e)
{
	const char *slash = strrchr(p->path, '/'), *base = slash == NULL ? p->path : slash + 1;
	own_buf struct buf b = { 0 }, name = { 0 };
	size_t i, n = 0;

	(void)buf_str(&b, HEAD "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">");
	for (i = 0; i < p->relations; i++) {
		const struct relation *r = &p->relation[i];

		if (!r->used || (!r->external && r->to == NULL))
			continue;
		n++;
		(void)buf_str(&b, "<Relationship Id=\"");
		markup_escape(&b, r->id, true);
		(void)buf_str(&b, "\" Target=\"");
		if (r->external)
			markup_escape(&b, r->target, true);
		else
			(void)buf_printf(&b, "/%s", r->to->path);
		(void)buf_printf(&b, "\"%s Type=\"%s\"/>", r->external && r->target.p[0] != '#' ? " TargetMode=\"External\"" : "",
				 relation_rows[r->type].uri);
	}
	(void)buf_str(&b, "</Relationships>\n");
	if (n == 0)
		return true;
	(void)buf_put(&name, p->path, (size_t)(base - p->path));
	(void)buf_printf(&name, "_rels/%s.rels", base);
	return buf_byte(&name, '\0') && buf_ok(&b, e) && zip_put(w, (const char *)name.p, DATE, 0, buf_bytes(&b), e);
}

bool
package_write(struct package *k, struct buf *out, struct err *e)
{
	own_zip_writer struct zip_writer w = { .out = out };
	struct order o = { 0 };
	size_t i;

	if (!put_in_order(k, &o, e) || !put_types(&w, &o, e) || !put_relations(&w, k->root, e))
		return false;
	for (i = 1; i < o.n; i++)
		if (!job_tick(k->job, e) || !zip_put(&w, o.part[i]->path, DATE, 0, buf_bytes(&o.part[i]->out), e) ||
		    !put_relations(&w, o.part[i], e))
			return false;
	return zip_end(&w, e);
}
