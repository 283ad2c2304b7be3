#include "sanitize/zip/zip_in.h"

/*
 * The end record is looked for from the end, and exactly one place may be
 * it: an archive with two ends is two archives to two readers.
 */
enum { END_SIZE = 22, COMMENT_MAX = 0xffff, LOCATOR_SIZE = 20, END64_SIZE = 56 };

struct end {
	size_t at;
	uint16_t disk, dir_disk;
	uint64_t here, count, size, offset;
	uint16_t comment;
};

static bool
end_read(struct view in, size_t at, struct end *ret)
{
	struct view v = view_from(in, at);
	uint32_t sig, size, offset;
	uint16_t here, count;

	if (!view_u32le(&v, &sig) || sig != ZIP_END || !view_u16le(&v, &ret->disk) ||
	    !view_u16le(&v, &ret->dir_disk) || !view_u16le(&v, &here) || !view_u16le(&v, &count) ||
	    !view_u32le(&v, &size) || !view_u32le(&v, &offset) || !view_u16le(&v, &ret->comment))
		return false;
	ret->at = at;
	ret->here = here;
	ret->count = count;
	ret->size = size;
	ret->offset = offset;
	return true;
}

/* Does the end record's own arithmetic hold: a directory of its size could stand before it. */
static bool
end_plausible(const struct end *x)
{
	return x->size <= x->at || x->size == UINT32_MAX;
}

static bool
end_find(struct view in, struct end *ret, struct zip_notes *notes, struct err *e)
{
	size_t from = in.n > END_SIZE + COMMENT_MAX ? in.n - END_SIZE - COMMENT_MAX : 0;
	size_t at, exact = 0;
	struct end x, last = { 0 };
	bool any = false;

	for (at = view_find(in, from, VIEW("PK\x05\x06")); at != VIEW_NOT_FOUND;
	     at = view_find(in, at + 4, VIEW("PK\x05\x06"))) {
		if (!end_read(in, at, &x) || !end_plausible(&x))
			continue;
		any = true;
		last = x;
		if (at + END_SIZE + x.comment == in.n) {
			*ret = x;
			exact++;
		}
	}
	if (exact > 1) {
		notes->disagree = true;
		return err_set(e, ERR_MALFORMED, "two end records");
	}
	if (exact == 0 && !any)
		return err_set(e, ERR_MALFORMED, "no end record");
	if (exact == 0)
		*ret = last;
	/* Behind the comment, or in a comment that says it is shorter. */
	notes->outside |= exact == 0;
	notes->comment |= ret->comment > 0;
	return true;
}

/* A 32-bit field says "see ZIP64", or must say the same. */
static bool
take64(uint64_t *field, uint64_t max, uint64_t wide)
{
	if (*field != max && *field != wide)
		return false;
	*field = wide;
	return true;
}

/* APPNOTE 4.3.14, 4.3.15.  *ret_at is where the directory must have ended. */
static bool
end64(struct view in, struct end *x, size_t *ret_at, bool *ret_zip64, struct zip_notes *notes,
      struct err *e)
{
	struct view v, rec;
	uint32_t sig, disk, dir_disk;
	uint64_t at64, size, here, count, dir_size, offset;
	size_t at;

	*ret_at = x->at;
	*ret_zip64 = false;
	if (x->at < LOCATOR_SIZE + END64_SIZE)
		return true;
	v = view_from(in, x->at - LOCATOR_SIZE);
	if (!view_u32le(&v, &sig) || sig != ZIP_END64_LOCATOR)
		return true;
	if (!view_skip(&v, 4) || !view_u64le(&v, &at64))
		return err_set(e, ERR_MALFORMED, "ZIP64 locator");
	/* Right before the locator, or where the locator says: data may stand before the archive. */
	at = x->at - LOCATOR_SIZE - END64_SIZE;
	rec = view_from(in, at);
	if (!view_starts(rec, VIEW("PK\x06\x06"))) {
		if (at64 > x->at || !view_starts(view_from(in, (size_t)at64), VIEW("PK\x06\x06")))
			return err_set(e, ERR_MALFORMED, "ZIP64 end record is not where it should be");
		at = (size_t)at64;
		rec = view_from(in, at);
	}
	if (!view_skip(&rec, 4) || !view_u64le(&rec, &size) || !view_skip(&rec, 4) ||
	    !view_u32le(&rec, &disk) || !view_u32le(&rec, &dir_disk) || !view_u64le(&rec, &here) ||
	    !view_u64le(&rec, &count) || !view_u64le(&rec, &dir_size) || !view_u64le(&rec, &offset))
		return err_set(e, ERR_MALFORMED, "ZIP64 end record");
	if (!take64(&x->here, 0xffff, here) || !take64(&x->count, 0xffff, count) ||
	    !take64(&x->size, UINT32_MAX, dir_size) || !take64(&x->offset, UINT32_MAX, offset)) {
		notes->disagree = true;
		return err_set(e, ERR_MALFORMED, "the two end records differ");
	}
	notes->outside |= size != END64_SIZE - 12;
	*ret_at = at;
	*ret_zip64 = true;
	return true;
}

static bool
is_row(struct view in, uint64_t at)
{
	return at <= in.n && view_starts(view_from(in, (size_t)at), VIEW("PK\x01\x02"));
}

bool
zip_dir_find(struct view in, struct zip_dir *ret, struct zip_notes *notes, struct err *e)
{
	struct end x = { 0 };
	size_t stop;
	uint64_t before;

	if (!end_find(in, &x, notes, e) || !end64(in, &x, &stop, &ret->zip64, notes, e))
		return false;
	if ((x.disk != 0 && x.disk != 0xffff) || x.dir_disk != x.disk || x.here != x.count) {
		notes->split = true;
		return err_set(e, ERR_DENIED, "one part of a split archive");
	}
	if (x.size > stop || x.offset > stop - x.size)
		return err_set(e, ERR_MALFORMED, "the directory does not fit into the file");
	before = stop - x.size;
	if (before == x.offset || x.count == 0 || !is_row(in, before)) {
		/* Where it says; what follows it before the end record is nobody's. */
		ret->shift = 0;
		before = x.offset;
	} else if (is_row(in, x.offset)) {
		notes->disagree = true;
		return err_set(e, ERR_MALFORMED, "two central directories");
	} else {
		ret->shift = (size_t)(before - x.offset);
	}
	/* To this one an archive of nothing; to one that reads from the front, or the end before, an archive. */
	if (x.count == 0 && view_find(in, 0, VIEW("PK\x01\x02")) < stop) {
		notes->disagree = true;
		return err_set(e, ERR_MALFORMED, "a directory of nothing behind another");
	}
	notes->outside |= ret->shift > 0 || before + x.size < stop;
	ret->at = (size_t)before;
	ret->count = x.count;
	return view_sub(in, ret->at, (size_t)x.size, &ret->rows) ||
	       err_set(e, ERR_MALFORMED, "the directory does not fit into the file");
}
