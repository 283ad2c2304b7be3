/*
 * ZIP (APPNOTE 6.3.10): local entries, central directory, end record, and
 * not a byte between or behind.
 */
#include "inspect/flate.h"

#include <zlib.h>

#include "core/utf8.h"

enum {
	LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50, END64 = 0x06064b50, LOCATOR64 = 0x07064b50,
	UTF8_FLAG = 1 << 11, STORED = 0, DEFLATED = 8, NAME_MAX_BYTES = 1024, ENTRIES_MAX = 65536,
	ZIP64_SIZE = 56,
};

struct entry {
	struct view same;	/* the bytes that both headers must share: version to name length, 24 bytes */
	struct view name;
	uint64_t at, packed, size;
	uint32_t crc;
	uint16_t method;
	bool zip64;
};

struct zip {
	struct inspection *in;
	struct view whole, rest;
	struct entry *e;
	size_t n, cap;
};

static uint32_t
fold(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* One step of a path: something, but not "." or ".."; nor what Windows drops or reads as a device. */
static bool
step_sound(const uint8_t *p, size_t n)
{
	return n > 0 && !(n == 1 && p[0] == '.') && !(n == 2 && p[0] == '.' && p[1] == '.') &&
	       p[n - 1] != ' ' && p[n - 1] != '.';
}

static bool
name_sound(struct view name, struct err *e)
{
	struct view v = name;
	size_t from = 0, i;

	if (name.n == 0 || name.n > NAME_MAX_BYTES)
		return residue(e, "name of %zu bytes", name.n);
	while (v.n > 0) {
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD || utf8_is_control(c) || utf8_is_hiding(c) || c == '\\' || c == ':')
			return residue(e, "name with a character that may not be");
	}
	for (i = 0; i < name.n; i++)
		if (name.p[i] == '/') {
			if (!step_sound(name.p + from, i - from))
				return residue(e, "name with an unsound step");
			from = i + 1;
		}
	return from == name.n || step_sound(name.p + from, name.n - from) ||
	       residue(e, "name with an unsound step");
}

static int
name_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n, i;

	for (i = 0; i < n; i++) {
		uint32_t c = fold(x->name.p[i]), d = fold(y->name.p[i]);

		if (c != d)
			return c < d ? -1 : 1;
	}
	return (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

static bool
crc_right(struct view data, uint32_t crc, struct err *e)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), data.p, data.n) == crc || residue(e, "wrong CRC");
}

static bool
content(struct zip *z, const struct entry *en, struct view packed, struct err *e)
{
	own_buf struct buf plain = BUF_MAX(en->size);
	struct view data = packed;

	if (en->name.p[en->name.n - 1] == '/')
		return (en->method == STORED && en->size == 0 && en->crc == 0) || residue(e, "directory with data");
	if (en->method == DEFLATED) {
		if (en->size == 0 || !inspect_flate_buf(z->in, false, packed, &plain, e))
			return en->size == 0 ? residue(e, "deflated nothing") : false;
		data = buf_bytes(&plain);
	}
	if (data.n != en->size)
		return residue(e, "size is not as declared");
	return crc_right(data, en->crc, e) && inspect_named(z->in, en->name, data, e);
}

/* APPNOTE 4.5.3: exactly the ZIP64 field, with both sizes (and the offset in the directory). */
static bool
zip64_extra(struct view v, struct entry *en, bool central, struct err *e)
{
	uint16_t id, n;
	uint64_t at = en->at;

	if (!view_u16le(&v, &id) || id != 1 || !view_u16le(&v, &n) || n != v.n || (n != 16 && !(central && n == 24)))
		return residue(e, "extra field that is not ZIP64's");
	(void)(view_u64le(&v, &en->size) && view_u64le(&v, &en->packed));
	if (n == 24 && view_u64le(&v, &at))
		en->at = at;
	en->zip64 = true;
	return true;
}

/* From "version needed" to the extra field's length: alike in both headers (4.3.7, 4.3.12). */
static bool
common(struct view *v, struct entry *en, uint16_t *ret_name, uint16_t *ret_extra, struct err *e)
{
	uint16_t version, flags, time, date;
	uint32_t packed, size;

	if (!view_sub(*v, 0, 26, &en->same) || !view_u16le(v, &version) || !view_u16le(v, &flags) ||
	    !view_u16le(v, &en->method) || !view_u16le(v, &time) || !view_u16le(v, &date) ||
	    !view_u32le(v, &en->crc) || !view_u32le(v, &packed) || !view_u32le(v, &size) ||
	    !view_u16le(v, ret_name) || !view_u16le(v, ret_extra))
		return residue(e, "header cut off");
	if (flags != UTF8_FLAG)
		return residue(e, "flags %04x", flags);
	if (en->method != STORED && en->method != DEFLATED)
		return residue(e, "method %u", en->method);
	if (version != (*ret_extra > 0 ? 45 : 20))
		return residue(e, "version %u", version);
	en->packed = packed;
	en->size = size;
	return true;
}

static bool
local(struct zip *z, struct err *e)
{
	struct entry en = { .at = at_of(z->whole, z->rest) };
	struct view packed, extra;
	uint16_t name, extra_n;

	(void)view_skip(&z->rest, 4);
	if (!common(&z->rest, &en, &name, &extra_n, e))
		return false;
	if (!view_take(&z->rest, name, &en.name) || !view_take(&z->rest, extra_n, &extra))
		return residue(e, "header cut off");
	if (extra.n > 0 && !zip64_extra(extra, &en, false, e))
		return false;
	if (!name_sound(en.name, e))
		return false;
	if (en.method == STORED && en.packed != en.size)
		return residue(e, "stored with two sizes");
	if (en.packed > z->rest.n || !view_take(&z->rest, (size_t)en.packed, &packed))
		return residue(e, "data cut off");
	if (!inspect_charge(z->in, en.method == STORED ? en.size : 0, e) || !content(z, &en, packed, e))
		return err_at(e, "%.*s", (int)(en.name.n > 100 ? 100 : en.name.n), (const char *)en.name.p);
	if (z->n == z->cap) {
		size_t cap = z->cap == 0 ? 64 : z->cap * 2;
		struct entry *p = z->n == ENTRIES_MAX ? NULL : realloc(z->e, cap * sizeof *p);

		if (p == NULL)
			return err_set(e, ERR_LIMIT, "too many entries");
		z->e = p;
		z->cap = cap;
	}
	z->e[z->n++] = en;
	return true;
}

