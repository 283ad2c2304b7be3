/*
 * ZIP (APPNOTE 6.3.10): local entries, central directory, end record, and
 * not a byte between or behind.
 */
#include "inspect/zip.h"

#include "inspect/composed.h"
#include "inspect/flate.h"

#include <zlib.h>

#include "core/utf8.h"

enum {
	CENTRAL = 0x02014b50, END = 0x06054b50,
	UTF8_FLAG = 1 << 11, STORED = 0, DEFLATED = 8, NAME_MAX_BYTES = 1024, ENTRIES_MAX = 65534,
};

struct entry {
	struct view same;	/* the bytes that both headers must share: version to name length, 24 bytes */
	struct view name, folded;
	struct view data;	/* kept */
	uint64_t at, packed, size;
	uint32_t crc;
	uint16_t method;
};

struct zip {
	struct inspection *in;
	struct view whole, rest;
	struct arena *arena;
	struct arena *keep;	/* NULL: entries are judged by their names, as an archive's; else they are kept */
	struct entry *e;
	size_t n, cap;
};

/* What a file system of another kind takes for the same: ASCII case, full width. */
static uint32_t
fold(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool
device_name(const uint8_t *p, size_t n)
{
	static const char *const names[] = { "con", "prn", "aux", "nul", "com", "lpt" };
	size_t i, k;

	for (k = 0; k < n && p[k] != '.'; k++)
		;
	n = k;
	for (i = 0; i < 6; i++) {
		for (k = 0; k < 3 && k < n && (p[k] | 32) == names[i][k]; k++)
			;
		if (k == 3 && (i < 4 ? n == 3 : n == 4 && p[3] >= '1' && p[3] <= '9'))
			return true;
	}
	return false;
}

static bool
one_of(struct view v, const char *const names[], size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < v.n && names[i][k] != 0 && fold(v.p[k]) == (uint8_t)names[i][k]; k++)
			;
		if (k == v.n && names[i][k] == 0)
			return true;
	}
	return false;
}

/* A folder that a program obeys, or one that Windows takes for a class: ".{", 36 digits and hyphens, "}". */
static bool
obeyed_folder(const uint8_t *p, size_t n)
{
	static const char *const names[] = {
#define OBEYED(name)
#define FOLDER(name) name,
#include "core/obeyed.def"
#undef OBEYED
#undef FOLDER
	};
	size_t k;

	if (one_of((struct view){ p, n }, names, sizeof names / sizeof *names))
		return true;
	if (n < 39 || p[n - 1] != '}' || p[n - 38] != '{' || p[n - 39] != '.')
		return false;
	for (k = n - 37; k < n - 1; k++)
		if (p[k] != '-' && !(p[k] >= '0' && p[k] <= '9') && !((p[k] | 32) >= 'a' && (p[k] | 32) <= 'f'))
			return false;
	return true;
}

/* A name that a program obeys is no file's: it would be a text all the same. */
static bool
obeyed_name(struct view last)
{
	static const char *const names[] = {
#define OBEYED(name) name,
#define FOLDER(name)
#include "core/obeyed.def"
#undef OBEYED
#undef FOLDER
	};

	return one_of(last, names, sizeof names / sizeof *names);
}

/* One step of a path: something, but not "." or ".."; nor what Windows drops or reads as a device. */
static bool
step_sound(const uint8_t *p, size_t n)
{
	return n > 0 && p[n - 1] != ' ' && p[n - 1] != '.' && !device_name(p, n) && !obeyed_folder(p, n);
}

static bool
name_sound(struct view name, struct err *e)
{
	own_buf struct buf joined = BUF_MAX(4 * NAME_MAX_BYTES);
	struct view v = name;
	size_t from = 0, i;

	if (name.n == 0 || name.n > NAME_MAX_BYTES)
		return residue(e, "name of %zu bytes", name.n);
	while (v.n > 0) {
		uint32_t c = utf8_take(&v);

		if (c == UTF8_BAD || utf8_is_control(c) || utf8_is_hiding(c) ||
		    (c < 0x80 && strchr("\\:*?\"<>|", (int)c) != NULL))
			return residue(e, "name with a character that may not be");
	}
	for (i = 0; i < name.n; i++)
		if (name.p[i] == '/') {
			if (!step_sound(name.p + from, i - from))
				return residue(e, "name with an unsound step");
			from = i + 1;
		}
	if (!inspect_joined(name, &joined) || !view_eq(buf_bytes(&joined), name))
		return residue(e, "name with a letter in parts");
	if (obeyed_name(view_from(name, from)))
		return residue(e, "name that a program obeys");
	return from == name.n || step_sound(name.p + from, name.n - from) ||
	       residue(e, "name with an unsound step");
}

