#include "sanitize/zip/zip.h"

#include <stdlib.h>

#include <libdeflate.h>

#include "core/own.h"
#include "sanitize/zip/zip_in.h"

static const uint64_t default_unpacked = UINT64_C(1) << 30;
static const size_t default_entries = 10000;
/* Deflate's best: 258 bytes for two bits and a little. */
static const uint64_t deflate_ratio = 1040;

enum { UNIX = 3, DARWIN = 19, S_IFMT_ = 0170000, S_IFREG_ = 0100000, S_IFDIR_ = 0040000 };

/* A central directory row up to its name (APPNOTE 4.3.12). */
static bool
row_read(struct view *v, struct zip_row *r, struct zip_notes *notes)
{
	uint32_t sig, packed, size, external, local;
	uint16_t name, extra, comment, disk;
	uint32_t mode;

	if (!view_u32le(v, &sig) || sig != ZIP_CENTRAL || !view_u16le(v, &r->made) || !view_u16le(v, &r->version) ||
	    !view_u16le(v, &r->e.flags) || !view_u16le(v, &r->e.method) || !view_u16le(v, &r->e.time) ||
	    !view_u16le(v, &r->e.date) || !view_u32le(v, &r->e.crc) || !view_u32le(v, &packed) ||
	    !view_u32le(v, &size) || !view_u16le(v, &name) || !view_u16le(v, &extra) ||
	    !view_u16le(v, &comment) || !view_u16le(v, &disk) || !view_skip(v, 2) ||
	    !view_u32le(v, &external) || !view_u32le(v, &local) || !view_take(v, name, &r->raw_name) ||
	    !view_take(v, extra, &r->extra) || !view_skip(v, comment))
		return false;
	r->packed = packed;
	r->e.size = size;
	r->local = local;
	notes->comment |= comment > 0;
	r->e.directory = name > 0 && (r->raw_name.p[name - 1] == '/' ||
				      (r->raw_name.p[name - 1] == '\\' && size == 0));
	mode = (r->made >> 8 == UNIX || r->made >> 8 == DARWIN) ? external >> 16 & S_IFMT_ : 0;
	r->e.link = mode != 0 && mode != S_IFREG_ && mode != S_IFDIR_;
	return true;
}

/*
 * 4.5.3: the wide fields stand only for those that are all ones, in this
 * order.  Some writers always give all; then what is there twice must be the
 * same, for there are readers who take it by its place.
 */
static bool
row_wide(struct zip_row *r, bool *ret_disagree)
{
	struct view wide, v;
	uint64_t all[3] = { 0 };
	uint32_t disk;
	size_t i;

	if (!zip_extra(r->extra, ZIP_EXTRA_64, &wide))
		return true;
	v = wide;
	if ((r->e.size == UINT32_MAX && !view_u64le(&v, &r->e.size)) ||
	    (r->packed == UINT32_MAX && !view_u64le(&v, &r->packed)) ||
	    (r->local == UINT32_MAX && !view_u64le(&v, &r->local)))
		return false;
	if (v.n == 0 || (v.n == 4 && view_u32le(&v, &disk) && disk == 0))
		return true;
	for (i = 0; i < 3 && view_u64le(&wide, &all[i]); i++)
		;
	*ret_disagree = i == 0 || all[0] != r->e.size || (i > 1 && all[1] != r->packed) || (i > 2 && all[2] != r->local) ||
			!(wide.n == 0 || (wide.n == 4 && view_u32le(&wide, &disk) && disk == 0));
	return !*ret_disagree;
}

