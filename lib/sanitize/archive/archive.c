#include "core/own.h"
#include "core/sha256.h"
#include "sanitize/archive/archive_peek.h"
#include "sanitize/archive/archive_read.h"
#include "sanitize/archive/unlock.h"
#include "sanitize/detect.h"
#include "sanitize/format.h"
#include "sanitize/zip/repack.h"

enum {
	JAPAN = 9 * 3600,	/* a ZIP's times are what the clocks of its readers show */
	DAY = 86400,
	DAMAGED_MAX = 16,
};

/* An archive on its way into a ZIP. */
struct unpack {
	enum type type;
	struct view in;
	struct buf plain;	/* the same without encryption, where it had some */
	struct archive_peek peek;
	struct archive_reader *reader;
	struct archive_names names;
	struct zip_names spelt;	/* digests of the names met, as they are spelt */
	struct repack r;
	struct buf name;	/* of the member in hand, UTF-8, NUL behind it */
};

static void
unpack_release(struct unpack *u)
{
	archive_reader_free(u->reader);
	archive_names_release(&u->names);
	arena_free(u->spelt.arena);
	repack_release(&u->r);
	buf_release(&u->name);
	buf_release(&u->plain);
}

/* -- times ------------------------------------------------------------ */

/* Days since 1970-01-01 as a date of the Gregorian calendar; MS-DOS knows 1980 to 2107. */
static uint16_t
dos_date(int64_t days)
{
	/* Years are counted from March, in eras of 400: then a leap day is a year's last. */
	int64_t z = days + 719468, era = z / 146097, doe = z % 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
	int64_t year = yoe + era * 400 + (month <= 2);

	if (year < 1980 || year > 2107)
		return 0;
	return (uint16_t)((year - 1980) << 9 | month << 5 | day);
}

static void
set_time(const struct unpack *u, const struct archive_member *m, struct repack_member *ret)
{
	int64_t t;

	if (!m->has_time || m->time < 0 || m->time > (int64_t)200 * 366 * DAY)
		return;
	t = m->time + (u->peek.utc ? JAPAN : 0);
	ret->date = dos_date(t / DAY);
	t %= DAY;
	ret->time = (uint16_t)(t / 3600 << 11 | t / 60 % 60 << 5 | t % 60 / 2);
}

/* -- names ------------------------------------------------------------ */

/*
 * All headers once more, for their names.  The budget is that of the job, but what is unpacked on
 * the way does not count against it a second time.
 */
static bool
learn_names(struct unpack *u, struct err *e)
{
	own_archive_reader struct archive_reader *r = archive_reader_new(u->type, u->in, e);
	struct job scout = *u->r.j;
	struct archive_member m;
	struct err ignored;
	enum archive_got got;
	size_t i;

	if (r == NULL)
		return false;
	for (i = 0; i <= scout.profile->limits.entries; i++) {
		got = archive_reader_next(r, &m, &ignored);
		if (got == ARCHIVE_DAMAGED)
			continue;
		if (got != ARCHIVE_GOT)
			break;
		archive_names_add(&u->names, m.name, m.name_kind);
		/* Where it ends early, the way through the members will say why. */
		if (m.kind == ARCHIVE_FILE &&
		    archive_reader_data(r, &m, &scout, NULL, &ignored) == ARCHIVE_BROKEN)
			break;
	}
	archive_names_learnt(&u->names);
	zip_names_report(u->r.j, &u->names.guess);
	return true;
}

/* The one file of a stream that keeps no name is called as the stream is, without its last ending. */
static bool
name_single(struct unpack *u, struct err *e)
{
	struct view name = view_str(u->r.j->name), ending = type_ending_of(u->r.j->name);
	size_t i;

	for (i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
			name = view_from(name, i);
			break;
		}
	if (ending.n > 0 && type_has_ending(u->type, ending) && name.n > ending.n + 1)
		name.n -= ending.n + 1;
	(void)buf_view(&u->name, name.n > 0 ? name : VIEW("data"));
	return buf_byte(&u->name, '\0') || buf_ok(&u->name, e);
}

static bool
name_of(struct unpack *u, const struct archive_member *m, struct err *e)
{
	buf_clear(&u->name);
	if (m->single && m->name.n == 0)
		return name_single(u, e);
	if (!u->names.learnt && archive_name_in_doubt(m->name, m->name_kind) && !learn_names(u, e))
		return false;
	return archive_names_decode(&u->names, m->name, m->name_kind, &u->name, e);
}

/* The very same name again: programs differ in which of the two is left in the end. */
static bool
is_second(struct unpack *u, bool *ret, struct err *e)
{
	uint8_t digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];

	sha256(buf_bytes(&u->name), digest);
	sha256_hex(digest, hex);
	switch (zip_names_claim(&u->spelt, view_str(hex))) {
	case ZIP_CLAIMED:
		*ret = false;
		return true;
	case ZIP_TAKEN:
		*ret = true;
		return true;
	case ZIP_NO_ROOM:
	default:
		return err_set(e, ERR_LIMIT, "no room for the names");
	}
}

/* -- members ---------------------------------------------------------- */

static bool
is_locked(struct unpack *u, const char *where, struct err *e)
{
	job_find(u->r.j, FINDING_ARCHIVE_ENCRYPTED, where, "%s", type_name(u->type));
	return err_set(e, ERR_DENIED, "encrypted");
}

static bool
is_broken(struct unpack *u, const char *where, struct err *e)
{
	if (archive_reader_locked(u->reader))
		return is_locked(u, where, e);
	if (e->code == ERR_DENIED)
		job_find(u->r.j, FINDING_ARCHIVE_METHOD, where, "%s", e->text);
	return where[0] != '\0' ? err_at(e, "%s", where) : false;
}

