#include <strings.h>

#include "sanitize/zip/zip_in.h"

/* A local header (APPNOTE 4.3.7). */
struct local {
	uint16_t version, flags, method, time, date;
	uint32_t crc, packed, size;
	struct view name, extra;
};

bool
zip_extra(struct view extra, uint16_t id, struct view *ret)
{
	uint16_t field, n;
	struct view data;

	while (view_u16le(&extra, &field) && view_u16le(&extra, &n) && view_take(&extra, n, &data))
		if (field == id) {
			*ret = data;
			return true;
		}
	return false;
}

static bool
disagree(const struct zip_row *r, const char *what, struct err *e, struct zip_notes *notes)
{
	notes->disagree = true;
	return err_set(e, ERR_MALFORMED, "%.150s: directory and local header disagree about the %s",
		       r->e.name, what);
}

static bool
local_read(struct view v, struct local *ret, struct view *rest)
{
	uint32_t sig;
	uint16_t name, extra;

	if (!view_u32le(&v, &sig) || sig != ZIP_LOCAL || !view_u16le(&v, &ret->version) ||
	    !view_u16le(&v, &ret->flags) || !view_u16le(&v, &ret->method) ||
	    !view_u16le(&v, &ret->time) || !view_u16le(&v, &ret->date) || !view_u32le(&v, &ret->crc) ||
	    !view_u32le(&v, &ret->packed) || !view_u32le(&v, &ret->size) || !view_u16le(&v, &name) ||
	    !view_u16le(&v, &extra) || !view_take(&v, name, &ret->name) ||
	    !view_take(&v, extra, &ret->extra))
		return false;
	*rest = v;
	return true;
}

/* Bytes of a data descriptor that tells what the directory tells (4.3.9); 0 where none stands here. */
static size_t
descriptor(struct view v, const struct zip_row *r)
{
	static const struct {
		bool signature, wide;
		size_t n;
	} shapes[] = { { true, false, 16 }, { true, true, 24 }, { false, false, 12 }, { false, true, 20 } };
	size_t i;

	for (i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct view d = v;
		uint32_t sig, crc, a, b;
		uint64_t packed, size;

		if (shapes[i].signature && (!view_u32le(&d, &sig) || sig != ZIP_DESCRIPTOR))
			continue;
		if (!view_u32le(&d, &crc) || crc != r->e.crc)
			continue;
		if (shapes[i].wide) {
			if (!view_u64le(&d, &packed) || !view_u64le(&d, &size))
				continue;
		} else {
			if (!view_u32le(&d, &a) || !view_u32le(&d, &b))
				continue;
			packed = a;
			size = b;
		}
		if (packed == r->packed && size == r->e.size)
			return shapes[i].n;
	}
	return 0;
}

static bool
ascii(struct view v)
{
	size_t i;

	for (i = 0; i < v.n; i++)
		if (v.p[i] >= 0x80)
			return false;
	return true;
}

/* -- names ------------------------------------------------------------ */

/* Some writers spell the name in another charset here; then both must carry the same Unicode path. */
static bool
same_name(const struct zip_row *r, const struct local *l)
{
	struct view here, there;

	return view_eq(l->name, r->raw_name) ||
	       (zip_unicode_path(l->name, l->extra, &here) &&
		zip_unicode_path(r->raw_name, r->extra, &there) && view_eq(here, there));
}

/* Whatever a Unicode path says, valid to its own CRC or not, is the entry's name: there are readers who do not ask. */
static bool
same_path(const struct zip_row *r, struct view extra)
{
	struct view v;

	return !zip_extra(extra, ZIP_EXTRA_UNICODE, &v) || (view_skip(&v, 5) && view_is(v, r->e.name));
}

static bool
paths_agree(const struct zip_row *r, const struct local *l)
{
	struct view here, there;
	bool in_local = zip_extra(l->extra, ZIP_EXTRA_UNICODE, &here);
	bool in_row = zip_extra(r->extra, ZIP_EXTRA_UNICODE, &there);

	if (!same_path(r, l->extra) || !same_path(r, r->extra))
		return false;
	/* A name of ASCII needs no other spelling: with one in the directory alone it is another. */
	return in_local || !in_row || !ascii(r->raw_name) || view_is(r->raw_name, r->e.name);
}

