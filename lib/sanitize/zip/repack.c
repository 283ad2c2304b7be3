#include "sanitize/zip/repack.h"

#include "core/own.h"
#include "sanitize/detect.h"

enum { NAME_MAX_ = 1000 };	/* room for " (2-k)" below the format's 1,024 */

bool
repack_init(struct repack *r, struct job *j, struct buf *out, struct err *e)
{
	const struct limits *l = &j->profile->limits;

	*r = (struct repack){
		.j = j, .w = { .out = out }, .names = { .arena = arena_new((size_t)256 << 20) },
		.plain = BUF_MAX((size_t)l->unpacked), .part = BUF_MAX((size_t)l->output),
		.name = BUF_MAX(1 << 13),
	};
	return r->names.arena != NULL || err_set(e, ERR_SYSTEM, "no memory");
}

void
repack_release(struct repack *r)
{
	zip_writer_release(&r->w);
	arena_free(r->names.arena);
	buf_release(&r->plain);
	buf_release(&r->part);
	buf_release(&r->name);
}

bool
repack_name(struct repack *r, const struct repack_member *m)
{
	enum zip_name_how how;

	buf_clear(&r->name);
	how = zip_name_safe(m->name, m->directory, &r->name);
	if (how == ZIP_NAME_OUTSIDE)
		job_find(r->j, FINDING_ZIP_TRAVERSAL, m->name, NULL);
	else if (how == ZIP_NAME_BAD)
		job_find(r->j, FINDING_PART_REFUSED, m->name, "name");
	else if (how == ZIP_NAME_CHANGED)
		job_find(r->j, FINDING_ZIP_NAME, m->name, "%.*s", (int)r->name.n, (const char *)r->name.p);
	else if (how == ZIP_NAME_COMPOSED)
		job_find(r->j, FINDING_ZIP_NAME_COMPOSED, m->name, NULL);
	return how <= ZIP_NAME_CHANGED && buf_byte(&r->name, '\0');
}

static bool
no_room(struct err *e)
{
	return err_set(e, ERR_LIMIT, "no room for the names");
}

bool
repack_directory(struct repack *r, const struct repack_member *m, struct err *e)
{
	static const struct view nothing = { NULL, 0 };

	switch (zip_names_claim(&r->names, view_of(r->name.p, r->name.n - 1))) {
	case ZIP_CLAIMED:
		return zip_put(&r->w, (const char *)r->name.p, m->date, m->time, nothing, e);
	case ZIP_TAKEN:
		job_find(r->j, FINDING_ZIP_DUPLICATE, m->name, NULL);
		return true;
	case ZIP_NO_ROOM:
	default:
		return no_room(e);
	}
}

/* Goes out under the name that fits its type and is not another's. */
static bool
put_as(struct repack *r, const struct repack_member *m, enum type type, struct err *e)
{
	own_buf struct buf right = BUF_MAX(1 << 13), name = BUF_MAX(1 << 13);

	if (!detect_rename(type, (const char *)r->name.p, &right))
		return no_room(e);
	if (right.n > NAME_MAX_) {
		job_find(r->j, FINDING_PART_REFUSED, m->name, "name");
		return true;
	}
	switch (zip_names_claim_new(&r->names, buf_bytes(&right), r->at, &name)) {
	case ZIP_CLAIMED:
		break;
	case ZIP_TAKEN:
		/* A step on the way to it is a file: no name of its own would help. */
		job_find(r->j, FINDING_ZIP_DUPLICATE, m->name, NULL);
		return true;
	case ZIP_NO_ROOM:
	default:
		return no_room(e);
	}
	if (!view_eq(buf_bytes(&name), buf_bytes(&right)))
		job_find(r->j, FINDING_ZIP_NAME, m->name, "%.*s", (int)name.n, (const char *)name.p);
	if (!buf_byte(&name, '\0'))
		return no_room(e);
	r->kept++;
	return zip_put(&r->w, (const char *)name.p, m->date, m->time, buf_bytes(&r->part), e);
}

bool
repack_file(struct repack *r, const struct repack_member *m, struct view plain, struct err *e)
{
	enum type type;
	enum verdict v;

	buf_clear(&r->part);
	/* An empty file holds nothing and may be there for its name. */
	if (plain.n == 0) {
		if (type_obeyed((const char *)r->name.p))
			job_find(r->j, FINDING_NAME_OBEYED, m->name, NULL);
		return put_as(r, m, TYPE_TEXT, e);
	}
	v = job_part(r->j, (const char *)r->name.p, plain, &r->part, &type, e);
	if (v == VERDICT_REFUSED || v == VERDICT_FAILED) {
		job_find(r->j, FINDING_PART_REFUSED, m->name, "%s: %s", type_name(type), e->text);
		return !job_spent(r->j) || err_set(e, ERR_LIMIT, "the budget is used up");
	}
	return put_as(r, m, type, e);
}

void
repack_decrypted(struct repack *r)
{
	if (!r->decrypted)
		job_find(r->j, FINDING_DECRYPTED, "", NULL);
	r->decrypted = true;
}

bool
repack_end(struct repack *r, struct err *e)
{
	enum type t;

	if (r->files > 0 && r->kept == 0)
		return err_set(e, ERR_DENIED, "none of its %zu files could be disarmed", r->files);
	if (!zip_end(&r->w, e))
		return false;
	/* With names put right, or members gone, it could be a package of another kind. */
	t = detect_zip(buf_bytes(r->w.out));
	return t == TYPE_ZIP || err_set(e, ERR_MALFORMED, "rebuilt, it would be %s", type_name(t));
}
