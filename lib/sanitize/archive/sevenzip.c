#include "sanitize/archive/sevenzip.h"

/* Ids of 7zFormat.txt. */
enum {
	END = 0x00, PACK_INFO = 0x06, UNPACK_INFO = 0x07, FILES_INFO = 0x08, SIZES = 0x09, CRCS = 0x0a, FOLDER = 0x0b,
	UNPACK_SIZES = 0x0c, FILE_COUNTS = 0x0d,
	ID_MASK = 0x0f, COMPLEX = 0x10, HAS_PROPS = 0x20, RESERVED = 0xc0,
};

static bool
cut(struct err *e)
{
	return err_set(e, ERR_MALFORMED, "7z: the directory is cut off or bent");
}

bool
sevenzip_number(struct view *v, uint64_t *ret)
{
	uint8_t first, b;
	unsigned i, bit;

	*ret = 0;
	if (!view_u8(v, &first))
		return false;
	for (i = 0, bit = 0x80; i < 8; i++, bit >>= 1) {
		if ((first & bit) == 0) {
			*ret |= (uint64_t)(first & (bit - 1)) << (8 * i);
			return true;
		}
		if (!view_u8(v, &b))
			return false;
		*ret |= (uint64_t)b << (8 * i);
	}
	return true;
}

static bool
small(struct view *v, uint64_t max, uint64_t *ret)
{
	return sevenzip_number(v, ret) && *ret <= max;
}

static bool
is(struct view *v, uint8_t id)
{
	return v->n > 0 && v->p[0] == id && view_skip(v, 1);
}

/* "All are defined", or a bit for each. */
struct defined {
	bool all;
	struct view bits;
};

static bool
defined_read(struct view *v, uint64_t n, struct defined *ret)
{
	uint8_t all;

	*ret = (struct defined){ 0 };
	if (!view_u8(v, &all))
		return false;
	ret->all = all != 0;
	return ret->all || view_take(v, (size_t)((n + 7) / 8), &ret->bits);
}

static bool
defined_at(const struct defined *d, uint64_t i)
{
	return d->all || (d->bits.p[i / 8] >> (7 - i % 8) & 1) != 0;
}

static bool
skip_crcs(struct view *v, uint64_t n)
{
	struct defined d;
	uint64_t i;

	if (!defined_read(v, n, &d))
		return false;
	for (i = 0; i < n; i++)
		if (defined_at(&d, i) && !view_skip(v, 4))
			return false;
	return true;
}

static bool
read_packs(struct arena *a, struct view *v, struct sevenzip_streams *s)
{
	uint64_t n, i;

	if (!sevenzip_number(v, &s->pack_at) ||
	    !small(v, (uint64_t)SEVENZIP_FOLDERS_MAX * SEVENZIP_STREAMS, &n) || n > v->n)
		return false;
	s->packs = (size_t)n;
	s->pack = arena_array(a, s->packs, sizeof *s->pack);
	if (s->pack == NULL || !is(v, SIZES))
		return false;
	for (i = 0; i < n; i++)
		if (!sevenzip_number(v, &s->pack[i]))
			return false;
	return (!is(v, CRCS) || skip_crcs(v, n)) && is(v, END);
}

static bool
read_coder(struct view *v, struct sevenzip_folder *f)
{
	struct sevenzip_coder *c = &f->coder[f->coders++];
	uint64_t in = 1, out = 1, props = 0;
	uint8_t flags;

	if (!view_u8(v, &flags) || (flags & RESERVED) != 0 || !view_take(v, flags & ID_MASK, &c->id))
		return false;
	if ((flags & COMPLEX) != 0 &&
	    (!small(v, SEVENZIP_STREAMS, &in) || !small(v, SEVENZIP_STREAMS, &out)))
		return false;
	if ((flags & HAS_PROPS) != 0 &&
	    (!sevenzip_number(v, &props) || props > v->n || !view_take(v, (size_t)props, &c->props)))
		return false;
	if (in == 0 || out == 0 || f->ins + in > SEVENZIP_STREAMS || f->outs + out > SEVENZIP_STREAMS)
		return false;
	c->in = (uint8_t)in;
	c->out = (uint8_t)out;
	f->ins = (uint8_t)(f->ins + in);
	f->outs = (uint8_t)(f->outs + out);
	return true;
}

