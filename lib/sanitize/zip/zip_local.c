#include <strings.h>

#include "sanitize/zip/zip_in.h"

/* A local header (APPNOTE 4.3.7). */
struct local {
	uint16_t flags, method, time, date;
	uint32_t crc;
	uint64_t packed, size;
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
	uint32_t sig, packed, size;
	uint16_t name, extra;
	struct view wide;

	if (!view_u32le(&v, &sig) || sig != ZIP_LOCAL || !view_skip(&v, 2) ||
	    !view_u16le(&v, &ret->flags) || !view_u16le(&v, &ret->method) ||
	    !view_u16le(&v, &ret->time) || !view_u16le(&v, &ret->date) || !view_u32le(&v, &ret->crc) ||
	    !view_u32le(&v, &packed) || !view_u32le(&v, &size) || !view_u16le(&v, &name) ||
	    !view_u16le(&v, &extra) || !view_take(&v, name, &ret->name) ||
	    !view_take(&v, extra, &ret->extra))
		return false;
	ret->packed = packed;
	ret->size = size;
	/* 4.5.3: in a local header both sizes are in the ZIP64 field, in this order. */
	if ((packed == UINT32_MAX || size == UINT32_MAX) && zip_extra(ret->extra, ZIP_EXTRA_64, &wide))
		(void)(view_u64le(&wide, &ret->size) && view_u64le(&wide, &ret->packed));
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

/* Some writers spell the name in another charset here; then both must carry the same Unicode path. */
static bool
same_name(const struct zip_row *r, const struct local *l)
{
	struct view here, there;

	return view_eq(l->name, r->raw_name) ||
	       (zip_unicode_path(l->name, l->extra, &here) &&
		zip_unicode_path(r->raw_name, r->extra, &there) && view_eq(here, there));
}

static bool
agree(const struct zip_row *r, const struct local *l, struct err *e, struct zip_notes *notes)
{
	static const uint16_t firm = ZIP_FLAG_ENCRYPTED | ZIP_FLAG_STRONG | ZIP_FLAG_MASKED;
	uint16_t differ = l->flags ^ r->e.flags;
	bool later = (l->flags & ZIP_FLAG_DESCRIPTOR) != 0;

	if (!same_name(r, l))
		return disagree(r, "name", e, notes);
	if ((differ & firm) != 0 || ((differ & ZIP_FLAG_UTF8) != 0 && !ascii(r->raw_name)))
		return disagree(r, "flags", e, notes);
	if (l->method != (r->e.crypt == ZIP_AES ? ZIP_METHOD_AES : r->e.method))
		return disagree(r, "method", e, notes);
	/* With a descriptor the header's own fields are zero, or (some writers) already right. */
	if (l->crc != r->e.crc && !(later && l->crc == 0))
		return disagree(r, "CRC", e, notes);
	if (l->size != r->e.size && !(later && (l->size == 0 || l->size == UINT32_MAX)))
		return disagree(r, "size", e, notes);
	if (l->packed != r->packed && !(later && (l->packed == 0 || l->packed == UINT32_MAX)))
		return disagree(r, "packed size", e, notes);
	return true;
}

bool
zip_local(struct zip *z, const struct zip_dir *d, struct zip_row *r, struct err *e,
	  struct zip_notes *notes)
{
	struct local l;
	struct view rest;

	if (r->local > d->at || r->local + d->shift > d->at)
		return err_set(e, ERR_MALFORMED, "%.150s: its place is outside the archive", r->e.name);
	r->local += d->shift;
	if (!local_read(view_from(z->in, (size_t)r->local), &l, &rest))
		return err_set(e, ERR_MALFORMED, "%.150s: no local header", r->e.name);
	if (!agree(r, &l, e, notes))
		return false;
	if (r->packed > rest.n || !view_take(&rest, (size_t)r->packed, &r->e.packed))
		return err_set(e, ERR_MALFORMED, "%.150s: its data is cut off", r->e.name);
	r->end = (uint64_t)(rest.p - z->in.p);
	if ((l.flags & ZIP_FLAG_DESCRIPTOR) != 0)
		r->end += descriptor(rest, r);
	return true;
}