/* WinZip's AES extra field: version, "AE", strength, the method inside. */
static bool
row_crypt(struct zip_row *r)
{
	struct view v, vendor;
	uint16_t version;

	if ((r->e.flags & ZIP_FLAG_ENCRYPTED) == 0) {
		r->e.crypt = ZIP_PLAIN;
		return r->e.method != ZIP_METHOD_AES;
	}
	r->e.crypt = (r->e.flags & (ZIP_FLAG_STRONG | ZIP_FLAG_MASKED)) != 0 ? ZIP_STRONG : ZIP_TRADITIONAL;
	if (r->e.method != ZIP_METHOD_AES)
		return true;
	if (!zip_extra(r->extra, ZIP_EXTRA_AES, &v) || !view_u16le(&v, &version) ||
	    !view_take(&v, 2, &vendor) || !view_is(vendor, "AE") || !view_u8(&v, &r->e.strength) ||
	    !view_u16le(&v, &r->e.method) || r->e.strength < 1 || r->e.strength > 3)
		return false;
	r->e.crypt = ZIP_AES;
	r->e.crc_unused = version == 2;
	return true;
}

static bool
rows_read(struct zip *z, const struct zip_dir *d, struct zip_notes *notes, struct err *e)
{
	struct view v = d->rows;
	size_t i;

	/* A row is at least 46 bytes: a count that lies is found before memory is taken for it. */
	if (d->count > d->rows.n / 46)
		return err_set(e, ERR_MALFORMED, "%llu entries in a directory of %zu bytes",
			       (unsigned long long)d->count, d->rows.n);
	z->row = arena_array(z->arena, (size_t)d->count, sizeof *z->row);
	if (z->row == NULL)
		return err_set(e, ERR_LIMIT, "no room for %llu entries", (unsigned long long)d->count);
	for (i = 0; i < d->count; i++)
		if (!row_read(&v, &z->row[i], notes) || !row_wide(&z->row[i], &notes->disagree) || !row_crypt(&z->row[i]))
			return err_set(e, ERR_MALFORMED, "entry %zu of the directory%s", i,
				       notes->disagree ? ": two fields disagree about its size" : "");
	z->n = (size_t)d->count;
	if (v.n > 0) {
		/* More rows than counted: another reader would see them. */
		notes->disagree = view_starts(v, VIEW("PK\x01\x02"));
		if (notes->disagree)
			return err_set(e, ERR_MALFORMED, "more entries than the end record counts");
		notes->outside = true;
	}
	return true;
}

static int
by_place(const void *a, const void *b)
{
	const struct zip_row *const *x = a, *const *y = b;

	return ((*x)->local > (*y)->local) - ((*x)->local < (*y)->local);
}

/* Every byte before the directory belongs to one entry, or is noted. */
static bool
places(struct zip *z, const struct zip_dir *d, struct zip_notes *notes, struct err *e)
{
	struct zip_row **order = arena_array(z->arena, z->n + 1, sizeof *order), *last = NULL;
	uint64_t reached = d->shift;
	size_t i;

	if (order == NULL)
		return err_set(e, ERR_LIMIT, "no room for %zu entries", z->n);
	for (i = 0; i < z->n; i++)
		order[i] = &z->row[i];
	qsort(order, z->n, sizeof *order, by_place);
	for (i = 0; i < z->n; i++) {
		struct zip_row *r = order[i];

		if (r->local > reached)
			notes->outside = true;
		if (r->local < reached && last != NULL) {
			r->e.overlap = last->e.overlap = true;
			notes->overlap = true;
		}
		if (r->end > d->at) {
			r->e.overlap = true;
			notes->overlap = true;
		}
		if (r->end > reached) {
			reached = r->end;
			last = r;
		}
	}
	notes->outside |= reached < d->at;
	return true;
}

