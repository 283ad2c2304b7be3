/* document.c - one document of a package: its parts in their order, each rebuilt from what it refers to. */
#include "sanitize/odf/package.h"
#include "sanitize/odf/settings.h"

/* `root`: of office:, NULL for a document's content, which may be a formula; its body tells. */
static bool
markup_part(struct odf_document *d, const char *name, const char *root, struct view in, struct buf *ret, struct err *e)
{
	struct markup_use use = { .job = d->package->j, .vocabulary = &odf_elements, .doctype = true, .ctx = d };
	own_buf struct buf where = BUF_MAX(2048);

	use.root = root == NULL ? 0 : odf_element("office", root);
	if (!buf_str(&where, d->from) || !buf_str(&where, name) || !buf_byte(&where, '\0'))
		return buf_ok(&where, e);
	use.where = d->part = (const char *)where.p;
	return markup_rebuild(&use, in, ret, e) || err_at(e, "%s%s", d->from, name);
}

static bool
part(struct odf_document *d, const char *name, const char *root, bool must, struct err *e)
{
	struct odf_package *p = d->package;
	const struct zip_entry *en = odf_part_find(d, view_str(name), "");
	own_buf struct buf raw = { 0 }, clean = { 0 };

	if (en == NULL)
		return !must || err_set(e, ERR_MALFORMED, "%s%s is missing", d->from, name);
	if (!odf_part_read(p, en, &raw, e))
		return false;
	if (raw.n == 0 && !must)
		return true;
	return markup_part(d, name, root, buf_bytes(&raw), &clean, e) &&
	       odf_part_write(p, d->to, name, "text/xml", buf_bytes(&clean), e);
}

static bool
settings(struct odf_document *d, struct err *e)
{
	struct odf_package *p = d->package;
	const struct zip_entry *en = odf_part_find(d, VIEW("settings.xml"), "");
	own_buf struct buf raw = { 0 }, clean = { 0 };

	if (en == NULL)
		return true;
	if (!odf_part_read(p, en, &raw, e))
		return false;
	if (!odf_settings(p->j, en->name, buf_bytes(&raw), &clean, e)) {
		if (e->code != ERR_MALFORMED)
			return false;
		/* A document opens without them. */
		job_find(p->j, FINDING_REPAIRED, en->name, "%s", e->text);
		return true;
	}
	return clean.n == 0 || odf_part_write(p, d->to, "settings.xml", "text/xml", buf_bytes(&clean), e);
}

bool
odf_document(struct odf_document *d, struct err *e)
{
	static const char *const mimetypes[ODF_BODIES] = {
#define BODY(id, prefix, name, mimetype) [ODF_##id] = mimetype,
#include "sanitize/odf/body.def"
#undef BODY
	};
	struct odf_package *p = d->package;

	if (!job_tick(p->j, e) || !part(d, "styles.xml", "document-styles", false, e) ||
	    !part(d, "content.xml", NULL, true, e) ||
	    !part(d, "meta.xml", "document-meta", false, e) || !settings(d, e))
		return false;
	if (d->body == ODF_NOTHING)
		return err_set(e, ERR_MALFORMED, "%scontent.xml: no body", d->from);
	if (d->depth > 0)
		(void)buf_printf(&p->list, "<manifest:file-entry manifest:full-path=\"%s\" manifest:media-type=\"%s\"/>",
				 d->to, mimetypes[d->body]);
	return buf_ok(&p->list, e);
}