/* What has no place in the output is unpacked all the same: the next member lies behind it. */
static bool
drop(struct unpack *u, const struct archive_member *m, struct err *e)
{
	return archive_reader_data(u->reader, m, u->r.j, NULL, e) != ARCHIVE_BROKEN ||
	       is_broken(u, (const char *)u->name.p, e);
}

static bool
put_file(struct unpack *u, const struct archive_member *m, const struct repack_member *rm, struct err *e)
{
	struct repack *r = &u->r;

	buf_clear(&r->plain);
	switch (archive_reader_data(u->reader, m, r->j, &r->plain, e)) {
	case ARCHIVE_GOT:
		return repack_file(r, rm, buf_bytes(&r->plain), e);
	case ARCHIVE_DAMAGED:
		job_find(r->j, FINDING_PART_REFUSED, rm->name, "%s", e->text);
		return true;
	default:
		return is_broken(u, rm->name, e);
	}
}

static bool
member(struct unpack *u, const struct archive_member *m, struct err *e)
{
	struct repack *r = &u->r;
	struct repack_member rm = { .directory = m->kind == ARCHIVE_DIRECTORY };
	bool second = false;

	r->files += m->kind == ARCHIVE_FILE;
	if (!name_of(u, m, e) || !is_second(u, &second, e))
		return false;
	rm.name = (const char *)u->name.p;
	set_time(u, m, &rm);
	if (m->encrypted)
		return is_locked(u, rm.name, e);
	if (m->attributes)
		job_find(r->j, FINDING_ARCHIVE_ATTRIBUTES, rm.name, NULL);
	if (m->kind == ARCHIVE_LINK)
		job_find(r->j, FINDING_ZIP_LINK, rm.name, NULL);
	else if (second)
		job_find(r->j, FINDING_ZIP_DUPLICATE, rm.name, NULL);
	else if (repack_name(r, &rm))
		return rm.directory ? repack_directory(r, &rm, e) && drop(u, m, e) : put_file(u, m, &rm, e);
	return drop(u, m, e);
}

static bool
members(struct unpack *u, struct err *e)
{
	struct archive_member m;
	size_t damaged = 0;	/* in a row */

	for (;; u->r.at++) {
		if (u->r.at > u->r.j->profile->limits.entries)
			return err_set(e, ERR_LIMIT, "more than %u members", u->r.j->profile->limits.entries);
		switch (archive_reader_next(u->reader, &m, e)) {
		case ARCHIVE_GOT:
			if (!member(u, &m, e))
				return false;
			damaged = 0;
			break;
		case ARCHIVE_DAMAGED:
			/* Some readers say so for ever, and do not move. */
			if (++damaged > DAMAGED_MAX)
				return is_broken(u, "", e);
			job_find(u->r.j, FINDING_PART_REFUSED, "", "%s", e->text);
			break;
		case ARCHIVE_ENDED:
			return repack_end(&u->r, e);
		case ARCHIVE_BROKEN:
		default:
			return is_broken(u, "", e);
		}
	}
}

/* With a password: the archive without its encryption takes its place. */
static bool
open_locked(struct unpack *u, struct err *e)
{
	if (u->r.j->passwords == 0 || archive_unlock(u->r.j, u->type, u->in, &u->plain, e)) {
		if (u->plain.n > 0) {
			u->in = buf_bytes(&u->plain);
			job_find(u->r.j, FINDING_DECRYPTED, "", NULL);
		}
		return true;
	}
	if (e->code == ERR_DENIED)
		job_find(u->r.j, FINDING_ARCHIVE_ENCRYPTED, "", "%s", e->text);
	if (e->code != ERR_MALFORMED)
		return false;
	/* libarchive forgives more than we do; it opens nothing that is encrypted. */
	*e = (struct err){ 0 };
	buf_clear(&u->plain);
	return true;
}

static bool
look_first(struct unpack *u, struct err *e)
{
	u->peek = archive_peek(u->type, u->in);
	if (u->peek.split) {
		job_find(u->r.j, FINDING_ZIP_SPLIT, "", NULL);
		return err_set(e, ERR_DENIED, "one of several volumes");
	}
	if (!open_locked(u, e))
		return false;
	if (u->peek.locked && u->plain.n == 0)
		return is_locked(u, "", e);
	if (u->peek.cut)
		return err_set(e, ERR_MALFORMED, "cut short, or the first of several volumes");
	if (u->peek.trailing)
		job_find(u->r.j, FINDING_TRAILING_DATA, "", NULL);
	return true;
}

static bool
unpack(struct job *j, enum type type, struct view in, struct buf *out, struct err *e)
{
	__attribute__((cleanup(unpack_release))) struct unpack u = {
		.type = type, .in = in, .spelt = { .arena = arena_new((size_t)64 << 20) },
		.name = BUF_MAX(1 << 18),
	};

	if (u.spelt.arena == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	if (!repack_init(&u.r, j, out, e) || !look_first(&u, e))
		return false;
	u.reader = archive_reader_new(type, u.in, e);
	if (u.reader == NULL)
		return false;
	if (!members(&u, e))
		return false;
	job_find(j, FINDING_ARCHIVE_CONVERTED, "", "%s", type_name(type));
	return true;
}

#define ARCHIVE(type_, id, first, second, filter, clock) \
	static bool id##_rebuild(struct job *j, struct view in, struct buf *out, struct err *e) \
	{ \
		return unpack(j, TYPE_##type_, in, out, e); \
	} \
	const struct format format_##id = { .type = TYPE_##type_, .makes = TYPE_ZIP, .rebuild = id##_rebuild };
#include "sanitize/archive/archive.def"
#undef ARCHIVE
