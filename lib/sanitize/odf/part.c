/* part.c - parts of a package: found by their references, read, written under names of our own. */
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>

#include "sanitize/odf/package.h"

enum {
	PATH_MAX_ = 1024,
	DATE = 1 << 5 | 1,	/* 1980-01-01, as MS-DOS counts */
	MEMO_SMALL = 64,
};

/* -- the memo --------------------------------------------------------- */

static size_t
memo_slot(const struct odf_memo *t, const struct zip_entry *key)
{
	size_t i = (size_t)(((uintptr_t)key >> 4) * 0x9e3779b97f4a7c15u >> 20) & (t->size - 1);

	while (t->row[i].key != NULL && t->row[i].key != key)
		i = (i + 1) & (t->size - 1);
	return i;
}

struct odf_memo_row *
odf_memo_find(const struct odf_memo *t, const struct zip_entry *key)
{
	size_t i;

	if (t->size == 0)
		return NULL;
	i = memo_slot(t, key);
	return t->row[i].key == NULL ? NULL : &t->row[i];
}

struct odf_memo_row *
odf_memo_add(struct odf_memo *t, struct arena *a, const struct zip_entry *key)
{
	size_t i;

	if (t->used * 2 >= t->size) {
		struct odf_memo more = { .size = t->size == 0 ? MEMO_SMALL : t->size * 2, .used = t->used };

		more.row = arena_array(a, more.size, sizeof *more.row);
		if (more.row == NULL)
			return NULL;
		for (i = 0; i < t->size; i++)
			if (t->row[i].key != NULL)
				more.row[memo_slot(&more, t->row[i].key)] = t->row[i];
		*t = more;
	}
	i = memo_slot(t, key);
	if (t->row[i].key == NULL) {
		t->row[i].key = key;
		t->used++;
	}
	return &t->row[i];
}

/* -- reading ---------------------------------------------------------- */

