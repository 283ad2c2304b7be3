#include "core/own.h"
#include "sanitize/detect.h"
#include "sanitize/format.h"
#include "sanitize/zip/zip.h"
#include "sanitize/zip/zip_names.h"

/* An archive on its way through: what was in it goes through job_part(), one entry after another. */
struct repack {
	struct job *j;
	struct zip *z;
	struct zip_writer w;
	struct zip_names names;
	size_t at;		/* the entry in hand */
	size_t files, kept;
	bool decrypted;
	struct buf plain, part, name;
};

static void
repack_release(struct repack *r)
{
	zip_writer_release(&r->w);
	arena_free(r->names.arena);
	buf_release(&r->plain);
	buf_release(&r->part);
	buf_release(&r->name);
}

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

/* Puts the safe name into r->name, NUL behind it; false where the entry has none. */
static bool
name_entry(struct repack *r, const struct zip_entry *en)
{
	enum zip_name_how how;

	buf_clear(&r->name);
	how = zip_name_safe(en->name, en->directory, &r->name);
	if (how == ZIP_NAME_OUTSIDE)
		job_find(r->j, FINDING_ZIP_TRAVERSAL, en->name, NULL);
	else if (how == ZIP_NAME_BAD)
		job_find(r->j, FINDING_PART_REFUSED, en->name, "name");
	else if (how == ZIP_NAME_CHANGED)
		job_find(r->j, FINDING_ZIP_NAME, en->name, "%.*s", (int)r->name.n, (const char *)r->name.p);
	return how <= ZIP_NAME_CHANGED && buf_byte(&r->name, '\0');
}

static bool
no_room(struct err *e)
{
	return err_set(e, ERR_LIMIT, "no room for the names");
}

static bool
put_directory(struct repack *r, const struct zip_entry *en, struct err *e)
{
	static const struct view nothing = { NULL, 0 };

	switch (zip_names_claim(&r->names, view_of(r->name.p, r->name.n - 1))) {
	case ZIP_CLAIMED:
		return zip_put(&r->w, (const char *)r->name.p, en->date, en->time, nothing, e);
	case ZIP_TAKEN:
		job_find(r->j, FINDING_ZIP_DUPLICATE, en->name, NULL);
		return true;
	case ZIP_NO_ROOM:
	default:
		return no_room(e);
	}
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

/* Goes out under the name that fits its type and is not another's. */
static bool
put_as(struct repack *r, const struct zip_entry *en, enum type type, struct err *e)
{
	own_buf struct buf right = BUF_MAX(1 << 13), name = BUF_MAX(1 << 13);

	if (!detect_rename(type, (const char *)r->name.p, &right))
		return no_room(e);
	if (right.n > 1000) {
		job_find(r->j, FINDING_PART_REFUSED, en->name, "name");
		return true;
	}
	switch (zip_names_claim_new(&r->names, buf_bytes(&right), r->at, &name)) {
	case ZIP_CLAIMED:
		break;
	case ZIP_TAKEN:
		/* A step on the way to it is a file: no name of its own would help. */
		job_find(r->j, FINDING_ZIP_DUPLICATE, en->name, NULL);
		return true;
	case ZIP_NO_ROOM:
	default:
		return no_room(e);
	}
	if (!view_eq(buf_bytes(&name), buf_bytes(&right)))
		job_find(r->j, FINDING_ZIP_NAME, en->name, "%.*s", (int)name.n, (const char *)name.p);
	if (!buf_byte(&name, '\0'))
		return no_room(e);
	r->kept++;
	return zip_put(&r->w, (const char *)name.p, en->date, en->time, buf_bytes(&r->part), e);
}

static bool
put_file(struct repack *r, const struct zip_entry *en, struct err *e)
{
	enum type type;
	enum verdict v;

	/* An empty file holds nothing and may be there for its name. */
	if (r->plain.n == 0)
		return put_as(r, en, TYPE_TEXT, e);
	v = job_part(r->j, (const char *)r->name.p, buf_bytes(&r->plain), &r->part, &type, e);
	if (v == VERDICT_REFUSED || v == VERDICT_FAILED) {
		job_find(r->j, FINDING_PART_REFUSED, en->name, "%s: %s", type_name(type), e->text);
		return !job_spent(r->j) || err_set(e, ERR_LIMIT, "the budget is used up");
	}
	return put_as(r, en, type, e);
}

static bool
entry(struct repack *r, const struct zip_entry *en, struct err *e)
{
	r->files += !en->directory;
	if (dropped(r, en) || !name_entry(r, en))
		return true;
	if (en->directory) {
		if (en->size > 0)
			job_find(r->j, FINDING_TRAILING_DATA, en->name, NULL);
		return put_directory(r, en, e);
	}
	buf_clear(&r->plain);
	buf_clear(&r->part);
	if (!zip_unpack(r->z, en, r->j, &r->plain, e))
		return not_unpacked(r, en, e);
	if (en->crypt != ZIP_PLAIN && !r->decrypted) {
		r->decrypted = true;
		job_find(r->j, FINDING_DECRYPTED, "", NULL);
	}
	return put_file(r, en, e);
}

static void
report(struct job *j, const struct zip_notes *n)
{
	if (n->comment)
		job_find(j, FINDING_ZIP_COMMENT, "", NULL);
	if (n->outside)
		job_find(j, FINDING_TRAILING_DATA, "", NULL);
}

static bool
repack(struct repack *r, struct err *e)
{
	size_t n = zip_count(r->z);

	for (r->at = 0; r->at < n; r->at++)
		if (!job_tick(r->j, e) || !entry(r, zip_at(r->z, r->at), e))
			return false;
	if (r->files > 0 && r->kept == 0)
		return err_set(e, ERR_DENIED, "none of its %zu files could be disarmed", r->files);
	return zip_end(&r->w, e);
}

static bool
zip_rebuild(struct job *j, struct view in, struct buf *out, struct err *e)
{
	const struct limits *l = &j->profile->limits;
	struct zip_limits lim = { l->entries, l->unpacked };
	struct zip_notes notes = { 0 };
	own_zip struct zip *z = zip_new(in, &lim, &notes, e);
	__attribute__((cleanup(repack_release))) struct repack r = {
		.j = j, .z = z, .w = { .out = out }, .names = { .arena = arena_new((size_t)256 << 20) },
		.plain = BUF_MAX((size_t)l->unpacked), .part = BUF_MAX((size_t)l->output),
		.name = BUF_MAX(1 << 13),
	};

	if (z == NULL) {
		if (notes.disagree)
			job_find(j, FINDING_ZIP_DISAGREE, "", "%s", e->text);
		else if (notes.split)
			job_find(j, FINDING_ZIP_SPLIT, "", NULL);
		return false;
	}
	if (r.names.arena == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	report(j, &notes);
	if (!repack(&r, e))
		return false;
	/* With names put right, or members gone, it could be a package of another kind. */
	return detect_zip(buf_bytes(out)) == TYPE_ZIP ||
	       err_set(e, ERR_MALFORMED, "rebuilt, it would be %s", type_name(detect_zip(buf_bytes(out))));
}

const struct format format_zip = { .type = TYPE_ZIP, .rebuild = zip_rebuild };
