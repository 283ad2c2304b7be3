/*
 * odf.c - text, spreadsheet, presentation and drawing of OpenDocument
 * (ODF 1.3 part 2): the package opened, and written anew.  One that is encrypted as a
 * whole (OpenDocument 1.5, OFFICE-4153; LibreOffice since 24.8) is an envelope: mimetype,
 * manifest, and the real package deflated and encrypted in `encrypted-package`.
 */
#include "sanitize/format.h"
#include "sanitize/odf/flat.h"
#include "sanitize/odf/package.h"

/* Kinds of document: the type, the body it must have, what its mimetype may say, and what is written then. */
static const struct kind {
	enum type type;
	enum odf_body body;
	const char *mimetype, *written;
} kinds[] = {
#define KIND(type, body, mimetype, written) { TYPE_##type, ODF_##body, mimetype, written },
#include "sanitize/odf/mimetype.def"
#undef KIND
};

/* What a part that nothing read was for: by the beginning of its name. */
static const struct {
	const char *head;
	bool told;
	enum finding_code code;
} leftovers[] = {
#define LEFT(head, told, code) { head, told, FINDING_##code },
#include "sanitize/odf/leftover.def"
#undef LEFT
};

static const struct kind *
kind_of(struct odf_package *p, struct err *e)
{
	const struct zip_entry *en = zip_find(p->zip, "mimetype");
	own_buf struct buf text = BUF_MAX(256);
	struct view v;
	size_t i;

	if (en == NULL || !odf_part_read(p, en, &text, e)) {
		err_set(e, ERR_MALFORMED, "no mimetype");
		return NULL;
	}
	v = buf_bytes(&text);
	while (v.n > 0 && v.p[v.n - 1] <= ' ')
		v.n--;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (view_is(v, kinds[i].mimetype))
			return &kinds[i];
	err_set(e, ERR_DENIED, "mimetype %.*s", (int)(v.n < 100 ? v.n : 100), v.n == 0 ? "" : (const char *)v.p);
	return NULL;
}

static bool
manifest_read(struct odf_package *p, struct err *e)
{
	const struct zip_entry *en = zip_find(p->zip, "META-INF/manifest.xml");
	own_buf struct buf raw = { 0 };

	/* Who has none encrypts nothing; the rest of it is known from the names. */
	return en == NULL || (odf_part_read(p, en, &raw, e) &&
			      odf_manifest_read(p->j, p->arena, buf_bytes(&raw), &p->manifest, e));
}

static void
leftover(struct odf_package *p, const struct zip_entry *en)
{
	size_t i;

	for (i = 0; i < sizeof leftovers / sizeof *leftovers; i++)
		if (view_starts(view_str(en->name), view_str(leftovers[i].head))) {
			if (leftovers[i].told && en->size > 0)
				job_find(p->j, leftovers[i].code, en->name, NULL);
			return;
		}
	if (view_find(view_str(en->name), 0, VIEW("/Thumbnails/")) == VIEW_NOT_FOUND &&
	    view_find(view_str(en->name), 0, VIEW("/Configurations2/")) == VIEW_NOT_FOUND && en->size > 0)
		job_find(p->j, FINDING_ODF_PART, en->name, NULL);
}

static bool
leftovers_report(struct odf_package *p, const struct zip_notes *n, struct err *e)
{
	size_t i;

	zip_report(p->j, p->zip, n);
	for (i = 0; i < zip_count(p->zip); i++) {
		const struct zip_entry *en = zip_at(p->zip, i);

		if (!job_tick(p->j, e))
			return false;
		if (!en->directory && odf_memo_find(&p->seen, en) == NULL)
			leftover(p, en);
	}
	return true;
}