static bool
central(struct zip *z, const struct entry *en, struct err *e)
{
	struct entry c = { 0 };
	struct view name, extra;
	uint32_t magic, external, at;
	uint16_t made, name_n, extra_n, comment, disk, internal;
	bool directory = en->name.p[en->name.n - 1] == '/';

	if (!view_u32le(&z->rest, &magic) || magic != CENTRAL || !view_u16le(&z->rest, &made))
		return residue(e, "no directory entry");
	if (!common(&z->rest, &c, &name_n, &extra_n, e))
		return false;
	if (!view_u16le(&z->rest, &comment) || comment != 0 || !view_u16le(&z->rest, &disk) || disk != 0 ||
	    !view_u16le(&z->rest, &internal) || internal != 0 || !view_u32le(&z->rest, &external) ||
	    !view_u32le(&z->rest, &at) || !view_take(&z->rest, name_n, &name) ||
	    !view_take(&z->rest, extra_n, &extra))
		return residue(e, "comment, attributes or a header cut off");
	c.at = at;
	if (extra.n > 0 && !zip64_extra(extra, &c, true, e))
		return false;
	/* Made by: FAT or Unix; a regular file or a directory, never a link. */
	if (made >> 8 == 3 ? external >> 16 != (directory ? 040755u : 0100644u) ||
				     (external & 0xffff) != (directory ? 0x10u : 0u)
			   : made >> 8 != 0 || external != (directory ? 0x10u : 0u))
		return residue(e, "attributes %08x", (unsigned)external);
	if (!view_eq(name, en->name) || c.at != en->at || c.packed != en->packed || c.size != en->size ||
	    memcmp(c.same.p + 2, en->same.p + 2, c.zip64 || en->zip64 ? 12 : 22) != 0)
		return residue(e, "directory and local header differ");
	return true;
}

static bool
end64(struct zip *z, uint64_t start, uint64_t size, struct err *e)
{
	struct buf b = BUF_MAX(128);
	bool ok;

	buf_u32le(&b, END64);
	buf_u64le(&b, ZIP64_SIZE - 12);
	buf_put(&b, (uint8_t[]){ 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 12);
	buf_u64le(&b, z->n);
	buf_u64le(&b, z->n);
	buf_u64le(&b, size);
	buf_u64le(&b, start);
	buf_u32le(&b, LOCATOR64);
	buf_u32le(&b, 0);
	buf_u64le(&b, start + size);
	buf_u32le(&b, 1);
	/* Of "version made by" the system is free. */
	ok = buf_ok(&b, e);
	if (ok && z->rest.n > 13)
		b.p[13] = z->rest.p[13];
	ok = ok && (view_starts(z->rest, buf_bytes(&b)) || residue(e, "ZIP64 end record"));
	(void)view_skip(&z->rest, b.n);
	buf_release(&b);
	return ok;
}

/* The end record is wholly known by now: it is written down and compared. */
static bool
end(struct zip *z, uint64_t start, struct err *e)
{
	uint64_t size = at_of(z->whole, z->rest) - start;
	bool many = z->n >= 0xffff, far = start >= UINT32_MAX || size >= UINT32_MAX, ok;
	uint16_t count = many ? 0xffff : (uint16_t)z->n;
	struct buf b = BUF_MAX(64);

	if ((many || far) && !end64(z, start, size, e))
		return false;
	buf_u32le(&b, END);
	buf_u32le(&b, 0);
	buf_u16le(&b, count);
	buf_u16le(&b, count);
	buf_u32le(&b, size >= UINT32_MAX ? UINT32_MAX : (uint32_t)size);
	buf_u32le(&b, start >= UINT32_MAX ? UINT32_MAX : (uint32_t)start);
	buf_u16le(&b, 0);
	ok = buf_ok(&b, e) &&
	     (view_eq(z->rest, buf_bytes(&b)) || residue(e, "byte %zu: end record", at_of(z->whole, z->rest)));
	buf_release(&b);
	return ok;
}

static bool
archive(struct zip *z, struct err *e)
{
	uint64_t start;
	size_t i;

	while (view_starts(z->rest, VIEW("PK\3\4"))) {
		size_t at = at_of(z->whole, z->rest);

		if (!local(z, e))
			return err_at(e, "entry %zu at byte %zu", z->n, at);
	}
	start = at_of(z->whole, z->rest);
	for (i = 0; i < z->n; i++)
		if (!central(z, &z->e[i], e))
			return err_at(e, "directory entry %zu", i);
	if (!end(z, start, e))
		return false;
	if (z->n > 1)
		qsort(z->e, z->n, sizeof *z->e, name_order);
	for (i = 1; i < z->n; i++)
		if (name_order(&z->e[i - 1], &z->e[i]) == 0)
			return residue(e, "one name twice");
	return true;
}

bool
inspect_zip(struct inspection *in, struct view out, struct err *e)
{
	struct zip z = { .in = in, .whole = out, .rest = out };
	bool ok = archive(&z, e);

	free(z.e);
	return ok;
}