static int
name_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t n = x->folded.n < y->folded.n ? x->folded.n : y->folded.n;
	int c = n == 0 ? 0 : memcmp(x->folded.p, y->folded.p, n);

	return c != 0 ? c : (x->folded.n > y->folded.n) - (x->folded.n < y->folded.n);
}

/* The name as others may take it, a slash as 01 so that a directory sorts right before what is in it. */
static bool
fold_name(struct zip *z, struct entry *en, struct err *e)
{
	own_buf struct buf b = BUF_MAX(16 * NAME_MAX_BYTES), apart = BUF_MAX(16 * NAME_MAX_BYTES);
	struct view v;
	uint8_t one[4];

	if (!inspect_split(en->name, &apart))
		return residue(e, "name with too many marks");
	for (v = buf_bytes(&apart); v.n > 0;) {
		uint32_t c = utf8_take(&v);

		buf_put(&b, one, utf8_put(one, c == '/' ? 1 : fold(c)));
	}
	en->folded = arena_copy(z->arena, buf_bytes(&b));
	return en->folded.p != NULL || no_memory(e);
}

static bool
crc_right(struct view data, uint32_t crc, struct err *e)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), data.p, data.n) == crc || residue(e, "wrong CRC");
}

static bool
empty_named(struct view name)
{
	size_t i;

	for (i = name.n; i > 0 && name.p[i - 1] != '/'; i--)
		if (name.p[i - 1] == '.')
			return type_has_ending(TYPE_TEXT, view_from(name, i));
	return true;
}

/* An entry's bytes, which outlive this call. */
static bool
kept(struct zip *z, struct entry *en, struct view packed, struct err *e)
{
	own_buf struct buf plain = BUF_MAX(en->size);

	en->data = packed;
	if (en->size == 0 || en->name.p[en->name.n - 1] == '/')
		return residue(e, "directory or empty part");
	/* Packages tell no time: 1980-01-01 00:00:00. */
	if (memcmp(en->same.p + 6, "\0\0\x21\0", 4) != 0)
		return residue(e, "a date");
	if (en->method == DEFLATED) {
		if (!inspect_flate_buf(z->in, false, packed, &plain, e))
			return false;
		en->data = buf_bytes(&plain);
		if (!arena_at_end(z->keep, free, plain.p))
			return no_memory(e);
		plain = (struct buf){ 0 };	/* the arena's now */
	}
	return (en->data.n == en->size || residue(e, "size is not as declared")) && crc_right(en->data, en->crc, e);
}

static bool
content(struct zip *z, const struct entry *en, struct view packed, struct err *e)
{
	own_buf struct buf plain = BUF_MAX(en->size);
	struct view data = packed;

	if (en->name.p[en->name.n - 1] == '/')
		return (en->method == STORED && en->size == 0 && en->crc == 0) || residue(e, "directory with data");
	/* An empty file counts as a text: stored, and named like one. */
	if (en->size == 0)
		return (en->method == STORED && en->crc == 0 && empty_named(en->name)) ||
		       residue(e, "an empty file");
	if (en->method == DEFLATED) {
		if (!inspect_flate_buf(z->in, false, packed, &plain, e))
			return false;
		data = buf_bytes(&plain);
	}
	if (data.n != en->size)
		return residue(e, "size is not as declared");
	return crc_right(data, en->crc, e) && inspect_named(z->in, en->name, data, e);
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
	if (version != 20 || *ret_extra != 0)
		return residue(e, "version %u, or an extra field", version);
	if (date >> 9 > 127 || (date >> 5 & 15) < 1 || (date >> 5 & 15) > 12 || (date & 31) < 1 || time >> 11 > 23 ||
	    (time >> 5 & 63) > 59 || (time & 31) > 29)
		return residue(e, "no date and time");
	en->packed = packed;
	en->size = size;
	return true;
}