/* Is there a Unicode path that one reader follows and another does not? */
static bool
path_is_odd(const struct zip_row *r, const struct local *l)
{
	struct view v;
	bool in_local = zip_extra(l->extra, ZIP_EXTRA_UNICODE, &v), in_row = zip_extra(r->extra, ZIP_EXTRA_UNICODE, &v);

	return in_local != in_row || (in_row && !zip_unicode_path(r->raw_name, r->extra, &v)) ||
	       (in_local && !zip_unicode_path(l->name, l->extra, &v)) ||
	       (in_row && ascii(r->raw_name) && !view_is(r->raw_name, r->e.name));
}

/* -- sizes ------------------------------------------------------------ */

/* With a descriptor the header's own fields are zero or all ones, or (some writers) already right. */
static bool
size_is(uint64_t said, uint64_t is, bool later)
{
	return said == is || (later && (said == 0 || said == UINT32_MAX || said == UINT64_MAX));
}

/* 4.5.3: in a local header both sizes are in the ZIP64 field, in this order.  Some writers give one, or the place too. */
static bool
wide_agrees(const struct zip_row *r, const struct local *l, uint64_t place, bool later)
{
	struct view v;
	uint64_t size, packed, at;
	uint32_t disk;

	if (!zip_extra(l->extra, ZIP_EXTRA_64, &v) || v.n == 0)
		return true;
	if (v.n == 8 && l->size == UINT32_MAX && l->packed == UINT32_MAX && !later)
		return false;
	if (v.n == 8)
		return view_u64le(&v, &size) && ((l->size == UINT32_MAX) != (l->packed == UINT32_MAX)
			? size_is(size, l->size == UINT32_MAX ? r->e.size : r->packed, later)
			: size_is(size, r->e.size, later) || size_is(size, r->packed, later));
	if (!view_u64le(&v, &size) || !view_u64le(&v, &packed) || !size_is(size, r->e.size, later) ||
	    !size_is(packed, r->packed, later))
		return false;
	if (v.n >= 8 && (!view_u64le(&v, &at) || (at != 0 && at != place)))
		return false;
	return v.n == 0 || (v.n == 4 && view_u32le(&v, &disk) && disk == 0);
}

static bool
narrow_agrees(uint32_t said, uint64_t is, const struct local *l, bool later)
{
	struct view v;

	return size_is(said, is, later) || (said == UINT32_MAX && zip_extra(l->extra, ZIP_EXTRA_64, &v) && v.n >= 8);
}

/* -- agreement -------------------------------------------------------- */

/* Of the fields that mean something, one says two things. */
static const char *
twice(struct view extra)
{
	static const struct {
		uint16_t id;
		const char *what;
	} rows[] = { { ZIP_EXTRA_64, "ZIP64 field" }, { ZIP_EXTRA_UNICODE, "Unicode path" }, { ZIP_EXTRA_AES, "AES parameters" } };
	struct view first, data, v;
	uint16_t id, n;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!zip_extra(extra, rows[i].id, &first))
			continue;
		for (v = extra; view_u16le(&v, &id) && view_u16le(&v, &n) && view_take(&v, n, &data);)
			if (id == rows[i].id && !view_eq(data, first))
				return rows[i].what;
	}
	return NULL;
}

static bool
same_field(struct view a, struct view b, uint16_t id)
{
	struct view x, y;
	bool in_a = zip_extra(a, id, &x), in_b = zip_extra(b, id, &y);

	return in_a == in_b && (!in_a || view_eq(x, y));
}