static bool
manifest_write(struct odf_package *p, const char *mimetype, struct err *e)
{
	own_buf struct buf m = { 0 };

	(void)buf_str(&m, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest xmlns:manifest="
			  "\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">");
	(void)buf_printf(&m, "<manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"%s\"/>", mimetype);
	(void)buf_view(&m, buf_bytes(&p->list));
	(void)buf_str(&m, "</manifest:manifest>\n");
	return buf_ok(&m, e) && zip_put(&p->out, "META-INF/manifest.xml", 1 << 5 | 1, 0, buf_bytes(&m), e) &&
	       zip_end(&p->out, e);
}

static void
password_wanted(struct odf_package *p, const struct err *e)
{
	if (e->code == ERR_DENIED && p->manifest.n > 0 && !p->decrypted)
		job_find(p->j, FINDING_PASSWORD_NEEDED, "", "%s", e->text);
}

static bool
contents(struct odf_package *p, const struct kind *k, const struct zip_notes *notes, struct err *e)
{
	struct odf_document d = { .package = p, .from = "", .to = "" };

	if (!zip_put_stored(&p->out, "mimetype", 1 << 5 | 1, 0, view_str(k->written), e))
		return false;
	if (!odf_document(&d, e)) {
		password_wanted(p, e);
		return false;
	}
	if (d.body != k->body)
		return err_set(e, ERR_MALFORMED, "mimetype %s, but the body is of another kind", k->mimetype);
	if (p->decrypted)
		job_find(p->j, FINDING_DECRYPTED, "", NULL);
	return leftovers_report(p, notes, e) && manifest_write(p, k->written, e);
}

static bool package(struct odf_package *p, struct view in, struct err *e);

/* A package that holds nothing but another, encrypted as a whole. */
static bool
envelope(struct odf_package *p, const struct zip_entry *en, const struct zip_notes *notes, struct err *e)
{
	struct odf_package inner = { .j = p->j, .type = p->type, .arena = p->arena, .wrapped = true };
	own_buf struct buf in = { 0 };
	bool ok;

	if (!odf_part_read(p, en, &in, e)) {
		password_wanted(p, e);
		return false;
	}
	job_find(p->j, FINDING_DECRYPTED, "", NULL);
	if (!leftovers_report(p, notes, e))
		return false;
	inner.keys = p->keys;
	inner.out.out = p->out.out;
	ok = package(&inner, buf_bytes(&in), e);
	zip_writer_release(&inner.out);
	buf_release(&inner.list);
	return ok || err_at(e, "%s", en->name);
}

static bool
opened(struct odf_package *p, const struct zip_notes *notes, struct err *e)
{
	const struct kind *k = kind_of(p, e);
	const struct zip_entry *en = zip_find(p->zip, "encrypted-package");

	if (k != NULL && k->type != p->type)
		return err_set(e, ERR_MALFORMED, "mimetype %s, but by its beginning %s", k->mimetype, type_name(p->type));
	if (k == NULL || !manifest_read(p, e))
		return false;
	return !p->wrapped && en != NULL && odf_manifest_find(&p->manifest, en->name) != NULL
		       ? envelope(p, en, notes, e)
		       : contents(p, k, notes, e);
}

static bool
package(struct odf_package *p, struct view in, struct err *e)
{
	const struct limits *l = &p->j->profile->limits;
	struct zip_limits lim = { l->entries, l->unpacked };
	struct zip_notes notes = { 0 };
	own_zip struct zip *z = p->zip = zip_new(in, &lim, &notes, e);

	if (z != NULL)
		return opened(p, &notes, e);
	if (notes.disagree)
		job_find(p->j, FINDING_ZIP_DISAGREE, "", "%s", e->text);
	else if (notes.split)
		job_find(p->j, FINDING_ZIP_SPLIT, "", NULL);
	return false;
}

static bool
rebuild(struct job *j, enum type type, struct view in, struct buf *out, struct err *e)
{
	own_arena struct arena *a = arena_new(0);
	struct odf_package p = { .j = j, .type = type, .arena = a };
	own_buf struct buf packed = { 0 };
	bool ok;

	p.out.out = out;
	if (a == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!markup_compile(&odf_elements, e))
		return false;
	if (odf_is_flat(in)) {
		if (!odf_flat_package(j, in, &packed, e))
			return false;
		job_find(j, FINDING_ODF_FLAT, "", NULL);
		in = buf_bytes(&packed);
	}
	ok = package(&p, in, e);
	zip_writer_release(&p.out);
	buf_release(&p.list);
	return ok;
}

#define FORMAT(name, TYPE)                                                                                            \
	static bool rebuild_##name(struct job *j, struct view in, struct buf *out, struct err *e)                     \
	{                                                                                                             \
		return rebuild(j, TYPE, in, out, e);                                                                  \
	}                                                                                                             \
	const struct format format_##name = { .type = TYPE, .rebuild = rebuild_##name };
FORMAT(odt, TYPE_ODT)
FORMAT(ods, TYPE_ODS)
FORMAT(odp, TYPE_ODP)
FORMAT(odg, TYPE_ODG)