static int
by_fold(const void *a, const void *b)
{
	const struct zip_folded *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int c = n > 0 ? memcmp(x->name.p, y->name.p, n) : 0;

	if (c != 0)
		return c;
	if (x->name.n != y->name.n)
		return x->name.n < y->name.n ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Among names that fold alike, is one before the i-th spelt the same?  A few are looked at: more are one too. */
static bool
same_before(const struct zip_folded *all, size_t i)
{
	enum { LOOK = 64 };
	size_t k;

	for (k = 1; k <= i && view_eq(all[i - k].name, all[i].name); k++)
		if (k == LOOK || strcmp(all[i - k].row->e.name, all[i].row->e.name) == 0)
			return true;
	return false;
}

static bool
duplicates(struct zip *z, struct err *e)
{
	struct zip_folded *all = arena_array(z->arena, z->n + 1, sizeof *all);
	own_buf struct buf one = BUF_MAX(1 << 20);
	size_t i;

	if (all == NULL)
		return err_set(e, ERR_LIMIT, "no room for %zu names", z->n);
	for (i = 0; i < z->n; i++) {
		buf_clear(&one);
		if (!zip_name_fold(view_str(z->row[i].e.name), &one))
			return buf_ok(&one, e);
		all[i] = (struct zip_folded){ arena_copy(z->arena, buf_bytes(&one)), &z->row[i] };
		if (all[i].name.p == NULL)
			return err_set(e, ERR_LIMIT, "no room for the names");
	}
	qsort(all, z->n, sizeof *all, by_fold);
	for (i = 1; i < z->n; i++)
		all[i].row->e.duplicate = view_eq(all[i].name, all[i - 1].name) &&
					  same_before(all, i);
	z->by_name = all;
	return true;
}

static bool
load(struct zip *z, const struct zip_limits *lim, struct zip_notes *notes, struct err *e)
{
	struct zip_dir d = { 0 };
	uint64_t total = 0;
	size_t i;

	if (!zip_dir_find(z->in, &d, notes, e))
		return false;
	if (d.count > (lim->entries == 0 ? default_entries : lim->entries))
		return err_set(e, ERR_LIMIT, "%llu entries", (unsigned long long)d.count);
	if (!rows_read(z, &d, notes, e) || !zip_names_decode(z, notes, e))
		return false;
	for (i = 0; i < z->n; i++) {
		if (!zip_local(z, &d, &z->row[i], e, notes))
			return false;
		if (z->row[i].e.size > UINT64_MAX - total)
			return err_set(e, ERR_LIMIT, "sizes without end");
		total += z->row[i].e.size;
	}
	if (total > (lim->unpacked == 0 ? default_unpacked : lim->unpacked))
		return err_set(e, ERR_LIMIT, "%llu bytes unpacked", (unsigned long long)total);
	return places(z, &d, notes, e) && duplicates(z, e);
}

struct zip *
zip_new(struct view in, const struct zip_limits *lim, struct zip_notes *ret_notes, struct err *e)
{
	static const struct zip_limits none = { 0 };
	struct zip_notes notes = { 0 };
	struct zip *z = calloc(1, sizeof *z);
	bool ok;

	if (z == NULL || (z->arena = arena_new(0)) == NULL) {
		zip_free(z);
		err_set(e, ERR_SYSTEM, "no memory");
		return NULL;
	}
	z->in = in;
	ok = load(z, lim == NULL ? &none : lim, &notes, e);
	if (ret_notes != NULL)
		*ret_notes = notes;
	if (ok)
		return z;
	zip_free(z);
	return NULL;
}

void
zip_free(struct zip *z)
{
	if (z == NULL)
		return;
	libdeflate_free_decompressor(z->inflate);
	arena_free(z->arena);
	free(z);
}

void
zip_cleanup_(struct zip **z)
{
	zip_free(*z);
}

size_t
zip_count(const struct zip *z)
{
	return z->n;
}

const struct zip_entry *
zip_at(const struct zip *z, size_t i)
{
	return &z->row[i].e;
}

const struct zip_entry *
zip_find(const struct zip *z, const char *name)
{
	own_buf struct buf key = BUF_MAX(1 << 16);
	size_t lo = 0, hi = z->n;

	if (!zip_name_fold(view_str(name), &key))
		return NULL;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct zip_folded want = { buf_bytes(&key), NULL };

		/* A row of the same name is never below NULL: the first of them is found. */
		if (by_fold(&z->by_name[mid], &want) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < z->n && view_eq(z->by_name[lo].name, buf_bytes(&key)) ? &z->by_name[lo].row->e : NULL;
}

static bool
inflate_into(struct zip *z, struct view packed, uint64_t size, struct buf *ret, struct err *e)
{
	enum libdeflate_result r;
	size_t used = 0, got = 0;
	uint8_t *room;

	if (size / deflate_ratio > packed.n)
		return err_set(e, ERR_MALFORMED, "%zu bytes cannot unpack to %llu", packed.n,
			       (unsigned long long)size);
	if (z->inflate == NULL && (z->inflate = libdeflate_alloc_decompressor()) == NULL)
		return err_set(e, ERR_SYSTEM, "no memory");
	room = buf_room(ret, (size_t)size);
	if (room == NULL)
		return buf_ok(ret, e);
	r = libdeflate_deflate_decompress_ex(z->inflate, packed.p, packed.n, room, (size_t)size, &used, &got);
	if (r != LIBDEFLATE_SUCCESS || got != size)
		return err_set(e, ERR_MALFORMED, "damaged, or not of the size that it says");
	ret->n += got;
	return true;
}

/* Deflate, or the bytes themselves, and their CRC. */
static bool
open_plain(struct zip *z, const struct zip_entry *en, struct view packed, struct buf *ret,
	   struct err *e)
{
	size_t before = ret->n;
	struct view got;

	if (en->method == 8) {
		if (!inflate_into(z, packed, en->size, ret, e))
			return false;
	} else if (packed.n != en->size) {
		return err_set(e, ERR_MALFORMED, "stored, and of two sizes");
	} else if (!buf_view(ret, packed)) {
		return buf_ok(ret, e);
	}
	got = view_from(buf_bytes(ret), before);
	if (en->crc_unused || libdeflate_crc32(0, got.p, got.n) == en->crc)
		return true;
	ret->n = before;
	return err_set(e, ERR_MALFORMED, "wrong CRC");
}

static bool
open_locked(struct zip *z, const struct zip_entry *en, const struct job *j, struct buf *ret,
	    struct err *e)
{
	own_buf struct buf plain = { .max = en->packed.n + 1 };
	struct err last = { 0 };
	size_t i;

	for (i = 0; i < j->passwords; i++) {
		buf_clear(&plain);
		/* The short check lets one wrong password in 256 pass: the CRC decides. */
		if (zip_decrypt(en, j->password[i], &plain, &last) &&
		    open_plain(z, en, buf_bytes(&plain), ret, &last))
			return true;
		if (last.code == ERR_SYSTEM || last.code == ERR_LIMIT) {
			*e = last;
			return false;
		}
	}
	return err_set(e, ERR_DENIED, j->passwords == 0 ? "encrypted, and no password given"
							: "encrypted, and no password fits");
}

static const char *
method_name(uint16_t method)
{
	static const struct {
		uint16_t method;
		const char *name;
	} names[] = { { 1, "Shrink" }, { 6, "Implode" }, { 9, "Deflate64" }, { 12, "bzip2" },
		      { 14, "LZMA" },  { 93, "Zstandard" }, { 95, "XZ" },    { 98, "PPMd" } };
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].method == method)
			return names[i].name;
	return "unknown";
}

bool
zip_unpack(struct zip *z, const struct zip_entry *en, struct job *j, struct buf *ret, struct err *e)
{
	if (en->method != 0 && en->method != 8)
		return err_set(e, ERR_DENIED, "compression method %u (%s)", en->method,
			       method_name(en->method));
	if (en->crypt == ZIP_STRONG)
		return err_set(e, ERR_DENIED, "PKWARE strong encryption");
	if (!job_ratio(j, en->packed.n, en->size, e) || !job_charge(j, en->size, e))
		return false;
	return en->crypt == ZIP_PLAIN ? open_plain(z, en, en->packed, ret, e)
				      : open_locked(z, en, j, ret, e);
}