/* Where readers of the one and of the other would unpack different things; NULL where they would not. */
static const char *
contradiction(const struct zip_row *r, const struct local *l, uint64_t place)
{
	static const uint16_t firm = ZIP_FLAG_ENCRYPTED | ZIP_FLAG_STRONG | ZIP_FLAG_MASKED;
	uint16_t differ = l->flags ^ r->e.flags;
	bool later = (l->flags & ZIP_FLAG_DESCRIPTOR) != 0;

	if (twice(r->extra) != NULL || twice(l->extra) != NULL)
		return twice(r->extra) != NULL ? twice(r->extra) : twice(l->extra);
	if (!same_name(r, l))
		return "name";
	if (!paths_agree(r, l))
		return "Unicode path";
	if ((differ & firm) != 0 || ((differ & ZIP_FLAG_UTF8) != 0 && !ascii(r->raw_name)))
		return "flags";
	if (l->method != (r->e.crypt == ZIP_AES ? ZIP_METHOD_AES : r->e.method))
		return "method";
	if (!same_field(r->extra, l->extra, ZIP_EXTRA_AES))
		return "AES parameters";
	if (l->crc != r->e.crc && !(later && l->crc == 0))
		return "CRC";
	if (!narrow_agrees(l->size, r->e.size, l, later))
		return "size";
	if (!narrow_agrees(l->packed, r->packed, l, later))
		return "packed size";
	return wide_agrees(r, l, place, later) ? NULL : "ZIP64 field";
}

/* 4.5.7 by Info-ZIP: a byte that says which times there are, the last change first. */
static bool
same_change(struct view a, struct view b)
{
	struct view x, y;
	uint8_t has_x, has_y;
	uint32_t at_x, at_y;

	return !zip_extra(a, ZIP_EXTRA_TIMES, &x) || !zip_extra(b, ZIP_EXTRA_TIMES, &y) || !view_u8(&x, &has_x) ||
	       !view_u8(&y, &has_y) || (has_x & has_y & 1) == 0 || !view_u32le(&x, &at_x) || !view_u32le(&y, &at_y) ||
	       at_x == at_y;
}

/* Fields, and at most zeros behind them, with which some writers align what follows. */
static bool
whole(struct view extra)
{
	uint16_t id, n;
	struct view data, v = extra;

	while (view_u16le(&v, &id) && view_u16le(&v, &n) && view_take(&v, n, &data))
		extra = v;
	for (; extra.n > 0 && extra.p[0] == 0; (void)view_skip(&extra, 1))
		;
	return extra.n == 0;
}

/* What differs without a difference in what is unpacked; sound writers do so. */
static const char *
difference(const struct zip_row *r, const struct local *l)
{
	if (path_is_odd(r, l))
		return "Unicode path";
	if (l->time != r->e.time || l->date != r->e.date || !same_change(l->extra, r->extra))
		return "time";
	if (l->flags != r->e.flags)
		return "flags";
	if (l->version != r->version)
		return "version needed";
	return whole(l->extra) && whole(r->extra) ? NULL : "extra fields";
}

bool
zip_local(struct zip *z, const struct zip_dir *d, struct zip_row *r, struct err *e,
	  struct zip_notes *notes)
{
	struct local l;
	struct view rest;
	const char *what;

	if (r->local > d->at || r->local + d->shift > d->at)
		return err_set(e, ERR_MALFORMED, "%.150s: its place is outside the archive", r->e.name);
	if (!local_read(view_from(z->in, (size_t)r->local + d->shift), &l, &rest))
		return err_set(e, ERR_MALFORMED, "%.150s: no local header", r->e.name);
	if ((what = contradiction(r, &l, r->local)) != NULL)
		return disagree(r, what, e, notes);
	r->e.differs = difference(r, &l);
	r->local += d->shift;
	if (r->packed > rest.n || !view_take(&rest, (size_t)r->packed, &r->e.packed))
		return err_set(e, ERR_MALFORMED, "%.150s: its data is cut off", r->e.name);
	r->end = (uint64_t)(rest.p - z->in.p);
	if ((l.flags & ZIP_FLAG_DESCRIPTOR) != 0)
		r->end += descriptor(rest, r);
	return true;
}