static bool
in_is_bound(const struct sevenzip_folder *f, unsigned in)
{
	unsigned i;

	for (i = 0; i < f->pairs; i++)
		if (f->pair[i].in == in)
			return true;
	return false;
}

static bool
read_folder(struct view *v, struct sevenzip_folder *f)
{
	uint64_t n, i, a, b;

	if (!small(v, SEVENZIP_CODERS, &n) || n == 0)
		return false;
	for (i = 0; i < n; i++)
		if (!read_coder(v, f))
			return false;
	f->pairs = (uint8_t)(f->outs - 1);
	if (f->ins < f->pairs)
		return false;
	for (i = 0; i < f->pairs; i++) {
		if (!small(v, f->ins - 1u, &a) || !small(v, f->outs - 1u, &b))
			return false;
		f->pair[i].in = (uint8_t)a;
		f->pair[i].out = (uint8_t)b;
	}
	f->packs = (uint8_t)(f->ins - f->pairs);
	for (i = 0; f->packs > 1 && i < f->packs; i++) {
		if (!small(v, f->ins - 1u, &a))
			return false;
		f->pack[i] = (uint8_t)a;
	}
	for (i = 0; f->packs == 1 && i < f->ins; i++)
		if (!in_is_bound(f, (unsigned)i))
			f->pack[0] = (uint8_t)i;
	return f->packs > 0;
}

static bool
read_folder_crcs(struct view *v, struct sevenzip_streams *s)
{
	struct defined d;
	size_t i;

	if (!defined_read(v, s->folders, &d))
		return false;
	for (i = 0; i < s->folders; i++) {
		s->folder[i].has_crc = defined_at(&d, i);
		if (s->folder[i].has_crc && !view_u32le(v, &s->folder[i].crc))
			return false;
	}
	return true;
}

static bool
read_folders(struct arena *a, struct view *v, struct sevenzip_streams *s)
{
	uint64_t n;
	uint8_t external;
	size_t i, k;

	if (!is(v, FOLDER) || !small(v, SEVENZIP_FOLDERS_MAX, &n) || n > v->n || !view_u8(v, &external) ||
	    external != 0)
		return false;
	s->folders = (size_t)n;
	s->folder = arena_array(a, s->folders, sizeof *s->folder);
	if (s->folder == NULL)
		return false;
	for (i = 0; i < s->folders; i++)
		if (!read_folder(v, &s->folder[i]))
			return false;
	if (!is(v, UNPACK_SIZES))
		return false;
	for (i = 0; i < s->folders; i++)
		for (k = 0; k < s->folder[i].outs; k++)
			if (!sevenzip_number(v, &s->folder[i].unpacked[k]))
				return false;
	return (!is(v, CRCS) || read_folder_crcs(v, s)) && is(v, END);
}

/* The checksums of the files that have none by their folder. */
static bool
read_file_crcs(struct view *v, struct sevenzip_streams *s)
{
	struct defined d;
	uint64_t all = 0, at = 0, k;
	uint32_t crc;
	size_t i;

	for (i = 0; i < s->folders; i++)
		if (s->folder[i].files != 1 || !s->folder[i].has_crc)
			all += s->folder[i].files;
	if (!defined_read(v, all, &d))
		return false;
	for (i = 0; i < s->folders; i++) {
		struct sevenzip_folder *f = &s->folder[i];

		if (f->files == 1 && f->has_crc)
			continue;
		for (k = 0; k < f->files; k++, at++) {
			if (!defined_at(&d, at))
				continue;
			if (!view_u32le(v, &crc))
				return false;
			if (k == 0) {
				f->has_first_crc = true;
				f->first_crc = crc;
			}
		}
	}
	return true;
}

/* SubStreamsInfo, its id taken already: folders cut into files. */
static bool
read_files(struct view *v, struct sevenzip_streams *s)
{
	uint64_t all = 0, k, size;
	bool counts = is(v, FILE_COUNTS);
	size_t i;

	for (i = 0; i < s->folders && counts; i++) {
		if (!small(v, SEVENZIP_FILES_MAX, &s->folder[i].files))
			return false;
		all += s->folder[i].files;
	}
	if (all > SEVENZIP_FILES_MAX)
		return false;
	if (is(v, SIZES))
		for (i = 0; i < s->folders; i++)
			for (k = 1; k < s->folder[i].files; k++)
				if (!sevenzip_number(v, &size))
					return false;
	return (!is(v, CRCS) || read_file_crcs(v, s)) && is(v, END);
}

