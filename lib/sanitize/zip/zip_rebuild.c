#include "core/own.h"
#include "sanitize/format.h"
#include "sanitize/zip/repack.h"

static bool
dropped(struct repack *r, const struct zip_entry *en)
{
	static const struct {
		size_t flag;
		enum finding_code code;
	} rows[] = {
		{ offsetof(struct zip_entry, link), FINDING_ZIP_LINK },
		{ offsetof(struct zip_entry, overlap), FINDING_ZIP_OVERLAP },
		{ offsetof(struct zip_entry, duplicate), FINDING_ZIP_DUPLICATE },
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool set;

		memcpy(&set, (const uint8_t *)en + rows[i].flag, sizeof set);
		if (!set)
			continue;
		job_find(r->j, rows[i].code, en->name, NULL);
		return true;
	}
	return false;
}

/* What cannot be unpacked: the whole archive's matter, or only this entry's. */
static bool
not_unpacked(struct repack *r, const struct zip_entry *en, struct err *e)
{
	bool locked = en->crypt == ZIP_TRADITIONAL || en->crypt == ZIP_AES;

	if (e->code == ERR_DENIED && locked && (en->method == 0 || en->method == 8)) {
		job_find(r->j, FINDING_PASSWORD_NEEDED, en->name, "%s", e->text);
		return false;
	}
	if (e->code == ERR_LIMIT || e->code == ERR_SYSTEM)
		return err_at(e, "%s", en->name);
	job_find(r->j, FINDING_PART_REFUSED, en->name, "%s", e->text);
	return true;
}

static bool
entry(struct repack *r, struct zip *z, const struct zip_entry *en, struct err *e)
{
	struct repack_member m = { en->name, en->directory, en->date, en->time };

	r->files += !en->directory;
	if (dropped(r, en) || !repack_name(r, &m))
		return true;
	if (en->directory) {
		if (en->size > 0)
			job_find(r->j, FINDING_TRAILING_DATA, en->name, NULL);
		return repack_directory(r, &m, e);
	}
	buf_clear(&r->plain);
	if (!zip_unpack(z, en, r->j, &r->plain, e))
		return not_unpacked(r, en, e);
	if (en->crypt != ZIP_PLAIN)
		repack_decrypted(r);
	return repack_file(r, &m, buf_bytes(&r->plain), e);
}

void
zip_report(struct job *j, const struct zip *z, const struct zip_notes *n)
{
	size_t i;

	if (n->comment)
		job_find(j, FINDING_ZIP_COMMENT, "", NULL);
	if (n->outside)
		job_find(j, FINDING_TRAILING_DATA, "", NULL);
	for (i = 0; i < zip_count(z); i++)
		if (zip_at(z, i)->differs != NULL)
			job_find(j, FINDING_ZIP_HEADERS, zip_at(z, i)->name, "%s", zip_at(z, i)->differs);
}

static bool
zip_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	const struct limits *l = &j->profile->limits;
	struct zip_limits lim = { l->entries, l->unpacked };
	struct zip_notes notes = { 0 };
	own_zip struct zip *z = zip_new(in, &lim, &notes, e);
	own_repack struct repack r = { 0 };

	if (z == NULL) {
		if (notes.disagree)
			job_find(j, FINDING_ZIP_DISAGREE, "", "%s", e->text);
		else if (notes.split)
			job_find(j, FINDING_ZIP_SPLIT, "", NULL);
		return false;
	}
	if (!repack_init(&r, j, out, e))
		return false;
	zip_report(j, z, &notes);
	if (notes.guessed)
		zip_names_report(j, &notes.names);
	for (; r.at < zip_count(z); r.at++)
		if (!job_tick(j, e) || !entry(&r, z, zip_at(z, r.at), e))
			return false;
	return repack_end(&r, e);
}

const struct format format_zip = { .type = TYPE_ZIP, .rebuild = zip_rebuild };