static int
hex(uint8_t c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* "%20" as the byte it means. */
static void
unescape(struct view v, struct buf *ret)
{
	size_t i;

	for (i = 0; i < v.n; i++) {
		int h = v.p[i] == '%' && i + 2 < v.n ? hex(v.p[i + 1]) : -1;
		int l = h < 0 ? -1 : hex(v.p[i + 2]);

		(void)buf_byte(ret, (uint8_t)(l < 0 ? v.p[i] : h << 4 | l));
		if (l >= 0)
			i += 2;
	}
}

/* Does the path stay inside its document? */
static bool
inside(struct view v)
{
	size_t i, from = 0;

	if (v.n == 0 || v.n > PATH_MAX_ || v.p[0] == '/' || v.p[0] == '#')
		return false;
	for (i = 0; i <= v.n; i++) {
		if (i < v.n && (v.p[i] == '\0' || v.p[i] == ':' || v.p[i] == '\\'))
			return false;
		if (i < v.n && v.p[i] != '/')
			continue;
		if (view_is(view_of(v.p + from, i - from), ".."))
			return false;
		from = i + 1;
	}
	return true;
}

static const struct zip_entry *
find(struct odf_document *d, struct view path, const char *behind)
{
	own_buf struct buf name = BUF_MAX(4 * PATH_MAX_);
	const struct zip_entry *en;

	(void)buf_str(&name, d->from);
	(void)buf_view(&name, path);
	(void)buf_str(&name, behind);
	if (!buf_byte(&name, '\0') || memchr(name.p, '\0', name.n) != name.p + name.n - 1)
		return NULL;
	en = zip_find(d->package->zip, (const char *)name.p);
	return en == NULL || en->directory || en->link || en->overlap ? NULL : en;
}

const struct zip_entry *
odf_part_find(struct odf_document *d, struct view href, const char *behind)
{
	const bool dotted = view_starts(href, VIEW("./"));
	own_buf struct buf plain = BUF_MAX(PATH_MAX_);
	const struct zip_entry *en = NULL;

	if (dotted)
		(void)view_skip(&href, 2);
	while (href.n > 0 && href.p[0] == '/' && dotted)
		(void)view_skip(&href, 1);
	while (href.n > 0 && href.p[href.n - 1] == '/')
		href.n--;
	if (inside(href))
		en = find(d, href, behind);
	if (en != NULL)
		return en;
	unescape(href, &plain);
	href = buf_bytes(&plain);
	return !plain.full && inside(href) ? find(d, href, behind) : NULL;
}

/* Inside the encryption there is one Deflate stream. */
static bool
inflate_(struct odf_package *p, struct view packed, uint64_t size, struct buf *ret, struct err *e)
{
	struct libdeflate_decompressor *d;
	enum libdeflate_result r;
	size_t in_n, out_n = 0;
	uint8_t *to;

	if (!job_charge(p->j, size, e) || !job_ratio(p->j, packed.n, size, e))
		return false;
	to = buf_room(ret, (size_t)size);
	if (to == NULL)
		return buf_ok(ret, e);
	d = libdeflate_alloc_decompressor();
	if (d == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	r = libdeflate_deflate_decompress_ex(d, packed.p, packed.n, to, (size_t)size, &in_n, &out_n);
	libdeflate_free_decompressor(d);
	if (r != LIBDEFLATE_SUCCESS)
		return err_set(e, ERR_MALFORMED, "the data inside the encryption are damaged");
	ret->n += out_n;
	return true;
}

static bool
decrypt(struct odf_package *p, const struct odf_crypt *c, struct view in, struct buf *ret, struct err *e)
{
	own_buf struct buf packed = { .max = in.n + 1 };
	size_t i;

	for (i = 0; i < p->j->passwords; i++) {
		struct view password = p->decrypted ? p->key : p->j->password[i];

		buf_clear(&packed);
		if (odf_decrypt(p->j, c, &p->keys, password, in, &packed, e)) {
			p->decrypted = true;
			p->key = password;
			return inflate_(p, buf_bytes(&packed), c->size, ret, e);
		}
		if (e->code != ERR_DENIED || p->decrypted)
			return false;
	}
	return p->j->passwords > 0 ? false : err_set(e, ERR_DENIED, "encrypted, and there is no password");
}

bool
odf_part_read(struct odf_package *p, const struct zip_entry *en, struct buf *ret, struct err *e)
{
	const struct odf_crypt *c = odf_manifest_find(&p->manifest, en->name);
	own_buf struct buf locked = { 0 };

	if (odf_memo_add(&p->seen, p->arena, en) == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (c == NULL)
		return zip_unpack(p->zip, en, p->j, ret, e) || err_at(e, "%s", en->name);
	return (zip_unpack(p->zip, en, p->j, &locked, e) && decrypt(p, c, buf_bytes(&locked), ret, e)) ||
	       err_at(e, "%s", en->name);
}

/* -- writing ---------------------------------------------------------- */

bool
odf_part_write(struct odf_package *p, const char *folder, const char *name, const char *mediatype,
	       struct view data, struct err *e)
{
	char path[PATH_MAX_];

	if ((size_t)snprintf(path, sizeof path, "%s%s", folder, name) >= sizeof path)
		return err_set(e, ERR_LIMIT, "%s: documents nested too deep", folder);
	(void)buf_printf(&p->list, "<manifest:file-entry manifest:full-path=\"%s\" manifest:media-type=\"%s\"/>", path,
			 mediatype);
	return buf_ok(&p->list, e) && zip_put(&p->out, path, DATE, 0, data, e);
}

const char *
odf_picture_type(enum type t, const char **ending)
{
	static const struct {
		enum type type;
		const char *ending, *mediatype;
	} rows[] = {
		{ TYPE_PNG, ".png", "image/png" },    { TYPE_JPEG, ".jpg", "image/jpeg" },
		{ TYPE_GIF, ".gif", "image/gif" },    { TYPE_WEBP, ".webp", "image/webp" },
		{ TYPE_TIFF, ".tif", "image/tiff" },  { TYPE_BMP, ".bmp", "image/bmp" },
		{ TYPE_SVG, ".svg", "image/svg+xml" },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].type == t) {
			*ending = rows[i].ending;
			return rows[i].mediatype;
		}
	return NULL;
}

/* What OpenOffice.org wrote beside an object.  Charts, formulas and tables are drawn anew; of other documents it is what shows. */
static bool
is_metafile(struct view v)
{
	return view_starts(v, VIEW("VCLMTF"));
}

static bool
is_drawn_anew(const struct odf_document *d, uint32_t replaces)
{
	return replaces == ODF_TABLE || (replaces > 0 && (d->drawn || d->package->j->need == NULL));
}

/* Of a table on a slide: LibreOffice refers to it even where it wrote none. */
static bool
is_preview(struct view href)
{
	return view_find(href, 0, VIEW("Pictures/TablePreview")) != VIEW_NOT_FOUND;
}

static bool
picture_write(struct odf_document *d, const struct zip_entry *en, uint32_t replaces, char name[64], struct err *e)
{
	struct odf_package *p = d->package;
	own_buf struct buf raw = { 0 }, clean = { 0 };
	const char *ending, *mediatype;
	enum type type;
	enum verdict v;

	*name = '\0';
	if (!odf_part_read(p, en, &raw, e)) {
		if (e->code == ERR_LIMIT || e->code == ERR_SYSTEM || e->code == ERR_DENIED)
			return false;
		job_find(p->j, FINDING_PART_REFUSED, en->name, "%s", e->text);
		return true;
	}
	if (is_metafile(buf_bytes(&raw)) && is_drawn_anew(d, replaces)) {
		job_find(p->j, FINDING_ODF_PREVIEW, en->name, NULL);
		return true;
	}
	v = job_part(p->j, en->name, buf_bytes(&raw), &clean, &type, e);
	if (v == VERDICT_REFUSED || v == VERDICT_FAILED)
		return !job_spent(p->j) && v != VERDICT_FAILED;
	mediatype = odf_picture_type(type, &ending);
	if (mediatype == NULL) {
		job_find(p->j, FINDING_PART_REFUSED, en->name, "%s", type_name(type));
		return true;
	}
	if (replaces != ODF_TABLE && replaces > d->replaced) {
		d->replaced = replaces;
		(void)snprintf(name, 64, "ObjectReplacements/Object %u", replaces);
	} else {
		(void)snprintf(name, 64, "Pictures/%u%s", ++d->pictures, ending);
	}
	return odf_part_write(p, d->to, name, mediatype, buf_bytes(&clean), e);
}

static enum markup_do
missing(struct markup *m, struct view href)
{
	const bool web = view_find(href, 0, VIEW(":")) != VIEW_NOT_FOUND || view_starts(href, VIEW("/")) ||
		   view_starts(href, VIEW("../")) || view_starts(href, VIEW("\\"));

	if (href.n > 0 && !is_preview(href))
		markup_find(m, web ? FINDING_ODF_EXTERNAL : FINDING_ODF_MISSING, "%.*s",
			    (int)(href.n < 100 ? href.n : 100), (const char *)href.p);
	return MARKUP_DROP;
}

enum markup_do
odf_picture(struct odf_document *d, struct markup *m, struct view href, uint32_t replaces, struct buf *ret)
{
	const struct zip_entry *en = odf_part_find(d, href, "");
	struct odf_memo_row *row = en == NULL ? NULL : odf_memo_add(&d->parts, d->package->arena, en);
	struct err e = { 0 };
	char name[64];

	if (en == NULL)
		return missing(m, href);
	if (row == NULL) {
		markup_fail(m, ERR_SYSTEM, "no memory");
		return MARKUP_DROP;
	}
	if (row->number == 0) {
		row->number = 1;
		if (!picture_write(d, en, replaces, name, &e)) {
			markup_fail(m, e.code, "%s", e.text);
			return MARKUP_DROP;
		}
		if (name[0] != '\0')
			row->name = (const char *)arena_copy(d->package->arena, view_str(name)).p;
	}
	if (row->name == NULL)
		return MARKUP_DROP;
	if (view_starts(view_str(row->name), VIEW("ObjectReplacements")))
		(void)buf_str(ret, "./");
	return buf_str(ret, row->name) ? MARKUP_OTHER : MARKUP_DROP;
}

/* -- documents inside ------------------------------------------------- */

static bool
inside_write(struct odf_document *d, const struct zip_entry *content, uint32_t number, bool *ret_drawn, struct err *e)
{
	struct odf_package *p = d->package;
	size_t n = strlen(content->name) - strlen("content.xml");
	struct view from = arena_copy(p->arena, view_of(content->name, n));
	struct odf_document in = { .package = p, .depth = d->depth + 1 };
	char to[PATH_MAX_];

	if ((size_t)snprintf(to, sizeof to, "%sObject %u/", d->to, number) >= sizeof to || in.depth > ODF_DEPTH)
		return err_set(e, ERR_LIMIT, "documents in documents, more than %d deep", ODF_DEPTH);
	in.from = (const char *)from.p;
	in.to = (const char *)arena_copy(p->arena, view_str(to)).p;
	if (in.from == NULL || in.to == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!odf_document(&in, e))
		return false;
	*ret_drawn = in.body == ODF_CHART || in.body == ODF_FORMULA;
	return true;
}

enum markup_do
odf_inside(struct odf_document *d, struct markup *m, struct view href, struct buf *ret, uint32_t *number)
{
	const struct zip_entry *en = odf_part_find(d, href, "/content.xml");
	struct odf_memo_row *row = en == NULL ? NULL : odf_memo_add(&d->parts, d->package->arena, en);
	struct err e = { 0 };

	if (en == NULL) {
		if (odf_part_find(d, href, "") == NULL)
			return missing(m, href);
		markup_find(m, FINDING_ODF_OBJECT, "%.*s", (int)(href.n < 100 ? href.n : 100), (const char *)href.p);
		return MARKUP_DROP;
	}
	if (row == NULL) {
		markup_fail(m, ERR_SYSTEM, "no memory");
		return MARKUP_DROP;
	}
	if (row->number == 0) {
		struct zip_writer *w = &d->package->out;
		const size_t at = w->out->n, central = w->central.n, list = d->package->list.n;
		const uint32_t entries = w->entries;

		row->number = ++d->objects;
		if (inside_write(d, en, row->number, &row->drawn, &e)) {
			row->name = "";
		} else if (e.code != ERR_MALFORMED) {
			markup_fail(m, e.code, "%s", e.text);
			return MARKUP_DROP;
		} else {
			/* As if it had never been begun. */
			w->out->n = at;
			w->central.n = central;
			w->entries = entries;
			d->package->list.n = list;
			d->objects--;
			markup_find(m, FINDING_ODF_OBJECT, "%s", e.text);
		}
	}
	if (row->name == NULL)
		return MARKUP_DROP;
	*number = row->number;
	d->drawn = row->drawn;
	return buf_printf(ret, "./Object %u", row->number) ? MARKUP_OTHER : MARKUP_DROP;
}