bool
sevenzip_streams_read(struct arena *a, struct view *v, struct sevenzip_streams *ret, struct err *e)
{
	struct view before;
	size_t i;

	*ret = (struct sevenzip_streams){ 0 };
	if (is(v, PACK_INFO) && !read_packs(a, v, ret))
		return cut(e);
	if (is(v, UNPACK_INFO) && !read_folders(a, v, ret))
		return cut(e);
	for (i = 0; i < ret->folders; i++)
		ret->folder[i].files = 1;
	before = *v;
	if (is(v, FILES_INFO)) {
		if (!read_files(v, ret))
			return cut(e);
		ret->files = view_of(before.p, before.n - v->n);
	}
	for (i = 0; i < ret->folders; i++)
		if (ret->folder[i].files == 1 && ret->folder[i].has_crc) {
			ret->folder[i].has_first_crc = true;
			ret->folder[i].first_crc = ret->folder[i].crc;
		}
	return is(v, END) || cut(e);
}

static void
put_number(struct buf *b, uint64_t n)
{
	if (n < 0x80) {
		(void)buf_byte(b, (uint8_t)n);
		return;
	}
	(void)buf_byte(b, 0xff);
	(void)buf_u64le(b, n);
}

static void
put_folder(struct buf *b, const struct sevenzip_folder *f)
{
	unsigned i;

	put_number(b, f->coders);
	for (i = 0; i < f->coders; i++) {
		const struct sevenzip_coder *c = &f->coder[i];
		bool complex = c->in != 1 || c->out != 1;

		(void)buf_byte(b, (uint8_t)(c->id.n | (complex ? COMPLEX : 0u) | (c->props.n > 0 ? HAS_PROPS : 0u)));
		(void)buf_view(b, c->id);
		if (complex) {
			put_number(b, c->in);
			put_number(b, c->out);
		}
		if (c->props.n > 0) {
			put_number(b, c->props.n);
			(void)buf_view(b, c->props);
		}
	}
	for (i = 0; i < f->pairs; i++) {
		put_number(b, f->pair[i].in);
		put_number(b, f->pair[i].out);
	}
	for (i = 0; f->packs > 1 && i < f->packs; i++)
		put_number(b, f->pack[i]);
}

static void
put_folder_crcs(struct buf *b, const struct sevenzip_streams *s)
{
	uint8_t bits = 0;
	size_t i;

	(void)buf_byte(b, CRCS);
	(void)buf_byte(b, 0);
	for (i = 0; i < s->folders; i++) {
		bits |= (uint8_t)((s->folder[i].has_crc ? 0x80u : 0u) >> i % 8);
		if (i % 8 == 7 || i + 1 == s->folders) {
			(void)buf_byte(b, bits);
			bits = 0;
		}
	}
	for (i = 0; i < s->folders; i++)
		if (s->folder[i].has_crc)
			(void)buf_u32le(b, s->folder[i].crc);
}

void
sevenzip_streams_write(const struct sevenzip_streams *s, struct buf *ret)
{
	size_t i, k;

	(void)buf_byte(ret, PACK_INFO);
	put_number(ret, s->pack_at);
	put_number(ret, s->packs);
	(void)buf_byte(ret, SIZES);
	for (i = 0; i < s->packs; i++)
		put_number(ret, s->pack[i]);
	(void)buf_byte(ret, END);
	(void)buf_byte(ret, UNPACK_INFO);
	(void)buf_byte(ret, FOLDER);
	put_number(ret, s->folders);
	(void)buf_byte(ret, 0);
	for (i = 0; i < s->folders; i++)
		put_folder(ret, &s->folder[i]);
	(void)buf_byte(ret, UNPACK_SIZES);
	for (i = 0; i < s->folders; i++)
		for (k = 0; k < s->folder[i].outs; k++)
			put_number(ret, s->folder[i].unpacked[k]);
	put_folder_crcs(ret, s);
	(void)buf_byte(ret, END);
	(void)buf_view(ret, s->files);
	(void)buf_byte(ret, END);
}