static bool
local(struct zip *z, struct err *e)
{
	struct entry en = { .at = at_of(z->whole, z->rest) };
	struct view packed;
	uint16_t name, extra;

	(void)view_skip(&z->rest, 4);
	if (!common(&z->rest, &en, &name, &extra, e))
		return false;
	if (!view_take(&z->rest, name, &en.name))
		return residue(e, "header cut off");
	if (!name_sound(en.name, e) || !fold_name(z, &en, e))
		return false;
	if (en.method == STORED && en.packed != en.size)
		return residue(e, "stored with two sizes");
	if (en.packed > z->rest.n || !view_take(&z->rest, (size_t)en.packed, &packed))
		return residue(e, "data cut off");
	if (!inspect_charge(z->in, en.method == STORED ? en.size : 0, e) ||
	    !(z->keep != NULL ? kept(z, &en, packed, e) : content(z, &en, packed, e)))
		return err_at(e, "%.*s", (int)(en.name.n > 100 ? 100 : en.name.n), (const char *)en.name.p);
	if (z->n == ENTRIES_MAX)
		return err_set(e, ERR_LIMIT, "too many entries");
	if (z->n == z->cap) {
		size_t cap = z->cap == 0 ? 64 : z->cap * 2;
		struct entry *p = realloc(z->e, cap * sizeof *p);

		if (p == NULL)
			return no_memory(e);
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
	struct view name;
	uint32_t magic, external, at;
	uint16_t made, name_n, extra, comment, disk, internal;
	bool directory = en->name.p[en->name.n - 1] == '/';

	if (!view_u32le(&z->rest, &magic) || magic != CENTRAL || !view_u16le(&z->rest, &made))
		return residue(e, "no directory entry");
	if (!common(&z->rest, &c, &name_n, &extra, e))
		return false;
	if (!view_u16le(&z->rest, &comment) || comment != 0 || !view_u16le(&z->rest, &disk) || disk != 0 ||
	    !view_u16le(&z->rest, &internal) || internal != 0 || !view_u32le(&z->rest, &external) ||
	    !view_u32le(&z->rest, &at) || !view_take(&z->rest, name_n, &name))
		return residue(e, "comment, attributes or a header cut off");
	if (made != 20 || external != (directory ? 0x10u : 0u))
		return residue(e, "made by %04x, attributes %08x", made, (unsigned)external);
	if (!view_eq(name, en->name) || at != en->at || !view_eq(c.same, en->same))
		return residue(e, "directory and local header differ");
	return true;
}

/* The end record is wholly known by now: it is written down and compared. */
static bool
end(struct zip *z, uint64_t start, struct err *e)
{
	uint64_t size = at_of(z->whole, z->rest) - start;
	struct buf b = BUF_MAX(64);
	bool ok;

	buf_u32le(&b, END);
	buf_u32le(&b, 0);
	buf_u16le(&b, (uint16_t)z->n);
	buf_u16le(&b, (uint16_t)z->n);
	buf_u32le(&b, (uint32_t)size);
	buf_u32le(&b, (uint32_t)start);
	buf_u16le(&b, 0);
	ok = buf_ok(&b, e) && (start + size < UINT32_MAX || residue(e, "4 GiB")) &&
	     (view_eq(z->rest, buf_bytes(&b)) || residue(e, "byte %zu: end record", at_of(z->whole, z->rest)));
	buf_release(&b);
	return ok;
}

/* No name twice, none another's directory unless it says so itself. */
static bool
names_apart(struct zip *z, struct err *e)
{
	size_t i;

	if (z->n > 1)
		qsort(z->e, z->n, sizeof *z->e, name_order);
	for (i = 1; i < z->n; i++) {
		struct view a = z->e[i - 1].folded, b = z->e[i].folded;
		bool directory = a.p[a.n - 1] == 1;

		if (view_eq(a, b))
			return residue(e, "one name twice");
		if (!directory && view_starts(b, a) && b.p[a.n] == 1)
			return residue(e, "a file that is another's directory");
	}
	return true;
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
	if (start >= UINT32_MAX || !end(z, start, e))
		return start >= UINT32_MAX ? err_set(e, ERR_LIMIT, "4 GiB") : false;
	return names_apart(z, e);
}

bool
inspect_zip_entries(struct inspection *in, struct view out, struct arena *arena, struct zip_entry **ret, size_t *ret_n, struct err *e)
{
	struct zip z = { .in = in, .whole = out, .rest = out, .arena = arena, .keep = arena };
	struct zip_entry *p;
	size_t i;
	bool ok = archive(&z, e);

	if (ok && (p = arena_array(arena, z.n + 1, sizeof *p)) == NULL)
		ok = no_memory(e);
	for (i = 0; ok && i < z.n; i++)
		p[i] = (struct zip_entry){ z.e[i].name, z.e[i].data, z.e[i].at, z.e[i].method == STORED };
	if (ok) {
		*ret = p;
		*ret_n = z.n;
	}
	free(z.e);
	return ok;
}

bool
inspect_zip(struct inspection *in, struct view out, struct err *e)
{
	own_arena struct arena *arena = arena_new(0);
	struct zip z = { .in = in, .whole = out, .rest = out, .arena = arena };
	bool ok;

	if (arena == NULL)
		return no_memory(e);
	ok = archive(&z, e);
	free(z.e);
	return ok;
}
