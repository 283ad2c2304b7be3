/* package_part.c - how a part is rebuilt: markup by the tables, pictures and documents by job_part(). */
#include "sanitize/ooxml/ids.h"
#include "sanitize/detect.h"
#include "sanitize/ooxml/package_in.h"

struct opc_part *
part_of(const struct markup *m)
{
	return markup_ctx(m);
}

void
part_quiet(struct opc_part *p, bool quiet)
{
	p->quiet = quiet;
}

static void
mark(void *ctx, uint32_t what)
{
	struct opc_part *p = ctx;

	if (!p->quiet && what < p->relations)
		p->relation[what].used = true;
}

bool
part_markup(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct job *j = p->package->job;
	struct markup_use use = { .job = j, .vocabulary = &ooxml_vocabulary, .root = part_rows[p->kind].root,
				  .where = p->name, .ctx = p, .marked = mark };
	struct findings unheard = { 0 }, *heard = j->findings;
	bool ok;

	if (p->kind == PART_CORE || p->kind == PART_APP) {
		if (!j->profile->metadata) {
			job_find(j, FINDING_OOXML_METADATA, p->name, NULL);
			return false;
		}
	}
	if (p->quiet)
		j->findings = &unheard;
	ok = markup_rebuild(&use, in, out, e);
	j->findings = heard;
	findings_release(&unheard);
	return ok;
}

/* -- pictures --------------------------------------------------------- */

static bool
is_picture(enum type t)
{
	return t == TYPE_PNG || t == TYPE_JPEG || t == TYPE_GIF || t == TYPE_TIFF || t == TYPE_BMP;
}

bool
part_picture(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct job *j = p->package->job;
	enum type type = detect(in, p->name);
	enum verdict v;

	/* EMF and WMF come back as PNG, where a lane draws them. */
	if (is_picture(type) || ((type == TYPE_EMF || type == TYPE_WMF) && j->need != NULL)) {
		v = job_part(j, p->name, in, out, &p->type, e);
		if (v != VERDICT_REFUSED && v != VERDICT_FAILED && is_picture(p->type)) {
			if (type != p->type)
				job_find(j, FINDING_OOXML_PICTURE_DRAWN, p->name, "%s", type_name(type));
			return true;
		}
		if (e->code == ERR_SYSTEM || (e->code == ERR_LIMIT && job_spent(j)))
			return false;
	}
	job_find(j, FINDING_OOXML_PICTURE, p->name, "%s", type_name(type));
	*e = (struct err){ 0 };
	return false;
}

/* -- documents -------------------------------------------------------- */

bool
part_embedded(struct opc_part *p, struct view in, struct buf *out, struct err *e)
{
	struct job *j = p->package->job;
	enum verdict v = VERDICT_REFUSED;

	if (j->profile->attachments)
		v = job_part(j, p->name, in, out, &p->type, e);
	/* Only a chart has one (part.def), and its data are a workbook. */
	if (v == VERDICT_REFUSED || v == VERDICT_FAILED || p->type != TYPE_XLSX) {
		if (e->code == ERR_SYSTEM || (e->code == ERR_LIMIT && job_spent(j)))
			return false;
		job_find(j, FINDING_OOXML_EMBEDDED, p->name, NULL);
		*e = (struct err){ 0 };
		return false;
	}
	job_find(j, FINDING_OOXML_EMBEDDED_KEPT, p->name, NULL);
	return true;
}

/* -- properties ------------------------------------------------------- */

/* xsi:type's value names a type by a prefix; ours is dcterms. */
static enum markup_do
w3cdtf_open(struct markup *m)
{
	markup_set(m, NS_XSI, "type", VIEW("dcterms:W3CDTF"));
	return MARKUP_KEEP;
}

const struct markup_hook hook_opc_w3cdtf = { .open = w3cdtf_open };
